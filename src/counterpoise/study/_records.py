"""The results that a study stores: frozen records of arrays and plain values.

Metrics, improvements, findings, plots and pages are computed from them on demand, without fitting
a model again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from counterpoise._lib.types import Float64Array, IntArray

__all__ = [
    "BestCandidate",
    "Candidate",
    "Costs",
    "FoldResult",
    "FoldTimes",
    "Improvement",
    "Outcome",
    "Probabilities",
    "Projection",
    "Settings",
    "Status",
    "TableSummary",
]

Status = Literal["done", "partial", "failed", "not applicable"]
# As predicted, after prior correction, and after calibration.
Probabilities = Literal["predicted", "corrected", "calibrated"]
Outcome = Literal["better", "worse", "equivalent", "inconclusive"]


@dataclass(frozen=True)
class Costs:
    """Costs of wrong decisions, in any unit.

    Attributes
    ----------
    false_positive : float, default=1.0
        Cost of a negative sample that is predicted positive.
    false_negative : float, default=1.0
        Cost of a positive sample that is predicted negative.
    """

    false_positive: float = 1.0
    false_negative: float = 1.0


@dataclass(frozen=True)
class TableSummary:
    """The part of the studied table that results are computed from.

    Attributes
    ----------
    classes : tuple
        The classes in sorted order.
    codes : ndarray of int of shape (n_samples,)
        The class of each sample, as its position in `classes`.
    positive : int or None
        The code of the positive class; None if there are more than two classes.
    columns : tuple of (str, str)
        Name and type of each feature: float, integer, boolean, categorical, date (a number of days)
        or text (TF-IDF).
    n_missing : int
        Number of missing values.
    left_out : tuple of (str, str)
        Name of each column that is not a feature, and the reason.
    n_sparse : int
        Number of features of a sparse table, which `columns` does not list; 0 otherwise.
    n_all_rows : int or None
        Number of rows of the table that the samples were drawn from; None if they are all rows.
    all_counts : tuple of int
        Number of its rows of each class, in the order of `classes`; empty if it is not known.
    """

    classes: tuple[Any, ...]
    codes: IntArray
    positive: int | None
    columns: tuple[tuple[str, str], ...]
    n_missing: int
    left_out: tuple[tuple[str, str], ...] = ()
    n_sparse: int = 0
    n_all_rows: int | None = None
    all_counts: tuple[int, ...] = ()

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.columns) + self.n_sparse

    @property
    def positive_class(self) -> Any:
        """The positive class; None if there are more than two classes."""
        return None if self.positive is None else self.classes[self.positive]


@dataclass(frozen=True)
class FoldTimes:
    """The times of the samples of one fold, as text.

    Attributes
    ----------
    train_from, train_to, test_from, test_to : str
        The first and the last time of the training samples and of the test samples.
    """

    train_from: str
    train_to: str
    test_from: str
    test_to: str


@dataclass(frozen=True)
class Settings:
    """The parameters of a study, fixed before any model is fitted.

    Attributes
    ----------
    primary_metric : str
        The metric of the confirmatory comparisons.
    metrics : tuple of str
        All metrics that are reported.
    costs : Costs
    margins : dict of str to float
        The equivalence margin of each metric: absolute, or relative to the baseline's score for
        metrics that are losses.
    confidence_level : float
        Confidence level over all confirmatory comparisons.
    seed : int
        The seed that all random draws are derived from.
    models, methods : tuple of (str, str)
        Name and description of each, in the order of the tables.
    n_repeats, n_folds : int
    cv_strategy : str
        How samples were split into folds: "stratified", "grouped", "by time" or "user-defined".
    versions : tuple of (str, str)
        Packages that the numbers depend on.
    fold_times : tuple of FoldTimes
        The times of each fold, in order; empty without times.
    costs_given : bool
        Whether the user has set the costs.
    """

    primary_metric: str
    metrics: tuple[str, ...]
    costs: Costs
    margins: dict[str, float]
    confidence_level: float
    seed: int
    models: tuple[tuple[str, str], ...]
    methods: tuple[tuple[str, str], ...]
    n_repeats: int
    n_folds: int
    cv_strategy: str
    versions: tuple[tuple[str, str], ...]
    fold_times: tuple[FoldTimes, ...] = ()
    costs_given: bool = False


@dataclass(frozen=True)
class FoldResult:
    """The predictions of one candidate for the test samples of one fold.

    Attributes
    ----------
    model, method : str
    repeat, fold : int
        The position of the fold.
    status : {"done", "failed", "not applicable"}
    message : str
    warnings : tuple of str
    scores : ndarray of float64 of shape (n_test, n_columns)
    predictions : ndarray of int of shape (n_test,)
    has_probabilities : bool
    prior : ndarray of float64 of shape (n_classes,)
    correction : str
    threshold, seconds : float
        As in `Candidate`.
    """

    model: str
    method: str
    repeat: int
    fold: int
    status: str
    message: str
    warnings: tuple[str, ...]
    scores: Float64Array
    predictions: IntArray
    has_probabilities: bool
    prior: Float64Array
    correction: str
    threshold: float
    seconds: float


@dataclass(frozen=True)
class Candidate:
    """One model with one method, on all folds.

    Attributes
    ----------
    model, method : str
    scores : ndarray of float64 of shape (n_repeats, n_samples, n_columns)
        Out-of-fold scores: of the positive class (one column), or of every class if there are more
        than two. NaN for samples that were not tested.
    predictions : ndarray of int of shape (n_repeats, n_samples)
        The predicted classes, as codes; −1 for samples that were not tested.
    has_probabilities : bool
        Whether the scores are probabilities.
    priors : ndarray of float64 of shape (n_repeats, n_folds, n_classes)
        Class proportions of the training data after resampling or weighting; NaN where unknown.
    correction : {"exact", "approximate", "invalid", "none"}
        How well the prior correction is justified for the method.
    thresholds : ndarray of float64 of shape (n_repeats, n_folds)
        Decision thresholds that the method chose; NaN elsewhere.
    seconds : ndarray of float64 of shape (n_repeats, n_folds)
        Time for resampling, fitting and predicting; NaN for folds that were not run.
    status : {"done", "partial", "failed", "not applicable"}
    message : str
        The reason, if it failed or does not apply.
    warnings : tuple of str
        Distinct warnings raised while fitting.
    """

    model: str
    method: str
    scores: Float64Array = field(repr=False)
    predictions: IntArray = field(repr=False)
    has_probabilities: bool
    priors: Float64Array = field(repr=False)
    correction: str
    thresholds: Float64Array = field(repr=False)
    seconds: Float64Array = field(repr=False)
    status: Status
    message: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Improvement:
    """The improvement of a method over the baseline of the same model; positive is better.

    Attributes
    ----------
    model, method, metric : str
    baseline_score, score : float
        The metric's mean over folds, for the baseline and for the method.
    value : float
        The improvement: the mean difference, signed so that more is better for any metric.
    low, high : float
        The limits of its confidence interval. If `confirmatory`, it is simultaneous: the intervals
        of all comparisons are meant to include the true improvements together.
    standard_error : float
        The standard error that the interval is computed from.
    margin : float
        The equivalence margin in the metric's units: the smallest improvement that matters.
    p_value : float
        The smallest significance level at which the outcome would be other than "inconclusive"; if
        `confirmatory`, adjusted for the number of comparisons (step-down).
    outcome : {"better", "worse", "equivalent", "inconclusive"}
        "better": the interval lies above the margin; "worse": below minus the margin;
        "equivalent": between the two; "inconclusive": a limit of the margin lies within it.
    direction : int
        1 if the interval lies above 0 (an improvement), −1 if it lies below 0 (a deterioration),
        0 if it includes 0.
    confirmatory : bool
        Whether it is one of the comparisons that were prespecified.
    same_scores : bool
        Whether the method leaves all scores unchanged, so that there is nothing to test.
    samples_needed : float
        Approximate number of additional minority samples that would decide; 0 if decided, inf if
        the improvement is too close to the margin.
    """

    model: str
    method: str
    metric: str
    baseline_score: float
    score: float
    value: float
    low: float
    high: float
    standard_error: float
    margin: float
    p_value: float
    outcome: Outcome
    direction: int
    confirmatory: bool
    same_scores: bool
    samples_needed: float


@dataclass(frozen=True)
class BestCandidate:
    """The candidate with the best mean score, and an estimate free of selection bias.

    Attributes
    ----------
    model, method : str
        The candidate with the best mean of the primary metric.
    mean_score : float
        Its mean over all folds. It is optimistic, because the candidate was selected by it.
    nested_score : float
        The mean over folds of the score, in each fold, of the candidate that was best on the other
        folds (nested cross-validation).
    selection_counts : tuple of (str, str, int)
        Model, method and number of folds for which the candidate was best on the other folds.
    """

    model: str
    method: str
    mean_score: float
    nested_score: float
    selection_counts: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Projection:
    """Samples and synthetic samples of SMOTE, projected onto two principal components.

    Attributes
    ----------
    rows : ndarray of int of shape (n_shown,)
        Row numbers of the samples.
    positions : ndarray of float64 of shape (n_shown, 2)
        Their first two principal components, after scaling.
    sample_types : ndarray of int of shape (n_shown,)
        0 safe, 1 borderline, 2 rare, 3 outlier; −1 for samples of the majority class.
    synthetic : ndarray of float64 of shape (n_synthetic, 2)
        The positions of synthetic samples.
    sources : ndarray of int of shape (n_synthetic, 2)
        The base sample and the neighbor of each synthetic sample, as positions in `rows`.
    explained_variance : float
        The share of the variance that the two components explain.
    """

    rows: IntArray
    positions: Float64Array
    sample_types: IntArray
    synthetic: Float64Array
    sources: IntArray
    explained_variance: float
