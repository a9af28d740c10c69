"""Audit of synthetic samples: each measurement equals a plain computation."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification
from sklearn.neighbors import NearestNeighbors

from counterpoise.audit import synthetic_samples
from counterpoise.exceptions import FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE, SMOTENC, RandomOverSampler
from counterpoise.under_sampling import RandomUnderSampler


def make_data(seed):
    return make_classification(300, 5, n_redundant=0, weights=[0.8], random_state=seed)


def test_measurements_equal_scikit_learn(seed):
    """Neighbors, distances, moments and correlations equal those of scikit-learn and NumPy."""
    X, y = make_data(seed)
    X_after, y_after = SMOTE(random_state=seed).fit_resample(X, y)
    audit = synthetic_samples((X, y), (X_after, y_after)).classes[0]
    original, synthetic, after = X[y == 1], X_after[len(X) :], X_after[y_after == 1]
    scale = X.std(axis=0)
    nearest = NearestNeighbors(n_neighbors=1).fit(X / scale).kneighbors(synthetic / scale)[1][:, 0]
    closest = NearestNeighbors(n_neighbors=1).fit(original / scale)
    change = np.abs(np.corrcoef(after.T) - np.corrcoef(original.T)).max()

    assert (audit.label, audit.n_original, audit.n_synthetic) == (1, len(original), len(synthetic))
    assert audit.other_class_rate == (y[nearest] != 1).mean()
    distances = closest.kneighbors(synthetic / scale)[0]
    assert audit.nearest_distance == pytest.approx(np.median(distances))
    among_original = closest.kneighbors()[0]
    assert audit.nearest_distance_original == pytest.approx(np.median(among_original))
    assert audit.close_rate == (distances < np.quantile(among_original, 0.05)).mean()
    assert [c.mean_before for c in audit.columns] == pytest.approx(original.mean(axis=0))
    assert [c.variance_after for c in audit.columns] == pytest.approx(after.var(axis=0))
    assert audit.correlation_change == pytest.approx(change)
    assert not audit.out_of_range
    assert audit.n_duplicates == 0


@pytest.mark.costly
def test_sampler_equals_its_output(seed):
    """A sampler is cloned, and its output has the same measurements, apart from validity."""
    X, y = make_data(seed)
    sampler = SMOTE(random_state=seed)
    report = synthetic_samples((X, y), sampler, n_splits=1)
    of_output = synthetic_samples((X, y), sampler.fit_resample(X, y))
    without = replace(report.classes[0], validity=None)

    assert report.classes[0].validity is not None
    assert repr(without) == repr(of_output.classes[0])
    assert report.n_synthetic == sampler.provenance_.is_synthetic.sum()


@pytest.mark.costly
def test_random_oversampling_gives_duplicates(seed):
    """Random oversampling gives synthetic rows that are duplicates."""
    X, y = make_data(seed)
    audit = synthetic_samples((X, y), RandomOverSampler(random_state=seed), n_splits=1).classes[0]

    assert audit.n_duplicates == audit.n_synthetic == (y == 0).sum() - (y == 1).sum()
    assert audit.nearest_distance == 0


def test_removed_rows_are_counted(seed):
    X, y = make_data(seed)
    report = synthetic_samples((X, y), RandomUnderSampler(random_state=seed))

    assert report.n_synthetic == 0
    assert report.classes == ()
    assert [finding.code for finding in report.findings] == ["synthetic-none"]
    assert report.n_removed == (y == 0).sum() - (y == 1).sum()


@pytest.mark.costly
def test_order_of_the_rows_after_does_not_matter(seed):
    X, y = make_data(seed)
    X_after, y_after = RandomOverSampler(random_state=seed).fit_resample(X, y)
    order = np.random.RandomState(seed).permutation(len(X_after))
    expected = synthetic_samples((X, y), (X_after, y_after)).classes[0]
    shuffled = synthetic_samples((X, y), (X_after[order], y_after[order])).classes[0]

    assert shuffled.n_duplicates == expected.n_duplicates


def test_unusual_values_are_counted_by_column():
    """Counts values out of range, categories that the class does not have, and fractions."""
    before = pd.DataFrame(
        {
            "size": [1.0, 2, 3, 4, 5, 6],
            "part": [0.5, 0.1, 0.2, 0.3, 0.4, 0.6],
            "kind": list("aabbbb"),
        }
    )
    synthetic = pd.DataFrame({"size": [1.5, 9.0], "part": [0.1, 0.1], "kind": ["a", "b"]})
    after = pd.concat([before, synthetic], ignore_index=True)
    report = synthetic_samples((before, list("yynnnn")), (after, list("yynnnnyy")))
    audit = report.classes[0]

    assert audit.out_of_range == (("size", 1),)
    assert audit.new_categories == (("kind", 1),)
    assert audit.non_integer == (("size", 1),)
    assert {finding.code for finding in report.findings} >= {
        "synthetic-out-of-range",
        "synthetic-new-categories",
        "synthetic-non-integer",
    }


@pytest.mark.costly
def test_near_duplicates(seed):
    X, y = make_data(seed)
    near = X[y == 1] + 1e-9
    after = np.vstack([X, near]), np.r_[y, np.ones(len(near), int)]
    audit = synthetic_samples((X, y), after).classes[0]

    assert audit.n_near_duplicates == audit.n_synthetic == len(near)


@pytest.mark.costly
def test_categorical_and_missing_values(seed):
    rng = np.random.RandomState(seed)
    X = pd.DataFrame({"a": rng.normal(size=80), "b": rng.choice(list("xyz"), 80)})
    X.loc[::7, "a"] = np.nan
    y = np.repeat(["many", "few"], [60, 20])
    report = synthetic_samples((X, y), SMOTENC(random_state=seed), n_splits=2)

    assert report.n_synthetic == 40
    assert np.isfinite(report.classes[0].nearest_distance)
    assert 0 <= report.classes[0].validity.invalid_rate.value <= 1


@pytest.mark.costly
def test_report_as_text_json_and_html(seed):
    X, y = make_data(seed)
    labels = np.where(y == 1, "<i>", "n")
    report = synthetic_samples((X, labels), RandomOverSampler(random_state=seed), n_splits=1)
    plain = json.loads(report.to_json())

    assert plain["n_synthetic"] == report.n_synthetic
    assert plain["classes"][0]["label"] == "<i>"
    assert set(plain["classes"][0]["validity"]["invalid_rate"]) == {"value", "low", "high"}
    assert "- caution (synthetic-duplicates): Class '<i>': " in str(report)
    assert "<i>" not in report._repr_html_()
    assert "<i>" not in report.to_html()


def test_every_finding_is_explained():
    root = Path(__file__).parent.parent
    source = (root / "src/counterpoise/audit/_synthetic_findings.py").read_text()
    found = set(re.findall(r'"(synthetic-[a-z-]+)"', source))
    found |= {"leakage-duplicates", "leakage-interpolation"}
    document = (root / "docs/findings.md").read_text()

    assert len(found) >= 10
    assert found <= set(re.findall(r"^### ([a-z-]+)$", document, re.MULTILINE))


@pytest.mark.parametrize(
    ("before", "after", "error", "message"),
    [
        ([[1.0]], ([[1.0]], [1]), InputError, "before must be a tuple"),
        (([[1.0], [2.0]], [0, 1]), 3, InputError, "or a sampler; got int"),
        (
            (pd.DataFrame({"a": [1.0, 2.0]}), [0, 1]),
            (pd.DataFrame({"b": [1.0, 2.0]}), [0, 1]),
            InputError,
            "X before and X after have different columns: only X before has 'a'",
        ),
        (
            ([[1.0], [2.0]], [0, 1]),
            ([[1.0], [5.0]], [0, 2]),
            InputError,
            "Class 2 is in the table after resampling",
        ),
        (
            (pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2020-01-02"])}), [0, 1]),
            (pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2020-01-02"])}), [0, 1]),
            FeatureTypeError,
            "measures distances",
        ),
    ],
)
def test_errors(before, after, error, message):
    with pytest.raises(error, match=message):
        synthetic_samples(before, after)
