"""Measure the coverage of the confidence intervals of studies of a continuous target.

    python benchmarks/regression_coverage.py [--number 100] [--first 1]

Each study draws a table from one of two worlds and repeats 5-fold cross-validation twice: three
models, each without resampling (the baseline) and with methods for rare values. The true
improvement is that of models trained on the training rows of a fold and scored on other rows,
averaged over all studies of a setting. The relevance function is fixed in each world.

Prints, for each setting and metric, the coverage of 95% intervals, its range over models and
methods, and the width relative to intervals of Nadeau and Bengio.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np
from scipy.stats import t
from sklearn.linear_model import Ridge
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from counterpoise.regression import (
    SMOTER,
    RandomOverSampler,
    RandomUnderSampler,
    RelevanceFunction,
    relevance_weights,
)
from counterpoise.study._improvement import Difference, compare_family, measure_difference
from counterpoise.study._records import Candidate, Costs
from counterpoise.study._regression.metrics import METRICS, PredictedSamples
from counterpoise.study._regression.scoring import RegressionEvaluator, RegressionSummary
from counterpoise.study._regression.target import THRESHOLD, RareTarget

MODELS: dict[str, Callable[[int], Any]] = {
    "ridge": lambda _: Ridge(),
    "tree": lambda seed: DecisionTreeRegressor(max_depth=5, random_state=seed),
    "15 neighbors": lambda _: make_pipeline(StandardScaler(), KNeighborsRegressor(15)),
}
WEIGHTS: dict[str, Callable[[Any, RelevanceFunction], Any]] = {
    "relevance-weight": lambda y, relevance: relevance_weights(y, relevance, alpha=0.9),
    "dense-weight": lambda y, _: relevance_weights(y),
}
SAMPLERS: dict[str, Callable[..., Any]] = {
    "random-under": RandomUnderSampler,
    "random-over": RandomOverSampler,
    "smoter": partial(SMOTER, small_bins="shrink_k"),
}
SETTINGS = (("skewed", 300), ("skewed", 1000), ("waves", 1000))
REPEATS, FOLDS, N_TEST = 2, 5, 5000
_NOT_DONE = np.full((REPEATS, FOLDS), np.nan)


# ---- Worlds ----


def draw_skewed(n_rows: int, rng: np.random.RandomState) -> tuple[Any, Any]:
    """Draw a log-normal target with multiplicative noise: large values are rare."""
    X = rng.normal(size=(n_rows, 6))
    signal = 0.6 * X[:, 0] + 0.4 * X[:, 1] * (X[:, 2] > 0) + 0.2 * X[:, 3]
    return X, np.exp(signal + 0.4 * rng.normal(size=n_rows))


def draw_waves(n_rows: int, rng: np.random.RandomState) -> tuple[Any, Any]:
    """Draw a non-linear signal with noise of heavy tails: small and large values are rare."""
    X = rng.uniform(size=(n_rows, 6))
    signal = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 40 * (X[:, 2] - 0.5) ** 3 + 5 * X[:, 3]
    return X, signal + 1.5 * rng.standard_t(4, size=n_rows)


WORLDS = {"skewed": draw_skewed, "waves": draw_waves}


@cache
def relevance_of(world: str) -> RelevanceFunction:
    boxplot = RelevanceFunction().fit(WORLDS[world](50_000, np.random.RandomState(0))[1])
    return RelevanceFunction("points", points=boxplot.points_).fit([0, 1])


# ---- Studies ----


def fit_models(
    X: Any, y: Any, relevance: RelevanceFunction, state: int
) -> Iterator[tuple[str, str, Any]]:
    """Yield the names of each model and method, and the fitted model."""
    for method in ("baseline", *SAMPLERS):
        sampler = SAMPLERS.get(method)
        made = None if sampler is None else sampler(relevance=relevance, random_state=state)
        data = (X, y) if made is None else made.fit_resample(X, y)
        for model, make in MODELS.items():
            yield model, method, make(state).fit(*data)
    for method, weigh in WEIGHTS.items():
        for model in ("ridge", "tree"):
            weights = weigh(y, relevance)
            yield model, method, MODELS[model](state).fit(X, y, sample_weight=weights)


class Simulated:
    """A simulated study: out-of-fold predictions, and true metrics of each fitted model."""

    def __init__(self, world: str, n_rows: int, seed: int) -> None:
        rng, relevance = np.random.RandomState(seed), relevance_of(world)
        X, self.y = WORLDS[world](n_rows, rng)
        self.relevance = relevance.relevance(self.y)
        test = WORLDS[world](N_TEST, rng)
        self.folds = np.zeros((REPEATS, n_rows), np.int8)
        self.predicted: dict[tuple[str, str], Any] = {}
        self.truth: dict[tuple[str, str], list[Any]] = {}
        codes = (self.relevance >= THRESHOLD).astype(int)
        target = RareTarget(
            codes, (0, 1), np.bincount(codes), self.y, False, self.y, relevance, False
        )
        for repeat in range(REPEATS):
            splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed * 10 + repeat)
            for fold, (train, held_out) in enumerate(splitter.split(X, target.strata)):
                self.folds[repeat, held_out] = fold
                state = seed * 1000 + repeat * 100 + fold * 10
                for model, method, fitted in fit_models(X[train], self.y[train], relevance, state):
                    key = model, method
                    scores = self.predicted.setdefault(key, np.full((REPEATS, n_rows), np.nan))
                    scores[repeat, held_out] = fitted.predict(X[held_out])
                    if fold == 0 or model != "15 neighbors":  # nearest neighbors are slow
                        value = self._score(world, test, fitted, len(held_out))
                        self.truth.setdefault(key, []).append(value)

    def _score(self, world: str, test: Any, fitted: Any, n_fold: int) -> list[float]:
        X, y = test
        relevance = relevance_of(world).relevance(y)
        rare = (relevance >= THRESHOLD).astype(float)
        tested = PredictedSamples(y, fitted.predict(X), relevance, rare)
        values = {name: metric.sign * metric.value(tested) for name, metric in METRICS.items()}
        values["sera"] *= n_fold / N_TEST  # a sum over samples
        return list(values.values())

    def differences(self, metric: str) -> dict[tuple[str, str], Difference]:
        """Return the differences of all models and methods from their baselines."""
        codes = (self.relevance >= THRESHOLD).astype(int)
        data = RegressionSummary(
            (0, 1),
            codes,
            None,
            (),
            0,
            values=self.y,
            relevance=self.relevance,
            relevance_method="",
        )
        evaluator = RegressionEvaluator(data, self.folds, FOLDS, Costs())
        found = {}
        for (model, method), scores in self.predicted.items():
            if method != "baseline":
                pair = (
                    self._candidate(model, name, self.predicted[model, name])
                    for name in ("baseline", method)
                )
                difference = measure_difference(evaluator, METRICS[metric], *pair, 0.02)
                assert difference is not None, scores
                found[model, method] = difference
        return found

    def _candidate(self, model: str, method: str, scores: Any) -> Candidate:
        rare = float((self.relevance >= THRESHOLD).mean())
        share = self._rare_share(method, rare)
        return Candidate(
            model,
            method,
            scores[:, :, None],
            np.zeros(scores.shape, np.int8),
            False,
            np.broadcast_to([1 - share, share], (REPEATS, FOLDS, 2)),
            "none",
            _NOT_DONE,
            _NOT_DONE,
            "done",
        )

    def _rare_share(self, method: str, natural: float) -> float:
        if method == "baseline":
            return natural
        if method in SAMPLERS:
            return 0.5
        weights = relevance_weights(self.y)
        if method == "relevance-weight":
            weights = np.maximum(1 - 0.9 * (1 - self.relevance), 1e-6)
        is_rare = self.relevance >= THRESHOLD
        return float(weights[is_rare].sum() / weights.sum())


def half_width(difference: Difference) -> float:
    """Return the half width of the study's interval of a single comparison."""
    errors = difference.errors
    return float(t.ppf(0.975, errors.degrees_of_freedom) * errors.standard_error)


