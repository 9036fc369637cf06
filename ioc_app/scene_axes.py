"""From the campus CRS to scene axes, with the ground under what has no height: one way for all evidence.

Scene axes: grid east, north and height, minus the origin of the campus; to a millimetre.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.ground import ground_of
from twin.store.campus import Generation

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

_MM: Final = 3
_NO_HEIGHT: Final = -1e9  # of shapes in plan: shapely adds no NaN


@dataclass(frozen=True, slots=True)
class SceneAxes:
    """``origin`` (3,) and ``heights`` of the ground at (n, 2), NaN where nobody knows: in the campus CRS."""

    origin: Floats
    heights: Callable[[Floats], Floats]

    @classmethod
    def of(cls, generation: Generation, *, exactly: bool = True) -> SceneAxes:
        """Not ``exactly``: the ground that is told to everybody."""
        return cls(np.array(generation.manifest.origin), ground_of(generation, exactly=exactly).heights)

    def ground_m(self, xy: Floats) -> Floats:
        """Heights (n,) of the ground at (n, 2) in the campus CRS; NaN where nobody knows it."""
        above: Floats = np.round(self.heights(xy) - self.origin[2], _MM)
        return above

    def shapes(self, shapes: Shapes) -> Shapes:
        """Shapes with a height at every corner: its own, else the ground's, else that of the origin."""
        flat = shapely.force_3d(shapes, _NO_HEIGHT)
        scene: Shapes = shapely.transform(flat, self._corners, include_z=True)
        return scene

    def boxes(self, boxes: Floats) -> Floats:
        """(n, 6) boxes; one without heights lies on the ground in its middle, else at the height of the origin."""
        scene: Floats = np.round(boxes - np.tile(self.origin, 2), _MM)
        flat = np.isnan(boxes[:, 2]) & ~np.isnan(boxes[:, 0])
        middle = (boxes[flat, :2] + boxes[flat, 3:5]) / 2
        scene[flat, 2] = scene[flat, 5] = np.nan_to_num(self.ground_m(middle))
        return scene

    def _corners(self, xyz: Floats) -> Floats:
        scene: Floats = np.round(xyz - self.origin, _MM)
        unknown = np.isnan(xyz[:, 2]) | (xyz[:, 2] == _NO_HEIGHT)
        scene[unknown, 2] = np.nan_to_num(self.ground_m(xyz[unknown, :2]))
        return scene
