"""Probabilities beside frequencies, raw and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.display.looks import COLOURS, MARKERS, QUIET, open_axes
from counterpoise.probability import (
    CalibrationBins,
    calibration_bins,
    calibration_intercept,
    calibration_slope,
)

__all__ = ["CalibrationDisplay"]


class CalibrationDisplay:
    """Calibration curves.

    Make it by `from_predictions`.

    Parameters
    ----------
    curves : mapping of str to CalibrationBins
        By name.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
        After `plot`.

    Examples
    --------
    >>> from counterpoise.display import CalibrationDisplay
    >>> y, raw = [0, 0, 0, 1, 0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8] * 2
    >>> display = CalibrationDisplay.from_predictions(y, raw, n_bins=4)
    >>> [bins.happened.tolist() for bins in display.curves.values()]
    [[0.0, 0.5, 0.5, 1.0]]
    """

    def __init__(self, curves: Mapping[str, CalibrationBins]) -> None:
        self.curves = dict(curves)

    @classmethod
    def from_predictions(
        cls,
        y_true: Any,
        y_prob: Any,
        corrected: Any = None,
        *,
        n_bins: int = 10,
        pos_label: Any = None,
        ax: Any = None,
    ) -> CalibrationDisplay:
        """Bin probabilities, and draw them beside what happened.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            Labels of two classes.
        y_prob : array-like of shape (n_rows,) or (n_rows, 2)
            Probabilities of the positive class.
        corrected : array-like, optional
            The same, corrected.
        n_bins : int, default=10
            Bins of equally many rows.
        pos_label : label, optional
            The positive class; by default the last of the two in sorted order.
        ax : matplotlib Axes, optional

        Returns
        -------
        CalibrationDisplay
        """
        curves = {}
        for name, given in (("as it is", y_prob), ("corrected", corrected)):
            if given is not None:
                slope = calibration_slope(y_true, given, pos_label=pos_label)
                intercept = calibration_intercept(y_true, given, pos_label=pos_label)
                told = f"{name}: slope {slope:.2f}, intercept {intercept:+.2f}".replace("-", "−")
                curves[told] = calibration_bins(y_true, given, n_bins=n_bins, pos_label=pos_label)
        return cls(curves).plot(ax)

    def plot(self, ax: Any = None) -> CalibrationDisplay:
        """Draw the curves, with Wilson's intervals, beside the diagonal.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        CalibrationDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        self.ax_.plot([0, 1], [0, 1], color=QUIET, ls=":", lw=1)
        for place, (name, bins) in enumerate(self.curves.items()):
            self.ax_.errorbar(
                bins.said,
                bins.happened,
                yerr=np.maximum([bins.happened - bins.low, bins.high - bins.happened], 0),
                color=COLOURS[place % len(COLOURS)],
                marker=MARKERS[place % len(MARKERS)],
                lw=1.5,
                elinewidth=0.8,
                label=name,
            )
        self.ax_.set(xlabel="probability that is said", ylabel="share that happened")
        self.ax_.legend()
        return self

    @property
    def data(self) -> dict[str, Array]:
        """What is shown, a row for each bin."""
        columns: dict[str, Array] = {
            "curve": np.concatenate([[name] * len(bins.rows) for name, bins in self.curves.items()])
        }
        for column in ("said", "happened", "low", "high", "rows"):
            columns[column] = np.concatenate([getattr(b, column) for b in self.curves.values()])
        return columns
