"""The tutorial's experiment as facts: its data sets, its SVMs, and where each new point came from.

Nothing is drawn here. One seed, 100, decides everything, so the same numbers come out on every run:

    base (349 + 351) -> imbalanced (340 + 10) -> over-sampled by repeats, or SMOTE'd (340 + 340)

An SVM is fitted to each, and all of them are asked about the same grid of points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_classification
from sklearn.svm import SVC

from counterpoise.datasets import make_imbalance
from counterpoise.over_sampling import SMOTE, RandomOverSampler

SEED = 100
N_POINTS = 700
KEPT = {0: 340, 1: 10}
NEIGHBOURS = (1, 2, 8)
GRID_STEP = 0.02
GRID_MARGIN = 1.0

Points = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """Points with their class.

    Attributes
    ----------
    points : float64 array of shape (n, 2)
        The two features.
    labels : int64 array of shape (n,)
        0 for the majority class, 1 for the one that becomes the minority.

    Examples
    --------
    >>> import numpy as np
    >>> Sample(np.zeros((3, 2)), np.array([0, 0, 1])).counts
    (2, 1)
    """

    points: Points
    labels: Numbers

    @property
    def counts(self) -> tuple[int, int]:
        """Number of points of class 0 and of class 1."""
        ones = int(np.count_nonzero(self.labels))
        return len(self.labels) - ones, ones

    def of(self, label: int) -> Points:
        """Take the points of one class, shape (n_label, 2), in their order."""
        chosen: Points = self.points[self.labels == label]
        return chosen


@dataclass(frozen=True)
class Growth:
    """A sample that a sampler made from the imbalanced one, and what each of its rows came from.

    The five arrays are the sampler's ``provenance_``, one entry for each output row; row numbers
    count from 0 in the imbalanced sample.

    Attributes
    ----------
    sample : Sample
        The grown sample, n rows.
    row : int64 array of shape (n,)
        The input row that this row copies, or -1 where it was made between two rows.
    base, partner : int64 array of shape (n,)
        The two rows that it was made between, or -1.
    weight : float64 array of shape (n,)
        How far it lies on the way from base to partner.
    is_new : bool array of shape (n,)
        Whether the sampler added it.
    """

    sample: Sample
    row: Numbers
    base: Numbers
    partner: Numbers
    weight: NDArray[np.float64]
    is_new: NDArray[np.bool_]

    @property
    def lines(self) -> Numbers:
        """The distinct segments that carry new points: pairs of input rows, shape (n_lines, 2)."""
        made = self.base >= 0
        pairs = np.sort(np.column_stack([self.base[made], self.partner[made]]), axis=1)
        return np.unique(pairs, axis=0)

    @property
    def repeats(self) -> Numbers:
        """How often each input row stands in the output, shape (n_input,)."""
        return np.bincount(self.row[self.row >= 0])


@dataclass(frozen=True)
class Grid:
    """A mesh of points over the base sample: steps of 0.02, with a margin of 1 on every side.

    Attributes
    ----------
    across, up : float64 array of shape (n_across,) and (n_up,)
        The values of feature 1 and of feature 2.
    """

    across: NDArray[np.float64]
    up: NDArray[np.float64]

    @property
    def points(self) -> Points:
        """All points of the mesh, shape (n_up * n_across, 2), row by row."""
        return np.column_stack([axis.ravel() for axis in np.meshgrid(self.across, self.up)])

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top."""
        return (
            float(self.across[0]),
            float(self.across[-1]),
            float(self.up[0]),
            float(self.up[-1]),
        )


@dataclass(frozen=True)
class Boundary:
    """A fitted linear SVM and what it says about every point of the grid.

    Attributes
    ----------
    model : sklearn.svm.SVC
        The fitted machine.
    predicted : int8 array of shape (n_up, n_across)
        The class that it gives to each grid point.
    recalls : tuple of two floats
        The share of the base sample's class 0, and of its class 1, that it recognises.
    training_accuracy : float
        The share of the rows that it was fitted to and labels correctly.
    """

    model: Any
    predicted: NDArray[np.int8]
    recalls: tuple[float, float]
    training_accuracy: float

    @property
    def normal(self) -> NDArray[np.float64]:
        """The weight of each feature, shape (2,); it points towards class 1."""
        return np.asarray(self.model.coef_[0], dtype=np.float64)

    @property
    def intercept(self) -> float:
        """The constant: the boundary is where ``normal @ point + intercept`` is 0."""
        return float(self.model.intercept_[0])

    @property
    def share_of_plane(self) -> float:
        """The share of the grid given to class 1."""
        return float(self.predicted.mean())


