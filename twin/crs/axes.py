"""Which of two columns is north, told from the numbers of a Chinese survey.

Chinese survey tables write X = north (7 digits before the point) and Y = east: 6 digits, or 8 with the zone number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.errors import AxesUnclearError

AXES: Final = ("north_east", "east_north")

Column = NDArray[np.float64]


def is_northing(values: Column) -> NDArray[np.bool_]:
    """Seven digits before the point: a northing on the Chinese mainland (18° to 54° N)."""
    out: NDArray[np.bool_] = (values >= 1e6) & (values < 1e7)
    return out


def is_easting(values: Column) -> NDArray[np.bool_]:
    """Six digits, or eight with a zone number."""
    out: NDArray[np.bool_] = ((values >= 1e5) & (values < 1e6)) | ((values >= 1.3e7) & (values < 4.6e7))
    return out


def first_is_north(path: Path, where: str, first: Column, second: Column, stated: str | None) -> bool | None:
    """Whether the column called X is north. ``stated`` (options.axes) wins; None: the numbers do not tell.

    Raises ``AxesUnclearError`` when rows of one table contradict each other by the half.
    """
    if stated is not None:
        return stated == "north_east"
    chinese = int((is_northing(first) & is_easting(second)).sum())
    western = int((is_easting(first) & is_northing(second)).sum())
    if chinese == western == 0:
        return None
    if min(chinese, western) > 0.2 * (chinese + western):
        raise AxesUnclearError(
            path=path, where=where, detail=f"{chinese} rows have a northing in X, {western} rows have it in Y"
        )
    return chinese >= western
