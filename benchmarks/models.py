"""Compare the ensembles with those of imbalanced-learn: time, peak memory and average precision.

Run it with ``python benchmarks/models.py [--runs 3] [--only TEXT]``. Each measurement runs in a new
process, and the libraries take turns; medians are printed. Models with `n_jobs` use two jobs.
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
from tasks import LARGE, PeakMemory, payments, resident_memory

MODELS: dict[str, dict[str, Any]] = {
    "BalancedRandomForestClassifier": {"n_estimators": 100, "n_jobs": 2},
    "EasyEnsembleClassifier": {"n_jobs": 2},
    "BalancedBaggingClassifier": {"n_jobs": 2},
    "RUSBoostClassifier": {
        "estimator": DecisionTreeClassifier(max_depth=8, random_state=0),
        "algorithm": "SAMME",
    },
}
TABLES = {"fraud": (LARGE, 492), "large": (400_000, 40_000), "small": (10_000, 500)}
ONLY_OURS = ("SelfPacedEnsembleClassifier", "BalanceCascadeClassifier")


def make_table(n_rows: int, n_minority: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a table like card payments; the minority class has the same mean for every seed."""
    shift = 0.5 * np.random.RandomState(0).choice([-1, 1], 30)
    return payments(n_rows, n_minority, np.random.RandomState(seed), shift)


def measure(model: str, size: str, library: str) -> dict[str, float]:
    """Measure fitting and predicting of one model."""
    warnings.simplefilter("ignore")
    X, y = make_table(*TABLES[size], seed=0)
    n_rows, n_minority = TABLES[size]
    X_test, y_test = make_table(50_000, max(100, 50_000 * n_minority // n_rows), seed=1)
    cls = getattr(importlib.import_module(f"{library}.ensemble"), model)
    # A small fit before the measurement imports what is imported late and fills caches.
    small = {**MODELS.get(model, {}), "n_estimators": 2}
    cls(random_state=0, **small).fit(X[:3000], y[:3000] | (np.arange(3000) % 9 == 0))
    before = resident_memory()
    with PeakMemory() as peak:
        start = time.perf_counter()
        fitted = cls(random_state=0, **MODELS.get(model, {})).fit(X, y)
        fit = time.perf_counter() - start
    start = time.perf_counter()
    fitted.predict_proba(X)
    predict = time.perf_counter() - start
    score = average_precision_score(y_test, fitted.predict_proba(X_test)[:, 1])
    return {"fit": fit, "predict": predict, "peak": (peak.bytes - before) / 2**20, "score": score}


def run(model: str, size: str, library: str) -> dict[str, float]:
    """Run `measure` in a new process."""
    command = [sys.executable, str(Path(__file__)), "--measure", model, size, library]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def compare(model: str, size: str, runs: int) -> str:
    """Return one row of the table."""
    libraries = ["counterpoise"] if model in ONLY_OURS else ["counterpoise", "imblearn"]
    results: dict[str, list[dict[str, float]]] = {library: [] for library in libraries}
    for _ in range(runs):
        for library in libraries:
            results[library].append(run(model, size, library))
    medians = {
        library: {
            key: statistics.median(one[key] for one in measurements) for key in measurements[0]
        }
        for library, measurements in results.items()
    }
    ours, theirs = medians["counterpoise"], medians.get("imblearn")
    n_rows, n_minority = TABLES[size]
    cells = [f"{model}, {n_rows:,} × 30, {n_minority:,} minority"]
    for key, form in (
        ("fit", "{:.2f}"),
        ("predict", "{:.2f}"),
        ("peak", "{:.0f}"),
        ("score", "{:.3f}"),
    ):
        cells.append(form.format(ours[key]))
        cells.append(form.format(theirs[key]) if theirs else "")
        if key in ("fit", "predict"):
            cells.append(f"{theirs[key] / ours[key]:.1f}×" if theirs else "")
    return f"| {' | '.join(cells)} |"


def overhead(runs: int) -> str:
    """Compare the time of ResampledClassifier with that of its two separate steps."""
    X, y = make_table(*TABLES["fraud"], seed=0)
    times: list[list[float]] = [[], []]
    for _ in range(runs):
        start = time.perf_counter()
        resampled = SMOTE(random_state=0).fit_resample(X, y)
        HistGradientBoostingClassifier(random_state=0).fit(*resampled)
        middle = time.perf_counter()
        model = HistGradientBoostingClassifier(random_state=0)
        ResampledClassifier(model, SMOTE(random_state=0), calibration="prior").fit(X, y)
        times[0].append(middle - start)
        times[1].append(time.perf_counter() - middle)
    separate, together = (statistics.median(seconds) for seconds in times)
    return f"ResampledClassifier: {together:.2f} s, separate steps: {separate:.2f} s"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs per measurement; default: 3")
    parser.add_argument("--only", default="", help="measure only lines whose name contains this")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(*options.measure)))
        return
    print(
        "| model | fit (s) | imbalanced-learn | ratio | predict all rows (s) | imbalanced-learn "
        "| ratio | peak memory above the table (MiB) | imbalanced-learn | average precision "
        "| imbalanced-learn |"
    )
    print("|---" * 11 + "|")
    for size in TABLES:
        for model in (*MODELS, *ONLY_OURS):
            if options.only in f"{model} {size}":
                print(compare(model, size, options.runs), flush=True)
    if options.only in "overhead":
        print(overhead(options.runs))


if __name__ == "__main__":
    main()
