"""Tests of the command line: inputs, outputs, messages and exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.main import get_command

import counterpoise
from counterpoise._cli.app import app
from counterpoise._resample import METHODS
from counterpoise.tutorial._run import run_tutorial
from counterpoise.under_sampling import RandomUnderSampler

# Two classes, 8 rows of "n" and 4 of "y"; every column has a format that a number would lose.
PEOPLE = """\
id,zip,born,income,ratio,member,note,label
1,00501,1980-01-31,100,1.50,TRUE,"a, b",n
2,10115,1981-02-28,250,2.0,FALSE,,n
3,75001,1982-03-31,300,1e1,FALSE,"",n
4,00100,1983-04-30,NA,3.25,TRUE,x,n
5,00100,1984-05-31,500,.5,TRUE,x,n
6,00100,1985-06-30,600,0.10,TRUE,"say ""hi"" you",n
7,00100,1986-07-31,700,7,FALSE,é,n
8,00100,1987-08-31,800,8.000,FALSE,x,n
9,00100,1988-09-30,900,9.5,TRUE,x,y
10,00100,1989-10-31,1000,10.5,TRUE,x,y
11,00100,1990-11-30,1100,11.5,FALSE,x,y
12,00100,1991-12-31,1200,12.5,FALSE,x,y
"""
EXCLUDED = ["--ignore", "id", "--copy", "zip", "--copy", "born", "--ignore", "note"]
OVER = ["--method", "random-over"]
SMALL = ["--small-classes shrink-k"]
SMOTE = ["--param", "k_neighbors=2", "--seed", "0", *EXCLUDED]


@dataclass
class Result:
    """Exit code and output of a command."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.decode().splitlines()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Create a folder with a table and make it the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE)
    return tmp_path


@pytest.fixture
def command(folder, capfdbinary):
    """Return a function that runs a command in this process, which is faster than a new one."""

    def run(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as ended:
            app(list(arguments))
        captured = capfdbinary.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err.decode())

    return run


def run_process(*arguments: str, stdin: bytes = b"", **options) -> Result:
    """Run a command in a new process."""
    result = subprocess.run(
        [sys.executable, "-m", "counterpoise", *arguments],
        input=stdin,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        **options,
    )
    return Result(result.returncode, result.stdout or b"", result.stderr.decode())


def assert_error(result: Result, code: int, *fragments: str) -> None:
    """Assert that a command failed with one error message and left no temporary file."""
    assert result.code == code, result.err
    errors = [line for line in result.err.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1, result.err
    assert "Traceback" not in result.err
    for fragment in fragments:
        assert fragment in errors[0]
    assert [path for path in Path.cwd().iterdir() if "unfinished" in path.name] == []


# Output


@pytest.mark.parametrize(
    ("small_classes", "method", "counts"),
    [
        ("skip", "smote", {"a": 9, "b": 9, "c": 3, "d": 1}),
        ("duplicate", "smote-tomek", {"a": 9, "b": 9, "c": 9, "d": 9}),
        ("shrink-k", "ADASYN", {"a": 9, "b": 9, "c": 9, "d": 9}),
    ],
)
def test_small_classes(folder, command, small_classes, method, counts):
    """Classes that are too small are not an error, but are listed in a warning."""
    classes = "a" * 9 + "b" * 7 + "c" * 3 + "d"
    lines = [f"{row},{row * row},{label}" for row, label in enumerate(classes)]
    (folder / "in.csv").write_text("\n".join(["u,v,y", *lines]) + "\n")
    result = command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--method", method,
                     "--small-classes", small_classes)  # fmt: skip
    assert result.code == 0, result.err
    assert "neighbors=5 samples or fewer" in result.err
    assert "'c' (3 samples), 'd' (1 sample)." in result.err
    out = pl.read_csv(folder / "out.csv")
    assert dict(out["y"].value_counts().sort("y").iter_rows()) == counts


def test_original_rows_keep_their_text(command):
    """Leading zeros, dates, digits, TRUE and quotes are written byte for byte."""
    result = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE)
    assert result.code == 0
    assert Path("out.csv").read_text().startswith(PEOPLE)


