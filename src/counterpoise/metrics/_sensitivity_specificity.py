"""Sensitivity and specificity: how much of a class is found, and how much of the rest is spared.

Reference: Yerushalmy (1947), "Statistical problems in assessing methods of medical diagnosis",
doi:10.2307/4586294.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from counterpoise.metrics._counts import average_of, count_averaged

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
    """Return sensitivity, specificity and support of each class, or averages of them.

    Sensitivity is the share of a class's rows that are predicted so, ``tp / (tp + fn)``;
    specificity the share of the other rows that are not, ``tn / (tn + fp)``. With weights, both
    are ratios of sums of weights.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row.
    y_pred : array-like of shape (n_rows,)
        The class predicted for each row.
    labels : array-like of shape (n_labels,) or None, default=None
        The classes to measure, in this order; None means all that occur, sorted.
    pos_label : object, default=1
        The class to measure with ``average="binary"``.
    average : {"binary", "micro", "macro", "weighted"} or None, default=None
        "binary" measures `pos_label` alone; "micro" adds up the counts of all classes; "macro" is
        the mean over classes, "weighted" the mean by support; None gives each class's value.
    warn_for : tuple of str, default=("sensitivity", "specificity")
        Of which of the two a warning says where it is undefined.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    sensitivity : float, or ndarray of shape (n_labels,)
        0 where y_true has no row of the class, with a warning.
    specificity : float, or ndarray of shape (n_labels,)
        0 where y_true has only rows of the class, with a warning.
    support : ndarray of shape (n_labels,) or None
        Rows of each class, or their weight; None if an average is asked for.

    Raises
    ------
    InputError
        If lengths differ, weights are negative, `pos_label` does not occur, or the average is
        unknown or needs two classes.

    See Also
    --------
    geometric_mean_score : Both in one number.
    classification_report_imbalanced : All of it in a table.

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
    counts = count_averaged(
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
        average_of(sensitivity, counts, average),
        average_of(specificity, counts, average),
        counts.true if average is None else None,
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
    """Return the share of a class's rows that are predicted so.

    It is ``tp / (tp + fn)``, also called recall: 1 is best, 0 worst.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row.
    y_pred : array-like of shape (n_rows,)
        The class predicted for each row.
    labels : array-like of shape (n_labels,) or None, default=None
        The classes to measure, in this order; None means all that occur, sorted.
    pos_label : object, default=1
        The class to measure with ``average="binary"``.
    average : {"binary", "micro", "macro", "weighted"} or None, default="binary"
        As in `sensitivity_specificity_support`.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float, or ndarray of shape (n_labels,)

    Raises
    ------
    InputError
        As in `sensitivity_specificity_support`.

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
    """Return the share of the other rows that are not predicted to be of a class.

    It is ``tn / (tn + fp)``: 1 is best, 0 worst.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row.
    y_pred : array-like of shape (n_rows,)
        The class predicted for each row.
    labels : array-like of shape (n_labels,) or None, default=None
        The classes to measure, in this order; None means all that occur, sorted.
    pos_label : object, default=1
        The class to measure with ``average="binary"``.
    average : {"binary", "micro", "macro", "weighted"} or None, default="binary"
        As in `sensitivity_specificity_support`.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float, or ndarray of shape (n_labels,)

    Raises
    ------
    InputError
        As in `sensitivity_specificity_support`.

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
