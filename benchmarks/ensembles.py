"""Compare the ranking quality of balanced ensembles on real tables, with their default parameters.

Run it with ``python benchmarks/ensembles.py``. Tables are those of `COUNTERPOISE_TABLES` and two of
scikit-learn; the positive class is the smallest with 15 samples or more, categories are one-hot
encoded, and missing values are replaced by -1. The figures are means over 5 folds. A fit that
raises an error is counted as failed, and all its scores are equal.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imblearn.ensemble
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from counterpoise.ensemble import (
    BalancedBaggingClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
    SMOTEBaggingClassifier,
    SMOTEBoostClassifier,
)
from counterpoise.over_sampling import SMOTE

MODELS: dict[str, Any] = {
    "RUSBoost (M2)": RUSBoostClassifier,
    "RUSBoost (SAMME)": lambda **params: RUSBoostClassifier(algorithm="SAMME", **params),
    "RUSBoost of imbalanced-learn": imblearn.ensemble.RUSBoostClassifier,
    "EasyEnsemble": EasyEnsembleClassifier,
    "BalancedBagging": BalancedBaggingClassifier,
    "SMOTEBoost": lambda **params: SMOTEBoostClassifier(sampler=sampler(), **params),
    "SMOTEBagging": lambda **params: SMOTEBaggingClassifier(sampler=sampler(), **params),
}
MIN_SAMPLES = 15


def sampler() -> SMOTE:
    """Return SMOTE for the smallest training folds, too."""
    return SMOTE(small_classes="shrink_k")


def read_tables() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the name, the features and the target of each table."""
    for path in sorted(Path(os.environ["COUNTERPOISE_TABLES"]).glob("*.csv")):
        frame = pd.read_csv(path, dtype={"label": str})
        label = frame.pop("label")
        counts = label.value_counts()
        y = (label == counts[counts >= MIN_SAMPLES].index[-1]).to_numpy().astype(int)
        yield path.stem, pd.get_dummies(frame, dtype=float).fillna(-1).to_numpy(), y
    cancer, digits = load_breast_cancer(), load_digits()
    yield "breast cancer of scikit-learn", cancer.data, 1 - cancer.target
    yield "digits", digits.data, (digits.target == 8).astype(int)


def evaluate(model: Any, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return area under the ROC curve, average precision and number of failed fits."""
    figures = []
    folds = StratifiedKFold(5, shuffle=True, random_state=0).split(X, y)
    for fold, (train, test) in enumerate(folds):
        try:
            scores = model(random_state=fold).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
            failed = 0
        except ValueError:
            scores, failed = np.zeros(len(test)), 1
        ranked = roc_auc_score(y[test], scores), average_precision_score(y[test], scores)
        figures.append([*ranked, failed])
    auc, precision, _ = np.mean(figures, axis=0)
    return np.array([auc, precision, sum(failed for *_, failed in figures)])


def main() -> None:
    """Print a line for each table, and the means."""
    warnings.simplefilter("ignore")
    print(f"| table | {' | '.join(MODELS)} |")
    print("|---" * (len(MODELS) + 1) + "|")
    rows = []
    for name, X, y in read_tables():
        rows.append([evaluate(model, X, y) for model in MODELS.values()])
        cells = (f"{auc:.3f} {precision:.3f} {failed:.0f}" for auc, precision, failed in rows[-1])
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    means = np.mean(rows, axis=0)
    failures = np.sum(rows, axis=0)[:, 2]
    cells = (f"{m[0]:.3f} {m[1]:.3f} {n:.0f}" for m, n in zip(means, failures, strict=True))
    print(f"| all | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
