"""A curve over folds, with a band around it."""

from __future__ import annotations

from typing import Any

from counterpoise._lib.types import Array
from counterpoise.display.looks import BLUE, open_axes
from counterpoise.report.curves import Band

__all__ = ["BandDisplay"]


class BandDisplay:
    """A curve that is the mean of those of folds.

    Parameters
    ----------
    band : Band
    name : str
        Of the arm.
    curve : {"precision-recall", "roc"}

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
        After `plot`.
    """

    def __init__(self, band: Band, name: str, curve: str) -> None:
        self.band, self.name, self.curve = band, name, curve

    def plot(self, ax: Any = None, *, color: str = BLUE) -> BandDisplay:
        """Draw the curve and its band.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            New ones by default.
        color : str, default="#0b62a8"

        Returns
        -------
        BandDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        self.ax_.fill_between(self.band.x, self.band.low, self.band.high, color=color, alpha=0.15)
        self.ax_.plot(self.band.x, self.band.y, color=color, label=self.name)
        across, up = ("false alarms", "recall") if self.curve == "roc" else ("recall", "precision")
        self.ax_.set(xlabel=across, ylabel=up, xlim=(0, 1), ylim=(0, 1.02))
        self.ax_.legend()
        return self

    @property
    def data(self) -> dict[str, Array]:
        """What is shown, a row for each point."""
        return dict(vars(self.band))
