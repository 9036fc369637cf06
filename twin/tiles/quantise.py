"""Positions on a lattice: u16 coordinates whose step is a power-of-two multiple of one millimetre.

Every GLB of a scene uses the same lattice through the scene origin, so an edge that two tiles share comes out at the
same place in both. The step is the finest that 65,536 places allow: 1 mm up to 65 m, 2 mm up to 131 m, 4 mm up to
262 m, so chunks of 256 m keep within the 4 mm that the contracts ask for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FINEST_STEP_M = 0.001
PLACES = 65_536


@dataclass(frozen=True, slots=True)
class Lattice:
    """``low`` is the lattice corner, in steps, from which the u16 coordinates count."""

    step_m: float
    low: tuple[int, int, int]
    high: tuple[int, int, int]

    def bounds(self) -> NDArray[np.float64]:
        """(2, 3) metres: the corners as a runtime will draw them."""
        return np.array([self.low, self.high], np.float64) * self.step_m


def quantise(positions: NDArray[np.float64], finest_m: float = FINEST_STEP_M) -> tuple[NDArray[np.uint16], Lattice]:
    """(V, 3) metres -> (V, 3) u16 and the lattice they stand on. Raises ValueError for NaN or infinite positions."""
    axes = np.ascontiguousarray(positions.T)
    low, high = axes.min(axis=1), axes.max(axis=1)
    if not (np.isfinite(low) & np.isfinite(high)).all():
        raise ValueError("positions hold NaN or infinity")
    step = step_for(low, high, finest_m)
    # rounding keeps the order, so the ends of the lattice are the rounded ends of the positions
    low, high = np.rint(low / step), np.rint(high / step)
    places = np.rint(axes / step) - low[:, None]
    corner: list[tuple[int, int, int]] = [(int(one[0]), int(one[1]), int(one[2])) for one in (low, high)]
    return np.ascontiguousarray(places.T.astype(np.uint16)), Lattice(step, corner[0], corner[1])


def step_for(low: NDArray[np.float64], high: NDArray[np.float64], finest_m: float = FINEST_STEP_M) -> float:
    """The finest step, ``finest_m`` times a power of two, that 65,536 places span the longest side with."""
    step = finest_m
    while (np.rint(high / step) - np.rint(low / step)).max() >= PLACES:
        step *= 2
    return step
