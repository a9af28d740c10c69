"""Undersampling: remove samples from the majority classes."""

from counterpoise.under_sampling._all_knn import AllKNN
from counterpoise.under_sampling._cluster_centroids import ClusterCentroids
from counterpoise.under_sampling._condensed_nearest_neighbour import CondensedNearestNeighbour
from counterpoise.under_sampling._edited_nearest_neighbours import EditedNearestNeighbours
from counterpoise.under_sampling._instance_hardness_threshold import InstanceHardnessThreshold
from counterpoise.under_sampling._iterative_partitioning_filter import (
    IterativePartitioningFilter,
)
from counterpoise.under_sampling._near_miss import NearMiss
from counterpoise.under_sampling._neighbourhood_cleaning_rule import NeighbourhoodCleaningRule
from counterpoise.under_sampling._one_sided_selection import OneSidedSelection
from counterpoise.under_sampling._random_under_sampler import RandomUnderSampler
from counterpoise.under_sampling._repeated_edited_nearest_neighbours import (
    RepeatedEditedNearestNeighbours,
)
from counterpoise.under_sampling._tomek_links import TomekLinks

__all__ = [
    "AllKNN",
    "ClusterCentroids",
    "CondensedNearestNeighbour",
    "EditedNearestNeighbours",
    "InstanceHardnessThreshold",
    "IterativePartitioningFilter",
    "NearMiss",
    "NeighbourhoodCleaningRule",
    "OneSidedSelection",
    "RandomUnderSampler",
    "RepeatedEditedNearestNeighbours",
    "TomekLinks",
]
