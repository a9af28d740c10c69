"""Row numbers of balanced batches: what the DataLoader of PyTorch takes as ``batch_sampler``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from counterpoise._lib.types import RowArray, Seed
from counterpoise.batches._drawing import check_batch_size, check_sampler, fresh
from counterpoise.exceptions import InputError

__all__ = ["BalancedBatchSampler"]


class BalancedBatchSampler:
    """Yield lists of row numbers, balanced and drawn anew each time it is gone through.

    It is what the DataLoader of PyTorch takes as ``batch_sampler``, and anything else that loops
    over it once an epoch. Rows are taken and none are made; for samplers that make rows, there is
    `balanced_batches`.

    Parameters
    ----------
    y : array-like of shape (n_rows,), or one-hot of shape (n_rows, n_classes)
        The class of each row; a tensor, too.
    batch_size : int
        Rows of a batch; the last batch of an epoch has those that are left.
    sampler : sampler with `sample_indices_`, default=None
        None for a `RandomUnderSampler`. It is copied for each epoch, and each `random_state` within
        the copy is set anew.
    X : array-like or data frame of shape (n_rows, n_features), default=None
        The rows, for samplers that look at them; those that draw at random need none.
    random_state : int, RandomState or None, default=None
        Seed of all draws: of the samplers, and of the order of rows.

    Raises
    ------
    InputError
        If a parameter makes no sense, or the sampler does not say which rows it took.

    See Also
    --------
    balanced_batches : Batches of the rows themselves, with any sampler.

    Examples
    --------
    >>> from counterpoise.batches import BalancedBatchSampler
    >>> y = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]
    >>> batches = BalancedBatchSampler(y, batch_size=4, random_state=0)
    >>> len(batches)
    2
    >>> for epoch in range(2):
    ...     print(list(batches))
    [[8, 5, 6, 7], [1, 9]]
    [[0, 1, 9, 7], [8, 5]]

    With PyTorch: ``DataLoader(dataset, batch_sampler=batches)``.
    """

    def __init__(
        self,
        y: Any,
        *,
        batch_size: int,
        sampler: Any = None,
        X: Any = None,
        random_state: Seed = None,
    ) -> None:
        self.batch_size = check_batch_size(batch_size)
        self.sampler = check_sampler(sampler)
        self._y = y if isinstance(y, list | tuple) else np.asarray(y)
        self._X = self._looked_at(X)
        self._random = check_random_state(random_state)
        self._next: RowArray | None = self._drawn()  # at once, to find out what is wrong
        self._running: RowArray | None = None  # of the epoch that was begun last

    def __iter__(self) -> Iterator[list[int]]:
        rows = self._coming()
        self._next = None
        self._running = rows
        for start in range(0, len(rows), self.batch_size):
            yield rows[start : start + self.batch_size].tolist()
        self._running = None

    def __len__(self) -> int:
        rows = self._coming() if self._running is None else self._running
        return math.ceil(len(rows) / self.batch_size)

    def _coming(self) -> RowArray:
        """Return the rows of the next epoch, drawn once."""
        if self._next is None:
            self._next = self._drawn()
        return self._next

    def _looked_at(self, X: Any) -> Any:
        if X is not None:
            return X
        if getattr(self.sampler, "prior_correction", None) != "exact":
            raise InputError(
                f"{type(self.sampler).__name__} may look at the rows, and is given none: pass X, "
                "or a sampler that draws at random, such as RandomUnderSampler()."
            )
        return np.arange(len(self._y)).reshape(-1, 1)

    def _drawn(self) -> RowArray:
        sampler = fresh(self.sampler, self._random)
        sampler.fit_resample(self._X, self._y)
        rows = getattr(sampler, "sample_indices_", None)
        if rows is None:
            raise InputError(
                f"{type(sampler).__name__} makes rows, or does not say which it took: it has no "
                "sample_indices_. Use one that has, such as RandomUnderSampler(), or "
                "balanced_batches."
            )
        shuffled: RowArray = self._random.permutation(np.asarray(rows))
        return shuffled
