"""InstanceHardnessThreshold: which samples are kept, with any classifier and table."""

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
from counterpoise.exceptions import FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.under_sampling import InstanceHardnessThreshold
from tests.containers import as_array

IMBLEARN = imblearn.under_sampling.InstanceHardnessThreshold


def two_classes(seed: int, n: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Return a table of three columns whose classes, of 90 and 30 rows, overlap."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat([0, 1], [n - n // 4, n // 4]))
    return rng.randn(n, 3) + y[:, None], y


def kept_rows(sampler, X, y):
    """Return the indices of the rows that a sampler keeps."""
    sampler.fit_resample(X, y)
    return sampler.sample_indices_


def mixed(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a frame with a numeric and a categorical column, both informative."""
    X, y = two_classes(seed)
    color = np.where(X[:, 1] > 0.5, "red", "blue").astype(object)
    return pd.DataFrame({"color": color, "size": X[:, 0]}), y


@pytest.mark.parametrize("as_instance", [False, True])
def test_default_forest_as_in_imbalanced_learn(as_instance):
    """imbalanced-learn keeps our rows, and others of the same hardness as the hardest."""
    X, y = two_classes(0)
    seeds = (np.random.RandomState(3), np.random.RandomState(3)) if as_instance else (3, 3)

    ours, theirs = (
        kept_rows(S(random_state=seed), X, y)
        for S, seed in zip((InstanceHardnessThreshold, IMBLEARN), seeds, strict=True)
    )

    assert set(ours) <= set(theirs)
    assert 60 == len(ours)
    assert len(theirs) < 66


@pytest.mark.parametrize("strategy", ["all", 0.5, {0: 7}, {0: 5, 1: 3}])
def test_nested_seeds(strategy):
    """Each random_state within the estimator is drawn as in imbalanced-learn."""
    X, y = two_classes(0)
    model = BaggingClassifier(LogisticRegression(), n_estimators=3)
    params = {"estimator": model, "sampling_strategy": strategy, "cv": 3}

    ours, theirs = (
        kept_rows(S(random_state=np.random.RandomState(7), **params), X, y)
        for S in (InstanceHardnessThreshold, IMBLEARN)
    )

    np.testing.assert_array_equal(theirs, ours)
    assert model.random_state is None


def test_easiest_rows_are_kept(seed):
    """The rows kept have the highest out-of-fold probability of their class."""
    X, y = two_classes(seed)
    folds = StratifiedKFold(4, shuffle=True, random_state=1)
    probability = np.empty(len(y))
    for train, test in folds.split(X, y):
        model = LogisticRegression().fit(X[train], y[train])
        probability[test] = model.predict_proba(X[test])[np.arange(len(test)), y[test]]
    majority = np.flatnonzero(y == 0)
    expected = np.sort(majority[np.argsort(-probability[majority], kind="stable")[:30]])

    rows = kept_rows(InstanceHardnessThreshold(estimator=LogisticRegression(), cv=folds), X, y)

    np.testing.assert_array_equal(expected, rows[:30])


def test_folds_of_any_kind(seed):
    """cv can be a number, None, a splitter or the splits."""
    X, y = two_classes(seed)
    splitter = KFold(3)
    by_splitter, by_list = (
        kept_rows(InstanceHardnessThreshold(estimator=LogisticRegression(), cv=cv), X, y)
        for cv in (splitter, list(splitter.split(X)))
    )
    by_number, by_none = (
        kept_rows(
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
    """The default forest uses strings as codes, and missing values as they are."""
    frame, y = mixed(0)
    frame.loc[:9, "color"] = None
    frame.loc[5:14, "size"] = np.nan
    by_hand = np.column_stack(
        [frame["size"], frame["color"].map({"blue": 0, "red": 1}).fillna(2).astype(float)]
    )
    expected = kept_rows(InstanceHardnessThreshold(random_state=0, cv=2), by_hand, y)

    kept = kept_rows(InstanceHardnessThreshold(random_state=0, cv=2), FORMS[form](frame), y)

    np.testing.assert_array_equal(expected, kept)


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array])
def test_default_forest_reads_sparse_tables(form):
    """The default forest uses sparse tables as they are."""
    X, y = two_classes(0)
    X[X < 0] = 0

    dense, other = (
        kept_rows(InstanceHardnessThreshold(random_state=0, cv=2), table, y)
        for table in (X, form(X))
    )

    np.testing.assert_array_equal(dense, other)


@pytest.mark.parametrize("form", ["pandas", "polars"])
def test_estimator_is_fitted_to_the_frame(form):
    """A pipeline that encodes columns by name is fitted to a data frame."""
    frame, y = mixed(0)
    table = FORMS[form](frame)
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["color"]), remainder="passthrough"),
        LogisticRegression(),
    )
    encoded = np.column_stack([frame["color"] == "blue", frame["color"] == "red", frame["size"]])

    kept = kept_rows(InstanceHardnessThreshold(estimator=model, random_state=0), table, y)

    by_hand = InstanceHardnessThreshold(estimator=LogisticRegression(), random_state=0)
    np.testing.assert_array_equal(kept_rows(by_hand, encoded.astype(float), y), kept)


def test_ignored_and_copied_columns_are_not_used():
    """Ignored and copied columns are not passed to the estimator."""
    from counterpoise._table import as_table

    frame, y = mixed(0)
    columns: list[list[str]] = []

    class RecordsColumns(DecisionTreeClassifier):
        def fit(self, X, y):
            columns.append(list(X.columns))
            return super().fit(X, y)

    table = as_table(frame.assign(color=range(120), row=range(120)), ignore=["row"], copy=["color"])
    sampler = InstanceHardnessThreshold(estimator=RecordsColumns(), cv=2)
    out, _ = sampler._fit_resample_table(table, y)

    assert [["size"], ["size"]] == columns
    np.testing.assert_array_equal(sampler.sample_indices_, out["row"])


def test_dates_are_refused_by_name():
    """The default forest names columns of other types; an estimator may accept them."""
    frame, y = mixed(0)
    frame["when"] = pd.date_range("2026", periods=len(y))
    model = make_pipeline(make_column_transformer(("passthrough", ["size"])), LogisticRegression())

    with pytest.raises(
        FeatureTypeError, match="without an estimator needs numeric or categorical.*'when'"
    ):
        InstanceHardnessThreshold().fit_resample(frame, y)
    assert 60 == len(kept_rows(InstanceHardnessThreshold(estimator=model), frame, y))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"cv": 31}, "class 1 has 30. Set cv=30 or less, or use RandomUnderSampler"),
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
    """Invalid parameters are named."""
    X, y = two_classes(0)

    with pytest.raises(ValueError, match=message):
        InstanceHardnessThreshold(**params).fit_resample(X, y)


def test_a_class_of_one_row():
    """A class with fewer rows than folds is named."""
    X, _ = two_classes(0)

    with pytest.raises(
        InputError, match="class 'b' has 1. Oversample the class first, or use RandomUnder"
    ):
        InstanceHardnessThreshold(cv=2).fit_resample(X, ["a"] * 119 + ["b"])


def test_jobs_change_nothing():
    """n_jobs does not change the selected rows."""
    X, y = two_classes(0)
    params = {"estimator": LogisticRegression(), "random_state": 0}

    with parallel_config("threading"):
        one, two = (kept_rows(InstanceHardnessThreshold(n_jobs=n, **params), X, y) for n in (1, 2))

    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, sparse.csr_array])
def test_after_another_sampler(form):
    """In a chain the estimator is fitted to the rows that the sampler before returns."""
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
