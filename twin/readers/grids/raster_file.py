"""A raster file through GDAL (rasterio) -> heights or a picture: what GeoTIFF and ESRI ASCII have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
import rasterio.errors
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.windows import Window

from twin.crs import crs_text
from twin.errors import SourceUnreadableError
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.declared import datum_of, declared_name
from twin.readers.faults import reading
from twin.readers.grids.grid import require_terrain, vertical_unit_m, write_elevation, write_orthophoto
from twin.readers.grids.picture import is_picture, read_picture
from twin.readers.grids.raster_shape import cell_edges, wanted_shape
from twin.readers.grids.resample import Raster
from twin.readers.writer import BatchWriter

_LOOK: Final = 512  # cells a side that ``inspect`` reads
_FEW_VALUES: Final = 32  # so few whole numbers are classes, not heights
_MARK: Final = -9999.0  # what ESRI's tools write where there is no data, declared or not
_DEEPEST_M, _HIGHEST_M = -11_500.0, 9_500.0  # below the Mariana trench, above Mount Everest


def read_raster(source: Source, out: BatchWriter) -> ReadReport:
    """Read heights or a picture and write them to the terrain layer."""
    require_terrain(source)
    with reading(source.path, rasterio.errors.RasterioError) as notes, rasterio.open(source.path) as file:
        crs = crs_text(file.crs)
        band = source.options.get("band")
        if band is None and is_picture(file):
            georeference = source.georeference(crs, heights=False)
            picture, remarks = read_picture(file, source)
            report = write_orthophoto(picture, georeference, source, out)
            for one in remarks:
                report.note(one)
        else:
            chosen = _band(file, band, source.path)
            stated = source.crs if source.crs is not None and (crs is None or source.crs_override) else crs
            georeference = source.georeference(
                crs,
                heights=True,
                declared_datum=None if crs is None else datum_of(crs, source.path),
                vertical_unit_m=vertical_unit_m(source, _unit(file, band), stated),
            )
            raster, remark = _heights(file, chosen, source, georeference.vertical_unit_m or georeference.unit_m)
            notes += remark
            report = write_elevation(raster, georeference, source, out)
    for note in notes:
        report.note(note)
    return report


def inspect_raster(path: Path) -> Inspection:
    """What it seems to be; values that look like classes are said to, and no layer is suggested."""
    with reading(path, rasterio.errors.RasterioError) as notes, rasterio.open(path) as file:
        crs = crs_text(file.crs)
        picture = is_picture(file)
        doubt = None if picture else _doubt(file, path)
        several = not picture and file.count > 1
        if several:
            doubt = f"{path.name} has {file.count} bands; if one holds heights, write options.band"
    return Inspection(
        layers=() if doubt else ("terrain",),
        crs=None if crs is None else declared_name(crs, path),
        vertical_datum=None if crs is None else datum_of(crs, path),
        has_heights=not picture,
        needs_crs=crs is None,
        count=1,
        notes=(*notes, *([doubt] if doubt else [])),
    )


def _doubt(file: Any, path: Path) -> str | None:
    """Why the values of a single band may not be heights; None when they may."""
    column, row = max(0, (file.width - _LOOK) // 2), max(0, (file.height - _LOOK) // 2)
    window = Window(column, row, min(_LOOK, file.width), min(_LOOK, file.height))
    values = np.ma.filled(file.read(1, masked=True, window=window).astype(float), np.nan)
    values = np.unique(values[np.isfinite(values)])
    if not len(values):
        return f'{path.name}: the middle holds no data; say layer = "terrain" if these are heights'
    if len(values) <= _FEW_VALUES and (values == np.rint(values)).all():
        few = ", ".join(f"{one:g}" for one in values[:8])
        return f"{path.name}: {len(values)} whole numbers only ({few} …): classes rather than heights; say the layer"
    return None


def _band(file: Any, band: Any, path: Path) -> int:
    if band is None and file.count == 1:
        return 1
    if not isinstance(band, int) or not 1 <= band <= file.count:
        said = "options.band is not set" if band is None else f"options.band is {band}"
        raise SourceUnreadableError(
            path=path, detail=f"{said} and it has {file.count} bands", cure=f"Write a number from 1 to {file.count}."
        )
    return band


def _unit(file: Any, band: Any) -> str | None:
    unit = file.units[(band if isinstance(band, int) else 1) - 1]
    return None if unit is None or not unit.strip() else str(unit)


def _heights(file: Any, band: int, source: Source, unit_m: float) -> tuple[Raster, list[str]]:
    """Band values as numbers: nodata to NaN, then scale and offset; and a remark on values that cannot be heights."""
    shape = wanted_shape(file, source)
    how = Resampling.average if shape != (file.height, file.width) else Resampling.nearest
    values = file.read(band, masked=True, out_shape=shape, resampling=how)
    heights: NDArray[np.float32] = np.ma.filled(values.astype(np.float32), np.nan)
    heights[~np.isfinite(heights)] = np.nan
    if (stated := source.options.get("nodata")) is not None:
        heights[heights == np.float32(stated)] = np.nan
    raw = heights
    scale, offset = file.scales[band - 1], file.offsets[band - 1]
    if (scale, offset) != (1.0, 0.0):
        heights = (heights * scale + offset).astype(np.float32)
    marks = (raw == _MARK) | (heights * unit_m < _DEEPEST_M) | (heights * unit_m > _HIGHEST_M)
    marked = raw[marks]
    heights[marks] = np.nan
    default = file.driver == "AAIGrid" and file.nodata is None  # the format's own: -9999 unless the header says other
    remarks = [] if default or not len(marked) else [_mark_note(source, marked)]
    return Raster(heights, cell_edges(file, shape, source.path)), remarks


def _mark_note(source: Source, marks: NDArray[np.float32]) -> str:
    shown = ", ".join(f"{one:g}" for one in np.unique(marks)[:4])
    return (
        f"{source.path.name}: {len(marks)} cells hold {shown}, which is no height but a mark: they have none; "
        "write options.nodata where other values are marks, too"
    )
