"""The base class of SMOTE and its variants: which classes have enough samples to have neighbors.

A class with `k_neighbors` samples or fewer is too small. `small_classes` decides what happens to
it, in this file only: a sampler splits its classes, generates synthetic samples for those that are
large enough, and passes on those that are not.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from counterpoise._lib.sklearn_private import StrOptions
from counterpoise._lib.types import RowArray
from counterpoise._strategy import ClassQuota, Family, check_class_sizes
from counterpoise._table import EncodedTarget, Resampling, SyntheticSamples, Table
from counterpoise.base import BaseSampler
from counterpoise.exceptions import SMALL_CLASSES, EstimatorError, SmallClassWarning
from counterpoise.neighbors._search import NeighborSearch, get_n_neighbors, limit_neighbors
from counterpoise.neighbors._space import DistanceUnits, build_search_space
from counterpoise.over_sampling._random_over_sampler import draw_rows

__all__ = ["SMALL_CLASS_ACTIONS", "NeighborOverSampler", "SmallClasses"]

SmallClasses = Literal["error", "skip", "duplicate", "shrink_k"]

# What `small_classes` may be, for a sampler's `_parameter_constraints`.
SMALL_CLASS_ACTIONS: list[Any] = [StrOptions(set(get_args(SmallClasses)))]

_ACTIONS = {
    "skip": "does not oversample classes with {limit} samples or fewer",
    "duplicate": "duplicates samples of classes with {limit} samples or fewer",
    "shrink_k": "uses fewer neighbors in classes with {limit} samples or fewer",
}
_MAX_LISTED = 10


class NeighborOverSampler(BaseSampler):
    """Base class of oversamplers that need neighbors within a class."""

    _family: ClassVar[Family | None] = "over-sampling"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "small_classes": SMALL_CLASS_ACTIONS,
    }

    small_classes: SmallClasses

    def _split_by_size(
        self, quotas: Iterable[ClassQuota], parameter: str = "k_neighbors"
    ) -> tuple[list[ClassQuota], list[ClassQuota]]:
        """Return the classes that are large enough to have neighbors, and the other ones.

        Parameters
        ----------
        quotas : iterable of ClassQuota
            Classes with an amount of 0 are in neither list.
        parameter : str
            The parameter of the sampler for the number of neighbors.

        Raises
        ------
        TooFewSamplesError
            If a class is too small, and `small_classes` is "error".
        """
        name, k = type(self).__name__, get_n_neighbors(getattr(self, parameter))
        to_oversample = [quota for quota in quotas if quota.amount]
        if self.small_classes == "error":
            check_class_sizes(name, parameter, k, to_oversample)
            return to_oversample, []
        too_small = [quota for quota in to_oversample if quota.count <= k]
        if too_small:
            action = _ACTIONS[self.small_classes].format(limit=f"{parameter}={k}")
            _warn(f"{name} {action}: {_list_sizes(too_small)}.")
        if self.small_classes == "shrink_k":  # a single sample has no neighbor: it is duplicated
            too_small = [quota for quota in too_small if quota.count == 1]
        return [quota for quota in to_oversample if quota not in too_small], too_small

    def _search_among(
        self,
        table: Table,
        rows: RowArray,
        units: DistanceUnits,
        parameter: str = "k_neighbors",
    ) -> NeighborSearch:
        """Return the search for nearest neighbors among the samples of a class or a cluster.

        Parameters
        ----------
        table : Table
        rows : ndarray of int of shape (n_rows,)
            The samples. If they are few, each has all others as neighbors.
        units : DistanceUnits
        parameter : str
            The parameter of the sampler for the number of neighbors.

        Returns
        -------
        NeighborSearch
        """
        neighbors = limit_neighbors(getattr(self, parameter), len(rows) - 1)
        return NeighborSearch(build_search_space(table, rows, units), neighbors)

    def _add_unsuitable(
        self, small: list[ClassQuota], quota: ClassQuota, problem: str, advice: str
    ) -> None:
        """Add a class without base samples to those that are too small.

        Raises
        ------
        EstimatorError
            If `small_classes` is "error".
        """
        if self.small_classes == "error":
            raise EstimatorError(f"{problem} {advice}, or pass {SMALL_CLASSES}.")
        action = "It stays as it is." if self.small_classes == "skip" else "It is duplicated."
        _warn(f"{problem} {action}")
        small.append(quota)

    def _build_resampling(
        self,
        parts: list[SyntheticSamples],
        small: list[ClassQuota],
        target: EncodedTarget,
        rng: np.random.RandomState,
    ) -> Resampling:
        """Combine the synthetic samples of classes, and skip or duplicate the small classes."""
        synthetic = SyntheticSamples.concat(parts)
        if self.small_classes == "skip":
            self.sampling_strategy_.update({quota.label: 0 for quota in small})
        elif small:
            drawn = [draw_rows(target, quota, rng) for quota in small]
            return Resampling(np.concatenate([np.arange(len(target.codes)), *drawn]), synthetic)
        return Resampling(synthetic=synthetic)


def _list_sizes(quotas: list[ClassQuota]) -> str:
    sizes = (f"{quota.count} sample{'' if quota.count == 1 else 's'}" for quota in quotas)
    listed = [f"{quota.label!r} ({size})" for quota, size in zip(quotas, sizes, strict=True)]
    rest = len(listed) - _MAX_LISTED
    return "classes " + ", ".join(listed[:_MAX_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _warn(message: str) -> None:
    warnings.warn(message, SmallClassWarning, stacklevel=3)
