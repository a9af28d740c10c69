"""Random sampling of whole label sets, and how many samples each of them gets or loses.

Each distinct label set counts as one class (label powerset). Its size is compared with the mean
size of all label sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._table import LabelMatrix

__all__ = ["PROPORTION", "PROPORTION_BELOW_1", "LabelSets", "count_samples", "split_evenly"]

# What `proportion` may be, for the `_parameter_constraints` of samplers that add samples, and of
# those that remove samples.
PROPORTION: list[Any] = [Interval(Real, 0, None, closed="neither")]
PROPORTION_BELOW_1: list[Any] = [Interval(Real, 0, 1, closed="neither")]


@dataclass(frozen=True)
class LabelSets:
    """The distinct label sets of a label matrix.

    Attributes
    ----------
    of_sample : ndarray of int of shape (n_samples,)
        Number of each sample's label set, from 0 in the order of the samples.
    sizes : ndarray of int of shape (n_label_sets,)
        Number of samples that have each label set.
    """

    of_sample: IntArray
    sizes: IntArray

    @classmethod
    def of(cls, labels: LabelMatrix) -> LabelSets:
        """Return the label sets of a label matrix."""
        return cls(labels.label_sets, np.bincount(labels.label_sets))

    @property
    def mean_size(self) -> int:
        """Mean number of samples of a label set, rounded to the nearest integer."""
        return round(float(self.sizes.mean()))

    def rows_of(self, label_set: int) -> RowArray:
        """Return the rows of the samples that have a label set."""
        return np.flatnonzero(self.of_sample == label_set)


def count_samples(proportion: float, n_samples: int) -> int:
    """Return a proportion of the samples as a number, rounded to the nearest."""
    return round(proportion * n_samples)


def split_evenly(total: int, limits: IntArray) -> IntArray:
    """Split a number into shares that are as equal as their limits allow.

    Parameters
    ----------
    total : int
    limits : ndarray of int of shape (n_shares,)
        The largest value of each share, 0 or more.

    Returns
    -------
    ndarray of int of shape (n_shares,)
        Their sum is `total`, or the sum of the limits if that is less. What a share cannot take
        is given to those with larger limits.

    Examples
    --------
    >>> split_evenly(10, np.array([9, 1, 4]))
    array([5, 1, 4])
    """
    shares = np.zeros(len(limits), np.intp)
    for n_done, place in enumerate(np.argsort(limits, kind="stable").tolist()):
        shares[place] = min(int(limits[place]), total // (len(limits) - n_done))
        total -= int(shares[place])
    return shares
