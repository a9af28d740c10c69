"""Records that the audit reports consist of, each frozen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from counterpoise._lib.types import RowArray
from counterpoise.metrics import ConfidenceInterval

__all__ = [
    "CheckName",
    "ClassAudit",
    "ColumnChange",
    "LeakageCheck",
    "RegionValidity",
    "TwoSampleTest",
    "Validity",
]

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

    Synthetic samples are compared with withheld samples, which the sampler has not seen. Original
    samples pass the test: for a sampler that selects or duplicates them, the p-value is uniform.

    Attributes
    ----------
    auc : float
        Area under the ROC curve of a forest that was trained on one half of the samples, on the
        other half: 0.5 if synthetic and withheld samples cannot be distinguished, 1 if they always
        can.
    p_value : float
        Probability of an area at least as large by chance.
    n_each : int
        Number of synthetic samples, and of withheld samples, that were drawn for the test.
    detectable_auc : float
        Power of the test: an area of this size is found with a probability of 80% (p below 0.01).
    """

    auc: float
    p_value: float
    n_each: int
    detectable_auc: float


@dataclass(frozen=True)
class RegionValidity:
    """Validity of the synthetic samples that are generated from one type of original samples.

    Attributes
    ----------
    sample_type : {"safe", "borderline", "rare", "outlier"}
        Type of the nearest sample of the class that the sampler has seen; see
        `counterpoise.profile.SampleTypeCounts`.
    share : float
        Share of the synthetic samples of the class, in (0, 1].
    invalid_rate : ConfidenceInterval
        As in `Validity`.
    """

    sample_type: str
    share: float
    invalid_rate: ConfidenceInterval


@dataclass(frozen=True)
class Validity:
    """Validity of the synthetic samples of one class, by the nearest withheld samples.

    All rates are in [0, 1] and have 95% confidence intervals.

    Attributes
    ----------
    invalid_rate : ConfidenceInterval
        Share of the synthetic samples whose nearest withheld sample is of another class.
    invalid_rate_original : ConfidenceInterval
        The same share of the original samples that the sampler has seen.
    excess : ConfidenceInterval
        Difference of the two rates: what the sampler adds to the overlap of the classes.
    hidden_rate : ConfidenceInterval
        Share of the synthetic samples that are closer to a withheld sample of another class than to
        any sample of their class that the sampler has seen (Tarawneh et al., 2022).
    regions : tuple of RegionValidity
        Rates by the type of the original sample that a synthetic sample is generated from.
    two_sample : TwoSampleTest or None
        None if there are fewer than 10 samples to compare.
    n_evaluated : int
        Number of synthetic samples that were evaluated, in all splits together.
    n_withheld : int
        Number of withheld samples of the class, in each split.
    n_splits : int
        Number of splits into samples for the sampler and withheld samples.
    """

    invalid_rate: ConfidenceInterval
    invalid_rate_original: ConfidenceInterval
    excess: ConfidenceInterval
    hidden_rate: ConfidenceInterval
    regions: tuple[RegionValidity, ...]
    two_sample: TwoSampleTest | None
    n_evaluated: int
    n_withheld: int
    n_splits: int


@dataclass(frozen=True)
class ClassAudit:
    """Audit of the synthetic samples of one class.

    Attributes
    ----------
    label : object
        Class label.
    n_original, n_synthetic : int
        Number of original and of synthetic samples of the class.
    validity : Validity or None
        Validity, measured with withheld samples; None if it was not measured, for the reason in
        `not_validated` of the report.
    other_class_rate, other_class_rate_original : float
        Share of the synthetic samples, and of the original samples of the class, whose nearest
        original sample is of another class; in [0, 1]. The samples that a synthetic sample is
        generated from are among these, so that the rate is too low as a measure of validity.
    n_duplicates : int
        Number of synthetic samples equal to an original sample of the class.
    n_near_duplicates : int
        Number of synthetic samples that are not equal to an original sample of the class, but
        closer to one than 1/100 of `nearest_distance_original`.
    nearest_distance, nearest_distance_original : float
        Distance to the closest original sample of the class: median over the synthetic samples,
        and over the original samples (to the closest other one). In standard deviations of the
        features, or the original units of a sparse table; NaN for a class with one original sample.
    close_rate : float
        Share of the synthetic samples that are closer to an original sample of the class than 95%
        of these are to each other, in [0, 1]; 0.05 is expected of new original samples. NaN for a
        class with one original sample.
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
    """

    label: Any
    n_original: int
    n_synthetic: int
    validity: Validity | None
    other_class_rate: float
    other_class_rate_original: float
    n_duplicates: int
    n_near_duplicates: int
    nearest_distance: float
    nearest_distance_original: float
    close_rate: float
    out_of_range: tuple[tuple[str, int], ...]
    new_categories: tuple[tuple[str, int], ...]
    non_integer: tuple[tuple[str, int], ...]
    columns: tuple[ColumnChange, ...]
    correlation_change: float
    correlation_columns: tuple[str, ...]

    @property
    def distance_ratio(self) -> float:
        """Distance of synthetic samples relative to that of original ones; NaN if that is 0."""
        original = self.nearest_distance_original
        return self.nearest_distance / original if original else math.nan
