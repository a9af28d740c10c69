"""The method names of `resample` and the command line."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from pandas.testing import assert_frame_equal
from sklearn.datasets import make_classification

import counterpoise
from counterpoise._resample import METHODS, resolve_method
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.study import Study
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


@pytest.mark.parametrize(
    ("spelling", "method"),
    [
        *((method, method) for method in METHODS),
        *((cls.__name__, method) for method, cls in METHODS.items()),
        ("smotenc", "smote-nc"),
        ("SMOTE_ENN", "smote-enn"),
        ("Smote", "smote"),
        ("edited nearest neighbors", "enn"),
        ("EditedNearestNeighbors", "enn"),
        ("random_over_sampler", "random-over"),
        ("RandomUnderSampling", "random-under"),
    ],
)
def test_methods_are_found_in_any_spelling(spelling, method):
    """Names of methods and of samplers are found, whatever their case and hyphens."""
    assert resolve_method(spelling) == method


@pytest.mark.parametrize("spelling", ["", "-", "smot", "sampler", "neighbor"])
def test_other_names_are_unknown(spelling):
    """A name that is only similar is an error."""
    with pytest.raises(InputError, match="Unknown method"):
        resolve_method(spelling)


def test_a_study_knows_the_same_spellings(table):
    """Methods and ensembles of a study have the same freedom of spelling."""
    study = Study(
        "logistic", ["SMOTENC", "Class_Weight", "BalancedRandomForestClassifier"], cv=(2, 1)
    )
    candidates = study.run(table.drop(columns="label"), table["label"]).candidates
    names = {name for c in candidates for name in (c.model, c.method)}
    assert {"smote-nc", "class-weight", "balanced-forest"} <= names


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_similar_classes_are_reported(table, library):
    """Classes that differ only in case or spaces are a warning, and are not changed."""
    labels = table["label"].mask(table["label"].eq("rare") & table["a"].gt(0), "Rare\t")
    frame = table.assign(label=labels)
    native = {"pandas": frame, "polars": pl.DataFrame(frame.to_dict("list"))}
    native["pyarrow"] = native["polars"].to_arrow()
    with pytest.warns(CounterpoiseWarning, match=r"'[Rr]are(\\t)?' \(\d+ rows\) and '[Rr]are"):
        resampled = counterpoise.resample(native[library], "label", method="random-over")
    assert set(pd.Series(list(resampled["label"])).astype(str)) == set(labels)


@pytest.mark.parametrize(
    "labels", [["yes", "no"], [1, 0], [True, False], ["a b", "ab"], ["a", "\u00e4"]]
)
def test_different_classes_are_not_similar(labels):
    """Other classes are no warning."""
    frame = pd.DataFrame({"x": np.arange(9.0), "y": [labels[i % 3 // 2] for i in range(9)]})
    counterpoise.resample(frame, "y", method="random-over")


@pytest.mark.parametrize(
    ("columns", "method"),
    [("abcd", "smote"), ("abuv", "smote-nc"), ("uv", "smote-n"), ("abw", "smote-nc")],
)
def test_smote_is_the_one_for_the_features(table, columns, method):
    """The method "smote" reads categorical and boolean columns; the class SMOTE stays strict."""
    codes = {name: np.where(table["a"] > limit, "x", "y") for name, limit in (("u", 0), ("v", 1))}
    mixed = table.assign(**codes, w=table["a"] > 0.5)[[*columns, "label"]]
    smote = counterpoise.resample(mixed, "label", random_state=0)
    assert_frame_equal(smote, counterpoise.resample(mixed, "label", method=method, random_state=0))
    if "u" in columns:
        with pytest.raises(InputError, match="Use SMOTEN"):
            SMOTE().fit_resample(mixed.drop(columns="label"), mixed["label"])
    # A column that takes no part does not decide.
    numeric = counterpoise.resample(
        table.assign(**codes), "label", ignore="u", copy="v", random_state=0
    )
    assert set("abcd") <= set(numeric.columns)
