"""Samplers for a continuous target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_predict
from sklearn.utils.estimator_checks import parametrize_with_checks

from counterpoise.exceptions import (
    FeatureTypeError,
    InputError,
    SmallClassWarning,
    TargetError,
    TooFewSamplesError,
)
from counterpoise.pipeline import make_pipeline
from counterpoise.regression import (
    SMOGN,
    SMOTER,
    WERCS,
    GaussianNoise,
    RandomOverSampler,
    RandomUnderSampler,
    RelevanceFunction,
)
from tests import promises
from tests.conftest import SEEDS
from tests.containers import CONTAINERS, Container, as_array
from tests.promises import Case

# In the tables of tests/promises.py, the classes become low, middle and high target values.
EXTREMES = RelevanceFunction(method="points", points=[(-10, 1), (-3, 0), (3, 0), (10, 1)])
CENTERS = np.array([0.0, -10.0, 10.0])


def case(name: str, sampler: type[Any], **fixed: Any) -> Case:
    """Return a sampler as a case of the promises, without one on its numbers of samples."""
    return Case(name, lambda **p: sampler(relevance=EXTREMES, **fixed, **p), cleans=True)


CASES = [
    case("RandomOverSampler", RandomOverSampler),
    case("RandomUnderSampler", RandomUnderSampler),
    case("SMOTER", SMOTER, k_neighbors=2),
    case("SMOTER standard", SMOTER, k_neighbors=2, scale="standard"),
    case("SMOGN", SMOGN, k_neighbors=2),
    case("GaussianNoise", GaussianNoise),
    case("WERCS", WERCS),
]


def continuous(labels: np.ndarray) -> np.ndarray:
    """Return a continuous target, with low, middle and high values for three classes."""
    return CENTERS[labels] + np.linspace(-1, 1, len(labels))


def target_of(container: Container) -> Any:
    """Return a function that builds the continuous target that suits a container."""
    index = [f"r{row}" for row in range(40)]
    by_name = {
        "list": lambda y: y.tolist(),
        "pandas": lambda y: pd.Series(y, index=index, name="income"),
        "pandas columns": lambda y: pd.DataFrame({"income": y}),
        "pandas nullable": lambda y: pd.Series(y, index=index).astype("Float64"),
        "pandas arrow": lambda y: pd.Series(y, index=index, dtype="double[pyarrow]"),
        "pandas objects": lambda y: pd.Series(y, index=index, dtype=object),
        "polars": lambda y: pl.Series("income", y),
        "pyarrow": pa.array,
        "pyarrow chunks": lambda y: pa.chunked_array([y[:3], y[3:]]),
        "pyarrow batch": pd.array,
    }
    convert = by_name.get(container.name, np.asarray)
    return lambda labels: convert(continuous(labels))


# A data frame as target has columns, not values, in the functions that read containers.
REGRESSION_CONTAINERS = [
    Container(container.name, container.table, target_of(container))
    for container in CONTAINERS
    if container.name != "pandas columns"
]


def container_changes_nothing(case: Case, container: Container, seed: int) -> None:
    """A table and its target give the same result in any container."""
    X, y = promises.load(container, seed)
    plain = case.build(random_state=seed).fit_resample(as_array(X), values_of(y))
    other = case.build(random_state=seed).fit_resample(X, y)

    close = 1e-6 if getattr(X, "dtype", None) == np.float32 else 1e-13
    np.testing.assert_allclose(as_array(plain[0]), as_array(other[0]), rtol=close, atol=close)
    np.testing.assert_allclose(plain[1], values_of(other[1]), rtol=close, atol=close)


def values_of(y: Any) -> np.ndarray:
    """Return a target in any container as an array."""
    return np.asarray(y.to_pylist() if hasattr(y, "to_pylist") else list(y), np.float64)


PROMISES = [
    promises.input_is_untouched,
    promises.container_is_preserved,
    promises.kept_rows_are_the_inputs,
    promises.same_seed_same_output,
    container_changes_nothing,
    promises.global_random_state_is_untouched,
    promises.duplicates_are_handled,
    promises.pickles,
    promises.threads_change_nothing,
]


def chosen_container(promise: Any, case: Case, seed: int) -> Container:
    """Return the containers in turn; samplers that add noise take no sparse matrix."""
    turn = CASES.index(case) + len(SEEDS) * PROMISES.index(promise) + SEEDS.index(seed)
    dense = [c for c in REGRESSION_CONTAINERS if not c.name.startswith("cs")]
    possible = dense if case.name in ("SMOGN", "GaussianNoise") else REGRESSION_CONTAINERS
    return possible[turn % len(possible)]


@pytest.mark.parametrize("case", CASES, ids=repr)
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(promise, case, seed):
    """The promises of the samplers for classes hold here, too."""
    promise(case, chosen_container(promise, case, seed), seed)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=repr)
def test_promises_in_every_container(case, seed):
    """All promises hold in every container."""
    for container in REGRESSION_CONTAINERS:
        if not (case.name in ("SMOGN", "GaussianNoise") and container.name.startswith("cs")):
            for promise in PROMISES:
                promise(case, container, seed)


# The targets of these checks have a single value, or no value that is not relevant.
NO_RARE_VALUES = ("check_fit2d_1sample", "check_fit2d_1feature", "check_estimators_dtypes")


@parametrize_with_checks(
    [
        sampler(relevance=RelevanceFunction(method="points", points=[(0, 0), (1, 1)]), **parameters)
        for sampler, parameters in (
            (SMOTER, {"small_bins": "shrink_k"}),
            (GaussianNoise, {}),
        )
    ],
    expected_failed_checks=lambda _: dict.fromkeys(NO_RARE_VALUES, "no rare values in y"),
)
def test_scikit_learn_checks(estimator, check):
    """scikit-learn's checks of estimators pass."""
    check(estimator)


