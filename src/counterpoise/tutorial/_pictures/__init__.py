"""Pictures of the tutorial, drawn with matplotlib: each function takes results, returns a figure.

The figures are created without pyplot, so the user's backend, open windows and settings do not
change. Class 0 is drawn as blue circles, class 1 as orange triangles: readers with a color vision
deficiency can distinguish the colors, and a black-and-white print shows the shapes.
"""

from counterpoise._lib.optional_imports import import_optional

import_optional(
    "matplotlib", "drawing the tutorial's pictures"
)  # the error names the package to install

from counterpoise.tutorial._pictures._figures import (  # noqa: E402
    draw_all,
    draw_boundary,
    draw_dataset,
    draw_duplicates,
    draw_four_boundaries,
    draw_repetitions,
    draw_smote_example,
    draw_synthetic_samples,
    draw_two_boundaries,
)
from counterpoise.tutorial._pictures._parts import (  # noqa: E402
    BACKGROUND_OPACITY,
    Picture,
    to_png,
    to_svg,
)

__all__ = [
    "BACKGROUND_OPACITY",
    "Picture",
    "draw_all",
    "draw_boundary",
    "draw_dataset",
    "draw_duplicates",
    "draw_four_boundaries",
    "draw_repetitions",
    "draw_smote_example",
    "draw_synthetic_samples",
    "draw_two_boundaries",
    "to_png",
    "to_svg",
]