def test_synthetic_rows_follow_the_format_of_each_column(command):
    """Integers stay integers, booleans TRUE; ignored columns are empty, copied ones as the base."""
    command("resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE, "--provenance")
    rows = list(csv.DictReader(Path("out.csv").read_text().splitlines()))
    assert len(rows) == 16
    for row in rows[12:]:
        base, neighbor = (rows[int(row[f"provenance_{end}"])] for end in ("base", "neighbor"))
        weight = float(row["provenance_weight"])
        assert (row["id"], row["note"]) == ("", "")
        assert (row["zip"], row["born"]) == (base["zip"], base["born"])
        assert row["member"] in ("TRUE", "FALSE")
        assert re.fullmatch(r"\d+", row["income"])
        start, end = float(base["ratio"]), float(neighbor["ratio"])
        assert float(row["ratio"]) == start + weight * (end - start)
        assert row["label"] == "y"


def test_provenance_columns_equal_the_attribute_of_the_sampler(command):
    """Rows are numbered from 0; −1 where there is none."""
    command("resample", "people.csv", "-t", "label", "-o", "out.parquet", *SMOTE, "--provenance")
    written = pl.read_parquet("out.parquet").select(pl.col("^provenance_.*$"))
    assert written["provenance_row"].to_list() == [*range(12), -1, -1, -1, -1]
    assert written["provenance_is_synthetic"].to_list() == [False] * 12 + [True] * 4
    assert set(written["provenance_base"][12:]) <= {8, 9, 10, 11}
    assert set(written["provenance_neighbor"][:12]) == {-1}
    assert written["provenance_weight"].null_count() == 12


def test_provenance_columns_of_binary_files_equal_those_of_a_csv(command):
    """The columns are the same in an Arrow file that is made from a Parquet file."""
    table = pa.table({"x": [1.0, 2.0, 3.0, 5.0, 7.0], "y": ["a", "a", "a", "b", "b"]})
    pq.write_table(table, "in.parquet")
    options = ["-t", "y", "--param", "k_neighbors=1", "--seed", "0", "--provenance"]
    command("resample", "in.parquet", "-o", "out.arrow", *options)
    command("resample", "in.parquet", "-o", "out.csv", *options)
    written = pl.read_ipc("out.arrow")
    assert written.columns[2:] == [
        f"provenance_{name}" for name in ("row", "base", "neighbor", "weight", "is_synthetic")
    ]
    assert written.equals(pl.read_csv("out.csv"))


def test_provenance_columns_get_unique_names(command):
    """A table that has such columns from an earlier run gets columns with other names."""
    options = ["-t", "label", "--method", "random-over", "--provenance"]
    command("resample", "people.csv", "-o", "once.csv", *options)
    command("resample", "once.csv", "-o", "twice.csv", *options)
    header = Path("twice.csv").read_text().splitlines()[0].split(",")
    assert {"provenance_row", "_provenance_row"} <= set(header)
    assert len(set(header)) == len(header)


def test_the_command_returns_the_rows_of_the_library(command):
    """The same seed gives the same rows on the command line and in Python."""
    result = command("resample", "people.csv", "-t", "label", "-o", "out.parquet", *SMOTE)
    assert result.code == 0
    table = pl.read_csv("people.csv", null_values="NA", schema_overrides={"zip": pl.String})
    expected = counterpoise.resample(
        table.with_columns(pl.col("born").cast(pl.String)),
        "label",
        ignore=["id", "note"],
        copy=["zip", "born"],
        k_neighbors=2,
        random_state=0,
    )
    written = pl.read_parquet("out.parquet")
    assert written["ratio"].to_list() == expected["ratio"].to_list()
    assert written["income"].to_list() == expected["income"].to_list()


def test_synthetic_rows_keep_the_text_of_their_class(command):
    """A class that is written 1.00 or 01 is written the same way in synthetic rows."""
    for one in ("1.00", "01"):
        rows = [f"{i},0" for i in range(5)] + [f"{i},{one}" for i in range(3)]
        Path("in.csv").write_text("x,y\n" + "\n".join(rows) + "\n")
        command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--force", "--param",
                "k_neighbors=1")  # fmt: skip
        labels = [line.split(",")[1] for line in Path("out.csv").read_text().splitlines()[1:]]
        assert sorted(labels) == sorted(["0"] * 5 + [one] * 5)


def test_a_missing_value_is_written_as_in_the_base_row(command):
    """Where a column has NA for missing values, so has a synthetic row."""
    rows = ["1,5,a"] * 5 + ["NA,1,b", "NA,2,b", "NA,3,b"]
    Path("in.csv").write_text("x,z,y\n" + "\n".join(rows) + "\n")
    command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--param", "k_neighbors=1")
    assert [line[:3] for line in Path("out.csv").read_text().splitlines()[9:]] == ["NA,", "NA,"]


def test_undersampling_writes_the_selected_rows_in_order(command):
    """The rows are those of sample_indices_, with their original text."""
    result = command("resample", "people.csv", "-t", "label", "-o", "-", "--method", "random-under",
                   "--seed", "3")  # fmt: skip
    lines = PEOPLE.splitlines()
    sampler = RandomUnderSampler(random_state=3)
    labels = [line.rpartition(",")[2] for line in lines[1:]]
    sampler.fit_resample(np.zeros((12, 1)), labels)
    assert result.lines == [lines[0], *(lines[1 + row] for row in sampler.sample_indices_)]


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.csv.gz", "t.parquet", "t.arrow"])
def test_every_format_can_be_written_and_read(command, name):
    """The values of a table do not change from CSV to another format and back."""
    options = ["-t", "label", "--method", "random-under", "--strategy", "n=8"]
    assert command("resample", "people.csv", "-o", name, *options).code == 0
    assert command("resample", name, "-o", "back.csv", *options).code == 0
    back = pl.read_csv("back.csv", schema_overrides={"zip": pl.String}, null_values="NA")
    original = pl.read_csv("people.csv", schema_overrides={"zip": pl.String}, null_values="NA")
    assert back.sort("id").equals(original.sort("id"))


def test_types_of_a_parquet_file_are_kept(command):
    """Small integers, float32, enums, categories, dates and times, also in synthetic rows."""
    n = 12
    frame = pl.DataFrame(
        {
            "i8": pl.Series(range(n), dtype=pl.Int8),
            "f32": pl.Series(np.arange(n) / 3, dtype=pl.Float32),
            "maybe": pl.Series([None, *range(1, n)], dtype=pl.UInt16),
            "enum": pl.Series(["lo", "hi"] * 6, dtype=pl.Enum(["lo", "hi", "never"])),
            "word": pl.Series(["x", "y"] * 6, dtype=pl.Categorical),
            "day": pl.Series(range(n)).cast(pl.Date),
            "moment": pl.Series(range(n)).cast(pl.Datetime("us", "UTC")),
            "list": [[1]] * n,
            "y": pl.Series(["n"] * 8 + ["y"] * 4, dtype=pl.Enum(["y", "n"])),
        }
    )
    frame.write_parquet("in.parquet")
    excluded = ["--copy", "enum", "--ignore", "word", "--ignore", "day", "--copy", "moment"]
    result = command("resample", "in.parquet", "-t", "y", "-o", "out.parquet", "--param",
                   "k_neighbors=2", *excluded, "--copy", "list")  # fmt: skip
    assert result.code == 0, result.err
    out = pl.read_parquet("out.parquet")
    assert out.schema == frame.schema
    assert out[:n].equals(frame)
    assert out[n:]["word"].null_count() == out[n:]["day"].null_count() == 4
    assert out[n:]["enum"].null_count() == 0


