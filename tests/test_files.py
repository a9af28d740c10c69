"""Tables by the names of their files: what is read, how it is typed, how it is written."""

from __future__ import annotations

import codecs
import gzip
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise._cli.column_types import infer_types
from counterpoise._cli.csv_rows import format_rows
from counterpoise._cli.csv_text import Dialect, read_csv_text
from counterpoise._cli.encodings import Encoding
from counterpoise._cli.errors import FileError
from counterpoise._cli.files import check_output, read_table, write_table
from counterpoise._cli.formats import Format, format_of
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise._table import Provenance, Resampling, SyntheticSamples
from counterpoise.exceptions import InputError

CELL = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)


def typed(*fields: str | None) -> pl.Series:
    return infer_types(pl.DataFrame({"a": pl.Series(fields, dtype=pl.String)})).values["a"]


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
        Dialect(encoding=Encoding(mark=codecs.BOM_UTF8)),
        Dialect(encoding=Encoding("utf-16-le", codecs.BOM_UTF16_LE)),
        Dialect("\t", encoding=Encoding("utf-16-be", codecs.BOM_UTF16_BE)),
        Dialect(";", names_delimiter=True),
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
        (b"sep=;\n", "x.csv is empty after the lines that are skipped"),
        ("a,b\n1,2\n".encode("utf-16-le"), "byte 0x00. It is probably utf-16-le"),
        (b"A title\n\na,b\n1,2\n", r"line 3: 2 fields, .*\('a,b'\)\. .*use --skip-rows 2"),
        (b"# by me\na,b\n1,2\n", '2 fields, but the header has 1 .*use --comment "#"'),
        (
            b"a,b\n1,2\n(1 row)\n",
            r"line 3: 1 field, .*\('\(1 row\)'\)\. Fix the line, or remove it",
        ),
        (b"%PDF-1.7\n", "x.csv is not a CSV, but a PDF document"),
        (b'a,b\n"' + b"x" * 200_000 + b'",2\n3\n', "line 3: 1 field,"),
        (b"a,b\n1,2\n3\n", "line 3: 1 field, but the header has 2"),
        (b"a,b\n1,2\n3,4,5\n", "line 3: 3 fields, but the header has 2"),
        (b'a,b\n"x\ny",2\n\n3\n', "line 5: 1 field,"),
        (b'a,b\n1,2\n1,"x\n3,4\n', "line 3: a quotation mark is opened"),
        (b"a,b\n1,2\nx\xe9,3\n", "line 3 contains the byte 0xE9.*--encoding cp1252"),
        (b"a,b\r1,2\rx\x81\xe9,3\r", "line 3 contains the byte 0x81.*--encoding latin-1"),
        ("a,b\n1,é\n".encode("utf-16-le"), "not UTF-8: .*--encoding utf-16-le"),
        ("a,b\n1,é\n".encode("utf-16-be"), "not UTF-8: .*--encoding utf-16-be"),
        (b"1,2,1\n3,4,5\n", "'1' more than once. If the first line is data, use --no-header"),
    ],
)
def test_a_csv_that_cannot_be_read_is_explained(data, message):
    """The message names the line, and what is wrong with it."""
    with pytest.raises((FileError, InputError), match=message):
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
    assert format_of("A.CSV.GZ").codec == "gzip"
    assert format_of("a.jsonl.zst") == Format("jsonl", codec="zstd")
    assert format_of("a.zip") == Format("csv", codec="zip")
    assert format_of("a.TSV").delimiter == "\t"
    assert format_of("-").name == "csv"
    assert format_of("a.feather").compression == "lz4"


def test_big_numbers_of_cells_are_typed_without_a_loop_over_them():
    """Typing works by column: a million values of each type come out equal."""
    numbers = np.random.default_rng(0).standard_normal(1_000_000)
    fields = pl.DataFrame({"a": pl.Series(numbers).cast(pl.String)})
    assert np.array_equal(infer_types(fields).values["a"].to_numpy(), numbers)


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
    values = infer_types(fields).values
    formatted = format_rows(fields, values, result, Provenance(decision, 3), label="y")
    assert formatted["x"].to_list() == ["1.5", "NA", None, "01.0"]
    assert formatted["y"].to_list() == ["a", "b", "b", "a"]


