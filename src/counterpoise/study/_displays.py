"""Plots of a study: improvements with confidence intervals, and curves averaged over folds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.display._style import BLUE, GREEN, ORANGE, QUIET, open_axes
from counterpoise.study._metrics import metric_named
from counterpoise.study._records import Improvement
from counterpoise.study._regression.metrics import METRICS as REGRESSION_METRICS
from counterpoise.study._report.curves import CurveBand
from counterpoise.study._text import SYMBOLS, candidate_name, improvement_name, outcome_label

__all__ = ["CurveDisplay", "ImprovementDisplay"]

_COLORS = {"better": GREEN, "worse": ORANGE, "equivalent": BLUE}


class ImprovementDisplay:
    """Plot of improvements over the baseline with confidence intervals and the margin.

    Parameters
    ----------
    improvements : sequence of Improvement
        Such as ``StudyResult.improvements``. Methods that leave all scores unchanged are omitted.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes, after `plot`.
    figure_ : matplotlib Figure
        The figure, after `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import ImprovementDisplay, Study
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(3, 1), random_state=0).run(X, y)
    >>> ImprovementDisplay(result.improvements).plot().ax_.get_xlabel()
    'improvement in average precision over the baseline'
    """

    def __init__(self, improvements: Sequence[Improvement]) -> None:
        self.improvements = tuple(item for item in improvements if not item.same_scores)

    def plot(self, ax: Any = None) -> ImprovementDisplay:
        """Draw the intervals, and the equivalence margin as a band.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        ImprovementDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        for row, improvement in enumerate(self.improvements):
            self._draw(row, improvement)
        names = [candidate_name(item.model, item.method) for item in self.improvements]
        self.ax_.set_yticks(range(len(names)), names)
        self.ax_.invert_yaxis()
        self.ax_.axvline(0, color="0.2", lw=0.8, zorder=0)
        if self.improvements:
            margin = self.improvements[0].margin
            self.ax_.axvspan(-margin, margin, color="0.92", zorder=-1)
            metric = self.improvements[0].metric
            name = improvement_name(REGRESSION_METRICS.get(metric) or metric_named(metric))
            self.ax_.set_xlabel(f"{name} over the baseline")
        return self

    def _draw(self, row: int, improvement: Improvement) -> None:
        color = _COLORS.get(improvement.outcome, QUIET)
        self.ax_.plot([improvement.low, improvement.high], [row, row], color=color, lw=2)
        self.ax_.plot(improvement.value, row, "o", color=color, ms=5)
        label = outcome_label(improvement)
        self.ax_.annotate(
            f"  {SYMBOLS[label]} {label}",
            (1, row),
            xycoords=("axes fraction", "data"),
            va="center",
            color=color,
            fontsize="small",
        )

    @property
    def data(self) -> dict[str, Array]:
        """The plotted values, one entry per improvement."""
        names = ("model", "method", "metric", "value", "low", "high", "margin", "outcome")
        return {name: np.array([getattr(i, name) for i in self.improvements]) for name in names}


class CurveDisplay:
    """Plot of a precision-recall or ROC curve averaged over folds.

    Parameters
    ----------
    band : CurveBand
        The mean curve, and the range of the folds around it.
    name : str
        The name of the candidate, for the legend.
    curve : {"precision-recall", "roc"}

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes, after `plot`.
    figure_ : matplotlib Figure
        The figure, after `plot`.
    """

    def __init__(self, band: CurveBand, name: str, curve: str) -> None:
        self.band, self.name, self.curve = band, name, curve

    def plot(self, ax: Any = None, *, color: str = BLUE) -> CurveDisplay:
        """Draw the curve and its band.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.
        color : str, default="#0b62a8"

        Returns
        -------
        CurveDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        self.ax_.fill_between(self.band.x, self.band.low, self.band.high, color=color, alpha=0.15)
        self.ax_.plot(self.band.x, self.band.y, color=color, label=self.name)
        is_roc = self.curve == "roc"
        x_label, y_label = ("false positive rate", "recall") if is_roc else ("recall", "precision")
        self.ax_.set(xlabel=x_label, ylabel=y_label, xlim=(0, 1), ylim=(0, 1.02))
        self.ax_.legend()
        return self

    @property
    def data(self) -> dict[str, Array]:
        """The plotted values, one entry per point."""
        return dict(vars(self.band))
