"""Leakage: resampling before the split is detected, and correct splits cause no false positive."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

from counterpoise._table import as_table, concat_tables, group_equal_rows
from counterpoise.audit import leakage
from counterpoise.audit._points import _compute_tolerance
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import ADASYN, SMOTE, SMOTENC, RandomOverSampler

OVERSAMPLED = ("phoneme", "pima_diabetes", "abalone_19", "oil_spill")
SAMPLERS = ("repeats", "SMOTE", "standard", "array", "SMOTENC")


def make_data(seed, n_rows=600):
    return make_classification(
        n_rows, 6, n_informative=4, n_redundant=0, weights=[0.85], random_state=seed
    )


def check_split(X, y, seed, *, use_labels):
    X_train, X_test, *labels = train_test_split(X, y, test_size=0.25, random_state=seed)
    return leakage(X_train, X_test, *(labels if use_labels else ()))


def read_table(tables, name):
    table = pd.read_csv(tables / f"{name}.csv")
    return table, table.pop("label").to_numpy()


@pytest.mark.parametrize("use_labels", [False, True])
@pytest.mark.parametrize("sampler", [SMOTE, RandomOverSampler, ADASYN])
def test_resampling_before_the_split_is_found(sampler, use_labels, seed):
    """Oversampling before the split is detected, with and without labels."""
    X, y = sampler(random_state=seed).fit_resample(*make_data(seed))
    report = check_split(X, y, seed, use_labels=use_labels)
    name = "duplicates" if sampler is RandomOverSampler else "interpolation"

    assert report.found is True
    assert set(report.found_by) == {name}
    assert len(report.test_indices) > 0.05 * report.n_test


@pytest.mark.parametrize("use_labels", [False, True])
def test_correct_splits_have_no_leakage(use_labels, seed):
    report = check_split(*make_data(seed), seed, use_labels=use_labels)

    assert report.found is False
    assert len(report.test_indices) == len(report.found_by) == 0


@pytest.mark.parametrize("use_labels", [False, True])
@pytest.mark.parametrize("sampler", [SMOTE, RandomOverSampler])
def test_resampling_after_the_split_is_no_leakage(sampler, use_labels, seed):
    """Only the training rows are resampled, and there are natural duplicates."""
    X, y = make_data(seed)
    X[:200] = X[200:400]  # natural duplicates, whatever their class
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=seed)
    X_train, y_train = sampler(random_state=seed).fit_resample(X_train, y_train)

    assert leakage(X_train, X_test, *((y_train, y_test) if use_labels else ())).found is not True


def test_found_rows_are_synthetic(seed):
    """Nearly all rows found are synthetic according to the provenance."""
    sampler = SMOTE(random_state=seed)
    X = sampler.fit_resample(*make_data(seed))[0]
    is_synthetic = sampler.provenance_.is_synthetic
    train, test = train_test_split(np.arange(len(X)), test_size=0.25, random_state=seed)
    found = leakage(X[train], X[test]).test_indices

    assert is_synthetic[test[found]].mean() > 0.9


def test_duplicates_equal_a_comparison_of_all_pairs(seed):
    rng = np.random.RandomState(seed)
    train, test = rng.randint(4, size=(80, 3)), rng.randint(4, size=(30, 3))
    expected = np.flatnonzero((test[:, None] == train[None]).all(axis=2).any(axis=1))
    check = leakage(train.astype(float), test.astype(float)).checks[0]

    np.testing.assert_array_equal(expected, check.test_indices)


def test_interpolated_rows_are_found(seed):
    """Rows on a line between two training rows are found, and rows slightly off it are not."""
    rng = np.random.RandomState(seed)
    train = rng.normal(size=(200, 4))
    nearest = np.argsort(((train[:, None] - train[None]) ** 2).sum(axis=2), axis=1)[:, 1]
    on_line = train + rng.uniform(0.2, 0.8, (200, 1)) * (train[nearest] - train)
    off_line = on_line + 1e-6 * rng.normal(size=on_line.shape)

    assert len(leakage(train, on_line).checks[1].test_indices) > 195
    assert len(leakage(train, off_line).checks[1].test_indices) == 0


def test_test_rows_in_the_training_set(seed):
    """Test rows added to the training rows are more duplicates than a random split has."""
    X, _ = make_data(seed)
    report = leakage(X, X[:100])

    assert report.found is True
    np.testing.assert_array_equal(np.arange(100), report.test_indices)


def test_coarse_tables_are_inconclusive(seed):
    """If many rows lie between others by chance, leakage is neither found nor excluded."""
    X = np.random.RandomState(seed).poisson(3, (600, 5))
    report = leakage(X[:450], X[450:])

    assert report.found is None
    assert "too few distinct values" in str(report)


@pytest.mark.parametrize("kind", ["uneven", "pairs"])
def test_natural_duplicates(kind, seed):
    """A row that occurs hundreds of times, or rows that occur twice, cause no false positive."""
    X, y = make_data(seed)
    rng = np.random.RandomState(seed)
    rows = np.where(rng.rand(600) < 0.3, 0, np.arange(600))
    rows = rows if kind == "uneven" else np.r_[np.arange(600), rng.choice(600, 60, False)]

    for use_labels in (False, True):
        assert check_split(X[rows], y[rows], seed, use_labels=use_labels).found is False


def test_integers_are_compared_within_rounding(seed):
    """Synthetic rows that SMOTE has rounded to whole numbers are found."""
    X, y = make_data(seed)
    frame = pd.DataFrame(np.rint(50 * X).astype(int))
    X_resampled, y_resampled = SMOTE(random_state=seed).fit_resample(frame, y)

    assert check_split(X_resampled, y_resampled, seed, use_labels=False).found is True


def test_tolerance_is_half_a_unit_of_the_last_digit():
    assert _compute_tolerance(np.array([1.0, 20.0])) == pytest.approx(0.5)
    assert _compute_tolerance(np.array([0.25, 3.5])) == pytest.approx(0.005)
    assert _compute_tolerance(np.array([1 / 3, 2 / 3])) < 1e-14


def test_containers_and_seeds_agree(seed):
    """The report does not depend on the container, the order of columns or an earlier call."""
    X = SMOTE(random_state=seed).fit_resample(*make_data(seed))[0]
    frame = pl.DataFrame(X, schema=list("abcdef"))
    first = leakage(X[:400], X[400:])
    second = leakage(frame[:400], frame[400:].select(list("fedcba")))

    assert first.to_json() == second.to_json() == leakage(X[:400], X[400:]).to_json()


def test_missing_values_and_strings(seed):
    """Missing values equal each other; string columns take part in the check for duplicates."""
    frame = pd.DataFrame({"a": [1.5, np.nan, 2.5, np.nan], "b": ["x", None, "x", None]})
    report = leakage(frame[:2], frame[2:])

    assert report.checks[0].test_indices.tolist() == [1]
    assert report.found is None


def test_report_as_text_json_and_html():
    X, y = RandomOverSampler(random_state=0).fit_resample(*make_data(0))
    report = check_split(X, np.where(y == 1, "<b>", "n"), 0, use_labels=True)
    plain = json.loads(report.to_json())

    assert plain["found"] is True
    assert plain["test_indices"] == report.test_indices.tolist()
    assert str(report).startswith("Leakage found: ")
    assert "&lt;b&gt;" in report._repr_html_()
    assert "<b>" not in report._repr_html_()
    assert [finding.severity for finding in report.findings] == ["warning", "note"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0, 2.0]], [[1.0]]), "must have the same number of columns; they have 2 and 1"),
        (([[1.0]], sparse.csr_array([[1.0]])), "X_test is sparse, X_train is not"),
        ((pd.DataFrame({"a": [1]}), [[1]]), "must be of the same type"),
        ((pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})), "must be of the same type"),
        (
            (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
            "only X_train has 'a'; only X_test has 'b'",
        ),
        (
            (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": ["x"]})),
            "Convert it to the same type in both",
        ),
        (([[1.0]], [[2.0]], [1]), "y_test is missing"),
        (
            ([[1.0]], [[2.0]], [1], [1, 0]),
            "X_test and y_test must have the same number of rows; they have 1 and 2",
        ),
        (([[1.0]], [[np.inf]]), "contains infinity"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(InputError, match=message):
        leakage(*arguments)


def test_stacked_columns_of_two_types():
    """Integers and floats become floats; categories and strings become strings."""
    first = pl.DataFrame({"a": [1, 2], "b": pl.Series(["x", "y"], dtype=pl.Categorical)})
    second = pl.DataFrame({"a": [1.0], "b": ["x"]})
    table, n_first = concat_tables(first, second)

    assert n_first == 2
    assert group_equal_rows(table).tolist() == [0, 1, 0]
    assert group_equal_rows(as_table([[1], [2], [1]])).tolist() == [0, 1, 0]


@pytest.mark.costly
@pytest.mark.parametrize("use_labels", [False, True])
@pytest.mark.parametrize("name", [*OVERSAMPLED, "mammography", "haberman", "adult_sample"])
def test_correct_splits_of_real_tables(tables, name, use_labels, seed):
    """No false positive on real tables, some of which have duplicates and coarse columns."""
    assert check_split(*read_table(tables, name), seed, use_labels=use_labels).found is not True


@pytest.mark.parametrize("name", OVERSAMPLED)
@pytest.mark.parametrize("how", SAMPLERS)
def test_resampled_real_tables(tables, name, how):
    """Resampling before the split is detected on real tables.

    Tests with and without labels alternate: each table and each sampler has both, and the first
    test of this file has all pairs of sampler and labels.
    """
    use_labels = (OVERSAMPLED.index(name) + SAMPLERS.index(how)) % 2 == 0
    X, y = read_table(tables, name)
    if how in ("SMOTE", "standard", "array") or name != "abalone_19":
        X = X.select_dtypes("number")
    sampler = {
        "repeats": RandomOverSampler(random_state=0),
        "standard": SMOTE(random_state=0, scale="standard"),
        "SMOTENC": SMOTENC(random_state=0) if name == "abalone_19" else SMOTE(random_state=1),
    }.get(how, SMOTE(random_state=0))
    X, y = sampler.fit_resample(X.to_numpy(float) if how == "array" else X, y)

    assert check_split(X, y, 0, use_labels=use_labels).found is True
