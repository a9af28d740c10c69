"""The tutorial: an imbalanced data set balanced, its models compared, and why it matters.

``run_tutorial(folder)`` writes one page, ``index.html``, with its pictures and tables beside it.

    experiment, luck    facts: data sets, machines, the repetition over other seeds
    findings            facts -> sentences
    pictures            facts -> figures          (needs matplotlib)
    page                facts, figures -> page    (needs jinja2)
    run                 all of it, and the files

Importing this package loads none of them; they are loaded when a name is first used, and ask for
the optional packages that they need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterpoise.tutorial.run import (
        STAGES,
        Progress,
        Tutorial,
        run_tutorial,
        summary,
        table_rows,
    )

__all__ = ["STAGES", "Progress", "Tutorial", "run_tutorial", "summary", "table_rows"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("counterpoise.tutorial.run"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
