"""Tables in a data frame of pandas, polars or pyarrow, read through narwhals.

Kept rows are never converted: they are taken from the frame by number. Only synthetic rows are
built, column by column, each in the data type of its column.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import Array, BoolArray, FloatArray, IntArray
from counterpoise._table.columns import (
    cast_numbers,
    feature_positions,
    interpolate_filled,
    naming_column,
    rank_values,
    synthetic_objects,
    synthetic_values,
    type_of_array,
)
from counterpoise._table.dense import build_matrix
from counterpoise._table.objects import is_missing, numbers_of_objects, type_of_objects
from counterpoise._table.records import Column, FeatureType, Resampling, SyntheticSamples
from counterpoise.exceptions import FeatureTypeError, InputError

__all__ = [
    "FrameTable",
    "factorize",
    "make_frame",
    "replace_columns",
    "takeable",
    "takeable_table",
    "to_record_batch",
]


@dataclass(frozen=True)
class FrameTable:
    """Table in a data frame.

    Attributes
    ----------
    frame : narwhals.DataFrame
    schema : pyarrow.Schema or None
        The schema of a pyarrow table, to which the output is cast back.
    ignored, copied : collection of object
        Names of columns that are not features: missing in synthetic rows, or copied from the base
        row.
    is_batch : bool
        Whether the input was a record batch of pyarrow; the output is then one, too.
    """

    frame: nw.DataFrame[Any]
    schema: Any = None
    ignored: Collection[object] = ()
    copied: Collection[object] = ()
    is_batch: bool = False

    @cached_property
    def series(self) -> tuple[nw.Series[Any], ...]:
        """The columns as narwhals series."""
        return tuple(self.frame.iter_columns())

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns with their feature types."""
        return tuple(
            Column(series.name, self._type_of(series), _name_dtype(series))
            for series in self.series
        )

    def _type_of(self, series: nw.Series[Any]) -> FeatureType:
        if series.name in self.ignored:
            return FeatureType.IGNORED
        if series.name in self.copied:
            return FeatureType.COPIED
        return _type_of_series(series)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.frame)

    @property
    def has_index(self) -> bool:
        """Whether the frame is from pandas, which has a row index."""
        return bool(self.frame.implementation.is_pandas())

    @cached_property
    def matrix(self) -> FloatArray | None:
        """The array of a pandas frame that is stored as one block of float32 or float64."""
        if not self.has_index:
            return None
        frame = self.frame.to_native()
        dtypes = set(frame.dtypes)
        if dtypes not in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
            return None
        # Columns of one block are views of the same array; otherwise to_numpy would copy.
        ends = (frame.iloc[:, 0].to_numpy(), frame.iloc[:, -1].to_numpy())
        is_one_block = ends[0].base is not None and ends[0].base is ends[1].base
        only_features = all(column.feature_type.is_feature for column in self.columns)
        return frame.to_numpy(copy=False) if is_one_block and only_features else None

    @property
    def estimator_input(self) -> Any:
        """The frame without the columns that are not features, for a user's own estimator."""
        features = feature_positions(self)
        if len(features) == len(self.columns):
            return self.frame.to_native()
        return self.frame[:, features].to_native()

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column, or some rows of it, with NaN for missing values."""
        series = self.series[column]
        if rows is not None:
            series = series[rows]
        if isinstance(series.dtype, nw.Decimal):
            series = series.cast(nw.Float64)
        values = series.to_numpy()
        if values.dtype.kind != "O":
            return values
        return numbers_of_objects(values, self.columns[column].feature_type)

    def codes(self, column: int) -> IntArray:
        """Return each value's position among the column's sorted values, missing values last."""
        with naming_column(self.columns[column]):
            codes, values = factorize(self.series[column])
            return rank_values(values)[codes]

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Build the output rows as a data frame of the same library."""
        if self.matrix is not None and len(decision.synthetic):
            return self._rebuild_matrix(self.matrix, decision)
        frame = self.frame if decision.kept is None else self.frame[decision.kept]
        if len(decision.synthetic):
            frame = self._append(frame, decision.synthetic)
        elif decision.kept is None:
            frame = frame.clone()
        if decision.order is not None:
            frame = frame[decision.order]
        native = frame.to_native()
        if self.has_index and not keep_index:
            native = native.reset_index(drop=True)
        return self._restore_metadata(native)

    def _restore_metadata(self, native: Any) -> Any:
        """Restore what belongs to the whole frame: column index name, attributes and metadata."""
        source = self.frame.to_native()
        if self.has_index:
            native.columns = source.columns
            return native.__finalize__(source)
        if self.schema is None:
            return native
        native = native.cast(self.schema)
        return to_record_batch(native) if self.is_batch else native

    def _rebuild_matrix(self, matrix: FloatArray, decision: Resampling) -> Any:
        frame = self.frame.to_native()
        out = build_matrix(matrix, decision)
        return self._restore_metadata(type(frame)(out, columns=frame.columns, copy=False))

    def _append(self, kept: nw.DataFrame[Any], synthetic: SyntheticSamples) -> nw.DataFrame[Any]:
        """Append the synthetic rows one column at a time, to avoid a second copy of the table."""
        if self.has_index:
            kept = nw.from_native(kept.to_native().reset_index(drop=True), eager_only=True)
        columns = []
        for j, series in enumerate(kept.iter_columns()):
            above = self._as_nullable(series, self.columns[j].feature_type)
            below = self._synthetic_column(j, synthetic, above)
            columns.append(nw.concat([above.to_frame(), below.to_frame()], how="vertical"))
            if self.has_index:
                columns[-1] = nw.maybe_reset_index(columns[-1])
        return nw.concat(columns, how="horizontal")

    def _synthetic_column(
        self, column: int, synthetic: SyntheticSamples, like: nw.Series[Any]
    ) -> nw.Series[Any]:
        feature_type = self.columns[column].feature_type
        if feature_type is FeatureType.IGNORED:
            return _nulls(like, len(synthetic))
        if feature_type is FeatureType.COPIED:
            return self._copy_from_base(column, synthetic)
        category_sources = synthetic.category_sources_of(column)
        if category_sources is not None:
            return self.series[column][category_sources]
        return self._synthetic_numbers(column, synthetic, like)

    def _synthetic_numbers(
        self, column: int, synthetic: SyntheticSamples, like: nw.Series[Any]
    ) -> nw.Series[Any]:
        if _holds_objects(like):
            return self._synthetic_objects(column, synthetic)
        if _is_null(like):
            return _nulls(like, len(synthetic))
        if synthetic.points is not None:
            values = synthetic_values(self, column, synthetic)
            missing = np.isnan(values)
            values = np.where(missing, 0, values) if missing.any() else values
            if like.dtype.is_integer():  # in its range, also if missing values made it float
                dtype = np.dtype(str(like.dtype).lower())
                values = cast_numbers(values, dtype, self.columns[column].feature_type)
        else:
            values, missing = self._interpolate(column, synthetic)
        new = _cast_like(nw.new_series(like.name, values, backend=like.implementation), like)
        if not missing.any():
            return new
        # Missing values are taken from the base rows, which have them in the column's own form.
        base = self._base_values(column, synthetic, like)
        return base.zip_with(nw.new_series("", missing, backend=like.implementation), new)

    def _synthetic_objects(self, column: int, synthetic: SyntheticSamples) -> nw.Series[Any]:
        native = self.series[column].to_native()
        new = synthetic_objects(self, column, native.to_numpy(), synthetic)
        return _series(type(native)(new, dtype=object), self.series[column].name)

    def _copy_from_base(self, column: int, synthetic: SyntheticSamples) -> nw.Series[Any]:
        if (synthetic.base < 0).any():
            name = self.columns[column].name
            raise InputError(
                f"Column {name!r} cannot be copied into synthetic rows that have no base row; "
                f"ignore it instead: ignore=[{name!r}]."
            )
        return self.series[column][synthetic.base]

    def _base_values(
        self, column: int, synthetic: SyntheticSamples, like: nw.Series[Any]
    ) -> nw.Series[Any]:
        """Return the values of the base rows, null where a synthetic row has no base."""
        has_base = synthetic.base >= 0
        values = nw.maybe_reset_index(self.series[column][np.maximum(synthetic.base, 0)])
        if has_base.all():
            return values
        mask = nw.new_series("", has_base, backend=like.implementation)
        return values.zip_with(mask, _nulls(like, len(synthetic)))

    def _interpolate(self, column: int, synthetic: SyntheticSamples) -> tuple[Array, BoolArray]:
        """Interpolate a column in its own type: the values, 0 where missing, and which are."""
        series, feature_type = self.series[column], self.columns[column].feature_type
        base, neighbor = (
            _fill_nulls(series[rows]) for rows in (synthetic.base, synthetic.neighbor)
        )
        return interpolate_filled(base, neighbor, synthetic.weight, feature_type)

    def _as_nullable(self, series: nw.Series[Any], feature_type: FeatureType) -> nw.Series[Any]:
        """Make an ignored pandas column nullable, as numpy's integers cannot be missing."""
        native = series.to_native()
        if feature_type is FeatureType.IGNORED and self.has_index and native.dtype.kind in "iub":
            return nw.from_native(native.convert_dtypes(), series_only=True)
        return series


