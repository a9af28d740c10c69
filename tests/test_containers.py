"""Data types, indices and additional columns are kept by resampling."""

from __future__ import annotations

import datetime as dt
import warnings
from decimal import Decimal

import imblearn.over_sampling
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy import sparse
from sklearn.tree import DecisionTreeClassifier

import counterpoise
from counterpoise._table import (
    Resampling,
    SyntheticSamples,
    allocate_points,
    as_table,
    encode_target,
    rebuild,
)
from counterpoise.base import BaseSampler
from counterpoise.ensemble import BalanceCascadeClassifier, BalancedBaggingClassifier
from counterpoise.exceptions import FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from counterpoise.over_sampling._random_over_sampler import bandwidth
from counterpoise.under_sampling import EditedNearestNeighbours, RandomUnderSampler
from tests.containers import signature

RNG = np.random.RandomState(0)
N = 30
Y = np.repeat(["rare", "common"], [10, 20])
NUMERIC = pd.DataFrame(
    {
        "float32": RNG.randn(N).astype(np.float32),
        "missing": np.where(RNG.rand(N) < 0.3, np.nan, RNG.randn(N)),
        "int8": RNG.randint(-128, 127, N).astype(np.int8),
        "uint64": (2**63 + RNG.randint(0, 10**6, N).astype(np.uint64)).astype(np.uint64),
        "Int64": pd.array([None, 1, 2**60] * 10, dtype="Int64"),
        "Float64": pd.array([None, 1.5, 2.5] * 10, dtype="Float64"),
        "double": pd.array([None, 1.5, 2.5] * 10, dtype="double[pyarrow]"),
        "bool": [True, False, True] * 10,
        "boolean": pd.array([True, None, False] * 10, dtype="boolean"),
    }
)
OTHER_TYPES = pd.DataFrame(
    {
        "text": ["a", None, "c"] * 10,
        "category": pd.Categorical(["z", "y", "z"] * 10, categories=["z", "y", "unused"]),
        "when": pd.date_range("2020-01-01", periods=N),
        "object": pd.Series([1, "x", None] * 10, dtype=object),
    }
)
FRAMES = [NUMERIC, NUMERIC.assign(sparse=pd.array([0, 1, 2] * 10, dtype="Sparse[int64]"))]


@pytest.fixture(autouse=True)
def _no_boolean_warnings():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* boolean")
        yield


@pytest.mark.parametrize("frame", FRAMES, ids=["dense", "sparse"])
def test_smote_keeps_pandas_types(frame):
    """Types and kept rows stay the same; values are missing where the base's are."""
    sampler = SMOTE(random_state=0)

    out, _ = sampler.fit_resample(frame, Y)

    pd.testing.assert_frame_equal(frame, out[:N])
    assert list(frame.dtypes) == list(out.dtypes)
    base = frame.isna().to_numpy()[sampler.provenance_.base[N:]]
    np.testing.assert_array_equal(base, out[N:].isna().to_numpy())
    assert 2**63 <= out["uint64"].min()


def test_smote_keeps_polars_and_pyarrow_types():
    """polars and pyarrow schemas and kept rows stay the same."""
    tables = pl.from_pandas(NUMERIC), pa.Table.from_pandas(NUMERIC, preserve_index=False)
    for table in tables:
        out, _ = SMOTE(random_state=0).fit_resample(table, Y)

        assert table.schema == out.schema
        assert table.equals(out[:N])
        assert 40 == len(out)


def test_decimals_are_numbers():
    """Decimal columns are interpolated and rounded to their scale."""
    amounts = [Decimal("1.10"), Decimal("2.25"), Decimal("3.50")] * 10
    for table in (
        pl.DataFrame({"amount": amounts}, schema={"amount": pl.Decimal(10, 2)}),
        pa.table({"amount": pa.array(amounts, pa.decimal128(10, 2))}),
    ):
        out, _ = SMOTE(random_state=0).fit_resample(table, Y)

        assert table.schema == out.schema
        assert table.equals(out[:N])


