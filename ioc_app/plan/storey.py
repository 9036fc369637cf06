"""Everything on the plan of one storey. The cut is 1.2 m above its floor, as architects draw it (GB/T 50001)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.geometry.base import BaseGeometry

from ioc_app.directory import Directory
from ioc_app.plan.bodies import Bodies
from ioc_app.plan.section import areas, cut, paths, rings
from twin.errors import UnknownStoreyError

CUT_ABOVE_FLOOR_M: Final = 1.2
SIMPLIFY_M: Final = 0.002
MIDDLE_IS_ENOUGH: Final = 0.9  # of the largest circle inside a room

# IFC class -> how its cut is drawn; what is not here is a thin line, what is in IGNORED is not drawn.
DRAWN_AS: Final = {
    **dict.fromkeys(
        ("IfcWall", "IfcWallStandardCase", "IfcColumn", "IfcColumnStandardCase", "IfcCurtainWall", "IfcPlate"), "walls"
    ),
    **dict.fromkeys(("IfcMember", "IfcBuildingElementProxy", "IfcBeam", "IfcFooting", "IfcPile"), "walls"),
    **dict.fromkeys(("IfcDoor", "IfcDoorStandardCase"), "doors"),
    **dict.fromkeys(("IfcWindow", "IfcWindowStandardCase"), "windows"),
}
IGNORED: Final = frozenset({"IfcSpace", "IfcSite", "IfcOpeningElement", "IfcSlab", "IfcCovering", "IfcRoof"})


@dataclass(slots=True)
class Drawing:
    """What the cut of a storey gave, in scene x and y, metres."""

    walls: list[list[list[float]]] = field(default_factory=list)
    doors: list[dict[str, Any]] = field(default_factory=list)
    windows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[list[list[float]]] = field(default_factory=list)


def storey_plan(directory: Directory, bodies: Bodies, storey_id: str) -> dict[str, Any]:
    """The plan of ``storey_id`` as docs/interfaces.md describes it; ``UnknownStoreyError`` when there is none."""
    building, storey = _find(directory.generation.scene, storey_id)
    z_m = storey["elevation_m"] + CUT_ABOVE_FLOOR_M
    drawing = _cut_elements(directory, bodies, building["building_id"], z_m)
    if not drawing.walls:
        drawing.walls = _footprint(directory, building["building_id"])
    spaces = list(_spaces(directory, bodies, storey_id, z_m))
    devices = list(_devices(directory, storey_id))
    return {
        "storey": {**storey, "building_id": building["building_id"], "building": building["name"]},
        "cut_m": round(z_m, 3),
        "bounds": _bounds(drawing, spaces, building["bbox"]),
        "walls": drawing.walls,
        "windows": drawing.windows,
        "lines": drawing.lines,
        "spaces": spaces,
        "doors": drawing.doors,
        "devices": devices,
    }


def _find(scene: dict[str, Any], storey_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for building in scene["buildings"]:
        for storey in building["storeys"]:
            if storey["storey_id"] == storey_id:
                return building, storey
    raise UnknownStoreyError(storey_id=storey_id)


def _rows(directory: Directory, layer_id: str, column: str, value: str) -> pa.Table | None:
    if layer_id not in directory.generation.layer_ids():
        return None
    table = directory.generation.table(layer_id)
    found: pa.Table = table.filter(pc.equal(table[column], value))
    return found


def _cut_elements(directory: Directory, bodies: Bodies, building_id: str, z_m: float) -> Drawing:
    """Every element of the building that the plane meets, not only the storey's own: walls may pass through storeys."""
    drawing = Drawing()
    table = _rows(directory, "elements", "building_id", building_id)
    if table is None:
        return drawing
    for feature_id, ifc_class, idx in zip(
        *(table[name].to_pylist() for name in ("feature_id", "ifc_class", "idx")), strict=True
    ):
        if ifc_class not in IGNORED:
            _draw(drawing, bodies, feature_id, ifc_class, z_m, idx)
    return drawing


def _draw(drawing: Drawing, bodies: Bodies, feature_id: str, ifc_class: str | None, z_m: float, idx: int) -> None:
    for positions, triangles in bodies.of(feature_id):
        segments = cut(positions, triangles, z_m)
        if not len(segments):
            continue
        area, lines = areas(segments)
        outline = rings(area, SIMPLIFY_M)
        kind = DRAWN_AS.get(ifc_class or "")
        if kind == "walls":
            drawing.walls += outline
            drawing.lines += paths(lines)
        elif kind is None:
            drawing.lines += [*outline, *paths(lines)]
        elif outline or not lines.is_empty:
            opening = {"feature_id": feature_id, "idx": idx, "rings": outline, "lines": paths(lines)}
            getattr(drawing, kind).append(opening)


