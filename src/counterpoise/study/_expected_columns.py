"""The columns that a fitted model expects, and how they are read from new tables."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

import narwhals as nw

from counterpoise._table import (
    NUMBERS,
    DenseTable,
    FeatureType,
    FrameTable,
    SparseTable,
    Table,
    as_table,
    is_missing,
    missing_mask,
    positions_of_type,
    text_values,
)
from counterpoise.exceptions import (
    CounterpoiseWarning,
    FeatureTypeError,
    InputError,
    UnknownColumnError,
)
from counterpoise.model_selection._times import find_date_format, most_frequent_format
from counterpoise.study._columns import check_names, count_days

__all__ = ["ExpectedColumns"]

_NUMERIC = ("float", "integer", "boolean")
_EXPECTED = {
    "boolean": ("true or false", "booleans"),
    "categorical": ("categories", "strings"),
    "text": ("text", "strings"),
}
_N_SHOWN = 5


@dataclass(frozen=True)
class ExpectedColumns:
    """The columns that a model was trained on.

    Attributes
    ----------
    names : tuple of object
        Empty for tables whose columns have no names.
    types : tuple of str
        Type of each column: a value of `FeatureType`, "date" or "text". Empty if columns have no
        names and all are numbers.
    date_formats : dict of object to (str or None)
        The format of each column of dates that are text; None for ISO 8601.
    ignored : tuple of str
        Columns that tables may have, and that are no features.
    n_columns : int
    digits : tuple of object
        Columns of categories of which some are whole numbers, as text.
    """

    names: tuple[Any, ...]
    types: tuple[str, ...]
    date_formats: Mapping[Any, str | None]
    ignored: tuple[str, ...]
    n_columns: int
    digits: tuple[Any, ...] = ()

    @classmethod
    def of(
        cls,
        X: Any,
        text: Collection[str] = (),
        dates: Collection[str] = (),
        ignore: Collection[str] = (),
    ) -> Self:
        """Return the columns of a training table.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        text, dates, ignore : collection of str
            Columns of text, of dates, and columns that are no features. Names that are not text
            may be given as text, as a study writes them.

        Raises
        ------
        InputError
            If these columns do not exist, do not hold text or dates, or X has no column names.
        """
        table = as_table(X)
        if not isinstance(table, FrameTable):
            if text or dates or ignore:
                raise InputError(
                    "text, dates and ignore need a data frame, whose columns have names."
                )
            return cls((), _types_by_position(table), {}, (), len(table.columns))
        text, dates = _real_names(table, text), _real_names(table, dates)
        check_names(table, dates, text)
        used = [column for column in table.columns if str(column.name) not in ignore]
        special: dict[Any, str] = dict.fromkeys(text, "text") | dict.fromkeys(dates, "date")
        return cls(
            tuple(column.name for column in used),
            tuple(special.get(column.name, column.feature_type.value) for column in used),
            {name: _date_format(table, name) for name in dates},
            tuple(ignore),
            len(used),
            _columns_of_digits(table),
        )

    @property
    def texts(self) -> tuple[Any, ...]:
        """The names of the columns of text."""
        pairs = zip(self.names, self.types, strict=False)  # without names, there is no text
        return tuple(name for name, expected in pairs if expected == "text")

    def select(self, X: Any) -> Any:
        """Return the expected columns of a table, in their order, with dates as numbers of days.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            Additional columns are left out, with a warning.

        Raises
        ------
        InputError
            If a column is missing, or the table has no column names.
        FeatureTypeError
            If a column has another type.
        """
        table = as_table(X)
        if not self.names:
            self._check_positions(table)
            return table.estimator_input if isinstance(table, SparseTable) else X
        if not isinstance(table, FrameTable):
            raise InputError(
                "The model was trained on a data frame; pass a data frame with the columns "
                f"{_listed(self.names)}."
            )
        positions = self._find(table)
        converted = [
            column
            for name, expected, j in zip(self.names, self.types, positions, strict=True)
            if (column := self._convert(table, j, name, expected)) is not None
        ]
        return table.frame[:, positions].with_columns(*converted).to_native()

    def _check_positions(self, table: Table) -> None:
        """Check the columns of a table without names; any value can be a category."""
        if len(table.columns) != self.n_columns:
            raise InputError(
                f"X has {len(table.columns)} features; the model was trained on {self.n_columns}."
            )
        for j in positions_of_type(table, FeatureType.CATEGORICAL, FeatureType.OTHER):
            expected = self.types[j] if self.types else "float"
            if expected in _NUMERIC:
                raise _type_error(table, j, expected)

    def _find(self, table: FrameTable) -> list[int]:
        """Return the positions of the columns; warn if there are others."""
        places = {name: j for j, name in enumerate(table.columns.names)}
        missing = [name for name in self.names if name not in places]
        if missing:
            error = UnknownColumnError.among(missing[0], list(places))
            others = f" It also lacks {_listed(missing[1:])}." if missing[1:] else ""
            raise InputError(f"{error} The model was trained on this column.{others}")
        extra = [
            name for name in places if name not in self.names and str(name) not in self.ignored
        ]
        if extra:
            warnings.warn(
                f"The model was not trained on {_listed(extra)}: left out.",
                CounterpoiseWarning,
                stacklevel=4,
            )
        return [places[name] for name in self.names]

    def _convert(
        self, table: FrameTable, column: int, name: Any, expected: str
    ) -> nw.Series[Any] | None:
        """Return a column in the expected type; None if it is as expected."""
        given = table.columns[column].feature_type.value
        group = _NUMERIC if expected in _NUMERIC else ("categorical",)
        if expected != "date" and given in group:
            return None
        if missing_mask(table, column).all():
            dtype = nw.String if expected in ("categorical", "text") else nw.Float64
            backend = table.frame.implementation
            return nw.new_series(name, [None] * table.n_rows, dtype, backend=backend)
        if expected == "date":
            return self._read_days(table.series(column), name)
        texts = _whole_numbers(table, column) if name in self.digits else None
        if texts is None:
            raise _type_error(table, column, expected)
        return nw.new_series(name, texts, nw.String, backend=table.frame.implementation)

    def _read_days(self, series: nw.Series[Any], name: Any) -> nw.Series[Any]:
        date_format = self.date_formats.get(name)
        try:
            return count_days(series, date_format)
        except (InputError, TypeError) as error:
            raise _date_error(series, date_format) from error


def _types_by_position(table: Table) -> tuple[str, ...]:
    """Return the type of each column; none if all are numbers (a sparse table has many)."""
    if len(positions_of_type(table, *NUMBERS)) == len(table.columns):
        return ()
    return tuple(column.feature_type.value for column in table.columns)


def _real_names(table: FrameTable, given: Collection[Any]) -> tuple[Any, ...]:
    """Return the names that the columns have; pandas also has numbers as names."""
    names = table.columns.names
    by_text = {str(name): name for name in names}
    return tuple(name if name in names else by_text.get(name, name) for name in given)


def _columns_of_digits(table: FrameTable) -> tuple[Any, ...]:
    """Return the columns of categories that another format of files may hold as numbers."""
    return tuple(
        table.columns[j].name
        for j in positions_of_type(table, FeatureType.CATEGORICAL)
        if any(str(text).isdecimal() for text in set(text_values(table, j)))
    )


def _whole_numbers(table: FrameTable, column: int) -> list[str | None] | None:
    """Return the values of a column as text, if all are whole numbers."""
    about, values = table.columns[column], table.series(column).to_list()
    if about.feature_type not in (FeatureType.INTEGER, FeatureType.FLOAT):
        return None
    known = {value for value in values if not is_missing(value)}
    if any(value % 1 for value in known):
        return None
    return [str(int(value)) if value in known else None for value in values]


def _date_format(table: FrameTable, name: Any) -> str | None:
    position = list(table.columns.names).index(name)
    values = table.series(position).to_list()
    texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))
    try:
        return find_date_format(texts)
    except InputError as error:
        _, first, second = most_frequent_format(texts)
        raise FeatureTypeError(
            f"Column {name!r} must hold dates of one clear format; it holds {first!r} and "
            f"{second!r}.",
            [str(name)],
            f"Write all dates as YYYY-MM-DD, or exclude the column: ignore=[{name!r}].",
        ) from error


def _date_error(series: nw.Series[Any], date_format: str | None) -> FeatureTypeError:
    """Return the error that names the first value that is no date of this format."""
    values = [value for value in series.to_list() if not is_missing(value)]
    wrong = next((value for value in values if not _is_date(value, date_format)), values[0])
    example = date(2020, 1, 31).strftime(date_format or "%Y-%m-%d")
    return FeatureTypeError(
        f"Column {series.name!r} must hold dates as in training, such as {example}; it holds "
        f"{wrong!r}.",
        [str(series.name)],
        "Write the date in this form, or leave it empty.",
    )


def _is_date(value: Any, date_format: str | None) -> bool:
    if not isinstance(value, str):
        return isinstance(value, date)
    try:
        if date_format is None:
            datetime.fromisoformat(value.strip())
        else:
            datetime.strptime(value.strip(), date_format)
    except ValueError:
        return False
    return True


def _type_error(table: Table, column: int, expected: str) -> FeatureTypeError:
    about = table.columns[column]
    values = [value for value in _values(table, column) if not is_missing(value)]
    example = next((value for value in values if not _reads_as(value, expected)), values[0])
    is_text = about.feature_type is FeatureType.CATEGORICAL
    holds = "text" if is_text else f"values of type {about.dtype}"
    what, types = _EXPECTED.get(expected, ("numbers", "numbers"))
    return FeatureTypeError(
        f"Column {about.name!r} must hold {what}, as in training; it holds {holds}, such as "
        f"{example!r}.",
        [str(about.name)],
        f"Convert it to {types}.",
    )


def _reads_as(value: Any, expected: str) -> bool:
    """Return whether a value, if it is text, reads as a number, or as true or false."""
    if expected == "boolean":
        return str(value).lower() in ("true", "false")
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return expected in _NUMERIC


def _values(table: Table, column: int) -> list[Any]:
    if isinstance(table, FrameTable):
        return table.series(column).to_list()
    assert isinstance(table, DenseTable)
    values: list[Any] = table.array[:, column].tolist()
    return values


def _listed(names: Collection[Any]) -> str:
    """Return the names of columns; of many, the first ones."""
    shown = ", ".join(repr(name) for name in list(names)[:_N_SHOWN])
    more = f" and {len(names) - _N_SHOWN} more" if len(names) > _N_SHOWN else ""
    return f"column{'s' if len(names) > 1 else ''} {shown}{more}"
