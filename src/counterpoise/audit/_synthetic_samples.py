"""What the rows that a sampler has made are like."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from counterpoise._finding import Finding
from counterpoise._types import IntArray, RowArray, Seed
from counterpoise.audit._concat import stack_labels
from counterpoise.audit._records import ClassAudit
from counterpoise.audit._synthetic_findings import findings_of
from counterpoise.audit._synthetic_measures import Rows, audit_class
from counterpoise.base import is_sampler
from counterpoise.exceptions import InputError
from counterpoise.neighbors import check_measurable
from counterpoise.table import group_rows, stack_tables

__all__ = ["MadeRowsReport", "made_rows"]


@dataclass(frozen=True)
class MadeRowsReport:
    """What made rows are like, class by class.

    Attributes
    ----------
    classes : tuple of ClassAudit
        The classes that have made rows, in sorted order.
    n_before, n_after : int
        Rows before and after.
    n_removed : int
        Rows that were there before, and no more.
    """

    classes: tuple[ClassAudit, ...]
    n_before: int
    n_after: int
    n_removed: int

    @property
    def n_made(self) -> int:
        """How many rows were made."""
        return sum(facts.n_made for facts in self.classes)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is worth knowing of them."""
        return tuple(finding for facts in self.classes for finding in findings_of(facts))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values; None where a number is not defined."""
        return {
            "n_before": self.n_before,
            "n_after": self.n_after,
            "n_made": self.n_made,
            "n_removed": self.n_removed,
            "classes": [_plain(asdict(facts)) for facts in self.classes],
            "findings": [asdict(finding) for finding in self.findings],
        }

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, default=str)

    def __str__(self) -> str:
        return "\n".join([self._headline, *(f"- {each.sentence}" for each in self.findings)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(each.sentence)}</li>" for each in self.findings)
        return f"<p><strong>{escape(self._headline)}</strong></p><ul>{items}</ul>"

    @property
    def _headline(self) -> str:
        return (
            f"{self.n_made:,} of {self.n_after:,} rows were made, in {len(self.classes)} "
            f"class{'' if len(self.classes) == 1 else 'es'}; {self.n_removed:,} were removed."
        )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def made_rows(before: Any, after: Any, *, random_state: Seed = 0) -> MadeRowsReport:
    """Say what made rows are like: where they lie, what they copy, what they change.

    A row after is made if no row before equals it, cells and class; of equal rows, those that are
    more than there were before. So rows that random over-sampling repeats count as made.

    Parameters
    ----------
    before : tuple (X, y)
        The table, and the class of each row.
    after : tuple (X, y), or sampler
        The resampled table and its classes, in the same container; or a sampler that resamples
        the rows before. A fitted one is cloned and does so again, as it keeps no rows: give it an
        integer `random_state` to see the rows that it has made.
    random_state : int, RandomState or None, default=0
        Seed of the two-sample test.

    Returns
    -------
    MadeRowsReport

    Raises
    ------
    InputError
        If the tables differ in their columns, or a cell is infinite.
    ColumnKindError
        If a column holds dates or the like, on which no distance is defined.

    Notes
    -----
    Distances are Euclidean in standard deviations of the columns, a category counting as in
    SMOTE-NC (Chawla et al., 2002, https://doi.org/10.1613/jair.953).

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.audit import made_rows
    >>> from counterpoise.over_sampling import SMOTE, RandomOverSampler
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> facts = made_rows((X, y), SMOTE(random_state=0)).classes[0]
    >>> facts.label, facts.n_before, facts.n_made, facts.n_copies
    (1, 31, 238, 0)
    >>> made_rows((X, y), RandomOverSampler(random_state=0)).classes[0].n_copies
    238
    """
    X_before, y_before = _pair(before, "before")
    if is_sampler(after):
        after = clone(after).fit_resample(X_before, y_before)
    X_after, y_after = _pair(after, "after")
    table, n_before = stack_tables(X_before, X_after, names=("X before", "X after"))
    check_measurable(table, "made_rows")
    n_after = table.n_rows - n_before
    labels = stack_labels((y_before, y_after), (n_before, n_after), ("before", "after"))
    groups = group_rows(table)
    made = _made(groups * len(labels.classes) + labels.codes, n_before)
    rows = Rows.lay_out(table, labels, n_before, made, groups)
    random = check_random_state(random_state)
    codes = np.unique(labels.codes[made])
    lacking = np.setdiff1d(codes, labels.codes[:n_before])
    if len(lacking):
        raise InputError(
            f"Class {labels.classes[lacking[0]]!r} is in the table after, and not in the table "
            "before; made rows are compared with real rows of their class."
        )
    classes = tuple(audit_class(rows, int(code), random) for code in codes)
    return MadeRowsReport(classes, n_before, n_after, n_before - (n_after - len(made)))


def _pair(table: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(table, tuple) or len(table) != 2:
        raise InputError(
            f"{name} must be a pair (X, y), a table and the class of each row"
            f"{', or a sampler' if name == 'after' else ''}; got {type(table).__name__}."
        )
    return table


def _made(groups: IntArray, n_before: int) -> RowArray:
    """Return the rows after that are more than there were equal ones before."""
    after = groups[n_before:]
    there = np.bincount(groups[:n_before], minlength=int(groups.max()) + 1)
    order = np.argsort(after, kind="stable")
    ordered = after[order]
    is_first = np.r_[True, ordered[1:] != ordered[:-1]]
    start = np.maximum.accumulate(np.where(is_first, np.arange(len(ordered)), 0))
    is_more = np.arange(len(ordered)) - start >= there[ordered]
    return np.sort(order[is_more]) + n_before
