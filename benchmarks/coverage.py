"""How often intervals of a gain hold the gain that new rows show, and how wide they are.

    python benchmarks/coverage.py [--studies 200] [--jobs 2] [--cache FOLDER]

Each simulated study draws a table, 5 folds in 2 repeats, and fits a model under nothing, SMOTE,
random under- and over-sampling on each. The true gain is that of models trained on one fold's
rows, on 20,000 new rows each, averaged over all studies of a setting. Intervals are ours;
Nadeau's and Bengio's; that of the test rows' variance alone (of ROC-AUC, DeLong's); and percentiles
of a paired bootstrap of rows, which takes long and is done for one remedy and 60 studies.
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
# Model, rows, prevalence, and the most studies of it (fits of some take long).
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
REPEATS, FOLDS, NEW = 2, 5, 20_000
SCORES = {"average_precision": average_precision_score, "roc_auc": roc_auc_score}


def draw(n_rows: int, share: float, rng: np.random.RandomState) -> tuple[Any, Any]:
    """Return a table whose rare class has an easy part and a hidden one."""
    y = (np.arange(n_rows) < round(n_rows * share)).astype(int)
    rng.shuffle(y)
    X = rng.normal(size=(n_rows, 6))
    easy = rng.random_sample(n_rows) < 0.5
    X[y == 1, 0] += np.where(easy[y == 1], 2.0, 0.7)
    X[y == 1, 1] += np.where(easy[y == 1], 0.0, 1.2)
    X[y == 1, 2] *= 1.6
    return X, y


def simulate(model: str, n_rows: int, share: float, seed: int) -> tuple[Any, ...]:
    """Return classes, folds and out-of-fold scores of one study, and scores on new rows."""
    rng = np.random.RandomState(seed)
    X, y = draw(n_rows, share, rng)
    new, truth = draw(NEW, share, rng)
    every = 5 if model in ("rf", "hgb") else 1  # of which models new rows are asked
    scores = np.zeros((len(METHODS), REPEATS, n_rows))
    folds = np.zeros((REPEATS, n_rows), np.int8)
    shown = np.full((len(METHODS), REPEATS, FOLDS, 2), np.nan)
    for repeat in range(REPEATS):
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed * 10 + repeat)
        for fold, (train, test) in enumerate(splitter.split(X, y)):
            folds[repeat, test] = fold
            state = seed * 1000 + repeat * 100 + fold * 10
            for candidate, make in enumerate(METHODS.values()):
                rows = X[train], y[train]
                rows = rows if make is None else make(state).fit_resample(*rows)
                fitted = MODELS[model](state).fit(*rows)
                scores[candidate, repeat, test] = fitted.predict_proba(X[test])[:, 1]
                if (repeat * FOLDS + fold) % every == 0:
                    said = fitted.predict_proba(new)[:, 1]
                    shown[candidate, repeat, fold] = [
                        score(truth, said) for score in SCORES.values()
                    ]
    return y.astype(np.int8), folds, scores, shown


def studies_of(setting: tuple[Any, ...], n_most: int, jobs: int, cache: Path | None) -> list[Any]:
    """Return the studies of a setting, from a file where they are kept."""
    model, n_rows, share, n = setting
    path = None if cache is None else cache / f"{model}_{n_rows}_{share}.npz"
    names = ("y", "fold", "scores", "truth")
    if path is not None and path.exists():
        kept = np.load(path)
        return list(zip(*(kept[name] for name in names), strict=True))[:n_most]
    todo = (delayed(simulate)(model, n_rows, share, seed + 1) for seed in range(min(n, n_most)))
    studies = Parallel(n_jobs=jobs)(todo)
    if path is not None:
        columns = zip(names, zip(*studies, strict=True), strict=True)
        np.savez_compressed(path, **{name: np.array(column) for name, column in columns})
    return list(studies)


def pair_of(study: Any, candidate: int) -> tuple[Evaluator, list[Candidate]]:
    """Return nothing and a remedy as arms of a study."""
    y, folds, scores, _ = study
    blank = np.full((REPEATS, FOLDS), np.nan)
    said = np.zeros(folds.shape, int)
    candidates = [
        Candidate("", "", s[:, :, None], said, True, blank[..., None], "", blank, blank, "done")
        for s in (scores[0], scores[candidate])
    ]
    return Evaluator(
        TableSummary((0, 1), y.astype(int), 1, (), 0), folds, FOLDS, Costs()
    ), candidates


def intervals(study: Any, candidate: int, metric: str) -> Any:
    """Return the estimate and the half widths of three intervals around it."""
    evaluator, candidates = pair_of(study, candidate)
    found = measure_difference(evaluator, METRICS[metric], *candidates, 0.01)
    assert found is not None
    values = [evaluator.values(METRICS[metric], each) for each in candidates]
    differences = (values[1] - values[0]).ravel()
    between, n = differences.var(ddof=1), len(differences)
    rows = found.error**2 - (1 - 1 / FOLDS) * between / n
    corrected = t.ppf(0.975, n - 1) * np.sqrt((1 / n + 1 / (FOLDS - 1)) * between)
    z = norm.ppf(0.975)
    return found.value, z * found.error, corrected, z * np.sqrt(rows)


def bootstrap(y: Any, before: Any, after: Any, score: Any, rng: np.random.RandomState) -> Any:
    """Return the percentile interval of the pooled gain, rows drawn anew (200 times)."""
    improvements = []
    for _ in range(200):
        rows = rng.randint(len(y), size=len(y))
        drawn = [
            score(y[rows], after[repeat, rows]) - score(y[rows], before[repeat, rows])
            for repeat in range(REPEATS)
        ]
        improvements.append(np.mean(drawn))
    return np.quantile(improvements, [0.025, 0.975])


def line(
    setting: tuple[Any, ...], studies: list[Any], candidate: int, metric: str, jobs: int
) -> str:
    """Return one line of the table."""
    at = list(SCORES).index(metric)
    truth = np.nanmean([s[3][candidate, ..., at] - s[3][0, ..., at] for s in studies])
    work = Parallel(n_jobs=jobs)
    found = np.array(work(delayed(intervals)(study, candidate, metric) for study in studies))
    cells = [
        f"{np.mean(np.abs(found[:, 0] - truth) <= half):.3f}, {2 * half.mean():.4f}"
        for half in found[:, 1:].T
    ]
    if candidate == 1:
        drawn = (
            delayed(bootstrap)(
                s[0], s[2][0], s[2][candidate], SCORES[metric], np.random.RandomState(n)
            )
            for n, s in enumerate(studies[:60])
        )
        low, high = np.array(work(drawn)).T
        held = np.mean((low <= truth) & (truth <= high))
        cells.append(f"{held:.3f}, {(high - low).mean():.4f}")
    model, n_rows, share, _ = setting
    head = (
        f"{model}, {n_rows:,} at {share:.0%}",
        list(METHODS)[candidate],
        metric,
        str(len(studies)),
    )
    return "| " + " | ".join([*head, f"{truth:+.4f}", *cells, *[""] * (4 - len(cells))]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", type=Path)
    arguments = parser.parse_args()
    head = "setting", "method", "metric", "studies", "true gain"
    print("| " + " | ".join([*head, "ours", "Nadeau-Bengio", "rows alone", "bootstrap"]) + " |")
    print("|" + "---|" * 9)
    for setting in SETTINGS:
        studies = studies_of(setting, arguments.studies, arguments.jobs, arguments.cache)
        for metric in SCORES:
            for candidate in range(1, len(METHODS)):
                print(line(setting, studies, candidate, metric, arguments.jobs), flush=True)


if __name__ == "__main__":
    main()
