"""A candidate of a study as a scikit-learn classifier for the original table."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import Interval, StrOptions
from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise._table import encode_target
from counterpoise.exceptions import InputError
from counterpoise.model_selection._folds import encode_groups
from counterpoise.model_selection._times import parse_times
from counterpoise.probability._calibrators import CALIBRATORS, Calibrator
from counterpoise.probability._cross_fitting import cross_fit, draw_calibration_folds
from counterpoise.study._candidate import (
    BaseCandidate,
    all_samples,
    inapplicable_is_an_error,
    training_fold,
)
from counterpoise.study._fitting import (
    StudyInput,
    fit_candidate,
    predict_positive,
    tune_threshold,
)
from counterpoise.study._methods import METHODS, Method, as_model, resolve_methods
from counterpoise.study._models import Model, resolve_models
from counterpoise.study._records import Costs
from counterpoise.study._target_options import check_costs, positive_code

__all__ = ["CandidateClassifier"]

_CALIBRATION_FOLDS = 5


def _has_probabilities(self: Any) -> bool:
    (model,) = _resolve(self.model, self.method)[:1]
    if self.calibration is not None or hasattr(model.estimator, "predict_proba"):
        return True
    raise AttributeError(f"{model.name} has no predict_proba. Set calibration='sigmoid'.")


class CandidateClassifier(ClassifierMixin, BaseCandidate):
    """A candidate of a study, a model with a method, as one classifier for the original table.

    It is fitted by the code that the study evaluates candidates with: text becomes TF-IDF features
    and dates become days, the training samples alone are resampled, then the preprocessing and the
    model are fitted. Its probabilities are calibrated. `StudyResult.make_estimator` creates it with
    the settings of the study.

    Parameters
    ----------
    model : str or classifier, default="logistic"
        As in `Study`. Also a balanced ensemble, such as "easy-ensemble".
    method : str, sampler or callable, default="baseline"
        As in `Study`.
    text : sequence of str, default=()
        Columns of free text that are features.
    dates : sequence of str, default=()
        Columns of dates, which become numbers of days since 1970.
    ignore : sequence of str, default=()
        Columns that are no features. Tables may lack them.
    positive : object, default=None
        The positive class, if there are two; by default the minority class.
    costs : Costs or (float, float), default=None
        Cost of a false positive and of a false negative, for the method "threshold".
    calibration : {"sigmoid", "isotonic", "temperature"} or None, default="sigmoid"
        How probabilities are calibrated on out-of-fold predictions of the training samples, as in
        `counterpoise.ResampledClassifier`: this fits the candidate six times, and fewer times
        if a class has fewer than five samples, or if there are fewer groups. None for the
        probabilities of the model, which are those that the study evaluates as "predicted".
    threshold : float, default=None
        `predict` returns the positive class if its probability is at least this number. By
        default, it returns the classes that the study evaluates: those of the model before
        calibration or, for the method "threshold", those of the tuned threshold.
    random_state : int, default=0
        Seed of everything random.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    positive_ : object
        The positive class; None if there are more than two classes.
    threshold_ : float or None
        The threshold of the method "threshold", for scores before calibration; None for others.
    columns_ : tuple of (str, str)
        Name and type of the columns that tables must have; empty if columns have no names.
    n_features_in_ : int
        Number of these columns.

    See Also
    --------
    StudyResult.make_estimator : Creates it for the candidate that a study recommends.
    counterpoise.ResampledClassifier : Your own classifier with a sampler.

    Notes
    -----
    New tables must have the columns of the training table, in any order. A missing column or one
    of another type is an error. Additional columns are left out, and categories that did not occur
    in the training table are missing values, each with a warning.

    scikit-learn's `VotingClassifier` and `StackingClassifier` encode the classes as 0, 1, … before
    they fit: there, `positive` must be such a number, or None.

    With the training samples of the first fold of a study and its `random_state`, predictions
    without calibration are the out-of-fold predictions of the candidate in this fold.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import CandidateClassifier
    >>> X, y = make_classification(1000, weights=[0.95], flip_y=0, random_state=0)
    >>> classifier = CandidateClassifier("logistic", "smote").fit(X, y)
    >>> round(y.mean().item(), 2), round(classifier.predict_proba(X)[:, 1].mean().item(), 2)
    (0.05, 0.05)
    """

    _calibrator: Calibrator | None
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "calibration": [StrOptions(set(CALIBRATORS)), None],
        "threshold": [Interval(Real, 0, 1, closed="both"), None],
        "random_state": [int, np.integer],
    }

    def __init__(
        self,
        model: Any = "logistic",
        method: Any = "baseline",
        *,
        text: Sequence[str] = (),
        dates: Sequence[str] = (),
        ignore: Sequence[str] = (),
        positive: Any = None,
        costs: Costs | tuple[float, float] | None = None,
        calibration: str | None = "sigmoid",
        threshold: float | None = None,
        random_state: int = 0,
    ) -> None:
        self.model = model
        self.method = method
        self.text = text
        self.dates = dates
        self.ignore = ignore
        self.positive = positive
        self.costs = costs
        self.calibration = calibration
        self.threshold = threshold
        self.random_state = random_state

    def _sk_visual_block_(self) -> Any:
        return self._draw_steps(*_resolve(self.model, self.method))

    def fit(self, X: Any, y: Any, *, groups: Any = None, time: Any = None) -> Self:
        """Resample the training samples, fit the model, and calibrate its probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples, as for `Study.run`.
        y : array-like of shape (n_samples,)
            The target classes.
        groups : array-like of shape (n_samples,), default=None
            For calibration and threshold tuning: samples of one group are never both in the
            training and in the test part of a fold.
        time : array-like of shape (n_samples,), default=None
            The time of each sample; folds train on earlier samples and test on later ones.

        Returns
        -------
        self
            The fitted classifier.

        Raises
        ------
        InputError
            If the method does not apply to the model or to the data, a class has too few samples
            for calibration, or a parameter is invalid.
        """
        self._validate_params()
        model, method = _resolve(self.model, self.method)
        study_input = self._study_input(self._read_columns(X), y, groups, time)
        with inapplicable_is_an_error():
            self._fit_candidate(study_input, model, method)
            tunes = method.how == "threshold" and self.threshold is None
            rows = all_samples(study_input)
            self.threshold_ = tune_threshold(study_input, rows, method, model) if tunes else None
        self._calibrator = self._calibrate(study_input, model, method)
        classes = study_input.target.classes
        self.classes_ = np.array(classes)
        self._positive = study_input.positive
        self.positive_ = None if self._positive is None else classes[self._positive]
        return self

    def predict(self, X: Any) -> Array:
        """Predict classes.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of shape (n_samples,)
            The predicted classes.

        Raises
        ------
        InputError
            If a column is missing, or has another type than in `fit`.
        """
        scores, codes = self._score(X)
        if self._positive is not None and self.threshold is not None:
            probabilities = self._probabilities(scores)[:, self._positive]
            codes = predict_positive(probabilities, self.threshold, self._positive)
        elif self._positive is not None and self.threshold_ is not None:
            codes = predict_positive(scores[:, self._positive], self.threshold_, self._positive)
        predicted: Array = self.classes_[codes]
        return predicted

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Float64Array:
        """Predict class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The probabilities, in the order of `classes_`.

        Raises
        ------
        InputError
            If a column is missing, or has another type than in `fit`.
        """
        return self._probabilities(self._score(X)[0])

    def find_threshold(self) -> float | None:
        """Return the probability from which `predict` returns the positive class.

        Returns
        -------
        float or None
            `threshold` or, by default, the calibrated probability at the threshold for scores
            before calibration. None if there are more than two classes or no probabilities, or if
            the model decides otherwise.
        """
        check_is_fitted(self)
        if self._positive is None or not _has_probabilities(self):
            return None
        if self.threshold is not None:
            return self.threshold
        if self.threshold_ is None and not self._fitted.predicts_highest_score:
            return None
        gives_probabilities = self._fitted.gives_probabilities
        default = 0.5 if gives_probabilities else 0.0
        score = default if self.threshold_ is None else self.threshold_
        scores = np.full((1, 2), 1 - score if gives_probabilities else -score)
        scores[0, self._positive] = score
        return float(self._probabilities(scores)[0, self._positive])

    def _study_input(self, X: Any, y: Any, groups: Any, time: Any) -> StudyInput:
        """Return the input of a study whose only training samples are these."""
        features = self._encode_texts(X)
        target = encode_target(y, features.n_rows)
        if len(target.classes) < 2:
            raise InputError(f"y has only one class, {target.classes[0]!r}; two are needed.")
        positive = positive_code(target, self.positive)
        if self.threshold is not None and positive is None:
            raise InputError("threshold needs two classes; there are more. Set threshold=None.")
        shared = self._shared_input(X, features, target)
        if groups is not None:
            shared["groups"] = encode_groups(groups, features.n_rows)
        if time is not None:
            shared["time"] = parse_times(time, features.n_rows).ranks
        return StudyInput(**shared, positive=positive, costs=check_costs(self.costs))

    def _calibrate(
        self, study_input: StudyInput, model: Model, method: Method
    ) -> Calibrator | None:
        """Return the calibrator of out-of-fold predictions; None without calibration."""
        if self.calibration is None:
            return None
        X, codes = study_input.X, study_input.target.codes.astype(np.intp)
        folds = draw_calibration_folds(
            _count_calibration_folds(study_input),
            X,
            codes,
            codes,
            groups=study_input.groups,
            time=study_input.time,
            random_state=study_input.seed,
        )
        fitted = cross_fit(
            lambda rows: fit_candidate(study_input, training_fold(rows), method, model),
            X,
            codes,
            folds,
            method=self.calibration,
            weight=None,
        )
        return fitted.calibrator

    def _score(self, X: Any) -> tuple[Float64Array, IntArray]:
        """Return the scores and the predicted codes of the model before calibration."""
        return self._fitted.predict(self._encode(X))

    def _probabilities(self, scores: Float64Array) -> Float64Array:
        return scores if self._calibrator is None else self._calibrator.predict(scores)


def _count_calibration_folds(study_input: StudyInput) -> int:
    """Return five, or as many folds as the smallest class has samples or as there are groups."""
    smallest = int(study_input.target.counts.min())
    groups = study_input.groups
    n_groups = _CALIBRATION_FOLDS if groups is None else len(np.unique(groups))
    return max(2, min(_CALIBRATION_FOLDS, smallest, n_groups))


def _resolve(model: Any, method: Any) -> tuple[Model, Method]:
    """Return the model and the method of a candidate."""
    *_, resolved = resolve_methods(method)
    if resolved.how == "standalone":
        raise InputError(
            f"{resolved.name!r} is a classifier of its own. Use it as the model: "
            f"CandidateClassifier({resolved.name!r})."
        )
    known = METHODS.get(model) if isinstance(model, str) else None
    if known is not None and known.how == "standalone":
        return as_model(known), resolved
    return resolve_models(model)[0], resolved
