"""Counts at every threshold of a candidate, packed for the page."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import mean_of
from counterpoise.study._records import Candidate
from counterpoise.study._report.curves import ScoredTable, targets_of

__all__ = ["MAX_THRESHOLDS", "pack_thresholds", "threshold_candidates"]

MAX_THRESHOLDS = 50_000  # all thresholds up to this number, beyond it a selection
MAX_BYTES = 3_500_000


def pack_thresholds(result: ScoredTable, candidate: Candidate) -> dict[str, Any]:
    """Pack the thresholds of a candidate in the first repeat, with counts at each.

    Parameters
    ----------
    result : ScoredTable
        Of two classes.
    candidate : Candidate

    Returns
    -------
    dict
        ``scores``, distinct and decreasing (float32); ``predicted`` and ``true_positives``, the
        number of samples and of positive samples that each adds (uint16 or uint32); all encoded
        in base64. ``own`` has both counts for the candidate's own predictions.
    """
    scores, truth = candidate.scores[0, :, 0], targets_of(result)[:, 0]
    tested = ~np.isnan(scores)
    is_predicted = candidate.predictions[0, tested] == result.data.positive
    scores, truth = scores[tested], truth[tested]
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    if len(last) > MAX_THRESHOLDS:
        last = last[np.linspace(0, len(last) - 1, MAX_THRESHOLDS).astype(np.intp)]
    true_positives = np.cumsum(truth[order])[last]
    return {
        "model": candidate.model,
        "method": candidate.method,
        "scores": _packed(scores[order][last].astype("<f4")),
        "predicted": _packed(_narrow(np.diff(last + 1, prepend=0))),
        "true_positives": _packed(_narrow(np.diff(true_positives, prepend=0))),
        "own": [int(is_predicted.sum()), int((is_predicted & truth).sum())],
    }


def threshold_candidates(result: StudyConclusions) -> list[dict[str, Any]]:
    """Select the candidates that fit on the page: baselines first, then the best.

    Returns
    -------
    list of dict
        From `pack_thresholds`; empty if there are more than two classes.
    """
    if result.data.positive is None:
        return []
    primary_metric = result.primary_metric
    done = [
        candidate
        for candidate in result.candidates
        if candidate.status == "done" and candidate.model != "dummy"
    ]
    merit = {
        id(candidate): primary_metric.sign * mean_of(result.values(primary_metric.name, candidate))
        for candidate in done
    }
    # Threshold tuning has the scores of the baseline, for which every threshold is shown.
    done = [candidate for candidate in done if candidate.method != "threshold"]
    done.sort(
        key=lambda candidate: (
            candidate.method != BASELINE,
            -np.nan_to_num(merit[id(candidate)], nan=-np.inf),
        )
    )
    selected: list[dict[str, Any]] = []
    bytes_left = MAX_BYTES
    for candidate in done:
        scores = result.scores_of(candidate, "calibrated")
        packed = pack_thresholds(result, replace(candidate, scores=scores))
        arrays = (packed[name] for name in ("scores", "predicted", "true_positives"))
        bytes_left -= sum(len(array["data"]) for array in arrays)
        if bytes_left < 0:
            break
        selected.append(packed)
    return selected


def _narrow(counts: Array) -> Array:
    return counts.astype("<u2" if counts.max(initial=0) < 2**16 else "<u4")


def _packed(array: Array) -> dict[str, str]:
    return {"type": array.dtype.str[1:], "data": base64.b64encode(array.tobytes()).decode()}
