"""Balanced bagging, boosting and sequential ensembles, compared with imbalanced-learn's."""

from __future__ import annotations

import pickle
import warnings

import imblearn.ensemble
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

import counterpoise.ensemble as ours
from counterpoise.combine import SMOTETomek
from counterpoise.ensemble._tree_predictions import convert_for_trees, predict_proba_adaboost
from counterpoise.exceptions import CounterpoiseWarning, FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE, SMOTENC
from counterpoise.under_sampling import TomekLinks

SHALLOW = DecisionTreeClassifier(max_depth=3)
SAMME = {"estimator": SHALLOW, "algorithm": "SAMME"}
PAIRS = [
    ("BalancedBaggingClassifier", {}),
    ("BalancedBaggingClassifier", {"max_features": 0.5, "max_samples": 0.7}),
    ("BalancedBaggingClassifier", {"bootstrap": False, "replacement": True}),
    ("BalancedBaggingClassifier", {"estimator": GaussianNB(), "bootstrap_features": True}),
    ("BalancedBaggingClassifier", {"estimator": LinearSVC()}),
    ("BalancedBaggingClassifier", {"sampling_strategy": {"a": 60}}),
    ("EasyEnsembleClassifier", {"n_estimators": 4}),
    ("EasyEnsembleClassifier", {"n_estimators": 4, "estimator": LogisticRegression()}),
    ("RUSBoostClassifier", SAMME),
    ("RUSBoostClassifier", {**SAMME, "replacement": True, "learning_rate": 0.5}),
    ("RUSBoostClassifier", {**SAMME, "estimator": GaussianNB(), "n_estimators": 8}),
]
SMALL_SMOTE = SMOTE(k_neighbors=1)  # some checks have small classes
SEQUENTIAL = (ours.SelfPacedEnsembleClassifier, ours.BalanceCascadeClassifier)


@pytest.fixture
def data(seed):
    """Return samples of three classes with names, two of them minority classes."""
    X, y = make_classification(
        900, 8, n_informative=5, n_classes=3, weights=[0.8, 0.15], random_state=seed
    )
    return X, np.array(["a", "b", "c"])[y]


def expected_failures(estimator):
    """Return the checks that are expected to fail, and why."""
    if isinstance(estimator, ours.RUSBoostClassifier | ours.SMOTEBoostClassifier):
        why = "resampling ignores sample weights; only the base estimators use them"
        return {
            "check_sample_weight_equivalence_on_dense_data": why,
            "check_sample_weight_equivalence_on_sparse_data": why,
        }
    return {}


