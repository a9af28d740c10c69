"""Ensembles whose members see as many rows of every class."""

from counterpoise.ensemble._balanced_random_forest import BalancedRandomForestClassifier

__all__ = ["BalancedRandomForestClassifier"]
