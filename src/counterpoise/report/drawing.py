"""Pictures as SVG text: axes, lines, bands and points, coloured by the page's style-sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from counterpoise._lib.types import Float64Array

__all__ = ["Axes", "Drawing"]


@dataclass
class Drawing:
    """An SVG that grows.

    Attributes
    ----------
    width, height : float
        Of its own units; the page scales it.
    """

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def line(self, x: tuple[float, float], y: tuple[float, float], kind: str) -> None:
        """Draw a straight line, in the style of its kind."""
        self.parts.append(
            f'<line x1="{x[0]:.1f}" x2="{x[1]:.1f}" y1="{y[0]:.1f}" y2="{y[1]:.1f}" '
            f'class="{kind}"/>'
        )

    def box(self, corner: tuple[float, float], size: tuple[float, float], kind: str) -> None:
        """Draw a rectangle."""
        self.parts.append(
            f'<rect x="{corner[0]:.1f}" y="{corner[1]:.1f}" width="{max(size[0], 0):.1f}" '
            f'height="{max(size[1], 0):.1f}" class="{kind}"/>'
        )

    def text(self, x: float, y: float, words: str, kind: str) -> None:
        """Write words; what comes from the data is escaped."""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}</text>')

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """Draw a disc."""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{kind}"/>')

    def path(
        self, x: Sequence[float], y: Sequence[float], kind: str, *, closed: bool = False
    ) -> None:
        """Draw a line through points."""
        steps = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        name = "polygon" if closed else "polyline"
        self.parts.append(f'<{name} points="{steps}" class="{kind}"/>')

    def svg(self, title: str, description: str, name: str) -> str:
        """Return the text, with what a screen reader says of it."""
        return (
            f'<svg viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
            f'<desc id="{name}-d">{escape(description)}</desc>{"".join(self.parts)}</svg>'
        )


@dataclass(frozen=True)
class Axes:
    """A frame within a drawing, with a scale on each side.

    Attributes
    ----------
    drawing : Drawing
    left, top, width, height : float
        The frame.
    x, y : (float, float)
        Least and largest value of each scale.
    """

    drawing: Drawing
    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, values: Iterable[float] | float) -> Float64Array:
        """Return places from left to right."""
        share = (np.asarray(values, float) - self.x[0]) / (self.x[1] - self.x[0])
        return np.asarray(self.left + share * self.width)

    def up(self, values: Iterable[float] | float) -> Float64Array:
        """Return places from bottom to top."""
        share = (np.asarray(values, float) - self.y[0]) / (self.y[1] - self.y[0])
        return np.asarray(self.top + self.height - share * self.height)

    def frame(
        self,
        x_ticks: Iterable[float],
        y_ticks: Iterable[float],
        labels: tuple[str, str],
        number: Callable[[float], str] = "{:g}".format,
    ) -> None:
        """Draw ticks, their numbers and the names of the scales."""
        bottom = self.top + self.height
        for tick in x_ticks:
            at = float(self.across(tick))
            self.drawing.line((at, at), (self.top, bottom), "grid")
            self.drawing.text(at, bottom + 15, number(tick).replace("-", "−"), "tick middle")
        for tick in y_ticks:
            at = float(self.up(tick))
            self.drawing.line((self.left, self.left + self.width), (at, at), "grid")
            self.drawing.text(self.left - 6, at + 4, number(tick).replace("-", "−"), "tick end")
        self.drawing.text(self.left + self.width / 2, bottom + 32, labels[0], "label middle")
        self.drawing.text(self.left, self.top - 9, labels[1], "label")

    def curve(self, x: Float64Array, y: Float64Array, kind: str) -> None:
        """Draw a line through values."""
        self.drawing.path(self.across(x).tolist(), self.up(y).tolist(), kind)

    def band(self, x: Float64Array, low: Float64Array, high: Float64Array, kind: str) -> None:
        """Fill between two curves."""
        across = np.concatenate([self.across(x), self.across(x)[::-1]])
        up = np.concatenate([self.up(low), self.up(high)[::-1]])
        self.drawing.path(across.tolist(), up.tolist(), kind, closed=True)
