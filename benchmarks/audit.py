"""Measure the audit of synthetic samples: its intervals, its agreement with other tools, its speed.

Run it with ``python benchmarks/audit.py coverage N_TABLES``, ``python benchmarks/audit.py samplers
FOLDER`` (tables as CSV files), ``python benchmarks/audit.py peers FOLDER`` or ``python
benchmarks/audit.py speed``. The last two need resample-audit and oversampleqa. It prints the tables
in RESULTS.md.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.datasets import make_classification
from sklearn.preprocessing import StandardScaler

from counterpoise.audit import synthetic_samples
from counterpoise.audit._validity import measure_validity
from counterpoise.audit._withheld import generate_trials
from counterpoise.combine import SMOTEENN
from counterpoise.over_sampling import (
    ADASYN,
    SMOTE,
    SVMSMOTE,
    BorderlineSMOTE,
    RandomOverSampler,
)

N_FEATURES = 5
# Mean and standard deviation of the minority class in the first two features.
WORLDS = {"far apart": (4.0, 1.0), "shifted": (1.5, 1.0), "inside": (0.0, 0.5)}
SAMPLER_TABLES = ("haberman", "pima_diabetes", "phoneme", "mammography")
TABLES = ("haberman", "pima_diabetes", "phoneme", "oil_spill", "abalone_19", "mammography")


def main() -> None:
    warnings.filterwarnings("ignore")
    command, *arguments = sys.argv[1:]
    if command == "coverage":
        print_coverage(int(arguments[0]))
    elif command == "peers":
        print_peers(Path(arguments[0]))
    elif command == "samplers":
        print_samplers(Path(arguments[0]))
    else:
        print_speed()


# ---- Intervals, in worlds with a known probability of each class ----


def print_coverage(n_tables: int) -> None:
    print(
        "| world | rows | minority | sampler | true rate | invalid rate | standard deviation | "
        "coverage | half-width | coverage, added | p < 0.05 | p < 0.01 |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    sizes = ((400, 0.1), (1_500, 0.07), (1_500, 0.2))
    settings = [(world, *size, SMOTE()) for world in WORLDS for size in sizes]
    settings += [("shifted", *size, RandomOverSampler()) for size in sizes]
    for world, n_rows, share, sampler in settings:
        results = [audit_table(world, n_rows, share, sampler, seed) for seed in range(n_tables)]
        truth, rates, added, p_values = map(np.array, zip(*results, strict=True))
        mean = rates[:, 0].mean()
        numbers = (
            truth.mean(),
            mean,
            rates[:, 0].std(),
            covers(rates, mean),
            (rates[:, 2] - rates[:, 1]).mean() / 2,
            covers(added, added[:, 0].mean()),
            (p_values < 0.05).mean(),
            (p_values < 0.01).mean(),
        )
        cells = [world, f"{n_rows:,}", f"{share:.0%}", type(sampler).__name__]
        print(f"| {' | '.join([*cells, *(f'{x:.3f}' for x in numbers)])} |", flush=True)


def covers(intervals: np.ndarray, truth: float) -> float:
    return float(((intervals[:, 1] <= truth) & (truth <= intervals[:, 2])).mean())


def audit_table(
    world: str, n_rows: int, share: float, sampler: Any, seed: int
) -> tuple[float, tuple[float, ...], tuple[float, ...], float]:
    """Return the true rate, the measured rate, what the sampler adds, and the p-value."""
    rng = np.random.RandomState(seed)
    y = np.zeros(n_rows, int)
    y[: rng.binomial(n_rows, share)] = 1
    shift, deviation = WORLDS[world]
    X = rng.normal(size=(n_rows, N_FEATURES))
    X[y == 1, :2] = X[y == 1, :2] * deviation + shift
    trials = list(generate_trials(X, y, sampler, 10, rng))
    validity = measure_validity(trials, [1], rng)[0][1]
    generated = np.concatenate([trial.data.points[trial.synthetic] for trial in trials])
    other, own = (
        stats.norm(mean, sd).logpdf(generated[:, :2]).sum(axis=1) + np.log(prior)
        for mean, sd, prior in ((0, 1, 1 - share), (shift, deviation, share))
    )
    truth = float((1 / (1 + np.exp(own - other))).mean())
    return truth, validity.invalid_rate, validity.excess, validity.two_sample.p_value


# ---- Samplers ----


def print_samplers(folder: Path) -> None:
    samplers = {
        "SMOTE": SMOTE(),
        "SMOTE, k = 1": SMOTE(k_neighbors=1),
        "SMOTEENN": SMOTEENN(),
        "BorderlineSMOTE": BorderlineSMOTE(),
        "SVMSMOTE": SVMSMOTE(),
        "ADASYN": ADASYN(),
    }
    print(
        "| table | sampler | invalid | added, percentage points | among withheld rows of other "
        "classes | generated from rare samples or outliers |\n|---|---|---|---|---|---|"
    )
    for name in SAMPLER_TABLES:
        X, y = read_table(folder, name)
        for sampler_name, sampler in samplers.items():
            rng = np.random.RandomState(0)
            trials = generate_trials(X, y, sampler, 10, rng)
            validity = measure_validity(trials, [1], rng)[0][1]
            added, low, high = (100 * value for value in validity.excess)
            regions = validity.regions
            outliers = sum(r.share for r in regions if r.sample_type in ("rare", "outlier"))
            cells = [
                f"{validity.invalid_rate.value:.1%}",
                f"{added:+.1f} [{low:+.1f}, {high:+.1f}]",
                f"{validity.hidden_rate.value:.1%}",
                f"{outliers:.1%}",
            ]
            print(f"| {name} | {sampler_name} | {' | '.join(cells)} |", flush=True)


# ---- Other tools ----


def print_peers(folder: Path) -> None:
    print(
        "| table | sampler | invalid | resample-audit | OversampleQA | seconds | resample-audit | "
        "OversampleQA |\n|---|---|---|---|---|---|---|---|"
    )
    for name in TABLES:
        X, y = read_table(folder, name)
        for sampler in (SMOTE(), BorderlineSMOTE()):
            print(f"| {name} | {type(sampler).__name__} | {compare(X, y, sampler)} |", flush=True)


def compare(X: np.ndarray, y: np.ndarray, sampler: Any) -> str:
    """Return the rates of three tools in ten splits, and their times in seconds."""
    from oversampleqa import validate_oversampling  # noqa: PLC0415
    from resample_audit import validity_audit  # noqa: PLC0415

    rng = np.random.RandomState(0)
    (validity, _), seconds = timed(
        lambda: measure_validity(generate_trials(X, y, sampler, 10, rng), [1], rng)
    )
    audit, audit_seconds = timed(
        lambda: validity_audit(
            lambda: sampler, X[y == 1], X[y == 0], n_splits=10, metric="euclidean"
        )
    )
    hidden, hidden_seconds = timed(
        lambda: validate_oversampling(X, y, 1, sampler, 0.5, "euclidean", n_repeats=10)
    )
    rate = validity[1].invalid_rate
    cells = [
        f"{rate.value:.3f} [{rate.low:.3f}, {rate.high:.3f}]",
        *(f"{x:.3f}" for x in (audit["er_split"], hidden)),
        *(f"{x:.1f}" for x in (seconds, audit_seconds, hidden_seconds)),
    ]
    return " | ".join(cells)


def read_table(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the standardized numeric columns, and 1 for the smaller class."""
    table = pd.read_csv(folder / f"{name}.csv")
    labels = table.pop("label")
    X = StandardScaler().fit_transform(table.select_dtypes("number").to_numpy(float))
    return X, (labels == labels.value_counts().index[-1]).to_numpy(int)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return a result, and the CPU time in seconds, which other processes hardly affect."""
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def print_speed() -> None:
    """Print the time of each tool on 20,000 rows of 20 columns."""
    import oversampleqa  # noqa: PLC0415
    import resample_audit  # noqa: PLC0415

    X, y = make_classification(20_000, 20, n_informative=10, weights=[0.9], random_state=0)
    X = StandardScaler().fit_transform(X)
    sampler = SMOTE(random_state=0)
    synthetic_samples((X[:1_000], y[:1_000]), sampler)  # imports
    calls = {
        "counterpoise, 5 splits, complete": lambda: synthetic_samples((X, y), sampler, n_splits=5),
        "counterpoise, 5 splits, validity only": lambda: validity_only(X, y, sampler),
        "resample-audit, 5 splits, validity only, Euclidean": lambda: resample_audit.audit(
            X, y, SMOTE, metric="euclidean", benchmark=False
        ),
        "resample-audit, 5 splits, complete, Euclidean": lambda: resample_audit.audit(
            X, y, SMOTE, metric="euclidean"
        ),
        "resample-audit, 5 splits, validity only, its default distance": lambda: (
            resample_audit.audit(X, y, SMOTE, benchmark=False)
        ),
        "OversampleQA, 1 split, Euclidean": lambda: oversampleqa.validate_oversampling(
            X, y, 1, sampler, 0.5, "euclidean"
        ),
        "OversampleQA, 1 split, its default distance": lambda: oversampleqa.validate_oversampling(
            X, y, 1, sampler, 0.5
        ),
    }
    print("| tool | seconds |\n|---|---|")
    for name, call in calls.items():
        n_runs = 1 if "its default distance" in name else 3
        print(f"| {name} | {min(timed(call)[1] for _ in range(n_runs)):.2f} |", flush=True)


def validity_only(X: np.ndarray, y: np.ndarray, sampler: Any) -> Any:
    rng = np.random.RandomState(0)
    return measure_validity(generate_trials(X, y, sampler, 5, rng), [1], rng)


if __name__ == "__main__":
    main()
