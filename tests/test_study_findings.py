"""Each finding of a study: when it is made, when not, and what numbers it tells."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from counterpoise.study._conclusions import Comparison
from counterpoise.study._text import count_rows, figure, listed
from tests.study_results import N, make_result


def codes_of(result: Comparison) -> list[str]:
    return [finding.code for finding in result.findings]


def sentence(result: Comparison, code: str) -> str:
    return next(finding.sentence for finding in result.findings if finding.code == code)


def change(result: Comparison, remedy: str, **changes: Any) -> Comparison:
    arms = (
        replace(arm, **changes) if (arm.model, arm.remedy) == ("m", remedy) else arm
        for arm in result.arms
    )
    return replace(result, arms=tuple(arms))


def test_bent_probabilities_that_the_correction_mends() -> None:
    shift = logit(0.5) - logit(make_result(n=4000).data.codes.mean())
    result = make_result(offset=shift, prior=0.5, n=4000)
    finding = next(f for f in result.findings if f.code == "calibration-bent")
    assert finding.severity == "caution"
    told = re.search(r"is −(\d\.\d\d) with smote", finding.sentence)
    assert told is not None
    assert float(told[1]) == pytest.approx(shift, abs=0.4)
    assert "mends it" in finding.sentence


def test_bent_probabilities_that_the_correction_does_not_mend() -> None:
    finding = next(
        f for f in make_result(offset=4, prior=0.5).findings if f.code == "calibration-bent"
    )
    assert finding.severity == "warning"
    assert "leaves −" in finding.sentence


def test_probabilities_that_are_not_bent() -> None:
    assert "calibration-bent" not in codes_of(make_result())


def test_a_gain_within_noise() -> None:
    noisy = [make_result(noise=0.5, seed=seed) for seed in range(12)]
    within = [
        result for result in noisy if 0 < result.verdicts[0].value and not result.verdicts[0].sign
    ]
    assert within
    assert all("gain-within-noise" in codes_of(result) for result in within)
    assert "gain-within-noise" not in codes_of(make_result(lift=3.0))


def test_a_study_that_the_budget_stopped() -> None:
    seconds = np.array([[1.0] * 5, [np.nan] * 5])
    result = replace(
        change(make_result(), "smote", seconds=seconds, status="partial"), stopped=True
    )
    assert result.findings[0].code == "stopped-by-budget"
    assert "25 of 30" in sentence(result, "stopped-by-budget")
    assert "stopped-by-budget" not in codes_of(make_result())


def test_an_arm_that_failed_and_one_that_does_not_apply() -> None:
    failed = change(make_result(), "smote", status="failed", message="ValueError: no")
    assert "ValueError: no" in sentence(failed, "arm-failed")
    assert failed.verdicts == ()
    left_out = change(make_result(), "smote", status="not applicable", message="No numbers.")
    assert sentence(left_out, "not-applicable") == "smote was left out for m: No numbers."


def test_few_rows_of_the_rare_class() -> None:
    assert "few-minority-rows" not in codes_of(make_result())
    few = make_result(n=200)
    n_rare = few.data.codes.sum() / 5
    assert f"about {n_rare:.0f} rows of class 1" in sentence(few, "few-minority-rows")


def test_accuracy_as_a_headline() -> None:
    share = 1 - make_result().data.codes.mean()
    assert f"{share:.1%}" in sentence(make_result(), "accuracy-misleads")
    even = make_result()
    half = np.arange(N) % 2
    assert "accuracy-misleads" not in codes_of(replace(even, data=replace(even.data, codes=half)))


def test_models_without_probabilities() -> None:
    result = change(make_result(), "nothing", probable=False)
    assert sentence(result, "no-probabilities").startswith("m gives scores, no probabilities")
    assert "no-probabilities" not in codes_of(make_result())


def test_a_threshold_that_does_as_well() -> None:
    base = make_result(n=2000)
    scores = base.arm("m", "nothing").scores
    share = base.data.codes.mean()
    moved = replace(
        base.arm("m"), remedy="threshold", predictions=(scores[..., 0] > share).astype(int)
    )
    result = replace(base, arms=(*base.arms, moved))
    table = result.table()
    told = sentence(result, "threshold-does-as-well")
    assert figure(table["m", "threshold"]["balanced_accuracy"]) in told
    assert figure(table["m", "smote"]["balanced_accuracy"]) in told
    worse = replace(moved, predictions=np.zeros_like(moved.predictions))
    better = change(base, "smote", predictions=moved.predictions)
    assert "threshold-does-as-well" not in codes_of(replace(better, arms=(*better.arms, worse)))


def test_a_winner_that_is_optimistic() -> None:
    base = make_result(signal=0.5, n=200)
    random = np.random.RandomState(1)
    arms = [
        replace(base.arm("m"), remedy=f"r{k}", scores=random.random_sample((2, 200, 1)))
        for k in range(10)
    ]
    result = replace(base, arms=(*base.arms[:2], *arms))
    best = result.best
    assert best is not None
    found = "winner-is-optimistic" in codes_of(result)
    assert found == (best.apparent - best.score > 0.005)
    assert found
    assert "winner-is-optimistic" not in codes_of(make_result(lift=3.0))


def test_nothing_learned() -> None:
    base = make_result()
    random = np.random.RandomState(0)
    arms = tuple(
        arm if arm.model == "dummy" else replace(arm, scores=random.random_sample((2, N, 1)))
        for arm in base.arms
    )
    assert codes_of(replace(base, arms=arms))[0] == "nothing-learned"
    assert "nothing-learned" not in codes_of(base)


def test_every_finding_is_explained() -> None:
    """Codes in the source, anchors in their findings, and headings of the document are the same."""
    root = Path(__file__).parent.parent
    source = (root / "src/counterpoise/study/_findings.py").read_text()
    codes = set(re.findall(r'remark\(\s*"([a-z-]+)"', source))
    assert len(codes) >= 10
    document = (root / "docs/findings.md").read_text()
    headings = set(re.findall(r"^### ([a-z-]+)$", document, re.MULTILINE))
    assert codes <= headings
    for finding in make_result(offset=4, prior=0.5, n=200).findings:
        assert finding.anchor == f"docs/findings.md#{finding.code}"


# ---- Words ----


def test_the_main_sentence_follows_the_words() -> None:
    assert make_result(lift=3.0).verdict[0].startswith("Worth having here: smote with m raises")
    harmed = make_result(noise=6.0)
    assert harmed.verdicts[0].word == "harms"
    assert harmed.verdict[0].startswith("No remedy is worth having here")
    assert "Harms: m with smote." in harmed.verdict
    equal = make_result(n=20_000, noise=0.01)
    assert equal.verdict[0] == "No remedy makes a material difference to average precision here."
    unsure = make_result(n=300, noise=0.7)
    assert unsure.verdicts[0].word == "cannot tell"
    assert unsure.verdict[0].startswith("No remedy is shown to help here")
    assert "more rows of the rarest class" in " ".join(unsure.verdict)


def test_sentences_of_gains() -> None:
    helped = make_result(lift=3.0)
    assert "smote with m helps: +0." in helped.sentence(helped.verdicts[0])
    described = helped.gains_of("roc_auc")[0]
    assert not described.confirmatory
    assert "(95% for itself)" in helped.sentence(described)
    same = make_result()
    assert "leaves average precision as it is" in same.sentence(same.verdicts[0])


def test_a_loss_that_sinks_is_a_gain() -> None:
    bent = make_result(offset=2.0, prior=0.5)
    assert bent.gains_of("log_loss")[0].word == "harms"
    gain = change(bent, "nothing", scores=bent.arm("m", "smote").scores)
    gain = change(gain, "smote", scores=bent.arm("m").scores).gains_of("log_loss")[0]
    assert gain.word == "helps"
    assert gain.score < gain.baseline
    assert gain.margin == pytest.approx(0.02 * gain.baseline)


def test_numbers_in_words() -> None:
    assert [count_rows(n) for n in (1, 42, 123, 98_765)] == ["1", "42", "120", "99,000"]
    assert [figure(x) for x in (0.0, 0.1234, 0.01234)] == ["0.000", "0.123", "0.0123"]
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
