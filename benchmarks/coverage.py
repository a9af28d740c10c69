"""Measure the coverage of the confidence intervals of studies and metrics, by simulation.

    python benchmarks/coverage.py [studies] [metrics] [--number 100] [--jobs 2] [--cache FOLDER]

studies  Each study draws a table from one of two worlds and repeats 5-fold cross-validation twice:
         three models, each without resampling (the baseline), with SMOTE, with random undersampling
         and with random oversampling. The true improvement is that of models trained on the
         training rows of a fold and scored on other rows, averaged over all studies of a setting.
metrics  Each sample has the scores of a fixed model. The true metric is that of 2 million rows.

Prints the tables of docs/intervals.md: for each metric, the coverage of 95% intervals.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.special import expit, logit
from scipy.stats import t
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from counterpoise.metrics import confidence_interval
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.study._improvement import Difference, compare_family, measure_difference
from counterpoise.study._metrics import METRICS, Metric, ScoredSamples
from counterpoise.study._records import Candidate, Costs, Improvement, TableSummary
from counterpoise.study._scoring import Evaluator
from counterpoise.under_sampling import RandomUnderSampler

MODELS: dict[str, Callable[[int], Any]] = {
    "logistic": lambda _: make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
    "tree": lambda seed: DecisionTreeClassifier(max_depth=5, random_state=seed),
    "15 neighbors": lambda _: make_pipeline(StandardScaler(), KNeighborsClassifier(15)),
}
METHODS: dict[str, Callable[[int], Any] | None] = {
    "baseline": None,
    "smote": lambda seed: SMOTE(k_neighbors=3, random_state=seed),
    "random-under": lambda seed: RandomUnderSampler(random_state=seed),
    "random-over": lambda seed: RandomOverSampler(random_state=seed),
}
# World, rows and prevalence.
SETTINGS = (
    ("clusters", 400, 0.05),
    ("clusters", 1500, 0.07),
    ("clusters", 5000, 0.2),
    ("skewed", 400, 0.05),
    ("skewed", 1500, 0.07),
    ("skewed", 5000, 0.2),
)
REPEATS, FOLDS, N_TEST = 2, 5, 10_000
# Label, name in the study and costs of each metric.
_NAMES = (
    "average_precision",
    "roc_auc",
    "log_loss",
    "brier",
    "balanced_accuracy",
    "geometric_mean",
    "f1",
    "precision",
    "recall",
    "matthews",
    "cohen_kappa",
)
TESTED = {METRICS[name].label: (name, Costs()) for name in _NAMES} | {
    "expected cost, 1:1": ("expected_cost", Costs(1, 1)),
    "expected cost, 1:10": ("expected_cost", Costs(1, 10)),
}


# ---- Worlds ----


def draw_clusters(n_rows: int, prevalence: float, rng: np.random.RandomState) -> tuple[Any, Any]:
    """Draw normal classes with fixed counts; half of the minority class is easy to predict."""
    y = (np.arange(n_rows) < round(n_rows * prevalence)).astype(int)
    rng.shuffle(y)
    X = rng.normal(size=(n_rows, 6))
    easy = rng.random_sample(n_rows) < 0.5
    X[y == 1, 0] += np.where(easy[y == 1], 2.0, 0.7)
    X[y == 1, 1] += np.where(easy[y == 1], 0.0, 1.2)
    X[y == 1, 2] *= 1.6
    return X, y


def draw_skewed(n_rows: int, prevalence: float, rng: np.random.RandomState) -> tuple[Any, Any]:
    """Draw skewed, correlated features with a non-linear effect; class counts vary by chance."""
    normal = _draw_correlated(n_rows, rng)
    y = (_log_odds(normal) + rng.logistic(size=n_rows) > _intercept(prevalence)).astype(int)
    X = normal.copy()
    X[:, [0, 4]] = np.exp(0.7 * normal[:, [0, 4]])
    X[:, 5] = np.sign(normal[:, 5]) * normal[:, 5] ** 2
    return X, y


def _draw_correlated(n_rows: int, rng: np.random.RandomState) -> Any:
    correlation = 0.6 ** np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    return rng.normal(size=(n_rows, 6)) @ np.linalg.cholesky(correlation).T


def _log_odds(z: Any) -> Any:
    linear = 0.9 * z[:, 0] + 0.7 * np.abs(z[:, 1]) - 0.6 * np.exp(0.5 * z[:, 4])
    return 1.3 * (linear + 0.8 * z[:, 2] * (z[:, 3] > 0))


@cache
def _intercept(prevalence: float) -> float:
    log_odds = _log_odds(_draw_correlated(200_000, np.random.RandomState(0)))
    noise = np.random.RandomState(1).logistic(size=len(log_odds))
    return float(np.quantile(log_odds + noise, 1 - prevalence))


WORLDS = {"clusters": draw_clusters, "skewed": draw_skewed}


# ---- Studies ----

# The classes (n_rows,), folds (repeats, n_rows) and out-of-fold scores (models, methods, repeats,
# n_rows) of a study, and for each model, method and fold the true metrics of the fitted model.
SimulatedStudy = tuple[Any, Any, Any, Any]


def simulate_study(world: str, n_rows: int, prevalence: float, seed: int) -> SimulatedStudy:
    """Run a study on a table of a world, and score its models on other rows of that world."""
    rng = np.random.RandomState(seed)
    X, y = WORLDS[world](n_rows, prevalence, rng)
    X_test, y_test = WORLDS[world](N_TEST, prevalence, rng)
    shape = len(MODELS), len(METHODS), REPEATS
    scores, folds = np.zeros((*shape, n_rows)), np.zeros((REPEATS, n_rows), np.int8)
    truth = np.full((*shape, FOLDS, len(TESTED)), np.nan)
    for repeat in range(REPEATS):
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed * 10 + repeat)
        for fold, (train, test) in enumerate(splitter.split(X, y)):
            folds[repeat, test] = fold
            state = seed * 1000 + repeat * 100 + fold * 10
            for model, method, fitted in fit_models(X[train], y[train], state):
                scores[model, method, repeat, test] = fitted.predict_proba(X[test])[:, 1]
                # Nearest neighbors are slow: one model of each repeat is scored, on 3,000 rows.
                is_slow = model == len(MODELS) - 1
                n_test = 3000 if is_slow else N_TEST
                if fold == 0 or not is_slow:
                    predicted = fitted.predict_proba(X_test[:n_test])[:, 1]
                    truth[model, method, repeat, fold] = evaluate(y_test[:n_test], predicted)
    return y.astype(np.int8), folds, scores, truth


def fit_models(X: Any, y: Any, state: int) -> Iterator[tuple[int, int, Any]]:
    """Yield the position of each model and method, and the fitted model."""
    for method, make in enumerate(METHODS.values()):
        data = (X, y) if make is None else make(state).fit_resample(X, y)
        for model, make_model in enumerate(MODELS.values()):
            yield model, method, make_model(state).fit(*data)


def evaluate(y: Any, scores: Any) -> list[float]:
    """Return each metric, signed so that more is better."""
    found = []
    for name, costs in TESTED.values():
        scored = ScoredSamples(y, scores[:, None], (scores > 0.5).astype(int), 1, 2, costs)
        found.append(METRICS[name].sign * METRICS[name].value(scored))
    return found


def simulate_studies(
    setting: tuple[str, int, float], n_studies: int, jobs: int, folder: Path | None
) -> list[SimulatedStudy]:
    """Return the studies of a setting; read them from a file in the folder, if it exists."""
    world, n_rows, _ = setting
    path = None if folder is None else folder / f"{world}_{n_rows}.npz"
    if path is not None and path.exists():
        stored = np.load(path)
        return list(zip(*(stored[name] for name in stored.files), strict=True))[:n_studies]
    run = Parallel(n_jobs=jobs)
    tasks = (delayed(simulate_study)(*setting, seed + 1) for seed in range(n_studies))
    studies = list(run(tasks))
    if path is not None:
        names = "classes", "folds", "scores", "truth"
        columns = zip(*studies, strict=True)
        np.savez(path, **{name: np.array(one) for name, one in zip(names, columns, strict=True)})
    return studies


def build_candidate(study: SimulatedStudy, model: int, method: int) -> Candidate:
    """Return a model with a method as a candidate of a study."""
    y, _, scores, _ = study
    prior = y.mean() if method == 0 else 0.5
    unknown = np.full((REPEATS, FOLDS), np.nan)
    return Candidate(
        model=list(MODELS)[model],
        method=list(METHODS)[method],
        scores=scores[model, method][:, :, None],
        predictions=(scores[model, method] > 0.5).astype(int),
        has_probabilities=True,
        priors=np.broadcast_to([1 - prior, prior], (REPEATS, FOLDS, 2)),
        correction="",
        thresholds=unknown,
        seconds=unknown,
        status="done",
    )


class CachedEvaluator(Evaluator):
    """Computes the influences of a candidate once, as of a baseline of several methods."""

    @cached_property
    def found(self) -> dict[tuple[str, str], Any]:
        """Influences by model and method."""
        return {}

    def influences(self, metric: Metric, candidate: Candidate, done: Any) -> Any:
        """Return the influences of one metric; all folds are done."""
        key = candidate.model, candidate.method
        if key not in self.found:
            self.found[key] = super().influences(metric, candidate, done)
        return self.found[key]


def measure_family(study: SimulatedStudy, name: str, costs: Costs) -> list[Difference]:
    """Return the differences of all models and methods from their baselines in a metric."""
    y, folds, _, _ = study
    data = TableSummary((0, 1), y.astype(int), 1, (), 0)
    evaluator = CachedEvaluator(data, folds, FOLDS, costs)
    differences = []
    for model in range(len(MODELS)):
        baseline, *others = (build_candidate(study, model, each) for each in range(len(METHODS)))
        for other in others:
            difference = measure_difference(evaluator, METRICS[name], baseline, other, 0.01)
            assert difference is not None
            differences.append(difference)
    return differences


def cover_study(study: SimulatedStudy, metric: str, truth: Any) -> dict[str, Any]:
    """Return what the intervals of a study cover, their widths and the outcomes."""
    differences = measure_family(study, *TESTED[metric])
    family = compare_family(differences, 0.95, 100)
    alone = [compare_family([difference], 0.95, 100)[0] for difference in differences]
    low, high = np.array([(one.low, one.high) for one in alone]).T
    nadeau_bengio = np.array([nadeau_bengio_half(difference) for difference in differences])
    values = np.array([difference.value for difference in differences])
    return {
        "covered": [one.low <= true <= one.high for one, true in zip(alone, truth, strict=True)],
        "width": high - low,
        "Nadeau-Bengio": abs(values - truth) <= nadeau_bengio,
        "Nadeau-Bengio width": 2 * nadeau_bengio,
        "joint": all(one.low <= true <= one.high for one, true in zip(family, truth, strict=True)),
        "right": count_outcomes([one.outcome for one in family], family, truth)[0],
        "wrong": count_outcomes([one.outcome for one in family], family, truth)[1],
        "right Holm": count_outcomes(holm_outcomes(alone), alone, truth)[0],
    }


def nadeau_bengio_half(difference: Difference) -> float:
    """Return the half width of Nadeau and Bengio's interval."""
    n = REPEATS * FOLDS
    shared = 1 if METRICS[difference.metric].uses_scores else 2
    between = (difference.errors.by_fold**2).sum() * n / (shared * (1 - 1 / FOLDS))
    return float(t.ppf(0.975, n - 1) * np.sqrt((1 / n + 1 / (FOLDS - 1)) * between))


