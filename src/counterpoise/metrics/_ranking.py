"""Metrics of a ranking: average precision, lift, cumulative gain, precision and recall at a target.

References: Saito and Rehmsmeier (2015), doi:10.1371/journal.pone.0118432; Piatetsky-Shapiro and
Masand (1999), doi:10.1145/312129.312225.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import average_precision_score

from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.metrics._validation import (
    BinaryScores,
    check_binary_scores,
    check_both_classes,
    check_fraction,
)

__all__ = [
    "PRECISION",
    "AveragePrecisionSkill",
    "average_precision_skill",
    "gain_at",
    "lift_at",
    "precision_at_recall",
    "recall_at_precision",
]

#: The precision of `recall_at_precision` by name, in scorers, studies and evaluations.
PRECISION = 0.5

# Sums of weights can miss a recall or precision by rounding where the exact sum reaches it.
_TOLERANCE = 1e-12


# ---- Average precision ----


class AveragePrecisionSkill(NamedTuple):
    """Average precision, its no-skill level, and its skill score.

    Attributes
    ----------
    value : float
        Average precision.
    baseline : float
        Prevalence of the positive class: the expected average precision of a random ranking.
    skill : float
        ``(value - baseline) / (1 - baseline)``: 0 for a random ranking, 1 for a perfect one.
    """

    value: float
    baseline: float
    skill: float


def average_precision_skill(
    y_true: Any, y_score: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> AveragePrecisionSkill:
    """Compute average precision and compare it with a random ranking.

    The average precision of a random ranking is the prevalence of the positive class, so average
    precision alone does not show how good a ranking is.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of at most two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class: predicted probabilities or decision values.
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    AveragePrecisionSkill
        Named tuple with the fields `value`, `baseline` and `skill`.

    Raises
    ------
    InputError
        If y_true has only one class, `pos_label` is not a class, scores are not finite, or weights
        are negative.

    References
    ----------
    T. Saito, M. Rehmsmeier, "The Precision-Recall Plot Is More Informative than the ROC Plot When
    Evaluating Binary Classifiers on Imbalanced Datasets", PLOS ONE 10 (3), e0118432 (2015),
    doi:10.1371/journal.pone.0118432.

    Examples
    --------
    >>> from counterpoise.metrics import average_precision_skill
    >>> value, baseline, skill = average_precision_skill([1, 0, 0, 1, 0], [0.9, 0.8, 0.3, 0.4, 0.1])
    >>> round(value, 3), baseline, round(skill, 3)
    (0.833, 0.4, 0.722)
    """
    binary = check_binary_scores(y_true, y_score, pos_label, sample_weight)
    check_both_classes(binary.positive, "The skill of average precision")
    value = float(
        average_precision_score(binary.positive, binary.score, sample_weight=binary.weight)
    )
    baseline = binary.prevalence
    return AveragePrecisionSkill(value, baseline, (value - baseline) / (1 - baseline))


# ---- Cumulative gain and lift ----


def gain_at(
    y_true: Any,
    y_score: Any,
    share: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Compute the cumulative gain: the recall of selecting the highest scores.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of at most two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class: predicted probabilities or decision values.
    share : float
        Fraction of samples to select, in (0, 1], highest scores first.
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        Fraction of all positive samples that are selected. Where the selection ends among samples
        with equal scores, it is the expected value over all orders of these samples. A sample that
        is selected in part counts in part.

    Raises
    ------
    InputError
        If `share` is not in (0, 1], no sample is positive, `pos_label` is not a class, scores are
        not finite, or weights are negative.

    See Also
    --------
    lift_at : Cumulative gain relative to a random selection.

    Examples
    --------
    >>> from counterpoise.metrics import gain_at
    >>> y_true, y_score = [1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1]
    >>> gain_at(y_true, y_score, share=0.4)
    0.5
    >>> gain_at(y_true, [0.5] * 5, share=0.4)
    0.4
    """
    fraction = check_fraction(share, "share")
    binary = check_binary_scores(y_true, y_score, pos_label, sample_weight)
    if not binary.positive.any():
        raise InputError(
            "Lift and cumulative gain need at least one positive sample; none of the "
            f"{len(binary.positive)} samples with a weight above 0 is {pos_label!r}. Check "
            "pos_label."
        )
    weight, positive = (np.append(0, np.cumsum(part)) for part in _sum_by_score(binary))
    # Over all orders of samples with equal scores, positives come evenly: a straight line.
    return float(np.interp(fraction * weight[-1], weight, positive) / positive[-1])


