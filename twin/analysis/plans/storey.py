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

from twin.analysis.plans.bodies import Bodies
from twin.analysis.plans.cutting import areas, cut, paths, rings
from twin.errors import UnknownStoreyError
from twin.store.campus import Generation

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


def storey_plan(generation: Generation, bodies: Bodies, storey_id: str) -> dict[str, Any]:
    """The plan of ``storey_id`` as docs/interfaces.md describes it; ``UnknownStoreyError`` when there is none."""
    building, storey = _find(generation.scene, storey_id)
    z_m = storey["elevation_m"] + CUT_ABOVE_FLOOR_M
    drawing = _cut_elements(generation, bodies, building["building_id"], z_m)
    if not drawing.walls:
        drawing.walls = _footprint(generation, building["building_id"])
    spaces = list(_spaces(generation, bodies, storey_id, z_m))
    devices = list(_devices(generation, storey_id))
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


def _rows(generation: Generation, layer_id: str, column: str, value: str) -> pa.Table | None:
    if layer_id not in generation.layer_ids():
        return None
    table = generation.table(layer_id)
    found: pa.Table = table.filter(pc.equal(table[column], value))
    return found


def _cut_elements(generation: Generation, bodies: Bodies, building_id: str, z_m: float) -> Drawing:
    """Every element of the building that the plane meets, not only the storey's own: walls may pass through storeys."""
    drawing = Drawing()
    table = _rows(generation, "elements", "building_id", building_id)
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


def _footprint(generation: Generation, building_id: str) -> list[list[list[float]]]:
    """The outline of a building without elements: that of its row in the buildings layer."""
    table = _rows(generation, "buildings", "building_id", building_id)
    if table is None:
        return []
    shapes = [shape for shape in _shapes(generation, table) if shape is not None]
    return [ring for shape in shapes for ring in rings(shape, SIMPLIFY_M)]


def _shapes(generation: Generation, table: pa.Table) -> Iterator[BaseGeometry | None]:
    """Geometry of every row in scene axes, flat."""
    east, north, _height = generation.manifest.origin
    for wkb in table["geometry"].to_pylist():
        shape = shapely.from_wkb(wkb) if wkb else None
        yield shapely.transform(shape, lambda xy: xy - (east, north)) if shape is not None else None


def _spaces(generation: Generation, bodies: Bodies, storey_id: str, z_m: float) -> Iterator[dict[str, Any]]:
    table = _rows(generation, "spaces", "storey_id", storey_id)
    if table is None:
        return
    for row, shape in zip(table.to_pylist(), _shapes(generation, table), strict=True):
        outline = _space_outline(generation, bodies, row, shape, z_m)
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
    generation: Generation, bodies: Bodies, row: dict[str, Any], shape: BaseGeometry | None, z_m: float
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
    box = _scene_box(generation, row)
    return shapely.Polygon() if box is None else shapely.box(*box)


def _devices(generation: Generation, storey_id: str) -> Iterator[dict[str, Any]]:
    table = _rows(generation, "devices", "storey_id", storey_id)
    if table is None:
        return
    for row in table.to_pylist():
        box = _scene_box(generation, row)
        if box is not None:
            yield {
                "feature_id": row["feature_id"],
                "idx": row["idx"],
                "name": row["name"],
                "device_code": row["device_code"],
                "device_type": row["device_type"],
                "heading_deg": row["heading_deg"],
                "position": [round((box[0] + box[2]) / 2, 3), round((box[1] + box[3]) / 2, 3)],
            }


def _scene_box(generation: Generation, row: dict[str, Any]) -> tuple[float, float, float, float] | None:
    """xmin, ymin, xmax, ymax of a row in scene axes, 1 mm; None for a thing without geometry."""
    box, (east, north, _height) = row["bbox"], generation.manifest.origin
    if box is None or any(box[name] is None for name in ("xmin", "ymin", "xmax", "ymax")):
        return None
    west, right = (round(float(box[name]) - east, 3) for name in ("xmin", "xmax"))
    south, top = (round(float(box[name]) - north, 3) for name in ("ymin", "ymax"))
    return west, south, right, top


def _bounds(drawing: Drawing, spaces: list[dict[str, Any]], building: list[float]) -> list[float]:
    """xmin, ymin, xmax, ymax of all that is drawn, or of the building when nothing is."""
    points = [
        point for ring in (*drawing.walls, *(ring for space in spaces for ring in space["rings"])) for point in ring
    ]
    if not points:
        return [building[0], building[1], building[3], building[4]]
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    return [float(one) for one in np.round([*low, *high], 3)]
