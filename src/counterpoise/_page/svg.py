"""Write figures as SVG: axes, lines, bands and points, colored by the style sheet of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from counterpoise._lib.types import Float64Array

__all__ = ["Axes", "SvgCanvas", "round_ticks", "round_up"]


@dataclass
class SvgCanvas:
    """An SVG that shapes are drawn on.

    Attributes
    ----------
    width, height : float
        In SVG units; the page scales the figure.
    """

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def line(self, x: tuple[float, float], y: tuple[float, float], kind: str) -> None:
        """Draw a straight line with the CSS class `kind`."""
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

    def text(self, x: float, y: float, content: str, kind: str) -> None:
        """Write text; special characters are escaped."""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(content)}</text>')

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
        """Return the SVG, with title and description for screen readers."""
        return (
            f'<svg viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
            f'<desc id="{name}-d">{escape(description)}</desc>{"".join(self.parts)}</svg>'
        )


@dataclass(frozen=True)
class Axes:
    """A plot area on a canvas, with two linear scales.

    Attributes
    ----------
    canvas : SvgCanvas
    left, top, width, height : float
        Position and size.
    x, y : (float, float)
        The limits of each scale.
    """

    canvas: SvgCanvas
    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, values: Iterable[float] | float) -> Float64Array:
        """Convert values to horizontal positions."""
        share = (np.asarray(values, float) - self.x[0]) / (self.x[1] - self.x[0])
        return np.asarray(self.left + share * self.width)

    def up(self, values: Iterable[float] | float) -> Float64Array:
        """Convert values to vertical positions."""
        share = (np.asarray(values, float) - self.y[0]) / (self.y[1] - self.y[0])
        return np.asarray(self.top + self.height - share * self.height)

    def frame(
        self,
        x_ticks: Iterable[float],
        y_ticks: Iterable[float],
        labels: tuple[str, str],
        number: Callable[[float], str] = "{:g}".format,
        title: str = "",
    ) -> None:
        """Draw grid lines, tick labels, axis labels and a title."""
        bottom = self.top + self.height
        for tick in x_ticks:
            at = float(self.across(tick))
            self.canvas.line((at, at), (self.top, bottom), "grid")
            self.canvas.text(at, bottom + 15, number(tick).replace("-", "−"), "tick middle")
        for tick in y_ticks:
            at = float(self.up(tick))
            self.canvas.line((self.left, self.left + self.width), (at, at), "grid")
            self.canvas.text(self.left - 6, at + 4, number(tick).replace("-", "−"), "tick end")
        self.canvas.text(self.left + self.width / 2, bottom + 32, labels[0], "label middle")
        self.canvas.text(self.left, self.top - 9, labels[1], "label")
        if title:
            self.canvas.text(self.left, self.top - 27, title, "group")

    def legend(self, names: Sequence[str], curves: Iterable[tuple[Float64Array, ...]]) -> None:
        """Write the names of series into the corner that their curves cross least.

        Parameters
        ----------
        names : sequence of str
            In the order of the CSS classes series0, series1, …
        curves : iterable of (ndarray, ndarray)
            Points in data units that the legend is to avoid.
        """
        width, height = 16 + 7.2 * max(map(len, names)), 16 * len(names) + 8
        right, bottom = self.left + self.width, self.top + self.height
        x, y = (
            np.concatenate([positions(values) for values in axis])
            for positions, axis in zip(
                (self.across, self.up), zip(*curves, strict=True), strict=True
            )
        )
        corners = [
            (at_x, at_y) for at_y in (bottom - height, self.top) for at_x in (self.left, right)
        ]
        crossed = [
            ((abs(x - at_x) < width) & (y >= at_y) & (y <= at_y + height)).sum()
            for at_x, at_y in corners
        ]
        at_x, at_y = corners[int(np.argmin(crossed))]
        anchor, inset = (" end", -8) if at_x == right else ("", 8)
        for place, name in enumerate(names):
            kind = f"key series{place}{anchor}"
            self.canvas.text(at_x + inset, at_y + 16 + 16 * place, f"— {name}", kind)

    def curve(self, x: Float64Array, y: Float64Array, kind: str) -> None:
        """Draw a curve in data units."""
        self.canvas.path(self.across(x).tolist(), self.up(y).tolist(), kind)

    def band(self, x: Float64Array, low: Float64Array, high: Float64Array, kind: str) -> None:
        """Fill between two curves."""
        across = np.concatenate([self.across(x), self.across(x)[::-1]])
        up = np.concatenate([self.up(low), self.up(high)[::-1]])
        self.canvas.path(across.tolist(), up.tolist(), kind, closed=True)


def round_up(value: float) -> float:
    """Round up to 1, 2 or 5 times a power of ten."""
    power = 10 ** np.floor(np.log10(max(value, 1e-6)))
    return float(power * next(step for step in (1, 2, 5, 10) if step * power >= value))


def round_ticks(low: float, high: float) -> Float64Array:
    """Return up to six round numbers between two limits.

    Examples
    --------
    >>> round_ticks(25, 346).tolist()
    [100.0, 200.0, 300.0]
    """
    step = round_up((high - low) / 5)
    ticks: Float64Array = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    return ticks
