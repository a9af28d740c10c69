"""Compare calibrated probabilities of models with samplers, class weights and balanced ensembles.

    python benchmarks/probabilities.py --out FILE [--tables NAME ...] [--models NAME ...]
        [--methods NAME ...] [--sorted]
    python benchmarks/probabilities.py --out FILE --report

Each cell is a table, a model and a method. It is measured by two-fold cross-validation, and adds
a line to FILE; cells that FILE has are skipped. Real tables are read from the folder in the
environment variable COUNTERPOISE_TABLES; at most 1,500 rows of each are used. With --sorted, the
training rows are sorted by class, and within a class by the first feature.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imbcal
import imblearn.over_sampling
import imblearn.pipeline
import imblearn.under_sampling
import numpy as np
import pandas as pd
from imbcalibrate import PriorCalibratedClassifier
from lightgbm import LGBMClassifier
from scipy.special import expit
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline as make_plain_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from counterpoise import ResampledClassifier
from counterpoise.ensemble import (
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
)
from counterpoise.over_sampling import SMOTE, SMOTENC, BorderlineSMOTE, RandomOverSampler
from counterpoise.pipeline import make_pipeline
from counterpoise.probability import CalibratedClassifier, calibration_slope
from counterpoise.under_sampling import EditedNearestNeighbours, RandomUnderSampler, TomekLinks

MAX_ROWS, OUTER_FOLDS, LARGE = 1500, 2, 150
FOLDS = StratifiedKFold(5, shuffle=True, random_state=1)

# ---- Tables ----


@dataclass(frozen=True)
class Table:
    """A table; `frame` is None without categories, `truth` is None for real data."""

    X: np.ndarray
    y: np.ndarray
    frame: pd.DataFrame | None = None
    truth: np.ndarray | None = None


def read_table(file: str, positive: Callable[[pd.Series], Any] = lambda label: label == 1) -> Table:
    """Read a real table; if it is large, keep all positives up to a quarter of the rows."""
    frame = pd.read_csv(Path(os.environ["COUNTERPOISE_TABLES"]) / f"{file}.csv")
    y = np.asarray(positive(frame.pop("label"))).astype(int)
    rows = np.random.RandomState(0).permutation(len(y))
    if len(y) > MAX_ROWS:
        found = rows[y[rows] == 1][: MAX_ROWS // 4]
        rows = np.concatenate([found, rows[y[rows] == 0][: MAX_ROWS - len(found)]])
    frame, y = frame.iloc[rows].reset_index(drop=True), y[rows]
    frame = frame.fillna(frame.median(numeric_only=True))
    frame = frame.loc[:, frame.nunique() > 1]
    texts = frame.select_dtypes(exclude="number").columns
    frame[texts] = frame[texts].fillna("missing").astype("category")
    X = pd.get_dummies(frame, drop_first=True).to_numpy(float)
    return Table(X, y, frame if len(texts) else None)


def smooth_world(n_rows: int = MAX_ROWS) -> Table:
    """Draw a world with curved log-odds; about 10% are positive."""
    rng = np.random.RandomState(1)
    X = rng.randn(n_rows, 8)
    log_odds = 1.2 * X[:, 0] + 0.7 * X[:, 1] ** 2 - X[:, 2] * X[:, 3] - 3.9
    truth = expit(log_odds)
    return Table(X, (rng.rand(n_rows) < truth).astype(int), truth=truth)


def skewed_world(n_rows: int = MAX_ROWS) -> Table:
    """Draw a world with skewed, correlated features and thresholds; about 12% are positive."""
    rng = np.random.RandomState(2)
    shared = rng.randn(n_rows, 1)
    X = np.exp(0.6 * (rng.randn(n_rows, 6) + shared))
    log_odds = 2.0 * (X[:, 0] > 2) + 1.5 * (X[:, 1] > X[:, 2]) - 0.5 * X[:, 3] - 2.6
    truth = expit(log_odds)
    return Table(X, (rng.rand(n_rows) < truth).astype(int), truth=truth)


def from_sklearn(load: Callable[..., Any], positive: int) -> Table:
    """Load a table that scikit-learn ships."""
    X, y = load(return_X_y=True)
    return Table(X[:, X.std(axis=0) > 0], (y == positive).astype(int))


TABLES: dict[str, Callable[[], Table]] = {
    "smooth world": smooth_world,
    "skewed world": skewed_world,
    "wine_quality_white": lambda: read_table("wine_quality_white", lambda label: label >= 8),
    "german_credit": lambda: read_table("german_credit"),
    "mammography": lambda: read_table("mammography"),
    "breast_cancer_wisconsin": lambda: from_sklearn(load_breast_cancer, 0),
    "pima_diabetes": lambda: read_table("pima_diabetes"),
    "adult_sample": lambda: read_table("adult_sample"),
    "phoneme": lambda: read_table("phoneme"),
    "digits_8": lambda: from_sklearn(load_digits, 8),
    "ionosphere": lambda: read_table("ionosphere"),
    "haberman": lambda: read_table("haberman"),
    "ecoli_imu": lambda: read_table("ecoli_imu"),
    "oil_spill": lambda: read_table("oil_spill"),
}

# ---- Models and methods ----

MODELS: dict[str, Any] = {
    "logistic": LogisticRegression(max_iter=500),
    "forest": RandomForestClassifier(40, random_state=0),
    "boosting": HistGradientBoostingClassifier(max_iter=40, early_stopping=False, random_state=0),
    "lightgbm": LGBMClassifier(n_estimators=40, n_jobs=1, random_state=0, verbose=-1),
    "neighbors": KNeighborsClassifier(15),
}
SAMPLERS: dict[str, Any] = {
    "random-over": RandomOverSampler(random_state=0),
    "random-under": RandomUnderSampler(random_state=0),
    "smote": SMOTE(random_state=0),
    "smote-nc": SMOTENC("auto", random_state=0),
    "borderline-smote": BorderlineSMOTE(random_state=0),
    "tomek": TomekLinks(),
    "enn": EditedNearestNeighbours(),
}
ENSEMBLES: dict[str, Any] = {
    "balanced-forest": BalancedRandomForestClassifier(40, random_state=0),
    "easy-ensemble": EasyEnsembleClassifier(5, random_state=0),
    "rus-boost": RUSBoostClassifier(n_estimators=30, algorithm="SAMME", random_state=0),
}
METHODS = ("none", "class-weight", *SAMPLERS, "peers", "shares")


def with_preprocessing(model: Any, *, categories: bool) -> Any:
    """Standardize numbers and encode categories before a model."""
    if not categories:
        return make_plain_pipeline(StandardScaler(), model)
    columns = make_column_transformer(
        (
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
            make_column_selector(dtype_include="category"),
        ),
        remainder=StandardScaler(),
    )
    return make_plain_pipeline(columns, model)


def build_variants(model: Any, method: str) -> dict[str, Any]:
    """Return the classifiers that are compared in a cell, by name."""
    if method in SAMPLERS:
        return build_sampler_variants(model, method)
    if method == "class-weight":
        model = clone(model).set_params(**{f"{model.steps[-1][0]}__class_weight": "balanced"})
    variants = {
        "own": model,
        "ours": CalibratedClassifier(model, random_state=0),
        **build_calibrated(model, method),
    }
    if method == "class-weight":
        variants["imbalanced-calibrate"] = PriorCalibratedClassifier(model)
    return variants


def build_sampler_variants(model: Any, method: str) -> dict[str, Any]:
    """Return the classifiers that are compared for a model with a sampler."""
    sampler = SAMPLERS[method]
    pipeline = make_pipeline(sampler, model)
    variants = {
        "own": pipeline,
        "prior": ResampledClassifier(model, sampler, calibration="prior"),
        "ours": ResampledClassifier(model, sampler, random_state=0),
        **build_calibrated(pipeline, method),
    }
    other = {
        "random-over": imblearn.over_sampling.RandomOverSampler(random_state=0),
        "random-under": imblearn.under_sampling.RandomUnderSampler(random_state=0),
    }.get(method)
    if other is not None:
        theirs = imblearn.pipeline.make_pipeline(other, *(step for _, step in model.steps))
        variants["imbalanced-calibrate"] = PriorCalibratedClassifier(theirs)
    return variants


def build_calibrated(model: Any, method: str) -> dict[str, Any]:
    """Return scikit-learn's calibration by hand; for two methods, also the means of models."""
    by_hand = {"by hand": CalibratedClassifierCV(model, cv=FOLDS, ensemble=False)}
    if method not in ("none", "smote"):
        return by_hand
    return {
        **by_hand,
        "CalibratedClassifierCV": CalibratedClassifierCV(model),
        "ours, ensemble": CalibratedClassifier(model, ensemble=True, random_state=0),
    }


