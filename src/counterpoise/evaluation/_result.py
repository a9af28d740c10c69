"""The result of an evaluation, with its conclusions, plots and reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterpoise._lib.suggest import suggest_names
from counterpoise._page.write import write_rendered
from counterpoise.display import CalibrationDisplay
from counterpoise.evaluation._conclusions import EvaluationConclusions
from counterpoise.evaluation._report import render_html, render_markdown, to_snippet, to_text
from counterpoise.exceptions import InputError
from counterpoise.study import Candidate, CurveDisplay

__all__ = ["Evaluation"]


@dataclass(frozen=True)
class Evaluation(EvaluationConclusions):
    """The result of an evaluation.

    The fields hold the target and the scores. Everything else is computed from them on demand.

    Attributes
    ----------
    data : TableSummary
        Classes, and the class of each sample.
    settings : EvaluationSettings
        The parameters of the evaluation.
    candidates : tuple of Candidate
        One for each score column; `model` is its name.
    groups : ndarray of int of shape (n_samples,) or None
        The group of each sample.

    Examples
    --------
    >>> from counterpoise import evaluate
    >>> y, first = [0, 0, 0, 0, 1, 1] * 20, [0.1, 0.3, 0.2, 0.6, 0.5, 0.9] * 20
    >>> result = evaluate(y, {"first": first, "second": [0.5] * 120})
    >>> result.verdict[0]
    'first is better than second in average precision (95% confidence).'
    >>> print(result.findings[0].sentence)
    All scores of second are 0.5: they rank no sample above another, and no threshold separates
    the classes.
    >>> Evaluation.from_json(result.to_json()).verdict == result.verdict
    True
    """

    # ---- Reports ----

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
        renderers = {".html": self.to_html, ".md": self.to_markdown, ".json": self.to_json}
        return write_rendered(path, renderers)

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        return render_html(self)

    def to_markdown(self) -> str:
        """Return the report as Markdown, for example for a pull request."""
        return render_markdown(self)

    # ---- Plots ----

    def plot_calibration(self, name: str | None = None, *, ax: Any = None) -> CalibrationDisplay:
        """Plot the calibration of the probabilities of one score column.

        Parameters
        ----------
        name : str, optional
            The score column; by default the first.
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        CalibrationDisplay
            With `ax_` and `data`.
        """
        candidate = self._candidate(name)
        if self.data.positive is None or not candidate.has_probabilities:
            raise InputError(
                "A calibration plot needs probabilities of one positive class; "
                f"{candidate.model!r} has none."
            )
        is_positive = self.data.codes == self.data.positive
        return CalibrationDisplay.from_predictions(is_positive, candidate.scores[0, :, 0], ax=ax)

    def plot_curves(
        self, name: str | None = None, *, curve: str = "precision-recall", ax: Any = None
    ) -> CurveDisplay:
        """Plot a precision-recall or ROC curve with its pointwise confidence band.

        Parameters
        ----------
        name : str, optional
            The score column; by default the first.
        curve : {"precision-recall", "roc"}, default="precision-recall"
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        CurveDisplay
            With `ax_` and `data`.
        """
        candidate = self._candidate(name)
        return CurveDisplay(self.curve(candidate, curve), candidate.model, curve).plot(ax)

    def __str__(self) -> str:
        """Return the positive class, the conclusions and the tables as text."""
        return to_text(self)

    # The arrays of the fields are long, so the representation does not list them.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_snippet(self)

    def _candidate(self, name: str | None) -> Candidate:
        if name is None:
            return self.candidates[0]
        if name not in self.names:
            raise InputError(f"There is no score column {name!r}.{suggest_names(name, self.names)}")
        return self.candidates[self.names.index(name)]
