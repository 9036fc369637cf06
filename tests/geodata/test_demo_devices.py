"""Devices and relations: inside their buildings and rooms, on the ground, with resolvable ids."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

import geopandas
import ifcopenshell
import pytest
import rasterio
import shapely

from layers.devices import DEVICES
from tests.geodata.conftest import Written
from twin.model.tables import RelationKind

Row = dict[str, Any]


@pytest.fixture(scope="session")
def devices(written: Written) -> list[Row]:
    with (written.sources / "devices.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_types_are_those_of_the_layer(devices: list[Row]) -> None:
    types = Counter(one["device_type"] for one in devices)
    assert set(types) <= set(DEVICES.colours)
    assert {"camera", "smoke", "temperature", "gas", "level", "pressure", "parking", "door", "gate"} <= set(types)
    assert {one: types[one] for one in ("hydrant", "tank", "queue", "charger", "pv", "cover")} == {
        "hydrant": 8, "tank": 2, "queue": 6, "charger": 12, "pv": 2, "cover": 24,
    }  # fmt: skip
    assert types["smoke"] > 400
    assert types["camera"] > 120
    assert types["electricity_meter"] >= 42


def test_indoor_devices_lie_in_their_footprint_and_between_floor_and_roof(written: Written, devices: list[Row]) -> None:
    buildings = geopandas.read_file(written.sources / "buildings.gpkg").set_index("code")
    indoor = [one for one in devices if one["building_id"]]
    assert len(indoor) > 800
    with rasterio.open(written.sources / "dem.tif") as dem:
        for one in indoor:
            place = shapely.Point(float(one["Y"]), float(one["X"]))
            code = one["building_id"]
            assert buildings.geometry[code].covers(place), one["device_code"]
            ground = next(dem.sample([(place.x, place.y)]))[0]
            assert ground < float(one["Z"]) < ground + buildings.height_m[code] + 1.0


def test_room_numbers_and_storeys_exist_in_the_model(written: Written, devices: list[Row]) -> None:
    known: dict[str, set[tuple[str, str]]] = {}
    for code in {one["building_id"] for one in devices if one["building_id"]}:
        model = ifcopenshell.open(str(written.sources / "bim" / f"{code}.ifc"))
        known[code] = {(space.Decomposes[0].RelatingObject.Name, space.Name) for space in model.by_type("IfcSpace")}
    for one in devices:
        if one["space_id"]:
            assert (one["storey_id"], one["space_id"]) in known[one["building_id"]], one["device_code"]


def test_outdoor_devices_stand_on_the_ground_by_their_mounting_height(written: Written, devices: list[Row]) -> None:
    with rasterio.open(written.sources / "dem.tif") as dem:
        for one in devices:
            if one["building_id"] or "角摄像机" in one["name"]:
                continue
            ground = next(dem.sample([(float(one["Y"]), float(one["X"]))]))[0]
            assert float(one["Z"]) - float(one["mounting_height_m"]) == pytest.approx(ground, abs=1.5), one[
                "device_code"
            ]


def test_cameras_say_where_they_look(devices: list[Row]) -> None:
    for one in devices:
        camera = one["device_type"] == "camera"
        assert bool(one["heading_deg"]) == camera
        if camera:
            assert 0 <= float(one["heading_deg"]) < 360
            assert 30 <= float(one["field_of_view_deg"]) <= 120
            assert float(one["pitch_deg"]) < 0
            assert float(one["range_m"]) > 0


def test_devices_inside_the_fence_name_their_zone(written: Written, devices: list[Row]) -> None:
    zones = geopandas.read_file(written.sources / "zones.gpkg").set_index("code").geometry
    named = [one for one in devices if one["zone_id"]]
    assert len(named) > 1250
    for one in named:
        assert zones[one["zone_id"]].distance(shapely.Point(float(one["Y"]), float(one["X"]))) < 0.01


def test_relations_name_things_that_exist(written: Written, devices: list[Row]) -> None:
    with (written.sources / "relations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = Counter(row["kind"] for row in rows)
    assert set(kinds) <= {one.value for one in RelationKind}
    assert {"sees", "measures", "feeds", "controls", "responsible_for"} <= set(kinds)
    zones = geopandas.read_file(written.sources / "zones.gpkg").code
    known = {f"device:devices:{one['device_code']}" for one in devices}
    known |= {f"zone:zones:{code}" for code in zones} | {f"building:buildings:B{n:02d}" for n in range(1, 9)}
    people = {row["from_id"] for row in rows if row["kind"] == "responsible_for"}
    assert all(one.startswith("P") for one in people)
    for row in rows:
        assert row["to_id"] in known
        assert row["from_id"] in known | people
    seeing = {row["from_id"] for row in rows if row["kind"] == "sees"}
    cameras = {f"device:devices:{one['device_code']}" for one in devices if one["device_type"] == "camera"}
    assert seeing <= cameras
    assert len(seeing) > 0.9 * len(cameras)


def test_assigned_rooms_exist_in_the_models(written: Written) -> None:
    import openpyxl

    rows = list(
        openpyxl.load_workbook(written.sources / "registers" / "room_assignments.xlsx")["room_assignments"].values
    )[1:]
    assert len(rows) > 300
    offices: set[str] = set()
    for n in range(1, 9):
        model = ifcopenshell.open(str(written.sources / "bim" / f"B{n:02d}.ifc"))
        offices |= {f"space:B{n:02d}:{one.GlobalId}" for one in model.by_type("IfcSpace") if one.LongName != "楼梯间"}
    assert {row[0] for row in rows} <= offices
