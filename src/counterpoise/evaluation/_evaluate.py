"""The function that evaluates predicted probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from counterpoise._lib.format_text import format_number
from counterpoise._lib.types import Float64Array, Seed
from counterpoise._lib.versions import versions
from counterpoise.evaluation._inputs import read_groups, read_scores, read_target
from counterpoise.evaluation._records import EvaluationSettings
from counterpoise.evaluation._result import Evaluation
from counterpoise.exceptions import InputError
from counterpoise.metrics._validation import check_number
from counterpoise.study import Candidate, Costs, Study, TableSummary
from counterpoise.study._metrics import Metric, metric_named

__all__ = ["evaluate"]

ODDS = (0.1, 1 / 3, 1.0, 3.0, 10.0)
_PACKAGES = ("counterpoise", "numpy", "scipy", "scikit-learn")


def evaluate(
    y: Any,
    probabilities: Any,
    *,
    positive: Any = None,
    costs: Costs | tuple[float, float] | None = None,
    groups: Any = None,
    threshold: float | None = None,
    prevalences: float | Sequence[float] | None = None,
    primary_metric: str = "average_precision",
    metrics: Sequence[str] | None = None,
    margins: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
    n_resamples: int = 1000,
    random_state: Seed = 0,
) -> Evaluation:
    """Evaluate the predicted probabilities of one model, or compare those of several.

    No model is fitted. The samples must be held-out: samples that the model was not trained on.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        The true classes.
    probabilities : array-like of shape (n_samples,) or (n_samples, n_classes), mapping of names \
