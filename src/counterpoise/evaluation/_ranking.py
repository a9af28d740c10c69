"""Counts at every threshold of a score, for the samples and for bootstrap resamples of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray

__all__ = ["Counts", "Ranking"]

_MAX_THRESHOLDS = 5_000


@dataclass(frozen=True)
class Counts:
    """True and false positives at each threshold, by decreasing threshold.

    The first threshold is above all scores. Counts of a resample are sums of weights.

    Attributes
    ----------
    scores : ndarray of float64 of shape (n_scores,)
        The distinct scores, decreasing.
    places : ndarray of int of shape (n_scores,)
        Their positions among the distinct scores of all samples.
    true_positives, false_positives : ndarray of float64 of shape (n_scores + 1,)
    """

    scores: Float64Array
    places: IntArray
    true_positives: Float64Array
    false_positives: Float64Array

    @property
    def recall(self) -> Float64Array:
        """The recall at each threshold."""
        rates: Float64Array = self.true_positives / self.true_positives[-1]
        return rates

    @property
    def false_positive_rate(self) -> Float64Array:
        """The false positive rate at each threshold."""
        rates: Float64Array = self.false_positives / self.false_positives[-1]
        return rates

    @property
    def predicted(self) -> Float64Array:
        """The number of samples that are predicted positive at each threshold."""
        number: Float64Array = self.true_positives + self.false_positives
        return number

    def position(self, threshold: float) -> int:
        """Return the position of a threshold: the number of distinct scores that reach it."""
        return int(np.searchsorted(-self.scores, -threshold, side="right"))

    def threshold(self, position: int) -> float:
        """Return a threshold at a position, halfway between two adjacent scores."""
        if position == 0:
            return float("inf")
        lowest = self.scores[position - 1]
        following = self.scores[position] if position < len(self.scores) else lowest
        return float((lowest + following) / 2)


@dataclass(frozen=True)
class Ranking:
    """Samples by decreasing score.

    Attributes
    ----------
    order : ndarray of int of shape (n_samples,)
    starts : ndarray of int of shape (n_scores,)
        Where each distinct score starts in that order.
    scores : ndarray of float64 of shape (n_scores,)
        The distinct scores, decreasing; of several that share a start, the lowest.
    is_positive : ndarray of bool of shape (n_samples,)
        In that order.
    """

    order: IntArray
    starts: IntArray
    scores: Float64Array
    is_positive: BoolArray

    @classmethod
    def of(cls, target: BoolArray, score: Float64Array) -> Ranking:
        """Rank samples by their score."""
        order = np.argsort(-score, kind="stable")
        starts = np.flatnonzero(np.append(True, np.diff(score[order]) != 0))
        return cls(order, starts, score[order][starts], target[order])

    def coarser(self) -> Ranking:
        """Return the ranking with at most about 5,000 thresholds, which are closer at the top.

        The bootstrap of a large table uses it. Thresholds differ by 0.2% of the rows above them or
        less.
        """
        if len(self.starts) <= _MAX_THRESHOLDS:
            return self
        ends = np.geomspace(1, len(self.starts), _MAX_THRESHOLDS).round().astype(np.intp)
        first = np.append(0, np.unique(ends)[:-1])
        return replace(self, starts=self.starts[first], scores=self.scores[np.unique(ends) - 1])

    def counts(self, weight: Float64Array | None = None) -> Counts:
        """Count samples at each threshold.

        Parameters
        ----------
        weight : ndarray of float64 of shape (n_samples,), default=None
            How often a resample has each sample; None counts each once.
        """
        weights = np.ones(len(self.order)) if weight is None else weight[self.order]
        both = np.add.reduceat(weights, self.starts)
        positive = np.add.reduceat(weights * self.is_positive, self.starts)
        places = np.flatnonzero(both)
        tp, fp = (np.append(0.0, np.cumsum(part[places])) for part in (positive, both - positive))
        return Counts(self.scores[places], places, tp, fp)
