"""What a study found, written to a file."""

from __future__ import annotations

import os
from pathlib import Path

from counterpoise.comparison import Comparison

__all__ = ["ENDINGS", "to_markdown", "write_report"]

ENDINGS = (".html", ".md", ".json")


def to_markdown(result: Comparison) -> str:
    """Return a result as Markdown."""
    return "\n".join(result.verdict)


def write_report(result: Comparison, path: str | os.PathLike[str]) -> Path:
    """Write a result as JSON.

    Parameters
    ----------
    result : Comparison
    path : str or os.PathLike

    Returns
    -------
    pathlib.Path
    """
    target = Path(path)
    target.write_text(result.to_json(), encoding="utf-8")
    return target
