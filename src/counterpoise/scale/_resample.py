"""Resample a lazy frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError, UnknownColumnError
from counterpoise.scale._decision import decide, plan_of
from counterpoise.scale._memory import MemoryLimit
from counterpoise.scale._output import LargeOutput
from counterpoise.scale._rows import LargeTable
from counterpoise.scale._sources import Source, open_source
from counterpoise.scale._target import read_target

__all__ = ["decide_for", "resample", "resample_source"]


def resample(
    frame: Any,
    target: str,
    sampler: BaseSampler,
    *,
    ignore: str | Sequence[str] = (),
    copy: str | Sequence[str] = (),
    drop_missing_target: bool = False,
    memory: int | str | None = None,
) -> Any:
    """Resample a lazy frame that may be larger than memory.

    The frame is read a few times in batches, and only the rows on which the sampler's decision
    depends are collected. Decisions are those of ``fit_resample`` in memory for the same seed.

    Parameters
    ----------
    frame : polars LazyFrame, pyarrow Dataset, DuckDB relation, or DataFrame of Dask or Spark
        It must have the same rows in the same order each time it is read; on Dask and Spark, in
        the same partitions.
    target : str
        The name of the target column, which has the class of each row.
    sampler : sampler instance
        It is not changed.
    ignore : str or sequence of str, default=()
        Columns that are not features. They are missing in synthetic rows, and are not collected.
    copy : str or sequence of str, default=()
        Columns that are not features. A synthetic row has the value of its base row.
    drop_missing_target : bool, default=False
        Whether rows without a class are dropped; by default they raise an error.
    memory : int, str or None, default=None
        The memory that collected rows may take, in bytes or as a text such as ``"2GB"``. None is
        half of the machine's memory.

    Returns
    -------
    polars LazyFrame, pyarrow RecordBatchReader, DuckDB relation, or DataFrame of Dask or Spark
        The kept rows in the order of the input, then duplicates, then synthetic rows. These are
        generated in blocks while it is read; for DuckDB, Dask and Spark, they are in memory.

    Raises
    ------
    InputError
        If the table cannot be resampled, or if the sampler needs more rows in memory than fit.
    OSError
        If rows of SMOTE that do not fit into memory do not fit on disk either.

    Warns
    -----
    CounterpoiseWarning
        If the rows that SMOTE needs do not fit into memory and wait on disk, with the memory that
        they would need, and how their neighbors were proven to be exact. If workers
        of Dask or Spark lack counterpoise, so that all rows are sent here.

    Notes
    -----
    What a sampler needs in memory:

    - `RandomOverSampler`, `RandomUnderSampler`: the number of rows of each class, and the rows that
      are duplicated.
    - `SMOTE`: the classes that are oversampled. If they do not fit, they are written to a temporary
      file, and searched in parts that fit. The result is the same.
    - `SMOTENC`, `SMOTEN`, `RandomOverSampler` with `shrinkage`: the classes that are oversampled.
    - `BorderlineSMOTE`, `ADASYN`, `SafeLevelSMOTE`: these classes, and their neighbors among all
      rows.
    - `TomekLinks`, `EditedNearestNeighbours`, `NeighbourhoodCleaningRule`: the classes other than
      the largest, the rows that may be removed, and their neighbors.
    - `NearMiss` (versions 1 and 2): the smallest class, and the rows that are selected.
    - Other samplers: all rows, which must fit.

    In addition, the class of each row takes one byte, or two with more than 127 classes. A scale is
    computed from all rows.

    Workers of Dask and executors of Spark search neighbors, and count values for `SMOTEN`, if they
    have counterpoise, of the same version. Otherwise all rows are sent to this process for that.

    Examples
    --------
    >>> import polars as pl
    >>> from counterpoise.over_sampling import SMOTE
    >>> from counterpoise.scale import resample
    >>> table = pl.LazyFrame({"amount": [1.0, 2.0, 8.0, 9.0, 7.0], "fraud": list("yynnn")})
    >>> resample(table, "fraud", SMOTE(k_neighbors=1, random_state=0)).collect()["fraud"].to_list()
    ['y', 'y', 'n', 'n', 'n', 'y']
    """
    return decide_for(
        frame,
        target,
        sampler,
        ignore=ignore,
        copy=copy,
        drop_missing_target=drop_missing_target,
        memory=memory,
    ).build()


def decide_for(
    frame: Any,
    target: str,
    sampler: BaseSampler,
    *,
    ignore: str | Sequence[str],
    copy: str | Sequence[str],
    drop_missing_target: bool,
    memory: int | str | None,
) -> LargeOutput:
    """Decide about a lazy frame, without building the output; see `resample`."""
    if not isinstance(sampler, BaseSampler):
        raise InputError(
            "scale.resample needs an instance of a sampler of counterpoise, such as "
            f"SMOTE(random_state=0); got {sampler!r}."
        )
    ignore, copy = (
        (names,) if isinstance(names, str) else tuple(names) for names in (ignore, copy)
    )
    return resample_source(
        open_source(frame),
        target,
        sampler,
        ignore=ignore,
        copy=copy,
        drop_missing_target=drop_missing_target,
        memory=memory,
    )


def resample_source(
    source: Source,
    target: str,
    sampler: BaseSampler,
    *,
    ignore: tuple[str, ...] = (),
    copy: tuple[str, ...] = (),
    drop_missing_target: bool = False,
    memory: int | str | None = None,
    allows_disk: bool = True,
) -> LargeOutput:
    """Decide about a table, without building the output; see `resample`."""
    _check_columns(source, target, ignore, copy)
    limit = MemoryLimit.of(memory, _describe_need(sampler), allows_disk=allows_disk)
    classes = read_target(source, target, drop_missing=drop_missing_target)
    table = LargeTable(source, target, classes, ignore, copy, limit)
    return LargeOutput(table, decide(sampler, table))


def _check_columns(source: Source, target: str, ignore: Sequence[str], copy: Sequence[str]) -> None:
    if target not in source.names:
        raise UnknownColumnError.among(target, source.names, role="target column")
    for name in (*ignore, *copy):
        if name not in source.names:
            raise UnknownColumnError.among(name, source.names)
    if target in ignore or target in copy:
        raise InputError(f"The target column {target!r} cannot be in ignore or copy.")
    both = set(ignore) & set(copy)
    if both:
        raise InputError(f"Column {min(both)!r} is in both ignore and copy; choose one.")
    if not set(source.names) - {target, *ignore, *copy}:
        raise InputError(f"No feature is left apart from the target column {target!r}.")


def _describe_need(sampler: BaseSampler) -> str:
    name = type(sampler).__name__
    return f"{name} decides on all rows together and" if plan_of(sampler) == "everything" else name
