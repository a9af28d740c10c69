"""Sensitivity (true positive rate) and specificity (true negative rate).

Reference: Yerushalmy (1947), "Statistical problems in assessing methods of medical diagnosis",
doi:10.2307/4586294.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from counterpoise.metrics._counts import compute_average, count_for_average

__all__ = ["sensitivity_score", "sensitivity_specificity_support", "specificity_score"]


def sensitivity_specificity_support(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = None,
    warn_for: Collection[str] = ("sensitivity", "specificity"),
    sample_weight: Any = None,
) -> tuple[Any, Any, Any]:
    """Compute sensitivity, specificity and support for each class, or their averages.

    Sensitivity is the fraction of a class's samples that are predicted as this class,
    ``tp / (tp + fn)``. Specificity is the fraction of all other samples that are not predicted as
    this class, ``tn / (tn + fp)``. With sample weights, both are ratios of sums of weights.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels.
    y_pred : array-like of shape (n_samples,)
        Predicted class labels.
    labels : array-like of shape (n_labels,), default=None
        Classes to include, in this order. None means all classes in y_true and y_pred, sorted.
    pos_label : int, float, bool or str, default=1
        Label of the positive class, for ``average="binary"``. Ignored with other averages.
    average : {"binary", "micro", "macro", "weighted"} or None, default=None
        "binary" returns the value of the class `pos_label`; "micro" the value of the counts summed
        over all classes; "macro" the mean over classes; "weighted" the mean over classes weighted
        by support; None the value of each class.
    warn_for : tuple of str, default=("sensitivity", "specificity")
        Metrics for which to issue a warning where they are undefined.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    sensitivity : float or ndarray of shape (n_labels,)
        0, with a warning, for classes without samples in y_true.
    specificity : float or ndarray of shape (n_labels,)
        0, with a warning, if all samples in y_true belong to the class.
    support : ndarray of shape (n_labels,) or None
        Number of samples of each class in y_true, or the sum of their weights. None if `average` is
        not None.

    Raises
    ------
    InputError
        If lengths differ, weights are negative, `pos_label` is not a class, or `average` is not
        valid for these classes.

    See Also
    --------
    geometric_mean_score : Geometric mean of sensitivity and specificity.
    classification_report_imbalanced : Table of these and other metrics.

    References
    ----------
    J. Yerushalmy, "Statistical problems in assessing methods of medical diagnosis, with special
    reference to X-ray techniques", Public Health Reports 62 (40), 1432-1449 (1947),
    doi:10.2307/4586294.

    Examples
    --------
    >>> from counterpoise.metrics import sensitivity_specificity_support
    >>> y_true = ["cat", "dog", "pig", "cat", "dog", "pig"]
    >>> y_pred = ["cat", "pig", "dog", "cat", "cat", "dog"]
    >>> sensitivity, specificity, support = sensitivity_specificity_support(y_true, y_pred)
    >>> sensitivity.tolist(), specificity.tolist(), support.tolist()
    ([1.0, 0.0, 0.0], [0.75, 0.5, 0.75], [2, 2, 2])
    """
    counts = count_for_average(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        sample_weight=sample_weight,
    )
    specificity = counts.specificity("specificity" in warn_for)
    sensitivity = counts.sensitivity("sensitivity" in warn_for)
    return (
        compute_average(sensitivity, counts, average),
        compute_average(specificity, counts, average),
        counts.support if average is None else None,
    )


def sensitivity_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
) -> Any:
    """Compute the sensitivity, also called recall or true positive rate.

    It is ``tp / (tp + fn)``: the fraction of a class's samples that are predicted as this class.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels.
    y_pred : array-like of shape (n_samples,)
        Predicted class labels.
    labels : array-like of shape (n_labels,), default=None
        Classes to include, in this order. None means all classes in y_true and y_pred, sorted.
    pos_label : int, float, bool or str, default=1
        Label of the positive class, for ``average="binary"``. Ignored with other averages.
    average : {"binary", "micro", "macro", "weighted"} or None, default="binary"
        As in `sensitivity_specificity_support`.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float or ndarray of shape (n_labels,)
        From 0, the worst, to 1, the best.

    Raises
    ------
    InputError
        As in `sensitivity_specificity_support`.

    See Also
    --------
    specificity_score : Fraction of the other samples that are not predicted as the class.

    Examples
    --------
    >>> from counterpoise.metrics import sensitivity_score
    >>> sensitivity_score([0, 0, 0, 1, 1], [0, 1, 0, 1, 0])
    0.5
    """
    return sensitivity_specificity_support(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        warn_for=("sensitivity",),
        sample_weight=sample_weight,
    )[0]


def specificity_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
) -> Any:
    """Compute the specificity, also called true negative rate.

    It is ``tn / (tn + fp)``: the fraction of all other samples that are not predicted as the class.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels.
    y_pred : array-like of shape (n_samples,)
        Predicted class labels.
    labels : array-like of shape (n_labels,), default=None
        Classes to include, in this order. None means all classes in y_true and y_pred, sorted.
    pos_label : int, float, bool or str, default=1
        Label of the positive class, for ``average="binary"``. Ignored with other averages.
    average : {"binary", "micro", "macro", "weighted"} or None, default="binary"
        As in `sensitivity_specificity_support`.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float or ndarray of shape (n_labels,)
        From 0, the worst, to 1, the best.

    Raises
    ------
    InputError
        As in `sensitivity_specificity_support`.

    See Also
    --------
    sensitivity_score : Fraction of the class's samples that are predicted as the class.

    Examples
    --------
    >>> from counterpoise.metrics import specificity_score
    >>> specificity_score([0, 0, 0, 0, 1], [0, 1, 0, 0, 0])
    0.75
    """
    return sensitivity_specificity_support(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        warn_for=("specificity",),
        sample_weight=sample_weight,
    )[1]
