"""The function `inspect`, and the profile that it returns."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from counterpoise._column_roles import ColumnRole, find_roles, read_values, role_of
from counterpoise._lib.findings import Finding
from counterpoise._page.write import write_rendered
from counterpoise._table import (
    EncodedTarget,
    FeatureType,
    SparseColumns,
    SparseTable,
    Table,
    as_table,
    encode_target,
    explaining_swapped,
    feature_positions,
    feature_types_of,
    split_target,
)
from counterpoise.exceptions import InputError, UnknownColumnError
from counterpoise.neighbors._checks import check_finite
from counterpoise.neighbors._space import UNITS, Scale, choose_scale, compute_distance_units
from counterpoise.profile._advice import advise_methods, advise_study
from counterpoise.profile._columns import (
    compute_distance_shares,
    find_separating_columns,
    measure_separation,
    summarize_column,
)
from counterpoise.profile._duplicates import Duplicates, find_duplicates
from counterpoise.profile._findings import find_all
from counterpoise.profile._model_checks import check_sparse_with_models, check_with_models
from counterpoise.profile._neighborhoods import (
    N_NEIGHBORS,
    SAMPLE_TYPES,
    SampleTypes,
    build_search,
    classify_rows,
    measure_overlap,
    select_rows,
)
from counterpoise.profile._page import render_page
from counterpoise.profile._projection import project_classes
from counterpoise.profile._records import (
    UNSUPPORTED,
    ClassProjection,
    ClassSummary,
    ColumnSeparation,
    ColumnSummary,
    DuplicateCounts,
    Measurements,
    MethodAdvice,
    Overlap,
    SampleTypeCounts,
    SparseSummary,
    to_plain,
)
from counterpoise.profile._sections import Section, build_sections, to_html, to_text
from counterpoise.profile._shift import compare_with_test_set, open_test_set

__all__ = ["DataProfile", "format_profile", "inspect"]


@dataclass(frozen=True)
class DataProfile(Measurements):
    """Profile of a table before resampling, as `counterpoise.inspect` returns it.

    Printing it gives text of 80 columns; a notebook shows tables.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    classes : tuple of ClassSummary
        Size of each class, in sorted order: `label`, `n_rows`, `share`.
    imbalance_ratio : float
        Number of rows of the largest class divided by that of the smallest.
    columns : tuple of ColumnSummary
        Type and content of each feature: `name`, `feature_type`, `dtype`, `n_missing`, `n_unique`,
        `distance_share`, `left_out`, `is_identifier`, `is_free_text`, `is_date`, `sentinels`,
        `may_be_categorical`, `is_constant`. Ignored columns are not included.
    n_missing : int
        Number of missing values in all features.
    duplicates : DuplicateCounts
        Numbers of duplicate rows and of duplicates with conflicting labels: `n_duplicates`,
        `n_conflicting`, `n_conflicting_unique`, `n_unavoidable_errors`.
    sample_types : tuple of SampleTypeCounts
        Numbers of safe, borderline, rare and outlier rows of each class smaller than the largest:
        `label`, `n_evaluated`, `safe`, `borderline`, `rare`, `outlier`. Empty if `overlap` is None.
    overlap : Overlap or None
        Overlap of the classes: `classes`, `nearest_neighbor_error`, `fisher`, `fisher_column`. None
        if no distance is defined on any column, or if there are five rows or fewer.
    separations : tuple of ColumnSeparation
        How well each feature alone separates the classes: `name`, `auc`, `missing_auc`,
        `separates`, `missing_separates`.
    contributions : tuple of ColumnContribution
        What identifiers and columns that separate the classes contribute to the average precision
        of a model: `name`, `average_precision`, `baseline`, `standard_deviation`. At most five
        columns.
    label_errors : LabelErrors or None
        Rows that are probably mislabeled, and how well planted errors were found: `suspects` (each
        with `row`, `label`, `predicted`, `probability` and `label_probability`), `n_planted`,
        `n_found`, `n_false_positives`, `is_conclusive`. None if the classes cannot be learned:
        fewer than two have ten rows or more, there are more than ten, or no feature is left.
    max_folds : int
        Largest number of stratified folds: the number of rows of the smallest class.
    methods : tuple of MethodAdvice
        Whether each method of `counterpoise.resample` can be applied: `method`, `applicable`,
        `parameters`, `reason`.
    study : StudyAdvice or None
        Suggested study: `n_folds`, `n_repeats`, `min_test_rows`, `methods`, `group_duplicates`.
        None if the smallest class has a single row, or if all classes have the same size.
    scale : {"standard", "robust"} or None
        The units of distances.
    sparse : SparseSummary or None
        Size and content of a sparse table: `n_columns`, `n_values`, `n_constant_columns`,
        `n_empty_rows`. Its columns are not described one by one: `columns` is empty, and
        `separations` has only those that separate the classes. None for other tables.
    shift : DatasetShift or None
        What differs in the test set: `n_rows`, `n_shared_rows`, `n_shared_expected`,
        `has_leaked_rows`, `missing_columns`, `extra_columns`, `type_differences`, `columns`,
        `classes`. None without a test set.
    projection : ClassProjection or None
        The samples that the page shows on a plane: `rows`, `positions`, `sample_types`,
        `explained_variance`. None without sample types. Not part of `to_dict`.
    """

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Findings, most severe first, each with `code`, `severity`, `sentence` and `anchor`."""
        return find_all(self)

    def to_dict(self) -> dict[str, Any]:
        """Return measurements and findings as dictionaries, lists, strings and numbers.

        Returns
        -------
        dict
        """
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return {"counterpoise profile": 1, **plain, "findings": to_plain(self.findings)}

    def to_json(self) -> str:
        """Return `to_dict` as a JSON string.

        Returns
        -------
        str
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)

    def to_html(self) -> str:
        """Return the profile as one self-contained HTML page.

        Returns
        -------
        str

        Raises
        ------
        ImportError
            If jinja2 is not installed; the message has the command to install it.
        """
        return render_page(self, self.findings)

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write the profile as a page; an existing file is replaced once the new one is complete.

        Parameters
        ----------
        path : str or os.PathLike
            It ends in .html.

        Returns
        -------
        pathlib.Path
            The path of the file.
        """
        return write_rendered(path, {".html": self.to_html})

    @property
    def _sections(self) -> tuple[Section, ...]:
        return build_sections(self, self.findings)

    def __str__(self) -> str:
        return to_text(self._sections)

    # In a terminal, too, the text says more than the fields.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_html(self._sections)