@parametrize_with_checks(
    [
        ours.BalancedBaggingClassifier(n_estimators=3, random_state=0),
        ours.EasyEnsembleClassifier(3, AdaBoostClassifier(n_estimators=3), random_state=0),
        ours.RUSBoostClassifier(SHALLOW, n_estimators=5, random_state=0),
        ours.RUSBoostClassifier(**SAMME, n_estimators=5, random_state=0),
        ours.SMOTEBoostClassifier(n_estimators=3, sampler=SMALL_SMOTE, random_state=0),
        ours.SMOTEBaggingClassifier(n_estimators=3, sampler=SMALL_SMOTE, random_state=0),
        ours.SelfPacedEnsembleClassifier(n_estimators=4, random_state=0),
        ours.BalanceCascadeClassifier(n_estimators=4, random_state=0),
    ],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_checks(estimator, check):
    """The ensembles pass scikit-learn's checks, except that a weight of 2 is no duplicate."""
    check(estimator)


@pytest.mark.costly
@pytest.mark.parametrize(("name", "params"), PAIRS)
def test_same_predictions_as_imbalanced_learn(name, params, data, seed):
    """The same seed gives the same classes, and the same probabilities to the last bit."""
    X, y = data
    one = getattr(ours, name)(random_state=seed, **params).fit(X, y)
    theirs = {key: value for key, value in params.items() if key != "algorithm"}
    other = getattr(imblearn.ensemble, name)(random_state=seed, **theirs).fit(X, y)

    np.testing.assert_array_equal(other.predict(X), one.predict(X))
    if hasattr(other, "predict_proba"):
        np.testing.assert_array_equal(other.predict_proba(X), one.predict_proba(X))


@pytest.mark.costly
@pytest.mark.parametrize("name", ["BalancedBaggingClassifier", "EasyEnsembleClassifier"])
def test_predictions_do_not_depend_on_n_jobs(name, data):
    """Probabilities are summed in the order of the base estimators, in any number of threads."""
    X, y = data
    predictions = [
        getattr(ours, name)(n_estimators=4, random_state=0, n_jobs=n_jobs)
        .fit(X, y)
        .predict_proba(X)
        for n_jobs in (None, 2, 3)
    ]

    for other in predictions[1:]:
        np.testing.assert_array_equal(predictions[0], other)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_fast_adaboost_probabilities_equal_scikit_learn(n_classes):
    """To convert X once for all trees changes no bit; X with infinite values is not converted."""
    X, y = make_classification(400, n_informative=5, n_classes=n_classes, random_state=0)
    model = AdaBoostClassifier(SHALLOW, n_estimators=20, random_state=0).fit(X, y)

    np.testing.assert_array_equal(
        model.predict_proba(X), predict_proba_adaboost(model, convert_for_trees(X))
    )
    X[3, 4] = np.inf
    assert convert_for_trees(X) is None
    assert convert_for_trees(sparse.csr_array([[1.0]])) is None


def test_base_estimators_are_accessed_like_pipelines(data):
    """The sampler and the classifier are accessed as in imbalanced-learn's pipelines."""
    X, y = data
    model = ours.BalancedBaggingClassifier(n_estimators=3, random_state=0).fit(X, y)
    member = model.estimators_[0]

    assert member[-1] is member.named_steps["classifier"] is member.classifier
    assert len(member) == 2
    assert member["sampler"] is member[0]
    np.testing.assert_array_equal(member.predict_proba(X), member.classifier.predict_proba(X))
    drawn = model.estimators_samples_[0][member.sampler.sample_indices_]
    np.testing.assert_array_equal(np.unique(drawn), member.in_bag_indices_)
    with pytest.raises(AttributeError, match="no attribute 'transform'"):
        member.transform(X)


def test_base_estimators_can_be_fitted_again(data):
    """`estimators_samples_` and `estimators_features_` are the data of each base estimator."""
    X, y = data
    model = ours.BalancedBaggingClassifier(
        LogisticRegression(), max_samples=0.5, max_features=0.5, random_state=1
    ).fit(X, y)
    codes = np.unique(y, return_inverse=True)[1]

    for member, samples, features in zip(
        model.estimators_, model.estimators_samples_, model.estimators_features_, strict=True
    ):
        before = member[-1].coef_
        again = member.fit(X[samples][:, features], codes[samples])[-1].coef_
        np.testing.assert_allclose(again, before)


@pytest.mark.parametrize("sampler", [SMOTE(k_neighbors=2), TomekLinks(), SMOTETomek()])
def test_bagging_with_any_sampler(sampler, data):
    """Bagging accepts oversampling and cleaning samplers."""
    X, y = data
    model = ours.BalancedBaggingClassifier(n_estimators=3, sampler=sampler, random_state=0)

    assert model.fit(X, y).score(X, y) > 0.6


def test_defect_32_a_bootstrap_sample_without_the_minority_class():
    """All samples of a class are added to a bootstrap sample that has none of it."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(80, 3), np.repeat([0, 1], [78, 2])
    with pytest.raises(ValueError, match="more than 1 class"):
        imblearn.ensemble.BalancedBaggingClassifier(n_estimators=30, random_state=0).fit(X, y)

    model = ours.BalancedBaggingClassifier(n_estimators=30, random_state=0).fit(X, y)

    assert all(len(member.classes_) == 2 for member in model.estimators_)


def test_samples_without_an_out_of_bag_estimate():
    """A warning has their number, and their probabilities are NaN."""
    X, y = make_classification(100, flip_y=0, random_state=0)
    model = ours.BalancedBaggingClassifier(n_estimators=1, oob_score=True, random_state=0)
    with pytest.warns(CounterpoiseWarning, match=r"\d+ of 100 samples have no out-of-bag"):
        model.fit(X, y)

    has_no_oob = np.isnan(model.oob_decision_function_[:, 0])
    np.testing.assert_array_equal(np.flatnonzero(has_no_oob), model.estimators_[0].in_bag_indices_)


def test_oob_score_on_noise():
    """On noise, the out-of-bag accuracy is one half."""
    scores = []
    for seed in range(5):
        rng = np.random.RandomState(seed)
        X, y = rng.randn(400, 6), rng.permutation(np.repeat([0, 1], 200))
        model = ours.BalancedBaggingClassifier(
            n_estimators=40, oob_score=True, random_state=seed
        ).fit(X, y)
        scores.append(model.oob_score_)

    assert abs(np.mean(scores) - 0.5) < 4 * 0.5 / np.sqrt(5 * 400)


@pytest.mark.parametrize("name", ["BalancedBaggingClassifier", "EasyEnsembleClassifier"])
def test_warm_start_equals_a_single_fit(name, data):
    """A warm start adds the base estimators that a larger ensemble would have."""
    X, y = data
    once = getattr(ours, name)(n_estimators=5, random_state=1).fit(X, y)
    twice = getattr(ours, name)(n_estimators=2, random_state=1, warm_start=True).fit(X, y)
    twice.set_params(n_estimators=5).fit(X, y)

    np.testing.assert_array_equal(once.predict_proba(X), twice.predict_proba(X))


def test_samplers_and_pipelines_of_boosting(data, seed):
    """Samplers equal imbalanced-learn's; pipelines are fitted, which imbalanced-learn's are not."""
    X, y = data
    one = ours.RUSBoostClassifier(**SAMME, n_estimators=5, random_state=seed).fit(X, y)
    other = imblearn.ensemble.RUSBoostClassifier(SHALLOW, n_estimators=5, random_state=seed)
    other.fit(X, y)

    for mine, theirs in zip(one.samplers_, other.samplers_, strict=True):
        np.testing.assert_array_equal(theirs.sample_indices_, mine.sample_indices_)
    assert not hasattr(other.pipelines_[0][-1], "tree_")  # defect 20
    assert hasattr(one.pipelines_[0][-1], "tree_")
    assert set(one.sampling_strategy_) == {"a", "b"}
    assert one.base_sampler_.sampling_strategy == "auto"


def test_boosting_a_dummy_classifier(data):
    """An estimator that is no better than guessing raises an error."""
    X, y = data
    with pytest.raises(InputError, match=r"first round is 0\.\d\d, no better than random guessing"):
        ours.RUSBoostClassifier(DummyClassifier(strategy="constant", constant="c")).fit(X, y)


@pytest.mark.parametrize("ensemble", SEQUENTIAL)
def test_sequential_ensembles_train_on_balanced_samples(ensemble, data):
    """Each base estimator has all samples of the smallest class, and as many of each other."""
    X, y = data
    model = ensemble(n_estimators=6, random_state=0).fit(X, y)
    minority = np.flatnonzero(y == "c")

    for samples in model.estimators_samples_:
        assert len(samples) == len(np.unique(samples)) == 3 * len(minority)
        assert set(np.unique(y[samples], return_counts=True)[1]) == {len(minority)}
        assert set(minority) <= set(samples)
    restored = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(model.predict(X), restored.predict(X))
    frame = pd.DataFrame(X).rename(columns="x{}".format)
    named = ensemble(n_estimators=6, random_state=0).fit(frame, y)
    np.testing.assert_array_equal(model.predict_proba(X), named.predict_proba(frame))


def test_balance_cascade_removes_easy_samples():
    """The last training samples have lower predicted probabilities than the class on average."""
    X, y = make_classification(2000, weights=[0.95], class_sep=0.6, flip_y=0, random_state=0)
    model = ours.BalanceCascadeClassifier(GaussianNB(), 6, random_state=0).fit(X, y)

    last = model.estimators_samples_[-1]
    majority = last[y[last] == 0]
    probability = model.estimators_[0].predict_proba(X)[:, 0]
    assert probability[majority].mean() < probability[y == 0].mean() - 0.03


def test_self_paced_ensemble_selects_harder_samples():
    """The majority samples of the last round are harder on average than those of the first."""
    X, y = make_classification(4000, weights=[0.95], class_sep=0.6, flip_y=0, random_state=0)
    model = ours.SelfPacedEnsembleClassifier(GaussianNB(), 8, random_state=0).fit(X, y)
    probability = model.predict_proba(X)[:, 0]
    first, last = (
        probability[samples[y[samples] == 0]].mean()
        for samples in (model.estimators_samples_[0], model.estimators_samples_[-1])
    )

    assert last < first - 0.05


@pytest.mark.parametrize("ensemble", SEQUENTIAL)
def test_sequential_ensembles_rank_better_than_one_tree(ensemble):
    """The average precision is clearly higher than that of one tree, averaged over data sets."""
    improvements = []
    for seed in range(4):
        X, y = make_classification(3000, weights=[0.95], class_sep=0.8, random_state=seed)
        half = len(y) // 2
        tree = DecisionTreeClassifier(random_state=0).fit(X[:half], y[:half])
        model = ensemble(random_state=0).fit(X[:half], y[:half])
        scores = [m.predict_proba(X[half:])[:, 1] for m in (model, tree)]
        improvements.append(np.subtract(*(average_precision_score(y[half:], s) for s in scores)))

    assert np.mean(improvements) > 0.05


CITIES = ["bern", "oslo", "rome"]
ENSEMBLES = [getattr(ours, name) for name in ours.__all__ if "Forest" not in name]
FRAMES = [pd.DataFrame, pl.DataFrame]


def mixed_data(library, seed):
    """Return a data frame with a column of strings, the same data encoded, and a target."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat([0, 1], [240, 60]))
    codes, amount = (rng.randint(0, 3, 300) + y) % 3, rng.randn(300) + 2 * y
    cities = np.array(CITIES)[codes].tolist()
    frame = library({"city": cities, "amount": amount, "noise": rng.randn(300)})
    return frame, np.column_stack([codes, amount]), y


def generating(ensemble, categorical):
    """Return the parameters of an ensemble that oversamples a table with a categorical column."""
    return {"sampler": SMOTENC([categorical])} if "SMOTE" in ensemble.__name__ else {}


def by_name(classifier):
    """Return a pipeline that selects two columns by name, and encodes one of them."""
    encoder = OrdinalEncoder(categories=[CITIES])
    columns = [("city", encoder, ["city"]), ("amount", "passthrough", ["amount"])]
    return make_pipeline(ColumnTransformer(columns), classifier)


@pytest.mark.parametrize("library", FRAMES)
@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_base_estimators_select_columns_by_name(ensemble, library, seed):
    """Base estimators get data frames; the result is that for the same data in an array."""
    frame, X, y = mixed_data(library, seed)
    params = {"n_estimators": 3, "random_state": seed}
    model = ensemble(estimator=by_name(GaussianNB()), **params, **generating(ensemble, "city"))

    model.fit(frame, y)

    X = np.column_stack([X, frame["noise"]])
    by_position = make_pipeline(ColumnTransformer([("two", "passthrough", [0, 1])]), GaussianNB())
    plain = ensemble(estimator=by_position, **params, **generating(ensemble, 0)).fit(X, y)
    np.testing.assert_allclose(plain.predict_proba(X), model.predict_proba(frame))
    np.testing.assert_array_equal(plain.predict(X), model.predict(frame))
    assert ["city", "amount", "noise"] == list(model.feature_names_in_)
    assert not hasattr(model, "feature_importances_")


@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_base_estimators_read_categorical_columns(ensemble):
    """A booster that reads the data types of columns gets them, on some of the features too."""
    frame, _, y = mixed_data(pd.DataFrame, 0)
    frame = frame.astype({"city": "category"})
    booster = HistGradientBoostingClassifier(max_iter=3, categorical_features="from_dtype")
    is_balanced_bagging = ensemble is ours.BalancedBaggingClassifier
    params = {"oob_score": True, "max_features": 0.7} if is_balanced_bagging else {}
    params |= generating(ensemble, "city")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as one about the names of features
        warnings.filterwarnings("ignore", ".*out-of-bag")
        model = ensemble(estimator=booster, n_estimators=5, random_state=0, **params).fit(frame, y)

        assert average_precision_score(y, model.predict_proba(frame)[:, 1]) > 0.5
    if is_balanced_bagging:
        np.testing.assert_allclose(
            model.predict_log_proba(frame), np.log(model.predict_proba(frame))
        )
        assert model.oob_score_ > 0.6


def test_samplers_of_bagging_get_the_data_frame():
    """The sampler of balanced bagging can select columns by name."""
    frame, _, y = mixed_data(pd.DataFrame, 0)
    model = ours.BalancedBaggingClassifier(
        by_name(LogisticRegression()), 2, sampler=SMOTENC(["city"]), random_state=0
    )

    model.fit(frame, y)

    assert (300,) == model.decision_function(frame).shape
    model.set_params(bootstrap_features=True)  # a data frame cannot have a column twice
    with pytest.raises(ValueError, match="no column 'city'"):
        model.fit(frame, y)


@pytest.mark.parametrize("library", FRAMES)
@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_trees_give_the_same_result_for_arrays_and_data_frames(ensemble, library, data):
    """Default base estimators predict the same for the same numbers in a data frame."""
    X, y = data
    frame = library({f"x{j}": column for j, column in enumerate(X.T)})
    model = ensemble(estimator=SHALLOW, n_estimators=3, random_state=0)

    expected = model.fit(X, y).predict_proba(X)

    np.testing.assert_array_equal(expected, model.fit(frame, y).predict_proba(frame))


@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_feature_importances(ensemble, data):
    """Feature importances are the mean over the base estimators, each with its own features."""
    X, y = data
    is_balanced_bagging = ensemble is ours.BalancedBaggingClassifier
    params = {"max_features": 0.5} if is_balanced_bagging else {}
    model = ensemble(estimator=SHALLOW, n_estimators=4, random_state=0, **params)
    assert not hasattr(model, "feature_importances_")

    importances = model.fit(X, y).feature_importances_

    assert (8,) == importances.shape
    assert np.isclose(1, importances.sum())
    if is_balanced_bagging:
        expected = np.zeros(8)
        for member, features in zip(model.estimators_, model.estimators_features_, strict=True):
            expected[features] += member.classifier.feature_importances_ / 4
        np.testing.assert_allclose(expected, importances)
    model.set_params(estimator=GaussianNB()).fit(X, y)
    assert not hasattr(model, "feature_importances_")


def test_unknown_algorithm_of_boosting(data):
    """The error names the two algorithms; SAMME.R has been removed from scikit-learn."""
    with pytest.raises(InputError, match=r"'M2' or 'SAMME', got 'SAMME\.R'\. Use algorithm='M2'"):
        ours.RUSBoostClassifier(algorithm="SAMME.R").fit(*data)


def test_boosting_needs_sample_weights(data):
    """The error for an estimator without sample weights comes before anything is fitted."""
    for estimator in (KNeighborsClassifier(), make_pipeline(KNeighborsClassifier())):
        name = type(estimator).__name__
        with pytest.raises(InputError, match=f"{name} doesn't support sample_weight.*EasyEnsemble"):
            ours.RUSBoostClassifier(estimator).fit(*data)


@pytest.mark.parametrize("library", FRAMES)
@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_text_columns_are_named(ensemble, library):
    """Trees cannot read strings: the error names the columns and how to encode them.

    BalancedRandomForestClassifier encodes them itself.
    """
    frame, _, y = mixed_data(library, 0)

    with pytest.raises(FeatureTypeError, match=r"'city' is categorical.*OrdinalEncoder"):
        ensemble(n_estimators=2, **generating(ensemble, "city")).fit(frame, y)


@pytest.mark.parametrize("ensemble", [ours.BalancedBaggingClassifier, ours.SMOTEBaggingClassifier])
def test_samplers_of_bagging_get_the_classes(ensemble, data):
    """Samplers get the classes of the user, so that messages name them, and not their codes."""
    X, y = data
    names = np.array(["healthy", "ill", "unknown"])[np.unique(y, return_inverse=True)[1]]
    too_many = SMOTE(k_neighbors=len(y))

    with pytest.raises(ValueError, match="class '(healthy|ill|unknown)' has"):
        ensemble(sampler=too_many).fit(X, names)
    strategies = []
    model = ensemble(n_estimators=2, sampling_strategy=lambda y: strategies.append(set(y)) or {})
    model.fit(X, names)
    assert strategies == [set(names)] * 2
    assert set(model.predict(X)) <= set(names)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y: ours.SelfPacedEnsembleClassifier(LinearSVC()).fit(X, y), "Calibrated"),
        (lambda X, y: ours.SelfPacedEnsembleClassifier(k_bins=0).fit(X, y), "k_bins"),
        (lambda X, y: ours.BalanceCascadeClassifier(n_estimators=0).fit(X, y), "n_estimators"),
        (
            lambda X, y: ours.BalancedBaggingClassifier(sampling_strategy={"q": 3}).fit(X, y),
            "not present in the data: 'q'. The classes of y are",
        ),
        (lambda X, y: ours.BalancedBaggingClassifier(sampler=3).fit(X, y), "sampler"),
        (lambda X, y: ours.EasyEnsembleClassifier(replacement=3).fit(X, y), "replacement"),
        (lambda X, y: ours.EasyEnsembleClassifier().fit(X, np.eye(3)[:, [0] * 9]), "samples|class"),
    ],
)
def test_error_messages(call, message, data):
    """Invalid parameters and targets raise an error."""
    with pytest.raises(ValueError, match=message):
        call(*data)
