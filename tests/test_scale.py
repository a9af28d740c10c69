"""Tables larger than memory: the same decisions as in memory, whatever the partitioning."""

from __future__ import annotations

import itertools
import warnings
from collections import Counter
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise import scale
from counterpoise._table import MomentsInParts
from counterpoise.base import BaseSampler
from counterpoise.combine import SMOTEENN
from counterpoise.exceptions import InputError, TargetError, UnknownColumnError
from counterpoise.over_sampling import (
    ADASYN,
    CCR,
    DBSMOTE,
    LVQSMOTE,
    ROSE,
    SMOBD,
    SMOTE,
    SMOTEN,
    SMOTENC,
    BorderlineSMOTE,
    GaussianSMOTE,
    LoRAS,
    PolynomFitSMOTE,
    RandomOverSampler,
    RandomSMOTE,
    SafeLevelSMOTE,
)
from counterpoise.scale import _memory
from counterpoise.under_sampling import (
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    NearMiss,
    NeighbourhoodCleaningRule,
    RandomUnderSampler,
    TomekLinks,
)

SAMPLERS: list[BaseSampler] = [
    RandomOverSampler(random_state=3),
    RandomOverSampler(random_state=3, shrinkage=0.2),
    RandomUnderSampler(random_state=3),
    RandomUnderSampler(random_state=3, replacement=True),
    SMOTE(random_state=3, k_neighbors=2),
    SMOTE(random_state=3, k_neighbors=2, scale="standard"),
    SMOTE(random_state=3, k_neighbors=2, scale="robust", sampling_strategy="minority"),
    SMOTE(random_state=3, k_neighbors=30, small_classes="duplicate"),
    SMOTENC(random_state=3, k_neighbors=2, categorical_features=["whole"]),
    SMOTEN(random_state=3, k_neighbors=2),
    BorderlineSMOTE(random_state=3, k_neighbors=2, scale="standard"),
    BorderlineSMOTE(random_state=3, k_neighbors=2, m_neighbors=4, kind="borderline-2"),
    ADASYN(random_state=3, n_neighbors=3),
    SafeLevelSMOTE(random_state=3, k_neighbors=2, scale="standard", small_classes="duplicate"),
    RandomSMOTE(random_state=3, k_neighbors=2, scale="standard"),
    GaussianSMOTE(random_state=3, k_neighbors=2, scale="robust"),
    LoRAS(random_state=3, k_neighbors=2),
    DBSMOTE(random_state=3, k_neighbors=2, scale="standard"),
    ROSE(random_state=3),
    TomekLinks(scale="standard"),
    TomekLinks(sampling_strategy="all"),
    EditedNearestNeighbours(scale="standard"),
    EditedNearestNeighbours(kind_sel="mode", sampling_strategy="all"),
    NeighbourhoodCleaningRule(scale="robust"),
    NeighbourhoodCleaningRule(sampling_strategy="all"),
    NearMiss(scale="standard"),
    NearMiss(version=2),
    NearMiss(version=3),
    CondensedNearestNeighbour(random_state=3),
    PolynomFitSMOTE(random_state=3, scale="standard"),
    PolynomFitSMOTE(random_state=3, topology="bus", scale="robust"),
    SMOBD(random_state=3, k_neighbors=2, scale="standard"),
    LVQSMOTE(random_state=3, k_neighbors=2, n_codebooks=3, scale="standard"),
    CCR(random_state=3, energy=2.0),
    SMOTEENN(smote=SMOTE(k_neighbors=2, small_classes="duplicate"), random_state=3),
]


def name_of(sampler: BaseSampler) -> str:
    return repr(sampler).replace("\n", "")


