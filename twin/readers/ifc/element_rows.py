"""Rows of elements, sites and ground; canonical meshes and where they stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from twin.readers.ifc.footprints import base_polygons
from twin.readers.ifc.geometry import Bodies
from twin.readers.ifc.materials import main_material
from twin.readers.ifc.products import Product
from twin.readers.ifc.reading import Reading
from twin.readers.writer import BatchWriter

_MAX_ERROR_M = 0.001


def write_elements(reading: Reading, out: BatchWriter) -> None:
    """Products that are neither building, storey nor space; ground with triangles goes to the terrain layer.

    A site without a Representation is a container like the project: it has an id, for what is said of it, but no row.
    """
    rest = [one for one in reading.products if one.kind == "element" or (one.kind == "site" and one.counted)]
    ground = [one for one in rest if one.step_id in reading.bodies.instances and one.is_ground()]
    chosen = {one.step_id for one in ground}
    elements = [one for one in rest if one.step_id not in chosen]
    if ground:
        _write_ground(reading, out, ground)
    if elements:
        _write_elements(reading, out, elements)


def _geometry(reading: Reading, products: list[Product]) -> NDArray[np.object_]:
    """Base of the box of its body or of its parts' bodies, else the placement's point, None where that is broken.

    A thing without a body that stands at the very origin of the project says nothing of where it is: alignments and
    annotations have their coordinates in curves. A point there would stretch the campus to a place where nothing is.
    """
    geometry = np.full(len(products), None, dtype=object)
    meshed = [n for n, one in enumerate(products) if one.step_id in reading.bodies.instances]
    geometry[meshed] = base_polygons(reading.bodies, [products[n].step_id for n in meshed])
    for n, one in enumerate(products):
        if geometry[n] is None:
            geometry[n] = _around_parts(reading.bodies, one.entity)
        if geometry[n] is None and one.entity[5] is not None:
            matrix = reading.placements.of(one.entity)
            if matrix is not None and matrix[:3, 3].any():
                geometry[n] = shapely.Point(*matrix[:3, 3])
    return geometry


def _around_parts(bodies: Bodies, whole: Any) -> BaseGeometry | None:
    """Base of the box around the bodies that a stair, a curtain wall or another whole is made of."""
    parts = [part.id() for relation in whole.IsDecomposedBy for part in relation.RelatedObjects]
    placed = [bodies.placed(one) for one in parts if one in bodies.instances]
    if not placed:
        return None
    corners = np.concatenate(placed)
    low, high = corners.min(axis=0), corners.max(axis=0)
    base: BaseGeometry = shapely.force_3d(shapely.box(low[0], low[1], high[0], high[1]), low[2])
    return base


def _write_elements(reading: Reading, out: BatchWriter, elements: list[Product]) -> None:
    facts = [reading.facts_of(one.step_id) for one in elements]
    instances = [reading.bodies.instances.get(one.step_id) for one in elements]
    columns: dict[str, list[Any]] = {
        **reading.place_columns(elements),
        "name": [one.name or one.object_type for one in elements],
        "ifc_class": [one.ifc_class for one in elements],
        "global_id": [one.global_id for one in elements],
        "type_name": [one.type.name if one.type else None for one in elements],
        "type_id": [one.type.global_id if one.type else None for one in elements],
        "predefined_type": [one.predefined for one in elements],
        "object_type": [one.object_type for one in elements],
        "tag": [one.entity[7] if one.entity.is_a("IfcElement") else None for one in elements],
        "material": [main_material(reading.materials.get(one.step_id, [])) for one in elements],
        "system": [reading.system_names.get(one.step_id) for one in elements],
        "volume_m3": [one.volume_m3 if one else None for one in facts],
        "surface_m2": [one.surface_m2 if one else None for one in facts],
        "triangles": [one.triangles if one else None for one in facts],
        "engine": [one.engine if one else None for one in instances],
    }
    ids = out.features(
        "elements",
        kind=[one.kind for one in elements],
        geometry=_geometry(reading, elements),
        georeference=reading.georeference,
        natural_keys=[one.global_id for one in elements],
        columns=columns,
        attributes=[{"description": one.entity[3], **one.sizes} for one in elements],
    )
    reading.remember(elements, ids)


def _write_ground(reading: Reading, out: BatchWriter, ground: list[Product]) -> None:
    placed = [reading.georeference.points(reading.bodies.placed(one.step_id))[:, 2] for one in ground]
    columns: dict[str, list[Any]] = {
        **reading.place_columns(ground),
        "name": [one.name or one.object_type for one in ground],
        "lowest_m": [float(one.min()) for one in placed],
        "highest_m": [float(one.max()) for one in placed],
    }
    ids = out.features(
        "terrain",
        kind="terrain_mesh",
        geometry=_geometry(reading, ground),
        georeference=reading.georeference,
        natural_keys=[one.global_id for one in ground],
        columns=columns,
        attributes=[{"ifc_class": one.ifc_class, "description": one.entity[3]} for one in ground],
    )
    reading.remember(ground, ids)


def write_meshes(reading: Reading, out: BatchWriter) -> tuple[int, str | None]:
    """Meshes and instances of every feature with a body: how many, and a line if the map bends more than 1 mm."""
    bodies = reading.bodies
    shown = [key for key in bodies.instances if key in reading.feature_ids]
    if not shown:
        return 0, None
    matrix, error_m = reading.georeference.affine(extent(reading))
    used = sorted({bodies.instances[key].mesh_id for key in shown})
    meshes = [bodies.meshes[one] for one in used]
    out.meshes(used, [one.positions for one in meshes], [one.triangles for one in meshes])
    local = np.zeros((len(shown), 4, 4))
    local[:, :3] = [bodies.instances[key].matrix for key in shown]
    local[:, 3, 3] = 1.0
    out.instances(
        [reading.feature_ids[key] for key in shown],
        [bodies.instances[key].mesh_id for key in shown],
        (matrix @ local)[:, :3],
        [bodies.instances[key].rgba for key in shown],
    )
    line = None
    if error_m > _MAX_ERROR_M:
        line = (
            f"the map projection bends this model by up to {1000 * error_m:.1f} mm; meshes are placed by its best plane"
        )
    return len(shown), line


def extent(reading: Reading) -> NDArray[np.float64]:
    """(2, 3) lowest and highest corner of all bodies, project metres."""
    corners = []
    boxes = {key: _corners(mesh.positions) for key, mesh in reading.bodies.meshes.items()}
    for instance in reading.bodies.instances.values():
        corners.append(boxes[instance.mesh_id] @ instance.matrix[:, :3].T + instance.matrix[:, 3])
    every = np.concatenate(corners)
    return np.stack([every.min(axis=0), every.max(axis=0)])


def _corners(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = positions.min(axis=0), positions.max(axis=0)
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
