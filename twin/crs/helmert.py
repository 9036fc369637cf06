"""Four and seven parameters from control points, with what a surveyor signs: residuals, standard errors, outliers.

Four parameters (plane): E' = dE + m (E cos a - N sin a), N' = dN + m (E sin a + N cos a), a counter-clockwise. Seven
parameters (space, Bursa-Wolf): X' = T + (1 + ds) R X. Rotations are whole rotation matrices, not small angles, in one
of two conventions: ``position_vector`` (EPSG:9606, 1033) or ``coordinate_frame`` (EPSG:9607, 1032), which turn the
other way; PROJ's ``+proj=helmert +exact``. Both fits are the closed optimum for points of equal weight (Umeyama 1991).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from twin.crs.adjustment import Adjustment, adjust
from twin.crs.naming import Points
from twin.crs.similarity import Similarity, fit_similarity
from twin.errors import ControlPointsCoincideError, ControlPointsInLineError, ControlPointsUnfitError

Convention = Literal["position_vector", "coordinate_frame"]
ARCSEC_PER_RAD: Final = 180.0 * 3600.0 / math.pi
PPM: Final = 1e6
_THIN: Final = 1e-4  # narrower than this part of its length a set of points is a line
_COINCIDE_M: Final = 1e-3
_STEP_RAD: Final = 1e-6

# a control point that lies off by more is a blunder: another unit, swapped axes, another point
TOLERANCE_M: Final = 1.0

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One place in the coordinates of a source and in those it is brought to, east (or longitude) first."""

    start: tuple[float, ...]
    end: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PlaneFit:
    """Four parameters (three with the scale held), and how good they are.

    Standard errors are None without redundancy. Those of the shift hold at the middle of the control points: at the
    origin, thousands of kilometres away, the error of the rotation is in them and tells nothing.
    """

    similarity: Similarity
    adjustment: Adjustment
    shift_se_m: float | None
    rotation_se_arcsec: float | None
    scale_se_ppm: float | None  # None, too, where the scale was held


def fit_plane(start: Points, end: Points, *, free_scale: bool = True, path: Path | str = "control points") -> PlaneFit:
    """Least squares over ≥2 points, (n, 2) or (n, 3) metres, east first; heights as ``Similarity.fit`` does.

    Raises ``ControlPointsUnfitError`` for fewer points, other numbers in both, or points in one place.
    """
    _require(start, end, 2, 2, path)
    middle = start[:, :2].mean(axis=0)

    def fit(chosen: NDArray[np.intp]) -> tuple[Array, Array]:
        found = _plane(start[chosen], end[chosen], free_scale)
        x, y = (found.apply(start[:, :2]) - found.apply(middle[None, :])).T
        columns = [(np.ones_like(x), np.zeros_like(x)), (np.zeros_like(x), np.ones_like(x)), (-y, x), (x, y)]
        design = np.stack([np.column_stack(one) for one in columns[: 4 if free_scale else 3]], axis=2)
        return found.apply(start[:, :2]) - end[:, :2], design

    adjusted = adjust(len(start), fit)
    errors = adjusted.standard_errors()
    fitted = Similarity.fit(start, end, free_scale=free_scale, path=path)
    if errors is None:
        return PlaneFit(fitted, adjusted, None, None, None)
    scale = float(errors[3]) * PPM if free_scale else None
    return PlaneFit(fitted, adjusted, float(errors[0]), float(errors[2]) * ARCSEC_PER_RAD, scale)


def control_points_fit(start: Points, end: Points, *, free_scale: bool, path: Path | str = "placement") -> Similarity:
    """The similarity of ``fit_plane`` that knows its standard error and its suspects, as a placement needs it."""
    fitted = fit_plane(start, end, free_scale=free_scale, path=path)
    adjusted = fitted.adjustment
    return replace(fitted.similarity, standard_error_m=adjusted.standard_error_m, suspects=adjusted.outliers)


def _plane(start: Points, end: Points, free_scale: bool) -> Similarity:
    if np.linalg.norm(start[:, :2] - start[:, :2].mean(axis=0)) < _COINCIDE_M:
        raise ValueError("in one place")
    return Similarity.fit(start[:, :2], end[:, :2], free_scale=free_scale)


