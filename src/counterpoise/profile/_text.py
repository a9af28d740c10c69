"""Format counts, ratios and lists of names for sentences and tables."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoise.profile._records import LabelErrors

__all__ = ["MAX_NAMES", "describe_label_test", "format_count", "format_names", "format_ratio"]

MAX_NAMES = 5


def format_count(number: int, singular: str, plural: str | None = None) -> str:
    """Format a number followed by a noun.

    Examples
    --------
    >>> format_count(1, "row"), format_count(3335, "row")
    ('1 row', '3,335 rows')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def format_names(names: Sequence[str]) -> str:
    """Format the first five names, and the number of those left out.

    Examples
    --------
    >>> format_names(["age", "sex"]), format_names(list("abcdefg"))
    ("'age', 'sex'", "'a', 'b', 'c', 'd', 'e' and 2 more")
    """
    shown = ", ".join(map(repr, names[:MAX_NAMES]))
    return f"{shown} and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else shown


def format_ratio(ratio: float) -> str:
    """Format an imbalance ratio.

    Examples
    --------
    >>> format_ratio(42.0115), format_ratio(1.0)
    ('42.0 to 1', '1.00 to 1')
    """
    return f"{ratio:.2f} to 1" if ratio < 10 else f"{ratio:,.1f} to 1"


def describe_label_test(errors: LabelErrors) -> str:
    """Describe how many planted label errors were found.

    Examples
    --------
    >>> describe_label_test(LabelErrors((), 140, 103, 9))
    'In a test, 103 of 140 labels changed at random were found, with 9 false positives.'
    """
    return (
        f"In a test, {errors.n_found:,} of {errors.n_planted:,} labels changed at random were "
        f"found, with {format_count(errors.n_false_positives, 'false positive')}."
    )
