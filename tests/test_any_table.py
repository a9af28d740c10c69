"""Any table that people have: random columns of every type, in every container, for every sampler.

A sampler returns a table or raises an error of the library. Then the types of the columns are those
of the input, and kept rows are the same rows.
"""

from __future__ import annotations

import datetime as dt
import pickle
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from counterpoise.exceptions import FeatureTypeError, InputError
from counterpoise.over_sampling import RandomOverSampler
from tests.containers import signature
from tests.promises import SAMPLERS, Case

N = 40
# The estimator of InstanceHardnessThreshold, which is the user's, may raise any error.
CASES = [case for case in SAMPLERS if case.name != "InstanceHardnessThreshold"]
CITIES = ["bern", "oslo", "rome"]
BERLIN = pd.DatetimeTZDtype("us", "Europe/Berlin")


def draw_integers(rng: np.random.RandomState) -> list[int]:
    """Return small integers, all of which every type of number can represent."""
    return [int(value) for value in rng.randint(0, 50, N)]


def with_gaps(values: list[Any], rng: np.random.RandomState) -> list[Any]:
    """Return the values, some of them missing."""
    return [None if gap else value for value, gap in zip(values, rng.rand(N) < 0.2, strict=True)]


def draw_categories(rng: np.random.RandomState) -> list[str]:
    """Return categories, all of them present."""
    return [CITIES[i] for i in rng.permutation(N) % 3]


def draw_times(rng: np.random.RandomState) -> list[dt.datetime]:
    """Return times in the summer of a year."""
    return [dt.datetime(2024, 7, 1) + dt.timedelta(int(i)) for i in rng.randint(0, 50, N)]


def as_objects(values: list[Any]) -> pd.Series:
    """Return a pandas column of objects."""
    return pd.Series(values, dtype=object)


