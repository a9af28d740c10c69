"""Balanced draws of training samples, by index and reproducible from a seed.

An ensemble keeps one seed for each base estimator. The indices of its training samples, and the
sampler that draws them, are computed again when they are needed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from counterpoise._lib.types import Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy, resolve_strategy
from counterpoise._table import encode_target
from counterpoise.pipeline import Pipeline, make_pipeline
from counterpoise.under_sampling import RandomUnderSampler
from counterpoise.under_sampling._random_under_sampler import draw_rows

__all__ = ["SampleDraws", "SampleDrawsMixin"]


@dataclass(frozen=True)
class SampleDraws:
    """Encoded target, and the number of samples to draw of each class for each base estimator.

    Attributes
    ----------
    codes : ndarray of int of shape (n_samples,)
        The encoded target, in the smallest dtype that holds it.
    quotas : tuple of ClassQuota
        The classes to undersample, with their numbers of samples.
    sampling_strategy : str, float, dict or callable
        The strategy as the user gave it.
    replacement : bool
        Whether samples are drawn with replacement.
    """

    codes: IntArray
    quotas: tuple[ClassQuota, ...]
    sampling_strategy: SamplingStrategy
    replacement: bool

    @classmethod
    def from_target(
        cls, y: Array, sampling_strategy: SamplingStrategy, *, replacement: bool
    ) -> Self:
        """Resolve a sampling strategy for a target.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            The target classes.
        sampling_strategy : str, float, dict or callable
            As in `counterpoise.under_sampling.RandomUnderSampler`.
        replacement : bool
            Whether samples are drawn with replacement.

        Returns
        -------
        SampleDraws
        """
        target = encode_target(y, len(y))
        quotas = resolve_strategy(sampling_strategy, target, "under-sampling")
        smallest_dtype = np.min_scalar_type(len(target.classes))
        return cls(target.codes.astype(smallest_dtype), quotas, sampling_strategy, replacement)

    def draw_indices(self, seed: int) -> RowArray:
        """Draw the indices of the training samples of a base estimator, class by class.

        Parameters
        ----------
        seed : int
            The seed of the base estimator.

        Returns
        -------
        ndarray of int of shape (n_drawn,)
        """
        rng = np.random.RandomState(seed)
        return draw_rows(self.codes, self.quotas, rng, replacement=self.replacement)

    def build_sampler(self, seed: int) -> RandomUnderSampler:
        """Build the fitted sampler that draws the same samples.

        Parameters
        ----------
        seed : int
            The seed of the base estimator.

        Returns
        -------
        RandomUnderSampler
        """
        sampler = RandomUnderSampler(
            sampling_strategy=self.sampling_strategy,
            replacement=self.replacement,
            random_state=seed,
        )
        sampler.sample_indices_ = self.draw_indices(seed)
        sampler.sampling_strategy_ = OrderedDict((t.label, t.amount) for t in self.quotas)
        return sampler


class SampleDrawsMixin(ABC):
    """Attributes `base_sampler_`, `samplers_` and `pipelines_`, computed from the seeds.

    imbalanced-learn stores a fitted sampler for each base estimator. To compute it on access saves
    the memory of its indices.
    """

    estimators_: list[Any]
    sampling_strategy: SamplingStrategy
    replacement: bool
    _draws: SampleDraws

    @abstractmethod
    def _member_seeds(self) -> list[int]:
        """Return the seed that the samples of each base estimator were drawn with."""

    @property
    def base_sampler_(self) -> RandomUnderSampler:
        """The unfitted sampler of all base estimators."""
        return RandomUnderSampler(
            sampling_strategy=self.sampling_strategy, replacement=self.replacement
        )

    @property
    def samplers_(self) -> list[RandomUnderSampler]:
        """The fitted sampler of each base estimator."""
        return [self._draws.build_sampler(seed) for seed in self._member_seeds()]

    @property
    def pipelines_(self) -> list[Pipeline]:
        """Each fitted sampler with its fitted base estimator."""
        members = zip(self.samplers_, self.estimators_, strict=True)
        return [make_pipeline(sampler, member) for sampler, member in members]
