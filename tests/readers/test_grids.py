"""GeoTIFF and ESRI ASCII grids: values by rasterio, warping against GDAL's own, units, nodata, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.warp
import shapely
from rasterio.transform import Affine
from rasterio.windows import Window

from tests.readers.geo_reading import LOCAL, UBC, run_reader
from twin.crs import CampusFrame, transformer
from twin.errors import (
    DatumMismatchError,
    MissingCrsError,
    MissingVerticalDatumError,
    NoTransformError,
    SourceUnreadableError,
    UnknownLayerError,
)
from twin.readers import load_reader
from twin.readers.base import Placement
from twin.readers.grids.resample import bilinear

SWISS = "terrain/swiss_1km/dem_2056_2p5m.tif"
HELSINKI = "terrain_pipes/helsinki_block/raster_dem"

SUGGESTED = {
    SWISS: ("terrain",),
    f"{HELSINKI}.tif": ("terrain",),
    f"{HELSINKI}.asc": ("terrain",),
    "terrain_pipes/helsinki_block/raster_landuse.tif": (),
    "terrain_pipes/helsinki_block/raster_flowdir.tif": (),
    "malformed/crs_traps/cog_dateline.tif": (),
}


def from_origin(west: float, north: float, x: float, y: float) -> Affine:
    """rasterio's own helper multiplies Affines in a way that Affine 3 warns about."""
    return Affine(x, 0, west, 0, -y, north)


def write_tif(path: Path, values: np.ndarray, **profile: Any) -> Path:
    bands = values if values.ndim == 3 else values[None]
    said = {
        "driver": "GTiff", "height": bands.shape[1], "width": bands.shape[2], "count": bands.shape[0],
        "dtype": bands.dtype, "crs": "EPSG:32610", "transform": from_origin(500000, 5400000, 2, 2), **profile,
    }  # fmt: skip
    with rasterio.open(path, "w", **said) as out:
        out.write(bands)
    return path


@pytest.mark.parametrize(("file", "layers"), SUGGESTED.items())
def test_inspect_doubts_classes(shared_data: Path, file: str, layers: tuple[str, ...]) -> None:
    reader = load_reader("ascii_grid" if file.endswith("asc") else "geotiff")
    seen = reader.inspect(shared_data / file)
    assert seen.layers == layers
    assert bool(seen.notes) == (not layers)
    assert seen.has_heights


def test_same_crs_is_copied_cell_by_cell(shared_data: Path, tmp_path: Path) -> None:
    frame = CampusFrame("EPSG:2056", "EPSG:5728")
    found = run_reader("geotiff", shared_data / SWISS, tmp_path, frame, vertical_datum="EPSG:5728")
    ((values, transform),) = found.rasters()
    with rasterio.open(shared_data / SWISS) as file:
        assert transform == list(file.transform)[:6]
        assert (values == file.read(1)).all()
    row = found.rows("terrain")[0]
    assert (row["kind"], row["cell_m"], row["nodata_share"]) == ("grid", 2.5, 0.0)
    assert (row["lowest_m"], row["highest_m"]) == pytest.approx((1615.817138671875, 2015.094482421875))
    shape = found.shapes("terrain")[0]
    assert shape.bounds == (2573000, 1085000, 2574000, 1086000)
    assert shape.has_z


def test_warping_agrees_with_gdal(shared_data: Path, tmp_path: Path) -> None:
    frame = CampusFrame("EPSG:32632", "local")
    found = run_reader("geotiff", shared_data / SWISS, tmp_path, frame, vertical_datum="local")
    ((ours, transform),) = found.rasters()
    theirs = np.full(ours.shape, np.nan, np.float32)
    with rasterio.open(shared_data / SWISS) as file:
        rasterio.warp.reproject(
            rasterio.band(file, 1), theirs, dst_transform=Affine(*transform), dst_crs="EPSG:32632",
            resampling=rasterio.warp.Resampling.bilinear, dst_nodata=np.nan, tolerance=0,
        )  # fmt: skip
    assert (np.isfinite(ours) == np.isfinite(theirs)).mean() > 0.9999
    assert np.nanmax(np.abs(ours - theirs)) < 0.02  # slopes reach 1:1 here: 2 cm is 1/100 of a cell
    assert np.nanmean(np.abs(ours - theirs)) < 0.001