def test_a_parquet_file_of_pandas_keeps_its_metadata(command):
    """pandas reads the output with the original types and a complete index."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1.0, 2, 3], "c": pd.Categorical(["a", "b", "a"]), "y": [0, 0, 1]})
    frame.to_parquet("in.parquet")
    command("resample", "in.parquet", "-t", "y", "-o", "out.parquet", "--method", "random-over")
    out = pd.read_parquet("out.parquet")
    assert out.dtypes.equals(frame.dtypes)
    assert out.index.equals(pd.RangeIndex(4))


def test_row_labels_are_left_out_of_distances(command):
    """An index that pandas wrote into the file is ignored, with a note."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5], "y": [0, 0, 0, 1, 1]}, index=[9, 8, 7, 6, 1])
    frame.to_parquet("in.parquet")
    frame.to_csv("in.csv")
    for name, index in {"in.parquet": "__index_level_0__", "in.csv": ""}.items():
        result = command("resample", name, "-t", "y", "-o", "out.csv", "--force", "--param",
                       "k_neighbors=1")  # fmt: skip
        assert f"Note: column {index!r} holds row labels; it is ignored" in result.err
        written = list(csv.DictReader(Path("out.csv").read_text().splitlines()))
        assert [row[index] for row in written] == ["9", "8", "7", "6", "1", ""]


def test_a_comma_at_the_end_of_every_line_is_no_feature(command):
    """The empty column that it makes is ignored, with a note, and the lines stay as they are."""
    text = "x,y,\n" + "1,a,\n" * 5 + "2,b,\n" * 3
    Path("in.csv").write_text(text)
    result = command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--param", "k_neighbors=1")
    assert "Note: column '' has neither a name nor values; it is ignored" in result.err
    rows = Path("out.csv").read_text().partition("\n")[2]
    assert rows == text.partition("\n")[2] + "2,b,\n" * 2


def test_class_counts_are_printed_to_standard_error(command):
    """The counts before and after, and the name of the file; nothing on standard output."""
    result = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE)
    assert result.out == b""
    assert re.search(r"n\D+8\D+8", result.err)
    assert re.search(r"y\D+4\D+8", result.err)
    assert "Wrote out.csv: 16 rows (12 kept, 4 synthetic)" in result.err


def test_at_most_twenty_classes_are_printed(command):
    """The counts of a hundred classes do not fill the screen."""
    Path("in.csv").write_text("x,y\n" + "".join(f"{i},c{i % 100:02}\n" for i in range(300)))
    result = command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--method", "random-under")
    assert "and 80 more" in result.err
    assert "c19" in result.err
    assert "c20" not in result.err


@pytest.mark.parametrize(
    ("strategy", "n_minority"),
    [
        ("auto", 8),
        ("minority", 8),
        ("0.75", 6),
        ("y=5", 5),
        ('{"y": 7}', 7),
        ("y=7,n=9", 7),
    ],
)
def test_every_form_of_strategy(command, strategy, n_minority):
    """A word, a ratio, CLASS=ROWS and JSON set the class sizes."""
    result = command("resample", "people.csv", "-t", "label", "-o", "-", "--method", "random-over",
                   "--strategy", strategy)  # fmt: skip
    assert sum(line.endswith(",y") for line in result.lines) == n_minority


@pytest.mark.parametrize("labels", ["0 1", "0.0 1.0", "False True", "01 02"])
def test_strategy_names_classes_of_any_type(command, labels):
    """On the command line a class is a string; in the table it can be a number or a boolean."""
    majority, minority = labels.split()
    Path("in.csv").write_text("x,y\n" + f"1,{majority}\n" * 5 + f"2,{minority}\n" * 2)
    strategies = {"random-over": f"{minority}=4", "random-under": f"{majority}=3"}
    for method, strategy in strategies.items():
        result = command("resample", "in.csv", "-t", "y", "-o", "-", "--method", method,
                       "--strategy", strategy)  # fmt: skip
        name, rows = strategy.split("=")
        assert sum(line.endswith(f",{name}") for line in result.lines) == int(rows), result.err


def test_strategy_names_classes_of_a_categorical_column(command):
    """The categories of a binary file are named by their text."""
    label = pa.array(["a", "a", "b", None]).dictionary_encode()
    table = pa.table({"x": [1, 2, 3, 4], "y": label})
    pq.write_table(table.slice(0, 3), "in.parquet")
    pq.write_table(table, "missing.parquet")
    options = ["-t", "y", "-o", "-", "--method", "random-over", "--strategy", "b=2"]
    assert command("resample", "in.parquet", *options).lines[1:] == ["1,a", "2,a", "3,b", "3,b"]
    assert_error(command("resample", "missing.parquet", *options), 1, "Target column 'y'")


