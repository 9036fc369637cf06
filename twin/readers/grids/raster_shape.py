"""How much of a raster file is read, and where its cells lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rasterio.transform

from twin.errors import SourceUnreadableError
from twin.readers.base import Source
from twin.readers.grids.resample import MAX_CELLS, Affine6


def cell_edges(file: Any, shape: tuple[int, int], path: Path) -> Affine6:
    """Cell edges for an array of ``shape`` read from ``file``; ground control points stand in for a transform."""
    transform = file.transform
    points, _ = file.gcps
    if transform.is_identity and points:
        transform = rasterio.transform.from_gcps(points)
    elif transform.is_identity and file.crs is None:
        raise SourceUnreadableError(
            path=path,
            detail="it has no georeferencing",
            cure="Deliver a GeoTIFF, or put its world file (.tfw) beside it.",
        )
    x, y = file.width / shape[1], file.height / shape[0]
    return (transform.a * x, transform.b * y, transform.c, transform.d * x, transform.e * y, transform.f)


def wanted_shape(file: Any, source: Source) -> tuple[int, int]:
    """Rows and columns to read: fewer than the file has when campus.toml wants cells at least twice as large."""
    rows, columns = file.height, file.width
    wanted = source.options.get("cell_m")
    metric = file.crs is None or file.crs.is_projected
    if wanted is not None and metric and wanted >= 2 * abs(file.transform.a) > 0:
        factor = int(wanted / abs(file.transform.a))
        rows, columns = max(1, rows // factor), max(1, columns // factor)
    if rows * columns > MAX_CELLS:
        detail = f"{file.width} x {file.height} cells are more than the limit of {MAX_CELLS}"
        raise SourceUnreadableError(path=source.path, detail=detail, cure="Write a larger options.cell_m.")
    return rows, columns
