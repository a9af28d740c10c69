"""The command `study`: output, files and error messages."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from joblib.externals.loky import get_reusable_executor

from counterpoise._array_ops import stratified_sample
from counterpoise._cli.app import app
from counterpoise._cli.sample_table import SAMPLE_SEED
from counterpoise.study import (
    METRICS,
    CandidateClassifier,
    RegressionResult,
    StudyResult,
    load_model,
)

QUICK = [
    "--models",
    "logistic",
    "--methods",
    "class-weight,smote",
    "--repeats",
    "1",
    "--seed",
    "0",
]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create a table with a minority class, and change to its folder."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.RandomState(0)
    positive = rng.random_sample(200) < 0.2
    frame = pl.DataFrame(
        {
            "amount": rng.normal(10 + 3 * positive, 2).round(2),
            "city": rng.choice(["Oslo", "Bern", "Rome"], 200),
            "patient": np.arange(200) // 2,
            "day": [f"2024-{1 + i // 28:02d}-{1 + i % 28:02d}" for i in range(200)],
            "label": np.where(positive, "yes", "no"),
        }
    )
    frame.write_csv("visits.csv")
    return tmp_path / "visits.csv"


@pytest.fixture
def command(table: Path, capfdbinary: Any) -> Any:
    """Run a command in this process."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app([*arguments])
        captured = capfdbinary.readouterr()
        return int(ended.value.code or 0), captured.out.decode(), captured.err.decode()

    return run


IGNORED = ["--ignore", "patient", "--ignore", "day"]


def test_conclusion_and_table_are_printed(command: Any) -> None:
    code, out, err = command("study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--jobs", "1")
    assert code == 0, err
    assert "average precision" in out
    assert "class-weight" in out
    printed = " ".join(out.split())
    assert "No-skill level of average precision of class yes: 0." in printed
    assert "The equivalence margin, the smallest improvement that matters, is 0.01." in printed
    assert "caution (miscalibrated): " in printed
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out  # no colors without a terminal


def test_help_lists_the_metrics_that_can_be_tested(command: Any) -> None:
    code, out, _ = command("study", "--help")
    assert code == 0
    printed = re.sub(r"[\s│]+", " ", out)
    for metric in METRICS.values():
        assert (metric.influence is None) == (f" {metric.name}" not in printed), metric.name
    assert "for example 1,20" in printed


def test_json_is_all_that_is_printed(command: Any) -> None:
    code, out, _ = command(
        "study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--jobs", "1", "--json"
    )
    assert code == 0
    result = StudyResult.from_json(out)
    assert [improvement.method for improvement in result.improvements] == ["class-weight", "smote"]
    assert result.data.columns == (("amount", "float"), ("city", "categorical"))
    assert json.loads(out)["verdict"] == list(result.verdict)


def test_the_same_seed_gives_the_same_report(command: Any, table: Path) -> None:
    for name in ("a.json", "b.json"):
        arguments = ["study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--jobs", "1"]
        assert command(*arguments, "--report", name)[0] == 0
    first, second = (StudyResult.from_json(Path(name).read_text()) for name in ("a.json", "b.json"))
    assert first.improvements == second.improvements


def test_groups_time_costs_and_margins_reach_the_study(command: Any) -> None:
    arguments = [
        "study",
        "visits.csv",
        "-t",
        "label",
        *QUICK,
        "--jobs",
        "1",
        "--json",
        "--folds",
        "3",
    ]
    grouped = command(*arguments, "--groups", "patient", "--ignore", "day", "--costs", "1,9")
    result = StudyResult.from_json(grouped[1])
    assert result.settings.cv_strategy == "grouped"
    assert result.settings.costs.false_negative == 9
    assert [name for name, _ in result.data.columns] == ["amount", "city"]
    timed = command(*arguments, "--time", "day", "--ignore", "patient", "--margin", "0.2")
    result = StudyResult.from_json(timed[1])
    assert result.settings.cv_strategy == "by time"
    assert result.improvements[0].margin == 0.2


def test_positive_class_and_metrics_reach_the_study(command: Any) -> None:
    arguments = ["study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--jobs", "1"]
    metrics = ["--metric", "recall", "--metric", "fbeta=2", "--metric", "jaccard_macro"]
    code, out, err = command(*arguments, "--positive", "no", *metrics)
    assert code == 0, err
    n = pl.read_csv("visits.csv")["label"].to_list().count("no")
    assert out.startswith(f"Positive class: no, {n} of 200, {n / 200:.1%}.\n")
    assert "recall of class no" in out
    heading = next(line for line in out.splitlines() if line.startswith("means over folds"))
    assert heading.split()[3:] == ["recall", "F2", "jaccard", "(macro)"]
    assert max(map(len, out.splitlines())) <= 80