NAN = float("nan")
OBJECTS = {
    "int": ([1, 5, 9], int),
    "float": ([1.5, 5, np.float32(9)], float),
    "bool": ([True, False, np.bool_(1)], bool),
    "numpy scalars": ([np.int8(1), 5, True], int),
    "beyond 2**53": ([2**62 + 1, None, 2**62 + 9], int),
    "beyond int64": ([2**70, 2**71, None], int),
    "integers, some missing": ([1, None, 9, NAN, 4, pd.NA], int),
    "floats, some missing": ([1.5, None, NAN], float),
    "booleans, some missing": ([True, None, False], bool),
    "Decimal": ([Decimal("1.25"), Decimal("5.5"), 9], Decimal),
    "Decimal, some missing": ([Decimal("1.25"), Decimal("NaN"), None], Decimal),
    "Decimal and float": ([Decimal("1.25"), 5.5, None], float),
    "only missing": ([None, NAN, pd.NA], None),
}
OBJECT_TABLES = {
    "pandas": lambda columns: pd.DataFrame(columns, dtype=object),
    "numpy": lambda columns: pd.DataFrame(columns, dtype=object).to_numpy(),
    "list": lambda columns: pd.DataFrame(columns, dtype=object).to_numpy().tolist(),
}


def objects_of(table):
    """Return the second column of a table of objects as a list."""
    return [row[1] for row in (table.to_numpy() if isinstance(table, pd.DataFrame) else table)]


def is_same(left, right):
    """Return whether two objects are of the same type and equal, or both missing."""
    return left is right or (type(left) is type(right) and (left == right or pd.isna(left)))


@pytest.mark.parametrize("form", OBJECT_TABLES)
@pytest.mark.parametrize("kind", OBJECTS)
def test_objects_that_are_numbers(kind, form):
    """Python objects are interpolated as numbers, and stay objects of their type.

    Kept rows have the same objects. A value is missing where the base's is, and in the same form.
    """
    values, expected = OBJECTS[kind]
    values = [values[i % len(values)] for i in range(N)]
    X = OBJECT_TABLES[form]({"x": RNG.randn(N).tolist(), "n": values})
    before = objects_of(X)
    for sampler in (SMOTE(random_state=0), RandomOverSampler(shrinkage=0.1, random_state=0)):
        out, _ = sampler.fit_resample(X, Y)

        assert all(map(is_same, objects_of(out), before))
        assert form != "pandas" or list(X.dtypes) == list(out.dtypes)
        base = [before[row] for row in sampler.provenance_.base[N:]]
        for value, origin in zip(objects_of(out)[N:], base, strict=True):
            assert is_same(value, origin) if pd.isna(origin) else type(value) is expected


def test_decimal_objects_keep_their_places():
    """Synthetic Decimal objects have the decimal places of the column, and lie in its range."""
    values = [Decimal("10.25"), Decimal("3.5"), Decimal("99")] * 10

    out, _ = SMOTE(random_state=0).fit_resample(pd.DataFrame({"amount": values}), Y)

    assert all(-2 == value.as_tuple().exponent for value in out["amount"][N:])
    assert Decimal("3.5") <= min(out["amount"]) <= max(out["amount"]) <= 99


@pytest.mark.parametrize("form", OBJECT_TABLES)
def test_objects_equal_typed_columns(form):
    """A column of objects gives the same values as one of integers."""
    columns = {"x": RNG.randn(N).tolist(), "n": RNG.randint(0, 1000, N).tolist()}

    typed, _ = SMOTE(random_state=0).fit_resample(pd.DataFrame(columns), Y)
    objects, _ = SMOTE(random_state=0).fit_resample(OBJECT_TABLES[form](columns), Y)

    assert typed["n"].tolist() == objects_of(objects)


TIMES = [dt.datetime(2020, 1, 1 + i % 28) for i in range(N)]
NOT_NUMBERS = {
    "polars Int128": pl.Series(range(N), dtype=pl.Int128),
    "polars UInt128": pl.Series(range(N), dtype=pl.UInt128),
    "polars Struct": pl.Series([{"a": i} for i in range(N)]),
    "polars List": pl.Series([[i] for i in range(N)]),
    "polars Object": pl.Series([object()] * N, dtype=pl.Object),
    "polars Datetime": pl.Series(TIMES, dtype=pl.Datetime("us", "Europe/Berlin")),
    "pyarrow list": pa.array([[i] for i in range(N)]),
    "pyarrow struct": pa.array([{"a": i} for i in range(N)]),
    "pyarrow interval": pa.array([pa.MonthDayNano([1, i, 0]) for i in range(N)]),
    "pyarrow timestamp": pa.array(TIMES, pa.timestamp("us", "Europe/Berlin")),
    "pandas interval": pd.Series(pd.interval_range(0, N)),
    "pandas complex": pd.Series(np.arange(N) * 1j),
    "pandas tuples": pd.Series([(i,) for i in range(N)]),
    "pandas datetime": pd.Series(TIMES).dt.tz_localize("Europe/Berlin"),
}


