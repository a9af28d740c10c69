"""Print what the command `resample` did: class counts, and where the rows came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from counterpoise._cli.console import print_counts, say
from counterpoise._cli.formats import STREAM
from counterpoise._cli.options import ResampleRequest
from counterpoise.neighbors._space import UNITS

__all__ = ["OutputCounts", "report"]


@dataclass(frozen=True)
class OutputCounts:
    """Counts of rows.

    Attributes
    ----------
    before, after : mapping of class to int
        Number of rows of each class, sorted by class.
    parts : mapping of str to int
        Number of output rows that are kept, duplicates and synthetic.
    """

    before: Mapping[Any, int]
    after: Mapping[Any, int]
    parts: Mapping[str, int]


def report(
    counts: OutputCounts,
    request: ResampleRequest,
    notes: Sequence[str],
    *,
    has_scale: bool,
    speed: str = "",
) -> None:
    """Print the counts as tables, or as JSON.

    Parameters
    ----------
    counts : OutputCounts
    request : ResampleRequest
    notes : sequence of str
        What was assumed, for the JSON.
    has_scale : bool
        Whether the method measures distances.
    speed : str, optional
        The end of the last line.
    """
    if request.json:
        head = {"out": request.out, "target": request.target, "method": request.method}
        by_name = {"before": _by_name(counts.before), "after": _by_name(counts.after)}
        typer.echo(json.dumps({**head, **by_name, **counts.parts, "notes": notes}))
        return
    print_counts(request.target, counts.before, counts.after)
    if has_scale:
        say(f"Distances: {UNITS[request.scale]}. --scale none|standard|robust changes this.")
    parts = ", ".join(f"{rows:,} {origin}" for origin, rows in counts.parts.items() if rows)
    where = "standard output" if request.out == STREAM else request.out
    say("Train on these rows only, and evaluate on rows that were not resampled.")
    say(f"Wrote {where}: {sum(counts.after.values()):,} rows ({parts}){speed}")


def _by_name(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(name): count for name, count in counts.items()}
