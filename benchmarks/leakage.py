"""Is resampling before the split caught, and is an honest split left alone? On real tables.

Run it with ``python benchmarks/leakage.py FOLDER [N_SPLITS]``, the folder holding the CSV tables.
Honest splits are N_SPLITS, those of resampled rows a quarter as many. It prints the table of
RESULTS.md.
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

OVERSAMPLED = ("phoneme", "pima_diabetes", "abalone_19", "oil_spill")
HONEST = (*OVERSAMPLED, "mammography", "haberman", "adult_sample")
TEST_SIZES = (0.2, 0.25, 0.3)


def main() -> None:
    folder, n_splits = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    print(
        "| table | rows were | given | splits | found | cannot tell | not found | seconds each |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for name in HONEST:
        X, y = read(folder, name)
        report(name, "honest", n_splits, lambda _, X=X, y=y: (X, y))
        for how in makers(X) if name in OVERSAMPLED else ():
            report(name, how, n_splits // 4, lambda seed, X=X, y=y, how=how: make(how, X, y, seed))


def read(folder: Path, name: str) -> tuple[pd.DataFrame, np.ndarray]:
    table = pd.read_csv(folder / f"{name}.csv")
    y = table.pop("label").to_numpy()
    return table, y


def makers(X: pd.DataFrame) -> tuple[str, ...]:
    smote = ("SMOTE", "SMOTE, standard", "SMOTE of an array")
    mixed = () if X.shape[1] == X.select_dtypes("number").shape[1] else ("SMOTENC",)
    return ("RandomOverSampler", *smote, *mixed)


def make(how: str, X: pd.DataFrame, y: np.ndarray, seed: int) -> tuple[object, np.ndarray]:
    numbers = X.select_dtypes("number")
    if how == "RandomOverSampler":
        return RandomOverSampler(random_state=seed).fit_resample(X, y)
    if how == "SMOTENC":
        return SMOTENC(random_state=seed).fit_resample(X, y)
    if how == "SMOTE of an array":
        return SMOTE(random_state=seed).fit_resample(numbers.to_numpy(float), y)
    scale = "standard" if how.endswith("standard") else None
    return SMOTE(random_state=seed, scale=scale).fit_resample(numbers, y)


def report(name: str, how: str, n_splits: int, rows_of: Callable[[int], tuple[Any, Any]]) -> None:
    answers: dict[str, Counter[bool | None]] = {"rows": Counter(), "rows and labels": Counter()}
    seconds = dict.fromkeys(answers, 0.0)
    for seed in range(n_splits):
        X, y = rows_of(seed)
        size = TEST_SIZES[seed % len(TEST_SIZES)]
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=size, random_state=seed, stratify=y if seed % 2 else None
        )
        for given, counts in answers.items():
            labels = (y_train, y_test) if given != "rows" else ()
            start = time.perf_counter()
            counts[leakage(X_train, X_test, *labels).found] += 1
            seconds[given] += time.perf_counter() - start
    for given, counts in answers.items():
        told = " | ".join(str(counts[answer]) for answer in (True, None, False))
        each = seconds[given] / n_splits
        print(f"| {name} | {how} | {given} | {n_splits} | {told} | {each:.1f} |", flush=True)


if __name__ == "__main__":
    main()
