"""What users of similar libraries reported as bugs, as promises of this one.

The names of functions are in the words of the reports; the numbers are those of the trackers of
imbalanced-learn (IL), smote_variants (SV), imbalanced-ensemble (IE), scikit-learn (SK), themis (TH)
and evalml (EV).
"""

from __future__ import annotations

import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.datasets import make_classification
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

import counterpoise
from counterpoise import FunctionSampler
from counterpoise.datasets import make_imbalance
from counterpoise.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
    SelfPacedEnsembleClassifier,
)
from counterpoise.exceptions import InputError, TooFewSamplesError
from counterpoise.over_sampling import (
    ADASYN,
    SMOTE,
    SMOTENC,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
    RandomOverSampler,
)
from counterpoise.pipeline import Pipeline, make_pipeline
from counterpoise.under_sampling import (
    AllKNN,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    NearMiss,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    TomekLinks,
)


def make_data(seed, n=300, share=0.15, **options):
    """Return a table of two classes, of which the second one is the minority."""
    weights = [1 - share, share]
    return make_classification(n, 6, weights=weights, flip_y=0, random_state=seed, **options)


# Class sizes


def test_a_ratio_that_gives_whole_numbers_is_exact(seed):
    """IL #1215: 0.29 of 100 is 29, though the product of the floats is below 29."""
    rng = np.random.RandomState(seed)
    for n_majority in rng.choice(np.arange(20, 600), 40, replace=False):
        for n_minority in rng.choice(np.arange(3, n_majority), 3, replace=False):
            y = np.repeat([0, 1], [n_majority, n_minority - 1])
            ratio = n_minority / n_majority
            over = RandomOverSampler(sampling_strategy=ratio, random_state=seed)
            assert Counter(over.fit_resample(y[:, None], y)[1])[1] == n_minority
            y = np.repeat([0, 1], [n_majority + 1, n_minority])
            under = RandomUnderSampler(sampling_strategy=ratio, random_state=seed)
            assert Counter(under.fit_resample(y[:, None], y)[1])[0] == n_majority


def test_a_ratio_that_is_less_than_a_sample_away_changes_nothing(seed):
    """TH #119: 50 of 101 samples are a ratio of 0.495; 0.4951 would need a fraction of a sample."""
    y = np.repeat([0, 1], [101, 50])
    X = np.random.RandomState(seed).randn(151, 2)
    for ratio in (50 / 101, 0.4951, 0.4990):
        X_out, _ = SMOTE(sampling_strategy=ratio, random_state=seed).fit_resample(X, y)
        assert len(X_out) == len(X)


def test_clusters_of_equal_points_get_the_requested_number_of_samples(seed):
    """IL #1186: clusters without any spread divided by zero, and others got too many samples."""
    X = np.repeat([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], [4, 4, 4], axis=0)
    y = np.repeat([1, 0, 0], 4)
    kmeans = KMeans(2, n_init=1, random_state=seed)
    sampler = KMeansSMOTE(kmeans_estimator=kmeans, cluster_balance_threshold=0.1, random_state=seed)
    assert Counter(sampler.fit_resample(X, y)[1]) == {0: 8, 1: 8}
    X, y = make_data(seed)
    for n_clusters in (3, 7, 20):
        sampler = KMeansSMOTE(
            kmeans_estimator=n_clusters, cluster_balance_threshold=0.01, random_state=seed
        )
        assert len(set(Counter(sampler.fit_resample(X, y)[1]).values())) == 1


def test_all_minority_classes_are_oversampled(seed):
    """SV #22: only one of several minority classes was."""
    y = np.repeat([0, 1, 2, 3, 4], [90, 6, 40, 57, 7])
    X = np.random.RandomState(seed).randn(len(y), 3)
    for sampler in (SMOTE(random_state=seed), RandomOverSampler(random_state=seed)):
        assert set(Counter(sampler.fit_resample(X, y)[1]).values()) == {90}


