"""InstanceHardnessThreshold: which rows are easy, for which models, on which tables."""

from __future__ import annotations

import imblearn.under_sampling
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from joblib import parallel_config
from scipy import sparse
from sklearn.compose import make_column_transformer
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from counterpoise.combine import Chain
from counterpoise.exceptions import ColumnKindError, InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.under_sampling import InstanceHardnessThreshold
from tests.containers import as_array

PEER = imblearn.under_sampling.InstanceHardnessThreshold


def two_classes(seed: int, n: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Return a table of three columns whose classes, 90 and 30 rows, overlap."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat([0, 1], [n - n // 4, n // 4]))
    return rng.randn(n, 3) + y[:, None], y


def rows_kept(sampler, X, y):
    """Return the numbers of the rows that a sampler keeps."""
    sampler.fit_resample(X, y)
    return sampler.sample_indices_


def mixed(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a frame with a numeric and a nominal column that tell the classes apart."""
    X, y = two_classes(seed)
    colour = np.where(X[:, 1] > 0.5, "red", "blue").astype(object)
    return pd.DataFrame({"colour": colour, "size": X[:, 0]}), y


@pytest.mark.parametrize("as_instance", [False, True])
def test_default_forest_is_the_peers(as_instance):
    """The peer keeps our rows, and besides only rows as easy as the hardest of them."""
    X, y = two_classes(0)
    seeds = (np.random.RandomState(3), np.random.RandomState(3)) if as_instance else (3, 3)

    ours, theirs = (
        rows_kept(S(random_state=seed), X, y)
        for S, seed in zip((InstanceHardnessThreshold, PEER), seeds, strict=True)
    )

    assert set(ours) <= set(theirs)
    assert 60 == len(ours)
    assert len(theirs) < 66


@pytest.mark.parametrize("strategy", ["all", 0.5, {0: 7}, {0: 5, 1: 3}])
def test_nested_seeds(strategy):
    """Each random_state within the user's model is drawn as the peer draws it."""
    X, y = two_classes(0)
    model = BaggingClassifier(LogisticRegression(), n_estimators=3)
    params = {"estimator": model, "sampling_strategy": strategy, "cv": 3}

    ours, theirs = (
        rows_kept(S(random_state=np.random.RandomState(7), **params), X, y)
        for S in (InstanceHardnessThreshold, PEER)
    )

    np.testing.assert_array_equal(theirs, ours)
    assert model.random_state is None


def test_easiest_rows_are_kept(seed):
    """The rows that stay are those to whose class an unseeing model gives the most."""
    X, y = two_classes(seed)
    folds = StratifiedKFold(4, shuffle=True, random_state=1)
    ease = np.empty(len(y))
    for seen, unseen in folds.split(X, y):
        model = LogisticRegression().fit(X[seen], y[seen])
        ease[unseen] = model.predict_proba(X[unseen])[np.arange(len(unseen)), y[unseen]]
    common = np.flatnonzero(y == 0)
    expected = np.sort(common[np.argsort(-ease[common], kind="stable")[:30]])

    kept = rows_kept(InstanceHardnessThreshold(estimator=LogisticRegression(), cv=folds), X, y)

    np.testing.assert_array_equal(expected, kept[:30])


def test_folds_of_any_kind(seed):
    """A number, None, a splitter or the folds themselves deal the rows."""
    X, y = two_classes(seed)
    splitter = KFold(3)
    by_splitter, by_list = (
        rows_kept(InstanceHardnessThreshold(estimator=LogisticRegression(), cv=cv), X, y)
        for cv in (splitter, list(splitter.split(X)))
    )
    by_number, by_none = (
        rows_kept(
            InstanceHardnessThreshold(estimator=LogisticRegression(), cv=cv, random_state=seed),
            X,
            y,
        )
        for cv in (5, None)
    )

    np.testing.assert_array_equal(by_splitter, by_list)
    np.testing.assert_array_equal(by_number, by_none)


FORMS = {
    "pandas": lambda frame: frame,
    "pandas arrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.from_pandas,
    "pyarrow": pa.Table.from_pandas,
}


@pytest.mark.parametrize("form", FORMS)
def test_default_forest_reads_mixed_frames(form):
    """The default forest takes strings as codes and missing cells as they are, in any frame."""
    frame, y = mixed(0)
    frame.loc[:9, "colour"] = None
    frame.loc[5:14, "size"] = np.nan
    by_hand = np.column_stack(
        [frame["size"], frame["colour"].map({"blue": 0, "red": 1}).fillna(2).astype(float)]
    )
    expected = rows_kept(InstanceHardnessThreshold(random_state=0, cv=2), by_hand, y)

    kept = rows_kept(InstanceHardnessThreshold(random_state=0, cv=2), FORMS[form](frame), y)

    np.testing.assert_array_equal(expected, kept)


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array])
def test_default_forest_reads_sparse_tables(form):
    """The default forest takes sparse tables as they are."""
    X, y = two_classes(0)
    X[X < 0] = 0

    dense, other = (
        rows_kept(InstanceHardnessThreshold(random_state=0, cv=2), table, y)
        for table in (X, form(X))
    )

    np.testing.assert_array_equal(dense, other)


