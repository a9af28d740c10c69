"""The profile of a table: its facts, what they say, and how they look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise._finding import Finding
from counterpoise.exceptions import InputError
from counterpoise.neighbors import measure_units
from counterpoise.profile._advice import advise_methods, advise_study
from counterpoise.profile._columns import describe_column, distance_shares, read_cells, separate
from counterpoise.profile._duplicates import Repeats, find_repeats
from counterpoise.profile._findings import find
from counterpoise.profile._neighborhoods import (
    KINDS,
    NEIGHBORS,
    RowKinds,
    judge_kinds,
    measure_overlap,
    open_search,
    rows_to_ask,
)
from counterpoise.profile._records import (
    ClassFacts,
    ClassKinds,
    ColumnFacts,
    ColumnSeparation,
    Facts,
    Overlap,
    RepeatCounts,
    to_plain,
)
from counterpoise.profile._sections import Section, sections_of, to_html, to_text
from counterpoise.table import (
    Kind,
    Labels,
    SparseTable,
    Table,
    features_of,
    open_labels,
    open_table,
)

__all__ = ["DataProfile", "inspect"]


@dataclass(frozen=True)
class DataProfile(Facts):
    """What a table is like, as `counterpoise.inspect` found it.

    Printed, it is a text of 80 columns; in a notebook, tables.

    Attributes
    ----------
    n_rows : int
    classes : tuple of ClassFacts
        In sorted order: `label`, `n_rows`, `share`.
    ratio : float
        Rows of the largest class for each of the smallest.
    columns : tuple of ColumnFacts
        The features: `name`, `kind`, `dtype`, `n_missing`, `n_distinct`, `distance_share`,
        `is_identifier`, `may_be_codes`, `is_constant`. Columns that were set aside are not among
        them.
    n_missing : int
        Missing cells of all features.
    repeats : RepeatCounts
        `n_repeated`, `n_contradicting`, `n_disputed`, `n_misjudged`.
    kinds : tuple of ClassKinds
        Of each class that is smaller than the largest: `label`, `n_judged`, `safe`, `borderline`,
        `rare`, `outlier`; empty where nothing could be measured.
    overlap : Overlap or None
        `classes`, `nearest_error`, `fisher`, `fisher_column`; None where no column has a distance,
        or there are five rows or fewer.
    separations : tuple of ColumnSeparation
        For each feature: `name`, `auc`, `missing_auc`, `separates`, `missing_tells`.
    most_folds : int
        The most folds of which each has every class: the rows of the smallest class.
    methods : tuple of MethodAdvice
        For each method of `counterpoise.resample`: `method`, `fits`, `parameters`, `reason`.
    study : StudyAdvice or None
        `n_folds`, `n_repeats`, `fewest_in_test`, `methods`, `parameters`,
        `keeps_repeats_together`; None where the smallest class has a single row, or all are of one
        size.
    """

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader should know, the gravest first: `code`, `severity`, `sentence`."""
        return find(self)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All of it as text cells, for whoever draws them."""
        return sections_of(self, self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return facts and findings as dictionaries, lists, texts and numbers.

        Returns
        -------
        dict
        """
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return {"counterpoise profile": 1, **plain, "findings": to_plain(self.findings)}

    def to_json(self) -> str:
        """Return `to_dict` as a JSON text.

        Returns
        -------
        str
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)

    def __str__(self) -> str:
        return to_text(self.sections)

    def _repr_html_(self) -> str:
        return to_html(self.sections)


def inspect(X: Any, y: Any, *, ignore: Sequence[str] = ()) -> DataProfile:
    """Look at a table before anything is done to it.

    Class counts, columns as the samplers see them, missing and repeated cells, how hard the
    minority rows are, what leaked from the answer, and which methods and folds the table allows.
    Distances are measured with each number divided by its standard deviation. Of a class of more
    than 50,000 rows, the surroundings of a fixed random 10,000 are looked at.

    Parameters
    ----------
    X : array-like or data frame of shape (n_rows, n_features)
        A list of rows, a numpy array, a pandas or polars DataFrame or a pyarrow Table.
    y : array-like of shape (n_rows,)
        The class of each row.
    ignore : sequence of str, default=()
        Columns of a data frame that are left out.

    Returns
    -------
    DataProfile

    Raises
    ------
    InputError
        If X is no table or is sparse, a number is infinite, or y is not two classes or more.

    References
    ----------
    K. Napierala, J. Stefanowski, Journal of Intelligent Information Systems 46, 563-597 (2016),
    doi:10.1007/s10844-015-0368-1. A. C. Lorena et al., ACM Computing Surveys 52, 107 (2019),
    doi:10.1145/3347711.

    Examples
    --------
    >>> import counterpoise
    >>> from counterpoise.datasets import load_wine_rare
    >>> X, y = load_wine_rare(return_X_y=True)
    >>> profile = counterpoise.inspect(X, y)
    >>> round(profile.ratio, 1), profile.most_folds, profile.study.n_folds
    (9.3, 14, 5)
    >>> [finding.code for finding in profile.findings]
    ['few-rows', 'one-column-decides']
    """
    table = open_table(X, ignore=ignore)
    if isinstance(table, SparseTable):
        shape = (table.n_rows, len(table.columns))
        raise InputError(
            f"inspect looks at dense tables; X is sparse, of shape {shape}. Pass X.toarray(), of "
            "some of its rows and columns if it is large."
        )
    labels = open_labels(y, table.n_rows)
    measured = _measurable(X, table, ignore)
    shares = {} if measured is None else distance_shares(table, measure_units(measured, None))
    kinds, overlap = _look_around(measured, labels)
    columns, separations = _look_at_columns(table, labels, shares)
    methods = advise_methods(table, labels)
    repeats = _count_repeats(find_repeats(table, labels), labels)
    return DataProfile(
        n_rows=table.n_rows,
        classes=tuple(
            ClassFacts(label, int(count), float(count / table.n_rows))
            for label, count in zip(labels.classes, labels.counts, strict=True)
        ),
        ratio=float(labels.counts.max() / labels.counts.min()),
        columns=columns,
        n_missing=sum(column.n_missing for column in columns),
        repeats=repeats,
        kinds=kinds,
        overlap=overlap,
        separations=separations,
        most_folds=int(labels.counts.min()),
        methods=methods,
        study=advise_study(table, labels, methods, repeats),
    )


def _measurable(X: Any, table: Table, ignore: Sequence[str]) -> Table | None:
    """Return the table without columns on which no distance is defined; None if that is none."""
    other = [column.name for column in table.columns if column.kind is Kind.OTHER]
    if not other:
        return table
    try:
        return open_table(X, ignore=[*ignore, *other])
    except InputError:  # no column is left, or it is an array, whose columns cannot be set aside
        return None


def _count_repeats(repeats: Repeats, labels: Labels) -> RepeatCounts:
    return RepeatCounts(
        repeats.n_repeated,
        repeats.n_contradicting,
        repeats.n_disputed,
        repeats.least_errors(labels),
    )


def _look_at_columns(
    table: Table, labels: Labels, shares: dict[int, float]
) -> tuple[tuple[ColumnFacts, ...], tuple[ColumnSeparation, ...]]:
    columns, separations = [], []
    for j in features_of(table):
        cells = read_cells(table, j)  # sorting them is what takes time
        columns.append(describe_column(table, j, cells, shares.get(j)))
        separations.append(separate(table.columns[j], cells, labels))
    return tuple(columns), tuple(separations)


def _look_around(
    table: Table | None, labels: Labels
) -> tuple[tuple[ClassKinds, ...], Overlap | None]:
    """Judge minority rows, and measure the overlap, by the nearest others of rows."""
    if table is None or table.n_rows <= NEIGHBORS:
        return (), None
    search, rows = open_search(table), rows_to_ask(labels)
    nearest = search.nearest_others(rows)
    is_minority = (labels.counts < labels.counts.max())[labels.codes[rows]]
    kinds = judge_kinds(search, labels, rows[is_minority], nearest[is_minority])
    return _tally(kinds, labels), measure_overlap(table, labels, rows, nearest)


def _tally(kinds: RowKinds, labels: Labels) -> tuple[ClassKinds, ...]:
    codes = labels.codes[kinds.rows]
    return tuple(
        ClassKinds(labels.classes[code], int((codes == code).sum()), *_count(kinds, codes == code))
        for code in np.unique(codes)
    )


def _count(kinds: RowKinds, which: Any) -> list[int]:
    return [int(n) for n in np.bincount(kinds.kind[which], minlength=len(KINDS))]
