"""Build the output of a decision, and compose the decisions of two samplers into one.

A second sampler reads the table that a first one would return without that table being built.
Both decisions are then composed into one, in terms of the first input, so that the output is built
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, FloatArray, IntArray, RowArray
from counterpoise._table.columns import (
    assemble_numbers,
    feature_positions,
    interpolate_columns,
    positions_of_type,
    split_columns,
    synthetic_values,
)
from counterpoise._table.continuous import ContinuousTarget, rebuild_continuous
from counterpoise._table.dense import build_matrix
from counterpoise._table.labels import rebuild_target
from counterpoise._table.open import as_table
from counterpoise._table.records import (
    Columns,
    EncodedTarget,
    FeatureType,
    Resampling,
    SyntheticSamples,
    Table,
)
from counterpoise._table.sparse import SparseTable
from counterpoise.exceptions import InputError

__all__ = ["ResampledTable", "compose", "rebuild", "resample_target"]


def rebuild(table: Table, target: EncodedTarget, decision: Resampling) -> tuple[Any, Any]:
    """Build the resampled X and y from a decision.

    If all output rows are input rows and both X and y are from pandas, their index is kept.
    Otherwise both have a new RangeIndex, so that they can be concatenated column by column.

    Parameters
    ----------
    table : Table
    target : EncodedTarget
    decision : Resampling

    Returns
    -------
    X, y : array-like, sparse matrix or dataframe
        The output rows and their target, in the containers of the input.
    """
    keep_index = not len(decision.synthetic) and table.has_index and target.has_index
    X = table.rebuild(decision, keep_index=keep_index)
    if isinstance(target, ContinuousTarget):
        return X, rebuild_continuous(target, decision, keep_index=keep_index)
    return X, rebuild_target(target, decision, keep_index=keep_index)


def resample_target(target: EncodedTarget, decision: Resampling) -> tuple[EncodedTarget, IntArray]:
    """Return the encoded target after a decision.

    Parameters
    ----------
    target : EncodedTarget
    decision : Resampling

    Returns
    -------
    resampled : EncodedTarget
        The target of the output rows; classes without rows are removed.
    old_codes : ndarray of int of shape (n_classes_left,)
        For each class that is left, its code in `target`.
    """
    codes = decision.ordered(
        target.codes[decision.kept_rows(len(target.codes))], decision.synthetic.label
    )
    old_codes, codes = np.unique(codes, return_inverse=True)
    resampled = EncodedTarget(
        codes=codes,
        classes=tuple(target.classes[code] for code in old_codes),
        counts=np.bincount(codes, minlength=len(old_codes)),
        source=rebuild_target(target, decision, keep_index=False),
        has_index=target.has_index,
    )
    return resampled, old_codes


@dataclass(frozen=True)
class ResampledTable:
    """Table after a decision; its values are computed on access.

    Attributes
    ----------
    source : Table
    decision : Resampling
    """

    source: Table
    decision: Resampling

    @property
    def input_table(self) -> Table:
        """The table that a sampler can read: this one, but a sparse table is built."""
        if isinstance(self.source, SparseTable):
            return SparseTable(self.source.rebuild(self.decision, keep_index=False))
        return self

    @property
    def columns(self) -> Columns:
        """The columns of the source."""
        return self.source.columns

    @cached_property
    def kept(self) -> IntArray:
        """Numbers of the rows of the source that are kept."""
        return self.decision.kept_rows(self.source.n_rows)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.kept) + len(self.decision.synthetic)

    @property
    def has_index(self) -> bool:
        """Whether the source has a row index."""
        return self.source.has_index

    @cached_property
    def matrix(self) -> FloatArray | None:
        """All values in one array, if the source has them in one array."""
        matrix = self.source.matrix
        return None if matrix is None else build_matrix(matrix, self.decision)

    @property
    def estimator_input(self) -> Any:
        """The features, built in the source's container, for a user's own estimator."""
        output = self.source.rebuild(self.decision, keep_index=False)
        ignored, copied = (
            [self.columns.names[j] for j in positions_of_type(self, feature_type)]
            for feature_type in (FeatureType.IGNORED, FeatureType.COPIED)
        )
        return as_table(output, ignore=ignored, copy=copied).estimator_input

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column, or some rows of it, with NaN for missing values."""
        return self.number_block([column], rows)[:, 0]

    def number_block(self, columns: Sequence[int], rows: IntArray | None = None) -> Array:
        """Return several numeric columns, or some rows of them, as one array."""
        if self.matrix is not None:
            values = self.matrix[:, columns]
        else:
            kept = self.source.number_block(columns, self.kept)
            synthetic = assemble_numbers(self, columns, self._synthetic_numbers)
            values = self.decision.ordered(kept, synthetic)
        return values if rows is None else values[rows]

    def _synthetic_numbers(self, columns: Sequence[int]) -> Array:
        """Compute columns of the same type in the synthetic rows."""
        synthetic = self.decision.synthetic
        if synthetic.categorical:  # possibly some of these columns, such as booleans
            return np.column_stack([self._synthetic_column(column) for column in columns])
        return synthetic_values(self.source, columns, synthetic)

    def _synthetic_column(self, column: int) -> Array:
        category_sources = self.decision.synthetic.category_sources_of(column)
        if category_sources is not None:
            return self.source.numbers(column, category_sources)
        return synthetic_values(self.source, [column], self.decision.synthetic)[:, 0]

    def codes(self, column: int) -> IntArray:
        """Return each value's position among the column's sorted values, missing values last."""
        category_sources = self.decision.synthetic.category_sources_of(column)
        if category_sources is None and len(self.decision.synthetic):
            values = self.numbers(column)
            return np.unique(values, return_inverse=True)[1].astype(np.int32)
        codes = self.source.codes(column)
        new = codes[:0] if category_sources is None else codes[category_sources]
        return self.decision.ordered(codes[self.kept], new)

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Build the output rows of a further decision in the source's container."""
        codes = np.arange(1 + decision.synthetic.label.max(initial=0))
        composed = compose(self, decision, codes)
        return self.source.rebuild(composed, keep_index=keep_index)