@dataclass(frozen=True)
class Example:
    """One new point, and the family it comes from: how SMOTE works, seen on a single case.

    Attributes
    ----------
    base : float64 array of shape (2,)
        The observation.
    neighbours : float64 array of shape (k, 2)
        Its neighbours of the same class, nearest first.
    chosen : int
        Which of the neighbours was drawn: a position in ``neighbours``.
    weight : float
        How far the new point lies on the way from the base to the chosen neighbour.
    point : float64 array of shape (2,)
        The new point.
    output_row : int
        Its row in the SMOTE'd sample.
    """

    base: Points
    neighbours: Points
    chosen: int
    weight: float
    point: Points
    output_row: int

    @property
    def partner(self) -> Points:
        """The neighbour that was drawn, shape (2,)."""
        return np.asarray(self.neighbours[self.chosen])


@dataclass(frozen=True)
class Experiment:
    """All facts of the tutorial for its own seed.

    Attributes
    ----------
    base, imbalanced : Sample
        Before and after most of class 1 is taken away.
    repeated : Growth
        Balanced again by plain over-sampling.
    smoted : dict of int to Growth
        Balanced again by SMOTE, for each number of neighbours.
    grid : Grid
        Where the boundaries are drawn.
    boundaries : dict of str to Boundary
        The SVM of ``"base"``, ``"imbalanced"``, ``"repeated"``, ``"smoted_k1"``, ``"smoted_k2"``
        and ``"smoted_k8"``.
    example : Example
        One new point of ``smoted[8]``.
    """

    base: Sample
    imbalanced: Sample
    repeated: Growth
    smoted: dict[int, Growth]
    grid: Grid
    boundaries: dict[str, Boundary]
    example: Example

    @property
    def tables(self) -> dict[str, Sample]:
        """The samples that are written as CSV, by file name."""
        return {
            "df_base.csv": self.base,
            "df_imbalanced.csv": self.imbalanced,
            "df_oversampled.csv": self.repeated.sample,
            **{f"df_smoted_k{k}.csv": grown.sample for k, grown in self.smoted.items()},
            "df_smoted.csv": self.smoted[max(self.smoted)].sample,
        }


def draw_points(n_samples: int, seed: int) -> Sample:
    """Draw points with the tutorial's settings.

    Parameters
    ----------
    n_samples : int
        How many; about half of them in each class.
    seed : int
        Of the generator.

    Returns
    -------
    Sample
        With points of shape (n_samples, 2).

    Examples
    --------
    >>> draw_points(700, seed=100).counts
    (349, 351)
    """
    points, labels = make_classification(
        n_samples=n_samples,
        n_features=2,
        n_redundant=0,
        n_informative=2,
        n_clusters_per_class=1,
        class_sep=1.0,
        flip_y=0.06,
        random_state=seed,
    )
    return Sample(points, labels.astype(np.int64))


def take_away(sample: Sample, seed: int) -> Sample:
    """Keep 340 points of class 0 and 10 of class 1.

    Parameters
    ----------
    sample : Sample
        With at least that many of each.
    seed : int
        Of the draw.

    Returns
    -------
    Sample
        With points of shape (350, 2).

    Examples
    --------
    >>> take_away(draw_points(700, seed=100), seed=100).counts
    (340, 10)
    """
    points, labels = make_imbalance(
        sample.points, sample.labels, sampling_strategy=KEPT, random_state=seed
    )
    return Sample(points, labels)


def repeat_points(sample: Sample, seed: int) -> Growth:
    """Balance a sample by repeating random rows of its smaller class.

    Parameters
    ----------
    sample : Sample
        With points of shape (n, 2).
    seed : int
        Of the draw.

    Returns
    -------
    Growth
        Whose ``row`` says which input row each output row is.

    Examples
    --------
    >>> imbalanced = take_away(draw_points(700, seed=100), seed=100)
    >>> repeat_points(imbalanced, seed=100).sample.counts
    (340, 340)
    """
    return _grow(RandomOverSampler(random_state=seed), sample)


def smote_points(sample: Sample, k: int, seed: int) -> Growth:
    """Balance a sample with new points between neighbours of its smaller class.

    Parameters
    ----------
    sample : Sample
        With points of shape (n, 2).
    k : int
        How many neighbours each row has to choose from.
    seed : int
        Of the draws.

    Returns
    -------
    Growth
        Whose ``base``, ``partner`` and ``weight`` say where each new point lies.

    Examples
    --------
    >>> imbalanced = take_away(draw_points(700, seed=100), seed=100)
    >>> smote_points(imbalanced, k=1, seed=100).lines.shape
    (8, 2)
    """
    sampler = SMOTE(sampling_strategy="auto", k_neighbors=k, random_state=seed)
    return _grow(sampler, sample)


