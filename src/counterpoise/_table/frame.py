"""Tables in a data frame of pandas, polars or pyarrow, read through narwhals.

Kept rows are never converted: they are taken from the frame by number. Only synthetic rows are
built, each value in the data type of its column. A frame may have thousands of columns, and a call
for a single one takes as long as thousands of its values: columns of the same type are read,
computed and built together, in blocks of a limited size.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import Array, BoolArray, FloatArray, IntArray
from counterpoise._table.columns import (
    BLOCK_SIZE,
    assemble_numbers,
    cast_numbers,
    codes_of,
    feature_positions,
    interpolate_filled,
    naming_column,
    positions_of_type,
    rank_values,
    split_columns,
    stack_numbers,
    synthetic_objects,
    synthetic_values,
    type_of_array,
)
from counterpoise._table.dense import build_matrix
from counterpoise._table.objects import is_missing, numbers_of_objects, type_of_objects
from counterpoise._table.records import Columns, FeatureType, Resampling, SyntheticSamples
from counterpoise.exceptions import FeatureTypeError, InputError

__all__ = [
    "FrameTable",
    "as_narwhals",
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
    _cache: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def names(self) -> list[Any]:
        """The names of the columns: strings, and in pandas anything else, too."""
        return list(self.frame.columns)

    @cached_property
    def columns(self) -> Columns:
        """The columns with their feature types."""
        types: list[tuple[FeatureType, str]] = []
        known: dict[tuple[FeatureType | None, object], int] = {}
        type_numbers = np.empty(len(self.names), np.intp)
        for j, (name, dtype) in enumerate(zip(self.names, _native_dtypes(self.frame), strict=True)):
            role = self._role_of(name)
            number = known.get((role, dtype))
            if number is None:
                number, series = len(types), self.series(j)
                types.append((role or _type_of_series(series), _name_dtype(series)))
                # The type of a column of Python objects, or of nulls, depends on its values.
                if role or not (_holds_objects(series) or isinstance(series.dtype, nw.Unknown)):
                    known[role, dtype] = number
            type_numbers[j] = number
        return Columns(self.names, tuple(types), type_numbers)

    def _role_of(self, name: object) -> FeatureType | None:
        if name in self.ignored:
            return FeatureType.IGNORED
        return FeatureType.COPIED if name in self.copied else None

    def series(self, column: int) -> nw.Series[Any]:
        """Return a column as a narwhals series."""
        if column not in self._cache:
            self._cache[column] = self.frame.get_column(self.names[column])
        series: nw.Series[Any] = self._cache[column]
        return series

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
        dtypes = {dtype for _, dtype in self.columns.types}
        if dtypes not in ({"float32"}, {"float64"}):
            return None
        # Columns of one block are views of the same array; otherwise to_numpy would copy.
        ends = (frame.iloc[:, 0].to_numpy(), frame.iloc[:, -1].to_numpy())
        is_one_block = ends[0].base is not None and ends[0].base is ends[1].base
        only_features = len(feature_positions(self)) == len(self.columns)
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
        series = self.series(column)
        if rows is not None:
            series = series[rows]
        if isinstance(series.dtype, nw.Decimal):
            series = series.cast(nw.Float64)
        values = series.to_numpy()
        if values.dtype.kind != "O":
            return values
        return numbers_of_objects(values, self.columns[column].feature_type)

    def number_block(self, columns: Sequence[int], rows: IntArray | None = None) -> Array:
        """Return several numeric columns, or some rows of them, as one array."""
        return assemble_numbers(self, columns, partial(self._read_block, rows=rows))

    def _read_block(self, columns: Sequence[int], rows: IntArray | None) -> Array:
        """Read numeric columns of the same type."""
        series = self.series(columns[0])
        is_numpy = not self.has_index or isinstance(series.to_native().dtype, np.dtype)
        if not _is_numpy_number(series.dtype) or not is_numpy:
            return stack_numbers(self, columns, rows)
        if rows is not None and not self._is_small:
            return self._select(self.frame, columns)[rows].to_numpy()
        values = self._read_once(
            tuple(columns), lambda: self._select(self.frame, columns).to_numpy()
        )
        if rows is None:
            return values
        if values.dtype.kind == "f" and series.dtype.is_integer():  # some of these may have nulls
            return stack_numbers(self, columns, rows)
        return values[rows]

    @property
    def _is_small(self) -> bool:
        return self.n_rows * len(self.columns) <= BLOCK_SIZE

    def _read_once(self, key: Any, read: Callable[[], Array]) -> Array:
        """Return what is read from the frame, which is kept for the next time if it is small."""
        if not self._is_small:
            return read()
        if key not in self._cache:
            self._cache[key] = read()
            self._cache[key].flags.writeable = False
        values: Array = self._cache[key]
        return values

    def _select(self, frame: nw.DataFrame[Any], columns: Sequence[int]) -> nw.DataFrame[Any]:
        """Select columns of a frame that has the columns of this table."""
        if len(columns) == len(self.columns):
            return frame
        if self.has_index:  # names can be anything there
            return frame[:, columns]
        # By position, polars would invent a name for a column without one, and it takes longer.
        return frame[:, [self.names[j] for j in columns]]

    def codes(self, column: int) -> IntArray:
        """Return each value's position among the column's sorted values, missing values last."""
        return self._read_once(("codes", column), lambda: self._compute_codes(column))

    def _compute_codes(self, column: int) -> IntArray:
        if _is_numpy_number(self.series(column).dtype):
            numbers = self.numbers(column)
            # As floats, integers with missing values might become equal.
            if numbers.dtype.kind in "iu" or self.columns[column].feature_type is FeatureType.FLOAT:
                return codes_of(numbers)
        with naming_column(self.columns[column]):
            codes, values = factorize(self.series(column))
            return rank_values(values)[codes]

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Build the output rows as a data frame of the same library."""
        if len(decision.synthetic) and self.matrix is not None:
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
        schema = _allow_nulls(self.schema, native)
        if not native.schema.equals(schema, check_metadata=True):
            native = native.cast(schema)
        return to_record_batch(native) if self.is_batch else native

    def _rebuild_matrix(self, matrix: FloatArray, decision: Resampling) -> Any:
        frame = self.frame.to_native()
        out = build_matrix(matrix, decision)
        return self._restore_metadata(type(frame)(out, columns=frame.columns, copy=False))

    def _append(self, kept: nw.DataFrame[Any], synthetic: SyntheticSamples) -> nw.DataFrame[Any]:
        """Append the synthetic rows, some columns at a time to avoid a second copy of the table."""
        kept = self._as_appendable(kept)
        parts = [
            nw.maybe_reset_index(
                nw.concat(
                    [self._select(kept, columns), self._synthetic_frame(columns, synthetic, kept)],
                    how="vertical",
                )
            )
            for columns in split_columns(range(len(self.columns)), len(synthetic))
        ]
        return parts[0] if len(parts) == 1 else nw.concat(parts, how="horizontal")

    def _as_appendable(self, kept: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
        """Remove what would prevent that rows are appended; `_restore_metadata` restores it."""
        native = kept.to_native()
        if self.has_index:
            native = native.reset_index(drop=True)
            for j in positions_of_type(self, FeatureType.IGNORED):
                if native.dtypes.iloc[j].kind in "iub":  # numpy's integers cannot be missing
                    native.isetitem(j, native.iloc[:, j].convert_dtypes())
        elif self.schema is not None:
            native = type(native).from_arrays(native.columns, names=native.column_names)
        return nw.from_native(native, eager_only=True)

    def _synthetic_frame(
        self, columns: Sequence[int], synthetic: SyntheticSamples, kept: nw.DataFrame[Any]
    ) -> nw.DataFrame[Any]:
        """Build the synthetic rows of some columns: those of numbers type by type."""
        single = set(synthetic.categorical).intersection(columns)
        parts: list[nw.DataFrame[Any]] = []
        order: list[int] = []
        for group in self.columns.by_type([j for j in columns if j not in single]):
            computed, values = self._compute_block(group, synthetic)
            if computed:
                parts.append(self._number_frame(computed, values))
                order.extend(computed)
            single.update(set(group).difference(computed))
        if single:
            parts.append(self._single_columns(sorted(single), synthetic, kept))
            order.extend(sorted(single))
        frame = parts[0] if len(parts) == 1 else nw.concat(parts, how="horizontal")
        if order == sorted(order):
            return frame
        # By position, polars would invent a name for a column without one.
        places = np.argsort(order) if self.has_index else [self.names[j] for j in columns]
        return frame[:, places]

    def _single_columns(
        self, columns: list[int], synthetic: SyntheticSamples, kept: nw.DataFrame[Any]
    ) -> nw.DataFrame[Any]:
        """Build the synthetic rows of some columns, one at a time."""
        if not self.has_index:
            series = [self._synthetic_column(j, synthetic, kept) for j in columns]
            return nw.concat([one.to_frame() for one in series], how="horizontal")
        native = self.frame.to_native()
        new = type(native)({j: self._synthetic_array(j, synthetic, kept) for j in columns})
        new.columns = native.columns[columns]
        return nw.from_native(new, eager_only=True)

    def _synthetic_array(
        self, column: int, synthetic: SyntheticSamples, kept: nw.DataFrame[Any]
    ) -> Any:
        """Return the synthetic rows of a column as an array of pandas, which has no index."""
        rows = self._find_sources(column, synthetic)
        if rows is None:
            return self._synthetic_column(column, synthetic, kept).to_native().array
        return self.series(column).to_native().array.take(rows)

    def _find_sources(self, column: int, synthetic: SyntheticSamples) -> IntArray | None:
        """Return the rows that a column's values are taken from; None if they are computed."""
        if self.columns[column].feature_type is not FeatureType.COPIED:
            return synthetic.category_sources_of(column)
        if (synthetic.base < 0).any():
            raise InputError(
                f"Column {self.names[column]!r} cannot be copied into synthetic rows that have no "
                f"base row; ignore it instead: ignore=[{self.names[column]!r}]."
            )
        return synthetic.base

    def _compute_block(
        self, columns: Sequence[int], synthetic: SyntheticSamples
    ) -> tuple[list[int], Array]:
        """Compute the values of columns of the same type at once, if numpy has this type.

        Returns
        -------
        computed : list of int
            The columns that are computed. The others are not numbers, or have missing values that
            numpy does not represent.
        values : ndarray of shape (n_synthetic, n_computed)
        """
        first, feature_type = self.series(columns[0]), self.columns[columns[0]].feature_type
        is_numpy = feature_type.is_number and _is_numpy_number(first.dtype)
        if is_numpy and feature_type is FeatureType.INTEGER:  # with nulls, numpy has floats
            columns = self._without_nulls(columns)
        if not is_numpy or not columns:
            return [], np.empty((len(synthetic), 0))
        values = synthetic_values(self, columns, synthetic)
        if values.dtype.kind != "f" or _represents_missing_by_nan(first):
            return list(columns), values
        is_complete = ~np.isnan(values).any(axis=0)
        return np.array(columns)[is_complete].tolist(), values[:, is_complete]

    def _without_nulls(self, columns: Sequence[int]) -> Sequence[int]:
        if _represents_missing_by_nan(self.series(columns[0])):
            return columns
        counts = self._select(self.frame, columns).null_count().row(0)
        return [j for j, count in zip(columns, counts, strict=True) if not count]

    def _number_frame(self, columns: list[int], values: Array) -> nw.DataFrame[Any]:
        """Build a data frame from an array, with the names and the data type of some columns."""
        native = self.frame.to_native()
        if self.has_index:
            new = type(native)(values, columns=native.columns[columns], copy=False)
            dtype = native.dtypes.iloc[columns[0]]
            new = new if values.dtype == dtype else new.astype(dtype)
            return nw.from_native(new, eager_only=True)
        names = [self.names[j] for j in columns]
        if self.schema is None:  # polars, which creates a series per column otherwise
            rows = nw.dependencies.get_polars().Series(values)
            return nw.from_native(rows.arr.to_struct(names).struct.unnest(), eager_only=True)
        return nw.from_numpy(values, names, backend="pyarrow")

    def _synthetic_column(
        self, column: int, synthetic: SyntheticSamples, kept: nw.DataFrame[Any]
    ) -> nw.Series[Any]:
        if self.columns[column].feature_type is FeatureType.IGNORED:
            return _nulls(kept[:, column], len(synthetic))
        rows = self._find_sources(column, synthetic)
        if rows is None:
            return self._synthetic_numbers(column, synthetic)
        return self.series(column)[rows]

    def _synthetic_numbers(self, column: int, synthetic: SyntheticSamples) -> nw.Series[Any]:
        like = self.series(column)
        if _holds_objects(like):
            return self._synthetic_objects(column, synthetic)
        if _is_null(like):
            return _nulls(like, len(synthetic))
        if synthetic.points is not None:
            values = synthetic_values(self, [column], synthetic)[:, 0]
            missing = np.isnan(values)
            values = np.where(missing, 0, values) if missing.any() else values
            if like.dtype.is_integer():  # in its range, also if missing values made it float
                dtype = np.dtype(str(like.dtype).lower())
                values = cast_numbers(values, dtype, self.columns[column].feature_type)
            elif isinstance(like.dtype, nw.Boolean):  # points may be beyond 0 and 1
                values = values > 0.5
        else:
            values, missing = self._interpolate(column, synthetic)
        new = _cast_like(nw.new_series(like.name, values, backend=like.implementation), like)
        if not missing.any():
            return new
        # Missing values are taken from the base rows, which have them in the column's own form.
        base = self._base_values(column, synthetic, like)
        return base.zip_with(nw.new_series("", missing, backend=like.implementation), new)

    def _synthetic_objects(self, column: int, synthetic: SyntheticSamples) -> nw.Series[Any]:
        native = self.series(column).to_native()
        new = synthetic_objects(self, column, native.to_numpy(), synthetic)
        return _series(type(native)(new, dtype=object), self.series(column).name)

    def _base_values(
        self, column: int, synthetic: SyntheticSamples, like: nw.Series[Any]
    ) -> nw.Series[Any]:
        """Return the values of the base rows, null where a synthetic row has no base."""
        has_base = synthetic.base >= 0
        values = nw.maybe_reset_index(self.series(column)[np.maximum(synthetic.base, 0)])
        if has_base.all():
            return values
        mask = nw.new_series("", has_base, backend=like.implementation)
        return values.zip_with(mask, _nulls(like, len(synthetic)))

    def _interpolate(self, column: int, synthetic: SyntheticSamples) -> tuple[Array, BoolArray]:
        """Interpolate a column in its own type: the values, 0 where missing, and which are."""
        series, feature_type = self.series(column), self.columns[column].feature_type
        base, neighbor = (
            _fill_nulls(series[rows]) for rows in (synthetic.base, synthetic.neighbor)
        )
        return interpolate_filled(base, neighbor, synthetic.weight, feature_type)


def as_narwhals(data: Any) -> Any:
    """Return a data frame or a series as an object of narwhals, and anything else as it is."""
    if isinstance(data, np.ndarray | list | tuple):  # narwhals takes long to find that out
        return data
    return nw.from_native(data, pass_through=True, allow_series=True)


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


def _is_numpy_number(dtype: Any) -> bool:
    """Return whether numpy has a type for the numbers of a column."""
    is_number = dtype.is_integer() or dtype.is_float()
    return bool(is_number and not isinstance(dtype, nw.Int128 | nw.UInt128))


def _represents_missing_by_nan(series: nw.Series[Any]) -> bool:
    """Return whether a column has a type of numpy, in which only NaN stands for missing values."""
    return series.implementation.is_pandas() and isinstance(series.to_native().dtype, np.dtype)


def _native_dtypes(frame: nw.DataFrame[Any]) -> list[Any]:
    native = frame.to_native()
    return native.schema.types if frame.implementation.is_pyarrow() else list(native.dtypes)


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
    target = _takeable_type(column.type)
    return column if target == column.type else column.cast(target)


def _allow_nulls(schema: Any, table: Any) -> Any:
    """Return a schema whose columns may have nulls where a table has: in ignored ones."""
    for j, column in enumerate(table.columns):
        if column.null_count and not schema.field(j).nullable:
            schema = schema.set(j, schema.field(j).with_nullable(True))
    return schema


def _takeable_type(dtype: Any) -> Any:
    pyarrow = nw.dependencies.get_pyarrow()
    if str(dtype).startswith(("decimal32", "decimal64")):
        return pyarrow.decimal128(dtype.precision, dtype.scale)
    return pyarrow.type_for_alias(_TAKEABLE[str(dtype)]) if str(dtype) in _TAKEABLE else dtype


def takeable_table(table: Any) -> Any:
    """Return a pyarrow table, with columns cast if needed to types that support `take`.

    Raises
    ------
    FeatureTypeError
        If a column is run-end encoded: pyarrow can neither select its rows nor cast it.
    """
    schema = table.schema
    targets = {dtype: _takeable_type(dtype) for dtype in set(schema.types)}
    for dtype in targets:
        if str(dtype).startswith("run_end_encoded"):
            name = schema.names[schema.types.index(dtype)]
            raise FeatureTypeError(
                f"Column {name!r} is run-end encoded; its rows cannot be selected.",
                [name],
                "Decode it with pyarrow.compute.run_end_decode.",
            )
    if all(target == dtype for dtype, target in targets.items()):
        return table
    fields = [field.with_type(targets[field.type]) for field in schema]
    return table.cast(nw.dependencies.get_pyarrow().schema(fields, schema.metadata))


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
    kept = [j for j, name in enumerate(table.columns.names) if name not in removed]
    width = len(table.columns)
    frame = table.frame.with_columns(*new)
    return frame[:, [*kept, *range(width, width + len(new))]].to_native()
