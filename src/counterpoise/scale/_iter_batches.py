"""Resampled mini-batches of a lazy frame, for models trained with `partial_fit`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import narwhals as nw
import numpy as np
from sklearn.utils import check_random_state

from counterpoise._lib.types import Seed
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.scale._output import GeneratedBlocks, LargeOutput
from counterpoise.scale._resample import decide_for

__all__ = ["iter_batches"]

_GROUP = 2**16  # kept rows that are shuffled together, however the source divides its rows


def iter_batches(
    frame: Any,
    target: str,
    sampler: BaseSampler,
    *,
    batch_size: int = 10_000,
    epochs: int = 1,
    ignore: str | Sequence[str] = (),
    copy: str | Sequence[str] = (),
    drop_missing_target: bool = False,
    memory: int | str | None = None,
    random_state: Seed = None,
) -> Iterator[tuple[Any, Any]]:
    """Generate resampled mini-batches of a lazy frame that may be larger than memory.

    The sampler decides once, as in `resample`. In each epoch, the frame is read once more:
    duplicates and synthetic rows are spread evenly among the kept rows, in another random order
    each time, and 65,536 kept rows at a time are shuffled with them.

    Parameters
    ----------
    frame : polars LazyFrame, pyarrow Dataset, DuckDB relation, or DataFrame of Dask or Spark
        It must have the same rows in the same order each time it is read. As rows that are far
        from each other are not mixed, they must not be sorted by class.
    target : str
        The name of the target column.
    sampler : sampler instance
        It is not changed.
    batch_size : int, default=10_000
        The most rows of a batch.
    epochs : int, default=1
        Number of passes over the resampled rows.
    ignore, copy : str or sequence of str, default=()
        Columns that are not features. They are not in the batches.
    drop_missing_target, memory
        As in `resample`.
    random_state : int, RandomState instance or None, default=None
        Seed of the order of the rows.

    Yields
    ------
    X : polars or pandas DataFrame, or pyarrow Table
        The features of at most `batch_size` rows, as the library of the input reads batches.
    y : polars or pandas Series, or pyarrow ChunkedArray
        Their classes.

    Raises
    ------
    InputError
        If a parameter is invalid, or the table cannot be resampled.

    See Also
    --------
    counterpoise.batches.balanced_batches : The same for tables in memory, resampled in each epoch.

    Examples
    --------
    >>> import polars as pl
    >>> from sklearn.linear_model import SGDClassifier
    >>> from counterpoise.over_sampling import SMOTE
    >>> from counterpoise.scale import iter_batches
    >>> table = pl.LazyFrame({"amount": [1.0, 2.0, 8.0, 9.0, 7.0], "fraud": [1, 1, 0, 0, 0]})
    >>> smote = SMOTE(k_neighbors=1, random_state=0)
    >>> model = SGDClassifier(random_state=0)
    >>> for X, y in iter_batches(table, "fraud", smote, batch_size=3, random_state=0):
    ...     _ = model.partial_fit(X, y, classes=[0, 1])
    ...     print(y.to_list())
    [1, 0, 1]
    [0, 1, 0]
    """
    for name, value in (("batch_size", batch_size), ("epochs", epochs)):
        if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
            raise InputError(f"{name} must be an integer of 1 or more; got {value!r}.")
    rng = check_random_state(random_state)
    output = decide_for(
        frame,
        target,
        sampler,
        ignore=ignore,
        copy=copy,
        drop_missing_target=drop_missing_target,
        memory=memory,
    )

    # A function of its own, so that the decision is made on the call, not on the first batch.
    def generate() -> Iterator[tuple[Any, Any]]:
        for _ in range(epochs):
            yield from _iterate(_shuffle_generated(output, rng), batch_size, rng)

    return generate()


def _shuffle_generated(output: LargeOutput, rng: np.random.RandomState) -> LargeOutput:
    """Return the output with duplicates and synthetic rows in a random order."""
    decision = output.decision
    synthetic = decision.synthetic.take(rng.permutation(len(decision.synthetic)))
    duplicates = rng.permutation(decision.duplicates)
    return replace(output, decision=replace(decision, synthetic=synthetic, duplicates=duplicates))


def _iterate(
    output: LargeOutput, batch_size: int, rng: np.random.RandomState
) -> Iterator[tuple[Any, Any]]:
    name = output.table.name
    not_features = (*output.table.ignore, *output.table.copy)
    for group in _mix(output):
        rows = group.drop(not_features)[rng.permutation(len(group))]
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            yield batch.drop(name).to_native(), batch.get_column(name).to_native()


def _mix(output: LargeOutput) -> Iterator[nw.DataFrame[Any]]:
    """Yield the kept rows in groups, each with its share of the other rows."""
    n_others, n_kept = output.n_duplicates + output.n_synthetic, output.n_kept
    kept = _Queue(output.kept_batches())
    others = _Queue(nw.from_native(b, eager_only=True) for b in GeneratedBlocks(output)())
    n_done = 0
    for start in range(0, n_kept, _GROUP):
        stop = min(start + _GROUP, n_kept)
        n_wanted = n_others * stop // n_kept - n_done
        n_done += n_wanted
        yield nw.concat([*kept.take(stop - start), *others.take(n_wanted)], how="vertical")


class _Queue:
    """Rows that come in blocks, taken in parts of any size."""

    def __init__(self, blocks: Iterator[nw.DataFrame[Any]]) -> None:
        self._blocks = blocks
        self._block: nw.DataFrame[Any] | None = None

    def take(self, n_rows: int) -> Iterator[nw.DataFrame[Any]]:
        """Yield the next rows."""
        while n_rows:
            if self._block is None or not len(self._block):
                self._block = next(self._blocks)
            part, self._block = self._block[:n_rows], self._block[n_rows:]
            n_rows -= len(part)
            yield part
