"""Test rows that lie on a straight line between two training rows.

A row of SMOTE lies between two rows of its class, and after a random split its parents, or other
rows from between them, are often training rows. With a few columns of enough digits, no row comes
to lie there by chance. With coarse columns many do; so the chance is measured on the table itself,
by rows that are as coarse and as crowded as its own, but made by no blending:

- crossed: each cell from a test row or from a row near it;
- moved: a test row, moved by the difference of two rows that are near each other; this keeps what
  the columns of all rows have in common, such as a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from counterpoise._types import BoolArray, Float64Array, RowArray
from counterpoise.audit._records import Mark
from counterpoise.neighbors import Index, check_finite
from counterpoise.table import Labels, Table, features_of

__all__ = ["find_segments"]

_NEAR = 15  # training rows to look at, in original and in standard units each
_MOST_TEST = 10_000
_CHANCE_ROWS = 2_000
_MOST_DIGITS = 9
_SURE = 1e-4  # how unlikely chance must be
_LEAST = 0.05  # share of test rows, beyond chance, that tells of a leak
_TIMES = 2.5  # and how many times chance, which is known roughly only
_TOO_COARSE = 0.05  # share of rows between others by chance at which nothing can be told
_BLOCK = 64


def find_segments(
    table: Table, n_train: int, labels: Labels | None, random: np.random.RandomState
) -> Mark:
    """Find test rows between two training rows, and say whether that tells of a leak.

    Parameters
    ----------
    table : Table
        All rows, training rows first.
    n_train : int
        How many of them are training rows.
    labels : Labels or None
        The classes of all the rows; with them, a row is looked for between rows of its own class.
    random : RandomState
        Draws the rows that chance is measured by, and the test rows where there are very many.

    Returns
    -------
    Mark
    """
    points = _numeric_points(table)
    test = np.arange(n_train, table.n_rows)
    if len(test) > _MOST_TEST:
        test = np.sort(random.choice(test, _MOST_TEST, replace=False))
    if points.shape[1] < 2:
        return _mark(None, test[:0], len(test), 0, "Fewer than two columns of numbers vary.")
    tolerance = _tolerances(points)
    parts = (
        [(np.arange(n_train), test)]
        if labels is None
        else [
            (own[own < n_train], np.intersect1d(own, test))
            for own in map(labels.rows_of, range(len(labels.classes)))
        ]
    )
    tallies = [
        _tally(points, tolerance, train, asked, random)
        for train, asked in parts
        if len(train) >= 2 and len(asked)
    ]
    return _judge(tallies, len(test), n_train)


def _numeric_points(table: Table) -> Float64Array:
    """Return the columns of numbers that vary, an array of shape (n_rows, n_numbers)."""
    numeric = [j for j in features_of(table) if table.columns[j].kind.is_number]
    check_finite(table, numeric)
    points = np.empty((table.n_rows, len(numeric)))
    for position, column in enumerate(numeric):
        points[:, position] = table.numbers(column)
    lowest, highest = np.fmin.reduce(points), np.fmax.reduce(points)
    return points[:, highest > lowest]


def _tolerances(points: Float64Array) -> Float64Array:
    """Return how far rounding may move a cell of each column: half a unit of its last digit."""
    return np.array([_tolerance(column[~np.isnan(column)]) for column in points.T])


def _tolerance(values: Float64Array) -> float:
    values = np.unique(values)
    size = float(np.abs(values).max())
    types = (
        (np.float64, np.float32) if (values == values.astype(np.float32)).all() else (np.float64,)
    )
    noises = [8 * size * float(np.finfo(dtype).eps) for dtype in types]
    for noise in noises:
        for digits in range(_MOST_DIGITS + 1):
            if (np.abs(values - np.round(values, digits)) <= noise).all():
                return 0.5 * 10.0**-digits + noise
    return noises[-1]


@dataclass(frozen=True)
class _Tally:
    """How many rows lie between others: of the test rows asked, and of rows of chance."""

    rows: RowArray
    n_asked: int
    chance: float
    p_value: float

    @property
    def is_leak(self) -> bool:
        share = len(self.rows) / self.n_asked
        return self.p_value < _SURE and share > max(self.chance + _LEAST, _TIMES * self.chance)


def _tally(
    points: Float64Array,
    tolerance: Float64Array,
    train: RowArray,
    asked: RowArray,
    random: np.random.RandomState,
) -> _Tally:
    among = _Neighbourhood(points, train)
    is_between = _are_between(points[asked], among, tolerance)
    chances = [
        _are_between(made, among, tolerance) for made in _by_chance(points, among, asked, random)
    ]
    by_chance = max(chances, key=np.mean)
    count, n_chance = int(is_between.sum()), int(by_chance.sum())
    p_value = stats.fisher_exact(
        np.array([[count, len(asked) - count], [n_chance, len(by_chance) - n_chance]]),
        alternative="greater",
    ).pvalue
    return _Tally(asked[is_between], len(asked), float(by_chance.mean()), float(p_value))


def _by_chance(
    points: Float64Array, among: _Neighbourhood, asked: RowArray, random: np.random.RandomState
) -> list[Float64Array]:
    """Return rows as coarse and as crowded as those asked for: crossed ones and moved ones."""
    some = asked[random.randint(len(asked), size=_CHANCE_ROWS)]
    near = among.nearest(points[some])
    first, second = (_one_of_each(near, random) for _ in range(2))
    swaps = random.uniform(size=(len(some), points.shape[1])) < 0.5
    crossed = np.where(swaps, points[first], points[some])
    # What equals the one row or the other is not crossed; it may have been made itself.
    is_new = (crossed != points[some]).any(axis=1) & (crossed != points[first]).any(axis=1)
    # The difference is from elsewhere: here all three rows may have been made on one line.
    elsewhere = np.roll(np.nan_to_num(points[first] - points[second]), 1, axis=0)
    moved = points[some] + elsewhere
    return [crossed[is_new], moved] if is_new.any() else [moved]


def _one_of_each(near: RowArray, random: np.random.RandomState) -> RowArray:
    chosen: RowArray = near[np.arange(len(near)), random.randint(near.shape[1], size=len(near))]
    return chosen


class _Neighbourhood:
    """The training rows near any point, in original and in standard units."""

    def __init__(self, points: Float64Array, train: RowArray) -> None:
        self.points, self._train = points, train
        self._near = min(_NEAR, len(train))
        spread = np.nanstd(points, axis=0)
        self._views = [
            (scale, Index(points / scale, rows=train, penalties=2 * (spread / scale) ** 2))
            for scale in (np.ones_like(spread), spread)
        ]

    def nearest(self, places: Float64Array) -> RowArray:
        """Return row numbers; the same row may be there twice."""
        found = [index.nearest(places / scale, self._near) for scale, index in self._views]
        return self._train[np.hstack(found)]


def _are_between(places: Float64Array, among: _Neighbourhood, tolerance: Float64Array) -> BoolArray:
    """Say which places lie between two of the rows near them, but for rounding."""
    between = np.empty(len(places), bool)
    near = among.nearest(places)
    pairs = np.triu_indices(near.shape[1], 1)
    for start in range(0, len(places), _BLOCK):
        block = slice(start, start + _BLOCK)
        steps = (among.points[near[block]] - places[block, None, :]) / tolerance
        # A missing cell is on any line; a made row may lack what its base lacked.
        steps = np.nan_to_num(steps)
        between[block] = _any_opposite(steps, *pairs)
    return between


def _any_opposite(steps: Float64Array, one: RowArray, other: RowArray) -> BoolArray:
    """Say of each place whether two steps from it lead into opposite directions.

    Parameters
    ----------
    steps : ndarray of float64 of shape (n_places, n_near, n_columns)
        From places to the rows near them, in units of the columns' tolerances.
    one, other : ndarray of int of shape (n_pairs,)

    Returns
    -------
    ndarray of bool of shape (n_places,)
    """
    is_apart = np.abs(steps).max(axis=2) > 1  # a copy is no end of a segment
    squares = np.einsum("prc,prc->pr", steps, steps)
    products = np.einsum("prc,psc->prs", steps, steps)[:, one, other]
    lengths = squares[:, one] + squares[:, other] - 2 * products
    # Where the line from one to the other passes nearest to the place.
    weight = np.clip((squares[:, one] - products) / np.where(lengths > 0, lengths, 1), 0, 1)
    # The square of its distance there loses digits, and sets clear cases aside only.
    gap = squares[:, one] - 2 * weight * (squares[:, one] - products) + weight**2 * lengths
    n_columns = steps.shape[2]
    may_be = is_apart[:, one] & is_apart[:, other] & (lengths > 0)
    may_be &= gap <= 4 * n_columns + 1e-9 * (squares[:, one] + squares[:, other])
    place, pair = np.nonzero(may_be)
    start, end = steps[place, one[pair]], steps[place, other[pair]]
    direction = end - start
    length = np.einsum("nc,nc->n", direction, direction)
    w = -np.einsum("nc,nc->n", start, direction) / np.where(length > 0, length, 1)
    off = np.abs(start + np.clip(w, 0, 1)[:, None] * direction).max(axis=1)
    found = np.zeros(len(steps), bool)
    found[place[off <= 1]] = True
    return found


def _judge(tallies: list[_Tally], n_examined: int, n_train: int) -> Mark:
    rows = np.sort(np.concatenate([tally.rows for tally in tallies]))
    expected = sum(tally.chance * tally.n_asked for tally in tallies)
    chance = expected / n_examined
    if any(tally.is_leak for tally in tallies):
        return _mark(
            True,
            rows - n_train,
            n_examined,
            expected,
            "Rows were made between others, as SMOTE makes them, before the split.",
        )
    if chance > _TOO_COARSE:
        return _mark(
            None,
            rows - n_train,
            n_examined,
            expected,
            "The columns are too coarse to tell made rows from others.",
        )
    return _mark(False, rows - n_train, n_examined, expected, "That is no mark of made rows.")


def _mark(found: bool | None, rows: RowArray, n_examined: int, expected: float, why: str) -> Mark:
    sentence = (
        f"{len(rows):,} of {n_examined:,} test rows that were examined lie on a straight line "
        f"between two training rows; by chance it would be about {expected:,.0f}. {why}"
    )
    return Mark("segments", found, rows, n_examined, expected, sentence)