def holm_outcomes(alone: list[Improvement]) -> list[str]:
    """Return the outcomes of Holm's procedure."""
    p_values = np.array([one.p_value for one in alone])
    outcomes, highest = ["inconclusive"] * len(alone), 0.0
    for rank, place in enumerate(np.argsort(p_values)):
        highest = max(highest, p_values[place] * (len(alone) - rank))
        if highest <= 0.05:
            outcomes[place] = region(alone[place].value, alone[place].margin)
    return outcomes


def region(value: float, margin: float) -> str:
    return "better" if value > margin else "worse" if value < -margin else "equivalent"


def count_outcomes(outcomes: list[str], family: Any, truth: Any) -> tuple[int, int]:
    """Return the number of right and of wrong outcomes."""
    right = [
        outcome == region(true, one.margin)
        for outcome, one, true in zip(outcomes, family, truth, strict=True)
        if outcome != "inconclusive"
    ]
    return sum(right), len(right) - sum(right)


def print_studies(n: int, jobs: int, folder: Path | None) -> None:
    """Print a table with one line for each setting and metric."""
    head = "world", "rows", "positives", "studies", "metric", "coverage", "range", "Nadeau-Bengio"
    print_head(*head, "relative width", "joint coverage", "right", "right by Holm", "wrong")
    for setting in SETTINGS:
        studies = simulate_studies(setting, n, jobs, folder)
        truths = np.array([study[3] for study in studies])
        improvements = np.nanmean(truths[:, :, 1:] - truths[:, :, :1], axis=(0, 3, 4))
        for place, metric in enumerate(TESTED):
            truth = improvements[..., place].ravel()
            tasks = (delayed(cover_study)(study, metric, truth) for study in studies)
            print_study_line(setting, studies, metric, list(Parallel(n_jobs=jobs)(tasks)))


