"""Scale and convergence against published and geodesic figures; height datums as proposals only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest

from twin.crs import check_datum, transformer
from twin.crs.distortion import distortion_at
from twin.crs.vertical import datum_names, known_offset
from twin.errors import DatumMismatchError, DatumOffsetUnstatedError

FUZHOU = (429563.842, 2885887.906)


def test_fuzhou_as_the_domain_has_it() -> None:
    found = distortion_at("EPSG:4549", *FUZHOU)
    assert found is not None
    assert found.scale == pytest.approx(1.0000612, abs=5e-8)
    assert found.cm_per_km == pytest.approx(6.1, abs=0.05)
    assert found.convergence_deg == pytest.approx(-0.31, abs=0.005)
    assert (found.longitude, found.latitude) == pytest.approx((119.296, 26.08), abs=1e-8)


def test_scale_is_grid_length_over_geodesic_length() -> None:
    """Geod as witness: a kilometre of the grid measured on the ellipsoid."""
    found = distortion_at("EPSG:4549", *FUZHOU)
    assert found is not None
    ends = np.array([FUZHOU, FUZHOU]) + np.array([[-300.0, -400.0], [300.0, 400.0]])
    lonlat = transformer("EPSG:4549", "EPSG:4490")(ends)
    length_m = pyproj.Geod(ellps="GRS80").inv(*lonlat[0], *lonlat[1])[2]
    assert 1000.0 / length_m == pytest.approx(found.scale, abs=2e-8)


def test_height_shortens_and_may_outweigh() -> None:
    found = distortion_at("EPSG:4549", *FUZHOU)
    assert found is not None
    assert found.radius_m == pytest.approx(6_365_000, abs=2_000)
    assert found.height_cm_per_km(100.0) == pytest.approx(-1.57, abs=0.01)
    assert found.combined_cm_per_km(0.0) == pytest.approx(found.cm_per_km)
    assert found.combined_cm_per_km(390.0) == pytest.approx(0.0, abs=0.02)  # 6.12 cm/km / 1.571 cm/km per 100 m


def test_degrees_local_and_nowhere_have_no_distortion() -> None:
    assert distortion_at("EPSG:4490", 119.0, 26.0) is None
    assert distortion_at("local", 1.0, 2.0) is None
    assert distortion_at("EPSG:4549", 1e12, 1e12) is None


def test_a_known_offset_is_proposed_and_never_applied() -> None:
    with pytest.raises(DatumOffsetUnstatedError, match=r"height_offset_m.*-0\.029.*unverified") as fault:
        check_datum(Path("old.csv"), "EPSG:5736", "EPSG:5737", None, has_heights=True)
    assert isinstance(fault.value, DatumMismatchError)
    assert "未核实" in fault.value.text("zh")
    back = known_offset("EPSG:5737", "EPSG:5736")
    assert back is not None
    assert (back.offset_m, back.unverified) == (0.029, True)
    assert known_offset("EPSG:5737", "EPSG:3855") is None


def test_datums_are_named_as_epsg_names_them() -> None:
    assert "1985" in pyproj.CRS("EPSG:5737").name
    assert "1956" in pyproj.CRS("EPSG:5736").name
    for code, year in (("EPSG:5737", "1985"), ("EPSG:5736", "1956")):
        names = datum_names(code)
        assert names is not None
        assert year in names["zh"]
        assert year in names["en"]
    assert datum_names("local") is None
