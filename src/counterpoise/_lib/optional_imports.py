"""Import optional packages when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# The extra of counterpoise that installs each optional package.
_EXTRA = {
    "dask": "dask",
    "distributed": "dask",
    "duckdb": "engines",
    "fastexcel": "cli",
    "polars": "cli",
    "pyarrow": "cli",
    "pyspark": "spark",
    "rich": "cli",
    "typer": "cli",
    "jinja2": "report",
    "matplotlib": "report",
    "skops": "models",
}


def import_optional(package: str, purpose: str) -> Any:
    """Import an optional package; the error has the install command if it is missing.

    Parameters
    ----------
    package : str
        The module to import, such as ``"matplotlib"`` or ``"matplotlib.figure"``.
    purpose : str
        What needs the package; the start of the sentence "… needs the package X".

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    ImportError
        If the package is not installed.

    Examples
    --------
    >>> import_optional("json", "reading a study").loads("[1]")
    [1]
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        top = package.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != top:
            raise  # the package is installed, and one of its own imports failed
        extra = _EXTRA.get(top)
        requirement = f'"counterpoise[{extra}]"' if extra else top
        raise ImportError(
            f"{purpose[0].upper()}{purpose[1:]} needs the package {top!r}, which is not "
            f"installed. Install it with: pip install {requirement}",
            name=top,
        ) from error
