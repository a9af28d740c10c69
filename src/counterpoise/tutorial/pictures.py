"""The tutorial's pictures, drawn from facts: each function takes facts and returns a Figure.

Figures are made without pyplot, so that the user's backend, open windows and settings stay as they
are. Blue circles are class 0 and orange triangles class 1: colour-blind eyes can tell the colours
apart, and a black-and-white print the shapes.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from counterpoise._lib.optional_imports import require
from counterpoise.display import BoundaryDisplay, ResamplingDisplay
from counterpoise.display._style import BLUE, COLORS, GREEN, INK, MARKERS, ORANGE, PAPER, QUIET
from counterpoise.tutorial.experiment import Boundary, Experiment, Grid, Growth, Sample
from counterpoise.tutorial.luck import METRICS, MODELS, Luck

require("matplotlib", "drawing the tutorial's pictures")

from matplotlib import rc_context  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import MaxNLocator  # noqa: E402

Picture: TypeAlias = Figure

GROUND = 0.42  # how strongly the ground is coloured with the predicted class
NAMES = ("class 0", "class 1")

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
    "svg.fonttype": "path",
    "savefig.dpi": 170,
}
_WIDE = 5.7
_UNIT = 15.0  # the area of a point that stands in the data once, where areas are counts


def draw_scatter(sample: Sample, grid: Grid, title: str) -> Figure:
    """Draw a sample.

    Parameters
    ----------
    sample : Sample
        With points of shape (n, 2).
    grid : Grid
        Whose extent the axes take, so that pictures can be compared.
    title : str
        What is seen.

    Returns
    -------
    matplotlib.figure.Figure
        One panel.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import cover, draw_points
    >>> sample = draw_points(700, seed=100)
    >>> draw_scatter(sample, cover(sample), "Balanced dataset").axes[0].get_title(loc="left")
    'Balanced dataset'
    """
    return _with_style(lambda: _scatter_figure(sample, grid, title))


def draw_boundary(boundary: Boundary, sample: Sample, grid: Grid, title: str) -> Figure:
    """Draw which class an SVM gives to every place, with the points that it was fitted to.

    Parameters
    ----------
    boundary : Boundary
        With its prediction for each point of the grid, shape (n_up, n_across).
    sample : Sample
        With points of shape (n, 2).
    grid : Grid
        The mesh.
    title : str
        What is seen.

    Returns
    -------
    matplotlib.figure.Figure
        One panel.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> facts = run_experiment()
    >>> figure = draw_boundary(facts.boundaries["base"], facts.base, facts.grid, "Base")
    >>> len(figure.axes)
    1
    """

    def draw() -> Figure:
        figure = _new_figure(4.6)
        axes = figure.subplots()
        _fill(axes, boundary, grid)
        _points(axes, sample)
        _finish(axes, grid, title, sample)
        return figure

    return _with_style(draw)


def draw_side_by_side(facts: Experiment) -> Figure:
    """Draw the boundary of the base SVM beside that of the SMOTE'd one.

    Parameters
    ----------
    facts : Experiment
        Of which the samples and boundaries of base and SMOTE with k = 8 are shown.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels with the same axes.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> len(draw_side_by_side(run_experiment()).axes)
    2
    """
    panels = (
        ("base", facts.base, "Base: real points"),
        ("smoted_k8", facts.smoted[8].sample, "SMOTE'd, k = 8"),
    )

    def draw() -> Figure:
        figure = _new_figure(4.6, width=2 * _WIDE)
        for axes, (name, sample, title) in zip(figure.subplots(1, 2), panels, strict=True):
            _fill(axes, facts.boundaries[name], facts.grid)
            _points(axes, sample)
            _finish(axes, facts.grid, title, sample)
        return figure

    return _with_style(draw)


def draw_repeats(facts: Experiment) -> Figure:
    """Draw the over-sampled points, the area of each in proportion to its repeats.

    Parameters
    ----------
    facts : Experiment
        Whose ``repeated.repeats``, shape (350,), counts how often each row stands in the output.

    Returns
    -------
    matplotlib.figure.Figure
        One panel; the count of a repeated point stands inside it.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> len(draw_repeats(run_experiment()).axes)
    1
    """

    def draw() -> Figure:
        figure = _new_figure(4.6)
        axes = figure.subplots()
        sample = facts.imbalanced
        repeats = facts.repeated.repeats[sample.labels == 1]
        _dots(axes, sample.of(0), 0, size=_UNIT)
        _dots(axes, sample.of(1), 1, size=_UNIT * repeats)
        for point, count in zip(sample.of(1), repeats, strict=True):
            _count_inside(axes, point, int(count))
        _finish(axes, facts.grid, "Over-sampled: the same points again", facts.repeated.sample)
        return figure

    return _with_style(draw)


def draw_smoted(grown: Growth, parents: Sample, grid: Grid, title: str) -> Figure:
    """Draw a SMOTE'd sample: the points it started from, the new ones, the lines they lie on.

    Parameters
    ----------
    grown : Growth
        With n output rows.
    parents : Sample
        The imbalanced sample.
    grid : Grid
        Whose extent the axes take.
    title : str
        What is seen.

    Returns
    -------
    matplotlib.figure.Figure
        One panel.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> facts = run_experiment()
    >>> len(draw_smoted(facts.smoted[1], facts.imbalanced, facts.grid, "k = 1").axes)
    1
    """

    def draw() -> Figure:
        figure = _new_figure(4.2, width=4.9)
        axes = figure.subplots()
        ResamplingDisplay(
            parents.points,
            parents.labels == 1,
            np.zeros(len(parents.points), bool),
            grown.sample.points[grown.is_new],
            grown.lines,
        ).plot(axes, legend=False)
        _legend_of_kinds(axes, grown, parents)
        _frame(axes, grid, title)
        return figure

    return _with_style(draw)


def draw_how(facts: Experiment) -> Figure:
    """Draw how SMOTE works: one observation, its neighbours, and one point on the way to one.

    Parameters
    ----------
    facts : Experiment
        Whose ``example`` was read off the sampler's provenance.

    Returns
    -------
    matplotlib.figure.Figure
        One panel, with equal units on both axes.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> len(draw_how(run_experiment()).axes)
    1
    """
    return _with_style(lambda: _how_figure(facts))


def draw_lines(facts: Experiment) -> Figure:
    """Draw the boundaries of all SVMs that were fitted to balanced data over the base points.

    Parameters
    ----------
    facts : Experiment
        Of which every boundary but the imbalanced one is shown.

    Returns
    -------
    matplotlib.figure.Figure
        One panel.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> len(draw_lines(run_experiment()).axes)
    1
    """
    shown = {
        "base": ("base", INK, "-"),
        "repeated": ("over-sampled", BLUE, "--"),
        "smoted_k1": ("SMOTE'd, k = 1", ORANGE, ":"),
        "smoted_k8": ("SMOTE'd, k = 8", ORANGE, "-"),
    }

    def draw() -> Figure:
        figure = _new_figure(4.6)
        axes = figure.subplots()
        for label in (0, 1):
            _dots(axes, facts.base.of(label), label, size=12, alpha=0.28)
        for key, (name, colour, dash) in shown.items():
            across, up = _line(facts.boundaries[key], facts.grid)
            axes.plot(across, up, color=colour, ls=dash, lw=1.8, label=name, zorder=4)
        axes.legend(loc="lower right", fontsize=9.5)
        _frame(axes, facts.grid, "Four boundaries over the base points")
        return figure

    return _with_style(draw)


def draw_luck(luck: Luck) -> Figure:
    """Draw the luck table: for each metric and model a dot for the mean, a bar for its interval.

    Parameters
    ----------
    luck : Luck
        With scores of shape (n_seeds, n_models, n_metrics).

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each metric; the faint dots behind are the single seeds.

    Examples
    --------
    >>> from counterpoise.tutorial.luck import run_luck
    >>> len(draw_luck(run_luck(2)).axes)
    8
    """

    def draw() -> Figure:
        figure = _new_figure(9.6, width=6.3)
        figure.set_layout_engine("constrained", h_pad=0.1)
        panels = figure.subplots(4, 2, sharey=True).ravel()
        for axes, metric in zip(panels, METRICS, strict=True):
            for place, model in enumerate(MODELS):
                _dot_with_bar(axes, luck, model.key, metric.key, place)
            axes.set_title(metric.name, fontsize=11)
            axes.set_yticks(range(len(MODELS)), [model.name for model in MODELS])
            axes.set_ylim(len(MODELS) - 0.45, -0.55)
            axes.set_xlim(-0.02, 1.02)
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
            axes.grid(axis="x", color=QUIET, alpha=0.22, lw=0.6)
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        return figure

    return _with_style(draw)


def draw_all(
    facts: Experiment, luck: Luck, report: Callable[[int, int], None] | None = None
) -> dict[str, Figure]:
    """Draw every picture of the tutorial.

    Parameters
    ----------
    facts : Experiment
        Of the tutorial's own seed.
    luck : Luck
        Of the other seeds.
    report : callable, optional
        Called as ``report(done, total)`` before the first picture and after each one.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
        By file name without its ending, in the order of the page.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> from counterpoise.tutorial.luck import run_luck
    >>> next(iter(draw_all(run_experiment(), run_luck(2))))
    'base'
    """
    plan = _plan(facts, luck)
    drawn: dict[str, Figure] = {}
    for name, draw in plan.items():
        if report is not None:
            report(len(drawn), len(plan))
        drawn[name] = draw()
    if report is not None:
        report(len(drawn), len(plan))
    return drawn


def to_png(figure: Figure) -> bytes:
    """Write a figure as a PNG file with a white ground.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any of this module's.

    Returns
    -------
    bytes
        The same for the same facts and the same matplotlib.

    Examples
    --------
    >>> to_png(Figure())[1:4]
    b'PNG'
    """
    stream = BytesIO()
    with rc_context(_STYLE):
        figure.savefig(stream, format="png", facecolor="white", metadata={"Software": None})
    return stream.getvalue()


def to_svg(figure: Figure, name: str) -> str:
    """Write a figure as an SVG element with no ground, to stand inside a page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any of this module's.
    name : str
        Makes the element's ids its own, so that several can share a page.

    Returns
    -------
    str
        From ``<svg`` on; the same for the same facts and the same matplotlib.

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


