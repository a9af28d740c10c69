"""Records that a sampler reads and returns, whatever container the data came in.

A sampler never touches a container. It reads a `Table` and `Labels`.
It returns a `Resampling`, a small description of the output: which input rows are kept, and from
which two rows each synthetic row is interpolated. One function per container turns this description
into rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array, Float64Array, FloatArray, IntArray, RowArray
from counterpoise.exceptions import InputError

__all__ = ["Blends", "Column", "Kind", "Labels", "Resampling", "Table"]


class Kind(Enum):
    """Feature type of a column: what its values can be used for."""

    FLOAT = "float"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    NOMINAL = "nominal"
    OTHER = "other"  # dates, lists and the like: no distance is defined on them
    IGNORED = "ignored"  # excluded by the user: missing in synthetic rows
    COPIED = "copied"  # excluded by the user: a synthetic row takes the value of its base row

    @property
    def is_number(self) -> bool:
        """Whether the values can be interpolated (booleans as 0 and 1)."""
        return self in (Kind.FLOAT, Kind.INTEGER, Kind.BOOLEAN)

    @property
    def is_feature(self) -> bool:
        """Whether the column is a feature, which models are trained on."""
        return self not in (Kind.IGNORED, Kind.COPIED)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : object
        The column's name, or its position if the container has no column names.
    kind : Kind
        The feature type.
    dtype : str
        The data type as the container's library names it, for messages.
    """

    name: object
    kind: Kind
    dtype: str


@dataclass(frozen=True)
class Blends:
    """Synthetic samples between two input rows: ``x_base + weight * (x_partner - x_base)``.

    Attributes
    ----------
    base, partner : ndarray of int of shape (n_synthetic,)
        Row numbers of the base sample and of its neighbor in the input; −1 where there is none.
    weight : ndarray of float64 of shape (n_synthetic,)
        Position between the base sample (0) and the neighbor (1); NaN without a neighbor.
    label : ndarray of int of shape (n_synthetic,)
        Class codes.
    points : ndarray or sparse matrix of shape (n_points, n_features), or None
        The values of the synthetic samples that have no neighbor, in their order; sparse only for
        a sparse table.
    donors : ndarray of int of shape (n_synthetic, n_categorical) or None
        For each column in `nominal`, the input row whose value a synthetic sample takes.
    nominal : tuple of int
        Positions of the categorical columns that `donors` describes.
    """

    base: IntArray
    partner: IntArray
    weight: Float64Array
    label: IntArray
    points: Any = None
    donors: IntArray | None = None
    nominal: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("base", "partner"):
            object.__setattr__(self, name, _row_numbers(getattr(self, name), name))
        object.__setattr__(self, "weight", np.ascontiguousarray(self.weight, np.float64))

    def __len__(self) -> int:
        return len(self.base)

    def take(self, which: IntArray) -> Blends:
        """Return the synthetic samples with the given numbers."""
        points = self.points
        if points is not None:
            at = np.cumsum(self.partner < 0) - 1
            points = points[at[which[self.partner[which] < 0]]]
        return Blends(
            self.base[which],
            self.partner[which],
            self.weight[which],
            self.label[which],
            points,
            None if self.donors is None else self.donors[which],
            self.nominal,
        )

    def donors_of(self, column: int) -> IntArray | None:
        """Return the input rows that a column's values are taken from; None if interpolated."""
        if self.donors is None or column not in self.nominal:
            return None
        donors: IntArray = self.donors[:, self.nominal.index(column)]
        return donors

    @classmethod
    def none(cls) -> Blends:
        """Return an empty record."""
        empty = np.empty(0, np.intp)
        return cls(empty, empty, np.empty(0), empty)

    @classmethod
    def concat(cls, parts: list[Blends]) -> Blends:
        """Concatenate the synthetic samples of several classes."""
        if not parts:
            return cls.none()
        if len(parts) == 1:
            return parts[0]
        points = _concat_points(parts)
        donors = [part.donors for part in parts if part.donors is not None]
        if len({part.nominal for part in parts}) > 1:
            raise InputError(
                "Samplers that are applied one after another must treat the same columns as "
                "categorical. Pass both the same categorical_features."
            )
        return cls(
            np.concatenate([part.base for part in parts]),
            np.concatenate([part.partner for part in parts]),
            np.concatenate([part.weight for part in parts]),
            np.concatenate([part.label for part in parts]),
            points,
            np.concatenate(donors) if donors else None,
            parts[0].nominal,
        )


