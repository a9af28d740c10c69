"""Findings about synthetic samples, and the conclusion on their validity."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoise._lib.findings import Finding, Severity, create_finding, sort_by_severity
from counterpoise.audit._records import ClassAudit, Validity
from counterpoise.metrics import ConfidenceInterval

__all__ = ["describe_validity", "find_all"]

_FEW_INVALID, _MOST_INVALID = 0.1, 0.5
_HIDDEN = 0.05
_OUTLIERS, _OUTLIER_SHARE = ("rare", "outlier"), 0.2
_CLOSE_RATIO = 0.5
_MANY_DUPLICATES = 0.5
_VARIANCE_RATIO = 0.8
_CORRELATION_CHANGE = 0.2
_DETECTION_AUC, _SIGNIFICANCE = 0.6, 0.01
_MAX_NAMES = 5


def find_all(
    classes: tuple[ClassAudit, ...], not_validated: str, *, is_sparse: bool = False
) -> tuple[Finding, ...]:
    """Return the findings about the synthetic samples, the most severe first.

    Parameters
    ----------
    classes : tuple of ClassAudit
    not_validated : str
        Why the validity of a class was not measured; empty if it was.
    is_sparse : bool, default=False
        Whether the table is sparse.

    Returns
    -------
    tuple of Finding
    """
    findings = []
    if not classes:
        sentence = (
            "There is nothing to audit: the table after resampling has no rows that the table "
            "before it does not have. Audit a method that oversamples, or check the order of the "
            "tables."
        )
        findings.append(create_finding("synthetic-none", "caution", sentence))
    if not_validated:
        findings.append(create_finding("synthetic-not-validated", "warning", not_validated))
    if is_sparse:
        sentence = (
            "X is sparse: distances are in original units, and means, variances and correlations "
            "of its columns before and after resampling are not compared."
        )
        findings.append(create_finding("sparse-table", "note", sentence))
    checks = (
        *(_check_invalid, _check_regions, _check_hidden, _check_two_sample),
        *(_check_distances, _check_values, _check_moments),
    )
    findings += [finding for audit in classes for check in checks for finding in check(audit)]
    return sort_by_severity(findings)


def describe_validity(classes: tuple[ClassAudit, ...]) -> str:
    """Return a sentence on the class with the highest rate of invalid synthetic samples.

    Parameters
    ----------
    classes : tuple of ClassAudit

    Returns
    -------
    str
    """
    if not classes:
        return "No row is synthetic."
    measured = [(audit.validity, audit.label) for audit in classes if audit.validity is not None]
    if not measured:
        return "The validity of the synthetic rows is not known."
    validity, label = max(measured, key=lambda pair: pair[0].invalid_rate.value)
    return (
        f"{_format_rate(validity.invalid_rate)} of the synthetic rows of class {label!r} are "
        f"invalid, and {validity.invalid_rate_original.value:.0%} of its original rows."
    )


def _build(code: str, severity: Severity, audit: ClassAudit, sentence: str) -> Finding:
    return create_finding(code, severity, f"Class {audit.label!r}: {sentence}")


def _format_rate(rate: ConfidenceInterval) -> str:
    """Format a rate as a percentage with its confidence interval, as in '12% [9%, 16%]'."""
    return f"{rate.value:.0%} [{rate.low:.0%}, {rate.high:.0%}]"


# ---- Validity ----


def _check_invalid(audit: ClassAudit) -> Iterator[Finding]:
    validity = audit.validity
    if validity is None or validity.invalid_rate.high <= _FEW_INVALID:
        return
    rate, original = validity.invalid_rate, validity.invalid_rate_original
    severity: Severity = "note" if rate.low <= _FEW_INVALID else "caution"
    yield _build(
        "synthetic-invalid",
        "warning" if rate.low > _MOST_INVALID else severity,
        audit,
        f"{_format_rate(rate)} of the synthetic rows are invalid: the nearest row that the sampler "
        f"has not seen is of another class. Of the original rows it is {_format_rate(original)}. "
        f"{_advise(validity)}",
    )


def _advise(validity: Validity) -> str:
    """Return what to do about invalid samples: it depends on whether the sampler adds them."""
    excess = validity.excess
    if excess.low > 0:
        return (
            f"The sampler adds {100 * excess.value:.0f} percentage points "
            f"[{100 * excess.low:.0f}, {100 * excess.high:.0f}]. Use smote in place of a method "
            "that oversamples near other classes (adasyn, borderline-smote), or a smaller number "
            "of neighbors (k_neighbors)."
        )
    difference = (
        "Synthetic rows are invalid less often"
        if excess.high < 0
        else "The difference is no more than chance"
    )
    return (
        f"{difference}: the classes overlap. Compare class weights and threshold tuning, which add "
        "no rows."
    )


def _check_regions(audit: ClassAudit) -> Iterator[Finding]:
    regions = () if audit.validity is None else audit.validity.regions
    outliers = [region for region in regions if region.sample_type in _OUTLIERS]
    share = sum(region.share for region in outliers)
    if share < _OUTLIER_SHARE:
        return
    invalid = sum(region.share * region.invalid_rate.value for region in outliers) / share
    if invalid > _MOST_INVALID:
        yield _build(
            "synthetic-from-outliers",
            "caution",
            audit,
            f"{share:.0%} of the synthetic rows are generated from rare samples or outliers, which "
            f"lie among other classes, and {invalid:.0%} of these are invalid. Check whether "
            "labels are wrong, and clean afterwards (smote-enn).",
        )


def _check_hidden(audit: ClassAudit) -> Iterator[Finding]:
    if audit.validity is not None and audit.validity.hidden_rate.low > _HIDDEN:
        yield _build(
            "synthetic-hidden-majority",
            "caution",
            audit,
            f"{_format_rate(audit.validity.hidden_rate)} of the synthetic rows lie among withheld "
            "rows of other classes: one of these is closer than any row of the class that the "
            "sampler has seen. Use a smaller number of neighbors (k_neighbors).",
        )


def _check_two_sample(audit: ClassAudit) -> Iterator[Finding]:
    test = None if audit.validity is None else audit.validity.two_sample
    if test is None:
        return
    numbers = f"ROC AUC {test.auc:.2f}, p = {test.p_value:.1g}, {test.n_each:,} rows of each"
    if test.auc > _DETECTION_AUC and test.p_value < _SIGNIFICANCE:
        yield _build(
            "synthetic-detectable",
            "note",
            audit,
            "a random forest can distinguish synthetic rows from original rows that the sampler "
            f"has not seen ({numbers}), so that their distributions differ.",
        )
    elif test.p_value >= _SIGNIFICANCE:
        yield _build(
            "synthetic-not-detected",
            "note",
            audit,
            "a random forest does not distinguish synthetic rows from original rows that the "
            f"sampler has not seen ({numbers}). With so many rows, it finds an area of "
            f"{test.detectable_auc:.2f} in 80% of cases, and smaller differences less often.",
        )


# ---- Distances, values and moments ----


def _check_distances(audit: ClassAudit) -> Iterator[Finding]:
    n_synthetic = audit.n_synthetic
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
    if 0 < audit.distance_ratio < _CLOSE_RATIO:
        yield _build(
            "synthetic-close",
            "note",
            audit,
            "synthetic rows are closer to an original row than original rows are to each other: "
            f"the median distance is {audit.distance_ratio:.0%} as large, and "
            f"{audit.close_rate:.0%} of the synthetic rows are closer than 95% of the original "
            "rows (expected: 5%). They disclose original rows: do not publish them in place of "
            "personal data.",
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
