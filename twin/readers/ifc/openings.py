"""Openings cut out of fast meshes, in the frame of their host.

IfcRelVoidsElement takes the volume of an opening from its host (ISO 16739, IfcFeatureElementSubtraction). Manifold
makes the cut on closed meshes. What can go wrong is a face of the opening that all but coincides with one of the host:
a film of no thickness stays, or goes, by the last bit. So a cut is believed only if openings that are a little larger
give the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.readers.ifc.geometry import Mesh
from twin.readers.ifc.orientation import outward

NOTHING_LEFT: Final = "its openings leave nothing of it"
_GRID_M: Final = 1e-5  # both sides of a cut are put on it, so that faces meant to coincide do
_GROWTH_M: Final = 1e-4  # on every side
_SAME_VOLUME: Final = 0.005
_SAME_AREA: Final = 0.005
_NOTHING_M3: Final = 1e-6
_LITTLE_M2: Final = 1e-3


def openings_of(model: Any) -> dict[int, list[Any]]:
    """Openings by the step id of their host."""
    found: dict[int, list[Any]] = defaultdict(list)
    for relation in model.by_type("IfcRelVoidsElement"):
        if relation[4] is not None and relation[5] is not None:
            found[relation[4].id()].append(relation[5])
    return dict(found)


def touches(host: Mesh, opening: NDArray[np.float64]) -> bool:
    """Whether the boxes of a host and of an opening's positions (n, 3), in one frame, overlap."""
    low, high = host.positions.min(axis=0), host.positions.max(axis=0)
    return bool((opening.min(axis=0) < high - _GRID_M).all() and (opening.max(axis=0) > low + _GRID_M).all())


def cut(host: Mesh, openings: Sequence[Mesh]) -> Mesh | None:
    """``host`` without ``openings``, all closed and in one frame; without triangles where nothing is left.

    None where one of them is no manifold, or where the cut changes when the openings grow by a tenth of a millimetre.
    """
    from manifold3d import Manifold, OpType

    solid = _solid(host, 0.0)
    grown = [_solid(one, _GROWTH_M) for one in openings]
    if solid is None or None in grown:
        return None
    less = Manifold.batch_boolean([solid, *grown], OpType.Subtract)
    if less.volume() < _NOTHING_M3:  # what the openings themselves might leave is thinner than a tenth of a millimetre
        return Mesh(np.empty((0, 3)), np.empty((0, 3), np.uint32), closed=True)
    plain = [_solid(one, 0.0) for one in openings]
    if None in plain:
        return None
    left = Manifold.batch_boolean([solid, *plain], OpType.Subtract)
    if abs(left.volume() - less.volume()) > _SAME_VOLUME * left.volume() + _NOTHING_M3:
        return None
    if abs(left.surface_area() - less.surface_area()) > _SAME_AREA * left.surface_area() + _LITTLE_M2:
        return None
    made = left.to_mesh64()
    return outward(np.array(made.vert_properties, np.float64)[:, :3], np.array(made.tri_verts, np.uint32))


def _solid(mesh: Mesh, growth_m: float) -> Any:
    """A mesh as Manifold's solid, stretched about its middle by ``growth_m`` to each side; None where it is none."""
    from manifold3d import Error, Manifold, Mesh64

    if not mesh.closed:
        return None
    grid, number = np.unique(np.round(mesh.positions / _GRID_M).astype(np.int64), axis=0, return_inverse=True)
    low, high = grid.min(axis=0) * _GRID_M, grid.max(axis=0) * _GRID_M
    factor = 1.0 + 2.0 * growth_m / np.maximum(high - low, _GRID_M)
    middle = (low + high) / 2.0
    positions = grid * _GRID_M if not growth_m else middle + (grid * _GRID_M - middle) * factor
    solid = Manifold(Mesh64(positions, number.reshape(-1)[mesh.triangles].astype(np.uint64)))
    return solid if solid.status() == Error.NoError else None
