"""Measure what `inspect` finds in a test set: in random splits nothing, and planted differences.

Run it with ``python benchmarks/second_tables.py FOLDER [N_SPLITS]``; FOLDER contains the tables as
CSV files with a column ``label``. It prints the tables in RESULTS.md.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from counterpoise._table import as_table, encode_target
from counterpoise.profile._shift import compare_with_test_set, open_test_set
from counterpoise.profile._shift_findings import find_shifts

TEST_SIZE = 0.25


def main() -> None:
    folder, n_splits = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50
    tables = {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}
    counts: Counter[str] = Counter()
    seconds = time.perf_counter()
    for table in tables.values():
        for seed in range(n_splits):
            counts.update(find(*split(table, seed)))
    n_profiles = n_splits * len(tables)
    seconds = (time.perf_counter() - seconds) / n_profiles
    print(f"{n_profiles:,} random splits of {len(tables)} tables, {seconds:.3f} seconds each\n")
    print("| finding | severity | splits |\n|---|---|---|")
    for (code, severity), count in sorted(counts.items()):
        print(f"| {code} | {severity} | {count:,} |")
    print("\n| change of the test set | tables | found | not found |\n|---|---|---|---|")
    for name, (change, code) in CHANGES.items():
        found = {stem: detect(table, change, code, 0) for stem, table in tables.items()}
        missed = [stem for stem, is_found in found.items() if is_found is False]
        n_found = sum(is_found is True for is_found in found.values())
        print(f"| {name} | {n_found + len(missed)} | {n_found} | {', '.join(missed)} |")


def split(table: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = np.random.RandomState(seed).permutation(len(table))
    n_test = round(TEST_SIZE * len(table))
    return table.iloc[rows[n_test:]], table.iloc[rows[:n_test]]


def find(train: pd.DataFrame, test: pd.DataFrame) -> set[tuple[str, str]]:
    table = as_table(train.drop(columns="label"))
    opened = open_test_set(test, None, "label", ())
    assert opened is not None
    shift = compare_with_test_set(table, encode_target(train["label"], len(train)), opened, {})
    return {(finding.code, finding.severity) for finding in find_shifts(shift)}


def detect(
    table: pd.DataFrame,
    change: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame | None],
    code: str,
    seed: int,
) -> bool | None:
    """Return whether a change gives a caution or warning; None if it does not suit the table."""
    train, test = split(table, seed)
    changed = change(train, test.copy())
    if changed is None:
        return None
    return bool({(code, "caution"), (code, "warning")} & find(train, changed))


# ---- Changes of the test set ----


def numbers(table: pd.DataFrame) -> list[str]:
    """Return the columns of numbers with more than 20 values."""
    numeric = table.drop(columns="label").select_dtypes("number")
    return [name for name in numeric if numeric[name].nunique() > 20]


def texts(table: pd.DataFrame) -> list[str]:
    return list(table.drop(columns="label").select_dtypes(exclude="number"))


def share_rows(train: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([test, train.head(max(len(test) // 10, 1))])


def change_unit(_: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame | None:
    names = numbers(test)
    return test.assign(**{names[0]: test[names[0]] * 100}) if names else None


def shift_column(train: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame | None:
    names = numbers(test)
    if not names:
        return None
    return test.assign(**{names[0]: test[names[0]] + train[names[0]].std()})


def lose_values(_: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame:
    name = test.columns[0] if test.columns[0] != "label" else test.columns[1]
    values = test[name].astype(object)
    values.iloc[: len(test) // 3] = None
    return test.assign(**{name: values if name in texts(test) else values.astype(float)})


def rename_category(_: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame | None:
    names = texts(test)
    if not names:
        return None
    top = test[names[0]].mode()[0]
    return test.assign(**{names[0]: test[names[0]].replace(top, f"{top} (new)")})


def oversample(_: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame | None:
    counts = test["label"].value_counts()
    if counts.iloc[0] < 1.5 * counts.iloc[-1]:
        return None
    parts = [
        test[test["label"] == label].sample(counts.iloc[0], replace=True, random_state=0)
        for label in counts.index
    ]
    return pd.concat(parts)


CHANGES = {
    "a tenth of the rows added from the training set": (share_rows, "test-shared-rows"),
    "first column of numbers multiplied by 100": (change_unit, "test-distributions"),
    "first column of numbers plus one standard deviation": (shift_column, "test-distributions"),
    "a third of the first column missing": (lose_values, "test-missing-values"),
    "the most frequent category renamed": (rename_category, "test-new-categories"),
    "classes oversampled to the same size": (oversample, "test-class-shares"),
}


if __name__ == "__main__":
    main()
