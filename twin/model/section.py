"""The size of a pipe's section from what its table states of it: drawing, clearance and inspection must agree on it.

Survey tables (CJJ 61-2017) write a round pipe as one number and a box as width × height, so a width alone never comes
from there; tables of GIS have columns of their own and may fill one. Such a section is a square: it is drawn, and what
has a body counts as one. *Unverified*: no standard says so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def section_sizes(diameter_m: Floats, width_m: Floats, height_m: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Width and height (n,) in m, NaN where nothing is stated, and whether it is a box; one side alone is a square.

    A number that is not above 0 states nothing. A box wins over a diameter beside it.
    """
    diameter, width, height = (
        np.where(np.isfinite(one) & (one > 0), one, np.nan) for one in (diameter_m, width_m, height_m)
    )
    is_box = np.isfinite(width) | np.isfinite(height)
    wide = np.where(is_box, np.where(np.isfinite(width), width, height), diameter)
    tall = np.where(is_box, np.where(np.isfinite(height), height, width), diameter)
    return wide, tall, is_box
