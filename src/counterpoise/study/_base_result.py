"""What the results of all studies have: plots of improvements, and reports."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterpoise._page.write import write_rendered
from counterpoise.study._advice import recommend
from counterpoise.study._candidate import BaseCandidate
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._displays import ImprovementDisplay
from counterpoise.study._mlflow import log_study
from counterpoise.study._report import to_markdown, to_snippet, to_text

__all__ = ["BaseResult"]


@dataclass(frozen=True, repr=False)
class BaseResult(StudyConclusions):
    """The result of a study, with its reports, and the candidate to use."""

    given: Mapping[tuple[str, str], Any] = field(
        default_factory=dict, compare=False, metadata={"in_json": False}
    )

    @property
    def recommended(self) -> tuple[str, str]:
        """Model and method of the candidate to use.

        It has the best primary metric of all candidates whose method is shown to be better than the
        baseline, possibly by less than the margin, and of the models without resampling.
        """
        return recommend(self)

    @abstractmethod
    def make_estimator(self, model: str | None = None, method: str | None = None) -> BaseCandidate:
        """Return a candidate, by default the recommended one, as an unfitted estimator."""

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
        return write_rendered(
            path, {".html": self.to_html, ".md": self.to_markdown, ".json": self.to_json}
        )

    @abstractmethod
    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""

    def to_markdown(self) -> str:
        """Return the report as Markdown, for example for a pull request."""
        return to_markdown(self)

    def log_to_mlflow(self) -> str:
        """Log the study to MLflow, as a run with a nested run for each candidate.

        The run has the parameters of the study, the verdict as a tag, and the page and the JSON as
        artifacts. The nested runs have the mean of each metric and the improvement over the
        baseline with its confidence interval. Inside an active run, the run is nested in it. The
        package `mlflow` or `mlflow-skinny` is needed.

        Returns
        -------
        str
            The identifier of the run.

        Raises
        ------
        ImportError
            If mlflow is not installed.

        Examples
        --------
        >>> identifier = result.log_to_mlflow()  # doctest: +SKIP
        """
        return log_study(self, self.to_html())

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

    def __str__(self) -> str:
        """Return the conclusions and the table of improvements as text."""
        return to_text(self)

    # The arrays of the fields are long, so the representation does not list them.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_snippet(self)
