"""Find columns that are not features: identifiers of rows, free text, dates.

Nothing that generalizes can be learned from an identifier, but it adds noise to distances and to
models: SMOTE invents customer 103 between customers 98 and 108.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from shlex import quote
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, IntArray
from counterpoise._table import (
    Column,
    FeatureType,
    FrameTable,
    Table,
    feature_positions,
    is_missing,
    missing_mask,
    text_values,
)
from counterpoise.exceptions import CounterpoiseWarning, FeatureTypeError

__all__ = [
    "ColumnRole",
    "ColumnValues",
    "describe_option",
    "describe_roles",
    "find_roles",
    "read_values",
    "role_of",
]

_MIN_VALUES = 20  # among fewer, all being different is nothing unusual
_DISTINCT_NUMBERS, _DISTINCT_TEXTS, _CONSECUTIVE = 0.9, 0.75, 0.8  # shares of the values
_FREE_TEXT_DISTINCT, _FREE_TEXT_WORDS = 0.25, 5
_N_DEVIATIONS = 4  # fewer ties than this below the mean are no coincidence
_HEAD = 1000  # rows that decide whether all rows of a column are examined
_DATE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\S+)?\s*"
)
_NUMBERS = 0.9  # share of numbers in a column of numbers that are written as text
_CURRENCY = r"(?:[$€£¥₹₩₽]|USD|EUR|GBP|CHF|INR|JPY)?"
_GROUPED = r"(?:0|[1-9]\d{0,2})(?:([.,' \u00a0\u202f])\d{3})*(?:(?!\1)[.,]\d+)?"
_STYLED_NUMBER = re.compile(
    rf"[-+\u2212(]?\s*{_CURRENCY}\s*[-+\u2212]?(?:{_GROUPED}|\d+(?:[.,]\d+)?)\s*(?:%|{_CURRENCY})\)?"
)
_IDENTIFIER_NAME = re.compile(
    r"(^|[^a-z])(id|uuid|guid|identifier|index|number|nr|no)$"  # id, customer_id, Loan ID
    r"|(?-i:[a-z](ID|Id|Number|Nr|No))$",  # customerID, EmployeeNumber
    re.IGNORECASE,
)


class ColumnRole(Enum):
    """What the values of a column are."""

    FEATURE = "feature"
    IDENTIFIER = "identifier"
    TEXT = "free text"
    DATE = "date"
    NUMBER = "numbers as text"


@dataclass(frozen=True)
class ColumnValues:
    """Encoded values of one column.

    Attributes
    ----------
    codes : ndarray of int of shape (n_rows,)
        Position of each value among the sorted distinct values; `n_unique` for missing values.
    n_unique : int
        Number of distinct values, not counting missing values.
    is_missing : ndarray of bool of shape (n_rows,)
        Whether each value is missing.
    """

    codes: IntArray
    n_unique: int
    is_missing: BoolArray

    @property
    def n_present(self) -> int:
        """Number of values that are not missing."""
        return int((~self.is_missing).sum())


def read_values(table: Table, column: int) -> ColumnValues:
    """Encode the values of one column.

    Parameters
    ----------
    table : Table
    column : int

    Returns
    -------
    ColumnValues

    Raises
    ------
    FeatureTypeError
        If the values cannot be compared with each other, as lists cannot.
    """
    codes, is_missing = _encode(table, column), missing_mask(table, column)
    n_codes = int(codes.max(initial=-1)) + 1  # missing values have the last code
    return ColumnValues(codes, n_codes - bool(is_missing.any()), is_missing)


def _encode(table: Table, column: int) -> IntArray:
    about = table.columns[column]
    if about.feature_type.is_number:
        return np.unique(table.numbers(column), return_inverse=True)[1]
    try:
        return table.codes(column)
    except Exception as error:  # pandas, polars and pyarrow raise different types
        raise FeatureTypeError(
            f"The values of column {str(about.name)!r}, of type {about.dtype}, cannot be compared "
            "with each other.",
            (str(about.name),),
            f"Exclude the column: ignore=[{about.name!r}].",
        ) from error


def find_roles(table: Table, keep: Collection[object] = ()) -> dict[Any, ColumnRole]:
    """Find the columns of a data frame that are not features.

    Parameters
    ----------
    table : Table
    keep : collection of object, default=()
        Columns that are features in any case.

    Returns
    -------
    dict of object to ColumnRole
        By name. Empty for tables whose columns have no names; also, with a warning, if all columns
        are identifiers or free text.

    Examples
    --------
    >>> import pandas as pd
    >>> from counterpoise._table import as_table
    >>> X = pd.DataFrame({"id": range(100, 120), "x": [1.5, 2.5] * 10, "day": ["2024-01-31"] * 20})
    >>> {name: role.value for name, role in find_roles(as_table(X)).items()}
    {'id': 'identifier', 'day': 'date'}
    """
    if not isinstance(table, FrameTable):
        return {}
    head = replace(table, frame=table.frame.head(_HEAD))
    candidates = [
        j
        for j in feature_positions(table)
        if table.columns[j].name not in keep and _may_be_other(head, j)
    ]
    roles = {table.columns[j].name: role_of(table, j) for j in candidates}
    found: dict[Any, ColumnRole] = {
        name: role for name, role in roles.items() if role is not ColumnRole.FEATURE
    }
    if len(found) < len(feature_positions(table)) or ColumnRole.DATE in found.values():
        return found
    message = ". ".join(_describe_by_role(found).values())
    texts = [name for name, role in found.items() if role is ColumnRole.TEXT]
    advice = f" In a study, {describe_option('text', texts)} reads text by TF-IDF." if texts else ""
    warnings.warn(
        f"{message}. There is no other feature, so nothing is left out.{advice}",
        CounterpoiseWarning,
        stacklevel=4,
    )
    return {}


_SEEMS = {
    ColumnRole.IDENTIFIER: (
        "seems to be an identifier (nearly all values differ)",
        "seem to be identifiers (nearly all values differ)",
    ),
    ColumnRole.TEXT: ("seems to hold free text", "seem to hold free text"),
    ColumnRole.DATE: ("holds dates", "hold dates"),
    ColumnRole.NUMBER: (
        "holds numbers written as text",
        "hold numbers written as text",
    ),
}


def describe_roles(roles: Mapping[Any, ColumnRole], uses: Mapping[ColumnRole, str]) -> str:
    """Describe columns that are not features, what is done with them, and how to keep them.

    Parameters
    ----------
    roles : mapping of object to ColumnRole
        From `find_roles`.
    uses : mapping of ColumnRole to str
        What is done with the columns of each role.

    Examples
    --------
    >>> print(describe_roles({"at": ColumnRole.DATE}, {ColumnRole.DATE: "left out"}))
    Column 'at' holds dates: left out. keep=['at'] (--keep at) uses it as it is.
    """
    sentences = [f"{seem}: {uses[role]}." for role, seem in _describe_by_role(roles).items()]
    them = "them as they are" if len(roles) > 1 else "it as it is"
    return " ".join([*sentences, f"{describe_option('keep', roles)} uses {them}."])


def describe_option(option: str, names: Iterable[Any]) -> str:
    """Describe how a parameter, or an option of the command line, names some columns.

    Examples
    --------
    >>> describe_option("text", ["message"])
    "text=['message'] (--text message)"
    """
    names = [_plain(name) for name in names]
    options = " ".join(f"--{option} {quote(str(name))}" for name in names)
    return f"{option}={names} ({options})"


def _describe_by_role(roles: Mapping[Any, ColumnRole]) -> dict[ColumnRole, str]:
    """Return what the columns of each role seem to be."""
    described = {}
    for role, (one, many) in _SEEMS.items():
        names = [repr(_plain(name)) for name, found in roles.items() if found is role]
        if names:
            columns, seem = ("Columns", many) if len(names) > 1 else ("Column", one)
            described[role] = f"{columns} {', '.join(names)} {seem}"
    return described


def _plain(name: Any) -> Any:
    """Return a name without NumPy's types, which pandas has for columns without names."""
    return name.item() if isinstance(name, np.generic) else name


