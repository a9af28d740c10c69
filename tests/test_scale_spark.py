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
from counterpoise.over_sampling import SMOTE
from counterpoise.scale import _spark
from counterpoise.under_sampling import RandomUnderSampler, TomekLinks

sql = pytest.importorskip("pyspark.sql")
pytestmark = [pytest.mark.costly, pytest.mark.filterwarnings("ignore")]

SAMPLERS: list[BaseSampler] = [
    RandomUnderSampler(random_state=0),
    SMOTE(random_state=0, scale="standard"),
    TomekLinks(scale="standard"),
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory) -> Iterator[Any]:
    """Start a cluster of two executors with one core each, which lack counterpoise."""
    hidden = tmp_path_factory.mktemp("hidden")
    (hidden / "counterpoise.py").write_text("raise ImportError('not installed here')")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    builder = sql.SparkSession.builder.master("local-cluster[2,1,1024]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join([str(hidden), *sys.path]),
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


def test_executors(spark, tmp_path, monkeypatch):
    """Files that are read by executors give the rows in memory; a partition may be empty."""
    table = make_table()
    for i, bounds in enumerate([(0, 250), (250, 250), (250, 600)]):
        table[slice(*bounds)].write_parquet(tmp_path / f"part-{i}.parquet")
    frame = spark.read.parquet(str(tmp_path))

    for sampler in SAMPLERS:
        check(sampler, frame)
    monkeypatch.setattr(_spark, "_RESULT", 0)  # so that what is sent is divided
    check(SAMPLERS[-1], frame)


def test_an_executor_that_dies(spark, tmp_path):
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
    expected = scale.resample(frame, "y", SMOTE(random_state=0)).toArrow()

    result = scale.resample(dying, "y", SMOTE(random_state=0)).toArrow()

    assert Path(marker).exists()
    assert result.equals(expected)
