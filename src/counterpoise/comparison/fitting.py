"""What is done in one fold: rows resampled once, models fitted on them, test rows scored."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise.comparison.encoding import TableEncoder
from counterpoise.comparison.folds import Fold, inner_folds
from counterpoise.comparison.models import Model, prepared, seeded
from counterpoise.comparison.records import Answers, Costs
from counterpoise.comparison.remedies import NOTHING, Need, Remedy
from counterpoise.comparison.thresholds import best_threshold
from counterpoise.table import Labels, codes_among, take_rows

__all__ = ["Job", "Material", "fit_fold"]

INNER_FOLDS = 5


@dataclass(frozen=True)
class Material:
    """What every fold is cut from.

    Attributes
    ----------
    X : table
        As it came.
    labels : Labels
    groups, time : ndarray of shape (n_rows,) or None
    need : Need
    positive : int or None
    costs : Costs or None
        None where the user named none: thresholds are then chosen by balanced accuracy.
    seed : int
    """

    X: Any
    labels: Labels
    groups: Array | None
    time: Array | None
    need: Need
    positive: int | None
    costs: Costs | None
    seed: int


@dataclass(frozen=True)
class Job:
    """Arms of one fold that share their training rows.

    Attributes
    ----------
    fold : Fold
    arms : tuple of (Remedy, Model)
        Of one remedy; or of nothing, then of chosen thresholds, which need what nothing said.
    known : dict of str to Answers
        By model: what doing nothing has said already.
    """

    fold: Fold
    arms: tuple[tuple[Remedy, Model], ...]
    known: Mapping[str, Answers]


@dataclass(frozen=True)
class _Treated:
    """Training rows after the remedy, and test rows, both as they came and as numbers."""

    train: Any
    codes: IntArray
    test: Any
    train_numbers: Float64Array
    test_numbers: Float64Array
    nominal: BoolArray
    prior: Float64Array
    correction: str

    def training(self, model: Model) -> Any:
        """Return the training rows as a model reads them."""
        return self.train if model.reads_raw else self.train_numbers

    def testing(self, model: Model) -> Any:
        """Return the test rows as a model reads them."""
        return self.test if model.reads_raw else self.test_numbers


class _NotApplicableError(Exception):
    """A remedy does not apply; the message says why."""


def fit_fold(material: Material, job: Job, stop: Callable[[], bool]) -> Iterator[Answers]:
    """Do a job: treat the training rows once, then fit and ask each model.

    Parameters
    ----------
    material : Material
    job : Job
    stop : callable
        Asked before each arm; once it says yes, nothing more is done.

    Yields
    ------
    Answers
        Of each arm, as soon as they are there. What fails says so, and stops nothing else.
    """
    known = dict(job.known)
    treat = _once(lambda: _treat(material, job.fold, job.arms[0][0]))
    for remedy, model in job.arms:
        if stop():
            return
        answers = _attempt(material, job.fold, remedy, model, treat=treat, known=known)
        if remedy.name == NOTHING:
            known[model.name] = answers
        yield answers


def _once(function: Callable[[], _Treated]) -> Callable[[], _Treated]:
    """Return a function that is worked out once, and fails each time if it failed."""
    outcome: list[_Treated | Exception] = []

    def remembered() -> _Treated:
        if not outcome:
            try:
                outcome.append(function())
            except Exception as error:  # raised below, for each arm anew
                outcome.append(error)
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]

    return remembered


def _attempt(
    material: Material,
    fold: Fold,
    remedy: Remedy,
    model: Model,
    *,
    treat: Callable[[], _Treated],
    known: Mapping[str, Answers],
) -> Answers:
    began = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            if remedy.how == "threshold":
                answers = _choose_threshold(
                    material, fold, remedy, model, treated=treat(), as_it_is=known[model.name]
                )
            else:
                answers = _ask(material, fold, remedy, model, treat())
        except _NotApplicableError as reason:
            answers = _nothing_said(material, fold, "not applicable", str(reason))
        except Exception as error:  # whatever a model does, the study goes on
            answers = _nothing_said(material, fold, "failed", f"{type(error).__name__}: {error}")
    told = {f"{entry.category.__name__}: {str(entry.message).splitlines()[0]}" for entry in caught}
    return replace(
        answers,
        model=model.name,
        remedy=remedy.name,
        repeat=fold.repeat,
        number=fold.number,
        seconds=time.perf_counter() - began,
        warnings=tuple(sorted(told)),
    )


def _seed(material: Material, fold: Fold, *names: str) -> int:
    """Return a seed that depends on the fold and on names, and not on what else is done."""
    words = [material.seed, fold.repeat, fold.number, *"\n".join(names).encode()]
    return int(np.random.SeedSequence(words).generate_state(1)[0] >> 1)


def _treat(material: Material, fold: Fold, remedy: Remedy) -> _Treated:
    """Take the fold's rows; resample the training rows where that is the remedy."""
    labels = material.labels
    train, test = take_rows(material.X, fold.train), take_rows(material.X, fold.test)
    codes, correction = labels.codes[fold.train], "none"
    if remedy.how == "sampler" and remedy.make is not None:
        sampler = remedy.make(material.need)
        if isinstance(sampler, str):
            raise _NotApplicableError(sampler)
        sampler = seeded(sampler, _seed(material, fold, remedy.name))
        train, y = sampler.fit_resample(train, take_rows(labels.source, fold.train))
        codes = codes_among(y, labels)
        correction = getattr(sampler, "prior_correction", "invalid")
    encoder = TableEncoder().fit(train)
    return _Treated(
        train,
        codes,
        test,
        encoder.transform(train),
        encoder.transform(test),
        encoder.nominal_,
        np.bincount(codes, minlength=len(labels.classes)) / len(codes),
        correction,
    )


