"""CSV as text: what its cells mean to a sampler, and how the rows it makes are spelled.

Every cell is read as the text it is. Beside that text stand its values, inferred column by column,
which is what a sampler sees. Rows that are kept leave with their text, fetched by row number, so
that ``007``, ``1.50`` and ``2024-01-31`` stay what they were; only new rows are spelled out.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv

from counterpoise.cli.errors import FileError
from counterpoise.exceptions import InputError
from counterpoise.table import Provenance

__all__ = ["Dialect", "TextTable", "infer_types", "read_text", "refuse_repeated", "spell_rows"]

_DELIMITERS = ",;\t|"
_BOM = b"\xef\xbb\xbf"
# What an empty cell is written as among numbers; in a column of words these are words.
_MISSING = ["", "?", "<NA>", "N/A", "n/a", "NA", "na", "NaN", "nan", "NULL", "null", "None", "none"]
# Numbers whose digits mean more than their value: postcodes, account numbers, long identifiers.
_PADDED = r"^[+-]?0[0-9]+$"
_TOO_LONG = r"^[+-]?[0-9]{19,}$"


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written.

    Attributes
    ----------
    delimiter : str
        What stands between cells.
    newline : str
        What ends a line.
    has_bom : bool
        Whether the file begins with a byte order mark.
    """

    delimiter: str = ","
    newline: str = "\n"
    has_bom: bool = False


@dataclass(frozen=True)
class TextTable:
    """A CSV as it was written.

    Attributes
    ----------
    cells : polars.DataFrame
        Strings throughout; null where a cell is empty, "" where it is empty between quotes.
    dialect : Dialect
    """

    cells: pl.DataFrame
    dialect: Dialect


def read_text(data: bytes, name: str, delimiter: str | None = None) -> TextTable:
    """Read a CSV without interpreting its cells.

    Parameters
    ----------
    data : bytes
    name : str
        What it is called in messages.
    delimiter : str, optional
        By default the one of comma, semicolon, tab and bar that makes most of the header line.

    Returns
    -------
    TextTable

    Raises
    ------
    FileError
        If the data are empty, are not UTF-8, or a line has more or fewer cells than the header.
    InputError
        If two columns have the same name.
    """
    if not data.removeprefix(_BOM).strip():
        raise FileError(f"{name} is empty: a table with a header line is needed.")
    try:
        delimiter = delimiter or max(_DELIMITERS, key=lambda mark: len(_header(data, mark)))
        header = _header(data, delimiter)
        if not header:
            raise FileError(f"{name} begins with an empty line: a header line is needed.")
        refuse_repeated(header, name)
        if data.count(b'"') % 2:
            _check_lines(data, name, delimiter)
        cells = _read_cells(data, delimiter, len(header))
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid) as error:
        _explain(data, name, delimiter or ",", error)
    cells.columns = header
    return TextTable(cells, Dialect(delimiter, _newline(data), data.startswith(_BOM)))


