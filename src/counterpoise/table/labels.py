"""The target: opened once into codes, rebuilt by taking rows of what came."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array, IntArray
from counterpoise.exceptions import InputError, LabelError
from counterpoise.table.frame import takeable
from counterpoise.table.records import Labels, Resampling

__all__ = ["codes_among", "label_values", "open_labels", "rebuild_labels", "take_rows"]


def open_labels(y: Any, n_rows: int) -> Labels:
    """Encode the target.

    Parameters
    ----------
    y : array-like of shape (n_rows,), or one-hot of shape (n_rows, n_classes)
        Integers, strings, booleans, categories or whole-numbered floats, in a list, a numpy array
        or a column of pandas, polars or pyarrow.
    n_rows : int
        How many rows the table has.

    Returns
    -------
    Labels

    Raises
    ------
    LabelError
        If y is missing, has missing values, is continuous, or marks several classes in a row.
    InputError
        If y and the table differ in length.
    """
    if y is None:
        raise LabelError("A sampler requires y to be passed, but the target y is None.")
    source, values = _values(y)
    if len(values) != n_rows:
        raise InputError(
            f"X and y must have as many rows as each other: X has {n_rows}, y has {len(values)} "
            "(inconsistent numbers of samples)."
        )
    classes, codes = _encode(values)
    if len(classes) < 2:
        raise LabelError(
            f"Balancing needs two classes or more; every label of y is {classes[0]!r} (one class)."
        )
    return Labels(
        codes=codes,
        classes=classes,
        counts=np.bincount(codes, minlength=len(classes)),
        source=source,
        has_index=nw.dependencies.is_pandas_dataframe(source)
        or nw.dependencies.is_pandas_series(source),
    )


def label_values(y: Any) -> Array:
    """Return the class of each row in one dimension; of a one-hot target, the marked column.

    Parameters
    ----------
    y : array-like of shape (n_rows,), or one-hot of shape (n_rows, n_classes)

    Returns
    -------
    ndarray of shape (n_rows,)

    Raises
    ------
    LabelError
        If y has missing values, is continuous, or marks several classes in a row.
    """
    values = _values(y)[1]
    _encode(values)
    return values


def codes_among(y: Any, labels: Labels) -> IntArray:
    """Encode more labels by the classes of a target that is open already.

    Parameters
    ----------
    y : array-like of shape (n,)
    labels : Labels

    Returns
    -------
    ndarray of int of shape (n,)

    Raises
    ------
    LabelError
        If a label is none of the classes.
    """
    classes, codes = _encode(_values(y)[1])
    for label in classes:
        if label not in labels.classes:
            known = ", ".join(map(repr, labels.classes[:20]))
            raise LabelError(f"{label!r} is no class of y. The classes are {known}.")
    return np.array([labels.classes.index(label) for label in classes], np.intp)[codes]


def rebuild_labels(labels: Labels, decision: Resampling, *, keep_index: bool) -> Any:
    """Return the target of the output rows, in the container it came in.

    A new row's label is taken from the first input row of its class, so that every type of target
    comes back as it was.
    """
    first = np.array([np.argmax(labels.codes == code) for code in range(len(labels.classes))])
    stand_ins = first[decision.made.label]
    if decision.kept is None and decision.order is None and isinstance(labels.source, np.ndarray):
        return np.concatenate([labels.source, labels.source[stand_ins]])
    rows = decision.kept_rows(len(labels.codes))
    if len(stand_ins):
        rows = np.concatenate([rows, stand_ins])
    if decision.order is not None:
        rows = rows[decision.order]
    taken = take_rows(labels.source, rows)
    return taken.reset_index(drop=True) if labels.has_index and not keep_index else taken


def take_rows(source: Any, rows: IntArray) -> Any:
    """Take rows, or entries, by number from any container, and leave them as they are.

    Parameters
    ----------
    source : array-like, data frame or sparse matrix of shape (n_rows, ...)
    rows : ndarray of int of shape (n_taken,)

    Returns
    -------
    The container that came in, of n_taken rows

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
        return source[rows]  # type: ignore[index]  # CSR and CSC have rows to take
    if nw.dependencies.is_polars_series(source) or nw.dependencies.is_polars_dataframe(source):
        return source[rows]
    if hasattr(source, "null_count"):  # a pyarrow array
        return takeable(source).take(rows).cast(source.type)
    return source.take(rows)  # pandas, and tables of pyarrow


def _values(y: Any) -> tuple[Any, Array]:
    """Return the target as it will be rebuilt from, and its values in one dimension."""
    native = nw.from_native(y, eager_only=True, allow_series=True, pass_through=True)
    if isinstance(native, nw.Series):
        return y, _series_values(native)
    if isinstance(native, nw.DataFrame):
        return y, _flat(np.column_stack([_series_values(c) for c in native.iter_columns()]))
    if hasattr(y, "to_numpy") and hasattr(y, "null_count"):  # a pyarrow array
        _refuse_missing(y.null_count)
        return y, np.asarray(y.to_numpy(zero_copy_only=False))
    if hasattr(y, "toarray"):
        raise LabelError("y must be dense, and is a sparse matrix. Pass y.toarray().")
    if isinstance(y, np.ma.MaskedArray):
        _refuse_missing(int(np.ma.getmaskarray(y).sum()))
    if isinstance(y, np.ndarray):
        return y, _flat(np.asarray(y))
    try:
        values = list(y)
    except TypeError as error:
        raise LabelError(f"y must hold a label for each row; got {y!r}.") from error
    return values, _flat(_array_of(values))


