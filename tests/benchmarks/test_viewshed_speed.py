"""Viewsheds over the Swiss DEM laid out 4 by 4 (2.6 million cells), against gdal_viewshed in the same run."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.views.grids import grid_of, read_grid, write_grid
from twin.analysis.views.viewshed import METHODS, viewshed
from twin.mesh.elevation import ElevationGrid


def median_s(act: Callable[[], object], times: int = 3) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return float(np.median(took))


@pytest.mark.benchmark
@pytest.mark.skipif(shutil.which("gdal_viewshed") is None, reason="gdal_viewshed is not installed")
def test_a_view_is_not_far_slower_than_gdal(shared_data: Path, tmp_path: Path) -> None:
    small = read_grid(shared_data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif")
    quarter = np.block([[small.values, small.values[:, ::-1]], [small.values[::-1], small.values[::-1, ::-1]]])
    large = ElevationGrid(np.tile(quarter, (2, 2)), small.transform)
    tiny = write_grid(tmp_path / "tiny.tif", grid_of(np.zeros((9, 9))))

    def gdal(path: Path, x: float, y: float) -> None:
        where = ["-ox", str(x), "-oy", str(y), "-oz", "2", "-md", "0", "-cc", "0"]
        subprocess.run(["gdal_viewshed", "-q", *where, str(path), str(tmp_path / "out.tif")], check=True)

    start_s = median_s(lambda: gdal(tiny, 4.5, 4.5))
    print()
    for name, grid in (("400 x 400", small), ("1600 x 1600", large)):
        path = write_grid(tmp_path / "dem.tif", grid)
        rows, columns = grid.values.shape
        x, y = grid.middles(np.array([columns // 2]), np.array([rows // 2]))[0]
        theirs_s = median_s(lambda path=path, x=x, y=y: gdal(path, x, y))
        for method in METHODS:
            ours_s = median_s(lambda grid=grid, x=x, y=y, method=method: viewshed(grid, x, y, 2.0, method=method))
            print(
                f"viewshed {name}, {method}: {ours_s:.3f} s; gdal_viewshed {theirs_s:.3f} s with files and start, "
                f"{theirs_s - start_s:.3f} s without start: {ours_s / (theirs_s - start_s):.1f} times"
            )
            assert ours_s < 60 * theirs_s