# Encodings, compression and other formats


def notes_of(path: Path, **options) -> str:
    """Return what was assumed about a file."""
    return " ".join(read_table(str(path), ReadingOptions(**options), target="y").notes)


@pytest.mark.parametrize(
    ("encoding", "given"),
    [
        ("utf-16", None),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", None),
        ("utf-8", "utf-8-sig"),
    ],
)
def test_an_encoding_is_read_and_written_again(tmp_path, encoding, given):
    """The text is the same in any encoding, and rows leave with their bytes."""
    data = "näme;y\r\né “q”;1,5\r\n".encode(encoding)
    (tmp_path / "a.csv").write_bytes(data)
    source = read_table(str(tmp_path / "a.csv"), ReadingOptions(encoding=given))
    assert source.texts is not None
    assert source.texts.row(0, named=True) == {"näme": "é “q”", "y": "1,5"}
    write_table(str(tmp_path / "b.csv"), source.texts, source.dialect)
    assert (tmp_path / "b.csv").read_bytes() == data
    assert any("UTF-16" in note for note in source.notes) == (encoding == "utf-16" and not given)


def test_a_wrong_encoding_is_an_error(tmp_path):
    """A file that is not in the given encoding is reported with its name."""
    (tmp_path / "a.csv").write_bytes(b"x,y\n\x81,1\n")
    with pytest.raises(FileError, match=r"a\.csv is not encoded in cp1252"):
        notes_of(tmp_path / "a.csv", encoding="cp1252")


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl", "t.txt"])
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst", ".zip"])
def test_compressed_files_are_written_and_recognized(tmp_path, name, suffix):
    """What is written is read again, also if the name does not show the compression."""
    frame = pl.DataFrame({"x": [1.5, None], "y": ["a", "é,\n"]})
    path = tmp_path / f"{name}{suffix}"
    write_table(str(path), frame, Dialect())
    assert pl.DataFrame(read_table(str(path)).table).equals(frame)
    hidden = tmp_path / name
    path.rename(hidden)
    source = read_table(str(hidden))
    assert pl.DataFrame(source.table).equals(frame)
    assert ("is compressed with" in " ".join(source.notes)) == bool(suffix)


def test_archives_have_one_table(tmp_path):
    """The name of the member gives the format; several members, or a workbook, are errors."""

    def archive(name: str, members: dict[str, str]) -> str:
        with zipfile.ZipFile(tmp_path / name, "w") as packed:
            for member, text in members.items():
                packed.writestr(member, text)
        return str(tmp_path / name)

    table = {"folder/": "", "folder/a.tsv": "x\ty\n1\ta\n", "__MACOSX/a.tsv": "?"}
    assert read_table(archive("one.zip", table)).columns == ["x", "y"]
    with pytest.raises(FileError, match="two.zip is an archive of 2 files"):
        read_table(archive("two.zip", {"a.csv": "x\n", "b.csv": "x\n"}))
    with pytest.raises(FileError, match=r"Give its name the ending \.xlsx"):
        read_table(archive("w.csv", {"xl/workbook.xml": ""}))
    with pytest.raises(FileError, match="p.zip is an archive of a.parquet"):
        read_table(archive("p.zip", {"a.parquet": ""}))


