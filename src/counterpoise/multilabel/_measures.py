"""Measures of imbalance between labels, and of how often frequent and rare labels occur together.

References: Charte, Rivera, del Jesus and Herrera (2015), doi:10.1016/j.neucom.2014.08.091 (IRLbl,
MeanIR, CVIR); the same authors (2019), doi:10.1016/j.neucom.2016.08.158 (SCUMBLE).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise._table import LabelMatrix, as_label_matrix

__all__ = [
    "compute_ratios",
    "compute_scumble",
    "compute_variation",
    "cvir",
    "find_minority_labels",
    "irlbl",
    "mean_ir",
    "scumble",
]


def irlbl(y: Any) -> Float64Array:
    """Compute the imbalance ratio of each label (IRLbl).

    It is the number of samples with the most frequent label, divided by the number of samples with
    this label: 1 for the most frequent label, and more for less frequent labels.

    Parameters
    ----------
    y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
        Label matrix: 1 or True for each label that a sample has, else 0 or False.

    Returns
    -------
    ndarray of float64 of shape (n_labels,)
        Values in [1, n_samples].

    Raises
    ------
    TargetError
        If y is not a label matrix, or no sample has one of the labels.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "Addressing imbalance in multilabel
    classification: Measures and random resampling algorithms", Neurocomputing 163, 3-16 (2015),
    doi:10.1016/j.neucom.2014.08.091.

    Examples
    --------
    >>> from counterpoise.multilabel import irlbl
    >>> irlbl([[1, 0], [1, 0], [1, 1], [1, 0]])
    array([1., 4.])
    """
    return compute_ratios(as_label_matrix(y))


def mean_ir(y: Any) -> float:
    """Compute the mean imbalance ratio of all labels (MeanIR).

    A label whose ratio exceeds it is a minority label for the samplers of this package.

    Parameters
    ----------
    y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
        Label matrix, as in `irlbl`.

    Returns
    -------
    float
        1 if all labels are equally frequent, else more.

    Raises
    ------
    TargetError
        As `irlbl`.

    References
    ----------
    See `irlbl`.

    Examples
    --------
    >>> from counterpoise.multilabel import mean_ir
    >>> mean_ir([[1, 0], [1, 0], [1, 1], [1, 0]])
    2.5
    """
    return float(irlbl(y).mean())


def cvir(y: Any) -> float:
    """Compute the coefficient of variation of the imbalance ratios of all labels (CVIR).

    It is the standard deviation of the ratios, with ``n_labels - 1`` as divisor, divided by their
    mean. It shows whether all labels are similarly imbalanced (small) or a few are much more
    imbalanced than the others (large).

    Parameters
    ----------
    y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
        Label matrix, as in `irlbl`.

    Returns
    -------
    float
        0 if all labels are equally frequent, else more.

    Raises
    ------
    TargetError
        As `irlbl`.

    References
    ----------
    See `irlbl`.

    Examples
    --------
    >>> from counterpoise.multilabel import cvir
    >>> round(cvir([[1, 0], [1, 0], [1, 1], [1, 0]]), 3)
    0.849
    """
    return compute_variation(irlbl(y))


def scumble(y: Any, *, per_sample: bool = False) -> float | Float64Array:
    """Compute the concurrence of frequent and rare labels (SCUMBLE).

    For one sample it is 1 minus the geometric mean of the imbalance ratios of its labels, divided
    by their arithmetic mean: 0 if its labels are equally frequent, and near 1 if it has a very
    frequent and a very rare label. Resampling such a sample adds to both of them, so that a data
    set with a high mean cannot be balanced by resampling alone; see `REMEDIAL`.

    Parameters
    ----------
    y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
        Label matrix, as in `irlbl`.
    per_sample : bool, default=False
        Whether to return the value of each sample instead of the mean.

    Returns
    -------
    float or ndarray of float64 of shape (n_samples,)
        Values in [0, 1). Samples with one label or none have 0.

    Raises
    ------
    TargetError
        As `irlbl`.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "Dealing with difficult minority labels
    in imbalanced mutilabel data sets", Neurocomputing 326-327, 39-53 (2019),
    doi:10.1016/j.neucom.2016.08.158.

    Examples
    --------
    >>> from counterpoise.multilabel import scumble
    >>> scumble([[1, 0], [1, 0], [1, 1], [1, 0]], per_sample=True).round(3)
    array([0. , 0. , 0.2, 0. ])
    """
    labels = as_label_matrix(y)
    values = compute_scumble(labels, compute_ratios(labels))
    return values if per_sample else float(values.mean())


def compute_ratios(labels: LabelMatrix) -> Float64Array:
    """Compute the imbalance ratio of each label."""
    ratios: Float64Array = labels.counts.max() / labels.counts
    return ratios


def find_minority_labels(ratios: Float64Array) -> BoolArray:
    """Return whether each label is a minority label: its ratio exceeds the mean of all."""
    is_minority: BoolArray = ratios > ratios.mean()
    return is_minority


def compute_variation(ratios: Float64Array) -> float:
    """Compute the coefficient of variation of imbalance ratios."""
    return float(ratios.std(ddof=1) / ratios.mean())


def compute_scumble(labels: LabelMatrix, ratios: Float64Array) -> Float64Array:
    """Compute the concurrence of frequent and rare labels in each sample."""
    n_labels = np.maximum(labels.sizes, 1)
    arithmetic = labels.indicator @ ratios / n_labels
    geometric = np.exp(labels.indicator @ np.log(ratios) / n_labels)
    values = np.zeros(labels.n_samples)
    # A single label would not give exactly 0, because of rounding.
    several = labels.sizes > 1
    values[several] = np.maximum(0, 1 - geometric[several] / arithmetic[several])
    return values
