"""Rows that a resampling before the split has put on both of its sides."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from counterpoise._finding import Finding, Severity, remark
from counterpoise._types import Array, RowArray, Seed
from counterpoise.audit._concat import stack_labels
from counterpoise.audit._duplicates import find_copies
from counterpoise.audit._interpolation import find_segments
from counterpoise.audit._records import Mark
from counterpoise.exceptions import InputError
from counterpoise.table import Labels, group_rows, stack_tables

__all__ = ["LeakageReport", "leakage"]


@dataclass(frozen=True)
class LeakageReport:
    """Whether test rows were made of training rows.

    Attributes
    ----------
    found : bool or None
        True if a mark of it was found; None if it cannot be told; False if there is none.
    marks : tuple of Mark
        What each search found: of copies, and of rows between others.
    n_train, n_test : int
        How many rows were compared.
    """

    found: bool | None
    marks: tuple[Mark, ...]
    n_train: int
    n_test: int

    @property
    def rows(self) -> RowArray:
        """The test rows that leaked, from 0, ascending; ndarray of int of shape (n_leaked,)."""
        parts = [mark.rows for mark in self.marks if mark.found]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    @property
    def kinds(self) -> Array:
        """For each of `rows` how: "copies" or "segments"; ndarray of str of shape (n_leaked,)."""
        kinds = np.full(len(self.rows), "segments")
        for mark in self.marks:
            if mark.found and mark.kind == "copies":
                kinds[np.isin(self.rows, mark.rows)] = "copies"
        return kinds

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each search found, as findings."""
        severities: dict[bool | None, Severity] = {True: "warning", None: "caution", False: "note"}
        return tuple(
            remark(f"leak-{mark.kind}", severities[mark.found], mark.sentence)
            for mark in self.marks
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "found": self.found,
            "n_train": self.n_train,
            "n_test": self.n_test,
            "rows": self.rows.tolist(),
            "kinds": self.kinds.tolist(),
            "marks": [
                {**vars(mark), "rows": mark.rows.tolist(), "count": len(mark.rows)}
                for mark in self.marks
            ],
        }

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __str__(self) -> str:
        return "\n".join([self._headline, *(f"- {mark.sentence}" for mark in self.marks)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(mark.sentence)}</li>" for mark in self.marks)
        return f"<p><strong>{escape(self._headline)}</strong></p><ul>{items}</ul>"

    @property
    def _headline(self) -> str:
        if self.found:
            return (
                f"Leakage: {len(self.rows):,} of {self.n_test:,} test rows were made of training "
                "rows. Split first, then resample the training rows alone."
            )
        return "Whether rows leaked cannot be told." if self.found is None else "No leakage found."


def leakage(
    X_train: Any,
    X_test: Any,
    y_train: Any = None,
    y_test: Any = None,
    *,
    random_state: Seed = 0,
) -> LeakageReport:
    """Look for the marks of resampling before splitting: test rows made of training rows.

    Two marks are looked for. *Copies*: test rows equal to a training row. Natural repeats are
    common; so they count only if there are more of them than random splits of the pooled rows
    have, or if they gather in one class, or repeat rows, as over-sampling does. *Segments*: test
    rows on a straight line between two training rows near them, within the rounding of each column.
    They count only beyond a chance rate that is measured on the table itself.

    Parameters
    ----------
    X_train, X_test : array-like or data frame of shape (n_rows, n_features)
        Of one container, with the same columns.
    y_train, y_test : array-like of shape (n_rows,), optional
        Their classes, both or neither. With them more can be told: repeats must gather in a class,
        and a row is looked for between rows of its own class.
    random_state : int, RandomState or None, default=0
        Seed of the rows that chance is measured by.

    Returns
    -------
    LeakageReport

    Raises
    ------
    InputError
        If the tables differ in their columns, a table is sparse or empty, a cell is infinite, or
        the labels of one table alone are given.

    Notes
    -----
    Of more than 10,000 test rows, 10,000 drawn at random are looked for between others. Rows that
    a sampler draws around a row, as the smoothed bootstrap does, leave none of the two marks.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.model_selection import train_test_split
    >>> from counterpoise.audit import leakage
    >>> from counterpoise.over_sampling import SMOTE
    >>> X, y = make_classification(500, weights=[0.9], random_state=0)
    >>> leakage(*train_test_split(X, random_state=0)).found
    False
    >>> X_balanced, y_balanced = SMOTE(random_state=0).fit_resample(X, y)
    >>> leakage(*train_test_split(X_balanced, random_state=0)).found
    True
    """
    table, n_train = stack_tables(X_train, X_test)
    labels = _labels(y_train, y_test, n_train, table.n_rows - n_train)
    random = check_random_state(random_state)
    marks = (
        find_copies(group_rows(table), n_train, labels, random),
        find_segments(table, n_train, labels, random),
    )
    answers = [mark.found for mark in marks]
    found = True if True in answers else None if None in answers else False
    return LeakageReport(found, marks, n_train, table.n_rows - n_train)


def _labels(y_train: Any, y_test: Any, n_train: int, n_test: int) -> Labels | None:
    if y_train is None and y_test is None:
        return None
    if y_train is None or y_test is None:
        lacking = "y_train" if y_train is None else "y_test"
        raise InputError(f"Give the classes of both tables, or of neither; {lacking} is missing.")
    return stack_labels((y_train, y_test), (n_train, n_test), ("train", "test"))
