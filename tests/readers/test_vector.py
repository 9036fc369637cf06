"""Vector files: counts and areas against pyogrio, shapely and the geodesic; broken files in one line."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from pyproj import Geod

from tests.readers.geo_reading import UBC, run_reader
from twin.crs import CampusFrame
from twin.errors import CrsConflictError, MissingCrsError, SourceUnreadableError, UnknownLayerError
from twin.readers import load_reader

GUESSES = {
    "campus/ubc/ubcv_buildings.geojson": (("buildings",), {}),
    "campus/ubc/ubcv_building_entraces.geojson": (("surface",), {"surface_class": "entrance"}),
    "campus/ubc/ubcv_bollards.geojson": (("surface",), {"surface_class": "fence"}),
    "campus/ubc/ubcv_roads_simple.geojson": (("surface",), {"surface_class": "road"}),
    "campus/ubc/ubcv_municipal_waterfeatures.geojson": (("surface",), {"surface_class": "water"}),
    "campus/ubc/ubcv_landuse.geojson": (("zones",), {}),
    "campus/ubc/ubcv_landscape_hard.geojson": (("surface",), {}),
    "terrain_pipes/helsinki_block/conduits.shp": (("drainage",), {}),
    "terrain_pipes/helsinki_block/junctions.shp": (("drainage",), {}),
    "malformed/shapefile/corrupt_too_long.shp": ((), {}),
}


@pytest.mark.parametrize(("file", "expected"), GUESSES.items())
def test_inspect_guesses_only_what_the_signs_say(
    shared_data: Path, file: str, expected: tuple[tuple[str, ...], dict[str, str]]
) -> None:
    seen = load_reader("vector").inspect(shared_data / file)
    assert (seen.layers, seen.options) == expected
    assert seen.count == pyogrio.read_info(shared_data / file)["features"]


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
def test_the_same_buildings_from_every_format(shared_data: Path, tmp_path: Path, suffix: str) -> None:
    folder = shared_data / "campus/buildings_formats"
    frame = CampusFrame("EPSG:32632", "local")
    found = run_reader(
        "vector", folder / f"buildings_test.{suffix}", tmp_path, frame, layer="buildings", key_column="id"
    )
    truth = geopandas.read_file(folder / "buildings_test.geojson").to_crs("EPSG:32632").set_index("id").geometry
    assert (found.report.found, found.report.kept) == (42, 42)
    for row, shape in zip(found.rows("buildings"), found.shapes("buildings"), strict=True):
        assert row["id_stable"]
        # shapefile and GeoPackage were written from rounded coordinates
        assert shape.symmetric_difference(truth[row["attributes"]["id"]]).area < 0.05


def test_building_areas_against_the_geodesic(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "campus/ubc/ubcv_buildings.geojson"
    found = run_reader("vector", path, tmp_path, UBC, layer="buildings", key_column="BLDG_UID")
    frame = geopandas.read_file(path)
    geod = Geod(ellps="WGS84")
    expected = sum(abs(geod.geometry_area_perimeter(shape)[0]) for shape in frame.geometry)
    # the scale factor of UTM 10N near its central meridian is 0.9996
    assert shapely.area(found.shapes("buildings")).sum() == pytest.approx(expected * 0.9996**2, rel=2e-4)
    rows = {row["attributes"]["BLDG_UID"]: row for row in found.rows("buildings")}
    for _, one in frame.iterrows():
        row = rows[one["BLDG_UID"]]
        assert row["storeys_above"] == one["MAX_FLOORS"]
        assert row["height_m"] == (None if pd.isna(one["BLDG_HEIGHT"]) else one["BLDG_HEIGHT"])
        assert row["feature_id"] == f"building:k:{one['BLDG_UID']}"
    assert sum(row["height_m"] is not None for row in rows.values()) == 442


def test_invalid_areas_are_repaired_and_said(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "campus/ubc/ubcv_landscape_hard.geojson"
    raw = geopandas.read_file(path)
    assert (~raw.geometry.is_valid).sum() == 14
    found = run_reader("vector", path, tmp_path, UBC, layer="surface")
    shapes = found.shapes("surface")
    assert found.report.kept == 863
    assert shapely.is_valid(shapes).all()
    assert any("14 invalid areas were repaired" in note for note in found.report.notes)
    classes = pd.Series([row["surface_class"] for row in found.rows("surface")])
    assert (classes == "parking").sum() == (raw["LSHARD_TYPE"] == "Parking").sum() > 0
    assert (classes == "path").sum() >= (raw["LSHARD_TYPE"] == "Pedestrian").sum() > 0


def test_classes_that_only_the_campus_knows(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "campus/ubc/ubcv_landscape_hard.geojson"
    options = {"classes": {"Concrete": "plaza"}}
    found = run_reader("vector", path, tmp_path, UBC, layer="surface", options=options)
    raw = geopandas.read_file(path)
    plazas = [row for row in found.rows("surface") if row["attributes"].get("LSHARD_TYPE") == "Concrete"]
    assert {row["surface_class"] for row in plazas} == {"plaza"}
    assert len(plazas) == (raw["LSHARD_TYPE"] == "Concrete").sum() > 0


def test_words_of_the_source_stay_readable(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"类别": ["人行道", "path", "石子"]}, geometry=[shapely.box(n, 0, n + 1, 1) for n in range(3)], crs="EPSG:32610"
    )
    frame.to_file(tmp_path / "a.gpkg")
    said = {"layer": "surface", "options": {"classes": {"石子": "path", "path": "plaza"}}}
    found = run_reader("vector", tmp_path / "a.gpkg", tmp_path / "x", UBC, **said)
    assert [row["surface_class"] for row in found.rows("surface")] == ["path", "plaza", "path"]
    assert [row["attributes"].get("类别") for row in found.rows("surface")] == ["人行道", "path", "石子"]
    whole = run_reader(
        "vector", tmp_path / "a.gpkg", tmp_path / "y", UBC, layer="surface", options={"surface_class": "water"}
    )
    assert {row["surface_class"] for row in whole.rows("surface")} == {"water"}
    assert [row["attributes"]["类别"] for row in whole.rows("surface")] == ["人行道", "path", "石子"]


def test_a_device_is_one_point(tmp_path: Path) -> None:
    shapes = [shapely.MultiPoint([(1, 2)]), shapely.MultiPoint([(1, 2), (3, 4)])]
    geopandas.GeoDataFrame({"code": ["a", "b"]}, geometry=shapes, crs="EPSG:32610").to_file(tmp_path / "a.gpkg")
    found = run_reader("vector", tmp_path / "a.gpkg", tmp_path / "out", UBC, layer="devices", key_column="code")
    assert found.report.to_dict()["skipped"] == {"unsupported_geometry": 1}
    assert found.shapes("devices")[0].geom_type == "Point"


def test_conduits_have_axes_ends_and_levels(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "terrain_pipes/helsinki_block"
    said = {"crs": "local", "crs_override": True, "vertical_datum": "local", "layer": "drainage", "key_column": "name"}
    options = {"nodes_source": "k"}
    links = run_reader("vector", folder / "conduits.shp", tmp_path / "a", **said, options=options)
    nodes = run_reader("vector", folder / "junctions.shp", tmp_path / "b", **said)
    truth = geopandas.read_file(folder / "conduits.shp").set_index("name")
    assert (links.report.kept, nodes.report.kept) == (13, 13)
    for row, shape in zip(links.rows("drainage"), links.shapes("drainage"), strict=True):
        one = truth.loc[row["name"]]
        z = shapely.get_coordinates(shape, include_z=True)[[0, -1], 2]
        assert z == pytest.approx([one["elev_in"] + one["Geom1"] / 2, one["elev_out"] + one["Geom1"] / 2])
        assert (row["diameter_m"], row["kind"], row["elevation_reference"]) == (one["Geom1"], "link", "invert")
        assert row["from_id"] == f"node:k:{one['junc_in']}"
    ids = {row["feature_id"] for row in nodes.rows("drainage")}
    assert sum(row["from_id"] in ids and row["to_id"] in ids for row in links.rows("drainage")) == 12  # one outfall
    for row, shape in zip(nodes.rows("drainage"), nodes.shapes("drainage"), strict=True):
        assert shape.z == row["cover_level_m"] > row["bottom_level_m"]


@pytest.mark.parametrize(
    "stated",
    [{"diameter_m": [0.6, 0.4]}, {"width_m": [0.6, 0.4]}, {"diameter_m": [0.6, None], "height_m": [None, 0.4]}],
)
def test_the_axis_lies_half_a_section_above_the_invert_whatever_column_states_it(
    tmp_path: Path, stated: dict[str, list[float | None]]
) -> None:
    path = tmp_path / "a.gpkg"
    lines = [shapely.LineString([(0, y, 5.0), (9, y, 5.0)]) for y in (0, 5)]
    geopandas.GeoDataFrame({"name": ["a", "b"], **stated}, geometry=lines, crs="EPSG:32610").to_file(path)
    said = {"vertical_datum": "local", "layer": "drainage", "key_column": "name"}
    found = run_reader("vector", path, tmp_path / "out", UBC, **said, options={"elevation_reference": "invert"})
    heights = [shapely.get_coordinates(one, include_z=True)[0, 2] for one in found.shapes("drainage")]
    assert heights == pytest.approx([5.3, 5.2])


def test_levels_without_a_datum_are_refused(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "terrain_pipes/helsinki_block/conduits.shp"
    with pytest.raises(Exception, match="vertical datum"):
        run_reader("vector", path, tmp_path, crs="local", crs_override=True, layer="drainage")


def test_a_declared_crs_that_is_not_true_needs_an_override(shared_data: Path, tmp_path: Path) -> None:
    with pytest.raises(CrsConflictError, match="crs_override"):
        run_reader(
            "vector",
            shared_data / "terrain_pipes/helsinki_block/junctions.shp",
            tmp_path,
            crs="local",
            layer="drainage",
        )


def test_lines_snap_to_nodes_of_the_same_file(tmp_path: Path) -> None:
    shapes = [shapely.Point(0, 0), shapely.Point(10, 0), shapely.LineString([(0.05, 0), (9.9, 0)])]
    frame = geopandas.GeoDataFrame({"no": ["A", "B", "L"]}, geometry=shapes, crs="EPSG:32610")
    frame.to_file(tmp_path / "gas.gpkg", driver="GPKG")
    source = {"layer": "gas", "key_column": "no", "options": {"snap_m": 0.07}}
    found = run_reader("vector", tmp_path / "gas.gpkg", tmp_path / "out", UBC, **source)
    link = next(row for row in found.rows("gas") if row["kind"] == "link")
    assert (link["from_id"], link["to_id"]) == ("node:k:A", None)  # the other end is 0.1 m off


@pytest.mark.parametrize(("name", "options", "expected"), [
    ("diameter_mm", {}, 0.3),
    ("管径(mm)", {}, 0.3),
    ("diameter", {"units": {"diameter": "mm"}}, 0.3),
    ("diameter", {"units": {"diameter_m": "mm"}}, 0.3),
    ("diameter", {}, None),
])  # fmt: skip
def test_millimetres_are_said_never_guessed(
    tmp_path: Path, name: str, options: dict[str, object], expected: float | None
) -> None:
    lines = [shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(0, 5), (10, 5)])]
    geopandas.GeoDataFrame({name: [300, 300]}, geometry=lines, crs="EPSG:32610").to_file(tmp_path / "a.gpkg")
    found = run_reader("vector", tmp_path / "a.gpkg", tmp_path / "out", UBC, layer="gas", options=options)
    row = found.rows("gas")[0]
    assert row.get("diameter_m") == expected
    assert (row["attributes"].get(name) == 300) == (expected is None)  # not lost either way
    assert any("no unit is stated" in note for note in found.report.notes) == (expected is None)


def test_several_tables_must_be_chosen(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:32610")
    for table in ("one", "two"):
        frame.to_file(tmp_path / "a.gpkg", layer=table)
    seen = load_reader("vector").inspect(tmp_path / "a.gpkg")
    assert seen.layers == ()
    assert [one.table for one in seen.tables] == ["one", "two"]
    with pytest.raises(SourceUnreadableError, match=r"options\.table.*one, two"):
        run_reader("vector", tmp_path / "a.gpkg", tmp_path / "x", UBC, layer="zones")
    found = run_reader("vector", tmp_path / "a.gpkg", tmp_path / "y", UBC, layer="zones", options={"table": "two"})
    assert found.rows("zones")[0]["source_pos"] == "two feature 1"


def test_chinese_shapefile_without_cpg(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"名称": ["福州大学图书馆"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:32650")
    frame.to_file(tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    raw = bytearray((tmp_path / "a.dbf").read_bytes())
    raw[29] = 0  # no language byte either
    (tmp_path / "a.dbf").write_bytes(raw)
    found = run_reader(
        "vector", tmp_path / "a.shp", tmp_path / "out", CampusFrame("EPSG:32650", "local"), layer="buildings"
    )
    assert found.rows("buildings")[0]["name"] == "福州大学图书馆"


def test_companions_of_a_shapefile(shared_data: Path) -> None:
    found = load_reader("vector").companions(shared_data / "terrain_pipes/helsinki_block/conduits.shp")
    assert [one.suffix for one in found] == [".dbf", ".prj", ".qpj", ".shx"]


def test_shapefile_with_a_wrong_length(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "malformed/shapefile/corrupt_too_long.shp"
    with pytest.raises(MissingCrsError):
        run_reader("vector", path, tmp_path / "a", layer="surface")
    found = run_reader("vector", path, tmp_path / "b", layer="surface", crs="local", options={"surface_class": "path"})
    assert found.report.found == found.report.kept == 10
    claimed = struct.unpack(">i", path.read_bytes()[24:28])[0] * 2
    assert any(str(claimed) in note and str(path.stat().st_size) in note for note in found.report.notes)


def test_truncated_shapefiles_lose_nothing_silently(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "campus/buildings_formats"
    for one in source.glob("buildings_test.*"):
        shutil.copy(one, tmp_path / one.name)
    whole = (source / "buildings_test.shp").read_bytes()
    (tmp_path / "buildings_test.shp").write_bytes(whole[: len(whole) // 2])
    frame = CampusFrame("EPSG:32632", "local")
    found = run_reader("vector", tmp_path / "buildings_test.shp", tmp_path / "out", frame, layer="buildings")
    assert found.report.to_dict()["skipped"] == {"no_geometry": 23}
    assert (found.report.found, found.report.kept) == (42, 19)
    assert any("its header says" in note for note in found.report.notes)


@pytest.mark.parametrize(
    "content", [b'{"type": "FeatureCollection", "features": [', b'{"type": "FeatureCollection"}', b"{"]
)
def test_broken_geojson_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.geojson").write_bytes(content)
    with pytest.raises(SourceUnreadableError) as fault:
        run_reader("vector", tmp_path / "a.geojson", tmp_path / "out", UBC, layer="surface")
    assert "a.geojson" in str(fault.value)
    assert "\n" not in str(fault.value)


def test_losses_are_counted_by_reason(tmp_path: Path) -> None:
    shapes = [shapely.box(0, 0, 9, 9), None, shapely.Polygon(), shapely.Point(1, 1), shapely.box(5, 5, 9, 9)]
    frame = geopandas.GeoDataFrame({"no": ["1", "2", "3", "4", ""]}, geometry=shapes, crs="EPSG:32610")
    frame.to_file(tmp_path / "a.gpkg")
    found = run_reader("vector", tmp_path / "a.gpkg", tmp_path / "out", UBC, layer="buildings", key_column="no")
    assert found.report.to_dict()["skipped"] == {
        "no_geometry": 1, "empty_geometry": 1, "unsupported_geometry": 1, "no_key": 1
    }  # fmt: skip
    assert found.report.kept == 1


def test_what_campus_toml_must_say(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "campus/buildings_formats/buildings_test.geojson"
    with pytest.raises(SourceUnreadableError, match="which layer"):
        run_reader("vector", path, tmp_path / "a", UBC)
    with pytest.raises(UnknownLayerError, match="elements"):
        run_reader("vector", path, tmp_path / "b", UBC, layer="elements")
    with pytest.raises(SourceUnreadableError, match="key_column 'no' is not in the file"):
        run_reader("vector", path, tmp_path / "c", UBC, layer="buildings", key_column="no")
    with pytest.raises(SourceUnreadableError, match=r"options\.fields names the column 'h'"):
        run_reader("vector", path, tmp_path / "d", UBC, layer="buildings", options={"fields": {"height_m": "h"}})


def test_ids_do_not_depend_on_file_order(tmp_path: Path) -> None:
    shapes = [shapely.box(n, 0, n + 1, 1) for n in range(5)]
    for name, order in (("a", range(5)), ("b", [3, 1, 4, 0, 2])):
        frame = geopandas.GeoDataFrame({"n": list(order)}, geometry=[shapes[n] for n in order], crs="EPSG:32610")
        frame.to_file(tmp_path / f"{name}.gpkg")
    ids = []
    for name in ("a", "b"):
        found = run_reader("vector", tmp_path / f"{name}.gpkg", tmp_path / name, UBC, layer="zones")
        ids.append({row["attributes"]["n"]: row["feature_id"] for row in found.rows("zones")})
        assert not found.rows("zones")[0]["id_stable"]
    assert ids[0] == ids[1]


def test_flat_geometry_stays_flat_and_heights_need_a_datum(tmp_path: Path) -> None:
    for name, shape in (("flat", shapely.Point(1, 2)), ("high", shapely.Point(1, 2, 3))):
        geopandas.GeoDataFrame({"a": [1]}, geometry=[shape], crs="EPSG:32610").to_file(tmp_path / f"{name}.gpkg")
    found = run_reader("vector", tmp_path / "flat.gpkg", tmp_path / "a", UBC, layer="devices")
    assert not shapely.has_z(found.shapes("devices")).any()
    with pytest.raises(Exception, match="vertical datum"):
        run_reader("vector", tmp_path / "high.gpkg", tmp_path / "b", UBC, layer="devices")
    found = run_reader("vector", tmp_path / "high.gpkg", tmp_path / "c", UBC, layer="devices", height_offset_m=0.5)
    assert np.allclose(shapely.get_z(found.shapes("devices")), 3.5)


@pytest.mark.parametrize(
    ("crs", "options", "metres", "said"),
    [
        ("EPSG:2240", {}, 1.0, 1),  # US survey feet in plan: nobody knows what Z is
        ("EPSG:2240", {"vertical_unit": "us-ft"}, 1200 / 3937, 0),
        ("EPSG:2240", {"vertical_unit": "m"}, 1.0, 0),
        ("EPSG:2240+6360", {}, 1200 / 3937, 0),  # NAVD88 height (ftUS)
        ("EPSG:2240+5703", {}, 1.0, 0),  # NAVD88 height
        ("EPSG:26916", {}, 1.0, 0),
        ("EPSG:26916", {"vertical_unit": "ft"}, 0.3048, 0),
        ("EPSG:4326", {}, 1.0, 0),
    ],
)
@pytest.mark.parametrize("reader", ["vector", "geoparquet"])
def test_the_unit_of_z(
    tmp_path: Path, reader: str, crs: str, options: dict[str, str], metres: float, said: int
) -> None:
    place = pyproj.Transformer.from_crs("EPSG:4326", pyproj.CRS(crs).to_2d(), always_xy=True).transform(-84.39, 33.75)
    frame = geopandas.GeoDataFrame({"code": ["a"]}, geometry=[shapely.Point(*place[:2], 1000)], crs=crs)
    path = tmp_path / ("a.gpkg" if reader == "vector" else "a.parquet")
    frame.to_file(path) if reader == "vector" else frame.to_parquet(path)
    campus = CampusFrame("EPSG:26916", "EPSG:5703")
    entry = {"layer": "devices", "vertical_datum": "EPSG:5703", "options": options}
    found = run_reader(reader, path, tmp_path / "out", campus, **entry)
    assert found.shapes("devices")[0].z == pytest.approx(1000 * metres, rel=1e-12)
    assert sum("taken as metres" in one and one.startswith(path.name) for one in found.report.notes) == said


def test_flat_features_in_a_plane_of_feet_need_no_note(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"code": ["a"]}, geometry=[shapely.Point(2230000, 1365000)], crs="EPSG:2240")
    frame.to_file(tmp_path / "a.gpkg")
    campus = CampusFrame("EPSG:26916", "EPSG:5703")
    found = run_reader("vector", tmp_path / "a.gpkg", tmp_path / "out", campus, layer="devices")
    assert found.report.notes == []


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_grid_coordinates_that_count_as_degrees_have_no_crs(tmp_path: Path, suffix: str) -> None:
    """A plain GeoJSON is WGS 84 by RFC 7946, whatever its numbers are; a GeoPackage may have been labelled so."""
    path = tmp_path / f"trees.{suffix}"
    points = shapely.points([[429563.8, 2885887.9], [429573.8, 2885887.9], [119.3, 26.1]])
    geopandas.GeoDataFrame({"n": [1, 2, 3]}, geometry=points, crs="EPSG:4326").to_file(path)
    seen = load_reader("vector").inspect(path)
    assert (seen.crs, seen.needs_crs) == (None, True)
    assert "coordinates up to 2885887.9 are no degrees: its CRS is not " in seen.notes[0]
    options = {"surface_class": "tree"}
    campus = CampusFrame("EPSG:4549", "EPSG:5737")
    with pytest.raises(MissingCrsError):
        run_reader("vector", path, tmp_path / "a", campus, layer="surface", options=options)
    found = run_reader("vector", path, tmp_path / "b", campus, layer="surface", crs="EPSG:4549", options=options)
    assert shapely.get_coordinates(found.shapes("surface")).tolist()[0] == [429563.8, 2885887.9]
