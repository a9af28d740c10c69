"""Geometric mean of sensitivities (G-mean): high only if every class is recognized.

Reference: Kubat and Matwin (1997), "Addressing the curse of imbalanced training sets".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.metrics._counts import (
    ClassCounts,
    compute_average,
    count_classes,
    count_for_average,
)
from counterpoise.metrics._validation import check_number, encode_pair

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
    """Compute the geometric mean of the sensitivities of all classes (G-mean).

    With the default average, "multiclass", it is the n-th root of the product of the n classes'
    sensitivities. With any other average, each class is compared with the rest, and its geometric
    mean is ``sqrt(sensitivity * specificity)``.

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
    average : {"multiclass", "binary", "micro", "macro", "weighted"} or None, default="multiclass"
        "multiclass" returns one geometric mean over all classes; "binary" that of the class
        `pos_label`; "micro" that of the counts summed over all classes; "macro" the mean over
        classes; "weighted" the mean over classes weighted by support; None the value of each class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.
    correction : float, default=0.0
        Value that replaces a sensitivity of 0 with "multiclass", so that one class without true
        positives does not make the result 0.

    Returns
    -------
    float or ndarray of shape (n_labels,)
        Geometric mean, from 0, the worst, to 1, the best.

    Raises
    ------
    InputError
        As in `sensitivity_specificity_support`, or if `correction` is negative.

    See Also
    --------
    sensitivity_specificity_support : Sensitivity and specificity of each class.
    make_index_balanced_accuracy : Metric with more weight on sensitivity than on specificity.

    Notes
    -----
    "macro" and "weighted" average the geometric means of the classes. This differs from the
    geometric mean of the average sensitivity and the average specificity.

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
    correction = check_number(correction, "correction", minimum=0)
    if average == "multiclass":
        counts = count_classes(encode_pair(y_true, y_pred, sample_weight), labels)
        return _compute_multiclass(counts, correction)
    counts = count_for_average(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        sample_weight=sample_weight,
    )
    means = np.sqrt(counts.sensitivity() * counts.specificity())
    return compute_average(means, counts, average)


def _compute_multiclass(counts: ClassCounts, correction: float) -> float:
    sensitivity = counts.sensitivity()
    sensitivity[sensitivity == 0] = correction
    if not sensitivity.all():
        return 0.0
    # A mean of logarithms does not underflow as a product of many sensitivities can.
    return float(np.exp(np.log(sensitivity).mean()))
