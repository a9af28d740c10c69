"""Sections as plain text of 80 columns, and as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap

from counterpoise.profile.sections import Section

__all__ = ["to_html", "to_text"]

WIDTH = 80
_NAME = 24  # of the first cell, at most


def to_text(sections: Sequence[Section]) -> str:
    """Return sections as text.

    Parameters
    ----------
    sections : sequence of Section

    Returns
    -------
    str
        Of lines of 80 characters at most.
    """
    return "\n\n".join("\n".join(_section(section)) for section in sections)


def _section(section: Section) -> Iterator[str]:
    yield from wrap(_plain(section.title), WIDTH)
    if section.rows:
        yield from _table((section.heading, *section.rows))
    for line in section.lines:
        yield from wrap(
            _plain(line),
            WIDTH,
            initial_indent="  ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [[_plain(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    room = WIDTH - 2 - sum(width + 2 for width in widths[1:])
    first = max(8, min(widths[0], _NAME, room))
    for name, *numbers in cells:
        short = name if len(name) <= first else f"{name[: first - 1]}…"
        aligned = (f"  {cell:>{width}}" for cell, width in zip(numbers, widths[1:], strict=True))
        yield f"  {short:<{first}}{''.join(aligned)}".rstrip()


def _plain(text: str) -> str:
    """Return a text without line breaks and control characters, which a name may hold."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def to_html(sections: Sequence[Section]) -> str:
    """Return sections as HTML; whatever names and labels hold, it stays text.

    Parameters
    ----------
    sections : sequence of Section

    Returns
    -------
    str
    """
    parts = []
    for section in sections:
        parts.append(f"<h4>{escape(section.title)}</h4>")
        if section.rows:
            parts.append(_html_table(section))
        if section.lines:
            items = "".join(f"<li>{escape(line)}</li>" for line in section.lines)
            parts.append(f"<ul>{items}</ul>")
    return f'<div class="counterpoise-profile">{"".join(parts)}</div>'


def _html_table(section: Section) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.heading)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for name, *cells in section.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
