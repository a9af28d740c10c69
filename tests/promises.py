"""Properties of every sampler: one function each, given a sampler, a container and a seed.

Oversamplers are tested as soon as they are exported. A `Case` in `SAMPLERS` gives a sampler other
parameters than `default_case`, or describes one that differs from what is expected by default.
"""

from __future__ import annotations

import inspect
import pickle
import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier

from counterpoise import over_sampling
from counterpoise.combine import SMOTEENN, SMOTEIPF, Chain, SMOTETomek
from counterpoise.over_sampling import (
    ADASYN,
    MWMOTE,
    SMOTE,
    SMOTEN,
    SMOTENC,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
    Lee,
    RandomOverSampler,
    SafeLevelSMOTE,
)
from counterpoise.under_sampling import (
    AllKNN,
    ClusterCentroids,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    InstanceHardnessThreshold,
    IterativePartitioningFilter,
    NearMiss,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    RepeatedEditedNearestNeighbours,
    TomekLinks,
)
from tests.containers import Container, as_array, as_labels, signature


@dataclass(frozen=True)
class Case:
    """A sampler, with parameters that suit the small tables of these tests."""

    name: str
    build: Callable[..., Any]
    interpolates: bool = False
    oversamples: bool = True
    cleans: bool = False  # the method determines the number of samples
    crosses_classes: bool = False  # a neighbor may be of another class
    extrapolates: bool = False  # synthetic samples may lie beyond the base sample
    votes: bool = False  # values of synthetic samples are those of input samples of the class
    has_points: bool = False  # synthetic samples may have no neighbor, and other values

    def __repr__(self) -> str:
        return self.name


def hardness(**params: Any) -> InstanceHardnessThreshold:
    """Return an InstanceHardnessThreshold with a small forest."""
    return InstanceHardnessThreshold(estimator=RandomForestClassifier(2), cv=2, **params)


def smote_ipf(**params: Any) -> SMOTEIPF:
    """Return a SMOTEIPF with few small trees."""
    ipf = IterativePartitioningFilter(sampling_strategy="all", n_partitions=2, n_quiet=1)
    return SMOTEIPF(smote=SMOTE(k_neighbors=2), ipf=ipf, **params)


