"""The command `resample` on tables that are read in batches: the same rows as in memory."""

from __future__ import annotations

import errno
import gzip
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterpoise._cli import large_csv, large_files
from tests.test_cli import PEOPLE, SMOTE, assert_error, command, folder  # noqa: F401

BATCHES = ["--memory", "2GB"]


def make_table(seed: int, n_rows: int = 300) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "x": rng.normal(size=n_rows),
            "n": rng.integers(0, 50, n_rows).astype(np.int16),
            "z": rng.normal(size=n_rows).astype(np.float32),
            "y": (np.arange(n_rows) % 10 == 0).astype(int),
        }
    )


@pytest.fixture
def small_blocks(monkeypatch):
    """Make CSV files be read a few lines at a time."""
    monkeypatch.setattr(large_csv, "_BLOCK", 700)


def run_both(command, source, suffix, *arguments):  # noqa: F811
    """Run in memory and in batches, and return the names of both outputs."""
    outputs = f"memory{suffix}", f"batches{suffix}"
    for out, options in zip(outputs, ([], BATCHES), strict=True):
        result = command("resample", source, "-t", "y", "-o", out, *arguments, *options)
        assert result.code == 0, result.err
    assert "is read in batches" in result.err
    return outputs


@pytest.mark.parametrize("method", ["smote", "random-over", "adasyn"])
def test_parquet(command, method, seed):  # noqa: F811
    """Rows, order and schema are those of the table in memory."""
    make_table(seed).write_parquet("table.parquet")

    outputs = run_both(
        command, "table.parquet", ".parquet", "--method", method, "--seed", str(seed)
    )

    memory, batches = map(pq.read_table, outputs)
    assert batches.equals(memory)
    assert batches.schema.equals(pq.read_schema("table.parquet"))


def test_types_that_polars_does_not_write(command, seed):  # noqa: F811
    """Dictionaries, short strings, decimals and pandas' metadata are written as they were."""
    table = make_table(seed).to_pandas()
    table["kind"] = pd.Categorical(np.where(table["n"] % 3, "a", "b"))
    table["fee"] = [Decimal(value).scaleb(-2) for value in range(100, 400)]
    table["mark"] = "m"
    table["n"] = table["n"].astype("Int16")
    table.to_parquet("table.parquet")

    outputs = run_both(command, "table.parquet", ".parquet", "--seed", "0", "--copy", "fee")

    memory, batches = (pd.read_parquet(name) for name in outputs)
    pd.testing.assert_frame_equal(batches, memory)
    assert pq.read_schema(outputs[1]).equals(pq.read_schema("table.parquet"))
    assert pq.read_schema(outputs[1]).metadata == pq.read_schema("table.parquet").metadata


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd"])
def test_kept_rows_of_parquet_are_copied_as_bytes(command, codec, seed):  # noqa: F811
    """Row groups stay as they are, and readers find the appended ones after them."""
    table = make_table(seed).with_columns(name=pl.format("row {}", pl.int_range(300))).to_arrow()
    pq.write_table(table, "table.parquet", row_group_size=70, compression=codec)

    options = ["--copy", "name", "--method", "smote", "--seed", str(seed)]
    outputs = run_both(command, "table.parquet", ".parquet", *options)

    before, after = (pq.read_metadata(name) for name in ("table.parquet", outputs[1]))
    kept = Path("table.parquet").read_bytes()[: -8 - before.serialized_size]
    assert Path(outputs[1]).read_bytes().startswith(kept)
    assert after.num_row_groups == before.num_row_groups + 1 == 6
    assert after.row_group(5).column(0).compression == before.row_group(0).column(0).compression
    for read in (pq.read_table, pl.read_parquet):
        assert read(outputs[1]).equals(read(outputs[0]))
    minority = pl.scan_parquet(outputs[1]).filter(y=1).collect()
    assert minority.equals(pl.read_parquet(outputs[0]).filter(y=1))


