"""Every property, for every sampler in every container."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.conftest import SEEDS
from tests.containers import CONTAINERS
from tests.promises import PROMISES, SAMPLERS


def chosen_container(promise, case, seed):
    """Return the container in which a sampler is tested for a promise with a seed.

    Containers are read and rebuilt by one module for all samplers, so not every combination of
    sampler, promise and container has to be tested. All combinations of promise, sampler and seed
    are tested, with the containers in turn.
    """
    turn = SAMPLERS.index(case) + len(SEEDS) * PROMISES.index(promise) + SEEDS.index(seed)
    return CONTAINERS[turn % len(CONTAINERS)]


@pytest.mark.parametrize("case", SAMPLERS, ids=repr)
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(promise, case, seed):
    """The promise holds in one container; the slow tests use all of them."""
    promise(case, chosen_container(promise, case, seed), seed)


@pytest.mark.slow
@pytest.mark.parametrize("case", SAMPLERS, ids=repr)
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise_in_every_container(promise, case, seed):
    """The promise holds in every container."""
    for container in CONTAINERS:
        promise(case, container, seed)


def test_all_pairs_are_chosen():
    """Every sampler, promise and seed is tested with every container."""
    chosen = [
        (case, promise, seed, chosen_container(promise, case, seed))
        for case in SAMPLERS
        for promise in PROMISES
        for seed in SEEDS
    ]

    for place, values in enumerate((SAMPLERS, PROMISES, SEEDS)):
        pairs = {(row[place], row[-1]) for row in chosen}
        assert pairs == {(value, container) for value in values for container in CONTAINERS}


@parametrize_with_checks([case.build() for case in SAMPLERS])
def test_scikit_learn_checks(estimator, check):
    """scikit-learn's checks of estimators pass."""
    check(estimator)
