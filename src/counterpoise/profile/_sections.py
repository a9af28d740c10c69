"""A profile as sections of text cells, whatever draws them: plain text, HTML, a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from counterpoise._finding import Finding
from counterpoise.profile._records import ClassFacts, ColumnFacts, Facts, MethodAdvice, StudyAdvice
from counterpoise.profile._text import count, percent, ratio

__all__ = ["Section", "sections_of", "to_html", "to_text"]

_MOST = 20  # rows of a section
_ABOUT_CLASSES = (
    "safe, borderline, rare, outlier: 4-5, 2-3, 1, 0 of their 5 nearest are like them",
    "1-NN error: rows whose nearest other row is of another class",
)
_ABOUT_COLUMNS = (
    "AUC: how well the column alone tells classes apart, 0.5 not at all, 1 wholly",
    "of distance: its share of the squared distance between rows, unscaled",
)


@dataclass(frozen=True)
class Section:
    """A titled table, and lines below it.

    Attributes
    ----------
    title : str
    heading : tuple of str
        Empty where there is no table.
    rows : tuple of tuple of str
        The first cell of each is a name.
    lines : tuple of str
    """

    title: str
    heading: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


def sections_of(facts: Facts, findings: tuple[Finding, ...]) -> tuple[Section, ...]:
    """Return the sections of a profile.

    Parameters
    ----------
    facts : Facts
    findings : tuple of Finding

    Returns
    -------
    tuple of Section
    """
    return (
        _classes(facts),
        _columns(facts),
        Section("Rows", lines=tuple(_rows(facts))),
        Section("Methods", lines=tuple(_methods(facts.methods))),
        Section("Study", lines=(_study(facts.study, facts.smallest),)),
        Section("Findings", lines=tuple(f"{f.severity}: {f.sentence}" for f in findings)),
    )


def _classes(facts: Facts) -> Section:
    kinds = {one.label: one for one in facts.kinds}
    overlap = {one.label: one for one in (facts.overlap.classes if facts.overlap else ())}
    rows = []
    for one in facts.classes[:_MOST]:
        cells = [str(one.label), f"{one.n_rows:,}", percent(one.share)]
        if one.label in kinds:
            own = kinds[one.label]
            parts = (own.safe, own.borderline, own.rare, own.outlier)
            cells += [percent(part / own.n_judged) for part in parts]
        else:
            cells += [""] * 4
        error = overlap[one.label].nearest_error if one.label in overlap else None
        rows.append((*cells, "" if error is None else percent(error)))
    heading = ("class", "rows", "share", "safe", "borderline", "rare", "outlier", "1-NN error")
    return Section(
        f"Classes: {count(len(facts.classes), 'class', 'classes')}, {ratio(facts.ratio)}",
        heading,
        tuple(rows),
        (*_and_more(len(facts.classes), "class", "classes"), *(_ABOUT_CLASSES if overlap else ())),
    )


def _columns(facts: Facts) -> Section:
    rows = [
        (
            str(column.name),
            column.kind,
            f"{column.n_missing:,}" if column.n_missing else "",
            f"{column.n_distinct:,}",
            "" if separation.auc is None else f"{separation.auc:.3f}",
            "" if column.distance_share is None else percent(column.distance_share),
        )
        for column, separation in zip(facts.columns, facts.separations, strict=True)
    ]
    return Section(
        f"Columns: {_tally(facts.columns)}",
        ("column", "kind", "missing", "values", "AUC", "of distance"),
        tuple(rows[:_MOST]),
        (*_and_more(len(rows), "column", "columns"), *_ABOUT_COLUMNS),
    )


def _tally(columns: tuple[ColumnFacts, ...]) -> str:
    kinds = [column.kind for column in columns]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))


def _and_more(number: int, one: str, several: str) -> tuple[str, ...]:
    more = number - _MOST
    return (f"and {count(more, one, several)} more",) if more > 0 else ()


def _rows(facts: Facts) -> Iterator[str]:
    repeats, cells = facts.repeats, facts.n_rows * len(facts.columns)
    missing = f" ({percent(facts.n_missing / cells)})" if facts.n_missing else ""
    yield f"{count(facts.n_rows, 'row')}; {count(facts.n_missing, 'missing cell')}{missing}"
    yield (
        f"{count(repeats.n_repeated, 'row')} like an earlier one; "
        f"{count(repeats.n_contradicting, 'row')} like one of another class"
    )
    if facts.overlap is not None:
        fisher = facts.overlap.fisher
        yield (
            f"{percent(facts.overlap.nearest_error)} of rows have a row of another class nearest"
        )
        if fisher is not None:
            yield (
                f"Fisher's measure {fisher:.3f}, by column {facts.overlap.fisher_column!s} (1: the "
                "classes have one mean, 0: far apart)"
            )


def _methods(methods: tuple[MethodAdvice, ...]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for advice in sorted(methods, key=lambda one: (not one.fits, bool(one.parameters))):
        if not advice.fits:
            head = f"do not fit, as {advice.reason}"
        elif advice.parameters:
            given = ", ".join(f"{name}={value}" for name, value in advice.parameters.items())
            head = f"fit with {given}, as {advice.reason}"
        else:
            head = "fit"
        groups.setdefault(head, []).append(advice.method)
    for head, names in groups.items():
        yield f"{head}: {', '.join(names)}"


def _study(study: StudyAdvice | None, smallest: ClassFacts) -> str:
    if study is None and smallest.n_rows > 1:
        return "none: all classes are of one size"
    if study is None:
        return f"none: class {smallest.label!r} has one row"
    given = ", ".join(f"{name}={value}" for name, value in study.parameters.items())
    times = f", drawn {study.n_repeats} times" if study.n_repeats > 1 else ""
    times += ", with like rows together" if study.keeps_repeats_together else ""
    return (
        f"compare doing nothing with {', '.join(study.methods)}{f' ({given})' if given else ''} on "
        f"{study.n_folds} stratified folds{times}; each holds "
        f"{count(study.fewest_in_test, 'row')} or more of class {smallest.label!r}"
    )


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
