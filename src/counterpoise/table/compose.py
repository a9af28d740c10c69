"""What a table and its labels are after a decision, before anything is rebuilt.

A second sampler reads them as it would the containers; the two decisions are then composed into
one, of which the containers know nothing but the first input and the last output.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, FloatArray, IntArray, RowArray
from counterpoise.exceptions import InputError
from counterpoise.table.columns import blend_column, features_of, made_values
from counterpoise.table.dense import build_matrix
from counterpoise.table.labels import rebuild_labels
from counterpoise.table.open import open_table
from counterpoise.table.records import Blends, Column, Kind, Labels, Resampling, Table
from counterpoise.table.sparse import SparseTable

__all__ = ["ResampledTable", "compose", "labels_after", "rebuild"]


def rebuild(table: Table, labels: Labels, decision: Resampling) -> tuple[Any, Any]:
    """Turn a decision into the resampled table and target.

    A pandas index survives where every output row is an input row and both X and y are pandas;
    otherwise both leave with a fresh RangeIndex, so that they can be joined side by side.

    Parameters
    ----------
    table : Table
    labels : Labels
    decision : Resampling

    Returns
    -------
    X, y : the containers that were opened
        The output rows and their labels.
    """
    keep_index = not len(decision.made) and table.has_index and labels.has_index
    return (
        table.rebuild(decision, keep_index=keep_index),
        rebuild_labels(labels, decision, keep_index=keep_index),
    )


def labels_after(labels: Labels, decision: Resampling) -> tuple[Labels, IntArray]:
    """Return the labels after a decision, and the former code of each class that is left.

    Parameters
    ----------
    labels : Labels
    decision : Resampling

    Returns
    -------
    labels : Labels
    former : ndarray of int of shape (n_classes_left,)
    """
    codes = decision.ordered(
        labels.codes[decision.kept_rows(len(labels.codes))], decision.made.label
    )
    former, codes = np.unique(codes, return_inverse=True)
    left = Labels(
        codes=codes,
        classes=tuple(labels.classes[code] for code in former),
        counts=np.bincount(codes, minlength=len(former)),
        source=rebuild_labels(labels, decision, keep_index=False),
        has_index=labels.has_index,
    )
    return left, former


@dataclass(frozen=True)
class ResampledTable:
    """A table as a decision leaves it; its rows are made as they are asked for.

    Attributes
    ----------
    source : Table
    decision : Resampling
    """

    source: Table
    decision: Resampling

    @property
    def readable(self) -> Table:
        """What a sampler reads: this table itself, but a sparse one is rebuilt."""
        if isinstance(self.source, SparseTable):
            return SparseTable(self.source.rebuild(self.decision, keep_index=False))
        return self

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the source."""
        return self.source.columns

    @cached_property
    def kept(self) -> IntArray:
        """The rows of the source that are kept."""
        return self.decision.kept_rows(self.source.n_rows)

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.kept) + len(self.decision.made)

    @property
    def has_index(self) -> bool:
        """Whether the source labels its rows."""
        return self.source.has_index

    @cached_property
    def matrix(self) -> FloatArray | None:
        """All cells, where the source has them in one array."""
        matrix = self.source.matrix
        return None if matrix is None else build_matrix(matrix, self.decision)

    @property
    def for_models(self) -> Any:
        """What a user's own model is given: the features, rebuilt in the source's container."""
        rebuilt = self.source.rebuild(self.decision, keep_index=False)
        ignored, copied = (
            [column.name for column in self.columns if column.kind is kind]
            for kind in (Kind.IGNORED, Kind.COPIED)
        )
        return open_table(rebuilt, ignore=ignored, copy=copied).for_models

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column (or some rows of it), NaN where a cell is missing."""
        if self.matrix is not None:
            values = self.matrix[:, column]
        else:
            kept = self.source.numbers(column, self.kept)
            values = self.decision.ordered(kept, self._made_numbers(column))
        return values if rows is None else values[rows]

    def _made_numbers(self, column: int) -> Array:
        made = self.decision.made
        donors = made.donors_of(column)
        if donors is not None:
            return self.source.numbers(column, donors)
        return made_values(self.source, column, made) if len(made) else np.empty(0, np.int8)

    def codes(self, column: int) -> IntArray:
        """Return a column's values as positions among its sorted values, missing cells last."""
        donors = self.decision.made.donors_of(column)
        if donors is None and len(self.decision.made):
            values = self.numbers(column)
            return np.unique(values, return_inverse=True)[1].astype(np.int32)
        codes = self.source.codes(column)
        made = codes[:0] if donors is None else codes[donors]
        return self.decision.ordered(codes[self.kept], made)

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Return the rows that a further decision describes, in the source's container."""
        whole = compose(self, decision, np.arange(1 + decision.made.label.max(initial=0)))
        return self.source.rebuild(whole, keep_index=keep_index)


