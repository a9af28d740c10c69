"""The study as its users have it: folds, arms, journals, budgets, bad input."""

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
from typing import Any, ClassVar

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
from counterpoise.combine import SMOTETomek
from counterpoise.comparison.encoding import TableEncoder
from counterpoise.comparison.folds import draw_folds
from counterpoise.ensemble import EasyEnsembleClassifier
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.study import MODELS, REMEDIES, Study, StudyResult
from counterpoise.under_sampling import RandomUnderSampler

QUICK: dict[str, Any] = {"cv": (3, 2), "random_state": 0}
CHEAP = ["class-weight", "threshold", "random-under", "smote"]


def imbalanced(seed: int, n: int = 240, share: float = 0.85) -> tuple[np.ndarray, np.ndarray]:
    return make_classification(n, 6, weights=[share], flip_y=0.05, random_state=seed)


@pytest.fixture(scope="module")
def fitted() -> StudyResult:
    """Return a study that several tests look at and none changes."""
    X, y = imbalanced(0)
    return Study("logistic", "smote", **QUICK).run(X, y)


def timeless(result: StudyResult) -> Any:
    """Return all that a result says, but how long it took."""
    plain = json.loads(result.to_json())
    for arm in plain["facts"]["arms"]:
        del arm["seconds"]
    return plain


def frame_of_mixed(seed: int, n: int = 240) -> pd.DataFrame:
    random = np.random.RandomState(seed)
    rare = random.random_sample(n) < 0.2
    rare[:12] = True
    amount = np.round(random.normal(50 + 20 * rare, 10), 2)
    amount[random.random_sample(n) < 0.1] = np.nan
    country = pd.Series(np.where(rare, "se", "de"), dtype=object)
    country[random.random_sample(n) < 0.3] = "fr"
    country[random.random_sample(n) < 0.1] = None
    return pd.DataFrame(
        {
            "amount": amount,
            "country": country.astype("category"),
            "visits": random.poisson(3, n),
            "member": random.random_sample(n) < 0.5,
            "label": np.where(rare, "yes", "no"),
        }
    )


# ---- What comes out ----


def test_every_arm_says_something_of_every_row() -> None:
    X, y = imbalanced(0)
    result = Study(["logistic", "svm"], **QUICK).run(X, y)
    assert {arm.remedy for arm in result.arms} == set(REMEDIES)
    for arm in result.arms:
        assert arm.status == "done", (arm.model, arm.remedy, arm.message)
        assert arm.scores.shape == (2, 240, 1)
        assert not np.isnan(arm.scores).any()
        assert (arm.predictions >= 0).all()
    assert result.arm("dummy").model == "dummy"
    assert len(result.verdicts) == 2 * (len(REMEDIES) - 1)


def test_scores_are_those_of_models_fitted_by_hand(seed: int) -> None:
    X, y = imbalanced(seed)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    result = Study({"mine": model}, ["random-under"], cv=(4, 1), random_state=seed).run(X, y)
    splitter = StratifiedKFold(4, shuffle=True, random_state=seed)
    for train, test in splitter.split(X, y):
        expected = clone(model).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
        assert result.arm("mine").scores[0, test, 0] == pytest.approx(expected)
        assert (result.arm("mine").predictions[0, test] == (expected > 0.5)).all()


@pytest.mark.costly
def test_a_chosen_threshold_is_that_of_scikit_learn(seed: int) -> None:
    """Where scores divide well, both find a threshold that is best on the same inner folds."""
    X, y = imbalanced(seed, 400)
    result = Study("logistic", "threshold", cv=(3, 1), random_state=seed).run(X, y)
    arm, nothing = result.arm("logistic", "threshold"), result.arm("logistic")
    assert np.array_equal(arm.scores, nothing.scores)
    assert not np.isnan(arm.thresholds).any()
    for number, threshold in enumerate(arm.thresholds[0]):
        test = result.folds[0] == number
        assert (arm.predictions[0, test] == (arm.scores[0, test, 0] >= threshold)).all()
    table = result.table()
    tuned = table["logistic", "threshold"]["balanced_accuracy"]
    assert tuned > table["logistic", "nothing"]["balanced_accuracy"]
    reference = []
    for train, test in StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y):
        model = make_pipeline(StandardScaler(), LogisticRegression())
        tuner = TunedThresholdClassifierCV(model, scoring="balanced_accuracy", cv=5)
        said = tuner.fit(X[train], y[train]).predict(X[test])
        reference.append((said[y[test] == 1].mean() + 1 - said[y[test] == 0].mean()) / 2)
    assert tuned == pytest.approx(np.mean(reference), abs=0.06)