SAMPLERS = [
    Case("SMOTE", lambda **p: SMOTE(k_neighbors=2, **p), interpolates=True),
    Case(
        "SMOTE scaled", lambda **p: SMOTE(k_neighbors=2, scale="standard", **p), interpolates=True
    ),
    Case("SMOTE robust", lambda **p: SMOTE(k_neighbors=2, scale="robust", **p), interpolates=True),
    Case("RandomOverSampler", RandomOverSampler),
    Case("RandomOverSampler smoothed", lambda **p: RandomOverSampler(shrinkage=0.5, **p)),
    Case("RandomUnderSampler", RandomUnderSampler, oversamples=False),
    Case(
        "RandomUnderSampler with replacement",
        lambda **p: RandomUnderSampler(replacement=True, **p),
        oversamples=False,
    ),
    Case(
        "BorderlineSMOTE",
        lambda **p: BorderlineSMOTE(k_neighbors=2, m_neighbors=8, **p),
        interpolates=True,
    ),
    Case(
        "BorderlineSMOTE 2",
        lambda **p: BorderlineSMOTE(k_neighbors=2, m_neighbors=8, kind="borderline-2", **p),
        interpolates=True,
        crosses_classes=True,
    ),
    Case(
        "SVMSMOTE",
        lambda **p: SVMSMOTE(k_neighbors=2, m_neighbors=12, **p),
        interpolates=True,
        extrapolates=True,
    ),
    Case(
        "KMeansSMOTE",
        lambda **p: KMeansSMOTE(kmeans_estimator=2, cluster_balance_threshold=0.05, **p),
        interpolates=True,
    ),
    # The smallest class has six samples among 40: many neighbors are of other classes.
    Case(
        "SafeLevelSMOTE",
        lambda **p: SafeLevelSMOTE(k_neighbors=2, m_neighbors=12, **p),
        interpolates=True,
    ),
    Case("MWMOTE", lambda **p: MWMOTE(k_neighbors=2, m_neighbors=12, **p), interpolates=True),
    Case("ADASYN", lambda **p: ADASYN(n_neighbors=3, **p), interpolates=True),
    Case("Lee", lambda **p: Lee(k_neighbors=2, rejection_level=1.0, **p), interpolates=True),
    Case("SMOTENC", lambda **p: SMOTENC(k_neighbors=2, **p), interpolates=True),
    Case("SMOTENC by number", lambda **p: SMOTENC([2], k_neighbors=2, **p), votes=True),
    Case("SMOTEN", lambda **p: SMOTEN(k_neighbors=2, **p), votes=True),
    Case("TomekLinks", lambda random_state=None, **p: TomekLinks(**p), cleans=True),
    Case("ENN", lambda random_state=None, **p: EditedNearestNeighbours(**p), cleans=True),
    Case(
        "ENN of all, by mode",
        lambda random_state=None, **p: EditedNearestNeighbours(
            sampling_strategy="all", kind_sel="mode", **p
        ),
        cleans=True,
    ),
    Case("RENN", lambda random_state=None, **p: RepeatedEditedNearestNeighbours(**p), cleans=True),
    Case("AllKNN", lambda random_state=None, **p: AllKNN(**p), cleans=True),
    Case("NCR", lambda random_state=None, **p: NeighbourhoodCleaningRule(**p), cleans=True),
    Case("CNN", CondensedNearestNeighbour, cleans=True),
    Case("CNN of three", lambda **p: CondensedNearestNeighbour(n_neighbors=3, **p), cleans=True),
    Case("OSS", OneSidedSelection, cleans=True),
    Case("SMOTEENN", lambda **p: SMOTEENN(smote=SMOTE(k_neighbors=2), **p), cleans=True),
    Case("SMOTETomek", lambda **p: SMOTETomek(smote=SMOTE(k_neighbors=2), **p), cleans=True),
    Case("SMOTEIPF", smote_ipf, cleans=True),
    Case("IPF", lambda **p: IterativePartitioningFilter(n_partitions=2, **p), cleans=True),
    Case(
        "Chain",
        lambda **p: Chain(
            [RandomUnderSampler(sampling_strategy=0.3), SMOTE(k_neighbors=2), TomekLinks()], **p
        ),
        cleans=True,
    ),
    Case("NearMiss", lambda random_state=None, **p: NearMiss(**p), oversamples=False),
    Case("NearMiss 2", lambda random_state=None, **p: NearMiss(version=2, **p), oversamples=False),
    # Six minority samples with six neighbors each: at least six candidates.
    Case(
        "NearMiss 3",
        lambda random_state=None, **p: NearMiss(version=3, n_neighbors_ver3=6, **p),
        oversamples=False,
    ),
    Case("InstanceHardnessThreshold", hardness, oversamples=False),
    Case(
        "ClusterCentroids soft", lambda **p: ClusterCentroids(voting="soft", **p), oversamples=False
    ),
    Case(
        "ClusterCentroids hard", lambda **p: ClusterCentroids(voting="hard", **p), oversamples=False
    ),
]


def default_case(sampler: type[Any]) -> Case:
    """Return the case of an oversampler, with two neighbors: the smallest class has six samples."""
    few = {"k_neighbors": 2} if "k_neighbors" in inspect.signature(sampler).parameters else {}
    return Case(
        sampler.__name__, lambda **p: sampler(**few, **p), interpolates=True, has_points=True
    )


listed = {type(case.build()) for case in SAMPLERS}
exported = [getattr(over_sampling, name) for name in over_sampling.__all__]
SAMPLERS += [default_case(sampler) for sampler in exported if sampler not in listed]


