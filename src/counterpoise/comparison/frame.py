"""A result as one data frame: a row for each arm in each fold."""

from __future__ import annotations

from typing import Any

from counterpoise.comparison.facts import Facts
from counterpoise.comparison.metrics import METRICS
from counterpoise.table import make_frame

__all__ = ["frame_of"]

CORRECTED = "_corrected"


def frame_of(result: Facts, backend: str) -> Any:
    """Return the facts by arm and fold; see `Facts.to_frame`."""
    names = result.settings.metrics
    probabilities = [name for name in names if METRICS[name].needs_probabilities]
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            *("model", "remedy", "repeat", "fold", "status", "seconds"),
            *names,
            *(name + CORRECTED for name in probabilities),
        )
    }
    for arm in result.arms:
        raw = {name: result.values(name, arm).ravel() for name in names}
        mended = {
            name + CORRECTED: result.values(name, arm, corrected=True).ravel()
            for name in probabilities
        }
        n_repeats, n_folds = arm.seconds.shape
        for place in range(n_repeats * n_folds):
            row = {
                "model": arm.model,
                "remedy": arm.remedy,
                "repeat": place // n_folds,
                "fold": place % n_folds,
                "status": arm.status,
                "seconds": arm.seconds.ravel()[place],
                **{name: values[place] for name, values in {**raw, **mended}.items()},
            }
            for name, value in row.items():
                columns[name].append(value)
    return make_frame(columns, backend, "Facts.to_frame")
