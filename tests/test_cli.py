"""The command line: what goes in, what comes out, and what is said when it cannot."""

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

import counterpoise
from counterpoise._cli.app import app
from counterpoise._cli.resample import resample
from counterpoise._resample import METHODS
from counterpoise.under_sampling import RandomUnderSampler

# Two classes, 8 rows of "n" and 4 of "y"; every column has habits that a number would lose.
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
ASIDE = ["--ignore", "id", "--copy", "zip", "--copy", "born", "--ignore", "note"]
OVER = ["--method", "random-over"]
SMOTE = ["--param", "k_neighbors=2", "--seed", "0", *ASIDE]


@dataclass
class Done:
    """How a command ended."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        """Standard output."""
        return self.out.decode().splitlines()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a folder with a table in it, and work there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE)
    return tmp_path


@pytest.fixture
def command(folder, capfdbinary):
    """Run a command in this process, quicker than in its own."""

    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as ended:
            app(list(arguments))
        captured = capfdbinary.readouterr()
        return Done(int(ended.value.code or 0), captured.out, captured.err.decode())

    return run


def process(*arguments: str, stdin: bytes = b"", **options) -> Done:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "counterpoise", *arguments],
        input=stdin,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        **options,
    )
    return Done(done.returncode, done.stdout or b"", done.stderr.decode())


def refused(done: Done, code: int, *fragments: str) -> None:
    """Check that a command failed with one readable message."""
    assert done.code == code, done.err
    errors = [line for line in done.err.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1, done.err
    assert "Traceback" not in done.err
    for fragment in fragments:
        assert fragment in errors[0]
    assert [path for path in Path.cwd().iterdir() if "unfinished" in path.name] == []


# What comes out


def test_kept_rows_leave_with_their_very_text(command):
    """Leading zeros, dates, digits, TRUE, quotes: byte for byte as they came."""
    done = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE)
    assert done.code == 0
    assert Path("out.csv").read_text().startswith(PEOPLE)


def test_new_rows_follow_the_habits_of_their_column(command):
    """Integers as integers, floats in full, booleans as TRUE; ignored empty, copied as the base."""
    command("resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE, "--provenance")
    rows = list(csv.DictReader(Path("out.csv").read_text().splitlines()))
    assert len(rows) == 16
    for row in rows[12:]:
        base, neighbor = (rows[int(row[f"provenance_{parent}"])] for parent in ("base", "neighbor"))
        weight = float(row["provenance_weight"])
        assert (row["id"], row["note"]) == ("", "")
        assert (row["zip"], row["born"]) == (base["zip"], base["born"])
        assert row["member"] in ("TRUE", "FALSE")
        assert re.fullmatch(r"\d+", row["income"])
        start, end = float(base["ratio"]), float(neighbor["ratio"])
        assert float(row["ratio"]) == start + weight * (end - start)
        assert row["label"] == "y"


def test_provenance_is_the_librarys(command):
    """The added columns hold what provenance_ holds: rows from 0, −1 where there is none."""
    command("resample", "people.csv", "-t", "label", "-o", "out.parquet", *SMOTE, "--provenance")
    written = pl.read_parquet("out.parquet").select(pl.col("^provenance_.*$"))
    assert written["provenance_row"].to_list() == [*range(12), -1, -1, -1, -1]
    assert written["provenance_is_synthetic"].to_list() == [False] * 12 + [True] * 4
    assert set(written["provenance_base"][12:]) <= {8, 9, 10, 11}
    assert set(written["provenance_neighbor"][:12]) == {-1}
    assert written["provenance_weight"].null_count() == 12


def test_provenance_goes_into_binary_files_too(command):
    """From Parquet to Arrow the columns are the same as in a CSV."""
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


def test_provenance_columns_do_not_clash(command):
    """A table that has such columns already, from an earlier run, gets others beside them."""
    options = ["-t", "label", "--method", "random-over", "--provenance"]
    command("resample", "people.csv", "-o", "once.csv", *options)
    command("resample", "once.csv", "-o", "twice.csv", *options)
    header = Path("twice.csv").read_text().splitlines()[0].split(",")
    assert {"provenance_row", "_provenance_row"} <= set(header)
    assert len(set(header)) == len(header)


def test_the_command_makes_the_rows_that_the_library_makes(command):
    """The command line is a thin layer: the same seed gives the library's own rows."""
    done = command("resample", "people.csv", "-t", "label", "-o", "out.parquet", *SMOTE)
    assert done.code == 0
    table = pl.read_csv("people.csv", null_values="NA", schema_overrides={"zip": pl.String})
    with pytest.warns(counterpoise.exceptions.CounterpoiseWarning):
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


