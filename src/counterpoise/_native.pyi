"""Exact nearest neighbors, and operations on rows of arrays."""

from counterpoise._lib.types import Array, Float64Array, FloatArray, IntArray

def instruction_set() -> str: ...
def copy_rows(
    out: Array, start: int, source: Array, rows: IntArray | None, threads: int
) -> None: ...
def interpolate_rows(
    out: FloatArray,
    start: int,
    source: FloatArray,
    base: IntArray,
    neighbor: IntArray,
    weight: Float64Array,
    threads: int,
) -> None: ...
def scan_values(points: FloatArray, threads: int) -> tuple[bool, int]: ...
def compute_variances(points: FloatArray, out: Float64Array, threads: int) -> None: ...
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
def farthest_distances(
    table: FloatArray,
    points: IntArray,
    queries: IntArray,
    penalties: Float64Array | None,
    mismatch: Float64Array | None,
    distances: Float64Array,
    threads: int,
) -> None: ...
def nearest_by_value_difference(
    codes: IntArray,
    probabilities: Float64Array,
    n_codes: IntArray,
    of: IntArray,
    positions: Array,
    threads: int,
) -> None: ...
def count_row_values(
    starts: IntArray,
    columns: IntArray,
    values: FloatArray,
    base: IntArray,
    neighbor: IntArray,
    weight: Float64Array,
    sizes: IntArray,
    threads: int,
) -> None: ...
def build_sparse_rows(
    starts: IntArray,
    columns: IntArray,
    values: FloatArray,
    base: IntArray,
    neighbor: IntArray,
    weight: Float64Array,
    out_starts: IntArray,
    out_columns: IntArray,
    out_values: FloatArray,
    threads: int,
) -> None: ...

class SparseIndex:
    def __init__(
        self, starts: IntArray, columns: IntArray, values: Float64Array, n_columns: int
    ) -> None: ...
    def nearest_others(
        self, of: IntArray | None, positions: Array, squared: Float64Array, threads: int
    ) -> None: ...
    def nearest(
        self,
        starts: IntArray,
        columns: IntArray,
        values: Float64Array,
        positions: Array,
        squared: Float64Array,
        threads: int,
    ) -> None: ...

class Index:
    def __init__(
        self,
        points: FloatArray,
        rows: IntArray | None,
        penalties: Float64Array | None,
        mismatch: Float64Array | None,
        shared_units: bool,
        threads: int,
    ) -> None: ...
    def nearest_others(
        self,
        of: IntArray | None,
        positions: Array,
        distances: Float64Array | None,
        squared: bool,
        max_leaves: int,
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
    def find_closer(
        self,
        of: IntArray | None,
        squared: Float64Array,
        position: IntArray,
        positions: Array,
        threads: int,
    ) -> None: ...

class SortedSamples:
    def __init__(
        self,
        columns: Array,
        rows: IntArray,
        classes: IntArray,
        n_classes: int,
        threads: int,
    ) -> None: ...
    def find_split(self, weights: Float64Array, threads: int) -> tuple[int, float, float]: ...
