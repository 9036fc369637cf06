"""Four campuses of real data, against witnesses that know nothing of us."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import ifcopenshell
import jsonschema
import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from rasterio.transform import rowcol

from layers import registry
from tests.tiles.test_plan import SCHEMA
from tests.tiles.witness import complaints
from twin.analysis.quality import inspect
from twin.model.scene import SourceSummary
from twin.store.campus import Campus, Generation

OPENINGS = {"IfcOpeningElement", "IfcOpeningStandardCase", "IfcVoidingFeature"}


def generation_of(folder: Path) -> Generation:
    return Campus.open(folder).generation


def source(generation: Generation, key: str) -> SourceSummary:
    return next(one for one in generation.manifest.sources if one.key == key)


def layer(generation: Generation, layer_id: str) -> geopandas.GeoDataFrame:
    return geopandas.read_parquet(generation.folder / "layers" / f"{layer_id}.parquet")


def with_representation(path: Path) -> int:
    """IfcProducts with a representation, openings apart, counted by IfcOpenShell."""
    model = ifcopenshell.open(str(path))
    return sum(1 for one in model.by_type("IfcProduct") if one.Representation and one.is_a() not in OPENINGS)


@pytest.mark.parametrize("name", ["pcert", "helsinki", "schutterwald", "composed"])
def test_nothing_is_lost_and_everything_reads(name: str, request: pytest.FixtureRequest) -> None:
    generation = generation_of(request.getfixturevalue(f"{name}_campus"))
    for one in generation.manifest.sources:
        assert one.error is None
        assert one.found == one.kept + sum(one.skipped.values())
    for layer_id, said in generation.manifest.layers.items():
        table = layer(generation, layer_id)
        assert len(table) == said.features
        assert table.crs.axis_info[0].unit_name == "metre"
        if said.bbox is not None:
            drawn = table[~table.geometry.isna()]
            assert drawn.total_bounds == pytest.approx([said.bbox[0], said.bbox[1], said.bbox[3], said.bbox[4]])
    assert generation.manifest.notice["zh"]
    assert not [one for one in inspect(generation).findings if one.rule == "height_missing"]


# --- PCERT: map coordinates in millimetres -------------------------------------------------------------


def test_pcert_counts_and_place(pcert_campus: Path, shared_data: Path) -> None:
    generation = generation_of(pcert_campus)
    for one in generation.manifest.sources:
        expected = with_representation(shared_data / "ifc" / "pcert_scene" / f"{one.key}.ifc")
        assert one.found == expected
        assert one.meshed == expected
        assert one.georeference["method"] == "map_conversion"
    bbox = generation.manifest.layers["elements"].bbox
    assert bbox is not None
    assert abs((bbox[0] + bbox[3]) / 2 - 729_013) < 60
    assert abs((bbox[1] + bbox[4]) / 2 - 9_063_992) < 60
    assert bbox[3] - bbox[0] < 100


def test_pcert_house_is_one_building(pcert_campus: Path) -> None:
    generation = generation_of(pcert_campus)
    house = generation.feature("building:campus:HOUSE")
    assert len(house["attributes"]["aliases"]) == 3
    owners = generation.sql("SELECT DISTINCT source_key FROM elements WHERE building_id = 'building:campus:HOUSE'")
    assert sorted(owners["source_key"].to_pylist()) == [
        "Building-Architecture",
        "Building-Hvac",
        "Building-Structural",
    ]


# --- Helsinki: terrain and drains in a local frame -----------------------------------------------------


def test_helsinki_covers_against_the_dem(helsinki_campus: Path, shared_data: Path) -> None:
    generation = generation_of(helsinki_campus)
    nodes = layer(generation, "drainage")
    nodes = nodes[(nodes.kind == "node") & nodes.cover_level_m.notna()]
    with rasterio.open(shared_data / "terrain_pipes" / "helsinki_block" / "raster_dem.asc") as dem:
        ground = np.array([one[0] for one in dem.sample([(p.x, p.y) for p in nodes.geometry])])
    gap = nodes.cover_level_m.to_numpy() - ground
    off = np.round(np.abs(gap), 2) > 0.1
    far = dict(zip(nodes.name[off], np.round(gap[off], 2), strict=True))
    assert len(nodes) == 13
    assert far == {"j8": pytest.approx(0.38, abs=0.02), "j10": pytest.approx(-0.27, abs=0.02)}


def test_helsinki_lengths_and_levels(helsinki_campus: Path, shared_data: Path) -> None:
    generation = generation_of(helsinki_campus)
    drains = layer(generation, "drainage")
    assert set(drains.subclass) == {"YS"}
    links = drains[drains.kind == "link"]
    original = geopandas.read_file(shared_data / "terrain_pipes" / "helsinki_block" / "conduits.shp")
    assert shapely.length(links.geometry.values).sum() == pytest.approx(original.length.sum(), abs=1e-3)
    assert original.length.sum() == pytest.approx(286, abs=1)
    first = links[links.name == "c1"].iloc[0]
    row = original[original.name == "c1"].iloc[0]
    start, end = first.geometry.coords[0], first.geometry.coords[-1]
    assert (start[2], end[2]) == pytest.approx((row.elev_in + row.Geom1 / 2, row.elev_out + row.Geom1 / 2), abs=1e-3)


# --- Schutterwald: a datum shift and swapped axes ------------------------------------------------------


@pytest.mark.parametrize(
    # the 14 transformers of the power network are links too;
    # 68 of the 482 heat pipes have no geometry of their own and no length: connections inside substations
    ("layer_id", "links", "kilometres"),
    [("gas", 2559, 101.2), ("heat", 482 - 68, 5.3), ("power", 3000 + 14, 62.3)],
)
def test_schutterwald_networks(schutterwald_campus: Path, layer_id: str, links: int, kilometres: float) -> None:
    table = layer(generation_of(schutterwald_campus), layer_id)
    pipes = table[(table.kind == "link") & (table.length_m.notna())]
    assert len(pipes) == links
    back = pyproj.Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True, allow_ballpark=False)
    west, south, east, north = table.total_bounds
    (west, east), (south, north) = back.transform([west, east], [south, north])
    assert 7.871 < west < east < 7.904
    assert 48.447 < south < north < 48.464
    drawn = shapely.length(table[table.kind == "link"].geometry.values).sum() / 1000
    assert drawn == pytest.approx(kilometres, rel=0.15)


def test_schutterwald_shares_its_streets(schutterwald_campus: Path) -> None:
    """Gas and power run along the same streets: a wrong datum (150 m) or swapped axes would tear them apart."""
    generation = generation_of(schutterwald_campus)
    gas = shapely.force_2d(layer(generation, "gas").query("kind == 'link'").geometry.values)
    power = shapely.force_2d(layer(generation, "power").query("kind == 'link'").geometry.values)
    tree = shapely.STRtree(power)
    _, gap = tree.query_nearest(gas, return_distance=True, all_matches=False)
    assert np.median(gap) < 10.0


# --- the composed campus -------------------------------------------------------------------------------


def test_composed_duplex_areas(composed_campus: Path) -> None:
    generation = generation_of(composed_campus)
    rooms = generation.sql(
        "SELECT count(*) AS n, sum(area_m2) AS area FROM spaces WHERE building_id = 'building:campus:duplex'"
    ).to_pylist()[0]
    assert rooms["n"] == 21
    assert rooms["area"] == pytest.approx(422.05, abs=0.01)


@pytest.mark.parametrize(
    ("key", "file"),
    [
        ("duplex", "ifc/duplex/Duplex_A_20110907.ifc"),
        ("largebuilding", "ifc/bim_whale/LargeBuilding.ifc"),
        ("samplehouse", "ifc/samplehouse/SampleHouse4.ifc"),
    ],
)
def test_composed_models_count_and_stand_on_their_footprint(
    composed_campus: Path, shared_data: Path, key: str, file: str
) -> None:
    generation = generation_of(composed_campus)
    assert source(generation, key).found == with_representation(shared_data / file)
    footprint = next(
        shape
        for one, shape in zip(
            layer(generation, "buildings").feature_id, layer(generation, "buildings").geometry, strict=True
        )
        if one == f"building:campus:{key}"
    )
    elements = layer(generation, "elements")
    mine = elements[elements.building_id == f"building:campus:{key}"]
    assert len(mine) > 40
    assert shapely.distance(mine.geometry.values, footprint.centroid).max() < 80.0


def test_composed_pipes_lie_below_the_terrain_by_their_own_depth(composed_campus: Path) -> None:
    generation = generation_of(composed_campus)
    terrain = next((generation.folder / "rasters").glob("terrain*.tif"))
    gas = layer(generation, "gas")
    nodes = gas[(gas.kind == "node") & gas.cover_level_m.notna()]
    with rasterio.open(terrain) as dem:
        ground = dem.read(1)
        row, column = rowcol(dem.transform, nodes.geometry.x.to_numpy(), nodes.geometry.y.to_numpy())
        row, column = np.asarray(row, int), np.asarray(column, int)
        inside = (row >= 0) & (column >= 0) & (row < dem.height) & (column < dem.width)
    gap = nodes.cover_level_m.to_numpy()[inside] - ground[row[inside], column[inside]]
    assert inside.sum() > 500
    assert np.median(np.abs(gap)) < 0.6  # nearest cell of 2.5 m on an alpine slope
    starts = gas[gas.kind == "link"]
    cover = dict(zip(nodes.feature_id, nodes.cover_level_m, strict=True))
    depth = [
        cover[one] - line.coords[0][2]
        for one, line in zip(starts.from_id, starts.geometry, strict=True)
        if one in cover
    ]
    assert np.median(depth) == pytest.approx(1.0, abs=0.05)  # recipe: axes 1 m below their own ground


def test_composed_is_labelled(composed_campus: Path) -> None:
    scene = generation_of(composed_campus).scene
    assert "组合" in scene["campus"]["notice"]["zh"]
    assert "Composed" in scene["campus"]["notice"]["en"]


# --- what a consumer of the tiles gets ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pcert", "helsinki", "schutterwald", "composed"])
def test_tiles_hold_to_schema_and_validator(name: str, request: pytest.FixtureRequest) -> None:
    tiles = generation_of(request.getfixturevalue(f"{name}_campus")).folder / "tiles"
    documents = sorted(one.name for one in tiles.glob("*.json"))
    assert documents == (["tileset.json"] if name == "helsinki" else ["ecef.json", "tileset.json"])
    named = {}
    for one in documents:
        document = json.loads((tiles / one).read_text(encoding="utf-8"))
        jsonschema.validate(document, SCHEMA)
        named[one] = {group["properties"]["layer_id"] for group in document.get("groups", [])}
    if "ecef.json" in named:
        assert named["ecef.json"] == {one for one in named["tileset.json"] if not registry()[one].underground}
    # it does not know the extensions, so that it says so and takes the views of the property table for unused
    said = {one["code"] for one in complaints(tiles, severity=2)}
    assert said <= {"UNSUPPORTED_EXTENSION", "UNUSED_OBJECT"}
    assert complaints(tiles) == []


@pytest.mark.parametrize("name", ["pcert", "schutterwald", "composed"])
def test_the_root_stands_where_pyproj_says(name: str, request: pytest.FixtureRequest) -> None:
    """In the middle of what is drawn, to the residual that the manifest states; and that is what must be."""
    generation = generation_of(request.getfixturevalue(f"{name}_campus"))
    manifest = generation.manifest
    root = json.loads((generation.folder / "tiles" / "ecef.json").read_text(encoding="utf-8"))["root"]
    matrix = np.array(root["transform"]).reshape(4, 4).T
    box = np.array(generation.scene["bbox"])
    middle = (box[:3] + box[3:]) / 2
    crs = pyproj.CRS(manifest.crs)
    east, north, height = middle + manifest.origin
    lon, lat = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(east, north)
    expected = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True).transform(lon, lat, height)
    off_m = float(np.linalg.norm(matrix[:3, :3] @ middle + matrix[:3, 3] - expected))
    assert manifest.ecef is not None
    print(f"{name}: {off_m * 1000:.2f} mm in the middle, residual {manifest.ecef.residual_m * 1000:.2f} mm")
    assert off_m <= manifest.ecef.residual_m + 0.001
    # the earth is round, and a map scales the plane but not heights: no similarity can do better than about this
    reach_m, rise_m = np.linalg.norm(box[3:5] - box[:2]), box[5] - box[2]
    scale = pyproj.Proj(crs).get_factors(lon, lat).meridional_scale
    assert manifest.ecef.residual_m < reach_m**2 / (2 * 6.37e6) + rise_m * abs(scale - 1) + 0.001