def compose(resampled: ResampledTable, decision: Resampling, old_codes: IntArray) -> Resampling:
    """Compose two decisions into one.

    Parameters
    ----------
    resampled : ResampledTable
        The table after the first decision.
    decision : Resampling
        The second decision, about this table.
    old_codes : ndarray of int of shape (n_classes,)
        For each class code of the second decision, the code of the same class in the first.

    Returns
    -------
    Resampling
        In terms of the source of the first table. A synthetic sample whose base sample or neighbor
        is itself synthetic has neither in the source; its values are stored instead.
    """
    n_kept = len(resampled.kept)
    # Place of each row before the first decision's reordering: kept rows first, then synthetic.
    origin = resampled.decision.ordered(
        np.arange(n_kept), np.arange(n_kept, n_kept + len(resampled.decision.synthetic))
    )
    remaining = origin if decision.kept is None else origin[decision.kept]
    is_kept = remaining < n_kept
    old = resampled.decision.synthetic.take(remaining[~is_kept] - n_kept)
    new = _translate_to_source(resampled, decision.synthetic, origin, n_kept, old_codes)
    place = np.where(is_kept, np.cumsum(is_kept) - 1, is_kept.sum() + np.cumsum(~is_kept) - 1)
    order = np.concatenate([place, np.arange(len(remaining), len(remaining) + len(new))])
    if decision.order is not None:
        order = order[decision.order]
    kept = resampled.kept[remaining[is_kept]]
    keeps_all = np.array_equal(kept, np.arange(resampled.source.n_rows))
    in_order = bool((np.diff(order) == 1).all())
    return Resampling(
        None if keeps_all else kept,
        SyntheticSamples.concat([part for part in (old, new) if len(part)]),
        None if in_order else order,
    )


def _translate_to_source(
    resampled: ResampledTable,
    synthetic: SyntheticSamples,
    origin: RowArray,
    n_kept: int,
    old_codes: IntArray,
) -> SyntheticSamples:
    """Replace row numbers of the table after the first decision by those of its source."""
    if not len(synthetic):
        return SyntheticSamples.none()
    base, neighbor = (
        _source_rows(resampled, rows, origin, n_kept)
        for rows in (synthetic.base, synthetic.neighbor)
    )
    is_interpolated = synthetic.neighbor >= 0
    needs_values = is_interpolated & ((base < 0) | (neighbor < 0))
    points = (
        _compute_points(resampled, synthetic, needs_values)
        if needs_values.any()
        else synthetic.points
    )
    base[needs_values] = neighbor[needs_values] = -1
    return replace(
        synthetic,
        base=base,
        neighbor=neighbor,
        weight=np.where(needs_values, np.nan, synthetic.weight),
        label=old_codes[synthetic.label],
        points=points,
        category_sources=_find_category_sources(resampled, synthetic, origin, n_kept),
    )


def _source_rows(
    resampled: ResampledTable, rows: IntArray, origin: RowArray, n_kept: int
) -> IntArray:
    """Return the numbers of rows in the source, −1 for synthetic rows and where `rows` is −1."""
    at = np.where(rows >= 0, origin[rows], n_kept)
    is_kept = at < n_kept
    found = np.full(len(rows), -1)
    found[is_kept] = resampled.kept[at[is_kept]]
    return found


def _compute_points(
    resampled: ResampledTable, synthetic: SyntheticSamples, needs_values: BoolArray
) -> FloatArray:
    """Return the values of all synthetic samples without a neighbor in the source, in order."""
    points = np.zeros((len(synthetic), len(feature_positions(resampled))))
    has_points = synthetic.neighbor < 0
    if synthetic.points is not None:
        points[has_points] = synthetic.points
    some = np.flatnonzero(needs_values)
    base, neighbor, weight = synthetic.base[some], synthetic.neighbor[some], synthetic.weight[some]
    features = feature_positions(resampled)
    interpolated = sorted(set(features).difference(synthetic.categorical))
    for group in resampled.columns.by_type(interpolated):
        feature_type = resampled.columns[group[0]].feature_type
        for columns in split_columns(group, len(some)):
            ends = [resampled.number_block(columns, rows) for rows in (base, neighbor)]
            values = interpolate_columns(ends[0], ends[1], weight[:, None], feature_type)
            points[np.ix_(some, np.searchsorted(features, columns))] = values
    selected: FloatArray = points[has_points | needs_values]
    return selected


def _find_category_sources(
    resampled: ResampledTable, synthetic: SyntheticSamples, origin: RowArray, n_kept: int
) -> IntArray | None:
    if synthetic.category_sources is None:
        return None
    category_sources = np.empty_like(synthetic.category_sources)
    for position, column in enumerate(synthetic.categorical):
        at = origin[synthetic.category_sources[:, position]]
        is_kept = at < n_kept
        category_sources[is_kept, position] = resampled.kept[at[is_kept]]
        if not is_kept.all():
            earlier = resampled.decision.synthetic.category_sources_of(column)
            if earlier is None:
                raise InputError(
                    f"Column {resampled.columns[column].name!r} is numeric for one sampler and "
                    "categorical for the next. Pass the same categorical_features to both."
                )
            category_sources[~is_kept, position] = earlier[at[~is_kept] - n_kept]
    return category_sources
