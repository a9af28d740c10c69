"""Measure tables that are read in batches: time, processor time and peak memory of the process.

    python benchmarks/scale.py parquet 50000000     # compared with a copy by polars
    python benchmarks/scale.py csv 1000000
    python benchmarks/scale.py balance 6200000      # 28 columns, 5.9% minority, balanced 1:1
    python benchmarks/scale.py methods 1000000      # each method, in memory and in batches
    python benchmarks/scale.py disk 3000000         # SMOTE of a large class, in memory and on disk
    python benchmarks/scale.py engines 1000000      # 30 columns, SMOTE on each library

Each run is a process of its own. Tables are clustered: 20 clusters, values with four decimals.
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


# What reads a Parquet file as `table`, and what writes `result`, for each library.
ENGINES = {
    "in memory (polars)": (
        "import polars as pl; table = pl.read_parquet(source)",
        "result.write_parquet(out)",
    ),
    "polars": ("import polars as pl; table = pl.scan_parquet(source)", "result.sink_parquet(out)"),
    "pyarrow": (
        "import pyarrow.dataset as ds; import pyarrow.parquet as pq; table = ds.dataset(source)",
        "w = pq.ParquetWriter(out, result.schema); [w.write_batch(b) for b in result]; w.close()",
    ),
    "duckdb": ("import duckdb; table = duckdb.read_parquet(source)", "result.write_parquet(out)"),
    "dask": (
        "import dask.dataframe as dd; table = dd.read_parquet(source)",
        "result.to_parquet(out)",
    ),
}
RESAMPLE = """
from counterpoise.over_sampling import SMOTE
smote = SMOTE(random_state=0, sampling_strategy=0.1, scale="standard")
if "in memory" in name:
    X, y = smote.fit_resample(table.drop("y"), table["y"])
    result = X.with_columns(y)
else:
    from counterpoise.scale import resample
    result = resample(table, "y", smote)
"""


def make_part(rng: np.random.Generator, n_rows: int, n_columns: int, share: float) -> pl.DataFrame:
    y = (rng.random(n_rows) < share).astype(np.int64)
    centers = 3 * np.random.default_rng(0).normal(size=(20, n_columns - 1))
    values = rng.normal(size=(n_rows, n_columns - 1)) + centers[rng.integers(0, 20, n_rows)]
    values[y == 1] += 1
    columns = {f"x{j}": values[:, j].round(4) for j in range(n_columns - 1)}
    return pl.DataFrame({**columns, "y": y})


def make_table(path: Path, n_rows: int, n_columns: int = 12, share: float = 0.002) -> None:
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
        writer.write_table(table)
    if writer is not None:
        writer.close()


def measure(name: str, command: list[str]) -> None:
    """Run a command in a process of its own, as the child of a process that measures it."""
    code = (
        "import resource, subprocess, sys, time\n"
        "start = time.monotonic()\n"
        "done = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
        "print(*[line for line in done.stderr.splitlines() if 'All neighbors' in line])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
    )
    figures, note = result.stdout.splitlines()
    wall, processor, peak = map(float, figures.split())
    print(f"{name:36} {wall:8.1f} s {processor:8.1f} s processor {peak / 1e6:6.2f} GB", flush=True)
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


def compare_engines(path: Path, n_rows: int) -> None:
    make_table(path, n_rows, 30)
    for name, (read, write) in ENGINES.items():
        out = path.with_stem(f"out-{name}")
        head = f"name, source, out = {name!r}, {str(path)!r}, {str(out)!r}"
        code = "\n".join([head, read, RESAMPLE, write])
        for _ in range(3):
            measure(name, [sys.executable, "-c", code])


def main() -> None:
    what, n_rows = sys.argv[1], int(sys.argv[2])
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
            compare_engines(path, n_rows)
        else:
            compare_methods(path, n_rows)


if __name__ == "__main__":
    main()
