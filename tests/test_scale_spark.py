"""Spark DataFrames: the rows of the table in memory, from two executors that are processes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from counterpoise import scale
from counterpoise.base import BaseSampler
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import SMOTE, SMOTEN, BorderlineSMOTE
from counterpoise.scale import _neighbors, _output, _rows, _spark
from counterpoise.scale._opener import RowOpener
from counterpoise.scale._rows import LargeTable
from counterpoise.scale._value_counts import ValueCountPass
from counterpoise.under_sampling import RandomUnderSampler, TomekLinks

sql = pytest.importorskip("pyspark.sql")
pytestmark = [pytest.mark.costly, pytest.mark.filterwarnings("ignore")]

SAMPLERS: list[BaseSampler] = [
    RandomUnderSampler(random_state=0),
    SMOTE(random_state=0, scale="standard"),
]
SEARCHING: list[BaseSampler] = [
    SMOTEN(random_state=0),
    TomekLinks(scale="standard"),
]


# An executor cannot import counterpoise while a file exists, however it is installed.
HIDE = """
import os, sys

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name == "counterpoise" and os.path.exists({!r}):
            raise ImportError("not installed here")

sys.meta_path.insert(0, Hide())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder whose file `sitecustomize.py` each executor runs."""
    folder = tmp_path_factory.mktemp("executors")
    (folder / "sitecustomize.py").write_text(HIDE.format(str(folder / "hidden")))
    return folder


@pytest.fixture
def without_counterpoise(folder) -> Iterator[None]:
    """Have the executors lack counterpoise."""
    (folder / "hidden").touch()
    yield
    (folder / "hidden").unlink()


@pytest.fixture
def only_on_executors(monkeypatch) -> None:
    """Let a pass that reads all rows here fail."""
    monkeypatch.delattr(LargeTable, "_groups")


@pytest.fixture(scope="module")
def spark(folder) -> Iterator[Any]:
    """Start a cluster of two executors with one core each."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    builder = sql.SparkSession.builder.master("local-cluster[2,1,1024]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join([str(folder), *sys.path]),
        "spark.python.worker.reuse": "false",  # each task imports what it needs
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def make_table() -> pl.DataFrame:
    rng = np.random.default_rng(0)
    present = pl.when(pl.Series(rng.random(600) > 0.1))
    table = pl.DataFrame(
        {
            "x": rng.normal(size=600),
            "n n": rng.integers(0, 9, 600),
            "price": pl.Series(rng.integers(0, 10**6, 600) / 100).cast(pl.Decimal(10, 2)),
            "y": rng.choice(["a", "b"], 600, p=[0.9, 0.1]),
        }
    )
    return table.with_columns(present.then(name).alias(name) for name in ("x", "y"))


def write_parts(folder: Path) -> None:
    """Write a table to three files, one of them without rows."""
    table = make_table()
    for i, bounds in enumerate([(0, 250), (250, 250), (250, 600)]):
        table[slice(*bounds)].write_parquet(folder / f"part-{i}.parquet")


def check(sampler: BaseSampler, frame: Any) -> None:
    table = pl.DataFrame(frame.toArrow()).drop_nulls("y")  # Spark decides on the order of files
    X, y = sampler.fit_resample(table.drop("y"), table["y"])
    expected = X.with_columns(y=y)

    result = scale.resample(frame, "y", sampler, drop_missing_target=True)

    assert isinstance(result, sql.DataFrame)
    assert result.schema == frame.schema
    rows = pl.DataFrame(result.toArrow())
    if sampler._family != "over-sampling":
        expected, rows = expected.sort(pl.all()), rows.sort(pl.all())
    assert rows.equals(expected)


def test_executors_without_counterpoise(spark, without_counterpoise, tmp_path, monkeypatch):
    """Executors select rows, measure and filter; a search that they cannot do is a warning."""
    monkeypatch.setattr(_output, "_BLOCK", 99)  # synthetic rows come in several blocks
    write_parts(tmp_path)
    frame = spark.read.parquet(str(tmp_path))

    for sampler in SAMPLERS:
        check(sampler, frame)
    monkeypatch.setattr(_spark, "_RESULT", 0)  # so that what is sent is divided
    with pytest.warns(CounterpoiseWarning, match="executors of Spark lack.*pip install") as caught:
        check(TomekLinks(scale="standard"), frame)
    assert sum(issubclass(one.category, CounterpoiseWarning) for one in caught) == 1


def test_executors_search(spark, only_on_executors, tmp_path, monkeypatch):
    """Executors that have counterpoise search neighbors in their partitions."""
    monkeypatch.setattr(_rows, "rows_on_workers", lambda *_: 150)
    monkeypatch.setattr(_neighbors, "_MERGED", 2_000)
    write_parts(tmp_path)
    frame = spark.read.parquet(str(tmp_path))

    for sampler in SEARCHING:
        check(sampler, frame)


def test_an_error_of_an_executor(spark, only_on_executors, tmp_path):
    """What an executor finds wrong is an error with its own message."""
    write_parts(tmp_path)
    frame = spark.read.parquet(str(tmp_path))
    step = ValueCountPass(RowOpener("y", ("a",), np.array([600]), ()))
    source = _spark.SparkSource(frame)
    list(source.batches(["y"]))

    with pytest.raises(InputError, match="had no class 'b' when its classes were counted"):
        source.run(source.names, step, 1000)


def test_an_executor_that_dies(spark, tmp_path, monkeypatch):
    """Spark repeats the task of a process that dies, and the rows are the same."""
    make_table().drop_nulls("y").write_parquet(tmp_path / "table.parquet")
    frame = spark.read.parquet(str(tmp_path / "table.parquet"))
    marker = str(tmp_path / "died")

    def die_once(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            if not Path(marker).exists():
                Path(marker).touch()
                os._exit(1)
            yield batch

    dying = frame.mapInArrow(die_once, frame.schema)
    run = _spark.SparkSource.run

    def die_in_search(*args: Any) -> Any:
        Path(marker).unlink()
        return run(*args)

    monkeypatch.setattr(_spark.SparkSource, "run", die_in_search)
    for sampler in (SMOTE(random_state=0), BorderlineSMOTE(random_state=0)):
        table = pl.DataFrame(frame.toArrow())
        X, y = sampler.fit_resample(table.drop("y"), table["y"])
        result = pl.DataFrame(scale.resample(dying, "y", sampler).toArrow())
        assert result.equals(X.with_columns(y=y))
        assert Path(marker).exists()
