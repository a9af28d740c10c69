"""Run the command `study`: read a table, compare methods, print the results."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.table import Table
from rich.text import Text

from counterpoise._cli.console import (
    OutputConsole,
    StageBars,
    add_notes,
    noting_warnings,
    say,
    say_notes,
)
from counterpoise._cli.errors import FileError, writing
from counterpoise._cli.files import check_writable
from counterpoise._cli.interruption import Interruption, ending_early
from counterpoise._cli.labeled_table import (
    LabeledTable,
    errors_with_columns,
    read_labeled_table,
)
from counterpoise._cli.model_files import check_model_file, import_from_current_folder
from counterpoise._cli.options import StudyRequest, resolve_class
from counterpoise._cli.study_model import save_recommended
from counterpoise._cli.study_sample import choose_sample, limit_size
from counterpoise._cli.study_task import (
    as_numbers,
    build_study,
    check_names,
    continuous_targets,
    describe_task,
    groups_and_time,
    is_continuous,
)
from counterpoise._lib.findings import Finding, select_severe
from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.exceptions import InputError
from counterpoise.study import Improvement, RegressionStudy, Study, StudyUpdate
from counterpoise.study._base_result import BaseResult
from counterpoise.study._methods import BASELINE
from counterpoise.study._report import SUFFIXES, to_markdown
from counterpoise.study._report.description import (
    describe_fold_times,
    describe_intervals,
    describe_no_skill,
)
from counterpoise.study._tables import ImprovementTable, build_improvement_table
from counterpoise.study._text import (
    SYMBOLS,
    candidate_name,
    format_interval,
    metric_heading,
    outcome_label,
    split_label,
)

__all__ = ["check_report", "print_findings", "run_study"]

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
        check_report(Path(request.report), force=request.force)
    if request.save_model is not None:
        check_model_file(request.save_model, force=request.force)
    import_from_current_folder()
    check_names(request)
    table = read_labeled_table(
        request.source,
        request.target,
        request.not_features,
        request.reading,
        sample=choose_sample(request),
        is_continuous=continuous_targets(request),
    )
    continuous, found = _is_continuous(request, table)
    request, sample = limit_size(request, table, continuous=continuous)
    notes = [*sample.notes, *found]
    study = _build_study(request, continuous, found)
    with noting_warnings(notes), ending_early() as interruption:
        result = _run(study, request, sample, interruption)
        interruption.is_deferred = True
        _write_results(result, request, notes)
    if interruption.exit_code:
        if request.save_model is not None:
            say(f"{request.save_model} is not written, because the study was interrupted.")
        raise typer.Exit(interruption.exit_code)
    if request.save_model is not None:
        save_recommended(result, request, table)


def _write_results(result: BaseResult, request: StudyRequest, notes: Sequence[str]) -> None:
    try:
        _print(result, request, notes)  # first, so that it is not lost if there is no report
    finally:  # nor is the report lost if nothing reads what is printed
        if request.report is not None:
            _write_report(result, request.report, opens=request.opens)


def _write_report(result: BaseResult, path: str, *, opens: bool) -> None:
    with writing(path):
        written = result.report(path)
    say(f"Wrote {path}")
    if opens and not webbrowser.open(written.resolve().as_uri()):
        say(f"No browser was found. Open {path} yourself.")


def _is_continuous(request: StudyRequest, table: LabeledTable) -> tuple[bool, list[str]]:
    """Return whether the target is continuous, and a note if this was found by itself."""
    if request.task != "auto":
        return request.task == "regression", []
    labels = table.labels or ()
    if not is_continuous(labels):
        return False, []
    notes = [describe_task(request.target, labels)]
    say_notes(notes)
    return True, notes


def _build_study(
    request: StudyRequest, continuous: bool, found: Sequence[str]
) -> Study | RegressionStudy:
    try:
        return build_study(request, continuous=continuous)
    except InputError as error:
        if not found:
            raise
        # A name of a classifier, perhaps: what was found about the target explains the error.
        note = " ".join(found)
        raise InputError(f"{error} {note[0].upper()}{note[1:]}") from error


def check_report(path: Path, *, force: bool) -> None:
    """Check that the report can be written, before the study runs."""
    if path.suffix not in SUFFIXES:
        raise FileError(f"{path}: the name of a report must end in .html, .md or .json.")
    check_writable(path, force=force)


def _print(result: BaseResult, request: StudyRequest, notes: Sequence[str]) -> None:
    if request.printed == "json":
        typer.echo(add_notes(result.to_json(), notes))
    elif request.printed == "md":
        typer.echo(to_markdown(result))
    else:
        print_study(result, request.metrics)


def _run(
    study: Study | RegressionStudy,
    request: StudyRequest,
    table: LabeledTable,
    interruption: Interruption,
) -> BaseResult:
    groups, time = groups_and_time(request, table)
    labels: Any = table.labels
    if isinstance(study, RegressionStudy):
        labels = as_numbers(labels)
    elif request.positive is not None:
        study.positive = resolve_class(request.positive, labels)

    def show_fits(stage: str, done: int, total: int) -> None:  # noqa: ARG001 - there is one
        interruption.is_deferred = done == total  # there is nothing left to interrupt
        bars("fits", done, total)

    def show_update(update: StudyUpdate) -> None:
        bars.seconds_left = update.seconds_left  # slow models are last: the bar would know less
        bars.say(str(update))

    say("Estimating how long the study takes …")
    with StageBars() as bars, errors_with_columns(request.target):
        result = study.run(
            table.features,
            labels,
            groups=groups,
            time=time,
            time_format=request.time_format,
            keep=request.keep,
            text=request.text,
            progress=show_fits,
            on_update=show_update,
        )
    return _describe_table(result, request, table)


def _describe_table(result: BaseResult, request: StudyRequest, table: LabeledTable) -> BaseResult:
    """Add the columns and the rows that the study has not seen to the result."""
    uses = {request.groups: "groups", request.time: "time"}
    reasons = {
        **table.left_out,
        **dict.fromkeys(request.ignore, "ignored"),
        **{name: use for name, use in uses.items() if name is not None},
    }
    data = replace(result.data, left_out=(*result.data.left_out, *reasons.items()))
    if table.all_rows is not None:
        counts = table.all_rows.classes
        known = [counts[label] for label in data.classes if label in counts]
        # A continuous target has none of its two ranges.
        all_counts = tuple(known) if len(known) == len(data.classes) else ()
        data = replace(data, n_all_rows=table.all_rows.n_rows, all_counts=all_counts)
    return replace(result, data=data)


def print_study(result: BaseResult, names: Sequence[str]) -> None:
    """Print the conclusion, the table of improvements, further metrics and the findings."""
    console = OutputConsole()
    first, *more = result.verdict
    console.print(Text(result.target_text.sentence))
    console.print(Text(first, style="bold"))
    for sentence in more:
        label, text = split_label(sentence)
        console.print(Text.assemble((label, "bold"), text))
    # A warning can change what to do; the other findings follow the results.
    warnings = select_severe(result.findings, "warning")
    print_findings(console, warnings)
    console.print()
    improvements = build_improvement_table(result)
    console.print_columns(
        lambda columns: _improvements(result, improvements, columns), len(improvements.models)
    )
    console.print(Text(_legend(result), style="dim"))
    for sentence in describe_fold_times(result):
        console.print(Text(sentence, style="dim"))
    if len(names) > 1:
        console.print()
        chosen = list(dict.fromkeys(names))
        console.print_columns(
            lambda columns: _further_metrics(result, [chosen[i] for i in columns]), len(chosen)
        )
    print_findings(console, [item for item in result.findings if item not in warnings])


def print_findings(console: OutputConsole, findings: Sequence[Finding]) -> None:
    """Print findings, each with its severity in color."""
    for finding in findings:
        console.print()
        style = {"warning": "bold red", "caution": "yellow", "note": "cyan"}[finding.severity]
        console.print(
            Text.assemble((f"{finding.severity} ({finding.code}): ", style), finding.sentence)
        )


def _improvements(
    result: BaseResult, improvements: ImprovementTable, columns: Sequence[int]
) -> Table:
    """Return the table of methods by models: improvement, outcome and confidence interval."""
    table = _start_table(metric_heading(result.primary_metric).replace(" (", "\n("))
    for column in columns:
        table.add_column(improvements.models[column], justify="right", overflow="fold")
    decimals = result.decimals(result.primary_metric.name)
    scores = (improvements.baseline_score[column] for column in columns)
    table.add_row(BASELINE, *(format_number(score, decimals) for score in scores))
    for method, row in improvements.rows:
        table.add_row(method, *(_improvement_text(row[column], decimals) for column in columns))
    return table


def _start_table(heading: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(heading, overflow="fold")
    return table


def _further_metrics(result: BaseResult, names: Sequence[str]) -> Table:
    """Return the table of the metrics that were chosen by name, one row for each candidate."""
    # The first line names the positive class, so that the headings can be short.
    metrics = [result.find_metric(name) for name in names]
    table = _start_table("means over folds")
    for metric in metrics:
        table.add_column(metric.label, justify="right", overflow="fold")
    for (model, method), scores in result.table().items():
        values = [scores[metric.name] for metric in metrics]
        if not np.isnan(values).all():
            texts = map(format_number, values, (result.decimals(m.name) for m in metrics))
            table.add_row(candidate_name(model, method), *texts)
    return table


def _improvement_text(improvement: Improvement | None, decimals: int) -> Text:
    if improvement is None:
        return Text("–", style="dim")
    if improvement.same_scores:
        return Text("same as baseline", style="dim")
    value = f"{format_signed(improvement.value, decimals)} {SYMBOLS[outcome_label(improvement)]}"
    color = _COLORS.get(outcome_label(improvement), "")
    return Text.assemble((value, color), "\n", (format_interval(improvement, decimals), "dim"))


def _legend(result: BaseResult) -> str:
    symbols = "  ".join(f"{symbol} {outcome}" for outcome, symbol in SYMBOLS.items())
    return f"{symbols}\n{describe_intervals(result)} {describe_no_skill(result)}".strip()
