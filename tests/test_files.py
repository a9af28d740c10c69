"""Tables by the names of their files: what is read, how it is typed, how it is written."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise._cli.csv_text import Dialect, format_rows, infer_types, read_csv_text
from counterpoise._cli.errors import FileError
from counterpoise._cli.files import check_output, format_of, read_table, write_table
from counterpoise._table import Provenance, Resampling, SyntheticSamples
from counterpoise.exceptions import InputError

CELL = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)


def typed(*fields: str | None) -> pl.Series:
    return infer_types(pl.DataFrame({"a": pl.Series(fields, dtype=pl.String)}))["a"]


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        (["1", "-2", "+3"], [1, -2, 3]),
        (["1", "2.5", ".5", "1e3", "5."], [1.0, 2.5, 0.5, 1000.0, 5.0]),
        (["1", None, "NA", "nan", "null", "?"], [1, None, None, None, None, None]),
        ([" 1", "2 "], [1, 2]),
        (["TRUE", "False", "true", None], [True, False, True, None]),
        (["9223372036854775807"], [2**63 - 1]),
        (["0", "-0", "10"], [0, 0, 10]),
        (["0.10", "00.5"], [0.1, 0.5]),
        (["inf", "1"], [float("inf"), 1.0]),
        ([None, "", "NA"], [None, None, None]),
    ],
)
def test_columns_of_numbers_and_booleans_are_recognized(fields, values):
    """A column has a type where every cell is of it; blanks and words for missing do not count."""
    inferred = typed(*fields)
    assert inferred.to_list() == values
    assert inferred.dtype != pl.String


@pytest.mark.parametrize(
    "fields",
    [
        ["007", "100"],
        ["1.5", "007"],
        ["-01"],
        ["12345678901234567890", "1"],
        ["2024-01-31"],
        ["1,5"],
        ["1_000"],
        ["true", "yes"],
        ["NA", "DE"],
        ["1", "a"],
    ],
)
def test_digits_that_are_not_numbers_stay_text(fields):
    """Leading zeros, digits beyond 64 bits, dates and words make a column of strings, unchanged."""
    assert typed(*fields).to_list() == fields


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_any_text_survives_reading_and_writing(tmp_path_factory, rows, delimiter):
    """A written CSV is read back field by field; empty and quoted empty fields differ."""
    path = str(tmp_path_factory.getbasetemp() / "any.csv")
    fields = pl.DataFrame(
        {"a": [r[0] for r in rows], "b": [r[1] for r in rows]},
        pl.Schema({"a": pl.String, "b": pl.String}),
    )
    write_table(path, fields, Dialect(delimiter))
    assert read_csv_text(Path(path).read_bytes(), "any.csv", delimiter).fields.equals(fields)


@pytest.mark.parametrize(
    "dialect",
    [
        Dialect(";"),
        Dialect("\t"),
        Dialect(newline="\r"),
        Dialect(newline="\r\n"),
        Dialect(has_bom=True),
    ],
)
def test_the_way_a_csv_is_written_is_kept(tmp_path, dialect):
    """Delimiter, line ends and byte order mark are found, and written again byte for byte."""
    path, again = str(tmp_path / "a.csv"), str(tmp_path / "b.csv")
    write_table(path, pl.DataFrame({"a": ["x,;\ty", "é"], "b": ["2", "3"]}), dialect)
    source = read_table(path)
    assert source.dialect == dialect
    write_table(again, source.texts, source.dialect)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_the_name_outweighs_the_habit(tmp_path):
    """A .tsv has tabs whatever came in; a .csv from a .tsv has commas."""
    (tmp_path / "a.tsv").write_text("a\tb\n1\t2\n")
    source = read_table(str(tmp_path / "a.tsv"))
    write_table(str(tmp_path / "b.csv"), source.texts, source.dialect)
    write_table(str(tmp_path / "c.tsv.gz"), source.texts, source.dialect)
    assert (tmp_path / "b.csv").read_text() == "a,b\n1,2\n"
    assert gzip.decompress((tmp_path / "c.tsv.gz").read_bytes()) == b"a\tb\n1\t2\n"


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.feather"])
def test_arrow_types_survive(tmp_path, name):
    """Types, metadata and dictionaries of a binary file come back as they went."""
    table = pa.table(
        {
            "small": pa.array([1, None], pa.int8()),
            "word": pa.array(["x", "y"]).dictionary_encode(),
            "day": pa.array([1, 2], pa.date32()),
            "moment": pa.array([1, 2], pa.timestamp("s", "Europe/Berlin")),
            "list": pa.array([[1], []]),
        }
    ).replace_schema_metadata({"note": "kept"})
    write_table(str(tmp_path / name), table, Dialect())
    again = read_table(str(tmp_path / name)).table
    assert again.equals(table.cast(again.schema))
    assert [f.type for f in again.schema][:3] == [f.type for f in table.schema][:3]
    assert again.schema.metadata[b"note"] == b"kept"


def test_an_arrow_stream_is_read_too(tmp_path):
    """The streaming format of Arrow goes by the same ending as the file format."""
    table = pa.table({"a": [1, 2]})
    with pa.ipc.new_stream(str(tmp_path / "s.arrow"), table.schema) as writer:
        writer.write_table(table)
    assert read_table(str(tmp_path / "s.arrow")).table.equals(table)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\na,b\n1,2\n", "starts with an empty line"),
        (b'a,b\n"' + b"x" * 200_000 + b'",2\n3\n', "line 3: 1 fields"),
        (b"a,b\n1,2\n3\n", "line 3: 1 fields, but the header has 2"),
        (b"a,b\n1,2\n3,4,5\n", "line 3: 3 fields, but the header has 2"),
        (b'a,b\n"x\ny",2\n\n3\n', "line 5: 1 fields"),
        (b'a,b\n1,2\n1,"x\n3,4\n', "line 3: a quotation mark is opened"),
        (b"a,b\n1,2\nx\xe9,3\n", "not UTF-8: line 3 contains the byte 0xE9"),
        ("a,b\n1,2\n".encode("utf-16"), "not UTF-8: line 1 contains the byte 0xFF"),
    ],
)
def test_a_csv_that_cannot_be_read_is_explained(data, message):
    """The message names the line, and what is wrong with it."""
    with pytest.raises(FileError, match=message):
        read_csv_text(data, "x.csv")


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.csv.gz"])
@pytest.mark.parametrize(
    "data", [b"", b"nonsense", gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-9]]
)
def test_a_file_with_the_wrong_suffix_is_an_error(tmp_path, name, data):
    """An error for a damaged file is one line with its name."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileError, match=name) as caught:
        read_table(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    """What the system says comes with the name of the file."""

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(FileError, match=r"Cannot read .*t\.csv: permission denied"):
        read_table(str(tmp_path / "t.csv"))


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_duplicate_column_names_are_an_error(tmp_path, name):
    """Two columns with the same name are an error that names the column."""
    table = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], ["a", "a"])
    if name == "t.csv":
        (tmp_path / name).write_text("a,a\n1,2\n")
    else:
        write_table(str(tmp_path / name), table, Dialect())
    with pytest.raises(InputError, match="'a' more than once"):
        read_table(str(tmp_path / name))


