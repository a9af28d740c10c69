"""The results of a study of a continuous target with their conclusions in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._findings import Check
from counterpoise.study._metrics import Metric, mean_of
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Probabilities
from counterpoise.study._regression.findings import CHECKS
from counterpoise.study._regression.metrics import find_metric
from counterpoise.study._regression.scoring import RegressionEvaluator, RegressionSummary
from counterpoise.study._regression.target import RARE
from counterpoise.study._regression.text import describe_values
from counterpoise.study._text import TargetText

__all__ = ["RegressionConclusions"]

_DIGITS = 4


@dataclass(frozen=True, repr=False)
class RegressionConclusions(StudyConclusions):
    """The results of a study of a continuous target: its metrics, findings and words."""

    data: RegressionSummary

    probability_kinds: ClassVar[tuple[Probabilities, ...]] = ("predicted",)
    rare_samples: ClassVar[str] = "samples with rare values"
    _checks: ClassVar[tuple[Check, ...]] = CHECKS
    _kind: ClassVar[str] = "regression study"
    _summary: ClassVar[type[RegressionSummary]] = RegressionSummary

    @staticmethod
    def find_metric(name: str) -> Metric:
        """Return a metric of a continuous target by name."""
        return find_metric(name)

    def decimals(self, metric: str) -> int:
        """Return with how many decimals values of a metric are shown: four digits of an error."""
        score = mean_of(self.values(metric, self.candidate(DUMMY)))
        if not self.metric(metric).relative or not score > 0:
            return 3
        return max(_DIGITS - 1 - int(np.floor(np.log10(score))), 0)

    @property
    def target_text(self) -> TargetText:
        """What reports say about the target."""
        return describe_values(self.data)

    @property
    def n_minority(self) -> int:
        """Number of samples with rare values."""
        return int((self.data.codes == RARE).sum())

    @cached_property
    def _evaluator(self) -> RegressionEvaluator:
        return RegressionEvaluator(
            self.data, self.folds, self.settings.n_folds, self.settings.costs
        )
