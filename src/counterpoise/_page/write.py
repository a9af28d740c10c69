"""Write rendered reports to files."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from counterpoise._lib.os_errors import name_file
from counterpoise.exceptions import InputError

__all__ = ["write_rendered"]


def write_rendered(
    path: str | os.PathLike[str], renderers: Mapping[str, Callable[[], str]]
) -> Path:
    """Write a report to a file; an existing file is replaced once the new one is complete.

    Parameters
    ----------
    path : str or os.PathLike
    renderers : mapping of str to callable
        By suffix; the suffix of the path selects one.

    Returns
    -------
    pathlib.Path
        The path of the file.

    Raises
    ------
    InputError
        If there is no renderer for the suffix.
    """
    target = Path(path)
    if target.suffix not in renderers:
        *others, last = renderers
        suffixes = f"{', '.join(others)} or {last}" if others else last
        raise InputError(f"The name of a report must end in {suffixes}; got {target.name!r}.")
    text = renderers[target.suffix]()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with name_file(target):
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target
