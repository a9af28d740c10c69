"""Time what does not depend on the number of rows: small tables, wide data frames, the start.

    python benchmarks/small_tables.py [small] [wide] [command-line] [--repeats N]

- `small`: each sampler on 300 × 8 with 60 minority rows, as numpy array and as pandas data frame,
  compared with imbalanced-learn; the two libraries are run alternately.
- `wide`: samplers on data frames of 800 × 4,000 floats, of pandas, polars and pyarrow, without and
  with 10 columns of strings, compared with a copy of the frame and 480 of its rows; and with
  imbalanced-learn, on pandas.
- `command-line`: `resample` of a CSV with 120 rows, compared with the import of scikit-learn and
  polars; and `resample` and `inspect` of a CSV of 800 × 4,001.

All times are user and system time of one thread, which is less disturbed by other programs than
elapsed time: medians of the repeats.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", POLARS_MAX_THREADS="1")  # before the libraries are imported

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from tasks import SAMPLERS

N_ROWS, N_COLUMNS, N_TEXTS, N_DRAWN = 800, 4_000, 10, 480
WIDE = (
    ("over_sampling", "RandomOverSampler"),
    ("under_sampling", "RandomUnderSampler"),
    ("over_sampling", "SMOTE"),
    ("over_sampling", "SMOTENC"),
    ("under_sampling", "EditedNearestNeighbours"),
)


def processor_time(who: int = resource.RUSAGE_SELF) -> float:
    """Return the user and system time of this process, or of its children."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def time_call(function: Callable[[], Any], at_least: float = 0.0) -> float:
    """Return the processor time of a call, which is repeated to take at least some seconds."""
    start = time.perf_counter()
    function()
    n_calls = max(1, round(at_least / (time.perf_counter() - start)))
    begin = processor_time()
    for _ in range(n_calls):
        function()
    return (processor_time() - begin) / n_calls


def compare(functions: list[Callable[[], Any]], repeats: int, at_least: float = 0.0) -> list[float]:
    """Return the median time of each function; they take turns."""
    times = [[time_call(function, at_least) for function in functions] for _ in range(repeats)]
    return [float(median) for median in np.median(times, axis=0)]


def make_call(library: str, package: str, name: str, X: Any, y: Any, **params: Any) -> Any:
    """Return a function that creates a sampler and resamples a table."""
    sampler_class = getattr(import_module(f"{library}.{package}"), name)
    if "random_state" in signature(sampler_class).parameters:
        params["random_state"] = 0
    return lambda: sampler_class(**params).fit_resample(X, y)


# ---- Small tables ----


def small_table(name: str) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Return a table, its target, and parameters of a sampler that suit it."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(300, 8), np.repeat([0, 1], [240, 60])
    X[y == 1] += 0.7
    if name == "SMOTEN":
        return rng.randint(0, 4, (300, 8)).astype(str).astype(object), y, {}
    if name == "SMOTENC":
        X[:, 6:] = rng.randint(0, 3, (300, 2))
        return X, y, {"categorical_features": [6, 7]}
    return X, y, {"cluster_balance_threshold": 0.05} if name == "KMeansSMOTE" else {}


def as_frame(name: str, X: np.ndarray) -> pd.DataFrame:
    """Return the table as a data frame, with the categories of SMOTENC as strings."""
    frame = pd.DataFrame(X, columns=list("abcdefgh"))
    if name == "SMOTENC":
        for column in "gh":
            frame[column] = frame[column].map({0: "red", 1: "green", 2: "blue"})
    return frame


def time_small_tables(repeats: int) -> None:
    """Print the time of each sampler on small tables."""
    samplers = {**SAMPLERS, "over_sampling": [*SAMPLERS["over_sampling"], "SMOTENC", "SMOTEN"]}
    print("| sampler | numpy (ms) | imbalanced-learn | ratio | pandas (ms) | its time | ratio |")
    print("|---" * 7 + "|")
    for package, names in samplers.items():
        for name in names:
            X, y, params = small_table(name)
            cells = []
            for table, target in ((X, y), (as_frame(name, X), pd.Series(y))):
                calls = [
                    make_call(library, package, name, table, target, **params)
                    for library in ("counterpoise", "imblearn")
                ]
                ours, theirs = compare(calls, repeats, at_least=0.1)
                cells += [f"{ours * 1e3:.2f}", f"{theirs * 1e3:.2f}", f"{theirs / ours:.1f}×"]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


