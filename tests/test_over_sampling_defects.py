"""Where imbalanced-learn's over-samplers are wrong: its answer first, then ours."""

from __future__ import annotations

import warnings
from collections import Counter

import imblearn.over_sampling as peer
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.svm import SVC

from counterpoise._array_ops import is_danger, is_noise
from counterpoise.exceptions import CounterpoiseWarning, InputError, TooFewRowsError
from counterpoise.over_sampling import ADASYN, SMOTE, SVMSMOTE, BorderlineSMOTE, KMeansSMOTE


def blobs(n: int = 100, n_rare: int = 20, apart: float = 20.0) -> tuple[np.ndarray, np.ndarray]:
    """Return a common class and a rare one, some way apart."""
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], [n, n_rare])
    return rng.randn(n + n_rare, 2) + apart * y[:, None], y


def count(sampler, X, y, label=1) -> int:
    """Return how many rows of a class there are after sampling."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Counter(sampler.fit_resample(X, y)[1].tolist())[label]


def test_no_row_in_danger():
    """The peer returns the table as it was; we start from all rows, and say so."""
    X, y = blobs()

    assert count(peer.BorderlineSMOTE(random_state=0), X, y) == 20
    with pytest.warns(CounterpoiseWarning, match="No row of class 1 is in danger"):
        _, y_out = BorderlineSMOTE(random_state=0).fit_resample(X, y)
    assert Counter(y_out.tolist()) == {0: 100, 1: 100}


def test_half_of_the_way_into_another_class(seed):
    """Towards another class a step is uniform up to a half; the peer multiplies two draws."""
    rng = np.random.RandomState(seed)
    X, y = rng.randn(3000, 2), np.repeat([0, 1], [2700, 300])
    ours = BorderlineSMOTE(kind="borderline-2", random_state=seed)
    out, _ = ours.fit_resample(X, y)
    origin = ours.provenance_
    foreign = origin.is_new & (y[origin.partner] == 0)
    theirs, _ = peer.BorderlineSMOTE(
        kind="borderline-2", random_state=np.random.RandomState(seed)
    ).fit_resample(X, y)
    step = X[origin.partner[foreign]] - X[origin.base[foreign]]
    theirs_weight = ((theirs[foreign] - X[origin.base[foreign]]) * step).sum(1) / (step**2).sum(1)
    weight = origin.weight[foreign]

    assert weight.max() <= 0.5
    assert abs(weight.mean() - 0.25) < 0.03
    assert len(out) == len(theirs)
    assert theirs_weight.mean() < 0.2


def test_kinds_of_the_paper():
    """Half of the neighbours or more, but not all, are danger; all are noise (Han et al., 2005)."""
    foreign = np.arange(6)

    np.testing.assert_array_equal(foreign[is_danger(foreign, 5)], [3, 4])
    np.testing.assert_array_equal(foreign[:5][is_danger(foreign[:5], 4)], [2, 3])
    np.testing.assert_array_equal(foreign[is_noise(foreign, 5)], [5])


@pytest.mark.parametrize("apart", [1.0, 20.0])
def test_support_vectors_of_one_kind(apart):
    """The peer drops the share of the kind that is not there; we make what was asked for."""
    X, y = blobs(apart=apart)
    theirs = count(peer.SVMSMOTE(random_state=0, m_neighbors=3), X, y)

    assert count(SVMSMOTE(random_state=0, m_neighbors=3), X, y) == 100
    assert theirs < 100 or apart == 1.0


@pytest.mark.parametrize("n", [84, 85, 97])
def test_clusters_get_as_many_rows_as_asked(n):
    """The peer rounds up for each cluster, and makes more."""
    rng = np.random.RandomState(0)
    X = np.vstack([rng.randn(40, 2) + 15 * i for i in range(3)] + [rng.randn(200, 2) - 30])
    y = np.repeat([1, 0], [120, 200])
    params = {"kmeans_estimator": KMeans(4, random_state=0), "sampling_strategy": {1: 120 + n}}

    assert count(peer.KMeansSMOTE(random_state=0, **params), X, y) > 120 + n
    assert count(KMeansSMOTE(random_state=0, **params), X, y) == 120 + n


def test_clusters_of_identical_rows():
    """Clusters without extent give the peer NaN; they share alike."""
    X = np.vstack([np.zeros((10, 2)), np.ones((10, 2)) * 50, np.ones((100, 2)) * -50])
    y = np.repeat([1, 0], [20, 100])
    params = {"kmeans_estimator": KMeans(3, random_state=0), "random_state": 0}

    with pytest.raises(ValueError, match="NaN"):
        count(peer.KMeansSMOTE(**params), X, y)
    out, y_out = KMeansSMOTE(**params).fit_resample(X, y)
    assert Counter(y_out.tolist()) == {0: 100, 1: 100}
    assert Counter(out[120:, 0].tolist()) == {0.0: 40, 50.0: 40}


def test_members_are_counted_whole():
    """Three of 47 rows are three: the peer multiplies a share, and finds fewer."""
    rng = np.random.RandomState(0)
    X = np.vstack([rng.randn(47, 2), rng.randn(60, 2) + 40, rng.randn(8, 2) + 40])
    y = np.repeat([1, 0, 0, 1], [3, 44, 60, 8])
    params = {
        "kmeans_estimator": KMeans(2, random_state=0),
        "cluster_balance_threshold": 0.0,
        "k_neighbors": 2,
    }
    ours = KMeansSMOTE(random_state=0, **params)
    ours.fit_resample(X, y)
    theirs, _ = peer.KMeansSMOTE(random_state=0, **params).fit_resample(X, y)

    assert not (np.abs(theirs[len(y) :]) < 10).any()
    assert (ours.provenance_.base[ours.provenance_.is_new] < 3).any()


def test_no_cluster_qualifies():
    """The message says how many rows there are, what is asked of them, and what to do."""
    X, y = blobs(apart=0.0)

    with pytest.raises(InputError, match=r"No cluster gets.*class 1.*\(the most in any is.*lower"):
        KMeansSMOTE(cluster_balance_threshold=0.9).fit_resample(X, y)


def test_adasyn_makes_as_many_rows_as_asked():
    """The peer rounds each row's share by itself."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(1000, 4), np.repeat([0, 1], [885, 115])

    assert count(peer.ADASYN(random_state=0), X, y) != 885
    assert count(ADASYN(random_state=0), X, y) == 885


