"""Results as tables: methods by models, and a data frame with a row for each candidate and fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counterpoise.study._facts import Facts
from counterpoise.study._methods import NOTHING
from counterpoise.study._metrics import METRICS
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Gain
from counterpoise.table import make_frame

__all__ = ["Grid", "frame_of", "grid_of"]

CORRECTED = "_corrected"


@dataclass(frozen=True)
class Grid:
    """The table of a study.

    Attributes
    ----------
    models : tuple of str
        The columns; the dummy is none of them.
    baseline : tuple of float
        The headline of each model as it is.
    rows : tuple of (str, tuple of Gain or None)
        Each remedy and its gains; None where there is none.
    chance : float
        The headline of who knows nothing.
    """

    models: tuple[str, ...]
    baseline: tuple[float, ...]
    rows: tuple[tuple[str, tuple[Gain | None, ...]], ...]
    chance: float


def grid_of(result: Facts) -> Grid:
    """Return the table of a study."""
    headline, scores = result.settings.headline, result.table()
    models = tuple(name for name, _ in result.settings.models if name != DUMMY)
    gains = {(gain.model, gain.remedy): gain for gain in result.verdicts}
    return Grid(
        models,
        tuple(scores[model, NOTHING][headline] for model in models),
        tuple(
            (remedy, tuple(gains.get((model, remedy)) for model in models))
            for remedy, _ in result.settings.remedies
            if remedy != NOTHING
        ),
        scores[DUMMY, NOTHING][headline],
    )


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
