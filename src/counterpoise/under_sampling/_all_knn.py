"""AllKNN: edit with one neighbour, then two, and so on.

Reference: Tomek (1976), doi:10.1109/TSMC.1976.4309523.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import grouped_by_class
from counterpoise._lib.sklearn_private import StrOptions
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors import JOBS, NEIGHBORS, SCALE, Agreement, Scale
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target
from counterpoise.under_sampling._edited_nearest_neighbours import EditedNearestNeighbours
from counterpoise.under_sampling._editing import (
    edit_once,
    has_gone_too_far,
    open_editor,
    rows_to_clean,
)

__all__ = ["AllKNN"]


class AllKNN(BaseSampler):
    """Under-sample by editing with ever more neighbours.

    Rows whose nearest neighbour disagrees with them are removed, then rows one of whose two nearest
    among those left does, and so on up to `n_neighbors`; or until a class is gone or has become
    smaller than the smallest was. The output is grouped by class.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which rows are removed: "auto" and "not minority" mean all but the
        smallest, "majority" the largest, "not majority" all but the largest, "all" all; a list
        names them; a function of y returns such a list.
    n_neighbors : int or object, default=3
        How many nearest other rows are asked; or a neighbour search with `fit` and `kneighbors`,
        which counts the row itself (``NearestNeighbors(n_neighbors=4)`` means three).
    kind_sel : {"all", "mode"}, default="all"
        Whether a row stays only if all its neighbours are of its class, or if the commonest of
        their classes is (of several equally common ones, the first).
    allow_minority : bool, default=False
        Whether to go on when a class has become smaller than the smallest was.
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
    nn_ : int or object
        The neighbour search: the number of neighbours, or the object that was given.
    enn_ : EditedNearestNeighbours
        The last pass of it.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    EditedNearestNeighbours : A single pass.
    RepeatedEditedNearestNeighbours : Repeats the same pass.

    Notes
    -----
    Columns of strings, categories and enums take part: two different values add the square of the
    median standard deviation of the numeric columns to the squared distance (1 where there are
    none). A missing number adds twice its column's variance. Equally near rows count by their
    number.

    References
    ----------
    I. Tomek, "An experiment with the edited nearest-neighbor rule", IEEE Transactions on Systems,
    Man, and Cybernetics 6, 448-452 (1976), doi:10.1109/TSMC.1976.4309523.

    Examples
    --------
    >>> from counterpoise.under_sampling import AllKNN
    >>> X = [[0.0], [1.0], [2.0], [3.0], [8.0], [9.0], [9.5]]
    >>> y = ["a", "a", "a", "a", "b", "a", "b"]
    >>> AllKNN(n_neighbors=1).fit_resample(X, y)
    ([[0.0], [1.0], [2.0], [3.0], [8.0], [9.5]], ['a', 'a', 'a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "clean-sampling"
    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "kind_sel": [StrOptions({"all", "mode"})],
        "allow_minority": ["boolean"],
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        n_neighbors: Any = 3,
        kind_sel: Agreement = "all",
        allow_minority: bool = False,
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
        self.kind_sel = kind_sel
        self.allow_minority = allow_minority
        self.n_jobs = n_jobs
        self.scale = scale

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_ = self.n_neighbors
        editor, most = open_editor(self, table, labels)
        rows = rows_to_clean(labels, targets)
        for k in range(1, most + 1):
            rows, after = edit_once(editor, labels, rows, k)
            is_smaller, is_gone = has_gone_too_far(labels.counts, after)
            if is_gone or (is_smaller and not self.allow_minority):
                break
        self.enn_ = EditedNearestNeighbours(
            sampling_strategy=self.sampling_strategy,
            n_neighbors=k,
            kind_sel=self.kind_sel,
            n_jobs=self.n_jobs,
            scale=self.scale,
        )
        self.sample_indices_ = grouped_by_class(labels.codes, editor.is_left)
        return Resampling(kept=self.sample_indices_)
