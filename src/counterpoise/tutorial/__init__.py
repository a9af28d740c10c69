"""Tutorial on handling imbalanced data with SMOTE: one page with its pictures and tables.

``run_tutorial(folder)`` runs the tutorial and writes ``index.html``, pictures (PNG) and tables
(CSV) into a folder.

    records        the experiment's results: data sets, SVMs, one synthetic sample in detail
    experiment     runs the experiment with one seed
    repetitions    repeats it with other seeds, with confidence intervals
    findings       results -> sentences
    pictures       results -> figures          (needs matplotlib)
    page           results, figures -> page    (needs jinja2)
    run            runs all of it and writes the files

Importing this package imports none of these modules. They are imported when one of the names below
is first used, and raise an error that names the optional package they need if it is missing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterpoise.tutorial._run import Tutorial, run_tutorial

__all__ = ["Tutorial", "run_tutorial"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("counterpoise.tutorial._run"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
