"""Metrics of predicted classes: parity with imbalanced-learn, its defects, and properties."""

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
from counterpoise.exceptions import CounterpoiseWarning, InputError, TargetError

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
    """Draw true and predicted labels; about half are correct, and each class occurs in both."""
    rng = np.random.RandomState(seed)
    share = np.arange(len(classes), 0, -1) ** 2.0
    codes = rng.choice(len(classes), n, p=share / share.sum())
    codes[: len(classes)] = np.arange(len(classes))
    guesses = rng.choice(len(classes), n, p=share / share.sum())
    guesses[: len(classes)] = np.arange(len(classes))
    return classes[codes], classes[np.where(rng.rand(n) < 0.5, codes, guesses)]


def quietly(function, *args, **kwargs):
    """Call a function and ignore its warnings, whose text differs between the libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)


def same(ours, theirs) -> None:
    """Compare numbers, arrays, and tuples that can contain None."""
    if isinstance(theirs, tuple):
        assert len(ours) == len(theirs)
        for our, their in zip(ours, theirs, strict=True):
            same(our, their)
    elif theirs is None:
        assert ours is None
    else:
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def having(averages: list) -> list[tuple]:
    """Return the label types with the averages that they support."""
    return [
        (kind, average)
        for kind, classes in ENSEMBLES.items()
        for average in averages
        if average != "binary" or len(classes) == 2
    ]


def draw_weights(seed: int, n: int) -> np.ndarray:
    return np.random.RandomState(seed).randint(1, 5, n)


# ---- Parity ----


@pytest.mark.parametrize(("kind", "average"), having(AVERAGES))
def test_parity_of_sensitivity_and_specificity(kind, average):
    """Values are those of imbalanced-learn for all averages and label types."""
    classes = ENSEMBLES[kind]
    for seed in range(10):
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
    """Values are those of imbalanced-learn, except for the averages of defect 18."""
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
    """`labels` selects and orders the classes, including classes that do not occur."""
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
    """Sensitivity and support with weights are those of imbalanced-learn."""
    y_true, y_pred = draw(seed, ENSEMBLES["numbers"])
    chosen = {"average": average, "sample_weight": np.random.RandomState(seed).rand(40)}
    ours = metrics.sensitivity_specificity_support(y_true, y_pred, **chosen)
    theirs = peer.sensitivity_specificity_support(y_true, y_pred, **chosen)

    same((ours[0], ours[2]), (theirs[0], theirs[2]))


def test_parity_of_classes_not_in_y_true():
    """Values are equal for classes that occur only in y_pred or only in y_true."""
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
    """The decorator gives the same values for metrics of each library and of scikit-learn."""
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
    """The text is identical, and so are the numbers in the dict."""
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
    """`zero_division` replaces the same values for classes absent from y_true or y_pred."""
    y_true, y_pred = [0, 0, 1, 1, 3], [0, 2, 2, 0, 0]
    texts = [
        quietly(lib.classification_report_imbalanced, y_true, y_pred, zero_division=zero_division)
        for lib in (metrics, peer)
    ]

    assert texts[0] == texts[1]


def test_parity_of_the_macro_averaged_error(seed):
    """Values are equal with and without weights if y_true has every class."""
    y_true, y_pred = draw(seed, ENSEMBLES["whole floats"])
    for weight in (None, draw_weights(seed, 40)):
        same(
            metrics.macro_averaged_mean_absolute_error(y_true, y_pred, sample_weight=weight),
            peer.macro_averaged_mean_absolute_error(y_true, y_pred, sample_weight=weight),
        )


# ---- Defects of imbalanced-learn ----


def test_defect_17_weights_are_summed():
    """imbalanced-learn subtracts weights from a number of samples: specificity exceeds 1."""
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
    """Weights give the values of duplicated samples, which imbalanced-learn's do not."""
    y_true, y_pred = draw(seed, ENSEMBLES["numbers"])
    weight = draw_weights(seed, 40)
    duplicated = np.repeat(y_true, weight), np.repeat(y_pred, weight)
    balanced = metrics.make_index_balanced_accuracy()(metrics.geometric_mean_score)
    theirs = peer.specificity_score(y_true, y_pred, average=average, sample_weight=weight)
    assert not np.allclose(theirs, peer.specificity_score(*duplicated, average=average))

    for metric in (metrics.specificity_score, metrics.geometric_mean_score, balanced):
        values = metric(y_true, y_pred, average=average, sample_weight=weight)
        np.testing.assert_allclose(values, metric(*duplicated, average=average))
        scaled = metric(y_true, y_pred, average=average, sample_weight=weight * 0.01)
        np.testing.assert_allclose(values, scaled)
        assert np.all((np.asarray(scaled) >= 0) & (np.asarray(scaled) <= 1))


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_defect_18_mean_of_geometric_means(average, seed):
    """imbalanced-learn uses the geometric mean of mean sensitivity and mean specificity."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    sen, spe, support = peer.sensitivity_specificity_support(y_true, y_pred)
    weights = support if average == "weighted" else np.ones(3)
    wrong = np.sqrt(np.average(sen, weights=weights) * np.average(spe, weights=weights))
    right = np.average(np.sqrt(sen * spe), weights=weights)
    assert peer.geometric_mean_score(y_true, y_pred, average=average) == pytest.approx(wrong)
    assert wrong != pytest.approx(right)

    assert metrics.geometric_mean_score(y_true, y_pred, average=average) == pytest.approx(right)


def test_defect_27_a_predicted_class_absent_from_y_true():
    """imbalanced-learn fails with a mean of no samples; here the class has no error."""
    y_true, y_pred = [1, 1, 2, 2], [1, 3, 2, 1]
    with pytest.raises(ValueError, match="0 sample"):
        peer.macro_averaged_mean_absolute_error(y_true, y_pred)

    assert metrics.macro_averaged_mean_absolute_error(y_true, y_pred) == 0.75


def test_specificity_without_a_positive_row():
    """Specificity is 1 without positives in y_true and y_pred; imbalanced-learn returns 0."""
    assert peer.specificity_score([0, 0, 0], [0, 0, 0]) == 0

    assert metrics.specificity_score([0, 0, 0], [0, 0, 0]) == 1
    with pytest.warns(UndefinedMetricWarning, match="y_true has no samples of class 1"):
        assert metrics.sensitivity_score([0, 0, 0], [0, 0, 0]) == 0


# ---- Properties ----

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
def test_weights_equal_duplicated_samples(metric, seed):
    """A weight of 3 has the effect of three copies of the sample."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    weight = draw_weights(seed, 40)

    expected = metric(np.repeat(y_true, weight), np.repeat(y_pred, weight))
    np.testing.assert_allclose(metric(y_true, y_pred, sample_weight=weight), expected)