def test_labels_of_new_rows_are_spelled_as_their_class(command):
    """A class written 1.00, or 01, is written so in new rows: no class is split in two."""
    for one in ("1.00", "01"):
        rows = [f"{i},0" for i in range(5)] + [f"{i},{one}" for i in range(3)]
        Path("in.csv").write_text("x,y\n" + "\n".join(rows) + "\n")
        command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--force", "--param",
                "k_neighbors=1")  # fmt: skip
        labels = [line.split(",")[1] for line in Path("out.csv").read_text().splitlines()[1:]]
        assert sorted(labels) == sorted(["0"] * 5 + [one] * 5)


def test_a_missing_cell_of_a_new_row_is_spelled_as_in_its_base(command):
    """Where a column writes NA, a new row that misses a value writes NA."""
    rows = ["1,5,a"] * 5 + ["NA,1,b", "NA,2,b", "NA,3,b"]
    Path("in.csv").write_text("x,z,y\n" + "\n".join(rows) + "\n")
    command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--param", "k_neighbors=1")
    assert [line[:3] for line in Path("out.csv").read_text().splitlines()[9:]] == ["NA,", "NA,"]


def test_rows_that_are_picked_leave_in_the_librarys_order(command):
    """Under-sampling writes the rows of sample_indices_, as they were."""
    done = command("resample", "people.csv", "-t", "label", "-o", "-", "--method", "random-under",
                   "--seed", "3")  # fmt: skip
    lines = PEOPLE.splitlines()
    sampler = RandomUnderSampler(random_state=3)
    labels = [line.rpartition(",")[2] for line in lines[1:]]
    sampler.fit_resample(np.zeros((12, 1)), labels)
    assert done.lines == [lines[0], *(lines[1 + row] for row in sampler.sample_indices_)]


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.csv.gz", "t.parquet", "t.arrow"])
def test_every_format_can_be_written_and_read(command, name):
    """A table goes from CSV to each format and back, its values unchanged."""
    options = ["-t", "label", "--method", "random-under", "--strategy", "n=8"]
    assert command("resample", "people.csv", "-o", name, *options).code == 0
    assert command("resample", name, "-o", "back.csv", *options).code == 0
    back = pl.read_csv("back.csv", schema_overrides={"zip": pl.String}, null_values="NA")
    there = pl.read_csv("people.csv", schema_overrides={"zip": pl.String}, null_values="NA")
    assert back.sort("id").equals(there.sort("id"))


def test_types_of_a_parquet_file_are_kept(command):
    """Narrow integers, float32, enums, categories, dates and times, in kept and in new rows."""
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
    aside = ["--copy", "enum", "--ignore", "word", "--ignore", "day", "--copy", "moment"]
    done = command("resample", "in.parquet", "-t", "y", "-o", "out.parquet", "--param",
                   "k_neighbors=2", *aside, "--copy", "list")  # fmt: skip
    assert done.code == 0, done.err
    out = pl.read_parquet("out.parquet")
    assert out.schema == frame.schema
    assert out[:n].equals(frame)
    assert out[n:]["word"].null_count() == out[n:]["day"].null_count() == 4
    assert out[n:]["enum"].null_count() == 0


