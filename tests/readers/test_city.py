"""CityJSON and CityGML: counts by a plain walk over the file, areas and heights by numpy, hostile XML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from tests.readers.geo_reading import LOCAL, run_reader
from twin.crs import CampusFrame
from twin.errors import MissingCrsError, MissingVerticalDatumError, SourceUnreadableError, UnknownLayerError
from twin.readers import load_reader
from twin.readers.city.crs_names import north_first, ogc_crs

HAGUE = "campus/cityjson/DH_01_subs.city.json"
BUILDINGS = "campus/plateau_yokosuka/52397519_bldg_6697_op.gml"
RELIEF = "campus/plateau_yokosuka/523965_dem_6697_05_op.gml"
DUTCH = CampusFrame("EPSG:28992", "EPSG:5709")
JAPAN = CampusFrame("EPSG:6677", "EPSG:6695")
GML = "{http://www.opengis.net/gml}"


# --- CityJSON ------------------------------------------------------------------------------------------


def test_the_hague(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / HAGUE
    found = run_reader("cityjson", path, tmp_path, DUTCH, crs="EPSG:28992", vertical_datum="EPSG:5709")
    model = json.loads(path.read_text())
    vertices = np.array(model["vertices"]) * model["transform"]["scale"] + model["transform"]["translate"]
    roots = {key for key, one in model["CityObjects"].items() if not one.get("parents")}
    assert (found.report.found, found.report.kept) == (12, 12)
    rows = found.rows("buildings")
    assert {row["feature_id"] for row in rows} == {f"building:k:{key}" for key in roots}
    for row, shape in zip(rows, found.shapes("buildings"), strict=True):
        key = row["feature_id"].removeprefix("building:k:")
        parts = [key, *model["CityObjects"][key].get("children", [])]
        solids = [g["boundaries"][0] for one in parts for g in model["CityObjects"][one].get("geometry", [])]
        used = vertices[np.unique([n for shell in solids for surface in shell for ring in surface for n in ring])]
        assert len(shape.geoms) == sum(len(shell) for shell in solids) == len(row["attributes"]["surface_types"])
        assert shape.bounds == pytest.approx((*used[:, :2].min(axis=0), *used[:, :2].max(axis=0)), abs=1e-9)
        assert row["ground_level_m"] == pytest.approx(used[:, 2].min())
        assert row["height_m"] == pytest.approx(np.ptp(used[:, 2]))


def test_footprints_come_from_ground_surfaces(shared_data: Path, tmp_path: Path) -> None:
    found = run_reader("cityjson", shared_data / HAGUE, tmp_path, DUTCH, crs="EPSG:28992", vertical_datum="EPSG:5709")
    for row, shape in zip(found.rows("buildings"), found.shapes("buildings"), strict=True):
        # seen from above, the roofs cover what the ground surfaces cover
        kinds = np.array(row["attributes"]["surface_types"])
        roofs = shapely.area(shapely.get_parts(shape)[kinds == "RoofSurface"]).sum()
        assert row["footprint_area_m2"] == pytest.approx(roofs, rel=0.02)


def test_questions_a_city_model_leaves_open(shared_data: Path, tmp_path: Path) -> None:
    seen = load_reader("cityjson").inspect(shared_data / HAGUE)
    assert (seen.layers, seen.needs_crs, seen.has_heights, seen.count) == (("buildings",), True, True, 12)
    with pytest.raises(MissingCrsError):
        run_reader("cityjson", shared_data / HAGUE, tmp_path / "a", DUTCH)
    with pytest.raises(MissingVerticalDatumError):
        run_reader("cityjson", shared_data / HAGUE, tmp_path / "b", DUTCH, crs="EPSG:28992")
    with pytest.raises(UnknownLayerError):
        run_reader("cityjson", shared_data / HAGUE, tmp_path / "c", DUTCH, layer="zones")


def _model(**said: Any) -> dict[str, Any]:
    corners = [[0, 0, 0], [10, 0, 0], [10, 10, 0], [0, 10, 0]]
    square = {"type": "MultiSurface", "lod": "1", "boundaries": [[[0, 1, 2, 3]]]}
    objects = {
        "b": {"type": "Building", "attributes": {"measuredHeight": 9, "storeysAboveGround": 3}, "geometry": [square]},
        "r": {"type": "Road", "geometry": [square]},
        "t": {"type": "SolitaryVegetationObject", "geometry": [{"type": "MultiPoint", "lod": "0", "boundaries": [2]}]},
        "g": {"type": "CityObjectGroup", "members": []},
        "e": {"type": "WaterBody", "geometry": []},
    }
    base = {"type": "CityJSON", "version": "2.0", "CityObjects": objects, "vertices": corners}
    return {**base, "metadata": {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/7415"}, **said}


def _write(tmp_path: Path, model: Any) -> Path:
    (tmp_path / "a.city.json").write_text(json.dumps(model))
    return tmp_path / "a.city.json"


def test_every_kind_of_object_is_accounted_for(tmp_path: Path) -> None:
    path = _write(tmp_path, _model())
    assert load_reader("cityjson").supports(path)
    found = run_reader("cityjson", path, tmp_path / "out", DUTCH)  # EPSG:7415 = 28992 + 5709
    assert found.report.to_dict()["skipped"] == {"unsupported_object": 1, "no_geometry": 1}
    assert found.report.kept == 3
    assert {row["surface_class"] for row in found.rows("surface")} == {"road", "tree"}
    (row,) = found.rows("buildings")
    assert (row["height_m"], row["storeys_above"], row["attributes"]["lod"]) == (9, 3, 1)
    only = run_reader("cityjson", path, tmp_path / "b", DUTCH, layer="buildings")
    assert only.report.to_dict()["skipped"] == {"not_selected": 3, "unsupported_object": 1}


def test_highest_level_wins_and_interiors_stay_out(tmp_path: Path) -> None:
    square = {"type": "MultiSurface", "boundaries": [[[0, 1, 2, 3]]]}
    objects = {
        "b": {
            "type": "Building",
            "children": ["room"],
            "geometry": [{**square, "lod": "1.3"}, {**square, "lod": "2.2", "boundaries": [[[0, 1, 2]], [[0, 2, 3]]]}],
        },
        "room": {"type": "BuildingRoom", "parents": ["b"], "geometry": [{**square, "lod": "3"}]},
    }
    found = run_reader("cityjson", _write(tmp_path, _model(CityObjects=objects)), tmp_path / "out", DUTCH)
    (row,) = found.rows("buildings")
    assert (row["attributes"]["lod"], len(found.shapes("buildings")[0].geoms)) == (2.2, 2)
    assert found.report.to_dict()["skipped"] == {"unsupported_object": 1}


BROKEN = {
    "not json": "{",
    "other json": {"type": "Topology"},
    "no vertices": {"type": "CityJSON", "CityObjects": {}},
    "vertex out of range": _model(vertices=[[0, 0, 0]]),
    "object without type": _model(CityObjects={"a": {}}),
    "boundaries of the wrong depth": _model(
        CityObjects={"a": {"type": "Building", "geometry": [{"type": "Solid", "lod": 1, "boundaries": [[1]]}]}}
    ),
    "circle of parents": _model(
        CityObjects={"a": {"type": "Building", "parents": ["b"]}, "b": {"type": "Building", "parents": ["a"]}}
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_cityjson_is_one_line(tmp_path: Path, name: str) -> None:
    model = BROKEN[name]
    path = tmp_path / "a.city.json"
    path.write_text(model if isinstance(model, str) else json.dumps(model))
    with pytest.raises(SourceUnreadableError) as fault:
        run_reader("cityjson", path, tmp_path / "out", DUTCH)
    assert "\n" not in str(fault.value)


# --- CityGML -------------------------------------------------------------------------------------------


def test_plateau_buildings(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / BUILDINGS
    found = run_reader("citygml", path, tmp_path, JAPAN)
    tree = ElementTree.parse(path)
    theirs = [one for one in tree.iter() if one.tag.endswith("}Building")]
    parts = [one for one in tree.iter() if one.tag.endswith("}BuildingPart")]
    assert (found.report.found, found.report.kept) == (len(theirs) + len(parts), 15)
    rows = {
        row["feature_id"]: (row, shape)
        for row, shape in zip(found.rows("buildings"), found.shapes("buildings"), strict=True)
    }
    assert len(rows) == len(theirs) == 13
    engine = Transformer.from_crs(6697, 6677, always_xy=True)
    for one in theirs:
        row, shape = rows["building:k:" + one.get(f"{GML}id", "")]
        flat = [np.array((ring.text or "").split(), dtype=float).reshape(-1, 3) for ring in one.iter(f"{GML}posList")]
        corners = np.concatenate(flat)  # latitude, longitude, height
        x, y = engine.transform(corners[:, 1], corners[:, 0])
        expected = (x.min(), y.min(), x.max(), y.max())
        assert shape.bounds == pytest.approx(expected, abs=0.01)
        assert row["ground_level_m"] == pytest.approx(corners[:, 2].min(), abs=1e-6)
        said = next((e.text for e in one if e.tag.endswith("}measuredHeight")), None)
        if said is not None and float(said) > 0:
            assert row["height_m"] == float(said)


def test_plateau_levels_of_detail(shared_data: Path, tmp_path: Path) -> None:
    found = run_reader("citygml", shared_data / BUILDINGS, tmp_path, JAPAN)
    lods = sorted(row["attributes"]["lod"] for row in found.rows("buildings"))
    detailed = [row for row in found.rows("buildings") if row["attributes"]["lod"] == 2]
    assert set(lods) == {1.0, 2.0}
    assert detailed
    for row in detailed:
        assert {"RoofSurface", "WallSurface", "GroundSurface"} <= set(row["attributes"]["surface_types"])
    assert all(row["attributes"]["buildingID"] for row in detailed)


def test_relief_becomes_meshes_on_the_ground(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / RELIEF
    found = run_reader("citygml", path, tmp_path, JAPAN)
    assert (found.report.found, found.report.kept, found.report.meshed) == (2, 2, 2)
    assert {row["kind"] for row in found.rows("terrain")} == {"terrain_mesh"}
    meshes = found.table("meshes")
    triangles = [np.array(one["indices"]).reshape(-1, 3) for one in meshes]
    assert sum(len(one) for one in triangles) == 1066
    rings = [
        np.array((ring.text or "").split(), dtype=float).reshape(-1, 3)[:3]
        for ring in ElementTree.parse(path).iter(f"{GML}posList")
    ]
    engine = Transformer.from_crs(6697, 6677, always_xy=True)
    corners = np.array(rings)
    x, y = engine.transform(corners[..., 1].ravel(), corners[..., 0].ravel())
    flat = np.stack([x, y], axis=1).reshape(-1, 3, 2)
    u, v = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
    expected = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]).sum() / 2
    total = 0.0
    for mesh, index in zip(meshes, triangles, strict=True):
        positions = np.array(mesh["positions"]).reshape(-1, 3)
        a, b, c = (positions[index[:, n]] for n in range(3))
        normal = np.cross(b - a, c - a)
        assert (normal[:, 2] >= -1e-9).all()
        total += normal[:, 2].sum() / 2
    assert total == pytest.approx(expected, rel=1e-5)
    matrices = np.array([one["matrix"] for one in found.table("instances")]).reshape(-1, 3, 4)
    highest = max(
        float((np.array(mesh["positions"]).reshape(-1, 3) + matrix[:, 3])[:, 2].max())
        for mesh, matrix in zip(meshes, matrices, strict=True)
    )
    assert highest == pytest.approx(24.199632, abs=1e-3)


HEADER = (
    '<core:CityModel xmlns:core="http://www.opengis.net/citygml/{version}" xmlns:gml="http://www.opengis.net/gml"'
    ' xmlns:bldg="http://www.opengis.net/citygml/building/{version}" xmlns:con="http://www.opengis.net/citygml/c/3.0">'
)
RING = "<gml:exterior><gml:LinearRing><gml:posList>{corners}</gml:posList></gml:LinearRing></gml:exterior>"


def _gml(tmp_path: Path, body: str, version: str = "2.0", prolog: str = "") -> Path:
    path = tmp_path / "a.gml"
    path.write_text(prolog + HEADER.format(version=version) + body + "</core:CityModel>", encoding="utf-8")
    return path


def _face(srs: str = "") -> str:
    ring = RING.format(corners="0 0 5 10 0 5 10 10 5 0 10 5 0 0 5")
    return f"<gml:surfaceMember><gml:Polygon{srs}>{ring}</gml:Polygon></gml:surfaceMember>"


def test_version_3_and_srs_on_the_polygon(tmp_path: Path) -> None:
    body = (
        '<core:cityObjectMember><bldg:Building gml:id="b1"><core:boundary><con:RoofSurface><core:lod2MultiSurface>'
        "<gml:MultiSurface>" + _face(' srsName="EPSG:28992"') + "</gml:MultiSurface></core:lod2MultiSurface>"
        "</con:RoofSurface></core:boundary></bldg:Building></core:cityObjectMember>"
    )
    path = _gml(tmp_path, body, "3.0")
    assert load_reader("citygml").supports(path)
    found = run_reader("citygml", path, tmp_path / "out", CampusFrame("EPSG:28992", "local"), vertical_datum="local")
    (row,) = found.rows("buildings")
    assert (row["feature_id"], row["attributes"]["surface_types"]) == ("building:k:b1", ["RoofSurface"])
    assert found.shapes("buildings")[0].area == pytest.approx(100)


def test_two_crs_in_one_file_are_refused(tmp_path: Path) -> None:
    one = (
        "<core:cityObjectMember><bldg:Building><bldg:lod1MultiSurface><gml:MultiSurface>{face}</gml:MultiSurface>"
        "</bldg:lod1MultiSurface></bldg:Building></core:cityObjectMember>"
    )
    body = one.format(face=_face(' srsName="EPSG:28992"')) + one.format(face=_face(' srsName="EPSG:25832"'))
    with pytest.raises(SourceUnreadableError, match=r"mixes EPSG:28992 and EPSG:25832 \(line 1\)"):
        run_reader("citygml", _gml(tmp_path, body), tmp_path / "out", LOCAL, vertical_datum="local")


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    prolog = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    body = (
        '<core:cityObjectMember><bldg:Building gml:id="b"><gml:name>&leak;</gml:name><bldg:lod1MultiSurface>'
        f"<gml:MultiSurface>{_face()}</gml:MultiSurface></bldg:lod1MultiSurface></bldg:Building></core:cityObjectMember>"
    )
    found = run_reader(
        "citygml", _gml(tmp_path, body, prolog=prolog), tmp_path / "out", LOCAL, crs="local", vertical_datum="local"
    )
    assert "TOP-SECRET" not in json.dumps(
        [{k: v for k, v in row.items() if k != "geometry"} for row in found.rows("buildings")]
    )


def test_a_bomb_of_entities_does_not_go_off(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    prolog = f'<!DOCTYPE x [<!ENTITY a0 "boom">{levels}]>'
    building = '<bldg:Building gml:id="b"><gml:name>&a11;</gml:name></bldg:Building>'
    body = f"<core:cityObjectMember>{building}</core:cityObjectMember>"
    path = _gml(tmp_path, body, prolog=prolog)
    with pytest.raises(SourceUnreadableError, match="amplification"):
        run_reader("citygml", path, tmp_path / "out", LOCAL, crs="local", vertical_datum="local")


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
def test_truncated_citygml_is_one_line(shared_data: Path, tmp_path: Path, share: float) -> None:
    whole = (shared_data / BUILDINGS).read_bytes()
    (tmp_path / "a.gml").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SourceUnreadableError) as fault:
        run_reader("citygml", tmp_path / "a.gml", tmp_path / "out", JAPAN)
    assert "\n" not in str(fault.value)


NAMES = {
    "http://www.opengis.net/def/crs/EPSG/0/6697": ("EPSG:6697", True),
    "urn:ogc:def:crs:EPSG::7415": ("EPSG:7415", True),
    "urn:ogc:def:crs:EPSG:6.12:31467": ("EPSG:31467", True),
    "urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783": ("EPSG:25832+5783", True),
    "http://www.opengis.net/gml/srs/epsg.xml#4326": ("EPSG:4326", False),
    "EPSG:28992": ("EPSG:28992", False),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_crs_names_of_ogc(name: str, expected: tuple[str, bool]) -> None:
    assert ogc_crs(name) == expected


def test_who_counts_north_first() -> None:
    order = {crs: north_first(crs, Path("a")) for crs in ("EPSG:6697", "EPSG:4326", "EPSG:25832", "EPSG:4549", "local")}
    assert order == {"EPSG:6697": True, "EPSG:4326": True, "EPSG:25832": False, "EPSG:4549": True, "local": False}
