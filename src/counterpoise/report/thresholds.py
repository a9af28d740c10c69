"""Every threshold of an arm and what it decides, small enough for a page."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.comparison import METRICS, Arm, Comparison
from counterpoise.comparison.metrics import mean_of
from counterpoise.comparison.remedies import NOTHING
from counterpoise.report.curves import targets_of

__all__ = ["MOST_ROWS", "offered_arms", "packed_thresholds"]

MOST_ROWS = 50_000  # exact up to here; beyond, thresholds are thinned to as many
MOST_BYTES = 3_500_000


def packed_thresholds(result: Comparison, arm: Arm) -> dict[str, Any]:
    """Return the first repeat's thresholds of an arm: scores, and rows found and flagged at each.

    Parameters
    ----------
    result : Comparison
        Of two classes.
    arm : Arm

    Returns
    -------
    dict
        ``scores``, distinct and falling (float32); ``taken`` and ``hits``, how many rows, and how
        many of the rare class, each adds (uint16 or uint32); all packed in base64. ``own`` counts
        the arm's own decision: rows flagged, and hits among them.
    """
    scores, truth = arm.scores[0, :, 0], targets_of(result)[:, 0]
    there = ~np.isnan(scores)
    flagged = arm.predictions[0, there] == result.data.positive
    scores, truth = scores[there], truth[there]
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    if len(last) > MOST_ROWS:
        last = last[np.linspace(0, len(last) - 1, MOST_ROWS).astype(np.intp)]
    hits = np.cumsum(truth[order])[last]
    return {
        "model": arm.model,
        "remedy": arm.remedy,
        "scores": _packed(scores[order][last].astype("<f4")),
        "taken": _packed(_narrow(np.diff(last + 1, prepend=0))),
        "hits": _packed(_narrow(np.diff(hits, prepend=0))),
        "own": [int(flagged.sum()), int((flagged & truth).sum())],
    }


def offered_arms(result: Comparison) -> list[dict[str, Any]]:
    """Return the arms that a page has room for: nothing of each model, then the best.

    Returns
    -------
    list of dict
        As `packed_thresholds` has them; none where there are more than two classes.
    """
    if result.data.positive is None:
        return []
    headline = METRICS[result.settings.headline]
    done = [arm for arm in result.arms if arm.status == "done" and arm.model != "dummy"]
    merit = {id(arm): headline.better * mean_of(result.values(headline.name, arm)) for arm in done}
    # A chosen threshold has the scores of nothing, which is offered with every threshold.
    done = [arm for arm in done if arm.remedy != "threshold"]
    done.sort(key=lambda arm: (arm.remedy != NOTHING, -np.nan_to_num(merit[id(arm)], nan=-np.inf)))
    offered: list[dict[str, Any]] = []
    room = MOST_BYTES
    for arm in done:
        packed = packed_thresholds(result, arm)
        room -= sum(len(packed[name]["data"]) for name in ("scores", "taken", "hits"))
        if room < 0:
            break
        offered.append(packed)
    return offered


def _narrow(counts: Array) -> Array:
    return counts.astype("<u2" if counts.max(initial=0) < 2**16 else "<u4")


def _packed(array: Array) -> dict[str, str]:
    return {"type": array.dtype.str[1:], "data": base64.b64encode(array.tobytes()).decode()}
