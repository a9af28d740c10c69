"""The geometric mean of sensitivities: high only if every class is found.

Reference: Kubat and Matwin (1997), "Addressing the curse of imbalanced training sets".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.metrics._counts import ClassCounts, average_of, count_averaged, count_classes
from counterpoise.metrics._opening import open_pair, require_number

__all__ = ["geometric_mean_score"]


def geometric_mean_score(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "multiclass",
    sample_weight: Any = None,
    correction: float = 0.0,
) -> Any:
    """Return the geometric mean of the classes' sensitivities.

    The default, "multiclass", is the root of the product of the sensitivities of all classes. Any
    other average is of each class against the rest: ``sqrt(sensitivity * specificity)``.

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
    average : {"multiclass", "binary", "micro", "macro", "weighted"} or None, default="multiclass"
        "multiclass" is one root over all classes. "macro" is the mean of the classes' own geometric
        means, "weighted" their mean by support; None gives each class's; "micro" adds up the counts
        first; "binary" measures `pos_label` alone.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.
    correction : float, default=0.0
        What stands in for a sensitivity of 0 with "multiclass", so that one class never found does
        not make the whole 0.

    Returns
    -------
    float, or ndarray of shape (n_labels,)

    Raises
    ------
    InputError
        As in `sensitivity_specificity_support`; or if `correction` is negative.

    Notes
    -----
    The mean of the classes' geometric means is not the geometric mean of their mean sensitivity
    and mean specificity.

    References
    ----------
    M. Kubat, S. Matwin, "Addressing the curse of imbalanced training sets: one-sided selection",
    Proceedings of the 14th International Conference on Machine Learning, 179-186 (1997).

    R. Barandela, J. S. Sánchez, V. García, E. Rangel, "Strategies for learning in class imbalance
    problems", Pattern Recognition 36 (3), 849-851 (2003), doi:10.1016/S0031-3203(02)00257-1.

    Examples
    --------
    >>> from counterpoise.metrics import geometric_mean_score
    >>> y_true, y_pred = [0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]
    >>> geometric_mean_score(y_true, y_pred)
    0.0
    >>> round(geometric_mean_score(y_true, y_pred, average="macro"), 3)
    0.289
    >>> round(geometric_mean_score([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0]), 3)
    0.612
    """
    correction = require_number(correction, "correction", least=0)
    if average == "multiclass":
        counts = count_classes(open_pair(y_true, y_pred, sample_weight), labels)
        return _root_of_product(counts, correction)
    counts = count_averaged(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        sample_weight=sample_weight,
    )
    means = np.sqrt(counts.sensitivity() * counts.specificity())
    return average_of(means, counts, average)


def _root_of_product(counts: ClassCounts, correction: float) -> float:
    sensitivity = counts.sensitivity()
    sensitivity[sensitivity == 0] = correction
    if not sensitivity.all():
        return 0.0
    return float(np.exp(np.log(sensitivity).mean()))
