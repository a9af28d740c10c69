"""Compare all oversamplers with the baseline, class weights and threshold tuning.

    python benchmarks/variants.py FOLDER [--only TABLE] [--summary] [--figure variants.png]

Each table is one study: three models with each method, in 5-fold cross-validation. FOLDER has a
journal and a file of results for each table: a run that was interrupted resumes there. With
--summary, nothing is fitted; the table and the figure are made of the results in FOLDER. Tables are
those with numeric features in the folder of `COUNTERPOISE_TABLES`, and three of scikit-learn.

Methods are ranked on each table by the mean score of the three models. Mean ranks differ if the
Friedman test finds a difference; two methods differ if their mean ranks are a critical difference
apart (Nemenyi test); and each method is compared with the baseline (Wilcoxon signed-rank test, with
Holm's correction), as J. Demšar, "Statistical comparisons of classifiers over multiple data sets",
Journal of Machine Learning Research 7, 1-30 (2006), proposes.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from counterpoise import combine, over_sampling
from counterpoise.study import Study

# The positive classes, and columns to leave out: identifiers and text.
FILES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "abalone_19": (("1",), ("sex",)),
    "ecoli": (("om",), ()),
    "ecoli_imu": (("1",), ()),
    "glass": (("vehicle_windows_float",), ()),
    "haberman": (("1",), ()),
    "ionosphere": (("1",), ()),
    "mammography": (("1",), ()),
    "new_thyroid": (("hypo",), ()),
    "oil_spill": (("1",), ("patch",)),
    "phoneme": (("1",), ()),
    "pima_diabetes": (("1",), ()),
    "wheat_seeds": (("kama",), ()),
    "wine_quality_white": (("8", "9"), ()),
}
LOADERS = {"breast_cancer": (load_breast_cancer, 0), "digits": (load_digits, 8)}
LOADERS["wine"] = (load_wine, 2)
MAX_ROWS, MAX_MINORITY = 1_500, 300
MODELS = {
    "logistic": LogisticRegression(max_iter=1000),
    "forest": RandomForestClassifier(50),
    "boosting": HistGradientBoostingClassifier(max_iter=50, early_stopping=False),
}
OTHERS = ("baseline", "class-weight", "threshold")
METRICS = {"average_precision": "average precision", "balanced_accuracy": "balanced accuracy"}
OUTCOMES = ("better", "worse", "equivalent", "inconclusive")
LEVEL = 0.05


def oversampling_methods() -> list[str]:
    """Return the names of all oversamplers, alone and followed by cleaning.

    Those for categorical features do not apply.
    """
    samplers = [getattr(part, name) for part in (over_sampling, combine) for name in part.__all__]
    names = (getattr(sampler, "_method", "") for sampler in samplers)
    return sorted({*names} - {"", "smote-n", "smote-nc"})


def read_table(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the numeric features and the target of a table, sampled if it is large."""
    if name in LOADERS:
        load, positive = LOADERS[name]
        data = load()
        X, y = data.data, (data.target == positive).astype(int)
    else:
        classes, left_out = FILES[name]
        folder = Path(os.environ["COUNTERPOISE_TABLES"])
        frame = pd.read_csv(folder / f"{name}.csv", dtype={"label": str})
        y = frame.pop("label").isin(classes).to_numpy().astype(int)
        X = frame.drop(columns=list(left_out)).to_numpy(float)
    rng = np.random.RandomState(0)
    minority = rng.permutation(np.flatnonzero(y == 1))[:MAX_MINORITY]
    majority = rng.permutation(np.flatnonzero(y == 0))[: MAX_ROWS - len(minority)]
    rows = np.sort(np.concatenate([minority, majority]))
    return X[rows], y[rows]


