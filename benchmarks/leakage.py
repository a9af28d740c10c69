"""Measure how often `audit.leakage` detects resampling before the split, on real tables.

Run it with ``python benchmarks/leakage.py FOLDER [N_SPLITS]``; FOLDER contains the tables as CSV
files. The original rows are split N_SPLITS times, and resampled rows a quarter as often. It prints
the table in RESULTS.md.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from counterpoise.audit import leakage
from counterpoise.over_sampling import SMOTE, SMOTENC, RandomOverSampler

RESAMPLED = ("phoneme", "pima_diabetes", "abalone_19", "oil_spill")
TABLES = (*RESAMPLED, "mammography", "haberman", "adult_sample")
TEST_SIZES = (0.2, 0.25, 0.3)


def main() -> None:
    folder, n_splits = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    print(
        "| table | resampling | input | splits | found | inconclusive | not found "
        "| seconds per split |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for name in TABLES:
        X, y = read_table(folder, name)
        evaluate(name, "none", n_splits, lambda _, X=X, y=y: (X, y))
        for sampler in sampler_names(X) if name in RESAMPLED else ():
            evaluate(
                name,
                sampler,
                n_splits // 4,
                lambda seed, X=X, y=y, sampler=sampler: resample(sampler, X, y, seed),
            )


def read_table(folder: Path, name: str) -> tuple[pd.DataFrame, np.ndarray]:
    table = pd.read_csv(folder / f"{name}.csv")
    y = table.pop("label").to_numpy()
    return table, y


def sampler_names(X: pd.DataFrame) -> tuple[str, ...]:
    smote = ("SMOTE", "SMOTE, standard", "SMOTE of an array")
    mixed = () if X.shape[1] == X.select_dtypes("number").shape[1] else ("SMOTENC",)
    return ("RandomOverSampler", *smote, *mixed)


def resample(sampler: str, X: pd.DataFrame, y: np.ndarray, seed: int) -> tuple[object, np.ndarray]:
    numeric = X.select_dtypes("number")
    if sampler == "RandomOverSampler":
        return RandomOverSampler(random_state=seed).fit_resample(X, y)
    if sampler == "SMOTENC":
        return SMOTENC(random_state=seed).fit_resample(X, y)
    if sampler == "SMOTE of an array":
        return SMOTE(random_state=seed).fit_resample(numeric.to_numpy(float), y)
    scale = "standard" if sampler.endswith("standard") else None
    return SMOTE(random_state=seed, scale=scale).fit_resample(numeric, y)


def evaluate(
    name: str, sampler: str, n_splits: int, make_data: Callable[[int], tuple[Any, Any]]
) -> None:
    """Print a line for the audit of X alone and a line for the audit of X and y."""
    counts: dict[str, Counter[bool | None]] = {"X": Counter(), "X and y": Counter()}
    seconds = dict.fromkeys(counts, 0.0)
    for seed in range(n_splits):
        X, y = make_data(seed)
        size = TEST_SIZES[seed % len(TEST_SIZES)]
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=size, random_state=seed, stratify=y if seed % 2 else None
        )
        for data, results in counts.items():
            targets = (y_train, y_test) if data == "X and y" else ()
            start = time.perf_counter()
            results[leakage(X_train, X_test, *targets).found] += 1
            seconds[data] += time.perf_counter() - start
    for data, results in counts.items():
        cells = [name, sampler, data, n_splits, *(results[found] for found in (True, None, False))]
        print(f"| {' | '.join(map(str, cells))} | {seconds[data] / n_splits:.1f} |", flush=True)


if __name__ == "__main__":
    main()
