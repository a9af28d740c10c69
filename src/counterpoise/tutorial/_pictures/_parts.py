"""Parts of the pictures: style, scatter plots, boundaries, labels, output as PNG and SVG."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any, TypeAlias

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from counterpoise.display import BoundaryDisplay
from counterpoise.display._style import COLORS, INK, MARKERS, PAPER, QUIET
from counterpoise.tutorial._records import Dataset, FittedSVM, Grid

Picture: TypeAlias = Figure

BACKGROUND_OPACITY = 0.42  # of the predicted class, behind the samples
CLASS_NAMES = ("class 0", "class 1")
WIDTH = 5.7  # of a figure with one panel, in inches

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.titlesize": 12.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10.0,
    "axes.labelsize": 10.5,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.handletextpad": 0.3,
    "legend.columnspacing": 1.2,
    "svg.fonttype": "path",  # the page looks the same whatever fonts the reader has
    "savefig.dpi": 170,
}


def draw_with_style(draw: Callable[[], Picture]) -> Picture:
    """Call a drawing function with the tutorial's matplotlib settings."""
    with rc_context(_STYLE):
        return draw()


def create_figure(height: float, *, width: float = WIDTH) -> Picture:
    """Create a figure that belongs to no window."""
    return Figure(figsize=(width, height), layout="constrained")


def to_png(figure: Picture) -> bytes:
    """Convert a figure to a PNG file with a white background.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A figure of this package.

    Returns
    -------
    bytes
        The same for the same results and the same matplotlib version.

    Examples
    --------
    >>> to_png(Figure())[1:4]
    b'PNG'
    """
    stream = BytesIO()
    with rc_context(_STYLE):
        figure.savefig(stream, format="png", facecolor="white", metadata={"Software": None})
    return stream.getvalue()


def to_svg(figure: Picture, name: str) -> str:
    """Convert a figure to an SVG element with a transparent background, to embed it in a page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A figure of this package.
    name : str
        Seed of the element's ids, so that several pictures can be embedded in one page.

    Returns
    -------
    str
        Starts with ``<svg``; the same for the same results and the same matplotlib version.

    Examples
    --------
    >>> to_svg(Figure(), "empty")[:4]
    '<svg'
    """
    stream = StringIO()
    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def plot_samples(axes: Axes, dataset: Dataset) -> None:
    """Plot the samples of both classes; larger where class 1 has few distinct samples."""
    # 10 samples among 350 should be as easy to see as 351 among 700.
    has_few = len(np.unique(dataset.samples_of(1), axis=0)) < 50
    plot_class(axes, dataset.samples_of(0), 0)
    plot_class(axes, dataset.samples_of(1), 1, size=70 if has_few else 26)


def plot_class(
    axes: Axes,
    samples: NDArray[np.float64],
    label: int,
    *,
    size: float | NDArray[np.float64] = 24,
    alpha: float = 0.85,
) -> None:
    """Plot samples with the color and the marker of their class."""
    plot_markers(
        axes,
        samples,
        s=size,
        color=COLORS[label],
        marker=MARKERS[label],
        edgecolors=PAPER,
        linewidths=0.5,
        alpha=alpha,
        zorder=3 + label,
    )


def plot_markers(axes: Axes, samples: NDArray[np.float64], **style: Any) -> None:
    """Plot a marker at each sample, or at a single one."""
    axes.scatter(samples[..., 0], samples[..., 1], **style)


def plot_predictions(axes: Axes, svm: FittedSVM, grid: Grid) -> None:
    """Fill the background with the predicted class, and draw the decision boundary."""
    display = BoundaryDisplay(grid.feature_1, grid.feature_2, svm.predicted, CLASS_NAMES)
    display.plot(axes, alpha=BACKGROUND_OPACITY, line=False)
    if svm.positive_share > 0:
        axes.plot(*compute_boundary(svm, grid), color=INK, lw=1.3, zorder=2)


def compute_boundary(svm: FittedSVM, grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute the points where the decision boundary meets the left and right edge of the grid."""
    feature_1 = np.array([grid.extent[0], grid.extent[1]])
    return feature_1, -(svm.intercept + svm.coef[0] * feature_1) / svm.coef[1]


def add_class_legend(axes: Axes, dataset: Dataset) -> None:
    """Add a legend with the classes and their numbers of samples."""
    for label, (name, count) in enumerate(zip(CLASS_NAMES, dataset.counts, strict=True)):
        text = f"{name} ({count})"
        axes.scatter([], [], s=44, color=COLORS[label], marker=MARKERS[label], label=text)
    axes.legend(loc="lower right", fontsize=9.5)


def set_axes(axes: Axes, grid: Grid, title: str) -> None:
    """Set title, axis labels and the same limits as in the other pictures."""
    left, right, bottom, top = grid.extent
    axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="feature_1", ylabel="feature_2")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(title)


def add_label(
    axes: Axes,
    text: str,
    sample: NDArray[np.float64],
    *,
    offset: tuple[float, float],
    weight: str = "normal",
    color: str = INK,
) -> None:
    """Write a label near a sample; `offset` is in printer's points."""
    axes.annotate(
        text,
        (float(sample[0]), float(sample[1])),
        xytext=offset,
        textcoords="offset points",
        fontsize=9.5,
        fontweight=weight,
        color=color,
        ha="left" if offset[0] >= 0 else "right",
        va="center",
        zorder=6,
    )


def add_count(axes: Axes, sample: NDArray[np.float64], count: int) -> None:
    """Write a number inside the triangle of a sample."""
    # The widest part of a triangle lies below the center of its marker, so the text moves down.
    axes.annotate(
        str(count),
        (float(sample[0]), float(sample[1])),
        xytext=(0, -3.5),
        textcoords="offset points",
        fontsize=8,
        fontweight="bold",
        color=PAPER,
        ha="center",
        va="center",
        zorder=6,
    )
