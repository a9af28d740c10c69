"""The command `inspect`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from counterpoise._cli.app import app


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Any:
    """Run a command in this process, in a folder with a table."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.RandomState(0)
    frame = {"amount": rng.normal(size=60), "id": np.arange(60), "label": ["y", *"nnn"] * 15}
    pl.DataFrame(frame).write_csv("t.csv")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app([*arguments])
        captured = capfdbinary.readouterr()
        return int(ended.value.code or 0), captured.out.decode(), captured.err.decode()

    return run


def test_text(command: Any) -> None:
    code, out, err = command("inspect", "t.csv", "-t", "label")
    assert (code, err) == (0, "")
    assert "3.00 to 1" in out
    assert "'id'" in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_suggested_study_can_be_copied(command: Any) -> None:
    """The command of the suggested study runs, with the options that `study` knows."""
    _, out, _ = command("inspect", "t.csv", "-t", "label", "--ignore", "id")
    start = out.index("counterpoise study")
    line = out[start : out.index("\n\n", start)].replace("\\\n", "")
    program, *arguments = shlex.split(line)
    assert program == "counterpoise"
    assert arguments[arguments.index("--methods") + 1] == "random-under,random-over,smote"
    assert arguments[arguments.index("--ignore") + 1] == "id"
    arguments[arguments.index("--repeats") + 1] = "1"
    code, _, err = command(*arguments, "--models", "logistic", "--jobs", "1")
    assert (code, err) == (0, "")


def test_units_of_distances_are_standard_by_default(command: Any) -> None:
    """A column in large units hides the neighbors in original units only."""
    rng = np.random.RandomState(1)
    y = np.arange(120) % 4 == 0
    frame = {"x": rng.normal(size=120) + 9 * y, "seconds": rng.random_sample(120) * 1e6, "y": y}
    pl.DataFrame(frame).write_csv("s.csv")
    arguments = ["inspect", "s.csv", "-t", "y", "--json"]
    safe = {
        scale: json.loads(command(*arguments, "--scale", scale)[1])["sample_types"][0]["safe"]
        for scale in ("standard", "robust", "none")
    }
    assert safe["standard"] > 25
    assert safe["none"] < 10
    assert safe["robust"] > 25
    assert json.loads(command(*arguments)[1])["sample_types"][0]["safe"] == safe["standard"]
    text = command(*arguments[:-1], "--scale", "robust")[1]
    assert "distances: each numeric column divided by its interquartile range" in text
    code, _, err = command(*arguments, "--scale", "raw")
    assert code == 2
    assert "--scale must be standard, robust or none; got 'raw'." in err


def test_the_positive_class_of_the_suggested_study_is_named(command: Any) -> None:
    _, out, _ = command("inspect", "t.csv", "-t", "label")
    assert "positive class: y, the minority class" in out


def test_findings_are_printed_with_their_codes(command: Any) -> None:
    _, out, _ = command("inspect", "t.csv", "-t", "label")
    assert "caution (few-rows): Class 'y' has only 15 rows" in out


def test_json(command: Any) -> None:
    code, out, _ = command("inspect", "t.csv", "-t", "label", "--ignore", "id", "--json")
    assert code == 0
    assert [column["name"] for column in json.loads(out)["columns"]] == ["amount"]


def test_files_that_are_not_plain_csv(command: Any) -> None:
    """The options for files are used, kept in the suggested study, and notes are in the JSON."""
    lines = [f"{i},5;{'?' if i % 9 == 0 else i};{'yn'[i % 3 > 0]}" for i in range(60)]
    Path("u.txt").write_bytes("\n".join(["# Maße", "Größe;n;y", *lines]).encode("cp1252"))
    options = ["--encoding", "cp1252", "--decimal", ",", "--comment", "#"]
    arguments = ["inspect", "u.txt", "-t", "y", *options]
    code, out, err = command(*arguments)
    note = "7 values are read as missing: 7 of 'n' (?)."
    assert (code, err) == (0, f"Note: {note}\n")
    start = out.index("counterpoise study")
    suggested = shlex.split(out[start : out.index("\n\n", start)].replace("\\\n", ""))
    assert suggested[5:11] == options
    profile = json.loads(command(*arguments, "--json")[1])
    assert profile["notes"] == [note]
    assert [column["feature_type"] for column in profile["columns"]] == ["float", "integer"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["t.csv", "-t", "lable"], 1, "Did you mean 'label'?"),
        (["t.csv", "-t", "label", "--ignore", "ids"], 1, "no column 'ids'"),
        (["t.csv", "-t", "label", "--ignore", "label"], 1, "cannot be ignored"),
        (
            ["t.csv", "-t", "label", "--ignore", "id", "--ignore", "amount"],
            1,
            "No feature of t.csv is left",
        ),
        (["u.csv", "-t", "label"], 3, "The file u.csv does not exist."),
        (["t.csv", "-t", "amount"], 1, "Target column 'amount' must contain classes"),
    ],
)
def test_errors(command: Any, arguments: list[str], code: int, message: str) -> None:
    found, _, err = command("inspect", *arguments)
    assert found == code
    assert message in err
