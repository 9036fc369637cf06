"""Seven parameters from one datum to another: by PROJ's own pipeline, by operations of EPSG, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.crs import Points
from twin.crs.datum_shift import DatumShift, DatumStep, datum_step
from twin.crs.helmert import ControlPoint, Convention, SevenParameters
from twin.crs.shift_doubts import shift_doubts
from twin.errors import (
    ControlPointCoordinatesError,
    ControlPointElsewhereError,
    ControlPointsInLineError,
    ControlPointsUnfitError,
    ControlPointSuspectError,
    DatumPointsMisfitError,
    DatumShiftTooFarError,
    DatumShiftUnfitError,
    NoTransformError,
    ParametersMisfitError,
    SameDatumError,
    ShiftOfItsOwnError,
    TwinError,
)

BEIJING, XIAN, CAMPUS = "EPSG:2437", "EPSG:2385", "EPSG:4549"  # 3° Gauss-Krüger, central meridian 120E
X, Y = 429_563.842, 2_885_887.906
PLACE = np.array([X, Y])
# of the size that bureaus state for Beijing 1954; composed, nobody's
KNOWN = SevenParameters(15.8, -154.4, -82.3, 0.31, -0.22, 1.14, -4.2)
GRID = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0"


def by_proj(known: SevenParameters, points: Points, height_m: float) -> Points:
    """Grid to grid as one PROJ pipeline, Krassowsky to the ellipsoid of CGCS2000."""
    steps = f"+inv {GRID} +ellps=krass", "+proj=cart +ellps=krass", known.pipeline()
    onward = "+inv +proj=cart +a=6378137 +rf=298.257222101", f"{GRID} +a=6378137 +rf=298.257222101"
    pipeline = "+proj=pipeline " + " ".join(f"+step {one}" for one in (*steps, *onward))
    engine = pyproj.Transformer.from_pipeline(pipeline)
    out = engine.transform(points[:, 0], points[:, 1], np.full(len(points), height_m))
    return np.column_stack(out[:2])


def step_of(known: SevenParameters, source: str = BEIJING, **more: Any) -> DatumStep:
    return datum_step(DatumShift(known, **{"height_m": 20.0, **more}), source, CAMPUS, "old.xlsx")


def control(
    n: int = 6, *, noise_m: float = 0.0, reach_m: float = 1000.0, seed: int = 1, known: SevenParameters = KNOWN
) -> list[ControlPoint]:
    """Points around the place in Beijing 1954 and in the campus, to the height that ``known`` gives them by PROJ."""
    rng = np.random.default_rng(seed)
    start = np.column_stack([PLACE + rng.uniform(-reach_m, reach_m, (n, 2)), rng.uniform(5, 60, n)])
    engine = pyproj.Transformer.from_pipeline(
        f"+proj=pipeline +step +inv {GRID} +ellps=krass +step +proj=cart +ellps=krass +step {known.pipeline()} "
        f"+step +inv +proj=cart +a=6378137 +rf=298.257222101 +step {GRID} +a=6378137 +rf=298.257222101"
    )
    end = np.column_stack(engine.transform(*start.T)) + rng.normal(0, noise_m, (n, 3))
    return [ControlPoint(tuple(a), tuple(b)) for a, b in zip(start.tolist(), end.tolist(), strict=True)]


def fitted(points: list[ControlPoint], source: str = BEIJING, **more: Any) -> DatumStep:
    return datum_step(DatumShift(None, tuple(points), **more), source, CAMPUS, "old.xlsx")


# --- parameters that are given -------------------------------------------------------------------------

TURN = st.floats(-20, 20)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(*[st.floats(-300, 300)] * 3),
    st.tuples(TURN, TURN, TURN),
    st.floats(-30, 30),
    st.sampled_from(["position_vector", "coordinate_frame"]),
    st.floats(-100, 5000),
)
def test_given_parameters_lead_where_proj_leads(
    shift: tuple[float, ...], turn: tuple[float, ...], scale: float, convention: Convention, height_m: float
) -> None:
    known = SevenParameters(*shift, *turn, scale, convention)
    points = PLACE + np.random.default_rng(0).uniform(-40_000, 40_000, (20, 2))
    found = step_of(known, height_m=height_m).plan(points)
    assert np.abs(found - by_proj(known, points, height_m)).max() < 1e-3


@pytest.mark.parametrize(
    ("code", "source", "target", "place"),
    [
        ("1314", "EPSG:27700", "EPSG:32630", (651_409.9, 313_177.3)),  # OSGB36 -> WGS 84, position vector
        ("1777", "EPSG:31467", "EPSG:25832", (3_500_000.0, 5_600_000.0)),  # DHDN -> ETRS89, position vector
        ("1987", "EPSG:31370", "EPSG:32631", (150_000.0, 170_000.0)),  # BD72 -> WGS 84, coordinate frame
    ],
)
def test_published_operations_of_epsg(code: str, source: str, target: str, place: tuple[float, float]) -> None:
    """Seven parameters as the EPSG database states them, and PROJ's own use of that entry."""
    operation = pyproj.crs.CoordinateOperation.from_authority("EPSG", code)
    terms = [one.value for one in operation.params]
    convention: Convention = "coordinate_frame" if "Coordinate Frame" in operation.method_name else "position_vector"
    known = SevenParameters(*terms[:7], convention)
    found = datum_step(DatumShift(known, to_crs=target, height_m=0.0), source, target, "old.shp").plan(
        np.array([place])
    )
    expected = published(operation, source, target, place)
    # EPSG's method turns by small angles, ours by whole matrices: below 1 mm for these
    assert found[0] == pytest.approx(expected, abs=2e-3)


