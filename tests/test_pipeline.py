"""Pipelines with samplers: what they do as the peer's, as scikit-learn's, and beyond both."""

from __future__ import annotations

import contextlib
import doctest
import io
import pickle
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import imblearn.over_sampling
import imblearn.pipeline
import imblearn.under_sampling
import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, StratifiedKFold, cross_validate
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion
from sklearn.pipeline import Pipeline as SklearnPipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import estimator_html_repr

from counterpoise import FunctionSampler
from counterpoise.base import SamplerMixin, is_sampler
from counterpoise.exceptions import CounterpoiseWarning, InputError, StepError
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.pipeline import Pipeline, make_pipeline
from counterpoise.under_sampling import (
    ClusterCentroids,
    EditedNearestNeighbours,
    RandomUnderSampler,
    TomekLinks,
)


@pytest.fixture
def data(seed):
    """Return a table whose rare class has one row in six."""
    return make_classification(240, 6, weights=[0.84], class_sep=0.7, random_state=seed)


@pytest.fixture
def routing():
    """Switch metadata routing on."""
    with sklearn.config_context(enable_metadata_routing=True):
        yield


class Recorder(ClassifierMixin, BaseEstimator):
    """Remember what `fit` was given."""

    def fit(self, X, y, sample_weight=None, groups=None):
        self.X_, self.y_, self.weight_, self.groups_ = X, y, sample_weight, groups
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self.seen_ = X
        return np.repeat(self.classes_[:1], len(X))


class Plain(BaseEstimator):
    """A transformer without `fit_transform`, which remembers the rows it was fitted to."""

    def fit(self, X, y=None, sample_weight=None):
        self.shapes_ = (len(X), len(y))
        self.weight_ = sample_weight
        return self

    def transform(self, X):
        return X


class Everything(SamplerMixin, TransformerMixin, BaseEstimator):
    """A sampler that transforms, too."""

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y):
        return X, y

    def transform(self, X):
        return X


class EverySecond(SamplerMixin, BaseEstimator):
    """A third party's sampler, which says which rows it keeps if it is told to."""

    def __init__(self, says=True):
        self.says = says

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y, sample_weight=None):
        self.weight_ = sample_weight
        if self.says:
            self.sample_indices_ = np.arange(0, len(y), 2)
        return X[::2].copy(), y[::2].copy()


# ---- As imbalanced-learn's ----


def both(name, **parameters):
    """Return a sampler of each library."""
    theirs = getattr(imblearn.over_sampling, name, None)
    theirs = theirs or getattr(imblearn.under_sampling, name)
    ours = {s.__name__: s for s in (SMOTE, RandomOverSampler, RandomUnderSampler, TomekLinks)}
    ours["EditedNearestNeighbours"] = EditedNearestNeighbours
    return ours[name](**parameters), theirs(**parameters)


CHAINS = {
    "smote, pca, logistic": [
        both("SMOTE", random_state=3),
        PCA(3, random_state=0),
        LogisticRegression(),
    ],
    "fewer, scale, svc": [both("RandomUnderSampler", random_state=3), StandardScaler(), SVC()],
    "scale, edited, nearest": [
        MinMaxScaler(),
        both("EditedNearestNeighbours"),
        KNeighborsClassifier(),
    ],
    "two samplers": [
        StandardScaler(),
        both("SMOTE", random_state=1),
        SelectKBest(k=3),
        both("TomekLinks"),
        DecisionTreeClassifier(random_state=0),
    ],
    "passthrough": ["passthrough", both("RandomOverSampler", random_state=2), None, SVC()],
}


def pair(steps, own_samplers):
    """Return the same steps as a pipeline of ours and one of imbalanced-learn."""
    chosen = [step[0 if own_samplers else 1] if isinstance(step, tuple) else step for step in steps]
    theirs = [step[1] if isinstance(step, tuple) else step for step in steps]
    ours = Pipeline([(f"s{i}", step) for i, step in enumerate(chosen)])
    peer = imblearn.pipeline.Pipeline([(f"s{i}", step) for i, step in enumerate(theirs)])
    return clone(ours), clone(peer)


