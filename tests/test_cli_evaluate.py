"""The command `evaluate`: output, files and error messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from counterpoise._cli.app import app
from counterpoise.evaluation import Evaluation, evaluate
from tests.test_evaluation import scored

QUICK = ["evaluate", "scored.csv", "-t", "label", "--resamples", "100"]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    """Create a table with scores, and change to its folder."""
    monkeypatch.chdir(tmp_path)
    y, p = scored()
    frame = pl.DataFrame(
        {
            "label": np.where(y, "yes", "no"),
            "p": p,
            "half": p / 2,
            "margin": np.round(10 * p - 3, 2),
            "patient": [f"p{row // 2}" for row in range(len(y))],
            "city": ["Oslo", "Bern"] * (len(y) // 2),
            "gap": [None, *p[1:]],
        }
    )
    frame.write_csv("scored.csv")
    return frame


@pytest.fixture
def command(table: pl.DataFrame, capfdbinary: Any) -> Any:
    """Run a command in this process."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app([*arguments])
        captured = capfdbinary.readouterr()
        return int(ended.value.code or 0), captured.out.decode(), captured.err.decode()

    return run


def test_the_first_line_names_the_positive_class(command: Any) -> None:
    code, out, err = command(*QUICK, "--score", "p", "--costs", "1,10")
    assert code == 0, err
    assert out.startswith("Positive class: yes, 64 of 600, 10.7%.\nAverage precision of p: 0.")
    for heading in ("Metrics", "Decision thresholds", "Positive rows among the highest scores"):
        assert f"\n{heading}\n" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out  # no colors without a terminal
    other = command(*QUICK, "--score", "p", "--positive", "no")[1]
    assert other.startswith("Positive class: no, 536 of 600, 89.3%.")
    lines = " ".join(other.split())
    assert "Scores of p seem to be those of class yes: ROC-AUC for class no is 0.0" in lines
    assert "If so, name that class: positive='yes' (--positive yes)." in lines


def test_the_command_returns_what_the_function_returns(command: Any, table: pl.DataFrame) -> None:
    options = ["--threshold", "0.2", "--prevalence", "0.01", "--confidence-level", "0.9"]
    options += ["--groups", "patient", "--costs", "1,10", "--margin", "0.1", "--seed", "3"]
    code, out, err = command(
        *QUICK, "-s", "p", "-s", "half", *options, "--metric", "roc_auc", "--metric", "f1", "--json"
    )
    assert code == 0, err
    expected = evaluate(
        table["label"],
        table.select("p", "half"),
        threshold=0.2,
        prevalences=[0.01],
        confidence_level=0.9,
        groups=table["patient"],
        costs=(1, 10),
        margins={"roc_auc": 0.1},
        random_state=3,
        primary_metric="roc_auc",
        metrics=["f1"],
        n_resamples=100,
    )
    assert json.loads(out) == {**json.loads(expected.to_json()), "notes": []}
    assert json.loads(out)["comparisons"][0]["margin"] == 0.1
    assert Evaluation.from_json(out).verdict == expected.verdict


def test_classes_that_are_numbers_are_named(command: Any, table: pl.DataFrame) -> None:
    numbers = table.with_columns(label=(pl.col("label") == "yes").cast(int))
    numbers.write_csv("numbers.csv")
    code, out, _ = command("evaluate", "numbers.csv", "-t", "label", "-s", "p", "--positive", "0")
    assert code == 0
    assert out.startswith("Positive class: 0, 536 of 600")


@pytest.mark.parametrize("suffix", [".html", ".md", ".json"])
def test_a_report_is_written_and_replaced_with_force_only(command: Any, suffix: str) -> None:
    name = f"report{suffix}"
    code, _, err = command(*QUICK, "-s", "p", "--report", name)
    assert (code, err) == (0, f"Wrote {name}\n")
    assert "Average precision of p: 0." in Path(name).read_text()
    code, _, err = command(*QUICK, "-s", "p", "--report", name)
    assert (code, f"{name} exists. Use --force" in err) == (3, True)
    assert command(*QUICK, "-s", "p", "--report", name, "--force")[0] == 0


def test_markdown_is_printed(command: Any) -> None:
    code, out, _ = command(*QUICK, "-s", "p", "--format", "md")
    assert code == 0
    assert out.startswith("## Average precision of p: ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-s", "q"], 1, "score column 'q'"),
        (["-s", "p", "-t", "lable"], 1, "Did you mean 'label'"),
        (["-s", "p", "--groups", "patients"], 1, "Did you mean 'patient'"),
        (["-s", "label"], 1, "'label' is the target column; it cannot be a score"),
        (["-s", "city"], 1, "Score column 'city' must hold numbers; row 1 holds 'Oslo'"),
        (["-s", "gap"], 1, "1 of 600 scores of 'gap' are missing, the first at position 0"),
        (["-s", "p", "-s", "p"], 2, "names the same column twice"),
        (["-s", "p", "--positive", "maybe"], 1, "positive must be one of the classes 'no', 'yes'"),
        (["-s", "p", "--costs", "1"], 2, "The costs must be two numbers"),
        (["-s", "p", "--confidence-level", "95"], 2, "--confidence-level must be above 0"),
        (["-s", "p", "--confidence-level", "95"], 2, "got 95. For 95%, use 0.95."),
        (["-s", "p", "--prevalence", "5"], 2, "--prevalence must be above 0 and below 1; got 5."),
        (["-s", "p", "--resamples", "0"], 2, "--resamples must be 100 or more; got 0."),
        (["-s", "p", "--margin", "0"], 2, "--margin must be above 0; got 0."),
        (["-s", "margin", "--metric", "brier"], 1, "Brier score needs probabilities between 0 and"),
        (["-s", "p", "--seed", "-1"], 2, "--seed must be 0 or more"),
        (["-s", "p", "--report", "report.pdf"], 3, "must end in .html, .md or .json"),
        ([], 2, "--score"),
    ],
)
def test_errors_name_the_option_and_what_to_do(
    command: Any, arguments: list[str], code: int, message: str
) -> None:
    found, out, err = command(*QUICK, *arguments)
    assert (found, out) == (code, "")
    assert message in " ".join(err.replace("│", " ").split())


def test_errors_about_classes_name_the_column(command: Any, table: pl.DataFrame) -> None:
    table.with_columns(label=pl.lit("no")).write_csv("one.csv")
    code, _, err = command("evaluate", "one.csv", "-t", "label", "-s", "p")
    assert (code, "Target column 'label' has only one class, 'no'" in err) == (1, True)
    code, _, err = command("evaluate", "scored.csv", "-t", "city", "-s", "p")
    assert code == 0
    three = table.with_columns(label=pl.Series(["a", "b", "c"] * (len(table) // 3)))
    three.write_csv("three.csv")
    code, _, err = command("evaluate", "three.csv", "-t", "label", "-s", "p")
    assert (code, "'p' has one column of scores. Name its class" in err) == (1, True)
    assert "(--positive c)" in err
    assert command("evaluate", "three.csv", "-t", "label", "-s", "p", "--positive", "c")[0] == 0


def test_an_empty_table_is_an_error(command: Any) -> None:
    Path("empty.csv").write_text("label,p\n")
    code, _, err = command("evaluate", "empty.csv", "-t", "label", "-s", "p")
    assert (code, "has column names but no rows" in err) == (1, True)
