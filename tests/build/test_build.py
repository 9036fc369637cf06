"""A build: atomic, incremental, honest about what it could not read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from layers import registry
from twin.build import build_campus
from twin.errors import BuildFailedError, BuildLockedError, FolderRefusedError, SourceMissingError, TwinError
from twin.model.time import AsOf
from twin.readers.jobs import layer_from_dict, layer_to_dict
from twin.store.campus import Campus
from twin.store.generations import build_lock, load_manifest

HEAD = """
schema_version = 1
name = { zh = "试验", en = "Test" }
crs = "EPSG:4549"
vertical_datum = "EPSG:5737"
"""
DEM = """
[[sources]]
key = "dem"
path = "sources/dem.tif"
reader = "geotiff"
layer = "terrain"
vertical_datum = "EPSG:5737"
"""
ROADS = """
[[sources]]
key = "roads"
path = "sources/roads.gpkg"
reader = "vector"
layer = "surface"
key_column = "no"
options = { surface_class = "road" }
"""
WEST, NORTH = 429_000.0, 2_886_000.0


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A campus of one sloping DEM and three roads without heights."""
    folder = tmp_path / "small"
    (folder / "sources").mkdir(parents=True)
    write_dem(folder / "sources" / "dem.tif", 10.0)
    write_roads(folder / "sources" / "roads.gpkg", 3)
    (folder / "campus.toml").write_text(HEAD + DEM + ROADS, encoding="utf-8")
    return folder


def write_dem(path: Path, base_m: float) -> None:
    """100 m × 100 m, 2 m cells, rising 0.1 m per metre to the east."""
    heights = base_m + (np.arange(50) * 2.0 + 1.0)[None, :] * 0.1 + np.zeros((50, 1))
    profile = {"driver": "GTiff", "width": 50, "height": 50, "count": 1, "dtype": "float32", "crs": "EPSG:4549"}
    with rasterio.open(path, "w", **profile, transform=from_origin(WEST, NORTH, 2, 2)) as target:
        target.write(heights.astype("float32"), 1)


def write_roads(path: Path, count: int) -> None:
    lines = [
        shapely.LineString([(WEST + 10, NORTH - 10 - 20 * i), (WEST + 90, NORTH - 10 - 20 * i)]) for i in range(count)
    ]
    geopandas.GeoDataFrame({"no": [f"R{i}" for i in range(count)]}, geometry=lines, crs="EPSG:4549").to_file(path)


def test_first_build_and_then_nothing_to_do(small: Path) -> None:
    first = build_campus(small, registry())
    assert first.changed
    assert first.manifest.generation == 1
    assert {key: one.features for key, one in first.manifest.layers.items()} == {"terrain": 1, "surface": 3}
    again = build_campus(small, registry())
    assert not again.changed
    assert again.manifest == first.manifest
    assert [one.name for one in (small / "generations").iterdir()] == ["0001"]


def test_only_what_changed_is_read_again(small: Path) -> None:
    build_campus(small, registry())
    write_roads(small / "sources" / "roads.gpkg", 4)
    said: list[tuple[str, str]] = []
    second = build_campus(small, registry(), progress=lambda key, state: said.append((key, state)))
    assert ("dem", "cached") in said
    assert ("roads", "reading") in said
    assert second.manifest.generation == 2
    assert second.manifest.layers["surface"].features == 4
    log = [json.loads(line) for line in (small / "generations.log").read_text().splitlines()]
    assert [one["generation"] for one in log] == [1, 2]


