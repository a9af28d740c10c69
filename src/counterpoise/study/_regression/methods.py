"""The methods for rare values of a continuous target that a study compares, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from counterpoise._lib.types import Float64Array
from counterpoise.regression import (
    SMOGN,
    SMOTER,
    WERCS,
    GaussianNoise,
    RandomOverSampler,
    RandomUnderSampler,
    RelevanceFunction,
    relevance_weights,
)
from counterpoise.study._methods import BASELINE, Method, MethodCatalog, Requirements
from counterpoise.study._regression.models import REGRESSORS
from counterpoise.study._regression.target import THRESHOLD

__all__ = ["FOR_VALUES", "RareRequirements"]

_ALPHA = 0.9
# A range of rare values that is small in some training fold gets fewer neighbors there.
_SMALL_BINS = {"small_bins": "shrink_k"}


@dataclass(frozen=True, kw_only=True)
class RareRequirements(Requirements):
    """The properties of the data that samplers for a continuous target need.

    Attributes
    ----------
    relevance : RelevanceFunction
        Samplers fit it to the training data; one of points is the same for all data.
    """

    relevance: RelevanceFunction


def _sampler(sampler: type[Any]) -> Callable[[RareRequirements], Any]:
    def make(requirements: RareRequirements) -> Any:
        chosen = {"relevance": requirements.relevance, "threshold": THRESHOLD, **_SMALL_BINS}
        known = sampler().get_params(deep=False)
        return sampler(**{name: value for name, value in chosen.items() if name in known})

    return make


def _weigh_by_relevance(y: Any, relevance: RelevanceFunction) -> Float64Array:
    return relevance_weights(y, relevance, alpha=_ALPHA)


def _weigh_by_density(y: Any, relevance: RelevanceFunction) -> Float64Array:  # noqa: ARG001
    return relevance_weights(y)


_METHODS = {
    method.name: method
    for method in (
        Method(BASELINE, "no resampling", "baseline"),
        Method(
            "relevance-weight",
            "sample weights from relevance: the rarest values weigh ten times the common ones",
            "weights",
            _weigh_by_relevance,
        ),
        Method(
            "dense-weight",
            "DenseWeight: sample weights from the inverse density of the target",
            "weights",
            _weigh_by_density,
        ),
        Method(
            "random-under",
            "random undersampling of common values",
            "sampler",
            _sampler(RandomUnderSampler),
        ),
        Method(
            "random-over",
            "random oversampling: duplicates of samples with rare values",
            "sampler",
            _sampler(RandomOverSampler),
        ),
        Method(
            "smoter",
            "SMOTER: undersampling, and synthetic samples between samples with rare values",
            "sampler",
            _sampler(SMOTER),
        ),
        Method(
            "smogn",
            "SMOGN: SMOTER, with Gaussian noise where no neighbor is near",
            "sampler",
            _sampler(SMOGN),
        ),
        Method(
            "gaussian-noise",
            "undersampling, and samples with rare values with Gaussian noise",
            "sampler",
            _sampler(GaussianNoise),
        ),
        Method(
            "wercs",
            "WERCS: over- and undersampling with probabilities from relevance",
            "sampler",
            _sampler(WERCS),
        ),
    )
}
FOR_VALUES = MethodCatalog(
    REGRESSORS, _METHODS, tuple(_METHODS), {name: (name,) for name in _METHODS}
)
