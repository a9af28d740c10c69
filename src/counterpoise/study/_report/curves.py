"""Curves of out-of-fold scores: ROC and precision-recall by fold, and calibration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.suggest import suggest_names
from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.exceptions import InputError
from counterpoise.probability import CalibrationBins, calibration_bins
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._records import Candidate

__all__ = [
    "CurveBand",
    "bands_of",
    "bins_of",
    "mean_band",
    "precision_recall_bands",
    "roc_bands",
    "targets_of",
]

N_POINTS = 101


@dataclass(frozen=True)
class CurveBand:
    """A curve averaged over folds, with the range of the folds.

    Attributes
    ----------
    x, y : ndarray of float64 of shape (n_points,)
    low, high : ndarray of float64 of shape (n_points,)
        The 10th and the 90th percentile over folds.
    """

    x: Float64Array
    y: Float64Array
    low: Float64Array
    high: Float64Array


def roc_bands(result: StudyConclusions, candidate: Candidate) -> list[CurveBand]:
    """Return ROC curves, one for each column of scores."""
    grid = np.linspace(0, 1, N_POINTS)
    return [
        _band(
            grid,
            [
                np.interp(grid, np.append(0, fp / fp[-1]), np.append(0, tp / tp[-1]))
                for tp, fp in _steps(result, candidate, column)
            ],
        )
        for column in range(candidate.scores.shape[2])
    ]


def precision_recall_bands(result: StudyConclusions, candidate: Candidate) -> list[CurveBand]:
    """Return precision-recall curves, one for each column of scores.

    At each recall, the precision is that of the highest threshold that reaches it: straight lines
    between points of the curve are not attainable.
    """
    grid = np.linspace(0, 1, N_POINTS)

    def precision(tp: Float64Array, fp: Float64Array) -> Float64Array:
        at = np.searchsorted(tp / tp[-1], grid - 1e-12)
        values: Float64Array = (tp / (tp + fp))[np.minimum(at, len(tp) - 1)]
        return values

    return [
        _band(grid, [precision(*steps) for steps in _steps(result, candidate, column)])
        for column in range(candidate.scores.shape[2])
    ]


def bands_of(curve: str) -> Callable[[StudyConclusions, Candidate], list[CurveBand]]:
    """Return the function that computes a type of curve.

    Raises
    ------
    InputError
        If the type is neither "roc" nor "precision-recall".
    """
    known = {"precision-recall": precision_recall_bands, "roc": roc_bands}
    if curve not in known:
        raise InputError(f"Unknown curve {curve!r}.{suggest_names(curve, known)}")
    return known[curve]


def mean_band(bands: list[CurveBand]) -> CurveBand:
    """Average the curves of several classes."""
    return CurveBand(*(np.mean([getattr(b, n) for b in bands], axis=0) for n in vars(bands[0])))


def _band(grid: Float64Array, curves: list[Float64Array]) -> CurveBand:
    values = np.array(curves)
    low, high = np.quantile(values, [0.1, 0.9], axis=0)
    return CurveBand(grid, values.mean(axis=0), low, high)


def _steps(
    result: StudyConclusions, candidate: Candidate, column: int
) -> list[tuple[Float64Array, Float64Array]]:
    """Return true and false positives at each threshold, by decreasing score, for each fold."""
    target = targets_of(result)[:, column]
    steps = []
    for repeat, folds in enumerate(result.folds):
        for fold in range(result.settings.n_folds):
            rows = folds == fold
            scores, truth = candidate.scores[repeat, rows, column], target[rows]
            if np.isnan(scores).any() or not 0 < truth.sum() < len(truth):
                continue
            order = np.argsort(-scores, kind="stable")
            last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
            true_positives = np.cumsum(truth[order])[last].astype(np.float64)
            steps.append((true_positives, last + 1 - true_positives))
    return steps


def targets_of(result: StudyConclusions) -> BoolArray:
    """Return whether each sample belongs to the class of each column of scores."""
    positive = result.data.positive
    classes = np.arange(len(result.data.classes)) if positive is None else np.array([positive])
    targets: BoolArray = result.data.codes[:, None] == classes
    return targets


def bins_of(result: StudyConclusions, scores: Float64Array) -> CalibrationBins:
    """Compute calibration bins.

    Parameters
    ----------
    result : StudyConclusions
        A study of two classes.
    scores : ndarray of float64 of shape (n_repeats, n_samples, 1)
        Probabilities of a candidate, with or without correction.
    """
    tested = ~np.isnan(scores[..., 0])
    y_true = np.broadcast_to(targets_of(result)[:, 0], tested.shape)[tested]
    return calibration_bins(y_true, scores[..., 0][tested], n_repeats=len(scores))
