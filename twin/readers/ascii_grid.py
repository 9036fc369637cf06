"""ESRI ASCII grid: a header of six lines, then heights row by row from the north.

The format (ESRI ArcInfo ASCIIGRID) knows no CRS unless a .prj lies beside it, and no vertical datum. ``xllcorner`` is
the outer corner, ``xllcenter`` the middle of the first cell; nodata is -9999 unless the header says otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.raster_file import inspect_raster, read_raster
from twin.readers.writer import BatchWriter


class AsciiGridReader:
    """One .asc file -> one elevation grid."""

    name: ClassVar[str] = "ascii_grid"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".asc", ".grd")

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes and sniff.head(path, 64).lstrip().lower().startswith(b"ncols")

    def companions(self, path: Path) -> list[Path]:
        return [one for one in (path.with_suffix(".prj"), path.with_suffix(".PRJ")) if one.is_file()]

    def inspect(self, path: Path) -> Inspection:
        return inspect_raster(path)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        return read_raster(source, out)