@pytest.mark.parametrize("own_samplers", [True, False])
@pytest.mark.parametrize("name", CHAINS)
def test_predictions_are_the_peers(name, own_samplers, data):
    """With samplers of either library, whatever a pipeline says is what the peer says."""
    X, y = data
    ours, peer = (pipe.fit(X, y) for pipe in pair(CHAINS[name], own_samplers))

    for method in ("predict", "predict_proba", "decision_function"):
        assert hasattr(ours, method) == hasattr(peer, method)
        if hasattr(peer, method):
            np.testing.assert_array_equal(getattr(peer, method)(X), getattr(ours, method)(X))
    assert ours.score(X, y) == peer.score(X, y)
    np.testing.assert_array_equal(ours.classes_, peer.classes_)


def test_fit_resample_is_the_peers(data):
    """A pipeline that ends in a sampler resamples as the peer's does, and does not predict."""
    ours, peer = pair([StandardScaler(), both("SMOTE", random_state=0)], True)

    for our, their in zip(ours.fit_resample(*data), peer.fit_resample(*data), strict=True):
        np.testing.assert_array_equal(their, our)
    assert is_sampler(ours)
    assert not hasattr(ours, "predict")
    assert not hasattr(ours, "fit_transform")


def test_fit_transform_is_the_peers(data):
    """`fit_transform` returns the resampled rows; `transform` those that it is given."""
    ours, peer = pair([both("SMOTE", random_state=0), PCA(2)], True)

    np.testing.assert_array_equal(peer.fit_transform(*data), ours.fit_transform(*data))
    np.testing.assert_array_equal(peer.transform(data[0]), ours.transform(data[0]))


def test_fit_resample_returns_the_classes_of_a_pipeline_that_ends_in_nothing(data):
    """Both rows and classes come back; the peer returns the rows alone."""
    ours, peer = pair([both("RandomUnderSampler", random_state=0), "passthrough"], True)
    X, y = ours.fit_resample(*data)

    assert ours.fit(*data) is ours
    assert isinstance(peer.fit_resample(*data), np.ndarray)
    assert set(Counter(y.tolist()).values()) == {len(X) // 2}


# ---- As scikit-learn's ----


@pytest.mark.parametrize("end", [PCA(2), None, "passthrough", Plain(), SVC(), KMeans(2, n_init=1)])
def test_without_samplers_it_is_scikit_learns(end, data):
    """Each method is there where scikit-learn has it, and returns the same."""
    X, y = data
    if isinstance(end, KMeans):
        end.set_params(random_state=0)
    steps = [("scale", StandardScaler()), ("no", None), ("end", end)]
    ours, theirs = (clone(kind(steps)) for kind in (Pipeline, SklearnPipeline))

    for method in ("fit_transform", "fit_predict"):
        assert hasattr(ours, method) == hasattr(theirs, method)
        if hasattr(theirs, method):
            expected = getattr(theirs, method)(X, y)
            np.testing.assert_array_equal(expected, getattr(ours, method)(X, y))
    ours.fit(X, y), theirs.fit(X, y)
    for method in ("transform", "predict", "inverse_transform", "score_samples"):
        assert hasattr(ours, method) == hasattr(theirs, method)
        if hasattr(theirs, method):
            Z = theirs.transform(X) if method == "inverse_transform" else X
            np.testing.assert_array_equal(getattr(theirs, method)(Z), getattr(ours, method)(Z))


def test_scores_and_inverses_leave_samplers_out(data):
    """`inverse_transform` and `score_samples` go around a sampler."""
    X, y = data
    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), MinMaxScaler()).fit(X, y)
    parts = make_pipeline(SMOTE(random_state=0), PCA(3)).fit(X, y)

    np.testing.assert_allclose(pipe.inverse_transform(pipe.transform(X)), X)
    np.testing.assert_array_equal(parts[-1].score_samples(X), parts.score_samples(X))


def test_names_slices_and_parameters(data):
    """Steps are reached, cut, set, cloned and pickled as in scikit-learn."""
    X, y = data
    pipe = Pipeline([("scale", StandardScaler()), ("more", SMOTE()), ("model", SVC())])
    pipe.set_params(more__k_neighbors=3, more__random_state=1, model__C=2.0).fit(X, y)

    assert pipe["more"] is pipe[1] is pipe.named_steps.more
    assert pipe[1].k_neighbors == 3
    assert isinstance(pipe[:-1], Pipeline)
    assert len(pipe) == 3
    assert pipe.get_params()["model__C"] == 2.0
    assert clone(pipe).get_params()["more__k_neighbors"] == 3
    again = pickle.loads(pickle.dumps(pipe))
    np.testing.assert_array_equal(pipe.predict(X), again.predict(X))
    off = clone(pipe).set_params(more="passthrough").fit(X, y)
    assert off["model"].shape_fit_ == (len(X), 6)


