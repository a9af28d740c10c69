"""Checks of samplers, ours or anybody's: what `fit_resample` promises.

Each check is a function of a sampler that raises an AssertionError where a promise is broken. It
works on a clone, with small tables that it makes itself.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone

from counterpoise._require import require
from counterpoise._types import Array
from counterpoise.base import is_sampler

__all__ = ["check_sampler", "parametrize_with_checks", "sampler_checks"]

Check = Callable[[Any], None]


def check_sampler(sampler: Any) -> None:
    """Run every check on a sampler.

    Parameters
    ----------
    sampler : object
        An unfitted sampler.

    Raises
    ------
    AssertionError
        If it breaks a promise; the message says which.

    Examples
    --------
    >>> from counterpoise.over_sampling import SMOTE
    >>> check_sampler(SMOTE(k_neighbors=2))
    """
    for check in sampler_checks():
        check(sampler)


def parametrize_with_checks(samplers: Iterable[Any]) -> Any:
    """Return a pytest decorator that runs a test once for each sampler and check.

    Parameters
    ----------
    samplers : iterable of object

    Returns
    -------
    decorator
        For a test with the arguments ``sampler`` and ``check``, which calls ``check(sampler)``.
    """
    pytest = require("pytest", "a decorator for tests")
    cases = [
        pytest.param(sampler, check, id=f"{type(sampler).__name__}-{check.__name__}")
        for sampler in samplers
        for check in sampler_checks()
    ]
    return pytest.mark.parametrize(("sampler", "check"), cases)


def sampler_checks() -> Iterator[Check]:
    """Yield the checks, one after the other."""
    yield from (
        check_says_that_it_samples,
        check_input_is_untouched,
        check_target_counts,
        check_kept_rows,
        check_containers,
        check_same_seed_same_output,
        check_global_random_state,
        check_label_names,
        check_one_class_is_refused,
        check_missing_labels_are_refused,
        check_lengths_must_agree,
        check_fit,
        check_clone_and_pickle,
    )


def check_says_that_it_samples(sampler: Any) -> None:
    """Say that it is a sampler."""
    assert is_sampler(sampler), f"{sampler!r} does not say that it is a sampler"


def check_input_is_untouched(sampler: Any) -> None:
    """Leave X and y as they were."""
    X, y = _table()
    before = deepcopy((X, y))
    _seeded(sampler).fit_resample(X, y)
    assert np.array_equal(before[0], X), "fit_resample changed X"
    assert np.array_equal(before[1], y), "fit_resample changed y"


def check_target_counts(sampler: Any) -> None:
    """Leave as many rows of each class as `sampling_strategy_` says, where it says so."""
    X, y = _table()
    fitted = _seeded(sampler)
    _, y_out = fitted.fit_resample(X, y)
    before, after = ({c: int((labels == c).sum()) for c in (0, 1, 2)} for labels in (y, y_out))
    family = getattr(fitted, "_family", None) or getattr(fitted, "_sampling_type", None)
    for label, amount in dict(getattr(fitted, "sampling_strategy_", {})).items():
        wanted = {"over-sampling": before[label] + amount, "under-sampling": amount}.get(
            str(family) if not hasattr(fitted, "smote") else ""
        )
        assert wanted in (None, after[label]), (
            f"class {label} was to have {wanted} rows and has {after[label]}"
        )


def check_kept_rows(sampler: Any) -> None:
    """Return the very input rows that `sample_indices_` names."""
    X, y = _table()
    fitted = _seeded(sampler)
    X_out, y_out = fitted.fit_resample(X, y)
    assert len(X_out) == len(y_out), "X and y leave with different lengths"
    rows = getattr(fitted, "sample_indices_", None)
    if rows is not None and getattr(fitted, "shrinkage", None) is None:
        assert np.array_equal(X[rows], X_out), "sample_indices_ does not name the output rows of X"
        assert np.array_equal(y[rows], y_out), "sample_indices_ does not name the labels of y"


def check_containers(sampler: Any) -> None:
    """Give the same rows in lists and sparse matrices, which come back as they came."""
    X, y = _table()
    expected = np.asarray(_seeded(sampler).fit_resample(X, y)[0])
    listed = _seeded(sampler).fit_resample(X.tolist(), y.tolist())
    assert isinstance(listed[0], list), "a list of rows must come back as one"
    assert np.allclose(expected, np.asarray(listed[0])), "a list gives other rows than an array"
    if getattr(sampler.__sklearn_tags__().input_tags, "sparse", False):
        matrix = _seeded(sampler).fit_resample(sparse.csr_matrix(X), y)[0]
        assert sparse.issparse(matrix), "a sparse matrix must come back as one"
        assert getattr(matrix, "format", "") == "csr", "a CSR matrix must come back as one"


def check_same_seed_same_output(sampler: Any) -> None:
    """Give the same rows with the same seed."""
    X, y = _table()
    first, second = (np.asarray(_seeded(sampler).fit_resample(X, y)[0]) for _ in range(2))
    assert np.array_equal(first, second), "the same random_state gave different rows"


def check_global_random_state(sampler: Any) -> None:
    """Leave numpy's global random state alone where a seed is given."""
    if "random_state" not in sampler.get_params():
        return
    X, y = _table()
    before = pickle.dumps(np.random.get_state())
    _seeded(sampler).fit_resample(X, y)
    after = pickle.dumps(np.random.get_state())
    assert before == after, "np.random was drawn from although random_state is given"


