"""Exact nearest neighbors: an index over arrays, and searches among the rows of tables.

`Index` finds the nearest points of an array. For a table with categorical columns, missing values
or a scale, `measure_units` computes the units of the distance, `lay_out` builds the space of some
rows in these units, and `Search` finds neighbors in that space.
"""

from counterpoise.neighbors._checks import check_finite as check_finite
from counterpoise.neighbors._checks import check_measurable as check_measurable
from counterpoise.neighbors._checks import check_numeric as check_numeric
from counterpoise.neighbors._condensing import condense as condense
from counterpoise.neighbors._condensing import judge as judge
from counterpoise.neighbors._editing import Agreement as Agreement
from counterpoise.neighbors._editing import Editor as Editor
from counterpoise.neighbors._farthest import farthest_distances as farthest_distances
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._search import JOBS as JOBS
from counterpoise.neighbors._search import NEIGHBORS as NEIGHBORS
from counterpoise.neighbors._search import Search
from counterpoise.neighbors._search import nearest_others as nearest_others
from counterpoise.neighbors._search import neighbor_count as neighbor_count
from counterpoise.neighbors._space import SCALE as SCALE
from counterpoise.neighbors._space import Scale as Scale
from counterpoise.neighbors._space import SearchSpace, Units, lay_out, measure_units
from counterpoise.neighbors._space import fill_missing as fill_missing
from counterpoise.neighbors._space import median_spread as median_spread
from counterpoise.neighbors._space import numbers_for_models as numbers_for_models
from counterpoise.neighbors._tomek import tomek_links
from counterpoise.neighbors._value_difference import class_shares as class_shares
from counterpoise.neighbors._value_difference import nearest_by_profile as nearest_by_profile
from counterpoise.neighbors.adapters import squared_differences as squared_differences

# Names that are imported above but not listed here are for the samplers of this package.
__all__ = [
    "Index",
    "Search",
    "SearchSpace",
    "Units",
    "lay_out",
    "measure_units",
    "tomek_links",
]
