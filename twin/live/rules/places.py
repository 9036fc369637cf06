"""Where devices are, as far as rules need to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import shapely


class PlaceKind(StrEnum):
    """Where two devices can be together."""

    DEVICE = "device"
    SPACE = "space"
    STOREY = "storey"
    BUILDING = "building"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Place:
    """A device, its type and the things it is in. ``name`` is what people call it."""

    device_code: str
    device_type: str | None = None
    name: str | None = None
    space_id: str | None = None
    storey_id: str | None = None
    building_id: str | None = None
    zone_ids: tuple[str, ...] = ()

    def ids(self, kind: PlaceKind) -> tuple[str, ...]:
        """The place or places of one kind that hold this device."""
        if kind is PlaceKind.ZONE:
            return self.zone_ids
        one = {
            PlaceKind.DEVICE: self.device_code,
            PlaceKind.SPACE: self.space_id,
            PlaceKind.STOREY: self.storey_id,
            PlaceKind.BUILDING: self.building_id,
        }[kind]
        return (one,) if one else ()

    def to_dict(self) -> dict[str, Any]:
        """What alarms carry of it."""
        return {
            "device": self.device_code,
            "device_type": self.device_type,
            "space_id": self.space_id,
            "storey_id": self.storey_id,
            "building_id": self.building_id,
            "zone_ids": list(self.zone_ids),
        }


Ring = Sequence[tuple[float, float]]
Area = shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True)
class Places:
    """All devices, the outlines of zones in the campus CRS, and what people call zones and buildings."""

    devices: Mapping[str, Place] = field(default_factory=dict)
    zones: Mapping[str, Area] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(devices: Iterable[Place], zones: Mapping[str, Ring] | None = None) -> Places:
        polygons = {zone: shapely.Polygon(ring) for zone, ring in (zones or {}).items()}
        for polygon in polygons.values():
            shapely.prepare(polygon)
        return Places({one.device_code: one for one in devices}, polygons)

    def at(self, device_code: str) -> Place:
        """The place of a device; of an unknown one only its code is known."""
        return self.devices.get(device_code) or Place(device_code)

    def inside(self, zone_ids: Sequence[str], x: float, y: float) -> bool:
        """Whether a position is in one of these zones; the border counts as inside."""
        return any(bool(shapely.intersects_xy(self.zones[one], x, y)) for one in zone_ids if one in self.zones)
