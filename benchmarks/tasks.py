"""Measure one task: ``python benchmarks/tasks.py TASK {counterpoise,imblearn} {time,memory}``.

The other benchmarks run this module in a new process for each measurement.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import resource
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

RNG = np.random.RandomState(0)
N_NEIGHBORS = 5


def clustered(n: int, width: int) -> np.ndarray:
    """Return points in 20 Gaussian clusters."""
    return RNG.randn(20, width)[RNG.randint(0, 20, n)] * 4 + RNG.randn(n, width)


def low_dimensional(n: int, width: int) -> np.ndarray:
    """Return points near a curved surface of 4 dimensions, with a little noise."""
    latent = RNG.randn(n, 4)
    return np.tanh(latent @ RNG.randn(4, width)) + 0.01 * RNG.randn(n, width)


def with_majority(minority: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add a majority class of twice the size; return the shuffled table and its target."""
    majority = RNG.randn(2 * len(minority), minority.shape[1])
    y = np.repeat([0, 1], [len(majority), len(minority)])
    order = RNG.permutation(len(y))
    return np.vstack([majority, minority])[order], y[order]


def fraud() -> tuple[np.ndarray, np.ndarray]:
    """Return normal noise of the size of the well-known data set of credit card fraud."""
    y = np.zeros(284_807, np.int64)
    y[RNG.choice(len(y), 492, replace=False)] = 1
    return RNG.randn(len(y), 30), y


def mixed() -> tuple[pd.DataFrame, np.ndarray]:
    """Return a data frame of numbers, strings, categories, booleans and dates."""
    n = 200_000
    columns: dict[str, Any] = {f"float{i}": RNG.randn(n) for i in range(6)}
    columns |= {f"int{i}": RNG.randint(0, 100, n) for i in range(4)}
    columns |= {f"text{i}": RNG.choice(["red", "green", "blue"], n) for i in range(2)}
    columns["category"] = pd.Categorical(RNG.choice(list("abcd"), n))
    columns["flag"] = RNG.rand(n) < 0.5
    columns["when"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.randint(0, 999, n), unit="D")
    return pd.DataFrame(columns), (RNG.rand(n) < 0.02).astype(int)


def with_missing(X: np.ndarray) -> np.ndarray:
    """Set 5% of the values to missing."""
    X[RNG.rand(*X.shape) < 0.05] = np.nan
    return X


def with_categorical(X: np.ndarray) -> pd.DataFrame:
    """Add five categorical columns."""
    frame = pd.DataFrame(X).rename(columns="number{}".format)
    for i in range(5):
        frame[f"category{i}"] = pd.Categorical(RNG.choice(list("abcdefgh"), len(X)))
    return frame


CHANGES: dict[str, Callable[[np.ndarray], Any]] = {
    "_missing": with_missing,
    "_categorical": with_categorical,
}


