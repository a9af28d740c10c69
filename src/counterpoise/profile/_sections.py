"""A data profile as titled sections of text, and these as plain text or HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

from counterpoise._lib.findings import Finding, format_finding
from counterpoise._lib.format_text import format_percent
from counterpoise._lib.html_fragment import code, fragment, heading, html_table, items
from counterpoise.neighbors._space import UNITS
from counterpoise.profile._records import (
    NO_CATEGORIES,
    NUMBERS_AS_CATEGORIES,
    UNSUPPORTED,
    ColumnSeparation,
    Measurements,
    MethodAdvice,
    SampleTypeCounts,
    SparseSummary,
    StudyAdvice,
)
from counterpoise.profile._shift_records import ColumnShift, DatasetShift
from counterpoise.profile._text import describe_label_test, format_count, format_ratio, shorten

__all__ = ["Section", "build_sections", "describe_left_out", "to_html", "to_text"]

FINDINGS = "Findings"  # a title
_MAX_ROWS = 20  # of a section's table
_MAX_SUSPECTS, _MAX_LABEL = 10, 24
_CLASS_NOTES = (
    "neighbors of the same class: safe 4-5, borderline 1-3, rare 1 (isolated pair), outlier 0 of 5",
    "1-NN error: share of rows whose nearest neighbor is of another class",
)
_COLUMN_NOTES = (
    "ROC AUC: of the column alone; 0.5 is uninformative, 1 separates the classes",
    "distance share: share of the column in the squared distance, in original units",
)
_NOT_COMPUTED = (
    "distinct values",
    "distance shares",
    "identifiers",
    "sentinels",
    "possible categories",
    "test set",
)
WIDTH = 80


@dataclass(frozen=True)
class Section:
    """A titled table with lines of text below it.

    Attributes
    ----------
    title : str
    heading : tuple of str
        Column headings; empty without a table.
    rows : tuple of tuple of str
        Rows of the table, each starting with a name.
    lines : tuple of str
        Lines of text.
    code : tuple of str
        Lines of a command that can be copied; they are never wrapped.
    """

    title: str
    heading: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    code: tuple[str, ...] = ()


def build_sections(
    data: Measurements,
    findings: tuple[Finding, ...],
    command: Sequence[str] = (),
    grouping: str = "pass groups to run",
) -> tuple[Section, ...]:
    """Build the sections of a profile.

    Parameters
    ----------
    data : Measurements
    findings : tuple of Finding
    command : sequence of str, default=()
        Parts of the shell command of the suggested study; by default a line of Python.
    grouping : str
        How to keep duplicates in the same fold.

    Returns
    -------
    tuple of Section
    """
    sections = (
        _build_classes(data),
        _build_columns(data),
        _build_test_set(data.shift),
        Section("Rows", lines=tuple(_describe_rows(data))),
        _build_suspects(data),
        Section("Class overlap", lines=tuple(_describe_overlap(data))),
        Section("Resampling methods", lines=tuple(_describe_methods(data.methods))),
        Section(
            "Suggested study",
            lines=tuple(_describe_study(data, grouping)),
            code=_build_code(data.study, command),
        ),
        Section(FINDINGS, lines=tuple(map(format_finding, findings))),
    )
    return tuple(section for section in sections if section.rows or section.lines)


def _build_classes(data: Measurements) -> Section:
    types = {counts.label: counts for counts in data.sample_types}
    errors = {
        overlap.label: format_percent(overlap.nearest_neighbor_error)
        for overlap in (data.overlap.classes if data.overlap else ())
    }
    rows = tuple(
        (
            str(summary.label),
            f"{summary.n_rows:,}",
            format_percent(summary.share),
            *_format_sample_types(types.get(summary.label)),
            errors.get(summary.label, ""),
        )
        for summary in data.classes
    )
    heading = ("class", "rows", "share", "safe", "borderline", "rare", "outlier", "1-NN error")
    return Section(
        f"Classes: {len(data.classes)}, imbalance ratio {format_ratio(data.imbalance_ratio)}",
        heading,
        rows,
        (*_CLASS_NOTES, f"distances: {UNITS[data.scale]}") if errors else (),
    )


def _format_sample_types(counts: SampleTypeCounts | None) -> list[str]:
    if counts is None:
        return [""] * 4
    parts = (counts.safe, counts.borderline, counts.rare, counts.outlier)
    return [format_percent(part / counts.n_evaluated) for part in parts]


def _build_sparse_columns(
    sparse: SparseSummary, separations: Sequence[ColumnSeparation]
) -> Section:
    n_values = format_count(sparse.n_values, "value")
    n_constant = format_count(sparse.n_constant_columns, "column")
    return Section(
        f"Columns: {sparse.n_columns:,}, sparse",
        ("column that separates the classes", "ROC AUC"),
        tuple((str(one.name), f"{one.auc:.3f}") for one in separations),
        (
            f"{n_values} other than 0; {n_constant} with a single value",
            f"not computed for a sparse table: {', '.join(_NOT_COMPUTED)}",
        ),
    )


def _build_columns(data: Measurements) -> Section:
    if data.sparse is not None:
        return _build_sparse_columns(data.sparse, data.separations)
    rows = [
        (
            str(column.name),
            column.feature_type,
            f"{column.n_missing:,}" if column.n_missing else "",
            f"{column.n_unique:,}",
            "" if separation.auc is None else f"{separation.auc:.3f}",
            "" if column.distance_share is None else format_percent(column.distance_share),
        )
        for column, separation in zip(data.columns, data.separations, strict=True)
    ]
    types = [column.feature_type for column in data.columns]
    tally = ", ".join(f"{types.count(name)} {name}" for name in dict.fromkeys(types))
    return Section(
        f"Columns: {tally}",
        ("column", "type", "missing", "unique", "ROC AUC", "distance share"),
        tuple(rows),
        (*_COLUMN_NOTES, *describe_left_out(data)),
    )


def describe_left_out(data: Measurements) -> tuple[str, ...]:
    """Name the columns that take no part in distances, and why, in one line if there are any."""
    reasons = {str(c.name): c.left_out for c in data.columns if c.left_out is not None}
    if not reasons:
        return ()
    names = ", ".join(f"{name!r} ({reason})" for name, reason in reasons.items())
    can_be_kept = set(reasons.values()) != {UNSUPPORTED}
    keep = "; keep (--keep) includes a column" if can_be_kept else ""
    return (f"left out of distances: {names}{keep}",)


def _build_test_set(shift: DatasetShift | None) -> Section:
    if shift is None:
        return Section("Test set")
    return Section(
        f"Test set: {format_count(shift.n_rows, 'row')}",
        ("column", "missing", "missing, table", "new categories", "out of range", "distance"),
        tuple(map(_format_column_shift, shift.columns)),
        (
            "new categories, out of range: rows with values that the table does not have",
            "distance: of the two distributions; 0 if equal, 1 without common values",
            _describe_shared_rows(shift),
            *(
                f"class {one.label!r}: {format_percent(one.share)} of the table, "
                f"{format_percent(one.test_share)} of the test set"
                for one in shift.classes[:_MAX_ROWS]
            ),
        ),
    )


def _describe_shared_rows(shift: DatasetShift) -> str:
    return (
        f"{shift.n_shared_rows:,} of {format_count(shift.n_rows, 'row')} equal a row of the table; "
        f"about {shift.n_shared_expected:,.0f} would in a random split"
    )


def _format_column_shift(column: ColumnShift) -> tuple[str, ...]:
    shares = (column.test_missing_share, column.missing_share)
    counts = (column.n_new_category_rows, column.n_out_of_range)
    return (
        str(column.name),
        *(format_percent(share) if any(shares) else "" for share in shares),
        *(f"{count:,}" if count else "" for count in counts),
        "" if column.distance is None else f"{column.distance:.2f}",
    )


def _describe_rows(data: Measurements) -> Iterator[str]:
    duplicates, n_values = data.duplicates, data.n_rows * len(data.columns)
    share = f" ({format_percent(data.n_missing / n_values)})" if data.n_missing else ""
    missing = format_count(data.n_missing, "missing value")
    yield f"{format_count(data.n_rows, 'row')}, {missing}{share}"
    if data.sparse is not None and data.sparse.n_empty_rows:
        yield f"{format_count(data.sparse.n_empty_rows, 'row')} without a value other than 0"
    yield (
        f"{format_count(duplicates.n_duplicates, 'duplicate row')}; "
        f"{format_count(duplicates.n_conflicting, 'row')} with the same features as a row of "
        "another class"
    )

    errors = data.label_errors
    if errors is not None and not errors.suspects:
        yield (
            "no mislabeled rows found"
            if errors.is_conclusive
            else "label errors cannot be found reliably in this table, so none is reported"
        ) + (f". {describe_label_test(errors)}" if errors.n_planted else "")


def _build_suspects(data: Measurements) -> Section:
    suspects = data.label_errors.suspects if data.label_errors else ()
    if not suspects:
        return Section("Probably mislabeled rows")
    rows = tuple(
        (
            f"{suspect.row:,}",
            shorten(str(suspect.label), _MAX_LABEL),
            shorten(str(suspect.predicted), _MAX_LABEL),
            format_percent(suspect.probability),
        )
        for suspect in suspects[:_MAX_SUSPECTS]
    )
    n_more = len(suspects) - len(rows)
    return Section(
        f"Probably mislabeled rows: {len(suspects):,}",
        ("row (from 0)", "class", "predicted class", "probability"),
        rows,
        (f"and {format_count(n_more, 'more row')}",) if n_more else (),
    )


def _describe_overlap(data: Measurements) -> Iterator[str]:
    if data.overlap is None:
        return
    yield (
        f"{format_percent(data.overlap.nearest_neighbor_error)} of all rows have a nearest "
        "neighbor of another class"
    )
    if data.overlap.fisher is not None:
        yield (
            f"Overlap of the best single column, {str(data.overlap.fisher_column)!r} (Lorena's "
            f"measure F1, not the F1 score): {data.overlap.fisher:.3f}; 1 means complete overlap"
        )


def _describe_methods(methods: tuple[MethodAdvice, ...]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for advice in sorted(methods, key=lambda one: (not one.applicable, bool(one.parameters))):
        if not advice.applicable:
            is_possible = advice.reason in (NO_CATEGORIES, NUMBERS_AS_CATEGORIES)
            head = f"not {'recommended' if is_possible else 'applicable'} ({advice.reason})"
        elif advice.parameters:
            head = f"applicable with {_format_parameters(advice.parameters)} ({advice.reason})"
        else:
            head = "applicable"
        groups.setdefault(head, []).append(advice.method)
    for head, names in groups.items():
        yield f"{head}: {', '.join(names)}"


def _describe_study(data: Measurements, grouping: str) -> Iterator[str]:
    study, smallest = data.study, data.smallest_class
    if study is None:
        yield (
            "none: all classes have the same size"
            if smallest.n_rows > 1
            else f"none: class {smallest.label!r} has a single row"
        )
        return
    repeats = f", {study.n_repeats} repeats" if study.n_repeats > 1 else ""
    yield f"compare the baseline with {', '.join(study.methods)}"
    yield (
        f"stratified {study.n_folds}-fold cross-validation{repeats}; at least "
        f"{format_count(study.min_test_rows, 'row')} of class {smallest.label!r} in each test fold"
    )
    if len(data.classes) == 2:
        yield (
            f"positive class: {smallest.label}, the minority class; choose with positive "
            "(--positive)"
        )
    if study.group_duplicates:
        yield f"to keep duplicates in the same fold, {grouping}"


def _build_code(study: StudyAdvice | None, command: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of a command that runs the suggested study."""
    if study is None:
        return ()
    if not command:
        methods = ", ".join(f'"{name}"' for name in study.methods)
        return (f"Study(methods=[{methods}], cv=({study.n_folds}, {study.n_repeats})).run(X, y)",)
    lines = [command[0]]
    for part in command[1:]:
        if len(lines[-1]) + len(part) + 1 > WIDTH - 4:  # 2 to the left, 2 for the backslash
            lines[-1] += " \\"
            lines.append(f"    {part}")
        else:
            lines[-1] += f" {part}"
    return tuple(lines)


