"""The function `synthetic_samples`, and the report that it returns."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from counterpoise._lib.findings import Finding, format_finding
from counterpoise._lib.types import IntArray, RowArray, Seed
from counterpoise._table import concat_tables, group_equal_rows
from counterpoise.audit._concat import concat_targets
from counterpoise.audit._records import ClassAudit
from counterpoise.audit._synthetic_findings import find_all
from counterpoise.audit._synthetic_measures import AuditData, audit_class
from counterpoise.base import is_sampler
from counterpoise.exceptions import InputError
from counterpoise.neighbors._checks import check_feature_types

__all__ = ["SyntheticSamplesReport", "synthetic_samples"]


@dataclass(frozen=True)
class SyntheticSamplesReport:
    """Report on the synthetic samples of a resampled table.

    Attributes
    ----------
    classes : tuple of ClassAudit
        Audit of each class that has synthetic samples, in sorted order.
    n_before, n_after : int
        Number of samples before and after resampling.
    n_removed : int
        Number of samples that resampling removed.
    """

    classes: tuple[ClassAudit, ...]
    n_before: int
    n_after: int
    n_removed: int

    @property
    def n_synthetic(self) -> int:
        """Number of synthetic samples."""
        return sum(audit.n_synthetic for audit in self.classes)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings about the synthetic samples, class by class."""
        return tuple(finding for audit in self.classes for finding in find_all(audit))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dictionaries, lists, strings and numbers; None instead of NaN."""
        return {
            "n_before": self.n_before,
            "n_after": self.n_after,
            "n_synthetic": self.n_synthetic,
            "n_removed": self.n_removed,
            "classes": [_replace_nan(asdict(audit)) for audit in self.classes],
            "findings": [asdict(finding) for finding in self.findings],
        }

    def to_json(self) -> str:
        """Return `to_dict` as a JSON string."""
        return json.dumps(self.to_dict(), ensure_ascii=False, default=str)

    def __str__(self) -> str:
        return "\n".join([self._summary, *(f"- {format_finding(f)}" for f in self.findings)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(format_finding(f))}</li>" for f in self.findings)
        return f"<p><strong>{escape(self._summary)}</strong></p><ul>{items}</ul>"

    @property
    def _summary(self) -> str:
        n_classes = len(self.classes)
        return (
            f"{self.n_synthetic:,} of {self.n_after:,} rows are synthetic, in {n_classes} "
            f"class{'' if n_classes == 1 else 'es'}; {self.n_removed:,} of {self.n_before:,} "
            "original rows were removed."
        )


def _replace_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _replace_nan(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def synthetic_samples(before: Any, after: Any, *, random_state: Seed = 0) -> SyntheticSamplesReport:
    """Audit synthetic samples: their neighbors, duplicates, and changes of the distribution.

    A sample counts as synthetic if it does not occur in `before`, or occurs more often than there.
    Duplicates of random oversampling are thus synthetic.

    Parameters
    ----------
    before : tuple (X, y)
        Samples and class labels before resampling.
    after : tuple (X, y) or sampler
        Samples and class labels after resampling, in a container of the same type; or a sampler
        that resamples `before`. A fitted sampler is cloned and resamples again, as it does not
        store its output: set its `random_state` to an integer to get the same synthetic samples.
    random_state : int, RandomState instance or None, default=0
        Seed of the two-sample test.

    Returns
    -------
    SyntheticSamplesReport

    Raises
    ------
    InputError
        If the tables differ in their features, or a value is infinite.
    FeatureTypeError
        If no distance is defined on a feature, such as dates.

    Notes
    -----
    Distances are Euclidean, in standard deviations of the features; categories are compared as in
    SMOTE-NC (Chawla et al., 2002, https://doi.org/10.1613/jair.953).

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.audit import synthetic_samples
    >>> from counterpoise.over_sampling import SMOTE, RandomOverSampler
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> minority = synthetic_samples((X, y), SMOTE(random_state=0)).classes[0]
    >>> minority.label, minority.n_original, minority.n_synthetic, minority.n_duplicates
    (1, 31, 238, 0)
    >>> report = synthetic_samples((X, y), RandomOverSampler(random_state=0))
    >>> report.classes[0].n_duplicates
    238
    """
    X_before, y_before = _unpack(before, "before")
    if is_sampler(after):
        after = clone(after).fit_resample(X_before, y_before)
    X_after, y_after = _unpack(after, "after")
    table, n_before = concat_tables(X_before, X_after, names=("X before", "X after"))
    check_feature_types(table, "synthetic_samples")
    n_after = table.n_rows - n_before
    names = ("X and y in before", "X and y in after")
    target = concat_targets((y_before, y_after), (n_before, n_after), names)
    groups = group_equal_rows(table)
    synthetic = _find_synthetic(groups * len(target.classes) + target.codes, n_before)
    data = AuditData.prepare(table, target, n_before, synthetic, groups)
    rng = check_random_state(random_state)
    codes = np.unique(target.codes[synthetic])
    unknown = np.setdiff1d(codes, target.codes[:n_before])
    if len(unknown):
        raise InputError(
            f"Class {target.classes[unknown[0]]!r} is in the table after resampling, but not in "
            "the table before it; synthetic samples are compared with original samples of their "
            "class. Check that the tables and their labels belong together."
        )
    classes = tuple(audit_class(data, int(code), rng) for code in codes)
    n_kept = n_after - len(synthetic)
    return SyntheticSamplesReport(classes, n_before, n_after, n_before - n_kept)


def _unpack(table: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(table, tuple) or len(table) != 2:
        raise InputError(
            f"{name} must be a tuple (X, y) of samples and class labels"
            f"{', or a sampler' if name == 'after' else ''}; got {type(table).__name__}."
        )
    return table


def _find_synthetic(groups: IntArray, n_before: int) -> RowArray:
    """Find the rows after resampling in excess of the equal rows before it."""
    after = groups[n_before:]
    n_equal = np.bincount(groups[:n_before], minlength=int(groups.max()) + 1)
    order = np.argsort(after, kind="stable")
    ordered = after[order]
    is_first = np.r_[True, ordered[1:] != ordered[:-1]]
    start = np.maximum.accumulate(np.where(is_first, np.arange(len(ordered)), 0))
    is_in_excess = np.arange(len(ordered)) - start >= n_equal[ordered]
    return np.sort(order[is_in_excess]) + n_before
