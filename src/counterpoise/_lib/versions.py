"""Versions of the installed packages, for bug reports."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from counterpoise import _native
from counterpoise._lib.threads import thread_count

__all__ = ["show_versions", "versions"]

_PACKAGES = (
    "counterpoise",
    "numpy",
    "scipy",
    "scikit-learn",
    "narwhals",
    "joblib",
    "pandas",
    "polars",
    "pyarrow",
    "matplotlib",
    "imbalanced-learn",
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages used, and details of the native engine.

    Returns
    -------
    dict of str to str
        The version of each package, or "not installed".

    Examples
    --------
    >>> versions()["instruction set"] in {"amx", "avx512vnni", "avx512", "avx2", "baseline"}
    True
    """
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{package: _version_of(package) for package in _PACKAGES},
        "instruction set": _native.instruction_set(),
        "threads": str(thread_count()),
    }


def show_versions() -> None:
    """Print the versions of Python and of the packages used, for a bug report.

    Examples
    --------
    >>> import counterpoise
    >>> counterpoise.show_versions()  # doctest: +ELLIPSIS
    python: ...
    """
    print("\n".join(f"{name}: {value}" for name, value in versions().items()))


@cache  # reading the metadata of a package takes milliseconds
def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
