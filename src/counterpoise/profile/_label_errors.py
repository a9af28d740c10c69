"""Find label errors: rows that are probably mislabeled.

The score of a row is the out-of-fold probability of the class that is predicted, minus that of its
label. Where classes overlap, rows with correct labels have high scores as well. What a label error
looks like is known from planted errors: as a row's own label does not affect its out-of-fold
prediction, the score that it would have with a wrong label can be computed. If a share r(t) of the
planted errors of a class scores t or more, and n(t) rows of the class do, then at most n(t) / r(t)
of its labels are wrong. The smallest of these bounds estimates how many labels are wrong (mixture
proportion estimation: Blanchard, Lee and Scott, 2010), which gives the precision at each threshold.

Then the whole procedure is tested on the table itself: the suspects are put aside, other labels are
changed at random, and models are trained again. If fewer than half of the suspects of this test are
planted errors, or fewer than a quarter of the planted errors are found, label errors look like
overlap, and no row is reported.

References: C. G. Northcutt, L. Jiang, I. L. Chuang, Journal of Artificial Intelligence Research 70,
1373-1411 (2021), doi:10.1613/jair.1.12125. G. Blanchard, G. Lee, C. Scott, "Semi-supervised novelty
detection", Journal of Machine Learning Research 11, 2973-3009 (2010).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.profile._out_of_fold import MIN_CLASS_ROWS, ModelData, predict_out_of_fold
from counterpoise.profile._records import LabelErrors, SuspectLabel

__all__ = ["find_label_errors", "plant_errors", "select_suspects"]

_PRECISION = 0.8  # estimated, at the threshold
# At higher thresholds, so few planted errors are left that their share is uncertain.
_MIN_RECALL = 0.1
_N_THRESHOLDS = 200
_N_DEVIATIONS = 0.5  # by which a bound is raised
# The test: the share of each class whose labels are wrong in it, as many planted errors as there
# should be, and how often it is repeated for so many.
_PLANTED_SHARE, _ENOUGH_PLANTED, _MAX_TESTS = 0.1, 60, 3


def find_label_errors(data: ModelData) -> LabelErrors:
    """Find the rows that are probably mislabeled.

    Parameters
    ----------
    data : ModelData
        Features, without those that leak the target.

    Returns
    -------
    LabelErrors
    """
    probabilities, _ = predict_out_of_fold(data)
    is_suspect = select_suspects(probabilities, data.codes)
    errors = _test_with_planted_errors(data, is_suspect)
    if not errors.is_conclusive:
        return errors
    return replace(errors, suspects=_rank(data, is_suspect, probabilities))


def select_suspects(probabilities: Float64Array, codes: IntArray) -> BoolArray:
    """Return the mask of the rows that are probably mislabeled.

    Parameters
    ----------
    probabilities : ndarray of float of shape (n_rows, n_classes)
        Out-of-fold predictions.
    codes : ndarray of int of shape (n_rows,)
        The label of each row.

    Returns
    -------
    ndarray of bool of shape (n_rows,)
    """
    is_suspect = np.zeros(len(codes), bool)
    for code in range(probabilities.shape[1]):
        scores = _score(probabilities, code)
        has_label = codes == code
        threshold = _choose_threshold(scores[has_label], scores[~has_label])
        is_suspect |= has_label & (scores >= threshold)
    return is_suspect


def _score(probabilities: Float64Array, code: int) -> Float64Array:
    """Return the scores that rows have, or would have, with one label."""
    others = np.delete(probabilities, code, axis=1).max(axis=1)
    difference: Float64Array = others - probabilities[:, code]
    return difference


def _choose_threshold(scores: Float64Array, planted: Float64Array) -> float:
    """Choose the lowest threshold of a class with the wanted precision; infinity if none has it.

    Parameters
    ----------
    scores : ndarray of float
        Scores of the rows with the label.
    planted : ndarray of float
        Scores that the other rows would have with this label.
    """
    thresholds = np.unique(np.quantile(planted, np.linspace(0, 1 - _MIN_RECALL, _N_THRESHOLDS)))
    thresholds = thresholds[thresholds > 0]  # below, the label itself is predicted
    if not len(thresholds):
        return np.inf
    n_selected = _count_at_least(scores, thresholds)
    recall = _count_at_least(planted, thresholds) / len(planted)
    # The smallest of many bounds that vary by chance is too low.
    n_errors = ((n_selected + _N_DEVIATIONS * np.sqrt(n_selected)) / recall).min()
    is_precise = (n_selected > 0) & (n_errors * recall >= _PRECISION * n_selected)
    return float(thresholds[is_precise].min(initial=np.inf))


def _count_at_least(values: Float64Array, limits: Float64Array) -> IntArray:
    return len(values) - np.searchsorted(np.sort(values), limits, "left")


def _test_with_planted_errors(data: ModelData, is_suspect: BoolArray) -> LabelErrors:
    """Plant errors among the rows that are not suspects, and search for them.

    Nothing is planted if the suspects leave fewer than ten rows, or less than half, of a class.
    """
    totals = np.zeros(3, int)
    counts = np.bincount(data.codes)
    data = data.take(~is_suspect)
    n_left = np.bincount(data.codes, minlength=len(counts))
    if (n_left < np.maximum(MIN_CLASS_ROWS, counts / 2)).any():
        return LabelErrors((), 0, 0, 0)
    for seed in range(_MAX_TESTS):
        changed = plant_errors(data.codes, np.random.RandomState(seed))
        probabilities, _ = predict_out_of_fold(replace(data, codes=changed), seed)
        is_planted, is_reported = changed != data.codes, select_suspects(probabilities, changed)
        totals += [is_planted.sum(), (is_planted & is_reported).sum(), is_reported.sum()]
        if totals[0] >= _ENOUGH_PLANTED:
            break
    n_planted, n_found, n_reported = totals.tolist()
    return LabelErrors((), n_planted, n_found, n_reported - n_found)


def plant_errors(codes: IntArray, rng: np.random.RandomState) -> IntArray:
    """Change labels at random, so that a tenth of the labels of each class are wrong.

    A class larger than the others together gets as many wrong labels as they do, as otherwise
    little would be left of them.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
    rng : RandomState

    Returns
    -------
    ndarray of int of shape (n_rows,)
    """
    changed = codes.copy()
    counts = np.bincount(codes)
    for code, count in enumerate(counts):
        others = np.flatnonzero((codes != code) & (changed == codes))
        n_planted = round(_PLANTED_SHARE * min(count, len(codes) - count))
        changed[rng.choice(others, max(1, n_planted), replace=False)] = code
    return changed


def _rank(
    data: ModelData, is_suspect: BoolArray, probabilities: Float64Array
) -> tuple[SuspectLabel, ...]:
    """Return suspects, those of the smallest class first and by decreasing score."""
    places = np.flatnonzero(is_suspect)
    codes, predicted = data.codes[places], probabilities[places].argmax(axis=1)
    own, best = probabilities[places, codes], probabilities[places, predicted]
    order = np.lexsort([places, own - best, np.bincount(data.codes)[codes]])
    return tuple(
        SuspectLabel(
            row=int(data.rows[places[i]]),
            label=data.classes[codes[i]],
            predicted=data.classes[predicted[i]],
            probability=float(best[i]),
            label_probability=float(own[i]),
        )
        for i in order
    )
