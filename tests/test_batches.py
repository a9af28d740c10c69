"""Balanced mini-batches, resampled in each epoch."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys

import imblearn.keras._generator as theirs
import imblearn.tensorflow
import imblearn.under_sampling
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from counterpoise import FunctionSampler
from counterpoise.batches import BalancedBatchSampler, balanced_batches
from counterpoise.combine import SMOTEENN
from counterpoise.exceptions import InputError, TargetError
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.under_sampling import (
    ClusterCentroids,
    NearMiss,
    RandomUnderSampler,
    TomekLinks,
)
from tests.containers import CONTAINERS, as_array, as_labels, signature

COUNTS = (90, 20, 13)


def make_samples(seed=0, counts=COUNTS):
    """Return samples whose first feature is their index, with classes in random order."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    return np.column_stack([np.arange(len(y)), y + rng.normal(size=len(y))]), y


def first_feature(batches):
    """Return the first feature of all batches: the indices of samples that were kept."""
    return [int(row) for batch in batches for row in batch[0][:, 0]]


# ---- balanced_batches ----


@pytest.mark.parametrize("batch_size", [1, 7, 13, 39, 40, 1000])
def test_batch_sizes(batch_size, seed):
    """All batches are full but the last, which has the rest; samples keep their classes."""
    X, y = make_samples(seed)
    batches = list(balanced_batches(X, y, batch_size=batch_size, random_state=seed))
    rows = first_feature(batches)
    sizes = [len(labels) for _, labels in batches]

    assert len(rows) == len(set(rows)) == 39
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1)
    assert len(sizes) == math.ceil(39 / batch_size)
    assert (np.concatenate([labels for _, labels in batches]) == y[rows]).all()
    assert np.bincount(y[rows]).tolist() == [13, 13, 13]


def test_each_epoch_resamples(seed):
    """Epochs differ in majority samples and in order, and have all minority samples."""
    X, y = make_samples(seed)
    batches = list(balanced_batches(X, y, batch_size=39, epochs=20, random_state=seed))
    epochs = [set(first_feature([batch])) for batch in batches]

    assert len(epochs) == 20
    assert len({frozenset(epoch) for epoch in epochs}) == 20
    assert len({tuple(first_feature([batch])) for batch in batches}) == 20
    assert all(set(np.flatnonzero(y == 2)) <= epoch for epoch in epochs)
    assert len(set.union(*epochs)) > 2 * 39


