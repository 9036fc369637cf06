"""CityGML 1.0, 2.0 (OGC 12-019) and 3.0 (OGC 21-006r2), read member by member so that memory stays small.

Names are compared without their namespace, which is what changed most between the versions. No entity is
resolved, no DTD loaded, nothing fetched. Coordinates follow the axis order of the CRS named by URN or URL
(EPSG:6697 is latitude, longitude, height); ``options.axis_order`` overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from twin.errors import SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.city.city import CLASSES, INTERIOR, CityObject, Surface, wanted_layer, write_city
from twin.readers.city.crs_names import north_first, ogc_crs
from twin.readers.declared import datum_of
from twin.readers.faults import needed, reading
from twin.readers.options import AXIS_ORDER, Options
from twin.readers.writer import BatchWriter

_MEMBERS: Final = ("cityObjectMember", "featureMember", "member")
_LOD: Final = re.compile(r"lod(\d)(?!.*(?:TerrainIntersection|MultiCurve|MultiPoint))")
_PARTS: Final = frozenset({"consistsOfBuildingPart", "buildingPart", "consistsOfBridgePart", "bridgePart"})
_FACES: Final = frozenset({"Polygon", "Triangle", "Rectangle", "PolygonPatch"})
_GML_ID: Final = re.compile(r"\{.*\}id$")
_LOOK: Final = 1000  # members that ``inspect`` reads


if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class CityGmlReader:
    """One CityGML document -> buildings, terrain meshes and things on the ground; ``layer`` restricts it to one."""

    name: ClassVar[str] = "citygml"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".gml", ".citygml", ".xml")
    options: ClassVar[Options] = {"axis_order": AXIS_ORDER}

    def supports(self, path: Path) -> bool:
        if path.suffix.lower() not in self.suffixes:
            return False
        root = sniff.xml_root(path)
        return root is not None and root[1] == "CityModel" and "citygml" in root[0].lower()

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002
        return []

    def inspect(self, path: Path) -> Inspection:
        document = _Document(path)
        types: dict[str, int] = {}
        with reading(path, document.etree.LxmlError):
            for member in document.members():
                types[_local(member)] = types.get(_local(member), 0) + 1
                if document.crs is None:
                    document.note_crs(member)
                if sum(types.values()) >= _LOOK:
                    break
        crs = None if document.crs is None else ogc_crs(document.crs)[0]
        said = ", ".join(f"{count} {name}" for name, count in types.items())
        return Inspection(
            layers=tuple(dict.fromkeys(CLASSES[one][0] for one in types if one in CLASSES)),
            crs=crs,
            vertical_datum=None if crs is None else datum_of(crs, path),
            has_heights=True,
            needs_crs=crs is None,
            count=sum(types.values()),
            notes=(f"{path.name}: {said}",) if said else (),
        )

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        wanted_layer(source, out)
        document = _Document(source.path)
        with reading(source.path, document.etree.LxmlError):
            things = [_city_object(member, document) for member in document.members()]
        crs = None if document.crs is None else ogc_crs(document.crs)[0]
        datum = None if crs is None else datum_of(crs, source.path)
        georeference = source.georeference(crs, heights=True, declared_datum=datum)
        if _swapped(document.crs, source):
            for thing in things:
                _swap(thing)
        report = ReadReport()
        write_city(things, georeference, source, out, report)
        if document.dropped:
            report.note(f"{source.path.name}: {document.dropped} surfaces with unreadable coordinates were left out")
        return report


class _Document:
    """Members of a city model one after the other, and the one CRS they are in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.etree = needed("lxml.etree", path, "lxml")
        self.crs: str | None = None
        self.dropped = 0

    def members(self) -> Iterator[Element]:
        """The object inside every member element; it is emptied once the next one is asked for."""
        tags = [f"{{*}}{name}" for name in (*_MEMBERS, "Envelope")]
        with self.path.open("rb") as file:
            for _, element in self.etree.iterparse(
                file, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
            ):
                if _local(element) == "Envelope":
                    self.note_crs(element)
                    continue
                parent = element.getparent()
                if parent is None or _local(parent) != "CityModel":
                    continue  # a member of a group: it belongs to the group's element
                child = next((one for one in element if isinstance(one.tag, str)), None)
                if child is not None:
                    yield child
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del parent[0]

    def note_crs(self, element: Element) -> None:
        """Remember the srsName of ``element`` or of what is in it; a second, different one is an error."""
        for one in element.iter():
            name = one.get("srsName") if isinstance(one.tag, str) else None
            if not name:
                continue
            if self.crs is not None and ogc_crs(name) != ogc_crs(self.crs):
                raise SourceUnreadableError(
                    path=self.path,
                    detail=f"it mixes {ogc_crs(self.crs)[0]} and {ogc_crs(name)[0]} (line {one.sourceline})",
                    cure="Deliver one file for each CRS.",
                )
            self.crs = name


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _swapped(name: str | None, source: Source) -> bool:
    """Whether the first coordinate is north."""
    order = source.options.get("axis_order")
    if order is not None:
        return bool(order == "yx")
    if name is None:
        return False
    crs, by_authority = ogc_crs(name)
    return by_authority and north_first(crs, source.path)


