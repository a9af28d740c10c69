"""Measure the coverage of the confidence intervals of `evaluate`, by simulation.

    python benchmarks/evaluation.py [--samples 200] [--resamples 150]

Each sample is drawn at random from a world with 5% positive rows, class counts left to chance, and
evaluated; the truth is the metric of 1,000,000 other rows of the world. In the world "normal", the
scores are calibrated probabilities of two normal classes. In "skewed", classes are gamma and
exponential, and the scores are miscalibrated and rounded to 0.01, so that many are equal. In
"groups", as "normal", five rows share their class and most of their score. Tables are printed as
Markdown; the time of one evaluation is measured at the end.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from scipy.special import expit, logit

from counterpoise import evaluate
from counterpoise.evaluation._operating_points import (
    CRITERIA,
    OperatingPoints,
    Plan,
    measure_points,
)
from counterpoise.evaluation._ranking import Ranking
from counterpoise.study import METRICS, Costs
from counterpoise.study._metrics import ScoredSamples

PREVALENCE, COSTS, THRESHOLD, N_POPULATION = 0.05, (1, 10), 0.3, 1_000_000
PREVALENCES = (0.01, PREVALENCE, 0.3)
SIGNAL, GROUP = 1.8, 5
# Rows: 20, 100 and 1,000 positive rows, or groups of positive rows.
SIZES = {"normal": (400, 2000, 20_000), "skewed": (400, 2000, 20_000), "groups": (2000, 10_000)}


def draw(world: str, n: int, rng: np.random.RandomState) -> tuple[Any, Any, Any]:
    """Return classes, two columns of scores, and groups."""
    groups = np.arange(n) // GROUP if world == "groups" else None
    n_units = n if groups is None else n // GROUP
    y = rng.random_sample(n_units) < PREVALENCE
    noise = rng.normal(size=n_units)
    if groups is not None:
        y = y[groups]
        noise = np.sqrt(0.8) * noise[groups] + np.sqrt(0.2) * rng.normal(size=n)
    if world == "skewed":
        far = rng.gamma(2.0, 1.0, n) + (rng.random_sample(n) < 0.5)
        hidden = np.where(y, far, rng.exponential(0.7, n))
        first = np.clip(np.round(expit(-2.5 + 1.1 * hidden), 2), 0.01, 0.99)
    else:
        first = expit(logit(PREVALENCE) + SIGNAL * (noise + SIGNAL * y) - SIGNAL**2 / 2)
    second = expit(logit(first) + 0.7 * rng.normal(size=n))
    return y.astype(int), {"first": first, "second": second}, groups


def population_metrics(y: Any, score: Any) -> dict[str, float]:
    """Return the metrics of the population."""
    predicted = (score >= THRESHOLD).astype(int)
    tested = ScoredSamples(y, score[:, None], predicted, 1, 2, Costs(*COSTS))
    return {name: metric.value(tested) for name, metric in METRICS.items()}


@cache
def population(world: str) -> tuple[dict[str, dict[str, float]], OperatingPoints]:
    """Return the metrics of both columns of scores in the population, and points of the first."""
    y, scores, _ = draw(world, N_POPULATION, np.random.RandomState(1))
    metrics = {name: population_metrics(y, score) for name, score in scores.items()}
    plan = Plan(tuple(CRITERIA), Costs(*COSTS), THRESHOLD, PREVALENCES)
    return metrics, measure_points(Ranking.of(y == 1, scores["first"]).counts(), plan)


def measure(world: str, n: int, n_samples: int, n_resamples: int) -> dict[str, list[float]]:
    """Return coverage, share of intervals below and above the truth, and width of each interval."""
    rng = np.random.RandomState(n)
    metrics, points = population(world)
    found: dict[str, list[tuple[bool, bool, bool, float]]] = {}

    def note(name: str, truth: float, low: float, high: float) -> None:
        row = (low <= truth <= high, high < truth, low > truth, high - low)
        found.setdefault(name, []).append(row)

    for _ in range(n_samples):
        y, scores, groups = draw(world, n, rng)
        if y.sum() < 3:
            continue
        both = evaluate(
            y,
            scores,
            positive=1,
            groups=groups,
            threshold=THRESHOLD,
            costs=COSTS,
            prevalences=PREVALENCES,
            metrics=[name for name in METRICS if n_resamples or name != "recall_at_precision"],
            n_resamples=n_resamples or 100,
        )
        for metric in ("average_precision", "roc_auc", "brier", "expected_cost"):
            settings = replace(both.settings, primary_metric=metric)
            (item,) = replace(both, settings=settings).comparisons
            sign = METRICS[metric].sign
            truth = sign * (metrics["second"][metric] - metrics["first"][metric])
            note(f"{METRICS[metric].label}, paired difference", truth, item.low, item.high)
        one = replace(both, candidates=both.candidates[:1])
        for estimate in one.metrics:
            truth = metrics["first"][estimate.metric]
            note(METRICS[estimate.metric].label, truth, estimate.low, estimate.high)
        if n_resamples:
            note_points(one, points, note)
    return {name: np.mean(rows, axis=0).tolist() for name, rows in found.items()}


def note_points(one: Any, points: Any, note: Any) -> None:
    """Note the bootstrap intervals of an evaluation."""
    chosen = {choice.chosen_by: choice for choice in one.thresholds}
    for name, truth in zip(CRITERIA, points.thresholds, strict=True):
        label = f"threshold by {METRICS[name].label}"
        note(label, truth, chosen[name].low, min(chosen[name].high, 1.0))
    for top, truth in zip(one.top_shares, points.recall_in_top, strict=True):
        note(f"recall in the top {top.share:.0%}", truth, top.low, top.high)
    for at, effect in enumerate(one.prevalence_effects):
        low, high = effect.average_precision_low, effect.average_precision_high
        name = f"average precision at prevalence {effect.prevalence:.0%}"
        note(name, points.average_precision[at], low, high)
        if not np.isnan(effect.precision):
            name = f"precision at prevalence {effect.prevalence:.0%}"
            note(name, points.precision[at], effect.precision_low, effect.precision_high)


def print_table(results: dict[tuple[str, int], dict[str, list[float]]]) -> None:
    """Print coverage and width of each interval, as Markdown."""
    names = list(dict.fromkeys(name for rows in results.values() for name in rows))
    columns = [f"{world}, {n * PREVALENCE:,.0f} positive" for world, n in results]
    print("\n| interval | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    for name in names:
        cells = [
            f"{rows[name][0]:.3f} · {rows[name][3]:.3f}" if name in rows else ""
            for rows in results.values()
        ]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def measure_time(n: int) -> None:
    """Print the seconds of an evaluation with all intervals, and of its page."""
    y, scores, _ = draw("normal", n, np.random.RandomState(0))
    start = time.perf_counter()
    result = evaluate(y, scores, costs=COSTS)
    assert result.metrics
    assert result.thresholds
    middle = time.perf_counter()
    result.to_html()
    end = time.perf_counter()
    print(f"{n:,} rows, 2 models: {middle - start:.2f} s, page {end - middle:.2f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--resamples", type=int, default=150)
    arguments = parser.parse_args()
    results = {}
    for world, sizes in SIZES.items():
        for n in sizes:
            is_large = n >= 10_000
            n_samples = arguments.samples // 2 if is_large else arguments.samples
            resamples = 0 if is_large else arguments.resamples
            results[world, n] = measure(world, n, n_samples, resamples)
            print_table({(world, n): results[world, n]})
    print_table(results)
    for n in (1000, 10_000, 100_000):
        measure_time(n)


if __name__ == "__main__":
    main()
