"""What all studies share: check the parameters before anything is fitted, then run the study."""

from __future__ import annotations

import hashlib
import os
import sys
import time as clock
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from counterpoise._encoding import TableEncoder
from counterpoise._lib.html_fragment import code, fragment, heading, items, paragraphs
from counterpoise._lib.sklearn_private import full_repr
from counterpoise._lib.types import IntArray, Progress, Seed
from counterpoise._lib.versions import versions
from counterpoise._table import (
    NUMBERS,
    EncodedTarget,
    SparseTable,
    Table,
    as_table,
    explaining_swapped,
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
from counterpoise.study._base_result import BaseResult
from counterpoise.study._columns import StudyColumns, choose_columns
from counterpoise.study._fitting import StudyInput
from counterpoise.study._journal import Journal, head_of
from counterpoise.study._methods import (
    Method,
    MethodCatalog,
    Requirements,
    as_model,
    resolve_methods,
)
from counterpoise.study._metrics import Metric
from counterpoise.study._models import Model, resolve_models, select_for_sparse, takes_sparse
from counterpoise.study._progress import show_progress
from counterpoise.study._records import Costs, FoldResult, FoldTimes, Settings
from counterpoise.study._running import Key, StudyPlan, build_candidates, run_plan
from counterpoise.study._text_features import TextEncoder, read_texts
from counterpoise.study._updates import Reporter, StudyUpdate

__all__ = ["N_REPEATS", "BaseStudy", "PreparedStudy", "StudyCatalog", "count_missing"]

N_FOLDS, N_REPEATS = 5, 2
Result = TypeVar("Result", bound=BaseResult)


@dataclass(frozen=True)
class StudyCatalog:
    """What is known by name for one kind of target.

    Attributes
    ----------
    methods : MethodCatalog
    metrics : dict of str to Metric
    find_metric : callable
        Returns a metric by name, also others than `metrics`.
    dummy : Model
    """

    methods: MethodCatalog
    metrics: dict[str, Metric]
    find_metric: Callable[[str], Metric]
    dummy: Model


@dataclass(frozen=True)
class PreparedStudy:
    """What is known before the first fit; the result is built from it and from the candidates.

    Attributes
    ----------
    columns : StudyColumns
    plan : StudyPlan
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        The features, with text encoded as numbers.
    features : Table
        The same, opened.
    study_input : StudyInput
    folds : ndarray of int of shape (n_repeats, n_samples)
    settings : Settings
    omitted : tuple of str
        Default models that were omitted, as they need a dense table.
    """

    columns: StudyColumns
    plan: StudyPlan
    X: Any
    features: Table
    study_input: StudyInput
    folds: IntArray
    settings: Settings
    omitted: tuple[str, ...]


class BaseStudy(ABC, Generic[Result]):
    """A study of any kind of target; see `Study` and `RegressionStudy` for the parameters."""

    _catalog: ClassVar[StudyCatalog]

    def __init__(
        self,
        models: Any,
        methods: Any,
        *,
        primary_metric: str,
        metrics: Sequence[str] | None,
        cv: Any,
        margins: Mapping[str, float] | None,
        confidence_level: float,
        random_state: Seed,
        n_jobs: int | None,
        journal: str | os.PathLike[str] | None,
        budget: float | None,
    ) -> None:
        catalog = self._catalog
        self.models = resolve_models(models, catalog.methods.models)
        self._has_default_models = models is None
        self.methods = resolve_methods(methods, catalog.methods)
        self.primary_metric = _primary_metric(primary_metric, catalog)
        self.metrics = _metrics(metrics, self.primary_metric, catalog)
        self.cv = cv
        self.margins = _margins(margins, self.metrics, catalog)
        self.confidence_level = _checked_number("confidence_level", confidence_level, 0, 1)
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.journal = journal
        self.budget = _checked_budget(budget)

    def __repr__(self) -> str:
        models, methods = ([one.name for one in some] for some in (self.models, self.methods))
        return (
            f"{type(self).__name__}({models}, {methods}, primary_metric={self.primary_metric!r}, "
            f"cv={self.cv!r}, random_state={self.random_state!r})"
        )

    def _repr_html_(self) -> str:
        label = self._catalog.find_metric(self.primary_metric).label
        title = f"{type(self).__name__}: methods compared with the baseline, by {label}"
        parts = [*paragraphs([title], first_is_bold=True)]
        for name, described in (("Models", self.models), ("Methods", self.methods)):
            parts += [heading(name), items([f"{one.name}: {one.description}" for one in described])]
        return fragment(*parts, code("result = study.run(X, y)"))

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
        progress: Progress | bool | None = None,
        on_update: Callable[[StudyUpdate], None] | None = None,
    ) -> Result:
        """Run the study.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The features: numbers, categories, strings, booleans and dates, with missing values. A
            sparse matrix has numbers only, and no missing values.
        y : array-like of shape (n_samples,)
            The target: classes, or the numbers of a `RegressionStudy`.
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
        progress : bool or callable, optional
            True shows the progress and the time left: a bar in Jupyter, a line for each update
            elsewhere, on the standard error stream. By default, this is done in Jupyter only,
            unless there is an `on_update`; False shows nothing. A function is called as
            ``progress("candidates", done, total)``.
        on_update : callable, optional
            Called with a `StudyUpdate` at the start, and whenever a candidate has finished a repeat
            of the cross-validation; ``on_update=print`` shows its score and the time left.

        Returns
        -------
        StudyResult or RegressionResult

        Notes
        -----
        To estimate the time left, each model is first fitted to a small sample, for at most a tenth
        of the budget.

        Raises
        ------
        InputError
            If the data do not allow the study: a class or the rare values have fewer samples than
            there are folds, the positive class does not occur, the order of the times is unclear,
            a column holds lists, a column of `text` has no words, the journal belongs to another
            study, or X is sparse and a chosen model needs a dense table.
        """
        start = clock.time()
        keep, text = ((names,) if isinstance(names, str) else names for names in (keep, text))
        with explaining_swapped(X, y, "run(X, y)"):
            columns = choose_columns(X, keep, text)
            table = columns.table
            check_finite(table, positions_of_type(table, *NUMBERS))
            target = self._encode_target(y, table.n_rows)
        seed = self._seed()
        times = None if time is None else parse_times(time, table.n_rows, time_format)
        X = TextEncoder(columns.texts, seed).fit(columns.X).transform(columns.X)
        features = as_table(X)
        study_input, folds = self._study_input(
            columns, features, target, groups=groups, times=times, seed=seed
        )
        models = self._models_for(table)
        plan = _plan(models, self.methods, folds, self._catalog.dummy)
        prepared = PreparedStudy(
            columns,
            plan,
            X,
            features,
            study_input,
            folds.test_fold_by_row(table.n_rows),
            self._settings(plan, seed, times),
            omitted=tuple(model.name for model in self.models if model not in models),
        )
        deadline = None if self.budget is None else start + self.budget
        with show_progress(progress, on_update) as (report_fits, report_update):
            return self._fit(prepared, plan, deadline, report_fits, report_update)

    def _fit(
        self,
        prepared: PreparedStudy,
        plan: StudyPlan,
        deadline: float | None,
        progress: Progress | None,
        on_update: Callable[[StudyUpdate], None] | None,
    ) -> Result:
        """Fit the candidates, and add them to the result."""
        study_input, empty = prepared.study_input, self._empty_result(prepared)
        results = run_plan(
            study_input,
            plan,
            self._read_journal(prepared.columns, study_input, plan),
            n_jobs=self.n_jobs,
            journal=self.journal,
            deadline=deadline,
            report=Reporter(
                empty,
                study_input,
                plan,
                n_jobs=self.n_jobs,
                deadline=deadline,
                progress=progress,
                on_update=on_update,
            ),
        )
        stopped = len(results) < len(plan.candidates) * len(plan.folds.splits)
        is_late = deadline is not None and clock.time() >= deadline
        return replace(
            empty,
            candidates=build_candidates(study_input, plan, results),
            stopped=stopped,
            stopped_by=("budget" if is_late else "interrupt") if stopped else "",
            has_journal=stopped and self.journal is not None,
        )

    @abstractmethod
    def _encode_target(self, y: Any, n_rows: int) -> EncodedTarget:
        """Return the target with its classes, or with ranges of its values as classes."""

    @abstractmethod
    def _add_target(self, shared: dict[str, Any]) -> StudyInput:
        """Return the input of the study, from the fields that do not depend on the target."""

    @abstractmethod
    def _check_class_sizes(self, target: EncodedTarget, n_folds: int) -> None:
        """Check that each fold can have a sample of each class to test on."""

    @abstractmethod
    def _target_digests(self, study_input: StudyInput) -> dict[str, tuple[Any, ...]]:
        """Return the parts of the journal's digests that depend on the target."""

    @abstractmethod
    def _empty_result(self, prepared: PreparedStudy) -> Result:
        """Return the result of the study without its candidates."""

    def _strata(self, target: EncodedTarget) -> IntArray:
        """Return the stratum of each sample, by which folds are stratified."""
        return target.codes

    def _models_for(self, table: Table) -> tuple[Model, ...]:
        """Return the models that are fitted: of the default ones, those that take the table."""
        if not isinstance(table, SparseTable):
            return self.models
        if self._has_default_models:
            return tuple(model for model in self.models if takes_sparse(model))
        standalone = _standalone(self.methods)
        return select_for_sparse((*self.models, *standalone), self._catalog.methods.models)[
            : len(self.models)
        ]

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
        groups = None if groups is None else encode_groups(groups, features.n_rows)
        ranks = None if times is None else times.ranks
        if groups is not None and ranks is not None:
            raise InputError("Use groups or time, not both.")
        folds = self._folds(columns.X, target, groups, ranks, seed)
        shared = {
            "X": columns.X,
            "texts": columns.texts,
            "target": target,
            "groups": groups,
            "time": ranks,
            "requirements": Requirements.of(features, _check_folds(folds, target)),
            "seed": seed,
        }
        return self._add_target(shared), folds

    def _folds(self, X: Any, target: EncodedTarget, groups: Any, times: Any, seed: int) -> Folds:
        strata = self._strata(target)
        cv = (N_FOLDS, N_REPEATS) if self.cv is None else self.cv
        if isinstance(cv, int | np.integer):
            cv = (cv, N_REPEATS)
        if isinstance(cv, tuple) and len(cv) == 2 and all(isinstance(part, int) for part in cv):
            n_folds, n_repeats = cv
            if n_folds < 2 or n_repeats < 1:
                raise InputError(f"cv needs at least 2 folds and 1 repeat; got {cv}.")
            if times is None:
                self._check_class_sizes(target, n_folds)
            return draw_folds(strata, n_folds, n_repeats, seed, groups=groups, time=times)
        return folds_from_splitter(cv, X, strata, groups)

    def _settings(self, plan: StudyPlan, seed: int, times: Times | None) -> Settings:
        folds = plan.folds
        models = (*plan.models, *plan.standalone, plan.dummy)
        installed = versions()
        costs, costs_given = self._costs()
        return Settings(
            primary_metric=self.primary_metric,
            metrics=self.metrics,
            costs=costs,
            costs_given=costs_given,
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

    def _costs(self) -> tuple[Costs, bool]:
        """Return the costs of errors, and whether the user has set them."""
        return Costs(), False

    def _read_journal(
        self, columns: StudyColumns, study_input: StudyInput, plan: StudyPlan
    ) -> dict[Key, FoldResult]:
        """Return the results of an earlier run by model, method, repeat and fold."""
        finished: dict[Key, FoldResult] = {}
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
            **self._target_digests(study_input),
            "folds": tuple(part for fold in plan.folds.splits for part in (fold.train, fold.test)),
            "models": tuple(map(_describe_model, (*plan.models, *plan.standalone))),
            "methods": tuple(f"{r.name} {r.description}" for r in plan.methods),
        }
        installed = versions()
        return {
            **{name: _digest(parts) for name, parts in parts.items()},
            "seed": str(study_input.seed),
            "versions": " ".join(f"{name} {installed[name]}" for name in _PACKAGES),
        }


