"""What the papers of some oversamplers promise about the place of their synthetic samples.

`tests/promises.py` has what holds for every sampler.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN
from sklearn.metrics import pairwise_distances

from counterpoise.exceptions import EstimatorError, SmallClassWarning
from counterpoise.over_sampling import (
    DBSMOTE,
    MWMOTE,
    ROSE,
    SMOTE,
    SMOTERSB,
    GaussianSMOTE,
    LoRAS,
    RandomOverSampler,
    RandomSMOTE,
    SafeLevelSMOTE,
)
from counterpoise.over_sampling._distances import find_within

MINORITY = 1


def table(seed: int, n_features: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return overlapping classes of 120 and 40 samples, in random order."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat([0, MINORITY], [120, 40]))
    return rng.normal(size=(160, n_features)) + y[:, None], y


def nearest_others(X: np.ndarray, k: int) -> np.ndarray:
    """Return the k nearest other rows of each row."""
    return np.argsort(pairwise_distances(X), axis=1, kind="stable")[:, 1 : k + 1]


def synthetic(sampler: Any, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the synthetic samples, and their rows in the provenance frame."""
    X_out, _ = sampler.fit_resample(X, y)
    is_synthetic = sampler.provenance_.is_synthetic
    return X_out[is_synthetic], sampler.provenance_.to_frame()[is_synthetic]


# ---- Safe-Level-SMOTE ----


def test_safe_levels_limit_the_position(seed: int) -> None:
    """Positions are in the range of the five cases of the paper, and reach most of it."""
    X, y = table(seed)
    level = (y[nearest_others(X, 4)] == y[:, None]).sum(axis=1)
    sampler = SafeLevelSMOTE(m_neighbors=4, random_state=seed)

    _, origin = synthetic(sampler, X, y)

    np.testing.assert_array_equal(level[y == MINORITY], sampler.safe_levels_[MINORITY])
    for _, one in origin.iterrows():
        base, neighbor = level[int(one["base"])], level[int(one["neighbor"])]
        assert base or neighbor
        low = 1 - base / neighbor if base < neighbor else 0
        high = neighbor / base if base > neighbor else 1
        assert low <= one["weight"] <= high
    equal = level[origin["base"]] == level[origin["neighbor"]]
    assert origin["weight"][equal].max() - origin["weight"][equal].min() > 0.5


def test_next_to_noise_a_safe_sample_is_repeated(seed: int) -> None:
    """Between a safe sample and one of safe level 0, the synthetic sample is the safe one."""
    X = np.array([0.0, 1, 2, 20, *np.arange(20.1, 30)])[:, None]
    y = np.repeat(["a", "b"], [4, 10])

    values, _ = synthetic(SafeLevelSMOTE(m_neighbors=2, k_neighbors=3, random_state=seed), X, y)

    assert ((values <= 2) & (values >= 0)).all()


# ---- MWMOTE ----


def weights_of_the_paper(X: np.ndarray, y: np.ndarray, k1: int, k2: int, k3: int) -> dict[int, Any]:
    """Return the selection weight of each informative minority sample, step by step."""
    distance = pairwise_distances(X)
    neighbors = nearest_others(X, k1)
    clean = [x for x in np.flatnonzero(y == MINORITY) if (y[neighbors[x]] == MINORITY).any()]
    majority = np.flatnonzero(y != MINORITY)
    border = {int(b) for x in clean for b in majority[np.argsort(distance[x, majority])[:k2]]}
    weight: dict[int, Any] = {}
    for b in border:
        nearest = [clean[i] for i in np.argsort(distance[b, clean])[:k3]]
        closeness = {x: min(X.shape[1] / distance[b, x], 5) / 5 * 2 for x in nearest}
        for x in nearest:
            density = closeness[x] / sum(closeness.values())
            weight[int(x)] = weight.get(int(x), 0) + closeness[x] * density
    return weight


