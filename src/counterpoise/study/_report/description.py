"""Describe the data and the procedure of a study in words."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.format_text import format_number
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._tables import build_improvement_table
from counterpoise.study._text import LEGEND, SYMBOLS, describe_margin

__all__ = [
    "describe_columns",
    "describe_data",
    "describe_fold_times",
    "describe_intervals",
    "describe_no_skill",
    "describe_procedure",
    "outcome_legend",
]

_FOLDS = {
    "stratified": "stratified by {strata}",
    "grouped": "stratified by {strata}, with all samples of a group in the same fold",
    "by time": "with training samples earlier than test samples",
    "user-defined": "as defined by the user",
}

_TYPES = {"date": "date, as a number of days", "text": "text, TF-IDF"}


def describe_data(result: StudyConclusions) -> list[tuple[str, str]]:
    """Return names and values that describe the data, such as the size of each class."""
    rows = f"{len(result.data.codes):,}"
    if result.data.n_all_rows is not None:
        rows = f"{rows} of {result.data.n_all_rows:,} (a stratified sample)"
    entries = [
        ("rows", rows),
        ("features", f"{result.data.n_features:,}"),
        *result.target_text.entries,
    ]
    if result.data.n_missing:
        entries.append(("missing values", f"{result.data.n_missing:,}"))
    if result.data.left_out:
        names = ", ".join(f"{name} ({reason})" for name, reason in result.data.left_out)
        entries.append(("columns left out", names))
    return entries


def describe_columns(result: StudyConclusions) -> list[tuple[str, str]]:
    """Return the name of each column and how it was used."""
    features = [(name, f"feature ({_TYPES.get(kind, kind)})") for name, kind in result.data.columns]
    if result.data.n_sparse:
        features = [(f"{result.data.n_sparse:,} columns", "features of a sparse table")]
    return [*features, *((name, f"left out ({reason})") for name, reason in result.data.left_out)]


def describe_fold_times(result: StudyConclusions) -> list[str]:
    """Describe from when to when each fold trains and tests; empty without times."""
    return [
        f"Fold {number}: trained on {times.train_from} to {times.train_to}, tested on "
        f"{times.test_from} to {times.test_to}."
        for number, times in enumerate(result.settings.fold_times, 1)
    ]


def describe_no_skill(result: StudyConclusions) -> str:
    """Return the primary metric of the dummy classifier in words."""
    no_skill = build_improvement_table(result).no_skill
    if np.isnan(no_skill):
        return ""
    metric = result.primary_metric
    level = format_number(no_skill, result.decimals(metric.name))
    return f"No-skill level of {metric.label}: {level}."


def describe_intervals(result: StudyConclusions) -> str:
    """Describe the improvements, their confidence intervals and the equivalence margin."""
    settings, metric = result.settings, result.primary_metric
    reduction = "" if metric.sign > 0 else f", that is, a reduction of {metric.label}"
    margin = describe_margin(settings.margins[metric.name], metric)
    return (
        f"A positive value is an improvement{reduction}. The {settings.confidence_level:.0%} "
        "confidence intervals are simultaneous: they are meant to include all true improvements "
        f"together with a probability of {settings.confidence_level:.0%}. The equivalence margin, "
        f"the smallest improvement that matters, is {margin}."
    )


def outcome_legend() -> list[str]:
    """Return the symbol, name and meaning of each outcome."""
    return [f"{SYMBOLS[name]} {name}: {meaning}" for name, meaning in LEGEND.items()]


def describe_procedure(result: StudyConclusions) -> list[str]:
    """Describe how the study was done, in sentences."""
    settings = result.settings
    metric, target = result.primary_metric, result.target_text
    repeats = "repeat" if settings.n_repeats == 1 else "repeats"
    strategy = _FOLDS[settings.cv_strategy].format(strata=target.strata)
    folds = (
        f"Cross-validation with {settings.n_folds} folds and {settings.n_repeats} {repeats}, "
        f"{strategy}; all candidates (a model with a method) share the folds. "
        "Only the training part of a fold is resampled, before the preprocessing and the model "
        f"are fitted. Test folds keep their natural {target.distribution}."
    )
    improvements = (
        f"The primary metric, {metric.label}, was specified before the run. An improvement is the "
        "mean difference over folds between a method and the baseline of the same model, with the "
        "sign such that a positive value is better. The confidence interval accounts for the "
        "variation of test samples and of training samples (influence functions, and the variance "
        "between folds). Intervals are simultaneous (largest of correlated errors; Hothorn, Bretz "
        "and Westfall 2008) and outcomes are tested step by step (Romano and Wolf 2005); the "
        "interval of an outcome that only the steps decide ends at the margin. All other numbers "
        "are descriptive."
    )
    rest = f"Seed: {settings.seed}. {target.settings}"
    return [folds, *describe_fold_times(result), improvements, rest]
