"""Profile of a table before resampling.

`inspect` returns a `DataProfile`, which contains the records below:

- `ClassSummary`, `ColumnSummary`, `DuplicateCounts`: sizes, types, missing values, duplicates
- `SampleTypeCounts`, `Overlap`, `ClassOverlap`: nearest neighbors of the minority classes
- `ColumnSeparation`: how well a single column separates the classes
- `MethodAdvice`, `StudyAdvice`: methods and studies that suit the table
- `Finding`: what a reader should know, and what to do
"""

from counterpoise._finding import Finding

# Used by the study as well; not part of the public interface, as they take opened tables.
from counterpoise.profile._columns import separating_columns as separating_columns
from counterpoise.profile._duplicates import find_repeats as find_repeats
from counterpoise.profile._inspection import DataProfile, inspect
from counterpoise.profile._neighborhoods import kinds_of_rows as kinds_of_rows
from counterpoise.profile._records import (
    ClassOverlap,
    ClassSummary,
    ColumnSeparation,
    ColumnSummary,
    DuplicateCounts,
    MethodAdvice,
    Overlap,
    SampleTypeCounts,
    StudyAdvice,
)

__all__ = [
    "ClassOverlap",
    "ClassSummary",
    "ColumnSeparation",
    "ColumnSummary",
    "DataProfile",
    "DuplicateCounts",
    "Finding",
    "MethodAdvice",
    "Overlap",
    "SampleTypeCounts",
    "StudyAdvice",
    "inspect",
]
