"""A table of what matters of each class: precision, recall, specificity, F1, G-mean, IBA."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.optional_imports import require
from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.metrics._counts import ClassCounts, count_classes, ratio
from counterpoise.metrics._index_balanced_accuracy import balance_index
from counterpoise.metrics._opening import name_classes, open_pair, require_number

__all__ = ["classification_report_imbalanced"]

_TOTAL = "avg / total"


def classification_report_imbalanced(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    target_names: Any = None,
    sample_weight: Any = None,
    digits: int = 2,
    alpha: float = 0.1,
    output_dict: bool = False,
    zero_division: Any = "warn",
    as_frame: bool = False,
) -> Any:
    """Report the metrics of each class that imbalance calls for.

    The columns are precision (pre), recall (rec), specificity (spe), F1 (f1), geometric mean (geo),
    its index balanced accuracy (iba) and support (sup). The last line has their means by support.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row.
    y_pred : array-like of shape (n_rows,)
        The class predicted for each row.
    labels : array-like of shape (n_labels,) or None, default=None
        The classes to report, in this order; None means all that occur, sorted.
    target_names : list of str or None, default=None
        Names to show in place of the labels, in the same order.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.
    digits : int, default=2
        Decimals of the text.
    alpha : float, default=0.1
        The weight of the dominance in the index balanced accuracy.
    output_dict : bool, default=False
        Return a dict.
    zero_division : "warn", 0 or 1, default="warn"
        What precision, recall and F1 are where they are undefined; "warn" means 0, with a warning.
    as_frame : bool, default=False
        Return a pandas data frame.

    Returns
    -------
    str, dict or DataFrame
        The text; or a dict of each name's metrics and of the averages, ``"avg_pre"`` and so on,
        with ``"total_support"``; or a frame with a row for each class and one for the averages.

    Raises
    ------
    InputError
        If no label occurs in y_true, names and labels differ in number, names repeat, a parameter
        is none of what it may be, or both a dict and a frame are asked for.

    Examples
    --------
    >>> from counterpoise.metrics import classification_report_imbalanced
    >>> report = classification_report_imbalanced(
    ...     [0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0], as_frame=True
    ... )
    >>> report.round(2)[["pre", "rec", "spe", "geo", "sup"]]
                  pre   rec   spe   geo  sup
    0            0.75  0.75  0.50  0.61    4
    1            0.50  0.50  0.75  0.61    2
    avg / total  0.67  0.67  0.58  0.61    6
    """
    alpha = require_number(alpha, "alpha")
    _check_options(digits, zero_division, output_dict, as_frame)
    counts = count_classes(open_pair(y_true, y_pred, sample_weight), labels)
    if not counts.true.any():
        raise InputError(
            "One of the labels or more must occur in y_true; none of "
            f"{name_classes(counts.labels)} does. Name classes of y_true, or pass None for all."
        )
    names = _names(target_names, counts)
    columns = _columns(counts, alpha, zero_division)
    averages = {n: float(np.average(v, weights=counts.true)) for n, v in columns.items()}
    if as_frame:
        return _as_frame(names, columns, averages, counts)
    if output_dict:
        return _as_dict(names, columns, averages, counts)
    return _as_text(names, columns, averages, counts, digits)


def _check_options(digits: Any, zero_division: Any, output_dict: bool, as_frame: bool) -> None:
    if not isinstance(digits, int | np.integer) or digits < 0:
        raise InputError(f"digits must be a whole number of 0 or more; got {digits!r}. Set 2, say.")
    if isinstance(zero_division, str) and zero_division == "warn":
        pass
    elif not isinstance(zero_division, int | float) or zero_division not in (0, 1):
        raise InputError(
            f"zero_division must be 'warn', 0 or 1; got {zero_division!r}. Set one of them."
        )
    if output_dict and as_frame:
        raise InputError(
            "A report is a dict or a frame; got both output_dict and as_frame. Set one of them."
        )


def _names(target_names: Any, counts: ClassCounts) -> list[str]:
    if target_names is None:
        names = [f"{label}" for label in counts.labels]
    else:
        names = [str(name) for name in target_names]
    if len(names) != len(counts.labels):
        raise InputError(
            f"target_names must name each of the {len(counts.labels)} classes "
            f"{name_classes(counts.labels)}; it has {len(names)}. Name them in this order."
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(
            f"The lines of a report must have different names; {name_classes(repeated)} repeats. "
            "Name each class once."
        )
    return names


def _columns(counts: ClassCounts, alpha: float, zero_division: Any) -> dict[str, Float64Array]:
    warn = zero_division == "warn"
    value = 0.0 if warn else float(zero_division)

    def divide(part: Any, whole: Any, name: str, undefined: str) -> Float64Array:
        words = undefined if warn else None
        return ratio(part, whole, counts.labels, name=name, undefined=words, value=value)

    sensitivity, specificity = counts.sensitivity(warn=False), counts.specificity(warn)
    geometric = np.sqrt(sensitivity * specificity)
    return {
        "pre": divide(counts.found, counts.predicted, "Precision", "y_pred has no row of"),
        "rec": divide(counts.found, counts.true, "Recall", "y_true has no row of"),
        "spe": specificity,
        "f1": divide(
            2 * counts.found, counts.true + counts.predicted, "F1", "y_true and y_pred have none of"
        ),
        "geo": geometric,
        "iba": balance_index(geometric, sensitivity, specificity, alpha),
    }


def _as_dict(
    names: list[str],
    columns: dict[str, Float64Array],
    averages: dict[str, float],
    counts: ClassCounts,
) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for row, name in enumerate(names):
        report[name] = {column: float(values[row]) for column, values in columns.items()}
        report[name]["sup"] = counts.true[row].item()
    report |= {f"avg_{column}": value for column, value in averages.items()}
    return report | {"total_support": counts.true.sum().item()}


def _as_frame(
    names: list[str],
    columns: dict[str, Float64Array],
    averages: dict[str, float],
    counts: ClassCounts,
) -> Any:
    pandas = require("pandas", "a report as a frame")
    filled = {column: np.append(values, averages[column]) for column, values in columns.items()}
    filled["sup"] = np.append(counts.true, counts.true.sum())
    return pandas.DataFrame(filled, index=[*names, _TOTAL])


def _as_text(
    names: list[str],
    columns: dict[str, Float64Array],
    averages: dict[str, float],
    counts: ClassCounts,
    digits: int,
) -> str:
    width = max(len(_TOTAL), digits, *(len(name) for name in names))

    def line(name: str, cells: list[str]) -> str:
        return f"{name:>{width}}  " + " ".join(f"{cell:>9}" for cell in cells) + "\n"

    text = line("", [*columns, "sup"]) + "\n"
    for row, name in enumerate(names):
        cells = [f"{values[row]:.{digits}f}" for values in columns.values()]
        text += line(name, [*cells, f"{counts.true[row]}"])
    cells = [f"{value:.{digits}f}" for value in averages.values()]
    return text + "\n" + line(_TOTAL, [*cells, f"{counts.true.sum()}"])