def test_parquet_whose_columns_cannot_have_nulls(command):  # noqa: F811
    """An ignored column has nulls in synthetic rows, so the file is written again."""
    table = make_table(0).to_arrow()
    required = pa.schema([field.with_nullable(False) for field in table.schema])
    pq.write_table(table.cast(required), "table.parquet")

    options = ["-o", "out.parquet", "--ignore", "n", *BATCHES]
    result = command("resample", "table.parquet", "-t", "y", *options)

    assert result.code == 0, result.err
    rows = pl.read_parquet("out.parquet")
    assert rows[:300].equals(make_table(0))
    assert rows["n"].null_count() == len(rows) - 300 == 240


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".tsv", ".jsonl", ".arrow"])
def test_other_outputs_of_parquet(command, suffix):  # noqa: F811
    """Other formats have the same rows."""
    make_table(0).write_parquet("table.parquet")

    memory, batches = run_both(command, "table.parquet", suffix, "--seed", "0")

    read = {"j": pl.read_ndjson, "a": pl.read_ipc, "t": lambda f: pl.read_csv(f, separator="\t")}
    read_one = read.get(suffix[1], pl.read_csv)
    assert read_one(batches).equals(read_one(memory))


@pytest.mark.parametrize("method", ["smote", "random-over"])
def test_csv_has_the_same_bytes(command, small_blocks, method):  # noqa: F811
    """Kept rows have their text, and synthetic rows the style of their column."""
    header, *lines = PEOPLE.replace("label", "y").splitlines(keepends=True)
    Path("table.csv").write_text(header + 40 * "".join(lines))
    options = SMOTE if method == "smote" else ["--seed", "0"]

    memory, batches = run_both(command, "table.csv", ".csv", "--method", method, *options)

    assert Path(batches).read_bytes() == Path(memory).read_bytes()


@pytest.mark.parametrize("method", ["random-over", "tomek-links"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.removesuffix("\n"),
        lambda text: text.replace("\n", "\n\n", 20),
        lambda text: text + "\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r\n", 20),
        lambda text: text.replace("\n", "\r"),
        lambda text: '"x' + text[1:].replace(",", '",', 1),
        lambda text: text.replace(",1\n", ',"1"\n', 5),
        lambda text: text.replace(",1\n", ',"1\n"\n'),
        lambda text: "\ufeff" + text,
    ],
)
def test_lines_that_are_copied(command, small_blocks, monkeypatch, change, method):  # noqa: F811
    """However its lines end, a file has the output that it has in memory."""
    text = change(make_table(1).write_csv())
    Path("table.csv").write_bytes(text.encode())
    options = ["-t", "y", "--seed", "0", "--method", method]

    outputs = []
    for more in ([], BATCHES):
        result = command("resample", "table.csv", "-o", "out.csv", "--force", *options, *more)
        assert result.code == 0, result.err
        outputs.append(Path("out.csv").read_bytes())

    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("name", ["oil_spill", "german_credit", "mammography"])
