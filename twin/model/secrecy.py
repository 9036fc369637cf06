"""How exactly things underground may be told to whoever has not asked exactly: ``secrecy.toml`` as code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Positions are told to a grid of ``grid_m``, without heights; ``hidden`` columns are not told at all."""

    grid_m: float
    hidden: tuple[str, ...]
    unverified: bool

    def blurred(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Every corner at the middle of its cell, in plan. What falls into one cell becomes a point there.

        The cell depends on the corner alone, so that many answers tell no more than one.
        """

        def to_cell(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return (np.floor(xy / self.grid_m) + 0.5) * self.grid_m

        flat = shapely.transform(shapely.force_2d(shapes), to_cell)
        collapsed = ~shapely.is_missing(flat) & (shapely.get_dimensions(flat) > 0)
        collapsed &= np.ptp(shapely.bounds(flat).reshape(-1, 2, 2), axis=1).max(axis=1) == 0.0
        west_south = shapely.bounds(flat[collapsed])[:, :2]
        flat[collapsed] = shapely.points(west_south)
        blurred: NDArray[np.object_] = flat
        return blurred


@cache
def secrecy() -> Secrecy:
    """Read once."""
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Secrecy(said["grid_m"], tuple(said["hidden"]), said["unverified"])
