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
    assert arguments[arguments.index("--methods") + 1] == "class-weight,threshold,smote"
    assert arguments[arguments.index("--ignore") + 1] == "id"
    arguments[arguments.index("--repeats") + 1] = "1"
    code, _, err = command(*arguments, "--models", "logistic", "--jobs", "1")
    assert code == 0
    assert "improvement" in err  # progress


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
    assert profile["notes"][0] == note
    assert profile["notes"][1].startswith("left out of distances: 'n' (identifier)")
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


# ---- Columns that are not features ----


def test_distances_leave_out_what_resample_leaves_out(command: Any) -> None:
    """Identifiers hide the neighbors only if they are kept; one line names them."""
    rng = np.random.RandomState(0)
    y = np.arange(120) % 4 == 0
    x = rng.normal(size=120) + 3 * y
    pl.DataFrame({"x": x, "id": rng.permutation(120), "y": y}).write_csv("i.csv")
    arguments = ["inspect", "i.csv", "-t", "y"]

    def types(*options: str) -> Any:
        return json.loads(command(*arguments, *options, "--json")[1])["sample_types"]

    assert types() == types("--ignore", "id")
    assert types("--keep", "id")[0]["safe"] < types()[0]["safe"]
    out = command(*arguments)[1]
    assert "left out of distances: 'id' (identifier); keep (--keep) includes a column" in out
    kept = command(*arguments, "--keep", "id")[1]
    assert "left out of distances" not in kept
    assert "(identifier)" not in kept
    assert "--keep id" in kept
    code, _, err = command(*arguments, "--keep", "ids")
    assert (code, "Did you mean 'id'?" in err) == (1, True)


@pytest.mark.parametrize("name", ["resample", "study", "audit"])
def test_warnings_are_notes_in_the_json(command: Any, name: str) -> None:
    """What is printed about columns that are left out is in the JSON, too."""
    options = {
        "resample": ["-o", "out.csv"],
        "study": ["--models=logistic", "--methods=class-weight", "--repeats=1", "--jobs=1"],
        "audit": ["--method", "smote", "--splits", "1"],
    }[name]
    _, out, err = command(name, "t.csv", "-t", "label", *options, "--json")
    (note,) = [note for note in json.loads(out)["notes"] if "'id'" in note]
    assert note.startswith("Warning: Column 'id' seems to be an identifier")
    assert note in err


def test_an_audit_leaves_out_what_resample_leaves_out(command: Any) -> None:
    arguments = ["audit", "t.csv", "-t", "label", "--method", "smote", "--splits", "2", "--json"]

    def classes(*options: str) -> Any:
        return json.loads(command(*arguments, *options)[1])["classes"]

    assert classes() == classes("--ignore", "id")
    assert classes() != classes("--keep", "id")


# ---- A second table ----


def write_second_table(*, shift: float = 0.0, label: bool = True) -> None:
    rng = np.random.RandomState(5)
    frame = {
        "amount": rng.normal(size=40) + shift,
        "id": np.arange(40),
        "label": ["y", *"nnn"] * 10,
    }
    pl.DataFrame(frame).drop([] if label else ["label"]).write_csv("test.csv")


def test_a_second_table_is_compared(command: Any) -> None:
    arguments = ["inspect", "t.csv", "-t", "label", "--test", "test.csv"]
    write_second_table()
    out = command(*arguments)[1]
    assert "Test set: 40 rows" in out
    assert "(test-" not in out
    write_second_table(shift=9)
    out = command(*arguments)[1]
    assert "warning (test-distributions): Column 'amount' (distance 1.00)" in out
    shift = json.loads(command(*arguments, "--json")[1])["shift"]
    assert [one["label"] for one in shift["classes"]] == ["n", "y"]
    ignored = json.loads(command(*arguments, "--ignore", "amount", "--json")[1])["shift"]
    assert [one["name"] for one in ignored["columns"]] == ["id"]


def test_a_second_table_needs_no_classes(command: Any) -> None:
    write_second_table(label=False)
    code, _, err = command("inspect", "t.csv", "-t", "label", "--test", "test.csv")
    assert code == 0
    assert "Note: test.csv: there is no column 'label'; class shares are not compared." in err


def test_the_options_for_files_are_used_for_both_tables(command: Any) -> None:
    for name, missing in (("a.csv", "?"), ("b.csv", "-")):
        lines = [f"{i},5;{missing if i % 9 == 0 else i};{'yn'[i % 3 > 0]}" for i in range(60)]
        Path(name).write_text("\n".join(["x;n;y", *lines]))
    arguments = ["inspect", "a.csv", "-t", "y", "--test", "b.csv", "--decimal", ",", "--json"]
    code, out, err = command(*arguments)
    assert code == 0
    assert "Note: b.csv: 7 values are read as missing: 7 of 'n' (-)." in err
    assert [one["distance"] for one in json.loads(out)["shift"]["columns"]] == [0.0, None]


