"""The engines that read and write large Parquet files in place of polars: DuckDB, Dask and Spark.

A cluster is reached within a time limit, or an error names what was tried.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any, Protocol

from counterpoise._cli.errors import FileError
from counterpoise._cli.output_folder import PART_NAME
from counterpoise._lib.optional_imports import import_optional
from counterpoise.scale._memory import machine_memory

__all__ = ["Engine", "connect"]

_TIMEOUT = 20  # seconds in which a cluster must answer
_WORKER_TIMEOUT = 60  # seconds in which it must have a worker
_ROWS_PER_FILE = 2_000_000  # of Spark, in which an executor does not know the size of a file


class Engine(Protocol):
    """What reads Parquet files as a lazy frame, and writes one.

    Attributes
    ----------
    writes_folders : bool
        Whether its workers write a folder together.
    """

    writes_folders: bool

    def read(self, paths: Sequence[str]) -> Any:
        """Return a lazy frame of the files, in their order."""
        ...

    def count(self, frame: Any) -> int:
        """Return the number of rows."""
        ...

    def write_folder(self, frame: Any, folder: Path) -> None:
        """Write Parquet files with names in the order of the rows."""
        ...

    def close(self) -> None:
        """Disconnect."""
        ...


@contextmanager
def connect(name: str, address: str | None) -> Iterator[Engine | None]:
    """Start an engine, or connect to a cluster; yield None for polars.

    Parameters
    ----------
    name : {"polars", "duckdb", "dask", "spark"}
    address : str or None
        Of the cluster; by default, the engine runs on this machine.

    Raises
    ------
    FileError
        If the cluster cannot be reached, or if the engine fails.
    ImportError
        If the engine is not installed; the message has the install command.
    """
    if name == "polars":
        yield None
        return
    engine = None
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="pyspark|dask|distributed")
            engine = _ENGINES[name](address)
            yield engine
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _PACKAGES:
            raise
        raise FileError(f"{_NAMES[name]} failed: {_first_lines(error)}") from error
    finally:
        if engine is not None:
            engine.close()


def _first_lines(error: Exception) -> str:
    """Return the message of an error, without stack traces."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2]) or type(error).__name__


