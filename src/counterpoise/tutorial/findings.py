"""What the repetition says, in sentences that are made from its numbers.

Each finding has a code, so that a test can hold it, and reads its facts from ``Luck`` only: other
numbers give other sentences. A claim that one model beats another rests on the 95 % interval of
their difference, seed by seed; where that holds zero, the sentence says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterpoise.tutorial.luck import Interval, Luck, interval_of

# A difference in balanced accuracy below this would change nobody's choice of a remedy.
MATERIAL = 0.02

_UNTREATED = "the untreated one's"
_WEIGHT = "the class weight's"
_REPEATS = "that of plain repeats"
_SMOTE = "SMOTE's"


@dataclass(frozen=True)
class Finding:
    """One thing that the numbers say.

    Attributes
    ----------
    code : str
        What it is about.
    text : str
        One or two sentences.
    """

    code: str
    text: str


def find(luck: Luck) -> tuple[Finding, ...]:
    """Put what the repetition found into words.

    Parameters
    ----------
    luck : Luck
        With scores of shape (n_seeds, n_models, n_metrics).

    Returns
    -------
    tuple of Finding
        In reading order.

    Examples
    --------
    >>> from counterpoise.tutorial.luck import run_luck
    >>> [finding.code for finding in find(run_luck(2))][:3]
    ['silence', 'flat', 'remedy']
    """
    texts = ((code, sentence(luck)) for code, sentence in _SENTENCES.items())
    return tuple(Finding(code, text) for code, text in texts if text)


def number(value: float, *, signed: bool = False) -> str:
    """Write a score in three digits, with a true minus sign.

    Parameters
    ----------
    value : float
        NaN gives a dash.
    signed : bool, default=False
        Whether a positive number carries a plus.

    Returns
    -------
    str
        Ready to print.

    Examples
    --------
    >>> number(0.12345), number(-0.5, signed=True), number(float("nan"))
    ('0.123', '−0.500', '–')
    """
    if np.isnan(value):
        return "–"
    rounded = round(value, 3) + 0.0  # adding zero turns -0.0 into 0.0
    text = f"{rounded:+.3f}" if signed and rounded else f"{rounded:.3f}"
    return text.replace("-", "−")


def compare(difference: Interval, other: str) -> str:
    """Say whether one model is above another, from their difference.

    Parameters
    ----------
    difference : Interval
        Of the first model minus the second, over the seeds.
    other : str
        Whose score the second is, such as "the class weight's".

    Returns
    -------
    str
        A clause that completes "SMOTE's balanced accuracy ...".

    Examples
    --------
    >>> compare(Interval(0.02, 0.01, 0.03, n=50), "theirs")
    'is higher than theirs by 0.020 (0.010 to 0.030)'
    >>> compare(Interval(0.001, -0.01, 0.012, n=50), "theirs")
    'cannot be told apart from theirs (difference +0.001, −0.010 to +0.012)'
    """
    if not difference.excludes_zero:
        low, high = (number(end, signed=True) for end in (difference.low, difference.high))
        mean = number(difference.mean, signed=True)
        return f"cannot be told apart from {other} (difference {mean}, {low} to {high})"
    word = "higher" if difference.mean > 0 else "lower"
    low, high = (number(end) for end in sorted((abs(difference.low), abs(difference.high))))
    return f"is {word} than {other} by {number(abs(difference.mean))} ({low} to {high})"


def _silence(luck: Luck) -> str:
    recall = luck.interval("imbalanced", "recall")
    reach = f"{number(recall.mean)} ({number(recall.low)} to {number(recall.high)})"
    silent = luck.silent("imbalanced")
    if not silent:
        return f"Left alone, the SVM of the imbalanced data has a mean minority recall of {reach}."
    return (
        f"Left alone, the SVM of the imbalanced data calls none of the test points minority in "
        f"{silent} of {len(luck.seeds)} seeds; its mean minority recall is {reach}."
    )


def _flat(luck: Luck) -> str:
    flat = luck.flat_seeds("imbalanced")
    if not flat.any():
        return ""
    auc = luck.rounding_auc[:, 1][flat]
    return (
        f"In {int(flat.sum())} of {len(luck.seeds)} seeds its weights are zero but for the "
        f"solver's rounding: every point gets the same score, and we count its ranking as a tie. "
        f"Taken at face value, what the rounding leaves would score a ROC-AUC anywhere from "
        f"{number(float(auc.min()))} to {number(float(auc.max()))}."
    )


def _remedy(luck: Luck) -> str:
    difference = luck.difference("smoted", "imbalanced", "balanced_accuracy")
    return f"The SMOTE'd SVM's balanced accuracy {compare(difference, _UNTREATED)}."


def _rivals(luck: Luck) -> str:
    weighted = luck.difference("smoted", "weighted", "balanced_accuracy")
    repeated = luck.difference("smoted", "repeated", "balanced_accuracy")
    if weighted.low > 0 and repeated.low > 0:
        verdict = "By this measure the new points earn their keep."
    elif weighted.high < 0 or repeated.high < 0:
        verdict = "By this measure the new points do harm that a plainer remedy does not."
    elif _is_nothing(weighted):
        verdict = "By this measure the new points buy nothing that a class weight does not."
    elif _is_nothing(repeated):
        verdict = "By this measure the new points buy nothing that plain repeats do not."
    else:
        verdict = "Seeds as few as these cannot settle whether the new points are worth making."
    return (
        f"SMOTE's balanced accuracy {compare(weighted, _WEIGHT)}, which makes no point at all, "
        f"and it {compare(repeated, _REPEATS)}. {verdict}"
    )


def _is_nothing(difference: Interval) -> bool:
    """Tell "no difference" from "not known": the whole interval is too near zero to matter."""
    return max(abs(difference.low), abs(difference.high)) < MATERIAL


def _trade(luck: Luck) -> str:
    recall = luck.difference("smoted", "weighted", "recall")
    precision = luck.difference("smoted", "weighted", "precision_34")
    text = (
        f"SMOTE's minority recall {compare(recall, _WEIGHT)}, and its precision at "
        f"34:1 {compare(precision, _WEIGHT)}"
    )
    opposite = recall.mean * precision.mean < 0
    if recall.excludes_zero and precision.excludes_zero and opposite:
        return (
            text + ": the boundary stands a little elsewhere, and one is paid for with the other."
        )
    return text + "."


def _ranking(luck: Luck) -> str:
    weighted = luck.difference("smoted", "weighted", "roc_auc")
    text = f"As a ranking, by ROC-AUC, SMOTE's {compare(weighted, _WEIGHT)}"
    ranks = ~luck.flat_seeds("imbalanced")
    if np.count_nonzero(ranks) < 2:
        return text + "."
    gain = luck.values("smoted", "roc_auc") - luck.values("imbalanced", "roc_auc")
    return (
        f"{text}; in the {int(ranks.sum())} seeds where the untreated SVM ranks at all, it "
        f"{compare(interval_of(gain[ranks]), _UNTREATED)}."
    )


def _price(luck: Luck) -> str:
    even, natural = (
        100 * luck.interval("smoted", f"precision_{ratio}").mean for ratio in ("1", "34")
    )
    base = 100 * luck.interval("base", "precision_34").mean
    return (
        f"Of 100 alarms of the SMOTE'd SVM, {even:.0f} are right where the classes are equally "
        f"common, but {natural:.0f} where there are 34 majority points to each minority one. "
        f"(The base SVM, which had 350 real minority points, keeps {base:.0f}.)"
    )


def _fewer_right(luck: Luck) -> str:
    difference = luck.difference("smoted", "imbalanced", "precision_34")
    if difference.n < 2:
        return ""
    return (
        f"In the {difference.n} seeds where the untreated SVM raises any alarm, SMOTE's precision "
        f"at 34:1 {compare(difference, _UNTREATED)}."
    )


def _more_data(luck: Luck) -> str:
    gain = luck.difference("base", "smoted", "balanced_accuracy")
    if gain.low > 0:
        verdict = "Real points beat made ones."
    elif gain.high < 0:
        verdict = "Here made points beat real ones, which is worth a second look."
    else:
        verdict = "These seeds do not say which is better."
    return (
        f"The base SVM had real minority points in place of the made ones: its balanced accuracy "
        f"{compare(gain, _SMOTE)}. {verdict}"
    )


def _single_seeds(luck: Luck) -> str:
    gain = luck.values("smoted", "balanced_accuracy") - luck.values("weighted", "balanced_accuracy")
    wins, losses = int(np.count_nonzero(gain > 0)), int(np.count_nonzero(gain < 0))
    text = (
        f"Seed by seed, SMOTE's balanced accuracy is above the class weight's in {wins} of "
        f"{len(luck.seeds)} and below it in {losses}"
    )
    if wins and losses:
        return text + ": a single seed can be found to prove either."
    return text + "."


_SENTENCES: dict[str, Callable[[Luck], str]] = {
    "silence": _silence,
    "flat": _flat,
    "remedy": _remedy,
    "rivals": _rivals,
    "trade": _trade,
    "ranking": _ranking,
    "price": _price,
    "fewer right": _fewer_right,
    "more data": _more_data,
    "single seeds": _single_seeds,
}