def test_a_pandas_parquet_file_stays_one(command):
    """What comes out is read by pandas: its own types, and an index as long as the table."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1.0, 2, 3], "c": pd.Categorical(["a", "b", "a"]), "y": [0, 0, 1]})
    frame.to_parquet("in.parquet")
    command("resample", "in.parquet", "-t", "y", "-o", "out.parquet", "--method", "random-over")
    out = pd.read_parquet("out.parquet")
    assert out.dtypes.equals(frame.dtypes)
    assert out.index.equals(pd.RangeIndex(4))


def test_row_labels_are_left_out_of_distances(command):
    """An index that pandas wrote beside the data is ignored, and that is said."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5], "y": [0, 0, 0, 1, 1]}, index=[9, 8, 7, 6, 1])
    frame.to_parquet("in.parquet")
    frame.to_csv("in.csv")
    for name, index in {"in.parquet": "__index_level_0__", "in.csv": ""}.items():
        done = command("resample", name, "-t", "y", "-o", "out.csv", "--force", "--param",
                       "k_neighbors=1")  # fmt: skip
        assert f"Note: column {index!r} holds row labels; it takes no part" in done.err
        written = list(csv.DictReader(Path("out.csv").read_text().splitlines()))
        assert [row[index] for row in written] == ["9", "8", "7", "6", "1", ""]


def test_class_counts_are_told_on_standard_error(command):
    """Rows of each class before and after, and where the file is; nothing on standard output."""
    done = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE)
    assert done.out == b""
    assert re.search(r"n\D+8\D+8", done.err)
    assert re.search(r"y\D+4\D+8", done.err)
    assert "Wrote out.csv: 16 rows (12 kept, 4 new)" in done.err


def test_of_many_classes_the_first_are_told(command):
    """A column of a hundred classes does not fill the screen."""
    Path("in.csv").write_text("x,y\n" + "".join(f"{i},c{i % 100:02}\n" for i in range(300)))
    done = command("resample", "in.csv", "-t", "y", "-o", "out.csv", "--method", "random-under")
    assert "and 80 more" in done.err
    assert "c19" in done.err
    assert "c20" not in done.err


@pytest.mark.parametrize(
    ("strategy", "grown"),
    [
        ("auto", 8),
        ("minority", 8),
        ("0.75", 6),
        ("y=5", 5),
        ('{"y": 7}', 7),
        ("y=7,n=9", 7),
    ],
)
def test_every_form_of_strategy(command, strategy, grown):
    """Words, ratios, CLASS=ROWS and JSON say how many rows are wanted."""
    done = command("resample", "people.csv", "-t", "label", "-o", "-", "--method", "random-over",
                   "--strategy", strategy)  # fmt: skip
    assert sum(line.endswith(",y") for line in done.lines) == grown


@pytest.mark.parametrize("labels", ["0 1", "0.0 1.0", "False True", "01 02"])
def test_classes_of_any_type_are_named_by_their_text(command, labels):
    """On a command line a class is a text; the class it stands for may be a number or a boolean."""
    common, rare = labels.split()
    Path("in.csv").write_text("x,y\n" + f"1,{common}\n" * 5 + f"2,{rare}\n" * 2)
    for method, strategy in {"random-over": f"{rare}=4", "random-under": f"{common}=3"}.items():
        done = command("resample", "in.csv", "-t", "y", "-o", "-", "--method", method,
                       "--strategy", strategy)  # fmt: skip
        name, rows = strategy.split("=")
        assert sum(line.endswith(f",{name}") for line in done.lines) == int(rows), done.err


def test_classes_of_a_category_column_are_named_too(command):
    """Categories of a binary file are named as they read."""
    label = pa.array(["a", "a", "b", None]).dictionary_encode()
    table = pa.table({"x": [1, 2, 3, 4], "y": label})
    pq.write_table(table.slice(0, 3), "in.parquet")
    pq.write_table(table, "missing.parquet")
    options = ["-t", "y", "-o", "-", "--method", "random-over", "--strategy", "b=2"]
    assert command("resample", "in.parquet", *options).lines[1:] == ["1,a", "2,a", "3,b", "3,b"]
    refused(command("resample", "missing.parquet", *options), 1, "Label column 'y'")


