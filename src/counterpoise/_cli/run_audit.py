"""Run the command `audit`: read tables, audit them, print and write the report."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any

import polars as pl
import typer

from counterpoise._cli.audit_report import print_leakage, print_synthetic
from counterpoise._cli.console import add_notes, noting_warnings, say
from counterpoise._cli.files import check_page, write_page
from counterpoise._cli.labeled_table import errors_with_columns, read_labeled_table
from counterpoise._cli.options import AuditRequest, resolve_class_names
from counterpoise._cli.prepare_resampling import (
    check_small_classes,
    format_size_error,
    name_methods,
)
from counterpoise._column_roles import ColumnRole, describe_roles, find_roles
from counterpoise._resample import make_sampler, resolve_method, select_method
from counterpoise._table import as_table
from counterpoise.audit import SyntheticSamplesReport, leakage, synthetic_samples
from counterpoise.base import BaseSampler
from counterpoise.exceptions import (
    CounterpoiseWarning,
    FeatureTypeError,
    InputError,
    TargetError,
    TooFewSamplesError,
    UnknownColumnError,
)

__all__ = ["run_audit"]


def run_audit(request: AuditRequest) -> None:
    """Run the command `audit`.

    Parameters
    ----------
    request : AuditRequest

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the tables cannot be compared, or the method does not suit the table.
    """
    if request.report is not None:
        check_page(Path(request.report), force=request.force)
    if request.method is not None:
        request = replace(request, method=resolve_method(request.method))
    notes: list[str] = []
    with errors_with_columns(request.target), _errors_with_options(request), noting_warnings(notes):
        report = (_check_leakage if request.leakage else _audit)(request, notes)
    if request.json:
        typer.echo(add_notes(report.to_json(), notes))
    elif isinstance(report, SyntheticSamplesReport):
        print_synthetic(report, _study_command(request))
    else:
        print_leakage(report)
    if request.report is not None and isinstance(report, SyntheticSamplesReport):
        study_command = _study_command(request)
        write_page(request.report, partial(report.to_html, study_command))
        say(f"Wrote {request.report}")


def _read(request: AuditRequest, path: str, notes: list[str]) -> tuple[Any, Any]:
    """Read a table, and add what was assumed about it to the notes."""
    table = read_labeled_table(path, request.target, request.ignore, request.reading)
    notes += table.notes
    return table.features, table.labels


def _check_leakage(request: AuditRequest, notes: list[str]) -> Any:
    (X_train, y_train), (X_test, y_test) = (
        _read(request, str(path), notes) for path in (request.before, request.after)
    )
    return leakage(X_train, X_test, y_train, y_test)


def _audit(request: AuditRequest, notes: list[str]) -> SyntheticSamplesReport:
    before = _read(request, request.before, notes)
    left_out = _find_non_features(before[0], request.keep)
    after, withheld = (
        None if path is None else _drop(_read(request, path, notes), left_out)
        for path in (request.after, request.withheld)
    )
    before = _drop(before, left_out)
    return synthetic_samples(
        before,
        _make(request, *before) if request.method is not None else after,
        withheld=withheld,
        n_splits=request.n_splits,
        random_state=request.seed,
    )


def _drop(table: tuple[Any, Any], columns: Sequence[str]) -> tuple[Any, Any]:
    return table[0].drop(columns, strict=False), table[1]


def _find_non_features(features: pl.DataFrame, keep: Sequence[str]) -> list[str]:
    """Find the columns that are not features, which no sampler of `resample` uses, and warn."""
    for name in keep:
        if name not in features.columns:
            raise UnknownColumnError.among(name, features.columns)
    roles = find_roles(as_table(features), keep)
    if roles:
        uses = dict.fromkeys(ColumnRole, "left out of the audit")
        warnings.warn(describe_roles(roles, uses), CounterpoiseWarning, stacklevel=2)
    return list(roles)


def _make(request: AuditRequest, features: Any, labels: list[Any]) -> BaseSampler:
    parameters = resolve_class_names(request.parameters, labels)
    method = select_method(features, None, str(request.method))
    check_small_classes(method, parameters)
    sampler = make_sampler(method, random_state=request.seed, **parameters)
    # Methods without distances have no scale.
    return sampler.set_params(scale=request.scale) if "scale" in sampler.get_params() else sampler


def _study_command(request: AuditRequest) -> str:
    """Return the command that compares the method, or all, with class weights and thresholds."""
    ignored = "".join(f" --ignore {quote(name)}" for name in request.ignore)
    ignored += "".join(f" --keep {quote(name)}" for name in request.keep)
    ignored += "".join(f" {argument}" for argument in request.reading.to_arguments())
    methods = f" --methods class-weight,threshold,{request.method}" if request.method else ""
    table = f"{quote(request.before)} -t {quote(str(request.target))}"
    return f"counterpoise study {table}{ignored}{methods} --report study.html"


@contextmanager
def _errors_with_options(request: AuditRequest) -> Iterator[None]:
    """Name files and options instead of Python's parameters and classes in error messages."""
    try:
        yield
    except TargetError:
        raise
    except FeatureTypeError as error:
        if not error.advice.startswith("Use "):  # no method supports the type of these columns
            raise
        advice = name_methods(error.advice.removeprefix("Use "))
        raise InputError(f"{error.problem} Use --method {advice}") from error
    except TooFewSamplesError as error:
        raise InputError(format_size_error(str(request.method), error)) from error
    except InputError as error:
        raise InputError(_name_files(str(error), request)) from error


def _name_files(message: str, request: AuditRequest) -> str:
    names = {
        "X before": request.before,
        "X_train": request.before,
        "X after": request.after,
        "X_test": request.after,
        "X withheld": request.withheld,
        "withheld": request.withheld,
        "sampling_strategy": "--strategy",
    }
    known = {name: file for name, file in names.items() if file is not None}
    pattern = "|".join(rf"\b{name}\b(?!=)" for name in known)
    return re.sub(pattern, lambda found: known[found[0]], message)
