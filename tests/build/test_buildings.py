"""Several files of one building are one building: two units, two buildings in a file, storeys without levels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from layers import registry
from tests.readers.ifc.models import METRE, MILLIMETRE, box_model
from twin.analysis.quality import inspect
from twin.build import build_campus
from twin.errors import CampusTomlError, TwinError
from twin.store.campus import Campus, Generation

HEAD = """
schema_version = 1
name = { zh = "试验", en = "Test" }
crs = "local"
vertical_datum = "local"
"""
# one more building with a storey and a wall of its own, in the model of tests.readers.ifc.models
SECOND = (
    "#121=IFCBUILDING('0000000000000000000121',$,'Annex',$,$,#11,$,$,.ELEMENT.,$,$,$);",
    "#127=IFCRELAGGREGATES('0000000000000000000127',$,$,$,#20,(#121));",
    "#122=IFCBUILDINGSTOREY('0000000000000000000122',$,'Level 1',$,$,#25,$,$,.ELEMENT.,3.);",
    "#128=IFCRELAGGREGATES('0000000000000000000128',$,$,$,#121,(#122));",
)
# an upper storey of House at 6 length units
UPPER = (
    "#223=IFCCARTESIANPOINT((0.,0.,{z}));",
    "#224=IFCAXIS2PLACEMENT3D(#223,$,$);",
    "#225=IFCLOCALPLACEMENT(#11,#224);",
    "#222=IFCBUILDINGSTOREY('0000000000000000000222',$,'Level 2',$,$,#225,$,$,.ELEMENT.,{z});",
    "#228=IFCRELAGGREGATES('0000000000000000000228',$,$,$,#21,(#222));",
)


def upper(z: float) -> list[str]:
    return [line.format(z=repr(z)) for line in UPPER]


def millimetres(model: str) -> str:
    """The same house told in millimetres: every length times 1000."""
    for old, new in (
        ("((0.,0.,3.))", "((0.,0.,3000.))"),
        (".ELEMENT.,3.)", ".ELEMENT.,3000.)"),
        ("((10.,20.,0.))", "((10000.,20000.,0.))"),
        ("#35,2.,3.)", "#35,2000.,3000.)"),
        ("#37,4.)", "#37,4000.)"),
    ):
        assert old in model
        model = model.replace(old, new)
    return model


def build(
    folder: Path, files: dict[str, str], buildings: str, footprints: list[dict[str, Any]] | None = None
) -> Generation:
    folder.mkdir(exist_ok=True)
    toml = [HEAD]
    for key, text in files.items():
        (folder / f"{key}.ifc").write_text(text)
        toml.append(
            f'[[sources]]\nkey = "{key}"\npath = "{key}.ifc"\nreader = "ifc"\nplacement = {{ to = [0, 0, 0] }}\n'
        )
    if footprints is not None:
        document = {"type": "FeatureCollection", "features": footprints}
        (folder / "plans.geojson").write_text(json.dumps(document))
        toml.append(
            '[[sources]]\nkey = "plans"\npath = "plans.geojson"\nreader = "vector"\nlayer = "buildings"\n'
            'crs = "local"\ncrs_override = true\nkey_column = "no"\n'
        )
    (folder / "campus.toml").write_text("\n".join([*toml, buildings]), encoding="utf-8")
    build_campus(folder, registry())
    return Campus.open(folder).generation


def rows(generation: Generation, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = generation.sql(sql).to_pylist()
    return found


def footprint(no: str, west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": {"no": no}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


HOUSE = '[[buildings]]\ncode = "H"\nmodels = ["a", "b"]\n'


def test_files_in_two_units_are_one_building(tmp_path: Path) -> None:
    files = {"a": box_model(*upper(6.0), unit=METRE), "b": millimetres(box_model(unit=MILLIMETRE))}
    generation = build(tmp_path / "c", files, HOUSE)
    storeys = rows(generation, "SELECT name, elevation_m, height_m, ordinal, aliases FROM storeys ORDER BY elevation_m")
    assert [(one["name"], one["elevation_m"], one["height_m"], one["ordinal"]) for one in storeys] == [
        ("Level 1", 3.0, 3.0, 0),  # the millimetre file alone knows no height: it has one storey
        ("Level 2", 6.0, None, 1),
    ]
    assert json.loads(storeys[0]["aliases"]) == ["storey:a:0000000000000000000022", "storey:b:0000000000000000000022"]
    walls = rows(generation, "SELECT DISTINCT building_id, storey_id FROM elements")
    assert walls == [{"building_id": "building:campus:H", "storey_id": "storey:campus:H.Level%201"}]
    house = generation.feature("building:campus:H")
    assert (house["storeys_above"], house["storeys_below"]) == (2, 0)
    boxes = rows(generation, "SELECT bbox.xmin AS x, bbox.ymax AS y FROM elements")
    assert boxes == [{"x": 9.0, "y": 21.5}] * 2


def test_levels_apart_are_two_storeys_whatever_order_files_come_in(tmp_path: Path) -> None:
    low, high = box_model(), box_model().replace("((0.,0.,3.))", "((0.,0.,3.31))")
    one = build(tmp_path / "one", {"a": low, "b": high}, HOUSE)
    other = build(tmp_path / "other", {"b": high, "a": low}, HOUSE)
    question = "SELECT feature_id, elevation_m FROM storeys ORDER BY 1"
    assert rows(one, question) == rows(other, question)
    assert [row["elevation_m"] for row in rows(one, question)] == [3.0, 3.31]
    close = build(tmp_path / "close", {"a": low, "b": high.replace("3.31", "3.29")}, HOUSE)
    assert len(rows(close, question)) == 1


def test_a_storey_without_level_joins_its_namesake(tmp_path: Path) -> None:
    lost = box_model(*upper(0.0)).replace(".ELEMENT.,3.)", ".ELEMENT.,$)").replace(".ELEMENT.,0.0)", ".ELEMENT.,$)")
    lost = lost.replace("((0.,0.,3.))", "((0.,0.,0.))")  # both storeys at one height, none with an Elevation
    generation = build(tmp_path / "c", {"a": lost, "b": box_model(*upper(6.0))}, HOUSE)
    storeys = rows(generation, "SELECT name, elevation_m FROM storeys ORDER BY 1")
    assert storeys == [{"name": "Level 1", "elevation_m": 3.0}, {"name": "Level 2", "elevation_m": 6.0}]
    alone = build(tmp_path / "alone", {"a": lost}, "")
    assert rows(alone, "SELECT DISTINCT elevation_m FROM storeys") == [{"elevation_m": None}]  # it does not know


def test_two_buildings_in_a_file_are_named_apart(tmp_path: Path) -> None:
    files = {"a": box_model(*SECOND), "b": box_model()}
    with pytest.raises(CampusTomlError, match=r"a fits 2 buildings; write which: a:\S+ \(House\), a:\S+ \(Annex\)"):
        build(tmp_path / "c", files, HOUSE)
    generation = build(tmp_path / "c", files, HOUSE.replace('"a"', '"a:House"'))
    ids = [row["feature_id"] for row in rows(generation, "SELECT feature_id FROM buildings ORDER BY 1")]
    assert ids == ["building:a:0000000000000000000121", "building:campus:H"]
    assert len(rows(generation, "SELECT * FROM storeys")) == 2  # the annex keeps its own Level 1
    with pytest.raises(CampusTomlError, match="a:Barn fits 0 buildings"):
        build(tmp_path / "c", files, HOUSE.replace('"a"', '"a:Barn"'))


def test_a_model_without_building_belongs_to_the_one_that_names_it(tmp_path: Path) -> None:
    """Structure and services are often exported without the spatial tree."""
    lines = box_model().splitlines()
    bare = "\n".join(line for line in lines if not line.startswith(("#21=", "#27=", "#28=", "#22=")))
    bare = bare.replace("(#30),#22)", "(#30),#20)")  # the wall hangs on the site
    generation = build(tmp_path / "c", {"a": box_model(), "b": bare}, HOUSE)
    owners = rows(generation, "SELECT source_key, building_id FROM elements ORDER BY 1")
    assert owners == [{"source_key": key, "building_id": "building:campus:H"} for key in ("a", "b")]


def test_a_footprint_belongs_to_one_building(tmp_path: Path) -> None:
    plans = [footprint("F1", 8, 18, 12, 22), footprint("F2", 30, 0, 40, 10)]
    generation = build(tmp_path / "c", {"a": box_model()}, "", plans)
    found = [one for one in inspect(generation).findings if one.rule == "building_twice"]
    assert [one.feature_ids[0] for one in found] == ["building:plans:F1"]
    entry = '[[buildings]]\ncode = "H"\nmodels = ["a"]\nfootprint = "building:plans:F1"\n'
    generation = build(tmp_path / "c", {"a": box_model()}, entry, plans)
    assert not [one for one in inspect(generation).findings if one.rule == "building_twice"]
    assert generation.feature("building:campus:H")["footprint_area_m2"] == pytest.approx(16.0)
    far = entry.replace("F1", "F2")
    assert inspect(build(tmp_path / "c", {"a": box_model()}, far, plans)).by_rule()["building_off_footprint"] == 1
    with pytest.raises(CampusTomlError, match="building:plans:F9 is no feature of the buildings layer"):
        build(tmp_path / "c", {"a": box_model()}, entry.replace("F1", "F9"), plans)
    with pytest.raises(TwinError, match="two buildings have the footprint"):
        build(tmp_path / "c", {"a": box_model()}, entry + entry.replace('"H"', '"I"').replace('["a"]', "[]"), plans)


def test_a_building_is_called_what_campus_toml_calls_it_in_both_languages(tmp_path: Path) -> None:
    house = HOUSE.replace('["a", "b"]', '["a"]')
    named = house.replace("[[buildings]]\n", '[[buildings]]\nname = { zh = "小屋", en = "Cottage" }\n')
    generation = build(tmp_path / "c", {"a": box_model()}, named)
    found = rows(generation, "SELECT name, name_en FROM buildings")
    assert found == [{"name": "小屋", "name_en": "Cottage"}]
    [shown] = generation.scene["buildings"]
    assert (shown["name"], shown["name_en"]) == ("小屋", "Cottage")
    plain = build(tmp_path / "d", {"a": box_model()}, house)
    assert rows(plain, "SELECT name, name_en FROM buildings") == [{"name": "House", "name_en": None}]
