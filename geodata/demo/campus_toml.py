"""The demo's campus.toml: what a person would write for these deliveries."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import tomlkit

from geodata.demo import TIMEZONE, frame, supplement
from geodata.demo.ifc_writer import PLACED_BY_CONTROL_POINTS
from geodata.demo.placing import Place
from twin.model.registers import REGISTERS

NOTICE: Final = {
    "zh": "示范数据：园区、建筑、管线、人员、单位及一切名称和数字均为虚构。",
    "en": "Demonstration data: the campus, buildings, pipes, people, units, every name and every number are invented.",
}
PIPE_LAYERS: Final = {
    "JS": "water_supply",
    "PS": "drainage",
    "RQ": "gas",
    "RL": "heat",
    "DL": "power",
    "TX": "telecom",
    "QT": "other_pipes",
}

# no device of the 1,300: what the simulator sends of the weather
POINTS: Final = """\
# Points that no device of the campus has. Written by geodata.demo.

[[points]]
point_id = "weather:temperature"
unit = "Cel"
low = -40
high = 60
stale_after_s = 900
name = { zh = "室外温度", en = "outdoor temperature" }

[[points]]
point_id = "weather:rain"
unit = "mm/h"
low = 0
high = 300
stale_after_s = 900
name = { zh = "雨强", en = "rainfall" }
"""

# who of the register of rosters is which unit of those that are sent
DUTY: Final = """\
# Units that are sent out, as the registers of staff and rosters call them. Written by geodata.demo.

[units.centre]
title = { zh = "值班室", en = "Duty room" }
register_units = ["U21"]

[units.security]
register_units = ["U08"]

[units.fire]
register_units = ["U08"]

[units.power]
register_units = ["U11"]

[units.water]
register_units = ["U12"]

[units.engineering]
register_units = ["U12"]

[units.lift]
register_units = ["U12"]
"""

Entry = dict[str, Any]


def write_campus_toml(path: Path, places: dict[str, Place]) -> None:
    """Name, notice, CRS, buildings, sources."""
    document: Entry = {
        "schema_version": 1,
        "name": {"zh": "榕山政务园区（示范）", "en": "Rongshan Government Campus (demo)"},
        "notice": NOTICE,
        "crs": frame.CRS,
        "vertical_datum": frame.VERTICAL_DATUM,
        "timezone": TIMEZONE,
        "geoid_separation_m": 10.0,
        "simulated": True,
        "buildings": [_building(place) for place in places.values()],
        "sources": [*_ground(), *_models(places), *_pipes(), *_things(), *_registers()],
    }
    text = "# The demo campus. Written by geodata.demo; everything in it is invented.\n" + tomlkit.dumps(document)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_config(folder: Path) -> None:
    """points.toml and duty.toml, which people edit: one that is there stays as it is."""
    folder.mkdir(exist_ok=True)
    for name, text in (("points.toml", POINTS), ("duty.toml", DUTY)):
        if not (folder / name).is_file():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _source(key: str, path: str, reader: str, layer: str | None, **more: Any) -> Entry:
    entry: Entry = {"key": key, "path": f"sources/{path}", "reader": reader}
    if layer:
        entry["layer"] = layer
    return entry | more


def _ground() -> list[Entry]:
    vector = [
        ("buildings", "buildings", "code"), ("areas", "surface", "area_id"), ("roads", "surface", "road_id"),
        ("fence", "surface", "fence_id"), ("zones", "zones", "code"),
    ]  # fmt: skip
    dem = _source("dem", "dem.tif", "geotiff", "terrain", vertical_datum=frame.VERTICAL_DATUM)
    return [dem, *(_source(key, f"{key}.gpkg", "vector", layer, key_column=column) for key, layer, column in vector)]


def _things() -> list[Entry]:
    # survey tables: X is north
    order = {"axis_order": "yx"}
    found = [
        _source(key, f"{key}.csv", "csv_points", "surface", crs=frame.CRS, key_column=column, options=order)
        for key, column in (("trees", "tree_id"), ("lamps", "lamp_id"), ("benches", "bench_id"))
    ]
    devices = _source(
        "devices", "devices.csv", "csv_points", "devices", crs=frame.CRS, vertical_datum=frame.VERTICAL_DATUM,
        key_column="device_code", options=order,
    )  # fmt: skip
    return [*found, devices]


def _pipes() -> list[Entry]:
    more = {"crs": frame.CRS, "vertical_datum": frame.VERTICAL_DATUM, "options": {"axes": "north_east"}}
    found = [_source(key, f"pipes/{key}.xlsx", "pipe_table", layer, **more) for key, layer in PIPE_LAYERS.items()]
    supplement_of = _source(supplement.KEY, f"pipes/{supplement.FILE}", "pipe_table", None, **more)
    return [*found, supplement_of]


def _registers() -> list[Entry]:
    workbooks = ("staff", "room_assignments")
    files = [f"{name}.{'xlsx' if name in workbooks else 'csv'}" for name in REGISTERS]
    made = [
        _source(Path(name).stem, f"registers/{name}", "register", None, options={"register": Path(name).stem})
        for name in files
    ]
    return [*made, _source("relations", "relations.csv", "relations_csv", None)]


def _models(places: dict[str, Place]) -> list[Entry]:
    entries = []
    for code, place in places.items():
        more: Entry = {"vertical_datum": frame.VERTICAL_DATUM}
        if code in PLACED_BY_CONTROL_POINTS:
            more = {
                "crs": frame.CRS,
                "vertical_datum": frame.VERTICAL_DATUM,
                "placement": {"control_points": control_points(place)},
            }
        entries.append(_source(code, f"bim/{code}.ifc", "ifc", None, **more))
    return entries


def control_points(place: Place) -> list[dict[str, list[float]]]:
    """Four corners of the building as a total station found them, some millimetres off."""
    x0, y0, x1, y1 = place.building.outline.bounds
    local = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    measured = frame.to_map(local + np.array([place.u, place.v]))
    error = np.array([[0.003, -0.002], [-0.002, 0.004], [0.002, 0.001], [-0.003, -0.003]])
    level = place.floor_level_m
    return [
        {"from": [float(a[0]), float(a[1]), 0.0], "to": [round(float(b[0]), 3), round(float(b[1]), 3), level]}
        for a, b in zip(local, measured + error, strict=True)
    ]


def _building(place: Place) -> Entry:
    one = place.building
    return {
        "code": one.code,
        "name": {"zh": one.name_zh, "en": one.name_en},
        "footprint": f"building:buildings:{one.code}",
        "models": [one.code],
    }
