"""Iterative stratification: a plain implementation of the paper, laws and errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from counterpoise.exceptions import CounterpoiseWarning, InputError, TargetError
from counterpoise.model_selection import IterativeStratifiedKFold
from tests.plain_multilabel import assign_folds


def make_labels(seed: int, n_samples: int = 90) -> np.ndarray:
    """Return a label matrix with frequent and rare labels, and samples without a label."""
    rng = np.random.RandomState(seed)
    y = (rng.uniform(size=(n_samples, 5)) < [0.6, 0.3, 0.3, 0.15, 0.1]).astype(int)
    y[:8, 3] = y[4:12, 4] = 1
    return y


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_folds_follow_the_paper(seed, n_splits):
    """The folds are those of the plain implementation, for dense, sparse and frame labels."""
    y = make_labels(seed)
    expected = assign_folds(y, n_splits)

    for labels in (y, sparse.csr_array(y), pd.DataFrame(y)):
        tests = [test for _, test in IterativeStratifiedKFold(n_splits).split(y, labels)]

        for fold, test in enumerate(tests):
            np.testing.assert_array_equal(np.flatnonzero(expected == fold), test)


@pytest.mark.parametrize("shuffle", [False, True])
def test_laws_of_folds(seed, shuffle):
    """Each sample is tested once, and the rarest label is spread evenly over the folds."""
    y = make_labels(seed)
    folds = IterativeStratifiedKFold(4, shuffle=shuffle, random_state=seed if shuffle else None)

    splits = list(folds.split(y, y))

    assert sorted(np.concatenate([test for _, test in splits])) == list(range(len(y)))
    for train, test in splits:
        assert sorted([*train, *test]) == list(range(len(y)))
        assert (np.diff(test) > 0).all()
    rarest = y.sum(axis=0).argmin()
    assert np.ptp([y[test, rarest].sum() for _, test in splits]) <= 1
    again = [test.tolist() for _, test in folds.split(y, y)]
    assert again == [test.tolist() for _, test in splits]


def test_shuffling_depends_on_the_seed():
    """Other seeds give other folds, and no global random state is used."""
    y = make_labels(0)
    first, second = (
        next(IterativeStratifiedKFold(3, shuffle=True, random_state=seed).split(y, y))[1].tolist()
        for seed in (1, 2)
    )

    assert first != second


def test_labels_are_closer_to_their_shares_than_at_random(seed):
    """Over all labels and folds, counts deviate less from equal shares than in random folds."""
    y = make_labels(seed)

    def deviation(tests):
        counts = np.array([y[test].sum(axis=0) for test in tests])
        return np.abs(counts - y.sum(axis=0) / 5).sum()

    stratified = deviation([test for _, test in IterativeStratifiedKFold(5).split(y, y)])
    order = np.random.RandomState(seed).permutation(len(y))
    assert stratified < deviation(np.array_split(order, 5))


@pytest.mark.parametrize(
    ("parameters", "y", "message"),
    [
        ({"n_splits": 1}, [[1, 0], [0, 1]], "n_splits must be an integer of at least 2; got 1"),
        ({"n_splits": 3}, [[1, 0], [0, 1]], "n_splits=3 folds need as many samples; y has 2"),
        ({"n_splits": 2, "random_state": 0}, [[1, 0], [0, 1]], "Set shuffle=True"),
        ({"n_splits": 2}, [[1, 0], [1, 0]], "no sample has 1"),
    ],
)
def test_errors(parameters, y, message):
    """Parameters and labels are validated."""
    with pytest.raises(InputError, match=message):
        IterativeStratifiedKFold(**parameters).split(y, y)


def test_missing_labels_and_groups():
    """Labels are required, and groups are ignored with a warning."""
    y = make_labels(0)

    with pytest.raises(TargetError, match="y is None"):
        IterativeStratifiedKFold().split(y, None)
    with pytest.warns(CounterpoiseWarning, match="groups parameter is ignored"):
        IterativeStratifiedKFold().split(y, y, groups=np.arange(len(y)))
    assert IterativeStratifiedKFold(4).get_n_splits() == 4


def test_rare_labels_give_a_warning():
    """A label with fewer samples than folds is reported by name."""
    y = pd.DataFrame({"news": [1] * 9, "chess": [1] * 2 + [0] * 7})

    with pytest.warns(CounterpoiseWarning, match="1 of 2 labels .* n_splits=3 .* 'chess' \\(2\\)"):
        IterativeStratifiedKFold(3).split(y, y)
