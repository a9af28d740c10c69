"""Matthews correlation coefficient with a confidence interval.

Reference: Matthews (1975), doi:10.1016/0005-2795(75)90109-9.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.metrics._confidence_interval import (
    ConfidenceInterval,
    check_confidence_level,
    compute_normal_quantile,
)
from counterpoise.metrics._validation import (
    EncodedPair,
    check_both_classes,
    encode_pair,
    format_classes,
    unknown_label_error,
)

__all__ = ["matthews_interval"]

# Added to each entry of the confusion matrix. Of 0.25, 0.5 and 1 sample, 0.25 had the best
# coverage in simulations.
_CONTINUITY_CORRECTION = 0.25


def matthews_interval(
    y_true: Any,
    y_pred: Any,
    *,
    confidence_level: float = 0.95,
    pos_label: Any = None,
    sample_weight: Any = None,
) -> ConfidenceInterval:
    """Compute the Matthews correlation coefficient of two classes with a confidence interval.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels.
    y_pred : array-like of shape (n_samples,)
        Predicted class labels.
    confidence_level : float, default=0.95
        Confidence level of the interval, between 0 and 1.
    pos_label : int, float, bool or str, default=None
        Label of the positive class. It can be None, because the coefficient is the same for both.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. Their sum is taken as the
        number of samples. None means 1 for each.

    Returns
    -------
    ConfidenceInterval
        Named tuple with the fields `value`, `low` and `high`. The value is 0 if only one class is
        predicted.

    Raises
    ------
    InputError
        If y_true has only one class or more than two, `pos_label` is not a class, or
        `confidence_level` is not between 0 and 1.

    See Also
    --------
    confidence_interval : Confidence interval for any metric.
    sklearn.metrics.matthews_corrcoef : The coefficient without an interval.

    Notes
    -----
    The coefficient is the correlation of two binary variables. Its standard error is computed from
    its influence function, ``u v - r (u² + v²) / 2`` for standardized u and v. The interval is
    symmetric on the scale of Fisher's z-transformation. For both, 0.25 samples are added to each
    entry of the confusion matrix, so that a classifier without errors in a small data set does not
    get an interval of width 0. Samples must be independent of each other.

    In simulations, 95% intervals cover the true coefficient in 90 to 99% of data sets; in 83 to
    94% where almost no errors are expected in the whole data set.

    References
    ----------
    B. W. Matthews, "Comparison of the predicted and observed secondary structure of T4 phage
    lysozyme", Biochimica et Biophysica Acta 405 (2), 442-451 (1975),
    doi:10.1016/0005-2795(75)90109-9.

    R. A. Fisher, "Frequency distribution of the values of the correlation coefficient in samples
    from an indefinitely large population", Biometrika 10 (4), 507-521 (1915),
    doi:10.1093/biomet/10.4.507.

    Examples
    --------
    >>> from counterpoise.metrics import matthews_interval
    >>> y_true = [0] * 90 + [1] * 10
    >>> y_pred = [0] * 85 + [1] * 5 + [0] * 3 + [1] * 7
    >>> value, low, high = matthews_interval(y_true, y_pred)
    >>> round(value, 2), round(low, 2), round(high, 2)
    (0.59, 0.28, 0.78)
    """
    confidence_level = check_confidence_level(confidence_level)
    confusion = _compute_confusion_matrix(encode_pair(y_true, y_pred, sample_weight), pos_label)
    value = _compute_correlation(confusion)[0]
    center, standard_error = _compute_correlation(confusion + _CONTINUITY_CORRECTION)
    # Delta method: the derivative of Fisher's transformation, arctanh(r), is 1 / (1 - r²).
    half_width = compute_normal_quantile(confidence_level) * standard_error / (1 - center**2)
    low, high = np.tanh(np.arctanh(center) + half_width * np.array([-1, 1]))
    return ConfidenceInterval(value, min(float(low), value), max(float(high), value))


def _compute_confusion_matrix(pair: EncodedPair, pos_label: Any) -> Float64Array:
    """Return the weighted confusion matrix of shape (2, 2): true classes in rows."""
    if len(pair.classes) > 2:
        raise InputError(
            f"matthews_interval needs two classes; y_true and y_pred have {len(pair.classes)}: "
            f"{format_classes(pair.classes)}. Compare one class with the rest, for example pass "
            f"y_true == {pair.classes[-1]!r} and y_pred == {pair.classes[-1]!r}."
        )
    if pos_label is not None and pos_label not in pair.classes:
        raise unknown_label_error(pos_label, pair.classes)
    weight = np.ones(len(pair.true)) if pair.weight is None else pair.weight
    check_both_classes(pair.true[weight > 0] == 1, "The Matthews correlation coefficient")
    counts = np.bincount(2 * pair.true + pair.predicted, weight, 4)
    return counts.astype(np.float64).reshape(2, 2)


def _compute_correlation(confusion: Float64Array) -> tuple[float, float]:
    """Return the correlation of true and predicted class, and its standard error."""
    total = confusion.sum()
    share = confusion / total
    a, b = share[1].sum(), share[:, 1].sum()  # fractions of positives in y_true and y_pred
    if b in (0, 1):
        return 0.0, 0.0
    scale = np.sqrt(a * (1 - a)), np.sqrt(b * (1 - b))
    # Standardized values of the true and the predicted class.
    u = (np.array([0, 1]) - a)[:, None] / scale[0]
    v = (np.array([0, 1]) - b)[None, :] / scale[1]
    r = float(
        np.clip((share[0, 0] * share[1, 1] - share[0, 1] * share[1, 0]) / np.prod(scale), -1, 1)
    )
    influence = u * v - r * (u**2 + v**2) / 2
    return r, float(np.sqrt((share * influence**2).sum() / total))
