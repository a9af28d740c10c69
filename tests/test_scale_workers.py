"""What workers send of their partitions: wanted rows, and moments that are those in memory."""

from __future__ import annotations

import functools
import itertools
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise._table import Blocks, as_table, measure_spread
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import ADASYN, SMOTEN, BorderlineSMOTE
from counterpoise.scale import _neighbors, _tasks, _workers
from counterpoise.scale._dask import _groups
from counterpoise.scale._decision import LargeResampling, decide
from counterpoise.scale._memory import MemoryLimit
from counterpoise.scale._opener import RowOpener
from counterpoise.scale._pass import F, Pass
from counterpoise.scale._rows import LargeTable
from counterpoise.scale._selection import InProcess, Selected, check_partitions, numeric_columns
from counterpoise.scale._target import read_target
from counterpoise.scale._value_counts import ValueCountPass
from counterpoise.under_sampling import (
    EditedNearestNeighbours,
    NearMiss,
    NeighbourhoodCleaningRule,
    TomekLinks,
)

BLOCK = 16
AT_ONCE = 9  # rows that a worker adds to a pass at once


@pytest.fixture
def small_blocks(monkeypatch):
    """Make blocks of few rows."""
    monkeypatch.setattr(Blocks, "size", BLOCK)


class Partitions:
    """A source whose partitions are selected as Spark's executors or Dask's workers do."""

    def __init__(self, table: pa.Table, cuts: Sequence[int], *, as_pandas: bool) -> None:
        self.names = table.column_names
        bounds = [0, *sorted(cut % (len(table) + 1) for cut in cuts), len(table)]
        parts = [table.slice(i, j - i) for i, j in itertools.pairwise(bounds)]
        self.parts = [part.to_pandas(types_mapper=pd.ArrowDtype) for part in parts]
        self.parts = self.parts if as_pandas else parts
        self.as_pandas = as_pandas

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        for part in self.parts:
            yield nw.from_native(part, eager_only=True).select(columns)

    def select(self, columns: Sequence[str], selection: Any) -> Iterator[Selected]:
        names = numeric_columns(self.parts[0][:0], selection.measured)
        assert names is not None
        for part, masks in zip(
            self.parts, selection.divide(list(map(len, self.parts))), strict=True
        ):
            if self.as_pandas:
                n_rows, rows, blocks = _workers.select_pandas(part[list(columns)], masks, names)
                yield Selected(nw.from_native(rows), n_rows, blocks, names)
                continue
            batches = part.select(columns).combine_chunks().to_batches(max_chunksize=7)
            for message in _workers._select(iter(batches), masks, names):
                rows = message.get("rows")
                blocks = []
                if "measured" in message:
                    values = np.frombuffer(message["measured"]).reshape(len(names), -1)
                    blocks = [(message["n_measured"], values)]
                frame = nw.from_native(pa.Table.from_batches(rows)) if rows else None
                yield Selected(frame, message.get("n_rows", 0), blocks, names)

    def run(self, columns: Sequence[str], step: Pass[F], n_at_once: int) -> F:
        """Run a pass in several tasks, as the workers of Dask or the executors of Spark do."""
        lengths = list(map(len, self.parts))
        return (self._run_as_dask if self.as_pandas else self._run_as_spark)(columns, step, lengths)

    def _run_as_dask(self, columns: Sequence[str], step: Pass[F], lengths: list[int]) -> F:
        starts = np.cumsum([0, *lengths])
        results = []
        for group in _groups(lengths, AT_ONCE):
            parts = [self.parts[i][list(columns)] for i in group]
            results.append(_tasks.run_on_parts(step, starts[group[0]], parts))
        middle = len(results) // 2
        halves = [_tasks.merge_found(half) for half in (results[:middle], results[middle:]) if half]
        found_lengths, found = _tasks.merge_found(halves)
        assert found_lengths == lengths
        return found

    def _run_as_spark(self, columns: Sequence[str], step: Pass[F], lengths: list[int]) -> F:
        numbered = [
            part.select(columns).append_column(
                _tasks.ROW_ID, pa.array((i << 33) + np.arange(len(part)))
            )
            for i, part in enumerate(self.parts)
        ]
        messages = []
        for task in (numbered[1::2], numbered[::2]):  # in any order
            batches = (batch for part in task for batch in part.to_batches(max_chunksize=7))
            sent_step = pickle.loads(pickle.dumps(step))
            messages += _tasks.run_on_batches(sent_step, lengths, AT_ONCE, 2, batches)
        sent = pa.Table.from_batches(messages).to_pandas()
        assert "error" not in set(sent["kind"])
        counts = sent[sent["kind"] == "partition"].set_index("part")["n_rows"]
        assert counts.reindex(range(len(lengths)), fill_value=0).tolist() == lengths
        parts = [
            pickle.loads(_tasks.merge_table(pa.Table.from_pandas(part))["content"][0].as_py())
            for _, part in sent[sent["kind"] == "part"].groupby("part")
        ]
        if parts:
            return parts[0].join(parts[1:])
        whole = map(pickle.loads, sent[sent["kind"] == "whole"]["content"])
        return functools.reduce(lambda one, other: one.merge(other), whole)

    complete = output = None


