"""InstanceHardnessCV: folds with equally many hard samples."""

from __future__ import annotations

import imblearn.model_selection
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_validate,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from counterpoise.exceptions import CounterpoiseWarning, InputError, TargetError
from counterpoise.model_selection import InstanceHardnessCV
from tests.conftest import SEEDS

MODELS = [
    LogisticRegression(),
    GaussianNB(),
    DecisionTreeClassifier(max_depth=3, random_state=0),
    KNeighborsClassifier(),  # many samples are equally hard
    RandomForestClassifier(10, random_state=0),
]
SPLITS = [2, 5, 7]


def table(seed, n_rows=203, n_classes=2):
    """Return data with overlapping classes, of which the first is the majority class."""
    weights = [0.85] if n_classes == 2 else [0.6, 0.25]
    return make_classification(
        n_rows,
        n_informative=4,
        n_classes=n_classes,
        weights=weights,
        flip_y=0.05,
        random_state=seed,
    )


def folds(cv, X, y):
    """Return training and test indices of each fold as lists."""
    return [(train.tolist(), test.tolist()) for train, test in cv.split(X, y)]


def hardness(model, X, y, n_splits):
    """Compute the instance hardness: 1 minus the out-of-fold probability of the true class."""
    classes, codes = np.unique(y, return_inverse=True)
    result = np.empty(len(y))
    for train, test in StratifiedKFold(n_splits).split(X, y):
        fitted = clone(model).fit(X[train], y[train])
        assert (fitted.classes_ == classes).all()
        result[test] = 1 - fitted.predict_proba(X[test])[np.arange(len(test)), codes[test]]
    return result


def both(X, y, *args, **params):
    """Return the folds of counterpoise and of imbalanced-learn."""
    theirs = imblearn.model_selection.InstanceHardnessCV(*args, **params)
    return folds(InstanceHardnessCV(*args, **params), X, y), folds(theirs, X, y)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("n_splits", SPLITS)
def test_parity_for_two_classes(model, n_splits):
    """Folds are identical to those of imbalanced-learn.

    Each model is tested with each number of folds and each seed, and each number of folds with
    each seed.
    """
    seed = SEEDS[(MODELS.index(model) + SPLITS.index(n_splits)) % len(SEEDS)]
    ours, theirs = both(*table(seed), model, n_splits=n_splits)

    assert ours == theirs


@pytest.mark.parametrize(
    ("names", "positive"),
    [((0, 1), 0), ((0, 1), 1), ((-1, 1), None), (("a", "b"), "a"), (("a", "b"), None)],
)
def test_parity_for_label_types(names, positive, seed):
    """Folds are identical for all label types and positive classes."""
    X, y = table(seed)
    ours, theirs = both(X, np.array(names)[y], GaussianNB(), pos_label=positive)

    assert ours == theirs


@pytest.mark.parametrize("n_classes", [2, 3])
def test_each_sample_is_tested_once(n_classes, seed):
    """The test sets partition the samples; each training set has all others."""
    X, y = table(seed, n_classes=n_classes)
    splits = folds(InstanceHardnessCV(GaussianNB(), n_splits=4), X, y)

    assert sorted(index for _, test in splits for index in test) == list(range(len(y)))
    for train, test in splits:
        assert sorted(train + test) == list(range(len(y)))


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_splits", [2, 3, 5])
def test_folds_are_stratified(n_splits, n_classes, seed):
    """The sizes of folds, and of classes within folds, differ by at most 1."""
    X, y = table(seed, n_classes=n_classes)
    splits = folds(InstanceHardnessCV(GaussianNB(), n_splits=n_splits), X, y)

    assert np.ptp([len(test) for _, test in splits]) <= 1
    for label in np.unique(y):
        assert np.ptp([(y[test] == label).sum() for _, test in splits]) <= 1


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
def test_hard_samples_are_spread_evenly(model, n_classes, seed):
    """For any hardness limit, the numbers of harder samples per fold differ by at most 1."""
    X, y = table(seed, n_classes=n_classes)
    hard = hardness(model, X, y, 5).round(9)  # equal, but for rounding, is equal
    splits = folds(InstanceHardnessCV(model), X, y)

    for label in np.unique(y):
        for limit in np.unique(hard[y == label]):
            harder = (y == label) & (hard > limit)
            assert np.ptp([harder[test].sum() for _, test in splits]) <= 1


def test_fold_assignment_of_several_classes(seed):
    """Samples sorted by class and hardness are assigned to the folds in turn."""
    X, y = table(seed, n_classes=3)
    order = np.lexsort((hardness(GaussianNB(), X, y, 5), y))

    for number, (_, test) in enumerate(InstanceHardnessCV(GaussianNB()).split(X, y)):
        assert test.tolist() == sorted(order[number::5])


def test_folds_are_deterministic():
    """Folds are the same on every call, and numpy's global random state does not change."""
    X, y = table(0)
    cv = InstanceHardnessCV(GaussianNB())
    before = repr(np.random.get_state())

    assert folds(cv, X, y) == folds(cv, X, y)
    assert repr(np.random.get_state()) == before


