"""Compare a table with a test set: shared rows, columns, values, distributions, class shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, IntArray
from counterpoise._table import (
    Column,
    EncodedTarget,
    FeatureType,
    FrameTable,
    SparseTable,
    Table,
    as_table,
    feature_positions,
    group_equal_codes,
    missing_mask,
    split_target,
    target_values,
    text_values,
)
from counterpoise.exceptions import InputError, TargetError
from counterpoise.profile._duplicates import SharedRows, find_shared_rows
from counterpoise.profile._records import UNSUPPORTED
from counterpoise.profile._shift_records import (
    ClassShift,
    ColumnShift,
    DatasetShift,
    TypeDifference,
)
from counterpoise.profile._shift_tests import (
    adjust,
    compare_shares,
    compute_one_sided_p_value,
    measure_distance_of_categories,
    measure_distance_of_numbers,
)

__all__ = ["LabeledTestSet", "compare_with_test_set", "open_test_set"]

_IDENTIFIER = "identifier"
_MAX_CATEGORIES = 10  # that a record lists


@dataclass(frozen=True)
class LabeledTestSet:
    """A test set.

    Attributes
    ----------
    table : Table
    labels : list or None
        The class of each row, if known.
    """

    table: Table
    labels: list[Any] | None


def open_test_set(
    X_test: Any, y_test: Any, target: str | None, ignore: Sequence[str]
) -> LabeledTestSet | None:
    """Open a test set, if there is one.

    Parameters
    ----------
    X_test : {array-like, dataframe} of shape (n_rows, n_features) or None
    y_test : array-like of shape (n_rows,) or None
    target : str or None
        The name of the target column, if it can be a column of `X_test`.
    ignore : sequence of str
        Columns to leave out, if `X_test` has them.

    Returns
    -------
    LabeledTestSet or None

    Raises
    ------
    InputError
        If only `y_test` is given; if `X_test` is not a table, or empty; or if the two differ in
        length.
    """
    if X_test is None:
        if y_test is not None:
            raise InputError("y_test needs X_test. Pass both, or neither.")
        return None
    try:
        table = as_table(X_test)
        names = [column.name for column in table.columns]
        if target in names:
            X_test, labels = split_target(X_test, str(target))
            y_test = labels if y_test is None else y_test
        table = as_table(X_test, ignore=[name for name in ignore if name in names])
    except InputError as error:
        raise InputError(f"X_test cannot be read: {error}") from error
    return LabeledTestSet(table, None if y_test is None else _read_labels(y_test, table.n_rows))


def _read_labels(y_test: Any, n_rows: int) -> list[Any]:
    try:
        labels: list[Any] = target_values(y_test).tolist()
    except TargetError as error:
        raise TargetError(re.sub(r"^y\b", "y_test", str(error))) from error
    if len(labels) != n_rows:
        raise InputError(
            f"X_test and y_test must have the same number of rows; they have {n_rows:,} and "
            f"{len(labels):,}."
        )
    return labels


def compare_with_test_set(
    table: Table, target: EncodedTarget, test: LabeledTestSet, left_out: Mapping[Any, str]
) -> DatasetShift:
    """Compare a table with a test set.

    Parameters
    ----------
    table : Table
    target : EncodedTarget
    test : LabeledTestSet
    left_out : mapping of object to str
        Columns that are not features, and why.

    Returns
    -------
    DatasetShift

    Raises
    ------
    InputError
        If only one of them has column names, if they have no column in common, or if the test set
        is sparse.
    """
    if isinstance(test.table, SparseTable):
        raise InputError("X_test is sparse, but X is not. Pass X_test.toarray().")
    first, second = _columns_by_name(table), _columns_by_name(test.table)
    if isinstance(table, FrameTable) != isinstance(test.table, FrameTable):
        raise InputError(
            "X and X_test must both be data frames, whose columns are matched by name, or both be "
            "arrays."
        )
    common = [name for name in first if name in second]
    if not common:
        raise InputError(
            f"X and X_test have no column in common: X has {_list(first)}, X_test has "
            f"{_list(second)}. Are these the right tables?"
        )
    pairs = [
        _Pair(
            name,
            _Side(table, first[name]),
            _Side(test.table, second[name]),
            left_out.get(name),
        )
        for name in common
    ]
    differences = tuple(pair.describe_types() for pair in pairs if pair.differs_in_type)
    comparable = [pair for pair in pairs if not pair.differs_in_type]
    shared = _find_shared_rows(comparable, table.n_rows, test.table.n_rows)
    return DatasetShift(
        n_rows=test.table.n_rows,
        n_shared_rows=shared.n_shared,
        n_shared_expected=shared.n_expected,
        has_leaked_rows=shared.are_in_excess,
        missing_columns=tuple(name for name in first if name not in second),
        extra_columns=tuple(name for name in second if name not in first),
        type_differences=differences,
        columns=_adjust_p_values([_compare_column(pair) for pair in comparable]),
        classes=() if test.labels is None else _compare_classes(target, test.labels),
    )


def _columns_by_name(table: Table) -> dict[Any, int]:
    return {table.columns[j].name: j for j in feature_positions(table)}


def _list(columns: Mapping[Any, int]) -> str:
    names = ", ".join(repr(str(name)) for name in list(columns)[:5])
    return names + (" …" if len(columns) > 5 else "")


# ---- Pairs of columns ----


@dataclass(frozen=True)
class _Side:
    """A column of one of the tables."""

    table: Table
    column: int

    @property
    def about(self) -> Column:
        return self.table.columns[self.column]

    @cached_property
    def is_missing(self) -> BoolArray:
        return missing_mask(self.table, self.column)

    @property
    def n_missing(self) -> int:
        return int(self.is_missing.sum())

    @property
    def has_values(self) -> bool:
        return self.n_missing < self.table.n_rows

    @property
    def kind(self) -> str:
        feature_type = self.about.feature_type
        is_number = feature_type in (FeatureType.INTEGER, FeatureType.FLOAT)
        return "number" if is_number else feature_type.value

    def numbers(self) -> Array:
        return self.table.numbers(self.column)

    def present_numbers(self) -> Array:
        return self.numbers()[~self.is_missing]

    def encode(self) -> IntArray:
        """Return the codes of the values, -1 for missing ones."""
        return np.where(self.is_missing, -1, self.table.codes(self.column))

    def encode_texts(self, known: dict[str, int]) -> IntArray:
        """Return the codes of texts, -1 for missing ones; add unknown texts to the known ones."""
        rows = np.flatnonzero(~self.is_missing)
        own = self.table.codes(self.column)[rows]
        _, first, inverse = np.unique(own, return_index=True, return_inverse=True)
        texts = text_values(self.table, self.column)[rows[first]].tolist()
        places = np.array([known.setdefault(text, len(known)) for text in texts], np.intp)
        codes = np.full(self.table.n_rows, -1, np.intp)
        codes[rows] = places[inverse]
        return codes


@dataclass(frozen=True)
class _Pair:
    """A column of both tables."""

    name: Any
    first: _Side
    second: _Side
    left_out: str | None

    @property
    def differs_in_type(self) -> bool:
        """Whether the types differ; a column without any value has no type."""
        have_values = self.first.has_values and self.second.has_values
        return have_values and self.first.kind != self.second.kind

    @property
    def is_number(self) -> bool:
        return self.first.about.feature_type.is_number

    def describe_types(self) -> TypeDifference:
        types = (side.about.feature_type.value for side in (self.first, self.second))
        return TypeDifference(self.name, *types)

    def encode(self) -> IntArray:
        """Return the same code for equal values of all rows, those of the first table first."""
        if self.first.kind != self.second.kind:  # one of them has no values
            return 1 + np.concatenate([self.first.encode(), self.second.encode()])
        if self.is_number:
            numbers = np.concatenate([self.first.numbers(), self.second.numbers()])
            return np.unique(numbers, return_inverse=True)[1]
        known: dict[str, int] = {}
        return 1 + np.concatenate([self.first.encode_texts(known), self.second.encode_texts(known)])


def _find_shared_rows(pairs: Sequence[_Pair], n_first: int, n_second: int) -> SharedRows:
    """Find rows that are equal in all columns but identifiers, which may differ between files."""
    compared = [pair for pair in pairs if pair.left_out not in (_IDENTIFIER, UNSUPPORTED)]
    if not compared:
        return SharedRows(np.zeros(n_second, bool), 0.0, 0.0)
    groups = group_equal_codes((pair.encode() for pair in compared), n_first + n_second)
    return find_shared_rows(groups, n_first, np.random.RandomState(0))


# ---- Values and distributions ----


def _compare_column(pair: _Pair) -> ColumnShift:
    n, n_test = pair.first.table.n_rows, pair.second.table.n_rows
    missing, test_missing = pair.first.n_missing, pair.second.n_missing
    shift = ColumnShift(
        name=pair.name,
        missing_share=missing / n,
        test_missing_share=test_missing / n_test,
        missing_p_value=compare_shares(missing, n, test_missing, n_test),
    )
    if pair.left_out is not None or not (pair.first.has_values and pair.second.has_values):
        return shift
    return _compare_numbers(shift, pair) if pair.is_number else _compare_categories(shift, pair)


def _compare_numbers(shift: ColumnShift, pair: _Pair) -> ColumnShift:
    values, test_values = pair.first.present_numbers(), pair.second.present_numbers()
    low, high = values.min(), values.max()
    n_below, n_above = int((test_values < low).sum()), int((test_values > high).sum())
    n_test, n_all = len(test_values), len(values) + len(test_values)
    p_value = min(compute_one_sided_p_value(k, n_test, n_all) for k in (n_below, n_above))
    distance, distance_p_value = measure_distance_of_numbers(values, test_values)
    return replace(
        shift,
        low=float(low),
        high=float(high),
        test_low=float(test_values.min()),
        test_high=float(test_values.max()),
        n_out_of_range=n_below + n_above,
        range_p_value=min(2 * p_value, 1.0),  # for two sides
        distance=distance,
        distance_p_value=distance_p_value,
    )


def _compare_categories(shift: ColumnShift, pair: _Pair) -> ColumnShift:
    known: dict[str, int] = {}
    parts = [side.encode_texts(known) for side in (pair.first, pair.second)]
    counts, test_counts = (np.bincount(part[part >= 0], minlength=len(known)) for part in parts)
    names = list(known)
    is_new = counts == 0
    order = np.argsort(-np.where(is_new, test_counts, 0), kind="stable")[: int(is_new.sum())]
    n_test, n_all = int(test_counts.sum()), int(counts.sum() + test_counts.sum())
    # The most frequent one is the least likely to be in the test set only; it was selected.
    n_most = int(test_counts[order[0]]) if len(order) else 0
    p_value = compute_one_sided_p_value(n_most, n_test, n_all) * int((test_counts > 0).sum())
    distance, distance_p_value = measure_distance_of_categories(counts, test_counts)
    return replace(
        shift,
        n_new_categories=len(order),
        n_new_category_rows=int(test_counts[is_new].sum()),
        new_categories=tuple(names[code] for code in order[:_MAX_CATEGORIES]),
        new_category_p_value=min(p_value, 1.0),
        distance=distance,
        distance_p_value=distance_p_value,
    )


def _adjust_p_values(columns: Sequence[ColumnShift]) -> tuple[ColumnShift, ...]:
    names = ("missing_p_value", "new_category_p_value", "range_p_value", "distance_p_value")
    adjusted = [adjust([getattr(column, name) for column in columns]) for name in names]
    return tuple(
        replace(column, **dict(zip(names, p_values, strict=True)))
        for column, p_values in zip(columns, zip(*adjusted, strict=True), strict=True)
    )


# ---- Classes ----


def _compare_classes(target: EncodedTarget, labels: Sequence[Any]) -> tuple[ClassShift, ...]:
    counts = dict(zip(target.classes, target.counts.tolist(), strict=True))
    test_counts = Counter(labels)
    known = [*counts, *(label for label in test_counts if label not in counts)]
    n, n_test = sum(counts.values()), len(labels)
    p_values = adjust(
        [compare_shares(counts.get(label, 0), n, test_counts[label], n_test) for label in known]
    )
    return tuple(
        ClassShift(
            label,
            counts.get(label, 0),
            test_counts[label],
            counts.get(label, 0) / n,
            test_counts[label] / n_test,
            p_value,
        )
        for label, p_value in zip(known, p_values, strict=True)
    )
