"""Edited nearest neighbors: remove samples whose nearest neighbors are of another class.

Reference: Wilson (1972), doi:10.1109/TSMC.1972.4309137.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np

from counterpoise._array_ops import sort_by_class
from counterpoise._lib.sklearn_private import StrOptions
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy, check_n_rows
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Needs, Reads
from counterpoise.neighbors._editing import Agreement, Editor
from counterpoise.neighbors._search import JOBS, NEIGHBORS, NeighborsEstimator, get_n_neighbors
from counterpoise.neighbors._space import SCALE, Scale, build_search_space, compute_distance_units

__all__ = [
    "EditedNearestNeighbours",
    "apply_editing",
    "build_editor",
    "check_class_sizes",
    "find_rows_to_clean",
]


class EditedNearestNeighbours(BaseSampler):
    """Undersample with edited nearest neighbors: remove samples whose neighbors differ in class.

    A sample of the classes to clean is kept if all ("all") or most ("mode") of its `n_neighbors`
    nearest neighbors are of its class (`kind_sel`); else it is removed. All samples are checked
    before any is removed, so that samples to be removed count as neighbors, too. The output is
    grouped by class.

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
    kind_sel : {"all", "mode"}, default="all"
        A sample is kept if all its nearest neighbors are of its class ("all"), or if its class is
        the most frequent one among them ("mode"; of classes that tie, the first in sorted order).
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
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    RepeatedEditedNearestNeighbours : This method, repeated until no sample is removed.
    AllKNN : This method, repeated with an increasing number of neighbors.
    NeighbourhoodCleaningRule : Cleaning that also removes neighbors of misclassified samples.

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
    D. L. Wilson, "Asymptotic properties of nearest neighbor rules using edited data", IEEE
    Transactions on Systems, Man, and Cybernetics 2, 408-421 (1972),
    doi:10.1109/TSMC.1972.4309137.

    Examples
    --------
    >>> from counterpoise.under_sampling import EditedNearestNeighbours
    >>> X, y = [[0.0], [1.0], [2.0], [8.0], [9.0], [9.5]], ["a", "a", "a", "b", "a", "b"]
    >>> EditedNearestNeighbours(n_neighbors=1).fit_resample(X, y)
    ([[0.0], [1.0], [2.0], [8.0], [9.5]], ['a', 'a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "clean-sampling"
    _method: ClassVar[str] = "enn"
    _reads: ClassVar[Reads] = "distances"
    _needs: ClassVar[Needs] = "neighbors"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
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
        kind_sel: Agreement = "all",
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
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
        editor, k = build_editor(self, table, target)
        apply_editing(editor, target, find_rows_to_clean(target, quotas), k)
        self.sample_indices_ = sort_by_class(target.codes, editor.is_kept)
        return Resampling(kept=self.sample_indices_)


class _EditingSampler(Protocol):
    """A sampler with the parameters of edited nearest neighbors."""

    n_neighbors: Any
    kind_sel: Agreement
    n_jobs: int | None
    scale: Scale


def build_editor(
    sampler: _EditingSampler, table: Table, target: EncodedTarget
) -> tuple[Editor, int]:
    """Build the neighbor search of a sampler; return it and the number of neighbors."""
    k = get_n_neighbors(sampler.n_neighbors)
    check_n_rows(type(sampler).__name__, "n_neighbors", k, table.n_rows)
    space = build_search_space(table, None, compute_distance_units(table, sampler.scale))
    editor = Editor(
        space,
        target.codes,
        sampler.n_neighbors,
        k,
        kind=sampler.kind_sel,
        n_jobs=thread_count(sampler.n_jobs),
    )
    return editor, k


def find_rows_to_clean(target: EncodedTarget, quotas: tuple[ClassQuota, ...]) -> RowArray:
    """Return the rows of the classes to clean, in ascending order."""
    return np.flatnonzero(np.isin(target.codes, [quota.code for quota in quotas]))


def apply_editing(
    editor: Editor, target: EncodedTarget, rows: RowArray, k: int
) -> tuple[RowArray, IntArray]:
    """Remove the rows whose nearest neighbors are not of their class, all at once.

    Parameters
    ----------
    editor : Editor
    target : EncodedTarget
    rows : ndarray of int of shape (n_rows,)
        The rows to check.
    k : int
        Number of neighbors.

    Returns
    -------
    rows : ndarray of int of shape (n_kept,)
        The rows that are kept.
    counts : ndarray of int of shape (n_classes,)
        Number of samples of each class that are left in the whole table.
    """
    agrees = editor.neighbors_agree(rows, k)
    editor.remove(rows[~agrees])
    left = target.codes[editor.is_kept]
    return rows[agrees], np.bincount(left, minlength=len(target.counts))


def check_class_sizes(before: IntArray, after: IntArray) -> tuple[bool, bool]:
    """Return whether a class fell below the minority class's size, and whether one is empty.

    Parameters
    ----------
    before, after : ndarray of int of shape (n_classes,)
        Number of samples of each class before the first iteration, and now.

    Returns
    -------
    is_smaller : bool
        Whether a class has fewer samples than the minority class had.
    is_empty : bool
        Whether a class has no sample left.
    """
    others = np.delete(after, before.argmin())
    others = others[others > 0]
    return bool((others < before.min()).any()), bool((after == 0).any())
