"""Find classes that differ only in case or spaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["describe_similar_classes", "group_similar_classes"]


def group_similar_classes(counts: Mapping[Any, int]) -> list[list[str]]:
    """Return groups of classes that differ only in case or spaces, the most frequent one first.

    Parameters
    ----------
    counts : mapping of class to int
        The number of rows of each class.

    Examples
    --------
    >>> group_similar_classes({"no": 90, "Yes": 3, "yes ": 7})
    [['yes ', 'Yes']]
    """
    groups: dict[str, list[str]] = {}
    for label in sorted(counts, key=lambda label: -counts[label]):
        if isinstance(label, str):
            groups.setdefault(" ".join(label.split()).casefold(), []).append(label)
    return [labels for labels in groups.values() if len(labels) > 1]


def describe_similar_classes(counts: Mapping[Any, int]) -> str:
    """Describe the classes that differ only in case or spaces; empty if there are none.

    Examples
    --------
    >>> describe_similar_classes({"no": 90, "Yes": 3, "yes ": 7}).partition(" in ")[0]
    "Classes 'yes ' (7 rows) and 'Yes' (3 rows) differ only"
    """
    groups = [
        " and ".join(f"{label!r} ({counts[label]:,} rows)" for label in labels)
        for labels in group_similar_classes(counts)
    ]
    if not groups:
        return ""
    return (
        f"Classes {'; '.join(groups)} differ only in case or spaces, and are probably one class. "
        "Give them the same spelling first (--merge-classes on the command line)."
    )
