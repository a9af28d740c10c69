"""Input row of each resampled row, found from any fitted sampler or pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline as SklearnPipeline

from counterpoise._lib.sklearn_private import num_samples, safe_indexing
from counterpoise._lib.types import IntArray
from counterpoise._table import Provenance
from counterpoise.exceptions import InputError, StepError

__all__ = ["RowOrigins", "check_only_resamples", "contains_sampler", "has_entry_per_row"]


def contains_sampler(step: Any) -> bool:
    """Return whether a step is a sampler, or a pipeline with a sampler among its steps."""
    if isinstance(step, SklearnPipeline):
        return any(contains_sampler(inner) for _, inner in step.steps)
    return hasattr(step, "fit_resample")


def check_only_resamples(sampler: Any) -> None:
    """Check that a sampler does not transform features, which the model would not do in `predict`.

    Parameters
    ----------
    sampler : sampler or pipeline

    Raises
    ------
    StepError
        If it is a pipeline with a transformer.
    """
    steps = [step for _, step in sampler.steps] if isinstance(sampler, SklearnPipeline) else ()
    for step in steps:
        if isinstance(step, SklearnPipeline):
            check_only_resamples(step)
        elif step is not None and step != "passthrough" and not hasattr(step, "fit_resample"):
            name = type(step).__name__
            raise StepError(
                "A sampler must resample only, and this pipeline also transforms features with "
                f"{name}: the model would be trained on other features than it predicts. Put the "
                f"transformer before the model: sampler=SMOTE(), estimator=make_pipeline({name}(), "
                "model). For distances in standard units, use SMOTE(scale='standard')."
            )


class RowOrigins:
    """Input row of each row that a sampler returned, to resample metadata in the same way.

    Parameters
    ----------
    name : str
        Name of the sampler in messages.
    step : sampler or pipeline
        The fitted sampler, or a fitted pipeline with samplers.
    n_rows : int
        Number of input rows.
    n_resampled : int
        Number of output rows.
    """

    def __init__(self, name: str, step: Any, n_rows: int, n_resampled: int) -> None:
        self._name, self._step = name, step
        self._n_rows, self._n_resampled = n_rows, n_resampled
        self._rows: IntArray | None = None

    def carry(self, value: Any, key: str, receiver: str) -> Any:
        """Resample a value that has one entry per input row; return any other value unchanged.

        Parameters
        ----------
        value : object
            It is resampled if its length is the number of input rows and its name is not one of
            validation data.
        key : str
            Name of the value in messages, such as "sample_weight".
        receiver : str
            Name of the step that the value is for, in messages.

        Returns
        -------
        object
            With one entry per output row. A synthetic row has the entry of its base row.

        Raises
        ------
        InputError
            If the sampler does not report the input row of each output row.
        """
        if not has_entry_per_row(key, value, self._n_rows):
            return value
        if self._rows is None:
            self._rows = self._check_rows(key, receiver)
        return safe_indexing(value, self._rows)

    def _check_rows(self, key: str, receiver: str) -> IntArray:
        rows = _find_input_rows(self._step, self._n_rows)
        if rows is not None and len(rows) == self._n_resampled:
            return rows
        raise InputError(
            f"{key} of step {receiver!r} cannot be resampled: {type(self._step).__name__} (step "
            f"{self._name!r}) does not report which input sample each output sample comes from. "
            "Use a sampler with provenance_ or sample_indices_, such as RandomOverSampler(), or "
            f"do not pass {key}."
        )


def _find_input_rows(step: Any, n_rows: int) -> IntArray | None:
    """Return the input row of each output row of a fitted step; None if it is not known."""
    if isinstance(step, SklearnPipeline):
        rows: IntArray | None = np.arange(n_rows)
        for _, inner in step.steps:
            if rows is not None and contains_sampler(inner):
                inner_rows = _find_input_rows(inner, len(rows))
                rows = None if inner_rows is None else rows[inner_rows]
        return rows
    provenance = getattr(step, "provenance_", None)
    if isinstance(provenance, Provenance):
        try:
            return provenance.carry(np.arange(n_rows))
        except InputError:  # synthetic rows without a base row, such as cluster centroids
            return None
    indices = getattr(step, "sample_indices_", None)
    return None if indices is None else np.asarray(indices, dtype=np.intp)


def has_entry_per_row(name: str, value: Any, n_rows: int) -> bool:
    """Return whether a parameter of `fit` is an array-like of length `n_rows`.

    Validation data may have as many rows as the training data by coincidence, and are recognized
    by their names: eval_set, eval_X, sample_weight_eval_set and others in libraries of gradient
    boosting, X_val and others in scikit-learn.
    """
    name = name.rpartition("__")[-1]  # in a pipeline: step__name
    if name.startswith("eval_") or name.endswith(("_eval_set", "_val")):
        return False
    if isinstance(value, str | bytes | Mapping) or not (
        hasattr(value, "__len__") or hasattr(value, "shape")
    ):
        return False
    try:
        return bool(num_samples(value) == n_rows)
    except TypeError:  # an array of zero dimensions
        return False