def test_names_of_steps_are_made():
    """`make_pipeline` names steps after their types, and counts those of one type."""
    pipe = make_pipeline(TomekLinks(), TomekLinks(), SVC(), memory="here", verbose=True)

    assert [name for name, _ in pipe.steps] == ["tomeklinks-1", "tomeklinks-2", "svc"]
    assert (pipe.memory, pipe.verbose, pipe.transform_input) == ("here", True, None)


def test_a_slice_that_ends_in_a_sampler_transforms(data):
    """What comes before the model can be looked at."""
    X, y = data
    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), SVC()).fit(X, y)

    np.testing.assert_array_equal(pipe[:-1].transform(X), pipe[0].transform(X))
    np.testing.assert_array_equal(pipe[1:2].transform(X), X)
    names = pipe[:-1].get_feature_names_out(list("abcdef"))
    assert names.tolist() == list("abcdef")
    with pytest.raises(NotFittedError):
        clone(pipe)[:-1].transform(X)


def test_frames_keep_their_names(data):
    """Frames go from transformers through samplers to the model, and names are known."""
    X = pd.DataFrame(data[0], columns=list("abcdef"))
    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), SelectKBest(k=2), Recorder())
    pipe.set_output(transform="pandas").fit(X, data[1])

    assert isinstance(pipe[-1].X_, pd.DataFrame)
    assert pipe[-1].X_.columns.tolist() == pipe[:-1].get_feature_names_out().tolist()
    assert pipe.feature_names_in_.tolist() == list("abcdef")
    assert pipe.n_features_in_ == 6


def test_sparse_tables_go_through(data):
    """Sparse rows are resampled as such."""
    X = sparse.csr_array(np.where(data[0] > 0.5, data[0], 0))
    pipe = make_pipeline(RandomUnderSampler(random_state=0), Recorder()).fit(X, data[1])

    assert sparse.issparse(pipe[-1].X_)


def test_column_transformers_and_unions_are_steps(data):
    """Mixed columns are encoded, joined and resampled."""
    X = pd.DataFrame(data[0], columns=list("abcdef")).assign(
        plan=np.where(data[0][:, 0] > 0, "s", "m")
    )
    columns = ColumnTransformer(
        [("n", StandardScaler(), list("abc")), ("c", OneHotEncoder(), ["plan"])]
    )
    union = FeatureUnion([("pca", PCA(2)), ("best", SelectKBest(k=1))])
    pipe = make_pipeline(columns, SMOTE(random_state=0), union, SVC()).fit(X, data[1])

    assert pipe[-1].shape_fit_ == (2 * (data[1] == 0).sum(), 3)


def test_messages_tell_the_time_of_each_step(data, capsys):
    """`verbose` has a line for each step, samplers and missing steps included."""
    make_pipeline(None, SMOTE(random_state=0), PCA(2), SVC(), verbose=True).fit(*data)
    lines = capsys.readouterr().out.splitlines()

    assert [re.search(r"step (\d) of 4", line)[1] for line in lines] == list("1234")
    assert "Processing smote" in lines[1]


def test_the_picture_shows_samplers():
    """The HTML shows a sampler as a step."""
    html = estimator_html_repr(make_pipeline(StandardScaler(), SMOTE(), SVC()))

    assert all(name in html for name in ("StandardScaler", "SMOTE", "SVC"))


# ---- What is resampled, and what is not ----


def test_the_sampler_is_not_there_when_predicting(data):
    """As many rows are predicted as are given, and they are those given."""
    X, y = data
    pipe = make_pipeline(RandomUnderSampler(random_state=0), Recorder()).fit(X, y)
    pipe.predict(X)

    np.testing.assert_array_equal(pipe[-1].seen_, X)
    np.testing.assert_array_equal(pipe[-1].y_, y[pipe[0].sample_indices_])


def test_the_last_step_gets_resampled_classes_in_fit_transform(data):
    """A last step without `fit_transform` sees as many classes as rows; the peer's does not."""
    ours, peer = pair([both("SMOTE", random_state=0), Plain()], True)
    ours.fit_transform(*data)
    peer.fit_transform(*data)
    n = 2 * (data[1] == 0).sum()

    assert ours[-1].shapes_ == (n, n)
    assert peer[-1].shapes_ == (n, len(data[0]))


