"""Columns that are not features: identifiers, free text, dates."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import counterpoise
from counterpoise._column_roles import ColumnRole, find_roles
from counterpoise._table import as_table
from counterpoise.exceptions import CounterpoiseWarning, InputError, UnknownColumnError
from counterpoise.over_sampling import SMOTE
from counterpoise.profile import inspect
from counterpoise.study import Study
from counterpoise.study._columns import choose_columns

N_ROWS = 300
WORDS = ["please", "call", "me", "tomorrow", "about", "the", "order", "that", "never", "came"]
CONTAINERS = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
}


def make_table(seed: int) -> pd.DataFrame:
    """Return a table with columns that are not features, and features that look similar."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, N_ROWS), "D")
    return pd.DataFrame(
        {
            "customerID": [f"{code}-XY" for code in rng.permutation(9000)[:N_ROWS]],
            "row": np.arange(N_ROWS),
            "shuffled": rng.permutation(3 * N_ROWS)[:N_ROWS],
            "Employee_Number": rng.choice(10**9, N_ROWS, replace=False),
            "message": [" ".join(rng.choice(WORDS, 8)) for _ in range(N_ROWS)],
            "joined": days,
            "seen": days.strftime("%m/%d/%y"),
            "hour": np.arange(N_ROWS) % 24,
            "salary": rng.integers(0, 20_000, N_ROWS),
            "amount": rng.normal(size=N_ROWS),
            "town": rng.choice([f"town {i}" for i in range(100)], N_ROWS),
            "count": rng.poisson(3, N_ROWS),
            "churn": np.where(np.arange(N_ROWS) % 6 == 0, "yes", "no"),
        }
    )


ROLES = {
    "customerID": ColumnRole.IDENTIFIER,
    "row": ColumnRole.IDENTIFIER,
    "shuffled": ColumnRole.IDENTIFIER,
    "Employee_Number": ColumnRole.IDENTIFIER,
    "message": ColumnRole.TEXT,
    "joined": ColumnRole.DATE,
    "seen": ColumnRole.DATE,
}
IGNORED = [name for name, role in ROLES.items() if role is not ColumnRole.DATE]
DATES = ["joined", "seen"]


@pytest.mark.parametrize("container", CONTAINERS)
def test_roles_are_those_that_the_columns_have(container: str, seed: int) -> None:
    table = CONTAINERS[container](make_table(seed))
    assert find_roles(as_table(table)) == ROLES
    assert "message" not in find_roles(as_table(table), keep=["message"])


def test_independent_draws_are_features(seed: int) -> None:
    """Whole numbers that are all different by chance are no identifier, unless the name says so."""
    rng = np.random.default_rng(seed)
    values = rng.choice(10**9, 200, replace=False)
    table = pd.DataFrame({"balance": values, "x": rng.normal(size=200)})
    assert find_roles(as_table(table)) == {}
    assert list(find_roles(as_table(table.rename(columns={"balance": "Loan ID"})))) == ["Loan ID"]


def test_decisions_are_the_same_whatever_the_first_rows_are(seed: int) -> None:
    """A long column is examined as a whole, not by its first rows only."""
    rng = np.random.default_rng(seed)
    numbers = np.r_[np.arange(1500), rng.integers(0, 10, 3000)]
    table = pd.DataFrame({"visits": numbers, "x": rng.normal(size=4500)})
    assert find_roles(as_table(table)) == {}


def test_a_table_without_other_columns_keeps_all(seed: int) -> None:
    table = make_table(seed)
    with pytest.warns(CounterpoiseWarning, match="There is no other feature"):
        assert find_roles(as_table(table[IGNORED])) == {}
    with pytest.warns(CounterpoiseWarning, match="There is no other feature"):
        result = counterpoise.resample(table[["message", "churn"]], "churn", random_state=0)
    assert set(result["message"]) <= set(table["message"])


@pytest.mark.parametrize("container", CONTAINERS)
def test_resample_excludes_them(container: str, seed: int) -> None:
    """Synthetic rows have no identifier, and the date of a row of their class."""
    frame = make_table(seed)
    table = CONTAINERS[container](frame)
    with pytest.warns(CounterpoiseWarning, match="'customerID', 'row', .* identifiers"):
        result = counterpoise.resample(table, "churn", random_state=seed)
    result = result if container == "pandas" else pl.DataFrame(result).to_pandas()
    kept, synthetic = result[:N_ROWS], result[N_ROWS:]
    assert len(synthetic) == 200
    assert (kept["customerID"] == frame["customerID"]).all()
    assert synthetic[IGNORED].isna().all(axis=None)
    pairs = set(frame[frame["churn"] == "yes"]["seen"])
    assert set(synthetic["seen"]) <= pairs
    assert (synthetic["joined"].dt.strftime("%m/%d/%y") == synthetic["seen"]).all()
    assert synthetic[["amount", "salary", "town"]].notna().all(axis=None)


