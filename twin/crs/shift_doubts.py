"""What is to be said of things that a datum shift has placed: how far outside its control points, how high."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs.datum_shift import DatumStep
from twin.crs.geocentric import geocentric_of, level_axes
from twin.crs.helmert import SpaceFit
from twin.crs.naming import Points
from twin.crs.transforming import degrees_in, transformer

_PLAN_M: Final = 0.002  # what the height may do to the plan without a word: less than any survey sees
_TURN_ARCSEC: Final = 100.0  # the largest in the EPSG database is 77 (EPSG:1964)
_TRANSLATION_M: Final = 1.0  # uncertainty beyond which parameters are no datum's
_TIMES: Final = 2.0  # as uncertain as amid the points


def shift_doubts(step: DatumStep, low: Sequence[float] | Points, high: Sequence[float] | Points) -> list[str]:
    """Lines for the report on things placed between two corners, (3,) in the campus; NaN in height: without heights."""
    (west, south, lowest), (east, north, highest) = low, high
    corners = np.array([[west, south], [east, south], [east, north], [west, north]])
    lines = [*_of_heights(step, corners, (lowest, highest))] if np.isfinite(lowest) else []
    if step.fit is not None and step.area is not None:
        lines += [*_of_turn(step.fit), *_of_parameters(step.fit, step.area)]
        lines += [*_of_outside(step, step.fit, step.area, corners)]
    return lines


def _of_heights(step: DatumStep, corners: Points, heights: tuple[float, float]) -> Iterator[str]:
    start = geocentric_of(step.source, step.path)[1](_start(step, corners))[:, :2]
    plan = step.plan(start)
    for height_m in heights:
        off_m = float(np.linalg.norm(step.plan(start, height_m) - plan, axis=1).max())
        if off_m > _PLAN_M:
            yield (
                f"datum_shift moves the plan as at {step.height_m:g} m; at {height_m:.0f} m, where things are, it "
                f"would lie {1000 * off_m:.0f} mm elsewhere: write datum_shift.height_m, or look at these heights"
            )
            return


def _of_turn(fit: SpaceFit) -> Iterator[str]:
    """Three heights that are wrong tilt the plane without a residual."""
    turn = max(abs(one) for one in (fit.parameters.rx_arcsec, fit.parameters.ry_arcsec, fit.parameters.rz_arcsec))
    if turn > _TURN_ARCSEC:
        yield (
            f'the seven parameters turn by {turn:.0f}", more than any two datums: look at the heights of the control '
            "points, or use placement.control_points (four parameters)"
        )


def _of_parameters(fit: SpaceFit, area: Points) -> Iterator[str]:
    if fit.translation_se_m is None or fit.rotation_se_arcsec is None or max(fit.translation_se_m) <= _TRANSLATION_M:
        return
    reach_km = float(np.linalg.norm(area - area.mean(axis=0), axis=1).max()) / 1000
    yield (
        f"seven parameters from control points within {reach_km:.1f} km: uncertain by {max(fit.translation_se_m):.0f} "
        f'm at the geocentre and {max(fit.rotation_se_arcsec):.2f}" in rotation; they hold near these points and are '
        "none to hand on"
    )


def _of_outside(step: DatumStep, fit: SpaceFit, area: Points, corners: Points) -> Iterator[str]:
    hull = shapely.convex_hull(shapely.multipoints(area))
    outside_m = np.asarray(shapely.distance(shapely.points(corners), hull))
    spread = _spread(step, fit, np.vstack([area.mean(axis=0), corners]))
    amid, there = spread[0], spread[1:]
    worst = int(np.argmax(there))
    if there[worst] <= _TIMES * amid or outside_m[worst] <= 0:
        return
    error = fit.adjustment.standard_error_m or 0.0
    yield (
        f"things lie up to {outside_m.max():.0f} m outside the area of the control points, where the plan is "
        f"uncertain by {error * there[worst]:.3f} m ({error * amid:.3f} m amid them): add control points around"
    )


def _spread(step: DatumStep, fit: SpaceFit, places: Points) -> NDArray[np.float64]:
    """(n,): standard error in the plane of campus ``places`` (n, 2) for one of 1 m of the points."""
    lonlat = degrees_in(step.campus, step.path)(places)
    axes = level_axes(lonlat[:, 0], lonlat[:, 1])[:, :2]
    plane = axes @ fit.cofactors_at(_start(step, places)) @ axes.transpose(0, 2, 1)
    out: NDArray[np.float64] = np.sqrt(np.trace(plane, axis1=1, axis2=2))
    return out


def _start(step: DatumStep, places: Points) -> Points:
    """Campus ``places`` (n, 2), geocentric on the datum of the source; to millimetres, as the height is that of it."""
    target = transformer(step.campus, step.target, step.path)(places)
    there = geocentric_of(step.target, step.path)[0]
    return step.parameters.inverse(there(np.column_stack([target, np.full(len(target), step.height_m)])))
