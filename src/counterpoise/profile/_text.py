"""Numbers and lists in words."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["count", "listed", "percent", "ratio"]

_SHOWN = 5


def percent(share: float) -> str:
    """Return a share as a percentage that never rounds to none or all.

    Examples
    --------
    >>> percent(0.298), percent(0.00001), percent(0.99999), percent(1)
    ('29.8 %', '< 0.1 %', '> 99.9 %', '100 %')
    """
    if share in (0, 1):
        return f"{100 * share:.0f} %"
    if share < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if share > 0.999 else f"{100 * share:.1f} %"


def count(number: int, one: str, several: str | None = None) -> str:
    """Return a number of things.

    Examples
    --------
    >>> count(1, "row"), count(3335, "row")
    ('1 row', '3,335 rows')
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return some names, and how many more there are.

    Examples
    --------
    >>> listed(["age", "sex"]), listed(list("abcdefg"))
    ("'age', 'sex'", "'a', 'b', 'c', 'd', 'e' and 2 more")
    """
    shown = ", ".join(map(repr, names[:_SHOWN]))
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def ratio(value: float) -> str:
    """Return how many rows of a class there are for one of another.

    Examples
    --------
    >>> ratio(42.0115), ratio(1.0)
    ('42.0 to 1', '1.00 to 1')
    """
    return f"{value:.2f} to 1" if value < 10 else f"{value:,.1f} to 1"
