"""Four and seven parameters: by hand, by PROJ, by a published point, and what they say of bad points."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.crs import Points, Similarity
from twin.crs.adjustment import f_tail
from twin.crs.helmert import (
    ARCSEC_PER_RAD,
    ControlPoint,
    Convention,
    SevenParameters,
    control_points_fit,
    fit_plane,
    fit_space,
)
from twin.errors import (
    ControlPointsCoincideError,
    ControlPointsInLineError,
    ControlPointsUnfitError,
    ControlPointSuspectError,
)
from twin.readers.base import Placement

HERE = Path("model.ifc")
SQUARE = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 100.0], [100.0, 100.0]])


def test_four_parameters_and_their_errors_by_hand() -> None:
    """A quarter turn, twice as large, to (10, 20); 4 mm of a pattern that no parameter can take up."""
    end = np.array([[10.0, 20.0], [10.0, 220.0], [-190.0, 20.0], [-190.0, 220.0]])
    end[:, 0] += 0.004 * np.array([1, -1, -1, 1])
    found = fit_plane(SQUARE, end)
    assert (found.similarity.dx_m, found.similarity.dy_m) == pytest.approx((10.0, 20.0), abs=1e-9)
    assert math.degrees(found.similarity.rotation_rad) == pytest.approx(90.0, abs=1e-9)
    assert found.similarity.scale == pytest.approx(2.0, abs=1e-12)
    assert found.adjustment.residuals_m == pytest.approx([0.004] * 4)
    # 8 equations, 4 unknowns: s0² = 4 · 0.004² / 4. Radii² about the middle of the target: 4 · (100² + 100²)
    assert found.adjustment.standard_error_m == pytest.approx(0.004)
    assert found.shift_se_m == pytest.approx(0.004 / 2)
    assert found.rotation_se_arcsec == pytest.approx(0.004 / math.sqrt(80_000) * ARCSEC_PER_RAD)
    assert found.scale_se_ppm == pytest.approx(0.004 / math.sqrt(80_000) * 1e6)


@given(
    st.floats(-180, 180),
    st.floats(0.999, 1.001),
    st.tuples(st.floats(-5e5, 5e5), st.floats(-3e6, 3e6)),
    st.integers(0, 2**32 - 1),
)
def test_known_parameters_come_back(rotation_deg: float, scale: float, shift: tuple[float, float], seed: int) -> None:
    """To 1 mm at any place of the area and to 0.01", from points with national coordinates rounded to 0.1 mm."""
    truth = Similarity(*shift, 0.0, math.radians(rotation_deg), scale)
    start = np.random.default_rng(seed).uniform(0, 3000, (5, 2)) + np.array([429000.0, 2885000.0])
    found = fit_plane(start, np.round(truth.apply(start), 4))
    assert np.abs(found.similarity.apply(start) - truth.apply(start)).max() < 1e-3
    turn = math.remainder(found.similarity.rotation_rad - truth.rotation_rad, 2 * math.pi)
    spread = float(np.linalg.norm(start - start.mean(axis=0)))
    assert abs(turn) * ARCSEC_PER_RAD < max(0.01, 1e-3 / spread * ARCSEC_PER_RAD)
    assert found.adjustment.outliers == ()


def test_two_points_have_no_residuals_and_no_errors() -> None:
    found = fit_plane(SQUARE[:2], SQUARE[:2] * 2)
    assert found.adjustment.redundancy == 0
    assert (found.adjustment.standard_error_m, found.rotation_se_arcsec) == (None, None)


def test_a_held_scale_is_no_unknown() -> None:
    found = fit_plane(SQUARE, SQUARE + np.array([5.0, 6.0]), free_scale=False)
    assert found.similarity.scale == 1.0
    assert found.adjustment.redundancy == 5
    assert found.scale_se_ppm is None


def test_blunders_are_named_and_good_points_are_not() -> None:
    """Thirty surveys of eight points, 1 cm; one of them 15 cm off. Then the same without it."""
    named, innocent = 0, 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        start = rng.uniform(0, 2000, (8, 2))
        end = Similarity(500.0, -30.0, 0.0, 0.3, 1.00006).apply(start) + rng.normal(0, 0.01, (8, 2))
        innocent += len(fit_plane(start, end).adjustment.outliers)
        end[seed % 8] += 0.15 * np.array([math.cos(seed), math.sin(seed)])
        adjusted = fit_plane(start, end).adjustment
        named += adjusted.outliers == (seed % 8,)
        if adjusted.outliers:
            assert adjusted.predicted_m[0] == pytest.approx(0.15, abs=0.06)
    assert named >= 29
    assert innocent <= 2  # of 240 tests at 1 in 1000


def test_two_blunders_are_both_named() -> None:
    rng = np.random.default_rng(5)
    start = rng.uniform(0, 2000, (9, 2))
    end = start + rng.normal(0, 0.005, (9, 2))
    end[[2, 6]] += [[0.4, 0.0], [0.0, -2.0]]
    assert set(fit_plane(start, end).adjustment.outliers) == {2, 6}


def test_exact_figures_make_no_millimetre_suspicious() -> None:
    end = np.round(SQUARE * 1.00001 + [429563.842, 2885887.906], 4)
    end[2, 0] += 0.0002
    assert fit_plane(SQUARE, end).adjustment.outliers == ()


def test_a_placement_names_the_point_that_does_not_belong() -> None:
    start = np.array([[0, 0], [100, 0], [100, 80], [0, 80], [50, 40]], dtype=float)
    end = start + np.array([429563.842, 2885887.906])
    end[3] += [5.0, 0.0]
    points = tuple(ControlPoint(tuple(a), tuple(b)) for a, b in zip(start, end, strict=True))
    with pytest.raises(ControlPointSuspectError, match="Out of line with the others: point 4") as fault:
        Placement(control_points=points).similarity(HERE)
    assert "第 4 点" in fault.value.text("zh")
    _, fitted = Placement(control_points=points, tolerance_m=10).similarity(HERE)
    assert fitted.suspects == (3,)