def _plan(facts: Experiment, luck: Luck) -> dict[str, Callable[[], Figure]]:
    grid, machines = facts.grid, facts.boundaries

    def boundary(name: str, sample: Sample, title: str) -> Callable[[], Figure]:
        return lambda: draw_boundary(machines[name], sample, grid, title)

    def smoted(k: int, shape: str) -> Callable[[], Figure]:
        title = f"SMOTE'd, k = {k}: {shape}"
        return lambda: draw_smoted(facts.smoted[k], facts.imbalanced, grid, title)

    repeated, blob = facts.repeated.sample, facts.smoted[8].sample
    finds_some = machines["imbalanced"].share_of_plane > 0
    second = "The second SVM" + ("" if finds_some else ": class 1 nowhere")
    return {
        "base": lambda: draw_scatter(facts.base, grid, "Balanced dataset"),
        "base_boundary": boundary("base", facts.base, "The base SVM"),
        "imbalanced": lambda: draw_scatter(facts.imbalanced, grid, "Imbalanced dataset"),
        "imbalanced_boundary": boundary("imbalanced", facts.imbalanced, second),
        "oversampled": lambda: draw_repeats(facts),
        "oversampled_boundary": boundary("repeated", repeated, "The over-sampled SVM"),
        "how_smote_works": lambda: draw_how(facts),
        "smoted_k1": smoted(1, "lines"),
        "smoted_k2": smoted(2, "a web"),
        "smoted_k8": smoted(8, "a blob"),
        "smoted_boundary": boundary("smoted_k8", blob, "The SMOTE'd SVM, k = 8"),
        "boundaries": lambda: draw_side_by_side(facts),
        "lines": lambda: draw_lines(facts),
        "luck": lambda: draw_luck(luck),
    }


