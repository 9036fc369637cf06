"""A 3D Tiles set of others (oblique photography, a city model), attached: looked through, placed, left where it is.

Read here is only what must be known: that every file is there and can be drawn, and where the set stands. Geocentric
coordinates (3D Tiles' own) are placed by the build, with the globe's place of the campus; others by ``crs`` or
``placement``. The placement of a geocentric set starts from longitude, latitude and ellipsoid height.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from twin.crs import LOCAL, Georeference, Similarity, decide_crs, enu, fit_similarity, geocentric
from twin.crs.datum_shift import DatumStep
from twin.crs.shift_doubts import shift_doubts
from twin.errors import SameDatumError, TilesetDamagedError, TilesetUnplacedError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.options import Options
from twin.readers.tilesets.walk import TilesetFiles, read_document, root_document, walk
from twin.readers.writer import BatchWriter

_HEAD_BYTES: Final = 65536
# how far from the middle of the earth its surface is, with mountains and trenches
_GLOBE_M: Final = (6_330_000.0, 6_400_000.0)
_SHOWN: Final = 20  # missing files named one by one

Corners = NDArray[np.float64]
Matrix = NDArray[np.float64]


class TilesetReader:
    """tileset.json -> nothing in the tables: a set that the scene shows."""

    name: ClassVar[str] = "tiles3d"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    options: ClassVar[Options] = {}

    def supports(self, path: Path) -> bool:
        if path.suffix.lower() not in self.suffixes:
            return False
        head = sniff.head(path, _HEAD_BYTES)
        return b'"geometricError"' in head and b'"boundingVolume"' in head

    def companions(self, path: Path) -> list[Path]:
        """A set called tileset.json owns its folder."""
        if path.name != "tileset.json":
            return []
        return sorted(one for one in path.parent.rglob("*") if one.is_file() and one != path)

    def inspect(self, path: Path) -> Inspection:
        placed = is_on_globe(root_corners(root_document(path), read_document(root_document(path))["root"]))
        return Inspection(needs_crs=not placed, needs_layer=False, unplaced=not placed)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        document = root_document(source.path)
        found = walk(document)
        corners = root_corners(document, found.root)
        report = _counted(found, document)
        globe = is_on_globe(corners)
        matrix: Matrix | None = None
        if not globe or source.placement is not None:
            matrix, said, doubts = _placed(source, corners, globe=globe)
            out.georeference = said
            for line in doubts:
                report.note(line)
        else:
            _no_contradiction(source)
            out.georeference = {"method": "globe", "crs": "EPSG:4978"}
        out.tileset(
            found.names(),
            {
                "root": document.name,
                "matrix": None if matrix is None else matrix.tolist(),
                "corners": corners.tolist(),
                "height_offset_m": source.height_offset_m,
                "bytes": sum((found.folder / one).stat().st_size for one in found.names()),
            },
        )
        return report


def _counted(found: TilesetFiles, document: Path) -> ReadReport:
    """Contents are what is found and kept; ones that are not there or of no known kind are skipped."""
    if not found.contents:
        raise TilesetDamagedError(path=document, detail="it has no content that can be drawn")
    report = ReadReport(kept=len(found.contents), meshed=len(found.contents))
    for reason, lost in ((SkipReason.DANGLING, found.missing), (SkipReason.UNSUPPORTED_OBJECT, found.strangers)):
        report.skip(reason, len(lost))
        for where, uri in lost[:_SHOWN]:
            report.note(f"{where.relative_to(found.folder)}: {uri[:200]}: {reason.value}")
    report.found = report.kept + len(found.missing) + len(found.strangers)
    return report


# --- where it is ---------------------------------------------------------------------------------------


def root_corners(document: Path, root: dict[str, Any]) -> Corners:
    """(8, 3): the corners of the root's bounding volume, in the coordinates that its transform leads to."""
    volume = root.get("boundingVolume")
    volume = volume if isinstance(volume, dict) else {}
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    try:
        matrix = np.array(root.get("transform", np.eye(4).ravel()), dtype=float).reshape(4, 4).T
        if "region" in volume:
            west, south, east, north, low, high = (float(one) for one in volume["region"])
            middle = np.array([west + east, south + north, low + high]) / 2
            reach = np.array([east - west, north - south, high - low]) / 2
            corners = geocentric((middle + signs * reach) * [180 / np.pi, 180 / np.pi, 1.0])
        elif "box" in volume:
            numbers = np.array(volume["box"], dtype=float).reshape(4, 3)
            corners = _through(matrix, numbers[0] + signs @ numbers[1:])
        else:
            x, y, z, radius = (float(one) for one in volume["sphere"])
            corners = _through(matrix, np.array([x, y, z]) + signs * radius)
    except (KeyError, TypeError, ValueError) as fault:
        raise TilesetDamagedError(path=document, detail="the bounding volume or transform of its root") from fault
    if not np.isfinite(corners).all():
        raise TilesetDamagedError(path=document, detail="the bounding volume of its root is not finite")
    return corners


