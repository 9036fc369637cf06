"""The demo campus: a government campus near Fuzhou, every name and number invented.

``write(folder)`` delivers what surveyors would (``folder/sources``) and a campus.toml. The plan is data in
``site_plan`` (ground), ``building_specs`` (buildings), ``network_plan`` (pipes); everything else derives from it and
one seed, so that two runs of a day give the same bytes.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

TIMEZONE: Final = "Asia/Shanghai"


def write(folder: Path, *, seed: int = 20261120, today: date | None = None) -> None:
    """Write the deliveries and campus.toml into ``folder``; existing deliveries of that name are replaced.

    Dates of the registers lie around ``today``, by default the one that it is there.
    """
    from geodata.demo.register_rows import delivered_on

    with delivered_on(today or datetime.now(ZoneInfo(TIMEZONE)).date()):
        _write(folder, seed)


def _write(folder: Path, seed: int) -> None:
    from geodata.demo import (
        architecture,
        campus_toml,
        devices,
        ifc_writer,
        networks,
        people,
        pipe_registers,
        pipe_survey,
        placing,
        registers,
        relations,
        room_registers,
        safety_registers,
        service_registers,
        site_plan,
        supplement,
        surveys,
        terrain,
        traffic_registers,
    )

    sources = folder / "sources"
    for one in (sources, sources / "bim", sources / "pipes", sources / "registers"):
        one.mkdir(parents=True, exist_ok=True)
    ground_rng, city_rng, tree_rng, device_rng, people_rng, register_rng = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(6)
    )
    buildings = architecture.make_buildings()
    outlines = architecture.footprints(buildings)
    ground = terrain.make_ground(outlines, ground_rng)
    places = placing.place_buildings(buildings, terrain.pads(outlines))
    terrain.write_dem(ground, sources / "dem.tif")
    surveys.write_roads(sources / "roads.gpkg")
    surveys.write_areas(sources / "areas.gpkg", outlines)
    city = site_plan.city_blocks(city_rng)
    surveys.write_buildings(sources / "buildings.gpkg", buildings, outlines, city)
    surveys.write_fence(sources / "fence.gpkg")
    lamps = surveys.write_planting(sources, outlines | {one.code: one.polygon for one in city}, tree_rng)
    traced = networks.make_networks(ground)
    pipe_survey.write_surveys(traced, sources / "pipes")
    supplement.write_supplement(ground, sources / "pipes")
    for place in places.values():
        ifc_writer.write_ifc(
            place.building, place.map_origin, sources / "bim" / f"{place.building.code}.ifc", seed=seed
        )
    staff = people.make_staff(people_rng)
    surveys.write_zones(sources / "zones.gpkg", [one.name for one in staff[:12]])
    found = devices.make_devices(devices.Scene(places, ground, traced, lamps), device_rng)
    devices.write_devices(sources / "devices.csv", found)
    desk = sources / "registers"
    registers.write_people(desk, staff)
    room_registers.write_rooms(desk, staff, places, register_rng, seed=seed)
    service_registers.write_services(desk, places, register_rng, seed=seed)
    safety_registers.write_safety(desk, places, found, traced, register_rng, seed=seed)
    traffic_registers.write_traffic(desk, found, len(people.UNITS), register_rng)
    pipe_registers.write_underground(desk, traced, register_rng)
    relations.write_relations(sources / "relations.csv", found, staff)
    campus_toml.write_campus_toml(folder / "campus.toml", places)
    campus_toml.write_config(folder / "config")