def test_parameters_can_be_words_numbers_and_mappings(command):
    """--param accepts the values that the library accepts."""
    common = ["resample", "people.csv", "-t", "label", "-o", "-"]
    result = command(
        *common, *SMOTE, "--param", "kind=borderline-2", "--method", "borderline-smote"
    )
    assert result.code == 0
    result = command(*common, "--method", "random-under", "--param", "replacement=true")
    assert result.code == 0
    shrink = ["--param", 'shrinkage={"y": 0}', *EXCLUDED, "--copy", "member"]
    assert command(*common, "--method", "random-over", *shrink).code == 0


@pytest.mark.parametrize("scale", ["standard", "robust", "none"])
def test_units_of_distances(command, scale):
    """The units can be chosen; a line names them, unless the method measures no distances."""
    rng = np.random.RandomState(0)
    y = np.arange(60) % 4 == 0
    table = pl.DataFrame({"a": rng.normal(size=60), "b": 1e4 * rng.random_sample(60), "y": y})
    table.write_csv("s.csv")
    common = ["resample", "s.csv", "-t", "y", "-o", "s.parquet", "--force"]
    smote = command(*common, "--seed", "0", "--scale", scale)
    expected = METHODS["smote"](scale=None if scale == "none" else scale, random_state=0)
    X, _ = expected.fit_resample(table.select("a", "b"), y)
    assert pl.read_parquet("s.parquet").select("a", "b").equals(X)
    words = {"standard": "by its standard deviation", "robust": "range", "none": "original units"}
    lines = [line for line in smote.err.splitlines() if line.startswith("Distances: ")]
    assert len(lines) == 1
    assert words[scale] in lines[0]
    assert "--scale none|standard|robust" in lines[0]
    other = command(*common, "--method", "random-over", "--scale", scale)
    assert other.code == 0
    assert "Distances" not in other.err


@pytest.mark.parametrize(
    ("options", "method", "features"),
    [
        (["--ignore", "note", "--copy", "born"], "smote-nc", "some features"),
        ([*EXCLUDED[:2], *EXCLUDED[4:6], *(p for n in ("income", "ratio") for p in ("--copy", n))],
         "smote-n", "all features"),
    ],
)  # fmt: skip
def test_smote_is_the_one_for_the_table(command, options, method, features):
    """The default method reads categorical columns, and a line names the sampler."""
    common = ["resample", "people.csv", "-t", "label", "--param", "k_neighbors=2", "--seed", "1"]
    default = command(*common, "-o", "a.csv", *options)
    assert default.code == 0, default.err
    name = METHODS[method].__name__
    assert f"Note: method smote is {name} for this table: {features} are" in default.err
    named = command(*common, "-o", "b.csv", "--method", name, *options)
    assert "Note: method" not in named.err
    assert Path("a.csv").read_text() == Path("b.csv").read_text()


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_identifiers_and_dates_are_not_features(command, name):
    """One line names them; --keep makes an exception."""
    numbers = range(60)
    table = pl.DataFrame(
        {
            "orderID": [f"A-{7 * i % 60}" for i in numbers],
            "day": [f"2024-01-{i % 28 + 1:02}" for i in numbers],
            "amount": [i * i % 17 / 4 for i in numbers],
            "late": ["yes" if i % 5 == 0 else "no" for i in numbers],
        }
    )
    write = table.write_csv if name.endswith("csv") else table.write_parquet
    write(name)
    common = ["resample", name, "-t", "late", "--force", "-o", "out.csv", "--seed", "1"]
    result = command(*common)
    assert result.code == 0, result.err
    assert "Warning: Column 'orderID' seems to be an identifier" in result.err
    assert "--keep orderID --keep day" in result.err
    synthetic = pl.read_csv("out.csv")[60:]
    assert len(synthetic) == 36
    assert synthetic["orderID"].is_null().all()
    assert set(synthetic["day"]) <= set(table.filter(late="yes")["day"])
    kept = command(*common, "--keep", "orderID", "--ignore", "day")
    assert "Warning" not in kept.err
    assert set(pl.read_csv("out.csv")[60:]["orderID"]) <= set(table["orderID"])


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_similar_classes_are_merged_on_request(command, name):
    """Without the option they stay apart, with a warning that names it."""
    rows = [(i, "Yes" if i % 5 else "yes ") for i in range(30)] + [(i, "no") for i in range(60)]
    frame = pl.DataFrame(rows, ["x", "y"], orient="row")
    (frame.write_csv if name == "in.csv" else frame.write_parquet)(name)
    common = ["resample", name, "-t", "y", "--method", "random-over"]
    apart = command(*common, "-o", "apart.csv")
    assert "Warning: Classes 'Yes' (24 rows) and 'yes ' (6 rows) differ only" in apart.err
    assert "--merge-classes" in apart.err
    assert pl.read_csv("apart.csv")["y"].n_unique() == 3
    merged = command(*common, "-o", "merged.csv", "--merge-classes")
    assert "Note: The class of 6 rows is read as another: 'yes ' as 'Yes'." in merged.err
    assert "Warning" not in merged.err
    counts = dict(pl.read_csv("merged.csv")["y"].value_counts().iter_rows())
    assert counts == {"Yes": 60, "no": 60}


# Streams and replacement of files


def test_a_table_goes_through_a_pipe():
    """CSV is read and written; all messages go to standard error."""
    result = run_process("resample", "-", "-t", "label", "-o", "-", "--method", "random-over",
                   stdin=PEOPLE.encode())  # fmt: skip
    assert result.code == 0
    assert result.out.decode().startswith(PEOPLE)
    assert len(result.lines) == 17
    assert "Wrote standard output: 16 rows (12 kept, 4 duplicates)" in result.err


