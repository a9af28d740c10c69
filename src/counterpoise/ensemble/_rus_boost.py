"""RUSBoost: AdaBoost with random undersampling in each boosting round.

Reference: Seiffert, Khoshgoftaar, Van Hulse and Napolitano (2010), doi:10.1109/TSMCA.2009.2029559.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from sklearn.ensemble import AdaBoostClassifier
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import parameter_constraints
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Array, Float64Array, RowArray
from counterpoise._strategy import SamplingStrategy
from counterpoise._table import take_rows
from counterpoise.ensemble._boosting import ResampledBoostingBase
from counterpoise.ensemble._sample_draws import SampleDraws, SampleDrawsMixin
from counterpoise.ensemble._stumps import SortedSamples
from counterpoise.ensemble._tree_predictions import predict_codes_tree
from counterpoise.exceptions import InputError

__all__ = ["RUSBoostClassifier"]

_ALGORITHMS = ("M2", "SAMME")
# To skip the samples that are not drawn takes less time than to sort the others in each round, if
# there are at most as many times more samples than drawn ones.
_MAX_SORTED = 16


class RUSBoostClassifier(SampleDrawsMixin, ResampledBoostingBase):
    """AdaBoost classifier that undersamples the training samples in each boosting round.

    Each base estimator is trained on a balanced random subset; its loss is measured on all samples.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The base estimator; its `fit` must support `sample_weight`, of a pipeline that of its last
        step. None uses ``sklearn.tree.DecisionTreeClassifier(max_depth=1)``.
    n_estimators : int, default=50
        The maximum number of boosting rounds.
    learning_rate : float, default=1.0
        Weight of each base estimator. A smaller value needs more rounds.
    algorithm : {"M2", "SAMME"}, default="M2"
        "M2" is AdaBoost.M2, the algorithm of the paper. It measures the pseudo-loss of predicted
        probabilities. "SAMME" is the algorithm of imbalanced-learn and of scikit-learn's AdaBoost.
        It counts wrongly predicted classes, and ends at the first base estimator that is no better
        than random guessing on all samples, often after a few rounds.
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
        The loss of each base estimator on all samples: the pseudo-loss, or the weighted
        classification error of "SAMME".
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
    SMOTEBoostClassifier : AdaBoost that oversamples in each round.

    Notes
    -----
    A base estimator whose pseudo-loss is one half or more, that of random guessing, is discarded,
    and other samples are drawn, up to 10 times in a round. The predicted probabilities of "M2" are
    the mean over the base estimators, weighted by `estimator_weights_`. A base estimator without
    `predict_proba` gives the class that it predicts a probability of 1.

    The default base estimator, a decision stump, is the same as scikit-learn's `fit` gives, in less
    time. Where two splits are equally good, scikit-learn takes one at random, this class the first.
    Sparse matrices and all other base estimators are passed to scikit-learn's `fit`.

    References
    ----------
    Y. Freund, R. E. Schapire, "Experiments with a new boosting algorithm", International Conference
    on Machine Learning, 148-156 (1996).

    C. Seiffert, T. M. Khoshgoftaar, J. Van Hulse, A. Napolitano, "RUSBoost: A hybrid approach to
    alleviating class imbalance", IEEE Transactions on Systems, Man, and Cybernetics A 40, 185-197
    (2010), doi:10.1109/TSMCA.2009.2029559.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import RUSBoostClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = RUSBoostClassifier(random_state=0).fit(X, y)
    >>> len(model.estimators_), len(model.samplers_[0].sample_indices_)
    (50, 108)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **parameter_constraints(AdaBoostClassifier),
        "algorithm": "no_validation",  # checked with a message of its own
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
        "replacement": ["boolean"],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        algorithm: str = "M2",
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

    def _validate_params(self) -> None:
        if self.algorithm not in _ALGORITHMS:
            raise InputError(
                f"algorithm must be 'M2' or 'SAMME', got {self.algorithm!r}. Use algorithm='M2', "
                "which reads predicted probabilities, or algorithm='SAMME', which reads predicted "
                "classes."
            )
        super()._validate_params()

    def _forget_samples(self) -> None:
        super()._forget_samples()
        del self._sorted

    def _prepare_rounds(self, X: Any, y: Array) -> None:
        super()._prepare_rounds(X, y)
        self._draws = SampleDraws.from_target(
            y, self.sampling_strategy, replacement=self.replacement
        )
        self._sorted: SortedSamples | None = None
        self.sampling_strategy_ = {t.label: t.amount for t in self._draws.quotas}

    def _fit_member(
        self, estimator: Any, X: Any, y: Array, sample_weight: Float64Array, seed: int
    ) -> None:
        samples = self._draws.draw_indices(seed)
        if self._fits_stumps:
            self._fit_stump(estimator, samples, sample_weight)
        else:
            weights = {self._weight_parameter: sample_weight[samples]}
            estimator.fit(take_rows(X, samples), y[samples], **weights)

    def _fit_stump(self, stump: Any, samples: RowArray, sample_weight: Float64Array) -> None:
        n_samples = len(sample_weight)
        if self.replacement or n_samples > _MAX_SORTED * len(samples):
            rows = np.sort(samples)  # values are read faster in the order of their rows
            sorted_samples, weights = self._sort(rows), sample_weight[rows]
        else:
            if self._sorted is None:
                self._sorted = self._sort(np.arange(n_samples))
            sorted_samples, weights = self._sorted, np.zeros(n_samples)
            weights[samples] = sample_weight[samples]
        sorted_samples.fit(stump, weights)
        stump.classes_ = self.classes_[stump.classes_]

    def _sort(self, rows: RowArray) -> SortedSamples:
        codes = self._draws.codes[rows]
        return SortedSamples(self._X_float32, rows, codes, threads=thread_count())

    def _methods(self) -> Any:
        """Return the methods of the algorithm: the pseudo-loss's, or scikit-learn's AdaBoost."""
        check_is_fitted(self)
        return super() if self._uses_pseudo_loss else super(ResampledBoostingBase, self)

    def _boost(
        self, iboost: int, X: Any, y: Array, sample_weight: Float64Array, random_state: Any
    ) -> tuple[Float64Array | None, float | None, float | None]:
        self._uses_pseudo_loss = self.algorithm == "M2"
        if self._uses_pseudo_loss:
            return super()._boost(iboost, X, y, sample_weight, random_state)
        return self._boost_samme(iboost, X, y, sample_weight, random_state)

    def _boost_samme(
        self, iboost: int, X: Any, y: Array, sample_weight: Float64Array, random_state: Any
    ) -> tuple[Float64Array | None, float | None, float | None]:
        """Fit a base estimator, and update the weights of all samples by its classes."""
        X = self._frame if self._keeps_frame else X
        if iboost == 0:
            self._prepare_rounds(X, y)
        estimator = self._fit_next(X, y, sample_weight, random_state)
        is_wrong = self._predict_member(estimator, X) != y
        error = float(np.average(is_wrong, weights=sample_weight))
        if error >= 1 - 1 / self.n_classes_:  # SAMME needs an error below that of guessing
            return self._stop_boosting(f"its weighted error in the first round is {error:.2f}")
        self._keep_member(estimator)
        if error <= 0:
            return sample_weight, 1.0, 0.0
        weight = self.learning_rate * (np.log((1 - error) / error) + np.log(self.n_classes_ - 1))
        if iboost < self.n_estimators - 1:
            sample_weight = sample_weight * np.exp(weight * is_wrong * (sample_weight > 0))
        return sample_weight, weight, error

    def _predict_member(self, estimator: Any, X: Any) -> Array:
        if self._X_float32 is not None:
            codes = predict_codes_tree(estimator, self._X_float32)
            predicted: Array = estimator.classes_[codes]
            return predicted
        return np.asarray(estimator.predict(X))

    def decision_function(self, X: Any) -> Float64Array:
        """Compute the weighted mean of the predictions of the base estimators.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of float64 of shape (n_samples,) or (n_samples, n_classes)
            From -1 to 1 if there are two classes: larger values are more likely of the second.
        """
        decision: Float64Array = self._methods().decision_function(X)
        return decision

    def staged_decision_function(self, X: Any) -> Iterator[Float64Array]:
        """Compute the decision function after each boosting round.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        iterator of ndarray of float64 of shape (n_samples,) or (n_samples, n_classes)
            As `decision_function` returns it.
        """
        decisions: Iterator[Float64Array] = self._methods().staged_decision_function(X)
        return decisions

    def _compute_proba_from_decision(self, decision: Float64Array, n_classes: int) -> Float64Array:
        compute = self._methods()._compute_proba_from_decision  # noqa: SLF001
        probabilities: Float64Array = compute(decision, n_classes)
        return probabilities

    def _member_seeds(self) -> list[int]:
        return self._seeds
