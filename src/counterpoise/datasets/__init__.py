"""Imbalanced data sets: cut from your own data, included with scikit-learn, or downloaded."""

from counterpoise.datasets._benchmarks import BENCHMARK_DATASETS, BenchmarkDataset, fetch_datasets
from counterpoise.datasets._make_imbalance import make_imbalance
from counterpoise.datasets._toy_datasets import (
    load_breast_cancer_imbalanced,
    load_diabetes_imbalanced,
    load_digits_imbalanced,
    load_digits_long_tail,
    load_wine_imbalanced,
)

__all__ = [
    "BENCHMARK_DATASETS",
    "BenchmarkDataset",
    "fetch_datasets",
    "load_breast_cancer_imbalanced",
    "load_diabetes_imbalanced",
    "load_digits_imbalanced",
    "load_digits_long_tail",
    "load_wine_imbalanced",
    "make_imbalance",
]
