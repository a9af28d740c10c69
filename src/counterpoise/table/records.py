"""The records that pass between the door in, a sampler and the door out.

A sampler never sees a container: it reads a `Table` and `Labels`, and answers with a `Resampling`,
a small description of the output: which input rows are kept, and which two rows each new row is
blended from. One function per container turns that description into rows.
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
    """What a column's values can be used for."""

    FLOAT = "float"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    NOMINAL = "nominal"
    OTHER = "other"  # dates, lists and the like: no distance is defined on them
    IGNORED = "ignored"  # set aside by the user: empty in made rows
    COPIED = "copied"  # set aside by the user: a made row takes its base row's value

    @property
    def is_number(self) -> bool:
        """Whether the values can be interpolated (booleans as 0 and 1)."""
        return self in (Kind.FLOAT, Kind.INTEGER, Kind.BOOLEAN)

    @property
    def is_feature(self) -> bool:
        """Whether the column belongs to what a model learns from."""
        return self not in (Kind.IGNORED, Kind.COPIED)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : object
        Its name, or its position where the container names no columns.
    kind : Kind
        What its values can be used for.
    dtype : str
        Its type in the container's own words, for messages.
    """

    name: object
    kind: Kind
    dtype: str


@dataclass(frozen=True)
class Blends:
    """New rows as blends of two input rows: ``x_base + weight * (x_partner - x_base)``.

    Attributes
    ----------
    base, partner : ndarray of int of shape (n_synthetic,)
        Input row numbers; −1 where a row has no such parent.
    weight : ndarray of float64 of shape (n_synthetic,)
        How far from base to partner, usually in [0, 1]; NaN where there is no partner.
    label : ndarray of int of shape (n_synthetic,)
        Class codes.
    points : ndarray, or sparse matrix, of shape (n_points, n_features) or None
        The rows themselves for the blends without a partner, in their order; sparse for a sparse
        table only.
    donors : ndarray of int of shape (n_synthetic, n_nominal) or None
        The input rows whose nominal cells a new row takes, one for each of `nominal`.
    nominal : tuple of int
        The columns that `donors` speaks of.
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
        """Return some of the blends, by number."""
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
        """Return the input rows whose cell of a column the new rows take; None if they blend it."""
        if self.donors is None or column not in self.nominal:
            return None
        donors: IntArray = self.donors[:, self.nominal.index(column)]
        return donors

    @classmethod
    def none(cls) -> Blends:
        """No new rows."""
        empty = np.empty(0, np.intp)
        return cls(empty, empty, np.empty(0), empty)

    @classmethod
    def concat(cls, parts: list[Blends]) -> Blends:
        """Put the blends of several classes behind each other."""
        if not parts:
            return cls.none()
        if len(parts) == 1:
            return parts[0]
        points = _points_of(parts)
        donors = [part.donors for part in parts if part.donors is not None]
        if len({part.nominal for part in parts}) > 1:
            raise InputError(
                "Samplers that make rows one after the other must take the same columns as "
                "categories."
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
    """Return row numbers as native code takes them, which whoever writes a sampler need not."""
    array = np.asarray(rows)
    if array.ndim != 1 or (array.dtype.kind not in "iu" and len(array)):
        raise InputError(
            f"{name} must hold row numbers in one dimension; got {array.dtype} of shape "
            f"{array.shape}. Of a mask, take numpy.flatnonzero."
        )
    return np.ascontiguousarray(array, np.intp)


def _points_of(parts: list[Blends]) -> Any:
    """Return the points of all parts; those that need none for their lone rows get zeros."""
    widths = [part.points.shape[1] for part in parts if part.points is not None]
    if not widths:
        return None
    lone = [int((part.partner < 0).sum()) for part in parts]
    points = [
        np.zeros((n, widths[0])) if part.points is None else part.points
        for part, n in zip(parts, lone, strict=True)
    ]
    if any(sparse.issparse(part) for part in points):
        return sparse.vstack([sparse.csr_array(part) for part in points], format="csr")
    return np.concatenate(points)


@dataclass(frozen=True)
class Resampling:
    """A sampler's decision: the output rows, described by the input rows.

    Attributes
    ----------
    kept : ndarray of int of shape (n_kept,) or None
        Input rows in output order, repeats allowed; None for every row in its order.
    made : Blends
        The new rows.
    order : ndarray of int or None
        A permutation of kept followed by made; None where that is the output order.
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
        """Put values of kept rows and of new ones into the order of the output."""
        both = np.concatenate([kept, made]) if len(made) else kept
        return both if self.order is None else both[self.order]


class Table(Protocol):
    """What every container looks like once it is open."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in their order."""
        ...

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        ...

    @property
    def has_index(self) -> bool:
        """Whether the container labels its rows (pandas)."""
        ...

    @property
    def matrix(self) -> FloatArray | None:
        """All cells as they lie in memory, where they are float32 or float64 throughout."""
        ...

    @property
    def for_models(self) -> Any:
        """What a user's own model is given: the columns that it learns from, as they came."""
        ...

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column (or some rows of it), NaN where a cell is missing."""
        ...

    def codes(self, column: int) -> IntArray:
        """Return a column's values as positions among its sorted values, missing cells last."""
        ...

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Return the rows that a decision describes, in the container they came in."""
        ...


@dataclass(frozen=True)
class Labels:
    """The target, encoded once.

    Attributes
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row, as its position in `classes`.
    classes : tuple
        The classes in sorted order, as Python values.
    counts : ndarray of int64 of shape (n_classes,)
        Rows of each class.
    source : object
        The target as it came.
    has_index : bool
        Whether the source labels its rows (pandas).
    """

    codes: IntArray
    classes: tuple[Any, ...]
    counts: IntArray
    source: Any
    has_index: bool

    def rows_of(self, code: int) -> RowArray:
        """Return the rows of a class, ascending."""
        return np.flatnonzero(self.codes == code)
