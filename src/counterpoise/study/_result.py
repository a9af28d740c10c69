"""The result of a study, with its plots and reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.display import CalibrationDisplay
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._displays import CurveDisplay, ImprovementDisplay
from counterpoise.study._methods import BASELINE
from counterpoise.study._records import Probabilities
from counterpoise.study._report import to_html, to_markdown, to_snippet, to_text, write_report
from counterpoise.study._report.curves import bands_of, mean_band
from counterpoise.study._text import candidate_name

__all__ = ["StudyResult"]


@dataclass(frozen=True)
class StudyResult(StudyConclusions):
    """The result of a study.

    The fields hold the folds and the out-of-fold predictions of each candidate. Everything else is
    computed from them on demand: no metric, threshold, cost or correction fits a model again.

    Attributes
    ----------
    data : TableSummary
        Classes, columns, and the class of each sample.
    settings : Settings
        The parameters of the study.
    folds : ndarray of int of shape (n_repeats, n_samples)
        The fold in which each sample was tested; −1 if in none.
    candidates : tuple of Candidate
        Each model with each method, and a dummy classifier.
    data_findings : tuple of Finding
        Findings about the data.
    projection : Projection or None
        Minority samples and synthetic samples in two dimensions.
    stopped : bool
        Whether the time budget ended the study early.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(400, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(5, 1), random_state=0).run(X, y)
    >>> improvement = result.improvements[0]
    >>> improvement.low < improvement.value < improvement.high, improvement.outcome
    (True, 'inconclusive')
    >>> len(result.table()), len(StudyResult.from_json(result.to_json()).improvements)
    (3, 1)
    """

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write a report as a page (.html), as Markdown (.md) or as JSON (.json).

        Parameters
        ----------
        path : str or os.PathLike
            An existing file is replaced once the new one is complete.

        Returns
        -------
        pathlib.Path
        """
        return write_report(self, path)

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        return to_html(self)

    def to_markdown(self) -> str:
        """Return the report as Markdown, for example for a pull request."""
        return to_markdown(self)

    def plot_improvements(self, metric: str | None = None, *, ax: Any = None) -> ImprovementDisplay:
        """Plot the improvements over the baseline with their confidence intervals.

        Parameters
        ----------
        metric : str, optional
            By default the primary metric, with simultaneous intervals.
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        ImprovementDisplay
            With `ax_` and `data`.
        """
        improvements = self.improvements if metric is None else self.improvements_in(metric)
        return ImprovementDisplay(improvements).plot(ax)

    def plot_calibration(
        self, model: str, method: str = BASELINE, *, ax: Any = None
    ) -> CalibrationDisplay:
        """Plot the calibration of out-of-fold probabilities, also corrected and calibrated.

        Parameters
        ----------
        model, method : str
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        CalibrationDisplay
            With `ax_` and `data`. Each sample counts once per repeat.
        """
        candidate = self.candidate(model, method)
        tested = ~np.isnan(candidate.scores[..., 0])
        y_true = np.broadcast_to(self.data.codes == self.data.positive, tested.shape)[tested]

        def scores(kind: Probabilities) -> Array:
            return self.scores_of(candidate, kind)[..., 0][tested]

        return CalibrationDisplay.from_predictions(
            y_true,
            scores("predicted"),
            None if method == BASELINE else scores("corrected"),
            scores("calibrated"),
            ax=ax,
        )

    def plot_curves(
        self, model: str, method: str = BASELINE, *, curve: str = "precision-recall", ax: Any = None
    ) -> CurveDisplay:
        """Plot a precision-recall or ROC curve averaged over folds, with an 80% band of folds.

        Parameters
        ----------
        model, method : str
        curve : {"precision-recall", "roc"}, default="precision-recall"
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        CurveDisplay
            With `ax_` and `data`.
        """
        bands = bands_of(curve)(self, self.candidate(model, method))
        return CurveDisplay(mean_band(bands), candidate_name(model, method), curve).plot(ax)

    def __str__(self) -> str:
        """Return the conclusions and the table of improvements as text."""
        return to_text(self)

    # The arrays of the fields are long, so the representation does not list them.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_snippet(self)
