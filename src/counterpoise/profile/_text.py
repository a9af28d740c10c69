"""Format counts, ratios and lists of names for sentences and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterpoise.profile._records import LabelErrors

__all__ = [
    "MAX_NAMES",
    "describe_label_test",
    "format_count",
    "format_names",
    "format_ratio",
    "join_first",
    "list_columns",
    "shorten",
]

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
    return join_first([repr(name) for name in names])


def join_first(texts: Sequence[str]) -> str:
    """Join the first five texts, and the number of those left out."""
    shown = ", ".join(texts[:MAX_NAMES])
    return f"{shown} and {len(texts) - MAX_NAMES} more" if len(texts) > MAX_NAMES else shown


def list_columns(descriptions: Mapping[str, str]) -> str:
    """List columns, each with its description.

    Examples
    --------
    >>> list_columns({"age": "ROC AUC 0.995"}), list_columns({"a": "1 row", "b": "2 rows"})
    ("Column 'age' (ROC AUC 0.995)", "Columns 'a' (1 row), 'b' (2 rows)")
    """
    texts = [f"{name!r} ({description})" for name, description in descriptions.items()]
    return f"Column{'' if len(texts) == 1 else 's'} {join_first(texts)}"


def format_ratio(ratio: float) -> str:
    """Format an imbalance ratio.

    Examples
    --------
    >>> format_ratio(42.0115), format_ratio(1.0)
    ('42.0 to 1', '1.00 to 1')
    """
    return f"{ratio:.2f} to 1" if ratio < 10 else f"{ratio:,.1f} to 1"


def shorten(name: str, width: int) -> str:
    """Cut a long name in the middle, as names often differ at their ends only."""
    if len(name) <= width:
        return name
    end = (width - 1) // 2
    return f"{name[: width - 1 - end]}…{name[-end:]}"


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
