"""What the papers of oversamplers promise: where synthetic samples lie, and how many are where."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.neighbors import NearestNeighbors

from counterpoise.combine import SMOTEIPF, Chain
from counterpoise.exceptions import CounterpoiseWarning, SmallClassWarning
from counterpoise.over_sampling import (
    CCR,
    LVQSMOTE,
    SMOBD,
    SMOTE,
    AssembledSMOTE,
    GeometricSMOTE,
    Lee,
    PolynomFitSMOTE,
    ProWSyn,
)
from counterpoise.under_sampling import IterativePartitioningFilter

VARIANTS: dict[str, Any] = {
    "star": PolynomFitSMOTE,
    "bus": lambda **p: PolynomFitSMOTE(topology="bus", **p),
    "mesh": lambda **p: PolynomFitSMOTE(topology="mesh", **p),
    "curve": lambda **p: PolynomFitSMOTE(topology="curve", **p),
    "ball": GeometricSMOTE,
    "ball of the majority": lambda **p: GeometricSMOTE(selection_strategy="majority", **p),
    "CCR": lambda **p: CCR(energy=4.0, **p),
    "Lee": lambda **p: Lee(rejection_level=1.0, **p),
    "ProWSyn": ProWSyn,
    "SMOBD": SMOBD,
    "LVQ": lambda **p: LVQSMOTE(n_codebooks=4, **p),
    "Assembled": AssembledSMOTE,
}
variants = pytest.mark.parametrize("build", VARIANTS.values(), ids=VARIANTS)


def overlapping(seed: int, n_features: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return two overlapping classes, the minority class last."""
    rng = np.random.RandomState(seed)
    X = np.vstack([rng.randn(120, n_features), rng.randn(30, n_features) + 1.5])
    return X, np.repeat([0, 1], [120, 30])


