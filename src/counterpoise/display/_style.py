"""The style of all plots: colors that color-blind readers can distinguish, and markers."""

from __future__ import annotations

from typing import Any

from counterpoise._lib.optional_imports import import_optional

__all__ = ["BLUE", "COLORS", "GREEN", "INK", "MARKERS", "ORANGE", "PAPER", "QUIET", "open_axes"]

INK = "#1f2430"
PAPER = "#fffefd"
QUIET = "#7b8190"
BLUE = "#0b62a8"
ORANGE = "#d1500a"
GREEN = "#0a7f5f"
COLORS = (BLUE, ORANGE, GREEN, "#8a5aa8", "#a8812d", QUIET)
MARKERS = ("o", "^", "s", "D", "v", "P")


def open_axes(ax: Any) -> Any:
    """Return the given axes, or new ones."""
    if ax is not None:
        return ax
    pyplot = import_optional("matplotlib.pyplot", "a display")
    return pyplot.subplots(layout="constrained")[1]
