"""Classifier two-sample test: how well a random forest detects synthetic samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats
from sklearn.ensemble import RandomForestClassifier

from counterpoise._lib.types import RowArray
from counterpoise.audit._records import TwoSampleTest

__all__ = ["MIN_SAMPLES", "run_two_sample_test"]

MIN_SAMPLES, _MAX_SAMPLES = 10, 500
_SIGNIFICANCE, _POWER = 0.01, 0.8


def run_two_sample_test(
    points: Any, withheld: RowArray, synthetic: RowArray, rng: np.random.RandomState
) -> TwoSampleTest | None:
    """Run a classifier two-sample test with a random forest (Lopez-Paz and Oquab, 2017).

    As many synthetic as withheld samples are drawn, at most 500 of each. A forest is trained on one
    half of them. The area under the ROC curve of its scores on the other half is tested with the
    Mann-Whitney test. Cross-validation would use more samples, but its folds are not independent:
    p-values that ignore this are too small.

    Parameters
    ----------
    points : ndarray of float of shape (n_rows, n_features)
        All rows in numeric form.
    withheld, synthetic : ndarray of int
        Row numbers of the withheld samples of a class and of its synthetic samples. For an exact
        p-value, no two synthetic samples are generated from the same sample: a forest that is
        trained on one of them recognizes the other, even if the distributions are equal.
    rng : RandomState
        Draws the samples and the trees.

    Returns
    -------
    TwoSampleTest or None
        None if there are fewer than 10 withheld or 10 synthetic samples.

    References
    ----------
    Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", ICLR 2017,
    https://doi.org/10.48550/arXiv.1610.06545.
    """
    n_each = min(len(withheld), len(synthetic), _MAX_SAMPLES)
    if n_each < MIN_SAMPLES:
        return None
    drawn = [rng.choice(part, n_each, replace=False) for part in (withheld, synthetic)]
    n_train = n_each // 2
    train, tested = (np.concatenate([part[half] for part in drawn]) for half in _halves(n_train))
    forest = RandomForestClassifier(min_samples_leaf=2, random_state=rng)
    forest.fit(points[train], np.repeat([0, 1], n_train))
    scores = forest.predict_proba(points[tested])[:, 1]
    n_tested = n_each - n_train
    test = stats.mannwhitneyu(scores[n_tested:], scores[:n_tested], alternative="greater")
    auc = float(test.statistic) / n_tested**2
    return TwoSampleTest(auc, float(test.pvalue), n_each, _compute_detectable_auc(n_tested))


def _halves(n_train: int) -> tuple[slice, slice]:
    return slice(None, n_train), slice(n_train, None)


def _compute_detectable_auc(n_tested: int) -> float:
    """Compute the area that the test finds with a probability of 80%, for n samples of each."""
    error = float(np.sqrt((2 * n_tested + 1) / 12)) / n_tested
    return min(0.5 + error * float(stats.norm.isf(_SIGNIFICANCE) + stats.norm.ppf(_POWER)), 1.0)
