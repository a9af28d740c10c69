"""A classifier that is trained on resampled rows, and whose probabilities stay true.

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
from counterpoise._origin import Origin
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.probability import correct_prior

__all__ = ["ResampledClassifier"]


def _has(method: str) -> Callable[[Any], bool]:
    def check(self: Any) -> bool:
        estimator = getattr(self, "estimator_", self.estimator)
        if hasattr(estimator, method):
            return True
        hint = f" {_calibrate(estimator)}" if "proba" in method else ""
        raise AttributeError(f"{type(estimator).__name__} has no {method}.{hint}")

    return check


def _calibrate(estimator: Any) -> str:
    return (
        f"For probabilities, wrap {type(estimator).__name__} in "
        "sklearn.calibration.CalibratedClassifierCV."
    )


class ResampledClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Train a classifier on resampled rows, and keep its probabilities true.

    Rows are resampled in `fit` and nowhere else, so that cross-validation and searches over it
    never resample rows of a test fold.

    Parameters
    ----------
    estimator : classifier
        Cloned and fitted on the resampled rows.
    sampler : sampler
        Cloned; anything with `fit_resample`.
    correct_probabilities : bool, default=True
        Whether probabilities are brought back from the prior of the resampled rows to that of the
        rows given to `fit`.
    threshold : {"resampled", "argmax"} or float, default="resampled"
        What `predict` decides by. "resampled" keeps the decision of the resampled model, for the
        sake of which it was resampled; "argmax" takes the class that is likeliest by
        `predict_proba`; a number, of two classes, the last one where its probability is as high.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on the resampled rows.
    sampler_ : sampler
        The fitted sampler; `provenance_` says where each row came from.
    classes_ : ndarray of shape (n_classes,)
    class_prior_ : ndarray of float64 of shape (n_classes,)
        The share of each class in the rows given to `fit`, by weight where there are weights.
    resampled_prior_ : ndarray of float64 of shape (n_classes,)
        Its share in the resampled rows.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    See Also
    --------
    counterpoise.probability.PriorCorrection : For another prior, or one that is not known.

    Notes
    -----
    The correction is exact for rows drawn at random, approximate for new rows such as SMOTE's, and
    not valid where a sampler chooses rows by what they are, such as Tomek links: `fit` then warns,
    and `sklearn.calibration.CalibratedClassifierCV` is to be used. Each sampler says which, as
    `prior_correction`. ROC-AUC and average precision of two classes are the same with and without.

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
    >>> model = ResampledClassifier(LogisticRegression(), RandomOverSampler(random_state=0))

    Probabilities are true to the share of the rare class, which is 5.6 %:

    >>> round(model.fit(X, y).predict_proba(X_test)[:, 1].mean().item(), 3)
    0.051

    By default `predict` finds most of the rare rows, as a resampled model does; the likeliest class
    by true probabilities is the common one far more often:

    >>> round(recall_score(y_test, model.predict(X_test)), 2)
    0.78
    >>> model.set_params(threshold="argmax")  # doctest: +ELLIPSIS
    ResampledClassifier(...)
    >>> round(recall_score(y_test, model.predict(X_test)), 2)
    0.22
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"])],
        "sampler": [HasMethods(["fit_resample"])],
        "correct_probabilities": ["boolean"],
        "threshold": "no_validation",  # it words its own errors
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
        """Resample, and fit the estimator on the rows that result.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            The class of each row.
        **params : dict
            What the estimator's `fit` takes besides, such as `sample_weight`. What has an entry for
            each row is carried to the resampled rows; a new row has its base row's.

        Returns
        -------
        self

        Raises
        ------
        InputError
            If the table cannot be resampled, or the threshold or the weights make no sense.
        """
        self._validate_params()
        self._check_threshold()
        if routing_enabled():
            params = dict(process_routing(self, "fit", **params).estimator.fit)
        y = column_or_1d(y, warn=True)
        self.sampler_ = clone(self.sampler)
        X_resampled, y_resampled = self.sampler_.fit_resample(X, y)
        origin = Origin("sampler", self.sampler_, len(y), len(y_resampled))
        carried = {name: origin.carry(v, name, "estimator") for name, v in params.items()}
        self.estimator_ = clone(self.estimator).fit(X_resampled, y_resampled, **carried)
        self._remember(y, y_resampled, params.get("sample_weight"), carried.get("sample_weight"))
        self._warn()
        return self

    def _check_threshold(self) -> None:
        threshold = self.threshold
        is_share = isinstance(threshold, float | np.floating) and 0 < threshold < 1
        if threshold not in ("resampled", "argmax") and not is_share:
            raise InputError(
                "threshold must be 'resampled', 'argmax' or a number between 0 and 1; got "
                f"{threshold!r}."
            )
        if threshold != "resampled" and not hasattr(self.estimator, "predict_proba"):
            raise InputError(
                f"threshold={threshold!r} needs probabilities, and {type(self.estimator).__name__} "
                f"has no predict_proba. {_calibrate(self.estimator)}"
            )

    def _remember(self, y: Any, y_resampled: Any, weight: Any, carried: Any) -> None:
        self.classes_ = np.unique(np.asarray(y))
        missing = np.setdiff1d(self.classes_, np.asarray(self.estimator_.classes_))
        if len(missing):
            raise InputError(
                f"{type(self.sampler_).__name__} left no row of class {missing[0]!r}; clean fewer "
                "classes, or keep more rows of them: see its sampling_strategy."
            )
        if isinstance(self.threshold, float) and len(self.classes_) != 2:
            raise InputError(
                f"threshold={self.threshold} is for two classes, and there are "
                f"{len(self.classes_)}; use 'resampled' or 'argmax'."
            )
        self.class_prior_ = _shares(y, self.classes_, weight)
        self.resampled_prior_ = _shares(y_resampled, self.classes_, carried)
        for name in ("n_features_in_", "feature_names_in_"):
            for fitted in (self.sampler_, self.estimator_):
                if hasattr(fitted, name):
                    setattr(self, name, getattr(fitted, name))
                    break

    def _warn(self) -> None:
        kind = getattr(self.sampler_, "prior_correction", None)
        if not self.correct_probabilities or kind in ("exact", "approximate"):
            return
        if not hasattr(self.estimator_, "predict_proba"):
            return
        name = type(self.sampler_).__name__
        why = (
            f"{name} chooses rows by what they are, which a change of prior does not explain"
            if kind
            else f"nothing is known of what {name} does to probabilities"
        )
        warnings.warn(
            f"Probabilities are corrected for the change of prior alone: {why}. Where they matter, "
            "calibrate them with sklearn.calibration.CalibratedClassifierCV.",
            CounterpoiseWarning,
            stacklevel=3,
        )

    def predict(self, X: Any) -> Array:
        """Return the class of each row, as `threshold` says.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        check_is_fitted(self, "estimator_")
        decided: Array
        if self.threshold == "resampled":
            decided = self.estimator_.predict(X)
            return decided
        probabilities = self.predict_proba(X)
        if self.threshold == "argmax":
            codes = probabilities.argmax(axis=1)
        else:
            codes = (probabilities[:, 1] >= self.threshold).astype(int)
        decided = self.classes_[codes]
        return decided

    @available_if(_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Float64Array:
        """Return the probability of each class, true to the rows given to `fit`.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)

        Returns
        -------
        ndarray of float64 of shape (n_rows, n_classes)
        """
        check_is_fitted(self, "estimator_")
        probabilities = np.asarray(self.estimator_.predict_proba(X), np.float64)
        if not self.correct_probabilities:
            return probabilities
        return correct_prior(probabilities, self.resampled_prior_, self.class_prior_)

    @available_if(_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Float64Array:
        """Return the logarithm of `predict_proba`.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)

        Returns
        -------
        ndarray of float64 of shape (n_rows, n_classes)
        """
        with np.errstate(divide="ignore"):
            logarithm: Float64Array = np.log(self.predict_proba(X))
        return logarithm

    @available_if(_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Float64Array:
        """Return the decision function of the resampled model.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_classes)
        """
        check_is_fitted(self, "estimator_")
        scores: Float64Array = self.estimator_.decision_function(X)
        return scores

    def get_metadata_routing(self) -> MetadataRouter:
        """Say that whatever is routed to `fit` goes to the estimator's.

        Returns
        -------
        MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return MetadataRouter(owner=self).add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator)
        tags.input_tags.sparse = inner.input_tags.sparse
        tags.input_tags.allow_nan = inner.input_tags.allow_nan
        tags.input_tags.string = inner.input_tags.string
        tags.classifier_tags.poor_score = True
        return tags


def _shares(y: Any, classes: Array, weight: Any) -> Float64Array:
    codes = np.searchsorted(classes, np.asarray(y))
    counts = np.bincount(codes, weights=weight, minlength=len(classes))
    shares: Float64Array = counts / counts.sum()
    return shares
