"""Optional packages, asked for where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# The extra of counterpoise that brings each optional package.
_EXTRA = {
    "polars": "cli",
    "pyarrow": "cli",
    "rich": "cli",
    "typer": "cli",
    "jinja2": "report",
    "matplotlib": "report",
}


def require(package: str, purpose: str) -> Any:
    """Import an optional package, or say how to install it.

    Parameters
    ----------
    package : str
        The module to import, such as ``"matplotlib"`` or ``"matplotlib.figure"``.
    purpose : str
        What it is wanted for, in words that complete "… needs the package X".

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    ImportError
        If the package is not installed; the message holds the install command.

    Examples
    --------
    >>> require("json", "reading a study").loads("[1]")
    [1]
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        top = package.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != top:
            raise
        extra = _EXTRA.get(top)
        target = f'"counterpoise[{extra}]"' if extra else top
        raise ImportError(
            f"{purpose[0].upper()}{purpose[1:]} needs the package {top!r}, which is not "
            f"installed. Install it with: pip install {target}",
            name=top,
        ) from error
