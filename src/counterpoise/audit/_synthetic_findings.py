"""What is worth knowing of made rows, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoise._finding import Finding, Severity, remark
from counterpoise.audit._records import ClassAudit

__all__ = ["findings_of"]

_MORE_INTRUSION = 0.05
_HALF = 0.5
_SHRUNK = 0.8
_CORRELATION = 0.2
_TOLD_APART = 0.6
_SURE = 0.01


def findings_of(facts: ClassAudit) -> tuple[Finding, ...]:
    """Return what is worth knowing of the made rows of one class.

    Parameters
    ----------
    facts : ClassAudit

    Returns
    -------
    tuple of Finding
    """
    parts = (_nearness, _columns, _moments, _told_apart)
    return tuple(finding for part in parts for finding in part(facts))


def _finding(code: str, severity: Severity, facts: ClassAudit, sentence: str) -> Finding:
    return remark(code, severity, f"Class {facts.label!r}: {sentence}")


def _nearness(facts: ClassAudit) -> Iterator[Finding]:
    n_made = facts.n_made
    if facts.intrusion > facts.intrusion_before + _MORE_INTRUSION:
        yield _finding(
            "made-intrusion",
            "caution",
            facts,
            f"{facts.intrusion:.0%} of {n_made:,} made rows lie nearest to a real row of another "
            f"class; of its real rows it is {facts.intrusion_before:.0%}.",
        )
    if facts.n_copies:
        yield _finding(
            "made-copies",
            "caution" if facts.n_copies > _HALF * n_made else "note",
            facts,
            f"{facts.n_copies:,} of {n_made:,} made rows equal a real row.",
        )
    if facts.n_near_copies:
        yield _finding(
            "made-near-copies",
            "note",
            facts,
            f"{facts.n_near_copies:,} of {n_made:,} made rows are nearly a real row: nearer than a "
            "hundredth of what its real rows are apart.",
        )


def _columns(facts: ClassAudit) -> Iterator[Finding]:
    kinds: tuple[tuple[str, Severity, tuple[tuple[str, int], ...], str], ...] = (
        ("made-outside", "note", facts.outside, "made rows lie outside the range of its real rows"),
        ("made-unseen", "caution", facts.unseen, "made rows have categories that it never had"),
        ("made-fractions", "caution", facts.fractions, "made rows have fractions of whole numbers"),
    )
    for code, severity, counts, what in kinds:
        if counts:
            told = ", ".join(f"{name!r} ({count:,})" for name, count in counts[:5])
            more = f" and {len(counts) - 5} more columns" if len(counts) > 5 else ""
            yield _finding(code, severity, facts, f"{what}, in {told}{more}.")


def _moments(facts: ClassAudit) -> Iterator[Finding]:
    shrunk = [
        (change.variance_after / change.variance_before, change.name)
        for change in facts.columns
        if change.variance_before > 0 and change.variance_after < _SHRUNK * change.variance_before
    ]
    if shrunk:
        share, name = min(shrunk)
        yield _finding(
            "made-variance",
            "note",
            facts,
            f"{len(shrunk):,} of {len(facts.columns):,} columns of numbers "
            f"{'varies' if len(shrunk) == 1 else 'vary'} less than before; "
            f"{name!r} most, with {share:.0%} of its variance.",
        )
    if facts.correlation_change > _CORRELATION:
        first, second = facts.correlation_columns
        yield _finding(
            "made-correlation",
            "note",
            facts,
            f"the correlation of {first!r} and {second!r} changes by "
            f"{facts.correlation_change:.2f}.",
        )


def _told_apart(facts: ClassAudit) -> Iterator[Finding]:
    test = facts.two_sample
    if test is not None and test.auc > _TOLD_APART and test.p_value < _SURE:
        yield _finding(
            "made-told-apart",
            "note",
            facts,
            f"a forest tells made rows from real ones (area under the ROC curve {test.auc:.2f}, "
            f"p = {test.p_value:.1g}, {test.n_each:,} of each).",
        )
