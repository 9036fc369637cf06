"""What OpenStreetMap tags mean here: tag -> layer and surface class, highway class -> width.

Tags: https://wiki.openstreetmap.org/wiki/Map_features. The first rule that fits decides. Widths are those between
the kerbs where a class is built as usual in towns (CJJ 37-2012 lane widths of 3.25-3.5 m); a ``width`` or ``lanes``
tag goes before them and the row says which it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from twin.readers.gis.fields import parse_number

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """``key`` with one of ``values`` (empty: any but ``no``) on a ``shape`` (point, line or area)."""

    shape: str
    key: str
    values: frozenset[str]
    layer: str
    surface_class: str

    def fits(self, tags: Tags) -> bool:
        value = tags.get(self.key)
        return value is not None and (value in self.values if self.values else value != "no")


def _rule(shape: str, key: str, values: str, layer: str, surface_class: str = "") -> Rule:
    return Rule(shape, key, frozenset(values.split()), layer, surface_class)


ROADS: Final = (
    "motorway trunk primary secondary tertiary unclassified residential service living_street road track "
    "motorway_link trunk_link primary_link secondary_link tertiary_link busway"
)
PATHS: Final = "footway path cycleway pedestrian steps bridleway trail platform"

RULES: Final = (
    _rule("area", "building", "", "buildings"),
    _rule("area", "natural", "water bay", "surface", "water"),
    _rule("area", "waterway", "riverbank dock", "surface", "water"),
    _rule("area", "landuse", "reservoir basin", "surface", "water"),
    _rule("area", "leisure", "swimming_pool", "surface", "water"),
    _rule("area", "amenity", "fountain", "surface", "water"),
    _rule("area", "amenity", "parking parking_space bicycle_parking motorcycle_parking", "surface", "parking"),
    _rule("area", "leisure", "pitch track stadium sports_centre ice_rink", "surface", "sport"),
    _rule("area", "leisure", "park garden golf_course common dog_park playground", "surface", "green"),
    _rule(
        "area", "landuse", "grass forest meadow village_green recreation_ground flowerbed orchard", "surface", "green"
    ),
    _rule("area", "natural", "wood scrub grassland heath", "surface", "green"),
    _rule("area", "place", "square", "surface", "plaza"),
    _rule("area", "highway", "pedestrian", "surface", "plaza"),
    _rule("area", "highway", PATHS, "surface", "path"),
    _rule("area", "highway", ROADS, "surface", "road"),
    _rule("line", "highway", ROADS, "surface", "road"),
    _rule("line", "highway", PATHS, "surface", "path"),
    _rule("line", "barrier", "hedge", "surface", "hedge"),
    _rule("line", "barrier", "wall city_wall retaining_wall", "surface", "wall"),
    _rule("line", "barrier", "fence guard_rail handrail chain bollard jersey_barrier", "surface", "fence"),
    _rule("line", "waterway", "river stream canal ditch drain", "surface", "water"),
    _rule("point", "natural", "tree", "surface", "tree"),
    _rule("point", "highway", "street_lamp", "surface", "lamp"),
    _rule("point", "man_made", "manhole", "surface", "cover"),
    _rule("point", "manhole", "", "surface", "cover"),
    _rule("point", "amenity", "bench", "surface", "bench"),
    _rule("point", "leisure", "picnic_table", "surface", "bench"),
    _rule("point", "barrier", "bollard block chain fence", "surface", "fence"),
    _rule("point", "barrier", "gate lift_gate swing_gate sliding_gate entrance", "surface", "entrance"),
    _rule("point", "entrance", "", "surface", "entrance"),
    _rule("point", "amenity", "", "surface", "poi"),
    _rule("point", "shop", "", "surface", "poi"),
    _rule("point", "tourism", "", "surface", "poi"),
    _rule("point", "leisure", "", "surface", "poi"),
    _rule("point", "office", "", "surface", "poi"),
    _rule("point", "historic", "", "surface", "poi"),
)

WIDTHS_M: Final[dict[str, float]] = {
    "motorway": 14.0,
    "trunk": 14.0,
    "primary": 10.5,
    "secondary": 9.0,
    "tertiary": 7.0,
    "motorway_link": 7.0,
    "trunk_link": 7.0,
    "primary_link": 5.5,
    "secondary_link": 5.5,
    "tertiary_link": 5.5,
    "unclassified": 6.0,
    "residential": 6.0,
    "road": 6.0,
    "busway": 6.0,
    "living_street": 5.0,
    "service": 4.0,
    "track": 3.0,
    "pedestrian": 4.0,
    "platform": 3.0,
    "cycleway": 2.5,
    "footway": 2.0,
    "bridleway": 2.0,
    "steps": 2.0,
    "path": 1.5,
    "trail": 1.5,
}
_LANE_M: Final = 3.25
_NOT_AREA: Final = frozenset({"highway", "barrier"})  # closed ones are lines unless area=yes


def rule_for(tags: Tags, shape: str) -> Rule | None:
    """The rule for an object of this ``shape``; None when it has no place in the twin."""
    if is_buried(tags):
        return None
    return next((rule for rule in RULES if rule.shape == shape and rule.fits(tags)), None)


def is_area(tags: Tags) -> bool:
    """Whether a closed way is an area: it says so, or an area rule fits that is not about roads and fences."""
    if "area" in tags:
        return tags["area"] != "no"
    return any(rule.fits(tags) for rule in RULES if rule.shape == "area" and rule.key not in _NOT_AREA)


def is_buried(tags: Tags) -> bool:
    """In a tunnel, under the ground or inside a building: nothing to lay on the terrain."""
    return (
        tags.get("tunnel", "no") not in ("no", "building_passage")
        or tags.get("location") in ("underground", "indoor")
        or tags.get("parking") == "underground"
        or tags.get("indoor", "no") != "no"
    )


def road_width(tags: Tags) -> tuple[float | None, str | None]:
    """Metres and where they come from: ``tag``, ``lanes`` or ``class``."""
    said = parse_number(tags.get("width"))
    if said is not None and 0.2 <= said <= 100:
        return said, "tag"
    lanes = parse_number(tags.get("lanes"))
    if lanes is not None and 1 <= lanes <= 12:
        return lanes * _LANE_M, "lanes"
    width = WIDTHS_M.get(tags.get("highway", ""))
    return width, None if width is None else "class"
