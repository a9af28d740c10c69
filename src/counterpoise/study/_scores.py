"""The stored results of a study, and the scores and improvements computed from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import ClassVar, get_args

import numpy as np

from counterpoise._lib.findings import Finding
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.exceptions import InputError
from counterpoise.study._improvement import Difference, compare_family, measure_difference
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import Metric, mean_of, metric_named
from counterpoise.study._models import DUMMY
from counterpoise.study._records import (
    BestCandidate,
    Candidate,
    Improvement,
    Probabilities,
    Projection,
    Settings,
    TableSummary,
)
from counterpoise.study._scoring import Evaluator
from counterpoise.study._selection import select_best

__all__ = ["StudyScores"]


@dataclass(frozen=True)
class StudyScores:
    """The results of a study.

    The fields hold the folds and the out-of-fold predictions of each candidate. Everything else is
    computed from them on demand, without fitting a model again.

    Attributes
    ----------
    data : TableSummary
        Classes, columns, and the class of each sample.
    settings : Settings
        The parameters of the study.
    folds : ndarray of int of shape (n_repeats, n_samples)
        The fold in which each sample was tested; −1 if in none.
    candidates : tuple of Candidate
        Each model with each method, and a dummy classifier.
    data_findings : tuple of Finding
        Findings about the data.
    projection : Projection or None
        Minority samples and synthetic samples in two dimensions.
    stopped : bool
        Whether the time budget or an interrupt ended the study early.
    stopped_by : {"budget", "interrupt", ""}
        Which of the two.
    has_journal : bool
        Whether a journal has the finished fits of a study that ended early.
    """

    data: TableSummary
    settings: Settings
    folds: IntArray
    candidates: tuple[Candidate, ...]
    data_findings: tuple[Finding, ...] = ()
    projection: Projection | None = None
    stopped: bool = False
    stopped_by: str = ""
    has_journal: bool = False

    # The kinds of probabilities that metrics are computed from.
    probability_kinds: ClassVar[tuple[Probabilities, ...]] = get_args(Probabilities)
    # What the samples are called of which there are too few.
    rare_samples: ClassVar[str] = "minority samples"

    @property
    def primary_metric(self) -> Metric:
        """The metric of the confirmatory comparisons, as `metric` returns it."""
        return self.metric(self.settings.primary_metric)

    @staticmethod
    def find_metric(name: str) -> Metric:
        """Return a metric for this kind of target by name; its label names no class."""
        return metric_named(name)

    def metric(self, name: str) -> Metric:
        """Return a metric; the label of one that describes the positive class names that class."""
        found = self.find_metric(name)
        if not found.of_positive or self.data.positive is None:
            return found
        return replace(found, label=f"{found.label} of class {self.data.positive_class}")

    @cached_property
    def improvements(self) -> tuple[Improvement, ...]:
        """The confirmatory comparisons: each method against the baseline, in the primary metric."""
        return self.improvements_in(self.settings.primary_metric)

    @cached_property
    def best(self) -> BestCandidate | None:
        """The candidate with the best primary metric, with its nested cross-validation score."""
        metric = self.primary_metric
        values = {
            (candidate.model, candidate.method): self.values(metric.name, candidate)
            for candidate in self.candidates
            if candidate.model != DUMMY and candidate.status == "done"
        }
        return select_best(values, metric)

    def candidate(self, model: str, method: str = BASELINE) -> Candidate:
        """Return the candidate of a model and a method.

        Raises
        ------
        InputError
            If there is no such candidate.
        """
        for candidate in self.candidates:
            if (candidate.model, candidate.method) == (model, method):
                return candidate
        known = [(candidate.model, candidate.method) for candidate in self.candidates]
        similar = get_close_matches(f"{model}, {method}", map(", ".join, known), n=1, cutoff=0.5)
        hint = f" Did you mean ({similar[0]})?" if similar else ""
        raise InputError(
            f"There is no candidate ({model}, {method}).{hint} Candidates (model, method): "
            f"{'; '.join(f'({name}, {of})' for name, of in known)}."
        )

    def values(
        self, metric: str, candidate: Candidate, *, probabilities: Probabilities = "predicted"
    ) -> Float64Array:
        """Return a metric of a candidate in each fold.

        Parameters
        ----------
        metric : str
            A name of `METRICS`, or of another metric that `Study` accepts.
        candidate : Candidate
        probabilities : {"predicted", "corrected", "calibrated"}, default="predicted"
            As the candidate predicts them; corrected for the class proportions of its training
            data; or calibrated, each fold with a sigmoid of the predictions in the other folds.
            The expected cost is then that of the predictions with the lowest expected cost.

        Returns
        -------
        ndarray of float64 of shape (n_repeats, n_folds)
            NaN for folds that are not done, or if the metric is not defined.
        """
        chosen = self.metric(metric)
        kind = _kind_of(chosen, probabilities)
        key = chosen.name, candidate.model, candidate.method, kind
        if key not in self._metric_values:
            evaluated = self._with_probabilities(candidate, kind)
            self._metric_values[key] = self._evaluator.values(chosen, evaluated)
        return self._metric_values[key]

    def standard_error(self, metric: str, candidate: Candidate) -> float:
        """Return the standard error of a candidate's mean of a metric over test samples.

        Parameters
        ----------
        metric : str
            A name of `METRICS` with a confidence interval.
        candidate : Candidate

        Returns
        -------
        float
            It does not include the variance from the choice of training samples.
        """
        done = ~np.isnan(self.values(metric, candidate))
        influences = self._evaluator.influences(self.metric(metric), candidate, done)
        return float(np.linalg.norm(influences.sum(axis=0)) / max(done.sum(), 1))

    def scores_of(self, candidate: Candidate, probabilities: Probabilities) -> Float64Array:
        """Return the out-of-fold scores of a candidate, corrected or calibrated.

        Parameters
        ----------
        candidate : Candidate
        probabilities : {"predicted", "corrected", "calibrated"}

        Returns
        -------
        ndarray of float64 of shape (n_repeats, n_samples, n_columns)
            Scores that are not probabilities are unchanged.
        """
        return self._with_probabilities(candidate, probabilities).scores

    def improvements_in(
        self,
        metric: str,
        *,
        probabilities: Probabilities = "predicted",
        margin: float | None = None,
    ) -> tuple[Improvement, ...]:
        """Compare each method with the baseline of the same model in a metric.

        Parameters
        ----------
        metric : str
            A name of `METRICS` with a confidence interval.
        probabilities : {"predicted", "corrected", "calibrated"}, default="predicted"
            As in `values`.
        margin : float, optional
            The equivalence margin; None for that of the settings.

        Returns
        -------
        tuple of Improvement
            Confirmatory (simultaneous) for the primary metric; otherwise descriptive, without
            adjustment for multiple comparisons.

        Raises
        ------
        InputError
            If the metric is unknown or has no confidence interval.
        """
        chosen = self.metric(metric)
        if chosen.influence is None:
            raise InputError(
                f"The metric {metric!r} has no confidence interval; its values are in table()."
            )
        used_margin = self.margin(chosen) if margin is None else margin
        is_primary = chosen.name == self.settings.primary_metric
        is_confirmatory = is_primary and probabilities == "predicted"
        differences = self._differences(chosen, used_margin, _kind_of(chosen, probabilities))
        if is_confirmatory:
            return compare_family(differences, self.settings.confidence_level, self.n_minority)
        each = [
            compare_family([found], self.settings.confidence_level, self.n_minority)[0]
            for found in differences
        ]
        return tuple(replace(improvement, confirmatory=False) for improvement in each)

    def table(
        self, *, probabilities: Probabilities = "predicted"
    ) -> dict[tuple[str, str], dict[str, float]]:
        """Return the means over folds of all metrics of all candidates.

        Parameters
        ----------
        probabilities : {"predicted", "corrected", "calibrated"}, default="predicted"
            As in `values`.

        Returns
        -------
        dict of (model, method) to dict of metric to float
            NaN if a metric is not defined.
        """
        return {
            (candidate.model, candidate.method): {
                name: mean_of(self.values(name, candidate, probabilities=probabilities))
                for name in self.settings.metrics
            }
            for candidate in self.candidates
        }

    def margin(self, metric: Metric) -> float:
        """Return the equivalence margin of a metric: that of the settings, or its default."""
        return self.settings.margins.get(metric.name, metric.margin)

    def decimals(self, metric: str) -> int:  # noqa: ARG002 (metrics of classes have one scale)
        """Return with how many decimals values of a metric are shown."""
        return 3

    @property
    def n_minority(self) -> int:
        """Number of samples of the smallest class."""
        return int(np.bincount(self.data.codes).min())

    # ---- Private ----

    @cached_property
    def _evaluator(self) -> Evaluator:
        by_time = self.settings.cv_strategy == "by time"
        return Evaluator(
            self.data, self.folds, self.settings.n_folds, self.settings.costs, by_time=by_time
        )

    @cached_property
    def _metric_values(self) -> dict[tuple[str, str, str, str], Float64Array]:
        """Cache of metrics by fold, by metric, model, method and kind of probabilities."""
        return {}

    def _with_probabilities(self, candidate: Candidate, kind: Probabilities) -> Candidate:
        """Return the candidate with corrected or calibrated probabilities, computed once."""
        key = candidate.model, candidate.method, kind
        if key not in self._candidates_by_kind:
            same = self._baseline_with_same_scores(candidate)
            known = None if same is None else self._with_probabilities(same, kind).scores
            changed = self._evaluator.with_probabilities(candidate, kind, known)
            self._candidates_by_kind[key] = changed
        return self._candidates_by_kind[key]

    def _baseline_with_same_scores(self, candidate: Candidate) -> Candidate | None:
        """Return the baseline of the model if it has the same scores, as of a tuned threshold."""
        if candidate.method == BASELINE:
            return None
        for other in self.candidates:
            if (other.model, other.method) == (candidate.model, BASELINE):
                is_same = all(
                    np.array_equal(getattr(candidate, name), getattr(other, name), equal_nan=True)
                    for name in ("scores", "priors")
                )
                return other if is_same else None
        return None

    @cached_property
    def _candidates_by_kind(self) -> dict[tuple[str, str, Probabilities], Candidate]:
        """Cache of candidates by model, method and kind of probabilities."""
        return {}

    def _differences(
        self, metric: Metric, margin: float, probabilities: Probabilities
    ) -> list[Difference]:
        evaluator = self._evaluator
        baseline = {
            candidate.model: self._with_probabilities(candidate, probabilities)
            for candidate in self.candidates
            if candidate.method == BASELINE
        }
        found = [
            measure_difference(
                evaluator,
                metric,
                baseline[candidate.model],
                self._with_probabilities(candidate, probabilities),
                margin,
            )
            for candidate in self.candidates
            if candidate.method != BASELINE and candidate.status in ("done", "partial")
        ]
        return [difference for difference in found if difference is not None]


def _kind_of(metric: Metric, probabilities: Probabilities) -> Probabilities:
    """Return the probabilities that a metric is computed from.

    Corrected and calibrated ones keep the ranking within each fold; of the predictions, only those
    that minimize the expected cost depend on them.
    """
    return probabilities if metric.uses_probabilities else "predicted"