# ---- Wide data frames ----


def wide_frames(n_texts: int) -> dict[str, Any]:
    """Return the same wide table as a data frame of each library."""
    rng = np.random.RandomState(0)
    columns: dict[str, Any] = {f"number{j}": rng.randn(N_ROWS) for j in range(N_COLUMNS)}
    columns |= {f"text{j}": rng.choice(["red", "green", "blue"], N_ROWS) for j in range(n_texts)}
    return {
        "pandas": pd.DataFrame(columns),
        "polars": pl.DataFrame(columns),
        "pyarrow": pa.table(columns),
    }


def copy_frame(library: str, frame: Any) -> Any:
    """Copy a data frame and append some of its rows: the least that an oversampler does."""
    rows = np.arange(N_DRAWN)
    if library == "pandas":
        return pd.concat([frame, frame.take(rows)], ignore_index=True)
    if library == "polars":
        return pl.concat([frame, frame[rows]], rechunk=True)
    return pa.concat_tables([frame, frame.take(rows)]).combine_chunks()


def time_wide_frames(repeats: int) -> None:
    """Print the time of samplers on wide data frames."""
    y = np.repeat([0, 1], [N_ROWS - 160, 160])
    texts = list(range(N_COLUMNS, N_COLUMNS + N_TEXTS))
    for n_texts in (0, N_TEXTS):
        for library, frame in wide_frames(n_texts).items():
            copying = compare([lambda: copy_frame(library, frame)], repeats)[0]  # noqa: B023
            print(f"{library}, {n_texts} columns of strings: copy {copying:.3f} s", flush=True)
            for package, name in WIDE:
                if name == ("SMOTE" if n_texts else "SMOTENC"):
                    continue
                params = {"categorical_features": texts} if name == "SMOTENC" else {}
                libraries = ["counterpoise"]
                if library == "pandas" and not (n_texts and name == "EditedNearestNeighbours"):
                    libraries.append("imblearn")
                calls = [make_call(one, package, name, frame, y, **params) for one in libraries]
                times = ", ".join(f"{seconds:.3f} s" for seconds in compare(calls, repeats))
                print(f"    {name}: {times}", flush=True)


# ---- The command line ----


def write_csv(path: Path, n_rows: int, n_columns: int) -> None:
    """Write a table of floats with a column of classes."""
    rng = np.random.RandomState(0)
    columns: dict[str, Any] = {f"number{j}": rng.randn(n_rows) for j in range(n_columns)}
    columns["class"] = np.where(np.arange(n_rows) < n_rows // 5, "yes", "no")
    pl.DataFrame(columns).write_csv(path)


def run(*arguments: str) -> None:
    """Run Python in a new process."""
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def time_command_line(repeats: int) -> None:
    """Print the processor time of commands."""
    with tempfile.TemporaryDirectory() as folder:
        small, wide, out = (str(Path(folder, name)) for name in ("small.csv", "wide.csv", "o.csv"))
        write_csv(Path(small), 120, 8)
        write_csv(Path(wide), N_ROWS, N_COLUMNS)
        resample = ("-m", "counterpoise", "resample")
        options = ("-t", "class", "-o", out, "--force")
        copy = f"import polars; polars.read_csv({wide!r}).write_csv({out!r})"
        commands = {
            "import sklearn.base, polars": ("-c", "import sklearn.base, polars"),
            "resample, 120 × 9": (*resample, small, *options),
            "resample, 800 × 4,001": (*resample, wide, *options),
            "inspect, 120 × 9": ("-m", "counterpoise", "inspect", small, "-t", "class"),
            "inspect, 800 × 4,001": ("-m", "counterpoise", "inspect", wide, "-t", "class"),
            "polars reads and writes 800 × 4,001": ("-c", copy),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(repeats):
            for name, command in commands.items():
                start = processor_time(resource.RUSAGE_CHILDREN)
                run(*command)
                times[name].append(processor_time(resource.RUSAGE_CHILDREN) - start)
        for name, seconds in times.items():
            print(f"{name}: {np.median(seconds):.2f} s", flush=True)


def main() -> None:
    """Run the parts that are named on the command line, by default all."""
    parts = {
        "small": time_small_tables,
        "wide": time_wide_frames,
        "command-line": time_command_line,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(parts), metavar="PART")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in arguments.parts:
        parts[name](arguments.repeats)


if __name__ == "__main__":
    main()
