"""Metrics of predicted classes: imbalanced-learn's answer where it is right, and laws."""

from __future__ import annotations

import warnings

import imblearn.metrics as peer
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    jaccard_score,
    precision_score,
    recall_score,
)

from counterpoise import metrics
from counterpoise.exceptions import CounterpoiseWarning, InputError, LabelError

AVERAGES = [None, "binary", "micro", "macro", "weighted"]
ENSEMBLES = {
    "numbers": np.array([0, 1]),
    "strings": np.array(["no", "yes"]),
    "signs": np.array([-1, 1]),
    "three": np.array([0, 1, 2]),
    "words": np.array(["ant", "bee", "cat", "dog"]),
    "booleans": np.array([False, True]),
    "whole floats": np.array([1.0, 2.0, 7.0]),
}


def draw(seed: int, classes: np.ndarray, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Return true and predicted labels, right about half of the time; each class occurs."""
    random = np.random.RandomState(seed)
    share = np.arange(len(classes), 0, -1) ** 2.0
    codes = random.choice(len(classes), n, p=share / share.sum())
    codes[: len(classes)] = np.arange(len(classes))
    guesses = random.choice(len(classes), n, p=share / share.sum())
    guesses[: len(classes)] = np.arange(len(classes))
    return classes[codes], classes[np.where(random.rand(n) < 0.5, codes, guesses)]


def quietly(function, *args, **kwargs):
    """Call without warnings, which are worded differently."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)


def same(ours, theirs) -> None:
    """Compare numbers, arrays and tuples with None in them."""
    if isinstance(theirs, tuple):
        assert len(ours) == len(theirs)
        for own, other in zip(ours, theirs, strict=True):
            same(own, other)
    elif theirs is None:
        assert ours is None
    else:
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def having(averages: list) -> list[tuple]:
    """Return each kind of label with the averages it can have."""
    return [
        (kind, average)
        for kind, classes in ENSEMBLES.items()
        for average in averages
        if average != "binary" or len(classes) == 2
    ]


def weigh(seed: int, n: int) -> np.ndarray:
    return np.random.RandomState(seed).randint(1, 5, n)


# ---- Parity ----


@pytest.mark.parametrize(("kind", "average"), having(AVERAGES))
def test_parity_of_sensitivity_and_specificity(kind, average):
    """Each average of each kind of label is imbalanced-learn's."""
    classes = ENSEMBLES[kind]
    for seed in range(30):
        y_true, y_pred = draw(seed, classes)
        chosen = {"average": average}
        if average == "binary":
            chosen["pos_label"] = classes[seed % 2].item()
        for name in (
            "sensitivity_specificity_support",
            "sensitivity_score",
            "specificity_score",
        ):
            ours = getattr(metrics, name)(y_true, y_pred, **chosen)
            same(ours, quietly(getattr(peer, name), y_true, y_pred, **chosen))


@pytest.mark.parametrize(("kind", "average"), having(["multiclass", None, "binary", "micro"]))
def test_parity_of_the_geometric_mean(kind, average):
    """So is the geometric mean, except for the averages of defect 18."""
    classes = ENSEMBLES[kind]
    for seed in range(30):
        y_true, y_pred = draw(seed, classes, 20)
        chosen = {"average": average, "correction": [0, 0.01][seed % 2]}
        if average == "binary":
            chosen["pos_label"] = classes[seed % 2].item()
        ours = quietly(metrics.geometric_mean_score, y_true, y_pred, **chosen)
        same(ours, quietly(peer.geometric_mean_score, y_true, y_pred, **chosen))


@pytest.mark.parametrize("labels", [[2, 0], [1], [0, 1, 2, 9], [9, 2], [9]])
@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted", "multiclass"])
def test_parity_of_some_labels(labels, average, seed):
    """`labels` chooses and orders the classes, those that do not occur too."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    chosen = {"labels": labels, "average": average}
    if average in (None, "micro", "multiclass"):
        same(
            quietly(metrics.geometric_mean_score, y_true, y_pred, **chosen),
            quietly(peer.geometric_mean_score, y_true, y_pred, **chosen),
        )
    if average != "multiclass":
        same(
            quietly(metrics.sensitivity_specificity_support, y_true, y_pred, **chosen),
            quietly(peer.sensitivity_specificity_support, y_true, y_pred, **chosen),
        )


@pytest.mark.parametrize("average", AVERAGES)
def test_parity_of_weighted_sensitivity(average, seed):
    """Sensitivity and support are right with weights there too."""
    y_true, y_pred = draw(seed, ENSEMBLES["numbers"])
    chosen = {"average": average, "sample_weight": np.random.RandomState(seed).rand(40)}
    ours = metrics.sensitivity_specificity_support(y_true, y_pred, **chosen)
    theirs = peer.sensitivity_specificity_support(y_true, y_pred, **chosen)

    same((ours[0], ours[2]), (theirs[0], theirs[2]))


def test_parity_of_classes_not_in_y_true():
    """A class that is only predicted, or never, has the same values."""
    y_true, y_pred = [0, 0, 1, 1, 1], [0, 2, 2, 1, 0]
    for average in (None, "micro", "macro", "weighted"):
        same(
            quietly(metrics.sensitivity_specificity_support, y_true, y_pred, average=average),
            quietly(peer.sensitivity_specificity_support, y_true, y_pred, average=average),
        )
    same(
        quietly(metrics.geometric_mean_score, y_true, y_pred, correction=0.1),
        quietly(peer.geometric_mean_score, y_true, y_pred, correction=0.1),
    )


@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize("alpha", [0.1, 0.5, -0.2])
def test_parity_of_index_balanced_accuracy(squared, alpha, seed):
    """Wrapped metrics of both libraries and of scikit-learn give the same."""
    y_true, y_pred = draw(seed, ENSEMBLES["numbers"])
    ours = metrics.make_index_balanced_accuracy(alpha=alpha, squared=squared)
    theirs = peer.make_index_balanced_accuracy(alpha=alpha, squared=squared)
    for metric in (accuracy_score, jaccard_score, precision_score, recall_score):
        same(ours(metric)(y_true, y_pred), theirs(metric)(y_true, y_pred))
    for average in ("multiclass", None, "binary", "micro"):
        same(
            ours(metrics.geometric_mean_score)(y_true, y_pred, average=average),
            theirs(peer.geometric_mean_score)(y_true, y_pred, average=average),
        )
    same(
        ours(metrics.sensitivity_score)(y_true, y_pred, pos_label=0),
        theirs(peer.sensitivity_score)(y_true, y_pred, pos_label=0),
    )


@pytest.mark.parametrize("kind", ENSEMBLES)
@pytest.mark.parametrize("zero_division", ["warn", 0, 1])
def test_parity_of_the_report(kind, zero_division, seed):
    """The text is the same to the letter, the dict the same in each number."""
    y_true, y_pred = draw(seed, ENSEMBLES[kind], 15)
    for chosen in ({}, {"digits": 4, "alpha": 0.3}, {"labels": list(ENSEMBLES[kind][1:])}):
        options = {**chosen, "zero_division": zero_division}
        ours, theirs = (
            quietly(lib.classification_report_imbalanced, y_true, y_pred, **options)
            for lib in (metrics, peer)
        )
        assert ours == theirs
        ours, theirs = (
            quietly(
                lib.classification_report_imbalanced, y_true, y_pred, output_dict=True, **options
            )
            for lib in (metrics, peer)
        )
        assert list(ours) == list(theirs)
        for name, values in theirs.items():
            assert ours[name] == pytest.approx(values, rel=1e-12)


@pytest.mark.parametrize("zero_division", [0, 1])
def test_parity_of_the_report_of_undefined_values(zero_division):
    """Classes never predicted, or not in y_true, have `zero_division` in the same places."""
    y_true, y_pred = [0, 0, 1, 1, 3], [0, 2, 2, 0, 0]
    texts = [
        quietly(lib.classification_report_imbalanced, y_true, y_pred, zero_division=zero_division)
        for lib in (metrics, peer)
    ]

    assert texts[0] == texts[1]


def test_parity_of_the_macro_averaged_error(seed):
    """With and without weights, where y_true has every class."""
    y_true, y_pred = draw(seed, ENSEMBLES["whole floats"])
    for weight in (None, weigh(seed, 40)):
        same(
            metrics.macro_averaged_mean_absolute_error(y_true, y_pred, sample_weight=weight),
            peer.macro_averaged_mean_absolute_error(y_true, y_pred, sample_weight=weight),
        )


# ---- Where imbalanced-learn is wrong ----


def test_defect_17_weights_are_summed():
    """The peer subtracts weights from a number of rows: a specificity above 1."""
    y_true, y_pred, weight = [0, 0, 1, 1], [0, 1, 1, 1], [1, 2, 3, 4]
    wrong = peer.specificity_score(y_true, y_pred, average=None, sample_weight=weight)
    assert (wrong > 1).any() or (wrong < 0).any()

    right = metrics.specificity_score(y_true, y_pred, average=None, sample_weight=weight)
    np.testing.assert_allclose(right, [1, 1 / 3])
    assert metrics.geometric_mean_score(
        y_true, y_pred, average="binary", sample_weight=weight
    ) == pytest.approx(np.sqrt(1 / 3))


@pytest.mark.parametrize("average", AVERAGES)
def test_defect_17_weighted_scores_stay_within_0_and_1(average, seed):
    """Specificity, G-mean and IBA with any weights; the peer's are not what repeated rows have."""
    y_true, y_pred = draw(seed, ENSEMBLES["numbers"])
    weight = weigh(seed, 40)
    again = np.repeat(y_true, weight), np.repeat(y_pred, weight)
    balanced = metrics.make_index_balanced_accuracy()(metrics.geometric_mean_score)
    theirs = peer.specificity_score(y_true, y_pred, average=average, sample_weight=weight)
    assert not np.allclose(theirs, peer.specificity_score(*again, average=average))

    for metric in (metrics.specificity_score, metrics.geometric_mean_score, balanced):
        values = metric(y_true, y_pred, average=average, sample_weight=weight)
        np.testing.assert_allclose(values, metric(*again, average=average))
        tiny = metric(y_true, y_pred, average=average, sample_weight=weight * 0.01)
        np.testing.assert_allclose(values, tiny)
        assert np.all((np.asarray(tiny) >= 0) & (np.asarray(tiny) <= 1))


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_defect_18_mean_of_geometric_means(average, seed):
    """The peer takes the root of mean sensitivity times mean specificity."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    sen, spe, support = peer.sensitivity_specificity_support(y_true, y_pred)
    weights = support if average == "weighted" else np.ones(3)
    wrong = np.sqrt(np.average(sen, weights=weights) * np.average(spe, weights=weights))
    right = np.average(np.sqrt(sen * spe), weights=weights)
    assert peer.geometric_mean_score(y_true, y_pred, average=average) == pytest.approx(wrong)
    assert wrong != pytest.approx(right)

    assert metrics.geometric_mean_score(y_true, y_pred, average=average) == pytest.approx(right)


def test_defect_27_a_predicted_class_absent_from_y_true():
    """The peer takes the mean of no rows, and fails; there is nothing to be wrong about."""
    y_true, y_pred = [1, 1, 2, 2], [1, 3, 2, 1]
    with pytest.raises(ValueError, match="0 sample"):
        peer.macro_averaged_mean_absolute_error(y_true, y_pred)

    assert metrics.macro_averaged_mean_absolute_error(y_true, y_pred) == 0.75


def test_specificity_without_a_positive_row():
    """Where neither has a positive row, all negatives are spared; the peer says 0."""
    assert peer.specificity_score([0, 0, 0], [0, 0, 0]) == 0

    assert metrics.specificity_score([0, 0, 0], [0, 0, 0]) == 1
    with pytest.warns(UndefinedMetricWarning, match="y_true has no row of the class: 1"):
        assert metrics.sensitivity_score([0, 0, 0], [0, 0, 0]) == 0


# ---- Laws ----

OF_CLASSES = {
    "sensitivity": lambda y, p, **kw: metrics.sensitivity_score(y, p, average=None, **kw),
    "specificity": lambda y, p, **kw: metrics.specificity_score(y, p, average="macro", **kw),
    "geometric mean": metrics.geometric_mean_score,
    "weighted geometric mean": lambda y, p, **kw: metrics.geometric_mean_score(
        y, p, average="weighted", **kw
    ),
    "report": lambda y, p, **kw: metrics.classification_report_imbalanced(
        y, p, as_frame=True, zero_division=0, **kw
    ).to_numpy(),
    "macro error": metrics.macro_averaged_mean_absolute_error,
}


@pytest.mark.parametrize("metric", OF_CLASSES.values(), ids=OF_CLASSES)
def test_weights_equal_repeated_rows(metric, seed):
    """A row of weight 3 is three rows."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    weight = weigh(seed, 40)

    repeated = metric(np.repeat(y_true, weight), np.repeat(y_pred, weight))
    np.testing.assert_allclose(metric(y_true, y_pred, sample_weight=weight), repeated)


@pytest.mark.parametrize("metric", OF_CLASSES.values(), ids=OF_CLASSES)
def test_order_of_rows_says_nothing(metric, seed):
    """Rows in another order have the same metrics."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    order = np.random.RandomState(seed).permutation(40)

    np.testing.assert_array_equal(metric(y_true, y_pred), metric(y_true[order], y_pred[order]))


def test_a_perfect_classifier():
    """All is 1, and the error 0."""
    y = [0, 0, 0, 1, 1, 2]
    balanced = metrics.make_index_balanced_accuracy(alpha=0.7)(metrics.geometric_mean_score)
    for average in (None, "micro", "macro", "weighted", "multiclass"):
        assert np.all(balanced(y, y, average=average) == 1)
        assert np.all(metrics.geometric_mean_score(y, y, average=average) == 1)
    assert metrics.macro_averaged_mean_absolute_error(y, y) == 0


@pytest.mark.parametrize(
    "container",
    [list, np.array, pd.Series, pl.Series, pa.array, lambda y: pd.Series(y, dtype="category")],
)
def test_labels_in_any_container(container):
    """Labels come as they are held."""
    y_true, y_pred = list("aabbb"), list("ababb")

    expected = metrics.geometric_mean_score(np.array(y_true), np.array(y_pred))
    assert metrics.geometric_mean_score(container(y_true), container(y_pred)) == expected


def test_a_class_alone_with_weights_has_no_others():
    """Sums of fractions leave no crumbs that would be divided by."""
    weight = np.random.RandomState(0).rand(3)

    with pytest.warns(UndefinedMetricWarning, match="only rows of the class: 'a'"):
        found = metrics.specificity_score(
            ["a", "a", "a"], ["a", "b", "a"], pos_label="a", sample_weight=weight
        )
    assert found == 0


# ---- The report's forms ----


def test_report_as_a_frame():
    """The frame has the dict's numbers, a row for each class and one for the averages."""
    y_true, y_pred = [0, 0, 0, 1, 1], [0, 1, 0, 1, 0]
    names = ["common", "rare"]
    frame = metrics.classification_report_imbalanced(
        y_true, y_pred, target_names=names, as_frame=True
    )
    report = metrics.classification_report_imbalanced(
        y_true, y_pred, target_names=names, output_dict=True
    )

    assert frame.index.tolist() == [*names, "avg / total"]
    assert frame.columns.tolist() == ["pre", "rec", "spe", "f1", "geo", "iba", "sup"]
    assert frame.loc["rare"].to_dict() == report["rare"]
    assert frame.loc["avg / total", "geo"] == report["avg_geo"]
    assert frame["sup"].tolist() == [3, 2, 5]
    assert report["total_support"] == 5


def test_report_warns_of_undefined_values():
    """Each metric that is undefined says of which class."""
    with pytest.warns(UndefinedMetricWarning) as caught:
        metrics.classification_report_imbalanced([0, 0, 1], [0, 0, 0])
    assert "Precision is undefined, and set to 0, where y_pred has no row of the class: 1." in [
        str(one.message) for one in caught
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metrics.classification_report_imbalanced([0, 0, 1], [0, 0, 0], zero_division=0)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"labels": [7]}, "must occur in y_true; none of 7"),
        ({"labels": []}, "labels must name one class or more"),
        ({"labels": ["a"]}, "labels must be of the type of the classes 0, 1; got 'a'"),
        ({"target_names": ["one"]}, "each of the 2 classes 0, 1; it has 1"),
        ({"target_names": ["x", "x"]}, "'x' repeats"),
        ({"digits": -1}, "digits must be a whole number of 0 or more; got -1"),
        ({"alpha": np.nan}, "alpha must be a finite number; got nan"),
        ({"zero_division": 2}, "zero_division must be 'warn', 0 or 1; got 2"),
        ({"zero_division": "no"}, "zero_division must be 'warn', 0 or 1; got 'no'"),
        ({"output_dict": True, "as_frame": True}, "both output_dict and as_frame"),
    ],
)
def test_report_errors(chosen, words):
    with pytest.raises(InputError, match=words):
        metrics.classification_report_imbalanced([0, 0, 1], [0, 1, 1], **chosen)


