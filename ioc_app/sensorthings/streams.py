"""A point as a Datastream, its device type as a Sensor, its quantity as an ObservedProperty."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from ioc_app.sensorthings.kinds import Entity
from twin.live.point_book import KnownPoint
from twin.model.live import PointKind
from twin.model.text import Title

UNSTATED: Final = "unstated"
"""The Sensor of points whose device has no type."""
UCUM: Final = "http://www.opengis.net/def/uom/UCUM/0/"
_TYPES: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
_QUANTITY: Final = "urn:campus-twin:quantity:"
_SAYS: Final = {
    PointKind.GAUGE: "how much there is",
    PointKind.COUNTER: "all that was ever counted",
    PointKind.DELTA: "what an interval added that begins at phenomenonTime",
    PointKind.STATE: "a state as a number",
}


@dataclass(frozen=True, slots=True)
class Stream:
    """A point that is known, or one that only sent: of that nobody said the unit."""

    point_id: str
    device_code: str
    quantity: str
    title: Title
    unit: str | None = None
    kind: PointKind | None = None
    device_type: str | None = None
    limits: Mapping[str, float] | None = None

    @classmethod
    def known(cls, known: KnownPoint) -> Stream:
        one = known.point
        limits = {"low_limit": one.low_limit, "high_limit": one.high_limit, "stale_after_s": known.stale_after_s}
        told = {name: value for name, value in limits.items() if value is not None}
        return cls(
            one.point_id, one.device_code, one.quantity, known.title, one.unit, one.kind, known.device_type, told
        )

    @classmethod
    def stranger(cls, point_id: str) -> Stream:
        device, _, quantity = point_id.rpartition(":")
        quantity = quantity or point_id
        return cls(point_id, device or point_id, quantity, Title(quantity, quantity))


def datastream(one: Stream, device: str) -> Entity:
    """``device`` is what its Thing is called."""
    measured = one.kind not in (None, PointKind.STATE)
    return Entity(
        "Datastreams",
        one.point_id,
        {
            "name": f"{device} {one.title.zh} {one.title.en}",
            "description": _SAYS[one.kind] if one.kind else "sent, but not known to the campus: add it to points.toml",
            "observationType": _TYPES + ("OM_Measurement" if measured else "OM_Observation"),
            "unitOfMeasurement": unit_of(one.unit),
            "phenomenonTime": None,
            "resultTime": None,
            "properties": {
                "known": one.kind is not None,
                **({"kind": one.kind.value} if one.kind else {}),
                **(one.limits or {}),
            },
        },
        {"Thing": one.device_code, "Sensor": one.device_type or UNSTATED, "ObservedProperty": one.quantity},
    )


def sensor(one: Stream, types: Mapping[str, Title]) -> Entity:
    """The type of device; who made the single device is said by the Thing's ``properties/model``."""
    id = one.device_type or UNSTATED
    title = types.get(id) or Title("未说明类型" if one.device_type is None else id, id)
    said: dict[str, Any] = {
        "name": f"{title.zh} {title.en}",
        "description": "all devices of this type" if one.device_type else "devices whose type nobody stated",
        "encodingType": "text/plain",
        "metadata": id,
        "properties": {},
    }
    return Entity("Sensors", id, said)


def observed_property(one: Stream) -> Entity:
    said: dict[str, Any] = {
        "name": f"{one.title.zh} {one.title.en}",
        "definition": _QUANTITY + quote(one.quantity, safe=""),
        "description": f"the quantity {one.quantity}",
        "properties": {},
    }
    return Entity("ObservedProperties", one.quantity, said)


def unit_of(code: str | None) -> dict[str, Any]:
    """A UCUM code as the standard wants it; three nulls where there is none (OGC 18-088, 8.2.4)."""
    if code is None:
        return {"name": None, "symbol": None, "definition": None}
    said = _units().get(code, {"name": code, "symbol": code})
    return {**said, "definition": UCUM + quote(code, safe="")}


@cache
def _units() -> dict[str, dict[str, str]]:
    text = (files("ioc_app.sensorthings") / "units.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