def _swap(thing: CityObject) -> None:
    for surface in thing.surfaces:
        surface.rings = [ring[:, [1, 0, *range(2, ring.shape[1])]] for ring in surface.rings]
    if thing.point is not None:
        thing.point = thing.point[[1, 0, *range(2, len(thing.point))]]
    for part in thing.parts:
        _swap(part)


# --- one object ----------------------------------------------------------------------------------------


def _city_object(element: Element, document: _Document) -> CityObject:
    document.note_crs(element)
    key = next((value for name, value in element.attrib.items() if _GML_ID.match(str(name))), None)
    where = f"line {element.sourceline}" + (f", {key}" if key else "")
    thing = CityObject(_local(element), None if key is None else str(key), where, {})
    faces: list[tuple[int, str, str, Surface]] = []
    _walk(element, thing, faces, document, lod=-1, holder="", semantic="")
    _choose(thing, faces)
    return thing


def _walk(
    element: Element,
    thing: CityObject,
    faces: list[tuple[int, str, str, Surface]],
    document: _Document,
    *,
    lod: int,
    holder: str,
    semantic: str,
) -> None:
    """Sort what is below ``element`` into faces, parts and attributes of ``thing``."""
    for child in element:
        name = _local(child)
        if not name or name in INTERIOR or name in ("interiorRoom", "Envelope", "appearance"):
            continue
        if name in _PARTS:
            thing.parts += [_city_object(one, document) for one in child if _local(one)]
        elif name in _FACES:
            _add_face(child, faces, document, lod, holder, semantic)
        elif name == "Point" and thing.point is None:
            thing.point = next((c for c in (_numbers(one) for one in child) if len(c) in (2, 3)), None)
        elif level := _LOD.match(name):
            _walk(child, thing, faces, document, lod=int(level.group(1)), holder=name, semantic=semantic)
        elif lod < 0 and not _has_geometry(child):
            _add_attribute(child, thing.attributes)
        else:
            inner = name if name.endswith("Surface") and lod < 0 else semantic
            _walk(child, thing, faces, document, lod=lod, holder=holder, semantic=inner)


def _has_geometry(element: Element) -> bool:
    return any(_local(one) in _FACES or _local(one) in _PARTS or _LOD.match(_local(one)) for one in element.iter())


def _add_face(
    element: Element,
    faces: list[tuple[int, str, str, Surface]],
    document: _Document,
    lod: int,
    holder: str,
    semantic: str,
) -> None:
    rings = [_ring(one) for one in element.iter() if _local(one) == "LinearRing"]
    if not rings or any(ring is None for ring in rings):
        document.dropped += 1
        return
    faces.append((lod, holder, semantic, Surface([ring for ring in rings if ring is not None], semantic)))


def _ring(element: Element) -> NDArray[np.float64] | None:
    """Corners (n, 2 or 3) of a LinearRing from posList, pos or coordinates; None when they are not numbers."""
    lists = [one for one in element if _local(one) == "posList"]
    if lists:
        flat = _numbers(lists[0])
        said = lists[0].get("srsDimension") or element.get("srsDimension") or _inherited_dimension(element)
        size = int(said) if said and said.isdigit() else 3
        good = size in (2, 3) and len(flat) and len(flat) % size == 0
        return flat.reshape(-1, size) if good else None
    rows = [_numbers(one) for one in element if _local(one) == "pos"]
    if not rows:
        text = next((one.text or "" for one in element if _local(one) == "coordinates"), "")
        rows = [np.array(pair.split(","), dtype=float) for pair in text.split()]
    sizes = {len(row) for row in rows}
    return np.array(rows) if len(sizes) == 1 and sizes <= {2, 3} else None


def _inherited_dimension(element: Element) -> str | None:
    return next((one.get("srsDimension") for one in element.iterancestors() if one.get("srsDimension")), None)


def _numbers(element: Element) -> NDArray[np.float64]:
    try:
        return np.array((element.text or "").split(), dtype=float)
    except ValueError:
        return np.empty(0)


def _choose(thing: CityObject, faces: list[tuple[int, str, str, Surface]]) -> None:
    """Keep the faces of the highest level; with meaning rather than a solid's copy; footprint before roof edge."""
    if not faces:
        return
    best = max(lod for lod, _, _, _ in faces)
    chosen = [face for face in faces if face[0] == best]
    if any(semantic for _, _, semantic, _ in chosen):
        chosen = [face for face in chosen if face[2]]
    if {"lod0FootPrint", "lod0RoofEdge"} <= {holder for _, holder, _, _ in chosen}:
        chosen = [face for face in chosen if face[1] == "lod0FootPrint"]
    thing.surfaces, thing.lod = [surface for *_, surface in chosen], float(max(best, 0))


def _add_attribute(element: Element, attributes: dict[str, Any]) -> None:
    """Leaf values below ``element`` under their own name; a generic attribute under the name it is given."""
    given = element.get("name")
    for leaf in element.iter():
        text = (leaf.text or "").strip() if isinstance(leaf.tag, str) and not len(leaf) else ""
        if not text:
            continue
        name = given if given is not None else _local(leaf)
        before = attributes.get(name)
        if before is None:
            attributes[name] = text
        else:
            attributes[name] = [*(before if isinstance(before, list) else [before]), text]
