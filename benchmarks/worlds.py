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
    random = np.random.RandomState(seed)
    y = (np.arange(n_rows) < n_rows * share).astype(int)
    X = random.normal(size=(n_rows, 6))
    X[:, :3] += shift * y[:, None]
    return X, y


def study_of(world: str, seed: int) -> tuple[Study, Any, Any]:
    """Return a study and its table; all settings that are not named are the defaults."""
    if world == "nothing":
        return Study(random_state=seed), *clusters(500, 0.1, 0.0, seed)
    if world == "gain":
        return Study(TREE, BAGS, random_state=seed), *clusters(20_000, 0.1, 0.7, seed)
    return Study("logistic", EQUAL, random_state=seed), *clusters(10_000, 0.2, 0.7, seed)


def words(world: str, seed: int) -> list[tuple[str, str, str, float]]:
    """Run one study; return its words."""
    study, X, y = study_of(world, seed)
    result = study.run(X, y)
    return [
        (gain.model, gain.remedy, gain.word, gain.value)
        for gain in result.verdicts
        if not gain.same
    ]


def true_gain(world: str, n_models: int = 20) -> dict[str, float]:
    """Return the gains of remedies, of models trained on one fold's rows, on 10⁶ new rows."""
    gains: dict[str, list[float]] = {}
    for seed in range(n_models):
        _, X, y = study_of(world, 10_000 + seed)
        rows = np.random.RandomState(seed).permutation(len(y))[: len(y) * 4 // 5]
        X, y = X[rows], y[rows]
        new, truth = clusters(1_000_000, y.mean(), 0.7, 20_000 + seed)
        if world == "gain":
            tree = TREE["tree"].set_params(random_state=seed)
            arms = {"nothing": tree, "bags": BAGS["bags"](tree).set_params(random_state=seed)}
        else:
            arms = {
                "nothing": LogisticRegression(),
                "class-weight": LogisticRegression(class_weight="balanced"),
            }
        score = {
            name: average_precision_score(truth, arm.fit(X, y).predict_proba(new)[:, 1])
            for name, arm in arms.items()
        }
        for name in arms:
            gains.setdefault(name, []).append(score[name] - score["nothing"])
    return {name: float(np.mean(values)) for name, values in gains.items() if name != "nothing"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("worlds", nargs="*", default=["nothing", "gain", "equal"])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    for world in arguments.worlds:
        told = Parallel(n_jobs=arguments.jobs)(
            delayed(words)(world, seed) for seed in range(arguments.seeds)
        )
        truth = {} if world == "nothing" else true_gain(world)
        print(f"{world}: {arguments.seeds} studies; true gains {truth}")
        for name in dict.fromkeys((model, remedy) for study in told for model, remedy, *_ in study):
            counts = Counter(word for study in told for *who, word, _ in study if (*who,) == name)
            mean = np.mean([value for study in told for *who, _, value in study if (*who,) == name])
            print(f"  {name[0]} with {name[1]}: mean gain {mean:+.4f}; {dict(counts)}")
        for word in ("helps", "harms"):
            n = sum(any(found == word for *_, found, _ in study) for study in told)
            print(f"  studies that say {word!r} anywhere: {n} of {len(told)}")
        n = sum(all(found == "no material difference" for *_, found, _ in s) for s in told)
        print(
            f"  studies that say 'no material difference' everywhere: {n} of {len(told)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
