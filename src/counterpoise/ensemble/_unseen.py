"""Out-of-bag estimates: each row judged by the members that have not seen it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, RowArray
from counterpoise.exceptions import CounterpoiseWarning, InputError

__all__ = ["judge_unseen"]


def judge_unseen(
    shape: tuple[int, int],
    seen: Iterable[RowArray],
    say: Callable[[int, RowArray], Float64Array],
    *,
    kind: str,
) -> tuple[Float64Array, BoolArray]:
    """Average what members say of the rows that they have not seen, nor a copy of them.

    Parameters
    ----------
    shape : tuple of int
        How many rows and classes there are.
    seen : iterable of ndarray of int
        The rows that each member was fitted on.
    say : function of a member's number and rows
        Returns its probabilities for them.
    kind : str
        What a member is, for messages.

    Returns
    -------
    probabilities : ndarray of float64 of shape (n_rows, n_classes)
        NaN for rows that every member has seen.
    judged : ndarray of bool of shape (n_rows,)
        Which rows have an estimate.

    Raises
    ------
    InputError
        If no row has one.
    """
    votes, n_votes = np.zeros(shape), np.zeros(shape[0], int)
    for member, rows in enumerate(seen):
        unseen = np.ones(shape[0], bool)
        unseen[rows] = False
        if unseen.any():
            votes[unseen] += say(member, np.flatnonzero(unseen))
        n_votes += unseen
    judged = n_votes > 0
    if not judged.any():
        raise InputError(
            f"Every {kind} has seen all rows, so that there is no out-of-bag estimate: set "
            "replacement or bootstrap, or let sampling_strategy draw fewer rows."
        )
    if not judged.all():
        warnings.warn(
            f"Every {kind} has seen {(~judged).sum()} of the rows: they have no out-of-bag "
            f"estimate. Have more {kind}s, or draw fewer rows for each.",
            CounterpoiseWarning,
            stacklevel=5,
        )
    with np.errstate(invalid="ignore"):
        return votes / n_votes[:, None], judged
