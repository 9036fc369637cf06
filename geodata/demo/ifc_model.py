"""A thin, caching layer over ifcopenshell: the few geometric entities the demo buildings are made of.

Everything goes in in metres; the file may be in millimetres. GlobalIds come from a hash of what a thing is, so the
same recipe gives the same file.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import ifcopenshell
import ifcopenshell.guid
from shapely import Polygon

from geodata.demo.building_plan import Array, Mass
from geodata.demo.catalogue import MATERIALS, Box, Solid, TypeSpec

STAMP: Final = "2026-11-20T08:00:00"
_NAMESPACE: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
Entity = Any


def global_id(seed: int, model: str, key: str) -> str:
    """The GlobalId of the thing called ``key`` in the file called ``model``: a hash, the same on every run."""
    digest = uuid.uuid5(_NAMESPACE, f"campus-twin-demo/{seed}/{model}/{key}")
    return str(ifcopenshell.guid.compress(digest.hex))


class IfcModel:
    """One file under construction. ``e`` makes any entity; the other methods share what can be shared."""

    def __init__(self, name: str, *, millimetres: bool, seed: int) -> None:
        self.file = ifcopenshell.file(schema="IFC4")
        self.name = name
        self.scale = 1000.0 if millimetres else 1.0
        self._seed = seed
        self._cache: dict[tuple[Any, ...], Entity] = {}
        self.body: Entity = None
        self.model: Entity = None
        self.x_axis = self.e("IfcDirection", (1.0, 0.0, 0.0))
        self.z_axis = self.e("IfcDirection", (0.0, 0.0, 1.0))

    def e(self, kind: str, *values: Any) -> Entity:
        return self.file.create_entity(kind, *values)

    def guid(self, key: str) -> str:
        """The GlobalId of the thing called ``key`` in this file."""
        return global_id(self._seed, self.name, key)

    def once(self, key: tuple[Any, ...], make: Any) -> Entity:
        """The entity made for ``key``, made the first time only."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    # --- geometry -------------------------------------------------------------------------------------

    def point(self, *xyz: float) -> Entity:
        scaled = tuple(round(one * self.scale, 4) + 0.0 for one in xyz)
        return self.once(("point", *scaled), lambda: self.e("IfcCartesianPoint", scaled))

    def axes(self, x: float, y: float, z: float, angle_rad: float = 0.0) -> Entity:
        key = ("axes", round(x, 5), round(y, 5), round(z, 5), round(angle_rad, 7))

        def make() -> Entity:
            if abs(angle_rad) < 1e-7:
                return self.e("IfcAxis2Placement3D", self.point(x, y, z), None, None)
            return self.e("IfcAxis2Placement3D", self.point(x, y, z), self.z_axis, self._direction(angle_rad))

        return self.once(key, make)

    def _direction(self, angle_rad: float) -> Entity:
        values = (round(math.cos(angle_rad), 9) + 0.0, round(math.sin(angle_rad), 9) + 0.0, 0.0)
        return self.once(("direction", *values), lambda: self.e("IfcDirection", values))

    def place(self, parent: Entity, x: float = 0, y: float = 0, z: float = 0, angle_rad: float = 0.0) -> Entity:
        return self.e("IfcLocalPlacement", parent, self.axes(x, y, z, angle_rad))

    def polyline(self, points: Iterable[Sequence[float]]) -> Entity:
        ring = [self.point(float(p[0]), float(p[1])) for p in points]
        if ring[0] is not ring[-1]:
            ring.append(ring[0])
        return self.e("IfcPolyline", ring)

    def profile(self, points: Sequence[Sequence[float]]) -> Entity:
        key = ("profile", tuple((round(p[0], 5), round(p[1], 5)) for p in points))
        return self.once(key, lambda: self.e("IfcArbitraryClosedProfileDef", "AREA", None, self.polyline(points)))

    def polygon_profile(self, polygon: Polygon) -> Entity:
        outer = list(polygon.exterior.coords)
        if not polygon.interiors:
            return self.profile(outer[:-1])
        inner = [self.polyline(list(ring.coords)[:-1]) for ring in polygon.interiors]
        return self.e("IfcArbitraryProfileDefWithVoids", "AREA", None, self.polyline(outer[:-1]), inner)

    def extrude(self, profile: Entity, height_m: float, z: float = 0.0, x: float = 0.0, y: float = 0.0) -> Entity:
        depth = round(height_m * self.scale, 4)
        return self.e("IfcExtrudedAreaSolid", profile, self.axes(x, y, z), self.z_axis, depth)

    def rectangle(self, width_m: float, depth_m: float) -> Entity:
        size = (round(width_m * self.scale, 4), round(depth_m * self.scale, 4))
        return self.once(("rectangle", *size), lambda: self.e("IfcRectangleProfileDef", "AREA", None, None, *size))

    def face_set(self, mass: Mass) -> Entity:
        rows: Array = mass.vertices * self.scale
        points = self.e("IfcCartesianPointList3D", [tuple(round(float(v), 4) for v in row) for row in rows])
        return self.e("IfcTriangulatedFaceSet", points, None, True, [tuple(k + 1 for k in face) for face in mass.faces])

    def representation(self, items: Sequence[Entity], kind: str) -> Entity:
        return self.e("IfcShapeRepresentation", self.body, "Body", kind, list(items))

    def shape(self, items: Sequence[Entity], kind: str = "SweptSolid") -> Entity:
        return self.e("IfcProductDefinitionShape", None, None, [self.representation(items, kind)])

    # --- looks ----------------------------------------------------------------------------------------

    def style(self, material: str) -> Entity:
        def make() -> Entity:
            red, green, blue, clear = MATERIALS[material]
            colour = self.e("IfcColourRgb", None, red, green, blue)
            shading = self.e(
                "IfcSurfaceStyleRendering", colour, clear, None, None, None, None, None, None, "NOTDEFINED"
            )
            return self.e("IfcSurfaceStyle", material, "BOTH", [shading])

        return self.once(("style", material), make)

    def styled(self, item: Entity, material: str) -> Entity:
        self.e("IfcStyledItem", item, [self.style(material)], None)
        return item

    def material(self, name: str) -> Entity:
        return self.once(("material", name), lambda: self.e("IfcMaterial", name, None, None))

    def solid(self, one: Solid) -> Entity:
        if isinstance(one, Box):
            (x, y, z), (dx, dy, dz) = one.at, one.size
            item = self.extrude(self.rectangle(dx, dy), dz, z, x + dx / 2, y + dy / 2)
        else:
            radius = round(one.radius_m * self.scale, 4)
            item = self.extrude(
                self.e("IfcCircleProfileDef", "AREA", None, None, radius), one.height_m, *one.at[2:], *one.at[:2]
            )
        return self.styled(item, one.material)

    def map_of(self, spec: TypeSpec) -> Entity:
        """The shared representation of a type."""

        def make() -> Entity:
            items = [self.solid(one) for one in spec.solids]
            return self.e("IfcRepresentationMap", self.axes(0, 0, 0), self.representation(items, "SweptSolid"))

        return self.once(("map", spec.key), make)

    def mapped(self, spec: TypeSpec) -> Entity:
        identity = self.once(
            ("identity",),
            lambda: self.e("IfcCartesianTransformationOperator3D", None, None, self.point(0, 0, 0), 1.0, None),
        )
        return self.shape([self.e("IfcMappedItem", self.map_of(spec), identity)], "MappedRepresentation")

    # --- file -----------------------------------------------------------------------------------------

    def text(self) -> str:
        """The STEP text with a fixed header: no clock, no library version."""
        header = (
            f"FILE_NAME('{self.name}.ifc','{STAMP}',('Invented Survey Office'),('Invented'),"
            "'campus-twin geodata','campus-twin geodata','');"
        )
        to_text: Callable[[], str] = self.file.to_string
        return re.sub(r"FILE_NAME\(.*?\);\n", lambda _: header + "\n", to_text(), count=1, flags=re.DOTALL)
