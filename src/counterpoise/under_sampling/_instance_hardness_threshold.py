"""Instance hardness threshold: keep the samples of a class that are easiest to classify.

Reference: Smith, Martinez and Giraud-Carrier (2014), doi:10.1007/s10994-013-5422-z.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import sklearn
from sklearn.base import clone, is_classifier

from counterpoise._array_ops import select_by_class
from counterpoise._lib import sklearn_private
from counterpoise._lib.sklearn_private import HasMethods
from counterpoise._lib.types import Float64Array, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.neighbors._search import JOBS
from counterpoise.neighbors._space import as_numeric_matrix

__all__ = ["InstanceHardnessThreshold"]


class InstanceHardnessThreshold(BaseSampler):
    """Undersample by instance hardness: keep the samples that are easiest to classify.

    The instance hardness of a sample is 1 minus the predicted probability of its own class, from
    out-of-fold predictions of a classifier. The samples of each class with the lowest hardness are
    kept. The output is grouped by class.

    Parameters
    ----------
    estimator : classifier or None, default=None
        Classifier with `predict_proba`. It is fitted to `X` in its own container (the features of a
        data frame as a data frame, so that a pipeline can encode columns) and to the encoded target
        (0 for the first class in sorted order). None means a random forest of 100 trees.
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to undersample, and their sizes after resampling. A str names the classes that
        are undersampled to the size of the minority class: "majority", "not minority" or "all";
        "auto" is the same as "not minority". A float in (0, 1] is the ratio of the minority class
        to each other class: each class keeps ``min(count, round(n_minority / ratio))`` samples. A
        dict maps each class to its number of samples after resampling. A callable takes `y` and
        returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the assignment to folds, and each `random_state` within `estimator`. Pass an int
        for reproducible output across calls.
    cv : int, cross-validation generator, iterable or None, default=5
        Number of stratified folds, or a splitter or an iterable of splits in which each sample is
        held out exactly once. None means 5.
    n_jobs : int or None, default=None
        Number of jobs to run in parallel, as in scikit-learn.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to keep of each class.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples.
    estimator_ : classifier
        The classifier that is cloned and fitted for each fold; itself it is not fitted.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    NearMiss : Undersampling that keeps samples near the minority class.
    RandomUnderSampler : Undersampling that keeps a random subset.

    Notes
    -----
    Samples of the same hardness are kept in the order of their index, so that each class has
    exactly the requested number of samples.

    Feature types: those that `estimator` accepts. The default random forest accepts numeric
    features, and strings and categories, which it uses as integer codes in sorted order.

    Missing values: allowed if `estimator` accepts them. The default random forest does, except in
    sparse matrices.

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
    _method: ClassVar[str] = "hardness"
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
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        self.estimator_ = self._build_estimator(rng)
        probability = self._predict_own_class(table, target, rng)

        def select_easiest(quota: ClassQuota) -> RowArray:
            rows = target.rows_of(quota.code)
            order = np.argsort(-probability[rows], kind="stable")
            return np.sort(rows[order[: quota.amount]])

        selected = {quota.code: select_easiest(quota) for quota in quotas}
        self.sample_indices_ = select_by_class(target.codes, selected)
        return Resampling(kept=self.sample_indices_)

    def _build_estimator(self, rng: np.random.RandomState) -> Any:
        if self.estimator is None:
            # imbalanced-learn passes an integer seed to both the forest and the folds.
            seed = self.random_state if isinstance(self.random_state, Integral) else rng
            return sklearn.ensemble.RandomForestClassifier(
                n_estimators=100, random_state=seed, n_jobs=self.n_jobs
            )
        if not is_classifier(self.estimator):
            raise InputError(
                "estimator must be a classifier with predict_proba, such as "
                f"RandomForestClassifier(); got {self.estimator!r}."
            )
        estimator = clone(self.estimator)
        sklearn_private.set_random_states(estimator, rng)
        return estimator

    def _predict_own_class(
        self, table: Table, target: EncodedTarget, rng: np.random.RandomState
    ) -> Float64Array:
        """Return the out-of-fold predicted probability of each sample's own class."""
        if self.estimator is None:
            X = as_numeric_matrix(table, "InstanceHardnessThreshold without an estimator")
        else:
            X = table.estimator_input
        codes = target.codes.astype(np.intp)
        folds = self._build_folds(target, codes, rng)
        probability = sklearn.model_selection.cross_val_predict(
            self.estimator_, X, codes, cv=folds, n_jobs=self.n_jobs, method="predict_proba"
        )
        of_own_class: Float64Array = probability[np.arange(len(codes)), codes]
        return of_own_class

    def _build_folds(
        self, target: EncodedTarget, codes: RowArray, rng: np.random.RandomState
    ) -> Any:
        cv = 5 if self.cv is None else self.cv
        if not isinstance(cv, Integral):
            return sklearn.model_selection.check_cv(cv, codes, classifier=True)
        for label, count in zip(target.classes, target.counts.tolist(), strict=True):
            if count < cv:
                # Otherwise a model would be trained without the class.
                fix = f"Set cv={count} or less" if count > 1 else "Oversample the class first"
                raise InputError(
                    f"InstanceHardnessThreshold with cv={cv} needs at least {cv} samples of each "
                    f"class, one for each fold; class {label!r} has {count}. {fix}, or use "
                    "RandomUnderSampler."
                )
        return sklearn.model_selection.StratifiedKFold(n_splits=cv, shuffle=True, random_state=rng)