def _through(matrix: Matrix, points: Corners) -> Corners:
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def is_on_globe(corners: Corners) -> bool:
    """Whether coordinates are geocentric: as far from zero as the surface of the earth."""
    return bool(_GLOBE_M[0] < np.linalg.norm(corners.mean(axis=0)) < _GLOBE_M[1])


def _no_contradiction(source: Source) -> None:
    if source.crs is not None and source.crs != "EPSG:4978":
        raise TilesetUnplacedError(
            path=source.path,
            key=source.key,
            detail=f"its coordinates are geocentric, but crs says {source.crs}",
            detail_zh=f"它的坐标是地心坐标，而 crs 写的是 {source.crs}",
            cure='crs = "EPSG:4978"',
        )
    if source.datum_shift is not None:
        raise SameDatumError(path=source.path, source="EPSG:4978", target=source.campus.crs, datum="WGS 84")
    if source.campus.crs.strip().lower() == LOCAL:
        raise TilesetUnplacedError(
            path=source.path,
            key=source.key,
            detail="its coordinates are geocentric and the campus has no place on the globe",
            detail_zh="它的坐标是地心坐标，而园区没有地理位置",
            cure="placement = { from = [longitude, latitude, height], to = [E, N, H], rotation_deg = 0 }",
        )


def _placed(source: Source, corners: Corners, *, globe: bool) -> tuple[Matrix, dict[str, Any], list[str]]:
    """4×4 set -> campus, the account of it, and what is to be said of a datum shift."""
    if source.placement is None and source.crs is None:
        raise TilesetUnplacedError(
            path=source.path,
            key=source.key,
            detail="its coordinates are not geocentric and nothing says what they are",
            detail_zh="它的坐标不是地心坐标，也没有说明是什么坐标",
            cure='crs = "EPSG:…" or placement = { to = [E, N, H] }',
        )
    if source.placement is None:
        georeference = source.georeference(None, heights=True)
        matrix, residual = fit_similarity(corners, georeference.points(corners))
        said = {**georeference.describe(), "residual_m": round(residual, 4)}
        return matrix, said, _doubts(georeference.datum_step, _through(matrix, corners))
    matrix, said = _by_placement(source, globe=globe)
    if source.datum_shift is None:
        return matrix, said, []
    step = source.datum_step(decide_crs(source.path, None, source.crs, override=False))
    assert step is not None
    start = _through(matrix, corners)
    onward, residual = fit_similarity(start, np.column_stack([step.plan(start[:, :2]), start[:, 2]]))
    whole = onward @ matrix
    said |= {"datum_shift": step.describe(), "residual_m": round(residual, 4)}
    return whole, said, _doubts(step, _through(whole, corners))


def _doubts(step: DatumStep | None, corners: Corners) -> list[str]:
    return [] if step is None else shift_doubts(step, corners.min(axis=0), corners.max(axis=0))


def _by_placement(source: Source, *, globe: bool) -> tuple[Matrix, dict[str, Any]]:
    """By one point and a turn, or by control points. Unlike on a plane, heights are scaled too: it is a body."""
    placement = source.placement
    assert placement is not None
    starts = [one.start for one in placement.control_points] or [placement.start]
    flat = np.eye(4)
    if globe:
        start = np.array([[*one, 0.0][:3] for one in starts], dtype=float)
        flat = enu(*start[0])
        level = [tuple(one) for one in _through(flat, geocentric(start))]
        points = tuple(replace(p, start=s) for p, s in zip(placement.control_points, level, strict=False))
        placement, starts = replace(placement, start=level[0], control_points=points), level
    method, similarity = placement.similarity(source.path)
    matrix = similarity.matrix()
    matrix[2, 2] = similarity.scale
    matrix[2, 3] += (1 - similarity.scale) * float(np.mean([one[2] if len(one) > 2 else 0.0 for one in starts]))
    matrix[2, 3] += source.height_offset_m or 0.0
    return matrix @ flat, _account(source, method, similarity)


def _account(source: Source, method: str, similarity: Similarity) -> dict[str, Any]:
    frame = Georeference(method, source.crs or LOCAL, source.campus, str(source.path), similarity=similarity)
    return frame.describe()
