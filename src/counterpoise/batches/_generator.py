"""A generator of balanced batches, for any sampler and any container."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from counterpoise._lib.types import Array, Seed
from counterpoise._origin import Origin
from counterpoise.batches._drawing import check_batch_size, check_sampler, fresh
from counterpoise.exceptions import InputError
from counterpoise.table import open_table, take_rows

__all__ = ["balanced_batches"]


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
    """Yield batches of a resampled table, resampled and shuffled anew for each epoch.

    Parameters
    ----------
    X : array-like or data frame of shape (n_rows, n_features)
        The table: anything that the sampler takes.
    y : array-like of shape (n_rows,), or one-hot of shape (n_rows, n_classes)
        The class of each row.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of rows; a new row has its base row's.
    sampler : sampler, default=None
        Any; None for a `RandomUnderSampler`. It is copied for each epoch, and each `random_state`
        within the copy is set anew.
    batch_size : int, default=32
        Rows of a batch; the last batch of an epoch has those that are left.
    keep_sparse : bool, default=False
        Whether batches of a sparse X are sparse, in its format; otherwise they are arrays.
    epochs : int or None, default=1
        How many times the table is resampled and gone through; None for endlessly.
    random_state : int, RandomState or None, default=None
        Seed of all draws: of the samplers, and of the order of rows.

    Yields
    ------
    X_batch, y_batch : the containers that came in
        At most `batch_size` rows, and their classes.
    weight_batch : ndarray
        Their weights, if `sample_weight` is given.

    Raises
    ------
    InputError
        If a parameter makes no sense, at once; or if the table cannot be resampled as asked.

    See Also
    --------
    BalancedBatchSampler : Row numbers, for the DataLoader of PyTorch.

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

    A linear model that learns batch by batch, with rows that SMOTE makes:

    >>> from sklearn.linear_model import SGDClassifier
    >>> from counterpoise.over_sampling import SMOTE
    >>> model = SGDClassifier(random_state=0)
    >>> smote = SMOTE(k_neighbors=2)
    >>> for batch in balanced_batches(X, y, sampler=smote, epochs=5, random_state=0):
    ...     _ = model.partial_fit(*batch, classes=[0, 1])
    """
    size = check_batch_size(batch_size)
    sampler = check_sampler(sampler)
    is_whole = isinstance(epochs, Integral) and not isinstance(epochs, bool)
    if epochs is not None and (not is_whole or epochs < 1):
        raise InputError(
            f"epochs must be a whole number of 1 or more, or None for endlessly; got {epochs!r}."
        )
    weight = _weights(sample_weight, open_table(X).n_rows)
    random = check_random_state(random_state)

    def generate() -> Iterator[tuple[Any, ...]]:
        done = 0
        while epochs is None or done < epochs:
            parts = _resampled(X, y, weight, fresh(sampler, random))
            order = random.permutation(len(parts[1]))
            for start in range(0, len(order), size):
                rows = order[start : start + size]
                yield tuple(_batch(part, rows, X, keep_sparse=keep_sparse) for part in parts)
            done += 1

    return generate()


def _weights(sample_weight: Any, n_rows: int) -> Array | None:
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight)
    if weight.shape != (n_rows,):
        raise InputError(
            f"sample_weight must have one number for each of the {n_rows} rows; its shape is "
            f"{weight.shape}."
        )
    return weight


def _resampled(X: Any, y: Any, weight: Array | None, sampler: Any) -> tuple[Any, ...]:
    """Return the resampled rows, their classes and, if there are any, their weights."""
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    if hasattr(X_resampled, "tocsr"):
        X_resampled = X_resampled.tocsr()  # from which rows are taken fast
    if weight is None:
        return X_resampled, y_resampled
    origin = Origin("sampler", sampler, len(weight), len(y_resampled))
    return X_resampled, y_resampled, origin.carry(weight, "sample_weight", "batches")


def _batch(part: Any, rows: Array, X: Any, *, keep_sparse: bool) -> Any:
    taken = take_rows(part, rows)
    if not hasattr(taken, "toarray"):
        return taken
    return taken.asformat(X.format) if keep_sparse else taken.toarray()
