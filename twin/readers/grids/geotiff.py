"""GeoTIFF and Cloud Optimized GeoTIFF: one band is heights, red, green and blue are an orthophoto.

CRS and vertical datum by the GeoKeys (OGC 19-008r4); heights in the unit of the band's unit tag or of the vertical
CRS, else ``options.vertical_unit``. Nodata, masks, NaN, scale and offset are honoured.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.grids.grid import GRID_OPTIONS
from twin.readers.grids.raster_file import inspect_raster, read_raster
from twin.readers.options import COUNT, NUMBER, RANGE, Options
from twin.readers.writer import BatchWriter

_MAGIC: Final = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")  # classic and BigTIFF, both byte orders
_BESIDE: Final = (".tfw", ".tifw", ".wld")
_BEHIND: Final = (".aux.xml", ".ovr", ".msk")


class GeoTiffReader:
    """Elevation grids and orthophotos -> the terrain layer. ``options.band`` picks the band of heights."""

    name: ClassVar[str] = "geotiff"
    version: ClassVar[int] = 3
    suffixes: ClassVar[tuple[str, ...]] = (".tif", ".tiff")
    options: ClassVar[Options] = {**GRID_OPTIONS, "band": COUNT, "nodata": NUMBER, "stretch": RANGE}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes and sniff.head(path, 4) in _MAGIC

    def companions(self, path: Path) -> list[Path]:
        beside = [path.with_suffix(suffix) for suffix in _BESIDE]
        behind = [path.with_name(path.name + suffix) for suffix in _BEHIND]
        return [one for one in (*beside, *behind) if one.is_file()]

    def inspect(self, path: Path) -> Inspection:
        return inspect_raster(path)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        return read_raster(source, out)
