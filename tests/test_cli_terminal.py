"""What commands show on terminals and in files, whatever the names, the width and the encoding."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sklearn.datasets import make_classification

from counterpoise._cli.app import app
from counterpoise._cli.console import StageBars
from counterpoise._cli.run_study import print_study
from counterpoise.study import StudyResult
from tests.study_results import make_result

NAMES = ["inspect", "resample", "study", "predict", "evaluate", "audit", "tutorial"]


def show(capsys: pytest.CaptureFixture[str], result: Any, *names: str) -> str:
    """Return what the command `study` prints of a result."""
    print_study(result, names)
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["[/b]", "[red]x", ":smile:"])
def test_a_class_whose_name_looks_like_markup(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    result = make_result()
    result = replace(result, data=replace(result.data, classes=("other", name)))
    headings = [line.split() for line in show(capsys, result).splitlines()]
    assert ["average", "precision", "of", "class", name, "m"] in headings


def make_wide_result() -> Any:
    """Return a result with seven models."""
    result = make_result(lift=1.0)
    models = [f"a-model-with-number-{i}" for i in range(7)]
    candidates = [one for one in result.candidates if one.model == "m"]
    return replace(
        result,
        settings=replace(
            result.settings,
            models=(*((name, name) for name in models), ("dummy", "class proportions")),
        ),
        candidates=(
            *(replace(one, model=name) for name in models for one in candidates),
            *(one for one in result.candidates if one.model == "dummy"),
        ),
    )


@pytest.mark.parametrize(("is_terminal", "n_blocks"), [(False, 1), (True, 4)])
def test_a_table_is_never_cut(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_terminal: bool,
    n_blocks: int,
) -> None:
    monkeypatch.setattr("rich.console.Console.is_terminal", is_terminal)
    monkeypatch.setenv("COLUMNS", "80")
    result = make_wide_result()
    metrics = ["average_precision", "balanced_accuracy", "recall_at_precision", "expected_cost"]
    printed = show(capsys, result, *metrics)
    lines = re.sub(r"\x1b\[[\d;]*m", "", printed).splitlines()
    assert "…" not in printed
    assert is_terminal or not any(line.endswith(" ") for line in lines)
    rows = [line.split() for line in lines]
    headings = [row[5:] for row in rows if row[:3] == ["average", "precision", "of"]]
    assert len(headings) == n_blocks
    assert [*chain(*headings)] == [name for name, _ in result.settings.models[:-1]]
    limits = [re.findall(r"\S+ to \S+", line) for line in lines if line.startswith(" " * 20)]
    assert len([*chain(*limits)]) == len(result.improvements)
    if is_terminal:
        assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("variables", "encoding", "expected"),
    [
        ({"PYTHONIOENCODING": "cp1252"}, "cp1252", "-0.05 – ++ ?"),
        ({"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}, "utf-8", "−0.05 – ▲ 中"),
    ],
)
def test_an_encoding_that_lacks_characters(
    variables: dict[str, str], encoding: str, expected: str
) -> None:
    code = "import counterpoise._cli as cli\ncli.import_module = lambda _: cli\n"
    code += "cli.app = lambda: print('\\u22120.05 \\u2013 \\u25b2 \\u4e2d')\ncli.main()"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
    )
    assert (result.stdout.decode(encoding).strip(), result.stderr) == (expected, b"")


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create a table, and change to its folder."""
    monkeypatch.chdir(tmp_path)
    X, y = make_classification(120, 4, weights=[0.8], random_state=0)
    pl.DataFrame(X).with_columns(label=y).write_csv("t.csv")
    return tmp_path


STUDY = ["study", "t.csv", "-t", "label", "--models", "logistic", "--methods", "class-weight"]
STUDY += ["--folds", "2", "--seed", "0", "--jobs", "1", "--report", "r.json"]


def run(*arguments: str) -> int:
    """Run a command in this process, and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        app([*arguments])
    return int(ended.value.code or 0)


def test_a_bar_shows_the_time_left_that_is_known() -> None:
    with StageBars() as bars:
        bars("fits", 1, 100)
        column, task = bars._progress.columns[-1], bars._progress.tasks[0]
        bars.seconds_left = 9000.0
        assert str(column(task)) == "2.5 h"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_report_of_a_study_that_is_interrupted_after_the_last_fit(
    table: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    printing = "counterpoise._cli.run_study._print"
    monkeypatch.setattr(printing, lambda *_: signal.raise_signal(number))
    assert run(*STUDY) == 128 + number
    assert not StudyResult.from_json((table / "r.json").read_text()).stopped


def read_until(terminal: int, text: bytes) -> bytes:
    """Return what a terminal shows until a text."""
    output = b""
    while text not in output:
        output += os.read(terminal, 1000)
    return output


def start_study(*options: str) -> tuple[int, int]:
    """Start a study that is far from done in a terminal; return the process and the terminal."""
    import pty

    child, terminal = pty.fork()
    if child == 0:
        command = [sys.executable, "-m", "counterpoise", *STUDY, "--repeats", "30", *options]
        os.execv(command[0], command)  # noqa: S606
    return child, terminal


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
@pytest.mark.parametrize("seconds", [0.05, 0.4])
def test_ctrl_c_while_workers_start(table: Path, seconds: float) -> None:
    child, terminal = start_study("--jobs", "2")
    read_until(terminal, b"Fitting")
    time.sleep(seconds)
    os.write(terminal, b"\x03")
    output = b""
    with suppress(OSError):  # at the end
        while found := os.read(terminal, 1000):
            output += found
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    assert b"Traceback" not in output, output.decode()
    assert b"bug" not in output


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_the_report_of_a_study_whose_terminal_is_closed(table: Path) -> None:
    child, terminal = start_study("--models", "logistic,svm")
    read_until(terminal, b"improvement")
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 129
    assert StudyResult.from_json((table / "r.json").read_text()).stopped


def test_the_report_of_a_study_whose_output_nothing_reads(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("counterpoise._cli.run_study._print", fail)
    assert run(*STUDY) == 3
    assert StudyResult.from_json((table / "r.json").read_text()).improvements


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tutorial", "--out", "x", "--jobs", "0"], "--jobs must be -1 or at least 1; got 0."),
        (
            ["audit", "my file.csv", "-t", "is fraud"],
            "counterpoise audit 'my file.csv' -t 'is fraud' --method smote",
        ),
    ],
)
def test_errors_in_options(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(*arguments) == 2
    assert message in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("command", ["", *NAMES])
def test_help_fits_into_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(*command.split(), "--help") == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
