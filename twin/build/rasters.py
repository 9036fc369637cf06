"""Grids of a generation as files: GeoTIFF for programs, JPEG for the viewer's drape."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.transform import Affine

from twin.build.batches import Raster
from twin.build.document import to_scene
from twin.build.origin import Origin
from twin.crs import LOCAL

# what a texture may measure on every machine that can show the campus (WebGL2 minimum is 2048, practice 8192)
TEXTURE_PIXELS = 4096


def write_rasters(folder: Path, rasters: Sequence[Raster], crs: str, origin: Origin) -> list[dict[str, Any]]:
    """Write every grid; returns the orthophotos as scene.json lists them."""
    folder.mkdir()
    photos: list[dict[str, Any]] = []
    for number, one in enumerate(rasters):
        stem = f"{one.source_key}-{number}" if number else one.source_key
        _write_geotiff(folder / f"{stem}.tif", one, crs)
        if not one.is_height:
            _write_jpeg(folder / f"{stem}.jpg", one)
            west, south, east, north = one.bounds()
            box = to_scene((west, south, 0.0, east, north, 0.0), origin)
            assert box is not None
            photos.append({"url": f"rasters/{stem}.jpg", "bbox": [box[0], box[1], box[3], box[4]]})
    return photos


def _write_geotiff(path: Path, raster: Raster, crs: str) -> None:
    bands = raster.values[None] if raster.is_height else np.moveaxis(raster.values, 2, 0)
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "width": bands.shape[2],
        "height": bands.shape[1],
        "count": bands.shape[0],
        "dtype": "float32" if raster.is_height else "uint8",
        "crs": None if crs.strip().lower() == LOCAL else crs,
        "transform": Affine(*raster.transform),
        "compress": "deflate",
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    if raster.is_height:
        profile |= {"nodata": np.nan, "predictor": 3}
    with rasterio.open(path, "w", **profile) as target:
        target.write(bands.astype(profile["dtype"]))


def _write_jpeg(path: Path, raster: Raster) -> None:
    """At most ``TEXTURE_PIXELS`` a side; every n-th pixel mean, so that roofs do not flicker."""
    rows, columns = raster.values.shape[:2]
    step = -(-max(rows, columns) // TEXTURE_PIXELS)
    rgb = raster.values[: rows - rows % step, : columns - columns % step, :3].astype(np.float32)
    small = rgb.reshape(rgb.shape[0] // step, step, rgb.shape[1] // step, step, 3).mean(axis=(1, 3)).astype(np.uint8)
    with rasterio.open(
        path, "w", driver="JPEG", width=small.shape[1], height=small.shape[0], count=3, dtype="uint8", quality=85
    ) as target:
        target.write(np.moveaxis(small, 2, 0))
    path.with_suffix(".jpg.aux.xml").unlink(missing_ok=True)