def _series_values(series: nw.Series[Any]) -> Array:
    _refuse_missing(series.null_count())
    return series.to_numpy()


def _array_of(values: list[Any]) -> Array:
    """Make an array of a list without turning numbers beside strings into strings."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise LabelError("y must hold one label per row; its rows differ in length.") from error
    return np.asarray(values, dtype=object) if array.dtype.kind in "US" else array


def _flat(array: Array) -> Array:
    if array.ndim == 2:
        return array[:, 0] if array.shape[1] == 1 else _one_hot(array)
    if array.ndim != 1:
        raise LabelError(f"y must hold one label per row; its shape is {array.shape}.")
    return array


def _one_hot(array: Array) -> Array:
    """Return the marked column of each row."""
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise LabelError(
            f"y must hold one label per row; its shape is {array.shape}, and it is not one-hot "
            "(a single 1 in each row). Several targets at once are not supported."
        )
    marks = array.sum(axis=1, dtype=np.int64)
    if (marks != 1).any():
        row = int(np.flatnonzero(marks != 1)[0])
        raise LabelError(
            f"A one-hot y must mark one class in each row; row {row} marks {marks[row]}. "
            "Several labels per row (multilabel) are not supported."
        )
    column: Array = np.argmax(array, axis=1)
    return column


def _encode(values: Array) -> tuple[tuple[Any, ...], IntArray]:
    """Return the sorted classes and each row's position among them."""
    if values.dtype.kind in "OUS":
        return _encode_objects(values)
    if values.dtype.kind == "f":
        _refuse_missing(int(np.isnan(values).sum()))
        fractions = values[(values != np.rint(values)) | np.isinf(values)]
        if len(fractions):
            _refuse_continuous(fractions[0])
    elif values.dtype.kind not in "biu":
        raise LabelError(f"y must hold classes; its type is {values.dtype} (Unknown label type).")
    return _encode_numbers(values)


def _encode_numbers(values: Array) -> tuple[tuple[Any, ...], IntArray]:
    if values.dtype.kind != "f" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low <= len(values):  # counting beats sorting
            wide = values.astype(np.uint64 if values.dtype.kind == "u" else np.int64)
            shifted = (wide - wide.dtype.type(low)).astype(np.intp)
            present = np.bincount(shifted) > 0
            found = [values.dtype.type(low + int(i)).item() for i in np.flatnonzero(present)]
            return tuple(found), _narrow(np.cumsum(present) - 1)[shifted]
    classes, codes = np.unique(values, return_inverse=True)
    return tuple(classes.tolist()), _narrow(codes)


def _narrow(codes: IntArray) -> IntArray:
    """Return codes in the smallest type that holds them: there is one for each row."""
    return codes.astype(np.min_scalar_type(int(codes.max(initial=0))))


def _encode_objects(values: Array) -> tuple[tuple[Any, ...], IntArray]:
    labels = values.tolist()
    try:
        distinct = set(labels)
    except TypeError as error:
        raise LabelError(f"Each label must be one value; y holds such as {labels[0]!r}.") from error
    _refuse_missing(sum(label is None or _is_na(label) for label in distinct))
    kinds = {_family(label) for label in distinct}
    if len(kinds) > 1:
        raise LabelError(
            "The labels must be of one type to be sorted; y holds "
            f"{' and '.join(sorted(kinds))}. Turn them all into strings, say."
        )
    for label in distinct:
        if isinstance(label, float | np.floating) and not float(label).is_integer():
            _refuse_continuous(label)
    try:
        classes = tuple(sorted(distinct))
    except TypeError as error:
        raise LabelError(
            f"The labels must have an order; {next(iter(kinds))} has none. Use strings or numbers."
        ) from error
    code_of = {label: code for code, label in enumerate(classes)}
    codes = (code_of[label] for label in labels)
    return classes, np.fromiter(codes, np.min_scalar_type(len(classes)), len(labels))


def _is_na(label: Any) -> bool:
    return type(label).__name__ in ("NAType", "NaTType") or (
        isinstance(label, float | np.floating) and bool(np.isnan(label))
    )


def _family(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return "bool"
    if isinstance(label, str):
        return "str"
    return "number" if isinstance(label, int | float | np.number) else type(label).__name__


def _refuse_continuous(value: Any) -> None:
    raise LabelError(
        f"y must hold classes; it holds continuous values such as {value:g} (Unknown label type: "
        "continuous). Bin them first."
    )


def _refuse_missing(count: int) -> None:
    if count:
        raise LabelError(
            f"Every row needs a label, and {count} of y are missing (NaN or null). Drop those "
            "rows, or give them a class of their own."
        )
