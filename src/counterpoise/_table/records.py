"""Records that a sampler reads and returns, whatever container the data came in.

A sampler never touches a container. It reads a `Table` and `EncodedTarget`.
It returns a `Resampling`, a small description of the output: which input rows are kept, and from
which two rows each synthetic row is interpolated. One function per container turns this description
into rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, overload

import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array, Float64Array, FloatArray, IntArray, RowArray
from counterpoise.exceptions import InputError

__all__ = [
    "NUMBERS",
    "Column",
    "Columns",
    "EncodedTarget",
    "FeatureType",
    "Resampling",
    "SyntheticSamples",
    "Table",
]


class FeatureType(Enum):
    """Feature type of a column: what its values can be used for."""

    FLOAT = "float"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"
    OTHER = "other"  # dates, lists and the like: no distance is defined on them
    IGNORED = "ignored"  # excluded by the user: missing in synthetic rows
    COPIED = "copied"  # excluded by the user: a synthetic row takes the value of its base row

    @property
    def is_number(self) -> bool:
        """Whether the values can be interpolated (booleans as 0 and 1)."""
        return self in NUMBERS

    @property
    def is_feature(self) -> bool:
        """Whether the column is a feature, which models are trained on."""
        return self not in (FeatureType.IGNORED, FeatureType.COPIED)


NUMBERS = (FeatureType.FLOAT, FeatureType.INTEGER, FeatureType.BOOLEAN)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : object
        The column's name, or its position if the container has no column names.
    feature_type : FeatureType
        The feature type.
    dtype : str
        The data type as the container's library names it, for messages.
    """

    name: object
    feature_type: FeatureType
    dtype: str


@dataclass(frozen=True, eq=False)
class Columns(Sequence[Column]):
    """Columns of a table, described by the few types that they have.

    A sparse matrix may have millions of columns, a data frame thousands: a `Column` is created on
    access, and columns are selected by type without a look at each of them.

    Attributes
    ----------
    names : sequence of object of length n_columns
        The name of each column, or its position if the container has no column names.
    types : tuple of (FeatureType, str)
        Feature type and data type that columns have, each as in `Column`.
    type_numbers : ndarray of int of shape (n_columns,)
        Position of each column's type in `types`.
    """

    names: Sequence[object]
    types: tuple[tuple[FeatureType, str], ...]
    type_numbers: IntArray

    @classmethod
    def numbered(cls, n_columns: int, feature_type: FeatureType, dtype: str) -> Columns:
        """Return columns of the same type, named by their positions."""
        type_numbers = np.broadcast_to(np.intp(0), n_columns)
        return cls(range(n_columns), ((feature_type, dtype),), type_numbers)

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, position: int) -> Column: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Column, ...]: ...
    def __getitem__(self, position: int | slice) -> Column | tuple[Column, ...]:
        """Return a column, or some columns."""
        if isinstance(position, slice):
            return tuple(self[j] for j in range(len(self))[position])
        return Column(self.names[position], *self.types[self.type_numbers[position]])

    def positions(self, feature_types: Collection[FeatureType]) -> Sequence[int]:
        """Return the positions of the columns of some feature types."""
        is_selected = [feature_type in feature_types for feature_type, _ in self.types]
        if all(is_selected):
            return range(len(self))
        if not any(is_selected):
            return ()
        positions: list[int] = np.flatnonzero(np.array(is_selected)[self.type_numbers]).tolist()
        return positions

    def by_type(self, positions: Sequence[int]) -> list[list[int]]:
        """Group the positions of columns by their types, in ascending order of type numbers."""
        at = np.asarray(positions, np.intp)
        type_numbers = self.type_numbers[at]
        return [at[type_numbers == number].tolist() for number in np.unique(type_numbers)]