def test_the_result_does_not_depend_on_processes_or_other_arms() -> None:
    X, y = imbalanced(1)
    alone = Study("logistic", CHEAP, **QUICK).run(X, y)
    beside = Study(["svm", "logistic"], [*CHEAP[::-1], "random-over"], n_jobs=2, **QUICK).run(X, y)
    assert timeless(alone) == timeless(Study("logistic", CHEAP, n_jobs=2, **QUICK).run(X, y))
    for arm in alone.arms:
        other = beside.arm(arm.model, arm.remedy)
        assert np.array_equal(arm.scores, other.scores)
        assert np.array_equal(arm.predictions, other.predictions)


def test_the_same_seed_gives_the_same_result(seed: int) -> None:
    X, y = imbalanced(seed)
    study = Study("logistic", CHEAP, cv=(3, 1), random_state=seed)
    assert timeless(study.run(X, y)) == timeless(study.run(X, y))
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
    frame = frame_of_mixed(0)
    X, y = frame.drop(columns="label"), frame["label"]
    expected = Study(["logistic", "boosting"], "smote", cv=(2, 1), random_state=0).run(X, y)
    found = Study(["logistic", "boosting"], "smote", cv=(2, 1), random_state=0).run(
        container(X), y.tolist()
    )
    for arm in expected.arms:
        assert arm.status == "done", arm.message
        other = found.arm(arm.model, arm.remedy)
        assert other.scores == pytest.approx(arm.scores)


def test_mixed_tables_with_missing_cells_take_the_mixed_form_of_smote() -> None:
    frame = frame_of_mixed(1)
    result = Study(["logistic"], **QUICK).run(frame.drop(columns="label"), frame["label"])
    status = {arm.remedy: arm.status for arm in result.arms}
    assert status["smote"] == status["smote-enn"] == "done"
    assert status["borderline-smote"] == status["adasyn"] == "not applicable"
    codes = [finding.code for finding in result.findings]
    assert codes.count("not-applicable") == 2
    assert result.data.classes[result.data.positive or 0] == "yes"
    assert result.data.n_missing == int(frame.isna().sum().sum())


def test_a_column_of_which_nothing_is_known_harms_nobody() -> None:
    X, y = imbalanced(0)
    X[:, 2] = np.nan
    models = ["logistic", "boosting"]
    result = Study(models, ["class-weight", "random-under"], cv=(2, 1), random_state=0).run(X, y)
    assert {arm.status for arm in result.arms} == {"done"}
    assert result.data.n_missing == len(y)


def test_several_classes() -> None:
    X, y = make_classification(
        300, 6, n_informative=4, n_classes=3, weights=[0.7, 0.2, 0.1], random_state=0
    )
    names = np.array(["a", "b", "c"])[y]
    result = Study(["logistic", "svm"], CHEAP, **QUICK).run(X, names)
    assert result.data.positive is None
    assert result.arm("logistic").scores.shape == (2, 300, 3)
    assert result.arm("logistic", "threshold").status == "not applicable"
    table = result.table()["logistic", "smote"]
    assert table["average_precision"] > result.table()["dummy", "nothing"]["average_precision"]
    assert np.isnan(table["expected_cost"])
    assert StudyResult.from_json(result.to_json()).verdict == result.verdict


def test_of_two_equal_classes_the_later_is_positive() -> None:
    X, y = make_classification(100, random_state=0)
    assert Study("logistic", "smote", **QUICK).run(X[:, :3], y).data.positive == 1


# ---- Models and remedies of the user's ----


