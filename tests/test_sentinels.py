"""Sentinels: values that stand for missing ones are found, ordinary columns have none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import counterpoise
from counterpoise._table import as_table, encode_target
from counterpoise.profile import find_sentinels
from counterpoise.study._data_checks import check_data

N = 400


def draw_columns(seed: int) -> dict[str, np.ndarray]:
    """Draw ordinary columns, skewed ones, counts with many zeros, and codes."""
    rng = np.random.RandomState(seed)
    amounts = np.exp(rng.normal(size=N) * 2)
    zero = rng.random_sample(N) < 0.8
    return {
        "normal": rng.normal(50, 10, N),
        "age": rng.randint(18, 100, N),
        "log-normal": amounts,
        "rounded": np.round(amounts),
        "in tens": np.round(50 * amounts, -1),
        "negative": -np.round(amounts),
        "capped": np.minimum(amounts, 20),
        "cauchy": np.round(rng.standard_cauchy(N)),
        "rare events": rng.poisson(0.05, N),
        "counts": rng.poisson(5, N),
        "many zeros": np.where(zero, 0, rng.poisson(30, N)),
        "zero or thousands": np.where(zero, 0, rng.randint(1000, 2000, N)),
        "zero or hundred percent": np.where(zero, 100, rng.randint(0, 20, N)),
        "power law": rng.zipf(1.7, N).clip(max=10**9),
        "binary": rng.randint(0, 2, N),
        "plus and minus": rng.choice([-1, 1], N),
        "codes": rng.choice([1, 2, 3, 10], N),
        "answers": rng.randint(1, 6, N),
        "year": rng.randint(1990, 2024, N),
        "powers of two": 2 ** rng.randint(0, 12, N),
    }


def find(values: object) -> list[tuple[str, int]]:
    found = find_sentinels(as_table(pd.DataFrame({"x": values})))
    return [(sentinel.value, sentinel.n_rows) for sentinel in found.get("x", ())]


def test_ordinary_columns_have_none(seed: int) -> None:
    assert find_sentinels(as_table(pd.DataFrame(draw_columns(seed)))) == {}


@pytest.mark.parametrize("sentinel", [-999, -99999, 2147483647, 99999999])
@pytest.mark.parametrize("column", ["normal", "age", "log-normal", "counts", "answers"])
def test_sentinels_are_found(column: str, sentinel: int, seed: int) -> None:
    values = draw_columns(seed)[column].astype(float)
    values[np.random.RandomState(seed).choice(N, 6, replace=False)] = sentinel
    assert find(values) == [(str(sentinel), 6)]


def test_several_sentinels_at_both_ends() -> None:
    values = [*range(30), -99, -99, -98, -98, 999, 999, 999]
    assert find(values) == [("-99", 2), ("-98", 2), ("999", 3)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([*range(20), -999], []),  # once is an outlier
        ([*range(20), 0, 0, 0], []),
        ([1, 2, 3, 4, 5, -9, -9], [("-9", 2)]),
        ([1, 2, 3, 4, 99, 99], [("99", 2)]),
        ([18, 70, 45, 33, 99, 99], []),  # an age
        ([900, 20000, 4000, 5000, -999, -999], [("-999", 2)]),  # the only negative number
        ([-5000, 5000, 100, 2000, -999, -999], []),
        ([99.9, 99.9, 36.5, 37.0, 38.5, 36.9], [("99.9", 2)]),
        ([1990, 2005, 2020, 2011, 1900, 1900], [("1900", 2)]),
        ([*range(20), 5000, 5000, 5000, 5000, 5000], [("5000", 5)]),
        ([*range(20), 5000, 5000, 5000], []),  # neither typical nor frequent
        ([None, 1.0, 2.0, 3.0, -999.0, -999.0], [("-999", 2)]),
        ([1.0, -999.0], []),
        ([None, None], []),
    ],
)
def test_definition(values: list[float | None], expected: list[tuple[str, int]]) -> None:
    assert find(pd.Series(values, dtype=float)) == expected


@pytest.mark.parametrize("form", ["text", "other text", "date", "datetime"])
def test_dates(form: str) -> None:
    days = pd.Series([*pd.date_range("1950-01-01", periods=60, freq="300D"), *["1900-01-01"] * 3])
    days = pd.to_datetime(days)
    columns = {
        "text": days.dt.strftime("%Y-%m-%d"),
        "other text": days.dt.strftime("%d.%m.%Y"),
        "date": days.dt.date,
        "datetime": days,
    }
    X = pl.DataFrame({"born": columns[form].to_list(), "x": np.arange(63) % 7})
    profile = counterpoise.inspect(X, np.arange(63) % 3 == 0)
    assert profile.columns[0].is_date
    (sentinel,) = profile.columns[0].sentinels
    assert (sentinel.value, sentinel.n_rows) == ("1900-01-01", 3)
    assert sentinel.low == "1950-01-01"
    finding = next(one for one in profile.findings if one.code == "sentinel-values")
    assert "replace the dates with empty values" in finding.sentence


def test_finding_of_inspect_and_study() -> None:
    """Both give the column, the value, the number of rows, and the option that reads it."""
    X = pd.DataFrame(draw_columns(0))[["age", "normal"]]
    X.loc[:11, "age"] = -999
    y = np.arange(N) % 4 == 0
    found = {one.code: one for one in counterpoise.inspect(X, y).findings}["sentinel-values"]
    others = f"{X['age'][12:].min()} to {X['age'].max()}"
    assert f"Column 'age' has -999 in 12 rows, far from all other values ({others})" in (
        found.sentence
    )
    assert "(--missing-values -999)" in found.sentence
    folds = np.zeros((1, N), int)
    checked = check_data(as_table(X), encode_target(y, N), folds)
    assert found.sentence in {finding.sentence for finding in checked}


def test_days_of_a_study_are_shown_as_dates() -> None:
    days = np.arange(7300.0, 7330)  # since 1970
    X = pd.DataFrame({"day": [*days, -25567.0, -25567.0]})
    found = find_sentinels(as_table(X), dates=["day"])["day"]
    assert [sentinel.value for sentinel in found] == ["1900-01-01"]


def test_real_tables(tables: Path) -> None:
    """Of 19 tables, only one column of a census has one, 99999."""
    found = {}
    for path in sorted(tables.glob("*.csv")):
        sentinels = find_sentinels(as_table(pd.read_csv(path).drop(columns="label")))
        found |= {f"{path.stem}.{name}": one for name, one in sentinels.items()}
    assert list(found) == ["adult_sample.capital_gain"]
    assert found["adult_sample.capital_gain"][0].value == "99999"