def test_a_turned_grid_keeps_its_heights(shared_data: Path, tmp_path: Path) -> None:
    place = Placement((2573500.0, 1085500.0, 1600.0), (1000.0, 2000.0, 10.0), 30.0)
    frame = CampusFrame("EPSG:2056", "local")
    found = run_reader("geotiff", shared_data / SWISS, tmp_path, frame, placement=place)
    ((values, transform),) = found.rasters()
    _, similarity = place.similarity(shared_data / SWISS)
    with rasterio.open(shared_data / SWISS) as file:
        raw = file.read(1)
        rng = np.random.default_rng(7)
        for row, column in rng.integers(20, 380, (50, 2)):
            x, y = file.xy(row, column)
            there = similarity.apply(np.array([[x, y, float(raw[row, column])]]))[0]
            c, r = (there[0] - transform[2]) / transform[0], (there[1] - transform[5]) / transform[4]
            got = bilinear(values, np.array([c]), np.array([r]))[0]
            spread = np.ptp(raw[row - 1 : row + 2, column - 1 : column + 2])
            assert abs(got - there[2]) <= spread  # twice interpolated: within what the neighbours span


@pytest.mark.parametrize("suffix", ["tif", "asc"])
def test_helsinki_block_in_both_formats(shared_data: Path, tmp_path: Path, suffix: str) -> None:
    reader = "geotiff" if suffix == "tif" else "ascii_grid"
    said = {"crs": "local", "crs_override": True, "vertical_datum": "local"}
    found = run_reader(reader, shared_data / f"{HELSINKI}.{suffix}", tmp_path, LOCAL, **said)
    ((values, transform),) = found.rasters()
    with rasterio.open(shared_data / f"{HELSINKI}.tif") as file:
        raw = file.read(1)
    assert transform == [1, 0, 0, 0, -1, 231]
    assert (np.isnan(values) == (raw == 0)).all()
    assert np.nanmax(np.abs(values - np.where(raw == 0, np.nan, raw))) < 1e-3
    assert found.rows("terrain")[0]["nodata_share"] == pytest.approx((raw == 0).mean())
    assert any("41.4% of the cells have no height" in note for note in found.report.notes)


def test_questions_a_grid_can_leave_open(shared_data: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingVerticalDatumError):
        run_reader("geotiff", shared_data / SWISS, tmp_path, CampusFrame("EPSG:2056", "local"))
    with pytest.raises(DatumMismatchError):
        run_reader("geotiff", shared_data / SWISS, tmp_path, CampusFrame("EPSG:2056", "A"), vertical_datum="B")
    with pytest.raises(MissingCrsError):
        run_reader("ascii_grid", shared_data / f"{HELSINKI}.asc", tmp_path, LOCAL, vertical_datum="local")
    with pytest.raises(UnknownLayerError):
        run_reader("geotiff", shared_data / SWISS, tmp_path, LOCAL, layer="surface")
    with pytest.raises(NoTransformError):
        run_reader("geotiff", shared_data / SWISS, tmp_path, LOCAL, vertical_datum="local")


def test_compound_crs_says_datum_and_feet(tmp_path: Path) -> None:
    heights = np.array([[100.0, 200.0], [300.0, 400.0]], np.float32)
    # NAD83 / Washington North (ftUS) + NAVD88 height (ftUS)
    path = write_tif(tmp_path / "a.tif", heights, crs="EPSG:2285+6360", transform=from_origin(1.2e6, 2.3e5, 3, 3))
    assert load_reader("geotiff").inspect(path).vertical_datum == "EPSG:6360"
    found = run_reader("geotiff", path, tmp_path / "out", CampusFrame("EPSG:32610", "EPSG:6360"))
    row = found.rows("terrain")[0]
    assert row["highest_m"] == pytest.approx(400 * 1200 / 3937, rel=1e-4)
    assert row["cell_m"] == pytest.approx(3 * 1200 / 3937, rel=1e-3)


def test_feet_are_never_guessed(tmp_path: Path) -> None:
    heights = np.array([[100.0, 200.0], [300.0, 400.0]], np.float32)
    path = write_tif(tmp_path / "a.tif", heights, crs="EPSG:2285", transform=from_origin(1.2e6, 2.3e5, 3, 3))
    with pytest.raises(SourceUnreadableError, match="vertical_unit"):
        run_reader("geotiff", path, tmp_path / "x", UBC, vertical_datum="local")
    found = run_reader("geotiff", path, tmp_path / "y", UBC, vertical_datum="local", options={"vertical_unit": "ft"})
    assert found.rows("terrain")[0]["highest_m"] == pytest.approx(121.92)


