"""Compare distances in original, standard and robust units on tables with a target column.

    python benchmarks/units.py TABLE.csv:TARGET [TABLE.csv:TARGET ...]

For each table: the column with the largest share of the squared distance, the sample types of the
minority class in each unit, and the improvement in average precision of SMOTE over the baseline.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

import counterpoise
from counterpoise.over_sampling import SMOTE, SMOTENC
from counterpoise.study import Study

SCALES: dict[str, Any] = {"original": None, "standard": "standard", "robust": "robust"}


def describe_sample_types(table: pd.DataFrame, target: str) -> list[str]:
    """Return the dominant column, and the safe and outlying shares of the minority class."""
    cells = []
    for scale in SCALES.values():
        profile = counterpoise.inspect(table, target, scale=scale)
        counts = profile.sample_types[0]
        hard = (counts.rare + counts.outlier) / counts.n_evaluated
        cells.append(f"{counts.safe / counts.n_evaluated:.0%} / {hard:.0%}")
    top = max(profile.columns, key=lambda column: column.distance_share or 0)
    return [f"{top.name} ({top.distance_share:.1%})", *cells]


def compare_smote(table: pd.DataFrame, target: str) -> list[str]:
    """Return the improvement in average precision by model and unit, with its interval."""
    X, y = table.drop(columns=target), table[target]
    smote = SMOTE if X.select_dtypes("number").shape[1] == X.shape[1] else SMOTENC
    keyword = {} if smote is SMOTE else {"categorical_features": "auto"}
    methods = {name: smote(scale=scale, **keyword) for name, scale in SCALES.items()}
    result = Study(["logistic", "neighbors", "boosting"], methods, random_state=0).run(X, y)
    improvements = {(item.model, item.method): item for item in result.improvements}
    return [
        " / ".join(
            f"{improvements[model, name].value:+.3f}"
            for model in ("logistic", "neighbors", "boosting")
        )
        for name in SCALES
    ]


def main() -> None:
    """Print one row for each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="+", metavar="TABLE.csv:TARGET")
    names = [f"{part}, {name}" for part in ("safe / rare or outlier", "SMOTE") for name in SCALES]
    print("| table | largest share | " + " | ".join(names) + " |")
    print("|" + "---|" * (len(names) + 2))
    for text in parser.parse_args().tables:
        path, _, target = text.rpartition(":")
        table = pd.read_csv(path)
        cells = [*describe_sample_types(table, target), *compare_smote(table, target)]
        print(f"| {Path(path).stem} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
