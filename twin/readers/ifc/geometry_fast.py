"""The fast pass: ifcfast meshes what it is known to do right, and says of nothing else that it did it.

ifcfast (Rust, young, by its own word not verified) meshes a whole file in the time IfcOpenShell needs for a few
products, in single precision and in the frame of each product. Here its meshes become bodies where the kind of
geometry is a trusted one (``TRUSTED``), the mesh is closed if it should be, and single precision is good enough.
Everything else is left to the exact engine. See docs/decisions/0005-how-far-the-fast-pass-is-trusted.md.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.readers.ifc.colours import Colours
from twin.readers.ifc.geometry import Bodies, Instance, Mesh
from twin.readers.ifc.kinds import Kinds
from twin.readers.ifc.model_file import plain_step
from twin.readers.ifc.openings import NOTHING_LEFT, cut, touches
from twin.readers.ifc.orientation import outward
from twin.readers.ifc.representations import Body
from twin.readers.ifc.seams import sewn

ENGINE: Final = "ifcfast"
_GRID_M: Final = 1e-5
_NOT_RIGID: Final = 1e-6
_ROUNDING_M: Final = 1e-4  # the most that single precision may move a point


@dataclass(slots=True)
class FastPass:
    """``kinds``: what sort of geometry each answered product is, by step id; answered is meshed or known empty."""

    bodies: Bodies = field(default_factory=Bodies)
    kinds: dict[int, str] = field(default_factory=dict)
    fault: str | None = None  # why ifcfast made nothing at all


def fast_pass(model: Any, wanted: Mapping[int, Body], path: Path, length_m: float) -> FastPass:
    """Bodies of those wanted products that can be trusted. ``length_m``: metres in a length unit of the file."""
    kinds = Kinds(model)
    chosen = {key: kind for key, body in wanted.items() if (kind := kinds.of(model.by_id(key), body)) is not None}
    if not chosen:
        return FastPass()
    listed = _listed(path)
    if isinstance(listed, str):
        return FastPass(fault=listed)
    maker = _Maker(model, kinds, listed, length_m)
    for key, kind in chosen.items():
        maker.make(key, wanted[key], kind)
    return maker.out


def _listed(path: Path) -> dict[str, Any] | str:
    """What ifcfast makes of the file, by GlobalId: meshes before openings are cut, in product frames; or why not."""
    import ifcfast

    with plain_step(path) as file:
        try:
            meshes = ifcfast.open(file, use_cache=False, write_cache=False).meshes(frame="local")
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as fault:  # a panic in Rust is no Exception; the exact engine then makes all
            return f"ifcfast stopped ({' '.join(str(fault).split())[:120]}); IfcOpenShell made every body"
    counts = Counter(one.guid for one in meshes)
    return {one.guid: one for one in meshes if counts[one.guid] == 1}  # an id used twice says not whose it is


class _Maker:
    """Turns listed meshes into bodies; equal meshes are kept once."""

    def __init__(self, model: Any, kinds: Kinds, listed: Mapping[str, Any], length_m: float) -> None:
        self.out = FastPass()
        self._model, self._kinds, self._listed, self._length_m = model, kinds, listed, length_m
        self._colours = Colours(model)
        self._known: dict[str, Mesh | None] = {}

    def make(self, key: int, body: Body, kind: str) -> None:
        """Keep the body of one product, or leave it out."""
        product = self._model.by_id(key)
        listed = self._listed.get(product[0])
        if listed is None or not len(listed.faces):
            return
        digest = _digest(listed)
        if not body.has_sides:
            digest += "s"  # turned by another rule
        if digest not in self._known:
            self._known[digest] = _mesh(listed, self._length_m, body.has_sides)
        mesh, mesh_id = self._known[digest], f"fast-{digest}"
        if mesh is None or not (mesh.closed or self._kinds.may_be_open(body)):
            return
        matrix = self._matrix(listed)
        if not _rigid(matrix):
            return
        openings = self._kinds.openings.get(key)
        if openings:
            near = self._near(mesh, matrix, openings)
            if near is None:
                return
            if near:
                mesh, kind = cut(mesh, near), f"{kind}, openings cut"
                mesh_id = f"fast-{digest}-{key}"
                if mesh is None:
                    return
        self.out.kinds[key] = kind
        if not len(mesh.triangles):
            self.out.bodies.faults[key] = NOTHING_LEFT
            return
        self.out.bodies.meshes[mesh_id] = mesh
        rgba = self._colours.of(product, self._model.by_id(body.representation_id)[3])
        self.out.bodies.instances[key] = Instance(mesh_id, matrix, rgba, ENGINE)

    def _matrix(self, listed: Any) -> NDArray[np.float64]:
        """3×4, product frame -> project metres."""
        matrix = np.array(listed.placement[:3], np.float64)
        matrix[:, 3] *= self._length_m
        return matrix

    def _near(self, host: Mesh, matrix: NDArray[np.float64], openings: list[Any]) -> list[Mesh] | None:
        """The openings that reach into the host, in its frame; None where one of them is not known."""
        found = []
        for opening in openings:
            if opening[6] is None:
                continue
            listed = self._listed.get(opening[0])
            if listed is None:
                return None
            there = self._matrix(listed)
            if not _rigid(there) or not len(listed.faces):
                return None
            positions = _positions(listed, self._length_m) @ there[:, :3].T + there[:, 3]
            positions = (positions - matrix[:, 3]) @ np.linalg.inv(matrix[:, :3]).T
            if touches(host, positions):
                found.append(_welded(positions, listed.faces))
        return found


def _rigid(matrix: NDArray[np.float64]) -> bool:
    """Whether a placement turns and moves, as every placement should, and does nothing else."""
    axes = matrix[:, :3]
    return bool(np.isfinite(matrix).all() and np.abs(axes @ axes.T - np.eye(3)).max() < _NOT_RIGID)


def _digest(listed: Any) -> str:
    digest = hashlib.blake2b(listed.vertices.tobytes(), digest_size=12)
    digest.update(listed.faces.tobytes())
    return digest.hexdigest()


def _positions(listed: Any, length_m: float) -> NDArray[np.float64]:
    return np.asarray(listed.vertices, np.float64) * length_m


def _mesh(listed: Any, length_m: float, has_sides: bool) -> Mesh | None:
    """A welded, oriented mesh in metres; None where single precision is too coarse for its coordinates."""
    positions = _positions(listed, length_m)
    reach = float(np.abs(positions).max())
    if (
        int(listed.faces.max()) >= len(positions)
        or not np.isfinite(reach)
        or reach * np.finfo(np.float32).eps > _ROUNDING_M
    ):
        return None
    mesh = _welded(positions, listed.faces, has_sides)
    return sewn(mesh) if len(mesh.triangles) else None


def _welded(positions: NDArray[np.float64], triangles: NDArray[np.uint32], has_sides: bool = True) -> Mesh:
    """Corners that agree within single precision are one; they sit on a grid of that width."""
    grid_m = max(_GRID_M, 4 * float(np.abs(positions).max()) * float(np.finfo(np.float32).eps))
    cells = np.round(positions / grid_m).astype(np.int64)
    order = np.lexsort(cells.T)
    new = np.append(True, np.any(np.diff(cells[order], axis=0) != 0, axis=1))
    number = np.empty(len(cells), np.uint32)
    number[order] = np.cumsum(new) - 1
    return outward(cells[order[new]] * grid_m, number[triangles], has_sides=has_sides)
