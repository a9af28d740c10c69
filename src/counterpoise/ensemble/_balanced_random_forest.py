"""Balanced random forest: a random forest trained on balanced bootstrap samples.

Reference: Chen, Liaw and Breiman (2004).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import check_random_state, compute_sample_weight
from sklearn.utils.validation import check_is_fitted, validate_data

from counterpoise._encoding import TableEncoder
from counterpoise._lib.sklearn_private import parameter_constraints
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import SamplingStrategy
from counterpoise._table import FeatureType, as_table, check_complete_target, is_data_frame
from counterpoise.ensemble._out_of_bag import compute_oob_probabilities
from counterpoise.ensemble._sample_draws import SampleDraws, SampleDrawsMixin
from counterpoise.ensemble._samples import check_single_output

__all__ = ["BalancedRandomForestClassifier"]

_MAX_SEED = np.iinfo(np.int32).max


class _BalancedTree(DecisionTreeClassifier):
    """Decision tree that receives all samples, and is trained on those drawn with its seed."""

    seed: int

    def _fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        # Removed from the tree, because the method holds a reference to the forest.
        draw_samples = self.__dict__.pop("draw_samples")
        samples, bootstrap = draw_samples(self)
        weight = None if sample_weight is None else sample_weight[samples]
        if bootstrap is not None:
            # As in scikit-learn's forest, a sample that was drawn n times has a weight of n.
            counts = np.bincount(bootstrap, minlength=len(samples)).astype(np.float64)
            weight = counts if weight is None else counts * weight
        if self.__dict__.pop("is_class_weighted"):
            class_weight = compute_sample_weight("balanced", y[samples], indices=bootstrap)
            weight = class_weight if weight is None else class_weight * weight
        fitted: Self = super()._fit(X[samples], y[samples], sample_weight=weight, **params)
        return fitted


def _fit_encoder(X: Any) -> TableEncoder | None:
    """Return an encoder for a data frame with categories; None if there is nothing to encode."""
    if not is_data_frame(X):
        return None
    has_categories = any(c.feature_type is FeatureType.CATEGORICAL for c in as_table(X).columns)
    return TableEncoder().fit(X) if has_categories else None


@contextmanager
def _without_forest_bootstrap(forest: Any) -> Iterator[None]:
    """Turn off the bootstrap of scikit-learn's forest while the trees draw their own samples."""
    parameters = {name: getattr(forest, name) for name in ("bootstrap", "oob_score", "max_samples")}
    forest.bootstrap, forest.oob_score, forest.max_samples = False, False, None
    try:
        yield
    finally:
        vars(forest).update(parameters)


