"""Interpolation between base samples and their nearest neighbors, shared by the SMOTE variants."""

from __future__ import annotations

import numpy as np

from counterpoise._array_ops import draw_pairs, find_unique_rows
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import ClassQuota
from counterpoise._table import SyntheticSamples
from counterpoise.neighbors._search import NeighborSearch

__all__ = ["interpolate_from", "interpolate_neighbors"]


def interpolate_neighbors(
    search: NeighborSearch,
    rows: RowArray,
    quota: ClassQuota,
    rng: np.random.RandomState,
    *,
    base_positions: RowArray | None = None,
    n_synthetic: int | None = None,
) -> SyntheticSamples:
    """Draw base samples, a nearest neighbor of each, and a position between the two.

    Parameters
    ----------
    search : NeighborSearch
        Search index over `rows`, with the number of neighbors. It is queried only for the base
        samples that are drawn.
    rows : ndarray of int of shape (n_rows,)
        The candidate neighbors, as row indices of the table.
    quota : ClassQuota
        The class of the synthetic samples, and their number.
    rng : RandomState
    base_positions : ndarray of int of shape (n_bases,), optional
        Positions in `rows` of the candidate base samples; all of them by default.
    n_synthetic : int, optional
        Number of synthetic samples; ``quota.amount`` by default.

    Returns
    -------
    SyntheticSamples
    """
    n_synthetic = quota.amount if n_synthetic is None else n_synthetic
    n_bases = len(rows) if base_positions is None else len(base_positions)
    # Draw before the search, so that only the bases that are drawn need their neighbors.
    pairs = draw_pairs(n_bases, search.k, n_synthetic, rng)
    drawn, place = find_unique_rows(pairs.row, n_bases)
    nearest = search.nearest_others(drawn if base_positions is None else base_positions[drawn])
    neighbor = rows[nearest[place[pairs.row], pairs.rank]]
    base = rows[pairs.row if base_positions is None else base_positions[pairs.row]]
    return SyntheticSamples(
        base, neighbor, pairs.weight, np.full(n_synthetic, quota.code, np.int32)
    )


def interpolate_from(
    search: NeighborSearch,
    rows: RowArray,
    base: IntArray,
    quota: ClassQuota,
    rng: np.random.RandomState,
) -> SyntheticSamples:
    """Draw a nearest neighbor of each base sample, and a position between the two.

    Parameters
    ----------
    search : NeighborSearch
        Search index over `rows`, with the number of neighbors.
    rows : ndarray of int of shape (n_rows,)
        The samples of the class, as row indices of the table.
    base : ndarray of int of shape (n_synthetic,)
        The base sample of each synthetic sample, as a position in `rows`.
    quota : ClassQuota
        The class of the synthetic samples.
    rng : RandomState

    Returns
    -------
    SyntheticSamples
    """
    # Ranks first, then weights: the order in which imbalanced-learn's ADASYN draws them.
    rank = rng.randint(0, search.k, size=len(base))
    weight = rng.uniform(size=len(base))
    drawn, place = find_unique_rows(base, len(rows))
    nearest = search.nearest_others(drawn)
    neighbor = rows[nearest[place[base], rank]]
    return SyntheticSamples(rows[base], neighbor, weight, np.full(len(base), quota.code, np.int32))
