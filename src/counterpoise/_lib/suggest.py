"""Find names in any common spelling, and suggest similar ones in error messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

__all__ = ["find_name", "suggest_names"]


def find_name(name: str, spellings: Mapping[str, Iterable[str]]) -> str | None:
    """Return the key one of whose spellings equals a name, or None.

    Case, hyphens, underscores, blanks, British spelling and the endings "sampler", "sampling" and
    "classifier" make no difference.

    Examples
    --------
    >>> find_name("SMOTE_NC", {"smote-nc": ["smote-nc"], "smote": ["smote"]})
    'smote-nc'
    """
    wanted = _simplify(name)
    return next((key for key, texts in spellings.items() if wanted in map(_simplify, texts)), None)


def _simplify(name: str) -> str:
    letters = re.sub(r"[\W_]+", "", name.lower()).replace("bour", "bor")
    return re.sub(r"(sampl(er|ing)|classifier)$", "", letters)


def suggest_names(name: str, known: Iterable[str], where: str = "") -> str:
    """Return the end of an error message: the most similar known name, or else the list of all.

    Case is ignored. If there are too many names for a message, `where` names a list of them, and
    the message has a few.

    Examples
    --------
    >>> suggest_names("SMOT", ["smote", "random-over"])
    " Did you mean 'smote'?"
    >>> suggest_names("x", ["smote", "random-over"])
    ' Valid names: smote, random-over.'
    >>> suggest_names("x", ["smote", "random-over"], "The manual has all names.")
    ' Similar names: smote, random-over. The manual has all names.'
    """
    names = list(dict.fromkeys(known))
    by_lower_case = {name.lower(): name for name in names}
    similar = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0.5)
    if similar:
        return f" Did you mean {by_lower_case[similar[0]]!r}?"
    if where:
        closest = get_close_matches(name.lower(), by_lower_case, n=4, cutoff=0)
        return f" Similar names: {', '.join(by_lower_case[name] for name in closest)}. {where}"
    return f" Valid names: {', '.join(names)}."
