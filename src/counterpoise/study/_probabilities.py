"""Probabilities of a candidate: as predicted, after prior correction, and after calibration."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.probability import correct_prior
from counterpoise.probability._calibrators import fit_calibrator
from counterpoise.study._records import Candidate, TableSummary

__all__ = ["calibrated_scores", "corrected_scores"]


def corrected_scores(candidate: Candidate, data: TableSummary, folds: IntArray) -> Float64Array:
    """Correct predicted probabilities for the class proportions of the training data.

    Parameters
    ----------
    candidate : Candidate
        With probabilities.
    data : TableSummary
    folds : ndarray of int of shape (n_repeats, n_samples)

    Returns
    -------
    ndarray of float64 of shape (n_repeats, n_samples, n_columns)
        Probabilities of folds whose prior is unknown are unchanged.
    """
    scores = candidate.scores.copy()
    counts = np.bincount(data.codes, minlength=len(data.classes))
    for repeat, fold in zip(*np.nonzero(~np.isnan(candidate.priors).any(axis=2)), strict=True):
        rows = folds[repeat] == fold
        prior = candidate.priors[repeat, fold]
        if np.isnan(scores[repeat, rows]).any() or not rows.any() or not (prior > 0).all():
            continue
        whole = _all_classes(scores[repeat, rows], data)
        corrected = correct_prior(whole, prior, counts / counts.sum())
        scores[repeat, rows] = _stored_columns(corrected, data)
    return scores


def calibrated_scores(
    scores: Float64Array, data: TableSummary, folds: IntArray, *, by_time: bool
) -> Float64Array:
    """Calibrate the probabilities of each fold with those of the other folds of its repeat.

    The probabilities of a fold are those of models that were not trained on it, so a calibrator
    that is fitted to the other folds is evaluated on samples that it has not seen.

    Parameters
    ----------
    scores : ndarray of float64 of shape (n_repeats, n_samples, n_columns)
        Out-of-fold probabilities; NaN for samples that were not tested.
    data : TableSummary
    folds : ndarray of int of shape (n_repeats, n_samples)
    by_time : bool
        Whether to calibrate with earlier folds only. The first fold then stays as it is.

    Returns
    -------
    ndarray of float64 of shape (n_repeats, n_samples, n_columns)
        Unchanged for folds without other samples of every class.
    """
    calibrated = scores.copy()
    for repeat, fold_of in enumerate(folds):
        done = (fold_of >= 0) & ~np.isnan(scores[repeat]).any(axis=1)
        for fold in np.unique(fold_of[done]):
            train = done & (fold_of < fold if by_time else fold_of != fold)
            if len(np.unique(data.codes[train])) == len(data.classes):
                test = done & (fold_of == fold)
                calibrated[repeat, test] = _calibrate(scores[repeat], data, train, test)
    return calibrated


def _calibrate(
    scores: Float64Array, data: TableSummary, train: BoolArray, test: BoolArray
) -> Float64Array:
    codes = data.codes[train].astype(np.intp)
    probabilities = _all_classes(scores[train], data)
    calibrator = fit_calibrator("sigmoid", probabilities, codes, np.ones(len(codes)))
    return _stored_columns(calibrator.predict(_all_classes(scores[test], data)), data)


def _all_classes(scores: Float64Array, data: TableSummary) -> Float64Array:
    """Return a column for each class; of two classes, only that of the positive class is stored."""
    if data.positive is None:
        return scores
    whole = np.column_stack([1 - scores[:, 0], scores[:, 0]])
    return whole if data.positive == 1 else whole[:, ::-1]


def _stored_columns(probabilities: Float64Array, data: TableSummary) -> Float64Array:
    return probabilities if data.positive is None else probabilities[:, [data.positive]]
