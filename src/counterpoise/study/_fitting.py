"""Run the candidates of one fold: resample the training data once, fit models, score test data."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter

from counterpoise._encoding import TableEncoder
from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise._table import EncodedTarget, encode_like, take_rows
from counterpoise.model_selection._folds import Fold, inner_folds
from counterpoise.study._methods import BASELINE, Method, Requirements
from counterpoise.study._models import Model, with_preprocessing, with_random_state
from counterpoise.study._records import Costs, FoldResult
from counterpoise.study._text_features import TextEncoder
from counterpoise.study._thresholds import best_threshold

__all__ = [
    "FittedCandidate",
    "FoldData",
    "FoldTask",
    "NotApplicableError",
    "Predictions",
    "StudyInput",
    "final_estimator",
    "fit_candidate",
    "fit_fold",
    "predict_positive",
    "predict_values",
    "resample_fold",
    "tune_threshold",
    "weight_argument",
]

INNER_FOLDS = 5
Result = TypeVar("Result")


@dataclass(frozen=True)
class StudyInput:
    """The data and settings that every fold uses.

    Attributes
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_features)
        As the user passed it.
    texts : tuple of object
        The columns of X that hold text.
    target : EncodedTarget
    groups, time : ndarray of shape (n_samples,) or None
    requirements : Requirements
    positive : int or None
    costs : Costs or None
        None if the user gave none: thresholds then maximize balanced accuracy.
    seed : int
    """

    X: Any
    texts: tuple[Any, ...]
    target: EncodedTarget
    groups: Array | None
    time: Array | None
    requirements: Requirements
    positive: int | None
    costs: Costs | None
    seed: int

    @property
    def n_columns(self) -> int:
        """Number of columns of scores."""
        return len(self.target.classes) if self.positive is None else 1

    def training_target(self, fold: Fold, y: Any) -> tuple[IntArray, Array]:
        """Return the classes of the training data, and the target that models are fitted to.

        Parameters
        ----------
        fold : Fold
        y : array-like or None
            The target after resampling; None if the training data are not resampled.
        """
        codes = self.target.codes[fold.train] if y is None else encode_like(y, self.target)
        return codes, codes

    def add_weights(self, estimator: Any, method: Method, y: Array) -> dict[str, Array]:  # noqa: ARG002
        """Balance the weights of an estimator; return the arguments that its `fit` then needs."""
        last = final_estimator(estimator)
        if "class_weight" in last.get_params(deep=False):
            last.set_params(class_weight="balanced")
            return {}
        if not has_fit_parameter(last, "sample_weight"):
            name = type(last).__name__
            raise NotApplicableError(f"{name} takes neither class_weight nor sample_weight.")
        return weight_argument(estimator, compute_sample_weight("balanced", y))

    def training_prior(
        self, method: Method, model: Model, fold_data: FoldData
    ) -> tuple[Float64Array, str]:
        """Return the class proportions of the training data, and how well they can be corrected.

        They are NaN where unknown.
        """
        n_classes = len(fold_data.prior)
        if method.balances or model.balances:
            how = "exact" if method.how == "weights" else "approximate"
            return np.full(n_classes, 1 / n_classes), how
        if method.how == "wrapper":
            return np.full(n_classes, np.nan), "none"
        return fold_data.prior, fold_data.correction

    def predict(self, estimator: Any, model: Model, test: Any) -> Predictions:
        """Return scores and predictions of a fitted estimator for test data."""
        n_classes = len(self.target.classes)
        scores, codes = _predict(estimator, test, n_classes, model.predicts_highest_score)
        return Predictions(
            _columns_to_keep(scores, self),
            codes.astype(np.int16),
            hasattr(estimator, "predict_proba"),
        )


@dataclass(frozen=True)
class Predictions:
    """The predictions of a fitted estimator for test data, as in `FoldResult`.

    Attributes
    ----------
    scores : ndarray of float64 of shape (n_test, n_columns)
    predictions : ndarray of int of shape (n_test,)
    has_probabilities : bool
    """

    scores: Float64Array
    predictions: IntArray
    has_probabilities: bool


@dataclass(frozen=True)
class FoldTask:
    """Candidates of one fold that share their training data.

    Attributes
    ----------
    fold : Fold
    candidates : tuple of (Method, Model)
        All of one method; or of the baseline followed by threshold tuning, which uses the
        predictions of the baseline.
    baselines : dict of str to FoldResult
        By model: results of the baseline that are available already.
    """

    fold: Fold
    candidates: tuple[tuple[Method, Model], ...]
    baselines: Mapping[str, FoldResult]


@dataclass(frozen=True)
class Features:
    """Samples with text encoded: as given, and as numbers.

    Numbers are an array, or a CSR matrix of a sparse table.
    """

    given: Any
    numbers: Any

    def for_model(self, model: Model) -> Any:
        """Return the samples in the form that a model takes."""
        return self.given if model.takes_raw_data else self.numbers


@dataclass(frozen=True)
class FeatureEncoding:
    """How samples are encoded for models; fitted before resampling.

    Attributes
    ----------
    texts : TextEncoder
    table : TableEncoder
    empty : ndarray of bool of shape (n_features,) or None
        Features without values after undersampling, which are 0 for models. None for a sparse
        table, which has no missing values.
    """

    texts: TextEncoder
    table: TableEncoder
    empty: BoolArray | None

    def encode(self, X: Any) -> Features:
        """Encode samples, such as those of the test fold."""
        given = self.texts.transform(X)
        return Features(given, self.fill(self.table.transform(given)))

    def fill(self, numbers: Any) -> Any:
        """Return encoded samples with zeros in the features without values."""
        if self.empty is None or not self.empty.any():
            return numbers
        return np.where(self.empty, 0, numbers)


@dataclass(frozen=True)
class FoldData:
    """Training data after resampling. Models are fitted to `y`; `codes` are its classes."""

    train: Features
    codes: IntArray
    y: Array
    encoding: FeatureEncoding
    prior: Float64Array
    correction: str


@dataclass(frozen=True)
class FittedCandidate:
    """A model that was fitted with a method, and how samples are encoded for it.

    Attributes
    ----------
    encoding : FeatureEncoding
    takes_raw_data, predicts_highest_score : bool
        As in `Model`.
    estimator : classifier or regressor
        The classes of a classifier are codes.
    n_classes : int
    """

    encoding: FeatureEncoding
    takes_raw_data: bool
    predicts_highest_score: bool
    estimator: Any
    n_classes: int

    @property
    def gives_probabilities(self) -> bool:
        """Whether scores are probabilities."""
        return hasattr(self.estimator, "predict_proba")

    def score_classes(self, X: Any) -> Float64Array:
        """Return a score for each class, of shape (n_samples, n_classes)."""
        return self.predict(self.encoding.encode(X))[0]

    def predict(self, features: Features) -> tuple[Float64Array, IntArray]:
        """Return a score for each class, and the codes of the predicted classes."""
        X = self._in_its_form(features)
        return _predict(self.estimator, X, self.n_classes, self.predicts_highest_score)

    def predict_values(self, features: Features) -> Float64Array:
        """Return the values that a regressor predicts."""
        return predict_values(self.estimator, self._in_its_form(features))

    def _in_its_form(self, features: Features) -> Any:
        return features.given if self.takes_raw_data else features.numbers


class NotApplicableError(Exception):
    """A method does not apply; the message gives the reason."""


def fit_fold(
    study_input: StudyInput, task: FoldTask, leave_out: Callable[[Method, Model], bool]
) -> Iterator[FoldResult]:
    """Run a task: resample the training data once, then fit and score each candidate.

    Parameters
    ----------
    study_input : StudyInput
    task : FoldTask
    leave_out : callable
        Called before each candidate, which is not run if it returns True.

    Yields
    ------
    FoldResult
        Of each candidate as soon as it is available. A failure is recorded in the result and does
        not affect other candidates.
    """
    baselines = dict(task.baselines)
    resample_fold = _cached(lambda: _fold_data(study_input, task.fold, task.candidates[0][0]))
    for method, model in task.candidates:
        if leave_out(method, model):
            continue
        result = _run_candidate(
            study_input, task.fold, method, model, resample_fold=resample_fold, baselines=baselines
        )
        if method.name == BASELINE:
            baselines[model.name] = result
        yield result


def _fold_data(study_input: StudyInput, fold: Fold, method: Method) -> tuple[FoldData, Features]:
    """Return the training data of a fold, resampled, and its test samples."""
    fold_data = resample_fold(study_input, fold, method)
    return fold_data, fold_data.encoding.encode(take_rows(study_input.X, fold.test))


def _cached(function: Callable[[], Result]) -> Callable[[], Result]:
    """Return a function that is evaluated once; if it fails, each call raises the same error."""
    outcome: list[Result | Exception] = []

    def cached() -> Result:
        if not outcome:
            try:
                outcome.append(function())
            except Exception as error:  # raised below, for each candidate
                outcome.append(error)
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]

    return cached


def _run_candidate(
    study_input: StudyInput,
    fold: Fold,
    method: Method,
    model: Model,
    *,
    resample_fold: Callable[[], tuple[FoldData, Features]],
    baselines: Mapping[str, FoldResult],
) -> FoldResult:
    start = time.perf_counter()
    candidate = study_input, fold, method, model
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fold_data, test = resample_fold()
            if method.how == "threshold":
                baseline = baselines[model.name]
                result = _tune_threshold(*candidate, fold_data=fold_data, baseline=baseline)
            else:
                result = _fit_and_score(*candidate, fold_data=fold_data, test=test)
        except NotApplicableError as reason:
            result = _empty_result(study_input, fold, "not applicable", str(reason))
        except Exception as error:  # a model may fail in any way; the study continues
            result = _empty_result(study_input, fold, "failed", f"{type(error).__name__}: {error}")
    messages = {
        f"{entry.category.__name__}: {str(entry.message).splitlines()[0]}" for entry in caught
    }
    return replace(
        result,
        model=model.name,
        method=method.name,
        repeat=fold.repeat,
        fold=fold.fold,
        seconds=time.perf_counter() - start,
        warnings=tuple(sorted(messages)),
    )


def _seed(study_input: StudyInput, fold: Fold, *names: str) -> int:
    """Derive a seed from the fold and some names, independent of the other candidates."""
    entropy = [study_input.seed, fold.repeat, fold.fold, *"\n".join(names).encode()]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0] >> 1)


def fit_candidate(
    study_input: StudyInput, fold: Fold, method: Method, model: Model
) -> FittedCandidate:
    """Fit one candidate on the training samples of a fold, as the study does.

    Parameters
    ----------
    study_input : StudyInput
    fold : Fold
        Its test samples are not used.
    method : Method
        Threshold tuning fits the baseline; see `tune_threshold`.
    model : Model

    Raises
    ------
    NotApplicableError
        If the method does not apply to the model or to the samples.
    """
    fold_data = resample_fold(study_input, fold, method)
    estimator = _fit(study_input, fold, method, model, fold_data)
    return FittedCandidate(
        fold_data.encoding,
        model.takes_raw_data,
        model.predicts_highest_score,
        estimator,
        len(study_input.target.classes),
    )


def resample_fold(study_input: StudyInput, fold: Fold, method: Method) -> FoldData:
    """Take the training samples of a fold, and resample them if the method does so."""
    target = study_input.target
    texts = TextEncoder(study_input.texts, _seed(study_input, fold, "text"))
    train = take_rows(study_input.X, fold.train)
    train = texts.fit(train).transform(train)
    # Fitted before resampling: the features are the same for all methods, and a category of a few
    # rows does not become a frequent one by duplicates.
    table = TableEncoder().fit(train)
    y, correction = None, "none"
    if method.how == "sampler" and method.make is not None:
        sampler = method.make(study_input.requirements)
        if isinstance(sampler, str):
            raise NotApplicableError(sampler)
        sampler = with_random_state(sampler, _seed(study_input, fold, method.name))
        train, y = sampler.fit_resample(train, take_rows(target.source, fold.train))
        correction = getattr(sampler, "prior_correction", "invalid")
    codes, fitted = study_input.training_target(fold, y)
    numbers = table.transform(train)
    # Sparse tables have no missing values.
    empty = None if table.categorical_ is None else np.isnan(numbers).all(axis=0)
    encoding = FeatureEncoding(texts, table, empty)
    features = Features(train, encoding.fill(numbers))
    prior = np.bincount(codes, minlength=len(target.classes)) / len(codes)
    return FoldData(features, codes, fitted, encoding, prior, correction)


def _fit_and_score(
    study_input: StudyInput,
    fold: Fold,
    method: Method,
    model: Model,
    *,
    fold_data: FoldData,
    test: Features,
) -> FoldResult:
    estimator = _fit(study_input, fold, method, model, fold_data)
    predicted = study_input.predict(estimator, model, test.for_model(model))
    prior, correction = study_input.training_prior(method, model, fold_data)
    return replace(
        _empty_result(study_input, fold, "done", ""),
        **vars(predicted),
        prior=prior,
        correction=correction,
    )


def _fit(
    study_input: StudyInput, fold: Fold, method: Method, model: Model, fold_data: FoldData
) -> Any:
    """Return the model with the method, fitted to the training data."""
    estimator = _estimator(study_input, fold, method, model, fold_data.encoding.table.categorical_)
    is_weighted = method.how == "weights"
    weights = study_input.add_weights(estimator, method, fold_data.y) if is_weighted else {}
    return estimator.fit(fold_data.train.for_model(model), fold_data.y, **weights)


def _estimator(
    study_input: StudyInput,
    fold: Fold,
    method: Method,
    model: Model,
    categorical: BoolArray | None,
) -> Any:
    """Return the unfitted model with the method applied to it."""
    estimator = clone(model.estimator)
    if method.how == "wrapper" and method.make is not None:
        estimator = method.make(estimator)
    if not model.takes_raw_data:
        estimator = with_preprocessing(estimator, categorical)
    return with_random_state(estimator, _seed(study_input, fold, method.name, model.name))


def final_estimator(estimator: Any) -> Any:
    """Return the estimator at the end of a pipeline; one that is no pipeline is returned itself."""
    return final_estimator(estimator.steps[-1][1]) if isinstance(estimator, Pipeline) else estimator


def weight_argument(estimator: Any, weights: Float64Array) -> dict[str, Array]:
    """Return the argument of `fit` that passes sample weights to the final estimator."""
    prefix, step = "", estimator
    while isinstance(step, Pipeline):
        prefix, step = f"{prefix}{step.steps[-1][0]}__", step.steps[-1][1]
    return {f"{prefix}sample_weight": weights}


def _predict(
    classifier: Any, X: Any, n_classes: int, highest: bool
) -> tuple[Float64Array, IntArray]:
    """Return a score for each class, and the codes of the predicted classes."""
    scores = _score(classifier, X, n_classes)
    # The built-in models predict the class with the highest score; others may decide otherwise.
    codes = scores.argmax(axis=1) if highest else np.ravel(classifier.predict(X)).astype(np.intp)
    return scores, codes


def predict_values(regressor: Any, X: Any) -> Float64Array:
    """Return the values that a regressor predicts.

    Raises
    ------
    ValueError
        If they are not finite.
    """
    values = np.asarray(regressor.predict(X), np.float64).ravel()
    if not np.isfinite(values).all():
        raise ValueError("the model predicts values that are not finite.")
    return values


def _score(classifier: Any, X: Any, n_classes: int) -> Float64Array:
    """Return a score for each class: probabilities if there are any."""
    known = np.asarray(classifier.classes_, np.intp)
    lowest: Any = 0.0
    if hasattr(classifier, "predict_proba"):
        given = np.asarray(classifier.predict_proba(X), np.float64)
    elif hasattr(classifier, "decision_function"):
        given = np.asarray(classifier.decision_function(X), np.float64)
        given = np.column_stack([-given, given]) if given.ndim == 1 else given
        lowest = given.min(axis=1, keepdims=True)  # of each row, which must not depend on others
    else:
        given = (np.asarray(classifier.predict(X))[:, None] == known).astype(np.float64)
    scores = np.empty((len(given), n_classes))
    scores[:] = lowest  # of classes that the training data did not have
    scores[:, known] = given
    return scores


def _columns_to_keep(scores: Float64Array, study_input: StudyInput) -> Float64Array:
    """Return the scores that are stored: of the positive class, or of every class."""
    return scores if study_input.positive is None else scores[:, [study_input.positive]]


def _tune_threshold(
    study_input: StudyInput,
    fold: Fold,
    method: Method,
    model: Model,
    *,
    fold_data: FoldData,
    baseline: FoldResult,
) -> FoldResult:
    """Apply the threshold that is best in inner cross-validation to the scores of the baseline."""
    _check_two_classes(study_input)
    if baseline.status != "done":
        return _empty_result(study_input, fold, baseline.status, baseline.message)
    threshold = _best_threshold(study_input, fold, method, model, fold_data)
    predictions = predict_positive(baseline.scores[:, 0], threshold, study_input.positive)
    return replace(baseline, predictions=predictions.astype(np.int16), threshold=threshold)


def predict_positive(scores: Float64Array, threshold: float, positive: int | None) -> IntArray:
    """Return codes: positive where the score of the positive class is at least the threshold."""
    assert positive is not None
    return np.where(scores >= threshold, positive, 1 - positive)


def tune_threshold(study_input: StudyInput, fold: Fold, method: Method, model: Model) -> float:
    """Return the threshold that is best in inner cross-validation of the training samples.

    The parameters and errors are those of `fit_candidate`.
    """
    _check_two_classes(study_input)
    fold_data = resample_fold(study_input, fold, method)
    return _best_threshold(study_input, fold, method, model, fold_data)


def _check_two_classes(study_input: StudyInput) -> None:
    if study_input.positive is None:
        raise NotApplicableError("Threshold tuning needs two classes; there are more.")


def _best_threshold(
    study_input: StudyInput, fold: Fold, method: Method, model: Model, fold_data: FoldData
) -> float:
    scores = _inner_scores(study_input, fold, method, model, fold_data)
    scored = ~np.isnan(scores)
    is_positive = fold_data.codes[scored] == study_input.positive
    return best_threshold(is_positive, scores[scored], study_input.costs)


def _inner_scores(
    study_input: StudyInput, fold: Fold, method: Method, model: Model, fold_data: FoldData
) -> Float64Array:
    """Return out-of-fold scores of the training samples."""
    seed = _seed(study_input, fold, method.name)
    groups, times = (
        None if values is None else values[fold.train]
        for values in (study_input.groups, study_input.time)
    )
    inner = inner_folds(fold_data.codes, INNER_FOLDS, seed, groups, times)
    if inner is None:
        raise NotApplicableError(
            "The training samples of the fold cannot be split again with both classes in each part."
        )
    scores = np.full(len(fold_data.codes), np.nan)
    source = fold_data.train.for_model(model)
    categorical = fold_data.encoding.table.categorical_
    for split in inner.splits:
        classifier = _estimator(study_input, fold, method, model, categorical)
        classifier.fit(take_rows(source, split.train), fold_data.codes[split.train])
        held_out = _score(
            classifier, take_rows(source, split.test), len(study_input.target.classes)
        )
        scores[split.test] = _columns_to_keep(held_out, study_input)[:, 0]
    return scores


def _empty_result(study_input: StudyInput, fold: Fold, status: str, message: str) -> FoldResult:
    n_rows, n_classes = len(fold.test), len(study_input.target.classes)
    return FoldResult(
        model="",
        method="",
        repeat=fold.repeat,
        fold=fold.fold,
        status=status,
        message=message,
        warnings=(),
        scores=np.full((n_rows, study_input.n_columns), np.nan),
        predictions=np.full(n_rows, -1, np.int16),
        has_probabilities=False,
        prior=np.full(n_classes, np.nan),
        correction="none",
        threshold=np.nan,
        seconds=0.0,
    )