def table(seed: int, n: int = 300) -> tuple[pd.DataFrame, pd.Series]:
    """Return a table of all feature types, with missing values, and a target with high values."""
    rng = np.random.RandomState(seed)
    frame = pd.DataFrame(
        {
            "size": rng.randn(n),
            "floors": rng.randint(1, 9, n),
            "city": rng.choice(["Rome", "Oslo", None], n),
            "garden": rng.rand(n) < 0.3,
        }
    )
    income = np.exp(frame["size"] + 0.3 * rng.randn(n))
    frame.loc[rng.rand(n) < 0.1, "size"] = np.nan
    return frame, income.rename("income")


# ---- Bins and numbers of samples ----


def test_bins_are_ranges_on_one_side_of_the_threshold(seed):
    """Bins partition the samples by relevance, in ascending order of the target."""
    X, y = table(seed)
    sampler = RandomOverSampler(threshold=0.6, random_state=seed).fit(X, y)
    relevance = sampler.relevance_.relevance(y)

    assert sum(part.count for part in sampler.bins_) == len(y)
    for before, after in zip(sampler.bins_, sampler.bins_[1:], strict=False):
        assert before.high < after.low
        assert before.is_relevant != after.is_relevant
    for part in sampler.bins_:
        inside = (y >= part.low) & (y <= part.high)
        assert inside.sum() == part.count
        assert ((relevance[inside] >= 0.6) == part.is_relevant).all()


def three_bins() -> tuple[np.ndarray, np.ndarray]:
    """Return 10 low, 100 middle and 30 high target values."""
    rng = np.random.RandomState(0)
    y = np.repeat([-10.0, 0.0, 10.0], [10, 100, 30]) + rng.uniform(-1, 1, 140)
    return rng.randn(140, 2), y