def test_fit_predict_uses_resampled_classes(data):
    """The last step's `fit_predict` is given rows and classes of one length."""

    class Both(Recorder):
        def fit_predict(self, X, y):
            assert len(X) == len(y)
            return y

    y = make_pipeline(SMOTE(random_state=0), Both()).fit_predict(*data)
    assert len(set(Counter(y.tolist()).values())) == 1


class Seen(SamplerMixin, BaseEstimator):
    """Remember, for all copies, which rows were resampled."""

    rows: list = []  # noqa: RUF012

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y):
        sampler = SMOTE(random_state=0)
        result = sampler.fit_resample(X, y)
        assert sampler.provenance_.row.max() < len(X)
        Seen.rows.append(set(X[:, 0].tolist()))
        return result


@pytest.mark.parametrize("how", ["cross_validate", "search", "calibration"])
def test_no_sampler_sees_a_test_fold(how, data):
    """In each split the sampler sees the training rows, all of them and nothing else."""
    X, y = data
    X[:, 0] = np.arange(len(X))  # the rows' names
    pipe = make_pipeline(Seen(), DecisionTreeClassifier(max_depth=2, random_state=0))
    folds = StratifiedKFold(3)
    trained = [set(X[train, 0].tolist()) for train, _ in folds.split(X, y)]
    Seen.rows.clear()
    if how == "cross_validate":
        assert cross_validate(pipe, X, y, cv=folds)["test_score"].min() > 0.4
    elif how == "search":
        grid = {"decisiontreeclassifier__max_depth": [2]}
        GridSearchCV(pipe, grid, cv=folds, refit=False).fit(X, y)
    else:
        model = CalibratedClassifierCV(pipe, cv=folds).fit(X, y)
        assert model.predict_proba(X).shape == (len(X), 2)

    assert Seen.rows == trained


def test_a_search_over_samplers(data):
    """The sampler itself can be searched for."""
    pipe = Pipeline([("how", SMOTE()), ("model", SVC())])
    grid = {"how": [SMOTE(random_state=0), "passthrough", TomekLinks()], "model__C": [1, 10]}
    search = GridSearchCV(pipe, grid, cv=3, scoring="balanced_accuracy").fit(*data)

    assert len(search.cv_results_["params"]) == 6
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


# ---- Pipelines within pipelines ----


def flat_and_nested():
    """Return pairs of a chain and the same chain in parts."""
    scale, more, pca, links, end = (
        StandardScaler(),
        SMOTE(random_state=0),
        PCA(3, random_state=0),
        TomekLinks(),
        SVC(),
    )
    flat = make_pipeline(scale, more, pca, links, end)
    return {
        "sampler within": (flat, make_pipeline(scale, make_pipeline(more, pca), links, end)),
        "sampler last": (flat, make_pipeline(make_pipeline(scale, more), pca, links, end)),
        "two levels": (
            flat,
            make_pipeline(make_pipeline(scale, make_pipeline(more, pca)), links, end),
        ),
        "sampler last, two levels": (
            flat,
            make_pipeline(make_pipeline(scale, make_pipeline(more)), pca, links, end),
        ),
        "model within": (flat, make_pipeline(scale, make_pipeline(more, pca, links, end))),
        "samplers alone": (flat, make_pipeline(scale, make_pipeline(more), pca, links, end)),
        "ends in nothing": (flat, make_pipeline(scale, make_pipeline(more, None), pca, links, end)),
        "no sampler": (flat, make_pipeline(make_pipeline(scale), more, pca, links, end)),
    }


@pytest.mark.parametrize("name", flat_and_nested())
def test_nested_pipelines_are_as_flat_ones(name, data):
    """A chain in parts does what the chain does, its weights and its transformations too."""
    X, y = data
    flat, nested = map(clone, flat_and_nested()[name])
    weight = np.linspace(1, 2, len(X))
    inner = "pipeline__" if name == "model within" else ""
    flat.fit(X, y, svc__sample_weight=weight)
    nested.fit(X, y, **{f"{inner}svc__sample_weight": weight})

    np.testing.assert_array_equal(flat.decision_function(X), nested.decision_function(X))
    if not inner:
        np.testing.assert_array_equal(flat[:-1].transform(X), nested[:-1].transform(X))
        for a, b in zip(flat[:-1].fit_resample(X, y), nested[:-1].fit_resample(X, y), strict=True):
            np.testing.assert_array_equal(a, b)


