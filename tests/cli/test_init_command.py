"""``twin init`` as a stranger meets it: what it takes, what it leaves out and why, what it asks."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import geopandas
import pytest
import shapely
from click.testing import CliRunner, Result

from twin.cli import main
from twin.settings import load_settings

ROADS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"highway": "service"},
            "geometry": {"type": "LineString", "coordinates": [[119.3, 26.0], [119.301, 26.001]]},
        }
    ],
}


def run(*words: str | Path, language: str = "en") -> Result:
    return CliRunner().invoke(main, [str(one) for one in words], env={"TWIN_LANGUAGE": language})


def write_roads(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(ROADS), encoding="utf-8")
    return path


def test_a_file_named_twice_is_one_source(tmp_path: Path) -> None:
    roads = write_roads(tmp_path / "delivered" / "roads.geojson")
    answer = run("init", tmp_path / "c", roads, roads.parent, "--crs", "EPSG:4549", "--vertical-datum", "local")
    assert answer.exit_code == 0, answer.output
    assert [one.key for one in load_settings(tmp_path / "c").sources] == ["roads"]


def test_a_geopackage_of_several_tables_is_a_source_for_each(tmp_path: Path) -> None:
    """Built and counted against GeoPandas; the file itself is brought once."""
    package = tmp_path / "deliver ed" / "校园.gpkg"
    package.parent.mkdir()
    square = shapely.box(429_500, 2_885_900, 429_520, 2_885_930)
    tables = {
        "buildings": geopandas.GeoDataFrame({"name": ["A"], "height_m": [12.0]}, geometry=[square], crs="EPSG:4549"),
        "trees": geopandas.GeoDataFrame(
            {"species": ["榕树"] * 3},
            geometry=shapely.points([[429_530, 2_885_900 + 5 * n] for n in range(3)]),
            crs="EPSG:4549",
        ),
    }
    for name, table in tables.items():
        table.to_file(package, layer=name, driver="GPKG")
    answer = run("init", tmp_path / "c", package, "--vertical-datum", "EPSG:5737")
    assert answer.exit_code == 0, answer.output
    settings = load_settings(tmp_path / "c")
    assert [(one.layer, one.options["table"]) for one in settings.sources] == [
        ("buildings", "buildings"),
        ("surface", "trees"),
    ]
    assert len({one.key for one in settings.sources}) == 2
    assert len({one.path for one in settings.sources}) == 1
    assert len(list((tmp_path / "c").rglob("*.gpkg"))) == 1
    built = run("build", tmp_path / "c", "--json")
    assert built.exit_code == 0, built.output
    said = json.loads(built.stdout)["layers"]
    assert {name: said[name]["features"] for name in ("buildings", "surface")} == {"buildings": 1, "surface": 3}


def test_a_geopackage_without_tables_is_left_out_with_its_reason(tmp_path: Path) -> None:
    package = tmp_path / "empty.gpkg"
    geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs="EPSG:4549").to_file(package, driver="GPKG")
    with sqlite3.connect(package) as database:
        database.execute("DELETE FROM gpkg_geometry_columns")
        database.execute("DELETE FROM gpkg_contents")
    database.close()
    answer = run("init", tmp_path / "c", package)
    assert answer.exit_code == 1
    assert "it has no table with geometry" in answer.output


def test_nothing_to_take_writes_nothing(tmp_path: Path) -> None:
    junk = tmp_path / "notes.md"
    junk.write_text("# notes", encoding="utf-8")
    answer = run("init", tmp_path / "c", junk)
    assert answer.exit_code == 1
    assert "notes.md" in answer.output
    assert not (tmp_path / "c").exists()


def test_every_reason_stands_on_a_line_of_its_own_with_its_cure(tmp_path: Path) -> None:
    model = tmp_path / ("a_long_name_" * 12 + ".ifc")
    model.write_text(
        "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4X3_RC1'));\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n",
        encoding="utf-8",
    )
    answer = run("init", tmp_path / "c", model)
    [line] = [one for one in answer.output.splitlines() if one.startswith("left out: ")]
    assert model.name in line
    assert line.endswith("Export it again as IFC4 or IFC4X3_ADD2 (.ifc).")


@pytest.mark.parametrize(("language", "words"), [("zh", "待回答：园区坐标系"), ("en", "missing: campus CRS")])
def test_questions_in_both_languages(tmp_path: Path, language: str, words: str) -> None:
    answer = run("init", tmp_path / "c", write_roads(tmp_path / "roads.geojson"), language=language)
    assert answer.exit_code == 1
    assert words in answer.output
    assert words.partition("：" if language == "zh" else ": ")[2] in (tmp_path / "c" / "campus.toml").read_text(
        encoding="utf-8"
    )


def test_a_crs_that_leads_nowhere_is_asked_about(tmp_path: Path) -> None:
    roads = write_roads(tmp_path / "roads.geojson")
    answer = run("init", tmp_path / "c", roads, "--crs", "local", "--vertical-datum", "local")
    assert answer.exit_code == 1
    assert "declares EPSG:4326, from which nothing sound leads to the campus local" in answer.output
    assert "crs_override = true" in answer.output


def test_levels_in_columns_take_the_vertical_datum(tmp_path: Path) -> None:
    table = tmp_path / "sewer.csv"
    table.write_text("name,x,y,rim,invert\nM1,430000,2886000,12.5,10.1\n", encoding="utf-8")
    run("init", tmp_path / "c", table, "--crs", "EPSG:4549", "--vertical-datum", "EPSG:5737")
    [source] = load_settings(tmp_path / "c").sources
    assert source.vertical_datum == "EPSG:5737"


def test_web_mercator_is_no_campus_grid(tmp_path: Path) -> None:
    roads = write_roads(tmp_path / "roads.geojson")
    answer = run("init", tmp_path / "c", roads, "--crs", "EPSG:3857", "--vertical-datum", "local")
    assert answer.exit_code == 1
    assert "Web Mercator" in answer.output


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    answer = run("init", tmp_path / "c", tmp_path / "pipe.csv")
    assert answer.exit_code == 1
    assert "not a file" in answer.output


def test_odd_characters_in_names_leave_valid_toml(tmp_path: Path) -> None:
    odd = write_roads(tmp_path / '园区 it\'s "a"' / "bell\x07.geojson")
    (odd.parent / "junk\x07.md").write_text("x", encoding="utf-8")
    run("init", odd.parent / "c", odd, odd.parent / "junk\x07.md", "--crs", "EPSG:4549", "--vertical-datum", "local")
    assert len(load_settings(odd.parent / "c").sources) == 1


def test_keys_of_chinese_names_are_pinyin(tmp_path: Path) -> None:
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    geometry = '{"type":"Point","coordinates":[119.3,26.1]}'
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{geometry}}}'
    for name in ("行道树 2026", "路灯", "路 灯"):
        (delivery / f"{name}.geojson").write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}')
    run("init", tmp_path / "c", delivery, "--crs", "EPSG:4549", "--vertical-datum", "EPSG:5737")
    assert {one.key for one in load_settings(tmp_path / "c").sources} == {"xing-dao-shu-2026", "lu-deng", "lu-deng-2"}
