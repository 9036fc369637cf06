"""Control points of a datum shift: whether they are what they are said to be, and how well parameters fit them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn

import numpy as np

from twin.crs.checking import Fit, check_declared
from twin.crs.geocentric import level_axes
from twin.crs.helmert import ControlPoint, Convention, SevenParameters, SpaceFit
from twin.crs.naming import Points, parse_crs, short_name
from twin.errors import (
    ControlPointCoordinatesError,
    ControlPointElsewhereError,
    ControlPointsMisfitError,
    ControlPointSuspectError,
    DatumPointsMisfitError,
    ParametersMisfitError,
)

# the longest shift in the EPSG database is 2.9 km (EPSG:8835); another zone is 300 km
FARTHEST_M: Final = 5_000.0

_SAID: Final[dict[Fit, tuple[str, str]]] = {
    Fit.AXES_SWAPPED: (
        "两轴颠倒：请先写东坐标（经度），再写北坐标（纬度）",
        "its axes are exchanged: write east (longitude) before north (latitude)",
    ),
    Fit.OTHER_ZONE: ("带号属于另一带：请改正坐标或坐标系", "its zone number is another's: correct it or the CRS"),
    Fit.PREFIX_MISSING: ("缺少带号：请补上", "the zone number before its easting is missing: write it"),
    Fit.PREFIX_EXTRA: ("该坐标系不带带号：请去掉", "the CRS has no zone number before eastings: take it off"),
    Fit.DEGREES: ("数值是经纬度，而坐标系是平面坐标系", "it is in degrees, the CRS is a grid in metres"),
    Fit.METRES: ("数值是平面坐标，而坐标系是经纬度", "it is in metres, the CRS is one of degrees"),
    Fit.MILLIMETRES: ("数值以毫米为单位：请写米", "it is in millimetres: write metres"),
}

_OTHER: Final[dict[Convention, Convention]] = {
    "position_vector": "coordinate_frame",
    "coordinate_frame": "position_vector",
}
_CHECK: Final = (
    "请核对参数的单位（m、角秒、ppm）、旋转约定和控制点。",
    "Check the units of the parameters (m, arc seconds, ppm), their convention and the points.",
)


@dataclass(frozen=True, slots=True)
class Residuals:
    """Computed minus given, point by point: lengths in the plane, heights with their signs."""

    plane_m: tuple[float, ...]
    height_m: tuple[float, ...]

    def text(self) -> str:
        """As people read them: in the plane / in height."""
        pairs = zip(self.plane_m, self.height_m or (0.0,) * len(self.plane_m), strict=True)
        return ", ".join(f"{plane:.3f}/{height:+.3f}" for plane, height in pairs)


def residuals_of(end: Points, given: Points, lonlat: Points) -> Residuals:
    """``end`` against ``given``, geocentric (n, 3), level at ``lonlat`` (n, 2)."""
    level = np.einsum("nij,nj->ni", level_axes(lonlat[:, 0], lonlat[:, 1]), end - given)
    plane = np.linalg.norm(level[:, :2], axis=1)
    return Residuals(tuple(float(one) for one in plane), tuple(float(one) for one in level[:, 2]))


def require_sound_points(points: Sequence[ControlPoint], source: str, target: str, path: str) -> None:
    """Every point lies where its CRS can have it. Raises ``ControlPointCoordinatesError`` with its number."""
    for number, one in enumerate(points, 1):
        for side, crs, place in (("from", source, one.start), ("to", target, one.end)):
            fits = check_declared(np.array([place[:2]], dtype=float), crs, path).fits
            said = next((words for fit, words in _SAID.items() if fit in fits), None)
            if said is not None:
                shown = ", ".join(f"{value:.10g}" for value in place[:2])
                name = short_name(parse_crs(crs, path))
                raise ControlPointCoordinatesError(
                    path=path, number=number, side=side, shown=shown, crs=name, what_zh=said[0], what=said[1]
                )


def require_near(start: Points, end: Points, source: str, target: str, path: str) -> None:
    """Both sides of every point are one place, datums apart: seven parameters would fit a wrong zone, too."""
    apart = np.linalg.norm(end - start, axis=1)
    for number, distance_m in enumerate(apart, 1):
        if not distance_m <= FARTHEST_M:
            names = [short_name(parse_crs(one, path)) for one in (source, target)]
            raise ControlPointElsewhereError(
                path=path, number=number, distance_km=f"{distance_m / 1000:.0f}", source=names[0], target=names[1]
            )


def require_fit(fit: SpaceFit, found: Residuals, tolerance_m: float, path: str) -> None:
    """Estimated parameters fit in the plane and in height, which both decide them."""
    if max(map(abs, (*found.plane_m, *found.height_m))) <= tolerance_m:
        return
    misfit(found, fit.adjustment.outliers, tolerance_m, path, "datum_shift", DatumPointsMisfitError)


def misfit(
    found: Residuals,
    suspects: Sequence[int],
    tolerance_m: float,
    path: str | Path,
    setting: str,
    otherwise: type[ControlPointsMisfitError] = ControlPointsMisfitError,
) -> NoReturn:
    """Raises ``ControlPointSuspectError``, which names ``suspects`` (counted from 0); without any ``otherwise``."""
    said = {"path": path, "tolerance_m": f"{tolerance_m:g}", "residuals": found.text()}
    if suspects:
        raise ControlPointSuspectError(**said, suspects=", ".join(str(one + 1) for one in suspects), setting=setting)
    raise otherwise(**said)


def require_agreement(
    given: SevenParameters, start: Points, end: Points, lonlat: Points, tolerance_m: float, path: str
) -> Residuals:
    """Stated parameters take ``start`` to ``end`` (geocentric) in the plane; heights are told and decide nothing.

    Bureaus give parameters between ellipsoidal heights, and control points have normal heights.
    """
    found = residuals_of(given.apply(start), end, lonlat)
    if max(found.plane_m) <= tolerance_m:
        return found
    cure_zh, cure = _other_reading(given, start, end, lonlat, tolerance_m) or _CHECK
    raise ParametersMisfitError(
        path=path, residuals=found.text(), tolerance_m=f"{tolerance_m:g}", cure=cure, cure_zh=cure_zh
    )


def _other_reading(
    given: SevenParameters, start: Points, end: Points, lonlat: Points, tolerance_m: float
) -> tuple[str, str] | None:
    """The other convention, the other direction or both, if the points fit that."""
    other = replace(given, convention=_OTHER[given.convention])
    for moved, zh, en in (
        (other.apply(start), f"旋转约定 {other.convention}", f"convention = {other.convention}"),
        (given.inverse(start), "相反方向的参数", "the parameters of the other direction"),
        (other.inverse(start), f"相反方向、约定 {other.convention}", f"the other direction with {other.convention}"),
    ):
        if max(residuals_of(moved, end, lonlat).plane_m) <= tolerance_m:
            return f"控制点与{zh}相符，请核对参数表。", f"The points fit {en}: look at the document again."
    return None