@pytest.mark.parametrize("form", ["pandas", "polars"])
def test_the_users_model_gets_the_frame(form):
    """A pipeline that encodes columns by name is given a frame of the user's library."""
    frame, y = mixed(0)
    table = FORMS[form](frame)
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["colour"]), remainder="passthrough"),
        LogisticRegression(),
    )
    encoded = np.column_stack([frame["colour"] == "blue", frame["colour"] == "red", frame["size"]])

    kept = rows_kept(InstanceHardnessThreshold(estimator=model, random_state=0), table, y)

    by_hand = InstanceHardnessThreshold(estimator=LogisticRegression(), random_state=0)
    np.testing.assert_array_equal(rows_kept(by_hand, encoded.astype(float), y), kept)


def test_columns_set_aside_are_not_shown():
    """A model learns nothing from ignored and copied columns."""
    from counterpoise.table import open_table

    frame, y = mixed(0)
    seen: list[list[str]] = []

    class Looks(DecisionTreeClassifier):
        def fit(self, X, y):
            seen.append(list(X.columns))
            return super().fit(X, y)

    table = open_table(
        frame.assign(colour=range(120), row=range(120)), ignore=["row"], copy=["colour"]
    )
    sampler = InstanceHardnessThreshold(estimator=Looks(), cv=2)
    out, _ = sampler.fit_resample_table(table, y)

    assert [["size"], ["size"]] == seen
    np.testing.assert_array_equal(sampler.sample_indices_, out["row"])


def test_dates_are_refused_by_name():
    """The default forest names the columns that it cannot read; a user's model may read them."""
    frame, y = mixed(0)
    frame["when"] = pd.date_range("2026", periods=len(y))
    model = make_pipeline(make_column_transformer(("passthrough", ["size"])), LogisticRegression())

    with pytest.raises(ColumnKindError, match="without an estimator reads numbers.*'when'"):
        InstanceHardnessThreshold().fit_resample(frame, y)
    assert 60 == len(rows_kept(InstanceHardnessThreshold(estimator=model), frame, y))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"cv": 31}, "folds; class 1 has 30. Set cv to 30 or less, or use RandomUnderSampler"),
        ({"cv": 1}, "'cv' parameter"),
        ({"cv": "five"}, "'cv' parameter"),
        ({"cv": 2.5}, "'cv' parameter"),
        ({"estimator": LinearSVC()}, "'estimator' parameter"),
        ({"estimator": LinearRegression()}, "'estimator' parameter"),
        ({"estimator": GaussianMixture()}, "estimator must be a classifier with predict_proba"),
        ({"n_jobs": "all"}, "'n_jobs' parameter"),
    ],
)
def test_bad_parameters(params, message):
    """Parameters outside their domain are named."""
    X, y = two_classes(0)

    with pytest.raises(ValueError, match=message):
        InstanceHardnessThreshold(**params).fit_resample(X, y)


def test_a_class_of_one_row():
    """A class that no fold can share out is named."""
    X, _ = two_classes(0)

    with pytest.raises(InputError, match="class 'b' has 1. Grow it first, or use RandomUnder"):
        InstanceHardnessThreshold(cv=2).fit_resample(X, ["a"] * 119 + ["b"])


def test_jobs_change_nothing():
    """n_jobs sets how many folds run at a time, and no row."""
    X, y = two_classes(0)
    params = {"estimator": LogisticRegression(), "random_state": 0}

    with parallel_config("threading"):
        one, two = (rows_kept(InstanceHardnessThreshold(n_jobs=n, **params), X, y) for n in (1, 2))

    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, sparse.csr_array])
def test_after_another_sampler(form):
    """In a chain the model is given the rows that the sampler before it has left."""
    X, y = two_classes(0)
    table = form(X, **({"columns": list("abc")} if form is pd.DataFrame else {}))
    samplers = [
        SMOTE(sampling_strategy=0.6, random_state=0),
        InstanceHardnessThreshold(estimator=LogisticRegression(), cv=KFold(3)),
    ]

    chained, y_out = Chain(samplers).fit_resample(table, y)
    expected, y_expected = table, y
    for sampler in samplers:
        expected, y_expected = sampler.fit_resample(expected, y_expected)

    np.testing.assert_array_equal(y_expected, y_out)
    np.testing.assert_allclose(as_array(expected), as_array(chained))
