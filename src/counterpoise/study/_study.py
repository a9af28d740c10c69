"""The study: what is asked for, checked before anything is fitted, and done."""

from __future__ import annotations

import hashlib
import os
import time as clock
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from sklearn.pipeline import Pipeline

from counterpoise._lib.types import Seed
from counterpoise._lib.versions import versions
from counterpoise.comparison.encoding import TableEncoder, check_encodable
from counterpoise.comparison.fitting import Material
from counterpoise.comparison.folds import Folds, draw_folds, folds_of, open_groups, open_time
from counterpoise.comparison.journal import Journal, head_of
from counterpoise.comparison.mapping import draw_up_map
from counterpoise.comparison.metrics import METRICS, metric_named
from counterpoise.comparison.models import KNOWS_NOTHING, Model, choose_models
from counterpoise.comparison.observing import observe
from counterpoise.comparison.records import Answers, Costs, Data, Settings
from counterpoise.comparison.remedies import Need, choose_remedies
from counterpoise.comparison.running import Plan, assemble, run_plan
from counterpoise.exceptions import InputError
from counterpoise.neighbors import check_finite
from counterpoise.study._result import StudyResult
from counterpoise.table import (
    Labels,
    Table,
    features_of,
    missing_cells,
    open_labels,
    open_table,
)

__all__ = ["Progress", "Study"]

N_FOLDS, N_REPEATS = 5, 2


class Progress(Protocol):
    """What `Study.run` calls to say how far it is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note that `done` of `total` steps of a stage are done."""


