"""Classes that are too small for the number of neighbors, in SMOTE and its variants."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.neighbors import NearestNeighbors
from sklearn.svm import SVC

import counterpoise
from counterpoise import over_sampling
from counterpoise.combine import SMOTEENN, SMOTETomek
from counterpoise.exceptions import InputError, SmallClassWarning, TooFewSamplesError
from counterpoise.over_sampling import (
    SMOTE,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
)
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler
from counterpoise.study import Study

# Classes that are far from each other have no sample in danger, and none that is hard.
pytestmark = pytest.mark.filterwarnings("ignore:No sample of class")

COUNTS = {"a": 40, "b": 12, "c": 4, "d": 2, "e": 1}
SMALL = ("c", "d", "e")


def k_means(**params: Any) -> KMeansSMOTE:
    """Return a KMeansSMOTE whose clusters are the classes, with as many neighbors as SMOTE."""
    return KMeansSMOTE(k_neighbors=5, kmeans_estimator=KMeans(5, random_state=0), **params)


def find_samplers() -> list[Any]:
    """Return all oversamplers with `small_classes` and five neighbors."""
    exported = [getattr(over_sampling, name) for name in over_sampling.__all__]
    found = [sampler for sampler in exported if issubclass(sampler, NeighborOverSampler)]
    return [k_means if sampler is KMeansSMOTE else sampler for sampler in found]


SAMPLERS = find_samplers()
samplers = pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda sampler: sampler.__name__)
handled = pytest.mark.parametrize("small_classes", ["skip", "duplicate", "shrink_k"])


def table(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return five classes of integers at some distance from each other."""
    rng = np.random.RandomState(seed)
    y = np.repeat(list(COUNTS), list(COUNTS.values()))
    centers = np.repeat(np.arange(5) * 12, list(COUNTS.values()))
    return rng.randint(0, 9, size=(len(y), 3)) + centers[:, None], y


def resample(sampler: Any, seed: int, **params: Any) -> tuple[Any, np.ndarray, list[str]]:
    """Return the fitted sampler, the resampled classes and the warnings about small classes."""
    fitted = sampler(random_state=seed, **params)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        y_out = fitted.fit_resample(*table(seed))[1]
    messages = [str(one.message) for one in caught if one.category is SmallClassWarning]
    return fitted, y_out, messages


@samplers
def test_error_by_default(sampler: Any, seed: int) -> None:
    """The error has the smallest class, and the parameter to copy."""
    with pytest.raises(TooFewSamplesError, match="neighbors=5 .* 'e' has 1. Pass small_classes="):
        resample(sampler, seed)


@samplers
@handled
def test_class_counts(sampler: Any, small_classes: str, seed: int) -> None:
    """Small classes keep their size or reach that of the majority; the attribute agrees."""
    fitted, y_out, messages = resample(sampler, seed, small_classes=small_classes)

    after = Counter(y_out.tolist())
    small = {label: COUNTS[label] if small_classes == "skip" else 40 for label in SMALL}
    assert after == {"a": 40, "b": 40, **small}
    strategy = fitted.sampling_strategy_
    assert strategy == {label: after[label] - COUNTS[label] for label in "bcde"}
    (message,) = messages
    assert message.endswith("'c' (4 samples), 'd' (2 samples), 'e' (1 sample).")


@samplers
def test_duplicates(sampler: Any, seed: int) -> None:
    """Every sample that is added to a small class is one of the input, and marked as such."""
    fitted, y_out, _ = resample(sampler, seed, small_classes="duplicate")

    origins = fitted.provenance_
    _, y = table(seed)
    assert set(y_out[origins.is_synthetic]) == {"b"}
    np.testing.assert_array_equal(
        y[origins.row[~origins.is_synthetic]], y_out[~origins.is_synthetic]
    )
    for label in SMALL:  # drawn with replacement: each sample occurs, with high probability
        rows = origins.row[y_out == label]
        assert set(rows) == set(np.flatnonzero(y == label)), label


