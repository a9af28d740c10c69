"""Tests of Study: folds, candidates, journals, budgets and invalid input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, get_args

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import (
    GroupKFold,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import counterpoise
from counterpoise._encoding import TableEncoder
from counterpoise.combine import SMOTETomek
from counterpoise.ensemble import EasyEnsembleClassifier
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.model_selection._folds import draw_folds
from counterpoise.over_sampling import SMOTE
from counterpoise.study import MODELS, Study, StudyResult
from counterpoise.study._methods import DEFAULT_METHODS
from counterpoise.study._records import Probabilities
from counterpoise.under_sampling import RandomUnderSampler

QUICK: dict[str, Any] = {"cv": (3, 2), "random_state": 0}
CHEAP = ["class-weight", "threshold", "random-under", "smote"]


def imbalanced(seed: int, n: int = 240, share: float = 0.85) -> tuple[np.ndarray, np.ndarray]:
    return make_classification(n, 6, weights=[share], flip_y=0.05, random_state=seed)


@pytest.fixture(scope="module")
def fitted() -> StudyResult:
    """Return a study that several tests read and none changes."""
    X, y = imbalanced(0)
    return Study("logistic", "smote", **QUICK).run(X, y)


def without_times(result: StudyResult) -> Any:
    """Return the content of a result as plain values, without the running times."""
    content = json.loads(result.to_json())
    for candidate in content["result"]["candidates"]:
        del candidate["seconds"]
    return content


def mixed_frame(seed: int, n: int = 240) -> pd.DataFrame:
    """Return a data frame of numeric, categorical and boolean columns with missing values."""
    rng = np.random.RandomState(seed)
    positive = rng.random_sample(n) < 0.2
    positive[:12] = True
    amount = np.round(rng.normal(50 + 20 * positive, 10), 2)
    amount[rng.random_sample(n) < 0.1] = np.nan
    country = pd.Series(np.where(positive, "se", "de"), dtype=object)
    country[rng.random_sample(n) < 0.3] = "fr"
    country[rng.random_sample(n) < 0.1] = None
    return pd.DataFrame(
        {
            "amount": amount,
            "country": country.astype("category"),
            "visits": rng.poisson(3, n),
            "member": rng.random_sample(n) < 0.5,
            "label": np.where(positive, "yes", "no"),
        }
    )


# ---- Results ----


def test_every_candidate_has_a_prediction_for_every_sample() -> None:
    X, y = imbalanced(0)
    result = Study(["logistic", "svm"], **QUICK).run(X, y)
    assert {candidate.method for candidate in result.candidates} == set(DEFAULT_METHODS)
    for candidate in result.candidates:
        assert candidate.status == "done", (candidate.model, candidate.method, candidate.message)
        assert candidate.scores.shape == (2, 240, 1)
        assert not np.isnan(candidate.scores).any()
        assert (candidate.predictions >= 0).all()
    assert result.candidate("dummy").model == "dummy"
    assert len(result.improvements) == 2 * (len(DEFAULT_METHODS) - 1)


def test_scores_equal_those_of_a_manual_cross_validation(seed: int) -> None:
    X, y = imbalanced(seed)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    result = Study({"custom": model}, ["random-under"], cv=(4, 1), random_state=seed).run(X, y)
    splitter = StratifiedKFold(4, shuffle=True, random_state=seed)
    for train, test in splitter.split(X, y):
        expected = clone(model).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
        assert result.candidate("custom").scores[0, test, 0] == pytest.approx(expected)
        assert (result.candidate("custom").predictions[0, test] == (expected > 0.5)).all()


@pytest.mark.costly
def test_a_tuned_threshold_is_as_good_as_that_of_scikit_learn(seed: int) -> None:
    """Both thresholds maximize the balanced accuracy on inner folds."""
    X, y = imbalanced(seed, 400)
    result = Study("logistic", "threshold", cv=(3, 1), random_state=seed).run(X, y)
    candidate, baseline = result.candidate("logistic", "threshold"), result.candidate("logistic")
    assert np.array_equal(candidate.scores, baseline.scores)
    assert not np.isnan(candidate.thresholds).any()
    for number, threshold in enumerate(candidate.thresholds[0]):
        test = result.folds[0] == number
        assert (candidate.predictions[0, test] == (candidate.scores[0, test, 0] >= threshold)).all()
    table = result.table()
    tuned = table["logistic", "threshold"]["balanced_accuracy"]
    assert tuned > table["logistic", "baseline"]["balanced_accuracy"]
    reference = []
    for train, test in StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y):
        model = make_pipeline(StandardScaler(), LogisticRegression())
        tuner = TunedThresholdClassifierCV(model, scoring="balanced_accuracy", cv=5)
        predicted = tuner.fit(X[train], y[train]).predict(X[test])
        reference.append(balanced_accuracy_score(y[test], predicted))
    assert tuned == pytest.approx(np.mean(reference), abs=0.06)


def test_the_result_does_not_depend_on_processes_or_other_candidates() -> None:
    X, y = imbalanced(1)
    alone = Study("logistic", CHEAP, **QUICK).run(X, y)
    with_others = Study(["svm", "logistic"], [*CHEAP[::-1], "random-over"], n_jobs=2, **QUICK).run(
        X, y
    )
    assert without_times(alone) == without_times(
        Study("logistic", CHEAP, n_jobs=2, **QUICK).run(X, y)
    )
    for candidate in alone.candidates:
        other = with_others.candidate(candidate.model, candidate.method)
        assert np.array_equal(candidate.scores, other.scores)
        assert np.array_equal(candidate.predictions, other.predictions)


@pytest.mark.costly
def test_the_same_seed_gives_the_same_result(seed: int) -> None:
    X, y = imbalanced(seed)
    study = Study("logistic", CHEAP, cv=(3, 1), random_state=seed)
    assert without_times(study.run(X, y)) == without_times(study.run(X, y))
    other = Study("logistic", CHEAP, cv=(3, 1), random_state=seed + 1).run(X, y)
    assert not np.array_equal(other.folds, study.run(X, y).folds)


@pytest.mark.parametrize(
    "container",
    [
        pl.from_pandas,
        pa.Table.from_pandas,
        lambda frame: frame.set_index(np.arange(len(frame))[::-1]),
        lambda frame: frame.convert_dtypes(),
    ],
)
def test_any_container_gives_the_same_result(container: Any) -> None:
    frame = mixed_frame(0)
    X, y = frame.drop(columns="label"), frame["label"]
    expected = Study(["logistic", "boosting"], "smote", cv=(2, 1), random_state=0).run(X, y)
    found = Study(["logistic", "boosting"], "smote", cv=(2, 1), random_state=0).run(
        container(X), y.tolist()
    )
    for candidate in expected.candidates:
        assert candidate.status == "done", candidate.message
        other = found.candidate(candidate.model, candidate.method)
        assert other.scores == pytest.approx(candidate.scores)


def test_smote_handles_mixed_tables_with_missing_values() -> None:
    frame = mixed_frame(1)
    result = Study(["logistic"], **QUICK).run(frame.drop(columns="label"), frame["label"])
    status = {candidate.method: candidate.status for candidate in result.candidates}
    assert status["smote"] == status["smote-enn"] == "done"
    assert status["borderline-smote"] == status["adasyn"] == "not applicable"
    codes = [finding.code for finding in result.findings]
    assert codes.count("not-applicable") == 2
    assert result.data.classes[result.data.positive or 0] == "yes"
    assert result.data.n_missing == int(frame.isna().sum().sum())


def test_a_column_of_missing_values_only_is_allowed() -> None:
    X, y = imbalanced(0)
    X[:, 2] = np.nan
    models = ["logistic", "boosting"]
    result = Study(models, ["class-weight", "random-under"], cv=(2, 1), random_state=0).run(X, y)
    assert {candidate.status for candidate in result.candidates} == {"done"}
    assert result.data.n_missing == len(y)


def test_several_classes() -> None:
    X, y = make_classification(
        300, 6, n_informative=4, n_classes=3, weights=[0.7, 0.2, 0.1], random_state=0
    )
    names = np.array(["a", "b", "c"])[y]
    result = Study(["logistic", "svm"], CHEAP, **QUICK).run(X, names)
    assert result.data.positive is None
    assert result.candidate("logistic").scores.shape == (2, 300, 3)
    assert result.candidate("logistic", "threshold").status == "not applicable"
    table = result.table()["logistic", "smote"]
    assert table["average_precision"] > result.table()["dummy", "baseline"]["average_precision"]
    assert np.isnan(table["expected_cost"])
    assert StudyResult.from_json(result.to_json()).verdict == result.verdict


def test_the_second_of_two_equally_large_classes_is_positive() -> None:
    X, y = make_classification(100, random_state=0)
    assert Study("logistic", "smote", **QUICK).run(X[:, :3], y).data.positive == 1


# ---- Custom models and methods ----


def test_custom_models_and_methods() -> None:
    X, y = imbalanced(0)
    result = Study(
        {"tree": DecisionTreeClassifier(max_depth=3), "pipeline": make_pipeline(GaussianNB())},
        {
            "tomek": SMOTETomek(),
            "half": RandomUnderSampler(sampling_strategy=0.5),
            "easy": EasyEnsembleClassifier(n_estimators=2),
            "cloned": clone,
        },
        **QUICK,
    ).run(X, y)
    done = {
        (candidate.model, candidate.method)
        for candidate in result.candidates
        if candidate.status == "done"
    }
    assert done == {
        *((m, r) for m in ("tree", "pipeline") for r in ("baseline", "tomek", "half", "cloned")),
        ("easy", "baseline"),
        ("dummy", "baseline"),
    }
    priors = result.candidate("tree", "half").priors[..., 1]
    assert priors == pytest.approx(np.full((2, 3), 1 / 3), abs=0.01)


def test_a_pipeline_gets_the_original_data_frame() -> None:
    frame = mixed_frame(0)
    types: list[type] = []

    class RecordsType(ClassifierMixin, BaseEstimator):
        def fit(self, X: Any, y: Any) -> Any:
            types.append(type(X))
            self.classes_ = np.unique(y)
            return self

        def predict_proba(self, X: Any) -> np.ndarray:
            return np.full((len(X), 2), 0.5)

        def predict(self, X: Any) -> np.ndarray:
            return np.zeros(len(X), int)

    Study({"recorder": make_pipeline(RecordsType())}, "random-over", cv=(2, 1)).run(
        frame.drop(columns="label"), frame["label"]
    )
    assert set(types) == {pd.DataFrame}


def test_a_model_without_probabilities_is_evaluated_by_its_scores() -> None:
    X, y = imbalanced(0)
    result = Study({"ridge": RidgeClassifier()}, CHEAP, **QUICK).run(X, y)
    assert not result.candidate("ridge").has_probabilities
    row = result.table()["ridge", "baseline"]
    assert np.isnan(row["log_loss"])
    assert 0 < row["average_precision"] < 1
    assert "no-probabilities" in [finding.code for finding in result.findings]


def test_class_weights_are_passed_as_sample_weights_where_needed() -> None:
    X, y = imbalanced(0)
    result = Study({"nb": GaussianNB(), "knn": KNeighborsClassifier()}, "class-weight", **QUICK)
    result = result.run(X, y)
    assert result.candidate("knn", "class-weight").status == "not applicable"
    priors = [0.5, 0.5]
    train = result.folds[0] != 0
    scaler = StandardScaler().fit(X[train])
    expected = GaussianNB(priors=priors).fit(scaler.transform(X[train]), y[train])
    found = result.candidate("nb", "class-weight").scores[0, ~train, 0]
    assert found == pytest.approx(expected.predict_proba(scaler.transform(X[~train]))[:, 1])


class RecordsFits(ClassifierMixin, BaseEstimator):
    """Classifier that records the data of each fit."""

    fits: ClassVar[list[bytes]] = []

    def fit(self, X: Any, y: Any) -> Any:
        RecordsFits.fits.append(np.ascontiguousarray(X).tobytes() + np.asarray(y).tobytes())
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        return np.column_stack([1 - X[:, 0] % 1, X[:, 0] % 1])

    def predict(self, X: Any) -> np.ndarray:
        return (X[:, 0] % 1 > 0.5).astype(int)


class RecordsResampling(SMOTE):
    """SMOTE that records the number of samples of each call."""

    calls: ClassVar[list[int]] = []

    def fit_resample(self, X: Any, y: Any) -> Any:
        RecordsResampling.calls.append(len(y))
        return super().fit_resample(X, y)


def test_the_same_data_are_not_fitted_or_resampled_twice() -> None:
    X, y = imbalanced(0)
    RecordsFits.fits.clear()
    RecordsResampling.calls.clear()
    models = {
        "one": make_pipeline(RecordsFits()),
        "two": make_pipeline(StandardScaler(), RecordsFits()),
    }
    methods = {"threshold": "threshold", "smote": RecordsResampling()}
    result = Study(models, methods, **QUICK).run(X, y)
    assert len(RecordsResampling.calls) == 6
    assert len(RecordsFits.fits) == len(set(RecordsFits.fits)) == 2 * 6 * (2 + 5)
    # Everything below is computed from stored predictions.
    result.improvements_in("brier", probabilities="calibrated")
    result.with_costs(1, 50).table(probabilities="corrected")
    assert result.findings
    assert StudyResult.from_json(result.to_json()).improvements == result.improvements
    assert len(RecordsFits.fits) == 2 * 6 * 7


def test_improvements_are_differences_of_the_values_of_each_kind(fitted: StudyResult) -> None:
    for metric in ("f1", "brier", "expected_cost"):
        for kind in get_args(Probabilities):
            for improvement in fitted.improvements_in(metric, probabilities=kind):
                scores = [
                    fitted.values(
                        metric, fitted.candidate(improvement.model, method), probabilities=kind
                    ).mean()
                    for method in ("baseline", improvement.method)
                ]
                assert [improvement.baseline_score, improvement.score] == pytest.approx(scores)


def test_other_costs_are_applied_without_fitting_again(fitted: StudyResult) -> None:
    result, y = fitted, imbalanced(0)[1]
    other = result.with_costs(2, 14)
    before, after = (r.table()["logistic", "smote"]["expected_cost"] for r in (result, other))
    predicted = result.candidate("logistic", "smote").predictions
    false_positives = ((predicted == 1) & (y == 0)).mean()
    false_negatives = ((predicted == 0) & (y == 1)).mean()
    assert before == pytest.approx(false_positives + false_negatives)
    assert after == pytest.approx(2 * false_positives + 14 * false_negatives)


def test_any_threshold_can_be_evaluated_afterwards(seed: int) -> None:
    X, y = imbalanced(seed)
    result = Study("logistic", ["threshold", "class-weight"], cv=(3, 1), random_state=seed)
    result = result.run(X, y)
    baseline = result.table()["logistic", "baseline"]
    assert result.at_threshold("logistic", "baseline", 0.5)["f1"] == pytest.approx(baseline["f1"])
    scores = result.candidate("logistic", "class-weight").scores[0, :, 0]
    found = result.at_threshold("logistic", "class-weight", 0.8)
    by_fold = []
    for fold in range(3):
        rows = result.folds[0] == fold
        by_fold.append(balanced_accuracy_score(y[rows], scores[rows] >= 0.8))
    assert found["balanced_accuracy"] == pytest.approx(np.mean(by_fold))
    corrected = result.at_threshold("logistic", "class-weight", 0.5, probabilities="corrected")
    assert corrected["matthews"] == pytest.approx(baseline["matthews"], abs=0.2)


# ---- Folds ----


def test_folds_keep_groups_together_and_time_in_order(seed: int) -> None:
    rng = np.random.RandomState(seed)
    codes = (rng.random_sample(200) < 0.2).astype(int)
    groups = rng.randint(30, size=200)
    for fold in draw_folds(codes, 4, 2, seed, groups=groups).splits:
        assert not set(groups[fold.train]) & set(groups[fold.test])
    times = rng.randint(60, size=200)
    folds = draw_folds(codes, 4, 2, seed, time=times)
    for fold in folds.splits:
        assert times[fold.train].max() < times[fold.test].min()
    assert folds.n_repeats == 1


def test_every_sample_is_tested_once_in_each_repeat(seed: int) -> None:
    codes = np.r_[np.zeros(90, int), np.ones(10, int)]
    folds = draw_folds(codes, 5, 3, seed)
    tested = folds.test_fold_by_row(100)
    assert (tested >= 0).all()
    assert not np.array_equal(tested[0], tested[1])
    for fold in folds.splits:
        assert codes[fold.test].sum() == 2
        assert len(np.intersect1d(fold.train, fold.test)) == 0


def test_studies_with_groups_and_by_time() -> None:
    X, y = imbalanced(0)
    groups = np.arange(len(y)) // 4
    grouped = Study("logistic", CHEAP, **QUICK).run(X, y, groups=groups)
    assert grouped.settings.cv_strategy == "grouped"
    for repeat in grouped.folds:
        assert all(len(set(repeat[groups == g])) == 1 for g in np.unique(groups))
    days = pd.date_range("2024-01-01", periods=len(y))
    by_time = Study("logistic", CHEAP, cv=3).run(X, y, time=days)
    assert by_time.settings.cv_strategy == "by time"
    assert (by_time.folds[0, :60] == -1).all()
    assert all(candidate.status == "done" for candidate in by_time.candidates)
    custom = Study("logistic", CHEAP, cv=GroupKFold(3)).run(X, y, groups=groups)
    assert custom.settings.cv_strategy == "user-defined"


# ---- Journals and budgets ----


def test_a_study_resumes_from_its_journal(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    complete = Study("logistic", CHEAP, journal=path, **QUICK).run(X, y)
    text = path.read_bytes()
    lines = text.split(b"\n")
    for keep in (1, 7, len(lines) // 2, len(lines) - 3):
        path.write_bytes(b"\n".join(lines[:keep]) + b"\n")
        resumed = Study("logistic", CHEAP, journal=path, **QUICK).run(X, y)
        assert without_times(resumed) == without_times(complete)
    # The journal is complete: no model is fitted.
    again = Study("logistic", CHEAP, journal=path, **QUICK).run(X, y)
    assert (
        json.loads(again.to_json())["result"]
        == json.loads(Study("logistic", CHEAP, journal=path, **QUICK).run(X, y).to_json())["result"]
    )


def test_a_truncated_journal_is_repaired_with_a_warning(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    complete = Study("logistic", "smote", journal=path, **QUICK).run(X, y)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.warns(
        CounterpoiseWarning, match="has an incomplete line; these results are computed again"
    ):
        repaired = Study("logistic", "smote", journal=path, **QUICK).run(X, y)
    assert without_times(repaired) == without_times(complete)
    with pytest.warns(CounterpoiseWarning):  # the incomplete line stays in the file and is skipped
        again = Study("logistic", "smote", journal=path, **QUICK).run(X, y)
    assert without_times(again) == without_times(complete)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"random_state": 1}, "the folds and seed differ"),
        ({"cv": (4, 2)}, "the folds differ"),
        ({"models": "svm"}, "the models differ"),
        ({"methods": "adasyn"}, "the methods differ"),
        ({"costs": (1, 9)}, "costs"),
        ({"X": 1.0}, "the table differs"),
        ({"y": 1}, "target"),
    ],
)
def test_a_journal_of_another_study_is_refused(
    tmp_path: Path, change: dict[str, Any], what: str
) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    parameters: dict[str, Any] = {
        "models": "logistic",
        "methods": "smote",
        "journal": path,
        **QUICK,
    }
    Study(**parameters).run(X, y)
    other = X + change.pop("X", 0), np.where(y == 1, 1 + change.pop("y", 0), 0)
    with pytest.raises(InputError, match=f"another study: .*{what}"):
        Study(**{**parameters, **change}).run(*other)


def test_models_that_differ_where_scikit_learn_shows_an_ellipsis_differ(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    weights = dict.fromkeys(range(50), 1.0)
    study: dict[str, Any] = {"methods": "threshold", "journal": tmp_path / "journal", **QUICK}
    Study({"own": LogisticRegression(class_weight=weights)}, **study).run(X, y)

    other = LogisticRegression(class_weight={**weights, 40: 2.0})
    with pytest.raises(InputError, match="another study: the models differ"):
        Study({"own": other}, **study).run(X, y)


def test_a_file_that_is_not_a_journal_is_not_changed(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n")
    with pytest.raises(InputError, match="exists and is not the journal of a study"):
        Study("logistic", "smote", journal=path, **QUICK).run(X, y)
    assert path.read_text() == "my notes\n"


def test_without_a_seed_that_of_the_journal_is_used(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    first = Study("logistic", "smote", journal=path, cv=(3, 1)).run(X, y)
    again = Study("logistic", "smote", journal=path, cv=(3, 1)).run(X, y)
    assert without_times(again) == without_times(first)


# Importing scikit-learn takes far longer than the study: one process imports, and forks for each.
SCRIPT = """
import os, sys
from sklearn.datasets import make_classification
from counterpoise.study import Study
X, y = make_classification(120, 4, weights=[0.8], flip_y=0.05, random_state=3)
study = {"models": "logistic", "methods": ["class-weight", "threshold", "smote"], "cv": (3, 2)}
Study("logistic", "smote", cv=(2, 1), random_state=0).run(X, y)  # imports what is imported late
for path in sys.stdin:
    child = os.fork()
    if not child:
        Study(**study, random_state=0, journal=path.strip()).run(X, y)
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork is not available")
@pytest.mark.parametrize("n_kills", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_a_killed_study_resumes_to_the_same_result(tmp_path: Path, n_kills: int) -> None:
    X, y = make_classification(120, 4, weights=[0.8], flip_y=0.05, random_state=3)
    methods = ["class-weight", "threshold", "smote"]
    params: dict[str, Any] = {"models": "logistic", "methods": methods, **QUICK}
    complete = without_times(Study(**params).run(X, y))
    rng = np.random.RandomState(0)
    lengths, killed = set(), 0
    command = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        for attempt in range(n_kills):
            path = tmp_path / f"{attempt}.journal"
            print(path, file=worker.stdin, flush=True)
            child = int(worker.stdout.readline())
            # In bytes, so that the moments do not depend on the speed of the machine.
            length = attempt * 16_000 / n_kills
            while not path.exists() or path.stat().st_size <= length:
                time.sleep(0.0005)
            time.sleep(rng.uniform(0, 0.01))
            os.kill(child, signal.SIGKILL)
            killed += int(worker.stdout.readline()) == -signal.SIGKILL
            lengths.add(path.stat().st_size)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CounterpoiseWarning)  # an incomplete last line
                resumed = Study(**params, journal=path).run(X, y)
            assert without_times(resumed) == complete
    assert killed > n_kills / 2
    assert len(lengths) > 5