def test_foreign_pipelines_with_samplers_are_refused(data):
    """Another library's pipeline does not say which classes are left, and so is no step."""
    for foreign in (
        imblearn.pipeline.make_pipeline(SMOTE(), PCA(2)),
        SklearnPipeline([("a", make_pipeline(SMOTE(), PCA(2)))]),
        make_pipeline(imblearn.pipeline.make_pipeline(SMOTE(), PCA(2)), PCA(2)),
    ):
        with pytest.raises(StepError, match="Make it a counterpoise Pipeline"):
            make_pipeline(foreign, SVC()).fit(*data)
    make_pipeline(StandardScaler(), imblearn.pipeline.make_pipeline(SMOTE(), SVC())).fit(*data)


# ---- The cache ----


def test_the_cache_returns_the_same_rows(data, tmp_path):
    """Fitted samplers and transformers are found again, and the given ones stay unfitted."""
    steps = [EverySecond(), SMOTE(random_state=None), StandardScaler(), Recorder()]
    first, second = (make_pipeline(*steps, memory=str(tmp_path)).fit(*data) for _ in range(2))

    np.testing.assert_array_equal(first[-1].X_, second[-1].X_)
    np.testing.assert_array_equal(first[1].provenance_.base, second[1].provenance_.base)
    assert not hasattr(steps[1], "provenance_")
    assert not hasattr(steps[2], "mean_")


def test_pipelines_within_are_cached(data, tmp_path):
    """A pipeline that resamples within another is found again, classes and all."""
    inner = make_pipeline(SMOTE(random_state=None), PCA(2))
    models = [make_pipeline(inner, Recorder(), memory=str(tmp_path)).fit(*data) for _ in range(2)]

    np.testing.assert_array_equal(models[0][-1].X_, models[1][-1].X_)
    np.testing.assert_array_equal(models[0][-1].y_, models[1][-1].y_)


def test_weights_find_cached_rows(data, tmp_path):
    """A sampler from the cache carries weights as one that was just fitted."""
    weight = np.arange(float(len(data[0])))
    models = []
    for _ in range(2):
        pipe = make_pipeline(RandomUnderSampler(random_state=0), Recorder(), memory=str(tmp_path))
        models.append(pipe.fit(*data, recorder__sample_weight=weight))

    for model in models:
        np.testing.assert_array_equal(weight[model[0].sample_indices_], model[-1].weight_)


# ---- Weights and other metadata ----


def test_weights_are_carried_along(data):
    """A later step gets each row's own weight, or its base's; an earlier one gets those given."""
    X, y = data
    weight = np.arange(float(len(X)))
    pipe = make_pipeline(Plain(), SMOTE(random_state=0), TomekLinks(), Recorder())
    pipe.fit(X, y, recorder__sample_weight=weight, plain__sample_weight=weight)
    peer = imblearn.pipeline.make_pipeline(SMOTE(random_state=0), LogisticRegression())

    expected = pipe[2].provenance_.carry(pipe[1].provenance_.carry(weight))
    np.testing.assert_array_equal(expected, pipe[-1].weight_)
    assert pipe[0].weight_ is weight
    with pytest.raises(ValueError, match="sample_weight.shape"):
        peer.fit(X, y, logisticregression__sample_weight=weight)


def test_routed_metadata_are_carried_along(data, routing):
    """With metadata routing, weights and groups fit the resampled rows, in all that fits."""
    X, y = data
    weight, groups = np.arange(float(len(X))), pd.Series(np.arange(len(X)) % 7)
    model = Recorder().set_fit_request(sample_weight=True, groups=True)
    plain = Plain().set_fit_request(sample_weight=True)
    pipe = make_pipeline(make_pipeline(MinMaxScaler(), SMOTE(random_state=0)), model)
    pipe.fit(X, y, sample_weight=weight, groups=groups)
    sampler = pipe[0][-1]

    np.testing.assert_array_equal(sampler.provenance_.carry(weight), model.weight_)
    np.testing.assert_array_equal(sampler.provenance_.carry(groups), model.groups_)
    make_pipeline(sampler, plain).fit_transform(X, y, sample_weight=weight)
    np.testing.assert_array_equal(sampler.provenance_.carry(weight), plain.weight_)
    make_pipeline(plain, sampler).fit_resample(X, y, sample_weight=weight)
    np.testing.assert_array_equal(weight, plain.weight_)
    scores = cross_validate(
        pipe,
        X,
        y,
        params={"sample_weight": weight, "groups": groups},
        cv=GroupKFold(3),
        error_score="raise",
        scoring=get_scorer("accuracy").set_score_request(sample_weight=False),
    )
    assert len(scores["test_score"]) == 3


