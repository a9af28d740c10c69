"""Balanced mini-batches: a generator of the samples, and a batch sampler of their indices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from counterpoise._lib.sklearn_private import set_random_states
from counterpoise._lib.types import Array, RowArray, Seed
from counterpoise._row_origins import RowOrigins
from counterpoise._table import as_table, take_rows
from counterpoise.exceptions import InputError
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["BalancedBatchSampler", "balanced_batches"]


def balanced_batches(
    X: Any,
    y: Any,
    *,
    sample_weight: Any = None,
    sampler: Any = None,
    batch_size: int = 32,
    keep_sparse: bool = False,
    epochs: int | None = 1,
    random_state: Seed = None,
) -> Iterator[tuple[Any, ...]]:
    """Generate balanced mini-batches, resampled and shuffled again in each epoch.

    Parameters
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        The samples, in any container that the sampler accepts.
    y : array-like of shape (n_samples,), or one-hot of shape (n_samples, n_classes)
        The target classes.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights. A synthetic sample has the weight of its base sample.
    sampler : sampler, default=None
        Any sampler. None uses `RandomUnderSampler`. It is cloned for each epoch, and every
        `random_state` of the clone is set from `random_state`.
    batch_size : int, default=32
        Number of samples in a batch. The last batch of an epoch has the remaining samples.
    keep_sparse : bool, default=False
        Whether batches of a sparse `X` are sparse, in the same format. If false, they are arrays.
    epochs : int or None, default=1
        Number of passes over the resampled data. None repeats without end.
    random_state : int, RandomState instance or None, default=None
        Seed of the samplers and of the shuffling.

    Yields
    ------
    X_batch, y_batch : same type as X and y
        At most `batch_size` samples and their classes.
    weight_batch : ndarray
        The sample weights. Only if `sample_weight` is given.

    Raises
    ------
    InputError
        If a parameter is invalid, on the call; if the data cannot be resampled, on the first batch.

    See Also
    --------
    BalancedBatchSampler : Sample indices, for the DataLoader of PyTorch.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.batches import balanced_batches
    >>> X, y = np.arange(20).reshape(10, 2), np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1])
    >>> for X_batch, y_batch in balanced_batches(X, y, batch_size=4, epochs=2, random_state=0):
    ...     print(X_batch[:, 0], y_batch)
    [16 10 12 14] [1 0 0 1]
    [ 2 18] [0 1]
    [ 0  2 18 14] [0 0 1 1]
    [16 10] [1 0]

    Train a linear model in mini-batches, with synthetic samples of SMOTE:

    >>> from sklearn.linear_model import SGDClassifier
    >>> from counterpoise.over_sampling import SMOTE
    >>> model = SGDClassifier(random_state=0)
    >>> smote = SMOTE(k_neighbors=2)
    >>> for batch in balanced_batches(X, y, sampler=smote, epochs=5, random_state=0):
    ...     _ = model.partial_fit(*batch, classes=[0, 1])
    """
    size = _check_batch_size(batch_size)
    sampler = _check_sampler(sampler)
    is_integer = isinstance(epochs, Integral) and not isinstance(epochs, bool)
    if epochs is not None and (not is_integer or epochs < 1):
        raise InputError(
            f"epochs must be an integer of 1 or more, or None for no end; got {epochs!r}."
        )
    weight = _check_weight(sample_weight, as_table(X).n_rows)
    rng = check_random_state(random_state)

    # A function of its own, so that the checks above run on the call, not on the first batch.
    def generate() -> Iterator[tuple[Any, ...]]:
        epoch = 0
        while epochs is None or epoch < epochs:
            parts = _resample(X, y, weight, _clone_with_new_seed(sampler, rng))
            order = rng.permutation(len(parts[1]))
            for start in range(0, len(order), size):
                indices = order[start : start + size]
                yield tuple(_take_batch(p, indices, X, keep_sparse=keep_sparse) for p in parts)
            epoch += 1

    return generate()


class BalancedBatchSampler:
    """Iterate over batches of sample indices, balanced and shuffled again in each epoch.

    It is a ``batch_sampler`` for the DataLoader of PyTorch, and for any other training loop that
    iterates over it once per epoch. It selects samples and generates none; for samplers that
    generate synthetic samples, use `balanced_batches`.

    Parameters
    ----------
    y : array-like of shape (n_samples,), or one-hot of shape (n_samples, n_classes)
        The target classes; a tensor of PyTorch is accepted.
    batch_size : int
        Number of samples in a batch. The last batch of an epoch has the remaining samples.
    sampler : sampler with `sample_indices_`, default=None
        None uses `RandomUnderSampler`. It is cloned for each epoch, and every `random_state` of the
        clone is set from `random_state`.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features), default=None
        The samples. Required only if the sampler reads features, as `NearMiss` does.
    random_state : int, RandomState instance or None, default=None
        Seed of the samplers and of the shuffling.

    Raises
    ------
    InputError
        If a parameter is invalid, or if the sampler has no `sample_indices_`.

    See Also
    --------
    balanced_batches : Batches of the samples themselves, with any sampler.

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
        self.batch_size = _check_batch_size(batch_size)
        self.sampler = _check_sampler(sampler)
        self._y = y if isinstance(y, list | tuple) else np.asarray(y)
        self._X = self._check_features(X)
        self._rng = check_random_state(random_state)
        self._next: RowArray | None = self._draw_indices()  # at once, to raise errors early
        self._current: RowArray | None = None  # of the epoch that was started last

    def __iter__(self) -> Iterator[list[int]]:
        indices = self._draw_next()
        self._next = None
        self._current = indices
        for start in range(0, len(indices), self.batch_size):
            yield indices[start : start + self.batch_size].tolist()
        self._current = None

    def __len__(self) -> int:
        # Epochs may differ in length. PyTorch requests the length before and during an epoch.
        indices = self._draw_next() if self._current is None else self._current
        return math.ceil(len(indices) / self.batch_size)

    def _draw_next(self) -> RowArray:
        """Return the indices of the next epoch, which are drawn once."""
        if self._next is None:
            self._next = self._draw_indices()
        return self._next

    def _check_features(self, X: Any) -> Any:
        if X is not None:
            return X
        # Only samplers with exact prior correction are known to draw by class alone.
        if getattr(self.sampler, "prior_correction", None) != "exact":
            raise InputError(
                f"{type(self.sampler).__name__} may need the features of the samples: pass X=X, or "
                "a sampler that draws at random, such as sampler=RandomUnderSampler()."
            )
        return np.arange(len(self._y)).reshape(-1, 1)

    def _draw_indices(self) -> RowArray:
        sampler = _clone_with_new_seed(self.sampler, self._rng)
        sampler.fit_resample(self._X, self._y)
        indices = getattr(sampler, "sample_indices_", None)
        if indices is None:
            raise InputError(
                f"{type(sampler).__name__} has no sample_indices_, because it generates synthetic "
                "samples or does not report which samples it selects. Use a sampler that has them, "
                "such as RandomUnderSampler(), or balanced_batches."
            )
        shuffled: RowArray = self._rng.permutation(np.asarray(indices))
        return shuffled