def run_study(name: str, folder: Path) -> None:
    """Run the study of a table, and save its scores and outcomes."""
    path = folder / f"{name}.json"
    if path.exists():
        return
    start = time.process_time()
    X, y = read_table(name)
    study = Study(
        MODELS,
        [*OTHERS, *oversampling_methods()],
        metrics=list(METRICS),
        cv=(5, 1),
        random_state=0,
        journal=folder / f"{name}.journal",
    )
    result = study.run(X, y)
    frame = result.to_frame()
    frame = frame[(frame["status"] == "done") & (frame["model"] != "dummy")]
    record = {
        "rows": len(y),
        "features": X.shape[1],
        "minority": int(y.sum()),
        "scores": frame.groupby(["method", "model"])[list(METRICS)]
        .mean()
        .reset_index()
        .to_dict("records"),
        "outcomes": [[item.method, item.outcome] for item in result.improvements],
        "not done": [
            [item.model, item.method, item.status, item.message]
            for item in result.candidates
            if item.status != "done"
        ],
    }
    path.write_text(json.dumps(record, indent=1))
    seconds = time.process_time() - start
    print(f"{name}: {len(y)} × {X.shape[1]}, {y.sum()} minority, {seconds:.0f} s", flush=True)


@dataclass(frozen=True)
class Scores:
    """The scores of the methods in one metric, the mean of the models: a row for each table."""

    metric: str
    methods: list[str]
    values: np.ndarray

    @property
    def mean_ranks(self) -> np.ndarray:
        """The mean rank of each method over the tables; 1 is the best."""
        return stats.rankdata(-self.values, axis=1).mean(axis=0)

    @property
    def improvements(self) -> np.ndarray:
        """The difference between each method and the baseline, on each table."""
        return self.values - self.values[:, [self.methods.index("baseline")]]

    @property
    def friedman_p_value(self) -> float:
        """The p-value of the hypothesis that all methods are the same."""
        return float(stats.friedmanchisquare(*self.values.T).pvalue)

    @property
    def critical_difference(self) -> float:
        """The difference of mean ranks that is significant in the Nemenyi test."""
        n, k = self.values.shape
        quantile = stats.studentized_range.ppf(1 - LEVEL, k, np.inf) / np.sqrt(2)
        return float(quantile * np.sqrt(k * (k + 1) / (6 * n)))

    def p_values(self) -> dict[str, float]:
        """Compare each method with the baseline; return p-values with Holm's correction."""
        raw = {
            method: float(stats.wilcoxon(change).pvalue) if change.any() else 1.0
            for method, change in zip(self.methods, self.improvements.T, strict=True)
            if method != "baseline"
        }
        adjusted, largest = {}, 0.0
        for i, method in enumerate(sorted(raw, key=raw.__getitem__)):
            largest = max(largest, min(1.0, raw[method] * (len(raw) - i)))
            adjusted[method] = largest
        return adjusted


def collect_scores(records: Iterable[dict[str, Any]], metric: str) -> Scores:
    """Return the mean scores of the methods that all models were fitted with on all tables."""
    means = []
    for record in records:
        scores: dict[str, list[float]] = {}
        for row in record["scores"]:
            scores.setdefault(row["method"], []).append(row[metric])
        means.append({key: np.mean(v) for key, v in scores.items() if len(v) == len(MODELS)})
    methods = sorted(set.intersection(*(set(table) for table in means)))
    values = np.array([[table[method] for method in methods] for table in means])
    return Scores(metric, methods, values)


