"""Files as people have them: small generated tables with one quirk each, and what is expected."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

N_ROWS = 60
NAMES = ["amount", "visits", "city", "label"]
ALL = frozenset({"resample", "inspect", "study"})
READING, DATA = 3, 1  # exit codes of errors
# Others have a finding in their output.
RESAMPLE, NOT_INSPECT = frozenset({"resample"}), ALL - {"inspect"}


@dataclass(frozen=True)
class Messy:
    """A file with a quirk.

    Attributes
    ----------
    quirk : str
    data : bytes
        The content of the file.
    note : str
        A part of the messages; of the error if `code` is not 0.
    code : int
        The expected exit code of the commands in `fails`.
    options : tuple of str
        Options of the commands.
    file, target : str
    fails : frozenset of str
        The commands that end with an error, if `code` is not 0.
    noted_by : frozenset of str
        The commands whose messages have the note, if there is no error.
    exact : bool
        Whether the output of `resample` starts with the bytes of the file. Otherwise it has the
        values of the table that the file was made from.
    """

    quirk: str
    data: bytes
    note: str = ""
    code: int = 0
    options: tuple[str, ...] = ()
    file: str = "t.csv"
    target: str = "label"
    fails: frozenset[str] = ALL
    noted_by: frozenset[str] = ALL
    exact: bool = True

    def __repr__(self) -> str:
        return self.quirk

    def code_of(self, command: str) -> int:
        """Return the expected exit code of a command."""
        return self.code if command in self.fails else 0


def make_rows() -> list[list[str]]:
    """Return the rows of a table: a number, a whole number, a category and the class."""
    rng = np.random.RandomState(0)
    return [
        [
            f"{rng.normal(50, 9):.2f}",
            str(rng.randint(1, 9)),
            ["Bern", "Oslo", "Rome"][rng.randint(3)],
            "yes" if row % 4 == 0 else "no",
        ]
        for row in range(N_ROWS)
    ]


def write(
    rows: list[list[str]] | None = None,
    names: list[str] | None = NAMES,
    *,
    sep: str = ",",
    end: str = "\n",
) -> str:
    """Return a table as text."""
    rows = make_rows() if rows is None else rows
    lines = rows if names is None else [names, *rows]
    return "".join(f"{sep.join(line)}{end}" for line in lines)


def change(column: str, function: Callable[[int, str], str]) -> list[list[str]]:
    """Return the rows with other values of one column, computed from row number and value."""
    rows, position = make_rows(), NAMES.index(column)
    for number, row in enumerate(rows):
        row[position] = function(number, row[position])
    return rows


def add(name: str, function: Callable[[int], str], position: int = 0) -> str:
    """Return the table with one more column, computed from the row number."""
    rows, names = make_rows(), list(NAMES)
    names.insert(position, name)
    for number, row in enumerate(rows):
        row.insert(position, function(number))
    return write(rows, names)


def money(value: str) -> str:
    """Return a number with thousands separators."""
    return f"{float(value) * 100:,.2f}"


def missing(marker: str) -> str:
    """Return the table with a marker in some numbers."""
    return write(change("amount", lambda row, value: marker if row % 9 == 3 else value))


def classes(minority: str, majority: str) -> bytes:
    """Return the table with other names of the classes."""
    return write(
        change("label", lambda _, value: minority if value == "yes" else majority)
    ).encode()


def archive(**members: str) -> bytes:
    """Return a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return stream.getvalue()


def workbook() -> bytes:
    """Return the table as the smallest Excel workbook."""
    cells = [
        "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in line)
        for line in [NAMES, *make_rows()]
    ]
    rows = "".join(f"<row>{line}</row>" for line in cells)
    office = "http://schemas.openxmlformats.org"
    sheet = f'xmlns="{office}/spreadsheetml/2006/main"'
    related = f"{office}/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/s1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship '
        f'Id="r1" Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {sheet} xmlns:r="{related}"><sheets>'
        '<sheet name="Customers" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{office}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{related}/worksheet" Target="s1.xml"/></Relationships>',
        "xl/s1.xml": f"<worksheet {sheet}><sheetData>{rows}</sheetData></worksheet>",
    }
    return archive(**parts)


