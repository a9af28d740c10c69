"""Findings of a data profile: what a reader should know, most severe first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from counterpoise._lib.findings import Finding, Severity, create_finding, sort_by_severity
from counterpoise._lib.format_text import format_number, format_percent, format_signed
from counterpoise._lib.similar_classes import describe_similar_classes
from counterpoise.profile._records import MANY_DUPLICATES, ColumnSummary, Measurements
from counterpoise.profile._sentinels import describe_sentinels
from counterpoise.profile._shift_findings import find_shifts
from counterpoise.profile._text import (
    describe_label_test,
    format_count,
    format_names,
    list_columns,
)

__all__ = ["find_all"]

NEARLY_BALANCED = 1.5  # imbalance ratio
VERY_FEW_ROWS, FEW_ROWS = 10, 50  # of the smallest class
DOMINANT_SHARE = 0.9  # of the mean squared distance
MANY_RARE_OR_OUTLIER = 0.5  # share of a class
MANY_CLASSES = 30
MANY_SUSPECTS = 0.01  # probably mislabeled rows, share of a class
LOW_OVERLAP = 0.02  # error of the nearest neighbor classifier
MANY_UNAVOIDABLE_ERRORS = 0.01  # relative to the rows of the smallest class


def find_all(data: Measurements) -> tuple[Finding, ...]:
    """Return all findings of a profile, most severe first.

    Parameters
    ----------
    data : Measurements

    Returns
    -------
    tuple of Finding
    """
    found = [finding for check in _CHECKS for finding in check(data)]
    if data.shift is not None:
        found += find_shifts(data.shift)
    return sort_by_severity(found)


def _check_separation(data: Measurements) -> Iterator[Finding]:
    separating = {str(c.name): c.auc for c in data.separations if c.separates}
    if separating:
        one = len(separating) == 1
        yield create_finding(
            "column-separates",
            "warning",
            f"{_describe_areas(separating)} alone {'separates' if one else 'separate'} the "
            "classes. This is target leakage if "
            f"{'its value is' if one else 'their values are'} known only after the outcome; leave "
            f"{'it' if one else 'them'} out in that case (--ignore)."
            f"{_describe_contributions(data, separating)}",
        )
    missing = {
        str(c.name): c.missing_auc
        for c in data.separations
        if c.missing_separates and not c.separates
    }
    if missing:
        columns = _describe_areas(missing)
        one = len(missing) == 1
        yield create_finding(
            "informative-missingness",
            "caution",
            f"Whether values are missing in {columns[0].lower()}{columns[1:]} depends on the "
            f"class. This is target leakage if the {'column is' if one else 'columns are'} filled "
            f"in only after the outcome; leave {'it' if one else 'them'} out in that case "
            f"(--ignore).{_describe_contributions(data, missing)}",
        )


def _describe_contributions(data: Measurements, names: Collection[str]) -> str:
    """Describe the average precision with and without columns, as a sentence after a space."""
    found = [part for part in data.contributions if str(part.name) in names]
    if not found:
        return ""
    those = "such columns" if len(data.contributions) > 1 else "it"
    parts = [
        f"{format_number(part.average_precision)} with {str(part.name)!r} "
        f"({format_signed(part.average_precision - part.baseline)} ± "
        f"{format_number(part.standard_deviation)} over the folds)"
        for part in found
    ]
    return (
        f" Average precision in cross-validation is {format_number(found[0].baseline)} without "
        f"{those}, {', '.join(parts)}."
    )


def _describe_areas(areas: Mapping[str, float | None]) -> str:
    """List columns with their areas under the ROC curve, *Column 'a' (ROC AUC 0.995)*."""
    return list_columns({name: f"ROC AUC {area:.3f}" for name, area in areas.items()})


def _check_n_classes(data: Measurements) -> Iterator[Finding]:
    n_classes = len(data.classes)
    if n_classes > MANY_CLASSES:
        yield create_finding(
            "many-classes",
            "caution",
            f"The target has {n_classes:,} classes: is it the right column? Convert a continuous "
            "target to classes first, for example with pandas.cut.",
        )


def _check_similar_classes(data: Measurements) -> Iterator[Finding]:
    description = describe_similar_classes({c.label: c.n_rows for c in data.classes})
    if description:
        yield create_finding("similar-classes", "warning", description)


def _check_class_sizes(data: Measurements) -> Iterator[Finding]:
    smallest = data.smallest_class
    name, n_rows = repr(smallest.label), smallest.n_rows
    if n_rows == 1:
        yield create_finding(
            "single-row",
            "warning",
            f"Class {name} has a single row, which cannot be in both the training set and the test "
            "set. No score can be computed for the class: merge it with another class, or remove "
            "it.",
        )
    elif n_rows < VERY_FEW_ROWS:
        yield create_finding(
            "few-rows",
            "warning",
            f"Class {name} has only {n_rows} rows: cross-validation can have at most "
            f"{data.max_folds} folds, and the recall of the class is too uncertain to compare "
            "methods. Collect more rows, or merge it with another class.",
        )
    elif n_rows < FEW_ROWS:
        yield create_finding(
            "few-rows",
            "caution",
            f"Class {name} has only {n_rows} rows: a single row changes its recall by "
            f"{100 / n_rows:.1f} percentage points. Repeat the cross-validation, and report "
            "confidence intervals.",
        )


def _check_duplicates(data: Measurements) -> Iterator[Finding]:
    duplicates = data.duplicates
    if duplicates.n_duplicates:
        share = duplicates.n_duplicates / data.n_rows
        verb = "is a duplicate" if duplicates.n_duplicates == 1 else "are duplicates"
        yield create_finding(
            "duplicate-rows",
            "caution" if share >= MANY_DUPLICATES else "note",
            f"{format_count(duplicates.n_duplicates, 'row')} ({format_percent(share)}) {verb} of "
            "an earlier row. Remove duplicates or keep them in the same fold; otherwise models are "
            "tested on rows that they were trained on.",
        )
    if duplicates.n_conflicting:
        are_many = duplicates.n_unavoidable_errors >= (
            MANY_UNAVOIDABLE_ERRORS * data.smallest_class.n_rows
        )
        distinct = format_count(
            duplicates.n_conflicting_unique,
            "distinct combination of values",
            "distinct combinations of values",
        )
        yield create_finding(
            "conflicting-labels",
            "caution" if are_many else "note",
            f"{format_count(duplicates.n_conflicting, 'row')} ({distinct}) have the same features "
            "as a row of another class: every model misclassifies at least "
            f"{duplicates.n_unavoidable_errors:,} of them. Check their labels, or add a feature "
            "that distinguishes them.",
        )


def _check_scales(data: Measurements) -> Iterator[Finding]:
    varying = [column for column in data.columns if not column.is_constant]
    for column in varying:
        if len(varying) > 1 and (column.distance_share or 0) >= DOMINANT_SHARE:
            yield create_finding(
                "dominant-column",
                "caution",
                f"In original units, column {str(column.name)!r} accounts for "
                f"{format_percent(column.distance_share or 0)} of the squared distance between "
                "rows, so that nearest neighbors depend on it almost alone. counterpoise.resample "
                'measures in standard units; in samplers, set scale="standard". Leave the column '
                "out if it is an identifier.",
            )


def _check_identifiers(data: Measurements) -> Iterator[Finding]:
    identifiers = [column for column in data.columns if column.is_identifier]
    # The contribution of a column that separates the classes is in that finding.
    separating = {str(c.name) for c in data.separations if c.separates or c.missing_separates}
    names = {str(column.name) for column in identifiers} - separating
    yield from _list_columns(
        identifiers,
        "identifier",
        "caution",
        ("seems to be a row identifier", "seem to be row identifiers"),
        "Identifiers do not generalize, and they distort distances. inspect, resample and study "
        "leave them out unless keep (--keep) names them; leave them out of other models, too."
        f"{_describe_contributions(data, names)}",
    )


def _check_label_errors(data: Measurements) -> Iterator[Finding]:
    errors = data.label_errors
    if errors is None or not errors.suspects:
        return
    counts = Counter(suspect.label for suspect in errors.suspects)
    sizes = {summary.label: summary.n_rows for summary in data.classes}
    are_many = any(counts[label] >= MANY_SUSPECTS * sizes[label] for label in counts)
    parts = [f"{n_rows:,} of class {label!r}" for label, n_rows in counts.items()]
    total = format_count(len(errors.suspects), "row")
    yield create_finding(
        "label-errors",
        "caution" if are_many else "note",
        f"{total} {'is' if len(errors.suspects) == 1 else 'are'} probably mislabeled "
        f"({', '.join(parts)}): out-of-fold predictions contradict the labels. "
        f"{describe_label_test(errors)} Check the labels of the smallest class first, as "
        "oversampling multiplies its errors (--suspects FILE lists all of them).",
    )


def _check_sentinels(data: Measurements) -> Iterator[Finding]:
    description = describe_sentinels({c.name: c.sentinels for c in data.columns if c.sentinels})
    if description:
        yield create_finding("sentinel-values", "caution", description)


def _check_free_text(data: Measurements) -> Iterator[Finding]:
    yield from _list_columns(
        (column for column in data.columns if column.is_free_text),
        "free-text",
        "caution",
        ("seems to hold free text", "seem to hold free text"),
        "As categories, texts that differ have nothing in common: counterpoise.resample and a "
        "study leave them out. A study reads them with text (--text); elsewhere, turn them into "
        "numbers first, for example with scikit-learn's TfidfVectorizer.",
    )


def _check_feature_types(data: Measurements) -> Iterator[Finding]:
    yield from _list_columns(
        (column for column in data.columns if column.feature_type == "other"),
        "unsupported-type",
        "caution",
        ("is neither numeric nor categorical", "are neither numeric nor categorical"),
        "Samplers that search for nearest neighbors reject such columns: leave them out "
        "(--ignore), or convert them to numbers.",
    )


def _check_constants(data: Measurements) -> Iterator[Finding]:
    yield from _list_columns(
        (column for column in data.columns if column.is_constant),
        "constant-column",
        "note",
        ("has a single value", "have a single value"),
        "Constant columns carry no information and can be removed.",
    )


def _check_sparse(data: Measurements) -> Iterator[Finding]:
    if data.sparse is None:
        return
    if data.sparse.n_empty_rows:
        n_empty = data.sparse.n_empty_rows
        has = "has" if n_empty == 1 else "have"
        yield create_finding(
            "empty-rows",
            "caution" if n_empty >= MANY_DUPLICATES * data.n_rows else "note",
            f"{format_count(n_empty, 'row')} ({format_percent(n_empty / data.n_rows)}) {has} no "
            "value other than 0, such as texts without a known word. Models cannot distinguish "
            "them, and samplers use them like other rows: remove them if they have no meaning.",
        )
    if data.sparse.n_constant_columns:
        n_constant = data.sparse.n_constant_columns
        yield create_finding(
            "constant-column",
            "note",
            f"{n_constant:,} of {format_count(data.sparse.n_columns, 'column')} "
            f"{'has' if n_constant == 1 else 'have'} a single value. Constant columns carry no "
            "information and can be removed.",
        )


def _check_codes(data: Measurements) -> Iterator[Finding]:
    yield from _list_columns(
        (column for column in data.columns if column.may_be_categorical),
        "possible-categorical",
        "note",
        (
            "has 10 or fewer distinct values, all whole numbers",
            "have 10 or fewer distinct values, all whole numbers",
        ),
        "If they are category codes, convert them to a categorical type, so that samplers do not "
        "interpolate them.",
    )


def _list_columns(
    columns: Iterable[ColumnSummary],
    code: str,
    severity: Severity,
    predicates: tuple[str, str],
    advice: str,
) -> Iterator[Finding]:
    """Return one finding that lists columns; none if there are no such columns.

    The predicates are the singular and the plural form, *has …* and *have …*.
    """
    names = [str(column.name) for column in columns]
    if len(names) == 1:
        yield create_finding(code, severity, f"Column {names[0]!r} {predicates[0]}. {advice}")
    elif names:
        yield create_finding(
            code, severity, f"{len(names)} columns {predicates[1]}: {format_names(names)}. {advice}"
        )


def _check_sample_types(data: Measurements) -> Iterator[Finding]:
    found = [
        counts
        for counts in data.sample_types
        if counts.n_evaluated >= VERY_FEW_ROWS
        and counts.rare + counts.outlier >= MANY_RARE_OR_OUTLIER * counts.n_evaluated
    ]
    if not found:
        return
    if len(found) == 1:
        n_hard, n_rows = found[0].rare + found[0].outlier, found[0].n_evaluated
        rows = (
            f"{n_hard:,} of {format_count(n_rows, 'row')} ({format_percent(n_hard / n_rows)}) of "
            f"class {found[0].label!r}"
        )
    else:
        labels = [str(counts.label) for counts in found]
        rows = f"Half of the rows or more of {len(found)} classes ({format_names(labels)})"
    yield create_finding(
        "rare-or-outlier",
        "caution",
        f"{rows} are rare or outliers: at most 1 of their 5 nearest neighbors is of the same "
        "class. Expect little from SMOTE, as synthetic samples would lie among other classes.",
    )


def _check_overlap(data: Measurements) -> Iterator[Finding]:
    if data.overlap is None:
        return
    overlaps = {overlap.label: overlap for overlap in data.overlap.classes}
    smallest = overlaps[data.smallest_class.label]
    if smallest.nearest_neighbor_error <= LOW_OVERLAP:
        yield create_finding(
            "low-overlap",
            "note",
            f"The 1-NN error of class {smallest.label!r} is "
            f"{format_percent(smallest.nearest_neighbor_error)}, the share of its rows whose "
            "nearest neighbor is of another class: the classes hardly overlap, and resampling may "
            "not be needed.",
        )
    sampled = [c for c in data.classes if c.n_rows > overlaps[c.label].n_evaluated]
    if sampled:
        yield create_finding(
            "sampled",
            "note",
            "Sample types and class overlap are estimated from "
            f"{overlaps[sampled[0].label].n_evaluated:,} random rows of "
            f"{format_count(len(sampled), 'large class', 'large classes')}. Their neighbors are "
            "searched among all rows.",
        )


def _check_balance(data: Measurements) -> Iterator[Finding]:
    if data.imbalance_ratio == 1:
        yield create_finding(
            "balanced", "note", "All classes have the same size: resampling is not needed."
        )
    elif data.imbalance_ratio < NEARLY_BALANCED:
        yield create_finding(
            "nearly-balanced",
            "note",
            f"The imbalance ratio is only {data.imbalance_ratio:.2f} to 1: resampling is hardly "
            "needed.",
        )


def _check_missing(data: Measurements) -> Iterator[Finding]:
    if data.n_missing:
        n_columns = sum(column.n_missing > 0 for column in data.columns)
        share = data.n_missing / (data.n_rows * len(data.columns))
        verb = "is" if data.n_missing == 1 else "are"
        yield create_finding(
            "missing-values",
            "note",
            f"{format_count(data.n_missing, 'value')} ({format_percent(share)}) in "
            f"{format_count(n_columns, 'column')} {verb} missing. Samplers accept missing values; "
            "many models need them imputed.",
        )


# Within one severity, findings are reported in this order.
_CHECKS = (
    _check_separation,
    _check_n_classes,
    _check_similar_classes,
    _check_class_sizes,
    _check_label_errors,
    _check_identifiers,
    _check_free_text,
    _check_sentinels,
    _check_scales,
    _check_sample_types,
    _check_duplicates,
    _check_feature_types,
    _check_balance,
    _check_overlap,
    _check_missing,
    _check_constants,
    _check_sparse,
    _check_codes,
)
