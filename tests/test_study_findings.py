"""Each finding of a study: when it occurs, when not, and the numbers in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from counterpoise.exceptions import InputError
from counterpoise.study import Study, _scoring
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._probabilities import calibrated_scores
from counterpoise.study._text import (
    candidate_name,
    format_count,
    format_margin,
    format_number,
    format_signed,
    join_names,
)
from tests.study_results import N, make_result


def codes_of(result: StudyConclusions) -> list[str]:
    return [finding.code for finding in result.findings]


def sentence(result: StudyConclusions, code: str) -> str:
    return next(finding.sentence for finding in result.findings if finding.code == code)


def change(result: StudyConclusions, method: str, **changes: Any) -> StudyConclusions:
    candidates = (
        replace(candidate, **changes)
        if (candidate.model, candidate.method) == ("m", method)
        else candidate
        for candidate in result.candidates
    )
    return replace(result, candidates=tuple(candidates))


def test_miscalibration_that_prior_correction_fixes() -> None:
    shift = logit(0.5) - logit(make_result(n=4000).data.codes.mean())
    result = make_result(offset=shift, prior=0.5, n=4000)
    finding = next(f for f in result.findings if f.code == "miscalibrated")
    assert finding.severity == "caution"
    intercept = re.search(r"is −(\d\.\d\d) with smote", finding.sentence)
    assert intercept is not None
    assert float(intercept[1]) == pytest.approx(shift, abs=0.4)
    near = r"it differs from 0 by 0\.\d\d at most"
    assert re.search(f"prior correction, {near}; after calibration", finding.sentence)


def test_miscalibration_that_calibration_fixes() -> None:
    finding = next(
        f for f in make_result(offset=4, prior=0.5).findings if f.code == "miscalibrated"
    )
    assert finding.severity == "caution"
    assert "After prior correction, it is still −" in finding.sentence
    near = r"after calibration on out-of-fold predictions, it differs from 0 by 0\.\d\d at most"
    assert re.search(near, finding.sentence)
    assert "ResampledClassifier(model, sampler) calibrate by default" in finding.sentence


def test_a_tuned_threshold_has_the_calibrated_probabilities_of_the_baseline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same scores are calibrated once; a method with other scores has its own."""
    result = make_result(offset=1)
    baseline = result.candidate("m")
    tuned = replace(baseline, method="tuned", predictions=1 - baseline.predictions)
    result = replace(result, candidates=(*result.candidates, tuned))
    calls = []

    def count(scores: np.ndarray, *arguments: Any, **options: Any) -> np.ndarray:
        calls.append(scores)
        return calibrated_scores(scores, *arguments, **options)

    monkeypatch.setattr(_scoring, "calibrated_scores", count)
    plain, smote, threshold = (
        result.scores_of(result.candidate("m", name), "calibrated")
        for name in ("baseline", "smote", "tuned")
    )
    np.testing.assert_array_equal(plain, threshold)
    assert len(calls) == 2
    assert not np.array_equal(plain, smote)


def test_undefined_precision() -> None:
    """Folds without predicted positives are counted, if precision is the primary metric."""
    result = make_result()
    predictions = result.candidate("m", "smote").predictions.copy()
    predictions[0, np.isin(result.folds[0], [1, 3])] = 0
    never = change(result, "smote", predictions=predictions)
    settings = replace(result.settings, primary_metric="precision")
    assert "precision-undefined" not in codes_of(never)
    assert "precision-undefined" not in codes_of(replace(result, settings=settings))
    found = sentence(replace(never, settings=settings), "precision-undefined")
    assert found.startswith("m with smote predicts no sample of a class in 2 of 10 folds.")


def test_calibrated_probabilities() -> None:
    assert "miscalibrated" not in codes_of(make_result())


def test_improvement_within_noise() -> None:
    noisy = [make_result(noise=0.5, seed=seed) for seed in range(12)]
    within = [
        result
        for result in noisy
        if 0 < result.improvements[0].value and not result.improvements[0].direction
    ]
    assert within
    assert all("improvement-within-noise" in codes_of(result) for result in within)
    assert "improvement-within-noise" not in codes_of(make_result(lift=3.0))


def test_a_study_that_the_budget_stopped() -> None:
    seconds = np.array([[1.0] * 5, [np.nan] * 5])
    result = replace(
        change(make_result(), "smote", seconds=seconds, status="partial"), stopped=True
    )
    assert result.findings[0].code == "stopped-early"
    assert "25 of 30" in sentence(result, "stopped-early")
    assert "The study ended early, after 25 of 30 fits: this is what is known." in result.verdict
    assert "stopped-early" not in codes_of(make_result())


def test_failed_and_inapplicable_candidates() -> None:
    failed = change(make_result(), "smote", status="failed", message="ValueError: no")
    assert "ValueError: no" in sentence(failed, "candidate-failed")
    assert failed.improvements == ()
    left_out = change(make_result(), "smote", status="not applicable", message="No numbers.")
    assert sentence(left_out, "not-applicable") == "smote was omitted for m: No numbers."


