"""Where the buildings stand: plan origin, ground floor level, and the way from their axes to the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geodata.demo import frame, site_plan
from geodata.demo.building_plan import Building
from geodata.demo.terrain import Pad

FLOOR_ABOVE_PAD_M: Final = 0.5


@dataclass(frozen=True)
class Place:
    """A building on the plan."""

    building: Building
    u: float
    v: float
    floor_level_m: float

    @property
    def map_origin(self) -> tuple[float, float, float]:
        """East, north of the building's origin and its ground floor level."""
        e, n = frame.to_map([[self.u, self.v]])[0]
        return round(float(e), 4), round(float(n), 4), self.floor_level_m


def place_buildings(buildings: list[Building], pads: list[Pad]) -> dict[str, Place]:
    """By code."""
    sites = {one.code: one for one in site_plan.SITES}
    level = {one.code: one.level_m for one in pads}
    return {
        one.code: Place(one, sites[one.code].u, sites[one.code].v, round(level[one.code] + FLOOR_ABOVE_PAD_M, 3))
        for one in buildings
    }
