"""Which rows each member of an ensemble is fitted on: drawn by number, and by a seed alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from counterpoise._lib.types import Array, IntArray, RowArray
from counterpoise.pipeline import Pipeline, make_pipeline
from counterpoise.table import open_labels
from counterpoise.targets import SamplingStrategy, Target, resolve_targets
from counterpoise.under_sampling import RandomUnderSampler
from counterpoise.under_sampling._random_under_sampler import draw_rows

__all__ = ["DrawnByNumber", "Draws"]


@dataclass(frozen=True)
class Draws:
    """A table's classes, and how many rows of each every member is to have.

    Attributes
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row, in as few bytes as it takes.
    targets : tuple of Target
    sampling_strategy : str, float, dict or callable
        As it was given.
    replacement : bool
    """

    codes: IntArray
    targets: tuple[Target, ...]
    sampling_strategy: SamplingStrategy
    replacement: bool

    @classmethod
    def open(cls, y: Array, sampling_strategy: SamplingStrategy, *, replacement: bool) -> Self:
        """Work out what is to be drawn.

        Parameters
        ----------
        y : ndarray of shape (n_rows,)
        sampling_strategy : str, float, dict or callable
        replacement : bool

        Returns
        -------
        Draws
        """
        labels = open_labels(y, len(y))
        targets = resolve_targets(sampling_strategy, labels, "under-sampling")
        smallest = np.min_scalar_type(len(labels.classes))
        return cls(labels.codes.astype(smallest), targets, sampling_strategy, replacement)

    def rows(self, seed: int) -> RowArray:
        """Return the rows that a seed draws, class by class.

        Parameters
        ----------
        seed : int

        Returns
        -------
        ndarray of int of shape (n_drawn,)
        """
        random = np.random.RandomState(seed)
        return draw_rows(self.codes, self.targets, random, replacement=self.replacement)

    def sampler(self, seed: int) -> RandomUnderSampler:
        """Return the sampler that draws the same rows, as if it had.

        Parameters
        ----------
        seed : int

        Returns
        -------
        RandomUnderSampler
        """
        sampler = RandomUnderSampler(
            sampling_strategy=self.sampling_strategy,
            replacement=self.replacement,
            random_state=seed,
        )
        sampler.sample_indices_ = self.rows(seed)
        sampler.sampling_strategy_ = OrderedDict((t.label, t.amount) for t in self.targets)
        return sampler


class DrawnByNumber(ABC):
    """What ensembles tell of the rows of their members, worked out when it is asked for."""

    estimators_: list[Any]
    sampling_strategy: SamplingStrategy
    replacement: bool
    _draws: Draws

    @abstractmethod
    def _seeds_of_members(self) -> list[int]:
        """Return what the rows of each member were drawn by."""

    @property
    def base_sampler_(self) -> RandomUnderSampler:
        """What the rows of all members are drawn by."""
        return RandomUnderSampler(
            sampling_strategy=self.sampling_strategy, replacement=self.replacement
        )

    @property
    def samplers_(self) -> list[RandomUnderSampler]:
        """What the rows of each member were drawn by."""
        return [self._draws.sampler(seed) for seed in self._seeds_of_members()]

    @property
    def pipelines_(self) -> list[Pipeline]:
        """Each sampler with its fitted member."""
        members = zip(self.samplers_, self.estimators_, strict=True)
        return [make_pipeline(sampler, member) for sampler, member in members]
