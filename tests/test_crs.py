"""Coordinates: against published points, against pyproj, and the decisions when a file is silent."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from twin.crs import (
    CampusFrame,
    Georeference,
    Similarity,
    check_datum,
    decide_crs,
    fit_similarity,
    projjson,
    require_projected_metres,
    to_ecef,
    transformer,
)
from twin.errors import (
    BadPlacementError,
    CrsConflictError,
    DatumMismatchError,
    MissingCrsError,
    MissingVerticalDatumError,
    NoTransformError,
    UnknownCrsError,
)

FUZHOU = CampusFrame("EPSG:4549", "EPSG:5737")
FILE = Path("delivered.shp")


def test_published_point_of_fuzhou() -> None:
    # ../shared/domain.md: 119.296E 26.08N = E 429563.842, N 2885887.906
    east, north = transformer("EPSG:4326", "EPSG:4549")(np.array([[119.296, 26.08]]))[0]
    assert east == pytest.approx(429563.842, abs=1e-3)
    assert north == pytest.approx(2885887.906, abs=1e-3)


@given(st.floats(118.5, 121.5), st.floats(24.0, 30.0))
def test_round_trip_is_below_a_tenth_of_a_millimetre(longitude: float, latitude: float) -> None:
    there = transformer("EPSG:4490", "EPSG:4549")(np.array([[longitude, latitude]]))
    back = transformer("EPSG:4549", "EPSG:4490")(there)
    assert np.abs(back - [[longitude, latitude]]).max() < 1e-9


def test_axis_order_is_east_first_whatever_the_authority_says() -> None:
    assert pyproj.CRS("EPSG:4549").axis_info[0].direction == "north"
    moved = transformer("EPSG:4549", "EPSG:4528")(np.array([[429563.842, 2885887.906]]))[0]
    assert moved == pytest.approx([40429563.842, 2885887.906], abs=1e-3)


def test_ballpark_is_refused() -> None:
    # Beijing 1954 zones have no published path to CGCS2000
    with pytest.raises(NoTransformError, match="control points"):
        transformer("EPSG:2433", "EPSG:4549", "old.dwg")(np.array([[500000.0, 2885887.0]]))


def test_local_meets_only_local() -> None:
    points = np.array([[1.0, 2.0]])
    assert np.array_equal(transformer("local", "local")(points), points)
    with pytest.raises(NoTransformError):
        transformer("local", "EPSG:4549")(points)


@pytest.mark.parametrize(
    ("declared", "given_crs", "override", "expected"),
    [
        (None, "EPSG:4549", False, "EPSG:4549"),
        ("EPSG:4549", None, False, "EPSG:4549"),
        ("EPSG:4549", "EPSG:4549", False, "EPSG:4549"),
        ("EPSG:3879", "local", True, "local"),
    ],
)
def test_crs_decision_table(declared: str | None, given_crs: str | None, override: bool, expected: str) -> None:
    assert decide_crs(FILE, declared, given_crs, override=override) == expected


def test_crs_decision_errors_name_both_sides() -> None:
    with pytest.raises(MissingCrsError, match=r"delivered\.shp"):
        decide_crs(FILE, None, None, override=False)
    with pytest.raises(CrsConflictError, match=r"EPSG:3879.*EPSG:4549"):
        decide_crs(FILE, "EPSG:3879", "EPSG:4549", override=False)
    with pytest.raises(UnknownCrsError):
        decide_crs(FILE, None, "EPSG:123456", override=False)


def test_a_campus_counts_in_metres() -> None:
    require_projected_metres("EPSG:4549", "campus.toml")
    require_projected_metres("local", "campus.toml")
    for refused in ("EPSG:4326", "EPSG:2240"):  # degrees, US survey feet
        with pytest.raises(UnknownCrsError, match="projected CRS in metres"):
            require_projected_metres(refused, "campus.toml")


def test_datum_is_never_assumed() -> None:
    assert check_datum(FILE, None, "EPSG:5737", None, has_heights=False) == 0.0
    assert check_datum(FILE, "EPSG:5737", "EPSG:5737", None, has_heights=True) == 0.0
    assert check_datum(FILE, None, "EPSG:5737", -0.029, has_heights=True) == -0.029
    with pytest.raises(MissingVerticalDatumError):
        check_datum(FILE, None, "EPSG:5737", None, has_heights=True)
    with pytest.raises(DatumMismatchError, match="height_offset_m"):
        check_datum(FILE, "EPSG:5736", "EPSG:5737", None, has_heights=True)


@given(
    st.floats(-180, 180),
    st.floats(0.9, 1.1),
    st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-100, 100)),
)
def test_four_parameters_are_recovered(rotation_deg: float, scale: float, shift: tuple[float, float, float]) -> None:
    truth = Similarity(*shift, math.radians(rotation_deg), scale)
    start = np.array([[0, 0, 0], [120, 5, 2], [90, 80, -1], [-10, 60, 7]], dtype=float)
    fitted = Similarity.fit(start, truth.apply(start), free_scale=True)
    assert np.abs(fitted.apply(start) - truth.apply(start)).max() < 1e-6
    assert fitted.scale == pytest.approx(scale, abs=1e-9)
    assert max(fitted.residuals_m) < 1e-6


def test_residuals_show_the_bad_control_point() -> None:
    start = np.array([[0, 0], [100, 0], [100, 100], [0, 100]], dtype=float)
    end = start + np.array([1000.0, 2000.0])
    end[2] += [0.5, 0.0]
    residuals = Similarity.fit(start, end, free_scale=False).residuals_m
    assert int(np.argmax(residuals)) == 2


def test_heights_have_residuals_too() -> None:
    start = np.array([[0, 0, 0], [100, 0, 0], [100, 100, 0], [0, 100, 0]], dtype=float)
    end = start + np.array([1000.0, 2000.0, 30.0])
    end[3, 2] += 4.0
    fitted = Similarity.fit(start, end, free_scale=False)
    assert fitted.height_residuals_m == pytest.approx((1.0, 1.0, 1.0, -3.0))
    assert fitted.worst_m() == pytest.approx(3.0)
    assert Similarity.fit(start[:, :2], end[:, :2], free_scale=False).height_residuals_m == ()


def test_one_control_point_is_not_enough() -> None:
    with pytest.raises(BadPlacementError, match="two control points"):
        Similarity.fit(np.zeros((1, 2)), np.zeros((1, 2)), free_scale=False)
    with pytest.raises(BadPlacementError, match="coincide"):
        Similarity.fit(np.zeros((2, 2)), np.ones((2, 2)), free_scale=False)


def test_us_survey_feet_become_metres() -> None:
    frame = CampusFrame("EPSG:32610", "local")
    here = Georeference("crs", "EPSG:32610", frame, "x", unit_m=1200 / 3937)
    assert here.points(np.array([[3937.0, 7874.0, 3937.0]]))[0] == pytest.approx([1200.0, 2400.0, 1200.0])


def test_geometry_keeps_its_dimension() -> None:
    here = Georeference("crs", "EPSG:4326", FUZHOU, "x")
    both = np.array([shapely.Point(119.296, 26.08), shapely.Point(119.296, 26.08, 12.0)], dtype=object)
    flat, solid = here.geometry(both)
    assert not flat.has_z
    assert (solid.x, solid.y, solid.z) == pytest.approx((429563.842, 2885887.906, 12.0), abs=1e-3)


def test_affine_stands_in_for_a_projection_over_a_building() -> None:
    here = Georeference("crs", "EPSG:25832", CampusFrame("EPSG:25833", "local"), "x")
    corners = np.array([[580000.0, 6133000.0, 0.0], [580080.0, 6133060.0, 30.0]])
    matrix, worst = here.affine(corners)
    assert worst < 1e-3
    assert np.abs(corners @ matrix[:3, :3].T + matrix[:3, 3] - here.points(corners)).max() < 1e-3


def test_grid_to_globe_keeps_convergence() -> None:
    # grid north is not true north: at Fuzhou the convergence is -0.31 degrees, 10.8 m over 2 km
    centre = np.array([429563.842, 2885887.906, 0.0])
    box = np.array([[x, y, z] for x in (-1000, 0, 1000) for y in (-1000, 0, 1000) for z in (0, 50)], dtype=float)
    ecef = to_ecef(box + centre, FUZHOU, 0.0)
    matrix, residual = fit_similarity(box, ecef)
    assert residual < 0.15  # curvature of the earth over 1.4 km: d²/2R = 0.15 m
    lon, lat = math.radians(119.296), math.radians(26.08)
    east = np.array([-math.sin(lon), math.cos(lon), 0])
    north = np.array([-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)])
    grid_north = matrix[:3, 1] / np.linalg.norm(matrix[:3, 1])
    convergence_deg = math.degrees(math.atan2(grid_north @ east, grid_north @ north))
    assert abs(convergence_deg) == pytest.approx(0.31, abs=0.01)


def test_local_has_a_projjson_of_its_own() -> None:
    said = projjson("local")
    assert said is not None
    assert said["type"] == "EngineeringCRS"
    assert pyproj.CRS.from_json_dict(said).is_engineering