_TYPE_OF_DTYPE = (
    (lambda dtype: dtype.is_integer(), FeatureType.INTEGER),
    (lambda dtype: dtype.is_float() or dtype.is_decimal(), FeatureType.FLOAT),
    (lambda dtype: isinstance(dtype, nw.Boolean), FeatureType.BOOLEAN),
    (
        lambda dtype: isinstance(dtype, nw.String | nw.Categorical | nw.Enum),
        FeatureType.CATEGORICAL,
    ),
)


def _type_of_series(series: nw.Series[Any]) -> FeatureType:
    dtype = series.dtype
    if isinstance(dtype, nw.Int128 | nw.UInt128):  # numpy has no such type
        return FeatureType.OTHER
    if _is_null(series):
        return FeatureType.FLOAT
    if _holds_objects(series):
        is_text = isinstance(dtype, nw.String)  # also if all values are missing
        if not is_text or (is_missing(series[0]) and series.is_null().all()):
            return type_of_objects(series.to_numpy())
    for matches, feature_type in _TYPE_OF_DTYPE:
        if matches(dtype):
            return feature_type
    if series.implementation.is_pandas():  # sparse columns and long doubles
        native_dtype = series.to_native().dtype
        if isinstance(native_dtype, nw.dependencies.get_pandas().SparseDtype):
            native_dtype = native_dtype.subtype
        if isinstance(native_dtype, np.dtype):
            return type_of_array(native_dtype)
    return FeatureType.OTHER