def test_bases_and_weights_are_those_of_the_paper(seed: int) -> None:
    """Base samples and their weights follow equations 2 to 9 of the paper."""
    X, y = table(seed)
    sampler = MWMOTE(k_neighbors=7, m_neighbors=4, cluster_threshold=1e6, random_state=seed)

    _, origin = synthetic(sampler, X, y)

    expected = weights_of_the_paper(X, y, k1=4, k2=3, k3=7)
    bases = sampler.base_indices_[MINORITY]
    assert sorted(expected) == bases.tolist()
    total = sum(expected.values())
    relative = [expected[base] / total for base in bases.tolist()]
    np.testing.assert_allclose(sampler.base_weights_[MINORITY], relative)
    assert set(origin["base"]) <= set(bases)


def test_mwmote_stays_in_clusters(seed: int) -> None:
    """Base and neighbor are in the same cluster; a sample alone in its cluster is no base."""
    rng = np.random.RandomState(seed)
    groups = np.repeat([0.0, 50, 100], [20, 20, 1])
    X = np.r_[groups + rng.uniform(size=41), rng.uniform(-10, 110, size=90)][:, None]
    y = np.repeat([MINORITY, 0], [41, 90])

    _, origin = synthetic(MWMOTE(m_neighbors=20, k_neighbors=20, random_state=seed), X, y)

    np.testing.assert_array_equal(groups[origin["base"]], groups[origin["neighbor"]])
    assert {0, 50} == set(groups[origin["base"]])


# ---- ROSE ----


def test_rose_draws_all_samples(seed: int) -> None:
    """No output sample is one of the input, and the noise has the bandwidth of each class."""
    X, y = table(seed, n_features=2)
    sampler = ROSE(random_state=seed, shrinkage={0: 0.5, MINORITY: 2.0})

    X_out, y_out = sampler.fit_resample(X, y)

    assert sampler.provenance_.is_synthetic.all()
    assert [120, 120] == np.bincount(y_out).tolist()
    assert not np.isin(X_out, X).any()
    np.testing.assert_array_equal(y[sampler.sample_indices_], y_out)
    noise = X_out - X[sampler.sample_indices_]
    for label, shrinkage in ((0, 0.5), (MINORITY, 2.0)):
        of_class = X[y == label]
        bandwidth = (4 / (4 * len(of_class))) ** (1 / 6) * of_class.std(axis=0)
        relative = noise[y_out == label] / (shrinkage * bandwidth)
        assert 0.8 < relative.std() < 1.2


def test_rose_without_noise_is_a_bootstrap(seed: int) -> None:
    """With a shrinkage of 0, each sample is a duplicate of a sample of its class."""
    X, y = table(seed)
    sampler = ROSE(shrinkage=0, sampling_strategy={MINORITY: 90}, random_state=seed)

    X_out, y_out = sampler.fit_resample(X, y)

    np.testing.assert_array_equal(X[sampler.sample_indices_], X_out)
    assert [120, 90] == np.bincount(y_out).tolist()
    assert len(set(sampler.sample_indices_)) < 120


def test_both_smoothed_bootstraps_have_the_same_noise(seed: int) -> None:
    """The minority class of ROSE is distributed as the samples that RandomOverSampler adds."""
    X, y = table(seed)
    y = 1 - y  # the minority class is drawn first
    strategy = {0: 4000}
    whole = ROSE(sampling_strategy=strategy, random_state=seed).fit_resample(X, y)
    added = RandomOverSampler(sampling_strategy=strategy, shrinkage=1.0, random_state=seed)
    added_out = added.fit_resample(X, y)[0][len(X) :]
    drawn = whole[0][whole[1] == 0]
    np.testing.assert_allclose(drawn.mean(axis=0), added_out.mean(axis=0), atol=0.15)
    np.testing.assert_allclose(drawn.std(axis=0), added_out.std(axis=0), atol=0.15)


