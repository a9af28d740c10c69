"""The neighbourhood cleaning rule: edit, then remove whatever misleads the smallest class.

Reference: Laurikkala (2001), doi:10.1007/3-540-48229-6_9.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone

from counterpoise._array_ops import commonest
from counterpoise._lib.sklearn_private import HasMethods, Interval
from counterpoise._lib.types import RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors import JOBS, NEIGHBORS, SCALE, Agreement, Editor, Scale
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target
from counterpoise.under_sampling._edited_nearest_neighbours import EditedNearestNeighbours
from counterpoise.under_sampling._editing import open_editor, rows_to_clean

__all__ = ["NeighbourhoodCleaningRule"]


class NeighbourhoodCleaningRule(BaseSampler):
    """Under-sample by editing, and by removing the neighbours of misjudged rare rows.

    Rows of the classes to clean go if the commonest class among their neighbours is another one.
    So do, where a row of the smallest class is misjudged by its neighbours, those of them that
    belong to a class to clean which is large enough. The order of the other rows stays.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which rows are removed: "auto" and "not minority" mean all but the
        smallest, "majority" the largest, "not majority" all but the largest, "all" all; a list
        names them; a function of y returns such a list.
    edited_nearest_neighbours : object or None, default=None
        What edits; None for `EditedNearestNeighbours` with ``kind_sel="mode"`` and the parameters
        given here.
    n_neighbors : int or object, default=3
        How many nearest other rows are asked; or a neighbour search with `fit` and `kneighbors`,
        which counts the row itself (``NearestNeighbors(n_neighbors=4)`` means three).
    threshold_cleaning : float, default=0.5
        How large a class must be for its rows to go as neighbours, as a part of the smallest
        class; above 0.
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
    classes_to_clean_ : list
        The classes whose rows may go as neighbours.
    edited_nearest_neighbours_ : object
        What edits.
    nn_ : int or object
        The neighbour search: the number of neighbours, or the object that was given.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    EditedNearestNeighbours : The first step alone.

    Notes
    -----
    Columns of strings, categories and enums take part: two different values add the square of the
    median standard deviation of the numeric columns to the squared distance (1 where there are
    none). A missing number adds twice its column's variance. Equally near rows count by their
    number.

    References
    ----------
    J. Laurikkala, "Improving identification of difficult small classes by balancing class
    distribution", Artificial Intelligence in Medicine (2001), 63-66,
    doi:10.1007/3-540-48229-6_9.

    Examples
    --------
    >>> from counterpoise.under_sampling import NeighbourhoodCleaningRule
    >>> X = [[0.0], [1.0], [2.0], [5.0], [5.4], [9.0], [9.5]]
    >>> y = ["a", "a", "a", "a", "b", "b", "b"]
    >>> NeighbourhoodCleaningRule(n_neighbors=1).fit_resample(X, y)
    ([[0.0], [1.0], [2.0], [5.4], [9.0], [9.5]], ['a', 'a', 'a', 'b', 'b', 'b'])
    """

    kind_sel: ClassVar[Agreement] = "mode"
    _family: ClassVar[Family] = "clean-sampling"
    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "edited_nearest_neighbours": [HasMethods(["fit_resample", "decide"]), None],
        "n_neighbors": NEIGHBORS,
        "threshold_cleaning": [Interval(Real, 0, None, closed="neither")],
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        edited_nearest_neighbours: Any = None,
        n_neighbors: Any = 3,
        threshold_cleaning: float = 0.5,
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.edited_nearest_neighbours = edited_nearest_neighbours
        self.n_neighbors = n_neighbors
        self.threshold_cleaning = threshold_cleaning
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
        editor, k = open_editor(self, table, labels)
        is_kept = np.ones(table.n_rows, bool)
        is_kept[self._misleading(editor, k, labels, targets)] = False
        is_kept[self._edited(editor, k, table, labels, targets)] = False
        self.sample_indices_ = np.flatnonzero(is_kept)
        return Resampling(kept=self.sample_indices_)

    def _misleading(
        self, editor: Editor, k: int, labels: Labels, targets: tuple[Target, ...]
    ) -> RowArray:
        """Return the neighbours of misjudged rows of the smallest class, of classes to clean."""
        smallest = int(labels.counts.argmin())
        least = labels.counts[smallest] * self.threshold_cleaning
        cleaned = [target for target in targets if target.count >= least]
        self.classes_to_clean_ = [target.label for target in cleaned]
        neighbors = editor.nearest_others(labels.rows_of(smallest), k)
        is_misjudged = commonest(labels.codes[neighbors]) != smallest
        misjudged: RowArray = neighbors[is_misjudged].ravel()
        return misjudged[np.isin(labels.codes[misjudged], [target.code for target in cleaned])]

    def _edited(
        self, editor: Editor, k: int, table: Table, labels: Labels, targets: tuple[Target, ...]
    ) -> RowArray:
        """Return the rows that editing removes."""
        if self.edited_nearest_neighbours is None:
            self.edited_nearest_neighbours_ = EditedNearestNeighbours(
                sampling_strategy=self.sampling_strategy,
                n_neighbors=self.n_neighbors,
                kind_sel="mode",
                n_jobs=self.n_jobs,
                scale=self.scale,
            )
            rows = rows_to_clean(labels, targets)
            return rows[~editor.agree(rows, k)]
        self.edited_nearest_neighbours_ = clone(self.edited_nearest_neighbours)
        left = self.edited_nearest_neighbours_.decide(table, labels).kept_rows(table.n_rows)
        return np.setdiff1d(np.arange(table.n_rows), left)
