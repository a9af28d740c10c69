"""Results of the tutorial's experiment: data sets, resampled data, SVMs, one synthetic sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Features: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """Samples with two features, and their classes.

    Attributes
    ----------
    X : ndarray of float64 of shape (n_samples, 2)
        The two features.
    y : ndarray of int64 of shape (n_samples,)
        The class: 0 for the majority class, 1 for the class that becomes the minority.

    Examples
    --------
    >>> import numpy as np
    >>> Dataset(np.zeros((3, 2)), np.array([0, 0, 1])).counts
    (2, 1)
    """

    X: Features
    y: Integers

    @property
    def counts(self) -> tuple[int, int]:
        """Number of samples of class 0 and of class 1."""
        n_positive = int(np.count_nonzero(self.y))
        return len(self.y) - n_positive, n_positive

    def samples_of(self, label: int) -> Features:
        """Select the samples of one class, in their order; shape (n_samples_of_class, 2)."""
        selected: Features = self.X[self.y == label]
        return selected


@dataclass(frozen=True)
class ResampledDataset:
    """Imbalanced data after oversampling, with the provenance of each output row.

    The arrays other than `dataset` are those of the sampler's ``provenance_``, one value for each
    output row. They number the input rows from 0.

    Attributes
    ----------
    dataset : Dataset
        The resampled data, n_output rows.
    row : ndarray of int64 of shape (n_output,)
        The input row that this row is a copy of, or -1 for a synthetic sample.
    base, neighbor : ndarray of int64 of shape (n_output,)
        The two input rows between which a synthetic sample was generated, or -1 for a copy.
    weight : ndarray of float64 of shape (n_output,)
        Position of a synthetic sample between base (0) and neighbor (1).
    is_synthetic : ndarray of bool of shape (n_output,)
        Whether the sampler added this row.
    """

    dataset: Dataset
    row: Integers
    base: Integers
    neighbor: Integers
    weight: NDArray[np.float64]
    is_synthetic: NDArray[np.bool_]

    @property
    def segments(self) -> Integers:
        """Distinct segments with synthetic samples: pairs of input rows, shape (n_segments, 2)."""
        is_synthetic = self.base >= 0
        pairs = np.column_stack([self.base[is_synthetic], self.neighbor[is_synthetic]])
        return np.unique(np.sort(pairs, axis=1), axis=0)

    @property
    def n_duplicates(self) -> Integers:
        """How many times each input row occurs in the output, shape (n_input,)."""
        return np.bincount(self.row[self.row >= 0])


@dataclass(frozen=True)
class Grid:
    """Regular grid that covers the balanced data: step 0.02, with a margin of 1 on each side.

    Attributes
    ----------
    feature_1, feature_2 : ndarray of float64 of shape (n_columns,) and (n_rows,)
        The values of each feature, in ascending order.
    """

    feature_1: NDArray[np.float64]
    feature_2: NDArray[np.float64]

    @property
    def points(self) -> Features:
        """All points of the grid, row by row, shape (n_rows * n_columns, 2)."""
        meshes = np.meshgrid(self.feature_1, self.feature_2)
        return np.column_stack([mesh.ravel() for mesh in meshes])

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top."""
        return (
            float(self.feature_1[0]),
            float(self.feature_1[-1]),
            float(self.feature_2[0]),
            float(self.feature_2[-1]),
        )


@dataclass(frozen=True)
class FittedSVM:
    """Fitted linear SVM with its predictions for the grid.

    Attributes
    ----------
    model : sklearn.svm.SVC
        The fitted model.
    predicted : ndarray of int8 of shape (n_rows, n_columns)
        The predicted class at each point of the grid.
    recalls : tuple of two floats
        Recall of class 0 and of class 1 on the balanced data.
    training_accuracy : float
        Accuracy on the data that the model was trained on.
    """

    model: Any
    predicted: NDArray[np.int8]
    recalls: tuple[float, float]
    training_accuracy: float

    @property
    def coef(self) -> NDArray[np.float64]:
        """Weight of each feature, shape (2,); this vector points towards class 1."""
        return np.asarray(self.model.coef_[0], dtype=np.float64)

    @property
    def intercept(self) -> float:
        """Intercept: the decision boundary is where ``coef @ sample + intercept`` is 0."""
        return float(self.model.intercept_[0])

    @property
    def positive_share(self) -> float:
        """Share of the grid for which class 1 is predicted."""
        return float(self.predicted.mean())


@dataclass(frozen=True)
class SmoteExample:
    """One synthetic sample with its base sample and neighbors, to explain SMOTE.

    Attributes
    ----------
    base : ndarray of float64 of shape (2,)
        The base sample.
    neighbors : ndarray of float64 of shape (k, 2)
        Its nearest neighbors of the same class, nearest first.
    neighbor_index : int
        Which of the neighbors was drawn: an index into `neighbors`.
    weight : float
        Position of the synthetic sample between base (0) and neighbor (1).
    synthetic : ndarray of float64 of shape (2,)
        The synthetic sample.
    output_row : int
        Its row in the data resampled with SMOTE.
    """

    base: Features
    neighbors: Features
    neighbor_index: int
    weight: float
    synthetic: Features
    output_row: int

    @property
    def neighbor(self) -> Features:
        """The neighbor that was drawn, shape (2,)."""
        return np.asarray(self.neighbors[self.neighbor_index])


@dataclass(frozen=True)
class Experiment:
    """Results of the experiment with the tutorial's own seed.

    Attributes
    ----------
    balanced, imbalanced : Dataset
        Before and after most samples of class 1 are removed.
    oversampled : ResampledDataset
        The imbalanced data after random oversampling.
    smote : dict of int to ResampledDataset
        The imbalanced data after SMOTE, for each number of neighbors.
    grid : Grid
        The points at which the SVMs predict, to draw their decision boundaries.
    svms : dict of str to FittedSVM
        The SVM trained on each data set: ``"balanced"``, ``"imbalanced"``,
        ``"random_oversampling"``, ``"smote_k1"``, ``"smote_k2"`` and ``"smote_k8"``.
    example : SmoteExample
        One synthetic sample of ``smote[8]``.
    """

    balanced: Dataset
    imbalanced: Dataset
    oversampled: ResampledDataset
    smote: dict[int, ResampledDataset]
    grid: Grid
    svms: dict[str, FittedSVM]
    example: SmoteExample

    @property
    def tables(self) -> dict[str, Dataset]:
        """The data sets that are written as CSV, by file name."""
        return {
            "balanced.csv": self.balanced,
            "imbalanced.csv": self.imbalanced,
            "random_oversampling.csv": self.oversampled.dataset,
            **{f"smote_k{k}.csv": resampled.dataset for k, resampled in self.smote.items()},
        }
