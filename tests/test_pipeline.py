"""Pipelines with samplers, compared with those of imbalanced-learn and scikit-learn."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections import Counter

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

from counterpoise import FunctionSampler, ResampledClassifier
from counterpoise.base import SamplerMixin, is_sampler
from counterpoise.ensemble import (
    BalancedBaggingClassifier,
    SMOTEBaggingClassifier,
    SMOTEBoostClassifier,
)
from counterpoise.exceptions import CounterpoiseWarning, InputError, StepError, TargetError
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.pipeline import Pipeline, make_pipeline
from counterpoise.study import CandidateClassifier
from counterpoise.under_sampling import (
    ClusterCentroids,
    EditedNearestNeighbours,
    RandomUnderSampler,
    TomekLinks,
)


@pytest.fixture
def data(seed):
    """Return samples of which one in six is of the minority class."""
    return make_classification(240, 6, weights=[0.84], class_sep=0.7, random_state=seed)


@pytest.fixture
def routing():
    """Enable metadata routing."""
    with sklearn.config_context(enable_metadata_routing=True):
        yield


class Recorder(ClassifierMixin, BaseEstimator):
    """Classifier that records the arguments of `fit`."""

    def fit(self, X, y, sample_weight=None, groups=None):
        self.X_, self.y_, self.weight_, self.groups_ = X, y, sample_weight, groups
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self.X_predicted_ = X
        return np.repeat(self.classes_[:1], len(X))


class Identity(BaseEstimator):
    """Transformer without `fit_transform` that records the shape of its training data."""

    def fit(self, X, y=None, sample_weight=None):
        self.shapes_ = (len(X), len(y))
        self.weight_ = sample_weight
        return self

    def transform(self, X):
        return X


class SamplerAndTransformer(SamplerMixin, TransformerMixin, BaseEstimator):
    """A sampler that is also a transformer, which is not allowed."""

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y):
        return X, y

    def transform(self, X):
        return X


class EverySecond(SamplerMixin, BaseEstimator):
    """A sampler of another library, with or without `sample_indices_`."""

    def __init__(self, has_indices=True):
        self.has_indices = has_indices

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y, sample_weight=None):
        self.weight_ = sample_weight
        if self.has_indices:
            self.sample_indices_ = np.arange(0, len(y), 2)
        return X[::2].copy(), y[::2].copy()


# ---- Same results as imbalanced-learn ----


def sampler_pair(name, **parameters):
    """Return the sampler of each library."""
    theirs = getattr(imblearn.over_sampling, name, None)
    theirs = theirs or getattr(imblearn.under_sampling, name)
    ours = {s.__name__: s for s in (SMOTE, RandomOverSampler, RandomUnderSampler, TomekLinks)}
    ours["EditedNearestNeighbours"] = EditedNearestNeighbours
    return ours[name](**parameters), theirs(**parameters)


CHAINS = {
    "smote, pca, logistic": [
        sampler_pair("SMOTE", random_state=3),
        PCA(3, random_state=0),
        LogisticRegression(),
    ],
    "undersample, scale, svc": [
        sampler_pair("RandomUnderSampler", random_state=3),
        StandardScaler(),
        SVC(),
    ],
    "scale, edited, nearest": [
        MinMaxScaler(),
        sampler_pair("EditedNearestNeighbours"),
        KNeighborsClassifier(),
    ],
    "two samplers": [
        StandardScaler(),
        sampler_pair("SMOTE", random_state=1),
        SelectKBest(k=3),
        sampler_pair("TomekLinks"),
        DecisionTreeClassifier(random_state=0),
    ],
    "passthrough": ["passthrough", sampler_pair("RandomOverSampler", random_state=2), None, SVC()],
}


def pipeline_pair(steps, own_samplers):
    """Return the same steps as our pipeline and as that of imbalanced-learn."""
    chosen = [step[0 if own_samplers else 1] if isinstance(step, tuple) else step for step in steps]
    theirs = [step[1] if isinstance(step, tuple) else step for step in steps]
    ours = Pipeline([(f"s{i}", step) for i, step in enumerate(chosen)])
    peer = imblearn.pipeline.Pipeline([(f"s{i}", step) for i, step in enumerate(theirs)])
    return clone(ours), clone(peer)


@pytest.mark.parametrize("own_samplers", [True, False])
@pytest.mark.parametrize("name", CHAINS)
def test_same_predictions_as_imbalanced_learn(name, own_samplers, data):
    """With samplers of either library, predictions equal those of imbalanced-learn's pipeline."""
    X, y = data
    ours, peer = (pipe.fit(X, y) for pipe in pipeline_pair(CHAINS[name], own_samplers))

    for method in ("predict", "predict_proba", "decision_function"):
        assert hasattr(ours, method) == hasattr(peer, method)
        if hasattr(peer, method):
            np.testing.assert_array_equal(getattr(peer, method)(X), getattr(ours, method)(X))
    assert ours.score(X, y) == peer.score(X, y)
    np.testing.assert_array_equal(ours.classes_, peer.classes_)