# ---- Checks ----


def _check_sampler(sampler: Any) -> Any:
    if sampler is None:
        return RandomUnderSampler()
    if isinstance(sampler, type) or not hasattr(sampler, "fit_resample"):
        raise InputError(
            "sampler must be an instance with fit_resample, such as RandomUnderSampler(); got "
            f"{sampler!r}."
        )
    return sampler


def _check_batch_size(batch_size: int) -> int:
    is_integer = isinstance(batch_size, Integral) and not isinstance(batch_size, bool)
    if not is_integer or batch_size < 1:
        raise InputError(f"batch_size must be an integer of 1 or more; got {batch_size!r}.")
    return int(batch_size)


def _check_weight(sample_weight: Any, n_samples: int) -> Array | None:
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight)
    if weight.shape != (n_samples,):
        raise InputError(
            f"sample_weight must have one number for each of the {n_samples} samples, shape "
            f"({n_samples},); its shape is {weight.shape}."
        )
    return weight


# ---- Resampling ----


def _clone_with_new_seed(sampler: Any, rng: np.random.RandomState) -> Any:
    """Clone a sampler and set its random states, so that each epoch has its own draws."""
    cloned = clone(sampler)
    set_random_states(cloned, rng)
    return cloned


def _resample(X: Any, y: Any, weight: Array | None, sampler: Any) -> tuple[Any, ...]:
    """Return the resampled samples, their classes and, if given, their weights."""
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    if hasattr(X_resampled, "tocsr"):
        X_resampled = X_resampled.tocsr()  # the format with fast row indexing
    if weight is None:
        return X_resampled, y_resampled
    origins = RowOrigins("sampler", sampler, len(weight), len(y_resampled))
    return X_resampled, y_resampled, origins.carry(weight, "sample_weight", "batches")


def _take_batch(part: Any, indices: Array, X: Any, *, keep_sparse: bool) -> Any:
    batch = take_rows(part, indices)
    if not hasattr(batch, "toarray"):
        return batch
    return batch.asformat(X.format) if keep_sparse else batch.toarray()
