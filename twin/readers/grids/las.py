"""LiDAR points (LAS 1.0-1.4, LAZ) -> one elevation grid: the mean of ground points, or the lowest point a cell.

CRS from the WKT or GeoTIFF records of the header (ASPRS LAS 1.4 R15). Heights: the unit of the vertical CRS, else of
``options.vertical_unit``, else that of the plane, as LAS practice has it. Points are read in chunks; a file of any
size needs only memory for its grid.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from twin.crs import Georeference, crs_text, horizontal, parse_crs, unit_metres
from twin.errors import SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.declared import datum_of, declared_name
from twin.readers.faults import needed, reading
from twin.readers.grids.grid import GRID_OPTIONS, require_terrain, write_grid_values
from twin.readers.grids.resample import Raster
from twin.readers.options import NUMBER, Options, one_of
from twin.readers.writer import BatchWriter

GROUND: Final = 2  # ASPRS classes
NOISE: Final = (7, 18)
_CHUNK: Final = 1_000_000
_POINTS_PER_CELL: Final = 3.0
_MAX_CELLS: Final = 150_000_000  # 16 bytes each while points are added
_STEPS_M: Final = (0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 50.0, 100.0)
_GEO_KEYS: Final = 34735  # GeoKeyDirectoryTag
_VERTICAL_UNITS_KEY: Final = 4099  # VerticalUnitsGeoKey
_EPSG_UNITS: Final = {9001: "m", 9002: "ft", 9003: "us-ft"}


class LasReader:
    """Points -> a terrain grid. Options: ``cell_m``, ``ground`` (``class`` or ``lowest``), ``fill_m``."""

    name: ClassVar[str] = "las"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".las", ".laz")
    options: ClassVar[Options] = {**GRID_OPTIONS, "ground": one_of("class", "lowest"), "fill_m": NUMBER}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes and sniff.head(path, 4) == b"LASF"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002
        return []

    def inspect(self, path: Path) -> Inspection:
        laspy = needed("laspy", path, "laspy")
        with reading(path, laspy.LaspyException, RuntimeError) as notes, laspy.open(path) as file:
            crs = crs_text(file.header.parse_crs())
            count = int(file.header.point_count)
            unit = _vertical_unit(file.header, crs, path)
        said = f"{path.name}: heights are read in units of {unit:g} m; if not so write options.vertical_unit"
        return Inspection(
            layers=("terrain",),
            crs=None if crs is None else declared_name(crs, path),
            vertical_datum=None if crs is None else datum_of(crs, path),
            has_heights=True,
            needs_crs=crs is None,
            count=count,
            notes=(*notes, *((said,) if abs(unit - 1.0) > 1e-9 else ())),
        )

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        require_terrain(source)
        laspy = needed("laspy", source.path, "laspy")
        with reading(source.path, laspy.LaspyException, RuntimeError) as notes:
            report = _read(source, out)
        for note in notes:
            report.note(note)
        return report


def _read(source: Source, out: BatchWriter) -> ReadReport:
    with needed("laspy", source.path, "laspy").open(source.path) as file:
        header = file.header
        crs = crs_text(header.parse_crs())
        way = source.georeference(
            crs,
            heights=True,
            declared_datum=None if crs is None else datum_of(crs, source.path),
            vertical_unit_m=_stated_unit(source) or _vertical_unit(header, crs or source.crs, source.path),
        )
        low, high = _bounds(header, way, source.path)
    report = ReadReport()
    by_class = _ground_by_class(source)
    kept_class = Counter[int]() if by_class is None else None
    if by_class is None:
        kept_class = _count_classes(source.path)
        by_class = kept_class.get(GROUND, 0) > 0
        how = "classified as ground" if by_class else "lowest in each cell: no point is classified as ground"
        report.note(f"{source.path.name}: heights are those {how}")
    used = kept_class[GROUND] if kept_class and by_class else int(header.point_count)
    cell = _cell(source, low, high, used)
    grid = _Grid(low, high, cell, mean=by_class, path=source.path)
    for points in _chunks(source.path):
        _add(grid, points, way, by_class, report)
    _close_report(report, int(header.point_count), source.path)
    values = grid.values()
    fill_m = float(source.options.get("fill_m", 3 * cell))
    filled = fill_gaps(values, max(0, round(fill_m / cell)))
    gaps = int(np.isfinite(filled).sum() - np.isfinite(values).sum())
    if gaps:
        report.note(f"{source.path.name}: {gaps} cells in gaps up to {fill_m:g} m from a point were filled")
    out.placed_by(way)
    if report.kept:
        write_grid_values(Raster(filled, grid.transform), source, out, report)
    return report


# --- units and extent ----------------------------------------------------------------------------------


def _stated_unit(source: Source) -> float | None:
    unit = source.options.get("vertical_unit")
    return None if unit is None else unit_metres(str(unit), source.path)


def _vertical_unit(header: Any, crs: str | None, path: Path) -> float:
    """Metres in one unit of height: vertical CRS, VerticalUnitsGeoKey, else the unit of the plane."""
    parsed = None if crs is None else parse_crs(crs, path)
    if parsed is not None and parsed.is_compound:
        return float(parsed.sub_crs_list[1].axis_info[0].unit_conversion_factor)
    for record in header.vlrs:
        if record.record_id == _GEO_KEYS:
            for key in record.geo_keys:
                if key.id == _VERTICAL_UNITS_KEY and key.value_offset in _EPSG_UNITS:
                    return unit_metres(_EPSG_UNITS[key.value_offset], path)
    if parsed is None:
        return 1.0
    flat = horizontal(parsed)
    return float(flat.axis_info[0].unit_conversion_factor) if flat.is_projected else 1.0


def _bounds(header: Any, way: Georeference, path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The header's box in campus metres, its edges followed in 21 steps."""
    (x0, y0, _), (x1, y1, _) = header.mins, header.maxs
    if not np.isfinite([x0, y0, x1, y1]).all() or x1 < x0 or y1 < y0:
        raise SourceUnreadableError(path=path, detail="the box in its header is not valid")
    t = np.linspace(0.0, 1.0, 21)
    x, y = np.meshgrid(x0 + t * (x1 - x0), y0 + t * (y1 - y0))
    placed = way.points(np.column_stack([x.ravel(), y.ravel()]))
    if not np.isfinite(placed).all():
        raise SourceUnreadableError(path=path, detail="its points lie outside the campus CRS", cure="Check its CRS.")
    return placed.min(axis=0), placed.max(axis=0)