def _with_style(draw: Callable[[], Figure]) -> Figure:
    with rc_context(_STYLE):
        return draw()


def _new_figure(height: float, *, width: float = _WIDE) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


def _scatter_figure(sample: Sample, grid: Grid, title: str) -> Figure:
    figure = _new_figure(4.6)
    axes = figure.subplots()
    _points(axes, sample)
    _finish(axes, grid, title, sample)
    return figure


def _points(axes: Axes, sample: Sample) -> None:
    # Ten places among 350 should be as easy to find as 351 among 700.
    few = len(np.unique(sample.of(1), axis=0)) < 50
    _dots(axes, sample.of(0), 0)
    _dots(axes, sample.of(1), 1, size=70 if few else 26)


def _dots(
    axes: Axes,
    points: NDArray[np.float64],
    label: int,
    *,
    size: float | NDArray[np.float64] = 24,
    alpha: float = 0.85,
) -> None:
    _scatter(
        axes,
        points,
        s=size,
        color=COLORS[label],
        marker=MARKERS[label],
        edgecolors=PAPER,
        linewidths=0.5,
        alpha=alpha,
        zorder=3 + label,
    )


def _scatter(axes: Axes, points: NDArray[np.float64], **looks: Any) -> None:
    axes.scatter(points[..., 0], points[..., 1], **looks)