def table_with(column):
    """Return a data frame of the library of a column, with one numeric column before it."""
    if isinstance(column, pl.Series):
        return pl.DataFrame({"x": np.arange(float(N)), "odd": column})
    library = pd.DataFrame if isinstance(column, pd.Series) else pa.table
    return library({"x": np.arange(float(N)), "odd": column})


def first_rows(table):
    """Return the first N rows of the second column of a data frame, as a list."""
    column = table["odd"]
    return (column.to_pylist() if isinstance(table, pa.Table) else column.to_list())[:N]


@pytest.mark.parametrize("kind", NOT_NUMBERS)
def test_columns_that_are_not_numbers(kind):
    """Such a column is named where distances need it, and kept untouched where they do not."""
    X = table_with(NOT_NUMBERS[kind])
    for sampler in (
        SMOTE(),
        SMOTENC(),
        EditedNearestNeighbours(),
        RandomOverSampler(shrinkage=1.0),
    ):
        with pytest.raises(FeatureTypeError, match="'odd'"):
            sampler.fit_resample(X, Y)
    over, under = RandomOverSampler(random_state=0), RandomUnderSampler(random_state=0)
    out, _ = over.fit_resample(X, Y)
    assert first_rows(X) == first_rows(out)
    assert signature(X) == signature(out) == signature(under.fit_resample(X, Y)[0])
    labeled = X.append_column("y", pa.array(Y)) if isinstance(X, pa.Table) else None
    if isinstance(X, pl.DataFrame):
        labeled = X.with_columns(y=pl.Series(Y))
    labeled = X.assign(y=Y) if labeled is None else labeled
    for role in ("ignore", "copy"):
        out = counterpoise.resample(labeled, "y", **{role: "odd"}, random_state=0)
        assert first_rows(X) == first_rows(out)


@pytest.mark.parametrize(
    "kind", ["polars Struct", "polars Object", "pyarrow list", "pandas complex"]
)
def test_values_that_cannot_be_compared(kind):
    """SMOTEN, which compares values of any type, names a column whose values it cannot compare."""
    X = table_with(NOT_NUMBERS[kind])

    with pytest.raises(FeatureTypeError, match="'odd', of type .*, cannot be compared"):
        SMOTEN().fit_resample(X, Y)


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([None] * N, dtype=pl.Null),
        pl.Series([None, 1.5, 9.0] * 10, dtype=pl.Float16),
        pa.nulls(N),
        pa.array([None, Decimal("1.5"), Decimal(9)] * 10, pa.decimal32(5, 1)),
        pa.array([None, 1.5, 9.0] * 10, pa.float16()),
        pd.Series([None, 1.5, 9.0] * 10, dtype=np.longdouble),
        pd.Series([None] * N, dtype=pd.ArrowDtype(pa.null())),
    ],
    ids=lambda column: str(getattr(column, "dtype", getattr(column, "type", None))),
)
def test_rare_types_of_numbers(column):
    """Rare types of numbers, and columns that are empty, are kept by every kind of sampler."""
    X = table_with(column)
    for sampler in (
        SMOTE(random_state=0),
        SMOTENC(["odd"], random_state=0),
        EditedNearestNeighbours(sampling_strategy="all"),
        RandomOverSampler(shrinkage=0.1, random_state=0),
    ):
        out, _ = sampler.fit_resample(X, Y)

        assert signature(X) == signature(out)
        row = sampler.provenance_.row
        kept = pd.Series(first_rows(X), dtype=object)[row[row >= 0]].isna().tolist()
        assert kept == pd.isna(pd.Series(first_rows(out), dtype=object)).tolist()[: len(kept)]


