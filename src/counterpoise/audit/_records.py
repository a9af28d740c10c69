"""The facts about made rows: frozen records of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from counterpoise._types import RowArray

__all__ = ["ClassAudit", "ColumnChange", "LeakKind", "Mark", "TwoSample"]

LeakKind = Literal["copies", "segments"]


@dataclass(frozen=True)
class ColumnChange:
    """What a column of numbers is like in one class, before and after.

    Attributes
    ----------
    name : str
    mean_before, mean_after : float
        In the column's unit; NaN where every cell is missing.
    variance_before, variance_after : float
        In its square.
    """

    name: str
    mean_before: float
    mean_after: float
    variance_before: float
    variance_after: float


@dataclass(frozen=True)
class TwoSample:
    """How well a random forest tells made rows from real ones of their class.

    Rows made between real ones are not independent of them, so the p-value is a measure of how
    clear the difference is, and not an error rate.

    Attributes
    ----------
    auc : float
        Area under the ROC curve of rows that the forest has not learnt from: 0.5 if it cannot tell
        them, 1 if it always can. Below 0.5 where made rows copy real ones.
    p_value : float
        How likely an area so large is by chance.
    n_each : int
        How many made rows, and as many real ones, were drawn for it.
    """

    auc: float
    p_value: float
    n_each: int


@dataclass(frozen=True)
class ClassAudit:
    """What the made rows of one class are like.

    Counts speak of made rows; "real" rows are those of the table before.

    Attributes
    ----------
    label : object
        The class.
    n_before, n_made : int
        Real rows, and made ones.
    intrusion, intrusion_before : float
        Share of made rows, and of real ones of the class, whose nearest other real row is of
        another class; in [0, 1].
    n_copies : int
        Equal to a real row of the class.
    n_near_copies : int
        Not equal, but nearer to a real row of the class than a hundredth of what such rows are
        apart (`distance_before`).
    distance, distance_before : float
        To the closest real row of the class: median over made rows, and over real ones (to the
        closest other). In standard deviations of the columns; NaN for a class of one row.
    outside : tuple of (str, int)
        Columns in which made rows lie outside the class's range, and how many do.
    unseen : tuple of (str, int)
        Columns in which made rows have categories that no real row of the class has.
    fractions : tuple of (str, int)
        Columns of whole numbers in which made rows have fractions.
    columns : tuple of ColumnChange
        Means and variances of the class's rows, before and after.
    correlation_change : float
        The largest change of a correlation of two columns, in [0, 2]; NaN where there is none.
    correlation_columns : tuple of str
        The two columns.
    two_sample : TwoSample or None
        None where there are fewer than 10 made rows or real ones.
    """

    label: Any
    n_before: int
    n_made: int
    intrusion: float
    intrusion_before: float
    n_copies: int
    n_near_copies: int
    distance: float
    distance_before: float
    outside: tuple[tuple[str, int], ...]
    unseen: tuple[tuple[str, int], ...]
    fractions: tuple[tuple[str, int], ...]
    columns: tuple[ColumnChange, ...]
    correlation_change: float
    correlation_columns: tuple[str, ...]
    two_sample: TwoSample | None


@dataclass(frozen=True)
class Mark:
    """What one search for leaked rows found.

    Attributes
    ----------
    kind : {"copies", "segments"}
        Test rows equal to a training row, or between two training rows.
    found : bool or None
        Whether they tell of a leak; None where that cannot be told.
    rows : ndarray of int of shape (n_concerned,)
        The test rows concerned, from 0, ascending: whether they tell of a leak or come by nature.
    n_examined : int
        How many test rows were looked at.
    expected : float
        How many of them would be concerned without a leak: of copies, in a random split of the
        same rows; of segments, by chance.
    sentence : str
        The finding in plain words.
    """

    kind: LeakKind
    found: bool | None
    rows: RowArray
    n_examined: int
    expected: float
    sentence: str
