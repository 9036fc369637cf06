"""Elevation grids of a finished generation, read back from its GeoTIFF files."""

from __future__ import annotations

from pathlib import Path

import rasterio

from twin.model.raster import Raster


def read_rasters(folder: Path) -> tuple[Raster, ...]:
    """The elevation grids of ``generation.folder / "rasters"``, in the order in which the build wrote them."""
    found: dict[int, Raster] = {}
    for path in folder.glob("*.tif"):
        with rasterio.open(path) as file:
            tags = file.tags()
            if file.count == 1:
                values, transform = file.read(1), tuple(file.transform)[:6]
                found[int(tags["number"])] = Raster(
                    tags["source_key"], tags["layer_id"], tags["name"], values, transform
                )
    return tuple(found[number] for number in sorted(found))