def test_run_end_encoded_columns():
    """pyarrow cannot select rows of such a column; the error names the function that decodes it."""
    X = table_with(pc.run_end_encode(pa.array([1] * N)))

    with pytest.raises(FeatureTypeError, match=r"'odd' is run-end encoded.*run_end_decode"):
        RandomOverSampler().fit_resample(X, Y)


@pytest.mark.parametrize("sampler", [RandomOverSampler(random_state=0), RandomUnderSampler()])
def test_random_samplers_take_any_column(sampler):
    """Random samplers accept columns of every type, and return the rows of sample_indices_."""
    frame = pd.concat([NUMERIC, OTHER_TYPES], axis=1)
    for table in (frame, pl.from_pandas(frame[["text", "when", "Int64"]])):
        out, y_out = sampler.fit_resample(table, Y)

        rows = sampler.sample_indices_
        np.testing.assert_array_equal(Y[rows], y_out)
        assert isinstance(out, type(table))
        expected = frame.take(rows).reset_index(drop=True) if table is frame else table[rows]
        assert expected.equals(out)


def test_selection_keeps_the_index():
    """A pandas index is kept if all rows are input rows and X and y are both from pandas."""
    X = OTHER_TYPES.set_axis([f"r{i}" for i in range(N)])
    y = pd.Series(Y, index=X.index, name="y")
    sampler = RandomUnderSampler(random_state=0)

    X_out, y_out = sampler.fit_resample(X, y)

    assert X.index[sampler.sample_indices_].equals(X_out.index)
    assert X_out.index.equals(y_out.index)
    X_plain, _ = sampler.fit_resample(X, Y)
    assert pd.RangeIndex(20).equals(X_plain.index)


def test_synthetic_rows_reset_the_index():
    """With synthetic rows, X and y have the same new index and can be concatenated."""
    X = NUMERIC.set_axis([f"r{i}" for i in range(N)])
    y = pd.Series(Y, index=X.index, name="y")

    X_out, y_out = SMOTE(random_state=0).fit_resample(X, y)

    assert pd.RangeIndex(40).equals(X_out.index)
    assert 40 == len(pd.concat([X_out, y_out], axis=1).dropna(subset="y"))


def test_column_names_that_are_not_strings():
    """Any column names are allowed; feature_names_in_ is set if all are strings."""
    X = pd.DataFrame({0: RNG.randn(N), ("a", 1): range(N)})
    sampler = SMOTE(random_state=0)

    out, _ = sampler.fit_resample(X, Y)

    assert list(X.columns) == list(out.columns)
    assert not hasattr(sampler, "feature_names_in_")
    sampler.fit(NUMERIC, Y)
    assert list(NUMERIC.columns) == list(sampler.feature_names_in_)
    sampler.fit(NUMERIC.to_numpy(dtype=float), Y)
    assert not hasattr(sampler, "feature_names_in_")


@pytest.mark.parametrize(
    "dtype", [np.float16, np.longdouble, ">f8", np.int8, np.uint16, bool, object]
)
def test_array_types(dtype):
    """Arrays keep an unusual dtype, and synthetic values stay within the range of the input."""
    X = np.abs(RNG.randn(N, 3) * 10).astype(dtype)

    out, _ = SMOTE(random_state=0).fit_resample(X, Y)

    assert X.dtype == out.dtype
    np.testing.assert_array_equal(X, out[:N])
    synthetic = out[N:].astype(float)
    assert (synthetic.min() >= X.astype(float).min()) & (synthetic.max() <= X.astype(float).max())


def test_lists_of_objects():
    """None is a missing value, and integers stay integers."""
    rows = [[i, None if i % 3 == 0 else float(i), i % 2 == 0] for i in range(N)]

    out, y_out = SMOTE(random_state=0).fit_resample(rows, Y.tolist())

    assert rows == out[:N]
    assert 40 == len(y_out)
    assert all(isinstance(row[0], int) for row in out)


def test_string_and_date_arrays():
    """Random samplers accept arrays of strings and of dates, and keep their dtype."""
    for X in (np.array([["a"], ["bb"], ["c"]] * 10), np.arange(N).astype("M8[D]")[:, None]):
        out, _ = RandomOverSampler(random_state=0).fit_resample(X, Y)

        assert (X.dtype, (40, 1)) == (out.dtype, out.shape)


