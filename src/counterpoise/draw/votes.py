"""Votes: the commonest of a few values in each row."""

from __future__ import annotations

import numpy as np

from counterpoise._types import IntArray

__all__ = ["commonest"]


def commonest(values: IntArray) -> IntArray:
    """Return the commonest value of each row, the smallest of those that tie.

    Parameters
    ----------
    values : ndarray of int of shape (n_rows, n_votes)
        Few votes a row: every two of a row are compared.

    Returns
    -------
    ndarray of int of shape (n_rows,)

    Examples
    --------
    >>> commonest(np.array([[2, 1, 2], [3, 1, 2]]))
    array([2, 1])
    """
    ascending = np.sort(values, axis=1)
    votes = np.zeros(ascending.shape, np.intp)
    for j in range(ascending.shape[1]):
        votes += ascending == ascending[:, [j]]
    # The first of several largest is the smallest value, as values ascend.
    first = votes.argmax(axis=1)
    winners: IntArray = ascending[np.arange(len(ascending)), first]
    return winners
