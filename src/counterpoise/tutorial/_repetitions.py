"""Repetitions of the experiment with other seeds, with confidence intervals over the seeds.

Each seed draws 20,700 samples with the tutorial's settings. The first 350 of each class are used
as in the tutorial; the other 20,000 are a test set that no model and no sampler uses for training.

About half of the test samples belong to each class. To measure precision for the class ratio of
the training data, 34 majority samples to each minority sample, they are weighted to that ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.stats import t as student_t
from sklearn.metrics import average_precision_score, roc_auc_score

from counterpoise.tutorial._experiment import (
    K_NEIGHBORS,
    N_KEPT,
    SEED,
    fit_svm,
    make_balanced,
    make_imbalanced,
    oversample_randomly,
    oversample_with_smote,
)
from counterpoise.tutorial._records import Dataset

N_SAMPLES = 20_700
N_TRAINING = 350
TRAINING_RATIO = N_KEPT[0] / N_KEPT[1]
CONFIDENCE_LEVEL = 0.95

# The margins of an SVM lie at scores of -1 and +1. If the scores differ by less than this over the
# whole test set, the weights of the SVM are zero except for rounding errors: its ranking of the
# samples is meaningless.
CONSTANT_TOLERANCE = 0.1

Scores: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class DisplayName:
    """Names of a model or a metric.

    Attributes
    ----------
    key : str
        In ``repetitions.csv`` and JSON.
    name : str
        On the page and in pictures.
    short : str
        In the terminal, at most 14 characters; 12 for a model.
    """

    key: str
    name: str
    short: str


MODELS = (
    DisplayName("balanced", "balanced data", "balanced"),
    DisplayName("baseline", "baseline", "baseline"),
    DisplayName("class_weight", "class weights", "class weight"),
    DisplayName("random_oversampling", "random oversampling", "oversampling"),
    DisplayName("smote", "SMOTE", "SMOTE"),
)

METRICS = (
    DisplayName("recall", "recall", "recall"),
    DisplayName("balanced_accuracy", "balanced accuracy", "balanced acc."),
    DisplayName("geometric_mean", "geometric mean", "geom. mean"),
    DisplayName("roc_auc", "ROC-AUC", "ROC-AUC"),
    DisplayName("precision_1_to_1", "precision at 1:1", "precision 1:1"),
    DisplayName("average_precision_1_to_1", "average precision at 1:1", "av. prec. 1:1"),
    DisplayName("precision_34_to_1", "precision at 34:1", "precision 34:1"),
    DisplayName("average_precision_34_to_1", "average precision at 34:1", "av. prec. 34:1"),
)


@dataclass(frozen=True)
class ConfidenceInterval:
    """Mean over the seeds with its 95% confidence interval (Student's t).

    Attributes
    ----------
    mean, low, high : float
        NaN if too few seeds have a value: the mean needs one, the interval two.
    n : int
        The number of seeds that have a value.

    Examples
    --------
    >>> ConfidenceInterval(0.5, 0.4, 0.6, n=50).half_width
    0.1
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return round((self.high - self.low) / 2, 12)

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class TableEntry:
    """One metric of one model, with its confidence interval."""

    model: DisplayName
    metric: DisplayName
    interval: ConfidenceInterval


@dataclass(frozen=True)
class Repetitions:
    """Scores of each model with each seed.

    Class 1, the minority class, is the positive class.

    Attributes
    ----------
    seeds : tuple of int
        The seed of each repetition.
    scores : ndarray of float64 of shape (n_seeds, n_models, n_metrics)
        In the order of ``MODELS`` and ``METRICS``. Precision is NaN if the model makes no positive
        prediction. If the scores of a model are constant, its ROC-AUC and average precision are
        those of a tie.
    n_positive_predictions : ndarray of int64 of shape (n_seeds, n_models)
        The number of test samples for which the model predicts class 1.
    has_constant_scores : ndarray of bool of shape (n_seeds, n_models)
        Whether the model's scores differ by less than ``CONSTANT_TOLERANCE`` over the test set.
    uncorrected_roc_auc : ndarray of float64 of shape (n_seeds, n_models)
        ROC-AUC of the scores as they are, even if they are constant except for rounding errors.
    """

    seeds: tuple[int, ...]
    scores: Scores
    n_positive_predictions: NDArray[np.int64]
    has_constant_scores: NDArray[np.bool_]
    uncorrected_roc_auc: Scores

    def values(self, model: str, metric: str) -> Scores:
        """Select one metric of one model, shape (n_seeds,)."""
        return self.scores[:, _index_of(MODELS, model), _index_of(METRICS, metric)]

    def interval(self, model: str, metric: str) -> ConfidenceInterval:
        """Compute mean and confidence interval of one metric of one model."""
        return compute_interval(self.values(model, metric))

    def difference(self, model: str, other: str, metric: str) -> ConfidenceInterval:
        """Compute mean and confidence interval of ``model - other``, paired by seed."""
        return compute_interval(self.values(model, metric) - self.values(other, metric))

    def count_seeds_without_positives(self, model: str) -> int:
        """Count the seeds in which a model makes no positive prediction."""
        n_positive = self.n_positive_predictions[:, _index_of(MODELS, model)]
        return int(np.count_nonzero(n_positive == 0))

    def constant_score_seeds(self, model: str) -> NDArray[np.bool_]:
        """Select the seeds in which the scores of a model are constant, shape (n_seeds,)."""
        return self.has_constant_scores[:, _index_of(MODELS, model)]

    @property
    def table(self) -> tuple[tuple[TableEntry, ...], ...]:
        """One row for each metric, one entry for each model."""
        return tuple(
            tuple(
                TableEntry(model, metric, self.interval(model.key, metric.key)) for model in MODELS
            )
            for metric in METRICS
        )


@dataclass(frozen=True)
class _ModelScores:
    """Test results of one model with one seed; the fields are those of `Repetitions`."""

    scores: tuple[float, ...]
    n_positive_predictions: int
    has_constant_scores: bool
    uncorrected_roc_auc: float


def run_repetitions(
    n_seeds: int = 50,
    *,
    n_jobs: int | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Repetitions:
    """Repeat the experiment with the seeds that follow the tutorial's own seed.

    Parameters
    ----------
    n_seeds : int, default=50
        The number of seeds, at least 2: seeds 101, 102, ...
    n_jobs : int, default=None
        The number of seeds to work on in parallel, as in joblib. It does not change the result.
    report : callable, optional
        Called as ``report(done, total)`` before the first seed and after each one.

    Returns
    -------
    Repetitions
        With scores of shape (n_seeds, 5, 8).

    Raises
    ------
    ValueError
        If ``n_seeds`` is less than 2, too few for a confidence interval.

    Examples
    --------
    >>> run_repetitions(2).scores.shape
    (2, 5, 8)
    """
    check_n_seeds(n_seeds)
    seeds = tuple(range(SEED + 1, SEED + 1 + n_seeds))
    parallel = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")
    results: list[tuple[_ModelScores, ...]] = []
    if report is not None:
        report(0, n_seeds)
    for models_of_seed in parallel(delayed(_run_seed)(seed) for seed in seeds):
        results.append(models_of_seed)
        if report is not None:
            report(len(results), n_seeds)
    return _collect_results(seeds, results)


def check_n_seeds(n_seeds: int) -> None:
    """Check that there are enough seeds for a confidence interval.

    Parameters
    ----------
    n_seeds : int
        At least 2.

    Raises
    ------
    ValueError
        If it is less.

    Examples
    --------
    >>> check_n_seeds(2)
    """
    if n_seeds < 2:
        raise ValueError(
            f"The tutorial needs at least 2 seeds to compute confidence intervals; got {n_seeds}. "
            f"Use n_seeds=50 (or --seeds 50)."
        )


def split_train_test(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """Split the samples of one seed: the first 350 of each class for training, the rest to test.

    Parameters
    ----------
    dataset : Dataset
        With X of shape (n_samples, 2).

    Returns
    -------
    train, test : Dataset
        With X of shapes (700, 2) and (n_samples - 700, 2), in the original order.

    Examples
    --------
    >>> train, test = split_train_test(make_balanced(20_700, seed=101))
    >>> train.counts, len(test.y)
    ((350, 350), 20000)
    """
    first_rows = [np.flatnonzero(dataset.y == label)[:N_TRAINING] for label in (0, 1)]
    is_train = np.zeros(len(dataset.y), dtype=np.bool_)
    is_train[np.concatenate(first_rows)] = True
    train, test = (Dataset(dataset.X[rows], dataset.y[rows]) for rows in (is_train, ~is_train))
    return train, test


def compute_sample_weight(y: NDArray[np.int64], ratio: float) -> Scores:
    """Compute sample weights that give the classes a ratio.

    Parameters
    ----------
    y : ndarray of int64 of shape (n_samples,)
        0 for the majority class, 1 for the minority class; both must occur.
    ratio : float
        Total weight of the majority class, relative to the minority class.

    Returns
    -------
    ndarray of float64 of shape (n_samples,)
        The weights of class 0 add up to ``ratio``, those of class 1 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> compute_sample_weight(np.array([0, 0, 1, 1]), ratio=34.0).tolist()
    [17.0, 17.0, 0.5, 0.5]
    """
    n_positive = np.count_nonzero(y)
    return np.where(y == 1, 1.0 / n_positive, ratio / (len(y) - n_positive))


def compute_precision(recall: float, false_positive_rate: float, ratio: float) -> float:
    """Compute the precision of a model at a given class ratio.

    Parameters
    ----------
    recall : float
        The share of minority samples that are predicted positive.
    false_positive_rate : float
        The share of majority samples that are predicted positive.
    ratio : float
        Number of majority samples to each minority sample.

    Returns
    -------
    float
        NaN if there are no positive predictions.

    Examples
    --------
    >>> compute_precision(0.9, 0.1, ratio=1)
    0.9
    >>> round(compute_precision(0.9, 0.1, ratio=34), 3)
    0.209
    """
    positives = recall + ratio * false_positive_rate
    return recall / positives if positives > 0 else float("nan")


def compute_interval(values: Scores) -> ConfidenceInterval:
    """Compute the mean and its 95% confidence interval with Student's t distribution.

    Parameters
    ----------
    values : ndarray of float64 of shape (n_seeds,)
        One value for each seed; NaN is ignored.

    Returns
    -------
    ConfidenceInterval
        Its ``n`` counts the values that are not NaN.

    Examples
    --------
    >>> import numpy as np
    >>> compute_interval(np.array([0.4, 0.5, 0.6, np.nan])).n
    3
    """
    known = values[~np.isnan(values)]
    nan = float("nan")
    if len(known) < 2:
        return ConfidenceInterval(float(known[0]) if len(known) else nan, nan, nan, len(known))
    mean = float(known.mean())
    quantile = float(student_t.ppf((1 + CONFIDENCE_LEVEL) / 2, len(known) - 1))
    half_width = quantile * float(known.std(ddof=1)) / float(np.sqrt(len(known)))
    return ConfidenceInterval(mean, mean - half_width, mean + half_width, len(known))


def _index_of(names: tuple[DisplayName, ...], key: str) -> int:
    return [name.key for name in names].index(key)


def _run_seed(seed: int) -> tuple[_ModelScores, ...]:
    train, test = split_train_test(make_balanced(N_SAMPLES, seed))
    imbalanced = make_imbalanced(train, seed)
    models = (  # in the order of MODELS
        fit_svm(train),
        fit_svm(imbalanced),
        fit_svm(imbalanced, class_weight="balanced"),
        fit_svm(oversample_randomly(imbalanced, seed).dataset),
        fit_svm(oversample_with_smote(imbalanced, max(K_NEIGHBORS), seed).dataset),
    )
    return tuple(_evaluate(model.decision_function(test.X), test.y) for model in models)


def _evaluate(decision: Scores, y: NDArray[np.int64]) -> _ModelScores:
    """Compute all metrics of one model from its decision function on the test set."""
    is_positive = decision > 0
    recall = float(is_positive[y == 1].mean())
    false_positive_rate = float(is_positive[y == 0].mean())
    is_constant = bool(np.ptp(decision) < CONSTANT_TOLERANCE)
    roc_auc = float(roc_auc_score(y, decision))
    # Rounding errors must not decide a ranking: constant scores count as one big tie.
    ranking = np.zeros_like(decision) if is_constant else decision
    metrics: dict[str, float] = {
        "recall": recall,
        "balanced_accuracy": (recall + 1 - false_positive_rate) / 2,
        "geometric_mean": float(np.sqrt(recall * (1 - false_positive_rate))),
        "roc_auc": 0.5 if is_constant else roc_auc,
    }
    for name, ratio in (("1_to_1", 1.0), ("34_to_1", TRAINING_RATIO)):
        metrics[f"precision_{name}"] = compute_precision(recall, false_positive_rate, ratio)
        metrics[f"average_precision_{name}"] = float(
            average_precision_score(y, ranking, sample_weight=compute_sample_weight(y, ratio))
        )
    scores = tuple(metrics[metric.key] for metric in METRICS)
    return _ModelScores(scores, int(np.count_nonzero(is_positive)), is_constant, roc_auc)


def _collect_results(
    seeds: tuple[int, ...], results: list[tuple[_ModelScores, ...]]
) -> Repetitions:
    def collect(field: str) -> Any:
        return np.array([[getattr(model, field) for model in models] for models in results])

    return Repetitions(
        seeds,
        collect("scores"),
        collect("n_positive_predictions"),
        collect("has_constant_scores"),
        collect("uncorrected_roc_auc"),
    )