@pytest.mark.costly
@pytest.mark.parametrize("n_classes", [2, 3])
def test_folds_do_not_depend_on_label_names(n_classes, seed):
    """Strings, booleans and all containers give the same folds as integers."""
    X, y = table(seed, n_classes=n_classes)
    cv = InstanceHardnessCV(GaussianNB())
    expected = folds(cv, X, y)
    names = np.array(["ant", "bee", "cat"])[y]

    assert folds(cv, X.tolist(), y.tolist()) == expected
    assert folds(InstanceHardnessCV(LogisticRegression()), sparse.csr_array(X), y) == folds(
        InstanceHardnessCV(LogisticRegression()), X, y
    )
    assert folds(cv, pd.DataFrame(X), pd.Series(names, dtype="category")) == expected
    assert folds(cv, pl.DataFrame(X), pl.Series(names)) == expected
    assert folds(cv, X, names.astype(object)) == expected
    if n_classes == 2:
        assert folds(cv, X, y.astype(bool)) == expected


def test_estimator_is_fitted_with_original_labels():
    """The estimator is fitted with the original labels, so class_weight can use them."""
    X, y = table(0)
    model = LogisticRegression(class_weight={"no": 1, "yes": 9})

    found = folds(InstanceHardnessCV(model), X, np.array(["no", "yes"])[y])

    assert found == folds(InstanceHardnessCV(LogisticRegression(class_weight={0: 1, 1: 9})), X, y)
    with pytest.raises(ValueError, match="not in class_weight"):
        both(X, np.array(["no", "yes"])[y], model)


def test_scores_vary_less(seed):
    """The standard deviation of scores is lower than with StratifiedKFold."""
    X, y = table(seed, n_rows=1000)
    model = LogisticRegression()
    deviations = [
        cross_validate(model, X, y, cv=cv, scoring="neg_log_loss")["test_score"].std()
        for cv in (StratifiedKFold(5), InstanceHardnessCV(model))
    ]

    assert deviations[1] < deviations[0]


@pytest.mark.parametrize("load", [lambda: table(1), lambda: load_iris(return_X_y=True)])
def test_use_in_scikit_learn(load):
    """It works in cross_validate, cross_val_predict and GridSearchCV."""
    X, y = load()
    cv = InstanceHardnessCV(GaussianNB(), n_splits=3)
    model = LogisticRegression(max_iter=500)
    scores = cross_validate(model, X, y, cv=cv)["test_score"]
    search = GridSearchCV(model, {"C": [0.1, 1.0]}, cv=cv).fit(X, y)

    assert cv.get_n_splits() == cv.get_n_splits(X, y) == len(scores) == 3
    for score, (train, test) in zip(scores, cv.split(X, y), strict=True):
        assert score == clone(model).fit(X[train], y[train]).score(X[test], y[test])
    assert len(cross_val_predict(model, X, y, cv=cv)) == len(y)
    assert search.n_splits_ == 3


def test_repr():
    """The representation shows all parameters."""
    text = repr(InstanceHardnessCV(GaussianNB(), n_splits=3))

    assert text == "InstanceHardnessCV(estimator=GaussianNB(), n_splits=3, pos_label=None)"


def test_warning_for_groups():
    """Groups are ignored with a warning."""
    X, y = table(0)

    with pytest.warns(CounterpoiseWarning, match="groups parameter is ignored"):
        InstanceHardnessCV(GaussianNB()).split(X, y, groups=y)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"n_splits": 1}, "n_splits must be an integer of at least 2; got 1"),
        ({"n_splits": True}, "got True"),
        ({"n_splits": 2.0}, "got 2.0"),
        ({"estimator": LinearSVC()}, "classifier with predict_proba.*got LinearSVC()"),
        ({"estimator": SVR()}, "got SVR()"),
        ({"estimator": None}, "got None"),
        ({"estimator": GaussianNB}, "got <class"),
        ({"pos_label": 2}, "pos_label must be one of the classes 0, 1; got 2"),
    ],
)
def test_invalid_parameters_of_instance_hardness_cv(given, words):
    """Invalid parameters raise an error that states what is allowed."""
    X, y = table(0)

    with pytest.raises(InputError, match=words.replace("()", r"\(\)")):
        InstanceHardnessCV(**{"estimator": GaussianNB(), **given}).split(X, y)


def test_pos_label_with_three_classes():
    """pos_label must be None with more than two classes."""
    with pytest.raises(InputError, match="with more than two classes; y has 3: 0, 1, 2"):
        InstanceHardnessCV(GaussianNB(), pos_label=1).split(*load_iris(return_X_y=True))


@pytest.mark.parametrize(
    ("count", "words"), [(3, "class 'minority' has 3. Set n_splits=3 or less"), (1, "Add samples")]
)
def test_too_few_rows_for_the_folds(count, words):
    """The error names a class with fewer samples than folds, and its number of samples."""
    y = np.array(["majority"] * 20 + ["minority"] * count)

    with pytest.raises(InputError, match=f"at least n_splits=5 samples, .*{words}"):
        InstanceHardnessCV(GaussianNB()).split(np.arange(len(y)).reshape(-1, 1), y)


def test_invalid_targets():
    """y must hold one class label per sample."""
    X, y = table(0)
    cv = InstanceHardnessCV(GaussianNB())

    with pytest.raises(TargetError, match="needs class labels; y is None"):
        cv.split(X, None)
    with pytest.raises(InputError, match="X has 203, y has 202"):
        cv.split(X, y[1:])
    with pytest.raises(TargetError, match="continuous"):
        cv.split(X, X[:, 0])
