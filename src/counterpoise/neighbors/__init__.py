"""Exact nearest neighbors: an index over arrays, and searches among the rows of tables.

`Index` finds the nearest points of an array. For a table with categorical columns, missing values
or a scale, `compute_distance_units` computes the units of the distance, `build_search_space` builds
the space of some rows in these units, and `NeighborSearch` finds neighbors in that space.
"""

from counterpoise.neighbors._index import Index
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import (
    DistanceUnits,
    SearchSpace,
    build_search_space,
    compute_distance_units,
)
from counterpoise.neighbors._tomek import find_tomek_links

__all__ = [
    "DistanceUnits",
    "Index",
    "NeighborSearch",
    "SearchSpace",
    "build_search_space",
    "compute_distance_units",
    "find_tomek_links",
]
