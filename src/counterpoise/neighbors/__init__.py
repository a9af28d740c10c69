"""Exact nearest neighbours: the native engine, the space it searches, and a user's own search."""

from counterpoise.neighbors.adapters import squared_differences
from counterpoise.neighbors.condensing import condense, judge
from counterpoise.neighbors.editing import Agreement, Editor
from counterpoise.neighbors.farthest import farthest_distances
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.parameters import JOBS, NEIGHBORS, SCALE
from counterpoise.neighbors.profiles import class_shares, nearest_by_profile
from counterpoise.neighbors.search import Search, nearest_others, neighbor_count
from counterpoise.neighbors.space import (
    Scale,
    SearchSpace,
    Units,
    check_finite,
    check_measurable,
    check_numeric,
    fill_missing,
    lay_out,
    measure_units,
    median_spread,
    numbers_for_models,
)
from counterpoise.neighbors.tomek import tomek_links

__all__ = [
    "JOBS",
    "NEIGHBORS",
    "SCALE",
    "Agreement",
    "Editor",
    "Index",
    "Scale",
    "Search",
    "SearchSpace",
    "Units",
    "check_finite",
    "check_measurable",
    "check_numeric",
    "class_shares",
    "condense",
    "farthest_distances",
    "fill_missing",
    "judge",
    "lay_out",
    "measure_units",
    "median_spread",
    "nearest_by_profile",
    "nearest_others",
    "neighbor_count",
    "numbers_for_models",
    "squared_differences",
    "tomek_links",
]
