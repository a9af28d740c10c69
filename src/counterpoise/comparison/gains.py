"""What a remedy gains over nothing: the figure, an honest interval, and the word for it.

The gain is the mean over folds of the difference of a metric. Its variance has two parts. The test
rows': each row's influence on the difference, added up over the repeats that tested it. And the
training rows': how the difference varies between folds, as far as their models differ. See
docs/intervals.md for how often the interval holds the truth, beside other intervals.

References: Efron (1982), doi:10.1137/1.9781611970319; Nadeau and Bengio (2003),
doi:10.1023/A:1024068626366; Holm (1979), https://www.jstor.org/stable/4615733; Schuirmann (1987),
doi:10.1007/BF01068419.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from counterpoise._lib.types import Float64Array
from counterpoise.comparison.judging import Judge
from counterpoise.comparison.metrics import Metric
from counterpoise.comparison.records import Arm, Gain, Word

__all__ = ["Difference", "adjusted", "compare", "measure"]


@dataclass(frozen=True)
class Difference:
    """Two arms, beside each other in one metric.

    Attributes
    ----------
    model, remedy, metric : str
    baseline, score : float
        Means over the folds that both have done.
    value, error : float
        The gain and its standard error; positive is better.
    margin : float
    same : bool
        Whether the two gave the same answers.
    """

    model: str
    remedy: str
    metric: str
    baseline: float
    score: float
    value: float
    error: float
    margin: float
    same: bool


def measure(
    judge: Judge, metric: Metric, nothing: Arm, arm: Arm, margin: float
) -> Difference | None:
    """Measure a gain.

    Parameters
    ----------
    judge : Judge
    metric : Metric
        One with influences.
    nothing, arm : Arm
        Of the same model.
    margin : float
        As the metric has it: absolute, or a share of the baseline.

    Returns
    -------
    Difference or None
        None where fewer than two folds are done by both, or the metric is not defined.
    """
    if metric.influence is None or not (
        judge.applies(metric, arm) and judge.applies(metric, nothing)
    ):
        return None
    before, after = judge.values(metric, nothing), judge.values(metric, arm)
    done = ~np.isnan(before) & ~np.isnan(after)
    if done.sum() < 2:
        return None
    baseline, score = float(before[done].mean()), float(after[done].mean())
    differences = metric.better * (after - before)
    read = "scores" if metric.reads_scores else "predictions"
    rows = arm.predictions >= 0
    influences = judge.influences(metric, arm, done) - judge.influences(metric, nothing, done)
    same = bool(np.array_equal(getattr(arm, read)[rows], getattr(nothing, read)[rows]))
    return Difference(
        arm.model,
        arm.remedy,
        metric.name,
        baseline,
        score,
        float(differences[done].mean()),
        0.0 if same else _standard_error(judge, influences, differences[done]),
        margin * abs(baseline) if metric.relative else margin,
        same,
    )


def _standard_error(judge: Judge, influences: Float64Array, differences: Float64Array) -> float:
    """Return the standard error of the mean difference over folds.

    Parameters
    ----------
    judge : Judge
    influences : ndarray of float64 of shape (n_repeats, n_rows)
        What each row does to the difference in its fold.
    differences : ndarray of float64 of shape (n_done,)
        Of the folds that are done.
    """
    # A row that two repeats have tested is one row: its influences are added before squaring.
    rows = influences.sum(axis=0) / len(differences)
    tested = np.bincount(judge.folds[judge.folds >= 0]).mean() / len(judge.folds)
    learned = 1 - tested / len(judge.data.codes)
    between = float(differences.var(ddof=1)) / len(differences)
    return float(np.sqrt(rows @ rows + learned * between))


def compare(differences: Sequence[Difference], level: float, n_smallest: int) -> tuple[Gain, ...]:
    """Find words for a family of gains, with the level shared among them (Holm).

    Parameters
    ----------
    differences : sequence of Difference
    level : float
        With which probability no word of the family is wrong.
    n_smallest : int
        Rows of the rarest class, from which is told how many more it would take.

    Returns
    -------
    tuple of Gain
        In the same order. Where scores are the same, nothing is tested.
    """
    alone = [word_of(difference, 1 - level, n_smallest) for difference in differences]
    tested = [place for place, difference in enumerate(differences) if not difference.same]
    gains = list(alone)
    p_values = np.array([alone[place].p_value for place in tested])
    for place, (alpha, p_value) in zip(tested, adjusted(p_values, 1 - level), strict=True):
        gain = word_of(differences[place], alpha, n_smallest)
        gains[place] = replace(gain, p_value=p_value, confirmatory=True)
    return tuple(gains)


def adjusted(p_values: Float64Array, alpha: float) -> list[tuple[float, float]]:
    """Return Holm's level for each hypothesis, and its adjusted p-value.

    Parameters
    ----------
    p_values : ndarray of float64 of shape (n,)
    alpha : float

    Returns
    -------
    list of (float, float)
        Those behind the first that is not rejected share its level.

    Examples
    --------
    >>> adjusted(np.array([0.03, 0.01]), 0.05)
    [(0.05, 0.03), (0.025, 0.02)]
    """
    n = len(p_values)
    out: list[tuple[float, float]] = [(alpha, 1.0)] * n
    going, share, highest = True, alpha / max(n, 1), 0.0
    for rank, place in enumerate(np.argsort(p_values, kind="stable")):
        share = alpha / (n - rank) if going else share
        going = going and bool(p_values[place] <= share)
        highest = max(highest, min(1.0, float(p_values[place]) * (n - rank)))
        out[place] = share, highest
    return out


def word_of(difference: Difference, alpha: float, n_smallest: int) -> Gain:
    """Return a gain with its interval at one level, and the word that agrees with it."""
    value, error, margin = difference.value, difference.error, difference.margin
    half = float(norm.ppf(1 - alpha / 2)) * error
    low, high = value - half, value + half
    word: Word = "cannot tell"
    if low > margin:
        word = "helps"
    elif high < -margin:
        word = "harms"
    elif -margin < low and high < margin:
        word = "no material difference"
    return Gain(
        difference.model,
        difference.remedy,
        difference.metric,
        difference.baseline,
        difference.score,
        value,
        low,
        high,
        error,
        margin,
        _least_level(value, error, margin),
        word,
        int(low > 0) - int(high < 0),
        confirmatory=False,
        same=difference.same,
        more_rows=0.0 if word != "cannot tell" else _more_rows(value, half, margin, n_smallest),
    )


def _least_level(value: float, error: float, margin: float) -> float:
    """Return the least level at which the interval leaves out a border of the margin."""
    if error == 0:
        return 0.0
    return float(2 * norm.sf(abs(abs(value) - margin) / error))


def _more_rows(value: float, half: float, margin: float, n_smallest: int) -> float:
    """Return how many more rows of the rarest class would make the interval short enough.

    Its length goes with one over the root of their number. It is short enough when it stays on one
    side of the margin, were the gain what it seems to be; half a margin is short enough anyhow, as
    no number of rows tells a gain that is the margin itself.
    """
    enough = max(abs(abs(value) - margin), margin / 2)
    return n_smallest * ((half / enough) ** 2 - 1) if half > enough else float("inf")