@dataclass(frozen=True, slots=True)
class SevenParameters:
    """Translation, rotation and scale between two geocentric (or any Cartesian) systems."""

    tx_m: float
    ty_m: float
    tz_m: float
    rx_arcsec: float
    ry_arcsec: float
    rz_arcsec: float
    scale_ppm: float
    convention: Convention = "position_vector"

    def matrix(self) -> Array:
        """3×3 rotation, without the scale, column vectors."""
        angles = (one / ARCSEC_PER_RAD for one in (self.rx_arcsec, self.ry_arcsec, self.rz_arcsec))
        turn = _coordinate_frame(*angles)
        return turn if self.convention == "coordinate_frame" else turn.T

    def apply(self, points: Points) -> Points:
        """(n, 3) metres."""
        shift = np.array([self.tx_m, self.ty_m, self.tz_m])
        return shift + (1.0 + self.scale_ppm / PPM) * points @ self.matrix().T

    def as_convention(self, convention: Convention) -> SevenParameters:
        """The same transformation with its angles in the other convention (nearly, not exactly, the signs change)."""
        turn = self.matrix()
        angles = _angles(turn if convention == "coordinate_frame" else turn.T)
        return SevenParameters(self.tx_m, self.ty_m, self.tz_m, *angles, self.scale_ppm, convention)

    def inverse(self, points: Points) -> Points:
        """(n, 3) metres, back."""
        shift = np.array([self.tx_m, self.ty_m, self.tz_m])
        out: Points = (points - shift) @ self.matrix() / (1.0 + self.scale_ppm / PPM)
        return out

    def pipeline(self) -> str:
        """The same as PROJ writes it."""
        shift = f"+x={self.tx_m:.17g} +y={self.ty_m:.17g} +z={self.tz_m:.17g} +s={self.scale_ppm:.17g}"
        turn = f"+rx={self.rx_arcsec:.17g} +ry={self.ry_arcsec:.17g} +rz={self.rz_arcsec:.17g}"
        return f"+proj=helmert {shift} {turn} +exact +convention={self.convention}"


@dataclass(frozen=True, slots=True)
class SpaceFit:
    """Seven parameters, and how good they are; standard errors are None without redundancy.

    ``shift_se_m`` holds at ``middle_m``, that of the points. The three translations at the geocentre
    (``translation_se_m``) are far less certain than their many digits say, and go only with the rotations of the same
    fit.
    """

    parameters: SevenParameters
    adjustment: Adjustment
    middle_m: tuple[float, float, float]
    shift_se_m: float | None
    rotation_se_arcsec: tuple[float, float, float] | None
    scale_se_ppm: float | None

    def cofactors_at(self, points: Points) -> Array:
        """(n, 3, 3): of the transformed coordinates of ``points`` (n, 3), start system.

        Times the square of the standard error of unit weight they are covariances.
        """
        design = _space_design(self.parameters, points - np.array(self.middle_m))
        out: Array = design @ self.adjustment.cofactors @ design.transpose(0, 2, 1)
        return out

    @property
    def translation_se_m(self) -> tuple[float, float, float] | None:
        """Of the three translations, at the geocentre."""
        if (error := self.adjustment.standard_error_m) is None:
            return None
        x, y, z = (float(one) for one in error * np.sqrt(np.diag(self.cofactors_at(np.zeros((1, 3)))[0])))
        return (x, y, z)


def fit_space(
    start: Points,
    end: Points,
    *,
    convention: Convention = "position_vector",
    path: Path | str = "control points",
) -> SpaceFit:
    """Least squares over ≥3 points that are not on one line, (n, 3) metres, geocentric for Bursa-Wolf.

    Raises ``ControlPointsUnfitError`` for fewer points, other numbers in both, or points on one line.
    """
    _require(start, end, 3, 3, path)
    parameters = _space(start, end, convention)
    middle = start.mean(axis=0)
    x, y, z = (float(one) for one in middle)

    def fit(chosen: NDArray[np.intp]) -> tuple[Array, Array]:
        found = _space(start[chosen], end[chosen], convention)
        return found.apply(start) - end, _space_design(found, start - middle)

    adjusted = adjust(len(start), fit)
    errors = adjusted.standard_errors()
    if errors is None:
        return SpaceFit(parameters, adjusted, (x, y, z), None, None, None)
    rx, ry, rz = (float(one) * ARCSEC_PER_RAD for one in errors[3:6])
    scale = float(errors[6]) * PPM
    return SpaceFit(parameters, adjusted, (x, y, z), float(errors[:3].max()), (rx, ry, rz), scale)


