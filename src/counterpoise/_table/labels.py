"""The target `y`: encoded once as integers, and built again for the output rows."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array, IntArray
from counterpoise._table.frame import as_narwhals, factorize, takeable
from counterpoise._table.objects import is_missing
from counterpoise._table.records import EncodedTarget, Resampling
from counterpoise._table.sparse import compress
from counterpoise.exceptions import InputError, TargetError

__all__ = [
    "check_complete_target",
    "encode_distinct",
    "encode_like",
    "encode_target",
    "is_pandas_array",
    "rebuild_target",
    "take_rows",
    "target_values",
]


def encode_target(y: Any, n_rows: int) -> EncodedTarget:
    """Encode the target `y` as integers.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or one-hot array of shape (n_samples, n_classes)
        Classes as integers, strings, booleans, categories or floats without a fraction, in a list,
        a numpy array or a column of pandas, polars or pyarrow.
    n_rows : int
        Number of rows of X.

    Returns
    -------
    EncodedTarget

    Raises
    ------
    TargetError
        If y is None, has missing values, is continuous, has one class only, or is multilabel.
    InputError
        If X and y have different lengths.
    """
    if y is None:
        raise TargetError("A sampler requires y to be passed, but the target y is None.")
    if isinstance(y, str):
        raise TargetError(
            f"y must have a class for each row, and not the name of a column; got {y!r}. Pass the "
            f"column: X, y = table.drop(columns={y!r}), table[{y!r}]."
        )
    source, values = _read_target(y)
    if len(values) != n_rows:
        raise InputError(
            f"X and y must have the same number of rows: X has {n_rows}, y has {len(values)} "
            "(inconsistent numbers of samples)."
        )
    classes, codes = _encode(values)
    if len(classes) < 2:
        raise TargetError(f"y needs to have more than 1 class; it has only {classes[0]!r}.")
    return EncodedTarget(
        codes=codes,
        classes=classes,
        counts=np.bincount(codes, minlength=len(classes)),
        source=source,
        has_index=nw.dependencies.is_pandas_dataframe(source)
        or nw.dependencies.is_pandas_series(source),
    )


def target_values(y: Any) -> Array:
    """Return the target as a one-dimensional array.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or one-hot array of shape (n_samples, n_classes)

    Returns
    -------
    ndarray of shape (n_samples,)
        The classes; for a one-hot target, the column numbers of the ones.

    Raises
    ------
    TargetError
        If y has missing values, is continuous, or is multilabel.
    """
    values = _read_target(y)[1]
    _encode(values)
    return values


def check_complete_target(y: Any) -> None:
    """Check that a target of one dimension has no missing values; others are not checked.

    Parameters
    ----------
    y : object
        What the user passed as target.

    Raises
    ------
    TargetError
        If values are missing; the message counts them.
    """
    if not hasattr(y, "__len__") or getattr(y, "ndim", 1) != 1:
        return
    values = _read_target(y)[1]
    if values.dtype.kind == "f":
        _check_no_missing(np.isnan(values))
    elif values.dtype.kind == "O":
        _check_no_missing([is_missing(label) for label in values.ravel()])


def encode_distinct(y: nw.Series[Any]) -> tuple[tuple[Any, ...], IntArray]:
    """Encode a column of classes without missing values, such as a part of a target.

    Parameters
    ----------
    y : narwhals.Series

    Returns
    -------
    classes : tuple
        The distinct classes, of which there may be a single one.
    codes : ndarray of int of shape (n_rows,)
        Positions in `classes`.
    """
    if y.dtype.is_numeric() or y.dtype == nw.Boolean or y.implementation.is_pandas():
        return _encode(_values_of_series(y))
    codes, classes = factorize(y)  # without a Python object for each row
    n_classes = int(codes.max()) + 1
    return tuple(classes[:n_classes]), codes


def encode_like(y: Any, target: EncodedTarget) -> IntArray:
    """Encode a target with the classes of another one.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
    target : EncodedTarget
        The target that defines the classes.

    Returns
    -------
    ndarray of int of shape (n_samples,)
        Class codes.

    Raises
    ------
    TargetError
        If y has a class that the other target does not have.
    """
    classes, codes = _encode(_read_target(y)[1])
    for label in classes:
        if label not in target.classes:
            known = ", ".join(map(repr, target.classes[:20]))
            raise TargetError(f"{label!r} is not a class of y. The classes are {known}.")
    return np.array([target.classes.index(label) for label in classes], np.intp)[codes]


def rebuild_target(target: EncodedTarget, decision: Resampling, *, keep_index: bool) -> Any:
    """Build the target of the output rows, in the container it came in.

    The class of a synthetic row is taken from the first input row of that class, so that the
    target keeps its type, whatever it is.
    """
    first = np.array([np.argmax(target.codes == code) for code in range(len(target.classes))])
    synthetic = first[decision.synthetic.label]
    if decision.kept is None and decision.order is None and isinstance(target.source, np.ndarray):
        return np.concatenate([target.source, target.source[synthetic]])
    rows = decision.kept_rows(len(target.codes))
    if len(synthetic):
        rows = np.concatenate([rows, synthetic])
    if decision.order is not None:
        rows = rows[decision.order]
    taken = take_rows(target.source, rows)
    return taken.reset_index(drop=True) if target.has_index and not keep_index else taken


def take_rows(source: Any, rows: IntArray) -> Any:
    """Select rows by number from any container, without converting them.

    Parameters
    ----------
    source : array-like, dataframe or sparse matrix of shape (n_rows, ...)
    rows : ndarray of int of shape (n_selected,)

    Returns
    -------
    array-like, dataframe or sparse matrix of shape (n_selected, ...)
        A container of the type of `source`; CSR for a sparse format without row selection.

    Examples
    --------
    >>> import numpy as np
    >>> take_rows(["a", "b", "c"], np.array([2, 0]))
    ['c', 'a']
    """
    if isinstance(source, list):
        return [source[row] for row in rows]
    if isinstance(source, np.ndarray):
        return source[rows]
    if sparse.issparse(source):
        return compress(source)[rows]
    if nw.dependencies.is_polars_series(source) or nw.dependencies.is_polars_dataframe(source):
        return source[rows]
    if hasattr(source, "null_count"):  # a pyarrow array
        return takeable(source).take(rows).cast(source.type)
    return source.take(rows)  # pandas (with its extension arrays), or a pyarrow table


def _read_target(y: Any) -> tuple[Any, Array]:
    """Return the container to select output rows from, and the values as a 1D array."""
    native = as_narwhals(y)
    if isinstance(native, nw.Series):
        return y, _values_of_series(native)
    if isinstance(native, nw.DataFrame):
        return y, _as_1d(np.column_stack([_values_of_series(c) for c in native.iter_columns()]))
    if hasattr(y, "to_numpy") and hasattr(y, "null_count"):  # a pyarrow array
        if y.null_count:
            _check_no_missing(y.is_null().to_numpy(zero_copy_only=False))
        return y, np.asarray(y.to_numpy(zero_copy_only=False))
    if is_pandas_array(y):
        series = nw.dependencies.get_pandas().Series(y)
        return y, _values_of_series(nw.from_native(series, series_only=True))
    if hasattr(y, "toarray"):
        raise TargetError("y must be dense, but is a sparse matrix. Pass y.toarray().")
    if isinstance(y, np.ma.MaskedArray):
        _check_no_missing(np.ma.getmaskarray(y).reshape(len(y), -1).any(axis=1))
    if hasattr(y, "__array__") and not hasattr(y, "__iter__"):
        y = np.asarray(y)  # such an object cannot be built again
    if isinstance(y, np.ndarray):
        return y, _as_1d(np.asarray(y))
    try:
        values = list(y)
    except TypeError as error:
        raise TargetError(f"y must be array-like, with one class per row; got {y!r}.") from error
    return values, _as_1d(_array_of(values))


def is_pandas_array(y: Any) -> bool:
    """Return whether the target is an array or an index of pandas, such as a Categorical."""
    pandas = nw.dependencies.get_pandas()
    return pandas is not None and isinstance(y, pandas.api.extensions.ExtensionArray | pandas.Index)


def _values_of_series(series: nw.Series[Any]) -> Array:
    values = series.to_numpy()
    if values.dtype.kind not in "biu" and series.null_count():
        _check_no_missing(series.is_null().to_numpy())
    return values


def _array_of(values: list[Any]) -> Array:
    """Convert a list to an array without turning numbers into strings if it has both."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise TargetError(
            "y must have one class per row; its rows have different lengths."
        ) from error
    return np.asarray(values, dtype=object) if array.dtype.kind in "US" else array


