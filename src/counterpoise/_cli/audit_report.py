"""Print the reports of the command `audit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from counterpoise._cli.console import OutputConsole
from counterpoise._lib.findings import format_finding
from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.audit import ClassAudit, LeakageReport, SyntheticSamplesReport, Validity
from counterpoise.audit._synthetic_samples import STUDY_HINT

__all__ = ["print_leakage", "print_synthetic"]

_SYNTHETIC_NOTES = {
    "invalid": "the nearest row that the sampler has not seen is of another class",
    "added": "share of invalid synthetic rows minus that of original rows, in points",
    "distance": "median distance to the closest original row of the class, relative to the "
    "distance that original rows have to each other",
    "AUC": "of a random forest that distinguishes synthetic rows from rows that the sampler has "
    "not seen; 0.5: not distinguishable",
}
_LEAKAGE_NOTES = {
    "duplicates": "test rows that equal a training row",
    "interpolation": "test rows on a straight line between two training rows",
    "expected by chance": "number of such rows without leakage",
}


def print_synthetic(report: SyntheticSamplesReport, study_command: str) -> None:
    """Print a report on synthetic rows to standard output.

    Parameters
    ----------
    report : SyntheticSamplesReport
    study_command : str
        The command that measures whether the synthetic rows improve a model.
    """
    console = OutputConsole()
    for sentence in report.summary:
        console.print(Text(sentence))
    if report.classes:
        _print_table(console, _build_synthetic_table(report), _SYNTHETIC_NOTES)
    _print_list(console, [format_finding(finding) for finding in report.findings])
    if not report.classes:
        return
    console.print()
    console.print(Text(STUDY_HINT))
    # Not wrapped, so that it can be copied.
    console.print(Text(f"  {study_command}"), soft_wrap=True)


def print_leakage(report: LeakageReport) -> None:
    """Print a report on leakage to standard output."""
    console = OutputConsole()
    summary, *sentences = str(report).splitlines()
    console.print(Text(summary))
    _print_table(console, _build_leakage_table(report), _LEAKAGE_NOTES)
    _print_list(console, [sentence.removeprefix("- ") for sentence in sentences])


def _print_table(console: OutputConsole, table: Table, notes: Mapping[str, str]) -> None:
    console.print(table)
    _print_rows(console, [(f"{name}:", text) for name, text in notes.items()], indent=2)


def _print_list(console: OutputConsole, sentences: Sequence[str]) -> None:
    if not sentences:
        return
    console.print()
    _print_rows(console, [("-", sentence) for sentence in sentences])


def _print_rows(
    console: OutputConsole, rows: Sequence[tuple[str, str]], *, indent: int = 0
) -> None:
    """Print marks or names with a text each, whose further lines start below the first one."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")  # long words are not cut
    for row in rows:
        grid.add_row(*row)
    console.print(Padding(grid, (0, 0, 0, indent)))


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
    table.add_column("class", overflow="fold", min_width=5)  # shortened names could look alike
    headings = (
        "original",
        "synthetic",
        "invalid",
        "added",
        "dupli-\ncates",
        "distance",
        "AUC",
    )
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for audit in report.classes:
        table.add_row(Text(str(audit.label)), *map(Text, _format_class(audit)))
    return table


def _format_class(audit: ClassAudit) -> tuple[str, ...]:
    validity = audit.validity
    test = None if validity is None else validity.two_sample
    return (
        f"{audit.n_original:,}",
        f"{audit.n_synthetic:,}",
        *(("–", "–") if validity is None else _format_validity(validity)),
        f"{audit.n_duplicates:,}",
        format_number(audit.distance_ratio, 2),
        "–" if test is None else f"{test.auc:.2f}",
    )


def _format_validity(validity: Validity) -> tuple[str, str]:
    rate, low, high = validity.invalid_rate
    return (
        f"{rate:.0%} [{low:.0%}, {high:.0%}]",
        format_signed(100 * validity.excess.value, 0),
    )
