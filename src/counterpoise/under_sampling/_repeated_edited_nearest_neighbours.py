"""Repeated edited nearest neighbors: edit until no sample is removed.

Reference: Tomek (1976), doi:10.1109/TSMC.1976.4309523.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import sort_by_class
from counterpoise._lib.sklearn_private import Interval, StrOptions
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors._editing import Agreement
from counterpoise.neighbors._search import JOBS, NEIGHBORS, NeighborsEstimator
from counterpoise.neighbors._space import SCALE, Scale
from counterpoise.under_sampling._edited_nearest_neighbours import (
    EditedNearestNeighbours,
    apply_editing,
    build_editor,
    check_class_sizes,
    find_rows_to_clean,
)

__all__ = ["RepeatedEditedNearestNeighbours"]


class RepeatedEditedNearestNeighbours(BaseSampler):
    """Undersample with repeated edited nearest neighbors, until no sample is removed.

    Edited nearest neighbors is applied again to the samples that are left, until no sample is
    removed, `max_iter` is reached, a class has become smaller than the minority class was, or a
    class is empty. The output is grouped by class.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which samples are removed: "majority", "not minority", "not majority" or
        "all"; "auto" is the same as "not minority". A list contains the classes themselves. A
        callable takes `y` and returns such a list.
    n_neighbors : int or object, default=3
        Number of nearest neighbors, the sample itself excluded; or an estimator with `fit` and
        `kneighbors`. An estimator counts each sample among its own neighbors:
        ``NearestNeighbors(n_neighbors=4)`` means three.
    max_iter : int, default=100
        Maximum number of iterations.
    kind_sel : {"all", "mode"}, default="all"
        When a sample is kept: "all" if all its nearest neighbors are of its class, "mode" if the
        most frequent class among them is its own (of classes that tie, the first in sorted order).
        "all" usually removes more samples.
    n_jobs : int or None, default=None
        Number of threads. None means all that are available to the process.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0).

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        The classes to clean, each with the size of the minority class.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples.
    nn_ : object
        The nearest neighbors estimator of `n_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(n_neighbors + 1)``, as each sample counts among its own neighbors.
    enn_ : EditedNearestNeighbours
        The sampler of one iteration.
    n_iter_ : int
        Number of iterations run.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    EditedNearestNeighbours : Single iteration of this method.
    AllKNN : Iterations with an increasing number of neighbors.

    Notes
    -----
    Feature types: numeric and categorical (strings, categories and enums). Two different categories
    add the square of the median standard deviation of the numeric features to the squared distance
    (1 if no feature is numeric).

    Missing values: allowed, except in sparse matrices. A missing number adds twice the variance of
    its feature to the squared distance. A missing category is treated as a category.

    Of neighbors at the same distance, those with the lower index come first.

    References
    ----------
    I. Tomek, "An experiment with the edited nearest-neighbor rule", IEEE Transactions on Systems,
    Man, and Cybernetics 6, 448-452 (1976), doi:10.1109/TSMC.1976.4309523.

    Examples
    --------
    >>> from counterpoise.under_sampling import RepeatedEditedNearestNeighbours
    >>> X = [[0.0], [1.0], [2.0], [3.0], [8.0], [9.0], [9.5]]
    >>> y = ["a", "a", "a", "a", "b", "a", "b"]
    >>> RepeatedEditedNearestNeighbours(n_neighbors=1).fit_resample(X, y)
    ([[0.0], [1.0], [2.0], [3.0], [8.0], [9.5]], ['a', 'a', 'a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "clean-sampling"
    _method: ClassVar[str] = "repeated-enn"
    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "kind_sel": [StrOptions({"all", "mode"})],
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    nn_ = NeighborsEstimator("n_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        n_neighbors: Any = 3,
        max_iter: int = 100,
        kind_sel: Agreement = "all",
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
        self.max_iter = max_iter
        self.kind_sel = kind_sel
        self.n_jobs = n_jobs
        self.scale = scale

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        self.enn_ = EditedNearestNeighbours(
            sampling_strategy=self.sampling_strategy,
            n_neighbors=self.n_neighbors,
            kind_sel=self.kind_sel,
            n_jobs=self.n_jobs,
            scale=self.scale,
        )
        editor, k = build_editor(self, table, target)
        rows = find_rows_to_clean(target, quotas)
        self.n_iter_ = 0
        while self.n_iter_ < self.max_iter:
            self.n_iter_ += 1
            n_before = len(rows)
            rows, counts = apply_editing(editor, target, rows, k)
            if len(rows) == n_before or any(check_class_sizes(target.counts, counts)):
                break
        self.sample_indices_ = sort_by_class(target.codes, editor.is_kept)
        return Resampling(kept=self.sample_indices_)
