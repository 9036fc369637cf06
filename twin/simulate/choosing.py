"""Which devices a script is about this time."""

from __future__ import annotations

import math

import numpy as np
import shapely

from twin.simulate.campus import Device, SimulatedCampus
from twin.simulate.scripts import Choice, Script

_STOREY_UP = 5.0  # smoke goes up before it goes far: a metre up counts as so many along, a metre down as more
_STOREY_DOWN = 15.0


def chosen(script: Script, campus: SimulatedCampus, chance: np.random.Generator) -> dict[str, list[Device]]:
    """The devices of each choice, the first in the middle; a choice that fits nothing is empty."""
    found: dict[str, list[Device]] = {}
    for name, choice in script.choose.items():
        if choice.fence:
            spot = fence_spot(campus, chance)
            found[name] = [spot] if spot is not None else []
            continue
        fitting = _fitting(choice, campus)
        middle = found.get(choice.near) if choice.near else None
        if choice.near:
            found[name] = _near(fitting, middle[0], choice) if middle else []
        elif choice.lowest:
            found[name] = sorted(fitting, key=lambda one: one.position[2])[: choice.count]
        else:
            places = chance.permutation(len(fitting))[: choice.count]
            found[name] = [fitting[int(one)] for one in places]
    return found


def fence_spot(campus: SimulatedCampus, chance: np.random.Generator) -> Device | None:
    """A detector on the fence, not at its ends where the gates are."""
    if not campus.fence:
        return None
    line = campus.fence[int(chance.integers(len(campus.fence)))]
    spot = line.interpolate(float(chance.uniform(0.15, 0.85)), normalized=True)
    nearest = min(campus.devices, key=lambda one: math.dist(one.position[:2], (spot.x, spot.y)))
    code = f"ZJ-{int(spot.x) % 1000:03d}{int(spot.y) % 1000:03d}"
    return Device(
        code, "fence", "周界振动光纤", (spot.x, spot.y, nearest.ground_m), nearest.ground_m, zone=nearest.zone
    )


def over_the_fence(campus: SimulatedCampus, spot: Device, outside_m: float, inside_m: float) -> shapely.LineString:
    """From outside over the fence at ``spot`` towards the middle of the campus, and back out."""
    x, y, z = spot.position
    middle = shapely.union_all(list(campus.fence)).convex_hull.centroid
    length = math.dist((x, y), (middle.x, middle.y)) or 1.0
    dx, dy = (middle.x - x) / length, (middle.y - y) / length
    way = [
        (x - dx * outside_m, y - dy * outside_m, z),
        (x + dx * inside_m, y + dy * inside_m, z),
        (x + dx * inside_m * 0.6 - dy * inside_m * 0.5, y + dy * inside_m * 0.6 + dx * inside_m * 0.5, z),
        (x - dx * outside_m - dy * inside_m * 0.5, y - dy * outside_m + dx * inside_m * 0.5, z),
    ]
    return shapely.LineString(way)


def _fitting(choice: Choice, campus: SimulatedCampus) -> list[Device]:
    rooms = {one.space_id for one in campus.of(choice.in_room_with) if one.space_id}
    return [
        one
        for one in campus.devices
        if (not choice.device_types or one.type in choice.device_types)
        and (not choice.uses or one.use in choice.uses)
        and choice.name_has in one.name
        and (choice.main is None or one.is_main == choice.main)
        and (choice.indoors is None or (one.building is not None) == choice.indoors)
        and (not choice.in_room_with or one.space_id in rooms)
    ]


def _near(fitting: list[Device], middle: Device, choice: Choice) -> list[Device]:
    if choice.within in ("building", "storey"):
        fitting = [one for one in fitting if one.building == middle.building]
    if choice.within == "storey":
        fitting = [one for one in fitting if one.storey == middle.storey]
    return sorted(fitting, key=lambda one: (not _same_room(one, middle), _way(middle, one), one.code))[: choice.count]


def _same_room(one: Device, other: Device) -> bool:
    return one.space_id is not None and one.space_id == other.space_id


def _way(middle: Device, one: Device) -> float:
    """How far it is for smoke, and for anything else hardly different."""
    rise = one.position[2] - middle.position[2]
    return math.dist(one.position[:2], middle.position[:2]) + (rise * _STOREY_UP if rise > 0 else -rise * _STOREY_DOWN)
