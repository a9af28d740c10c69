"""The influence of training samples on a metric, from out-of-fold scores.

With another training sample, the level of all predicted probabilities would be higher or lower: a
model trained on positive samples that resemble negatives predicts higher probabilities everywhere.
All folds share most training samples, so the variance between folds hardly shows it. It follows
from the scores in three steps:

1. A training sample moves the sum of predicted probabilities by its residual (in a logistic
   regression, the score equation; in a tree or nearest neighbors, the average of the labels).
2. A higher level is represented by weights of the test samples: in each class, those with higher
   scores count more. For normally distributed scores, this is the same as a shift.
3. The influences of the test samples give the change of the metric with these weights.

A method that sets the class proportions of the training data has residuals relative to the mean
of their class: more positive samples do not raise its probabilities.

References: Hampel (1974), doi:10.1080/01621459.1974.10482962; Stein (1981),
doi:10.1214/aos/1176345632.
"""

from __future__ import annotations

import numpy as np
from scipy.special import logit

from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.study._metrics import Metric
from counterpoise.study._records import Candidate, TableSummary

__all__ = ["training_influences"]

# Log-odds of probabilities of 0 and 1, as of a tree, are limited to those of 1% and 99%.
_SMALLEST = 0.01
# Proportions are set by the method if they change the odds of the classes by more than 10%.
_UNCHANGED = 0.1


def training_influences(
    data: TableSummary, metric: Metric, candidate: Candidate, influences: Float64Array
) -> Float64Array:
    """Return the influence of each sample, as a training sample, on the metric.

    Parameters
    ----------
    data : TableSummary
    metric : Metric
    candidate : Candidate
    influences : ndarray of float64 of shape (n_repeats, n_samples)
        The influence of each sample as a test sample.

    Returns
    -------
    ndarray of float64 of shape (n_repeats, n_samples)
        0 where the level of the scores has no influence: for metrics of the ranking, predictions
        at a tuned threshold and scores that are not probabilities; and for more than two classes.
    """
    out = np.zeros_like(influences)
    is_tuned = not np.isnan(candidate.thresholds).all() and not metric.uses_scores
    if metric.ranks or is_tuned or not candidate.has_probabilities or data.positive is None:
        return out
    positive = data.codes == data.positive
    for repeat, scores in enumerate(candidate.scores[..., 0]):
        rows = ~np.isnan(scores)
        ratio = _class_weight_ratio(candidate.priors[repeat], data.positive, positive[rows])
        if rows.any():
            out[repeat, rows] = _by_level(
                positive[rows], scores[rows], influences[repeat, rows], ratio
            )
    return out


def _class_weight_ratio(priors: Float64Array, code: int, positive: BoolArray) -> float:
    """Return the weight of positive samples in training, relative to negative samples.

    NaN if the class proportions of the training data are unknown.
    """
    known = priors[~np.isnan(priors).any(axis=1), code]
    if not len(known) or not 0 < known.mean() < 1 or not 0 < positive.mean() < 1:
        return float("nan")
    return float(np.exp(logit(known.mean()) - logit(positive.mean())))


def _by_level(
    positive: BoolArray, scores: Float64Array, influences: Float64Array, ratio: float
) -> Float64Array:
    if np.isnan(ratio):
        # The ratio for which the weighted residuals have the sum zero, as after fitting.
        ratio = scores[~positive].sum() / max((1 - scores[positive]).sum(), _SMALLEST)
    weights = np.where(positive, ratio, 1.0)
    residuals = weights * (positive - scores)
    is_set = abs(np.log(max(ratio, _SMALLEST))) > _UNCHANGED
    log_odds = logit(np.clip(scores, _SMALLEST, 1 - _SMALLEST))
    metric_change = level_change = 0.0
    for members in (positive, ~positive):
        if not members.any():
            continue
        if is_set:
            residuals[members] -= residuals[members].mean()
        centered = log_odds[members] - log_odds[members].mean()
        if np.ptp(centered):
            tilt = centered / (centered**2).mean()
            metric_change += float(influences[members] @ tilt)
            level_change += float((weights * scores)[members] @ tilt)
    if not level_change:
        return np.zeros(len(scores))
    by_sample: Float64Array = (residuals - residuals.mean()) * (metric_change / level_change)
    return by_sample