def _as_1d(array: Array) -> Array:
    if array.ndim == 2:
        return array[:, 0] if array.shape[1] == 1 else _one_hot(array)
    if array.ndim != 1:
        raise TargetError(f"y must be one-dimensional or one-hot; its shape is {array.shape}.")
    return array


def _one_hot(array: Array) -> Array:
    """Return the column number of the one in each row."""
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise TargetError(
            f"y must have one class per row; its shape is {array.shape}, and it is not one-hot "
            "(a single 1 in each row). For several labels per sample, use counterpoise.multilabel."
        )
    n_ones = array.sum(axis=1, dtype=np.int64)
    if (n_ones != 1).any():
        row = int(np.flatnonzero(n_ones != 1)[0])
        raise TargetError(
            f"A one-hot y must have a single 1 in each row; row {row} has {n_ones[row]}. "
            "For several labels per sample, use counterpoise.multilabel."
        )
    column: Array = np.argmax(array, axis=1)
    return column


def _encode(values: Array) -> tuple[tuple[Any, ...], IntArray]:
    """Return the sorted classes, and the position of each row's class among them."""
    if values.dtype.kind in "OUS":
        return _encode_objects(values)
    if values.dtype.kind == "f":
        _check_no_missing(np.isnan(values))
        fractions = values[(values != np.rint(values)) | np.isinf(values)]
        if len(fractions):
            _raise_continuous(fractions[0])
    elif values.dtype.kind not in "biu":
        raise TargetError(
            f"y must contain classes; its dtype is {values.dtype} (Unknown label type)."
        )
    return _encode_numbers(values)


