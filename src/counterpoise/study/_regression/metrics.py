"""The metrics of a study of a continuous target, with the influence of each sample on them.

Each is a mean of losses, some weighted by relevance, or a function of such means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.suggest import suggest_names
from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.study._metrics import Metric

__all__ = ["METRICS", "SYNONYMS", "PredictedSamples", "find_metric"]


@dataclass(frozen=True)
class PredictedSamples:
    """Test samples with the predicted values of one candidate.

    Attributes
    ----------
    y, predicted : ndarray of float64 of shape (n_samples,)
    relevance : ndarray of float64 of shape (n_samples,)
        The relevance of the true values.
    rare : ndarray of float64 of shape (n_samples,)
        1 for rare true values, 0 for common ones.
    """

    y: Float64Array
    predicted: Float64Array
    relevance: Float64Array
    rare: Float64Array

    @property
    def errors(self) -> Float64Array:
        """Predicted minus true values."""
        return self.predicted - self.y


_Values = Callable[[PredictedSamples], Float64Array]


def _squares(tested: PredictedSamples) -> Float64Array:
    squares: Float64Array = tested.errors**2
    return squares


def _absolute(tested: PredictedSamples) -> Float64Array:
    return np.abs(tested.errors)


def _equal(tested: PredictedSamples) -> Float64Array:
    return np.ones(len(tested.y))


def _relevance(tested: PredictedSamples) -> Float64Array:
    return tested.relevance


def _rare(tested: PredictedSamples) -> Float64Array:
    return tested.rare


def _mean(losses: _Values, weights: _Values, tested: PredictedSamples) -> float:
    total = weights(tested).sum()
    return float(weights(tested) @ losses(tested) / total) if total else float("nan")


def _mean_influence(losses: _Values, weights: _Values, tested: PredictedSamples) -> Float64Array:
    share = weights(tested) / weights(tested).sum()
    influence: Float64Array = share * (losses(tested) - _mean(losses, weights, tested))
    return influence


def _loss(name: str, label: str, losses: _Values, weights: _Values) -> Metric:
    """Return the metric of a weighted mean of losses; squared losses as their root."""
    is_root = losses is _squares

    def value(tested: PredictedSamples) -> float:
        mean = _mean(losses, weights, tested)
        return float(np.sqrt(mean)) if is_root else mean

    def influence(tested: PredictedSamples) -> Float64Array:
        of_mean = _mean_influence(losses, weights, tested)
        root = value(tested)
        return of_mean / (2 * root) if is_root and root else of_mean

    return Metric(name, label, -1, value, influence, margin=0.02, relative=True)


def _sera(tested: PredictedSamples) -> float:
    return float(tested.relevance @ _squares(tested))


def _sera_influence(tested: PredictedSamples) -> Float64Array:
    parts = tested.relevance * _squares(tested)
    centered: Float64Array = parts - parts.mean()
    return centered


def _r2(tested: PredictedSamples) -> float:
    variance = tested.y.var()
    return float(1 - _squares(tested).mean() / variance) if variance else float("nan")


def _r2_influence(tested: PredictedSamples) -> Float64Array:
    squares, deviations = _squares(tested), (tested.y - tested.y.mean()) ** 2
    ratio = squares.mean() / deviations.mean()
    influence: Float64Array = (ratio * deviations - squares) / deviations.sum()
    return influence


_ALL = (
    _loss("relevance_weighted_rmse", "relevance-weighted RMSE", _squares, _relevance),
    _loss("relevance_weighted_mae", "relevance-weighted MAE", _absolute, _relevance),
    Metric("sera", "SERA", -1, _sera, _sera_influence, margin=0.02, relative=True),
    _loss("rare_rmse", "RMSE of rare values", _squares, _rare),
    _loss("rare_mae", "MAE of rare values", _absolute, _rare),
    _loss("rmse", "RMSE", _squares, _equal),
    _loss("mae", "MAE", _absolute, _equal),
    Metric("r2", "R²", 1, _r2, _r2_influence),
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
# Names of scikit-learn's scorers and metrics.
SYNONYMS = {
    "mean_absolute_error": "mae",
    "neg_mean_absolute_error": "mae",
    "neg_root_mean_squared_error": "rmse",
    "root_mean_squared_error": "rmse",
}


def find_metric(name: str) -> Metric:
    """Return a metric of a continuous target by name.

    Raises
    ------
    InputError
        If the name is unknown; the message suggests the most similar one.

    Examples
    --------
    >>> find_metric("neg_root_mean_squared_error").label
    'RMSE'
    """
    name = SYNONYMS.get(name, name)
    if name not in METRICS:
        raise InputError(
            f"Unknown metric {name!r} of a continuous target."
            f"{suggest_names(name, (*METRICS, *SYNONYMS))}"
        )
    return METRICS[name]