@pytest.mark.usefixtures("folder")
def test_a_closed_pipe_ends_the_command_quietly():
    """If the next program stops reading, the command ends without a message, as `cat` does."""
    Path("big.csv").write_text("x,y\n" + "1,a\n" * 100_000 + "2,b\n")
    ends = os.pipe()
    os.close(ends[0])
    with os.fdopen(ends[1], "wb") as closed:
        result = run_process("resample", "big.csv", "-t", "y", "-o", "-", "--method", "random-over",
                       stdout=closed)  # fmt: skip
    assert (result.code, result.err) == (141, "")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "arguments", [["inspect", "-t", "label", "--json"], ["audit", "--leakage", "people.csv"]]
)
def test_a_closed_pipe_ends_every_command_quietly(arguments):
    """Text and JSON end alike, without a message."""
    ends = os.pipe()
    os.close(ends[0])
    command, *options = arguments
    with os.fdopen(ends[1], "wb") as closed:
        result = run_process(command, "people.csv", *options, stdout=closed)
    assert result.code == 141
    assert "Error" not in result.err


def test_the_input_can_be_replaced_with_force(command):
    """IN and OUT can be the same file with --force."""
    arguments = ["resample", "people.csv", "-t", "label", "-o", "people.csv", *SMOTE]
    assert_error(command(*arguments), 3, "people.csv exists", "--force")
    assert Path("people.csv").read_text() == PEOPLE
    assert command(*arguments, "--force").code == 0
    assert len(Path("people.csv").read_text().splitlines()) == 17


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.csv.gz"])
def test_a_full_disk_leaves_the_existing_file_unchanged(name):
    """An output that cannot be completed leaves no partial file."""
    numbers = np.random.default_rng(0).standard_normal(100_000).tolist()
    Path("big.csv").write_text("x,y\n" + "".join(f"{x},{x > 1}\n" for x in numbers))
    Path(name).write_text("older")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))

    result = run_process("resample", "big.csv", "-t", "y", "-o", name, "--force", preexec_fn=limit)
    assert_error(result, 3, f"Cannot write {name}: file too large")
    assert Path(name).read_text() == "older"


@pytest.mark.usefixtures("folder")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_standard_output_is_reported():
    """There is one message, and no second one from the shutdown of Python."""
    with Path("/dev/full").open("wb") as full:
        result = run_process("resample", "people.csv", "-t", "label", "-o", "-", "--method",
                       "random-over", stdout=full)  # fmt: skip
    assert_error(result, 3, "Cannot write standard output: no space left")
    assert "Exception ignored" not in result.err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "kill"]
)
def test_an_interrupted_run_leaves_no_partial_file(folder, number, code):
    """A run that is interrupted while it writes removes its incomplete file."""
    script = (
        "import os, signal, sys, polars\n"
        # A process that runs in the background may ignore Ctrl-C.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def write_csv(self, stream, **_):\n"
        "    stream.write(b'half')\n"
        f"    os.kill(os.getpid(), {int(number)})\n"
        "polars.DataFrame.write_csv = write_csv\n"
        "from counterpoise._cli import main\n"
        "main()\n"
    )
    arguments = ["resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE]
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, check=False, timeout=60
    )
    assert result.returncode == code
    assert b"Traceback" not in result.stderr
    assert [path.name for path in folder.iterdir()] == ["people.csv"]


