"""Samplers for several labels per sample: laws, plain reimplementations, containers and errors."""

from __future__ import annotations

import pickle
import re
import warnings
from collections import Counter
from copy import deepcopy

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier

from counterpoise.exceptions import InputError, SmallClassWarning, TargetError
from counterpoise.model_selection import IterativeStratifiedKFold
from counterpoise.multilabel import (
    MLSMOTE,
    REMEDIAL,
    LPRandomOverSampler,
    LPRandomUnderSampler,
    MLeNN,
    MLRandomOverSampler,
    MLRandomUnderSampler,
    cvir,
    inspect,
    irlbl,
    mean_ir,
    scumble,
)
from counterpoise.multilabel._label_sets import split_evenly
from counterpoise.multilabel._mlsmote import combine_label_sets
from counterpoise.pipeline import make_pipeline
from tests import plain_multilabel as plain

NAMES = ["sport", "news", "chess", "music"]
SAMPLERS = {
    "LP-ROS": lambda seed: LPRandomOverSampler(random_state=seed),
    "LP-RUS": lambda seed: LPRandomUnderSampler(random_state=seed),
    "ML-ROS": lambda seed: MLRandomOverSampler(random_state=seed),
    "ML-RUS": lambda seed: MLRandomUnderSampler(random_state=seed),
    "MLSMOTE": lambda seed: MLSMOTE(k_neighbors=3, random_state=seed),
    "REMEDIAL": lambda _: REMEDIAL(),
    "MLeNN": lambda _: MLeNN(),
}
LABELS = {
    "list": lambda y: y.tolist(),
    "bool": lambda y: y.astype(bool),
    "float32": lambda y: y.astype(np.float32),
    "objects": lambda y: y.astype(object),
    "csr": sparse.csr_matrix,
    "csc bool": lambda y: sparse.csc_array(y.astype(bool)),
    "pandas": lambda y: pd.DataFrame(y, columns=NAMES, index=[f"r{i}" for i in range(len(y))]),
    "pandas of several types": lambda y: pd.DataFrame(y, columns=NAMES).astype(
        {"news": bool, "chess": float}
    ),
    "pandas nullable": lambda y: pd.DataFrame(y, columns=NAMES).astype("boolean"),
    "polars": lambda y: pl.DataFrame(dict(zip(NAMES, y.T, strict=True))),
    "pyarrow": lambda y: pa.table(dict(zip(NAMES, y.T.copy(), strict=True))),
}
each_sampler = pytest.mark.parametrize("build", SAMPLERS.values(), ids=SAMPLERS)


def make_data(seed: int, n_samples: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return samples and a label matrix with a rare label, some label sets and an empty row."""
    rng = np.random.RandomState(seed)
    y = (rng.uniform(size=(n_samples, 4)) < [0.7, 0.5, 0.12, 0.4]).astype(np.int64)
    y[:6, 2], y[6] = 1, 0
    return rng.randn(n_samples, 3), y


def as_dense(labels) -> np.ndarray:
    """Return labels in any container as an array of integers."""
    if sparse.issparse(labels):
        return labels.toarray().astype(int)
    if isinstance(labels, pa.Table):
        return np.column_stack([column.to_numpy() for column in labels.columns]).astype(int)
    return np.asarray(labels).astype(int)


def resample(sampler, X, y):
    """Resample, without the warning about label sets that occur once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallClassWarning)
        return sampler.fit_resample(X, y)


label_matrices = st.integers(0, 2**32 - 1).map(lambda seed: make_data(seed)[1])
few_examples = settings(max_examples=15, deadline=None)


# ---- Measures ----


def test_published_measures():
    """The label counts of the data set emotions give the values that its authors published."""
    counts = [173, 166, 264, 148, 168, 189]
    y = np.arange(593)[:, None] < counts

    np.testing.assert_allclose(
        irlbl(y), [1.526012, 1.590361, 1, 1.783784, 1.571429, 1.396825], atol=1e-6
    )
    assert mean_ir(y) == pytest.approx(1.478068, abs=1e-6)
    assert cvir(y) == pytest.approx(0.1796, abs=1e-4)


def test_scumble_by_hand():
    """Labels with ratios 1 and 4 have 1 - sqrt(4) / 2.5, and a sample with one label has 0."""
    y = [[1, 0], [1, 0], [1, 1], [1, 0]]

    np.testing.assert_allclose(scumble(y, per_sample=True), [0, 0, 0.2, 0])
    assert scumble(y) == pytest.approx(0.05)


