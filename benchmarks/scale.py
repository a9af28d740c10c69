"""Measure tables that are read in batches: time, processor time and peak memory of the process.

    python benchmarks/scale.py parquet 50000000     # compared with a copy by polars
    python benchmarks/scale.py csv 1000000
    python benchmarks/scale.py balance 6200000      # 28 columns, 5.9% minority, balanced 1:1
    python benchmarks/scale.py methods 1000000      # each method, in memory and in batches
    python benchmarks/scale.py disk 3000000         # SMOTE of a large class, in memory and on disk
    python benchmarks/scale.py engines 1000000      # 30 columns, SMOTE on each library
    python benchmarks/scale.py workers 1000000      # the same, one worker and two
    python benchmarks/scale.py search 1000000       # neighbors, searched by workers and here
    python benchmarks/scale.py commands 1000000     # `engines`, `counterpoise resample --engine`

Each run is a process of its own. Tables are clustered: 20 clusters, values with four decimals. A
third argument is the number of repeats of the last four, by default 3. Processor time includes
that of Java and of worker processes; "work" is the time without imports and the start of a cluster.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

PART = 1_000_000
ROW_GROUP = 100_000  # rows; a worker reads at least a row group
COPY = "import polars as pl; pl.scan_{0}({1!r}).sink_{0}({2!r})"
RUN = [sys.executable, "-m", "counterpoise", "resample"]
METHODS = (
    "random-over",
    "random-under",
    "smote",
    "borderline-smote",
    "adasyn",
    "tomek-links",
    "enn",
)


# What starts each library, what reads a Parquet file as `table`, and what writes `result`.
POLARS = ("import polars as pl", "table = pl.scan_parquet(source)", "result.sink_parquet(out)")
DASK = ("table = dd.read_parquet(source, dtype_backend='pyarrow')", "result.to_parquet(out)")
# By default, Dask reads such a file as one partition.
DASK_PARTITIONS = (DASK[0].replace("source", "source, split_row_groups=True"), DASK[1])
SPARK = ("table = spark.read.parquet(source)", "result.write.parquet(out)")
START_DASK = """
import dask.dataframe as dd
from distributed import Client, LocalCluster
cluster = LocalCluster(n_workers={0}, threads_per_worker=1, dashboard_address=None)
client = Client(cluster)
"""
START_SPARK = """
import os, sys
from pyspark.sql import SparkSession
os.environ["PYSPARK_PYTHON"] = sys.executable
builder = SparkSession.builder.master("{0}").config("spark.ui.enabled", "false")
builder = builder.config("spark.driver.memory", "4g")
spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "50000").getOrCreate()
spark.range(2).count()
"""
ENGINES = {
    "in memory (polars)": (
        "import polars as pl",
        "table = pl.read_parquet(source)",
        "result.write_parquet(out)",
    ),
    "polars": POLARS,
    "pyarrow": (
        "import pyarrow.dataset as ds; import pyarrow.parquet as pq",
        "table = ds.dataset(source)",
        "w = pq.ParquetWriter(out, result.schema); [w.write_batch(b) for b in result]; w.close()",
    ),
    "duckdb": (
        "import duckdb",
        "table = duckdb.read_parquet(source)",
        "result.write_parquet(out)",
    ),
    "dask, threads": ("import dask.dataframe as dd", *DASK),
    "spark, two threads": (START_SPARK.format("local[2]"), *SPARK),
}
WORKERS = {
    "dask, one worker": (START_DASK.format(1), *DASK_PARTITIONS),
    "dask, two workers": (START_DASK.format(2), *DASK_PARTITIONS),
    "spark, one executor": (START_SPARK.format("local-cluster[1,1,2048]"), *SPARK),
    "spark, two executors": (START_SPARK.format("local-cluster[2,1,2048]"), *SPARK),
}
IMPORTS = """
import time
from counterpoise.over_sampling import SMOTE
from counterpoise.scale import resample
begin = time.monotonic()
"""
REPORT = "print('work', time.monotonic() - begin)"
RESAMPLE = """
smote = SMOTE(random_state=0, sampling_strategy=0.1, scale="standard")
if "in memory" in name:
    X, y = smote.fit_resample(table.drop("y"), table["y"])
    result = X.with_columns(y)