def print_study_line(
    setting: tuple[str, int, float], studies: Any, metric: str, found: list[dict[str, Any]]
) -> None:
    mean = {name: np.mean([one[name] for one in found], axis=0) for name in found[0]}
    n_positive = np.mean([study[0].sum() for study in studies])
    print_line(
        setting[0],
        f"{setting[1]:,}",
        f"{n_positive:,.0f}",
        str(len(studies)),
        metric,
        f"{mean['covered'].mean():.1%}",
        f"{mean['covered'].min():.0%} - {mean['covered'].max():.0%}",
        f"{mean['Nadeau-Bengio'].mean():.1%}",
        f"{(mean['width'] / mean['Nadeau-Bengio width']).mean():.0%}",
        f"{mean['joint']:.1%}",
        *(str(sum(one[name] for one in found)) for name in ("right", "right Holm", "wrong")),
    )


# ---- Metrics of one model ----

SAMPLE_SIZES = ((400, 0.05), (1500, 0.07), (2500, 0.4))
TOO_HIGH = ", probabilities too high"
METRIC_NAMES = (
    *tuple(TESTED)[:-2],
    "log loss" + TOO_HIGH,
    "Brier score" + TOO_HIGH,
    "expected cost, 1:10",
    "accuracy",
)


def draw_sample(n_rows: int, prevalence: float, rng: np.random.RandomState) -> tuple[Any, Any]:
    """Draw classes and calibrated probabilities, from a score that is normal in each class."""
    y = (rng.random_sample(n_rows) < prevalence).astype(int)
    score = rng.normal(size=n_rows) + 1.5 * y
    return y, expit(1.5 * score - 1.5**2 / 2 + logit(prevalence))


