"""How well `inspect` finds mislabeled rows, on simulated tables whose labels are known.

    python benchmarks/label_errors.py [--seeds 5]

Each table is profiled with its true labels, and with 1% and 5% of all labels changed at random. A
row that is reported although its label is true is a false positive. `raw` counts the rows that
the thresholds select; of these, none is reported if the test with planted errors is not conclusive.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from sklearn.datasets import make_classification

import counterpoise
from counterpoise._table import as_table, encode_target
from counterpoise.profile._label_errors import select_suspects
from counterpoise.profile._out_of_fold import predict_out_of_fold, prepare_model_data

Simulated = tuple[np.ndarray, np.ndarray]


def logistic(n: int, n_informative: int, slope: float, intercept: float, seed: int) -> Simulated:
    """Draw normal features and labels of a logistic model, whose classes overlap."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n, n_informative + 6))
    logits = slope * X[:, :n_informative].sum(axis=1) + intercept
    return X, (rng.random_sample(n) < 1 / (1 + np.exp(-logits))).astype(int)


def normal(n: int, share: float, seed: int) -> Simulated:
    """Draw two normal classes whose means differ by 1 in six of ten columns."""
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(n) < share).astype(int)
    return rng.normal(size=(n, 10)) + y[:, None] * (np.arange(10) < 6), y


def clusters(n: int, seed: int, **options: object) -> Simulated:
    """Draw clusters with `make_classification`, without label errors."""
    return make_classification(n, 20, n_informative=8, flip_y=0, random_state=seed, **options)


TABLES: dict[str, Callable[[int], Simulated]] = {
    "clusters, 10% minority, far apart": lambda s: clusters(7000, s, weights=[0.9], class_sep=2),
    "clusters, 10% minority": lambda s: clusters(7000, s, weights=[0.9]),
    "four classes, 5 to 60%": lambda s: clusters(
        3000, s, n_classes=4, weights=[0.6, 0.2, 0.15], class_sep=1.5
    ),
    "two normal classes, 3% minority": lambda s: normal(7000, 0.03, s),
    "logistic, 10% minority, steep": lambda s: logistic(7000, 4, 3, -8, s),
    "logistic, 22% minority, flat": lambda s: logistic(7000, 4, 1, -2, s),
    "logistic, 9% minority, weak": lambda s: logistic(7000, 3, 0.7, -3, s),
    "no relation, 27% minority": lambda s: logistic(7000, 3, 0, -1, s),
    "logistic, 22% minority, 800 rows": lambda s: logistic(800, 3, 2, -3, s),
}


def change_labels(y: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Change a share of all labels to another class."""
    rng, n_classes = np.random.RandomState(seed + 1000), y.max() + 1
    rows = rng.choice(len(y), round(share * len(y)), replace=False)
    changed = y.copy()
    changed[rows] = (y[rows] + rng.randint(1, n_classes, len(rows))) % n_classes
    return changed


def measure(X: np.ndarray, y: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return what is found in one table."""
    data = prepare_model_data(as_table(X), encode_target(labels, len(y)), range(X.shape[1]))
    assert data is not None
    raw = select_suspects(predict_out_of_fold(data)[0], data.codes)
    start = time.process_time()
    errors = counterpoise.inspect(X, labels).label_errors
    seconds = time.process_time() - start
    reported = np.zeros(len(y), bool)
    reported[[suspect.row for suspect in errors.suspects]] = True
    wrong = labels != y
    return {
        "wrong": wrong.sum(),
        "raw": raw.sum(),
        "raw_hits": (raw & wrong).sum(),
        "reported": reported.sum(),
        "hits": (reported & wrong).sum(),
        "conclusive": errors.is_conclusive,
        "test_precision": errors.n_found / max(1, errors.n_found + errors.n_false_positives),
        "test_recall": errors.n_found / max(1, errors.n_planted),
        "seconds": seconds,
    }


def main() -> None:
    """Print one row for each table and share of wrong labels, summed over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    n_seeds = parser.parse_args().seeds
    print(
        "| table | wrong | raw: rows, precision, recall | conclusive | reported: rows, "
        "precision, recall | in the test: precision, recall | CPU s |"
    )
    for name, draw in TABLES.items():
        for share in (0, 0.01, 0.05):
            runs = []
            for seed in range(100, 100 + n_seeds):
                X, y = draw(seed)
                runs.append(measure(X, y, change_labels(y, share, seed)))
            print(format_row(name, share, runs), flush=True)


def format_row(name: str, share: float, runs: list[dict[str, float]]) -> str:
    """Format the mean of all runs with a table."""
    mean = {key: sum(run[key] for run in runs) / len(runs) for key in runs[0]}

    def rates(hits: str, rows: str) -> str:
        if not share:
            return f"{mean[rows]:.1f}, –, –"
        precision = mean[hits] / mean[rows] if mean[rows] else float("nan")
        return f"{mean[rows]:.1f}, {precision:.2f}, {mean[hits] / mean['wrong']:.2f}"

    return (
        f"| {name} | {share:.0%} | {rates('raw_hits', 'raw')} | {mean['conclusive']:.0%} | "
        f"{rates('hits', 'reported')} | {mean['test_precision']:.2f}, {mean['test_recall']:.2f} | "
        f"{mean['seconds']:.1f} |"
    )


if __name__ == "__main__":
    main()