def make_table(seed: int, n_rows: int = 150) -> pl.DataFrame:
    """Return a table with few distinct values, so that distances tie, and missing values."""
    rng = np.random.default_rng(seed)
    near = rng.integers(0, 12, n_rows) / 4
    y = rng.choice(["a", "b", "c"], n_rows, p=[0.75, 0.15, 0.1])
    y[:15] = ["b", "c", "a"] * 5
    table = pl.DataFrame(
        {"near": near, "far": rng.normal(size=n_rows), "whole": rng.integers(0, 9, n_rows), "y": y}
    )
    present = pl.when(pl.Series(rng.random(n_rows) > 0.05))
    return table.with_columns(far=present.then("far"))


def as_dataset(table: pl.DataFrame, cuts: list[int]) -> Any:
    """Return a dataset whose batches end at some rows; batches may be empty."""
    bounds = [0, *sorted(cut % (len(table) + 1) for cut in cuts), len(table)]
    arrow = table.to_arrow()
    parts = [arrow.slice(i, j - i) for i, j in itertools.pairwise(bounds)]
    batches = [batch for part in parts for batch in part.combine_chunks().to_batches()]
    return ds.dataset(pa.Table.from_batches(batches, arrow.schema))


def in_memory(sampler: BaseSampler, table: pl.DataFrame) -> pl.DataFrame:
    X, y = sampler.fit_resample(table.drop("y"), table["y"])
    return X.with_columns(y=y)


@pytest.fixture(autouse=True)
def _quietly():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture
def small_groups(monkeypatch):
    """Make each pass search few rows at once."""
    monkeypatch.setattr(_memory, "_MIN_ROWS_AT_ONCE", 20)
    monkeypatch.setattr(_memory.MemoryLimit, "rows_at_once", lambda self, n_columns: 20)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=name_of)
def test_decisions_are_those_in_memory(sampler, small_groups, seed):
    """The same rows as in memory, for the same seed, from parts of any size.

    Oversamplers that need no other rows also give them in the same order; cleaning keeps the order
    of the input.
    """

    @settings(max_examples=4, deadline=None, database=None)
    @given(table_seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 10_000), max_size=6))
    def check(table_seed: int, cuts: list[int]) -> None:
        table = make_table(table_seed + seed)
        expected = in_memory(sampler, table)
        result = pl.DataFrame(scale.resample(as_dataset(table, cuts), "y", sampler).read_all())

        if sampler._family != "over-sampling" or sampler._needs == "everything":
            expected, result = expected.sort(pl.all()), result.sort(pl.all())
        assert result.equals(expected)

    check()


@pytest.mark.parametrize("sampler", [*SAMPLERS[:6], TomekLinks()], ids=name_of)
def test_all_libraries_give_the_same_rows(sampler, seed):
    """A LazyFrame gives a LazyFrame, with the rows and the types of the input."""
    table = make_table(seed).with_columns(
        pl.col("whole").cast(pl.Int16), pl.col("y").cast(pl.Enum(["c", "b", "a"]))
    )

    lazy = scale.resample(table.lazy(), "y", sampler)

    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect_schema() == table.schema
    plain = table.with_columns(pl.col("y").cast(pl.String))
    reader = scale.resample(as_dataset(plain, []), "y", sampler)
    assert pl.DataFrame(reader.read_all()).equals(lazy.collect().cast({"y": pl.String}))


@pytest.mark.parametrize("sampler", [*SAMPLERS[:6], TomekLinks()], ids=name_of)
def test_duckdb(sampler, seed):
    """A DuckDB relation gives a relation, which can be read several times."""
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    table = make_table(seed).rename({"near": 'a "name"'})

    relation = scale.resample(connection.from_arrow(table.to_arrow()), "y", sampler)

    expected = scale.resample(table.lazy(), "y", sampler).collect()
    for _ in range(2):
        assert pl.DataFrame(relation.to_arrow_table()).equals(expected)


