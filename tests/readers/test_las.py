"""LiDAR: counts by laspy, heights by direct gridding, feet, units, gaps, broken files."""

from __future__ import annotations

from pathlib import Path

import laspy
import numpy as np
import pytest
from pyproj import CRS, Transformer

from tests.readers.geo_reading import LOCAL, UBC, run_reader
from twin.errors import BadOptionError, MissingCrsError, MissingVerticalDatumError, TwinError
from twin.readers import load_reader
from twin.readers.grids.las import fill_gaps

AUTZEN = "terrain/autzen/autzen_trim.laz"


def test_inspect_says_feet(shared_data: Path) -> None:
    seen = load_reader("las").inspect(shared_data / AUTZEN)
    assert (seen.layers, seen.count, seen.needs_crs, seen.has_heights) == (("terrain",), 110000, False, True)
    assert any("0.3048" in note for note in seen.notes)


def test_ground_points_of_autzen(shared_data: Path, tmp_path: Path) -> None:
    """Every cell with ground points is their mean, computed here without the reader."""
    said = {"vertical_datum": "local", "options": {"cell_m": 5.0, "fill_m": 0}}
    found = run_reader("las", shared_data / AUTZEN, tmp_path, UBC, **said)
    ((values, transform),) = found.rasters()
    points = laspy.read(shared_data / AUTZEN)
    ground = np.asarray(points.classification) == 2
    assert (found.report.found, found.report.kept) == (110000, int(ground.sum())) == (110000, 26107)
    assert found.report.to_dict()["skipped"] == {"not_selected": 83893}
    engine = Transformer.from_crs(CRS(points.header.parse_crs()), 32610, always_xy=True)
    x, y = engine.transform(np.asarray(points.x)[ground], np.asarray(points.y)[ground])
    z = np.asarray(points.z)[ground] * 0.3048
    cell, _, west, _, _, north = transform
    flat = np.floor((north - y) / cell).astype(int) * values.shape[1] + np.floor((x - west) / cell).astype(int)
    count = np.bincount(flat, minlength=values.size)
    mean = np.bincount(flat, z, minlength=values.size) / np.where(count, count, np.nan)
    assert np.isfinite(values.ravel()).sum() == (count > 0).sum()
    assert values.ravel() == pytest.approx(mean, abs=1e-3, nan_ok=True)
    row = found.rows("terrain")[0]
    assert 123 < row["lowest_m"] < row["highest_m"] < 133  # 406 ft to 435 ft


def test_lowest_points_without_classes(shared_data: Path, tmp_path: Path) -> None:
    points = laspy.read(shared_data / AUTZEN)
    points.classification[:] = 1
    points.write(tmp_path / "a.las")
    found = run_reader(
        "las", tmp_path / "a.las", tmp_path / "out", UBC, vertical_datum="local", options={"cell_m": 5.0}
    )
    assert (found.report.kept, found.report.to_dict()["skipped"]) == (110000, {})
    assert any("no point is classified as ground" in note for note in found.report.notes)
    assert found.rows("terrain")[0]["lowest_m"] == pytest.approx(406.26 * 0.3048, abs=0.01)


def test_asking_for_another_ground(shared_data: Path, tmp_path: Path) -> None:
    said = {"vertical_datum": "local"}
    found = run_reader("las", shared_data / AUTZEN, tmp_path / "a", UBC, **said, options={"ground": "lowest"})
    assert found.report.kept == 110000
    with pytest.raises(BadOptionError, match=r'options\.ground is "all"'):
        run_reader("las", shared_data / AUTZEN, tmp_path / "b", UBC, **said, options={"ground": "all"})
    with pytest.raises(MissingVerticalDatumError):
        run_reader("las", shared_data / AUTZEN, tmp_path / "c", UBC)


def _small(path: Path, xyz: np.ndarray, classes: list[int] | None = None) -> Path:
    file = laspy.create(point_format=6, file_version="1.4")
    file.header.scales = [0.001] * 3
    file.x, file.y, file.z = xyz.T
    if classes is not None:
        file.classification[:] = classes
    file.write(path)
    return path


def test_noise_and_withheld_are_not_ground(tmp_path: Path) -> None:
    xyz = np.array([[0.5, 0.5, 10], [0.6, 0.6, -50], [1.5, 0.5, 11], [0.5, 1.5, 12]], dtype=float)
    path = _small(tmp_path / "a.laz", xyz, [0, 7, 0, 0])
    with pytest.raises(MissingCrsError):
        run_reader("las", path, tmp_path / "x", LOCAL, vertical_datum="local")
    said = {"crs": "local", "vertical_datum": "local", "options": {"cell_m": 1.0, "fill_m": 0}}
    found = run_reader("las", path, tmp_path / "y", LOCAL, **said)
    ((values, transform),) = found.rasters()
    assert found.report.to_dict()["skipped"] == {"not_selected": 1}
    assert transform == [1, 0, 0, 0, -1, 2]
    assert values == pytest.approx(np.array([[12, np.nan], [10, 11]]), nan_ok=True)


def test_vertical_unit_by_option(tmp_path: Path) -> None:
    path = _small(tmp_path / "a.las", np.array([[0.5, 0.5, 10.0]]))
    said = {"crs": "local", "vertical_datum": "local", "options": {"vertical_unit": "ft"}}
    assert run_reader("las", path, tmp_path / "o", LOCAL, **said).rows("terrain")[0]["highest_m"] == pytest.approx(
        3.048
    )


def test_small_gaps_close_large_ones_stay() -> None:
    values = np.full((40, 40), np.nan, np.float32)
    values[5:35, 5:35] = 7.0
    values[10, 10] = values[20, 8:10] = np.nan  # small
    values[15:29, 15:29] = np.nan  # 14 x 14
    out = fill_gaps(values, 3)
    assert out[10, 10] == out[20, 8] == 7.0
    assert np.isnan(out[15:29, 15:29]).any()
    assert np.isnan(out[22, 22])
    assert np.isnan(out[:5]).all()  # the outer edge does not grow
    assert np.isnan(out[:, 35:]).all()
    assert (fill_gaps(values, 0) == values)[np.isfinite(values)].all()


def test_filling_follows_a_slope() -> None:
    slope = np.tile(np.arange(30, dtype=np.float32), (30, 1))
    holed = slope.copy()
    holed[12:16, 12:16] = np.nan
    filled = fill_gaps(holed, 3)
    assert np.isfinite(filled).all()
    assert np.abs(filled - slope).max() < 1.5


@pytest.mark.parametrize("length", [4, 100, 300, 5000, 300_000])
def test_truncated_files_are_one_line(shared_data: Path, tmp_path: Path, length: int) -> None:
    (tmp_path / "a.laz").write_bytes((shared_data / AUTZEN).read_bytes()[:length])
    with pytest.raises(TwinError) as fault:
        run_reader("las", tmp_path / "a.laz", tmp_path / "out", UBC, vertical_datum="local")
    assert "\n" not in str(fault.value)
    assert "a.laz" in str(fault.value)
