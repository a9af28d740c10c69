"""Random undersampling: keep a random subset of each class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import select_by_class
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, Table
from counterpoise.base import BaseSampler, Correction, Needs

__all__ = ["RandomUnderSampler", "draw_rows"]


class RandomUnderSampler(BaseSampler):
    """Undersample the majority classes by keeping a random subset of their samples.

    The output is grouped by class.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to undersample, and their sizes after resampling. A str names the classes that
        are undersampled to the size of the minority class: "majority", "not minority" or "all";
        "auto" is the same as "not minority". A float in (0, 1] is the ratio of the minority class
        to each other class: each class keeps ``min(count, round(n_minority / ratio))`` samples. A
        dict maps each class to its number of samples after resampling. A callable takes `y` and
        returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    replacement : bool, default=False
        Whether samples are drawn with replacement.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to keep of each class.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    NearMiss : Undersampling that keeps samples near the minority class.
    counterpoise.datasets.make_imbalance : Random undersampling to given class sizes.

    Notes
    -----
    Feature types: any.

    Missing values: allowed. They have no effect on the selection.

    References
    ----------
    M. Kubat, S. Matwin, "Addressing the curse of imbalanced training sets: one-sided selection",
    International Conference on Machine Learning (1997), 179-186.

    Examples
    --------
    >>> from counterpoise.under_sampling import RandomUnderSampler
    >>> X = [["red", 1], ["blue", 2], ["red", 3]]
    >>> RandomUnderSampler(random_state=0).fit_resample(X, ["no", "yes", "no"])
    ([['red', 3], ['blue', 2]], ['no', 'yes'])
    """

    _family: ClassVar[Family] = "under-sampling"
    _needs: ClassVar[Needs] = "counts"
    _method: ClassVar[str] = "random-under"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "replacement": ["boolean"],
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        replacement: bool = False,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.replacement = replacement

    @property
    def prior_correction(self) -> Correction:
        """How well a prior correction restores probabilities: "exact", for random subsets."""
        return "exact"

    def _accepted_samples(self) -> Samples:
        return "any"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        self.sample_indices_ = draw_rows(target.codes, quotas, rng, replacement=self.replacement)
        return Resampling(kept=self.sample_indices_)


def draw_rows(
    codes: IntArray,
    quotas: Iterable[ClassQuota],
    rng: np.random.RandomState,
    *,
    replacement: bool,
) -> RowArray:
    """Draw rows of some classes at random, and keep all rows of the others.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row.
    quotas : iterable of ClassQuota
        Number of rows to draw of each class, in the order in which they are drawn.
    rng : RandomState
    replacement : bool
        Whether rows are drawn with replacement.

    Returns
    -------
    ndarray of int of shape (n_rows_new,)
        The rows, grouped by class.
    """
    drawn = {}
    for quota in quotas:
        positions = draw_positions(quota, rng, replacement=replacement)
        drawn[quota.code] = np.flatnonzero(codes == quota.code)[positions]
    return select_by_class(codes, drawn)


def draw_positions(quota: ClassQuota, rng: np.random.RandomState, *, replacement: bool) -> RowArray:
    """Draw the positions, among the rows of a class, of the rows that are kept of it."""
    # imbalanced-learn draws integers and a permutation, too: the same random stream.
    if replacement:
        return rng.randint(0, quota.count, size=quota.amount)
    return rng.permutation(quota.count)[: quota.amount]
