"""Folds that share out the hard rows."""

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

from counterpoise.exceptions import CounterpoiseWarning, InputError, LabelError
from counterpoise.model_selection import InstanceHardnessCV
from tests.conftest import SEEDS

MODELS = [
    LogisticRegression(),
    GaussianNB(),
    DecisionTreeClassifier(max_depth=3, random_state=0),
    KNeighborsClassifier(),  # many rows are equally hard
    RandomForestClassifier(10, random_state=0),
]
SPLITS = [2, 5, 7]


def table(seed, n_rows=203, n_classes=2):
    """Return a table whose classes overlap, the first one being common."""
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
    """Return train and test rows of each fold as lists."""
    return [(train.tolist(), test.tolist()) for train, test in cv.split(X, y)]


def hardness(model, X, y, n_splits):
    """Return one minus the probability of each row's own class, by definition."""
    classes, codes = np.unique(y, return_inverse=True)
    result = np.empty(len(y))
    for train, test in StratifiedKFold(n_splits).split(X, y):
        fitted = clone(model).fit(X[train], y[train])
        assert (fitted.classes_ == classes).all()
        result[test] = 1 - fitted.predict_proba(X[test])[np.arange(len(test)), codes[test]]
    return result


def both(X, y, *args, **params):
    """Return our folds and imbalanced-learn's."""
    theirs = imblearn.model_selection.InstanceHardnessCV(*args, **params)
    return folds(InstanceHardnessCV(*args, **params), X, y), folds(theirs, X, y)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("n_splits", SPLITS)
def test_two_classes_as_imbalanced_learn_deals_them(model, n_splits):
    """The same folds, fold by fold and row by row.

    Each model meets each number of folds and each seed, and each number of folds each seed.
    """
    seed = SEEDS[(MODELS.index(model) + SPLITS.index(n_splits)) % len(SEEDS)]
    ours, theirs = both(*table(seed), model, n_splits=n_splits)

    assert ours == theirs


@pytest.mark.parametrize(
    ("names", "positive"),
    [((0, 1), 0), ((0, 1), 1), ((-1, 1), None), (("a", "b"), "a"), (("a", "b"), None)],
)
def test_labels_as_imbalanced_learn_takes_them(names, positive, seed):
    """The same folds for labels of any kind, whichever is the positive one."""
    X, y = table(seed)
    ours, theirs = both(X, np.array(names)[y], GaussianNB(), pos_label=positive)

    assert ours == theirs


@pytest.mark.parametrize("n_classes", [2, 3])
def test_each_row_is_tested_once(n_classes, seed):
    """Test rows share the table out; train rows are the others."""
    X, y = table(seed, n_classes=n_classes)
    splits = folds(InstanceHardnessCV(GaussianNB(), n_splits=4), X, y)

    assert sorted(row for _, test in splits for row in test) == list(range(len(y)))
    for train, test in splits:
        assert sorted(train + test) == list(range(len(y)))


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_splits", [2, 3, 5])
def test_folds_are_stratified(n_splits, n_classes, seed):
    """Folds, and the rows of a class in them, differ in number by one at most."""
    X, y = table(seed, n_classes=n_classes)
    splits = folds(InstanceHardnessCV(GaussianNB(), n_splits=n_splits), X, y)

    assert np.ptp([len(test) for _, test in splits]) <= 1
    for label in np.unique(y):
        assert np.ptp([(y[test] == label).sum() for _, test in splits]) <= 1


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
def test_hard_rows_are_shared_out(model, n_classes, seed):
    """Of a class's rows that are as hard as some, each fold has as many, to within one."""
    X, y = table(seed, n_classes=n_classes)
    hard = hardness(model, X, y, 5).round(9)  # equal, but for rounding, is equal
    splits = folds(InstanceHardnessCV(model), X, y)

    for label in np.unique(y):
        for limit in np.unique(hard[y == label]):
            harder = (y == label) & (hard > limit)
            assert np.ptp([harder[test].sum() for _, test in splits]) <= 1


def test_several_classes_by_their_definition(seed):
    """Sorted by class and hardness, the k-th row is dealt into the k-th fold, round and round."""
    X, y = table(seed, n_classes=3)
    order = np.lexsort((hardness(GaussianNB(), X, y, 5), y))

    for number, (_, test) in enumerate(InstanceHardnessCV(GaussianNB()).split(X, y)):
        assert test.tolist() == sorted(order[number::5])


def test_nothing_is_drawn():
    """Twice the same folds, and numpy's global generator is left alone."""
    X, y = table(0)
    cv = InstanceHardnessCV(GaussianNB())
    before = repr(np.random.get_state())

    assert folds(cv, X, y) == folds(cv, X, y)
    assert repr(np.random.get_state()) == before


