"""Measure how the time of samplers increases with the number of rows, and fit its exponent.

The tables have 10 columns, resemble card payments, and have 1% minority rows. Run it with
``python benchmarks/growth.py [FIGURE]``; FIGURE is the file of the plot.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from counterpoise.base import BaseSampler
from counterpoise.combine import SMOTETomek
from counterpoise.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from counterpoise.under_sampling import (
    EditedNearestNeighbours,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    TomekLinks,
)

ROWS = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SAMPLERS: tuple[BaseSampler, ...] = (
    SMOTE(random_state=0),
    BorderlineSMOTE(random_state=0),
    ADASYN(random_state=0),
    TomekLinks(),
    EditedNearestNeighbours(),
    NeighbourhoodCleaningRule(),
    OneSidedSelection(random_state=0),
    SMOTETomek(random_state=0),
)


def payments(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return columns of decreasing scale with heavy tails, and the target."""
    rng = np.random.RandomState(0)
    y = (rng.permutation(n) < n // 100).astype(int)
    X = rng.randn(n, 10) * np.linspace(2.0, 0.3, 10) / np.sqrt(rng.gamma(2, 0.5, n))[:, None]
    return X + 0.7 * y[:, None], y


def measure_seconds(sampler: BaseSampler, n: int) -> float:
    """Return the time of the faster of two runs."""
    X, y = payments(n)
    runs = []
    for _ in range(2):
        start = time.perf_counter()
        sampler.fit_resample(X, y)
        runs.append(time.perf_counter() - start)
    return min(runs)


def main(path: str | None) -> None:
    """Print a line for each sampler, and plot all of them."""
    mpl.use("Agg")
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.add_subplot(
        xscale="log", yscale="log", xlabel="rows", ylabel="seconds", title="Time of fit_resample"
    )
    print(f"| sampler | {' | '.join(f'{n:,}' for n in ROWS)} | exponent |")
    print("|---" * (len(ROWS) + 2) + "|")
    for sampler in SAMPLERS:
        times = [measure_seconds(sampler, n) for n in ROWS]
        exponent = np.polyfit(np.log(ROWS), np.log(times), 1)[0]
        name = type(sampler).__name__
        print(f"| {name} | {' | '.join(f'{t:.3f}' for t in times)} | {exponent:.2f} |", flush=True)
        axes.plot(ROWS, times, marker="o", label=f"{name}, exponent {exponent:.2f}")
    axes.legend(fontsize="small")
    axes.grid(visible=True, alpha=0.3)
    if path:
        figure.savefig(Path(path), dpi=110)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
