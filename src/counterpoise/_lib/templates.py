"""Render HTML pages from the templates in the package."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from counterpoise._lib.optional_imports import import_optional

import_optional("jinja2", "writing an HTML page")

from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: E402

__all__ = ["read_resource", "render_template"]


def read_resource(package: str, name: str) -> str:
    """Read a text file that is installed with a package.

    Examples
    --------
    >>> read_resource("counterpoise.tutorial", "page.html.j2")[:15]
    '<!doctype html>'
    """
    return files(package).joinpath(name).read_text(encoding="utf-8")


def render_template(
    package: str,
    name: str,
    values: dict[str, Any],
    filters: dict[str, Callable[..., str]] | None = None,
) -> str:
    """Render a template; text in the values is escaped, and a missing value is an error.

    A template imports another one by its package and its name, with a slash between them.

    Parameters
    ----------
    package, name : str
        Where the template is: ``"counterpoise.tutorial"``, ``"page.html.j2"``.
    values : dict of str to object
        What the template uses.
    filters : dict of str to callable, default=None
        The template's own filters.

    Returns
    -------
    str
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        loader=FunctionLoader(lambda path: read_resource(*path.split("/"))),
    )
    environment.filters.update(filters or {})
    return environment.get_template(f"{package}/{name}").render(values)