def test_workbooks_are_read(tables):
    """The first sheet is read, and named; workbooks are not written."""
    pytest.importorskip("fastexcel")
    source = read_table(str(tables / "raw" / "attrition.xlsx"), target="Attrition")
    assert source.table.num_rows == 300
    assert "Sheet 'Sheet1' of" in source.notes[0]
    later = read_table(str(tables / "raw" / "attrition.xlsx"), ReadingOptions(skip_rows=3))
    assert later.table.num_rows == 297
    bare = read_table(
        str(tables / "raw" / "attrition.xlsx"), ReadingOptions(skip_rows=3, has_header=False)
    )
    assert bare.columns[:2] == ["column_1", "column_2"]
    assert bare.table["column_1"].to_pylist() == [
        int(later.columns[0]),
        *later.table[0].to_pylist(),
    ]
    with pytest.raises(FileError, match="workbooks can be read, but not written"):
        check_output("x.xlsx", force=False)


def test_a_missing_reader_of_workbooks_is_reported(tmp_path, monkeypatch):
    """The message has the command that installs it."""
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(ImportError, match=r"counterpoise\[cli\]"):
        read_table(str(tmp_path / "a.xlsx"))


# The shape of a CSV


def read(data: bytes, **options):
    """Read a CSV from bytes."""
    return read_csv_text(data, "t.csv", reading=ReadingOptions(**options))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_header_with_one_empty_name_too_many(end):
    """The empty column is ignored; a row with as many fields as the header is not."""
    text = read(f"x,y,{end}1,a{end}2,b{end}".encode())
    assert text.fields.rows() == [("1", "a"), ("2", "b")]
    assert "The header of t.csv ends in ','" in text.notes[0]
    full = read(f"x,y,{end}1,a,{end}2,b,{end}".encode())
    assert (full.fields.columns, full.notes) == (["x", "y", ""], ())
    with pytest.raises(FileError, match="line 3: 3 fields"):
        read(f"x,y,{end}1,a{end}2,b,c{end}".encode())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_in_quotation_marks(end):
    """Quotation marks around whole lines are removed; a column of quoted text is left alone."""
    lines = ['"x;""y"""', '"1;""a b"""', '"2;c"']
    text = read(end.join(lines).encode())
    assert text.fields.columns == ["x", "y"]
    assert text.fields.row(1) == ("2", "c")
    assert text.dialect.newline == end
    assert "Each line of t.csv is in quotation marks" in text.notes[0]
    one_column = read(f'"text"{end}"a, b"{end}'.encode())
    assert (one_column.fields.rows(), one_column.notes) == ([("a, b",)], ())


def test_files_without_a_header(tmp_path):
    """All lines are rows, and none are names when they are written again."""
    data = b"1,a\n1,b\n"
    (tmp_path / "a.csv").write_bytes(data)
    source = read_table(str(tmp_path / "a.csv"), ReadingOptions(has_header=False))
    assert source.columns == ["column_1", "column_2"]
    assert source.texts is not None
    write_table(str(tmp_path / "b.csv"), source.texts, source.dialect)
    assert (tmp_path / "b.csv").read_bytes() == data


@pytest.mark.parametrize(
    ("header", "looks_like_data"),
    [
        ("5.1,-3.5,yes", True),
        ("7,3,yes", True),
        ("x,3,yes", False),
        ("0,1,label", False),  # as pandas names columns
        ("2019,2020,y", True),
    ],
)
def test_a_header_of_numbers_is_noted(tmp_path, header, looks_like_data):
    """The note names the option for files without a header."""
    (tmp_path / "a.csv").write_text(f"{header}\n1,2,no\n3,4,no\n")
    assert ("use --no-header" in notes_of(tmp_path / "a.csv")) == looks_like_data
    assert "--no-header" not in notes_of(tmp_path / "a.csv", has_header=False)


def test_skipped_lines_comments_and_the_delimiter_in_the_first_line():
    """Titles, comments and Excel's ``sep=`` are not part of the table; line numbers count them."""
    data = b"A title\n\n# made, by\nsep=|\nx;|y\n# more\n1|a\n2|b#\n"
    text = read(data, skip_rows=2, comment="#")
    assert text.fields.columns == ["x;", "y"]
    assert text.fields.rows() == [("1", "a"), ("2", "b#")]
    assert [text.line_of(row) for row in (0, 1)] == [7, 8]
    for skipped in ({"skip_rows": 99}, {"comment": "x"}):
        with pytest.raises(FileError, match="is empty after the lines that are skipped"):
            read(b"x,y\n" * 3, **skipped)
    with pytest.raises(FileError, match="line 9: 1 field,"):
        read(data + b"3\n", skip_rows=2, comment="#")
    assert read(b"x,y\n1,#\n#,2\n").fields.rows() == [("1", "#"), ("#", "2")]


