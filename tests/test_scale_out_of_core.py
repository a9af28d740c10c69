"""SMOTE for a class that does not fit into memory: the same rows, and a report."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from counterpoise import scale
from counterpoise._lib.types import FloatArray
from counterpoise.exceptions import CounterpoiseWarning, FeatureTypeError, InputError
from counterpoise.neighbors._index import Index
from counterpoise.over_sampling import SMOTE, SMOTENC
from counterpoise.scale import _memory, _spill
from counterpoise.scale._cells import Cells, CellSearch, divide_space
from tests.test_scale import as_dataset, in_memory, make_table, name_of

SAMPLERS = [
    SMOTE(random_state=3, k_neighbors=2),
    SMOTE(random_state=3, k_neighbors=3, scale="robust", sampling_strategy={"b": 40}),
    SMOTE(random_state=3, k_neighbors=10, scale="standard", small_classes="duplicate"),
    SMOTE(random_state=3, k_neighbors=30, small_classes="shrink_k"),
    SMOTE(random_state=3, k_neighbors=60, small_classes="skip"),
]


@pytest.fixture
def on_disk(monkeypatch):
    """Let a few rows fit, and read few at once."""

    def fits(self: object, n_rows: int, n_columns: int) -> bool:
        # Two classes of up to ten rows are duplicated; quartiles need a single column.
        return n_rows <= 20 or n_columns == 1

    monkeypatch.setattr(_memory.MemoryLimit, "rows_at_once", lambda self, n_columns: 15)
    monkeypatch.setattr(_memory.MemoryLimit, "fits", fits)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=name_of)
@pytest.mark.filterwarnings("ignore::counterpoise.exceptions.CounterpoiseWarning")
def test_the_same_rows_as_in_memory(sampler, on_disk, seed):
    """The same rows in the same order, from cells of any size and parts of any size."""

    @settings(max_examples=3, deadline=None, database=None, phases=[Phase.generate])
    @given(
        table_seed=st.integers(0, 10_000),
        size=st.integers(5, 30),
        cuts=st.lists(st.integers(0, 10_000), max_size=4),
    )
    def check(table_seed: int, size: int, cuts: list[int]) -> None:
        table = make_table(table_seed + seed, 80)
        expected = in_memory(sampler, table)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_memory.MemoryLimit, "rows_at_once", lambda self, n_columns: size)
            reader = scale.resample(as_dataset(table, cuts), "y", sampler)
            assert pl.DataFrame(reader.read_all()).equals(expected)

    check()


@dataclass(frozen=True)
class Division:
    """How points are divided into cells: few at once, and in regions of the space."""

    size: int
    n_regions: int
    step: int

    def search(self, points: FloatArray, k: int, penalties: Any = None) -> CellSearch:
        """Divide points, and prepare the search for their neighbors."""
        cells = Cells(divide_space(points[::2], self.n_regions), self.size, len(points))
        for start in range(0, len(points), self.step):
            part = points[start : start + self.step]
            cells.add(np.arange(start, start + len(part)), part)
        return CellSearch(cells, k, penalties)


@settings(max_examples=25, deadline=None, database=None, phases=[Phase.generate, Phase.shrink])
@given(
    division=st.builds(Division, st.integers(1, 50), st.integers(1, 9), st.integers(1, 60)),
    seed=st.integers(0, 10_000),
    missing=st.sampled_from([0, 0.1, 0.7]),
    dtype=st.sampled_from([np.float32, np.float64]),
    n_values=st.sampled_from([2, 10, 1000]),
)
def test_neighbors_are_exact(*, division, seed, missing, dtype, n_values):
    """Cells give the neighbors that one index gives, with ties, duplicates and missing values."""
    rng = np.random.default_rng(seed)
    n_rows, n_columns = int(rng.integers(2, 90)), int(rng.integers(1, 5))
    points = (rng.integers(0, n_values, (n_rows, n_columns)) / 10).astype(dtype)
    points[rng.random(points.shape) < missing] = np.nan
    penalties = rng.random(n_columns) if missing else None
    k = int(rng.integers(1, min(n_rows, 8)))
    base, rank = rng.integers(0, n_rows, 50), rng.integers(0, k, 50)

    search = division.search(points, k, penalties)
    found = search.of_pairs(base, rank)

    expected = Index(points, penalties=penalties).nearest_others(k)
    np.testing.assert_array_equal(found, expected[base, rank])
    assert search.proof.n_rows == len(np.unique(base))
    assert 0 <= search.proof.n_alone <= search.proof.n_rows


def test_the_share_that_is_proven_in_its_own_cell(seed):
    """Groups far from each other need no other cell; a group that is divided needs them."""
    rng = np.random.default_rng(seed)
    groups = rng.normal(size=(200, 2)) + 1000 * np.repeat(np.eye(2), 100, axis=0)
    everything, ranks = np.arange(200), np.zeros(200, int)

    apart = Division(100, 2, 200).search(groups, 3)
    apart.of_pairs(everything, ranks)
    divided = Division(100, 8, 200).search(groups, 3)
    divided.of_pairs(everything, ranks)

    assert (apart.proof.n_cells, apart.proof.n_alone, apart.proof.n_further) == (2, 200, 0)
    assert 0 < divided.proof.n_alone < 200
    assert divided.proof.n_further >= 200 - divided.proof.n_alone


def test_the_report(seed):
    """A warning has the memory, the cells, and the share of rows that needed no other cell."""
    table = make_table(seed, 300)
    memory = 24 * 4 * (int((table["y"] != "a").sum()) - 1)

    with pytest.warns(CounterpoiseWarning) as caught:
        scale.resample(table.lazy(), "y", SMOTE(k_neighbors=2), memory=memory)

    # Both classes fit into a cell each, as cells have at least 131,072 rows.
    (message,) = {str(one.message) for one in caught}
    assert re.match(
        r"SMOTE needs \d+ rows with 4 columns in memory, about .* KB; the limit is .* KB. So these "
        r"rows were written to disk, in 2 cells. All neighbors are exact: 100.0% of \d+ rows found "
        r"them in their own cell.$",
        message,
    )


@pytest.mark.filterwarnings("ignore::counterpoise.exceptions.CounterpoiseWarning")
def test_other_columns_and_repeated_reading(on_disk, seed):
    """Ignored and copied columns are as in memory, each time the output is read."""
    table = make_table(seed, 80).with_columns(
        id=pl.int_range(80), day=pl.lit("2024-01-") + (pl.int_range(80) % 9).cast(pl.String)
    )
    smote = SMOTE(k_neighbors=2, random_state=seed)

    lazy = scale.resample(table.lazy(), "y", smote, ignore="id", copy="day")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_memory.MemoryLimit, "fits", lambda *_: True)
        expected = scale.resample(table.lazy(), "y", smote, ignore="id", copy="day").collect()
    for _ in range(2):
        assert lazy.collect().equals(expected)


@pytest.mark.skipif(os.name != "posix", reason="temporary files have names there")
def test_a_process_that_is_killed_leaves_no_files(tmp_path, monkeypatch):
    """Rows wait in a file without a name, which the system removes with the process."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    spill = _spill.Spill()
    spill.add("rows", make_table(0))

    assert not list(tmp_path.iterdir())
    assert next(spill.read("rows")).equals(make_table(0))