def _may_be_other(head: Table, column: int) -> bool:
    """Return whether the first rows allow another role than that of a feature."""
    feature_type = head.columns[column].feature_type
    if feature_type in (FeatureType.BOOLEAN, FeatureType.OTHER):
        return feature_type is FeatureType.OTHER
    if feature_type is FeatureType.FLOAT:
        return False  # whole numbers of this type are more often measurements than identifiers
    values = read_values(head, column)
    if values.n_present < _MIN_VALUES or values.n_unique >= _FREE_TEXT_DISTINCT * values.n_present:
        return True
    return feature_type is FeatureType.CATEGORICAL and _are_dates(head, column)


def role_of(table: Table, column: int, values: ColumnValues | None = None) -> ColumnRole:
    """Return the role of a column.

    Parameters
    ----------
    table : Table
    column : int
    values : ColumnValues, optional
        Its values, if they have been read already.

    Returns
    -------
    ColumnRole

    Notes
    -----
    Strings are an identifier if at least three quarters of them are different, unless nine of ten
    are numbers with separators or signs; free text if they have five words or more on average, and
    a quarter of them are different. Whole numbers are an identifier if they are consecutive, or if
    nine of ten are different and either the name of the column says so (such as ``customer_id``) or
    there are far fewer ties than independent draws from their range would have (the birthday
    problem).
    """
    about = table.columns[column]
    if about.feature_type is FeatureType.OTHER:
        is_date = _is_date_type(about) or _holds_date_objects(table, column)
        return ColumnRole.DATE if is_date else ColumnRole.FEATURE
    if about.feature_type is FeatureType.CATEGORICAL and _are_dates(table, column):
        return ColumnRole.DATE
    values = read_values(table, column) if values is None else values
    if values.n_present < _MIN_VALUES:
        return ColumnRole.FEATURE
    if about.feature_type is FeatureType.CATEGORICAL:
        return _role_of_texts(table, column, values)
    is_identifier = about.feature_type in (
        FeatureType.INTEGER,
        FeatureType.FLOAT,
    ) and _number_rows(about, _numbers(table, column), values)
    return ColumnRole.IDENTIFIER if is_identifier else ColumnRole.FEATURE


