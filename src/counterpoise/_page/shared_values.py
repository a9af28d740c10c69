"""What the parts that all pages share need: style, script, their hashes, and data."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from counterpoise._lib.templates import read_resource
from counterpoise._page.figure import ReportFigure

__all__ = ["shared_values"]


def shared_values(
    figures: Mapping[str, ReportFigure], thresholds: list[dict[str, Any]]
) -> dict[str, str]:
    """Return what parts.html.j2 needs: style, script, their hashes, and the data of the page.

    Parameters
    ----------
    figures : mapping of str to ReportFigure
    thresholds : list of dict
        From `pack_thresholds`.

    Returns
    -------
    dict of str to str
    """
    style, script = (read_resource("counterpoise._page", name) for name in ("page.css", "page.js"))
    return {
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "data": _embedded(figures, thresholds),
    }


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(figures: Mapping[str, ReportFigure], thresholds: list[dict[str, Any]]) -> str:
    data = {
        "figures": {name: figure.data for name, figure in figures.items()},
        "thresholds": thresholds,
    }
    # Text from the data must not close the script element.
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
