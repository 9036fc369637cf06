"""Zones and readings, against PROJ's own definition of every Gauss-Krüger zone of China."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest

from twin.crs import Points, transformer
from twin.crs.checking import Fit, check_declared
from twin.crs.readings import Order, readings
from twin.crs.zones import CGCS2000, DATUMS, Zone, grid_of, to_declared_zone, zone_table

FUZHOU = np.array([[429563.842, 2885887.906], [429613.842, 2885937.906]])  # ../shared/domain.md, EPSG:4549
HERE = Path("points.csv")
CODED = [one for one in zone_table() if one.crs.startswith("EPSG:")]


def test_every_zone_is_what_its_definition_says() -> None:
    assert len(zone_table()) == 4 * 2 * (21 + 11)
    for one in zone_table():
        parsed = pyproj.CRS(one.crs)
        assert parsed.coordinate_operation is not None
        terms = {term.name: term.value for term in parsed.coordinate_operation.params}
        assert terms["Longitude of natural origin"] == one.meridian_deg, one
        assert terms["False easting"] == one.false_easting_m, one
        grid = grid_of(one.crs)
        assert grid is not None
        assert one.number in grid.numbers
        assert (grid.prefixed, grid.datum) == (one.prefixed, one.datum)


def test_codes_that_the_domain_knows_by_rule() -> None:
    bare = {one.meridian_deg: one.crs for one in zone_table() if _is(one, 3, prefixed=False)}
    full = {one.number: one.crs for one in zone_table() if _is(one, 3, prefixed=True)}
    assert bare == {75 + 3 * step: f"EPSG:{4534 + step}" for step in range(21)}
    assert full == {25 + step: f"EPSG:{4513 + step}" for step in range(21)}


def _is(one: Zone, width_deg: int, *, prefixed: bool) -> bool:
    return (one.datum, one.width_deg, one.prefixed) == (CGCS2000, width_deg, prefixed)


def points_in(zone: Zone) -> Points:
    """A hundred metres of survey at a place in the zone's area of use, by PROJ from its own datum."""
    crs = pyproj.CRS(zone.crs)
    area = crs.area_of_use
    assert area is not None
    longitude = area.west + 0.6 * (area.east - area.west)
    latitude = area.south + 0.4 * (area.north - area.south)
    engine = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    x, y = engine.transform(longitude, latitude)
    return np.array([[x, y], [x + 80.0, y + 60.0], [x - 40.0, y + 20.0]])


@pytest.mark.parametrize("datum", DATUMS[:3])
def test_numbers_are_read_as_the_zone_they_are_of(datum: str) -> None:
    for zone in (one for one in CODED if one.datum == datum):
        points = points_in(zone)
        for columns, order in ((points, Order.EAST_NORTH), (points[:, ::-1], Order.NORTH_EAST)):
            found = [one for one in readings(columns) if zone.crs in one.codes(datum)]
            assert [(one.order, one.width_deg, one.prefixed) for one in found] == [
                (order, zone.width_deg, zone.prefixed)
            ], zone
            assert zone.prefixed is (found[0].number == zone.number)


@pytest.mark.parametrize("datum", DATUMS[:3])
def test_each_zone_agrees_with_itself_and_with_no_other(datum: str) -> None:
    for zone in (one for one in CODED if one.datum == datum):
        points = points_in(zone)
        assert check_declared(points, zone.crs, HERE).agrees, zone
        assert check_declared(points[:, ::-1], zone.crs, HERE).fits == (Fit.AXES_SWAPPED,), zone
        shift = np.array([1e6 * zone.number, 0.0])
        if zone.prefixed:
            assert check_declared(points - shift, zone.crs, HERE).fits == (Fit.PREFIX_MISSING,), zone
            wrong = points + np.array([1e6 if zone.number not in (23, 45) else -1e6, 0.0])
            assert check_declared(wrong, zone.crs, HERE).fits == (Fit.OTHER_ZONE,), zone
        else:
            assert check_declared(points + shift, zone.crs, HERE).fits == (Fit.PREFIX_EXTRA,), zone