def build_peers(model: Any) -> dict[str, Any]:
    """Return imbcal's classifiers, which have no sampler: one cell for each table and model."""
    base = imbcal.ImbalanceCalibratedClassifier
    smote = [imbcal.SMOTEGenerator(5)]
    fast = {"nested": "crossfit", "random_state": 0}
    return {
        "imbcal none": base(model, strategy="none", **fast),
        "imbcal weights": base(model, strategy="weights", **fast),
        "imbcal augment": base(
            model, strategy="augment", generators=smote, chi_grid=(0.25, 0.75), **fast
        ),
    }


def build_shares(model: Any) -> dict[str, Any]:
    """Return classifiers with SMOTE whose weights keep the prevalence."""
    sampler, variants = SMOTE(random_state=0), {}
    for share in (0.5, 0.8):
        for name, calibration in (("", None), (", calibrated", "sigmoid")):
            variants[f"share {share}{name}"] = ResampledClassifier(
                model, sampler, original_share=share, calibration=calibration, random_state=0
            )
    return variants


# ---- Measurement ----


def measure(variant: Any, table: Table, *, categories: bool, sort: bool) -> dict[str, float]:
    """Return the scores of out-of-fold probabilities in two-fold cross-validation."""
    X, y = (table.frame if categories else table.X), table.y
    predicted = np.zeros(len(y))
    splits = StratifiedKFold(OUTER_FOLDS, shuffle=True, random_state=0).split(table.X, y)
    for drawn, test in splits:
        train = drawn[np.lexsort((table.X[drawn, 0], -y[drawn]))] if sort else drawn
        parts = (X.iloc[train], X.iloc[test]) if categories else (X[train], X[test])
        predicted[test] = clone(variant).fit(parts[0], y[train]).predict_proba(parts[1])[:, 1]
    scores = {
        "log_loss": log_loss(y, np.clip(predicted, 1e-12, 1 - 1e-12)),
        "ratio": predicted.mean() / y.mean(),
        "slope": calibration_slope(y, np.clip(predicted, 1e-6, 1 - 1e-6)),
        "average_precision": average_precision_score(y, predicted),
    }
    if table.truth is not None:
        scores["difference"] = np.abs(predicted - table.truth).mean()
    return {name: float(value) for name, value in scores.items()}


