"""Time the methods for several labels per sample, compared with plain Python and with peers.

    PYTHONPATH=. python benchmarks/multilabel.py [NAME ...] [--rows N] [--rarest F] [--repeats N]

The samples have 20 features and 30 labels, whose frequencies decrease from 0.4 to F. The plain
implementations in `tests/plain_multilabel.py` follow the pseudocode of the papers, with numpy for
each sample; they are run once. For folds, the packages iterative-stratification and
scikit-multilearn are run, too, if they are installed. Processor times are printed, and for folds
the mean difference between the number of samples of a label in a fold and its share.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import numpy as np
from tests import plain_multilabel as plain

from counterpoise.model_selection import IterativeStratifiedKFold
from counterpoise.multilabel import MLSMOTE, REMEDIAL, MLeNN, MLRandomOverSampler

N_LABELS, N_FEATURES, N_FOLDS = 30, 20, 5


def make_data(n_rows: int, rarest: float) -> tuple[np.ndarray, np.ndarray]:
    """Return samples near the means of their labels, and the label matrix."""
    rng = np.random.RandomState(0)
    frequencies = np.geomspace(0.4, rarest, N_LABELS)
    y = (rng.uniform(size=(n_rows, N_LABELS)) < frequencies).astype(int)
    return rng.randn(n_rows, N_FEATURES) + y @ rng.randn(N_LABELS, N_FEATURES), y


def time_call(function: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor time of a call in seconds, and its result."""
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def compare_samplers(names: list[str], repeats: int, X: np.ndarray, y: np.ndarray) -> None:
    """Print the times of samplers and of their plain implementations."""
    n_duplicates = round(0.25 * len(X))
    positions = np.random.RandomState(0).uniform(size=n_duplicates)
    tasks = {
        "MLRandomOverSampler": (
            MLRandomOverSampler(random_state=0),
            lambda: plain.oversample_labels(y, positions),
        ),
        "MLSMOTE": (
            MLSMOTE(random_state=0),
            lambda: plain.mlsmote(X, y, 5, "ranking", np.random.RandomState(0)),
        ),
        "REMEDIAL": (REMEDIAL(), lambda: plain.remedial(X, y)),
        "MLeNN": (MLeNN(), lambda: plain.mlenn(X, y, 3, 0.75)),
    }
    for name, (sampler, reference) in tasks.items():
        if name in names:
            times = [time_call(lambda: sampler.fit_resample(X, y))[0] for _ in range(repeats)]  # noqa: B023
            ours, theirs = float(np.median(times)), time_call(reference)[0]
            print(f"{name}: {ours:.4f} s, plain {theirs:.2f} s, {theirs / ours:.0f}×", flush=True)


def make_splitters() -> dict[str, Callable[[np.ndarray], Iterable[Any]]]:
    """Return a function for each library that is installed, from labels to splits."""
    splitters: dict[str, Callable[[np.ndarray], Iterable[Any]]] = {
        "counterpoise": lambda y: IterativeStratifiedKFold(N_FOLDS).split(y, y)
    }
    for module, name in (
        ("iterstrat.ml_stratifiers", "MultilabelStratifiedKFold"),
        ("skmultilearn.model_selection", "IterativeStratification"),
    ):
        try:
            splitter = getattr(import_module(module), name)
        except ImportError:
            continue
        splitters[name] = lambda y, splitter=splitter: splitter(n_splits=N_FOLDS).split(y, y)
    return splitters


def compare_folds(repeats: int, y: np.ndarray) -> None:
    """Print the time of each library, and how far its folds are from equal shares."""
    for name, split in make_splitters().items():
        times, tests = [], []
        for _ in range(repeats if name == "counterpoise" else 1):
            seconds, splits = time_call(lambda: list(split(y)))  # noqa: B023
            times.append(seconds)
            tests = [test for _, test in splits]
        counts = np.array([y[test].sum(axis=0) for test in tests])
        deviation = np.abs(counts - y.sum(axis=0) / N_FOLDS).mean()
        sizes = [len(test) for test in tests]
        print(
            f"folds, {name}: {np.median(times):.3f} s, mean difference of a label's count in a "
            f"fold {deviation:.2f}, {min(sizes)} to {max(sizes)} samples per fold",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rarest", type=float, default=0.005)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    names = options.names or ["MLRandomOverSampler", "MLSMOTE", "REMEDIAL", "MLeNN", "folds"]
    warnings.simplefilter("ignore")
    X, y = make_data(options.rows, options.rarest)
    compare_samplers(names, options.repeats, X, y)
    if "folds" in names:
        compare_folds(options.repeats, y)


if __name__ == "__main__":
    main()