def test_same_fit_resample_as_imbalanced_learn(data):
    """A pipeline that ends in a sampler resamples as imbalanced-learn's, and has no `predict`."""
    ours, peer = pipeline_pair([StandardScaler(), sampler_pair("SMOTE", random_state=0)], True)

    for our, their in zip(ours.fit_resample(*data), peer.fit_resample(*data), strict=True):
        np.testing.assert_array_equal(their, our)
    assert is_sampler(ours)
    assert not hasattr(ours, "predict")
    assert not hasattr(ours, "fit_transform")


def test_same_fit_transform_as_imbalanced_learn(data):
    """`fit_transform` returns the resampled samples, `transform` does not resample."""
    ours, peer = pipeline_pair([sampler_pair("SMOTE", random_state=0), PCA(2)], True)

    np.testing.assert_array_equal(peer.fit_transform(*data), ours.fit_transform(*data))
    np.testing.assert_array_equal(peer.transform(data[0]), ours.transform(data[0]))


def test_fit_resample_of_a_pipeline_that_ends_in_passthrough(data):
    """It returns samples and classes; imbalanced-learn's returns the samples only."""
    ours, peer = pipeline_pair(
        [sampler_pair("RandomUnderSampler", random_state=0), "passthrough"], True
    )
    X, y = ours.fit_resample(*data)

    assert ours.fit(*data) is ours
    assert isinstance(peer.fit_resample(*data), np.ndarray)
    assert set(Counter(y.tolist()).values()) == {len(X) // 2}


# ---- Same results as scikit-learn ----


@pytest.mark.parametrize(
    "end", [PCA(2), None, "passthrough", Identity(), SVC(), KMeans(2, n_init=1)]
)
def test_without_samplers_it_equals_scikit_learn(end, data):
    """It has the same methods as scikit-learn's pipeline, with the same results."""
    X, y = data
    if isinstance(end, KMeans):
        end.set_params(random_state=0)
    steps = [("scale", StandardScaler()), ("no", None), ("end", end)]
    ours, theirs = (clone(cls(steps)) for cls in (Pipeline, SklearnPipeline))

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


def test_inverse_transform_and_score_samples_skip_samplers(data):
    """`inverse_transform` and `score_samples` skip samplers."""
    X, y = data
    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), MinMaxScaler()).fit(X, y)
    with_pca = make_pipeline(SMOTE(random_state=0), PCA(3)).fit(X, y)

    np.testing.assert_allclose(pipe.inverse_transform(pipe.transform(X)), X)
    np.testing.assert_array_equal(with_pca[-1].score_samples(X), with_pca.score_samples(X))


def test_names_slices_and_parameters(data):
    """Access, slicing, `set_params`, clone and pickle work as in scikit-learn."""
    X, y = data
    pipe = Pipeline([("scale", StandardScaler()), ("smote", SMOTE()), ("model", SVC())])
    pipe.set_params(smote__k_neighbors=3, smote__random_state=1, model__C=2.0).fit(X, y)

    assert pipe["smote"] is pipe[1] is pipe.named_steps.smote
    assert pipe[1].k_neighbors == 3
    assert isinstance(pipe[:-1], Pipeline)
    assert len(pipe) == 3
    assert pipe.get_params()["model__C"] == 2.0
    assert clone(pipe).get_params()["smote__k_neighbors"] == 3
    restored = pickle.loads(pickle.dumps(pipe))
    np.testing.assert_array_equal(pipe.predict(X), restored.predict(X))
    without_smote = clone(pipe).set_params(smote="passthrough").fit(X, y)
    assert without_smote["model"].shape_fit_ == (len(X), 6)