def test_few_minority_samples() -> None:
    assert "few-minority-samples" not in codes_of(make_result())
    few = make_result(n=200)
    n_positive = few.data.codes.sum() / 5
    assert f"about {n_positive:.0f} samples of class 1" in sentence(few, "few-minority-samples")


def test_misleading_accuracy() -> None:
    share = 1 - make_result().data.codes.mean()
    assert f"{share:.1%}" in sentence(make_result(), "accuracy-misleads")
    even = make_result()
    half = np.arange(N) % 2
    assert "accuracy-misleads" not in codes_of(replace(even, data=replace(even.data, codes=half)))


def test_models_without_probabilities() -> None:
    result = change(make_result(), "baseline", has_probabilities=False)
    assert sentence(result, "no-probabilities").startswith("m has scores but no probabilities")
    assert "no-probabilities" not in codes_of(make_result())


def test_a_threshold_that_does_as_well() -> None:
    base = make_result(n=2000)
    scores = base.candidate("m", "baseline").scores
    share = base.data.codes.mean()
    moved = replace(
        base.candidate("m"), method="threshold", predictions=(scores[..., 0] > share).astype(int)
    )
    result = replace(base, candidates=(*base.candidates, moved))
    table = result.table()
    found = sentence(result, "threshold-does-as-well")
    assert format_number(table["m", "threshold"]["balanced_accuracy"]) in found
    assert format_number(table["m", "smote"]["balanced_accuracy"]) in found
    worse = replace(moved, predictions=np.zeros_like(moved.predictions))
    better = change(base, "smote", predictions=moved.predictions)
    result = replace(better, candidates=(*better.candidates, worse))
    assert "threshold-does-as-well" not in codes_of(result)


def test_optimistic_best_score() -> None:
    base = make_result(signal=0.5, n=200)
    rng = np.random.RandomState(1)
    candidates = [
        replace(base.candidate("m"), method=f"r{k}", scores=rng.random_sample((2, 200, 1)))
        for k in range(10)
    ]
    result = replace(base, candidates=(*base.candidates[:2], *candidates))
    best = result.best
    assert best is not None
    found = "best-score-is-optimistic" in codes_of(result)
    assert found == (best.mean_score - best.nested_score > 0.005)
    assert found
    assert "best-score-is-optimistic" not in codes_of(make_result(lift=3.0))


def test_no_skill() -> None:
    base = make_result()
    rng = np.random.RandomState(0)
    candidates = tuple(
        candidate
        if candidate.model == "dummy"
        else replace(candidate, scores=rng.random_sample((2, N, 1)))
        for candidate in base.candidates
    )
    assert codes_of(replace(base, candidates=candidates))[0] == "no-skill"
    assert "no-skill" not in codes_of(base)


def test_similar_classes_are_a_finding() -> None:
    """Classes that differ only in case or spaces are reported, most severe first."""
    rng = np.random.default_rng(0)
    labels = np.repeat(["ckd", "ckd\t", "no"], [30, 30, 60])
    result = Study("logistic", "class-weight", cv=(2, 1)).run(rng.normal(size=(120, 2)), labels)
    finding = next(f for f in result.findings if f.code == "similar-classes")
    assert "'ckd' (30 rows) and 'ckd\\t' (30 rows)" in finding.sentence
    assert finding.anchor == "docs/findings.md#similar-classes"
    with pytest.raises(InputError, match="merge the class with another. Classes 'ckd' "):
        Study("logistic", cv=(31, 1)).run(rng.normal(size=(120, 2)), labels)


def test_every_finding_is_explained() -> None:
    """Codes in the source, anchors in their findings, and headings of the document are the same."""
    root = Path(__file__).parent.parent
    source = (root / "src/counterpoise/study/_findings.py").read_text()
    codes = set(re.findall(r'create_finding\(\s*"([a-z-]+)"', source))
    assert len(codes) >= 10
    document = (root / "docs/findings.md").read_text()
    headings = set(re.findall(r"^### ([a-z-]+)$", document, re.MULTILINE))
    assert codes <= headings
    for finding in make_result(offset=4, prior=0.5, n=200).findings:
        assert finding.anchor == f"docs/findings.md#{finding.code}"


# ---- Sentences ----


def test_main_sentence_follows_the_outcomes() -> None:
    assert (
        make_result(lift=3.0)
        .verdict[0]
        .startswith("m with smote improved average precision of class 1 by 0.")
    )
    harmed = make_result(noise=6.0)
    assert harmed.improvements[0].outcome == "worse"
    assert harmed.verdict[0].startswith(
        "No method improved average precision of class 1 by at least 0.01"
    )
    assert harmed.verdict[1].startswith("Closest to the baseline: m with smote, −0.")
    assert "Worse: m with smote." in harmed.verdict
    equal = make_result(n=20_000, noise=0.01)
    assert equal.verdict[0] == (
        "All methods were equivalent to the baseline in average precision of class 1 "
        "(95% confidence)."
    )
    inconclusive = make_result(n=300, noise=0.7)
    assert inconclusive.improvements[0].outcome == "inconclusive"
    assert inconclusive.verdict[0].startswith(
        "No method was shown to improve average precision of class 1 by at least 0.01"
    )
    assert re.match(r"(Largest|Smallest) \w+: m with smote, ", inconclusive.verdict[1])
    assert inconclusive.verdict[-1].startswith("The comparison is inconclusive. Deciding it (m ")


