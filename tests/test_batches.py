"""Balanced batches, drawn anew each epoch."""

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
from counterpoise.exceptions import InputError, LabelError
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.under_sampling import (
    ClusterCentroids,
    NearMiss,
    RandomUnderSampler,
    TomekLinks,
)
from tests.containers import CONTAINERS, as_array, as_labels, signature

COUNTS = (90, 20, 13)


def table(seed=0, counts=COUNTS):
    """Return rows whose first column is their number, in random order of classes."""
    random = np.random.RandomState(seed)
    y = random.permutation(np.repeat(np.arange(len(counts)), counts))
    return np.column_stack([np.arange(len(y)), y + random.normal(size=len(y))]), y


def numbers(batches):
    """Return the first column of all batches: of kept rows, their numbers."""
    return [int(row) for batch in batches for row in batch[0][:, 0]]


# ---- balanced_batches ----


@pytest.mark.parametrize("batch_size", [1, 7, 13, 39, 40, 1000])
def test_no_row_is_left_out(batch_size, seed):
    """All batches are full but the last, which has the rest; rows stay with their classes."""
    X, y = table(seed)
    batches = list(balanced_batches(X, y, batch_size=batch_size, random_state=seed))
    rows = numbers(batches)
    sizes = [len(labels) for _, labels in batches]

    assert len(rows) == len(set(rows)) == 39
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1)
    assert len(sizes) == math.ceil(39 / batch_size)
    assert (np.concatenate([labels for _, labels in batches]) == y[rows]).all()
    assert np.bincount(y[rows]).tolist() == [13, 13, 13]


def test_each_epoch_draws_anew(seed):
    """Epochs take other rows of the common class, in another order, and all of the rare one."""
    X, y = table(seed)
    batches = list(balanced_batches(X, y, batch_size=39, epochs=20, random_state=seed))
    epochs = [set(numbers([batch])) for batch in batches]

    assert len(epochs) == 20
    assert len({frozenset(epoch) for epoch in epochs}) == 20
    assert len({tuple(numbers([batch])) for batch in batches}) == 20
    assert all(set(np.flatnonzero(y == 2)) <= epoch for epoch in epochs)
    assert len(set.union(*epochs)) > 2 * 39


