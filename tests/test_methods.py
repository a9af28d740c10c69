"""The method names of `resample` and the command line."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.datasets import make_classification

import counterpoise
from counterpoise._resample import METHODS
from counterpoise.utils import all_estimators

COMMANDS = Path(__file__).parent.parent / "docs" / "command_line.md"
NEED_ARGUMENTS = {"Chain", "FunctionSampler"}  # samplers or a function of the user


@pytest.fixture(scope="module")
def table():
    """Return a data frame with four numeric features and two overlapping classes."""
    X, y = make_classification(300, 4, weights=[0.8], class_sep=0.5, random_state=0)
    return pd.DataFrame(X, columns=list("abcd")).assign(label=np.where(y, "rare", "common"))


def test_every_sampler_has_a_method_name():
    """Every sampler that needs no required argument has a method name."""
    assert {cls.__name__ for cls in METHODS.values()} == {
        name for name, _ in all_estimators() if name not in NEED_ARGUMENTS
    }


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("method", METHODS)
def test_method_name_equals_sampler(table, method):
    """The method name and the sampler in standard units give the same rows."""
    few = {"k_neighbors": 1, "cluster_balance_threshold": 0.0} if method == "kmeans-smote" else {}
    sampler = METHODS[method](**few)

    by_name = counterpoise.resample(table, "label", method=method, random_state=3, **few)

    given = {"random_state": 3, "scale": "standard"}
    sampler.set_params(**{name: given[name] for name in given if name in sampler.get_params()})
    X, y = sampler.fit_resample(table.drop(columns="label"), table["label"])
    assert_frame_equal(by_name, X.assign(label=y))
    assert len(by_name) != len(table)