def _is_date_type(column: Column) -> bool:
    name = column.dtype.lower()
    return name.startswith(("date", "timestamp"))  # date32, Datetime(...), datetime64[ns, UTC]


def _holds_date_objects(table: Table, column: int) -> bool:
    """Return whether a column has Python's dates, as databases return them."""
    if not isinstance(table, FrameTable) or table.columns[column].dtype != "object":
        return False
    return all(isinstance(v, date) or is_missing(v) for v in table.series(column).to_list())


def _are_dates(table: Table, column: int) -> bool:
    texts = [text for text in set(text_values(table, column).tolist()) if isinstance(text, str)]
    return bool(texts) and all(_DATE.fullmatch(text) for text in texts)


def _role_of_texts(table: Table, column: int, values: ColumnValues) -> ColumnRole:
    share = values.n_unique / values.n_present
    if share < _FREE_TEXT_DISTINCT:
        return ColumnRole.FEATURE
    texts = [text for text in text_values(table, column).tolist() if isinstance(text, str)]
    if sum(len(text.split()) for text in texts) >= _FREE_TEXT_WORDS * len(texts):
        return ColumnRole.TEXT
    if share < _DISTINCT_TEXTS:
        return ColumnRole.FEATURE
    n_numbers = sum(_is_styled_number(text.strip()) for text in texts)
    return ColumnRole.NUMBER if n_numbers >= _NUMBERS * len(texts) else ColumnRole.IDENTIFIER


def _is_styled_number(text: str) -> bool:
    """Return whether a text is a number with a separator or a sign, unlike digits of a code."""
    return not text.isdigit() and _STYLED_NUMBER.fullmatch(text) is not None


def _numbers(table: Table, column: int) -> Array:
    numbers = table.numbers(column)
    return numbers[~np.isnan(numbers)] if numbers.dtype.kind == "f" else numbers


def _number_rows(about: Column, numbers: Array, values: ColumnValues) -> bool:
    """Return whether numbers are whole and identify rows."""
    n_unique, n_present = values.n_unique, values.n_present
    if n_unique < _DISTINCT_TEXTS * n_present or not _are_whole(numbers):
        return False
    low, high = float(numbers.min()), float(numbers.max())
    if n_unique == n_present and high - low == n_present - 1:
        return True
    steps = numbers[1:] == numbers[:-1] + numbers.dtype.type(1)
    if float(steps.mean()) >= _CONSECUTIVE:
        return True
    if about.feature_type is FeatureType.FLOAT or n_unique < _DISTINCT_NUMBERS * n_present:
        return False
    return bool(_IDENTIFIER_NAME.search(str(about.name))) or _are_few_ties(
        n_present - n_unique, n_present, high - low + 1
    )


def _are_few_ties(n_ties: int, n_draws: int, n_possible: float) -> bool:
    """Return whether independent draws would have more ties.

    Draws from a uniform distribution have the fewest.
    """
    expected = n_draws + n_possible * np.expm1(n_draws * np.log1p(-1 / n_possible))
    return bool(n_ties < expected - _N_DEVIATIONS * np.sqrt(expected))


def _are_whole(numbers: Array) -> bool:
    return numbers.dtype.kind != "f" or bool((numbers == np.rint(numbers)).all())