@few_examples
@given(label_matrices)
def test_measures_follow_their_definitions(y):
    """The measures equal a plain computation, label by label and sample by sample."""
    ratios = plain.compute_ratios(y)

    np.testing.assert_allclose(irlbl(y), ratios)
    assert cvir(y) == pytest.approx(np.std(ratios, ddof=1) / np.mean(ratios))
    np.testing.assert_allclose(scumble(y, per_sample=True), plain.compute_scumble(y), atol=1e-12)
    assert 0 <= scumble(y) < 1


# ---- Random sampling ----


@given(st.integers(0, 60), st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_shares_are_as_equal_as_possible(total, limits):
    """Shares respect their limits, add up, and differ by 1 at most where no limit is reached."""
    shares = split_evenly(total, np.array(limits))

    assert (shares <= limits).all()
    assert shares.sum() == min(total, sum(limits))
    below = shares[shares < limits]
    assert not len(below) or below.min() >= shares.max() - 1


@few_examples
@given(label_matrices, st.sampled_from([0.05, 0.25, 0.9]))
def test_label_sets_are_sampled_up_to_the_mean(y, proportion):
    """LP-ROS and LP-RUS add or remove what was requested, and no label set crosses the mean."""
    before = Counter(map(tuple, y))
    mean = round(len(y) / len(before))
    changes = {
        LPRandomOverSampler: lambda size: max(mean - size, 0),
        LPRandomUnderSampler: lambda size: max(size - mean, 0),
    }
    for sampler, limit in changes.items():
        after = Counter(
            map(tuple, resample(sampler(proportion=proportion, random_state=0), y, y)[1])
        )
        change = {one: abs(after[one] - before[one]) for one in before}

        assert all(change[one] <= limit(size) for one, size in before.items())
        requested, possible = round(proportion * len(y)), sum(map(limit, before.values()))
        assert sum(change.values()) == min(requested, possible)


@pytest.mark.parametrize("proportion", [0.1, 0.6])
def test_ml_ros_follows_the_paper(seed, proportion):
    """ML-ROS draws the rows of a plain implementation that computes all ratios again each time."""
    _, y = make_data(seed)
    positions = np.random.RandomState(seed).uniform(size=round(proportion * len(y)))

    sampler = MLRandomOverSampler(proportion=proportion, random_state=seed)
    sampler.fit_resample(y, y)

    assert sampler.sample_indices_.tolist() == plain.oversample_labels(y, positions)


@pytest.mark.parametrize("proportion", [0.1, 0.6, 0.95])
def test_ml_rus_keeps_rare_labels(seed, proportion):
    """ML-RUS keeps the rows of a plain implementation, and all samples of minority labels."""
    _, y = make_data(seed)
    n_removed = round(proportion * len(y))
    minority = irlbl(y) > mean_ir(y)

    sampler = MLRandomUnderSampler(proportion=proportion, random_state=seed)
    _, kept = sampler.fit_resample(y, y)

    expected = plain.undersample_labels(y, n_removed, np.random.RandomState(seed))
    assert sampler.sample_indices_.tolist() == expected
    assert kept[:, minority].sum(axis=0).tolist() == y[:, minority].sum(axis=0).tolist()


def test_each_label_keeps_a_sample():
    """Two labels that always occur together are not removed altogether."""
    y = np.array([[1, 1, 0]] * 100 + [[0, 0, 1]])

    _, kept = MLRandomUnderSampler(proportion=0.99, random_state=0).fit_resample(y, y)

    assert kept.sum(axis=0).tolist() == [1, 1, 1]


# ---- MLSMOTE ----


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("ranking", [1, 1, 0, 0]), ("union", [1, 1, 1, 1]), ("intersection", [1, 0, 0, 0])],
)
def test_label_sets_by_hand(rule, expected):
    """Of six label sets, more than half is four: three of six are not enough."""
    members = sparse.csr_array(
        [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 0, 0], [1, 0, 0, 0]]
    )

    combined = combine_label_sets(members, np.tile([1, 2, 3, 4, 5], (6, 1)), rule)

    assert combined.toarray()[0].tolist() == expected


