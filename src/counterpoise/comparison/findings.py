"""What a reader of a study should know besides its verdicts: coded, each with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from counterpoise._lib.findings import Finding, gravest_first, remark
from counterpoise.comparison.facts import Facts
from counterpoise.comparison.metrics import METRICS
from counterpoise.comparison.models import DUMMY
from counterpoise.comparison.records import Arm
from counterpoise.comparison.remedies import NOTHING
from counterpoise.comparison.words import figure, listed

__all__ = ["find"]

FEW = 10  # rows of the rarest class in a test fold: below, one row moves recall by a tenth
BENT = 0.5  # of log odds: probabilities off by a factor of 1.6 or more
OPTIMISM = 0.5  # of a margin
CHANCE = 0.5  # the ROC-AUC of drawing lots
SURE = 3  # standard errors


def find(result: Facts) -> tuple[Finding, ...]:
    """Return all findings of a study, the gravest first.

    Parameters
    ----------
    result : Facts

    Returns
    -------
    tuple of Finding
    """
    found = [*result.observed, *(finding for check in _CHECKS for finding in check(result))]
    return gravest_first(found)


def _stopped(result: Facts) -> Iterator[Finding]:
    if not result.stopped:
        return
    done = sum(int((~np.isnan(arm.seconds)).sum()) for arm in result.arms)
    total = sum(arm.seconds.size for arm in result.arms if arm.status in ("done", "partial"))
    yield remark(
        "stopped-by-budget",
        "warning",
        f"The budget ended the study with {done} of {total} fits of arms and folds done; what is "
        "said rests on the folds that both sides of a comparison have done.",
    )


def _failed(result: Facts) -> Iterator[Finding]:
    for arm in result.arms:
        if arm.status == "failed":
            yield remark(
                "arm-failed",
                "warning",
                f"{arm.model} with {arm.remedy} failed and counts nowhere: {arm.message}",
            )


def _not_applicable(result: Facts) -> Iterator[Finding]:
    why: dict[tuple[str, str], list[str]] = {}
    for arm in result.arms:
        if arm.status == "not applicable":
            why.setdefault((arm.remedy, arm.message), []).append(arm.model)
    for (remedy, message), models in why.items():
        yield remark(
            "not-applicable", "note", f"{remedy} was left out for {listed(models)}: {message}"
        )


def _too_few(result: Facts) -> Iterator[Finding]:
    tested = result.folds >= 0
    sizes = np.zeros(len(result.data.classes))
    for code in range(len(sizes)):
        sizes[code] = (tested & (result.data.codes == code)).sum() / result.settings.n_folds
    sizes /= len(result.folds)
    rarest = int(np.argmin(sizes))
    if sizes[rarest] < FEW:
        yield remark(
            "few-minority-rows",
            "warning" if sizes[rarest] < FEW / 2 else "caution",
            f"Each test fold has about {sizes[rarest]:.0f} rows of class "
            f"{result.data.classes[rarest]!r}: figures vary much from fold to fold, and only large "
            "gains can be told.",
        )


def _accuracy(result: Facts) -> Iterator[Finding]:
    shares = np.bincount(result.data.codes) / len(result.data.codes)
    largest = int(np.argmax(shares))
    if shares[largest] >= 0.8:
        yield remark(
            "accuracy-misleads",
            "note",
            f"Naming class {result.data.classes[largest]!r} for every row is right in "
            f"{shares[largest]:.1%} of them: accuracy is a poor headline here.",
        )


def _no_probabilities(result: Facts) -> Iterator[Finding]:
    models = dict.fromkeys(
        arm.model
        for arm in result.arms
        if arm.remedy == NOTHING and arm.status in ("done", "partial") and not arm.probable
    )
    if models:
        yield remark(
            "no-probabilities",
            "note",
            f"{listed(models)} {'gives' if len(models) == 1 else 'give'} scores, no probabilities: "
            "log loss, Brier score and calibration are missing there.",
        )


def _noise(result: Facts) -> Iterator[Finding]:
    gains = [gain for gain in result.verdicts if not gain.same]
    if not gains:
        return
    top = max(gains, key=lambda gain: gain.value)
    if top.value > 0 and not top.sign:
        yield remark(
            "gain-within-noise",
            "caution",
            f"The largest gain, {figure(top.value)} in {METRICS[top.metric].label} of {top.remedy} "
            f"with {top.model}, is within noise: its interval holds 0.",
        )


def _bent(result: Facts) -> Iterator[Finding]:
    """Say where remedies bend calibration, and what the correction mends."""
    if result.data.positive is None:
        return
    for model, _ in result.settings.models:
        arms = [arm for arm in result.arms if arm.model == model and arm.status == "done"]
        arms = [arm for arm in arms if arm.probable and arm.remedy != "threshold"]
        offsets = {arm.remedy: _offset(result, arm, corrected=False) for arm in arms}
        if NOTHING not in offsets:
            continue
        plain = offsets.pop(NOTHING)
        bent = {r: raw for r, raw in offsets.items() if abs(raw) >= abs(plain) + BENT}
        if not bent:
            continue
        mended = {a.remedy: _offset(result, a, corrected=True) for a in arms if a.remedy in bent}
        near = abs(plain) + BENT / 2
        left = {remedy: value for remedy, value in mended.items() if abs(value) > near}
        held = f"leaves {_offsets(left)}" if left else f"mends it, to within ±{near:.2f}"
        yield remark(
            "calibration-bent",
            "warning" if left else "caution",
            f"Probabilities of {model} are bent: their calibration intercept, which should be 0 "
            f"and is {_signed(plain)} with nothing, is {_offsets(bent)}. The prior correction "
            f"{held}.",
        )


def _offset(result: Facts, arm: Arm, *, corrected: bool) -> float:
    values = result.values("calibration_intercept", arm, corrected=corrected)
    return float(np.nanmean(values)) if (~np.isnan(values)).any() else 0.0


def _offsets(values: dict[str, float]) -> str:
    return listed(f"{_signed(value)} with {remedy}" for remedy, value in values.items())


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _threshold(result: Facts) -> Iterator[Finding]:
    """Say where a moved threshold decides as well as the best resampling."""
    metric = METRICS["balanced_accuracy"]
    for model, _ in result.settings.models:
        arms = {arm.remedy: arm for arm in result.arms if arm.model == model}
        moved = arms.get("threshold")
        rivals = [arm for name, arm in arms.items() if name not in (NOTHING, "threshold")]
        rivals = [arm for arm in rivals if arm.status == "done"]
        if moved is None or moved.status != "done" or not rivals:
            continue
        means = [float(np.nanmean(result.values(metric.name, arm))) for arm in rivals]
        best = int(np.argmax(means))
        own = float(np.nanmean(result.values(metric.name, moved)))
        if own >= means[best] - metric.margin:
            yield remark(
                "threshold-does-as-well",
                "note",
                f"{model}: choosing the threshold alone reaches a balanced accuracy of "
                f"{figure(own)}; the best other remedy, {rivals[best].remedy}, reaches "
                f"{figure(means[best])}.",
            )


def _optimism(result: Facts) -> Iterator[Finding]:
    best, metric = result.best, METRICS[result.settings.headline]
    if best is None:
        return
    lost = metric.better * (best.apparent - best.score)
    margin = result.settings.margins[metric.name]
    if lost > OPTIMISM * (margin * abs(best.apparent) if metric.relative else margin):
        yield remark(
            "winner-is-optimistic",
            "caution",
            f"The best mean {metric.label}, {figure(best.apparent)}, was chosen by the folds that "
            f"it is scored on; chosen on others it is {figure(best.score)}.",
        )


def _nothing_learned(result: Facts) -> Iterator[Finding]:
    """Say that no model ranks better than chance does."""
    arms = [arm for arm in result.arms if arm.status == "done" and arm.model != DUMMY]
    aucs = [float(np.nanmean(result.values("roc_auc", arm))) for arm in arms]
    if arms and all(
        auc - CHANCE < SURE * result.standard_error("roc_auc", arm)
        for auc, arm in zip(aucs, arms, strict=True)
    ):
        yield remark(
            "nothing-learned",
            "warning",
            f"No arm surely ranks rows better than chance does: the best ROC-AUC is "
            f"{figure(max(aucs))}. What remedies do to such models means little.",
        )


_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _stopped,
    _failed,
    _too_few,
    _nothing_learned,
    _noise,
    _bent,
    _optimism,
    _accuracy,
    _threshold,
    _no_probabilities,
    _not_applicable,
)
