"""The result as an HTML fragment for notebooks, and as plain text for terminals."""

from __future__ import annotations

from counterpoise._lib.findings import finding_details
from counterpoise._lib.format_text import format_number, format_signed
from counterpoise._lib.html_fragment import fragment, html_table, paragraphs
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._records import Improvement
from counterpoise.study._report.description import describe_intervals, describe_no_skill
from counterpoise.study._tables import build_improvement_table
from counterpoise.study._text import SYMBOLS, format_interval, metric_heading, outcome_label

__all__ = ["to_snippet", "to_text"]


def to_snippet(result: StudyConclusions) -> str:
    """Render conclusions, improvements and findings as HTML for notebooks.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    str
    """
    first, *rest = result.verdict
    (corner, models), *rows = _rows(result)
    head = [corner, *(name for name, _ in models)]
    intervals = f"{describe_intervals(result)} {describe_no_skill(result)}"
    return fragment(
        *paragraphs((first, result.target_text.sentence, *rest), first_is_bold=True),
        html_table(head, rows, "Improvements over the baseline"),
        *paragraphs((_legend(), intervals.rstrip())),
        finding_details(result.findings),
        *paragraphs(('Figures and all metrics: result.report("study.html")',)),
    )


def to_text(result: StudyConclusions) -> str:
    """Render conclusion and improvements as plain text.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    str
    """
    rows = [[name, *(text for text, _ in cells)] for name, cells in _rows(result)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in rows
    ]
    return "\n".join([result.target_text.sentence, *result.verdict, "", *lines, "", _legend()])


def _rows(result: StudyConclusions) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the table of improvements; the first row is the heading.

    Each row has a name and, for each model, a text and its confidence interval or "".
    """
    table = build_improvement_table(result)
    decimals = result.decimals(result.primary_metric.name)
    baseline = [(format_number(score, decimals), "") for score in table.baseline_score]
    return [
        (metric_heading(result.primary_metric), [(name, "") for name in table.models]),
        (BASELINE, baseline),
        *(
            (method, [_describe(item, decimals) for item in improvements])
            for method, improvements in table.rows
        ),
    ]


def _describe(improvement: Improvement | None, decimals: int) -> tuple[str, str]:
    if improvement is None or improvement.same_scores:
        return "–", ""
    value = format_signed(improvement.value, decimals)
    return f"{value} {SYMBOLS[outcome_label(improvement)]}", format_interval(improvement, decimals)


def _legend() -> str:
    return "; ".join(f"{symbol} {outcome}" for outcome, symbol in SYMBOLS.items())
