"""Columns that are read, computed and built together give what they give one at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from counterpoise._cli.column_types import infer_types
from counterpoise._table import (
    EncodedTarget,
    FeatureType,
    Resampling,
    SyntheticSamples,
    Table,
    as_table,
    group_equal_codes,
    group_equal_rows,
    number_blocks,
    to_array,
)
from counterpoise._table.compose import ResampledTable
from counterpoise._table.records import Columns
from counterpoise.base import BaseSampler, ClassQuota
from counterpoise.combine import SMOTEENN
from counterpoise.over_sampling import SMOTE, SMOTENC, RandomOverSampler
from counterpoise.under_sampling import EditedNearestNeighbours

N_ROWS = 40
Y = np.repeat(["rare", "common"], [15, 25])


def numeric_columns(seed: int) -> dict[str, list[Any]]:
    """Return columns of several types that alternate, with and without missing values."""
    rng = np.random.RandomState(seed)
    columns: dict[str, list[Any]] = {}
    for j in range(4):
        columns[f"float{j}"] = rng.randn(N_ROWS).tolist()
        columns[f"int{j}"] = rng.randint(-9, 9, N_ROWS).tolist()
        columns[f"huge{j}"] = (2**60 + rng.randint(0, 9, N_ROWS)).tolist()
        columns[f"bool{j}"] = (rng.rand(N_ROWS) < 0.5).tolist()
    for name in ("float2", "int2", "huge2", "bool2"):
        columns[f"{name} missing"] = [
            None if is_missing else value
            for value, is_missing in zip(columns[name], rng.rand(N_ROWS) < 0.3, strict=True)
        ]
    return dict(sorted(columns.items(), key=lambda item: item[0][::-1]))


def with_texts(columns: dict[str, list[Any]], seed: int) -> dict[str, list[Any]]:
    """Put columns of strings between the others."""
    rng = np.random.RandomState(seed)
    texts = {f"text{j}": rng.choice(["red", "green", "blue"], N_ROWS).tolist() for j in range(3)}
    names = list(columns)
    return {
        **{name: columns[name] for name in names[:3]},
        "text0": texts["text0"],
        **{name: columns[name] for name in names[3:7]},
        "text1": texts["text1"],
        "text2": texts["text2"],
        **{name: columns[name] for name in names[7:]},
    }


LIBRARIES = {
    "pandas": pd.DataFrame,
    "pandas nullable": lambda columns: pd.DataFrame(columns).convert_dtypes(),
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
}


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Any:
    """Return a function that builds a data frame of one of the libraries from columns."""
    return LIBRARIES[request.param]


def set_block_size(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Limit the number of values of a block."""
    for module in ("columns", "frame"):
        monkeypatch.setattr(f"counterpoise._table.{module}.BLOCK_SIZE", size)


def are_same(first: Any, second: Any) -> bool:
    """Return whether two data frames have the same names, types and values."""
    if isinstance(first, pd.DataFrame):
        pd.testing.assert_frame_equal(first, second, check_exact=True)
        return True
    if isinstance(first, pa.Table):
        first, second = pl.DataFrame(first), pl.DataFrame(second)
    return bool(first.schema == second.schema and first.equals(second))


class WithPoints(BaseSampler):
    """Add samples that have values but no neighbor, and samples that have one."""

    _family = "over-sampling"
    _reads = "numbers"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        points = np.linspace(-5, 5, 2 * len(table.columns)).reshape(2, -1)
        return Resampling(
            synthetic=SyntheticSamples(
                base=[0, -1, 3, 1],
                neighbor=[-1, -1, 5, 2],
                weight=[np.nan, np.nan, 0.25, 0.5],
                label=np.array([0, 0, 1, 1]),
                points=points,
            )
        )


SAMPLERS = {
    "SMOTE": SMOTE(random_state=0, scale="standard"),
    "SMOTENC": SMOTENC(random_state=0),
    "noise": RandomOverSampler(shrinkage=0.5, random_state=0),
    "two samplers": SMOTEENN(smote=SMOTE(random_state=0), random_state=0),
    "points": WithPoints(),
}


