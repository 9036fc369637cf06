"""The relations between things of the demo campus; ids as the build forms them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from shapely import Point, Polygon

from geodata.demo import frame
from geodata.demo.devices import Device
from geodata.demo.people import Person
from geodata.demo.surveys import zone_polygons
from geodata.demo.tables import write_csv


def write_relations(path: Path, devices: list[Device], staff: list[Person]) -> None:
    """sees, measures, feeds, controls, responsible_for; ids as the build forms them."""
    zones = zone_polygons()
    rows = [*_sees(devices, zones), *_measures(devices), *_feeds(devices)]
    rows += [
        (_device(one), "controls", f"building:buildings:{one.building}") for one in devices if one.device_type == "door"
    ]
    rows += [(staff[n].staff_id, "responsible_for", f"zone:zones:{code}") for n, code in enumerate(zones)]
    write_csv(path, ("from_id", "kind", "to_id"), rows)


def _device(one: Device) -> str:
    return f"device:devices:{one.code}"


def _sees(devices: list[Device], zones: dict[str, Polygon]) -> Iterator[tuple[str, str, str]]:
    """A camera outdoors sees the zones its field of view reaches; one indoors sees its building."""
    for one in devices:
        if one.view is None:
            continue
        if one.building:
            yield _device(one), "sees", f"building:buildings:{one.building}"
            continue
        field = _field(one)
        for code, polygon in zones.items():
            if field.intersection(polygon).area > 20.0:
                yield _device(one), "sees", f"zone:zones:{code}"


def _field(one: Device) -> Polygon:
    """The sector that a camera sees on the ground, in plan metres."""
    assert one.view is not None
    view = one.view
    half = view.field_of_view_deg / 2
    turn = [math.radians(view.heading_deg + a) for a in np.linspace(-half, half, 9)]
    east_north = frame.to_map([[one.u, one.v]])[0] + view.range_m * np.array([[math.sin(a), math.cos(a)] for a in turn])
    reach = [Point(p) for p in frame.to_plan(east_north)]
    return Polygon([(one.u, one.v), *((p.x, p.y) for p in reach)])


def _measures(devices: list[Device]) -> Iterator[tuple[str, str, str]]:
    for one in devices:
        if one.device_type.endswith("_meter") and one.building:
            yield _device(one), "measures", f"building:buildings:{one.building}"


def _feeds(devices: list[Device]) -> Iterator[tuple[str, str, str]]:
    """From a building's main meter to those of its storeys."""
    meters = [one for one in devices if one.device_type in ("electricity_meter", "water_meter")]
    for main in meters:
        for one in meters:
            same = (one.device_type, one.building) == (main.device_type, main.building)
            if "总" in main.name and "总" not in one.name and same:
                yield _device(main), "feeds", _device(one)