def test_make_pipeline_names_the_steps():
    """`make_pipeline` names steps after their types, with numbers for steps of the same type."""
    pipe = make_pipeline(TomekLinks(), TomekLinks(), SVC(), memory="here", verbose=True)

    assert [name for name, _ in pipe.steps] == ["tomeklinks-1", "tomeklinks-2", "svc"]
    assert (pipe.memory, pipe.verbose, pipe.transform_input) == ("here", True, None)


def test_transform_of_a_slice_that_ends_in_a_sampler(data):
    """A slice without the final estimator transforms, and has feature names."""
    X, y = data
    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), SVC()).fit(X, y)

    np.testing.assert_array_equal(pipe[:-1].transform(X), pipe[0].transform(X))
    np.testing.assert_array_equal(pipe[1:2].transform(X), X)
    names = pipe[:-1].get_feature_names_out(list("abcdef"))
    assert names.tolist() == list("abcdef")
    with pytest.raises(NotFittedError):
        clone(pipe)[:-1].transform(X)


def test_data_frames_keep_feature_names(data):
    """With pandas output, the final estimator gets a data frame with feature names."""
    X = pd.DataFrame(data[0], columns=list("abcdef"))
    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), SelectKBest(k=2), Recorder())
    pipe.set_output(transform="pandas").fit(X, data[1])

    assert isinstance(pipe[-1].X_, pd.DataFrame)
    assert pipe[-1].X_.columns.tolist() == pipe[:-1].get_feature_names_out().tolist()
    assert pipe.feature_names_in_.tolist() == list("abcdef")
    assert pipe.n_features_in_ == 6


def test_sparse_input(data):
    """Sparse input stays sparse."""
    X = sparse.csr_array(np.where(data[0] > 0.5, data[0], 0))
    pipe = make_pipeline(RandomUnderSampler(random_state=0), Recorder()).fit(X, data[1])

    assert sparse.issparse(pipe[-1].X_)


def test_column_transformers_and_unions_are_steps(data):
    """ColumnTransformer and FeatureUnion work as steps before and after a sampler."""
    X = pd.DataFrame(data[0], columns=list("abcdef")).assign(
        plan=np.where(data[0][:, 0] > 0, "s", "m")
    )
    columns = ColumnTransformer(
        [("n", StandardScaler(), list("abc")), ("c", OneHotEncoder(), ["plan"])]
    )
    union = FeatureUnion([("pca", PCA(2)), ("best", SelectKBest(k=1))])
    pipe = make_pipeline(columns, SMOTE(random_state=0), union, SVC()).fit(X, data[1])

    assert pipe[-1].shape_fit_ == (2 * (data[1] == 0).sum(), 3)


def test_verbose(data, capsys):
    """`verbose` prints a line for each step, including samplers and skipped steps."""
    make_pipeline(None, SMOTE(random_state=0), PCA(2), SVC(), verbose=True).fit(*data)
    lines = capsys.readouterr().out.splitlines()

    assert [re.search(r"step (\d) of 4", line)[1] for line in lines] == list("1234")
    assert "Processing smote" in lines[1]


def test_html_representation():
    """The HTML representation shows a sampler as a step."""
    html = estimator_html_repr(make_pipeline(StandardScaler(), SMOTE(), SVC()))

    assert all(name in html for name in ("StandardScaler", "SMOTE", "SVC"))


# ---- Only the training data are resampled ----


def test_predict_does_not_resample(data):
    """`predict` gets the samples unchanged, `fit` the resampled ones."""
    X, y = data
    pipe = make_pipeline(RandomUnderSampler(random_state=0), Recorder()).fit(X, y)
    pipe.predict(X)

    np.testing.assert_array_equal(pipe[-1].X_predicted_, X)
    np.testing.assert_array_equal(pipe[-1].y_, y[pipe[0].sample_indices_])


def test_fit_transform_passes_the_resampled_target_to_the_last_step(data):
    """A last step without `fit_transform` gets X and y of one length, unlike imbalanced-learn's."""
    ours, peer = pipeline_pair([sampler_pair("SMOTE", random_state=0), Identity()], True)
    ours.fit_transform(*data)
    peer.fit_transform(*data)
    n = 2 * (data[1] == 0).sum()

    assert ours[-1].shapes_ == (n, n)
    assert peer[-1].shapes_ == (n, len(data[0]))


