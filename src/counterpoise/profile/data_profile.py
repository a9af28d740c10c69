"""The profile of a table: its facts, what they say, and how they look."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from counterpoise._lib.findings import Finding
from counterpoise.profile.drawing import to_html, to_text
from counterpoise.profile.findings import find
from counterpoise.profile.records import Facts, to_plain
from counterpoise.profile.sections import Section, sections_of

__all__ = ["DataProfile"]


@dataclass(frozen=True)
class DataProfile(Facts):
    """What a table is like, as `counterpoise.inspect` found it.

    Printed, it is a text of 80 columns; in a notebook, tables.

    Attributes
    ----------
    n_rows : int
    classes : tuple of ClassFacts
        In sorted order: `label`, `n_rows`, `share`.
    ratio : float
        Rows of the largest class for each of the smallest.
    columns : tuple of ColumnFacts
        The features: `name`, `kind`, `dtype`, `n_missing`, `n_distinct`, `distance_share`,
        `is_identifier`, `may_be_codes`, `is_constant`. Columns that were set aside are not among
        them.
    n_missing : int
        Missing cells of all features.
    repeats : RepeatCounts
        `n_repeated`, `n_contradicting`, `n_disputed`, `n_misjudged`.
    kinds : tuple of ClassKinds
        Of each class that is smaller than the largest: `label`, `n_judged`, `safe`, `borderline`,
        `rare`, `outlier`; empty where nothing could be measured.
    overlap : Overlap or None
        `classes`, `nearest_error`, `fisher`, `fisher_column`; None where no column has a distance,
        or there are five rows or fewer.
    separations : tuple of ColumnSeparation
        For each feature: `name`, `auc`, `missing_auc`, `separates`, `missing_tells`.
    most_folds : int
        The most folds of which each has every class: the rows of the smallest class.
    methods : tuple of MethodAdvice
        For each method of `counterpoise.resample`: `method`, `fits`, `parameters`, `reason`.
    study : StudyAdvice or None
        `n_folds`, `n_repeats`, `fewest_in_test`, `methods`, `parameters`,
        `keeps_repeats_together`; None where the smallest class has a single row, or all are of one
        size.
    """

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader should know, the gravest first: `code`, `severity`, `sentence`."""
        return find(self)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All of it as text cells, for whoever draws them."""
        return sections_of(self, self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return facts and findings as dictionaries, lists, texts and numbers.

        Returns
        -------
        dict
        """
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return {"counterpoise profile": 1, **plain, "findings": to_plain(self.findings)}

    def to_json(self) -> str:
        """Return `to_dict` as a JSON text.

        Returns
        -------
        str
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)

    def __str__(self) -> str:
        return to_text(self.sections)

    def _repr_html_(self) -> str:
        return to_html(self.sections)
