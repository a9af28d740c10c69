"""Measure the samplers for a continuous target: their speed, and the errors of models.

Run it with ``python benchmarks/regression.py speed --smogn PYTHON`` or ``… errors TABLES``. PYTHON
is an interpreter with smogn 0.1.2, which needs pandas 1 and NumPy 1. TABLES is a folder of CSV
tables. Processor time is that of the user mode.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import RepeatedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from counterpoise import regression
from counterpoise.metrics import sera
from counterpoise.regression import RelevanceFunction, relevance_weights

N, WIDTH = 5_000, 10

# This part runs in the environment of smogn, without counterpoise.
SMOGN = """
import json, resource, sys, warnings
warnings.simplefilter("ignore")
import pandas as pd
import smogn
frame = pd.read_csv(sys.argv[1])
start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
smogn.smoter(data=frame, y="y", k=5, samp_method="balance", rel_thres=0.8, pert=0.02)
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_utime - start))
"""


def simulated(n: int = N, width: int = WIDTH) -> tuple[pd.DataFrame, pd.Series]:
    """Return independent features, and a target with few high values that depends on two."""
    rng = np.random.RandomState(0)
    X = rng.randn(n, width)
    y = np.exp(0.7 * X[:, 0] + 0.35 * X[:, 1] + 0.3 * rng.randn(n))
    return pd.DataFrame(X, columns=[f"x{j}" for j in range(width)]), pd.Series(y, name="y")


def user_time(function: Callable[[], Any]) -> float:
    """Return the processor time of a call in seconds."""
    start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    function()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - start


def measure_speed(smogn: str | None, runs: int) -> None:
    """Print the median processor time of each sampler, and that of smogn for one run."""
    X, y = simulated()
    for name in ("RandomOverSampler", "RandomUnderSampler", "SMOTER", "SMOGN", "GaussianNoise"):
        sampler = getattr(regression, name)(random_state=0)
        times = [user_time(lambda sampler=sampler: sampler.fit_resample(X, y)) for _ in range(runs)]
        print(f"{name}: {1000 * statistics.median(times):.1f} ms", flush=True)
    if smogn:
        path = Path("smogn_table.csv")
        X.assign(y=y).to_csv(path, index=False)
        command = [smogn, "-c", SMOGN, str(path)]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        print(f"smogn: {json.loads(output.splitlines()[-1]):.1f} s")
        path.unlink()


# ---- Errors of models ----


@dataclass(frozen=True)
class Task:
    """A table with a continuous target."""

    name: str
    X: pd.DataFrame
    y: np.ndarray


def load_tasks(folder: Path) -> Iterator[Task]:
    """Yield real tables whose targets have rare values."""
    for name, position in (
        ("auto_imports", -2),  # what a car costs
        ("german_credit", 4),  # the amount of a loan
        ("abalone_19", 4),  # the weight of a shellfish, from its measurements
        ("wine_quality_white", -1),  # the rating of a wine
    ):
        frame = pd.read_csv(folder / f"{name}.csv")
        target = frame.columns[position]
        frame = frame.dropna(subset=target)
        others = {target, "label", "shucked_weight", "viscera_weight", "shell_weight"}
        X = frame.drop(columns=[*others.intersection(frame.columns)])
        yield Task(f"{name}: {target}", X, frame[target].to_numpy(float))
    yield Task("simulated", *simulated(1000))


def methods(relevance: Any) -> dict[str, Any]:
    """Return the samplers to compare; None is the baseline."""
    shared = {"relevance": relevance, "random_state": 0}
    return {
        "baseline": None,
        "weights": "weights",
        "random oversampling": regression.RandomOverSampler(**shared),
        "random undersampling": regression.RandomUnderSampler(**shared),
        "SMOTER": regression.SMOTER(**shared, small_bins="shrink_k"),
        "SMOGN": regression.SMOGN(**shared, small_bins="shrink_k"),
        "Gaussian noise": regression.GaussianNoise(**shared),
        "WERCS": regression.WERCS(**shared),
    }


def models() -> dict[str, Any]:
    """Return the models to compare."""
    return {
        "ridge": Ridge(),
        "forest": RandomForestRegressor(50, min_samples_leaf=2, random_state=0),
    }


def encoder() -> Any:
    """Return a transformer that encodes categories and fills in missing values."""
    return make_column_transformer(
        (
            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
            make_column_selector(dtype_include="number"),
        ),
        (
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
            make_column_selector(dtype_exclude="number"),
        ),
    )


def predict(task: Task, method: Any, model: Any, train: Any, test: Any) -> np.ndarray:
    """Fit a model with a method on the training rows, and predict the test rows."""
    X, y = task.X.iloc[train], np.asarray(task.y)[train]
    weights = {}
    if method == "weights":
        weights = {"sample_weight": relevance_weights(y)}
    elif method is not None:
        X, y = clone(method).fit_resample(X, y)
    encode = encoder().fit(X)
    fitted = clone(model).fit(encode.transform(X), y, **weights)
    return fitted.predict(encode.transform(task.X.iloc[test]))


def measure_errors(folder: Path, repeats: int, only: str) -> None:
    """Print, for each table, model and method, the errors relative to those of the baseline."""
    for task in load_tasks(folder):
        if only not in task.name:
            continue
        y = np.asarray(task.y)
        relevance = RelevanceFunction().fit(y)
        share = (relevance.relevance(y) >= 0.8).mean()
        print(f"# {task.name}: {len(y)} samples, {share:.1%} relevant", flush=True)
        folds = list(RepeatedKFold(n_splits=5, n_repeats=repeats, random_state=0).split(task.X))
        for model_name, model in models().items():
            errors = {}
            for name, method in methods(RelevanceFunction()).items():
                pairs = [
                    (y[test], predict(task, method, model, *fold))
                    for fold in folds
                    for test in fold[1:]
                ]
                true, predicted = (np.concatenate(part) for part in zip(*pairs, strict=True))
                errors[name] = np.array(
                    [
                        np.sqrt(np.mean((predicted - true) ** 2)),
                        sera(true, predicted, relevance=relevance),
                    ]
                )
                ratio = errors[name] / errors["baseline"]
                print(f"{task.name},{model_name},{name},{ratio[0]:.3f},{ratio[1]:.3f}", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    speed = commands.add_parser("speed")
    speed.add_argument("--smogn", help="an interpreter that has smogn 0.1.2")
    speed.add_argument("--runs", type=int, default=7)
    errors = commands.add_parser("errors")
    errors.add_argument("tables", type=Path)
    errors.add_argument("--repeats", type=int, default=1)
    errors.add_argument("--only", default="", help="measure the tables whose name contains it")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.command == "speed":
        measure_speed(arguments.smogn, arguments.runs)
    else:
        measure_errors(arguments.tables, arguments.repeats, arguments.only)


if __name__ == "__main__":
    sys.exit(main())
