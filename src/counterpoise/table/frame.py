"""Tables held in a data frame: pandas, polars or pyarrow, all read through narwhals.

Kept rows never leave their frame: they are taken by number, with whatever types their columns
have. Only new rows are built, column by column, in the type of the column they join.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.optional_imports import require
from counterpoise._lib.types import Array, BoolArray, FloatArray, IntArray
from counterpoise.exceptions import InputError
from counterpoise.table.columns import (
    blend_column,
    features_of,
    kind_of_array,
    kind_of_objects,
    made_values,
    numbers_of_objects,
    rank_values,
)
from counterpoise.table.dense import build_matrix
from counterpoise.table.records import Blends, Column, Kind, Resampling

__all__ = ["FrameTable", "factorize", "make_frame", "takeable", "takeable_table"]


@dataclass(frozen=True)
class FrameTable:
    """A data frame, opened.

    Attributes
    ----------
    frame : narwhals.DataFrame
    schema : pyarrow.Schema or None
        That of a pyarrow table, to which what is rebuilt is cast back.
    ignored, copied : collection of object
        Names of columns that are set aside: empty in new rows, or copied from the base row.
    """

    frame: nw.DataFrame[Any]
    schema: Any = None
    ignored: Collection[object] = ()
    copied: Collection[object] = ()

    @cached_property
    def series(self) -> tuple[nw.Series[Any], ...]:
        """The columns' values."""
        return tuple(self.frame.iter_columns())

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns with their kinds."""
        return tuple(
            Column(series.name, self._kind(series), str(series.to_native().dtype))
            if self.has_index
            else Column(series.name, self._kind(series), str(series.dtype))
            for series in self.series
        )

    def _kind(self, series: nw.Series[Any]) -> Kind:
        if series.name in self.ignored:
            return Kind.IGNORED
        if series.name in self.copied:
            return Kind.COPIED
        return _kind_of_series(series)

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.frame)

    @property
    def has_index(self) -> bool:
        """Whether the frame is pandas' and labels its rows."""
        return bool(self.frame.implementation.is_pandas())

    @cached_property
    def matrix(self) -> FloatArray | None:
        """The cells of a pandas frame that is one block of float32 or float64."""
        if not self.has_index:
            return None
        frame = self.frame.to_native()
        dtypes = set(frame.dtypes)
        if dtypes not in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
            return None
        ends = (frame.iloc[:, 0].to_numpy(), frame.iloc[:, -1].to_numpy())
        one_block = ends[0].base is not None and ends[0].base is ends[1].base
        every_feature = all(column.kind.is_feature for column in self.columns)
        return frame.to_numpy(copy=False) if one_block and every_feature else None

    @property
    def for_models(self) -> Any:
        """What a user's own model is given: a frame of the features alone."""
        features = features_of(self)
        if len(features) == len(self.columns):
            return self.frame.to_native()
        return self.frame[:, features].to_native()

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column (or some rows of it), NaN where a cell is missing."""
        series = self.series[column]
        if rows is not None:
            series = series[rows]
        if isinstance(series.dtype, nw.Decimal):
            series = series.cast(nw.Float64)
        values = series.to_numpy()
        if values.dtype.kind != "O":
            return values
        return numbers_of_objects(values, series.is_null().to_numpy(), self.columns[column].kind)

    def codes(self, column: int) -> IntArray:
        """Return a column's values as positions among its sorted values, missing cells last."""
        appeared, values = factorize(self.series[column])
        return rank_values(values)[appeared]

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Return the rows that a decision describes, as a frame of the same library."""
        if self.matrix is not None and len(decision.made):
            return self._rebuild_matrix(self.matrix, decision)
        frame = self.frame if decision.kept is None else self.frame[decision.kept]
        if len(decision.made):
            frame = self._stack(frame, decision.made)
        elif decision.kept is None:
            frame = frame.clone()
        if decision.order is not None:
            frame = frame[decision.order]
        native = frame.to_native()
        if self.has_index and not keep_index:
            native = native.reset_index(drop=True)
        return self._labelled(native)

    def _labelled(self, native: Any) -> Any:
        """Give back what belongs to the frame as a whole: names of names, attributes, metadata."""
        source = self.frame.to_native()
        if self.has_index:
            native.columns = source.columns
            return native.__finalize__(source)
        return native if self.schema is None else native.cast(self.schema)

    def _rebuild_matrix(self, matrix: FloatArray, decision: Resampling) -> Any:
        frame = self.frame.to_native()
        out = build_matrix(matrix, decision)
        return self._labelled(type(frame)(out, columns=frame.columns, copy=False))

    def _stack(self, kept: nw.DataFrame[Any], made: Blends) -> nw.DataFrame[Any]:
        """Append the new rows, a column at a time: no second copy of the table is ever held."""
        if self.has_index:
            kept = nw.from_native(kept.to_native().reset_index(drop=True), eager_only=True)
        stacked = []
        for j, series in enumerate(kept.iter_columns()):
            above = self._widened(series, self.columns[j].kind)
            below = self._made_column(j, made, above)
            stacked.append(nw.concat([above.to_frame(), below.to_frame()], how="vertical"))
            if self.has_index:
                stacked[-1] = nw.maybe_reset_index(stacked[-1])
        return nw.concat(stacked, how="horizontal")

    def _made_column(self, column: int, made: Blends, like: nw.Series[Any]) -> nw.Series[Any]:
        kind = self.columns[column].kind
        if kind is Kind.IGNORED:
            return _nulls(like, len(made))
        if kind is Kind.COPIED:
            return self._copied(column, made)
        donors = made.donors_of(column)
        if donors is not None:
            return self.series[column][donors]
        if made.points is not None:
            values = made_values(self, column, made)
            missing = np.isnan(values)
            values = np.where(missing, 0, values) if missing.any() else values
        else:
            values, missing = self._blended(column, made)
        new = _like(nw.new_series(like.name, values, backend=like.implementation), like)
        if not missing.any():
            return new
        empty = self._base_cells(column, made, like)
        return empty.zip_with(nw.new_series("", missing, backend=like.implementation), new)

    def _copied(self, column: int, made: Blends) -> nw.Series[Any]:
        if (made.base < 0).any():
            raise InputError(
                f"Column {self.columns[column].name!r} cannot be copied into new rows that were "
                "made from no single row; ignore it instead."
            )
        return self.series[column][made.base]

    def _base_cells(self, column: int, made: Blends, like: nw.Series[Any]) -> nw.Series[Any]:
        """Return the cells of the rows that new ones start from, empty where there is none."""
        from_row = made.base >= 0
        cells = nw.maybe_reset_index(self.series[column][np.maximum(made.base, 0)])
        if from_row.all():
            return cells
        backend = like.implementation
        return cells.zip_with(nw.new_series("", from_row, backend=backend), _nulls(like, len(made)))

    def _blended(self, column: int, made: Blends) -> tuple[Array, BoolArray]:
        """Blend a column in its own type, in which integers lose no digit; and say what misses."""
        series = self.series[column]
        base, base_misses = _filled(series[made.base])
        partner, partner_misses = _filled(series[made.partner])
        partner = np.where(partner_misses, base, partner)
        values = blend_column(base, partner, made.weight, self.columns[column].kind)
        misses = base_misses | np.isnan(values)
        return np.where(misses, np.zeros_like(values), values), misses

    def _widened(self, series: nw.Series[Any], kind: Kind) -> nw.Series[Any]:
        """Let an ignored column of pandas hold empty cells, which numpy's integers cannot."""
        native = series.to_native()
        if kind is Kind.IGNORED and self.has_index and native.dtype.kind in "iub":
            return nw.from_native(native.convert_dtypes(), series_only=True)
        return series


