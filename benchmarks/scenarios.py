"""Run studies on simulated tables for which the correct outcome is known, with many seeds.

    python benchmarks/scenarios.py [no-signal] [improvement] [equivalent] [--seeds 100] [--jobs 2]

no-signal    The classes are independent of the features: no method may be "better" or "worse".
improvement  A method improves average precision by 0.05, on a table large enough to detect it.
equivalent   The methods have no effect, on a large table.
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.tree import DecisionTreeClassifier

from counterpoise.ensemble import BalancedBaggingClassifier
from counterpoise.study import Study

SCENARIOS = ("no-signal", "improvement", "equivalent")
EQUIVALENT_METHODS = ["class-weight", "random-over", "random-under", "smote"]
TREE = {"tree": DecisionTreeClassifier(max_depth=8)}
BAGGING = {"bags": lambda tree: BalancedBaggingClassifier(tree, n_estimators=8)}

# Model, method, outcome and improvement of one comparison.
Comparison = tuple[str, str, str, float]


def make_clusters(n_rows: int, minority_share: float, shift: float, seed: int) -> tuple[Any, Any]:
    """Draw two normal classes with six features, whose means differ by `shift` in three of them."""
    rng = np.random.RandomState(seed)
    y = (np.arange(n_rows) < n_rows * minority_share).astype(int)
    X = rng.normal(size=(n_rows, 6))
    X[:, :3] += shift * y[:, None]
    return X, y


def make_study(scenario: str, seed: int) -> tuple[Study, Any, Any]:
    """Return a study, with default settings where none are given, and its table and target."""
    if scenario == "no-signal":
        return Study(random_state=seed), *make_clusters(500, 0.1, 0.0, seed)
    if scenario == "improvement":
        return Study(TREE, BAGGING, random_state=seed), *make_clusters(20_000, 0.1, 0.7, seed)
    return (
        Study("logistic", EQUIVALENT_METHODS, random_state=seed),
        *make_clusters(10_000, 0.2, 0.7, seed),
    )


def run_study(scenario: str, seed: int) -> list[Comparison]:
    """Run one study and return its comparisons."""
    study, X, y = make_study(scenario, seed)
    result = study.run(X, y)
    return [
        (improvement.model, improvement.method, improvement.outcome, improvement.value)
        for improvement in result.improvements
        if not improvement.same_scores
    ]


def estimate_true_improvements(scenario: str, n_models: int = 20) -> dict[str, float]:
    """Estimate the true improvement of each method.

    The models are trained on as many rows as those of a fold and scored on a million test rows.
    """
    improvements: dict[str, list[float]] = {}
    for seed in range(n_models):
        _, X, y = make_study(scenario, 10_000 + seed)
        rows = np.random.RandomState(seed).permutation(len(y))[: len(y) * 4 // 5]
        X, y = X[rows], y[rows]
        X_test, y_test = make_clusters(1_000_000, y.mean(), 0.7, 20_000 + seed)
        scores = {
            name: average_precision_score(y_test, model.fit(X, y).predict_proba(X_test)[:, 1])
            for name, model in _make_models(scenario, seed).items()
        }
        baseline_score = scores.pop("baseline")
        for name, score in scores.items():
            improvements.setdefault(name, []).append(score - baseline_score)
    return {name: float(np.mean(values)) for name, values in improvements.items()}


def _make_models(scenario: str, seed: int) -> dict[str, Any]:
    if scenario == "improvement":
        tree = TREE["tree"].set_params(random_state=seed)
        return {"baseline": tree, "bags": BAGGING["bags"](tree).set_params(random_state=seed)}
    return {
        "baseline": LogisticRegression(),
        "class-weight": LogisticRegression(class_weight="balanced"),
    }


def print_outcomes(studies: list[list[Comparison]]) -> None:
    """Print the outcomes of each method, and the number of studies with each outcome."""
    for name in dict.fromkeys((model, method) for study in studies for model, method, *_ in study):
        comparisons = [item for study in studies for item in study if item[:2] == name]
        counts = Counter(outcome for *_, outcome, _ in comparisons)
        mean = np.mean([value for *_, value in comparisons])
        print(f"  {name[0]} with {name[1]}: mean improvement {mean:+.4f}; {dict(counts)}")
    for outcome in ("better", "worse"):
        n = sum(any(found == outcome for *_, found, _ in study) for study in studies)
        print(f"  studies with the outcome {outcome!r} at least once: {n} of {len(studies)}")
    n = sum(all(found == "equivalent" for *_, found, _ in study) for study in studies)
    print(f"  studies with only the outcome 'equivalent': {n} of {len(studies)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "scenarios", nargs="*", default=SCENARIOS, help=f"default: {' '.join(SCENARIOS)}"
    )
    parser.add_argument("--seeds", type=int, default=100, help="studies per scenario; default: 100")
    parser.add_argument("--jobs", type=int, default=2, help="processes; default: 2")
    arguments = parser.parse_args()
    unknown = set(arguments.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"unknown scenario {min(unknown)!r}; choose from {', '.join(SCENARIOS)}")
    for scenario in arguments.scenarios:
        studies = Parallel(n_jobs=arguments.jobs)(
            delayed(run_study)(scenario, seed) for seed in range(arguments.seeds)
        )
        # Without a signal, no method can change the expected score.
        truth = {} if scenario == "no-signal" else estimate_true_improvements(scenario)
        print(f"{scenario}: {arguments.seeds} studies; true improvements {truth}")
        print_outcomes(studies)


if __name__ == "__main__":
    main()