def check_label_names(sampler: Any) -> None:
    """Give the same rows where classes have other names, in the same order."""
    X, y = _table()
    first = np.asarray(_seeded(sampler).fit_resample(X, y)[0])
    second = np.asarray(_seeded(sampler).fit_resample(X, np.array(["a", "b", "c"])[y])[0])
    assert np.array_equal(first, second), "other names for the classes gave other rows"


def check_one_class_is_refused(sampler: Any) -> None:
    """Refuse a single class, which cannot be balanced."""
    X, _ = _table()
    _refuses(sampler, X, np.zeros(len(X), int), "a target of one class only")


def check_missing_labels_are_refused(sampler: Any) -> None:
    """Refuse a target with missing labels."""
    X, y = _table()
    _refuses(sampler, X, np.where(np.arange(len(y)) == 3, np.nan, y), "a target with NaN")


def check_lengths_must_agree(sampler: Any) -> None:
    """Refuse X and y of different lengths."""
    X, y = _table()
    _refuses(sampler, X, y[:-1], "X and y of different lengths")


def check_fit(sampler: Any) -> None:
    """Return the sampler from `fit`, with the columns counted and the targets resolved."""
    X, y = _table()
    fitted = _seeded(sampler)
    assert fitted.fit(X, y) is fitted, "fit must return the sampler itself"
    assert hasattr(fitted, "sampling_strategy_"), "fit must set sampling_strategy_"
    assert getattr(fitted, "n_features_in_", None) == X.shape[1], "fit must set n_features_in_"


def check_clone_and_pickle(sampler: Any) -> None:
    """Be cloned, and pickled when fitted."""
    X, y = _table()
    fitted = _seeded(sampler)
    fitted.fit_resample(X, y)
    revived = pickle.loads(pickle.dumps(fitted))  # noqa: S301
    same = set(revived.get_params()) == set(fitted.get_params()) == set(clone(sampler).get_params())
    assert same, "cloning or pickling lost parameters"


def _table() -> tuple[Array, Array]:
    """Return a table of three classes that overlap, in random order."""
    rng = np.random.RandomState(0)
    y = rng.permutation(np.repeat([0, 1, 2], [48, 24, 12]))
    return rng.randn(84, 3) + 0.5 * y[:, None], y


def _seeded(sampler: Any) -> Any:
    fresh = clone(sampler)
    seeds = {name: 0 for name in fresh.get_params() if name == "random_state"}
    return fresh.set_params(**seeds)


def _refuses(sampler: Any, X: Array, y: Array, what: str) -> None:
    resample = partial(_seeded(sampler).fit_resample, X, y)
    try:
        resample()
    except (ValueError, TypeError):
        return
    raise AssertionError(f"{what} must be refused with a ValueError")