def make_table(seed: int, n_rows: int) -> pa.Table:
    """Return columns of many types, with nulls and NaN, and rows without a class."""
    rng = np.random.default_rng(seed)

    def nulls(values: Any, dtype: pa.DataType) -> pa.Array:
        return pa.array([None if rng.random() < 0.2 else value for value in values.tolist()], dtype)

    numbers = rng.lognormal(size=n_rows).round(3)
    numbers[rng.random(n_rows) < 0.2] = np.nan
    whole = rng.integers(-(2**62), 2**62, n_rows)
    return pa.table(
        {
            "float": numbers,
            "small float": pa.array(numbers.astype(np.float32)),
            "null": nulls(rng.normal(size=n_rows), pa.float64()),
            "whole": whole,
            "small whole": pa.array(rng.integers(0, 200, n_rows).astype(np.uint8)),
            "whole or null": nulls(whole, pa.int64()),
            "bool": rng.random(n_rows) < 0.5,
            "bool or null": nulls(rng.random(n_rows) < 0.5, pa.bool_()),
            "decimal": nulls(
                np.array([Decimal(int(i)) / 100 for i in rng.integers(0, 10**6, n_rows)]),
                pa.decimal128(10, 2),
            ),
            "text": rng.choice(["p", "q"], n_rows).tolist(),
            "y": ["a", "a", "b", "b", *_labels(rng, n_rows - 4)],
        }
    )


def _labels(rng: np.random.Generator, n: int) -> list[str | None]:
    return [None if rng.random() < 0.1 else str(rng.choice(["a", "a", "b"])) for _ in range(n)]


def open_large(source: Any) -> LargeTable:
    target = read_target(source, "y", drop_missing=True)
    return LargeTable(source, "y", target, (), ("text",), MemoryLimit.of("1GB"))


@pytest.mark.parametrize("as_pandas", [False, True])
def test_rows_and_moments_are_those_in_memory(as_pandas, small_blocks, seed):
    """Moments are equal to the last bit, and rows in their order, in any partitions."""

    @settings(max_examples=15, deadline=None, database=None)
    @given(
        table_seed=st.integers(0, 10_000),
        n_rows=st.integers(4, 5 * BLOCK),
        cuts=st.lists(st.integers(0, 10_000), max_size=6),
    )
    def check(table_seed: int, n_rows: int, cuts: list[int]) -> None:
        table = make_table(table_seed + seed, n_rows)
        large = open_large(Partitions(table, cuts, as_pandas=as_pandas))
        is_wanted = large.rows_of([1])

        measured, rows = large.with_spreads(is_wanted, quartiles=False)

        found = pl.DataFrame(rows.frame.to_arrow().select(table.column_names).cast(table.schema))
        assert found.equals(pl.DataFrame(table.filter(pa.array(is_wanted))))
        whole = as_table(table.filter(table["y"].is_valid()).drop(["y", "text"]))
        names = [str(column.name) for column in whole.columns]
        assert sorted(measured.spreads) == sorted(names)
        for j, name in enumerate(names):
            assert measured.spreads[name] == measure_spread(whole, j)

    check()


NUMBERS = ["float", "null", "small whole", "decimal"]
PASSES: list[BaseSampler] = [
    BorderlineSMOTE(random_state=3, k_neighbors=2, scale="standard"),
    ADASYN(random_state=3, n_neighbors=3),
    SMOTEN(random_state=3, k_neighbors=2),
    NearMiss(n_neighbors=2, scale="standard"),
    NearMiss(n_neighbors=2, version=2, sampling_strategy={"a": 3, "b": 3}),
    NearMiss(sampling_strategy={}),
    TomekLinks(scale="robust", sampling_strategy="all"),
    EditedNearestNeighbours(),
    NeighbourhoodCleaningRule(scale="standard"),
]


@pytest.mark.parametrize("as_pandas", [False, True])
@pytest.mark.parametrize("sampler", PASSES, ids=repr)
def test_passes_of_workers_find_the_same(sampler, as_pandas, monkeypatch, seed):
    """A decision is the same if workers run its passes, on any partitions in any order."""
    monkeypatch.setattr(_neighbors, "_MERGED", 200)
    monkeypatch.setattr(_neighbors, "_QUERIES", 5)

    @settings(max_examples=4, deadline=None, database=None)
    @given(
        table_seed=st.integers(0, 10_000),
        n_rows=st.integers(12, 60),
        cuts=st.lists(st.integers(0, 10_000), max_size=6),
    )
    def check(table_seed: int, n_rows: int, cuts: list[int]) -> None:
        # Undersamplers and cleaning methods take categories, too.
        names = NUMBERS if sampler._family == "over-sampling" else [*NUMBERS, "text"]
        table = make_table(table_seed + seed, n_rows).select(names)
        labels = ["a", "b"] * 4 + ["a"] * 4 + _labels(np.random.default_rng(seed), n_rows - 12)
        table = table.append_column("y", pa.array(labels))
        source = Partitions(table, cuts, as_pandas=as_pandas)
        target = read_target(source, "y", drop_missing=True)
        large = LargeTable(source, "y", target, (), (), MemoryLimit.of("1GB"))

        expected = decide(sampler, replace(large, source=here(source)))
        found = decide(sampler, large)

        assert_equal(found, expected)

    check()