def test_models_and_remedies_of_the_users_own() -> None:
    X, y = imbalanced(0)
    result = Study(
        {"tree": DecisionTreeClassifier(max_depth=3), "piped": make_pipeline(GaussianNB())},
        {
            "tomek": SMOTETomek(),
            "half": RandomUnderSampler(sampling_strategy=0.5),
            "easy": EasyEnsembleClassifier(n_estimators=2),
            "deeper": clone,
        },
        **QUICK,
    ).run(X, y)
    done = {(arm.model, arm.remedy) for arm in result.arms if arm.status == "done"}
    assert done == {
        *((m, r) for m in ("tree", "piped") for r in ("nothing", "tomek", "half", "deeper")),
        ("easy", "nothing"),
        ("dummy", "nothing"),
    }
    priors = result.arm("tree", "half").priors[..., 1]
    assert priors == pytest.approx(np.full((2, 3), 1 / 3), abs=0.01)


def test_a_pipeline_reads_rows_as_they_came() -> None:
    frame = frame_of_mixed(0)
    seen: list[type] = []

    class Reads(ClassifierMixin, BaseEstimator):
        def fit(self, X: Any, y: Any) -> Any:
            seen.append(type(X))
            self.classes_ = np.unique(y)
            return self

        def predict_proba(self, X: Any) -> np.ndarray:
            return np.full((len(X), 2), 0.5)

        def predict(self, X: Any) -> np.ndarray:
            return np.zeros(len(X), int)

    Study({"reads": make_pipeline(Reads())}, "random-over", cv=(2, 1)).run(
        frame.drop(columns="label"), frame["label"]
    )
    assert set(seen) == {pd.DataFrame}


def test_a_model_without_probabilities_is_judged_by_its_scores() -> None:
    X, y = imbalanced(0)
    result = Study({"ridge": RidgeClassifier()}, CHEAP, **QUICK).run(X, y)
    assert not result.arm("ridge").probable
    row = result.table()["ridge", "nothing"]
    assert np.isnan(row["log_loss"])
    assert 0 < row["average_precision"] < 1
    assert "no-probabilities" in [finding.code for finding in result.findings]


def test_weights_reach_models_that_take_them_in_fit_alone() -> None:
    X, y = imbalanced(0)
    result = Study({"nb": GaussianNB(), "knn": KNeighborsClassifier()}, "class-weight", **QUICK)
    result = result.run(X, y)
    assert result.arm("knn", "class-weight").status == "not applicable"
    priors = [0.5, 0.5]
    train = result.folds[0] != 0
    Z = StandardScaler().fit(X[train])
    expected = GaussianNB(priors=priors).fit(Z.transform(X[train]), y[train])
    found = result.arm("nb", "class-weight").scores[0, ~train, 0]
    assert found == pytest.approx(expected.predict_proba(Z.transform(X[~train]))[:, 1])


class Counts(ClassifierMixin, BaseEstimator):
    """Remembers what it was fitted on."""

    fits: ClassVar[list[bytes]] = []

    def fit(self, X: Any, y: Any) -> Any:
        Counts.fits.append(np.ascontiguousarray(X).tobytes() + np.asarray(y).tobytes())
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        return np.column_stack([1 - X[:, 0] % 1, X[:, 0] % 1])

    def predict(self, X: Any) -> np.ndarray:
        return (X[:, 0] % 1 > 0.5).astype(int)


class CountsResampling(SMOTE):
    """Remembers how often it was asked."""

    calls: ClassVar[list[int]] = []

    def fit_resample(self, X: Any, y: Any) -> Any:
        CountsResampling.calls.append(len(y))
        return super().fit_resample(X, y)


def test_nothing_is_fitted_or_resampled_twice() -> None:
    X, y = imbalanced(0)
    Counts.fits.clear()
    CountsResampling.calls.clear()
    models = {"one": make_pipeline(Counts()), "two": make_pipeline(StandardScaler(), Counts())}
    remedies = {"threshold": "threshold", "smote": CountsResampling()}
    result = Study(models, remedies, **QUICK).run(X, y)
    assert len(CountsResampling.calls) == 6
    assert len(Counts.fits) == len(set(Counts.fits)) == 2 * 6 * (2 + 5)
    # What is asked afterwards asks no model.
    result.gains_of("brier", corrected=True)
    result.with_costs(1, 50).table(corrected=True)
    assert result.findings
    assert StudyResult.from_json(result.to_json()).verdicts == result.verdicts
    assert len(Counts.fits) == 2 * 6 * 7