def test_the_generation_that_was_in_force_then(small: Path) -> None:
    build_campus(small, registry())
    between = datetime.now(UTC)
    write_roads(small / "sources" / "roads.gpkg", 4)
    build_campus(small, registry())
    campus = Campus.open(small)
    question = "SELECT count(*) AS n FROM surface"
    answers = [
        campus.sql(question, as_of=None if at is None else AsOf(at)).to_pylist()[0]["n"]
        for at in (None, datetime.now(UTC), between, between.replace(year=2000))
    ]
    assert answers == [4, 4, 3, 3]
    with (small / "generations.log").open("a") as log:  # a build killed between the line and the switch
        log.write(json.dumps({"generation": 3, "in_force_at": between.isoformat()}) + '\n{"generation": 4, "in_')
    (small / "generations" / "0003").mkdir()
    assert campus.sql(question, as_of=AsOf(datetime.now(UTC))).to_pylist() == [{"n": 4}]


def test_things_without_height_lie_on_the_terrain(small: Path) -> None:
    build_campus(small, registry())
    roads = geopandas.read_parquet(small / "generations" / "0001" / "layers" / "surface.parquet")
    assert roads.crs.to_epsg() == 4549
    for line in roads.geometry:
        for x, _, z in line.coords:
            assert z == pytest.approx(10.0 + (x - WEST) * 0.1, abs=0.02)


def test_ids_survive_a_renamed_file_and_another_order(small: Path) -> None:
    build_campus(small, registry())
    before = Campus.open(small).generation.table("surface")["feature_id"].to_pylist()
    (small / "sources" / "roads.gpkg").rename(small / "sources" / "streets.gpkg")
    toml = (small / "campus.toml").read_text().replace("roads.gpkg", "streets.gpkg")
    (small / "campus.toml").write_text(toml)
    build_campus(small, registry())
    after = Campus.open(small).generation.table("surface")["feature_id"].to_pylist()
    assert sorted(before) == sorted(after) == ["surface:roads:R0", "surface:roads:R1", "surface:roads:R2"]


def test_a_broken_source_leaves_the_campus_in_use(small: Path) -> None:
    build_campus(small, registry())
    before = (small / "generations" / "0001" / "manifest.json").read_bytes()
    (small / "sources" / "roads.gpkg").write_bytes(b"SQLite format 3\0 and then nothing")
    with pytest.raises(BuildFailedError, match=r"roads\.gpkg") as caught:
        build_campus(small, registry())
    assert "\n" not in str(caught.value)
    assert load_manifest(small).generation == 1
    assert (small / "generations" / "0001" / "manifest.json").read_bytes() == before
    kept = build_campus(small, registry(), keep_going=True).manifest
    assert kept.generation == 2
    assert "roads.gpkg" in kept.errors[0]
    assert {one.key: one.error is None for one in kept.sources} == {"dem": True, "roads": False}


def test_a_missing_source_is_named(small: Path) -> None:
    (small / "sources" / "dem.tif").unlink()
    with pytest.raises(SourceMissingError, match=r"dem\.tif"):
        build_campus(small, registry())
    assert build_campus(small, registry(), keep_going=True).manifest.layers.keys() == {"surface"}


def test_one_build_at_a_time(small: Path) -> None:
    with build_lock(small), pytest.raises(BuildLockedError, match="another build"):
        build_campus(small, registry())
    build_campus(small, registry())


def test_found_is_kept_and_skipped(small: Path) -> None:
    toml = (small / "campus.toml").read_text()
    window = f"clip = [{WEST}, {NORTH - 40}, {WEST + 100}, {NORTH}]\n"
    (small / "campus.toml").write_text(toml.replace('key = "roads"\n', f'key = "roads"\n{window}'))
    roads = next(one for one in build_campus(small, registry()).manifest.sources if one.key == "roads")
    assert (roads.found, roads.kept, roads.skipped) == (3, 2, {"not_selected": 1})


def test_a_tile_set_has_everything_it_names(small: Path) -> None:
    build_campus(small, registry())
    tiles = small / "generations" / "0001" / "tiles"
    for name in ("tileset.json", "ecef.json"):  # nothing here lies underground
        named = set(_uris(json.loads((tiles / name).read_text())["root"]))
        assert named == {str(path.relative_to(tiles)) for path in tiles.rglob("*.glb")}