def test_fit_predict_passes_the_resampled_target_to_the_last_step(data):
    """`fit_predict` of the last step gets X and y of one length."""

    class FitPredict(Recorder):
        def fit_predict(self, X, y):
            assert len(X) == len(y)
            return y

    y = make_pipeline(SMOTE(random_state=0), FitPredict()).fit_predict(*data)
    assert len(set(Counter(y.tolist()).values())) == 1


class RecordingSampler(SamplerMixin, BaseEstimator):
    """SMOTE that records, for all clones together, the samples that it is fitted on."""

    recorded: list = []  # noqa: RUF012

    def fit(self, X, y):
        return self

    def fit_resample(self, X, y):
        sampler = SMOTE(random_state=0)
        result = sampler.fit_resample(X, y)
        assert sampler.provenance_.row.max() < len(X)
        RecordingSampler.recorded.append(set(X[:, 0].tolist()))
        return result


@pytest.mark.parametrize("method", ["cross_validate", "search", "calibration"])
def test_test_folds_are_not_resampled(method, data):
    """In each split, the sampler is fitted on the whole training fold and on nothing else."""
    X, y = data
    X[:, 0] = np.arange(len(X))  # identifies the samples
    pipe = make_pipeline(RecordingSampler(), DecisionTreeClassifier(max_depth=2, random_state=0))
    folds = StratifiedKFold(3)
    training_folds = [set(X[train, 0].tolist()) for train, _ in folds.split(X, y)]
    RecordingSampler.recorded.clear()
    if method == "cross_validate":
        assert cross_validate(pipe, X, y, cv=folds)["test_score"].min() > 0.4
    elif method == "search":
        grid = {"decisiontreeclassifier__max_depth": [2]}
        GridSearchCV(pipe, grid, cv=folds, refit=False).fit(X, y)
    else:
        model = CalibratedClassifierCV(pipe, cv=folds).fit(X, y)
        assert model.predict_proba(X).shape == (len(X), 2)

    assert RecordingSampler.recorded == training_folds


def test_grid_search_over_samplers(data):
    """A grid search can compare samplers."""
    pipe = Pipeline([("sampler", SMOTE()), ("model", SVC())])
    grid = {"sampler": [SMOTE(random_state=0), "passthrough", TomekLinks()], "model__C": [1, 10]}
    search = GridSearchCV(pipe, grid, cv=3, scoring="balanced_accuracy").fit(*data)

    assert len(search.cv_results_["params"]) == 6
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


# ---- Nested pipelines ----


def flat_and_nested():
    """Return pairs of a flat pipeline and a nested one with the same steps."""
    scale, smote, pca, tomek, svc = (
        StandardScaler(),
        SMOTE(random_state=0),
        PCA(3, random_state=0),
        TomekLinks(),
        SVC(),
    )
    flat = make_pipeline(scale, smote, pca, tomek, svc)
    return {
        "sampler within": (flat, make_pipeline(scale, make_pipeline(smote, pca), tomek, svc)),
        "sampler last": (flat, make_pipeline(make_pipeline(scale, smote), pca, tomek, svc)),
        "two levels": (
            flat,
            make_pipeline(make_pipeline(scale, make_pipeline(smote, pca)), tomek, svc),
        ),
        "sampler last, two levels": (
            flat,
            make_pipeline(make_pipeline(scale, make_pipeline(smote)), pca, tomek, svc),
        ),
        "model within": (flat, make_pipeline(scale, make_pipeline(smote, pca, tomek, svc))),
        "samplers alone": (flat, make_pipeline(scale, make_pipeline(smote), pca, tomek, svc)),
        "ends in passthrough": (
            flat,
            make_pipeline(scale, make_pipeline(smote, None), pca, tomek, svc),
        ),
        "no sampler": (flat, make_pipeline(make_pipeline(scale), smote, pca, tomek, svc)),
    }


@pytest.mark.parametrize("name", flat_and_nested())
def test_nested_pipelines_equal_flat_ones(name, data):
    """A nested pipeline predicts, transforms and weights samples as a flat one."""
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


def test_pipelines_of_other_libraries(data):
    """Pipelines of other libraries with samplers raise an error, except in the last position."""
    for foreign in (
        imblearn.pipeline.make_pipeline(SMOTE(), PCA(2)),
        SklearnPipeline([("a", make_pipeline(SMOTE(), PCA(2)))]),
        make_pipeline(imblearn.pipeline.make_pipeline(SMOTE(), PCA(2)), PCA(2)),
    ):
        with pytest.raises(StepError, match="Build it with counterpoise.pipeline.Pipeline"):
            make_pipeline(foreign, SVC()).fit(*data)
    make_pipeline(StandardScaler(), imblearn.pipeline.make_pipeline(SMOTE(), SVC())).fit(*data)