def test_parameters_may_be_words_numbers_and_mappings(command):
    """--param takes what the library takes."""
    common = ["resample", "people.csv", "-t", "label", "-o", "-"]
    done = command(*common, *SMOTE, "--param", "scale=standard")
    assert done.code == 0
    done = command(*common, "--method", "random-under", "--param", "replacement=true")
    assert done.code == 0
    shrink = ["--param", 'shrinkage={"y": 0}', *ASIDE, "--copy", "member"]
    assert command(*common, "--method", "random-over", *shrink).code == 0


# Streams, files and their replacement


def test_a_table_goes_through_a_pipe():
    """CSV in, CSV out, and all words for people on standard error."""
    done = process("resample", "-", "-t", "label", "-o", "-", "--method", "random-over",
                   stdin=PEOPLE.encode())  # fmt: skip
    assert done.code == 0
    assert done.out.decode().startswith(PEOPLE)
    assert len(done.lines) == 17
    assert "Wrote standard output: 16 rows (12 kept, 4 repeated)" in done.err


@pytest.mark.usefixtures("folder")
def test_a_reader_that_goes_away_is_no_crash():
    """Where the next program stops reading, the command stops with one message."""
    Path("big.csv").write_text("x,y\n" + "1,a\n" * 100_000 + "2,b\n")
    ends = os.pipe()
    os.close(ends[0])
    with os.fdopen(ends[1], "wb") as closed:
        done = process("resample", "big.csv", "-t", "y", "-o", "-", "--method", "random-over",
                       stdout=closed)  # fmt: skip
    refused(done, 3, "Cannot write standard output", "roken pipe")


def test_the_input_may_be_replaced_with_force(command):
    """IN and OUT may be one file, if that is said."""
    arguments = ["resample", "people.csv", "-t", "label", "-o", "people.csv", *SMOTE]
    refused(command(*arguments), 3, "people.csv exists", "--force")
    assert Path("people.csv").read_text() == PEOPLE
    assert command(*arguments, "--force").code == 0
    assert len(Path("people.csv").read_text().splitlines()) == 17


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.csv.gz"])
def test_a_full_disk_leaves_what_was_there(name):
    """A file that cannot be finished leaves neither half of itself nor harm to the older one."""
    numbers = np.random.default_rng(0).standard_normal(100_000).tolist()
    Path("big.csv").write_text("x,y\n" + "".join(f"{x},{x > 1}\n" for x in numbers))
    Path(name).write_text("older")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))

    done = process("resample", "big.csv", "-t", "y", "-o", name, "--force", preexec_fn=limit)
    refused(done, 3, f"Cannot write {name}: file too large")
    assert Path(name).read_text() == "older"


