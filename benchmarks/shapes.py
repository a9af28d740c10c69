"""Compare every sampler with imbalanced-learn on tables of many shapes, and the index with others.

    python benchmarks/shapes.py [--only SHAPE] [--sampler TEXT] [--quick] [--figure FILE]

Each row of the printed table is a sampler, or a search of another library for the five nearest
others of every point, compared with the nearest neighbor index (dense points in float32, which
faiss requires). Each column is a shape, and each cell the time of the other library divided by that
of counterpoise. Both run alternately in this process, after a small call of each: 15 times if a run
takes less than 50 ms, once if it takes more than 4 s, otherwise 3 times. The ratio is that of the
medians. Shapes and their sizes are in shape_tables.py. FILE is a heat map of the ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from scipy.sparse import issparse
from scipy.spatial import cKDTree
from sklearn.neighbors import NearestNeighbors

from counterpoise._lib.threads import thread_count
from counterpoise.neighbors import Index
from counterpoise.neighbors._adapters import SparseIndex
from run import MODEL_BASED, describe_machine
from shape_tables import SHAPES, Data, Shape
from tasks import N_NEIGHBORS, PARAMS, SAMPLERS, build_sampler

LIBRARIES = ("counterpoise", "imblearn")
PACKAGES = {name: package for package, names in SAMPLERS.items() for name in names} | {
    "SMOTENC": "over_sampling",
    "SMOTEN": "over_sampling",
}
# The first columns of the mixed frame are categorical.
SAMPLER_PARAMS = PARAMS | {"SMOTENC": {"categorical_features": list(range(5))}}
WARM_UP_ROWS = 200


def search_faiss(points: np.ndarray) -> None:
    """Find the nearest points with faiss, which counts a point among its own neighbors."""
    import faiss  # noqa: PLC0415 - not required

    index = faiss.IndexFlatL2(points.shape[1])
    index.add(points)
    index.search(points, N_NEIGHBORS + 1)


def search_sklearn(points: Any, algorithm: str) -> None:
    """Find the nearest others with scikit-learn."""
    model = NearestNeighbors(
        n_neighbors=N_NEIGHBORS, algorithm=algorithm, n_jobs=thread_count()
    ).fit(points)
    model.kneighbors()


def search_scipy(points: np.ndarray) -> None:
    """Find the nearest points with scipy, which counts a point among its own neighbors."""
    cKDTree(points).query(points, N_NEIGHBORS + 1, workers=thread_count())


def search_counterpoise(points: Any) -> None:
    """Find the nearest others with the index of the samplers."""
    index = SparseIndex(points) if issparse(points) else Index(points)
    index.nearest_others(N_NEIGHBORS)


SEARCHES: dict[str, Callable[[Any], None]] = {
    "faiss IndexFlatL2": search_faiss,
    "NearestNeighbors, brute": lambda points: search_sklearn(points, "brute"),
    "NearestNeighbors, auto": lambda points: search_sklearn(points, "auto"),
    "scipy cKDTree": search_scipy,
}
if not find_spec("faiss"):
    del SEARCHES["faiss IndexFlatL2"]
SPARSE_SEARCHES = (
    "NearestNeighbors, brute",
)  # which is also what "auto" selects for sparse points


@dataclass(frozen=True)
class Cell:
    """The times of counterpoise and of the other library for the same work.

    Attributes
    ----------
    n_rows : int
        The number of rows of the table.
    is_reduced : bool
        Whether these are fewer than the shape has.
    ours, theirs : float
        The medians in seconds; NaN if there is a problem.
    problem : str
        Why there are no times, or "".
    """

    n_rows: int
    is_reduced: bool
    ours: float = np.nan
    theirs: float = np.nan
    problem: str = ""

    @property
    def ratio(self) -> float:
        """The time of the other library divided by that of counterpoise, in two decimals."""
        return round(self.theirs / self.ours, 2)

    @property
    def text(self) -> str:
        """The ratio, in at least two digits."""
        if self.problem:
            return "error"
        return f"{self.ratio:.{2 if self.ratio < 2 else 1 if self.ratio < 10 else 0}f}×"


Cells = dict[tuple[str, str], Cell]


def names_of(shape: Shape) -> list[str]:
    """Return the samplers and the searches that are compared on a shape."""
    searches = SPARSE_SEARCHES if shape.is_sparse else tuple(SEARCHES)
    return [*shape.samplers, *(searches if shape.has_searches else ())]


def make_calls(name: str, X: Any, y: np.ndarray) -> list[Callable[[], Any]]:
    """Return the same work as a call of counterpoise and as a call of the other library."""
    if name in SEARCHES:
        points = X if issparse(X) else np.ascontiguousarray(X, np.float32)
        return [lambda: search_counterpoise(points), lambda: SEARCHES[name](points)]
    path, params = f"{PACKAGES[name]}.{name}", SAMPLER_PARAMS.get(name, {})
    return [
        lambda library=library: build_sampler(library, path, params).fit_resample(X, y)
        for library in LIBRARIES
    ]


def measure(name: str, X: Any, y: np.ndarray) -> list[float]:
    """Return the median seconds of counterpoise and of the other library."""
    few = np.arange(WARM_UP_ROWS)
    for call in make_calls(name, X[:WARM_UP_ROWS], few % 7 % 2):
        with contextlib.suppress(Exception):  # a sampler may not work on so small a table
            call()
    calls = make_calls(name, X, y)
    gc.collect()
    times: list[list[float]] = []
    while not times or len(times) < count_runs(max(times[0])):
        times.append([measure_once(call) for call in calls])
    return [statistics.median(column) for column in zip(*times, strict=True)]


def count_runs(seconds: float) -> int:
    """Return the number of runs for the time of the slower library in the first run."""
    return 15 if seconds < 0.05 else 3 if seconds < 4 else 1


def measure_once(call: Callable[[], Any]) -> float:
    """Return the elapsed seconds of a call."""
    time.sleep(0.005)  # threads of OpenMP keep a core busy for a while after the last call
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(shape: Shape, name: str, n_rows: int, data: Data) -> Cell:
    """Measure one cell; an error of a library is the problem of the cell."""
    is_reduced = n_rows < shape.rows
    try:
        return Cell(n_rows, is_reduced, *measure(name, *data))
    except Exception as error:
        text = " ".join(str(error).split())
        return Cell(n_rows, is_reduced, problem=f"{type(error).__name__}: {text}")


def compare_all(shapes: list[Shape], text: str, *, quick: bool) -> Cells:
    """Measure the cells of some shapes, and report each of them on the standard error."""
    cells: Cells = {}
    for shape in shapes:
        make_data = cache(shape.make)
        for name in (name for name in names_of(shape) if text in name):
            n_rows = shape.fewer_rows.get(name, shape.rows)
            if quick:
                n_rows = min(n_rows, max(300, shape.rows // 10))
            start = time.perf_counter()
            cell = compare(shape, name, n_rows, make_data(n_rows))
            cells[name, shape.name] = cell
            print(
                f"{shape.name}, {name}, {n_rows:,} rows: {cell.ours:.4f} s, {cell.theirs:.4f} s, "
                f"{cell.text} {cell.problem} ({time.perf_counter() - start:.1f} s)",
                file=sys.stderr,
                flush=True,
            )
    return cells


def rows_of(cells: Cells) -> list[str]:
    """Return the samplers and then the searches that were measured."""
    return [name for name in (*PACKAGES, *SEARCHES) if any(name == key for key, _ in cells)]


def print_table(cells: Cells, shapes: list[Shape]) -> None:
    """Print the ratios."""
    print(f"| compared with | {' | '.join(shape.title for shape in shapes)} |")
    print("|---" * (len(shapes) + 1) + "|")
    for name in rows_of(cells):
        print(f"| {name} | {' | '.join(describe(cells, shape, name) for shape in shapes)} |")


def describe(cells: Cells, shape: Shape, name: str) -> str:
    """Return the text of a cell: in bold if counterpoise is slower, with the number of rows."""
    cell = cells.get((name, shape.name))
    if cell is None:
        return ""
    text = f"**{cell.text}**" if cell.ratio < 1 else cell.text
    return f"{text} ({cell.n_rows:,} rows)" if cell.is_reduced else text


def print_summary(cells: Cells) -> None:
    """Print the medians, the cells in which counterpoise is slower, and the errors."""
    for what, names in (("samplers", PACKAGES), ("searches", SEARCHES)):
        ratios = [cell.ratio for (name, _), cell in cells.items() if name in names]
        ratios = [ratio for ratio in ratios if np.isfinite(ratio)]
        if ratios:
            print(f"\n{what.capitalize()}: {len(ratios)} cells, median {np.median(ratios):.1f}×.")
    slower = sorted((cell.ratio, *key) for key, cell in cells.items() if cell.ratio < 1)
    print(f"\nCells under 1×: {len(slower)}.\n")
    for _, name, shape in slower:
        cell = cells[name, shape]
        reason = ", most of it in a model of scikit-learn" if name in MODEL_BASED else ""
        print(f"- {name}, {shape}: {cell.text} ({cell.ours:.4f} s, {cell.theirs:.4f} s{reason})")
    for (name, shape), cell in cells.items():
        if cell.problem:
            print(f"- {name}, {shape}: {cell.problem}")


def draw(cells: Cells, shapes: list[Shape], path: Path) -> None:
    """Save a heat map of the ratios."""
    names, columns = rows_of(cells), [shape.name for shape in shapes]
    figure = Figure(figsize=(12, 0.3 * len(names) + 2.4), layout="constrained")
    axes = figure.add_subplot(facecolor="0.9")
    ratios = np.full((len(names), len(columns)), np.nan)
    for (name, shape), cell in cells.items():
        place = names.index(name), columns.index(shape)
        ratios[place] = cell.ratio
        color = "white" if cell.ratio > 12 or cell.ratio < 1 / 12 else "black"
        label = cell.text + ("*" if cell.is_reduced else "")
        axes.text(*place[::-1], label, ha="center", va="center", color=color, fontsize=9)
    image = axes.imshow(ratios, cmap="RdBu", norm=LogNorm(1 / 32, 32), aspect="auto")
    axes.axhline(sum(name in PACKAGES for name in names) - 0.5, color="black", linewidth=1)
    axes.set_yticks(range(len(names)), names)
    titles = [f"{shape.name}\n{shape.rows:,}\n× {shape.columns:,}" for shape in shapes]
    axes.set_xticks(range(len(columns)), titles)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.set_xlabel(
        "Blue: counterpoise is faster; red: slower. Gray: not measured, or an error.\n"
        "* On fewer rows, because the other library takes long."
    )
    ticks = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
    bar = figure.colorbar(
        image, location="bottom", extend="both", shrink=0.5, aspect=40, ticks=ticks, format="%g×"
    )
    bar.set_label("time of the other library ÷ time of counterpoise")
    bar.minorticks_off()
    figure.savefig(path, dpi=100)


def main() -> None:
    """Print the table, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [shape.name for shape in SHAPES]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="default: all")
    parser.add_argument("--sampler", default="", help="measure only names that contain this")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, to try it")
    parser.add_argument("--figure", type=Path, help="the PNG file of the heat map")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    mpl.use("Agg")
    shapes = [shape for shape in SHAPES if shape.name in options.only]
    cells = compare_all(shapes, options.sampler, quick=options.quick)
    print(f"{describe_machine()}\n")
    print_table(cells, shapes)
    print_summary(cells)
    if options.figure:
        draw(cells, shapes, options.figure)


if __name__ == "__main__":
    main()
