"""The function `synthetic_samples`, and the report that it returns."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

from sklearn.base import clone
from sklearn.utils import check_random_state

from counterpoise._lib.findings import Finding, finding_items, format_finding
from counterpoise._lib.html_fragment import code, fragment, html_table, paragraphs
from counterpoise._lib.types import Seed
from counterpoise._table import SparseTable
from counterpoise.audit._class_table import HEADINGS, format_class
from counterpoise.audit._projection import SampleProjection, project_trial
from counterpoise.audit._records import ClassAudit
from counterpoise.audit._synthetic_findings import describe_validity, find_all
from counterpoise.audit._synthetic_measures import AuditData, audit_class
from counterpoise.audit._validity import measure_validity
from counterpoise.audit._withheld import HalfError, plan_trials, without_withheld
from counterpoise.base import is_sampler
from counterpoise.exceptions import InputError
from counterpoise.metrics import ConfidenceInterval

__all__ = ["STUDY_HINT", "SyntheticSamplesReport", "synthetic_samples"]

STUDY_HINT = "Do they improve a model more than class weights or threshold tuning? Measure it:"


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
    not_validated : str
        Why the validity of a class was not measured, and what to do; empty if it was measured.
    study_code : str
        Python code that measures what the synthetic samples add to class weights and threshold
        tuning.
    projection : SampleProjection
        Some of the samples on a plane.
    is_sparse : bool
        Whether the table is sparse: means, variances and correlations of its columns are then not
        computed, and `columns` of each class is empty.
    """

    classes: tuple[ClassAudit, ...]
    n_before: int
    n_after: int
    n_removed: int
    not_validated: str
    study_code: str
    projection: SampleProjection = field(repr=False)
    is_sparse: bool = False

    @property
    def n_synthetic(self) -> int:
        """Number of synthetic samples."""
        return sum(audit.n_synthetic for audit in self.classes)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings about the synthetic samples, the most severe first."""
        return find_all(self.classes, self.not_validated, is_sparse=self.is_sparse)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dictionaries, lists, strings and numbers; None instead of NaN."""
        return {
            "n_before": self.n_before,
            "n_after": self.n_after,
            "n_synthetic": self.n_synthetic,
            "n_removed": self.n_removed,
            "not_validated": self.not_validated,
            "study_code": self.study_code,
            "classes": [_replace_nan(asdict(audit)) for audit in self.classes],
            "findings": [asdict(finding) for finding in self.findings],
        }

    def to_json(self) -> str:
        """Return `to_dict` as a JSON string."""
        return json.dumps(self.to_dict(), ensure_ascii=False, default=str)

    def to_html(self, study_command: str | None = None) -> str:
        """Return the report as one self-contained HTML page.

        Parameters
        ----------
        study_command : str, optional
            Command or code that the page shows instead of `study_code`.

        Returns
        -------
        str

        Raises
        ------
        ImportError
            If jinja2 is not installed; the message has the command to install it.
        """
        # Imported here, so that the audit needs neither jinja2 nor the study.
        from counterpoise.audit._page import render  # noqa: PLC0415

        return render(
            summary=self.summary,
            classes=self.classes,
            projection=self.projection,
            findings=self.findings,
            not_validated=self.not_validated,
            study_command=study_command or self.study_code,
        )

    def __str__(self) -> str:
        lines = [*self.summary, *(f"- {format_finding(f)}" for f in self.findings)]
        study = [STUDY_HINT, f"  {self.study_code}"] if self.classes else []
        return "\n".join([*lines, *study])

    # In a terminal, too, the text says more than the fields.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [(str(audit.label), list(format_class(audit))) for audit in self.classes]
        return fragment(
            *paragraphs(self.summary, first_is_bold=True),
            html_table(("class", *HEADINGS), rows, "Classes with synthetic rows") if rows else "",
            finding_items(self.findings),
            *([*paragraphs([STUDY_HINT]), code(self.study_code)] if self.classes else []),
        )

    @property
    def summary(self) -> tuple[str, str]:
        """Conclusion on validity, and the number of synthetic samples; a sentence each."""
        n_classes = len(self.classes)
        counts = (
            f"{self.n_synthetic:,} of {self.n_after:,} rows are synthetic, in {n_classes} "
            f"class{'' if n_classes == 1 else 'es'}; {self.n_removed:,} of {self.n_before:,} "
            "original rows were removed."
        )
        return describe_validity(self.classes), counts


