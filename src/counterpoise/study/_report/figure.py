"""A picture of the report: its SVG, words about it, and its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise.study._conclusions import Comparison
from counterpoise.study._methods import NOTHING
from counterpoise.study._metrics import METRICS, mean_of
from counterpoise.study._records import Arm

__all__ = ["Columns", "Picture", "best_remedy", "models_of"]


@dataclass(frozen=True)
class Picture:
    """A picture of the page.

    Attributes
    ----------
    name, title, caption : str
    svg : str
    data : dict of str to list
        What it shows, column by column.
    """

    name: str
    title: str
    caption: str
    svg: str
    data: dict[str, list[Any]]


class Columns(dict[str, list[Any]]):
    """A table that grows by rows."""

    def __init__(self, *names: str) -> None:
        super().__init__({name: [] for name in names})

    def add(self, *values: Any) -> None:
        """Append a row; numbers with six figures behind the point."""
        for column, value in zip(self.values(), values, strict=True):
            column.append(value if isinstance(value, str) else round(float(value), 6))


def models_of(result: Comparison) -> list[str]:
    """Return the models that have been tested as they are, but for the dummy."""
    return [
        arm.model
        for arm in result.arms
        if arm.remedy == NOTHING and arm.model != "dummy" and (arm.predictions >= 0).any()
    ]


def best_remedy(result: Comparison, model: str) -> Arm | None:
    """Return the remedy with the best mean headline, of those that change a model's scores."""
    headline = METRICS[result.settings.headline]
    arms = [arm for arm in result.arms if arm.model == model and arm.status == "done"]
    arms = [arm for arm in arms if arm.remedy not in (NOTHING, "threshold")]
    merit = {id(arm): headline.better * mean_of(result.values(headline.name, arm)) for arm in arms}
    judged = [arm for arm in arms if not np.isnan(merit[id(arm)])]
    return max(judged, key=lambda arm: merit[id(arm)], default=None)