def _uris(tile: dict[str, object]) -> list[str]:
    own = [tile["content"]["uri"]] if "content" in tile else []
    return own + [uri for child in tile.get("children", []) for uri in _uris(child)]


KILL = """
import os, signal, sys, threading
from pathlib import Path
from layers import registry
from twin.build import build_campus
threading.Timer(float(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
build_campus(Path(sys.argv[1]), registry())
os._exit(0)
"""


def kill_at_random_moments(small: Path, kills: int, seed: int) -> None:
    """SIGKILL a build ``kills`` times, at moments spread over its length; the campus must open every time."""
    print(f"seed {seed}")
    build_campus(small, registry())
    random = np.random.default_rng(seed)
    finished = 0
    for number in range(kills):
        write_dem(small / "sources" / "dem.tif", 20.0 + number)
        moment = random.uniform(0.05, 2.5)
        done = subprocess.run([sys.executable, "-c", KILL, str(small), str(moment)], capture_output=True, check=False)
        assert done.returncode in (0, -9), done.stderr.decode()
        finished += done.returncode == 0
        generation = Campus.open(small).generation
        assert len(generation.feature_ids()) == 4
        assert generation.sql("SELECT count(*) AS n FROM surface").to_pylist() == [{"n": 3}]
        assert generation.scene["generation"] == generation.number
    print(f"{finished} of {kills} builds finished before the kill")
    assert build_campus(small, registry()).manifest.layers["terrain"].features == 1
    assert not list((small / "generations").glob(".building-*"))


def test_killed_at_random_moments(small: Path) -> None:
    kill_at_random_moments(small, 6, int(np.random.default_rng().integers(2**31)))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_fifty_times(small: Path) -> None:
    kill_at_random_moments(small, 50, 20261120)


def test_a_damaged_generation_is_named(small: Path) -> None:
    build_campus(small, registry())
    (small / "generations" / "0001" / "manifest.json").write_text("{")
    with pytest.raises(TwinError, match=r"manifest\.json.*Run twin build again"):
        Campus.open(small)
    assert build_campus(small, registry()).manifest.generation == 2


def test_a_campus_can_be_moved(small: Path, tmp_path: Path) -> None:
    build_campus(small, registry())
    moved = shutil.move(small, tmp_path / "elsewhere 园区")
    generation = Campus.open(Path(moved)).generation
    assert generation.sql("SELECT count(*) AS n FROM terrain").to_pylist() == [{"n": 1}]
    assert not build_campus(Path(moved), registry()).changed


def test_units_survive_the_way_into_the_reader_process(small: Path) -> None:
    """A heading in millimetres becomes metres in a build as it does in the reader alone."""
    line = shapely.LineString([(WEST + 10, NORTH - 10, 9.0), (WEST + 60, NORTH - 10, 8.5)])
    pipes = geopandas.GeoDataFrame({"no": ["P1"], "diameter_mm": [300]}, geometry=[line], crs="EPSG:4549")
    pipes.to_file(small / "sources" / "pipes.gpkg")
    source = ROADS.replace("roads", "pipes").replace("surface", "water_supply").split("options")[0]
    toml = (small / "campus.toml").read_text() + source + 'vertical_datum = "EPSG:5737"\n'
    (small / "campus.toml").write_text(toml)
    build_campus(small, registry())
    said = Campus.open(small).generation.sql("SELECT diameter_m, length_m FROM water_supply").to_pylist()[0]
    assert said["diameter_m"] == pytest.approx(0.3)
    assert said["length_m"] == pytest.approx(50.0025, abs=1e-3)  # along the fall of half a metre


def test_layer_definitions_travel_whole() -> None:
    for layer in registry().values():
        assert layer_from_dict(json.loads(json.dumps(layer_to_dict(layer)))) == layer


def test_a_full_disk_names_the_campus(small: Path) -> None:
    with pytest.raises(FolderRefusedError, match="small: the system refuses"), build_lock(small):
        raise OSError(28, "No space left on device")