def test_merged_classes_have_the_spelling_of_the_first_table(command: Any) -> None:
    for name, classes in (("a.csv", ["Yes", "no", "no"]), ("b.csv", ["YES ", "no", "No"])):
        pl.DataFrame({"x": range(60), "y": classes * 20}).write_csv(name)
    arguments = ["inspect", "a.csv", "-t", "y", "--test", "b.csv", "--json"]

    def classes(*options: str) -> list[str]:
        shift = json.loads(command(*arguments, *options)[1])["shift"]
        return [one["label"] for one in shift["classes"]]

    assert classes() == ["Yes", "no", "YES ", "No"]
    assert classes("--merge-classes") == ["Yes", "no"]


def test_errors_about_the_second_table_name_its_file(command: Any) -> None:
    pl.DataFrame({"other": [1], "label": ["y"]}).write_csv("test.csv")
    code, _, err = command("inspect", "t.csv", "-t", "label", "--test", "test.csv")
    assert code == 1
    assert "t.csv and test.csv have no column in common" in err
    code, _, err = command("inspect", "t.csv", "-t", "label", "--test", "none.csv")
    assert (code, "The file none.csv does not exist." in err) == (3, True)


# ---- The exit code, and the page ----


def test_findings_set_the_exit_code(command: Any) -> None:
    """The exit code is 4 from the severity of a finding on; the output is the same."""
    arguments = ["inspect", "t.csv", "-t", "label"]
    expected = command(*arguments)[1]
    assert "caution (" in expected
    assert "warning (" not in expected
    for severity, code in {"note": 4, "caution": 4, "warning": 0}.items():
        found, out, err = command(*arguments, "--fail-on", severity)
        assert (found, out) == (code, expected)
        assert ("(--fail-on)" in err) == (code == 4)
    found, out, _ = command(*arguments, "--fail-on", "caution", "--json")
    assert (found, json.loads(out)["n_rows"]) == (4, 60)
    code, _, err = command(*arguments, "--fail-on", "error")
    assert (code, "--fail-on must be note, caution or warning; got 'error'." in err) == (2, True)


def test_the_page_is_written(command: Any) -> None:
    arguments = ["inspect", "t.csv", "-t", "label", "--report", "page.html"]
    code, _, err = command(*arguments)
    assert (code, err.endswith("Wrote page.html\n")) == (0, True)
    page = Path("page.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "counterpoise study t.csv -t label" in page
    code, _, err = command(*arguments)
    assert (code, "page.html exists. Use --force" in err) == (3, True)
    assert command(*arguments, "--force")[0] == 0
    code, _, err = command(*arguments[:-1], "page.md")
    assert (code, "must end in .html" in err) == (3, True)


# ---- Suspects ----


def test_suspects_have_the_lines_of_the_file(command: Any) -> None:
    """Each line of the file that is named has the label that is given."""
    rng = np.random.RandomState(0)
    y = np.arange(400) % 4 == 0
    labels = np.where(rng.random_sample(400) < 0.05, ~y, y)
    X = rng.normal(size=(400, 3)) + 2 * y[:, None]
    rows = [
        f'"{"a" if i % 3 else "two" + chr(10) + "lines"}",{",".join(map(str, X[i]))},{labels[i]:d}'
        for i in range(400)
    ]
    rows[50] = "\n" + rows[50]  # an empty line before it
    Path("w.csv").write_text("\n".join(["# made up", "note,a,b,c,y", *rows]))
    arguments = ["inspect", "w.csv", "-t", "y", "--comment", "#", "--suspects", "s.csv"]
    code, out, err = command(*arguments)
    assert code == 0
    suspects = pl.read_csv("s.csv")
    assert f"Wrote s.csv: {len(suspects)} probably mislabeled rows" in err
    assert f"Probably mislabeled rows: {len(suspects)}" in out
    lines = Path("w.csv").read_text().split("\n")
    for line, label in suspects.select("line", "label").iter_rows():
        row = lines[line - 1] if '"a"' in lines[line - 1] else lines[line - 1] + lines[line]
        assert row.startswith(('"a"', '"two'))
        assert row.endswith(f",{label}")
    assert (suspects["label"] != suspects["predicted"]).all()
    assert command(*arguments)[0] == 3  # the file exists
    assert command(*arguments, "--force")[0] == 0


def test_suspects_of_a_parquet_file_have_row_numbers(command: Any) -> None:
    pl.read_csv("t.csv").write_parquet("t.parquet")
    code, _, err = command("inspect", "t.parquet", "-t", "label", "--suspects", "s.csv")
    assert code == 0
    assert pl.read_csv("s.csv").columns[0] == "row"
    assert "Wrote s.csv" in err


def test_the_advice_for_sentinels_works(command: Any) -> None:
    """With the option that the finding names, the values are missing, and the finding is gone."""
    rng = np.random.RandomState(0)
    ages = np.where(np.arange(90) % 9 == 0, -999, rng.randint(18, 90, 90))
    pl.DataFrame({"age": ages, "y": np.arange(90) % 3 == 0}).write_csv("a.csv")
    _, out, _ = command("inspect", "a.csv", "-t", "y")
    option = "--missing-values -999"
    assert option in " ".join(out.split())
    _, out, _ = command("inspect", "a.csv", "-t", "y", *option.split())
    assert "sentinel-values" not in out
    assert "10 missing values" in out