def test_sparse_integers_are_rounded():
    """Synthetic values of a sparse integer table are rounded to integers."""
    X = sparse.random(N, 8, 0.5, "csr", random_state=0, data_rvs=lambda n: RNG.randint(1, 9, n))
    X = X.astype(np.int64)

    out, _ = SMOTE(random_state=0).fit_resample(X, Y)
    exact, _ = SMOTE(random_state=0).fit_resample(X.astype(float), Y)

    assert (np.int64, type(X)) == (out.dtype, type(out))
    assert abs(out - exact).max() <= 0.5


@pytest.mark.parametrize("form", ["matrix", "array"])
@pytest.mark.parametrize("name", ["coo", "lil", "dok", "bsr", "dia"])
def test_other_sparse_formats_become_csr(name, form):
    """Sparse formats without row selection give the result of CSR, of samplers and of models."""
    csr = getattr(sparse, f"csr_{form}")(sparse.random(N, 6, 0.5, random_state=0))
    X = getattr(sparse, f"{name}_{form}")(csr)
    for sampler in (SMOTE(random_state=0), RandomUnderSampler(random_state=0)):
        out, _ = sampler.fit_resample(X, Y)

        expected, _ = sampler.fit_resample(csr, Y)
        assert type(out) is type(csr)
        np.testing.assert_array_equal(expected.toarray(), out.toarray())
    tree = DecisionTreeClassifier(max_depth=2)
    for model in (
        counterpoise.ResampledClassifier(tree, RandomUnderSampler()),
        BalancedBaggingClassifier(tree, n_estimators=2),
        BalanceCascadeClassifier(tree, n_estimators=2),
    ):
        assert N == len(model.fit(X, Y).predict(X))


@pytest.mark.parametrize(
    "y",
    [
        pd.Categorical(Y, categories=["rare", "unused", "common"], ordered=True),
        pd.array(Y, dtype="string"),
        pd.array(Y == "rare"),
        pd.Index(Y, name="label"),
    ],
    ids=["Categorical", "string", "boolean", "Index"],
)
def test_target_in_a_pandas_array(y):
    """A target in an array or an index of pandas comes back as one of the same type."""
    X = RNG.randn(N, 2)
    for sampler in (SMOTE(random_state=0), RandomUnderSampler(random_state=0)):
        _, out = sampler.fit_resample(X, y)

        assert (type(y), y.dtype) == (type(out), out.dtype)
        counts = pd.Series(out).value_counts().to_dict()
        assert len(out) // 2 == counts[y[0]] == counts[y[-1]]


def test_record_batch():
    """A pyarrow RecordBatch comes back as one, with its names, types and metadata."""
    table = pa.table({"a": RNG.randn(N), "b": pa.array([None, 1, 2] * 10, pa.int16())})
    batch = table.replace_schema_metadata({"source": "here"}).to_batches()[0]
    for sampler in (SMOTE(random_state=0), RandomUnderSampler(random_state=0)):
        out, _ = sampler.fit_resample(batch, Y)

        assert (pa.RecordBatch, batch.schema) == (type(out), out.schema)
        assert batch.schema.metadata == out.schema.metadata


def test_sparse_equals_dense():
    """Scaling and the smoothed bootstrap give the same values for sparse and dense tables."""
    X = sparse.random(N, 4, 0.7, "csc", random_state=0)
    for make in (
        lambda: SMOTE(random_state=0, scale="standard"),
        lambda: RandomOverSampler(random_state=0, shrinkage=0.3),
    ):
        out, dense_out = make().fit_resample(X, Y)[0], make().fit_resample(X.toarray(), Y)[0]

        assert type(X) is type(out)
        np.testing.assert_allclose(dense_out, out.toarray(), rtol=1e-12)


def test_bandwidth_depends_on_the_class():
    """The bandwidth is that of ROSE, from the class size; imbalanced-learn uses all rows."""
    X = RNG.randn(N, 3)
    rows = np.arange(10)
    expected = (4 / (5 * 10)) ** (1 / 7) * X[:10].std(axis=0)

    np.testing.assert_allclose(expected, bandwidth(as_table(X), range(X.shape[1]), rows))
    ours, theirs = (
        S(shrinkage=1.0, random_state=0).fit_resample(X, Y)[0][N:]
        for S in (RandomOverSampler, imblearn.over_sampling.RandomOverSampler)
    )
    assert not np.allclose(theirs, ours)


