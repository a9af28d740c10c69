"""How many ordinary columns `inspect` takes for columns with sentinels, and how many it misses.

Usage: python benchmarks/sentinels.py [N_DRAWS]
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from counterpoise._table import as_table
from counterpoise.profile import find_sentinels

SENTINELS = (-999, -99999, 9999999, -1e30, 2147483647)


def draw_ordinary(seed: int) -> pd.DataFrame:
    """Draw ordinary columns: skewed, discrete, with many zeros, codes, years."""
    rng = np.random.RandomState(seed)
    n = int(rng.choice([50, 300, 3000]))
    amounts, many = np.exp(rng.normal(size=n) * 2), rng.random_sample(n) < 0.8
    columns = {
        "log-normal": amounts,
        "rounded": np.round(amounts),
        "in tens": np.round(50 * amounts, -1),
        "ending in 99": np.round(amounts * 20) - 0.01,
        "negative": -np.round(amounts),
        "capped": np.minimum(amounts, 20),
        "cauchy": rng.standard_cauchy(n),
        "cauchy, rounded": np.round(rng.standard_cauchy(n)),
        "pareto": np.round(rng.pareto(1, n), 1),
        "power law": rng.zipf(1.7, n).clip(max=10**9),
        "exponential": rng.exponential(size=n),
        "geometric": rng.geometric(0.01, n),
        "powers of two": 2 ** rng.randint(0, 12, n),
        "rare events": rng.poisson(0.05, n),
        "counts": rng.poisson(5, n),
        "many zeros": np.where(many, 0, rng.poisson(30, n)),
        "zero or thousands": np.where(many, 0, rng.randint(1000, 2000, n)),
        "zero or hundred percent": np.where(many, 100, rng.randint(0, 20, n)),
        "two groups": np.where(many, rng.randint(0, 50, n), 1000 + rng.randint(0, 5, n)),
        "binary": rng.randint(0, 2, n),
        "plus and minus": rng.choice([-1, 1], n),
        "codes": rng.choice([1, 2, 3, 10], n),
        "answers": rng.randint(1, 6, n),
        "age": rng.randint(18, 100, n),
        "year": rng.randint(1990, 2024, n),
    }
    return pd.DataFrame(columns)


def draw_with_sentinel(seed: int) -> dict[tuple[str, float], np.ndarray]:
    """Draw columns of 300 rows, of which 6 have a sentinel."""
    rng = np.random.RandomState(seed)
    columns = {
        "normal": rng.normal(50, 10, 300),
        "age": rng.randint(18, 90, 300).astype(float),
        "log-normal": np.exp(rng.normal(size=300)),
        "answers": rng.randint(1, 6, 300).astype(float),
        "income": np.round(np.exp(8 + 0.5 * rng.normal(size=300))),
    }
    planted = {}
    for name, values in columns.items():
        for sentinel in SENTINELS:
            changed = values.copy()
            changed[rng.choice(300, 6, replace=False)] = sentinel
            planted[name, sentinel] = changed
    return planted


def main() -> None:
    """Print the false positives, and the sentinels that are missed."""
    n_draws = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    n_columns, false_positives = 0, []
    for seed in range(n_draws):
        table = draw_ordinary(seed)
        n_columns += table.shape[1]
        false_positives += list(find_sentinels(as_table(table)))
    print(f"{len(false_positives)} of {n_columns:,} ordinary columns: {set(false_positives)}")
    n_planted, missed = 0, []
    for seed in range(n_draws):
        for kind, values in draw_with_sentinel(seed).items():
            n_planted += 1
            found = find_sentinels(as_table(values[:, None])).get(0, ())
            if [float(one.value) for one in found] != [kind[1]]:
                missed.append(kind)
    print(f"{len(missed)} of {n_planted:,} sentinels missed: {set(missed)}")


if __name__ == "__main__":
    main()