def synthetic(sampler: Any, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the synthetic samples of a sampler, and their base samples."""
    out, _ = sampler.fit_resample(X, y)
    is_synthetic = sampler.provenance_.is_synthetic
    return np.asarray(out)[is_synthetic], np.asarray(X)[sampler.provenance_.base[is_synthetic]]


def resample_line(sampler: Any, minority: list[float], majority: list[float]) -> list[float]:
    """Return the sorted synthetic samples of one feature."""
    X = np.array([*majority, *minority], float)[:, None]
    y = np.repeat([0, 1], [len(majority), len(minority)])
    return sorted(synthetic(sampler, X, y)[0][:, 0].tolist())


# ---- What all of them promise ----


@variants
def test_units_of_features(build: Any, seed: int) -> None:
    """In standard units, features in other units give the same samples in these units."""
    X, y = overlapping(seed)
    units = np.array([8.0, 1.0, 0.25])  # powers of 2, so that nothing is rounded
    first, _ = build(scale="standard", random_state=seed).fit_resample(X, y)
    second, _ = build(scale="standard", random_state=seed).fit_resample(X * units, y)
    np.testing.assert_allclose(first * units, second, rtol=1e-12)


@variants
def test_missing_values(build: Any, seed: int) -> None:
    """A synthetic sample has missing values exactly where its base sample has them."""
    X, y = overlapping(seed)
    X[np.random.RandomState(seed).rand(*X.shape) < 0.15] = np.nan
    found, base = synthetic(build(random_state=seed), X, y)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(base))


@variants
def test_values_lie_near_the_table(build: Any, seed: int) -> None:
    """Synthetic samples of a class far from zero are there, in integers as in floats."""
    X, y = overlapping(seed)
    X = np.rint(X * 10).astype(np.int32) + 1000
    found, _ = synthetic(build(random_state=seed), X, y)
    assert found.dtype == np.int32
    spread = X.max() - X.min()
    assert found.min() > X.min() - spread
    assert found.max() < X.max() + spread


@variants
def test_a_dict_of_counts_for_three_classes(build: Any, seed: int) -> None:
    """Each class gets exactly as many samples as requested; others keep theirs."""
    X, y = overlapping(seed)
    y[:15] = 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CounterpoiseWarning)
        _, out = build(sampling_strategy={1: 83, 2: 16}, random_state=seed).fit_resample(X, y)
    assert Counter(out.tolist()) == {0: 105, 1: 83, 2: 16}


# ---- Polynom-fit-SMOTE ----


@pytest.mark.parametrize(
    ("topology", "minority", "expected"),
    [
        ("star", [0, 2], [0.5, 1.5]),  # halfway to the mean
        ("star", [0, 4], [2 / 3, 4 / 3, 8 / 3, 10 / 3]),
        ("bus", [3, 0, 1], [1 / 3, 2 / 3, 5 / 3, 7 / 3]),  # in the order of the values
        ("mesh", [3, 0, 1], [0.5, 1.5, 2]),
        ("curve", [0, 3, 6], [1.5, 3, 4.5]),
    ],
)
def test_polynom_fit_smote_on_a_line(
    topology: str, minority: list[float], expected: list[float]
) -> None:
    """The places of synthetic samples, as computed by hand."""
    n = len(minority) + len(expected)
    sampler = PolynomFitSMOTE(topology=topology, degree=1, random_state=0)
    found = resample_line(sampler, minority, list(range(100, 100 + n)))
    assert found == pytest.approx(expected)


def test_star_points_to_the_mean(seed: int) -> None:
    """A synthetic sample is on the line from its base sample to the mean, all bases alike."""
    X, y = overlapping(seed)
    sampler = PolynomFitSMOTE(random_state=seed)
    found, base = synthetic(sampler, X, y)
    step, whole = found - base, X[y == 1].mean(axis=0) - base
    weight = (step * whole).sum(axis=1) / (whole**2).sum(axis=1)
    np.testing.assert_allclose(step, weight[:, None] * whole, atol=1e-12)
    assert set(weight.round(9)) == {0.25, 0.5, 0.75}  # three for each of 30 samples
    assert set(Counter(map(tuple, base)).values()) == {3}


def test_mesh_joins_different_pairs(seed: int) -> None:
    """With fewer synthetic samples than pairs, each lies halfway between another pair."""
    X, y = overlapping(seed)
    sampler = PolynomFitSMOTE(topology="mesh", random_state=seed)
    sampler.fit_resample(X, y)
    origin = sampler.provenance_
    pairs = np.sort(np.column_stack([origin.base, origin.neighbor])[origin.is_synthetic], axis=1)
    assert len(np.unique(pairs, axis=0)) == 90
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert set(origin.weight[origin.is_synthetic]) == {0.5}


@pytest.mark.parametrize("degree", [2, 3, 50])
def test_curve_through_samples_on_a_curve(degree: int, seed: int) -> None:
    """Samples on a curve of the degree give synthetic samples on it, whatever their order."""
    time = np.random.RandomState(seed).permutation(np.arange(12.0))
    minority = np.column_stack([time, time**2 / 20])
    X = np.vstack([minority, np.full((30, 2), 99.0)])
    y = np.repeat([1, 0], [12, 30])
    found, _ = synthetic(PolynomFitSMOTE(topology="curve", degree=degree), X, y)
    np.testing.assert_allclose(found[:, 1], found[:, 0] ** 2 / 20, atol=1e-8)
    assert np.diff(found[:, 0]) == pytest.approx(11 / 19)


@pytest.mark.parametrize("topology", ["star", "bus", "mesh", "curve"])
def test_a_single_sample_is_duplicated(topology: str) -> None:
    """No line and no curve of a class with one sample, which is reported."""
    with pytest.warns(SmallClassWarning, match="Class 1 has a single sample, which Polynom"):
        assert resample_line(PolynomFitSMOTE(topology=topology), [7], [1, 2, 3]) == [7, 7]


# ---- Geometric SMOTE ----


def radii(X: np.ndarray, y: np.ndarray, base: np.ndarray, strategy: str) -> np.ndarray:
    """Return the largest radius of the balls around base samples."""
    same = NearestNeighbors(n_neighbors=6).fit(X[y == 1]).kneighbors(base)[0][:, -1]
    other = NearestNeighbors(n_neighbors=1).fit(X[y == 0]).kneighbors(base)[0][:, 0]
    return {"minority": same, "majority": other, "combined": np.minimum(same, other)}[strategy]


@pytest.mark.parametrize("strategy", ["minority", "majority", "combined"])
@pytest.mark.parametrize(("truncation", "deformation"), [(0, 0), (1, 0), (-0.5, 0.5), (0.7, 1)])
def test_geometric_smote_stays_in_the_ball(
    strategy: str, truncation: float, deformation: float, seed: int
) -> None:
    """Truncation and deformation keep synthetic samples in the ball of the strategy."""
    X, y = overlapping(seed)
    sampler = GeometricSMOTE(
        selection_strategy=strategy,
        truncation_factor=truncation,
        deformation_factor=deformation,
        random_state=seed,
    )
    found, base = synthetic(sampler, X, y)
    distances = np.linalg.norm(found - base, axis=1)
    assert (distances <= radii(X, y, base, strategy) + 1e-12).all()


@pytest.mark.parametrize(("truncation", "low", "high"), [(1, 0, 1), (-1, -1, 0), (0.5, -0.5, 1)])
def test_truncation_cuts_a_part_off(truncation: float, low: float, high: float, seed: int) -> None:
    """Of the ball towards the nearest sample of another class, the given part is left."""
    X, y = overlapping(seed)
    sampler = GeometricSMOTE(
        selection_strategy="majority", truncation_factor=truncation, random_state=seed
    )
    found, base = synthetic(sampler, X, y)
    distances, nearest = NearestNeighbors(n_neighbors=1).fit(X[y == 0]).kneighbors(base)
    towards = X[y == 0][nearest[:, 0]] - base
    along = ((found - base) * towards).sum(axis=1) / distances[:, 0] ** 2
    assert low - 1e-9 <= along.min() < low + 0.3
    assert high - 0.3 < along.max() <= high + 1e-9


def test_deformation_gives_the_line_of_smote(seed: int) -> None:
    """Fully deformed and truncated, synthetic samples lie between base and a neighbor."""
    X, y = overlapping(seed)
    sampler = GeometricSMOTE(selection_strategy="minority", deformation_factor=1, random_state=seed)
    found, base = synthetic(sampler, X, y)
    minority = X[y == 1]
    nearest = NearestNeighbors(n_neighbors=6).fit(minority).kneighbors(base)[1][:, 1:]
    steps = minority[nearest] - base[:, None]
    weight = np.einsum("ij,ikj->ik", found - base, steps) / (steps**2).sum(axis=2)
    gaps = np.linalg.norm(base[:, None] + weight[..., None] * steps - found[:, None], axis=2)
    on_line = (gaps < 1e-9) & (weight >= -1e-9) & (weight <= 1 + 1e-9)
    assert on_line.any(axis=1).all()


def test_the_ball_is_filled_evenly(seed: int) -> None:
    """Half of the radius holds a quarter of the disc, and the directions have no preference."""
    X = np.array([[0.0, 0.0], [3.0, 4.0], [90, 90], [91, 91]])
    sampler = GeometricSMOTE(
        truncation_factor=0,
        selection_strategy="minority",
        k_neighbors=1,
        sampling_strategy={1: 4002, 0: 2},
        random_state=seed,
    )
    found, base = synthetic(sampler, X, np.array([1, 1, 0, 0]))
    step = (found - base) / 5
    inner = (np.linalg.norm(step, axis=1) < 0.5).mean()
    assert inner == pytest.approx(0.25, abs=5 * np.sqrt(0.25 * 0.75 / 4000))
    assert np.abs(step.mean(axis=0)).max() < 5 * 0.5 / np.sqrt(4000)


# ---- CCR ----


def test_energy_by_hand() -> None:
    """The ball around 0 with energy 3 reaches 2, and pushes the sample at 1 there."""
    X, y = np.array([[0.0], [1.0], [5.0], [2.5]]), np.array([1, 0, 0, 0])
    out, classes = CCR(energy=3, random_state=0).fit_resample(X, y)
    assert out[:4, 0].tolist() == [0, 2, 5, 2.5]
    assert np.abs(out[4:]).max() <= 2
    assert classes.tolist() == [1, 0, 0, 0, 1, 1]


@pytest.mark.parametrize("energy", [0.5, 20.0, 1e4])
def test_energy_is_used_up(energy: float, seed: int) -> None:
    """The radius r of a ball fulfils: energy = r + sum of r - d over the samples in it."""
    rng = np.random.RandomState(seed)
    X = np.vstack([np.zeros((1, 3)), rng.randn(150, 3)])
    y = np.repeat([1, 0], [1, 150])
    out, _ = CCR(energy=energy, random_state=seed).fit_resample(X, y)
    before, after = np.linalg.norm(X[1:], axis=1), np.linalg.norm(out[1:151], axis=1)
    is_pushed = before != after
    if is_pushed.any():
        radius = after[is_pushed]
        assert np.ptp(radius) < 1e-9 * radius[0]  # all to the surface
        spent = radius[0] + (radius[0] - before[is_pushed]).sum()
        assert spent == pytest.approx(energy)
        directions = [rows / np.linalg.norm(rows, axis=1)[:, None] for rows in (X[1:], out[1:151])]
        np.testing.assert_allclose(*directions, atol=1e-9)
    assert after.min() >= (radius[0] if is_pushed.any() else energy) - 1e-9


def test_small_balls_get_more_samples(seed: int) -> None:
    """The number of synthetic samples is proportional to the inverse radius."""
    X = np.array([[0.0], [100.0], [101.0], *[[1000.0]] * 33])
    y = np.array([1, 1, *[0] * 34])
    sampler = CCR(energy=3.0, random_state=seed)
    found, base = synthetic(sampler, X, y)
    # The radii are 3, and 2 for the ball that contains the sample at 101.
    assert Counter(base[1:, 0].tolist()) == {0.0: 13, 100.0: 19}
    assert np.abs(found[1:] - base[1:]).max() <= 3


def test_ccr_keeps_places_and_provenance(seed: int) -> None:
    """A pushed sample stands where it was and has itself as base; the others do not change."""
    X, y = overlapping(seed)
    sampler = CCR(energy=2.0, random_state=seed)
    out, classes = sampler.fit_resample(X, y)
    origin = sampler.provenance_
    np.testing.assert_array_equal(classes[:150], y)
    is_moved = (out[:150] != X).any(axis=1)
    assert is_moved.any()
    assert not is_moved[y == 1].any()
    np.testing.assert_array_equal(origin.row[:150], np.where(is_moved, -1, np.arange(150)))
    np.testing.assert_array_equal(origin.base[:150], np.where(is_moved, np.arange(150), -1))
    np.testing.assert_array_equal(origin.carry(y), classes)


def test_a_sample_at_the_center_is_pushed(seed: int) -> None:
    """A sample of a larger class that equals one of the class is pushed in any direction."""
    X, y = np.zeros((4, 2)), np.array([1, 0, 0, 0])
    X[2:] = [[50, 0], [0, 60]]
    out, _ = CCR(energy=1.0, random_state=seed).fit_resample(X, y)
    assert np.linalg.norm(out[1]) == pytest.approx(0.5)


# ---- Lee ----


def test_accepted_samples_have_neighbors_of_their_class(seed: int) -> None:
    """Less than half of the neighbors of each synthetic sample are of another class."""
    X, y = overlapping(seed)
    found, _ = synthetic(Lee(m_neighbors=4, random_state=seed), X, y)
    nearest = NearestNeighbors(n_neighbors=4).fit(X).kneighbors(found)[1]
    assert ((y[nearest] == 0).mean(axis=1) < 0.5).all()


def test_rejection_without_accepted_samples() -> None:
    """If all candidates are rejected, the count is right, and a warning has the numbers."""
    majority = [i / 10 for i in range(100)]
    sampler = Lee(k_neighbors=1, random_state=0)
    with pytest.warns(CounterpoiseWarning, match="accepted only 0 of 98 synthetic samples of cl"):
        found = resample_line(sampler, [2.05, 7.05], majority)
    assert len(found) == 98


# ---- ProWSyn ----


def test_levels_by_hand() -> None:
    """Levels of two samples with weights 1, 1/2 and 1/4, and neighbors of the same level."""
    X = np.array([6.0, 5, 4, 3, 2, 1, *[-i / 100 for i in range(20)]])[:, None]
    y = np.repeat([1, 0], [6, 20])
    sampler = ProWSyn(k_neighbors=2, n_levels=3, theta=np.log(2), random_state=0)
    sampler.fit_resample(X, y)
    origin = sampler.provenance_
    base, neighbor = (X[rows[origin.is_synthetic], 0] for rows in (origin.base, origin.neighbor))
    assert Counter(base.tolist()) == {1: 4, 2: 4, 3: 2, 4: 2, 5: 1, 6: 1}
    np.testing.assert_array_equal(neighbor, np.array([0, 2, 1, 4, 3, 6, 5])[base.astype(int)])


def test_the_only_sample_of_a_level(seed: int) -> None:
    """The neighbors of a sample that is alone in its level are drawn from the whole class."""
    X = np.array([3.0, 2, 1, *[-i / 100 for i in range(60)]])[:, None]
    y = np.repeat([1, 0], [3, 60])
    sampler = ProWSyn(k_neighbors=2, n_levels=2, theta=0, random_state=seed)
    sampler.fit_resample(X, y)
    origin = sampler.provenance_
    of_last = origin.neighbor[origin.base == 0]
    assert set(of_last.tolist()) == {1, 2}
    assert set(origin.neighbor[origin.base == 1].tolist()) == {2}


# ---- SMOBD ----


def test_noise_is_no_base(seed: int) -> None:
    """A sample far from the class is no base, and the others have the density of the paper."""
    X, y = overlapping(seed)
    X[-1] = 40.0
    sampler = SMOBD(random_state=seed)
    synthetic(sampler, X, y)
    origin, probabilities = sampler.provenance_, sampler.base_probabilities_[1]
    assert probabilities[-1] == 0
    assert len(X) - 1 not in origin.base
    distances = NearestNeighbors(n_neighbors=6).fit(X[y == 1])
    core = distances.kneighbors(X[y == 1])[0][:, -1]
    within = distances.radius_neighbors(X[y == 1], core.mean(), return_distance=False)
    n_within = np.array([len(rows) - 1 for rows in within])
    density = core / core.max() / 2 + n_within / n_within.max() / 2
    expected = density * (probabilities > 0)
    np.testing.assert_allclose(probabilities, expected / expected.sum())
    assert (probabilities > 0).sum() > 20


def test_noise_is_far_from_all_others() -> None:
    """A sample whose second neighbor is far, but the first is not, is no noise."""
    minority = np.concatenate([np.arange(11) * 0.9, [100.0, 101.0, 102.0]])
    X = np.concatenate([minority, np.arange(30.0) + 500])[:, None]
    y = np.repeat([1, 0], [14, 30])
    sampler = SMOBD(k_neighbors=2, noise_threshold=1.6, random_state=0)
    sampler.fit_resample(X, y)
    probabilities = sampler.base_probabilities_[1]
    assert (probabilities > 0).all()
    assert probabilities[-1] == probabilities.max()  # it has the largest core distance


# ---- LVQ-SMOTE ----


def test_samples_move_from_one_codebook_vector_to_another(seed: int) -> None:
    """With two clusters as codebook, each synthetic sample is one of the other cluster, moved."""
    rng = np.random.RandomState(seed)
    left, right = rng.randn(10, 2), rng.randn(12, 2) + np.array([30, 0])
    X = np.vstack([left, right, rng.randn(60, 2) + np.array([0, 50])])
    y = np.repeat([1, 0], [22, 60])
    found, base = synthetic(LVQSMOTE(n_codebooks=2, random_state=seed), X, y)
    step = right.mean(axis=0) - left.mean(axis=0)
    sign = np.where(base[:, 0] < 15, 1, -1)[:, None]
    np.testing.assert_allclose(found - base, sign * step, atol=1e-9)
    assert set(sign[:, 0]) == {-1, 1}
    model = KMeans(2, n_init=1, random_state=seed).fit(X[y == 1])
    for center in model.cluster_centers_:  # only the five samples nearest to it
        own = base[np.linalg.norm(base - center, axis=1) < 15]
        assert len(np.unique(own, axis=0)) <= 5


def test_few_different_samples_are_the_codebook() -> None:
    """A class of equal samples gets equal ones."""
    sampler = LVQSMOTE(k_neighbors=2, random_state=0)
    assert resample_line(sampler, [4, 4, 4], [0, 1, 2, 3, 5]) == [4, 4]


# ---- Assembled SMOTE ----


def border_of_two_lines(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a class on two lines at a right angle, with samples of another class around it."""
    rng = np.random.RandomState(seed)
    along = np.linspace(1, 10, 20)
    lines = [np.column_stack([along, 0 * along]), np.column_stack([0 * along, along])]
    minority = np.vstack(lines) + rng.randn(40, 2) * 0.01
    majority = np.vstack([minority + 0.05, minority - 0.05])
    return np.vstack([minority, majority]), np.repeat([1, 0], [40, 80])


def test_clusters_are_straight(seed: int) -> None:
    """Each cluster of the border has samples of one line, and so have synthetic samples."""
    X, y = border_of_two_lines(seed)
    sampler = AssembledSMOTE(min_cluster_size=3, direction_threshold=0.5, random_state=seed)
    sampler.fit_resample(X, y)
    clusters = sampler.clusters_[1]
    rows = np.concatenate(clusters)
    assert len(rows) == len(set(rows.tolist()))
    large = [cluster for cluster in clusters if len(cluster) >= 6]
    assert all(len({row // 20 for row in cluster.tolist()}) == 1 for cluster in large)
    cluster_of = {row: i for i, rows in enumerate(clusters) for row in rows.tolist()}
    origin = sampler.provenance_
    for base, neighbor in zip(origin.base, origin.neighbor, strict=True):
        assert base < 0 or cluster_of[base] == cluster_of[neighbor]


def test_direction_threshold(seed: int) -> None:
    """With a threshold of 0, clusters that touch are merged; with 1, none that have a direction."""
    X, y = border_of_two_lines(seed)
    n_clusters = []
    for threshold in (0, 1):
        sampler = AssembledSMOTE(direction_threshold=threshold, random_state=seed)
        sampler.fit_resample(X, y)
        n_clusters.append(len(sampler.clusters_[1]))
    assert n_clusters[0] <= 2
    assert n_clusters[1] > 8


def test_inner_samples_are_a_cluster(seed: int) -> None:
    """Samples without neighbors of another class form a cluster."""
    X, y = make_blobs([100, 40], centers=[[0, 0], [3.5, 0]], random_state=seed)
    sampler = AssembledSMOTE(random_state=seed)
    sampler.fit_resample(X, y)
    nearest = NearestNeighbors(n_neighbors=6).fit(X).kneighbors(X)[1][:, 1:]
    inner = np.flatnonzero((y == 1) & (y[nearest] == 1).all(axis=1))
    assert 5 < len(inner) < 40
    assert any(np.array_equal(cluster, inner) for cluster in sampler.clusters_[1])


# ---- Iterative partitioning filter, SMOTE-IPF ----


@pytest.mark.parametrize("voting", ["majority", "consensus"])
def test_the_filter_removes_mislabeled_samples(voting: str, seed: int) -> None:
    """In two separate classes, it removes the samples with the label of the other one."""
    X, y = make_blobs([300, 200], centers=[[0, 0], [50, 50]], random_state=seed)
    is_wrong = np.zeros(500, bool)
    is_wrong[np.random.RandomState(seed).permutation(500)[:6]] = True
    sampler = IterativePartitioningFilter(
        sampling_strategy="all", voting=voting, n_partitions=4, noise_share=0.02, random_state=seed
    )
    sampler.fit_resample(X, np.where(is_wrong, 1 - y, y))
    kept = np.zeros(500, bool)
    kept[sampler.sample_indices_] = True
    assert not kept[is_wrong].any()
    assert kept[~is_wrong].mean() > 0.9  # a tree that has one of the six is wrong near it


def test_the_filter_cleans_the_chosen_classes_only(seed: int) -> None:
    X, y = overlapping(seed)
    _, out = IterativePartitioningFilter(random_state=seed).fit_resample(X, y)
    counts = Counter(out.tolist())
    assert counts[1] == 30
    assert counts[0] < 120


def test_the_filter_stops_when_it_finds_little(seed: int) -> None:
    """Data without noise needs as many iterations as are to be quiet."""
    X, y = make_blobs([60, 60], centers=[[0, 0], [50, 50]], random_state=seed)
    sampler = IterativePartitioningFilter(sampling_strategy="all", n_quiet=2, n_partitions=2)
    out, _ = sampler.fit_resample(X, y)
    assert sampler.n_iter_ == 2
    np.testing.assert_array_equal(out, X)


class Scripted(ClassifierMixin, BaseEstimator):
    """It is right, but in the second pair of fits wrong about samples that have 1 in column 1."""

    n_fits = 0

    def fit(self, X: Any, y: Any) -> Scripted:
        self.is_wrong_ = Scripted.n_fits in (2, 3)
        Scripted.n_fits += 1
        return self

    def predict(self, X: Any) -> np.ndarray:
        return np.where(self.is_wrong_ & (X[:, 1] == 1), 1 - X[:, 0], X[:, 0])


def test_the_filter_counts_quiet_iterations_in_a_row() -> None:
    """After one quiet iteration, one that finds noise starts the count again."""
    y = np.repeat([0, 1], 50)
    X = np.column_stack([y, np.arange(100) % 10 == 0])
    Scripted.n_fits = 0
    sampler = IterativePartitioningFilter(
        estimator=Scripted(), sampling_strategy="all", n_partitions=2, n_quiet=2
    )
    sampler.fit_resample(X, y)
    assert sampler.n_iter_ == 4
    assert len(sampler.sample_indices_) == 90


def test_smote_ipf_is_a_chain(seed: int) -> None:
    """SMOTE-IPF is SMOTE followed by the filter of all classes."""
    X, y = overlapping(seed)
    ipf = IterativePartitioningFilter(sampling_strategy="all", n_partitions=2, n_quiet=1)
    one, _ = SMOTEIPF(ipf=ipf, random_state=seed).fit_resample(X, y)
    other, _ = Chain([SMOTE(), ipf], random_state=seed).fit_resample(X, y)
    np.testing.assert_array_equal(one, other)
    assert len(one) < 240