def test_rose_keeps_categories_together(seed: int) -> None:
    """Categories and booleans are those of the base sample; the bandwidth counts numeric ones."""
    X, y = table(seed, n_features=2)
    frame = pd.DataFrame({"u": X[:, 0], "city": np.arange(160).astype(str), "v": X[:, 1]})
    frame["owner"] = X[:, 0] > 0

    mixed, numeric = ROSE(random_state=seed), ROSE(random_state=seed)
    out, _ = mixed.fit_resample(frame, y)
    expected, _ = numeric.fit_resample(X, y)

    of_base = frame.iloc[mixed.sample_indices_].reset_index(drop=True)
    pd.testing.assert_frame_equal(of_base[["city", "owner"]], out[["city", "owner"]])
    np.testing.assert_array_equal(expected, out[["u", "v"]])


# ---- DBSMOTE ----


def test_noise_is_that_of_dbscan(seed: int) -> None:
    """Samples without a cluster are those of scikit-learn's DBSCAN."""
    X, y = table(seed)
    sampler = DBSMOTE(eps=0.9, k_neighbors=4, random_state=seed)

    _, origin = synthetic(sampler, X, y)

    minority = np.flatnonzero(y == MINORITY)
    labels = DBSCAN(eps=0.9, min_samples=5).fit_predict(X[minority])
    noise = minority[labels < 0]
    np.testing.assert_array_equal(noise, sampler.noise_indices_[MINORITY])
    assert len(noise)
    assert not np.isin(origin[["base", "neighbor"]], noise).any()


def test_samples_lie_on_shortest_paths(seed: int) -> None:
    """From base to neighbor, the path to the center becomes shorter by their distance."""
    rng = np.random.RandomState(seed)
    X = np.r_[rng.uniform(size=(60, 2)), 50 + rng.uniform(size=(4000, 2))]
    y = np.repeat([MINORITY, 0], [60, 4000])
    sampler = DBSMOTE(eps=0.25, k_neighbors=5, random_state=seed)

    _, origin = synthetic(sampler, X, y)

    minority, distance = X[:60], pairwise_distances(X[:60])
    members = np.setdiff1d(np.arange(60), sampler.noise_indices_[MINORITY])
    is_core = (distance <= 0.25).sum(axis=1) > 5
    is_edge = (distance <= 0.25) & (is_core[:, None] | is_core)
    path = shortest_path(np.where(is_edge, distance, 0))
    from_mean = np.linalg.norm(minority - minority[members].mean(axis=0), axis=1)
    center = members[from_mean[members].argmin()]
    assert np.isfinite(path[center][members]).all()  # one cluster
    assert not is_core[members].all()
    base, neighbor = origin["base"].to_numpy(), origin["neighbor"].to_numpy()
    assert is_edge[base, neighbor].all()
    np.testing.assert_allclose(
        path[center][base], path[center][neighbor] + distance[base, neighbor], atol=1e-12
    )
    assert set(base) == set(members) - {center}  # each is the start of a path


def test_edges_near_the_center_are_drawn_most(seed: int) -> None:
    """On a chain, each path is as likely as the others, and so is each edge of a path."""
    chain = np.arange(9.0)
    X = np.r_[chain, 500 + np.arange(4009.0)][:, None]
    y = np.repeat([MINORITY, 0], [9, 4009])

    _, origin = synthetic(DBSMOTE(eps=1.0, k_neighbors=1, random_state=seed), X, y)

    steps = np.abs(origin["base"].to_numpy() - 4)
    np.testing.assert_array_equal(np.abs(origin["neighbor"] - 4), steps - 1)
    share = np.bincount(steps, minlength=5)[1:] / len(steps)
    # The edge at step s is on the paths of all samples at s or further, of as many edges.
    expected = [sum(1 / n_edges for n_edges in range(s, 5)) / 4 for s in range(1, 5)]
    np.testing.assert_allclose(expected, share, atol=0.04)


@pytest.mark.parametrize("n_equal", [2, 10])
def test_equal_samples_are_a_cluster(n_equal: int, seed: int) -> None:
    """Samples at a distance of 0 are connected."""
    X = np.r_[np.zeros(n_equal), 5.0, 7.0, np.full(30, 100.0)][:, None]
    y = np.repeat([MINORITY, 0], [n_equal + 2, 30])
    values, _ = synthetic(DBSMOTE(eps=1, k_neighbors=1, random_state=seed), X, y)
    assert (values == 0).all()


