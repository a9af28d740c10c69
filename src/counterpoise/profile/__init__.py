"""Profile of a table before resampling.

`inspect` returns a `DataProfile`, which contains the records below:

- `ClassSummary`, `ColumnSummary`, `DuplicateCounts`: sizes, types, missing values, duplicates
- `SampleTypeCounts`, `Overlap`, `ClassOverlap`: nearest neighbors of the minority classes
- `ColumnSeparation`: how well a single column separates the classes
- `ColumnContribution`: what a column that may leak the target contributes to a model
- `LabelErrors`, `SuspectLabel`: rows that are probably mislabeled
- `SparseSummary`: size and content of a sparse table
- `Sentinel`: a value that may stand for a missing value
- `MethodAdvice`, `StudyAdvice`: methods and studies that suit the table
- `DatasetShift`, `ColumnShift`, `ClassShift`, `TypeDifference`: what differs in a test set
- `Finding`: what a reader should know, and what to do
"""

from counterpoise._lib.findings import Finding

# Used by the study as well; not part of the public interface.
from counterpoise.profile._advice import advise_method as advise_method
from counterpoise.profile._columns import find_separating_columns as find_separating_columns
from counterpoise.profile._duplicates import find_duplicates as find_duplicates
from counterpoise.profile._inspection import DataProfile, inspect
from counterpoise.profile._inspection import format_profile as format_profile
from counterpoise.profile._neighborhoods import find_sample_types as find_sample_types
from counterpoise.profile._records import (
    ClassOverlap,
    ClassSummary,
    ColumnContribution,
    ColumnSeparation,
    ColumnSummary,
    DuplicateCounts,
    LabelErrors,
    MethodAdvice,
    Overlap,
    SampleTypeCounts,
    Sentinel,
    SparseSummary,
    StudyAdvice,
    SuspectLabel,
)
from counterpoise.profile._sentinels import describe_sentinels as describe_sentinels
from counterpoise.profile._sentinels import find_sentinels as find_sentinels
from counterpoise.profile._shift_records import (
    ClassShift,
    ColumnShift,
    DatasetShift,
    TypeDifference,
)

__all__ = [
    "ClassOverlap",
    "ClassShift",
    "ClassSummary",
    "ColumnContribution",
    "ColumnSeparation",
    "ColumnShift",
    "ColumnSummary",
    "DataProfile",
    "DatasetShift",
    "DuplicateCounts",
    "Finding",
    "LabelErrors",
    "MethodAdvice",
    "Overlap",
    "SampleTypeCounts",
    "Sentinel",
    "SparseSummary",
    "StudyAdvice",
    "SuspectLabel",
    "TypeDifference",
    "inspect",
]