def test_unit_tag_scale_offset_and_height_offset(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.array([[10, 20], [30, -32768]], np.int16), nodata=-32768)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets, file.units = (0.5,), (100.0,), ("ft",)
    found = run_reader("geotiff", path, tmp_path / "out", UBC, height_offset_m=1.5)
    ((values, _),) = found.rasters()
    expected = np.array([[105.0, 110.0], [115.0, np.nan]]) * 0.3048 + 1.5
    assert values == pytest.approx(expected, abs=1e-4, nan_ok=True)


def test_nan_and_nodata_both_are_gaps(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "malformed/crs_traps/cog_nodata_nan.tif"
    found = run_reader("geotiff", path, tmp_path, UBC, vertical_datum="local")
    ((values, _),) = found.rasters()
    with rasterio.open(path) as file:
        raw = file.read(1)
    assert (np.isfinite(values) == (np.isfinite(raw) & (raw != 0))).all()


def test_marks_that_nobody_declared_are_gaps_and_said(tmp_path: Path) -> None:
    """Survey firms write -9999 or the lowest float into cells without data, and no nodata tag."""
    heights = np.linspace(10, 20, 36, dtype=np.float32).reshape(6, 6)
    heights[0, :3], heights[5, 5] = -9999, -3.4e38
    found = run_reader("geotiff", write_tif(tmp_path / "a.tif", heights), tmp_path / "out", UBC, vertical_datum="local")
    ((values, _),) = found.rasters()
    assert (np.isnan(values) == (heights < 0)).all()
    assert found.rows("terrain")[0]["lowest_m"] == pytest.approx(10 + 3 * 10 / 35, abs=1e-3)
    assert any("4 cells hold -3.4e+38, -9999, which is no height but a mark" in one for one in found.report.notes)


def test_a_mark_that_could_be_a_height_is_stated(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.array([[1.0, 0.0], [2.0, -12.5]], np.float32))
    found = run_reader("geotiff", path, tmp_path / "out", UBC, vertical_datum="local", options={"nodata": 0})
    ((values, _),) = found.rasters()
    assert np.isnan(values[0, 1])
    assert values[1, 1] == -12.5  # land below the sea is land


def test_empty_grid_is_counted_as_nodata(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.full((3, 3), -9999, np.float32), nodata=-9999)
    found = run_reader("geotiff", path, tmp_path / "out", UBC, vertical_datum="local")
    assert found.report.to_dict()["skipped"] == {"nodata": 1}


def test_orthophoto_stays_flat_and_needs_no_datum(tmp_path: Path) -> None:
    colours = np.zeros((3, 40, 40), np.uint8)
    colours[0, :20], colours[1, 20:] = 200, 90
    found = run_reader("geotiff", write_tif(tmp_path / "a.tif", colours), tmp_path / "out", UBC)
    ((values, _),) = found.rasters()
    assert (values == np.moveaxis(colours, 0, -1)).all()
    assert found.rows("terrain")[0]["kind"] == "orthophoto"
    assert not found.shapes("terrain")[0].has_z
    turned = run_reader("geotiff", tmp_path / "a.tif", tmp_path / "b", CampusFrame("EPSG:32609", "local"))
    ((values, _),) = turned.rasters()
    assert values.shape[2] == 4
    assert set(np.unique(values[..., 3])) == {0, 255}
    assert (values[values[..., 3] == 0] == 0).all()
    assert shapely.area(turned.shapes("terrain")[0]) > 0


def test_palette_is_a_picture(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.array([[0, 1], [1, 0]], np.uint8), photometric="palette")
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {0: (1, 2, 3, 255), 1: (4, 5, 6, 255)})
    found = run_reader("geotiff", path, tmp_path / "out", UBC)
    ((values, _),) = found.rasters()
    assert values[0].tolist() == [[1, 2, 3, 255], [4, 5, 6, 255]]