@pytest.mark.filterwarnings("ignore::counterpoise.exceptions.CounterpoiseWarning")
def test_a_full_disk(on_disk, monkeypatch):
    """The error has the folder, and how to choose another one."""

    class FullFile:
        def __init__(self) -> None:
            self.seek = self.close = lambda *_: None

        def write(self, data: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", FullFile)

    with pytest.raises(OSError, match=r"No space left on device in .* TMPDIR=/var/tmp") as caught:
        scale.resample(make_table(0).lazy(), "y", SMOTE(k_neighbors=2))
    assert caught.value.errno == errno.ENOSPC


def test_what_must_fit_into_memory(on_disk):
    """Errors are those in memory, and other samplers need their rows in memory."""
    table = make_table(0)
    smote, smote_nc = SMOTE(k_neighbors=2), SMOTENC(categorical_features=["whole"])
    words = table.with_columns(pl.col("near").cast(pl.String))
    huge = table.with_columns(near=pl.col("near") * 1e125)  # cells would have different units

    with pytest.raises(InputError, match="SMOTENC needs"):
        scale.resample(table.lazy(), "y", smote_nc)
    with pytest.raises(FeatureTypeError, match="'near' is categorical"):
        scale.resample(words.lazy(), "y", smote)
    with pytest.raises(InputError, match="SMOTE needs .* Raise it"):
        scale.resample(huge.lazy(), "y", smote)