def test_a_fit_that_stands_knows_its_standard_error() -> None:
    pattern = np.array([[0.01, 0], [-0.01, 0], [-0.01, 0], [0.01, 0]])
    fitted = control_points_fit(SQUARE, SQUARE + pattern, free_scale=True)
    assert fitted.standard_error_m == pytest.approx(0.01)


# --- seven parameters ----------------------------------------------------------------------------------

CONVENTIONS: tuple[Convention, ...] = ("position_vector", "coordinate_frame")


def test_the_published_point_of_the_position_vector() -> None:
    """IOGP Publication 373-7-2, Position Vector transformation: WGS 72 to WGS 84."""
    wgs72 = np.array([[3657660.66, 255768.55, 5201382.11]])
    known = SevenParameters(0.0, 0.0, 4.5, 0.0, 0.0, 0.554, 0.219)
    expected = [[3657660.78, 255778.43, 5201387.75]]
    np.testing.assert_allclose(known.apply(wgs72), expected, atol=0.006)
    # and the same by the other convention, in which the rotation has the other sign
    other = known.as_convention("coordinate_frame")
    assert other.rz_arcsec == pytest.approx(-0.554)
    np.testing.assert_allclose(other.apply(wgs72), expected, atol=0.006)


def geocentric_points(n: int, seed: int = 0) -> Points:
    """``n`` points around Fuzhou, tens of kilometres apart."""
    rng = np.random.default_rng(seed)
    engine = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    lon, lat, height = rng.uniform(119.1, 119.6, n), rng.uniform(25.9, 26.3, n), rng.uniform(0, 900, n)
    return np.column_stack(engine.transform(lon, lat, height))


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("turn_arcsec", [1.0, 30_000.0])
def test_seven_parameters_come_back_from_proj(convention: Convention, turn_arcsec: float) -> None:
    known = SevenParameters(
        -12.646, 155.176, 80.863, 0.9 * turn_arcsec, -turn_arcsec, 0.7 * turn_arcsec, -4.2, convention
    )
    start = geocentric_points(6)
    by_proj = np.column_stack(pyproj.Transformer.from_pipeline(known.pipeline()).transform(*start.T))
    np.testing.assert_allclose(known.apply(start), by_proj, atol=1e-6)
    found = fit_space(start, by_proj, convention=convention)
    assert np.abs(found.parameters.apply(start) - by_proj).max() < 1e-4
    angles = [(one.rx_arcsec, one.ry_arcsec, one.rz_arcsec) for one in (found.parameters, known)]
    np.testing.assert_allclose(angles[0], angles[1], atol=0.01)
    assert found.parameters.scale_ppm == pytest.approx(known.scale_ppm, abs=1e-3)
    assert found.adjustment.outliers == ()


def test_standard_errors_of_seven_parameters_are_those_of_many_surveys() -> None:
    """Monte Carlo as witness: the spread of 100 fits with 1 cm of noise is what one fit says of itself."""
    start, known = geocentric_points(7), SevenParameters(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    clean = known.apply(start)
    scales, turns, said = [], [], []
    for seed in range(100):
        found = fit_space(start, clean + np.random.default_rng(seed).normal(0, 0.01, clean.shape))
        assert found.rotation_se_arcsec is not None
        scales.append(found.parameters.scale_ppm)
        turns.append(found.parameters.rx_arcsec)
        said.append((found.scale_se_ppm, found.rotation_se_arcsec[0]))
    typical = np.median(np.array(said, dtype=float), axis=0)
    assert np.std(scales) == pytest.approx(typical[0], rel=0.25)
    assert np.std(turns) == pytest.approx(typical[1], rel=0.25)


def test_a_blunder_in_space_is_named() -> None:
    start = geocentric_points(7)
    rng = np.random.default_rng(3)
    end = SevenParameters(10.0, 20.0, 30.0, 1.0, 2.0, 3.0, 4.0).apply(start) + rng.normal(0, 0.01, start.shape)
    end[4, 2] += 0.5
    assert fit_space(start, end).adjustment.outliers == (4,)


def test_what_cannot_be_solved_is_refused_in_one_line() -> None:
    line = np.outer(np.arange(4.0), [1.0, 2.0, 3.0]) * 1000
    for start, kind in (
        (line, ControlPointsInLineError),
        (np.ones((4, 3)), ControlPointsCoincideError),
        (line[:2], ControlPointsUnfitError),
        (np.full((4, 3), np.nan), ControlPointsUnfitError),
    ):
        with pytest.raises(kind) as fault:
            fit_space(start, start + 1.0)
        assert len(fault.value.text("zh").splitlines()) == 1
    with pytest.raises(ControlPointsCoincideError):
        fit_plane(np.zeros((3, 2)), SQUARE[:3])
    with pytest.raises(ControlPointsUnfitError):
        fit_plane(SQUARE, SQUARE[:3])


@pytest.mark.parametrize("r", [1, 2, 8, 15])
def test_the_tail_of_f_has_its_closed_form_for_two(r: int) -> None:
    for value in (0.1, 1.0, 9.0, 80.0):
        assert f_tail(value, 2, r) == pytest.approx((1 + 2 * value / r) ** (-r / 2), rel=1e-9)
    # Abramowitz and Stegun, table 26.9: 1 % points of F(3, r)
    assert f_tail({1: 5403.0, 2: 99.17, 8: 7.59, 15: 5.42}[r], 3, r) == pytest.approx(0.01, rel=0.01)
