"""No file is claimed by two readers, and every sample that should be read is claimed by the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.readers import claims, load_reader, reader_names

# Suffix of a sample -> its reader, where every sample of that suffix has the same one.
BY_SUFFIX = {
    ".tif": "geotiff",
    ".asc": "ascii_grid",
    ".laz": "las",
    ".gpkg": "vector",
    ".shp": "vector",
    ".geojson": "vector",
    ".parquet": "geoparquet",
    ".gml": "citygml",
    ".pbf": "osm",
    ".ifc": "ifc",
    ".ifcxml": "ifc",
    ".ttl": "turtle",
}
BY_NAME = {
    "DH_01_subs.city.json": "cityjson",
    "gas_net_schutterwald_1bar.json": "pandapipes",
    "sw_heat.json": "pandapipes",
    "lv_schutterwald.json": "pandapower",
    "ubcv_campus_trees.csv": "csv_points",
    "table_junctions.csv": "csv_points",
    "table_outfalls.csv": "csv_points",
    "Net3.inp": "epanet",
    "L-TOWN.inp": "epanet",
    "Net1broken.inp": "epanet",
    **dict.fromkeys(
        ("Example1b.inp", "model_state_plane.inp", "alt_test3.inp", "invalid_model.inp", "model_mod_green_ampt.inp"),
        "swmm",
    ),
    "model_full_features_network.inp": "swmm",
    "BellingeSWMM_v021_nopervious.inp": "swmm",
    "BellingeSWMM_v021_selfcontained.inp": "swmm",
    "ROOT-houten_kozijnen.ifczip": "ifc",
}
# Looks like a sample by its suffix, and is none.
NOT_OURS = {"unterminated-string.ifc"}


def _expected(path: Path) -> str | None:
    return BY_NAME.get(path.name) or BY_SUFFIX.get(path.suffix.lower())


def test_each_sample_has_at_most_one_reader(shared_data: Path) -> None:
    readers = {name: load_reader(name) for name in reader_names()}
    wrong = {}
    for path in sorted(one for one in shared_data.rglob("*") if one.is_file()):
        takers = [name for name, reader in readers.items() if reader.supports(path)]
        expected = _expected(path)
        fits = takers == [expected] if expected is not None else not takers
        if path.name in NOT_OURS:
            fits = len(takers) <= 1
        if not fits:
            wrong[str(path.relative_to(shared_data))] = (takers, expected)
    assert not wrong


NAMELESS = {
    "a": b"",
    "b.json": b"{}",
    "c.csv": b"a,b\n1,2\n",
    "d.inp": b"nothing",
    "e.xml": b"<root/>",
    "f.txt": b"Hello",
    "g.tif": b"no tiff",
    "h.shp": b"no shape",
    "i.parquet": b"PARX",
    "j.las": b"LASX",
    "k.pbf": b"\x00" * 40,
    "m.xlsx": b"PK\x03\x04",
    "n.osm": b"<html/>",
    "o.gml": b"<gml/>",
}


@pytest.mark.parametrize(("name", "content"), NAMELESS.items())
def test_what_only_looks_like_something_is_claimed_by_nobody(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert claims(tmp_path / name) == []


def test_folders_and_absent_files_are_claimed_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "a.shp").mkdir()
    assert claims(tmp_path / "a.shp") == []
    assert claims(tmp_path / "absent.geojson") == []


HEADINGS = {
    "物探点号,X,Y,地面高程,特征": "pipe_table",
    "点号,东坐标,北坐标,高程": "csv_points",
    "起始点号,终止点号,管径": "pipe_table",
    "设备编码,设备类型,经度,纬度": "csv_points",
    "from_id,kind,to_id": "relations_csv",
    "staff_id,name,unit_id": "register",
    "datetime,load [kWh]": None,
}


@pytest.mark.parametrize(("line", "reader"), HEADINGS.items())
def test_tables_are_told_apart_by_their_headings(tmp_path: Path, line: str, reader: str | None) -> None:
    (tmp_path / "a.csv").write_text(line + "\n", encoding="utf-8")
    assert claims(tmp_path / "a.csv") == ([] if reader is None else [reader])


def test_every_reader_in_the_table_loads() -> None:
    for name in reader_names():
        assert load_reader(name).name == name
