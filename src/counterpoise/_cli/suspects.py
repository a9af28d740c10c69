"""Write the rows that are probably mislabeled to a file."""

from __future__ import annotations

import polars as pl

from counterpoise._cli.console import say
from counterpoise._cli.csv_text import Dialect
from counterpoise._cli.files import write_table
from counterpoise._cli.formats import STREAM
from counterpoise._cli.labeled_table import LabeledTable
from counterpoise.profile import DataProfile

__all__ = ["write_suspects"]


def write_suspects(path: str, profile: DataProfile, table: LabeledTable) -> None:
    """Write the rows that are probably mislabeled, in the order of the profile.

    The first column is the line of the file in which the row starts, from 1, if the table was read
    from a file of text; otherwise the number of the row, from 0.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard output.
    profile : DataProfile
    table : LabeledTable

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    suspects = () if profile.label_errors is None else profile.label_errors.suspects
    rows = [suspect.row for suspect in suspects]
    numbers = {"row": rows} if table.lines is None else {"line": table.lines(rows)}
    written = pl.DataFrame(
        {
            **numbers,
            "label": [str(suspect.label) for suspect in suspects],
            "predicted": [str(suspect.predicted) for suspect in suspects],
            "probability": [suspect.probability for suspect in suspects],
            "label_probability": [suspect.label_probability for suspect in suspects],
        }
    )
    write_table(path, written, Dialect())
    where = "standard output" if path == STREAM else path
    say(f"Wrote {where}: {len(rows):,} probably mislabeled row{'' if len(rows) == 1 else 's'}")
