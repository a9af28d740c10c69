"""Tomek links: remove rows whose nearest row is of another class, and theirs they.

Reference: Tomek (1976), doi:10.1109/TSMC.1976.4309452.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.threads import thread_count
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors import JOBS, SCALE, Scale, lay_out, measure_units, tomek_links
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target

__all__ = ["TomekLinks"]


class TomekLinks(BaseSampler):
    """Under-sample by removing Tomek links.

    Two rows of different classes are linked if neither has a row strictly nearer than the other:
    they lie at the border, or one of them is noise. Rows of the classes to clean go; the order of
    the others stays.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which rows are removed: "auto" and "not minority" mean all but the
        smallest, "majority" the largest, "not majority" all but the largest, "all" all; a list
        names them; a function of y returns such a list.
    n_jobs : int or None, default=None
        Threads; None for all that the process may use.
    scale : {"standard", "robust"} or None, default=None
        Measure distances with each column divided by its standard deviation or its interquartile
        range over all rows.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        The classes concerned, with the size of the smallest class.
    sample_indices_ : ndarray of int of shape (n_output,)
        The input row that each output row is.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    OneSidedSelection : Condenses first, then removes links.
    counterpoise.combine.SMOTETomek : Makes rows first, then removes links.

    Notes
    -----
    Columns of strings, categories and enums take part: two different values add the square of the
    median standard deviation of the numeric columns to the squared distance (1 where there are
    none). A missing number adds twice its column's variance. Equally near rows count by their
    number. Identical rows of different classes are
    linked, however often they are repeated.

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
    _reads: ClassVar[Reads] = "distances"
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
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        space = lay_out(table, None, measure_units(table, self.scale))
        in_link = tomek_links(space, labels.codes, thread_count(self.n_jobs))
        targeted = np.isin(labels.codes, [target.code for target in targets])
        self.sample_indices_ = np.flatnonzero(~(in_link & targeted))
        return Resampling(kept=self.sample_indices_)
