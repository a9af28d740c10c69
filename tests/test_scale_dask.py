"""Dask DataFrames: the rows of the table in memory, from threads and from processes."""

from __future__ import annotations

import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from counterpoise import scale
from counterpoise.base import BaseSampler
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import SMOTE, SMOTEN, BorderlineSMOTE, RandomOverSampler
from counterpoise.scale import _dask, _rows
from counterpoise.scale._memory import MemoryLimit
from counterpoise.scale._rows import LargeTable
from counterpoise.under_sampling import NearMiss, RandomUnderSampler, TomekLinks

dask = pytest.importorskip("dask")
dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # those of Dask

SAMPLERS: list[BaseSampler] = [
    RandomOverSampler(random_state=0),
    RandomUnderSampler(random_state=0),
    SMOTE(random_state=0, scale="standard"),
    BorderlineSMOTE(random_state=0),
    TomekLinks(scale="standard"),
]


SEARCHING: list[BaseSampler] = [
    BorderlineSMOTE(random_state=0, scale="standard"),
    SMOTEN(random_state=0),
    NearMiss(version=2),
    TomekLinks(scale="standard"),
]


def make_table(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    y = rng.choice(["a", "b", "c"], 600, p=[0.8, 0.1, 0.1])
    table = pd.DataFrame({"x": rng.normal(size=600), "n": rng.integers(0, 99, 600), "y": y})
    return table.astype({"y": "string[pyarrow]"})


def check(sampler: BaseSampler, table: pd.DataFrame, frame) -> None:
    X, y = sampler.fit_resample(table[["x", "n"]], table["y"])
    expected = X.assign(y=y)

    result = scale.resample(frame, "y", sampler)

    assert isinstance(result, dd.DataFrame)
    rows = result.compute()
    if sampler._family != "over-sampling":
        expected, rows = (part.sort_values(["x", "n"]) for part in (expected, rows))
    pd.testing.assert_frame_equal(rows.reset_index(drop=True), expected.reset_index(drop=True))


@pytest.mark.parametrize("sampler", SAMPLERS, ids=repr)
def test_threads(sampler, seed):
    """Partitions of any size, also empty ones, give the rows in memory."""
    table = make_table(seed)
    for n_partitions in (1, 7):
        check(sampler, table, dd.from_pandas(table, npartitions=n_partitions, sort=False))
    parts = dd.from_pandas(table, npartitions=3).map_partitions(
        lambda part: part if 0 in part.index else part[:0]
    )
    check(sampler, table[:200], parts)


def test_ignored_and_copied_columns(seed):
    """Ignored columns are missing in synthetic rows."""
    table = make_table(seed).assign(id=range(600), day="2024-01-31")
    frame = dd.from_pandas(table, npartitions=3)

    smote = SMOTE(random_state=seed)
    rows = scale.resample(frame, "y", smote, ignore="id", copy="day").compute()

    assert rows["id"][:600].notna().all()
    assert rows["id"].isna().sum() == len(rows) - 600
    assert (rows["day"] == "2024-01-31").all()


def test_values_of_python_objects(seed):
    """Columns whose type depends on their values are measured here; labels may be missing."""
    table = make_table(seed).assign(n=lambda part: [Decimal(n) for n in part["n"]])
    table["y"] = table["y"].where(np.random.default_rng(seed).random(600) > 0.1)
    sampler = SMOTE(random_state=0, scale="standard")
    complete = table.dropna()
    X, y = sampler.fit_resample(complete[["x", "n"]], complete["y"])

    with dask.config.set({"dataframe.convert-string": False}):
        frame = dd.from_pandas(table, npartitions=3)
        rows = scale.resample(frame, "y", sampler, drop_missing_target=True).compute()

    pd.testing.assert_frame_equal(rows.reset_index(drop=True), X.assign(y=y))


def test_a_column_with_numbers_in_some_partitions(monkeypatch):
    """Its distances would be other ones in each group of rows, so it is an error."""
    monkeypatch.setattr(MemoryLimit, "rows_at_once", lambda *_: 100)
    table = make_table(0)
    table["n"] = [i if i < 300 else f"q{i % 3}" for i in range(600)]
    with dask.config.set({"dataframe.convert-string": False}):
        frame = dd.from_pandas(table, npartitions=6)

        with pytest.raises(InputError, match="'n' holds numbers in some rows.*Convert it"):
            scale.resample(frame, "y", TomekLinks())


@pytest.mark.costly
def test_worker_processes(tmp_path, monkeypatch):
    """Two workers give the rows in memory, also if one dies while it reads, and search neighbors.

    If they lack counterpoise, this process searches, and a warning says so.
    """
    monkeypatch.setattr(_rows, "rows_on_workers", lambda *_: 200)
    monkeypatch.delattr(LargeTable, "_groups")  # so that all rows cannot be read here
    table = make_table(0)
    marker = tmp_path / "died"

    def die_once(part: pd.DataFrame, path: str) -> pd.DataFrame:
        if len(part) and not Path(path).exists():
            Path(path).touch()
            os._exit(1)
        return part

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        frame = dd.from_pandas(table, npartitions=4)
        dying = frame.map_partitions(die_once, str(marker), meta=frame._meta)
        check(SMOTE(random_state=0), table, dying)
        imported = client.run(lambda: "counterpoise" in sys.modules)
        for sampler in SEARCHING:
            check(sampler, table, frame)
        run = _dask.DaskSource.run

        def die_in_search(*args: Any) -> Any:
            marker.unlink()
            return run(*args)

        monkeypatch.setattr(_dask.DaskSource, "run", die_in_search)
        check(BorderlineSMOTE(random_state=0), table, dying)
        assert marker.exists()
        monkeypatch.undo()
        client.run(lambda: sys.modules.update(counterpoise=None))
        with pytest.warns(CounterpoiseWarning, match="Workers of Dask lack.*pip install"):
            check(TomekLinks(), table, frame)

    assert marker.exists()
    assert not any(imported.values())  # SMOTE needs no counterpoise on workers
