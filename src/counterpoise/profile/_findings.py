"""What a reader of a profile should know: coded remarks, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterpoise._finding import Finding, Severity, gravest_first, remark
from counterpoise.profile._records import MANY_REPEATS, ColumnFacts, Facts
from counterpoise.profile._text import count, listed, percent

__all__ = ["find"]

BALANCED = 1.5
FEW, SCARCE = 10, 50  # rows of the smallest class
DECIDES = 0.9  # of the mean squared distance
UNSAFE = 0.5  # of a class, rare or outlying
APART = 0.02  # error of the nearest neighbour
DISPUTED = 0.01  # of the smallest class's rows


def find(facts: Facts) -> tuple[Finding, ...]:
    """Return all findings of a profile, the gravest first.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of Finding
    """
    found = (finding for check in _CHECKS for finding in check(facts))
    return gravest_first(found)


def _separating(facts: Facts) -> Iterator[Finding]:
    for column in facts.separations:
        if column.separates:
            yield remark(
                "column-separates",
                "warning",
                f"Column {str(column.name)!r} alone tells the classes apart (area under the ROC "
                f"curve {column.auc:.3f}). Is it known before the class is?",
            )
        elif column.missing_tells:
            yield remark(
                "missing-tells-class",
                "caution",
                f"Whether column {str(column.name)!r} is missing tells the classes apart (area "
                f"under the ROC curve {column.missing_auc:.3f}). Is it filled in before the class "
                "is known?",
            )


def _few_rows(facts: Facts) -> Iterator[Finding]:
    smallest = facts.smallest
    name, rows = repr(smallest.label), smallest.n_rows
    if rows == 1:
        yield remark(
            "single-row",
            "warning",
            f"Class {name} has a single row: it cannot be in training and in test rows at once, "
            "and nothing can be said of how it is recognised.",
        )
    elif rows < FEW:
        yield remark(
            "few-rows",
            "warning",
            f"Class {name} has {rows} rows: at most {facts.most_folds} folds, and of its recall "
            "hardly anything can be said.",
        )
    elif rows < SCARCE:
        yield remark(
            "few-rows",
            "caution",
            f"Class {name} has {rows} rows: one of them moves its recall by {percent(1 / rows)}; "
            "repeat the cross-validation, and look at intervals.",
        )


def _repeats(facts: Facts) -> Iterator[Finding]:
    repeats = facts.repeats
    if repeats.n_repeated:
        share = repeats.n_repeated / facts.n_rows
        yield remark(
            "repeated-rows",
            "caution" if share >= MANY_REPEATS else "note",
            f"{count(repeats.n_repeated, 'row')} ({percent(share)}) "
            f"{'repeats' if repeats.n_repeated == 1 else 'repeat'} an earlier row: split so that "
            "like rows stay together, or a model is tested on rows it has learnt.",
        )
    if repeats.n_contradicting:
        is_many = repeats.n_misjudged >= DISPUTED * facts.smallest.n_rows
        yield remark(
            "contradicting-rows",
            "caution" if is_many else "note",
            f"{count(repeats.n_contradicting, 'row')} have their like, feature by feature, in "
            f"another class ({count(repeats.n_disputed, 'different row')}): whatever a model says, "
            f"it misjudges {repeats.n_misjudged:,} of them.",
        )


def _scales(facts: Facts) -> Iterator[Finding]:
    varying = [column for column in facts.columns if not column.is_constant]
    for column in varying:
        if len(varying) > 1 and (column.distance_share or 0) >= DECIDES:
            yield remark(
                "one-column-decides",
                "caution",
                f"Column {str(column.name)!r} makes {percent(column.distance_share or 0)} of the "
                "squared distance between rows, so that neighbours are near in it alone. Give "
                'samplers scale="standard"; leave the column out if it only names rows.',
            )


def _identifiers(facts: Facts) -> Iterator[Finding]:
    yield from _of_columns(
        (column for column in facts.columns if column.is_identifier),
        "identifier",
        "caution",
        ("seems to name or number the rows", "seem to name or number the rows"),
        "Leave out what only names them.",
    )


def _unmeasurable(facts: Facts) -> Iterator[Finding]:
    yield from _of_columns(
        (column for column in facts.columns if column.kind == "other"),
        "no-distance",
        "caution",
        ("is neither a number nor a category", "are neither numbers nor categories"),
        "Samplers that look for neighbours refuse such columns: leave them out, or make numbers "
        "of them.",
    )


def _constant(facts: Facts) -> Iterator[Finding]:
    yield from _of_columns(
        (column for column in facts.columns if column.is_constant),
        "constant-column",
        "note",
        ("has one value only", "have one value only"),
        "Nothing can be learnt from that.",
    )


def _codes(facts: Facts) -> Iterator[Finding]:
    yield from _of_columns(
        (column for column in facts.columns if column.may_be_codes),
        "few-values",
        "note",
        (
            "holds whole numbers of 10 different values or fewer",
            "hold whole numbers of 10 different values or fewer",
        ),
        "Where they are codes rather than amounts, make them categories, so that samplers do not "
        "blend them.",
    )


def _of_columns(
    columns: Iterable[ColumnFacts],
    code: str,
    severity: Severity,
    verbs: tuple[str, str],
    advice: str,
) -> Iterator[Finding]:
    names = [str(column.name) for column in columns]
    if names:
        subject = f"Column {names[0]!r} {verbs[0]}" if len(names) == 1 else ""
        subject = subject or f"{len(names)} columns {verbs[1]}: {listed(names)}"
        yield remark(code, severity, f"{subject}. {advice}")


def _kinds(facts: Facts) -> Iterator[Finding]:
    for kinds in facts.kinds:
        unsafe = kinds.rare + kinds.outlier
        if kinds.n_judged >= FEW and unsafe >= UNSAFE * kinds.n_judged:
            yield remark(
                "mostly-unsafe",
                "caution",
                f"Of {count(kinds.n_judged, 'row')} of class {kinds.label!r}, {unsafe:,} "
                f"({percent(unsafe / kinds.n_judged)}) are rare or outliers, with other classes "
                "around them: new rows made between them would lie among those.",
            )


def _overlap(facts: Facts) -> Iterator[Finding]:
    if facts.overlap is None:
        return
    judged = {one.label: one for one in facts.overlap.classes}
    smallest = judged[facts.smallest.label]
    if smallest.nearest_error <= APART:
        yield remark(
            "classes-apart",
            "note",
            f"The nearest other row is of the same class for {percent(1 - smallest.nearest_error)} "
            f"of class {smallest.label!r}: the classes hardly overlap, and a model may need no "
            "remedy.",
        )
    sampled = [one for one in facts.classes if one.n_rows > judged[one.label].n_judged]
    if sampled:
        yield remark(
            "sampled",
            "note",
            f"Kinds of rows and overlap are told from {judged[sampled[0].label].n_judged:,} random "
            f"rows of {count(len(sampled), 'large class', 'large classes')}, each compared with "
            "all rows.",
        )


def _balance(facts: Facts) -> Iterator[Finding]:
    if facts.ratio == 1:
        yield remark("balanced", "note", "All classes are of one size: nothing is to balance.")
    elif facts.ratio < BALANCED:
        yield remark(
            "nearly-balanced",
            "note",
            f"The largest class has {facts.ratio:.2f} rows for each of the smallest: there is "
            "little to balance.",
        )


def _missing(facts: Facts) -> Iterator[Finding]:
    if facts.n_missing:
        columns = sum(column.n_missing > 0 for column in facts.columns)
        cells = facts.n_rows * len(facts.columns)
        yield remark(
            "missing-cells",
            "note",
            f"{count(facts.n_missing, 'cell')} of {count(columns, 'column')} are missing "
            f"({percent(facts.n_missing / cells)}): samplers take them as they are, many models "
            "do not.",
        )


_CHECKS = (
    _separating,
    _few_rows,
    _identifiers,
    _scales,
    _kinds,
    _repeats,
    _unmeasurable,
    _balance,
    _overlap,
    _missing,
    _constant,
    _codes,
)