@pytest.mark.parametrize(
    "sampler", [None, RandomOverSampler(), SMOTE(random_state=3), TomekLinks(), SMOTEENN()]
)
def test_any_sampler_by_a_seed(sampler, seed):
    """The same seed gives the same batches, whatever the sampler's own seed; another, others."""
    X, y = table(seed)

    def epochs(s):
        given = {"sampler": sampler, "epochs": 2, "random_state": s}
        return [np.column_stack(batch) for batch in balanced_batches(X, y, **given)]

    one, again, other = epochs(seed), epochs(seed), epochs(seed + 1)

    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0], other[0])
    assert not np.array_equal(one[0], one[len(one) // 2])


def test_new_rows_are_made_anew(seed):
    """SMOTE makes other rows in each epoch, as many as make classes equal, though it has a seed."""
    X, y = table(seed)
    sampler = SMOTE(random_state=0)
    given = {"sampler": sampler, "batch_size": 999, "epochs": 2}
    epochs = list(balanced_batches(X, y, **given, random_state=seed))
    made = [{row for row in map(tuple, rows) if row[0] % 1} for rows, _ in epochs]

    assert [np.bincount(labels).tolist() for _, labels in epochs] == [[90, 90, 90]] * 2
    assert all(len(some) > 100 for some in made)
    assert not made[0] & made[1]
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
def test_weights_are_carried(sampler, seed):
    """A kept row has its weight, a new one that of a row of its class."""
    X, y = table(seed)
    weight = 1000 * y + np.arange(len(y))
    for rows, labels, carried in balanced_batches(
        X, y, sample_weight=weight.tolist(), sampler=sampler, epochs=2, random_state=seed
    ):
        known = np.isin(rows[:, 1], X[:, 1])

        assert (carried[known] == weight[rows[known, 0].astype(int)]).all()
        assert (y[carried % 1000] == labels).all()


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
@pytest.mark.parametrize("sampler", [RandomUnderSampler(), SMOTE(k_neighbors=2)])
def test_every_container_comes_in_batches(container, sampler):
    """Batches are of the container that came in, with its types and names, and the same rows."""
    random = np.random.RandomState(0)
    values = random.normal(size=(30, 3)).round(2)
    values[:, 2] += 5
    y = np.array([0, 1, 0, 0, 1, 0] * 5)
    X, labels = container.table(values), container.labels(y)
    given = {"sampler": sampler, "batch_size": 8, "keep_sparse": True, "random_state": 0}
    plain = list(balanced_batches(values.astype(as_array(X).dtype), y, **given))
    batches = list(balanced_batches(X, labels, **given))

    assert len(plain) == len(batches)
    for (rows, classes), (expected, codes) in zip(batches, plain, strict=True):
        assert signature(rows) == signature(X)
        assert signature(classes)[0] == signature(labels)[0]
        tolerance = 1e-5 if "32" in container.name else 1e-12
        np.testing.assert_allclose(as_array(rows), expected, rtol=tolerance, atol=tolerance)
        assert as_labels(classes).tolist() == as_labels(codes).tolist()


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_sparse_batches(kind):
    """Batches of a sparse table are arrays, unless they shall stay sparse, in its format."""
    X, y = table()
    plain, kept = (
        list(balanced_batches(kind(X), y, keep_sparse=keep, random_state=0))
        for keep in (False, True)
    )

    for (dense, _), (thin, _) in zip(plain, kept, strict=True):
        assert type(dense) is np.ndarray
        assert type(thin) is kind
        assert (thin.toarray() == dense).all()


def test_frames_of_strings():
    """Columns of any kind are taken, and one-hot targets stay so."""
    X, y = table()
    frame = pd.DataFrame({"name": [f"row {i}" for i in X[:, 0].astype(int)], "value": X[:, 1]})
    rows, marks = next(balanced_batches(frame, np.eye(3, dtype=int)[y], random_state=0))

    assert marks.shape == (32, 3)
    numbers_ = rows["name"].str.removeprefix("row ").astype(int).to_numpy()
    assert (marks.argmax(axis=1) == y[numbers_]).all()
    polars_rows, _ = next(balanced_batches(pl.from_pandas(frame), y, random_state=0))
    assert polars_rows["name"].to_list() == rows["name"].to_list()


def test_epochs_without_end():
    """With epochs=None there is always another batch, and each epoch draws anew."""
    X, y = table()
    endless = balanced_batches(X, y, batch_size=13, epochs=None, random_state=0)
    epochs = [frozenset(numbers(itertools.islice(endless, 3))) for _ in range(50)]

    assert len(set(epochs)) == 50
    assert {len(epoch) for epoch in epochs} == {39}


def test_the_table_is_not_written_to():
    """Batches are the caller's own: to write to one changes neither table nor later batches."""
    X, y = table()
    before = X.copy()
    for rows, labels in balanced_batches(X, y, sampler=RandomOverSampler(), epochs=2):
        rows[:] = -1
        labels[:] = 7

    assert (X == before).all()
    assert set(y) == {0, 1, 2}


def test_a_sampler_without_a_record_of_rows():
    """A foreign sampler's rows come in batches; weights cannot be carried, which is said."""

    class Twice:
        def get_params(self, deep=True):
            return {}

        def fit_resample(self, X, y):
            return np.concatenate([X, X]), np.concatenate([y, y])

    X, y = table()

    assert len(numbers(balanced_batches(X, y, sampler=Twice()))) == 2 * len(y)
    with pytest.raises(InputError, match="does not say which of them"):
        next(balanced_batches(X, y, sampler=Twice(), sample_weight=y))
    with pytest.raises(InputError, match="does not say which of them"):
        next(balanced_batches(X, y, sampler=ClusterCentroids(), sample_weight=y))


def test_a_function_as_sampler():
    """A function of one's own is a sampler as any other."""
    X, y = table()
    sampler = FunctionSampler(func=lambda rows, labels: (rows[labels > 0], labels[labels > 0]))
    rows = numbers(balanced_batches(X, y, sampler=sampler, random_state=0))

    assert sorted(rows) == np.flatnonzero(y > 0).tolist()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of 1 or more; got 0"),
        ({"batch_size": 2.0}, "got 2.0"),
        ({"batch_size": True}, "got True"),
        ({"epochs": 0}, "epochs must be a whole number of 1 or more, or None.*got 0"),
        ({"epochs": 1.5}, "got 1.5"),
        ({"sampler": "smote"}, "sampler must have fit_resample.*got 'smote'"),
        ({"sampler": SMOTE}, "sampler must have fit_resample.*got <class"),
        ({"sample_weight": [1, 2]}, r"one number for each of the 123 rows; its shape is \(2,\)"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(given, words):
    """Before the first batch is asked for."""
    with pytest.raises(InputError, match=words):
        balanced_batches(*table(), **given)


def test_labels_that_do_not_fit():
    """What the sampler refuses comes out at the first batch."""
    X, y = table()

    with pytest.raises(InputError, match="X has 123, y has 122"):
        next(balanced_batches(X, y[1:]))
    with pytest.raises(LabelError, match="continuous"):
        next(balanced_batches(X, X[:, 1]))


# ---- BalancedBatchSampler ----


@pytest.mark.parametrize("batch_size", [1, 7, 13, 39, 40, 1000])
def test_row_numbers_of_all_batches(batch_size, seed):
    """Lists of numbers, balanced, none twice, none left out; the length says how many batches."""
    _, y = table(seed)
    batches = BalancedBatchSampler(y, batch_size=batch_size, random_state=seed)
    length = len(batches)
    epoch = list(batches)
    rows = [row for batch in epoch for row in batch]

    assert all(type(row) is int for row in rows)
    assert len(rows) == len(set(rows)) == 39
    assert np.bincount(y[rows]).tolist() == [13, 13, 13]
    assert [len(batch) for batch in epoch[:-1]] == [batch_size] * (len(epoch) - 1)
    assert length == len(epoch) == len(batches) == math.ceil(39 / batch_size)


def test_row_numbers_are_drawn_anew(seed):
    """Each time it is gone through; to ask for the length or to stop early changes no later one."""
    _, y = table(seed)
    one, again, asked, stopped = (
        BalancedBatchSampler(y, batch_size=8, random_state=seed) for _ in range(4)
    )
    epochs = [list(one) for _ in range(10)]

    assert len({frozenset(itertools.chain(*epoch)) for epoch in epochs}) == 10
    assert epochs == [list(again) for _ in range(10)]
    for epoch in epochs:
        assert len(asked) == len(epoch)
        assert list(asked) == epoch
        assert next(iter(stopped)) == epoch[0]


class Half:
    """Takes each row with a chance of one half, so that epochs differ in length."""

    prior_correction = "exact"

    def __init__(self, random_state=None):
        self.random_state = random_state

    def get_params(self, deep=True):
        return {"random_state": self.random_state}

    def set_params(self, random_state):
        self.random_state = random_state
        return self

    def fit_resample(self, X, y):
        random = np.random.RandomState(self.random_state)
        self.sample_indices_ = np.flatnonzero(random.uniform(size=len(y)) < 0.5)
        return X[self.sample_indices_], y[self.sample_indices_]


def test_the_length_is_that_of_the_next_epoch(seed):
    """Where epochs differ in length: of the one that runs, and afterwards of the next."""
    _, y = table(seed)
    batches = BalancedBatchSampler(y, batch_size=2, sampler=Half(), random_state=seed)
    lengths = set()
    for _ in range(20):
        before = len(batches)
        during = [len(batches) for _ in batches]
        lengths.add(before)

        assert during == [before] * before
    assert len(lengths) > 3


def loop_of_a_data_loader(dataset, batch_sampler, epochs):
    """What the DataLoader of PyTorch does with a batch sampler, without workers."""
    for _ in range(epochs):
        total = len(batch_sampler)
        iterator = iter(batch_sampler)
        for _ in range(total):
            possibly = next(iterator)
            yield [dataset[row] for row in possibly]
        with pytest.raises(StopIteration):
            next(iterator)


def test_the_loop_of_a_data_loader(seed):
    """A loop that goes by the length gets every batch of every epoch, and no more."""
    X, y = table(seed)
    dataset = list(zip(X[:, 0].astype(int).tolist(), y.tolist(), strict=True))
    batches = BalancedBatchSampler(y, batch_size=16, random_state=seed)
    got = list(loop_of_a_data_loader(dataset, batches, 3))

    assert [len(batch) for batch in got] == [16, 16, 7] * 3
    for epoch in (got[:3], got[3:6], got[6:]):
        labels = [label for batch in epoch for _, label in batch]
        assert np.bincount(labels).tolist() == [13, 13, 13]


def test_the_data_loader_of_pytorch(seed):
    """PyTorch's own DataLoader takes it, and tensors as classes."""
    torch = pytest.importorskip("torch")
    X, y = table(seed)
    dataset = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(y))
    batches = BalancedBatchSampler(torch.from_numpy(y), batch_size=16, random_state=seed)
    loader = torch.utils.data.DataLoader(dataset, batch_sampler=batches)

    assert len(loader) == 3
    for _ in range(2):
        labels = torch.cat([label for _, label in loader])
        assert torch.bincount(labels).tolist() == [13, 13, 13]


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
def test_labels_in_any_container(container):
    """The same rows, whatever holds the classes."""
    y = np.array([0, 1, 0, 0, 1, 0] * 5)
    expected = list(BalancedBatchSampler(y, batch_size=8, random_state=0))

    labels = container.labels(y)
    assert list(BalancedBatchSampler(labels, batch_size=8, random_state=0)) == expected
    one_hot = BalancedBatchSampler(np.eye(2, dtype=int)[y], batch_size=8, random_state=0)
    assert list(one_hot) == expected


def test_samplers_that_look_at_rows(seed):
    """Are given them, and take the rows that they take elsewhere; copies are rows, too."""
    X, y = table(seed)
    near = NearMiss()
    near.fit_resample(X, y)
    batches = BalancedBatchSampler(y, batch_size=8, sampler=NearMiss(), X=X, random_state=seed)
    more = BalancedBatchSampler(y, batch_size=8, sampler=RandomOverSampler(), random_state=seed)

    for _ in range(2):
        rows = list(itertools.chain(*batches))
        assert sorted(rows) == sorted(near.sample_indices_)
        assert np.bincount(y[list(itertools.chain(*more))]).tolist() == [90, 90, 90]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of 1 or more; got 0"),
        ({"sampler": 3}, "sampler must have fit_resample.*got 3"),
        ({"sampler": NearMiss()}, "NearMiss may look at the rows, and is given none: pass X"),
        ({"sampler": SMOTE(), "X": table()[0]}, "has no sample_indices_.*or balanced_batches"),
        ({"X": table()[0][1:]}, "X has 122, y has 123"),
    ],
)
def test_what_gives_no_row_numbers(given, words):
    """Is refused when the batches are set up."""
    with pytest.raises(InputError, match=words):
        BalancedBatchSampler(table()[1], **{"batch_size": 8, **given})