class _DuckDB:
    """DuckDB in this process."""

    writes_folders = False

    def __init__(self, _: None) -> None:
        self._connection = import_optional("duckdb", "the engine duckdb").connect()

    def read(self, paths: Sequence[str]) -> Any:
        """Return a relation of the files, in their order."""
        return self._connection.read_parquet(list(paths), hive_partitioning=False)

    def count(self, frame: Any) -> int:
        """Return the number of rows."""
        return int(frame.count("*").fetchall()[0][0])

    def write_folder(self, frame: Any, folder: Path) -> None:
        """Not used: a query in this process has no workers that write files."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Dask:
    """Dask: threads of this process, or the workers of a scheduler."""

    writes_folders = True

    def __init__(self, address: str | None) -> None:
        self._frames = import_optional("dask.dataframe", "the engine dask")
        self._client = None if address is None else _connect_to_dask(address)

    def read(self, paths: Sequence[str]) -> Any:
        """Return a DataFrame of the files, in their order, with the types of the files."""
        frames = [
            self._frames.read_parquet(path, dtype_backend="pyarrow", index=False)
            for path in map(_absolute, paths)
        ]
        return frames[0] if len(frames) == 1 else self._frames.concat(frames)

    def count(self, frame: Any) -> int:
        """Return the number of rows."""
        return len(frame)

    def write_folder(self, frame: Any, folder: Path) -> None:
        """Write a file for each partition."""
        frame.to_parquet(
            str(folder),
            write_index=False,
            write_metadata_file=False,
            compression="zstd",
            name_function=PART_NAME.format,
        )

    def close(self) -> None:
        """Disconnect; the scheduler goes on."""
        if self._client is not None:
            self._client.close()


def _connect_to_dask(address: str) -> Any:
    distributed = import_optional("distributed", "--scheduler")
    advice = (
        "Check that the scheduler runs there (dask scheduler) and has workers (dask worker "
        f"{address}), and that this machine may connect to it."
    )
    try:
        client = distributed.Client(address, timeout=_TIMEOUT)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        reason = str(error).partition("\n")[0]
        raise FileError(
            f"The Dask scheduler {address} did not answer within {_TIMEOUT} s ({reason}). {advice}"
        ) from None
    try:
        client.wait_for_workers(1, timeout=_WORKER_TIMEOUT)
    except TimeoutError:
        client.close()
        raise FileError(
            f"The Dask scheduler {address} had no worker within {_WORKER_TIMEOUT} s. {advice}"
        ) from None
    return client


class _Spark:
    """Spark: this machine, or a cluster."""

    writes_folders = True

    def __init__(self, master: str | None) -> None:
        sql = import_optional("pyspark.sql", "the engine spark")
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            raise FileError("Spark needs Java 17 or later. Install it, or set JAVA_HOME.")
        if master is None or master.startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        else:
            _check_spark_master(master)
        self._session = _start_session(sql, master)
        if (master or "").startswith("spark://"):
            _wait_for_executors(self._session, str(master))

    def read(self, paths: Sequence[str]) -> Any:
        """Return a DataFrame of the files, in their order."""
        # Spark sorts the files that it reads together by size, so each is read alone.
        first, *others = map(_as_url, paths)
        frame = self._session.read.parquet(first)
        reader = self._session.read.schema(frame.schema)
        return reduce(lambda one, path: one.union(reader.parquet(path)), others, frame)

    def count(self, frame: Any) -> int:
        """Return the number of rows."""
        return int(frame.count())

    def write_folder(self, frame: Any, folder: Path) -> None:
        """Write one or more files for each partition."""
        writer = frame.write.mode("append").option("maxRecordsPerFile", _ROWS_PER_FILE)
        writer.option("compression", "zstd").parquet(_as_url(str(folder)))

    def close(self) -> None:
        """End the application."""
        self._session.stop()


def _start_session(sql: Any, master: str | None) -> Any:
    settings = {
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",  # results do not depend on the machine
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    }
    if not {"SPARK_HOME", "SPARK_CONF_DIR"} & os.environ.keys():  # it may be set there
        # A pass brings a partition at a time to this process, through several copies in Java.
        settings["spark.driver.memory"] = f"{machine_memory() // 4 // 2**20}m"
    builder = sql.SparkSession.builder.appName("counterpoise")
    if master is not None:
        builder = builder.master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _check_spark_master(master: str) -> None:
    """Check that a standalone master listens: Spark itself would try for minutes."""
    addresses = re.findall(r"([\w.\-]+):(\d+)", master) if master.startswith("spark://") else []
    reasons = []
    for host, port in addresses:
        try:
            socket.create_connection((host, int(port)), timeout=_TIMEOUT).close()
        except (OSError, OverflowError) as error:
            reasons.append(f"{host}:{port}: {error}")
        else:
            return
    if reasons or master.startswith("spark://"):
        raise FileError(
            f"The Spark master {master} did not answer within {_TIMEOUT} s "
            f"({'; '.join(reasons) or 'it needs a host and a port'}). Check that it runs, that its "
            "address is the one on its web page, and that this machine may connect to it."
        )


def _wait_for_executors(session: Any, master: str) -> None:
    context = session.sparkContext
    if context.getConf().get("spark.dynamicAllocation.enabled", "false") == "true":
        return  # executors start with the first task
    # The Python interface has no list of executors.
    count: Callable[[], int] = context._jsc.sc().getExecutorMemoryStatus().size  # noqa: SLF001
    end = time.monotonic() + _WORKER_TIMEOUT
    while count() < 2:  # the first one is this process
        if time.monotonic() > end:
            session.stop()
            raise FileError(
                f"The Spark master {master} provided no executor within {_WORKER_TIMEOUT} s. Check "
                "that it has workers with free cores and memory, and that they may connect to this "
                "machine (spark.driver.host)."
            )
        time.sleep(0.2)


def _absolute(path: str) -> str:
    return path if "://" in path else str(Path(path).resolve())


def _as_url(path: str) -> str:
    return path if "://" in path else Path(path).resolve().as_uri()


_ENGINES: dict[str, Callable[[Any], Engine]] = {"duckdb": _DuckDB, "dask": _Dask, "spark": _Spark}
_NAMES = {"duckdb": "DuckDB", "dask": "Dask", "spark": "Spark"}
_PACKAGES = ("duckdb", "_duckdb", "dask", "distributed", "pyspark", "py4j")
