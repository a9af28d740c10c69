"""Prepare a resampling: which columns are features, the sampler, and errors with options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from shlex import quote
from typing import Any

from counterpoise._cli.console import noting_warnings, say_notes
from counterpoise._cli.files import display_name
from counterpoise._cli.input_table import InputTable, column_values
from counterpoise._cli.labeled_table import format_target_error
from counterpoise._cli.options import ResampleRequest, resolve_class_names
from counterpoise._resample import (
    METHODS,
    exclude_non_features,
    family_of,
    make_sampler,
    select_method,
)
from counterpoise.base import BaseSampler
from counterpoise.exceptions import (
    SMALL_CLASSES,
    FeatureTypeError,
    InputError,
    TargetError,
    TooFewSamplesError,
    UnknownColumnError,
)

__all__ = [
    "errors_with_options",
    "format_size_error",
    "name_methods",
    "note",
    "prepare",
]

_SMALL_CLASSES = "--small-classes shrink-k (or duplicate, or skip)"


def prepare(
    source: InputTable,
    request: ResampleRequest,
    notes: list[str],
    read_classes: Callable[[], Sequence[Any]] | None = None,
) -> tuple[ResampleRequest, BaseSampler]:
    """Complete a request with what the table shows, and create the sampler.

    Parameters
    ----------
    source : InputTable
        The table, or its first rows.
    request : ResampleRequest
    notes : list of str
        What is assumed is added, and printed.
    read_classes : callable, optional
        Returns the classes; by default those of `source`. It is called if parameters name classes.

    Returns
    -------
    request : ResampleRequest
        With the columns that are not features, and the method for the features.
    sampler : BaseSampler
    """
    request = _ignore_index(source, request, notes)
    _check_columns(source, request)
    with noting_warnings(notes):
        request = _exclude_non_features(source, request)
    request = _select_method(source, request, notes)
    if read_classes is None:
        read_classes = partial(column_values, source.table, request.target)
    return request, make_sampler(request.method, **_parameters(read_classes, request))


@contextmanager
def errors_with_options(request: ResampleRequest) -> Iterator[None]:
    """Add options of the command line to errors of a sampler.

    Raises
    ------
    InputError
        In place of errors about the target, feature types and small classes.
    """
    is_cleaning = family_of(request.method) == "clean-sampling"
    if is_cleaning and not isinstance(request.parameters["sampling_strategy"], str):
        raise InputError(f"{request.method} takes no class sizes. Remove --strategy.")
    try:
        yield
    except TargetError as error:
        message = str(error)
        if not message.startswith("The target column"):
            message = format_target_error(request.target, error)
        raise InputError(_with_options(message)) from error
    except FeatureTypeError as error:
        raise InputError(_format_type_error(error)) from error
    except TooFewSamplesError as error:
        raise InputError(format_size_error(request.method, error)) from error
    except InputError as error:
        message = re.sub(r"^X\b", lambda _: display_name(request.source), str(error))
        raise InputError(_with_options(message)) from error


def _with_options(message: str) -> str:
    """Replace the parameters in a message by options."""
    message = re.sub(r"\bsampling_strategy=", "--strategy ", message)
    message = re.sub(r"\bsampling_strategy\b", "--strategy", message)
    message = message.replace("Pass drop_missing_target=True", "Use --drop-missing-target")
    message = message.replace("example memory=", "example --memory ")
    message = message.replace("use RandomUnderSampler", "use --method random-under")
    return message.replace(f"pass {SMALL_CLASSES}", f"use {_SMALL_CLASSES}")


def note(notes: list[str], *added: str) -> None:
    """Print notes, and add them to those in the JSON."""
    say_notes(added)
    notes += added


def _ignore_index(
    source: InputTable, request: ResampleRequest, notes: list[str]
) -> ResampleRequest:
    """Ignore columns of row labels, as pandas writes its index into files, and empty columns."""
    named = {request.target, *request.ignore, *request.copy, *request.keep}
    left_out = {name: why for name, why in source.not_features.items() if name not in named}
    for name, reason in left_out.items():
        note(notes, f"column {name!r} {reason}; it is ignored, as with --ignore.")
    return replace(request, ignore=(*request.ignore, *left_out))


def _check_columns(source: InputTable, request: ResampleRequest) -> None:
    names, file = source.columns, display_name(request.source)
    for name in (*request.ignore, *request.copy, *request.keep):
        if name not in names:
            raise UnknownColumnError.among(name, names, table=file)
    if request.target not in names:
        raise UnknownColumnError.among(request.target, names, role="target column", table=file)
    both = set(request.ignore) & set(request.copy)
    if both:
        raise InputError(f"Column {min(both)!r} is given to both --ignore and --copy; choose one.")
    kept = set(request.keep) & {*request.ignore, *request.copy}
    if kept:
        raise InputError(
            f"Column {min(kept)!r} is given to --keep, and to --ignore or --copy; choose one."
        )
    excluded = {*request.ignore, *request.copy}
    if request.target in excluded:
        raise InputError(
            f"{request.target!r} is the target column; it cannot be ignored or copied."
        )
    if not len(source.table):
        raise InputError(f"{file} has column names but no rows.")
    if not set(names) - excluded - {request.target}:
        raise InputError(
            f"No feature is left: apart from the target column {request.target!r}, the table has "
            f"{'only ignored or copied columns' if excluded else 'no column'}."
        )


def _exclude_non_features(source: InputTable, request: ResampleRequest) -> ResampleRequest:
    ignore, copy = exclude_non_features(
        source.table,
        request.target,
        request.method,
        request.parameters,
        ignore=request.ignore,
        copy=request.copy,
        keep=request.keep,
    )
    return replace(request, ignore=ignore, copy=copy)


def _select_method(
    source: InputTable, request: ResampleRequest, notes: list[str]
) -> ResampleRequest:
    method = select_method(
        source.table, request.target, request.method, ignore=request.ignore, copy=request.copy
    )
    if method == request.method:
        return request
    name = METHODS[method].__name__
    features = "all features" if method == "smote-n" else "some features"
    note(notes, f"method smote is {name} for this table: {features} are categorical.")
    return replace(request, method=method)


def _parameters(
    read_classes: Callable[[], Sequence[Any]], request: ResampleRequest
) -> dict[str, Any]:
    parameters = request.parameters
    known = inspect.signature(METHODS[request.method]).parameters
    check_small_classes(request.method, parameters)
    if "scale" in known:
        parameters = {**parameters, "scale": request.scale}
    if not any(isinstance(value, dict) for value in parameters.values()):
        return parameters
    return resolve_class_names(parameters, read_classes())


def check_small_classes(method: str, parameters: Mapping[str, Any]) -> None:
    """Check that a method has the parameter `small_classes`, if it is given.

    Raises
    ------
    InputError
        If it has not.
    """
    known = inspect.signature(METHODS[method]).parameters
    if "small_classes" in parameters and "small_classes" not in known:
        raise InputError(
            f"--small-classes is for SMOTE and its variants; remove it for --method {method}."
        )


def _format_type_error(error: FeatureTypeError) -> str:
    """Return the message with the option that fixes it: another method, or columns to exclude."""
    if not error.columns:
        return str(error)
    if error.advice.startswith("Use "):
        return f"{error.problem} Use --method {name_methods(error.advice.removeprefix('Use '))}"
    return f"{error.problem} Use {_exclude(error.columns)}."  # no method supports their type


def _exclude(columns: Sequence[str]) -> str:
    copy, ignore = (
        " ".join(f"{option} {quote(name)}" for name in columns) for option in ("--copy", "--ignore")
    )
    return f"{copy} (value of the base row) or {ignore} (empty in synthetic rows)"


def name_methods(advice: str) -> str:
    """Replace the names of samplers by those of methods."""
    names = {sampler.__name__: method for method, sampler in METHODS.items()}
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), advice)


def format_size_error(method: str, error: TooFewSamplesError) -> str:
    """Return the message with what fixes it."""
    known = inspect.signature(METHODS[method]).parameters
    is_undersampling = family_of(method) == "under-sampling"
    ways = [f"--method random-{'under' if is_undersampling else 'over'}"]
    if "small_classes" in known:
        ways.insert(0, _SMALL_CLASSES)
    if error.parameter in known and error.max_neighbors > 0:
        ways.insert(0, f"--param {error.parameter}={error.max_neighbors}")
    return f"{error.problem} Use {', or '.join(ways)}."
