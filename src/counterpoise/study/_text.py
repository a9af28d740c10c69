"""Numbers, improvements and conclusions of a study in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from counterpoise._lib.format_text import format_number, format_percent, format_signed
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import Metric
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Improvement, Outcome, TableSummary
from counterpoise.study._scores import StudyScores

__all__ = [
    "LEGEND",
    "SYMBOLS",
    "candidate_name",
    "describe_improvement",
    "describe_margin",
    "describe_positive_class",
    "format_count",
    "format_interval",
    "format_margin",
    "improvement_name",
    "join_names",
    "metric_heading",
    "outcome_label",
    "summarize",
]

SYMBOLS = {
    "better": "▲",
    "worse": "▼",
    "equivalent": "=",
    "better, size uncertain": "△",
    "worse, size uncertain": "▽",
    "inconclusive": "?",
}
LEGEND = {
    "better": "better than the baseline by more than the margin",
    "worse": "worse than the baseline by more than the margin",
    "equivalent": "the difference is smaller than the margin",
    "better, size uncertain": "better, but possibly by less than the margin",
    "worse, size uncertain": "worse, but possibly by less than the margin",
    "inconclusive": "the interval is too wide to decide",
}


def format_interval(improvement: Improvement) -> str:
    """Format the limits of a confidence interval."""
    return f"{format_signed(improvement.low)} to {format_signed(improvement.high)}"


def format_margin(margin: float) -> str:
    """Format an equivalence margin; a smaller one than 0.001 with one significant digit."""
    return format_number(margin) if margin >= 0.001 else f"{margin:.1g}"


def join_names(names: Iterable[str]) -> str:
    """Join names for a sentence: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def format_count(number: float) -> str:
    """Format a count with two significant digits."""
    digits = len(f"{number:.0f}")
    return f"{round(number, 2 - digits):,.0f}" if digits > 2 else f"{number:.0f}"


def describe_positive_class(data: TableSummary) -> str:
    """Describe the positive class of two: its name, its number of samples and its share."""
    count, total = int((data.codes == data.positive).sum()), len(data.codes)
    share = format_percent(count / total)
    return f"positive class: {data.positive_class}, {count:,} of {total:,}, {share}"


def candidate_name(model: str, method: str) -> str:
    """Return the name of a candidate in text: logistic with smote, or logistic (baseline)."""
    if model == DUMMY:
        return "dummy classifier"
    return f"{model} ({BASELINE})" if method == BASELINE else f"{model} with {method}"


def improvement_name(metric: Metric) -> str:
    """Return the name of an improvement; of a loss or cost, it is a reduction."""
    return f"improvement in {metric.label}{'' if metric.sign > 0 else ' (reduction)'}"


def metric_heading(metric: Metric) -> str:
    """Return the heading of a table of improvements: the metric, and the sign if it is a loss."""
    return metric.label if metric.sign > 0 else f"{metric.label} (+ = reduction)"


def describe_margin(margin: float, metric: Metric) -> str:
    """Describe an equivalence margin as it is specified: absolute, or relative to the baseline."""
    return f"{100 * margin:g}% of the baseline" if metric.relative else f"{margin:g}"


class Decided(Protocol):
    """A comparison with an outcome."""

    @property
    def outcome(self) -> Outcome:
        """As in `Improvement`."""

    @property
    def direction(self) -> int:
        """As in `Improvement`."""


def outcome_label(improvement: Decided) -> str:
    """Return the outcome, with the direction of an inconclusive one whose interval excludes 0."""
    if improvement.outcome == "inconclusive" and improvement.direction:
        return f"{'better' if improvement.direction > 0 else 'worse'}, size uncertain"
    return improvement.outcome


def describe_improvement(improvement: Improvement, metric: Metric, confidence_level: float) -> str:
    """Describe one comparison with the baseline in a sentence.

    Parameters
    ----------
    improvement : Improvement
    metric : Metric
    confidence_level : float

    Returns
    -------
    str
    """
    name = _name(improvement)
    if improvement.same_scores:
        return f"{name}: the scores, and so {metric.label}, are those of the baseline."
    kind = "simultaneous " if improvement.confirmatory else ""
    return (
        f"{name}: {outcome_label(improvement)}; {improvement_name(metric)}: "
        f"{format_signed(improvement.value)} ({confidence_level:.0%} {kind}confidence interval "
        f"{format_interval(improvement)}, equivalence margin ±{format_margin(improvement.margin)})"
        f"{_needed(improvement)}."
    )


def _name(improvement: Improvement) -> str:
    return candidate_name(improvement.model, improvement.method)


def _needed(improvement: Improvement) -> str:
    if improvement.outcome != "inconclusive":
        return ""
    if improvement.samples_needed == float("inf"):
        return "; it is so close to the margin that more samples are unlikely to decide"
    count = format_count(max(improvement.samples_needed, 1))
    return f"; about {count} more minority samples would be needed to decide"


