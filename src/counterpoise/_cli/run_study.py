"""Run the command `study`: read a table, compare methods, print the results."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from counterpoise._cli.console import StageBars, say
from counterpoise._cli.errors import FileError
from counterpoise._cli.files import check_writable
from counterpoise._cli.labeled_table import errors_with_columns, read_labeled_table
from counterpoise._cli.options import StudyRequest
from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.study import METRICS, Improvement, Study, StudyResult
from counterpoise.study._methods import BASELINE
from counterpoise.study._report import SUFFIXES, to_markdown, write_report
from counterpoise.study._report.description import describe_intervals, describe_no_skill
from counterpoise.study._tables import build_improvement_table
from counterpoise.study._text import SYMBOLS, metric_heading, outcome_label

__all__ = ["run_study"]

_COLORS = {"better": "green", "worse": "red", "inconclusive": "dim"}


def run_study(request: StudyRequest) -> None:
    """Run the command `study`.

    Parameters
    ----------
    request : StudyRequest

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the data do not allow the study.
    """
    if request.report is not None:
        _check_report(Path(request.report), force=request.force)
    study = Study(
        request.models,
        request.methods,
        primary_metric=request.primary_metric,
        cv=request.folds,
        costs=request.costs,
        margins=None if request.margin is None else {request.primary_metric: request.margin},
        random_state=request.seed,
        n_jobs=request.jobs,
        journal=request.journal,
        budget=request.budget,
    )
    result = _run(study, request)
    if request.report is not None:
        write_report(result, request.report)
    _print(result, request.printed)
    if request.report is not None:
        say(f"Wrote {request.report}")


def _check_report(path: Path, *, force: bool) -> None:
    """Check that the report can be written, before the study runs."""
    if path.suffix not in SUFFIXES:
        raise FileError(f"{path}: the name of a report must end in .html, .md or .json.")
    check_writable(path, force=force)


def _print(result: StudyResult, kind: str) -> None:
    if kind == "json":
        typer.echo(result.to_json())
    elif kind == "md":
        typer.echo(to_markdown(result))
    else:
        print_study(result)


def _run(study: Study, request: StudyRequest) -> StudyResult:
    columns = {"groups": request.groups, "time": request.time}
    ignored = [*request.ignore, *(name for name in columns.values() if name is not None)]
    table = read_labeled_table(request.source, request.target, ignored)
    values = {role: name and table.values_of(name) for role, name in columns.items()}
    with StageBars() as bars, errors_with_columns(request.target):
        return study.run(table.features, table.labels, **values, progress=bars)


def print_study(result: StudyResult) -> None:
    """Print the conclusion, the table of improvements and the findings."""
    console = Console(highlight=False)
    for sentence in result.verdict:
        console.print(Text(sentence))
    console.print()
    console.print(_improvements(result))
    console.print(Text(_legend(result), style="dim"))
    for finding in result.findings:
        console.print()
        style = {"warning": "bold red", "caution": "yellow", "note": "cyan"}[finding.severity]
        console.print(
            Text.assemble((f"{finding.severity} ({finding.code}): ", style), finding.sentence)
        )


def _improvements(result: StudyResult) -> Table:
    """Return the table of methods by models: improvement, outcome and confidence interval."""
    improvements = build_improvement_table(result)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(metric_heading(METRICS[result.settings.primary_metric]).replace(" (", "\n("))
    for model in improvements.models:
        table.add_column(Text(model), justify="right")
    scores = improvements.baseline_score
    table.add_row(BASELINE, *map(format_number, scores))
    for method, row in improvements.rows:
        table.add_row(Text(method), *map(_improvement_text, row))
    return table


def _improvement_text(improvement: Improvement | None) -> Text:
    if improvement is None:
        return Text("–", style="dim")
    if improvement.same_scores:
        return Text("same as baseline", style="dim")
    value = f"{format_signed(improvement.value)} {SYMBOLS[outcome_label(improvement)]}"
    half = f"±{(improvement.high - improvement.low) / 2:.3f}  "
    return Text.assemble((value, _COLORS.get(outcome_label(improvement), "")), "\n", (half, "dim"))


def _legend(result: StudyResult) -> str:
    symbols = "  ".join(f"{symbol} {outcome}" for outcome, symbol in SYMBOLS.items())
    return f"{symbols}\n{describe_intervals(result)} {describe_no_skill(result)}".strip()
