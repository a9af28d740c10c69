"""Time the neighbour engine alone: the five nearest others of every point.

Seconds of the best of some runs, for building the index and for asking it. Run it with
``python benchmarks/engine.py``; words after that choose the tables whose names hold them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from counterpoise.neighbors import Index

Points = np.ndarray
RUNS = 5


def clusters(n: int, d: int) -> Points:
    """Return points around 20 centres."""
    rng = np.random.default_rng(0)
    return 3 * rng.normal(size=(20, d))[rng.integers(0, 20, n)] + rng.normal(size=(n, d))


def sheet(n: int, d: int) -> Points:
    """Return points near a bent sheet of four dimensions."""
    rng = np.random.default_rng(1)
    bent = np.tanh(rng.normal(size=(n, 4)) @ rng.normal(size=(4, d)) / 2)
    return bent + 0.01 * rng.normal(size=(n, d))


def blob(n: int, d: int) -> Points:
    """Return points of one isotropic normal distribution."""
    return np.random.default_rng(2).normal(size=(n, d))


def with_missing(points: Points) -> Points:
    """Return a copy in which one cell in twenty is missing."""
    return np.where(np.random.default_rng(3).random(points.shape) < 0.05, np.nan, points)


TABLES: dict[str, Callable[[], Points]] = {
    "50,000 x 30, 20 clusters": lambda: clusters(50_000, 30),
    "50,000 x 10, 20 clusters": lambda: clusters(50_000, 10),
    "200,000 x 4, blob": lambda: blob(200_000, 4),
    "200,000 x 30, bent sheet": lambda: sheet(200_000, 30),
    "40,000 x 28, blob": lambda: blob(40_000, 28),
}


def measure(points: Points) -> tuple[float, float]:
    """Return the seconds to build the index and to ask it, of the fastest run."""
    penalties = 2 * np.nanvar(points, axis=0) if np.isnan(points).any() else None
    runs = []
    for _ in range(RUNS):
        start = time.perf_counter()
        index = Index(points, penalties=penalties)
        built = time.perf_counter()
        index.nearest_others(5)
        runs.append((built - start, time.perf_counter() - built))
    return min(runs, key=sum)


def main(words: list[str]) -> None:
    """Print a line for each table, whole and with missing cells."""
    print(f"{'table':<26}{'build':>8}{'ask':>8}{'both':>8}{'5 % missing':>14}")
    for name, make in TABLES.items():
        if words and not any(word in name for word in words):
            continue
        points = make()
        build, ask = measure(points)
        missing = sum(measure(with_missing(points)))
        print(f"{name:<26}{build:8.3f}{ask:8.3f}{build + ask:8.3f}{missing:14.3f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
