"""Gains and verdicts in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoise.study._facts import Facts
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Gain

__all__ = [
    "LEGEND",
    "MARKS",
    "count_rows",
    "figure",
    "listed",
    "sentence_of",
    "short_word",
    "signed",
    "verdict_of",
]

MARKS = {
    "helps": "▲",
    "harms": "▼",
    "no material difference": "=",
    "surely better": "△",
    "surely worse": "▽",
    "cannot tell": "?",
}
LEGEND = {
    "helps": "above the margin",
    "harms": "below minus the margin",
    "no material difference": "between the two",
    "surely better": "but perhaps by less than the margin",
    "surely worse": "but perhaps by less than the margin",
    "cannot tell": "from these data",
}


def figure(value: float) -> str:
    """Return a number with three figures behind the point, or three that count."""
    return f"{value:.3f}" if abs(value) >= 0.0995 or value == 0 else f"{value:.3g}"


def signed(value: float) -> str:
    """Return a number with its sign, a true minus among them."""
    return f"{value:+.3f}".replace("-", "−")


def listed(names: Iterable[str]) -> str:
    """Return names as people list them: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def count_rows(number: float) -> str:
    """Return a number of rows with two figures that count."""
    digits = len(f"{number:.0f}")
    return f"{round(number, 2 - digits):,.0f}" if digits > 2 else f"{number:.0f}"


def short_word(gain: Gain) -> str:
    """Return the word for a gain, or for what is sure of one that cannot be told."""
    if gain.word == "cannot tell" and gain.sign:
        return "surely better" if gain.sign > 0 else "surely worse"
    return gain.word


def sentence_of(gain: Gain, level: float) -> str:
    """Return a gain in one sentence.

    Parameters
    ----------
    gain : Gain
    level : float

    Returns
    -------
    str
    """
    who = f"{gain.remedy} with {gain.model}"
    label = METRICS[gain.metric].label
    if gain.same:
        return f"{who} leaves {label} as it is: its scores are those of doing nothing."
    where = f"between {signed(gain.low)} and {signed(gain.high)}"
    holds = f"{level:.0%} for the whole family" if gain.confirmatory else f"{level:.0%} for itself"
    gained = f"{signed(gain.value)} in {label}, {where} ({holds})"
    if gain.word == "helps":
        return f"{who} helps: {gained}; that is more than the {figure(gain.margin)} that matter."
    if gain.word == "harms":
        return f"{who} harms: {gained}; that is more than the {figure(gain.margin)} that matter."
    if gain.word == "no material difference":
        return f"{who} makes no material difference: {gained}, inside ±{figure(gain.margin)}."
    told = f"{gained[0].upper()}{gained[1:]}{_surely(gain)}{_more(gain)}"
    return f"{who}: cannot tell from these data. {told}."


def _surely(gain: Gain) -> str:
    if not gain.sign:
        return ""
    return f"; {short_word(gain)}, but perhaps by less than the {figure(gain.margin)} that matter"


def _more(gain: Gain) -> str:
    if gain.more_rows == float("inf"):
        return "; the gain is about the margin itself, which no number of rows is likely to tell"
    return f"; about {count_rows(max(gain.more_rows, 1))} more rows of the rarest class would tell"


def verdict_of(result: Facts) -> tuple[str, ...]:
    """Return what a study says, the main sentence first.

    Parameters
    ----------
    result : Facts

    Returns
    -------
    tuple of str
    """
    gains = [gain for gain in result.verdicts if not gain.same]
    label = METRICS[result.settings.headline].label
    if not gains:
        return (f"Nothing could be compared in {label}.",)
    told = {word: [g for g in gains if short_word(g) == word] for word in MARKS}
    metric = METRICS[result.settings.headline]
    margin = result.settings.margins[metric.name]
    least = f"{margin:.0%}" if metric.relative else f"{margin:g}"
    sentences = [_main(told, label, len(gains), least)]
    for word in ("helps", "harms", "surely better", "surely worse"):
        sentences += _one_word(word, told[word])
    unsure = [gain for gain in gains if gain.word == "cannot tell"]
    sentences += _counts(told["no material difference"], unsure, len(gains))
    best = result.best
    if best is not None:
        sentences.append(
            f"The best mean {label} is that of {best.model} with {best.remedy}: "
            f"{figure(best.apparent)}; chosen on other folds than it is scored on, "
            f"{figure(best.score)}."
        )
    return tuple(sentences)


def _main(told: dict[str, list[Gain]], label: str, n_gains: int, least: str) -> str:
    if told["helps"]:
        top = max(told["helps"], key=lambda gain: gain.value)
        return (
            f"Worth having here: {top.remedy} with {top.model} raises {label} by "
            f"{signed(top.value)} ({signed(top.low)} to {signed(top.high)})."
            if METRICS[top.metric].better > 0
            else f"Worth having here: {top.remedy} with {top.model} lowers {label} by "
            f"{figure(top.value)} ({figure(top.low)} to {figure(top.high)})."
        )
    if len(told["no material difference"]) == n_gains:
        return f"No remedy makes a material difference to {label} here."
    if not (told["cannot tell"] or told["surely better"]):
        return f"No remedy is worth having here: none improves {label} by {least} or more."
    return f"No remedy is shown to help here: none surely improves {label} by {least} or more."


def _one_word(word: str, gains: list[Gain]) -> list[str]:
    if not gains:
        return []
    models = dict.fromkeys(gain.model for gain in gains)
    parts = [
        f"{model} with {listed(gain.remedy for gain in gains if gain.model == model)}"
        for model in models
    ]
    but = ", but perhaps by less than matters" if word.startswith("surely") else ""
    return [f"{word.capitalize()}{but}: {'; '.join(parts)}."]


def _counts(equal: list[Gain], unsure: list[Gain], n_gains: int) -> list[str]:
    sentences = []
    if equal:
        sentences.append(f"No material difference: {len(equal)} of {n_gains} comparisons.")
    if unsure:
        finite = [gain.more_rows for gain in unsure if gain.more_rows < float("inf")]
        text = f"Cannot tell from these data: {len(unsure)} of {n_gains} comparisons"
        if finite:
            text += (
                "; the nearest to being told would take about "
                f"{count_rows(max(min(finite), 1))} more rows of the rarest class"
            )
        sentences.append(f"{text}.")
    return sentences
