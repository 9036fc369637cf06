"""Storeys in plan: rooms by hand, rays on a grid as witness, and a storey of the demo campus."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.views.grids import read_grid
from twin.analysis.plans.bodies import Bodies
from twin.analysis.plans.storey import storey_plan
from twin.analysis.views.camera import Camera, cameras_of
from twin.analysis.views.coverage import Coverage, coverage, walls_of_rings
from twin.analysis.views.visibility import visible_region
from twin.errors import NotAPlaceError
from twin.store.campus import Campus

ALL_ROUND = Camera("c", 2.0, 2.0, 3.0, 0.0, 0.0, 360.0, 180.0, 100.0, (1920, 1080))


def by_rays(floor, eye, heading_deg, field_of_view_deg, range_m, points) -> np.ndarray:
    """Which points a straight line reaches: within range and field, and never off the floor."""
    toward = points - np.asarray(eye)
    azimuth = np.degrees(np.arctan2(toward[:, 0], toward[:, 1]))
    aside = np.abs((azimuth - heading_deg + 180) % 360 - 180)
    asked = (np.hypot(*toward.T) <= range_m) & (aside <= field_of_view_deg / 2)
    lines = shapely.linestrings(np.stack([np.broadcast_to(eye, points.shape), points], axis=1))
    return asked & shapely.covers(floor.buffer(1e-9), lines)


# --- by hand -------------------------------------------------------------------------------------------


def test_an_empty_room_is_seen_whole_and_a_quarter_of_it_from_its_corner() -> None:
    room = shapely.box(0, 0, 10, 6)
    whole = visible_region((3, 3), room, heading_deg=0, field_of_view_deg=360, range_m=50)
    assert whole.symmetric_difference(room).area < 1e-9
    corner = visible_region((0, 0), room, heading_deg=45, field_of_view_deg=90, range_m=50)
    assert corner.area == pytest.approx(60)
    half = visible_region((0, 0), room, heading_deg=67.5, field_of_view_deg=45, range_m=50)
    assert half.area == pytest.approx(60 - 18)  # the triangle above the diagonal is out of the field


def test_the_range_is_a_circle() -> None:
    room = shapely.box(0, 0, 100, 100)
    disc = visible_region((50, 50), room, heading_deg=0, field_of_view_deg=360, range_m=20)
    assert disc.area == pytest.approx(math.pi * 400, rel=1e-9)
    wedge = visible_region((50, 50), room, heading_deg=270, field_of_view_deg=72, range_m=20)
    assert wedge.area == pytest.approx(math.pi * 400 / 5, rel=1e-3)
    assert wedge.centroid.x < 50


def test_around_the_corner_of_an_l_by_hand() -> None:
    """Arms 2 m wide and 6 m long: the bend sees both whole, the end of one sees the other around the corner."""
    bend = shapely.Polygon([(0, 0), (6, 0), (6, 2), (2, 2), (2, 6), (0, 6)])
    whole = visible_region((1, 1), bend, heading_deg=0, field_of_view_deg=360, range_m=50)
    assert whole.symmetric_difference(bend).area < 1e-9
    seen = visible_region((5, 1), bend, heading_deg=0, field_of_view_deg=360, range_m=50)
    # the ray over (2, 2) climbs 1 in 3 and meets x = 0 at 1 + 5 / 3: above it, all of the upright arm is hidden
    hidden = shapely.Polygon([(2, 2), (0, 1 + 5 / 3), (0, 6), (2, 6)])
    assert seen.symmetric_difference(bend.difference(hidden)).area < 1e-9


def test_the_shadow_of_a_column_by_hand() -> None:
    room = shapely.box(0, 0, 12, 12)
    column = shapely.box(4, 5.5, 5, 6.5)
    found = coverage(room, [column], [replace(ALL_ROUND, x=1.0, y=6.0)])
    # behind the face x = 4, 1 m wide and 3 m away, at x = 12 the shadow is 11 / 3 m wide
    shadow = (1 + 11 / 3) / 2 * 8 - 1.0
    assert found.floor.area == 143
    assert found.covered.area == pytest.approx(143 - shadow)
    assert [one.area_m2 for one in found.blind] == [pytest.approx(shadow)]


def test_rooms_behind_a_door() -> None:
    """Two rooms of 4 by 4 m, a wall of 0.2 m between them with an opening of 1 m."""
    storey = shapely.box(0, 0, 8.2, 4)
    wall, door = shapely.box(4, 0, 4.2, 4), shapely.box(3.9, 1.5, 4.3, 2.5)
    rooms = {"left": shapely.box(0, 0, 4, 4), "right": shapely.box(4.2, 0, 8.2, 4)}
    closed = coverage(storey, [wall], [ALL_ROUND], rooms=rooms)
    assert [(one.room_id, one.share) for one in closed.rooms] == [("left", 1.0), ("right", 0.0)]
    assert [one.rooms for one in closed.blind] == [("right",)]
    opened = coverage(storey, [wall], [ALL_ROUND], rooms=rooms, passages=[door])
    # from (2, 2) through the opening: at x it is seen (x - 2) * 0.5 / 2.2 to both sides, the far edge being narrower
    wide = [2 * (x - 2) * 0.5 / 2.2 for x in (4.2, 8.2)]
    right = opened.rooms[1]
    assert right.covered_m2 == pytest.approx((wide[0] + wide[1]) / 2 * 4)
    assert right.cameras == ("c",)
    other = replace(ALL_ROUND, camera_id="d", x=6.2)
    both = coverage(storey, [wall], [ALL_ROUND, other], rooms=rooms, passages=[door])
    assert both.share == pytest.approx(1.0)
    assert both.twice.area == pytest.approx(2 * right.covered_m2 + 0.2 * 1.0, abs=0.02)
    assert both.cameras[0].alone_m2 == pytest.approx(both.cameras[0].area_m2 - both.twice.area)
    check(both)
    assert both.to_arrow()["share"].to_pylist() == pytest.approx([1.0, 1.0])
    assert (both.blind_to_arrow().num_rows, both.cameras_to_arrow().num_rows) == (0, 2)


def check(found: Coverage) -> None:
    """Found = kept + skipped, and every square metre of the floor is seen or blind."""
    assert found.found == len(found.cameras) + sum(found.skipped.values())
    blind = sum(one.area_m2 for one in found.blind) + found.small_blind_m2
    assert found.covered.area + blind == pytest.approx(found.floor.area, rel=1e-9)


def test_a_camera_in_a_wall_is_moved_and_one_elsewhere_left_out() -> None:
    storey, wall = shapely.box(0, 0, 10, 4), shapely.box(4, 0, 4.2, 4)
    cameras = [
        replace(ALL_ROUND, camera_id="in", x=4.19),
        replace(ALL_ROUND, camera_id="beside", x=-0.3),
        replace(ALL_ROUND, camera_id="far", x=30.0),
    ]
    found = coverage(storey, [wall], cameras)
    assert [(one.camera_id, round(one.moved_m, 3)) for one in found.cameras] == [("in", 0.015), ("beside", 0.305)]
    assert found.cameras[0].area_m2 == pytest.approx(5.8 * 4)
    assert found.skipped == {"not on this floor": 1}
    check(found)
    with pytest.raises(NotAPlaceError):
        coverage(storey, [storey], cameras)


def test_small_blind_spots_are_summed() -> None:
    room = shapely.box(0, 0, 10, 10)
    found = coverage(room, [shapely.box(9.0, 9.0, 9.1, 9.1)], [ALL_ROUND], least_blind_m2=1.0)
    assert not found.blind
    assert 0 < found.small_blind_m2 < 1
    check(found)


def test_walls_of_the_rings_of_a_plan() -> None:
    square = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    hole = [[1, 1], [9, 1], [9, 9], [1, 9], [1, 1]]
    column = [[4, 4], [5, 4], [5, 5], [4, 5], [4, 4]]
    made = walls_of_rings([square, hole, column])
    assert [one.area for one in made] == [36.0, 1.0]


# --- witness -------------------------------------------------------------------------------------------


def random_floor(rng: np.random.Generator) -> shapely.Geometry:
    """A storey with walls at random, some crossing, some free, some with corners that touch."""
    walls = [
        shapely.affinity.rotate(shapely.box(x, y, x + length, y + 0.2), turn)
        for x, y, length, turn in zip(
            *rng.uniform(0, 20, (2, 12)), rng.uniform(0.5, 7, 12), rng.choice([0, 90, 30, 117.3], 12), strict=True
        )
    ]
    return shapely.box(0, 0, 20, 14).difference(shapely.union_all(walls))


@pytest.mark.parametrize("seed", range(6))
def test_rays_on_a_grid_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    floor = random_floor(rng)
    x, y = np.meshgrid(np.arange(0.05, 20, 0.15), np.arange(0.05, 14, 0.15))
    grid = np.column_stack([x.ravel(), y.ravel()])
    grid = grid[shapely.contains_xy(floor, *grid.T)]
    eye = grid[rng.integers(len(grid))]
    view = {"heading_deg": float(rng.uniform(0, 360)), "field_of_view_deg": [70.0, 110.0, 360.0][seed % 3]}
    region = visible_region((eye[0], eye[1]), floor, **view, range_m=11.0)
    ours = shapely.intersects_xy(region, *grid.T)
    theirs = by_rays(floor, eye, view["heading_deg"], view["field_of_view_deg"], 11.0, grid)
    print(f"rays, seed {seed}: {(ours == theirs).mean():.3%} of {len(grid)} points, seen {ours.mean():.0%}")
    assert (ours == theirs).mean() >= 0.995
    assert ours.any()


@given(x=st.floats(0.5, 3.5), y=st.floats(0.5, 3.5), turn=st.floats(0, 360), field=st.floats(5, 360))
def test_fields_that_share_a_border_add_up(x: float, y: float, turn: float, field: float) -> None:
    floor = shapely.box(0, 0, 4, 4).difference(shapely.box(3.6, 3.6, 3.9, 3.9))
    whole = visible_region((x, y), floor, heading_deg=turn, field_of_view_deg=field, range_m=2.5)
    halves = [
        visible_region((x, y), floor, heading_deg=turn + s * field / 4, field_of_view_deg=field / 2, range_m=2.5)
        for s in (-1, 1)
    ]
    assert sum(one.area for one in halves) == pytest.approx(whole.area, abs=1e-6)


def test_a_room_that_also_touches_the_floor_along_an_edge() -> None:
    room = shapely.union_all([shapely.box(9, 0, 11, 2), shapely.box(10, 2, 11, 6)])
    found = coverage(shapely.box(0, 0, 10, 10), [], [], rooms={"room": room})
    assert (found.rooms[0].area_m2, found.rooms[0].covered_m2, found.share) == (2.0, 0.0, 0.0)


def test_a_storey_of_the_demo(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    storey_id = "storey:campus:B02.1F"
    plan = storey_plan(generation, Bodies(generation), storey_id)
    origin = np.array(generation.manifest.origin[:2])
    rooms = {
        one["feature_id"]: shapely.transform(shapely.Polygon(one["ring"]), lambda xy: xy + origin)
        for one in plan["spaces"]
        if one["ring"]
    }
    walls = [shapely.transform(one, lambda xy: xy + origin) for one in walls_of_rings(plan["walls"])]
    storey = (
        shapely.union_all([*rooms.values(), *walls]).buffer(0.3, join_style="mitre").buffer(-0.3, join_style="mitre")
    )
    terrain = read_grid(generation.folder / "rasters" / "dem.tif")
    cameras = cameras_of(generation.table("devices"), terrain, indoors=True, storey_id=storey_id)
    found = coverage(storey, walls, cameras.kept, rooms=rooms)
    check(found)
    print(
        f"{storey_id}: {len(found.cameras)} cameras see {found.covered.area:.0f} of {found.floor.area:.0f} m² "
        f"({found.share:.0%}), {len(found.blind)} blind spots, skipped {found.skipped}"
    )
    assert len(found.rooms) == len(rooms) > 5
    assert 0 < found.share < 1
    own = generation.table("devices").to_pandas().set_index("feature_id").space_id.dropna()
    named = [one for one in found.cameras if one.camera_id in own]
    assert named
    for camera in named:
        room = next(one for one in found.rooms if one.room_id == own[camera.camera_id])
        assert camera.camera_id in room.cameras
    x, y = np.meshgrid(*(np.arange(low, high, 0.5) for low, high in np.array(found.floor.bounds).reshape(2, 2).T))
    grid = np.column_stack([x.ravel(), y.ravel()])
    grid = grid[shapely.contains_xy(found.floor, *grid.T)]
    for camera, seen in zip(cameras.kept, found.cameras, strict=True):
        if seen.moved_m == 0:
            at, view = (camera.x, camera.y), (camera.heading_deg, camera.field_of_view_deg, camera.range_m)
            theirs = by_rays(found.floor, at, *view, grid)
            assert (shapely.intersects_xy(seen.region, *grid.T) == theirs).mean() >= 0.995