def published(operation: Any, source: str, target: str, place: tuple[float, float]) -> tuple[float, float]:
    """To longitude and latitude, by the operation, to the grid: three steps of PROJ."""
    start = pyproj.Transformer.from_crs(source, pyproj.CRS(source).geodetic_crs, always_xy=True)
    end = pyproj.Transformer.from_crs(pyproj.CRS(target).geodetic_crs, target, always_xy=True)
    lon, lat = start.transform(*place)
    moved = pyproj.Transformer.from_pipeline(operation.to_proj4()).transform(lat, lon)
    x, y = end.transform(moved[1], moved[0])
    return (x, y)


def test_degrees_and_a_declared_target_come_to_the_same_place() -> None:
    """Longitude and latitude of Beijing 1954, and parameters to WGS 84 instead of the campus."""
    grid = np.array([PLACE])
    degrees = np.column_stack(
        pyproj.Transformer.from_crs(BEIJING, "EPSG:4214", always_xy=True).transform(grid[:, 0], grid[:, 1])
    )
    here = step_of(KNOWN).plan(grid)
    np.testing.assert_allclose(step_of(KNOWN, "EPSG:4214").plan(degrees), here, atol=1e-6)
    # the ellipsoids of WGS 84 and CGCS2000 differ by 0.1 mm
    np.testing.assert_allclose(step_of(KNOWN, to_crs="EPSG:4326").plan(grid), here, atol=1e-3)


def test_a_metre_of_height_moves_the_plan_by_hundredths_of_a_millimetre() -> None:
    """Why one height will do, and normal heights for ellipsoidal ones: docs/decisions/0050."""
    step, points = step_of(KNOWN), np.array([PLACE])
    moved_m = float(np.linalg.norm(step.plan(points, 1020.0) - step.plan(points, 20.0)))
    witness_m = float(np.linalg.norm(by_proj(KNOWN, points, 1020.0) - by_proj(KNOWN, points, 20.0)))
    assert moved_m == pytest.approx(witness_m, abs=1e-6)
    assert 0.001 < moved_m < 0.03


# --- control points ------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 8))
def test_exact_points_bring_the_shift_back(seed: int, n: int) -> None:
    points = control(n, seed=seed)
    try:
        step = fitted(points)
    except ControlPointsInLineError:
        return
    assert step.residuals is not None
    assert max(step.residuals.plane_m) < 1e-4
    start = np.array([one.start[:2] for one in points])
    assert np.abs(step.plan(start) - by_proj(KNOWN, start, step.height_m)).max() < 1e-3


