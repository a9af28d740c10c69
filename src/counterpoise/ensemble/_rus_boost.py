"""RUSBoost: AdaBoost with random undersampling in each boosting round.

Reference: Seiffert, Khoshgoftaar, Van Hulse and Napolitano (2010), doi:10.1109/TSMCA.2009.2029559.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import AdaBoostClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.validation import has_fit_parameter, validate_data

from counterpoise._lib.sklearn_private import parameter_constraints, set_random_states
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Array, Float64Array, RowArray
from counterpoise._strategy import SamplingStrategy
from counterpoise._table import check_complete_target, is_data_frame, take_rows
from counterpoise.ensemble._sample_draws import SampleDraws, SampleDrawsMixin
from counterpoise.ensemble._samples import (
    check_single_output,
    name_text_columns,
    needs_frame,
    read_samples,
)
from counterpoise.ensemble._stumps import SortedSamples, is_stump
from counterpoise.ensemble._tree_predictions import convert_for_trees, predict_codes_tree
from counterpoise.exceptions import CounterpoiseWarning, InputError

__all__ = ["RUSBoostClassifier"]

_MAX_SEED = np.iinfo(np.int32).max


class RUSBoostClassifier(SampleDrawsMixin, AdaBoostClassifier):
    """AdaBoost classifier that undersamples the training samples in each boosting round.

    Each base estimator is trained on a balanced random subset; its weighted error is measured on
    all samples.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The base estimator; its `fit` must support `sample_weight`, of a pipeline that of its last
        step. None uses ``sklearn.tree.DecisionTreeClassifier(max_depth=1)``.
    n_estimators : int, default=50
        The maximum number of boosting rounds.
    learning_rate : float, default=1.0
        Weight of each base estimator. A smaller value needs more rounds.
    algorithm : "deprecated"
        Ignored, with a warning. Accepted for compatibility with imbalanced-learn; the algorithm is
        SAMME.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many samples of each class a base estimator is trained on, as in
        `counterpoise.under_sampling.RandomUnderSampler`. "auto" undersamples every class but the
        smallest to the size of the smallest.
    replacement : bool, default=False
        Whether samples are drawn with replacement.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws and of the base estimators.

    Attributes
    ----------
    estimator_ : classifier
        The unfitted base estimator.
    estimators_ : list of classifier
        The fitted base estimators.
    estimator_weights_ : ndarray of float64 of shape (n_estimators,)
        The weight of each base estimator.
    estimator_errors_ : ndarray of float64 of shape (n_estimators,)
        The weighted classification error of each base estimator, on all samples.
    base_sampler_ : RandomUnderSampler
        The unfitted sampler of all rounds.
    samplers_ : list of RandomUnderSampler
        The fitted sampler of each round, with its `sample_indices_`. Computed on each access.
    pipelines_ : list of Pipeline
        Each fitted sampler with its fitted base estimator. Computed on each access.
    sampling_strategy_ : dict
        For each undersampled class, how many samples of it a base estimator is trained on.
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    n_classes_ : int
        Number of classes.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    feature_importances_ : ndarray of shape (n_features,)
        Impurity-based feature importances, if the base estimator has them.

    See Also
    --------
    EasyEnsembleClassifier : AdaBoost classifiers on balanced samples.

    Notes
    -----
    The default base estimator, a decision stump, is the same as scikit-learn's `fit` gives, in less
    time. Where two splits are equally good, scikit-learn takes one at random, this class the first.
    Sparse matrices, samples with a weight of 0 and all other base estimators are passed to
    scikit-learn's `fit`.

    References
    ----------
    C. Seiffert, T. M. Khoshgoftaar, J. Van Hulse, A. Napolitano, "RUSBoost: A hybrid approach to
    alleviating class imbalance", IEEE Transactions on Systems, Man, and Cybernetics A 40, 185-197
    (2010), doi:10.1109/TSMCA.2009.2029559.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import RUSBoostClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> model = RUSBoostClassifier(DecisionTreeClassifier(max_depth=3), random_state=0).fit(X, y)
    >>> len(model.estimators_) > 1, len(model.samplers_[0].sample_indices_)
    (True, 108)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **parameter_constraints(AdaBoostClassifier),
        "algorithm": "no_validation",  # not used
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
        "replacement": ["boolean"],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        algorithm: str = "deprecated",
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            n_estimators=n_estimators,
            learning_rate=learning_rate,
            random_state=random_state,
        )
        self.algorithm = algorithm
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the base estimators by boosting.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,)
            The target classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Initial weights of the samples; equal if None. Undersampling ignores them.

        Returns
        -------
        self
            The fitted ensemble.
        """
        check_single_output(y)
        check_complete_target(y)
        if self.algorithm not in ("deprecated", "SAMME"):
            warnings.warn(
                f"algorithm={self.algorithm!r} has no effect: RUSBoostClassifier uses SAMME, "
                "as scikit-learn's AdaBoostClassifier does. Remove the parameter.",
                CounterpoiseWarning,
                stacklevel=2,
            )
        self._seeds: list[int] = []
        self._X_float32: Any = None
        self._keeps_frame = is_data_frame(X) and needs_frame(self._get_estimator())
        self._frame: Any = X
        # AdaBoost itself reads only the shape of X, and would convert a data frame to an array.
        samples = np.broadcast_to(0.0, X.shape) if self._keeps_frame else X
        with name_text_columns(X, type(self).__name__):
            super().fit(samples, y, sample_weight)
        if self._keeps_frame:
            validate_data(self, X, skip_check_array=True)  # the names of the features
        del self._X_float32, self._frame
        return self

    def _get_estimator(self) -> Any:
        return DecisionTreeClassifier(max_depth=1) if self.estimator is None else self.estimator

    def _validate_estimator(self) -> None:
        self.estimator_ = self._get_estimator()
        parameter = _find_weight_parameter(self.estimator_)
        if parameter is None:
            name = type(self.estimator_).__name__
            raise InputError(
                f"{name} doesn't support sample_weight, which boosting passes to its base "
                "estimator. Pass one that does, such as estimator=DecisionTreeClassifier("
                f"max_depth=3), or use EasyEnsembleClassifier(estimator={name}())."
            )
        self._weight_parameter = parameter

    def _check_X(self, X: Any) -> Any:  # noqa: N802  # the name in AdaBoostClassifier
        return read_samples(
            self, X, keeps_frame=self._keeps_frame, ensure_all_finite=True, allow_nd=True
        )

    def _boost(
        self, iboost: int, X: Any, y: Array, sample_weight: Float64Array, random_state: Any
    ) -> tuple[Float64Array | None, float | None, float | None]:
        """Fit a base estimator on a balanced subset, and update the weights of all samples."""
        X = self._frame if self._keeps_frame else X
        if iboost == 0:
            self._prepare_rounds(X, y)
        estimator = clone(self.estimator_)
        set_random_states(estimator, random_state)
        seed = random_state.randint(_MAX_SEED)
        samples = self._draws.draw_indices(seed)
        self._fit_member(estimator, X, y, samples, sample_weight[samples])
        if iboost == 0:
            self.classes_, self.n_classes_ = estimator.classes_, len(estimator.classes_)
        is_wrong = self._predict_member(estimator, X) != y
        error = float(np.average(is_wrong, weights=sample_weight))
        if error >= 1 - 1 / self.n_classes_:  # SAMME needs an error below that of guessing
            return self._stop_boosting(estimator, error)
        self.estimators_.append(estimator)
        self._seeds.append(seed)
        if error <= 0:
            return sample_weight, 1.0, 0.0
        weight = self.learning_rate * (np.log((1 - error) / error) + np.log(self.n_classes_ - 1))
        if iboost < self.n_estimators - 1:
            sample_weight = sample_weight * np.exp(weight * is_wrong * (sample_weight > 0))
        return sample_weight, weight, error

    def _stop_boosting(self, estimator: Any, error: float) -> tuple[None, None, None]:
        """Return what ends the boosting; raise an error if there is no base estimator yet."""
        if not self.estimators_:
            raise InputError(
                f"{type(estimator).__name__} cannot be boosted: its weighted error in the first "
                f"round is {error:.2f}, no better than random guessing. Pass another estimator, "
                "such as estimator=DecisionTreeClassifier(max_depth=3)."
            )
        return None, None, None

    def _prepare_rounds(self, X: Any, y: Array) -> None:
        self._draws = SampleDraws.from_target(
            y, self.sampling_strategy, replacement=self.replacement
        )
        self.sampling_strategy_ = {t.label: t.amount for t in self._draws.quotas}
        # Only scikit-learn's own tree is known to read float32; any other estimator gets X itself.
        if type(self.estimator_) is DecisionTreeClassifier:
            self._X_float32 = convert_for_trees(X)
        self._sorts_samples = self._X_float32 is not None and is_stump(self.estimator_)
        self._y_classes = np.unique(y)

    def _fit_member(
        self, estimator: Any, X: Any, y: Array, samples: RowArray, weights: Float64Array
    ) -> None:
        if self._sorts_samples and weights.all():
            order = np.argsort(samples)  # values are read faster in the order of their rows
            rows, weights = samples[order], weights[order]
            codes = self._draws.codes[rows]
            drawn = SortedSamples(self._X_float32, rows, codes, threads=thread_count())
            drawn.fit(estimator, weights)
            estimator.classes_ = self._y_classes[estimator.classes_]
        else:
            estimator.fit(take_rows(X, samples), y[samples], **{self._weight_parameter: weights})

    def _predict_member(self, estimator: Any, X: Any) -> Array:
        if self._X_float32 is not None:
            codes = predict_codes_tree(estimator, self._X_float32)
            predicted: Array = estimator.classes_[codes]
            return predicted
        return np.asarray(estimator.predict(X))

    def _member_seeds(self) -> list[int]:
        return self._seeds


def _find_weight_parameter(estimator: Any) -> str | None:
    """Return the parameter of `fit` that takes sample weights; that of a pipeline's last step."""
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        parameter = _find_weight_parameter(last)
        return None if parameter is None else f"{name}__{parameter}"
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None
