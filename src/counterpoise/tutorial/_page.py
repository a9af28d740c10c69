"""Page of the tutorial: results and pictures in, one self-contained HTML file out.

The text is in ``page.html.j2``. This module computes the numbers that it quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise._lib.format_text import format_number, format_percent
from counterpoise._lib.templates import render_template
from counterpoise.display._style import BLUE, GREEN, INK, ORANGE, PAPER, QUIET
from counterpoise.tutorial._findings import compute_findings
from counterpoise.tutorial._pictures import BACKGROUND_OPACITY
from counterpoise.tutorial._records import Experiment, FittedSVM
from counterpoise.tutorial._repetitions import CONSTANT_TOLERANCE, METRICS, MODELS, Repetitions

# The colors in the pictures, and the CSS variables that replace them: the style sheet defines
# these for light and for dark mode.
_CSS_VARIABLES = {
    INK: "ink",
    PAPER: "paper",
    QUIET: "muted",
    BLUE: "blue",
    ORANGE: "orange",
    GREEN: "green",
}

_TABLES = {
    "balanced.csv": "the balanced data",
    "imbalanced.csv": "the imbalanced data: most samples of class 1 removed",
    "random_oversampling.csv": "the imbalanced data after random oversampling",
    "smote_k1.csv": "the imbalanced data after SMOTE, k = 1",
    "smote_k2.csv": "the imbalanced data after SMOTE, k = 2",
    "smote_k8.csv": "the imbalanced data after SMOTE, k = 8",
    "repetitions.csv": "all scores of each model and seed",
}

ALT_TEXTS = {
    "balanced": "Scatter plot of the balanced data: two clusters, a few labels exchanged.",
    "balanced_svm": "The decision boundary for balanced data: a line between the two clusters.",
    "imbalanced": "Scatter plot of the imbalanced data: the cluster of class 0 and ten samples of "
    "class 1.",
    "imbalanced_svm": "The predictions of the SVM trained on imbalanced data.",
    "random_oversampling": "The ten samples of class 1, each with its number of copies.",
    "random_oversampling_svm": "The decision boundary after random oversampling: a line between "
    "the clusters.",
    "smote_example": "A base sample, lines to its nearest neighbors, and a synthetic sample on one "
    "of the lines.",
    "smote_k1": "SMOTE with k = 1: the synthetic samples lie on a few segments.",
    "smote_k2": "SMOTE with k = 2: the synthetic samples form a network.",
    "smote_k8": "SMOTE with k = 8: the synthetic samples form one cluster between the ten real "
    "samples.",
    "smote_svm": "The decision boundary after SMOTE: a line between the clusters.",
    "two_boundaries": "The decision boundary for balanced data next to the one after SMOTE.",
    "four_boundaries": "The decision boundaries of four SVMs, drawn over the balanced data.",
    "repetitions": "Dot plot of each metric and model: mean, confidence interval, single seeds.",
}

_SVM_NAMES = {
    "balanced": "balanced data",
    "imbalanced": "imbalanced data",
    "random_oversampling": "random oversampling",
    "smote_k1": "SMOTE, k\u00a0=\u00a01",
    "smote_k2": "SMOTE, k\u00a0=\u00a02",
    "smote_k8": "SMOTE, k\u00a0=\u00a08",
}


@dataclass(frozen=True)
class SVMRow:
    """One row of the table of SVMs."""

    name: str
    svm: FittedSVM
    angle: float | None  # to the boundary for balanced data, in degrees; None without a boundary


def render(results: Experiment, repetitions: Repetitions, svgs: dict[str, str]) -> str:
    """Render the page.

    Parameters
    ----------
    results : Experiment
        Results with the tutorial's own seed.
    repetitions : Repetitions
        Results with the other seeds.
    svgs : dict of str to str
        The pictures as SVG elements, by file name without extension; one for each key of
        ``ALT_TEXTS``.

    Returns
    -------
    str
        An HTML document that loads no other file.

    Examples
    --------
    >>> from counterpoise.tutorial._experiment import run_experiment
    >>> from counterpoise.tutorial._repetitions import run_repetitions
    >>> svgs = dict.fromkeys(ALT_TEXTS, "<svg></svg>")
    >>> render(run_experiment(), run_repetitions(2), svgs)[:15]
    '<!doctype html>'
    """
    values = {
        "results": results,
        "repetitions": repetitions,
        "pictures": {name: _embed(svg, name, ALT_TEXTS[name]) for name, svg in svgs.items()},
        # Shown a second time, next to the boundary after SMOTE: it needs ids of its own.
        "balanced_svm_again": _embed(svgs["balanced_svm"], "again", ALT_TEXTS["balanced_svm"]),
        "findings": {finding.code: finding.text for finding in compute_findings(repetitions)},
        "svm_rows": _build_svm_rows(results),
        "tables": _TABLES,
        "alt_texts": ALT_TEXTS,
        "models": MODELS,
        "metrics": METRICS,
        "constant_tolerance": CONSTANT_TOLERANCE,
        "versions": {name: version(name) for name in ("counterpoise", "scikit-learn", "numpy")},
        **_compute_numbers(results),
    }
    filters: dict[str, Callable[..., str]] = {
        "typographic": _to_typographic_quotes,
        "number": format_number,
        "percent": format_percent,
    }
    return render_template("counterpoise.tutorial", "page.html.j2", values, filters)


def _embed(svg: str, name: str, alt_text: str) -> str:
    """Prepare a picture for the page: alt text, unique ids, the page's colors, no addresses."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg).replace("xlink:href", "href")
    # The size follows from the viewBox and the column of the page, not from printer's points.
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'id="', f'id="{name}-', svg)
    svg = svg.replace("url(#", f"url(#{name}-").replace('href="#', f'href="#{name}-')
    for color, variable in _CSS_VARIABLES.items():
        svg = svg.replace(color, f"var(--{variable})")
    svg = svg.replace(f"opacity: {BACKGROUND_OPACITY}", "opacity: var(--background-opacity)")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt_text)}"', 1)


