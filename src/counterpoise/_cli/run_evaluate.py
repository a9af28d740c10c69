"""Run the command `evaluate`: read a table with scores, evaluate them, print the results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from counterpoise._cli.console import OutputConsole, add_notes, say, say_notes
from counterpoise._cli.errors import writing
from counterpoise._cli.files import display_name, read_table
from counterpoise._cli.input_table import InputTable, column_values
from counterpoise._cli.labeled_table import errors_with_columns
from counterpoise._cli.options import EvaluateRequest, resolve_class
from counterpoise._cli.run_study import check_report, print_findings
from counterpoise.evaluation import Evaluation, evaluate
from counterpoise.evaluation._tables import TextTable, build_tables
from counterpoise.exceptions import InputError, UnknownColumnError
from counterpoise.study._text import describe_positive

__all__ = ["run_evaluate"]


def run_evaluate(request: EvaluateRequest) -> None:
    """Run the command `evaluate`.

    Parameters
    ----------
    request : EvaluateRequest

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If a column is unknown, or the data do not allow the evaluation.
    """
    if request.report is not None:
        check_report(Path(request.report), force=request.force)
    source = read_table(request.source, request.reading, target=request.target)
    say_notes(source.notes)
    _check_columns(source, request)
    with errors_with_columns(request.target):
        result = _evaluate(source, request)
    _print(result, request.printed, source.notes)
    if request.report is not None:
        with writing(request.report):
            result.report(request.report)
        say(f"Wrote {request.report}")


def _check_columns(source: InputTable, request: EvaluateRequest) -> None:
    roles = [(request.target, "target column"), (request.groups, "column of groups")]
    roles += [(name, "score column") for name in request.scores]
    for name, role in roles:
        if name is not None and name not in source.columns:
            table = display_name(request.source)
            raise UnknownColumnError.among(name, source.columns, role=role, table=table)
    if request.target in request.scores:
        raise InputError(f"{request.target!r} is the target column; it cannot be a score.")
    if not len(source.table):
        raise InputError(f"{display_name(request.source)} has column names but no rows.")


def _evaluate(source: InputTable, request: EvaluateRequest) -> Evaluation:
    labels = column_values(source.table, request.target)
    primary_metric, *others = request.metrics
    positive = request.positive
    return evaluate(
        labels,
        {name: _scores(source, name) for name in request.scores},
        positive=None if positive is None else resolve_class(positive, dict.fromkeys(labels)),
        costs=request.costs,
        groups=None if request.groups is None else column_values(source.table, request.groups),
        threshold=request.threshold,
        prevalences=request.prevalences,
        primary_metric=primary_metric,
        metrics=others or None,
        margins=None if request.margin is None else {primary_metric: request.margin},
        confidence_level=request.confidence_level,
        n_resamples=request.resamples,
        random_state=request.seed,
    )


def _scores(source: InputTable, name: str) -> list[Any]:
    """Return the values of a score column; text in it is an error that shows a value."""
    values = column_values(source.table, name)
    for row, value in enumerate(values):
        if isinstance(value, str):
            raise InputError(
                f"Score column {name!r} must hold numbers; row {row + 1} holds {value!r}. Correct "
                "the file, or name another column with --score."
            )
    return values


def _print(result: Evaluation, kind: str, notes: Sequence[str]) -> None:
    if kind == "json":
        typer.echo(add_notes(result.to_json(), notes))
    elif kind == "md":
        typer.echo(result.to_markdown())
    else:
        console = OutputConsole()
        for sentence in (describe_positive(result.data), *result.verdict):
            console.print(Text(sentence))
        for table in build_tables(result):
            _print_table(console, table)
        print_findings(console, result.findings)


def _print_table(console: OutputConsole, table: TextTable) -> None:
    console.print()
    console.print(Text(table.title, style="bold"))
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for place, name in enumerate(table.head):
        shown.add_column(Text(name), justify="right" if place else "left")
    for name, cells in table.rows:
        entries = (
            Text.assemble(value, (f"\n{limits}", "dim") if limits else "")
            for value, limits in cells
        )
        shown.add_row(Text(name), *entries)
    console.print(shown)
    if table.note:
        console.print(Text(table.note, style="dim"))
