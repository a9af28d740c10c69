"""Classification report for imbalanced classes: precision, recall, specificity, F1, G-mean, IBA."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.metrics._counts import ClassCounts, count_classes, divide_or_warn
from counterpoise.metrics._index_balanced_accuracy import compute_index_balanced_accuracy
from counterpoise.metrics._validation import check_number, encode_pair, format_classes

__all__ = ["classification_report_imbalanced"]

_AVERAGE_LINE = "avg / total"


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
    """Build a report of the main classification metrics of each class.

    The columns are precision (pre), recall (rec), specificity (spe), F1 score (f1), geometric mean
    (geo), index balanced accuracy of the geometric mean (iba) and support (sup). The last line has
    the averages over classes, weighted by support.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels.
    y_pred : array-like of shape (n_samples,)
        Predicted class labels.
    labels : array-like of shape (n_labels,), default=None
        Classes to report, in this order. None means all classes in y_true and y_pred, sorted.
    target_names : list of str of shape (n_labels,), default=None
        Display names of the classes, in the same order.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.
    digits : int, default=2
        Number of decimals in the text.
    alpha : float, default=0.1
        Weight of the dominance, ``sensitivity - specificity``, in the index balanced accuracy.
    output_dict : bool, default=False
        If True, return a dict.
    zero_division : {"warn", 0, 1}, default="warn"
        Value of precision, recall and F1 score where they are undefined. "warn" means 0 and a
        warning.
    as_frame : bool, default=False
        If True, return a pandas DataFrame.

    Returns
    -------
    str, dict or DataFrame
        Text by default. The dict has the metrics of each class under its name, the averages under
        ``"avg_pre"``, ``"avg_rec"`` and so on, and ``"total_support"``. The DataFrame has one row
        per class and a last row with the averages.

    Raises
    ------
    InputError
        If no label occurs in y_true, `target_names` has another length than the labels, names are
        not unique, a parameter is not valid, or `output_dict` and `as_frame` are both True.

    See Also
    --------
    sensitivity_specificity_support : Sensitivity and specificity as arrays.
    sklearn.metrics.classification_report : Report of precision, recall and F1 score.

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
    alpha = check_number(alpha, "alpha")
    _check_options(digits, zero_division, output_dict, as_frame)
    counts = count_classes(encode_pair(y_true, y_pred, sample_weight), labels)
    if not counts.support.any():
        raise InputError(
            "At least one of the labels must occur in y_true; none of "
            f"{format_classes(counts.labels)} does. Pass classes of y_true, or labels=None for all."
        )
    names = _get_display_names(target_names, counts)
    columns = _compute_columns(counts, alpha, zero_division)
    averages = {
        name: float(np.average(values, weights=counts.support)) for name, values in columns.items()
    }
    if as_frame:
        return _build_frame(names, columns, averages, counts)
    if output_dict:
        return _build_dict(names, columns, averages, counts)
    return _build_text(names, columns, averages, counts, digits)


def _check_options(digits: Any, zero_division: Any, output_dict: bool, as_frame: bool) -> None:
    if not isinstance(digits, int | np.integer) or digits < 0:
        raise InputError(
            f"digits must be an integer of at least 0; got {digits!r}. For example, set digits=2."
        )
    is_warn = isinstance(zero_division, str) and zero_division == "warn"
    is_number = isinstance(zero_division, int | float) and zero_division in (0, 1)
    if not (is_warn or is_number):
        raise InputError(
            f"zero_division must be 'warn', 0 or 1; got {zero_division!r}. For example, set "
            "zero_division=0."
        )
    if output_dict and as_frame:
        raise InputError(
            "output_dict=True and as_frame=True exclude each other. Set only one of them to True."
        )


def _get_display_names(target_names: Any, counts: ClassCounts) -> list[str]:
    if target_names is None:
        names = [f"{label}" for label in counts.labels]
    else:
        names = [str(name) for name in target_names]
    if len(names) != len(counts.labels):
        raise InputError(
            f"target_names must have one name for each of the {len(counts.labels)} classes "
            f"{format_classes(counts.labels)}; it has {len(names)}. List the names in this order."
        )
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        raise InputError(
            "The names of the classes in a report must be unique; duplicates: "
            f"{format_classes(duplicates)}. Give each class another name with target_names."
        )
    return names


def _compute_columns(
    counts: ClassCounts, alpha: float, zero_division: Any
) -> dict[str, Float64Array]:
    warn = zero_division == "warn"
    value = 0.0 if warn else float(zero_division)

    def divide(numerator: Any, denominator: Any, name: str, reason: str | None) -> Float64Array:
        reason = reason if warn else None
        return divide_or_warn(
            numerator, denominator, counts.labels, name=name, reason=reason, value=value
        )

    tp = counts.true_positives
    sensitivity, specificity = counts.sensitivity(warn=False), counts.specificity(warn)
    geometric_mean = np.sqrt(sensitivity * specificity)
    return {
        "pre": divide(tp, counts.predicted, "Precision", "y_pred has no samples of"),
        "rec": divide(tp, counts.support, "Recall", "y_true has no samples of"),
        "spe": specificity,
        "f1": divide(
            2 * tp,
            counts.support + counts.predicted,
            "The F1 score",
            "y_true and y_pred have no samples of",
        ),
        "geo": geometric_mean,
        "iba": compute_index_balanced_accuracy(geometric_mean, sensitivity, specificity, alpha),
    }


def _build_dict(
    names: list[str],
    columns: dict[str, Float64Array],
    averages: dict[str, float],
    counts: ClassCounts,
) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for row, name in enumerate(names):
        report[name] = {column: float(values[row]) for column, values in columns.items()}
        report[name]["sup"] = counts.support[row].item()
    report |= {f"avg_{column}": value for column, value in averages.items()}
    return report | {"total_support": counts.support.sum().item()}


def _build_frame(
    names: list[str],
    columns: dict[str, Float64Array],
    averages: dict[str, float],
    counts: ClassCounts,
) -> Any:
    pandas = import_optional("pandas", "a report as a frame")
    frame = {column: np.append(values, averages[column]) for column, values in columns.items()}
    frame["sup"] = np.append(counts.support, counts.support.sum())
    return pandas.DataFrame(frame, index=[*names, _AVERAGE_LINE])


def _build_text(
    names: list[str],
    columns: dict[str, Float64Array],
    averages: dict[str, float],
    counts: ClassCounts,
    digits: int,
) -> str:
    width = max(len(_AVERAGE_LINE), digits, *(len(name) for name in names))

    # The layout is that of imbalanced-learn, to the letter.
    def format_line(name: str, values: list[str]) -> str:
        return f"{name:>{width}}  " + " ".join(f"{value:>9}" for value in values) + "\n"

    text = format_line("", [*columns, "sup"]) + "\n"
    for row, name in enumerate(names):
        formatted = [f"{values[row]:.{digits}f}" for values in columns.values()]
        text += format_line(name, [*formatted, f"{counts.support[row]}"])
    formatted = [f"{value:.{digits}f}" for value in averages.values()]
    return text + "\n" + format_line(_AVERAGE_LINE, [*formatted, f"{counts.support.sum()}"])
