"""Ensembles beside imbalanced-learn's: time to fit and to predict, peak memory, average precision.

Run it with ``python benchmarks/models.py [--runs 3] [--only WORDS]``. Each measurement is a process
of its own, the libraries in turn; medians are printed. Two jobs where a model takes jobs.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score
from sklearn.tree import DecisionTreeClassifier

from counterpoise import ResampledClassifier
from counterpoise.over_sampling import SMOTE
from tasks import WHOLE, Peak, payments, resident

MODELS: dict[str, dict[str, Any]] = {
    "BalancedRandomForestClassifier": {"n_estimators": 100, "n_jobs": 2},
    "EasyEnsembleClassifier": {"n_jobs": 2},
    "BalancedBaggingClassifier": {"n_jobs": 2},
    "RUSBoostClassifier": {"estimator": DecisionTreeClassifier(max_depth=8, random_state=0)},
}
TABLES = {"whole": (WHOLE, 492), "large": (400_000, 40_000), "small": (10_000, 500)}
NEW = ("SelfPacedEnsembleClassifier", "BalanceCascadeClassifier")


def table(n_rows: int, n_rare: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a table like card payments, whose rare class is off the same way for every seed."""
    off = 0.5 * np.random.RandomState(0).choice([-1, 1], 30)
    return payments(n_rows, n_rare, np.random.RandomState(seed), off)


def measure(model: str, size: str, library: str) -> dict[str, float]:
    """Fit and ask one model, and measure both."""
    warnings.simplefilter("ignore")
    X, y = table(*TABLES[size], seed=0)
    X_test, y_test = table(50_000, max(100, 50_000 * TABLES[size][1] // TABLES[size][0]), seed=1)
    cls = getattr(importlib.import_module(f"{library}.ensemble"), model)
    cls(random_state=0, **{**MODELS.get(model, {}), "n_estimators": 2}).fit(X[:3000], y[:3000] | (
        np.arange(3000) % 9 == 0))  # fmt: skip  # to warm caches up
    before = resident()
    with Peak() as peak:
        start = time.perf_counter()
        fitted = cls(random_state=0, **MODELS.get(model, {})).fit(X, y)
        fit = time.perf_counter() - start
    start = time.perf_counter()
    fitted.predict_proba(X)
    ask = time.perf_counter() - start
    score = average_precision_score(y_test, fitted.predict_proba(X_test)[:, 1])
    return {"fit": fit, "ask": ask, "peak": (peak.most - before) / 2**20, "score": score}


def run(model: str, size: str, library: str) -> dict[str, float]:
    """Measure in a fresh process."""
    command = [sys.executable, str(Path(__file__)), "--measure", model, size, library]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def compare(model: str, size: str, runs: int) -> str:
    """Return one row of the table."""
    libraries = ["counterpoise"] if model in NEW else ["counterpoise", "imblearn"]
    found: dict[str, list[dict[str, float]]] = {library: [] for library in libraries}
    for _ in range(runs):
        for library in libraries:
            found[library].append(run(model, size, library))
    medians = {
        library: {key: statistics.median(one[key] for one in several) for key in several[0]}
        for library, several in found.items()
    }
    ours, theirs = medians["counterpoise"], medians.get("imblearn")
    n_rows, n_rare = TABLES[size]
    cells = [f"{model}, {n_rows:,} × 30, {n_rare:,} rare"]
    for key, form in (
        ("fit", "{:.2f}"),
        ("ask", "{:.2f}"),
        ("peak", "{:.0f}"),
        ("score", "{:.3f}"),
    ):
        cells.append(form.format(ours[key]))
        cells.append(form.format(theirs[key]) if theirs else "")
        if key in ("fit", "ask"):
            cells.append(f"{theirs[key] / ours[key]:.1f}×" if theirs else "")
    return f"| {' | '.join(cells)} |"


def overhead(runs: int) -> str:
    """Return how much longer ResampledClassifier takes than its two steps by hand."""
    X, y = table(*TABLES["whole"], seed=0)
    times: list[list[float]] = [[], []]
    for _ in range(runs):
        start = time.perf_counter()
        rows = SMOTE(random_state=0).fit_resample(X, y)
        HistGradientBoostingClassifier(random_state=0).fit(*rows)
        middle = time.perf_counter()
        model = HistGradientBoostingClassifier(random_state=0)
        ResampledClassifier(model, SMOTE(random_state=0)).fit(X, y)
        times[0].append(middle - start)
        times[1].append(time.perf_counter() - middle)
    by_hand, together = (statistics.median(some) for some in times)
    return f"ResampledClassifier: {together:.2f} s, by hand {by_hand:.2f} s"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="measure only the rows whose name holds this")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(*options.measure)))
        return
    print(
        "| model | fit (s) | imbalanced-learn | ratio | ask all rows (s) | imbalanced-learn "
        "| ratio | peak above the table (MiB) | imbalanced-learn | average precision "
        "| imbalanced-learn |"
    )
    print("|---" * 11 + "|")
    for size in TABLES:
        for model in (*MODELS, *NEW):
            if options.only in f"{model} {size}":
                print(compare(model, size, options.runs), flush=True)
    if options.only in "overhead":
        print(overhead(options.runs))


if __name__ == "__main__":
    main()
