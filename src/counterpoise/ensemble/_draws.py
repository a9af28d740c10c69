"""Which rows each member of an ensemble is fitted on: drawn by number, and by a seed alone."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Self

import numpy as np

from counterpoise._types import Array, IntArray, RowArray
from counterpoise.table import open_labels
from counterpoise.targets import SamplingStrategy, Target, resolve_targets
from counterpoise.under_sampling import RandomUnderSampler
from counterpoise.under_sampling._random_under_sampler import draw_rows

__all__ = ["Draws"]


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
