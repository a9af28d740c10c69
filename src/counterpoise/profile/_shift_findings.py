"""Findings about a test set that is compared with a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized

from counterpoise._lib.findings import Finding, Severity, create_finding
from counterpoise._lib.format_text import format_percent
from counterpoise.profile._records import MANY_DUPLICATES
from counterpoise.profile._shift_records import (
    LARGE_DISTANCE,
    LARGE_MISSING,
    LARGE_RATIO,
    SIGNIFICANCE,
    ClassShift,
    ColumnShift,
    DatasetShift,
)
from counterpoise.profile._text import format_count, format_names, join_first, list_columns

__all__ = ["find_shifts"]


def find_shifts(shift: DatasetShift) -> Iterator[Finding]:
    """Yield the findings about a test set."""
    for check in (
        _check_shared_rows,
        _check_columns,
        _check_types,
        _check_new_classes,
        _check_class_shares,
        _check_new_categories,
        _check_ranges,
        _check_missing_values,
        _check_distributions,
    ):
        yield from check(shift)


def _check_shared_rows(shift: DatasetShift) -> Iterator[Finding]:
    if not shift.n_shared_rows:
        return
    share = shift.n_shared_rows / shift.n_rows
    equal = "equals a row of the table" if shift.n_shared_rows == 1 else "equal a row of the table"
    found = f"{format_count(shift.n_shared_rows, 'row')} of the test set ({format_percent(share)})"
    expected = f"about {shift.n_shared_expected:,.0f} would in a random split of the same rows"
    if shift.has_leaked_rows:
        severity: Severity = "warning"
        advice = (
            "Remove them from one of the two, as models are scored on rows that they were trained "
            "on. counterpoise audit --leakage examines where they come from."
        )
    else:
        severity = "caution" if share >= MANY_DUPLICATES else "note"
        advice = (
            "Duplicates within the data, or copied rows, can explain them. Remove them from one of "
            "the two, as models are scored on rows that they were trained on."
        )
    yield create_finding(
        "test-shared-rows",
        severity,
        f"{found} {equal} in all features of both; {expected}. {advice}",
    )


def _check_columns(shift: DatasetShift) -> Iterator[Finding]:
    if shift.missing_columns:
        names = [str(name) for name in shift.missing_columns]
        yield create_finding(
            "test-missing-columns",
            "warning",
            f"The test set lacks {_name_columns(names)}: a model that is trained on the table "
            "cannot predict it. Add what is missing to the test set, or leave it out of the table "
            "(--ignore).",
        )
    if shift.extra_columns:
        names = [str(name) for name in shift.extra_columns]
        yield create_finding(
            "test-extra-columns",
            "note",
            f"Only the test set has {_name_columns(names)}; models cannot use what the table does "
            "not have.",
        )


def _name_columns(names: list[str]) -> str:
    if len(names) == 1:
        return f"column {names[0]!r}"
    return f"{len(names)} columns ({format_names(names)})"


def _check_types(shift: DatasetShift) -> Iterator[Finding]:
    found = {
        str(one.name): f"{one.feature_type} and {one.test_feature_type}"
        for one in shift.type_differences
    }
    if found:
        yield create_finding(
            "test-types",
            "warning",
            f"{list_columns(found)} {'differs' if len(found) == 1 else 'differ'} in type between "
            "the table (first) and the test set. Find the values that cause it, and convert both "
            "to the same type.",
        )


def _check_new_classes(shift: DatasetShift) -> Iterator[Finding]:
    new = [one for one in shift.classes if not one.n_rows]
    if new:
        yield create_finding(
            "test-new-classes",
            "warning",
            f"{_name_classes(new)} of the test set ({_count_rows(new)}) {_do(new)} not occur in "
            "the table: no model predicts a class that it was not trained on. Check the spelling "
            "of the classes, and whether this is the right target column.",
        )
    absent = [one for one in shift.classes if not one.test_n_rows]
    if absent:
        yield create_finding(
            "test-absent-classes",
            "caution",
            f"{_name_classes(absent)} {_do(absent)} not occur in the test set: the recall of the "
            "class cannot be measured there. Split with stratify=y, or collect more test rows.",
        )


def _name_classes(classes: list[ClassShift]) -> str:
    names = [repr(one.label) for one in classes]
    return f"Class{'' if len(names) == 1 else 'es'} {join_first(names)}"


def _count_rows(classes: list[ClassShift]) -> str:
    return format_count(sum(one.test_n_rows for one in classes), "row")


def _do(found: list[ClassShift]) -> str:
    return "does" if len(found) == 1 else "do"


def _check_class_shares(shift: DatasetShift) -> Iterator[Finding]:
    shifted = [one for one in shift.classes if one.is_shifted and one.n_rows and one.test_n_rows]
    if not shifted:
        return
    most = max(shifted, key=lambda one: one.ratio)
    yield create_finding(
        "test-class-shares",
        "warning" if most.ratio >= LARGE_RATIO else "caution",
        f"Class {most.label!r} has a share of {format_percent(most.share)} in the table and of "
        f"{format_percent(most.test_share)} in the test set, more than chance explains "
        f"({_format_p_value(most.p_value)}). Average precision, thresholds and calibrated "
        "probabilities depend on class shares. Never resample the test set; if the shares differ "
        "in reality, correct probabilities with counterpoise.probability.correct_prior.",
    )


def _check_new_categories(shift: DatasetShift) -> Iterator[Finding]:
    new = [column for column in shift.columns if column.n_new_categories]
    by_chance = [column for column in new if column.new_category_p_value >= SIGNIFICANCE]
    others = [column for column in new if column not in by_chance]
    yield from _report_categories(others, "caution", "in more rows than chance explains")
    yield from _report_categories(by_chance, "note", "in as few rows as a random split leaves out")


def _report_categories(
    columns: Sequence[ColumnShift], severity: Severity, why: str
) -> Iterator[Finding]:
    if columns:
        found = {str(column.name): _describe_categories(column) for column in columns}
        yield create_finding(
            "test-new-categories",
            severity,
            f"{list_columns(found)} {_have(found)} categories in the test set that the table does "
            f"not have, {why}. Check their spelling, and use encoders that accept unknown "
            'categories, such as OneHotEncoder(handle_unknown="ignore").',
        )


def _describe_categories(column: ColumnShift) -> str:
    shown = ", ".join(map(repr, column.new_categories[:2]))
    n_more = column.n_new_categories - 2
    more = f" and {n_more} more" if n_more > 0 else ""
    return f"{shown}{more}, {format_count(column.n_new_category_rows, 'row')}"


def _check_ranges(shift: DatasetShift) -> Iterator[Finding]:
    found = {
        str(column.name): f"{format_count(column.n_out_of_range, 'row')}; "
        f"{_format_range(column.low, column.high)} in the table, "
        f"{_format_range(column.test_low, column.test_high)} in the test set"
        for column in shift.columns
        if column.is_out_of_range
    }
    if found:
        yield create_finding(
            "test-out-of-range",
            "caution",
            f"{list_columns(found)} {_have(found)} values in the test set "
            "that are out of the table's range, more than chance explains. Predictions for such "
            "values are unreliable. Check units and special values such as -999.",
        )


def _format_range(low: float | None, high: float | None) -> str:
    return f"{low or 0:g} to {high or 0:g}".replace("-", "−")


def _check_missing_values(shift: DatasetShift) -> Iterator[Finding]:
    columns = [column for column in shift.columns if column.has_missing_shift]
    if columns:
        found = {
            str(column.name): f"{format_percent(column.missing_share)} in the table, "
            f"{format_percent(column.test_missing_share)} in the test set"
            for column in columns
        }
        largest = max(abs(column.test_missing_share - column.missing_share) for column in columns)
        yield create_finding(
            "test-missing-values",
            "warning" if largest >= LARGE_MISSING else "caution",
            f"The shares of missing values differ in {_lower(list_columns(found))}. Models that "
            "use missing values will be misled. Find out why the data were recorded differently.",
        )


def _check_distributions(shift: DatasetShift) -> Iterator[Finding]:
    shifted = [column for column in shift.columns if column.is_shifted]
    if shifted:
        ordered = sorted(shifted, key=lambda column: -(column.distance or 0))
        found = {str(column.name): f"distance {column.distance:.2f}" for column in ordered}
        yield create_finding(
            "test-distributions",
            "warning" if (ordered[0].distance or 0) >= LARGE_DISTANCE else "caution",
            f"{list_columns(found)} {_have(found)} another distribution in the test set, more "
            "than chance explains (0: equal; 1: no common values). Scores on this test set do not "
            "describe the data of the table. Check how both were collected; if time is the cause, "
            "evaluate with --time in counterpoise study.",
        )


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _have(found: Sized) -> str:
    return "has" if len(found) == 1 else "have"


def _format_p_value(p_value: float) -> str:
    return "p < 0.0001" if p_value < 0.0001 else f"p = {p_value:.4f}"