class BalancedRandomForestClassifier(SampleDrawsMixin, RandomForestClassifier):
    """Random forest trained on balanced bootstrap samples.

    For each tree, as many samples of each class are drawn as the smallest class has. They are drawn
    by index, so that `X` is not copied for each tree. Categories of a data frame become integer
    codes, in sorted order: missing values and unknown categories are missing values of the trees;
    of more than 30 categories, those with fewer than 10 rows share a code.

    Parameters
    ----------
    n_estimators : int, default=100
        The number of trees.
    criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, \
    max_features, max_leaf_nodes, min_impurity_decrease, ccp_alpha, monotonic_cst
        Parameters of the trees, as in `sklearn.ensemble.RandomForestClassifier`.
    bootstrap : bool, default=False
        Whether to draw a bootstrap sample, with replacement, from the balanced samples of each
        tree.
    oob_score : bool or callable, default=False
        Whether to compute a score from out-of-bag samples: each sample is predicted by the trees
        that were not trained on it. True uses the accuracy; a callable must have the signature
        ``metric(y_true, y_pred)``.
    sampling_strategy : str, float, dict or callable, default="all"
        How many samples of each class a tree is trained on, as in
        `counterpoise.under_sampling.RandomUnderSampler`. "all" draws as many samples of each class
        as the smallest class has.
    replacement : bool, default=True
        Whether the balanced samples are drawn with replacement.
    n_jobs : int or None, default=None
        Number of threads that fit and predict. None means 1, -1 means all processors.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws and of the trees.
    verbose : int, default=0
        Verbosity of fitting and predicting.
    warm_start : bool, default=False
        Whether `fit` keeps the trees of the previous call and adds more to them.
    class_weight : {"balanced", "balanced_subsample"}, dict or None, default=None
        Weights of the classes in the trees. "balanced" computes them from all samples,
        "balanced_subsample" from the samples of each tree.
    max_samples : int, float or None, default=None
        If `bootstrap` is true, the size of the bootstrap sample; a float is a fraction of the
        balanced samples of the tree, None means all of them.

    Attributes
    ----------
    estimators_ : list of DecisionTreeClassifier
        The fitted trees.
    base_sampler_ : RandomUnderSampler
        The unfitted sampler of all trees.
    samplers_ : list of RandomUnderSampler
        The fitted sampler of each tree, with its `sample_indices_`. Computed on each access.
    pipelines_ : list of Pipeline
        Each fitted sampler with its fitted tree. Computed on each access.
    sampling_strategy_ : dict
        For each resampled class, how many samples of it are drawn for a tree.
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    n_classes_ : int
        Number of classes.
    n_outputs_ : int
        Number of outputs: always 1.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    feature_importances_ : ndarray of shape (n_features,)
        Impurity-based feature importances.
    oob_score_ : float
        Score of the out-of-bag predictions. Defined only if `oob_score` is given.
    oob_decision_function_ : ndarray of float64 of shape (n_samples, n_classes)
        Out-of-bag class probabilities; NaN for samples that every tree was trained on. Defined only
        if `oob_score` is given.

    See Also
    --------
    EasyEnsembleClassifier : AdaBoost classifiers on balanced samples.
    BalancedBaggingClassifier : Any classifier on balanced bootstrap samples.

    References
    ----------
    C. Chen, A. Liaw, L. Breiman, "Using random forest to learn imbalanced data", University of
    California, Berkeley, technical report 666 (2004).

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import BalancedRandomForestClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> forest = BalancedRandomForestClassifier(oob_score=True, random_state=0).fit(X, y)
    >>> len(forest.samplers_[0].sample_indices_), forest.oob_score_ > 0.8
    (108, True)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **parameter_constraints(RandomForestClassifier),
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
        "replacement": ["boolean"],
    }

    def __init__(
        self,
        n_estimators: int = 100,
        *,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: str | int | float | None = "sqrt",
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        bootstrap: bool = False,
        oob_score: Any = False,
        sampling_strategy: SamplingStrategy = "all",
        replacement: bool = True,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
        warm_start: bool = False,
        class_weight: Any = None,
        ccp_alpha: float = 0.0,
        max_samples: int | float | None = None,
        monotonic_cst: Any = None,
    ) -> None:
        super().__init__(
            n_estimators=n_estimators,
            criterion=criterion,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            bootstrap=bootstrap,
            oob_score=oob_score,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
            warm_start=warm_start,
            class_weight=class_weight,
            ccp_alpha=ccp_alpha,
            max_samples=max_samples,
            monotonic_cst=monotonic_cst,
        )
        self.estimator = _BalancedTree()
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the trees on balanced bootstrap samples.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples. Categorical columns of a pandas or polars data frame are encoded;
            other features must be numeric.
        y : array-like of shape (n_samples,)
            The target classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples in the trees; equal if None. Undersampling ignores them.

        Returns
        -------
        self
            The fitted forest.
        """
        self._validate_params()
        check_complete_target(y)
        is_warm = self.warm_start and hasattr(self, "estimators_")
        if not is_warm:
            self._encoder = _fit_encoder(X)
        encoded = X if self._encoder is None else self._encoder.encode_frame(X)
        self._n_seeds_to_skip = len(self.estimators_) if is_warm else 0
        self._bootstrap_size = self.max_samples if self.bootstrap else 0
        with _without_forest_bootstrap(self):
            super().fit(encoded, y, sample_weight)
        if self.oob_score:
            self._compute_oob_score(X)
        return self

    def _validate_X_predict(self, X: Any) -> Any:  # noqa: N802 (a name of scikit-learn)
        check_is_fitted(self)
        if self._encoder is not None and is_data_frame(X):
            validate_data(self, X, reset=False, skip_check_array=True)  # it has the same columns
            X = self._encoder.encode_frame(X)
        return super()._validate_X_predict(X)

    def _validate_y_class_weight(self, y: Any, *weights: Any) -> Any:
        check_single_output(y)
        self._draws = SampleDraws.from_target(
            y[:, 0], self.sampling_strategy, replacement=self.replacement
        )
        self.sampling_strategy_ = {t.label: t.amount for t in self._draws.quotas}
        codes, class_weight = super()._validate_y_class_weight(y, *weights)
        # Each tree computes "balanced_subsample" from the samples that it draws.
        return codes, None if self.class_weight == "balanced_subsample" else class_weight

    def _make_estimator(self, append: bool = True, random_state: Any = None) -> Any:
        if self._n_seeds_to_skip:
            # With warm_start, scikit-learn skips one seed per existing tree; ours use two.
            random_state.randint(_MAX_SEED, size=self._n_seeds_to_skip)
            self._n_seeds_to_skip = 0
        tree = super()._make_estimator(append=append, random_state=random_state)
        tree.seed, tree.draw_samples = random_state.randint(_MAX_SEED), self._draw_samples
        tree.is_class_weighted = self.class_weight == "balanced_subsample"
        return tree

    def _draw_samples(self, tree: Any) -> tuple[RowArray, IntArray | None]:
        """Return the balanced samples of a tree, and the positions of its bootstrap sample."""
        samples = self._draws.draw_indices(tree.seed)
        if self._bootstrap_size == 0:
            return samples, None
        size = len(samples) if self._bootstrap_size is None else self._bootstrap_size
        if isinstance(size, float):
            size = max(1, int(size * len(samples)))
        rng = check_random_state(tree.random_state)
        return samples, rng.randint(0, len(samples), min(size, len(samples)), dtype=np.int32)

    def _get_estimators_indices(self) -> Iterator[RowArray]:
        for tree in self.estimators_:
            samples, bootstrap = self._draw_samples(tree)
            yield samples if bootstrap is None else samples[bootstrap]

    def _compute_oob_score(self, X: Any) -> None:
        """Predict each sample with the trees that were not trained on it, and score the result."""
        X = self._validate_X_predict(X)
        self.oob_decision_function_, has_oob = compute_oob_probabilities(
            (X.shape[0], self.n_classes_),
            self._get_estimators_indices(),
            lambda i, samples: self.estimators_[i].predict_proba(X[samples], check_input=False),
            estimator="tree",
        )
        predicted = self.oob_decision_function_[has_oob].argmax(axis=1)
        metric = self.oob_score if callable(self.oob_score) else accuracy_score
        y_true = self.classes_[self._draws.codes[has_oob]]
        self.oob_score_ = metric(y_true, self.classes_[predicted])

    def _member_seeds(self) -> list[int]:
        return [tree.seed for tree in self.estimators_]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = False
        tags.classifier_tags.multi_label = False
        return tags
