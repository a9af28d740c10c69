"""Mislabeled rows: planted errors are found, true labels are not reported, and rows are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import counterpoise
from counterpoise.profile import LabelErrors
from counterpoise.profile._label_errors import plant_errors, select_suspects


def draw_probabilities(seed: int, n: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw calibrated probabilities of two classes, and labels that follow them."""
    rng = np.random.RandomState(seed)
    positive = 1 / (1 + np.exp(-spread * rng.normal(size=n) + 1))
    return np.column_stack([1 - positive, positive]), (rng.random_sample(n) < positive).astype(int)


def make_classes(seed: int, n: int = 600) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw two normal classes that hardly overlap, a quarter of the rows in the second."""
    rng = np.random.RandomState(seed)
    y = (np.arange(n) % 4 == 0).astype(int)
    return pd.DataFrame(rng.normal(size=(n, 4)) + 2.5 * y[:, None], columns=list("abcd")), y


def mislabel(y: np.ndarray, share: float, seed: int) -> np.ndarray:
    rows = np.random.RandomState(seed + 1).choice(len(y), round(share * len(y)), replace=False)
    labels = y.copy()
    labels[rows] = 1 - y[rows]
    return labels


# ---- Selection by thresholds ----


def test_true_labels_are_hardly_ever_suspected(seed: int) -> None:
    """Overlap alone gives few suspects: less than 2% of the rows."""
    for spread in (2, 4, 8):
        probabilities, labels = draw_probabilities(seed, 5000, spread)
        assert select_suspects(probabilities, labels).mean() < 0.02


def test_wrong_labels_are_suspected(seed: int) -> None:
    """Of 5% wrong labels, some are found at least, and most suspects are wrong."""
    probabilities, y = draw_probabilities(seed, 10_000, 10)
    labels = mislabel(y, 0.05, seed)
    suspected = select_suspects(probabilities, labels)
    is_wrong = labels != y
    assert (suspected & is_wrong).sum() > 0.1 * is_wrong.sum()
    assert (suspected & is_wrong).sum() > 0.65 * suspected.sum()


def test_a_suspect_is_always_contradicted(seed: int) -> None:
    """The predicted class of a suspect is another one than its label."""
    probabilities, y = draw_probabilities(seed, 2000, 6)
    labels = mislabel(y, 0.1, seed)
    suspected = select_suspects(probabilities, labels)
    assert suspected.any()
    assert (probabilities.argmax(axis=1) != labels)[suspected].all()


def test_planted_errors_are_a_tenth_of_each_class(seed: int) -> None:
    """Wrong labels of a class: a tenth of its rows, or of all others if these are fewer."""
    codes = np.repeat([0, 1, 2], [700, 200, 60])
    changed = plant_errors(codes, np.random.RandomState(seed))
    planted = np.bincount(changed[changed != codes])
    assert planted.tolist() == [26, 20, 6]


# ---- The profile ----


def test_suspects_of_a_table(seed: int) -> None:
    """The rows are those that were mislabeled, the smallest class first, the clearest first."""
    X, y = make_classes(seed, 2000)
    labels = mislabel(y, 0.05, seed)
    errors = counterpoise.inspect(X, np.array(["no", "yes"])[labels]).label_errors
    rows = np.array([suspect.row for suspect in errors.suspects])
    assert errors.is_conclusive
    assert len(rows) >= 5
    assert (labels != y)[rows].mean() > 0.6
    for suspect in errors.suspects:
        assert suspect.label == ("no", "yes")[labels[suspect.row]] != suspect.predicted
        assert suspect.probability > suspect.label_probability
    order = [
        (suspect.label != "yes", suspect.label_probability - suspect.probability)
        for suspect in errors.suspects
    ]
    assert order == sorted(order)


def test_the_test_counts_planted_errors() -> None:
    X, y = make_classes(0)
    errors = counterpoise.inspect(X, y).label_errors
    assert 0 < errors.n_found <= errors.n_planted
    assert errors.n_planted % 30 == 0  # two classes, a tenth of 150 rows each
    assert len(errors.suspects) <= 3  # of 600 rows


def test_half_of_the_suspects_must_be_planted_and_a_quarter_found() -> None:
    assert LabelErrors((), 60, 20, 20).is_conclusive
    assert not LabelErrors((), 60, 20, 21).is_conclusive
    assert not LabelErrors((), 60, 0, 0).is_conclusive
    assert LabelErrors((), 60, 15, 0).is_conclusive
    assert not LabelErrors((), 60, 14, 0).is_conclusive


def test_labels_without_relation_to_the_features_are_not_suspected(seed: int) -> None:
    """Where nothing can be learned, labels cannot be called wrong."""
    rng = np.random.RandomState(seed)
    errors = counterpoise.inspect(rng.normal(size=(400, 5)), np.arange(400) % 3 == 0).label_errors
    assert not errors.is_conclusive
    assert errors.suspects == ()


def test_a_column_that_leaks_the_label_does_not_hide_errors() -> None:
    """The label itself, as a column, confirms every wrong label; it takes no part."""
    X, y = make_classes(0)
    labels = mislabel(y, 0.05, 0)
    expected = counterpoise.inspect(X, labels).label_errors
    leaking = X.assign(leak=labels, id=np.random.RandomState(0).permutation(len(y)))
    assert counterpoise.inspect(leaking, labels).label_errors == expected
    assert expected.suspects


def test_small_classes_are_left_out_and_row_numbers_stay() -> None:
    X, y = make_classes(0)
    labels = mislabel(y, 0.05, 0)
    expected = [suspect.row for suspect in counterpoise.inspect(X, labels).label_errors.suspects]
    longer = pd.concat([X.iloc[:5], X], ignore_index=True)
    profile = counterpoise.inspect(longer, np.r_[np.full(5, 2), labels])
    assert [suspect.row - 5 for suspect in profile.label_errors.suspects] == expected


@pytest.mark.parametrize("labels", [np.arange(600) % 11, np.arange(600) >= 595])
def test_classes_that_cannot_be_learned(labels: np.ndarray) -> None:
    """More than ten classes, or a single one of ten rows or more, are not examined."""
    X, _ = make_classes(0)
    profile = counterpoise.inspect(X, labels)
    assert profile.label_errors is None
    assert "mislabeled" not in str(profile)


def test_categories_and_missing_values_are_read() -> None:
    X, y = make_classes(0)
    labels = mislabel(y, 0.05, 0)
    rng = np.random.RandomState(0)
    mixed = X.assign(
        a=np.where(X["a"] > 1, "high", "low"), b=X["b"].mask(rng.random_sample(len(y)) < 0.1)
    )
    for table in (mixed, mixed.to_numpy(object), mixed.to_numpy(object).tolist()):
        errors = counterpoise.inspect(table, labels).label_errors
        rows = [suspect.row for suspect in errors.suspects]
        assert (labels != y)[rows].mean() > 0.6


def test_finding_and_text() -> None:
    X, y = make_classes(0)
    profile = counterpoise.inspect(X, mislabel(y, 0.05, 0))
    finding = next(one for one in profile.findings if one.code == "label-errors")
    errors = profile.label_errors
    assert finding.severity == "caution"
    assert f"{len(errors.suspects)} rows are probably mislabeled" in finding.sentence
    assert f"{errors.n_found} of {errors.n_planted} labels" in finding.sentence
    assert f"Probably mislabeled rows: {len(errors.suspects)}" in str(profile)
    assert len(profile.to_dict()["label_errors"]["suspects"]) == len(errors.suspects)


# ---- What suspicious columns contribute ----


def test_contributions_are_measured_for_suspicious_columns_only() -> None:
    """The baseline has none of them, so that two leaks do not hide each other."""
    rng = np.random.RandomState(0)
    y = np.arange(400) % 5 == 0
    X = pd.DataFrame(rng.normal(size=(400, 3)) + 0.5 * y[:, None], columns=list("abc"))
    assert counterpoise.inspect(X, y).contributions == ()
    leaking = X.assign(leak=y * 1.0, twin=y * 2.0, id=rng.permutation(400) + 1000)
    profile = counterpoise.inspect(leaking, y)
    leak, twin, identifier = profile.contributions
    assert (leak.name, twin.name, identifier.name) == ("leak", "twin", "id")
    assert leak.average_precision == twin.average_precision == 1
    assert 0.2 < leak.baseline == identifier.baseline < 0.9
    assert abs(identifier.average_precision - identifier.baseline) < 0.15
    sentences = {finding.code: finding.sentence for finding in profile.findings}
    assert (
        f"{leak.baseline:.3f} without such columns, 1.000 with 'leak'"
        in sentences["column-separates"]
    )
    assert "with 'id'" in sentences["identifier"]


def test_a_table_of_suspicious_columns_only() -> None:
    """Without other features, the baseline is the no-skill level."""
    y = np.arange(100) % 4 == 0
    profile = counterpoise.inspect(pd.DataFrame({"leak": y * 1.5}), y)
    assert profile.contributions[0].baseline == pytest.approx(0.25)
    assert profile.label_errors is None