@pytest.mark.parametrize("rule", ["ranking", "union", "intersection"])
def test_mlsmote_follows_the_paper(seed, rule):
    """Synthetic samples and label sets are those of a plain implementation."""
    X, y = make_data(seed)
    sampler = MLSMOTE(k_neighbors=3, label_sets=rule, random_state=seed)

    X_out, y_out = sampler.fit_resample(X, y)

    samples, label_sets = plain.mlsmote(X, y, 3, rule, np.random.RandomState(seed))
    np.testing.assert_allclose(samples, X_out[len(X) :])
    np.testing.assert_array_equal(label_sets, y_out[len(X) :])
    bases = [
        row
        for label in np.flatnonzero(irlbl(y) > mean_ir(y))
        for row in np.flatnonzero(y[:, label])
    ]
    assert sampler.provenance_.base[len(X) :].tolist() == bases


def test_mlsmote_balances_a_rare_label(seed):
    """Every synthetic sample has the label it was generated for, unless labels are unions."""
    X, y = make_data(seed)

    _, y_out = MLSMOTE(k_neighbors=3, random_state=seed).fit_resample(X, y)

    assert y_out[:, 2].sum() == 2 * y[:, 2].sum()
    assert mean_ir(y_out) < mean_ir(y)


def test_units_of_columns_do_not_matter_if_scaled(seed):
    """With a scale, a column in other units gives the same neighbors."""
    X, y = make_data(seed)
    units = np.array([1, 1000, 0.01])
    sampler = MLSMOTE(k_neighbors=3, scale="standard", random_state=seed)
    cleaner = MLeNN(scale="robust")

    plain, scaled = (sampler.fit_resample(values, y)[0] for values in (X, X * units))
    kept = [cleaner.fit_resample(values, y)[0] for values in (X, X * units)]

    np.testing.assert_allclose(plain * units, scaled, rtol=1e-9)
    np.testing.assert_array_equal(kept[0] * units, kept[1])


def test_mixed_columns_with_missing_values(seed):
    """Categories are the most frequent of the neighbors, and missing numbers those of the base."""
    X, y = make_data(seed)
    rng = np.random.RandomState(seed)
    table = pd.DataFrame(X, columns=list("abc"))
    table["city"] = pd.Categorical(rng.choice(["Oslo", "Rome"], len(X)), ["Rome", "Oslo", "Bonn"])
    table.loc[rng.permutation(len(X))[:9], "b"] = np.nan
    sampler = MLSMOTE(k_neighbors=1, random_state=seed)

    out, _ = sampler.fit_resample(table, y)

    origin = sampler.provenance_
    new = origin.is_synthetic
    base, neighbor = (table.iloc[rows[new]] for rows in (origin.base, origin.neighbor))
    assert out["city"].dtype == table["city"].dtype
    assert out["city"][new].tolist() == neighbor["city"].tolist()
    assert out["b"][new].isna().tolist() == base["b"].isna().tolist()
    assert not out[["a", "c"]].isna().any(axis=None)


def test_small_labels():
    """A minority label with few samples is handled as requested, and never silently."""
    X = np.arange(20.0).reshape(10, 2)
    y = np.array([[1, 0, 0]] * 7 + [[0, 1, 0]] * 2 + [[0, 0, 1]])

    def count(action):
        with pytest.warns(SmallClassWarning, match="2 \\(1\\)"):
            return MLSMOTE(small_labels=action, random_state=0).fit_resample(X, y)[1].sum(axis=0)

    with pytest.raises(
        InputError, match='k_neighbors=5 .* 2 \\(1\\). Pass small_labels="shrink_k"'
    ):
        MLSMOTE().fit_resample(X, y)
    assert mean_ir(y) < 7
    assert count("skip").tolist() == [7, 2, 1]
    assert count("duplicate").tolist() == [7, 2, 2]
    assert count("shrink_k").tolist() == [7, 2, 2]


# ---- REMEDIAL and MLeNN ----


def test_remedial_follows_the_paper(seed):
    """Samples with a high SCUMBLE are split into their rare and their other labels."""
    X, y = make_data(seed)

    X_out, y_out = REMEDIAL().fit_resample(X, y)

    for expected, out in zip(plain.remedial(X, y), (X_out, y_out), strict=True):
        np.testing.assert_array_equal(expected, out)
    assert len(X_out) > len(X)
    assert y_out.sum(axis=0).tolist() == y.sum(axis=0).tolist()
    assert scumble(y_out) < scumble(y)