@dataclass(frozen=True)
class SyntheticSamples:
    """Synthetic samples between two input rows: ``x_base + weight * (x_neighbor - x_base)``.

    Attributes
    ----------
    base, neighbor : ndarray of int of shape (n_synthetic,)
        Row numbers of the base sample and of its neighbor in the input; −1 where there is none.
    weight : ndarray of float64 of shape (n_synthetic,)
        Position between the base sample (0) and the neighbor (1); NaN without a neighbor.
    label : ndarray of int of shape (n_synthetic,)
        Class codes.
    points : ndarray or sparse matrix of shape (n_points, n_features), or None
        The values of the synthetic samples that have no neighbor, in their order; sparse only for
        a sparse table.
    category_sources : ndarray of int of shape (n_synthetic, n_categorical) or None
        For each column in `categorical`, the input row whose value a synthetic sample takes.
    categorical : tuple of int
        Positions of the categorical columns that `category_sources` describes.
    target : ndarray of float64 of shape (n_synthetic,) or None
        Values of a continuous target; None for a target of classes.
    """

    base: IntArray
    neighbor: IntArray
    weight: Float64Array
    label: IntArray
    points: Any = None
    category_sources: IntArray | None = None
    categorical: tuple[int, ...] = ()
    target: Float64Array | None = None

    def __post_init__(self) -> None:
        for name in ("base", "neighbor"):
            object.__setattr__(self, name, _row_numbers(getattr(self, name), name))
        object.__setattr__(self, "weight", np.ascontiguousarray(self.weight, np.float64))

    def __len__(self) -> int:
        return len(self.base)

    def take(self, which: IntArray) -> SyntheticSamples:
        """Return the synthetic samples with the given numbers."""
        points = self.points
        if points is not None:
            at = np.cumsum(self.neighbor < 0) - 1
            points = points[at[which[self.neighbor[which] < 0]]]
        return SyntheticSamples(
            self.base[which],
            self.neighbor[which],
            self.weight[which],
            self.label[which],
            points,
            None if self.category_sources is None else self.category_sources[which],
            self.categorical,
            None if self.target is None else self.target[which],
        )

    def category_sources_of(self, column: int) -> IntArray | None:
        """Return the input rows that a column's values are taken from; None if interpolated."""
        if self.category_sources is None or column not in self.categorical:
            return None
        category_sources: IntArray = self.category_sources[:, self.categorical.index(column)]
        return category_sources

    @classmethod
    def none(cls) -> SyntheticSamples:
        """Return an empty record."""
        empty = np.empty(0, np.intp)
        return cls(empty, empty, np.empty(0), empty)

    @classmethod
    def concat(cls, parts: list[SyntheticSamples]) -> SyntheticSamples:
        """Concatenate the synthetic samples of several classes."""
        if not parts:
            return cls.none()
        if len(parts) == 1:
            return parts[0]
        points = _concat_points(parts)
        category_sources = [
            part.category_sources for part in parts if part.category_sources is not None
        ]
        target = [part.target for part in parts if part.target is not None]
        if len({part.categorical for part in parts}) > 1:
            raise InputError(
                "Samplers that are applied one after another must treat the same columns as "
                "categorical. Pass both the same categorical_features."
            )
        return cls(
            np.concatenate([part.base for part in parts]),
            np.concatenate([part.neighbor for part in parts]),
            np.concatenate([part.weight for part in parts]),
            np.concatenate([part.label for part in parts]),
            points,
            np.concatenate(category_sources) if category_sources else None,
            parts[0].categorical,
            np.concatenate(target) if target else None,
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


def _concat_points(parts: list[SyntheticSamples]) -> Any:
    """Concatenate the points of all parts, with zeros for parts that have none.

    A sample without a neighbor needs no points if all its values are categorical.
    """
    widths = [part.points.shape[1] for part in parts if part.points is not None]
    if not widths:
        return None
    n_points = [int((part.neighbor < 0).sum()) for part in parts]
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
    synthetic : SyntheticSamples
        The synthetic samples.
    order : ndarray of int of shape (n_output,) or None
        Permutation of the kept rows followed by the synthetic ones; None keeps this order.
    """

    kept: IntArray | None = None
    synthetic: SyntheticSamples = field(default_factory=SyntheticSamples.none)
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
    def columns(self) -> Columns:
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
    def estimator_input(self) -> Any:
        """The features in the container they came in, for a user's own estimator."""
        ...

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column, or some rows of it, with NaN for missing values."""
        ...

    def number_block(self, columns: Sequence[int], rows: IntArray | None = None) -> Array:
        """Return several numeric columns, or some rows of them, as one array.

        Its dtype is the smallest that can represent all of these columns.
        """
        ...

    def codes(self, column: int) -> IntArray:
        """Return each value's position among the column's sorted values, missing values last."""
        ...

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Build the output rows in the container that the input came in."""
        ...


@dataclass(frozen=True)
class EncodedTarget:
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
