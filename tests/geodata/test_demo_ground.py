"""Terrain, footprints and what lies on the ground, by rasterio, geopandas and shapely."""

from __future__ import annotations

import csv

import geopandas
import numpy as np
import pytest
import rasterio
import rasterio.features
import shapely

from geodata.demo import frame, site_plan
from tests.geodata.conftest import Written

CAMPUS = [f"B{n:02d}" for n in range(1, 9)]


@pytest.fixture(scope="session")
def footprints(written: Written) -> geopandas.GeoDataFrame:
    return geopandas.read_file(written.sources / "buildings.gpkg").set_index("code")


@pytest.fixture(scope="session")
def fence() -> shapely.Polygon:
    return frame.geometry_to_map(site_plan.FENCE)


def test_dem_is_what_a_surveyor_delivers(written: Written) -> None:
    with rasterio.open(written.sources / "dem.tif") as dem:
        assert dem.crs.to_epsg() == 4549
        assert dem.dtypes == ("float32",)
        assert dem.nodata == -9999
        assert dem.res == (2.0, 2.0)
        heights = dem.read(1)
        bounds = shapely.box(*dem.bounds)
    assert not (heights == -9999).any()
    assert heights.max() - heights.min() > 40, "there is a hill"
    assert bounds.covers(frame.geometry_to_map(site_plan.FENCE).buffer(50))


def test_ground_is_flat_under_buildings(written: Written, footprints: geopandas.GeoDataFrame) -> None:
    with rasterio.open(written.sources / "dem.tif") as dem:
        heights = dem.read(1)
        for code in CAMPUS:
            inside = rasterio.features.geometry_mask(
                [footprints.geometry[code]], heights.shape, dem.transform, invert=True
            )
            assert inside.sum() > 50
            assert np.ptp(heights[inside]) < 0.005, code


def test_water_lies_level_below_its_banks(written: Written) -> None:
    areas = geopandas.read_file(written.sources / "areas.gpkg")
    lake = areas[areas.name == "映湖"].geometry.iloc[0]
    with rasterio.open(written.sources / "dem.tif") as dem:
        heights = dem.read(1)
        water = rasterio.features.geometry_mask([lake], heights.shape, dem.transform, invert=True)
        bank = rasterio.features.geometry_mask(
            [lake.buffer(16).difference(lake.buffer(11))], heights.shape, dem.transform, invert=True
        )
    assert np.ptp(heights[water]) < 0.01
    assert heights[bank].min() > heights[water].max()


def test_campus_buildings_stand_inside_the_fence_and_apart(
    footprints: geopandas.GeoDataFrame, fence: shapely.Polygon
) -> None:
    campus = footprints.geometry[CAMPUS]
    assert all(fence.covers(one) for one in campus)
    town = footprints[footprints.index.str.startswith("C")].geometry
    assert 60 <= len(town) <= 130
    assert not town.intersects(fence).any()
    shapes = footprints.geometry.to_numpy()
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (pairs[0] == pairs[1]).all(), "two footprints touch"


def test_no_building_stands_in_a_road(written: Written, footprints: geopandas.GeoDataFrame) -> None:
    roads = geopandas.read_file(written.sources / "roads.gpkg")
    carriageways = roads[roads.surface_class == "road"]
    paved = shapely.union_all(carriageways.geometry.buffer(carriageways.width_m / 2, cap_style="flat"))
    buildings = footprints[footprints.index.str[0].isin(["B", "C"])]
    assert list(buildings.index[buildings.geometry.intersects(paved)]) == []


def test_no_tree_stands_in_a_building_road_or_the_water(written: Written, footprints: geopandas.GeoDataFrame) -> None:
    with (written.sources / "trees.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    places = np.array([[float(row["Y"]), float(row["X"])] for row in rows])
    roads = geopandas.read_file(written.sources / "roads.gpkg")
    areas = geopandas.read_file(written.sources / "areas.gpkg")
    water = areas[areas.surface_class == "water"].geometry
    forbidden = shapely.union_all([*footprints.geometry, *water, *roads.geometry.buffer(roads.width_m / 2)])
    assert not shapely.contains_xy(forbidden, places[:, 0], places[:, 1]).any()
    heights = np.array([float(row["height_m"]) for row in rows])
    assert heights.min() > 2
    assert heights.max() < 22


def test_areas_are_valid_and_do_not_pile_up(written: Written) -> None:
    areas = geopandas.read_file(written.sources / "areas.gpkg")
    assert areas.crs.to_epsg() == 4549
    assert areas.geometry.is_valid.all()
    assert {"plaza", "green", "water", "parking", "sport"} == set(areas.surface_class)
    total = areas.geometry.area.sum()
    assert areas.geometry.union_all().area == pytest.approx(total, rel=1e-4), "areas overlap"


def test_zones_tile_the_campus(written: Written, fence: shapely.Polygon) -> None:
    zones = geopandas.read_file(written.sources / "zones.gpkg")
    grids = zones[zones.zone_type == "grid"]
    assert len(grids) == 12
    assert grids.code.is_unique
    assert grids.responsible.notna().all()
    assert grids.geometry.area.sum() == pytest.approx(fence.area, rel=1e-4)


def test_the_fence_is_open_at_the_gates_only(written: Written, fence: shapely.Polygon) -> None:
    lines = geopandas.read_file(written.sources / "fence.gpkg")
    built = lines[lines.surface_class == "fence"].geometry.length.sum()
    gates = sum(width for _, _, width, _ in site_plan.GATES.values())
    assert built == pytest.approx(fence.length - gates, abs=0.5)
