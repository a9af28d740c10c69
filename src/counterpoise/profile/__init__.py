"""What a table is like before anything is done to it.

inspect                      all of it, as one record
columns, separation          single columns
repeats                      rows that are alike
kinds, overlap               rows among their neighbours
advice                       methods and studies that the table allows
findings, sections, drawing  remarks, tables, text
"""

from counterpoise._finding import Finding
from counterpoise.profile._columns import separating_columns
from counterpoise.profile._duplicates import Repeats, find_repeats
from counterpoise.profile._inspection import DataProfile, inspect
from counterpoise.profile._neighborhoods import KINDS, RowKinds, kinds_of_rows
from counterpoise.profile._records import (
    ClassFacts,
    ClassKinds,
    ClassOverlap,
    ColumnFacts,
    ColumnSeparation,
    MethodAdvice,
    Overlap,
    RepeatCounts,
    StudyAdvice,
)

__all__ = [
    "KINDS",
    "ClassFacts",
    "ClassKinds",
    "ClassOverlap",
    "ColumnFacts",
    "ColumnSeparation",
    "DataProfile",
    "Finding",
    "MethodAdvice",
    "Overlap",
    "RepeatCounts",
    "Repeats",
    "RowKinds",
    "StudyAdvice",
    "find_repeats",
    "inspect",
    "kinds_of_rows",
    "separating_columns",
]
