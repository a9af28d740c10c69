"""Condensing: keep the rows that the ones kept so far would misjudge.

Reference: Hart (1968), doi:10.1109/TIT.1968.1054155.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier

from counterpoise import _native
from counterpoise._array_ops import commonest
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.neighbors.adapters import squared_differences
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.search import open_engine, refuse_mixed
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
    if not isinstance(neighbors, int | np.integer):
        classifier = _classifier(space, neighbors, n_jobs).fit(
            space.part(store).selected, codes[store]
        )
        answers: IntArray = classifier.predict(space.part(rows).selected)
        return answers
    k = min(int(neighbors), len(store))
    nearest = _nearest_stored(space, rows, np.sort(store), k, n_jobs)[1]
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
    if not isinstance(neighbors, int | np.integer):
        return _condense_by(
            _classifier(space, neighbors, n_jobs), space, codes, rows, store, once=once
        )
    if not len(rows):
        return rows
    squared, nearest = _nearest_stored(space, rows, np.sort(store), int(neighbors), n_jobs)
    if not isinstance(space.points, np.ndarray):
        points = space.part(rows).selected.astype(np.float64)
        return rows[_condense_sparse(points, codes, rows, squared, nearest, once=once)]
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
    engine = open_engine(space.part(store), k, n_jobs)
    there = min(k, len(store))
    if isinstance(engine, Index):
        found, squared = engine.nearest(
            space.points, there, rows=space.part(rows).rows, return_distance=True, squared=True
        )
    else:
        found, squared = engine.nearest(space.part(rows).selected, there)
    shape = len(rows), k - there
    return (
        np.hstack([squared, np.full(shape, np.inf)]),
        np.hstack([store[found], np.full(shape, -1)]),
    )


def _condense_sparse(
    points: Any,
    codes: IntArray,
    rows: RowArray,
    squared: Float64Array,
    nearest: RowArray,
    *,
    once: bool,
) -> RowArray:
    """Condense as the native code does; return where the rows stand that are added, in order."""
    added: list[int] = []
    is_added = np.zeros(len(rows), bool)
    while True:
        n_before = len(added)
        for i in np.flatnonzero(~is_added):
            known = nearest[i][nearest[i] >= 0]
            if commonest(codes[known][None])[0] == codes[rows[i]]:
                continue
            added.append(int(i))
            is_added[i] = True
            _meet(points, int(i), rows[i], squared, nearest)
        if once or len(added) == n_before:
            return np.asarray(added, np.intp)


def _meet(points: Any, i: int, row: int, squared: Float64Array, nearest: RowArray) -> None:
    """Let all rows meet one that has come to the store, and keep those nearest to them."""
    everyone = np.arange(points.shape[0])
    distance = squared_differences(points, points[[i]], everyone, np.zeros_like(everyone))
    some = np.flatnonzero(distance <= squared[:, -1])
    apart = np.column_stack([squared[some], distance[some]])
    who = np.column_stack([nearest[some], np.full(len(some), row)])
    order = np.lexsort((who, apart), axis=1)[:, :-1]
    squared[some] = np.take_along_axis(apart, order, axis=1)
    nearest[some] = np.take_along_axis(who, order, axis=1)


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
