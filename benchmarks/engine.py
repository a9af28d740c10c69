"""Measure the time of the nearest neighbor index: the five nearest neighbors of every point.

Prints the seconds of the best of several runs, for building the index and for the search. Run it
with ``python benchmarks/engine.py``; add parts of the names of tables to select some of them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from counterpoise.neighbors._index import Index

Points = np.ndarray
RUNS = 5


def clusters(n: int, d: int) -> Points:
    """Return points around 20 centers."""
    rng = np.random.default_rng(0)
    return 3 * rng.normal(size=(20, d))[rng.integers(0, 20, n)] + rng.normal(size=(n, d))


def curved_surface(n: int, d: int) -> Points:
    """Return points near a curved surface of four dimensions."""
    rng = np.random.default_rng(1)
    surface = np.tanh(rng.normal(size=(n, 4)) @ rng.normal(size=(4, d)) / 2)
    return surface + 0.01 * rng.normal(size=(n, d))


def blob(n: int, d: int) -> Points:
    """Return points of one isotropic normal distribution."""
    return np.random.default_rng(2).normal(size=(n, d))


def with_missing(points: Points) -> Points:
    """Return a copy in which 5% of the values are missing."""
    return np.where(np.random.default_rng(3).random(points.shape) < 0.05, np.nan, points)


TABLES: dict[str, Callable[[], Points]] = {
    "50,000 x 30, 20 clusters": lambda: clusters(50_000, 30),
    "50,000 x 10, 20 clusters": lambda: clusters(50_000, 10),
    "200,000 x 4, blob": lambda: blob(200_000, 4),
    "200,000 x 30, surface": lambda: curved_surface(200_000, 30),
    "40,000 x 28, blob": lambda: blob(40_000, 28),
}


def measure(points: Points) -> tuple[float, float]:
    """Return the seconds of building the index and of the search, in the fastest run."""
    penalties = 2 * np.nanvar(points, axis=0) if np.isnan(points).any() else None
    runs = []
    for _ in range(RUNS):
        start = time.perf_counter()
        index = Index(points, penalties=penalties)
        built = time.perf_counter()
        index.nearest_others(5)
        runs.append((built - start, time.perf_counter() - built))
    return min(runs, key=sum)


def main(names: list[str]) -> None:
    """Print a line for each table, complete and with missing values."""
    print(f"{'table':<26}{'build':>8}{'search':>8}{'both':>8}{'5% missing':>14}")
    for name, make in TABLES.items():
        if names and not any(part in name for part in names):
            continue
        points = make()
        build, search = measure(points)
        missing = sum(measure(with_missing(points)))
        print(
            f"{name:<26}{build:8.3f}{search:8.3f}{build + search:8.3f}{missing:14.3f}", flush=True
        )


if __name__ == "__main__":
    main(sys.argv[1:])
