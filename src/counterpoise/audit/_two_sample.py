"""Whether a classifier can tell made rows from real ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold

from counterpoise._types import IntArray, RowArray
from counterpoise.audit._records import TwoSample

__all__ = ["tell_apart"]

_FEWEST, _MOST = 10, 1_000
_N_FOLDS = 5


def tell_apart(
    points: Any, real: RowArray, made: RowArray, random: np.random.RandomState
) -> TwoSample | None:
    """Let a random forest tell made rows from real ones (Lopez-Paz and Oquab, 2017).

    As many of each are drawn, 1,000 at most. The area under the ROC curve is that of rows held out
    in five folds, ranked within their fold; its p-value is that of the rank sums, by the normal
    approximation, corrected for ties (van Elteren, 1960).

    Parameters
    ----------
    points : ndarray of float of shape (n_rows, n_features)
        All rows as numbers.
    real, made : ndarray of int
        Which of them are real, and which made.
    random : RandomState
        Draws rows, folds and trees.

    Returns
    -------
    TwoSample or None
        None where there are fewer than 10 rows of either kind.

    References
    ----------
    Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", ICLR 2017,
    https://doi.org/10.48550/arXiv.1610.06545.
    """
    n_each = min(len(real), len(made), _MOST)
    if n_each < _FEWEST:
        return None
    rows = np.concatenate([random.choice(part, n_each, replace=False) for part in (real, made)])
    is_made = np.repeat([0, 1], n_each)
    X, folds = points[rows], StratifiedKFold(_N_FOLDS, shuffle=True, random_state=random)
    wins = pairs = variance = 0.0
    for train, test in folds.split(X, is_made):
        forest = RandomForestClassifier(min_samples_leaf=2, random_state=random)
        scores = forest.fit(X[train], is_made[train]).predict_proba(X[test])[:, 1]
        won, of, spread = _rank_sum(scores, is_made[test])
        wins, pairs, variance = wins + won, pairs + of, variance + spread
    z = (wins - pairs / 2) / np.sqrt(variance) if variance else 0.0
    return TwoSample(wins / pairs, float(stats.norm.sf(z)), n_each)


def _rank_sum(scores: Any, is_made: IntArray) -> tuple[float, float, float]:
    """Return how many pairs a made row wins, of how many, and the variance of that by chance."""
    n_rows, n_made = len(scores), int(is_made.sum())
    pairs = n_made * (n_rows - n_made)
    ranks = stats.rankdata(scores)
    wins = float(ranks[is_made == 1].sum()) - n_made * (n_made + 1) / 2
    ties = np.unique(scores, return_counts=True)[1].astype(np.float64)
    tied = float((ties**3 - ties).sum()) / (n_rows * (n_rows - 1))
    return wins, pairs, pairs * (n_rows + 1 - tied) / 12
