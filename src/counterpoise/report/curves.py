"""Curves from out-of-fold scores: ROC and precision-recall by fold, and calibration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.suggest import nearest
from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.comparison import Arm, Comparison
from counterpoise.exceptions import InputError
from counterpoise.probability import CalibrationBins, calibration_bins

__all__ = [
    "Band",
    "bands_of",
    "bins_of",
    "mean_band",
    "precision_recall_bands",
    "roc_bands",
    "targets_of",
]

N_POINTS = 101


@dataclass(frozen=True)
class Band:
    """A curve averaged over folds, with how the folds lie around it.

    Attributes
    ----------
    x, y : ndarray of float64 of shape (n_points,)
    low, high : ndarray of float64 of shape (n_points,)
        The tenth and the ninetieth percentile of the folds.
    """

    x: Float64Array
    y: Float64Array
    low: Float64Array
    high: Float64Array


def roc_bands(result: Comparison, arm: Arm) -> list[Band]:
    """Return ROC curves, one for each column of scores: positives found, by false alarms."""
    grid = np.linspace(0, 1, N_POINTS)
    return [
        _band(
            grid,
            [
                np.interp(grid, np.append(0, false / false[-1]), np.append(0, hits / hits[-1]))
                for hits, false in _steps(result, arm, column)
            ],
        )
        for column in range(arm.scores.shape[2])
    ]


def precision_recall_bands(result: Comparison, arm: Arm) -> list[Band]:
    """Return precision-recall curves, one for each column of scores.

    At each recall stands the precision of the first threshold that reaches it: points are not
    joined by straight lines, which no threshold would keep.
    """
    grid = np.linspace(0, 1, N_POINTS)

    def precision(hits: Float64Array, false: Float64Array) -> Float64Array:
        at = np.searchsorted(hits / hits[-1], grid - 1e-12)
        reached: Float64Array = (hits / (hits + false))[np.minimum(at, len(hits) - 1)]
        return reached

    return [
        _band(grid, [precision(*steps) for steps in _steps(result, arm, column)])
        for column in range(arm.scores.shape[2])
    ]


def bands_of(curve: str) -> Callable[[Comparison, Arm], list[Band]]:
    """Return the function that makes a kind of curve.

    Raises
    ------
    InputError
        If it is neither "roc" nor "precision-recall".
    """
    known = {"precision-recall": precision_recall_bands, "roc": roc_bands}
    if curve not in known:
        raise InputError(f"There is no curve {curve!r}.{nearest(curve, known)}")
    return known[curve]


def mean_band(bands: list[Band]) -> Band:
    """Return the mean of several classes' curves."""
    return Band(*(np.mean([getattr(b, n) for b in bands], axis=0) for n in vars(bands[0])))


def _band(grid: Float64Array, curves: list[Float64Array]) -> Band:
    values = np.array(curves)
    low, high = np.quantile(values, [0.1, 0.9], axis=0)
    return Band(grid, values.mean(axis=0), low, high)


def _steps(result: Comparison, arm: Arm, column: int) -> list[tuple[Float64Array, Float64Array]]:
    """Return for each fold what each threshold finds: true and false, by falling score."""
    target = targets_of(result)[:, column]
    steps = []
    for repeat, folds in enumerate(result.folds):
        for number in range(result.settings.n_folds):
            rows = folds == number
            scores, truth = arm.scores[repeat, rows, column], target[rows]
            if np.isnan(scores).any() or not 0 < truth.sum() < len(truth):
                continue
            order = np.argsort(-scores, kind="stable")
            last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
            hits = np.cumsum(truth[order])[last].astype(np.float64)
            steps.append((hits, last + 1 - hits))
    return steps


def targets_of(result: Comparison) -> BoolArray:
    """Return whether each row is of the class of each column of scores."""
    positive = result.data.positive
    classes = np.arange(len(result.data.classes)) if positive is None else np.array([positive])
    targets: BoolArray = result.data.codes[:, None] == classes
    return targets


def bins_of(result: Comparison, scores: Float64Array) -> CalibrationBins:
    """Return probabilities beside frequencies.

    Parameters
    ----------
    result : Comparison
        Of two classes.
    scores : ndarray of float64 of shape (n_repeats, n_rows, 1)
        Probabilities of an arm, raw or corrected.
    """
    there = ~np.isnan(scores[..., 0])
    truth = np.broadcast_to(targets_of(result)[:, 0], there.shape)[there]
    return calibration_bins(truth, scores[..., 0][there], n_repeats=len(scores))