@pytest.mark.parametrize(("n_neighbors", "threshold"), [(3, 0.75), (4, 0.3)])
def test_mlenn_follows_the_paper(seed, n_neighbors, threshold):
    """A sample without rare labels is removed if half of its neighbors have other labels."""
    X, y = make_data(seed)
    sampler = MLeNN(n_neighbors=n_neighbors, threshold=threshold)

    sampler.fit_resample(X, y)

    kept = plain.mlenn(X, y, n_neighbors, threshold)
    assert sampler.sample_indices_.tolist() == kept
    assert len(kept) < len(y)


# ---- What holds for every sampler ----


@each_sampler
@pytest.mark.parametrize("container", LABELS)
def test_labels_keep_their_container(build, container):
    """Labels in any container give the same labels, in the same container with the same types."""
    X, y = make_data(0)
    labels = LABELS[container](y)
    before = deepcopy(labels)

    expected, out = (resample(build(0), X, one)[1] for one in (y, labels))

    assert type(out) is type(labels)
    np.testing.assert_array_equal(expected, as_dense(out))
    np.testing.assert_array_equal(as_dense(before), as_dense(labels))
    for attribute in ("dtype", "schema"):
        assert getattr(labels, attribute, None) == getattr(out, attribute, None)
    if isinstance(labels, pd.DataFrame):
        assert labels.dtypes.to_dict() == out.dtypes.to_dict()


def test_many_labels_are_read_in_blocks(monkeypatch):
    """A label matrix that is read in several blocks of columns gives the same labels."""
    X, y = make_data(0)
    expected = REMEDIAL().fit_resample(X, y)[1]
    monkeypatch.setattr("counterpoise._table.columns.BLOCK_SIZE", len(y))

    np.testing.assert_array_equal(expected, REMEDIAL().fit_resample(X, y)[1])
    with pytest.raises(TargetError, match="it contains [78] in row 3, label 2"):
        irlbl(y + 7 * (np.arange(y.size).reshape(y.shape) == 14))


@each_sampler
@pytest.mark.parametrize(
    "container",
    [sparse.csr_array, lambda X: pd.DataFrame(X, columns=list("abc")), lambda X: X.tolist()],
    ids=["csr", "pandas", "list"],
)
def test_samples_keep_their_container(build, container):
    """Samples in any container give the same samples."""
    X, y = make_data(0)

    expected, out = (resample(build(0), one, y)[0] for one in (X, container(X)))

    assert type(out) is type(container(X))
    out = out.toarray() if sparse.issparse(out) else np.asarray(out)
    np.testing.assert_allclose(expected, out, rtol=1e-12)


@each_sampler
def test_promises(build, seed):
    """Kept rows are input rows, outputs are reproducible, and the global state is not used."""
    X, y = make_data(seed)
    state = pickle.dumps(np.random.get_state())
    sampler = build(seed)

    X_out, y_out = resample(sampler, X, y)

    row = sampler.provenance_.row
    np.testing.assert_array_equal(X[row[row >= 0]], X_out[row >= 0])
    if not isinstance(sampler, REMEDIAL):
        np.testing.assert_array_equal(y[row[row >= 0]], y_out[row >= 0])
    assert len(row) == len(X_out) == len(y_out)
    again = resample(clone(sampler), X, y)
    np.testing.assert_array_equal(X_out, again[0])
    np.testing.assert_array_equal(y_out, again[1])
    assert state == pickle.dumps(np.random.get_state())
    revived = pickle.loads(pickle.dumps(sampler))
    np.testing.assert_array_equal(row, revived.provenance_.row)
    assert sampler.fit(X, y).n_features_in_ == 3


@each_sampler
def test_index_of_pandas(build):
    """The index is kept where all rows are input rows with their labels, else both are numbered."""
    X, y = make_data(1)
    index = [f"r{i}" for i in range(len(X))]
    sampler = build(1)

    X_out, y_out = resample(
        sampler, pd.DataFrame(X, index=index), pd.DataFrame(y, columns=NAMES, index=index)
    )

    assert X_out.index.tolist() == y_out.index.tolist()
    if isinstance(sampler, MLSMOTE | REMEDIAL):
        assert X_out.index.tolist() == list(range(len(X_out)))
    else:
        assert X_out.index.tolist() == [index[row] for row in sampler.provenance_.row]


