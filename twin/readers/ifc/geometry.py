"""What geometry engines hand to the reader: shared meshes and where products stand, in project metres.

The seam between engines and the reader. An engine is a function ``(model, wanted) -> Bodies`` where ``wanted`` maps the
step id of a product to the representation to mesh (``representations.Body``). It answers for every wanted product:
a mesh, or a fault in words. The reader neither knows nor cares which engine a body came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.readers.ifc.representations import Body


@dataclass(frozen=True, slots=True)
class Mesh:
    """positions (n, 3) float64 local metres · triangles (m, 3) uint32, counter-clockwise from outside.

    ``closed``: its surface has no border, so that ``volume_m3`` means something.
    """

    positions: NDArray[np.float64]
    triangles: NDArray[np.uint32]
    closed: bool

    def volume_m3(self) -> float | None:
        """Enclosed volume by the divergence theorem; None for an open surface."""
        if not self.closed:
            return None
        a, b, c = self._corners()
        return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)

    def surface_m2(self) -> float:
        a, b, c = self._corners()
        return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2.0)

    def _corners(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        centred = self.positions - self.positions.mean(axis=0)  # far from the origin the products would lose digits
        return centred[self.triangles[:, 0]], centred[self.triangles[:, 1]], centred[self.triangles[:, 2]]


@dataclass(frozen=True, slots=True)
class Instance:
    """One product's body: a mesh, a 3×4 matrix local -> project metres, 0xRRGGBBAA (0 = no colour), its engine."""

    mesh_id: str
    matrix: NDArray[np.float64]
    rgba: int
    engine: str


@dataclass(slots=True)
class Bodies:
    """Meshes by id, instances and faults by the step id of the product; no product is in both."""

    meshes: dict[str, Mesh] = field(default_factory=dict)
    instances: dict[int, Instance] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what the report should say of how they were made

    def add(self, other: Bodies) -> None:
        """Take over what another engine made; its bodies replace faults, never other bodies."""
        used = {one.mesh_id for key, one in other.instances.items() if key not in self.instances}
        self.meshes.update({key: mesh for key, mesh in other.meshes.items() if key in used})
        for key, instance in other.instances.items():
            self.instances.setdefault(key, instance)
            self.faults.pop(key, None)
        for key, fault in other.faults.items():
            if key not in self.instances:
                self.faults[key] = fault
        self.notes.extend(other.notes)

    def placed(self, product_id: int) -> NDArray[np.float64]:
        """(n, 3) positions of one product's body in project metres."""
        one = self.instances[product_id]
        return self.meshes[one.mesh_id].positions @ one.matrix[:, :3].T + one.matrix[:, 3]


def make_bodies(model: Any, wanted: Mapping[int, Body], engine: str, path: Path) -> Bodies:
    """Mesh the wanted products. ``engine``: ``exact`` is IfcOpenShell for all; ``auto`` is the fast pass where trusted.

    ``path`` is the file, for engines that read it themselves (through ``model_file.plain_step``).
    """
    if engine == "exact":
        from twin.readers.ifc.geometry_exact import exact_bodies

        return exact_bodies(model, wanted)
    from twin.readers.ifc.crosscheck import checked_bodies

    return checked_bodies(model, wanted, path)
