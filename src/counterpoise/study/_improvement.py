"""Improvement of a method over the baseline: estimate, confidence interval and outcome.

The improvement is the mean difference of a metric over folds. Its variance has two parts: one from
the test samples, the influence of each sample on the difference, summed over the repeats that
tested it; and one from the training samples, the variance of the difference between folds as far
as their models differ. docs/intervals.md reports the coverage of this interval in simulations,
compared with other intervals.

References: Efron (1982), doi:10.1137/1.9781611970319; Nadeau and Bengio (2003),
doi:10.1023/A:1024068626366; Holm (1979), https://www.jstor.org/stable/4615733; Schuirmann (1987),
doi:10.1007/BF01068419.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from counterpoise._lib.types import Float64Array
from counterpoise.study._metrics import Metric
from counterpoise.study._records import Candidate, Improvement, Outcome
from counterpoise.study._scoring import Evaluator

__all__ = ["Difference", "compare_family", "holm_adjust", "measure_difference"]


@dataclass(frozen=True)
class Difference:
    """The difference of two candidates in one metric.

    Attributes
    ----------
    model, method, metric : str
    baseline_score, score : float
        Means over the folds that are done for both candidates.
    value, standard_error : float
        The improvement and its standard error; positive is better.
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
    standard_error: float
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
    influences = evaluator.influences(metric, candidate, done) - evaluator.influences(
        metric, baseline, done
    )
    same_scores = bool(
        np.array_equal(getattr(candidate, compared)[rows], getattr(baseline, compared)[rows])
    )
    return Difference(
        candidate.model,
        candidate.method,
        metric.name,
        baseline_score,
        score,
        float(differences[done].mean()),
        0.0 if same_scores else _standard_error(evaluator, influences, differences[done]),
        margin * abs(baseline_score) if metric.relative else margin,
        same_scores,
    )


def _standard_error(
    evaluator: Evaluator, influences: Float64Array, differences: Float64Array
) -> float:
    """Return the standard error of the mean difference over folds.

    Parameters
    ----------
    evaluator : Evaluator
    influences : ndarray of float64 of shape (n_repeats, n_samples)
        The influence of each sample on the difference in its fold.
    differences : ndarray of float64 of shape (n_done,)
        The differences of the folds that are done.
    """
    # A sample that several repeats tested is still one sample: its influences are summed before
    # squaring.
    by_sample = influences.sum(axis=0) / len(differences)
    tested = np.bincount(evaluator.folds[evaluator.folds >= 0]).mean() / len(evaluator.folds)
    train_share = 1 - tested / len(evaluator.data.codes)
    between = float(differences.var(ddof=1)) / len(differences)
    return float(np.sqrt(by_sample @ by_sample + train_share * between))


def compare_family(
    differences: Sequence[Difference], confidence_level: float, n_minority: int
) -> tuple[Improvement, ...]:
    """Test a family of differences with Holm's procedure.

    Parameters
    ----------
    differences : sequence of Difference
    confidence_level : float
        Probability that no outcome of the family is wrong.
    n_minority : int
        Number of minority samples, for the estimate of how many more are needed.

    Returns
    -------
    tuple of Improvement
        In the same order. Differences with equal scores are not tested.
    """
    standalone = [
        classify_difference(difference, 1 - confidence_level, n_minority)
        for difference in differences
    ]
    tested = [place for place, difference in enumerate(differences) if not difference.same_scores]
    improvements = list(standalone)
    p_values = np.array([standalone[place].p_value for place in tested])
    for place, (alpha, p_value) in zip(
        tested, holm_adjust(p_values, 1 - confidence_level), strict=True
    ):
        improvement = classify_difference(differences[place], alpha, n_minority)
        improvements[place] = replace(improvement, p_value=p_value, confirmatory=True)
    return tuple(improvements)


def holm_adjust(p_values: Float64Array, alpha: float) -> list[tuple[float, float]]:
    """Return Holm's significance level and the adjusted p-value of each hypothesis.

    Parameters
    ----------
    p_values : ndarray of float64 of shape (n,)
    alpha : float

    Returns
    -------
    list of (float, float)
        Hypotheses after the first that is not rejected share its level.

    Examples
    --------
    >>> holm_adjust(np.array([0.03, 0.01]), 0.05)
    [(0.05, 0.03), (0.025, 0.02)]
    """
    n = len(p_values)
    out: list[tuple[float, float]] = [(alpha, 1.0)] * n
    rejecting, level, highest = True, alpha / max(n, 1), 0.0
    for rank, place in enumerate(np.argsort(p_values, kind="stable")):
        level = alpha / (n - rank) if rejecting else level
        rejecting = rejecting and bool(p_values[place] <= level)
        highest = max(highest, min(1.0, float(p_values[place]) * (n - rank)))
        out[place] = level, highest
    return out


def classify_difference(difference: Difference, alpha: float, n_minority: int) -> Improvement:
    """Return an improvement with its interval at one level, and the outcome that follows."""
    value, error, margin = difference.value, difference.standard_error, difference.margin
    half = float(norm.ppf(1 - alpha / 2)) * error
    low, high = value - half, value + half
    outcome: Outcome = "inconclusive"
    if low > margin:
        outcome = "better"
    elif high < -margin:
        outcome = "worse"
    elif -margin < low and high < margin:
        outcome = "equivalent"
    return Improvement(
        difference.model,
        difference.method,
        difference.metric,
        difference.baseline_score,
        difference.score,
        value,
        low,
        high,
        error,
        margin,
        _p_value(value, error, margin),
        outcome,
        int(low > 0) - int(high < 0),
        confirmatory=False,
        same_scores=difference.same_scores,
        samples_needed=0.0
        if outcome != "inconclusive"
        else _samples_needed(value, half, margin, n_minority),
    )


def _p_value(value: float, error: float, margin: float) -> float:
    """Return the smallest level at which the interval excludes a limit of the margin."""
    if error == 0:
        return 0.0
    return float(2 * norm.sf(abs(abs(value) - margin) / error))


def _samples_needed(value: float, half: float, margin: float, n_minority: int) -> float:
    """Return how many more minority samples would make the interval short enough.

    The length decreases with the square root of their number. It is short enough if the interval
    stays on one side of the margin, assuming that the estimate is the true improvement; half a
    margin is always short enough, as no sample size decides an improvement equal to the margin.
    """
    enough = max(abs(abs(value) - margin), margin / 2)
    return n_minority * ((half / enough) ** 2 - 1) if half > enough else float("inf")
