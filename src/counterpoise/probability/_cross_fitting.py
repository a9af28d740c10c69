"""Out-of-fold predictions of any classifier, and the calibrator that is fitted to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.special import softmax
from sklearn.utils import check_random_state

from counterpoise._lib.sklearn_private import safe_indexing
from counterpoise._lib.types import Float64Array, IntArray, RowArray, Seed
from counterpoise._row_origins import has_entry_per_row
from counterpoise.exceptions import InputError
from counterpoise.model_selection._folds import (
    Fold,
    draw_folds,
    encode_groups,
    folds_from_splitter,
)
from counterpoise.model_selection._times import parse_times
from counterpoise.probability._calibrators import Calibrator, fit_calibrator

__all__ = [
    "CalibratedModels",
    "FoldsError",
    "ScoredModel",
    "cross_fit",
    "draw_calibration_folds",
    "select_rows",
]


class FoldsError(InputError):
    """The data do not allow out-of-fold predictions of all classes."""


# ---- Models and their scores ----


class Scorer(Protocol):
    """A fitted model."""

    @property
    def estimator(self) -> Any:
        """The fitted classifier."""

    @property
    def gives_probabilities(self) -> bool:
        """Whether scores are probabilities; otherwise they are values of a decision function."""

    def score_classes(self, X: Any) -> Float64Array:
        """Return an array of shape (n_samples, n_classes)."""


@dataclass(frozen=True)
class ScoredModel:
    """A fitted classifier, scored by its probabilities or else by its decision function.

    Attributes
    ----------
    estimator : classifier
    """

    estimator: Any

    @property
    def gives_probabilities(self) -> bool:
        """Whether the classifier predicts probabilities."""
        return hasattr(self.estimator, "predict_proba")

    def score_classes(self, X: Any) -> Float64Array:
        """Return an array of shape (n_samples, n_classes)."""
        if self.gives_probabilities:
            return np.asarray(self.estimator.predict_proba(X), np.float64)
        decision = np.asarray(self.estimator.decision_function(X), np.float64)
        return np.column_stack([-decision, decision]) if decision.ndim == 1 else decision


@dataclass(frozen=True)
class CalibratedModels:
    """Models and their calibrator: the mean of the calibrated probabilities is predicted.

    Attributes
    ----------
    models : tuple of Scorer
    calibrator : Calibrator
    """

    models: tuple[Scorer, ...]
    calibrator: Calibrator

    def predict_proba(self, X: Any) -> Float64Array:
        """Return probabilities of shape (n_samples, n_classes)."""
        predicted = [self.calibrator.predict(model.score_classes(X)) for model in self.models]
        mean: Float64Array = np.mean(predicted, axis=0)
        return mean


@dataclass(frozen=True)
class _MarginCalibrator:
    """Calibrator of a decision function, whose values have an arbitrary scale.

    Attributes
    ----------
    scale : float
    calibrator : Calibrator
    """

    scale: float
    calibrator: Calibrator

    def predict(self, margins: Float64Array) -> Float64Array:
        """Return calibrated probabilities of shape (n_samples, n_classes)."""
        return self.calibrator.predict(softmax(margins / self.scale, axis=1))


# ---- Folds ----


def draw_calibration_folds(
    cv: Any, X: Any, y: Any, codes: IntArray, *, groups: Any, time: Any, random_state: Seed
) -> tuple[Fold, ...]:
    """Return the splits for out-of-fold predictions.

    Parameters
    ----------
    cv : int, splitter or iterable of (train, test)
        A number of folds is stratified and shuffled, by groups or by time. A splitter need not test
        all samples.
    X, y, groups : as a splitter takes them
    codes : ndarray of int of shape (n_samples,)
    time : array-like of shape (n_samples,) or None
    random_state : int, RandomState or None

    Returns
    -------
    tuple of Fold
        Those whose training samples have all classes.

    Raises
    ------
    FoldsError
        If a class has too few samples, or is never tested.
    InputError
        If `cv`, `groups` or `time` is invalid.
    """
    if isinstance(cv, int | np.integer):
        splits = _draw_splits(int(cv), codes, groups, time, random_state)
    elif isinstance(cv, str) or not (hasattr(cv, "split") or hasattr(cv, "__iter__")):
        raise InputError(
            f"cv must be a number of folds, a splitter or splits; got {cv!r}. For example, set "
            "cv=5."
        )
    else:
        splits = folds_from_splitter(cv, X, y, groups).splits
    n_classes = int(codes.max()) + 1
    complete = tuple(fold for fold in splits if len(np.unique(codes[fold.train])) == n_classes)
    tested = np.concatenate([np.empty(0, np.intp), *(fold.test for fold in complete)])
    if len(np.unique(codes[tested])) < n_classes:
        raise FoldsError(
            "Calibration needs folds with all classes in their training samples, and samples of "
            "each class in their test samples; these folds do not have them. Use more samples, "
            "larger groups or fewer folds, for example cv=2."
        )
    return complete


def _draw_splits(
    cv: int, codes: IntArray, groups: Any, time: Any, random_state: Seed
) -> tuple[Fold, ...]:
    if cv < 2:
        raise InputError(f"cv must be at least 2; got {cv}. For example, set cv=5.")
    smallest = int(np.bincount(codes).min())
    if smallest < cv:
        raise FoldsError(
            f"Calibration with cv={cv} needs at least {cv} samples of each class; the smallest "
            f"class has {smallest}." + (f" Set cv={smallest}." if smallest > 1 else "")
        )
    groups = None if groups is None else encode_groups(groups, len(codes))
    time = None if time is None else parse_times(time, len(codes)).ranks
    n_groups = len(codes) if groups is None else len(np.unique(groups))
    if n_groups < cv:
        raise FoldsError(
            f"Calibration with cv={cv} needs at least {cv} groups; there are {n_groups}."
            + (f" Set cv={n_groups}." if n_groups > 1 else "")
        )
    seed = int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
    return draw_folds(codes, cv, 1, seed, groups=groups, time=time).splits


# ---- Out-of-fold predictions ----


def cross_fit(
    fit: Callable[[RowArray], Scorer],
    X: Any,
    codes: IntArray,
    folds: tuple[Fold, ...],
    *,
    method: str,
    weight: Any,
) -> CalibratedModels:
    """Fit a model on each fold, and a calibrator to the predictions of the test samples.

    Parameters
    ----------
    fit : callable
        Maps row numbers to the model that is fitted on these rows.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
    codes : ndarray of int of shape (n_samples,)
    folds : tuple of Fold
    method : {"sigmoid", "isotonic", "temperature"}
    weight : array-like of shape (n_samples,) or None

    Returns
    -------
    CalibratedModels
        The models of the folds, with the calibrator.
    """
    models = [fit(fold.train) for fold in folds]
    pairs = zip(models, folds, strict=True)
    scores = np.concatenate(
        [model.score_classes(safe_indexing(X, fold.test)) for model, fold in pairs]
    )
    tested = np.concatenate([fold.test for fold in folds])
    weight = np.ones(len(tested)) if weight is None else np.asarray(weight, np.float64)[tested]
    if models[0].gives_probabilities:
        calibrator = fit_calibrator(method, scores, codes[tested], weight)
    else:
        scale = float(scores.std()) or 1.0
        probabilities = softmax(scores / scale, axis=1)
        fitted = fit_calibrator(method, probabilities, codes[tested], weight)
        calibrator = _MarginCalibrator(scale, fitted)
    return CalibratedModels(tuple(models), calibrator)


def select_rows(params: Mapping[str, Any], rows: RowArray, n_samples: int) -> dict[str, Any]:
    """Return fit parameters for some rows; those without one entry per sample are unchanged."""
    return {
        name: safe_indexing(value, rows) if has_entry_per_row(name, value, n_samples) else value
        for name, value in params.items()
    }