def summarize(result: StudyScores) -> tuple[str, ...]:
    """Summarize a study in a few sentences, the most important first.

    Parameters
    ----------
    result : StudyScores

    Returns
    -------
    tuple of str
    """
    tested = [item for item in result.improvements if not item.same_scores]
    if not tested:
        return (_describe_untested(result),)
    by_outcome = {name: [i for i in tested if outcome_label(i) == name] for name in SYMBOLS}
    sentences = [_main_sentence(result, tested, by_outcome)]
    if not by_outcome["better"]:
        sentences.append(_describe_largest(result, tested))
    for outcome in ("better", "worse", "better, size uncertain", "worse, size uncertain"):
        sentences += _list_candidates(outcome, by_outcome[outcome])
    if by_outcome["equivalent"]:
        count = len(by_outcome["equivalent"])
        sentences.append(f"Equivalent to the baseline: {count} of {len(tested)} comparisons.")
    if by_outcome["inconclusive"]:
        sentences.append(_describe_inconclusive(by_outcome["inconclusive"], len(tested)))
    return (*sentences, *_describe_best(result))


def _describe_untested(result: StudyScores) -> str:
    """Give the reason why there is no comparison."""
    metric = result.primary_metric
    methods = {improvement.method for improvement in result.improvements}
    if not methods:
        return f"No method could be compared with the baseline in {metric.label}."
    if methods != {"threshold"}:
        return f"No method changed the scores, so {metric.label} equals the baseline's."
    unchanged = "the predicted probabilities" if metric.needs_probabilities else "the ranking"
    return (
        f"Threshold tuning does not change {unchanged}, so {metric.label} equals the baseline's. "
        'Use --metric balanced_accuracy (primary_metric="balanced_accuracy").'
    )


def _main_sentence(
    result: StudyScores, tested: list[Improvement], by_outcome: dict[str, list[Improvement]]
) -> str:
    metric = result.primary_metric
    level = f"{result.settings.confidence_level:.0%} confidence"
    if by_outcome["better"]:
        top = max(by_outcome["better"], key=lambda item: item.value)
        verb, than = ("improved", "over") if metric.sign > 0 else ("reduced", "compared with")
        return (
            f"{_name(top)} {verb} {metric.label} by {format_number(top.value)} {than} the baseline "
            f"({level} interval {format_number(top.low)} to {format_number(top.high)})."
        )
    if len(by_outcome["equivalent"]) == len(tested):
        return f"All methods were equivalent to the baseline in {metric.label} ({level})."
    margin = result.settings.margins[metric.name]
    smallest = f"{100 * margin:g}%" if metric.relative else f"{margin:g}"
    # An improvement of the margin is excluded only where the interval lies below it.
    is_excluded = all(item.high < item.margin for item in tested)
    verb = "improved" if is_excluded else "was shown to improve"
    return f"No method {verb} {metric.label} by at least {smallest} over the baseline ({level})."


def _describe_largest(result: StudyScores, tested: list[Improvement]) -> str:
    top = max(tested, key=lambda item: item.value)
    metric, confidence_level = result.primary_metric, result.settings.confidence_level
    what = "Largest improvement" if top.value >= 0 else "Smallest deterioration"
    sign = "" if metric.sign > 0 else f"; positive values are reductions of {metric.label}"
    return (
        f"{what}: {_name(top)}, {format_signed(top.value)} ({confidence_level:.0%} confidence "
        f"interval {format_interval(top)}{sign})."
    )


def _list_candidates(outcome: str, improvements: list[Improvement]) -> list[str]:
    if not improvements:
        return []
    models = dict.fromkeys(item.model for item in improvements)
    parts = [
        f"{model} with {join_names(item.method for item in improvements if item.model == model)}"
        for model in models
    ]
    return [f"{outcome.capitalize()}: {'; '.join(parts)}."]


def _describe_inconclusive(inconclusive: list[Improvement], n_tested: int) -> str:
    """Count the inconclusive comparisons, and describe the one that needs the fewest samples."""
    n = len(inconclusive)
    text = f"{n} of {n_tested} comparisons {'is' if n == 1 else 'are'} inconclusive."
    easiest = min(inconclusive, key=lambda item: item.samples_needed)
    if easiest.samples_needed == float("inf"):
        close = "it is" if n == 1 else "they are"
        return f"{text} More samples are unlikely to decide: {close} too close to the margin."
    which = "it" if n == 1 else "the easiest one"
    count = format_count(max(easiest.samples_needed, 1))
    return (
        f"{text} Deciding {which} ({_name(easiest)}) would need about {count} more minority "
        "samples."
    )


def _describe_best(result: StudyScores) -> list[str]:
    best, metric = result.best, result.primary_metric
    if best is None:
        return []
    is_worse = metric.sign * (best.mean_score - best.nested_score) > 0
    sentence = (
        f"Best candidate: {candidate_name(best.model, best.method)}, whose {metric.label} "
        f"is {format_number(best.mean_score)}. This {'is' if is_worse else 'can be'} optimistic, "
        "because it was selected on the same folds; its nested cross-validation score is "
        f"{format_number(best.nested_score)}."
    )
    return [sentence]
