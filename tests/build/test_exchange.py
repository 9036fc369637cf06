"""The exchange tileset: from the generation alone, on the globe, with normals, without what lies underground."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas
import jsonschema
import numpy as np
import pyproj
import pytest
import shapely
from click.testing import CliRunner

from layers import registry
from tests.build.test_build import DEM, HEAD, NORTH, ROADS, WEST, write_dem, write_roads
from tests.tiles.test_plan import SCHEMA, walk
from tests.tiles.witness import Glb, complaints
from twin.build import build_campus
from twin.build.exchange import export_tiles, meshing_of
from twin.cli import main
from twin.errors import ExportTargetError
from twin.store.campus import Campus
from twin.tiles.plan import write_tiles

MORE = """
[[sources]]
key = "houses"
path = "sources/houses.gpkg"
reader = "vector"
layer = "buildings"
key_column = "no"

[[sources]]
key = "gas"
path = "sources/gas.gpkg"
reader = "vector"
layer = "gas"
key_column = "no"
vertical_datum = "EPSG:5737"
options = { elevation_reference = "axis" }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exchange") / "campus"
    (folder / "sources").mkdir(parents=True)
    write_dem(folder / "sources" / "dem.tif", 10.0)
    write_roads(folder / "sources" / "roads.gpkg", 3)
    house = shapely.box(WEST + 40, NORTH - 60, WEST + 60, NORTH - 45)
    geopandas.GeoDataFrame({"no": ["H1"], "height_m": [12.0]}, geometry=[house], crs="EPSG:4549").to_file(
        folder / "sources" / "houses.gpkg"
    )
    pipe = shapely.LineString([(WEST + 5, NORTH - 50, 9.0), (WEST + 90, NORTH - 50, 9.0)])
    geopandas.GeoDataFrame({"no": ["G1"], "diameter_m": [0.3]}, geometry=[pipe], crs="EPSG:4549").to_file(
        folder / "sources" / "gas.gpkg"
    )
    text = HEAD + "geoid_separation_m = 12.5\n" + DEM + ROADS + MORE
    (folder / "campus.toml").write_text(text, encoding="utf-8")
    build_campus(folder, registry())
    return folder


@pytest.fixture
def sourceless(built: Path, tmp_path: Path) -> Campus:
    """The campus as it stands when the deliveries and what readers made of them are gone."""
    folder = tmp_path / "campus"
    shutil.copytree(built, folder)
    shutil.rmtree(folder / "sources")
    shutil.rmtree(folder / "cache")
    return Campus.open(folder)


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def test_the_meshing_is_that_of_the_build_to_the_byte(sourceless: Campus, tmp_path: Path) -> None:
    generation = sourceless.generation
    write_tiles(tmp_path / "again", meshing_of(generation, registry()).contents())
    written = {one.relative_to(tmp_path / "again") for one in (tmp_path / "again").rglob("*.glb")}
    assert len(written) >= 4
    for one in written | {Path("tileset.json")}:
        assert (tmp_path / "again" / one).read_bytes() == (generation.folder / "tiles" / one).read_bytes(), one


@pytest.mark.parametrize("compress", [True, False])
def test_it_holds_to_schema_and_validator(sourceless: Campus, tmp_path: Path, compress: bool) -> None:
    report = export_tiles(sourceless, registry(), tmp_path / "out", compress=compress)
    assert report.on_globe
    for name in ("tileset.json", "local.json"):
        jsonschema.validate(read(tmp_path / "out" / name), SCHEMA)
    assert complaints(tmp_path / "out") == []
    for path in (tmp_path / "out").rglob("*.glb"):
        gltf = Glb(path.read_bytes()).json
        assert ("EXT_meshopt_compression" in gltf["extensionsUsed"]) == compress
        assert all("NORMAL" in one["attributes"] for mesh in gltf["meshes"] for one in mesh["primitives"])


def test_faces_of_a_house_differ_in_shade(sourceless: Campus, tmp_path: Path) -> None:
    export_tiles(sourceless, registry(), tmp_path / "out", compress=False)
    (path,) = (tmp_path / "out" / "buildings").glob("*.glb")
    glb = Glb(path.read_bytes())
    normals, positions = glb.normals(), glb.positions()
    sun = np.array([0.55, -0.6, 0.75]) / np.linalg.norm([0.55, -0.6, 0.75])
    shades = {round(float(one), 2) for one in np.clip(normals @ sun, 0, 1)}
    assert len(shades) >= 4, "roof, two sunny sides, and those in the shade"
    roof = positions[:, 2] > positions[:, 2].max() - 0.01
    upward = roof & (normals[:, 2] > 0.99)
    assert upward.any()
    assert np.abs(np.linalg.norm(normals, axis=1) - 1).max() < 0.02


def test_what_lies_underground_stays_out_unless_asked_exactly(sourceless: Campus, tmp_path: Path) -> None:
    masked = export_tiles(sourceless, registry(), tmp_path / "masked")
    assert masked.masked == ("gas",)
    assert not (tmp_path / "masked" / "gas").exists()
    document = read(tmp_path / "masked" / "tileset.json")
    assert document["asset"]["extras"]["masked_layers"] == ["gas"]
    assert "gas" not in json.dumps(document["groups"])
    assert not (sourceless.folder / "exports.log").exists()
    whole = export_tiles(sourceless, registry(), tmp_path / "whole", underground_reason="handover to the designer")
    assert whole.masked == ()
    assert list((tmp_path / "whole" / "gas").glob("*.glb"))
    (entry,) = [json.loads(line) for line in (sourceless.folder / "exports.log").read_text().splitlines()]
    assert (entry["reason"], entry["underground"], entry["generation"]) == ("handover to the designer", True, 1)


def test_its_root_stands_where_pyproj_says(sourceless: Campus, tmp_path: Path) -> None:
    report = export_tiles(sourceless, registry(), tmp_path / "out")
    document = read(tmp_path / "out" / "tileset.json")
    matrix = np.array(document["root"]["transform"]).reshape(4, 4).T
    east, north, height = document["asset"]["extras"]["origin"]
    lon, lat = pyproj.Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True).transform(east, north)
    expected = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True).transform(lon, lat, height + 12.5)
    assert matrix[:3, 3] == pytest.approx(expected, abs=0.001)
    assert report.residual_m is not None
    assert report.residual_m < 0.001
    assert "transform" not in read(tmp_path / "out" / "local.json")["root"]
    uris = {tile["content"]["uri"] for tile, _ in walk(document["root"]) if "content" in tile}
    assert uris == {one.relative_to(tmp_path / "out").as_posix() for one in (tmp_path / "out").rglob("*.glb")}


def test_a_full_folder_is_left_alone(sourceless: Campus, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(ExportTargetError, match="not empty"):
        export_tiles(sourceless, registry(), tmp_path / "out")
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_the_command_says_what_it_left_out(sourceless: Campus, tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["export", "tiles", str(sourceless.folder), str(tmp_path / "out")])
    assert said.exit_code == 0, said.output
    assert "ECEF" in said.output
    assert "gas" in said.output
    again = CliRunner().invoke(main, ["export", "tiles", str(sourceless.folder), str(tmp_path / "out")])
    assert (again.exit_code, "not empty" in again.output) == (1, True)
    as_json = ["export", "tiles", str(sourceless.folder), str(tmp_path / "b"), "--plain", "--json"]
    report = json.loads(CliRunner().invoke(main, as_json).output)
    assert report["masked"] == ["gas"]
    assert report["triangles"]["buildings"] == 4 * 2 + 2 + 2, "walls, roof and floor: a closed body"
