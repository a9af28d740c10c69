"""The target of several labels per sample: a label matrix, read once and built again.

A label matrix has a row for each sample and a column of 0 and 1 for each label. It is a table like
the samples, so that every container of samples is also one of labels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array, IntArray, RowArray
from counterpoise._table.columns import number_blocks, positions_of_type
from counterpoise._table.open import as_table
from counterpoise._table.records import NUMBERS, Resampling, SyntheticSamples, Table
from counterpoise._table.sparse import SparseTable, group_equal_sparse_rows
from counterpoise.exceptions import InputError, TargetError

__all__ = ["LabelMatrix", "as_label_matrix", "rebuild_label_matrix"]

_BINARIZE = "sklearn.preprocessing.MultiLabelBinarizer().fit_transform(label_sets)"


@dataclass(frozen=True)
class LabelMatrix:
    """The labels of each sample.

    Attributes
    ----------
    table : Table
        The label matrix in the container it came in.
    indicator : csr_array of int32 of shape (n_samples, n_labels)
        A stored 1 for each label that a sample has; indices are sorted.
    """

    table: Table
    indicator: Any

    @property
    def names(self) -> tuple[object, ...]:
        """The name of each label, or its column number."""
        return tuple(self.table.columns.names)

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return int(self.indicator.shape[0])

    @property
    def n_labels(self) -> int:
        """Number of labels."""
        return int(self.indicator.shape[1])

    @cached_property
    def counts(self) -> IntArray:
        """Number of samples that have each label; ndarray of int of shape (n_labels,)."""
        return np.bincount(self.indicator.indices, minlength=self.n_labels)

    @cached_property
    def sizes(self) -> IntArray:
        """Number of labels of each sample; ndarray of int of shape (n_samples,)."""
        sizes: IntArray = np.diff(self.indicator.indptr)
        return sizes

    @cached_property
    def label_sets(self) -> IntArray:
        """Number of each sample's label set, from 0 in the order of the samples."""
        return group_equal_sparse_rows(SparseTable(self.indicator))

    @cached_property
    def _by_label(self) -> Any:
        return self.indicator.tocsc()

    def rows_of(self, label: int) -> RowArray:
        """Return the rows of the samples that have a label, in ascending order."""
        start, end = self._by_label.indptr[label : label + 2]
        rows: RowArray = self._by_label.indices[start:end].astype(np.intp)
        return rows


def as_label_matrix(y: Any, n_rows: int | None = None) -> LabelMatrix:
    """Open a label matrix, and check that the imbalance of its labels is defined.

    Parameters
    ----------
    y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
        1 or True for each label that a sample has, else 0 or False. Samples may have no label.
    n_rows : int, optional
        Number of rows of X.

    Returns
    -------
    LabelMatrix

    Raises
    ------
    TargetError
        If y is not a label matrix, has other values than 0 and 1, a single column, or a label that
        no sample has.
    InputError
        If X and y have different lengths.
    """
    if y is None:
        raise TargetError("Labels are needed, but y is None. Pass the label matrix as y.")
    table = _open(y)
    if n_rows is not None and table.n_rows != n_rows:
        raise InputError(
            f"X and y must have the same number of rows; X has {n_rows}, y has {table.n_rows}."
        )
    labels = LabelMatrix(table, _read_indicator(table))
    _check_counts(labels)
    return labels


def rebuild_label_matrix(
    labels: LabelMatrix,
    decision: Resampling,
    changed: IntArray,
    label_sets: Any,
    *,
    keep_index: bool,
) -> Any:
    """Build the label matrix of the output rows, in the container it came in.

    Parameters
    ----------
    labels : LabelMatrix
    decision : Resampling
        The output rows.
    changed : ndarray of int of shape (n_changed,)
        The output rows that do not have the labels of an input row, such as synthetic rows.
    label_sets : csr_array of int of shape (n_changed, n_labels)
        The labels of these rows.
    keep_index : bool

    Returns
    -------
    array-like, sparse matrix or dataframe of shape (n_output, n_labels)
    """
    source = decision.ordered(decision.kept_rows(labels.n_samples), decision.synthetic.base)
    is_changed = np.zeros(len(source), bool)
    is_changed[changed] = True
    unchanged = np.flatnonzero(~is_changed)
    if not len(changed):
        return labels.table.rebuild(Resampling(source), keep_index=keep_index)
    # Rows with other labels are to the label matrix what synthetic rows are to a table.
    points = label_sets if isinstance(labels.table, SparseTable) else label_sets.toarray()
    synthetic = SyntheticSamples(
        source[changed],
        np.full(len(changed), -1),
        np.full(len(changed), np.nan),
        np.zeros(len(changed), np.intp),
        points.astype(np.float64),
    )
    order = np.argsort(np.concatenate([unchanged, changed]))
    built = Resampling(source[unchanged], synthetic, order)
    return labels.table.rebuild(built, keep_index=keep_index)