@samplers
def test_fewer_neighbors(sampler: Any, seed: int) -> None:
    """With fewer neighbors, samples lie between samples of the class; a single one is doubled."""
    fitted, y_out, _ = resample(sampler, seed, small_classes="shrink_k")

    origins, (_, y) = fitted.provenance_, table(seed)
    is_synthetic = origins.is_synthetic
    assert set(y_out[is_synthetic]) == {"b", "c", "d"}
    np.testing.assert_array_equal(y[origins.base[is_synthetic]], y_out[is_synthetic])
    has_neighbor = origins.neighbor >= 0
    np.testing.assert_array_equal(y[origins.neighbor[has_neighbor]], y_out[has_neighbor])
    assert (origins.base != origins.neighbor)[has_neighbor].all()


@samplers
def test_skip_is_the_same_as_leaving_the_classes_out(sampler: Any, seed: int) -> None:
    """The other classes get the samples that they get if only they are to be oversampled."""
    X, y = table(seed)
    fitted = sampler(small_classes="skip", random_state=seed)
    with pytest.warns(SmallClassWarning, match="does not oversample classes with ._neighbors=5"):
        found = fitted.fit_resample(X, y)
    expected = sampler(sampling_strategy={"b": 40}, random_state=seed).fit_resample(X, y)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@samplers
@handled
def test_large_classes_are_not_affected(sampler: Any, small_classes: str, seed: int) -> None:
    """Without a small class, the parameter changes nothing, and there is no warning."""
    X, y = table(seed)
    is_large = np.isin(y, ["a", "b"])
    expected = sampler(random_state=seed).fit_resample(X[is_large], y[is_large])
    with warnings.catch_warnings():
        warnings.simplefilter("error", SmallClassWarning)
        fitted = sampler(small_classes=small_classes, random_state=seed)
        found = fitted.fit_resample(X[is_large], y[is_large])
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("neighbors", [5, NearestNeighbors(n_neighbors=6)])
def test_fewer_neighbors_are_all_others(neighbors: Any, seed: int) -> None:
    """A class of four has the samples that it has with three neighbors."""
    X, y = table(seed)
    chosen = np.isin(y, ["a", "c"])
    with pytest.warns(SmallClassWarning, match="uses fewer neighbors"):
        found = SMOTE(
            k_neighbors=neighbors, small_classes="shrink_k", random_state=seed
        ).fit_resample(X[chosen], y[chosen])
    expected = SMOTE(k_neighbors=3, random_state=seed).fit_resample(X[chosen], y[chosen])
    np.testing.assert_array_equal(expected[0], found[0])


def test_borderline_2_takes_neighbors_of_any_class(seed: int) -> None:
    """No class is too small if neighbors may be of other classes."""
    fitted, y_out, messages = resample(
        BorderlineSMOTE, seed, kind="borderline-2", small_classes="skip"
    )
    assert (set(Counter(y_out.tolist()).values()), messages) == ({40}, [])
    assert fitted.provenance_.is_synthetic.sum() == sum(40 - count for count in COUNTS.values())


# Three samples far from each other, among those of the other class.
SCATTERED = np.concatenate([np.arange(90.0), [10.5, 45.5, 80.5]])[:, None]
SCATTERED_CLASSES = np.repeat(["a", "b"], [90, 3])
UNSUITABLE = [
    (SVMSMOTE(svm_estimator=SVC(C=100), k_neighbors=2), "are noise"),
    (KMeansSMOTE(kmeans_estimator=KMeans(9, random_state=0)), "found no cluster"),
]


@pytest.mark.parametrize(("sampler", "problem"), UNSUITABLE)
@handled
def test_classes_without_base_samples(sampler: Any, problem: str, small_classes: str) -> None:
    """A class with enough samples, but none that the method can start from, is small as well."""
    sampler = sampler.set_params(small_classes="error", random_state=0)
    with pytest.raises(InputError, match=f'{problem}.* or pass small_classes="shrink_k"'):
        sampler.fit_resample(SCATTERED, SCATTERED_CLASSES)

    sampler.set_params(small_classes=small_classes)
    with pytest.warns(SmallClassWarning, match=problem):
        _, y_out = sampler.fit_resample(SCATTERED, SCATTERED_CLASSES)
    assert Counter(y_out.tolist()) == {"a": 90, "b": 3 if small_classes == "skip" else 90}
    assert not sampler.provenance_.is_synthetic.any()
    assert sampler.sampling_strategy_ == {"b": 0 if small_classes == "skip" else 87}


