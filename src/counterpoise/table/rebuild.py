"""The door out: a decision becomes rows, in the containers that came in."""

from __future__ import annotations

from typing import Any

from counterpoise.table.labels import rebuild_labels
from counterpoise.table.records import Labels, Resampling, Table

__all__ = ["rebuild"]


def rebuild(table: Table, labels: Labels, decision: Resampling) -> tuple[Any, Any]:
    """Turn a decision into the resampled table and target.

    A pandas index survives where every output row is an input row and both X and y are pandas;
    otherwise both leave with a fresh RangeIndex, so that they can be joined side by side.

    Parameters
    ----------
    table : Table
    labels : Labels
    decision : Resampling

    Returns
    -------
    X, y : the containers that were opened
        The output rows and their labels.
    """
    keep_index = not len(decision.made) and table.has_index and labels.has_index
    return (
        table.rebuild(decision, keep_index=keep_index),
        rebuild_labels(labels, decision, keep_index=keep_index),
    )
