"""What the estimators have in common that a study hands out: how they read tables."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import diagram_of_steps
from counterpoise._lib.types import RowArray
from counterpoise._table import NUMBERS, EncodedTarget, Table, as_table, positions_of_type
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.model_selection._folds import Fold
from counterpoise.neighbors._checks import check_finite
from counterpoise.study._expected_columns import ExpectedColumns
from counterpoise.study._fitting import (
    Features,
    FittedCandidate,
    NotApplicableError,
    StudyInput,
    fit_candidate,
)
from counterpoise.study._methods import Method, Requirements
from counterpoise.study._models import Model
from counterpoise.study._text_features import TextEncoder

__all__ = ["BaseCandidate", "all_samples", "inapplicable_is_an_error", "training_fold"]

_N_SHOWN = 3
_NO_TEST: RowArray = np.empty(0, np.intp)


class BaseCandidate(BaseEstimator):
    """A candidate of a study, fitted by the study's code, for tables with the same columns."""

    _columns: ExpectedColumns
    _fitted: FittedCandidate

    def _read_columns(self, X: Any) -> Any:
        """Learn the columns of the training table, and return them as the study reads them."""
        self._columns = ExpectedColumns.of(X, self.text, self.dates, self.ignore)
        return self._select(X)

    def _select(self, X: Any) -> Any:
        """Return the columns of a table that the model expects; infinite numbers are errors."""
        selected = self._columns.select(X)
        table = as_table(selected)
        check_finite(table, positions_of_type(table, *NUMBERS))
        return selected

    def _encode_texts(self, X: Any) -> Table:
        """Return the features of a study whose only training samples are these."""
        encoder = TextEncoder(self._columns.texts, int(self.random_state))
        return as_table(encoder.fit(X).transform(X))

    def _shared_input(self, X: Any, features: Table, target: EncodedTarget) -> dict[str, Any]:
        """Return the attributes that the inputs of all studies have, without groups and times."""
        return {
            "X": X,
            "texts": self._columns.texts,
            "target": target,
            "groups": None,
            "time": None,
            "requirements": Requirements.of(features, int(target.counts.min())),
            "seed": int(self.random_state),
        }

    def _fit_candidate(self, study_input: StudyInput, model: Model, method: Method) -> None:
        """Fit the candidate on all samples."""
        self._fitted = fit_candidate(study_input, all_samples(study_input), method, model)
        names = map(str, self._columns.names)
        self.columns_ = tuple(zip(names, self._columns.types, strict=False))
        self.n_features_in_ = self._columns.n_columns

    def _draw_steps(self, model: Model, method: Method) -> Any:
        """Return the diagram that notebooks show: the method at its place among the steps."""
        steps = [model.estimator] if model.takes_raw_data else ["preprocessing", model.estimator]
        if method.how != "baseline":
            place = {"sampler": 0, "threshold": len(steps)}.get(method.how, len(steps) - 1)
            steps.insert(place, method.name if isinstance(self.method, str) else self.method)
        return diagram_of_steps(steps)

    def _encode(self, X: Any) -> Features:
        """Return the features of a table, and warn of categories that are unknown."""
        check_is_fitted(self)
        features = self._fitted.encoding.encode(self._select(X))
        self._warn_of_unknown_categories(features.given)
        return features

    def _warn_of_unknown_categories(self, X: Any) -> None:
        unknown = self._fitted.encoding.table.unknown_categories(X)
        for name, values in unknown.items():
            shown = ", ".join(map(repr, values[:_N_SHOWN]))
            more = f" and {len(values) - _N_SHOWN} more" if len(values) > _N_SHOWN else ""
            warnings.warn(
                f"Column {name!r} has values that did not occur in training: {shown}{more}. They "
                "are predicted as missing values.",
                CounterpoiseWarning,
                stacklevel=4,
            )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags


def training_fold(rows: RowArray) -> Fold:
    """Return a fold of training samples only; its seeds are those of the first fold of a study."""
    return Fold(0, 0, rows, _NO_TEST)


def all_samples(study_input: StudyInput) -> Fold:
    """Return a fold that trains on all samples."""
    return training_fold(np.arange(len(study_input.target.codes)))


@contextmanager
def inapplicable_is_an_error() -> Iterator[None]:
    """Raise an error of the input if a method does not apply.

    Raises
    ------
    InputError
        In place of `NotApplicableError`, which a study only records.
    """
    try:
        yield
    except NotApplicableError as error:
        raise InputError(str(error)) from error
