"""Leakage: resampling before the split is caught, honest splits are left alone."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

from counterpoise.audit import leakage
from counterpoise.audit._segments import _tolerance
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import ADASYN, SMOTE, SMOTENC, RandomOverSampler
from counterpoise.table import group_rows, open_table, stack_tables

GROWN = ("phoneme", "pima_diabetes", "abalone_19", "oil_spill")
HOW = ("repeats", "SMOTE", "standard", "array", "SMOTENC")


def table_of(seed, n_rows=600):
    return make_classification(
        n_rows, 6, n_informative=4, n_redundant=0, weights=[0.85], random_state=seed
    )


def audit(X, y, seed, *, labelled):
    X_train, X_test, *labels = train_test_split(X, y, test_size=0.25, random_state=seed)
    return leakage(X_train, X_test, *(labels if labelled else ()))


def read(tables, name):
    table = pd.read_csv(tables / f"{name}.csv")
    return table, table.pop("label").to_numpy()


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("sampler", [SMOTE, RandomOverSampler, ADASYN])
def test_resampling_before_the_split_is_found(sampler, labelled, seed):
    """A class that is grown before the split leaks, with and without labels."""
    X, y = sampler(random_state=seed).fit_resample(*table_of(seed))
    report = audit(X, y, seed, labelled=labelled)
    kind = "copies" if sampler is RandomOverSampler else "segments"

    assert report.found is True
    assert set(report.kinds) == {kind}
    assert len(report.rows) > 0.05 * report.n_test


@pytest.mark.parametrize("labelled", [False, True])
def test_honest_splits_are_left_alone(labelled, seed):
    """An honest split has no mark."""
    report = audit(*table_of(seed), seed, labelled=labelled)

    assert report.found is False
    assert len(report.rows) == len(report.kinds) == 0


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("sampler", [SMOTE, RandomOverSampler])
def test_resampling_after_the_split_is_right(sampler, labelled, seed):
    """Training rows alone may be resampled, with repeats by nature among them as well."""
    X, y = table_of(seed)
    X[:200] = X[200:400]  # repeats by nature, whatever their class
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=seed)
    X_train, y_train = sampler(random_state=seed).fit_resample(X_train, y_train)

    assert leakage(X_train, X_test, *((y_train, y_test) if labelled else ())).found is not True


def test_found_rows_are_made_or_copied(seed):
    """Of the rows found, nearly all were made: an oracle knows which."""
    sampler = SMOTE(random_state=seed)
    X = sampler.fit_resample(*table_of(seed))[0]
    is_new = sampler.provenance_.is_new
    train, test = train_test_split(np.arange(len(X)), test_size=0.25, random_state=seed)
    rows = leakage(X[train], X[test]).rows

    assert is_new[test[rows]].mean() > 0.9


def test_copies_equal_a_plain_count(seed):
    """Test rows with a copy are those that a comparison of all pairs finds."""
    random = np.random.RandomState(seed)
    train, test = random.randint(4, size=(80, 3)), random.randint(4, size=(30, 3))
    plain = np.flatnonzero((test[:, None] == train[None]).all(axis=2).any(axis=1))
    mark = leakage(train.astype(float), test.astype(float)).marks[0]

    np.testing.assert_array_equal(plain, mark.rows)


def test_segments_need_two_ends(seed):
    """A row in the middle of two training rows is found, and one beside the line is not."""
    random = np.random.RandomState(seed)
    train = random.normal(size=(200, 4))
    near = np.argsort(((train[:, None] - train[None]) ** 2).sum(axis=2), axis=1)[:, 1]
    middle = train + random.uniform(0.2, 0.8, (200, 1)) * (train[near] - train)
    beside = middle + 1e-6 * random.normal(size=middle.shape)

    assert len(leakage(train, middle).marks[1].rows) > 195
    assert len(leakage(train, beside).marks[1].rows) == 0


def test_test_rows_among_the_training_rows(seed):
    """Test rows that were put among the training rows are copies beyond any random split."""
    X, _ = table_of(seed)
    report = leakage(X, X[:100])

    assert report.found is True
    np.testing.assert_array_equal(np.arange(100), report.rows)


def test_coarse_tables_cannot_tell(seed):
    """Where rows lie between others by chance, the answer is neither yes nor no."""
    X = np.random.RandomState(seed).poisson(3, (600, 5))
    report = leakage(X[:450], X[450:])

    assert report.found is None
    assert "too coarse" in str(report)


@pytest.mark.parametrize("kind", ["uneven", "pairs"])
def test_repeats_by_nature(kind, seed):
    """A row that is there hundreds of times, and many that are there twice, are no alarm."""
    X, y = table_of(seed)
    random = np.random.RandomState(seed)
    rows = np.where(random.rand(600) < 0.3, 0, np.arange(600))
    rows = rows if kind == "uneven" else np.r_[np.arange(600), random.choice(600, 60, False)]

    for labelled in (False, True):
        assert audit(X[rows], y[rows], seed, labelled=labelled).found is False


def test_integers_are_compared_within_rounding(seed):
    """Rows of whole numbers that SMOTE has rounded are found."""
    X, y = table_of(seed)
    frame = pd.DataFrame(np.rint(50 * X).astype(int))
    X_made, y_made = SMOTE(random_state=seed).fit_resample(frame, y)

    assert audit(X_made, y_made, seed, labelled=False).found is True


def test_tolerance_is_half_a_unit_of_the_last_digit():
    assert _tolerance(np.array([1.0, 20.0])) == pytest.approx(0.5)
    assert _tolerance(np.array([0.25, 3.5])) == pytest.approx(0.005)
    assert _tolerance(np.array([1 / 3, 2 / 3])) < 1e-14


def test_containers_and_seeds_agree(seed):
    """The answer depends on neither container nor order of columns, and not on a second call."""
    X = SMOTE(random_state=seed).fit_resample(*table_of(seed))[0]
    frame = pl.DataFrame(X, schema=list("abcdef"))
    first = leakage(X[:400], X[400:])
    second = leakage(frame[:400], frame[400:].select(list("fedcba")))

    assert first.to_json() == second.to_json() == leakage(X[:400], X[400:]).to_json()


def test_missing_cells_and_strings(seed):
    """Missing cells equal each other; columns of strings count for copies."""
    frame = pd.DataFrame({"a": [1.5, np.nan, 2.5, np.nan], "b": ["x", None, "x", None]})
    report = leakage(frame[:2], frame[2:])

    assert report.marks[0].rows.tolist() == [1]
    assert report.found is None


def test_report_as_text_json_and_html():
    X, y = RandomOverSampler(random_state=0).fit_resample(*table_of(0))
    report = audit(X, np.where(y == 1, "<b>", "n"), 0, labelled=True)
    plain = json.loads(report.to_json())

    assert plain["found"] is True
    assert plain["rows"] == report.rows.tolist()
    assert str(report).startswith("Leakage: ")
    assert "&lt;b&gt;" in report._repr_html_()
    assert "<b>" not in report._repr_html_()
    assert [finding.severity for finding in report.findings] == ["warning", "note"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0, 2.0]], [[1.0]]), "must have the same columns; they have 2 and 1"),
        (([[1.0]], sparse.csr_array([[1.0]])), "X_test is sparse"),
        ((pd.DataFrame({"a": [1]}), [[1]]), "must be of one kind"),
        ((pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})), "must be of one kind"),
        ((pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})), "only one of them has 'a', 'b'"),
        ((pd.DataFrame({"a": [1]}), pd.DataFrame({"a": ["x"]})), "Give it one type in both"),
        (([[1.0]], [[2.0]], [1]), "y_test is missing"),
        (([[1.0]], [[2.0]], [1], [1, 0]), "of test they have 1 and 2"),
        (([[1.0]], [[np.inf]]), "contains infinity"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(InputError, match=message):
        leakage(*arguments)


def test_stacked_columns_of_two_types():
    """Integers beside floats become floats; categories become strings."""
    first = pl.DataFrame({"a": [1, 2], "b": pl.Series(["x", "y"], dtype=pl.Categorical)})
    second = pl.DataFrame({"a": [1.0], "b": ["x"]})
    table, n_first = stack_tables(first, second)

    assert n_first == 2
    assert group_rows(table).tolist() == [0, 1, 0]
    assert group_rows(open_table([[1], [2], [1]])).tolist() == [0, 1, 0]


@pytest.mark.costly
@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("name", [*GROWN, "mammography", "haberman", "adult_sample"])
def test_honest_real_tables(tables, name, labelled, seed):
    """No false alarm on real tables, repeats and coarse columns or not."""
    assert audit(*read(tables, name), seed, labelled=labelled).found is not True


@pytest.mark.parametrize("name", GROWN)
@pytest.mark.parametrize("how", HOW)
def test_resampled_real_tables(tables, name, how):
    """Resampling before the split is caught on real tables.

    With and without labels in turn: each table and each way meets both, and the first test of this
    file has all pairs of sampler and labels.
    """
    labelled = (GROWN.index(name) + HOW.index(how)) % 2 == 0
    X, y = read(tables, name)
    if how in ("SMOTE", "standard", "array") or name != "abalone_19":
        X = X.select_dtypes("number")
    sampler = {
        "repeats": RandomOverSampler(random_state=0),
        "standard": SMOTE(random_state=0, scale="standard"),
        "SMOTENC": SMOTENC(random_state=0) if name == "abalone_19" else SMOTE(random_state=1),
    }.get(how, SMOTE(random_state=0))
    X, y = sampler.fit_resample(X.to_numpy(float) if how == "array" else X, y)

    assert audit(X, y, 0, labelled=labelled).found is True