def format_profile(
    profile: DataProfile, command: Sequence[str] = (), grouping: str = "pass groups to run"
) -> str:
    """Format a profile as text, with the suggested study as a command that can be copied.

    Parameters
    ----------
    profile : DataProfile
    command : sequence of str, default=()
        Parts of the shell command of the suggested study; by default a line of Python.
    grouping : str
        How to keep duplicates in the same fold.

    Returns
    -------
    str
    """
    return to_text(build_sections(profile, profile.findings, command, grouping))


def inspect(
    X: Any,
    y: Any,
    *,
    X_test: Any = None,
    y_test: Any = None,
    ignore: Sequence[str] = (),
    keep: Sequence[str] = (),
    scale: Scale | Literal["auto"] = "auto",
) -> DataProfile:
    """Profile an imbalanced table before resampling it.

    The profile contains the class sizes, the feature types, missing values and duplicates, the
    sample types of minority rows (safe, borderline, rare, outlier), the overlap of the classes,
    columns that may contain target leakage, rows that are probably mislabeled, values that may
    stand for missing ones, and the recommended methods and cross-validation.

    In a class of more than 50,000 rows, the neighbors of 10,000 random rows are searched; the
    selection is the same in each call. The models that find mislabeled rows and evaluate suspicious
    columns are trained on at most 20,000 random rows.

    Parameters
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        A list of rows, a NumPy array, a sparse matrix or array of SciPy, a pandas or Polars
        DataFrame, or a PyArrow Table.
    y : array-like of shape (n_samples,) or str
        Class labels; or the name of their column, if X is a data frame.
    X_test : {array-like, dataframe} of shape (n_test_samples, n_features), default=None
        A test set, or another second table, to compare with X: rows in both, columns and types,
        new categories, numbers out of range, shares of missing values, distributions. Columns of
        data frames are matched by name. Differences that a random split explains are not reported,
        or as notes.
    y_test : array-like of shape (n_test_samples,), default=None
        Class labels of the test set, to compare the shares of the classes. Not needed if y is the
        name of a column that X_test has, too.
    ignore : sequence of str, default=()
        Names of data frame columns to leave out.
    keep : sequence of str, default=()
        Columns that are features, whatever their values look like. By default, columns of a data
        frame that seem to be identifiers, free text or dates take no part in distances, as in
        `resample`.
    scale : {"auto", "standard", "robust"} or None, default="auto"
        The units of distances: each numeric column is divided by its standard deviation or its
        interquartile range; None for the original units. "auto" is "standard", or None for a sparse
        table, whose columns are mostly words, counts or categories.

    Returns
    -------
    DataProfile

    Raises
    ------
    InputError
        If X is not a table, a value is infinite, or missing in a sparse table, y has fewer than two
        classes or names no column of X, or `scale` is unknown; or if X_test cannot be compared with
        X, as with a sparse one.
    UnknownColumnError
        If `ignore` or `keep` names a column that X does not have.

    References
    ----------
    K. Napierala, J. Stefanowski, Journal of Intelligent Information Systems 46, 563-597 (2016),
    doi:10.1007/s10844-015-0368-1. A. C. Lorena et al., ACM Computing Surveys 52, 107 (2019),
    doi:10.1145/3347711. C. G. Northcutt, L. Jiang, I. L. Chuang, Journal of Artificial Intelligence
    Research 70, 1373-1411 (2021), doi:10.1613/jair.1.12125.

    Examples
    --------
    >>> import counterpoise
    >>> from counterpoise.datasets import load_wine_imbalanced
    >>> X, y = load_wine_imbalanced(return_X_y=True)
    >>> profile = counterpoise.inspect(X, y)
    >>> round(profile.imbalance_ratio, 1), profile.max_folds, profile.study.n_folds
    (9.3, 14, 5)
    >>> [finding.code for finding in profile.findings]
    ['few-rows', 'dominant-column']
    """
    if scale not in (*UNITS, "auto"):
        raise InputError(f"scale must be 'auto', 'standard', 'robust' or None; got {scale!r}.")
    test = open_test_set(X_test, y_test, y if isinstance(y, str) else None, ignore)
    if isinstance(y, str):
        X, y = split_target(X, y)
    with explaining_swapped(X, y, "inspect(X, y)"):
        table = as_table(X, ignore=ignore)
        target = encode_target(y, table.n_rows)
    scale = choose_scale(table) if scale == "auto" else scale
    if isinstance(table, SparseTable):
        _check_sparse(X_test, keep)
        return _inspect_sparse(table, target, scale)
    left_out = _find_left_out(table, keep)
    measurable = _open_measurable(X, [*ignore, *left_out]) if left_out else table
    types, overlap = _measure_neighborhoods(measurable, target, scale)
    shares = _share_distances(measurable)
    columns, separations = _measure_columns(table, target, shares, left_out, keep)
    contributions, label_errors = check_with_models(table, target, columns, separations)
    methods = advise_methods(_find_feature_types(table, left_out), int(target.counts.min()))
    return DataProfile(
        **_describe_rows(table, target, types, methods),
        columns=columns,
        n_missing=sum(column.n_missing for column in columns),
        overlap=overlap,
        separations=separations,
        contributions=contributions,
        label_errors=label_errors,
        scale=scale,
        shift=None if test is None else compare_with_test_set(table, target, test, left_out),
        projection=_project(measurable, types) if shares else None,
    )


