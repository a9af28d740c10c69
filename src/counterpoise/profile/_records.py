"""Records that a data profile consists of: measurements of a table, each record frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.profile._shift_records import DatasetShift

__all__ = [
    "ClassOverlap",
    "ClassSummary",
    "ColumnContribution",
    "ColumnSeparation",
    "ColumnSummary",
    "DuplicateCounts",
    "LabelErrors",
    "Measurements",
    "MethodAdvice",
    "Overlap",
    "SampleTypeCounts",
    "Sentinel",
    "SparseSummary",
    "StudyAdvice",
    "SuspectLabel",
    "to_plain",
]

SEPARATING_AUC = 0.99
MANY_DUPLICATES = 0.01  # share of all rows
UNSUPPORTED = "unsupported type"  # why a column on which no distance is defined is left out
# Reasons of methods that run, but are not recommended.
NO_CATEGORIES = "no column is categorical; use smote"
NUMBERS_AS_CATEGORIES = "treats each number as a category"
# 0.5 + half the difference between the two classes' shares of missing values: the shares differ
# by 50 percentage points or more.
SEPARATING_MISSING_AUC = 0.75
# Precision and recall in the test with planted label errors. The precision is a lower bound: label
# errors of the table that were not found before count as false positives.
MIN_TEST_PRECISION, MIN_TEST_RECALL = 0.5, 0.25


@dataclass(frozen=True)
class ClassSummary:
    """Size of one class.

    Attributes
    ----------
    label : object
        Class label.
    n_rows : int
        Number of rows of the class.
    share : float
        Share of all rows, in [0, 1].
    """

    label: Any
    n_rows: int
    share: float


@dataclass(frozen=True)
class Sentinel:
    """A value that may stand for a missing value.

    Attributes
    ----------
    value : str
        The number, or the date as YYYY-MM-DD.
    n_rows : int
        Number of rows with the value.
    low, high : str
        The lowest and the highest of the other values.
    """

    value: str
    n_rows: int
    low: str
    high: str


@dataclass(frozen=True)
class ColumnSummary:
    """Type and content of one column.

    Attributes
    ----------
    name : object
        Column name, or the column's position if the container has no column names.
    feature_type : {"float", "integer", "boolean", "categorical", "other"}
        "other" if no distance is defined on the values, such as dates and lists.
    dtype : str
        Data type, as the container names it.
    n_missing : int
        Number of missing values.
    n_unique : int
        Number of distinct values, not counting missing values.
    distance_share : float or None
        Share of the column in the mean squared distance between two rows when features are not
        scaled. None if the column is not part of the distance, or no two rows differ.
    left_out : {"identifier", "free text", "date", "numbers as text", "unsupported type"} or None
        Why the column takes no part in distances; None if it does.
    is_identifier : bool
        Whether the column seems to hold row identifiers: strings that are nearly all different, or
        whole numbers that are consecutive, or different in a way that chance does not explain.
    is_free_text : bool
        Whether the column seems to hold free text: many different strings of several words.
    is_date : bool
        Whether the column holds dates, as a type or as text.
    sentinels : tuple of Sentinel
        Values that may stand for a missing value.
    may_be_categorical : bool
        Whether a numeric column holds 3 to 10 distinct whole numbers, which may be category codes.
    """

    name: Any
    feature_type: str
    dtype: str
    n_missing: int
    n_unique: int
    distance_share: float | None
    left_out: str | None
    is_identifier: bool
    is_free_text: bool
    is_date: bool
    sentinels: tuple[Sentinel, ...]
    may_be_categorical: bool

    @property
    def is_constant(self) -> bool:
        """Whether the column has at most one distinct value, a missing value counting as one."""
        return self.n_unique + bool(self.n_missing) <= 1


@dataclass(frozen=True)
class SparseSummary:
    """Content of a sparse table, whose columns are not described one by one.

    Attributes
    ----------
    n_columns : int
        Number of columns.
    n_values : int
        Number of values that are not 0.
    n_constant_columns : int
        Number of columns with a single value, mostly 0.
    n_empty_rows : int
        Number of rows without a value other than 0.
    """

    n_columns: int
    n_values: int
    n_constant_columns: int
    n_empty_rows: int


@dataclass(frozen=True)
class ColumnSeparation:
    """How well a single column separates the classes.

    Attributes
    ----------
    name : object
        Column name, or the column's position.
    auc : float or None
        Area under the ROC curve when the column alone is the score, from 0.5 to 1, averaged over
        all pairs of classes. None if fewer than two classes have three rows or more.
    missing_auc : float or None
        The same when the score is whether the value is missing.
    """

    name: Any
    auc: float | None
    missing_auc: float | None

    @property
    def separates(self) -> bool:
        """Whether the column alone separates the classes: `auc` is 0.99 or more."""
        return self.auc is not None and self.auc >= SEPARATING_AUC

    @property
    def missing_separates(self) -> bool:
        """Whether missing values depend strongly on the class: `missing_auc` is 0.75 or more."""
        return self.missing_auc is not None and self.missing_auc >= SEPARATING_MISSING_AUC


@dataclass(frozen=True)
class ColumnContribution:
    """What a column that may leak the target contributes to the predictions of a model.

    Average precision is measured in 5-fold cross-validation: of the minority class, or the mean
    over all classes if there are more than two.

    Attributes
    ----------
    name : object
        Column name, or the column's position.
    average_precision : float
        With the column, and without the other columns that may leak the target.
    baseline : float
        Without any of these columns.
    standard_deviation : float
        Standard deviation of the difference over the folds.
    """

    name: Any
    average_precision: float
    baseline: float
    standard_deviation: float


@dataclass(frozen=True)
class DuplicateCounts:
    """Numbers of rows that are equal in every feature.

    Attributes
    ----------
    n_duplicates : int
        Rows that equal an earlier row.
    n_conflicting : int
        Rows that equal a row of another class.
    n_conflicting_unique : int
        Distinct rows among them.
    n_unavoidable_errors : int
        Smallest possible number of misclassified rows among them: equal rows get the same
        prediction, so that in each group only the rows of one class can be classified correctly.
    """

    n_duplicates: int
    n_conflicting: int
    n_conflicting_unique: int
    n_unavoidable_errors: int


@dataclass(frozen=True)
class SampleTypeCounts:
    """Numbers of safe, borderline, rare and outlier rows in one class.

    Attributes
    ----------
    label : object
        Class label; the majority class is not evaluated.
    n_evaluated : int
        Number of rows whose type was determined: all, or a random 10,000.
    safe, borderline, rare, outlier : int
        Number of rows of each type (Napierala and Stefanowski, 2016).
    """

    label: Any
    n_evaluated: int
    safe: int
    borderline: int
    rare: int
    outlier: int


@dataclass(frozen=True)
class ClassOverlap:
    """Overlap of one class with the other classes.

    Attributes
    ----------
    label : object
        Class label.
    n_evaluated : int
        Number of rows whose neighbors were searched: all, or a random 10,000.
    nearest_neighbor_error : float
        Share of these rows whose nearest neighbor is of another class.
    other_class_neighbors : float
        Mean share of other classes among their five nearest neighbors.
    """

    label: Any
    n_evaluated: int
    nearest_neighbor_error: float
    other_class_neighbors: float


@dataclass(frozen=True)
class Overlap:
    """Overlap of the classes (Lorena et al., 2019).

    Attributes
    ----------
    classes : tuple of ClassOverlap
        Overlap of each class.
    nearest_neighbor_error : float
        Share of all rows whose nearest neighbor is of another class (measure N3).
    fisher : float or None
        Maximum Fisher's discriminant ratio r as 1 / (1 + r) (measure F1): 1 if the class means are
        equal in every numeric column, near 0 if they are far apart in one column. None without
        numeric columns.
    fisher_column : object
        Column with the largest ratio.
    """

    classes: tuple[ClassOverlap, ...]
    nearest_neighbor_error: float
    fisher: float | None
    fisher_column: Any


@dataclass(frozen=True)
class SuspectLabel:
    """A row that is probably mislabeled.

    Attributes
    ----------
    row : int
        Row number, from 0.
    label : object
        The class that the row has.
    predicted : object
        The class that a model predicts that was not trained on the row.
    probability : float
        Predicted probability of this class.
    label_probability : float
        Predicted probability of `label`.
    """

    row: int
    label: Any
    predicted: Any
    probability: float
    label_probability: float


@dataclass(frozen=True)
class LabelErrors:
    """Rows that are probably mislabeled, and a test of how well they can be found.

    Attributes
    ----------
    suspects : tuple of SuspectLabel
        Those of the smallest class first, as oversampling multiplies them; by decreasing difference
        of the two probabilities. Empty if the test is not conclusive.
    n_planted : int
        Number of labels that were changed for the test.
    n_found : int
        Number of these that were found.
    n_false_positives : int
        Number of other rows that were reported in the test.
    """

    suspects: tuple[SuspectLabel, ...]
    n_planted: int
    n_found: int
    n_false_positives: int

    @property
    def is_conclusive(self) -> bool:
        """Whether half of what the test reported was planted, and a quarter of that was found."""
        n_reported = self.n_found + self.n_false_positives
        return (
            self.n_found > 0
            and self.n_found >= MIN_TEST_PRECISION * n_reported
            and self.n_found >= MIN_TEST_RECALL * self.n_planted
        )


@dataclass(frozen=True)
class MethodAdvice:
    """Whether a method of `counterpoise.resample` can be applied to a table as it is.

    Attributes
    ----------
    method : str
        Name of the method.
    applicable : bool
        Whether the method suits the feature types and class sizes of the table.
    parameters : dict
        Parameters to set because a class is too small for their defaults.
    reason : str
        Why the method is not applicable, or why it needs parameters; empty otherwise.
    """

    method: str
    applicable: bool
    parameters: dict[str, int | str]
    reason: str


@dataclass(frozen=True)
class StudyAdvice:
    """Suggested study: cross-validation and methods to compare with the baseline.

    Attributes
    ----------
    n_folds, n_repeats : int
        Number of folds and of repeats of a stratified cross-validation.
    min_test_rows : int
        Smallest number of rows of the smallest class in a test fold.
    methods : tuple of str
        Methods to compare with the baseline, as `counterpoise.study.Study` names them: "smote"
        chooses SMOTE, SMOTENC or SMOTEN by the feature types, and as many neighbors as the
        training folds allow.
    group_duplicates : bool
        Whether to keep duplicate rows in the same fold, because there are many of them.
    """

    n_folds: int
    n_repeats: int
    min_test_rows: int
    methods: tuple[str, ...]
    group_duplicates: bool


@dataclass(frozen=True)
class ClassProjection:
    """Samples on the plane of the first two principal components.

    Attributes
    ----------
    rows : ndarray of int of shape (n_shown,)
        Row numbers.
    positions : ndarray of float64 of shape (n_shown, 2)
    sample_types : ndarray of int8 of shape (n_shown,)
        0 safe, 1 borderline, 2 rare, 3 outlier; -1 for majority samples.
    explained_variance : float
        Share of the variance of the scaled features, in [0, 1].
    """

    rows: RowArray
    positions: Float64Array
    sample_types: IntArray
    explained_variance: float


@dataclass(frozen=True)
class Measurements:
    """All measurements of a table.

    Attributes
    ----------
    n_rows : int
    classes : tuple of ClassSummary
    imbalance_ratio : float
    columns : tuple of ColumnSummary
    n_missing : int
    duplicates : DuplicateCounts
    sample_types : tuple of SampleTypeCounts
    overlap : Overlap or None
    separations : tuple of ColumnSeparation
    contributions : tuple of ColumnContribution
    label_errors : LabelErrors or None
    max_folds : int
    methods : tuple of MethodAdvice
    study : StudyAdvice or None
    scale : {"standard", "robust"} or None
    sparse : SparseSummary or None
    shift : DatasetShift or None
    projection : ClassProjection or None

    See Also
    --------
    DataProfile : Describes each attribute.
    """

    n_rows: int
    classes: tuple[ClassSummary, ...]
    imbalance_ratio: float
    columns: tuple[ColumnSummary, ...]
    n_missing: int
    duplicates: DuplicateCounts
    sample_types: tuple[SampleTypeCounts, ...]
    overlap: Overlap | None
    separations: tuple[ColumnSeparation, ...]
    contributions: tuple[ColumnContribution, ...]
    label_errors: LabelErrors | None
    max_folds: int
    methods: tuple[MethodAdvice, ...]
    study: StudyAdvice | None
    scale: str | None
    sparse: SparseSummary | None = None
    shift: DatasetShift | None = None
    projection: ClassProjection | None = field(default=None, repr=False, compare=False)

    @property
    def n_columns(self) -> int:
        """Number of features."""
        return len(self.columns) if self.sparse is None else self.sparse.n_columns

    @property
    def smallest_class(self) -> ClassSummary:
        """The class with the fewest rows; the first one if several are equally small."""
        return min(self.classes, key=lambda summary: summary.n_rows)


Plain = dict[str, Any] | list[Any] | str | int | float | bool | None


def to_plain(value: Any) -> Plain:
    """Convert a record to dictionaries, lists, strings and numbers that JSON can hold.

    Fields that `repr` does not show are left out, such as the positions of samples on a plane.
    Other objects become strings. NaN and infinity, which JSON does not have, become None.
    """
    if is_dataclass(value):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value) if one.repr}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