def test_a_positive_class_is_named_as_its_value(command: Any) -> None:
    """The text 1 names the integer 1 of the table."""
    table = pl.read_csv("visits.csv").with_columns((pl.col("label") == "no").cast(pl.Int8))
    table.write_parquet("t.parquet")
    arguments = ["study", "t.parquet", "-t", "label", *IGNORED, *QUICK, "--jobs", "1"]
    code, out, err = command(*arguments, "--positive", "1")
    assert code == 0, err
    assert out.startswith("Positive class: 1, ")
    code, _, err = command(*arguments, "--positive", "yes")
    assert code == 1
    assert "The positive class must be 0 or 1; got 'yes'." in err


def test_dates_of_another_format_are_ordered_by_time(command: Any) -> None:
    table = pl.read_csv("visits.csv", try_parse_dates=True)
    for form, options in (("%m/%d/%Y", []), ("%d/%m/%y", ["--time-format", "%d/%m/%y"])):
        table.with_columns(pl.col("day").dt.strftime(form)).write_csv("t.csv")
        arguments = ["study", "t.csv", "-t", "label", "--ignore", "patient", "--time", "day"]
        code, out, err = command(*arguments, *QUICK, "--folds", "3", "--jobs", "1", *options)
        assert code == 0, err
        first, last = table["day"].min(), table["day"].max()
        assert f"Fold 1: trained on {first} to " in out
        assert f"Fold 3: trained on {first} to " in out
        assert f" to {last}." in " ".join(out.split())
    table.head(120).with_columns(pl.lit("06/07/13").alias("day")).write_csv("t.csv")
    code, _, err = command(*arguments, *QUICK, "--folds", "3", "--jobs", "1")
    assert code == 1
    assert "fit more than one format: %d/%m/%y or %m/%d/%y" in err
    assert "--time-format '%d/%m/%y'" in err


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_model_of_a_module_in_the_current_folder(
    command: Any, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    get_reusable_executor().shutdown(wait=True)  # workers of other tests have another path
    source = "from sklearn.tree import DecisionTreeClassifier as Base\nclass Oak(Base): pass\n"
    Path(f"trees{jobs}.py").write_text(source)
    arguments = ["study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--models"]
    code, out, err = command(*arguments, f"trees{jobs}:Oak", "--folds", "2", "--jobs", jobs)
    assert code == 0, err
    assert "Oak with smote" in out
    assert "candidate-failed" not in out


def test_all_names_are_listed(command: Any) -> None:
    code, out, _ = command("study", "--list")
    assert code == 0
    for name in ("lightgbm", "tomek-links", "easy-ensemble", "cohen_kappa", "f1_macro"):
        assert name in out


def test_a_time_budget_ends_with_exit_code_0(command: Any) -> None:
    code, out, _ = command(
        "study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--budget", "0.001s"
    )
    assert code == 0
    assert "The study ended early" in out


def test_without_a_finished_candidate_no_model_is_written(command: Any) -> None:
    pytest.importorskip("skops")
    arguments = ["study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--save-model", "m.skops"]
    code, out, err = command(*arguments, "--budget", "0.001s")
    assert code == 1
    assert "The study ended early" in out
    assert "m.skops is not written: no candidate was finished within --budget" in err
    assert "--repeats 1" in err
    assert not Path("m.skops").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["visits.csv", "-t", "lable"], 1, "no target column 'lable'. Did you mean 'label'?"),
        (
            ["visit.csv", "-t", "label"],
            3,
            "The file visit.csv does not exist. Did you mean visits.csv?",
        ),
        (["visits.csv", "-t", "label", "--ignore", "towns"], 1, "no column 'towns'"),
        (["visits.csv", "-t", "label", "--models", "tree"], 1, "Unknown model 'tree'"),
        (["visits.csv", "-t", "label", "--methods", "smot"], 1, "Did you mean 'smote'?"),
        (["visits.csv", "-t", "label", "--metric", "auc"], 1, "Unknown metric 'auc'"),
        (
            ["visits.csv", "-t", "label", "--metric", "f3x"],
            1,
            "'f3x'. Similar names: f1, lift_at, f1_micro, f1_macro. All names: counterpoise study",
        ),
        (["visits.csv", "-t", "label", "--models", "no.module:C"], 1, "No module named 'no'"),
        (["visits.csv", "-t", "label", "--positive", "y"], 1, "must be 'no' or 'yes'; got 'y'"),
        (["visits.csv", "-t", "label", "--time", "city"], 1, "not dates of one known format"),
        (
            ["visits.csv", "-t", "label", "--report", "x.pdf"],
            3,
            "the name of a report must end in .html, .md or .json.",
        ),
        (["visits.csv", "-t", "label", "--report", "visits.csv.md"], 0, ""),
        (["visits.csv", "-t", "label", "--report", "no/x.html"], 3, "the folder no does not exist"),
        (
            ["visits.csv", "-t", "label", "--journal", "visits.csv"],
            1,
            "is not the journal of a study",
        ),
        (["visits.csv", "-t", "label", "--budget", "soon"], 2, "'soon' is not a duration"),
        (["visits.csv", "-t", "label", "--budget", "-3s"], 2, "The budget must be positive"),
        (
            ["visits.csv", "-t", "label", "--margin", "-1"],
            2,
            "--margin must be above 0; got -1.",
        ),
        (
            ["visits.csv", "-t", "label", "--jobs", "0"],
            2,
            "--jobs must be -1 or at least 1; got 0.",
        ),
        (["visits.csv", "-t", "label", "--costs", "4"], 2, "The costs must be two numbers"),
        (
            ["visits.csv", "-t", "label", "--format", "xml"],
            2,
            "The format must be text, md or json",
        ),
        (["visits.csv", "-t", "patient"], 1, "Class 0 has 2 samples"),
    ],
)
def test_error_messages(command: Any, arguments: list[str], code: int, message: str) -> None:
    jobs = [] if "--jobs" in arguments else ["--jobs", "1"]
    found, _, err = command("study", *arguments, *jobs, *([] if code else QUICK))
    assert found == code, err
    assert message in " ".join(err.replace("│", "").split())
    assert "Traceback" not in err