class Study:
    """Compare remedies for imbalance on one table.

    Parameters
    ----------
    models : str, classifier, sequence of these, or mapping of names to classifiers, default=None
        "logistic", "svm", "forest", "boosting", which read any table: categories become columns,
        missing cells are filled and marked, numbers brought to one scale. None for these four. A
        classifier of your own is prepared for in the same way, and is given classes as codes 0, 1,
        …; a scikit-learn pipeline reads the rows as they came.
    remedies : str, sampler, classifier, callable, sequence of these, or mapping of names to them, \
default=None
        "nothing", "class-weight", "threshold", "random-under", "random-over", "smote",
        "borderline-smote", "adasyn", "smote-enn", "under-ensemble". None for all of these. A
        sampler of your own resamples the training rows; a callable takes a model and returns a
        classifier; a classifier stands beside the models, as it is. Nothing is always compared.
    headline : str, default="average_precision"
        The metric of the confirmatory comparisons: "average_precision", "roc_auc", "log_loss",
        "brier", "balanced_accuracy", "geometric_mean", "f1", "matthews" or "expected_cost".
    metrics : sequence of str, default=None
        What else is shown; None for all of `METRICS`.
    cv : int, (int, int), splitter or iterable of (train, test), default=None
        Folds, or folds and repeats; None for 5 folds in 2 repeats. Or how scikit-learn would split.
    costs : Costs or (float, float), default=None
        What a false alarm and a missed row of the rare class cost. They choose the threshold of
        the remedy "threshold", which None leaves to balanced accuracy.
    margins : mapping of str to float, default=None
        For some metrics, the least difference that matters: absolute, by default 0.01, or for log
        loss, Brier score and cost a share of the baseline, by default 0.02.
    level : float, default=0.95
        With which probability no word about the family is wrong.
    random_state : int, RandomState or None, default=None
        Seed of folds, samplers and models.
    n_jobs : int or None, default=None
        Folds worked on at a time, as joblib counts them. It does not change the result.
    journal : str or os.PathLike, default=None
        A file that remembers each arm in each fold as soon as it is done. A study that finds the
        journal of an earlier run of the same study goes on where that stopped.
    budget : float or None, default=None
        Seconds after which no further arm is begun. The result then rests on what is done.

    Notes
    -----
    Inside each training fold rows are resampled as they came, with neighbours sought in scaled
    units; then each model's preparation and the model are fitted. A resampled fold is made once
    and shared by the models. Test rows keep their natural prevalence. Every arm is judged at its
    own decision; "threshold" at one that inner cross-validation of the training fold has chosen.

    The confirmatory family are the remedies beside nothing, with the same model, on the headline.
    docs/intervals.md says how intervals are made and how often they hold.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(400, weights=[0.9], random_state=0)
    >>> result = Study("logistic", ["class-weight", "smote"], random_state=0).run(X, y)
    >>> [(gain.remedy, gain.word) for gain in result.verdicts]
    [('class-weight', 'cannot tell'), ('smote', 'cannot tell')]
    """

    def __init__(
        self,
        models: Any = None,
        remedies: Any = None,
        *,
        headline: str = "average_precision",
        metrics: Sequence[str] | None = None,
        cv: Any = None,
        costs: Costs | tuple[float, float] | None = None,
        margins: Mapping[str, float] | None = None,
        level: float = 0.95,
        random_state: Seed = None,
        n_jobs: int | None = None,
        journal: str | os.PathLike[str] | None = None,
        budget: float | None = None,
    ) -> None:
        self.models = choose_models(models)
        self.remedies = choose_remedies(remedies)
        self.headline = _headline(headline)
        self.metrics = _metrics(metrics, headline)
        self.cv = cv
        self.costs = _costs(costs)
        self.margins = _margins(margins)
        self.level = _between("level", level, 0, 1)
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.journal = journal
        self.budget = None if budget is None else _between("budget", budget, 0, np.inf)

    def run(
        self,
        X: Any,
        y: Any,
        *,
        groups: Any = None,
        time: Any = None,
        progress: Progress | None = None,
    ) -> StudyResult:
        """Run the study.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            The class of each row.
        groups : array-like of shape (n_rows,), optional
            Rows of one group are never on both sides of a split.
        time : array-like of shape (n_rows,), optional
            When each row became known; models are tested on later rows than they learned from.
        progress : Progress, optional
            Called as ``progress("arms", done, total)``.

        Returns
        -------
        StudyResult

        Raises
        ------
        InputError
            If the table cannot be studied so: a class has fewer rows than there are folds, a
            column holds dates, the journal is that of another study.
        """
        began = clock.time()
        table = open_table(X)
        check_encodable(table)
        check_finite(table, [j for j in features_of(table) if table.columns[j].kind.is_number])
        labels = open_labels(y, table.n_rows)
        seed = self._seed()
        material, folds = self._material(X, table, labels, groups=groups, time=time, seed=seed)
        plan = _plan(self.models, self.remedies, folds)
        known: dict[tuple[str, str, int, int], Answers] = {}
        if self.journal is not None:
            journal = Journal(self.journal, self._identity(X, table, material, plan))
            for said in journal.answers():
                known.setdefault((said.model, said.remedy, said.repeat, said.number), said)
        answers = run_plan(
            material,
            plan,
            known,
            n_jobs=self.n_jobs,
            journal=self.journal,
            deadline=None if self.budget is None else began + self.budget,
            report=lambda done, total: progress("arms", done, total) if progress else None,
        )
        tested = folds.tested_in(table.n_rows)
        return StudyResult(
            _data(table, labels, material.positive),
            self._settings(plan, seed),
            tested,
            assemble(material, plan, answers),
            observe(table, labels, tested),
            draw_up_map(X, table, labels, seed),
            stopped=len(answers) < len(plan.arms) * len(folds.each),
        )

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        known = head_of(self.journal).get("seed")
        if self.random_state is None and known is not None:
            return int(known)
        generator = self.random_state or np.random.RandomState()
        return int(generator.randint(2**31 - 1))

    def _material(
        self, X: Any, table: Table, labels: Labels, *, groups: Any, time: Any, seed: int
    ) -> tuple[Material, Folds]:
        groups = None if groups is None else open_groups(groups, table.n_rows)
        moments = None if time is None else open_time(time, table.n_rows)
        if groups is not None and moments is not None:
            raise InputError("Folds are by groups or in time, not both; leave one out.")
        folds = self._folds(X, labels, groups, moments, seed)
        smallest = _check_folds(folds, labels)
        two = len(labels.classes) == 2
        # The rarer class is the one that matters; of two equal ones, the later, as by convention.
        positive = (0 if labels.counts[0] < labels.counts[1] else 1) if two else None
        need = Need.of(table, smallest)
        return Material(X, labels, groups, moments, need, positive, self.costs, seed), folds

    def _folds(self, X: Any, labels: Labels, groups: Any, moments: Any, seed: int) -> Folds:
        cv = (N_FOLDS, N_REPEATS) if self.cv is None else self.cv
        if isinstance(cv, int | np.integer):
            cv = (cv, N_REPEATS)
        if isinstance(cv, tuple) and len(cv) == 2 and all(isinstance(part, int) for part in cv):
            n_folds, n_repeats = cv
            if n_folds < 2 or n_repeats < 1:
                raise InputError(f"cv needs 2 folds or more, in 1 repeat or more; got {cv}.")
            if moments is None:
                _require_rows(labels, n_folds)
            return draw_folds(labels.codes, n_folds, n_repeats, seed, groups=groups, time=moments)
        return folds_of(cv, X, labels.codes, groups)

    def _settings(self, plan: Plan, seed: int) -> Settings:
        folds = plan.folds
        models = (*plan.models, *plan.alone, KNOWS_NOTHING)
        known = versions()
        return Settings(
            headline=self.headline,
            metrics=self.metrics,
            costs=self.costs or Costs(),
            margins=self.margins,
            level=self.level,
            seed=seed,
            models=tuple((model.name, model.description) for model in models),
            remedies=tuple((remedy.name, remedy.description) for remedy in plan.remedies),
            n_repeats=folds.n_repeats,
            n_folds=folds.n_folds,
            order=folds.order,
            versions=tuple((name, known[name]) for name in _MATTER),
        )

    def _identity(self, X: Any, table: Table, material: Material, plan: Plan) -> dict[str, str]:
        """Say what the answers depend on, part by part; see `Journal`."""
        names = [str(table.columns[j].name) for j in features_of(table)]
        parts = {
            "table": (TableEncoder().fit_transform(X), *names),
            "target": (material.labels.codes, *map(repr, material.labels.classes)),
            "folds": tuple(part for fold in plan.folds.each for part in (fold.train, fold.test)),
            "models": tuple(f"{m.name} {m.estimator!r}" for m in (*plan.models, *plan.alone)),
            "remedies": tuple(f"{r.name} {r.description}" for r in plan.remedies),
            "costs": (repr(self.costs),),
        }
        known = versions()
        return {
            **{name: _digest(parts) for name, parts in parts.items()},
            "seed": str(material.seed),
            "versions": " ".join(f"{name} {known[name]}" for name in _MATTER),
        }


