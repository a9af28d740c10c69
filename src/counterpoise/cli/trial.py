"""What the command `study` does: read a table, compare remedies on it, say what was found."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from counterpoise.cli.console import StageBars, say
from counterpoise.cli.errors import FileError
from counterpoise.cli.files import check_place
from counterpoise.cli.labelled import named_columns, read_labelled
from counterpoise.cli.options import Trial
from counterpoise.study import METRICS, Gain, Study, StudyResult
from counterpoise.study._methods import NOTHING
from counterpoise.study._report import ENDINGS, to_markdown, write_report
from counterpoise.study._tables import grid_of
from counterpoise.study._text import MARKS, short_word, signed

__all__ = ["try_remedies"]

_COLOURS = {"helps": "green", "harms": "red", "cannot tell": "dim"}


def try_remedies(trial: Trial) -> None:
    """Do what was asked.

    Parameters
    ----------
    trial : Trial

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the table cannot be studied so.
    """
    if trial.report is not None:
        _check_report(Path(trial.report), force=trial.force)
    study = Study(
        trial.models,
        trial.remedies,
        headline=trial.headline,
        cv=trial.folds,
        costs=trial.costs,
        margins=None if trial.margin is None else {trial.headline: trial.margin},
        random_state=trial.seed,
        n_jobs=trial.jobs,
        journal=trial.journal,
        budget=trial.budget,
    )
    result = _run(study, trial)
    if trial.report is not None:
        write_report(result, trial.report)
    _print(result, trial.printed)
    if trial.report is not None:
        say(f"Wrote {trial.report}")


def _check_report(path: Path, *, force: bool) -> None:
    """Refuse what could not be written, before hours are spent."""
    if path.suffix not in ENDINGS:
        raise FileError(f"{path}: a report ends in {', '.join(ENDINGS)}.")
    check_place(path, force=force)


def _print(result: StudyResult, kind: str) -> None:
    if kind == "json":
        typer.echo(result.to_json())
    elif kind == "md":
        typer.echo(to_markdown(result))
    else:
        print_study(result)


def _run(study: Study, trial: Trial) -> StudyResult:
    beside = {"groups": trial.groups, "time": trial.time}
    aside = [*trial.ignore, *(name for name in beside.values() if name is not None)]
    table = read_labelled(trial.source, trial.target, aside)
    values = {which: name and table.cells(name) for which, name in beside.items()}
    with StageBars() as bars, named_columns(trial.target):
        return study.run(table.features, table.labels, **values, progress=bars)


def print_study(result: StudyResult) -> None:
    """Print what a study says, as wide as the terminal."""
    console = Console(highlight=False)
    for sentence in result.verdict:
        console.print(Text(sentence))
    console.print()
    console.print(_gains(result))
    console.print(Text(_legend(result), style="dim"))
    for finding in result.findings:
        console.print()
        style = {"warning": "bold red", "caution": "yellow", "note": "cyan"}[finding.severity]
        console.print(Text.assemble((f"{finding.severity}: ", style), finding.sentence))


def _gains(result: StudyResult) -> Table:
    """Lay out remedies beside models: the gain, its word's mark, and its interval."""
    grid = grid_of(result)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(METRICS[result.settings.headline].label)
    for model in grid.models:
        table.add_column(Text(model), justify="right")
    table.add_row(NOTHING, *(f"{score:.3f}" for score in grid.baseline))
    for remedy, gains in grid.rows:
        table.add_row(Text(remedy), *map(_cell, gains))
    return table


def _cell(gain: Gain | None) -> Text:
    if gain is None:
        return Text("–", style="dim")
    if gain.same:
        return Text("same scores", style="dim")
    figures = f"{signed(gain.value)} {MARKS[short_word(gain)]}"
    half = f"±{(gain.high - gain.low) / 2:.3f}  "
    return Text.assemble((figures, _COLOURS.get(short_word(gain), "")), "\n", (half, "dim"))


def _legend(result: StudyResult) -> str:
    words = "  ".join(f"{mark} {word}" for word, mark in MARKS.items())
    return (
        f"{words}\nGains over nothing; {result.settings.level:.0%} intervals, for all together. "
        f"Without learning anything: {grid_of(result).chance:.3f}."
    )