to these, or dataframe
        Predicted probabilities of the positive class, or of each class in sorted order as
        `predict_proba` returns them. Several models are a mapping, or a data frame with a column
        for each; the first is the reference that the others are compared with. Other scores, which
        are not between 0 and 1, are accepted too; metrics of probabilities are then left out.
    positive : object, default=None
        The positive class. By default the minority class. Of more than two classes, the others
        become one class; without it, metrics are means over classes.
    costs : Costs or (float, float), default=None
        Cost of a false positive and of a false negative, for the expected cost and its threshold.
    groups : array-like of shape (n_samples,), default=None
        Samples of one group, such as the visits of one patient, are not independent; intervals
        account for that.
    threshold : float, default=None
        Samples with a score of at least the threshold are predicted positive. By default 0.5 for
        probabilities; other scores have no predictions without a threshold.
    prevalences : float or sequence of float, default=None
        Shares of the positive class in the population, between 0 and 1, for the effect of another
        prevalence. By default the odds of the samples times 1/10, 1/3, 1, 3 and 10.
    primary_metric : str, default="average_precision"
        The metric in which models are compared; as in `Study`.
    metrics : sequence of str, default=None
        Further metrics to report. By default all of `counterpoise.study.METRICS`.
    margins : mapping of str to float, default=None
        Equivalence margins by metric; as in `Study`.
    confidence_level : float, default=0.95
        Confidence level of the intervals.
    n_resamples : int, default=1000
        Number of bootstrap resamples, for thresholds, top shares, prevalences and bands of curves.
    random_state : int, RandomState instance or None, default=0
        Seed of the bootstrap. None draws one.

    Returns
    -------
    Evaluation
        Metrics, thresholds and comparisons with confidence intervals, findings, and reports.

    Raises
    ------
    InputError
        If lengths differ, y has one class only, scores are missing or are not numbers, or a
        parameter is not valid.

    See Also
    --------
    counterpoise.study.Study : Compare methods for imbalanced data by cross-validation.

    Notes
    -----
    Intervals of metrics follow from the influence of each sample on the metric, and are computed on
    the scale of log-odds for bounded metrics. Thresholds, top shares, prevalences and bands of
    curves have percentile intervals of the bootstrap. Class counts are not held fixed: the samples
    are taken to be drawn at random. docs/evaluation.md reports the coverage in simulations.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from counterpoise import evaluate
    >>> X, y = make_classification(2000, weights=[0.9], random_state=0)
    >>> model = LogisticRegression().fit(X[:1000], y[:1000])
    >>> result = evaluate(y[1000:], model.predict_proba(X[1000:]), costs=(1, 10))
    >>> print(str(result).splitlines()[0])
    Positive class: 1, 96 of 1,000, 9.6%.
    >>> area = result.metric("roc_auc")
    >>> area.low < area.value < area.high
    True
    """
    if metrics is None and costs is None:
        reported = Study("logistic", primary_metric=primary_metric).metrics
        metrics = [name for name in reported if name != "expected_cost"]
    # A study checks these parameters, with the same rules and messages.
    checked = Study(
        "logistic",
        primary_metric=primary_metric,
        metrics=metrics,
        costs=costs,
        margins=margins,
        confidence_level=confidence_level,
    )
    _check_costs(checked.costs, checked.metrics)
    data = read_target(y, positive)
    threshold = None if threshold is None else check_number(threshold, "threshold")
    candidates = read_scores(probabilities, y, data, threshold)
    installed = versions()
    settings = EvaluationSettings(
        checked.primary_metric,
        checked.metrics,
        checked.costs,
        checked.margins,
        checked.confidence_level,
        threshold,
        _prevalences(prevalences, data),
        _check_resamples(n_resamples),
        _seed(random_state),
        tuple((name, installed[name]) for name in _PACKAGES),
    )
    result = Evaluation(data, settings, candidates, read_groups(groups, len(data.codes)))
    for candidate in candidates:
        _check_metric(result, metric_named(settings.primary_metric), candidate)
    return result


def _check_costs(costs: Costs | None, metrics: Sequence[str]) -> None:
    if costs is None and "expected_cost" in metrics:
        raise InputError(
            "expected_cost needs the costs of a false positive and of a false negative, for "
            "example costs=(1, 20) (--costs 1,20)."
        )
    if costs is not None and not any(vars(costs).values()):
        raise InputError("At least one of the costs must be above 0; got costs=(0, 0).")


def _check_metric(result: Evaluation, metric: Metric, candidate: Candidate) -> None:
    """Raise an error if the primary metric is not defined for a score column."""
    if result.applies(metric, candidate):
        return
    if metric.needs_probabilities and not candidate.has_probabilities:
        low, high = candidate.scores.min(), candidate.scores.max()
        raise InputError(
            f"{metric.label} needs probabilities between 0 and 1; the scores of "
            f"{candidate.model!r} range from {format_number(low)} to {format_number(high)}. Pass "
            "the output of predict_proba, or compare rankings with roc_auc or average_precision."
        )
    if metric.needs_two_classes and result.data.positive is None:
        raise InputError(
            f"{metric.label} needs one positive class; y has {len(result.data.classes)} classes. "
            f"Name it, for example positive={result.data.classes[-1]!r}."
        )
    raise InputError(
        f"{metric.label} needs a threshold for the scores of {candidate.model!r}, which are not "
        "probabilities, for example threshold=0 (--threshold 0)."
    )


def _prevalences(
    prevalences: float | Sequence[float] | None, data: TableSummary
) -> tuple[float, ...]:
    if data.positive is None:
        if prevalences is None:
            return ()
        raise InputError(
            f"prevalences need one positive class; y has {len(data.classes)} classes. Name it, for "
            f"example positive={data.classes[-1]!r}."
        )
    if prevalences is None:
        share = float(np.mean(data.codes == data.positive))
        odds: Float64Array = np.array(ODDS) * share / (1 - share)
        return tuple((odds / (1 + odds)).tolist())
    given = prevalences if isinstance(prevalences, Iterable) else [prevalences]
    shares = tuple(check_number(share, "prevalences") for share in given)
    for share in shares:
        if not 0 < share < 1:
            raise InputError(
                f"prevalences must be above 0 and below 1; got {share:g}. For 2%, pass 0.02."
            )
    return shares


def _check_resamples(n_resamples: Any) -> int:
    if not isinstance(n_resamples, int | np.integer) or n_resamples < 100:
        raise InputError(
            f"n_resamples must be an integer of at least 100; got {n_resamples!r}. Fewer resamples "
            "give no interval that can be relied on."
        )
    return int(n_resamples)


def _seed(random_state: Seed) -> int:
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    generator = random_state or np.random.RandomState()
    return int(generator.randint(2**31 - 1))
