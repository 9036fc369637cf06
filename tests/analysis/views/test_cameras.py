"""Cameras: pictures by hand, rankings, and the relations of the demo campus."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.views.grids import grid_of, read_grid
from twin.analysis.views.camera import Camera, cameras_of, vertical_field_deg
from twin.analysis.views.camera_view import camera_view
from twin.analysis.views.cameras import HIDDEN, NOT_IN_PICTURE, OUT_OF_RANGE, SEEN, cameras_seeing
from twin.analysis.views.optics import shipped_optics
from twin.analysis.views.sees import compare_sees
from twin.analysis.views.surface_model import Prism, SurfaceModel, prisms_of, surface_model
from twin.errors import NotAPlaceError
from twin.store.campus import Campus

NORTH = Camera("north", 50.0, 10.0, 4.0, 0.0, -5.0, 90.0, vertical_field_deg(90.0, (1920, 1080)), 60.0, (1920, 1080))


def model_of(*prisms: Prism) -> SurfaceModel:
    return surface_model(grid_of(np.zeros((100, 100))), prisms, cell_m=1.0)


def test_pixels_per_metre_are_those_of_a_plane_picture() -> None:
    level = replace(NORTH, pitch_deg=0.0)
    inside, pixels = level.pictures(np.array([[50.0, 30.0, 4.0], [65.0, 30.0, 4.0], [50.0, 30.0, 10.0]]))
    assert inside.all()
    assert pixels == pytest.approx(1920 / (2 * 20 * math.tan(math.radians(45))))  # 48: the depth is 20 m for all
    inside, _ = level.pictures(np.array([[71.0, 30.0, 4.0], [50.0, 30.0, 15.6], [50.0, 30.0, 15.2], [50.0, 5.0, 4.0]]))
    assert inside.tolist() == [False, False, True, False]  # 1080 / 1920 of 20 m up: 11.25 m


def test_a_camera_that_looks_down_sees_below_itself() -> None:
    down = replace(NORTH, pitch_deg=-90.0, range_m=10.0)
    inside, pixels = down.pictures(np.array([[50.0, 10.0, 0.0], [54.0 - 1e-6, 10.0, 0.0], [54.1, 10.0, 0.0]]))
    assert inside.tolist() == [True, True, False]
    assert pixels[0] == pytest.approx(1920 / 8)


@given(
    heading=st.floats(0, 360), pitch=st.floats(-80, 30), aside=st.floats(-60, 60), up=st.floats(-40, 40),
    far=st.floats(1, 55),
)  # fmt: skip
def test_a_picture_turns_with_the_camera(heading: float, pitch: float, aside: float, up: float, far: float) -> None:
    """What is in the picture depends on the angles to the axis alone."""
    camera = replace(NORTH, heading_deg=heading, pitch_deg=pitch)
    a, p = math.radians(heading), math.radians(pitch)
    ahead = np.array([math.sin(a) * math.cos(p), math.cos(a) * math.cos(p), math.sin(p)])
    right = np.array([math.cos(a), -math.sin(a), 0])
    above = np.array([-math.sin(a) * math.sin(p), -math.cos(a) * math.sin(p), math.cos(p)])
    one = ahead + math.tan(math.radians(aside)) * right + math.tan(math.radians(up)) * above
    point = camera.eye + far * one / np.linalg.norm(one)
    inside, pixels = camera.pictures(point[None])
    expected = abs(aside) < 45 and math.tan(math.radians(abs(up))) < 9 / 16
    if min(abs(abs(aside) - 45), abs(math.tan(math.radians(abs(up))) - 9 / 16)) > 1e-6:
        assert bool(inside[0]) is expected
    assert pixels[0] == pytest.approx(960 * np.linalg.norm(one) / far)


def test_a_fisheye_has_equal_angles_per_pixel() -> None:
    round_ = replace(NORTH, field_of_view_deg=360.0, vertical_deg=180.0, pitch_deg=0.0)
    points = np.array([[50.0, 20.0, 4.0], [50.0, 0.0, 4.0], [60.0, 10.0, 4.0]])
    inside, pixels = round_.pictures(points)
    assert inside.all()
    assert pixels == pytest.approx(1920 / (2 * math.pi * 10))


def test_the_ranking_says_who_sees_how_well_and_why_others_do_not() -> None:
    wall = Prism("wall", shapely.box(40, 50, 60, 52), 0.0, 12.0)
    near = replace(NORTH, camera_id="near", y=40.0, heading_deg=180.0)
    far = replace(NORTH, camera_id="far", x=50.0, y=0.5)
    behind = replace(NORTH, camera_id="behind", y=70.0, heading_deg=180.0)
    away = replace(NORTH, camera_id="away", heading_deg=180.0, y=15.0)
    short = replace(NORTH, camera_id="short", range_m=5.0)
    found = cameras_seeing(shapely.Point(50, 25), [short, behind, away, far, near], model_of(wall))
    assert [(one.camera_id, one.reason) for one in found.rows[:2]] == [("near", SEEN), ("far", SEEN)]
    why = {one.camera_id: (one.reason, one.blocked_by) for one in found.rows[2:]}
    assert why == {"behind": (HIDDEN, "wall"), "away": (NOT_IN_PICTURE, None), "short": (OUT_OF_RANGE, None)}
    best = found.rows[0]
    depth = 15 * math.cos(math.radians(5)) + 2.5 * math.sin(math.radians(5))
    assert best.px_per_m == pytest.approx(960 / depth)
    assert (best.density, best.distance_m) == ("observe", pytest.approx(math.hypot(15, 2.5)))
    assert best.person_width_px == pytest.approx(0.5 * best.px_per_m)
    assert best.person_height_px == pytest.approx(1.7 * best.px_per_m * 15 / math.hypot(15, 2.5))
    assert found.to_arrow().num_rows == 5
    assert len(found.visible) == 2


def test_of_an_area_a_camera_sees_a_share() -> None:
    wall = Prism("wall", shapely.box(50, 20, 80, 21), 0.0, 30.0)
    found = cameras_seeing(shapely.box(40, 25, 60, 35), [NORTH], model_of(wall), target_height_m=0.0).rows[0]
    assert found.share == pytest.approx(0.5, abs=0.01)
    assert found.blocked_by == "wall"
    with pytest.raises(NotAPlaceError):
        cameras_seeing(shapely.LineString([(0, 0), (1, 1)]), [NORTH], model_of())
    with pytest.raises(NotAPlaceError):
        cameras_seeing(shapely.Point(5000, 5000), [NORTH], model_of())


def test_classes_of_density() -> None:
    optics = shipped_optics()
    assert optics.unverified
    wanted = {300: "identify", 250: "identify", 249: "recognise", 125: "recognise", 62: "observe", 25: "detect"}
    assert {px: optics.class_of(px) for px in wanted} == wanted
    assert optics.class_of(24.9) is None
    assert optics.class_of(math.nan) is None
    assert optics.classes_of(np.array([300, 130, 70, 30, 3, np.nan])).tolist() == [0, 1, 2, 3, 4, 4]


def test_a_view_over_flat_ground_is_a_sector_with_classes_by_depth() -> None:
    view = camera_view(replace(NORTH, pitch_deg=0.0, z=0.0, range_m=20.0), model_of(), cell_m=0.2, target_height_m=0.0)
    assert view.polygon().area == pytest.approx(math.pi * 20**2 / 4, rel=0.01)
    table = {row["density"]: row["area_m2"] for row in view.to_arrow().to_pylist()}
    depth = {name: 960 / px for name, px in (("identify", 250), ("recognise", 125), ("observe", 62))}
    assert table["identify"] == pytest.approx(depth["identify"] ** 2, rel=0.08)  # a triangle of twice its height
    assert table["recognise"] == pytest.approx(depth["recognise"] ** 2 - depth["identify"] ** 2, rel=0.05)
    assert table["observe"] == pytest.approx(depth["observe"] ** 2 - depth["recognise"] ** 2, rel=0.05)
    assert sum(table.values()) == pytest.approx(view.polygon().area)


def test_inside_buildings_and_behind_them_nothing_is_in_view() -> None:
    house = Prism("house", shapely.box(40, 30, 60, 40), 0.0, 20.0)
    view = camera_view(NORTH, model_of(house)).polygon()
    assert view.intersection(house.polygon).area == 0
    assert not view.contains(shapely.Point(50, 45))
    assert view.contains(shapely.Point(50, 28))


def test_cameras_of_the_demo_and_the_relation_sees(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    terrain = read_grid(generation.folder / "rasters" / "dem.tif")
    model = surface_model(terrain, prisms_of(generation.table("buildings"), terrain).kept, cell_m=2.0)
    devices = generation.table("devices")
    outdoors, indoors = cameras_of(devices, terrain), cameras_of(devices, terrain, indoors=True)
    assert outdoors.found == len(outdoors.kept) + sum(outdoors.skipped.values())
    assert len(outdoors.kept) + len(indoors.kept) == outdoors.found
    assert all(one.resolution_px == (2560, 1440) and not one.assumed for one in outdoors.kept)
    zones = generation.table("zones")
    shapes = shapely.force_2d(shapely.from_wkb(np.array(zones["geometry"].to_pylist(), object)))
    places = dict(zip(zones["feature_id"].to_pylist(), shapes, strict=True))
    found = compare_sees(generation.auxiliary("relations"), places, outdoors.kept, model, cell_m=3.0)
    both = found.count(stated=True, seen=True)
    only_stated, only_seen = found.count(stated=True, seen=False), found.count(stated=False, seen=True)
    print(
        f"sees of the demo: {both} stated and seen, {only_stated} only stated, {only_seen} only seen; {found.skipped}"
    )
    assert found.relations == both + only_stated + sum(found.skipped.values())
    assert both > 100


def test_what_a_table_leaves_open_is_named(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    terrain = read_grid(generation.folder / "rasters" / "dem.tif")
    devices = generation.table("devices")
    for name in ("pitch_deg", "range_m", "mounting_height_m", "model"):
        at = devices.schema.get_field_index(name)
        devices = devices.set_column(
            at, devices.schema.field(at), pa.nulls(devices.num_rows, devices.schema.field(at).type)
        )
    shapes = shapely.from_wkb(np.array(devices["geometry"].to_pylist(), object))
    flat = [shapely.to_wkb(one) for one in shapely.force_2d(shapes)]
    devices = devices.set_column(devices.schema.get_field_index("geometry"), "geometry", [flat])
    camera = cameras_of(devices, terrain).kept[0]
    assert camera.assumed == ("pitch_deg", "range_m", "mounting_height_m", "resolution_px")
    assert camera.z == pytest.approx(float(terrain.heights(np.array([[camera.x, camera.y]]))[0]) + 3.5)
    at = devices.schema.get_field_index("heading_deg")
    blind = devices.set_column(at, devices.schema.field(at), pa.nulls(devices.num_rows, devices.schema.field(at).type))
    assert cameras_of(blind, terrain).skipped["no heading"] == len(cameras_of(devices, terrain).kept)