def compose(first: ResampledTable, second: Resampling, former: IntArray) -> Resampling:
    """Make one decision of two.

    Parameters
    ----------
    first : ResampledTable
        The table after the first decision.
    second : Resampling
        What was decided of it.
    former : ndarray of int
        For each class code of the second decision, that of the first.

    Returns
    -------
    Resampling
        About the first table's source. A row made from made rows has no parents there; it carries
        its values.
    """
    n_kept = len(first.kept)
    origin = first.decision.ordered(
        np.arange(n_kept), np.arange(n_kept, n_kept + len(first.decision.made))
    )
    stay = origin if second.kept is None else origin[second.kept]
    is_kept = stay < n_kept
    old = first.decision.made.take(stay[~is_kept] - n_kept)
    new = _about_source(first, second.made, origin, n_kept, former)
    place = np.where(is_kept, np.cumsum(is_kept) - 1, is_kept.sum() + np.cumsum(~is_kept) - 1)
    order = np.concatenate([place, np.arange(len(stay), len(stay) + len(new))])
    if second.order is not None:
        order = order[second.order]
    kept = first.kept[stay[is_kept]]
    everything = np.array_equal(kept, np.arange(first.source.n_rows))
    in_order = bool((np.diff(order) == 1).all())
    return Resampling(
        None if everything else kept,
        Blends.concat([part for part in (old, new) if len(part)]),
        None if in_order else order,
    )


def _about_source(
    first: ResampledTable, made: Blends, origin: RowArray, n_kept: int, former: IntArray
) -> Blends:
    """Speak of the source's rows instead of those of the table after the first decision."""
    if not len(made):
        return Blends.none()
    base, partner = (_kept_row(first, rows, origin, n_kept) for rows in (made.base, made.partner))
    is_blend = made.partner >= 0
    orphan = is_blend & ((base < 0) | (partner < 0))
    points = _points(first, made, orphan) if orphan.any() else made.points
    base[orphan] = partner[orphan] = -1
    return replace(
        made,
        base=base,
        partner=partner,
        weight=np.where(orphan, np.nan, made.weight),
        label=former[made.label],
        points=points,
        donors=_donors(first, made, origin, n_kept),
    )


def _kept_row(first: ResampledTable, rows: IntArray, origin: RowArray, n_kept: int) -> IntArray:
    at = np.where(rows >= 0, origin[rows], n_kept)
    is_kept = at < n_kept
    found = np.full(len(rows), -1)
    found[is_kept] = first.kept[at[is_kept]]
    return found


def _points(first: ResampledTable, made: Blends, orphan: Any) -> FloatArray:
    """Return the values of the rows that will have no two parents, in their order."""
    points = np.zeros((len(made), len(features_of(first))))
    lone = made.partner < 0
    if made.points is not None:
        points[lone] = made.points
    some = np.flatnonzero(orphan)
    base, partner, weight = made.base[some], made.partner[some], made.weight[some]
    for position, column in enumerate(features_of(first)):
        if column not in made.nominal:
            ends = first.numbers(column, base), first.numbers(column, partner)
            kind = first.columns[column].kind
            points[some, position] = blend_column(ends[0], ends[1], weight, kind)
    values: FloatArray = points[lone | orphan]
    return values


def _donors(first: ResampledTable, made: Blends, origin: RowArray, n_kept: int) -> IntArray | None:
    if made.donors is None:
        return None
    donors = np.empty_like(made.donors)
    for position, column in enumerate(made.nominal):
        at = origin[made.donors[:, position]]
        is_kept = at < n_kept
        donors[is_kept, position] = first.kept[at[is_kept]]
        if not is_kept.all():
            former = first.decision.made.donors_of(column)
            if former is None:
                raise InputError(
                    f"Column {first.columns[column].name!r} was blended by one sampler and is "
                    "voted on by the next; let both take it as numbers or both as categories."
                )
            donors[~is_kept, position] = former[at[~is_kept] - n_kept]
    return donors
