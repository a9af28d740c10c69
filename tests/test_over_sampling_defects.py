"""Defects of imbalanced-learn's oversamplers: its result first, then ours."""

from __future__ import annotations

import warnings
from collections import Counter

import imblearn.over_sampling as imblearn_over
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.svm import SVC

from counterpoise._array_ops import is_in_danger, is_noise
from counterpoise.exceptions import (
    CounterpoiseWarning,
    EstimatorError,
    InputError,
    TooFewSamplesError,
)
from counterpoise.over_sampling import ADASYN, SMOTE, SVMSMOTE, BorderlineSMOTE, KMeansSMOTE


def blobs(n: int = 100, n_minority: int = 20, apart: float = 20.0) -> tuple[np.ndarray, np.ndarray]:
    """Return a majority and a minority class whose centers are some distance apart."""
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], [n, n_minority])
    return rng.randn(n + n_minority, 2) + apart * y[:, None], y


def count(sampler, X, y, label=1) -> int:
    """Return the number of samples of a class after resampling."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Counter(sampler.fit_resample(X, y)[1].tolist())[label]


def test_no_row_in_danger():
    """imbalanced-learn returns the input; we oversample from all samples, with a warning."""
    X, y = blobs()

    assert count(imblearn_over.BorderlineSMOTE(random_state=0), X, y) == 20
    with pytest.warns(CounterpoiseWarning, match="No sample of class 1 is in danger"):
        _, y_out = BorderlineSMOTE(random_state=0).fit_resample(X, y)
    assert Counter(y_out.tolist()) == {0: 100, 1: 100}


def test_weight_towards_another_class_is_at_most_half(seed):
    """Towards another class the weight is uniform in [0, 0.5], not a product of two draws."""
    rng = np.random.RandomState(seed)
    X, y = rng.randn(3000, 2), np.repeat([0, 1], [2700, 300])
    ours = BorderlineSMOTE(kind="borderline-2", random_state=seed)
    out, _ = ours.fit_resample(X, y)
    provenance = ours.provenance_
    is_other = provenance.is_synthetic & (y[provenance.neighbor] == 0)
    theirs, _ = imblearn_over.BorderlineSMOTE(
        kind="borderline-2", random_state=np.random.RandomState(seed)
    ).fit_resample(X, y)
    step = X[provenance.neighbor[is_other]] - X[provenance.base[is_other]]
    theirs_step = theirs[is_other] - X[provenance.base[is_other]]
    theirs_weight = (theirs_step * step).sum(1) / (step**2).sum(1)
    weight = provenance.weight[is_other]

    assert weight.max() <= 0.5
    assert abs(weight.mean() - 0.25) < 0.03
    assert len(out) == len(theirs)
    assert theirs_weight.mean() < 0.2


def test_danger_and_noise_of_the_paper():
    """Danger: half of the neighbors or more, not all; noise: all (Han et al., 2005)."""
    n_other_class = np.arange(6)

    np.testing.assert_array_equal(n_other_class[is_in_danger(n_other_class, 5)], [3, 4])
    np.testing.assert_array_equal(n_other_class[:5][is_in_danger(n_other_class[:5], 4)], [2, 3])
    np.testing.assert_array_equal(n_other_class[is_noise(n_other_class, 5)], [5])


@pytest.mark.parametrize("apart", [1.0, 20.0])
def test_support_vectors_all_safe_or_all_in_danger(apart):
    """If all support vectors are safe, imbalanced-learn generates fewer samples than requested."""
    X, y = blobs(apart=apart)
    theirs = count(imblearn_over.SVMSMOTE(random_state=0, m_neighbors=3), X, y)

    assert count(SVMSMOTE(random_state=0, m_neighbors=3), X, y) == 100
    assert theirs < 100 or apart == 1.0


@pytest.mark.parametrize("n", [84, 85, 97])
def test_kmeans_smote_generates_the_requested_number(n):
    """imbalanced-learn rounds up for each cluster, and generates too many samples."""
    rng = np.random.RandomState(0)
    X = np.vstack([rng.randn(40, 2) + 15 * i for i in range(3)] + [rng.randn(200, 2) - 30])
    y = np.repeat([1, 0], [120, 200])
    params = {"kmeans_estimator": KMeans(4, random_state=0), "sampling_strategy": {1: 120 + n}}

    assert count(imblearn_over.KMeansSMOTE(random_state=0, **params), X, y) > 120 + n
    assert count(KMeansSMOTE(random_state=0, **params), X, y) == 120 + n


def test_clusters_of_identical_rows():
    """Clusters of identical samples give imbalanced-learn NaN; here they get equal shares."""
    X = np.vstack([np.zeros((10, 2)), np.ones((10, 2)) * 50, np.ones((100, 2)) * -50])
    y = np.repeat([1, 0], [20, 100])
    params = {"kmeans_estimator": KMeans(3, random_state=0), "random_state": 0}

    with pytest.raises(ValueError, match="NaN"):
        count(imblearn_over.KMeansSMOTE(**params), X, y)
    out, y_out = KMeansSMOTE(**params).fit_resample(X, y)
    assert Counter(y_out.tolist()) == {0: 100, 1: 100}
    assert Counter(out[120:, 0].tolist()) == {0.0: 40, 50.0: 40}


def test_samples_of_a_class_in_a_cluster_are_counted():
    """imbalanced-learn multiplies a share by a size, and finds less than 3 of 47 samples."""
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
    theirs, _ = imblearn_over.KMeansSMOTE(random_state=0, **params).fit_resample(X, y)

    assert not (np.abs(theirs[len(y) :]) < 10).any()
    assert (ours.provenance_.base[ours.provenance_.is_synthetic] < 3).any()


def test_no_cluster_qualifies():
    """The message states the counts, the threshold and what to do."""
    X, y = blobs(apart=0.0)

    with pytest.raises(
        EstimatorError, match=r"no cluster.*class 1.*\(the largest number is.*lower"
    ):
        KMeansSMOTE(cluster_balance_threshold=0.9).fit_resample(X, y)


def test_adasyn_generates_the_requested_number():
    """imbalanced-learn rounds the number of each base sample separately."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(1000, 4), np.repeat([0, 1], [885, 115])

    assert count(imblearn_over.ADASYN(random_state=0), X, y) != 885
    assert count(ADASYN(random_state=0), X, y) == 885


