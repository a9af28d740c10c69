"""The report's page: facts and pictures in, one HTML file out that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any

import numpy as np

from counterpoise._lib.optional_imports import require
from counterpoise.comparison import METRICS, Comparison, Gain
from counterpoise.comparison.grid import grid_of
from counterpoise.comparison.words import MARKS, figure, short_word, signed
from counterpoise.report.calibration import draw_calibration
from counterpoise.report.gains import draw_gains
from counterpoise.report.method import chance_of, facts_of, family_of, method_of
from counterpoise.report.picture import Picture
from counterpoise.report.rankings import draw_rankings
from counterpoise.report.territory import draw_map
from counterpoise.report.thresholds import MOST_ROWS, offered_arms

require("jinja2", "writing a study's page")

from jinja2 import Environment, StrictUndefined  # noqa: E402

__all__ = ["render"]


def render(result: Comparison) -> str:
    """Return the page.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    str
        HTML. What comes from the data is escaped, and a Content-Security-Policy lets nothing run
        but the page's own script.
    """
    pictures = [draw(result) for draw in (draw_gains, draw_rankings, draw_calibration, draw_map)]
    shown = {picture.name: picture for picture in pictures if picture is not None}
    thresholds = offered_arms(result)
    style, script = _read("page.css"), _read("page.js")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_read("page.html.j2")).render(
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=_embedded(shown, thresholds),
        pictures={name: shown.get(name) for name in ("gains", "rankings", "calibration", "map")},
        thresholds=thresholds,
        **_words(result),
        **_tables(result),
    )


def _read(name: str) -> str:
    return files("counterpoise.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(pictures: dict[str, Picture], thresholds: list[dict[str, Any]]) -> str:
    facts = {
        "pictures": {name: picture.data for name, picture in pictures.items()},
        "thresholds": thresholds,
    }
    # No text of the data may end the element that holds it.
    return json.dumps(facts, separators=(",", ":")).replace("<", "\\u003c")


def _words(result: Comparison) -> dict[str, Any]:
    data, settings = result.data, result.settings
    two = data.positive is not None
    return {
        "verdict": result.verdict,
        "facts": facts_of(result),
        "headline": METRICS[settings.headline].label,
        "chance": chance_of(result),
        "family": family_of(result),
        "findings": result.findings,
        "method": method_of(result),
        "costs": settings.costs,
        "positive": data.classes[data.positive] if data.positive is not None else "",
        "negative": data.classes[1 - data.positive] if data.positive is not None else "",
        "no_thresholds": "No arm is done." if two else f"There are {len(data.classes)}.",
        "thinned": "" if len(data.codes) <= MOST_ROWS else f", at {MOST_ROWS:,} of the thresholds",
        "all_models": settings.models,
        "all_remedies": settings.remedies,
        "columns": data.columns,
        "versions": settings.versions,
    }


def _tables(result: Comparison) -> dict[str, Any]:
    settings, grid = result.settings, grid_of(result)
    return {
        "models": grid.models,
        "baseline": [_number(score) for score in grid.baseline],
        "gains": [
            (
                remedy,
                [
                    _cell(result, gain, model, remedy)
                    for model, gain in zip(grid.models, gains, strict=True)
                ],
            )
            for remedy, gains in grid.rows
        ],
        "labels": [METRICS[name].label for name in settings.metrics],
        "tables": [
            (
                kind,
                [
                    (f"{model}, {remedy}", [_number(row[name]) for name in settings.metrics])
                    for (model, remedy), row in result.table(corrected=kind == "corrected").items()
                ],
            )
            for kind in ("raw", "corrected")
        ],
    }


def _cell(result: Comparison, gain: Gain | None, model: str, remedy: str) -> dict[str, Any]:
    if gain is None:
        found = [arm for arm in result.arms if (arm.model, arm.remedy) == (model, remedy)]
        return {"gain": None, "text": found[0].status if found else "–"}
    if gain.same:
        return {"gain": None, "text": "same scores"}
    return {
        "gain": gain,
        "kind": gain.word.split()[0],
        "value": signed(gain.value),
        "word": f"{MARKS[short_word(gain)]} {short_word(gain)}",
        "interval": f"{signed(gain.low)} to {signed(gain.high)}",
    }


def _number(value: float) -> str:
    return "–" if np.isnan(value) else figure(value).replace("-", "−")
