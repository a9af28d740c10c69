"""The stored scores of an evaluation, and the numbers computed from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from counterpoise._lib.types import IntArray
from counterpoise.evaluation._bootstrap import bootstrap_points, draw_weights, percentile_interval
from counterpoise.evaluation._intervals import (
    count_units,
    error_components,
    influence_of,
    metric_interval,
)
from counterpoise.evaluation._measured import MeasuredScores
from counterpoise.evaluation._operating_points import (
    CRITERIA,
    Plan,
    measure_points,
)
from counterpoise.evaluation._ranking import Ranking
from counterpoise.evaluation._records import (
    Comparison,
    EvaluationSettings,
    MetricEstimate,
    PrevalenceEffect,
    ThresholdChoice,
    TopShare,
)
from counterpoise.exceptions import InputError
from counterpoise.study import Candidate, Costs, TableSummary
from counterpoise.study._improvement import Difference, Errors, compare_family
from counterpoise.study._metrics import Metric, ScoredSamples, metric_named
from counterpoise.study._report.curves import GRID, CurveBand, targets_of

__all__ = ["EvaluationScores"]


@dataclass(frozen=True)
class EvaluationScores:
    """The results of an evaluation.

    The fields hold the target and the scores. Everything else is computed from them on demand.

    Attributes
    ----------
    data : TableSummary
        Classes, and the class of each sample.
    settings : EvaluationSettings
        The parameters of the evaluation.
    candidates : tuple of Candidate
        One for each score column; `model` is its name.
    groups : ndarray of int of shape (n_samples,) or None
        The group of each sample.
    """

    data: TableSummary
    settings: EvaluationSettings
    candidates: tuple[Candidate, ...]
    groups: IntArray | None = None

    @property
    def folds(self) -> IntArray:
        """The fold of each sample, of shape (1, n_samples): all samples are in one."""
        return np.zeros((1, len(self.data.codes)), np.int16)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the score columns."""
        return tuple(candidate.model for candidate in self.candidates)

    @property
    def prevalence(self) -> float:
        """The share of the positive class; NaN if there are more than two classes."""
        if self.data.positive is None:
            return float("nan")
        return float(np.mean(self.data.codes == self.data.positive))

    @cached_property
    def metrics(self) -> tuple[MetricEstimate, ...]:
        """All metrics of all score columns with their confidence intervals."""
        return tuple(
            self._estimate(metric_named(name), candidate)
            for candidate in self.candidates
            for name in self.settings.metrics
        )

    def metric(self, metric: str, name: str | None = None) -> MetricEstimate:
        """Return one metric of one score column with its confidence interval.

        Parameters
        ----------
        metric : str
            As in the settings.
        name : str, optional
            The score column; by default the first.

        Raises
        ------
        InputError
            If there is no such metric or score column.
        """
        label, column = metric_named(metric).name, self.names[0] if name is None else name
        found = self.metric_or_none(label, column)
        if found is None:
            raise InputError(
                f"There is no {label} of {column!r}. Score columns: {', '.join(self.names)}; "
                f"metrics: {', '.join(self.settings.metrics)}."
            )
        return found

    def metric_or_none(self, metric: str, name: str) -> MetricEstimate | None:
        """Return one metric of one score column; None if it is not reported."""
        return next((e for e in self.metrics if (e.metric, e.name) == (metric, name)), None)

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Each score column compared with the first one, in the primary metric."""
        metric = metric_named(self.settings.primary_metric)
        reference, *others = self.candidates
        differences = [self._difference(metric, reference, other) for other in others]
        improvements = compare_family(
            differences, self.settings.confidence_level, int(np.bincount(self.data.codes).min())
        )
        return tuple(
            Comparison(
                name=item.model,
                reference=reference.model,
                metric=metric.name,
                reference_score=item.baseline_score,
                score=item.score,
                value=item.value,
                low=item.low,
                high=item.high,
                margin=item.margin,
                outcome=item.outcome,
                direction=item.direction,
                same_scores=item.same_scores,
            )
            for item in improvements
        )

    @cached_property
    def thresholds(self) -> tuple[ThresholdChoice, ...]:
        """Thresholds in use and chosen by cost or metric; none for more than two classes."""
        return tuple(
            choice
            for candidate, measured in self._binary()
            for choice in measured.thresholds(are_probabilities=candidate.has_probabilities)
        )

    @cached_property
    def top_shares(self) -> tuple[TopShare, ...]:
        """Positive samples among the highest 1, 5 and 10% of scores; none for several classes."""
        return tuple(top for _, measured in self._binary() for top in measured.top_shares())

    @cached_property
    def prevalence_effects(self) -> tuple[PrevalenceEffect, ...]:
        """Average precision and precision at other prevalences; none for several classes."""
        return tuple(
            effect for _, measured in self._binary() for effect in measured.prevalence_effects()
        )

    def curve(self, candidate: Candidate, curve: str) -> CurveBand:
        """Return a curve with its pointwise confidence band.

        Parameters
        ----------
        candidate : Candidate
        curve : {"precision-recall", "roc"}
            Of more than two classes, the mean of the curves of each class against the others.
        """
        field = {"precision-recall": "precision_curve", "roc": "roc_curve"}[curve]
        measured = self._measured[candidate.model]
        observed, resampled = (
            np.mean([getattr(getattr(one, part), field) for one in measured], axis=0)
            for part in ("observed", "resampled")
        )
        band = percentile_interval(resampled, observed, self.settings.confidence_level)
        return CurveBand(GRID, observed, *band)

    def threshold_of(self, candidate: Candidate) -> float | None:
        """Return the threshold in use; None if a score column has no predictions."""
        used = float(candidate.thresholds[0, 0])
        return None if np.isnan(used) else used

    def applies(self, metric: Metric, candidate: Candidate) -> bool:
        """Return whether a metric is defined for a score column."""
        if metric.needs_probabilities and not candidate.has_probabilities:
            return False
        if self.data.positive is None:
            return not metric.needs_two_classes
        return metric.uses_scores or self.threshold_of(candidate) is not None

    # ---- Private ----

    @cached_property
    def _measured(self) -> dict[str, list[MeasuredScores]]:
        """Operating points by score column, one for each class that has a column."""
        return {candidate.model: self._measure(candidate) for candidate in self.candidates}

    def _measure(self, candidate: Candidate) -> list[MeasuredScores]:
        settings, is_binary = self.settings, self.data.positive is not None
        criteria = [name for name in CRITERIA if name != "expected_cost" or settings.costs]
        plan = Plan(
            tuple(criteria) if is_binary else (),
            settings.costs,
            self.threshold_of(candidate),
            settings.prevalences,
        )
        measured = []
        for column, target in enumerate(targets_of(self).T):
            ranking = Ranking.of(target, candidate.scores[0, :, column])
            coarser = ranking.coarser()
            weights = draw_weights(target, self.groups, settings.n_resamples, settings.seed)
            measured.append(
                MeasuredScores(
                    candidate.model,
                    ranking.counts(),
                    coarser.counts(),
                    plan,
                    measure_points(ranking.counts(), plan),
                    bootstrap_points(coarser, plan, weights),
                    settings.confidence_level,
                )
            )
        return measured

    def _binary(self) -> list[tuple[Candidate, MeasuredScores]]:
        if self.data.positive is None:
            return []
        return [(candidate, self._measured[candidate.model][0]) for candidate in self.candidates]

    def _samples(self, candidate: Candidate) -> ScoredSamples:
        return ScoredSamples(
            self.data.codes,
            candidate.scores[0],
            candidate.predictions[0],
            self.data.positive,
            len(self.data.classes),
            self.settings.costs or Costs(),
        )

    def _estimate(self, metric: Metric, candidate: Candidate) -> MetricEstimate:
        if not self.applies(metric, candidate):
            return MetricEstimate(candidate.model, metric.name, *[float("nan")] * 3)
        tested, level = self._samples(candidate), self.settings.confidence_level
        value = metric.value(tested)
        if metric.name == "recall_at_precision":
            limits = self._measured[candidate.model][0].interval(metric.name)
            low, high = float(limits[0][0]), float(limits[1][0])
        else:
            low, high = metric_interval(metric, tested, value, self.groups, level)
        return MetricEstimate(candidate.model, metric.name, value, low, high)

    def _difference(self, metric: Metric, reference: Candidate, other: Candidate) -> Difference:
        before, after = self._samples(reference), self._samples(other)
        influences = [influence_of(metric, tested) for tested in (after, before)]
        same = "scores" if metric.uses_scores else "predictions"
        is_same = np.array_equal(getattr(before, same), getattr(after, same))
        margin = self.settings.margins[metric.name]
        score, new_score = metric.value(before), metric.value(after)
        assert influences[0] is not None  # the primary metric has influences
        assert influences[1] is not None
        return Difference(
            other.model,
            other.method,
            metric.name,
            score,
            new_score,
            metric.sign * (new_score - score),
            Errors.none()
            if is_same
            else Errors.of_samples(
                error_components(
                    influences[0] - influences[1],
                    self.groups,
                    count_units(self.data.codes, self.groups),
                )
            ),
            margin * abs(score) if metric.relative else margin,
            is_same,
        )
