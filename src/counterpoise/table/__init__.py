"""Tables in any container: the only package that reads data frames and sparse matrices."""

from counterpoise.table.columns import feature_positions, is_missing
from counterpoise.table.compose import ResampledTable, compose, rebuild, resample_target
from counterpoise.table.concat import concat_tables, group_equal_rows
from counterpoise.table.dense import allocate_points
from counterpoise.table.frame import make_frame
from counterpoise.table.labels import encode_like, encode_target, take_rows, target_values
from counterpoise.table.open import as_table, backend_of, check_unique_names
from counterpoise.table.provenance import Provenance
from counterpoise.table.records import (
    Column,
    EncodedTarget,
    FeatureType,
    Resampling,
    SyntheticSamples,
    Table,
)
from counterpoise.table.selection import select_columns
from counterpoise.table.sparse import SparseTable
from counterpoise.table.values import missing_mask, text_values, to_array

__all__ = [
    "Column",
    "EncodedTarget",
    "FeatureType",
    "Provenance",
    "ResampledTable",
    "Resampling",
    "SparseTable",
    "SyntheticSamples",
    "Table",
    "allocate_points",
    "as_table",
    "backend_of",
    "check_unique_names",
    "compose",
    "concat_tables",
    "encode_like",
    "encode_target",
    "feature_positions",
    "group_equal_rows",
    "is_missing",
    "make_frame",
    "missing_mask",
    "rebuild",
    "resample_target",
    "select_columns",
    "take_rows",
    "target_values",
    "text_values",
    "to_array",
]
