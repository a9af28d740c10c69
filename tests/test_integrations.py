"""Other libraries with counterpoise; each test is skipped if its library is not installed.

The sections of docs/integrations.md run as tests, each after the first section, which has the data.
"""

from __future__ import annotations

import doctest
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from counterpoise import FunctionSampler, ResampledClassifier
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.pipeline import Pipeline
from counterpoise.study import Study, StudyResult

from .study_results import make_result

DOCUMENT = (Path(__file__).parent.parent / "docs" / "integrations.md").read_text("utf-8")
START, *SECTIONS = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)
# The libraries use functions of each other that are deprecated.
pytestmark = pytest.mark.filterwarnings("default")


def imported_packages(section: str) -> list[str]:
    """Return the packages that the examples of a section import."""
    return re.findall(r">>> (?:import|from) (\w+)", section)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.partition("\n")[0])
def test_documented_examples_run(section, tmp_path, monkeypatch):
    """The examples of a section have the output that the document states."""
    for package in imported_packages(section):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # mlflow-skinny has no local database
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "runs").as_uri())
    text = re.sub(r"^```.*$", "", START + section, flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(text, {}, "integrations.md", None, None)
    report: list[str] = []

    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test, out=report.append).failed == 0, "".join(report)


def test_the_document_names_each_library():
    """Every extra that the integrations need is imported in a section."""
    packages = {name for section in SECTIONS for name in imported_packages(section)}

    assert {"lightgbm", "xgboost", "catboost", "skrub", "optuna", "mlflow"} <= packages
    assert {"skl2onnx", "onnxruntime", "shap"} <= packages


# ---- Early stopping on untouched validation data ----


class Recorder(LogisticRegression):
    """Classifier that keeps the validation data that it gets."""

    def fit(self, X, y, eval_set=None, X_val=None, sample_weight_eval_set=None):
        self.received_ = eval_set, X_val, sample_weight_eval_set
        return super().fit(X, y)


@pytest.fixture
def halves(seed):
    """Return training data and validation data with the same number of samples."""
    X, y = make_classification(400, weights=[0.9], flip_y=0, random_state=seed)
    return X[::2], y[::2], X[1::2], y[1::2]


@pytest.mark.parametrize("calibration", ["sigmoid", None])
def test_validation_data_are_not_resampled(halves, seed, calibration):
    """Validation data with as many samples as the training data reach the classifier unchanged."""
    X, y, X_valid, y_valid = halves
    weights = np.ones(len(y_valid))
    model = ResampledClassifier(
        Recorder(), SMOTE(random_state=seed), calibration=calibration, random_state=seed
    )
    model.fit(X, y, eval_set=(X_valid, y_valid), X_val=X_valid, sample_weight_eval_set=weights)

    (X_got, y_got), second, weights_got = model.estimator_.received_
    assert X_got is X_valid
    assert y_got is y_valid
    assert second is X_valid
    assert weights_got is weights


def test_validation_data_are_not_resampled_in_a_pipeline(halves, seed):
    """The same holds for a step after a sampler; weights of training samples are resampled."""
    X, y, X_valid, y_valid = halves
    boosting = HistGradientBoostingClassifier(max_iter=5, early_stopping=True, random_state=seed)
    pipeline = Pipeline([("over", RandomOverSampler(random_state=seed)), ("model", boosting)])
    weights = np.where(y == 1, 3.0, 1.0)
    pipeline.fit(X, y, model__X_val=X_valid, model__y_val=y_valid, model__sample_weight=weights)

    indices = pipeline["over"].sample_indices_
    alone = HistGradientBoostingClassifier(max_iter=5, early_stopping=True, random_state=seed)
    alone.fit(X[indices], y[indices], X_val=X_valid, y_val=y_valid, sample_weight=weights[indices])
    np.testing.assert_array_equal(alone.validation_score_, pipeline["model"].validation_score_)


# ---- MLflow ----


@pytest.fixture
def mlflow(tmp_path, monkeypatch):
    """Return mlflow, which logs into a folder of the test."""
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    yield mlflow
    mlflow.set_tracking_uri(before)


def test_logged_study_equals_the_result(mlflow):
    """The runs have the metrics and intervals of the result, and its JSON gives it back."""
    result = make_result()
    study = mlflow.get_run(result.log_to_mlflow())

    text = mlflow.artifacts.load_text(f"{study.info.artifact_uri}/study.json")
    restored = StudyResult.from_json(text)
    assert restored.verdict == result.verdict
    children = mlflow.search_runs(output_format="list")
    children = [run for run in children if run.info.run_id != study.info.run_id]
    assert {(run.data.params["model"], run.data.params["method"]) for run in children} == set(
        result.table()
    )
    found = next(run for run in children if "improvement" in run.data.metrics)
    improvement = result.improvements[0]
    assert found.data.metrics["improvement_low"] == improvement.low
    assert found.data.tags["outcome"] == improvement.outcome
    assert found.data.tags["mlflow.parentRunId"] == study.info.run_id


def test_a_candidate_that_failed_is_a_failed_run(mlflow):
    """Its run has the message; the run of the study has the number of samples."""
    X, y = make_classification(120, weights=[0.8], random_state=0)
    failing = FunctionSampler(func=lambda X, y: 1 / 0)
    study = Study("logistic", {"failing": failing}, cv=(2, 1), random_state=0)
    logged = mlflow.get_run(study.run(X, y).log_to_mlflow())

    assert (logged.info.status, logged.data.params["n_samples"]) == ("FINISHED", "120")
    runs = {run.data.params.get("method"): run for run in mlflow.search_runs(output_format="list")}
    assert runs["baseline"].info.status == "FINISHED"
    assert runs["failing"].info.status == "FAILED"
    assert "division by zero" in runs["failing"].data.tags["message"]


def test_a_study_is_nested_in_an_active_run(mlflow):
    """Inside an active run, the study does not end that run."""
    with mlflow.start_run() as outer:
        logged = make_result().log_to_mlflow()

        assert mlflow.active_run().info.run_id == outer.info.run_id
    assert mlflow.get_run(logged).data.tags["mlflow.parentRunId"] == outer.info.run_id


def test_a_missing_mlflow_is_reported_with_the_install_command(monkeypatch):
    """Without mlflow, the error has the install command."""
    monkeypatch.setitem(sys.modules, "mlflow", None)

    with pytest.raises(ImportError, match="pip install mlflow"):
        make_result().log_to_mlflow()
