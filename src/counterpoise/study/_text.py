"""Numbers, improvements and conclusions of a study in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from counterpoise._lib.format_text import format_number, format_percent, format_signed
from counterpoise.study._advice import find_recommended
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import Metric
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Costs, Improvement, Outcome, TableSummary
from counterpoise.study._scores import StudyScores

__all__ = [
    "ADVICE",
    "LEGEND",
    "SYMBOLS",
    "TargetText",
    "candidate_name",
    "count_fits",
    "describe_classes",
    "describe_improvement",
    "describe_margin",
    "describe_positive",
    "describe_positive_class",
    "describe_sample",
    "format_count",
    "format_interval",
    "format_margin",
    "improvement_name",
    "join_names",
    "metric_heading",
    "outcome_label",
    "split_label",
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


ADVICE = "What to do"
_BEST, _LARGEST, _CLOSEST, _EQUIVALENT = (
    "Best candidate",
    "Largest improvement",
    "Closest to the baseline",
    "Equivalent to the baseline",
)
_LABELS = {
    *(ADVICE, _BEST, _LARGEST, _CLOSEST, _EQUIVALENT),
    *(outcome.capitalize() for outcome in SYMBOLS),
}


def format_interval(improvement: Improvement, decimals: int = 3) -> str:
    """Format the limits of a confidence interval."""
    low, high = (format_signed(limit, decimals) for limit in (improvement.low, improvement.high))
    return f"{low} to {high}"


def format_margin(margin: float, decimals: int = 3) -> str:
    """Format an equivalence margin; one that would be rounded to 0 with one significant digit."""
    return format_number(margin, decimals) if margin >= 10**-decimals else f"{margin:.1g}"


def join_names(names: Iterable[str]) -> str:
    """Join names for a sentence: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def format_count(number: float) -> str:
    """Format a count with two significant digits."""
    digits = len(f"{number:.0f}")
    return f"{round(number, 2 - digits):,.0f}" if digits > 2 else f"{number:.0f}"


@dataclass(frozen=True)
class TargetText:
    """What reports say about the target.

    Attributes
    ----------
    sentence : str
        What the metrics describe.
    entries : tuple of (str, str)
        Names and values, such as the size of each class.
    strata : str
        What folds are stratified by.
    distribution : str
        What is natural in test folds.
    settings : str
        The settings that metrics depend on, in a sentence.
    """

    sentence: str
    entries: tuple[tuple[str, str], ...]
    strata: str
    distribution: str
    settings: str


def describe_classes(data: TableSummary, costs: Costs) -> TargetText:
    """Describe a target of classes."""
    counts = np.bincount(data.codes, minlength=len(data.classes))
    entries = [] if data.positive is None else [("positive class", str(data.positive_class))]
    for code in np.argsort(counts, kind="stable")[:4]:
        share = counts[code] / counts.sum()
        entries.append((f"class {data.classes[code]}", f"{counts[code]:,} rows ({share:.1%})"))
    if len(counts) > 4:
        entries.append(("other classes", str(len(counts) - 4)))
    return TargetText(
        describe_positive(data),
        tuple(entries),
        "class",
        "class proportions",
        f"Cost of a false positive: {costs.false_positive:g}; of a false negative: "
        f"{costs.false_negative:g}.",
    )


def describe_positive(data: TableSummary) -> str:
    """Describe the class that metrics describe, in a sentence."""
    if data.positive is None:
        return f"{len(data.classes)} classes; metrics are averages over the classes (macro)."
    text = describe_positive_class(data)
    return f"{text[0].upper()}{text[1:]}."


def describe_positive_class(data: TableSummary) -> str:
    """Describe the positive class of two: its name, its number of samples and its share."""
    count, total = int((data.codes == data.positive).sum()), len(data.codes)
    share = format_percent(count / total)
    return f"positive class: {data.positive_class}, {count:,} of {total:,}, {share}"


def describe_sample(data: TableSummary) -> list[str]:
    """Say that the samples are not all rows of the table; empty if they are."""
    if data.n_all_rows is None:
        return []
    counts = data.all_counts
    smallest = ""
    if counts:
        code = int(np.argmin(counts)) if data.positive is None else data.positive
        n_drawn = int((data.codes == code).sum())
        smallest = f", with {n_drawn:,} of the {counts[code]:,} rows of class {data.classes[code]}"
    sentence = (
        f"This is the result for a stratified sample of {len(data.codes):,} of the "
        f"{data.n_all_rows:,} rows{smallest}. With --full, all rows are used."
    )
    return [sentence]


def candidate_name(model: str, method: str) -> str:
    """Return the name of a candidate in text: logistic with smote, or logistic (baseline)."""
    if model == DUMMY:
        return "dummy model"
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


def split_label(sentence: str) -> tuple[str, str]:
    """Split a sentence of a verdict after its label, which reports show in bold; it may have none.

    Examples
    --------
    >>> split_label("What to do: use forest (baseline), the best candidate.")
    ('What to do:', ' use forest (baseline), the best candidate.')
    >>> split_label("All methods were equivalent.")
    ('', 'All methods were equivalent.')
    """
    label, colon, rest = sentence.partition(": ")
    return (f"{label}:", f" {rest}") if colon and label in _LABELS else ("", sentence)


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