# ---- The cache ----


def test_memory(data, tmp_path):
    """Fitted samplers and transformers are loaded from the cache; the given ones stay unfitted."""
    steps = [EverySecond(), SMOTE(random_state=None), StandardScaler(), Recorder()]
    first, second = (make_pipeline(*steps, memory=str(tmp_path)).fit(*data) for _ in range(2))

    np.testing.assert_array_equal(first[-1].X_, second[-1].X_)
    np.testing.assert_array_equal(first[1].provenance_.base, second[1].provenance_.base)
    assert not hasattr(steps[1], "provenance_")
    assert not hasattr(steps[2], "mean_")


def test_memory_of_nested_pipelines(data, tmp_path):
    """A nested pipeline that resamples is cached, with samples and classes."""
    inner = make_pipeline(SMOTE(random_state=None), PCA(2))
    models = [make_pipeline(inner, Recorder(), memory=str(tmp_path)).fit(*data) for _ in range(2)]

    np.testing.assert_array_equal(models[0][-1].X_, models[1][-1].X_)
    np.testing.assert_array_equal(models[0][-1].y_, models[1][-1].y_)


def test_sample_weight_with_memory(data, tmp_path):
    """Weights are resampled in the same way if the sampler comes from the cache."""
    weight = np.arange(float(len(data[0])))
    models = []
    for _ in range(2):
        pipe = make_pipeline(RandomUnderSampler(random_state=0), Recorder(), memory=str(tmp_path))
        models.append(pipe.fit(*data, recorder__sample_weight=weight))

    for model in models:
        np.testing.assert_array_equal(weight[model[0].sample_indices_], model[-1].weight_)


# ---- Sample weights and other metadata ----


def test_sample_weight(data):
    """Steps after a sampler get resampled weights; steps before it get the given ones."""
    X, y = data
    weight = np.arange(float(len(X)))
    pipe = make_pipeline(Identity(), SMOTE(random_state=0), TomekLinks(), Recorder())
    pipe.fit(X, y, recorder__sample_weight=weight, identity__sample_weight=weight)
    peer = imblearn.pipeline.make_pipeline(SMOTE(random_state=0), LogisticRegression())

    expected = pipe[2].provenance_.carry(pipe[1].provenance_.carry(weight))
    np.testing.assert_array_equal(expected, pipe[-1].weight_)
    assert pipe[0].weight_ is weight
    with pytest.raises(ValueError, match="sample_weight.shape"):
        peer.fit(X, y, logisticregression__sample_weight=weight)


def test_routed_metadata(data, routing):
    """With metadata routing, weights and groups are resampled in all methods that fit."""
    X, y = data
    weight, groups = np.arange(float(len(X))), pd.Series(np.arange(len(X)) % 7)
    model = Recorder().set_fit_request(sample_weight=True, groups=True)
    identity = Identity().set_fit_request(sample_weight=True)
    pipe = make_pipeline(make_pipeline(MinMaxScaler(), SMOTE(random_state=0)), model)
    pipe.fit(X, y, sample_weight=weight, groups=groups)
    sampler = pipe[0][-1]

    np.testing.assert_array_equal(sampler.provenance_.carry(weight), model.weight_)
    np.testing.assert_array_equal(sampler.provenance_.carry(groups), model.groups_)
    make_pipeline(sampler, identity).fit_transform(X, y, sample_weight=weight)
    np.testing.assert_array_equal(sampler.provenance_.carry(weight), identity.weight_)
    make_pipeline(identity, sampler).fit_resample(X, y, sample_weight=weight)
    np.testing.assert_array_equal(weight, identity.weight_)
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


def test_samplers_request_metadata_without_imbalanced_learn():
    """Routing to samplers does not need imbalanced-learn; the order of imports does not matter."""
    code = (
        "import sys; from sklearn.base import BaseEstimator\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "early = LogisticRegression().set_fit_request(sample_weight=True)\n"
        "from counterpoise.base import SamplerMixin\n"
        "class WeightedSampler(SamplerMixin, BaseEstimator):\n"
        "    def fit(self, X, y): return self\n"
        "    def fit_resample(self, X, y, sample_weight=None): return X, y\n"
        "sampler = WeightedSampler().set_fit_resample_request(sample_weight=True)\n"
        "from counterpoise.pipeline import make_pipeline\n"
        "make_pipeline(sampler, early).get_metadata_routing()\n"
        "assert 'imblearn' not in sys.modules\n"
    )

    # set_fit_resample_request exists with metadata routing only, which is disabled by default.
    enable = "import sklearn; sklearn.set_config(enable_metadata_routing=True)\n"
    subprocess.run([sys.executable, "-c", enable + code], check=True)


