"""The results of an evaluation: frozen records of plain values."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoise.study import Costs
from counterpoise.study._records import Outcome

__all__ = [
    "Comparison",
    "EvaluationSettings",
    "MetricEstimate",
    "PrevalenceEffect",
    "ThresholdChoice",
    "TopShare",
]


@dataclass(frozen=True)
class EvaluationSettings:
    """The parameters of an evaluation.

    Attributes
    ----------
    primary_metric : str
        The metric in which scores are compared.
    metrics : tuple of str
        All metrics that are reported.
    costs : Costs or None
        None if no costs were given.
    margins : dict of str to float
        The equivalence margin of each metric; as in a study.
    confidence_level : float
    threshold : float or None
        Samples with a score of at least the threshold are predicted positive; None without
        predictions.
    prevalences : tuple of float
        Shares of the positive class, for the effect of another prevalence.
    n_resamples : int
        Number of bootstrap resamples.
    seed : int
        Seed of the bootstrap.
    versions : tuple of (str, str)
        Packages that the numbers depend on.
    """

    primary_metric: str
    metrics: tuple[str, ...]
    costs: Costs | None
    margins: dict[str, float]
    confidence_level: float
    threshold: float | None
    prevalences: tuple[float, ...]
    n_resamples: int
    seed: int
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MetricEstimate:
    """A metric of one score column with its confidence interval.

    Attributes
    ----------
    name : str
        The score column.
    metric : str
    value : float
        NaN if the metric is not defined for the scores.
    low, high : float
        The limits of the confidence interval; NaN if it is not defined.
    """

    name: str
    metric: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """The improvement of one score column over the reference, the first one; positive is better.

    Attributes
    ----------
    name, reference, metric : str
    reference_score, score : float
        The metric of the reference and of the score column.
    value : float
        The improvement, signed so that more is better for any metric.
    low, high : float
        The limits of its confidence interval. It is a paired comparison, as both columns are scores
        of the same samples, and simultaneous with the other comparisons.
    margin : float
        The equivalence margin in the metric's units.
    outcome : {"better", "worse", "equivalent", "inconclusive"}
        As in `counterpoise.study.Improvement`.
    direction : int
        1 if the interval lies above 0, −1 if it lies below 0, 0 if it includes 0.
    same_scores : bool
        Whether both columns have the same scores.
    """

    name: str
    reference: str
    metric: str
    reference_score: float
    score: float
    value: float
    low: float
    high: float
    margin: float
    outcome: Outcome
    direction: int
    same_scores: bool


@dataclass(frozen=True)
class ThresholdChoice:
    """A decision threshold and its effect.

    Attributes
    ----------
    name : str
        The score column.
    chosen_by : str
        The metric that the threshold optimizes; "in use" for the threshold of the settings;
        "cost formula" for the threshold that is optimal if the probabilities are calibrated.
    threshold : float
        Samples with a score of at least the threshold are predicted positive; inf if none is.
    low, high : float
        The limits of its bootstrap confidence interval; NaN for a threshold that is not estimated.
    value : float
        The optimized metric at the threshold, corrected for the optimism of choosing the threshold
        on the same samples; NaN for a threshold that is not estimated.
    precision, recall : float
        On the samples, not corrected.
    predicted_positive : float
        The share of samples that are predicted positive.
    cost : float
        The mean cost per sample, not corrected; NaN without costs.
    """

    name: str
    chosen_by: str
    threshold: float
    low: float
    high: float
    value: float
    precision: float
    recall: float
    predicted_positive: float
    cost: float


@dataclass(frozen=True)
class TopShare:
    """The positive samples among those with the highest scores.

    Attributes
    ----------
    name : str
        The score column.
    share : float
        The share of samples that are selected, the highest scores first.
    n_selected : float
        Their number.
    n_positive : float
        Number of positive samples among them; the expected number if the selection ends among
        samples with equal scores.
    recall : float
        The share of all positive samples that are selected (cumulative gain).
    low, high : float
        The limits of the confidence interval of the recall.
    precision : float
        The share of the selected samples that are positive.
    lift : float
        The precision divided by the prevalence.
    """

    name: str
    share: float
    n_selected: float
    n_positive: float
    recall: float
    low: float
    high: float
    precision: float
    lift: float


@dataclass(frozen=True)
class PrevalenceEffect:
    """Metrics at another prevalence, if the scores within each class stay the same (prior shift).

    Recall, specificity and ROC-AUC do not depend on the prevalence.

    Attributes
    ----------
    name : str
        The score column.
    prevalence : float
        The share of the positive class.
    average_precision, average_precision_low, average_precision_high : float
        With the limits of its confidence interval.
    precision, precision_low, precision_high : float
        At the threshold of the settings; NaN without a threshold.
    predicted_positive : float
        The share of samples that are predicted positive; NaN without a threshold.
    """

    name: str
    prevalence: float
    average_precision: float
    average_precision_low: float
    average_precision_high: float
    precision: float
    precision_low: float
    precision_high: float
    predicted_positive: float