def test_features_do_not_depend_on_them(seed: int) -> None:
    """The synthetic features are those of the table without the columns."""
    table = make_table(seed)
    bare = table.drop(columns=[*ROLES])
    with pytest.warns(CounterpoiseWarning, match="identifiers"):
        result = counterpoise.resample(table, "churn", random_state=seed)
    expected = counterpoise.resample(bare, "churn", random_state=seed)
    pd.testing.assert_frame_equal(result[[*bare.columns]], expected)


def test_keep_makes_them_features(seed: int) -> None:
    table = make_table(seed)[["row", "shuffled", "amount", "churn"]]
    with pytest.warns(CounterpoiseWarning, match="'shuffled'") as caught:
        result = counterpoise.resample(table, "churn", keep="row", random_state=0)
    assert "'row'" not in str(caught[0].message)
    assert result["row"].notna().all()
    result = counterpoise.resample(table, "churn", keep=["row", "shuffled"], random_state=0)
    assert result.notna().all(axis=None)


def test_named_columns_need_no_warning(seed: int) -> None:
    table = make_table(seed)
    counterpoise.resample(table, "churn", ignore=IGNORED, copy=DATES, random_state=0)
    with pytest.raises(InputError, match="'row' is in keep, and in ignore"):
        counterpoise.resample(table, "churn", ignore="row", keep="row")
    with pytest.raises(UnknownColumnError, match="'rows'"):
        counterpoise.resample(table, "churn", keep="rows")


@pytest.mark.parametrize("method", ["random-over", "random-under"])
def test_methods_that_use_no_feature_leave_all_columns(method: str, seed: int) -> None:
    """Without a warning, duplicates are whole rows."""
    table = make_table(seed)
    result = counterpoise.resample(table, "churn", method=method, random_state=0)
    assert set(map(tuple, result.to_numpy())) <= set(map(tuple, table.to_numpy()))


def test_samplers_use_the_columns_that_they_get(seed: int) -> None:
    table = make_table(seed)
    X, _ = SMOTE(random_state=0).fit_resample(table[["row", "amount"]], table["churn"])
    assert X["row"].notna().all()


# ---- Study ----


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_study_leaves_them_out_and_counts_days(container: str, seed: int) -> None:
    frame = make_table(seed).drop(columns="churn").sample(frac=1, random_state=seed)
    frame.loc[frame.index[:9], DATES] = None
    with pytest.warns(CounterpoiseWarning, match="number of days"):
        chosen = choose_columns(CONTAINERS[container](frame))
    assert dict(chosen.left_out) == {name: ROLES[name].value for name in IGNORED}
    assert [name for name, kind in chosen.types() if kind == "date"] == DATES
    table = chosen.X if container == "pandas" else pl.DataFrame(chosen.X).to_pandas()
    days = (frame["joined"].to_numpy() - np.datetime64("1970-01-01")) / np.timedelta64(1, "D")
    np.testing.assert_array_equal(table["joined"], days)
    np.testing.assert_array_equal(table["seen"], days)
    np.testing.assert_array_equal(table["amount"], frame["amount"])


MOMENTS = [datetime(2020, 1, 1) + timedelta(hours=7 * i) for i in range(60)]
HOURS = [24 * 18262 + 7 * i for i in range(60)]  # since 1970
DAYS = [moment.date() for moment in MOMENTS]
DATES_OF_TYPE = {
    "pandas": pd.Series(pd.to_datetime(MOMENTS)),
    "pandas in seconds": pd.Series(pd.to_datetime(MOMENTS)).astype("datetime64[s]"),
    "pandas with a time zone": pd.Series(pd.to_datetime(MOMENTS)).dt.tz_localize("Asia/Tokyo"),
    "pandas with arrow": pd.Series(MOMENTS).astype("timestamp[us][pyarrow]"),
    "pandas objects": pd.Series(MOMENTS, dtype=object),
    "pandas object days": pd.Series(DAYS, dtype=object),
    "pandas categories": pd.Series(pd.Categorical(pd.to_datetime(MOMENTS))),
    "polars": pl.Series(MOMENTS, dtype=pl.Datetime("ms")),
    "polars days": pl.Series(DAYS),
    "polars with a time zone": pl.Series(MOMENTS).dt.replace_time_zone("Asia/Tokyo"),
    "pyarrow": pa.array(MOMENTS, pa.timestamp("ns")),
    "pyarrow with a time zone": pa.array(MOMENTS, pa.timestamp("s", "Asia/Tokyo")),
    "pyarrow date32": pa.array(DAYS, pa.date32()),
    "pyarrow date64": pa.array(DAYS, pa.date64()),
    "pyarrow text": pa.array([moment.isoformat() for moment in MOMENTS]),
}


