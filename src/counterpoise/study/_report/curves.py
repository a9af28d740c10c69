"""Curves of out-of-fold scores: ROC and precision-recall by fold, and calibration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from counterpoise._lib.suggest import suggest_names
from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.exceptions import InputError
from counterpoise.probability import CalibrationBins, calibration_bins
from counterpoise.study._records import Candidate, TableSummary

__all__ = [
    "CurveBand",
    "ScoredTable",
    "bands_of",
    "bins_of",
    "interpolate_precision",
    "interpolate_roc",
    "mean_band",
    "precision_recall_bands",
    "roc_bands",
    "targets_of",
]

GRID = np.linspace(0, 1, 101)


class ScoredTable(Protocol):
    """A result with classes and folds: of a study, or of an evaluation."""

    @property
    def data(self) -> TableSummary:
        """Classes, and the class of each sample."""

    @property
    def folds(self) -> IntArray:
        """The fold in which each sample was tested; of shape (n_repeats, n_samples)."""


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


def roc_bands(result: ScoredTable, candidate: Candidate) -> list[CurveBand]:
    """Return ROC curves, one for each column of scores."""
    return _bands(result, candidate, interpolate_roc)


def precision_recall_bands(result: ScoredTable, candidate: Candidate) -> list[CurveBand]:
    """Return precision-recall curves, one for each column of scores."""
    return _bands(result, candidate, interpolate_precision)


def interpolate_roc(tp: Float64Array, fp: Float64Array) -> Float64Array:
    """Return the recall at each false positive rate of `GRID`.

    Parameters
    ----------
    tp, fp : ndarray of float64 of shape (n_thresholds,)
        True and false positives at each threshold, by decreasing threshold.
    """
    recall: Float64Array = np.interp(GRID, np.append(0, fp / fp[-1]), np.append(0, tp / tp[-1]))
    return recall


def interpolate_precision(tp: Float64Array, fp: Float64Array) -> Float64Array:
    """Return the precision at each recall of `GRID`, that of the highest threshold that reaches it.

    Straight lines between points of a precision-recall curve are not attainable.

    Parameters
    ----------
    tp, fp : ndarray of float64 of shape (n_thresholds,)
        As in `interpolate_roc`.
    """
    at = np.minimum(np.searchsorted(tp / tp[-1], GRID - 1e-12), len(tp) - 1)
    precision: Float64Array = tp[at] / (tp[at] + fp[at])
    return precision


def bands_of(curve: str) -> Callable[[ScoredTable, Candidate], list[CurveBand]]:
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


def _bands(
    result: ScoredTable,
    candidate: Candidate,
    interpolate: Callable[[Float64Array, Float64Array], Float64Array],
) -> list[CurveBand]:
    bands = []
    for column in range(candidate.scores.shape[2]):
        values = np.array([interpolate(*steps) for steps in _steps(result, candidate, column)])
        low, high = np.quantile(values, [0.1, 0.9], axis=0)
        bands.append(CurveBand(GRID, values.mean(axis=0), low, high))
    return bands


def _steps(
    result: ScoredTable, candidate: Candidate, column: int
) -> list[tuple[Float64Array, Float64Array]]:
    """Return true and false positives at each threshold, by decreasing score, for each fold."""
    target = targets_of(result)[:, column]
    steps = []
    for repeat, folds in enumerate(result.folds):
        for fold in range(result.folds.max() + 1):
            rows = folds == fold
            scores, truth = candidate.scores[repeat, rows, column], target[rows]
            if np.isnan(scores).any() or not 0 < truth.sum() < len(truth):
                continue
            order = np.argsort(-scores, kind="stable")
            last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
            true_positives = np.cumsum(truth[order])[last].astype(np.float64)
            steps.append((true_positives, last + 1 - true_positives))
    return steps


def targets_of(result: ScoredTable) -> BoolArray:
    """Return whether each sample belongs to the class of each column of scores."""
    positive = result.data.positive
    classes = np.arange(len(result.data.classes)) if positive is None else np.array([positive])
    targets: BoolArray = result.data.codes[:, None] == classes
    return targets


def bins_of(result: ScoredTable, scores: Float64Array) -> CalibrationBins:
    """Compute calibration bins.

    Parameters
    ----------
    result : ScoredTable
        Of two classes.
    scores : ndarray of float64 of shape (n_repeats, n_samples, 1)
        Probabilities of a candidate, with or without correction.
    """
    tested = ~np.isnan(scores[..., 0])
    y_true = np.broadcast_to(targets_of(result)[:, 0], tested.shape)[tested]
    return calibration_bins(y_true, scores[..., 0][tested], n_repeats=len(scores))
