"""A random forest each of whose trees sees as many rows of every class.

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

from counterpoise._lib.sklearn_private import constraints_of
from counterpoise._lib.types import IntArray, RowArray
from counterpoise.ensemble._draws import DrawnByNumber, Draws
from counterpoise.ensemble._unseen import judge_unseen
from counterpoise.exceptions import InputError
from counterpoise.targets import SamplingStrategy

__all__ = ["BalancedRandomForestClassifier"]

_MOST = np.iinfo(np.int32).max


class _DrawnTree(DecisionTreeClassifier):
    """A tree that is given the whole table, and fitted on the rows that its seed draws."""

    seed: int

    def _fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        draw = self.__dict__.pop("draw")  # it knows the forest, which a tree does not outlive
        rows, again = draw(self)
        weight = None if sample_weight is None else sample_weight[rows]
        if again is not None:
            times = np.bincount(again, minlength=len(rows)).astype(np.float64)
            weight = times if weight is None else times * weight
        if self.__dict__.pop("is_balanced"):
            balance = compute_sample_weight("balanced", y[rows], indices=again)
            weight = balance if weight is None else balance * weight
        fitted: Self = super()._fit(X[rows], y[rows], sample_weight=weight, **params)
        return fitted


@contextmanager
def _drawn_by_trees(forest: Any) -> Iterator[None]:
    """Let the trees draw their rows, and the forest that they derive from none before them."""
    asked = {name: getattr(forest, name) for name in ("bootstrap", "oob_score", "max_samples")}
    forest.bootstrap, forest.oob_score, forest.max_samples = False, False, None
    try:
        yield
    finally:
        vars(forest).update(asked)


class BalancedRandomForestClassifier(DrawnByNumber, RandomForestClassifier):
    """A random forest each of whose trees sees as many rows of every class.

    Rows are drawn by number: no tree has a copy of the table.

    Parameters
    ----------
    n_estimators : int, default=100
        The number of trees.
    criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, \
    max_features, max_leaf_nodes, min_impurity_decrease, ccp_alpha, monotonic_cst
        Of the trees, as `sklearn.ensemble.RandomForestClassifier` has them.
    bootstrap : bool, default=False
        Whether a tree draws with replacement once more from the rows drawn for it.
    oob_score : bool or callable, default=False
        Whether to judge each row by the trees that have not seen it; a function of the classes and
        the predicted ones is called instead of the accuracy.
    sampling_strategy : str, float, dict or callable, default="all"
        How many rows of each class a tree sees, as
        `counterpoise.under_sampling.RandomUnderSampler` has it: by default as many of each as the
        smallest has.
    replacement : bool, default=True
        Whether rows are drawn with replacement.
    n_jobs : int or None, default=None
        Threads; None for one.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    verbose : int, default=0
    warm_start : bool, default=False
        Whether `fit` adds trees to those there are.
    class_weight : {"balanced", "balanced_subsample"}, dict or None, default=None
    max_samples : int, float or None, default=None
        With `bootstrap`, how many of the rows drawn for a tree it draws once more; a share of them
        where it is a float.

    Attributes
    ----------
    estimators_ : list of DecisionTreeClassifier
    base_sampler_ : RandomUnderSampler
        What the rows of all trees are drawn by.
    samplers_ : list of RandomUnderSampler
        What the rows of each tree were drawn by, with its `sample_indices_`; worked out anew each
        time that it is asked for.
    pipelines_ : list of Pipeline
        Each sampler with its tree.
    sampling_strategy_ : dict
        Rows of each class in a tree.
    classes_ : ndarray of shape (n_classes,)
    n_classes_, n_outputs_, n_features_in_ : int
    feature_names_in_ : ndarray of str
    feature_importances_ : ndarray of shape (n_features,)
    oob_score_ : float
    oob_decision_function_ : ndarray of float64 of shape (n_rows, n_classes)
        NaN for rows that every tree has seen.

    See Also
    --------
    EasyEnsembleClassifier : Boosted trees on balanced rows.

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
        **constraints_of(RandomForestClassifier),
        "sampling_strategy": "no_validation",  # resolve_targets words its own errors
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
        self.estimator = _DrawnTree()
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Grow the trees.

        Parameters
        ----------
        X : array-like, data frame of numbers or sparse matrix of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            The class of each row.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows in a tree; drawing does not heed them.

        Returns
        -------
        self
        """
        self._validate_params()
        is_warm = self.warm_start and hasattr(self, "estimators_")
        self._waiting = len(self.estimators_) if is_warm else 0
        self._again = self.max_samples if self.bootstrap else 0
        with _drawn_by_trees(self):
            super().fit(X, y, sample_weight)
        if self.oob_score:
            self._judge(X)
        return self

    def _validate_y_class_weight(self, y: Any, *weights: Any) -> Any:
        if y.shape[1] > 1:
            raise InputError(f"y must have one class for each row; it has {y.shape[1]} columns.")
        self._draws = Draws.open(y[:, 0], self.sampling_strategy, replacement=self.replacement)
        self.sampling_strategy_ = {t.label: t.amount for t in self._draws.targets}
        codes, class_weight = super()._validate_y_class_weight(y, *weights)
        # Trees balance their own rows.
        return codes, None if self.class_weight == "balanced_subsample" else class_weight

    def _make_estimator(self, append: bool = True, random_state: Any = None) -> Any:
        if self._waiting:  # trees draw two seeds each, and scikit-learn has skipped one
            random_state.randint(_MOST, size=self._waiting)
            self._waiting = 0
        tree = super()._make_estimator(append=append, random_state=random_state)
        tree.seed, tree.draw = random_state.randint(_MOST), self._rows_of
        tree.is_balanced = self.class_weight == "balanced_subsample"
        return tree

    def _rows_of(self, tree: Any) -> tuple[RowArray, IntArray | None]:
        """Return the rows drawn for a tree, and which of these it drew once more."""
        rows = self._draws.rows(tree.seed)
        if self._again == 0:
            return rows, None
        n_again = len(rows) if self._again is None else self._again
        if isinstance(n_again, float):
            n_again = max(1, int(n_again * len(rows)))
        random = check_random_state(tree.random_state)
        return rows, random.randint(0, len(rows), min(n_again, len(rows)), dtype=np.int32)

    def _get_estimators_indices(self) -> Iterator[RowArray]:
        for tree in self.estimators_:
            rows, again = self._rows_of(tree)
            yield rows if again is None else rows[again]

    def _judge(self, X: Any) -> None:
        """Judge each row by the trees that have not seen it, nor a copy that was drawn of it."""
        X = self._validate_X_predict(X)
        self.oob_decision_function_, judged = judge_unseen(
            (X.shape[0], self.n_classes_),
            self._get_estimators_indices(),
            lambda i, rows: self.estimators_[i].predict_proba(X[rows], check_input=False),
            kind="tree",
        )
        predicted = self.oob_decision_function_[judged].argmax(axis=1)
        score = self.oob_score if callable(self.oob_score) else accuracy_score
        self.oob_score_ = score(self.classes_[self._draws.codes[judged]], self.classes_[predicted])

    def _seeds_of_members(self) -> list[int]:
        return [tree.seed for tree in self.estimators_]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = False
        tags.classifier_tags.multi_label = False
        return tags
