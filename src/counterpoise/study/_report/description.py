"""Describe the data and the procedure of a study in words."""

from __future__ import annotations

import numpy as np

from counterpoise.study._conclusions import Conclusions
from counterpoise.study._metrics import METRICS
from counterpoise.study._tables import build_grid
from counterpoise.study._text import LEGEND, SYMBOLS, format_number

__all__ = ["dataset_facts", "describe_family", "describe_no_skill", "describe_procedure"]

_FOLDS = {
    "stratified": "stratified by class",
    "grouped": "stratified by class, with all samples of a group in the same fold",
    "by time": "with training samples earlier than test samples",
    "user-defined": "as defined by the user",
}


def dataset_facts(result: Conclusions) -> list[tuple[str, str]]:
    """Return names and values that describe the data."""
    counts = np.bincount(result.data.codes, minlength=len(result.data.classes))
    facts = [("rows", f"{counts.sum():,}"), ("features", f"{len(result.data.columns):,}")]
    for code in np.argsort(counts, kind="stable")[:4]:
        share = counts[code] / counts.sum()
        facts.append((f"class {result.data.classes[code]}", f"{counts[code]:,} ({share:.1%})"))
    if len(counts) > 4:
        facts.append(("other classes", str(len(counts) - 4)))
    if result.data.n_missing:
        facts.append(("missing values", f"{result.data.n_missing:,}"))
    return facts


def describe_no_skill(result: Conclusions) -> str:
    """Return the primary metric of the dummy classifier in words."""
    no_skill = build_grid(result).no_skill
    if np.isnan(no_skill):
        return ""
    label = METRICS[result.settings.primary_metric].label
    return f"No-skill level of {label}: {format_number(no_skill)}."


def describe_family(result: Conclusions) -> str:
    """Describe the confidence intervals, and the symbols of the outcomes."""
    symbols = "; ".join(f"{SYMBOLS[name]} {name}: {meaning}" for name, meaning in LEGEND.items())
    level = f"{result.settings.confidence_level:.0%}"
    return f"Confidence intervals: {level}, adjusted for multiple comparisons (Holm). {symbols}."


def describe_procedure(result: Conclusions) -> list[str]:
    """Describe how the study was done, in sentences."""
    settings = result.settings
    metric = METRICS[settings.primary_metric]
    margin = settings.margins[settings.primary_metric]
    smallest = f"{margin:.1%} of the baseline" if metric.relative else format_number(margin)
    repeats = "repeat" if settings.n_repeats == 1 else "repeats"
    folds = (
        f"Cross-validation with {settings.n_folds} folds and {settings.n_repeats} {repeats}, "
        f"{_FOLDS[settings.cv_strategy]}; all candidates (a model with a method) share the folds. "
        "Only the training part of a fold is resampled, before the preprocessing and the model "
        "are fitted. Test folds keep their natural class proportions."
    )
    improvements = (
        f"The primary metric, {metric.label}, was specified before the run. An improvement is the "
        "mean difference over folds between a method and the baseline of the same model; the "
        f"equivalence margin, the smallest improvement that matters, is {smallest}. Its variance "
        "combines the variation of test samples (influence functions) and of training samples "
        "(variance between folds). All other numbers are descriptive."
    )
    costs = settings.costs
    rest = (
        f"Seed {settings.seed}; cost of a false positive {costs.false_positive:g}, of a false "
        f"negative {costs.false_negative:g}."
    )
    return [folds, improvements, rest]
