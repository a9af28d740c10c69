"""The result of a study of a continuous target."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoise.regression import RelevanceFunction
from counterpoise.study._base_result import BaseResult
from counterpoise.study._recommendation import choose_candidate, shared_parameters
from counterpoise.study._regression.candidate import CandidateRegressor
from counterpoise.study._regression.conclusions import RegressionConclusions
from counterpoise.study._regression.methods import FOR_VALUES

__all__ = ["RegressionResult"]


@dataclass(frozen=True, repr=False)
class RegressionResult(RegressionConclusions, BaseResult):
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

    def make_estimator(
        self, model: str | None = None, method: str | None = None
    ) -> CandidateRegressor:
        """Return a candidate as an unfitted regressor for the original table.

        Parameters
        ----------
        model, method : str, optional
            A candidate of the study. By default the recommended one; if only one of the two is
            given, the best candidate with it.

        Returns
        -------
        CandidateRegressor
            With the columns, the relevance function and the seed of the study.

        Raises
        ------
        InputError
            If there is no such candidate, it failed, or it uses your own model or method and the
            result was read from JSON.

        Examples
        --------
        >>> from sklearn.datasets import make_regression
        >>> from counterpoise.study import RegressionStudy
        >>> X, y = make_regression(300, n_features=5, noise=50, random_state=0)
        >>> result = RegressionStudy("ridge", "dense-weight", cv=(5, 1), random_state=0).run(X, y)
        >>> result.make_estimator(method="dense-weight").fit(X, y).predict(X[:1]).shape
        (1,)
        """
        model, method = choose_candidate(self, model, method)
        return CandidateRegressor(
            **shared_parameters(self, model, method, FOR_VALUES),
            relevance=RelevanceFunction(**self.data.relevance_parameters),
        )

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        # Imported here, so that Markdown and JSON do not need jinja2.
        from counterpoise.study._regression.page import render  # noqa: PLC0415

        return render(self)
