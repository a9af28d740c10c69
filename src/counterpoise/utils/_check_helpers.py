"""Test data and assertions of the sampler checks."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.utils import get_tags

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._table import SparseTable, as_table, target_values, to_array

__all__ = [
    "FEATURES",
    "accepts_sparse",
    "assert_that",
    "assert_value_error",
    "clone_with_seed",
    "container_to_array",
    "describe_type",
    "fit_resample",
    "has_pandas",
    "make_containers",
    "make_data",
    "make_frame",
    "make_sparse",
    "resample",
]

FEATURES = ["alpha", "beta", "gamma", "delta"]
_CLASS_COUNTS = (48, 24, 18)  # large enough for eight neighbors, and for clusters


# ---- Data ----


def make_data() -> tuple[Float64Array, IntArray]:
    """Return samples of three classes that overlap, in random order."""
    rng = np.random.RandomState(0)
    y = rng.permutation(np.repeat(np.arange(len(_CLASS_COUNTS)), _CLASS_COUNTS))
    return rng.randn(len(y), len(FEATURES)) + y[:, None], y


def make_sparse() -> Any:
    """Return the samples as a sparse matrix, with zeros for negative values."""
    values, _ = make_data()
    return sparse.csr_matrix(np.where(values > 0, values, 0))


def make_frame() -> Any:
    """Return the samples as a pandas DataFrame."""
    return import_optional("pandas", "a frame").DataFrame(make_data()[0], columns=FEATURES)


def make_containers(sampler: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name of each container that a sampler accepts, with X and y in it."""
    X, y = make_data()
    yield "numpy", X, y
    yield "lists", X.tolist(), y.tolist()
    if has_pandas():
        yield "pandas", make_frame(), import_optional("pandas", "a series").Series(y, name="label")
    if accepts_sparse(sampler):
        yield "a sparse matrix", make_sparse(), y


def has_pandas() -> bool:
    """Return whether pandas is installed."""
    return find_spec("pandas") is not None


def accepts_sparse(sampler: Any) -> bool:
    """Return whether the tags of a sampler include sparse input."""
    return bool(get_tags(sampler).input_tags.sparse)


def container_to_array(container: Any) -> Any:
    """Return the values of X or y in any container as an array."""
    if np.ndim(container) == 1:
        return target_values(container)
    table = as_table(container)
    values: Any = to_array(table)
    return values.toarray() if isinstance(table, SparseTable) else values


def describe_type(value: Any) -> str:
    """Return the type and dtype of a container, for messages."""
    dtype = getattr(value, "dtype", None)
    return f"{type(value).__name__} of {dtype}" if dtype is not None else type(value).__name__


# ---- Resampling ----


def clone_with_seed(sampler: Any) -> Any:
    """Return a clone with ``random_state=0``, if the sampler has that parameter."""
    cloned = clone(sampler)
    return cloned.set_params(random_state=0) if "random_state" in cloned.get_params() else cloned


def resample(sampler: Any, X: Any, y: Any, data: str = "numeric data") -> tuple[Any, Any]:
    """Resample with a seeded clone; any error becomes an AssertionError."""
    return fit_resample(clone_with_seed(sampler), X, y, data)


def fit_resample(sampler: Any, X: Any, y: Any, data: str = "numeric data") -> tuple[Any, Any]:
    """Resample with the sampler itself; any error becomes an AssertionError."""
    try:
        X_out, y_out = sampler.fit_resample(X, y)
    except Exception as error:
        raise AssertionError(
            f"{type(sampler).__name__} must accept {data}; it raised {error!r}."
        ) from error
    return X_out, y_out


# ---- Assertions ----


def assert_that(condition: bool, sampler: Any, requirement: str, found: str = "") -> None:
    """Raise an AssertionError with the requirement that a sampler does not meet."""
    if not condition:
        raise AssertionError(
            f"{type(sampler).__name__} must {requirement}{'; ' if found else ''}{found}."
        )


def assert_value_error(sampler: Any, X: Any, y: Any, data: str) -> None:
    """Raise an AssertionError unless a sampler raises ValueError for some data."""
    found = "it resampled without an error"
    try:
        clone_with_seed(sampler).fit_resample(X, y)
    except ValueError:
        return
    except Exception as error:
        found = f"it raised {error!r}"
    assert_that(False, sampler, f"raise a ValueError for {data}", found)
