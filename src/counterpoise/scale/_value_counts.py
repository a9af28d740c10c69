"""How often each value of a feature occurs in each class, in one pass over a table."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoise._table import ValueCounts, add_value_counts, feature_positions, merge_value_counts
from counterpoise.scale._opener import RowOpener, Rows

__all__ = ["CountedValues", "ValueCountPass"]


@dataclass(frozen=True)
class CountedValues:
    """How often values occur in each class.

    Attributes
    ----------
    of_columns : dict of str to ValueCounts
    """

    of_columns: dict[str, ValueCounts]

    def merge(self, other: CountedValues) -> CountedValues:
        """Return the sums."""
        sums = {name: dict(counts) for name, counts in self.of_columns.items()}
        for name, counts in other.of_columns.items():
            merge_value_counts(sums.setdefault(name, {}), counts.items())
        return CountedValues(sums)


@dataclass(frozen=True)
class ValueCountPass:
    """How often each value of a feature occurs in each class.

    Attributes
    ----------
    opener : RowOpener
    """

    opener: RowOpener
    n_known = 0

    def start(self) -> CountedValues:
        """Return no counts."""
        return CountedValues({})

    def add(self, found: CountedValues, rows: Rows) -> CountedValues:
        """Count the values of further rows."""
        table, n_classes = rows.table, len(self.opener.classes)
        for j in feature_positions(table):
            of_column = found.of_columns.setdefault(str(table.columns[j].name), {})
            add_value_counts(of_column, table, j, rows.target.codes, n_classes)
        return found