else:
    result = resample(table, "y", smote)
"""
SEARCH = """
import counterpoise.scale._dask, counterpoise.scale._spark, polars as pl
from counterpoise.over_sampling import BorderlineSMOTE
from counterpoise.under_sampling import EditedNearestNeighbours, NearMiss, TomekLinks
if "here" in name:  # as if the workers lacked counterpoise
    counterpoise.scale._dask.DaskSource.run = lambda *_: None
    counterpoise.scale._spark.SparkSource.run = lambda *_: None
for sampler in (
    BorderlineSMOTE(random_state=0, sampling_strategy=0.1, scale="standard"),
    NearMiss(scale="standard"),
    TomekLinks(scale="standard"),
    EditedNearestNeighbours(scale="standard"),
):
    begin = time.monotonic()
    if "in memory" in name:
        table = pl.read_parquet(source)
        sampler.fit_resample(table.drop("y"), table["y"])
    else:
        resample(table, "y", sampler)
    print("work", time.monotonic() - begin)
"""


MEASURE = """
import contextlib, ctypes, os, resource, subprocess, sys, time
ctypes.CDLL(None).prctl(36, 1)  # processes that go on, as those of Java do, become its own
start = time.monotonic()
process = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
wall = time.monotonic() - start
if process.returncode:
    sys.exit(process.stderr)
with contextlib.suppress(ChildProcessError):
    while True:
        os.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss)