def count_outcomes(records: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Count how often the studies found each method better than the baseline, worse, and so on."""
    return Counter(
        (method, outcome) for record in records for method, outcome in record["outcomes"]
    )


def format_table(records: list[dict[str, Any]]) -> str:
    """Return the results as a table in Markdown, sorted by the rank in average precision."""
    primary, other = (collect_scores(records, metric) for metric in METRICS)
    outcomes = count_outcomes(records)
    names = ["method", " / ".join(OUTCOMES)]
    for label in METRICS.values():
        names += [f"{label}: mean rank", "improvement", "p (Holm)"]
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for i in np.argsort(primary.mean_ranks):
        method = primary.methods[i]
        counts = [outcomes[method, outcome] for outcome in OUTCOMES]
        cells = [method, " / ".join(map(str, counts)) if any(counts) else ""]
        for scores in (primary, other):
            j = scores.methods.index(method)
            p_value = scores.p_values().get(method)
            cells.append(f"{scores.mean_ranks[j]:.1f}")
            improvement = round(float(scores.improvements[:, j].mean()), 3) + 0.0
            cells.append(f"{improvement:+.3f}".replace("-", "−") if p_value is not None else "")
            cells.append(f"{p_value:.3f}" if p_value is not None else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def format_tests(scores: Scores) -> str:
    """Return what the tests over all methods find, in a sentence."""
    n, k = scores.values.shape
    return (
        f"{METRICS[scores.metric]}: {k} methods on {n} tables; Friedman test p = "
        f"{scores.friedman_p_value:.2g}; critical difference {scores.critical_difference:.1f} ranks"
    )


def find_groups(ranks: np.ndarray, difference: float) -> list[tuple[float, float]]:
    """Return the first and the last rank of each largest group that does not differ."""
    groups: list[tuple[float, float]] = []
    for first in np.sort(ranks):
        last = float(ranks[ranks <= first + difference].max())
        if last > first and (not groups or last > groups[-1][1]):
            groups.append((float(first), last))
    return groups


def draw_diagram(axes: Any, scores: Scores) -> None:
    """Draw a critical-difference diagram: the best methods on the left."""
    ranks, order = scores.mean_ranks, np.argsort(scores.mean_ranks)
    k = len(ranks)
    half = (k + 1) // 2
    groups = find_groups(ranks, scores.critical_difference)
    low, high, top = ranks.min() - 0.5, ranks.max() + 0.5, 1.5 + 0.8 * len(groups)
    axes.set(xlim=(low - 0.45 * (high - low), high + 0.45 * (high - low)), ylim=(half + top, -2.5))
    axes.axis("off")
    axes.plot([low, high], [0, 0], color="black", lw=1)
    for tick in range(int(np.ceil(low)), int(high) + 1, 2):
        axes.plot([tick, tick], [0, -0.3], color="black", lw=1)
        axes.text(tick, -0.5, tick, ha="center", va="bottom", fontsize=8)
    for i, (first, last) in enumerate(groups):
        axes.plot([first - 0.1, last + 0.1], [0.8 + 0.8 * i] * 2, color="black", lw=3)
    for position, index in enumerate(order):
        is_left = position < half
        y = top + (position if is_left else k - 1 - position)
        edge = low if is_left else high
        is_other = scores.methods[index] in OTHERS
        color = "tab:red" if is_other else "black"
        axes.plot([ranks[index], ranks[index], edge], [0, y, y], color=color, lw=0.7)
        axes.text(
            edge + (-0.1 if is_left else 0.1),
            y,
            f"{scores.methods[index]} ({ranks[index]:.1f})",
            ha="right" if is_left else "left",
            va="center",
            fontsize=8,
            color=color,
            fontweight="bold" if is_other else "normal",
        )
    axes.plot([low, low + scores.critical_difference], [-1.9, -1.9], color="black", lw=1)
    axes.text(low, -2.0, f"critical difference {scores.critical_difference:.1f}", fontsize=8)
    axes.set_title(f"mean rank in {METRICS[scores.metric]}", fontsize=10)


def draw_figure(records: list[dict[str, Any]], path: str) -> None:
    """Draw a critical-difference diagram for each metric."""
    with mpl.rc_context({"font.family": "sans-serif"}):
        figure = Figure(figsize=(9, 10), dpi=120, layout="constrained")
        for axes, metric in zip(figure.subplots(2), METRICS, strict=True):
            draw_diagram(axes, collect_scores(records, metric))
        figure.savefig(path)


def print_summary(folder: Path, figure: str | None) -> None:
    """Print the table and the tests, and draw the figure, from the results that there are."""
    names = [name for name in (*FILES, *LOADERS) if (folder / f"{name}.json").exists()]
    records = [json.loads((folder / f"{name}.json").read_text()) for name in names]
    if len(records) < 2:
        print("ranks need the results of two tables or more")
        return
    for metric in METRICS:
        print(format_tests(collect_scores(records, metric)))
    print(f"\n{format_table(records)}\n")
    for name, record in zip(names, records, strict=True):
        for model, method, status, message in record["not done"]:
            print(f"{name}: {model} with {method} {status}: {message}")
    if figure:
        draw_figure(records, figure)


def main() -> None:
    """Run the studies that are not done, and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where results are saved")
    parser.add_argument("--only", choices=[*FILES, *LOADERS], help="run the study of one table")
    parser.add_argument("--summary", action="store_true", help="fit nothing")
    parser.add_argument("--figure", help="file of the critical-difference diagrams")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if not options.summary:
        warnings.simplefilter("ignore")
        for name in [options.only] if options.only else [*FILES, *LOADERS]:
            run_study(name, options.folder)
    print_summary(options.folder, options.figure)


if __name__ == "__main__":
    main()
