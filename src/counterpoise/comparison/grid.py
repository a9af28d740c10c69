"""Remedies beside models, for whoever draws the table."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoise.comparison.facts import Facts
from counterpoise.comparison.models import DUMMY
from counterpoise.comparison.records import Gain
from counterpoise.comparison.remedies import NOTHING

__all__ = ["Grid", "grid_of"]


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
