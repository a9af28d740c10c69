"""Is it luck? The tutorial's experiment with other seeds, judged on points nothing has touched.

Each seed draws 20,700 points with the tutorial's settings. The first 350 of each class play the
tutorial's part; the other 20,000 are a test sample that no model, and no sampler, has seen.

The test sample is about half and half. To say what a model is worth where there are 34 majority
points to each minority one, as in its training data, the test rows are weighted to that ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.stats import t as student
from sklearn.metrics import average_precision_score, roc_auc_score

from counterpoise.tutorial.experiment import (
    KEPT,
    NEIGHBOURS,
    SEED,
    Sample,
    draw_points,
    fit_svm,
    repeat_points,
    smote_points,
    take_away,
)

N_POINTS = 20_700
N_TRAINING = 350
TRAINING_RATIO = KEPT[0] / KEPT[1]
CONFIDENCE = 0.95

# An SVM's margins lie at scores of -1 and +1. One whose scores differ by less than this over the
# whole test sample has a weight vector of zero up to the solver's rounding: it ranks nothing.
FLAT = 0.1

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Named:
    """A model or a metric: its key in tables, and its name for people.

    Attributes
    ----------
    key : str
        As in ``luck.csv``.
    name : str
        As in headings.
    short : str
        In at most 14 letters, for a terminal.
    """

    key: str
    name: str
    short: str


MODELS = (
    Named("base", "base", "base"),
    Named("imbalanced", "imbalanced", "imbalanced"),
    Named("weighted", "weighted", "weighted"),
    Named("repeated", "over-sampled", "over-sampled"),
    Named("smoted", "SMOTE'd", "SMOTE'd"),
)

METRICS = (
    Named("recall", "minority recall", "recall"),
    Named("balanced_accuracy", "balanced accuracy", "balanced acc."),
    Named("geometric_mean", "geometric mean", "geom. mean"),
    Named("roc_auc", "ROC-AUC", "ROC-AUC"),
    Named("precision_1", "precision, 1:1", "precision 1:1"),
    Named("average_precision_1", "average precision, 1:1", "av. prec. 1:1"),
    Named("precision_34", "precision, 34:1", "precision 34:1"),
    Named("average_precision_34", "average precision, 34:1", "av. prec. 34:1"),
)


@dataclass(frozen=True)
class Interval:
    """A mean over seeds with its 95 % interval (Student's t, over the seeds where it is defined).

    Attributes
    ----------
    mean, low, high : float
        NaN where too few seeds define them: one for the mean, two for the interval.
    n : int
        Number of seeds that define the value.

    Examples
    --------
    >>> Interval(0.5, 0.4, 0.6, n=50).half_width
    0.1
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half the interval's length."""
        return round((self.high - self.low) / 2, 12)

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Cell:
    """One number of the luck table."""

    model: Named
    metric: Named
    interval: Interval


@dataclass(frozen=True)
class Luck:
    """What the repetition found.

    Attributes
    ----------
    seeds : tuple of int
        One for each repetition.
    scores : float64 array of shape (n_seeds, n_models, n_metrics)
        In the order of ``MODELS`` and ``METRICS``. A precision is NaN where the model calls no
        point minority. ROC-AUC and average precision of a flat model are those of a tie.
    alarms : int64 array of shape (n_seeds, n_models)
        How many test points the model calls minority.
    flat : bool array of shape (n_seeds, n_models)
        Whether the scores of the model differ by less than ``FLAT`` over the test sample.
    rounding_auc : float64 array of shape (n_seeds, n_models)
        The ROC-AUC of the scores as they are, flat or not.
    """

    seeds: tuple[int, ...]
    scores: Scores
    alarms: NDArray[np.int64]
    flat: NDArray[np.bool_]
    rounding_auc: Scores

    def values(self, model: str, metric: str) -> Scores:
        """One metric of one model for each seed, shape (n_seeds,)."""
        return self.scores[:, _position(MODELS, model), _position(METRICS, metric)]

    def interval(self, model: str, metric: str) -> Interval:
        """Mean and interval of one metric of one model."""
        return interval_of(self.values(model, metric))

    def difference(self, model: str, other: str, metric: str) -> Interval:
        """Mean and interval of ``model - other``, seed by seed."""
        return interval_of(self.values(model, metric) - self.values(other, metric))

    def silent(self, model: str) -> int:
        """In how many seeds a model calls no test point minority."""
        return int(np.count_nonzero(self.alarms[:, _position(MODELS, model)] == 0))

    def flat_seeds(self, model: str) -> NDArray[np.bool_]:
        """In which seeds a model ranks nothing, shape (n_seeds,)."""
        return self.flat[:, _position(MODELS, model)]

    @property
    def table(self) -> tuple[tuple[Cell, ...], ...]:
        """One row for each metric, one cell for each model."""
        return tuple(
            tuple(Cell(model, metric, self.interval(model.key, metric.key)) for model in MODELS)
            for metric in METRICS
        )


@dataclass(frozen=True)
class _Judged:
    """What one model scored for one seed."""

    scores: tuple[float, ...]
    alarms: int
    flat: bool
    rounding_auc: float


def run_luck(
    n_seeds: int = 50,
    *,
    n_jobs: int | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Luck:
    """Repeat the tutorial's experiment with the seeds that follow its own.

    Parameters
    ----------
    n_seeds : int, default=50
        How many, at least 2: seeds 101, 102, ...
    n_jobs : int, optional
        Seeds worked on at a time, as joblib counts them. It does not change the result.
    report : callable, optional
        Called as ``report(done, total)`` before the first seed and after each one.

    Returns
    -------
    Luck
        With scores of shape (n_seeds, 5, 8).

    Raises
    ------
    ValueError
        If ``n_seeds`` is below 2, which leaves nothing to take an interval over.

    Examples
    --------
    >>> run_luck(2).scores.shape
    (2, 5, 8)
    """
    check_n_seeds(n_seeds)
    seeds = tuple(range(SEED + 1, SEED + 1 + n_seeds))
    work = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")
    judged: list[tuple[_Judged, ...]] = []
    if report is not None:
        report(0, n_seeds)
    for of_seed in work(delayed(_repeat_experiment)(seed) for seed in seeds):
        judged.append(of_seed)
        if report is not None:
            report(len(judged), n_seeds)
    return _collect(seeds, judged)


def check_n_seeds(n_seeds: int) -> None:
    """Refuse a number of seeds that leaves nothing to take an interval over.

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
            f"The repetition needs at least 2 seeds, to tell luck from effect; got {n_seeds}."
        )


def split(drawn: Sample) -> tuple[Sample, Sample]:
    """Part one seed's points: the first 350 of each class, and the test sample.

    Parameters
    ----------
    drawn : Sample
        With points of shape (n, 2).

    Returns
    -------
    training, test : Sample
        With points of shapes (700, 2) and (n - 700, 2), each in the order drawn.

    Examples
    --------
    >>> training, test = split(draw_points(20_700, seed=101))
    >>> training.counts, len(test.labels)
    ((350, 350), 20000)
    """
    firsts = [np.flatnonzero(drawn.labels == label)[:N_TRAINING] for label in (0, 1)]
    chosen = np.zeros(len(drawn.labels), dtype=np.bool_)
    chosen[np.concatenate(firsts)] = True
    training, test = (Sample(drawn.points[rows], drawn.labels[rows]) for rows in (chosen, ~chosen))
    return training, test


def weigh(labels: NDArray[np.int64], ratio: float) -> Scores:
    """Weights under which a sample has ``ratio`` majority points to each minority one.

    Parameters
    ----------
    labels : int64 array of shape (n,)
        0 for the majority class, 1 for the minority; both present.
    ratio : float
        Majority to minority.

    Returns
    -------
    float64 array of shape (n,)
        Which adds up to ``ratio`` over class 0 and to 1 over class 1.

    Examples
    --------
    >>> import numpy as np
    >>> weigh(np.array([0, 0, 1, 1]), ratio=34.0).tolist()
    [17.0, 17.0, 0.5, 0.5]
    """
    ones = np.count_nonzero(labels)
    return np.where(labels == 1, 1.0 / ones, ratio / (len(labels) - ones))


def precision_at(recall: float, false_alarm_rate: float, ratio: float) -> float:
    """Work out the share of a model's alarms that are right, at a given ratio of the classes.

    Parameters
    ----------
    recall : float
        The share of minority points that raise an alarm.
    false_alarm_rate : float
        The share of majority points that raise one.
    ratio : float
        Majority to minority.

    Returns
    -------
    float
        NaN where there are no alarms.

    Examples
    --------
    >>> precision_at(0.9, 0.1, ratio=1)
    0.9
    >>> round(precision_at(0.9, 0.1, ratio=34), 3)
    0.209
    """
    alarms = recall + ratio * false_alarm_rate
    return recall / alarms if alarms > 0 else float("nan")


def interval_of(values: Scores) -> Interval:
    """Mean and 95 % interval of the mean, by Student's t.

    Parameters
    ----------
    values : float64 array of shape (n,)
        One for each seed; NaN is left out.

    Returns
    -------
    Interval
        Whose ``n`` counts what was not NaN.

    Examples
    --------
    >>> import numpy as np
    >>> interval_of(np.array([0.4, 0.5, 0.6, np.nan])).n
    3
    """
    known = values[~np.isnan(values)]
    nan = float("nan")
    if len(known) < 2:
        return Interval(float(known[0]) if len(known) else nan, nan, nan, len(known))
    mean = float(known.mean())
    reach = float(student.ppf((1 + CONFIDENCE) / 2, len(known) - 1))
    half = reach * float(known.std(ddof=1)) / float(np.sqrt(len(known)))
    return Interval(mean, mean - half, mean + half, len(known))


def _position(names: tuple[Named, ...], key: str) -> int:
    return [named.key for named in names].index(key)


def _repeat_experiment(seed: int) -> tuple[_Judged, ...]:
    training, test = split(draw_points(N_POINTS, seed))
    imbalanced = take_away(training, seed)
    models = (
        fit_svm(training),
        fit_svm(imbalanced),
        fit_svm(imbalanced, class_weight="balanced"),
        fit_svm(repeat_points(imbalanced, seed).sample),
        fit_svm(smote_points(imbalanced, max(NEIGHBOURS), seed).sample),
    )
    return tuple(_judge(model.decision_function(test.points), test.labels) for model in models)


def _judge(scores: Scores, labels: NDArray[np.int64]) -> _Judged:
    alarm = scores > 0
    recall = float(alarm[labels == 1].mean())
    false_alarms = float(alarm[labels == 0].mean())
    flat = bool(np.ptp(scores) < FLAT)
    rounding_auc = float(roc_auc_score(labels, scores))
    ranking = np.zeros_like(scores) if flat else scores
    measured: dict[str, float] = {
        "recall": recall,
        "balanced_accuracy": (recall + 1 - false_alarms) / 2,
        "geometric_mean": float(np.sqrt(recall * (1 - false_alarms))),
        "roc_auc": 0.5 if flat else rounding_auc,
    }
    for name, ratio in (("1", 1.0), ("34", TRAINING_RATIO)):
        measured[f"precision_{name}"] = precision_at(recall, false_alarms, ratio)
        measured[f"average_precision_{name}"] = float(
            average_precision_score(labels, ranking, sample_weight=weigh(labels, ratio))
        )
    in_order = tuple(measured[metric.key] for metric in METRICS)
    return _Judged(in_order, int(np.count_nonzero(alarm)), flat, rounding_auc)


def _collect(seeds: tuple[int, ...], judged: list[tuple[_Judged, ...]]) -> Luck:
    def gather(field: str) -> Any:
        return np.array([[getattr(model, field) for model in of_seed] for of_seed in judged])

    return Luck(seeds, gather("scores"), gather("alarms"), gather("flat"), gather("rounding_auc"))
