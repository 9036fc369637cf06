"""ESRI ASCII grid: a header of six lines, then heights row by row from the north.

The format (ESRI ArcInfo ASCIIGRID) knows no CRS unless a .prj lies beside it, and no vertical datum. ``xllcorner`` is
the outer corner, ``xllcenter`` the middle of the first cell; nodata is -9999 unless the header says otherwise.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import BinaryIO, ClassVar, Final

from twin.errors import SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.faults import reading
from twin.readers.grids.grid import GRID_OPTIONS
from twin.readers.grids.raster_file import inspect_raster, read_raster
from twin.readers.options import NUMBER, Options
from twin.readers.writer import BatchWriter

_BLOCK: Final = 1 << 20
_LONGEST_LINE: Final = 4096  # of the header
_HEADER: Final = frozenset(b"ncols nrows xllcorner xllcenter yllcorner yllcenter cellsize dx dy nodata_value".split())


class AsciiGridReader:
    """One .asc file -> one elevation grid."""

    name: ClassVar[str] = "ascii_grid"
    version: ClassVar[int] = 2
    suffixes: ClassVar[tuple[str, ...]] = (".asc", ".grd")
    options: ClassVar[Options] = {**GRID_OPTIONS, "nodata": NUMBER}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes and sniff.head(path, 64).lstrip().lower().startswith(b"ncols")

    def companions(self, path: Path) -> list[Path]:
        return [one for one in (path.with_suffix(".prj"), path.with_suffix(".PRJ")) if one.is_file()]

    def inspect(self, path: Path) -> Inspection:
        _require_possible(path)
        return inspect_raster(path)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        _require_whole(source.path)
        return read_raster(source, out)


def _require_possible(path: Path) -> None:
    """Refuse a header that promises more heights than the file has room for: GDAL would look for them for hours."""
    with reading(path), path.open("rb") as file:
        wanted = _promised(file, path)
        room = (path.stat().st_size - file.tell() + 1) // 2  # a digit and a blank each
    if wanted > room:
        raise SourceUnreadableError(path=path, detail=f"its header promises {wanted} heights, at most {room} are there")


def _require_whole(path: Path) -> None:
    """Refuse a grid with too few or too many numbers: GDAL fills the missing ones with the last one it read."""
    with reading(path), path.open("rb") as file:
        wanted = _promised(file, path)
        found = _count_words(file)
    if found != wanted:
        raise SourceUnreadableError(path=path, detail=f"its header promises {wanted} heights, {found} are there")


def _promised(file: BinaryIO, path: Path) -> int:
    """How many heights the header promises; ``file`` stands behind the header afterwards."""
    header: dict[bytes, bytes] = {}
    start = 0
    while (words := file.readline(_LONGEST_LINE).split()) and words[0].lower() in _HEADER:
        header[words[0].lower()] = words[1] if len(words) > 1 else b""
        start = file.tell()
    file.seek(start)
    cells = [header[name] for name in (b"cellsize", b"dx", b"dy") if name in header]
    if not cells or any(not math.isfinite(float(one)) or float(one) <= 0 for one in cells):
        raise SourceUnreadableError(path=path, detail="its header states no cell size above 0")
    return int(header.get(b"ncols", b"")) * int(header.get(b"nrows", b""))


def _count_words(file: BinaryIO) -> int:
    """Words up to the end, in blocks; a word cut by a block border counts once."""
    count, inside = 0, False
    while block := file.read(_BLOCK):
        words = len(block.split())
        count += words - (1 if inside and words and not block[:1].isspace() else 0)
        inside = not block[-1:].isspace()
    return count
