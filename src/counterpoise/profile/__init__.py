"""What a table is like before anything is done to it.

inspect                      all of it, as one record
columns, separation          single columns
repeats                      rows that are alike
kinds, overlap               rows among their neighbours
advice                       methods and studies that the table allows
findings, sections, drawing  remarks, tables, text
"""

from counterpoise._lib.findings import Finding
from counterpoise.profile.data_profile import DataProfile
from counterpoise.profile.inspection import inspect
from counterpoise.profile.kinds import KINDS, RowKinds, kinds_of_rows
from counterpoise.profile.records import (
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
from counterpoise.profile.repeats import Repeats, find_repeats
from counterpoise.profile.separation import separating_columns

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
