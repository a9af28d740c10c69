"""Evaluation of predicted probabilities: numbers as in scikit-learn, intervals, reports, input."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn import metrics as sk

import counterpoise
from counterpoise.evaluation import Evaluation, evaluate
from counterpoise.evaluation._bootstrap import draw_weights
from counterpoise.evaluation._intervals import influence_of
from counterpoise.evaluation._operating_points import CRITERIA
from counterpoise.evaluation._ranking import Ranking
from counterpoise.exceptions import InputError
from counterpoise.metrics import gain_at, recall_at_precision
from counterpoise.probability import calibration_intercept, calibration_slope
from counterpoise.study import Costs
from counterpoise.study._metrics import METRICS, ScoredSamples
from counterpoise.study._thresholds import best_threshold

N, SHARE, FEW = 600, 0.1, 100
COSTS = (1, 10)
HOSTILE = "<script>alert('x')</script>\"'&`|*"


def scored(
    seed: int = 0, n: int = N, *, signal: float = 2.0, decimals: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """Return classes, and calibrated probabilities with some ties."""
    rng = np.random.RandomState(seed)
    y = rng.random_sample(n) < SHARE
    hidden = rng.normal(size=n) + signal * y
    odds = logit(SHARE) + signal * hidden - signal**2 / 2
    return y.astype(int), np.round(expit(odds), decimals)


def samples(y: np.ndarray, p: np.ndarray, threshold: float = 0.5) -> ScoredSamples:
    predictions = (p >= threshold).astype(int)
    return ScoredSamples(y, p[:, None], predictions, 1, 2, Costs(*COSTS))


def quick(y: Any, probabilities: Any, **options: Any) -> Evaluation:
    return evaluate(y, probabilities, n_resamples=FEW, **options)


@cache
def result_of(seed: int = 0) -> Evaluation:
    """Return the evaluation that several tests read."""
    return quick(*scored(seed), costs=COSTS)


# ---- Numbers ----


def test_metrics_are_those_of_scikit_learn(seed: int) -> None:
    y, p = scored(seed)
    result = result_of(seed)
    predicted = p >= 0.5
    expected = {
        "average_precision": sk.average_precision_score(y, p),
        "roc_auc": sk.roc_auc_score(y, p),
        "log_loss": sk.log_loss(y, np.clip(p, 1e-15, 1 - 1e-15)),
        "brier": sk.brier_score_loss(y, p),
        "balanced_accuracy": sk.balanced_accuracy_score(y, predicted),
        "f1": sk.f1_score(y, predicted),
        "matthews": sk.matthews_corrcoef(y, predicted),
        "recall_at_precision": recall_at_precision(y, p, 0.5),
        "expected_cost": np.mean(predicted & (y == 0)) + 10 * np.mean(~predicted & (y == 1)),
    }
    assert {name: result.metric(name).value for name in expected} == pytest.approx(expected)


def test_criteria_at_every_threshold_are_the_metrics_of_a_study(seed: int) -> None:
    y, p = scored(seed, 200, decimals=1)
    counts = Ranking.of(y == 1, p).counts()
    for name, criterion in CRITERIA.items():
        values = criterion(counts, Costs(*COSTS))
        for position in range(len(values)):
            tested = samples(y, p, counts.threshold(position))
            assert values[position] == pytest.approx(METRICS[name].value(tested)), name


def test_chosen_thresholds_are_the_best_ones(seed: int) -> None:
    y, p = scored(seed)
    chosen = {choice.chosen_by: choice for choice in result_of(seed).thresholds}
    assert chosen["expected_cost"].threshold == best_threshold(y == 1, p, Costs(*COSTS))
    assert chosen["balanced_accuracy"].threshold == best_threshold(y == 1, p, None)
    grid = [sk.f1_score(y, p >= threshold) for threshold in np.unique(p)]
    assert sk.f1_score(y, p >= chosen["f1"].threshold) == pytest.approx(max(grid))
    assert chosen["in use"].threshold == 0.5
    assert chosen["cost formula"].threshold == pytest.approx(1 / 11)


def test_a_choice_describes_its_threshold(seed: int) -> None:
    y, p = scored(seed)
    for choice in result_of(seed).thresholds:
        predicted = p >= choice.threshold
        assert choice.recall == pytest.approx(sk.recall_score(y, predicted))
        assert choice.precision == pytest.approx(sk.precision_score(y, predicted))
        assert choice.predicted_positive == pytest.approx(predicted.mean())
        assert choice.cost == pytest.approx(
            METRICS["expected_cost"].value(samples(y, p, choice.threshold))
        )


def test_values_of_chosen_thresholds_are_corrected_for_optimism() -> None:
    """On scores without information, a chosen threshold looks better than chance, but is not."""
    apparent, corrected = [], []
    for seed in range(12):
        rng = np.random.RandomState(seed)
        y, p = rng.randint(2, size=100), rng.random_sample(100)
        result = quick(y, p, positive=1, metrics=["roc_auc"])
        choice = next(c for c in result.thresholds if c.chosen_by == "balanced_accuracy")
        apparent.append(sk.balanced_accuracy_score(y, p >= choice.threshold))
        corrected.append(choice.value)
    assert np.mean(apparent) > 0.53
    assert abs(np.mean(corrected) - 0.5) < 0.03


def test_top_shares_are_cumulative_gain(seed: int) -> None:
    y, p = scored(seed, decimals=1)
    for top in quick(y, p).top_shares:
        assert top.recall == pytest.approx(gain_at(y, p, top.share))
        assert top.n_selected == pytest.approx(top.share * N)
        assert top.precision == pytest.approx(top.recall * y.sum() / top.n_selected)
        assert top.lift == pytest.approx(top.precision / y.mean())
        assert top.low <= top.recall <= top.high


def test_another_prevalence_weights_the_classes(seed: int) -> None:
    y, p = scored(seed)
    effects = quick(y, p, prevalences=[0.01, 0.4], threshold=0.2).prevalence_effects
    assert [effect.prevalence for effect in effects] == [0.01, 0.4]
    for effect in effects:
        share = effect.prevalence
        weight = np.where(y == 1, share / y.mean(), (1 - share) / (1 - y.mean()))
        average = sk.average_precision_score(y, p, sample_weight=weight)
        assert effect.average_precision == pytest.approx(average)
        precision = sk.precision_score(y, p >= 0.2, sample_weight=weight)
        assert effect.precision == pytest.approx(precision)
        assert effect.predicted_positive == pytest.approx(np.average(p >= 0.2, weights=weight))


def test_the_own_prevalence_changes_nothing(seed: int) -> None:
    y, result = scored(seed)[0], result_of(seed)
    (own,) = (e for e in result.prevalence_effects if np.isclose(e.prevalence, y.mean()))
    assert own.average_precision == pytest.approx(result.metric("average_precision").value)


# ---- Intervals ----


def test_influences_are_derivatives(seed: int) -> None:
    """An influence is the change of the metric with the weight of a sample."""
    y, p = scored(seed, 150)
    p = np.clip(p, 0.01, 0.99)
    tested, step = samples(y, p), 1e-4

    def skill(y: np.ndarray, p: np.ndarray, sample_weight: np.ndarray) -> float:
        share = np.average(y, weights=sample_weight)
        return 1 - np.average((p - y) ** 2, weights=sample_weight) / (share * (1 - share))

    weighted = {
        "brier_skill": skill,
        "calibration_intercept": calibration_intercept,
        "calibration_slope": calibration_slope,
    }
    for name, metric in weighted.items():
        influence = influence_of(METRICS[name], tested)
        assert influence is not None
        for row in (0, 7, int(np.argmax(y))):
            up, down = np.ones(150), np.ones(150)
            up[row], down[row] = 1 + step, 1 - step
            slope = (metric(y, p, sample_weight=up) - metric(y, p, sample_weight=down)) / (2 * step)
            assert influence[row] == pytest.approx(slope, rel=1e-2, abs=1e-5), name


def test_intervals_include_the_value_and_keep_the_limits(seed: int) -> None:
    wide = result_of(seed)
    narrow = replace(wide, settings=replace(wide.settings, confidence_level=0.8))
    for one, other in zip(narrow.metrics, wide.metrics, strict=True):
        assert other.low <= one.low <= one.value <= one.high <= other.high, one.metric
        if one.metric in ("average_precision", "roc_auc", "brier", "f1", "recall_at_precision"):
            assert other.low >= 0
            assert other.high <= 1


def test_duplicates_in_groups_add_no_information(seed: int) -> None:
    """Each sample three times, as one group, gives the intervals of the samples."""
    y, p = scored(seed)
    once = quick(y, p, costs=COSTS, groups=np.arange(N))
    groups = np.repeat(np.arange(N), 3)
    tripled = quick(np.repeat(y, 3), np.repeat(p, 3), costs=COSTS, groups=groups)
    naive = quick(np.repeat(y, 3), np.repeat(p, 3), costs=COSTS)
    for name in (*once.settings.metrics,):
        one, three, short = (result.metric(name) for result in (once, tripled, naive))
        assert (three.low, three.high) == pytest.approx((one.low, one.high), abs=1e-4), name
        assert short.high - short.low < one.high - one.low
    for one, three in zip(once.thresholds, tripled.thresholds, strict=True):
        assert (three.low, three.high) == pytest.approx((one.low, one.high), nan_ok=True)


def test_a_perfect_ranking_has_an_interval_with_a_length() -> None:
    y = np.repeat([0, 1], [90, 10])
    area = quick(y, np.linspace(0, 1, 100)).metric("roc_auc")
    assert area.value == area.high == 1
    assert 0.5 < area.low < 0.95


@pytest.mark.parametrize("groups", [None, np.arange(40) // 4])
def test_resamples_have_both_classes(groups: Any) -> None:
    is_positive = np.arange(40) < 2
    for weight in draw_weights(is_positive, groups, 50, 0):
        assert weight[:2].sum() > 0
        assert weight[2:].sum() > 0


def test_the_same_seed_gives_the_same_result() -> None:
    y, p = scored()
    assert quick(y, p).thresholds == quick(y, p, random_state=0).thresholds
    assert quick(y, p).to_json() == quick(y, p).to_json()
    assert quick(y, p, random_state=np.random.RandomState(0)).settings.seed > 0
    assert quick(y, p, random_state=None).settings.seed >= 0


def test_a_coarser_ranking_has_exact_counts_at_its_thresholds() -> None:
    rng = np.random.RandomState(0)
    target, score = rng.random_sample(20_000) < 0.1, rng.random_sample(20_000)
    exact, coarse = Ranking.of(target, score).counts(), Ranking.of(target, score).coarser().counts()
    at = [exact.position(score) for score in coarse.scores]
    assert 1000 < len(at) <= 5000
    assert at[-1] == 20_000
    assert coarse.true_positives[1:] == pytest.approx(exact.true_positives[at])
    assert coarse.false_positives[1:] == pytest.approx(exact.false_positives[at])
    steps = np.diff(coarse.predicted[1:])
    assert (steps <= np.maximum(0.005 * coarse.predicted[1:-1], 1)).all()


@pytest.mark.slow
@pytest.mark.parametrize("n", [400, 2000])
def test_intervals_cover_the_metric_of_the_population(n: int) -> None:
    big, scores = scored(10_000, 1_000_000)
    names = ("average_precision", "roc_auc", "log_loss", "brier", "balanced_accuracy", "f1")
    tested = samples(big, scores)
    truth = {name: METRICS[name].value(tested) for name in names}
    covered = dict.fromkeys(names, 0)
    for seed in range(300):
        result = evaluate(*scored(seed, n), metrics=names)
        for name in names:
            estimate = result.metric(name)
            covered[name] += estimate.low <= truth[name] <= estimate.high
    assert all(0.9 <= count / 300 <= 0.99 for count in covered.values()), covered


# ---- Comparison ----


def test_a_better_score_is_better_in_either_order(seed: int) -> None:
    y, p = scored(seed, 2000)
    worse = np.round(0.3 * p + 0.7 * np.random.RandomState(seed).permutation(p), 3)
    (up,) = quick(y, {"worse": worse, "p": p}).comparisons
    (down,) = quick(y, {"p": p, "worse": worse}).comparisons
    assert (up.outcome, down.outcome) == ("better", "worse")
    assert (up.value, up.low, up.high) == pytest.approx((-down.value, -down.high, -down.low))
    assert up.score == pytest.approx(sk.average_precision_score(y, p))


def test_a_loss_is_improved_by_a_reduction() -> None:
    y, p = scored()
    result = quick(y, {"twice": np.minimum(2 * p, 1), "p": p}, primary_metric="log_loss")
    (item,) = result.comparisons
    assert item.value == pytest.approx(item.reference_score - item.score)
    assert item.value > 0
    assert "reduction of log loss" in result.verdict[1]


def test_equal_scores_are_not_tested() -> None:
    y, p = scored()
    result = quick(y, {"a": p, "b": p})
    assert result.comparisons[0].same_scores
    assert result.verdict[1] == (
        "b compared with a: the same scores, so average precision is the same."
    )


def test_pairing_makes_the_interval_shorter_than_that_of_each_score() -> None:
    y, p = scored(n=2000)
    close = np.clip(p + np.random.RandomState(0).normal(scale=0.005, size=2000), 0, 1)
    result = quick(y, {"p": p, "close": close})
    area = result.metric("average_precision")
    (item,) = result.comparisons
    assert item.high - item.low < (area.high - area.low) / 2


# ---- The positive class ----


def test_the_positive_class_is_the_minority_class_and_is_named() -> None:
    y = np.repeat(["sick", "healthy"], [165, 138])
    result = quick(y, np.linspace(0.2, 0.8, 303))
    assert str(result).splitlines()[0] == "Positive class: healthy, 138 of 303, 45.5%."
    other = quick(y, np.linspace(0.2, 0.8, 303), positive="sick")
    assert other.data.positive_class == "sick"
    areas = [each.metric("roc_auc").value for each in (result, other)]
    assert areas == [1, 0]
    assert other.verdict[0].startswith("Scores of model seem to be those of class healthy: ROC-AUC")
    assert result.verdict[0].startswith("Average precision of model")
    for text in (str(other), other.to_html(), other.to_markdown(), other._repr_html_()):
        assert "Positive class: sick, 165 of 303, 54.5%." in text
    assert str(other).startswith("Positive class: sick")


def test_columns_of_predict_proba_are_classes_in_order() -> None:
    y, p = scored()
    both = np.column_stack([1 - p, p])
    assert quick(y, both).metrics == quick(y, p).metrics
    swapped = quick(y, both, positive=0)
    assert swapped.metrics == quick(y, 1 - p, positive=0).metrics


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_a_data_frame_are_models(library: str) -> None:
    frames = pytest.importorskip(library)
    y, p = scored()
    result = quick(frames.Series(y), frames.DataFrame({"p": p, "half": p / 2}))
    assert result.names == ("p", "half")
    assert result.metrics == quick(y, {"p": p, "half": p / 2}).metrics
    proba = frames.DataFrame({"0": 1 - p, "1": p})
    assert quick(y, proba).metrics == quick(y, p).metrics
    assert quick(y, frames.Series(p, name="x") if library == "pandas" else p).names[0] in "x model"


# ---- Several classes ----


def several(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(0)
    y = rng.choice(["a", "b", "c"], n, p=[0.7, 0.2, 0.1])
    raw = rng.gamma(1, size=(n, 3)) + 2 * (y[:, None] == ["a", "b", "c"])
    return y, raw / raw.sum(axis=1, keepdims=True)


def test_metrics_of_several_classes_are_means_over_classes() -> None:
    y, p = several()
    result = quick(y, p)
    targets = y[:, None] == ["a", "b", "c"]
    expected = {
        "average_precision": sk.average_precision_score(targets, p, average="macro"),
        "roc_auc": sk.roc_auc_score(y, p, multi_class="ovr"),
        "log_loss": sk.log_loss(y, p),
        "balanced_accuracy": sk.balanced_accuracy_score(y, np.array(["a", "b", "c"])[p.argmax(1)]),
    }
    assert {name: result.metric(name).value for name in expected} == pytest.approx(expected)
    assert result.thresholds == result.top_shares == result.prevalence_effects == ()
    assert "need one positive class" in result.to_html()
    assert str(result).startswith("3 classes; metrics are averages over the classes (macro).")


def test_a_positive_class_of_several_is_compared_with_the_others() -> None:
    y, p = several()
    result = quick(y, p, positive="c")
    assert result.metrics == quick((y == "c").astype(int), p[:, 2], positive=1).metrics
    assert result.data.classes == ("not c", "c")


# ---- Scores that are not probabilities ----


def test_other_scores_have_metrics_of_rankings_only() -> None:
    y, p = scored()
    result = quick(y, logit(np.clip(p, 0.001, 0.999)))
    reported = {e.metric for e in result.metrics if not np.isnan(e.value)}
    assert reported == {"average_precision", "roc_auc", "recall_at_precision"}
    assert result.metric("roc_auc").value == pytest.approx(sk.roc_auc_score(y, p))
    assert "log loss, Brier score and calibration are not available" in result.findings[0].sentence
    with_threshold = quick(y, logit(np.clip(p, 0.001, 0.999)), threshold=0)
    assert with_threshold.metric("f1").value == pytest.approx(sk.f1_score(y, p >= 0.5))
    assert "calibration" not in re.findall(r'<h2 id="(\w+)"', result.to_html())


# ---- Findings ----


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("constant-scores", lambda y, p: np.full(len(y), 0.3)),
        ("predicted-classes", lambda y, p: (p > 0.5).astype(int)),
        ("inverted-scores", lambda y, p: 1 - p),
        ("no-skill", lambda y, p: np.random.RandomState(1).permutation(p)),
        ("miscalibrated", lambda y, p: np.sqrt(p)),
        ("no-probabilities", lambda y, p: 10 * p),
    ],
)
def test_findings(code: str, make: Any) -> None:
    y, p = scored()
    assert code in {finding.code for finding in quick(y, make(y, p)).findings}
    assert code not in {finding.code for finding in quick(y, p).findings}


def test_every_finding_is_explained() -> None:
    root = Path(__file__).parent.parent
    source = (root / "src/counterpoise/evaluation/_findings.py").read_text()
    codes = set(re.findall(r'create_finding\(\s*"([a-z-]+)"', source))
    document = (root / "docs/findings.md").read_text()
    assert len(codes) == 8
    assert codes <= set(re.findall(r"^### ([a-z-]+)$", document, re.MULTILINE))


def test_few_samples_and_few_groups_are_found() -> None:
    y, p = scored(n=100)
    codes = {finding.code for finding in quick(y, p, groups=np.arange(100) // 10).findings}
    assert {"few-minority-samples", "few-groups"} <= codes


# ---- Bad input ----


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.zeros(N)}, "y has only one class, 0.0"),
        ({"y": np.zeros(5)}, "y has only one class"),
        ({"probabilities": np.ones(3)}, "y has 600 samples, and 'model' has 3 scores"),
        ({"probabilities": {}}, "There are no scores"),
        ({"probabilities": {"p": ["a"] * N}}, "scores of 'p' must be numbers"),
        (
            {"probabilities": {"p": [None, *[0.5] * (N - 1)]}},
            "1 of 600 scores of 'p' are missing, the first at position 0",
        ),
        ({"probabilities": {"p": [np.inf] * N}}, "must be finite"),
        (
            {"probabilities": np.ones((N, 3))},
            "'model' has 3 columns of scores, and y has 2 classes",
        ),
        ({"probabilities": np.ones((N, 1, 1))}, "must have shape"),
        ({"positive": 2}, r"positive must be one of the classes 0, 1; got 2"),
        ({"costs": (1, -1)}, "costs must be finite and not negative"),
        ({"costs": (0, 0)}, "At least one of the costs must be above 0"),
        ({"primary_metric": "expected_cost"}, "expected_cost needs the costs"),
        ({"primary_metric": "rocauc"}, "Unknown metric 'rocauc'. Did you mean 'roc_auc'"),
        (
            {"primary_metric": "brier", "probabilities": np.arange(N)},
            "Brier score needs probabilities between 0 and 1",
        ),
        ({"primary_metric": "f1", "probabilities": np.arange(N)}, "F1 needs a threshold"),
        ({"prevalences": 2}, "prevalences must be above 0 and below 1; got 2"),
        ({"n_resamples": 3}, "n_resamples must be an integer of at least 100"),
        ({"confidence_level": 95}, "confidence_level must be a number above 0 and below 1"),
        ({"threshold": "half"}, "threshold must be a finite number"),
        ({"groups": [1] * N}, "groups has only one group"),
        ({"groups": [None, *range(N - 1)]}, "missing for 1 of 600"),
        ({"groups": [1, 2]}, "one value for each of the 600 samples"),
    ],
)
def test_bad_input_has_its_own_message(change: dict[str, Any], message: str) -> None:
    y, p = scored()
    arguments = {"y": y, "probabilities": p, **change}
    with pytest.raises(InputError, match=message):
        evaluate(**arguments)


def test_one_column_of_several_classes_needs_a_positive_class() -> None:
    y, p = several()
    with pytest.raises(
        InputError, match="has one column of scores. Name its class, for example positive='c'"
    ):
        evaluate(y, p[:, 0])
    with pytest.raises(InputError, match="prevalences need one positive class"):
        evaluate(y, p, prevalences=0.1)
    with pytest.raises(InputError, match="Brier skill cannot be|'brier_skill' cannot be"):
        evaluate(y, p, primary_metric="brier_skill")
    with pytest.raises(InputError, match="expected cost needs one positive class"):
        evaluate(y, p, primary_metric="expected_cost", costs=(1, 2))


def test_unknown_names_are_errors() -> None:
    result = result_of()
    with pytest.raises(InputError, match="There is no score column 'modal'. Did you mean 'model'"):
        result.plot_curves("modal")
    with pytest.raises(InputError, match="There is no roc_auc of 'x'"):
        result.metric("roc_auc", "x")
    with pytest.raises(InputError, match="calibration plot needs probabilities"):
        quick(scored()[0], np.arange(N)).plot_calibration()


# ---- Reports ----


def test_json_restores_everything() -> None:
    y, p = scored()
    groups = np.arange(N) // 2
    for result in (result_of(), quick(y, {"p": p, "q": p**2}, groups=groups, threshold=0.1)):
        restored = Evaluation.from_json(result.to_json())
        assert restored.to_json() == result.to_json()
        assert restored.to_html() == result.to_html()
    with pytest.raises(InputError, match="not the JSON of an evaluation"):
        Evaluation.from_json("{}")


def test_the_frame_has_a_row_for_each_metric() -> None:
    frame = result_of().to_frame()
    assert list(frame.columns) == ["name", "metric", "value", "low", "high"]
    assert len(frame) == len(METRICS)


def test_the_page_is_self_contained_and_escapes_names() -> None:
    y, p = scored()
    labels = np.where(y, HOSTILE, "</script><b>no")
    result = quick(labels, {HOSTILE: p, "other": p**2}, costs=COSTS)
    page = result.to_html()
    assert page.startswith("<!doctype html>")
    assert not re.search(r"(src|href)=.(https?:)?//", page)
    assert not re.search(r"<(link|img|iframe|object)\b", page)
    assert not re.search(r"\s(style|on[a-z]+)=", page)
    for text in (page, result.to_markdown(), result._repr_html_()):
        assert "<script>alert" not in text
        assert "<b>no" not in text


def test_tables_have_as_many_columns_as_headings() -> None:
    y, p = scored()
    text = quick(y, {"p": p, "q": p**2}, costs=COSTS).to_markdown()
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(blocks) == 7
    for block in blocks:
        assert len({line.count("|") for line in block.splitlines()}) == 1


@pytest.mark.parametrize("suffix", [".html", ".md", ".json"])
def test_reports_are_written(tmp_path: Any, suffix: str) -> None:
    result = result_of()
    text = result.report(tmp_path / f"r{suffix}").read_text()
    expected = {".html": result.to_html, ".md": result.to_markdown, ".json": result.to_json}
    assert text == expected[suffix]()


def test_plots_show_the_curves_of_scikit_learn() -> None:
    (y, p), result = scored(), result_of()
    shown = result.plot_curves(curve="roc").data
    false, true, _ = sk.roc_curve(y, p, drop_intermediate=False)
    assert shown["y"] == pytest.approx(np.interp(shown["x"], false, true))
    assert (shown["low"] <= shown["y"]).all()
    assert len(result.plot_calibration().data["rows"]) > 2


def test_the_function_is_at_the_top_of_the_package() -> None:
    assert counterpoise.evaluate is evaluate


# ---- Peers ----


@pytest.mark.costly
def test_imbeval_reports_the_same_classes_and_no_better_threshold(seed: int) -> None:
    imbeval = pytest.importorskip("imbeval")
    y, p = scored(seed)
    report = imbeval.evaluation_report(y, p, cost_fp=1, cost_fn=10)
    result = result_of(seed)
    chosen = {choice.chosen_by: choice for choice in result.thresholds}
    in_use = chosen["in use"]
    assert report["minority_class"]["recall"] == pytest.approx(in_use.recall)
    assert report["minority_class"]["precision"] == pytest.approx(in_use.precision)
    assert report["minority_class"]["f1"] == pytest.approx(result.metric("f1").value)
    assert chosen["expected_cost"].cost * N <= report["cost_sensitive_threshold"]["total_cost"]
    best = sk.f1_score(y, p >= chosen["f1"].threshold)
    assert best >= report["optimal_f1_threshold"]["score"]


def test_records_are_frozen_and_replaceable() -> None:
    result = result_of()
    other = replace(result, settings=replace(result.settings, confidence_level=0.5))
    assert other.metric("roc_auc").high < result.metric("roc_auc").high
