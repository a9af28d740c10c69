"""Numbers, improvements and conclusions of a study in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoise.study._facts import Facts
from counterpoise.study._metrics import METRICS, Metric
from counterpoise.study._records import Improvement

__all__ = [
    "LEGEND",
    "SYMBOLS",
    "describe_improvement",
    "format_count",
    "format_number",
    "format_signed",
    "join_names",
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
    "better": "by more than the margin",
    "worse": "by more than the margin",
    "equivalent": "within the margin",
    "better, size uncertain": "possibly by less than the margin",
    "worse, size uncertain": "possibly by less than the margin",
    "inconclusive": "the interval includes 0 and the margin",
}


def format_number(value: float) -> str:
    """Format a number with three decimals, or three significant digits if it is small."""
    return f"{value:.3f}" if abs(value) >= 0.0995 or value == 0 else f"{value:.3g}"


def format_signed(value: float) -> str:
    """Format a number with three decimals and its sign (a true minus sign)."""
    return f"{value:+.3f}".replace("-", "−")


def join_names(names: Iterable[str]) -> str:
    """Join names for a sentence: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def format_count(number: float) -> str:
    """Format a count with two significant digits."""
    digits = len(f"{number:.0f}")
    return f"{round(number, 2 - digits):,.0f}" if digits > 2 else f"{number:.0f}"


def outcome_label(improvement: Improvement) -> str:
    """Return the outcome, with the direction of an inconclusive one whose interval excludes 0."""
    if improvement.outcome == "inconclusive" and improvement.direction:
        return f"{'better' if improvement.direction > 0 else 'worse'}, size uncertain"
    return improvement.outcome


def describe_improvement(improvement: Improvement, confidence_level: float) -> str:
    """Describe one comparison with the baseline in a sentence.

    Parameters
    ----------
    improvement : Improvement
    confidence_level : float

    Returns
    -------
    str
    """
    who = f"{improvement.method} with {improvement.model}"
    label = METRICS[improvement.metric].label
    if improvement.same_scores:
        return f"{who}: the scores, and so {label}, are those of the baseline."
    kind = "Holm-adjusted " if improvement.confirmatory else ""
    interval = (
        f"{kind}{confidence_level:.0%} confidence interval {_interval(improvement)}, "
        f"equivalence margin ±{format_number(improvement.margin)}"
    )
    change = f"change in {label} {format_signed(improvement.value)} ({interval})"
    label_of_outcome = outcome_label(improvement)
    return f"{who}: {label_of_outcome}; {change}{_needed(improvement)}."


def _interval(improvement: Improvement) -> str:
    return f"{format_signed(improvement.low)} to {format_signed(improvement.high)}"


def _needed(improvement: Improvement) -> str:
    if improvement.outcome != "inconclusive":
        return ""
    if improvement.samples_needed == float("inf"):
        return "; it is so close to the margin that more samples are unlikely to decide"
    count = format_count(max(improvement.samples_needed, 1))
    return f"; about {count} more minority samples would be needed to decide"


def summarize(result: Facts) -> tuple[str, ...]:
    """Summarize a study in a few sentences, the most important first.

    Parameters
    ----------
    result : Facts

    Returns
    -------
    tuple of str
    """
    tested = [item for item in result.improvements if not item.same_scores]
    metric = METRICS[result.settings.primary_metric]
    if not tested:
        return (f"No method could be compared with the baseline in {metric.label}.",)
    by_outcome = {name: [i for i in tested if outcome_label(i) == name] for name in SYMBOLS}
    sentences = [_main_sentence(result, metric, tested, by_outcome)]
    if not by_outcome["better"]:
        sentences.append(_closest(tested))
    for outcome in ("better", "worse", "better, size uncertain", "worse, size uncertain"):
        sentences += _outcome_sentence(outcome, by_outcome[outcome])
    inconclusive = [item for item in tested if item.outcome == "inconclusive"]
    sentences += _counts(by_outcome["equivalent"], inconclusive, len(tested))
    best = result.best
    if best is not None:
        sentences.append(
            f"Best mean {metric.label}: {best.method} with {best.model}, "
            f"{format_number(best.apparent_score)}; {format_number(best.nested_score)} when the "
            "candidate is selected on other folds than those it is scored on."
        )
    return tuple(sentences)


def _main_sentence(
    result: Facts,
    metric: Metric,
    tested: list[Improvement],
    by_outcome: dict[str, list[Improvement]],
) -> str:
    level = f"{result.settings.confidence_level:.0%} confidence"
    margin = result.settings.margins[metric.name]
    smallest = f"{margin:.0%}" if metric.relative else f"{margin:g}"
    if by_outcome["better"]:
        top = max(by_outcome["better"], key=lambda item: item.value)
        verb = "improved" if metric.sign > 0 else "reduced"
        size = format_number(top.value)
        low, high = format_number(top.low), format_number(top.high)
        return (
            f"{top.method} with {top.model} {verb} {metric.label} by {size} over the baseline "
            f"({level} interval {low} to {high})."
        )
    if len(by_outcome["equivalent"]) == len(tested):
        return f"All methods were equivalent to the baseline in {metric.label} ({level})."
    return f"No method improved {metric.label} by at least {smallest} over the baseline ({level})."


def _closest(tested: list[Improvement]) -> str:
    top = max(tested, key=lambda item: item.value)
    return (
        f"Closest: {top.method} with {top.model}, {format_signed(top.value)} "
        f"[{format_signed(top.low)}, {format_signed(top.high)}]."
    )


def _outcome_sentence(outcome: str, improvements: list[Improvement]) -> list[str]:
    if not improvements:
        return []
    models = dict.fromkeys(item.model for item in improvements)
    parts = [
        f"{model} with {join_names(item.method for item in improvements if item.model == model)}"
        for model in models
    ]
    name = outcome.replace(", size uncertain", ", possibly by less than the margin")
    return [f"{name.capitalize()}: {'; '.join(parts)}."]


def _counts(equal: list[Improvement], inconclusive: list[Improvement], n_tested: int) -> list[str]:
    sentences = []
    if equal:
        sentences.append(f"Equivalent to the baseline: {len(equal)} of {n_tested} comparisons.")
    if inconclusive:
        text = f"Inconclusive: {len(inconclusive)} of {n_tested} comparisons"
        finite = [i.samples_needed for i in inconclusive if i.samples_needed < float("inf")]
        if finite:
            count = format_count(max(min(finite), 1))
            text += f"; about {count} more minority samples would be needed to decide the first"
        sentences.append(f"{text}.")
    return sentences
