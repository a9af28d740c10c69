"""Looking at a table before anything is done to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from counterpoise.exceptions import InputError
from counterpoise.neighbors import measure_units
from counterpoise.profile.advice import advise_methods, advise_study
from counterpoise.profile.cells import read_cells
from counterpoise.profile.columns import describe_column, distance_shares
from counterpoise.profile.data_profile import DataProfile
from counterpoise.profile.kinds import KINDS, RowKinds, judge_kinds
from counterpoise.profile.overlap import measure_overlap
from counterpoise.profile.records import (
    ClassFacts,
    ClassKinds,
    ColumnFacts,
    ColumnSeparation,
    Overlap,
    RepeatCounts,
)
from counterpoise.profile.repeats import Repeats, find_repeats
from counterpoise.profile.separation import separate
from counterpoise.profile.surroundings import NEIGHBORS, open_search, rows_to_ask
from counterpoise.table import (
    Kind,
    Labels,
    SparseTable,
    Table,
    features_of,
    open_labels,
    open_table,
)

__all__ = ["inspect"]


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