def test_samplers_request_metadata_without_the_peer():
    """Routing to samplers does not need imbalanced-learn, nor to be there before requests."""
    code = (
        "import sys; from sklearn.base import BaseEstimator\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "early = LogisticRegression().set_fit_request(sample_weight=True)\n"
        "from counterpoise.base import SamplerMixin\n"
        "class Weighed(SamplerMixin, BaseEstimator):\n"
        "    def fit(self, X, y): return self\n"
        "    def fit_resample(self, X, y, sample_weight=None): return X, y\n"
        "sampler = Weighed().set_fit_resample_request(sample_weight=True)\n"
        "from counterpoise.pipeline import make_pipeline\n"
        "make_pipeline(sampler, early).get_metadata_routing()\n"
        "assert 'imblearn' not in sys.modules\n"
    )

    # set_fit_resample_request needs the switch, which a new process has off
    switch = "import sklearn; sklearn.set_config(enable_metadata_routing=True)\n"
    subprocess.run([sys.executable, "-c", switch + code], check=True)


def test_samplers_request_metadata(data, routing):
    """What a third party's sampler requests for `fit_resample` reaches it."""
    weight = np.arange(float(len(data[0])))
    sampler = EverySecond().set_fit_resample_request(sample_weight=True)
    model = Recorder().set_fit_request(sample_weight=True)
    make_pipeline(sampler, model).fit(*data, sample_weight=weight)

    np.testing.assert_array_equal(weight, sampler.weight_)
    np.testing.assert_array_equal(weight[::2], model.weight_)
    make_pipeline(MinMaxScaler(), sampler).fit_resample(*data, sample_weight=weight[::-1])
    np.testing.assert_array_equal(weight[::-1], sampler.weight_)


def test_parameters_of_samplers_reach_them(data):
    """Without routing, what is given for a sampler is given to it; the peer drops it."""
    weight = np.arange(float(len(data[0])))
    pipe = make_pipeline(EverySecond(), SVC()).fit(*data, everysecond__sample_weight=weight)
    peer = imblearn.pipeline.make_pipeline(EverySecond(), SVC())
    peer.fit(*data, everysecond__sample_weight=weight)

    assert pipe[0].weight_ is weight
    assert peer[0].weight_ is None


@pytest.mark.parametrize(
    "sampler",
    [
        EverySecond(says=False),
        imblearn.over_sampling.SMOTE(),
        ClusterCentroids(random_state=0),
        FunctionSampler(validate=False),
        make_pipeline(TomekLinks(), imblearn.over_sampling.SMOTE()),
    ],
)
def test_weights_need_known_rows(sampler, data):
    """A sampler that does not say where its rows came from is named, if it matters."""
    weight = np.ones(len(data[0]))
    pipe = Pipeline([("sampler", sampler), ("model", SVC())]).fit(*data)

    with pytest.raises(InputError, match="sample_weight of step 'model'.*'sampler'.*sample_ind"):
        pipe.fit(*data, model__sample_weight=weight)


def test_validation_sets_are_transformed(data, routing):
    """`transform_input` brings a validation set to the last step, past samplers."""

    class Validated(Recorder):
        def fit(self, X, y, X_val=None):
            self.X_val_ = X_val
            return super().fit(X, y)

    X, y = data
    steps = [
        ("s", StandardScaler()),
        ("more", SMOTE()),
        ("m", Validated().set_fit_request(X_val=True)),
    ]
    pipe = Pipeline(steps, transform_input=["X_val"]).fit(X, y, X_val=X)

    np.testing.assert_array_equal(pipe[0].transform(X), pipe[-1].X_val_)
    assert len(pipe[-1].X_) > len(X)


def test_validation_sets_need_routing(data):
    """`transform_input` without metadata routing is refused."""
    with pytest.raises(InputError, match="enable_metadata_routing=True"):
        make_pipeline(SMOTE(), SVC(), transform_input=["X_val"]).fit(*data)


