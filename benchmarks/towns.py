"""Measure whether a study reports harm from random oversampling that comes from the encoding.

500 towns with frequencies that fall as in Zipf's law, each with an effect on the target, and five
numeric features. Usage: python benchmarks/towns.py [N_TABLES]
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd

from counterpoise.study import Study

N_ROWS, N_TOWNS = 4000, 500


def make_table(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return features and target; about 12% of the rows are positive."""
    rng = np.random.default_rng(seed)
    shares = 1 / np.arange(1, N_TOWNS + 1) ** 0.7
    town = rng.choice(N_TOWNS, N_ROWS, p=shares / shares.sum())
    effect, X = rng.normal(0, 0.8, N_TOWNS), rng.normal(size=(N_ROWS, 5))
    logit = -2.8 + effect[town] + X[:, 0] + 0.5 * X[:, 1]
    table = pd.DataFrame(X, columns=[f"x{j}" for j in range(5)])
    return table.assign(town=[f"town {i}" for i in town]), rng.random(N_ROWS) < 1 / (
        1 + np.exp(-logit)
    )


def main() -> None:
    """Print the improvement of random oversampling with and without the towns."""
    warnings.simplefilter("ignore")
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        X, y = make_table(seed)
        for name, table in {"with towns": X, "without": X.drop(columns="town")}.items():
            study = Study(["logistic", "boosting"], "random-over", cv=(5, 1), random_state=seed)
            for item in study.run(table, y).improvements:
                print(
                    f"{seed} {name:10} {item.model:9} {item.baseline_score:.3f} "
                    f"{item.value:+.3f} [{item.low:+.3f}, {item.high:+.3f}] {item.outcome}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
