"""What a study found: its facts, and all that can be said of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

from counterpoise._lib.findings import Finding
from counterpoise.comparison.exchange import FORMAT, facts_of, to_plain
from counterpoise.comparison.facts import Facts
from counterpoise.comparison.findings import find
from counterpoise.comparison.frame import frame_of
from counterpoise.comparison.records import Gain
from counterpoise.comparison.words import sentence_of, verdict_of

__all__ = ["Comparison"]


@dataclass(frozen=True)
class Comparison(Facts):
    """The facts of a study, and what can be said of them in words; see `Facts`."""

    @cached_property
    def verdict(self) -> tuple[str, ...]:
        """What the study says, in a few sentences; the first is the main one."""
        return verdict_of(self)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader should know besides, the gravest first."""
        return find(self)

    def sentence(self, gain: Gain) -> str:
        """Return a gain in one plain sentence."""
        return sentence_of(gain, self.settings.level)

    def to_frame(self, backend: str = "pandas") -> Any:
        """Return the facts by arm and fold as one data frame.

        Parameters
        ----------
        backend : str, default="pandas"
            The data frame library: "pandas", "polars" or "pyarrow".

        Returns
        -------
        DataFrame
            Columns model, remedy, repeat, fold, status, seconds, then the metrics, raw and, where
            they read probabilities, corrected.
        """
        return frame_of(self, backend)

    # ---- In and out ----

    def to_json(self) -> str:
        """Return facts and conclusions as JSON.

        Returns
        -------
        str
            Arrays of facts are packed (zlib, base64); conclusions are plain numbers and sentences.
        """
        return json.dumps(
            {
                "counterpoise study": FORMAT,
                "verdict": list(self.verdict),
                "verdicts": [
                    {**to_plain(gain), "sentence": self.sentence(gain)} for gain in self.verdicts
                ],
                "best": to_plain(self.best),
                "findings": to_plain(self.findings),
                "table": self._rows(),
                "facts": {
                    field.name: to_plain(getattr(self, field.name)) for field in fields(self)
                },
            },
            ensure_ascii=False,
            indent=1,
            default=str,  # classes of other types, such as dates
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the result that a text of `to_json` holds.

        Raises
        ------
        InputError
            If it is no such text.
        """
        return cls(**facts_of(text))

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {"model": model, "remedy": remedy, "corrected": corrected, **to_plain(row)}
            for corrected in (False, True)
            for (model, remedy), row in self.table(corrected=corrected).items()
        ]
