"""The command line, ``counterpoise``: thin commands over the public functions.

    app                                      the application: commands, ``--version``, exit codes
    inspect, resample, study, audit, tutorial   the options of each command
    run_resample, run_study, audit_report    what these commands do
    study_task, study_sample, interruption   the kind of study, its size, and its early end
    options, arguments, reading_options      parsing of option values; shared arguments
    files, formats, compression, encodings   tables in files
    csv_text, column_types, csv_rows         CSV as text, its types, and its synthetic rows
    labeled_table, merge_classes             features and target
    console, errors                          messages, and exit codes of errors

typer, rich, polars and pyarrow are an optional extra; importing this package loads none of them.
"""

from __future__ import annotations

import codecs
import os
import signal
import sys
from importlib import import_module
from io import TextIOWrapper

from counterpoise._lib.optional_imports import import_optional

__all__ = ["main"]

# What is shown where an encoding lacks a character: a number keeps its sign, an outcome its symbol.
_SIMILAR = {"−": "-", "–": "-", "…": "...", "▲": "++", "▼": "--", "△": "+", "▽": "-"}


def main() -> None:
    """Run the command line.

    Raises
    ------
    SystemExit
        With the exit code, always.
    """
    _allow_all_characters()
    _clean_up_at_the_end()
    try:
        import_optional("typer", "the command line")
    except ImportError as error:
        sys.exit(f"Error: {error}")
    import_module("counterpoise._cli.app").app()


def _allow_all_characters() -> None:
    """Let no character of a result be an error: in files, by default, as results are in UTF-8."""
    codecs.register_error("similar", _write_similar)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            is_chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if is_chosen else "utf-8", errors="similar")


def _clean_up_at_the_end() -> None:
    """Let a run that is terminated, or whose terminal is closed, clean up like an interrupted one.

    Shells expect the exit codes 143 and 129.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # as nohup ignores it
            signal.signal(number, lambda number, _: sys.exit(128 + number))


def _write_similar(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(_SIMILAR.get(character, "?") for character in lacking), error.end