def test_samplers_request_metadata(data, routing):
    """A sampler of another library gets the metadata that it requests for `fit_resample`."""
    weight = np.arange(float(len(data[0])))
    sampler = EverySecond().set_fit_resample_request(sample_weight=True)
    model = Recorder().set_fit_request(sample_weight=True)
    make_pipeline(sampler, model).fit(*data, sample_weight=weight)

    np.testing.assert_array_equal(weight, sampler.weight_)
    np.testing.assert_array_equal(weight[::2], model.weight_)
    make_pipeline(MinMaxScaler(), sampler).fit_resample(*data, sample_weight=weight[::-1])
    np.testing.assert_array_equal(weight[::-1], sampler.weight_)


def test_fit_parameters_of_samplers(data):
    """Without routing, samplers get their parameters; imbalanced-learn's pipeline drops them."""
    weight = np.arange(float(len(data[0])))
    pipe = make_pipeline(EverySecond(), SVC()).fit(*data, everysecond__sample_weight=weight)
    peer = imblearn.pipeline.make_pipeline(EverySecond(), SVC())
    peer.fit(*data, everysecond__sample_weight=weight)

    assert pipe[0].weight_ is weight
    assert peer[0].weight_ is None


@pytest.mark.parametrize(
    "sampler",
    [
        EverySecond(has_indices=False),
        imblearn.over_sampling.SMOTE(),
        ClusterCentroids(random_state=0),
        FunctionSampler(validate=False),
        make_pipeline(TomekLinks(), imblearn.over_sampling.SMOTE()),
    ],
)
def test_sample_weight_needs_provenance(sampler, data):
    """With weights, a sampler that does not report the origin of samples raises an error."""
    weight = np.ones(len(data[0]))
    pipe = Pipeline([("sampler", sampler), ("model", SVC())]).fit(*data)

    with pytest.raises(InputError, match="sample_weight of step 'model'.*'sampler'.*sample_ind"):
        pipe.fit(*data, model__sample_weight=weight)


def test_transform_input(data, routing):
    """`transform_input` transforms a validation set, without resampling it."""

    class Validated(Recorder):
        def fit(self, X, y, X_val=None):
            self.X_val_ = X_val
            return super().fit(X, y)

    X, y = data
    steps = [
        ("s", StandardScaler()),
        ("smote", SMOTE()),
        ("m", Validated().set_fit_request(X_val=True)),
    ]
    pipe = Pipeline(steps, transform_input=["X_val"]).fit(X, y, X_val=X)

    np.testing.assert_array_equal(pipe[0].transform(X), pipe[-1].X_val_)
    assert len(pipe[-1].X_) > len(X)


def test_transform_input_needs_routing(data):
    """`transform_input` without metadata routing raises an error."""
    with pytest.raises(InputError, match="enable_metadata_routing=True"):
        make_pipeline(SMOTE(), SVC(), transform_input=["X_val"]).fit(*data)


def test_other_parameters_are_not_resampled(data):
    """Parameters without one entry per sample are passed unchanged."""

    class ParameterRecorder(Recorder):
        def fit(self, X, y, *, words=None, number=None, short=None, zero=None):
            self.parameters_ = (words, number, short, zero)
            return super().fit(X, y)

    short, zero = [1, 2], np.array(3)
    params = {"words": "w" * len(data[0]), "number": 3, "short": short, "zero": zero}
    pipe = make_pipeline(SMOTE(), ParameterRecorder())
    pipe.fit(*data, **{f"parameterrecorder__{key}": value for key, value in params.items()})

    assert pipe[-1].parameters_ == ("w" * len(data[0]), 3, short, zero)


# ---- Errors and warnings ----


