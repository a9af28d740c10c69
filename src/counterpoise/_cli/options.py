"""Parse the values of command-line options."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

import typer

from counterpoise._cli.reading_options import ReadingOptions
from counterpoise._lib.findings import SEVERITIES, Severity

if TYPE_CHECKING:  # it would load scikit-learn, which --help does not need
    from counterpoise.neighbors._space import Scale

__all__ = [
    "AuditRequest",
    "EvaluateRequest",
    "InspectRequest",
    "OptionError",
    "PredictRequest",
    "ResampleRequest",
    "StudyRequest",
    "check_jobs",
    "check_margin",
    "parse_budget",
    "parse_costs",
    "parse_engine",
    "parse_format",
    "parse_parameters",
    "parse_relevance",
    "parse_scale",
    "parse_seed",
    "parse_severity",
    "parse_small_classes",
    "parse_strategy",
    "parse_task",
    "resolve_class",
    "resolve_class_names",
]

_WORDS = {"none": None, "null": None, "true": True, "false": False}
_OWN_OPTION = {"sampling_strategy": "--strategy", "random_state": "--seed", "scale": "--scale"}
_MAX_SEED = 2**32 - 1
_MIN_RESAMPLES = 100


class OptionError(typer.BadParameter):
    """A malformed option; the message names it."""

    def format_message(self) -> str:
        """Return the message; see `typer.BadParameter`."""
        return self.message


@dataclass(frozen=True)
class AuditRequest:
    """The arguments of the command `audit`.

    Attributes
    ----------
    before, after, withheld : str or None
        File names: the tables before and after resampling, and rows that the sampler has not seen;
        for leakage, the training set and the test set.
    target : str or None
        The column of the classes.
    leakage : bool
        Whether to check for leakage between a training set and a test set.
    method : str or None
        The method that resamples the first table, in place of a second one.
    parameters : dict
        The parameters of the method; mappings have names of classes as keys.
    scale : {"standard", "robust"} or None
        The units of distances in the method.
    n_splits : int
    seed : int
    ignore, keep : tuple of str
    report : str or None
        The page to write.
    json, force : bool
    reading : ReadingOptions
    """

    before: str
    after: str | None
    withheld: str | None
    target: str | None
    leakage: bool
    method: str | None
    parameters: dict[str, Any]
    scale: Scale
    n_splits: int
    seed: int
    ignore: tuple[str, ...]
    keep: tuple[str, ...]
    report: str | None
    json: bool
    force: bool
    reading: ReadingOptions

    def __post_init__(self) -> None:
        parse_seed(self.seed)
        if self.leakage:
            self._check_leakage()
        elif self.target is None:
            raise _build_error(
                "name the target column with -t COLUMN; it is optional only with --leakage.",
                "--target",
            )
        elif (self.after is None) == (self.method is None):
            raise _build_error(
                "give either the table after resampling, or the method that resamples the table: "
                f"counterpoise audit {quote(self.before)} -t {quote(self.target)} --method smote",
                "AFTER",
            )
        elif self.method is None and "small_classes" in self.parameters:
            raise OptionError("--small-classes is for --method. Remove it.")

    def _check_leakage(self) -> None:
        given = {
            "--method": self.method,
            "--withheld": self.withheld,
            "--keep": self.keep or None,
            "--report": self.report,
            "--small-classes": self.parameters.get("small_classes"),
        }
        for option, value in given.items():
            if value is not None:
                raise _build_error(f"{option} cannot be used with --leakage.", option)
        if self.after is None:
            raise _build_error("--leakage needs a training set and a test set.", "TEST")


@dataclass(frozen=True)
class InspectRequest:
    """The arguments of the command `inspect`.

    Attributes
    ----------
    source, target : str
        The file of the table, and the column of the classes.
    ignore, keep : tuple of str
    scale : {"standard", "robust"} or None
    test : str or None
        The file of a second table.
    suspects : str or None
        The table of probably mislabeled rows to write.
    report : str or None
        The page to write.
    fail_on : {"note", "caution", "warning"} or None
        The least severity of a finding that sets the exit code.
    json, force : bool
    reading : ReadingOptions
    sample : int or None
        Number of rows of a sample of a large file.
    """

    source: str
    target: str
    ignore: tuple[str, ...]
    keep: tuple[str, ...]
    scale: Scale
    test: str | None
    suspects: str | None
    report: str | None
    fail_on: Severity | None
    json: bool
    force: bool
    reading: ReadingOptions
    sample: int | None = None

    def __post_init__(self) -> None:
        if self.sample is not None and self.suspects is not None:
            raise OptionError("--suspects names rows of the whole file. Remove --sample.")


@dataclass(frozen=True)
class ResampleRequest:
    """The arguments of the command `resample`.

    Attributes
    ----------
    source, out : str
        File names, or ``-``.
    target : str
        The column of the classes.
    method : str
    parameters : dict
        The parameters of the method; mappings have names of classes as keys.
    scale : {"standard", "robust"} or None
        The units of distances, if the method uses any.
    ignore, copy, keep : tuple of str
        Columns that are excluded from the features, or are features in any case.
    provenance : bool
        Whether to add columns with the origin of each row.
    json : bool
        Whether to print the counts as JSON.
    force : bool
        Whether to replace an existing output file.
    reading : ReadingOptions
    memory : str or None
        The memory that rows may take; a table is then read in batches.
    drop_missing_target : bool
        Whether rows without a class are dropped.
    engine : {"polars", "duckdb", "dask", "spark"}
        What reads and writes a table in batches.
    address : str or None
        The address of a cluster.
    """

    source: str
    out: str
    target: str
    method: str
    parameters: dict[str, Any]
    scale: Scale
    ignore: tuple[str, ...]
    copy: tuple[str, ...]
    keep: tuple[str, ...]
    provenance: bool
    json: bool
    force: bool
    reading: ReadingOptions
    memory: str | None = None
    drop_missing_target: bool = False
    engine: str = "polars"
    address: str | None = None


@dataclass(frozen=True)
class StudyRequest:
    """The arguments of the command `study`.

    Attributes
    ----------
    source, target : str
        The file of the table, and the column of the target.
    task : {"auto", "classification", "regression"}
    report, save_model : str or None
        The files to write.
    models, methods : tuple of str or None
    metrics : tuple of str
        The first is the primary metric; if there are others, these are reported. Empty for the
        default.
    relevance : (str, list of (float, float) or None) or None
        Method and points of the relevance function of a continuous target.
    positive : str or None
        The name of the positive class.
    folds : int
    repeats : int or None
        None for the default, which depends on the number of rows.
    groups, time : str or None
        Columns.
    time_format : str or None
    costs : (float, float) or None
    margin : float or None
        The equivalence margin of the primary metric.
    seed : int or None
    jobs : int
    ignore, keep, text : tuple of str
    journal : str or None
    budget : float or None
        Seconds.
    printed : {"text", "md", "json"}
    force : bool
    reading : ReadingOptions
    sample : int or None
        Number of rows of a sample of a large file.
    full : bool
        Whether all rows are used, however many there are.
    opens : bool
        Whether the report is opened in the browser.
    """

    source: str
    target: str
    task: str
    report: str | None
    save_model: str | None
    models: tuple[str, ...] | None
    methods: tuple[str, ...] | None
    metrics: tuple[str, ...]
    relevance: tuple[Any, list[tuple[float, float]] | None] | None
    positive: str | None
    folds: int
    repeats: int | None
    groups: str | None
    time: str | None
    time_format: str | None
    costs: tuple[float, float] | None
    margin: float | None
    seed: int | None
    jobs: int
    ignore: tuple[str, ...]
    keep: tuple[str, ...]
    text: tuple[str, ...]
    journal: str | None
    budget: float | None
    printed: str
    force: bool
    reading: ReadingOptions
    sample: int | None = None
    full: bool = False
    opens: bool = False

    def __post_init__(self) -> None:
        check_margin(self.margin)
        check_jobs(self.jobs)
        parse_seed(self.seed)
        for option, names in (("--keep", self.keep), ("--text", self.text)):
            both = {*names} & {*self.ignore, self.groups, self.time}
            if both:
                raise _build_error(
                    f"column {min(map(str, both))!r} is given to {option}, and to --ignore, "
                    "--groups or --time; choose one.",
                    option,
                )

    @property
    def not_features(self) -> tuple[str, ...]:
        """The columns that are ignored, or have another use."""
        others = (self.groups, self.time)
        return (*self.ignore, *(name for name in others if name is not None))


@dataclass(frozen=True)
class PredictRequest:
    """The arguments of the command `predict`.

    Attributes
    ----------
    model, source, out : str
        The files of the model, of the table and of the output.
    trust : tuple of str
        Types of other packages that the model may contain.
    force : bool
    reading : ReadingOptions
    """

    model: str
    source: str
    out: str
    trust: tuple[str, ...]
    force: bool
    reading: ReadingOptions


@dataclass(frozen=True)
class EvaluateRequest:
    """The arguments of the command `evaluate`.

    Attributes
    ----------
    source, target : str
        The file of the table, and the column of the classes.
    scores : tuple of str
        Columns.
    positive : str or None
        The name of a class.
    costs : (float, float) or None
    groups : str or None
        A column.
    threshold : float or None
    prevalences : tuple of float or None
    metrics : tuple of str
        The first is the primary metric; if there are others, these are reported.
    margin : float or None
    confidence_level : float
    resamples, seed : int
    report : str or None
        The file to write.
    printed : {"text", "md", "json"}
    force : bool
    reading : ReadingOptions
    """

    source: str
    target: str
    scores: tuple[str, ...]
    positive: str | None
    costs: tuple[float, float] | None
    groups: str | None
    threshold: float | None
    prevalences: tuple[float, ...] | None
    metrics: tuple[str, ...]
    margin: float | None
    confidence_level: float
    resamples: int
    seed: int
    report: str | None
    printed: str
    force: bool
    reading: ReadingOptions

    def __post_init__(self) -> None:
        parse_seed(self.seed)
        if len(set(self.scores)) < len(self.scores):
            raise OptionError("--score names the same column twice. Name each column once.")
        check_share("--confidence-level", self.confidence_level)
        for share in self.prevalences or ():
            check_share("--prevalence", share)
        check_margin(self.margin)
        if self.resamples < _MIN_RESAMPLES:
            raise OptionError(
                f"--resamples must be {_MIN_RESAMPLES} or more; got {self.resamples}. Fewer give "
                "no interval that can be relied on."
            )


_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_budget(text: str) -> float:
    """Parse a duration: a number followed by s, m, h or d; seconds without a unit.

    Parameters
    ----------
    text : str

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    typer.BadParameter
        If the text is not a duration.

    Examples
    --------
    >>> parse_budget("90s"), parse_budget("1.5h")
    (90.0, 5400.0)
    """
    number, unit = text.strip(), ""
    if number and number[-1] in _SECONDS:
        number, unit = number[:-1], number[-1]
    try:
        seconds = float(number) * _SECONDS[unit]
    except ValueError:
        raise _build_error(
            f"{text!r} is not a duration; use for example 90s, 10m or 2h.", "--budget"
        ) from None
    if not 0 < seconds < float("inf"):
        raise _build_error(
            f"The budget must be positive; got {text!r}. Use for example 90s, 10m or 2h.",
            "--budget",
        )
    return seconds


def parse_format(text: str) -> str:
    """Parse the output format.

    Examples
    --------
    >>> parse_format("md")
    'md'
    """
    if text not in ("text", "md", "json"):
        raise _build_error(f"The format must be text, md or json; got {text!r}.", "--format")
    return text


def parse_task(text: str) -> str:
    """Parse the kind of target of a study.

    Examples
    --------
    >>> parse_task("auto")
    'auto'
    """
    if text not in ("auto", "classification", "regression"):
        message = f"The task must be auto, classification or regression; got {text!r}."
        raise _build_error(message, "--task")
    return text


def parse_relevance(text: str) -> tuple[Any, list[tuple[float, float]] | None]:
    """Parse a relevance function: the name of its method, or points of value and relevance.

    Examples
    --------
    >>> parse_relevance("density"), parse_relevance("0:0,100:1")
    (('density', None), ('points', [(0.0, 0.0), (100.0, 1.0)]))
    """
    if text in ("boxplot", "density"):
        return text, None
    try:
        pairs = [part.split(":") for part in text.split(",")]
        return "points", [(float(value), float(share)) for value, share in pairs]
    except ValueError:
        raise _build_error(
            "The relevance must be boxplot, density, or points of VALUE:RELEVANCE, for example "
            f"0:0,100:1; got {text!r}.",
            "--relevance",
        ) from None


def parse_engine(name: str, *, master: str | None, scheduler: str | None) -> tuple[str, str | None]:
    """Parse the engine that reads a table in batches, and the address of its cluster.

    Examples
    --------
    >>> parse_engine("spark", master="local[2]", scheduler=None)
    ('spark', 'local[2]')
    """
    if name not in ("polars", "duckdb", "dask", "spark"):
        raise OptionError(f"--engine must be polars, duckdb, dask or spark; got {name!r}.")
    for option, engine, address in (
        ("--master", "spark", master),
        ("--scheduler", "dask", scheduler),
    ):
        if address is not None and name != engine:
            raise OptionError(f"{option} is for --engine {engine}; got --engine {name}.")
    return name, scheduler if master is None else master


def parse_severity(text: str) -> Severity:
    """Parse the least severity of a finding that sets the exit code.

    Examples
    --------
    >>> parse_severity("caution")
    'caution'
    """
    for severity in SEVERITIES:
        if text == severity:
            return severity
    raise OptionError(f"--fail-on must be note, caution or warning; got {text!r}.")


def parse_costs(text: str) -> tuple[float, float]:
    """Parse the costs of a false positive and of a false negative: two numbers with a comma.

    Examples
    --------
    >>> parse_costs("1,20")
    (1.0, 20.0)
    """
    try:
        false_positive, false_negative = (float(part) for part in text.split(","))
    except ValueError:
        raise _build_error(
            f"The costs must be two numbers, for example 1,20; got {text!r}.", "--costs"
        ) from None
    return false_positive, false_negative


def parse_scale(text: str) -> Scale:
    """Parse the units of distances.

    Examples
    --------
    >>> parse_scale("robust"), parse_scale("none")
    ('robust', None)
    """
    scales: dict[str, Scale] = {"standard": "standard", "robust": "robust", "none": None}
    if text not in scales:
        raise OptionError(f"--scale must be standard, robust or none; got {text!r}.")
    return scales[text]


def parse_small_classes(text: str) -> str:
    """Parse what to do with classes that are too small for the number of neighbors.

    Examples
    --------
    >>> parse_small_classes("shrink-k")
    'shrink_k'
    """
    if text not in ("error", "skip", "duplicate", "shrink-k"):
        raise OptionError(
            f"--small-classes must be error, skip, duplicate or shrink-k; got {text!r}."
        )
    return text.replace("-", "_")


def check_share(option: str, share: float) -> None:
    """Check a number between 0 and 1."""
    if not 0 < share < 1:
        hint = f" For {share:g}%, use {share / 100:g}." if 1 < share < 100 else ""
        raise OptionError(f"{option} must be above 0 and below 1; got {share:g}.{hint}")


def check_margin(margin: float | None) -> None:
    """Check the equivalence margin."""
    if margin is not None and not margin > 0:
        raise OptionError(f"--margin must be above 0; got {margin:g}.")


def check_jobs(jobs: int) -> None:
    """Check the number of parallel jobs."""
    if jobs < 1 and jobs != -1:
        raise OptionError(f"--jobs must be -1 or at least 1; got {jobs}.")


def parse_seed(seed: int | None) -> int | None:
    """Check a random seed and return it.

    Examples
    --------
    >>> parse_seed(3)
    3
    """
    if seed is not None and not 0 <= seed <= _MAX_SEED:
        limit = "0 or more" if seed < 0 else f"{_MAX_SEED} or less"
        raise OptionError(f"--seed must be {limit}; got {seed}.")
    return seed


def parse_parameters(texts: Sequence[str]) -> dict[str, Any]:
    """Parse ``NAME=VALUE`` pairs; a value is a number, true, false, none, JSON or a plain word.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    dict

    Raises
    ------
    typer.BadParameter
        If a text has another form, or names a parameter twice or one that has its own option.

    Examples
    --------
    >>> parse_parameters(["k_neighbors=8", "kind=borderline-2"])
    {'k_neighbors': 8, 'kind': 'borderline-2'}
    """
    parameters: dict[str, Any] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (equals and name and value):
            raise _build_error(
                f"Parameters have the form NAME=VALUE, for example k_neighbors=8; got {text!r}.",
                "--param",
            )
        if name in _OWN_OPTION:
            raise _build_error(f"{name} has its own option: use {_OWN_OPTION[name]}.", "--param")
        if name in parameters:
            raise _build_error(f"{name} is given twice.", "--param")
        parameters[name] = _value(value)
    return parameters


def parse_strategy(text: str) -> str | float | dict[str, int]:
    """Parse a sampling strategy: a word, a ratio, ``a=100,b=50`` or JSON ``{"a": 100, "b": 50}``.

    Parameters
    ----------
    text : str

    Returns
    -------
    str, float or dict

    Raises
    ------
    typer.BadParameter
        If it is none of these.

    Examples
    --------
    >>> parse_strategy("0.5"), parse_strategy("a=100,b=50")
    (0.5, {'a': 100, 'b': 50})
    """
    if text.lstrip().startswith("{"):
        return _mapping(text)
    if "=" in text:
        return dict(_class_and_rows(part) for part in text.split(","))
    try:
        return float(text)
    except ValueError:
        return text.strip()


def resolve_class_names(parameters: Mapping[str, Any], labels: Iterable[object]) -> dict[str, Any]:
    """Replace class names from the command line, which are strings, by the classes themselves.

    Parameters
    ----------
    parameters : mapping of str to object
        Mappings among the values have class names as keys.
    labels : iterable of object
        The class of each row. A name that matches none of them is kept.

    Returns
    -------
    dict

    Examples
    --------
    >>> resolve_class_names({"sampling_strategy": {"1": 100}, "k_neighbors": 3}, [0, 1])
    {'sampling_strategy': {1: 100}, 'k_neighbors': 3}
    """
    distinct = {str(label): label for label in labels}.values()
    return {
        name: {resolve_class(key, distinct): item for key, item in value.items()}
        if isinstance(value, Mapping)
        else value
        for name, value in parameters.items()
    }


def resolve_class(name: str, classes: Iterable[object]) -> object:
    """Return the class with a name; the name itself if there is none.

    Examples
    --------
    >>> resolve_class("1", [0, 1]), resolve_class("yes", ["yes", "no"])
    (1, 'yes')
    """
    return next((label for label in classes if _names(name, label)), name)


def _names(name: str, label: object) -> bool:
    """Return whether a text names a class: true names True, and 1 names 1 and 1.0."""
    if isinstance(label, bool):
        return name.lower() == str(label).lower()
    if isinstance(label, int | float):
        return bool(_value(name) == label)
    return name == str(label)


def _value(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return json.loads(text)
    except ValueError:
        return text


def _mapping(text: str) -> dict[str, int]:
    try:
        mapping: dict[str, int] = json.loads(text)
    except ValueError as error:
        raise _build_error(
            f"{text!r} is not JSON ({error}). Write it as '{{\"a\": 100}}' or as a=100.",
            "--strategy",
        ) from None
    return mapping


def _class_and_rows(text: str) -> tuple[str, int]:
    # Split at the last equals sign: a class name may contain one, a number of rows cannot.
    label, _, rows = text.rpartition("=")
    try:
        return label.strip(), int(rows)
    except ValueError:
        raise _build_error(
            f"Strategies have the form CLASS=ROWS, for example fraud=100; got {text!r}. Class "
            "names with a comma need JSON: "
            "'{\"a,b\": 100}'.",
            "--strategy",
        ) from None


def _build_error(message: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=option)