def _open(y: Any) -> Table:
    try:
        return as_table(y)
    except InputError as error:
        if hasattr(y, "columns"):  # a data frame with a defect, such as a duplicate name
            raise TargetError(re.sub(r"\bX\b", "y", str(error))) from error
        raise TargetError(
            "y must be a label matrix: a row for each sample, and a column of 0 and 1 for each "
            f"label. For lists of labels, pass {_BINARIZE}; for one class per sample, use "
            "counterpoise.over_sampling."
        ) from error


def _read_indicator(table: Table) -> Any:
    """Return the matrix of stored ones of a table that holds nothing but 0 and 1."""
    if isinstance(table, SparseTable):
        stored = table.by_row.tocoo()
        _check_values(table, stored.data, stored.col, stored.row)
        indicator = sparse.csr_array(table.by_row, dtype=np.int32, copy=True)
        indicator.eliminate_zeros()
        return indicator
    texts = sorted(set(range(len(table.columns))).difference(positions_of_type(table, *NUMBERS)))
    if texts:
        column = table.columns[texts[0]]
        raise TargetError(
            f"y must contain 0 and 1 only; its column {column.name!r} is of type {column.dtype}. "
            f"For lists of labels, pass {_BINARIZE}."
        )
    blocks = []
    for where, block in number_blocks(table, range(len(table.columns))):
        is_stored = block != 0
        rows, columns = np.nonzero(is_stored)
        _check_values(table, block[is_stored], columns + where.start, rows)
        ends = np.concatenate([[0], np.cumsum(is_stored.sum(axis=1))])
        ones = np.ones(len(columns), np.int32)
        blocks.append(sparse.csr_array((ones, columns, ends), is_stored.shape))
    return sparse.hstack(blocks, format="csr") if len(blocks) > 1 else blocks[0]


def _check_values(table: Table, values: Array, columns: IntArray, rows: IntArray) -> None:
    """Raise an error if any of the values is neither 0 nor 1."""
    bad = np.flatnonzero((values != 0) & (values != 1))
    if not len(bad):
        return
    value, row = values[bad[0]], rows[bad[0]]
    name = table.columns.names[columns[bad[0]]]
    if np.isnan(value):
        raise TargetError(
            f"y must contain 0 and 1 only; a value is missing in row {row}, label {name!r}. Drop "
            "rows with unknown labels, or pass 0 where a label is absent."
        )
    raise TargetError(
        f"y must contain 0 and 1 only; it contains {value:g} in row {row}, label {name!r}. If y has"
        " one class per sample, use counterpoise.over_sampling; if it has scores, pass y > 0.5."
    )


def _check_counts(labels: LabelMatrix) -> None:
    if not labels.indicator.nnz:
        raise TargetError("y has no 1: no sample has a label. Check how the label matrix was made.")
    if labels.n_labels == 1:
        raise TargetError(
            "y has a single label, so that there is no imbalance between labels. Use "
            "counterpoise.over_sampling or counterpoise.under_sampling with the column as target."
        )
    empty = np.flatnonzero(labels.counts == 0)
    if len(empty):
        names = ", ".join(repr(labels.names[j]) for j in empty[:5])
        more = f" and {len(empty) - 5} more" if len(empty) > 5 else ""
        raise TargetError(
            f"Each label needs a sample that has it; no sample has {names}{more}. Drop such "
            "columns: y[:, y.any(axis=0)], or y.loc[:, y.any()] for a data frame."
        )