@pytest.mark.parametrize(
    ("sampler", "strategy", "expected"),
    [
        (SMOTER, "balance", [47, 47, 46]),  # the number of samples stays the same
        (SMOGN, "extreme", [98, 10, 32]),  # 140 in proportion to 1/10, 1/100 and 1/30
        (GaussianNoise, 0.5, [50, 100, 50]),
        (SMOTER, {0: 20, 1: 0}, [20, 0, 30]),
        (SMOGN, [10, 50, 31], [10, 50, 31]),
        (RandomOverSampler, "balance", [100, 100, 100]),
        (RandomOverSampler, "extreme", [1000, 100, 333]),  # 100**2 / 10 and 100**2 / 30
        (RandomOverSampler, 0.2, [20, 100, 30]),
        (RandomUnderSampler, "balance", [10, 20, 30]),  # the mean of 10 and 30
        (RandomUnderSampler, "extreme", [10, 4, 30]),  # 20**2 / 100
        (RandomUnderSampler, 0.5, [10, 40, 30]),
        (RandomUnderSampler, lambda y: {1: len(y) // 2}, [10, 70, 30]),
    ],
)
def test_numbers_of_samples(sampler, strategy, expected):
    """The output has exactly the numbers of samples that the strategy gives."""
    X, y = three_bins()
    fitted = sampler(sampling_strategy=strategy, relevance=EXTREMES, random_state=0)

    X_resampled, y_resampled = fitted.fit_resample(X, y)

    found = [(y_resampled < -5).sum(), (abs(y_resampled) < 5).sum(), (y_resampled > 5).sum()]
    assert found == expected
    assert len(X_resampled) == sum(expected)
    for number, size in fitted.sampling_strategy_.items():
        assert size == expected[number]


@pytest.mark.parametrize(
    ("sampler", "strategy", "message"),
    [
        (SMOTER, "all", 'it must be "balance" or "extreme"; got \'all\''),
        (SMOTER, 1.5, r"in the range \(0, 1\]; got 1.5"),
        (SMOTER, 0.1, r"would change nothing: the mean size .* 20, .* 100, a ratio of 0.2"),
        (RandomUnderSampler, 0.2, "would change nothing"),
        (SMOTER, {3: 5}, "there is no bin 3. The bins are 0: y from -10"),
        (SMOTER, [1, 2], "for each of the 3 bins; it has 2"),
        (SMOTER, {0: -1}, "for bin 0 it gives -1"),
        (SMOTER, {0: 2.5}, "for bin 0 it gives 2.5"),
        (SMOTER, None, "got None"),
        (RandomOverSampler, {0: 5}, "gives 5 samples for bin 0, which has 10. To oversample"),
        (RandomUnderSampler, {1: 101}, "gives 101 samples for bin 1, which has 100. To under"),
    ],
)
def test_bad_strategies(sampler, strategy, message):
    X, y = three_bins()

    with pytest.raises(InputError, match=message):
        sampler(sampling_strategy=strategy, relevance=EXTREMES).fit(X, y)


# ---- Synthetic samples ----


def test_numeric_targets_are_interpolated_as_the_features(seed):
    """Without categories, inverse distances give the target of the same position."""
    X, y = three_bins()
    sampler = SMOTER(relevance=EXTREMES, random_state=seed)
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    origin = sampler.provenance_
    new = origin.is_synthetic
    base, neighbor, weight = origin.base[new], origin.neighbor[new], origin.weight[new]

    for values, resampled in ((X, X_resampled), (y[:, None], y_resampled[:, None])):
        expected = values[base] + weight[:, None] * (values[neighbor] - values[base])
        np.testing.assert_allclose(resampled[new], expected, atol=1e-12)
    assert (base != neighbor).all()
    assert (abs(y[base] - y[neighbor]) < 5).all()  # of the same bin


@pytest.mark.parametrize("sampler", [SMOTER, SMOGN, GaussianNoise])
def test_tables_of_categories_only(sampler, seed):
    """Without numeric features, the target alone is interpolated, or has noise."""
    X, y = table(seed)
    X = X[["city", "garden"]]

    X_resampled, y_resampled = sampler(random_state=seed).fit_resample(X, y)

    assert set(X_resampled["city"].dropna()) <= {"Rome", "Oslo"}
    assert len(set(y_resampled)) > len(set(y)) / 2
    assert np.isfinite(y_resampled).all()


def heom(first: pd.DataFrame, second: pd.DataFrame, ranges: dict[str, float]) -> np.ndarray:
    """Return the HEOM distance between the rows of two tables, by its definition."""
    squared = np.zeros(len(first))
    for name in first:
        a, b = first[name].to_numpy(), second[name].to_numpy()
        if name in ranges:
            part = (abs(a - b) / ranges[name]) ** 2
            squared += np.where(np.isnan(part), 1, part)
        else:
            squared += [
                not (x == z or (pd.isna(x) and pd.isna(z))) for x, z in zip(a, b, strict=True)
            ]
    return np.sqrt(squared)


def test_target_is_weighted_by_inverse_distances(seed):
    """In a mixed table, the target is the mean of both, weighted by the inverse HEOM distances."""
    X, y = table(seed)
    X = X.drop(columns="floors").dropna(subset="size").reset_index(drop=True)
    y = y[: len(X)]
    sampler = SMOTER(random_state=seed, k_neighbors=3)
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    origin, ranges = sampler.provenance_, {"size": np.ptp(X["size"])}
    new = origin.is_synthetic
    base, neighbor = X.iloc[origin.base[new]], X.iloc[origin.neighbor[new]]
    to_base, to_neighbor = (heom(X_resampled[new], part, ranges) for part in (base, neighbor))
    targets = y.to_numpy()[origin.base[new]], y.to_numpy()[origin.neighbor[new]]
    expected = (to_neighbor * targets[0] + to_base * targets[1]) / (to_base + to_neighbor)

    is_defined = to_base + to_neighbor > 0
    np.testing.assert_allclose(y_resampled[new][is_defined], expected[is_defined], rtol=1e-9)


@pytest.mark.costly
def test_neighbors_are_the_nearest_by_heom(seed):
    """Neighbors are among the k nearest of the bin, with missing values and categories."""
    X, y = table(seed)
    sampler = SMOTER(random_state=seed, k_neighbors=3)
    sampler.fit_resample(X, y)
    rows = np.flatnonzero(y >= sampler.bins_[-1].low)
    inside = X.iloc[rows]
    ranges = {name: np.ptp(X[name].dropna()) for name in ("size", "floors")}
    origin = sampler.provenance_
    new = origin.is_synthetic

    for base, neighbor in zip(origin.base[new], origin.neighbor[new], strict=True):
        repeated = X.iloc[[base] * len(rows)]
        distances = heom(repeated, inside, ranges)
        others = np.sort(distances[rows != base])
        assert distances[rows == neighbor][0] <= others[2] + 1e-9


@pytest.mark.costly
def test_near_and_far_neighbors_of_smogn(seed):
    """Half the median distance to all others decides between interpolation and noise."""
    X, y = table(seed)
    sampler = SMOGN(random_state=seed, k_neighbors=3)
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    rows = np.flatnonzero(y >= sampler.bins_[-1].low)
    inside = X.iloc[rows]
    ranges = {name: np.ptp(X[name].dropna()) for name in ("size", "floors")}
    origin = sampler.provenance_
    new = np.flatnonzero(origin.is_synthetic)
    is_noise = origin.neighbor[new] < 0

    assert 0 < is_noise.sum() < len(new)
    for i in new:
        base, neighbor = origin.base[i], origin.neighbor[i]
        distances = heom(X.iloc[[base] * len(rows)], inside, ranges)
        safe = np.median(distances[rows != base]) / 2
        if neighbor >= 0:
            assert distances[rows == neighbor][0] < safe
            limits = sorted([y[base], y[neighbor]])
            assert limits[0] <= y_resampled[i] <= limits[1]
        else:
            assert np.sort(distances[rows != base])[2] >= safe
            deviation = min(safe, 0.02) * y[rows].std(ddof=0)
            assert abs(y_resampled[i] - y[base]) < 6 * deviation
            assert np.isnan(X["size"][base]) == np.isnan(X_resampled["size"][i])


def test_noise_has_its_standard_deviation():
    """Noise of features and target has the requested share of the deviation in the bin."""
    rng = np.random.RandomState(0)
    X = rng.randn(1000, 2) * [1, 50]
    y = np.concatenate([rng.randn(700), 10 + 2 * rng.rand(300)])
    sampler = GaussianNoise(
        sampling_strategy={1: 20_300}, relevance=EXTREMES, perturbation=0.3, random_state=0
    )
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    new = sampler.provenance_.is_synthetic
    base = sampler.provenance_.base[new]

    noise = np.column_stack([X_resampled[new] - X[base], y_resampled[new] - y[base]])
    expected = 0.3 * np.append(X[700:].std(axis=0), y[700:].std())
    np.testing.assert_allclose(noise.std(axis=0), expected, rtol=0.03)
    np.testing.assert_allclose(noise.mean(axis=0) / expected, 0, atol=0.03)


@pytest.mark.parametrize("sampler", [SMOTER, SMOGN, GaussianNoise])
def test_synthetic_values_have_their_types(sampler, seed):
    """Integers stay integers, and categories are those of the bin."""
    X, y = table(seed)
    y = (100 * y).astype(int)
    sampler = sampler(random_state=seed)

    X_resampled, y_resampled = sampler.fit_resample(X, y)

    inside = X[y >= sampler.bins_[-1].low]
    new = sampler.provenance_.is_synthetic
    assert X_resampled.dtypes.equals(X.dtypes)
    assert y_resampled.dtype == y.dtype
    assert set(X_resampled["city"][new].dropna()) <= set(inside["city"].dropna())


@given(
    st.integers(6, 40),
    st.integers(1, 4),
    st.integers(0, 2**31 - 1),
    st.sampled_from(["range", "standard", "robust", None]),
    st.booleans(),
)
@settings(deadline=None, max_examples=40)
def test_hull_of_any_table(n_high, width, seed, scale, has_missing):
    """Interpolated values and targets lie between those of two samples of the bin."""
    rng = np.random.RandomState(seed)
    X = np.round(rng.standard_t(1.5, (60 + n_high, width)), 1)
    y = np.concatenate([rng.uniform(-1, 1, 60), rng.uniform(9, 30, n_high)])
    if has_missing:
        X[rng.rand(*X.shape) < 0.2] = np.nan
    sampler = SMOTER(sampling_strategy=1.0, relevance=EXTREMES, scale=scale, random_state=seed)

    X_resampled, y_resampled = sampler.fit_resample(X, y)

    new = sampler.provenance_.is_synthetic
    base, neighbor = sampler.provenance_.base[new], sampler.provenance_.neighbor[new]
    assert new.sum() == max(60 - n_high, 0)
    for values, resampled in ((X, X_resampled), (y[:, None], y_resampled[:, None])):
        ends = np.stack([values[base], values[neighbor]])
        assert (resampled[new] >= np.fmin(*ends) - 1e-9)[~np.isnan(values[base])].all()
        assert (resampled[new] <= np.fmax(*ends) + 1e-9)[~np.isnan(values[base])].all()
        np.testing.assert_array_equal(np.isnan(resampled[new]), np.isnan(values[base]))


def test_units_of_features_do_not_matter_by_default(seed):
    """With scale="range", a feature in other units gives the same decision."""
    X, y = three_bins()
    first, second = (SMOTER(relevance=EXTREMES, random_state=seed) for _ in range(2))
    first.fit_resample(X, y)
    second.fit_resample(X * [1024, 1], y)

    np.testing.assert_array_equal(first.provenance_.neighbor, second.provenance_.neighbor)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table])