def test_smoothed_frame_keeps_its_types():
    """Smoothed integers and booleans are rounded to their types."""
    frame = NUMERIC[["float32", "int8", "uint64", "bool", "missing"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out, _ = RandomOverSampler(shrinkage=0.5, random_state=0).fit_resample(frame, Y)

    assert list(frame.dtypes) == list(out.dtypes)
    pd.testing.assert_frame_equal(frame, out[:N])


def test_resample_keeps_the_column_order():
    """The output has the type and the column order of the input."""
    frame = pd.DataFrame({"a": RNG.randn(N), "y": Y, "b": RNG.randn(N)})
    for table in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        out = counterpoise.resample(table, "y", random_state=0)

        assert type(out) is type(table)
        names = out.column_names if isinstance(out, pa.Table) else list(out.columns)
        assert ["a", "y", "b"] == names
        assert 40 == len(out)


def test_resample_with_a_sampler_instance():
    """resample accepts a sampler instance as method, and uses its parameters."""
    frame = pd.DataFrame({"a": RNG.randn(N), "y": Y})

    out = counterpoise.resample(frame, "y", method=SMOTE(k_neighbors=2), random_state=3)

    pd.testing.assert_frame_equal(
        out, counterpoise.resample(frame, "y", k_neighbors=2, random_state=3)
    )


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_ignored_and_copied_columns(library):
    """In synthetic rows, ignored columns are missing and copied ones have the base's value."""
    frame = pd.DataFrame(
        {
            "id": range(N),
            "flag": [True, False] * 15,
            "when": [dt.datetime(2020, 1, 1 + i % 28) for i in range(N)],
            "note": [f"n{i}" for i in range(N)],
            "x": RNG.randn(N),
            "y": Y,
        }
    )
    table = {
        "pandas": frame,
        "polars": pl.from_pandas(frame),
        "pyarrow": pa.Table.from_pandas(frame),
    }[library]

    out = counterpoise.resample(
        table, "y", ignore=["id", "flag", "when"], copy=["note"], random_state=0
    )

    out = out if library == "pandas" else out.to_pandas()
    assert 40 == len(out)
    assert out.loc[N:, ["id", "flag", "when"]].isna().all(axis=None)
    assert list(range(N)) == out["id"][:N].to_list()
    assert set(out["note"][N:]) <= set(frame["note"][:10])


def test_an_ignored_column_may_have_nulls_in_the_output():
    """A column of pyarrow that is not nullable becomes so if it is empty in synthetic rows."""
    required = pa.field("id", pa.int32(), nullable=False), pa.field("x", pa.float64(), False)
    schema = pa.schema([*required, pa.field("y", pa.string())], {"source": "test"})
    table = pa.table([range(N), RNG.randn(N), Y], schema=schema)

    out = counterpoise.resample(table, "y", ignore=["id"], random_state=0)

    expected = schema.set(0, required[0].with_nullable(True))
    assert out.schema.equals(expected, check_metadata=True)
    assert out["id"].null_count == len(out) - N
    kept = counterpoise.resample(table, "y", method="random-under", ignore=["id"], random_state=0)
    assert kept.schema.equals(schema, check_metadata=True)


def test_order_of_a_decision():
    """The order of a decision applies to kept and synthetic rows in every container."""
    values = RNG.randn(6, 2)
    synthetic = SyntheticSamples(
        np.array([0, 3, 1]),
        np.array([1, -1, 2]),
        np.array([0.5, np.nan, 0.25]),
        np.zeros(3, np.int32),
        np.array([[7.0, 8.0]]),
    )
    decision = Resampling(
        kept=np.array([5, 0]), synthetic=synthetic, order=np.array([4, 3, 2, 1, 0])
    )
    between = values[[0, 1]] + np.array([[0.5], [0.25]]) * (values[[1, 2]] - values[[0, 1]])
    expected = np.vstack([between[1], [7, 8], between[0], values[0], values[5]])
    y = np.array([0, 0, 0, 1, 1, 1])

    for table in (
        values,
        pd.DataFrame(values),
        pd.DataFrame({"a": values[:, 0], "b": values[:, 1].copy()}),
        pl.DataFrame(values),
    ):
        opened = as_table(table)
        out, y_out = rebuild(opened, encode_target(y, 6), decision)

        np.testing.assert_allclose(expected, np.asarray(out))
        np.testing.assert_array_equal([0, 0, 0, 0, 1], y_out)


def test_carry():
    """carry returns the values of kept and base rows, and checks the length."""
    sampler = SMOTE(random_state=0)
    sampler.fit_resample(NUMERIC, Y)
    group = np.arange(N) * 10

    carried = sampler.provenance_.carry(group)

    np.testing.assert_array_equal(group, carried[:N])
    np.testing.assert_array_equal(group[sampler.provenance_.base[N:]], carried[N:])
    with pytest.raises(InputError, match="had 30 rows, values has 3"):
        sampler.provenance_.carry([1, 2, 3])
    assert "40 rows, 10 of them synthetic" in repr(sampler.provenance_)


def test_provenance_frames():
    """to_frame returns a data frame of the table's library, or of a given one."""
    sampler = RandomOverSampler(random_state=0)
    for table, frame_type in ((NUMERIC, pd.DataFrame), (pl.from_pandas(NUMERIC), pl.DataFrame)):
        sampler.fit_resample(table, Y)

        frame = sampler.provenance_.to_frame()
        assert isinstance(frame, frame_type)
        assert ["row", "base", "neighbor", "weight", "is_synthetic"] == list(frame.columns)
    assert isinstance(sampler.provenance_.to_frame("pyarrow"), pa.Table)


def test_versions(capsys):
    """show_versions prints versions, the instruction set and the number of threads."""
    counterpoise.show_versions()

    printed = capsys.readouterr().out
    assert all(name in printed for name in ("numpy: ", "instruction set: ", "threads: "))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = counterpoise.nothing
    assert "over_sampling" in dir(counterpoise)
    assert counterpoise.over_sampling.SMOTE is SMOTE


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint64])
def test_sparse_and_dense_integers_agree(dtype):
    """Extreme integers give the same synthetic values in sparse and dense tables."""
    limits = np.iinfo(dtype)
    ends = [limits.max // 2, limits.min // 2, 0, 1] * 8
    X, y = np.array(ends, dtype)[:, None], np.repeat([0, 1], [22, 10])
    for make in (
        lambda: SMOTE(k_neighbors=9, random_state=0),
        lambda: RandomOverSampler(shrinkage=0.5, random_state=0),
    ):
        dense, _ = make().fit_resample(X, y)
        out, _ = make().fit_resample(sparse.csr_matrix(X), y)

        assert dtype == out.dtype
        difference = np.abs(dense.astype(float) - out.toarray().astype(float))
        assert difference.max() <= (0 if np.dtype(dtype).itemsize < 8 else 2048)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([2**63 - 1, None, 2**53 + 1] * 10, dtype="Int64"),
        pl.Series([2**63 - 1, None, 2**53 + 1] * 10),
        pd.Series([-(2**63), 2**63 - 1, 0] * 10),
    ],
    ids=["Int64", "polars", "whole range"],
)
def test_large_integers_with_missing_values(column):
    """Extreme integers are interpolated exactly, also in a column with missing values."""
    table = column.to_frame() if isinstance(column, pl.Series) else pd.DataFrame({"n": column})
    sampler = SMOTE(k_neighbors=9, random_state=0)

    out, _ = sampler.fit_resample(table, Y[::-1])

    is_polars = isinstance(out, pl.DataFrame)
    synthetic = out[:, 0][N:].to_list() if is_polars else out["n"][N:].tolist()
    origin = sampler.provenance_
    values = [None if pd.isna(v) else int(v) for v in column.to_list()]
    for value, base, neighbor in zip(synthetic, origin.base[N:], origin.neighbor[N:], strict=True):
        ends = [v for v in (values[base], values[neighbor]) if v is not None]
        assert pd.isna(value) if values[base] is None else min(ends) <= value <= max(ends)


