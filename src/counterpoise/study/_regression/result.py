"""The result of a study of a continuous target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from counterpoise.study._base_result import BaseResult
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

__all__ = ["RegressionResult"]

_DIGITS = 4


@dataclass(frozen=True, repr=False)
class RegressionResult(BaseResult):
    """The result of a study of a continuous target.

    The fields hold the folds and the out-of-fold predictions of each candidate. Everything else is
    computed from them on demand, without fitting a model again.

    Attributes
    ----------
    data : RegressionSummary
        The target, the relevance of its values, and the columns.
    settings : Settings
        The parameters of the study.
    folds : ndarray of int of shape (n_repeats, n_samples)
        The fold in which each sample was tested; −1 if in none.
    candidates : tuple of Candidate
        Each model with each method, and a dummy regressor. Their `scores` are the predicted
        values; their `predictions` are 1 if the predicted value is rare, 0 if it is common.
    data_findings : tuple of Finding
        Findings about the data.
    projection : None
    stopped : bool
        Whether the time budget ended the study early.

    Examples
    --------
    >>> from sklearn.datasets import make_regression
    >>> from counterpoise.study import RegressionStudy
    >>> X, y = make_regression(300, n_features=5, noise=50, random_state=0)
    >>> study = RegressionStudy("ridge", "dense-weight", cv=(5, 1), random_state=0)
    >>> result = study.run(X, y)
    >>> improvement = result.improvements[0]
    >>> improvement.low < improvement.value < improvement.high
    True
    >>> len(result.table()), len(RegressionResult.from_json(result.to_json()).improvements)
    (3, 1)
    """

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

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        # Imported here, so that Markdown and JSON do not need jinja2.
        from counterpoise.study._regression.page import render  # noqa: PLC0415

        return render(self)

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
