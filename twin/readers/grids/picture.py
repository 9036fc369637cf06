"""An orthophoto through GDAL: RGB of 8 or 16 bits, with or without alpha, nodata or mask, or a palette.

A picture is kept at no more than ``PICTURE_PIXELS`` a side, whatever its file holds: the drape needs less. The file is
read reduced, from its overviews where it has them, so that a picture of 100 GB needs no more memory than a small one.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, Resampling

from twin.readers.base import Source
from twin.readers.grids.raster_shape import cell_edges, wanted_shape
from twin.readers.grids.resample import Raster

PICTURE_PIXELS: Final = 8192
_LOOK: Final = 1024  # pixels a side from which the brightness of a 16-bit picture is learnt
_SHARE: Final = (0.5, 99.5)  # percentiles that become black and white
_COLOURS: Final = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)

Bytes = NDArray[np.uint8]


def is_picture(file: Any) -> bool:
    """Three or four bands of bytes, red, green and blue of 16 bits, or one band of bytes with a palette."""
    kinds = set(file.dtypes)
    if kinds == {"uint8"}:
        return file.count in (3, 4) or (file.count == 1 and file.colorinterp[0] is ColorInterp.palette)
    return kinds == {"uint16"} and file.count in (3, 4) and tuple(file.colorinterp[:3]) == _COLOURS


def read_picture(file: Any, source: Source) -> tuple[Raster, list[str]]:
    """(rows, columns, 3 or 4) bytes, alpha 0 where there is nothing; and what should be said of it."""
    shape = _shape(file, source)
    notes: list[str] = []
    if shape != (file.height, file.width):
        notes.append(
            f"{source.path.name}: read as {shape[1]} x {shape[0]} pixels instead of {file.width} x {file.height}"
        )
    transform = cell_edges(file, shape, source.path)
    if file.count == 1:
        return Raster(_palette(file)[file.read(1, out_shape=shape)], transform), notes
    bands = file.read((1, 2, 3), out_shape=(3, *shape), resampling=Resampling.average)
    if bands.dtype != np.uint8:
        low, high = _brightness(file, source)
        notes.append(f"{source.path.name}: 16 bits; {low:.0f} is shown black and {high:.0f} white")
        bands = _stretched(bands, low, high)
    if file.count == 4 and file.colorinterp[3] is not ColorInterp.alpha:
        notes.append(f"{source.path.name}: the fourth band is not alpha and is left out")
    seen = _seen(file, shape)
    layers = [*bands, seen] if (seen < 255).any() else [*bands]
    return Raster(np.stack(layers, axis=-1), transform), notes


def _shape(file: Any, source: Source) -> tuple[int, int]:
    """What campus.toml wants, or as fine as ``PICTURE_PIXELS`` allow."""
    longest = max(file.height, file.width)
    if source.options.get("cell_m") is not None or longest <= PICTURE_PIXELS:
        return wanted_shape(file, source)
    factor = -(-longest // PICTURE_PIXELS)
    return max(1, file.height // factor), max(1, file.width // factor)


def _palette(file: Any) -> Bytes:
    table = np.zeros((256, 4), np.uint8)
    for value, colour in file.colormap(1).items():
        table[value] = colour
    if file.nodata is not None and 0 <= file.nodata < 256:
        table[int(file.nodata), 3] = 0
    return table


def _seen(file: Any, shape: tuple[int, int]) -> Bytes:
    """(rows, columns): 0 where alpha, nodata or a mask say that nothing is; a pixel made of several must be whole."""
    if shape == (file.height, file.width):
        mask: Bytes = file.dataset_mask()
        return mask
    mask = file.dataset_mask(out_shape=shape, resampling=Resampling.average)
    return np.where(mask < 255, np.uint8(0), np.uint8(255))


def _brightness(file: Any, source: Source) -> tuple[float, float]:
    """The values that become black and white: ``options.stretch``, else all but the extremes of what is seen."""
    stated = source.options.get("stretch")
    if stated is not None:
        return float(stated[0]), float(stated[1])
    factor = -(-max(file.height, file.width) // _LOOK)
    small = (max(1, file.height // factor), max(1, file.width // factor))
    values = file.read((1, 2, 3), out_shape=(3, *small))[:, file.dataset_mask(out_shape=small) > 0]
    low, high = np.percentile(values, _SHARE) if values.size else (0.0, 65535.0)
    return float(low), float(max(high, low + 1))


def _stretched(bands: NDArray[np.uint16], low: float, high: float) -> Bytes:
    """Band by band, so that no second copy of the whole is needed."""
    out = np.empty(bands.shape, np.uint8)
    for band, values in zip(out, bands, strict=True):
        band[:] = np.clip((values.astype(np.float32) - low) * (255 / (high - low)), 0, 255)
    return out
