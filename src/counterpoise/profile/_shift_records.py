"""Records of what differs between a table and a test set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["ClassShift", "ColumnShift", "DatasetShift", "TypeDifference"]

# Strict, as one profile makes many tests: random splits of a table give no alarm.
SIGNIFICANCE = 0.001
MATERIAL_DISTANCE, LARGE_DISTANCE = 0.1, 0.5
MATERIAL_MISSING, LARGE_MISSING = 0.05, 0.5  # difference of two shares of missing values
MATERIAL_RATIO, LARGE_RATIO = 1.25, 2.0  # of two shares of a class


@dataclass(frozen=True)
class ColumnShift:
    """Differences of one column between a table and a test set.

    Identifiers, free text and dates have only their missing values compared. Each p-value is that
    of the difference in a random split into two tables of these sizes, adjusted for the number of
    columns by Holm's method.

    Attributes
    ----------
    name : object
        Column name, or the column's position.
    missing_share, test_missing_share : float
        Share of missing values in the table and in the test set, in [0, 1].
    missing_p_value : float
    n_new_categories, n_new_category_rows : int
        Number of categories that only the test set has, and of its rows that have one of them.
    new_categories : tuple of str
        The most frequent of these categories, at most 10.
    new_category_p_value : float
    low, high, test_low, test_high : float or None
        Smallest and largest number in the table and in the test set. None without numbers in both.
    n_out_of_range : int
        Rows of the test set with a number below `low` or above `high`.
    range_p_value : float
    distance : float or None
        Distance of the two distributions, from 0 (equal) to 1 (no common values): the
        Kolmogorov-Smirnov distance of numbers, the total variation distance of categories. None if
        the distributions are not compared.
    distance_p_value : float
    """

    name: Any
    missing_share: float
    test_missing_share: float
    missing_p_value: float
    n_new_categories: int = 0
    n_new_category_rows: int = 0
    new_categories: tuple[str, ...] = ()
    new_category_p_value: float = 1.0
    low: float | None = None
    high: float | None = None
    test_low: float | None = None
    test_high: float | None = None
    n_out_of_range: int = 0
    range_p_value: float = 1.0
    distance: float | None = None
    distance_p_value: float = 1.0

    @property
    def has_missing_shift(self) -> bool:
        """Whether the shares of missing values differ by 5 points or more, not by chance."""
        difference = abs(self.test_missing_share - self.missing_share)
        return self.missing_p_value < SIGNIFICANCE and difference >= MATERIAL_MISSING

    @property
    def is_out_of_range(self) -> bool:
        """Whether more numbers are out of range than chance explains."""
        return self.range_p_value < SIGNIFICANCE

    @property
    def is_shifted(self) -> bool:
        """Whether the distributions have a distance of 0.1 or more, not by chance."""
        is_material = self.distance is not None and self.distance >= MATERIAL_DISTANCE
        return is_material and self.distance_p_value < SIGNIFICANCE


@dataclass(frozen=True)
class ClassShift:
    """Share of one class in a table and in a test set.

    Attributes
    ----------
    label : object
        Class label.
    n_rows, test_n_rows : int
        Number of rows of the class.
    share, test_share : float
        Share of the rows with a label, in [0, 1].
    p_value : float
        Of the difference, adjusted for the number of classes by Holm's method.
    """

    label: Any
    n_rows: int
    test_n_rows: int
    share: float
    test_share: float
    p_value: float

    @property
    def ratio(self) -> float:
        """The larger share divided by the smaller one; infinity if one is 0."""
        low, high = sorted((self.share, self.test_share))
        return high / low if low else float("inf")

    @property
    def is_shifted(self) -> bool:
        """Whether the shares differ by a factor of 1.25 or more, not by chance."""
        return self.ratio >= MATERIAL_RATIO and self.p_value < SIGNIFICANCE


@dataclass(frozen=True)
class TypeDifference:
    """A column that has another feature type in the test set.

    Attributes
    ----------
    name : object
    feature_type, test_feature_type : str
    """

    name: Any
    feature_type: str
    test_feature_type: str


@dataclass(frozen=True)
class DatasetShift:
    """What differs between a table and a test set.

    Attributes
    ----------
    n_rows : int
        Number of rows of the test set.
    n_shared_rows : int
        Rows of the test set that equal a row of the table in every feature. Identifiers are not
        compared.
    n_shared_expected : float
        Number of such rows in a random split of the rows of both into two tables of these sizes.
    has_leaked_rows : bool
        Whether there are clearly more shared rows than that.
    missing_columns, extra_columns : tuple
        Names of columns that only the table has, and that only the test set has.
    type_differences : tuple of TypeDifference
    columns : tuple of ColumnShift
        Columns that both have, with the same type.
    classes : tuple of ClassShift
        In sorted order; empty if the classes of the test set are not known.
    """

    n_rows: int
    n_shared_rows: int
    n_shared_expected: float
    has_leaked_rows: bool
    missing_columns: tuple[Any, ...]
    extra_columns: tuple[Any, ...]
    type_differences: tuple[TypeDifference, ...]
    columns: tuple[ColumnShift, ...]
    classes: tuple[ClassShift, ...]
