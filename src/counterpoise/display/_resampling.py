"""What a sampler did: rows kept and removed, new rows, and lines to their parents."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise.comparison.encoding import TableEncoder
from counterpoise.display.looks import BLUE, INK, ORANGE, PAPER, QUIET, open_axes
from counterpoise.exceptions import InputError

__all__ = ["ResamplingDisplay"]

_KEPT: dict[str, Any] = {
    "s": 24,
    "color": BLUE,
    "marker": "o",
    "alpha": 0.35,
    "lw": 0.5,
    "edgecolors": PAPER,
    "zorder": 3,
}
_REMOVED: dict[str, Any] = {"s": 20, "color": QUIET, "marker": "x", "lw": 0.9, "zorder": 3}
_NEW: dict[str, Any] = {
    "s": 15,
    "color": ORANGE,
    "marker": "^",
    "alpha": 0.65,
    "lw": 0,
    "edgecolors": PAPER,
    "zorder": 3,
}
_GROWS: dict[str, Any] = {
    "s": 74,
    "color": INK,
    "marker": "^",
    "lw": 1.0,
    "edgecolors": PAPER,
    "zorder": 4,
}


class ResamplingDisplay:
    """Rows before and after a sampler, in two dimensions.

    Make it by `from_sampler`.

    Parameters
    ----------
    points : ndarray of float64 of shape (n_rows, 2)
        The input rows.
    grows, removed : ndarray of bool of shape (n_rows,)
        Whether a row's class got new rows, and whether the row is gone.
    new : ndarray of float64 of shape (n_new, 2)
    parents : ndarray of int of shape (n_lines, 2)
        Pairs of input rows between which new ones lie.
    names : (str, str), default=("", "")

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
        After `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.display import ResamplingDisplay
    >>> from counterpoise.over_sampling import SMOTE
    >>> X, y = make_classification(100, 4, weights=[0.8], random_state=0)
    >>> display = ResamplingDisplay.from_sampler(SMOTE(random_state=0), X, y)
    >>> len(display.new), bool(display.removed.any())
    (62, False)
    """

    def __init__(
        self,
        points: Float64Array,
        grows: BoolArray,
        removed: BoolArray,
        new: Float64Array,
        parents: IntArray,
        *,
        names: tuple[str, str] = ("", ""),
    ) -> None:
        self.points, self.grows, self.removed = points, grows, removed
        self.new, self.parents, self.names = new, parents, names

    @classmethod
    def from_sampler(
        cls, sampler: Any, X: Any, y: Any, *, columns: tuple[int, int] | None = None, ax: Any = None
    ) -> ResamplingDisplay:
        """Run a sampler, and draw what it did.

        Parameters
        ----------
        sampler : sampler of counterpoise
            A copy is run. Its `random_state` says whether it does the same again.
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
        columns : (int, int), optional
            Which two columns are shown; by default the first two of two, and of more the first
            two principal components of columns brought to one scale.
        ax : matplotlib Axes, optional

        Returns
        -------
        ResamplingDisplay
        """
        ran = clone(sampler)
        resampled, _ = ran.fit_resample(X, y)
        origin = ran.provenance_
        encoder = TableEncoder().fit(X)
        before, after = encoder.transform(X), encoder.transform(resampled)
        points, new, names = _flatten(before, after[origin.is_new], columns)
        base, partner = origin.base[origin.is_new], origin.partner[origin.is_new]
        pairs = np.column_stack([base, partner])
        kept = origin.row[origin.row >= 0]
        labels = np.asarray(y)
        growing = set(labels[base[base >= 0]].tolist())
        display = cls(
            points,
            np.array([label in growing for label in labels.tolist()], bool),
            ~np.isin(np.arange(len(points)), kept),
            new,
            np.unique(np.sort(pairs[(pairs >= 0).all(axis=1)], axis=1), axis=0),
            names=names,
        )
        return display.plot(ax)

    def plot(self, ax: Any = None, *, legend: bool = True) -> ResamplingDisplay:
        """Draw rows, lines and new rows.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            New ones by default.
        legend : bool, default=True
            Whether a legend says what is what.

        Returns
        -------
        ResamplingDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        kept = ~self.removed
        for pair in self.parents:
            self.ax_.plot(*self.points[pair].T, color=QUIET, lw=0.6, alpha=0.5, zorder=2)
        parts: tuple[tuple[str, Float64Array, dict[str, Any]], ...] = (
            ("kept", self.points[kept & ~self.grows], _KEPT),
            ("removed", self.points[self.removed], _REMOVED),
            ("new", self.new, _NEW),
            ("kept, grows", self.points[kept & self.grows], _GROWS),
        )
        for what, points, looks in parts:
            if len(points):
                label = f"{what} ({len(points)})" if legend else None
                self.ax_.scatter(*points.T, label=label, **looks)
        if legend:
            self.ax_.legend()
        self.ax_.set(xlabel=self.names[0], ylabel=self.names[1])
        return self

    @property
    def data(self) -> dict[str, Array]:
        """What is shown, a row for each point: what it is, and where."""
        what = np.where(self.removed, "removed", "kept")
        places = np.concatenate([self.points, self.new])
        kinds = np.concatenate([what, np.full(len(self.new), "new")])
        return {"what": kinds, "x": places[:, 0], "y": places[:, 1]}


def _flatten(
    before: Float64Array, new: Float64Array, columns: tuple[int, int] | None
) -> tuple[Float64Array, Float64Array, tuple[str, str]]:
    """Return rows and new rows in two dimensions, and what the two are called."""
    width = before.shape[1]
    if columns is None and width == 2:
        columns = (0, 1)
    if columns is not None:
        if not all(0 <= column < width for column in columns):
            raise InputError(f"columns must be two of 0 to {width - 1}; got {columns!r}.")
        names = f"column {columns[0]}", f"column {columns[1]}"
        return before[:, list(columns)], new[:, list(columns)], names
    if width < 2:
        raise InputError("A picture of rows needs two columns or more; X has one.")
    scaler = StandardScaler().fit(before)
    plane = PCA(2, random_state=0).fit(_filled(scaler.transform(before)))
    placed = [
        plane.transform(_filled(scaler.transform(rows))) for rows in (before, new) if len(rows)
    ]
    moved = placed[1] if len(new) else np.empty((0, 2))
    return placed[0], moved, ("first component", "second component")


def _filled(cells: Float64Array) -> Float64Array:
    """Put missing cells at the mean, which is 0."""
    return np.nan_to_num(cells)