def _format_parameters(parameters: dict[str, int | str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in parameters.items())


# ---- Plain text ----


def to_text(sections: Sequence[Section]) -> str:
    """Format sections as plain text.

    Parameters
    ----------
    sections : sequence of Section

    Returns
    -------
    str
        Lines of at most 80 characters.
    """
    return "\n\n".join("\n".join(_format_section(_shorten_table(one))) for one in sections)


def _shorten_table(section: Section) -> Section:
    """Keep the first rows of a long table, and count the others."""
    n_more = len(section.rows) - _MAX_ROWS
    if n_more <= 0:
        return section
    name = section.heading[0]
    rest = format_count(n_more, f"more {name}", f"more {name}{'es' if name[-1] == 's' else 's'}")
    return replace(section, rows=section.rows[:_MAX_ROWS], lines=(f"and {rest}", *section.lines))


def _format_section(section: Section) -> Iterator[str]:
    yield from wrap(_make_printable(section.title), WIDTH)
    if section.rows:
        yield from _format_table((section.heading, *section.rows))
    for line in section.lines:
        yield from wrap(
            _make_printable(line),
            WIDTH,
            initial_indent="  ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
    yield from (f"  {_make_printable(line)}" for line in section.code)


def _format_table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    table = [[_make_printable(text) for text in row] for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    available = WIDTH - 2 - sum(width + 2 for width in widths[1:])
    first = max(8, min(widths[0], available))
    shortened = [shorten(row[0], first) for row in table]
    for (name, *numbers), short in zip(table, shortened, strict=True):
        lines = [short]
        if shortened.count(short) > 1:  # wrapped names stay distinguishable
            lines = wrap(name, first, subsequent_indent="  ") or lines
        aligned = (f"  {text:>{width}}" for text, width in zip(numbers, widths[1:], strict=True))
        yield f"  {lines[0]:<{first}}{''.join(aligned)}".rstrip()
        yield from (f"  {line}" for line in lines[1:])


def _make_printable(text: str) -> str:
    """Replace line breaks and control characters, which column names and labels may contain."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


# ---- HTML ----


def to_html(sections: Sequence[Section]) -> str:
    """Format sections as HTML for notebooks.

    Parameters
    ----------
    sections : sequence of Section

    Returns
    -------
    str
    """
    parts = []
    for section in map(_shorten_table, sections):
        parts.append(heading(section.title))
        if section.rows:
            rows = [(name, texts) for name, *texts in section.rows]
            parts.append(html_table(section.heading, rows, section.title))
        parts.append(items(section.lines))
        if section.code:
            parts.append(code("\n".join(section.code)))
    return fragment(*parts)