@pytest.mark.costly
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_block_size_has_no_effect(
    monkeypatch: pytest.MonkeyPatch, library: Any, sampler: str, seed: int
) -> None:
    """A data frame is resampled the same if its columns are handled together or one at a time."""
    columns = numeric_columns(seed)
    X = library(with_texts(columns, seed) if sampler == "SMOTENC" else columns)
    at_once, y = SAMPLERS[sampler].fit_resample(X, Y)
    set_block_size(monkeypatch, 1)  # one column at a time
    in_blocks, same_y = SAMPLERS[sampler].fit_resample(X, Y)
    assert are_same(at_once, in_blocks)
    assert np.array_equal(y, same_y)
    assert len(y) > len(Y) or sampler == "two samplers"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sampler", [SMOTE(random_state=0), EditedNearestNeighbours()])
def test_further_columns_have_no_effect(library: Any, sampler: BaseSampler, seed: int) -> None:
    """Constant columns between the others change neither the samples nor their values."""
    columns = numeric_columns(seed)
    constant = {f"constant {name}": [values[0]] * N_ROWS for name, values in columns.items()}
    pairs = zip(columns.items(), constant.items(), strict=True)
    both = dict(item for pair in pairs for item in pair)
    X, y = sampler.fit_resample(library(columns), Y)
    wide_X, wide_y = sampler.fit_resample(library(both), Y)
    names = list(columns)
    assert are_same(X, wide_X.select(names) if hasattr(X, "select") else wide_X[names])
    assert np.array_equal(y, wide_y)


@pytest.mark.parametrize("rows", [None, np.array([3, 3, 0, 39]), np.empty(0, int)])
def test_number_block_is_all_columns(library: Any, rows: np.ndarray | None, seed: int) -> None:
    """A block has the values of its columns, in a type that can represent them."""
    table = as_table(library(numeric_columns(seed)))
    rng = np.random.RandomState(seed)
    some = np.sort(rng.choice(len(table.columns), 9, replace=False)).tolist()
    block = table.number_block(some, rows)
    columns = [table.numbers(j, rows) for j in some]
    assert np.array_equal(block, np.column_stack(columns), equal_nan=True)
    assert block.dtype == np.result_type(*columns)
    alike = [j for j in some if table.columns[j].name[:3] == "hug"]
    if alike and rows is not None and len(rows):
        values = table.number_block(alike, rows)
        assert np.array_equal(values, np.column_stack([table.numbers(j, rows) for j in alike]))


def test_number_block_of_other_tables(seed: int) -> None:
    """Arrays, objects and resampled tables give the same blocks as data frames."""
    values = np.random.RandomState(seed).randint(0, 9, (N_ROWS, 5))
    columns = [0, 2, 3]
    expected = values[:, columns]
    for X in (values, values.astype(object), values.astype(float), pd.DataFrame(values)):
        table = as_table(X)
        assert np.array_equal(table.number_block(columns), expected)
        rows = np.array([7, 0, 7])
        assert np.array_equal(table.number_block(columns, rows), expected[rows])
        synthetic = SyntheticSamples([0, 1], [2, 3], [0.0, 1.0], np.array([0, 0]))
        resampled = ResampledTable(table, Resampling(rows, synthetic))
        assert np.array_equal(resampled.number_block(columns), expected[[7, 0, 7, 0, 3]])


def test_to_array_is_a_copy() -> None:
    """A function that gets the array may write to it."""
    for values in (np.arange(6).reshape(3, 2), np.arange(6.0).reshape(3, 2)):
        array = to_array(as_table(values))
        array[0] = 99
        assert values[0, 0] == 0


