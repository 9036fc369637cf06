"""From the coordinates of a source to those of the campus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs.datum_shift import DatumStep
from twin.crs.naming import Points, horizontal, parse_crs, short_name
from twin.crs.similarity import Similarity
from twin.crs.transforming import transformer
from twin.crs.vertical import known_offset
from twin.errors import DatumMismatchError, DatumOffsetUnstatedError, MissingVerticalDatumError


@dataclass(frozen=True, slots=True)
class CampusFrame:
    """Where the campus counts its metres: a projected CRS (or ``local``) and a vertical datum."""

    crs: str
    vertical_datum: str


@dataclass(frozen=True)
class Georeference:
    """Source coordinates -> campus coordinates: unit, CRS change, similarity, height offset, in this order.

    ``method`` is what the report says: ``crs``, ``datum_shift``, ``map_conversion``, ``control_points``, ``placement``,
    ``unplaced``. ``datum_step`` makes the CRS change where PROJ has none.
    """

    method: str
    crs: str
    campus: CampusFrame
    path: str
    unit_m: float = 1.0
    similarity: Similarity = field(default_factory=Similarity)
    height_offset_m: float = 0.0
    similarity_first: bool = False  # a map conversion acts in the file's own metres, before the CRS change
    vertical_unit_m: float | None = None
    plane_crs: str | None = None  # the CRS that the similarity starts from, when it is not ``crs`` itself
    datum_step: DatumStep | None = None

    def points(self, points: Points) -> Points:
        """(n, 2) or (n, 3), x first. NaN stays NaN."""
        out = np.array(points, dtype=float)
        if not self._geographic():
            out[:, :2] *= self.unit_m
        if out.shape[1] > 2:
            out[:, 2] *= self.vertical_unit_m or self.unit_m
        if self.similarity_first:
            out = self.similarity.apply(out)
        out[:, :2] = self._to_campus()(out[:, :2])
        if not self.similarity_first:
            out = self.similarity.apply(out)
        if out.shape[1] > 2:
            out[:, 2] += self.height_offset_m
        return out

    def geometry(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Shapely objects; 2D stays 2D, 3D stays 3D."""
        flat = ~shapely.has_z(geometry)
        out = geometry.copy()
        for mask, dimensions in ((flat, False), (~flat, True)):
            if mask.any():
                out[mask] = shapely.transform(geometry[mask], self.points, include_z=dimensions)
        return out

    def affine(self, around: Points) -> tuple[NDArray[np.float64], float]:
        """The 4×4 that best stands in for ``points`` over the box of ``around`` (n, 3), and its worst error in m.

        Meshes are placed with it: over one building the curvature of a map projection stays far below 1 mm.
        """
        low, high = around.min(axis=0), around.max(axis=0)
        high = np.where(high - low < 1e-6, low + 1.0, high)
        corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        centre = corners.mean(axis=0)
        local = np.column_stack([corners - centre, np.ones(len(corners))])
        target = self.points(corners)
        shift = target.mean(axis=0)
        solution, *_ = np.linalg.lstsq(local, target - shift, rcond=None)
        matrix = np.eye(4)
        matrix[:3, :3] = solution[:3].T
        matrix[:3, 3] = solution[3] + shift - matrix[:3, :3] @ centre
        worst = np.abs(corners @ matrix[:3, :3].T + matrix[:3, 3] - target).max()
        return matrix, float(worst)

    def describe(self) -> dict[str, Any]:
        """JSON-ready account for the report."""
        said: dict[str, Any] = {"method": self.method, "crs": short_name(parse_crs(self.crs, self.path))}
        said |= self.similarity.account()
        if self.datum_step is not None:
            said["datum_shift"] = self.datum_step.describe()
        return said

    def _geographic(self) -> bool:
        parsed = parse_crs(self.crs, self.path)
        return parsed is not None and horizontal(parsed).is_geographic

    def _to_campus(self) -> Callable[[Points], Points]:
        return transformer(self.crs, self._target(), self.path) if self.datum_step is None else self.datum_step.plan

    def _target(self) -> str:
        # Placed by a similarity from a frame PROJ cannot relate: the numbers are already metres.
        if self.similarity_first or self.similarity == Similarity():
            return self.campus.crs
        return self.plane_crs or (self.campus.crs if self._geographic() else self.crs)


def check_datum(
    path: Path, declared: str | None, campus: str, height_offset_m: float | None, *, has_heights: bool
) -> float:
    """The height offset to add, or the error that says which answer is missing."""
    if not has_heights:
        return 0.0
    if height_offset_m is not None:
        return height_offset_m
    if declared is None:
        raise MissingVerticalDatumError(path=path)
    if declared != campus:
        if (known := known_offset(declared, campus)) is not None:
            raise DatumOffsetUnstatedError(
                path=path, source=declared, target=campus, offset_m=f"{known.offset_m:+g}", doubt=known.doubt()
            )
        raise DatumMismatchError(path=path, source=declared, target=campus)
    return 0.0