def _encode_numbers(values: Array) -> tuple[tuple[Any, ...], IntArray]:
    if values.dtype.kind != "f" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low <= len(values):  # counting is faster than sorting
            wide = values.astype(np.uint64 if values.dtype.kind == "u" else np.int64)
            shifted = (wide - wide.dtype.type(low)).astype(np.intp)
            present = np.bincount(shifted) > 0
            classes = [values.dtype.type(low + int(i)).item() for i in np.flatnonzero(present)]
            return tuple(classes), _downcast(np.cumsum(present) - 1)[shifted]
    distinct, codes = np.unique(values, return_inverse=True)
    return tuple(distinct.tolist()), _downcast(codes)


def _downcast(codes: IntArray) -> IntArray:
    """Convert codes to the smallest integer type that can represent them, to save memory."""
    return codes.astype(np.min_scalar_type(int(codes.max(initial=0))))


def _encode_objects(values: Array) -> tuple[tuple[Any, ...], IntArray]:
    labels = values.tolist()
    try:
        distinct = set(labels)
    except TypeError as error:
        raise TargetError(
            f"The classes in y must be single values; it contains {labels[0]!r}."
        ) from error
    if any(is_missing(label) for label in distinct):
        _check_no_missing([is_missing(label) for label in labels])
    types = {_type_name(label) for label in distinct}
    if len(types) > 1:
        raise TargetError(
            "The classes in y must be of one type, so that they can be sorted; it contains "
            f"{' and '.join(sorted(types))}. Convert them all to strings."
        )
    for label in distinct:
        if isinstance(label, float | np.floating) and not float(label).is_integer():
            _raise_continuous(label)
    try:
        classes = tuple(sorted(distinct))
    except TypeError as error:
        raise TargetError(
            f"The classes in y must be sortable; type {next(iter(types))} is not. "
            "Use strings or numbers."
        ) from error
    code_of = {label: code for code, label in enumerate(classes)}
    codes = (code_of[label] for label in labels)
    return classes, np.fromiter(codes, np.min_scalar_type(len(classes)), len(labels))


def _type_name(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return "bool"
    if isinstance(label, str):
        return "str"
    return "number" if isinstance(label, int | float | np.number) else type(label).__name__


def _raise_continuous(value: Any) -> None:
    raise TargetError(
        f"y must contain classes, but has continuous values such as {value:g} (Unknown label type: "
        "continuous). Convert it to classes first, for example with pandas.cut."
    )


def _check_no_missing(is_missing: Any) -> None:
    """Check that no value is missing, given whether each is, with the row of the first one."""
    rows = np.flatnonzero(np.asarray(is_missing, bool))
    if len(rows):
        where = f"in row {rows[0]}" if len(rows) == 1 else f"the first in row {rows[0]}"
        raise TargetError(
            f"y has {len(rows)} missing value{'s' if len(rows) > 1 else ''} (NaN, None or null), "
            f"{where} (counted from 0). Drop rows without a class, or assign a class to them."
        )