def describe_improvement(result: StudyScores, improvement: Improvement) -> str:
    """Describe one comparison with the baseline in a sentence.

    Parameters
    ----------
    result : StudyScores
    improvement : Improvement

    Returns
    -------
    str
    """
    name, metric = _name(improvement), result.metric(improvement.metric)
    decimals = result.decimals(metric.name)
    if improvement.same_scores:
        return f"{name}: the scores, and so {metric.label}, are those of the baseline."
    kind = "simultaneous " if improvement.confirmatory else ""
    return (
        f"{name}: {outcome_label(improvement)}; {improvement_name(metric)}: "
        f"{format_signed(improvement.value, decimals)} ({result.settings.confidence_level:.0%} "
        f"{kind}confidence interval {format_interval(improvement, decimals)}, equivalence margin "
        f"±{format_margin(improvement.margin, decimals)})"
        f"{_needed(improvement, result.rare_samples)}."
    )


def _name(improvement: Improvement) -> str:
    return candidate_name(improvement.model, improvement.method)


def _needed(improvement: Improvement, samples: str) -> str:
    if improvement.outcome != "inconclusive":
        return ""
    if improvement.samples_needed == float("inf"):
        return "; it is so close to the margin that more samples are unlikely to decide"
    count = format_count(max(improvement.samples_needed, 1))
    return f"; about {count} more {samples} would be needed to decide"


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
    scope = [*describe_sample(result.data), *_describe_stopped(result)]
    if not tested:
        return (_describe_untested(result), *scope)
    by_outcome = {name: [i for i in tested if outcome_label(i) == name] for name in SYMBOLS}
    sentences = [_main_sentence(result, tested, by_outcome), *scope]
    if not by_outcome["better"]:
        sentences.append(_describe_largest(result, tested))
    sentences += [*_advise(result), *_describe_best(result)]
    for outcome in ("better", "worse", "better, size uncertain", "worse, size uncertain"):
        sentences += _list_candidates(outcome, by_outcome[outcome])
    if by_outcome["equivalent"]:
        count = len(by_outcome["equivalent"])
        sentences.append(f"{_EQUIVALENT}: {count} of {len(tested)} comparisons.")
    if by_outcome["inconclusive"]:
        sentences.append(_describe_inconclusive(result, by_outcome["inconclusive"], len(tested)))
    return tuple(sentences)


def count_fits(result: StudyScores) -> tuple[int, int]:
    """Return how many fits are done, and how many the whole study has."""
    done = sum(int((~np.isnan(candidate.seconds)).sum()) for candidate in result.candidates)
    return done, sum(c.seconds.size for c in result.candidates if c.status in ("done", "partial"))


def _describe_stopped(result: StudyScores) -> list[str]:
    if not result.stopped:
        return []
    done, total = count_fits(result)
    return [f"The study ended early, after {done:,} of {total:,} fits: this is what is known."]


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
        number = partial(format_number, decimals=result.decimals(metric.name))
        verb, than = ("improved", "over") if metric.sign > 0 else ("reduced", "compared with")
        return (
            f"{_name(top)} {verb} {metric.label} by {number(top.value)} {than} the baseline "
            f"({level} interval {number(top.low)} to {number(top.high)})."
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
    decimals = result.decimals(metric.name)
    what = _LARGEST if top.value >= 0 else _CLOSEST
    sign = "" if metric.sign > 0 else f"; positive values are reductions of {metric.label}"
    return (
        f"{what}: {_name(top)}, {format_signed(top.value, decimals)} ({confidence_level:.0%} "
        f"confidence interval {format_interval(top, decimals)}{sign})."
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


def _describe_inconclusive(
    result: StudyScores, inconclusive: list[Improvement], n_tested: int
) -> str:
    """Count the inconclusive comparisons, and describe the one that needs the fewest samples."""
    n = len(inconclusive)
    text = f"{n} of {n_tested} comparisons {'is' if n == 1 else 'are'} inconclusive."
    if n_tested == 1:
        text = "The comparison is inconclusive."
    easiest = min(inconclusive, key=lambda item: item.samples_needed)
    if easiest.samples_needed == float("inf"):
        close = "it is" if n == 1 else "they are"
        return f"{text} More samples are unlikely to decide: {close} too close to the margin."
    which = "it" if n == 1 else "the easiest one"
    count = format_count(max(easiest.samples_needed, 1))
    return (
        f"{text} Deciding {which} ({_name(easiest)}) would need about {count} more "
        f"{result.rare_samples}{_describe_others(result.data)}."
    )


def _describe_others(data: TableSummary) -> str:
    """Return how many samples of the minority class were not drawn, if some were not."""
    if not data.all_counts:
        return ""
    code = int(np.argmin(data.all_counts))
    n_others = data.all_counts[code] - int((data.codes == code).sum())
    return f"; the table has {n_others:,} more"


def _advise(result: StudyScores) -> list[str]:
    """Recommend the best candidate, if its method was shown to be better than the baseline."""
    best = result.best
    if best is None:
        return []
    name, chosen = candidate_name(best.model, best.method), find_recommended(result)
    if chosen is None:
        return []
    if chosen == (best.model, best.method):
        return [f"{ADVICE}: use {name}, the best candidate."]
    reason = f"{name} has the best score, but it was not shown to be better than its baseline."
    return [f"{ADVICE}: use {candidate_name(*chosen)}. {reason}"]


def _describe_best(result: StudyScores) -> list[str]:
    best, metric = result.best, result.primary_metric
    if best is None:
        return []
    mean, nested = (
        format_number(score, result.decimals(metric.name))
        for score in (best.mean_score, best.nested_score)
    )
    is_worse = metric.sign * (best.mean_score - best.nested_score) > 0
    sentence = (
        f"{_BEST}: {candidate_name(best.model, best.method)}, whose {metric.label} "
        f"is {mean}. This {'is' if is_worse else 'can be'} optimistic, "
        f"because it was selected on the same folds; its nested cross-validation score is {nested}."
    )
    return [sentence]
