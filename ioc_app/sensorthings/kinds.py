"""The entities of the API: what each says of itself, and whither it leads (OGC 18-088, 8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class Is(StrEnum):
    """What a value is, for comparing; ``open`` is known only when it is looked at."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    TRUTH = "truth"
    OBJECT = "object"
    OPEN = "open"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Way:
    """A navigation property: to which entities, and whether to several."""

    kind: str
    many: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One entity type, named by its set. ``said`` are its properties in the order in which they are written."""

    name: str
    said: Mapping[str, Is]
    ways: Mapping[str, Way]


@dataclass(frozen=True, slots=True)
class Entity:
    """``said`` as the kind has it, times as datetime; ``one`` names the single entities that it leads to."""

    kind: str
    id: str
    said: Mapping[str, Any]
    one: Mapping[str, str] = field(default_factory=dict)
    space: tuple[str, ...] = ()  # of a Location or a place: layer and feature_id of its shape


_NAMED: Final = {"name": Is.TEXT, "description": Is.TEXT}
_OPEN: Final = {"properties": Is.OBJECT}

KINDS: Final[Mapping[str, Kind]] = {
    one.name: one
    for one in (
        Kind(
            "Things",
            {**_NAMED, **_OPEN},
            {
                "Locations": Way("Locations", True),
                "HistoricalLocations": Way("HistoricalLocations", True),
                "Datastreams": Way("Datastreams", True),
            },
        ),
        Kind(
            "Locations",
            {**_NAMED, "encodingType": Is.TEXT, "location": Is.OBJECT, **_OPEN},
            {"Things": Way("Things", True), "HistoricalLocations": Way("HistoricalLocations", True)},
        ),
        Kind(
            "HistoricalLocations",
            {"time": Is.TIME},
            {"Thing": Way("Things", False), "Locations": Way("Locations", True)},
        ),
        Kind(
            "Datastreams",
            {
                **_NAMED,
                "observationType": Is.TEXT,
                "unitOfMeasurement": Is.OBJECT,
                "phenomenonTime": Is.TIME,
                "resultTime": Is.TIME,
                **_OPEN,
            },
            {
                "Thing": Way("Things", False),
                "Sensor": Way("Sensors", False),
                "ObservedProperty": Way("ObservedProperties", False),
                "Observations": Way("Observations", True),
            },
        ),
        Kind(
            "Sensors",
            {**_NAMED, "encodingType": Is.TEXT, "metadata": Is.TEXT, **_OPEN},
            {"Datastreams": Way("Datastreams", True)},
        ),
        Kind(
            "ObservedProperties",
            {"name": Is.TEXT, "definition": Is.TEXT, "description": Is.TEXT, **_OPEN},
            {"Datastreams": Way("Datastreams", True)},
        ),
        Kind(
            "Observations",
            {
                "phenomenonTime": Is.TIME,
                "result": Is.NUMBER,
                "resultTime": Is.TIME,
                "resultQuality": Is.TEXT,
            },
            {"Datastream": Way("Datastreams", False), "FeatureOfInterest": Way("FeaturesOfInterest", False)},
        ),
        Kind(
            "FeaturesOfInterest",
            {**_NAMED, "encodingType": Is.TEXT, "feature": Is.OBJECT, **_OPEN},
            {"Observations": Way("Observations", True)},
        ),
    )
}
ID: Final = ("id", "@iot.id")


def kind_of_path(kind: str, path: tuple[str, ...]) -> Is | None:
    """What the value at ``path`` of an entity is; None where there is none, or one of several entities."""
    here = KINDS[kind]
    head, rest = path[0], path[1:]
    if head in ID:
        return None if rest else Is.TEXT
    if head in here.ways:
        way = here.ways[head]
        return kind_of_path(way.kind, rest) if rest and not way.many else None
    if head not in here.said:
        return None
    if rest:
        return Is.OPEN if here.said[head] is Is.OBJECT else None
    return here.said[head]