def test_an_existing_report_is_not_replaced_without_force(command: Any) -> None:
    Path("x.json").write_text("mine")
    arguments = [
        "study",
        "visits.csv",
        "-t",
        "label",
        *IGNORED,
        *QUICK,
        "--jobs",
        "1",
        "--report",
        "x.json",
    ]
    code, _, err = command(*arguments)
    assert code == 3
    assert "x.json exists" in err
    assert Path("x.json").read_text() == "mine"
    assert command(*arguments, "--force")[0] == 0
    assert StudyResult.from_json(Path("x.json").read_text()).improvements


def test_a_full_disk_leaves_the_result_on_the_terminal(
    command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", fail)
    arguments = ["study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--jobs", "1"]
    code, out, err = command(*arguments, "--report", "r.html")
    assert code == 3
    assert err.splitlines()[-1] == "Error: Cannot write r.html: no space left on device."
    assert "class-weight" in out


def test_the_error_for_dates_has_advice(command: Any) -> None:
    pl.read_csv("visits.csv", try_parse_dates=True).write_parquet("visits.parquet")
    code, _, err = command("study", "visits.parquet", "-t", "label", "--keep", "day", *QUICK)
    assert code == 1
    assert "Column 'day' has another type" in err
    assert "--ignore day" in err


def test_every_column_is_listed_with_its_use(command: Any) -> None:
    """Dates are numbers of days; what is left out has a reason."""
    table = pl.read_csv("visits.csv").with_row_index("visit_id").with_columns(note=pl.lit("x"))
    table.write_csv("numbered.csv")
    arguments = ["study", "numbered.csv", "-t", "label", *QUICK, "--jobs", "1", "--json"]
    code, out, err = command(*arguments, "--groups", "patient", "--ignore", "note")
    assert code == 0
    assert "Warning: Column 'visit_id' seems to be an identifier" in err
    data = StudyResult.from_json(out).data
    assert data.columns == (("amount", "float"), ("city", "categorical"), ("day", "date"))
    reasons = {"visit_id": "identifier", "note": "ignored", "patient": "groups"}
    assert dict(data.left_out) == reasons
    assert "--keep" in command(*arguments, "--keep", "note", "--ignore", "note")[2]


@pytest.mark.parametrize(("number", "jobs"), [(signal.SIGINT, "2"), (signal.SIGTERM, "1")])
def test_an_interrupted_study_prints_and_writes_what_is_known(
    table: Path, number: int, jobs: str
) -> None:
    arguments = ["study", "visits.csv", "-t", "label", "--seed", "0", "--journal", "j"]
    arguments += ["--models", "logistic,svm"]  # starts soon, and is far from done when interrupted
    worker = subprocess.Popen(
        [sys.executable, "-m", "counterpoise", *arguments, "--report", "r.json", "--jobs", jobs],
        cwd=table.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    journal = table.parent / "j"
    while worker.poll() is None and not (journal.exists() and journal.stat().st_size > 20_000):
        time.sleep(0.05)
    worker.send_signal(number)
    out, err = worker.communicate(timeout=60)
    assert worker.returncode == 128 + number, err
    assert not re.search(rb"Traceback|cancelled", err)
    assert b"The study ended early, after " in out
    assert b"warning (stopped-early): " in out
    assert b"Rerun with the same journal" in b" ".join(out.split())
    assert StudyResult.from_json((table.parent / "r.json").read_text()).stopped
    assert journal.read_bytes().count(b"\n") > 3


def test_a_line_for_each_candidate_is_printed(command: Any) -> None:
    code, _, err = command("study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--jobs", "1")
    assert code == 0
    assert re.search(r"^Fitting 4 candidates .* in 5 folds takes about \d+ s\.", err, re.MULTILINE)
    assert err.startswith("Reading visits.csv …\nEstimating how long the study takes …\n")
    line = r"^logistic with smote: average precision \d\.\d+, improvement \S+ \(all done\)$"
    assert re.search(line, err, re.MULTILINE)


@pytest.mark.parametrize("target", ["label", "amount"])
def test_a_large_table_is_studied_on_a_sample_by_default(
    command: Any, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setattr("counterpoise._cli.study_sample.MAX_ROWS", 150)
    kind = StudyResult if target == "label" else RegressionResult
    names = {"label": ["logistic", "class-weight"], "amount": ["ridge", "random-over"]}[target]
    arguments = ["study", "visits.csv", "-t", target, *IGNORED, "--models", names[0], "--jobs", "1"]
    arguments += ["--methods", names[1], "--folds", "2", "--json"]
    code, out, err = command(*arguments)
    assert code == 0, err
    assert "Note: A sample of 150 of the 200 rows is used" in err
    stored = json.loads(out)
    assert any("--full uses all rows and 2 repeats" in note for note in stored["notes"])
    for options, n_repeats in ([], 1), (["--full"], 2), (["--repeats", "3"], 3):
        result = kind.from_json(command(*arguments, *options)[1])
        assert result.settings.n_repeats == n_repeats
        assert len(result.data.codes) == (200 if "--full" in options else 150)
        if "--repeats" not in options:
            check_sample_is_described(result, is_sample="--full" not in options)


def check_sample_is_described(result: Any, *, is_sample: bool) -> None:
    """Everything that shows the result says that it is that of a sample, next to the answer."""
    data = result.data
    sentence = "This is the result for a stratified sample of 150 of the 200 rows"
    if is_sample and isinstance(result, StudyResult):
        n_all = data.all_counts[data.positive]
        n_drawn = int((data.codes == data.positive).sum())
        assert n_all > n_drawn
        sentence += f", with {n_drawn} of the {n_all} rows of class yes"
    sentence += ". With --full, all rows are used."
    assert (sentence in result.verdict[1]) == is_sample
    shown = [str(result), result.to_markdown(), result.to_html(), result._repr_html_()]
    assert {sentence in text for text in shown} == {is_sample}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_model_of_a_study_of_a_sample_is_fitted_on_all_rows(
    command: Any, table: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """Whether the sample was drawn from the table, or while the file was read."""
    pytest.importorskip("skops")
    monkeypatch.setattr("counterpoise._cli.study_sample.MAX_ROWS", 150)
    frame = pl.read_csv(table).drop("patient", "day")
    frame.write_parquet("visits.parquet")
    arguments = ["study", f"visits.{suffix}", "-t", "label", "--models", "logistic", "--jobs", "1"]
    arguments += [
        "--methods",
        "class-weight",
        "--folds",
        "2",
        "--seed",
        "0",
        "--save-model",
        "m.skops",
    ]
    arguments += IGNORED if suffix == "csv" else ["--sample", "150"]
    code, _, err = command(*arguments)
    assert code == 0, err
    assert "Fitting logistic (baseline) on all 200 rows" in err
    X, y = frame.drop("label"), frame["label"].to_list()
    expected = CandidateClassifier("logistic").fit(X, y).predict_proba(X)
    np.testing.assert_allclose(load_model("m.skops").estimator.predict_proba(X), expected)


def test_a_date_of_another_format_outside_of_the_sample_names_the_column(
    command: Any, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dates of a feature have no --time-format, which the advice was."""
    pytest.importorskip("skops")
    monkeypatch.setattr("counterpoise._cli.study_sample.MAX_ROWS", 150)
    frame = pl.read_csv(table).drop("patient")
    codes = (frame["label"] != frame["label"][0]).to_numpy().astype(int)
    is_drawn = stratified_sample(codes, 150, np.random.RandomState(SAMPLE_SEED))
    days = frame["day"].to_list()
    days[int(np.flatnonzero(~is_drawn)[0])] = "31.12.2024"
    frame.with_columns(day=pl.Series(days)).write_csv(table)

    arguments = ["--models", "logistic", "--methods", "class-weight", "--folds", "2"]
    arguments += ["--jobs", "1", "--save-model", "m.skops"]
    code, _, err = command("study", "visits.csv", "-t", "label", *arguments)

    assert code == 1
    assert "Column 'day' must hold dates of one clear format" in err
    assert "'31.12.2024'. Use --ignore day." in err
    assert "--time-format" not in err


def test_the_command_that_uses_a_model_works_as_it_is_printed(command: Any, table: Path) -> None:
    """It trusts the types of the model's module, and reads tables as the study has."""
    pytest.importorskip("skops")
    Path("own_models.py").write_text(
        "from sklearn.linear_model import LogisticRegression\n"
        "class OwnModel(LogisticRegression):\n    pass\n"
    )
    text = table.read_text().replace(".", ";").replace(",", "|").replace(";", ",")
    table.write_text(text.replace("|", ";"))
    Path("new.csv").write_text(table.read_text())

    arguments = ["study", "visits.csv", "-t", "label", "--models", "own_models:OwnModel"]
    arguments += ["--methods", "class-weight", "--folds", "2", "--jobs", "1", "--decimal", ","]
    code, _, err = command(*arguments, *IGNORED, "--save-model", "m.skops")
    assert code == 0, err
    hint = err.splitlines()[-1].removeprefix("Use it: counterpoise ")
    sys.modules.pop("own_models")
    code, _, err = command(*shlex.split(hint))

    assert code == 0, (hint, err)
    assert "--trust own_models.OwnModel" in hint
    assert "Wrote scored.csv: 200 rows" in err


@pytest.mark.parametrize("task", ["auto", "regression"])
def test_a_sample_that_is_read_has_each_percentile_of_a_continuous_target(
    command: Any, table: Path, task: str
) -> None:
    frame = pl.read_csv(table).drop("patient", "day")
    frame = frame.with_columns(amount=frame["amount"] + np.arange(200) / 1000)  # all distinct
    frame.write_parquet("visits.parquet")
    arguments = ["study", "visits.parquet", "-t", "amount", "--task", task, "--sample", "100"]
    arguments += ["--models", "ridge", "--methods", "dense-weight", "--folds", "2", "--jobs", "1"]
    code, out, err = command(*arguments, "--repeats", "1", "--json")
    assert code == 0, err
    result = RegressionResult.from_json(out)
    assert result.data.n_all_rows == 200
    pairs = np.sort(frame["amount"].to_numpy()).reshape(100, 2)
    drawn = np.sort(result.data.values)
    assert (np.isclose(pairs[:, 0], drawn) | np.isclose(pairs[:, 1], drawn)).all()


def test_rows_that_do_not_fit_into_memory_are_not_fitted_silently(
    command: Any, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("skops")
    pl.read_csv(table).drop("patient", "day").write_parquet("visits.parquet")
    limit = 160 * 3 * 24  # bytes
    monkeypatch.setattr("counterpoise.scale._memory.machine_memory", lambda: 2 * limit)
    arguments = ["study", "visits.parquet", "-t", "label", "--models", "logistic", "--jobs", "1"]
    arguments += ["--methods", "class-weight", "--folds", "2", "--save-model", "m.skops"]
    code, _, err = command(*arguments, "--sample", "150")
    assert code == 0, err
    assert "A model of all rows needs 200 rows with 3 columns in memory" in err
    assert "The model is fitted on the sample." in err
    assert "Fitting logistic (baseline) on 150 rows" in err


def test_the_report_is_opened(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or False)
    arguments = ["study", "visits.csv", "-t", "label", *IGNORED, *QUICK, "--jobs", "1", "--open"]
    code, _, err = command(*arguments)
    assert code == 2
    assert "Add a report, such as --report study.html." in " ".join(err.split())
    code, _, err = command(*arguments, "--report", "r.html")
    assert code == 0
    assert opened == [(Path.cwd() / "r.html").resolve().as_uri()]
    assert "No browser was found. Open r.html yourself." in err


def test_without_arguments_the_next_steps_are_shown(command: Any) -> None:
    code, out, err = command()
    assert (code, err) == (0, "")
    for name in ("inspect", "study", "resample", "predict", "tutorial --out tutorial", "--help"):
        assert f"counterpoise {name}" in out
    assert max(map(len, out.splitlines())) <= 80
