"""Read CSV files as text, infer types, and write synthetic rows in the style of the file.

Every field is read as text, and the types of the columns are inferred from it. Original rows are
written with their text, selected by row number, so that ``007``, ``1.50`` and ``2024-01-31`` do
not change; only synthetic rows are formatted.
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

from counterpoise._cli.errors import FileError
from counterpoise._table import Provenance
from counterpoise.exceptions import InputError

__all__ = [
    "Dialect",
    "TextTable",
    "check_unique_names",
    "format_rows",
    "infer_types",
    "read_csv_text",
]

_DELIMITERS = ",;\t|"
_BOM = b"\xef\xbb\xbf"
# Markers of missing values in columns of numbers; in columns of text they are ordinary values.
_MISSING = ["", "?", "<NA>", "N/A", "n/a", "NA", "na", "NaN", "nan", "NULL", "null", "None", "none"]
# Digits that are not numbers: postcodes, account numbers, long identifiers.
_PADDED = r"^[+-]?0[0-9]+$"
_TOO_LONG = r"^[+-]?[0-9]{19,}$"


@dataclass(frozen=True)
class Dialect:
    """The dialect of a CSV.

    Attributes
    ----------
    delimiter : str
        The character between fields.
    newline : str
        The line terminator.
    has_bom : bool
        Whether the file starts with a byte order mark.
    """

    delimiter: str = ","
    newline: str = "\n"
    has_bom: bool = False


@dataclass(frozen=True)
class TextTable:
    """The text of a CSV.

    Attributes
    ----------
    fields : polars.DataFrame
        Columns of strings; null for an empty field, "" for an empty field in quotes.
    dialect : Dialect
    """

    fields: pl.DataFrame
    dialect: Dialect


def read_csv_text(data: bytes, name: str, delimiter: str | None = None) -> TextTable:
    """Read a CSV without inferring types.

    Parameters
    ----------
    data : bytes
    name : str
        Name of the file for messages.
    delimiter : str, optional
        By default comma, semicolon, tab or bar, whichever splits the header into most fields.

    Returns
    -------
    TextTable

    Raises
    ------
    FileError
        If the data are empty or not UTF-8, or a line has more or fewer fields than the header.
    InputError
        If two columns have the same name.
    """
    if not data.removeprefix(_BOM).strip():
        raise FileError(f"{name} is empty; a table with a header line is needed.")
    try:
        delimiter = delimiter or max(_DELIMITERS, key=lambda mark: len(_header(data, mark)))
        header = _header(data, delimiter)
        if not header:
            raise FileError(f"{name} starts with an empty line; a header line is needed.")
        check_unique_names(header, name)
        if data.count(b'"') % 2:
            _check_lines(data, name, delimiter)
        fields = _read_fields(data, delimiter, len(header))
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid) as error:
        _explain(data, name, delimiter or ",", error)
    fields.columns = header
    return TextTable(fields, Dialect(delimiter, _newline(data), data.startswith(_BOM)))


def check_unique_names(names: Collection[str], table: str) -> None:
    """Check that no two columns have the same name.

    Parameters
    ----------
    names : collection of str
    table : str
        Name of the table for messages.
    """
    repeated = sorted(repr(name) for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise InputError(
            f"Column names must be unique; {table} has {', '.join(repeated)} more than once."
        )


def infer_types(fields: pl.DataFrame) -> pl.DataFrame:
    """Infer the types of columns of text.

    A column holds integers, floats or booleans (true and false, in any case) if all its fields do,
    and strings otherwise. Surrounding blanks are ignored. Empty fields are missing values; in
    columns of numbers and booleans, so are markers such as NA, NaN and null. A column in which a
    number has a leading zero, such as 007, or more digits than a 64-bit integer, holds strings.

    Parameters
    ----------
    fields : polars.DataFrame
        Columns of strings.

    Returns
    -------
    polars.DataFrame
    """
    return _frame(_infer(column) for column in fields.iter_columns())


def format_rows(
    fields: pl.DataFrame,
    values: pl.DataFrame,
    result: pl.DataFrame,
    provenance: Provenance,
    *,
    label: str,
    ignore: Collection[str] = (),
    copy: Collection[str] = (),
) -> pl.DataFrame:
    """Format the output rows as text: original rows unchanged, synthetic rows in the same style.

    Parameters
    ----------
    fields, values : polars.DataFrame
        The input as text, and with the types of `infer_types`.
    result : polars.DataFrame
        The typed output.
    provenance : Provenance
        The origin of the output rows.
    label : str
        The column of the classes.
    ignore, copy : collection of str
        Columns that are empty in synthetic rows, or copied from the base row.

    Returns
    -------
    polars.DataFrame
        Columns of strings.
    """
    new, row = provenance.is_synthetic, provenance.row
    kept = fields[row[~new]]
    if not new.any():
        return kept
    formatter = _Formatter(fields, values, label, frozenset(ignore), frozenset(copy))
    synthetic = formatter.format(result.filter(new), provenance.base[new])
    stacked = pl.concat([kept, synthetic])
    order = np.argsort(np.concatenate([np.flatnonzero(~new), np.flatnonzero(new)]))
    return stacked if (np.diff(order) > 0).all() else stacked[order]


@dataclass(frozen=True)
class _Formatter:
    fields: pl.DataFrame
    values: pl.DataFrame
    label: str
    ignore: frozenset[str]
    copy: frozenset[str]

    def format(self, synthetic: pl.DataFrame, base: Any) -> pl.DataFrame:
        rows = pl.Series(base)
        base_texts = self.fields.select(pl.all().gather(rows.set(rows < 0, None)))
        return _frame(
            self._format(column, base_texts[column.name]) for column in synthetic.iter_columns()
        )

    def _format(self, synthetic: pl.Series, base_texts: pl.Series) -> pl.Series:
        if synthetic.name in self.ignore:
            return base_texts.clear(len(base_texts))
        if synthetic.name in self.copy:
            return base_texts
        if synthetic.dtype == pl.Boolean or synthetic.name == self.label:
            texts = self._first_spelling(synthetic)
        else:
            texts = synthetic.cast(pl.String)
        # A value that is missing in a synthetic row is missing in its base row too, and written
        # with the same marker.
        return base_texts.zip_with(synthetic.is_null(), texts)

    def _first_spelling(self, synthetic: pl.Series) -> pl.Series:
        """Write classes and booleans as the input does: TRUE remains TRUE, 1.00 remains 1.00."""
        name = synthetic.name
        seen = pl.DataFrame({"value": self.values[name], "text": self.fields[name]})
        seen = seen.drop_nulls().unique("value", keep="first", maintain_order=True)
        return synthetic.replace_strict(
            seen["value"], seen["text"], default=None, return_dtype=pl.String
        )


def _frame(columns: Iterable[pl.Series]) -> pl.DataFrame:
    # From a list, polars would invent a name for a column without one.
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
        not_numbers = present.str.contains(_PADDED) | present.str.contains(_TOO_LONG)
        return column if not_numbers.any() else floats
    lower = present.str.to_lowercase()
    return lower == "true" if lower.drop_nulls().is_in(["true", "false"]).all() else column


def _header(data: bytes, delimiter: str) -> list[str]:
    return next(_lines(data, delimiter))


def _lines(data: bytes, delimiter: str, *, strict: bool = False) -> Any:
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    return csv.reader(text, delimiter=delimiter, strict=strict)


def _read_fields(data: bytes, delimiter: str, width: int) -> pl.DataFrame:
    names = [str(position) for position in range(width)]
    # pyarrow's reader is the one that rejects a line with too few fields.
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
    """Find the line that could not be read, and raise an error that explains it."""
    try:
        data.decode()
    except UnicodeDecodeError as undecodable:
        start = undecodable.start
        line = data.count(b"\n", 0, start) + 1
        raise FileError(
            f"{name} is not UTF-8: line {line} contains the byte 0x{data[start]:02X}. Save it as "
            "UTF-8, or convert it: iconv -f LATIN1 -t UTF-8."
        ) from None
    _check_lines(data, name, delimiter)
    raise FileError(f"{name} cannot be read as CSV: {str(error).partition(chr(10))[0]}") from None


def _check_lines(data: bytes, name: str, delimiter: str) -> None:
    """Raise an error for the first line with a wrong number of fields or an unclosed quote."""
    csv.field_size_limit(max(csv.field_size_limit(), len(data)))  # fields may be long documents
    lines = _lines(data, delimiter, strict=True)
    width = len(next(lines))
    start = lines.line_num + 1
    try:
        for fields in lines:
            if fields and len(fields) != width:
                raise FileError(
                    f"{name}, line {start}: {len(fields)} fields, but the header has {width}. Fix "
                    "the "
                    f"line, or put quotes around fields that contain {delimiter!r}."
                )
            start = lines.line_num + 1
    except csv.Error as error:
        raise FileError(
            f"{name}, line {start}: a quotation mark is opened but not closed ({error})."
        ) from None
