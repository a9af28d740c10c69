"""Validity of synthetic samples, by the nearest samples that the sampler has not seen."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.base import BaseEstimator
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from counterpoise.audit import synthetic_samples
from counterpoise.audit._two_sample import run_two_sample_test
from counterpoise.audit._validity import _compute_dyadic_variance, compare_nearest
from counterpoise.audit._withheld import generate_trials
from counterpoise.base import SamplerMixin
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import SMOTE, SMOTENC, RandomOverSampler
from counterpoise.under_sampling import RandomUnderSampler


def make_data(seed, n_rows=300, **options):
    options = {"n_redundant": 0, "weights": [0.8], "flip_y": 0.05, **options}
    return make_classification(n_rows, 5, random_state=seed, **options)


def make_world(seed, shift, deviation, n_rows=1_500, share=0.2):
    """Return normal classes, and a function for the probability of class 0 at some points."""
    rng = np.random.RandomState(seed)
    y = (np.arange(n_rows) < share * n_rows).astype(int)
    X = rng.normal(size=(n_rows, 4))
    X[y == 1] = X[y == 1] * deviation + shift

    def probability(points):
        own = stats.norm(shift, deviation).logpdf(points).sum(axis=1) + np.log(share)
        other = stats.norm(0, 1).logpdf(points).sum(axis=1) + np.log(1 - share)
        return 1 / (1 + np.exp(own - other))

    return X, y, probability


def minority(before, after, **options):
    """Return the validity of the smaller class."""
    return synthetic_samples(before, after, **options).classes[0].validity


# ---- Definition ----


def test_rates_equal_scikit_learn(seed):
    """Votes of withheld samples equal those of scikit-learn's nearest neighbors."""
    X, y = make_data(seed)
    X_fit, X_held, y_fit, y_held = train_test_split(X, y, test_size=0.4, random_state=seed)
    X_new, y_new = SMOTE(random_state=seed).fit_resample(X_fit, y_fit)
    found = minority((X_fit, y_fit), (X_new, y_new), withheld=(X_held, y_held))
    scale = X_fit.std(axis=0)
    synthetic, original = X_new[len(X_fit) :] / scale, X_fit[y_fit == 1] / scale

    def distance(points, queries):
        return NearestNeighbors(n_neighbors=1).fit(points / scale).kneighbors(queries)[0][:, 0]

    def invalid(queries):
        return distance(X_held[y_held == 0], queries) < distance(X_held[y_held == 1], queries)

    hidden = distance(X_held[y_held == 0], synthetic) < distance(X_fit[y_fit == 1], synthetic)
    assert found.invalid_rate.value == invalid(synthetic).mean()
    assert found.invalid_rate_original.value == invalid(original).mean()
    assert found.excess.value == invalid(synthetic).mean() - invalid(original).mean()
    assert found.hidden_rate.value == hidden.mean()
    assert (found.n_splits, found.n_evaluated, found.n_withheld) == (
        1,
        len(synthetic),
        y_held.sum(),
    )


def test_halves_are_disjoint_and_generate_the_samples(seed):
    """The sampler sees one half of each class only; the other half is withheld."""
    X, y = make_data(seed)
    for trial in generate_trials(X, y, RandomOverSampler(), 3, np.random.RandomState(seed)):
        points = trial.data.points
        generated = {row.tobytes() for row in points[trial.synthetic]}

        assert sorted([*trial.fit_rows, *trial.withheld]) == list(range(len(X)))
        assert abs(np.bincount(y[trial.fit_rows]) - np.bincount(y[trial.withheld])).max() <= 1
        assert generated <= {row.tobytes() for row in X[trial.fit_rows]}


def test_regions_partition_the_synthetic_samples(seed):
    """Shares of the sample types sum to 1, and their rates average to the rate of the class."""
    found = minority(make_data(seed), SMOTE(), n_splits=3)

    assert sum(region.share for region in found.regions) == pytest.approx(1)
    mean = sum(region.share * region.invalid_rate.value for region in found.regions)
    assert mean == pytest.approx(found.invalid_rate.value)


def test_variance_equals_a_sum_over_pairs(seed):
    """The variance is the sum of the products of all errors that share a row in either role."""
    rng = np.random.RandomState(seed)
    first, second = rng.randint(12, size=(2, 60))
    second = np.where(first == second, (second + 1) % 12, second)
    errors = rng.normal(size=60)
    expected = sum(
        errors[i] * errors[j]
        for i in range(60)
        for j in range(60)
        if {first[i], second[i]} & {first[j], second[j]}
    )

    assert _compute_dyadic_variance(errors, first, second) == pytest.approx(max(expected, 0))