def test_other_costs_need_no_other_fit(fitted: StudyResult) -> None:
    result, y = fitted, imbalanced(0)[1]
    dearer = result.with_costs(2, 14)
    before, after = (r.table()["logistic", "smote"]["expected_cost"] for r in (result, dearer))
    said, truth = result.arm("logistic", "smote").predictions, y
    alarms, missed = ((said == 1) & (truth == 0)).mean(), ((said == 0) & (truth == 1)).mean()
    assert before == pytest.approx(alarms + missed)
    assert after == pytest.approx(2 * alarms + 14 * missed)


def test_any_threshold_can_be_asked_afterwards(seed: int) -> None:
    X, y = imbalanced(seed)
    result = Study("logistic", ["threshold", "class-weight"], cv=(3, 1), random_state=seed)
    result = result.run(X, y)
    own = result.table()["logistic", "nothing"]
    assert result.at_threshold("logistic", "nothing", 0.5)["f1"] == pytest.approx(own["f1"])
    scores = result.arm("logistic", "class-weight").scores[0, :, 0]
    found = result.at_threshold("logistic", "class-weight", 0.8)
    by_fold = []
    for fold in range(3):
        rows = result.folds[0] == fold
        by_fold.append(balanced_accuracy_score(y[rows], scores[rows] >= 0.8))
    assert found["balanced_accuracy"] == pytest.approx(np.mean(by_fold))
    corrected = result.at_threshold("logistic", "class-weight", 0.5, corrected=True)
    assert corrected["matthews"] == pytest.approx(own["matthews"], abs=0.2)


# ---- Folds ----


def test_folds_keep_groups_together_and_time_in_order(seed: int) -> None:
    random = np.random.RandomState(seed)
    codes = (random.random_sample(200) < 0.2).astype(int)
    groups = random.randint(30, size=200)
    for fold in draw_folds(codes, 4, 2, seed, groups=groups).each:
        assert not set(groups[fold.train]) & set(groups[fold.test])
    moments = random.randint(60, size=200)
    folds = draw_folds(codes, 4, 2, seed, time=moments)
    for fold in folds.each:
        assert moments[fold.train].max() < moments[fold.test].min()
    assert folds.n_repeats == 1


def test_every_row_is_tested_once_in_each_repeat(seed: int) -> None:
    codes = np.r_[np.zeros(90, int), np.ones(10, int)]
    folds = draw_folds(codes, 5, 3, seed)
    tested = folds.tested_in(100)
    assert (tested >= 0).all()
    assert not np.array_equal(tested[0], tested[1])
    for fold in folds.each:
        assert codes[fold.test].sum() == 2
        assert len(np.intersect1d(fold.train, fold.test)) == 0


def test_studies_in_groups_and_in_time() -> None:
    X, y = imbalanced(0)
    groups = np.arange(len(y)) // 4
    grouped = Study("logistic", CHEAP, **QUICK).run(X, y, groups=groups)
    assert grouped.settings.order == "grouped"
    for repeat in grouped.folds:
        assert all(len(set(repeat[groups == g])) == 1 for g in np.unique(groups))
    days = pd.date_range("2024-01-01", periods=len(y))
    in_time = Study("logistic", CHEAP, cv=3).run(X, y, time=days)
    assert in_time.settings.order == "in time"
    assert (in_time.folds[0, :60] == -1).all()
    assert all(arm.status == "done" for arm in in_time.arms)
    given = Study("logistic", CHEAP, cv=GroupKFold(3)).run(X, y, groups=groups)
    assert given.settings.order == "given"


# ---- Journals and budgets ----


