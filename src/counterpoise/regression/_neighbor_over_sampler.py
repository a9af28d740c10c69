"""The base class of samplers that search neighbors within a relevance bin."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from numbers import Integral
from typing import Any, ClassVar, Literal

import numpy as np

from counterpoise._lib.sklearn_private import Interval, StrOptions
from counterpoise._lib.types import RowArray
from counterpoise._strategy import ClassQuota
from counterpoise._table import ContinuousTarget, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.exceptions import SmallClassWarning, TooFewSamplesError
from counterpoise.neighbors._space import SearchSpace
from counterpoise.over_sampling._random_over_sampler import draw_rows
from counterpoise.regression._base import BinOverSampler
from counterpoise.regression._distances import SCALE, RangeScale, mixed_units
from counterpoise.regression._synthetic import BinData, NeighborPairs

__all__ = ["NeighborBinOverSampler", "SmallBins"]

SmallBins = Literal["error", "shrink_k"]


class NeighborBinOverSampler(BinOverSampler):
    """Base class of samplers that search neighbors within a relevance bin.

    A subclass implements `_generate`.
    """

    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BinOverSampler._parameter_constraints,
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
        "scale": SCALE,
        "small_bins": [StrOptions({"error", "shrink_k"})],
    }

    k_neighbors: int
    scale: RangeScale
    small_bins: SmallBins

    def _oversample(
        self,
        table: Table,
        target: ContinuousTarget,
        quotas: list[ClassQuota],
        rng: np.random.RandomState,
    ) -> list[SyntheticSamples | RowArray]:
        self._check_sizes(quotas)
        units = mixed_units(table, self.scale)
        added: list[SyntheticSamples | RowArray] = []
        for quota in quotas:
            if quota.count == 1:  # without a neighbor
                added.append(draw_rows(target, quota, rng))
                continue
            data = BinData.of(table, target, units, quota.code)
            space, k = data.search_space(), min(self.k_neighbors, quota.count - 1)
            pairs = NeighborPairs.draw(space, k, quota.amount, rng)
            added.append(self._generate(data, space, pairs, rng))
        return added

    def _check_sizes(self, quotas: list[ClassQuota]) -> None:
        """Raise an error, or warn, if a bin has too few samples."""
        small = [quota for quota in quotas if quota.count <= self.k_neighbors]
        if not small:
            return
        if self.small_bins == "error":
            smallest = min(small, key=lambda quota: quota.count)
            bin_ = self.bins_[smallest.code]
            raise TooFewSamplesError.for_bin(
                type(self).__name__,
                self.k_neighbors,
                smallest.code,
                smallest.count,
                (bin_.low, bin_.high),
            )
        listed = ", ".join(f"{quota.code} ({quota.count} samples)" for quota in small[:10])
        warnings.warn(
            f"{type(self).__name__} uses fewer neighbors in bins with k_neighbors="
            f"{self.k_neighbors} samples or fewer, and duplicates single samples: bins {listed}.",
            SmallClassWarning,
            stacklevel=2,
        )

    @abstractmethod
    def _generate(
        self,
        data: BinData,
        space: SearchSpace,
        pairs: NeighborPairs,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        """Generate the synthetic samples of one bin, one for each pair of samples."""