def test_a_read_only_folder_is_an_error(command, monkeypatch):
    """The folder is checked before the table is read."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    result = command("resample", "people.csv", "-t", "label", "-o", "out.csv")
    assert_error(result, 3, "Cannot write out.csv: no permission")


# Invalid input


def write_table(text: str) -> str:
    """Write a CSV file and return its name."""
    Path("in.csv").write_text(text)
    return "in.csv"


@pytest.mark.parametrize(
    ("arguments", "code", "fragments"),
    [
        (["peopel.csv"], 3, ["The file peopel.csv does not exist. Did you mean people.csv"]),
        (["no/such.csv"], 3, ["nor does the folder no"]),
        (["folder.csv"], 3, ["folder.csv has no Parquet or CSV files"]),
        (["people.xls"], 3, [".parquet"]),
        (["people.csv", "-t", "lable"], 1, ["no target column 'lable'", "'label'"]),
        (["people.csv", "--ignore", "Id"], 1, ["no column 'Id'", "'id'"]),
        (["people.csv", "--copy", "zipp"], 1, ["no column 'zipp'", "'zip'"]),
        (["people.csv", "--ignore", "label"], 1, ["'label' is the target column"]),
        (["people.csv", "--ignore", "id", "--copy", "id"], 1, ["both --ignore and --copy"]),
        (["people.csv", "--method", "smot"], 1, ["Unknown method 'smot'", "Did you mean 'smote'?"]),
        (["people.csv", "--param", "k_neighbor=3"], 1, ["Did you mean 'k_neighbors'?"]),
        (["people.csv", *EXCLUDED, "--param", "k_neighbors=0"], 1, ["'k_neighbors'", "Got 0"]),
        (
            ["people.csv", "--method", "adasyn"],
            1,
            ["'zip' and 'note' are categorical. Use --method smote-nc."],
        ),
        (["people.csv", "--keep", "borne"], 1, ["no column 'borne'", "'born'"]),
        (["people.csv", "--keep", "id", "--ignore", "id"], 1, ["'id' is given to --keep"]),
        (
            ["people.csv", "--method", "cluster-centroids"],
            1,
            ["Use --method random-under, near-miss or tomek-links."],
        ),
        (
            ["people.csv", *OVER, "--strategy", "1.5"],
            1,
            ["When --strategy is a float, it should be in the range (0, 1]"],
        ),
        (
            ["people.csv", "--method", "tomek-links", "--strategy", "n=3"],
            1,
            ["tomek-links takes no class sizes. Remove --strategy."],
        ),
        (["xyz.csv"], 3, ["The file xyz.csv does not exist."]),
        (["people.csv", *EXCLUDED], 1, ["class 'y' has 4", "--param k_neighbors=3", *SMALL]),
        (["people.csv", *OVER, *SMALL[0].split()], 1, ["remove it for --method random-over"]),
        (["people.csv", *OVER, "--strategy", "some"], 1, ["'not majority'", "'some'"]),
        (["people.csv", *OVER, "--strategy", "maybe=9"], 1, ["'maybe'", "'n', 'y'"]),
        (["people.csv", *OVER, "-t", "note"], 1, ["Target column 'note'", "missing"]),
        (["people.csv", *OVER, "-t", "ratio"], 1, ["Target column 'ratio'", "continuous"]),
        (["people.csv", "-o", "no/out.csv"], 3, ["the folder no does not exist"]),
        (["people.csv", "-o", "out.xls"], 3, ["out.xls", ".feather"]),
        (["people.csv", "-o", "folder.csv"], 3, ["folder.csv exists"]),
    ],
)
def test_invalid_arguments_are_reported(command, folder, arguments, code, fragments):
    """The message names the error and the most similar name; the exit code names its type."""
    (folder / "folder.csv").mkdir()
    result = command("resample", "-t", "label", "-o", "out.csv", *arguments)
    assert_error(result, code, *fragments)
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    ("text", "code", "fragment"),
    [
        ("", 3, "in.csv is empty"),
        ("x,y\n", 1, "has column names but no rows"),
        ("y\na\nb\n", 1, "apart from the target column 'y', the table has no column"),
        (
            "x,y\n1,a\n2,a\n",
            1,
            "Target column 'y' needs to have more than 1 class; it has only 'a'",
        ),
        ("x,x,y\n1,2,a\n", 1, "'x' more than once"),
        ("x,y\n1,a\n2,b,c\n", 3, "in.csv, line 3: 3 fields, but the header has 2"),
        ("x,y\n" + "1,a\n" * 9 + "inf,b\n" * 6, 1, "in.csv contains infinity in row 9, column"),
        (
            "x,y\n" + "1,a\n" * 9 + "1,\n",
            1,
            "'y' has 1 missing value (NaN, None or null), in row 9",
        ),
    ],
)
def test_invalid_tables_are_reported(command, text, code, fragment):
    """An empty table, uneven lines, a single class and infinity have their own messages."""
    assert_error(command("resample", write_table(text), "-t", "y", "-o", "out.csv"), code, fragment)


def test_a_table_of_excluded_columns_only_is_an_error(command):
    """The message is that no feature is left, not that the table is empty."""
    name = write_table("x,y\n1,a\n2,b\n")
    result = command("resample", name, "-t", "y", "-o", "out.csv", "--ignore", "x")
    assert_error(result, 1, "only ignored or copied columns")


def test_a_csv_that_is_not_utf8_is_an_error(command):
    """The message names the line and the byte."""
    Path("in.csv").write_bytes("x,y\n1,a\n2,é\n".encode("latin1"))
    result = command("resample", "in.csv", "-t", "y", "-o", "out.csv")
    assert_error(result, 3, "line 3 contains the byte 0xE9")


def test_a_damaged_parquet_file_is_an_error(command):
    """The message of the reader is shortened to one line."""
    Path("in.parquet").write_bytes(b"PAR1 nonsense")
    result = command("resample", "in.parquet", "-t", "y", "-o", "out.csv")
    assert_error(result, 3, "in.parquet is not a Parquet file, or is damaged")


def test_an_empty_parquet_file_is_an_error(command):
    """A table without rows is reported for every format."""
    pq.write_table(pa.table({"x": pa.array([1]), "y": pa.array(["a"])}).slice(1), "e.parquet")
    assert_error(command("resample", "e.parquet", "-t", "y", "-o", "o.csv"), 1, "but no rows")


def test_empty_standard_input_is_an_error(command, monkeypatch):
    """The message differs from that for a table without rows."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    assert_error(command("resample", "-", "-t", "y", "-o", "-"), 3, "Standard input is empty")


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["--param", "k_neighbors"], "NAME=VALUE"),
        (["--param", "=3"], "NAME=VALUE"),
        (["--param", "random_state=3"], "--seed"),
        (["--param", "sampling_strategy=0.5"], "--strategy"),
        (["--param", "k_neighbors=3", "--param", "k_neighbors=4"], "twice"),
        (["--strategy", "{a: 3}"], "is not JSON"),
        (["--strategy", "a=many"], "have the form CLASS=ROWS"),
        (["--seed", "-1"], "--seed must be 0 or more; got -1."),
        (["--small-classes", "some"], "must be error, skip, duplicate or shrink-k; got 'some'."),
        (["--seed", "one"], "--seed must be a whole number; got one."),
        (["--sede", "1"], "--seed"),
        (["--encoding", "utf-88"], "unknown encoding 'utf-88'"),
        (["--encoding", "base64"], "unknown encoding 'base64'"),
        (["--decimal", "comma"], "one character"),
        (["--decimal", ",", "--thousands", ","], "--decimal and --thousands must differ"),
        (["--thousands", "."], '--decimal "," --thousands "."'),
        (["--skip-rows", "-1"], "--skip-rows must be 0 or more; got -1."),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(command, arguments, fragment):
    """An error that does not depend on the data has exit code 2 and a hint to --help."""
    result = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *arguments)
    assert_error(result, 2)
    assert fragment in result.err
    assert "help" in result.err


