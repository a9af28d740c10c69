"""`inspect` with a test set: what differs is found, and what a random split explains is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse, stats

import counterpoise
from counterpoise.exceptions import InputError, TargetError
from counterpoise.profile import DataProfile
from counterpoise.profile._shift_tests import (
    adjust,
    compare_shares,
    compute_one_sided_p_value,
    measure_distance_of_categories,
    measure_distance_of_numbers,
)

pytestmark = pytest.mark.usefixtures("without_models")


def make_table(seed: int, n: int = 900) -> pd.DataFrame:
    """Return a table with numbers, categories, missing values, an identifier and a target."""
    rng = np.random.RandomState(seed)
    table = pd.DataFrame(
        {
            "id": rng.permutation(10 * n)[:n],
            "age": rng.randint(18, 90, n),
            "income": rng.lognormal(10, 1, n),
            "town": rng.choice([f"town {i}" for i in range(12)], n),
            "member": rng.random_sample(n) < 0.3,
            "label": np.where(rng.random_sample(n) < 0.2, "yes", "no"),
        }
    )
    table.loc[rng.random_sample(n) < 0.1, "income"] = np.nan
    return table


def split(table: pd.DataFrame, n_test: int = 300) -> tuple[pd.DataFrame, pd.DataFrame]:
    return table.iloc[:-n_test].reset_index(drop=True), table.iloc[-n_test:].reset_index(drop=True)


def compare(train: pd.DataFrame, test: pd.DataFrame, **options: Any) -> DataProfile:
    return counterpoise.inspect(train, "label", X_test=test, **options)


def find(train: pd.DataFrame, test: pd.DataFrame, code: str, **options: Any) -> Any:
    findings = compare(train, test, **options).findings
    return next((finding for finding in findings if finding.code == f"test-{code}"), None)


def column(profile: DataProfile, name: Any) -> Any:
    assert profile.shift is not None
    return next(one for one in profile.shift.columns if one.name == name)


# ---- No alarm without a difference ----


def test_a_random_split_gives_no_more_than_notes(seed: int) -> None:
    profile = compare(*split(make_table(seed)))
    alarms = [f for f in profile.findings if f.code.startswith("test-") and f.severity != "note"]
    assert alarms == []


@pytest.mark.parametrize(
    "name", ["abalone_19", "german_credit", "horse_colic", "wine_quality_white"]
)
def test_a_random_split_of_a_real_table_gives_no_alarm(tables: Path, name: str) -> None:
    """Natural duplicates and missing values give no more than a caution about duplicates."""
    table = pd.read_csv(tables / f"{name}.csv")
    shuffled = table.sample(frac=1, random_state=0)
    profile = compare(*split(shuffled, len(table) // 4))
    found = {f.code for f in profile.findings if f.code.startswith("test-")}
    severe = {f.code for f in profile.findings if f.severity != "note"} & found
    assert severe <= {"test-shared-rows", "test-absent-classes"}


def test_without_a_test_set_nothing_is_compared() -> None:
    profile = counterpoise.inspect(make_table(0), "label")
    assert profile.shift is None
    assert "Test set" not in str(profile)


# ---- Each difference is found ----


def test_shared_rows(seed: int) -> None:
    """Rows of the training set are found in the test set, whatever their identifiers are."""
    train, test = split(make_table(seed))
    leaked = pd.concat([test, train.iloc[:40].assign(id=np.arange(40) + 10**6)])
    rows, test_rows = (
        list(part.drop(columns=["id", "label"]).fillna(-1).itertuples(index=False, name=None))
        for part in (train, leaked)
    )
    n_shared = sum(row in set(rows) for row in test_rows)
    finding = find(train, leaked, "shared-rows")
    assert finding.severity == "warning"
    assert finding.sentence.startswith(f"{n_shared} rows of the test set")
    assert getattr(find(train, test, "shared-rows"), "severity", "note") == "note"


def test_natural_duplicates_are_no_leakage(seed: int) -> None:
    """Rows of few distinct values occur in both parts of every random split."""
    table = make_table(seed)[["town", "member", "label"]]
    finding = find(*split(table), "shared-rows")
    assert finding.severity == "caution"


def test_columns_and_types() -> None:
    train, test = split(make_table(0))
    changed = test.drop(columns="age").assign(score=0.5, member="yes")
    assert "lacks column 'age'" in find(train, changed, "missing-columns").sentence
    assert "has column 'score'" in find(train, changed, "extra-columns").sentence
    types = find(train, changed, "types").sentence
    assert "Column 'member' (boolean and categorical) differs in type" in types
    assert find(train, test.assign(income=np.nan), "types") is None
    assert find(train, test.assign(age=test["age"] + 0.5), "types") is None


def test_new_categories_are_a_caution_if_chance_does_not_explain_them() -> None:
    train, test = split(make_table(0))
    once = test.assign(town=test["town"].where(test.index > 0, "Oslo"))
    finding = find(train, once, "new-categories")
    assert (finding.severity, "'Oslo', 1 row" in finding.sentence) == ("note", True)
    often = test.assign(town=test["town"].where(test.index > 20, "Oslo"))
    finding = find(train, often, "new-categories")
    assert (finding.severity, "'Oslo', 21 rows" in finding.sentence) == ("caution", True)
    assert column(compare(train, often), "town").new_categories == ("Oslo",)


def test_numbers_out_of_range() -> None:
    train, test = split(make_table(0))
    ages = test["age"]
    finding = find(train, test.assign(age=ages.where(test.index > 30, -999)), "out-of-range")
    assert "'age' (31 rows; 18 to 89 in the table, −999 to 89 in the test set)" in finding.sentence
    assert (
        find(train, test.assign(age=test["age"].where(test.index > 1, 95)), "out-of-range") is None
    )


def test_missing_values() -> None:
    train, test = split(make_table(0))
    gone = test["income"].where(test.index % 3 > 0)
    assert find(train, test.assign(income=gone), "missing-values").severity == "caution"
    assert find(train, test.assign(income=np.nan), "missing-values").severity == "warning"


def test_distributions() -> None:
    train, test = split(make_table(0))
    richer = test.assign(income=test["income"] * 2)
    finding = find(train, richer, "distributions")
    assert finding.severity == "caution"
    assert finding.sentence.startswith("Column 'income' (distance 0.")
    cents = test.assign(income=test["income"] * 100, town="town 1")
    assert find(train, cents, "distributions").severity == "warning"
    assert "'id'" not in find(train, cents.assign(id=cents["id"] + 10**6), "distributions").sentence


def test_classes() -> None:
    train, test = split(make_table(0))
    balanced = test.assign(label=np.where(test.index % 2, "yes", "no"))
    assert find(train, balanced, "class-shares").severity == "warning"
    spelled = test.assign(label=test["label"].str.title())
    assert "'No', 'Yes'" in find(train, spelled, "new-classes").sentence.replace(
        "'Yes', 'No'", "'No', 'Yes'"
    )
    assert "'no', 'yes'" in find(train, spelled, "absent-classes").sentence
    assert find(train, test.drop(columns="label"), "class-shares") is None
    assert compare(train, test.drop(columns="label")).shift.classes == ()
    labels = balanced["label"]
    assert find(train, test.drop(columns="label"), "class-shares", y_test=labels) is not None


# ---- Numbers equal those of scipy ----


def test_statistics_equal_scipy(seed: int) -> None:
    rng = np.random.RandomState(seed)
    a, b = rng.normal(size=200).round(1), rng.normal(0.3, 1, 90).round(1)
    expected = stats.ks_2samp(a, b, method="asymp")
    distance, p_value = measure_distance_of_numbers(a, b)
    assert distance == pytest.approx(expected.statistic)
    assert p_value == pytest.approx(stats.kstwobign.sf(distance * np.sqrt(200 * 90 / 290)))
    counts, test_counts = (
        rng.multinomial(300, [0.5, 0.3, 0.2]),
        rng.multinomial(99, [0.4, 0.4, 0.2]),
    )
    distance, p_value = measure_distance_of_categories(counts, test_counts)
    assert distance == pytest.approx(np.abs(counts / 300 - test_counts / 99).sum() / 2)
    assert p_value == pytest.approx(stats.chi2_contingency([counts, test_counts])[1])
    assert compare_shares(3, 100, 4, 50) == stats.fisher_exact([[3, 97], [4, 46]])[1]
    k, n_test, n_all = rng.randint(1, 5), 20, 60
    ways = stats.hypergeom(n_all, n_test, k).pmf(k)
    assert compute_one_sided_p_value(k, n_test, n_all) == pytest.approx(ways)
    p_values = rng.random_sample(8) ** 4
    assert np.all(np.array(adjust(p_values)) >= p_values)
    assert min(adjust(p_values)) == pytest.approx(min(1, 8 * p_values.min()))


def test_rare_categories_do_not_add_up_to_a_distance() -> None:
    """A column of hundreds of categories has a distance of 1 if each is counted on its own."""
    rng = np.random.RandomState(0)
    codes = rng.randint(0, 2000, 900)
    parts = [np.bincount(part, minlength=2000) for part in (codes[:600], codes[600:])]
    assert measure_distance_of_categories(*parts) == (0.0, 1.0)


# ---- Containers, columns and errors ----


def test_containers_give_the_same_comparison() -> None:
    train, test = split(make_table(0))
    changed = test.assign(town=test["town"].where(test.index > 20, "Oslo"), age=test["age"] + 9)
    expected = compare(train, changed).to_dict()["shift"]
    for convert in (pl.from_pandas, pa.Table.from_pandas):
        found = compare(convert(train), convert(changed)).to_dict()["shift"]
        assert found == expected
    assert compare(train, pl.from_pandas(changed)).to_dict()["shift"] == expected


def test_arrays_are_compared_by_position() -> None:
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(300, 3)), np.arange(300) % 4 == 0
    shifted = X[200:] + np.array([0, 3, 0])
    profile = counterpoise.inspect(X[:200], y[:200], X_test=shifted, y_test=y[200:])
    assert profile.shift is not None
    assert [one.name for one in profile.shift.columns if one.is_shifted] == [1]
    narrow = counterpoise.inspect(X[:200], y[:200], X_test=X[200:, :2])
    assert narrow.shift is not None
    assert narrow.shift.missing_columns == (2,)


def test_ignored_columns_are_not_compared() -> None:
    train, test = split(make_table(0))
    profile = compare(train, test.drop(columns="id").assign(town="x"), ignore=["id", "town"])
    assert profile.shift is not None
    assert [one.name for one in profile.shift.columns] == ["age", "income", "member"]
    assert profile.shift.missing_columns == ()


@pytest.mark.parametrize("name", ["age", "town", "member"])
@pytest.mark.parametrize("dtype", [pl.Null, pl.String, pl.Float64])
def test_a_column_without_values_has_no_type(name: str, dtype: Any) -> None:
    """A column that is empty in one of the tables differs in missing values only."""
    train, test = map(pl.from_pandas, split(make_table(0)))
    empty = test.with_columns(pl.lit(None, dtype).alias(name))
    for parts in ((train, empty), (empty, train)):
        profile = counterpoise.inspect(parts[0], "label", X_test=parts[1])
        found = {f.code for f in profile.findings if f.code.startswith("test-")}
        assert found - {"test-shared-rows"} == {"test-missing-values"}
        assert column(profile, name).distance is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"y_test": [0, 1]}, "y_test needs X_test"),
        ({"X_test": [[1, 2, 3]], "y_test": [0, 1]}, "same number of rows; they have 1 and 2"),
        ({"X_test": [[1, 2, 3]], "y_test": [np.nan]}, "y_test"),
        ({"X_test": np.empty((0, 3))}, "X_test cannot be read: X has 0 rows"),
        ({"X_test": sparse.eye(3).tocsr()}, "X_test is sparse"),
        ({"X_test": [1, 2]}, "X_test cannot be read"),
        ({"X_test": pd.DataFrame({"a": [1]})}, "must both be data frames"),
    ],
)
def test_errors(options: Any, message: str) -> None:
    X, y = np.arange(60.0).reshape(20, 3), np.arange(20) % 2
    with pytest.raises((InputError, TargetError), match=message):
        counterpoise.inspect(X, y, **options)


def test_tables_without_a_common_column_are_an_error() -> None:
    train, test = split(make_table(0))
    with pytest.raises(InputError, match="no column in common"):
        compare(train, test[["label"]].assign(x=1))


# ---- Output ----


def test_the_comparison_is_printed_and_in_the_json() -> None:
    train, test = split(make_table(0))
    profile = compare(train, test.assign(age=test["age"] + 40))
    text = str(profile)
    assert "Test set: 300 rows" in text
    assert max(map(len, text.splitlines())) <= 80
    shift = profile.to_dict()["shift"]
    assert [one["name"] for one in shift["columns"]] == ["id", "age", "income", "town", "member"]
    assert "Test set: 300 rows" in profile._repr_html_()
