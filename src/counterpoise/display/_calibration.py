"""Plot the calibration of probabilities: as predicted, corrected and calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.display._style import COLORS, MARKERS, QUIET, open_axes
from counterpoise.probability import (
    CalibrationBins,
    calibration_bins,
    calibration_intercept,
    calibration_slope,
)

__all__ = ["CalibrationDisplay"]


class CalibrationDisplay:
    """Plot of calibration curves.

    Create it with `from_predictions`.

    Parameters
    ----------
    curves : mapping of str to CalibrationBins
        The bins of each curve, by name.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes, after `plot`.
    figure_ : matplotlib Figure
        The figure, after `plot`.

    Examples
    --------
    >>> from counterpoise.display import CalibrationDisplay
    >>> y, raw = [0, 0, 0, 1, 0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8] * 2
    >>> display = CalibrationDisplay.from_predictions(y, raw, n_bins=4)
    >>> [bins.observed.tolist() for bins in display.curves.values()]
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
        calibrated: Any = None,
        *,
        n_bins: int = 10,
        pos_label: Any = None,
        ax: Any = None,
    ) -> CalibrationDisplay:
        """Compute calibration curves from predicted probabilities, and plot them.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            The true classes, of two.
        y_prob : array-like of shape (n_samples,) or (n_samples, 2)
            Predicted probabilities of the positive class.
        corrected, calibrated : array-like, optional
            Probabilities after prior correction and after calibration, for further curves.
        n_bins : int, default=10
            Number of bins of equal size.
        pos_label : int, float, bool or str, default=None
            The positive class; by default the second in sorted order.
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        CalibrationDisplay
        """
        curves = {}
        kinds = {"predicted": y_prob, "corrected": corrected, "calibrated": calibrated}
        for name, probabilities in kinds.items():
            if probabilities is not None:
                slope = calibration_slope(y_true, probabilities, pos_label=pos_label)
                intercept = calibration_intercept(y_true, probabilities, pos_label=pos_label)
                label = f"{name}: slope {slope:.2f}, intercept {intercept:+.2f}".replace("-", "−")
                curves[label] = calibration_bins(
                    y_true, probabilities, n_bins=n_bins, pos_label=pos_label
                )
        return cls(curves).plot(ax)

    def plot(self, ax: Any = None) -> CalibrationDisplay:
        """Draw the curves with 95% Wilson intervals, and the diagonal of perfect calibration.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

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
                bins.predicted,
                bins.observed,
                yerr=np.maximum([bins.observed - bins.low, bins.high - bins.observed], 0),
                color=COLORS[place % len(COLORS)],
                marker=MARKERS[place % len(MARKERS)],
                lw=1.5,
                elinewidth=0.8,
                label=name,
            )
        self.ax_.set(xlabel="predicted probability", ylabel="observed frequency")
        self.ax_.legend()
        return self

    @property
    def data(self) -> dict[str, Array]:
        """The plotted values, one entry per bin."""
        columns: dict[str, Array] = {
            "curve": np.concatenate([[name] * len(bins.rows) for name, bins in self.curves.items()])
        }
        for column in ("predicted", "observed", "low", "high", "rows"):
            columns[column] = np.concatenate([getattr(b, column) for b in self.curves.values()])
        return columns