def _cell(source: Source, low: NDArray[np.float64], high: NDArray[np.float64], points: int) -> float:
    """``options.cell_m``, else the smallest round step that gives a cell about three points."""
    wanted = source.options.get("cell_m")
    if wanted is not None:
        return float(wanted)
    area = float(np.prod(np.maximum(high - low, 1.0)))
    side = math.sqrt(area * _POINTS_PER_CELL / max(points, 1))
    return next((step for step in _STEPS_M if step >= side), _STEPS_M[-1])


# --- points --------------------------------------------------------------------------------------------


def _chunks(path: Path) -> Iterator[Any]:
    with needed("laspy", path, "laspy").open(path) as file:
        yield from file.chunk_iterator(_CHUNK)


def _ground_by_class(source: Source) -> bool | None:
    """What campus.toml says; None leaves it to the points."""
    said = source.options.get("ground")
    return None if said is None else said == "class"


def _count_classes(path: Path) -> Counter[int]:
    found: Counter[int] = Counter()
    for points in _chunks(path):
        classes, counts = np.unique(np.asarray(points.classification), return_counts=True)
        found.update(dict(zip(classes.tolist(), counts.tolist(), strict=True)))
    return found


def _add(grid: _Grid, points: Any, way: Georeference, by_class: bool, report: ReadReport) -> None:
    """One chunk into the grid; every point is counted once."""
    classes = np.asarray(points.classification)
    report.found += len(classes)
    wanted = (classes == GROUND) if by_class else ~np.isin(classes, NOISE)
    wanted &= ~np.asarray(points.withheld, dtype=bool)
    report.skip(SkipReason.NOT_SELECTED, int((~wanted).sum()))
    xyz = np.column_stack([points.x, points.y, points.z])[wanted].astype(float)
    placed = way.points(xyz) if len(xyz) else xyz
    report.kept += grid.add(placed)
    report.skip(SkipReason.BAD_COORDINATES, len(placed) - grid.last_used)


