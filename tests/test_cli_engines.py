"""The command `resample` with other engines: the rows of polars, and messages about clusters."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from counterpoise._cli import engines
from counterpoise._cli.errors import FileError
from tests.test_cli import assert_error, command, folder  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore")  # those of Dask


@pytest.fixture
def parts(folder):  # noqa: F811
    """Write a table with several types and missing values as files, of which one is empty."""
    rng = np.random.default_rng(0)
    table = pl.DataFrame(
        {
            "x": rng.normal(size=400),
            "n": rng.integers(0, 50, 400).astype(np.int16),
            "id": np.arange(400, dtype=np.int32),
            "city": rng.choice(["a", "b", "c"], 400),
            "at": pl.Series(rng.integers(0, 10**9, 400) * 10**6).cast(pl.Datetime("us")),
            "y": rng.choice(["p", "q"], 400, p=[0.9, 0.1]),
        }
    ).with_columns(pl.when(pl.col("x") < 1).then(pl.col("n")).alias("n"))
    Path("parts").mkdir()
    for i, (start, stop) in enumerate([(0, 20), (20, 20), (20, 250), (250, 400)]):
        table[start:stop].write_parquet(f"parts/part-{i:02}.parquet")
    return table


def read(path: str) -> pl.DataFrame:
    return pl.read_parquet(f"{path}*.parquet" if path.endswith("/") else path)


def check_engine(command, engine, methods, outputs=("out.parquet", "out/")):  # noqa: F811
    """Compare files and folders with those of polars."""
    arguments = ["resample", "parts", "-t", "y", "--ignore", "id", "--seed", "0", "--force"]
    for method in methods:
        expected = None
        for name, out in [("polars", "out.parquet"), *((engine, out) for out in outputs)]:
            result = command(*arguments, "--method", method, "-o", out, "--engine", name)
            assert result.code == 0, result.err
            rows = read(out)
            expected = rows if expected is None else expected
            assert rows.schema == expected.schema
            assert rows.equals(expected)


@pytest.mark.parametrize("engine", ["duckdb", "dask"])
def test_engines(command, parts, engine):  # noqa: F811
    """Decision, rows, order and types do not depend on the engine."""
    pytest.importorskip(engine)

    check_engine(command, engine, ["smote", "random-under"])


@pytest.mark.costly
def test_spark(command, parts):  # noqa: F811
    """The same, from executors that read the files."""
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")

    check_engine(command, "spark", ["smote"], ["out/"])


@pytest.mark.costly
def test_workers_of_dask(command, parts):  # noqa: F811
    """Two processes of a cluster read and write the files, without this library."""
    distributed = pytest.importorskip("distributed")
    address = {"dashboard_address": None, "n_workers": 2, "threads_per_worker": 1}
    with distributed.LocalCluster(processes=True, **address) as cluster:
        options = ["-t", "y", "--ignore", "id", "--seed", "0"]
        engine = ["--engine", "dask", "--scheduler", cluster.scheduler_address]
        result = command("resample", "parts", "-o", "out/", *options, *engine)
        assert result.code == 0, result.err

    command("resample", "parts", "-o", "out.parquet", *options)
    assert read("out/").equals(read("out.parquet"))


def test_clusters_that_do_not_answer(command, parts, monkeypatch):  # noqa: F811
    """A time limit, then a message that names the address and what to check."""
    monkeypatch.setattr(engines, "_TIMEOUT", 0.2)
    arguments = ["resample", "parts", "-t", "y", "-o", "out.parquet", "--engine"]
    distributed = pytest.importorskip("distributed")

    result = command(*arguments, "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert_error(result, 3, "The Dask scheduler tcp://127.0.0.1:9 did not answer", "dask scheduler")

    def wait(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(engines, "_TIMEOUT", 60)
    monkeypatch.setattr(distributed.Client, "wait_for_workers", wait)
    with distributed.LocalCluster(1, processes=False, dashboard_address=None) as cluster:
        result = command(*arguments, "dask", "--scheduler", cluster.scheduler_address)
    assert_error(result, 3, "had no worker within", "dask worker")
    assert not Path("out.parquet").exists()


def test_a_spark_master_that_does_not_answer(command, parts, monkeypatch):  # noqa: F811
    """The port is tried before Java starts."""
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", "somewhere")
    arguments = ["resample", "parts", "-t", "y", "-o", "out.parquet", "--engine", "spark"]

    result = command(*arguments, "--master", "spark://127.0.0.1:9")
    assert_error(result, 3, "master spark://127.0.0.1:9 did not answer", "refused", "Check that")
    result = command(*arguments, "--master", "spark://127.0.0.1")
    assert_error(result, 3, "needs a host and a port")


@pytest.mark.parametrize(
    "names", ["duckdb duckdb engines", "dask dask dask", "spark pyspark spark"]
)
def test_engines_that_are_not_installed(command, parts, monkeypatch, names):  # noqa: F811
    """The message has the line that installs the engine."""
    engine, package, extra = names.split()
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)

    result = command("resample", "parts", "-t", "y", "-o", "out.parquet", "--engine", engine)

    assert_error(result, 1, f'pip install "counterpoise[{extra}]"')


def test_engines_read_parquet(command, parts):  # noqa: F811
    """Other files and options that do not fit are refused."""
    pytest.importorskip("dask")
    parts.write_csv("table.csv")
    arguments = ["resample", "table.csv", "-t", "y", "-o", "out.parquet", "--engine"]

    assert_error(command(*arguments, "dask"), 3, "Only polars reads CSV files", "Remove --engine")
    assert "got 'mars'" in command(*arguments, "mars").err
    assert "--master is for --engine spark" in command(*arguments, "dask", "--master", "local").err


def test_errors_of_an_engine(command, parts):  # noqa: F811
    """A damaged file is one message, without a stack trace."""
    pytest.importorskip("duckdb")
    path = Path("parts/part-03.parquet")
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)

    result = command("resample", "parts", "-t", "y", "-o", "out/", "--engine", "duckdb")

    assert_error(result, 3, "Cannot read parts")
    assert not Path("out").exists()
    with (
        pytest.raises(FileError, match="DuckDB failed: .*none.parquet"),
        engines.connect("duckdb", None) as engine,
    ):
        engine.read(["none.parquet"])
