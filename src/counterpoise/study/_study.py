"""The study: check the parameters before anything is fitted, then run it."""

from __future__ import annotations

import hashlib
import os
import time as clock
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from counterpoise._encoding import TableEncoder
from counterpoise._lib.types import Progress, Seed
from counterpoise._lib.versions import versions
from counterpoise._table import (
    NUMBERS,
    EncodedTarget,
    SparseTable,
    Table,
    as_table,
    encode_target,
    feature_positions,
    missing_mask,
    positions_of_type,
)
from counterpoise.exceptions import InputError
from counterpoise.model_selection._folds import (
    Folds,
    draw_folds,
    encode_groups,
    folds_from_splitter,
)
from counterpoise.model_selection._times import Times, parse_times
from counterpoise.neighbors._checks import check_finite
from counterpoise.study._columns import StudyColumns, choose_columns
from counterpoise.study._data_checks import check_data, similar_classes
from counterpoise.study._fitting import StudyInput
from counterpoise.study._journal import Journal, head_of
from counterpoise.study._methods import Requirements, resolve_methods
from counterpoise.study._metrics import METRICS, metric_named
from counterpoise.study._models import (
    DUMMY_MODEL,
    Model,
    resolve_models,
    select_for_sparse,
    takes_sparse,
)
from counterpoise.study._projection import project_samples
from counterpoise.study._records import Costs, FoldResult, FoldTimes, Settings, TableSummary
from counterpoise.study._result import StudyResult
from counterpoise.study._running import StudyPlan, build_candidates, run_plan
from counterpoise.study._text_features import TextEncoder, read_texts

__all__ = ["Study"]

N_FOLDS, N_REPEATS = 5, 2