def test_a_fit_tells_how_good_it_is() -> None:
    """1 cm of noise within a kilometre: the plan is good, the parameters are none of the datum, and that is said."""
    step = fitted(control(8, noise_m=0.01))
    said = step.describe()
    assert said["standard_error_m"] == pytest.approx(0.01, abs=0.005)
    assert len(said["residuals_m"]) == len(said["height_residuals_m"]) == 8
    assert said["shift_se_m"] == pytest.approx(said["standard_error_m"] / math.sqrt(8), abs=1e-4)
    # an angle's error reaches the geocentre over the radius of the earth
    assert min(said["translation_se_m"]) > 0.5 * 6.4e6 * np.radians(min(said["rotation_se_arcsec"]) / 3600)
    (line,) = shift_doubts(step, (X - 500.0, Y - 500.0, 0.0), (X + 500.0, Y + 500.0, 60.0))
    assert "at the geocentre" in line


def test_far_outside_is_told_with_the_distance_and_the_error_there() -> None:
    """Monte Carlo as witness: the spread at the far corner of fits to 16 surveys is what one of them says."""
    far = np.array([X + 6000.0, Y])
    places = []
    for seed in range(16):
        points = control(8, seed=1)
        rng = np.random.default_rng(seed)
        noisy = [replace(one, end=tuple((np.array(one.end) + rng.normal(0, 0.01, 3)).tolist())) for one in points]
        places.append(fitted(noisy).plan(np.array([far]))[0])
    spread = float(np.sqrt(np.sum(np.var(np.array(places), axis=0))))
    step = fitted(control(8, noise_m=0.01, seed=1))
    assert step.area is not None
    corner = step.plan(np.array([far]))[0]
    lines = shift_doubts(step, *[(corner[0], corner[1], float("nan"))] * 2)
    (line,) = [one for one in lines if "outside" in one]
    outside_m = float(line.split(" m outside")[0].split()[-1])
    assert 6000 - 1000 < outside_m < 6000 + 1000
    assert float(line.split("uncertain by ")[1].split(" m")[0]) == pytest.approx(spread, rel=0.5)


def test_heights_far_from_the_one_of_the_shift_are_told() -> None:
    step = step_of(KNOWN, height_m=0.0)
    assert shift_doubts(step, (X, Y, 0.0), (X + 1.0, Y + 1.0, 60.0)) == []
    (line,) = shift_doubts(step, (X, Y, 3600.0), (X + 1.0, Y + 1.0, 3650.0))
    assert "datum_shift.height_m" in line


def test_a_bad_point_is_named_and_the_build_stops() -> None:
    points = control(7, noise_m=0.01)
    end = points[3].end
    points[3] = replace(points[3], end=(end[0] + 3.0, *end[1:]))
    with pytest.raises(ControlPointSuspectError, match=r"point 4\..*datum_shift\.tolerance_m"):
        fitted(points)
    step = fitted(points, tolerance_m=5.0)
    assert step.describe()["suspect_points"] == [4]


# --- what is refused, in one line ----------------------------------------------------------------------


def changed(side: str, number: int, place: tuple[float, ...]) -> list[ControlPoint]:
    points = control(5)
    points[number - 1] = replace(points[number - 1], **{side: place})
    return points


@pytest.mark.parametrize(
    ("points", "kind", "words"),
    [
        (control(2), ControlPointsUnfitError, "3 pairs"),
        (changed("start", 2, (Y, X, 9.0)), ControlPointCoordinatesError, "control point 2, 'from'.*axes are exchanged"),
        (changed("end", 5, (Y, X, 9.0)), ControlPointCoordinatesError, "control point 5, 'to'.*axes are exchanged"),
        (changed("end", 1, (39e6 + X, Y, 9.0)), ControlPointCoordinatesError, "control point 1, 'to'.*zone number"),
        (changed("start", 1, (119.3, 26.08, 9.0)), ControlPointCoordinatesError, "in degrees"),
        (changed("start", 4, (X, Y + 60_000.0, 9.0)), ControlPointElsewhereError, "control point 4 lie 60 km apart"),
    ],
)
def test_points_that_cannot_be_are_named(points: list[ControlPoint], kind: type[TwinError], words: str) -> None:
    with pytest.raises(kind, match=words) as fault:
        fitted(points)
    for language in ("zh", "en"):
        assert len(fault.value.text(language).splitlines()) == 1
    assert fault.value.text("zh") != fault.value.text("en")


