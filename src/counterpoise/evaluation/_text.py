"""Numbers and conclusions of an evaluation in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from shlex import quote

import numpy as np

from counterpoise._lib.format_text import format_number, format_percent, format_signed
from counterpoise.evaluation._inputs import rest_of
from counterpoise.evaluation._measured import BY_FORMULA, IN_USE
from counterpoise.evaluation._records import Comparison, ThresholdChoice
from counterpoise.evaluation._scores import EvaluationScores
from counterpoise.study._findings import NO_SKILL_AUC
from counterpoise.study._metrics import Metric, metric_named
from counterpoise.study._text import join_names, outcome_label

__all__ = [
    "chosen_by_text",
    "describe_comparison",
    "describe_intervals",
    "describe_inverted",
    "describe_prevalences",
    "describe_thresholds",
    "format_positives",
    "format_range",
    "format_threshold",
    "metric_label",
    "no_skill_level",
    "summarize",
]


def metric_label(result: EvaluationScores, metric: Metric) -> str:
    """Return the name of a metric, with the class that it describes."""
    positive = result.data.positive_class
    return (
        f"{metric.label} of class {positive}"
        if positive is not None and metric.of_positive
        else metric.label
    )


def no_skill_level(result: EvaluationScores, metric: Metric) -> float:
    """Return the metric of a random ranking; NaN if there is no such level."""
    levels = {"average_precision": result.prevalence, "roc_auc": NO_SKILL_AUC}
    return levels.get(metric.name, float("nan"))


def format_range(low: float, high: float, *, signed: bool = False) -> str:
    """Format the limits of an interval; empty if it is not defined."""
    if np.isnan(low):
        return ""
    form = format_signed if signed else format_number
    return f"{form(low)} to {form(high)}"


def format_positives(number: float) -> str:
    """Format an expected number of positive rows: with a decimal if it is not whole."""
    return f"{number:,.0f}" if abs(number - round(number)) < 0.05 else f"{number:,.1f}"


def format_threshold(threshold: float, form: str = ".4g") -> str:
    """Format a threshold, by default with four significant digits."""
    if np.isnan(threshold):
        return "–"
    if np.isinf(threshold):
        return "above all"
    return f"{threshold:{form}}".replace("-", "−")


def chosen_by_text(choice: ThresholdChoice) -> str:
    """Describe how a threshold was chosen."""
    if choice.chosen_by == IN_USE:
        return "in use"
    if choice.chosen_by == BY_FORMULA:
        return "lowest cost if calibrated"
    metric = metric_named(choice.chosen_by)
    return f"{'highest' if metric.sign > 0 else 'lowest'} {metric.label}"


def describe_comparison(comparison: Comparison, level: float) -> str:
    """Describe the comparison of a score column with the reference in a sentence."""
    metric = metric_named(comparison.metric)
    pair = f"{comparison.name} compared with {comparison.reference}"
    if comparison.same_scores:
        return f"{pair}: the same scores, so {metric.label} is the same."
    what = "improvement in" if metric.sign > 0 else "reduction of"
    return (
        f"{pair}: {outcome_label(comparison)}; {what} {metric.label} "
        f"{format_signed(comparison.value)} ({level:.0%} confidence interval "
        f"{format_range(comparison.low, comparison.high, signed=True)})."
    )


def summarize(result: EvaluationScores) -> tuple[str, ...]:
    """Summarize an evaluation in a few sentences, the most important first."""
    sentences = [*describe_inverted(result).values(), _main_sentence(result)]
    if result.comparisons:
        level = result.settings.confidence_level
        sentences += [describe_comparison(comparison, level) for comparison in result.comparisons]
    return (*sentences, *_describe_calibration(result), *_describe_top(result), *_cheapest(result))


def describe_inverted(result: EvaluationScores) -> dict[str, str]:
    """Describe the score columns that seem to belong to the negative class, by name."""
    data, found = result.data, dict[str, str]()
    if data.positive is None or data.classes[1 - data.positive] == rest_of(data.positive_class):
        return found
    other = data.classes[1 - data.positive]
    for name in result.names:
        area = result.metric_or_none("roc_auc", name)
        if area is not None and area.high < NO_SKILL_AUC:
            found[name] = (
                f"Scores of {name} seem to be those of class {other}: ROC-AUC for class "
                f"{data.positive_class} is {format_number(area.value)} "
                f"({format_range(area.low, area.high)}). If so, name that class: "
                f"positive={other!r} (--positive {quote(str(other))})."
            )
    return found


def _main_sentence(result: EvaluationScores) -> str:
    metric = metric_named(result.settings.primary_metric)
    label, level = metric.label, f"{result.settings.confidence_level:.0%}"
    estimates = [result.metric(metric.name, name) for name in result.names]
    if len(estimates) == 1:
        only = estimates[0]
        skill = no_skill_level(result, metric)
        random = "" if np.isnan(skill) else f"; no-skill level {format_number(skill)}"
        return (
            f"{label[0].upper()}{label[1:]} of {only.name}: {format_number(only.value)} ({level} "
            f"confidence interval {format_range(only.low, only.high)}{random})."
        )
    better = [item for item in result.comparisons if item.direction > 0]
    reference = result.names[0]
    if better:
        verb = "is" if len(better) == 1 else "are"
        names = join_names(item.name for item in better)
        return f"{names} {verb} better than {reference} in {label} ({level} confidence)."
    worse = [item.name for item in result.comparisons if item.direction < 0]
    if len(worse) == len(result.comparisons):
        names = join_names(worse)
        return f"{reference} is better than {names} in {label} ({level} confidence)."
    return f"No model was shown to be better than {reference} in {label} ({level} confidence)."


def _describe_calibration(result: EvaluationScores) -> list[str]:
    means = {c.model: float(c.scores.mean()) for c in result.candidates if c.has_probabilities}
    if result.data.positive is None or not means:
        return []
    observed = format_percent(result.prevalence)
    return [f"Mean predicted probability: {_by_name(means, format_percent)}; observed {observed}."]


def _describe_top(result: EvaluationScores) -> list[str]:
    tops = {top.name: top for top in result.top_shares if top.share == 0.05}
    if not tops:
        return []
    first = tops[result.names[0]]
    n_positive = result.prevalence * len(result.data.codes)
    found = {name: top.n_positive for name, top in tops.items()}
    shares = {name: top.recall for name, top in tops.items()}
    sentence = (
        f"The 5% of rows with the highest scores ({first.n_selected:,.0f} rows) contain "
        f"{_by_name(found, '{:,.0f}'.format)} of {n_positive:,.0f} positive rows "
        f"({_by_name(shares, format_percent, named=False)})."
    )
    return [sentence]


def _cheapest(result: EvaluationScores) -> list[str]:
    best = {c.name: c for c in result.thresholds if c.chosen_by == "expected_cost"}
    if not best:
        return []
    cost = {name: choice.value for name, choice in best.items()}
    at = {name: choice.threshold for name, choice in best.items()}
    # Fewer digits than in the table, and the same number for each.
    thresholds = _by_name(at, partial(format_threshold, form="#.3g"), named=False)
    return [
        f"Lowest expected cost per row: {_by_name(cost, format_number)}, at threshold {thresholds}."
    ]


def _by_name(
    values: Mapping[str, float], form: Callable[[float], str], *, named: bool = True
) -> str:
    """Join values for a sentence, with the names of their score columns if there are several."""
    if not named or len(values) == 1:
        return join_names(map(form, values.values()))
    return join_names(f"{form(value)} ({name})" for name, value in values.items())


# ---- Notes below tables ----


def describe_intervals(result: EvaluationScores) -> str:
    """Describe how the intervals were computed."""
    settings = result.settings
    unit = "row" if result.groups is None else "group"
    groups = (
        ""
        if result.groups is None
        else " Rows of a group are not independent: intervals are based on "
        f"{result.groups.max() + 1:,} groups."
    )
    return (
        f"{settings.confidence_level:.0%} confidence intervals follow from the influence of each "
        f"{unit} on a metric; those of thresholds, highest scores, prevalences and curves from "
        f"{settings.n_resamples:,} bootstrap resamples (seed {settings.seed}).{groups} They hold "
        "for rows that the model was not trained on."
    )


def describe_thresholds(result: EvaluationScores) -> str:
    """Describe the table of thresholds."""
    costs = result.settings.costs
    cost = (
        "Without costs, no threshold minimizes the expected cost: add them with --costs FP,FN "
        "(costs=(fp, fn))."
        if costs is None
        else f"A false positive costs {costs.false_positive:g}, a false negative "
        f"{costs.false_negative:g}."
    )
    return (
        "Rows with a score of at least the threshold are predicted positive. The metric at a "
        "chosen threshold is corrected for the optimism of choosing it on the same rows; precision "
        f"and recall are not. {cost}"
    )


def describe_prevalences() -> str:
    """Describe the table of prevalences."""
    return (
        "If only the share of the positive class changes, and not the scores within each class "
        "(prior shift). Recall, specificity and ROC-AUC do not change. Average precision at a much "
        "lower prevalence is optimistic: it depends on the few negative rows with the highest "
        "scores. counterpoise.probability.correct_prior corrects probabilities for another "
        "prevalence."
    )