def _name_dtype(series: nw.Series[Any]) -> str:
    """Return the name of a data type: narwhals' name, for polars and pyarrow, if it has one."""
    native = series.to_native()
    if not series.implementation.is_pandas() and not isinstance(series.dtype, nw.Unknown):
        return str(series.dtype)
    return str(native.type if series.implementation.is_pyarrow() else native.dtype)


def _is_null(series: nw.Series[Any]) -> bool:
    """Return whether a column is of the null type of polars or pyarrow: all values are missing."""
    return isinstance(series.dtype, nw.Unknown) and series.null_count() == len(series)


def _holds_objects(series: nw.Series[Any]) -> bool:
    """Return whether a column is a pandas column of Python objects."""
    return bool(series.implementation.is_pandas() and series.to_native().dtype == object)


def factorize(series: nw.Series[Any]) -> tuple[IntArray, list[Any]]:
    """Return each value's position among the column's distinct values, and these values."""
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


def _fill_nulls(series: nw.Series[Any]) -> tuple[Array, BoolArray]:
    """Return a column's numbers, with 0 for missing values, and the mask of missing values."""
    if isinstance(series.dtype, nw.Decimal):
        series = series.cast(nw.Float64)
    missing = series.is_null().to_numpy()
    if not missing.any():
        return series.to_numpy(), missing
    zero = False if isinstance(series.dtype, nw.Boolean) else 0
    return series.fill_null(zero).to_numpy(), missing


