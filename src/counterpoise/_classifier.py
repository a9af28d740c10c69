"""Classifier trained on resampled data, with prior-corrected probabilities.

References: Elkan (2001); Saerens, Latinne and Decaestecker (2002), doi:10.1162/089976602753284446.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import column_or_1d, get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import HasMethods, routing_enabled
from counterpoise._lib.types import Array, Float64Array
from counterpoise._row_origins import RowOrigins
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.probability import correct_prior

__all__ = ["ResampledClassifier"]


# Shuffled, because the default folds of CalibratedClassifierCV take sorted data in its order.
_CALIBRATION = "CalibratedClassifierCV(model, cv=StratifiedKFold(shuffle=True, random_state=0))"


def _estimator_has(method: str) -> Callable[[Any], bool]:
    def check(self: Any) -> bool:
        estimator = getattr(self, "estimator_", self.estimator)
        if hasattr(estimator, method):
            return True
        message = f"{type(estimator).__name__} has no {method}."
        if "proba" in method:
            message += (
                f" For probabilities, use {_CALIBRATION}, where model is this ResampledClassifier."
            )
        raise AttributeError(message)

    return check


class ResampledClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Classifier trained on resampled data, with prior-corrected probabilities.

    Only `fit` resamples. In cross-validation and in searches, test folds are never resampled.

    Parameters
    ----------
    estimator : classifier
        The classifier; a clone of it is trained on the resampled data.
    sampler : sampler
        Any sampler with `fit_resample`. It is cloned.
    correct_probabilities : bool, default=True
        Whether to correct the probabilities for the change of the class frequencies by resampling.
        The correction suits models such as logistic regression, and not flexible models such as
        random forests and gradient boosting: see Notes.
    threshold : {"resampled", "argmax"} or float, default="resampled"
        How `predict` chooses the class. "resampled" returns the prediction of the estimator trained
        on the resampled data, without correction. "argmax" chooses the class with the highest
        probability by `predict_proba`. A number between 0 and 1, for two classes, chooses the
        second of `classes_` if its probability is at least that number.

    Attributes
    ----------
    estimator_ : classifier
        The classifier fitted on the resampled data.
    sampler_ : sampler
        The fitted sampler. Its `provenance_` has the origin of each resampled sample.
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    class_prior_ : ndarray of float64 of shape (n_classes,)
        Proportion of each class in the data given to `fit`; weighted if `sample_weight` is given.
    resampled_prior_ : ndarray of float64 of shape (n_classes,)
        Proportion of each class in the resampled data.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.

    See Also
    --------
    counterpoise.probability.PriorCorrection : Corrects probabilities for another prior.
    counterpoise.pipeline.Pipeline : Uses samplers as steps, without correction of probabilities.

    Notes
    -----
    The correction multiplies the odds by the change of the class frequencies. It is right only if
    both of these hold:

    - The model follows the class frequencies of its training data. Logistic regression does.
      Flexible models do so only in part: oversampling raises the probabilities of a random forest
      or of gradient boosting much less than the class frequencies, and the correction then makes
      them too low. The last example shows this.
    - The sampler does not select samples by their features. The correction is exact for random
      oversampling and undersampling, approximate for synthetic samples such as SMOTE's, and not
      valid for cleaning methods such as Tomek links; for those `fit` warns. The attribute
      `prior_correction` of a sampler has one of these three values.

    For calibrated probabilities in all other cases, calibrate the whole classifier::

        CalibratedClassifierCV(model, cv=StratifiedKFold(shuffle=True, random_state=0))

    Shuffle the folds: the default folds of `sklearn.calibration.CalibratedClassifierCV` follow the
    order of the samples, and can calibrate badly if `X` is sorted.

    For two classes, the correction does not change the ranking of the samples: ROC-AUC and average
    precision are the same with and without it.

    References
    ----------
    C. Elkan, "The foundations of cost-sensitive learning", IJCAI (2001), 973-978.

    M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a priori
    probabilities", Neural Computation 14, 21-41 (2002), doi:10.1162/089976602753284446.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.metrics import recall_score
    >>> from sklearn.model_selection import train_test_split
    >>> from counterpoise import ResampledClassifier
    >>> from counterpoise.over_sampling import RandomOverSampler
    >>> X, y = make_classification(4000, weights=[0.95], random_state=0)
    >>> X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
    >>> sampler = RandomOverSampler(random_state=0)
    >>> model = ResampledClassifier(LogisticRegression(), sampler).fit(X, y)

    The mean probability of the minority class is close to its proportion, 5.5%:

    >>> round(y_test.mean().item(), 3), round(model.predict_proba(X_test)[:, 1].mean().item(), 3)
    (0.055, 0.051)

    By default, `predict` finds most of the minority class. The class with the highest corrected
    probability is the majority class far more often:

    >>> round(recall_score(y_test, model.predict(X_test)), 2)
    0.78
    >>> model.set_params(threshold="argmax")  # doctest: +ELLIPSIS
    ResampledClassifier(...)
    >>> round(recall_score(y_test, model.predict(X_test)), 2)
    0.22

    The corrected probabilities of a random forest are much too low. Calibrate them instead:

    >>> from sklearn.calibration import CalibratedClassifierCV
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn.model_selection import StratifiedKFold
    >>> forest = RandomForestClassifier(25, random_state=0)
    >>> model = ResampledClassifier(forest, sampler).fit(X, y)
    >>> round(model.predict_proba(X_test)[:, 1].mean().item(), 2)
    0.01
    >>> model = ResampledClassifier(forest, sampler, correct_probabilities=False)
    >>> folds = StratifiedKFold(shuffle=True, random_state=0)
    >>> calibrated = CalibratedClassifierCV(model, cv=folds).fit(X, y)
    >>> round(calibrated.predict_proba(X_test)[:, 1].mean().item(), 2)
    0.05
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"])],
        "sampler": [HasMethods(["fit_resample"])],
        "correct_probabilities": ["boolean"],
        "threshold": "no_validation",  # _check_threshold raises its own messages
    }

    def __init__(
        self,
        estimator: Any,
        sampler: Any,
        *,
        correct_probabilities: bool = True,
        threshold: str | float = "resampled",
    ) -> None:
        self.estimator = estimator
        self.sampler = sampler
        self.correct_probabilities = correct_probabilities
        self.threshold = threshold

    def fit(self, X: Any, y: Any, **params: Any) -> Self:
        """Resample the data, and fit the estimator on the result.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,)
            The target classes.
        **params : dict
            Parameters of the `fit` method of the estimator, such as `sample_weight`. Those with one
            entry per sample are resampled as well; a synthetic sample has the entry of its base
            sample.

        Returns
        -------
        self
            The fitted classifier.

        Raises
        ------
        InputError
            If the data cannot be resampled, if `threshold` is invalid, or if `params` cannot be
            resampled.
        """
        self._validate_params()
        self._check_threshold()
        if routing_enabled():
            params = dict(process_routing(self, "fit", **params).estimator.fit)
        y = column_or_1d(y, warn=True)
        self.sampler_ = clone(self.sampler)
        X_resampled, y_resampled = self.sampler_.fit_resample(X, y)
        origins = RowOrigins("sampler", self.sampler_, len(y), len(y_resampled))
        resampled = {name: origins.carry(v, name, "estimator") for name, v in params.items()}
        self.estimator_ = clone(self.estimator).fit(X_resampled, y_resampled, **resampled)
        self._set_classes(y)
        self.class_prior_ = _compute_prior(y, self.classes_, params.get("sample_weight"))
        self.resampled_prior_ = _compute_prior(
            y_resampled, self.classes_, resampled.get("sample_weight")
        )
        self._set_feature_names()
        self._warn_if_not_correctable()
        return self

    def _check_threshold(self) -> None:
        threshold = self.threshold
        is_probability = isinstance(threshold, float | np.floating) and 0 < threshold < 1
        if threshold not in ("resampled", "argmax") and not is_probability:
            raise InputError(
                "threshold must be 'resampled', 'argmax' or a number between 0 and 1; got "
                f"{threshold!r}."
            )
        if threshold != "resampled" and not hasattr(self.estimator, "predict_proba"):
            raise InputError(
                f"threshold={threshold!r} needs probabilities, and {type(self.estimator).__name__} "
                f"has no predict_proba. Set threshold='resampled'; for probabilities, use "
                f"{_CALIBRATION}, where model is this ResampledClassifier."
            )

    def _set_classes(self, y: Any) -> None:
        self.classes_ = np.unique(np.asarray(y))
        missing = np.setdiff1d(self.classes_, np.asarray(self.estimator_.classes_))
        if len(missing):
            raise InputError(
                f"{type(self.sampler_).__name__} removed all samples of class {missing[0]!r}. "
                "Change its sampling_strategy, so that it keeps some of them."
            )
        if isinstance(self.threshold, float) and len(self.classes_) != 2:
            raise InputError(
                f"threshold={self.threshold} is for two classes, and y has "
                f"{len(self.classes_)}. Set threshold='resampled' or threshold='argmax'."
            )

    def _set_feature_names(self) -> None:
        for name in ("n_features_in_", "feature_names_in_"):
            for fitted in (self.sampler_, self.estimator_):
                if hasattr(fitted, name):
                    setattr(self, name, getattr(fitted, name))
                    break

    def _warn_if_not_correctable(self) -> None:
        correction = getattr(self.sampler_, "prior_correction", None)
        if not self.correct_probabilities or correction in ("exact", "approximate"):
            return
        if not hasattr(self.estimator_, "predict_proba"):
            return
        name = type(self.sampler_).__name__
        reason = (
            f"{name} selects samples by their features"
            if correction
            else f"the effect of {name} on probabilities is not known"
        )
        warnings.warn(
            "The predicted probabilities may be miscalibrated: they are corrected for the class "
            f"frequencies only, but {reason}. For calibrated probabilities, use {_CALIBRATION}, "
            "where model is this ResampledClassifier.",
            CounterpoiseWarning,
            stacklevel=3,
        )

    def predict(self, X: Any) -> Array:
        """Predict the class of each sample, by the rule that `threshold` sets.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of shape (n_samples,)
            The predicted classes.
        """
        check_is_fitted(self, "estimator_")
        predicted: Array
        if self.threshold == "resampled":
            predicted = self.estimator_.predict(X)
            return predicted
        probabilities = self.predict_proba(X)
        if self.threshold == "argmax":
            codes = probabilities.argmax(axis=1)
        else:
            codes = (probabilities[:, 1] >= self.threshold).astype(int)
        predicted = self.classes_[codes]
        return predicted

    @available_if(_estimator_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Float64Array:
        """Predict class probabilities, corrected for the prior of the data given to `fit`.

        See Notes of the class for the models and samplers for which the correction is right.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The probabilities, in the order of `classes_`; not corrected if `correct_probabilities`
            is false.
        """
        check_is_fitted(self, "estimator_")
        probabilities = np.asarray(self.estimator_.predict_proba(X), np.float64)
        if not self.correct_probabilities:
            return probabilities
        return correct_prior(probabilities, self.resampled_prior_, self.class_prior_)

    @available_if(_estimator_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Float64Array:
        """Predict the logarithm of the class probabilities of `predict_proba`.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The log-probabilities, in the order of `classes_`.
        """
        with np.errstate(divide="ignore"):
            logarithm: Float64Array = np.log(self.predict_proba(X))
        return logarithm

    @available_if(_estimator_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Float64Array:
        """Compute the decision function of the estimator, without correction.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            The scores of the estimator trained on the resampled data.
        """
        check_is_fitted(self, "estimator_")
        scores: Float64Array = self.estimator_.decision_function(X)
        return scores

    def get_metadata_routing(self) -> MetadataRouter:
        """Get the metadata routing: metadata of `fit` goes to the `fit` of the estimator.

        Returns
        -------
        MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return MetadataRouter(owner=self).add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        estimator_tags = get_tags(self.estimator)
        tags.input_tags.sparse = estimator_tags.input_tags.sparse
        tags.input_tags.allow_nan = estimator_tags.input_tags.allow_nan
        tags.input_tags.string = estimator_tags.input_tags.string
        tags.classifier_tags.poor_score = True  # a sampler may lower the accuracy
        return tags


def _compute_prior(y: Any, classes: Array, weight: Any) -> Float64Array:
    codes = np.searchsorted(classes, np.asarray(y))
    counts = np.bincount(codes, weights=weight, minlength=len(classes))
    prior: Float64Array = counts / counts.sum()
    return prior
