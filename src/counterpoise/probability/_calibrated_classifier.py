"""Classifier whose probabilities are calibrated on out-of-fold predictions.

References: Platt (1999); Van den Goorbergh et al. (2022), doi:10.1093/jamia/ocac093.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import column_or_1d, get_tags, indexable
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import (
    HasMethods,
    StrOptions,
    routing_enabled,
    safe_indexing,
)
from counterpoise._lib.types import Array, Float64Array, Seed
from counterpoise._table import check_complete_target
from counterpoise.exceptions import InputError
from counterpoise.probability._calibrators import CALIBRATORS
from counterpoise.probability._cross_fitting import (
    CalibratedModels,
    ScoredModel,
    cross_fit,
    draw_calibration_folds,
    select_rows,
)

__all__ = ["CalibratedClassifier", "calibrate"]


class CalibratedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Classifier whose probabilities are calibrated on out-of-fold predictions.

    Use it for models whose probabilities do not follow the class frequencies of the data: balanced
    ensembles, class weights, `scale_pos_weight`, pipelines with samplers, support vector machines.

    Parameters
    ----------
    estimator : classifier
        Any classifier with `predict_proba` or `decision_function`. It is cloned.
    method : {"sigmoid", "isotonic", "temperature"}, default="sigmoid"
        How out-of-fold predictions are mapped to probabilities. "sigmoid" is a logistic regression
        on the predicted log-odds and the predicted probability: Platt scaling on both scales.
        "isotonic" is an isotonic regression; it needs more samples, and predicts probabilities of
        exactly 0 and 1. "temperature" multiplies the log-probabilities of all classes by one
        number; it cannot remove the effect of class weights.
    cv : int, splitter or iterable of (train, test), default=5
        Number of folds, or a scikit-learn splitter, or its splits. A number of folds is stratified
        by class and shuffled, so that the order of the samples has no effect. A splitter need not
        test all samples (`TimeSeriesSplit` does not): those that it tests are used.
    ensemble : bool, default=False
        Whether the probabilities are the mean of the models of the folds. By default they are those
        of one model that is fitted on all samples after calibration.
    random_state : int, RandomState or None, default=None
        Seed of the folds.

    Attributes
    ----------
    estimators_ : list of classifiers
        The models that predict: one fitted on all samples or, if `ensemble` is true, those of the
        folds.
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    n_features_in_ : int
        Number of features. Defined only if the estimator defines it.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if the estimator defines it.

    See Also
    --------
    calibrate : Create and fit this classifier in one call.
    counterpoise.ResampledClassifier : Classifier with a sampler, calibrated in the same way.
    sklearn.calibration.CalibratedClassifierCV : The same idea. Its default folds are not shuffled,
        and it uses either the log-odds or the probability.

    Notes
    -----
    `fit` fits the estimator `cv` + 1 times, or `cv` times if `ensemble` is true; then prediction
    takes `cv` times as long.

    The mean of several models (`ensemble=True`) is often a little more accurate than one model, but
    not extreme enough: its calibration slope is above 1. Choose it for models that differ much from
    one fit to the next, such as a boosting of few trees: the calibrator, which is fitted to the
    models of the folds, does not suit another model then.

    Calibration never reverses the order of two samples, but can make their probabilities equal. It
    does not improve the ranking.

    References
    ----------
    J. C. Platt, "Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized
    Likelihood Methods", Advances in Large Margin Classifiers (1999), 61-74.

    R. van den Goorbergh, M. van Smeden, D. Timmerman, B. Van Calster, "The harm of class imbalance
    corrections for risk prediction models", Journal of the American Medical Informatics Association
    29, 1525-1534 (2022), doi:10.1093/jamia/ocac093.

    Examples
    --------
    Class weights make the probabilities of the minority class too high. Its proportion is 6%:

    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from counterpoise.probability import CalibratedClassifier
    >>> X, y = make_classification(2000, weights=[0.95], class_sep=0.5, random_state=0)
    >>> weighted = LogisticRegression(class_weight="balanced")
    >>> round(weighted.fit(X, y).predict_proba(X)[:, 1].mean().item(), 2)
    0.19
    >>> model = CalibratedClassifier(weighted, random_state=0).fit(X, y)
    >>> round(model.predict_proba(X)[:, 1].mean().item(), 2)
    0.06
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [
            HasMethods(["fit", "predict_proba"]),
            HasMethods(["fit", "decision_function"]),
        ],
        "method": [StrOptions(set(CALIBRATORS))],
        "cv": "no_validation",  # draw_calibration_folds raises the errors
        "ensemble": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Any,
        *,
        method: str = "sigmoid",
        cv: Any = 5,
        ensemble: bool = False,
        random_state: Seed = None,
    ) -> None:
        self.estimator = estimator
        self.method = method
        self.cv = cv
        self.ensemble = ensemble
        self.random_state = random_state

    def fit(self, X: Any, y: Any, *, groups: Any = None, time: Any = None, **params: Any) -> Self:
        """Fit the estimator on each fold, calibrate its predictions, and fit it on all samples.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,)
            The target classes.
        groups : array-like of shape (n_samples,), default=None
            Samples of one group are never both in the training and in the test part of a fold.
        time : array-like of shape (n_samples,), default=None
            The time of each sample: models are trained on earlier samples and tested on later ones.
            The earliest samples are not tested.
        **params : dict
            Parameters of the `fit` method of the estimator, such as `sample_weight`. Those with one
            entry per sample are divided into folds. `sample_weight` weights the calibration, too.

        Returns
        -------
        self
            The fitted classifier.

        Raises
        ------
        InputError
            If a class has too few samples for the folds, or an argument is invalid.
        """
        self._validate_params()
        fit_params = _route(self, params)
        check_complete_target(y)
        X, y = indexable(X, column_or_1d(y, warn=True))
        # First, so that the estimator reports invalid data.
        final = None if self.ensemble else self._fit_rows(X, y, fit_params)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(
                "The classifier can't train when only one class is present. y needs at least two "
                f"classes; it has {self.classes_.tolist()}."
            )
        folds = draw_calibration_folds(
            self.cv, X, y, codes, groups=groups, time=time, random_state=self.random_state
        )
        fitted = cross_fit(
            lambda rows: self._fit_rows(
                safe_indexing(X, rows), y[rows], select_rows(fit_params, rows, len(y))
            ),
            X,
            codes,
            folds,
            method=self.method,
            weight=fit_params.get("sample_weight"),
        )
        self._set_fitted(fitted if final is None else replace(fitted, models=(final,)))
        return self

    def _fit_rows(self, X: Any, y: Array, params: dict[str, Any]) -> ScoredModel:
        return ScoredModel(clone(self.estimator).fit(X, y, **params))

    def _set_fitted(self, fitted: CalibratedModels) -> None:
        self._calibrated = fitted
        self.estimators_ = [model.estimator for model in fitted.models]
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(self.estimators_[0], name):
                setattr(self, name, getattr(self.estimators_[0], name))

    def predict(self, X: Any) -> Array:
        """Predict the class with the highest calibrated probability.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of shape (n_samples,)
            The predicted classes.
        """
        check_is_fitted(self, "estimators_")
        predicted: Array = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return predicted

    def predict_proba(self, X: Any) -> Float64Array:
        """Predict calibrated class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The probabilities, in the order of `classes_`.
        """
        check_is_fitted(self, "estimators_")
        return self._calibrated.predict_proba(X)

    def get_metadata_routing(self) -> MetadataRouter:
        """Get the metadata routing: metadata of `fit` goes to the `fit` of the estimator.

        `groups` and `time` are used by this classifier itself.

        Returns
        -------
        MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=self).add_self_request(self)
        return router.add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        return tags