def compute_metric(name: str, prevalence: float, y: Any, p: Any) -> float:
    """Return a metric; samples with more than twice the mean probability are predicted positive."""
    predicted = p > min(2 * prevalence, 0.5)
    if name.endswith(TOO_HIGH):  # as after resampling
        name, p = name.removesuffix(TOO_HIGH), expit(logit(p) + 2)
    if name in TESTED:
        key, costs = TESTED[name]
        return METRICS[key].value(ScoredSamples(y, p[:, None], predicted + 0, 1, 2, costs))
    return float(np.mean(predicted == y))  # accuracy


def cover_sample(setting: tuple[int, float], truth: dict[str, float], seed: int) -> dict[str, bool]:
    """Return for each metric whether the interval of a sample includes the true value."""
    y, p = draw_sample(*setting, np.random.RandomState(seed))
    covered = {}
    for name, true in truth.items():
        metric = partial(compute_metric, name, setting[1])
        found = confidence_interval(metric, y, p, n_resamples=400, random_state=seed)
        covered[name] = found.low <= true <= found.high
    return covered


def print_metrics(n: int, jobs: int) -> None:
    """Print a table with one line for each size of samples."""
    print_head("rows", "positives", "samples", *METRIC_NAMES)
    for setting in SAMPLE_SIZES:
        y, p = draw_sample(2_000_000, setting[1], np.random.RandomState(0))
        truth = {name: compute_metric(name, setting[1], y, p) for name in METRIC_NAMES}
        tasks = (delayed(cover_sample)(setting, truth, seed + 1) for seed in range(n))
        found = list(Parallel(n_jobs=jobs)(tasks))
        coverage = (f"{np.mean([one[name] for one in found]):.1%}" for name in METRIC_NAMES)
        print_line(f"{setting[0]:,}", f"{setting[0] * setting[1]:,.0f}", str(n), *coverage)


def print_head(*names: str) -> None:
    print_line(*names)
    print("|" + "---|" * len(names))


def print_line(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", default=["studies", "metrics"])
    parser.add_argument("--number", type=int, default=100, help="per setting; default: 100")
    parser.add_argument("--jobs", type=int, default=2, help="processes; default: 2")
    parser.add_argument("--cache", type=Path, help="existing folder that keeps simulated studies")
    arguments = parser.parse_args()
    if "studies" in arguments.parts:
        print_studies(arguments.number, arguments.jobs, arguments.cache)
    if "metrics" in arguments.parts:
        print_metrics(arguments.number, arguments.jobs)


if __name__ == "__main__":
    main()