@pytest.mark.parametrize("name", DATES_OF_TYPE)
def test_dates_of_every_type_are_numbers_of_days(name: str) -> None:
    """Times have a fraction; without a time zone they are in UTC."""
    dates = DATES_OF_TYPE[name]
    x = np.arange(60.0)
    if name.startswith("pandas"):
        frame = pd.DataFrame({"x": x, "at": dates})
    else:
        frame = (pl.DataFrame if name.startswith("polars") else pa.table)({"x": x, "at": dates})
    with pytest.warns(CounterpoiseWarning, match="'at' holds dates: used as a number of days"):
        chosen = choose_columns(frame)
    assert chosen.types() == (("x", "float"), ("at", "date"))
    # pyarrow's timestamps with a time zone are given in UTC, the others in local time.
    shift = 9 if "zone" in name and not name.startswith("pyarrow") else 0
    expected = (np.array(HOURS) - shift) / 24
    only_days = "days" in name or "date" in name
    expected = np.floor(expected) if only_days else expected
    np.testing.assert_allclose(pl.DataFrame(chosen.X)["at"].to_numpy(), expected, atol=1e-9)


def test_missing_dates_stay_missing() -> None:
    dates = pd.Series([*DAYS[:20], None, pd.NaT, *DAYS[22:]], dtype=object)
    with pytest.warns(CounterpoiseWarning, match="number of days"):
        chosen = choose_columns(pd.DataFrame({"x": np.arange(60.0), "at": dates}))
    assert np.flatnonzero(chosen.X["at"].isna()).tolist() == [20, 21]


def test_a_record_batch_stays_one(seed: int) -> None:
    frame = make_table(seed)[["amount", "count", "churn"]]
    table = CONTAINERS["pyarrow"](frame)
    batch = table.to_batches()[0]
    result = counterpoise.resample(batch, "churn", random_state=seed)
    assert isinstance(result, pa.RecordBatch)
    assert result.schema == batch.schema
    assert pa.Table.from_batches([result]) == counterpoise.resample(
        table, "churn", random_state=seed
    )
    assert str(inspect(batch, "churn")) == str(inspect(table, "churn"))


def test_dates_of_an_unclear_format_are_left_out() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0], "seen": ["1/2/20", "3/4/20"]})
    with pytest.warns(CounterpoiseWarning, match="The format of 'seen' is unclear"):
        chosen = choose_columns(table)
    assert chosen.left_out == (("seen", "dates of an unclear format"),)
    assert choose_columns(table, keep=["seen"]).types()[1] == ("seen", "categorical")
    with pytest.raises(UnknownColumnError, match="'sene'"):
        choose_columns(table, keep=["sene"])


def test_names_of_columns_can_be_numbers(seed: int) -> None:
    table = make_table(seed)[["row", "amount", "joined"]]
    table.columns = [0, 1, 2]
    with pytest.warns(CounterpoiseWarning, match="Column 0 "):
        chosen = choose_columns(table)
    assert chosen.left_out == (("0", "identifier"),)
    assert chosen.types() == (("1", "float"), ("2", "date"))


@pytest.mark.costly
def test_a_study_has_the_results_of_the_table_without_them(seed: int) -> None:
    table = make_table(seed)
    y = table.pop("churn")
    study = Study("logistic", "smote", cv=(3, 1), random_state=seed)
    with pytest.warns(CounterpoiseWarning, match="identifiers"):
        result = study.run(table, y)
    expected = study.run(table.drop(columns=[*IGNORED, *DATES]), y)
    kept = study.run(table[["row", "amount"]], y, keep="row")
    assert kept.data.columns == (("row", "integer"), ("amount", "float"))
    with pytest.warns(CounterpoiseWarning):
        without_dates = study.run(table.drop(columns=DATES), y)
    assert without_dates.improvements == expected.improvements
    page = result.to_html()
    for name, use in {"joined": "date, as a number of days", "message": "free text"}.items():
        assert name in page
        assert use in page
    assert without_dates.data.left_out == result.data.left_out


@pytest.mark.parametrize(
    ("texts", "role"),
    [
        ("${:,}.00 ", ColumnRole.NUMBER),
        ("{}.25 %", ColumnRole.NUMBER),
        ("({:,})", ColumnRole.NUMBER),
        ("0{}", ColumnRole.IDENTIFIER),
        ("{}-7", ColumnRole.IDENTIFIER),
        ("192.168.{}.1", ColumnRole.IDENTIFIER),
    ],
)
def test_numbers_that_are_text_are_no_identifiers(texts: str, role: ColumnRole) -> None:
    """They have to be converted; digits of codes and addresses are not numbers."""
    column = [texts.format(1000 + 7 * row) for row in range(60)]
    table = as_table(pd.DataFrame({"income": column, "x": np.linspace(0, 1, 60)}))

    assert find_roles(table) == {"income": role}