def test_more_samples_than_the_majority_class_need_no_warning(seed):
    """IL #979."""
    X, y = make_data(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for sampler in (RandomOverSampler, SMOTE):
            strategy = {1: 400}
            result = sampler(sampling_strategy=strategy, random_state=seed).fit_resample(X, y)
            assert Counter(result[1])[1] == 400


# Synthetic samples


def test_a_neighbor_of_another_class_is_approached_by_half_at_most(seed):
    """IL #1027 and TH #242: Borderline-SMOTE 2 starts from minority samples only."""
    X, y = make_data(seed, class_sep=0.3)
    sampler = BorderlineSMOTE(kind="borderline-2", random_state=seed)
    sampler.fit_resample(X, y)
    provenance = sampler.provenance_
    base, neighbor = (
        y[rows[provenance.is_synthetic]] for rows in (provenance.base, provenance.neighbor)
    )
    weight = provenance.weight[provenance.is_synthetic]
    assert set(base) == {1}
    assert (base != neighbor).any()
    assert weight[base != neighbor].max() <= 0.5
    assert weight[base == neighbor].max() > 0.5


def test_support_vectors_that_are_noise_are_named(seed):
    """IL #742: the error was about an array with 0 samples."""
    centers = np.random.RandomState(seed).permutation(40)[:, None] * [10.0, 0.0]
    around = [centers + step for step in ([0, 1], [1, 0], [-1, 0], [0, -1])]
    X, y = np.concatenate([*around, centers[:8]]), np.repeat([0, 1], [160, 8])
    with pytest.raises(InputError, match=r"support vectors? of class 1 .*Increase m_neighbors"):
        SVMSMOTE(k_neighbors=2, m_neighbors=4, random_state=seed).fit_resample(X, y)


@pytest.mark.parametrize(
    "categories", [[0], [0, 2], ["letter"], ["letter", "flag"], "auto"], ids=str
)
def test_booleans_and_categories_can_be_in_one_table(categories, seed):
    """IL #974: a boolean column turned the categories into numbers."""
    X = pd.DataFrame(
        {
            "letter": pd.Categorical(list("abbacaba") * 6),
            "size": np.random.RandomState(seed).randn(48),
            "flag": [False, False, True] * 16,
        }
    )
    y = pd.DataFrame({"out": [1, 0, 0, 0] * 12}, index=X.index)
    X_out, y_out = SMOTENC(categories, random_state=seed).fit_resample(X, y)
    assert X_out.dtypes.to_dict() == X.dtypes.to_dict()
    assert y_out["out"].value_counts().to_dict() == {0: 36, 1: 36}


def test_booleans_and_categories_without_numbers_are_resampled_by_smote(seed):
    """EV #2980 and IL #562: the SMOTE for a table without numbers."""
    rng = np.random.RandomState(seed)
    table = pd.DataFrame(
        {"flag": rng.rand(60) < 0.5, "city": rng.choice(["x", "y"], 60), "y": [0] * 45 + [1] * 15}
    )
    result = counterpoise.resample(table, "y", random_state=seed)
    assert result["y"].value_counts().to_dict() == {0: 45, 1: 45}
    assert result.dtypes.to_dict() == table.dtypes.to_dict()


# Containers


def test_resampled_features_and_target_can_be_joined(seed):
    """IL #1036 and #982: a permuted index, and y as a frame, gave NaN and an IndexError."""
    rng = np.random.RandomState(seed)
    table = pd.DataFrame(rng.randn(60, 3), rng.permutation(999)[:60], ["a", "b", "c"])
    table["label"] = np.repeat([0, 1], [45, 15])
    part = table.sample(50, random_state=seed)
    for sampler in (SMOTE(random_state=seed), BorderlineSMOTE(random_state=seed)):
        X, y = sampler.fit_resample(part[["a", "b", "c"]], part[["label"]])
        joined = pd.concat([X, y], axis=1)
        assert len(joined) == len(X)
        assert joined.notna().all(axis=None)


def test_columns_of_times_without_a_value_are_kept(seed):
    """IL #1055 and #970: timestamps and durations, all of them missing."""
    X = pd.DataFrame(
        {
            "text": ["abc", "def", "xyz"] * 4,
            "duration": pd.to_timedelta([np.nan] * 12),
            "time": pd.to_datetime([None] * 12, utc=True),
        }
    )
    for sampler in (RandomOverSampler(random_state=seed), RandomUnderSampler(random_state=seed)):
        X_out, y = sampler.fit_resample(X, [0] * 8 + [1] * 4)
        assert X_out.dtypes.to_dict() == X.dtypes.to_dict()
        assert Counter(y)[0] == Counter(y)[1]


def test_matrices_of_texts_are_oversampled(seed):
    """SV #40 and #43: sparse matrices with classes that are strings, in a list."""
    X = sparse.random(80, 30, 0.2, "csr", random_state=seed)
    y = ["x"] * 50 + ["y"] * 18 + ["z"] * 12
    samplers = (
        *(SMOTE, ADASYN, RandomOverSampler, BorderlineSMOTE),
        lambda **p: KMeansSMOTE(kmeans_estimator=2, cluster_balance_threshold=0.01, **p),
    )
    for build in samplers:
        X_out, y_out = build(random_state=seed).fit_resample(X, y)
        assert sparse.issparse(X_out)
        assert isinstance(y_out, list)
        assert min(Counter(y_out).values()) > 40


def test_tables_of_words_are_undersampled_by_distances(seed):
    """IL #865: the value difference metric, not an error about strings."""
    X = pd.DataFrame(np.random.RandomState(seed).choice(list("abc"), (200, 3)))
    y = np.repeat([1, 0], [40, 160])
    for sampler in (
        *(NearMiss(), TomekLinks(), EditedNearestNeighbours(), AllKNN()),
        *(CondensedNearestNeighbour(random_state=seed), OneSidedSelection(random_state=seed)),
        NeighbourhoodCleaningRule(),
    ):
        X_out, y_out = sampler.fit_resample(X, y)
        assert Counter(y_out)[1] == 40
        np.testing.assert_array_equal(X_out, X.iloc[sampler.sample_indices_])


def test_an_imbalanced_table_can_have_categories(seed):
    """IL #697."""
    table = pd.DataFrame({"a": list("xyz") * 30, "t": [0, 1] * 45})
    X, y = make_imbalance(table[["a"]], table["t"], sampling_strategy={1: 9}, random_state=seed)
    assert Counter(y) == {0: 45, 1: 9}
    assert set(X["a"]) <= set("xyz")


# Pipelines


class SpySampler(RandomUnderSampler):
    """A sampler that counts the samples that it gets."""

    seen: list[int] = []  # noqa: RUF012 - clones share it

    def fit_resample(self, X, y, **params):
        """Count the samples, and resample them."""
        self.seen.append(len(X))
        return super().fit_resample(X, y, **params)


def test_only_training_samples_are_resampled(seed):
    """IL #883 and #904: not the samples of a validation fold, nor those to transform."""
    X, y = make_data(seed)
    model = make_pipeline(StandardScaler(), SpySampler(random_state=seed), LogisticRegression())
    SpySampler.seen.clear()
    assert len(cross_val_predict(model, X, y, cv=3)) == len(X)
    assert SpySampler.seen == [200] * 3
    transformer = make_pipeline(SpySampler(random_state=seed), StandardScaler())
    assert len(transformer.fit_transform(X, y)) < len(X)
    assert len(transformer.fit(X, y).transform(X)) == len(X)


@pytest.mark.costly
def test_pipelines_are_estimators_of_meta_estimators(seed):
    """SK #18944 and #20053: calibration, stacking, voting, thresholds, importances."""
    X, y = make_data(seed)
    pipeline = make_pipeline(StandardScaler(), SMOTE(random_state=seed), LogisticRegression())
    for model in (
        CalibratedClassifierCV(pipeline, cv=3),
        StackingClassifier([("p", pipeline)], cv=3),
        VotingClassifier([("p", pipeline)], voting="soft"),
        TunedThresholdClassifierCV(pipeline, cv=3),
    ):
        probabilities = model.fit(X, y).predict_proba(X)
        assert np.isfinite(probabilities).all()
        assert model.score(X, y) > 0.6
    importances = permutation_importance(pipeline.fit(X, y), X, y, n_repeats=1)
    assert np.isfinite(importances.importances_mean).all()


def test_cached_steps_give_the_same_model(tmp_path, seed):
    """IL #685: a sampler between cached steps."""
    X, y = make_data(seed)
    steps = [
        ("scaler", StandardScaler()),
        ("sampler", RandomOverSampler(random_state=seed)),
        ("model", LogisticRegression()),
    ]
    expected = Pipeline(steps).fit(X, y).predict_proba(X)
    for _ in range(2):  # computed, and from the cache
        cached = Pipeline(steps, memory=str(tmp_path)).fit(X, y)
        np.testing.assert_array_equal(cached.predict_proba(X), expected)


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_steps_give_data_frames_on_request(container, seed):
    """IL #960: `set_output` of a pipeline with a sampler."""
    X, y = make_data(seed)
    X = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    pipeline = make_pipeline(StandardScaler(), SMOTE(random_state=seed), LogisticRegression())
    pipeline.set_output(transform=container).fit(X, y)
    assert type(pipeline[:-1].transform(X)).__module__.startswith(container)
    assert list(pipeline[:-1].get_feature_names_out()) == [*X.columns]
    assert list(pipeline[-1].feature_names_in_) == [*X.columns]


def test_functions_can_resample_regression_targets(seed):
    """IL #610 and #782: with `validate=False`, neither X nor y is checked."""
    rng = np.random.RandomState(seed)
    X, y = pd.DataFrame(rng.randn(50, 2), columns=["a", "b"]), rng.randn(50)
    sampler = FunctionSampler(func=lambda X, y: (X[:30], y[:30]), validate=False)
    assert len(make_pipeline(sampler, Ridge()).fit(X, y).predict(X)) == 50
    X.loc[0, "a"] = None
    assert len(sampler.fit(X, y).fit_resample(X, y)[0]) == 30


def test_a_fold_with_too_few_samples_is_explained(seed):
    """TH #103 and IL #572: the error is about a class, not about neighbors and samples."""
    y = np.array(["a"] * 60 + ["b"] * 6)
    X = np.random.RandomState(seed).randn(66, 2)
    model = make_pipeline(SMOTE(), LogisticRegression())
    with pytest.raises(TooFewSamplesError, match="class 'b' has 4. Set k_neighbors to 3 or less"):
        cross_val_predict(model, X, y, cv=3)


# Ensembles


@pytest.mark.parametrize(
    "ensemble", [BalancedBaggingClassifier, EasyEnsembleClassifier, SelfPacedEnsembleClassifier]
)
def test_base_estimators_need_no_sample_weight(ensemble, seed):
    """IE #5: an ensemble of nearest neighbors."""
    X, y = make_data(seed)
    model = ensemble(estimator=KNeighborsClassifier(), n_estimators=3, random_state=seed)
    assert model.fit(X, y).score(X, y) > 0.6
    with pytest.raises(InputError, match="doesn't support sample_weight"):
        RUSBoostClassifier(KNeighborsClassifier()).fit(X, y)


def test_class_sizes_are_given_by_name_in_a_search(seed):
    """IL #518: classes that are strings, in a grid search and with an out-of-bag score."""
    X, y = make_data(seed)
    y = np.array(["other", "AU"])[y]
    forest = BalancedRandomForestClassifier(
        10, sampling_strategy={"AU": 15, "other": 60}, oob_score=True, random_state=seed
    )
    search = GridSearchCV(forest, {"max_depth": [5]}, cv=3, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.6
    assert 0.5 < search.best_estimator_.oob_score_ <= 1


@pytest.mark.parametrize(
    "ensemble",
    [
        *(BalancedBaggingClassifier, EasyEnsembleClassifier, RUSBoostClassifier),
        BalancedRandomForestClassifier,
    ],
)
def test_names_of_features_are_known(ensemble, seed):
    """IL #872."""
    X, y = make_data(seed, 60)
    X = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    model = ensemble(n_estimators=2, random_state=seed).fit(X, y)
    assert model.n_features_in_ == 6
    assert list(model.feature_names_in_) == [*X.columns]