work = [line.split()[1] for line in process.stdout.splitlines() if line.startswith("work ")]
print(*work)
print(*[line for line in process.stderr.splitlines() if "All neighbors" in line])
"""


def make_part(rng: np.random.Generator, n_rows: int, n_columns: int, share: float) -> pl.DataFrame:
    y = (rng.random(n_rows) < share).astype(np.int64)
    centers = 3 * np.random.default_rng(0).normal(size=(20, n_columns - 1))
    values = rng.normal(size=(n_rows, n_columns - 1)) + centers[rng.integers(0, 20, n_rows)]
    values[y == 1] += 1
    columns = {f"x{j}": values[:, j].round(4) for j in range(n_columns - 1)}
    return pl.DataFrame({**columns, "y": y})


def make_table(
    path: Path,
    n_rows: int,
    n_columns: int = 12,
    share: float = 0.002,
    row_group: int | None = None,
) -> None:
    rng = np.random.default_rng(1)
    writer = None
    for start in range(0, n_rows, PART):
        part = make_part(rng, min(PART, n_rows - start), n_columns, share)
        if path.suffix == ".csv":
            with path.open("ab") as file:
                part.write_csv(file, include_header=not start)
            continue
        table = part.to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=row_group)
    if writer is not None:
        writer.close()


def measure(name: str, command: list[str]) -> None:
    """Run a command in a process of its own, as the child of a process that measures it."""
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], check=False, capture_output=True, text=True
    )
    if result.returncode:
        sys.exit(result.stderr)
    figures, work, note = (result.stdout + "\n").split("\n")[:3]
    wall, processor, peak = map(float, figures.split())
    line = f"{name:36} {wall:8.1f} s {processor:8.1f} s processor {peak / 1e6:6.2f} GB"
    print(line, *(f"{float(seconds):8.1f} s work" for seconds in work.split()), flush=True)
    if note:
        print(f"  {note}", flush=True)


def compare(path: Path, n_rows: int, *options: str, repeats: int = 3, columns: int = 12) -> None:
    make_table(path, n_rows, columns, 0.059 if columns > 12 else 0.002)
    copy, out = path.with_stem("copy"), path.with_stem("out")
    arguments = [str(path), "-t", "y", "-o", str(out), "--force", "--seed", "0", *options]
    for _ in range(repeats):
        measure(
            "copy by polars",
            [sys.executable, "-c", COPY.format(path.suffix[1:], *map(str, (path, copy)))],
        )
        measure("counterpoise resample", [*RUN, *arguments])


def compare_methods(path: Path, n_rows: int) -> None:
    make_table(path, n_rows)
    for method in METHODS:
        arguments = [
            str(path),
            "-t",
            "y",
            "-o",
            str(path.with_stem("out")),
            "--force",
            "--method",
            method,
        ]
        measure(f"{method}, in memory", [*RUN, *arguments])
        measure(f"{method}, in batches", [*RUN, *arguments, "--memory", "2GB"])


def compare_disk(path: Path, n_rows: int) -> None:
    """Oversample a class that fits into memory, or needs a multiple of the limit."""
    # Balanced, with few and with many columns; then a larger class, from which few rows are drawn.
    for factor, n_columns, share, times, strategy in (
        (1, 12, 0.3, 3, "auto"),
        (1, 5, 0.3, 3, "auto"),
        (4, 5, 0.4, 10, "0.7"),
    ):
        make_table(path, factor * n_rows, n_columns, share)
        needed = int(share * factor * n_rows) * n_columns * 24
        arguments = [str(path), "-t", "y", "-o", str(path.with_stem("out")), "--force", "--seed"]
        arguments += ["0", "--method", "smote", "--strategy", strategy]
        for memory in (2 * needed, needed // times):
            measure(
                f"{factor * n_rows:,} × {n_columns}, a limit of {memory / 1e6:.0f} MB",
                [*RUN, *arguments, "--memory", str(memory)],
            )


def compare_engines(
    path: Path,
    n_rows: int,
    engines: dict[str, tuple[str, str, str]],
    repeats: int,
) -> None:
    make_table(path, n_rows, 30, row_group=ROW_GROUP)
    for repeat in range(repeats):
        for name, (start, read, write) in engines.items():
            out = path.with_stem(f"out-{repeat}-{name.replace(' ', '-')}")
            run_engine(name, path, out, [start, IMPORTS, read, RESAMPLE, write, REPORT])


def run_engine(name: str, path: Path, out: Path, code: list[str]) -> None:
    head = f"name, source, out = {name!r}, {str(path)!r}, {str(out)!r}"
    stop = "spark.stop()" if "spark" in name else ""
    measure(name, [sys.executable, "-c", "\n".join([head, *code, stop])])


def compare_search(path: Path, n_rows: int, repeats: int) -> None:
    """Search neighbors on workers, and in the process that decides, to which all rows travel."""
    make_table(path, n_rows, 30, row_group=ROW_GROUP, share=0.01)
    for _ in range(repeats):
        for name in ("in memory (polars)", *WORKERS):
            start, read, _ = (ENGINES | WORKERS)[name]
            for where in ("", ", here") if name in WORKERS else ("",):
                run_engine(name + where, path, path, [start, IMPORTS, read, SEARCH])


def compare_commands(path: Path, n_rows: int, repeats: int) -> None:
    """Compare the engines of the command line, each with a folder as output."""
    make_table(path, n_rows, 30, row_group=ROW_GROUP)
    for _ in range(repeats):
        for engine in ("polars", "duckdb", "dask", "spark"):
            out = f"{path.with_name(engine)}/"
            options = ["-t", "y", "-o", out, "--force", "--strategy", "0.1", "--seed", "0"]
            measure(engine, [*RUN, str(path), *options, "--engine", engine])


def main() -> None:
    what, n_rows, repeats = sys.argv[1], int(sys.argv[2]), int((*sys.argv[3:], "3")[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("table.csv" if what == "csv" else "table.parquet")
        if what == "parquet":
            compare(path, n_rows, "--strategy", "0.1", "--memory", "2GB")
        elif what == "csv":
            compare(path, n_rows)
        elif what == "balance":
            compare(path, n_rows, repeats=1, columns=28)
        elif what == "disk":
            compare_disk(path, n_rows)
        elif what == "engines":
            compare_engines(path, n_rows, ENGINES, repeats)
        elif what == "workers":
            compare_engines(path, n_rows, WORKERS, repeats)
        elif what == "search":
            compare_search(path, n_rows, repeats)
        elif what == "commands":
            compare_commands(path, n_rows, repeats)
        else:
            compare_methods(path, n_rows)


if __name__ == "__main__":
    main()