@pytest.mark.parametrize("n_rows", [200, 2_000])
def test_interval_without_invalid_samples_is_that_of_the_original_ones(n_rows):
    """Many synthetic samples are no more evidence than the samples they are generated from."""
    X, y, _ = make_world(0, shift=20, deviation=1, n_rows=n_rows)
    rate = minority((X, y), RandomOverSampler(), n_splits=6).invalid_rate
    limit = stats.binomtest(0, int(y.sum())).proportion_ci(method="wilson").high

    assert rate.value == rate.low == 0
    # Slightly higher, as not each original sample is drawn.
    assert limit - 1e-9 <= rate.high < 1.1 * limit


@pytest.mark.costly
def test_units_and_names_do_not_matter(seed):
    """Rates are the same after scaling a column, and after renaming categories and classes."""
    rng = np.random.RandomState(seed)
    y = np.repeat([0, 1], [90, 30])
    X = pd.DataFrame({"a": rng.normal(size=120) + y, "b": rng.normal(size=120), "c": "x"})
    X["c"] = rng.choice(["x", "y", "z"], 120)
    X.loc[::9, "b"] = np.nan
    other = X.assign(a=1_000 * X["a"], c=X["c"].map({"x": "p", "y": "q", "z": "r"}))
    sampler = RandomOverSampler(random_state=seed)
    found = minority((X, y), sampler, n_splits=2)
    renamed = minority((other, np.array(["no", "yes"])[y]), sampler, n_splits=2)

    assert renamed.invalid_rate == pytest.approx(found.invalid_rate)
    assert renamed.hidden_rate == pytest.approx(found.hidden_rate)


def test_same_seed_gives_the_same_report(seed):
    data = make_data(seed)
    reports = [
        synthetic_samples(data, SMOTE(random_state=1), n_splits=2, random_state=seed).to_json()
        for _ in range(2)
    ]

    assert reports[0] == reports[1]


# ---- What the audit is for ----


@pytest.mark.costly
def test_a_class_inside_another_is_not_valid(seed):
    """Synthetic samples look valid to their own originals, and not to withheld samples."""
    X, y, _ = make_world(seed, shift=0, deviation=0.9, share=0.1)
    report = synthetic_samples((X, y), SMOTE(scale="standard"), n_splits=4)
    audit = report.classes[0]

    assert audit.validity.invalid_rate.low > 0.5
    assert audit.other_class_rate < 0.4
    assert report.findings[0].code == "synthetic-invalid"
    assert report.findings[0].severity == "warning"


@pytest.mark.costly
def test_separate_classes_are_valid(seed):
    X, y, _ = make_world(seed, shift=4, deviation=1)
    report = synthetic_samples((X, y), SMOTE(), n_splits=4)

    assert report.classes[0].validity.invalid_rate.high < 0.05
    assert "synthetic-invalid" not in {finding.code for finding in report.findings}


@pytest.mark.costly
@pytest.mark.parametrize(("shift", "deviation"), [(1, 1), (0, 0.5), (0, 1)])
def test_rate_estimates_the_true_probability(seed, shift, deviation):
    """The rate is near the mean probability of another class where synthetic samples lie."""
    X, y, probability = make_world(seed, shift, deviation)
    trials = generate_trials(X, y, SMOTE(), 4, np.random.RandomState(seed))
    truth = np.mean([probability(t.data.points[t.synthetic]).mean() for t in trials])

    assert minority((X, y), SMOTE(), n_splits=4).invalid_rate.value == pytest.approx(truth, abs=0.1)


@pytest.mark.costly
def test_a_sampler_that_leaves_its_class_adds_invalid_samples(seed):
    """Synthetic samples between two clusters are in the region of the class between them."""
    rng = np.random.RandomState(seed)
    y = np.repeat([0, 1, 1], [300, 30, 30])
    X = (
        rng.normal(size=(360, 2)) * 0.5
        + np.array([[0, 0], [-6, 0], [6, 0]])[np.repeat([0, 1, 2], [300, 30, 30])]
    )
    found = minority((X, y), SMOTE(k_neighbors=29), n_splits=4)
    report = synthetic_samples((X, y), SMOTE(k_neighbors=29), n_splits=4)

    assert found.excess.low > 0
    assert "The sampler adds" in report.findings[0].sentence
    assert minority((X, y), SMOTE(), n_splits=4).excess.low <= 0


@pytest.mark.costly
def test_copies_of_original_samples_add_no_invalid_ones(seed):
    """Random oversampling has the rate of the original samples, up to its interval."""
    excess = minority(make_data(seed), RandomOverSampler(), n_splits=4).excess

    assert excess.low - 0.02 < 0 < excess.high + 0.02


