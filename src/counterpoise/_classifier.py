"""Classifier trained on resampled data, with calibrated probabilities.

References: Elkan (2001); Platt (1999); Saerens, Latinne and Decaestecker (2002),
doi:10.1162/089976602753284446.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.utils import column_or_1d, get_tags, indexable
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import (
    HasMethods,
    Interval,
    StrOptions,
    diagram_of_steps,
    routing_enabled,
    safe_indexing,
)
from counterpoise._lib.types import Array, Float64Array, RowArray, Seed
from counterpoise._table import check_complete_target
from counterpoise.exceptions import CounterpoiseWarning, InputError, TooFewSamplesError
from counterpoise.probability._calibrators import CALIBRATORS
from counterpoise.probability._cross_fitting import (
    CalibratedModels,
    FoldsError,
    cross_fit,
    draw_calibration_folds,
    select_rows,
)
from counterpoise.probability._resampled_model import ResampledModel, fit_resampled

__all__ = ["ResampledClassifier"]


def _has_probabilities(self: Any) -> bool:
    estimator = getattr(self, "estimator_", self.estimator)
    if hasattr(estimator, "predict_proba"):
        return True
    name = type(estimator).__name__
    if not hasattr(estimator, "decision_function"):
        raise AttributeError(f"{name} has neither predict_proba nor decision_function.")
    if self.calibration in CALIBRATORS:
        return True
    raise AttributeError(f"{name} has no predict_proba. Set calibration='sigmoid'.")


def _has_decision_function(self: Any) -> bool:
    estimator = getattr(self, "estimator_", self.estimator)
    if hasattr(estimator, "decision_function"):
        return True
    raise AttributeError(f"{type(estimator).__name__} has no decision_function.")


class ResampledClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Classifier trained on resampled data, with calibrated probabilities.

    Only training resamples. In cross-validation and in searches, test folds are never resampled.

    Parameters
    ----------
    estimator : classifier
        The classifier; a clone of it is trained on the resampled data.
    sampler : sampler
        Any sampler with `fit_resample`. It is cloned.
    calibration : {"sigmoid", "isotonic", "temperature", "prior"} or None, default="sigmoid"
        How predicted probabilities are calibrated for the class frequencies of the data:

        - "sigmoid", "isotonic" or "temperature": on out-of-fold predictions of the original
          samples, as in `counterpoise.probability.CalibratedClassifier`. It suits any sampler and
          any classifier that is stable from fit to fit, and fits it `cv` + 1 times. For
          "temperature", the predictions are first corrected as by "prior".
        - "prior": corrected for the change of the class frequencies, with one fit. It suits models
          such as logistic regression, and not flexible models such as random forests and gradient
          boosting: see Notes.
        - None: the probabilities of the classifier trained on resampled data, with one fit.
    cv : int, splitter or iterable of (train, test), default=5
        Folds of the out-of-fold predictions: a number of folds, stratified by class and shuffled,
        or a scikit-learn splitter, or its splits. The sampler is applied to the training samples of
        each fold.
    ensemble : bool, default=False
        Whether `predict_proba` returns the mean of the models of the folds. By default, it returns
        the calibrated probabilities of `estimator_`, which is fitted on all samples.
    original_share : float, default=None
        If given, resampled samples are weighted so that each class keeps its total weight: this
        share of it, from 0 to 1, is on original samples, and the rest on synthetic samples. 1 is
        training without synthetic samples. None means that all samples have the same weight. The
        classifier, or the last step of a pipeline, must accept `sample_weight`.
    threshold : {"resampled", "argmax"} or float, default="resampled"
        How `predict` chooses the class. "resampled" returns the prediction of the estimator trained
        on the resampled data, without correction. "argmax" chooses the class with the highest
        probability by `predict_proba`. A number between 0 and 1, for two classes, chooses the
        second of `classes_` if its probability is at least that number.
    random_state : int, RandomState or None, default=None
        Seed of the folds. The sampler and the estimator have their own.

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
    counterpoise.probability.CalibratedClassifier : Calibrates classifiers without a sampler, such
        as balanced ensembles and class weights.
    counterpoise.probability.PriorCorrection : Corrects probabilities for another prior.
    counterpoise.pipeline.Pipeline : Uses samplers as steps, without correction of probabilities.

    Notes
    -----
    **Cost.** By default, `fit` fits the classifier six times: on each of five folds and on all
    samples. `predict` with ``threshold="resampled"`` does not use probabilities: if you need
    nothing else, set ``calibration=None``.

    **Too few samples.** If a class has fewer samples than there are folds, or too few for the
    sampler in a fold, probabilities are corrected as by "prior", with a warning.

    **The prior correction** multiplies the odds by the change of the class frequencies. It is right
    only if both of these hold:

    - The model follows the class frequencies of its training data. Logistic regression does.
      Flexible models do so only in part: oversampling raises the probabilities of a random forest
      or of gradient boosting much less than the class frequencies, and the correction then makes
      them too low. The last example shows this.
    - The sampler does not select samples by their features. The correction is exact for random
      oversampling and undersampling, approximate for synthetic samples such as SMOTE's, and not
      valid for cleaning methods such as Tomek links; for those `fit` warns. The attribute
      `prior_correction` of a sampler has one of these three values.

    **Ranking.** For two classes, neither calibration nor correction reverses the order of two
    samples. Calibration can make probabilities equal, and the mean of several models
    (``ensemble=True``) has an order of its own.

    References
    ----------
    C. Elkan, "The foundations of cost-sensitive learning", IJCAI (2001), 973-978.

    J. C. Platt, "Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized
    Likelihood Methods", Advances in Large Margin Classifiers (1999), 61-74.

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
    >>> model = ResampledClassifier(LogisticRegression(), sampler, random_state=0).fit(X, y)

    The mean probability of the minority class is close to its proportion, 5.5%:

    >>> round(y_test.mean().item(), 3), round(model.predict_proba(X_test)[:, 1].mean().item(), 3)
    (0.055, 0.053)

    By default, `predict` finds most of the minority class. The class with the highest calibrated
    probability is the majority class far more often:

    >>> round(recall_score(y_test, model.predict(X_test)), 2)
    0.78
    >>> model.set_params(threshold="argmax")  # doctest: +ELLIPSIS
    ResampledClassifier(...)
    >>> round(recall_score(y_test, model.predict(X_test)), 2)
    0.16

    Calibration suits random forests, too. The prior correction does not:

    >>> from sklearn.ensemble import RandomForestClassifier
    >>> forest = RandomForestClassifier(25, random_state=0)
    >>> for calibration in ("sigmoid", "prior"):
    ...     model = ResampledClassifier(forest, sampler, calibration=calibration, random_state=0)
    ...     print(round(model.fit(X, y).predict_proba(X_test)[:, 1].mean().item(), 2))
    0.05
    0.01
    """

    _model: ResampledModel
    _calibrated: CalibratedModels | None
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"])],
        "sampler": [HasMethods(["fit_resample"])],
        "calibration": [StrOptions({*CALIBRATORS, "prior"}), None],
        "cv": "no_validation",  # draw_calibration_folds raises the errors
        "ensemble": ["boolean"],
        "original_share": [Interval(Real, 0, 1, closed="both"), None],
        "threshold": "no_validation",  # _check_threshold raises its own messages
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Any,
        sampler: Any,
        *,
        calibration: str | None = "sigmoid",
        cv: Any = 5,
        ensemble: bool = False,
        original_share: float | None = None,
        threshold: str | float = "resampled",
        random_state: Seed = None,
    ) -> None:
        self.estimator = estimator
        self.sampler = sampler
        self.calibration = calibration
        self.cv = cv
        self.ensemble = ensemble
        self.original_share = original_share
        self.threshold = threshold
        self.random_state = random_state

    def _sk_visual_block_(self) -> Any:
        return diagram_of_steps([self.sampler, self.estimator])

    def fit(self, X: Any, y: Any, *, groups: Any = None, time: Any = None, **params: Any) -> Self:
        """Resample the data, fit the estimator on the result, and calibrate its probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,)
            The target classes.
        groups : array-like of shape (n_samples,), default=None
            For calibration: samples of one group are never both in the training and in the test
            part of a fold.
        time : array-like of shape (n_samples,), default=None
            For calibration: the time of each sample. Models are trained on earlier samples and
            tested on later ones.
        **params : dict
            Parameters of the `fit` method of the estimator, such as `sample_weight`. Those with one
            entry per sample are resampled as well; a synthetic sample has the entry of its base
            sample. `sample_weight` weights the calibration, too. Validation data for early
            stopping, such as `eval_set` or `X_val`, are neither resampled nor split into folds.

        Returns
        -------
        self
            The fitted classifier.

        Raises
        ------
        InputError
            If the data cannot be resampled, if `cv` or `threshold` is invalid, or if `params`
            cannot be resampled.
        """
        self._validate_params()
        self._check_threshold()
        if routing_enabled():
            params = dict(process_routing(self, "fit", **params).estimator.fit)
        check_complete_target(y)
        X, y = indexable(X)[0], column_or_1d(y, warn=True)  # not every sparse format has rows
        self._set_fitted(self._fit_rows(X, y, params))
        self._calibrated = self._calibrate(X, y, params, groups, time)
        self._warn_if_not_correctable()
        return self

    def _fit_rows(
        self, X: Any, y: Array, params: dict[str, Any], rows: RowArray | None = None
    ) -> ResampledModel:
        """Fit once, on all samples or on some rows."""
        if rows is not None:
            params = select_rows(params, rows, len(y))
            X, y = safe_indexing(X, rows), y[rows]
        return fit_resampled(
            self.estimator,
            self.sampler,
            X,
            y,
            params,
            original_share=self.original_share,
            corrects_prior=self.calibration in ("prior", "temperature"),
        )

    def _calibrate(
        self, X: Any, y: Array, params: dict[str, Any], groups: Any, time: Any
    ) -> CalibratedModels | None:
        """Return the calibrated models; None if there is no calibration on folds."""
        method = self.calibration
        scores = ("predict_proba", "decision_function")
        if method not in CALIBRATORS or not any(hasattr(self.estimator_, name) for name in scores):
            return None
        (X,) = indexable(X)
        codes = np.searchsorted(self.classes_, y)
        try:
            folds = draw_calibration_folds(
                self.cv, X, y, codes, groups=groups, time=time, random_state=self.random_state
            )
            fitted = cross_fit(
                lambda rows: self._fit_rows(X, y, params, rows),
                X,
                codes,
                folds,
                method=method,
                weight=params.get("sample_weight"),
            )
        except (FoldsError, TooFewSamplesError) as error:
            self._correct_prior_instead(error)
            return None
        return fitted if self.ensemble else replace(fitted, models=(self._model,))

    def _correct_prior_instead(self, error: InputError) -> None:
        """Correct for the class frequencies only, with a warning that says so."""
        if not self._model.gives_probabilities:
            raise error
        self._model = replace(self._model, corrects_prior=True)
        warnings.warn(
            "The predicted probabilities are not calibrated, but only corrected for the class "
            f"frequencies, because out-of-fold predictions are not available. {error} To have this "
            "correction without a warning, set calibration='prior'.",
            CounterpoiseWarning,
            stacklevel=4,
        )

    def _check_threshold(self) -> None:
        threshold = self.threshold
        is_probability = isinstance(threshold, float | np.floating) and 0 < threshold < 1
        if threshold not in ("resampled", "argmax") and not is_probability:
            raise InputError(
                "threshold must be 'resampled', 'argmax' or a number between 0 and 1; got "
                f"{threshold!r}."
            )
        if threshold == "resampled":
            return
        try:
            _has_probabilities(self)
        except AttributeError as error:
            raise InputError(
                f"threshold={threshold!r} needs probabilities. {error} Or set "
                "threshold='resampled'."
            ) from None

    def _set_fitted(self, model: ResampledModel) -> None:
        if isinstance(self.threshold, float) and len(model.classes) != 2:
            raise InputError(
                f"threshold={self.threshold} is for two classes, and y has "
                f"{len(model.classes)}. Set threshold='resampled' or threshold='argmax'."
            )
        self._model = model
        self.estimator_, self.sampler_ = model.estimator, model.sampler
        self.classes_ = model.classes
        self.class_prior_, self.resampled_prior_ = model.class_prior, model.resampled_prior
        for name in ("n_features_in_", "feature_names_in_"):
            for fitted in (self.sampler_, self.estimator_):
                if hasattr(fitted, name):
                    setattr(self, name, getattr(fitted, name))
                    break

    def _warn_if_not_correctable(self) -> None:
        correction = getattr(self.sampler_, "prior_correction", None)
        if self.calibration != "prior" or correction in ("exact", "approximate"):
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
            f"frequencies only, but {reason}. Set calibration='sigmoid'.",
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
            predicted = np.ravel(self.estimator_.predict(X))  # CatBoost returns a column
            return predicted
        probabilities = self.predict_proba(X)
        if self.threshold == "argmax":
            codes = probabilities.argmax(axis=1)
        else:
            codes = (probabilities[:, 1] >= self.threshold).astype(int)
        predicted = self.classes_[codes]
        return predicted

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Float64Array:
        """Predict class probabilities, calibrated as `calibration` sets.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The probabilities, in the order of `classes_`.
        """
        check_is_fitted(self, "estimator_")
        if self._calibrated is not None:
            return self._calibrated.predict_proba(X)
        return self._model.score_classes(X)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
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

    @available_if(_has_decision_function)  # type: ignore[untyped-decorator]
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
        estimator_tags = get_tags(self.estimator)
        tags.input_tags.sparse = estimator_tags.input_tags.sparse
        tags.input_tags.allow_nan = estimator_tags.input_tags.allow_nan
        tags.input_tags.string = estimator_tags.input_tags.string
        tags.classifier_tags.poor_score = True  # a sampler may lower the accuracy
        return tags
