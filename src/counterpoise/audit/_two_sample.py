"""Classifier two-sample test: how well a random forest detects synthetic samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold

from counterpoise._lib.types import IntArray, RowArray
from counterpoise.audit._records import TwoSampleTest

__all__ = ["MIN_SAMPLES", "run_two_sample_test"]

MIN_SAMPLES, _MAX_SAMPLES = 10, 300
_N_FOLDS, _N_TREES = 5, 50
_SIGNIFICANCE, _POWER = 0.01, 0.8


def run_two_sample_test(
    points: Any, withheld: RowArray, synthetic: RowArray, rng: np.random.RandomState
) -> TwoSampleTest | None:
    """Run a classifier two-sample test with a random forest (Lopez-Paz and Oquab, 2017).

    As many synthetic as withheld samples are drawn, at most 300 of each. The area under the ROC
    curve is that of out-of-fold predictions in five folds, ranked within each fold; its p-value is
    that of the rank sums, by the normal approximation with correction for ties (van Elteren, 1960).

    Parameters
    ----------
    points : ndarray of float of shape (n_rows, n_features)
        All rows in numeric form.
    withheld, synthetic : ndarray of int
        Row numbers of the withheld samples of a class and of its synthetic samples. For an exact
        p-value, no two synthetic samples are generated from the same sample: a forest that finds
        one of them in its training folds recognizes the other, even if the distributions are equal.
    rng : RandomState
        Draws samples, folds and trees.

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
    rows = np.concatenate(
        [rng.choice(part, n_each, replace=False) for part in (withheld, synthetic)]
    )
    is_synthetic = np.repeat([0, 1], n_each)
    X, folds = points[rows], StratifiedKFold(_N_FOLDS, shuffle=True, random_state=rng)
    wins = pairs = variance = 0.0
    for train, test in folds.split(X, is_synthetic):
        forest = RandomForestClassifier(_N_TREES, min_samples_leaf=2, random_state=rng)
        scores = forest.fit(X[train], is_synthetic[train]).predict_proba(X[test])[:, 1]
        fold_wins, fold_pairs, fold_variance = _compute_rank_sum(scores, is_synthetic[test])
        wins, pairs, variance = wins + fold_wins, pairs + fold_pairs, variance + fold_variance
    error = float(np.sqrt(variance)) / pairs
    z = (wins / pairs - 0.5) / error if error else 0.0
    detectable = 0.5 + error * float(stats.norm.isf(_SIGNIFICANCE) + stats.norm.ppf(_POWER))
    detectable = min(detectable, 1.0) if error else 1.0
    return TwoSampleTest(wins / pairs, float(stats.norm.sf(z)), n_each, detectable)


def _compute_rank_sum(scores: Any, is_synthetic: IntArray) -> tuple[float, float, float]:
    """Return the Mann-Whitney U of the synthetic samples, the number of pairs, and its variance."""
    n_rows, n_synthetic = len(scores), int(is_synthetic.sum())
    pairs = n_synthetic * (n_rows - n_synthetic)
    ranks = stats.rankdata(scores)
    wins = float(ranks[is_synthetic == 1].sum()) - n_synthetic * (n_synthetic + 1) / 2
    ties = np.unique(scores, return_counts=True)[1].astype(np.float64)
    tied = float((ties**3 - ties).sum()) / (n_rows * (n_rows - 1))
    return wins, pairs, pairs * (n_rows + 1 - tied) / 12
