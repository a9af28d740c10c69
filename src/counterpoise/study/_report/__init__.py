"""Reports of a study: a page, Markdown or JSON."""

from __future__ import annotations

from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._report.markdown import render_markdown
from counterpoise.study._report.notebook import to_snippet, to_text

__all__ = [
    "SUFFIXES",
    "to_html",
    "to_markdown",
    "to_snippet",
    "to_text",
]

SUFFIXES = (".html", ".md", ".json")


def to_html(result: StudyConclusions) -> str:
    """Render a result as one self-contained HTML page.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ImportError
        If jinja2 is not installed; the message has the command to install it.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(3, 1), random_state=0).run(X, y)
    >>> to_html(result).startswith("<!doctype html>")
    True
    """
    # Imported here, so that Markdown and JSON do not need jinja2.
    from counterpoise.study._report.page import render  # noqa: PLC0415

    return render(result)


def to_markdown(result: StudyConclusions) -> str:
    """Render a result as Markdown, for example for a pull request.

    Parameters
    ----------
    result : StudyConclusions

    Returns
    -------
    str

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(3, 1), random_state=0).run(X, y)
    >>> to_markdown(result)[:12]
    '## No method'
    """
    return render_markdown(result)