def test_random_samplers_take_texts():
    """Random samplers and REMEDIAL select samples of any kind."""
    _, y = make_data(0)
    texts = [f"text {i}" for i in range(len(y))]

    for name in ("LP-ROS", "LP-RUS", "ML-ROS", "ML-RUS", "REMEDIAL"):
        sampler = SAMPLERS[name](0)
        out, _ = resample(sampler, texts, y)

        assert out == [texts[row] for row in sampler.provenance_.row]


def test_balanced_labels_stay_as_they_are():
    """If all labels are equally frequent, no sampler by label changes the data."""
    y = np.array([[1, 0], [0, 1]] * 10)

    for name in ("ML-ROS", "ML-RUS", "MLSMOTE", "REMEDIAL", "LP-ROS", "LP-RUS"):
        np.testing.assert_array_equal(y, SAMPLERS[name](0).fit_resample(y * 1.0, y)[1])


# ---- Pipelines ----


@pytest.mark.parametrize("container", ["bool", "pandas", "list"])
def test_pipeline_with_one_model_per_label(container):
    """Samplers are steps of a pipeline, in cross-validation with stratified folds."""
    X, y = make_data(0, 150)
    model = make_pipeline(
        REMEDIAL(), MLSMOTE(random_state=0), MultiOutputClassifier(LogisticRegression())
    )
    labels = LABELS[container](y)
    labels = np.array(labels) if container == "list" else labels

    scores = cross_val_score(model, X, labels, cv=IterativeStratifiedKFold(3), scoring="f1_micro")

    assert np.isfinite(scores).all()
    resampled = MLSMOTE(random_state=0).fit_resample(*REMEDIAL().fit_resample(X, labels))
    expected = MultiOutputClassifier(LogisticRegression()).fit(*resampled).predict(X)
    np.testing.assert_array_equal(expected, model.fit(X, labels).predict(X))


def test_pipeline_with_sparse_labels():
    """Sparse samples and labels reach a model that takes them, with the same result."""
    X, y = make_data(0)
    model = make_pipeline(
        MLSMOTE(k_neighbors=3, random_state=0), OneVsRestClassifier(LogisticRegression())
    )

    dense = clone(model).fit(X, y)
    both_sparse = clone(model).fit(sparse.csr_array(X), sparse.csr_array(y))

    np.testing.assert_array_equal(dense.predict(X), both_sparse.predict(X).toarray())


def test_weights_are_resampled_in_pipelines():
    """Sample weights follow the samples through a sampler for several labels."""
    X, y = make_data(0)
    weights = np.random.RandomState(0).uniform(size=len(X))
    sampler = MLRandomOverSampler(random_state=0)

    model = make_pipeline(clone(sampler), Ridge()).fit(X, y, ridge__sample_weight=weights)

    X_out, y_out = sampler.fit_resample(X, y)
    expected = Ridge().fit(X_out, y_out, sample_weight=sampler.provenance_.carry(weights))
    np.testing.assert_allclose(expected.coef_, model[-1].coef_)


# ---- Errors ----


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y is None. Pass the label matrix"),
        ([0, 1, 0], "y must be a label matrix: .*MultiLabelBinarizer.* one class per sample"),
        (pd.DataFrame(np.eye(3), columns=["a", "b", "a"]), "must be unique; y has 'a' twice"),
        ([["a"], ["a", "b"], ["b"]], "y must be a label matrix: .*MultiLabelBinarizer"),
        ([["a", "b"]] * 3, "its column 0 is of type object. .*MultiLabelBinarizer"),
        ([[1, 0], [2, 0], [0, 1]], "it contains 2 in row 1, label 0"),
        (np.array([[1, 0], [0.5, 0], [0, 1]]), "it contains 0.5 in row 1, label 0. .* y > 0.5"),
        (sparse.csr_array([[1, 0], [0, 1], [3, 0]]), "it contains 3 in row 2, label 0"),
        (
            pd.DataFrame({"a": [1, None, 1], "b": [0, 1, 1]}),
            "a value is missing in row 1, label 'a'",
        ),
        (np.zeros((3, 2)), "y has no 1"),
        ([[1, 0, 0], [1, 0, 1], [1, 0, 0]], "no sample has 1. Drop such columns: y\\[:, y.any"),
        ([[1], [0], [1]], "y has a single label"),
        ([[1, 0], [0, 1]], "X has 3, y has 2"),
    ],
)
def test_bad_label_matrices(y, message):
    """Each defect of a label matrix has its own message, and nothing is resampled."""
    sampler = MLRandomOverSampler()

    with pytest.raises(InputError, match=message):
        sampler.fit_resample([[1], [2], [3]], y)
    assert not hasattr(sampler, "provenance_")


