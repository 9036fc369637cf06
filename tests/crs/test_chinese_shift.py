"""GCJ-02 and BD-09: published points, round trips, and sources that are in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.reading import read_with
from twin.crs import Points, decide_crs, parse_crs, require_projected_metres, short_name, transformer
from twin.crs.chinese_shift import (
    bd09_from_gcj02,
    bd09_from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from twin.errors import CrsConflictError, UnknownCrsError

# Published with other implementations, which share the formula with us and nothing else:
# wandergis/coordtransform test/app.js (GitHub), and the crypto test of geotool (Rust)
BEIJING = np.array([[116.404, 39.915]])
JIAXING = np.array([[121.0917077, 30.6107779]])


def test_published_points() -> None:
    np.testing.assert_allclose(gcj02_from_wgs84(BEIJING), [[116.41024449916938, 39.91640428150164]], atol=1e-11)
    np.testing.assert_allclose(bd09_from_gcj02(BEIJING), [[116.41036949371029, 39.92133699351021]], atol=1e-11)
    np.testing.assert_allclose(gcj02_from_wgs84(JIAXING), [[121.09626935575027, 30.608604331756705]], atol=1e-7)
    np.testing.assert_allclose(bd09_from_wgs84(JIAXING), [[121.10271732371203, 30.61484572185035]], atol=1e-7)
    # the usual one-step inverses, which miss by up to a metre
    np.testing.assert_allclose(gcj02_from_bd09(BEIJING), [[116.39762729119315, 39.90865673957631]], atol=1e-6)
    np.testing.assert_allclose(wgs84_from_gcj02(BEIJING), [[116.39775550083061, 39.91359571849836]], atol=1e-5)


def metres_apart(a: Points, b: Points) -> float:
    distance = pyproj.Geod(ellps="WGS84").inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    return float(np.max(distance))


@given(st.lists(st.tuples(st.floats(73.5, 135.0), st.floats(3.5, 53.5)), min_size=1, max_size=40))
def test_there_and_back_is_below_a_millimetre(places: list[tuple[float, float]]) -> None:
    wgs84 = np.array(places)
    gcj02, bd09 = gcj02_from_wgs84(wgs84), bd09_from_wgs84(wgs84)
    assert metres_apart(wgs84_from_gcj02(gcj02), wgs84) < 1e-3
    assert metres_apart(wgs84_from_bd09(bd09), wgs84) < 1e-3
    assert np.abs(wgs84_from_gcj02(gcj02) - wgs84).max() < 1e-9
    assert 10 < metres_apart(gcj02, wgs84) < 1500  # it is a shift, of hundreds of metres


def test_outside_china_and_missing_points_stay() -> None:
    elsewhere = np.array([[13.4, 52.5], [-123.2, 49.3], [np.nan, 30.0]])
    for function in (gcj02_from_wgs84, wgs84_from_gcj02, bd09_from_wgs84, wgs84_from_bd09):
        np.testing.assert_array_equal(function(elsewhere), elsewhere)


@pytest.mark.parametrize("name", ["GCJ-02", "BD-09"])
def test_transformer_goes_by_wgs84(name: str) -> None:
    here = np.array([[119.296, 26.08]])
    shifted = transformer("EPSG:4326", name)(here)
    grid = transformer(name, "EPSG:4549")(shifted)
    np.testing.assert_allclose(grid, [[429563.842, 2885887.906]], atol=1e-3)  # ../shared/domain.md
    np.testing.assert_allclose(transformer("EPSG:4549", name)(grid), shifted, atol=1e-9)
    parsed = parse_crs(name.lower())
    assert short_name(parsed) == name
    with pytest.raises(UnknownCrsError):
        require_projected_metres(name, "campus.toml")


def test_one_shifted_system_to_the_other() -> None:
    np.testing.assert_allclose(transformer("GCJ-02", "BD-09")(BEIJING), bd09_from_gcj02(BEIJING), atol=1e-10)


def test_a_file_that_says_wgs84_is_not_silently_shifted() -> None:
    with pytest.raises(CrsConflictError, match="GCJ-02"):
        decide_crs(Path("map.geojson"), "EPSG:4326", "GCJ-02", override=False)
    assert decide_crs(Path("map.geojson"), "EPSG:4326", "GCJ-02", override=True) == "GCJ-02"


def test_a_table_of_map_coordinates_lands_where_the_thing_is(tmp_path: Path) -> None:
    shifted = gcj02_from_wgs84(np.array([[119.296, 26.08]]))[0]
    path = tmp_path / "poi.csv"
    path.write_text(f"name,lon,lat\nGate,{shifted[0]:.12f},{shifted[1]:.12f}\n", encoding="utf-8")
    found = read_with("csv_points", path, tmp_path / "out", crs="GCJ-02", layer="surface").layer("surface")
    gate = found["geometry"].iloc[0]
    assert (gate.x, gate.y) == pytest.approx((429563.842, 2885887.906), abs=2e-3)
