"""What a profile is made of: facts of a table, each part frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

__all__ = [
    "ClassFacts",
    "ClassKinds",
    "ClassOverlap",
    "ColumnFacts",
    "ColumnSeparation",
    "Facts",
    "MethodAdvice",
    "Overlap",
    "RepeatCounts",
    "StudyAdvice",
    "to_plain",
]

SEPARATES = 0.99  # area under the ROC curve
MANY_REPEATS = 0.01  # of all rows
MISSING_TELLS = 0.75  # the shares of missing cells differ by half


@dataclass(frozen=True)
class ClassFacts:
    """One class.

    Attributes
    ----------
    label : object
    n_rows : int
    share : float
        Of all rows.
    """

    label: Any
    n_rows: int
    share: float


@dataclass(frozen=True)
class ColumnFacts:
    """One column, as the samplers will see it.

    Attributes
    ----------
    name : object
        Its name, or its position where the container names no columns.
    kind : str
        "float", "integer", "boolean", "nominal"; "other" where no distance is defined on its
        values.
    dtype : str
        Its type in the container's own words.
    n_missing : int
    n_distinct : int
        Distinct values, missing cells aside.
    distance_share : float or None
        Its share of the mean squared distance between two rows, in the units they came in; None
        where it takes no part, or nothing differs.
    is_identifier : bool
        Whether it seems to name or number the rows.
    may_be_codes : bool
        Whether it holds whole numbers of 3 to 10 different values, which may stand for categories.
    """

    name: Any
    kind: str
    dtype: str
    n_missing: int
    n_distinct: int
    distance_share: float | None
    is_identifier: bool
    may_be_codes: bool

    @property
    def is_constant(self) -> bool:
        """Whether it has one value, or none."""
        return self.n_distinct + bool(self.n_missing) <= 1


@dataclass(frozen=True)
class ColumnSeparation:
    """How well one column tells the classes apart.

    Attributes
    ----------
    name : object
    auc : float or None
        Area under the ROC curve of the column by itself, from 0.5 to 1, averaged over the pairs of
        classes; None where fewer than two classes have three rows.
    missing_auc : float or None
        The same of whether a cell is missing.
    """

    name: Any
    auc: float | None
    missing_auc: float | None

    @property
    def separates(self) -> bool:
        """Whether the column alone tells the classes apart: an area of 0.99 or more."""
        return self.auc is not None and self.auc >= SEPARATES

    @property
    def missing_tells(self) -> bool:
        """Whether missing cells tell much: their shares differ by half the rows or more."""
        return self.missing_auc is not None and self.missing_auc >= MISSING_TELLS


@dataclass(frozen=True)
class RepeatCounts:
    """Rows that are alike in every feature.

    Attributes
    ----------
    n_repeated : int
        Rows that repeat an earlier one.
    n_contradicting : int
        Rows whose like is found in another class.
    n_disputed : int
        Different rows that occur with more than one class.
    n_misjudged : int
        Rows that any model misjudges, as their like is found in another class more often.
    """

    n_repeated: int
    n_contradicting: int
    n_disputed: int
    n_misjudged: int


@dataclass(frozen=True)
class ClassKinds:
    """The rows of one class that is smaller than the largest, by kind.

    Attributes
    ----------
    label : object
    n_judged : int
        Rows that were looked at: all, or a random 10,000.
    safe, borderline, rare, outlier : int
        How many of these are of each kind (Napierala and Stefanowski, 2016).
    """

    label: Any
    n_judged: int
    safe: int
    borderline: int
    rare: int
    outlier: int


@dataclass(frozen=True)
class ClassOverlap:
    """How far one class is mixed with others.

    Attributes
    ----------
    label : object
    n_judged : int
        Rows that were looked at: all, or a random 10,000.
    nearest_error : float
        Share of them whose nearest other row is of another class.
    foreign_neighbors : float
        Mean share of other classes among their five nearest others.
    """

    label: Any
    n_judged: int
    nearest_error: float
    foreign_neighbors: float


@dataclass(frozen=True)
class Overlap:
    """How far the classes overlap (Lorena et al., 2019).

    Attributes
    ----------
    classes : tuple of ClassOverlap
    nearest_error : float
        Share of all rows whose nearest other row is of another class (N3).
    fisher : float or None
        F1, from the largest of Fisher's discriminant ratios: 1 where no column's class means
        differ, near 0 where those of one lie far apart; None without numeric columns.
    fisher_column : object
        The column with that ratio.
    """

    classes: tuple[ClassOverlap, ...]
    nearest_error: float
    fisher: float | None
    fisher_column: Any


@dataclass(frozen=True)
class MethodAdvice:
    """Whether a method of `counterpoise.resample` can take the table as it is.

    Attributes
    ----------
    method : str
    fits : bool
    parameters : dict
        What it needs to be given, as a class is too small for its defaults.
    reason : str
        Why it does not fit, or needs parameters; empty otherwise.
    """

    method: str
    fits: bool
    parameters: dict[str, int]
    reason: str


@dataclass(frozen=True)
class StudyAdvice:
    """A study that the table allows.

    Attributes
    ----------
    n_folds, n_repeats : int
        Of a stratified cross-validation.
    fewest_in_test : int
        Rows of the smallest class that each test fold has at least.
    methods : tuple of str
        Methods to compare with doing nothing.
    parameters : dict
        What those that look for neighbours need to be given on the training rows of a fold.
    keeps_repeats_together : bool
        Whether folds should be drawn of groups of like rows, as there are many.
    """

    n_folds: int
    n_repeats: int
    fewest_in_test: int
    methods: tuple[str, ...]
    parameters: dict[str, int]
    keeps_repeats_together: bool


@dataclass(frozen=True)
class Facts:
    """Everything that was measured of a table.

    Attributes
    ----------
    n_rows : int
    classes : tuple of ClassFacts
        In sorted order.
    ratio : float
        Rows of the largest class for each of the smallest.
    columns : tuple of ColumnFacts
        The features; columns that were set aside are not among them.
    n_missing : int
        Missing cells of all features.
    repeats : RepeatCounts
    kinds : tuple of ClassKinds
        Of each class that is smaller than the largest; empty where nothing could be measured.
    overlap : Overlap or None
        None where no column has a distance, or there are five rows or fewer.
    separations : tuple of ColumnSeparation
        For each feature.
    most_folds : int
        The most folds of which each has every class: the rows of the smallest class.
    methods : tuple of MethodAdvice
        For each method of `counterpoise.resample`.
    study : StudyAdvice or None
        None where the smallest class has a single row, or all are of one size.
    """

    n_rows: int
    classes: tuple[ClassFacts, ...]
    ratio: float
    columns: tuple[ColumnFacts, ...]
    n_missing: int
    repeats: RepeatCounts
    kinds: tuple[ClassKinds, ...]
    overlap: Overlap | None
    separations: tuple[ColumnSeparation, ...]
    most_folds: int
    methods: tuple[MethodAdvice, ...]
    study: StudyAdvice | None

    @property
    def smallest(self) -> ClassFacts:
        """The class with the fewest rows, the first of several."""
        return min(self.classes, key=lambda one: one.n_rows)


Plain = dict[str, Any] | list[Any] | str | int | float | bool | None


def to_plain(value: Any) -> Plain:
    """Return a record as dictionaries, lists, texts and numbers; what JSON knows not, as text."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
