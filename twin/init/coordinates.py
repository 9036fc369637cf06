"""What the coordinates of a file say and look like: ``twin crs``.

The file is read by its reader in the limited child process, into a frame that leaves its numbers as they are (``local``
where the reader can, else the CRS the file is in), and only the numbers are looked at.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.feather
import shapely

from twin.crs import LOCAL, CampusFrame, Points, horizontal, parse_crs, short_name, transformer
from twin.crs.checking import Check, Fit, check_declared
from twin.crs.distortion import Distortion, distortion_at
from twin.crs.readings import Reading, readings
from twin.crs.transforming import WGS_84, degrees_in
from twin.errors import TwinError
from twin.init.look import Delivery, look
from twin.model.layer import LayerDefinition
from twin.readers.base import Inspection, Source
from twin.readers.sandbox import Worker
from twin.settings import Limits

_POINTS: Final = 200_000  # of a file; the others are left out evenly
_CPU_S: Final = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Longitude and latitude; ``datum`` names theirs where it is not WGS 84 and no sound shift to it exists."""

    longitude: float
    latitude: float
    datum: str = "WGS 84"


@dataclass(frozen=True, slots=True)
class CrsReport:
    """One file or one table of it. ``crs`` is what it was checked against: given, else declared.

    ``bounds``: west, south, east, north as the reader hands them on (x = east first where headings or numbers tell).
    """

    shown: str
    reader: str | None = None
    declared: str | None = None
    vertical_datum: str | None = None
    crs: str | None = None
    count: int = 0
    bounds: tuple[float, ...] | None = None
    check: Check | None = None
    readings: tuple[Reading, ...] = ()
    place: Place | None = None
    distortion: Distortion | None = None
    notes: tuple[str, ...] = ()
    problem: TwinError | None = None


def explain_files(
    files: Sequence[Path], layers: Mapping[str, LayerDefinition], crs: str | None = None, campus: str | None = None
) -> list[CrsReport]:
    """A report for every file (or table of one). ``crs``: what to take the coordinates for, whatever the file says."""
    for one in (crs, campus):
        if one is not None:
            parse_crs(one, "--crs")
    with Worker({**Limits().model_dump(), "cpu_s": _CPU_S}) as worker:
        return [_explain(one, worker, layers, crs, campus) for one in look(files)]


def _explain(
    one: Delivery, worker: Worker, layers: Mapping[str, LayerDefinition], given: str | None, campus: str | None
) -> CrsReport:
    seen = one.taken
    if seen is None:
        return CrsReport(one.shown, problem=one.problem)
    crs = given or seen.crs
    said: dict[str, Any] = {"reader": one.readers[0], "declared": seen.crs, "vertical_datum": seen.vertical_datum}
    try:
        points = _coordinates(one.path, one.readers[0], seen, worker, layers, crs)
    except TwinError as fault:
        return CrsReport(one.shown, **said, crs=crs, problem=fault)
    return CrsReport(one.shown, **said, crs=crs, notes=seen.notes, **look_at(points, crs, campus, one.path))


def look_at(points: Points, crs: str | None, campus: str | None = None, path: Path | str = "campus") -> dict[str, Any]:
    """The fields of a ``CrsReport`` that numbers fill: (n, 2), x = east or longitude first."""
    known = points[np.isfinite(points).all(axis=1), :2]
    if not len(known):
        return {}
    middle = np.median(known, axis=0)
    check = check_declared(known, crs, path, campus=campus)
    # a definition without an area of use cannot be checked; where the numbers would lie is worth seeing then
    trusted = crs if check.agrees or check.fits == (Fit.UNTOLD,) else None
    x, y = float(middle[0]), float(middle[1])
    place = None if trusted is None else place_of(trusted, x, y, path)
    return {
        "count": len(points),
        "bounds": tuple(float(one) for one in (*known.min(axis=0), *known.max(axis=0))),
        "check": check,
        "readings": readings(known, None if place is None else (place.longitude, place.latitude)),
        "place": place,
        "distortion": None if trusted is None else distortion_at(trusted, x, y, path),
    }


def place_of(crs: str, x: float, y: float, path: Path | str = "campus") -> Place | None:
    """Where a point of ``crs`` is: in WGS 84 if something sound leads there, else on its own datum; None for local."""
    parsed = parse_crs(crs, path)
    if parsed is None:
        return None
    point, datum = np.array([[x, y]]), "WGS 84"
    try:
        lonlat = transformer(crs, WGS_84, str(path))(point)[0]
    except TwinError:
        base = horizontal(parsed).geodetic_crs
        datum = base.name if base is not None else short_name(parsed)
        lonlat = degrees_in(crs, str(path))(point)[0]
    return Place(float(lonlat[0]), float(lonlat[1]), datum) if np.isfinite(lonlat).all() else None


@dataclass(frozen=True, slots=True)
class _Way:
    """How to have a file read without a change of its numbers."""

    crs: str
    options: dict[str, Any] = field(default_factory=dict)


def _ways(reader: str, seen: Inspection, crs: str | None) -> Iterator[_Way]:
    yield _Way(LOCAL)
    if crs is not None:
        yield _Way(crs)
    if seen.crs is not None and seen.crs != crs:
        yield _Way(seen.crs)
    if reader == "csv_points":
        yield _Way(LOCAL, {"axis_order": "xy"})  # as the columns stand
    yield _Way(WGS_84)


def _coordinates(
    path: Path, reader: str, seen: Inspection, worker: Worker, layers: Mapping[str, LayerDefinition], crs: str | None
) -> Points:
    """(n, 2) numbers of everything placed in the file; raises what the last way of reading raised."""
    fault: TwinError | None = None
    for way in _ways(reader, seen, crs):
        source = Source(
            key="look",
            path=path.resolve(),
            campus=CampusFrame(way.crs, LOCAL),
            layer=seen.layers[0] if seen.layers else "surface",
            crs=way.crs,
            crs_override=True,
            vertical_datum=LOCAL,
            height_offset_m=0.0,
            options={**seen.options, **way.options},
        )
        with tempfile.TemporaryDirectory(prefix="twin-crs-") as scratch:
            try:
                worker.read(reader, source, Path(scratch), layers)
            except TwinError as one:
                fault = fault or one
                continue
            return _points_in(Path(scratch))
    assert fault is not None
    raise fault


def _points_in(folder: Path) -> Points:
    """Coordinates of all geometries and the corners of all rasters that a reader wrote."""
    parts = [np.empty((0, 2))]
    for file in sorted(folder.glob("layer.*.arrow")):
        column = pyarrow.feather.read_table(file, columns=["geometry"])["geometry"].drop_null()
        step = max(1, len(column) // _POINTS)
        parts.append(shapely.get_coordinates(shapely.from_wkb(column.to_numpy(zero_copy_only=False)[::step])))
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    for raster in index["rasters"]:
        a, _, west, _, e, north = raster["transform"]
        rows, columns = np.load(folder / raster["file"], mmap_mode="r").shape[:2]
        parts.append(np.array([[west, north], [west + a * columns, north + e * rows]]))
    whole = np.concatenate(parts)
    return whole[:: max(1, len(whole) // _POINTS)]
