"""The results of a study with their conclusions in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

from counterpoise._lib.findings import Finding
from counterpoise.study._findings import CHECKS, Check, find
from counterpoise.study._records import Improvement, TableSummary
from counterpoise.study._scores import StudyScores
from counterpoise.study._serialization import (
    FORMAT_VERSION,
    KIND,
    fields_from_json,
    to_plain,
    write_json,
)
from counterpoise.study._tables import build_frame
from counterpoise.study._text import (
    TargetText,
    describe_classes,
    describe_improvement,
    summarize,
)

__all__ = ["StudyConclusions"]


@dataclass(frozen=True)
class StudyConclusions(StudyScores):
    """The results of a study with their conclusions in words: verdict and findings."""

    _checks: ClassVar[tuple[Check, ...]] = CHECKS
    # How the JSON is recognized and restored.
    _kind: ClassVar[str] = KIND
    _summary: ClassVar[type[TableSummary]] = TableSummary

    @cached_property
    def verdict(self) -> tuple[str, ...]:
        """The conclusion of the study in a few sentences; the first answers the question."""
        return summarize(self)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What to know when reading the results, the most severe first."""
        return find(self, self._checks)

    @property
    def target_text(self) -> TargetText:
        """What reports say about the target."""
        return describe_classes(self.data, self.settings.costs)

    def sentence(self, improvement: Improvement) -> str:
        """Describe an improvement in one sentence."""
        return describe_improvement(self, improvement)

    def to_frame(self, backend: str = "pandas") -> Any:
        """Return the results as a data frame with one row per candidate and fold.

        Parameters
        ----------
        backend : str, default="pandas"
            The data frame library: "pandas", "polars" or "pyarrow".

        Returns
        -------
        DataFrame
            Columns model, method, repeat, fold, status, seconds and the metrics; metrics of
            probabilities and costs also after prior correction and after calibration (suffixes
            ``_corrected`` and ``_calibrated``).
        """
        return build_frame(self, backend)

    # ---- JSON ----

    def to_json(self) -> str:
        """Return results and conclusions as JSON.

        Returns
        -------
        str
            Arrays are compressed (zlib, base64); conclusions are plain numbers and sentences.
        """
        conclusions = {
            "verdict": self.verdict,
            "improvements": [
                {**to_plain(improvement), "sentence": self.sentence(improvement)}
                for improvement in self.improvements
            ],
            "best": self.best,
            "findings": self.findings,
            "table": self._rows(),
        }
        return write_json(self._kind, FORMAT_VERSION, conclusions, self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Restore a result from the output of `to_json`.

        Raises
        ------
        InputError
            If the text is not the JSON of a study.
        """
        return cls(**fields_from_json(text, cls._kind, cls._summary))

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {"model": model, "method": method, "probabilities": kind, **to_plain(row)}
            for kind in self.probability_kinds
            for (model, method), row in self.table(probabilities=kind).items()
        ]
