"""One measured task in a process of its own: python benchmarks/tasks.py TASK LIBRARY."""

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
K = 5


def clustered(n: int, width: int) -> np.ndarray:
    """Return points in 20 Gaussian clusters."""
    return RNG.randn(20, width)[RNG.randint(0, 20, n)] * 4 + RNG.randn(n, width)


def low_dimensional(n: int, width: int) -> np.ndarray:
    """Return points on a curved sheet of 4 dimensions, with a little noise."""
    inner = RNG.randn(n, 4)
    return np.tanh(inner @ RNG.randn(4, width)) + 0.01 * RNG.randn(n, width)


def doubled(minority: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a minority beside a majority twice its size."""
    majority = RNG.randn(2 * len(minority), minority.shape[1])
    y = np.repeat([0, 1], [len(majority), len(minority)])
    order = RNG.permutation(len(y))
    return np.vstack([majority, minority])[order], y[order]


def fraud() -> tuple[np.ndarray, np.ndarray]:
    """Return a table of the shape of the well-known card payments."""
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
    """Empty 5 % of the cells."""
    X[RNG.rand(*X.shape) < 0.05] = np.nan
    return X


def with_nominal(X: np.ndarray) -> pd.DataFrame:
    """Add five columns of categories."""
    frame = pd.DataFrame(X).rename(columns="number{}".format)
    for i in range(5):
        frame[f"category{i}"] = pd.Categorical(RNG.choice(list("abcdefgh"), len(X)))
    return frame


CHANGES: dict[str, Callable[[np.ndarray], Any]] = {
    "_missing": with_missing,
    "_nominal": with_nominal,
}


def payments(
    n: int,
    n_rare: int = 492,
    rng: np.random.RandomState = RNG,
    off: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return a table like principal components of card payments: spreads fall, tails are heavy.

    Rare rows are off by so many spreads in each column; by default one, this way or that.
    """
    y = np.zeros(n, np.int64)
    y[rng.choice(n, n_rare, replace=False)] = 1
    spread = np.linspace(2.0, 0.3, 30)
    X = rng.randn(n, 30) * spread / np.sqrt(rng.gamma(2, 0.5, n))[:, None]
    X[y == 1] += spread * (rng.choice([-1, 1], 30) if off is None else off)
    return X, y


def numbers_and_categories() -> tuple[pd.DataFrame, np.ndarray]:
    """Return 15 numbers and 5 categories, a quarter of the rows rare."""
    y = np.repeat([0, 1], [60_000, 20_000])
    columns: dict[str, Any] = {f"number{i}": RNG.randn(80_000) for i in range(15)}
    for i in range(5):
        columns[f"category{i}"] = pd.Categorical(RNG.choice(list("abcdefgh"), 80_000))
    return pd.DataFrame(columns), y


def categories() -> tuple[pd.DataFrame, np.ndarray]:
    """Return 5 categories, a quarter of the rows rare."""
    y = np.repeat([0, 1], [15_000, 5_000])
    names = np.array([f"value {i}" for i in range(40)])
    columns = {f"category{i}": names[RNG.randint(0, 40, 20_000)] for i in range(5)}
    return pd.DataFrame(columns), y


@dataclass(frozen=True)
class Task:
    """A table, and the sampler that is timed on it."""

    data: Callable[[], tuple[Any, np.ndarray]]
    sampler: str
    params: dict[str, Any] = field(default_factory=dict)


WHOLE, TENTH = 284_807, 28_480
EVERY = {
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
SMOTE = "over_sampling.SMOTE"
TASKS = {
    "smote_clustered": Task(lambda: doubled(clustered(50_000, 30)), SMOTE),
    "smote_low": Task(lambda: doubled(low_dimensional(50_000, 30)), SMOTE),
    "smote_narrow": Task(lambda: doubled(RNG.randn(200_000, 4)), SMOTE),
    "smote_fraud": Task(fraud, SMOTE),
    "over_fraud": Task(fraud, "over_sampling.RandomOverSampler"),
    "over_smoothed": Task(fraud, "over_sampling.RandomOverSampler", {"shrinkage": 0.5}),
    "over_mixed": Task(mixed, "over_sampling.RandomOverSampler"),
    "under_fraud": Task(fraud, "under_sampling.RandomUnderSampler"),
    "smote_nc": Task(
        numbers_and_categories, "over_sampling.SMOTENC", {"categorical_features": "auto"}
    ),
    "smote_n": Task(categories, "over_sampling.SMOTEN"),
}
for home, names in EVERY.items():
    for name in names:
        extra = {"cluster_balance_threshold": 0.005} if name == "KMeansSMOTE" else {}
        TASKS[f"tenth_{name}"] = Task(lambda: payments(TENTH), f"{home}.{name}", extra)
        TASKS[f"whole_{name}"] = Task(lambda: payments(WHOLE), f"{home}.{name}", extra)
        TASKS[f"noise_{name}"] = Task(fraud, f"{home}.{name}", extra)
TASKS["tenth_NearMiss2"] = Task(lambda: payments(TENTH), "under_sampling.NearMiss", {"version": 2})


def plain(task: str) -> str:
    """Return a task's name without what is changed in its table."""
    for suffix in CHANGES:
        task = task.removesuffix(suffix)
    return task


def data(task: str) -> tuple[Any, np.ndarray]:
    """Make the table of a task."""
    X, y = TASKS[plain(task)].data()
    change = CHANGES.get(task.removeprefix(plain(task)))
    return (change(X), y) if change else (X, y)


def sampler(task: str, library: str) -> Any:
    """Make the sampler of a task."""
    described = TASKS[plain(task)]
    package, _, name = described.sampler.partition(".")
    made = getattr(importlib.import_module(f"{library}.{package}"), name)(**described.params)
    if "random_state" in made.get_params():
        made.set_params(random_state=0)
    return made


def size(table: Any) -> int:
    """Return the bytes that a table's cells take."""
    return (
        int(table.memory_usage(deep=False).sum())
        if hasattr(table, "memory_usage")
        else table.nbytes
    )


def resident() -> int:
    """Return the bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


class Peak:
    """The most memory held while a block runs, looked at every millisecond."""

    def __enter__(self) -> Peak:
        self.most, self._stop = resident(), threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def _look(self) -> None:
        while not self._stop.wait(0.001):
            self.most = max(self.most, resident())

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watch.join()
        self.most = max(self.most, resident())


def main(task: str, library: str, measure: str) -> None:
    """Measure the time or the memory of one call of a task."""
    warnings.simplefilter("ignore")
    X, y = data(task)
    with contextlib.suppress(ValueError, RuntimeError):  # this is to warm caches up
        sampler(task, library).fit_resample(X[:2000], np.arange(2000) % 7 % 2)
    print(
        json.dumps({"time": measure_time, "memory": measure_memory}[measure](task, library, X, y))
    )


def measure_time(task: str, library: str, X: Any, y: np.ndarray) -> dict[str, float]:
    """Return the seconds that one call takes."""
    start = time.perf_counter()
    sampler(task, library).fit_resample(X, y)
    return {"seconds": time.perf_counter() - start}


def measure_memory(task: str, library: str, X: Any, y: np.ndarray) -> dict[str, float]:
    """Return the peak above input and output, and what the design allows, of the output."""
    gc.collect()
    trim_heap()
    before = resident()
    with Peak() as peak:
        X_out, y_out = sampler(task, library).fit_resample(X, y)
    output = size(X_out) + y_out.nbytes
    # 15 % of the output, a copy of the growing class, and 12 bytes for each neighbour kept.
    grown = int(np.bincount(y).min())
    allowed = 0.15 * output + grown * (size(X) // len(y)) + 12 * K * grown
    return {"extra": (peak.most - before - output) / output, "allowed": allowed / output}


def trim_heap() -> None:
    """Give freed memory back, so that its reuse does not hide what a call takes."""
    with contextlib.suppress(OSError, AttributeError):  # the C library has it, or not
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