def refuse_repeated(names: Collection[str], table: str) -> None:
    """Refuse columns of the same name.

    Parameters
    ----------
    names : collection of str
    table : str
        What the table is called in messages.
    """
    repeated = sorted(repr(name) for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise InputError(
            f"Column names must differ; {table} has {', '.join(repeated)} more than once."
        )


def infer_types(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the values that cells of text stand for, column by column.

    A column is of integers, floats or booleans (true and false, in any case) where all its cells
    are, and of strings otherwise. Blanks around a value do not count. Empty cells are missing;
    among numbers and booleans so are the usual words for it, such as NA, NaN and null. A column
    in which a number has a leading zero, such as 007, or more digits than a 64-bit integer, holds
    names made of digits: strings.

    Parameters
    ----------
    cells : polars.DataFrame
        Strings throughout.

    Returns
    -------
    polars.DataFrame
    """
    return _frame(_infer(column) for column in cells.iter_columns())


def spell_rows(
    cells: pl.DataFrame,
    values: pl.DataFrame,
    result: pl.DataFrame,
    provenance: Provenance,
    *,
    label: str,
    ignore: Collection[str] = (),
    copy: Collection[str] = (),
) -> pl.DataFrame:
    """Spell the output rows: kept rows as they came, new rows after the habits of their column.

    Parameters
    ----------
    cells, values : polars.DataFrame
        The input as text, and what `infer_types` made of it.
    result : polars.DataFrame
        The output in values.
    provenance : Provenance
        Where the output rows came from.
    label : str
        The column of the classes.
    ignore, copy : collection of str
        Columns that are empty in new rows, or copied from the row they start from.

    Returns
    -------
    polars.DataFrame
        Strings throughout.
    """
    new, row = provenance.is_new, provenance.row
    kept = cells[row[~new]]
    if not new.any():
        return kept
    speller = _Speller(cells, values, label, frozenset(ignore), frozenset(copy))
    made = speller.spell(result.filter(new), provenance.base[new])
    stacked = pl.concat([kept, made])
    order = np.argsort(np.concatenate([np.flatnonzero(~new), np.flatnonzero(new)]))
    return stacked if (np.diff(order) > 0).all() else stacked[order]


@dataclass(frozen=True)
class _Speller:
    cells: pl.DataFrame
    values: pl.DataFrame
    label: str
    ignore: frozenset[str]
    copy: frozenset[str]

    def spell(self, made: pl.DataFrame, base: Any) -> pl.DataFrame:
        rows = pl.Series(base)
        parents = self.cells.select(pl.all().gather(rows.set(rows < 0, None)))
        return _frame(self._spell(column, parents[column.name]) for column in made.iter_columns())

    def _spell(self, made: pl.Series, parents: pl.Series) -> pl.Series:
        if made.name in self.ignore:
            return parents.clear(len(parents))
        if made.name in self.copy:
            return parents
        if made.dtype == pl.Boolean or made.name == self.label:
            texts = self._as_first_seen(made)
        else:
            texts = made.cast(pl.String)
        # A cell that is missing in a new row is missing in its base, and spelled as there.
        return parents.zip_with(made.is_null(), texts)

    def _as_first_seen(self, made: pl.Series) -> pl.Series:
        """Spell labels and booleans as the input does: TRUE stays TRUE, a class 1.00 stays 1.00."""
        seen = pl.DataFrame({"value": self.values[made.name], "text": self.cells[made.name]})
        seen = seen.drop_nulls().unique("value", keep="first", maintain_order=True)
        return made.replace_strict(
            seen["value"], seen["text"], default=None, return_dtype=pl.String
        )


def _frame(columns: Iterable[pl.Series]) -> pl.DataFrame:
    # From a list, polars would give a column without a name one of its own.
    return pl.DataFrame({column.name: column for column in columns})


def _infer(column: pl.Series) -> pl.Series:
    stripped = column.str.strip_chars()
    present = stripped.set(stripped.is_in(_MISSING), None)
    if present.null_count() == len(present):
        return present.cast(pl.Float64)
    integers = present.cast(pl.Int64, strict=False)
    if integers.null_count() == present.null_count():
        return column if present.str.contains(_PADDED).any() else integers
    floats = present.cast(pl.Float64, strict=False)
    if floats.null_count() == present.null_count():
        names = present.str.contains(_PADDED) | present.str.contains(_TOO_LONG)
        return column if names.any() else floats
    lower = present.str.to_lowercase()
    return lower == "true" if lower.drop_nulls().is_in(["true", "false"]).all() else column


def _header(data: bytes, delimiter: str) -> list[str]:
    return next(_lines(data, delimiter))


def _lines(data: bytes, delimiter: str, *, strict: bool = False) -> Any:
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    return csv.reader(text, delimiter=delimiter, strict=strict)


def _read_cells(data: bytes, delimiter: str, width: int) -> pl.DataFrame:
    names = [str(position) for position in range(width)]
    # Of the readers at hand, Arrow's is the one that refuses a line with too few cells.
    table = pacsv.read_csv(
        pa.BufferReader(data),
        read_options=pacsv.ReadOptions(
            column_names=names, skip_rows_after_names=1, block_size=1 << 24
        ),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return pl.DataFrame(table)


def _newline(data: bytes) -> str:
    end = data.find(b"\n")
    if end < 0:
        return "\r" if b"\r" in data else "\n"
    return "\r\n" if data[end - 1 : end] == b"\r" else "\n"


def _explain(data: bytes, name: str, delimiter: str, error: Exception) -> NoReturn:
    """Find the line that could not be read, and say what is wrong with it."""
    try:
        data.decode()
    except UnicodeDecodeError as undecodable:
        start = undecodable.start
        line = data.count(b"\n", 0, start) + 1
        raise FileError(
            f"{name} is not UTF-8: line {line} holds the byte 0x{data[start]:02X}. Save it as "
            "UTF-8, or convert it: iconv -f LATIN1 -t UTF-8."
        ) from None
    _check_lines(data, name, delimiter)
    raise FileError(f"{name} cannot be read as CSV: {str(error).partition(chr(10))[0]}") from None


def _check_lines(data: bytes, name: str, delimiter: str) -> None:
    """Refuse the first line that has more or fewer cells than the header, or never ends."""
    csv.field_size_limit(max(csv.field_size_limit(), len(data)))  # cells may be long documents
    lines = _lines(data, delimiter, strict=True)
    width = len(next(lines))
    start = lines.line_num + 1
    try:
        for cells in lines:
            if cells and len(cells) != width:
                raise FileError(
                    f"{name}, line {start}: {len(cells)} cells, where the header has {width}. "
                    f"Mend the line, or put quotes around cells that hold a {delimiter!r}."
                )
            start = lines.line_num + 1
    except csv.Error as error:
        raise FileError(
            f"{name}, line {start}: a quotation mark is opened and not closed as it should be "
            f"({error})."
        ) from None
