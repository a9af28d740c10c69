"""The study of a continuous target."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from counterpoise._lib.findings import Finding, create_finding
from counterpoise._lib.types import IntArray, Seed
from counterpoise._table import EncodedTarget, SparseTable
from counterpoise.exceptions import InputError, TargetError
from counterpoise.regression import RelevanceFunction
from counterpoise.study._base_study import BaseStudy, PreparedStudy, StudyCatalog, count_missing
from counterpoise.study._data_checks import check_features
from counterpoise.study._fitting import StudyInput
from counterpoise.study._recommendation import given_objects
from counterpoise.study._regression.fitting import as_regression_input
from counterpoise.study._regression.methods import FOR_VALUES
from counterpoise.study._regression.metrics import METRICS, find_metric
from counterpoise.study._regression.models import DUMMY_MODEL
from counterpoise.study._regression.result import RegressionResult
from counterpoise.study._regression.scoring import RegressionSummary
from counterpoise.study._regression.target import (
    RARE,
    RareTarget,
    describe_relevance,
    encode_rare,
    relevance_parameters,
)

__all__ = ["RegressionStudy"]


class RegressionStudy(BaseStudy[RegressionResult]):
    """Compare methods for rare values of a continuous target on one table.

    Each model is fitted without resampling (the baseline) and with each method, on the same
    cross-validation folds; test folds are never resampled. Each method is then compared with the
    baseline of the same model. A relevance function defines which values are rare.

    Parameters
    ----------
    models : str, regressor, sequence of these, or mapping of names to regressors, default=None
        "ridge", "forest" and "boosting" (these three by default), "svm", "neighbors", and
        "lightgbm", "xgboost" and "catboost" if the package is installed; "module:Class"; or your
        own regressors. Preprocessing is that of `Study`.
    methods : str, sampler, callable, sequence of these, or mapping of names to them, default=None
        "baseline", "relevance-weight", "dense-weight", "random-under", "random-over", "smoter",
        "smogn", "gaussian-noise" and "wercs" (all by default), or samplers of
        `counterpoise.regression`. A callable maps a model to a regressor. The baseline is always
        included.
    primary_metric : str, default="relevance_weighted_rmse"
        The metric of the confirmatory comparisons: "relevance_weighted_rmse",
        "relevance_weighted_mae", "sera", "rare_rmse", "rare_mae", "rmse", "mae" or "r2".
    metrics : sequence of str, default=None
        Further metrics to report. By default all.
    relevance : RelevanceFunction, default=None
        The relevance of target values; those with a relevance of at least 0.8 are rare. It is
        used as it is if it is fitted, and fitted to the target otherwise. By default, relevance
        comes from the boxplot; if the target has no outliers, from its inverse density.
    cv : int, (int, int), splitter or iterable of (train, test), default=None
        As in `Study`. Folds are stratified by quantiles of rare and of common values.
    margins : mapping of str to float, default=None
        Equivalence margins by metric: the smallest improvement that matters. By default 0.02 of
        the baseline's score, or 0.01 for R².
    confidence_level : float, default=0.95
        Confidence level of all confirmatory comparisons together.
    random_state : int, RandomState instance or None, default=None
        Seed for folds, samplers and models.
    n_jobs : int or None, default=None
        Number of folds to run in parallel, as in joblib. It does not affect the results.
    journal : str or os.PathLike, default=None
        A file that stores each result as soon as it is available, from which a study resumes.
    budget : float or None, default=None
        Seconds after which no further candidate is started; only the baseline of the first quick
        model is always fitted.

    See Also
    --------
    Study : The study of a target of classes.

    Notes
    -----
    Confidence intervals account for the variation of test samples and of training samples, as
    those of `Study` do. They are too short if the rare values are few and mostly noise;
    docs/intervals.md reports their coverage.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from counterpoise.study import RegressionStudy
    >>> X, y = load_diabetes(return_X_y=True)
    >>> study = RegressionStudy("ridge", ["dense-weight", "random-over"], random_state=0)
    >>> result = study.run(X, y)
    >>> [item.method for item in result.improvements]
    ['dense-weight', 'random-over']
    """

    _catalog = StudyCatalog(FOR_VALUES, METRICS, find_metric, DUMMY_MODEL)

    def __init__(
        self,
        models: Any = None,
        methods: Any = None,
        *,
        primary_metric: str = "relevance_weighted_rmse",
        metrics: Sequence[str] | None = None,
        relevance: RelevanceFunction | None = None,
        cv: Any = None,
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
        if relevance is not None and not isinstance(relevance, RelevanceFunction):
            raise InputError(
                f"relevance must be a RelevanceFunction; got {relevance!r}. For example, pass "
                'relevance=RelevanceFunction("density").'
            )
        self.relevance = relevance

    def _encode_target(self, y: Any, n_rows: int) -> RareTarget:
        return encode_rare(y, n_rows, self.relevance)

    def _strata(self, target: EncodedTarget) -> IntArray:
        assert isinstance(target, RareTarget)
        return target.strata

    def _add_target(self, shared: dict[str, Any]) -> StudyInput:
        return as_regression_input(shared)

    def _check_class_sizes(self, target: EncodedTarget, n_folds: int) -> None:
        count = int(target.counts[RARE])
        if count >= n_folds:
            return
        fewer = f"Use at most {count} folds (cv={count}, or --folds {count}), or"
        advice = fewer if count > 1 else "Use"
        raise TargetError(
            f"Only {count} of {len(target.codes)} values of y {'is' if count == 1 else 'are'} "
            f"rare, and each of {n_folds} folds needs one to test on. {advice} a relevance "
            'function with more rare values: RelevanceFunction("density") (--relevance density).'
        )

    def _target_digests(self, study_input: StudyInput) -> dict[str, tuple[Any, ...]]:
        target = study_input.target
        assert isinstance(target, RareTarget)
        return {
            "target": (target.values,),
            "relevance": (target.relevance.relevance(target.values),),
        }

    def _empty_result(self, prepared: PreparedStudy) -> RegressionResult:
        columns, target = prepared.columns, prepared.study_input.target
        assert isinstance(target, RareTarget)
        table = columns.table
        findings = check_features(
            table, target, prepared.folds, dates=columns.dates, omitted=prepared.omitted
        )
        return RegressionResult(
            RegressionSummary(
                target.classes,
                target.codes,
                None,
                columns.types(),
                count_missing(table),
                columns.left_out,
                len(table.columns) if isinstance(table, SparseTable) else 0,
                values=target.values,
                relevance=target.relevance.relevance(target.values),
                relevance_method=describe_relevance(target.relevance),
                relevance_parameters=relevance_parameters(target.relevance),
            ),
            prepared.settings,
            prepared.folds,
            (),
            (*_no_outliers(target), *findings),
            given=given_objects(prepared.plan, prepared.study_input.requirements, FOR_VALUES),
        )


def _no_outliers(target: RareTarget) -> Iterator[Finding]:
    if target.by_density:
        yield create_finding(
            "no-outliers",
            "note",
            "The boxplot of the target shows no rare values, so that the relevance of a value is "
            "its inverse density. To define other values as rare, give points of (value, "
            'relevance): relevance=RelevanceFunction("points", points=[(0, 0), (100, 1)]), or '
            "--relevance 0:0,100:1.",
        )
