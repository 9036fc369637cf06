"""Places of a built campus: devices where the build put them, zones by what they enclose."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from tests.ioc_app.small_campus import LIBRARY, ORIGIN, STOREYS, SmallCampus, small_campus
from twin.live.rules.campus_places import places_of
from twin.live.rules.places import Places
from twin.store.campus import Campus, Generation

X, Y, _ = ORIGIN


@pytest.fixture(scope="module")
def demo(demo_campus: Path) -> Generation:
    return Campus.open(demo_campus).generation


def test_every_device_of_the_demo_has_a_place(demo: Generation) -> None:
    places = places_of(demo)
    rows = {one["device_code"]: one for one in demo.table("devices").to_pylist()}
    assert places.devices.keys() == rows.keys()
    for code, place in places.devices.items():
        row = rows[code]
        assert (place.device_code, place.device_type, place.name) == (code, row["device_type"], row["name"])
        assert (place.space_id, place.storey_id) == (row["space_id"], row["storey_id"])
        assert place.building_id == row["building_id"]


def test_zones_of_the_demo_are_those_that_its_device_list_says(demo: Generation) -> None:
    """The list names the grid of every device; nothing here reads that column."""
    said = {one["device_code"]: one["zone_id"] for one in demo.table("devices").to_pylist()}
    code_of = {one["feature_id"]: one["code"] for one in demo.table("zones").to_pylist()}
    found = {code: [code_of[zone] for zone in place.zone_ids] for code, place in places_of(demo).devices.items()}
    assert len(set(said.values())) > 5
    assert {code for code, zone in said.items() if zone not in found[code]} == set()


def test_a_position_in_a_zone_of_the_demo_is_in_it(demo: Generation) -> None:
    """Devices are found in zones all at once and moving things one by one: the two must agree."""
    places = places_of(demo)
    for row in demo.table("devices").to_pylist()[::20]:
        point = shapely.from_wkb(row["geometry"])
        inside = tuple(zone for zone in sorted(places.zones) if places.inside((zone,), point.x, point.y))
        assert inside == places.devices[row["device_code"]].zone_ids


def written(campus: SmallCampus, folder: Path) -> Places:
    return places_of(Campus.open(campus.write(folder)).generation)


def test_a_campus_without_zones_has_places(tmp_path: Path) -> None:
    places = written(small_campus(), tmp_path)
    assert (places.at("CAM-001").building_id, places.at("CAM-001").zone_ids) == (LIBRARY, ())
    assert places.zones == {}


def test_borders_parts_and_lines_of_zones(tmp_path: Path) -> None:
    campus = small_campus()
    two = shapely.MultiPolygon([shapely.box(50, 50, 51, 51), shapely.box(60, 50, 61, 51)])
    campus.add("zones", "zone", "parts", shapely.force_3d(two, 0.0))
    campus.add("zones", "zone", "all", shapely.force_3d(shapely.box(0, 0, 100, 100), 0.0))
    campus.add("zones", "zone", "line", shapely.force_3d(shapely.box(0, 0, 100, 100).boundary, 0.0))
    campus.add("zones", "zone", "nowhere")
    for code, x in (("on", 51.0), ("in", 60.5), ("between", 55.0), ("out", 101.0)):
        campus.add("devices", "device", code, shapely.Point(x, 50.5, 3), device_code=code, device_type="gate")
    campus.add("devices", "device", "unplaced", box=[0.0] * 6, device_code="unplaced", device_type="gate")
    places = written(campus, tmp_path)
    assert set(places.zones) == {"zone:lib:all", "zone:lib:parts"}
    assert {code: places.at(code).zone_ids for code in ("on", "in", "between", "out", "unplaced")} == {
        "on": ("zone:lib:all", "zone:lib:parts"),
        "in": ("zone:lib:all", "zone:lib:parts"),
        "between": ("zone:lib:all",),
        "out": (),
        "unplaced": (),
    }
    assert places.inside(("zone:lib:parts",), X + 60.5, Y + 50.5)


def test_what_a_device_does_not_say_its_room_does(tmp_path: Path) -> None:
    campus = small_campus()
    room = {"space_id": "space:lib:101"}
    campus.add("devices", "device", "t", shapely.Point(1, 1, 1), device_code="T", device_type="temperature", **room)
    campus.add(
        "devices", "device", "u", shapely.Point(1, 1, 1), device_code="U", device_type="door", storey_id="storey:lib:2F"
    )
    campus.add("devices", "device", "nameless", shapely.Point(1, 1, 1), device_type="door")
    places = written(campus, tmp_path)
    assert (places.at("T").storey_id, places.at("T").building_id) == (STOREYS[0], LIBRARY)
    assert (places.at("U").storey_id, places.at("U").building_id) == (STOREYS[1], LIBRARY)
    assert "" not in places.devices
    assert None not in places.devices
