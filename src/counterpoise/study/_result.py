"""What a study found, with its pictures and reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from counterpoise.display import CalibrationDisplay
from counterpoise.study._conclusions import Comparison
from counterpoise.study._displays import BandDisplay, StudyDisplay
from counterpoise.study._methods import NOTHING
from counterpoise.study._report import to_snippet, write_report
from counterpoise.study._report.curves import bands_of, mean_band

__all__ = ["StudyResult"]


@dataclass(frozen=True)
class StudyResult(Comparison):
    """What a study found.

    Its fields are facts: the folds, and what each arm said of the rows that it was tested on. All
    else is worked out from them when it is asked for: no metric, threshold, cost or correction
    fits a model again.

    Attributes
    ----------
    data : Data
        Classes, columns, and the class of each row.
    settings : Settings
        What was asked for.
    folds : ndarray of int of shape (n_repeats, n_rows)
        The fold in which each row was tested; −1 where in none.
    arms : tuple of Arm
        Each model under each remedy, and a dummy that knows the classes' shares alone.
    observed : tuple of Finding
        What was noticed about the table.
    map : Map or None
        Rows of the rarer classes and new rows in two dimensions.
    stopped : bool
        Whether the budget ended the study before all was done.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(400, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(5, 1), random_state=0).run(X, y)
    >>> gain = result.verdicts[0]
    >>> gain.low < gain.value < gain.high, gain.word
    (True, 'cannot tell')
    >>> len(result.table()), len(StudyResult.from_json(result.to_json()).verdicts)
    (3, 1)
    """

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write the result as a page (.html), as Markdown (.md) or as JSON (.json).

        Parameters
        ----------
        path : str or os.PathLike
            Replaced where it exists; whole, or not at all.

        Returns
        -------
        pathlib.Path
        """
        return write_report(self, path)

    def plot_gains(self, metric: str | None = None, *, ax: Any = None) -> StudyDisplay:
        """Draw the gains of remedies with their intervals.

        Parameters
        ----------
        metric : str, optional
            By default the headline, with the intervals of the whole family.
        ax : matplotlib Axes, optional

        Returns
        -------
        StudyDisplay
            With `ax_` and `data`.
        """
        gains = self.verdicts if metric is None else self.gains_of(metric)
        return StudyDisplay(gains).plot(ax)

    def plot_calibration(
        self, model: str, remedy: str = NOTHING, *, ax: Any = None
    ) -> CalibrationDisplay:
        """Draw probabilities beside frequencies, raw and corrected.

        Parameters
        ----------
        model, remedy : str
        ax : matplotlib Axes, optional

        Returns
        -------
        CalibrationDisplay
            With `ax_` and `data`. Rows count once for each repeat.
        """
        arm = self.arm(model, remedy)
        there = ~np.isnan(arm.scores[..., 0])
        truth = np.broadcast_to(self.data.codes == self.data.positive, there.shape)[there]
        raw, mended = arm.scores[..., 0][there], self.corrected(arm)[..., 0][there]
        corrected = None if remedy == NOTHING else mended
        return CalibrationDisplay.from_predictions(truth, raw, corrected, ax=ax)

    def plot_rankings(
        self, model: str, remedy: str = NOTHING, *, curve: str = "precision-recall", ax: Any = None
    ) -> BandDisplay:
        """Draw a model's curve, averaged over folds, with a band that holds eight of ten.

        Parameters
        ----------
        model, remedy : str
        curve : {"precision-recall", "roc"}, default="precision-recall"
        ax : matplotlib Axes, optional

        Returns
        -------
        BandDisplay
            With `ax_` and `data`.
        """
        bands = bands_of(curve)(self, self.arm(model, remedy))
        return BandDisplay(mean_band(bands), f"{model}, {remedy}", curve).plot(ax)

    def _repr_html_(self) -> str:
        return to_snippet(self)