def test_adasyn_of_separable_classes():
    """The peer gives up; we grow all rows alike, and say so."""
    X, y = blobs()

    with pytest.raises(RuntimeError, match="majority"):
        peer.ADASYN().fit_resample(X, y)
    sampler = ADASYN(random_state=0)
    with pytest.warns(CounterpoiseWarning, match="No row of class 1 has a neighbour of another"):
        sampler.fit_resample(X, y)
    bases = Counter(sampler.provenance_.base[sampler.provenance_.is_new].tolist())
    assert set(bases.values()) == {4}


def test_one_foreign_neighbour_counts():
    """A row with a single neighbour of another class gets new rows."""
    X = np.array([[0.0], [0.1], [0.2], [0.3], [0.45], [5.0], [5.1], [5.2], [5.3], [5.4], [5.5]])
    y = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    sampler = ADASYN(n_neighbors=2, random_state=0)
    sampler.fit_resample(X, y)

    assert set(sampler.provenance_.base[sampler.provenance_.is_new].tolist()) <= {2, 3}


@pytest.mark.parametrize(
    "sampler",
    [
        BorderlineSMOTE(k_neighbors=3, m_neighbors=6, random_state=0),
        SVMSMOTE(k_neighbors=3, m_neighbors=12, random_state=0),
        KMeansSMOTE(kmeans_estimator=1, random_state=0),
        ADASYN(n_neighbors=3, random_state=0),
    ],
)
def test_rows_are_left_out_by_number(sampler):
    """Among duplicates a row is joined with another row, never with itself."""
    rng = np.random.RandomState(0)
    X = np.repeat(rng.randint(0, 4, (40, 2)), 3, axis=0).astype(float)
    y = (rng.rand(120) < 0.3).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler.fit_resample(X, y)

    origin = sampler.provenance_
    assert (origin.base[origin.is_new] != origin.partner[origin.is_new]).all()


def test_the_peer_joins_rows_with_themselves():
    """The defect that the test above guards against, on the peer: its first neighbour goes."""
    X = np.repeat(np.random.RandomState(0).randn(12, 2), 10, axis=0)
    found = NearestNeighbors(n_neighbors=6).fit(X).kneighbors(X, return_distance=False)[:, 1:]

    assert (found == np.arange(120)[:, None]).any()


