"""Infer the types of columns of text, and describe what is nearly a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from shlex import quote

import numpy as np
import polars as pl

from counterpoise._cli.reading_options import ReadingOptions

__all__ = ["NumberStyle", "TypedTable", "build_frame", "cast_types", "infer_types"]

# Markers of missing values in columns of numbers; in columns of text they are ordinary values.
_MISSING = ("", "?", "<NA>", "N/A", "n/a", "NA", "na", "NaN", "nan", "NULL", "null", "None", "none")
# What spreadsheets, SAS and databases write. In a target column, these may be classes.
_MISSING_FEATURES = (
    *("#N/A", "#N/A N/A", "#NA", "#NULL!", "#NUM!", "#DIV/0!", "#VALUE!", "#REF!"),
    *("-", "--", "---", ".", "..", "\\N", "NaT", "(null)"),
)
# Digits that are not numbers: postcodes, account numbers, long identifiers.
_PADDED = r"^[+-]?0[0-9]+$"
_TOO_LONG = r"^[+-]?[0-9]{19,}$"
_PADDED_OR_LONG = r"^[+-]?(?:0[0-9]+|[0-9]{19,})$"
_CURRENCIES = r"[$€£¥₹₩₽]|USD|EUR|GBP|CHF|INR|JPY"
_SIGN = rf"(?:{_CURRENCIES})?"
_SPACES = "\u00a0\u202f"  # spaces that do not break a line, between groups of digits
_MINUS = "\u2212"  # the typographic one
_ONE_PARENTHESIS = r"^\(.*[^)]$|^[^(].*\)$"
_MANY = 0.9  # share of numbers in a column in which other values are probably an exception
_MAX_NAMES = 5


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal : str
        The decimal separator.
    thousands : str or None
        The thousands separator.
    prefix, suffix : str
        What is written before and after a number, such as a currency sign.
    minus : {"-", "\u2212", "("}
        The sign of negative numbers; a parenthesis stands for a pair of them.
    decimals : (int, int) or None
        The fewest and the most decimal places of a number; None for any number of them.
    """

    decimal: str = "."
    thousands: str | None = None
    prefix: str = ""
    suffix: str = ""
    minus: str = "-"
    decimals: tuple[int, int] | None = None

    @property
    def pattern(self) -> str:
        """A regular expression of numbers in this style, with currency and percent signs."""
        whole = r"(?:0|[1-9][0-9]*)"
        if self.thousands is not None:
            whole = rf"(?:[1-9][0-9]{{0,2}}(?:{self._mark}[0-9]{{3}})+|{whole})"
        point = re.escape(self.decimal)
        number = rf"(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
        sign = rf"[+\-{_MINUS}]?"
        return rf"^({sign}|\(){_SIGN}\s*({sign}{number})\s*(?:%|{_SIGN})\)?$"

    @property
    def _mark(self) -> str:
        """A regular expression of the thousands separator."""
        is_space = self.thousands is not None and self.thousands.isspace()
        return f"[{_SPACES} ]" if is_space else re.escape(self.thousands or "")

    def matches(self, texts: pl.Series) -> pl.Series:
        """Return whether each text is a number in this style."""
        return texts.str.contains(self.pattern)

    def parse(self, texts: pl.Series) -> pl.Series | None:
        """Return the numbers; None if a text is not a number in this style, or if signs differ."""
        signs = texts.str.extract(f"({_CURRENCIES}|%)")
        if signs.drop_nulls().n_unique() > 1:
            return None
        if texts.str.contains(f"{_TOO_LONG}|{_ONE_PARENTHESIS}").any():
            return None
        bare = texts.str.extract(self.pattern, 1) + texts.str.extract(self.pattern, 2)
        bare = bare.str.replace(rf"[{_MINUS}(]", "-")
        if self.thousands is not None:
            bare = bare.str.replace_all(self.thousands, "", literal=True)
        bare = bare.str.replace_all(r"\s", "").str.replace_all(self.decimal, ".", literal=True)
        for dtype in (pl.Int64, pl.Float64):
            numbers = bare.cast(dtype, strict=False)
            if numbers.null_count() == texts.null_count():
                return numbers
        return None

    def format(self, numbers: pl.Series) -> pl.Series:
        """Write numbers in this style."""
        plain = map(self._round, numbers) if self._rounds(numbers) else numbers.cast(pl.String)
        texts = [None if text is None else self._write(text) for text in plain]
        return pl.Series(numbers.name, texts, pl.String)

    def _rounds(self, numbers: pl.Series) -> bool:
        return self.decimals is not None and numbers.dtype.is_float()

    def _round(self, number: float | None) -> str | None:
        """Return a number with as many decimal places as those of the column."""
        if number is None or self.decimals is None:
            return None
        fewest, most = self.decimals
        text = f"{round(number, most) + 0.0:.{most}f}"  # + 0.0: not -0.00
        return re.sub(rf"\.?0{{0,{most - fewest}}}$", "", text)

    def _write(self, text: str) -> str:
        whole, point, fraction = text.removeprefix("-").partition(".")
        if self.thousands is not None and whole.isdigit():
            whole = f"{int(whole):,}".replace(",", self.thousands)
        mark = self.decimal if point else ""
        number = f"{self.prefix}{whole}{mark}{fraction}{self.suffix}"
        if not text.startswith("-"):
            return number
        return f"({number})" if self.minus == "(" else f"{self.minus}{number}"

    def like(self, texts: pl.Series) -> NumberStyle:
        """Return this style with what some texts have: signs, thousands and decimal places."""
        example = texts.drop_nulls()[0]
        found = re.search(r"[0-9](?:.*[0-9])?", example, re.DOTALL)
        first, last = found.span() if found else (0, len(example))
        prefix = re.sub(rf"[+\-{_MINUS}(]", "", example[:first]).removesuffix(self.decimal)
        is_grouped = texts.str.contains(f"[0-9]{self._mark}[0-9]").any()
        thousands = self.thousands if self.thousands is not None and is_grouped else None
        minus = next((m for m in ("(", _MINUS) if texts.str.contains(m, literal=True).any()), "-")
        suffix = example[last:].replace(")", "")
        style = NumberStyle(self.decimal, thousands, prefix, suffix, minus)
        # Numbers as programs write them are not rounded, whatever the other columns are.
        is_plain = style == NumberStyle()
        return style if is_plain else replace(style, decimals=self._count_decimals(texts))

    def _count_decimals(self, texts: pl.Series) -> tuple[int, int] | None:
        """Return the fewest and the most decimal places; None if a number has an exponent."""
        present = texts.drop_nulls()
        if present.str.contains("[0-9][eE]").any():
            return None
        fractions = present.str.extract(f"{re.escape(self.decimal)}([0-9]*)").fill_null("")
        counts = fractions.str.len_chars().to_list()
        return min(counts), max(counts)