def test_executors_refuse_other_rows():
    """A row of a class, or in a partition, that was not counted is an error, not a wrong result."""
    opener = RowOpener("y", ("a", "b"), np.array([2, 1]), ())
    table = pa.table({"x": [1.0, 2.0, 3.0], "y": ["a", "a", "b"], _tasks.ROW_ID: [0, 1, 2]})
    later = table.set_column(2, _tasks.ROW_ID, pa.array([0, 1, 1 << 33]))

    def run(table: pa.Table, opener: RowOpener) -> Exception:
        step = ValueCountPass(opener)
        (message,) = _tasks.run_on_batches(step, [3], 9, 1, iter(table.to_batches()))
        assert message["kind"].to_pylist() == ["error"]
        return pickle.loads(message["content"][0].as_py())

    assert "had no class 'b' when" in str(run(table, replace(opener, classes=("a",))))
    assert "in other partitions than when" in str(run(later, opener))


def here(source: Partitions) -> Any:
    """Return the source without workers."""

    class Here(InProcess):
        names, batches = source.names, source.batches

    return Here()


def assert_equal(found: LargeResampling, expected: LargeResampling) -> None:
    np.testing.assert_equal(found.is_kept, expected.is_kept)
    np.testing.assert_equal(found.duplicates, expected.duplicates)
    np.testing.assert_equal(vars(found.synthetic), vars(expected.synthetic))
    if expected.rows is not None:
        np.testing.assert_equal(found.rows.numbers, expected.rows.numbers)


def test_columns_whose_type_depends_on_values():
    """Python objects and columns of nulls are measured where all of their values are."""
    objects = pd.DataFrame({"x": [1.0], "object": [Decimal(1)]}, dtype=object)[:0]
    nulls = pa.table({"x": [1.0], "null": pa.nulls(1)})[:0]

    for frame in (objects, nulls):
        assert numeric_columns(frame, frame.columns if frame is objects else ["x", "null"]) is None
    assert numeric_columns(nulls, ["x"]) == ["x"]


@pytest.mark.parametrize("package", ["cloudpickle", "pyspark.cloudpickle"])
def test_workers_need_no_counterpoise(package):
    """What is sent can be used where counterpoise cannot be imported."""
    cloudpickle = pytest.importorskip(package)
    _workers.send_as_code(cloudpickle)
    n_rows = 100_000
    values = np.random.default_rng(0).normal(size=n_rows)
    part = pd.DataFrame({"x": values})
    masks = _workers.RowMasks.of(values > 2, values < 3)

    # Not a function of this file: it would take the module with it.
    select = partial(_workers.select_pandas, part, masks, ["x"])

    code = (
        "import pickle, sys; sys.modules['counterpoise'] = None; "
        "result = pickle.load(sys.stdin.buffer)(); pickle.dump(result, sys.stdout.buffer)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=cloudpickle.dumps(select), stdout=-1, check=True
    )

    n_read, rows, blocks = pickle.loads(run.stdout)
    assert n_read == n_rows
    assert rows.equals(part[values > 2].reset_index(drop=True))
    expected = select()[2]
    assert [n for n, _ in blocks] == [Blocks.size, (values < 3).sum() - Blocks.size]
    for (_, one), (_, other) in zip(blocks, expected, strict=True):
        assert np.array_equal(one, other)


def test_partitions_that_change():
    """Other partitions are an error, as their rows have other numbers; empty ones do not count."""
    check_partitions([3, 0, 4], [3, 0, 4, 0])
    with pytest.raises(
        InputError, match="had 7 rows when its classes were counted, and has fewer now"
    ):
        check_partitions([3, 4], [3, 3])
    with pytest.raises(InputError, match=r"in other partitions.*frame.cache\(\) in Spark"):
        check_partitions([3, 4], [4, 3])


def test_executors_refuse_other_partitions(monkeypatch):
    """Rows are never removed by the mask of other rows."""
    monkeypatch.setattr(_workers, "_partition", lambda: 1)
    is_kept = np.array([True, False, True])
    keep = _workers.make_filter({1: _workers.RowMasks.of(is_kept, is_kept)})
    batches = pa.table({"x": range(4)}).to_batches(max_chunksize=2)

    kept = list(keep(iter([batches[0], batches[1][:1]])))
    assert pa.Table.from_batches(kept)["x"].to_pylist() == [0, 2]
    for others in (batches, batches[:1], []):
        with pytest.raises(ValueError, match="in other partitions than when it was resampled"):
            list(keep(iter(others)))