def test_a_time_budget_stops_the_study() -> None:
    X, y = imbalanced(0)
    result = Study("logistic", CHEAP, budget=1e-6, **QUICK).run(X, y)
    assert result.stopped
    assert result.findings[0].code == "stopped-early"
    assert result.improvements == ()
    assert result.best is None
    assert result.verdict[0].startswith("No method could be compared")
    assert StudyResult.from_json(result.to_json()).stopped


class AdvancesClock(LogisticRegression):
    """Logistic regression whose fit takes a second of a simulated clock."""

    now: ClassVar[float] = 0.0

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        AdvancesClock.now += 1
        return super().fit(X, y, sample_weight)


def test_comparisons_use_the_folds_that_the_budget_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    X, y = imbalanced(0)
    # With a simulated clock, the result does not depend on the speed of the machine.
    monkeypatch.setattr(time, "time", lambda: AdvancesClock.now)
    models = {"slow": AdvancesClock()}
    result = Study(models, ["class-weight"], cv=(5, 2), budget=7.5, random_state=0).run(X, y)
    assert result.stopped
    assert {candidate.status for candidate in result.candidates} <= {"partial", "done"}
    improvement = result.improvements[0]
    done = ~np.isnan(result.candidate("slow", "class-weight").seconds)
    both = done & ~np.isnan(result.candidate("slow").seconds)
    assert 2 <= both.sum() < 10
    values = [
        result.values("average_precision", result.candidate("slow", r))
        for r in ("baseline", "class-weight")
    ]
    assert improvement.value == pytest.approx((values[1] - values[0])[both].mean())


