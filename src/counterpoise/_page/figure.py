"""A figure of a page: SVG, caption and data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["FigureData", "ReportFigure"]


@dataclass(frozen=True)
class ReportFigure:
    """A figure of the page.

    Attributes
    ----------
    name, title, caption : str
    svg : str
    data : dict of str to list
        The plotted values, by column.
    """

    name: str
    title: str
    caption: str
    svg: str
    data: dict[str, list[Any]]


class FigureData(dict[str, list[Any]]):
    """The plotted values of a figure: a dict of columns that is filled row by row."""

    def __init__(self, *names: str) -> None:
        super().__init__({name: [] for name in names})

    def add(self, *values: Any) -> None:
        """Append a row; numbers are rounded to six decimals."""
        for column, value in zip(self.values(), values, strict=True):
            column.append(value if isinstance(value, str) else round(float(value), 6))
