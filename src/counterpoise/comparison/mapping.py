"""The map of a study: rows of the rarer classes, by kind, and what SMOTE would make of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.comparison.encoding import TableEncoder
from counterpoise.comparison.models import prepared, seeded
from counterpoise.comparison.records import Map
from counterpoise.comparison.remedies import REMEDIES, Need
from counterpoise.exceptions import InputError
from counterpoise.profile import kinds_of_rows
from counterpoise.table import Labels, Table, take_rows

__all__ = ["draw_up_map"]

MOST_RARE, MOST_COMMON, MOST_NEW = 500, 500, 150


def draw_up_map(X: Any, table: Table, labels: Labels, seed: int) -> Map | None:
    """Place rows in two dimensions.

    Parameters
    ----------
    X : table
        As it came.
    table : Table
    labels : Labels
    seed : int
        Of the rows that are shown, where there are many, and of SMOTE.

    Returns
    -------
    Map or None
        None where no distance is defined on the rows, or all classes are of one size.
    """
    try:
        kinds = kinds_of_rows(table, labels)
    except InputError:
        return None
    if not len(kinds.rows):
        return None
    random = np.random.RandomState(seed)
    encoder = TableEncoder().fit(X)
    cells = encoder.transform(X)
    plane = prepared(LogisticRegression(), encoder.nominal_)[:-1]
    flat = PCA(min(2, cells.shape[1]), random_state=0)
    places = _two(flat.fit_transform(plane.fit_transform(cells)))
    made, parents = _new_rows(X, table, labels, random)
    common = np.setdiff1d(np.arange(table.n_rows), kinds.rows)
    shown = np.unique(
        np.concatenate(
            [
                _some(kinds.rows, MOST_RARE, random),
                _some(common, MOST_COMMON, random),
                parents[parents >= 0],
            ]
        )
    )
    kind = np.full(table.n_rows, -1, np.int8)
    kind[kinds.rows] = kinds.kind
    new = np.empty((0, 2))
    if len(parents):
        new = _two(flat.transform(plane.transform(encoder.transform(made))))
    positions = np.where(parents >= 0, np.searchsorted(shown, parents), -1)
    explained = float(flat.explained_variance_ratio_.sum())
    return Map(shown, places[shown], kind[shown], new, positions, explained)


def _two(places: Float64Array) -> Float64Array:
    """Return two columns; the second is 0 where there is one alone."""
    return np.column_stack([places, np.zeros((len(places), 2 - places.shape[1]))])


def _some(rows: IntArray, most: int, random: np.random.RandomState) -> IntArray:
    return rows if len(rows) <= most else random.choice(rows, most, replace=False)


def _new_rows(
    X: Any, table: Table, labels: Labels, random: np.random.RandomState
) -> tuple[Any, IntArray]:
    """Return some rows that SMOTE makes of the whole table, and their parents."""
    make = REMEDIES["smote"].make
    sampler = None if make is None else make(Need.of(table, int(labels.counts.min())))
    if sampler is None or isinstance(sampler, str):
        return None, np.empty((0, 2), np.intp)
    resampled, _ = seeded(sampler, int(random.randint(2**31 - 1))).fit_resample(X, labels.source)
    origin = sampler.provenance_
    rows = _some(np.flatnonzero(origin.is_new), MOST_NEW, random)
    return take_rows(resampled, rows), np.column_stack([origin.base[rows], origin.partner[rows]])
