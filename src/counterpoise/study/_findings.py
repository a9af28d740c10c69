"""Findings of a study: what to know when reading its results, each with a code and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from counterpoise._lib.findings import Finding, create_finding, sort_by_severity
from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.exceptions import SmallClassWarning
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import METRICS
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Candidate, Probabilities
from counterpoise.study._scores import StudyScores
from counterpoise.study._text import candidate_name, count_fits, join_names

__all__ = [
    "CHECKS",
    "FEW_SAMPLES",
    "NO_SKILL_AUC",
    "N_STANDARD_ERRORS",
    "Check",
    "find",
    "report_failed",
    "report_noise",
    "report_not_applicable",
    "report_optimism",
    "report_stopped",
]

FEW_SAMPLES = 10  # minority samples in a test fold; with fewer, one sample moves recall by 0.1
MISCALIBRATED = 0.5  # log-odds: odds wrong by a factor of 1.6
OPTIMISM = 0.5  # of the equivalence margin
NO_SKILL_AUC = 0.5
N_STANDARD_ERRORS = 3


Check = Callable[[StudyScores], Iterator[Finding]]


def find(result: StudyScores, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """Return all findings of a study, the most severe first.

    Parameters
    ----------
    result : StudyScores
    checks : sequence of callable
        Those for its kind of target.

    Returns
    -------
    tuple of Finding
    """
    found = [*result.data_findings, *(finding for check in checks for finding in check(result))]
    return sort_by_severity(found)


def report_stopped(result: StudyScores) -> Iterator[Finding]:
    """Report that the time budget or an interrupt ended the study."""
    if not result.stopped:
        return
    done, total = count_fits(result)
    causes = {"budget": "its time budget was used up", "interrupt": "it was interrupted"}
    cause = causes.get(result.stopped_by, " or ".join(causes.values()))
    resume = "Rerun with the same journal to resume."
    if not result.has_journal:
        resume = "To be able to resume, add a journal next time: --journal FILE (journal=FILE)."
    yield create_finding(
        "stopped-early",
        "warning",
        f"The study ended early, after {done} of {total} fits: {cause}. Comparisons use the folds "
        f"that are finished for both candidates. {resume}",
    )


def report_failed(result: StudyScores) -> Iterator[Finding]:
    """Report candidates that failed."""
    for candidate in result.candidates:
        if candidate.status == "failed":
            yield create_finding(
                "candidate-failed",
                "warning",
                f"{candidate_name(candidate.model, candidate.method)} failed and is excluded: "
                f"{candidate.message}",
            )


def report_not_applicable(result: StudyScores) -> Iterator[Finding]:
    """Report methods that do not apply, with the reason."""
    models_by_reason: dict[tuple[str, str], list[str]] = {}
    for candidate in result.candidates:
        if candidate.status == "not applicable":
            models_by_reason.setdefault((candidate.method, candidate.message), []).append(
                candidate.model
            )
    for (method, message), models in models_by_reason.items():
        yield create_finding(
            "not-applicable", "note", f"{method} was omitted for {join_names(models)}: {message}"
        )


def _small_classes(result: StudyScores) -> Iterator[Finding]:
    """Report methods that oversample small classes in another way in some training fold."""
    mark = f"{SmallClassWarning.__name__}: "
    found = {
        candidate.method: [text for text in candidate.warnings if text.startswith(mark)]
        for candidate in result.candidates
    }
    methods = [method for method, texts in found.items() if texts]
    if methods:
        yield create_finding(
            "small-classes",
            "note",
            f"In some training folds, a class is too small for {join_names(methods)}. For example: "
            f"{found[methods[0]][0].removeprefix(mark)}",
        )


def _too_few(result: StudyScores) -> Iterator[Finding]:
    tested = result.folds >= 0
    sizes = np.zeros(len(result.data.classes))
    for code in range(len(sizes)):
        sizes[code] = (tested & (result.data.codes == code)).sum() / result.settings.n_folds
    sizes /= len(result.folds)
    smallest = int(np.argmin(sizes))
    if sizes[smallest] < FEW_SAMPLES:
        size = f"{sizes[smallest]:.0f}"
        yield create_finding(
            "few-minority-samples",
            "warning" if sizes[smallest] < FEW_SAMPLES / 2 else "caution",
            f"Each test fold has only about {size} sample{'s' * (size != '1')} of class "
            f"{result.data.classes[smallest]!r}: metrics vary a lot between folds, and only large "
            "improvements can be detected.",
        )


def _undefined_precision(result: StudyScores) -> Iterator[Finding]:
    """Report folds without predictions of a class, if precision is compared."""
    if result.primary_metric.name != "precision":
        return
    counts = {
        candidate_name(candidate.model, candidate.method): _count_folds_without(result, candidate)
        for candidate in result.candidates
        if candidate.model != DUMMY
    }
    n_folds = result.settings.n_repeats * result.settings.n_folds
    worst = max(counts, key=lambda name: counts[name])
    if counts[worst]:
        yield create_finding(
            "precision-undefined",
            "warning",
            f"{worst} predicts no sample of a class in {counts[worst]} of {n_folds} folds. The "
            "precision counts as 0 there, so that comparisons in precision are biased. Use "
            "average_precision as primary metric.",
        )


def _count_folds_without(result: StudyScores, candidate: Candidate) -> int:
    """Return the number of folds without a prediction of the positive class, or of some class."""
    positive = result.data.positive
    classes = np.arange(len(result.data.classes)) if positive is None else np.array([positive])
    count = 0
    for repeat, fold_of in enumerate(result.folds):
        for fold in range(result.settings.n_folds):
            predictions = candidate.predictions[repeat, fold_of == fold]
            is_done = len(predictions) and (predictions >= 0).all()
            count += bool(is_done and not np.isin(classes, predictions).all())
    return count


def _accuracy(result: StudyScores) -> Iterator[Finding]:
    shares = np.bincount(result.data.codes) / len(result.data.codes)
    largest = int(np.argmax(shares))
    if shares[largest] >= 0.8:
        yield create_finding(
            "accuracy-misleads",
            "note",
            f"Predicting class {result.data.classes[largest]!r} for every sample has an "
            f"accuracy of {shares[largest]:.1%}: accuracy is misleading here.",
        )


def _no_probabilities(result: StudyScores) -> Iterator[Finding]:
    models = dict.fromkeys(
        candidate.model
        for candidate in result.candidates
        if candidate.method == BASELINE
        and not np.isnan(candidate.seconds).all()  # some folds are done
        and not candidate.has_probabilities
    )
    if models:
        yield create_finding(
            "no-probabilities",
            "note",
            f"{join_names(models)} {'has' if len(models) == 1 else 'have'} scores but no "
            "probabilities: log loss, Brier score and calibration are not available.",
        )


def report_noise(result: StudyScores) -> Iterator[Finding]:
    """Report that the largest improvement is within noise."""
    improvements = [
        improvement for improvement in result.improvements if not improvement.same_scores
    ]
    if not improvements:
        return
    top = max(improvements, key=lambda improvement: improvement.value)
    metric = result.metric(top.metric)
    value = format_number(top.value, result.decimals(metric.name))
    if top.value > 0 and not top.direction:
        yield create_finding(
            "improvement-within-noise",
            "caution",
            f"The largest improvement, {value} in {metric.label} "
            f"({candidate_name(top.model, top.method)}), is within noise: its confidence "
            "interval includes 0.",
        )


def _miscalibrated(result: StudyScores) -> Iterator[Finding]:
    """Report methods that miscalibrate probabilities, and what makes them calibrated."""
    if result.data.positive is None:
        return
    for model, _ in result.settings.models:
        candidates = {
            candidate.method: candidate
            for candidate in result.candidates
            if candidate.model == model
            and candidate.status == "done"
            and candidate.has_probabilities
            and candidate.method != "threshold"
        }
        if BASELINE not in candidates:
            continue
        offsets = {
            method: _offset(result, candidate, "predicted")
            for method, candidate in candidates.items()
        }
        plain = offsets.pop(BASELINE)
        miscalibrated = {
            method: value
            for method, value in offsets.items()
            if abs(value) >= abs(plain) + MISCALIBRATED
        }
        kinds: tuple[Probabilities, ...] = ("corrected", "calibrated")
        after = {
            kind: {name: _offset(result, candidates[name], kind) for name in miscalibrated}
            for kind in kinds
        }
        if miscalibrated:
            yield _miscalibration_finding(model, plain, miscalibrated, **after)


def _miscalibration_finding(
    model: str,
    plain: float,
    miscalibrated: dict[str, float],
    *,
    corrected: dict[str, float],
    calibrated: dict[str, float],
) -> Finding:
    """Return the finding from calibration intercepts: of the baseline, and before and after."""
    near = abs(plain) + MISCALIBRATED / 2
    effects = [_describe_offsets(offsets, near) for offsets in (corrected, calibrated)]
    return create_finding(
        "miscalibrated",
        "warning" if any(abs(value) > near for value in calibrated.values()) else "caution",
        f"Probabilities of {model} are miscalibrated: the calibration intercept, which should be 0 "
        f"and is {format_signed(plain, 2)} for the baseline, is {_offsets(miscalibrated)}. After "
        f"prior correction, it {effects[0]}; after calibration on out-of-fold predictions, it "
        f"{effects[1]}. make_estimator (--save-model) and ResampledClassifier(model, sampler) "
        "calibrate by default; counterpoise.probability.calibrate(model, X, y) calibrates others.",
    )


def _describe_offsets(offsets: dict[str, float], near: float) -> str:
    far = {method: value for method, value in offsets.items() if abs(value) > near}
    largest = max(abs(value) for value in offsets.values())
    return f"is still {_offsets(far)}" if far else f"differs from 0 by {largest:.2f} at most"


def _offset(result: StudyScores, candidate: Candidate, kind: Probabilities) -> float:
    values = result.values("calibration_intercept", candidate, probabilities=kind)
    return float(np.nanmean(values)) if (~np.isnan(values)).any() else 0.0


def _offsets(values: dict[str, float]) -> str:
    return join_names(
        f"{format_signed(value, 2)} with {method}" for method, value in values.items()
    )


def _threshold(result: StudyScores) -> Iterator[Finding]:
    """Report models for which tuning the threshold alone is as good as the best other method."""
    metric = METRICS["balanced_accuracy"]
    for model, _ in result.settings.models:
        candidates = {
            candidate.method: candidate
            for candidate in result.candidates
            if candidate.model == model
        }
        moved = candidates.get("threshold")
        others = [
            candidate
            for name, candidate in candidates.items()
            if name not in (BASELINE, "threshold")
        ]
        others = [candidate for candidate in others if candidate.status == "done"]
        if moved is None or moved.status != "done" or not others:
            continue
        means = [float(np.nanmean(result.values(metric.name, candidate))) for candidate in others]
        best = int(np.argmax(means))
        own = float(np.nanmean(result.values(metric.name, moved)))
        if own >= means[best] - metric.margin:
            yield create_finding(
                "threshold-does-as-well",
                "note",
                f"{model}: tuning the decision threshold alone has a balanced accuracy of "
                f"{format_number(own)}; the best other method, {others[best].method}, has "
                f"{format_number(means[best])}.",
            )


def report_optimism(result: StudyScores) -> Iterator[Finding]:
    """Report that the best mean score is optimistic."""
    best, metric = result.best, result.primary_metric
    if best is None:
        return
    mean, nested = (
        format_number(score, result.decimals(metric.name))
        for score in (best.mean_score, best.nested_score)
    )
    bias = metric.sign * (best.mean_score - best.nested_score)
    margin = result.settings.margins[metric.name]
    if bias > OPTIMISM * (margin * abs(best.mean_score) if metric.relative else margin):
        yield create_finding(
            "best-score-is-optimistic",
            "caution",
            f"The best mean {metric.label}, {mean}, is optimistic: "
            "the candidate was selected on the folds that it is scored on. Selected on other "
            f"folds, the score is {nested}.",
        )


def _no_skill(result: StudyScores) -> Iterator[Finding]:
    """Report that no candidate ranks samples better than chance."""
    candidates = [
        candidate
        for candidate in result.candidates
        if candidate.status == "done" and candidate.model != DUMMY
    ]
    aucs = [float(np.nanmean(result.values("roc_auc", candidate))) for candidate in candidates]
    if candidates and all(
        auc - NO_SKILL_AUC < N_STANDARD_ERRORS * result.standard_error("roc_auc", candidate)
        for auc, candidate in zip(aucs, candidates, strict=True)
    ):
        yield create_finding(
            "no-skill",
            "warning",
            f"No candidate ranks samples significantly better than chance: the best ROC-AUC is "
            f"{format_number(max(aucs))}. Comparing methods on such models means little.",
        )


# Checks that do not depend on the kind of target come first and last.
CHECKS: tuple[Check, ...] = (
    report_stopped,
    report_failed,
    _too_few,
    _no_skill,
    _undefined_precision,
    report_noise,
    _miscalibrated,
    report_optimism,
    _accuracy,
    _threshold,
    _no_probabilities,
    report_not_applicable,
    _small_classes,
)
