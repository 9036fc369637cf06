"""Axes and Gauss-Krüger zones, against pyproj's own definitions of every CGCS2000 zone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest

from twin.crs.axes import first_is_north
from twin.crs.zones import to_declared_zone
from twin.errors import ZoneMismatchError

HERE = Path("points.xlsx")


@pytest.mark.parametrize("step", range(21))
def test_every_3_degree_zone_takes_its_own_prefix_and_no_other(step: int) -> None:
    meridian = 75 + 3 * step
    plain, prefixed = f"EPSG:{4534 + step}", f"EPSG:{4513 + step}"
    # witness: where PROJ puts a point 0.3° east of the meridian
    east = {
        crs: pyproj.Transformer.from_crs(4490, crs, always_xy=True).transform(meridian + 0.3, 30.0)[0]
        for crs in (plain, prefixed)
    }
    both = np.array([east[plain], east[prefixed]])
    np.testing.assert_allclose(to_declared_zone(HERE, both, plain)[0], east[plain])
    np.testing.assert_allclose(to_declared_zone(HERE, both, prefixed)[0], east[prefixed])
    with pytest.raises(ZoneMismatchError):
        to_declared_zone(HERE, both + np.array([0, 1e6]), plain)


def test_a_six_degree_zone_is_known_by_its_own_count() -> None:
    # EPSG:4510: CGCS2000 / Gauss-Kruger CM 123E, zone 21
    east, note = to_declared_zone(HERE, np.array([21_500_000.0]), "EPSG:4510")
    assert east[0] == 500_000.0
    assert note is not None


def test_other_grids_and_local_frames_are_left_alone() -> None:
    east = np.array([40_429_563.0, 429_563.0])
    for crs in ("local", "EPSG:4326"):
        np.testing.assert_array_equal(to_declared_zone(HERE, east, crs)[0], east)


def test_the_numbers_settle_the_axes_unless_a_person_does() -> None:
    east, north = np.array([429_563.0]), np.array([2_885_887.0])
    assert first_is_north(HERE, "JSPoint", north, east, None) is True
    assert first_is_north(HERE, "JSPoint", east, north, None) is False
    assert first_is_north(HERE, "JSPoint", east, north, "north_east") is True  # a person knows better
    assert first_is_north(HERE, "JSPoint", np.array([1.0]), np.array([2.0]), None) is None
    assert first_is_north(HERE, "JSPoint", north, east, "east_north") is False