def test_a_csv_cannot_hold_lists(tmp_path):
    """Values that a format cannot hold are an error before a file is created."""
    with pytest.raises(InputError, match=r"'a' \(List"):
        write_table(str(tmp_path / "t.csv"), pa.table({"a": [[1]]}), Dialect())
    assert list(tmp_path.iterdir()) == []


def test_a_replaced_file_keeps_its_mode_and_its_links(tmp_path):
    """Writing through a link replaces the file behind it, with the permissions it had."""
    private = tmp_path / "private.csv"
    private.write_text("old")
    private.chmod(0o600)
    (tmp_path / "link.csv").symlink_to(private)
    write_table(str(tmp_path / "link.csv"), pl.DataFrame({"a": [1]}), Dialect())
    assert private.read_text() == "a\n1\n"
    assert private.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "link.csv").is_symlink()


def test_a_new_file_has_the_usual_mode(tmp_path):
    """A new file has the permissions of the user's mask, not of a temporary file."""
    write_table(str(tmp_path / "new.csv"), pl.DataFrame({"a": [1]}), Dialect())
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o666 & ~mask


def test_invalid_outputs_are_an_early_error(tmp_path):
    """Unknown suffixes, missing folders and existing files are an error before any work."""
    (tmp_path / "there.csv").write_text("")
    (tmp_path / "folder.csv").mkdir()
    for name, message in {
        "x.xlsx": "must end in one of .csv",
        "no/x.csv": "does not exist",
        "folder.csv": "exists and is not a file",
        "there.csv": "Use --force",
    }.items():
        with pytest.raises(FileError, match=message):
            check_output(str(tmp_path / name), force=False)
    check_output(str(tmp_path / "there.csv"), force=True)


def test_formats_go_by_the_end_of_the_name():
    """Endings are read in any case; a stream is CSV."""
    assert format_of("A.CSV.GZ").gzipped
    assert format_of("a.TSV").delimiter == "\t"
    assert format_of("-").name == "csv"
    assert format_of("a.feather").compression == "lz4"


def test_big_numbers_of_cells_are_typed_without_a_loop_over_them():
    """Typing works by column: a million values of each type come out equal."""
    numbers = np.random.default_rng(0).standard_normal(1_000_000)
    fields = pl.DataFrame({"a": pl.Series(numbers).cast(pl.String)})
    assert np.array_equal(infer_types(fields)["a"].to_numpy(), numbers)


def test_rows_are_formatted_in_the_order_of_the_decision():
    """Synthetic rows can be between original rows; without a base row, a missing value is empty."""
    fields = pl.DataFrame({"x": ["01.0", "2", "NA"], "flag": ["T", "T", "T"], "y": ["a", "a", "b"]})
    synthetic = SyntheticSamples(
        np.array([0, -1]), np.array([1, -1]), np.array([0.5, np.nan]), np.array([0, 1])
    )
    decision = Resampling(kept=np.array([2, 0]), synthetic=synthetic, order=np.array([2, 0, 3, 1]))
    result = pl.DataFrame(
        {"x": [1.5, None, None, 1.0], "flag": list("TTTT"), "y": ["a", "b", "b", "a"]}
    )
    formatted = format_rows(fields, infer_types(fields), result, Provenance(decision, 3), label="y")
    assert formatted["x"].to_list() == ["1.5", "NA", None, "01.0"]
    assert formatted["y"].to_list() == ["a", "b", "b", "a"]
