"""Reports of a study: a page, Markdown or JSON."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from counterpoise._lib.os_errors import name_file
from counterpoise.exceptions import InputError
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._report.markdown import render_markdown
from counterpoise.study._report.notebook import to_snippet, to_text

__all__ = [
    "SUFFIXES",
    "to_html",
    "to_markdown",
    "to_snippet",
    "to_text",
    "write_rendered",
    "write_report",
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


def write_report(result: StudyConclusions, path: str | os.PathLike[str]) -> Path:
    """Write a report to a file; an existing file is replaced once the new one is complete.

    Parameters
    ----------
    result : StudyConclusions
    path : str or os.PathLike
        It ends in .html, .md or .json.

    Returns
    -------
    pathlib.Path
        The path of the file.

    Raises
    ------
    InputError
        If the suffix is none of these.
    """
    return write_rendered(
        path,
        {
            ".html": lambda: to_html(result),
            ".md": lambda: to_markdown(result),
            ".json": result.to_json,
        },
    )


def write_rendered(
    path: str | os.PathLike[str], renderers: Mapping[str, Callable[[], str]]
) -> Path:
    """Write the text of the renderer that the suffix selects; see `write_report`."""
    target = Path(path)
    if target.suffix not in renderers:
        raise InputError(
            f"The name of a report must end in .html, .md or .json; got {target.name!r}."
        )
    text = renderers[target.suffix]()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with name_file(target):
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target
