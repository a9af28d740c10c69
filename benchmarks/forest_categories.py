"""Compare the codes of categories in a balanced random forest with one-hot encoding.

Usage: COUNTERPOISE_TABLES=FOLDER python benchmarks/forest_categories.py [TABLE ...]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.model_selection import RepeatedStratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from counterpoise.ensemble import BalancedRandomForestClassifier

TABLES = ("adult_sample", "german_credit", "breast_cancer")
METRICS = ("average_precision", "roc_auc", "balanced_accuracy")


def main() -> None:
    """Print the mean of each metric over 5 folds and 5 repeats, and the seconds of a fit."""
    for name in sys.argv[1:] or TABLES:
        X = pd.read_csv(Path(os.environ["COUNTERPOISE_TABLES"]) / f"{name}.csv")
        labels = X.pop("label")
        y = labels == labels.value_counts().idxmin()
        categories = X.columns[~X.dtypes.map(pd.api.types.is_numeric_dtype)].to_list()
        one_hot = make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore", sparse_output=False), categories),
            remainder="passthrough",
        )
        forest = BalancedRandomForestClassifier(random_state=0)
        folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=5, random_state=0)
        for label, model in {"codes": forest, "one-hot": make_pipeline(one_hot, forest)}.items():
            scores = cross_validate(model, X, y, cv=folds, scoring=METRICS, error_score="raise")
            values = " ".join(
                f"{metric} {scores[f'test_{metric}'].mean():.3f}" for metric in METRICS
            )
            print(f"{name:14} {label:8} {values} fit {scores['fit_time'].mean():.2f} s", flush=True)


if __name__ == "__main__":
    main()
