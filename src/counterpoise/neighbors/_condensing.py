"""Condensed nearest neighbor rule: keep the rows that the rows kept so far would misclassify.

The kept rows are called the store, as in the paper.

Reference: Hart (1968), doi:10.1109/TIT.1968.1054155.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from sklearn.base import clone

from counterpoise import _native
from counterpoise._array_ops import most_frequent
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.neighbors._adapters import (
    RoundingErrorBound,
    paired_squared_distances,
    squared_norms,
)
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._search import build_index, check_complete_numeric
from counterpoise.neighbors._space import SearchSpace

__all__ = ["classify_by_neighbors", "condense"]


def classify_by_neighbors(
    space: SearchSpace,
    codes: IntArray,
    rows: RowArray,
    store: RowArray,
    *,
    neighbors: Any,
    n_jobs: int | None = None,
) -> IntArray:
    """Classify rows by their nearest neighbors in the store.

    Parameters
    ----------
    space : SearchSpace
        All rows.
    codes : ndarray of int of shape (n_rows,)
        Encoded target.
    rows : ndarray of int of shape (n_queries,)
        The rows to classify.
    store : ndarray of int of shape (n_stored,)
        The rows among which neighbors are found.
    neighbors : int or classifier
        Number of neighbors, or a classifier that is fitted on the store.
    n_jobs : int, optional
        Number of threads; by default all that the process may use.

    Returns
    -------
    ndarray of int of shape (n_queries,)
        The most frequent class among the neighbors; in a tie, the one with the smallest code.
    """
    if not len(rows):
        return np.empty(0, np.intp)
    if not isinstance(neighbors, int | np.integer):
        classifier = _make_classifier(space, neighbors, n_jobs).fit(
            space.subset(store).selected, codes[store]
        )
        predictions: IntArray = classifier.predict(space.subset(rows).selected)
        return predictions
    k = min(int(neighbors), len(store))
    nearest = _find_nearest_stored(space, rows, np.sort(store), k, n_jobs)[1]
    return most_frequent(codes[nearest])


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
    """Go through rows in order, and add each row to the store that the store misclassifies.

    Parameters
    ----------
    space, codes, store, neighbors, n_jobs
        See `classify_by_neighbors`.
    rows : ndarray of int of shape (n_candidates,)
        The rows to go through; none of them is in the store.
    once : bool
        Whether to make a single pass. If not, passes are made until one adds no row.

    Returns
    -------
    ndarray of int of shape (n_added,)
        The added rows, in the order in which they were added.
    """
    if not len(rows):
        return np.empty(0, np.intp)
    if not isinstance(neighbors, int | np.integer):
        classifier = _make_classifier(space, neighbors, n_jobs)
        return _condense_with_classifier(classifier, space, codes, rows, store, once=once)
    if not len(rows):
        return rows
    squared, nearest = _find_nearest_stored(space, rows, np.sort(store), int(neighbors), n_jobs)
    if not isinstance(space.points, np.ndarray):
        points = space.subset(rows).selected.astype(np.float64)
        return rows[_condense_sparse(points, codes, rows, squared, nearest, once=once)]
    # The native code works on the whole table, in place: positions become row numbers.
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


def _find_nearest_stored(
    space: SearchSpace, rows: RowArray, store: RowArray, k: int, n_jobs: int | None
) -> tuple[Any, RowArray]:
    """Find the `k` nearest rows of the store; filled with −1 at infinite distance if fewer."""
    index = build_index(space.subset(store), k, n_jobs)
    n_found = min(k, len(store))
    if isinstance(index, Index):
        found, squared = index.nearest(
            space.points, n_found, rows=space.subset(rows).rows, return_distance=True, squared=True
        )
    else:
        found, squared = index.nearest(space.subset(rows).selected, n_found)
    shape = len(rows), k - n_found
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
    """Condense as the native code does; return the positions in `rows` of the added ones."""
    known = _NearestStored(points, squared, nearest)
    added: list[int] = []
    is_added = np.zeros(len(rows), bool)
    while True:
        n_before = len(added)
        for i in np.flatnonzero(~is_added).tolist():
            found = nearest[i][nearest[i] >= 0]
            if most_frequent(codes[found][None])[0] == codes[rows[i]]:
                continue
            added.append(i)
            is_added[i] = True
            known.add(i, rows[i])
        if once or len(added) == n_before:
            return np.asarray(added, np.intp)


class _NearestStored:
    """The nearest rows of the store for each sparse row, updated when a row is added to it.

    Parameters
    ----------
    points : CSR matrix of float64 of shape (n_rows, n_features)
    squared : ndarray of float64 of shape (n_rows, k)
        Squared distances to the nearest rows of the store, ascending; changed in place.
    nearest : ndarray of int of shape (n_rows, k)
        The numbers of these rows; changed in place.
    """

    def __init__(self, points: Any, squared: Float64Array, nearest: RowArray) -> None:
        self._points, self._squared, self._nearest = points, squared, nearest
        self._by_column = points.tocsc()
        self._norms = squared_norms(points)
        self._error = RoundingErrorBound(points).compute(points)

    def add(self, position: int, number: int) -> None:
        """Add a row, given by its position among the points and by its number."""
        added = self._points[[position]]
        products = self._by_column[:, added.indices] @ added.data
        rough = self._norms + self._norms[position] - 2 * products
        # Only for these rows, the added one may be nearer than the last of the nearest; NaN if the
        # squares of extreme values overflow.
        some = np.flatnonzero(~(rough - self._error > self._squared[:, -1]))
        distance = paired_squared_distances(self._points, added, some, np.zeros_like(some))
        distances = np.column_stack([self._squared[some], distance])
        neighbors = np.column_stack([self._nearest[some], np.full(len(some), number)])
        order = np.lexsort((neighbors, distances), axis=1)[:, :-1]
        self._squared[some] = np.take_along_axis(distances, order, axis=1)
        self._nearest[some] = np.take_along_axis(neighbors, order, axis=1)


def _make_classifier(space: SearchSpace, neighbors: Any, n_jobs: int | None) -> Any:
    check_complete_numeric(space)
    if hasattr(neighbors, "predict"):
        return clone(neighbors)
    if hasattr(neighbors, "kneighbors"):
        neighbors = neighbors.n_neighbors
    return sklearn.neighbors.KNeighborsClassifier(n_neighbors=neighbors, n_jobs=n_jobs)


def _condense_with_classifier(
    classifier: Any,
    space: SearchSpace,
    codes: IntArray,
    rows: RowArray,
    store: RowArray,
    *,
    once: bool,
) -> RowArray:
    """Condense with a user's classifier, which is fitted again for each row that is added."""
    stored = np.asarray(store)
    classifier.fit(space.subset(np.sort(stored)).selected, codes[np.sort(stored)])
    left = np.asarray(rows)
    added: list[int] = []
    while True:
        n_before = len(added)
        for row in left:
            if classifier.predict(space.subset(np.array([row])).selected)[0] != codes[row]:
                added.append(int(row))
                stored = np.sort(np.append(stored, row))
                classifier.fit(space.subset(stored).selected, codes[stored])
        left = np.setdiff1d(left, added)
        if once or len(added) == n_before:
            return np.asarray(added, np.intp)
