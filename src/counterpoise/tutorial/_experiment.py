"""Experiment of the tutorial: balanced, imbalanced and oversampled data, and an SVM for each.

Nothing is drawn here. All random numbers come from one seed, 100, so each run gives the same
numbers:

    balanced (349 + 351) -> imbalanced (340 + 10) -> random oversampling or SMOTE (340 + 340)

A linear SVM is trained on each data set, and each SVM predicts the same grid of points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.datasets import make_classification
from sklearn.svm import SVC

from counterpoise.datasets import make_imbalance
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.tutorial._records import (
    Dataset,
    Experiment,
    FittedSVM,
    Grid,
    ResampledDataset,
    SmoteExample,
)

SEED = 100
N_SAMPLES = 700
N_KEPT = {0: 340, 1: 10}
K_NEIGHBORS = (1, 2, 8)
GRID_STEP = 0.02
GRID_MARGIN = 1.0


def make_balanced(n_samples: int, seed: int) -> Dataset:
    """Generate balanced data with the tutorial's settings.

    Parameters
    ----------
    n_samples : int
        The number of samples; about half of them in each class.
    seed : int
        Seed of the random number generator.

    Returns
    -------
    Dataset
        With X of shape (n_samples, 2).

    Examples
    --------
    >>> make_balanced(700, seed=100).counts
    (349, 351)
    """
    X, y = make_classification(
        n_samples=n_samples,
        n_features=2,
        n_redundant=0,
        n_informative=2,
        n_clusters_per_class=1,
        class_sep=1.0,
        flip_y=0.06,
        random_state=seed,
    )
    return Dataset(X, y.astype(np.int64))


def make_imbalanced(balanced: Dataset, seed: int) -> Dataset:
    """Keep 340 samples of class 0 and 10 of class 1, at random.

    Parameters
    ----------
    balanced : Dataset
        With at least that many samples of each class.
    seed : int
        Seed of the random number generator.

    Returns
    -------
    Dataset
        With X of shape (350, 2).

    Examples
    --------
    >>> make_imbalanced(make_balanced(700, seed=100), seed=100).counts
    (340, 10)
    """
    X, y = make_imbalance(balanced.X, balanced.y, sampling_strategy=N_KEPT, random_state=seed)
    return Dataset(X, y)


def oversample_randomly(dataset: Dataset, seed: int) -> ResampledDataset:
    """Balance a data set with random oversampling: duplicate samples of the minority class.

    Parameters
    ----------
    dataset : Dataset
        Imbalanced data with X of shape (n_samples, 2).
    seed : int
        Seed of the random number generator.

    Returns
    -------
    ResampledDataset
        Its `row` is the input row of each output row.

    Examples
    --------
    >>> imbalanced = make_imbalanced(make_balanced(700, seed=100), seed=100)
    >>> oversample_randomly(imbalanced, seed=100).dataset.counts
    (340, 340)
    """
    return _resample(RandomOverSampler(random_state=seed), dataset)


def oversample_with_smote(dataset: Dataset, k: int, seed: int) -> ResampledDataset:
    """Balance a data set with SMOTE: generate synthetic samples of the minority class.

    Parameters
    ----------
    dataset : Dataset
        Imbalanced data with X of shape (n_samples, 2).
    k : int
        The number of nearest neighbors from which one is drawn.
    seed : int
        Seed of the random number generator.

    Returns
    -------
    ResampledDataset
        Its `base`, `neighbor` and `weight` give the position of each synthetic sample.

    Examples
    --------
    >>> imbalanced = make_imbalanced(make_balanced(700, seed=100), seed=100)
    >>> oversample_with_smote(imbalanced, k=1, seed=100).segments.shape
    (8, 2)
    """
    sampler = SMOTE(sampling_strategy="auto", k_neighbors=k, random_state=seed)
    return _resample(sampler, dataset)


def fit_svm(dataset: Dataset, **parameters: Any) -> Any:
    """Fit the tutorial's classifier, a linear support vector machine.

    Parameters
    ----------
    dataset : Dataset
        Training data with X of shape (n_samples, 2).
    **parameters
        Parameters of ``sklearn.svm.SVC``, such as ``class_weight="balanced"``.

    Returns
    -------
    sklearn.svm.SVC
        The fitted model.

    Examples
    --------
    >>> fit_svm(make_balanced(700, seed=100)).coef_.shape
    (1, 2)
    """
    return SVC(kernel="linear", **parameters).fit(dataset.X, dataset.y)


def run_experiment(report: Callable[[int, int], None] | None = None) -> Experiment:
    """Generate the tutorial's data sets and train an SVM on each.

    Parameters
    ----------
    report : callable, optional
        Called as ``report(done, total)`` before the first SVM is trained and after each one.

    Returns
    -------
    Experiment
        The same on every run.

    Examples
    --------
    >>> experiment = run_experiment()
    >>> experiment.imbalanced.counts, experiment.smote[8].dataset.counts
    ((340, 10), (340, 340))
    >>> int(experiment.svms["imbalanced"].predicted.sum())
    0
    """
    balanced = make_balanced(N_SAMPLES, SEED)
    imbalanced = make_imbalanced(balanced, SEED)
    oversampled = oversample_randomly(imbalanced, SEED)
    smote = {k: oversample_with_smote(imbalanced, k, SEED) for k in K_NEIGHBORS}
    grid = build_grid(balanced)
    training_sets = {
        "balanced": balanced,
        "imbalanced": imbalanced,
        "random_oversampling": oversampled.dataset,
        **{f"smote_k{k}": resampled.dataset for k, resampled in smote.items()},
    }
    svms: dict[str, FittedSVM] = {}
    for name, dataset in training_sets.items():
        _report_progress(report, len(svms), len(training_sets))
        svms[name] = _fit_and_evaluate(dataset, balanced, grid)
    _report_progress(report, len(svms), len(training_sets))
    example = _select_example(imbalanced, smote[max(smote)])
    return Experiment(balanced, imbalanced, oversampled, smote, grid, svms, example)


def build_grid(dataset: Dataset) -> Grid:
    """Build a grid that covers a data set.

    Parameters
    ----------
    dataset : Dataset
        With X of shape (n_samples, 2).

    Returns
    -------
    Grid
        From 1 below the minimum to 1 above the maximum of each feature, in steps of 0.02.

    Examples
    --------
    >>> import numpy as np
    >>> build_grid(Dataset(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([0, 1]))).points.shape
    (30000, 2)
    """
    low = dataset.X.min(axis=0) - GRID_MARGIN
    high = dataset.X.max(axis=0) + GRID_MARGIN
    feature_1, feature_2 = (np.arange(low[i], high[i], GRID_STEP) for i in (0, 1))
    return Grid(feature_1, feature_2)


def _resample(sampler: Any, dataset: Dataset) -> ResampledDataset:
    X, y = sampler.fit_resample(dataset.X, dataset.y)
    provenance = sampler.provenance_
    return ResampledDataset(
        Dataset(X, y),
        row=np.asarray(provenance.row, dtype=np.int64),
        base=np.asarray(provenance.base, dtype=np.int64),
        neighbor=np.asarray(provenance.neighbor, dtype=np.int64),
        weight=np.asarray(provenance.weight, dtype=np.float64),
        is_synthetic=np.asarray(provenance.is_synthetic, dtype=np.bool_),
    )


def _fit_and_evaluate(dataset: Dataset, balanced: Dataset, grid: Grid) -> FittedSVM:
    model = fit_svm(dataset)
    shape = len(grid.feature_2), len(grid.feature_1)
    # The prediction of a linear SVM, without the kernel with each support vector.
    scores = grid.points @ model.coef_[0] + model.intercept_[0]
    predicted = (scores > 0).astype(np.int8).reshape(shape)
    recalls = [
        float(np.mean(model.predict(balanced.samples_of(label)) == label)) for label in (0, 1)
    ]
    accuracy = float(model.score(dataset.X, dataset.y))
    return FittedSVM(model, predicted, (recalls[0], recalls[1]), accuracy)


def _select_example(imbalanced: Dataset, resampled: ResampledDataset) -> SmoteExample:
    """Select the synthetic sample that shows best how SMOTE works.

    It should be clearly apart from both ends of its segment: the segment long, the weight near
    0.5. The product of the two distances rewards both.
    """
    X = imbalanced.X
    rows = np.flatnonzero(resampled.base >= 0)
    synthetic = resampled.dataset.X[rows]
    to_base = np.linalg.norm(synthetic - X[resampled.base[rows]], axis=1)
    to_neighbor = np.linalg.norm(synthetic - X[resampled.neighbor[rows]], axis=1)
    row = int(rows[np.argmax(to_base * to_neighbor)])
    base = X[resampled.base[row]]
    # The provenance holds the neighbors that were drawn. With 330 draws from 10 base samples,
    # these are all k neighbors of the base sample; a test compares them with the nearest ones.
    neighbors = np.unique(resampled.neighbor[resampled.base == resampled.base[row]])
    distances = np.linalg.norm(X[neighbors] - base, axis=1)
    neighbors = neighbors[np.argsort(distances, kind="stable")]
    return SmoteExample(
        base,
        X[neighbors],
        int(np.flatnonzero(neighbors == resampled.neighbor[row])[0]),
        float(resampled.weight[row]),
        resampled.dataset.X[row],
        row,
    )


def _report_progress(report: Callable[[int, int], None] | None, done: int, total: int) -> None:
    if report is not None:
        report(done, total)
