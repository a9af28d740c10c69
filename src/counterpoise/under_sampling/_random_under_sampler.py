"""Random under-sampling: keep a random part of a class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import chosen_by_class
from counterpoise._lib.types import IntArray, RowArray
from counterpoise.base import BaseSampler, Correction
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target

__all__ = ["RandomUnderSampler", "draw_rows"]


class RandomUnderSampler(BaseSampler):
    """Under-sample by keeping rows drawn at random.

    It takes columns of every kind. The output is grouped by class.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall keep: "auto" and "not minority" bring every class but the
        smallest down to the smallest, "majority" the largest one, "all" all; a ratio in (0, 1]
        brings each class to ``min(count, round(smallest / ratio))``; a mapping gives the number of
        rows wanted of each class; a function of y returns such a mapping.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    replacement : bool, default=False
        Whether a row may be drawn more than once.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to keep of each class.
    sample_indices_ : ndarray of int of shape (n_output,)
        The input row that each output row is.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    counterpoise.datasets.make_imbalance : Cuts an imbalanced table from a balanced one.

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
        """What a change of prior explains of what this does to probabilities: "exact", all."""
        return "exact"

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.sample_indices_ = draw_rows(
            labels.codes, targets, random, replacement=self.replacement
        )
        return Resampling(kept=self.sample_indices_)


def draw_rows(
    codes: IntArray,
    targets: Iterable[Target],
    random: np.random.RandomState,
    *,
    replacement: bool,
) -> RowArray:
    """Draw some rows of some classes, and take all rows of the others.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row.
    targets : iterable of Target
        How many rows to draw, class by class in this order.
    random : RandomState
    replacement : bool
        Whether a row may be drawn more than once.

    Returns
    -------
    ndarray of int of shape (n_drawn,)
        Class by class.
    """
    drawn = {}
    for target in targets:
        if replacement:
            which = random.randint(0, target.count, size=target.amount)
        else:
            which = random.permutation(target.count)[: target.amount]
        drawn[target.code] = np.flatnonzero(codes == target.code)[which]
    return chosen_by_class(codes, drawn)