def _build_svm_rows(results: Experiment) -> list[SVMRow]:
    balanced = results.svms["balanced"]
    return [
        SVMRow(name, results.svms[key], _compute_angle(results.svms[key], balanced))
        for key, name in _SVM_NAMES.items()
    ]


def _compute_angle(svm: FittedSVM, other: FittedSVM) -> float | None:
    """Compute the angle between two decision boundaries in degrees; None without a boundary."""
    if svm.positive_share in (0.0, 1.0):
        return None
    lengths = float(np.linalg.norm(svm.coef) * np.linalg.norm(other.coef))
    cosine = float(svm.coef @ other.coef) / lengths
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _compute_numbers(results: Experiment) -> dict[str, Any]:
    n_duplicates = results.oversampled.n_duplicates[results.imbalanced.y == 1]
    n_majority, n_minority = results.imbalanced.counts
    angles = [row.angle for row in _build_svm_rows(results) if row.angle is not None]
    variances = {
        k: _compute_total_variance(resampled.dataset.X[resampled.is_synthetic])
        for k, resampled in results.smote.items()
    }
    return {
        "majority_share": n_majority / (n_majority + n_minority),
        "n_grid_points": results.svms["imbalanced"].predicted.size,
        "n_grid_positive": int(results.svms["imbalanced"].predicted.sum()),
        "fewest_copies": int(n_duplicates.min()),
        "most_copies": int(n_duplicates.max()),
        "largest_angle": max(angles),
        "n_pairs": n_minority * (n_minority - 1) // 2,
        "real_variance": _compute_total_variance(results.imbalanced.samples_of(1)),
        "synthetic_variance": variances,
    }


def _compute_total_variance(samples: NDArray[np.float64]) -> float:
    """Compute the sum of the variances of the features."""
    return float(samples.var(axis=0).sum())


def _to_typographic_quotes(text: str) -> str:
    text = re.sub(r'(^|[\s(=])"', r"\1“", text).replace('"', "”")
    return text.replace("'", "’")