_PACKAGES = ("counterpoise", "numpy", "scipy", "scikit-learn")


def _standalone(methods: Sequence[Method]) -> tuple[Model, ...]:
    """Return the models of the methods that are models themselves."""
    return tuple(as_model(method) for method in methods if method.how == "standalone")


def _plan(models: tuple[Model, ...], methods: Any, folds: Folds, dummy: Model) -> StudyPlan:
    standalone = _standalone(methods)
    names = {model.name for model in models}
    for model in standalone:
        if model.name in names:
            raise InputError(f"A method and a model are both named {model.name!r}; rename one.")
    resampling = tuple(method for method in methods if method.how != "standalone")
    return StudyPlan(models, standalone, resampling, folds, dummy)


def count_missing(table: Table) -> int:
    """Return the number of missing values in the features; 0 for a sparse table."""
    if isinstance(table, SparseTable):
        return 0
    return sum(int(missing_mask(table, j).sum()) for j in feature_positions(table))


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


def _describe_model(model: Model) -> str:
    """Return all that the results of a model depend on."""
    with np.printoptions(threshold=sys.maxsize):
        return f"{model.name} {full_repr(model.estimator)}"


def _digest(parts: Sequence[Any]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(
            np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else part.encode()
        )
        digest.update(b"\0")
    return digest.hexdigest()[:16]


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


def _primary_metric(name: str, catalog: StudyCatalog) -> str:
    metric = catalog.find_metric(name)
    if metric.influence is None:
        testable = ", ".join(m.name for m in catalog.metrics.values() if m.influence)
        raise InputError(
            f"{name!r} cannot be the primary metric: it has no confidence interval. Use one of "
            f"{testable}, or report it as a further metric."
        )
    return metric.name


def _metrics(
    names: Sequence[str] | None, primary_metric: str, catalog: StudyCatalog
) -> tuple[str, ...]:
    if names is None:
        known = tuple(catalog.metrics)
        return known if primary_metric in known else (primary_metric, *known)
    names = [names] if isinstance(names, str) else names
    return tuple(
        dict.fromkeys((primary_metric, *(catalog.find_metric(name).name for name in names)))
    )


def _margins(
    margins: Mapping[str, float] | None, names: Sequence[str], catalog: StudyCatalog
) -> dict[str, float]:
    if margins is not None and not isinstance(margins, Mapping):
        raise InputError(
            "margins must be a mapping of metric to number, for example "
            f"{{{names[0]!r}: 0.02}}; got {margins!r}."
        )
    find = catalog.find_metric
    chosen = {name: find(name).margin for name in (*catalog.metrics, *names)}
    for name, margin in (margins or {}).items():
        chosen[find(name).name] = _checked_number(f"margins[{name!r}]", margin, 0, np.inf)
    return chosen


def _checked_budget(budget: Any) -> float | None:
    if isinstance(budget, str):
        raise InputError(f"budget is in seconds, for example 600; got {budget!r}.")
    return None if budget is None else _checked_number("budget", budget, 0, np.inf)


def _checked_number(name: str, value: Any, low: float, high: float) -> float:
    """Return a parameter as a float, if it is a number between the limits."""
    if not isinstance(value, int | float | np.number) or not low < value < high:
        until = f" and below {high:g}" if high < np.inf else ""
        raise InputError(f"{name} must be a number above {low:g}{until}; got {value!r}.")
    return float(value)