def test_target_in_a_data_frame(frame):
    """A data frame of one column is a target, and comes back as one."""
    X, y = three_bins()
    sampler = SMOTER(relevance=EXTREMES, random_state=0)
    _, expected = sampler.fit_resample(X, y)
    _, resampled = sampler.fit_resample(X, frame({"income": y}))

    assert type(resampled) is type(frame({"income": y}))
    np.testing.assert_array_equal(np.asarray(resampled["income"]), expected)


# ---- WERCS ----


def test_draws_of_wercs_follow_the_relevance():
    """Samples of relevance 0 are never added, those of relevance 1 never removed."""
    rng = np.random.RandomState(0)
    y = np.repeat([0.0, 6.5, 20.0], [6000, 3000, 1000])  # of relevance 0, 1/2 and 1
    relevance = RelevanceFunction(method="points", points=[(3, 0, 0), (10, 1, 0)])
    sampler = WERCS(over=0.3, under=0.4, relevance=relevance, random_state=0)
    _, resampled = sampler.fit_resample(rng.randn(10_000, 1), y)
    rows, counts = np.unique(sampler.provenance_.row, return_counts=True)
    copies = np.zeros(10_000, int)
    copies[rows] = counts

    assert len(resampled) == 10_000 + 3000 - 4000
    assert copies[:6000].max() == 1
    assert copies[9000:].min() >= 1
    # 3000 draws in proportion to 3000 * 1/2 and 1000 * 1
    assert abs((copies[9000:] - 1).sum() - 1200) < 5 * np.sqrt(3000 * 0.4 * 0.6)
    # Draws without replacement leave a share u**2 of those with weight 1, and u of weight 1/2.
    u = (np.sqrt(9 + 120) - 3) / 12  # 6000 * (1 - u**2) + 3000 * (1 - u) == 4000
    assert abs((copies[:6000] == 0).sum() - 6000 * (1 - u**2)) < 5 * np.sqrt(6000 * u**2 / 2)