@pytest.mark.usefixtures("folder")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_standard_output_is_told():
    """No space behind standard output: one message, and not another from Python's own ending."""
    with Path("/dev/full").open("wb") as full:
        done = process("resample", "people.csv", "-t", "label", "-o", "-", "--method",
                       "random-over", stdout=full)  # fmt: skip
    refused(done, 3, "Cannot write standard output: no space left")
    assert "Exception ignored" not in done.err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "kill"]
)
def test_an_interrupted_run_leaves_nothing_behind(folder, number, code):
    """Stopped in the midst of writing, a run removes the file it had begun."""
    stop = (
        "import os, signal, sys, polars\n"
        "def write_csv(self, stream, **_):\n"
        "    stream.write(b'half')\n"
        f"    os.kill(os.getpid(), {int(number)})\n"
        "polars.DataFrame.write_csv = write_csv\n"
        "from counterpoise._cli import main\n"
        "main()\n"
    )
    arguments = ["resample", "people.csv", "-t", "label", "-o", "out.csv", *SMOTE]
    done = subprocess.run(
        [sys.executable, "-c", stop, *arguments], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert [path.name for path in folder.iterdir()] == ["people.csv"]


def test_a_folder_that_may_not_be_written_is_refused(command, monkeypatch):
    """The message comes before the work."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    done = command("resample", "people.csv", "-t", "label", "-o", "out.csv")
    refused(done, 3, "Cannot write out.csv: no permission")


# Bad input


def table(text: str) -> str:
    """Write a table; return its name."""
    Path("in.csv").write_text(text)
    return "in.csv"


@pytest.mark.parametrize(
    ("arguments", "code", "fragments"),
    [
        (["peopel.csv"], 3, ["There is no file peopel.csv. Did you mean people.csv"]),
        (["no/such.csv"], 3, ["there is no folder no"]),
        (["."], 3, ["the ending does not say"]),
        (["folder.csv"], 3, ["is a folder"]),
        (["people.xlsx"], 3, [".parquet"]),
        (["people.csv", "-t", "lable"], 1, ["no target column 'lable'", "'label'"]),
        (["people.csv", "--ignore", "Id"], 1, ["no column 'Id'", "'id'"]),
        (["people.csv", "--copy", "zipp"], 1, ["no column 'zipp'", "'zip'"]),
        (["people.csv", "--ignore", "label"], 1, ["'label' is the label column"]),
        (["people.csv", "--ignore", "id", "--copy", "id"], 1, ["ignored or copied, not both"]),
        (["people.csv", "--method", "smot"], 1, ["no method 'smot'", "Did you mean 'smote'?"]),
        (["people.csv", "--param", "k_neighbor=3"], 1, ["Did you mean 'k_neighbors'?"]),
        (["people.csv", *ASIDE, "--param", "k_neighbors=0"], 1, ["'k_neighbors'", "Got 0"]),
        (["people.csv"], 1, ["'zip'", "--ignore zip", "--copy", "--method random-over"]),
        (["people.csv", *ASIDE], 1, ["class 'y' has 4", "--param k_neighbors=3"]),
        (["people.csv", *OVER, "--strategy", "some"], 1, ["'not majority'", "'some'"]),
        (["people.csv", *OVER, "--strategy", "maybe=9"], 1, ["'maybe'", "'n', 'y'"]),
        (["people.csv", *OVER, "-t", "note"], 1, ["Label column 'note'", "missing"]),
        (["people.csv", *OVER, "-t", "ratio"], 1, ["Label column 'ratio'", "continuous"]),
        (["people.csv", "-o", "no/out.csv"], 3, ["there is no folder no"]),
        (["people.csv", "-o", "out.txt"], 3, ["out.txt", ".feather"]),
        (["people.csv", "-o", "folder.csv"], 3, ["exists and is not a file"]),
    ],
)
def test_what_cannot_be_done_is_told(command, folder, arguments, code, fragments):
    """One readable message that names what is wrong and what comes nearest, and an exit code."""
    (folder / "folder.csv").mkdir()
    done = command("resample", "-t", "label", "-o", "out.csv", *arguments)
    refused(done, code, *fragments)
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    ("text", "code", "fragment"),
    [
        ("", 3, "in.csv is empty"),
        ("x,y\n", 1, "has column names, but no rows"),
        ("y\na\nb\n", 1, "besides the label column 'y' the table has no column"),
        ("x,y\n1,a\n2,a\n", 1, "Label column 'y'"),
        ("x,x,y\n1,2,a\n", 1, "'x' more than once"),
        ("x,y\n1,a\n2,b,c\n", 3, "in.csv, line 3: 3 cells, where the header has 2"),
        ("x,y\n" + "1,a\n" * 9 + "inf,b\n" * 6, 1, "infinity in row 9, column 'x'"),
        ("x,y\n" + "1,a\n" * 9 + "1,\n", 1, "y has 1 missing value"),
    ],
)
def test_tables_that_cannot_be_balanced_are_refused(command, text, code, fragment):
    """Empty, ragged, one class, infinite: each has its message."""
    refused(command("resample", table(text), "-t", "y", "-o", "out.csv"), code, fragment)


def test_all_columns_set_aside_leave_nothing(command):
    """The message says that nothing is left, not that the table is empty."""
    name = table("x,y\n1,a\n2,b\n")
    done = command("resample", name, "-t", "y", "-o", "out.csv", "--ignore", "x")
    refused(done, 1, "only columns that are set aside")


def test_a_csv_that_is_not_utf8_is_refused(command):
    """The message has the line and the byte."""
    Path("in.csv").write_bytes("x,y\n1,a\n2,é\n".encode("latin1"))
    done = command("resample", "in.csv", "-t", "y", "-o", "out.csv")
    refused(done, 3, "line 3 holds the byte 0xE9")


def test_a_damaged_parquet_file_is_refused(command):
    """The reader's own words are cut to one line."""
    Path("in.parquet").write_bytes(b"PAR1 nonsense")
    done = command("resample", "in.parquet", "-t", "y", "-o", "out.csv")
    refused(done, 3, "in.parquet is not a Parquet file, or is damaged")


def test_an_empty_parquet_file_is_refused(command):
    """No rows: said so, whatever the format."""
    pq.write_table(pa.table({"x": pa.array([1]), "y": pa.array(["a"])}).slice(1), "e.parquet")
    refused(command("resample", "e.parquet", "-t", "y", "-o", "o.csv"), 1, "but no rows")


def test_empty_standard_input_is_refused(command, monkeypatch):
    """A pipe that brings nothing is told from a table without rows."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    refused(command("resample", "-", "-t", "y", "-o", "-"), 3, "Standard input is empty")


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["--param", "k_neighbors"], "NAME=VALUE"),
        (["--param", "=3"], "NAME=VALUE"),
        (["--param", "random_state=3"], "--seed"),
        (["--param", "sampling_strategy=0.5"], "--strategy"),
        (["--param", "k_neighbors=3", "--param", "k_neighbors=4"], "twice"),
        (["--strategy", "{a: 3}"], "not JSON"),
        (["--strategy", "a=many"], "not CLASS=ROWS"),
        (["--seed", "-1"], "--seed"),
        (["--sede", "1"], "--seed"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(command, arguments, fragment):
    """What is wrong whatever the data ends with code 2, and points to --help."""
    done = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *arguments)
    refused(done, 2)
    assert fragment in done.err
    assert "help" in done.err


def test_a_bug_is_called_a_bug(command, monkeypatch):
    """What nobody foresaw is one line as well, with the way to its traceback."""
    monkeypatch.setattr("counterpoise._cli.run_resample.read_table", lambda _: 1 / 0)
    arguments = ["resample", "people.csv", "-t", "label", "-o", "out.csv"]
    done = command(*arguments)
    refused(done, 70, "bug in counterpoise", "ZeroDivisionError", "COUNTERPOISE_TRACEBACK=1")
    monkeypatch.setenv("COUNTERPOISE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        app(arguments)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (MemoryError(), 1, "more memory"),
        (PermissionError(13, "Permission denied", "secret"), 3, "secret: permission denied"),
        (OSError("odd"), 3, "Error: odd"),
        (KeyboardInterrupt(), 130, "Interrupted"),
        (pl.exceptions.PanicException("oh"), 70, "PanicException: oh"),
    ],
)
def test_every_other_failure_has_its_code(command, monkeypatch, error, code, message):
    """Memory, the system and the user are no bugs."""

    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr("counterpoise._cli.run_resample.read_table", fail)
    done = command("resample", "people.csv", "-t", "label", "-o", "out.csv")
    refused(done, code, message)


# The command itself


def test_the_version_and_the_help_load_nothing_heavy():
    """--version and --help answer at once: without polars, scikit-learn, numpy or rich."""
    code = (
        "import sys\n"
        "from counterpoise._cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    for argument, said in {"--version": version("counterpoise"), "--help": "Exit codes"}.items():
        done = subprocess.run(
            [sys.executable, "-c", code, argument], capture_output=True, check=True, text=True
        )
        assert said in done.stdout
        assert not {"polars", "sklearn", "pyarrow", "rich"} & set(done.stderr.split())


@pytest.mark.parametrize("name", [[], ["resample"], ["tutorial"]])
def test_every_help_has_examples_and_exit_codes(command, name):
    """Each command shows how it is used, and how it ends."""
    done = command(*name, "--help")
    assert done.code == 0
    assert f"counterpoise {' '.join(name) or 'resample'} " in done.out.decode()
    for code in (0, 1, 2, 3, 70, 130):
        assert re.search(rf"^ +{code}  ", done.out.decode(), re.MULTILINE)


def test_the_help_names_every_method(command):
    """The list in the help, which is written out so that it loads quickly, is complete."""
    text = command("resample", "--help").out.decode()
    assert all(method in text for method in METHODS)
    assert resample.__doc__


def test_without_the_extra_one_line_says_what_to_install():
    """Without typer the command says how to get it, and fails."""
    code = "import sys; sys.modules['typer'] = None; import counterpoise.__main__ as m; m.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert 'pip install "counterpoise[cli]"' in done.stderr


def test_without_polars_one_line_says_what_to_install(command, monkeypatch):
    """The rest of the extra is asked for where it is used."""
    monkeypatch.setitem(sys.modules, "polars", None)
    done = command("resample", "people.csv", "-t", "label", "-o", "out.csv")
    refused(done, 1, 'pip install "counterpoise[cli]"')


def test_the_tutorial_prints_its_table_and_its_place(command, folder):
    """The second command writes its page, prints the table, and shows how far it is."""
    done = command("tutorial", "--out", "page", "--seeds", "2", "--jobs", "1")
    assert done.code == 0, done.err
    assert (folder / "page" / "index.html").is_file()
    assert "page/index.html" in done.out.decode()
    assert "SMOTE'd" in done.out.decode()
    assert done.err == ""  # bars are for terminals


def test_the_tutorial_as_json(command, folder):
    done = command("tutorial", "--out", "page", "--seeds", "2", "--jobs", "1", "--json")
    told = json.loads(done.out)
    assert told["seeds"] == 2
    assert 0 < told["means"]["base"]["balanced_accuracy"] <= 1
    assert told["files"][0].endswith("index.html")


def test_a_tutorial_over_a_file_is_refused(command):
    """A folder is needed; a file of that name stays what it is."""
    refused(command("tutorial", "--out", "people.csv", "--seeds", "2"), 3, "is a file")


# Real tables


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mammography", []),
        ("phoneme", ["--param", "scale=standard", "--provenance"]),
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
    """A kept row of a real table has a line of the input; the classes have the rows asked for."""
    source = tables / f"{name}.csv"
    done = command("resample", str(source), "-t", "label", "-o", "-", "--seed", "0", *options)
    assert done.code == 0, done.err
    lines = source.read_text().splitlines()
    provenance = "--provenance" in options
    written = list(csv.reader(io.StringIO(done.out.decode())))
    width = len(next(csv.reader(lines)))
    kept = {tuple(row) for row in csv.reader(lines)}
    told = re.search(r"\(([\d,]+) kept", done.err)
    assert told is not None
    known = sum(tuple(row[:width]) in kept for row in written[1:])
    assert known >= int(told[1].replace(",", ""))
    assert len(written[0]) == width + 5 * provenance


# JSON and completion


def test_counts_as_json_are_all_that_is_printed(command):
    done = command("resample", "people.csv", "-t", "label", "-o", "out.csv", *OVER, "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert told["before"] == {"n": 8, "y": 4}
    assert told["after"] == {"n": 8, "y": 8}
    assert (told["kept"], told["repeated"], told["new"]) == (12, 4, 0)
    assert done.err == ""
    refused_option = command("resample", "people.csv", "-t", "label", "-o", "-", "--json")
    assert refused_option.code == 2


def test_shells_complete_commands(folder):
    script = Path(sys.executable).with_name("counterpoise")
    asked = {"_COUNTERPOISE_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    done = subprocess.run(
        [script],
        env={**os.environ, **asked, "COMP_WORDS": "counterpoise res"},
        stdout=subprocess.PIPE,
        check=False,
    )
    assert done.stdout.split() == [b"resample"]