@pytest.mark.parametrize("method", ["random-over", "random-under", "smote"])
def test_pyarrow_string_views(method):
    """pyarrow tables with string views, which polars writes, keep this type."""
    frame = pl.DataFrame({"x": RNG.randn(N), "note": ["a", None, "b"] * 10, "label": Y})
    table = frame.to_arrow(compat_level=pl.CompatLevel.newest())
    assert "view" in str(table.schema)

    out = counterpoise.resample(table, "label", method=method, ignore="note", random_state=0)

    assert table.schema == out.schema


def test_frame_metadata_is_kept():
    """The name of the column index, attrs and schema metadata stay the same."""
    frame = pd.DataFrame({"a": RNG.randn(N), "b": range(N)})
    frame.columns.name = "columns"
    frame.attrs["source"] = "here"
    for sampler in (SMOTE(random_state=0), RandomOverSampler(random_state=0)):
        out, _ = sampler.fit_resample(frame, Y)

        assert ("columns", {"source": "here"}) == (out.columns.name, out.attrs)
    table = pa.table({"a": RNG.randn(N)}).replace_schema_metadata({"source": "here"})
    out, _ = SMOTE(random_state=0).fit_resample(table, Y)
    assert table.schema.metadata == out.schema.metadata


def test_resample_with_any_target_name():
    """The target column may have any name, and the sampler passed is not changed."""
    frame = pd.DataFrame({"a": RNG.randn(N), 3: Y})
    sampler = SMOTE()

    out = counterpoise.resample(frame, 3, method=sampler, random_state=0, scale="robust")

    assert ["a", 3] == list(out.columns)
    assert (None, None) == (sampler.random_state, sampler.scale)