# ---- Two-sample test ----


@pytest.mark.slow
def test_samples_of_one_distribution_pass_the_two_sample_test(seed):
    """P-values are uniform, also with few samples and a forest that fits its training data."""
    rng = np.random.RandomState(seed)
    points = rng.normal(size=(80, 3))
    rows = [rng.permutation(80) for _ in range(60)]
    tests = [run_two_sample_test(points, r[:40], r[40:], rng) for r in rows]

    assert stats.kstest([test.p_value for test in tests], "uniform").pvalue > 1e-4


@pytest.mark.slow
def test_withheld_samples_pass_the_two_sample_test():
    """For a sampler that duplicates samples, p-values are uniform."""
    p_values = []
    for seed in range(100):
        X, y = make_data(seed, 150)
        p_values.append(minority((X, y), RandomOverSampler(), n_splits=1).two_sample.p_value)

    assert stats.kstest(p_values, "uniform").pvalue > 1e-4


def test_a_forest_detects_samples_from_elsewhere(seed):
    X, y = make_data(seed)
    X_fit, X_held, y_fit, y_held = train_test_split(X, y, test_size=0.5, random_state=seed)
    away = X_fit[y_fit == 1] * [-1, 1, 1, 1, 1] + 3
    after = np.vstack([X_fit, away]), np.r_[y_fit, np.ones(len(away), int)]
    report = synthetic_samples((X_fit, y_fit), after, withheld=(X_held, y_held))
    test = report.classes[0].validity.two_sample

    assert test.auc > test.detectable_auc
    assert test.p_value < 1e-4
    assert "synthetic-detectable" in {finding.code for finding in report.findings}


def test_power_grows_with_the_number_of_samples(seed):
    """With more samples, the test detects smaller differences."""
    rng = np.random.RandomState(seed)
    points = rng.normal(size=(400, 2))
    tests = [
        run_two_sample_test(points, np.arange(n), np.arange(200, 200 + n), rng) for n in (20, 200)
    ]

    assert 0.5 < tests[1].detectable_auc < tests[0].detectable_auc <= 1
    assert run_two_sample_test(points, np.arange(9), np.arange(200, 300), rng) is None


# ---- Samplers and tables of other libraries ----


class Foreign(SamplerMixin, BaseEstimator):
    """A sampler without provenance, which shuffles its output."""

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y):
        X_new, y_new = RandomOverSampler(random_state=0).fit_resample(X, y)
        order = np.random.RandomState(1).permutation(len(X_new))
        return X_new[order], y_new[order]


def test_synthetic_samples_are_found_without_provenance(seed):
    """Rows in excess of the equal rows before are those that the sampler has added."""
    X, y = make_data(seed)
    own, foreign = (
        minority((X, y), sampler, n_splits=1, random_state=seed)
        for sampler in (RandomOverSampler(), Foreign())
    )

    assert foreign.n_evaluated == own.n_evaluated


@pytest.mark.costly
def test_agrees_with_resample_audit(seed):
    """The same votes, and the same rate up to the interval."""
    peer = pytest.importorskip("resample_audit")
    X, y = make_data(seed)
    X = StandardScaler().fit_transform(X)
    trial = next(generate_trials(X, y, SMOTE(), 1, np.random.RandomState(seed)))
    votes = peer.nn_is_majority(
        trial.data.points[trial.synthetic], X[trial.withheld], y[trial.withheld], "euclidean"
    )
    rate = peer.validity_audit(SMOTE, X[y == 1], X[y == 0], metric="euclidean")["er_split"]
    found = minority((X, y), SMOTE(), n_splits=5)

    # It calculates in float32, so that near ties may differ.
    assert (votes == compare_nearest(trial, 1, trial.synthetic)[1]).mean() > 0.99
    assert found.invalid_rate.low <= rate <= found.invalid_rate.high


@pytest.mark.costly
def test_agrees_with_oversample_qa(seed):
    try:
        from oversampleqa import validate_oversampling
    except ImportError:
        pytest.skip("oversampleqa is not installed")
    X, y = make_data(seed)
    X = StandardScaler().fit_transform(X)
    rate = validate_oversampling(X, y, 1, SMOTE(), 0.5, "euclidean", n_repeats=5)
    found = minority((X, y), SMOTE(), n_splits=5).invalid_rate

    assert found.low <= rate <= found.high


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "list"])
def test_containers_give_the_same_rates(library):
    X, y = make_data(0, 120)
    frame = pd.DataFrame(X, columns=list("abcde"))
    if library == "polars":
        container = pytest.importorskip("polars").DataFrame(dict(frame.items()))
    elif library == "pyarrow":
        container = pytest.importorskip("pyarrow").Table.from_pandas(frame)
    else:
        container = X.tolist() if library == "list" else frame
    sampler = SMOTE(random_state=0)

    assert minority((container, y), sampler, n_splits=2) == minority((X, y), sampler, n_splits=2)