@pytest.mark.parametrize(
    ("points", "crs", "fits"),
    [
        (FUZHOU + np.array([39e6, 0.0]), "EPSG:4549", (Fit.OTHER_ZONE,)),
        ((FUZHOU + np.array([40e6, 0.0]))[:, ::-1], "EPSG:4549", (Fit.AXES_SWAPPED, Fit.PREFIX_EXTRA)),
        (FUZHOU[:, ::-1], "EPSG:4528", (Fit.AXES_SWAPPED, Fit.PREFIX_MISSING)),
        (FUZHOU * 1000, "EPSG:4549", (Fit.MILLIMETRES,)),
        (FUZHOU + np.array([0.0, 5e6]), "EPSG:4549", (Fit.OUTSIDE_AREA,)),
        (np.array([[119.3, 26.08], [119.31, 26.09]]), "EPSG:4549", (Fit.DEGREES,)),
        (np.array([[26.08, 119.3]]), "EPSG:4490", (Fit.AXES_SWAPPED,)),
        (FUZHOU, "EPSG:4490", (Fit.METRES,)),
        (np.array([[1.0, 2.0]]), "EPSG:4549", (Fit.OUTSIDE_AREA,)),
        (FUZHOU, "local", (Fit.UNTOLD,)),
        (FUZHOU, None, (Fit.UNTOLD,)),
        (np.array([[np.nan, 1.0]]), "EPSG:4549", (Fit.UNTOLD,)),
    ],
)
def test_what_does_not_fit_is_named(points: Points, crs: str | None, fits: tuple[Fit, ...]) -> None:
    assert check_declared(points, crs, HERE).fits == fits


def test_wgs84_tm_is_checked_though_it_has_no_code() -> None:
    zone = next(one for one in zone_table() if (one.datum, one.number, one.prefixed) == ("WGS 84", 40, False))
    assert check_declared(FUZHOU, zone.crs, HERE).agrees
    moved = transformer("EPSG:4549", zone.crs)(FUZHOU)
    np.testing.assert_allclose(moved, FUZHOU, atol=1e-6)  # CGCS2000 is read as WGS 84


def test_another_datum_is_told_from_the_campus_not_from_the_numbers() -> None:
    assert check_declared(FUZHOU, "EPSG:2437", HERE).agrees  # Beijing 1954, CM 120E
    assert check_declared(FUZHOU, "EPSG:2437", HERE, campus="EPSG:4549").fits == (Fit.OTHER_DATUM,)
    assert check_declared(FUZHOU, "EPSG:4549", HERE, campus="EPSG:4528").agrees


def test_stray_points_do_not_decide() -> None:
    many = np.repeat(FUZHOU, 30, axis=0)
    many[0] = [0.0, 0.0]
    assert check_declared(many, "EPSG:4549", HERE).agrees


def test_beyond_half_a_3_degree_zone_only_a_6_degree_one_is_possible() -> None:
    engine = pyproj.Transformer.from_crs(4490, 4510, always_xy=True)  # CM 123E
    point = np.array([engine.transform(125.5, 40.0)])
    assert {one.width_deg for one in readings(point)} == {6}


def test_a_known_place_settles_the_zone() -> None:
    found = readings(FUZHOU, near=(119.3, 26.08))
    assert [one.codes(CGCS2000) for one in found] == [("EPSG:4549",), ("EPSG:4509",)]


def test_degrees_outside_numbers_and_nothing_have_no_reading() -> None:
    assert [one.order for one in readings(np.array([[26.08, 119.3]]))] == [Order.LAT_LON]
    assert readings(np.array([[12.0, 34.0]])) == ()
    assert readings(np.empty((0, 2))) == ()


def test_grids_of_other_countries_keep_their_eastings() -> None:
    # DHDN zone 3 has 3,500,000 m of false easting, which is no zone number before a Chinese easting
    east = np.array([3416652.0])
    for crs in ("EPSG:31467", "EPSG:32650"):
        np.testing.assert_array_equal(to_declared_zone(HERE, east, crs)[0], east)