def test_adasyn_of_separable_classes():
    """imbalanced-learn raises an error; we oversample from all samples, with a warning."""
    X, y = blobs()

    with pytest.raises(RuntimeError, match="majority"):
        imblearn_over.ADASYN().fit_resample(X, y)
    sampler = ADASYN(random_state=0)
    with pytest.warns(CounterpoiseWarning, match="No sample of class 1 has a neighbor of another"):
        sampler.fit_resample(X, y)
    bases = Counter(sampler.provenance_.base[sampler.provenance_.is_synthetic].tolist())
    assert set(bases.values()) == {4}


def test_one_neighbor_of_another_class_counts():
    """A sample with a single neighbor of another class gets synthetic samples."""
    X = np.array([[0.0], [0.1], [0.2], [0.3], [0.45], [5.0], [5.1], [5.2], [5.3], [5.4], [5.5]])
    y = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    sampler = ADASYN(n_neighbors=2, random_state=0)
    sampler.fit_resample(X, y)

    assert set(sampler.provenance_.base[sampler.provenance_.is_synthetic].tolist()) <= {2, 3}


@pytest.mark.parametrize(
    "sampler",
    [
        BorderlineSMOTE(k_neighbors=3, m_neighbors=6, random_state=0),
        SVMSMOTE(k_neighbors=3, m_neighbors=12, random_state=0),
        KMeansSMOTE(kmeans_estimator=1, random_state=0),
        ADASYN(n_neighbors=3, random_state=0),
    ],
)
def test_a_sample_is_excluded_from_its_neighbors_by_index(sampler):
    """Among duplicates a sample is never its own neighbor."""
    rng = np.random.RandomState(0)
    X = np.repeat(rng.randint(0, 4, (40, 2)), 3, axis=0).astype(float)
    y = (rng.rand(120) < 0.3).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler.fit_resample(X, y)

    provenance = sampler.provenance_
    assert (
        provenance.base[provenance.is_synthetic] != provenance.neighbor[provenance.is_synthetic]
    ).all()


