"""Whether a study says what is true: three worlds whose truth is known, many seeds each.

    python benchmarks/worlds.py [nothing] [gain] [equal] [--seeds 100] [--jobs 2]

nothing   labels are independent of the features: no remedy may be said to help or harm
gain      a remedy gains 0.05 in average precision, on a table large enough to see it
equal     remedies make no difference, on a large table
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

EQUAL = ["class-weight", "random-over", "random-under", "smote"]
TREE = {"tree": DecisionTreeClassifier(max_depth=8)}
BAGS = {"bags": lambda tree: BalancedBaggingClassifier(tree, n_estimators=8)}


def clusters(n_rows: int, share: float, shift: float, seed: int) -> tuple[Any, Any]:
    """Return two normal classes in six columns, `shift` apart in each of three."""
    rng = np.random.RandomState(seed)
    y = (np.arange(n_rows) < n_rows * share).astype(int)
    X = rng.normal(size=(n_rows, 6))
    X[:, :3] += shift * y[:, None]
    return X, y


def study_of(world: str, seed: int) -> tuple[Study, Any, Any]:
    """Return a study and its table; all settings that are not named are the defaults."""
    if world == "baseline":
        return Study(random_state=seed), *clusters(500, 0.1, 0.0, seed)
    if world == "improvement":
        return Study(TREE, BAGS, random_state=seed), *clusters(20_000, 0.1, 0.7, seed)
    return Study("logistic", EQUAL, random_state=seed), *clusters(10_000, 0.2, 0.7, seed)


def texts(world: str, seed: int) -> list[tuple[str, str, str, float]]:
    """Run one study; return its words."""
    study, X, y = study_of(world, seed)
    result = study.run(X, y)
    return [
        (improvement.model, improvement.method, improvement.outcome, improvement.value)
        for improvement in result.improvements
        if not improvement.same_scores
    ]


def true_gain(world: str, n_models: int = 20) -> dict[str, float]:
    """Return the gains of remedies, of models trained on one fold's rows, on 10⁶ new rows."""
    improvements: dict[str, list[float]] = {}
    for seed in range(n_models):
        _, X, y = study_of(world, 10_000 + seed)
        rows = np.random.RandomState(seed).permutation(len(y))[: len(y) * 4 // 5]
        X, y = X[rows], y[rows]
        new, truth = clusters(1_000_000, y.mean(), 0.7, 20_000 + seed)
        if world == "improvement":
            tree = TREE["tree"].set_params(random_state=seed)
            candidates = {
                "baseline": tree,
                "bags": BAGS["bags"](tree).set_params(random_state=seed),
            }
        else:
            candidates = {
                "baseline": LogisticRegression(),
                "class-weight": LogisticRegression(class_weight="balanced"),
            }
        score = {
            name: average_precision_score(truth, candidate.fit(X, y).predict_proba(new)[:, 1])
            for name, candidate in candidates.items()
        }
        for name in candidates:
            improvements.setdefault(name, []).append(score[name] - score["baseline"])
    return {
        name: float(np.mean(values)) for name, values in improvements.items() if name != "baseline"
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("worlds", nargs="*", default=["baseline", "improvement", "equal"])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    for world in arguments.worlds:
        by_outcome = Parallel(n_jobs=arguments.jobs)(
            delayed(texts)(world, seed) for seed in range(arguments.seeds)
        )
        truth = {} if world == "baseline" else true_gain(world)
        print(f"{world}: {arguments.seeds} studies; true gains {truth}")
        for name in dict.fromkeys(
            (model, method) for study in by_outcome for model, method, *_ in study
        ):
            counts = Counter(
                outcome for study in by_outcome for *who, outcome, _ in study if (*who,) == name
            )
            mean = np.mean(
                [value for study in by_outcome for *who, _, value in study if (*who,) == name]
            )
            print(f"  {name[0]} with {name[1]}: mean gain {mean:+.4f}; {dict(counts)}")
        for outcome in ("better", "worse"):
            n = sum(any(found == outcome for *_, found, _ in study) for study in by_outcome)
            print(f"  studies that say {outcome!r} anywhere: {n} of {len(by_outcome)}")
        n = sum(all(found == "equivalent" for *_, found, _ in s) for s in by_outcome)
        print(
            f"  studies that say 'no material difference' everywhere: {n} of {len(by_outcome)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