def test_a_journal_is_gone_on_with(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    whole = Study("logistic", CHEAP, journal=path, **QUICK).run(X, y)
    text = path.read_bytes()
    lines = text.split(b"\n")
    for keep in (1, 7, len(lines) // 2, len(lines) - 3):
        path.write_bytes(b"\n".join(lines[:keep]) + b"\n")
        assert timeless(Study("logistic", CHEAP, journal=path, **QUICK).run(X, y)) == timeless(
            whole
        )
    # All is known: nothing is fitted.
    again = Study("logistic", CHEAP, journal=path, **QUICK).run(X, y)
    assert (
        json.loads(again.to_json())["facts"]
        == json.loads(Study("logistic", CHEAP, journal=path, **QUICK).run(X, y).to_json())["facts"]
    )


def test_a_journal_that_was_cut_off_is_repaired_and_says_so(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    whole = Study("logistic", "smote", journal=path, **QUICK).run(X, y)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.warns(CounterpoiseWarning, match="cut off in the middle of a line"):
        repaired = Study("logistic", "smote", journal=path, **QUICK).run(X, y)
    assert timeless(repaired) == timeless(whole)
    with pytest.warns(CounterpoiseWarning):  # the broken line is still there, and still left out
        assert timeless(Study("logistic", "smote", journal=path, **QUICK).run(X, y)) == timeless(
            whole
        )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"random_state": 1}, "folds and seed"),
        ({"cv": (4, 2)}, "folds"),
        ({"models": "svm"}, "models"),
        ({"remedies": "adasyn"}, "remedies"),
        ({"costs": (1, 9)}, "costs"),
        ({"X": 1.0}, "table"),
        ({"y": 1}, "target"),
    ],
)
def test_a_journal_of_another_study_is_refused(
    tmp_path: Path, change: dict[str, Any], what: str
) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    asked: dict[str, Any] = {"models": "logistic", "remedies": "smote", "journal": path, **QUICK}
    Study(**asked).run(X, y)
    other = X + change.pop("X", 0), np.where(y == 1, 1 + change.pop("y", 0), 0)
    with pytest.raises(InputError, match=f"another study: .*{what}"):
        Study(**{**asked, **change}).run(*other)


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n")
    with pytest.raises(InputError, match="is no journal of a study"):
        Study("logistic", "smote", journal=path, **QUICK).run(X, y)
    assert path.read_text() == "my notes\n"


def test_without_a_seed_a_journal_gives_it(tmp_path: Path) -> None:
    X, y = imbalanced(2)
    path = tmp_path / "study.journal"
    asked: dict[str, Any] = {"journal": path, "cv": (3, 1)}
    first = Study("logistic", "smote", **asked).run(X, y)
    assert timeless(Study("logistic", "smote", **asked).run(X, y)) == timeless(first)


# Importing scikit-learn takes far longer than the study: one process imports, and forks for each.
SCRIPT = """
import os, sys
from sklearn.datasets import make_classification
from counterpoise.study import Study
X, y = make_classification(120, 4, weights=[0.8], flip_y=0.05, random_state=3)
study = {"models": "logistic", "remedies": ["class-weight", "threshold", "smote"], "cv": (3, 2)}
Study("logistic", "smote", cv=(2, 1), random_state=0).run(X, y)  # imports what is imported late
for path in sys.stdin:
    child = os.fork()
    if not child:
        Study(**study, random_state=0, journal=path.strip()).run(X, y)
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("moments", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_a_study_killed_at_any_instant_goes_on_to_the_same_result(
    tmp_path: Path, moments: int
) -> None:
    X, y = make_classification(120, 4, weights=[0.8], flip_y=0.05, random_state=3)
    asked: dict[str, Any] = {"models": "logistic", "remedies": [*CHEAP[:2], "smote"], **QUICK}
    whole = timeless(Study(**asked).run(X, y))
    random = np.random.RandomState(0)
    lengths, killed = set(), 0
    command = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        for attempt in range(moments):
            path = tmp_path / f"{attempt}.journal"
            print(path, file=worker.stdin, flush=True)
            child = int(worker.stdout.readline())
            wanted = (
                attempt * 16_000 / moments
            )  # bytes: moments do not depend on how fast the machine is
            while not path.exists() or path.stat().st_size <= wanted:
                time.sleep(0.0005)
            time.sleep(random.uniform(0, 0.01))
            os.kill(child, signal.SIGKILL)
            killed += int(worker.stdout.readline()) == -signal.SIGKILL
            lengths.add(path.stat().st_size)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CounterpoiseWarning)  # the last line may be cut off
                assert timeless(Study(**asked, journal=path).run(X, y)) == whole
    assert killed > moments / 2
    assert len(lengths) > 5


def test_a_budget_stops_cleanly() -> None:
    X, y = imbalanced(0)
    result = Study("logistic", CHEAP, budget=1e-6, **QUICK).run(X, y)
    assert result.stopped
    assert result.findings[0].code == "stopped-by-budget"
    assert result.verdicts == ()
    assert result.best is None
    assert result.verdict[0].startswith("Nothing could be compared")
    assert StudyResult.from_json(result.to_json()).stopped


class Slow(LogisticRegression):
    """Takes its time."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        time.sleep(0.05)
        return super().fit(X, y, sample_weight)


