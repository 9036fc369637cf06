"""Openings cut out of fast meshes, in the frame of their host.

IfcRelVoidsElement takes the volume of an opening from its host (ISO 16739, IfcFeatureElementSubtraction). Manifold
makes the cut on closed meshes; ifcfast makes it too, by other code, and a host is believed only where both agree.
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
_NOTHING_M3: Final = 1e-9


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

    None where one of them is no manifold: then the cut is not Manifold's to make.
    """
    from manifold3d import Error, Manifold, OpType

    solids = [_solid(one) for one in (host, *openings)]
    if any(one is None for one in solids):
        return None
    left = Manifold.batch_boolean(solids, OpType.Subtract)
    if left.status() != Error.NoError:
        return None
    if left.is_empty() or left.volume() < _NOTHING_M3:
        return Mesh(np.empty((0, 3)), np.empty((0, 3), np.uint32), closed=True)
    made = left.to_mesh64()
    positions = np.array(made.vert_properties, np.float64)[:, :3]
    return outward(positions, np.array(made.tri_verts, np.uint32))


def _solid(mesh: Mesh) -> Any:
    """A mesh as Manifold's solid, or None where it is none."""
    from manifold3d import Error, Manifold, Mesh64

    if not mesh.closed:
        return None
    grid, number = np.unique(np.round(mesh.positions / _GRID_M).astype(np.int64), axis=0, return_inverse=True)
    triangles = number.reshape(-1)[mesh.triangles].astype(np.uint64)
    solid = Manifold(Mesh64(grid * _GRID_M, triangles))
    return solid if solid.status() == Error.NoError else None
