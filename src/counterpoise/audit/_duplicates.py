"""Test rows that equal training rows: by nature, across the split, or because a class was grown.

How many test rows have a copy among the training rows says little: a random split of rows that
repeat each other puts copies on both sides, whoever has repeated them. Three things say more:

- more copies than random splits of the pooled rows have: test rows were put among the training
  rows;
- repeats gather in one class: another class has next to none;
- they are even: over-sampling draws rows to repeat with equal chance, so that a row's repeats
  vary as a Poisson number does. Natural repeats are uneven: an empty form is there a thousand
  times, and most rows once.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from counterpoise._types import IntArray
from counterpoise.audit._records import Mark
from counterpoise.table import Labels

__all__ = ["find_copies"]

_N_SPLITS = 200
_SURE = 1e-4  # how unlikely chance must be
_EVEN = 1.5  # variance of the repeats of a row over that of a Poisson number
_FEWEST_COPIES = 5  # test rows with a copy among the training rows
_FEWEST = 20  # repeated rows that tell anything
_LEAST_GROWTH = 0.2  # repeats for each row of a class, where classes are known
_LEAST_GROWTH_UNLABELLED = 0.5


def find_copies(
    groups: IntArray, n_train: int, labels: Labels | None, random: np.random.RandomState
) -> Mark:
    """Find test rows that equal a training row, and say whether that tells of a leak.

    Parameters
    ----------
    groups : ndarray of int of shape (n_rows,)
        Equal numbers for equal rows, training rows first.
    n_train : int
        How many of them are training rows.
    labels : Labels or None
        The classes of all the rows.
    random : RandomState
        Draws the random splits.

    Returns
    -------
    Mark
    """
    copied = np.isin(groups[n_train:], groups[:n_train])
    n_test, count = len(copied), int(copied.sum())
    splits = _random_splits(groups, n_train, random) if count else np.zeros(1)
    expected = float(splits.mean())
    found, why = _judge(groups, n_train, labels, count, expected + max(5 * splits.std(), 5))
    sentence = (
        f"{count:,} of {n_test:,} test rows equal a training row; a random split of the same rows "
        f"has about {expected:,.0f}. {why}"
        if count
        else "No test row equals a training row."
    )
    return Mark("copies", found, np.flatnonzero(copied), n_test, expected, sentence)


def _random_splits(groups: IntArray, n_train: int, random: np.random.RandomState) -> IntArray:
    """Return how many test rows have a copy among the training rows, in each random split.

    Only rows that are there more than once are dealt out anew, as many to each side as are there:
    rows without a copy may have been added to one side, as they are when the training rows are
    resampled after the split.
    """
    is_repeated = np.bincount(groups)[groups] > 1
    repeated = np.unique(groups[is_repeated], return_inverse=True)[1]
    n_there = int(is_repeated[:n_train].sum())
    counts = np.empty(_N_SPLITS, np.int64)
    for i in range(_N_SPLITS):
        random.shuffle(repeated)
        is_there = np.bincount(repeated[:n_there], minlength=len(repeated)) > 0
        counts[i] = is_there[repeated[n_there:]].sum()
    return counts


def _judge(
    groups: IntArray, n_train: int, labels: Labels | None, count: int, most: float
) -> tuple[bool | None, str]:
    if count > most:
        return True, "Test rows were put among the training rows, or training rows among them."
    if labels is not None:
        return _gather(groups, n_train, labels)
    if count < _FEWEST_COPIES or not _is_split(groups, n_train):
        return False, "That is no more than rows which repeat each other by nature have."
    return _judge_alike(groups, count / (len(groups) - n_train))


def _is_split(groups: IntArray, n_train: int) -> bool:
    """Say whether repeated rows are on both sides, as they are if all rows were split at random.

    They are not where training rows alone were over-sampled, after the split.
    """
    share = 1 - n_train / len(groups)
    others = np.bincount(groups)[groups] - 1
    expected = share * float((1 - share**others).sum())
    return int(np.isin(groups[n_train:], groups[:n_train]).sum()) > expected / 2


def _gather(groups: IntArray, n_train: int, labels: Labels) -> tuple[bool | None, str]:
    """Say whether repeats gather in a class that was grown.

    The class with the most distinct rows, which no one grows, says how many repeats are natural.
    """
    sizes = [np.bincount(groups[labels.codes == code]) for code in range(len(labels.classes))]
    repeats = [of_class[of_class > 0] - 1 for of_class in sizes]
    growth = np.array([of_class.mean() for of_class in repeats])
    natural = growth[int(np.argmax([len(of_class) for of_class in repeats]))]
    for code in np.argsort(-growth):
        if (
            growth[code] >= max(_LEAST_GROWTH, 4 * natural)
            and repeats[code].sum() >= _FEWEST
            and _is_even(repeats[code], growth[code])
            and _is_split(groups[labels.codes == code], int((labels.codes[:n_train] == code).sum()))
        ):
            return True, (
                f"They gather in class {labels.classes[code]!r}, whose {len(repeats[code]):,} "
                f"distinct rows are there {1 + growth[code]:.2f} times each, evenly: it was "
                "over-sampled before the split."
            )
    return False, "They do not gather in one class as over-sampled rows do: repeats by nature."


def _is_even(repeats: IntArray, variance: float) -> bool:
    """Say whether the repeats of equally likely rows could vary as these do.

    Too little variance is natural as well, where rows come in pairs; but not if all rows are there
    equally often.
    """
    freedom = len(repeats) - 1
    squares = float(((repeats - repeats.mean()) ** 2).sum()) / variance
    above, below = stats.chi2.sf(squares, freedom), stats.chi2.cdf(squares, freedom)
    return bool(squares <= _EVEN * freedom or above > _SURE) and bool(below > _SURE or not squares)


def _judge_alike(groups: IntArray, share: float) -> tuple[bool | None, str]:
    """Say whether repeats look like those of a grown class, where classes are not known.

    The rows of the other classes are there once, as are some of the grown class; so only repeated
    rows are looked at, whose repeats follow a Poisson distribution without its zero.
    """
    sizes = np.bincount(groups)
    repeats = sizes[sizes > 1] - 1
    growth, variance = _fit_without_zero(float(repeats.mean()))
    if len(repeats) < _FEWEST:
        return (None if share > 0.05 and len(repeats) > 4 else False), (
            f"Only {len(repeats):,} rows are there more than once: too few to tell repeats by "
            "nature from over-sampling."
        )
    if not _is_even(repeats, variance):
        return False, "Some rows repeat far more often than others: repeats by nature."
    least, least_variance = _moments_without_zero(_LEAST_GROWTH_UNLABELLED)
    z = (repeats.mean() - least) / np.sqrt(least_variance / len(repeats))
    if z > 3:
        return True, (
            f"{len(repeats):,} rows are there {1 + repeats.mean():.1f} times each, as evenly as "
            f"rows of a class grown {1 + growth:.1f}-fold by over-sampling before the split."
        )
    if z < -3 or share <= 0.05:
        return False, "They repeat less than the rows of an over-sampled class: repeats by nature."
    return None, "Without labels, repeats by nature and over-sampling look alike here."


def _fit_without_zero(mean: float) -> tuple[float, float]:
    """Fit a Poisson distribution without its zero by its mean; return its rate and variance."""
    if mean <= 1:
        return 0.0, 1e-12
    rate = float(optimize.brentq(lambda r: _moments_without_zero(r)[0] - mean, 1e-9, mean))
    return rate, _moments_without_zero(rate)[1]


def _moments_without_zero(rate: float) -> tuple[float, float]:
    mean = rate / -np.expm1(-rate)
    return mean, mean * (1 + rate - mean)
