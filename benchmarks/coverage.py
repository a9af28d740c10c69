"""Measure the coverage and the width of confidence intervals of improvements, by simulation.

    python benchmarks/coverage.py [--studies 200] [--jobs 2] [--cache FOLDER]

Each simulated study draws a table and repeats 5-fold cross-validation twice. On each fold, it fits
a model without resampling (the baseline), with SMOTE, with random undersampling and with random
oversampling. The true improvement is that of models trained on the training rows of a fold and
scored on 20,000 test rows, averaged over all studies of a setting. Four intervals are compared:
ours; that of Nadeau and Bengio; that of the variance between test rows alone (for ROC-AUC,
DeLong's); and percentiles of a paired bootstrap of rows, which is slow and computed for one method
and 60 studies.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.stats import norm, t
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.study._improvement import measure_difference
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Candidate, Costs, TableSummary
from counterpoise.study._scoring import Evaluator
from counterpoise.under_sampling import RandomUnderSampler

MODELS: dict[str, Callable[[int], Any]] = {
    "lr": lambda _: LogisticRegression(max_iter=300),
    "tree": lambda seed: DecisionTreeClassifier(max_depth=6, random_state=seed),
    "rf": lambda seed: RandomForestClassifier(50, random_state=seed),
    "hgb": lambda seed: HistGradientBoostingClassifier(random_state=seed, early_stopping=False),
}
METHODS: dict[str, Callable[[int], Any] | None] = {
    "baseline": None,
    "smote": lambda seed: SMOTE(random_state=seed),
    "random-under": lambda seed: RandomUnderSampler(random_state=seed),
    "random-over": lambda seed: RandomOverSampler(random_state=seed),
}
# Model, rows, prevalence, and the largest number of studies (some models are slow to fit).
SETTINGS = (
    ("lr", 1000, 0.05, 300),
    ("lr", 2000, 0.05, 300),
    ("lr", 4000, 0.02, 200),
    ("lr", 8000, 0.2, 120),
    ("tree", 2000, 0.05, 300),
    ("tree", 8000, 0.05, 120),
    ("rf", 1000, 0.1, 200),
    ("hgb", 2000, 0.05, 150),
)
REPEATS, FOLDS, N_TEST = 2, 5, 20_000
SCORES = {"average_precision": average_precision_score, "roc_auc": roc_auc_score}


def draw_table(n_rows: int, prevalence: float, rng: np.random.RandomState) -> tuple[Any, Any]:
    """Draw a table whose minority class has a part that is easy to predict and one that is hard."""
    y = (np.arange(n_rows) < round(n_rows * prevalence)).astype(int)
    rng.shuffle(y)
    X = rng.normal(size=(n_rows, 6))
    easy = rng.random_sample(n_rows) < 0.5
    X[y == 1, 0] += np.where(easy[y == 1], 2.0, 0.7)
    X[y == 1, 1] += np.where(easy[y == 1], 0.0, 1.2)
    X[y == 1, 2] *= 1.6
    return X, y


def simulate_study(model: str, n_rows: int, prevalence: float, seed: int) -> tuple[Any, ...]:
    """Return the classes, folds and out-of-fold scores of a study, and metrics on test rows."""
    rng = np.random.RandomState(seed)
    X, y = draw_table(n_rows, prevalence, rng)
    X_test, y_test = draw_table(N_TEST, prevalence, rng)
    # Predictions of large models are slow: only every fifth is scored on the test rows.
    every = 5 if model in ("rf", "hgb") else 1
    scores = np.zeros((len(METHODS), REPEATS, n_rows))
    folds = np.zeros((REPEATS, n_rows), np.int8)
    test_metrics = np.full((len(METHODS), REPEATS, FOLDS, 2), np.nan)
    for repeat in range(REPEATS):
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed * 10 + repeat)
        for fold, (train, test) in enumerate(splitter.split(X, y)):
            folds[repeat, test] = fold
            state = seed * 1000 + repeat * 100 + fold * 10
            for method, make in enumerate(METHODS.values()):
                train_data = X[train], y[train]
                if make is not None:
                    train_data = make(state).fit_resample(*train_data)
                fitted = MODELS[model](state).fit(*train_data)
                scores[method, repeat, test] = fitted.predict_proba(X[test])[:, 1]
                if (repeat * FOLDS + fold) % every == 0:
                    test_scores = fitted.predict_proba(X_test)[:, 1]
                    test_metrics[method, repeat, fold] = [
                        metric(y_test, test_scores) for metric in SCORES.values()
                    ]
    return y.astype(np.int8), folds, scores, test_metrics


def simulate_studies(
    setting: tuple[Any, ...], n_max: int, jobs: int, cache: Path | None
) -> list[Any]:
    """Return the studies of a setting; read them from a file in the cache, if it exists."""
    model, n_rows, prevalence, n = setting
    path = None if cache is None else cache / f"{model}_{n_rows}_{prevalence}.npz"
    names = ("y", "fold", "scores", "truth")
    if path is not None and path.exists():
        cached = np.load(path)
        return list(zip(*(cached[name] for name in names), strict=True))[:n_max]
    tasks = (
        delayed(simulate_study)(model, n_rows, prevalence, seed + 1)
        for seed in range(min(n, n_max))
    )
    studies = Parallel(n_jobs=jobs)(tasks)
    if path is not None:
        columns = zip(names, zip(*studies, strict=True), strict=True)
        np.savez_compressed(path, **{name: np.array(column) for name, column in columns})
    return list(studies)


def build_candidates(study: Any, method: int) -> tuple[Evaluator, list[Candidate]]:
    """Return the baseline and a method as candidates of a study."""
    y, folds, scores, _ = study
    unknown = np.full((REPEATS, FOLDS), np.nan)
    predictions = np.zeros(folds.shape, int)  # not used by the metrics of this benchmark
    candidates = [
        Candidate(
            model="",
            method="",
            scores=one[:, :, None],
            predictions=predictions,
            has_probabilities=True,
            priors=unknown[..., None],
            correction="",
            thresholds=unknown,
            seconds=unknown,
            status="done",
        )
        for one in (scores[0], scores[method])
    ]
    data = TableSummary((0, 1), y.astype(int), 1, (), 0)
    return Evaluator(data, folds, FOLDS, Costs()), candidates


def compute_intervals(study: Any, method: int, metric: str) -> Any:
    """Return the estimated improvement and the half widths of three intervals around it."""
    evaluator, candidates = build_candidates(study, method)
    difference = measure_difference(evaluator, METRICS[metric], *candidates, 0.01)
    assert difference is not None
    baseline_values, values = (evaluator.values(METRICS[metric], each) for each in candidates)
    by_fold = (values - baseline_values).ravel()
    between, n = by_fold.var(ddof=1), len(by_fold)
    # Our variance has two parts; without that of the training rows, that of the test rows is left.
    test_variance = difference.standard_error**2 - (1 - 1 / FOLDS) * between / n
    nadeau_bengio = t.ppf(0.975, n - 1) * np.sqrt((1 / n + 1 / (FOLDS - 1)) * between)
    z = norm.ppf(0.975)
    return (
        difference.value,
        z * difference.standard_error,
        nadeau_bengio,
        z * np.sqrt(test_variance),
    )


def bootstrap_interval(
    y: Any, before: Any, after: Any, metric: Any, rng: np.random.RandomState
) -> Any:
    """Return the percentile interval of the pooled improvement from 200 bootstrap samples."""
    improvements = []
    for _ in range(200):
        rows = rng.randint(len(y), size=len(y))
        by_repeat = [
            metric(y[rows], after[repeat, rows]) - metric(y[rows], before[repeat, rows])
            for repeat in range(REPEATS)
        ]
        improvements.append(np.mean(by_repeat))
    return np.quantile(improvements, [0.025, 0.975])


def format_line(
    setting: tuple[Any, ...], studies: list[Any], method: int, metric: str, jobs: int
) -> str:
    """Return one line of the table: coverage and mean width of each interval."""
    position = list(SCORES).index(metric)
    truth = np.nanmean([s[3][method, ..., position] - s[3][0, ..., position] for s in studies])
    run = Parallel(n_jobs=jobs)
    found = np.array(run(delayed(compute_intervals)(study, method, metric) for study in studies))
    cells = [
        f"{np.mean(np.abs(found[:, 0] - truth) <= half):.3f}, {2 * half.mean():.4f}"
        for half in found[:, 1:].T
    ]
    if method == 1:
        tasks = (
            delayed(bootstrap_interval)(
                s[0], s[2][0], s[2][method], SCORES[metric], np.random.RandomState(n)
            )
            for n, s in enumerate(studies[:60])
        )
        low, high = np.array(run(tasks)).T
        coverage = np.mean((low <= truth) & (truth <= high))
        cells.append(f"{coverage:.3f}, {(high - low).mean():.4f}")
    model, n_rows, prevalence, _ = setting
    head = (
        f"{model}, {n_rows:,} at {prevalence:.0%}",
        list(METHODS)[method],
        metric,
        str(len(studies)),
    )
    return "| " + " | ".join([*head, f"{truth:+.4f}", *cells, *[""] * (4 - len(cells))]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--studies", type=int, default=300, help="largest number per setting; default: 300"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes; default: 2")
    parser.add_argument("--cache", type=Path, help="existing folder that keeps simulated studies")
    arguments = parser.parse_args()
    head = "setting", "method", "metric", "studies", "true improvement"
    intervals = "ours", "Nadeau-Bengio", "test rows only", "bootstrap"
    print("| " + " | ".join([*head, *intervals]) + " |")
    print("|" + "---|" * 9)
    for setting in SETTINGS:
        studies = simulate_studies(setting, arguments.studies, arguments.jobs, arguments.cache)
        for metric in SCORES:
            for method in range(1, len(METHODS)):
                print(format_line(setting, studies, method, metric, arguments.jobs), flush=True)


if __name__ == "__main__":
    main()
