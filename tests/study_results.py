"""A study made by hand for tests: calibrated probabilities, and a remedy that changes them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from scipy.special import expit, logit

from counterpoise.comparison import METRICS, Arm, Data, Settings
from counterpoise.study import Costs, StudyResult

N, SHARE = 600, 0.1


@cache  # tests of findings, pictures, pages and the browser look at the same few results
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
    """Return a study of one model, calibrated as it is, and one remedy that shifts its log odds."""
    random = np.random.RandomState(seed)
    hidden = random.normal(size=n)
    truth = expit(logit(SHARE) + signal * hidden - signal**2 / 4)
    codes = (random.random_sample(n) < truth).astype(int)
    folds = np.stack([random.permutation(np.arange(n) % 5) for _ in range(2)])
    odds = np.stack([logit(truth)] * 2)
    moved = odds + offset + lift * codes + noise * random.normal(size=odds.shape)
    blank = np.full((2, 5), np.nan)

    def arm(model: str, remedy: str, scores: Any, share: float) -> Arm:
        priors = np.full((2, 5, 2), [1 - share, share])
        said = (scores > 0.5).astype(int)
        seconds = np.ones((2, 5))
        return Arm(
            model, remedy, scores[:, :, None], said, True, priors, "exact", blank, seconds, "done"
        )

    share = codes.mean()
    arms = (
        arm("m", "nothing", expit(odds), share),
        arm("dummy", "nothing", np.full((2, n), share), share),
        arm("m", "smote", expit(moved), prior if prior != SHARE else share),
    )
    settings = Settings(
        "average_precision",
        tuple(METRICS),
        Costs(),
        {name: metric.margin for name, metric in METRICS.items()},
        0.95,
        0,
        (("m", "a model"), ("dummy", "shares")),
        (("nothing", "as it is"), ("smote", "new rows")),
        2,
        5,
        "stratified",
        (),
    )
    data = Data((0, 1), codes, 1, (("a", "float"),), 0)
    return replace(StudyResult(data, settings, folds, arms), **changes)