class Study:
    """Compare methods for imbalanced data on one table.

    Each model is fitted without resampling (the baseline) and with each method, on the same
    cross-validation folds; test folds are never resampled. Each method is then compared with the
    baseline of the same model.

    Parameters
    ----------
    models : str, classifier, sequence of these, or mapping of names to classifiers, default=None
        "logistic", "svm", "forest" and "boosting" (these four by default), "neighbors",
        "naive-bayes", and "lightgbm", "xgboost" and "catboost" if the package is installed. They
        take any table: categories are one-hot encoded, missing values imputed with an indicator
        feature, and numbers standardized. "module:Class", such as
        "sklearn.tree:DecisionTreeClassifier", is a classifier with its default parameters. Your own
        classifiers get the same preprocessing and the classes encoded as 0, 1, …; a scikit-learn
        pipeline gets the original features. For a sparse table, the default is "logistic", "svm"
        and "forest"; "boosting" and "naive-bayes" need a dense one.
    methods : str, sampler, classifier, callable, sequence of these, or mapping of names to them, \
default=None
        "baseline", "class-weight", "threshold", "random-under", "random-over", "smote",
        "borderline-smote", "adasyn", "smote-enn", "under-ensemble". By default all of these. Also
        each other method of `counterpoise.resample`, such as "tomek-links", and the balanced
        ensembles, such as "easy-ensemble"; `METHODS` describes all. A sampler resamples the
        training data; a callable maps a model to a classifier; a classifier, as a balanced
        ensemble, is an additional model, without a method. The baseline is always included.
    primary_metric : str, default="average_precision"
        The metric of the confirmatory comparisons: one of `METRICS` with a confidence interval
        (such as "roc_auc", "brier", "recall" or "expected_cost"), "f2" for the F-score with beta 2,
        or a classification scorer of scikit-learn that uses predictions, such as "f1_macro".
    metrics : sequence of str, default=None
        Further metrics to report: names as above, or any other classification scorer. By default
        all of `METRICS`.
    positive : object, default=None
        The positive class, if there are two. By default the minority class; of two classes of the
        same size, the second.
    cv : int, (int, int), splitter or iterable of (train, test), default=None
        Number of folds, or of folds and repeats, or a scikit-learn splitter, or its splits. By
        default 5 folds and 2 repeats, shuffled and stratified.
    costs : Costs or (float, float), default=None
        Cost of a false positive and of a false negative. They determine the threshold of the
        method "threshold"; without costs it maximizes balanced accuracy.
    margins : mapping of str to float, default=None
        Equivalence margins by metric: the smallest improvement that matters. By default 0.01, or
        0.02 of the baseline's score for log loss, Brier score and expected cost.
    confidence_level : float, default=0.95
        Confidence level of all confirmatory comparisons together: at 0.95, the probability that
        any of their outcomes is wrong is meant to be at most 5%.
    random_state : int, RandomState instance or None, default=None
        Seed for folds, samplers and models.
    n_jobs : int or None, default=None
        Number of folds to run in parallel, as in joblib. It does not affect the results.
    journal : str or os.PathLike, default=None
        A file that stores each result as soon as it is available. A study that finds the journal
        of an earlier run with the same data and parameters resumes there.
    budget : float or None, default=None
        Seconds after which no further candidate is started. The result is then based on what is
        finished.

    Notes
    -----
    Inside each training fold, samplers get the original features and search neighbors in
    standardized units; then the preprocessing and the model are fitted. For a sparse table,
    samplers use original units, and features are divided by their largest absolute value, because
    rare words or categories would outweigh all others in units of their standard deviation. It is
    never made dense. Candidates with the same method share the resampled fold. Each candidate is
    evaluated with its own predictions; those of "threshold" use a threshold tuned by inner
    cross-validation of the training fold.

    The confirmatory comparisons are those of each method with the baseline of the same model, in
    the primary metric. docs/intervals.md describes the confidence intervals and their coverage.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(400, weights=[0.9], random_state=0)
    >>> result = Study("logistic", ["class-weight", "smote"], random_state=0).run(X, y)
    >>> [(item.method, item.outcome) for item in result.improvements]
    [('class-weight', 'inconclusive'), ('smote', 'inconclusive')]
    """

    def __init__(
        self,
        models: Any = None,
        methods: Any = None,
        *,
        primary_metric: str = "average_precision",
        metrics: Sequence[str] | None = None,
        positive: Any = None,
        cv: Any = None,
        costs: Costs | tuple[float, float] | None = None,
        margins: Mapping[str, float] | None = None,
        confidence_level: float = 0.95,
        random_state: Seed = None,
        n_jobs: int | None = None,
        journal: str | os.PathLike[str] | None = None,
        budget: float | None = None,
    ) -> None:
        self.models = resolve_models(models)
        self._has_default_models = models is None
        self.methods = resolve_methods(methods)
        self.primary_metric = _primary_metric(primary_metric)
        self.metrics = _metrics(metrics, self.primary_metric)
        self.positive = positive
        self.cv = cv
        self.costs = _costs(costs)
        self.margins = _margins(margins, self.metrics)
        self.confidence_level = _checked_number("confidence_level", confidence_level, 0, 1)
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.journal = journal
        self.budget = _checked_budget(budget)

    def run(
        self,
        X: Any,
        y: Any,
        *,
        groups: Any = None,
        time: Any = None,
        time_format: str | None = None,
        keep: str | Sequence[str] = (),
        text: str | Sequence[str] = (),
        progress: Progress | None = None,
    ) -> StudyResult:
        """Run the study.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The features: numbers, categories, strings, booleans and dates, with missing values. A
            sparse matrix has numbers only, and no missing values.
        y : array-like of shape (n_samples,)
            The class of each sample.
        groups : array-like of shape (n_samples,), optional
            Samples of one group are never both in training and in test folds.
        time : array-like of shape (n_samples,), optional
            The time of each sample; models are trained on earlier samples and tested on later ones.
            Numbers, dates, or dates as text: in ISO 8601, or in another format if only one fits
            them all.
        time_format : str, optional
            The format of dates as text, such as "%d/%m/%y" (see `datetime.datetime.strptime`).
        keep : str or sequence of str, default=()
            Columns of a data frame that are features as they are. By default, columns that seem to
            be identifiers or free text are left out, and dates become numbers of days since 1970,
            with a warning. `StudyResult.data` lists all columns.
        text : str or sequence of str, default=()
            Columns of free text that are features. In each training fold, the TF-IDF weights of
            their words are reduced to at most 100 numeric features, before resampling. A missing
            text is an empty one. Your own pipelines and samplers get these features, too.
        progress : callable, optional
            Called as ``progress("candidates", done, total)``.

        Returns
        -------
        StudyResult

        Raises
        ------
        InputError
            If the data do not allow the study: a class has fewer samples than there are folds, the
            positive class does not occur, the order of the times is unclear, a column holds lists,
            a column of `text` has no words, the journal belongs to another study, or X is sparse
            and a chosen model needs a dense table.
        """
        start = clock.time()
        keep, text = ((names,) if isinstance(names, str) else names for names in (keep, text))
        columns = choose_columns(X, keep, text)
        table = columns.table
        check_finite(table, positions_of_type(table, *NUMBERS))
        target = encode_target(y, table.n_rows)
        seed = self._seed()
        times = None if time is None else parse_times(time, table.n_rows, time_format)
        X = TextEncoder(columns.texts, seed).fit(columns.X).transform(columns.X)
        features = as_table(X)
        study_input, folds = self._study_input(
            columns, features, target, groups=groups, times=times, seed=seed
        )
        models = self._models_for(table)
        plan = _plan(models, self.methods, folds)
        results = run_plan(
            study_input,
            plan,
            self._read_journal(columns, study_input, plan),
            n_jobs=self.n_jobs,
            journal=self.journal,
            deadline=None if self.budget is None else start + self.budget,
            report=lambda done, total: progress("candidates", done, total) if progress else None,
        )
        tested = folds.test_fold_by_row(table.n_rows)
        return StudyResult(
            _data(columns, target, study_input.positive),
            self._settings(plan, seed, times),
            tested,
            build_candidates(study_input, plan, results),
            check_data(
                table,
                target,
                tested,
                dates=columns.dates,
                omitted=[model.name for model in self.models if model not in models],
            ),
            project_samples(X, features, target, seed),
            stopped=len(results) < len(plan.candidates) * len(folds.splits),
        )

    def _models_for(self, table: Table) -> tuple[Model, ...]:
        """Return the models that are fitted: of the default ones, those that take the table."""
        if not isinstance(table, SparseTable):
            return self.models
        if self._has_default_models:
            return tuple(model for model in self.models if takes_sparse(model))
        standalone = _standalone(self.methods)
        return select_for_sparse((*self.models, *standalone))[: len(self.models)]

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        known = head_of(self.journal).get("seed")
        if self.random_state is None and known is not None:
            return int(known)
        generator = self.random_state or np.random.RandomState()
        return int(generator.randint(2**31 - 1))

    def _study_input(
        self,
        columns: StudyColumns,
        features: Table,
        target: EncodedTarget,
        *,
        groups: Any,
        times: Times | None,
        seed: int,
    ) -> tuple[StudyInput, Folds]:
        positive = _positive_code(target, self.positive)
        _check_classes(self.primary_metric, target)
        groups = None if groups is None else encode_groups(groups, features.n_rows)
        ranks = None if times is None else times.ranks
        if groups is not None and ranks is not None:
            raise InputError("Use groups or time, not both.")
        folds = self._folds(columns.X, target, groups, ranks, seed)
        smallest = _check_folds(folds, target)
        requirements = Requirements.of(features, smallest)
        study_input = StudyInput(
            columns.X,
            columns.texts,
            target,
            groups,
            ranks,
            requirements,
            positive,
            self.costs,
            seed,
        )
        return study_input, folds

    def _folds(self, X: Any, target: EncodedTarget, groups: Any, times: Any, seed: int) -> Folds:
        cv = (N_FOLDS, N_REPEATS) if self.cv is None else self.cv
        if isinstance(cv, int | np.integer):
            cv = (cv, N_REPEATS)
        if isinstance(cv, tuple) and len(cv) == 2 and all(isinstance(part, int) for part in cv):
            n_folds, n_repeats = cv
            if n_folds < 2 or n_repeats < 1:
                raise InputError(f"cv needs at least 2 folds and 1 repeat; got {cv}.")
            if times is None:
                _check_class_sizes(target, n_folds)
            return draw_folds(target.codes, n_folds, n_repeats, seed, groups=groups, time=times)
        return folds_from_splitter(cv, X, target.codes, groups)

    def _settings(self, plan: StudyPlan, seed: int, times: Times | None) -> Settings:
        folds = plan.folds
        models = (*plan.models, *plan.standalone, DUMMY_MODEL)
        installed = versions()
        return Settings(
            primary_metric=self.primary_metric,
            metrics=self.metrics,
            costs=self.costs or Costs(),
            margins=self.margins,
            confidence_level=self.confidence_level,
            seed=seed,
            models=tuple((model.name, model.description) for model in models),
            methods=tuple((method.name, method.description) for method in plan.methods),
            n_repeats=folds.n_repeats,
            n_folds=folds.n_folds,
            cv_strategy=folds.strategy,
            versions=tuple((name, installed[name]) for name in _PACKAGES),
            fold_times=() if times is None else _fold_times(folds, times),
        )

    def _read_journal(
        self, columns: StudyColumns, study_input: StudyInput, plan: StudyPlan
    ) -> dict[tuple[str, str, int, int], FoldResult]:
        """Return the results of an earlier run by model, method, repeat and fold."""
        finished: dict[tuple[str, str, int, int], FoldResult] = {}
        if self.journal is not None:
            journal = Journal(self.journal, self._study_digests(columns, study_input, plan))
            for result in journal.results():
                key = (result.model, result.method, result.repeat, result.fold)
                finished.setdefault(key, result)
        return finished

    def _study_digests(
        self, columns: StudyColumns, study_input: StudyInput, plan: StudyPlan
    ) -> dict[str, str]:
        """Return a digest of each part that the results depend on; see `Journal`."""
        texts = [read_texts(columns.X, name) for name in columns.texts]
        parts = {
            "table": (
                *_arrays(TableEncoder().fit_transform(columns.X)),
                *(name for name, _ in columns.types()),
                *(part for column in texts for part in column),
            ),
            "target": (study_input.target.codes, *map(repr, study_input.target.classes)),
            "positive": (repr(study_input.positive),),
            "folds": tuple(part for fold in plan.folds.splits for part in (fold.train, fold.test)),
            "models": tuple(f"{m.name} {m.estimator!r}" for m in (*plan.models, *plan.standalone)),
            "methods": tuple(f"{r.name} {r.description}" for r in plan.methods),
            "costs": (repr(self.costs),),
        }
        installed = versions()
        return {
            **{name: _digest(parts) for name, parts in parts.items()},
            "seed": str(study_input.seed),
            "versions": " ".join(f"{name} {installed[name]}" for name in _PACKAGES),
        }