def _space(start: Points, end: Points, convention: Convention) -> SevenParameters:
    if _is_thin(start):
        raise ValueError("on one line")
    matrix, _ = fit_similarity(start, end)
    scale = float(np.cbrt(np.linalg.det(matrix[:3, :3])))
    turn = matrix[:3, :3] / scale
    angles = _angles(turn if convention == "coordinate_frame" else turn.T)
    tx, ty, tz = (float(one) for one in matrix[:3, 3])
    return SevenParameters(tx, ty, tz, *angles, (scale - 1.0) * PPM, convention)


def _space_design(found: SevenParameters, centred: Points) -> Array:
    """(n, 3, 7): derivatives by the shift in the middle, the angles in radians and the scale."""
    scale = 1.0 + found.scale_ppm / PPM
    design = np.zeros((len(centred), 3, 7))
    design[:, :, :3] = np.eye(3)
    angles = np.array([found.rx_arcsec, found.ry_arcsec, found.rz_arcsec]) / ARCSEC_PER_RAD
    for axis in range(3):
        step = np.eye(3)[axis] * _STEP_RAD
        change = (_coordinate_frame(*(angles + step)) - _coordinate_frame(*(angles - step))) / (2 * _STEP_RAD)
        turned = change if found.convention == "coordinate_frame" else change.T
        design[:, :, 3 + axis] = scale * centred @ turned.T
    design[:, :, 6] = centred @ found.matrix().T
    return design


def _coordinate_frame(rx: float, ry: float, rz: float) -> Array:
    """The exact rotation matrix of the coordinate frame convention: about z, then y, then x; radians."""
    (cx, cy, cz), (sx, sy, sz) = np.cos([rx, ry, rz]), np.sin([rx, ry, rz])
    about_x = np.array([[1, 0, 0], [0, cx, sx], [0, -sx, cx]])
    about_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    about_z = np.array([[cz, sz, 0], [-sz, cz, 0], [0, 0, 1]])
    out: Array = about_z @ about_y @ about_x
    return out


def _angles(turn: Array) -> tuple[float, float, float]:
    """Arc seconds of ``_coordinate_frame``, read off its matrix."""
    ry = math.asin(max(-1.0, min(1.0, float(turn[2, 0]))))
    rx = math.atan2(-float(turn[2, 1]), float(turn[2, 2]))
    rz = math.atan2(-float(turn[1, 0]), float(turn[0, 0]))
    return (rx * ARCSEC_PER_RAD, ry * ARCSEC_PER_RAD, rz * ARCSEC_PER_RAD)


def _is_thin(points: Points) -> bool:
    widths = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(widths[0] < _COINCIDE_M or widths[1] < _THIN * widths[0])


def _require(start: Points, end: Points, least: int, axes: int, path: Path | str) -> None:
    usable = start.ndim == end.ndim == 2 and min(start.shape[1], end.shape[1]) >= axes
    if not usable or len(start) != len(end) or len(start) < least:
        raise ControlPointsUnfitError(path=path, need=least, given=min(len(start), len(end)))
    if not (np.isfinite(start[:, :axes]).all() and np.isfinite(end[:, :axes]).all()):
        raise ControlPointsUnfitError(path=path, need=least, given=len(start))
    for points in (start, end):
        spread = float(np.linalg.norm(points[:, :axes] - points[:, :axes].mean(axis=0)))
        if spread < _COINCIDE_M or (least > 2 and _is_thin(points)):
            raise (
                ControlPointsInLineError(path=path) if spread >= _COINCIDE_M else ControlPointsCoincideError(path=path)
            )
