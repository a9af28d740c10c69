"""Records that the audit reports consist of, each frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from counterpoise._lib.types import RowArray

__all__ = ["CheckName", "ClassAudit", "ColumnChange", "LeakageCheck", "TwoSampleTest"]

CheckName = Literal["duplicates", "interpolation"]


@dataclass(frozen=True)
class LeakageCheck:
    """Result of one check for leakage between a training set and a test set.

    Attributes
    ----------
    name : {"duplicates", "interpolation"}
        Which test samples the check looks for: duplicates of a training sample, or samples on a
        line between two training samples.
    found : bool or None
        Whether the samples indicate leakage; None if the check is inconclusive.
    test_indices : ndarray of int of shape (n_suspects,)
        Positions of these samples in the test set, ascending, whether they indicate leakage or
        occur naturally.
    n_examined : int
        Number of test samples that were examined.
    n_expected : float
        Number of such samples expected without leakage: for duplicates, in a random split of the
        same samples; for interpolation, by chance.
    sentence : str
        Result in one sentence.
    """

    name: CheckName
    found: bool | None
    test_indices: RowArray
    n_examined: int
    n_expected: float
    sentence: str


@dataclass(frozen=True)
class ColumnChange:
    """Mean and variance of a numeric column in one class, before and after resampling.

    Attributes
    ----------
    name : str
        Column name.
    mean_before, mean_after : float
        In the unit of the column; NaN if all values are missing.
    variance_before, variance_after : float
        In the squared unit of the column.
    """

    name: str
    mean_before: float
    mean_after: float
    variance_before: float
    variance_after: float


@dataclass(frozen=True)
class TwoSampleTest:
    """Classifier two-sample test: how well a random forest detects the synthetic samples.

    Synthetic samples depend on the original ones, so that the p-value measures how clear the
    difference is; it is not an error rate.

    Attributes
    ----------
    auc : float
        Area under the ROC curve on held-out samples of the class: 0.5 if synthetic and original
        samples cannot be distinguished, 1 if they always can. Below 0.5 if synthetic samples
        duplicate original ones.
    p_value : float
        Probability of an area at least as large by chance.
    n_each : int
        Number of synthetic samples, and of original samples, that were drawn for the test.
    """

    auc: float
    p_value: float
    n_each: int


@dataclass(frozen=True)
class ClassAudit:
    """Audit of the synthetic samples of one class.

    Attributes
    ----------
    label : object
        Class label.
    n_original, n_synthetic : int
        Number of original and of synthetic samples of the class.
    other_class_rate, other_class_rate_original : float
        Share of the synthetic samples, and of the original samples of the class, whose nearest
        original sample is of another class; in [0, 1].
    n_duplicates : int
        Number of synthetic samples equal to an original sample of the class.
    n_near_duplicates : int
        Number of synthetic samples that are not equal to an original sample of the class, but
        closer to one than 1/100 of `nearest_distance_original`.
    nearest_distance, nearest_distance_original : float
        Distance to the closest original sample of the class: median over the synthetic samples,
        and over the original samples (to the closest other one). In standard deviations of the
        features; NaN for a class with one original sample.
    out_of_range : tuple of (str, int)
        Columns in which synthetic samples lie outside the range of the class, and their number.
    new_categories : tuple of (str, int)
        Columns in which synthetic samples have categories that the class does not have, and their
        number.
    non_integer : tuple of (str, int)
        Columns of whole numbers in which synthetic samples have fractions, and their number.
    columns : tuple of ColumnChange
        Means and variances of the class before and after resampling.
    correlation_change : float
        Largest absolute change of a Pearson correlation within the class, in [0, 2]; NaN if none
        is defined.
    correlation_columns : tuple of str
        The two columns with that change.
    two_sample : TwoSampleTest or None
        None if there are fewer than 10 synthetic or original samples.
    """

    label: Any
    n_original: int
    n_synthetic: int
    other_class_rate: float
    other_class_rate_original: float
    n_duplicates: int
    n_near_duplicates: int
    nearest_distance: float
    nearest_distance_original: float
    out_of_range: tuple[tuple[str, int], ...]
    new_categories: tuple[tuple[str, int], ...]
    non_integer: tuple[tuple[str, int], ...]
    columns: tuple[ColumnChange, ...]
    correlation_change: float
    correlation_columns: tuple[str, ...]
    two_sample: TwoSampleTest | None
