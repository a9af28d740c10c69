"""What was done, in words, from facts alone."""

from __future__ import annotations

import numpy as np

from counterpoise.study._conclusions import Comparison
from counterpoise.study._metrics import METRICS
from counterpoise.study._tables import grid_of
from counterpoise.study._text import LEGEND, MARKS, figure

__all__ = ["chance_of", "facts_of", "family_of", "method_of"]

_FOLDS = {
    "stratified": "each fold with its share of each class",
    "grouped": "rows of one group always on one side",
    "in time": "models tested on later rows than they learned from",
    "given": "as they were given",
}


def facts_of(result: Comparison) -> list[tuple[str, str]]:
    """Return what the table is: names and values."""
    counts = np.bincount(result.data.codes, minlength=len(result.data.classes))
    facts = [("rows", f"{counts.sum():,}"), ("columns", f"{len(result.data.columns):,}")]
    for place in np.argsort(counts, kind="stable")[:4]:
        share = counts[place] / counts.sum()
        facts.append((f"class {result.data.classes[place]}", f"{counts[place]:,} ({share:.1%})"))
    if len(counts) > 4:
        facts.append(("more classes", str(len(counts) - 4)))
    if result.data.n_missing:
        facts.append(("missing cells", f"{result.data.n_missing:,}"))
    return facts


def chance_of(result: Comparison) -> str:
    """Say what the headline is for who knows nothing."""
    chance = grid_of(result).chance
    if np.isnan(chance):
        return ""
    label = METRICS[result.settings.headline].label
    return f"Without learning anything, {label} is {figure(chance)}."


def family_of(result: Comparison) -> str:
    """Say what the intervals hold together."""
    told = "; ".join(f"{MARKS[word]} {word}: {what}" for word, what in LEGEND.items())
    return f"Intervals hold together at {result.settings.level:.0%} (Holm). {told}."


def method_of(result: Comparison) -> list[str]:
    """Return what was done and how it was judged, in sentences."""
    settings = result.settings
    metric = METRICS[settings.headline]
    margin = settings.margins[settings.headline]
    least = f"{margin:.1%} of the baseline" if metric.relative else figure(margin)
    repeats = "repeat" if settings.n_repeats == 1 else "repeats"
    folds = (
        f"{settings.n_folds} folds in {settings.n_repeats} {repeats}, drawn once and shared by all "
        f"arms, {_FOLDS[settings.order]}. Inside each training fold rows were resampled as they "
        "came; then each model's preparation and the model were fitted. Test rows kept their "
        "natural prevalence, and every arm was judged by its own decision."
    )
    gains = (
        f"The headline, {metric.label}, was named before the run. A gain is the mean over folds of "
        "a remedy's difference to nothing with the same model; the least that matters is "
        f"{least}. Its variance adds what test rows do (each row's influence) and what training "
        "rows do (how folds differ). All other figures are descriptive."
    )
    costs = settings.costs
    rest = (
        f"Seed {settings.seed}; a false alarm costs {costs.false_positive:g}, a missed row "
        f"{costs.false_negative:g}."
    )
    return [folds, gains, rest]
