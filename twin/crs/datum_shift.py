"""To another datum by seven parameters (Bursa-Wolf): given by a surveying bureau, or estimated from control points.

Grid -> longitude, latitude -> geocentric -> Helmert -> geocentric -> longitude, latitude -> grid. PROJ makes the steps
on one datum; its database of datum shifts is not asked. The plan moves as at one height, ``height_m``, so that what
stands above each other stays so and things with and without heights meet; a metre of height more or less would move it
by some 0.03 mm. Heights themselves are handed on (docs/decisions/0050).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from twin.crs.adjustment import fit_account
from twin.crs.control_checks import (
    FARTHEST_M,
    Residuals,
    require_agreement,
    require_fit,
    require_near,
    require_sound_points,
    residuals_of,
)
from twin.crs.geocentric import geocentric_of
from twin.crs.helmert import TOLERANCE_M, ControlPoint, SevenParameters, SpaceFit, fit_space
from twin.crs.naming import Points, horizontal, parse_crs, shifted_name, short_name
from twin.crs.transforming import degrees_in, transformer
from twin.errors import DatumShiftTooFarError, DatumShiftUnfitError, SameDatumError, ShiftOfItsOwnError


@dataclass(frozen=True, slots=True)
class DatumShift:
    """What campus.toml says of the way to another datum.

    ``parameters`` or ``control_points``; with both the points check the parameters. ``to_crs``: what the parameters
    and the ``end`` of the points lead to; None: the CRS of the campus. ``height_m``: at which the plan is moved; None:
    the mean of the points.
    """

    parameters: SevenParameters | None = None
    control_points: tuple[ControlPoint, ...] = ()
    to_crs: str | None = None
    height_m: float | None = None
    tolerance_m: float = TOLERANCE_M


@dataclass(frozen=True, slots=True)
class DatumStep:
    """A shift between two CRS, ready to use.

    ``residuals`` are of the control points, where there are; ``fit`` and ``area`` (their places in the campus, (n, 2))
    only where they decide the parameters.
    """

    source: str
    target: str
    campus: str
    path: str
    parameters: SevenParameters
    height_m: float
    fit: SpaceFit | None = None
    residuals: Residuals | None = None
    area: Points | None = None

    def plan(self, points: Points, height_m: float | None = None) -> Points:
        """(n, 2) of the source CRS -> (n, 2) of the campus, as at ``height_m``. NaN stays NaN.

        Raises ``DatumShiftTooFarError`` where the parameters lead farther than datums are apart.
        """
        if not len(points):
            return points
        there, back = geocentric_of(self.source, self.path)[0], geocentric_of(self.target, self.path)[1]
        start = there(_at(points, self.height_m if height_m is None else height_m))
        end = self.parameters.apply(start)
        apart = np.linalg.norm(end - start, axis=1)
        known = apart[np.isfinite(apart)]
        if len(known) and float(np.median(known)) > FARTHEST_M:
            raise DatumShiftTooFarError(path=self.path, distance_km=f"{float(np.median(known)) / 1000:.0f}")
        return transformer(self.target, self.campus, self.path)(back(end)[:, :2])

    def describe(self) -> dict[str, Any]:
        """JSON-ready account for the report."""
        said: dict[str, Any] = {
            "to": short_name(parse_crs(self.target, self.path)),
            "parameters": asdict(self.parameters),
            "height_m": round(self.height_m, 3),
        }
        error = None if self.fit is None else self.fit.adjustment.standard_error_m
        outliers = () if self.fit is None else self.fit.adjustment.outliers
        if self.residuals is not None:
            said |= fit_account(self.residuals.plane_m, self.residuals.height_m, error, outliers)
        if self.fit is not None and error is not None:
            said["shift_se_m"] = _rounded(self.fit.shift_se_m, 4)
            said["translation_se_m"] = [_rounded(one, 3) for one in self.fit.translation_se_m or ()]
            said["rotation_se_arcsec"] = [_rounded(one, 4) for one in self.fit.rotation_se_arcsec or ()]
            said["scale_se_ppm"] = _rounded(self.fit.scale_se_ppm, 4)
        return said


def _at(points: Points, height_m: float) -> Points:
    return np.column_stack([points, np.full(len(points), height_m)])


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


@lru_cache(maxsize=64)
def datum_step(shift: DatumShift, source: str, campus: str, path: str) -> DatumStep:
    """``shift`` from ``source`` to the campus CRS, estimated and checked.

    Raises ``DatumShiftUnfitError``, ``SameDatumError`` or ``ShiftOfItsOwnError`` for CRS that it cannot join, and what
    ``twin.crs.control_checks`` and ``fit_space`` raise.
    """
    target = shift.to_crs or campus
    _require_two_datums(source, target, path)
    points = shift.control_points
    if not points:
        assert shift.parameters is not None
        assert shift.height_m is not None
        return DatumStep(source, target, campus, path, shift.parameters, shift.height_m)
    require_sound_points(points, source, target, path)
    starts, ends = (np.array([getattr(one, side) for one in points], np.float64) for side in ("start", "end"))
    start, end = geocentric_of(source, path)[0](starts), geocentric_of(target, path)[0](ends)
    require_near(start, end, source, target, path)
    lonlat = degrees_in(target, path)(ends[:, :2])
    height_m = float(starts[:, 2].mean()) if shift.height_m is None else shift.height_m
    if (given := shift.parameters) is not None:
        found = require_agreement(given, start, end, lonlat, shift.tolerance_m, path)
        return DatumStep(source, target, campus, path, given, height_m, residuals=found)
    fit = fit_space(start, end, path=path)
    found = residuals_of(fit.parameters.apply(start), end, lonlat)
    require_fit(fit, found, shift.tolerance_m, path)
    area = transformer(target, campus, path)(ends[:, :2])
    return DatumStep(source, target, campus, path, fit.parameters, height_m, fit, found, area)


def _require_two_datums(source: str, target: str, path: str) -> None:
    """Both have an ellipsoid, each its own datum, and neither brings a shift of its own."""
    start, end = parse_crs(source, path), parse_crs(target, path)
    for one in (start, end):
        if one is None or shifted_name(one) or horizontal(one).geodetic_crs is None:
            raise DatumShiftUnfitError(path=path, crs=short_name(one))
        if one.is_bound or horizontal(one).is_bound:
            raise ShiftOfItsOwnError(path=path, crs=short_name(one))
    assert start is not None
    assert end is not None
    base, other = horizontal(start).geodetic_crs, horizontal(end).geodetic_crs
    if base is not None and base == other:
        raise SameDatumError(path=path, source=short_name(start), target=short_name(end), datum=base.name)
