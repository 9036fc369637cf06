"""Viewsheds: known answers, GDAL and dense sampling of sight lines as witnesses."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.analysis.views.grids import grid_of, helsinki_filled, read_grid, write_grid
from twin.analysis.views.surface_model import prisms_of, surface_model
from twin.analysis.views.viewshed import EARTH_DIAMETER_M, METHODS, Method, viewshed
from twin.errors import NoGroundHereError
from twin.mesh.elevation import ElevationGrid
from twin.store.campus import Campus

both = pytest.mark.parametrize("method", list(METHODS))


# --- witnesses -----------------------------------------------------------------------------------------


def gdal(path: Path, out: Path, x: float, y: float, eye_m: float, target_m: float, curvature: float) -> NDArray:
    out.unlink(missing_ok=True)
    where = ["-ox", str(x), "-oy", str(y), "-oz", str(eye_m), "-tz", str(target_m), "-md", "0", "-cc", str(curvature)]
    subprocess.run(["gdal_viewshed", "-q", *where, str(path), str(out)], check=True)
    with rasterio.open(out) as source:
        return source.read(1) == 255


def bilinear(z: NDArray, row: NDArray, column: NDArray) -> NDArray:
    top = np.floor(row).astype(int).clip(0, z.shape[0] - 2)
    left = np.floor(column).astype(int).clip(0, z.shape[1] - 2)
    down, right = row - top, column - left
    upper = z[top, left] * (1 - right) + z[top, left + 1] * right
    lower = z[top + 1, left] * (1 - right) + z[top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


def sampled(grid: ElevationGrid, row: int, column: int, eye_m: float, target_m: float, cells: NDArray) -> NDArray:
    """Sight line by sight line, eight samples a cell over the bilinear ground."""
    z = grid.values.astype(float)
    eye = z[row, column] + eye_m
    seen = []
    for r, c in cells:
        steps = 8 * max(abs(r - row), abs(c - column))
        t = np.arange(1, steps) / max(steps, 1)
        ground = bilinear(z, row + (r - row) * t, column + (c - column) * t)
        seen.append(not (ground > eye + (z[r, c] + target_m - eye) * t + 1e-9).any())
    return np.array(seen)


@pytest.fixture(scope="module")
def places(shared_data: Path, demo_campus: Path) -> dict[str, ElevationGrid]:
    generation = Campus.open(demo_campus).generation
    terrain = read_grid(generation.folder / "rasters" / "dem.tif")
    model = surface_model(terrain, prisms_of(generation.table("buildings"), terrain).kept, cell_m=2.0)
    return {
        "swiss": read_grid(shared_data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif"),
        "demo": model.surface,
        "helsinki": helsinki_filled(shared_data),
    }


@pytest.mark.skipif(shutil.which("gdal_viewshed") is None, reason="gdal_viewshed is not installed")
@pytest.mark.parametrize("place", ["swiss", "demo", "helsinki"])
def test_agrees_with_gdal_and_comes_nearer_to_sampled_sight_lines(
    place: str, places: dict[str, ElevationGrid], tmp_path: Path
) -> None:
    grid = places[place]
    rows, columns = grid.values.shape
    path = write_grid(tmp_path / "dem.tif", grid, "EPSG:3857")  # of a CRS GDAL takes the diameter of the Earth
    rng = np.random.default_rng(5)
    right = {"sight_lines": 0, "rings": 0, "gdal": 0}
    looked, agreed = 0, {"sight_lines": [], "rings": []}
    for eye_m, target_m, curvature in ((2.0, 0.0, 0.0), (5.0, 1.6, 0.0), (12.0, 0.0, 85.714), (3.0, 1.6, 0.0)):
        row, column = int(rng.integers(5, rows - 5)), int(rng.integers(5, columns - 5))
        x, y = grid.middles(np.array([column]), np.array([row]))[0]
        theirs = gdal(path, tmp_path / "out.tif", x, y, eye_m, target_m, curvature)
        found = {
            method: viewshed(grid, x, y, eye_m, target_height_m=target_m, curvature=curvature, method=method).visible
            for method in METHODS
        }
        for method, visible in found.items():
            agreed[method].append(float((visible == theirs).mean()))
        cells = np.column_stack([rng.integers(0, rows, 1500), rng.integers(0, columns, 1500)])
        if not curvature:
            truth = sampled(grid, row, column, eye_m, target_m, cells)
            looked += len(cells)
            for name, visible in (*found.items(), ("gdal", theirs)):
                right[name] += int((visible[cells[:, 0], cells[:, 1]] == truth).sum())
    print(place, "with gdal", {m: [f"{a:.4%}" for a in v] for m, v in agreed.items()})
    print(place, "with sampling", {m: f"{n / looked:.3%}" for m, n in right.items()})
    assert min(agreed["rings"]) >= 0.9998
    assert right["sight_lines"] / looked >= 0.995
    assert right["sight_lines"] > right["gdal"]
    if place == "swiss":  # over sharp edges of buildings GDAL itself strays from the sight lines
        assert min(agreed["sight_lines"]) >= 0.99


# --- known answers -------------------------------------------------------------------------------------


@both
@given(east=st.floats(-0.5, 0.5), north=st.floats(-0.5, 0.5), eye_m=st.floats(0.1, 20))
def test_a_plane_hides_nothing_of_itself(method: Method, east: float, north: float, eye_m: float) -> None:
    row, column = np.indices((25, 31))
    found = viewshed(grid_of(100 + east * column - north * row), 12.5, 8.5, eye_m, method=method)
    assert found.visible.all()
    assert found.area_m2 == 25 * 31


@both
def test_behind_a_wall_the_shadow_has_the_length_of_similar_triangles(method: Method) -> None:
    ground = np.zeros((41, 101))
    ground[:, 20] = 4.0  # eye 6 m high and 20 m away: behind it, the ground is seen again from 60 m on
    found = viewshed(grid_of(ground), 0.5, 20.5, 6.0, method=method)
    middle = found.visible[20]
    assert middle[:21].all()
    assert not middle[21:60].any()
    assert middle[60:].all()


@both
def test_what_stands_on_the_ground_is_seen_over_a_wall(method: Method) -> None:
    ground = np.zeros((5, 60))
    ground[:, 10] = 3.0
    low = viewshed(grid_of(ground), 0.5, 2.5, 2.0, method=method).visible[2]
    tall = viewshed(grid_of(ground), 0.5, 2.5, 2.0, target_height_m=7.1, method=method).visible[2]
    assert not low[11:].any()
    assert tall[11:].nonzero()[0].max() + 11 == 51  # (3 - 2) / 10 m rises to 7.1 m at 51 m
    assert tall[11:52].all()


@both
def test_far_ground_sinks_below_the_horizon_of_the_sea(method: Method) -> None:
    sea = np.zeros((3, 400))
    grid = ElevationGrid(sea, (100.0, 0.0, 0.0, 0.0, -100.0, 300.0))
    seen = viewshed(grid, 50.0, 150.0, 10.0, curvature=1.0, method=method).visible[1]
    horizon_m = math.sqrt(10.0 * EARTH_DIAMETER_M)
    assert abs((seen.nonzero()[0].max() - 0) * 100.0 - horizon_m) <= 100.0


@both
def test_range_sector_and_vertical_angles_limit_what_is_asked(method: Method) -> None:
    flat = grid_of(np.zeros((101, 101)))
    disc = viewshed(flat, 50.5, 50.5, 3.0, most_m=40.0, method=method)
    assert disc.area_m2 == pytest.approx(math.pi * 40**2, rel=0.01)
    quarter = viewshed(flat, 50.5, 50.5, 3.0, most_m=40.0, sector=(90.0, 90.0), method=method)
    assert quarter.area_m2 == pytest.approx(math.pi * 400, rel=0.03)
    row, column = quarter.visible.nonzero()
    assert column.min() == 50
    assert (np.abs(row - 50) <= column - 50).all()
    north = viewshed(flat, 50.5, 50.5, 3.0, most_m=40.0, sector=(359.0, 30.0), method=method).visible
    assert north[20, 50]
    assert not north[80, 50]
    steep = viewshed(flat, 50.5, 50.5, 3.0, vertical=(-45.0, -10.0), method=method)
    far = np.hypot(*(np.array(steep.visible.nonzero()) - 50))
    assert far[far > 0].min() >= 3.0
    assert far.max() <= 3.0 / math.tan(math.radians(10.0))


@both
def test_the_window_of_a_range_gives_what_the_whole_grid_gives(method: Method) -> None:
    hills = grid_of(np.random.default_rng(3).normal(0, 2, (80, 90)).cumsum(0).cumsum(1) / 20, 2.0)
    whole = viewshed(hills, 60.0, 70.0, 2.0, method=method)
    part = viewshed(hills, 60.0, 70.0, 2.0, most_m=50.0, method=method)
    assert (part.visible == (whole.visible & part.asked)).mean() > (0.999 if method == "rings" else 0.99)
    assert part.asked.sum() < whole.asked.sum() / 3


@both
def test_nodata_is_not_seen_and_hides_nothing(method: Method) -> None:
    ground = np.zeros((9, 30))
    ground[:, 10:13] = np.nan
    found = viewshed(grid_of(ground), 0.5, 4.5, 2.0, method=method)
    assert (found.visible == np.isfinite(ground)).all()
    assert found.share == 1.0


def test_off_the_ground_there_is_no_view() -> None:
    ground = np.zeros((4, 4))
    ground[0, 0] = np.nan
    for x, y in ((-1.0, 1.0), (0.5, 3.5), (9.0, 9.0)):
        with pytest.raises(NoGroundHereError, match="No ground elevation"):
            viewshed(grid_of(ground), x, y, 2.0)


def test_the_visible_area_as_polygon_and_table() -> None:
    ground = np.zeros((41, 101))
    ground[:, 20] = 4.0
    found = viewshed(grid_of(ground), 0.5, 20.5, 6.0)
    assert found.polygon().area == pytest.approx(found.area_m2)
    table = found.to_arrow()
    assert table["visible_area_m2"][0].as_py() == found.area_m2
    assert table["eye_m"][0].as_py() == 6.0
