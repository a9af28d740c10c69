"""The command-line application: commands, version and exit codes."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand

from counterpoise._cli import audit, inspect, resample, study, tutorial

__all__ = ["app"]

EXIT_CODES = """\
\b
Exit codes:
  0    done
  1    invalid data or parameter, or a missing package
  2    invalid command line: unknown option or malformed value
  3    a file cannot be read or written
  70   a bug in counterpoise
  130  interrupted (143: terminated)
"""
EXAMPLES = """\
\b
Examples:
  counterpoise inspect fraud.csv -t is_fraud
  counterpoise resample fraud.csv -t is_fraud -o balanced.csv
  counterpoise study fraud.csv -t is_fraud --report report.html
  counterpoise audit --leakage train.csv test.csv -t is_fraud
  counterpoise tutorial --out tutorial
"""


class Command(TyperCommand):
    """A command whose help shows the names of arguments without their Python types."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters; see `typer.core.TyperCommand`."""
        params: list[Any] = super().get_params(ctx)
        for argument in params:
            if isinstance(argument, TyperArgument):
                vars(argument)["display_type_rich"] = _no_type
        return params


def _no_type(ctx: Any) -> None:
    """Return no type to display; see `typer.core.TyperArgument.display_type_rich`."""
    del ctx


app = typer.Typer(
    name="counterpoise",
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help works in pipes and narrow terminals
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(cls=Command, epilog=f"{inspect.EXAMPLES}\n{EXIT_CODES}")(inspect.inspect)
app.command(cls=Command, epilog=f"{resample.EXAMPLES}\n{EXIT_CODES}")(resample.resample)
app.command(cls=Command, epilog=f"{study.EXAMPLES}\n{EXIT_CODES}")(study.study)
app.command(cls=Command, epilog=f"{audit.EXAMPLES}\n{EXIT_CODES}")(audit.audit)
app.command(cls=Command, epilog=f"{tutorial.EXAMPLES}\n{EXIT_CODES}")(tutorial.tutorial)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"counterpoise {version('counterpoise')}")
        raise typer.Exit


@app.callback(epilog=f"{EXAMPLES}\n{EXIT_CODES}")
def counterpoise(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Resample imbalanced data, and find out whether it improves a model."""
