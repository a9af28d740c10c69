"""The result of a study, with its plots and reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.display import CalibrationDisplay
from counterpoise.exceptions import InputError
from counterpoise.study._base_result import BaseResult
from counterpoise.study._candidate_classifier import CandidateClassifier
from counterpoise.study._displays import CurveDisplay
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import METRICS, mean_of
from counterpoise.study._recommendation import make_estimator
from counterpoise.study._records import Costs, Probabilities
from counterpoise.study._report import to_html
from counterpoise.study._report.curves import bands_of, mean_band
from counterpoise.study._text import candidate_name

__all__ = ["StudyResult"]


@dataclass(frozen=True, repr=False)
class StudyResult(BaseResult):
    """The result of a study of classes.

    The fields hold the folds and the out-of-fold predictions of each candidate. Everything else is
    computed from them on demand: no metric, threshold, cost or correction fits a model again.

    Attributes
    ----------
    data : TableSummary
        Classes, columns, and the class of each sample.
    settings : Settings
        The parameters of the study.
    folds : ndarray of int of shape (n_repeats, n_samples)
        The fold in which each sample was tested; −1 if in none.
    candidates : tuple of Candidate
        Each model with each method, and a dummy classifier.
    data_findings : tuple of Finding
        Findings about the data.
    projection : Projection or None
        Minority samples and synthetic samples in two dimensions.
    stopped : bool
        Whether the time budget or an interrupt ended the study early.
    stopped_by : {"budget", "interrupt", ""}
        Which of the two.
    has_journal : bool
        Whether a journal has the finished fits of a study that ended early.
    given : dict of (str, str) to object
        Your own models and methods, by ("model", name) or ("method", name). JSON does not contain
        them.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.study import Study
    >>> X, y = make_classification(400, weights=[0.9], random_state=0)
    >>> result = Study("logistic", "class-weight", cv=(5, 1), random_state=0).run(X, y)
    >>> improvement = result.improvements[0]
    >>> improvement.low < improvement.value < improvement.high, improvement.outcome
    (True, 'inconclusive')
    >>> len(result.table()), len(StudyResult.from_json(result.to_json()).improvements)
    (3, 1)
    """

    def make_estimator(
        self,
        model: str | None = None,
        method: str | None = None,
        *,
        calibration: str | None = "sigmoid",
        threshold: float | None = None,
    ) -> CandidateClassifier:
        """Return a candidate as an unfitted classifier for the original table.

        Parameters
        ----------
        model, method : str, optional
            A candidate of the study. By default the recommended one; if only one of the two is
            given, the best candidate with it.
        calibration : {"sigmoid", "isotonic", "temperature"} or None, default="sigmoid"
            How its probabilities are calibrated; see `CandidateClassifier`.
        threshold : float, optional
            The probability from which on a sample is predicted positive. By default, if costs were
            set or the primary metric is the expected cost, the one with the lowest expected cost.
            Otherwise, and for the method "threshold", the predicted classes are those that the
            study evaluates.

        Returns
        -------
        CandidateClassifier
            With the columns, the positive class and the seed of the study.

        Raises
        ------
        InputError
            If there is no such candidate, it failed, or it uses your own model or method and the
            result was read from JSON.

        Examples
        --------
        >>> from sklearn.datasets import make_classification
        >>> from counterpoise.study import Study
        >>> X, y = make_classification(400, weights=[0.9], random_state=0)
        >>> result = Study("logistic", "class-weight", cv=(5, 1), random_state=0).run(X, y)
        >>> result.make_estimator()
        CandidateClassifier(positive=1)
        >>> result.make_estimator().fit(X, y).predict_proba(X[:1]).shape
        (1, 2)
        """
        return make_estimator(self, model, method, calibration=calibration, threshold=threshold)

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        return to_html(self)

    def plot_calibration(
        self, model: str, method: str = BASELINE, *, ax: Any = None
    ) -> CalibrationDisplay:
        """Plot the calibration of out-of-fold probabilities, also corrected and calibrated.

        Parameters
        ----------
        model, method : str
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        CalibrationDisplay
            With `ax_` and `data`. Each sample counts once per repeat.
        """
        candidate = self.candidate(model, method)
        tested = ~np.isnan(candidate.scores[..., 0])
        y_true = np.broadcast_to(self.data.codes == self.data.positive, tested.shape)[tested]

        def scores(kind: Probabilities) -> Array:
            return self.scores_of(candidate, kind)[..., 0][tested]

        return CalibrationDisplay.from_predictions(
            y_true,
            scores("predicted"),
            None if method == BASELINE else scores("corrected"),
            scores("calibrated"),
            ax=ax,
        )

    def plot_curves(
        self, model: str, method: str = BASELINE, *, curve: str = "precision-recall", ax: Any = None
    ) -> CurveDisplay:
        """Plot a precision-recall or ROC curve averaged over folds, with an 80% band of folds.

        Parameters
        ----------
        model, method : str
        curve : {"precision-recall", "roc"}, default="precision-recall"
        ax : matplotlib Axes, optional
            Axes to draw on; new ones by default.

        Returns
        -------
        CurveDisplay
            With `ax_` and `data`.
        """
        bands = bands_of(curve)(self, self.candidate(model, method))
        return CurveDisplay(mean_band(bands), candidate_name(model, method), curve).plot(ax)

    def at_threshold(
        self,
        model: str,
        method: str,
        threshold: float,
        *,
        probabilities: Probabilities = "predicted",
    ) -> dict[str, float]:
        """Return the metrics of a candidate at another decision threshold, without a new fit.

        Parameters
        ----------
        model, method : str
        threshold : float
            Samples with a score of at least the threshold are predicted positive.
        probabilities : {"predicted", "corrected", "calibrated"}, default="predicted"
            The probabilities that the threshold applies to, as in `values`.

        Returns
        -------
        dict of metric to float
            Means over folds of the metrics that depend on predictions.

        Raises
        ------
        InputError
            If there are more than two classes.
        """
        if self.data.positive is None:
            raise InputError(f"A threshold needs two classes; there are {len(self.data.classes)}.")
        candidate = self.candidate(model, method)
        scores = self.scores_of(candidate, probabilities)[..., 0]
        predicted = np.where(scores >= threshold, self.data.positive, 1 - self.data.positive)
        moved = replace(candidate, predictions=np.where(np.isnan(scores), -1, predicted))
        names = dict.fromkeys((*METRICS, *self.settings.metrics))
        metrics = [metric for metric in map(self.metric, names) if not metric.uses_scores]
        return {m.name: mean_of(self._evaluator.values(m, moved)) for m in metrics}

    def with_costs(self, false_positive: float, false_negative: float) -> Self:
        """Return the results with other costs, without a new fit.

        Thresholds that were tuned inside the folds stay unchanged.
        """
        costs = Costs(false_positive, false_negative)
        return replace(self, settings=replace(self.settings, costs=costs, costs_given=True))
