"""Gains of a study with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.comparison import METRICS, Gain
from counterpoise.comparison.words import MARKS, short_word
from counterpoise.display.looks import BLUE, GREEN, ORANGE, QUIET, open_axes

__all__ = ["StudyDisplay"]

_COLOUR = {"helps": GREEN, "harms": ORANGE, "no material difference": BLUE}


class StudyDisplay:
    """An interval for each remedy and model, beside the margin.

    Parameters
    ----------
    gains : sequence of Gain
        Such as ``StudyResult.verdicts``. Gains of remedies that leave scores as they are, are
        left out.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
        After `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.display import StudyDisplay
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(3, 1), random_state=0).run(X, y)
    >>> StudyDisplay(result.verdicts).plot().ax_.get_xlabel()
    'gain in average precision over nothing'
    """

    def __init__(self, gains: Sequence[Gain]) -> None:
        self.gains = tuple(gain for gain in gains if not gain.same)

    def plot(self, ax: Any = None) -> StudyDisplay:
        """Draw the intervals; the band is what does not matter.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        StudyDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        names = [f"{gain.remedy}, {gain.model}" for gain in self.gains]
        for place, gain in enumerate(self.gains):
            colour = _COLOUR.get(gain.word, QUIET)
            self.ax_.plot([gain.low, gain.high], [place, place], color=colour, lw=2)
            self.ax_.plot(gain.value, place, "o", color=colour, ms=5)
            told = f"  {MARKS[short_word(gain)]} {short_word(gain)}"
            self.ax_.annotate(
                told,
                (1, place),
                xycoords=("axes fraction", "data"),
                va="center",
                color=colour,
                fontsize="small",
            )
        self.ax_.set_yticks(range(len(names)), names)
        self.ax_.invert_yaxis()
        self.ax_.axvline(0, color="0.2", lw=0.8, zorder=0)
        if self.gains:
            margin = self.gains[0].margin
            self.ax_.axvspan(-margin, margin, color="0.92", zorder=-1)
            label = METRICS[self.gains[0].metric].label
            self.ax_.set_xlabel(f"gain in {label} over nothing")
        return self

    @property
    def data(self) -> dict[str, Array]:
        """What is shown, a row for each gain."""
        names = ("model", "remedy", "metric", "value", "low", "high", "margin", "word")
        return {name: np.array([getattr(gain, name) for gain in self.gains]) for name in names}