def payments(
    n: int,
    n_minority: int = 492,
    rng: np.random.RandomState = RNG,
    shift: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return a table like principal components of card payments.

    The columns have decreasing scales and heavy tails. The mean of the minority class differs by
    `shift`, in units of the scale of each column; by default by 1 with a random sign.
    """
    y = np.zeros(n, np.int64)
    y[rng.choice(n, n_minority, replace=False)] = 1
    scale = np.linspace(2.0, 0.3, 30)
    X = rng.randn(n, 30) * scale / np.sqrt(rng.gamma(2, 0.5, n))[:, None]
    X[y == 1] += scale * (rng.choice([-1, 1], 30) if shift is None else shift)
    return X, y


def numeric_and_categorical() -> tuple[pd.DataFrame, np.ndarray]:
    """Return 15 numeric and 5 categorical columns; a quarter of the rows are minority rows."""
    y = np.repeat([0, 1], [60_000, 20_000])
    columns: dict[str, Any] = {f"number{i}": RNG.randn(80_000) for i in range(15)}
    for i in range(5):
        columns[f"category{i}"] = pd.Categorical(RNG.choice(list("abcdefgh"), 80_000))
    return pd.DataFrame(columns), y


def categorical(n: int = 20_000) -> tuple[pd.DataFrame, np.ndarray]:
    """Return 5 categorical columns; a quarter of the rows are minority rows."""
    y = np.repeat([0, 1], [n - n // 4, n // 4])
    names = np.array([f"value {i}" for i in range(40)])
    columns = {f"category{i}": names[RNG.randint(0, 40, n)] for i in range(5)}
    return pd.DataFrame(columns), y


@dataclass(frozen=True)
class Task:
    """A table, and the sampler that is measured on it."""

    make_data: Callable[[], tuple[Any, np.ndarray]]
    sampler: str
    params: dict[str, Any] = field(default_factory=dict)


LARGE, SMALL = 284_807, 28_480
SAMPLERS = {
    "over_sampling": [
        "SMOTE",
        "BorderlineSMOTE",
        "SVMSMOTE",
        "KMeansSMOTE",
        "ADASYN",
        "RandomOverSampler",
    ],
    "under_sampling": [
        "TomekLinks",
        "EditedNearestNeighbours",
        "RepeatedEditedNearestNeighbours",
        "AllKNN",
        "CondensedNearestNeighbour",
        "OneSidedSelection",
        "NeighbourhoodCleaningRule",
        "NearMiss",
        "InstanceHardnessThreshold",
        "ClusterCentroids",
        "RandomUnderSampler",
    ],
    "combine": ["SMOTEENN", "SMOTETomek"],
}
# Parameters without which imbalanced-learn finds no cluster with enough minority samples.
PARAMS: dict[str, dict[str, Any]] = {"KMeansSMOTE": {"cluster_balance_threshold": 0.005}}
SMOTE = "over_sampling.SMOTE"
TASKS = {
    "smote_clustered": Task(lambda: with_majority(clustered(50_000, 30)), SMOTE),
    "smote_low": Task(lambda: with_majority(low_dimensional(50_000, 30)), SMOTE),
    "smote_narrow": Task(lambda: with_majority(RNG.randn(200_000, 4)), SMOTE),
    "smote_fraud": Task(fraud, SMOTE),
    "over_fraud": Task(fraud, "over_sampling.RandomOverSampler"),
    "over_smoothed": Task(fraud, "over_sampling.RandomOverSampler", {"shrinkage": 0.5}),
    "over_mixed": Task(mixed, "over_sampling.RandomOverSampler"),
    "under_fraud": Task(fraud, "under_sampling.RandomUnderSampler"),
    "smote_nc": Task(
        numeric_and_categorical, "over_sampling.SMOTENC", {"categorical_features": "auto"}
    ),
    "smote_n": Task(categorical, "over_sampling.SMOTEN"),
}
for package, names in SAMPLERS.items():
    for name in names:
        params = PARAMS.get(name, {})
        TASKS[f"small_{name}"] = Task(lambda: payments(SMALL), f"{package}.{name}", params)
        TASKS[f"large_{name}"] = Task(lambda: payments(LARGE), f"{package}.{name}", params)
        TASKS[f"noise_{name}"] = Task(fraud, f"{package}.{name}", params)
TASKS["small_NearMiss2"] = Task(lambda: payments(SMALL), "under_sampling.NearMiss", {"version": 2})


def base_task(task: str) -> str:
    """Return the name of a task without the suffix for a change of its table."""
    for suffix in CHANGES:
        task = task.removesuffix(suffix)
    return task


def make_data(task: str) -> tuple[Any, np.ndarray]:
    """Create the table and the target of a task."""
    X, y = TASKS[base_task(task)].make_data()
    change = CHANGES.get(task.removeprefix(base_task(task)))
    return (change(X), y) if change else (X, y)


def make_sampler(task: str, library: str) -> Any:
    """Create the sampler of a task."""
    spec = TASKS[base_task(task)]
    return build_sampler(library, spec.sampler, spec.params)


def build_sampler(library: str, path: str, params: dict[str, Any]) -> Any:
    """Create the sampler `package.Name` of a library, with a seed if it has one."""
    package, _, name = path.partition(".")
    sampler = getattr(importlib.import_module(f"{library}.{package}"), name)(**params)
    if "random_state" in sampler.get_params():
        sampler.set_params(random_state=0)
    return sampler


def size_in_bytes(table: Any) -> int:
    """Return the number of bytes of the values of a table."""
    return (
        int(table.memory_usage(deep=False).sum())
        if hasattr(table, "memory_usage")
        else table.nbytes
    )


def resident_memory() -> int:
    """Return the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


class PeakMemory:
    """Context manager that records the peak memory of its block, sampled every millisecond.

    Attributes
    ----------
    bytes : int
        The largest resident memory so far.
    """

    def __enter__(self) -> PeakMemory:
        self.bytes, self._stop = resident_memory(), threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def _sample(self) -> None:
        while not self._stop.wait(0.001):
            self.bytes = max(self.bytes, resident_memory())

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.bytes = max(self.bytes, resident_memory())


def main(task: str, library: str, quantity: str) -> None:
    """Measure the time or the memory of one call of a task."""
    warnings.simplefilter("ignore")
    X, y = make_data(task)
    # A small call before the measurement imports what is imported late and fills caches.
    with contextlib.suppress(ValueError, RuntimeError):
        make_sampler(task, library).fit_resample(X[:2000], np.arange(2000) % 7 % 2)
    measure = {"time": measure_time, "memory": measure_memory}[quantity]
    print(json.dumps(measure(task, library, X, y)))


def measure_time(task: str, library: str, X: Any, y: np.ndarray) -> dict[str, float]:
    """Return the seconds that one call takes."""
    start = time.perf_counter()
    make_sampler(task, library).fit_resample(X, y)
    return {"seconds": time.perf_counter() - start}


def measure_memory(task: str, library: str, X: Any, y: np.ndarray) -> dict[str, float]:
    """Return the peak above input and output, and the limit of the design, relative to the output.

    The limit is 15% of the output, one copy of the oversampled class, and 12 bytes for each
    neighbor that is stored.
    """
    gc.collect()
    trim_heap()
    before = resident_memory()
    with PeakMemory() as peak:
        X_out, y_out = make_sampler(task, library).fit_resample(X, y)
    output = size_in_bytes(X_out) + y_out.nbytes
    n_minority = int(np.bincount(y).min())
    bytes_per_row = size_in_bytes(X) // len(y)
    allowed = 0.15 * output + n_minority * bytes_per_row + 12 * N_NEIGHBORS * n_minority
    return {"extra": (peak.bytes - before - output) / output, "allowed": allowed / output}


def trim_heap() -> None:
    """Return freed memory to the system; otherwise its reuse would hide what a call needs."""
    with contextlib.suppress(OSError, AttributeError):  # glibc only
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