def test_measures_check_their_input():
    """The measures have the same errors."""
    for measure in (irlbl, mean_ir, cvir, scumble, inspect):
        with pytest.raises(TargetError, match="no sample has 'b'"):
            measure(pd.DataFrame({"a": [1, 1], "b": [0, 0]}))


def test_label_sets_that_occur_once():
    """LP-ROS warns if it copies single samples, and advises what to use."""
    y = [[1, 0]] * 8 + [[1, 1]]

    with pytest.warns(SmallClassWarning, match="1 of 2 label sets occur once.*MLRandomOverSampler"):
        LPRandomOverSampler(random_state=0).fit_resample(y, y)


def test_not_all_samples_are_removed():
    """If the neighbors of all samples have other labels, MLeNN raises an error."""
    y = np.array([[1, 0], [0, 1]] * 4)

    with pytest.raises(InputError, match="would remove all samples.*MLRandomUnderSampler"):
        MLeNN(n_neighbors=2).fit_resample(np.arange(8)[:, None], y)


@pytest.mark.parametrize(
    ("sampler", "X", "message"),
    [
        (MLeNN(n_neighbors=9), np.eye(4), "MLeNN needs more than n_neighbors=9 samples; X has 4"),
        (MLSMOTE(), np.array([["2024-01-01"]] * 4, "M8[D]"), "MLSMOTE measures distances"),
        (LPRandomUnderSampler(proportion=1.5), np.eye(4), "proportion"),
        (MLRandomOverSampler(proportion=0), np.eye(4), "proportion"),
        (MLSMOTE(label_sets="vote"), np.eye(4), "label_sets"),
    ],
)
def test_bad_samples_and_parameters(sampler, X, message):
    """Parameters are validated, and features that have no distances are named."""
    with pytest.raises(ValueError, match=re.escape(message)):
        sampler.fit_resample(X, [[1, 0], [1, 0], [1, 1], [1, 0]])


# ---- inspect ----


def test_profile(seed):
    """The profile agrees with plain counts."""
    _, y = make_data(seed)
    frame = pd.DataFrame(y, columns=NAMES)

    profile = inspect(frame)

    sets = Counter(map(tuple, y))
    assert [label.n_samples for label in profile.labels] == y.sum(axis=0).tolist()
    assert [label.is_minority for label in profile.labels] == (irlbl(y) > mean_ir(y)).tolist()
    assert profile.labels[2].scumble == scumble(y, per_sample=True)[y[:, 2] == 1].mean()
    assert sum(profile.labels_per_sample) == len(y)
    assert (profile.n_label_sets, profile.n_single_label_sets) == (
        len(sets),
        sum(size == 1 for size in sets.values()),
    )
    assert profile.label_sets[0].n_samples == max(sets.values())
    for pair in profile.pairs:
        both = frame[pair.minority] & frame[pair.other]
        assert pair.n_samples == both.sum()
        assert pair.share == both.sum() / frame[pair.minority].sum()
    assert profile.to_dict()["pairs"][0]["minority"] == "chess"


def test_text_of_a_profile():
    """The text names measures and labels, has short lines, and advises what to do."""
    y = pd.DataFrame({"news": [1] * 40, "chess": [1] * 2 + [0] * 38, "art": [0] * 38 + [1] * 2})

    text = str(inspect(y))

    assert max(map(len, text.splitlines())) <= 80
    for part in ("MeanIR 13.67, CVIR 0.80", "news + chess", "36 samples with 1"):
        assert part in text
    assert re.search("chess +news +2 +100%", text)
    assert "2 minority labels with 5 samples or fewer: 'chess', 'art'" in text
    assert "<table>" in inspect(y)._repr_html_()


def test_notes_of_a_profile():
    """Notes advise against what the data do not suit, and there are none for balanced labels."""
    concurrent = np.column_stack([np.ones(50, int), np.tile(np.eye(5, dtype=int), (10, 1))])
    different = np.arange(1, 16)[:, None] >> np.arange(4) & 1

    notes = [" ".join(str(inspect(y)).split()) for y in (concurrent, different)]

    assert "SCUMBLE exceeds 0.1. Oversampling adds to both. Try REMEDIAL()" in notes[0]
    assert "Most label sets occur once" in notes[1]
    assert "Notes" not in str(inspect([[1, 0], [0, 1]] * 3))