@pytest.mark.parametrize("metric", OF_CLASSES.values(), ids=OF_CLASSES)
def test_order_of_samples_is_irrelevant(metric, seed):
    """Metrics do not change if the samples are permuted."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    order = np.random.RandomState(seed).permutation(40)

    np.testing.assert_array_equal(metric(y_true, y_pred), metric(y_true[order], y_pred[order]))


def test_perfect_predictions():
    """All scores are 1, and the error is 0."""
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
    """Labels can be in any container."""
    y_true, y_pred = list("aabbb"), list("ababb")

    expected = metrics.geometric_mean_score(np.array(y_true), np.array(y_pred))
    assert metrics.geometric_mean_score(container(y_true), container(y_pred)) == expected


def test_weighted_specificity_of_a_single_class_is_undefined():
    """Rounding of summed weights does not give a tiny denominator instead of 0."""
    weight = np.random.RandomState(0).rand(3)

    with pytest.warns(UndefinedMetricWarning, match="only samples of class 'a'"):
        specificity = metrics.specificity_score(
            ["a", "a", "a"], ["a", "b", "a"], pos_label="a", sample_weight=weight
        )
    assert specificity == 0


# ---- Formats of the report ----


def test_report_as_a_frame():
    """The DataFrame has the numbers of the dict: one row per class and one for averages."""
    y_true, y_pred = [0, 0, 0, 1, 1], [0, 1, 0, 1, 0]
    names = ["majority", "minority"]
    frame = metrics.classification_report_imbalanced(
        y_true, y_pred, target_names=names, as_frame=True
    )
    report = metrics.classification_report_imbalanced(
        y_true, y_pred, target_names=names, output_dict=True
    )

    assert frame.index.tolist() == [*names, "avg / total"]
    assert frame.columns.tolist() == ["pre", "rec", "spe", "f1", "geo", "iba", "sup"]
    assert frame.loc["minority"].to_dict() == report["minority"]
    assert frame.loc["avg / total", "geo"] == report["avg_geo"]
    assert frame["sup"].tolist() == [3, 2, 5]
    assert report["total_support"] == 5


def test_report_warns_of_undefined_values():
    """The warning for an undefined metric names the class."""
    with pytest.warns(UndefinedMetricWarning) as caught:
        metrics.classification_report_imbalanced([0, 0, 1], [0, 0, 0])
    assert "Precision is undefined and set to 0, because y_pred has no samples of class 1." in [
        str(warning.message) for warning in caught
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metrics.classification_report_imbalanced([0, 0, 1], [0, 0, 0], zero_division=0)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"labels": [7]}, "must occur in y_true; none of 7"),
        ({"labels": []}, "labels is empty. Pass at least one class"),
        ({"labels": ["a"]}, "labels must have the same type as the classes 0, 1; got 'a'"),
        ({"target_names": ["one"]}, "each of the 2 classes 0, 1; it has 1"),
        ({"target_names": ["x", "x"]}, "must be unique; duplicates: 'x'"),
        ({"digits": -1}, "digits must be an integer of at least 0; got -1"),
        ({"alpha": np.nan}, "alpha must be a finite number; got nan"),
        ({"zero_division": 2}, "zero_division must be 'warn', 0 or 1; got 2"),
        ({"zero_division": "no"}, "zero_division must be 'warn', 0 or 1; got 'no'"),
        (
            {"output_dict": True, "as_frame": True},
            "output_dict=True and as_frame=True exclude each other",
        ),
    ],
)
def test_report_errors(chosen, words):
    with pytest.raises(InputError, match=words):
        metrics.classification_report_imbalanced([0, 0, 1], [0, 1, 1], **chosen)


# ---- Invalid input ----


@pytest.mark.parametrize(
    ("y_true", "y_pred", "chosen", "words"),
    [
        ([0, 1], [0], {}, "y_true has 2, y_pred has 1"),
        ([], [], {}, "y_true is empty. Pass at least one sample"),
        ([0, 1], [0, 1], {"sample_weight": [1]}, "each of the 2 samples; its shape is \\(1,\\)"),
        ([0, 1], [0, 1], {"sample_weight": [1, -2]}, "at least 0; it holds -2"),
        ([0, 1], [0, 1], {"sample_weight": [1, np.nan]}, "at least 0; it holds nan"),
        ([0, 1], [0, 1], {"sample_weight": [0, 0]}, "all weights are 0"),
        (
            [0, 1],
            [0, 1],
            {"sample_weight": ["x", "y"]},
            "sample_weight must hold one number per sample",
        ),
        ([0, 1], [0, 1], {"pos_label": 2}, "one of the classes 0, 1; got 2"),
        (["a", "a"], ["a", "a"], {}, "one of the classes 'a'; got 1"),
        ([0, 1, 2], [0, 1, 1], {}, "average='binary' needs two classes; .* have 3: 0, 1, 2"),
        ([0, 1], [0, 1], {"average": "samples"}, "'samples' is not available"),
        ([0, 1], [0, 1], {"average": "mean"}, "average must be None, .* got 'mean'"),
    ],
)
def test_metric_errors(y_true, y_pred, chosen, words):
    with pytest.raises(InputError, match=words):
        metrics.sensitivity_score(y_true, y_pred, **chosen)


def test_label_errors():
    """Scores, missing labels and labels of mixed types are refused."""
    with pytest.raises(TargetError, match="y_pred must hold one class label per sample"):
        metrics.sensitivity_score([0, 1], [0.2, 0.7])
    with pytest.raises(TargetError, match="y_true must hold one class label per sample"):
        metrics.sensitivity_score([0, np.nan], [0, 1])
    with pytest.raises(
        TargetError, match="labels of the same type; y_true contains 0 and y_pred contains 'a'"
    ):
        metrics.sensitivity_score([0, 1], ["a", "b"])
    with pytest.raises(TargetError, match="needs numeric classes; .* holds 'a'"):
        metrics.macro_averaged_mean_absolute_error(["a", "b"], ["a", "a"])
    with pytest.raises(
        InputError, match="correction must be a finite number of at least 0; got -1"
    ):
        metrics.geometric_mean_score([0, 1], [0, 1], correction=-1)


def test_warning_for_an_ignored_pos_label():
    with pytest.warns(CounterpoiseWarning, match=r"use labels=\[pos_label\] .* labels=\[0\]"):
        metrics.sensitivity_score([0, 1], [0, 1], pos_label=0, average="macro")


def test_index_balanced_accuracy_errors():
    """Metrics of scores are refused, and so are invalid parameters."""
    with pytest.raises(InputError, match="'brier_score_loss' takes y_true, y_proba"):
        metrics.make_index_balanced_accuracy()(brier_score_loss)
    with pytest.raises(InputError, match="alpha must be a finite number; got 'x'"):
        metrics.make_index_balanced_accuracy(alpha="x")
    with pytest.raises(InputError, match="squared must be True or False; got 2"):
        metrics.make_index_balanced_accuracy(squared=2)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64, np.float32, bool])
def test_labels_of_any_number_type(dtype, seed):
    """Small integer types do not overflow."""
    y_true, y_pred = draw(seed, ENSEMBLES["three"])
    expected = metrics.geometric_mean_score(y_true > 0, y_pred > 0)

    assert expected == metrics.geometric_mean_score(
        (y_true > 0).astype(dtype), (y_pred > 0).astype(np.int16)
    )
    distant = np.array([-100, 0, 120], np.int8)
    values = metrics.sensitivity_score(distant[y_true], distant[y_pred], average=None)
    np.testing.assert_array_equal(values, metrics.sensitivity_score(y_true, y_pred, average=None))
