"""A classifier fitted once on resampled data, and what is needed to correct its probabilities.

Reference: Elkan (2001).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from counterpoise._lib.sklearn_private import safe_indexing
from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise._row_origins import RowOrigins, check_only_resamples
from counterpoise._table import Provenance
from counterpoise.exceptions import InputError
from counterpoise.probability._cross_fitting import ScoredModel, select_rows
from counterpoise.probability._prior import correct_prior

__all__ = ["ResampledModel", "find_weight_parameter", "fit_resampled"]


@dataclass(frozen=True)
class ResampledModel:
    """A classifier fitted on resampled data.

    Attributes
    ----------
    estimator, sampler : fitted classifier and sampler
    classes : ndarray of shape (n_classes,)
    class_prior, resampled_prior : ndarray of float64 of shape (n_classes,)
        Proportion of each class before and after resampling, weighted if there are weights.
    corrects_prior : bool
        Whether probabilities are corrected for the change of the class prior.
    """

    estimator: Any
    sampler: Any
    classes: Array
    class_prior: Float64Array
    resampled_prior: Float64Array
    corrects_prior: bool

    @property
    def gives_probabilities(self) -> bool:
        """Whether the classifier predicts probabilities."""
        return ScoredModel(self.estimator).gives_probabilities

    def score_classes(self, X: Any) -> Float64Array:
        """Return probabilities or values of the decision function, a column for each class."""
        scores = ScoredModel(self.estimator).score_classes(X)
        if not (self.corrects_prior and self.gives_probabilities):
            return scores
        return correct_prior(scores, self.resampled_prior, self.class_prior)


def fit_resampled(
    estimator: Any,
    sampler: Any,
    X: Any,
    y: Array,
    params: Mapping[str, Any],
    *,
    original_share: float | None,
    corrects_prior: bool,
) -> ResampledModel:
    """Resample data and fit a classifier on the result.

    Parameters
    ----------
    estimator, sampler : unfitted classifier and sampler
        They are cloned.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    params : dict
        Parameters of the `fit` method of the estimator.
    original_share : float or None
        As in `ResampledClassifier`.
    corrects_prior : bool

    Returns
    -------
    ResampledModel

    Raises
    ------
    InputError
        If the sampler removed a class, or `params` cannot be resampled.
    """
    check_only_resamples(sampler)
    sampler = clone(sampler)
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    classes = np.unique(y)
    _check_classes(sampler, classes, y_resampled)
    origins = RowOrigins("sampler", sampler, len(y), len(y_resampled))
    resampled = {name: origins.carry(value, name, "estimator") for name, value in params.items()}
    weights = "sample_weight" if original_share is None else find_weight_parameter(estimator)
    totals = _class_totals(y, classes, params.get(weights))
    if original_share is not None:
        codes, weight = np.searchsorted(classes, np.asarray(y_resampled)), resampled.get(weights)
        weight = _prevalence_weights(sampler, codes, weight, totals, original_share)
        # A sample of weight 0 would still count for the bins of boosting and the size of leaves.
        used = np.flatnonzero(weight)
        resampled = select_rows({**resampled, weights: weight}, used, len(weight))
        X_resampled, y_resampled = safe_indexing(X_resampled, used), np.asarray(y_resampled)[used]
    fitted = clone(estimator).fit(X_resampled, y_resampled, **resampled)
    totals_after = _class_totals(y_resampled, classes, resampled.get(weights))
    prior, resampled_prior = (part / part.sum() for part in (totals, totals_after))
    return ResampledModel(fitted, sampler, classes, prior, resampled_prior, corrects_prior)


def find_weight_parameter(estimator: Any) -> str:
    """Return the name of the sample weights in the `fit` method of a classifier or pipeline.

    Raises
    ------
    InputError
        If it takes no sample weights.
    """
    if isinstance(estimator, Pipeline):
        step, last = estimator.steps[-1]
        return f"{step}__{find_weight_parameter(last)}"
    if has_fit_parameter(estimator, "sample_weight"):
        return "sample_weight"
    raise InputError(
        f"original_share weights samples, and the fit method of {type(estimator).__name__} has no "
        "sample_weight. Set original_share=None, or use another estimator."
    )


def _check_classes(sampler: Any, classes: Array, y_resampled: Any) -> None:
    missing = np.setdiff1d(classes, np.asarray(y_resampled))
    if len(missing):
        raise InputError(
            f"{type(sampler).__name__} removed all samples of class {missing[0]!r}. "
            "Change its sampling_strategy, so that it keeps some of them."
        )


def _class_totals(y: Any, classes: Array, weight: Any) -> Float64Array:
    """Return the number of samples of each class, or their total weight."""
    codes = np.searchsorted(classes, np.asarray(y))
    return np.bincount(codes, weights=weight, minlength=len(classes)).astype(np.float64)


def _prevalence_weights(
    sampler: Any,
    codes: IntArray,
    weight: Any,
    class_totals: Float64Array,
    original_share: float,
) -> Float64Array:
    """Return weights with which each class has its total weight before resampling.

    A class without synthetic samples, or without original samples, has all of its weight on those
    that it has.
    """
    provenance = getattr(sampler, "provenance_", None)
    if not isinstance(provenance, Provenance):
        raise InputError(
            "original_share needs to know which samples are synthetic, and "
            f"{type(sampler).__name__} does not report it. Use a sampler of counterpoise, such as "
            "SMOTE()."
        )
    weight = np.ones(len(codes)) if weight is None else np.asarray(weight, np.float64)
    part = 2 * codes + provenance.is_synthetic
    part_totals = np.bincount(part, weight, minlength=2 * len(class_totals)).reshape(-1, 2)
    has_part: BoolArray = part_totals > 0
    both = has_part.all(axis=1, keepdims=True)
    shares = np.where(both, [original_share, 1 - original_share], has_part)
    scale = shares * class_totals[:, None] / np.where(has_part, part_totals, 1)
    scaled: Float64Array = weight * scale.ravel()[part]
    return scaled