def test_duckdb_keeps_the_order_of_rows(seed):
    """Kept rows have the order of the input although DuckDB expects few rows of a filter."""
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    rng = np.random.default_rng(seed)
    table = pl.DataFrame({"x": np.arange(20_000), "y": rng.random(20_000) < 0.45})
    connection.register("registered", table.to_arrow())
    connection.sql("CREATE TABLE stored AS SELECT * FROM registered")
    relation = connection.sql("SELECT * FROM stored WHERE (2 * x) % 2 = 0")

    result = scale.resample(relation, "y", RandomUnderSampler(random_state=seed))

    numbers = pl.DataFrame(result.to_arrow_table())["x"]
    assert numbers.is_sorted()
    assert numbers.n_unique() == len(numbers) == 2 * table["y"].sum()
    assert len(result.filter("x < 10000")) == (numbers < 10_000).sum()


def test_selections_of_the_output(seed):
    """Columns and rows that a later step selects are those of the whole output."""
    table = make_table(seed)
    lazy = scale.resample(table.lazy(), "y", SMOTE(k_neighbors=2, random_state=seed))
    whole = lazy.collect()

    assert lazy.select("y", "near").collect().equals(whole.select("y", "near"))
    assert lazy.filter(pl.col("y") == "c").collect().equals(whole.filter(pl.col("y") == "c"))
    assert lazy.slice(len(table) - 2, 5).collect().equals(whole.slice(len(table) - 2, 5))


def test_ignored_and_copied_columns(seed):
    """Ignored columns are missing in synthetic rows only, and copied ones are not missing."""
    table = make_table(seed).with_columns(id=pl.int_range(150), day=pl.lit("2024-01-31"))

    smote = SMOTE(k_neighbors=2, random_state=seed)
    result = scale.resample(table.lazy(), "y", smote, ignore="id", copy="day").collect()
    random = scale.resample(table.lazy(), "y", RandomOverSampler(), ignore="id").collect()

    assert result.columns == table.columns
    assert result[:150].equals(table)
    assert result["id"][150:].is_null().all()
    assert (result["day"] == "2024-01-31").all()
    assert random["id"].null_count() == 0


def test_a_function_as_strategy(seed):
    """A function gets the class of each row, as in memory."""
    table = make_table(seed)
    sampler = SMOTE(
        sampling_strategy=lambda y: {"b": Counter(y)["b"] + 7}, k_neighbors=2, random_state=seed
    )

    result = scale.resample(table.lazy(), "y", sampler).collect()

    assert result.equals(in_memory(sampler, table))


def test_rows_without_a_class(seed):
    """They are refused with the number of the first one, or dropped."""
    table = make_table(seed).with_columns(
        y=pl.when(pl.int_range(150).is_in([4, 77])).then(None).otherwise("y")
    )
    sampler = BorderlineSMOTE(k_neighbors=2, random_state=seed, scale="standard")

    with pytest.raises(TargetError, match="'y' has 2 rows without a class, the first in row 4 "):
        scale.resample(table.lazy(), "y", sampler)
    result = scale.resample(table.lazy(), "y", sampler, drop_missing_target=True).collect()

    assert result.equals(in_memory(sampler, table.drop_nulls("y")))


