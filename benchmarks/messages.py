"""Measure what a study gets from a column of free text: left out, as a category, and by TF-IDF.

Two tables of 2,000 texts and two numbers: paragraphs of scikit-learn's docstrings (is it one of a
linear model?), and simulated messages (is it spam?), in which 40 words are four times as frequent.
Usage: python benchmarks/messages.py
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn

from counterpoise.study import Study

N_ROWS, N_WORDS, SHARE = 2000, 2000, 0.13
LINEAR = ("linear_model", "svm", "_loss")


def paragraphs() -> Iterator[tuple[str, bool]]:
    """Yield the paragraphs of docstrings, and whether they describe linear models."""
    root = Path(sklearn.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                for part in re.split(r"\n\s*\n", ast.get_docstring(node) or ""):
                    text = " ".join(part.split())
                    if 60 < len(text) < 400 and "---" not in text and ">>>" not in text:
                        yield text, path.relative_to(root).parts[0] in LINEAR


def docstrings(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a table of paragraphs of docstrings; about 14% are positive."""
    unique = pd.DataFrame(paragraphs(), columns=["message", "y"]).drop_duplicates("message")
    chosen = unique.sample(N_ROWS, random_state=rng.integers(2**31))
    return add_numbers(chosen["message"].to_list(), rng), chosen["y"].to_numpy()


def messages(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a table of random words, with frequencies that fall as in Zipf's law."""
    shares = 1 / np.arange(1, N_WORDS + 1)
    of_spam = shares.copy()
    of_spam[rng.choice(np.arange(20, 400), 40, replace=False)] *= 4
    y = rng.random(N_ROWS) < SHARE
    texts = []
    for is_spam in y:
        weights = of_spam if is_spam else shares
        words = rng.choice(N_WORDS, rng.poisson(14) + 2, p=weights / weights.sum())
        texts.append(" ".join(f"word{i}" for i in words))
    return add_numbers(texts, rng), y


def add_numbers(texts: list[str], rng: np.random.Generator) -> pd.DataFrame:
    """Return a table of the texts, their lengths and noise."""
    lengths = [len(text) for text in texts]
    return pd.DataFrame({"message": texts, "length": lengths, "hour": rng.normal(size=N_ROWS)})


def main() -> None:
    """Print the average precision of the baseline, and the improvement of SMOTE."""
    warnings.simplefilter("ignore")
    for make_table in (docstrings, messages):
        X, y = make_table(np.random.default_rng(0))
        for name, use in {
            "left out": {},
            "category": {"keep": "message"},
            "TF-IDF": {"text": "message"},
        }.items():
            study = Study(["logistic", "forest"], "smote", cv=(5, 1), random_state=0)
            for item in study.run(X, y, **use).improvements:
                print(
                    f"{make_table.__name__:10} {y.mean():.3f} {name:8} {item.model:9} "
                    f"{item.baseline_score:.3f} {item.value:+.3f} "
                    f"[{item.low:+.3f}, {item.high:+.3f}] {item.outcome}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
