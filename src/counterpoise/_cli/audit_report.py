"""Run the command `audit` and print its report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from counterpoise._cli.labeled_table import errors_with_columns, read_labeled_table
from counterpoise.audit import (
    ClassAudit,
    LeakageReport,
    SyntheticSamplesReport,
    leakage,
    synthetic_samples,
)
from counterpoise.exceptions import FeatureTypeError, InputError, TargetError

__all__ = ["print_audit"]

_SYNTHETIC_NOTES: tuple[str, ...] = (
    "other class: share of rows whose nearest original row is of another class",
    "distance: median distance to the closest row of the class, in std. deviations",
    "in parentheses: the same for the original rows of the class",
    "AUC: of a random forest that detects synthetic rows; 0.5: not distinguishable;",
    "  below 0.5: synthetic rows are very close to original rows",
)
_LEAKAGE_NOTES: tuple[str, ...] = (
    "duplicates: test rows that equal a training row",
    "interpolation: test rows on a straight line between two training rows",
    "expected by chance: number of such rows without leakage",
)


def print_audit(
    first: str, second: str, target: str | None, *, leakage: bool, as_json: bool
) -> None:
    """Audit two files and print the report to standard output.

    Parameters
    ----------
    first, second : str
        Tables before and after resampling; or training set and test set.
    target : str or None
        Target column.
    leakage : bool
        Whether to check a training set and a test set for leakage.
    as_json : bool
        Whether to print JSON instead of text.

    Raises
    ------
    FileError
        If a file cannot be read.
    InputError
        If the tables cannot be compared.
    """
    tables = [read_labeled_table(path, target) for path in (first, second)]
    pairs = [(table.features, table.labels) for table in tables]
    with errors_with_columns(target), _errors_with_files(first, second):
        report = _check_leakage(pairs) if leakage else synthetic_samples(*pairs)
    if as_json:
        typer.echo(report.to_json())
        return
    console = Console()
    summary, *sentences = str(report).splitlines()
    console.print(Text(summary), highlight=False)
    for part in _layout(report, [sentence.removeprefix("- ") for sentence in sentences]):
        console.print(part, highlight=False)


@contextmanager
def _errors_with_files(first: str, second: str) -> Iterator[None]:
    """Name files instead of Python's parameters in errors about the two tables."""
    try:
        yield
    except (TargetError, FeatureTypeError):
        raise
    except InputError as error:
        names = {"X before": first, "X_train": first, "X after": second, "X_test": second}
        pattern = "|".join(rf"\b{name}\b" for name in names)
        message = re.sub(pattern, lambda found: names[found[0]], str(error))
        raise InputError(message) from error


def _check_leakage(pairs: list[tuple[Any, Any]]) -> LeakageReport:
    (X_train, y_train), (X_test, y_test) = pairs
    return leakage(X_train, X_test, y_train, y_test)


def _layout(
    report: LeakageReport | SyntheticSamplesReport, sentences: list[str]
) -> Iterator[Table | Padding]:
    """Yield the table of a report, notes on its columns, and the findings as a list."""
    if isinstance(report, LeakageReport):
        table, notes = _build_leakage_table(report), _LEAKAGE_NOTES
    else:
        table, notes = _build_synthetic_table(report), _SYNTHETIC_NOTES
    if table.row_count:
        yield table
        yield from (Padding(Text(note), (0, 0, 0, 2)) for note in notes)
    if sentences:
        # A grid indents the second and further lines of each sentence.
        listing = Table.grid(padding=(0, 1))
        for sentence in sentences:
            listing.add_row("-", Text(sentence))
        yield Padding(listing, (1, 0, 0, 0))


def _build_leakage_table(report: LeakageReport) -> Table:
    results = {True: "leakage", None: "inconclusive", False: "no leakage"}
    table = Table("check", "result", box=box.SIMPLE)
    for heading in ("found", "examined", "expected by chance"):
        table.add_column(heading, justify="right")
    for check in report.checks:
        counts = (len(check.test_indices), check.n_examined, round(check.n_expected))
        table.add_row(check.name, results[check.found], *(f"{count:,}" for count in counts))
    return table


def _build_synthetic_table(report: SyntheticSamplesReport) -> Table:
    table = Table(box=box.SIMPLE, collapse_padding=True)
    table.add_column("class", overflow="fold")  # shortened names could look alike
    for heading in ("original", "synthetic", "other\nclass", "duplicates", "distance", "AUC"):
        table.add_column(heading, justify="right", no_wrap=True)
    for audit in report.classes:
        table.add_row(Text(str(audit.label)), *_format_class(audit))
    return table


def _format_class(audit: ClassAudit) -> tuple[str, ...]:
    test = audit.two_sample
    return (
        f"{audit.n_original:,}",
        f"{audit.n_synthetic:,}",
        f"{audit.other_class_rate:.0%} ({audit.other_class_rate_original:.0%})",
        f"{audit.n_duplicates:,}",
        f"{audit.nearest_distance:.2g} ({audit.nearest_distance_original:.2g})",
        "" if test is None else f"{test.auc:.2f}",
    )
