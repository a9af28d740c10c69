"""Figures of the tutorial, one function for each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from counterpoise.display import ResamplingDisplay
from counterpoise.display._style import BLUE, GREEN, INK, ORANGE, PAPER, QUIET
from counterpoise.tutorial._pictures._parts import (
    WIDTH,
    Picture,
    add_class_legend,
    add_count,
    add_label,
    compute_boundary,
    create_figure,
    draw_with_style,
    plot_class,
    plot_markers,
    plot_predictions,
    plot_samples,
    set_axes,
)
from counterpoise.tutorial._records import Dataset, Experiment, FittedSVM, Grid, ResampledDataset
from counterpoise.tutorial._repetitions import METRICS, MODELS, Repetitions

_MARKER_AREA = 15.0  # of a sample that occurs once, where the area shows the number of copies


def draw_dataset(dataset: Dataset, grid: Grid, title: str) -> Picture:
    """Draw a scatter plot of a data set.

    Parameters
    ----------
    dataset : Dataset
        With X of shape (n_samples, 2).
    grid : Grid
        Its extent gives the axis limits, the same in all pictures.
    title : str
        The title.

    Returns
    -------
    matplotlib.figure.Figure
        With one panel.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import build_grid, make_balanced
    >>> balanced = make_balanced(700, seed=100)
    >>> figure = draw_dataset(balanced, build_grid(balanced), "Balanced data")
    >>> figure.axes[0].get_title(loc="left")
    'Balanced data'
    """

    def draw() -> Picture:
        figure = create_figure(4.6)
        axes = figure.subplots()
        plot_samples(axes, dataset)
        add_class_legend(axes, dataset)
        set_axes(axes, grid, title)
        return figure

    return draw_with_style(draw)


def draw_boundary(svm: FittedSVM, dataset: Dataset, grid: Grid, title: str) -> Picture:
    """Draw the predictions of an SVM, with its training data.

    Parameters
    ----------
    svm : FittedSVM
        With its predictions for the grid, shape (n_rows, n_columns).
    dataset : Dataset
        The training data, with X of shape (n_samples, 2).
    grid : Grid
        The points at which the SVM predicted.
    title : str
        The title.

    Returns
    -------
    matplotlib.figure.Figure
        With one panel.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> results = run_experiment()
    >>> svm = results.svms["balanced"]
    >>> len(draw_boundary(svm, results.balanced, results.grid, "Balanced").axes)
    1
    """

    def draw() -> Picture:
        figure = create_figure(4.6)
        _plot_boundary(figure.subplots(), svm, dataset, grid, title)
        return figure

    return draw_with_style(draw)


def draw_two_boundaries(results: Experiment) -> Picture:
    """Draw the decision boundary for balanced data next to the one after SMOTE.

    Parameters
    ----------
    results : Experiment
        Its balanced data and its data resampled with SMOTE, k = 8, are shown with their SVMs.

    Returns
    -------
    matplotlib.figure.Figure
        With two panels that have the same axis limits.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> len(draw_two_boundaries(run_experiment()).axes)
    2
    """
    panels = (
        ("balanced", results.balanced, "Balanced data, real samples"),
        ("smote_k8", results.smote[8].dataset, "After SMOTE, k = 8"),
    )

    def draw() -> Picture:
        figure = create_figure(4.6, width=2 * WIDTH)
        for axes, (name, dataset, title) in zip(figure.subplots(1, 2), panels, strict=True):
            _plot_boundary(axes, results.svms[name], dataset, results.grid, title)
        return figure

    return draw_with_style(draw)


def draw_duplicates(results: Experiment) -> Picture:
    """Draw the data after random oversampling; the area of a marker shows the number of copies.

    Parameters
    ----------
    results : Experiment
        Its ``oversampled.n_duplicates``, shape (350,), counts the copies of each input row.

    Returns
    -------
    matplotlib.figure.Figure
        With one panel; the number of copies is written inside each sample of class 1.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> len(draw_duplicates(run_experiment()).axes)
    1
    """

    def draw() -> Picture:
        figure = create_figure(4.6)
        axes = figure.subplots()
        imbalanced = results.imbalanced
        minority = imbalanced.samples_of(1)
        n_duplicates = results.oversampled.n_duplicates[imbalanced.y == 1]
        plot_class(axes, imbalanced.samples_of(0), 0, size=_MARKER_AREA)
        plot_class(axes, minority, 1, size=_MARKER_AREA * n_duplicates)
        for sample, count in zip(minority, n_duplicates, strict=True):
            add_count(axes, sample, int(count))
        add_class_legend(axes, results.oversampled.dataset)
        set_axes(axes, results.grid, "Random oversampling: copies of each sample")
        return figure

    return draw_with_style(draw)


def draw_synthetic_samples(
    resampled: ResampledDataset, imbalanced: Dataset, grid: Grid, title: str
) -> Picture:
    """Draw the synthetic samples of SMOTE, the real samples and the segments between them.

    Parameters
    ----------
    resampled : ResampledDataset
        The data after SMOTE, with n_output rows.
    imbalanced : Dataset
        The data before SMOTE.
    grid : Grid
        Its extent gives the axis limits.
    title : str
        The title.

    Returns
    -------
    matplotlib.figure.Figure
        With one panel.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> results = run_experiment()
    >>> arguments = results.smote[1], results.imbalanced, results.grid, "k = 1"
    >>> len(draw_synthetic_samples(*arguments).axes)
    1
    """

    def draw() -> Picture:
        figure = create_figure(4.2, width=4.9)
        axes = figure.subplots()
        ResamplingDisplay(
            imbalanced.X,
            imbalanced.y == 1,
            np.zeros(len(imbalanced.X), bool),
            resampled.dataset.X[resampled.is_synthetic],
            resampled.segments,
        ).plot(axes, legend=False)
        _add_sample_legend(axes, resampled, imbalanced)
        set_axes(axes, grid, title)
        return figure

    return draw_with_style(draw)


def draw_smote_example(results: Experiment) -> Picture:
    """Draw how SMOTE generates one sample: base sample, its neighbors, the synthetic sample.

    Parameters
    ----------
    results : Experiment
        Its ``example`` was read from the sampler's provenance.

    Returns
    -------
    matplotlib.figure.Figure
        With one panel; both axes have the same scale.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> len(draw_smote_example(run_experiment()).axes)
    1
    """
    example = results.example

    def draw() -> Picture:
        figure = create_figure(4.9)
        axes = figure.subplots()
        plot_class(axes, results.imbalanced.samples_of(0), 0, size=20, alpha=0.16)
        for neighbor in example.neighbors:
            axes.plot(*np.column_stack([example.base, neighbor]), color=QUIET, lw=0.9, alpha=0.6)
        segment = np.column_stack([example.base, example.neighbor])
        axes.plot(*segment, color=ORANGE, lw=1.8, zorder=3)
        plot_markers(axes, example.neighbors, s=80, color=QUIET, marker="^", ec=PAPER, zorder=4)
        plot_markers(axes, example.base, s=150, color=INK, marker="^", ec=PAPER, zorder=5)
        plot_markers(axes, example.synthetic, s=170, color=ORANGE, marker="*", ec=PAPER, zorder=5)
        _label_example(axes, results)
        _zoom_in(axes, np.vstack([example.base, example.neighbors]))
        axes.set(xlabel="feature_1", ylabel="feature_2")
        axes.set_title("How SMOTE generates one sample")
        return figure

    return draw_with_style(draw)


def draw_four_boundaries(results: Experiment) -> Picture:
    """Draw the decision boundaries for balanced data, random oversampling and SMOTE together.

    Parameters
    ----------
    results : Experiment
        Its SVMs are shown, without the one trained on imbalanced data.

    Returns
    -------
    matplotlib.figure.Figure
        With one panel; the samples are those of the balanced data.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> len(draw_four_boundaries(run_experiment()).axes)
    1
    """
    styles = {
        "balanced": ("balanced data", INK, "-"),
        "random_oversampling": ("random oversampling", BLUE, "--"),
        "smote_k1": ("SMOTE, k = 1", ORANGE, ":"),
        "smote_k8": ("SMOTE, k = 8", ORANGE, "-"),
    }

    def draw() -> Picture:
        figure = create_figure(4.6)
        axes = figure.subplots()
        for label in (0, 1):
            plot_class(axes, results.balanced.samples_of(label), label, size=12, alpha=0.28)
        for key, (name, color, dash) in styles.items():
            feature_1, feature_2 = compute_boundary(results.svms[key], results.grid)
            axes.plot(feature_1, feature_2, color=color, ls=dash, lw=1.8, label=name, zorder=4)
        axes.legend(loc="lower right", fontsize=9.5)
        set_axes(axes, results.grid, "Decision boundaries of four SVMs")
        return figure

    return draw_with_style(draw)


def draw_repetitions(repetitions: Repetitions) -> Picture:
    """Draw the scores of each model: mean, confidence interval and single seeds.

    Parameters
    ----------
    repetitions : Repetitions
        With scores of shape (n_seeds, n_models, n_metrics).

    Returns
    -------
    matplotlib.figure.Figure
        With one panel for each metric.

    Examples
    --------
    >>> from counterpoise.tutorial._repetitions import run_repetitions
    >>> len(draw_repetitions(run_repetitions(2)).axes)
    8
    """

    def draw() -> Picture:
        figure = create_figure(9.6, width=6.6)
        figure.set_layout_engine("constrained", h_pad=0.1, wspace=0.05)
        panels = figure.subplots(4, 2, sharey=True).ravel()
        for axes, metric in zip(panels, METRICS, strict=True):
            for row, model in enumerate(MODELS):
                _plot_interval(axes, repetitions, model.key, metric.key, row)
            axes.set_title(metric.name, fontsize=11)
            axes.set_yticks(range(len(MODELS)), [model.name for model in MODELS])
            axes.set_ylim(len(MODELS) - 0.45, -0.55)
            axes.set_xlim(-0.02, 1.02)
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
            axes.grid(axis="x", color=QUIET, alpha=0.22, lw=0.6)
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        return figure

    return draw_with_style(draw)


def draw_all(
    results: Experiment,
    repetitions: Repetitions,
    report: Callable[[int, int], None] | None = None,
) -> dict[str, Picture]:
    """Draw all pictures of the tutorial.

    Parameters
    ----------
    results : Experiment
        Results with the tutorial's own seed.
    repetitions : Repetitions
        Results with the other seeds.
    report : callable, optional
        Called as ``report(done, total)`` before the first picture and after each one.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
        By file name without extension, in the order of the page.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> from counterpoise.tutorial._repetitions import run_repetitions
    >>> next(iter(draw_all(run_experiment(), run_repetitions(2))))
    'balanced'
    """
    pictures = _list_pictures(results, repetitions)
    drawn: dict[str, Picture] = {}
    for name, draw in pictures.items():
        if report is not None:
            report(len(drawn), len(pictures))
        drawn[name] = draw()
    if report is not None:
        report(len(drawn), len(pictures))
    return drawn


def _list_pictures(
    results: Experiment, repetitions: Repetitions
) -> dict[str, Callable[[], Picture]]:
    """Return the function that draws each picture, by file name without extension."""
    grid, svms = results.grid, results.svms

    def boundary(name: str, dataset: Dataset, title: str) -> Callable[[], Picture]:
        return lambda: draw_boundary(svms[name], dataset, grid, title)

    def smote(k: int, shape: str) -> Callable[[], Picture]:
        title = f"SMOTE, k = {k}: {shape}"
        return lambda: draw_synthetic_samples(results.smote[k], results.imbalanced, grid, title)

    oversampled, smote_data = results.oversampled.dataset, results.smote[8].dataset
    never = "" if svms["imbalanced"].positive_share > 0 else ": never predicts class 1"
    return {
        "balanced": lambda: draw_dataset(results.balanced, grid, "Balanced data"),
        "balanced_svm": boundary("balanced", results.balanced, "SVM on balanced data"),
        "imbalanced": lambda: draw_dataset(results.imbalanced, grid, "Imbalanced data"),
        "imbalanced_svm": boundary(
            "imbalanced", results.imbalanced, f"SVM on imbalanced data{never}"
        ),
        "random_oversampling": lambda: draw_duplicates(results),
        "random_oversampling_svm": boundary(
            "random_oversampling", oversampled, "SVM after random oversampling"
        ),
        "smote_example": lambda: draw_smote_example(results),
        "smote_k1": smote(1, "a few segments"),
        "smote_k2": smote(2, "a network"),
        "smote_k8": smote(8, "one cluster"),
        "smote_svm": boundary("smote_k8", smote_data, "SVM after SMOTE, k = 8"),
        "two_boundaries": lambda: draw_two_boundaries(results),
        "four_boundaries": lambda: draw_four_boundaries(results),
        "repetitions": lambda: draw_repetitions(repetitions),
    }


def _plot_boundary(axes: Axes, svm: FittedSVM, dataset: Dataset, grid: Grid, title: str) -> None:
    plot_predictions(axes, svm, grid)
    plot_samples(axes, dataset)
    add_class_legend(axes, dataset)
    set_axes(axes, grid, title)


def _add_sample_legend(axes: Axes, resampled: ResampledDataset, imbalanced: Dataset) -> None:
    n_synthetic = int(resampled.is_synthetic.sum())
    entries = (
        (f"class 0 ({imbalanced.counts[0]})", BLUE, "o", 24, 0.5),
        (f"class 1, real ({imbalanced.counts[1]})", INK, "^", 64, 1.0),
        (f"class 1, synthetic ({n_synthetic})", ORANGE, "^", 24, 0.9),
    )
    for name, color, marker, size, alpha in entries:
        axes.scatter([], [], s=size, color=color, marker=marker, alpha=alpha, label=name)
    axes.legend(loc="lower right", fontsize=9.5)


def _label_example(axes: Axes, results: Experiment) -> None:
    example = results.example
    add_label(axes, "base sample", example.base, offset=(-2, -16), weight="bold")
    add_label(axes, "neighbor drawn", example.neighbor, offset=(10, 8), weight="bold")
    text = f"synthetic sample,\nw = {example.weight:.2f}"
    add_label(axes, text, example.synthetic, offset=(12, 10), weight="bold", color=ORANGE)
    for rank, neighbor in enumerate(example.neighbors, start=1):
        if rank - 1 != example.neighbor_index:
            add_label(axes, str(rank), neighbor, offset=(-9, -7), color=QUIET)
    text = "gray: other neighbors (1 = nearest)"
    axes.text(0.02, 0.03, text, transform=axes.transAxes, fontsize=9.5, color=QUIET)


def _zoom_in(axes: Axes, samples: NDArray[np.float64]) -> None:
    low, high = samples.min(axis=0) - 0.55, samples.max(axis=0) + 0.55
    # Both axes have the same scale, so the x-axis is made as wide as the figure allows.
    center, half_width = (low[0] + high[0]) / 2, 0.62 * max(high - low)
    axes.set(
        xlim=(center - half_width, center + half_width), ylim=(low[1], high[1]), aspect="equal"
    )


def _plot_interval(axes: Axes, repetitions: Repetitions, model: str, metric: str, row: int) -> None:
    color = {"balanced": GREEN, "baseline": QUIET}.get(model, ORANGE)
    values = repetitions.values(model, metric)
    # The seeds are spread by a fixed rule, not at random: the same results give the same picture.
    spread = row + 0.32 * np.linspace(-1, 1, len(values))
    axes.scatter(values, spread, s=7, color=color, alpha=0.28, lw=0, zorder=2)
    interval = repetitions.interval(model, metric)
    axes.plot([interval.low, interval.high], [row, row], color=color, lw=3, zorder=3)
    axes.scatter([interval.mean], [row], s=46, color=color, ec=PAPER, lw=1, zorder=4)
