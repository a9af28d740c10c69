"""Large tables in and out: output folders, progress, and what `inspect` and `study` read."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from counterpoise._cli import large_files, output_folder, row_progress, sample_table, study_sample
from tests.test_cli import assert_error, command, folder  # noqa: F401
from tests.test_cli_large import make_table


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_folders(command, monkeypatch, suffix):  # noqa: F811
    """A folder has the rows of a file, in the order of its files, none of which is large."""
    table = make_table(0)
    (table.write_parquet if suffix == ".parquet" else table.write_csv)(f"table{suffix}")
    monkeypatch.setattr(output_folder, "_PART", 2_000)
    arguments = ["resample", f"table{suffix}", "-t", "y", "--seed", "0", "-o"]

    for out in ("out.parquet", "out/"):
        result = command(*arguments, out)
        assert result.code == 0, result.err

    paths = sorted(Path("out").iterdir())
    assert len(paths) > 2
    assert all(path.name.startswith("part-0000") for path in paths)
    assert all(pq.read_table(path).nbytes < 2_200 for path in paths)
    assert pl.read_parquet("out/*.parquet").equals(pl.read_parquet("out.parquet"))


def test_existing_folders(command):  # noqa: F811
    """A folder is replaced with --force only, and never if it has other files."""
    make_table(0).write_parquet("table.parquet")
    arguments = ["resample", "table.parquet", "-t", "y", "-o", "out/"]
    assert command(*arguments, "--strategy", "0.5").code == 0

    assert_error(command(*arguments), 3, "out/ exists. Use --force to replace it")
    assert_error(command(*arguments[:-1], "out"), 3, "out exists. Use --force to replace it")
    assert pl.read_parquet("out/*.parquet").height == 405
    assert command(*arguments, "--force").code == 0
    assert pl.read_parquet("out/*.parquet").height == 540
    Path("out/notes.txt").touch()
    assert_error(command(*arguments, "--force"), 3, "other files", "notes.txt")
    assert_error(command(*arguments[:-1], "./", "--force"), 3, "other files")
    assert_error(command(*arguments[:-1], "no/out/"), 3, "the folder no does not exist")
    assert_error(command(*arguments[:-1], "table.parquet/"), 3, "is not a folder")


def test_a_folder_of_inputs_is_not_replaced(command):  # noqa: F811
    """The input would be lost."""
    Path("parts").mkdir()
    make_table(0).write_parquet("parts/a.parquet")

    for source in ("parts", "parts/a.parquet"):
        result = command("resample", source, "-t", "y", "-o", "parts/", "--force")
        assert_error(result, 1, "Write it to another folder")
    assert [path.name for path in Path("parts").iterdir()] == ["a.parquet"]


def test_a_full_disk_leaves_the_old_folder(command, monkeypatch):  # noqa: F811
    """No part of the new folder is left."""
    make_table(0).write_parquet("table.parquet")
    arguments = ["resample", "table.parquet", "-t", "y", "-o", "out/", "--force"]
    command(*arguments)
    before = Path("out/part-00000.parquet").read_bytes()

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", fail)
    result = command(*arguments, "--strategy", "0.5")

    assert_error(result, 3, "write out/: no space left on device.")
    assert Path("out/part-00000.parquet").read_bytes() == before
    assert not [path for path in Path().iterdir() if path.name.startswith(".counterpoise")]


def test_inputs_that_cannot_become_folders(command):  # noqa: F811
    """What is not read in batches is refused, with an output that works."""
    make_table(0).write_ndjson("table.jsonl")

    result = command("resample", "table.jsonl", "-t", "y", "-o", "out/")

    assert_error(result, 3, "Write a file, such as -o out.parquet")


def test_lines_of_progress(command, monkeypatch):  # noqa: F811
    """Without a terminal, a line now and then has rows, their speed and the time left."""
    make_table(0).write_parquet("table.parquet")
    monkeypatch.setattr(row_progress, "_SECONDS", -1)

    result = command("resample", "table.parquet", "-t", "y", "-o", "out.csv", "--memory", "1GB")

    line = next(line for line in result.err.splitlines() if line.startswith("writing: "))
    assert " of 540 rows" in line
    assert "rows per second, 0 s left" in result.err


def test_the_memory_limit_is_checked_first(command):  # noqa: F811
    """A wrong limit is reported before any file is opened."""
    result = command("resample", "no.csv", "-t", "y", "-o", "out.csv", "--memory", "much")

    assert_error(result, 1, "such as 2GB")


@pytest.fixture
def large(monkeypatch):
    """Make small files be read as large ones are."""
    monkeypatch.setattr(large_files, "_MANY_VALUES", 100)
    monkeypatch.setattr(large_files, "_MANY_BYTES", 100)
    monkeypatch.setattr(sample_table, "_DEFAULT_SIZE", 200)
    monkeypatch.setattr(study_sample, "MAX_ROWS", 200)


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_inspect_counts_all_rows(command, large, suffix, seed):  # noqa: F811
    """Counts, missing values, ranges and constants are those of all rows."""
    table = make_table(seed, 1_000).with_columns(
        pl.when(pl.int_range(1_000) % 7 > 0).then(pl.col("x")).alias("x"),
        one=pl.lit("a"),
        rare=pl.when(pl.int_range(1_000) == 999).then(1).otherwise(0),
    )
    (table.write_parquet if suffix == ".parquet" else table.write_csv)(f"table{suffix}")

    printed = command("inspect", f"table{suffix}", "-t", "y")
    report = json.loads(command("inspect", f"table{suffix}", "-t", "y", "--json").out)

    assert "A sample of 200 of the 1,000 rows" in printed.err
    assert "--sample N reads N rows" in printed.err
    assert printed.lines[0] == "All rows: 1,000, counted in one pass"
    assert report["n_rows"] == 200
    found = report["all_rows"]
    assert (found["n_rows"], found["classes"]) == (1_000, {"0": 900, "1": 100})
    columns = {one["name"]: one for one in found["columns"]}
    assert columns.keys() == {"x", "n", "z", "one", "rare"}
    assert columns["x"]["n_missing"] == 143
    assert columns["x"]["high"] == pytest.approx(table["x"].max())
    assert (columns["n"]["low"], columns["n"]["high"]) == (table["n"].min(), table["n"].max())
    assert [name for name in columns if columns[name]["is_constant"]] == ["one"]
    assert columns["rare"]["high"] == 1


def test_a_sample_of_all_rows(command):  # noqa: F811
    """It is no sample."""
    Path("parts").mkdir()
    make_table(0).write_parquet("parts/a.parquet")

    result = command("inspect", "parts", "-t", "y", "--json")

    assert "All 300 rows of parts are read" in result.err
    assert "all_rows" not in json.loads(result.out)


def test_a_page_about_a_large_file(command, large):  # noqa: F811
    """It has the counts of all rows, too."""
    make_table(0, 1_000).write_parquet("table.parquet")

    result = command("inspect", "table.parquet", "-t", "y", "--report", "page.html")

    assert result.code == 0, result.err
    assert "All rows: 1,000" in Path("page.html").read_text()


def test_suspects_need_all_rows(command, large):  # noqa: F811
    """With --suspects, or an option about lines, a large file is read as a whole."""
    make_table(0).write_csv("table.csv")

    for option in (["--suspects", "suspects.csv"], ["--merge-classes"], ["--comment", "#"]):
        result = command("inspect", "table.csv", "-t", "y", *option)
        assert result.code == 0, result.err
        assert "A sample" not in result.err
    result = command("inspect", "table.csv", "-t", "y", "--merge-classes", "--sample", "9")
    assert_error(result, 1, "--merge-classes needs the whole file", "Remove --sample")


def test_samples_that_do_not_fit(command, monkeypatch):  # noqa: F811
    """The message has the option of the command line."""
    make_table(0).write_parquet("table.parquet")
    monkeypatch.setattr(sample_table.MemoryLimit, "fits", lambda *_: False)

    result = command("inspect", "table.parquet", "-t", "y", "--sample", "200")

    assert_error(result, 1, "200 rows of table.parquet do not fit", "--sample 100000")


def test_a_study_of_a_large_file(command, large):  # noqa: F811
    """A study reads a sample of a large file, and says so."""
    make_table(0, 2_000).write_parquet("table.parquet")
    options = ["--models", "logistic", "--methods", "random-under", "--folds", "2", "--jobs", "1"]

    result = command("study", "table.parquet", "-t", "y", "--repeats", "1", *options, "--json")

    assert "A sample of 200 of the 2,000 rows" in json.loads(result.out)["notes"][0]
