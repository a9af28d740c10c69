"""The study of a target of classes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from counterpoise._lib.types import Seed
from counterpoise._table import EncodedTarget, SparseTable, encode_target
from counterpoise.exceptions import InputError
from counterpoise.study._base_study import BaseStudy, PreparedStudy, StudyCatalog, count_missing
from counterpoise.study._columns import StudyColumns
from counterpoise.study._data_checks import check_data, similar_classes
from counterpoise.study._fitting import StudyInput
from counterpoise.study._methods import FOR_CLASSES
from counterpoise.study._metrics import METRICS, metric_named
from counterpoise.study._models import DUMMY_MODEL
from counterpoise.study._projection import project_samples
from counterpoise.study._recommendation import given_objects
from counterpoise.study._records import Costs, TableSummary
from counterpoise.study._result import StudyResult
from counterpoise.study._target_options import check_costs, positive_code

__all__ = ["Study"]


class Study(BaseStudy[StudyResult]):
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
        Seconds after which no further candidate is started; only the baseline of the first quick
        model is always fitted. The result is then based on what is
        prepared.

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

    _catalog = StudyCatalog(FOR_CLASSES, METRICS, metric_named, DUMMY_MODEL)

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
        super().__init__(
            models,
            methods,
            primary_metric=primary_metric,
            metrics=metrics,
            cv=cv,
            margins=margins,
            confidence_level=confidence_level,
            random_state=random_state,
            n_jobs=n_jobs,
            journal=journal,
            budget=budget,
        )
        self.positive = positive
        self.costs = check_costs(costs)

    def _encode_target(self, y: Any, n_rows: int) -> EncodedTarget:
        target = encode_target(y, n_rows)
        _check_classes(self.primary_metric, target)
        return target

    def _add_target(self, shared: dict[str, Any]) -> StudyInput:
        positive = positive_code(shared["target"], self.positive)
        return StudyInput(**shared, positive=positive, costs=self.costs)

    def _check_class_sizes(self, target: EncodedTarget, n_folds: int) -> None:
        minority = int(np.argmin(target.counts))
        count = int(target.counts[minority])
        if count >= n_folds:
            return
        folds = f"Use at most {count} folds (cv={count}, or --folds {count})"
        advice = folds if count > 1 else "Remove the class"
        raise InputError(
            f"Class {target.classes[minority]!r} has {count} "
            f"{'sample' if count == 1 else 'samples'}, and each of {n_folds} folds needs one to "
            f"test on. {advice}, or merge the class with another. "
            f"{similar_classes(target)}".rstrip()
        )

    def _target_digests(self, study_input: StudyInput) -> dict[str, tuple[Any, ...]]:
        return {
            "target": (study_input.target.codes, *map(repr, study_input.target.classes)),
            "positive": (repr(study_input.positive),),
            "costs": (repr(self.costs),),
        }

    def _costs(self) -> tuple[Costs, bool]:
        return self.costs or Costs(), self.costs is not None

    def _empty_result(self, prepared: PreparedStudy) -> StudyResult:
        columns, target = prepared.columns, prepared.study_input.target
        findings = check_data(
            columns.table,
            target,
            prepared.folds,
            dates=columns.dates,
            omitted=prepared.omitted,
        )
        return StudyResult(
            _data(columns, target, prepared.study_input.positive),
            prepared.settings,
            prepared.folds,
            (),
            findings,
            project_samples(prepared.X, prepared.features, target, prepared.settings.seed),
            given=given_objects(prepared.plan, prepared.study_input.requirements, FOR_CLASSES),
        )


def _check_classes(primary_metric: str, target: EncodedTarget) -> None:
    if metric_named(primary_metric).needs_two_classes and len(target.classes) > 2:
        raise InputError(
            f"The metric {primary_metric!r} is defined for two classes; there are "
            f"{len(target.classes)}. Use for example balanced_accuracy."
        )


def _data(columns: StudyColumns, target: EncodedTarget, positive: int | None) -> TableSummary:
    table = columns.table
    return TableSummary(
        target.classes,
        target.codes.astype(np.int16),
        positive,
        columns.types(),
        count_missing(table),
        columns.left_out,
        len(table.columns) if isinstance(table, SparseTable) else 0,
    )
