"""Improvement of a method over the baseline: estimate, confidence interval and outcome.

The improvement is the mean difference of a metric over folds. The variance of its error has two
parts: the influence of each sample, as a test sample and as a training sample, summed over the
repeats; and the variance of the difference between folds as far as their models differ. Both also
give the covariance of several improvements, from which simultaneous intervals follow.
docs/intervals.md reports the coverage of the intervals in simulations.

References: Efron (1982), doi:10.1137/1.9781611970319; Nadeau and Bengio (2003),
doi:10.1023/A:1024068626366; Satterthwaite (1946), doi:10.2307/3002019; Schuirmann (1987),
doi:10.1007/BF01068419.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri_exp
from scipy.stats import norm, t

from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.study._metrics import Metric
from counterpoise.study._records import Candidate, Improvement, Outcome
from counterpoise.study._scoring import Evaluator
from counterpoise.study._simultaneous import draw_errors

__all__ = ["Difference", "Errors", "compare_family", "measure_difference"]


# Models that share training samples err together, which the variance between folds does not show.
# The influences contain it for the level of the scores, but few samples near the threshold decide
# on predictions; their share was chosen by simulation.
_SHARED_BY_FOLDS = 2


@dataclass(frozen=True)
class Errors:
    """Independent components of the error of an improvement.

    The covariance of the errors of two improvements of a study is the product of their components.

    Attributes
    ----------
    by_sample : ndarray of float64 of shape (n_samples,)
        The influence of each sample on the mean over folds.
    by_fold : ndarray of float64 of shape (n_repeats * n_folds,)
        The deviation of each fold from the mean; their sum of squares is a variance.
    fold_degrees : float
        Degrees of freedom of this variance.
    """

    by_sample: Float64Array
    by_fold: Float64Array
    fold_degrees: float

    @classmethod
    def none(cls) -> Errors:
        """Return the components of an improvement that is known."""
        return cls.of_samples(np.zeros(0))

    @classmethod
    def of_samples(cls, by_sample: Float64Array) -> Errors:
        """Return the components of an error without a part of folds."""
        return cls(by_sample, np.zeros(0), 1)

    @property
    def components(self) -> Float64Array:
        """All components."""
        return np.concatenate([self.by_sample, self.by_fold])

    @property
    def standard_error(self) -> float:
        """The standard error of the improvement."""
        return float(np.linalg.norm(self.components))

    @property
    def degrees_of_freedom(self) -> float:
        """The degrees of freedom of the variance, by Satterthwaite's approximation.

        They are few if few samples have a large influence, such as those of a small class.
        """
        of_samples, of_folds = (self.by_sample**4).sum(), (self.by_fold**2).sum() ** 2
        uncertainty = of_samples + 2 * of_folds / self.fold_degrees
        return float(2 * self.standard_error**4 / uncertainty) if uncertainty else float("inf")


@dataclass(frozen=True)
class Difference:
    """The difference of two candidates in one metric.

    Attributes
    ----------
    model, method, metric : str
    baseline_score, score : float
        Means over the folds that are done for both candidates.
    value : float
        The improvement; positive is better.
    errors : Errors
        The components of its error.
    margin : float
    same_scores : bool
        Whether the two candidates have the same scores (or predictions, for metrics of these).
    """

    model: str
    method: str
    metric: str
    baseline_score: float
    score: float
    value: float
    errors: Errors
    margin: float
    same_scores: bool


def measure_difference(
    evaluator: Evaluator, metric: Metric, baseline: Candidate, candidate: Candidate, margin: float
) -> Difference | None:
    """Measure the improvement of a candidate over the baseline of the same model.

    Parameters
    ----------
    evaluator : Evaluator
    metric : Metric
        One with influences.
    baseline, candidate : Candidate
        Of the same model.
    margin : float
        Absolute, or relative to the baseline's score if the metric's margin is relative.

    Returns
    -------
    Difference or None
        None if fewer than two folds are done for both, or the metric is not defined.
    """
    if metric.influence is None or not (
        evaluator.applies(metric, candidate) and evaluator.applies(metric, baseline)
    ):
        return None
    before, after = evaluator.values(metric, baseline), evaluator.values(metric, candidate)
    done = ~np.isnan(before) & ~np.isnan(after)
    if done.sum() < 2:
        return None
    baseline_score, score = float(before[done].mean()), float(after[done].mean())
    differences = metric.sign * (after - before)
    compared = "scores" if metric.uses_scores else "predictions"
    rows = candidate.predictions >= 0
    same_scores = bool(
        np.array_equal(getattr(candidate, compared)[rows], getattr(baseline, compared)[rows])
    )
    influences = _influences(evaluator, metric, candidate, done) - _influences(
        evaluator, metric, baseline, done
    )
    return Difference(
        candidate.model,
        candidate.method,
        metric.name,
        baseline_score,
        score,
        float(differences[done].mean()),
        Errors.none()
        if same_scores
        else _measure_errors(evaluator, metric, influences, differences),
        margin * abs(baseline_score) if metric.relative else margin,
        same_scores,
    )


def _influences(
    evaluator: Evaluator, metric: Metric, candidate: Candidate, done: BoolArray
) -> Float64Array:
    """Return the influence of each sample in each repeat, as a test and a training sample."""
    tested = evaluator.influences(metric, candidate, done)
    return tested + evaluator.training_influences(metric, candidate, tested)


def _measure_errors(
    evaluator: Evaluator, metric: Metric, influences: Float64Array, differences: Float64Array
) -> Errors:
    """Return the components of the error of the mean difference over folds.

    Parameters
    ----------
    evaluator : Evaluator
    metric : Metric
    influences : ndarray of float64 of shape (n_repeats, n_samples)
        The influence of each sample on the difference.
    differences : ndarray of float64 of shape (n_repeats, n_folds)
        The difference in each fold; NaN if it is not done.
    """
    n_done = int((~np.isnan(differences)).sum())
    # A sample that several repeats tested is still one sample: its influences are summed before
    # squaring.
    by_sample = influences.sum(axis=0) / n_done
    tested = np.bincount(evaluator.folds[evaluator.folds >= 0]).mean() / len(evaluator.folds)
    train_share = 1 - tested / len(evaluator.data.codes)
    deviations = np.nan_to_num(differences - np.nanmean(differences)).ravel()
    shared = 1 if metric.uses_scores else _SHARED_BY_FOLDS
    by_fold = deviations * np.sqrt(shared * train_share / (n_done * (n_done - 1)))
    return Errors(by_sample, by_fold, n_done - 1)


def compare_family(
    differences: Sequence[Difference], confidence_level: float, n_minority: int
) -> tuple[Improvement, ...]:
    """Test a family of differences, with simultaneous confidence intervals.

    Parameters
    ----------
    differences : sequence of Difference
    confidence_level : float
        Probability that all intervals of the family include the true improvements, and that no
        outcome is wrong.
    n_minority : int
        Number of minority samples, for the estimate of how many more are needed.

    Returns
    -------
    tuple of Improvement
        In the same order. Differences with equal scores are not tested.
    """
    tested = [difference for difference in differences if not difference.same_scores]
    if not tested:
        return tuple(_describe_same_scores(difference) for difference in differences)
    draws = draw_errors(np.array([difference.errors.components for difference in tested]))
    critical_value = draws.critical_value(confidence_level)
    p_values = iter(draws.adjust_p_values(np.array([_statistic(found) for found in tested])))
    return tuple(
        _describe_same_scores(difference)
        if difference.same_scores
        else _classify(
            difference, critical_value, float(next(p_values)), confidence_level, n_minority
        )
        for difference in differences
    )


def _statistic(difference: Difference) -> float:
    """Return the distance of the estimate from the nearest limit of the margin.

    It is a quantile of the normal distribution that is as probable as the distance in standard
    errors is by Student's distribution.
    """
    errors, distance = difference.errors, abs(abs(difference.value) - difference.margin)
    if not errors.standard_error:
        return float("inf")
    tail = t.logsf(distance / errors.standard_error, errors.degrees_of_freedom)
    return float(-ndtri_exp(tail))


def _classify(
    difference: Difference,
    critical_value: float,
    p_value: float,
    confidence_level: float,
    n_minority: int,
) -> Improvement:
    """Return an improvement with its simultaneous interval and the outcome of the test.

    The step-down test decides more than the intervals do alone. Such an outcome bounds the
    improvement, so that its interval ends at the margin.
    """
    value, margin = difference.value, difference.margin
    errors = difference.errors
    quantile = t.isf(norm.sf(critical_value), errors.degrees_of_freedom)
    half = float(quantile) * errors.standard_error
    low, high = value - half, value + half
    outcome: Outcome = "inconclusive"
    if p_value <= 1 - confidence_level:
        outcome = "better" if value > margin else "worse" if value < -margin else "equivalent"
    if outcome == "better":
        low = max(low, margin)
    elif outcome == "worse":
        high = min(high, -margin)
    elif outcome == "equivalent":
        low, high = max(low, -margin), min(high, margin)
    return replace(
        _describe_same_scores(difference),
        low=low,
        high=high,
        p_value=p_value,
        outcome=outcome,
        direction=int(low > 0 or outcome == "better") - int(high < 0 or outcome == "worse"),
        confirmatory=True,
        samples_needed=0.0
        if outcome != "inconclusive"
        else _samples_needed(value, half, margin, n_minority),
    )


def _describe_same_scores(difference: Difference) -> Improvement:
    """Return the improvement of a method that changes no score, which is not tested."""
    value = difference.value
    return Improvement(
        difference.model,
        difference.method,
        difference.metric,
        difference.baseline_score,
        difference.score,
        value,
        low=value,
        high=value,
        standard_error=difference.errors.standard_error,
        margin=difference.margin,
        p_value=0.0,
        outcome="equivalent",
        direction=0,
        confirmatory=False,
        same_scores=difference.same_scores,
        samples_needed=0.0,
    )


def _samples_needed(value: float, half: float, margin: float, n_minority: int) -> float:
    """Return how many more minority samples would make the interval short enough.

    The length decreases with the square root of their number. It is short enough if the interval
    stays on one side of the margin, assuming that the estimate is the true improvement; half a
    margin is always short enough, as no sample size decides an improvement equal to the margin.
    """
    enough = max(abs(abs(value) - margin), margin / 2)
    return n_minority * ((half / enough) ** 2 - 1) if half > enough else float("inf")
