"""Pure array steps that several algorithms share."""

from counterpoise.draw.pairs import Pairs, draw_pairs, rows_drawn

__all__ = ["Pairs", "draw_pairs", "rows_drawn"]
