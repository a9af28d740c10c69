"""Tomek links: remove samples whose nearest neighbor, mutually, is of another class.

Reference: Tomek (1976), doi:10.1109/TSMC.1976.4309452.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.threads import thread_count
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Needs, Reads
from counterpoise.neighbors._search import JOBS
from counterpoise.neighbors._space import SCALE, Scale, build_search_space, compute_distance_units
from counterpoise.neighbors._tomek import find_tomek_links

__all__ = ["TomekLinks"]


class TomekLinks(BaseSampler):
    """Undersample by removing Tomek links: mutual nearest neighbors of different classes.

    Two samples of different classes form a Tomek link if neither has a sample strictly nearer than
    the other. They lie at the class border, or one of them is noise. Samples of the classes to
    clean that belong to a link are removed. The order of the other samples does not change.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which samples are removed: "majority", "not minority", "not majority" or
        "all"; "auto" is the same as "not minority". A list contains the classes themselves. A
        callable takes `y` and returns such a list.
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
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    OneSidedSelection : Removal of redundant samples, then of Tomek links.
    counterpoise.combine.SMOTETomek : Oversampling with SMOTE, then removal of Tomek links.

    Notes
    -----
    Identical samples of different classes are linked, however many duplicates they have.

    Feature types: numeric and categorical (strings, categories and enums). Two different categories
    add the square of the median standard deviation of the numeric features to the squared distance
    (1 if no feature is numeric).

    Missing values: allowed, except in sparse matrices. A missing number adds twice the variance of
    its feature to the squared distance. A missing category is treated as a category.

    References
    ----------
    I. Tomek, "Two modifications of CNN", IEEE Transactions on Systems, Man, and Cybernetics 6,
    769-772 (1976), doi:10.1109/TSMC.1976.4309452.

    Examples
    --------
    >>> from counterpoise.under_sampling import TomekLinks
    >>> X, y = [[0.0], [1.0], [2.2], [3.0], [3.5]], ["a", "a", "a", "b", "a"]
    >>> TomekLinks().fit_resample(X, y)
    ([[0.0], [1.0], [2.2], [3.0]], ['a', 'a', 'a', 'b'])
    """

    _family: ClassVar[Family] = "clean-sampling"
    _method: ClassVar[str] = "tomek-links"
    _reads: ClassVar[Reads] = "distances"
    _needs: ClassVar[Needs] = "neighbors"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_jobs = n_jobs
        self.scale = scale

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        space = build_search_space(table, None, compute_distance_units(table, self.scale))
        in_link = find_tomek_links(space, target.codes, thread_count(self.n_jobs))
        is_to_clean = np.isin(target.codes, [quota.code for quota in quotas])
        self.sample_indices_ = np.flatnonzero(~(in_link & is_to_clean))
        return Resampling(kept=self.sample_indices_)