def test_sampler_in_the_last_position(data):
    """A pipeline that ends in a sampler can be fitted: the sampler checks the data."""
    for pipe in (
        make_pipeline(StandardScaler(), SMOTE()),
        make_pipeline(SMOTE()),
        make_pipeline(PCA(2), make_pipeline(TomekLinks(), SMOTE())),
    ):
        with pytest.warns(CounterpoiseWarning, match="ends in a sampler"):
            assert pipe.fit(*data) is pipe
        with pytest.raises(AttributeError):
            pipe.predict(data[0])
        with pytest.raises(TargetError, match="needs to have more than 1 class"):
            pipe.fit(data[0], np.zeros(len(data[1])))


def test_callbacks_with_samplers(data):
    """If callbacks are set, a warning says that they are not called."""
    pytest.importorskip("sklearn.callback")
    from sklearn.callback import ScoringMonitor

    monitor = ScoringMonitor(scoring="accuracy")
    with pytest.warns(CounterpoiseWarning, match="callbacks of this pipeline are not called"):
        make_pipeline(SMOTE(), SVC()).set_callbacks(monitor).fit(*data)
    make_pipeline(StandardScaler(), SVC()).set_callbacks(monitor).fit(*data)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            [("a", SVC()), ("b", SVC())],
            "transform or fit_resample. Step 'a', SVC\\(\\), is neither",
        ),
        ([("a", 3), ("b", SMOTE()), ("c", SVC())], "Step 'a', 3, is neither"),
        (
            [("a", SamplerAndTransformer()), ("b", SVC())],
            "'a', SamplerAndTransformer, has both fit_resample and",
        ),
        (
            [("b", SMOTE()), ("a", SMOTE), ("c", SVC())],
            "step 'a' is the class SMOTE. Use SMOTE\\(\\)",
        ),
        (
            [("b", SMOTE()), ("a", SamplerAndTransformer())],
            "'a', SamplerAndTransformer, has both fit_resample and",
        ),
        ([("b", SMOTE()), ("a", SVC)], "step 'a' is the class SVC. Use SVC\\(\\)"),
    ],
)
def test_invalid_steps(steps, message, data):
    """The error names the invalid step, and what it must be."""
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
def test_invalid_steps_checked_by_scikit_learn(steps, data):
    """scikit-learn checks the names of the steps and the last step."""
    with pytest.raises((ValueError, TypeError)):
        Pipeline(steps).fit(*data)


def test_predict_before_fit(data):
    """A pipeline that is not fitted raises NotFittedError."""
    with pytest.raises(NotFittedError):
        make_pipeline(SMOTE(), SVC()).predict(data[0])


def test_errors_of_a_sampler():
    """The message of a sampler reaches the user."""
    X, y = np.zeros((6, 2)), [0, 0, 0, 0, 1, 1]
    with pytest.raises(InputError, match="k_neighbors=5"):
        make_pipeline(SMOTE(), SVC()).fit(X, y)


# ---- Pipelines in other places ----


SCALED = make_pipeline(StandardScaler(), SMOTE())


@pytest.mark.parametrize(
    "estimator",
    [
        ResampledClassifier(LogisticRegression(), SCALED),
        BalancedBaggingClassifier(sampler=SCALED),
        SMOTEBaggingClassifier(sampler=SCALED),
        SMOTEBoostClassifier(sampler=make_pipeline(make_pipeline(StandardScaler()), SMOTE())),
        CandidateClassifier("logistic", SCALED),
    ],
)
def test_a_sampler_must_not_transform(estimator):
    """The model would be trained on transformed features, and predict others."""
    X, y = make_classification(weights=[0.8], random_state=0)
    with pytest.raises(StepError, match="also transforms features with StandardScaler"):
        estimator.fit(X, y)
    samplers = make_pipeline(TomekLinks(), "passthrough", SMOTE(k_neighbors=2))
    ResampledClassifier(LogisticRegression(), samplers, calibration=None).fit(X, y)


@pytest.mark.parametrize(
    "around",
    [
        lambda inner: SklearnPipeline([("inner", inner), ("model", LogisticRegression())]),
        lambda inner: ColumnTransformer([("inner", inner, [0, 1])]),
        lambda inner: inner,
    ],
)
def test_fit_warns_that_a_last_sampler_is_not_used(around):
    """Estimators of scikit-learn fit such a pipeline, and transform with it."""
    X, y = make_classification(weights=[0.8], random_state=0)
    with pytest.warns(CounterpoiseWarning, match="ends in a sampler, and fit does not resample"):
        around(make_pipeline(StandardScaler(), SMOTE())).fit(X, y)