@pytest.mark.parametrize(
    "sampler", [None, RandomOverSampler(), SMOTE(random_state=3), TomekLinks(), SMOTEENN()]
)
def test_random_state(sampler, seed):
    """The batches depend on `random_state` only, not on the `random_state` of the sampler."""
    X, y = make_samples(seed)

    def epochs(s):
        params = {"sampler": sampler, "epochs": 2, "random_state": s}
        return [np.column_stack(batch) for batch in balanced_batches(X, y, **params)]

    first, second, other = epochs(seed), epochs(seed), epochs(seed + 1)

    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[0], first[len(first) // 2])


def test_each_epoch_has_new_synthetic_samples(seed):
    """SMOTE generates different samples in each epoch, even if it has a `random_state`."""
    X, y = make_samples(seed)
    sampler = SMOTE(random_state=0)
    params = {"sampler": sampler, "batch_size": 999, "epochs": 2}
    epochs = list(balanced_batches(X, y, **params, random_state=seed))
    # Interpolated indices are no integers.
    synthetic = [{row for row in map(tuple, rows) if row[0] % 1} for rows, _ in epochs]

    assert [np.bincount(labels).tolist() for _, labels in epochs] == [[90, 90, 90]] * 2
    assert all(len(rows) > 100 for rows in synthetic)
    assert not synthetic[0] & synthetic[1]
    assert sampler.random_state == 0
    assert not hasattr(sampler, "provenance_")


@pytest.mark.parametrize(
    "sampler",
    [
        None,
        RandomOverSampler(),
        RandomOverSampler(shrinkage=1),
        SMOTE(),
        SMOTEENN(),
        imblearn.under_sampling.RandomUnderSampler(),
        imblearn.under_sampling.NearMiss(),
    ],
)
def test_sample_weight(sampler, seed):
    """A kept sample has its own weight, a synthetic sample that of a sample of its class."""
    X, y = make_samples(seed)
    weight = 1000 * y + np.arange(len(y))
    for rows, labels, weights in balanced_batches(
        X, y, sample_weight=weight.tolist(), sampler=sampler, epochs=2, random_state=seed
    ):
        is_kept = np.isin(rows[:, 1], X[:, 1])

        assert (weights[is_kept] == weight[rows[is_kept, 0].astype(int)]).all()
        assert (y[weights % 1000] == labels).all()


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
@pytest.mark.parametrize("sampler", [RandomUnderSampler(), SMOTE(k_neighbors=2)])
def test_batches_have_the_container_of_the_input(container, sampler):
    """Batches keep the container, dtypes and names, and hold the same samples in all of them."""
    rng = np.random.RandomState(0)
    values = rng.normal(size=(30, 3)).round(2)
    values[:, 2] += 5
    y = np.array([0, 1, 0, 0, 1, 0] * 5)
    X, labels = container.table(values), container.labels(y)
    params = {"sampler": sampler, "batch_size": 8, "keep_sparse": True, "random_state": 0}
    plain = list(balanced_batches(values.astype(as_array(X).dtype), y, **params))
    batches = list(balanced_batches(X, labels, **params))

    assert len(plain) == len(batches)
    for (rows, classes), (expected, codes) in zip(batches, plain, strict=True):
        assert signature(rows) == signature(X)
        assert signature(classes)[0] == signature(labels)[0]
        tolerance = 1e-5 if "32" in container.name else 1e-12
        np.testing.assert_allclose(as_array(rows), expected, rtol=tolerance, atol=tolerance)
        assert as_labels(classes).tolist() == as_labels(codes).tolist()


@pytest.mark.parametrize("matrix", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_sparse_batches(matrix):
    """Batches of a sparse matrix are arrays; with `keep_sparse` they keep its format."""
    X, y = make_samples()
    as_arrays, as_sparse = (
        list(balanced_batches(matrix(X), y, keep_sparse=keep, random_state=0))
        for keep in (False, True)
    )

    for (dense, _), (kept, _) in zip(as_arrays, as_sparse, strict=True):
        assert type(dense) is np.ndarray
        assert type(kept) is matrix
        assert (kept.toarray() == dense).all()


def test_string_columns_and_one_hot_targets():
    """Columns of any feature type are accepted; a one-hot target stays one-hot."""
    X, y = make_samples()
    frame = pd.DataFrame({"name": [f"row {i}" for i in X[:, 0].astype(int)], "value": X[:, 1]})
    rows, one_hot = next(balanced_batches(frame, np.eye(3, dtype=int)[y], random_state=0))

    assert one_hot.shape == (32, 3)
    indices = rows["name"].str.removeprefix("row ").astype(int).to_numpy()
    assert (one_hot.argmax(axis=1) == y[indices]).all()
    polars_rows, _ = next(balanced_batches(pl.from_pandas(frame), y, random_state=0))
    assert polars_rows["name"].to_list() == rows["name"].to_list()


def test_endless_epochs():
    """With epochs=None the generator never ends, and each epoch resamples."""
    X, y = make_samples()
    endless = balanced_batches(X, y, batch_size=13, epochs=None, random_state=0)
    epochs = [frozenset(first_feature(itertools.islice(endless, 3))) for _ in range(50)]

    assert len(set(epochs)) == 50
    assert {len(epoch) for epoch in epochs} == {39}


def test_batches_are_copies():
    """To write to a batch changes neither the input nor later batches."""
    X, y = make_samples()
    before = X.copy()
    for rows, labels in balanced_batches(X, y, sampler=RandomOverSampler(), epochs=2):
        rows[:] = -1
        labels[:] = 7

    assert (X == before).all()
    assert set(y) == {0, 1, 2}


def test_sampler_without_provenance():
    """A sampler that does not report its base samples works, except with `sample_weight`."""

    class Duplicating:
        def get_params(self, deep=True):
            return {}

        def fit_resample(self, X, y):
            return np.concatenate([X, X]), np.concatenate([y, y])

    X, y = make_samples()

    assert len(first_feature(balanced_batches(X, y, sampler=Duplicating()))) == 2 * len(y)
    with pytest.raises(InputError, match="does not report which input sample"):
        next(balanced_batches(X, y, sampler=Duplicating(), sample_weight=y))
    with pytest.raises(InputError, match="does not report which input sample"):
        next(balanced_batches(X, y, sampler=ClusterCentroids(), sample_weight=y))


def test_function_sampler():
    """A user's function works as a sampler."""
    X, y = make_samples()
    sampler = FunctionSampler(func=lambda rows, labels: (rows[labels > 0], labels[labels > 0]))
    indices = first_feature(balanced_batches(X, y, sampler=sampler, random_state=0))

    assert sorted(indices) == np.flatnonzero(y > 0).tolist()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"batch_size": 0}, "batch_size must be an integer of 1 or more; got 0"),
        ({"batch_size": 2.0}, "got 2.0"),
        ({"batch_size": True}, "got True"),
        ({"epochs": 0}, "epochs must be an integer of 1 or more, or None.*got 0"),
        ({"epochs": 1.5}, "got 1.5"),
        ({"sampler": "smote"}, "sampler must be an instance with fit_resample.*got 'smote'"),
        ({"sampler": SMOTE}, "sampler must be an instance with fit_resample.*got <class"),
        (
            {"sample_weight": [1, 2]},
            r"one number for each of the 123 samples,.* its shape is \(2,\)",
        ),
    ],
)
def test_invalid_parameters(params, message):
    """Invalid parameters raise an error on the call, before the first batch."""
    with pytest.raises(InputError, match=message):
        balanced_batches(*make_samples(), **params)


