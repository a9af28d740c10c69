"""What a study found, as a page, as Markdown or as JSON: from facts only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from counterpoise.exceptions import InputError
from counterpoise.study._conclusions import Comparison
from counterpoise.study._report.markdown import render_markdown
from counterpoise.study._report.notebook import to_snippet

__all__ = ["ENDINGS", "to_html", "to_markdown", "to_snippet", "write_report"]

ENDINGS = (".html", ".md", ".json")


def to_html(result: Comparison) -> str:
    """Return a result as one page that needs no network.

    Parameters
    ----------
    result : Comparison
        A `StudyResult` is one.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ImportError
        If jinja2 is not installed; the message says how to install it.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(3, 1), random_state=0).run(X, y)
    >>> to_html(result).startswith("<!doctype html>")
    True
    """
    # Asked for here, so that Markdown and JSON need no package of pages.
    from counterpoise.study._report.page import render  # noqa: PLC0415

    return render(result)


def to_markdown(result: Comparison) -> str:
    """Return a result as Markdown, for a pull request.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    str

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(3, 1), random_state=0).run(X, y)
    >>> print(to_markdown(result).splitlines()[0])
    ## No remedy is shown to help here: none surely improves average precision by 0.01 or more.
    """
    return render_markdown(result)


def write_report(result: Comparison, path: str | os.PathLike[str]) -> Path:
    """Write a result to a file, whole or not at all.

    Parameters
    ----------
    result : Comparison
    path : str or os.PathLike
        It ends in .html, .md or .json; a file that is there is replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If the ending is none of these.
    """
    target = Path(path)
    makers = {".html": to_html, ".md": to_markdown, ".json": Comparison.to_json}
    if target.suffix not in makers:
        raise InputError(f"A report ends in {', '.join(ENDINGS)}; got {target.name!r}.")
    text = makers[target.suffix](result)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.unfinished")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target
