"""Displays: the plotted values are right, and drawn on the given axes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from sklearn.calibration import calibration_curve
from sklearn.datasets import make_blobs, make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from counterpoise.combine import SMOTEENN
from counterpoise.display import BoundaryDisplay, CalibrationDisplay, ResamplingDisplay
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import ROSE, SMOTE, RandomOverSampler
from counterpoise.probability import correct_prior
from counterpoise.study import ImprovementDisplay
from counterpoise.under_sampling import RandomUnderSampler
from tests.study_results import make_result


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.mark.parametrize("n_classes", [2, 3])
def test_boundary_shows_the_predictions(n_classes: int, seed: int) -> None:
    X, y = make_blobs(90, centers=n_classes, random_state=seed)
    names = np.array(["a", "b", "c"])[y]
    model = LogisticRegression().fit(X, names)
    display = BoundaryDisplay.from_estimator(model, X, names, grid_resolution=30)
    data = display.data
    mesh = np.column_stack([data["x"], data["y"]])
    assert (data["predicted"] == model.predict(mesh)).all()
    assert data["x"].min() == pytest.approx(X[:, 0].min() - 1)
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == [f"{name} ({(names == name).sum()})" for name in np.unique(names)]
    shown = sum(len(c.get_offsets()) for c in display.ax_.collections if len(c.get_offsets()) > 1)
    assert shown >= 90


def test_boundary_keeps_the_names_of_a_frame() -> None:
    X, y = make_blobs(60, centers=2, random_state=0)
    frame = pd.DataFrame(X, columns=["age", "dose"])
    _, ax = plt.subplots()
    display = BoundaryDisplay.from_estimator(LogisticRegression().fit(frame, y), frame, y, ax=ax)
    assert display.ax_ is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("age", "dose")
    with pytest.raises(InputError, match="X has 3 columns"):
        BoundaryDisplay.from_estimator(None, np.zeros((4, 3)))


def test_synthetic_samples_lie_on_the_segments(seed: int) -> None:
    X, y = make_classification(
        80, 2, n_informative=2, n_redundant=0, weights=[0.8], random_state=seed
    )
    display = ResamplingDisplay.from_sampler(SMOTE(random_state=seed), X, y)
    ends = X[display.segments]
    for point in display.synthetic:
        along = ends[:, 1] - ends[:, 0]
        share = ((point - ends[:, 0]) * along).sum(axis=1) / (along**2).sum(axis=1)
        foot = ends[:, 0] + np.clip(share, 0, 1)[:, None] * along
        assert np.linalg.norm(foot - point, axis=1).min() < 1e-9
    data = display.data
    assert (data["status"] == "synthetic").sum() == len(display.synthetic)
    assert (display.oversampled == (y == 1)).all()


def test_removed_samples_are_marked(seed: int) -> None:
    X, y = make_classification(90, 5, weights=[0.8], random_state=seed)
    display = ResamplingDisplay.from_sampler(RandomUnderSampler(random_state=seed), X, y)
    assert display.removed.sum() == (y == 0).sum() - (y == 1).sum()
    assert not display.oversampled.any()
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels[1] == f"removed ({display.removed.sum()})"
    both = ResamplingDisplay.from_sampler(SMOTEENN(random_state=seed), X, y, columns=(3, 1))
    assert both.points == pytest.approx(X[:, [3, 1]])
    with pytest.raises(InputError, match="two of 0 to 4"):
        ResamplingDisplay.from_sampler(SMOTE(), X, y, columns=(0, 5))


def find_labels(display: Any) -> dict[str, int]:
    """Return the labels of a plot without a legend, with the number of samples of each."""
    return {str(c.get_label()): len(c.get_offsets()) for c in display.ax_.collections}


def test_the_minority_class_has_its_own_marker(seed: int) -> None:
    """Undersamplers show it, too; samples that were removed from it are distinct as well."""
    X, y = make_classification(90, 5, weights=[0.8], flip_y=0.1, random_state=seed)
    few = (y == 1).sum()
    under = RandomUnderSampler(random_state=seed)
    display = ResamplingDisplay.from_sampler(under, X, y, legend=False)
    assert (display.minority == (y == 1)).all()
    assert find_labels(display) == {
        "kept": few,
        "removed": (y == 0).sum() - few,
        "kept, minority class": few,
    }
    cleaning = RandomUnderSampler(sampling_strategy={0: 10, 1: 6}, random_state=seed)
    labels = find_labels(ResamplingDisplay.from_sampler(cleaning, X, y, legend=False))
    assert labels["removed, minority class"] == few - 6
    over = ResamplingDisplay.from_sampler(SMOTE(random_state=seed), X, y, legend=False)
    assert find_labels(over)["kept, oversampled class"] == few
    # ROSE generates all samples of both classes.
    rose = find_labels(ResamplingDisplay.from_sampler(ROSE(random_state=seed), X, y, legend=False))
    assert rose["removed, minority class"] == few
    equal = ResamplingDisplay.from_sampler(under, X[:4], [0, 0, 1, 1], legend=False)
    assert not equal.minority.any()


def test_displays_without_a_legend(seed: int) -> None:
    """A figure of several plots can have one legend: the labels are the same in all of them."""
    X, y = make_blobs(60, centers=2, random_state=seed)
    frame = pd.DataFrame(X, columns=["age", "dose"])
    model = LogisticRegression().fit(X, y)
    plots = (
        ResamplingDisplay.from_sampler(SMOTE(), X, y, legend=False),
        BoundaryDisplay.from_estimator(model, X, y, legend=False),
    )
    for display in plots:
        assert display.ax_.get_legend() is None
        assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("", "")
    assert plots[1].ax_.get_legend_handles_labels()[1] == ["0", "1"]
    named = ResamplingDisplay.from_sampler(SMOTE(), frame, y)
    assert (named.ax_.get_xlabel(), named.ax_.get_ylabel()) == ("age", "dose")
    chosen = ResamplingDisplay.from_sampler(SMOTE(), X, y, columns=(1, 0))
    assert (chosen.ax_.get_xlabel(), chosen.ax_.get_ylabel()) == ("column 1", "column 0")


def test_duplicates_are_larger(seed: int) -> None:
    """The area of a sample grows with the number of its duplicates, which the legend names."""
    X, y = make_classification(
        90, 2, n_informative=2, n_redundant=0, weights=[0.8], random_state=seed
    )
    sampler = RandomOverSampler(random_state=seed)
    display = ResamplingDisplay.from_sampler(sampler, X, y)
    resampled, _ = sampler.fit_resample(X, y)
    occurrences = (resampled[:, None] == X).all(axis=2).sum(axis=0)
    assert display.duplicates.tolist() == (occurrences - 1).tolist()
    assert display.data["duplicates"].sum() == (y == 0).sum() - (y == 1).sum()
    assert (display.oversampled == (y == 1)).all()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert f"drawn up to {occurrences.max()} times ({(occurrences > 1).sum()})" in texts
    drawn = next(c for c in display.ax_.collections if c.get_label().startswith("drawn"))
    assert np.argsort(drawn.get_sizes()[::-1], kind="stable").tolist() == (
        np.argsort(occurrences[occurrences > 1][::-1], kind="stable").tolist()
    )
    under = RandomUnderSampler(replacement=True, random_state=seed)
    assert not ResamplingDisplay.from_sampler(under, X, y).oversampled.any()


def test_calibration_with_and_without_correction(seed: int) -> None:
    result = make_result(offset=2.0, seed=seed, n=3000)
    y, raw = result.data.codes, result.candidate("m", "smote").scores[0, :, 0]
    trained = 0.45
    corrected = correct_prior(np.column_stack([1 - raw, raw]), [1 - trained, trained], [0.9, 0.1])
    display = CalibrationDisplay.from_predictions(y, raw, corrected[:, 1])
    observed, predicted = calibration_curve(y, raw, n_bins=10, strategy="quantile")
    first = display.data["curve"] == next(iter(display.curves))
    assert display.data["predicted"][first] == pytest.approx(predicted)
    assert display.data["observed"][first] == pytest.approx(observed)
    names = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert names[0].startswith("predicted: slope")
    assert names[1].startswith("corrected: slope")


def test_improvements_are_drawn_with_their_outcomes() -> None:
    result = make_result(lift=3.0)
    display = ImprovementDisplay(result.improvements).plot()
    line = display.ax_.lines[0]
    improvement = result.improvements[0]
    assert line.get_xdata() == pytest.approx([improvement.low, improvement.high])
    assert [text.get_text() for text in display.ax_.texts] == ["  ▲ better"]
    assert display.data["value"].tolist() == [improvement.value]
    assert ImprovementDisplay([]).plot().data["value"].tolist() == []


def test_plots_of_a_result(seed: int) -> None:
    result: Any = make_result(offset=2.0, prior=0.5, seed=seed)
    assert result.plot_improvements().data["method"].tolist() in (["smote"], [])
    label = result.plot_improvements("log_loss").ax_.get_xlabel()
    assert label == "improvement in log loss (reduction) over the baseline"
    assert len(result.plot_calibration("m", "smote").curves) == 3
    assert len(result.plot_calibration("m").curves) == 2
    _, ax = plt.subplots()
    display = result.plot_curves("m", ax=ax)
    assert display.ax_ is ax
    rows = result.folds[0] == 0
    scores = result.candidate("m").scores[0, rows, 0]
    precision, _, _ = precision_recall_curve(result.data.codes[rows], scores)
    assert display.data["high"].max() <= 1
    assert display.data["y"][-1] >= precision.min() / 2
    assert result.plot_curves("m", curve="roc").data["y"][-1] == 1
    with pytest.raises(InputError, match="Unknown curve 'rok'. Did you mean 'roc'"):
        result.plot_curves("m", curve="rok")


def test_notebook_html_is_escaped(seed: int) -> None:
    result: Any = make_result(lift=3.0)
    hostile = replace(result.data, classes=("a", "<script>x</script>"))
    page = replace(result, data=hostile)._repr_html_()
    assert "<script>" not in page
    assert "▲" in page
    X, y = make_classification(80, weights=[0.8], random_state=seed)
    sampler = SMOTE(random_state=seed)
    sampler.fit_resample(X, y)
    page = sampler.provenance_._repr_html_()
    assert f"{sampler.provenance_.is_synthetic.sum()} synthetic" in page
    assert "<script" not in page


def test_importing_displays_and_studies_loads_no_matplotlib() -> None:

    code = (
        "import sys, counterpoise.display, counterpoise.study; print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