def _cast_like(series: nw.Series[Any], like: nw.Series[Any]) -> nw.Series[Any]:
    """Cast to the exact data type of another column, which narwhals may not represent."""
    native, target = series.to_native(), like.to_native()
    if series.implementation.is_pyarrow():
        cast = native.cast(target.type)
    elif series.implementation.is_pandas():
        cast = native.astype(target.dtype)
    else:
        cast = native.cast(target.dtype)
    return _series(cast, series.name)


def _nulls(like: nw.Series[Any], length: int) -> nw.Series[Any]:
    """Return null values in the data type of a column."""
    native = like.to_native()
    if like.implementation.is_pyarrow():
        # Taking a null position gives a null; not every pyarrow type can be built from None.
        positions = nw.new_series("", [None] * length, nw.Int64, backend="pyarrow")
        empty = native.take(positions.to_native())
    elif like.implementation.is_pandas():
        empty = native[:0].reindex(range(length))
    else:
        empty = native.clear(length)
    return _series(empty, like.name)


def _series(native: Any, name: str) -> nw.Series[Any]:
    series: nw.Series[Any] = nw.from_native(native, series_only=True)
    return series.alias(name)  # a pyarrow array has no name


# pyarrow cannot take rows from its view types, which polars writes: they are cast before and after.
_TAKEABLE = {"string_view": "large_string", "binary_view": "large_binary"}


def takeable(column: Any) -> Any:
    """Return a pyarrow array, cast if needed to a type that supports `take` and arithmetic."""
    target = _TAKEABLE.get(str(column.type))
    if str(column.type).startswith(("decimal32", "decimal64")):
        decimal128 = nw.dependencies.get_pyarrow().decimal128
        target = decimal128(column.type.precision, column.type.scale)
    return column if target is None else column.cast(target)


def takeable_table(table: Any) -> Any:
    """Return a pyarrow table, with columns cast if needed to types that support `take`.

    Raises
    ------
    FeatureTypeError
        If a column is run-end encoded: pyarrow can neither select its rows nor cast it.
    """
    for position, field in enumerate(table.schema):
        if str(field.type).startswith("run_end_encoded"):
            raise FeatureTypeError(
                f"Column {field.name!r} is run-end encoded; its rows cannot be selected.",
                [field.name],
                "Decode it with pyarrow.compute.run_end_decode.",
            )
        column = takeable(table.column(position))
        if column.type != field.type:
            table = table.set_column(position, field.name, column)
    return table


def to_record_batch(table: Any) -> Any:
    """Return a pyarrow table that has rows as a record batch."""
    return table.combine_chunks().to_batches()[0]


def make_frame(columns: Mapping[str, Any], backend: str, purpose: str) -> Any:
    """Build a data frame of a given library from named columns.

    Parameters
    ----------
    columns : mapping of str to array-like of shape (n_rows,)
    backend : {"pandas", "polars", "pyarrow"}
    purpose : str
        What the data frame is for, named in the error if the library is not installed.

    Returns
    -------
    DataFrame or Table
    """
    if backend not in ("pandas", "polars", "pyarrow"):
        raise InputError(f"backend must be 'pandas', 'polars' or 'pyarrow'; got {backend!r}.")
    import_optional(backend, purpose)
    return nw.from_dict(dict(columns), backend=backend).to_native()  # type: ignore[arg-type]


def replace_columns(
    table: FrameTable, removed: Collection[object], added: Mapping[str, Array]
) -> Any:
    """Build a data frame without some columns, and with columns of numbers in their place.

    Parameters
    ----------
    table : FrameTable
    removed : collection of object
        Names of the columns to leave out.
    added : mapping of str to ndarray of shape (n_rows,)
        The columns to append.

    Returns
    -------
    DataFrame or Table
        Of the same library.
    """
    backend = table.frame.implementation
    new = [nw.new_series(name, values, backend=backend) for name, values in added.items()]
    kept = [j for j, series in enumerate(table.series) if series.name not in removed]
    width = len(table.series)
    frame = table.frame.with_columns(*new)
    return frame[:, [*kept, *range(width, width + len(new))]].to_native()
