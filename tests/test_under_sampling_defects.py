"""Defects of imbalanced-learn's undersamplers: its result first, then ours."""

from __future__ import annotations

import warnings

import imblearn.under_sampling as imblearn_under
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.tree import DecisionTreeClassifier

from counterpoise.exceptions import InputError, TooFewSamplesError
from counterpoise.under_sampling import (
    ClusterCentroids,
    InstanceHardnessThreshold,
    NearMiss,
    RandomUnderSampler,
)


def two_classes(n: int = 80, n_minority: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Return a table whose classes 0 and 1 overlap; 0 is the larger."""
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], [n - n_minority, n_minority])
    return rng.randn(n, 3) + y[:, None], y


def kept_rows(sampler, X, y):
    """Return the indices of the rows that a sampler keeps."""
    sampler.fit_resample(X, y)
    return sampler.sample_indices_


def hardness(module=None, **params):
    """Return an InstanceHardnessThreshold with a fast model, ours or another package's."""
    make = getattr(module, "InstanceHardnessThreshold", InstanceHardnessThreshold)
    return make(**{"estimator": LogisticRegression(), "random_state": 0} | params)


def test_hardness_of_labels_minus_one_and_one():
    """imbalanced-learn uses the class as a column index, and keeps the hardest samples of -1."""
    X, y = two_classes()
    expected = kept_rows(hardness(), X, y)
    signs = 2 * y - 1

    theirs = kept_rows(hardness(imblearn_under), X, signs)

    majority = theirs[signs[theirs] == -1]
    assert 20 == len(majority)
    assert len(set(majority) & set(expected)) <= 2
    np.testing.assert_array_equal(expected, kept_rows(hardness(), X, signs))


@pytest.mark.parametrize("names", [(1, 2), ("a", "b"), (False, True)])
def test_hardness_of_any_labels(names):
    """Classes that are no column indices fail in imbalanced-learn; here any class works."""
    X, y = two_classes()
    labels = np.array(names)[y]

    with pytest.raises(IndexError):
        hardness(imblearn_under).fit_resample(X, labels)

    np.testing.assert_array_equal(kept_rows(hardness(), X, y), kept_rows(hardness(), X, labels))


def test_hardness_keeps_the_requested_number():
    """imbalanced-learn keeps all samples that tie at the threshold; we keep the first."""
    X, y = two_classes()
    model = DecisionTreeClassifier(max_depth=1)

    ours, theirs = (kept_rows(hardness(m, estimator=model), X, y) for m in (None, imblearn_under))

    assert len(theirs) > 40
    assert 40 == len(ours)
    assert set(ours) <= set(theirs)


def test_hardness_can_remove_a_whole_class():
    """imbalanced-learn keeps one sample of a class of which none is requested."""
    X, y = two_classes()
    ours, theirs = (
        kept_rows(hardness(m, sampling_strategy={0: 0}), X, y) for m in (None, imblearn_under)
    )

    assert 1 == (y[theirs] == 0).sum()
    assert not (y[ours] == 0).any()


def test_hardness_needs_a_row_for_each_fold():
    """With fewer samples than folds, imbalanced-learn trains models without the class."""
    X, y = two_classes(60, 3)

    with pytest.warns(UserWarning, match="least populated class"):
        hardness(imblearn_under).fit_resample(X, y)
    with pytest.raises(InputError, match=r"cv=5 needs.*class 1 has 3. Set cv=3 or less"):
        hardness().fit_resample(X, y)


def test_near_miss_does_not_change_the_given_estimator():
    """imbalanced-learn overwrites n_jobs of an estimator that is given."""
    X, y = two_classes()
    estimator = NearestNeighbors(n_neighbors=3, n_jobs=2)
    theirs, ours = (S(n_neighbors=estimator) for S in (imblearn_under.NearMiss, NearMiss))

    theirs.fit_resample(X, y)
    ours.fit_resample(X, y)

    assert theirs.nn_.n_jobs is None
    assert 2 == ours.nn_.n_jobs


def test_near_miss_does_not_depend_on_the_order_of_rows():
    """If two classes are smallest, imbalanced-learn takes the first in the order of rows."""
    X, _ = two_classes()
    y = np.repeat([0, 1, 2], [40, 20, 20])
    order = np.arange(80)[::-1]

    def kept_majority(sampler, order):
        rows = kept_rows(sampler, X[order], y[order])
        return set(order[rows[y[order][rows] == 0]].tolist())

    assert kept_majority(imblearn_under.NearMiss(), np.arange(80)) != kept_majority(
        imblearn_under.NearMiss(), order
    )
    assert kept_majority(NearMiss(), np.arange(80)) == kept_majority(NearMiss(), order)
    assert kept_majority(imblearn_under.NearMiss(), np.arange(80)) == kept_majority(
        NearMiss(), order
    )


def test_near_miss_3_does_not_change_a_class_of_the_requested_size():
    """Version 3 of imbalanced-learn removes samples of a class that has the requested size."""
    X, _ = two_classes()
    y = np.repeat([0, 1, 2], [40, 20, 20])
    strategy = {"sampling_strategy": {2: 20}, "version": 3, "n_neighbors_ver3": 1}

    with pytest.warns(UserWarning, match="balancing ratio cannot be ensure"):
        _, theirs = imblearn_under.NearMiss(**strategy).fit_resample(X, y)
    _, ours = NearMiss(**strategy).fit_resample(X, y)

    assert np.bincount(theirs)[2] < 20
    assert [40, 20, 20] == np.bincount(ours).tolist()


def test_near_miss_names_a_class_too_small():
    """The message names class, count and k, not n_samples_fit as in imbalanced-learn."""
    X, y = two_classes(30, 4)

    with pytest.raises(ValueError, match="n_samples_fit"):
        imblearn_under.NearMiss(n_neighbors=5).fit_resample(X, y)
    with pytest.raises(TooFewSamplesError, match="n_neighbors=5 neighbors in class 1, which has 4"):
        NearMiss(n_neighbors=5).fit_resample(X, y)


def test_near_miss_accepts_missing_values():
    """imbalanced-learn refuses missing values; here they add twice the feature's variance."""
    X, y = two_classes()
    X[::7, 1] = np.nan

    with pytest.raises(ValueError, match="NaN"):
        imblearn_under.NearMiss().fit_resample(X, y)
    assert 40 == len(kept_rows(NearMiss(), X, y))


def test_near_miss_accepts_strings():
    """imbalanced-learn refuses strings; here they are categories."""
    X = pd.DataFrame({"color": list("rrggbbrr"), "size": [1.0, 2, 1, 2, 1, 2, 1, 2]})
    y = [0, 0, 0, 0, 0, 0, 1, 1]

    with pytest.raises(ValueError, match="could not convert string to float"):
        imblearn_under.NearMiss(n_neighbors=1).fit_resample(X, y)
    np.testing.assert_array_equal([0, 1, 6, 7], kept_rows(NearMiss(n_neighbors=1), X, y))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_near_miss_selects_by_distance_not_by_position(version):
    """The order of rows does not change which are kept."""
    X, y = two_classes()
    order = np.random.RandomState(1).permutation(len(y))
    params = {"version": version, "n_neighbors_ver3": 10}

    plain = kept_rows(NearMiss(**params), X, y)
    shuffled = order[kept_rows(NearMiss(**params), X[order], y[order])]

    assert plain[:20].tolist() == shuffled[:20].tolist()
    np.testing.assert_array_equal(plain, kept_rows(imblearn_under.NearMiss(**params), X, y))


def test_near_miss_of_sparse_tables_with_a_large_offset():
    """With a large offset, imbalanced-learn's sparse distances lose their digits to rounding."""
    X, y = two_classes()
    X += 1e8
    table = sparse.csr_array(X)

    theirs, ours = (
        [kept_rows(S(version=2), form, y).tolist() for form in (X, table)]
        for S in (imblearn_under.NearMiss, NearMiss)
    )

    assert theirs[0] != theirs[1]
    assert ours[0] == ours[1] == theirs[0]


def test_hard_centroids_keep_the_first_of_tied_samples():
    """Of samples at the same distance, rounding decides in imbalanced-learn; here the first."""
    rows, y = np.eye(48)[np.random.RandomState(0).permutation(48)], np.repeat([0, 1], [48, 2])
    is_left = rows[:, :24].any(axis=1)
    X = np.vstack([rows, np.eye(48)[:2]])
    start = np.array([rows[is_left].mean(axis=0), rows[~is_left].mean(axis=0)])
    params = {"estimator": KMeans(init=start, n_init=1), "voting": "hard"}
    expected = rows[[is_left.argmax(), (~is_left).argmax()]]

    ours, theirs = (
        S(**params).fit_resample(X, y)[0]
        for S in (ClusterCentroids, imblearn_under.ClusterCentroids)
    )

    assert not np.array_equal(expected, theirs[:2])
    np.testing.assert_array_equal(expected, ours[:2])


def test_centroids_of_integers_are_rounded():
    """imbalanced-learn truncates the integer centers of a data frame."""
    rng = np.random.RandomState(0)
    X, y = pd.DataFrame(rng.randint(0, 10, (300, 3)), columns=list("abc")), np.repeat([0, 1], 150)
    strategy = {"sampling_strategy": {0: 30}, "random_state": 0}
    exact, _ = ClusterCentroids(**strategy).fit_resample(X.to_numpy(float), y)

    ours, theirs = (
        S(**strategy).fit_resample(X, y)[0]
        for S in (ClusterCentroids, imblearn_under.ClusterCentroids)
    )

    np.testing.assert_array_equal(np.trunc(exact), theirs)
    np.testing.assert_array_equal(np.rint(exact), ours)
    assert ours.dtypes.tolist() == X.dtypes.tolist()
    assert theirs[:30].mean().mean() < exact[:30].mean() - 0.3


def test_centroids_of_an_integer_array_stay_integers():
    """imbalanced-learn converts an array of integers to floats."""
    X, y = two_classes()
    X = np.rint(9 * X).astype(np.int32)

    ours, theirs = (
        S(random_state=0).fit_resample(X, y)[0]
        for S in (ClusterCentroids, imblearn_under.ClusterCentroids)
    )

    assert np.float64 == theirs.dtype
    assert np.int32 == ours.dtype
    np.testing.assert_array_equal(np.rint(theirs), ours)


def test_centroids_keep_the_sparse_format():
    """Soft centers of a CSC array become a CSR matrix in imbalanced-learn."""
    X, y = two_classes()
    params = {"voting": "soft", "random_state": 0}

    ours, theirs = (
        S(**params).fit_resample(sparse.csc_array(X), y)[0]
        for S in (ClusterCentroids, imblearn_under.ClusterCentroids)
    )

    assert sparse.csc_array is not type(theirs)
    assert sparse.csc_array is type(ours)
    np.testing.assert_allclose(theirs.toarray(), ours.toarray())


def test_hard_centroids_have_sample_indices():
    """imbalanced-learn keeps input samples without sample_indices_."""
    X, y = two_classes()
    params = {"voting": "hard", "random_state": 0}
    ours, theirs = ClusterCentroids(**params), imblearn_under.ClusterCentroids(**params)

    X_out, _ = ours.fit_resample(X, y)
    theirs.fit_resample(X, y)

    assert not hasattr(theirs, "sample_indices_")
    np.testing.assert_array_equal(X[ours.sample_indices_], X_out)


def test_centroids_of_classes_get_different_draws():
    """With an integer seed, imbalanced-learn clusters each class from the same seed."""
    rng = np.random.RandomState(0)
    values = rng.randn(40, 2)
    X, y = np.vstack([values, values + 64, rng.randn(10, 2)]), np.repeat([0, 1, 2], [40, 40, 10])

    ours, theirs = (
        S(random_state=0).fit_resample(X, y)[0]
        for S in (ClusterCentroids, imblearn_under.ClusterCentroids)
    )

    np.testing.assert_allclose(theirs[:10] + 64, theirs[10:20])
    assert not np.allclose(ours[:10] + 64, ours[10:20])


def test_centroids_do_not_change_a_class_of_the_requested_size():
    """imbalanced-learn clusters and shuffles a class that has the requested size."""
    X, y = two_classes()
    strategy = {"sampling_strategy": {0: 20, 1: 20}, "random_state": 0}

    ours, theirs = (
        S(**strategy).fit_resample(X, y)[0]
        for S in (ClusterCentroids, imblearn_under.ClusterCentroids)
    )

    assert not np.allclose(X[y == 1], theirs[20:])
    np.testing.assert_array_equal(X[y == 1], ours[20:])


def test_a_seed_reaches_the_clustering():
    """In imbalanced-learn an estimator without a seed uses numpy's global state."""
    X, y = two_classes()

    def twice(sampler):
        with warnings.catch_warnings():
            outs = []
            for seed in (1, 2):
                np.random.seed(seed)
                outs.append(
                    sampler(estimator=KMeans(n_init=1), random_state=0).fit_resample(X, y)[0]
                )
        return outs

    assert not np.array_equal(*twice(imblearn_under.ClusterCentroids))
    np.testing.assert_array_equal(*twice(ClusterCentroids))


def test_centroids_accept_missing_values():
    """imbalanced-learn refuses missing values; here they are imputed for the clustering."""
    X, y = two_classes()
    X[::7, 1] = np.nan

    with pytest.raises(ValueError, match="NaN"):
        imblearn_under.ClusterCentroids(random_state=0).fit_resample(X, y)
    out, _ = ClusterCentroids(random_state=0).fit_resample(X, y)
    assert not np.isnan(out[:20]).any()


@pytest.mark.parametrize(
    "sampler",
    [NearMiss(), NearMiss(version=2), hardness(), ClusterCentroids(), RandomUnderSampler()],
    ids=repr,
)
def test_classes_without_rows_do_not_count(sampler):
    """A category without samples is no class, and does not change the minority class."""
    X, y = two_classes()
    labels = pd.Series(pd.Categorical(np.array(["a", "b"])[y], categories=["0", "a", "b", "z"]))

    _, y_out = sampler.fit_resample(X, labels)

    assert {"a": 20, "b": 20, "0": 0, "z": 0} == y_out.value_counts().to_dict()


@pytest.mark.parametrize("sampler", [NearMiss(), hardness(cv=2), ClusterCentroids()], ids=repr)
def test_a_single_column_is_a_table(sampler):
    """One feature is enough."""
    X, y = two_classes()

    X_out, _ = sampler.fit_resample(X[:, :1], y)

    assert (40, 1) == X_out.shape
