"""The same small table in every container, and functions to read each container."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from scipy import sparse

NAMES = ["alpha", "beta", "gamma"]


@dataclass(frozen=True)
class Container:
    """A container of X and y, and functions that build it from arrays."""

    name: str
    table: Callable[[np.ndarray], Any]
    labels: Callable[[np.ndarray], Any]

    def __repr__(self) -> str:
        return self.name


def frame(values: np.ndarray) -> pd.DataFrame:
    """Return a pandas DataFrame with an index of strings."""
    index = [f"r{row}" for row in range(len(values))]
    return pd.DataFrame(values, columns=NAMES[: values.shape[1]], index=index)


def series(labels: np.ndarray) -> pd.Series:
    """Return a pandas Series with the index of `frame`."""
    return pd.Series(labels, index=[f"r{row}" for row in range(len(labels))], name="label")


def arrow(values: np.ndarray) -> pa.Table:
    """Return a pyarrow Table."""
    return pa.table(dict(zip(NAMES, values.T.copy(), strict=False)))


def mixed_blocks(values: np.ndarray) -> pd.DataFrame:
    """Return a pandas DataFrame that is not stored as one block."""
    return pd.DataFrame(
        {name: column.copy() for name, column in zip(NAMES, values.T, strict=False)}
    )


CONTAINERS = [
    Container("numpy C", np.ascontiguousarray, np.asarray),
    Container("numpy F", np.asfortranarray, np.asarray),
    Container("numpy strided", lambda v: np.repeat(v, 2, axis=1)[:, ::2], lambda y: y[::-1][::-1]),
    Container("numpy float32", lambda v: v.astype(np.float32), np.asarray),
    Container("list", lambda v: v.tolist(), lambda y: y.tolist()),
    Container("pandas", frame, series),
    Container("pandas columns", mixed_blocks, lambda y: pd.Series(y.astype(str), dtype="category")),
    Container(
        "pandas nullable", lambda v: frame(v).convert_dtypes(), lambda y: series(y).astype("Int64")
    ),
    Container(
        "pandas arrow",
        lambda v: frame(v).convert_dtypes(dtype_backend="pyarrow"),
        lambda y: series(y).astype("int64[pyarrow]"),
    ),
    Container(
        "pandas objects", lambda v: frame(v).astype(object), lambda y: series(y).astype(object)
    ),
    Container(
        "polars",
        lambda v: pl.DataFrame(dict(zip(NAMES, v.T, strict=False))),
        lambda y: pl.Series("label", y),
    ),
    Container("pyarrow", arrow, pa.array),
    Container("pyarrow chunks", arrow, lambda y: pa.chunked_array([y[:3], y[3:]])),
    Container("pyarrow batch", lambda v: arrow(v).to_batches()[0], pd.Categorical),
    Container("csr matrix", sparse.csr_matrix, np.asarray),
    Container("csc array", sparse.csc_array, np.asarray),
]


def as_array(table: Any) -> np.ndarray:
    """Return the numbers of a table in any container as a float64 array."""
    if sparse.issparse(table):
        return table.toarray()
    if isinstance(table, pa.Table | pa.RecordBatch):
        return np.column_stack([column.to_numpy() for column in table.columns])
    if isinstance(table, pd.DataFrame):
        return table.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(table, dtype=np.float64)


def as_labels(labels: Any) -> np.ndarray:
    """Return labels in any container as an array of strings."""
    values = labels.to_pylist() if hasattr(labels, "to_pylist") else list(labels)
    return np.array([str(value) for value in values])


def signature(table: Any) -> tuple[Any, ...]:
    """Return the container's type, data types and names, which resampling must keep."""
    if isinstance(table, pd.DataFrame):
        return ("pandas", list(table.dtypes), list(table.columns))
    if isinstance(table, pd.Series):
        return ("pandas series", table.dtype, table.name)
    if isinstance(table, pl.DataFrame):
        return ("polars", table.schema)
    if isinstance(table, pa.Table | pa.RecordBatch):
        return (type(table), table.schema)
    if isinstance(table, list):
        return ("list",)
    return (type(table), getattr(table, "dtype", None), getattr(table, "type", None))
