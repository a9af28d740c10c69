"""Run the command `inspect`: read tables, profile them, print and write the profile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from shlex import quote

import typer

from counterpoise._cli.console import add_notes, noting_warnings, say
from counterpoise._cli.errors import FINDINGS
from counterpoise._cli.files import check_output, check_page, display_name, write_page
from counterpoise._cli.labeled_table import (
    LabeledTable,
    errors_with_columns,
    read_labeled_table,
    read_test_table,
)
from counterpoise._cli.merge_classes import match_spelling
from counterpoise._cli.options import InspectRequest
from counterpoise._cli.suspects import write_suspects
from counterpoise._lib.findings import Finding, Severity, select_severe
from counterpoise.exceptions import FeatureTypeError, InputError, TargetError
from counterpoise.profile import DataProfile, format_profile, inspect
from counterpoise.profile._page import render_page
from counterpoise.profile._sections import Section, describe_left_out, to_text
from counterpoise.profile._text import format_count

__all__ = ["run_inspect"]

_GROUPING = "add --groups COLUMN, with a column that has the same value for all duplicates of a row"


def run_inspect(request: InspectRequest) -> None:
    """Run the command `inspect`.

    Parameters
    ----------
    request : InspectRequest

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the table cannot be profiled, or the tables cannot be compared.
    typer.Exit
        With exit code 4, if there is a finding of the severity that `fail_on` names.
    """
    if request.report is not None:
        check_page(Path(request.report), force=request.force)
    if request.suspects is not None:
        check_output(request.suspects, force=request.force)
    table = read_labeled_table(
        request.source,
        request.target,
        request.ignore,
        request.reading,
        sample=request.sample,
        sample_large=request.suspects is None,  # they are rows of the whole file
    )
    test = _read_test_table(request, table)
    notes = [*table.notes, *(() if test is None else test.notes)]
    with noting_warnings(notes), errors_with_columns(request.target), _errors_with_files(request):
        profile = inspect(
            table.features,
            table.labels,
            X_test=None if test is None else test.features,
            y_test=None if test is None else test.labels,
            keep=request.keep,
            scale=request.scale,
        )
    study = _suggest_study(request, profile)
    sections = () if table.all_rows is None else (Section(*table.all_rows.describe()),)
    if request.json:
        notes += describe_left_out(profile)
        typer.echo(add_notes(_to_json(profile, table), notes))
    else:
        if sections:
            typer.echo(f"{to_text(sections)}\n")
        typer.echo(format_profile(profile, study, _GROUPING))
    if request.report is not None:
        page = partial(render_page, profile, profile.findings, study, _GROUPING, sections)
        write_page(request.report, page)
        say(f"Wrote {request.report}")
    if request.suspects is not None:
        write_suspects(request.suspects, profile, table)
    if request.fail_on is not None:
        _fail_on_findings(profile.findings, request.fail_on)


def _to_json(profile: DataProfile, table: LabeledTable) -> str:
    if table.all_rows is None:
        return profile.to_json()
    return json.dumps({**profile.to_dict(), "all_rows": table.all_rows.to_dict()})


def _read_test_table(request: InspectRequest, table: LabeledTable) -> LabeledTable | None:
    if request.test is None:
        return None
    test = read_test_table(request.test, request.target, request.ignore, request.reading)
    if not request.reading.merge_classes or test.labels is None:
        return test
    return replace(test, labels=match_spelling(test.labels, table.labels or ()))


@contextmanager
def _errors_with_files(request: InspectRequest) -> Iterator[None]:
    """Name the files in errors about the two tables."""
    try:
        yield
    except (TargetError, FeatureTypeError):
        raise
    except InputError as error:
        names = {"X": display_name(request.source), "X_test": request.test or "X_test"}
        message = re.sub(r"(?<!')\bX(_test)?\b(?!')", lambda found: names[found[0]], str(error))
        raise InputError(message) from error


def _suggest_study(request: InspectRequest, profile: DataProfile) -> tuple[str, ...]:
    """Return the parts of the command that runs the suggested study."""
    study = profile.study
    if study is None:
        return ()
    return (
        "counterpoise study",
        f"{quote(request.source)} -t {quote(request.target)}",
        *(f"--ignore {quote(name)}" for name in request.ignore),
        *(f"--keep {quote(name)}" for name in request.keep),
        *request.reading.to_arguments(),
        f"--methods {','.join(study.methods)}",
        f"--folds {study.n_folds} --repeats {study.n_repeats}",
    )


def _fail_on_findings(findings: Sequence[Finding], severity: Severity) -> None:
    n_severe = len(select_severe(findings, severity))
    if n_severe:
        least = "" if severity == "warning" else " or higher"
        say(f"{format_count(n_severe, 'finding')} of severity {severity}{least} (--fail-on).")
        raise typer.Exit(FINDINGS)
