"""What made rows are like: each measure against a plain computation."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.datasets import make_classification
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from counterpoise.audit import made_rows
from counterpoise.audit._two_sample import _rank_sum
from counterpoise.exceptions import ColumnKindError, InputError
from counterpoise.over_sampling import SMOTE, SMOTENC, RandomOverSampler
from counterpoise.under_sampling import RandomUnderSampler


def table_of(seed):
    return make_classification(300, 5, n_redundant=0, weights=[0.8], random_state=seed)


def test_measures_equal_plain_ones(seed):
    """Intrusion, distances, moments and correlations are those of scikit-learn and numpy."""
    X, y = table_of(seed)
    X_made, y_made = SMOTE(random_state=seed).fit_resample(X, y)
    facts = made_rows((X, y), (X_made, y_made)).classes[0]
    real, new, after = X[y == 1], X_made[len(X) :], X_made[y_made == 1]
    scale = np.vstack([X, X_made]).std(axis=0)
    nearest = NearestNeighbors(n_neighbors=1).fit(X / scale).kneighbors(new / scale)[1][:, 0]
    closest = NearestNeighbors(n_neighbors=1).fit(real / scale)
    change = np.abs(np.corrcoef(after.T) - np.corrcoef(real.T)).max()

    assert (facts.label, facts.n_before, facts.n_made) == (1, len(real), len(new))
    assert facts.intrusion == (y[nearest] != 1).mean()
    assert facts.distance == pytest.approx(np.median(closest.kneighbors(new / scale)[0]))
    assert facts.distance_before == pytest.approx(np.median(closest.kneighbors()[0]))
    assert [c.mean_before for c in facts.columns] == pytest.approx(real.mean(axis=0))
    assert [c.variance_after for c in facts.columns] == pytest.approx(after.var(axis=0))
    assert facts.correlation_change == pytest.approx(change)
    assert not facts.outside
    assert facts.n_copies == 0


@pytest.mark.costly
def test_sampler_equals_its_output(seed):
    """A sampler stands for what it makes of the rows before, and stays as it was."""
    X, y = table_of(seed)
    sampler = SMOTE(random_state=seed)
    report = made_rows((X, y), sampler)

    assert report.to_json() == made_rows((X, y), sampler.fit_resample(X, y)).to_json()
    assert report.n_made == sampler.provenance_.is_new.sum()


@pytest.mark.costly
def test_repeats_are_copies(seed):
    """Rows that random over-sampling repeats are made, and copies; a forest cannot tell them."""
    X, y = table_of(seed)
    facts = made_rows((X, y), RandomOverSampler(random_state=seed)).classes[0]

    assert facts.n_copies == facts.n_made == (y == 0).sum() - (y == 1).sum()
    assert facts.distance == 0
    assert facts.two_sample.auc < 0.6


def test_removed_rows_are_counted(seed):
    X, y = table_of(seed)
    report = made_rows((X, y), RandomUnderSampler(random_state=seed))

    assert report.n_made == 0
    assert report.classes == report.findings == ()
    assert report.n_removed == (y == 0).sum() - (y == 1).sum()


@pytest.mark.costly
def test_order_of_the_rows_after_does_not_matter(seed):
    X, y = table_of(seed)
    X_made, y_made = RandomOverSampler(random_state=seed).fit_resample(X, y)
    order = np.random.RandomState(seed).permutation(len(X_made))
    shuffled = made_rows((X, y), (X_made[order], y_made[order]))

    assert shuffled.classes[0].n_copies == made_rows((X, y), (X_made, y_made)).classes[0].n_copies


def test_bad_rows_are_named():
    """Values out of range, unseen categories and fractions are counted by column."""
    before = pd.DataFrame(
        {
            "size": [1.0, 2, 3, 4, 5, 6],
            "part": [0.5, 0.1, 0.2, 0.3, 0.4, 0.6],
            "kind": list("aabbbb"),
        }
    )
    made = pd.DataFrame({"size": [1.5, 9.0], "part": [0.1, 0.1], "kind": ["a", "b"]})
    after = pd.concat([before, made], ignore_index=True)
    report = made_rows((before, list("yynnnn")), (after, list("yynnnnyy")))
    facts = report.classes[0]

    assert facts.outside == (("size", 1),)
    assert facts.unseen == (("kind", 1),)
    assert facts.fractions == (("size", 1),)
    assert facts.two_sample is None
    assert {finding.code for finding in report.findings} >= {
        "made-outside",
        "made-unseen",
        "made-fractions",
    }


@pytest.mark.costly
def test_near_copies(seed):
    X, y = table_of(seed)
    near = X[y == 1] + 1e-9
    facts = made_rows((X, y), (np.vstack([X, near]), np.r_[y, np.ones(len(near), int)])).classes[0]

    assert facts.n_near_copies == facts.n_made == len(near)


def test_a_forest_tells_rows_from_elsewhere(seed):
    X, y = table_of(seed)
    away = X[y == 1] * [-1, 1, 1, 1, 1] + 3
    report = made_rows((X, y), (np.vstack([X, away]), np.r_[y, np.ones(len(away), int)]))

    assert report.classes[0].two_sample.auc > 0.9
    assert report.classes[0].two_sample.p_value < 1e-6
    assert "made-told-apart" in {finding.code for finding in report.findings}


def test_rank_sums_are_those_of_mann_and_whitney(seed):
    """Wins, pairs and variance give scipy's p-value, ties included, and scikit-learn's area."""
    random = np.random.RandomState(seed)
    scores, is_made = random.randint(6, size=40), random.permutation(np.repeat([0, 1], 20))
    wins, pairs, variance = _rank_sum(scores, is_made)
    p_value = stats.norm.sf((wins - pairs / 2) / np.sqrt(variance))
    theirs = stats.mannwhitneyu(
        scores[is_made == 1],
        scores[is_made == 0],
        use_continuity=False,
        alternative="greater",
        method="asymptotic",
    )

    assert wins / pairs == pytest.approx(roc_auc_score(is_made, scores))
    assert p_value == pytest.approx(theirs.pvalue)


@pytest.mark.costly
def test_mixed_rows_with_gaps(seed):
    """Categories and missing cells take part."""
    random = np.random.RandomState(seed)
    X = pd.DataFrame({"a": random.normal(size=80), "b": random.choice(list("xyz"), 80)})
    X.loc[::7, "a"] = np.nan
    y = np.repeat(["many", "few"], [60, 20])
    report = made_rows((X, y), SMOTENC(random_state=seed))

    assert report.n_made == 40
    assert np.isfinite(report.classes[0].distance)


@pytest.mark.costly
def test_report_as_text_json_and_html(seed):
    X, y = table_of(seed)
    report = made_rows((X, np.where(y == 1, "<i>", "n")), RandomOverSampler(random_state=seed))
    plain = json.loads(report.to_json())

    assert plain["n_made"] == report.n_made
    assert plain["classes"][0]["label"] == "<i>"
    assert str(report).splitlines()[1].startswith("- Class '<i>': ")
    assert "<i>" not in report._repr_html_()


@pytest.mark.parametrize(
    ("before", "after", "error", "message"),
    [
        ([[1.0]], ([[1.0]], [1]), InputError, "before must be a pair"),
        (([[1.0], [2.0]], [0, 1]), 3, InputError, "or a sampler; got int"),
        (
            ([[1.0], [2.0]], [0, 1]),
            ([[1.0], [5.0]], [0, 2]),
            InputError,
            "Class 2 is in the table after",
        ),
        (
            (pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2020-01-02"])}), [0, 1]),
            (pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2020-01-02"])}), [0, 1]),
            ColumnKindError,
            "measures distances",
        ),
    ],
)
def test_errors(before, after, error, message):
    with pytest.raises(error, match=message):
        made_rows(before, after)
