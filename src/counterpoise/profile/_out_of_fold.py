"""Out-of-fold predictions of a quick model, for the checks that need one."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from counterpoise._encoding import MAX_CATEGORIES, TableEncoder, make_preprocessing
from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._table import EncodedTarget, FrameTable, SparseTable, Table
from counterpoise._table.dense import DenseTable
from counterpoise.model_selection._folds import Fold, draw_folds

__all__ = ["ModelData", "predict_out_of_fold", "prepare_model_data"]

N_FOLDS = 5
MIN_CLASS_ROWS = 10  # smaller classes are not learned
MAX_CLASSES = 10  # boosting fits one tree for each class in each round
MAX_TRAINING_ROWS = 20_000  # more take time, and hardly improve so small a model
# Few and small trees: a model that fits single rows fits their wrong labels, too.
_N_ROUNDS, _LEARNING_RATE, _N_LEAVES, _N_BINS = 20, 0.25, 8, 64
_SPARSE_C = 0.3  # inverse of the regularization, strong for the same reason


@dataclass(frozen=True)
class ModelData:
    """Columns as numbers, for a model.

    Attributes
    ----------
    values : ndarray of float, or CSR matrix, of shape (n_used, n_columns)
    categorical : ndarray of bool of shape (n_columns,) or None
        Which columns are codes of categories; None if the values are sparse.
    positions : ndarray of int of shape (n_columns,)
        The position of each column in the table.
    codes : ndarray of int of shape (n_used,)
        The class of each row, as its position in `classes`.
    classes : tuple
        The classes that are used.
    rows : ndarray of int of shape (n_used,)
        The number of each row in the table.
    """

    values: Any
    categorical: BoolArray | None
    positions: IntArray
    codes: IntArray
    classes: tuple[Any, ...]
    rows: RowArray

    def select(self, positions: Sequence[int]) -> ModelData:
        """Return some columns, by their positions in the table."""
        order = np.argsort(self.positions)
        places = order[np.searchsorted(self.positions, positions, sorter=order)]
        return replace(
            self,
            values=self.values[:, places],
            categorical=None if self.categorical is None else self.categorical[places],
            positions=self.positions[places],
        )

    def take(self, mask: BoolArray) -> ModelData:
        """Return some rows."""
        return replace(self, values=self.values[mask], codes=self.codes[mask], rows=self.rows[mask])


def prepare_model_data(
    table: Table, target: EncodedTarget, positions: Sequence[int]
) -> ModelData | None:
    """Encode columns of a table, and select the classes that can be learned.

    Parameters
    ----------
    table : Table
    target : EncodedTarget
    positions : sequence of int
        Columns, none of which holds dates, lists or the like.

    Returns
    -------
    ModelData or None
        None if fewer than two classes have ten rows, more than ten classes have, or there are no
        columns.
    """
    used = np.flatnonzero(target.counts >= MIN_CLASS_ROWS)
    if not 2 <= len(used) <= MAX_CLASSES or not positions:
        return None
    columns = list(positions)
    if isinstance(table, FrameTable):
        selected = table.frame[:, columns].to_native()
    else:
        assert isinstance(table, DenseTable | SparseTable)
        selected = (table.array if isinstance(table, DenseTable) else table.by_row)[:, columns]
    encoder = TableEncoder().fit(selected)
    rows = np.flatnonzero(np.isin(target.codes, used))
    return ModelData(
        values=encoder.transform(selected)[rows],
        categorical=encoder.categorical_,
        positions=np.array(columns),
        codes=np.searchsorted(used, target.codes[rows]),
        classes=tuple(target.classes[code] for code in used),
        rows=rows,
    )


def predict_out_of_fold(data: ModelData, seed: int = 0) -> tuple[Float64Array, tuple[Fold, ...]]:
    """Predict the class probabilities of each row with a model that was not trained on it.

    Parameters
    ----------
    data : ModelData
    seed : int, default=0
        Sets the folds, which are shuffled and stratified.

    Returns
    -------
    probabilities : ndarray of float of shape (n_used, n_classes)
        Without columns, the class shares.
    folds : tuple of Fold
    """
    rng = np.random.RandomState(seed)
    counts = np.bincount(data.codes)
    folds = draw_folds(data.codes, min(N_FOLDS, int(counts.min())), 1, seed).splits
    probabilities = np.tile(counts / len(data.codes), (len(data.codes), 1))
    if not len(data.positions):
        return probabilities, folds
    model = _make_model(data.categorical)
    # On a busy machine, the threads of such small trees would wait for each other most of the time.
    with threadpool_limits(1, user_api="openmp"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for fold in folds:
            train = _limit(data.codes, fold.train, rng)
            model.fit(data.values[train], data.codes[train])
            probabilities[fold.test] = model.predict_proba(data.values[fold.test])
    return probabilities, folds


def _make_model(categorical: BoolArray | None) -> Any:
    """Return boosting of a few small trees, or logistic regression for sparse values."""
    if categorical is None:
        return make_pipeline(make_preprocessing(None), LogisticRegression(C=_SPARSE_C))
    return HistGradientBoostingClassifier(
        max_iter=_N_ROUNDS,
        learning_rate=_LEARNING_RATE,
        # Each category needs a bin of its own.
        max_bins=MAX_CATEGORIES if categorical.any() else _N_BINS,
        max_leaf_nodes=_N_LEAVES,
        early_stopping=False,
        categorical_features=categorical,
        random_state=0,
    )


def _limit(codes: IntArray, rows: RowArray, rng: np.random.RandomState) -> RowArray:
    """Draw training rows if there are too many, with at least one of each class."""
    if len(rows) <= MAX_TRAINING_ROWS:
        return rows
    drawn = rng.choice(rows, MAX_TRAINING_ROWS, replace=False)
    return np.union1d(drawn, rows[np.unique(codes[rows], return_index=True)[1]])