def test_no_framework_is_loaded():
    """Neither PyTorch nor Keras nor TensorFlow is imported."""
    code = (
        "import sys, counterpoise.batches\n"
        "assert not {'torch', 'keras', 'tensorflow'} & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


# ---- What imbalanced-learn's generators do ----


@pytest.mark.parametrize("batch_size", [16, 64])
def test_their_keras_generator_drops_the_rest(monkeypatch, batch_size, seed):
    """imbalanced-learn's leaves out the last rows, has no step if a batch is larger, never redraws.

    What the generator needs of Keras is that it is there.
    """
    monkeypatch.setattr(theirs, "HAS_KERAS", True)
    X, y = table(seed)
    generator = theirs.BalancedBatchGenerator(X, y, batch_size=batch_size, random_state=seed)
    epochs = [[generator[i] for i in range(len(generator))] for _ in range(2)]
    ours = list(balanced_batches(X, y, batch_size=batch_size, random_state=seed))

    assert len(generator) == 39 // batch_size
    assert len(numbers(epochs[0])) == 39 // batch_size * batch_size
    assert numbers(epochs[0]) == numbers(epochs[1])
    assert len(numbers(ours)) == 39


@pytest.mark.parametrize("batch_size", [16, 64])
def test_their_tensorflow_generator_miscounts_its_steps(batch_size, seed):
    """Steps of an epoch leave out the last rows, so that epochs shift; the rows never change."""
    X, y = table(seed)
    generator, steps = imblearn.tensorflow.balanced_batch_generator(
        X, y, batch_size=batch_size, random_state=seed
    )
    real = math.ceil(39 / batch_size)
    epochs = [numbers(itertools.islice(generator, real)) for _ in range(2)]

    assert steps == 39 // batch_size == real - 1
    assert epochs[0] == epochs[1]
    with pytest.raises(ValueError, match="sample_indices_"):
        imblearn.tensorflow.balanced_batch_generator(X, y, sampler=imblearn.over_sampling.SMOTE())