def _ask(
    material: Material, fold: Fold, remedy: Remedy, model: Model, treated: _Treated
) -> Answers:
    classifier = _classifier(material, fold, remedy, model, treated.nominal)
    weights = _weigh(classifier, treated.codes) if remedy.how == "weights" else {}
    classifier.fit(treated.training(model), treated.codes, **weights)
    test = treated.testing(model)
    scores, probable = _score(classifier, test, material)
    # What our own models decide is what scores most; others may decide otherwise.
    told = scores.argmax(axis=1) if model.decides_by_score else classifier.predict(test)
    prior, correction = _trained_on(remedy, treated)
    return replace(
        _nothing_said(material, fold, "done", ""),
        scores=_kept(scores, material),
        predictions=np.asarray(told).astype(np.int16),
        probable=probable,
        prior=prior,
        correction=correction,
    )


def _trained_on(remedy: Remedy, treated: _Treated) -> tuple[Float64Array, str]:
    """Return the shares of classes that a model has learned from, NaN where nobody knows."""
    n_classes = len(treated.prior)
    if remedy.balances:
        return np.full(
            n_classes, 1 / n_classes
        ), "exact" if remedy.how == "weights" else "approximate"
    if remedy.how == "wrapper":
        return np.full(n_classes, np.nan), "none"
    return treated.prior, treated.correction


def _classifier(
    material: Material, fold: Fold, remedy: Remedy, model: Model, nominal: BoolArray
) -> Any:
    """Return the model as the remedy has it, ready to be fitted."""
    estimator = clone(model.estimator)
    if remedy.how == "wrapper" and remedy.make is not None:
        estimator = remedy.make(estimator)
    if not model.reads_raw:
        estimator = prepared(estimator, nominal)
    return seeded(estimator, _seed(material, fold, remedy.name, model.name))


def _last(estimator: Any) -> Any:
    return _last(estimator.steps[-1][1]) if isinstance(estimator, Pipeline) else estimator


