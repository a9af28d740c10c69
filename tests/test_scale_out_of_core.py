"""SMOTE for a class that does not fit into memory: the same rows, and a report."""

from __future__ import annotations

import errno
import re
import tempfile
import warnings
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise import scale
from counterpoise.exceptions import CounterpoiseWarning, FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE, SMOTENC
from counterpoise.scale import _cells, _memory
from tests.test_scale import as_dataset, in_memory, make_table, name_of

SAMPLERS = [
    SMOTE(random_state=3, k_neighbors=2),
    SMOTE(random_state=3, k_neighbors=5, scale="standard"),
    SMOTE(random_state=3, k_neighbors=3, scale="robust", sampling_strategy={"b": 40}),
    SMOTE(random_state=3, k_neighbors=12, small_classes="duplicate"),
    SMOTE(random_state=3, k_neighbors=30, small_classes="shrink_k"),
]


def resample_on_disk(table: pl.DataFrame, sampler: SMOTE, size: int, cuts: Any = ()) -> Any:
    """Resample with cells of some rows, and return the message too."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        patch.setattr(_memory.MemoryLimit, "rows_at_once", lambda self, n_columns: size)
        # Quartiles need a whole column in memory.
        patch.setattr(_memory.MemoryLimit, "fits", lambda self, n_rows, n_columns: n_columns == 1)
        reader = scale.resample(as_dataset(table, list(cuts)), "y", sampler)
        result = pl.DataFrame(reader.read_all())
    messages = [str(one.message) for one in caught if "written to disk" in str(one.message)]
    return result, messages[0]


@pytest.mark.parametrize("sampler", SAMPLERS, ids=name_of)
def test_the_same_rows_as_in_memory(sampler, seed):
    """The same rows in the same order, from cells of any size and parts of any size."""

    @settings(max_examples=4, deadline=None, database=None)
    @given(
        table_seed=st.integers(0, 10_000),
        size=st.integers(2, 40),
        cuts=st.lists(st.integers(0, 10_000), max_size=4),
    )
    def check(table_seed: int, size: int, cuts: list[int]) -> None:
        table = make_table(table_seed + seed, 100)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = in_memory(sampler, table)
        assert resample_on_disk(table, sampler, size, cuts)[0].equals(expected)

    check()