def _row_numbers(rows: Any, name: str) -> IntArray:
    """Convert row numbers to what native code requires, so that authors of samplers need not."""
    array = np.asarray(rows)
    if array.ndim != 1 or (array.dtype.kind not in "iu" and len(array)):
        raise InputError(
            f"{name} must be a one-dimensional array of row numbers; got {array.dtype} of shape "
            f"{array.shape}. If it is a boolean mask, pass numpy.flatnonzero(mask)."
        )
    return np.ascontiguousarray(array, np.intp)


def _concat_points(parts: list[Blends]) -> Any:
    """Concatenate the points of all parts, with zeros for parts that have none.

    A sample without a neighbor needs no points if all its values are categorical.
    """
    widths = [part.points.shape[1] for part in parts if part.points is not None]
    if not widths:
        return None
    n_points = [int((part.partner < 0).sum()) for part in parts]
    points = [
        np.zeros((n, widths[0])) if part.points is None else part.points
        for part, n in zip(parts, n_points, strict=True)
    ]
    if any(sparse.issparse(part) for part in points):
        return sparse.vstack([sparse.csr_array(part) for part in points], format="csr")
    return np.concatenate(points)


@dataclass(frozen=True)
class Resampling:
    """Decision of a sampler: the output rows, described in terms of the input rows.

    Attributes
    ----------
    kept : ndarray of int of shape (n_kept,) or None
        Numbers of the input rows in the output, duplicates allowed; None keeps all in their order.
    made : Blends
        The synthetic samples.
    order : ndarray of int of shape (n_output,) or None
        Permutation of the kept rows followed by the synthetic ones; None keeps this order.
    """

    kept: IntArray | None = None
    made: Blends = field(default_factory=Blends.none)
    order: RowArray | None = None

    def __post_init__(self) -> None:
        if self.kept is not None:
            object.__setattr__(self, "kept", _row_numbers(self.kept, "kept"))

    def kept_rows(self, n_rows: int) -> IntArray:
        """Return the kept rows as numbers, for a table of `n_rows` rows."""
        return np.arange(n_rows) if self.kept is None else self.kept

    def ordered(self, kept: Array, made: Array) -> Array:
        """Return values of the kept rows and of the synthetic ones in the order of the output."""
        both = np.concatenate([kept, made]) if len(made) else kept
        return both if self.order is None else both[self.order]


class Table(Protocol):
    """Interface that every container has once it is opened."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in their order."""
        ...

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        ...

    @property
    def has_index(self) -> bool:
        """Whether the container has a row index (pandas)."""
        ...

    @property
    def matrix(self) -> FloatArray | None:
        """The container's own array, if all its values are float32 or all are float64."""
        ...

    @property
    def for_models(self) -> Any:
        """The features in the container they came in, for a user's own estimator."""
        ...

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column, or some rows of it, with NaN for missing values."""
        ...

    def codes(self, column: int) -> IntArray:
        """Return each value's position among the column's sorted values, missing values last."""
        ...

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Build the output rows in the container that the input came in."""
        ...


@dataclass(frozen=True)
class Labels:
    """The target `y`, encoded as integers.

    Attributes
    ----------
    codes : ndarray of int of shape (n_rows,)
        Class of each row, as its position in `classes`.
    classes : tuple
        The sorted classes, as Python values.
    counts : ndarray of int64 of shape (n_classes,)
        Number of rows of each class.
    source : object
        The target in the container it came in.
    has_index : bool
        Whether the source has a row index (pandas).
    """

    codes: IntArray
    classes: tuple[Any, ...]
    counts: IntArray
    source: Any
    has_index: bool

    def rows_of(self, code: int) -> RowArray:
        """Return the row numbers of a class in ascending order."""
        return np.flatnonzero(self.codes == code)
