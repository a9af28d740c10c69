"""The points of one class, divided by space into cells on disk, and their exact nearest neighbors.

A cell fits into memory. Its points find their neighbors in it first. A point whose neighbors are
nearer than the bounding box of any other cell needs no other cell: they are proven to be exact. The
other points then search the cells that are near enough, which proves their neighbors as well. So
the result is exact however the points are divided; a good division only makes it fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, FloatArray, IntArray, RowArray
from counterpoise.neighbors._search import build_native_index
from counterpoise.neighbors._space import SearchSpace
from counterpoise.scale._nearest_so_far import NearestSoFar, are_comparable
from counterpoise.scale._spill import Spill

__all__ = ["CellSearch", "Cells", "Proof", "divide_space"]

_SLACK = 1 - 1e-9  # keeps a lower bound despite rounding in the sums


@dataclass(frozen=True)
class Box:
    """The bounding box of some points, whose values may be missing.

    Attributes
    ----------
    low, high : ndarray of float64 of shape (n_features,)
        The smallest and the largest value that is not missing; infinite if all are missing.
    has_missing : ndarray of bool of shape (n_features,)
    """

    low: Float64Array
    high: Float64Array
    has_missing: BoolArray

    @classmethod
    def around(cls, points: FloatArray) -> Box:
        """Return the box of points, one or more."""
        low = np.fmin.reduce(points, axis=0).astype(np.float64)
        high = np.fmax.reduce(points, axis=0).astype(np.float64)
        is_empty = np.isnan(low)
        low[is_empty], high[is_empty] = np.inf, -np.inf
        return cls(low, high, np.atleast_1d(np.isnan(points).any(axis=0)))

    def join(self, other: Box) -> Box:
        """Return the box of the points of both."""
        return Box(
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
            self.has_missing | other.has_missing,
        )

    def bound(self, points: FloatArray, penalties: Float64Array | None) -> Float64Array:
        """Return a lower bound of the squared distance between points and any point in the box."""
        total = np.zeros(len(points))
        for j, values in enumerate(points.T):
            gap = np.maximum(np.maximum(self.low[j] - values, values - self.high[j]), 0)
            squared = gap * gap
            if penalties is not None:
                if self.has_missing[j]:
                    squared = np.minimum(squared, penalties[j])
                squared[np.isnan(values)] = penalties[j]
            total += squared
        return total * _SLACK


_NO_POINTS = Box(np.array(np.inf), np.array(-np.inf), np.array(False))  # of any number of features


@dataclass(frozen=True)
class Split:
    """A node of a k-d tree, which sends points to one of two groups of cells.

    Attributes
    ----------
    column : int
    threshold : float
        Points with this value or a smaller one belong to the first group.
    below, above : Split or int
        The two groups; an int is the number of a single region.
    """

    column: int
    threshold: float
    below: Split | int
    above: Split | int


def divide_space(sample: FloatArray, n_regions: int, first: int = 0) -> Split | int:
    """Divide the space into regions that have about the same number of points of a sample.

    Parameters
    ----------
    sample : ndarray of float of shape (n_sample, n_features)
    n_regions : int
    first : int, default=0
        The number of the first region.

    Returns
    -------
    Split or int
    """
    if n_regions == 1 or len(sample) < 2:
        return first
    column = int(_variances(sample).argmax())
    n_below = n_regions // 2
    # A missing value is larger than all others here: it is not at most the threshold.
    values = np.where(np.isnan(sample[:, column]), np.inf, sample[:, column])
    ordered = np.sort(values)
    first_above = min(max(round(len(values) * n_below / n_regions), 1), len(values) - 1)
    # Half-way between two values, so that a gap between groups of points is a border.
    threshold = float(ordered[first_above - 1 : first_above + 1].mean())
    is_below = values <= threshold
    return Split(
        column,
        threshold,
        divide_space(sample[is_below], n_below, first),
        divide_space(sample[~is_below], n_regions - n_below, first + n_below),
    )


def _variances(points: FloatArray) -> Float64Array:
    """Return the variance of the values of each column that are not missing; 0 without values."""
    is_present = ~np.isnan(points)
    count = np.maximum(is_present.sum(axis=0), 1)
    means = np.where(is_present, points, 0).sum(axis=0) / count
    variances: Float64Array = (np.where(is_present, points - means, 0) ** 2).sum(axis=0) / count
    return variances


def _regions_of(points: FloatArray, split: Split | int) -> IntArray:
    """Return the region of each point."""
    if isinstance(split, int):
        return np.full(len(points), split, np.int32)
    regions = np.empty(len(points), np.int32)
    is_below = points[:, split.column] <= split.threshold
    regions[is_below] = _regions_of(points[is_below], split.below)
    regions[~is_below] = _regions_of(points[~is_below], split.above)
    return regions


class Cells:
    """Points on disk, in cells of limited size.

    Parameters
    ----------
    split : Split or int
        The regions of the space.
    size : int
        The largest number of points of a cell. A region with more points has several cells.
    n_points : int
        Number of points that will be added.

    Attributes
    ----------
    size : int
    boxes : list of Box
        The bounding box of each cell.
    cell_of : ndarray of int32 of shape (n_points,)
        The cell of each point, by its position.
    """

    def __init__(self, split: Split | int, size: int, n_points: int) -> None:
        self._split, self.size = split, size
        self._spill = Spill()
        self._open_cell: dict[int, int] = {}  # of each region
        self._sizes: list[int] = []
        self.boxes: list[Box] = []
        self.cell_of = np.empty(n_points, np.int32)

    def add(self, positions: RowArray, points: FloatArray) -> None:
        """Add points, in ascending order of their positions."""
        regions = _regions_of(points, self._split)
        order = np.argsort(regions, kind="stable")
        ends = np.flatnonzero(np.diff(regions[order], append=-1)) + 1
        for which in np.split(order, ends[:-1]):
            self._add_to_region(int(regions[which[0]]), positions[which], points[which])

    def _add_to_region(self, region: int, positions: RowArray, points: FloatArray) -> None:
        while len(positions):
            cell = self._cell_with_room(region)
            n = min(len(positions), self.size - self._sizes[cell])
            self._spill.add(cell, (positions[:n], points[:n]))
            self.boxes[cell] = self.boxes[cell].join(Box.around(points[:n]))
            self.cell_of[positions[:n]] = cell
            self._sizes[cell] += n
            positions, points = positions[n:], points[n:]

    def _cell_with_room(self, region: int) -> int:
        cell = self._open_cell.get(region)
        if cell is None or self._sizes[cell] == self.size:
            cell = self._open_cell[region] = len(self._sizes)
            self._sizes.append(0)
            self.boxes.append(_NO_POINTS)
        return cell

    @property
    def are_comparable(self) -> bool:
        """Whether squared distances have the same units in all cells."""
        bounds = [np.abs([box.low, box.high]) for box in self.boxes]
        most = [values[np.isfinite(values)].max(initial=0) for values in bounds]
        return are_comparable(most)

    def read(self, cell: int) -> tuple[RowArray, FloatArray]:
        """Read a cell: the positions of its points, ascending, and the points."""
        positions, points = zip(*self._spill.read(cell), strict=True)
        return np.concatenate(positions), np.concatenate(points)


@dataclass(frozen=True)
class Proof:
    """How the neighbors of rows were proven to be exact.

    Attributes
    ----------
    n_cells : int
        Number of cells.
    n_rows : int
        Number of rows whose neighbors were searched. All are proven.
    n_alone : int
        Number of rows whose neighbors were proven with the rows of the same cell.
    n_further : int
        Number of searches in other cells, one for each row and each cell.
    """

    n_cells: int = 0
    n_rows: int = 0
    n_alone: int = 0
    n_further: int = 0

    def __str__(self) -> str:
        """Return a sentence for messages."""
        if not self.n_rows:  # all classes are too small, and are duplicated or skipped
            return "So these rows were written to disk."
        cells = "1 cell" if self.n_cells == 1 else f"{self.n_cells:,} cells"
        text = (
            f"So these rows were written to disk, in {cells}. All neighbors are exact: "
            f"{self.n_alone / self.n_rows:.1%} of {self.n_rows:,} rows found them in their "
            "own cell"
        )
        n_others = self.n_rows - self.n_alone
        if not n_others:
            return f"{text}."
        return f"{text}, the others in {self.n_further / n_others:.1f} further cells on average."

    def add(self, other: Proof) -> Proof:
        """Return the sums of both."""
        return Proof(
            self.n_cells + other.n_cells,
            self.n_rows + other.n_rows,
            self.n_alone + other.n_alone,
            self.n_further + other.n_further,
        )


@dataclass(frozen=True)
class _Unproven:
    """Rows whose neighbors in their own cell are not proven, and the pairs that need them.

    Attributes
    ----------
    points : ndarray of float of shape (n_queries, n_features)
    nearest : NearestSoFar
        What was found in their own cell.
    cell : ndarray of int of shape (n_queries,)
        Their own cell.
    pair : ndarray of int of shape (n_pairs,)
        Positions of the pairs.
    query : ndarray of int of shape (n_pairs,)
        For each of these pairs, the position of its base among these rows.
    """

    points: FloatArray
    nearest: NearestSoFar
    cell: IntArray
    pair: RowArray
    query: RowArray

    @classmethod
    def concat(cls, parts: list[_Unproven]) -> _Unproven:
        """Return the rows of all parts together."""
        starts = np.cumsum([0, *(len(part.cell) for part in parts)])
        return cls(
            np.concatenate([part.points for part in parts]),
            NearestSoFar.concat([part.nearest for part in parts]),
            np.concatenate([part.cell for part in parts]),
            np.concatenate([part.pair for part in parts]),
            np.concatenate(
                [part.query + start for part, start in zip(parts, starts[:-1], strict=True)]
            ),
        )


class CellSearch:
    """The exact nearest neighbors of points in cells.

    Parameters
    ----------
    cells : Cells
    k : int
        Number of neighbors, less than the number of points.
    penalties : ndarray of float64 of shape (n_features,) or None
        What a missing value adds to a squared distance; None if no value is missing.

    Attributes
    ----------
    proof : Proof
        How the neighbors that were found so far were proven to be exact.
    """

    def __init__(self, cells: Cells, k: int, penalties: Float64Array | None) -> None:
        self._cells, self._k, self._penalties = cells, k, penalties
        self.proof = Proof(n_cells=len(cells.boxes))

    def of_pairs(self, base: IntArray, rank: IntArray) -> RowArray:
        """Return the neighbor with a given rank of each of some points, all by position."""
        neighbor = np.empty(len(base), np.intp)
        waiting: list[_Unproven] = []
        for cell, which in self._by_cell(base):
            waiting.append(self._search_alone(cell, base, rank, which, neighbor))
            if sum(len(part.cell) for part in waiting) >= self._cells.size:
                self._search_further(_Unproven.concat(waiting), rank, neighbor)
                waiting = []
        if waiting:
            self._search_further(_Unproven.concat(waiting), rank, neighbor)
        return neighbor

    def _by_cell(self, base: IntArray) -> Iterator[tuple[int, RowArray]]:
        cells = self._cells.cell_of[base]
        order = np.argsort(cells, kind="stable")
        ends = np.cumsum(np.bincount(cells, minlength=len(self._cells.boxes)))
        for cell, which in enumerate(np.split(order, ends[:-1])):
            if len(which):
                yield cell, which

    def _search_alone(
        self, cell: int, base: IntArray, rank: IntArray, which: RowArray, neighbor: RowArray
    ) -> _Unproven:
        """Find the neighbors of pairs in the cell of their bases; return what is not proven."""
        positions, points = self._cells.read(cell)
        queries, query = np.unique(np.searchsorted(positions, base[which]), return_inverse=True)
        nearest = self._search_own(positions, points, queries)
        neighbor[which] = nearest.numbers[query, rank[which]]
        queried = points[queries]
        is_unproven = np.zeros(len(queries), bool)
        for other, box in enumerate(self._cells.boxes):
            if other != cell:
                is_unproven |= box.bound(queried, self._penalties) <= nearest.limits
        unproven = np.flatnonzero(is_unproven)
        self.proof = self.proof.add(Proof(0, len(queries), len(queries) - len(unproven), 0))
        pairs = np.flatnonzero(is_unproven[query])
        own = np.full(len(unproven), cell)
        place = np.cumsum(is_unproven) - 1
        return _Unproven(
            queried[unproven], nearest.take(unproven), own, which[pairs], place[query[pairs]]
        )

    def _search_own(
        self, positions: RowArray, points: FloatArray, queries: RowArray
    ) -> NearestSoFar:
        """Search among the points of the same cell."""
        nearest = NearestSoFar.none(len(queries), self._k)
        k = min(self._k, len(points) - 1)
        if k:
            index = build_native_index(SearchSpace(points, penalties=self._penalties))
            found, squared = index.nearest_others(
                k, query_positions=queries, return_distance=True, squared=True
            )
            nearest.merge(positions[found], squared)
        return nearest

    def _search_further(self, unproven: _Unproven, rank: IntArray, neighbor: RowArray) -> None:
        """Search the other cells that are near enough, and correct the neighbors of pairs.

        Rows of several cells are searched together, so that few indexes are built.
        """
        nearest, n_further = unproven.nearest, 0
        for other, box in enumerate(self._cells.boxes):
            bound = box.bound(unproven.points, self._penalties)
            which = np.flatnonzero((bound <= nearest.limits) & (unproven.cell != other))
            if len(which):
                self._search_in(other, unproven.points, which, nearest)
                n_further += len(which)
        neighbor[unproven.pair] = nearest.numbers[unproven.query, rank[unproven.pair]]
        self.proof = self.proof.add(Proof(n_further=n_further))

    def _search_in(
        self, cell: int, queried: FloatArray, which: RowArray, nearest: NearestSoFar
    ) -> None:
        """Search among the points of another cell, for some queries."""
        positions, points = self._cells.read(cell)
        index = build_native_index(SearchSpace(points, penalties=self._penalties))
        found, squared = index.nearest(
            queried,
            min(self._k, len(points)),
            rows=which,
            return_distance=True,
            squared=True,
            limits=nearest.limits[which],
        )
        nearest.merge(np.where(found < 0, -1, positions[found]), squared, which)
