"""Suggest similar names in error messages about unknown ones."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["suggest_names"]


def suggest_names(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message: the most similar known name, and the list of all."""
    names = list(known)
    similar = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f" Did you mean {similar[0]!r}?" if similar else ""
    return f"{hint} Valid names: {', '.join(names)}."
