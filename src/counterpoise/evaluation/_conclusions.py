"""The results of an evaluation with their conclusions in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from counterpoise._lib.findings import Finding
from counterpoise.evaluation._findings import find
from counterpoise.evaluation._records import EvaluationSettings
from counterpoise.evaluation._scores import EvaluationScores
from counterpoise.evaluation._tables import build_frame
from counterpoise.evaluation._text import summarize
from counterpoise.study import Candidate, TableSummary
from counterpoise.study._journal import unpack
from counterpoise.study._serialization import restore_record, stored_result, write_json

__all__ = ["EvaluationConclusions"]

KIND, FORMAT_VERSION = "evaluation", 1


@dataclass(frozen=True)
class EvaluationConclusions(EvaluationScores):
    """The results of an evaluation with their conclusions in words: verdict and findings."""

    @cached_property
    def verdict(self) -> tuple[str, ...]:
        """The conclusion in a few sentences, the most important first."""
        return summarize(self)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What to know when reading the results, the most severe first."""
        return find(self)

    def to_frame(self, backend: str = "pandas") -> Any:
        """Return the metrics as a data frame with one row per score column and metric.

        Parameters
        ----------
        backend : str, default="pandas"
            The data frame library: "pandas", "polars" or "pyarrow".

        Returns
        -------
        DataFrame
            Columns name, metric, value, low and high.
        """
        return build_frame(self, backend)

    # ---- JSON ----

    def to_json(self) -> str:
        """Return scores, results and conclusions as JSON.

        Returns
        -------
        str
            Arrays are compressed (zlib, base64); conclusions are plain numbers and sentences.
        """
        computed = ("metrics", "comparisons", "thresholds", "top_shares", "prevalence_effects")
        conclusions = {
            "positive_class": self.data.positive_class,
            "verdict": self.verdict,
            "findings": self.findings,
            **{name: getattr(self, name) for name in computed},
        }
        return write_json(KIND, FORMAT_VERSION, conclusions, self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Restore a result from the output of `to_json`.

        Raises
        ------
        InputError
            If the text is not the JSON of an evaluation.
        """
        stored = stored_result(text, KIND, "an evaluation", FORMAT_VERSION)
        return cls(
            restore_record(TableSummary, stored["data"]),
            restore_record(EvaluationSettings, stored["settings"]),
            tuple(restore_record(Candidate, candidate) for candidate in stored["candidates"]),
            None if stored["groups"] is None else unpack(stored["groups"]),
        )