def numbers(seed: int, *, duplicates: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return a table of 3 columns, one of them constant, and a target of three classes."""
    rng = np.random.RandomState(seed)
    values = rng.randn(40, 3)
    values[:, 2] = 1.5
    if duplicates:
        values[5:12] = values[4]
    labels = np.repeat([0, 1, 2], [24, 10, 6])
    order = rng.permutation(40)
    return values[order], labels[order]


def load(container: Container, seed: int, **options: bool) -> tuple[Any, Any]:
    """Return the table and target of `numbers` in a container."""
    values, labels = numbers(seed, **options)
    return container.table(values), container.labels(labels)


def input_is_untouched(case: Case, container: Container, seed: int) -> None:
    """Resampling does not change its input."""
    X, y = load(container, seed)
    before = deepcopy(as_array(X)), deepcopy(as_labels(y)), signature(X)

    case.build(random_state=seed).fit_resample(X, y)

    np.testing.assert_array_equal(before[0], as_array(X))
    np.testing.assert_array_equal(before[1], as_labels(y))
    assert before[2] == signature(X)


def container_is_preserved(case: Case, container: Container, seed: int) -> None:
    """Container, types, names and order of columns are preserved."""
    X, y = load(container, seed)

    X_out, y_out = case.build(random_state=seed).fit_resample(X, y)

    assert signature(X) == signature(X_out)
    assert signature(y) == signature(y_out)
    assert len(as_labels(y_out)) == len(as_array(X_out))


def kept_rows_are_the_inputs(case: Case, container: Container, seed: int) -> None:
    """Each kept row equals, bit for bit, the input row in its provenance."""
    X, y = load(container, seed)
    sampler = case.build(random_state=seed)

    X_out, y_out = sampler.fit_resample(X, y)

    row = sampler.provenance_.row
    np.testing.assert_array_equal(as_array(X)[row[row >= 0]], as_array(X_out)[row >= 0])
    np.testing.assert_array_equal(as_labels(y)[row[row >= 0]], as_labels(y_out)[row >= 0])
    assert len(row) == len(as_array(X_out))


def counts_equal_the_targets(case: Case, container: Container, seed: int) -> None:
    """Each class has the requested number of samples."""
    X, y = load(container, seed)

    _, y_out = case.build(random_state=seed).fit_resample(X, y)

    if case.cleans:
        assert 0 < len(as_labels(y_out)) <= 72
        return
    expected = 24 if case.oversamples else 6
    assert {expected} == set(np.unique(as_labels(y_out), return_counts=True)[1].tolist())


def same_seed_same_output(case: Case, container: Container, seed: int) -> None:
    """The same seed gives the same output, again and from a clone."""
    X, y = load(container, seed)
    sampler = case.build(random_state=seed)

    first, second = (s.fit_resample(X, y)[0] for s in (sampler, clone(sampler)))

    np.testing.assert_array_equal(as_array(first), as_array(second))


def container_changes_nothing(case: Case, container: Container, seed: int) -> None:
    """A table gives the same result in any container."""
    values, labels = numbers(seed)
    X = container.table(values)
    values = as_array(X)  # in the precision of the container

    plain, _ = case.build(random_state=seed).fit_resample(values, labels)
    other, _ = case.build(random_state=seed).fit_resample(X, container.labels(labels))

    close = 1e-6 if getattr(X, "dtype", None) == np.float32 else 1e-14
    np.testing.assert_allclose(as_array(plain), as_array(other), rtol=close, atol=close)


def global_random_state_is_untouched(case: Case, container: Container, seed: int) -> None:
    """With a seed, numpy's global random state does not change."""
    X, y = load(container, seed)
    before = pickle.dumps(np.random.get_state())  # with its position: a draw changes little else

    case.build(random_state=seed).fit_resample(X, y)

    assert before == pickle.dumps(np.random.get_state())


def synthetic_samples_lie_between_base_and_neighbor(
    case: Case, container: Container, seed: int
) -> None:
    """A synthetic sample lies between base and neighbor, at the weight in its provenance."""
    if not case.interpolates:
        return
    X, y = load(container, seed)
    sampler = case.build(random_state=seed)

    X_out, y_out = sampler.fit_resample(X, y)

    provenance = sampler.provenance_
    is_synthetic = provenance.neighbor >= 0
    assert case.has_points or (is_synthetic == provenance.is_synthetic).all()
    base, neighbor = (
        as_array(X)[provenance.base[is_synthetic]],
        as_array(X)[provenance.neighbor[is_synthetic]],
    )
    weight = provenance.weight[is_synthetic][:, None]
    expected = base + weight * (neighbor - base)
    np.testing.assert_allclose(expected, as_array(X_out)[is_synthetic], rtol=1e-6, atol=1e-6)
    assert case.extrapolates or ((weight >= 0) & (weight <= 1)).all()
    assert (provenance.base[is_synthetic] != provenance.neighbor[is_synthetic]).all()
    classes = as_labels(y)
    np.testing.assert_array_equal(
        classes[provenance.base[is_synthetic]], as_labels(y_out)[is_synthetic]
    )
    if not case.crosses_classes:
        np.testing.assert_array_equal(
            classes[provenance.neighbor[is_synthetic]], as_labels(y_out)[is_synthetic]
        )


def duplicates_are_handled(case: Case, container: Container, seed: int) -> None:
    """Duplicates and constant columns give finite values and the right counts."""
    X, y = load(container, seed, duplicates=True)

    X_out, _ = case.build(random_state=seed).fit_resample(X, y)

    assert np.isfinite(as_array(X_out)).all()
    assert case.cleans or len(as_array(X_out)) == (72 if case.oversamples else 18)


def renaming_labels_changes_nothing_else(case: Case, container: Container, seed: int) -> None:
    """Other class labels in the same order give the same rows."""
    X, _ = load(container, seed)
    _, labels = numbers(seed)

    first, _ = case.build(random_state=seed).fit_resample(X, labels)
    second, _ = case.build(random_state=seed).fit_resample(X, np.array(["a", "b", "c"])[labels])

    np.testing.assert_array_equal(as_array(first), as_array(second))


def pickles(case: Case, container: Container, seed: int) -> None:
    """A fitted sampler can be pickled, with its provenance."""
    X, y = load(container, seed)
    sampler = case.build(random_state=seed)
    sampler.fit_resample(X, y)

    revived = pickle.loads(pickle.dumps(sampler))

    np.testing.assert_array_equal(sampler.provenance_.row, revived.provenance_.row)
    assert sampler.sampling_strategy_ == revived.sampling_strategy_


def voted_values_occur_in_the_class(case: Case, container: Container, seed: int) -> None:
    """Each value of the last column of a synthetic sample occurs in its class."""
    if not case.votes:
        return
    X, y = load(container, seed)
    sampler = case.build(random_state=seed)

    X_out, y_out = sampler.fit_resample(X, y)

    is_synthetic = sampler.provenance_.is_synthetic
    for label in set(as_labels(y)):
        values = as_array(X_out)[is_synthetic & (as_labels(y_out) == label)][:, 2]
        assert set(values.tolist()) <= set(as_array(X)[as_labels(y) == label][:, 2].tolist())


def threads_change_nothing(case: Case, container: Container, seed: int) -> None:
    """Calls from several threads give the result of a single one."""
    X, y = load(container, seed)
    alone = as_array(case.build(random_state=seed).fit_resample(X, y)[0])
    results: list[np.ndarray] = []

    def work() -> None:
        results.append(as_array(case.build(random_state=seed).fit_resample(X, y)[0]))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(results) == 3
    for result in results:
        np.testing.assert_array_equal(alone, result)


PROMISES = [
    input_is_untouched,
    container_is_preserved,
    kept_rows_are_the_inputs,
    counts_equal_the_targets,
    same_seed_same_output,
    container_changes_nothing,
    global_random_state_is_untouched,
    synthetic_samples_lie_between_base_and_neighbor,
    duplicates_are_handled,
    renaming_labels_changes_nothing_else,
    pickles,
    voted_values_occur_in_the_class,
    threads_change_nothing,
]
