"""Imbalanced tables to try things on: cut from your own, at hand offline, or fetched."""

from counterpoise.datasets._benchmarks import BENCHMARKS, fetch_datasets
from counterpoise.datasets._imbalance import make_imbalance
from counterpoise.datasets._real import (
    load_breast_cancer_rare,
    load_diabetes_rare,
    load_digits_long_tail,
    load_digits_rare,
    load_wine_rare,
)

__all__ = [
    "BENCHMARKS",
    "fetch_datasets",
    "load_breast_cancer_rare",
    "load_diabetes_rare",
    "load_digits_long_tail",
    "load_digits_rare",
    "load_wine_rare",
    "make_imbalance",
]
