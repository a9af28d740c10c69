"""Time samplers on sparse tables with the shape of TF-IDF, compared with imbalanced-learn.

    python benchmarks/sparse.py [SAMPLER ...] [--repeats N]

The tables have 20,000 rows with 60 values each in 30,000 columns, of length 1; 4,000 rows are of
the minority class. Columns are drawn with equal probabilities, or as words are: the probability of
a column is the inverse of its rank (Zipf). The two libraries are run alternately.
"""

from __future__ import annotations

import argparse
import time
import warnings
from typing import Any

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize

import counterpoise.over_sampling
import counterpoise.under_sampling

N_ROWS, N_COLUMNS, N_VALUES, N_MINORITY = 20_000, 30_000, 60, 4_000
OVER = ("RandomOverSampler", "SMOTE", "BorderlineSMOTE", "ADASYN")
UNDER = ("RandomUnderSampler", "EditedNearestNeighbours", "TomekLinks", "NearMiss")


def make_table(*, zipf: bool) -> tuple[Any, np.ndarray]:
    """Return rows of length 1 and their classes."""
    rng = np.random.RandomState(0)
    shares = 1 / np.arange(1, N_COLUMNS + 1) if zipf else np.ones(N_COLUMNS)
    columns = rng.choice(N_COLUMNS, N_ROWS * N_VALUES, p=shares / shares.sum())
    rows = np.repeat(np.arange(N_ROWS), N_VALUES)
    values = rng.rand(N_ROWS * N_VALUES) + 0.1
    X = sparse.coo_matrix((values, (rows, columns)), shape=(N_ROWS, N_COLUMNS)).tocsr()
    y = np.zeros(N_ROWS, int)
    y[rng.permutation(N_ROWS)[:N_MINORITY]] = 1
    return normalize(X), y


def time_sampler(module: Any, name: str, X: Any, y: np.ndarray) -> float:
    """Return the elapsed seconds of a call of `fit_resample`."""
    sampler = getattr(module, name)()
    if "random_state" in sampler.get_params():
        sampler.set_params(random_state=0)
    start = time.perf_counter()
    sampler.fit_resample(X, y)
    return time.perf_counter() - start


def main() -> None:
    """Print the median times of both libraries, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samplers", nargs="*", default=[*OVER, *UNDER])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    for zipf in (False, True):
        X, y = make_table(zipf=zipf)
        for name in arguments.samplers:
            family = "over_sampling" if name in OVER else "under_sampling"
            modules = [getattr(library, family) for library in (counterpoise, imblearn)]
            times = [
                [time_sampler(module, name, X, y) for module in modules]
                for _ in range(arguments.repeats)
            ]
            ours, theirs = np.median(times, axis=0)
            table = "Zipf" if zipf else "uniform"
            print(f"{table} {name}: {ours:.3f} s, {theirs:.3f} s, {theirs / ours:.1f}×", flush=True)


if __name__ == "__main__":
    main()
