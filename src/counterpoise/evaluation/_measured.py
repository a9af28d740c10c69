"""Operating points of one score column with their bootstrap confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.evaluation._bootstrap import percentile_interval
from counterpoise.evaluation._operating_points import CRITERIA, SHARES, OperatingPoints, Plan
from counterpoise.evaluation._ranking import Counts
from counterpoise.evaluation._records import PrevalenceEffect, ThresholdChoice, TopShare
from counterpoise.probability import cost_threshold

__all__ = ["BY_FORMULA", "IN_USE", "MeasuredScores"]

IN_USE, BY_FORMULA = "in use", "cost formula"
_NAN = float("nan")


@dataclass(frozen=True)
class MeasuredScores:
    """One column of scores of one class, measured on its samples and on resamples.

    Attributes
    ----------
    name : str
        The score column.
    counts : Counts
    resampled_counts : Counts
        Counts of all samples at the thresholds of the resamples.
    plan : Plan
    observed, resampled : OperatingPoints
    confidence_level : float
    """

    name: str
    counts: Counts
    resampled_counts: Counts
    plan: Plan
    observed: OperatingPoints
    resampled: OperatingPoints
    confidence_level: float

    def interval(self, field: str) -> tuple[Float64Array, Float64Array]:
        """Return the limits of the confidence intervals of one field of the operating points."""
        resampled, observed = getattr(self.resampled, field), getattr(self.observed, field)
        return percentile_interval(resampled, observed, self.confidence_level)

    # ---- Thresholds ----

    def thresholds(self, *, are_probabilities: bool) -> list[ThresholdChoice]:
        """Return the threshold in use, and those chosen by costs and metrics."""
        costs, fixed = self.plan.costs, []
        if self.plan.threshold is not None:
            fixed.append(self._choice(IN_USE, self.plan.threshold))
        if costs is not None and are_probabilities and min(vars(costs).values()) > 0:
            formula = cost_threshold(costs.false_positive, costs.false_negative)
            fixed.append(self._choice(BY_FORMULA, formula))
        return [*fixed, *(self._chosen(at, name) for at, name in enumerate(self.plan.criteria))]

    def _chosen(self, at: int, name: str) -> ThresholdChoice:
        """Return the threshold that a criterion chooses."""
        low, high = self.interval("thresholds")
        # The optimism: how much better a resample's best threshold is on the resample than on all
        # samples.
        values = CRITERIA[name](self.resampled_counts, self.plan.costs)
        there = values[self.resampled.positions[:, at]]
        optimism = float(np.mean(self.resampled.best_values[:, at] - there))
        return replace(
            self._choice(name, float(self.observed.thresholds[at])),
            low=float(low[at]),
            high=float(high[at]),
            value=float(self.observed.best_values[at]) - optimism,
        )

    def _choice(self, chosen_by: str, threshold: float) -> ThresholdChoice:
        """Return a threshold with its effect on the samples."""
        counts, at = self.counts, self.counts.position(threshold)
        n_predicted, n_samples = float(counts.predicted[at]), float(counts.predicted[-1])
        cost = _NAN
        if self.plan.costs is not None:
            cost = float(CRITERIA["expected_cost"](counts, self.plan.costs)[at])
        return ThresholdChoice(
            name=self.name,
            chosen_by=chosen_by,
            threshold=threshold,
            low=_NAN,
            high=_NAN,
            value=_NAN,
            precision=float(counts.true_positives[at]) / n_predicted if n_predicted else _NAN,
            recall=float(counts.recall[at]),
            predicted_positive=n_predicted / n_samples,
            cost=cost,
        )

    # ---- The highest scores ----

    def top_shares(self) -> list[TopShare]:
        """Return the positive samples among the highest scores."""
        low, high = self.interval("recall_in_top")
        n_samples, n_positive = self.counts.predicted[-1], self.counts.true_positives[-1]
        found = []
        for at, share in enumerate(SHARES):
            recall = float(self.observed.recall_in_top[at])
            found.append(
                TopShare(
                    name=self.name,
                    share=share,
                    n_selected=float(share * n_samples),
                    n_positive=float(recall * n_positive),
                    recall=recall,
                    low=float(low[at]),
                    high=float(high[at]),
                    precision=float(recall * n_positive / (share * n_samples)),
                    lift=recall / share,
                )
            )
        return found

    # ---- Another prevalence ----

    def prevalence_effects(self) -> list[PrevalenceEffect]:
        """Return the metrics at other prevalences."""
        average_low, average_high = self.interval("average_precision")
        precision_low, precision_high = self.interval("precision")
        return [
            PrevalenceEffect(
                name=self.name,
                prevalence=share,
                average_precision=float(self.observed.average_precision[at]),
                average_precision_low=float(average_low[at]),
                average_precision_high=float(average_high[at]),
                precision=float(self.observed.precision[at]),
                precision_low=float(precision_low[at]),
                precision_high=float(precision_high[at]),
                predicted_positive=self._share_predicted(share),
            )
            for at, share in enumerate(self.plan.prevalences)
        ]

    def _share_predicted(self, prevalence: float) -> float:
        if self.plan.threshold is None:
            return _NAN
        at = self.counts.position(self.plan.threshold)
        recall, false_rate = self.counts.recall[at], self.counts.false_positive_rate[at]
        return float(prevalence * recall + (1 - prevalence) * false_rate)