def test_what_is_known_when_the_budget_ends_is_told() -> None:
    X, y = imbalanced(0)
    result = Study({"slow": Slow()}, ["class-weight"], cv=(5, 2), budget=0.5, random_state=0)
    result = result.run(X, y)
    assert result.stopped
    assert {arm.status for arm in result.arms} <= {"partial", "done"}
    gain = result.verdicts[0]
    done = ~np.isnan(result.arm("slow", "class-weight").seconds)
    both = done & ~np.isnan(result.arm("slow").seconds)
    assert 2 <= both.sum() < 10
    values = [
        result.values("average_precision", result.arm("slow", r))
        for r in ("nothing", "class-weight")
    ]
    assert gain.value == pytest.approx((values[1] - values[0])[both].mean())


class Fails(LogisticRegression):
    """Breaks on balanced data."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        if np.mean(y) > 0.4:
            raise RuntimeError("no balance, please")
        return super().fit(X, y, sample_weight)


def test_an_arm_that_fails_is_reported_and_counts_nowhere() -> None:
    X, y = imbalanced(0)
    result = Study({"fails": Fails(), "logistic": "logistic"}, CHEAP, **QUICK).run(X, y)
    arm = result.arm("fails", "smote")
    assert arm.status == "failed"
    assert "RuntimeError: no balance, please (in 6 of 6 folds)" in arm.message
    assert np.isnan(result.table()["fails", "smote"]["average_precision"])
    assert ("fails", "smote") not in {(gain.model, gain.remedy) for gain in result.verdicts}
    assert ("logistic", "smote") in {(gain.model, gain.remedy) for gain in result.verdicts}
    assert "arm-failed" in [finding.code for finding in result.findings]


# ---- Bad input ----


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"models": "logistics"}, "no model 'logistics'. Did you mean 'logistic'?"),
        ({"remedies": "smot"}, "no remedy 'smot'. Did you mean 'smote'?"),
        ({"headline": "f2"}, "no metric 'f2'. Did you mean 'f1'?"),
        ({"headline": "calibration_slope"}, "cannot be the headline"),
        ({"metrics": ["roc"]}, "no metric 'roc'"),
        ({"margins": {"f1": -1}}, r"margins\['f1'\] must be a number above 0"),
        ({"models": {"x": SMOTE()}}, "Model 'x' must be a classifier; got SMOTE"),
        ({"models": []}, "there is none"),
        ({"models": {"dummy": GaussianNB()}}, "'dummy' is there twice"),
        ({"remedies": {"x": 3}}, "Remedy 'x' must be a sampler"),
        ({"remedies": {"nothing": SMOTE()}}, "give your remedy another name"),
        ({"remedies": [SMOTE(), SMOTE()]}, "'SMOTE' is there twice"),
        ({"costs": (1,)}, "costs must be two numbers"),
        ({"costs": (1, -2)}, "costs must be 0 or more"),
        ({"level": 95}, "level must be a number above 0 and below 1"),
        ({"budget": 0}, "budget must be a number above 0"),
    ],
)
def test_what_was_asked_is_checked_at_once(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Study(**asked)


def test_too_few_rows_for_the_folds() -> None:
    X = np.random.RandomState(0).normal(size=(40, 2))
    y = ["a"] * 37 + ["b"] * 3
    with pytest.raises(InputError, match="Class 'b' has 3 rows, .* Ask for 3 folds or fewer"):
        Study("logistic", "smote").run(X, y)
    assert Study("logistic", "smote", cv=3).run(X, y).arm("logistic", "smote").status == "done"
    with pytest.raises(InputError, match="has 1 row"):
        Study("logistic", "smote").run(X, ["a"] * 39 + ["b"])


@pytest.mark.parametrize(
    ("X", "more", "message"),
    [
        (sparse.csr_matrix(np.eye(20)), {}, "X is sparse"),
        (pd.DataFrame({"when": pd.date_range("2024", periods=20)}), {}, "Column 'when' cannot be"),
        (np.where(np.eye(20) == 1, np.inf, 0), {}, "contains infinity in row 0, column '0'"),
        (np.eye(20), {"groups": [1, 2]}, "groups must have one value for each of the 20 rows"),
        (np.eye(20), {"time": [None] * 20}, "it is missing in 20 rows"),
        (np.eye(20), {"groups": [1] * 20, "time": range(20)}, "by groups or in time, not both"),
        (np.eye(20), {"time": [0] * 10 + [1] * 10}, "more than 2 different moments"),
    ],
)
def test_tables_that_cannot_be_studied(X: Any, more: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Study("logistic", "smote", cv=2).run(X, [0, 1] * 10, **more)


def test_a_text_that_is_no_result_is_refused() -> None:
    for text in ("", "{}", '{"counterpoise study": 99}'):
        with pytest.raises(InputError, match="no JSON of a study"):
            StudyResult.from_json(text)


def test_unknown_arms_and_metrics_are_refused(fitted: StudyResult) -> None:
    with pytest.raises(InputError, match="Did you mean 'logistic, smote'"):
        fitted.arm("logistic", "smoe")
    with pytest.raises(InputError, match="no metric 'auc'"):
        fitted.gains_of("auc")


# ---- Facts, in and out ----


def test_a_result_survives_json() -> None:
    X, y = imbalanced(0)
    result = Study(["logistic", "svm"], CHEAP, **QUICK).run(X, y)
    back = StudyResult.from_json(result.to_json())
    assert back.to_json() == result.to_json()
    assert back.verdicts == result.verdicts
    assert back.findings == result.findings
    assert json.loads(result.to_json())["verdict"] == list(result.verdict)


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_a_result_as_a_frame(fitted: StudyResult, backend: str) -> None:
    result = fitted
    frame = result.to_frame(backend)
    columns = frame.column_names if backend == "pyarrow" else list(frame.columns)
    assert columns[:6] == ["model", "remedy", "repeat", "fold", "status", "seconds"]
    assert len(frame) == 3 * 6
    values = np.asarray(frame["average_precision"]).astype(float)
    assert values[:6] == pytest.approx(result.values("average_precision", result.arms[0]).ravel())


def test_codes_of_categories_do_not_depend_on_the_rows_at_hand() -> None:
    encoder = TableEncoder().fit([["b", 1.0], ["a", None], [None, 2.0]])
    assert np.array_equal(encoder.nominal_, [True, False])
    found = encoder.transform([["a", 3.0], ["z", 1.0], ["b", 0.0]])
    assert np.array_equal(found, [[0, 3], [np.nan, 1], [1, 0]], equal_nan=True)


def test_the_package_offers_it() -> None:
    assert counterpoise.study.Study is Study
    assert os.fspath(Path(counterpoise.study.__file__).parent).endswith("study")


@pytest.mark.costly
def test_decisions_of_the_default_models_are_their_own(seed: int) -> None:
    """Deriving them from scores, which saves asking twice, changes none."""
    quick = {"cv": (3, 1), "random_state": 0}  # decisions are derived fold by fold
    X, y = imbalanced(seed)
    names = ["logistic", "svm", "forest", "boosting"]
    again = {name: make_pipeline(StandardScaler(), clone(MODELS[name].estimator)) for name in names}
    for name in names:
        again[name].steps[-1][1].set_params(random_state=0)
    derived = Study({n: clone(m.steps[-1][1]) for n, m in again.items()}, "under-ensemble", **quick)
    asked = derived.run(X, y)
    by_score = Study(names, "under-ensemble", **quick)
    by_score.models = tuple(
        replace(model, estimator=clone(again[model.name].steps[-1][1])) for model in by_score.models
    )
    found = by_score.run(X, y)
    for arm in found.arms:
        assert np.array_equal(arm.scores, asked.arm(arm.model, arm.remedy).scores)
        assert np.array_equal(arm.predictions, asked.arm(arm.model, arm.remedy).predictions)


def test_what_a_function_of_the_users_trains_on_is_not_guessed() -> None:
    X, y = imbalanced(0)
    result = Study("logistic", {"same": clone, "bags": "under-ensemble"}, **QUICK).run(X, y)
    same = result.arm("logistic", "same")
    assert np.isnan(same.priors).all()
    assert np.array_equal(result.corrected(same), same.scores)
    assert (result.arm("logistic", "bags").priors == 0.5).all()
