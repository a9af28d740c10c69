"""A data frame made from named columns, in the library that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from counterpoise._lib.optional_imports import require
from counterpoise.exceptions import InputError

__all__ = ["make_frame"]


def make_frame(columns: Mapping[str, Any], backend: str, purpose: str) -> Any:
    """Return columns as a data frame.

    Parameters
    ----------
    columns : mapping of str to array-like of shape (n_rows,)
    backend : {"pandas", "polars", "pyarrow"}
    purpose : str
        What it is for, should the library not be installed.

    Returns
    -------
    DataFrame or Table
    """
    if backend not in ("pandas", "polars", "pyarrow"):
        raise InputError(f"backend must be pandas, polars or pyarrow; got {backend!r}.")
    require(backend, purpose)
    return nw.from_dict(dict(columns), backend=backend).to_native()  # type: ignore[arg-type]