def cells(arguments: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Yield the table, model and method of each requested cell."""
    for method in arguments.methods:
        for table in arguments.tables:
            for model in arguments.models:
                yield table, model, method
    for table in arguments.tables:
        for ensemble in arguments.ensembles:
            yield table, ensemble, "none"


def variants_of(model: str, method: str, table: Table) -> dict[str, Any]:
    """Return the variants of a cell; none if the method does not apply."""
    categories = method == "smote-nc"
    if model in ENSEMBLES:
        return build_variants(make_plain_pipeline(StandardScaler(), ENSEMBLES[model]), "none")
    if categories and table.frame is None:
        return {}
    if method == "class-weight" and "class_weight" not in MODELS[model].get_params():
        return {}
    if method in ("peers", "shares"):
        if model == "neighbors":
            return {}  # nearest neighbors take no weights
        # The peers and weights need a classifier with sample_weight: numbers are standardized here.
        return (build_peers if method == "peers" else build_shares)(MODELS[model])
    return build_variants(with_preprocessing(MODELS[model], categories=categories), method)


def run(arguments: argparse.Namespace) -> None:
    """Measure the cells that the file does not have."""
    done = set()
    if arguments.out.exists():
        done = {tuple(json.loads(line)["cell"]) for line in arguments.out.open()}
    tables: dict[str, Table] = {}
    for name, model, method in cells(arguments):
        cell = (name, model, method, "sorted" if arguments.sorted else "shuffled")
        if cell in done:
            continue
        table = tables.setdefault(name, TABLES[name]())
        if method in ("peers", "shares"):
            scaled = StandardScaler().fit_transform(table.X)
            table = Table(scaled, table.y, truth=table.truth)
        start = time.process_time()
        scores = {}
        for variant, classifier in variants_of(model, method, table).items():
            try:
                scores[variant] = measure(
                    classifier, table, categories=method == "smote-nc", sort=arguments.sorted
                )
            except ValueError as error:
                scores[variant] = {"error": str(error)[:200]}
        line = {
            "cell": cell,
            "positives": int(table.y.sum()),
            "seconds": round(time.process_time() - start, 1),
            "scores": scores,
        }
        with arguments.out.open("a") as out:
            out.write(json.dumps(line) + "\n")
        print(*cell, line["seconds"], file=sys.stderr, flush=True)


# ---- Report ----


def read_scores(path: Path) -> pd.DataFrame:
    """Return a row for each variant of each cell."""
    rows = []
    for line in map(json.loads, path.open()):
        names = zip(("table", "model", "method", "order"), line["cell"], strict=True)
        cell = {**dict(names), "positives": line["positives"]}
        rows += [{**cell, "variant": name, **scores} for name, scores in line["scores"].items()]
    return pd.DataFrame(rows)


def summarize(scores: pd.DataFrame) -> pd.DataFrame:
    """Return, for each variant, the range of its scores and how often they are out of bounds."""
    grouped = scores.dropna(subset=["ratio"]).groupby("variant")
    return pd.DataFrame(
        {
            "cells": grouped.size(),
            "mean / rate, lowest": grouped.ratio.min(),
            "highest": grouped.ratio.max(),
            "outside 0.85 to 1.18": grouped.ratio.apply(lambda x: (~x.between(0.85, 1.18)).sum()),
            "slope, lowest": grouped.slope.min(),
            "highest slope": grouped.slope.max(),
            "outside 0.8 to 1.3": grouped.slope.apply(lambda x: (~x.between(0.8, 1.3)).sum()),
            "difference to the truth": grouped.difference.mean(),
        }
    )


def compare(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the log loss of ours divided by that of each other variant of the same cell."""
    cell = ["table", "model", "method"]
    losses = scores.pivot_table(index=cell, columns="variant", values="log_loss").reset_index()
    imbcal_names = [name for name in losses if name.startswith("imbcal")]
    peers = losses[losses.method == "peers"].set_index(["table", "model"])[imbcal_names]
    losses = losses[losses["ours"].notna()].drop(columns=imbcal_names)
    losses = losses.join(peers, on=["table", "model"]).set_index(cell)
    peers = [*imbcal_names, "by hand", "CalibratedClassifierCV", "imbalanced-calibrate"]
    losses["best of the peers"] = losses[losses.columns.intersection(peers)].min(axis=1)
    rows = {}
    for ours in ("ours", "ours, ensemble"):
        for name in losses.columns.intersection(["own", "prior", *peers, "best of the peers"]):
            ratio = (losses[ours] / losses[name]).dropna()
            above = (ratio > 1.03).sum()
            rows[ours, name] = (len(ratio), ratio.median(), ratio.min(), ratio.max(), above)
    columns = ["cells", "median", "lowest", "highest", "above 1.03"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def report(path: Path) -> None:
    """Print the tables of RESULTS.md."""
    scores = read_scores(path)
    large = scores[(scores.positives >= LARGE) & (scores.order == "shuffled")]
    parts = {
        f"{LARGE} positives or more": summarize(large),
        "fewer positives": summarize(scores[scores.positives < LARGE]),
        "training rows sorted by class and feature": summarize(scores[scores.order == "sorted"]),
        "log loss of ours, relative": compare(large),
    }
    for model, part in large[large.variant.isin(["own", "prior", "ours"])].groupby("model"):
        parts[f"mean / rate of {model}"] = part.pivot_table(
            index="method", columns="variant", values="ratio", aggfunc=["min", "max"]
        )
    for title, table in parts.items():
        print(f"\n{title}\n\n{table.round(3).to_string()}")


def main() -> None:
    """Measure cells, or print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tables", nargs="*", default=list(TABLES))
    parser.add_argument("--models", nargs="*", default=list(MODELS))
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    parser.add_argument("--ensembles", nargs="*", default=list(ENSEMBLES))
    parser.add_argument("--sorted", action="store_true")
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.report:
        report(arguments.out)
    else:
        run(arguments)


if __name__ == "__main__":
    main()
