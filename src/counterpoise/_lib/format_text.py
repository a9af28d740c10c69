"""Format numbers for sentences, tables and pages."""

from __future__ import annotations

from math import isnan

__all__ = ["format_duration", "format_number", "format_percent", "format_signed"]


def format_duration(seconds: float) -> str:
    """Format a duration that is known only roughly.

    Examples
    --------
    >>> [format_duration(seconds) for seconds in (0.2, 42, 200, 7000)]
    ['1 s', '42 s', '3 min', '1.9 h']
    """
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def format_number(value: float, decimals: int = 3) -> str:
    """Format a number with a true minus sign; a rounded 0 has no sign, and NaN is a dash.

    Examples
    --------
    >>> [format_number(value) for value in (0.12345, -0.5, -0.0001, 1234.5, float("nan"))]
    ['0.123', '−0.500', '0.000', '1,234.500', '–']
    """
    if isnan(value):
        return "–"
    # Adding 0.0 turns a negative zero into zero.
    return f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", "−")


def format_signed(value: float, decimals: int = 3) -> str:
    """Format a number with its sign, + or a true minus sign; 0 has none.

    Examples
    --------
    >>> format_signed(0.12345), format_signed(-0.5), format_signed(0.0001)
    ('+0.123', '−0.500', '0.000')
    """
    text = format_number(value, decimals)
    return f"+{text}" if round(value, decimals) > 0 else text


def format_percent(share: float) -> str:
    """Format a share as a percentage that is never rounded to 0% or 100%.

    Examples
    --------
    >>> format_percent(0.298), format_percent(0.00001), format_percent(0.99999), format_percent(1)
    ('29.8%', '<0.1%', '>99.9%', '100%')
    """
    if share in (0, 1):
        return f"{100 * share:.0f}%"
    if share < 0.001:
        return "<0.1%"
    return ">99.9%" if share > 0.999 else f"{100 * share:.1f}%"