def fit_svm(sample: Sample, **parameters: Any) -> Any:
    """Fit the tutorial's classifier, a linear support vector machine.

    Parameters
    ----------
    sample : Sample
        With points of shape (n, 2).
    **parameters
        Of ``sklearn.svm.SVC``, such as ``class_weight="balanced"``.

    Returns
    -------
    sklearn.svm.SVC
        Fitted.

    Examples
    --------
    >>> fit_svm(draw_points(700, seed=100)).coef_.shape
    (1, 2)
    """
    return SVC(kernel="linear", **parameters).fit(sample.points, sample.labels)


def run_experiment(report: Callable[[int, int], None] | None = None) -> Experiment:
    """Make the tutorial's data sets and fit its machines.

    Parameters
    ----------
    report : callable, optional
        Called as ``report(done, total)`` before the first machine and after each one.

    Returns
    -------
    Experiment
        The same on every run.

    Examples
    --------
    >>> experiment = run_experiment()
    >>> experiment.imbalanced.counts, experiment.smoted[8].sample.counts
    ((340, 10), (340, 340))
    >>> int(experiment.boundaries["imbalanced"].predicted.sum())
    0
    """
    base = draw_points(N_POINTS, SEED)
    imbalanced = take_away(base, SEED)
    repeated = repeat_points(imbalanced, SEED)
    smoted = {k: smote_points(imbalanced, k, SEED) for k in NEIGHBOURS}
    grid = cover(base)
    fitted_to = {
        "base": base,
        "imbalanced": imbalanced,
        "repeated": repeated.sample,
        **{f"smoted_k{k}": grown.sample for k, grown in smoted.items()},
    }
    boundaries: dict[str, Boundary] = {}
    for name, sample in fitted_to.items():
        _tell(report, len(boundaries), len(fitted_to))
        boundaries[name] = _bound(sample, base, grid)
    _tell(report, len(boundaries), len(fitted_to))
    example = _pick_example(imbalanced, smoted[max(smoted)])
    return Experiment(base, imbalanced, repeated, smoted, grid, boundaries, example)


def cover(sample: Sample) -> Grid:
    """Lay the grid over a sample, with its margin.

    Parameters
    ----------
    sample : Sample
        With points of shape (n, 2).

    Returns
    -------
    Grid
        From 1 below the least to 1 above the greatest value of each feature, in steps of 0.02.

    Examples
    --------
    >>> import numpy as np
    >>> cover(Sample(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([0, 1]))).points.shape
    (30000, 2)
    """
    low = sample.points.min(axis=0) - GRID_MARGIN
    high = sample.points.max(axis=0) + GRID_MARGIN
    across, up = (np.arange(low[i], high[i], GRID_STEP) for i in (0, 1))
    return Grid(across, up)


def _grow(sampler: Any, sample: Sample) -> Growth:
    points, labels = sampler.fit_resample(sample.points, sample.labels)
    origin = sampler.provenance_
    return Growth(
        Sample(points, labels),
        row=np.asarray(origin.row, dtype=np.int64),
        base=np.asarray(origin.base, dtype=np.int64),
        partner=np.asarray(origin.partner, dtype=np.int64),
        weight=np.asarray(origin.weight, dtype=np.float64),
        is_new=np.asarray(origin.is_new, dtype=np.bool_),
    )


def _bound(sample: Sample, base: Sample, grid: Grid) -> Boundary:
    model = fit_svm(sample)
    predicted = model.predict(grid.points).astype(np.int8).reshape(len(grid.up), len(grid.across))
    recalls = tuple(float(np.mean(model.predict(base.of(label)) == label)) for label in (0, 1))
    accuracy = float(model.score(sample.points, sample.labels))
    return Boundary(model, predicted, (recalls[0], recalls[1]), accuracy)


def _pick_example(parents: Sample, grown: Growth) -> Example:
    """Take the new point whose segment is clearest to look at.

    The weight should be near a half, so that the point stands apart from both parents, and the
    segment should be long; the product of the two distances to the parents rewards both.
    """
    made = np.flatnonzero(grown.base >= 0)
    near = grown.sample.points[made]
    to_base = np.linalg.norm(near - parents.points[grown.base[made]], axis=1)
    to_partner = np.linalg.norm(near - parents.points[grown.partner[made]], axis=1)
    row = int(made[np.argmax(to_base * to_partner)])
    base = parents.points[grown.base[row]]
    partners = np.unique(grown.partner[grown.base == grown.base[row]])
    distances = np.linalg.norm(parents.points[partners] - base, axis=1)
    partners = partners[np.argsort(distances, kind="stable")]
    return Example(
        base,
        parents.points[partners],
        int(np.flatnonzero(partners == grown.partner[row])[0]),
        float(grown.weight[row]),
        grown.sample.points[row],
        row,
    )


def _tell(report: Callable[[int, int], None] | None, done: int, total: int) -> None:
    if report is not None:
        report(done, total)
