"""Leakage check: test rows that equal a training row.

The number of duplicates across the split alone says little: a random split of a table that contains
duplicates puts some of them on both sides. Three patterns indicate leakage:

- more duplicates across the split than in random splits of the pooled rows: test rows were added to
  the training rows, or the reverse;
- duplicates are concentrated in one class, while another class has almost none;
- duplicates are evenly distributed: random oversampling draws rows with equal probability, so that
  the number of copies of a row has a Poisson distribution. Natural duplicates are uneven: an empty
  form may occur a thousand times, and most rows once.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from counterpoise._lib.types import IntArray
from counterpoise._table import EncodedTarget
from counterpoise.audit._records import LeakageCheck
from counterpoise.profile._duplicates import SharedRows, find_shared_rows

__all__ = ["check_duplicates"]

_SIGNIFICANCE = 1e-4  # strict, as most audited splits have no leakage
_MAX_DISPERSION = 1.5  # variance of the number of copies, relative to a Poisson distribution
_MIN_DUPLICATES = 5  # test rows equal to a training row
_MIN_REPEATED = 20  # fewer rows with duplicates allow no conclusion
_MIN_COPIES = 0.2  # mean number of extra copies of a row, if classes are known
_MIN_COPIES_UNLABELED = 0.5
_MIN_SHARE_UNLABELED = 0.05  # of the test rows


def check_duplicates(
    groups: IntArray, n_train: int, target: EncodedTarget | None, rng: np.random.RandomState
) -> LeakageCheck:
    """Find test rows that equal a training row, and check whether they indicate leakage.

    Parameters
    ----------
    groups : ndarray of int of shape (n_rows,)
        Group numbers, equal for equal rows; training rows first.
    n_train : int
        Number of training rows.
    target : EncodedTarget or None
        Classes of all rows.
    rng : RandomState
        Draws the random splits.

    Returns
    -------
    LeakageCheck
    """
    shared = find_shared_rows(groups, n_train, rng)
    n_test, count, expected = len(shared.is_shared), shared.n_shared, shared.n_expected
    found, reason = _evaluate(groups, n_train, target, shared)
    sentence = (
        f"{count:,} of {n_test:,} test rows equal a training row; about {expected:,.0f} are "
        f"expected in a random split of the same rows. {reason}"
        if count
        else "No test row equals a training row."
    )
    return LeakageCheck(
        "duplicates", found, np.flatnonzero(shared.is_shared), n_test, expected, sentence
    )


def _evaluate(
    groups: IntArray, n_train: int, target: EncodedTarget | None, shared: SharedRows
) -> tuple[bool | None, str]:
    """Return whether duplicates indicate leakage, and why."""
    if shared.are_in_excess:
        return True, "The training set and the test set share rows."
    if target is not None:
        return _evaluate_classes(groups, n_train, target)
    if shared.n_shared < _MIN_DUPLICATES or not _are_on_both_sides(groups, n_train):
        return False, "This is no more than natural duplicates have."
    return _evaluate_unlabeled(groups, shared.n_shared / (len(groups) - n_train))


def _are_on_both_sides(groups: IntArray, n_train: int) -> bool:
    """Return whether duplicates are on both sides of the split, as in a random split of all rows.

    They are not if only the training rows were oversampled, after the split.
    """
    test_share = 1 - n_train / len(groups)
    n_others = np.bincount(groups)[groups] - 1
    expected = test_share * float((1 - test_share**n_others).sum())
    return int(np.isin(groups[n_train:], groups[:n_train]).sum()) > expected / 2


def _evaluate_classes(
    groups: IntArray, n_train: int, target: EncodedTarget
) -> tuple[bool | None, str]:
    """Return whether duplicates are concentrated in an oversampled class, and why.

    The class with the most distinct rows is not oversampled: it shows how many duplicates occur
    naturally.
    """
    sizes = [np.bincount(groups[target.codes == code]) for code in range(len(target.classes))]
    copies = [of_class[of_class > 0] - 1 for of_class in sizes]
    means = np.array([of_class.mean() for of_class in copies])
    natural = means[int(np.argmax([len(of_class) for of_class in copies]))]
    for code in np.argsort(-means):
        if (
            means[code] >= max(_MIN_COPIES, 4 * natural)
            and copies[code].sum() >= _MIN_REPEATED
            and _have_poisson_variance(copies[code], means[code])
            and _are_on_both_sides(
                groups[target.codes == code], int((target.codes[:n_train] == code).sum())
            )
        ):
            return True, (
                f"Duplicates are concentrated in class {target.classes[code]!r}: its "
                f"{len(copies[code]):,} distinct rows occur {1 + means[code]:.2f} times on "
                "average, evenly distributed, as after random oversampling before the split."
            )
    return False, (
        "They are not concentrated in one class as after random oversampling: natural duplicates."
    )


def _have_poisson_variance(copies: IntArray, variance: float) -> bool:
    """Return whether the numbers of copies vary as if rows were drawn with equal probability.

    Too little variance is natural too, as in a table where rows come in pairs; but not if all rows
    occur equally often.
    """
    freedom = len(copies) - 1
    # Index of dispersion: chi-squared under a Poisson distribution.
    chi2 = float(((copies - copies.mean()) ** 2).sum()) / variance
    p_above, p_below = stats.chi2.sf(chi2, freedom), stats.chi2.cdf(chi2, freedom)
    is_not_above = chi2 <= _MAX_DISPERSION * freedom or p_above > _SIGNIFICANCE
    return bool(is_not_above) and bool(p_below > _SIGNIFICANCE or not chi2)


def _evaluate_unlabeled(groups: IntArray, share: float) -> tuple[bool | None, str]:
    """Return whether duplicates look like those of an oversampled class, and why.

    Without labels, rows of other classes cannot be distinguished from rows of the oversampled
    class that occur once. So only rows that occur more than once are evaluated: their numbers of
    extra copies have a zero-truncated Poisson distribution.
    """
    sizes = np.bincount(groups)
    copies = sizes[sizes > 1] - 1
    rate, variance = _fit_truncated_poisson(float(copies.mean()))
    if len(copies) < _MIN_REPEATED:
        return (None if share > _MIN_SHARE_UNLABELED and len(copies) > 4 else False), (
            f"Only {len(copies):,} distinct rows occur more than once: too few to distinguish "
            "natural duplicates from oversampling."
        )
    if not _have_poisson_variance(copies, variance):
        return False, "Some rows occur far more often than others: natural duplicates."
    least, least_variance = _compute_truncated_moments(_MIN_COPIES_UNLABELED)
    z = (copies.mean() - least) / np.sqrt(least_variance / len(copies))
    if z > 3:
        return True, (
            f"{len(copies):,} distinct rows occur {1 + copies.mean():.1f} times on average, evenly "
            f"distributed, as in a class oversampled to {1 + rate:.1f} times its size before the "
            "split."
        )
    if z < -3 or share <= _MIN_SHARE_UNLABELED:
        return False, "Rows occur less often than in an oversampled class: natural duplicates."
    return None, (
        "Without labels, natural duplicates and oversampling cannot be distinguished here; give "
        "the labels of both tables."
    )


def _fit_truncated_poisson(mean: float) -> tuple[float, float]:
    """Fit a zero-truncated Poisson distribution to a mean; return its rate and variance."""
    if mean <= 1:
        return 0.0, 1e-12
    rate = float(optimize.brentq(lambda r: _compute_truncated_moments(r)[0] - mean, 1e-9, mean))
    return rate, _compute_truncated_moments(rate)[1]


def _compute_truncated_moments(rate: float) -> tuple[float, float]:
    """Return mean and variance of a zero-truncated Poisson distribution."""
    mean = rate / -np.expm1(-rate)
    return mean, mean * (1 + rate - mean)