def _weigh(classifier: Any, codes: IntArray) -> dict[str, Array]:
    """Make a classifier weigh its classes alike; return what its fit must be given for that."""
    last = _last(classifier)
    if "class_weight" in last.get_params(deep=False):
        last.set_params(class_weight="balanced")
        return {}
    if not has_fit_parameter(last, "sample_weight"):
        name = type(last).__name__
        raise _NotApplicableError(f"{name} takes neither class_weight nor sample_weight.")
    way, step = "", classifier
    while isinstance(step, Pipeline):
        way, step = f"{way}{step.steps[-1][0]}__", step.steps[-1][1]
    return {f"{way}sample_weight": compute_sample_weight("balanced", codes)}


def _score(classifier: Any, test: Any, material: Material) -> tuple[Float64Array, bool]:
    """Return a score for each class, and whether they are probabilities."""
    n_classes = len(material.labels.classes)
    known = np.asarray(classifier.classes_, np.intp)
    probable = hasattr(classifier, "predict_proba")
    if probable:
        given = np.asarray(classifier.predict_proba(test), np.float64)
    elif hasattr(classifier, "decision_function"):
        given = np.asarray(classifier.decision_function(test), np.float64)
        given = np.column_stack([-given, given]) if given.ndim == 1 else given
    else:
        given = (np.asarray(classifier.predict(test))[:, None] == known).astype(np.float64)
    scores = np.full((len(given), n_classes), 0.0 if probable else given.min())
    scores[:, known] = given
    return scores, probable


def _kept(scores: Float64Array, material: Material) -> Float64Array:
    """Return the scores that a study keeps: of the rare class, or of every class."""
    return scores if material.positive is None else scores[:, [material.positive]]


def _choose_threshold(
    material: Material,
    fold: Fold,
    remedy: Remedy,
    model: Model,
    *,
    treated: _Treated,
    as_it_is: Answers,
) -> Answers:
    """Move the threshold of the model as it is to where inner cross-validation has it best."""
    if material.positive is None:
        raise _NotApplicableError("A threshold divides two classes, and there are more.")
    if as_it_is.status != "done":
        return _nothing_said(material, fold, as_it_is.status, as_it_is.message)
    scores = _inner_scores(material, fold, remedy, model, treated)
    scored = ~np.isnan(scores)
    is_rare = treated.codes[scored] == material.positive
    threshold = best_threshold(is_rare, scores[scored], material.costs)
    flagged = as_it_is.scores[:, 0] >= threshold
    predictions = np.where(flagged, material.positive, 1 - material.positive).astype(np.int16)
    return replace(as_it_is, predictions=predictions, threshold=threshold)


def _inner_scores(
    material: Material, fold: Fold, remedy: Remedy, model: Model, treated: _Treated
) -> Float64Array:
    """Return scores of the training rows by models that have not seen them."""
    seed = _seed(material, fold, remedy.name)
    groups, moments = (
        None if each is None else each[fold.train] for each in (material.groups, material.time)
    )
    inner = inner_folds(treated.codes, INNER_FOLDS, seed, groups, moments)
    if inner is None:
        raise _NotApplicableError(
            "The training rows cannot be split again with both classes in each."
        )
    scores = np.full(len(treated.codes), np.nan)
    source = treated.training(model)
    for split in inner.each:
        classifier = _classifier(material, fold, remedy, model, treated.nominal)
        classifier.fit(take_rows(source, split.train), treated.codes[split.train])
        said = _score(classifier, take_rows(source, split.test), material)[0]
        scores[split.test] = _kept(said, material)[:, 0]
    return scores


def _nothing_said(material: Material, fold: Fold, status: str, message: str) -> Answers:
    n_rows, n_classes = len(fold.test), len(material.labels.classes)
    return Answers(
        model="",
        remedy="",
        repeat=fold.repeat,
        number=fold.number,
        status=status,
        message=message,
        warnings=(),
        scores=np.full((n_rows, 1 if material.positive is not None else n_classes), np.nan),
        predictions=np.full(n_rows, -1, np.int16),
        probable=False,
        prior=np.full(n_classes, np.nan),
        correction="none",
        threshold=np.nan,
        seconds=0.0,
    )
