"""Elevation grids and orthophotos into the terrain layer: what GeoTIFF, ESRI ASCII and LiDAR readers share."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import Georeference
from twin.errors import SourceUnreadableError, UnknownLayerError
from twin.readers.base import ReadReport, SkipReason, Source
from twin.readers.grids.resample import Raster, place_raster
from twin.readers.height_unit import HOW_TO_STATE_IT, height_unit_m, odd_plane_unit
from twin.readers.options import POSITIVE, TEXT, Options
from twin.readers.writer import BatchWriter

TERRAIN: Final = "terrain"
GRID_OPTIONS: Final[Options] = {"name": TEXT, "cell_m": POSITIVE, "vertical_unit": TEXT}


def require_terrain(source: Source) -> None:
    """Grids feed the terrain layer and nothing else."""
    if source.layer not in (None, TERRAIN):
        raise UnknownLayerError(layer=source.layer, known=TERRAIN)


def vertical_unit_m(source: Source, said: str | None, crs: str | None) -> float:
    """Metres in one unit of height: campus.toml, else the file, else metres where the plane is metric too.

    A plane in feet with heights of unknown unit is not guessed.
    """
    unit_m = height_unit_m(source, said, crs)
    if unit_m is None:
        raise SourceUnreadableError(
            path=source.path,
            detail=f"its plane is in {odd_plane_unit(source, crs)} and the unit of its heights is not stated",
            cure=f"Write {HOW_TO_STATE_IT} for this source.",
        )
    return unit_m


def lift(heights: NDArray[Any], georeference: Georeference) -> NDArray[np.float32]:
    """Heights in campus metres: unit, then the offset between datums and that of the placement."""
    unit = georeference.vertical_unit_m or georeference.unit_m
    offset = georeference.height_offset_m + georeference.similarity.dz_m
    return (heights * unit + offset).astype(np.float32)


def write_elevation(raster: Raster, georeference: Georeference, source: Source, out: BatchWriter) -> ReadReport:
    """Place heights and write grid and feature. One raster is found; it is kept unless it is empty."""
    report = ReadReport(found=1)
    out.placed_by(georeference)
    if not np.isfinite(raster.values).any():
        report.skip(SkipReason.NODATA, 1, f"{source.path.name}: every cell is nodata")
        return report
    placed = place_raster(raster, georeference, _wanted_cell(source))
    raster = Raster(lift(placed.values, georeference), placed.transform)
    write_grid_values(raster, source, out, report)
    report.kept = 1
    return report


def write_grid_values(raster: Raster, source: Source, out: BatchWriter, report: ReadReport) -> None:
    """Write heights that are in campus metres already, with the feature that stands for them."""
    valid = np.isfinite(raster.values)
    share = 1.0 - float(valid.mean())
    lowest, highest = float(np.nanmin(raster.values)), float(np.nanmax(raster.values))
    out.raster(TERRAIN, raster.values, raster.transform, _name(source))
    _feature(raster, valid, "grid", source, out, lowest, {"lowest_m": [lowest], "highest_m": [highest]}, share)
    if share > 0:
        report.note(f"{source.path.name}: {share:.1%} of the cells have no height")


def write_orthophoto(raster: Raster, georeference: Georeference, source: Source, out: BatchWriter) -> ReadReport:
    """Place a picture (rows, columns, 3 or 4) uint8; what turning it leaves open becomes transparent."""
    report = ReadReport(found=1)
    out.placed_by(georeference)
    placed = place_raster(raster, georeference, _wanted_cell(source))
    values = placed.values
    if values.dtype != np.uint8:
        seen = np.isfinite(values).all(axis=2)
        colours = np.where(seen[..., None], np.rint(values), 0).astype(np.uint8)
        alpha = colours[..., 3] if colours.shape[2] == 4 else np.where(seen, np.uint8(255), np.uint8(0))
        values = np.dstack([colours[..., :3], alpha])
    valid = values[..., 3] > 0 if values.shape[2] == 4 else np.ones(values.shape[:2], dtype=bool)
    if not valid.any():
        report.skip(SkipReason.NODATA, 1, f"{source.path.name}: every pixel is transparent")
        return report
    out.raster(TERRAIN, values, placed.transform, "orthophoto")
    _feature(placed, valid, "orthophoto", source, out, None, {}, 1.0 - float(valid.mean()))
    report.kept = 1
    return report


def _feature(
    placed: Raster,
    valid: NDArray[np.bool_],
    kind: str,
    source: Source,
    out: BatchWriter,
    z: float | None,
    columns: dict[str, list[float]],
    nodata_share: float,
) -> None:
    """The one feature that stands for a raster: the box around its valid cells."""
    rows, cols = np.flatnonzero(valid.any(axis=1)), np.flatnonzero(valid.any(axis=0))
    a, _, c, _, e, f = placed.transform
    west, east = c + a * cols[0], c + a * (cols[-1] + 1)
    north, south = f + e * rows[0], f + e * (rows[-1] + 1)
    box = shapely.box(west, south, east, north)
    geometry: NDArray[np.object_] = np.array([box if z is None else shapely.force_3d(box, z)], dtype=object)
    out.features(
        TERRAIN,
        kind=kind,
        geometry=geometry,
        georeference=None,
        natural_keys=[_name(source) if kind == "grid" else kind],
        columns={
            "name": [source.path.name],
            "source_pos": ["whole file"],
            "cell_m": [float(max(a, -e))],
            "nodata_share": [nodata_share],
            **columns,
        },
        attributes=[{"columns": placed.values.shape[1], "rows": placed.values.shape[0]}],
    )


def _name(source: Source) -> str:
    return str(source.options.get("name", "elevation"))


def _wanted_cell(source: Source) -> float | None:
    cell = source.options.get("cell_m")
    return None if cell is None else float(cell)
