"""Lift and gain: what the top of a ranking holds.

Reference: Piatetsky-Shapiro and Masand (1999), doi:10.1145/312129.312225.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.exceptions import InputError
from counterpoise.metrics._opening import open_scored, require_share
from counterpoise.metrics._ranking import rank

__all__ = ["gain_at", "lift_at"]


def gain_at(
    y_true: Any,
    y_score: Any,
    share: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Return the share of all positive rows that are in the top share of rows by score.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_score : array-like of shape (n_rows,)
        How positive each row looks: a probability or a decision value.
    share : float
        The share of rows to look at, in (0, 1], highest scores first.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        Of rows with equal scores, the expected number over all their orders; a row that the share
        ends in counts in part.

    Raises
    ------
    InputError
        If `share` is not in (0, 1], no row is positive, `pos_label` is no class, scores are not
        finite, or weights are negative.

    See Also
    --------
    lift_at : The gain, relative to rows drawn at random.

    Examples
    --------
    >>> from counterpoise.metrics import gain_at
    >>> y_true, y_score = [1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1]
    >>> gain_at(y_true, y_score, share=0.4)
    0.5
    >>> gain_at(y_true, [0.5] * 5, share=0.4)
    0.4
    """
    top = require_share(share, "share")
    scored = open_scored(y_true, y_score, pos_label, sample_weight)
    if not scored.positive.any():
        raise InputError(
            f"Gain and lift need a positive row; none of the {len(scored.positive)} rows of y_true "
            f"that have weight is {pos_label!r}. Check pos_label."
        )
    weight, positive = (np.append(0, np.cumsum(part)) for part in rank(scored))
    # In a random order, positives come evenly within equal scores: a straight line.
    return float(np.interp(top * weight[-1], weight, positive) / positive[-1])


def lift_at(
    y_true: Any,
    y_score: Any,
    share: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Return how many times more positive rows the top share holds than a random share.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_score : array-like of shape (n_rows,)
        How positive each row looks: a probability or a decision value.
    share : float
        The share of rows to look at, in (0, 1], highest scores first.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        1 for a ranking that says nothing, and for a share of 1.

    Raises
    ------
    InputError
        As in `gain_at`.

    See Also
    --------
    gain_at : The share of the positive rows that are found.

    References
    ----------
    G. Piatetsky-Shapiro, B. Masand, "Estimating campaign benefits and modeling lift", Proceedings
    of the Fifth ACM SIGKDD International Conference, 185-193 (1999), doi:10.1145/312129.312225.

    Examples
    --------
    >>> from counterpoise.metrics import lift_at
    >>> lift_at([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], share=0.2)
    2.5
    """
    gain = gain_at(y_true, y_score, share, pos_label=pos_label, sample_weight=sample_weight)
    return gain / float(share)
