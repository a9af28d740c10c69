"""Findings about the synthetic samples of one class."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoise._lib.findings import Finding, Severity, create_finding
from counterpoise.audit._records import ClassAudit

__all__ = ["find_all"]

_OTHER_CLASS_EXCESS = 0.05  # above the rate of the original samples
_MANY_DUPLICATES = 0.5
_VARIANCE_RATIO = 0.8
_CORRELATION_CHANGE = 0.2
_DETECTION_AUC, _SIGNIFICANCE = 0.6, 0.01
_MAX_NAMES = 5


def find_all(audit: ClassAudit) -> tuple[Finding, ...]:
    """Return the findings about the synthetic samples of one class.

    Parameters
    ----------
    audit : ClassAudit

    Returns
    -------
    tuple of Finding
    """
    checks = (_check_distances, _check_values, _check_moments, _check_two_sample)
    return tuple(finding for check in checks for finding in check(audit))


def _build(code: str, severity: Severity, audit: ClassAudit, sentence: str) -> Finding:
    return create_finding(code, severity, f"Class {audit.label!r}: {sentence}")


def _check_distances(audit: ClassAudit) -> Iterator[Finding]:
    n_synthetic = audit.n_synthetic
    if audit.other_class_rate > audit.other_class_rate_original + _OTHER_CLASS_EXCESS:
        yield _build(
            "synthetic-other-class",
            "caution",
            audit,
            f"the nearest original row is of another class for {audit.other_class_rate:.0%} of "
            f"{n_synthetic:,} synthetic rows, compared with {audit.other_class_rate_original:.0%} "
            "of the original rows. Use fewer neighbors, or clean afterwards (smote-enn, "
            "smote-tomek).",
        )
    if audit.n_duplicates:
        yield _build(
            "synthetic-duplicates",
            "caution" if audit.n_duplicates > _MANY_DUPLICATES * n_synthetic else "note",
            audit,
            f"{_count_synthetic(audit.n_duplicates, n_synthetic)} "
            f"{'a duplicate' if audit.n_duplicates == 1 else 'duplicates'} of an original row. "
            "Duplicates add weight to a row, but no information.",
        )
    if audit.n_near_duplicates:
        yield _build(
            "synthetic-near-duplicates",
            "note",
            audit,
            f"{_count_synthetic(audit.n_near_duplicates, n_synthetic)} closer to an original row "
            "than 1/100 of the median distance between original rows. Treat near-duplicates as "
            "personal data if the original rows are.",
        )


def _count_synthetic(count: int, total: int) -> str:
    """Return the subject and verb of a sentence about some of the synthetic rows."""
    rows = f"{total:,} synthetic row{'' if total == 1 else 's'}"
    return f"{count:,} of {rows} {'is' if count == 1 else 'are'}"


def _check_values(audit: ClassAudit) -> Iterator[Finding]:
    checks: tuple[tuple[str, Severity, tuple[tuple[str, int], ...], str], ...] = (
        (
            "synthetic-out-of-range",
            "note",
            audit.out_of_range,
            "synthetic rows lie outside the range of the original rows",
        ),
        (
            "synthetic-new-categories",
            "caution",
            audit.new_categories,
            "synthetic rows have categories that no original row of the class has",
        ),
        (
            "synthetic-non-integer",
            "caution",
            audit.non_integer,
            "synthetic rows have fractions in columns of whole numbers (use an integer type)",
        ),
    )
    for code, severity, counts, what in checks:
        if counts:
            names = ", ".join(f"{name!r} ({count:,})" for name, count in counts[:_MAX_NAMES])
            n_more = len(counts) - _MAX_NAMES
            more = f" and {n_more} more column{'' if n_more == 1 else 's'}" if n_more > 0 else ""
            yield _build(code, severity, audit, f"{what}: {names}{more}.")


def _check_moments(audit: ClassAudit) -> Iterator[Finding]:
    reduced = [
        (change.variance_after / change.variance_before, change.name)
        for change in audit.columns
        if change.variance_before > 0
        and change.variance_after < _VARIANCE_RATIO * change.variance_before
    ]
    if reduced:
        ratio, name = min(reduced)
        yield _build(
            "synthetic-variance",
            "note",
            audit,
            f"the variance is reduced by more than 20% in {len(reduced):,} of "
            f"{len(audit.columns):,} numeric columns, most in {name!r} (to {ratio:.0%} of the "
            "original). Synthetic rows are closer to the center of the class.",
        )
    if audit.correlation_change > _CORRELATION_CHANGE:
        first, second = audit.correlation_columns
        yield _build(
            "synthetic-correlation",
            "note",
            audit,
            f"the correlation of {first!r} and {second!r} changes by "
            f"{audit.correlation_change:.2f}.",
        )


def _check_two_sample(audit: ClassAudit) -> Iterator[Finding]:
    test = audit.two_sample
    if test is not None and test.auc > _DETECTION_AUC and test.p_value < _SIGNIFICANCE:
        yield _build(
            "synthetic-detectable",
            "note",
            audit,
            "a random forest can distinguish synthetic from original rows (ROC AUC "
            f"{test.auc:.2f}, p = {test.p_value:.1g}, {test.n_each:,} rows of each), so that their "
            "distributions differ.",
        )
