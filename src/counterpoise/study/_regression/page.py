"""Render the report of a study of a continuous target as one self-contained HTML page."""

from __future__ import annotations

from counterpoise._lib.templates import render_template
from counterpoise.study._regression.conclusions import RegressionConclusions
from counterpoise.study._regression.error_plot import plot_errors
from counterpoise.study._regression.relevance_plot import plot_relevance
from counterpoise.study._report.improvement_plot import plot_improvements
from counterpoise.study._report.page import page_values

__all__ = ["render"]


def render(result: RegressionConclusions) -> str:
    """Render the page.

    Parameters
    ----------
    result : RegressionConclusions

    Returns
    -------
    str
        HTML; text from the data is escaped.
    """
    figures = {
        "improvements": plot_improvements(result),
        "errors": plot_errors(result),
        "relevance": plot_relevance(result),
    }
    values = page_values(result, figures, [])
    return render_template("counterpoise.study._regression", "page.html.j2", values)