def test_invalid_targets():
    """An invalid target raises an error on the first batch."""
    X, y = make_samples()

    with pytest.raises(InputError, match="X has 123, y has 122"):
        next(balanced_batches(X, y[1:]))
    with pytest.raises(TargetError, match="continuous"):
        next(balanced_batches(X, X[:, 1]))


# ---- BalancedBatchSampler ----


@pytest.mark.parametrize("batch_size", [1, 7, 13, 39, 40, 1000])
def test_indices_of_all_batches(batch_size, seed):
    """The indices are balanced and unique; the length is the number of batches."""
    _, y = make_samples(seed)
    batches = BalancedBatchSampler(y, batch_size=batch_size, random_state=seed)
    length = len(batches)
    epoch = list(batches)
    rows = [row for batch in epoch for row in batch]

    assert all(type(row) is int for row in rows)
    assert len(rows) == len(set(rows)) == 39
    assert np.bincount(y[rows]).tolist() == [13, 13, 13]
    assert [len(batch) for batch in epoch[:-1]] == [batch_size] * (len(epoch) - 1)
    assert length == len(epoch) == len(batches) == math.ceil(39 / batch_size)


def test_indices_are_drawn_in_each_epoch(seed):
    """Epochs differ; to call `len` or to stop early does not change later epochs."""
    _, y = make_samples(seed)
    first, second, with_len, stopped_early = (
        BalancedBatchSampler(y, batch_size=8, random_state=seed) for _ in range(4)
    )
    epochs = [list(first) for _ in range(10)]

    assert len({frozenset(itertools.chain(*epoch)) for epoch in epochs}) == 10
    assert epochs == [list(second) for _ in range(10)]
    for epoch in epochs:
        assert len(with_len) == len(epoch)
        assert list(with_len) == epoch
        assert next(iter(stopped_early)) == epoch[0]


class Half:
    """Keep each sample with probability one half, so that epochs differ in length."""

    prior_correction = "exact"

    def __init__(self, random_state=None):
        self.random_state = random_state

    def get_params(self, deep=True):
        return {"random_state": self.random_state}

    def set_params(self, random_state):
        self.random_state = random_state
        return self

    def fit_resample(self, X, y):
        rng = np.random.RandomState(self.random_state)
        self.sample_indices_ = np.flatnonzero(rng.uniform(size=len(y)) < 0.5)
        return X[self.sample_indices_], y[self.sample_indices_]


def test_length_of_epochs_that_differ(seed):
    """Where epochs differ in length, it is that of the current epoch, then of the next."""
    _, y = make_samples(seed)
    batches = BalancedBatchSampler(y, batch_size=2, sampler=Half(), random_state=seed)
    lengths = set()
    for _ in range(20):
        before = len(batches)
        during = [len(batches) for _ in batches]
        lengths.add(before)

        assert during == [before] * before
    assert len(lengths) > 3


def data_loader_loop(dataset, batch_sampler, epochs):
    """Iterate as the DataLoader of PyTorch does with a batch sampler, without workers."""
    for _ in range(epochs):
        total = len(batch_sampler)
        iterator = iter(batch_sampler)
        for _ in range(total):
            indices = next(iterator)
            yield [dataset[i] for i in indices]
        with pytest.raises(StopIteration):
            next(iterator)


def test_data_loader_loop(seed):
    """A loop over `len` batches gets every batch of every epoch, and no more."""
    X, y = make_samples(seed)
    dataset = list(zip(X[:, 0].astype(int).tolist(), y.tolist(), strict=True))
    batches = BalancedBatchSampler(y, batch_size=16, random_state=seed)
    got = list(data_loader_loop(dataset, batches, 3))

    assert [len(batch) for batch in got] == [16, 16, 7] * 3
    for epoch in (got[:3], got[3:6], got[6:]):
        labels = [label for batch in epoch for _, label in batch]
        assert np.bincount(labels).tolist() == [13, 13, 13]


