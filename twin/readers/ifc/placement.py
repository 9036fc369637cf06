"""Object placements as matrices in project metres, and which of them cannot be trusted.

IfcLocalPlacement hangs on another one (ISO 16739, 8.18.3.4). A chain that bites its tail or points at nothing has no
position; placing such a thing at the origin would be a guess.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
_Z: Final = np.array([0.0, 0.0, 1.0])
_X: Final = np.array([1.0, 0.0, 0.0])


class Placements:
    """Absolute 4×4 matrices of products, in metres, cached by placement.

    ``gaps``: step ids of entities that refer to something that is not in the file.
    """

    def __init__(self, length_m: float, gaps: Collection[int] = ()) -> None:
        self._length_m = length_m
        self._gaps = gaps
        self._known: dict[int, Matrix | str] = {}

    def of(self, product: Any) -> Matrix | None:
        """The matrix of ``product``; None when its placement cannot be resolved, the identity when it has none."""
        found = self._resolve(product[5])
        return None if isinstance(found, str) else found

    def fault(self, product: Any) -> str | None:
        """Why ``of`` is None."""
        found = self._resolve(product[5])
        return found if isinstance(found, str) else None

    def _resolve(self, placement: Any) -> Matrix | str:
        chain: list[Any] = []
        seen: set[int] = set()
        base: Matrix | str = np.eye(4)
        here = placement
        while here is not None:
            key = here.id()
            if key in self._known:
                base = self._known[key]
                break
            if key in seen:
                base = f"its placement #{key} depends on itself"
                break
            seen.add(key)
            chain.append(here)
            here = here[0] if not here.is_a("IfcGridPlacement") else None
        for one in reversed(chain):
            if not isinstance(base, str):
                step = self._relative(one)
                base = step if isinstance(step, str) else base @ step
            self._known[one.id()] = base
        return base

    def _relative(self, placement: Any) -> Matrix | str:
        """The step of one placement against the one it hangs on."""
        if placement.id() in self._gaps:
            return f"its placement #{placement.id()} refers to something that is not in the file"
        if placement.is_a("IfcLocalPlacement"):
            axes = placement[1]
        elif placement.is_a("IfcLinearPlacement"):
            axes = placement[2]  # the fallback position; the alignment itself is evaluated by the geometry engine
            if axes is None:
                return np.eye(4)
        else:
            return np.eye(4)
        if axes is None:
            return f"its placement #{placement.id()} has no position"
        return axis_placement(axes, self._length_m)


def axis_placement(axes: Any, length_m: float) -> Matrix | str:
    """IfcAxis2Placement2D or 3D as a 4×4 in metres (IfcBuildAxes, IfcBuild2Axes)."""
    location = axes[0] if axes.is_a("IfcPlacement") else None
    if location is None or not location.is_a("IfcCartesianPoint"):
        return f"its placement #{axes.id()} has no location"
    origin = np.zeros(3)
    coordinates = (location[0] or ())[:3]
    origin[: len(coordinates)] = coordinates
    if not np.isfinite(origin).all():
        return f"its placement #{axes.id()} holds a coordinate that is not a number"
    solid = axes.is_a("IfcAxis2Placement3D")
    z = _direction(axes[1], _Z) if solid else _Z
    wanted = _direction(axes[2 if solid else 1], _X)
    x = wanted - (wanted @ z) * z
    if x @ x < 1e-18:
        other = np.array([0.0, 1.0, 0.0])
        x = other - (other @ z) * z
    x /= np.linalg.norm(x)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = x, np.cross(z, x), z
    matrix[:3, 3] = origin * length_m
    return matrix


def _direction(entity: Any, otherwise: Matrix) -> Matrix:
    if entity is None or not entity.is_a("IfcDirection"):
        return otherwise
    ratios = np.zeros(3)
    given = (entity[0] or ())[:3]
    ratios[: len(given)] = given
    length = float(np.linalg.norm(ratios))
    return ratios / length if length > 0 and np.isfinite(length) else otherwise