def test_a_summary_names_the_easiest_of_the_inconclusive_comparisons() -> None:
    base = make_result(n=300, noise=0.7)
    larger = make_result(n=300, noise=1.5).candidate("m", "smote")
    result = replace(base, candidates=(*base.candidates, replace(larger, method="adasyn")))
    easiest = min(result.improvements, key=lambda improvement: improvement.samples_needed)
    assert {improvement.outcome for improvement in result.improvements} == {"inconclusive"}
    assert (
        f"2 of 2 comparisons are inconclusive. Deciding the easiest one (m with {easiest.method}) "
        f"would need about {format_count(easiest.samples_needed)} more minority samples."
    ) in result.verdict


def test_an_improvement_of_uncertain_size_is_not_counted_as_inconclusive() -> None:
    result = make_result(lift=0.05, n=1000)
    (improvement,) = result.improvements
    assert improvement.outcome == "inconclusive"
    assert improvement.direction == 1
    assert "Better, size uncertain: m with smote." in result.verdict
    assert result.verdict[0].startswith("No method was shown to improve")
    assert not any("inconclusive" in sentence for sentence in result.verdict)


def test_a_study_whose_methods_change_no_score() -> None:
    same = make_result()
    assert same.verdict == (
        "No method changed the scores, so average precision of class 1 equals the baseline's.",
    )
    threshold = replace(same.candidates[2], method="threshold")
    (sentence,) = replace(same, candidates=(*same.candidates[:2], threshold)).verdict
    assert sentence.startswith("Threshold tuning does not change the ranking, so average precision")
    assert 'Use --metric balanced_accuracy (primary_metric="balanced_accuracy").' in sentence


def test_the_best_candidate_has_its_nested_score() -> None:
    result = make_result(lift=3.0)
    best = result.best
    assert best is not None
    score, nested = map(format_number, (best.mean_score, best.nested_score))
    advice, sentence = result.verdict[1:3]
    assert advice == "What to do: use m with smote, the best candidate."
    assert sentence.startswith(
        f"Best candidate: m with smote, whose average precision of class 1 is {score}"
    )
    assert sentence.endswith(f"its nested cross-validation score is {nested}.")


@pytest.mark.parametrize("lift", [0.0, 0.05, 0.3])
def test_the_advice_is_the_recommended_candidate(lift: float) -> None:
    """What the conclusions say to use is what `make_estimator` returns."""
    result = make_result(lift=lift, noise=0.1, n=1000)
    advice = f"What to do: use {candidate_name(*result.recommended)}"
    (found,) = [sentence for sentence in result.verdict if sentence.startswith("What to do")]
    assert found.startswith(advice)
    (improvement,) = result.improvements
    assert result.recommended == ("m", "smote" if improvement.direction > 0 else "baseline")


def test_sentences_of_improvements() -> None:
    helped = make_result(lift=3.0)
    assert (
        "m with smote: better; improvement in average precision of class 1: +0."
        in helped.sentence(helped.improvements[0])
    )
    described = helped.improvements_in("roc_auc")[0]
    assert not described.confirmatory
    assert "(95% confidence interval " in helped.sentence(described)
    same_scores = make_result()
    assert "average precision of class 1, are those of the baseline" in same_scores.sentence(
        same_scores.improvements[0]
    )


def test_lower_loss_is_an_improvement() -> None:
    miscalibrated = make_result(offset=2.0, prior=0.5)
    assert miscalibrated.improvements_in("log_loss")[0].outcome == "worse"
    improvement = change(
        miscalibrated, "baseline", scores=miscalibrated.candidate("m", "smote").scores
    )
    improvement = change(
        improvement, "smote", scores=miscalibrated.candidate("m").scores
    ).improvements_in("log_loss")[0]
    assert improvement.outcome == "better"
    assert improvement.score < improvement.baseline_score
    assert improvement.margin == pytest.approx(0.02 * improvement.baseline_score)
    assert "improvement in log loss (reduction): +0." in miscalibrated.sentence(improvement)


def test_formatted_numbers() -> None:
    assert [format_count(n) for n in (1, 42, 123, 98_765)] == ["1", "42", "120", "99,000"]
    assert [format_number(x) for x in (0.0, 0.1234, 0.00765)] == ["0.000", "0.123", "0.008"]
    assert [format_number(x) for x in (-1e-14, -0.5)] == ["0.000", "−0.500"]
    assert [format_signed(x, 2) for x in (-0.004, 0.004, -0.27, 0.27)] == [
        "0.00",
        "0.00",
        "−0.27",
        "+0.27",
    ]
    assert [format_margin(x) for x in (0.01, 0.00765, 0.0002)] == ["0.010", "0.008", "0.0002"]
    assert join_names(["a"]) == "a"
    assert join_names(["a", "b", "c"]) == "a, b and c"
