"""Time samplers on sparse tables with the shape of TF-IDF, compared with imbalanced-learn.

    python benchmarks/sparse.py [SAMPLER ...] [--repeats N] [--rows N] [--memory | --reports]

The tables have 20,000 rows with 60 values each in 30,000 columns, of length 1; 4,000 rows are of
the minority class. Columns are drawn with equal probabilities, or as words are: the probability of
a column is the inverse of its rank (Zipf). The two libraries are run alternately; elapsed
and processor times are printed. CondensedNearestNeighbour is timed on request only, with few
rows: imbalanced-learn fits a model for each row that it adds.

With --memory (Linux only), the peak memory of each sampler is measured in a process of its own,
above that of a process that only holds the input and the output. With --reports, `inspect`, the
audits and a study of logistic regression are timed instead of samplers.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import normalize

import counterpoise
from counterpoise.audit import leakage, synthetic_samples
from counterpoise.study import Study
from tasks import build_sampler

N_ROWS, N_COLUMNS, N_VALUES = 20_000, 30_000, 60
LIBRARIES = ("counterpoise", "imblearn")
SAMPLERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "RandomOverSampler": ("over_sampling", "RandomOverSampler", {}),
    "RandomUnderSampler": ("under_sampling", "RandomUnderSampler", {}),
    "SMOTE": ("over_sampling", "SMOTE", {}),
    "BorderlineSMOTE": ("over_sampling", "BorderlineSMOTE", {}),
    "ADASYN": ("over_sampling", "ADASYN", {}),
    "EditedNearestNeighbours": ("under_sampling", "EditedNearestNeighbours", {}),
    "TomekLinks": ("under_sampling", "TomekLinks", {}),
    "OneSidedSelection": ("under_sampling", "OneSidedSelection", {}),
    "NearMiss": ("under_sampling", "NearMiss", {}),
    "NearMiss-2": ("under_sampling", "NearMiss", {"version": 2}),
    "NearMiss-3": ("under_sampling", "NearMiss", {"version": 3}),
    "CondensedNearestNeighbour": ("under_sampling", "CondensedNearestNeighbour", {}),
}


def make_table(
    *, zipf: bool, n_rows: int = N_ROWS, n_columns: int = N_COLUMNS
) -> tuple[Any, np.ndarray]:
    """Return rows of length 1 and their classes; a fifth of the rows are of the minority class."""
    rng = np.random.RandomState(0)
    shares = 1 / np.arange(1, n_columns + 1) if zipf else np.ones(n_columns)
    columns = rng.choice(n_columns, n_rows * N_VALUES, p=shares / shares.sum())
    rows = np.repeat(np.arange(n_rows), N_VALUES)
    values = rng.rand(n_rows * N_VALUES) + 0.1
    X = sparse.coo_matrix((values, (rows, columns)), shape=(n_rows, n_columns)).tocsr()
    y = np.zeros(n_rows, int)
    y[rng.permutation(n_rows)[: n_rows // 5]] = 1
    return normalize(X), y


def make_sampler(library: str, name: str) -> Any:
    """Return a sampler of a library, with a seed if it has one."""
    family, sampler, params = SAMPLERS[name]
    return build_sampler(library, f"{family}.{sampler}", params)


def time_sampler(library: str, name: str, X: Any, y: np.ndarray) -> tuple[float, float]:
    """Return the elapsed and the processor time of a call of `fit_resample` in seconds."""
    sampler = make_sampler(library, name)
    start, processor_start = time.perf_counter(), time.process_time()
    sampler.fit_resample(X, y)
    return time.perf_counter() - start, time.process_time() - processor_start


def compare_times(names: list[str], repeats: int, X: Any, y: np.ndarray, table: str) -> None:
    """Print the median times of both libraries, and their ratio."""
    for name in names:
        times = [
            [time_sampler(library, name, X, y) for library in LIBRARIES] for _ in range(repeats)
        ]
        ours, theirs = np.median(times, axis=0)
        pairs = zip(("elapsed", "processor"), ours, theirs, strict=True)
        shown = [
            f"{kind} {own:.3f} s, {other:.3f} s, {other / own:.1f}×" for kind, own, other in pairs
        ]
        print(f"{table} {name}: {'; '.join(shown)}", flush=True)


def compare_memory(names: list[str], X: Any, y: np.ndarray, table: str) -> None:
    """Print the peak memory of both libraries above the input and the output, in MB."""
    for name in names:
        peaks = []
        for library in LIBRARIES:
            with tempfile.TemporaryDirectory() as folder:
                sparse.save_npz(f"{folder}/in.npz", X, compressed=False)
                np.save(f"{folder}/y.npy", y)
                run, hold = (
                    int(
                        subprocess.run(
                            [sys.executable, __file__, "--child", what, library, name, folder],
                            check=True,
                            capture_output=True,
                        ).stdout
                    )
                    for what in ("run", "hold")
                )
            peaks.append((run - hold) / 1024)
        print(f"{table} {name}: {peaks[0]:.0f} MB, {peaks[1]:.0f} MB", flush=True)


def run_child(what: str, library: str, name: str, folder: str) -> None:
    """Print the peak memory, in KB, of resampling, or of holding the input and the output."""
    sampler = make_sampler(library, name)
    X, y = sparse.load_npz(f"{folder}/in.npz"), np.load(f"{folder}/y.npy")
    path = Path(folder, "out.npz")
    out = sampler.fit_resample(X, y)[0] if what == "run" else sparse.load_npz(path)
    # Not ru_maxrss, which includes the memory of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
    if what == "run":
        sparse.save_npz(path, out, compressed=False)


def time_reports(X: Any, y: np.ndarray, table: str) -> None:
    """Print the processor time of a profile, of both audits and of a small study."""
    smote = make_sampler("counterpoise", "SMOTE")
    parts = train_test_split(X, y, random_state=0)
    study = Study("logistic", "smote", cv=(5, 1), random_state=0)
    reports = {
        "inspect": lambda: counterpoise.inspect(X, y),
        "audit.leakage": lambda: leakage(*parts),
        "audit.synthetic_samples": lambda: synthetic_samples((X, y), smote),
        "study, logistic regression with SMOTE, 5 folds": lambda: study.run(X, y),
    }
    for name, report in reports.items():
        start = time.process_time()
        report()
        print(f"{table} {name}: {time.process_time() - start:.1f} s", flush=True)


def main() -> None:
    """Compare the libraries on both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samplers", nargs="*", default=list(SAMPLERS)[:-1])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rows", type=int, default=N_ROWS)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--reports", action="store_true")
    parser.add_argument("--child", nargs=4)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.child:
        run_child(*arguments.child)
        return
    for zipf in (False, True):
        X, y = (part[: arguments.rows] for part in make_table(zipf=zipf))
        table = "Zipf" if zipf else "uniform"
        if arguments.memory:
            compare_memory(arguments.samplers, X, y, table)
        elif arguments.reports:
            time_reports(X, y, table)
        else:
            compare_times(arguments.samplers, arguments.repeats, X, y, table)


if __name__ == "__main__":
    main()