PANDAS = {
    "float": lambda rng: pd.Series(rng.randn(N)),
    "int8": lambda rng: pd.Series(draw_integers(rng), dtype="int8"),
    "nullable": lambda rng: pd.Series(with_gaps(draw_integers(rng), rng), dtype="Int64"),
    "arrow": lambda rng: pd.Series(with_gaps(draw_integers(rng), rng), dtype="int32[pyarrow]"),
    "sparse": lambda rng: pd.Series(draw_integers(rng), dtype="Sparse[int64]"),
    "bool": lambda rng: pd.Series(rng.rand(N) < 0.5),
    "objects": lambda rng: as_objects(draw_integers(rng)),
    "objects with gaps": lambda rng: as_objects(with_gaps(rng.randn(N).tolist(), rng)),
    "mixed numbers": lambda rng: as_objects([*draw_integers(rng)[2:], 0.5, True]),
    "Decimal": lambda rng: as_objects(with_gaps([Decimal(i) for i in draw_integers(rng)], rng)),
    "only missing": lambda rng: as_objects([None] * N),
    "mixed types": lambda rng: as_objects([*draw_integers(rng)[2:], "a", None]),
    "lists": lambda rng: as_objects([[i] for i in draw_integers(rng)]),
    "text": lambda rng: pd.Series(with_gaps(draw_categories(rng), rng), dtype="str"),
    "unused levels": lambda rng: pd.Series(
        pd.Categorical(with_gaps(draw_categories(rng), rng), categories=["zug", *CITIES])
    ),
    "dictionary": lambda rng: pd.Series(
        draw_categories(rng), dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))
    ),
    "zoned times": lambda rng: pd.Series(draw_times(rng)).dt.tz_localize("UTC").astype(BERLIN),
    "intervals": lambda rng: pd.Series(pd.interval_range(0, N)),
    "float16": lambda rng: pd.Series(rng.randn(N), dtype="float16"),
    "uint64": lambda rng: pd.Series([2**64 - 1 - i for i in draw_integers(rng)], dtype="uint64"),
    "boolean": lambda rng: pd.Series(with_gaps((rng.rand(N) < 0.5).tolist(), rng), dtype="boolean"),
    "complex": lambda rng: pd.Series(rng.randn(N) + 1j),
    "string": lambda rng: pd.Series(with_gaps(draw_categories(rng), rng), dtype="string"),
    "number levels": lambda rng: pd.Series(pd.Categorical(with_gaps(draw_integers(rng), rng))),
    "ordered levels": lambda rng: pd.Series(
        pd.Categorical(draw_categories(rng), categories=["zug", *CITIES], ordered=True)
    ),
    "times": lambda rng: pd.Series(with_gaps(draw_times(rng), rng)),
    "durations": lambda rng: pd.Series(pd.to_timedelta(draw_integers(rng), unit="D")),
    "periods": lambda rng: pd.Series(pd.PeriodIndex(draw_times(rng), freq="M")),
    "dates": lambda rng: as_objects([time.date() for time in draw_times(rng)]),
    "big integers": lambda rng: as_objects([10**30 + i for i in draw_integers(rng)]),
    "fractions": lambda rng: as_objects([Fraction(i, 7) for i in draw_integers(rng)]),
    "NA": lambda rng: as_objects([pd.NA, *draw_integers(rng)[1:]]),
    "bytes": lambda rng: as_objects([city.encode() for city in draw_categories(rng)]),
    "dicts": lambda rng: as_objects([{"a": i} for i in draw_integers(rng)]),
    "identifiers": lambda rng: as_objects([UUID(int=i) for i in draw_integers(rng)]),
    "arrow decimal": lambda rng: pd.Series(
        with_gaps([Decimal(i) for i in draw_integers(rng)], rng),
        dtype=pd.ArrowDtype(pa.decimal128(9, 2)),
    ),
    "arrow zoned times": lambda rng: pd.Series(
        draw_times(rng), dtype=pd.ArrowDtype(pa.timestamp("us", "Europe/Berlin"))
    ),
    "arrow lists": lambda rng: pd.Series(
        [[i] for i in draw_integers(rng)], dtype=pd.ArrowDtype(pa.list_(pa.int64()))
    ),
}
POLARS = {
    "float": lambda rng: pl.Series(rng.randn(N)),
    "int with gaps": lambda rng: pl.Series(with_gaps(draw_integers(rng), rng), dtype=pl.Int16),
    "bool": lambda rng: pl.Series(with_gaps((rng.rand(N) < 0.5).tolist(), rng)),
    "Decimal": lambda rng: pl.Series(draw_integers(rng), dtype=pl.Decimal(10, 2)),
    "Int128": lambda rng: pl.Series(draw_integers(rng), dtype=pl.Int128),
    "Null": lambda rng: pl.Series([None] * N, dtype=pl.Null),
    "text": lambda rng: pl.Series(with_gaps(draw_categories(rng), rng)),
    "Categorical": lambda rng: pl.Series(draw_categories(rng), dtype=pl.Categorical),
    "unused levels": lambda rng: pl.Series(
        with_gaps(draw_categories(rng), rng), dtype=pl.Enum(["zug", *CITIES])
    ),
    "zoned times": lambda rng: pl.Series(draw_times(rng), dtype=pl.Datetime("us", "Europe/Berlin")),
    "Struct": lambda rng: pl.Series([{"a": i} for i in draw_integers(rng)]),
    "Float32": lambda rng: pl.Series(rng.randn(N), dtype=pl.Float32),
    "UInt64": lambda rng: pl.Series([2**64 - 1 - i for i in draw_integers(rng)], dtype=pl.UInt64),
    "Date": lambda rng: pl.Series(with_gaps(draw_times(rng), rng)).cast(pl.Date),
    "Time": lambda rng: pl.Series([dt.time(i % 24) for i in draw_integers(rng)]),
    "Duration": lambda rng: pl.Series([dt.timedelta(i) for i in draw_integers(rng)]),
    "Binary": lambda rng: pl.Series([city.encode() for city in draw_categories(rng)]),
    "List": lambda rng: pl.Series([[i] for i in draw_integers(rng)]),
    "Array": lambda rng: pl.Series(
        [[i, 1] for i in draw_integers(rng)], dtype=pl.Array(pl.Int8, 2)
    ),
    "Object": lambda rng: pl.Series([Fraction(i, 7) for i in draw_integers(rng)], dtype=pl.Object),
}
PYARROW = {
    "float": lambda rng: pa.array(rng.randn(N)),
    "int with gaps": lambda rng: pa.array(with_gaps(draw_integers(rng), rng), pa.uint16()),
    "bool": lambda rng: pa.array(with_gaps((rng.rand(N) < 0.5).tolist(), rng)),
    "decimal128": lambda rng: pa.array(map(Decimal, draw_integers(rng)), pa.decimal128(9, 2)),
    "decimal32": lambda rng: pa.array(map(Decimal, draw_integers(rng)), pa.decimal32(9, 2)),
    "null": lambda rng: pa.nulls(N),
    "text": lambda rng: pa.array(with_gaps(draw_categories(rng), rng)),
    "view": lambda rng: pa.array(draw_categories(rng), pa.string_view()),
    "dictionary": lambda rng: pa.array(draw_categories(rng)).dictionary_encode(),
    "zoned times": lambda rng: pa.array(draw_times(rng), pa.timestamp("us", "Europe/Berlin")),
    "list": lambda rng: pa.array([[i] for i in draw_integers(rng)]),
    "half float": lambda rng: pa.array(rng.randn(N).astype(np.float16)),
    "uint64": lambda rng: pa.array([2**64 - 1 - i for i in draw_integers(rng)], pa.uint64()),
    "decimal256": lambda rng: pa.array(map(Decimal, draw_integers(rng)), pa.decimal256(50, 2)),
    "large text": lambda rng: pa.array(with_gaps(draw_categories(rng), rng), pa.large_string()),
    "dictionary of numbers": lambda rng: pa.array(draw_integers(rng)).dictionary_encode(),
    "date32": lambda rng: pa.array(with_gaps(draw_times(rng), rng), pa.date32()),
    "time64": lambda rng: pa.array([dt.time(i % 24) for i in draw_integers(rng)], pa.time64("us")),
    "duration": lambda rng: pa.array([dt.timedelta(i) for i in draw_integers(rng)]),
    "binary": lambda rng: pa.array([city.encode() for city in draw_categories(rng)]),
    "fixed binary": lambda rng: pa.array([b"ab"] * N, pa.binary(2)),
    "struct": lambda rng: pa.array([{"a": i} for i in draw_integers(rng)]),
    "map": lambda rng: pa.array([[("a", i)] for i in draw_integers(rng)], pa.map_("str", "int8")),
    "runs": lambda rng: pc.run_end_encode(pa.array(np.repeat(draw_integers(rng)[:4], N // 4))),
}
LIBRARIES = {
    "pandas": (PANDAS, pd.DataFrame),
    "polars": (POLARS, pl.DataFrame),
    "pyarrow": (PYARROW, pa.table),
    "batch": (PYARROW, lambda columns: pa.table(columns).to_batches()[0]),
    "objects": (PANDAS, lambda columns: pd.DataFrame(columns).astype(object).to_numpy()),
    "list": (PANDAS, lambda columns: pd.DataFrame(columns).astype(object).to_numpy().tolist()),
}


@st.composite
def tables(draw: Any) -> Any:
    """Return a table of one to four columns of any type, in any container."""
    columns, build = LIBRARIES[draw(st.sampled_from(sorted(LIBRARIES)))]
    kinds = draw(st.lists(st.sampled_from(sorted(columns)), min_size=1, max_size=4))
    rng = np.random.RandomState(draw(st.integers(0, 9)))
    return build({f"{kind} {j}": columns[kind](rng) for j, kind in enumerate(kinds)})


def rows_of(table: Any) -> list[Any]:
    """Return the rows of a table as values that can be compared, missing values included."""
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    if isinstance(table, pa.Table):
        values = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    elif isinstance(table, pl.DataFrame):
        values = table.rows()
    else:
        frame = table.astype(object) if isinstance(table, pd.DataFrame) else table
        values = frame.to_numpy().tolist() if isinstance(frame, pd.DataFrame) else list(frame)
    return [pickle.dumps([(type(value), repr(value)) for value in row]) for row in values]


def check_resampling(X: Any, case: Case, seed: int) -> None:
    """Check that types and kept rows stay the same, or that the error is one of the library."""
    y = np.random.RandomState(seed).permutation(np.repeat(["a", "b"], [28, 12]))
    before, types = rows_of(X), signature(X)
    sampler = case.build(random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            out, _ = sampler.fit_resample(X, y)
        except FeatureTypeError as error:
            assert error.columns  # noqa: PT017
            return
        except InputError:
            return  # such as too few samples

    assert before == rows_of(X)
    assert types == signature(out)
    row = sampler.provenance_.row
    after = rows_of(out)
    assert len(row) == len(after)
    assert [before[i] for i in row[row >= 0]] == [after[i] for i in np.flatnonzero(row >= 0)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(), st.sampled_from(CASES), st.integers(0, 3))
def test_any_table(X, case, seed):
    """There is no exception but the library's; types and kept rows stay the same."""
    check_resampling(X, case, seed)


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("others", [(), ("float",)], ids=["alone", "with numbers"])
def test_every_type_with_every_sampler(library, others, seed):
    """What holds for random tables holds for a table of each type."""
    columns, build = LIBRARIES[library]
    for kind, make in columns.items():
        rng = np.random.RandomState(seed)
        X = build({kind: make(rng), **{f"{other} 2": columns[other](rng) for other in others}})
        for case in CASES:
            check_resampling(X, case, seed)


@pytest.mark.parametrize("limit", [0, 255])
@pytest.mark.parametrize(
    "build",
    [
        lambda values: pd.DataFrame({"x": pd.array(values, dtype="UInt8")}),
        lambda values: pd.DataFrame({"x": pd.array(values, dtype="uint8[pyarrow]")}),
        lambda values: pl.DataFrame({"x": pl.Series(values, dtype=pl.UInt8)}),
        lambda values: pa.table({"x": pa.array(values, pa.uint8())}),
    ],
    ids=["pandas", "pandas arrow", "polars", "pyarrow"],
)
def test_smoothed_integers_stay_in_the_range_of_their_type(build, limit, seed):
    """Noise around the limit of a type is clipped, in a column with missing values too."""
    values = [None, *(abs(limit - i % 3) for i in range(N - 1))]
    X = build(values)
    y = np.repeat(["a", "b"], [12, 28])
    out, _ = RandomOverSampler(shrinkage=50, random_state=seed).fit_resample(X, y)
    assert signature(X) == signature(out)
    assert rows_of(out)[:N] == rows_of(X)
    assert str(limit) in {str(value) for value in out["x"][N:]}


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(["csr", "csc", "coo", "lil", "dok", "bsr", "dia"]),
    st.sampled_from(CASES),
    st.integers(0, 9),
)
def test_any_sparse_matrix(form, case, seed):
    """Sparse matrices of every format are resampled as the CSR matrix is."""
    csr = sparse.random_array((N, 5), density=0.5, random_state=seed, format="csr")
    y = np.random.RandomState(seed).permutation(np.repeat([0, 1], [28, 12]))
    results = []
    for X in (csr, csr.asformat(form)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                results.append(case.build(random_state=seed).fit_resample(X, y)[0].toarray())
            except InputError as error:
                results.append(str(error))

    np.testing.assert_array_equal(results[0], results[1])


@pytest.mark.parametrize("library", LIBRARIES)
def test_random_samplers_return_every_column(library):
    """Random samplers return rows with columns of all types at once."""
    columns, build = LIBRARIES[library]
    rng = np.random.RandomState(0)
    # pyarrow cannot select rows of a column that is run-end encoded.
    X = build({kind: make(rng) for kind, make in columns.items() if kind != "runs"})
    y = np.repeat(["a", "b"], [28, 12])
    for case in CASES:
        if case.name in ("RandomOverSampler", "RandomUnderSampler"):
            sampler = case.build(random_state=0)

            out, _ = sampler.fit_resample(X, y)

            before, after = rows_of(X), rows_of(out)
            assert signature(X) == signature(out)
            assert [before[i] for i in sampler.sample_indices_] == after
