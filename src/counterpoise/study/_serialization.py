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
from counterpoise.study._records import (
    Candidate,
    Costs,
    FoldTimes,
    Projection,
    Settings,
    TableSummary,
)

__all__ = [
    "FORMAT_VERSION",
    "KIND",
    "fields_from_json",
    "restore_record",
    "stored_result",
    "to_plain",
    "write_json",
]

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


def write_json(kind: str, version: int, conclusions: Mapping[str, Any], result: Any) -> str:
    """Return the JSON of a result: its conclusions, then its fields, from which it is restored.

    Parameters
    ----------
    kind : str
    version : int
        Of the format.
    conclusions : mapping of str to records and plain values
    result : dataclass instance
    """
    return json.dumps(
        {
            "kind": kind,
            "format_version": version,
            **to_plain(conclusions),
            "result": {
                field.name: to_plain(getattr(result, field.name))
                for field in fields(result)
                if field.metadata.get("in_json", True)
            },
        },
        ensure_ascii=False,
        indent=1,
        default=str,  # classes of other types, such as dates
    )


def fields_from_json(text: str, kind: str, summary: type[TableSummary]) -> dict[str, Any]:
    """Return the fields of a result from its JSON.

    Parameters
    ----------
    text : str
        JSON.
    kind : str
        The kind of study that it must be of.
    summary : type
        The class of the field `data`.

    Raises
    ------
    InputError
        If the text is not the JSON of a study, or of another format.
    """
    stored = stored_result(text, kind, f"a {kind}", FORMAT_VERSION)
    settings = restore_record(Settings, stored["settings"])
    return {
        "data": restore_record(summary, stored["data"]),
        "settings": settings,
        "folds": unpack(stored["folds"]),
        "candidates": tuple(
            restore_record(Candidate, candidate) for candidate in stored["candidates"]
        ),
        "data_findings": tuple(
            restore_record(Finding, finding) for finding in stored["data_findings"]
        ),
        "projection": None
        if stored["projection"] is None
        else restore_record(Projection, stored["projection"]),
        "stopped": stored["stopped"],
        # Files of earlier versions lack these.
        "stopped_by": stored.get("stopped_by", ""),
        "has_journal": stored.get("has_journal", False),
    }


def stored_result(text: str, kind: str, name: str, version: int) -> dict[str, Any]:
    """Return the stored fields of a result, as plain values.

    Parameters
    ----------
    text : str
        JSON.
    kind : str
        The kind of result that the JSON must have.
    name : str
        The kind in words, with an article.
    version : int
        The format version that it must have.

    Raises
    ------
    InputError
        If the text is not the JSON of this kind and version.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise InputError(f"The text is not the JSON of {name}: {error}.") from None
    if not isinstance(plain, dict) or plain.get("kind") != kind:
        raise InputError(f"The text is not the JSON of {name}.")
    if plain.get("format_version") != version:
        raise InputError(
            f"The text is not the JSON of {name} in format version {version}; it has "
            f"version {plain.get('format_version')}."
        )
    fields_by_name: dict[str, Any] = plain["result"]
    return fields_by_name


def restore_record(kind: type[Any], plain: Mapping[str, Any]) -> Any:
    """Restore a record of arrays and plain values from `to_plain`."""
    return kind(**{name: _restored(name, value) for name, value in plain.items()})


def _restored(name: str, value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"dtype", "shape", "data"}:
        return unpack(value)
    if name == "costs" and value is not None:
        return Costs(**value)
    if name == "fold_times":
        return tuple(FoldTimes(**times) for times in value)
    if isinstance(value, list):
        return tuple(_restored("", item) for item in value)
    return value
