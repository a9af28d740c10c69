"""Select the best candidate, and estimate its score without selection bias."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.study._metrics import Metric
from counterpoise.study._records import BestCandidate

__all__ = ["select_best"]


def select_best(
    values: Mapping[tuple[str, str], Float64Array], metric: Metric
) -> BestCandidate | None:
    """Select the candidate with the best mean, and score the selection on held-out folds.

    Parameters
    ----------
    values : mapping of (model, method) to ndarray of shape (n_repeats, n_folds)
        The metric of each candidate in each fold; incomplete candidates are ignored.
    metric : Metric

    Returns
    -------
    BestCandidate or None
        None if no candidate has at least two folds of one repeat.

    Notes
    -----
    The nested score of a fold is the score, in that fold, of the candidate that is best on the
    other folds of the repeat.
    """
    whole = np.array(list(values.values()))
    done = ~np.isnan(whole)
    folds = done.any(axis=0) if len(values) else np.zeros((0, 0), bool)
    candidates = [
        candidate for candidate, is_done in zip(values, done, strict=True) if is_done[folds].all()
    ]
    if not candidates or (folds.sum(axis=1) < 2).all():
        return None
    merit = metric.sign * np.array([values[candidate] for candidate in candidates])
    selections: list[int] = []
    scores: list[float] = []
    for repeat, fold in zip(*np.nonzero(folds), strict=True):
        others = folds[repeat].copy()
        others[fold] = False
        if others.any():
            best = int(np.argmax(merit[:, repeat, others].mean(axis=1)))
            selections.append(best)
            scores.append(float(merit[best, repeat, fold]))
    means = merit[:, folds].mean(axis=1)
    best = int(np.argmax(means))
    counts = Counter(candidates[candidate] for candidate in selections).most_common()
    return BestCandidate(
        *candidates[best],
        metric.sign * float(means[best]),
        metric.sign * float(np.mean(scores)),
        tuple((model, method, count) for (model, method), count in counts),
    )
