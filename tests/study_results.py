"""A synthetic study for tests: a calibrated baseline, and a method that shifts probabilities."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from scipy.special import expit, logit

from counterpoise.study import Costs, StudyResult
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Candidate, Settings, TableSummary

N, SHARE = 600, 0.1


@cache  # tests of findings, plots, pages and the browser use the same few results
def make_result(
    offset: float = 0.0,
    prior: float = SHARE,
    *,
    n: int = N,
    signal: float = 2.0,
    lift: float = 0.0,
    noise: float = 0.0,
    seed: int = 0,
    **changes: Any,
) -> StudyResult:
    """Return a study of one calibrated model and one method that shifts its log-odds."""
    rng = np.random.RandomState(seed)
    hidden = rng.normal(size=n)
    truth = expit(logit(SHARE) + signal * hidden - signal**2 / 4)
    codes = (rng.random_sample(n) < truth).astype(int)
    folds = np.stack([rng.permutation(np.arange(n) % 5) for _ in range(2)])
    odds = np.stack([logit(truth)] * 2)
    moved = odds + offset + lift * codes + noise * rng.normal(size=odds.shape)
    blank = np.full((2, 5), np.nan)

    def candidate(model: str, method: str, scores: Any, share: float) -> Candidate:
        priors = np.full((2, 5, 2), [1 - share, share])
        predicted = (scores > 0.5).astype(int)
        seconds = np.ones((2, 5))
        return Candidate(
            model,
            method,
            scores[:, :, None],
            predicted,
            True,
            priors,
            "exact",
            blank,
            seconds,
            "done",
        )

    share = codes.mean()
    candidates = (
        candidate("m", "baseline", expit(odds), share),
        candidate("dummy", "baseline", np.full((2, n), share), share),
        candidate("m", "smote", expit(moved), prior if prior != SHARE else share),
    )
    settings = Settings(
        "average_precision",
        tuple(METRICS),
        Costs(),
        {name: metric.margin for name, metric in METRICS.items()},
        0.95,
        0,
        (("m", "a model"), ("dummy", "class proportions")),
        (("baseline", "no resampling"), ("smote", "synthetic samples")),
        2,
        5,
        "stratified",
        (),
    )
    data = TableSummary((0, 1), codes, 1, (("a", "float"),), 0)
    return replace(StudyResult(data, settings, folds, candidates), **changes)
