"""Plot the decision regions of a classifier of two features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise._table import as_table, encode_target
from counterpoise.display._style import COLORS, INK, MARKERS, PAPER, open_axes
from counterpoise.exceptions import InputError

__all__ = ["BoundaryDisplay"]


class BoundaryDisplay:
    """Plot of the decision regions of a classifier of two features, with samples by class.

    Create it with `from_estimator`.

    Parameters
    ----------
    x, y : ndarray of float64 of shape (n_x,) and (n_y,)
        The coordinates of a grid.
    predicted : ndarray of int of shape (n_y, n_x)
        The predicted class at each grid point, as a position in `classes`.
    classes : sequence
        The classes.
    points : ndarray of float64 of shape (n_samples, 2), optional
        Samples to show.
    codes : ndarray of int of shape (n_samples,), optional
        Their classes, as positions in `classes`.
    names : (str, str), default=("", "")
        The names of the features.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes, after `plot`.
    figure_ : matplotlib Figure
        The figure, after `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_blobs
    >>> from sklearn.svm import SVC
    >>> from counterpoise.display import BoundaryDisplay
    >>> X, y = make_blobs(60, centers=2, random_state=0)
    >>> display = BoundaryDisplay.from_estimator(SVC().fit(X, y), X, y)
    >>> display.predicted.shape
    (200, 200)
    """

    def __init__(
        self,
        x: Float64Array,
        y: Float64Array,
        predicted: IntArray,
        classes: Sequence[Any],
        *,
        points: Float64Array | None = None,
        codes: IntArray | None = None,
        names: tuple[str, str] = ("", ""),
    ) -> None:
        self.x, self.y, self.predicted = x, y, predicted
        self.classes = tuple(classes)
        self.points, self.codes, self.names = points, codes, names

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        grid_resolution: int = 200,
        eps: float = 1.0,
        legend: bool = True,
        ax: Any = None,
    ) -> BoundaryDisplay:
        """Predict the class at every point of a grid, and plot it.

        Parameters
        ----------
        estimator : classifier
            Fitted on two features.
        X : {array-like, dataframe} of shape (n_samples, 2)
            Samples that the grid covers.
        y : array-like of shape (n_samples,), optional
            Their classes; without them, no samples are shown.
        grid_resolution : int, default=200
            Number of grid points in each direction.
        eps : float, default=1.0
            Extension of the grid beyond the samples.
        legend : bool, default=True
            Whether to draw a legend of the classes, as in `plot`.
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        BoundaryDisplay

        Raises
        ------
        InputError
            If X does not have two numeric features.
        """
        table = as_table(X)
        if len(table.columns) != 2 or not all(
            column.feature_type.is_number for column in table.columns
        ):
            raise InputError(
                f"The plot needs two numeric features; X has {len(table.columns)} columns. Fit the "
                "estimator on two numeric features."
            )
        points = np.column_stack([table.numbers(j) for j in (0, 1)]).astype(np.float64)
        low, high = np.nanmin(points, axis=0) - eps, np.nanmax(points, axis=0) + eps
        grid_x, grid_y = (np.linspace(low[j], high[j], grid_resolution) for j in (0, 1))
        grid = np.column_stack([axis.ravel() for axis in np.meshgrid(grid_x, grid_y)])
        labels = np.asarray(estimator.predict(_with_names_of(X, grid)))
        classes = np.asarray(estimator.classes_)
        predicted = np.searchsorted(classes, labels).reshape(len(grid_y), len(grid_x))
        codes = None
        if y is not None:
            target = encode_target(y, table.n_rows)
            codes = np.searchsorted(classes, np.array(target.classes))[target.codes]
        names = tuple(c.name if isinstance(c.name, str) else "" for c in table.columns)
        display = cls(
            grid_x,
            grid_y,
            predicted,
            classes.tolist(),
            points=None if codes is None else points,
            codes=codes,
            names=(names[0], names[1]),
        )
        return display.plot(ax, legend=legend)

    def plot(
        self, ax: Any = None, *, alpha: float = 0.42, line: bool = True, legend: bool = True
    ) -> BoundaryDisplay:
        """Draw the decision regions, the boundary between them, and the samples.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.
        alpha : float, default=0.42
            Opacity of the regions.
        line : bool, default=True
            Whether to draw the boundary as a line.
        legend : bool, default=True
            Whether to draw a legend, which has the numbers of samples. The labels for a legend of
            several plots have no numbers.

        Returns
        -------
        BoundaryDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        # Fixed levels: a model that predicts one class everywhere gets the color of that class.
        levels = np.arange(len(self.classes) + 1) - 0.5
        colors = {"cmap": "coolwarm"} if len(self.classes) == 2 else {"colors": _colors(self)}
        self.ax_.contourf(self.x, self.y, self.predicted, levels=levels, alpha=alpha, **colors)
        if line and len(np.unique(self.predicted)) > 1:
            self.ax_.contour(
                self.x, self.y, self.predicted, levels[1:-1], colors=INK, linewidths=1.3
            )
        if self.points is not None and self.codes is not None:
            self._draw_samples(self.points, self.codes, legend)
            self.ax_.set(xlabel=self.names[0], ylabel=self.names[1])
        return self

    def _draw_samples(self, points: Float64Array, codes: IntArray, legend: bool) -> None:
        for code, label in enumerate(self.classes):
            rows = points[codes == code]
            self.ax_.scatter(
                *rows.T,
                s=26,
                color=COLORS[code % len(COLORS)],
                marker=MARKERS[code % len(MARKERS)],
                edgecolors=PAPER,
                linewidths=0.5,
                label=f"{label} ({len(rows)})" if legend else f"{label}",
                zorder=3,
            )
        if legend:
            self.ax_.legend()

    @property
    def data(self) -> dict[str, Array]:
        """The plotted values: grid points with their predicted class."""
        x, y = np.meshgrid(self.x, self.y)
        predicted = np.array(self.classes, dtype=object)[self.predicted.ravel()]
        return {"x": x.ravel(), "y": y.ravel(), "predicted": predicted}


def _colors(display: BoundaryDisplay) -> list[str]:
    return [COLORS[code % len(COLORS)] for code in range(len(display.classes))]


def _with_names_of(X: Any, grid: Float64Array) -> Any:
    """Return the grid as a data frame if X is one, because models check feature names."""
    if not hasattr(X, "columns") or not hasattr(X, "iloc"):
        return grid
    return type(X)(grid, columns=X.columns)
