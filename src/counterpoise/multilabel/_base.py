"""The base class of samplers for several labels per sample."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

from counterpoise._lib.types import IntArray
from counterpoise._table import (
    LabelMatrix,
    Provenance,
    Resampling,
    Table,
    as_label_matrix,
    as_table,
    backend_of,
    rebuild_label_matrix,
)
from counterpoise.base import Reads, SamplerMixin
from counterpoise.neighbors._checks import check_feature_types

__all__ = ["LabelDecision", "MultilabelSampler"]


@dataclass(frozen=True)
class LabelDecision:
    """Decision of a sampler about the samples and their labels.

    Attributes
    ----------
    rows : Resampling
        The output rows.
    changed : ndarray of int of shape (n_changed,)
        The output rows that do not have the labels of their input row, in ascending order. All
        synthetic rows are among them.
    label_sets : csr_array of int of shape (n_changed, n_labels), or None
        The labels of these rows; None if there are none.
    """

    rows: Resampling
    changed: IntArray = field(default_factory=lambda: np.empty(0, np.intp))
    label_sets: Any = None


class MultilabelSampler(SamplerMixin, BaseEstimator):
    """Base class of samplers for several labels per sample.

    A subclass implements `_resample`, which returns a `LabelDecision`.

    Attributes
    ----------
    n_features_in_ : int
        Number of features in the input.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features; defined only if all names are strings.
    provenance_ : Provenance
        Where each output row came from; set by `fit_resample`.

    See Also
    --------
    counterpoise.base.BaseSampler : Base class of samplers for one class per sample.
    """

    _reads: ClassVar[Reads] = "anything"
    _parameter_constraints: ClassVar[dict[str, Any]] = {"random_state": ["random_state"]}

    def fit(self, X: Any, y: Any) -> Self:
        """Validate the data without resampling it.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.
        y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
            The label matrix; see `fit_resample`.

        Returns
        -------
        self : object
            The sampler itself.
        """
        self._read(X, y)
        return self

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Resample the data.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples. X is never written to.
        y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
            The label matrix: 1 or True for each label that a sample has, else 0 or False.

        Returns
        -------
        X_resampled : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
            The resampled samples, in the container of X.
        y_resampled : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_labels)
            The labels of each resampled sample, in the container of y.

        Raises
        ------
        TargetError
            If y is not a label matrix, or no sample has one of the labels.
        InputError
            If the data cannot be resampled with these parameters.
        """
        table, labels = self._read(X, y)
        rng = check_random_state(getattr(self, "random_state", None))
        decision = self._resample(table, labels, rng)
        self.provenance_ = Provenance(decision.rows, table.n_rows, backend_of(table))
        # Rows with other labels are new, even if their features are those of an input row.
        keep_index = not len(decision.changed) and table.has_index and labels.table.has_index
        return (
            table.rebuild(decision.rows, keep_index=keep_index),
            rebuild_label_matrix(
                labels, decision.rows, decision.changed, decision.label_sets, keep_index=keep_index
            ),
        )

    def _read(self, X: Any, y: Any) -> tuple[Table, LabelMatrix]:
        self._validate_params()
        table = as_table(X, samples="any" if self._reads == "anything" else "rows")
        labels = as_label_matrix(y, table.n_rows)
        if self._reads == "distances":
            check_feature_types(table, type(self).__name__)
        self._set_feature_names(table)
        return table, labels

    @abstractmethod
    def _resample(
        self, table: Table, labels: LabelMatrix, rng: np.random.RandomState
    ) -> LabelDecision:
        """Select the input rows to keep, and generate synthetic samples with their labels.

        Parameters
        ----------
        table : Table
            The samples.
        labels : LabelMatrix
            The labels of the samples.
        rng : RandomState instance
            The only source of randomness.

        Returns
        -------
        LabelDecision
            The decision, from which the output is built.
        """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.target_tags.one_d_labels = False
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = False
        return tags