_MATTER = ("counterpoise", "numpy", "scipy", "scikit-learn")


def _plan(models: tuple[Model, ...], remedies: Any, folds: Folds) -> Plan:
    alone = tuple(
        Model(remedy.name, remedy.description, remedy.make(), isinstance(remedy.make(), Pipeline))
        for remedy in remedies
        if remedy.how == "alone"
    )
    names = {model.name for model in models}
    for model in alone:
        if model.name in names:
            raise InputError(f"A remedy and a model are both named {model.name!r}; rename one.")
    return Plan(models, alone, tuple(r for r in remedies if r.how != "alone"), folds)


def _data(table: Table, labels: Labels, positive: int | None) -> Data:
    features = [table.columns[j] for j in features_of(table)]
    missing = sum(int(missing_cells(table, j).sum()) for j in features_of(table))
    return Data(
        labels.classes,
        labels.codes.astype(np.int16),
        positive,
        tuple((str(column.name), column.kind.value) for column in features),
        missing,
    )


def _digest(parts: Sequence[Any]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(
            np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else part.encode()
        )
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def _require_rows(labels: Labels, n_folds: int) -> None:
    rarest = int(np.argmin(labels.counts))
    count = int(labels.counts[rarest])
    if count >= n_folds:
        return
    remedy = f"Ask for {count} folds or fewer" if count > 1 else "Leave that class out"
    raise InputError(
        f"Class {labels.classes[rarest]!r} has {count} {'row' if count == 1 else 'rows'}, and each "
        f"of {n_folds} folds needs one to be tested on. {remedy}, or join it with another class."
    )


def _check_folds(folds: Folds, labels: Labels) -> int:
    """Return how many rows the smallest class has at least in the training rows of a fold."""
    n_classes = len(labels.classes)
    smallest = len(labels.codes)
    complete = 0
    for fold in folds.each:
        counts = np.bincount(labels.codes[fold.train], minlength=n_classes)
        if not counts.all():
            missing = labels.classes[int(np.argmin(counts))]
            raise InputError(
                f"Fold {fold.number + 1} of repeat {fold.repeat + 1} has no row of class "
                f"{missing!r} to learn from. Ask for fewer folds, or for other groups or moments."
            )
        smallest = min(smallest, int(counts.min()))
        complete += len(np.unique(labels.codes[fold.test])) == n_classes
    if complete < 2:
        raise InputError(
            "Fewer than two folds have every class among their test rows. Ask for fewer folds."
        )
    return smallest


def _headline(name: str) -> str:
    metric = metric_named(name)
    if metric.influence is None:
        able = ", ".join(each.name for each in METRICS.values() if each.influence)
        raise InputError(
            f"{name!r} cannot be the headline: its gains have no interval. Use {able}."
        )
    return name


def _metrics(names: Sequence[str] | None, headline: str) -> tuple[str, ...]:
    if names is None:
        return tuple(METRICS)
    names = [names] if isinstance(names, str) else names
    return tuple(dict.fromkeys((headline, *(metric_named(name).name for name in names))))


def _costs(costs: Any) -> Costs | None:
    if costs is None or isinstance(costs, Costs):
        return costs
    try:
        false_positive, false_negative = map(float, costs)
    except (TypeError, ValueError):
        raise InputError(
            f"costs must be two numbers, (false alarm, missed); got {costs!r}."
        ) from None
    if not (0 <= false_positive < np.inf and 0 <= false_negative < np.inf):
        raise InputError(f"costs must be 0 or more, and finite; got {costs!r}.")
    return Costs(false_positive, false_negative)


def _margins(margins: Mapping[str, float] | None) -> dict[str, float]:
    chosen = {name: metric.margin for name, metric in METRICS.items()}
    for name, margin in (margins or {}).items():
        chosen[metric_named(name).name] = _between(f"margins[{name!r}]", margin, 0, np.inf)
    return chosen


def _between(name: str, value: Any, low: float, high: float) -> float:
    if not isinstance(value, int | float | np.number) or not low < value < high:
        until = f" and below {high:g}" if high < np.inf else ""
        raise InputError(f"{name} must be a number above {low:g}{until}; got {value!r}.")
    return float(value)