def test_data_loader_of_pytorch(seed):
    """The DataLoader of PyTorch accepts the sampler; `y` may be a tensor."""
    torch = pytest.importorskip("torch")
    X, y = make_samples(seed)
    dataset = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(y))
    batches = BalancedBatchSampler(torch.from_numpy(y), batch_size=16, random_state=seed)
    loader = torch.utils.data.DataLoader(dataset, batch_sampler=batches)

    assert len(loader) == 3
    for _ in range(2):
        labels = torch.cat([label for _, label in loader])
        assert torch.bincount(labels).tolist() == [13, 13, 13]


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
def test_target_containers(container):
    """The indices do not depend on the container of the target."""
    y = np.array([0, 1, 0, 0, 1, 0] * 5)
    expected = list(BalancedBatchSampler(y, batch_size=8, random_state=0))

    labels = container.labels(y)
    assert list(BalancedBatchSampler(labels, batch_size=8, random_state=0)) == expected
    one_hot = BalancedBatchSampler(np.eye(2, dtype=int)[y], batch_size=8, random_state=0)
    assert list(one_hot) == expected


def test_samplers_that_read_features(seed):
    """NearMiss selects the same samples as outside; RandomOverSampler repeats indices."""
    X, y = make_samples(seed)
    near_miss = NearMiss()
    near_miss.fit_resample(X, y)
    batches = BalancedBatchSampler(y, batch_size=8, sampler=NearMiss(), X=X, random_state=seed)
    oversampled = BalancedBatchSampler(
        y, batch_size=8, sampler=RandomOverSampler(), random_state=seed
    )

    for _ in range(2):
        indices = list(itertools.chain(*batches))
        assert sorted(indices) == sorted(near_miss.sample_indices_)
        assert np.bincount(y[list(itertools.chain(*oversampled))]).tolist() == [90, 90, 90]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"batch_size": 0}, "batch_size must be an integer of 1 or more; got 0"),
        ({"sampler": 3}, "sampler must be an instance with fit_resample.*got 3"),
        ({"sampler": NearMiss()}, "NearMiss may need the features of the samples: pass X=X"),
        (
            {"sampler": SMOTE(), "X": make_samples()[0]},
            "SMOTE has no sample_indices_.*or balanced_batches",
        ),
        ({"X": make_samples()[0][1:]}, "X has 122, y has 123"),
    ],
)
def test_invalid_parameters_of_the_batch_sampler(params, message):
    """Invalid parameters and samplers without indices raise an error in the constructor."""
    with pytest.raises(InputError, match=message):
        BalancedBatchSampler(make_samples()[1], **{"batch_size": 8, **params})


@pytest.mark.costly
def test_no_framework_is_loaded():
    """The package imports neither PyTorch nor Keras nor TensorFlow."""
    code = (
        "import sys, counterpoise.batches\n"
        "assert not {'torch', 'keras', 'tensorflow'} & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


# ---- Defects of imbalanced-learn's generators ----


@pytest.mark.parametrize("batch_size", [16, 64])
def test_keras_generator_of_imbalanced_learn(monkeypatch, batch_size, seed):
    """It drops the last samples, has no batch if `batch_size` is larger, and never resamples."""
    # The generator only checks that Keras is installed.
    monkeypatch.setattr(theirs, "HAS_KERAS", True)
    X, y = make_samples(seed)
    generator = theirs.BalancedBatchGenerator(X, y, batch_size=batch_size, random_state=seed)
    epochs = [[generator[i] for i in range(len(generator))] for _ in range(2)]
    ours = list(balanced_batches(X, y, batch_size=batch_size, random_state=seed))

    assert len(generator) == 39 // batch_size
    assert len(first_feature(epochs[0])) == 39 // batch_size * batch_size
    assert first_feature(epochs[0]) == first_feature(epochs[1])
    assert len(first_feature(ours)) == 39


@pytest.mark.parametrize("batch_size", [16, 64])
def test_tensorflow_generator_of_imbalanced_learn(batch_size, seed):
    """The steps per epoch are one too few, so that epochs shift; it never resamples."""
    X, y = make_samples(seed)
    generator, steps = imblearn.tensorflow.balanced_batch_generator(
        X, y, batch_size=batch_size, random_state=seed
    )
    n_batches = math.ceil(39 / batch_size)
    epochs = [first_feature(itertools.islice(generator, n_batches)) for _ in range(2)]

    assert steps == 39 // batch_size == n_batches - 1
    assert epochs[0] == epochs[1]
    with pytest.raises(ValueError, match="sample_indices_"):
        imblearn.tensorflow.balanced_batch_generator(X, y, sampler=imblearn.over_sampling.SMOTE())
