"""A campus delivered in Beijing 1954: its pipes, roads, DEM and tiles land where they were made from.

The deliveries are composed: places of the campus, taken back to Beijing 1954 by one PROJ pipeline: the witness.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import openpyxl
import pyproj
import pytest
import rasterio
import shapely
from click.testing import CliRunner
from rasterio.transform import from_origin

from layers import registry
from tests.attached_sets import HEIGHT_M, write_set
from tests.build.test_build import HEAD
from twin.build import build_campus
from twin.cli import main
from twin.crs import Points
from twin.crs.helmert import SevenParameters
from twin.store.campus import Campus
from twin.store.generations import load_manifest
from twin.store.rasters import read_rasters

BUREAU = SevenParameters(15.8, -154.4, -82.3, 0.31, -0.22, 1.14, -4.2, "coordinate_frame")
GRID = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0"
ELLIPSOID = "+a=6378137 +rf=298.257222101"  # of CGCS2000
SEPARATION_M = 12.5  # ellipsoid above the height datum: parameters are between ellipsoids, heights delivered are not
MIDDLE = np.array([429_563.842, 2_885_887.906, 0.0])
DEM_CELL_M = 2.0
ENTRY = """
[[{kind}]]
key = "{key}"
path = "{path}"
crs = "{crs}"
vertical_datum = "EPSG:5737"
{more}
"""


def to_beijing(places: Points, last: str = f"+step {GRID} +ellps=krass") -> Points:
    """(n, 3) of the campus with normal heights -> (n, 3) of Beijing 1954, ellipsoidal heights."""
    steps = f"+step +inv {GRID} {ELLIPSOID} +step +proj=cart {ELLIPSOID} +step +inv {BUREAU.pipeline()}"
    engine = pyproj.Transformer.from_pipeline(f"+proj=pipeline {steps} +step +inv +proj=cart +ellps=krass {last}")
    return np.column_stack(engine.transform(places[:, 0], places[:, 1], places[:, 2] + SEPARATION_M))


def control_points(n: int = 5) -> str:
    """As a surveyor has them: plan in both systems, the same normal height in both."""
    offsets = np.random.default_rng(4).uniform(-900, 900, (n, 2))
    ends = np.column_stack([MIDDLE[:2] + offsets, np.random.default_rng(5).uniform(5, 40, n)])
    starts = np.column_stack([to_beijing(ends)[:, :2], ends[:, 2]])
    pairs = zip(np.round(starts, 4).tolist(), np.round(ends, 4).tolist(), strict=True)
    return ", ".join(f"{{ from = {a}, to = {b} }}" for a, b in pairs)


PIPES = np.array([[0.0, 0.0, 12.0], [60.0, 5.0, 13.5], [120.0, 40.0, 9.25]]) + MIDDLE
ROAD = np.array([[-50.0, 20.0, 10.0], [150.0, 60.0, 10.0]]) + MIDDLE
PILLAR = np.array([[30.0, 80.0, 12.0]]) + MIDDLE
CORNER = np.array([[-120.0, 120.0, 20.0]]) + MIDDLE  # north-west, of the DEM


def write_pipes(path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    points, lines = book.create_sheet("JSPoint"), book.create_sheet("JSLine")
    points.append(["物探点号", "X", "Y", "地面高程"])
    for number, (east, north, _) in enumerate(to_beijing(PIPES), 1):
        points.append([f"JS{number}", north, east, float(PIPES[number - 1, 2])])
    lines.append(["起始点号", "终止点号", "起点埋深", "终点埋深", "管径"])
    lines.append(["JS1", "JS2", 1.0, 1.0, "300"])
    lines.append(["JS2", "JS3", 1.0, 1.0, "300"])
    book.save(path)


def write_dem(path: Path) -> None:
    """A ramp that rises 1 m per metre of the easting of Beijing 1954 from its western edge."""
    east, north, _ = to_beijing(CORNER)[0]
    heights = np.tile((np.arange(120) + 0.5) * DEM_CELL_M, (120, 1)).astype(np.float32)
    profile = {"driver": "GTiff", "width": 120, "height": 120, "count": 1, "dtype": "float32", "crs": "EPSG:2437"}
    with rasterio.open(path, "w", **profile, transform=from_origin(east, north, DEM_CELL_M, DEM_CELL_M)) as target:
        target.write(heights, 1)


ROADS = 'reader = "vector"\nlayer = "surface"\nkey_column = "no"\noptions = { surface_class = "road" }'


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beijing") / "campus"
    (folder / "sources").mkdir(parents=True)
    write_pipes(folder / "sources" / "pipes.xlsx")
    write_dem(folder / "sources" / "dem.tif")
    degrees = to_beijing(ROAD, "+step +proj=unitconvert +xy_in=rad +xy_out=deg")[:, :2]
    road = geopandas.GeoDataFrame({"no": ["R1"]}, geometry=[shapely.LineString(degrees)], crs="EPSG:4214")
    road.to_file(folder / "sources" / "roads.gpkg")
    matrix = np.eye(4)
    matrix[:3, 3] = (*to_beijing(PILLAR)[0, :2], PILLAR[0, 2])
    write_set(folder / "photo", matrix)
    fit = f"datum_shift = {{ control_points = [{control_points()}] }}"
    ellipsoidal_m = float(to_beijing(ROAD)[0, 2])
    one = BUREAU
    said = f"dx_m = {one.tx_m}, dy_m = {one.ty_m}, dz_m = {one.tz_m}, rx_arcsec = {one.rx_arcsec}, "
    said += f"ry_arcsec = {one.ry_arcsec}, rz_arcsec = {one.rz_arcsec}, scale_ppm = {one.scale_ppm}, "
    said += f'convention = "{one.convention}"'
    bureau = f"datum_shift = {{ height_m = {ellipsoidal_m:.1f}, parameters = {{ {said} }} }}"
    entries = (
        ("sources", "pipes", "sources/pipes.xlsx", "EPSG:2437", f'reader = "pipe_table"\n{fit}'),
        ("sources", "dem", "sources/dem.tif", "EPSG:2437", f'reader = "geotiff"\nlayer = "terrain"\n{fit}'),
        (
            "sources",
            "roads",
            "sources/roads.gpkg",
            "EPSG:4214",
            f"{ROADS}\n{bureau}",
        ),
        ("tilesets", "photo", "photo", "EPSG:2437", fit),
    )
    text = HEAD + "".join(
        ENTRY.format(kind=kind, key=key, path=path, crs=crs, more=more) for kind, key, path, crs, more in entries
    )
    (folder / "campus.toml").write_text(text, encoding="utf-8")
    report = build_campus(folder, registry())
    assert not [one.error for one in report.manifest.sources if one.error]
    return folder


def geometries(folder: Path, layer: str, kind: str | None = None) -> list[Any]:
    rows = Campus.open(folder).generation.table(layer).to_pylist()
    return [shapely.from_wkb(one["geometry"]) for one in rows if kind in (None, one["kind"])]


def test_pipes_come_out_within_a_millimetre_and_keep_their_heights(campus: Path) -> None:
    shapes = geometries(campus, "water_supply", "node")
    nodes = np.array([shapely.get_coordinates(one, include_z=True)[0] for one in shapes])
    np.testing.assert_allclose(nodes[:, :2], PIPES[:, :2], atol=1e-3)
    assert nodes[:, 2].tolist() == PIPES[:, 2].tolist()
    assert len(geometries(campus, "water_supply", "link")) == 2


def test_degrees_by_the_parameters_of_the_bureau(campus: Path) -> None:
    (road,) = geometries(campus, "surface")
    np.testing.assert_allclose(shapely.get_coordinates(road)[[0, -1]], ROAD[:, :2], atol=1e-3)


def test_a_dem_lies_where_its_points_do(campus: Path) -> None:
    """Its heights are the eastings of Beijing 1954: every cell says where it came from."""
    (raster,) = read_rasters(Campus.open(campus).generation.folder / "rasters")
    cell, _, west, _, _, north = raster.transform
    rows, columns = np.meshgrid(np.arange(5, 110, 7), np.arange(5, 110, 7))
    places = np.column_stack([west + (columns.ravel() + 0.5) * cell, north - (rows.ravel() + 0.5) * cell])
    back = to_beijing(np.column_stack([places, np.full(len(places), 20.0)]))
    expected = back[:, 0] - to_beijing(CORNER)[0, 0]
    found = raster.values[rows.ravel(), columns.ravel()]
    np.testing.assert_allclose(found, expected, atol=3e-3)  # the inverse is made to 1/1000 of a cell


def test_a_set_of_tiles_in_the_old_grid(campus: Path) -> None:
    scene = Campus.open(campus).generation.scene
    matrix = np.array(scene["tilesets"][0]["matrix"]).reshape(4, 4).T
    root = np.eye(4)
    root[:3, 3] = (*to_beijing(PILLAR)[0, :2], PILLAR[0, 2])
    at = (matrix @ root @ [0.0, 0.0, HEIGHT_M, 1.0])[:3] + scene["campus"]["origin"]
    assert at == pytest.approx([*PILLAR[0, :2], PILLAR[0, 2] + HEIGHT_M], abs=2e-3)


def test_the_report_says_how_good_it_is(campus: Path) -> None:
    sources = {one.key: one for one in load_manifest(campus).sources}
    said = sources["pipes"].georeference
    assert (said["method"], said["crs"], said["datum_shift"]["to"]) == ("datum_shift", "EPSG:2437", "EPSG:4549")
    assert max(said["datum_shift"]["residuals_m"]) < 1e-3
    assert sources["roads"].georeference["datum_shift"]["parameters"]["convention"] == "coordinate_frame"
    assert "residuals_m" not in sources["roads"].georeference["datum_shift"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "seven parameters to EPSG:4549"), ("zh", "七参数（至 EPSG:4549")]
)
def test_the_commands_tell_the_fit(campus: Path, language: str, words: str) -> None:
    told = CliRunner().invoke(main, ["crs", str(campus / "campus.toml")], env={"TWIN_LANGUAGE": language})
    assert told.exit_code == 0, told.output
    assert told.output.count(words) == 4
    assert "pipes [EPSG:2437]: sources/pipes.xlsx" in told.output
    info = CliRunner().invoke(main, ["info", str(campus)], env={"TWIN_LANGUAGE": language, "COLUMNS": "400"})
    assert words in info.output


def test_a_point_that_does_not_belong_is_told_before_a_build(campus: Path, tmp_path: Path) -> None:
    shutil.copytree(campus / "sources", tmp_path / "sources")
    text = (campus / "campus.toml").read_text(encoding="utf-8")
    first = text.index("to = [")
    east = text[first + 6 : text.index(",", first)]
    (tmp_path / "campus.toml").write_text(text.replace(east, f"{float(east) + 30:.4f}", 1), encoding="utf-8")
    told = CliRunner().invoke(main, ["crs", str(tmp_path / "campus.toml"), "--json"], env={"TWIN_LANGUAGE": "en"})
    assert told.exit_code == 1
    sources = {one["key"]: one for one in json.loads(told.stdout)["sources"]}
    assert sources["pipes"]["problem"]["code"] == "control_point_suspect"
    assert sources["pipes"]["problem"]["params"]["suspects"] == "1"
    assert sources["roads"]["problem"] is None
