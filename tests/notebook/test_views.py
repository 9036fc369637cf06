"""Views, cameras, coverage and rain of a campus are what the analyses say of its tables, prepared here by hand."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import shapely

from tests.screens.themes_campus import ThemesCampus
from twin.analysis.ground import ground_of
from twin.analysis.plans.bodies import Bodies
from twin.analysis.plans.storey import storey_plan
from twin.analysis.rain.rain_result import Drain
from twin.analysis.rain.storm import rain_on_terrain
from twin.analysis.views.camera import cameras_of
from twin.analysis.views.camera_view import camera_view
from twin.analysis.views.cameras import cameras_seeing
from twin.analysis.views.coverage import coverage, walls_of_rings
from twin.analysis.views.surface_model import SurfaceModel, prisms_of, surface_model
from twin.analysis.views.viewshed import viewshed
from twin.errors import (
    BadPlaceError,
    CameraNotAskedError,
    ImpossibleAmountError,
    NoFloorError,
    NoGroundHereError,
    NotAPlaceError,
    UnknownCameraError,
    UnknownStoreyError,
)
from twin.mesh.elevation import TerrainSurface
from twin.notebook.campus import Campus
from twin.store.campus import Campus as Store
from twin.store.campus import Generation

STOREY = "storey:campus:B02.1F"
ROOF = "storey:campus:B01.%E5%B1%8B%E9%9D%A2"
SQUARE = "zone:zones:JH-01"
LAMP = "SXJ-0051"


@pytest.fixture(scope="module")
def generation(themes: ThemesCampus) -> Generation:
    return Store.open(themes.folder).generation


@pytest.fixture(scope="module")
def ground(generation: Generation) -> TerrainSurface:
    return ground_of(generation)


@pytest.fixture(scope="module")
def model(generation: Generation, ground: TerrainSurface) -> SurfaceModel:
    return surface_model(ground, prisms_of(generation.table("buildings"), ground).kept, cell_m=1.0)


def test_a_viewshed_is_the_analysis(campus: Campus, model: SurfaceModel) -> None:
    seen = campus.viewshed((429440, 2885900), 1.6, target_height_m=1.7, most_m=150.0, sector=(90.0, 120.0))
    wanted = viewshed(model.surface, 429440, 2885900, 1.6, target_height_m=1.7, most_m=150.0, sector=(90.0, 120.0))
    np.testing.assert_array_equal(seen.visible, wanted.visible)
    assert seen.share == wanted.share < 1
    outline = campus.frame(seen)
    assert isinstance(outline, geopandas.GeoDataFrame)
    assert outline.area.iloc[0] == pytest.approx(seen.area_m2)
    from_roof = campus.viewshed("building:campus:B01", most_m=150.0)
    roof = campus["buildings"].where("feature_id = 'building:campus:B01'").to_geopandas()
    assert roof.contains(shapely.Point(from_roof.x_m, from_roof.y_m)).all()
    assert from_roof.eye_m > seen.eye_m + 20


def test_cameras_are_ranked_as_the_analysis_ranks_them(
    campus: Campus, generation: Generation, ground: TerrainSurface, model: SurfaceModel
) -> None:
    cameras = cameras_of(generation.table("devices"), ground)
    assert campus.cameras() == cameras
    assert campus.obstacles() == prisms_of(generation.table("buildings"), ground)
    square = shapely.from_wkb(campus["zones"].where(f"feature_id = '{SQUARE}'").to_arrow()["geometry"][0].as_py())
    found = campus.cameras_seeing(SQUARE)
    assert found == cameras_seeing(square, cameras.kept, model) == campus.cameras_seeing(square)
    assert found.visible[0].camera_id == f"device:devices:{LAMP}"
    pixels = [one.px_per_m or 0.0 for one in found.visible]
    assert pixels == sorted(pixels, reverse=True)
    table = campus.frame(found)
    assert list(table.camera_id) == [one.camera_id for one in found.rows]
    middle = square.centroid
    assert campus.cameras_seeing((middle.x, middle.y)) == cameras_seeing(middle, cameras.kept, model)


def test_a_camera_sees_what_the_analysis_says(
    campus: Campus, generation: Generation, ground: TerrainSurface, model: SurfaceModel
) -> None:
    cameras = {one.camera_id: one for one in cameras_of(generation.table("devices"), ground).kept}
    wanted = camera_view(cameras[f"device:devices:{LAMP}"], model)
    for name in (LAMP, f"device:devices:{LAMP}"):
        np.testing.assert_array_equal(campus.camera_view(name).px_per_m, wanted.px_per_m)
    areas = campus.frame(campus.camera_view(LAMP))
    assert list(areas.density)[:4] == ["identify", "recognise", "observe", "detect"]
    assert np.allclose(areas.area, areas.area_m2)
    assert areas.area_m2.sum() == pytest.approx(np.isfinite(wanted.px_per_m).sum())


def test_coverage_is_the_analysis(campus: Campus, generation: Generation, ground: TerrainSurface) -> None:
    plan = storey_plan(generation, Bodies(generation), STOREY)
    origin = np.array(generation.manifest.origin[:2])
    rooms = {
        one["feature_id"]: shapely.Polygon(np.array(one["ring"]) + origin) for one in plan["spaces"] if one["ring"]
    }
    walls = [shapely.transform(one, lambda xy: xy + origin) for one in walls_of_rings(plan["walls"])]
    whole = shapely.union_all([*rooms.values(), *walls])
    storey = whole.buffer(0.3, join_style="mitre").buffer(-0.3, join_style="mitre")
    cameras = cameras_of(generation.table("devices"), ground, indoors=True, storey_id=STOREY)
    wanted = coverage(storey, walls, cameras.kept, rooms=rooms)
    found = campus.coverage(STOREY)
    assert campus.cameras(storey_id=STOREY).kept == cameras.kept
    assert found.share == pytest.approx(wanted.share, rel=1e-6)
    assert found.floor.area == pytest.approx(wanted.floor.area, rel=1e-6)
    assert [one.camera_id for one in found.cameras] == [one.camera_id for one in wanted.cameras]
    assert len(found.rooms) == len(wanted.rooms)
    assert found.found == len(found.cameras) + sum(found.skipped.values()) == 5
    spots = campus.frame(found.blind_to_arrow())
    assert spots.area.sum() + found.covered.area + found.small_blind_m2 == pytest.approx(found.floor.area, rel=1e-6)


def test_rain_is_the_analysis(campus: Campus, generation: Generation, ground: TerrainSurface) -> None:
    model = surface_model(ground, prisms_of(generation.table("buildings"), ground).kept, cell_m=2.0)
    drains = campus["drainage"].where("appurtenance = '雨水篦'").to_geopandas()
    gullies = [Drain(one, at.x, at.y, 20.0) for one, at in zip(drains.feature_id, drains.geometry, strict=True)]
    found = campus.rain([20.0, 30.0, 10.0], step_min=10, runoff=0.8, gully_m3_h=20.0, roofs_to_drains=True)
    wanted = rain_on_terrain(
        model.surface,
        [20.0, 30.0, 10.0],
        step_min=10,
        runoff=0.8,
        drains=gullies,
        drain_reach_m=3.0,
        straight_to_drains=model.is_building,
        entrances=campus.entrances(),
        entrance_reach_m=3.0,
    )
    assert found.balance == wanted.balance
    assert found.entrances == wanted.entrances
    assert len(found.drains) == len(gullies) > 50
    assert campus.frame(found).peak_m3.is_monotonic_decreasing
    assert campus.rain(60.0, entrances=()).entrances == ()
    assert not campus.rain(60.0).drains
    mine = campus.rain([20.0, 30.0, 10.0], step_min=10, runoff=0.8, drains=gullies, roofs_to_drains=True)
    assert mine.balance == found.balance


def test_entrances_are_doors_to_the_outside(campus: Campus, ground: TerrainSurface) -> None:
    """All doors of the models, told apart with GeoPandas; every building with a model has one."""
    doors = campus.sql("SELECT feature_id, building_id, geometry, bbox.zmin AS foot_m FROM elements "
                       "WHERE ifc_class LIKE 'IfcDoor%'")  # fmt: skip
    outlines = campus["buildings"].to_geopandas().set_index("building_id").geometry.boundary
    middles = shapely.points(np.array(doors.bounds[["minx", "miny"]] + doors.bounds[["maxx", "maxy"]].to_numpy()) / 2)
    off = shapely.distance(middles, outlines.loc[doors.building_id].to_numpy())
    sill = doors.foot_m - ground.heights(shapely.get_coordinates(middles))
    wanted = set(doors.feature_id[(off <= 1.0) & (sill.abs() <= 1.5)])
    found = campus.entrances()
    assert {one.entrance_id for one in found} == wanted
    assert {one.entrance_id.split(":")[1] for one in found} == {f"B0{number}" for number in range(1, 9)}
    assert all(0 <= one.threshold_m <= 1.5 for one in found)


def test_what_cannot_be_asked_is_one_clear_line(campus: Campus) -> None:
    indoor = campus.cameras(storey_id=STOREY).kept[0].camera_id
    for ask, fault, words in (
        (lambda: campus.camera_view("SXJ-00511"), UnknownCameraError, LAMP),
        (lambda: campus.camera_view("DZ-0004"), UnknownCameraError, "DZ-0004"),
        (lambda: campus.camera_view(indoor), CameraNotAskedError, "coverage"),
        (lambda: campus.coverage("nowhere"), UnknownStoreyError, "nowhere"),
        (lambda: campus.coverage(ROOF), NoFloorError, "Choose a storey with rooms"),
        (lambda: campus.viewshed((0, 0)), NoGroundHereError, "terrain"),
        (lambda: campus.cameras_seeing((0, 0)), NotAPlaceError, "no ground"),
        (lambda: campus.cameras_seeing("nowhere"), BadPlaceError, "'nowhere'"),
        (lambda: campus.rain(-1.0), ImpossibleAmountError, "rain_mm"),
        (lambda: campus.rain(10.0, runoff=2.0), ImpossibleAmountError, "runoff"),
    ):
        with pytest.raises(fault, match=words) as said:
            ask()  # type: ignore[no-untyped-call]
        assert "\n" not in str(said.value)
