"""The command line, ``counterpoise``: thin commands over the library's public names.

    app         the application: its commands, ``--version``, the exit codes
    resample    the command `resample`: its options      -> options, balance
    audit       the command `audit`                      -> auditing
    tutorial    the command `tutorial`
    balance     what `resample` does: read, balance, write, report
    auditing    what `audit` does: read, compare, print
    files       tables in files, by the ending of their names; output whole or not at all
    text        CSV as text: what its cells mean, and how new rows are spelled
    console     what people read, on standard error
    errors      every failure as one message and one exit code

Its packages (typer, rich, polars, pyarrow) are an extra; importing this package loads none of them.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module

from counterpoise._lib.optional_imports import require

__all__ = ["main"]


def main() -> None:
    """Run the command line.

    Raises
    ------
    SystemExit
        With the exit code, always.
    """
    # A terminated run shall clean up as an interrupted one does; 143 is what a shell expects.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        require("typer", "the command line")
    except ImportError as error:
        sys.exit(f"Error: {error}")
    import_module("counterpoise.cli.app").app()
