"""OpenStreetMap: counts by GDAL's own driver and by a plain XML loop, widths, what is cut off."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import osmium
import pyogrio
import pytest
import shapely

from tests.readers.geo_reading import UBC, run_reader
from twin.crs import CampusFrame
from twin.errors import SourceUnreadableError, UnknownLayerError
from twin.readers import load_reader
from twin.readers.gis.osm_rules import RULES, WIDTHS_M, is_area, is_buried, road_width

HELSINKI = "campus/osm/Helsinki.osm.pbf"
FINLAND = CampusFrame("EPSG:3879", "local")


def test_helsinki_against_a_plain_loop(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / HELSINKI
    found = run_reader("osm", path, tmp_path, FINLAND)
    tagged, lamps, trees, roads, cut = 0, 0, 0, 0, 0
    for one in osmium.FileProcessor(str(path)).with_locations():
        tags = dict(one.tags)
        tagged += bool(tags)
        lamps += one.is_node() and tags.get("highway") == "street_lamp" and not is_buried(tags)
        trees += one.is_node() and tags.get("natural") == "tree"
        if one.is_way() and tags.get("highway") in WIDTHS_M and not is_area(tags) and not is_buried(tags):
            whole = all(node.location.valid() for node in one.nodes)
            roads, cut = roads + whole, cut + (not whole)
    assert found.report.found == tagged
    classes = Counter(row["surface_class"] for row in found.rows("surface"))
    assert (classes["lamp"], classes["tree"]) == (lamps, trees)
    lines = [
        row
        for row, shape in zip(found.rows("surface"), found.shapes("surface"), strict=True)
        if row["surface_class"] in ("road", "path") and shape.geom_type == "LineString"
    ]
    assert len(lines) == roads > 1500
    assert all(row["width_m"] for row in lines)
    assert 0 < cut <= found.report.to_dict()["skipped"]["dangling"]


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # GDAL's own
def test_buildings_against_gdal(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / HELSINKI
    found = run_reader("osm", path, tmp_path, FINLAND, layer="buildings")
    theirs = pyogrio.read_dataframe(path, layer="multipolygons", on_invalid="ignore")
    theirs = theirs[theirs["building"].notna() & (theirs["building"] != "no")].to_crs("EPSG:3879")
    keys = {f"w{one}" for one in theirs["osm_way_id"].dropna()} | {f"r{one}" for one in theirs["osm_id"].dropna()}
    ours = {
        row["feature_id"].removeprefix("building:k:"): shape
        for row, shape in zip(found.rows("buildings"), found.shapes("buildings"), strict=True)
    }
    # whole ways that GDAL swallows as members of multipolygons it cannot close
    assert ours.keys() - keys == {"w675858716", "w122595213"}
    cut = {
        f"w{one.id}"
        for one in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
        if one.is_way() and not all(node.location.valid() for node in one.nodes)
    }
    missing = keys - ours.keys()
    assert {key for key in missing if key.startswith("w")} <= cut  # GDAL closes what the extract cuts open
    assert len(missing) == 50
    assert sum(key.startswith("r") for key in missing) <= 2
    names = [
        f"w{way}" if isinstance(way, str) else f"r{one}"
        for way, one in zip(theirs["osm_way_id"], theirs["osm_id"], strict=True)
    ]
    areas = dict(zip(names, theirs.geometry.area, strict=True))
    assert sum(ours[key].area for key in ours.keys() & areas) == pytest.approx(
        sum(areas[key] for key in ours.keys() & areas), rel=1e-6
    )
    assert shapely.is_valid(list(ours.values())).all()


XML = """<?xml version='1.0' encoding='UTF-8'?><osm version="0.6">
<node id="1" lat="49.260" lon="-123.250"/><node id="2" lat="49.260" lon="-123.249"/>
<node id="3" lat="49.261" lon="-123.249"/><node id="4" lat="49.261" lon="-123.250"/>
<node id="5" lat="49.2602" lon="-123.2502"><tag k="natural" v="tree"/><tag k="genus" v="Acer"/>
 <tag k="height" v="12 m"/></node>
<node id="6" lat="49.2602" lon="-123.2503"><tag k="traffic_sign" v="stop"/></node>
<node id="7" lat="49.2604" lon="-123.2496"/><node id="8" lat="49.2604" lon="-123.2494"/>
<node id="9" lat="49.2606" lon="-123.2494"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="university"/>
 <tag k="building:levels" v="4"/><tag k="height" v="50 ft"/><tag k="name" v="Hall"/></way>