def test_real_tables(command, monkeypatch, tables, name):  # noqa: F811
    """Types that are inferred in blocks are those of the whole file."""
    monkeypatch.setattr(large_csv, "_BLOCK", 20_000)
    frame = pl.read_csv(tables / f"{name}.csv", infer_schema=False)
    frame = frame.gather_every(len(frame) // 900)
    frame.rename({frame.columns[-1]: "y"}).write_csv("table.csv")

    memory, batches = run_both(
        command, "table.csv", ".csv", "--seed", "1", "--small-classes", "duplicate"
    )

    assert Path(batches).read_bytes() == Path(memory).read_bytes()


@pytest.mark.parametrize("codec", ["gz", "zst"])
def test_compressed_csv(command, small_blocks, codec):  # noqa: F811
    """A compressed CSV is decompressed while it is read, whatever its name."""
    table = make_table(0)
    data = table.write_csv().encode()
    compressed = gzip.compress(data) if codec == "gz" else pa.compress(data, "zstd", asbytes=True)
    Path("parts").mkdir()
    Path("table.csv").write_bytes(data)
    Path(f"parts/table.csv.{codec}").write_bytes(compressed)
    Path("misnamed.csv").write_bytes(compressed)

    outputs = []
    for source in ("table.csv", f"parts/table.csv.{codec}", "misnamed.csv", "parts"):
        arguments = ["-t", "y", "-o", "out.csv", "--force", "--seed", "0"]
        result = command("resample", source, *arguments, *BATCHES)
        assert result.code == 0, result.err
        outputs.append(Path("out.csv").read_bytes())
    assert outputs == outputs[:1] * 4


def test_marks_and_spellings(command, small_blocks):  # noqa: F811
    """A byte order mark, and how true and false are written first, are those of the whole file."""
    table = make_table(0).with_columns(
        b=pl.when(pl.col("x") > 0).then(pl.lit("true")).otherwise(pl.lit("false"))
    )
    lines = table.write_csv().replace("true", "TRUE", 1).replace("false", "False", 1)
    Path("table.csv").write_bytes(b"\xef\xbb\xbf" + lines.encode())

    memory, batches = run_both(command, "table.csv", ".csv", "--seed", "0")

    data = Path(batches).read_bytes()
    assert data == Path(memory).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    synthetic = data.decode().splitlines()[301:]
    assert {line.rpartition(",")[2] for line in synthetic} == {"TRUE", "False"}


def test_names_of_folders(command):  # noqa: F811
    """A note says that columns in the names of folders are not read."""
    for year in (2025, 2026):
        Path(f"parts/year={year}").mkdir(parents=True)
        make_table(year).write_parquet(f"parts/year={year}/a.parquet")

    result = command("resample", "parts", "-t", "y", "-o", "out.parquet")

    assert "'year' are only in the names of folders" in result.err


def test_csv_to_parquet(command, small_blocks):  # noqa: F811
    """A column that starts with whole numbers and has fractions later holds floats."""
    table = make_table(0).with_columns(x=pl.int_range(300) / 4).sort("x")
    table.write_csv("table.csv")

    memory, batches = run_both(command, "table.csv", ".parquet", "--seed", "0", "--keep", "x")

    assert pq.read_table(batches).equals(pq.read_table(memory))


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_folders_and_patterns(command, suffix):  # noqa: F811
    """Files of a folder are one table, in the order of their names; a part may be empty."""
    table = make_table(0)
    whole = table.write_parquet if suffix == ".parquet" else table.write_csv
    whole(f"whole{suffix}")
    folder_of_parts = Path("parts")
    folder_of_parts.mkdir()
    for i, start in enumerate([0, 100, 100, 170, 300]):
        part = table[start : [100, 100, 170, 300, 300][i]]
        write = part.write_parquet if suffix == ".parquet" else part.write_csv
        write(folder_of_parts / f"part-{i}{suffix}")

    outputs = []
    for source in (f"whole{suffix}", "parts", f"parts/*{suffix}"):
        arguments = ["resample", source, "-t", "y", "-o", "out.parquet", "--force", "--seed", "0"]
        result = command(*arguments, *BATCHES, "--json")
        report = json.loads(result.out)
        assert report["before"] == {"0": 270, "1": 30}
        assert report["after"] == {"0": 270, "1": 270}
        assert report["synthetic"] == 240
        outputs.append(pl.read_parquet("out.parquet"))
    assert outputs[0].equals(outputs[1])
    assert outputs[0].equals(outputs[2])


@pytest.mark.costly
def test_a_folder_of_200_files(tmp_path):
    """A process resamples many files, and standard output gets a CSV."""
    table = make_table(0, 2_000)
    for i in range(200):
        table[10 * i : 10 * i + 10].write_parquet(tmp_path / f"part-{i:03}.parquet")

    command_line = [sys.executable, "-m", "counterpoise", "resample", str(tmp_path)]
    result = subprocess.run(
        [*command_line, "-t", "y", "-o", "-", "--seed", "0"], capture_output=True, check=True
    )

    rows = pl.read_csv(result.stdout)
    assert rows[:2000, "n"].equals(table["n"].cast(pl.Int64))
    assert rows["y"].value_counts(sort=True)["count"].to_list() == [1800, 1800]
    assert b"(200 files) is read in batches: 2,000 rows" in result.stderr


def test_large_files_are_read_in_batches(command, monkeypatch):  # noqa: F811
    """A file with many values is read in batches without an option."""
    make_table(0).write_parquet("table.parquet")
    make_table(0).write_csv("table.csv")
    monkeypatch.setattr(large_files, "_MANY_VALUES", 100)
    monkeypatch.setattr(large_files, "_MANY_BYTES", 100)

    for name in ("table.parquet", "table.csv"):
        result = command("resample", name, "-t", "y", "-o", "out.csv", "--force")
        assert "is read in batches: 300 rows" in result.err
    # What needs the whole file is read in memory, as before.
    for option in (["--provenance"], ["--decimal", ","]):
        result = command("resample", "table.csv", "-t", "y", "-o", "out.csv", "--force", *option)
        assert result.code == 0
        assert "in batches" not in result.err


def test_rows_without_a_class(command):  # noqa: F811
    """They are an error, or dropped and counted."""
    table = make_table(0)
    table.with_columns(y=pl.when(pl.int_range(300) != 7).then("y")).write_parquet("table.parquet")
    arguments = ["resample", "table.parquet", "-t", "y", "-o", "out.parquet"]

    refused = command(*arguments, *BATCHES)
    dropped = command(*arguments, "--drop-missing-target", "--json")

    assert_error(refused, 1, "'y' has 1 row without a class", "in row 7", "Use --drop")
    assert json.loads(dropped.out)["before"] == {"0": 269, "1": 30}
    assert "1 row without a class is dropped" in dropped.err
    assert pl.read_parquet("out.parquet")["y"].null_count() == 0


def test_bad_input(command, monkeypatch):  # noqa: F811
    """Each message names what is wrong."""
    table = make_table(0)
    table.write_parquet("table.parquet")
    table.write_csv("table.csv")
    make = Path
    for name in ("empty", "mixed", "odd"):
        make(name).mkdir()
    table.write_parquet("mixed/a.parquet")
    table.write_csv("mixed/b.csv")
    table.write_parquet("odd/a.parquet")
    table.with_columns(pl.col("n").cast(pl.String)).write_parquet("odd/b.parquet")
    make("damaged.parquet").write_bytes(make("table.parquet").read_bytes()[:-50])
    make("ragged.csv").write_text("a,b,y\n1,2,p\n1,2\n")

    def fails(code: int, *fragments: str, source: str, options: list[str] = BATCHES) -> None:
        result = command("resample", source, "-t", "y", "-o", "out.parquet", *options)
        assert_error(result, code, *fragments)
        assert not make("out.parquet").exists()

    fails(3, "empty has no Parquet or CSV files", source="empty")
    fails(3, "mixed differ in format: mixed/a.parquet and mixed/b.csv", source="mixed")
    fails(3, "odd/b.parquet has other columns", "'n' is large_string, not int16", source="odd")
    fails(3, "damaged.parquet", source="damaged.parquet")
    fails(3, "ragged.csv, line 3: 2 fields, but the header has 3", source="ragged.csv")
    monkeypatch.setattr(large_csv, "_START", 13)
    fails(3, "ragged.csv is damaged, or is no CSV", "Expected 3 columns", source="ragged.csv")
    fails(3, "none.parquet does not exist", source="none.parquet")
    fails(3, "Cannot read http://127.0.0.1:9/a.parquet", source="http://127.0.0.1:9/a.parquet")
    fails(3, "Standard input cannot be read in batches", source="-")
    fails(1, "needs the table in memory", source="table.csv", options=[*BATCHES, "--provenance"])
    fails(1, "cannot be read in batches", source="table.csv", options=[*BATCHES, "--decimal", ","])
    fails(1, "size such as 2GB", source="table.csv", options=["--memory", "much"])
    fails(
        1,
        "RandomOverSampler needs 30 rows",
        'example --memory "',
        source="table.csv",
        options=["--memory", "1KB", "--method", "random-over"],
    )


def test_files_that_are_not_read_in_batches(command, monkeypatch):  # noqa: F811
    """Compressed files, addresses of CSV files and other encodings have clear messages."""
    monkeypatch.setattr(large_csv, "_START", 40)
    Path("parts").mkdir()
    lines = "x,y\n" + 20 * "1.5,a\n2.5,b\n" + "3.5,é\n"
    Path("parts/a.csv").write_text(lines)
    Path("parts/b.csv").write_bytes(lines.encode("latin-1"))
    Path("parts/c.csv.gz").write_bytes(gzip.compress(lines.encode()))
    Path("c.csv.zip").touch()

    def fails(source: str, *fragments: str, code: int = 3) -> None:
        result = command("resample", source, "-t", "y", "-o", "out.csv", *BATCHES)
        assert_error(result, code, *fragments)
        assert not Path("out.csv").exists()

    fails("parts", "parts/b.csv is not UTF-8", "--encoding cp1252")
    fails("c.csv.zip", "also with .gz or .zst", "Remove --memory")
    Path("parts/d.csv.gz").write_bytes(Path("parts/c.csv.gz").read_bytes()[:-30])
    fails("parts/d.csv.gz", "parts/d.csv.gz")
    Path("blank.csv").write_text("\n" + lines)
    fails("blank.csv", "its header", "Remove --memory", code=1)
    for name in ("a.csv", "b.csv"):
        Path("blanks", name).parent.mkdir(exist_ok=True)
        Path("blanks", name).write_text("\n" * (name == "b.csv") + lines)
    fails("blanks", "blanks/b.csv starts with an empty line. Remove it")
    fails("https://127.0.0.1:9/a.csv", "only Parquet files can be read from an address")


def test_output_among_the_inputs(command):  # noqa: F811
    """An output that would be read as an input the next time is refused."""
    Path("parts").mkdir()
    for name in "ab":
        make_table(0).write_parquet(f"parts/{name}.parquet")

    for source, out in [("parts", "c"), ("parts/*.parquet", "b")]:
        result = command(
            "resample", source, "-t", "y", "-o", f"parts/{out}.parquet", "--force", *BATCHES
        )
        assert_error(result, 1, "Write it to another folder")
        assert sorted(path.name for path in Path("parts").iterdir()) == ["a.parquet", "b.parquet"]


def test_files_that_differ_in_nulls(command):  # noqa: F811
    """A column may have nulls in some files only."""
    Path("parts").mkdir()
    table = make_table(0).to_arrow()
    required = pa.schema([field.with_nullable(False) for field in table.schema])
    pq.write_table(table.cast(required), "parts/a.parquet")
    with_null = table.set_column(0, "x", pa.array([None, *table["x"].to_pylist()[1:]]))
    pq.write_table(with_null, "parts/b.parquet")

    options = ["-o", "out.parquet", "--method", "random-over", "--seed", "0"]
    result = command("resample", "parts", "-t", "y", *options)

    assert result.code == 0, result.err
    kept = pq.read_table("out.parquet")[: 2 * len(table)]
    assert kept.equals(pa.concat_tables([table, with_null]).cast(kept.schema))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_rows_to_duplicate_must_fit(command, suffix):  # noqa: F811
    """Random oversampling has the rows that it duplicates in memory, as text too."""
    make_table(0).write_csv("table.csv")
    arguments = ["resample", "table.csv", "-t", "y", "-o", f"out{suffix}", "--memory", "1KB"]

    result = command(*arguments, "--method", "random-over")

    assert_error(result, 1, "RandomOverSampler needs", "use --method random-under")
    assert not Path(f"out{suffix}").exists()


@pytest.mark.parametrize("source", ["table.csv", "table.parquet"])
def test_a_class_that_does_not_fit(command, source):  # noqa: F811
    """Its rows wait on disk, with a note; a CSV from a CSV needs their text in memory."""
    make_table(0).write_csv("table.csv")
    make_table(0).write_parquet("table.parquet")
    arguments = ["resample", source, "-t", "y", "--seed", "0", "--method", "smote"]

    assert command(*arguments, "-o", "memory.parquet", "--memory", "2GB").code == 0
    result = command(*arguments, "-o", "disk.parquet", "--memory", "1KB")
    to_csv = command(*arguments, "-o", "out.csv", "--memory", "1KB")

    assert "rows were written to disk, in 1 cell. All neighbors are exact" in result.err
    assert pq.read_table("disk.parquet").equals(pq.read_table("memory.parquet"))
    if source == "table.csv":
        assert_error(to_csv, 1, "Write Parquet, for example -o resampled.parquet", "--memory")
        assert not Path("out.csv").exists()
    else:
        assert len(pl.read_csv("out.csv")) == 540


def test_a_full_disk_leaves_no_file(command, monkeypatch):  # noqa: F811
    """An existing file stays as it was, and no temporary file is left."""
    make_table(0).write_parquet("table.parquet")
    Path("out.parquet").write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fail_as_polars(*_: object, **__: object) -> None:
        raise pl.exceptions.ComputeError("parquet: IO error: No space left (os error 28)")

    arguments = ["resample", "table.parquet", "-t", "y", "-o", "out.parquet", "--force"]
    names = {path.name for path in Path().iterdir()}

    for method, place, name, failure in (
        ("smote", pq.ParquetWriter, "write_table", fail),  # appended to a copy
        ("random-under", pl.LazyFrame, "sink_parquet", fail),
        ("random-under", pl.LazyFrame, "sink_parquet", fail_as_polars),
    ):
        monkeypatch.setattr(place, name, failure)
        result = command(*arguments, "--method", method, *BATCHES)
        assert_error(result, 3, "write out.parquet: no space left on device.")
        assert Path("out.parquet").read_text() == "old"
        assert {path.name for path in Path().iterdir()} == names


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_samples(command, suffix):  # noqa: F811
    """A sample has the class shares of all rows, and is the same each time."""
    table = make_table(0, 2_000)
    write = table.write_parquet if suffix == ".parquet" else table.write_csv
    write(f"table{suffix}")
    arguments = ["inspect", f"table{suffix}", "-t", "y", "--json"]

    first, second = (command(*arguments, "--sample", "500") for _ in range(2))
    whole = command(*arguments, "--sample", "9999")

    assert first.out == second.out
    report = json.loads(first.out)
    assert [about["n_rows"] for about in report["classes"]] == [450, 50]
    assert "A sample of 500 of the 2,000 rows" in report["notes"][0]
    assert [about["n_rows"] for about in json.loads(whole.out)["classes"]] == [1800, 200]


def test_a_study_on_a_sample(command):  # noqa: F811
    """A study names its sample, and has its rows."""
    make_table(0, 2_000).write_parquet("table.parquet")
    options = ["--models", "logistic", "--methods", "random-under", "--folds", "2", "--jobs", "1"]

    result = command(
        "study", "table.parquet", "-t", "y", "--sample", "400", "--json", "--repeats", "1", *options
    )

    assert "400" in json.loads(result.out)["notes"][0]
    assert "A sample of 400 of the 2,000 rows" in result.err


def test_samples_of_other_files(command):  # noqa: F811
    """The error names the option."""
    make_table(0).write_ndjson("table.jsonl")
    make_table(0).write_csv("table.csv")

    result = command("inspect", "table.jsonl", "-t", "y", "--sample", "9")
    assert_error(result, 3, "table.jsonl cannot be read in batches", "Remove --sample")
    result = command("inspect", "table.csv", "-t", "y", "--sample", "9", "--decimal", ",")
    assert_error(result, 1, "table.csv cannot be read in batches", "Remove --sample")
    assert_error(command("inspect", "table.csv", "-t", "w", "--sample", "9"), 1, "'w'")
    result = command(
        "inspect", "table.csv", "-t", "y", "--sample", "9", "--suspects", "suspects.csv"
    )
    assert result.code == 2
    assert "--suspects names rows of the whole file" in result.err


def test_a_sample_names_the_columns_that_are_nearly_numbers(command, tmp_path):  # noqa: F811
    """A value that the sample may lack makes a column text: all rows are searched for it."""
    lines = [f"{row}.5,{'a' if row % 3 else 'b'}" for row in range(500)]
    lines[400] = "unknown,a"
    (tmp_path / "table.csv").write_text("\n".join(["x,y", *lines]))

    result = command("inspect", "table.csv", "-t", "y", "--sample", "20")

    assert "499 of 500 values of 'x' are numbers; line 402 has 'unknown'" in result.err
    assert "--missing-values unknown" in result.err