def test_an_unexpected_exception_is_reported_as_a_bug(command, monkeypatch):
    """The message is one line and explains how to see the traceback."""
    monkeypatch.setattr("counterpoise._cli.run_resample.read_table", lambda *_, **__: 1 / 0)
    arguments = ["resample", "people.csv", "-t", "label", "-o", "out.csv"]
    result = command(*arguments)
    assert_error(result, 70, "bug in counterpoise", "ZeroDivisionError", "COUNTERPOISE_TRACEBACK=1")
    monkeypatch.setenv("COUNTERPOISE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        app(arguments)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (MemoryError(), 1, "not enough memory"),
        (PermissionError(13, "Permission denied", "secret"), 3, "secret: permission denied"),
        (OSError("odd"), 3, "Error: odd"),
        (KeyboardInterrupt(), 130, "Interrupted"),
        (pl.exceptions.PanicException("oh"), 70, "PanicException: oh"),
    ],
)
def test_other_exceptions_have_their_exit_codes(command, monkeypatch, error, code, message):
    """Lack of memory, errors of the system and interrupts are not bugs."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("counterpoise._cli.run_resample.read_table", fail)
    result = command("resample", "people.csv", "-t", "label", "-o", "out.csv")
    assert_error(result, code, message)


# Help and version


def test_version_and_help_do_not_import_large_packages():
    """--version and --help are fast: they do not import polars, scikit-learn, pyarrow or rich."""
    code = (
        "import sys\n"
        "from counterpoise._cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    outputs = {"--version": version("counterpoise"), "--help": "Exit codes"}
    for argument, expected in outputs.items():
        result = subprocess.run(
            [sys.executable, "-c", code, argument], capture_output=True, check=True, text=True
        )
        assert expected in result.stdout
        assert not {"polars", "sklearn", "pyarrow", "rich"} & set(result.stderr.split())


@pytest.mark.parametrize("name", [[], ["resample"], ["tutorial"]])
def test_every_help_has_examples_and_exit_codes(command, name):
    """The help of each command shows examples and exit codes."""
    result = command(*name, "--help")
    assert result.code == 0
    assert f"counterpoise {' '.join(name) or 'resample'} " in result.out.decode()
    for code in (0, 1, 2, 3, 70, 130):
        assert re.search(rf"^ +{code}  ", result.out.decode(), re.MULTILINE)


def test_methods_are_listed_by_family(command):
    """--list-methods prints each method once, under the heading of its family."""
    lines = command("resample", "--list-methods").lines
    headings = [line for line in lines if not line.startswith(" ")]
    assert headings == ["Oversampling:", "Undersampling:", "Cleaning:", "Combined:"]
    listed = [line.split()[0] for line in lines if line.startswith(" ")]
    assert sorted(listed) == sorted(METHODS)
    for method in listed[: lines.index("Undersampling:") - 1]:
        assert METHODS[method]._family == "over-sampling"


def test_help_shows_arguments_without_braces(command):
    assert "[OPTIONS] IN\n" in command("resample", "--help").out.decode()
    assert "[OPTIONS] BEFORE [AFTER]\n" in command("audit", "--help").out.decode()
    assert "..." not in command("--help").out.decode().partition("Commands:")[2].partition("Ex")[0]


@pytest.mark.parametrize("name", [[], *([name] for name in sorted(get_command(app).commands))])
def test_no_help_shows_types_of_the_framework(command, name):
    """Values have names, such as FILE or N, in place of <str> or INTEGER."""
    text = command(*name, "--help").out.decode()
    assert re.findall(r"<\w+>|\b(?:INTEGER|FLOAT|BOOLEAN|STR|INT|PATH)\b", text) == []
    options = re.findall(r"^  (-\S.*?)(?:  |$)", text, re.MULTILINE)
    assert len(options) > 1
    assert all(re.search(r"^-.*[a-z-]( [A-Z,=:]+)?$", option) for option in options), options


def test_a_missing_typer_is_reported_with_the_install_command():
    """Without typer the command fails with one line."""
    code = "import sys; sys.modules['typer'] = None; import counterpoise.__main__ as m; m.main()"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True
    )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert 'pip install "counterpoise[cli]"' in result.stderr


def test_a_missing_polars_is_reported_with_the_install_command(command, monkeypatch):
    """The other packages of the extra are checked where they are used."""
    monkeypatch.setitem(sys.modules, "polars", None)
    result = command("resample", "people.csv", "-t", "label", "-o", "out.csv")
    assert_error(result, 1, 'pip install "counterpoise[cli]"')


def test_the_tutorial_as_text_and_as_json(command, folder, monkeypatch):
    """The command writes its page, and prints a table or JSON."""
    results = []

    def run_once(*arguments, **options):
        if not results:
            results.append(run_tutorial(*arguments, **options))
        return results[0]

    monkeypatch.setattr("counterpoise.tutorial._run.run_tutorial", run_once)
    # Drawing takes most of the time; test_tutorial.py has the pictures.
    monkeypatch.setattr("counterpoise.tutorial._run.to_png", lambda *_: b"")
    monkeypatch.setattr("counterpoise.tutorial._run.to_svg", lambda *_: "<svg></svg>")
    options = ("tutorial", "--out", "page", "--seeds", "2", "--jobs", "1")
    text = command(*options)
    assert text.code == 0, text.err
    assert (folder / "page" / "index.html").is_file()
    assert "page/index.html" in text.out.decode()
    assert "balanced acc." in text.out.decode()
    assert text.err == ""  # progress bars are shown in terminals only

    summary = json.loads(command(*options, "--json").out)
    assert summary["seeds"] == 2
    assert 0 < summary["means"]["baseline"]["balanced_accuracy"] <= 1
    assert summary["files"][0].endswith("index.html")


def test_the_tutorial_does_not_replace_a_file(command):
    """--out must be a folder; a file of that name is an error."""
    assert_error(command("tutorial", "--out", "people.csv", "--seeds", "2"), 3, "is a file")


# Real tables


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mammography", []),
        ("phoneme", ["--scale", "none", "--provenance"]),
        ("oil_spill", ["--ignore", "patch"]),
        ("adult_sample", ["--method", "random-over"]),
        ("adult_sample", ["--method", "random-under"]),
        ("german_credit", ["--method", "random-over", "--strategy", "1=600"]),
        ("abalone_19", ["--copy", "sex"]),
        ("horse_colic", [part for n in "123" for part in ("--ignore", f"lesion_{n}")]),
        ("wine_quality_white", ["--param", "k_neighbors=4"]),
    ],
)
def test_real_tables_are_balanced(command, tables, name, options):
    """Original rows keep their text, and the output has the columns of the input."""
    source = tables / f"{name}.csv"
    result = command("resample", str(source), "-t", "label", "-o", "-", "--seed", "0", *options)
    assert result.code == 0, result.err
    lines = source.read_text().splitlines()
    provenance = "--provenance" in options
    written = list(csv.reader(io.StringIO(result.out.decode())))
    width = len(next(csv.reader(lines)))
    original = {tuple(row) for row in csv.reader(lines)}
    count = re.search(r"\(([\d,]+) kept", result.err)
    assert count is not None
    n_original = sum(tuple(row[:width]) in original for row in written[1:])
    assert n_original >= int(count[1].replace(",", ""))
    assert len(written[0]) == width + 5 * provenance


SHARED = {  # target, options, parts of the messages
    "churn_blanks_ids.csv": ("Churn", [], ["8 of 'TotalCharges' (blank)", "is SMOTENC"]),
    "stroke_na_sorted.csv": ("stroke", [], ["9 of 'bmi' (N/A)", "is SMOTENC"]),
    "bank_wrapped_lines.csv": ("y", [], ["Each line of", "is SMOTENC"]),
    "tumour_trailing_comma.csv": ("diagnosis", [], ["ends in ',', but no other line does"]),
    "kidney_untidy_classes.csv": (
        "classification",
        ["--merge-classes"],
        ["The class of 2 rows is read as another: 'ckd\\t' as 'ckd'."],
    ),
    "diabetes_no_header.csv": ("column_9", ["--no-header"], []),
    "approval.data": ("column_16", ["--no-header"], ["8 of 'column_2' (?)"]),
    "heart_bom.csv": ("target", [], []),
    "cohort_cr_lines.csv": ("TenYearCHD", [], ["36 of 'glucose' (NA)"]),
    "campaign_money_dates.csv": (
        "Response",
        [],
        ["297 of 297 values of ' Income ' are numbers such as '$15,759.00'", '--thousands ","'],
    ),
}


@pytest.mark.parametrize("name", SHARED)
def test_tables_as_people_share_them(command, tables, name):
    """Each is balanced by the default method, original rows keep their text, and quirks are noted.

    Line ends, byte order mark and delimiter stay; the quotation marks around whole lines do not.
    """
    target, options, messages = SHARED[name]
    source = tables / "raw" / name
    result = command(
        "resample", str(source), "-t", target, "-o", "out.csv", "--seed", "0", *options
    )
    assert result.code == 0, result.err
    for message in messages:
        assert message in result.err
    assert "Error" not in result.err
    data, written = source.read_bytes(), Path("out.csv").read_bytes()
    if name in ("heart_bom.csv", "diabetes_no_header.csv", "approval.data", "cohort_cr_lines.csv"):
        assert written.startswith(data)
    assert written.count(b"\r") > 0 or data.count(b"\r") == 0
    if name != "bank_wrapped_lines.csv" and not options:
        lines = [line for line in csv.reader(data.decode("utf-8-sig").splitlines()) if line]
        rows = list(csv.reader(written.decode("utf-8-sig").splitlines()))
        assert rows[1 : len(lines)] == lines[1:]


# JSON and completion


def test_json_counts_are_the_only_output(command):
    result = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *OVER, "--json")
    assert result.code == 0
    counts = json.loads(result.out)
    assert counts["before"] == {"n": 8, "y": 4}
    assert counts["after"] == {"n": 8, "y": 8}
    assert (counts["kept"], counts["duplicates"], counts["synthetic"]) == (12, 4, 0)
    assert counts["method"] == "random-over"
    assert counts["notes"] == ["1 value is read as missing: 1 of 'income' (NA)."]
    assert result.err == f"Note: {counts['notes'][0]}\n"
    to_stdout = command("resample", "people.csv", "-t", "label", "-o", "-", "--json")
    assert to_stdout.code == 2


def test_shell_completion_of_commands(folder):
    script = Path(sys.executable).with_name("counterpoise")
    variables = {"_COUNTERPOISE_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    result = subprocess.run(
        [script],
        env={**os.environ, **variables, "COMP_WORDS": "counterpoise res"},
        stdout=subprocess.PIPE,
        check=False,
    )
    assert result.stdout.split() == [b"resample"]