# Missing values and numbers in other styles


def test_markers_of_missing_values_are_counted():
    """Markers are missing values in columns of numbers; classes and words keep them."""
    fields = pl.DataFrame(
        {
            "age": ["1", "#N/A", " ", "-", "."],
            "dose": ["1.5", "?", None, "unknown", "NA"],
            "code": ["-", "NA", "x", "y", "z"],
            "y": ["1", "-", "-", "2", "1"],
        }
    )
    reading = ReadingOptions(missing_values=("unknown",))
    typed = infer_types(fields, reading, target="y")
    assert typed.values["age"].to_list() == [1, None, None, None, None]
    assert typed.values["dose"].to_list() == [1.5, None, None, None, None]
    assert typed.values["code"].to_list() == fields["code"].to_list()
    assert typed.values["y"].to_list() == fields["y"].to_list()
    assert typed.notes[0].startswith("7 values are read as missing: 4 of 'age' (")
    assert "blank" in typed.notes[0]
    assert "3 of 'dose' (" in typed.notes[0]


@pytest.mark.parametrize(
    ("texts", "arguments", "numbers"),
    [
        (["1,5", "0,25", "-3", "1,75"], {"decimal": ","}, [1.5, 0.25, -3, 1.75]),
        (["$1,234.50 ", "$7.00 ", "-$2,000,000.00 "], {"thousands": ","}, [1234.5, 7, -2e6]),
        (["1.234,5 €", "2,0 €", "-0,5 €"], {"decimal": ",", "thousands": "."}, [1234.5, 2, -0.5]),
        (["45%", "7.5 %", "100%"], {"decimal": "."}, [45, 7.5, 100]),
        (["1 234", "12", "1\u00a0000\u00a0000"], {"thousands": " "}, [1234, 12, 1_000_000]),
        (["1,234", "12", "999,999"], {"thousands": ","}, [1234, 12, 999_999]),
        (["USD 5.5", "USD 1", "USD 12"], {"decimal": "."}, [5.5, 1, 12]),
        (["(1,234.50)", "7", "(0.5)"], {"thousands": ","}, [-1234.5, 7, -0.5]),
        (["$7", "($1,234) ", "$12"], {"thousands": ","}, [7, -1234, 12]),
        (["\u22125.5", "7", "\u22120.5"], {"decimal": "."}, [-5.5, 7, -0.5]),
    ],
)
def test_numbers_in_other_styles(texts, arguments, numbers):
    """They are read as text, with a note that names the options that read them as numbers."""
    fields = pl.DataFrame({"x": texts})
    plain = infer_types(fields)
    assert plain.values["x"].to_list() == texts
    for name, mark in arguments.items():
        assert f'--{name} "{mark}"' in plain.notes[0]
    assert f"{len(texts)} of {len(texts)} values of 'x' are numbers such as" in plain.notes[0]
    typed = infer_types(fields, ReadingOptions(**arguments))
    assert typed.values["x"].to_list() == numbers
    assert typed.notes == ()
    written = typed.styles["x"].format(typed.values["x"])
    again = infer_types(written.to_frame(), ReadingOptions(**arguments))
    assert again.values["x"].to_list() == numbers