def test_sixteen_bits_are_stretched_and_said(tmp_path: Path) -> None:
    bands = np.linspace(300, 2900, 3 * 60 * 60).reshape(3, 60, 60).astype(np.uint16)
    path = write_tif(tmp_path / "a.tif", bands, photometric="RGB")
    assert load_reader("geotiff").inspect(path).layers == ("terrain",)
    found = run_reader("geotiff", path, tmp_path / "out", UBC)
    ((values, _),) = found.rasters()
    assert (values.dtype, values.shape) == (np.uint8, (60, 60, 3))
    assert (values.min(), values.max()) == (0, 255)
    low, high = np.percentile(bands, (0.5, 99.5))
    assert found.report.notes == [f"a.tif: 16 bits; {low:.0f} is shown black and {high:.0f} white"]
    stated = run_reader("geotiff", path, tmp_path / "b", UBC, options={"stretch": [0, 5100]})
    ((values, _),) = stated.rasters()
    assert values[0, 0, 0] == 300 * 255 // 5100


@pytest.mark.parametrize("how", ["alpha", "nodata", "mask"])
def test_what_a_picture_does_not_show_is_transparent(tmp_path: Path, how: str) -> None:
    bands = np.full((3, 30, 40), 90, np.uint8)
    bands[:, :, 20:] = 0
    seen = np.where(np.arange(40) < 20, 255, 0).astype(np.uint8) + np.zeros((30, 1), np.uint8)
    if how == "alpha":
        path = write_tif(tmp_path / "a.tif", np.concatenate([bands, seen[None]]), photometric="RGB", alpha="YES")
    else:
        path = write_tif(tmp_path / "a.tif", bands, photometric="RGB", nodata=0 if how == "nodata" else None)
    if how == "mask":
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as file:
            file.write_mask(seen)
    ((values, _),) = run_reader("geotiff", path, tmp_path / "out", UBC).rasters()
    assert (values[..., 3] == seen).all()


def test_near_infrared_is_not_taken_for_alpha(tmp_path: Path) -> None:
    bands = np.full((4, 20, 20), 90, np.uint8)
    path = write_tif(tmp_path / "a.tif", bands, photometric="RGB", alpha="UNSPECIFIED")
    found = run_reader("geotiff", path, tmp_path / "out", UBC)
    assert found.rasters()[0][0].shape == (20, 20, 3)
    assert any("fourth band is not alpha" in one for one in found.report.notes)


def test_a_large_picture_is_read_reduced_from_tiled_jpeg(tmp_path: Path) -> None:
    """20,000 × 15,000 pixels: a quarter of them red; 900 MB if it were read whole."""
    path = tmp_path / "large.tif"
    profile = {
        "driver": "GTiff", "width": 20_000, "height": 15_000, "count": 3, "dtype": "uint8", "crs": "EPSG:32610",
        "transform": from_origin(500_000, 5_400_000, 0.05, 0.05), "tiled": True, "compress": "jpeg",
        "photometric": "ycbcr", "blockxsize": 512, "blockysize": 512, "sparse_ok": True,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as file:
        red = np.zeros((3, 7_500, 10_000), np.uint8)
        red[0] = 200
        file.write(red, window=Window(0, 0, 10_000, 7_500))
    found = run_reader("geotiff", path, tmp_path / "out", UBC)
    ((values, transform),) = found.rasters()
    assert values.shape[:2] == (5_000, 6_666)
    assert transform[0] * values.shape[1] == pytest.approx(1000.0, abs=1e-6)
    assert values[100, 100, 0] > 190
    assert values[4_900, 6_600, 0] < 10
    assert any("6666 x 5000 pixels instead of 20000 x 15000" in one for one in found.report.notes)


def test_several_bands_need_a_choice(tmp_path: Path) -> None:
    bands = np.stack([np.full((2, 2), n, np.float32) for n in (1, 2)])
    path = write_tif(tmp_path / "a.tif", bands)
    assert load_reader("geotiff").inspect(path).layers == ()
    with pytest.raises(SourceUnreadableError, match=r"options\.band"):
        run_reader("geotiff", path, tmp_path / "x", UBC, vertical_datum="local")
    found = run_reader("geotiff", path, tmp_path / "y", UBC, vertical_datum="local", options={"band": 2})
    assert found.rows("terrain")[0]["lowest_m"] == 2


def test_wanted_cell_averages(tmp_path: Path) -> None:
    heights = np.arange(64, dtype=np.float32).reshape(8, 8)
    path = write_tif(tmp_path / "a.tif", heights)
    found = run_reader("geotiff", path, tmp_path / "out", UBC, vertical_datum="local", options={"cell_m": 4.0})
    ((values, transform),) = found.rasters()
    assert transform[0] == 4.0
    assert values == pytest.approx(heights.reshape(4, 2, 4, 2).mean(axis=(1, 3)))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_pictures_without_a_place_are_refused(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.zeros((2, 2), np.float32), crs=None, transform=Affine.identity())
    with pytest.raises(SourceUnreadableError, match="georeferencing"):
        run_reader("geotiff", path, tmp_path / "out", UBC, crs="EPSG:32610", vertical_datum="local")


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.5])
def test_truncated_tiff_is_one_line(shared_data: Path, tmp_path: Path, share: float) -> None:
    whole = (shared_data / SWISS).read_bytes()
    (tmp_path / "a.tif").write_bytes(whole[: max(8, int(len(whole) * share))])
    with pytest.raises(SourceUnreadableError) as fault:
        run_reader(
            "geotiff", tmp_path / "a.tif", tmp_path / "out", CampusFrame("EPSG:2056", "local"), vertical_datum="local"
        )
    assert "\n" not in str(fault.value)
    assert "a.tif" in str(fault.value)