@pytest.mark.parametrize("combined", [SMOTEENN, SMOTETomek])
def test_combinations_pass_it_on(combined: Any, seed: int) -> None:
    """The default oversampler gets the parameter; one that is given has its own."""
    for params in ({"small_classes": "skip"}, {"smote": SMOTE(small_classes="skip")}):
        fitted, _, messages = resample(combined, seed, **params)
        assert fitted.sampling_strategy_ == {"b": 28, "c": 0, "d": 0, "e": 0}
        assert len(messages) == 1


def test_resample_data_frame(seed: int) -> None:
    """`resample` passes the parameter on to the SMOTE for the table."""
    X, y = table(seed)
    frame = pd.DataFrame(X, columns=["u", "v", "w"]).assign(town=y, label=y)
    with pytest.warns(SmallClassWarning, match="SMOTENC duplicates samples"):
        out = counterpoise.resample(frame, "label", small_classes="duplicate", random_state=seed)
    assert set(out["label"].value_counts()) == {40}


NEIGHBOR_METHODS = (
    "smote",
    "borderline-smote",
    "adasyn",
    "svm-smote",
    "kmeans-smote",
    "smote-enn",
    "smote-tomek",
)


def test_study_of_small_classes() -> None:
    """In training folds with four and with one sample of a class, no method of a study fails."""
    rng = np.random.RandomState(0)
    y = np.repeat(list("abcd"), [60, 20, 6, 2])
    X = rng.normal(size=(len(y), 2)) + 2 * np.repeat(np.arange(4), [60, 20, 6, 2])[:, None]
    chosen = y != "d"
    five = Study("logistic", NEIGHBOR_METHODS, cv=(5, 1), random_state=0).run(X[chosen], y[chosen])
    two = Study("logistic", NEIGHBOR_METHODS, cv=(2, 1), random_state=0).run(X, y)
    for result, smallest in ((five, "'c' (4 samples)"), (two, "'d' (1 sample)")):
        assert {candidate.status for candidate in result.candidates} == {"done"}
        (finding,) = [one for one in result.findings if one.code == "small-classes"]
        for method in NEIGHBOR_METHODS:
            needs_three = method == "kmeans-smote"  # it has two neighbors by default
            assert (method in finding.sentence) == (result is two or not needs_three)
        assert smallest in finding.sentence


def test_study_of_a_sampler_that_fails() -> None:
    """A sampler of the user fails on small classes by default; a finding has what to do."""
    X, y = table(0)
    chosen = np.isin(y, ["a", "b", "c"])
    result = Study("logistic", SMOTE(), cv=(2, 1), random_state=0).run(X[chosen], y[chosen])
    assert result.candidate("logistic", "SMOTE").status == "failed"
    (finding,) = [one for one in result.findings if one.code == "candidate-failed"]
    assert "class 'c' has 2. Set k_neighbors to 1 or less, or pass small" in finding.sentence


CONTAINERS = {
    "pandas": lambda X: pd.DataFrame(X, index=[f"row {row}" for row in range(len(X))]),
    "polars": lambda X: pl.DataFrame(X, schema=["u", "v", "w"], orient="row"),
    "pyarrow": lambda X: pa.table(dict(zip("uvw", X.T, strict=True))),
    "sparse": sparse.csr_array,
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_duplicates_and_synthetic_samples_in_one_container(container: str, seed: int) -> None:
    """A result with both has the rows that a numpy array gets, in the container of the input."""
    X, y = table(seed)
    sampler = SMOTE(small_classes="duplicate", random_state=seed)
    given = CONTAINERS[container](X)
    with pytest.warns(SmallClassWarning):
        expected, found = (sampler.fit_resample(features, y)[0] for features in (X, given))
    assert type(found) is type(given)
    convert = {"sparse": "toarray", "pyarrow": "to_pandas"}.get(container, "to_numpy")
    np.testing.assert_array_equal(expected, np.asarray(getattr(found, convert)()))


def test_many_small_classes() -> None:
    """The warning lists the first ten."""
    y = np.r_[np.zeros(20, int), np.arange(1, 31)]
    with pytest.warns(SmallClassWarning, match=r"10 \(1 sample\) and 20 more\.$"):
        SMOTE(small_classes="skip").fit_resample(np.arange(50.0)[:, None], y)
