"""Check the target, the scores and the groups of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote
from typing import Any

import numpy as np

from counterpoise._lib.suggest import suggest_names
from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise._table import as_table, encode_target, is_missing
from counterpoise.exceptions import InputError, TargetError
from counterpoise.metrics._validation import check_target, format_classes
from counterpoise.model_selection._folds import encode_groups
from counterpoise.study import Candidate, TableSummary
from counterpoise.study._methods import BASELINE

__all__ = ["are_probabilities", "read_groups", "read_scores", "read_target", "rest_of"]

UNNAMED = "model"
DEFAULT_THRESHOLD = 0.5


# ---- The target ----


def read_target(y: Any, positive: Any) -> TableSummary:
    """Encode the target and find its positive class.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
    positive : object
        A class; None for the minority class of two, and for none of several.

    Returns
    -------
    TableSummary
        Of several classes, those other than a given positive class are one class.
    """
    values = check_target(y, "y")
    classes = sorted(set(values.tolist()), key=lambda label: (isinstance(label, str), label))
    if len(classes) < 2:
        raise TargetError(
            f"y has only one class, {classes[0]!r}: every metric needs samples of both classes. "
            "Pass all samples that were scored, positive and negative."
        )
    target = encode_target(values, len(values))
    codes, names = target.codes.astype(np.int16), target.classes
    if positive is None:
        two = len(names) == 2
        # Of two equal classes, the second, as in a study and in scikit-learn.
        code = (0 if target.counts[0] < target.counts[1] else 1) if two else None
        return TableSummary(names, codes, code, (), 0)
    code = _code_of(positive, names)
    if len(names) > 2:
        codes, names, code = (
            (codes == code).astype(np.int16),
            (rest_of(names[code]), names[code]),
            1,
        )
    return TableSummary(names, codes, code, (), 0)


def rest_of(label: Any) -> str:
    """Return the name of all classes but one."""
    return f"not {label}"


def _code_of(positive: Any, classes: tuple[Any, ...]) -> int:
    if positive in classes:
        return classes.index(positive)
    by_text = {str(label): label for label in classes}
    hint = suggest_names(str(positive), by_text) if isinstance(positive, str) else ""
    raise InputError(
        f"positive must be one of the classes {format_classes(classes)}; got {positive!r}.{hint}"
    )


# ---- Groups ----


def read_groups(groups: Any, n_samples: int) -> IntArray | None:
    """Encode groups as integers from 0."""
    if groups is None:
        return None
    n_missing = sum(is_missing(value) for value in np.asarray(groups, dtype=object).ravel())
    if n_missing:
        raise InputError(
            f"groups must have a value for each sample; it is missing for {n_missing} of "
            f"{n_samples}. Give each of these samples another group, or leave them out."
        )
    encoded: IntArray = encode_groups(groups, n_samples)
    if encoded.max() == 0:
        raise InputError(
            "groups has only one group: intervals need at least two. Pass the identifier that "
            "dependent samples share, or no groups if samples are independent."
        )
    return encoded


# ---- Scores ----


def read_scores(
    probabilities: Any, y: Any, data: TableSummary, threshold: float | None
) -> tuple[Candidate, ...]:
    """Check scores and return one candidate for each model.

    Parameters
    ----------
    probabilities : array-like, mapping of names to array-likes, or dataframe
    y : array-like of shape (n_samples,)
        The target, for the names of its classes.
    data : TableSummary
    threshold : float or None
        None for 0.5 where scores are probabilities.
    """
    classes = encode_target(check_target(y, "y"), len(data.codes)).classes
    named = _named(probabilities, classes)
    if not named:
        raise InputError("There are no scores. Pass the predicted probabilities of a model.")
    return tuple(
        _candidate(
            name,
            _columns(name, _numbers(name, values, len(data.codes)), data, classes),
            data,
            threshold,
        )
        for name, values in named.items()
    )


def _named(probabilities: Any, classes: tuple[Any, ...]) -> dict[str, Any]:
    """Return the scores by the name of the model."""
    if isinstance(probabilities, Mapping):
        return {str(name): values for name, values in probabilities.items()}
    if not hasattr(probabilities, "columns"):
        name = getattr(probabilities, "name", None)
        return {name if isinstance(name, str) and name else UNNAMED: probabilities}
    table = as_table(probabilities)
    columns = {}
    for position, column in enumerate(table.columns):
        if not column.feature_type.is_number:
            raise InputError(
                f"Scores must be numbers; column {str(column.name)!r} has type {column.dtype}. "
                "Pass only the columns with scores."
            )
        columns[str(column.name)] = table.numbers(position)
    # The output of predict_proba in a data frame is one model.
    if list(columns) == [str(label) for label in classes]:
        return {UNNAMED: np.column_stack(list(columns.values()))}
    return columns


def _numbers(name: str, values: Any, n_samples: int) -> Float64Array:
    try:
        scores = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"The scores of {name!r} must be numbers; {error}.") from error
    if scores.ndim not in (1, 2):
        raise InputError(
            f"The scores of {name!r} must have shape (n_samples,) or (n_samples, n_classes); their "
            f"shape is {scores.shape}."
        )
    if len(scores) != n_samples:
        raise InputError(
            f"y has {n_samples} samples, and {name!r} has {len(scores)} scores. Pass one score per "
            "sample, in the order of y."
        )
    missing = np.flatnonzero(np.isnan(scores).reshape(n_samples, -1).any(axis=1))
    if len(missing):
        raise InputError(
            f"{len(missing)} of {n_samples} scores of {name!r} are missing, the first at position "
            f"{missing[0]}. Leave these samples out of y and of all scores, or score them."
        )
    if np.isinf(scores).any():
        raise InputError(f"The scores of {name!r} must be finite; some are infinite.")
    return scores[:, None] if scores.ndim == 1 else scores


def _columns(
    name: str, scores: Float64Array, data: TableSummary, classes: tuple[Any, ...]
) -> Float64Array:
    """Return the column of the positive class, or the columns of all classes."""
    if scores.shape[1] == 1:
        if data.positive is None:
            label = classes[-1]
            raise TargetError(
                f"y has {len(classes)} classes, {format_classes(classes)}, and {name!r} has one "
                f"column of scores. Name its class, for example positive={label!r} (--positive "
                f"{quote(str(label))}), or pass one column per class, as in predict_proba."
            )
        return scores
    if scores.shape[1] != len(classes):
        raise InputError(
            f"{name!r} has {scores.shape[1]} columns of scores, and y has {len(classes)} classes: "
            f"{format_classes(classes)}. Pass one column per class in this order, or the column of "
            "the positive class."
        )
    if data.positive is None:
        return scores
    return scores[:, [classes.index(data.classes[data.positive])]]


def are_probabilities(scores: Float64Array) -> bool:
    """Return whether scores are between 0 and 1, and sum to 1 if there are several columns."""
    inside = bool(((scores >= 0) & (scores <= 1)).all())
    return inside and (scores.shape[1] == 1 or np.allclose(scores.sum(axis=1), 1, atol=1e-4))


def _candidate(
    name: str, scores: Float64Array, data: TableSummary, threshold: float | None
) -> Candidate:
    is_probability = are_probabilities(scores)
    used = DEFAULT_THRESHOLD if threshold is None and is_probability else threshold
    predictions = _predict(scores, data.positive, used)
    return Candidate(
        model=name,
        method=BASELINE,
        scores=scores[None],
        predictions=predictions[None],
        has_probabilities=is_probability,
        priors=np.full((1, 1, len(data.classes)), np.nan),
        correction="none",
        thresholds=np.array([[np.nan if used is None else used]]),
        seconds=np.full((1, 1), np.nan),
        status="done",
    )


def _predict(scores: Float64Array, positive: int | None, threshold: float | None) -> IntArray:
    if positive is None:
        predicted: IntArray = np.argmax(scores, axis=1)
        return predicted
    # Without a threshold nothing is predicted positive, and metrics of predictions are left out.
    above: BoolArray = scores[:, 0] >= (np.inf if threshold is None else threshold)
    return np.where(above, positive, 1 - positive)