_PACKAGES = ("counterpoise", "numpy", "scipy", "scikit-learn")


def _standalone(methods: Sequence[Any]) -> tuple[Model, ...]:
    """Return the models of the methods that are classifiers."""
    return tuple(
        Model(
            method.name,
            method.description,
            method.make(),
            isinstance(method.make(), Pipeline),
            balances=method.balances,
        )
        for method in methods
        if method.how == "standalone"
    )


def _plan(models: tuple[Model, ...], methods: Any, folds: Folds) -> StudyPlan:
    standalone = _standalone(methods)
    names = {model.name for model in models}
    for model in standalone:
        if model.name in names:
            raise InputError(f"A method and a model are both named {model.name!r}; rename one.")
    return StudyPlan(models, standalone, tuple(r for r in methods if r.how != "standalone"), folds)


def _data(columns: StudyColumns, target: EncodedTarget, positive: int | None) -> TableSummary:
    table = columns.table
    is_sparse = isinstance(table, SparseTable)
    return TableSummary(
        target.classes,
        target.codes.astype(np.int16),
        positive,
        columns.types(),
        0
        if is_sparse
        else sum(int(missing_mask(table, j).sum()) for j in feature_positions(table)),
        columns.left_out,
        len(table.columns) if is_sparse else 0,
    )


