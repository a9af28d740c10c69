"""SVM-SMOTE: SMOTE whose base samples are support vectors.

Reference: Nguyen, Cooper and Kamei (2011), doi:10.1504/IJKESDP.2011.039875.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.svm import SVC

from counterpoise._sklearn import HasMethods, Interval
from counterpoise._types import BoolArray, RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.draw import is_danger, is_noise
from counterpoise.exceptions import InputError
from counterpoise.neighbors import (
    NEIGHBORS,
    SCALE,
    Scale,
    Search,
    Units,
    fill_missing,
    lay_out,
    measure_units,
    neighbor_count,
)
from counterpoise.over_sampling._joining import join_neighbors
from counterpoise.table import Blends, Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target, require_rows, require_table

__all__ = ["SVMSMOTE"]


@dataclass(frozen=True)
class _Support:
    """The support vectors of a class that are no noise, and which of them are in danger."""

    rows: RowArray
    danger: BoolArray


@dataclass(frozen=True)
class _Class:
    """A class that grows, in its table."""

    table: Table
    units: Units
    support: _Support


class SVMSMOTE(BaseSampler):
    """Oversample with SVM-SMOTE: synthetic samples from the support vectors of a class.

    A support vector machine is fitted once to all classes. The support vectors of the oversampled
    class are the base samples, except noise: those with all `m_neighbors` nearest neighbors in
    other classes. A support vector is in danger if at least half of these neighbors are of other
    classes, and safe otherwise. From one in danger, synthetic samples lie between it and one of its
    `k_neighbors` nearest neighbors of the class. From a safe one they lie in the opposite direction
    (extrapolation), by up to `out_step` of the distance. The number of synthetic samples of each
    kind is drawn at random, about half.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to oversample, and their sizes after resampling. A str names the classes that
        are oversampled to the size of the majority class: "minority", "not majority" or "all";
        "auto" is the same as "not majority". A float in (0, 1] is the ratio to the majority class:
        each class gets ``max(count, round(ratio * n_majority))`` samples. A dict maps each class
        to its number of samples after resampling. A callable takes `y` and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    k_neighbors : int or object, default=5
        Number of nearest neighbors of the same class from which the neighbor of a base sample is
        drawn; or an estimator with `fit` and `kneighbors`. An estimator counts each sample among
        its own neighbors: ``NearestNeighbors(n_neighbors=6)`` means five.
    m_neighbors : int or object, default=10
        Number of nearest neighbors in the whole data set that decide whether a sample is in danger
        or noise; or an estimator, as for `k_neighbors`.
    svm_estimator : object or None, default=None
        Support vector classifier with `fit` and, once fitted, `support_`. None means
        scikit-learn's `SVC` with ``gamma="scale"``.
    out_step : float, default=0.5
        Step size of the extrapolation from safe samples, as a fraction of the distance to the
        neighbor; in [0, 1].
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search and for the support vector machine:
        "standard" divides each by its standard deviation over all samples, "robust" by its
        interquartile range. Synthetic samples are generated in the original units.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of synthetic samples to generate for each class.
    nn_k_ : int or object
        The value of `k_neighbors`: the number of neighbors, or the estimator that was given.
    nn_m_ : int or object
        The value of `m_neighbors`: the number of neighbors, or the estimator that was given.
    svm_estimator_ : object
        The fitted support vector classifier.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample, its neighbor and its position between them.

    See Also
    --------
    BorderlineSMOTE : Finds the border with nearest neighbors only.

    Notes
    -----
    If all support vectors are in danger, or all are safe, all synthetic samples are generated from
    these.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.
    For the support vector machine, missing values are imputed with the median of their feature.

    References
    ----------
    H. M. Nguyen, E. W. Cooper, K. Kamei, "Borderline over-sampling for imbalanced data
    classification", International Journal of Knowledge Engineering and Soft Data Paradigms 3, 4-21
    (2011), doi:10.1504/IJKESDP.2011.039875.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import SVMSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SVMSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _family: ClassVar[Family | None] = "over-sampling"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": NEIGHBORS,
        "svm_estimator": [HasMethods(["fit", "predict"]), None],
        "out_step": [Interval(Real, 0, 1, closed="both")],
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        m_neighbors: Any = 10,
        svm_estimator: Any = None,
        out_step: float = 0.5,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.svm_estimator = svm_estimator
        self.out_step = out_step
        self.scale = scale

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_k_, self.nn_m_ = self.k_neighbors, self.m_neighbors
        growing = [target for target in targets if target.amount]
        k, m = neighbor_count(self.k_neighbors), neighbor_count(self.m_neighbors)
        require_rows("SVMSMOTE", "k_neighbors", k, growing)
        if not growing:
            return Resampling()
        require_table("SVMSMOTE", "m_neighbors", m, table.n_rows)
        units = measure_units(table, self.scale)
        space = lay_out(table, None, units)
        vectors = self._fit(fill_missing(space)[0], labels, random)
        search = Search(space, self.m_neighbors)
        parts: list[Blends] = []
        for number, target in enumerate(growing):
            if number and self.svm_estimator is None:
                random.randint(np.iinfo("i").max)  # what fitting anew for each class would draw
            support = _support_of(search, labels, vectors, target)
            parts += self._grow(_Class(table, units, support), labels, target, random)
        return Resampling(made=Blends.concat(parts))

    def _fit(self, points: Any, labels: Labels, random: np.random.RandomState) -> RowArray:
        """Fit the support vector machine; return the support vectors' rows."""
        if self.svm_estimator is None:
            self.svm_estimator_ = SVC(gamma="scale", random_state=random)
        else:
            self.svm_estimator_ = clone(self.svm_estimator)
        self.svm_estimator_.fit(points, labels.codes)
        if not hasattr(self.svm_estimator_, "support_"):
            raise InputError(
                "svm_estimator must have support_ once it is fitted, the rows of its support "
                f"vectors, as scikit-learn's SVC has; {type(self.svm_estimator_).__name__} has not."
            )
        return np.asarray(self.svm_estimator_.support_, dtype=np.intp)

    def _grow(
        self, grown: _Class, labels: Labels, target: Target, random: np.random.RandomState
    ) -> list[Blends]:
        """Make rows around what is in danger, and around what is safe."""
        danger = grown.support.danger
        n_danger = int(random.beta(10, 10) * (target.amount + 1))
        if danger.all() or not danger.any():
            n_danger = target.amount if danger.any() else 0
        rows = labels.rows_of(target.code)
        search = Search(lay_out(grown.table, rows, grown.units), self.k_neighbors)
        starts = np.searchsorted(rows, grown.support.rows)
        made = []
        for of, n in ((danger, n_danger), (~danger, target.amount - n_danger)):
            if of.any():
                some = starts[of]
                made.append(join_neighbors(search, rows, target, random, starts=some, amount=n))
                if of is not danger:  # away from the neighbour
                    made[-1].weight[:] *= -self.out_step
        return made


def _support_of(search: Search, labels: Labels, vectors: RowArray, target: Target) -> _Support:
    """Return the support vectors of a class that are no noise."""
    own = vectors[labels.codes[vectors] == target.code]
    if not len(own):
        raise InputError(
            f"SVMSMOTE starts from support vectors, and class {target.label!r} has none. Use "
            "another svm_estimator, or another sampler, such as SMOTE."
        )
    foreign = labels.codes[search.nearest_others(own)] != target.code
    n_foreign, m = foreign.sum(axis=1), foreign.shape[1]
    useful = ~is_noise(n_foreign, m)
    if not useful.any():
        raise InputError(
            f"All {len(own)} support vectors of class {target.label!r} are noise: each of their "
            f"{m} nearest rows is of another class. Set m_neighbors higher, or use another "
            "sampler, such as SMOTE."
        )
    return _Support(own[useful], is_danger(n_foreign[useful], m))