def _footprint(directory: Directory, building_id: str) -> list[list[list[float]]]:
    """The outline of a building without elements: that of its row in the buildings layer."""
    table = _rows(directory, "buildings", "building_id", building_id)
    if table is None:
        return []
    shapes = [shape for shape in _shapes(directory, table) if shape is not None]
    return [ring for shape in shapes for ring in rings(shape, SIMPLIFY_M)]


def _shapes(directory: Directory, table: pa.Table) -> Iterator[BaseGeometry | None]:
    """Geometry of every row in scene axes, flat."""
    east, north, _height = directory.generation.manifest.origin
    for wkb in table["geometry"].to_pylist():
        shape = shapely.from_wkb(wkb) if wkb else None
        yield shapely.transform(shape, lambda xy: xy - (east, north)) if shape is not None else None


def _spaces(directory: Directory, bodies: Bodies, storey_id: str, z_m: float) -> Iterator[dict[str, Any]]:
    table = _rows(directory, "spaces", "storey_id", storey_id)
    if table is None:
        return
    for row, shape in zip(table.to_pylist(), _shapes(directory, table), strict=True):
        outline = _space_outline(directory, bodies, row, shape, z_m)
        yield {
            "feature_id": row["feature_id"],
            "idx": row["idx"],
            "name": row["long_name"] or row["name"],
            "number": row["number"],
            "use": row["use"],
            "area_m2": row["area_m2"],
            "area_source": row["area_source"],
            **_label(outline),
            "ring": next(iter(rings(outline, SIMPLIFY_M)), []),
            "rings": rings(outline, SIMPLIFY_M),
        }


def _label(outline: BaseGeometry) -> dict[str, Any]:
    """Where a name has most room, and the radius that is free there: the middle unless a corner has much more."""
    if outline.is_empty:
        return {"label": None, "label_radius_m": 0.0}
    largest = max(shapely.get_parts(outline), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.05)
    place, radius = shapely.Point(circle.coords[0]), circle.length
    middle = largest.centroid
    free = largest.boundary.distance(middle) if largest.contains(middle) else 0.0
    if free >= MIDDLE_IS_ENOUGH * radius:
        place, radius = middle, free
    return {"label": [round(place.x, 3), round(place.y, 3)], "label_radius_m": round(radius, 3)}


def _space_outline(
    directory: Directory, bodies: Bodies, row: dict[str, Any], shape: BaseGeometry | None, z_m: float
) -> BaseGeometry:
    """The room's own polygon, else the cut of its body, else its box."""
    if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and shape.area > 0:
        return shape
    solids = list(bodies.of(row["feature_id"]))
    if solids:
        heights = np.concatenate([positions[:, 2] for positions, _ in solids])
        low, high = heights.min(), heights.max()
        level = z_m if low < z_m < high else (low + high) / 2  # sunk or raised rooms are cut through their middle
        section = shapely.union_all([areas(cut(positions, triangles, level))[0] for positions, triangles in solids])
        if not section.is_empty:
            return section
    box = directory.box[row["idx"]][[0, 1, 3, 4]]
    return shapely.Polygon() if np.isnan(box).any() else shapely.box(*box)


def _devices(directory: Directory, storey_id: str) -> Iterator[dict[str, Any]]:
    table = _rows(directory, "devices", "storey_id", storey_id)
    if table is None:
        return
    for row in table.to_pylist():
        bbox = directory.scene_bbox(row["idx"])
        if bbox is not None:
            yield {
                "feature_id": row["feature_id"],
                "idx": row["idx"],
                "name": row["name"],
                "device_code": row["device_code"],
                "device_type": row["device_type"],
                "heading_deg": row["heading_deg"],
                "position": [round((bbox[0] + bbox[3]) / 2, 3), round((bbox[1] + bbox[4]) / 2, 3)],
            }


def _bounds(drawing: Drawing, spaces: list[dict[str, Any]], building: list[float]) -> list[float]:
    """xmin, ymin, xmax, ymax of all that is drawn, or of the building when nothing is."""
    points = [
        point for ring in (*drawing.walls, *(ring for space in spaces for ring in space["rings"])) for point in ring
    ]
    if not points:
        return [building[0], building[1], building[3], building[4]]
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    return [float(one) for one in np.round([*low, *high], 3)]