def test_moments_do_not_depend_on_parts(seed):
    """Parts give the moments of the whole column, to the last bit."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(size=200_000)
    values[rng.random(len(values)) < 0.1] = np.nan
    whole, parts = MomentsInParts(), MomentsInParts()

    whole.add(values)
    for part in np.split(values, np.sort(rng.integers(0, len(values), 7))):
        parts.add(part)

    assert whole.total() == parts.total()
    assert np.isclose(whole.total().std, np.nanstd(values), rtol=1e-12)


def test_bad_input():
    """Each error names what is wrong."""
    table = make_table(0)
    lazy, sampler = table.lazy(), SMOTE(k_neighbors=2)

    with pytest.raises(InputError, match="needs a polars LazyFrame.*got DataFrame"):
        scale.resample(table, "y", sampler)
    with pytest.raises(InputError, match="needs an instance of a sampler.*got 'smote'"):
        scale.resample(lazy, "y", "smote")
    with pytest.raises(UnknownColumnError, match="'z'"):
        scale.resample(lazy, "z", sampler)
    with pytest.raises(UnknownColumnError, match="'z'"):
        scale.resample(lazy, "y", sampler, ignore="z")
    with pytest.raises(InputError, match="'y' cannot be in ignore or copy"):
        scale.resample(lazy, "y", sampler, copy="y")
    with pytest.raises(InputError, match="'near' is in both"):
        scale.resample(lazy, "y", sampler, copy="near", ignore="near")
    with pytest.raises(InputError, match="No feature is left"):
        scale.resample(lazy.select("y"), "y", sampler)
    with pytest.raises(TargetError, match="only 'a'"):
        scale.resample(lazy.filter(pl.col("y") == "a"), "y", sampler)
    with pytest.raises(InputError, match="has no rows"):
        scale.resample(lazy.filter(False), "y", sampler)
    with pytest.raises(InputError, match="'far' contains infinity"):
        scale.resample(lazy.with_columns(far=pl.lit(np.inf)), "y", sampler)
    with pytest.raises(InputError, match="size such as 2GB.*got 'much'"):
        scale.resample(lazy, "y", sampler, memory="much")
    with pytest.raises(InputError, match="size such as 2GB.*got '-1'"):
        scale.resample(lazy, "y", sampler, memory=-1)


def test_numbers_whose_squares_overflow(small_groups):
    """Distances of such numbers are comparable in one part only, so that two are an error."""
    table = make_table(0).with_columns(pl.col("far") * 1e130)

    with pytest.raises(InputError, match="cannot be compared between parts.*Divide"):
        scale.resample(as_dataset(table, [40, 90]), "y", TomekLinks())
    few = table.head(20)
    result = scale.resample(few.lazy(), "y", TomekLinks()).collect()
    assert result.sort(pl.all()).equals(in_memory(TomekLinks(), few).sort(pl.all()))


def test_all_rows_in_question_are_removed():
    """A decision may remove all rows that it depends on, if others are left in the table."""
    table = pl.DataFrame({"x": [0.0, 0.1, 5.0, 6.0, 7.0, 8.0], "y": list("abaaaa")})
    for sampler in (
        TomekLinks(sampling_strategy="all"),
        NearMiss(n_neighbors=1, sampling_strategy={"b": 0}),
    ):
        result = scale.resample(table.lazy(), "y", sampler).collect()
        assert result.equals(in_memory(sampler, table).sort("x"))

    with pytest.raises(InputError, match="TomekLinks would leave no row of any class"):
        scale.resample(table.head(2).lazy(), "y", TomekLinks(sampling_strategy="all"))


def test_a_limit_that_is_too_small():
    """The error has the memory that would be needed; random samplers need less."""
    lazy = make_table(0).lazy()

    with pytest.raises(InputError, match=r"SMOTEN needs \d+ rows with 4 columns in memory, about"):
        scale.resample(lazy, "y", SMOTEN(k_neighbors=2), memory="1KB")
    with pytest.raises(InputError, match="decides on all rows together and needs 150 rows"):
        scale.resample(lazy, "y", CondensedNearestNeighbour(), memory="10KB")

    assert scale.resample(lazy, "y", RandomUnderSampler(), memory="1KB").collect().height > 0


@pytest.mark.parametrize("n_rows", [100, 200])
@pytest.mark.parametrize("sampler", [SMOTE(k_neighbors=2), SMOTEN(k_neighbors=2)], ids=name_of)
def test_a_table_that_changes_is_refused(sampler, n_rows):
    """A frame that has other rows when it is read again is an error, not a wrong result."""
    sizes = iter([150, n_rows])
    lazy = pl.LazyFrame({"n": [0]}).map_batches(
        lambda _: make_table(0, next(sizes)), schema=make_table(0).schema, projection_pushdown=False
    )

    with pytest.raises(InputError, match="had 150 rows when its classes were counted"):
        scale.resample(lazy, "y", sampler)
