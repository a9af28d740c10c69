"""Plot the effect of a sampler: kept, removed and synthetic samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from counterpoise._encoding import TableEncoder
from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise._table import as_table
from counterpoise.display._style import BLUE, INK, ORANGE, PAPER, QUIET, open_axes
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
_SYNTHETIC: dict[str, Any] = {
    "s": 15,
    "color": ORANGE,
    "marker": "^",
    "alpha": 0.65,
    "lw": 0,
    "edgecolors": PAPER,
    "zorder": 3,
}
_DUPLICATED: dict[str, Any] = {
    "color": ORANGE,
    "marker": "o",
    "alpha": 0.65,
    "lw": 0.5,
    "edgecolors": PAPER,
    "zorder": 3,
}
_MINORITY: dict[str, Any] = {
    "s": 74,
    "color": INK,
    "marker": "^",
    "lw": 1.0,
    "edgecolors": PAPER,
    "zorder": 4,
}
_REMOVED_MINORITY: dict[str, Any] = {**_REMOVED, "s": 34, "color": INK, "lw": 1.4, "zorder": 4}
_DUPLICATE_SIZE = 24.0  # what each duplicate adds to the area of a marker
_LARGEST_SIZE = 240.0  # what all of them add at most


class ResamplingDisplay:
    """Plot of the samples before and after resampling, in two dimensions.

    Create it with `from_sampler`.

    Parameters
    ----------
    points : ndarray of float64 of shape (n_samples, 2)
        The input samples.
    oversampled, removed : ndarray of bool of shape (n_samples,)
        Whether the class of a sample was oversampled, and whether the sample was removed.
    synthetic : ndarray of float64 of shape (n_synthetic, 2)
        The synthetic samples.
    segments : ndarray of int of shape (n_segments, 2)
        Pairs of base sample and neighbor between which synthetic samples lie.
    duplicates : ndarray of int of shape (n_samples,), optional
        How many duplicates of each sample the output has; by default none.
    minority : ndarray of bool of shape (n_samples,), optional
        Whether a sample is of the minority class, which has its own marker if no class was
        oversampled, or all were.
    names : (str, str), default=("", "")
        Axis labels.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes, after `plot`.
    figure_ : matplotlib Figure
        The figure, after `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.display import ResamplingDisplay
    >>> from counterpoise.over_sampling import SMOTE
    >>> X, y = make_classification(100, 4, weights=[0.8], random_state=0)
    >>> display = ResamplingDisplay.from_sampler(SMOTE(random_state=0), X, y)
    >>> len(display.synthetic), bool(display.removed.any())
    (62, False)
    """

    def __init__(
        self,
        points: Float64Array,
        oversampled: BoolArray,
        removed: BoolArray,
        synthetic: Float64Array,
        segments: IntArray,
        *,
        duplicates: IntArray | None = None,
        minority: BoolArray | None = None,
        names: tuple[str, str] = ("", ""),
    ) -> None:
        self.points, self.oversampled, self.removed = points, oversampled, removed
        self.synthetic, self.segments, self.names = synthetic, segments, names
        self.duplicates = np.zeros(len(points), int) if duplicates is None else duplicates
        self.minority = np.zeros(len(points), bool) if minority is None else minority

    @classmethod
    def from_sampler(
        cls,
        sampler: Any,
        X: Any,
        y: Any,
        *,
        columns: tuple[int, int] | None = None,
        legend: bool = True,
        ax: Any = None,
    ) -> ResamplingDisplay:
        """Resample with a clone of a sampler, and plot the result.

        Parameters
        ----------
        sampler : sampler of counterpoise
        X : {array-like, dataframe} of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            Their classes.
        columns : (int, int), optional
            The two features to show; by default both of two, or else the first two principal
            components of the standardized features.
        legend : bool, default=True
            Whether to draw a legend, as in `plot`.
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        ResamplingDisplay
        """
        fitted = clone(sampler)
        resampled, _ = fitted.fit_resample(X, y)
        origin = fitted.provenance_
        encoder = TableEncoder().fit(X)
        if encoder.categorical_ is None:
            raise InputError(
                "X is sparse; the plot needs an array. Pass X.toarray() if it is small."
            )
        before, after = encoder.transform(X), encoder.transform(resampled)
        features = [column.name for column in as_table(X).columns]
        points, synthetic, names = _project(before, after[origin.is_synthetic], columns, features)
        base, neighbor = origin.base[origin.is_synthetic], origin.neighbor[origin.is_synthetic]
        pairs = np.column_stack([base, neighbor])
        occurrences = np.bincount(origin.row[origin.row >= 0], minlength=len(points))
        display = cls(
            points,
            _are_oversampled(np.asarray(y), base[base >= 0], occurrences),
            occurrences == 0,
            synthetic,
            np.unique(np.sort(pairs[(pairs >= 0).all(axis=1)], axis=1), axis=0),
            duplicates=np.maximum(occurrences - 1, 0),
            minority=_are_of_minority(np.asarray(y)),
            names=names,
        )
        return display.plot(ax, legend=legend)

    def plot(self, ax: Any = None, *, legend: bool = True) -> ResamplingDisplay:
        """Draw the samples, and lines between the sources of synthetic samples.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.
        legend : bool, default=True
            Whether to draw a legend, which has the numbers of samples. The labels for a legend of
            several plots have no numbers.

        Returns
        -------
        ResamplingDisplay
            Itself.
        """
        self.ax_ = open_axes(ax)
        self.figure_ = self.ax_.figure
        is_single = ~self.removed & (self.duplicates == 0)
        shown, class_name = self._shown_class()
        for pair in self.segments:
            self.ax_.plot(*self.points[pair].T, color=QUIET, lw=0.6, alpha=0.5, zorder=2)
        parts: tuple[tuple[str, Float64Array, dict[str, Any]], ...] = (
            ("kept", self.points[is_single & ~shown], _KEPT),
            ("removed", self.points[self.removed & ~shown], _REMOVED),
            ("synthetic", self.synthetic, _SYNTHETIC),
            self._duplicated(),
            (f"kept, {class_name}", self.points[is_single & shown], _MINORITY),
            (f"removed, {class_name}", self.points[self.removed & shown], _REMOVED_MINORITY),
        )
        for name, points, style in parts:
            if len(points):
                label = f"{name} ({len(points)})" if legend else name
                self.ax_.scatter(*points.T, label=label, **style)
        if legend:
            self.ax_.legend()
        self.ax_.set(xlabel=self.names[0], ylabel=self.names[1])
        return self

    def _shown_class(self) -> tuple[BoolArray, str]:
        """Return which samples have a marker of their class, and the name of the class."""
        if self.oversampled.any() and not self.oversampled.all():
            return self.oversampled, "oversampled class"
        # Some samplers generate samples of all classes, such as ROSE.
        return self.minority, "minority class"

    def _duplicated(self) -> tuple[str, Float64Array, dict[str, Any]]:
        """Return the samples with duplicates; the area of a marker grows with their number."""
        has_any = self.duplicates > 0
        duplicates, most = self.duplicates[has_any], int(self.duplicates.max(initial=1))
        size = _DUPLICATE_SIZE + min(_DUPLICATE_SIZE, _LARGEST_SIZE / most) * duplicates
        return f"drawn up to {most + 1} times", self.points[has_any], {**_DUPLICATED, "s": size}

    @property
    def data(self) -> dict[str, Array]:
        """The plotted samples: status, number of duplicates, and position."""
        positions = np.concatenate([self.points, self.synthetic])
        status = np.where(self.removed, "removed", "kept")
        status = np.concatenate([status, np.full(len(self.synthetic), "synthetic")])
        duplicates = np.concatenate([self.duplicates, np.zeros(len(self.synthetic), int)])
        return {
            "status": status,
            "duplicates": duplicates,
            "x": positions[:, 0],
            "y": positions[:, 1],
        }


def _are_oversampled(labels: Array, bases: IntArray, occurrences: IntArray) -> BoolArray:
    """Return whether the class of each sample has synthetic samples, or more samples than before.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
    bases : ndarray of int of shape (n_synthetic,)
    occurrences : ndarray of int of shape (n_samples,)
        How often each sample is in the output.
    """
    _, codes = np.unique(labels, return_inverse=True)
    change = np.bincount(codes, occurrences - 1)
    is_oversampled = change > 0
    is_oversampled[codes[bases]] = True
    return is_oversampled[codes]


def _are_of_minority(labels: Array) -> BoolArray:
    """Return whether each sample is of the smallest class; of classes of equal size, none is."""
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    is_smallest: BoolArray = (codes == counts.argmin()) & (counts.min() < counts.max())
    return is_smallest


def _project(
    before: Float64Array,
    synthetic: Float64Array,
    columns: tuple[int, int] | None,
    features: Sequence[Any],
) -> tuple[Float64Array, Float64Array, tuple[str, str]]:
    """Return samples and synthetic samples in two dimensions, with the axis labels."""
    width = before.shape[1]
    unnamed = "column {}" if columns else ""
    if columns is None and width == 2:
        columns = (0, 1)
    if columns is not None:
        if not all(0 <= column < width for column in columns):
            raise InputError(f"columns must be two of 0 to {width - 1}; got {columns!r}.")
        x_name, y_name = (
            features[column] if isinstance(features[column], str) else unnamed.format(column)
            for column in columns
        )
        return before[:, list(columns)], synthetic[:, list(columns)], (x_name, y_name)
    if width < 2:
        raise InputError("The plot needs at least two features; X has one.")
    scaler = StandardScaler().fit(before)
    # Missing values become the mean, which is 0 after scaling.
    pca = PCA(2, random_state=0).fit(np.nan_to_num(scaler.transform(before)))
    projected = [
        pca.transform(np.nan_to_num(scaler.transform(rows)))
        for rows in (before, synthetic)
        if len(rows)
    ]
    positions = projected[1] if len(synthetic) else np.empty((0, 2))
    return projected[0], positions, ("first component", "second component")