def _fold_times(folds: Folds, times: Times) -> tuple[FoldTimes, ...]:
    return tuple(
        FoldTimes(*times.span(fold.train), *times.span(fold.test)) for fold in folds.splits
    )


def _arrays(encoded: Any) -> tuple[Any, ...]:
    """Return what an encoded table consists of: itself, or the arrays of a CSR matrix."""
    if isinstance(encoded, np.ndarray):
        return (encoded,)
    encoded = encoded.copy()
    encoded.eliminate_zeros()  # which may be stored or not
    return encoded.data, encoded.indices, encoded.indptr, str(encoded.shape)


def _digest(parts: Sequence[Any]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(
            np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else part.encode()
        )
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def _positive_code(target: EncodedTarget, positive: Any) -> int | None:
    """Return the code of the positive class; None if there are more than two classes."""
    classes = target.classes
    if positive is None:
        # Of two equally large classes, the second is positive, as in scikit-learn.
        return None if len(classes) > 2 else int(target.counts[0] >= target.counts[1])
    if len(classes) > 2:
        raise InputError(
            f"A positive class needs two classes; there are {len(classes)}, and metrics are "
            "averages over them. Remove positive (--positive)."
        )
    if positive not in classes:
        raise InputError(
            f"The positive class must be {classes[0]!r} or {classes[1]!r}; got {positive!r}."
        )
    return classes.index(positive)


def _check_classes(primary_metric: str, target: EncodedTarget) -> None:
    if metric_named(primary_metric).needs_two_classes and len(target.classes) > 2:
        raise InputError(
            f"The metric {primary_metric!r} is defined for two classes; there are "
            f"{len(target.classes)}. Use for example balanced_accuracy."
        )


def _check_class_sizes(target: EncodedTarget, n_folds: int) -> None:
    minority = int(np.argmin(target.counts))
    count = int(target.counts[minority])
    if count >= n_folds:
        return
    folds = f"Use at most {count} folds (cv={count}, or --folds {count})"
    advice = folds if count > 1 else "Remove the class"
    raise InputError(
        f"Class {target.classes[minority]!r} has {count} {'sample' if count == 1 else 'samples'}, "
        f"and each of {n_folds} folds needs one to test on. {advice}, or merge the class with "
        f"another. {similar_classes(target)}".rstrip()
    )


def _check_folds(folds: Folds, target: EncodedTarget) -> int:
    """Check that folds have all classes; return the smallest class size in training folds."""
    n_classes = len(target.classes)
    smallest = len(target.codes)
    complete = 0
    for fold in folds.splits:
        counts = np.bincount(target.codes[fold.train], minlength=n_classes)
        if not counts.all():
            missing = target.classes[int(np.argmin(counts))]
            raise InputError(
                f"Fold {fold.fold + 1} of repeat {fold.repeat + 1} has no training sample of class "
                f"{missing!r}. Use fewer folds, or other groups or times."
            )
        smallest = min(smallest, int(counts.min()))
        complete += len(np.unique(target.codes[fold.test])) == n_classes
    if complete < 2:
        raise InputError(
            "Fewer than two folds have samples of every class to test on. Use fewer folds."
        )
    return smallest


def _primary_metric(name: str) -> str:
    metric = metric_named(name)
    if metric.influence is None:
        testable = ", ".join(m.name for m in METRICS.values() if m.influence)
        raise InputError(
            f"{name!r} cannot be the primary metric: it has no confidence interval. Use one of "
            f"{testable}, or report it as a further metric."
        )
    return metric.name


def _metrics(names: Sequence[str] | None, primary_metric: str) -> tuple[str, ...]:
    if names is None:
        return tuple(METRICS) if primary_metric in METRICS else (primary_metric, *METRICS)
    names = [names] if isinstance(names, str) else names
    return tuple(dict.fromkeys((primary_metric, *(metric_named(name).name for name in names))))


def _costs(costs: Any) -> Costs | None:
    if costs is None or isinstance(costs, Costs):
        return costs
    try:
        false_positive, false_negative = map(float, costs)
    except (TypeError, ValueError):
        raise InputError(
            f"costs must be two numbers, (false positive, false negative); got {costs!r}."
        ) from None
    if not (0 <= false_positive < np.inf and 0 <= false_negative < np.inf):
        raise InputError(f"costs must be finite and not negative; got {costs!r}.")
    return Costs(false_positive, false_negative)


def _margins(margins: Mapping[str, float] | None, names: Sequence[str]) -> dict[str, float]:
    if margins is not None and not isinstance(margins, Mapping):
        raise InputError(
            "margins must be a mapping of metric to number, for example "
            f"{{'average_precision': 0.02}}; got {margins!r}."
        )
    chosen = {name: metric_named(name).margin for name in (*METRICS, *names)}
    for name, margin in (margins or {}).items():
        chosen[metric_named(name).name] = _checked_number(f"margins[{name!r}]", margin, 0, np.inf)
    return chosen


def _checked_budget(budget: Any) -> float | None:
    if isinstance(budget, str):
        raise InputError(f"budget is in seconds, for example 600; got {budget!r}.")
    return None if budget is None else _checked_number("budget", budget, 0, np.inf)


def _checked_number(name: str, value: Any, low: float, high: float) -> float:
    if not isinstance(value, int | float | np.number) or not low < value < high:
        until = f" and below {high:g}" if high < np.inf else ""
        raise InputError(f"{name} must be a number above {low:g}{until}; got {value!r}.")
    return float(value)