def _check_sparse(X_test: Any, keep: Sequence[str]) -> None:
    if keep:
        raise InputError("keep needs a data frame, whose columns have names.")
    if X_test is not None:
        raise InputError(
            "X_test cannot be compared with a sparse X. Use counterpoise.audit.leakage(X, X_test) "
            "to find the rows that both have."
        )


def _inspect_sparse(table: SparseTable, target: EncodedTarget, scale: Scale) -> DataProfile:
    """Profile a sparse table, without anything that describes its columns one by one."""
    check_finite(table, ())
    types, overlap = _measure_neighborhoods(table, target, scale)
    separations = find_separating_columns(table, target)
    contributions, label_errors = check_sparse_with_models(table, target, separations)
    methods = advise_methods(feature_types_of(table), int(target.counts.min()))
    return DataProfile(
        **_describe_rows(table, target, types, methods),
        columns=(),
        n_missing=0,
        overlap=overlap,
        separations=separations,
        contributions=contributions,
        label_errors=label_errors,
        scale=scale,
        sparse=_summarize_sparse(table),
        projection=_project(table, types),
    )


def _describe_rows(
    table: Table,
    target: EncodedTarget,
    types: SampleTypes | None,
    methods: tuple[MethodAdvice, ...],
) -> dict[str, Any]:
    """Return what a profile says about the rows, whatever the columns are."""
    duplicates = _count_duplicates(find_duplicates(table, target), target)
    return {
        "n_rows": table.n_rows,
        "classes": _summarize_classes(target),
        "imbalance_ratio": float(target.counts.max() / target.counts.min()),
        "duplicates": duplicates,
        "sample_types": () if types is None else _count_types(types, target),
        "max_folds": int(target.counts.min()),
        "methods": methods,
        "study": advise_study(table, target, methods, duplicates),
    }


