"""Grids that the tests of views look over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

from twin.mesh.elevation import ElevationGrid


def read_grid(path: Path) -> ElevationGrid:
    """Band 1 with nodata as NaN; Helsinki codes it 0."""
    with rasterio.open(path) as source:
        values = source.read(1, masked=True).astype(float).filled(np.nan)
        return ElevationGrid(values, tuple(source.transform)[:6])


def write_grid(path: Path, grid: ElevationGrid, crs: str | None = None) -> Path:
    """A GeoTIFF that ``gdal_viewshed`` reads."""
    rows, columns = grid.values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype="float64",
        crs=crs,
        transform=rasterio.Affine(*grid.transform),
    ) as out:
        out.write(grid.values.astype(float), 1)
    return path


def grid_of(values: NDArray[np.floating], cell_m: float = 1.0) -> ElevationGrid:
    """Values with the lower left corner at (0, 0)."""
    return ElevationGrid(np.asarray(values, float), (cell_m, 0.0, 0.0, 0.0, -cell_m, len(values) * cell_m))


def helsinki_filled(shared_data: Path) -> ElevationGrid:
    """The Helsinki block with its lowest height where there is none: GDAL 3.6 sees nodata as ground at its value."""
    grid = read_grid(shared_data / "terrain_pipes" / "helsinki_block" / "raster_dem.tif")
    return ElevationGrid(np.where(np.isnan(grid.values), np.nanmin(grid.values), grid.values), grid.transform)