@pytest.mark.parametrize("sampler", [BorderlineSMOTE, SVMSMOTE, KMeansSMOTE, ADASYN])
def test_integers_missing_cells_and_sizes(sampler):
    """Integers are rounded, missing cells taken, and a class too small is named."""
    rng = np.random.RandomState(0)
    X = pd.DataFrame({"i": rng.randint(0, 100, 200), "f": rng.randn(200)})
    y = np.where(X["i"] + rng.randn(200) * 30 > 100, "rare", "common")
    X.loc[rng.rand(200) < 0.1, "f"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = (
            sampler(random_state=0)
            if sampler is not KMeansSMOTE
            else sampler(kmeans_estimator=1, random_state=0)
        )
        out, y_out = made.fit_resample(X, y)
    assert list(out.dtypes) == list(X.dtypes)
    assert Counter(y_out.tolist())["rare"] == Counter(y.tolist())["common"]
    base = made.provenance_.base[made.provenance_.is_new]
    np.testing.assert_array_equal(
        X["f"].iloc[base].isna(), out["f"][made.provenance_.is_new].isna()
    )

    few = np.where(np.arange(200) < 2, "rare", "common")
    with pytest.raises(TooFewRowsError, match="class 'rare' has 2"):
        sampler().fit_resample(X, few)


@pytest.mark.parametrize("sampler", [BorderlineSMOTE, SVMSMOTE])
def test_more_neighbours_than_rows(sampler):
    """The whole table may be too small for m_neighbors."""
    X, y = blobs(8, 6, 1.0)

    with pytest.raises(InputError, match="more than m_neighbors=20 rows in the table; X has 14"):
        sampler(k_neighbors=2, m_neighbors=20).fit_resample(X, y)


def test_machines_that_do_not_fit():
    """No support vectors, none of the class, all noise, or no convergence: each is said."""
    X, y = blobs(apart=1.0)

    with pytest.raises(InputError, match="must have support_ once.*LogisticRegression"):
        SVMSMOTE(svm_estimator=LogisticRegression()).fit_resample(X, y)
    lonely = np.vstack(
        [np.random.RandomState(0).randn(200, 2), [[1, 1], [-1, -1], [1, -1], [-1, 1]]]
    )
    rare = np.repeat([0, 1], [200, 4])
    with pytest.raises(InputError, match="vectors of class 1 are noise.*m_neighbors higher"):
        SVMSMOTE(k_neighbors=2, m_neighbors=3).fit_resample(lonely, rare)
    with pytest.warns(ConvergenceWarning):
        SVMSMOTE(svm_estimator=SVC(max_iter=1), random_state=0).fit_resample(X, y)


def test_one_fit_for_several_classes():
    """The machine is fitted once, whatever the number of classes that grow."""
    fits = []

    class Counting(SVC):
        def fit(self, X, y, sample_weight=None):
            fits.append(len(X))
            return super().fit(X, y, sample_weight)

    rng = np.random.RandomState(0)
    y = np.repeat([0, 1, 2], [100, 50, 40])
    X = rng.randn(190, 2) + y[:, None]
    SVMSMOTE(svm_estimator=Counting(), random_state=0).fit_resample(X, y)

    assert fits == [190]


@pytest.mark.parametrize("name", ["BorderlineSMOTE", "SVMSMOTE", "KMeansSMOTE", "ADASYN"])
def test_a_users_neighbour_object(name):
    """A neighbour search of the user's gives what a number gives."""
    X, y = blobs(apart=1.0)
    sampler = {"SVMSMOTE": SVMSMOTE, "KMeansSMOTE": KMeansSMOTE, "ADASYN": ADASYN}.get(
        name, BorderlineSMOTE
    )
    parameter = "n_neighbors" if sampler is ADASYN else "k_neighbors"
    extra = {"kmeans_estimator": 1} if sampler is KMeansSMOTE else {}
    rows = [
        sampler(random_state=0, **{parameter: neighbors}, **extra).fit_resample(X, y)[0]
        for neighbors in (4, NearestNeighbors(n_neighbors=5))
    ]

    np.testing.assert_array_equal(*rows)


def test_nothing_to_grow():
    """Balanced classes come back as they were."""
    X, y = blobs(30, 30)
    for sampler in (SMOTE(), BorderlineSMOTE(), SVMSMOTE(), KMeansSMOTE(), ADASYN()):
        out, y_out = sampler.fit_resample(X, y)

        np.testing.assert_array_equal(X, out)
        np.testing.assert_array_equal(y, y_out)