# Styles in which numbers can be text, most usual first. The first one includes signs alone.
_STYLES = tuple(
    NumberStyle(decimal, thousands)
    for decimal, thousands in (
        (".", ","),
        (",", None),
        (",", "."),
        (".", " "),
        (",", " "),
        (".", "'"),
    )
)


@dataclass(frozen=True)
class TypedTable:
    """The typed values of a CSV.

    Attributes
    ----------
    values : polars.DataFrame
    styles : mapping of str to NumberStyle
        The columns of numbers that are not written as programs write them.
    missing_notes : tuple of str
        What is read as missing.
    number_notes : mapping of str to str
        The columns of text that are nearly numbers, with a sentence.
    """

    values: pl.DataFrame
    styles: Mapping[str, NumberStyle] = field(default_factory=dict)
    missing_notes: tuple[str, ...] = ()
    number_notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, one sentence each."""
        return *self.missing_notes, *self.number_notes.values()


def infer_types(
    fields: pl.DataFrame,
    reading: ReadingOptions | None = None,
    *,
    target: str | None = None,
    line_of: Callable[[int], int] = lambda row: row + 2,
) -> TypedTable:
    """Infer the types of columns of text.

    A column holds integers, floats or booleans (true and false, in any case) if all its fields do,
    and strings otherwise. Surrounding blanks are ignored. Empty fields are missing values; in
    columns of numbers and booleans, so are markers such as NA, NaN and null. A column in which a
    number has a leading zero, such as 007, or more digits than a 64-bit integer, holds strings.

    Parameters
    ----------
    fields : polars.DataFrame
        Columns of strings.
    reading : ReadingOptions, optional
    target : str, optional
        The column of the classes, in which fewer markers are missing values.
    line_of : callable
        Maps the number of a row to its line in the file, for messages.

    Returns
    -------
    TypedTable
    """
    if not fields.width:
        return TypedTable(fields)
    reading = reading or ReadingOptions()
    open_fields = fields.drop(reading.text_columns, strict=False)
    plain = _select_plain(open_fields, _cast_to_floats(open_fields), reading)
    others = open_fields.drop(plain.columns)
    present = _remove_markers(others, reading, target)
    columns = [
        _Column(column, values, reading, is_target=column.name == target)
        for column, values in zip(others.iter_columns(), present.iter_columns(), strict=True)
    ]
    styled = {c.name: found for c in columns if (found := c.parse_styled()) is not None}
    parsed = _parse_numbers(fields.select(plain.columns), plain)
    parsed |= _parse_numbers(present, _cast_to_floats(present))
    parsed |= {name: numbers for name, (numbers, _) in styled.items()}
    parsed |= {c.name: c.parse_text() for c in columns if c.name not in parsed}
    parsed |= {name: fields[name] for name in fields.columns if name not in parsed}
    typed = build_frame(parsed[name] for name in fields.columns)
    texts = [column for column in columns if parsed[column.name].dtype == pl.String]
    numbers = [column for column in columns if parsed[column.name].dtype != pl.String]
    notes = {c.name: note for c in texts if (note := c.describe_numbers(line_of)) is not None}
    styles = {name: style for name, (_, style) in styled.items()}
    return TypedTable(typed, styles, tuple(_describe_missing(numbers)), notes)


def cast_types(
    fields: pl.DataFrame,
    dtypes: Mapping[str, pl.DataType],
    reading: ReadingOptions,
    *,
    target: str | None = None,
) -> pl.DataFrame:
    """Convert columns of text to types that `infer_types` has found in other rows as well.

    Parameters
    ----------
    fields : polars.DataFrame
        Columns of strings.
    dtypes : mapping of str to polars data type
        Int64, Float64, Boolean or String for each column.
    reading : ReadingOptions
    target : str, optional
        The column of the classes, in which fewer markers are missing values.

    Returns
    -------
    polars.DataFrame
    """
    numbers = [
        pl.col(name).cast(dtypes[name], strict=False)
        for name in fields.columns
        if dtypes[name].is_numeric()
    ]
    plain = _select_plain(fields, fields.select(numbers), reading)
    others = fields.drop(plain.columns)
    present = _remove_markers(others, reading, target)
    cast = {
        column.name: _Column(column, values, reading, is_target=column.name == target).cast(
            dtypes[column.name]
        )
        for column, values in zip(others.iter_columns(), present.iter_columns(), strict=True)
    }
    return build_frame(
        cast[name] if name in cast else plain.get_column(name) for name in fields.columns
    )


def build_frame(columns: Iterable[pl.Series]) -> pl.DataFrame:
    """Return a data frame of columns, also if one of them has no name."""
    # From a list, polars would invent a name for a column without one.
    return pl.DataFrame({column.name: column for column in columns})


def _select_plain(
    fields: pl.DataFrame, numbers: pl.DataFrame, reading: ReadingOptions
) -> pl.DataFrame:
    """Select the columns in which each field is empty or a number as programs write it.

    Blanks and markers of missing values need not be searched in them, which would take longer than
    to convert them. (NaN is a marker.)
    """
    if reading.decimal or reading.thousands or reading.missing_values or not numbers.width:
        return numbers.select([])
    expected = fields.select(numbers.columns).null_count().row(0)
    found = numbers.select(pl.all().fill_nan(None).null_count()).row(0)
    return numbers.select(
        name
        for name, own, other in zip(numbers.columns, found, expected, strict=True)
        if own == other
    )


def _cast_to_floats(texts: pl.DataFrame) -> pl.DataFrame:
    return texts.select(pl.all().cast(pl.Float64, strict=False))


def _remove_markers(
    fields: pl.DataFrame, reading: ReadingOptions, target: str | None
) -> pl.DataFrame:
    """Remove blanks around fields, and markers of missing values."""
    # Here and below, one expression stands for all columns: polars needs as long to call a method
    # of one column as to process thousands of its values.
    stripped = fields.select(pl.all().str.strip_chars())
    markers = [*_MISSING, *_MISSING_FEATURES, *reading.missing_values]
    present = stripped.select(
        pl.when(~pl.all().is_in(markers)).then(pl.all()).otherwise(None).name.keep()
    )
    if target in fields.columns:
        classes = stripped.get_column(target)
        place = fields.columns.index(target)
        present.replace_column(place, classes.set(classes.is_in(_MISSING), None))
    return present


def _parse_numbers(present: pl.DataFrame, floats: pl.DataFrame) -> dict[str, pl.Series]:
    """Return the columns of numbers as programs write them, and those without any value."""
    if not present.width:
        return {}
    n_missing = np.array(present.null_count().row(0))
    are_numbers = np.array(floats.null_count().row(0)) == n_missing
    numbers = {
        column.name: column
        for column, is_number in zip(floats.iter_columns(), are_numbers, strict=True)
        if is_number
    }
    # Only whole numbers can be integers, or digits that are not numbers.
    are_whole = floats.select(pl.all() == pl.all().floor())
    n_whole = np.array(are_whole.sum().row(0))
    have_whole = are_numbers & (n_whole > 0)
    have_others = n_whole < len(present) - n_missing
    for j in np.flatnonzero(have_whole & have_others):
        texts = present.to_series(int(j))
        if texts.filter(are_whole.to_series(int(j))).str.contains(_PADDED_OR_LONG).any():
            del numbers[texts.name]
    whole = [present.to_series(int(j)) for j in np.flatnonzero(have_whole & ~have_others)]
    if whole:
        _parse_whole_numbers(build_frame(whole), numbers)
    return numbers


def _parse_whole_numbers(present: pl.DataFrame, numbers: dict[str, pl.Series]) -> None:
    """Convert columns of numbers to integers if they are, and remove those that are text."""
    integers = present.select(pl.all().cast(pl.Int64, strict=False))
    are_padded, are_long = (
        present.select(pl.all().str.contains(pattern).any()).row(0)
        for pattern in (_PADDED, _TOO_LONG)
    )
    n_missing = zip(integers.null_count().row(0), present.null_count().row(0), strict=True)
    are_integers = [own == other for own, other in n_missing]
    for column, is_integer, is_padded, is_long in zip(
        integers.iter_columns(), are_integers, are_padded, are_long, strict=True
    ):
        if is_padded or (is_long and not is_integer):
            del numbers[column.name]
        elif is_integer:
            numbers[column.name] = column


class _Column:
    """A column of text, as it is and without blanks and markers of missing values."""

    def __init__(
        self, column: pl.Series, present: pl.Series, reading: ReadingOptions, *, is_target: bool
    ) -> None:
        self.column, self._present = column, present
        self.reading, self.is_target = reading, is_target

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.column.name

    def parse_styled(self) -> tuple[pl.Series, NumberStyle] | None:
        """Return the numbers of a column in the style of the reading options, if they are."""
        has_style = self.reading.decimal or self.reading.thousands
        if not has_style or self.is_target or self._present.null_count() == len(self._present):
            return None
        style = NumberStyle(self.reading.decimal or ".", self.reading.thousands)
        numbers = style.parse(self._present)
        if numbers is None:
            return None
        return numbers, style.like(self.column.set(self._present.is_null(), None))

    def parse_text(self) -> pl.Series:
        """Return booleans if all values are true or false, otherwise the column."""
        lower = self._present.str.to_lowercase()
        is_boolean = lower.drop_nulls().is_in(["true", "false"]).all()
        return lower == "true" if is_boolean else self.column

    def cast(self, dtype: pl.DataType) -> pl.Series:
        """Return the values in a type that all of them have."""
        if dtype == pl.String:
            return self.column
        if dtype == pl.Boolean:
            return self._present.str.to_lowercase() == "true"
        return self._present.cast(dtype)

    def count_markers(self) -> dict[str, int]:
        """Return how often each marker of missing values occurs; empty fields are not counted."""
        if self._present.null_count() == self.column.null_count():
            return {}
        stripped = self.column.str.strip_chars()
        markers = stripped.filter(self._present.is_null() & stripped.is_not_null())
        return dict(markers.value_counts(sort=True).iter_rows())

    def describe_numbers(self, line_of: Callable[[int], int]) -> str | None:
        """Describe numbers that are read as text, and how they can be read as numbers."""
        if self.is_target or not self._present.str.contains("[0-9]").any():
            return None
        present = self._present.drop_nulls()
        is_plain = present.str.strip_prefix("+").cast(pl.Float64, strict=False).is_not_null()
        if present.str.contains(_PADDED_OR_LONG).any():
            return None
        style = max(_STYLES, key=lambda style: int(style.matches(present).sum()))
        is_styled = style.matches(present)
        if is_styled.sum() > is_plain.sum():
            return self._describe_style(style, present, is_styled, is_plain)
        exceptions = present.filter(~is_plain)
        if not is_plain.any() or not _are_few(exceptions, len(present)):
            return None
        row = self._present.eq(exceptions[0]).arg_true()[0]
        return (
            f"{is_plain.sum():,} of {len(present):,} values of {self.column.name!r} are numbers; "
            f"line {line_of(row):,} has {exceptions[0]!r}, so the column is read as text. If that "
            f"is a missing value, use {' '.join(_marker_options(exceptions))}."
        )

    def _describe_style(
        self, style: NumberStyle, present: pl.Series, is_styled: pl.Series, is_plain: pl.Series
    ) -> str | None:
        exceptions = present.filter(~is_styled)
        if not _are_few(exceptions, len(present)) or style.parse(present.filter(is_styled)) is None:
            return None
        used = style.like(present.filter(is_styled))
        arguments = _marker_options(exceptions)
        if style.decimal != "." or used.thousands is None:
            arguments.append(f'--decimal "{style.decimal}"')
        if used.thousands is not None:
            arguments.append(f'--thousands "{style.thousands}"')
        example = present.filter(is_styled & ~is_plain)[0]
        return (
            f"{is_styled.sum():,} of {len(present):,} values of {self.column.name!r} are numbers "
            f"such as {example!r}, but are read as text. To read them as numbers, use "
            f"{' '.join(arguments)}."
        )


def _are_few(exceptions: pl.Series, n_present: int) -> bool:
    """Return whether values are few, or the minority and all the same."""
    return len(exceptions) <= (1 - _MANY) * n_present or (
        exceptions.n_unique() == 1 and len(exceptions) < n_present / 2
    )


def _marker_options(exceptions: pl.Series) -> list[str]:
    """Return the options that read some values as missing."""
    return [
        f"--missing-values {quote(text)}" for text in exceptions.unique(maintain_order=True)[:3]
    ]


def _describe_missing(columns: list[_Column]) -> list[str]:
    counts = {c.column.name: markers for c in columns if (markers := c.count_markers())}
    if not counts:
        return []
    parts = [
        f"{sum(markers.values()):,} of {name!r} ({', '.join(map(_marker_name, markers))})"
        for name, markers in list(counts.items())[:_MAX_NAMES]
    ]
    if len(counts) > _MAX_NAMES:
        parts.append(f"and of {len(counts) - _MAX_NAMES} more columns")
    total = sum(sum(markers.values()) for markers in counts.values())
    verb = "value is" if total == 1 else "values are"
    return [f"{total:,} {verb} read as missing: {', '.join(parts)}."]


def _marker_name(marker: str) -> str:
    return marker if marker else "blank"
