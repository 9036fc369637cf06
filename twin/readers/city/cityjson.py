"""CityJSON 1.0, 1.1 and 2.0 (OGC 20-072r5): city objects with integer vertices and a transform.

Coordinates are x, y, z whatever the CRS says of its axes, unless ``options.axis_order = "yx"``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from twin.errors import SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.city.city import CLASSES, INTERIOR, CityObject, Surface, wanted_layer, write_city
from twin.readers.city.crs_names import ogc_crs
from twin.readers.declared import datum_of
from twin.readers.faults import reading
from twin.readers.options import AXIS_ORDER, Options
from twin.readers.writer import BatchWriter

_DEPTH: Final = {"MultiSurface": 0, "CompositeSurface": 0, "Solid": 1, "MultiSolid": 2, "CompositeSolid": 2}
_BROKEN: Final = (KeyError, TypeError, IndexError, AttributeError, RecursionError)


class CityJsonReader:
    """One CityJSON document -> buildings, terrain and things on the ground; ``layer`` restricts it to one."""

    name: ClassVar[str] = "cityjson"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".json", ".cityjson")
    options: ClassVar[Options] = {"axis_order": AXIS_ORDER}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes and sniff.json_type(path) == "cityjson"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002
        return []

    def inspect(self, path: Path) -> Inspection:
        model = _load(path)
        crs = _declared(model)
        types = {str(one.get("type")) for one in model["CityObjects"].values()}
        return Inspection(
            layers=tuple(dict.fromkeys(CLASSES[one][0] for one in sorted(types) if one in CLASSES)),
            crs=crs,
            vertical_datum=None if crs is None else datum_of(crs, path),
            has_heights=True,
            needs_crs=crs is None,
            count=len(model["CityObjects"]),
        )

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        wanted_layer(source, out)
        model = _load(source.path)
        crs = _declared(model)
        datum = None if crs is None else datum_of(crs, source.path)
        georeference = source.georeference(crs, heights=True, declared_datum=datum)
        report = ReadReport()
        with reading(source.path, *_BROKEN):
            things = _objects(model, source)
        write_city(things, georeference, source, out, report)
        return report


def _load(path: Path) -> dict[str, Any]:
    with reading(path, *_BROKEN):
        model = json.loads(path.read_bytes())
    if not isinstance(model, dict) or model.get("type") != "CityJSON":
        raise SourceUnreadableError(path=path, detail="it is JSON but not CityJSON")
    for name, kind in (("CityObjects", dict), ("vertices", list)):
        if not isinstance(model.get(name), kind):
            raise SourceUnreadableError(path=path, detail=f"its '{name}' is missing or not what CityJSON asks for")
    return model


def _declared(model: dict[str, Any]) -> str | None:
    said = (model.get("metadata") or {}).get("referenceSystem")
    return ogc_crs(said)[0] if isinstance(said, str) and said else None


def _vertices(model: dict[str, Any], source: Source) -> NDArray[np.float64]:
    raw = np.array(model["vertices"], dtype=float).reshape(-1, 3)
    transform = model.get("transform")
    if transform:
        raw = raw * np.array(transform["scale"], dtype=float) + np.array(transform["translate"], dtype=float)
    return raw[:, [1, 0, 2]] if source.options.get("axis_order") == "yx" else raw


def _objects(model: dict[str, Any], source: Source) -> list[CityObject]:
    """Root objects with their parts below them; a part whose parent is absent is a root."""
    vertices = _vertices(model, source)
    found: dict[str, CityObject] = {}
    for key, said in model["CityObjects"].items():
        one = CityObject(str(said["type"]), key, f"CityObject {key}", dict(said.get("attributes") or {}))
        _add_geometry(one, said.get("geometry") or [], vertices, source.path)
        found[key] = one
    roots = []
    for key, said in model["CityObjects"].items():
        parent = next((name for name in said.get("parents") or [] if name in found and name != key), None)
        if parent is None or found[key].type in INTERIOR:
            if found[key].type == "BuildingPart":
                found[key].type = "Building"
            roots.append(found[key])
        else:
            found[parent].parts.append(found[key])
    _require_tree(roots, len(found), source.path)
    return roots


def _require_tree(roots: list[CityObject], size: int, path: Path) -> None:
    """Objects that are each other's parents would vanish; they are an error instead."""
    if sum(root.count() for root in roots) != size:
        raise SourceUnreadableError(path=path, detail="city objects are parents of each other in a circle")


def _add_geometry(one: CityObject, geometries: list[dict[str, Any]], vertices: NDArray[np.float64], path: Path) -> None:
    """The geometry of the highest level of detail."""
    for geometry in sorted(geometries, key=lambda g: float(g.get("lod", 0)), reverse=True):
        kind = geometry["type"]
        if kind in _DEPTH:
            one.surfaces = _surfaces(geometry, vertices, path)
            one.lod = float(geometry.get("lod", 0))
            return
        if kind in ("GeometryInstance", "MultiPoint") and one.point is None:
            one.point = _ring(geometry["boundaries"][:1], vertices, path)[0]
            one.lod = float(geometry.get("lod", 0))


def _surfaces(geometry: dict[str, Any], vertices: NDArray[np.float64], path: Path) -> list[Surface]:
    boundaries = geometry["boundaries"]
    semantics = geometry.get("semantics") or {}
    types = [str(one.get("type", "")) for one in semantics.get("surfaces", [])]
    values = semantics.get("values")
    for _ in range(_DEPTH[geometry["type"]]):
        if values is not None:
            pairs = zip(boundaries, values, strict=True)
            values = [one for bounds, value in pairs for one in (value if value is not None else [None] * len(bounds))]
        boundaries = [one for outer in boundaries for one in outer]
    values = values if values is not None else [None] * len(boundaries)
    return [
        Surface([_ring(ring, vertices, path) for ring in rings], "" if value is None else types[value])
        for rings, value in zip(boundaries, values, strict=True)
    ]


def _ring(indices: list[int], vertices: NDArray[np.float64], path: Path) -> NDArray[np.float64]:
    index = np.array(indices, dtype=np.int64)
    if len(index) and (index.min() < 0 or index.max() >= len(vertices)):
        raise SourceUnreadableError(path=path, detail=f"a surface refers to vertex {index.max()} of {len(vertices)}")
    return vertices[index]