def lift_at(
    y_true: Any,
    y_score: Any,
    share: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Compute the lift: the positive rate among the highest scores, relative to the prevalence.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of at most two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class: predicted probabilities or decision values.
    share : float
        Fraction of samples to select, in (0, 1], highest scores first.
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        Lift, ``gain_at(...) / share``. It is 1 for a random ranking, on average, and for a `share`
        of 1.

    Raises
    ------
    InputError
        As in `gain_at`.

    See Also
    --------
    gain_at : Fraction of the positive samples that are selected.

    References
    ----------
    G. Piatetsky-Shapiro, B. Masand, "Estimating campaign benefits and modeling lift", Proceedings
    of the Fifth ACM SIGKDD International Conference, 185-193 (1999), doi:10.1145/312129.312225.

    Examples
    --------
    >>> from counterpoise.metrics import lift_at
    >>> lift_at([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], share=0.2)
    2.5
    """
    gain = gain_at(y_true, y_score, share, pos_label=pos_label, sample_weight=sample_weight)
    return gain / float(share)


# ---- Precision at a recall, recall at a precision ----


def precision_at_recall(
    y_true: Any,
    y_score: Any,
    recall: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Compute the highest precision of all thresholds that reach a given recall.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of at most two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class: predicted probabilities or decision values.
    recall : float
        Minimum recall, in (0, 1].
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        Precision. A threshold never separates samples with equal scores.

    Raises
    ------
    InputError
        If `recall` is not in (0, 1], y_true has only one class, `pos_label` is not a class, scores
        are not finite, or weights are negative.

    See Also
    --------
    recall_at_precision : Highest recall at a given precision.

    Examples
    --------
    >>> from counterpoise.metrics import precision_at_recall
    >>> precision_at_recall([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], recall=0.5)
    1.0
    """
    minimum = check_fraction(recall, "recall")
    binary = check_binary_scores(y_true, y_score, pos_label, sample_weight)
    recalls, precisions = _compute_recall_precision(binary, "Precision at a recall")
    return float(precisions[recalls >= minimum - _TOLERANCE].max())


def recall_at_precision(
    y_true: Any,
    y_score: Any,
    precision: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Compute the highest recall of all thresholds that reach a given precision.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of at most two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class: predicted probabilities or decision values.
    precision : float
        Minimum precision, in (0, 1].
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        Recall. It is 0 if no threshold reaches the precision: then no sample can be predicted
        positive.

    Raises
    ------
    InputError
        If `precision` is not in (0, 1], y_true has only one class, `pos_label` is not a class,
        scores are not finite, or weights are negative.

    See Also
    --------
    precision_at_recall : Highest precision at a given recall.

    Examples
    --------
    >>> from counterpoise.metrics import recall_at_precision
    >>> recall_at_precision([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], precision=0.6)
    1.0
    """
    minimum = check_fraction(precision, "precision")
    binary = check_binary_scores(y_true, y_score, pos_label, sample_weight)
    recalls, precisions = _compute_recall_precision(binary, "Recall at a precision")
    return float(recalls[precisions >= minimum - _TOLERANCE].max(initial=0.0))


def _compute_recall_precision(
    binary: BinaryScores, metric: str
) -> tuple[Float64Array, Float64Array]:
    """Return recall and precision with each distinct score as threshold, highest score first."""
    check_both_classes(binary.positive, metric)
    weight, positive = _sum_by_score(binary)
    true_positives = np.cumsum(positive)
    return true_positives / true_positives[-1], true_positives / np.cumsum(weight)


def _sum_by_score(binary: BinaryScores) -> tuple[Float64Array, Float64Array]:
    """Return the weight of all samples and of the positive samples for each distinct score.

    Both arrays have shape (n_scores,), highest score first.
    """
    scores, group = np.unique(-binary.score, return_inverse=True)
    weight = np.bincount(group, binary.weight, len(scores))
    positive = np.bincount(group, binary.weight * binary.positive, len(scores))
    return weight.astype(np.float64), positive.astype(np.float64)
