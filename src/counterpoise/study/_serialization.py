"""Convert results to plain values for JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from counterpoise._lib.findings import Finding
from counterpoise.exceptions import InputError
from counterpoise.study._journal import pack, unpack
from counterpoise.study._records import Candidate, Costs, Projection, Settings, TableSummary

__all__ = ["FORMAT_VERSION", "KIND", "fields_from_json", "to_plain"]

KIND, FORMAT_VERSION = "study", 1


def to_plain(value: Any) -> Any:
    """Convert records, arrays and numbers to JSON values; infinities become strings."""
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


def fields_from_json(text: str) -> dict[str, Any]:
    """Return the fields of a result from its JSON.

    Raises
    ------
    InputError
        If the text is not the JSON of a study, or of another format.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise InputError(f"The text is not the JSON of a study: {error}.") from None
    if not isinstance(plain, dict) or plain.get("kind") != KIND:
        raise InputError("The text is not the JSON of a study.")
    if plain.get("format_version") != FORMAT_VERSION:
        raise InputError(
            f"The text is not the JSON of a study in format version {FORMAT_VERSION}; it has "
            f"version {plain.get('format_version')}."
        )
    stored = plain["result"]
    settings = _record(Settings, stored["settings"])
    return {
        "data": _record(TableSummary, stored["data"]),
        "settings": settings,
        "folds": unpack(stored["folds"]),
        "candidates": tuple(_record(Candidate, candidate) for candidate in stored["candidates"]),
        "data_findings": tuple(_record(Finding, finding) for finding in stored["data_findings"]),
        "projection": None
        if stored["projection"] is None
        else _record(Projection, stored["projection"]),
        "stopped": stored["stopped"],
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
