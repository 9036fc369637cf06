"""A wrong zone, a prefix too many and exchanged axes stop a source, whatever its format."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from tests.readers.reading import read_with
from twin.errors import AxesExchangedError, TwinError, ZoneMismatchError, ZonePrefixError

EAST, NORTH = 429563.842, 2885887.906  # near Fuzhou in EPSG:4549, ../shared/domain.md


def delivered(path: Path, points: list[tuple[float, float]], crs: str) -> Path:
    table = geopandas.GeoDataFrame({"name": list("abc")}, geometry=shapely.points(np.array(points)), crs=crs)
    table.to_file(path, driver="GPKG")
    return path


@pytest.mark.parametrize(
    ("crs", "move", "fault", "said"),
    [
        ("EPSG:4549", (39e6, 0.0), ZoneMismatchError, "zone 39"),
        ("EPSG:4528", (41e6, 0.0), ZoneMismatchError, "zone 41"),
        ("EPSG:4549", (40e6, 0.0), ZonePrefixError, "EPSG:4528"),
        ("EPSG:4528", (0.0, 0.0), ZonePrefixError, "EPSG:4549"),
    ],
)
def test_a_wrong_zone_or_prefix_stops_a_geopackage(
    crs: str, move: tuple[float, float], fault: type[TwinError], said: str, tmp_path: Path
) -> None:
    points = [(EAST + move[0] + 5 * n, NORTH + move[1] + 3 * n) for n in range(3)]
    path = delivered(tmp_path / "trees.gpkg", points, crs)
    with pytest.raises(fault, match=said) as told:
        read_with("vector", path, tmp_path / "out", crs=None, layer="surface")
    assert "\n" not in told.value.text("zh")


def test_exchanged_axes_stop_it_and_right_ones_do_not(tmp_path: Path) -> None:
    points = [(EAST + 5 * n, NORTH + 3 * n) for n in range(3)]
    right = delivered(tmp_path / "right.gpkg", points, "EPSG:4549")
    found = read_with("vector", right, tmp_path / "a", crs=None, layer="surface")
    assert found.report.kept == 3
    wrong = delivered(tmp_path / "wrong.gpkg", [(y, x) for x, y in points], "EPSG:4549")
    with pytest.raises(AxesExchangedError, match="exported again"):
        read_with("vector", wrong, tmp_path / "b", crs=None, layer="surface")
