"""Base class of bagging on balanced samples, without a copy of X for each base estimator.

scikit-learn's bagging passes a copy of its bootstrap sample to each base estimator. Here each base
estimator gets the indices of its bootstrap sample, draws a balanced subset of them, and copies only
the samples of that subset.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import BaggingClassifier
from sklearn.metrics import accuracy_score
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.types import Array, Float64Array, IntArray, RowArray
from counterpoise._table import take_rows
from counterpoise.ensemble._out_of_bag import compute_oob_probabilities
from counterpoise.ensemble._samples import (
    mean_importances,
    name_text_columns,
    needs_frame,
    read_samples,
    read_training_samples,
    select_features,
)
from counterpoise.ensemble._stumps import fit_base_estimator
from counterpoise.ensemble._tree_predictions import (
    convert_for_trees,
    is_adaboost_of_trees,
    predict_proba_adaboost,
)
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["BalancedBaggingBase", "BalancedMember"]


class SampleView:
    """Samples and features of X, by index: slicing it copies nothing, `take` does."""

    codes: IntArray  # the encoded target of all samples of X
    classes: Array  # the class of each code

    def __init__(self, X: Any, samples: RowArray, features: Any = None) -> None:
        self.X, self.samples, self.features = X, samples, features
        n_features = X.shape[1] if features is None else len(features)
        self.shape = (len(samples), n_features)

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: Any) -> SampleView:
        # scikit-learn's bagging takes X[samples, ...] and X[:, features] only.
        samples, features = key
        if isinstance(samples, slice):
            view = SampleView(self.X, self.samples, features)
        else:
            view = SampleView(self.X, self.samples[samples], self.features)
        view.codes, view.classes = self.codes, self.classes
        return view

    def take(self, samples: RowArray) -> Any:
        """Return samples of X, by index, with the features of this view."""
        taken = take_rows(self.X, samples)
        return taken if self.features is None else select_features(taken, self.features)


class BalancedMember(ClassifierMixin, BaseEstimator):
    """Sampler followed by a classifier: the base estimator of balanced bagging.

    Parameters
    ----------
    sampler : sampler
        Balances the bootstrap sample. Either it has `sample_indices_`, or it generates synthetic
        samples. It gets the classes, for its parameters and messages; the classifier gets their
        codes.
    classifier : classifier
        Trained on the balanced samples.
    """

    def __init__(self, sampler: Any, classifier: Any) -> None:
        self.sampler = sampler
        self.classifier = classifier

    def fit(self, X: Any, y: Array) -> Self:
        """Balance the samples, and fit the classifier.

        Parameters
        ----------
        X : SampleView or {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The ensemble passes its bootstrap sample as a view. To fit a member again, pass data.
        y : ndarray of shape (n_samples,)
            The encoded target with a view, the classes with data.

        Returns
        -------
        self
        """
        if isinstance(X, SampleView):
            self._fit_view(X, y)
        else:
            self.classifier.fit(*self.sampler.fit_resample(X, y))
        self.classes_ = self.classifier.classes_
        return self

    def _fit_view(self, X: SampleView, y: IntArray) -> None:
        samples = _with_every_class(X.codes, X.samples)
        codes = y if len(samples) == len(y) else X.codes[samples]
        labels = X.classes[codes]
        if isinstance(self.sampler, RandomUnderSampler):
            # It draws by class alone and reads no features, so that indices can stand in for X.
            self.sampler.fit_resample(np.arange(len(samples))[:, None], labels)
            in_bag = samples[self.sampler.sample_indices_]
            fit_base_estimator(self.classifier, X.take(in_bag), X.codes[in_bag])
        else:
            balanced, resampled = self.sampler.fit_resample(X.take(samples), labels)
            codes = np.searchsorted(X.classes, resampled)
            fit_base_estimator(self.classifier, balanced, codes)
            # Without sample_indices_, every sample may have contributed to the training data.
            in_bag = samples[getattr(self.sampler, "sample_indices_", np.arange(len(samples)))]
        self.in_bag_indices_ = np.unique(in_bag)

    @property
    def steps(self) -> list[tuple[str, Any]]:
        """The sampler and the classifier, as the steps of a pipeline."""
        return [("sampler", self.sampler), ("classifier", self.classifier)]

    @property
    def named_steps(self) -> dict[str, Any]:
        """The sampler and the classifier, by name."""
        return dict(self.steps)

    def __len__(self) -> int:
        return 2

    def __getitem__(self, step: int | str) -> Any:
        return self.named_steps[step] if isinstance(step, str) else self.steps[step][1]

    def __getattr__(self, name: str) -> Any:
        if name in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
            return getattr(self.__dict__["classifier"], name)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")


def _with_every_class(codes: IntArray, samples: RowArray) -> RowArray:
    """Add all samples of each class that a bootstrap sample misses."""
    counts = np.bincount(codes[samples], minlength=int(codes.max()) + 1)
    missing = np.flatnonzero(counts == 0)
    if not len(missing):
        return samples
    return np.concatenate([samples, np.flatnonzero(np.isin(codes, missing))])


def _has_decision_function(ensemble: Any) -> bool:
    return hasattr(ensemble._get_estimator(), "decision_function")  # noqa: SLF001


def _decide(member: BalancedMember, features: IntArray, X: Any) -> Float64Array:
    if not np.array_equal(features, np.arange(X.shape[1])):
        X = select_features(X, features)
    decision: Float64Array = member.classifier.decision_function(X)
    return decision


class BalancedBaggingBase(BaggingClassifier):
    """Base class of bagging ensembles that balance the samples of each base estimator."""

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the base estimators.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,)
            The target classes.

        Returns
        -------
        self
            The fitted ensemble.
        """
        self._validate_params()
        # Without distinct features, the columns of a data frame would have no distinct names.
        self._keeps_frame = self._needs_frame() and not self.bootstrap_features
        samples, y = read_training_samples(
            self, X, y, keeps_frame=self._keeps_frame, multi_output=True
        )
        with name_text_columns(X, type(self).__name__):
            return self._fit(samples, y, max_samples=self.max_samples)

    def _needs_frame(self) -> bool:
        """Return whether the base estimators or their samplers may use the names of columns."""
        return needs_frame(self._get_estimator())

    @abstractmethod
    def _make_sampler(self) -> Any:
        """Return the unfitted sampler that balances the samples of a base estimator."""

    def _validate_estimator(self, default: Any = None) -> None:
        super()._validate_estimator(default)
        classifier = vars(self)["estimator_"]
        self.estimator_ = BalancedMember(self._make_sampler(), classifier)

    def _fit(self, X: Any, y: Any, *args: Any, **params: Any) -> Self:
        self._view = SampleView(X, np.arange(X.shape[0]))
        try:
            fitted: Self = super()._fit(self._view, y, *args, **params)
        finally:
            del self._view
        return fitted

    def _validate_y(self, y: Any) -> IntArray:
        codes: IntArray = super()._validate_y(y)
        # An array of strings would copy a class for each sample.
        is_text = self.classes_.dtype.kind == "U"
        self._view.classes = self.classes_.astype(object) if is_text else self.classes_
        self._view.codes = codes
        return codes

    def _parallel_args(self) -> dict[str, str]:
        return {"prefer": "threads"}  # threads share X, processes would copy it

    def _set_oob_score(self, X: SampleView, y: Array) -> None:
        """Predict each sample with the base estimators that were not trained on it."""

        def predict(i: int, samples: RowArray) -> Float64Array:
            fitted = self.estimators_[i], self.estimators_features_[i]
            return self._predict_proba_member(*fitted, take_rows(X.X, samples), None)

        self.oob_decision_function_, has_oob = compute_oob_probabilities(
            (len(X), self.n_classes_),
            (member.in_bag_indices_ for member in self.estimators_),
            predict,
            estimator="base estimator",
        )
        predicted = self.oob_decision_function_[has_oob].argmax(axis=1)
        self.oob_score_ = accuracy_score(y[has_oob], predicted)

    def predict_proba(self, X: Any) -> Float64Array:
        """Predict class probabilities: the mean over the base estimators.

        A base estimator without `predict_proba` votes for the class that it predicts.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The probabilities, in the order of `classes_`.
        """
        check_is_fitted(self)
        X = read_samples(self, X, keeps_frame=self._keeps_frame)
        has_boosting = any(is_adaboost_of_trees(member.classifier) for member in self.estimators_)
        X_float32 = convert_for_trees(X) if has_boosting else None
        predictions = Parallel(n_jobs=self.n_jobs, verbose=self.verbose, prefer="threads")(
            delayed(self._predict_proba_member)(member, features, X, X_float32)
            for member, features in zip(self.estimators_, self.estimators_features_, strict=True)
        )
        # Summed in the order of the members, so that the result does not depend on threads.
        probabilities: Float64Array = sum(predictions) / len(self.estimators_)
        return probabilities

    def predict_log_proba(self, X: Any) -> Float64Array:
        """Predict the logarithms of the class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The logarithms, in the order of `classes_`.
        """
        with np.errstate(divide="ignore"):  # the logarithm of 0 is −∞
            logarithms: Float64Array = np.log(self.predict_proba(X))
        return logarithms

    @available_if(_has_decision_function)  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Float64Array:
        """Compute the mean of the decision functions of the base estimators.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of float64 of shape (n_samples,) or (n_samples, n_classes)
            One value per sample if there are two classes.
        """
        check_is_fitted(self)
        X = read_samples(self, X, keeps_frame=self._keeps_frame)
        decisions = Parallel(n_jobs=self.n_jobs, verbose=self.verbose, prefer="threads")(
            delayed(_decide)(member, features, X)
            for member, features in zip(self.estimators_, self.estimators_features_, strict=True)
        )
        mean: Float64Array = sum(decisions) / len(self.estimators_)
        return mean

    @property
    def feature_importances_(self) -> Float64Array:
        """The mean of the feature importances of the base estimators, if all of them have any."""
        check_is_fitted(self)
        models = [member.classifier for member in self.estimators_]
        return mean_importances(models, self.n_features_in_, self.estimators_features_)

    def _predict_proba_member(
        self, member: BalancedMember, features: IntArray, X: Any, X_float32: Any
    ) -> Float64Array:
        """Return the probabilities, or votes, of a base estimator for all classes."""
        if not np.array_equal(features, np.arange(X.shape[1])):
            X = select_features(X, features)
            X_float32 = None if X_float32 is None else X_float32[:, features]
        model, probabilities = member.classifier, np.zeros((X.shape[0], self.n_classes_))
        if X_float32 is not None and is_adaboost_of_trees(model):
            predicted = predict_proba_adaboost(model, X_float32)
        elif hasattr(model, "predict_proba"):
            predicted = model.predict_proba(X)
        else:
            predicted = np.asarray(model.predict(X))[:, None] == model.classes_
        probabilities[:, model.classes_] = predicted  # a sampler may have removed a class
        return probabilities
