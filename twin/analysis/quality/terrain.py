"""Checks of elevation grids: holes inside what was surveyed, and single cells that stand out of all around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import rasterio.features
import rasterio.transform
import shapely
import shapely.geometry
from numpy.typing import NDArray

from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Subject
from twin.model.finding import limit
from twin.model.raster import Raster

ROWS_AT_ONCE: Final = 512
_AROUND: Final = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2))  # of a cell, its 3 by 3 window


def holes(subject: Subject) -> Iterator[Found]:
    """Cells without height that known cells enclose; what is open to the edge of the grid was not surveyed."""
    for raster in _heights(subject):
        empty = np.isnan(raster.values)
        if not empty.any() or empty.all():
            continue
        transform = rasterio.transform.Affine(*raster.transform)
        west, south, east, north = raster.bounds()
        edge = shapely.box(west, south, east, north).exterior
        for shape, _ in rasterio.features.shapes(empty.astype(np.uint8), mask=empty, transform=transform):
            hole = shapely.geometry.shape(shape)
            if not shapely.intersects(hole, edge):
                values = {"area_m2": round(float(hole.area), 1), "name": raster.name}
                yield Found(raster.layer_id, (), values, hole, raster.source_key)


def spikes(subject: Subject) -> Iterator[Found]:
    """Cells farther from the middle of their eight neighbours than those differ among themselves."""
    for raster in _heights(subject):
        dx, _, west, _, dy, north = raster.transform
        for row, column, height, around in _spikes(raster):
            at = shapely.Point(west + (column + 0.5) * dx, north + (row + 0.5) * dy, height)
            values = {"height_m": height, "around_m": around, "name": raster.name}
            yield Found(raster.layer_id, (), values, at, raster.source_key)


def _spikes(raster: Raster) -> Iterator[tuple[int, int, float, float]]:
    """Row, column, height and the middle of the neighbours; a block of rows at a time."""
    least, times = limit("terrain_spike", "height_m"), limit("terrain_spike", "times_range")
    values = raster.values
    rows, columns = values.shape
    if rows < 3 or columns < 3:
        return
    for top in range(0, rows - 2, ROWS_AT_ONCE):
        block = np.asarray(values[top : top + ROWS_AT_ONCE + 2], np.float64)
        inner = block[1:-1, 1:-1]
        around: NDArray[np.float64] = np.stack(
            [block[y : y + inner.shape[0], x : x + inner.shape[1]] for y, x in _AROUND]
        )
        low, high = around.min(axis=0), around.max(axis=0)  # NaN where a neighbour is missing: not judged
        with np.errstate(invalid="ignore"):
            off = np.maximum(inner - high, low - inner)
            found = off > np.maximum(least, times * (high - low))
        for y, x in np.argwhere(found):
            yield int(top + 1 + y), int(1 + x), float(inner[y, x]), float(np.median(around[:, y, x]))


def _heights(subject: Subject) -> Iterator[Raster]:
    yield from (one for one in subject.rasters if one.is_height)