# ---- What cannot be measured ----


def codes_of(report):
    return [finding.code for finding in report.findings]


def test_tables_alone_say_nothing_about_validity(seed):
    """Without a sampler and without withheld samples, the report names what is missing."""
    X, y = make_data(seed)
    report = synthetic_samples((X, y), SMOTE(random_state=seed).fit_resample(X, y))

    assert report.classes[0].validity is None
    assert codes_of(report)[0] == "synthetic-not-validated"
    assert "--withheld" in report.not_validated
    assert report.summary[0] == "The validity of the synthetic rows is not known."
    assert "too few are marked" in report.to_html()


def test_a_small_class_is_reported(seed):
    X, y = make_data(seed)
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:9]]
    report = synthetic_samples((X[keep], y[keep]), SMOTE(k_neighbors=2))

    assert "The validity of class 1 is not known" in report.not_validated
    assert report.classes[0].validity is None


def test_a_sampler_that_fails_on_a_half_is_reported(seed):
    X, y = make_data(seed)
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:10]]
    report = synthetic_samples((X[keep], y[keep]), SMOTE())

    assert re.search(
        r"gets a half of the rows, and fails. SMOTE needs .*has 5", report.not_validated
    )
    assert report.classes[0].n_synthetic > 0


def test_no_synthetic_samples(seed):
    report = synthetic_samples(make_data(seed), RandomUnderSampler())

    assert codes_of(report) == ["synthetic-none"]
    assert report.summary[0] == "No row is synthetic."
    assert "There is nothing to audit" in report.to_html()


@pytest.mark.parametrize(
    ("withheld", "message"),
    [
        (([[1.0, 2.0]], [0]), "withheld has no row of class 1;"),
        (([[1.0, 2.0]], [1]), "withheld has no row of a class other than 1;"),
        (([[1.0, 2.0]], [5]), "5 is not a class of y"),
        (([[1.0, 2.0]], [0, 1]), "X and y in withheld must have the same number of rows"),
        (([[1.0], [2.0]], [0, 1]), "X before and X withheld must have the same number of columns"),
        ([[1.0, 2.0]], "withheld must be a tuple"),
        ("before", "All rows of withheld are in X before"),
    ],
)
def test_errors_about_withheld_samples(withheld, message):
    X, y, _ = make_world(0, 1, 1, n_rows=40)
    X = X[:, :2]
    withheld = (X, y) if isinstance(withheld, str) else withheld
    with pytest.raises(InputError, match=message):
        synthetic_samples((X, y), SMOTE(), withheld=withheld)


def test_other_errors():
    with pytest.raises(InputError, match="n_splits must be 1 or more; got 0"):
        synthetic_samples(make_data(0), SMOTE(), n_splits=0)
    before = [[0.0], [1.0], [2.0], [9.0]], [0, 0, 1, 1]
    after = [[0.0], [1.0], [2.0], [9.0], [3.0]], [0, 0, 1, 1, 1]
    with pytest.raises(InputError, match="more than 5 original rows"):
        synthetic_samples(before, after, withheld=([[4.0], [5.0]], [0, 1]))


# ---- Page ----


def test_page_marks_the_invalid_samples(seed):
    """The page is self-contained, and has a cross of two lines for each invalid sample."""
    report = synthetic_samples(make_data(seed), SMOTE(random_state=0), n_splits=1)
    page = report.to_html("counterpoise study x.csv")
    kinds = report.projection.kinds
    n_invalid = int((kinds == 3).sum())

    assert page.count('class="sample invalid"') == 2 * (n_invalid + 1)  # and the legend
    assert n_invalid / (kinds >= 2).sum() == report.classes[0].validity.invalid_rate.value
    assert "counterpoise study x.csv" in page
    assert not re.search(r'(src|href)="http', page)


def test_mixed_tables_have_a_page(seed):
    rng = np.random.RandomState(seed)
    X = pd.DataFrame({"a": rng.normal(size=80), "b": rng.choice(list("xyz"), 80)})
    X.loc[::7, "a"] = np.nan
    y = np.repeat(["many", "few"], [60, 20])
    report = synthetic_samples((X, y), SMOTENC(random_state=seed), n_splits=1)

    assert report.to_html().startswith("<!doctype html>")