def test_points_that_do_not_fit_are_refused_with_their_residuals() -> None:
    with pytest.raises(DatumPointsMisfitError, match=r"over 0\.001 m.*heights last and in the same order"):
        fitted(control(5, noise_m=0.01), tolerance_m=0.001)


def test_wrong_heights_that_leave_no_residual_are_told_by_the_turn() -> None:
    points = control(3)
    points[0] = replace(points[0], end=(*points[0].end[:2], points[0].end[2] + 9.0))
    step = fitted(points)
    assert step.residuals is not None
    assert max(step.residuals.plane_m) < 0.2  # of 9 m
    lines = shift_doubts(step, (X, Y, float("nan")), (X + 1, Y + 1, float("nan")))
    assert "more than any two datums: look at the heights" in lines[0]


def test_points_on_one_line_are_refused() -> None:
    ends = [(X + 100.0 * n, Y + 50.0 * n, 12.0) for n in range(5)]
    with pytest.raises(ControlPointsInLineError):
        fitted([ControlPoint(one, one) for one in ends])


def test_a_wrong_zone_is_told_though_seven_parameters_would_fit_it() -> None:
    """The zone of 117E for that of 120E turns the earth by three degrees, which a fit takes up without a residual."""
    with pytest.raises(ControlPointElsewhereError, match=r"EPSG:2436.*30\d km apart: another zone"):
        fitted(control(5), "EPSG:2436")


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("EPSG:4528", SameDatumError, "same datum"),  # CGCS2000, as the campus
        ("local", DatumShiftUnfitError, "four parameters"),
        ("GCJ-02", DatumShiftUnfitError, "GCJ-02 has none"),
        (f"{GRID} +ellps=krass +towgs84=15,-154,-82,0,0,0,0 +units=m", ShiftOfItsOwnError, "towgs84"),
    ],
)
def test_crs_that_contradict_a_shift(source: str, kind: type[TwinError], words: str) -> None:
    with pytest.raises(kind, match=words):
        step_of(KNOWN, source)


def test_parameters_in_other_units_are_refused() -> None:
    degrees = replace(KNOWN, rz_arcsec=KNOWN.rz_arcsec * 3600)
    with pytest.raises(DatumShiftTooFarError, match="arc seconds"):
        step_of(degrees).plan(np.array([PLACE]))


def test_a_target_of_another_datum_needs_a_sound_way_onward() -> None:
    with pytest.raises(NoTransformError, match="datum_shift"):
        step_of(KNOWN, to_crs=XIAN).plan(np.array([PLACE]))


LARGE = replace(KNOWN, rx_arcsec=31.0, rz_arcsec=-24.0)


@pytest.mark.parametrize(
    ("given_parameters", "cure"),
    [
        (replace(LARGE, convention="coordinate_frame"), "convention = position_vector"),
        (
            SevenParameters(*(-one for one in (15.8, -154.4, -82.3, 31.0, -0.22, -24.0, -4.2))),
            "the parameters of the other direction",
        ),
        (replace(LARGE, tx_m=90.0), "Check the units"),
    ],
)
def test_points_check_given_parameters_and_tell_what_they_fit(given_parameters: SevenParameters, cure: str) -> None:
    points = tuple(control(4, known=LARGE))
    found = datum_step(DatumShift(LARGE, points), BEIJING, CAMPUS, "old.xlsx")
    assert found.residuals is not None
    assert max(found.residuals.plane_m) < 1e-4
    with pytest.raises(ParametersMisfitError, match=cure) as fault:
        datum_step(DatumShift(given_parameters, points, tolerance_m=2.0), BEIJING, CAMPUS, "old.xlsx")
    assert "{" not in fault.value.text("zh")
