"""The facts that a study leaves behind: frozen records of arrays and plain values.

Everything else (metrics, verdicts, findings, pictures, pages) is worked out from them, without
another fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from counterpoise._lib.types import Float64Array, IntArray

__all__ = ["Answers", "Arm", "Costs", "Data", "Gain", "Map", "Settings", "Status", "Winner", "Word"]

Status = Literal["done", "partial", "failed", "not applicable"]
Word = Literal["helps", "harms", "no material difference", "cannot tell"]


@dataclass(frozen=True)
class Costs:
    """What a wrong decision costs, in any unit.

    Attributes
    ----------
    false_positive, false_negative : float
        Of a row of the common class that is named rare, and of a rare one that is missed.
    """

    false_positive: float = 1.0
    false_negative: float = 1.0


@dataclass(frozen=True)
class Data:
    """The table that was studied, as far as its facts need it.

    Attributes
    ----------
    classes : tuple
        The classes in sorted order.
    codes : ndarray of int of shape (n_rows,)
        The class of each row, as its position in `classes`.
    positive : int or None
        The code of the rare class; None where there are more than two classes.
    columns : tuple of (str, str)
        Name and kind of each feature: float, integer, boolean, nominal or other.
    n_missing : int
        Cells without a value.
    """

    classes: tuple[Any, ...]
    codes: IntArray
    positive: int | None
    columns: tuple[tuple[str, str], ...]
    n_missing: int


@dataclass(frozen=True)
class Settings:
    """What was asked for, before any model was fitted.

    Attributes
    ----------
    headline : str
        The metric of the confirmatory comparisons.
    metrics : tuple of str
        All metrics that are reported.
    costs : Costs
    margins : dict of str to float
        For each metric the least difference that matters: absolute, or a share of the baseline's
        value, as the metric has it.
    level : float
        Of the intervals, over the whole family.
    seed : int
        What every draw was derived from.
    models, remedies : tuple of (str, str)
        Name and description of each, in the order of the tables.
    n_repeats, n_folds : int
    order : str
        How folds were drawn: "stratified", "grouped", "in time" or "given".
    versions : tuple of (str, str)
        Packages that the numbers depend on.
    """

    headline: str
    metrics: tuple[str, ...]
    costs: Costs
    margins: dict[str, float]
    level: float
    seed: int
    models: tuple[tuple[str, str], ...]
    remedies: tuple[tuple[str, str], ...]
    n_repeats: int
    n_folds: int
    order: str
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answers:
    """What one arm said of the test rows of one fold.

    Attributes
    ----------
    model, remedy : str
    repeat, number : int
        Which fold.
    status : {"done", "failed", "not applicable"}
    message : str
    warnings : tuple of str
    scores : ndarray of float64 of shape (n_test, n_columns)
    predictions : ndarray of int of shape (n_test,)
    probable : bool
    prior : ndarray of float64 of shape (n_classes,)
    correction : str
    threshold, seconds : float
        As in `Arm`.
    """

    model: str
    remedy: str
    repeat: int
    number: int
    status: str
    message: str
    warnings: tuple[str, ...]
    scores: Float64Array
    predictions: IntArray
    probable: bool
    prior: Float64Array
    correction: str
    threshold: float
    seconds: float


@dataclass(frozen=True)
class Arm:
    """One model under one remedy, on all folds.

    Attributes
    ----------
    model, remedy : str
    scores : ndarray of float64 of shape (n_repeats, n_rows, n_columns)
        Out-of-fold scores: of the rare class alone (one column), or of every class where there are
        more than two. NaN where a row was not tested.
    predictions : ndarray of int of shape (n_repeats, n_rows)
        The arm's own decisions, as codes; −1 where a row was not tested.
    probable : bool
        Whether scores are probabilities.
    priors : ndarray of float64 of shape (n_repeats, n_folds, n_classes)
        The shares of the classes that the model was trained on; NaN where unknown.
    correction : {"exact", "approximate", "invalid", "none"}
        How well the prior correction holds for what the remedy does.
    thresholds : ndarray of float64 of shape (n_repeats, n_folds)
        Where the remedy chose a threshold; NaN elsewhere.
    seconds : ndarray of float64 of shape (n_repeats, n_folds)
        What resampling, fitting and scoring took; NaN where a fold was not done.
    status : {"done", "partial", "failed", "not applicable"}
    message : str
        Why it failed, or does not apply.
    warnings : tuple of str
        Distinct warnings of its fits.
    """

    model: str
    remedy: str
    scores: Float64Array
    predictions: IntArray
    probable: bool
    priors: Float64Array
    correction: str
    thresholds: Float64Array
    seconds: Float64Array
    status: Status
    message: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gain:
    """What a remedy gains over nothing with the same model: positive is better, for any metric.

    Attributes
    ----------
    model, remedy, metric : str
    baseline, score : float
        The metric's mean over folds, of nothing and of the remedy.
    value : float
        The gain.
    low, high : float
        Its interval; over the family where it is confirmatory.
    error : float
        The standard error behind the interval.
    margin : float
        The least gain that matters, in the metric's own units.
    p_value : float
        The least level at which the word could be said; adjusted over the family.
    word : {"helps", "harms", "no material difference", "cannot tell"}
    sign : int
        1 or −1 if the interval leaves out 0, else 0.
    confirmatory : bool
        Whether it belongs to the family that was named before the run.
    same : bool
        Whether the remedy leaves all scores as they are, so that there is nothing to test.
    more_rows : float
        About how many more rows of the rarest class it would take to tell; 0 if it is told, inf if
        no number is known to do.
    """

    model: str
    remedy: str
    metric: str
    baseline: float
    score: float
    value: float
    low: float
    high: float
    error: float
    margin: float
    p_value: float
    word: Word
    sign: int
    confirmatory: bool
    same: bool
    more_rows: float


@dataclass(frozen=True)
class Winner:
    """The arm that scored best, and what can be expected of it.

    Attributes
    ----------
    model, remedy : str
        The arm with the best mean of the headline metric.
    apparent : float
        Its mean, which has chosen it.
    score : float
        The mean over folds of what was best on the other folds: the honest figure.
    picked : tuple of (str, str, int)
        Which arms were best on the other folds, and how often.
    """

    model: str
    remedy: str
    apparent: float
    score: float
    picked: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Map:
    """Rows in two dimensions, with the rows that SMOTE would make.

    Attributes
    ----------
    rows : ndarray of int of shape (n_shown,)
        Row numbers of the table.
    places : ndarray of float64 of shape (n_shown, 2)
        Their first two principal components, of columns brought to one scale.
    kinds : ndarray of int of shape (n_shown,)
        0 safe, 1 borderline, 2 rare, 3 outlier; −1 for rows of the largest class.
    new : ndarray of float64 of shape (n_new, 2)
        Places of new rows.
    parents : ndarray of int of shape (n_new, 2)
        Their two parents, as positions in `rows`.
    explained : float
        The share of variance that the two components have.
    """

    rows: IntArray
    places: Float64Array
    kinds: IntArray
    new: Float64Array
    parents: IntArray
    explained: float