def test_other_arguments_stay_as_they_are(data):
    """What is not of the rows is not touched."""

    class Told(Recorder):
        def fit(self, X, y, *, words=None, number=None, short=None, zero=None):
            self.told_ = (words, number, short, zero)
            return super().fit(X, y)

    short, zero = [1, 2], np.array(3)
    given = {"words": "w" * len(data[0]), "number": 3, "short": short, "zero": zero}
    pipe = make_pipeline(SMOTE(), Told())
    pipe.fit(*data, **{f"told__{key}": value for key, value in given.items()})

    assert pipe[-1].told_ == ("w" * len(data[0]), 3, short, zero)


# ---- What the document on pitfalls says ----

PITFALLS = Path(__file__).parent.parent / "docs" / "pitfalls.md"


def test_the_leak_is_as_documented():
    """The document's code runs, and says what it is said to say."""
    result = doctest.testfile(str(PITFALLS), module_relative=False)

    assert result.failed == 0
    assert result.attempted > 10


def test_the_leak_of_a_real_table_is_as_documented(tables):
    """So does the part that needs a table of its own."""
    code, said = re.search(
        r"```python\n(import pandas.*?)```.*?```text\n(.*?)```",
        PITFALLS.read_text(encoding="utf-8"),
        re.DOTALL,
    ).groups()
    printed = io.StringIO()
    with contextlib.chdir(tables), contextlib.redirect_stdout(printed):
        exec(code, {})  # noqa: S102

    assert printed.getvalue() == said


# ---- Bad input ----


def test_a_sampler_in_the_last_place(data):
    """A pipeline that ends in a sampler cannot be fitted, and says what it can do."""
    for pipe in (
        make_pipeline(StandardScaler(), SMOTE()),
        make_pipeline(SMOTE()),
        make_pipeline(PCA(2), make_pipeline(TomekLinks(), SMOTE())),
    ):
        with pytest.raises(StepError, match="SMOTE only resamples.*call fit_resample"):
            pipe.fit(*data)
        with pytest.raises(AttributeError):
            pipe.predict(data[0])


def test_callbacks_hear_nothing_of_samplers(data):
    """Where callbacks are set, a warning says that they are not called."""
    pytest.importorskip("sklearn.callback")
    from sklearn.callback import ScoringMonitor

    monitor = ScoringMonitor(scoring="accuracy")
    with pytest.warns(CounterpoiseWarning, match="hear nothing"):
        make_pipeline(SMOTE(), SVC()).set_callbacks(monitor).fit(*data)
    make_pipeline(StandardScaler(), SVC()).set_callbacks(monitor).fit(*data)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([("a", SVC()), ("b", SVC())], "samplers.*step 'a', SVC\\(\\), has neither"),
        ([("a", 3), ("b", SMOTE()), ("c", SVC())], "step 'a', 3, has neither"),
        ([("a", Everything()), ("b", SVC())], "'a', Everything, has both fit_resample and"),
        ([("b", SMOTE()), ("a", SMOTE), ("c", SVC())], "step 'a' is the class SMOTE. Call it"),
        ([("b", SMOTE()), ("a", Everything())], "'a', Everything, has both fit_resample and"),
        ([("b", SMOTE()), ("a", SVC)], "step 'a' is the class SVC. Call it"),
    ],
)
def test_steps_that_cannot_be(steps, message, data):
    """A wrong step is named, with what it must be."""
    with pytest.raises(StepError, match=message) as caught:
        Pipeline(steps).fit(*data)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize(
    "steps",
    [
        [("a", SMOTE()), ("a", SVC())],
        [("a__b", SMOTE()), ("c", SVC())],
        [("memory", SMOTE()), ("c", SVC())],
        [("a", SMOTE()), ("b", 3)],
        None,
    ],
)
def test_scikit_learn_refuses_the_rest(steps, data):
    """Names and last steps are judged by scikit-learn."""
    with pytest.raises((ValueError, TypeError)):
        Pipeline(steps).fit(*data)


def test_nothing_is_predicted_before_fitting(data):
    """A pipeline that was not fitted says so."""
    with pytest.raises(NotFittedError):
        make_pipeline(SMOTE(), SVC()).predict(data[0])


def test_errors_of_a_sampler_come_through():
    """The sampler's own words reach the user."""
    X, y = np.zeros((6, 2)), [0, 0, 0, 0, 1, 1]
    with pytest.raises(InputError, match="k_neighbors=5"):
        make_pipeline(SMOTE(), SVC()).fit(X, y)
