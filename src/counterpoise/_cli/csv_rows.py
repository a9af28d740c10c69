"""Write synthetic rows in the style of a CSV; original rows keep their text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from counterpoise._cli.column_types import NumberStyle, build_frame
from counterpoise._table import Provenance

__all__ = ["RowFormatter", "format_rows"]


def format_rows(
    fields: pl.DataFrame,
    values: pl.DataFrame,
    result: pl.DataFrame,
    provenance: Provenance,
    *,
    label: str,
    styles: Mapping[str, NumberStyle] | None = None,
    ignore: Collection[str] = (),
    copy: Collection[str] = (),
) -> pl.DataFrame:
    """Format the output rows as text: original rows unchanged, synthetic rows in the same style.

    Parameters
    ----------
    fields, values : polars.DataFrame
        The input as text, and with the types of `infer_types`.
    result : polars.DataFrame
        The typed output.
    provenance : Provenance
        The origin of the output rows.
    label : str
        The column of the classes.
    styles : mapping of str to NumberStyle, optional
        How columns of numbers are written that are not written as programs write them.
    ignore, copy : collection of str
        Columns that are empty in synthetic rows, or copied from the base row.

    Returns
    -------
    polars.DataFrame
        Columns of strings.
    """
    new, row = provenance.is_synthetic, provenance.row
    kept = fields[row[~new]]
    if not new.any():
        return kept
    formatter = RowFormatter(
        fields, values, label, styles or {}, frozenset(ignore), frozenset(copy)
    )
    synthetic = formatter.format(result.filter(new), provenance.base[new])
    stacked = pl.concat([kept, synthetic])
    order = np.argsort(np.concatenate([np.flatnonzero(~new), np.flatnonzero(new)]))
    return stacked if (np.diff(order) > 0).all() else stacked[order]


@dataclass(frozen=True)
class RowFormatter:
    """Format synthetic rows in the style of the rows they are made from.

    The attributes are the parameters of `format_rows`, and `spellings`: how true and false are
    written in a column, if `fields` are only some rows.
    """

    fields: pl.DataFrame
    values: pl.DataFrame
    label: str
    styles: Mapping[str, NumberStyle]
    ignore: frozenset[str]
    copy: frozenset[str]
    spellings: Mapping[str, Mapping[bool, str]] = field(default_factory=dict)

    def format(self, synthetic: pl.DataFrame, base: Any) -> pl.DataFrame:
        """Return rows as text, given the positions of their base rows, −1 if there is none."""
        rows = pl.Series(base)
        rows = rows.set(rows < 0, None)
        # For all columns at once, as the cast of a column takes long for each call.
        texts = synthetic.select(pl.all().cast(pl.String, strict=False))
        return build_frame(
            self._format(*columns, rows)
            for columns in zip(synthetic.iter_columns(), texts.iter_columns(), strict=True)
        )

    def _format(self, synthetic: pl.Series, texts: pl.Series, rows: pl.Series) -> pl.Series:
        if synthetic.name in self.ignore:
            return texts.clear(len(texts))
        if synthetic.name in self.copy:
            return self._base_texts(synthetic.name, rows)
        if synthetic.dtype == pl.Boolean or synthetic.name == self.label:
            texts = self._first_spelling(synthetic)
        elif synthetic.name in self.styles:
            texts = self.styles[synthetic.name].format(synthetic)
        if not synthetic.null_count():
            return texts
        # A value that is missing in a synthetic row is missing in its base row too, and written
        # with the same marker.
        return self._base_texts(synthetic.name, rows).zip_with(synthetic.is_null(), texts)

    def _base_texts(self, name: str, rows: pl.Series) -> pl.Series:
        return self.fields.select(pl.col(name).gather(rows)).to_series()

    def _first_spelling(self, synthetic: pl.Series) -> pl.Series:
        """Write classes and booleans as the input does: TRUE remains TRUE, 1.00 remains 1.00."""
        name = synthetic.name
        if name in self.spellings:
            return synthetic.replace_strict(
                self.spellings[name], default=None, return_dtype=pl.String
            )
        seen = pl.DataFrame({"value": self.values[name], "text": self.fields[name]})
        seen = seen.drop_nulls().unique("value", keep="first", maintain_order=True)
        return synthetic.replace_strict(
            seen["value"], seen["text"], default=None, return_dtype=pl.String
        )
