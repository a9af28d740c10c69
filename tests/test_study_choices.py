"""What a user can choose in a study: positive class, metrics, models and methods by name."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.metrics import fbeta_score
from sklearn.tree import DecisionTreeClassifier

from counterpoise._resample import METHODS as SAMPLERS
from counterpoise.exceptions import InputError
from counterpoise.metrics import get_scorer
from counterpoise.study import METHODS, Study, StudyResult
from counterpoise.study._metrics import SYNONYMS, ScoredSamples, metric_named
from counterpoise.study._models import BOOSTERS
from counterpoise.study._names import describe_names
from counterpoise.study._records import Costs
from counterpoise.study._scorers import scorer_names

QUICK: dict[str, Any] = {"cv": (3, 1), "random_state": 0}


def imbalanced(seed: int, share: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    return make_classification(150, 4, weights=[share], flip_y=0.1, random_state=seed)


# ---- The positive class ----


def test_the_other_class_as_positive_has_the_metrics_of_that_class(seed: int) -> None:
    """Fits do not depend on the positive class; metrics are those of the swapped classes."""
    X, y = imbalanced(seed)
    names = np.array(["healthy", "sick"])[y]
    study: dict[str, Any] = {"models": "logistic", "methods": "random-over", **QUICK}
    sick = Study(**study).run(X, names)
    healthy = Study(**study, positive="healthy").run(X, names)
    assert (sick.data.positive_class, healthy.data.positive_class) == ("sick", "healthy")
    for one, other in zip(sick.candidates, healthy.candidates, strict=True):
        assert one.scores == pytest.approx(1 - other.scores)
        assert np.array_equal(one.predictions, other.predictions)
        for symmetric in ("roc_auc", "log_loss", "brier", "balanced_accuracy", "cohen_kappa"):
            assert sick.values(symmetric, one) == pytest.approx(healthy.values(symmetric, other))
        specificity = sick.values("specificity", one)
        assert healthy.values("recall", other) == pytest.approx(specificity)


def test_every_output_names_the_positive_class() -> None:
    X, y = imbalanced(0)
    result = Study("logistic", "class-weight", positive=0, **QUICK).run(X, y)
    n = int((y == 0).sum())
    line = f"Positive class: 0, {n} of 150, {n / 150:.1%}."
    assert str(result).startswith(line)
    assert line in result._repr_html_()
    assert line in result.to_markdown()
    assert "<dt>positive class:</dt> <dd>0</dd>" in result.to_html()
    for text in (result.verdict[0], result.to_html(), result.to_markdown()):
        assert "average precision of class 0" in text
    assert "ROC-AUC of class" not in result.to_html()  # it is the same for both classes


@pytest.mark.parametrize(
    ("y", "positive", "message"),
    [
        (["a", "b"], "c", "The positive class must be 'a' or 'b'; got 'c'"),
        (["a", "b", "c"], "a", "needs two classes; there are 3"),
    ],
)
def test_an_impossible_positive_class_is_rejected(
    y: list[str], positive: str, message: str
) -> None:
    X = np.random.RandomState(0).normal(size=(60, 2))
    with pytest.raises(InputError, match=message):
        Study("logistic", positive=positive, **QUICK).run(X, np.resize(y, 60))


def test_a_journal_of_another_positive_class_is_refused(tmp_path: Any) -> None:
    X, y = imbalanced(0)
    study: dict[str, Any] = {"models": "logistic", "methods": [], **QUICK}
    Study(**study, journal=tmp_path / "j").run(X, y)
    with pytest.raises(InputError, match="the positive class differs"):
        Study(**study, positive=0, journal=tmp_path / "j").run(X, y)


# ---- Metrics ----


class Predicted(ClassifierMixin, BaseEstimator):
    """A classifier with given predictions and probabilities, for scorers."""

    def __init__(self, predictions: np.ndarray, probabilities: np.ndarray) -> None:
        self.predictions, self.probabilities = predictions, probabilities
        self.classes_ = np.arange(probabilities.shape[1])

    def predict(self, _: Any) -> np.ndarray:
        return self.predictions

    def predict_proba(self, _: Any) -> np.ndarray:
        return self.probabilities


def samples(seed: int, n_classes: int, n: int = 80) -> ScoredSamples:
    """Return noisy scores; of two classes, the first is positive."""
    rng = np.random.RandomState(seed)
    codes = np.r_[np.arange(n_classes), rng.randint(n_classes, size=n - n_classes)]
    raw = rng.random_sample((n, n_classes)) + 0.3 * (codes[:, None] == np.arange(n_classes))
    shares = raw / raw.sum(axis=1, keepdims=True)
    two = n_classes == 2
    scores = shares[:, [0]] if two else shares
    return ScoredSamples(
        codes, scores, shares.argmax(axis=1), 0 if two else None, n_classes, Costs()
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_scorers_give_the_value_of_scikit_learn(n_classes: int, seed: int) -> None:
    """Every classification scorer, by the name that scikit-learn or counterpoise has for it."""
    tested = samples(seed, n_classes)
    y, predictions, probabilities = tested.codes, tested.predictions, tested.scores
    if n_classes == 2:  # scikit-learn's positive class is 1
        y, predictions = 1 - y, 1 - predictions
        probabilities = np.hstack([1 - tested.scores, tested.scores])
    classifier, n_compared = Predicted(predictions, probabilities), 0
    for name in scorer_names():
        metric = metric_named(name)
        # With several classes, scorers of one class fail; recall and others are averages here.
        if n_classes > 2 and (metric.needs_two_classes or metric.of_positive or name == "roc_auc"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                expected = get_scorer(name)(classifier, np.zeros((len(y), 1)), y)
            except ValueError:
                continue
        found = metric.sign * metric.value(tested)
        assert found == pytest.approx(expected, nan_ok=True), name
        n_compared += 1
    assert n_compared > 25


@pytest.mark.parametrize("name", ["f1_macro", "jaccard", "accuracy", "specificity", "f2"])
def test_influences_of_scorers_predict_the_effect_of_a_sample(name: str, seed: int) -> None:
    """Two copies of a sample change the metric as its influence predicts, to first order."""
    tested, metric = samples(seed, 2, 400), metric_named(name)
    assert metric.influence is not None
    influence = metric.influence(tested)
    assert influence.sum() == pytest.approx(0, abs=1e-6)
    for row in range(0, 400, 40):
        rows = np.r_[np.arange(400), row]
        more = replace(
            tested,
            codes=tested.codes[rows],
            scores=tested.scores[rows],
            predictions=tested.predictions[rows],
        )
        change = metric.value(more) - metric.value(tested)
        assert change == pytest.approx(influence[row], abs=2e-4)


def test_one_metric_has_one_name(seed: int) -> None:
    tested = samples(seed, 2)
    for synonym, name in {**SYNONYMS, "fbeta=1": "f1", "fbeta=2": "f2"}.items():
        assert metric_named(synonym).name == name
    expected = fbeta_score(tested.codes, tested.predictions, beta=0.5, pos_label=0)
    assert metric_named("f0.5").value(tested) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["r2", "neg_mean_squared_error", "rand_score", "f1_samples", "f0"])
def test_scorers_of_other_tasks_are_unknown(name: str) -> None:
    with pytest.raises(InputError, match=f"Unknown metric '{name}'"):
        metric_named(name)


def test_a_study_reports_the_metrics_that_were_chosen() -> None:
    X, y = imbalanced(0)
    study = Study(
        "logistic",
        "random-over",
        primary_metric="fbeta=2",
        metrics=["matthews_corrcoef", "f1_macro", "lift_at"],
        margins={"fbeta=2": 0.3, "f1_macro": 0.2},
        **QUICK,
    )
    result = StudyResult.from_json(study.run(X, y).to_json())
    assert result.settings.metrics == ("f2", "matthews", "f1_macro", "lift_at")
    assert set(result.table()["logistic", "baseline"]) == set(result.settings.metrics)
    assert result.improvements[0].margin == 0.3
    assert result.improvements_in("f1_macro")[0].margin == 0.2
    assert result.improvements_in("recall_macro")[0].margin == 0.01
    with pytest.raises(InputError, match="'lift_at' has no confidence interval"):
        result.improvements_in("lift_at")
    assert "F2 of class 1" in result.verdict[0]
    assert "lift at of class 1" in result.to_html()
    names = result.at_threshold("logistic", "baseline", 0.3)
    assert {"f2", "f1_macro", "recall"} <= set(names)


def test_a_metric_of_two_classes_cannot_be_primary_with_three() -> None:
    X = np.random.RandomState(0).normal(size=(60, 2))
    with pytest.raises(InputError, match="'jaccard' is defined for two classes; there are 3"):
        Study("logistic", primary_metric="jaccard", **QUICK).run(X, np.resize([0, 1, 2], 60))


# ---- Models and methods ----


@pytest.mark.parametrize("name", ["neighbors", "naive-bayes", *BOOSTERS])
def test_models_by_name(name: str) -> None:
    if name in BOOSTERS:
        pytest.importorskip(name, reason=f"{name} is not installed")
    X, y = imbalanced(0)
    result = Study(name, "random-over", cv=(2, 1), random_state=0).run(X, y)
    again = Study(name, "random-over", cv=(2, 1), random_state=0).run(X, y)
    for candidate, other in zip(result.candidates, again.candidates, strict=True):
        assert candidate.status == "done", candidate.message
        assert candidate.has_probabilities
        assert np.array_equal(candidate.scores, other.scores)


def test_a_class_of_any_module_is_a_model() -> None:
    X, y = imbalanced(0)
    models = ["sklearn.tree:DecisionTreeClassifier"]
    by_name = Study(models, [], **QUICK).run(X, y)
    by_object = Study(DecisionTreeClassifier(), [], **QUICK).run(X, y)
    scores = [r.candidate("DecisionTreeClassifier").scores for r in (by_name, by_object)]
    assert np.array_equal(*scores)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sklearn.tree:Oak", "cannot be created: .*Oak"),
        ("no_such_module:Tree", "cannot be created: No module named 'no_such_module'"),
        ("sklearn.tree:DecisionTreeRegressor", "must be a classifier; got DecisionTreeRegressor"),
        ("tree", "Other classifiers have the form module:Class"),
    ],
)
def test_a_model_that_does_not_exist_is_rejected(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Study(name)


def test_a_missing_package_is_reported_with_the_install_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(BOOSTERS, "no_such_booster", ("Classifier", {}))
    with pytest.raises(ImportError, match="pip install no_such_booster"):
        Study("no_such_booster")


@pytest.mark.costly
def test_samplers_and_balanced_ensembles_are_methods() -> None:
    """A method that cannot be used with the table has a reason; all others are done."""
    assert set(SAMPLERS) <= set(METHODS)
    X, y = make_classification(160, 4, weights=[0.8], class_sep=0.4, flip_y=0.1, random_state=0)
    slow = ("hardness", "balance-cascade", "self-paced", "balanced-forest")  # forests of 100 trees
    names = [name for name in METHODS if name not in slow]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = Study("logistic", names, cv=(2, 1), random_state=0).run(X, y)
    status = {(c.model, c.method): c for c in result.candidates if c.status != "done"}
    assert {method for _, method in status} <= {"smote-nc", "smote-n", "kmeans-smote"}
    assert "no column is categorical" in status["logistic", "smote-nc"].message
    easy = result.candidate("easy-ensemble")
    assert easy.priors == pytest.approx(0.5)  # its members are fitted on balanced samples


def test_samplers_of_a_study_measure_standard_units(seed: int) -> None:
    """A column in other units does not change what a method does."""
    X, y = imbalanced(seed)
    study = Study("logistic", ["enn", "near-miss", "smote-tomek"], **QUICK)
    results = [study.run(data, y) for data in (X, X * [1, 1e6, 1, 1e-6])]
    for one, other in zip(*(result.candidates for result in results), strict=True):
        assert one.scores == pytest.approx(other.scores, abs=1e-6)


def test_all_names_are_listed() -> None:
    listed = describe_names()
    for name in (*METHODS, *BOOSTERS, "neighbors", "cohen_kappa", "f1_macro", "matthews_corrcoef"):
        assert name == "baseline" or name in listed
