"""Exact nearest neighbours and row writers, over arrays."""

from counterpoise._lib.types import Array, Float64Array, FloatArray, IntArray

def instruction_set() -> str: ...
def copy_rows(
    out: Array, start: int, source: Array, rows: IntArray | None, threads: int
) -> None: ...
def blend(
    out: FloatArray,
    start: int,
    source: FloatArray,
    base: IntArray,
    partner: IntArray,
    weight: Float64Array,
    threads: int,
) -> None: ...
def scan(points: FloatArray, threads: int) -> tuple[bool, int]: ...
def variances(points: FloatArray, out: Float64Array, threads: int) -> None: ...
def condense(
    table: FloatArray,
    rows: IntArray,
    classes: IntArray,
    squared: Float64Array,
    positions: Array,
    penalties: Float64Array | None,
    mismatch: Float64Array | None,
    once: bool,
    kept: Array,
    threads: int,
) -> int: ...
def farthest(
    table: FloatArray,
    points: IntArray,
    queries: IntArray,
    penalties: Float64Array | None,
    mismatch: Float64Array | None,
    distances: Float64Array,
    threads: int,
) -> None: ...
def nearest_profiles(
    codes: IntArray,
    shares: Float64Array,
    sizes: IntArray,
    of: IntArray,
    positions: Array,
    threads: int,
) -> None: ...

class Index:
    def __init__(
        self,
        points: FloatArray,
        rows: IntArray | None,
        penalties: Float64Array | None,
        mismatch: Float64Array | None,
        shared: bool,
        threads: int,
    ) -> None: ...
    def nearest_others(
        self,
        of: IntArray | None,
        positions: Array,
        distances: Float64Array | None,
        squared: bool,
        most_cells: int,
        threads: int,
    ) -> None: ...
    def nearest(
        self,
        queries: FloatArray,
        rows: IntArray | None,
        positions: Array,
        distances: Float64Array | None,
        squared: bool,
        limits: Float64Array | None,
        threads: int,
    ) -> None: ...
    def ahead(
        self,
        of: IntArray | None,
        squared: Float64Array,
        position: IntArray,
        positions: Array,
        threads: int,
    ) -> None: ...
