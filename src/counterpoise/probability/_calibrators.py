"""Calibrators: functions from predicted to calibrated probabilities.

References: Platt (1999); Zadrozny and Elkan (2002), doi:10.1145/775047.775151; Guo et al. (2017),
doi:10.48550/arXiv.1706.04599.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from counterpoise._lib.types import BoolArray, Float64Array, IntArray

__all__ = ["CALIBRATORS", "Calibrator", "fit_calibrator"]


class Calibrator(Protocol):
    """A fitted calibrator."""

    def predict(self, probabilities: Float64Array) -> Float64Array:
        """Return calibrated probabilities of shape (n_samples, n_classes)."""


class _ClassCalibrator(Protocol):
    """A fitted calibrator of the probabilities of one class."""

    def predict(self, probability: Float64Array) -> Float64Array:
        """Return calibrated probabilities of shape (n_samples,)."""


def fit_calibrator(
    method: str, probabilities: Float64Array, codes: IntArray, weight: Float64Array
) -> Calibrator:
    """Fit a calibrator to out-of-fold predictions.

    Parameters
    ----------
    method : {"sigmoid", "isotonic", "temperature"}
    probabilities : ndarray of float64 of shape (n_samples, n_classes)
        Predicted probabilities of samples that the model was not trained on.
    codes : ndarray of int of shape (n_samples,)
        The class of each sample; each class occurs.
    weight : ndarray of float64 of shape (n_samples,)
        Sample weights.

    Returns
    -------
    Calibrator
    """
    # Platt's targets depend on the number of samples, which the mean weight must not change.
    return CALIBRATORS[method](probabilities, codes, weight / weight.mean())


# ---- One class against the others ----


@dataclass(frozen=True)
class _OneVsRest:
    """A calibrator for each class; for two classes, one for the second class.

    Attributes
    ----------
    calibrators : tuple of _ClassCalibrator
    """

    calibrators: tuple[_ClassCalibrator, ...]

    def predict(self, probabilities: Float64Array) -> Float64Array:
        """Return calibrated probabilities, which sum to 1."""
        if len(self.calibrators) == 1:
            second = self.calibrators[0].predict(probabilities[:, 1])
            return np.column_stack([1 - second, second])
        columns = zip(self.calibrators, probabilities.T, strict=True)
        calibrated = np.column_stack([fitted.predict(column) for fitted, column in columns])
        calibrated[calibrated.sum(axis=1) == 0] = 1  # isotonic regression may predict 0 for all
        normalized: Float64Array = calibrated / calibrated.sum(axis=1, keepdims=True)
        return normalized


@dataclass(frozen=True)
class _Sigmoid:
    """A logistic regression on the predicted log-odds and the predicted probability.

    Platt scaling uses one of the two. Log-odds suit models that follow the class proportions, and
    contain the identity; probabilities suit forests and nearest neighbors, which predict 0 and 1
    without being certain.

    Attributes
    ----------
    smoothing : float
        Added to the probabilities of the class and of the others, so that log-odds are finite.
    slopes : ndarray of float64 of shape (2,)
        Not negative: the order of two samples is never reversed.
    intercept : float
    """

    smoothing: float
    slopes: Float64Array
    intercept: float

    @classmethod
    def fit(cls, probability: Float64Array, is_class: BoolArray, weight: Float64Array) -> _Sigmoid:
        """Fit by maximum likelihood, with the targets of Platt (1999) in place of 0 and 1."""
        smoothing = 1 / len(probability)
        features = _log_odds_and_probability(probability, smoothing)
        n_class, n_others = weight @ is_class, weight @ ~is_class
        target = np.where(is_class, (n_class + 1) / (n_class + 2), 1 / (n_others + 2))
        slopes, intercept = _fit_soft_targets(features, target, weight)
        return cls(smoothing, slopes, intercept)

    def predict(self, probability: Float64Array) -> Float64Array:
        """Return calibrated probabilities of the class."""
        features = _log_odds_and_probability(probability, self.smoothing)
        calibrated: Float64Array = expit(features @ self.slopes + self.intercept)
        return calibrated


def _log_odds_and_probability(probability: Float64Array, smoothing: float) -> Float64Array:
    smooth = (probability + smoothing) / (1 + 2 * smoothing)
    return np.column_stack([logit(smooth), smooth])


def _fit_soft_targets(
    features: Float64Array, target: Float64Array, weight: Float64Array
) -> tuple[Float64Array, float]:
    """Fit a logistic regression without negative slopes to targets between 0 and 1."""
    n = len(target)
    # A target of 0.9 is a sample of the class with weight 0.9 and one of the others with 0.1.
    rows, is_class = np.tile(np.arange(n), 2), np.repeat([True, False], n)
    both_weights = np.concatenate([weight * target, weight * (1 - target)])
    center, scale = features.mean(axis=0), features.std(axis=0)
    used = np.flatnonzero(scale > 1e-12)
    while len(used):
        standardized = (features[:, used] - center[used]) / scale[used]
        # Nearly no penalty: just enough for features that depend on each other.
        model = LogisticRegression(C=1e4, solver="newton-cholesky", max_iter=1000)
        model.fit(standardized[rows], is_class, sample_weight=both_weights)
        if (model.coef_ >= 0).all():
            slopes = np.zeros(len(scale))
            slopes[used] = model.coef_[0] / scale[used]
            return slopes, float(model.intercept_[0] - slopes @ center)
        used = np.delete(used, model.coef_[0].argmin())
    return np.zeros(len(scale)), float(logit(np.average(target, weights=weight)))


def _fit_isotonic(
    probability: Float64Array, is_class: BoolArray, weight: Float64Array
) -> _ClassCalibrator:
    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    fitted: _ClassCalibrator = model.fit(probability, is_class, sample_weight=weight)
    return fitted


def _fit_one_vs_rest(
    fit_class: Callable[[Float64Array, BoolArray, Float64Array], _ClassCalibrator],
    probabilities: Float64Array,
    codes: IntArray,
    weight: Float64Array,
) -> _OneVsRest:
    n_classes = probabilities.shape[1]
    calibrated = range(1 if n_classes == 2 else 0, n_classes)
    return _OneVsRest(
        tuple(fit_class(probabilities[:, code], codes == code, weight) for code in calibrated)
    )


# ---- All classes together ----


@dataclass(frozen=True)
class _Temperature:
    """Temperature scaling: the log-probabilities of all classes are multiplied by one number.

    Attributes
    ----------
    smoothing : float
        Added to each probability, so that logarithms are finite.
    inverse_temperature : float
    """

    smoothing: float
    inverse_temperature: float

    @classmethod
    def fit(
        cls, probabilities: Float64Array, codes: IntArray, weight: Float64Array
    ) -> _Temperature:
        """Fit by maximum likelihood."""
        smoothing = 1 / len(codes)
        logarithms = np.log(probabilities + smoothing)
        observed = np.arange(len(codes)), codes

        def compute_log_loss(log_inverse: float) -> float:
            predicted = softmax(np.exp(log_inverse) * logarithms, axis=1)[observed]
            return -float(weight @ np.log(predicted + np.finfo(float).tiny))

        found = minimize_scalar(compute_log_loss, bounds=(-5, 5), method="bounded")
        return cls(smoothing, float(np.exp(found.x)))

    def predict(self, probabilities: Float64Array) -> Float64Array:
        """Return calibrated probabilities, which sum to 1."""
        logarithms = np.log(probabilities + self.smoothing)
        calibrated: Float64Array = softmax(self.inverse_temperature * logarithms, axis=1)
        return calibrated


CALIBRATORS: dict[str, Callable[[Float64Array, IntArray, Float64Array], Calibrator]] = {
    "sigmoid": partial(_fit_one_vs_rest, _Sigmoid.fit),
    "isotonic": partial(_fit_one_vs_rest, _fit_isotonic),
    "temperature": _Temperature.fit,
}
