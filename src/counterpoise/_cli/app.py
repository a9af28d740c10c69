"""The command-line application: commands, version and exit codes."""

from __future__ import annotations

import re
from functools import partial
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand

from counterpoise._cli import audit, evaluate, inspect, predict, resample, study, tutorial
from counterpoise._cli.options import OptionError

__all__ = ["app"]

EXIT_CODES = """\
\b
Exit codes:
  0    done
  1    invalid data or parameter, or a missing package
  2    invalid command line: unknown option or malformed value
  3    a file cannot be read or written
  4    inspect --fail-on has found something
  70   a bug in counterpoise
  130  interrupted (143: terminated; 129: its terminal was closed;
       141: the reader of the output closed the pipe)
"""
EXAMPLES = """\
\b
Examples:
  counterpoise inspect fraud.csv -t is_fraud
  counterpoise resample fraud.csv -t is_fraud -o balanced.csv
  counterpoise study fraud.csv -t is_fraud --report report.html
  counterpoise predict model.skops new.csv -o scored.csv
  counterpoise evaluate scored.csv -t is_fraud --score probability
  counterpoise audit fraud.csv -t is_fraud --method smote
  counterpoise audit --leakage train.csv test.csv -t is_fraud
  counterpoise tutorial --out tutorial
"""


NEXT_STEPS = """\
counterpoise resamples imbalanced data, and finds out whether it helps a model.

With a table, such as fraud.csv, and the column of its classes, is_fraud:
  counterpoise inspect fraud.csv -t is_fraud
      what to know about the table
  counterpoise study fraud.csv -t is_fraud --report study.html --open
      which method improves a model, on a page
  counterpoise study fraud.csv -t is_fraud --save-model model.skops
      the same, and the recommended model for counterpoise predict
  counterpoise resample fraud.csv -t is_fraud -o balanced.csv
      balance the classes, for training only
Without a table:
  counterpoise tutorial --out tutorial
      learn what resampling does, with pictures

All commands: counterpoise --help. Options: counterpoise study --help.
"""

_RANGES = {"greater than or equal to": "or more", "less than or equal to": "or less"}


class Command(TyperCommand):
    """A command with plain names of arguments in its help, and plain messages about numbers."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters; see `typer.core.TyperCommand`."""
        params: list[Any] = super().get_params(ctx)
        for argument in params:
            if isinstance(argument, TyperArgument):
                vars(argument)["display_type_rich"] = _no_type
                # typer would show {IN}, with braces.
                vars(argument)["_usage_display_name"] = partial(str, argument.metavar)
        return params

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; see `typer.core.TyperCommand`."""
        given = list(args)  # parsing changes the list
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            problem = _explain_number(error, given)
            if problem is None:
                raise
            raise OptionError(problem, ctx=ctx) from None


def _explain_number(error: typer.BadParameter, args: list[str]) -> str | None:
    """Return a message about a number that is not valid; None for other errors."""
    if error.param is None or not error.message.startswith("Input should be "):
        return None
    option = max(error.param.opts, key=len)
    values = [args[i + 1] for i, arg in enumerate(args[:-1]) if arg in error.param.opts]
    values += [arg.partition("=")[2] for arg in args if arg.startswith(f"{option}=")]
    got = f"; got {values[-1]}" if values else ""
    for comparison, words in _RANGES.items():
        found = re.match(rf"Input should be {comparison} (\S+)$", error.message)
        if found:
            return f"{option} must be {found[1]} {words}{got}."
    kind = "a whole number" if "integer" in error.message else "a number"
    return f"{option} must be {kind}{got}."


def _no_type(ctx: Any) -> None:
    """Return no type to display; see `typer.core.TyperArgument.display_type_rich`."""
    del ctx


app = typer.Typer(
    name="counterpoise",
    add_completion=True,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help works in pipes and narrow terminals
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(cls=Command, epilog=f"{inspect.EXAMPLES}\n{EXIT_CODES}")(inspect.inspect)
app.command(cls=Command, epilog=f"{resample.EXAMPLES}\n{EXIT_CODES}")(resample.resample)
app.command(cls=Command, epilog=f"{study.EXAMPLES}\n{EXIT_CODES}")(study.study)
app.command(
    cls=Command,
    short_help="Predict with a saved model: classes with probabilities, or values.",
    epilog=f"{predict.EXAMPLES}\n{EXIT_CODES}",
)(predict.predict)
app.command(
    cls=Command,
    short_help="Evaluate predicted probabilities of one model or several.",
    epilog=f"{evaluate.EXAMPLES}\n{EXIT_CODES}",
)(evaluate.evaluate)
app.command(
    cls=Command,
    short_help="Audit synthetic rows, or detect data leakage.",
    epilog=f"{audit.EXAMPLES}\n{EXIT_CODES}",
)(audit.audit)
app.command(
    cls=Command,
    short_help="Learn about imbalanced data and SMOTE, with pictures.",
    epilog=f"{tutorial.EXAMPLES}\n{EXIT_CODES}",
)(tutorial.tutorial)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"counterpoise {version('counterpoise')}")
        raise typer.Exit


@app.callback(epilog=f"{EXAMPLES}\n{EXIT_CODES}")
def counterpoise(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Resample imbalanced data, and find out whether it improves a model."""
    if context.invoked_subcommand is None:
        typer.echo(NEXT_STEPS, nl=False)