# ---- Bad input ----


@pytest.mark.parametrize(
    ("y_true", "y_pred", "chosen", "words"),
    [
        ([0, 1], [0], {}, "y_true has 2, y_pred has 1"),
        ([], [], {}, "one row or more; y_true is empty"),
        ([0, 1], [0, 1], {"sample_weight": [1]}, "each of the 2 rows; its shape is \\(1,\\)"),
        ([0, 1], [0, 1], {"sample_weight": [1, -2]}, "0 or more; it holds -2"),
        ([0, 1], [0, 1], {"sample_weight": [1, np.nan]}, "0 or more; it holds nan"),
        ([0, 1], [0, 1], {"sample_weight": [0, 0]}, "all are 0"),
        ([0, 1], [0, 1], {"sample_weight": ["x", "y"]}, "sample_weight must hold a number"),
        ([0, 1], [0, 1], {"pos_label": 2}, "one of the classes 0, 1; got 2"),
        (["a", "a"], ["a", "a"], {}, "one of the classes 'a'; got 1"),
        ([0, 1, 2], [0, 1, 1], {}, "average='binary' needs two classes; .* have 3: 0, 1, 2"),
        ([0, 1], [0, 1], {"average": "samples"}, "'samples' has no meaning"),
        ([0, 1], [0, 1], {"average": "mean"}, "average must be None, .* got 'mean'"),
    ],
)
def test_metric_errors(y_true, y_pred, chosen, words):
    with pytest.raises(InputError, match=words):
        metrics.sensitivity_score(y_true, y_pred, **chosen)


