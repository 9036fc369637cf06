"""OpenStreetMap extracts (.osm XML and .osm.pbf) -> buildings and things on the ground, by ``osm_rules``.

Every tagged node, way and relation is counted. A way or multipolygon that refers to something the extract does not
hold is dangling: half a building would look like a whole one. WGS 84, longitude and latitude; the data is ODbL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import shapely

from twin.crs import Georeference
from twin.errors import UnknownLayerError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.faults import needed, reading
from twin.readers.gis.fields import parse_number
from twin.readers.gis.osm_rules import Rule, is_area, road_width, rule_for
from twin.readers.gis.shapes import repair
from twin.readers.options import Options, some_of
from twin.readers.writer import BatchWriter

CRS: Final = "EPSG:4326"
_LAYERS: Final = ("surface", "buildings")
_KINDS: Final = {"surface": "surface", "buildings": "building"}
_AREA_RELATIONS: Final = frozenset({"multipolygon", "boundary"})
_SAYS_NOTHING: Final = frozenset({"name", "note", "ref", "source", "operator", "access", "wheelchair", "type"})
_PBF_MARK: Final = b"\x0a\x09OSMHeader"
_BATCH: Final = 50_000


class OsmReader:
    """An extract -> buildings and surface; ``layer`` or ``options.layers`` restricts it."""

    name: ClassVar[str] = "osm"
    version: ClassVar[int] = 2
    suffixes: ClassVar[tuple[str, ...]] = (".osm", ".pbf")
    options: ClassVar[Options] = {"layers": some_of(*_LAYERS)}

    def supports(self, path: Path) -> bool:
        suffix = path.suffix.lower()
        if suffix == ".pbf":
            return _PBF_MARK in sniff.head(path, 32)
        root = sniff.xml_root(path) if suffix in (".osm", ".xml") else None
        return root is not None and root[1] == "osm"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002
        return []

    def inspect(self, path: Path) -> Inspection:
        osmium = needed("osmium", path, "osmium")
        with reading(path, RuntimeError):
            osmium.io.Reader(str(path)).close()
        note = f"{path.name}: © OpenStreetMap contributors, ODbL 1.0; name them where it is shown"
        return Inspection(layers=_LAYERS, crs=CRS, needs_crs=False, notes=(note,))

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        layers = _wanted(source)
        georeference = source.georeference(CRS, heights=False)
        out.placed_by(georeference)
        report = ReadReport()
        batch = _Batch(source, georeference, out, report)
        with reading(source.path, RuntimeError):
            for thing in _things(source.path, layers, report):
                batch.add(thing)
            batch.flush()
        return report


@dataclass(frozen=True, slots=True)
class Thing:
    """One object to be kept: ``key`` is n, w or r and its number."""

    key: str
    rule: Rule
    tags: dict[str, str]
    shape: Any


def _wanted(source: Source) -> frozenset[str]:
    said = source.options.get("layers") or ([source.layer] if source.layer else _LAYERS)
    for name in said:
        if name not in _LAYERS:
            raise UnknownLayerError(layer=name, known=", ".join(_LAYERS))
    return frozenset(said)


# --- reading -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Ledger:
    """Multipolygons announced, and those whose area came out; what was lost, for the notes."""

    rules: dict[int, tuple[Rule, dict[str, str]]] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    dangling: list[str] = field(default_factory=list)
    strange: Counter[str] = field(default_factory=Counter)

    def notes(self) -> Iterator[str]:
        """One line for what refers to things outside the extract, one for what has no rule."""
        if self.dangling:
            few = ", ".join(self.dangling[:8])
            yield f"{len(self.dangling)} objects reach beyond the extract: {few}{' …' if self.dangling[8:] else ''}"
        if self.strange:
            most = ", ".join(f"{count} {key}" for key, count in self.strange.most_common(8))
            yield f"{self.strange.total()} objects have no place in the twin: {most} …"


def _things(path: Path, layers: frozenset[str], report: ReadReport) -> Iterator[Thing]:
    ledger = _Ledger()
    osmium = needed("osmium", path, "osmium")
    factory = osmium.geom.WKBFactory()
    objects: Iterator[Any] = iter(osmium.FileProcessor(str(path)).with_locations().with_areas())
    for one in objects:
        if one.is_area():
            thing = _area(one, ledger, factory)
        elif not len(one.tags):
            continue
        else:
            report.found += 1
            thing = _object(one, dict(one.tags), layers, ledger, report, path)
        if thing is not None:
            yield thing
    for number, (_, tags) in ledger.rules.items():
        if number not in ledger.done:
            ledger.dangling.append(f"relation {number} {tags.get('name', '')}".strip())
            report.skip(SkipReason.DANGLING)
    for note in ledger.notes():
        report.note(f"{path.name}: {note}")


def _object(
    one: Any, tags: dict[str, str], layers: frozenset[str], ledger: _Ledger, report: ReadReport, path: Path
) -> Thing | None:
    """A node or way as a thing, a multipolygon remembered, or the loss counted."""
    if one.is_relation():
        shape = "area" if tags.get("type") in _AREA_RELATIONS else "none"
    elif one.is_node():
        shape = "point"
    else:
        shape = "area" if one.is_closed() and is_area(tags) else "line"
    rule = rule_for(tags, shape)
    if rule is None or rule.layer not in layers:
        report.skip(SkipReason.UNSUPPORTED_OBJECT if rule is None else SkipReason.NOT_SELECTED)
        if rule is None:
            ledger.strange[next((key for key in tags if ":" not in key and key not in _SAYS_NOTHING), "other")] += 1
        return None
    if one.is_relation():
        ledger.rules[one.id] = (rule, tags)
        return None
    if one.is_node():
        return Thing(f"n{one.id}", rule, tags, shapely.Point(one.lon, one.lat))
    if any(not node.location.valid() for node in one.nodes):
        ledger.dangling.append(f"way {one.id}")
        report.skip(SkipReason.DANGLING)
        return None
    return _way(one, rule, tags, report, path)


def _way(one: Any, rule: Rule, tags: dict[str, str], report: ReadReport, path: Path) -> Thing | None:
    corners = [(node.lon, node.lat) for node in one.nodes]
    if len(set(corners)) < (3 if rule.shape == "area" else 2):
        report.skip(SkipReason.EMPTY_GEOMETRY, 1, f"{path.name}: way {one.id}: too few nodes")
        return None
    if rule.shape == "line":
        return Thing(f"w{one.id}", rule, tags, shapely.LineString(corners))
    fixed, _ = repair(np.array([shapely.Polygon(corners)], dtype=object))
    if fixed[0] is None:
        report.skip(SkipReason.INVALID_GEOMETRY, 1, f"{path.name}: way {one.id}")
        return None
    return Thing(f"w{one.id}", rule, tags, fixed[0])


def _area(one: Any, ledger: _Ledger, factory: Any) -> Thing | None:
    """The polygon osmium put together from the members of a multipolygon; areas of plain ways are ours already."""
    if one.from_way() or one.orig_id() not in ledger.rules or one.orig_id() in ledger.done:
        return None
    rule, tags = ledger.rules[one.orig_id()]
    try:
        shape = shapely.from_wkb(factory.create_multipolygon(one))
    except RuntimeError:  # osmium: invalid area
        return None
    ledger.done.add(one.orig_id())
    return Thing(f"r{one.orig_id()}", rule, tags, shape)


# --- writing -------------------------------------------------------------------------------------------


class _Batch:
    """Collects things by layer and writes them now and then, so that a city does not fill the memory."""

    def __init__(self, source: Source, georeference: Georeference, out: BatchWriter, report: ReadReport) -> None:
        self.source, self.georeference, self.out, self.report = source, georeference, out, report
        self._things: dict[str, list[Thing]] = {}

    def add(self, thing: Thing) -> None:
        things = self._things.setdefault(thing.rule.layer, [])
        things.append(thing)
        if len(things) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        for layer, things in self._things.items():
            placed = self.georeference.geometry(np.array([thing.shape for thing in things], dtype=object))
            good = np.asarray(np.isfinite(shapely.bounds(placed)).all(axis=1))
            self.report.skip(SkipReason.BAD_COORDINATES, int((~good).sum()))
            kept = [thing for thing, one in zip(things, good, strict=True) if one]
            self.report.kept += len(kept)
            if kept:
                self._write(layer, kept, placed[good])
        self._things = {}

    def _write(self, layer: str, things: list[Thing], placed: Any) -> None:
        rows = [_surface_row(one) if layer == "surface" else _building_row(one) for one in things]
        self.out.features(
            layer,
            kind=_KINDS[layer],
            geometry=placed,
            georeference=None,
            natural_keys=[thing.key for thing in things],
            columns={
                "name": [thing.tags.get("name") for thing in things],
                "source_pos": [_position(thing.key) for thing in things],
                **{name: [row[name] for row in rows] for name in rows[0] if name != "width_source"},
            },
            attributes=[
                {**thing.tags, **({"width_source": row["width_source"]} if row.get("width_source") else {})}
                for thing, row in zip(things, rows, strict=True)
            ],
        )


def _position(key: str) -> str:
    return {"n": "node", "w": "way", "r": "relation"}[key[0]] + f" {key[1:]}"


def _surface_row(thing: Thing) -> dict[str, Any]:
    tags, line = thing.tags, thing.rule.shape == "line"
    width, origin = road_width(tags) if line else (None, None)
    return {
        "surface_class": thing.rule.surface_class,
        "width_m": width,
        "width_source": origin,
        "height_m": parse_number(tags.get("height")),
        "crown_m": parse_number(tags.get("diameter_crown")),
        "species": tags.get("species") or tags.get("genus"),
        "material": tags.get("surface") or tags.get("material"),
    }


def _building_row(thing: Thing) -> dict[str, Any]:
    tags = thing.tags
    above, below = parse_number(tags.get("building:levels")), parse_number(tags.get("building:levels:underground"))
    use = tags["building"]
    return {
        "code": tags.get("ref"),
        "name_en": tags.get("name:en"),
        "use": None if use == "yes" else use,
        "storeys_above": None if above is None else round(above),
        "storeys_below": None if below is None else round(below),
        "height_m": parse_number(tags.get("height")),
    }