def _summarize_sparse(table: SparseTable) -> SparseSummary:
    columns = SparseColumns.of(table)
    return SparseSummary(
        n_columns=columns.n_columns,
        n_values=len(columns.values),
        n_constant_columns=int(columns.is_constant.sum()),
        n_empty_rows=table.n_rows - len(np.unique(columns.row)),
    )


def _summarize_classes(target: EncodedTarget) -> tuple[ClassSummary, ...]:
    counts = target.counts.tolist()
    return tuple(
        ClassSummary(label, count, count / len(target.codes))
        for label, count in zip(target.classes, counts, strict=True)
    )


def _find_left_out(table: Table, keep: Sequence[str]) -> dict[Any, str]:
    """Return the columns that take no part in distances, and why."""
    names = [column.name for column in table.columns]
    for name in keep:
        if name not in names:
            raise UnknownColumnError.among(name, names)
    roles = {name: role.value for name, role in find_roles(table, keep).items()}
    unsupported = {
        column.name: UNSUPPORTED
        for column in table.columns
        if column.feature_type is FeatureType.OTHER
    }
    return {**unsupported, **roles}


def _find_feature_types(table: Table, left_out: Mapping[Any, str]) -> set[FeatureType]:
    """Return the types of the features that `resample` would use or refuse."""
    features = [table.columns[j] for j in feature_positions(table)]
    return {
        column.feature_type
        for column in features
        if left_out.get(column.name, UNSUPPORTED) == UNSUPPORTED
    }


def _open_measurable(X: Any, ignore: Sequence[Any]) -> Table | None:
    """Open the columns on which distances are measured; return None if no column is left."""
    try:
        return as_table(X, ignore=ignore)
    except InputError:  # no column is left, or X is an array, whose columns have no names to ignore
        return None


def _share_distances(table: Table | None) -> dict[int, float]:
    if table is None:
        return {}
    return compute_distance_shares(table, compute_distance_units(table, None))


def _count_duplicates(duplicates: Duplicates, target: EncodedTarget) -> DuplicateCounts:
    return DuplicateCounts(
        duplicates.n_duplicates,
        duplicates.n_conflicting,
        duplicates.n_conflicting_unique,
        duplicates.count_unavoidable_errors(target),
    )


def _measure_columns(
    table: Table,
    target: EncodedTarget,
    shares: Mapping[int, float],
    left_out: Mapping[Any, str],
    keep: Sequence[str],
) -> tuple[tuple[ColumnSummary, ...], tuple[ColumnSeparation, ...]]:
    columns, separations = [], []
    for j in feature_positions(table):
        values = read_values(table, j)  # once for both, as sorting the values is the slow part
        name = table.columns[j].name
        role = ColumnRole.FEATURE if name in keep else role_of(table, j, values)
        share, why = shares.get(j), left_out.get(name)
        columns.append(summarize_column(table, j, values, role, share=share, left_out=why))
        separations.append(measure_separation(table.columns[j], values, target))
    return tuple(columns), tuple(separations)


def _measure_neighborhoods(
    table: Table | None, target: EncodedTarget, scale: Scale
) -> tuple[SampleTypes | None, Overlap | None]:
    """Find the sample types and measure the overlap, with one search for neighbors."""
    if table is None or table.n_rows <= N_NEIGHBORS:
        return None, None
    search, rows = build_search(table, scale), select_rows(target)
    neighbors = search.nearest_others(rows)
    is_minority = (target.counts < target.counts.max())[target.codes[rows]]
    types = classify_rows(search, target, rows[is_minority], neighbors[is_minority])
    return types, measure_overlap(table, target, rows, neighbors)


def _project(table: Table | None, types: SampleTypes | None) -> ClassProjection | None:
    if table is None or types is None or not len(types.rows):
        return None
    return project_classes(table, types)


def _count_types(found: SampleTypes, target: EncodedTarget) -> tuple[SampleTypeCounts, ...]:
    codes = target.codes[found.rows]
    tallies = []
    for code in np.unique(codes):
        types = found.types[codes == code]
        counts = np.bincount(types, minlength=len(SAMPLE_TYPES)).tolist()
        tallies.append(SampleTypeCounts(target.classes[code], len(types), *counts))
    return tuple(tallies)