class Fails(LogisticRegression):
    """Logistic regression that fails on balanced data."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        if np.mean(y) > 0.4:
            raise RuntimeError("no balance, please")
        return super().fit(X, y, sample_weight)


def test_a_candidate_that_fails_is_reported_and_excluded() -> None:
    X, y = imbalanced(0)
    result = Study({"fails": Fails(), "logistic": "logistic"}, CHEAP, **QUICK).run(X, y)
    candidate = result.candidate("fails", "smote")
    assert candidate.status == "failed"
    assert "RuntimeError: no balance, please (in 6 of 6 folds)" in candidate.message
    assert np.isnan(result.table()["fails", "smote"]["average_precision"])
    assert ("fails", "smote") not in {
        (improvement.model, improvement.method) for improvement in result.improvements
    }
    assert ("logistic", "smote") in {
        (improvement.model, improvement.method) for improvement in result.improvements
    }
    assert "candidate-failed" in [finding.code for finding in result.findings]


# ---- Invalid input ----


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"models": "logistics"}, "Unknown model 'logistics'. Did you mean 'logistic'?"),
        ({"methods": "smot"}, "Unknown method 'smot'. Did you mean 'smote'?"),
        ({"primary_metric": "f_1"}, "Unknown metric 'f_1'. Did you mean 'f1'?"),
        ({"primary_metric": "fbeta"}, "fbeta needs its beta: fbeta=2"),
        ({"primary_metric": "lift_at"}, "cannot be the primary metric"),
        ({"primary_metric": "calibration_slope"}, "cannot be the primary metric"),
        ({"metrics": ["roc"]}, "Unknown metric 'roc'"),
        ({"margins": {"f1": -1}}, r"margins\['f1'\] must be a number above 0"),
        ({"models": {"x": SMOTE()}}, "Model 'x' must be a classifier; got SMOTE"),
        ({"models": []}, "none is given"),
        ({"models": {"dummy": GaussianNB()}}, "'dummy' is used twice"),
        ({"methods": {"x": 3}}, "Method 'x' must be a sampler"),
        ({"methods": {"baseline": SMOTE()}}, "rename your method"),
        ({"methods": [SMOTE(), SMOTE()]}, "'SMOTE' is given twice"),
        ({"costs": (1,)}, "costs must be two numbers"),
        ({"costs": (1, -2)}, "costs must be finite and not negative"),
        ({"confidence_level": 95}, "confidence_level must be a number above 0 and below 1"),
        ({"budget": 0}, "budget must be a number above 0"),
        ({"budget": "10m"}, "budget is in seconds, for example 600; got '10m'."),
        (
            {"margins": 0.02},
            r"margins must be a mapping of metric to .*{'average_precision': 0.02}; got 0.02",
        ),
    ],
)
def test_parameters_are_checked_by_the_constructor(
    parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        Study(**parameters)


def test_too_few_samples_for_the_folds() -> None:
    X = np.random.RandomState(0).normal(size=(40, 2))
    y = ["a"] * 37 + ["b"] * 3
    with pytest.raises(
        InputError, match="Class 'b' has 3 .* at most 3 folds .cv=3, or --folds 3.,"
    ):
        Study("logistic", "smote").run(X, y)
    assert (
        Study("logistic", "smote", cv=3).run(X, y).candidate("logistic", "smote").status == "done"
    )
    with pytest.raises(InputError, match="has 1 sample,"):
        Study("logistic", "smote").run(X, ["a"] * 39 + ["b"])


@pytest.mark.parametrize(
    ("X", "more", "message"),
    [
        (sparse.csr_matrix(np.eye(20) > 0), {}, "a sparse matrix of booleans"),
        (
            pd.DataFrame({"when": pd.date_range("2024", periods=20)}),
            {"keep": "when"},
            "Column 'when' has another type, such as dates",
        ),
        (np.where(np.eye(20) == 1, np.inf, 0), {}, "infinity in row 0, column '0'"),
        (np.eye(20), {"groups": [1, 2]}, "groups must have one value for each of the 20 samples"),
        (np.eye(20), {"time": [None] * 20}, "it is missing for 20 of them"),
        (np.eye(20), {"groups": [1] * 20, "time": range(20)}, "Use groups or time, not both."),
        (np.eye(20), {"time": [0] * 10 + [1] * 10}, "more than 2 distinct times"),
    ],
)
def test_invalid_tables_are_rejected(X: Any, more: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Study("logistic", "smote", cv=2).run(X, [0, 1] * 10, **more)


def test_a_text_that_is_not_a_result_is_rejected() -> None:
    for text in ("", "{}", '{"kind": "study", "format_version": 99}'):
        with pytest.raises(InputError, match="not the JSON of a study"):
            StudyResult.from_json(text)


def test_unknown_candidates_and_metrics_are_rejected(fitted: StudyResult) -> None:
    with pytest.raises(
        InputError,
        match=r"no candidate \(logistic, smoe\). Did you mean \(logistic, smote\)\? Candidates",
    ):
        fitted.candidate("logistic", "smoe")
    with pytest.raises(InputError, match="Unknown metric 'auc'"):
        fitted.improvements_in("auc")


# ---- Export and import ----


def test_a_result_is_restored_from_json() -> None:
    X, y = imbalanced(0)
    result = Study(["logistic", "svm"], CHEAP, **QUICK).run(X, y)
    restored = StudyResult.from_json(result.to_json())
    assert restored.to_json() == result.to_json()
    assert restored.improvements == result.improvements
    assert restored.findings == result.findings
    assert json.loads(result.to_json())["verdict"] == list(result.verdict)


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_a_result_as_a_frame(fitted: StudyResult, backend: str) -> None:
    result = fitted
    frame = result.to_frame(backend)
    columns = frame.column_names if backend == "pyarrow" else list(frame.columns)
    assert columns[:6] == ["model", "method", "repeat", "fold", "status", "seconds"]
    assert len(frame) == 3 * 6
    values = np.asarray(frame["average_precision"]).astype(float)
    assert values[:6] == pytest.approx(
        result.values("average_precision", result.candidates[0]).ravel()
    )


def test_encoded_categories_do_not_depend_on_the_rows_that_are_encoded() -> None:
    encoder = TableEncoder().fit([["b", 1.0], ["a", None], [None, 2.0]])
    assert np.array_equal(encoder.categorical_, [True, False])
    found = encoder.transform([["a", 3.0], ["z", 1.0], ["b", 0.0]])
    assert np.array_equal(found, [[0, 3], [np.nan, 1], [1, 0]], equal_nan=True)


def test_rare_categories_share_a_code_if_there_are_many(seed: int) -> None:
    """Categories of ten rows or more have their own code, as have all of a short list."""
    rng = np.random.default_rng(seed)
    towns = rng.permutation(np.repeat([f"town {i}" for i in range(60)], np.arange(60) % 3 * 5 + 5))
    codes = TableEncoder().fit_transform(towns[:, None])[:, 0]
    sizes = dict(zip(*np.unique(towns, return_counts=True), strict=True))
    is_rare = np.array([sizes[town] < 10 for town in towns])
    assert len(set(codes)) == 41
    assert len(set(codes[is_rare])) == 1
    assert set(codes[is_rare]).isdisjoint(codes[~is_rare])
    few = np.repeat([f"town {i}" for i in range(30)], 3)[:, None]
    assert len(set(TableEncoder().fit_transform(few)[:, 0])) == 30


def test_features_are_the_same_for_all_methods(seed: int) -> None:
    """A model sees the categories of the training fold, however often resampling repeats them."""
    rng = np.random.default_rng(seed)
    towns = rng.permutation(np.arange(400) % 100).astype(str)  # 4 rows each, 3 or so in training
    X = pd.DataFrame({"town": towns, "x": rng.normal(size=400)})
    y = np.arange(400) % 10 == 0
    widths: dict[int, int] = {}

    class Recorder(LogisticRegression):
        """Record the number of features for each number of training samples."""

        def fit(self, X: Any, y: Any) -> Any:
            widths[len(X)] = X.shape[1]
            return super().fit(X, y)

    Study({"recorder": Recorder()}, "random-over", cv=(2, 1), random_state=0, n_jobs=1).run(X, y)
    assert len(widths) == 2
    assert set(widths.values()) == {2}  # one code for all towns, and x


def test_the_package_exports_study() -> None:
    assert counterpoise.study.Study is Study
    assert os.fspath(Path(counterpoise.study.__file__).parent).endswith("study")


@pytest.mark.costly
def test_predictions_of_the_default_models_equal_those_of_predict(seed: int) -> None:
    """Deriving predictions from scores, which saves a call of predict, changes none of them."""
    quick = {"cv": (3, 1), "random_state": 0}  # predictions are derived fold by fold
    X, y = imbalanced(seed)
    names = ["logistic", "svm", "forest", "boosting"]
    estimators = {name: clone(MODELS[name].estimator).set_params(random_state=0) for name in names}
    # The study calls predict of custom models, but derives the predictions of built-in models.
    predicted = Study(estimators, "under-ensemble", **quick).run(X, y)
    study = Study(names, "under-ensemble", **quick)
    study.models = tuple(
        replace(model, estimator=clone(estimators[model.name])) for model in study.models
    )
    derived = study.run(X, y)
    for candidate in derived.candidates:
        expected = predicted.candidate(candidate.model, candidate.method)
        assert np.array_equal(candidate.scores, expected.scores)
        assert np.array_equal(candidate.predictions, expected.predictions)


def test_class_proportions_under_a_custom_function_are_unknown() -> None:
    X, y = imbalanced(0)
    methods = {"cloned": clone, "bagging": "under-ensemble"}
    result = Study("logistic", methods, **QUICK).run(X, y)
    cloned = result.candidate("logistic", "cloned")
    assert np.isnan(cloned.priors).all()
    assert np.array_equal(result.scores_of(cloned, "corrected"), cloned.scores)
    assert (result.candidate("logistic", "bagging").priors == 0.5).all()