def test_wercs_removes_samples_that_are_not_relevant():
    X, y = three_bins()

    with pytest.raises(
        TargetError, match="cannot remove 126 samples: only 118 .* under=0.84 or less"
    ):
        WERCS(under=0.9, relevance=EXTREMES).fit_resample(X, y)


# ---- Bad input ----


@pytest.mark.parametrize("sampler", [SMOTER, SMOGN])
def test_bins_that_are_too_small(sampler):
    """An error names the bin, or fewer neighbors are used with a warning."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 2), np.append(rng.uniform(-1, 1, 56), [-10, 10, 11, 12])

    message = "k_neighbors=5 samples in each bin .* bin 0, y from -10 to -10, has 1"
    with pytest.raises(TooFewSamplesError, match=message):
        sampler(relevance=EXTREMES).fit_resample(X, y)
    with pytest.warns(SmallClassWarning, match=r"bins 0 \(1 samples\), 2 \(3 samples\)"):
        _, resampled = sampler(
            relevance=EXTREMES, small_bins="shrink_k", random_state=0
        ).fit_resample(X, y)
    assert (resampled == -10).sum() == 20
    assert (resampled > 5).sum() == 20


@pytest.mark.parametrize("sampler", [RandomOverSampler, SMOGN, WERCS])
@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        ([1.0] * 30, TargetError, "y is constant"),
        ([1.0, np.nan] * 15, TargetError, "y has 15 missing values, the first in row 1"),
        (np.arange(30.0), TargetError, "y has no outliers"),
        ([0.0, 9.0], InputError, "X has 30, y has 2"),
        (["low", "high"] * 15, TargetError, "y must hold numbers"),
    ],
)
def test_bad_targets(sampler, y, error, message):
    with pytest.raises(error, match=message):
        sampler().fit_resample(np.zeros((30, 2)), y)


def test_bad_thresholds_and_tables():
    X, y = three_bins()
    points = RelevanceFunction(method="points", points=[(-10, 0.5), (10, 0.6)])

    with pytest.raises(TargetError, match=r"at least threshold=0.8; the largest relevance is 0.6"):
        SMOTER(relevance=points).fit(X, y)
    with pytest.raises(TargetError, match=r"at least threshold=0.4; the smallest relevance is 0.5"):
        SMOTER(relevance=points, threshold=0.4).fit(X, y)
    for sampler in (SMOGN, GaussianNoise):
        with pytest.raises(InputError, match="a sparse X would become dense"):
            sampler(relevance=EXTREMES).fit_resample(sparse.csr_array(X), y)
    dates = pd.DataFrame({"day": pd.date_range("2020", periods=len(y))})
    with pytest.raises(FeatureTypeError, match="column 'day' holds dates"):
        SMOTER(relevance=EXTREMES).fit_resample(dates, y)
    assert len(RandomOverSampler(relevance=EXTREMES).fit_resample(dates, y)[0]) == 300


def test_samplers_in_pipelines(seed):
    """A sampler is a step of a pipeline, and its relevance function is fitted in each fold."""
    rng = np.random.RandomState(seed)
    X = rng.randn(200, 3)
    y = np.exp(X[:, 0]) + 0.1 * rng.randn(200)
    relevance = RelevanceFunction(extremes="high")
    model = make_pipeline(SMOTER(relevance=relevance, k_neighbors=1), LinearRegression())

    predicted = cross_val_predict(clone(model), X, y, cv=3)

    assert predicted.shape == (200,)
    assert not hasattr(relevance, "points_")


@pytest.mark.parametrize("name", ["wine_quality_white.csv"])
def test_real_tables(tables, name):
    """Rare ratings of wines can be oversampled in any way."""
    frame = pd.read_csv(tables / name)
    X, y = frame.drop(columns=frame.columns[-1]), frame[frame.columns[-1]]
    for case_ in CASES:
        X_resampled, y_resampled = (
            case_.build(random_state=0).set_params(relevance=None).fit_resample(X, y)
        )
        assert len(X_resampled) == len(y_resampled) > 0
