"""Findings of a study of a continuous target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from counterpoise._lib.findings import Finding, create_finding
from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.study._findings import (
    FEW_SAMPLES,
    N_STANDARD_ERRORS,
    Check,
    report_failed,
    report_noise,
    report_not_applicable,
    report_optimism,
    report_stopped,
)
from counterpoise.study._methods import BASELINE
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Candidate
from counterpoise.study._regression.scoring import RegressionSummary
from counterpoise.study._scores import StudyScores
from counterpoise.study._text import candidate_name, join_names

__all__ = ["CHECKS"]

BIASED = 0.05  # of the standard deviation of the target


def _too_few(result: StudyScores) -> Iterator[Finding]:
    per_fold = result.n_minority / result.settings.n_folds
    if per_fold < FEW_SAMPLES:
        yield create_finding(
            "few-rare-values",
            "warning" if per_fold < FEW_SAMPLES / 2 else "caution",
            f"Each test fold has only about {per_fold:.0f} rare values: errors weighted by "
            "relevance vary a lot between folds, and only large improvements can be detected.",
        )


def _no_skill(result: StudyScores) -> Iterator[Finding]:
    """Report that no candidate predicts better than the mean of the training data."""
    candidates = [c for c in result.candidates if c.status == "done" and c.model != DUMMY]
    shares = [float(np.nanmean(result.values("r2", candidate))) for candidate in candidates]
    if candidates and all(
        share < N_STANDARD_ERRORS * result.standard_error("r2", candidate)
        for share, candidate in zip(shares, candidates, strict=True)
    ):
        yield create_finding(
            "no-skill",
            "warning",
            "No candidate predicts significantly better than the mean of the training data: the "
            f"best R² is {format_number(max(shares))}. Comparing methods on such models means "
            "little.",
        )


def _biased(result: StudyScores) -> Iterator[Finding]:
    """Report methods that shift all predictions toward the rare values."""
    data = result.data
    assert isinstance(data, RegressionSummary)
    scale = float(data.values.std())
    for model, _ in result.settings.models:
        errors = {
            candidate.method: _mean_error(candidate, data) / scale
            for candidate in result.candidates
            if candidate.model == model and candidate.status == "done"
        }
        plain = errors.pop(BASELINE, 0.0)
        biased = {name: e for name, e in errors.items() if abs(e) >= abs(plain) + BIASED}
        if biased:
            listed = join_names(f"{format_signed(e, 2)} with {name}" for name, e in biased.items())
            yield create_finding(
                "biased-predictions",
                "caution",
                f"Predictions of {model} are biased: their mean error, in standard deviations of "
                f"the target, is {format_signed(plain, 2)} for the baseline and {listed}. Sums and "
                "means of such predictions are wrong by this amount.",
            )


def _trade_off(result: StudyScores) -> Iterator[Finding]:
    """Report methods that improve the primary metric, and increase the error over all values."""
    better = {(i.model, i.method) for i in result.improvements if i.direction > 0}
    worse = [
        item
        for item in result.improvements_in("rmse")
        if (item.model, item.method) in better and item.value < -item.margin
    ]
    if worse:
        listed = join_names(
            f"{candidate_name(item.model, item.method)} (+{-item.value / item.baseline_score:.0%})"
            for item in worse
        )
        yield create_finding(
            "larger-error-overall",
            "caution",
            f"Better for rare values, but worse overall: {listed} improved "
            f"{result.primary_metric.label}, but increased the RMSE over all values.",
        )


def _mean_error(candidate: Candidate, data: RegressionSummary) -> float:
    return float(np.nanmean(candidate.scores[..., 0] - data.values))


CHECKS: tuple[Check, ...] = (
    report_stopped,
    report_failed,
    _too_few,
    _no_skill,
    report_noise,
    _trade_off,
    _biased,
    report_optimism,
    report_not_applicable,
)