def _finish(axes: Axes, grid: Grid, title: str, sample: Sample) -> None:
    for label in (0, 1):
        name = f"{NAMES[label]} ({sample.counts[label]})"
        axes.scatter([], [], s=44, color=COLORS[label], marker=MARKERS[label], label=name)
    axes.legend(loc="lower right", fontsize=9.5)
    _frame(axes, grid, title)


def _frame(axes: Axes, grid: Grid, title: str) -> None:
    left, right, bottom, top = grid.extent
    axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="feature_1", ylabel="feature_2")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(title)


def _fill(axes: Axes, boundary: Boundary, grid: Grid) -> None:
    display = BoundaryDisplay(grid.across, grid.up, boundary.predicted, NAMES)
    display.plot(axes, alpha=GROUND, line=False)
    if boundary.share_of_plane > 0:
        axes.plot(*_line(boundary, grid), color=INK, lw=1.3, zorder=2)


def _line(boundary: Boundary, grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find the two ends of the boundary, as far as the grid reaches across."""
    ends = np.array([grid.extent[0], grid.extent[1]])
    return ends, -(boundary.intercept + boundary.normal[0] * ends) / boundary.normal[1]


def _legend_of_kinds(axes: Axes, grown: Growth, parents: Sample) -> None:
    kinds = (
        (f"class 0 ({parents.counts[0]})", BLUE, "o", 24, 0.5),
        (f"class 1, real ({parents.counts[1]})", INK, "^", 64, 1.0),
        (f"class 1, made ({int(grown.is_new.sum())})", ORANGE, "^", 24, 0.9),
    )
    for name, colour, marker, size, alpha in kinds:
        axes.scatter([], [], s=size, color=colour, marker=marker, alpha=alpha, label=name)
    axes.legend(loc="lower right", fontsize=9.5)


def _note(
    axes: Axes,
    text: str,
    point: NDArray[np.float64],
    *,
    offset: tuple[float, float],
    weight: str = "normal",
    colour: str = INK,
) -> None:
    axes.annotate(
        text,
        (float(point[0]), float(point[1])),
        xytext=offset,
        textcoords="offset points",
        fontsize=9.5,
        fontweight=weight,
        color=colour,
        ha="left" if offset[0] >= 0 else "right",
        va="center",
        zorder=6,
    )


def _how_figure(facts: Experiment) -> Figure:
    example = facts.example
    figure = _new_figure(4.9)
    axes = figure.subplots()
    others = facts.imbalanced
    _dots(axes, others.of(0), 0, size=20, alpha=0.16)
    for neighbour in example.neighbours:
        axes.plot(*np.column_stack([example.base, neighbour]), color=QUIET, lw=0.9, alpha=0.6)
    path = np.column_stack([example.base, example.partner])
    axes.plot(*path, color=ORANGE, lw=1.8, zorder=3)
    _scatter(axes, example.neighbours, s=80, color=QUIET, marker="^", ec=PAPER, zorder=4)
    _scatter(axes, example.base, s=150, color=INK, marker="^", ec=PAPER, zorder=5)
    _scatter(axes, example.point, s=170, color=ORANGE, marker="*", ec=PAPER, zorder=5)
    _label_family(axes, facts)
    _zoom(axes, np.vstack([example.base, example.neighbours]))
    axes.set(xlabel="feature_1", ylabel="feature_2")
    axes.set_title("How SMOTE makes one point")
    return figure


def _zoom(axes: Axes, family: NDArray[np.float64]) -> None:
    low, high = family.min(axis=0) - 0.55, family.max(axis=0) + 0.55
    # Equal units, and as wide as the figure: half its width on either side of the middle.
    middle, half = (low[0] + high[0]) / 2, 0.62 * max(high - low)
    axes.set(xlim=(middle - half, middle + half), ylim=(low[1], high[1]), aspect="equal")


def _count_inside(axes: Axes, point: NDArray[np.float64], count: int) -> None:
    # A triangle's middle of mass lies below the middle of its box, where the marker is centred.
    axes.annotate(
        str(count),
        (float(point[0]), float(point[1])),
        xytext=(0, -3.5),
        textcoords="offset points",
        fontsize=8,
        fontweight="bold",
        color=PAPER,
        ha="center",
        va="center",
        zorder=6,
    )


def _label_family(axes: Axes, facts: Experiment) -> None:
    example = facts.example
    _note(axes, "one observation", example.base, offset=(-2, -16), weight="bold")
    _note(axes, "the neighbour drawn", example.partner, offset=(10, 8), weight="bold")
    text = f"the new point,\n{example.weight:.0%} of the way"
    _note(axes, text, example.point, offset=(12, 10), weight="bold", colour=ORANGE)
    for rank, neighbour in enumerate(example.neighbours, start=1):
        if rank - 1 != example.chosen:
            _note(axes, str(rank), neighbour, offset=(-9, -7), colour=QUIET)
    hint = "grey: its other neighbours, nearest first"
    axes.text(0.02, 0.03, hint, transform=axes.transAxes, fontsize=9.5, color=QUIET)


def _dot_with_bar(axes: Axes, luck: Luck, model: str, metric: str, place: int) -> None:
    colour = GREEN if model == "base" else (QUIET if model == "imbalanced" else ORANGE)
    values = luck.values(model, metric)
    # A fixed fan instead of a random jitter: the same facts give the same picture.
    fan = place + 0.32 * np.linspace(-1, 1, len(values))
    axes.scatter(values, fan, s=7, color=colour, alpha=0.28, lw=0, zorder=2)
    interval = luck.interval(model, metric)
    axes.plot([interval.low, interval.high], [place, place], color=colour, lw=3, zorder=3)
    axes.scatter([interval.mean], [place], s=46, color=colour, ec=PAPER, lw=1, zorder=4)