def test_synthetic_numbers_have_the_style_of_their_column():
    """Currency signs, separators and blanks are written as in the column."""
    fields = pl.DataFrame({"x": ["$1,234.50 ", "$7.00 "], "n": ["1", "2"]})
    style = infer_types(fields, ReadingOptions(thousands=",")).styles["x"]
    assert style.format(pl.Series([-98765.25, 3.0])).to_list() == ["-$98,765.25 ", "$3.00 "]
    for texts, expected in {
        ("$1.5", "($2.5)"): ["($3.5)", "$4.0"],
        ("1.5", "\u22122.5"): ["\u22123.5", "4.0"],
    }.items():
        typed = infer_types(pl.DataFrame({"x": texts}), ReadingOptions(decimal="."))
        assert typed.styles["x"].format(pl.Series([-3.5, 4.0])).to_list() == expected


@pytest.mark.parametrize(
    ("texts", "arguments", "numbers", "written"),
    [
        (["$1,234.50 ", "$7.00 "], {"thousands": ","}, [2.0049, -0.001], ["$2.00 ", "$0.00 "]),
        (["12 %", "7.25 %"], {"decimal": "."}, [1 / 3, 10.0], ["0.33 %", "10 %"]),
        (["1.234,5 €", "2,25 €"], {"decimal": ",", "thousands": "."}, [1e6, 0.256],
         ["1.000.000,0 €", "0,26 €"]),
        (["1,5", "-3"], {"decimal": ","}, [100.06, -2.04], ["100,1", "-2"]),
        (["1,5e3", "2,5"], {"decimal": ","}, [0.123456, 2.0], ["0,123456", "2,0"]),
        (["1.5", "2.5"], {"thousands": ","}, [0.123456, 2.0], ["0.123456", "2.0"]),
    ],
)  # fmt: skip
def test_synthetic_amounts_have_the_decimal_places_of_their_column(
    texts, arguments, numbers, written
):
    """Amounts are rounded; numbers with exponents, or as programs write them, are not."""
    style = infer_types(pl.DataFrame({"x": texts}), ReadingOptions(**arguments)).styles["x"]
    assert style.format(pl.Series(numbers)).to_list() == written


@pytest.mark.parametrize(
    "texts",
    [["$1.50", "€1.50"], ["12345678901234567890", "1,234"], ["1,234", "x", "y", "z"], ["(5", "6)"]],
)
def test_numbers_that_would_be_wrong_stay_text(texts):
    """Amounts in two currencies, identifiers and words are not read as numbers."""
    fields = pl.DataFrame({"x": texts})
    assert infer_types(fields).notes == ()
    typed = infer_types(fields, ReadingOptions(thousands=","))
    assert typed.values["x"].to_list() == texts


def test_money_with_one_word_names_both_options():
    """A column of amounts with one word needs the word to be missing as well."""
    fields = pl.DataFrame({"x": [f"${i},000.00" for i in range(1, 30)] + ["none given"]})
    note = infer_types(fields).notes[0]
    assert note.startswith("29 of 30 values of 'x' are numbers such as '$1,000.00'")
    assert "use --missing-values 'none given' --thousands \",\"." in note
    reading = ReadingOptions(thousands=",", missing_values=("none given",))
    assert infer_types(fields, reading).values["x"].sum() == 1000 * 29 * 15


def test_one_word_that_makes_a_column_text_is_named():
    """The note has the counts, the line, the value and the option that makes it missing."""
    texts = [str(number) for number in range(120)]
    texts[55] = "not known"
    note = infer_types(pl.DataFrame({"age": texts})).notes[0]
    assert "119 of 120 values of 'age' are numbers; line 57 has 'not known'" in note
    assert "--missing-values 'not known'" in note
    reading = ReadingOptions(missing_values=("not known",))
    assert infer_types(pl.DataFrame({"age": texts}), reading).values["age"].null_count() == 1


@pytest.mark.parametrize(
    "texts",
    [
        ["00501", *["10115"] * 19],
        ["2024-01-31"] * 5,
        ["yes", "no", "1"],
        ["10-20", "20-30"],
        ["a"] * 5,
        ["12345678901234567890", "1"],
    ],
)
def test_text_that_is_no_number_has_no_note(texts):
    """Postcodes, dates, ranges and words are text without a word."""
    assert infer_types(pl.DataFrame({"x": texts})).notes == ()
