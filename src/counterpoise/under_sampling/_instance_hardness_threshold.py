"""Instance hardness threshold: keep the rows of a class that a model finds easy.

Reference: Smith, Martinez and Giraud-Carrier (2014), doi:10.1007/s10994-013-5422-z.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, check_cv, cross_val_predict

from counterpoise._array_ops import chosen_by_class
from counterpoise._lib.sklearn_private import HasMethods, set_random_states
from counterpoise._lib.types import Float64Array, RowArray
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.neighbors import JOBS, numbers_for_models
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target

__all__ = ["InstanceHardnessThreshold"]


class InstanceHardnessThreshold(BaseSampler):
    """Under-sample by keeping the rows that a model finds easy.

    How easy a row is says the probability that a model gives to its own class, cross-validated: by
    a model that has not seen the row. Of each class the easiest rows are kept, as many as asked
    for. The output is grouped by class.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall keep: "auto" and "not minority" bring every class but the
        smallest down to the smallest, "majority" the largest one, "all" all; a ratio in (0, 1]
        brings each class to ``min(count, round(smallest / ratio))``; a mapping gives the number of
        rows wanted of each class; a function of y returns such a mapping.
    random_state : int, RandomState or None, default=None
        Seed of the folds, and of each `random_state` within `estimator`.
    estimator : classifier with `predict_proba`, or None, default=None
        The model: None for a random forest of 100 trees. A classifier that is given is fitted to
        the table as it came (of a data frame, to a frame of the features) and to the classes as
        numbers, 0 for the first in sorted order; so it may be a pipeline that encodes columns.
    cv : int, splitter, iterable or None, default=5
        Into how many folds the rows are dealt, each with its share of each class; or what deals
        them, in such a way that each row is left out once. None means 5.
    n_jobs : int or None, default=None
        How many jobs joblib runs at a time, as scikit-learn has it.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to keep of each class.
    sample_indices_ : ndarray of int of shape (n_output,)
        The input row that each output row is.
    estimator_ : classifier
        The model, not fitted: each fold fits a copy of it.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    NearMiss : Keeps rows near to the smallest class.
    RandomUnderSampler : Keeps a random part of a class.

    Notes
    -----
    The forest takes numbers and, as codes in sorted order, strings and categories; cells may be
    missing. Equally easy rows are kept by their number, so that a class has as many rows as asked
    for and no more.

    References
    ----------
    M. R. Smith, T. Martinez, C. Giraud-Carrier, "An instance level analysis of data complexity",
    Machine Learning 95, 225-256 (2014), doi:10.1007/s10994-013-5422-z.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from counterpoise.under_sampling import InstanceHardnessThreshold
    >>> X, y = make_classification(weights=[0.8], flip_y=0, random_state=0)
    >>> sampler = InstanceHardnessThreshold(estimator=LogisticRegression(), random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 19), (1, 19)]
    """

    _family: ClassVar[Family] = "under-sampling"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "cv": ["cv_object"],
        "n_jobs": JOBS,
    }

    def __init__(
        self,
        *,
        estimator: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        cv: Any = 5,
        n_jobs: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.cv = cv
        self.n_jobs = n_jobs

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.estimator_ = self._model(random)
        ease = self._ease(table, labels, random)

        def easiest(target: Target) -> RowArray:
            rows = labels.rows_of(target.code)
            order = np.argsort(-ease[rows], kind="stable")
            return np.sort(rows[order[: target.amount]])

        chosen = {target.code: easiest(target) for target in targets}
        self.sample_indices_ = chosen_by_class(labels.codes, chosen)
        return Resampling(kept=self.sample_indices_)

    def _model(self, random: np.random.RandomState) -> Any:
        if self.estimator is None:
            # imbalanced-learn gives an integer seed to the forest as well as to the folds.
            seed = self.random_state if isinstance(self.random_state, Integral) else random
            return RandomForestClassifier(n_estimators=100, random_state=seed, n_jobs=self.n_jobs)
        if not is_classifier(self.estimator):
            raise InputError(
                "estimator must be a classifier with predict_proba, such as a "
                f"RandomForestClassifier; got {self.estimator!r}."
            )
        model = clone(self.estimator)
        set_random_states(model, random)
        return model

    def _ease(self, table: Table, labels: Labels, random: np.random.RandomState) -> Float64Array:
        """Return the probability that a model without a row gives to the row's own class."""
        if self.estimator is None:
            X = numbers_for_models(table, "InstanceHardnessThreshold without an estimator")
        else:
            X = table.for_models
        codes = labels.codes.astype(np.intp)
        folds = self._folds(labels, codes, random)
        probability = cross_val_predict(
            self.estimator_, X, codes, cv=folds, n_jobs=self.n_jobs, method="predict_proba"
        )
        own: Float64Array = probability[np.arange(len(codes)), codes]
        return own

    def _folds(self, labels: Labels, codes: RowArray, random: np.random.RandomState) -> Any:
        cv = 5 if self.cv is None else self.cv
        if not isinstance(cv, Integral):
            return check_cv(cv, codes, classifier=True)
        for label, count in zip(labels.classes, labels.counts.tolist(), strict=True):
            if count < cv:
                remedy = f"Set cv to {count} or less" if count > 1 else "Grow it first"
                raise InputError(
                    f"InstanceHardnessThreshold deals the rows of each class into cv={cv} folds; "
                    f"class {label!r} has {count}. {remedy}, or use RandomUnderSampler."
                )
        return StratifiedKFold(n_splits=cv, shuffle=True, random_state=random)
