"""The best arm, and what can honestly be expected of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.comparison.metrics import Metric
from counterpoise.comparison.records import Winner

__all__ = ["choose_winner"]


def choose_winner(values: Mapping[tuple[str, str], Float64Array], metric: Metric) -> Winner | None:
    """Choose the arm with the best mean, and score the choice on folds that did not make it.

    Parameters
    ----------
    values : mapping of (model, remedy) to ndarray of shape (n_repeats, n_folds)
        The metric of each arm in each fold; arms that have not done them all are left out.
    metric : Metric

    Returns
    -------
    Winner or None
        None where no arm has done two folds of one repeat.

    Notes
    -----
    Each fold's part of the honest figure is the score, in that fold, of the arm that is best on
    the other folds of its repeat.
    """
    whole = np.array(list(values.values()))
    done = ~np.isnan(whole)
    folds = done.any(axis=0) if len(values) else np.zeros((0, 0), bool)
    arms = [arm for arm, is_done in zip(values, done, strict=True) if is_done[folds].all()]
    if not arms or (folds.sum(axis=1) < 2).all():
        return None
    merit = metric.better * np.array([values[arm] for arm in arms])
    picked: list[int] = []
    scores: list[float] = []
    for repeat, number in zip(*np.nonzero(folds), strict=True):
        others = folds[repeat].copy()
        others[number] = False
        if others.any():
            best = int(np.argmax(merit[:, repeat, others].mean(axis=1)))
            picked.append(best)
            scores.append(float(merit[best, repeat, number]))
    means = merit[:, folds].mean(axis=1)
    best = int(np.argmax(means))
    counts = Counter(arms[arm] for arm in picked).most_common()
    return Winner(
        *arms[best],
        metric.better * float(means[best]),
        metric.better * float(np.mean(scores)),
        tuple((model, remedy, count) for (model, remedy), count in counts),
    )