def _route(estimator: Any, params: dict[str, Any]) -> dict[str, Any]:
    if not routing_enabled():
        return params
    return dict(process_routing(estimator, "fit", **params).estimator.fit)


def calibrate(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    method: str = "sigmoid",
    cv: Any = 5,
    ensemble: bool = False,
    groups: Any = None,
    time: Any = None,
    random_state: Seed = None,
    **params: Any,
) -> CalibratedClassifier:
    """Fit a classifier and calibrate its probabilities on out-of-fold predictions.

    It is the same as ``CalibratedClassifier(estimator, ...).fit(X, y, ...)``.

    Parameters
    ----------
    estimator : classifier
        Any classifier with `predict_proba` or `decision_function`. It is cloned.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        The training samples.
    y : array-like of shape (n_samples,)
        The target classes.
    method, cv, ensemble, random_state
        As in `CalibratedClassifier`.
    groups, time, **params
        As in `CalibratedClassifier.fit`.

    Returns
    -------
    CalibratedClassifier
        The fitted classifier.

    Raises
    ------
    InputError
        If a class has too few samples for the folds, or an argument is invalid.

    See Also
    --------
    CalibratedClassifier : The classifier, for pipelines and cross-validation.

    References
    ----------
    J. C. Platt, "Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized
    Likelihood Methods", Advances in Large Margin Classifiers (1999), 61-74.

    Examples
    --------
    A balanced random forest predicts as if half of the samples were of the minority class:

    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import BalancedRandomForestClassifier
    >>> from counterpoise.probability import calibrate
    >>> X, y = make_classification(2000, weights=[0.95], class_sep=0.5, random_state=0)
    >>> X_new, y_new = X[1000:], y[1000:]
    >>> forest = BalancedRandomForestClassifier(20, random_state=0)
    >>> model = calibrate(forest, X[:1000], y[:1000], random_state=0)
    >>> raw = forest.fit(X[:1000], y[:1000])
    >>> [round(m.predict_proba(X_new)[:, 1].mean().item(), 2) for m in (raw, model)]
    [0.2, 0.05]
    >>> round(y_new.mean().item(), 2)
    0.05
    """
    classifier = CalibratedClassifier(
        estimator, method=method, cv=cv, ensemble=ensemble, random_state=random_state
    )
    return classifier.fit(X, y, groups=groups, time=time, **params)