_KIND_OF_TYPE = (
    (lambda dtype: dtype.is_integer(), Kind.INTEGER),
    (lambda dtype: dtype.is_float() or dtype.is_decimal(), Kind.FLOAT),
    (lambda dtype: isinstance(dtype, nw.Boolean), Kind.BOOLEAN),
    (lambda dtype: isinstance(dtype, nw.String | nw.Categorical | nw.Enum), Kind.NOMINAL),
)


def _kind_of_series(series: nw.Series[Any]) -> Kind:
    for holds, kind in _KIND_OF_TYPE:
        if holds(series.dtype):
            return kind
    if isinstance(series.dtype, nw.Object):
        return kind_of_objects(series.to_numpy())
    if series.implementation.is_pandas():  # sparse columns, which narwhals does not know
        return kind_of_array(np.dtype(getattr(series.to_native().dtype, "subtype", object)))
    return Kind.OTHER


def factorize(series: nw.Series[Any]) -> tuple[IntArray, list[Any]]:
    """Return where each cell of a column stands among its distinct values, and these."""
    native = series.to_native()
    if series.implementation.is_pandas():
        codes, values = native.factorize(use_na_sentinel=False)
        pairs = zip(values.tolist(), values.isna(), strict=True)
        return codes, [None if missing else value for value, missing in pairs]
    if series.implementation.is_polars():
        column = native.alias("value").to_frame()
        values = column.unique(maintain_order=True)
        codes = column.join(
            values.with_row_index("code"),
            on="value",
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        return codes["code"].to_numpy(), values["value"].to_list()
    encoded = native.dictionary_encode().unify_dictionaries().combine_chunks()
    values = encoded.dictionary.to_pylist()
    return encoded.indices.fill_null(len(values)).to_numpy(), [*values, None]


def _filled(series: nw.Series[Any]) -> tuple[Array, BoolArray]:
    """Return a column's numbers, 0 where a cell is missing, and where that is."""
    if isinstance(series.dtype, nw.Decimal):
        series = series.cast(nw.Float64)
    missing = series.is_null().to_numpy()
    if not missing.any():
        return series.to_numpy(), missing
    nothing = False if isinstance(series.dtype, nw.Boolean) else 0
    return series.fill_null(nothing).to_numpy(), missing


def _like(series: nw.Series[Any], like: nw.Series[Any]) -> nw.Series[Any]:
    """Cast to the very type of another column, in the words of its library."""
    native, target = series.to_native(), like.to_native()
    if series.implementation.is_pyarrow():
        cast = native.cast(target.type)
    elif series.implementation.is_pandas():
        cast = native.astype(target.dtype)
    else:
        cast = native.cast(target.dtype)
    return _series(cast, series.name)


def _nulls(like: nw.Series[Any], length: int) -> nw.Series[Any]:
    """Return empty cells in the type of a column."""
    native = like.to_native()
    if like.implementation.is_pyarrow():
        nowhere = nw.new_series("", [None] * length, nw.Int64, backend="pyarrow")
        empty = native.take(nowhere.to_native())
    elif like.implementation.is_pandas():
        empty = native[:0].reindex(range(length))
    else:
        empty = native.clear(length)
    return _series(empty, like.name)


def _series(native: Any, name: str) -> nw.Series[Any]:
    series: nw.Series[Any] = nw.from_native(native, series_only=True)
    return series.alias(name)  # pyarrow's columns do not know theirs


# pyarrow takes no rows from its view types, which polars writes: cast them on the way in and out.
_TAKEABLE = {"string_view": "large_string", "binary_view": "large_binary"}


def takeable(column: Any) -> Any:
    """Return a pyarrow array, cast to a type that rows can be taken from."""
    target = _TAKEABLE.get(str(column.type))
    return column if target is None else column.cast(target)


def takeable_table(table: Any) -> Any:
    """Return a pyarrow table whose columns can all be taken from; itself if they can already."""
    for position, field in enumerate(table.schema):
        if str(field.type) in _TAKEABLE:
            column = takeable(table.column(position))
            table = table.set_column(position, field.name, column)
    return table


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