<way id="11"><nd ref="1"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="width" v="7.5"/></way>
<way id="12"><nd ref="1"/><nd ref="3"/><tag k="highway" v="secondary"/><tag k="lanes" v="4"/></way>
<way id="13"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/></way>
<way id="14"><nd ref="1"/><nd ref="99"/><tag k="highway" v="service"/></way>
<way id="15"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="barrier" v="fence"/></way>
<way id="16"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/><tag k="tunnel" v="yes"/></way>
<way id="17"><nd ref="1"/><nd ref="1"/><tag k="highway" v="path"/></way>
<way id="20"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
<way id="21"><nd ref="7"/><nd ref="8"/><nd ref="9"/><nd ref="7"/></way>
<relation id="30"><member type="way" ref="20" role="outer"/><member type="way" ref="21" role="inner"/>
 <tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>
<relation id="31"><member type="way" ref="98" role="outer"/><tag k="type" v="multipolygon"/>
 <tag k="natural" v="water"/></relation>
<relation id="32"><tag k="type" v="route"/><tag k="route" v="bus"/></relation>
</osm>"""


def _osm(tmp_path: Path, text: str = XML) -> Path:
    (tmp_path / "a.osm").write_text(text, encoding="utf-8")
    return tmp_path / "a.osm"


def test_every_tagged_object_is_accounted_for(tmp_path: Path) -> None:
    path = _osm(tmp_path)
    found = run_reader("osm", path, tmp_path / "out", UBC)
    tree = ElementTree.parse(path).getroot()
    assert found.report.found == sum(one.find("tag") is not None for one in tree)
    assert found.report.to_dict()["skipped"] == {
        "unsupported_object": 3,  # sign, tunnel, bus route
        "dangling": 2,
        "empty_geometry": 1,
    }
    rows = {row["feature_id"]: row for row in found.rows("surface")}
    assert set(rows) == {f"surface:k:{key}" for key in ("n5", "w11", "w12", "w13", "w15", "r30")}
    assert {key[-3:]: rows[key]["width_m"] for key in rows if "w1" in key} == {
        "w11": 7.5,
        "w12": 13,
        "w13": 2,
        "w15": None,
    }
    assert rows["surface:k:w12"]["attributes"]["width_source"] == "lanes"
    assert (rows["surface:k:n5"]["species"], rows["surface:k:n5"]["height_m"]) == ("Acer", 12)


def test_building_with_levels_and_feet(tmp_path: Path) -> None:
    found = run_reader("osm", _osm(tmp_path), tmp_path / "out", UBC, options={"layers": ["buildings"]})
    (row,) = found.rows("buildings")
    assert (row["name"], row["use"], row["storeys_above"]) == ("Hall", "university", 4)
    assert row["height_m"] == pytest.approx(15.24)
    assert not found.rows("surface")
    assert found.report.to_dict()["skipped"]["not_selected"] == 9


def test_multipolygon_keeps_its_hole_and_fences_stay_lines(tmp_path: Path) -> None:
    found = run_reader("osm", _osm(tmp_path), tmp_path / "out", UBC)
    shapes = dict(zip([row["source_pos"] for row in found.rows("surface")], found.shapes("surface"), strict=True))
    park = shapes["relation 30"]
    assert sum(len(one.interiors) for one in shapely.get_parts(park)) == 1
    assert shapes["way 15"].geom_type == "LineString"
    assert not any(shape.has_z for shape in shapes.values())


def test_broken_osm_is_one_line(tmp_path: Path) -> None:
    for text in (XML[: len(XML) // 2], "<osm><node id='x'", '<!DOCTYPE osm [<!ENTITY a "b">]><osm>&a;</osm>'):
        with pytest.raises(SourceUnreadableError) as fault:
            run_reader("osm", _osm(tmp_path, text), tmp_path / "out", UBC)
        assert "\n" not in str(fault.value)
    with pytest.raises(UnknownLayerError):
        run_reader("osm", _osm(tmp_path), tmp_path / "out", UBC, layer="devices")


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_truncated_pbf_is_one_line(shared_data: Path, tmp_path: Path, share: float) -> None:
    whole = (shared_data / HELSINKI).read_bytes()
    (tmp_path / "a.pbf").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SourceUnreadableError) as fault:
        run_reader("osm", tmp_path / "a.pbf", tmp_path / "out", FINLAND)
    assert "\n" not in str(fault.value)


def test_inspect_names_the_licence(shared_data: Path) -> None:
    seen = load_reader("osm").inspect(shared_data / HELSINKI)
    assert (seen.crs, seen.needs_crs, seen.layers) == ("EPSG:4326", False, ("surface", "buildings"))
    assert "ODbL" in seen.notes[0]


def test_rules_and_widths_fit_together() -> None:
    highways = {value for rule in RULES if rule.key == "highway" and rule.shape == "line" for value in rule.values}
    assert highways == set(WIDTHS_M)
    assert road_width({"highway": "primary", "width": "wide"}) == (10.5, "class")
    assert road_width({"highway": "corridor"}) == (None, None)
