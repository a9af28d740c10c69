"""Leakage between a training set and a test set, from resampling before the split."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from counterpoise._lib.findings import (
    Finding,
    Findings,
    Severity,
    create_finding,
    finding_items,
    format_finding,
)
from counterpoise._lib.html_fragment import fragment, paragraphs
from counterpoise._lib.types import Array, RowArray, Seed
from counterpoise._table import EncodedTarget, concat_tables, group_equal_rows
from counterpoise.audit._concat import concat_targets
from counterpoise.audit._duplicates import check_duplicates
from counterpoise.audit._interpolation import check_interpolation
from counterpoise.audit._records import LeakageCheck
from counterpoise.exceptions import InputError

__all__ = ["LeakageReport", "leakage"]


@dataclass(frozen=True)
class LeakageReport:
    """Report on leakage between a training set and a test set.

    Attributes
    ----------
    found : bool or None
        True if a check found leakage; None if none did and a check is inconclusive; False
        otherwise.
    checks : tuple of LeakageCheck
        Results of the two checks, for duplicates and for interpolation.
    n_train, n_test : int
        Number of training and of test samples.
    """

    found: bool | None
    checks: tuple[LeakageCheck, ...]
    n_train: int
    n_test: int

    @property
    def test_indices(self) -> RowArray:
        """Positions of the leaked test samples, ascending; ndarray of shape (n_leaked,)."""
        parts = [check.test_indices for check in self.checks if check.found]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    @property
    def found_by(self) -> Array:
        """Name of the check that found each of `test_indices`; ndarray of shape (n_leaked,)."""
        indices = self.test_indices
        names = np.full(len(indices), "interpolation")
        for check in self.checks:
            if check.found and check.name == "duplicates":
                names[np.isin(indices, check.test_indices)] = "duplicates"
        return names

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Results of the checks as findings."""
        severities: dict[bool | None, Severity] = {True: "warning", None: "caution", False: "note"}
        return Findings(
            create_finding(f"leakage-{check.name}", severities[check.found], check.sentence)
            for check in self.checks
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dictionaries, lists, strings and numbers."""
        return {
            "found": self.found,
            "n_train": self.n_train,
            "n_test": self.n_test,
            "test_indices": self.test_indices.tolist(),
            "found_by": self.found_by.tolist(),
            "checks": [
                {
                    **vars(check),
                    "test_indices": check.test_indices.tolist(),
                    "n_test_indices": len(check.test_indices),
                }
                for check in self.checks
            ],
        }

    def to_json(self) -> str:
        """Return `to_dict` as a JSON string."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __str__(self) -> str:
        return "\n".join([self._summary, *(f"- {format_finding(f)}" for f in self.findings)])

    # In a terminal, too, the text says more than the fields.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        return fragment(
            *paragraphs([self._summary], first_is_bold=True), finding_items(self.findings)
        )

    @property
    def _summary(self) -> str:
        if self.found:
            return (
                f"Leakage found: {len(self.test_indices):,} of {self.n_test:,} test rows are "
                "duplicates of training rows or synthetic rows between them. Split first, then "
                "resample only the training rows."
            )
        return "Leakage: inconclusive." if self.found is None else "No leakage found."


def leakage(
    X_train: Any,
    X_test: Any,
    y_train: Any = None,
    y_test: Any = None,
    *,
    random_state: Seed = 0,
) -> LeakageReport:
    """Detect leakage caused by resampling before splitting into training and test set.

    Two checks are made. *Duplicates*: test samples equal to a training sample. Natural duplicates
    are common, so they indicate leakage only if there are more of them than in random splits of
    the pooled samples, or if they are distributed as after random oversampling. *Interpolation*:
    test samples on a straight line between two nearby training samples, within the rounding of
    each feature, as SMOTE generates them. They indicate leakage only if there are more of them
    than by chance, which is estimated from the data.

    Parameters
    ----------
    X_train, X_test : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        Training and test set, in containers of the same type and with the same features.
    y_train, y_test : array-like of shape (n_samples,), default=None
        Class labels of both sets, or of neither. With labels the checks are more sensitive:
        duplicates are compared between the classes, and interpolation is checked within each
        class.
    random_state : int, RandomState instance or None, default=0
        Seed of the random splits and of the reference samples for the chance rate.

    Returns
    -------
    LeakageReport

    Raises
    ------
    InputError
        If the sets differ in their features, only one is sparse, a set is empty, a value is
        infinite, or missing in a sparse set, or the labels of only one set are given.

    Notes
    -----
    In a test set of more than 10,000 samples, interpolation is checked for 10,000 random ones.
    Neither check detects synthetic samples that are drawn around a sample, as the smoothed
    bootstrap does.

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
    table, n_train = concat_tables(X_train, X_test)
    target = _encode_labels(y_train, y_test, n_train, table.n_rows - n_train)
    rng = check_random_state(random_state)
    checks = (
        check_duplicates(group_equal_rows(table), n_train, target, rng),
        check_interpolation(table, n_train, target, rng),
    )
    results = [check.found for check in checks]
    found = True if True in results else None if None in results else False
    return LeakageReport(found, checks, n_train, table.n_rows - n_train)


def _encode_labels(y_train: Any, y_test: Any, n_train: int, n_test: int) -> EncodedTarget | None:
    if y_train is None and y_test is None:
        return None
    if y_train is None or y_test is None:
        missing = "y_train" if y_train is None else "y_test"
        raise InputError(f"Pass both y_train and y_test, or neither; {missing} is missing.")
    names = ("X_train and y_train", "X_test and y_test")
    return concat_targets((y_train, y_test), (n_train, n_test), names)
