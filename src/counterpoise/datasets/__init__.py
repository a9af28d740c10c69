"""Imbalanced tables to try things on."""

from counterpoise.datasets._imbalance import make_imbalance

__all__ = ["make_imbalance"]