def test_sparse_pairs_at_the_distance_that_was_chosen(seed: int) -> None:
    """`eps` is the distance of a pair: it is found in a sparse matrix as well, with equal bits."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(60, 12)) * (rng.uniform(size=(60, 12)) < 0.5)

    for radius in np.sort(cdist(X[:1], X)[0])[20::10]:
        dense, found = find_within(X, radius), find_within(sparse.csr_matrix(X), radius)

        assert radius in dense[[0]].data
        np.testing.assert_array_equal(dense.toarray(), found.toarray())


# ---- Gaussian-SMOTE ----


def test_noise_around_the_samples_of_smote(seed: int) -> None:
    """Without noise it is SMOTE; the noise has the standard deviation of all samples."""
    X, y = table(seed)
    X *= [1, 100, 0.01]
    smote = SMOTE(random_state=seed, sampling_strategy={MINORITY: 1000}).fit_resample(X, y)[0]
    samplers = (
        GaussianSMOTE(random_state=seed, sampling_strategy={MINORITY: 1000}, sigma=sigma)
        for sigma in (0, 0.3)
    )
    exact, noisy = (sampler.fit_resample(X, y)[0] for sampler in samplers)

    np.testing.assert_allclose(smote, exact)
    noise = (noisy - smote)[len(X) :] / (0.3 * X.std(axis=0))
    np.testing.assert_allclose(noise.std(axis=0), 1, atol=0.15)
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=0.15)


# ---- SMOTE-RSB* ----


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_least_similar_candidates_are_kept(gap: float, seed: int) -> None:
    """Of twice as many samples of SMOTE, those are kept that pass the lowest thresholds."""
    X, y = table(seed)
    X = X + gap * y[:, None]
    sampler = SMOTERSB(random_state=seed)

    values, _ = synthetic(sampler, X, y)

    twice = SMOTE(random_state=seed, sampling_strategy={MINORITY: 40 + 2 * 80})
    candidates = synthetic(twice, X, y)[0]
    scaled = candidates / np.ptp(X, axis=0), X[y == 0] / np.ptp(X, axis=0)
    similarity = 1 - pairwise_distances(*scaled, metric="manhattan") / X.shape[1]
    thresholds = np.append(np.arange(0.4, 0.91, 0.05).round(2), 1)
    step = (similarity.max(axis=1)[:, None] > thresholds).sum(axis=1)
    chosen = np.sort(np.argsort(step, kind="stable")[:80])
    np.testing.assert_allclose(candidates[chosen], values)
    assert thresholds[step[chosen].max()] == sampler.similarity_thresholds_[MINORITY]


# ---- Random-SMOTE and LoRAS ----


def test_samples_lie_in_triangles(seed: int) -> None:
    """With two neighbors, each sample is in the triangle of its base sample and both."""
    X, y = table(seed, n_features=2)
    X = X.astype(np.float32)
    minority = np.flatnonzero(y == MINORITY)
    neighbors = dict(zip(minority, minority[nearest_others(X[minority], 2)], strict=True))

    values, origin = synthetic(RandomSMOTE(k_neighbors=2, random_state=seed), X, y)

    for value, base in zip(values, origin["base"], strict=True):
        sides = (X[neighbors[base]] - X[base]).T
        first, second = np.linalg.solve(sides.astype(float), value - X[base])
        assert min(first, second) > -1e-3
        assert first + second < 1 + 1e-3
    assert set(origin["neighbor"]) == {-1}


def test_one_neighbor_gives_a_line(seed: int) -> None:
    """With one neighbor, the triangle is the line of SMOTE."""
    X, y = np.array([0.0, 1, 5, 6, 7, 8])[:, None], np.repeat(["a", "b"], [2, 4])
    values, _ = synthetic(RandomSMOTE(k_neighbors=1, random_state=seed), X, y)
    assert ((values >= 0) & (values <= 1)).all()


def test_shadow_samples_are_combined(seed: int) -> None:
    """One shadow sample is a sample of the neighborhood with noise; many give its mean."""
    X, y = table(seed)
    minority = np.flatnonzero(y == MINORITY)
    neighborhood = np.column_stack([minority, minority[nearest_others(X[minority], 5)]])
    of_base = dict(zip(minority, neighborhood, strict=True))

    one, origin = synthetic(LoRAS(n_shadow=1, sigma=0, random_state=seed), X, y)
    for value, base in zip(one, origin["base"], strict=True):
        assert np.abs(X[of_base[base]] - value).max(axis=1).min() < 1e-12

    many, origin = synthetic(LoRAS(n_shadow=20_000, sigma=0, random_state=seed), X, y)
    means = [X[of_base[base]].mean(axis=0) for base in origin["base"]]
    np.testing.assert_allclose(means, many, atol=0.1)


def test_combinations_have_less_noise(seed: int) -> None:
    """The noise of n shadow samples is that of one, times the root of the sum of squared weights.

    Dirichlet weights with parameters of 1 have the expected sum of squares 2 / (n + 1).
    """
    X, y = table(seed)
    params = {"random_state": seed, "sampling_strategy": {MINORITY: 2000}, "n_shadow": 9}
    exact, noisy = (synthetic(LoRAS(sigma=sigma, **params), X, y)[0] for sigma in (0, 0.5))
    variance = ((noisy - exact) / (0.5 * X.std(axis=0))).var(axis=0)
    np.testing.assert_allclose(variance, 2 / 10, rtol=0.2)


# ---- What several of them share ----


@pytest.mark.parametrize("sampler", [RandomSMOTE, LoRAS, GaussianSMOTE, ROSE])
def test_missing_where_the_base_sample_is(sampler: Any, seed: int) -> None:
    """A value is missing where that of the base sample is, and nowhere else."""
    X, y = table(seed)
    X[np.random.RandomState(seed).uniform(size=X.shape) < 0.2] = np.nan

    values, origin = synthetic(sampler(random_state=seed), X, y)

    np.testing.assert_array_equal(np.isnan(X[origin["base"]]), np.isnan(values))


def test_missing_values_of_neighbors_are_those_of_the_base() -> None:
    """A feature that only the base sample has keeps its value."""
    X = np.c_[[0.0, 1, 2, 9, 9, 9, 9], [5, np.nan, np.nan, 1, 1, 1, 1]]
    y = np.repeat(["a", "b"], [3, 4])
    sampler = RandomSMOTE(k_neighbors=2, random_state=0, sampling_strategy={"a": 30})
    values, origin = synthetic(sampler, X, y)
    assert (values[origin["base"] == 0, 1] == 5).all()
    assert np.isnan(values[origin["base"] > 0, 1]).all()


SCATTERED = np.concatenate([np.arange(90.0), [10.5, 45.5, 80.5]])[:, None]
SCATTERED_CLASSES = np.repeat(["a", "b"], [90, 3])
UNSUITABLE = [
    (SafeLevelSMOTE(k_neighbors=2), "another one of its class among its 5 nearest", "m_neighbors"),
    (MWMOTE(k_neighbors=2), "all its samples are noise", "m_neighbors"),
    (MWMOTE(k_neighbors=2, m_neighbors=80, cluster_threshold=0.1), "alone in", "cluster_threshold"),
    (DBSMOTE(k_neighbors=2, eps=2), "has k_neighbors=2 others within eps=2", "eps"),
]


@pytest.mark.parametrize(("sampler", "problem", "parameter"), UNSUITABLE)
def test_classes_without_base_samples(sampler: Any, problem: str, parameter: str) -> None:
    """A class that the method cannot start from is handled as one that is too small."""
    sampler.set_params(small_classes="error", random_state=0)
    with pytest.raises(EstimatorError, match=f"'b'.*{problem}.* {parameter}.* or pass small_cl"):
        sampler.fit_resample(SCATTERED, SCATTERED_CLASSES)
    sampler.set_params(small_classes="duplicate")
    with pytest.warns(SmallClassWarning, match=problem):
        _, y_out = sampler.fit_resample(SCATTERED, SCATTERED_CLASSES)
    assert 90 == (y_out == "b").sum()
    assert not sampler.provenance_.is_synthetic.any()
