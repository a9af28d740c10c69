"""Compare boosted decision stumps with imbalanced-learn, and with an earlier version.

Run it with ``python benchmarks/stumps.py [--earlier FOLDER] [--runs 3] [--only TEXT]``, where
FOLDER has the package of the earlier version. Each measurement runs in a new process, and the
versions take turns. Medians are printed: processor time and elapsed time, with one job, and how
many times more a version takes for each stump.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from tasks import payments

MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "EasyEnsemble": ("EasyEnsembleClassifier", {}),
    "RUSBoost": ("RUSBoostClassifier", {}),
    # Boosting goes on for longer with a smaller learning rate.
    "RUSBoost (SAMME)": ("RUSBoostClassifier", {"algorithm": "SAMME", "learning_rate": 0.1}),
}
RNG = np.random.RandomState(0)


def encoded(n: int = 45_211) -> tuple[np.ndarray, np.ndarray]:
    """Return 7 numeric features and 9 encoded categorical ones, 44 columns of 0 and 1.

    Shape and distributions are like those of the data set of calls of a bank's campaign.
    """
    numeric = [
        RNG.randint(18, 95, n),  # years
        RNG.lognormal(7, 1, n).round(),  # balance
        RNG.randint(1, 32, n),  # day
        RNG.lognormal(5, 1, n).round(),  # seconds
        RNG.geometric(0.4, n),  # calls
        np.where(RNG.rand(n) < 0.8, -1, RNG.randint(1, 800, n)),  # days since the last call
        RNG.poisson(0.5, n),
    ]
    categories = [
        np.eye(size)[RNG.choice(size, n, p=RNG.dirichlet(np.ones(size)))]
        for size in (12, 3, 4, 2, 2, 2, 3, 12, 4)
    ]
    X = np.column_stack([*numeric, *categories])
    score = (np.log1p(X[:, 3]) - 5) + 0.3 * X[:, 6] + X[:, 7:] @ RNG.normal(0, 0.5, 44)
    return X, (score + RNG.logistic(size=n) > np.quantile(score, 0.93)).astype(int)


def continuous(n: int = 45_211) -> tuple[np.ndarray, np.ndarray]:
    """Return 51 continuous features; 5,289 samples are of the minority class."""
    y = (np.arange(n) < 5_289).astype(int)
    return RNG.randn(n, 51) + y[:, None] * RNG.normal(0, 0.3, 51), y


TABLES = {
    "45,211 × 51, 44 of them encoded": encoded,
    "45,211 × 51, continuous": continuous,
    "10,000 × 30, 500 minority": lambda: payments(10_000, 500, RNG),
}


def measure(model: str, table: str, library: str) -> dict[str, float]:
    """Measure fitting and predicting, after a small fit that imports what is imported late."""
    warnings.simplefilter("ignore")
    X, y = TABLES[table]()
    name, params = MODELS[model]
    cls = getattr(importlib.import_module(f"{library}.ensemble"), name)
    cls(n_estimators=2).fit(RNG.randn(60, 4), np.arange(60) % 2)
    fitted, figures = cls(random_state=0, **params), {}
    for name, step in (("fit", lambda: fitted.fit(X, y)), ("predict", lambda: fitted.predict(X))):
        start = time.process_time(), time.perf_counter()
        step()
        figures[f"{name} cpu"] = time.process_time() - start[0]
        figures[f"{name} elapsed"] = time.perf_counter() - start[1]
    members = [
        len(getattr(one, "steps", [[0, one]])[-1][1].estimators_) for one in members_of(fitted)
    ]
    return {
        **figures,
        "stumps": sum(members),
        "checksum": float(fitted.predict_proba(X)[:, 1].sum()),
    }


def members_of(fitted: Any) -> list[Any]:
    """Return the boosted models of an ensemble, or the model itself if it is boosted."""
    return [fitted] if "RUSBoost" in type(fitted).__name__ else fitted.estimators_


def run(model: str, table: str, library: str, folder: str | None) -> dict[str, float]:
    """Run `measure` in a new process, with the package in a folder."""
    command = [sys.executable, str(Path(__file__)), "--measure", model, table, library]
    environment = {**os.environ, **({"PYTHONPATH": folder} if folder else {})}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return dict(json.loads(done.stdout))


def compare(model: str, table: str, runs: int, earlier: str | None) -> str:
    """Return one row of the table."""
    versions = {"now": ("counterpoise", None), "imblearn": ("imblearn", None)}
    if earlier:
        versions["earlier"] = ("counterpoise", earlier)
    results: dict[str, list[dict[str, float]]] = {version: [] for version in versions}
    for _ in range(runs):
        for version, (library, folder) in versions.items():
            results[version].append(run(model, table, library, folder))
    medians = {
        version: {key: statistics.median(one[key] for one in figures) for key in figures[0]}
        for version, figures in results.items()
    }
    stumps = [f"{version} {m['stumps']:.0f}" for version, m in medians.items()]
    cells = [f"{model}, {table}; stumps: {', '.join(stumps)}"]
    for key in ("fit cpu", "fit elapsed", "predict cpu"):
        per_stump = {version: m[key] / m["stumps"] for version, m in medians.items()}
        cells.append(f"{medians['now'][key]:.2f}")
        cells += [
            f"{medians[version][key]:.2f} ({per_stump[version] / per_stump['now']:.1f}×)"
            for version in ("earlier", "imblearn")
            if version in medians
        ]
    same = len({figures["checksum"] for figures in medians.values()}) == 1
    return f"| {' | '.join(cells)} | {'same' if same else 'different'} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--earlier", help="folder with the package of an earlier version")
    parser.add_argument("--runs", type=int, default=3, help="runs per measurement; default: 3")
    parser.add_argument("--only", default="", help="measure only lines whose name contains this")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(*options.measure)))
        return
    versions = ["now", *(["earlier"] if options.earlier else []), "imbalanced-learn"]
    names = ("fit, processor (s)", "fit, elapsed (s)", "predict, processor (s)")
    header = [f"{name}, {version}" for name in names for version in versions]
    print(f"| model, table | {' | '.join(header)} | probabilities |")
    print("|---" * (len(header) + 2) + "|")
    for table in TABLES:
        for model in MODELS:
            if options.only in f"{model} {table}":
                print(compare(model, table, options.runs, options.earlier), flush=True)


if __name__ == "__main__":
    main()
