"""Curves from out-of-fold scores: ROC and precision-recall by fold, and calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from counterpoise._types import BoolArray, Float64Array
from counterpoise.comparison import Arm, Comparison

__all__ = [
    "Band",
    "Bins",
    "calibration_bins",
    "mean_band",
    "precision_recall_bands",
    "roc_bands",
    "targets_of",
]

N_POINTS = 101
N_BINS = 10


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


@dataclass(frozen=True)
class Bins:
    """Probabilities beside frequencies, in bins of equally many rows.

    Attributes
    ----------
    said, happened : ndarray of float64 of shape (n_bins,)
        Mean probability, and share of rows of the class.
    low, high : ndarray of float64 of shape (n_bins,)
        Wilson's 95 % interval of the share (Wilson 1927, doi:10.1080/01621459.1927.10502953).
    rows : ndarray of int of shape (n_bins,)
    """

    said: Float64Array
    happened: Float64Array
    low: Float64Array
    high: Float64Array
    rows: Float64Array


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


def calibration_bins(result: Comparison, scores: Float64Array) -> Bins:
    """Return probabilities beside frequencies.

    Parameters
    ----------
    result : Comparison
        Of two classes.
    scores : ndarray of float64 of shape (n_repeats, n_rows, 1)
        Probabilities of an arm, raw or corrected.
    """
    there = ~np.isnan(scores[..., 0])
    said = scores[..., 0][there]
    truth = np.broadcast_to(targets_of(result)[:, 0], there.shape)[there]
    edges = np.unique(np.quantile(said, np.linspace(0, 1, N_BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, said)
    rows = np.bincount(bins, minlength=len(edges) + 1).astype(np.float64)
    full = rows > 0
    mean = np.bincount(bins, said, minlength=len(rows))[full] / rows[full]
    share = np.bincount(bins, truth, minlength=len(rows))[full] / rows[full]
    # A row that several repeats have tested is one row.
    low, high = _wilson(share, rows[full] / len(scores))
    return Bins(mean, share, low, high, rows[full])


def _wilson(share: Float64Array, n: Float64Array) -> tuple[Float64Array, Float64Array]:
    z = float(norm.ppf(0.975))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)
