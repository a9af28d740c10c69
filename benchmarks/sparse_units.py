"""Measure models of sparse tables in different units: which ones a study should use.

    COUNTERPOISE_TABLES=FOLDER python benchmarks/sparse_units.py

Average precision in 3 folds of logistic regression, a linear support vector machine and 15 nearest
neighbors, on features in original units, divided by their largest absolute value, and divided by
their standard deviation. FOLDER has german_credit.csv and adult_sample.csv.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from sparse import make_table

UNITS = {
    "original": FunctionTransformer(),
    "largest value": MaxAbsScaler(),
    "standard deviation": StandardScaler(with_mean=False),
}
MODELS = (LogisticRegression(max_iter=1000), LinearSVC(), KNeighborsClassifier(15))


def make_words(n_rows: int, n_words: int, length: int) -> tuple[Any, np.ndarray]:
    """Return counts of words of two topics; one has 300 words more often."""
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], [n_rows - n_rows // 10, n_rows // 10])
    shares = 1 / np.arange(1, n_words + 1)
    of_topic = shares.copy()
    of_topic[rng.choice(n_words, 300, replace=False)] *= 8
    counts = [rng.poisson(length * s / s.sum(), (n_rows, n_words)) for s in (shares, of_topic)]
    return sparse.csr_matrix(np.where(y[:, None], counts[1], counts[0]).astype(float)), y


def make_categories() -> tuple[Any, np.ndarray]:
    """Return four one-hot encoded features with up to 500 categories, which add to a score."""
    rng = np.random.RandomState(0)
    sizes = (5, 20, 100, 500)
    categories = np.column_stack([rng.zipf(1.5, 3000) % size for size in sizes])
    effects = [rng.randn(size) for size in sizes]
    score = sum(e[c] for e, c in zip(effects, categories.T, strict=True)) + rng.randn(3000)
    return OneHotEncoder().fit_transform(categories), score > np.quantile(score, 0.9)


def make_zipf() -> tuple[Any, np.ndarray]:
    """Return the table of `sparse.py` with classes that depend on 3,000 of the words."""
    X = make_table(zipf=True)[0]
    rng = np.random.RandomState(1)
    score = X[:, :3000] @ rng.randn(3000)
    return X, score + 0.2 * rng.randn(len(score)) > np.quantile(score, 0.9)


def load_one_hot(name: str, folder: str) -> tuple[Any, np.ndarray]:
    """Return a real table with one-hot encoded categories and numbers as they are."""
    table = pd.read_csv(f"{folder}/{name}.csv")[:4000]
    y = table.pop("label").to_numpy()
    return sparse.csr_matrix(pd.get_dummies(table.fillna(0)).to_numpy(float)), y


def make_tables() -> Iterator[tuple[str, Any, np.ndarray]]:
    """Yield the name, the features and the classes of each table."""
    counts, topics = make_words(3000, 5000, 40)
    yield "TF-IDF", TfidfTransformer().fit_transform(counts), topics
    yield "counts", counts, topics
    yield "categories", *make_categories()
    digits = load_digits()
    yield "digits", sparse.csr_matrix(digits.data), digits.target == 8
    folder = os.environ.get("COUNTERPOISE_TABLES")
    for name in ("german_credit", "adult_sample") if folder else ():
        yield name, *load_one_hot(name, str(folder))
    yield "Zipf", *make_zipf()


def main() -> None:
    """Print the average precision of each model on each table."""
    warnings.simplefilter("ignore")
    for name, X, y in make_tables():
        for model in MODELS[: 1 if name == "Zipf" else None]:
            scores = {
                units: cross_val_score(
                    make_pipeline(scaler, model), X, y, cv=3, scoring="average_precision"
                ).mean()
                for units, scaler in UNITS.items()
            }
            shown = ", ".join(f"{units} {score:.3f}" for units, score in scores.items())
            print(f"{name}, {type(model).__name__}: {shown}", flush=True)


if __name__ == "__main__":
    main()
