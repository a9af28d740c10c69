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


def test_findings_are_printed_with_their_codes(command: Any) -> None:
    _, out, _ = command("inspect", "t.csv", "-t", "label")
    assert "caution (few-rows): Class 'y' has only 15 rows" in out


def test_json(command: Any) -> None:
    code, out, _ = command("inspect", "t.csv", "-t", "label", "--ignore", "id", "--json")
    assert code == 0
    assert [column["name"] for column in json.loads(out)["columns"]] == ["amount"]


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
