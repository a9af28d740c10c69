"""The tables of shapes.py: common shapes, and the samplers that can be used on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse as scipy_sparse
from sklearn.preprocessing import normalize

from engine import blob, clusters
from sparse import make_table
from tasks import SAMPLERS, categorical

Data = tuple[Any, np.ndarray]

NUMERIC = tuple(name for names in SAMPLERS.values() for name in names)
RANDOM = ("RandomOverSampler", "RandomUnderSampler")
MINORITY_SHARE = 0.2


@dataclass(frozen=True)
class Shape:
    """A table of a shape, for any number of rows.

    Attributes
    ----------
    name : str
        What is in the table.
    make : callable
        Returns the table and the target for a number of rows.
    rows : int
        The number of rows.
    columns : int
        The number of columns.
    samplers : tuple of str
        The samplers that imbalanced-learn supports on such a table.
    fewer_rows : dict of str to int
        The number of rows for a sampler or a search on which the other library takes long.
    has_searches : bool
        Whether searches for nearest neighbors are compared as well.
    is_sparse : bool
        Whether the table is a sparse matrix.
    """

    name: str
    make: Callable[[int], Data]
    rows: int
    columns: int
    samplers: tuple[str, ...] = NUMERIC
    fewer_rows: dict[str, int] = field(default_factory=dict)
    has_searches: bool = True
    is_sparse: bool = False

    @property
    def title(self) -> str:
        """The name and the size."""
        return f"{self.name}, {self.rows:,} × {self.columns:,}"


def with_target(X: Any) -> Data:
    """Add a target: a fifth of the rows, those whose noisy linear score is high."""
    rng = np.random.RandomState(1)
    score = X @ rng.randn(X.shape[1])
    score = score / score.std() + rng.randn(X.shape[0])
    return X, (score > np.quantile(score, 1 - MINORITY_SHARE)).astype(int)


def around_topics(n: int, d: int, n_topics: int = 50) -> np.ndarray:
    """Return vectors of length 1 around the directions of topics, as embeddings are.

    The cosine of a vector and its topic is 0.8 on average.
    """
    rng = np.random.RandomState(2)
    topics = normalize(rng.randn(n_topics, d))
    noise = 0.75 * rng.randn(n, d) / np.sqrt(d)
    return normalize(topics[rng.randint(0, n_topics, n)] + noise).astype(np.float32)


def one_hot(n: int, n_features: int, n_categories: int) -> scipy_sparse.csr_matrix:
    """Return categorical features, encoded as sparse columns of 0 and 1."""
    rng = np.random.RandomState(3)
    codes = rng.randint(0, n_categories, (n, n_features)) + n_categories * np.arange(n_features)
    starts = n_features * np.arange(n + 1)
    shape = (n, n_features * n_categories)
    return scipy_sparse.csr_matrix((np.ones(codes.size), codes.ravel(), starts), shape=shape)


def numbers_and_strings(n: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a data frame of 10 numeric columns and 5 columns of strings."""
    X, y = categorical(n)
    numbers = np.random.RandomState(4).randn(n, 10)
    return X.join(pd.DataFrame(numbers).rename(columns="number{}".format)), y


def wide_frame(n: int) -> Data:
    """Return a data frame of 5,000 numeric columns."""
    X, y = with_target(clusters(n, 5_000))
    return pd.DataFrame(X).rename(columns="number{}".format), y


def fewer(condensed: int, trees: int, clusters: int, support: int) -> dict[str, int]:
    """Return the number of rows for samplers that train many models, or one that is slow."""
    return {
        "CondensedNearestNeighbour": condensed,
        "InstanceHardnessThreshold": trees,
        "ClusterCentroids": clusters,
        "SVMSMOTE": support,
    }


SHAPES = (
    Shape("tiny", lambda n: with_target(blob(n, 8)), 300, 8),
    Shape(
        "narrow",
        lambda n: with_target(clusters(n, 10)),
        20_000,
        10,
        fewer_rows=fewer(1_000, 1_000, 4_000, 8_000),
    ),
    Shape(
        "wide",
        lambda n: with_target(clusters(n, 300)),
        4_000,
        300,
        fewer_rows=fewer(500, 500, 2_000, 4_000),
    ),
    Shape(
        "embedding",
        lambda n: with_target(around_topics(n, 384)),
        8_000,
        384,
        fewer_rows={**fewer(500, 500, 2_000, 4_000), "scipy cKDTree": 2_000},
    ),
    Shape(
        "isotropic",
        lambda n: with_target(blob(n, 384).astype(np.float32)),
        8_000,
        384,
        fewer_rows={**fewer(500, 500, 2_000, 4_000), "scipy cKDTree": 2_000},
    ),
    Shape(
        "sparse text",
        lambda n: make_table(zipf=True, n_rows=n, n_columns=20_000),
        8_000,
        20_000,
        fewer_rows=fewer(500, 500, 1_000, 2_000),
        is_sparse=True,
    ),
    Shape(
        "one-hot",
        lambda n: with_target(one_hot(n, 10, 100)),
        8_000,
        1_000,
        fewer_rows=fewer(500, 500, 2_000, 4_000),
        is_sparse=True,
    ),
    Shape("mixed frame", numbers_and_strings, 8_000, 15, (*RANDOM, "SMOTENC"), has_searches=False),
    Shape("string frame", categorical, 8_000, 5, (*RANDOM, "SMOTEN"), has_searches=False),
    Shape("wide frame", wide_frame, 800, 5_000, fewer_rows=fewer(300, 300, 600, 800)),
)
