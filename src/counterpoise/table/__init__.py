"""Tables in any container: the only package that reads data frames and sparse matrices."""

from counterpoise.table.columns import features_of, is_nothing
from counterpoise.table.compose import ResampledTable, compose, labels_after, rebuild
from counterpoise.table.concat import group_rows, stack_tables
from counterpoise.table.dense import room_for_points
from counterpoise.table.frame import make_frame
from counterpoise.table.labels import codes_among, label_values, open_labels, take_rows
from counterpoise.table.open import backend_of, open_table, refuse_repeated_names
from counterpoise.table.provenance import Provenance
from counterpoise.table.records import Blends, Column, Kind, Labels, Resampling, Table
from counterpoise.table.selection import select_columns
from counterpoise.table.sparse import SparseTable
from counterpoise.table.values import array_of, missing_cells, words_of

__all__ = [
    "Blends",
    "Column",
    "Kind",
    "Labels",
    "Provenance",
    "ResampledTable",
    "Resampling",
    "SparseTable",
    "Table",
    "array_of",
    "backend_of",
    "codes_among",
    "compose",
    "features_of",
    "group_rows",
    "is_nothing",
    "label_values",
    "labels_after",
    "make_frame",
    "missing_cells",
    "open_labels",
    "open_table",
    "rebuild",
    "refuse_repeated_names",
    "room_for_points",
    "select_columns",
    "stack_tables",
    "take_rows",
    "words_of",
]