def test_blocks_cover_the_columns(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Blocks contain each column once, in order, and no more values than allowed."""
    values = np.random.RandomState(seed).randn(N_ROWS, 17)
    set_block_size(monkeypatch, 4 * N_ROWS)
    blocks = list(number_blocks(as_table(values), range(17)))
    assert np.array_equal(np.hstack([block for _, block in blocks]), values)
    assert all(block.size <= 4 * N_ROWS for _, block in blocks)
    assert [column for where, _ in blocks for column in range(17)[where]] == list(range(17))


def test_columns_by_type(seed: int) -> None:
    """Columns are selected and grouped by type as a look at each of them would do."""
    rng = np.random.RandomState(seed)
    types = tuple((feature_type, feature_type.value) for feature_type in FeatureType)
    columns = Columns([f"c{j}" for j in range(50)], types, rng.randint(0, len(types), 50))
    for feature_type in FeatureType:
        expected = [j for j, column in enumerate(columns) if column.feature_type is feature_type]
        assert list(columns.positions([feature_type])) == expected
    assert list(columns.positions(list(FeatureType))) == list(range(50))
    some = np.sort(rng.choice(50, 20, replace=False)).tolist()
    groups = columns.by_type(some)
    assert sorted(j for group in groups for j in group) == some
    assert all(len({columns[j].dtype for j in group}) == 1 for group in groups)
    assert len({columns[group[0]].dtype for group in groups}) == len(groups)
    assert columns[1:3] == (columns[1], columns[2])


def test_equal_rows(library: Any, seed: int) -> None:
    """Rows are in the same group if they are equal, also if all rows differ early."""
    rng = np.random.RandomState(seed)
    columns: dict[str, list[Any]] = {f"c{j}": rng.randint(0, 2, N_ROWS).tolist() for j in range(6)}
    columns["missing"] = [None if value else 0.5 for value in rng.randint(0, 2, N_ROWS)]
    rows = list(zip(*columns.values(), strict=True))
    groups = group_equal_rows(as_table(library(columns)))
    for i in range(N_ROWS):
        assert [rows[j] == rows[i] for j in range(N_ROWS)] == (groups == groups[i]).tolist()
    columns["number"] = list(range(N_ROWS))
    columns["more"] = rng.randint(0, 2, N_ROWS).tolist()
    assert len(set(group_equal_rows(as_table(library(columns))))) == N_ROWS


def test_no_column_is_read_after_all_rows_differ() -> None:
    """The codes of further columns are not computed."""

    def codes() -> Any:
        yield np.array([0, 0, 1])
        yield np.array([0, 1, 0])
        raise AssertionError

    assert sorted(group_equal_codes(codes(), 3)) == [0, 1, 2]


FIELDS = {
    "integers": ["1", " 2", "NA", "-3"],
    "floats": ["1", "2.5", "", "1e3"],
    "whole floats": ["1.0", "2.0", "3e2", "4."],
    "padded": ["007", "1", "2", "3"],
    "padded among floats": ["007", "1.5", "2.5", "3.5"],
    "long": ["12345678901234567890", "1", "2", "3"],
    "long among floats": ["1234567890123456789012", "1.5", "2", "3"],
    "booleans": ["TRUE", "false", "true", None],
    "texts": ["a", "1", "2", "3"],
    "money": ["$1,000", "$2,000", "$3,000", "$4,000"],
    "missing": ["NA", "", "?", None],
    "infinite": ["inf", "1.5", "-inf", "2"],
    "sentinels": ["#N/A", "1", "--", "2"],
}


@pytest.mark.parametrize("target", [None, "sentinels", "booleans"])
def test_types_of_a_csv_are_inferred_column_by_column(target: str | None) -> None:
    """The type of a column of text does not depend on the other columns."""
    fields = pl.DataFrame(FIELDS, schema=dict.fromkeys(FIELDS, pl.String))
    together = infer_types(fields, target=target)
    for name in FIELDS:
        alone = infer_types(fields.select(name), target=target)
        assert together.values[name].equals(alone.values[name], check_dtypes=True)
        assert set(alone.styles) == {name} & set(together.styles)
        assert all(any(name in note for note in together.notes) for _ in alone.notes)
    types = [str(dtype) for dtype in together.values.dtypes]
    expected = ["Int64", *["Float64"] * 2, *["String"] * 4, "Boolean", *["String"] * 2]
    sentinels = "String" if target == "sentinels" else "Int64"
    assert types == [*expected, "Float64", "Float64", sentinels]


def test_parameters_belong_to_the_class() -> None:
    """A subclass has the parameters of its own constructor."""

    class Other(SMOTE):
        def __init__(self, *, shift: float = 0.0) -> None:
            super().__init__()
            self.shift = shift

    assert "k_neighbors" in SMOTE().get_params()
    assert Other(shift=2.0).get_params() == {"shift": 2.0}
    assert "shift" not in SMOTE().get_params()
