"""The commands on files as people have them: the result, or the error that helps.

`messy_files.py` has the files, and what is expected of each.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from counterpoise._cli.app import app
from counterpoise._cli.files import read_table
from counterpoise._cli.input_table import InputTable, column_values
from counterpoise._cli.reading_options import ReadingOptions
from tests.messy_files import (
    CLASSES,
    COLUMNS,
    DELIMITERS,
    FORMATS,
    MESSY_FILES,
    NAMES,
    NUMBERS,
    PLAIN,
    READING,
    Messy,
    make_rows,
)

READABLE = [messy for messy in MESSY_FILES if messy.code != READING]
CHEAP = ["--models", "logistic", "--methods", "random-over", "--folds", "2", "--repeats", "1"]
# The commands read files with the same function: one file of each kind is enough for a study.
KINDS = [*DELIMITERS, *NUMBERS, *CLASSES, *COLUMNS, *FORMATS]
STUDIED = [messy for messy in KINDS if messy in READABLE]
QUICK = {
    *("blanks", "option decimal", "untidy", "identifier", "dates", "text", "workbook"),
    *("class of one", "only dates", "JSON Lines"),
}
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Run:
    """Return a function that runs a command in a folder of its own: exit code and messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            app([*arguments])
        messages = capfdbinary.readouterr().err.decode()
        return int(ended.value.code or 0), messages

    return run


def create(messy: Messy) -> None:
    """Write the file, or skip if the reader of its format is not installed."""
    if messy.file.endswith(".xlsx"):
        pytest.importorskip("fastexcel")
    Path(messy.file).write_bytes(messy.data)


def assert_outcome(messy: Messy, command: str, code: int, messages: str) -> None:
    """Assert that the exit code is the expected one, and that a message has the note."""
    assert code == messy.code_of(command), messages
    errors = [line for line in messages.splitlines() if line.startswith("Error: ")]
    assert len(errors) == (code != 0), messages
    if code:
        assert messy.note in errors[0]
    elif not messy.code and command in messy.noted_by:
        assert messy.note in messages


def read(path: str, messy: Messy) -> InputTable:
    """Read a file with the options of the case."""
    options = dict(zip(messy.options[::2], messy.options[1::2], strict=False))
    return read_table(
        path,
        ReadingOptions(
            encoding=options.get("--encoding"), has_header="--no-header" not in messy.options
        ),
    )


def out_name(messy: Messy) -> str:
    """Return the name of an output in the format of the file, if it can be written."""
    name = Path(messy.file)
    return "out.csv" if name.suffix in ("", ".xlsx", ".zip") else "out" + "".join(name.suffixes)


@pytest.mark.parametrize("messy", MESSY_FILES, ids=repr)
def test_resample(run: Run, messy: Messy) -> None:
    """All classes have the same size, original rows are the same, and quirks are reported."""
    create(messy)
    out = out_name(messy)
    code, messages = run(
        *("resample", messy.file, "-t", messy.target, "-o", out, "--seed", "0", *messy.options)
    )
    assert_outcome(messy, "resample", code, messages)
    assert Path(out).exists() == (code == 0)
    if code:
        return
    result = read(out, messy)
    sizes = Counter(column_values(result.table, messy.target))
    assert len(set(sizes.values())) == 1
    assert len(sizes) > 1
    if messy.exact:
        assert Path(out).read_bytes().startswith(messy.data)
    else:
        assert_same_values(result, messy)


def assert_same_values(result: InputTable, messy: Messy) -> None:
    """Assert that the first rows are those of the table from which the file was made."""
    rows = make_rows()
    if messy.quirk == "option merge":
        rows[8][-1] = "yes"
    table = pl.DataFrame(result.table if result.texts is None else result.texts)
    if "--no-header" in messy.options:
        table.columns = NAMES
    amounts = table["amount"].cast(pl.Float64)[: len(rows)].to_list()
    assert amounts == [float(row[0]) for row in rows]
    for position, name in ((2, "city"), (3, "label")):
        assert table[name][: len(rows)].to_list() == [row[position] for row in rows]


@pytest.mark.parametrize(
    "messy",
    [
        messy if messy.note else pytest.param(messy, marks=pytest.mark.costly)
        for messy in READABLE
        if not messy.quirk.startswith("marker ")
    ],
    ids=repr,
)
def test_inspect(run: Run, messy: Messy, request: pytest.FixtureRequest) -> None:
    """A profile is printed, or the error of `resample`.

    It is without models, except for tables whose columns differ: the others give equal tables.
    """
    if messy.quirk not in QUICK:
        request.getfixturevalue("without_models")
    create(messy)
    code, messages = run("inspect", messy.file, "-t", messy.target, *messy.options)
    assert_outcome(messy, "inspect", code, messages)


@pytest.mark.parametrize(
    "messy",
    [
        messy if messy.quirk in QUICK else pytest.param(messy, marks=pytest.mark.costly)
        for messy in STUDIED
    ],
    ids=repr,
)
def test_study(run: Run, messy: Messy) -> None:
    """A study ends with its table, or with the error of `resample`."""
    create(messy)
    code, messages = run("study", messy.file, "-t", messy.target, *messy.options, *CHEAP)
    assert_outcome(messy, "study", code, messages)


@pytest.mark.slow
@pytest.mark.parametrize(("command", "options"), [("inspect", []), ("study", CHEAP)])
def test_real_tables(run: Run, tables: Path, command: str, options: list[str]) -> None:
    """Profiles and studies of all real tables end without an error; `test_inspect.py` has some."""
    for path in sorted(tables.glob("*.csv")):
        code, messages = run(command, str(path), "-t", "label", *options)
        assert code == 0, messages


@pytest.mark.parametrize(
    "messy", [m for m in FORMATS if m.quirk in ("gzip named .csv", "cut gzip")], ids=repr
)
def test_a_stream_is_read_as_a_file_is(tmp_path: Path, messy: Messy) -> None:
    """In a new process, compression and damage of standard input are recognized."""
    result = subprocess.run(
        [sys.executable, "-m", "counterpoise", "resample", "-", "-t", "label", "-o", "-"],
        input=messy.data,
        capture_output=True,
        check=False,
        cwd=tmp_path,
    )
    assert result.returncode == messy.code, result.stderr
    assert result.stdout.startswith(PLAIN) == (messy.code == 0)
    assert messy.note.replace("t.csv.gz", "") in result.stderr.decode()