def _close_report(report: ReadReport, promised: int, path: Path) -> None:
    if report.found != promised:
        report.note(f"{path.name}: its header promises {promised} points, {report.found} are there")
    if not report.kept:
        report.note(f"{path.name}: no point is left for the terrain; see options.ground")


class _Grid:
    """Sums, counts and lowest points by cell; north up, edges on whole cells."""

    def __init__(
        self, low: NDArray[np.float64], high: NDArray[np.float64], cell: float, *, mean: bool, path: Path
    ) -> None:
        west, south = np.floor(low / cell) * cell
        self.columns = max(1, math.ceil((high[0] - west) / cell + 1e-9))
        self.rows = max(1, math.ceil((high[1] - south) / cell + 1e-9))
        if self.rows * self.columns > _MAX_CELLS:
            detail = f"{self.rows} x {self.columns} cells of {cell:g} m are too many"
            raise SourceUnreadableError(path=path, detail=detail, cure="Write a larger options.cell_m.")
        self.transform = (cell, 0.0, float(west), 0.0, -cell, float(south + self.rows * cell))
        self.mean = mean
        self.last_used = 0
        size = self.rows * self.columns
        self._sum = np.zeros(size if mean else 0)
        self._count = np.zeros(size if mean else 0, np.int64)
        self._low = np.full(0 if mean else size, np.inf)

    def add(self, points: NDArray[np.float64]) -> int:
        """Count points (n, 3) in; returns how many lie in the grid."""
        cell, _, west, _, _, north = self.transform
        good = np.isfinite(points).all(axis=1)
        column = np.floor((points[good, 0] - west) / cell)
        row = np.floor((north - points[good, 1]) / cell)
        # the header's far edge belongs to the last cell
        column = np.where(column == self.columns, self.columns - 1, column)
        row = np.where(row == self.rows, self.rows - 1, row)
        inside = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        flat = (row[inside] * self.columns + column[inside]).astype(np.int64)
        z = points[good, 2][inside]
        if self.mean:
            self._sum += np.bincount(flat, z, minlength=len(self._sum))
            self._count += np.bincount(flat, minlength=len(self._count))
        else:
            np.minimum.at(self._low, flat, z)
        self.last_used = len(flat)
        return self.last_used

    def values(self) -> NDArray[np.float32]:
        """(rows, columns) heights, NaN where no point fell."""
        if self.mean:
            whole = np.where(self._count > 0, self._sum / np.maximum(self._count, 1), np.nan)
        else:
            whole = np.where(np.isfinite(self._low), self._low, np.nan)
        return whole.reshape(self.rows, self.columns).astype(np.float32)


# --- gaps ----------------------------------------------------------------------------------------------


def fill_gaps(values: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """Fill cells within ``steps`` cells of data on all sides by the mean of their neighbours, ring by ring.

    Only what a morphological closing closes is filled: the outer edge does not grow, large holes stay NaN.
    """
    known = np.isfinite(values)
    if not steps or known.all() or not known.any():
        return values
    padded = np.pad(known, steps)
    closed = padded
    for _ in range(steps):
        closed = _neighbours(closed).any(axis=0) | closed
    for _ in range(steps):
        closed = _neighbours(closed).all(axis=0) & closed
    wanted = closed[steps:-steps, steps:-steps] & ~known
    out = values.astype(float)
    for _ in range(2 * steps):
        open_cells = wanted & ~np.isfinite(out)
        if not open_cells.any():
            break
        around = _neighbours(out, np.nan)
        seen = np.isfinite(around)
        count = seen.sum(axis=0)
        mean = np.where(seen, around, 0.0).sum(axis=0) / np.maximum(count, 1)
        out = np.where(open_cells & (count > 0), mean, out)
    return out.astype(np.float32)


def _neighbours(values: NDArray[Any], edge: Any = False) -> NDArray[Any]:
    """(8, rows, columns): the cells around each cell; ``edge`` beyond the border."""
    padded = np.pad(values, 1, constant_values=edge)
    rows, columns = values.shape
    return np.stack([padded[r : r + rows, c : c + columns] for r in range(3) for c in range(3) if (r, c) != (1, 1)])
