"""Classification scorers of scikit-learn and counterpoise as functions of scored samples."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import signature
from typing import Any

import numpy as np

from counterpoise._lib.sklearn_private import scorer_parts
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.metrics import get_scorer, get_scorer_names

__all__ = ["Scorer", "scorer_named", "scorer_names"]


@dataclass(frozen=True)
class Scorer:
    """The metric of a scorer.

    Attributes
    ----------
    function : callable
        The metric: true classes, then predictions or scores.
    parameters : mapping of str to object
    sign : int
        1 if greater is better, −1 if lower is better.
    uses_scores : bool
        Whether it depends on scores; otherwise on predictions.
    needs_probabilities : bool
        Whether the scores must be probabilities.
    """

    function: Callable[..., float]
    parameters: Mapping[str, Any]
    sign: int
    uses_scores: bool
    needs_probabilities: bool

    @property
    def of_positive(self) -> bool:
        """Whether the metric describes one class, the positive one."""
        is_of_one_class = self.parameters.get("average", "binary") == "binary"
        return is_of_one_class and "pos_label" in signature(self.function).parameters

    @property
    def takes_weights(self) -> bool:
        """Whether the metric accepts sample weights."""
        return "sample_weight" in signature(self.function).parameters

    def of_samples(self, classes: IntArray, output: Any) -> float:
        """Return the metric of predictions or scores; NaN where they do not allow it."""
        return self._evaluate(classes, output)

    def of_counts(self, counts: Float64Array, positive: int | None) -> float:
        """Return the metric of a confusion matrix, whose counts become sample weights."""
        if positive is not None:  # scikit-learn's positive class is 1
            order = [1 - positive, positive]
            counts = counts[np.ix_(order, order)]
        true, predicted = np.indices(counts.shape).reshape(2, -1)
        return self._evaluate(true, predicted, sample_weight=counts.ravel())

    def _evaluate(self, classes: IntArray, output: Any, **weights: Float64Array) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return float(self.function(classes, output, **self.parameters, **weights))
            except ValueError:
                return float("nan")


@cache
def scorer_named(name: str) -> Scorer | None:
    """Return a classification scorer by name; None if there is none.

    Examples
    --------
    >>> scorer = scorer_named("jaccard_macro")
    >>> round(scorer.of_counts(np.array([[8.0, 2.0], [0.0, 10.0]]), None), 3)
    0.817
    """
    if name not in get_scorer_names():
        return None
    function, sign, parameters, responses = scorer_parts(get_scorer(name))
    if not _is_of_classes(function) or parameters.get("average") == "samples":
        return None
    return Scorer(function, parameters, sign, responses != "predict", responses == "predict_proba")


def _is_of_classes(function: Callable[..., float]) -> bool:
    """Return whether a metric is of classifiers, not of regression or clustering."""
    module = function.__module__
    if module.startswith("counterpoise."):
        return not module.endswith(("._regression", "._utility"))
    return module.endswith(("._classification", "._ranking", "._scorer"))


@cache
def scorer_names() -> tuple[str, ...]:
    """Return the names of all classification scorers, sorted."""
    return tuple(name for name in get_scorer_names() if scorer_named(name) is not None)
