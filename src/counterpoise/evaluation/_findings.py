"""Findings of an evaluation: what to know when reading its results, with codes and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from counterpoise._lib.findings import Finding, create_finding, sort_by_severity
from counterpoise._lib.format_text import format_number, format_percent, format_signed
from counterpoise.evaluation._intervals import count_units
from counterpoise.evaluation._scores import EvaluationScores
from counterpoise.evaluation._text import describe_inverted, format_range
from counterpoise.study import Candidate
from counterpoise.study._findings import NO_SKILL_AUC

__all__ = ["find"]

FEW_SAMPLES = 20
FEW_GROUPS = 30
FAR_OFF = 1.25  # mean predicted probability divided by the observed rate, or the inverse


def find(result: EvaluationScores) -> tuple[Finding, ...]:
    """Return all findings of an evaluation, the most severe first."""
    found = list(_few(result))
    for candidate in result.candidates:
        if np.ptp(candidate.scores, axis=1).max() == 0:
            found += _constant(candidate)
        else:
            found += [finding for check in _CHECKS for finding in check(result, candidate)]
    return sort_by_severity(found)


def _few(result: EvaluationScores) -> Iterator[Finding]:
    codes = result.data.codes
    counts = np.bincount(codes)
    smallest = int(np.argmin(counts))
    if counts[smallest] < FEW_SAMPLES:
        yield create_finding(
            "few-minority-samples",
            "caution",
            f"There are only {counts[smallest]} samples of class "
            f"{result.data.classes[smallest]!r}: intervals are wide, and cover less often than "
            "their confidence level.",
        )
    if result.groups is not None:
        n_groups = count_units(codes, result.groups)
        if n_groups < FEW_GROUPS:
            yield create_finding(
                "few-groups",
                "caution",
                f"Only {n_groups} groups have samples of each class: with fewer than {FEW_GROUPS}, "
                "intervals are too short.",
            )


def _constant(candidate: Candidate) -> Iterator[Finding]:
    yield create_finding(
        "constant-scores",
        "warning",
        f"All scores of {candidate.model} are {candidate.scores[0, 0, 0]:g}: they rank no sample "
        "above another, and no threshold separates the classes.",
    )


def _no_probabilities(_: EvaluationScores, candidate: Candidate) -> Iterator[Finding]:
    if not candidate.has_probabilities:
        low, high = map(format_number, (candidate.scores.min(), candidate.scores.max()))
        yield create_finding(
            "no-probabilities",
            "note",
            f"Scores of {candidate.model} range from {low} to {high}, so they are not "
            "probabilities: log loss, Brier score and calibration are not available.",
        )


def _predicted_classes(_: EvaluationScores, candidate: Candidate) -> Iterator[Finding]:
    if np.isin(candidate.scores, (0, 1)).all():
        yield create_finding(
            "predicted-classes",
            "warning",
            f"Scores of {candidate.model} are only 0 and 1, as predicted classes are: metrics of "
            "rankings and probabilities describe a single threshold. Pass predict_proba, not "
            "predict.",
        )


def _skill(result: EvaluationScores, candidate: Candidate) -> Iterator[Finding]:
    area = result.metric_or_none("roc_auc", candidate.model)
    if area is None or np.isnan(area.value):
        return
    inverted = describe_inverted(result).get(candidate.model)
    if inverted is not None:
        yield create_finding("inverted-scores", "warning", inverted)
    elif area.low <= NO_SKILL_AUC:
        yield create_finding(
            "no-skill",
            "warning",
            f"{candidate.model} does not rank samples significantly better than chance: ROC-AUC "
            f"{format_number(area.value)} ({format_range(area.low, area.high)}).",
        )


def _miscalibrated(result: EvaluationScores, candidate: Candidate) -> Iterator[Finding]:
    intercept = result.metric_or_none("calibration_intercept", candidate.model)
    if result.data.positive is None or intercept is None or not candidate.has_probabilities:
        return
    mean, rate = float(candidate.scores.mean()), result.prevalence
    ratio = mean / rate
    if intercept.low <= 0 <= intercept.high or 1 / FAR_OFF < ratio < FAR_OFF:
        return
    yield create_finding(
        "miscalibrated",
        "caution",
        f"Probabilities of {candidate.model} are too {'high' if ratio > 1 else 'low'}: mean "
        f"{format_percent(mean)}, observed rate {format_percent(rate)}; calibration intercept "
        f"{format_signed(intercept.value, 2)} ({format_signed(intercept.low, 2)} to "
        f"{format_signed(intercept.high, 2)}), which should be 0. Calibrate them on other samples "
        "before you use them in costs or as probabilities.",
    )


_CHECKS: tuple[Callable[[EvaluationScores, Candidate], Iterator[Finding]], ...] = (
    _predicted_classes,
    _skill,
    _miscalibrated,
    _no_probabilities,
)