@pytest.mark.costly
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_names_of_classes_say_nothing(n_classes, seed):
    """Strings, booleans and containers give the folds of the same classes as numbers."""
    X, y = table(seed, n_classes=n_classes)
    cv = InstanceHardnessCV(GaussianNB())
    expected = folds(cv, X, y)
    words = np.array(["ant", "bee", "cat"])[y]

    assert folds(cv, X.tolist(), y.tolist()) == expected
    assert folds(InstanceHardnessCV(LogisticRegression()), sparse.csr_array(X), y) == folds(
        InstanceHardnessCV(LogisticRegression()), X, y
    )
    assert folds(cv, pd.DataFrame(X), pd.Series(words, dtype="category")) == expected
    assert folds(cv, pl.DataFrame(X), pl.Series(words)) == expected
    assert folds(cv, X, words.astype(object)) == expected
    if n_classes == 2:
        assert folds(cv, X, y.astype(bool)) == expected


def test_the_users_labels_reach_the_estimator():
    """A model that speaks of classes by name is given the names."""
    X, y = table(0)
    model = LogisticRegression(class_weight={"no": 1, "yes": 9})

    named = folds(InstanceHardnessCV(model), X, np.array(["no", "yes"])[y])

    assert named == folds(InstanceHardnessCV(LogisticRegression(class_weight={0: 1, 1: 9})), X, y)
    with pytest.raises(ValueError, match="not in class_weight"):
        both(X, np.array(["no", "yes"])[y], model)


def test_scores_vary_less(seed):
    """Scores of folds that share the hard rows lie nearer together than those of plain folds."""
    X, y = table(seed, n_rows=1000)
    model = LogisticRegression()
    spreads = [
        cross_validate(model, X, y, cv=cv, scoring="neg_log_loss")["test_score"].std()
        for cv in (StratifiedKFold(5), InstanceHardnessCV(model))
    ]

    assert spreads[1] < spreads[0]


@pytest.mark.parametrize("load", [lambda: table(1), lambda: load_iris(return_X_y=True)])
def test_it_works_where_scikit_learn_takes_folds(load):
    """In cross_validate, cross_val_predict and a search, whose results are those of the folds."""
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


def test_it_can_be_printed():
    """Its parameters are in its name."""
    text = repr(InstanceHardnessCV(GaussianNB(), n_splits=3))

    assert text == "InstanceHardnessCV(estimator=GaussianNB(), n_splits=3, pos_label=None)"


def test_groups_are_not_used():
    """Groups that are given are warned of."""
    X, y = table(0)

    with pytest.warns(CounterpoiseWarning, match="does not use groups"):
        InstanceHardnessCV(GaussianNB()).split(X, y, groups=y)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"n_splits": 1}, "n_splits must be a whole number of 2 or more; got 1"),
        ({"n_splits": True}, "got True"),
        ({"n_splits": 2.0}, "got 2.0"),
        ({"estimator": LinearSVC()}, "classifier with predict_proba.*got LinearSVC()"),
        ({"estimator": SVR()}, "got SVR()"),
        ({"estimator": None}, "got None"),
        ({"estimator": GaussianNB}, "got <class"),
        ({"pos_label": 2}, "pos_label=2 is no class of y: they are 0, 1"),
    ],
)
def test_parameters_that_make_no_sense(given, words):
    """Each is refused at once, with what must hold."""
    X, y = table(0)

    with pytest.raises(InputError, match=words.replace("()", r"\(\)")):
        InstanceHardnessCV(**{"estimator": GaussianNB(), **given}).split(X, y)


def test_a_positive_label_of_several_classes():
    """There is none of three classes."""
    with pytest.raises(InputError, match="pos_label is for two classes, and y has 3: 0, 1, 2"):
        InstanceHardnessCV(GaussianNB(), pos_label=1).split(*load_iris(return_X_y=True))


@pytest.mark.parametrize(
    ("count", "words"), [(3, "class 'rare' has 3. Set n_splits to 3 or less"), (1, "Get more")]
)
def test_too_few_rows_for_the_folds(count, words):
    """A class with fewer rows than there are folds is named, with its count."""
    y = np.array(["common"] * 20 + ["rare"] * count)

    with pytest.raises(InputError, match=f"n_splits=5 folds; .*{words}"):
        InstanceHardnessCV(GaussianNB()).split(np.arange(len(y)).reshape(-1, 1), y)


def test_labels_that_are_none():
    """Folds need labels: as many as rows, and classes."""
    X, y = table(0)
    cv = InstanceHardnessCV(GaussianNB())

    with pytest.raises(LabelError, match="needs the class of each row"):
        cv.split(X, None)
    with pytest.raises(InputError, match="X has 203, y has 202"):
        cv.split(X, y[1:])
    with pytest.raises(LabelError, match="continuous"):
        cv.split(X, X[:, 0])