def test_masked_arrays():
    """A masked array raises an error, so that the mask is not silently ignored."""
    X = np.ma.masked_greater(RNG.randn(N, 2), 1)

    with pytest.raises(InputError, match="masked values"):
        RandomOverSampler().fit_resample(X, Y)


def test_smoothing_a_column_of_missing_values():
    """A column with only missing values stays so, without a warning."""
    X = np.column_stack([RNG.randn(N), np.full(N, np.nan)])

    out, _ = RandomOverSampler(shrinkage=1.0, random_state=0).fit_resample(X, Y)

    assert np.isnan(out[:, 1]).all()


class AppendPoints(BaseSampler):
    """Sampler that keeps the first rows and appends given points."""

    _family = "clean-sampling"

    def __init__(self, points, n_kept=0):
        self.points = points
        self.n_kept = n_kept
        self.sampling_strategy = "auto"

    def _resample(self, table, target, quotas, rng):
        points = self.points(table) if callable(self.points) else self.points
        none = np.full(len(points), -1)
        weight, label = np.full(len(points), np.nan), np.zeros(len(points), int)
        synthetic = SyntheticSamples(none, none, weight, label, points)
        return Resampling(None if self.n_kept is None else np.arange(self.n_kept), synthetic)


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame], ids=["numpy", "pandas"])
@pytest.mark.parametrize("n_kept", [0, 2])
@pytest.mark.parametrize(
    "view", [lambda a: a[::-1], lambda a: a[:], lambda a: a[2:], lambda a: a[:2]]
)
def test_points_may_be_a_view(form, n_kept, view):
    """Points that are a view of another array are copied, and this array does not change."""
    X, y = np.random.RandomState(0).randn(6, 3), [0, 0, 0, 1, 1, 1]
    whole = np.array(np.random.RandomState(1).randn(4, 3))
    before, points = whole.copy(), view(whole)

    out = np.asarray(AppendPoints(points, n_kept).fit_resample(form(X), y)[0])

    np.testing.assert_array_equal(np.concatenate([X[:n_kept], view(before)]), out)
    np.testing.assert_array_equal(before, whole)
    assert not np.shares_memory(out, whole)


@pytest.mark.parametrize("reverse", [False, True], ids=["in place", "reversed"])
def test_points_in_the_allocated_array(reverse):
    """Points written into the allocated output are not copied, unless they were reordered."""
    X, y = np.random.RandomState(0).randn(6, 3), [0, 0, 0, 1, 1, 1]
    allocated = []

    def fill(table):
        allocated.append(allocate_points(table, 4))
        allocated[0][:] = np.arange(12).reshape(4, 3)
        return allocated[0][::-1] if reverse else allocated[0]

    out, _ = AppendPoints(fill, None).fit_resample(X, y)

    new = np.arange(12).reshape(4, 3)
    np.testing.assert_array_equal(np.concatenate([X, new[::-1] if reverse else new]), out)
    assert np.shares_memory(out, allocated[0]) is not reverse
    assert type(out) is np.ndarray
