"""What the command `audit` does: read two tables, compare them, print what was found."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from counterpoise.audit import ClassAudit, LeakageReport, MadeRowsReport, leakage, made_rows
from counterpoise.cli.labelled import read_labelled

__all__ = ["print_audit"]


def print_audit(
    first: str, second: str, target: str | None, *, leakage: bool, as_json: bool
) -> None:
    """Compare two files and print what was found to standard output.

    Parameters
    ----------
    first, second : str
        The tables before and after; or the training rows and the test rows.
    target : str or None
        The column of the classes.
    leakage : bool
        Whether to look for test rows made of training rows.
    as_json : bool

    Raises
    ------
    FileError
        If a file cannot be read.
    InputError
        If the tables cannot be compared.
    """
    read = [read_labelled(path, target) for path in (first, second)]
    pairs = [(table.features, table.labels) for table in read]
    report = _leakage(pairs) if leakage else made_rows(*pairs)
    if as_json:
        typer.echo(report.to_json())
        return
    console = Console()
    tables = _leakage_tables(report) if isinstance(report, LeakageReport) else _made_tables(report)
    headline, *sentences = str(report).splitlines()
    for part in (headline, *tables, *sentences):
        console.print(Text(part) if isinstance(part, str) else part, highlight=False)


def _leakage(pairs: list[tuple[Any, Any]]) -> LeakageReport:
    (X_train, y_train), (X_test, y_test) = pairs
    return leakage(X_train, X_test, y_train, y_test)


def _leakage_tables(report: LeakageReport) -> list[Table]:
    answers = {True: "found", None: "cannot tell", False: "not found"}
    table = Table("mark", "answer")
    for heading in ("test rows", "examined", "without a leak"):
        table.add_column(heading, justify="right")
    for mark in report.marks:
        counts = (len(mark.rows), mark.n_examined, round(mark.expected))
        table.add_row(mark.kind, answers[mark.found], *(f"{count:,}" for count in counts))
    return [table]


def _made_tables(report: MadeRowsReport) -> list[Table]:
    if not report.classes:
        return []
    table = Table("class")
    for heading in ("real", "made", "near others", "copies", "distance", "told apart"):
        table.add_column(heading, justify="right")
    for facts in report.classes:
        table.add_row(Text(str(facts.label)), *_cells(facts))
    return [table]


def _cells(facts: ClassAudit) -> tuple[str, ...]:
    test = facts.two_sample
    return (
        f"{facts.n_before:,}",
        f"{facts.n_made:,}",
        f"{facts.intrusion:.0%} ({facts.intrusion_before:.0%})",
        f"{facts.n_copies:,}",
        f"{facts.distance:.2g} ({facts.distance_before:.2g})",
        "" if test is None else f"{test.auc:.2f}",
    )