def test_imbalanced_learn_interpolates_samples_with_themselves():
    """The defect behind the test above: imbalanced-learn drops the first neighbor."""
    X = np.repeat(np.random.RandomState(0).randn(12, 2), 10, axis=0)
    found = NearestNeighbors(n_neighbors=6).fit(X).kneighbors(X, return_distance=False)[:, 1:]

    assert (found == np.arange(120)[:, None]).any()


@pytest.mark.parametrize("sampler", [BorderlineSMOTE, SVMSMOTE, KMeansSMOTE, ADASYN])
def test_integers_missing_values_and_class_sizes(sampler):
    """Integers are rounded, missing values allowed, and too small a class is named."""
    rng = np.random.RandomState(0)
    X = pd.DataFrame({"i": rng.randint(0, 100, 200), "f": rng.randn(200)})
    y = np.where(X["i"] + rng.randn(200) * 30 > 100, "minority", "majority")
    X.loc[rng.rand(200) < 0.1, "f"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = (
            sampler(random_state=0)
            if sampler is not KMeansSMOTE
            else sampler(kmeans_estimator=1, random_state=0)
        )
        out, y_out = fitted.fit_resample(X, y)
    assert list(out.dtypes) == list(X.dtypes)
    assert Counter(y_out.tolist())["minority"] == Counter(y.tolist())["majority"]
    base = fitted.provenance_.base[fitted.provenance_.is_synthetic]
    np.testing.assert_array_equal(
        X["f"].iloc[base].isna(), out["f"][fitted.provenance_.is_synthetic].isna()
    )

    few = np.where(np.arange(200) < 2, "minority", "majority")
    with pytest.raises(TooFewSamplesError, match="class 'minority' has 2"):
        sampler().fit_resample(X, few)


@pytest.mark.parametrize("sampler", [BorderlineSMOTE, SVMSMOTE])
def test_more_neighbors_than_samples(sampler):
    """The whole table may have too few samples for m_neighbors."""
    X, y = blobs(8, 6, 1.0)

    with pytest.raises(InputError, match="more than m_neighbors=20 samples in X, which has 14"):
        sampler(k_neighbors=2, m_neighbors=20).fit_resample(X, y)


def test_svm_errors_and_warnings():
    """No support_, only noise, or no convergence: each has its message."""
    X, y = blobs(apart=1.0)
    assert issubclass(EstimatorError, ValueError)
    assert issubclass(EstimatorError, RuntimeError)

    with pytest.raises(EstimatorError, match="have the attribute support_.*LogisticRegression"):
        SVMSMOTE(svm_estimator=LogisticRegression()).fit_resample(X, y)
    isolated = np.vstack(
        [np.random.RandomState(0).randn(200, 2), [[1, 1], [-1, -1], [1, -1], [-1, 1]]]
    )
    y_isolated = np.repeat([0, 1], [200, 4])
    with pytest.raises(
        InputError, match="of class 1 are noise.*SVM-SMOTE is not adapted to .*Increase m_n"
    ):
        SVMSMOTE(k_neighbors=2, m_neighbors=3).fit_resample(isolated, y_isolated)
    with pytest.warns(ConvergenceWarning):
        SVMSMOTE(svm_estimator=SVC(max_iter=1), random_state=0).fit_resample(X, y)


def test_one_fit_for_several_classes():
    """The support vector machine is fitted once, however many classes are oversampled."""
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
def test_neighbor_estimator_equals_number(name):
    """An estimator gives the same result as a number of neighbors."""
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


def test_balanced_classes_are_unchanged():
    """Balanced classes are returned unchanged."""
    X, y = blobs(30, 30)
    for sampler in (SMOTE(), BorderlineSMOTE(), SVMSMOTE(), KMeansSMOTE(), ADASYN()):
        out, y_out = sampler.fit_resample(X, y)

        np.testing.assert_array_equal(X, out)
        np.testing.assert_array_equal(y, y_out)
