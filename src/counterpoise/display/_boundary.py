"""Which class a classifier gives to every place of a plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise.display.looks import COLOURS, INK, MARKERS, PAPER, open_axes
from counterpoise.exceptions import InputError
from counterpoise.table import open_labels, open_table

__all__ = ["BoundaryDisplay"]


class BoundaryDisplay:
    """The regions of a classifier of two columns, and rows by class.

    Make it by `from_estimator`.

    Parameters
    ----------
    across, up : ndarray of float64 of shape (n_across,) and (n_up,)
        A mesh.
    predicted : ndarray of int of shape (n_up, n_across)
        The class at each of its points, as a position in `classes`.
    classes : sequence
    points : ndarray of float64 of shape (n_rows, 2), optional
        Rows to show.
    codes : ndarray of int of shape (n_rows,), optional
        Their classes.
    names : (str, str), default=("", "")
        Of the two columns.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
        After `plot`.

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
        across: Float64Array,
        up: Float64Array,
        predicted: IntArray,
        classes: Sequence[Any],
        *,
        points: Float64Array | None = None,
        codes: IntArray | None = None,
        names: tuple[str, str] = ("", ""),
    ) -> None:
        self.across, self.up, self.predicted = across, up, predicted
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
        ax: Any = None,
    ) -> BoundaryDisplay:
        """Ask a fitted classifier for the class of every place, and draw it.

        Parameters
        ----------
        estimator : classifier
            Fitted on two columns.
        X : array-like or data frame of shape (n_rows, 2)
            Rows, around which the mesh lies.
        y : array-like of shape (n_rows,), optional
            Their classes; without, no rows are shown.
        grid_resolution : int, default=200
            Points of the mesh on each side.
        eps : float, default=1.0
            How far the mesh reaches beyond the rows.
        ax : matplotlib Axes, optional

        Returns
        -------
        BoundaryDisplay

        Raises
        ------
        InputError
            If X has not two columns of numbers.
        """
        table = open_table(X)
        if len(table.columns) != 2 or not all(column.kind.is_number for column in table.columns):
            raise InputError(
                f"A plane has two columns of numbers; X has {len(table.columns)} columns. Fit the "
                "estimator on two."
            )
        points = np.column_stack([table.numbers(j) for j in (0, 1)]).astype(np.float64)
        low, high = np.nanmin(points, axis=0) - eps, np.nanmax(points, axis=0) + eps
        across, up = (np.linspace(low[j], high[j], grid_resolution) for j in (0, 1))
        mesh = np.column_stack([axis.ravel() for axis in np.meshgrid(across, up)])
        said = np.asarray(estimator.predict(_like(X, mesh)))
        classes = np.asarray(estimator.classes_)
        predicted = np.searchsorted(classes, said).reshape(len(up), len(across))
        codes = None
        if y is not None:
            labels = open_labels(y, table.n_rows)
            codes = np.searchsorted(classes, np.array(labels.classes))[labels.codes]
        names = tuple(c.name if isinstance(c.name, str) else "" for c in table.columns)
        display = cls(
            across,
            up,
            predicted,
            classes.tolist(),
            points=None if codes is None else points,
            codes=codes,
            names=(names[0], names[1]),
        )
        return display.plot(ax)

    def plot(self, ax: Any = None, *, alpha: float = 0.42, line: bool = True) -> BoundaryDisplay:
        """Draw the regions, the border between them, and the rows.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            New ones by default.
        alpha : float, default=0.42
            How strong the ground is.
        line : bool, default=True
            Whether the border is drawn as a line.

        Returns
        -------
        BoundaryDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        # Fixed levels: a model that says one class everywhere still gets that class's colour.
        levels = np.arange(len(self.classes) + 1) - 0.5
        ground = {"cmap": "coolwarm"} if len(self.classes) == 2 else {"colors": _colours(self)}
        self.ax_.contourf(
            self.across, self.up, self.predicted, levels=levels, alpha=alpha, **ground
        )
        if line and len(np.unique(self.predicted)) > 1:
            self.ax_.contour(
                self.across, self.up, self.predicted, levels[1:-1], colors=INK, linewidths=1.3
            )
        if self.points is not None and self.codes is not None:
            self._draw_rows(self.points, self.codes)
            self.ax_.set(xlabel=self.names[0], ylabel=self.names[1])
        return self

    def _draw_rows(self, points: Float64Array, codes: IntArray) -> None:
        for code, label in enumerate(self.classes):
            rows = points[codes == code]
            self.ax_.scatter(
                *rows.T,
                s=26,
                color=COLOURS[code % len(COLOURS)],
                marker=MARKERS[code % len(MARKERS)],
                edgecolors=PAPER,
                linewidths=0.5,
                label=f"{label} ({len(rows)})",
                zorder=3,
            )
        self.ax_.legend()

    @property
    def data(self) -> dict[str, Array]:
        """What is shown: the mesh and the class of each of its points, column by column."""
        x, y = np.meshgrid(self.across, self.up)
        said = np.array(self.classes, dtype=object)[self.predicted.ravel()]
        return {"x": x.ravel(), "y": y.ravel(), "predicted": said}


def _colours(display: BoundaryDisplay) -> list[str]:
    return [COLOURS[code % len(COLOURS)] for code in range(len(display.classes))]


def _like(X: Any, mesh: Float64Array) -> Any:
    """Return the mesh as a frame where the rows came in one, as models remember names."""
    if not hasattr(X, "columns") or not hasattr(X, "iloc"):
        return mesh
    return type(X)(mesh, columns=X.columns)
