"""Condensing: keep the rows that the ones kept so far would misjudge.

Reference: Hart (1968), doi:10.1109/TIT.1968.1054155.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier

from counterpoise import _native
from counterpoise._threads import thread_count
from counterpoise._types import IntArray, RowArray
from counterpoise.draw import commonest
from counterpoise.neighbors.search import open_index, refuse_mixed
from counterpoise.neighbors.space import SearchSpace

__all__ = ["condense", "judge"]


def judge(
    space: SearchSpace,
    codes: IntArray,
    rows: RowArray,
    store: RowArray,
    *,
    neighbors: Any,
    n_jobs: int | None = None,
) -> IntArray:
    """Classify some rows by their nearest among the rows of a store.

    Parameters
    ----------
    space : SearchSpace
        All the rows.
    codes : ndarray of int of shape (n_rows,)
        The class of each.
    rows : ndarray of int of shape (n_asked,)
        The rows to classify.
    store : ndarray of int of shape (n_stored,)
        The rows that are asked.
    neighbors : int or classifier
        How many of them, or a classifier to be fitted on them.
    n_jobs : int, optional

    Returns
    -------
    ndarray of int of shape (n_asked,)
        The class that most of them have, the first of those that tie.
    """
    if not isinstance(neighbors, int | np.integer) or not isinstance(space.points, np.ndarray):
        classifier = _classifier(space, neighbors, n_jobs).fit(
            space.part(store).selected, codes[store]
        )
        answers: IntArray = classifier.predict(space.part(rows).selected)
        return answers
    nearest = _nearest_stored(space, rows, np.sort(store), int(neighbors), n_jobs)[1]
    return commonest(codes[nearest])


def condense(
    space: SearchSpace,
    codes: IntArray,
    rows: RowArray,
    store: RowArray,
    *,
    neighbors: Any,
    once: bool,
    n_jobs: int | None = None,
) -> RowArray:
    """Go through rows in order, and add to the store each one that it misjudges.

    Parameters
    ----------
    space, codes, store, neighbors, n_jobs
        As in `judge`.
    rows : ndarray of int of shape (n_rows_gone_through,)
        None of them in the store.
    once : bool
        Whether to stop after one pass, or when a pass adds nothing.

    Returns
    -------
    ndarray of int of shape (n_added,)
        In the order in which they were added.
    """
    if not isinstance(neighbors, int | np.integer) or not isinstance(space.points, np.ndarray):
        return _condense_by(
            _classifier(space, neighbors, n_jobs), space, codes, rows, store, once=once
        )
    if not len(rows):
        return rows
    squared, nearest = _nearest_stored(space, rows, np.sort(store), int(neighbors), n_jobs)
    numbers = np.arange(len(codes)) if space.rows is None else np.asarray(space.rows, np.int64)
    classes = np.zeros(space.points.shape[0], np.int32)
    classes[numbers] = codes
    added = np.empty(len(rows), np.int64)
    n_added = _native.condense(
        space.points,
        numbers[rows],
        classes,
        squared,
        np.where(nearest < 0, -1, numbers[nearest]),
        space.penalties,
        space.mismatch,
        once,
        added,
        thread_count(n_jobs),
    )
    return np.searchsorted(numbers, added[:n_added])


def _nearest_stored(
    space: SearchSpace, rows: RowArray, store: RowArray, k: int, n_jobs: int | None
) -> tuple[Any, RowArray]:
    """Return the `k` nearest stored rows; −1, infinitely far, where there are fewer."""
    index = open_index(space.part(store), n_jobs=n_jobs)
    there = min(k, len(store))
    found, squared = index.nearest(
        space.points, there, rows=space.part(rows).rows, return_distance=True, squared=True
    )
    shape = len(rows), k - there
    return (
        np.hstack([squared, np.full(shape, np.inf)]),
        np.hstack([store[found], np.full(shape, -1)]),
    )


def _classifier(space: SearchSpace, neighbors: Any, n_jobs: int | None) -> Any:
    refuse_mixed(space)
    if hasattr(neighbors, "predict"):
        return clone(neighbors)
    if hasattr(neighbors, "kneighbors"):
        neighbors = neighbors.n_neighbors
    return KNeighborsClassifier(n_neighbors=neighbors, n_jobs=n_jobs)


def _condense_by(
    classifier: Any,
    space: SearchSpace,
    codes: IntArray,
    rows: RowArray,
    store: RowArray,
    *,
    once: bool,
) -> RowArray:
    """Condense with a classifier that must be fitted anew for each row that is added."""
    stored = np.asarray(store)
    classifier.fit(space.part(np.sort(stored)).selected, codes[np.sort(stored)])
    left = np.asarray(rows)
    added: list[int] = []
    while True:
        n_before = len(added)
        for row in left:
            if classifier.predict(space.part(np.array([row])).selected)[0] != codes[row]:
                added.append(int(row))
                stored = np.sort(np.append(stored, row))
                classifier.fit(space.part(stored).selected, codes[stored])
        left = np.setdiff1d(left, added)
        if once or len(added) == n_before:
            return np.asarray(added, np.intp)
