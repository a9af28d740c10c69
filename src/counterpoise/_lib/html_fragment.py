"""HTML that notebooks show for an object: one form for the objects of all packages.

Only alignment is set, so that the theme of the notebook, light or dark, decides on colors and
fonts. Text from the data is escaped and shortened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

__all__ = [
    "code",
    "details",
    "fragment",
    "heading",
    "html_table",
    "items",
    "paragraphs",
    "progress_bar",
]

# Notebooks are saved with what they show, so that its size is limited.
_MAX_LENGTH, _MAX_ROWS = 2000, 60

Cell = str | tuple[str, str]
Row = tuple[str, Sequence[Cell]]


def fragment(*parts: str) -> str:
    """Join parts to the HTML of one object.

    Examples
    --------
    >>> fragment(*paragraphs(["a < b"]))
    '<div class="counterpoise" style="overflow-wrap: anywhere"><p>a &lt; b</p></div>'
    """
    return f'<div class="counterpoise" style="overflow-wrap: anywhere">{"".join(parts)}</div>'


def heading(text: str) -> str:
    """Return the heading of what follows."""
    return f"<h4>{_escape(text)}</h4>"


def paragraphs(texts: Iterable[str], *, first_is_bold: bool = False) -> list[str]:
    """Return a paragraph for each text that is not empty."""
    escaped = [_escape(text) for text in texts if text]
    if first_is_bold and escaped:
        escaped[0] = f"<strong>{escaped[0]}</strong>"
    return [f"<p>{text}</p>" for text in escaped]


def items(texts: Sequence[str]) -> str:
    """Return a list of texts; empty without texts."""
    shown = "".join(f"<li>{_escape(text)}</li>" for text in texts[:_MAX_ROWS])
    return f"<ul>{shown}{_rest(len(texts), '<li>{}</li>')}</ul>" if texts else ""


def code(text: str) -> str:
    """Return lines of code that can be copied."""
    return f"<pre><code>{_escape(text)}</code></pre>"


def progress_bar(done: int, total: int) -> str:
    """Return a bar of what is done."""
    return f'<progress max="{max(total, 1)}" value="{done}" aria-label="Progress"></progress>'


def details(summary: str, *parts: str) -> str:
    """Return parts that are hidden until the reader opens them."""
    return f"<details><summary>{_escape(summary)}</summary>{''.join(parts)}</details>"


def html_table(head: Sequence[str], rows: Sequence[Row], label: str) -> str:
    """Return a table, which scrolls if it is too large for the notebook.

    Parameters
    ----------
    head : sequence of str
        The heading of each column.
    rows : sequence of (str, sequence of cells)
        Each has a name. A cell is a text, or a text with a smaller one below it.
    label : str
        What the table shows, for screen readers.

    Returns
    -------
    str
    """
    first, *others = map(_escape, head)
    columns = f'<th scope="col" style="text-align:left">{first}</th>'
    columns += "".join(f'<th scope="col">{name}</th>' for name in others)
    body = "".join(map(_row, islice(rows, _MAX_ROWS)))
    rest = _rest(len(rows), f'<tr><td colspan="{len(head)}">{{}}</td></tr>')
    # What scrolls can be reached with the keyboard; a group is no landmark, whose name is unique.
    return (
        f'<div style="overflow:auto;max-height:60em" tabindex="0" role="group" '
        f'aria-label="{_escape(label)}"><table><thead><tr>{columns}</tr></thead>'
        f"<tbody>{body}{rest}</tbody></table></div>"
    )


def _row(row: Row) -> str:
    name, cells = row
    values = "".join(f'<td style="text-align:right">{_cell(cell)}</td>' for cell in cells)
    return f'<tr><th scope="row" style="text-align:left">{_escape(name)}</th>{values}</tr>'


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _escape(cell)
    value, below = map(_escape, cell)
    small = f'<br><small style="white-space:nowrap">{below}</small>'
    return f"{value}{small}" if below else value


def _rest(n_texts: int, form: str) -> str:
    """Return how many rows are not shown."""
    return form.format(f"and {n_texts - _MAX_ROWS:,} more") if n_texts > _MAX_ROWS else ""


def _escape(text: str) -> str:
    if len(text) > _MAX_LENGTH:
        text = f"{text[: _MAX_LENGTH - 1]}…"
    return escape(text)
