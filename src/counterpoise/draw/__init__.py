"""Pure array steps that several algorithms share."""

from counterpoise.draw.kept import chosen_by_class, grouped_by_class
from counterpoise.draw.kinds import is_danger, is_noise
from counterpoise.draw.pairs import Pairs, draw_pairs, rows_drawn
from counterpoise.draw.shares import share_out
from counterpoise.draw.votes import commonest, draw_commonest, holders

__all__ = [
    "Pairs",
    "chosen_by_class",
    "commonest",
    "draw_commonest",
    "draw_pairs",
    "grouped_by_class",
    "holders",
    "is_danger",
    "is_noise",
    "rows_drawn",
    "share_out",
]
