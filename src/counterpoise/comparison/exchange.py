"""A result as plain values that JSON can hold, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from counterpoise._lib.findings import Finding
from counterpoise.comparison.journal import pack, unpack
from counterpoise.comparison.records import Arm, Costs, Data, Map, Settings
from counterpoise.exceptions import InputError

__all__ = ["FORMAT", "facts_of", "to_plain"]

FORMAT = 1


def to_plain(value: Any) -> Any:
    """Return records, arrays and numbers as JSON can hold them; infinities as texts."""
    if isinstance(value, np.ndarray):
        return pack(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else str(value)
    return value.item() if isinstance(value, np.generic) else value


def facts_of(text: str) -> dict[str, Any]:
    """Return the fields of the result that a JSON text holds.

    Raises
    ------
    InputError
        If it is no such text, or of another format.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise InputError(f"This is no JSON of a study: {error}.") from None
    if not isinstance(plain, dict) or plain.get("counterpoise study") != FORMAT:
        raise InputError(f"This is no JSON of a study, or not of format {FORMAT}.")
    facts = plain["facts"]
    settings = _record(Settings, facts["settings"])
    return {
        "data": _record(Data, facts["data"]),
        "settings": settings,
        "folds": unpack(facts["folds"]),
        "arms": tuple(_record(Arm, arm) for arm in facts["arms"]),
        "observed": tuple(_record(Finding, finding) for finding in facts["observed"]),
        "map": None if facts["map"] is None else _record(Map, facts["map"]),
        "stopped": facts["stopped"],
    }


def _record(kind: type[Any], plain: Mapping[str, Any]) -> Any:
    return kind(**{name: _restored(name, value) for name, value in plain.items()})


def _restored(name: str, value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"dtype", "shape", "data"}:
        return unpack(value)
    if name == "costs":
        return Costs(**value)
    if isinstance(value, list):
        return tuple(_restored("", item) for item in value)
    return value
