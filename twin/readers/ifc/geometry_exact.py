"""The exact engine: IfcOpenShell, with the kernel that is right for each kind of geometry.

Its hybrid CGAL kernel is up to 20 times faster than OpenCascade and agrees with it on swept solids, faceted and
tessellated bodies, clippings and openings. It is wrong or silent elsewhere: in 04_Flat.ifc it doubles faces of
IfcAdvancedBrep (1.38 instead of 0.70 m³), in the Duplex it returns nothing for open surface models. So the hybrid
kernel takes the classes it is known to do (``HYBRID``), OpenCascade all others and whatever the hybrid kernel left
without triangles. Signed volumes of surface models differ by kernel because such faces have no side; ``orientation``
settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.readers.ifc.geometry import Bodies, Instance, Mesh
from twin.readers.ifc.orientation import outward
from twin.readers.ifc.representations import Body

_OPENCASCADE: Final = "opencascade"
_HYBRID: Final = "hybrid-cgal-simple-opencascade"
HYBRID: Final = frozenset(
    (
        "IfcExtrudedAreaSolid",
        "IfcFacetedBrep",
        "IfcFaceBasedSurfaceModel",
        "IfcShellBasedSurfaceModel",
        "IfcTriangulatedFaceSet",
        "IfcTriangulatedIrregularNetwork",
        "IfcPolygonalFaceSet",
        "IfcBooleanClippingResult",
        "IfcBooleanResult",
        "IfcHalfSpaceSolid",
        "IfcPolygonalBoundedHalfSpace",
    )
)


def exact_bodies(model: Any, wanted: Mapping[int, Body]) -> Bodies:
    """Bodies of the wanted products by IfcOpenShell; every one is in ``instances`` or in ``faults``."""
    hybrid = {key: body for key, body in wanted.items() if body.item_classes <= HYBRID}
    out = _iterate(model, hybrid, _HYBRID)
    rest = {key: body for key, body in wanted.items() if key not in out.instances}
    out.add(_iterate(model, rest, _OPENCASCADE))
    for key, body in wanted.items():
        if key not in out.instances and key not in out.faults:
            out.add(_single(model, key, body))
    return out


def _settings(contexts: Sequence[int]) -> Any:
    from ifcopenshell import geom

    settings: Any = geom.settings()  # type: ignore[no-untyped-call]
    settings.set("use-world-coords", False)
    settings.set("weld-vertices", True)
    settings.set("apply-default-materials", False)
    settings.set("no-normals", True)
    if contexts:
        settings.set("context-ids", list(contexts))
    return settings


def _iterate(model: Any, wanted: Mapping[int, Body], kernel: str) -> Bodies:
    """One pass over ``wanted``, all their contexts, meshes shared by representation."""
    out = Bodies()
    if not wanted:
        return out
    contexts = sorted({body.context_id for body in wanted.values()} - {0})
    products = [model.by_id(key) for key in wanted]
    for shape in _shapes(model, _settings(contexts), products, kernel):
        key = shape.id
        if key not in wanted or key in out.instances or not _is_body(shape, wanted[key]):
            continue
        _keep(out, key, shape, kernel, wanted[key])
        if key not in out.instances:
            out.faults[key] = _nothing_left(model.by_id(key))
    return out


def _nothing_left(product: Any) -> str:
    """Why a body that was evaluated without complaint has no triangles."""
    if getattr(product, "HasOpenings", ()):
        return "its openings leave nothing of it"
    return "the geometry engine made no triangles of it"


def _shapes(model: Any, settings: Any, products: list[Any], kernel: Any) -> Iterator[Any]:
    from ifcopenshell import geom

    try:
        iterator: Any = geom.iterator(settings, model, 1, include=products, geometry_library=kernel)
        more = iterator.initialize()
        while more:
            yield iterator.get()
            more = iterator.next()
    except RuntimeError:  # one damaged product ends the pass; the others are then made one by one
        return


def _is_body(shape: Any, body: Body) -> bool:
    """Whether the geometry is of the chosen representation, not of an axis or a box in the same context."""
    made_of = int(shape.geometry.id.split("-", 1)[0])
    return made_of in (body.representation_id, body.mapped_id)


def _single(model: Any, key: int, body: Body) -> Bodies:
    """One product alone: what the iterator dropped, with the reason if this fails too."""
    from ifcopenshell import geom

    out = Bodies()
    try:
        shape = geom.create_shape(
            _settings(()), model.by_id(key), model.by_id(body.representation_id), geometry_library=_OPENCASCADE
        )
        _keep(out, key, shape, _OPENCASCADE, body)
    except RuntimeError as fault:
        out.faults[key] = " ".join(str(fault).split())[:160] or "the geometry engine cannot evaluate it"
    if key not in out.instances:
        out.faults.setdefault(key, _nothing_left(model.by_id(key)))
    return out


def _keep(out: Bodies, key: int, shape: Any, kernel: str, body: Body) -> None:
    """Take one shape over; one without triangles is left for the next engine."""
    geometry = shape.geometry
    mesh_id = str(geometry.id)
    if mesh_id not in out.meshes:
        mesh = _mesh(geometry, body)
        if mesh is None:
            return
        out.meshes[mesh_id] = mesh
    matrix = np.array(shape.transformation.matrix, np.float64).reshape(4, 4).T[:3]
    if np.isfinite(matrix).all():
        out.instances[key] = Instance(mesh_id, matrix, _colour(geometry), kernel.split("-")[0])


def _mesh(geometry: Any, body: Body) -> Mesh | None:
    positions = np.frombuffer(geometry.verts_buffer, np.float64).reshape(-1, 3).copy()
    triangles = np.frombuffer(geometry.faces_buffer, np.int32).reshape(-1, 3).astype(np.uint32)
    if not len(triangles) or not np.isfinite(positions).all():
        return None
    mesh = outward(positions, triangles, has_sides=body.has_sides)
    return mesh if len(mesh.triangles) else None


def _colour(geometry: Any) -> int:
    """0xRRGGBBAA of the style that most triangles have; 0 where the file gives none."""
    styles = np.frombuffer(geometry.material_ids_buffer, np.int32)
    if not len(styles):
        return 0
    used = styles[styles >= 0]
    if not len(used):
        return 0
    colours: NDArray[np.float64] = np.frombuffer(geometry.colors_buffer, np.float64).reshape(-1, 4)
    rgba = colours[int(np.bincount(used).argmax())]
    if not np.isfinite(rgba).all():
        return 0
    red, green, blue, alpha = (round(255 * min(max(float(one), 0.0), 1.0)) for one in rgba)
    return red << 24 | green << 16 | blue << 8 | max(alpha, 1)
