"""Every property, for every sampler in every container."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.containers import CONTAINERS
from tests.promises import PROMISES, SAMPLERS


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
@pytest.mark.parametrize("case", SAMPLERS, ids=repr)
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(promise, case, container, seed):
    """The property holds."""
    promise(case, container, seed)


@parametrize_with_checks([case.build() for case in SAMPLERS])
def test_scikit_learn_checks(estimator, check):
    """scikit-learn's checks of estimators pass."""
    check(estimator)
