"""Leakage check: test rows on a straight line between two training rows.

SMOTE generates synthetic rows between two rows of a class. After a random split, its base row and
its neighbor, or other synthetic rows between them, are often training rows. If a table has several
columns with many digits, no row lies on such a line by chance. In a coarse table many do. So the
chance rate is estimated from the table itself, with reference rows that are as coarse and as close
to other rows as its own, but not interpolated:

- crossed rows: each value from a test row or from a row near it;
- shifted rows: a test row, shifted by the difference of two rows that are near each other; this
  preserves what the columns of all rows have in common, such as a constant sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from counterpoise._lib.types import BoolArray, Float64Array, RowArray
from counterpoise._table import EncodedTarget, SparseTable, Table
from counterpoise.audit._points import DensePoints, FindNearest, Points, SparsePoints
from counterpoise.audit._records import LeakageCheck

__all__ = ["check_interpolation"]

_N_NEIGHBORS = 15  # training rows, each in original and in standardized units
_MAX_TEST_ROWS = 10_000
_N_REFERENCE = 2_000
_SIGNIFICANCE = 1e-4  # strict, as most audited splits have no leakage
_MIN_EXCESS = 0.05  # share of test rows above the chance rate that indicates leakage
_MIN_RATIO = 2.5  # to the chance rate, as the reference rows estimate it only roughly
_MAX_CHANCE = 0.05  # above this chance rate, the check is inconclusive


def check_interpolation(
    table: Table, n_train: int, target: EncodedTarget | None, rng: np.random.RandomState
) -> LeakageCheck:
    """Find test rows between two training rows, and check whether they indicate leakage.

    Parameters
    ----------
    table : Table
        All rows, training rows first.
    n_train : int
        Number of training rows.
    target : EncodedTarget or None
        Classes of all rows; with them, only training rows of the same class are considered.
    rng : RandomState
        Draws the reference rows, and the test rows if there are more than 10,000.

    Returns
    -------
    LeakageCheck
    """
    points: Points = (
        SparsePoints.of(table) if isinstance(table, SparseTable) else DensePoints.of(table)
    )
    test = np.arange(n_train, table.n_rows)
    if len(test) > _MAX_TEST_ROWS:
        test = np.sort(rng.choice(test, _MAX_TEST_ROWS, replace=False))
    if points.n_columns < 2:
        reason = "The check needs two numeric columns that are not constant."
        return _build_check(None, test[:0], len(test), 0, reason)
    parts = (
        [(np.arange(n_train), test)]
        if target is None
        else [
            (rows[rows < n_train], np.intersect1d(rows, test))
            for rows in map(target.rows_of, range(len(target.classes)))
        ]
    )
    counts_by_class = [
        _count_between(points, train_rows, test_rows, rng)
        for train_rows, test_rows in parts
        if len(train_rows) >= 2 and len(test_rows)
    ]
    return _evaluate(counts_by_class, len(test), n_train)


@dataclass(frozen=True)
class _BetweenCounts:
    """Test rows of one class that lie between training rows, and the chance rate."""

    rows: RowArray
    n_examined: int
    chance: float
    p_value: float

    @property
    def is_leakage(self) -> bool:
        share = len(self.rows) / self.n_examined
        limit = max(self.chance + _MIN_EXCESS, _MIN_RATIO * self.chance)
        return self.p_value < _SIGNIFICANCE and share > limit


def _count_between(
    points: Points, train: RowArray, test: RowArray, rng: np.random.RandomState
) -> _BetweenCounts:
    neighbors = points.index(train, min(_N_NEIGHBORS, len(train)))
    is_between = _are_between(points, points.take(test), neighbors)
    references = [
        _are_between(points, reference, neighbors)
        for reference in _draw_references(points, neighbors, test, rng)
    ]
    by_chance = max(references, key=np.mean)
    count, n_chance = int(is_between.sum()), int(by_chance.sum())
    p_value = stats.fisher_exact(
        np.array([[count, len(test) - count], [n_chance, len(by_chance) - n_chance]]),
        alternative="greater",
    ).pvalue
    return _BetweenCounts(test[is_between], len(test), float(by_chance.mean()), float(p_value))


def _draw_references(
    points: Points, neighbors: FindNearest, test: RowArray, rng: np.random.RandomState
) -> list[Any]:
    """Draw the two kinds of reference rows: crossed ones and shifted ones."""
    rows = test[rng.randint(len(test), size=_N_REFERENCE)]
    nearest = neighbors(points.take(rows))
    first, second = (_draw_one_each(nearest, rng) for _ in range(2))
    crossed = points.cross(rows, first, rng)
    shifted = points.shift(rows, first, second)
    return [crossed, shifted] if crossed.shape[0] else [shifted]


def _draw_one_each(nearest: RowArray, rng: np.random.RandomState) -> RowArray:
    columns = rng.randint(nearest.shape[1], size=len(nearest))
    drawn: RowArray = nearest[np.arange(len(nearest)), columns]
    return drawn


def _are_between(points: Points, queries: Any, neighbors: FindNearest) -> BoolArray:
    """Return whether each query lies between two of the rows near it, within rounding."""
    is_between = np.empty(queries.shape[0], bool)
    nearest = neighbors(queries)
    pairs = np.triu_indices(nearest.shape[1], 1)
    for block, offsets in points.offsets(queries, nearest):
        is_between[block] = _lie_between_any_pair(offsets, *pairs)
    return is_between


def _lie_between_any_pair(offsets: Float64Array, first: RowArray, second: RowArray) -> BoolArray:
    """Return whether two of the rows near each query lie in opposite directions from it.

    Parameters
    ----------
    offsets : ndarray of float64 of shape (n_queries, n_neighbors, n_columns)
        From queries to the rows near them, in units of the columns' tolerances.
    first, second : ndarray of int of shape (n_pairs,)
        Pairs of neighbors.

    Returns
    -------
    ndarray of bool of shape (n_queries,)
    """
    is_distinct = np.abs(offsets).max(axis=2) > 1  # a duplicate of the query ends no line
    squares = np.einsum("qrc,qrc->qr", offsets, offsets)
    products = np.matmul(offsets, offsets.transpose(0, 2, 1))[:, first, second]
    lengths = squares[:, first] + squares[:, second] - 2 * products
    # Position on the line, from 0 at the first to 1 at the second row, closest to the query.
    weight = np.clip((squares[:, first] - products) / np.where(lengths > 0, lengths, 1), 0, 1)
    # Its squared distance loses digits to cancellation, so that it only excludes clear cases.
    distance = squares[:, first] - 2 * weight * (squares[:, first] - products) + weight**2 * lengths
    n_columns = offsets.shape[2]
    is_candidate = is_distinct[:, first] & is_distinct[:, second] & (lengths > 0)
    is_candidate &= distance <= 4 * n_columns + 1e-9 * (squares[:, first] + squares[:, second])
    query, pair = np.nonzero(is_candidate)
    # The rest is computed again from the offsets, column by column.
    start, end = offsets[query, first[pair]], offsets[query, second[pair]]
    direction = end - start
    length = np.einsum("nc,nc->n", direction, direction)
    w = -np.einsum("nc,nc->n", start, direction) / np.where(length > 0, length, 1)
    deviation = np.abs(start + np.clip(w, 0, 1)[:, None] * direction).max(axis=1)
    found = np.zeros(len(offsets), bool)
    found[query[deviation <= 1]] = True
    return found


def _evaluate(counts_by_class: list[_BetweenCounts], n_examined: int, n_train: int) -> LeakageCheck:
    rows = np.sort(np.concatenate([counts.rows for counts in counts_by_class]))
    expected = sum(counts.chance * counts.n_examined for counts in counts_by_class)
    found: bool | None
    if any(counts.is_leakage for counts in counts_by_class):
        found, reason = True, "Rows were interpolated before the split, as SMOTE does."
    elif expected / n_examined > _MAX_CHANCE:
        found, reason = (
            None,
            "The columns have too few distinct values to distinguish interpolated rows.",
        )
    else:
        found, reason = False, "This does not indicate interpolation."
    return _build_check(found, rows - n_train, n_examined, expected, reason)


def _build_check(
    found: bool | None, indices: RowArray, n_examined: int, expected: float, reason: str
) -> LeakageCheck:
    sentence = (
        f"{len(indices):,} of {n_examined:,} examined test rows lie on a straight line between two "
        f"training rows; about {expected:,.0f} are expected by chance. {reason}"
    )
    return LeakageCheck("interpolation", found, indices, n_examined, expected, sentence)