@pytest.mark.parametrize(("corner", "west"), [("xllcorner", 100.0), ("xllcenter", 99.5)])
def test_ascii_grid_corner_and_centre(tmp_path: Path, corner: str, west: float) -> None:
    y = corner.replace("x", "y")
    text = f"ncols 2\nnrows 2\n{corner} 100\n{y} 200\ncellsize 1\nNODATA_value -9999\n1.5 2\n-9999 4\n"
    (tmp_path / "a.asc").write_text(text)
    assert load_reader("ascii_grid").supports(tmp_path / "a.asc")
    found = run_reader("ascii_grid", tmp_path / "a.asc", tmp_path / "out", crs="local", vertical_datum="local")
    ((values, transform),) = found.rasters()
    assert transform == [1, 0, west, 0, -1, 202 + (west - 100)]
    assert values == pytest.approx(np.array([[1.5, 2], [np.nan, 4]]), nan_ok=True)


@pytest.mark.parametrize("body", ["1 2\n3\n", "1 2\n", ""])
def test_short_ascii_grid_is_one_line(tmp_path: Path, body: str) -> None:
    (tmp_path / "a.asc").write_text(f"ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n{body}")
    with pytest.raises(SourceUnreadableError) as fault:
        run_reader("ascii_grid", tmp_path / "a.asc", tmp_path / "out", crs="local", vertical_datum="local")
    assert "\n" not in str(fault.value)


def test_heights_land_where_points_land(tmp_path: Path) -> None:
    """A single peak in degrees comes out at the place its coordinates have in the campus CRS."""
    heights = np.zeros((41, 41), np.float32)
    heights[20, 20] = 100
    path = write_tif(tmp_path / "a.tif", heights, crs="EPSG:4490", transform=from_origin(119.2, 26.1, 1e-5, 1e-5))
    found = run_reader("geotiff", path, tmp_path / "out", CampusFrame("EPSG:4549", "local"), vertical_datum="local")
    ((values, transform),) = found.rasters()
    row, column = np.unravel_index(np.nanargmax(values), values.shape)
    top = np.array([transform[2] + transform[0] * (column + 0.5), transform[5] + transform[4] * (row + 0.5)])
    expected = transformer("EPSG:4490", "EPSG:4549")(np.array([[119.2 + 20.5e-5, 26.1 - 20.5e-5]]))[0]
    assert np.abs(top - expected).max() < transform[0]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("ncols 1000000\nnrows 1000000\nxllcorner 0\nyllcorner 0\ncellsize 1\n", "promises 1000000000000 heights"),
        ("ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 0\n", "no cell size above 0"),
    ],
)
def test_an_ascii_header_that_cannot_be_true_is_refused_at_once(tmp_path: Path, header: str, words: str) -> None:
    path = tmp_path / "dem.asc"
    path.write_text(header + "1 2\n", encoding="utf-8")
    with pytest.raises(SourceUnreadableError, match=words):
        load_reader("ascii_grid").inspect(path)


def test_a_cut_tiff_says_what_happened(tmp_path: Path, shared_data: Path) -> None:
    path = tmp_path / "cut.tif"
    whole = (shared_data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceUnreadableError) as fault:
        load_reader("geotiff").inspect(path)
    assert "previous exception" not in str(fault.value)
