"""Grids of a generation as files: GeoTIFF for programs, JPEG or WebP for the viewer's drape."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine

from twin.build.document import to_scene
from twin.build.origin import Origin
from twin.crs import LOCAL
from twin.model.raster import Raster

# what a texture may measure on every machine that can show the campus (WebGL2 minimum is 2048, practice 8192)
TEXTURE_PIXELS = 4096

Bounds = tuple[float, float, float, float]  # west, south, east, north


def write_rasters(folder: Path, rasters: Sequence[Raster], crs: str, origin: Origin) -> list[dict[str, Any]]:
    """Write every grid; returns the orthophotos as scene.json lists them."""
    folder.mkdir()
    photos: list[dict[str, Any]] = []
    for number, one in enumerate(rasters):
        stem = f"{one.source_key}-{number}" if number else one.source_key
        _write_geotiff(folder / f"{stem}.tif", one, crs, number)
        if not one.is_height:
            path, (west, south, east, north) = _write_drape(folder / stem, one)
            box = to_scene((west, south, 0.0, east, north, 0.0), origin)
            assert box is not None
            bbox = [box[0], box[1], box[3], box[4]]
            photos.append({"url": f"rasters/{path.name}", "name": one.source_key, "bbox": bbox})
    return photos


def _write_geotiff(path: Path, raster: Raster, crs: str, number: int) -> None:
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
    if not raster.is_height:
        profile["photometric"] = "RGB"
    if raster.is_height:
        profile |= {"nodata": np.nan, "predictor": 3}
    with rasterio.open(path, "w", **profile) as target:
        target.write(bands.astype(profile["dtype"]))
        target.update_tags(number=number, source_key=raster.source_key, layer_id=raster.layer_id, name=raster.name)


def _write_drape(stem: Path, raster: Raster) -> tuple[Path, Bounds]:
    """What the viewer lays on the ground, at most ``TEXTURE_PIXELS`` a side: JPEG, or WebP where parts are transparent.

    Several pixels become their mean, so that roofs do not flicker. Returns the file and the bounds of what is in it:
    a last row or column that does not fill a pixel is left out.
    """
    rows, columns = raster.values.shape[:2]
    step = -(-max(rows, columns) // TEXTURE_PIXELS)
    height, width = rows // step, columns // step
    blocks = raster.values[: height * step, : width * step].reshape(height, step, width, step, -1)
    seen = blocks[..., 3].min(axis=(1, 3)) if blocks.shape[-1] == 4 else None
    colours = np.stack([blocks[..., band].mean(axis=(1, 3), dtype=np.float32) for band in range(3)]).astype(np.uint8)
    west, _, _, north = raster.bounds()
    dx, dy = raster.transform[0] * step, -raster.transform[4] * step
    bounds = (west, north - dy * height, west + dx * width, north)
    if seen is None or seen.min() == 255:
        return _write_picture(stem.with_name(f"{stem.name}.jpg"), "JPEG", colours, QUALITY=85), bounds
    # what is not seen is filtered with its neighbours all the same: grey fringes are better than black ones
    colours[:, seen == 0] = colours[:, seen > 0].mean(axis=1).astype(np.uint8)[:, None] if seen.any() else 0
    path = stem.with_name(f"{stem.name}.webp")
    return _write_picture(path, "WEBP", np.concatenate([colours, seen[None]]), QUALITY=85, EXACT="YES"), bounds


def _write_picture(path: Path, driver: str, bands: NDArray[np.uint8], **options: Any) -> Path:
    count, height, width = bands.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a texture has no place of its own
        with rasterio.open(
            path, "w", driver=driver, width=width, height=height, count=count, dtype="uint8", **options
        ) as target:
            target.write(bands)
    path.with_name(f"{path.name}.aux.xml").unlink(missing_ok=True)
    return path
