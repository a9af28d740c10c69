"""Weighted relevance-based combination strategy.

Reference: Branco, Torgo and Ribeiro (2019), doi:10.1016/j.neucom.2018.11.100.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota
from counterpoise._table import (
    ContinuousTarget,
    EncodedTarget,
    Resampling,
    Samples,
    Table,
    TargetColumn,
)
from counterpoise.exceptions import TargetError
from counterpoise.regression._base import ContinuousSampler
from counterpoise.regression._relevance import RelevanceFunction

__all__ = ["WERCS"]


class WERCS(ContinuousSampler):
    """Resample a continuous target with probabilities that follow its relevance (WERCS).

    Duplicates are added of samples that are drawn with probabilities proportional to their
    relevance, and samples are removed that are drawn with probabilities proportional to one minus
    their relevance. There is no threshold.

    Parameters
    ----------
    over : float, default=0.5
        Number of duplicates to add, as a fraction of the number of samples.
    under : float, default=0.5
        Number of samples to remove, as a fraction of the number of samples, from 0 to 1.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    relevance : RelevanceFunction or None, default=None
        How the relevance of target values is defined; it is fitted to `y`. None uses the boxplot,
        ``RelevanceFunction()``.

    Attributes
    ----------
    relevance_ : RelevanceFunction
        The relevance function, fitted to `y`.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    RandomOverSampler : Random oversampling of bins of target values.
    relevance_weights : Sample weights from relevance, without random draws.

    Notes
    -----
    Feature types: any.

    Missing values: allowed in X. They have no effect on the selection.

    References
    ----------
    P. Branco, L. Torgo, R. P. Ribeiro, "Pre-processing approaches for imbalanced distributions in
    regression", Neurocomputing 343, 76-99 (2019), doi:10.1016/j.neucom.2018.11.100.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.regression import WERCS
    >>> rng = np.random.RandomState(0)
    >>> X = rng.randn(200, 2)
    >>> y = np.exp(X[:, 0] + 0.1 * X[:, 1])
    >>> sampler = WERCS(random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> len(y_resampled)
    200
    >>> relevance = sampler.relevance_.relevance
    >>> [float(relevance(target).mean().round(2)) for target in (y, y_resampled)]
    [0.19, 0.58]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **ContinuousSampler._parameter_constraints,
        "over": [Interval(Real, 0, None, closed="left")],
        "under": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        *,
        over: float = 0.5,
        under: float = 0.5,
        random_state: int | np.random.RandomState | None = None,
        relevance: RelevanceFunction | None = None,
    ) -> None:
        self.over = over
        self.under = under
        self.random_state = random_state
        self.relevance = relevance

    def _accepted_samples(self) -> Samples:
        return "any"

    def _find_codes(self, column: TargetColumn) -> IntArray:
        return np.zeros(len(column.values), np.int32)  # one bin with all samples

    def _resolve_quotas(self, target: EncodedTarget) -> tuple[ClassQuota, ...]:
        return ()

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        assert isinstance(target, ContinuousTarget)
        relevance = self.relevance_.relevance(target.column.values)
        n_removed = round(self.under * table.n_rows)
        removed = _draw_distinct(1 - relevance, n_removed, rng)
        share = np.cumsum(relevance)
        drawn = rng.uniform(0, share[-1], size=round(self.over * table.n_rows))
        duplicates = np.searchsorted(share, drawn, side="right")
        kept = np.delete(np.arange(table.n_rows), removed)
        return Resampling(np.concatenate([kept, duplicates]))


def _draw_distinct(weights: Float64Array, n_drawn: int, rng: np.random.RandomState) -> RowArray:
    """Draw distinct samples with probabilities proportional to their weights.

    Each sample gets a random number from an exponential distribution, divided by its weight, and
    the smallest are drawn: as if one sample after another were drawn from those that are left.
    """
    n_possible = int((weights > 0).sum())
    if n_possible < n_drawn:
        raise TargetError(
            f"WERCS cannot remove {n_drawn} samples: only {n_possible} have a relevance below 1. "
            f"Pass under={n_possible / len(weights):.2g} or less."
        )
    with np.errstate(divide="ignore"):
        keys = rng.standard_exponential(len(weights)) / weights
    return np.argsort(keys, kind="stable")[:n_drawn]
