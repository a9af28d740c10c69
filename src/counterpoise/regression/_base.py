"""The base classes of samplers for a continuous target.

A continuous target is encoded by relevance bins, which take the place of classes. So a sampler
decides as one for classes does, and only the values of the target are built in another way.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import clone

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import (
    ContinuousTarget,
    EncodedTarget,
    Resampling,
    SparseTable,
    SyntheticSamples,
    Table,
    TargetColumn,
    open_continuous,
)
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.regression._bins import split_into_bins
from counterpoise.regression._relevance import RelevanceFunction
from counterpoise.regression._strategy import Direction, resolve_sizes
from counterpoise.under_sampling._random_under_sampler import draw_positions

__all__ = ["BinOverSampler", "BinSampler", "ContinuousSampler"]


class ContinuousSampler(BaseSampler):
    """Base class of samplers for a continuous target, which has a relevance function."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "random_state": ["random_state"],
        "relevance": [RelevanceFunction, None],
    }

    relevance: RelevanceFunction | None

    def fit(self, X: Any, y: Any, **params: Any) -> Self:
        """Validate the data, and compute what is resampled without resampling it.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            The continuous target of each sample.
        **params : dict
            There are none.

        Returns
        -------
        self : object
            The sampler itself.
        """
        return super().fit(X, y, **params)

    def fit_resample(self, X: Any, y: Any, **params: Any) -> tuple[Any, Any]:
        """Resample the data.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples. X is never written to.
        y : array-like of shape (n_samples,)
            The continuous target of each sample.
        **params : dict
            There are none.

        Returns
        -------
        X_resampled : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
            The resampled samples, in the container of X.
        y_resampled : array-like of shape (n_samples_new,)
            The target of each resampled sample, in the container of y. It has integers if y does.

        Raises
        ------
        TargetError
            If y is constant or has missing values, or if all of its values are relevant, or none.
        InputError
            If the data cannot be resampled with these parameters.
        """
        return super().fit_resample(X, y, **params)

    def _encode_target(self, y: Any, n_rows: int) -> ContinuousTarget:
        column = open_continuous(y)
        if len(column.values) != n_rows:
            raise InputError(
                f"X and y must have the same number of rows: X has {n_rows}, y has "
                f"{len(column.values)} (inconsistent numbers of samples)."
            )
        unfitted = RelevanceFunction() if self.relevance is None else self.relevance
        self.relevance_ = clone(unfitted).fit(column.values)
        codes = self._find_codes(column)
        return ContinuousTarget(
            codes=codes,
            classes=tuple(range(int(codes.max()) + 1)),
            counts=np.bincount(codes),
            source=y,
            has_index=column.table.has_index,
            column=column,
        )

    @abstractmethod
    def _find_codes(self, column: TargetColumn) -> IntArray:
        """Return the bin of each sample; bins are resampled as classes are."""


class BinSampler(ContinuousSampler):
    """Base class of samplers of relevance bins.

    A subclass sets `_direction` and implements `_resample`. The amount of each of its quotas is the
    number of samples of a bin after resampling.
    """

    _direction: ClassVar[Direction] = "both"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **ContinuousSampler._parameter_constraints,
        "sampling_strategy": "no_validation",  # validated by resolve_sizes
        "threshold": [Interval(Real, 0, 1, closed="right")],
    }

    sampling_strategy: SamplingStrategy
    threshold: float

    def _find_codes(self, column: TargetColumn) -> IntArray:
        relevance = self.relevance_.relevance(column.values)
        self.bins_, codes = split_into_bins(column.values, relevance, self.threshold)
        return codes

    def _resolve_quotas(self, target: EncodedTarget) -> tuple[ClassQuota, ...]:
        sizes = resolve_sizes(self.sampling_strategy, self.bins_, self._direction, target.source)
        return tuple(
            ClassQuota(number, number, self.bins_[number].count, size)
            for number, size in sizes.items()
        )


class BinOverSampler(BinSampler):
    """Base class of samplers that add samples to small bins, and may undersample large ones.

    A subclass implements `_oversample`. It sets `_takes_sparse` to False if it adds noise.
    """

    _takes_sparse: ClassVar[bool] = True

    def _check(self, table: Table, target: EncodedTarget) -> tuple[ClassQuota, ...]:
        if isinstance(table, SparseTable) and not self._takes_sparse:
            raise InputError(
                f"{type(self).__name__} adds noise to every value, so that a sparse X would become "
                "dense. Use SMOTER or RandomOverSampler, or pass X.toarray()."
            )
        return super()._check(table, target)

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        assert isinstance(target, ContinuousTarget)
        kept = keep_rows(target, quotas, rng)
        to_oversample = [
            replace(quota, amount=quota.amount - quota.count)
            for quota in quotas
            if quota.amount > quota.count
        ]
        added = self._oversample(table, target, to_oversample, rng)
        synthetic = [part for part in added if isinstance(part, SyntheticSamples)]
        duplicates = [part for part in added if not isinstance(part, SyntheticSamples)]
        if duplicates:
            kept = np.arange(table.n_rows) if kept is None else kept
            kept = np.concatenate([kept, *duplicates])
        return Resampling(kept, SyntheticSamples.concat(synthetic))

    @abstractmethod
    def _oversample(
        self,
        table: Table,
        target: ContinuousTarget,
        quotas: list[ClassQuota],
        rng: np.random.RandomState,
    ) -> list[SyntheticSamples | RowArray]:
        """Return what is added to each bin: synthetic samples, or the rows that are duplicated.

        The amounts of the quotas are the numbers of samples to add.
        """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._takes_sparse
        return tags


def keep_rows(
    target: EncodedTarget, quotas: tuple[ClassQuota, ...], rng: np.random.RandomState
) -> RowArray | None:
    """Draw the rows that are kept of bins that are undersampled, in the order of the input.

    Parameters
    ----------
    target : EncodedTarget
    quotas : tuple of ClassQuota
        The amounts are the numbers of samples after resampling.
    rng : RandomState instance

    Returns
    -------
    ndarray of int of shape (n_kept,) or None
        None if all rows are kept.
    """
    smaller = [quota for quota in quotas if quota.amount < quota.count]
    if not smaller:
        return None
    is_kept = np.ones(len(target.codes), bool)
    for quota in smaller:
        rows = target.rows_of(quota.code)
        is_kept[rows] = False
        is_kept[rows[draw_positions(quota, rng, replacement=False)]] = True
    return np.flatnonzero(is_kept)