def _replace_nan(value: Any) -> Any:
    if isinstance(value, ConfidenceInterval):
        value = value._asdict()
    if isinstance(value, dict):
        return {name: _replace_nan(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def synthetic_samples(
    before: Any,
    after: Any,
    *,
    withheld: Any = None,
    n_splits: int = 10,
    random_state: Seed = 0,
) -> SyntheticSamplesReport:
    """Audit synthetic samples: validity, duplicates, and changes of the distribution.

    A synthetic sample is invalid if the nearest original sample that the sampler has not seen is of
    another class. If a sampler is passed, it resamples a random half of the samples of each class,
    and the other half is withheld from it; this is repeated. Without a sampler, pass original
    samples that were withheld from it.

    Parameters
    ----------
    before : tuple (X, y)
        Samples and class labels before resampling; X is an array, a list, a data frame or a sparse
        matrix.
    after : sampler or tuple (X, y)
        A sampler, which is cloned and resamples `before`; or samples and class labels after
        resampling, in a container of the same type.
    withheld : tuple (X, y) or None, default=None
        Original samples that the sampler has not seen, such as a test set. They are used instead
        of random halves.
    n_splits : int, default=10
        Number of random splits into halves. Not used with `withheld`.
    random_state : int, RandomState instance or None, default=0
        Seed of the splits, of the sampler in each of them, and of the two-sample test.

    Returns
    -------
    SyntheticSamplesReport

    Raises
    ------
    InputError
        If the tables differ in their features, a value is infinite, or withheld samples of a class
        are missing.
    FeatureTypeError
        If no distance is defined on a feature, such as dates.

    Notes
    -----
    A sample counts as synthetic if it does not occur in `before`, or occurs more often than there.
    Duplicates of random oversampling are thus synthetic.

    Distances are Euclidean, in standard deviations of the features, or in the original units of a
    sparse table, whose columns are mostly words, counts or categories. Categories and missing
    values are compared as in SMOTE-NC (Chawla et al., 2002, https://doi.org/10.1613/jair.953).

    The random halves describe a sampler that has half of the samples. With all of them, synthetic
    samples are closer to the samples of their class, so that rates of invalid samples are, if
    anything, lower.

    References
    ----------
    A. B. Hassanat, A. S. Tarawneh, G. A. Altarawneh, "Synthetic minority data is redundant or
    invalid: a data-dependent validity theory and a de-biased test" (2026),
    https://doi.org/10.48550/arXiv.2607.20787.

    A. S. Tarawneh, A. B. Hassanat, G. A. Altarawneh, A. Almuhaimeed, "Stop oversampling for class
    imbalance learning: a review", IEEE Access 10, 47643-47660 (2022),
    https://doi.org/10.1109/ACCESS.2022.3169512.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.audit import synthetic_samples
    >>> from counterpoise.over_sampling import SMOTE
    >>> X, y = make_classification(300, weights=[0.9], random_state=0)
    >>> minority = synthetic_samples((X, y), SMOTE(random_state=0)).classes[0]
    >>> minority.label, minority.n_original, minority.n_synthetic, minority.n_duplicates
    (1, 31, 238, 0)

    Many are invalid, although each is near the samples that it was generated from:

    >>> round(minority.validity.invalid_rate.value, 2), minority.other_class_rate
    (0.48, 0.0)
    """
    if n_splits < 1:
        raise InputError(f"n_splits must be 1 or more; got {n_splits}.")
    X, y = _unpack(before, "before")
    sampler = after if is_sampler(after) else None
    resampled = after if sampler is None else clone(sampler).fit_resample(X, y)
    X_after, y_after = _unpack(resampled, "after")
    rng = check_random_state(random_state)
    data = AuditData.pool((X, y), (X_after, y_after))
    held = None if withheld is None else _unpack(withheld, "withheld")
    plan = plan_trials(data, (X, y), sampler, held, n_splits=n_splits, rng=rng)
    not_validated = plan.not_validated
    try:
        validity, first = measure_validity(plan.trials, plan.codes, rng)
    except HalfError as error:
        validity, first, not_validated = {}, None, str(error)
    n_after = len(data.pooled.codes) - data.n_before
    return SyntheticSamplesReport(
        tuple(audit_class(data, code, validity.get(code)) for code in data.synthetic_codes),
        data.n_before,
        n_after,
        data.n_before - n_after + len(data.synthetic),
        not_validated if len(data.synthetic) else "",
        _write_study_code(sampler),
        project_trial(first or without_withheld(data, rng), data.synthetic_codes, rng),
        isinstance(data.pooled.table, SparseTable),
    )


def _write_study_code(sampler: Any) -> str:
    """Return Python code that compares a sampler with class weights and threshold tuning."""
    methods = f'methods=["class-weight", "threshold", {" ".join(repr(sampler).split())}]'
    study = f"counterpoise.study.Study({'' if sampler is None else methods})"
    return f'{study}.run(X, y).report("study.html")'


def _unpack(table: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(table, tuple) or len(table) != 2:
        raise InputError(
            f"{name} must be a tuple (X, y) of samples and class labels"
            f"{', or a sampler' if name == 'after' else ''}; got {type(table).__name__}."
        )
    return table
