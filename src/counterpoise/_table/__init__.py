"""Tables in any container: the only package that reads data frames and sparse matrices."""

from counterpoise._table.columns import (
    feature_positions,
    feature_types_of,
    number_blocks,
    positions_of_type,
)
from counterpoise._table.compose import ResampledTable, compose, rebuild, resample_target
from counterpoise._table.concat import concat_tables, group_equal_codes, group_equal_rows
from counterpoise._table.continuous import (
    ContinuousTarget,
    TargetColumn,
    continuous_values,
    open_continuous,
)
from counterpoise._table.dense import DenseTable, allocate_points
from counterpoise._table.frame import FrameTable, make_frame, replace_columns, to_record_batch
from counterpoise._table.label_matrix import (
    LabelMatrix,
    as_label_matrix,
    rebuild_label_matrix,
)
from counterpoise._table.labels import (
    check_complete_target,
    encode_distinct,
    encode_like,
    encode_target,
    take_rows,
    target_values,
)
from counterpoise._table.moment_blocks import Blocks
from counterpoise._table.objects import is_missing
from counterpoise._table.open import (
    Samples,
    as_table,
    backend_of,
    check_unique_names,
    explaining_swapped,
    is_data_frame,
    is_record_batch,
    split_target,
    without_batch,
)
from counterpoise._table.provenance import Provenance
from counterpoise._table.records import (
    NUMBERS,
    Column,
    EncodedTarget,
    FeatureType,
    Resampling,
    SyntheticSamples,
    Table,
)
from counterpoise._table.selection import select_columns
from counterpoise._table.sparse import SparseTable, csr_arrays
from counterpoise._table.sparse_columns import SparseColumns
from counterpoise._table.spread import (
    MomentsInParts,
    PartialTable,
    Spread,
    ValueCounts,
    add_value_counts,
    class_counts_of_codes,
    measure_spread,
    measure_spreads,
    merge_value_counts,
    quartiles_of,
)
from counterpoise._table.values import missing_mask, text_values, to_array
from counterpoise._table.whole_samples import WholeSamples

__all__ = [
    "NUMBERS",
    "Blocks",
    "Column",
    "ContinuousTarget",
    "DenseTable",
    "EncodedTarget",
    "FeatureType",
    "FrameTable",
    "LabelMatrix",
    "MomentsInParts",
    "PartialTable",
    "Provenance",
    "ResampledTable",
    "Resampling",
    "Samples",
    "SparseColumns",
    "SparseTable",
    "Spread",
    "SyntheticSamples",
    "Table",
    "TargetColumn",
    "ValueCounts",
    "WholeSamples",
    "add_value_counts",
    "allocate_points",
    "as_label_matrix",
    "as_table",
    "backend_of",
    "check_complete_target",
    "check_unique_names",
    "class_counts_of_codes",
    "compose",
    "concat_tables",
    "continuous_values",
    "csr_arrays",
    "encode_distinct",
    "encode_like",
    "encode_target",
    "explaining_swapped",
    "feature_positions",
    "feature_types_of",
    "group_equal_codes",
    "group_equal_rows",
    "is_data_frame",
    "is_missing",
    "is_record_batch",
    "make_frame",
    "measure_spread",
    "measure_spreads",
    "merge_value_counts",
    "missing_mask",
    "number_blocks",
    "open_continuous",
    "positions_of_type",
    "quartiles_of",
    "rebuild",
    "rebuild_label_matrix",
    "replace_columns",
    "resample_target",
    "select_columns",
    "split_target",
    "take_rows",
    "target_values",
    "text_values",
    "to_array",
    "to_record_batch",
    "without_batch",
]
