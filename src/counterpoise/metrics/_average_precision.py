"""Average precision beside what a random ranking has: the prevalence.

Reference: Saito and Rehmsmeier (2015), doi:10.1371/journal.pone.0118432.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sklearn.metrics import average_precision_score

from counterpoise.metrics._opening import open_scored, require_both_classes

__all__ = ["AveragePrecision", "average_precision_skill"]


class AveragePrecision(NamedTuple):
    """Average precision, its baseline, and its skill.

    Attributes
    ----------
    value : float
        The average precision.
    baseline : float
        The prevalence, which a random ranking has on average.
    skill : float
        ``(value - baseline) / (1 - baseline)``: 0 for a random ranking, 1 for a perfect one.
    """

    value: float
    baseline: float
    skill: float


def average_precision_skill(
    y_true: Any, y_score: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> AveragePrecision:
    """Return the average precision with the prevalence, and how far it is above it.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_score : array-like of shape (n_rows,)
        How positive each row looks: a probability or a decision value.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    AveragePrecision
        `value`, `baseline` and `skill`.

    Raises
    ------
    InputError
        If y_true holds one class, `pos_label` is no class, scores are not finite, or weights are
        negative.

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
    scored = open_scored(y_true, y_score, pos_label, sample_weight)
    require_both_classes(scored.positive, "The skill of average precision")
    value = float(
        average_precision_score(scored.positive, scored.score, sample_weight=scored.weight)
    )
    baseline = scored.prevalence
    return AveragePrecision(value, baseline, (value - baseline) / (1 - baseline))