def binary(form: str) -> bytes:
    """Return the table as Parquet or Arrow."""
    stream = io.BytesIO()
    frame = pl.read_csv(write().encode())
    if form == "parquet":
        frame.write_parquet(stream)
    else:
        frame.write_ipc(stream)
    return stream.getvalue()


def json_lines() -> str:
    """Return the table as JSON Lines."""
    return "".join(
        json.dumps(dict(zip(NAMES, [float(row[0]), int(row[1]), *row[2:]], strict=True))) + "\n"
        for row in make_rows()
    )


TEXT = write()
PLAIN = TEXT.encode()
FOREIGN = TEXT.replace("Oslo", "Århus").replace("amount", "größe")
HEADER, LINES = TEXT.split("\n", 1)

ENCODINGS = [
    Messy("plain", PLAIN),
    Messy("UTF-8 with a mark", codecs.BOM_UTF8 + PLAIN),
    Messy("two marks", codecs.BOM_UTF8 * 2 + PLAIN),
    Messy("UTF-16 LE", codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "is read as UTF-16"),
    Messy("UTF-16 BE", codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "is read as UTF-16"),
    Messy("UTF-32", codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "is read as UTF-32"),
    Messy("no mark", TEXT.encode("utf-16-le"), "use --encoding utf-16-le", READING),
    Messy("option UTF-16", TEXT.encode("utf-16-be"), options=("--encoding", "utf-16-be")),
    Messy("cp1252", FOREIGN.encode("cp1252"), "line 1 contains the byte 0xF6", READING),
    Messy("option cp1252", FOREIGN.encode("cp1252"), options=("--encoding", "cp1252")),
    Messy(
        "wrong option", FOREIGN.encode(), "Use another --encoding", READING, ("--encoding", "ascii")
    ),
    Messy("Latin-1", PLAIN.replace(b"Oslo", b"\x81slo\xe9"), "--encoding latin-1", READING),
    Messy(
        "Shift JIS",
        TEXT.replace("Oslo", "東京").encode("shift_jis"),
        options=("--encoding", "shift_jis"),
    ),
    Messy("any characters", FOREIGN.replace("Bern", "🎉 \u00a0").encode()),
]
DELIMITERS = [
    Messy("semicolons", write(sep=";").encode()),
    Messy("tabs in .txt", write(sep="\t").encode(), file="t.txt"),
    Messy("bars", write(sep="|").encode(), file="t.dat"),
    Messy("tabs in .tsv", write(sep="\t").encode(), file="t.tsv"),
    Messy(
        "commas in .tsv",
        PLAIN,
        "has no '\\t' between its columns, but ','",
        file="t.tsv",
        exact=False,
    ),
    Messy("blanks", write(sep=" ").encode(), "are separated by blanks", file="t.txt", exact=False),
    Messy(
        "aligned", write(sep="   ").encode(), "are separated by blanks", file="t.data", exact=False
    ),
    Messy(
        "blanks, no header",
        write(names=None, sep=" ").encode(),
        "are separated by blanks",
        options=("--no-header",),
        file="t.data",
        target="column_4",
        exact=False,
    ),
    Messy("sep=;", b"sep=;\r\n" + write(sep=";", end="\r\n").encode()),
    Messy("mark and sep", codecs.BOM_UTF8 + b"sep=\t\n" + write(sep="\t").encode()),
    Messy("comma in a name", write(names=['"amount, EUR"', *NAMES[1:]]).encode()),
    Messy("comma in another", write(names=["amount, EUR", *NAMES[1:]], sep=";").encode()),
    Messy("unknown", write(sep=":").encode(), "columns are 'amount:visits:city:label'", DATA),
]
NUMBERS = [
    Messy(
        "decimal comma",
        write(change("amount", lambda _, v: v.replace(".", ",")), sep=";").encode(),
        "60 of 60 values of 'amount' are numbers such as '65,88'",
    ),
    Messy(
        "option decimal",
        write(change("amount", lambda _, v: v.replace(".", ",")), sep=";").encode(),
        options=("--decimal", ","),
    ),
    Messy(
        "thousands",
        write(change("amount", lambda _, v: f'"{money(v)}"')).encode(),
        'To read them as numbers, use --thousands ","',
    ),
    Messy(
        "dollars",
        write(change("amount", lambda _, v: f"${money(v)} "), sep=";").encode(),
        "numbers such as '$6,588.00'",
    ),
    Messy(
        "option thousands",
        write(change("amount", lambda _, v: f"${money(v)} "), sep=";").encode(),
        options=("--thousands", ","),
    ),
    Messy(
        "parentheses",
        write(change("amount", lambda row, v: v if row % 3 else f"({v})")).encode(),
        "60 of 60 values of 'amount' are numbers such as '(65.88)'",
    ),
    Messy(
        "percent",
        write(change("visits", lambda _, v: f"{v}%")).encode(),
        "60 of 60 values of 'visits' are numbers such as '4%'",
    ),
    Messy(
        "blanks in numbers",
        write(change("amount", lambda _, v: money(v).replace(",", " "))).encode(),
        'use --thousands " "',
    ),
    Messy(
        "apostrophes",
        write(change("amount", lambda _, v: money(v).replace(",", "'"))).encode(),
        '''use --thousands "'"''',
    ),
    Messy(
        "exponents", write(change("amount", lambda row, _: ["1e1", "+5", ".5"][row % 3])).encode()
    ),
    Messy(
        "one word",
        write(change("amount", lambda row, v: "unknown" if row == 7 else v)).encode(),
        "59 of 60 values of 'amount' are numbers; line 9 has 'unknown'",
    ),
    Messy(
        "infinity",
        write(change("amount", lambda row, v: "inf" if row == 7 else v)).encode(),
        "contains infinity in row 7, column 'amount'",
        DATA,
    ),
    Messy(
        "overflow",
        write(change("amount", lambda row, v: "1e999" if row == 7 else v)).encode(),
        options=("--ignore", "amount"),
    ),
    Messy("20 digits", write(change("visits", lambda row, _: f"1{row % 5:020d}")).encode()),
    Messy("63 bits", write(change("visits", lambda row, _: str(2**63 - 1 - row % 9))).encode()),
    Messy("padded codes", write(change("visits", lambda _, v: f"00{v}")).encode()),
]
MARKERS = [
    *(
        Messy(
            f"marker {marker}",
            missing(marker).encode(),
            f"7 of 'amount' ({marker.strip() or 'blank'})",
        )
        for marker in ("NA", "N/A", "?", "-", ".", "null", "#N/A", " ", "nan", "--", "\\N", "None")
    ),
    Messy("empty values", missing("").encode()),
    Messy("marker word", missing("missing").encode(), "use --missing-values missing"),
    Messy(
        "option marker",
        missing("missing").encode(),
        "7 of 'amount' (missing)",
        options=("--missing-values", "missing"),
    ),
    Messy("empty column", add("empty", lambda _: "").encode()),
    Messy("column of NA", add("empty", lambda _: "NA").encode(), "60 of 'empty' (NA)"),
    Messy("words", write(change("city", lambda row, v: "NA" if row % 5 else v)).encode()),
    Messy(
        "missing in one class",
        write(change("amount", lambda row, v: "" if row % 4 == 0 else v)).encode(),
    ),
]
LINE_ENDS = [
    Messy("CR LF", write(end="\r\n").encode()),
    Messy("CR", write(end="\r").encode()),
    Messy("mixed", PLAIN.replace(b"\n", b"\r\n", 20), exact=False),
    Messy("no end", PLAIN.rstrip()),
    Messy("empty lines", PLAIN.replace(b"\n", b"\n\n", 5) + b"\n\n", exact=False),
    Messy("blank lines", PLAIN.replace(b"\n", b"\n \t\n", 5) + b"  \n", exact=False),
    Messy("blank first line", b" \n" + PLAIN, exact=False),
    Messy("line ends in quotes", add("note", lambda row: f'"line\n  \n{row % 3}"').encode()),
    Messy("other ends in quotes", add("note", lambda row: f'"line\r\nb {row % 3}"').encode()),
    Messy(
        "wrapped",
        "".join(f'"{line}"\n' for line in write(sep=";").splitlines()).encode(),
        "is in quotation marks as a whole",
        exact=False,
    ),
]
SHAPES = [
    Messy("title", b"Report\n\n" + PLAIN, "starts in line 3, use --skip-rows 2", READING),
    Messy("skipped", b"Report\n\n" + PLAIN, options=("--skip-rows", "2"), exact=False),
    Messy("title cells", b"Report,,,\n" + PLAIN, "in a later line, use --skip-rows", DATA),
    Messy("comment", b"# by me\n" + PLAIN, 'use --comment "#"', READING),
    Messy(
        "comments",
        b"# by me\n" + PLAIN.replace(b"\n", b"\n# page\n", 2),
        options=("--comment", "#"),
        exact=False,
    ),
    Messy(
        "footer", PLAIN + b"(60 rows)\n", "line 62: 1 field, but the header has 4 ('(60", READING
    ),
    Messy("totals", PLAIN + b"Total,,,\n", "has 1 missing value", DATA),
    Messy("few fields", PLAIN.replace(b",no\n", b"\n", 1), "line 3: 3 fields", READING),
    Messy("many fields", PLAIN.replace(b"no\n", b"no,x\n", 1), "line 3: 5 fields", READING),
    Messy("open quote", PLAIN.replace(b"Oslo", b'"Oslo', 1), "is opened but not closed", READING),
    Messy("inches", add("pipe", lambda row: f'{row % 3}" pipe').encode(), exact=False),
    Messy("zero bytes", PLAIN.replace(b"Oslo", b"Os\0lo")),
    Messy("zeros at the end", PLAIN + b"\0" * 99, "line 62: 1 field", READING),
    Messy("comma after the header", PLAIN.replace(b"\n", b",\n", 1), "ends in ','", exact=False),
    Messy(
        "comma after lines",
        f"{HEADER}\n".encode() + LINES.replace("\n", ",\n").encode(),
        "but the header does not",
        exact=False,
    ),
    Messy(
        "comma after all", PLAIN.replace(b"\n", b",\n"), "neither a name nor values", exact=False
    ),
    Messy(
        "row names of R",
        add("", str).replace(",", "", 1).encode(),
        "one field more than the header",
        exact=False,
    ),
    Messy(
        "commas in numbers",
        write(change("amount", lambda _, value: f"{int(float(value)) % 9},5")).encode(),
        "line 2: 5 fields",
        READING,
    ),
    Messy(
        "write.table of R",
        write([[f'"{row}"', *v] for row, v in enumerate(make_rows())], sep=" ").encode(),
        "holds row labels",
        exact=False,
    ),
    Messy("index of pandas", add("", str).encode(), "holds row labels", exact=False),
]
HEADERS = [
    Messy("no header", write(names=None).encode(), "use --no-header", target="yes"),
    Messy(
        "option no header",
        write(names=None).encode(),
        options=("--no-header",),
        target="column_4",
    ),
    Messy("same names", PLAIN.replace(b"visits", b"amount", 1), "'amount' more than once", DATA),
    Messy("names of formats", PLAIN.replace(b"amount,visits", b"PAR1,ARROW1", 1)),
    Messy(
        "quoted names",
        PLAIN.replace(HEADER.encode(), b'"amount","visits","city","label"'),
        exact=False,
    ),
    Messy("two lines in a name", PLAIN.replace(b"amount", b'"amount\n(EUR)"', 1)),
    Messy("blank after a name", PLAIN.replace(b"label", b"label ", 1), "mean 'label '?", DATA),
    Messy("named with blank", PLAIN.replace(b"label", b"label ", 1), target="label "),
    Messy(
        "identifier as target",
        add("id", lambda row: f"c{row}").encode(),
        "has 60 classes in 60 rows. Is it the right column?",
        target="id",
        noted_by=RESAMPLE,
    ),
    Messy("other case", PLAIN, "Did you mean 'label'?", DATA, target="Label"),
    Messy("header only", f"{HEADER}\n".encode(), "has column names but no rows", DATA),
    Messy("header without end", HEADER.encode(), "has column names but no rows", DATA),
    Messy("empty", b"", "t.csv is empty", READING),
    Messy("blank", b" \n\n", "t.csv is empty", READING),
]
CLASSES = [
    *(
        Messy(f"classes {minority} and {majority}", classes(minority, majority))
        for minority, majority in [
            ("TRUE", "FALSE"),
            ("t", "f"),
            ("1", "0"),
            ("1.0", "0.0"),
            ("+", "-"),
            ("NA", "ok"),
            ("?", "ok"),
            ("-1", "1"),
            ("01", "02"),
        ]
    ),
    Messy(
        "untidy",
        write(change("label", lambda row, v: v if row % 8 else "Yes ")).encode(),
        "differ only in case or spaces",
        noted_by=RESAMPLE,
    ),
    Messy(
        "option merge",
        write(change("label", lambda row, v: v if row != 8 else "Yes ")).encode(),
        "The class of 1 row is read as another: 'Yes ' as 'yes'.",
        options=("--merge-classes",),
        exact=False,
    ),
    Messy(
        "one class", classes("no", "no"), "needs to have more than 1 class; it has only 'no'", DATA
    ),
    Messy(
        "class of three",
        write(change("label", lambda row, _: "yes" if row < 3 else "no")).encode(),
        "--param k_neighbors=2",
        DATA,
        fails=RESAMPLE,
    ),
    Messy(
        "class of one",
        write(change("label", lambda row, _: "yes" if row < 1 else "no")).encode(),
        "lass 'yes' has 1",
        DATA,
        fails=frozenset({"resample", "study"}),
    ),
    Messy(
        "missing classes",
        write(change("label", lambda row, v: v if row % 20 else "")).encode(),
        "'label' has 3 missing values",
        DATA,
    ),
    Messy("numbers", PLAIN, "continuous", DATA, target="amount"),
    Messy(
        "only classes", write([row[3:] for row in make_rows()], ["label"]).encode(), "feature", DATA
    ),
]
COLUMNS = [
    Messy(
        "identifier",
        add("customer", lambda row: f"C{row * 37 % 1000}").encode(),
        "identifier",
        noted_by=NOT_INSPECT,
    ),
    Messy(
        "names",
        add("name", lambda row: f"Mr. {row} Smith").encode(),
        "'name' seems to be an ide",
        noted_by=NOT_INSPECT,
    ),
    Messy(
        "text",
        add("note", lambda row: f"please call me about order {row}").encode(),
        "free text",
        noted_by=NOT_INSPECT,
    ),
    Messy(
        "dates",
        add("day", lambda row: f"2024-{row % 12 + 1:02d}-28").encode(),
        "dates",
        noted_by=NOT_INSPECT,
    ),
    Messy(
        "US dates",
        add("day", lambda row: f"{row % 12 + 1}/{row % 28 + 1}/24").encode(),
        "dates",
        noted_by=NOT_INSPECT,
    ),
    Messy(
        "times",
        add("at", lambda row: f"2024-01-{row % 28 + 1:02d} 10:00:00").encode(),
        "dates",
        noted_by=NOT_INSPECT,
    ),
    Messy("constant", add("one", lambda _: "1").encode()),
    Messy("constant word", add("one", lambda _: "x").encode()),
    Messy("codes", add("zip", lambda row: f"{row % 7:05d}").encode()),
    Messy("yes and no", add("member", lambda row: ["yes", "no"][row % 2]).encode()),
    Messy("booleans", add("member", lambda row: ["TRUE", "False", "NA"][row % 3]).encode(), "(NA)"),
    Messy("categories", write([row[2:] for row in make_rows()], NAMES[2:]).encode()),
    Messy(
        "only dates",
        write(
            [[f"2024-01-{row % 28 + 1:02d}", *v[3:]] for row, v in enumerate(make_rows())],
            ["day", "label"],
        ).encode(),
        "No feature is left without 'day'",
        DATA,
        fails=RESAMPLE,
    ),
]
FORMATS = [
    Messy("gzip", gzip.compress(PLAIN), file="t.csv.gz", exact=False),
    Messy("gzip named .csv", gzip.compress(PLAIN), "is compressed with gzip", exact=False),
    Messy("zstd", pa.compress(PLAIN, "zstd", asbytes=True), file="t.csv.zst", exact=False),
    Messy("zip", archive(**{"t.csv": TEXT}), file="t.zip", exact=False),
    Messy(
        "zip of a Mac",
        archive(**{"t.csv": TEXT, "__MACOSX/._t.csv": ""}),
        file="t.zip",
        exact=False,
    ),
    Messy("two in a zip", archive(a=TEXT, b=TEXT), "an archive of 2 files", READING, file="t.zip"),
    Messy("cut gzip", gzip.compress(PLAIN)[:-20], "or is damaged", READING, file="t.csv.gz"),
    Messy(
        "damaged Feather",
        binary("feather").replace(b"Rome", b"\xff\xff\xff\xff"),
        "or is damaged",
        READING,
        file="t.feather",
    ),
    Messy("damaged zip", archive(t=TEXT)[60:], "or is damaged", READING, file="t.zip"),
    Messy("empty gzip", gzip.compress(b""), "t.csv.gz is empty", READING, file="t.csv.gz"),
    Messy("workbook", workbook(), "Sheet 'Customers'", file="t.xlsx", exact=False),
    Messy("workbook as .csv", workbook(), "is an Excel workbook", READING),
    Messy("JSON Lines", json_lines().encode(), file="t.jsonl", exact=False),
    Messy("cut JSON", json_lines().encode()[:-9], "or is damaged", READING, file="t.jsonl"),
    Messy("Parquet", binary("parquet"), file="t.parquet", exact=False),
    Messy("Feather", binary("feather"), file="t.feather", exact=False),
    Messy("capitals", PLAIN, file="T.CSV"),
    Messy("name with blanks", PLAIN, file="größe 1.csv"),
    Messy("no ending", PLAIN, "unknown file format", READING, file="table"),
    Messy("text as .parquet", PLAIN, "is not a Parquet file", READING, file="t.parquet"),
]
NO_TABLES = [
    Messy("Parquet as .csv", binary("parquet"), "a Parquet file. Give its name", READING),
    Messy("Arrow as .csv", binary("feather"), "an Arrow file. Give its name", READING),
    Messy("JSON Lines as .csv", json_lines().encode(), "give its name the ending .jsonl", READING),
    Messy("JSON as .csv", b'[\n {"a": 1},\n {"a": 2}\n]\n', "a JSON file", READING),
    Messy("login page", b"\n<!DOCTYPE html><html><p>a, b</p></html>", "an HTML page", READING),
    Messy("PDF", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "a PDF document", READING),
    Messy("picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "an image", READING),
    Messy("old workbook", b"\xd0\xcf\x11\xe0" + b"\0" * 99, "Save it as .xlsx", READING),
    Messy("database", b"SQLite format 3\0" + b"\0" * 99, "a database of SQLite", READING),
    Messy("bzip2", bz2.compress(PLAIN), "compressed with bzip2", READING),
    Messy("xz", lzma.compress(PLAIN), "compressed with xz", READING),
    Messy("pointer", b"version https://git-lfs.github.com/spec/v1\noid x\n", "git lfs", READING),
    Messy("ARFF", b"% about\n@RELATION x\n@DATA\n" + PLAIN, "an ARFF file", READING),
]
MESSY_FILES = [
    *(*ENCODINGS, *DELIMITERS, *NUMBERS, *MARKERS, *LINE_ENDS, *SHAPES, *HEADERS, *CLASSES),
    *(*COLUMNS, *FORMATS, *NO_TABLES),
]