def nadeau_bengio_half(difference: Difference) -> float:
    """Return the half width of Nadeau and Bengio's interval."""
    n = REPEATS * FOLDS
    between = (difference.errors.by_fold**2).sum() * n / (1 - 1 / FOLDS)
    return float(t.ppf(0.975, n - 1) * np.sqrt((1 / n + 1 / (FOLDS - 1)) * between))


def print_setting(world: str, n_rows: int, seeds: range) -> None:
    """Print a line for each metric."""
    studies = [Simulated(world, n_rows, seed) for seed in seeds]
    truth = {
        key: np.mean([study.truth[key] for study in studies], axis=(0, 1))
        for key in studies[0].truth
    }
    for place, metric in enumerate(METRICS):
        covered: dict[Any, list[bool]] = {}
        others, widths, joint = [], [], []
        for study in studies:
            differences = study.differences(metric)
            true = {
                key: truth[key][place] - truth[key[0], "baseline"][place] for key in differences
            }
            family = compare_family(list(differences.values()), 0.95, 50)
            joint.append(all(i.low <= true[i.model, i.method] <= i.high for i in family))
            for key, difference in differences.items():
                own, other = half_width(difference), nadeau_bengio_half(difference)
                error = abs(difference.value - true[key])
                covered.setdefault(key, []).append(error <= own)
                others.append(error <= other)
                widths.append(own / other)
        shares = {key: np.mean(each) for key, each in covered.items()}
        rare = np.mean([(study.relevance >= THRESHOLD).sum() for study in studies])
        worst = min(shares, key=lambda key: shares[key])
        print(
            f"| {world} | {n_rows:,} | {rare:.0f} | {len(studies)} | {METRICS[metric].label} | "
            f"{np.mean(list(shares.values())):.1%} | {min(shares.values()):.0%} - "
            f"{max(shares.values()):.0%} | {np.mean(others):.1%} | {np.mean(widths):.0%} | "
            f"{np.mean(joint):.1%} | {' with '.join(worst)} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--number", type=int, default=100, help="per setting; default: 100")
    parser.add_argument("--first", type=int, default=1, help="seed of the first study")
    arguments = parser.parse_args()
    print(
        "| world | rows | rare | studies | metric | coverage | range | Nadeau-Bengio | relative "
        "width | joint coverage | lowest |"
    )
    print("|" + "---|" * 11)
    for world, n_rows in SETTINGS:
        print_setting(world, n_rows, range(arguments.first, arguments.first + arguments.number))


if __name__ == "__main__":
    main()