def test_label_errors():
    """Scores, missing labels and labels of two types are no classes."""
    with pytest.raises(LabelError, match="y_pred must hold a class for each row"):
        metrics.sensitivity_score([0, 1], [0.2, 0.7])
    with pytest.raises(LabelError, match="y_true must hold a class for each row"):
        metrics.sensitivity_score([0, np.nan], [0, 1])
    with pytest.raises(LabelError, match="labels of one type; y_true holds such as 0, .* 'a'"):
        metrics.sensitivity_score([0, 1], ["a", "b"])
    with pytest.raises(LabelError, match="classes that are numbers; .* such as 'a'"):
        metrics.macro_averaged_mean_absolute_error(["a", "b"], ["a", "a"])
    with pytest.raises(InputError, match="correction must be a finite number of 0 or more; got -1"):
        metrics.geometric_mean_score([0, 1], [0, 1], correction=-1)


def test_a_positive_label_that_changes_nothing():
    with pytest.warns(CounterpoiseWarning, match=r"set labels=\[0\]"):
        metrics.sensitivity_score([0, 1], [0, 1], pos_label=0, average="macro")


def test_index_balanced_accuracy_errors():
    """Scores have no sensitivity."""
    with pytest.raises(InputError, match="'brier_score_loss' takes y_true, y_proba"):
        metrics.make_index_balanced_accuracy()(brier_score_loss)
    with pytest.raises(InputError, match="alpha must be a finite number; got 'x'"):
        metrics.make_index_balanced_accuracy(alpha="x")
    with pytest.raises(InputError, match="squared must be True or False; got 2"):
        metrics.make_index_balanced_accuracy(squared=2)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64, np.float32, bool])
def test_labels_of_any_number_type(dtype, seed):
    """Narrow types do not overflow, far labels are classes too."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    expected = metrics.geometric_mean_score(y_true > 0, y_pred > 0)

    assert expected == metrics.geometric_mean_score(
        (y_true > 0).astype(dtype), (y_pred > 0).astype(np.int16)
    )
    far = np.array([-100, 0, 120], np.int8)
    values = metrics.sensitivity_score(far[y_true], far[y_pred], average=None)
    np.testing.assert_array_equal(values, metrics.sensitivity_score(y_true, y_pred, average=None))
