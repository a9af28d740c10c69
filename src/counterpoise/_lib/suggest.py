"""Suggest similar names in error messages about unknown ones."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["suggest_names"]


def suggest_names(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message: the most similar known name, or else the list of all.

    Case is ignored.

    Examples
    --------
    >>> suggest_names("SMOT", ["smote", "random-over"])
    " Did you mean 'smote'?"
    >>> suggest_names("x", ["smote", "random-over"])
    ' Valid names: smote, random-over.'
    """
    names = list(known)
    by_lower_case = {name.lower(): name for name in names}
    similar = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0.5)
    if similar:
        return f" Did you mean {by_lower_case[similar[0]]!r}?"
    return f" Valid names: {', '.join(names)}."
