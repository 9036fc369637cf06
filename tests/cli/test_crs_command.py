"""``twin crs``: what a file says, what its numbers look like, what we would do."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from click.testing import CliRunner, Result

from twin.cli import main

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str | Path, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["crs", *map(str, words)], env={"TWIN_LANGUAGE": language})


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files of one place near Fuzhou: a table X = north with prefix, degrees, and a shapefile's GeoPackage."""
    folder = tmp_path_factory.mktemp("delivered")
    rows = "".join(f"P{n},{2885887.906 + 10 * n:.3f},{40429563.842 + 7 * n:.3f}\n" for n in range(5))
    (folder / "control.csv").write_text(f"name,X,Y\n{rows}", encoding="utf-8")
    (folder / "poi.csv").write_text("name,lon,lat\nGate,119.3,26.08\nHall,119.301,26.081\n", encoding="utf-8")
    square = shapely.box(429_500, 2_885_900, 429_520, 2_885_930)
    table = geopandas.GeoDataFrame({"name": ["A"], "height_m": [12.0]}, geometry=[square], crs="EPSG:4549")
    table.to_file(folder / "buildings.gpkg", layer="buildings", driver="GPKG")
    return folder


@pytest.fixture(scope="module")
def said(delivered: Path) -> dict[str, dict[str, Any]]:
    result = run(delivered, "--json")
    assert result.exit_code == 1, result.output  # two of the three need an answer
    return {one["file"].split(",")[0]: one for one in json.loads(result.stdout)["files"]}


def test_a_file_that_says_its_crs_is_believed_and_placed(said: dict[str, dict[str, Any]]) -> None:
    one = said["buildings.gpkg"]
    assert (one["crs"]["crs"], one["crs"]["unit"], one["fits"]) == ("EPSG:4549", "metre", ["agrees"])
    assert one["bounds"] == pytest.approx([429_500, 2_885_900, 429_520, 2_885_930])
    assert (one["place"]["longitude"], one["place"]["latitude"]) == pytest.approx((119.2955, 26.0802), abs=1e-3)
    assert one["distortion"]["cm_per_km"] == pytest.approx(6.1, abs=0.05)
    assert one["readings"][0]["crs"]["CGCS2000"] == ["EPSG:4549"]


def test_a_silent_table_is_told_by_its_numbers(said: dict[str, dict[str, Any]]) -> None:
    reading = said["control.csv"]["readings"][0]
    assert (reading["order"], reading["width_deg"], reading["number"]) == ("north_east", 3, 40)
    assert reading["crs"]["CGCS2000"] == ["EPSG:4528"]
    assert 'crs = "EPSG:4528"' in said["control.csv"]["advice"][0]["en"]
    assert said["poi.csv"]["readings"][0]["order"] == "longitude_latitude"
    assert "GCJ-02" in said["poi.csv"]["advice"][0]["zh"]


def test_a_wrong_zone_is_caught_in_both_languages(delivered: Path) -> None:
    # CM 117E: zone 39, while the eastings begin with 40
    wrong = run(delivered / "control.csv", "--crs", "EPSG:4548")
    assert wrong.exit_code == 1
    assert "the axes are swapped" in wrong.output
    assert "the zone number in front of the eastings is of another zone" in wrong.output
    point = run("EPSG:4548", "--at", "40429563.842,2885887.906", language="zh")
    assert "东坐标前的带号属于另一带" in point.output
    assert 'crs = "EPSG:4528"' in point.output


def test_one_point_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of docs/coordinates.md, word for word."""
    page = (ROOT / "docs" / "coordinates.md").read_text(encoding="utf-8")
    found = re.search(r"```console\n\$ twin (crs EPSG:4549 .*)\n((?:.*\n)*?)```", page)
    assert found is not None
    monkeypatch.setenv("TWIN_LANGUAGE", "en")
    result = CliRunner().invoke(main, shlex.split(found[1]))
    assert result.exit_code == 0
    assert result.output == found[2]


def test_what_is_wrong_with_the_question_is_said() -> None:
    assert run("EPSG:4549", "--at", "429563.842").exit_code == 2
    missing = run("nothing.csv")
    assert (missing.exit_code, "nothing.csv" in missing.output) == (1, True)
    unknown = run("EPSG:999999", "--at", "1,2")
    assert (unknown.exit_code, "EPSG:999999" in unknown.output) == (1, True)
    swapped = run("EPSG:4549", "--at", "2885887.906,429563.842")
    assert (swapped.exit_code, "the axes are swapped" in swapped.output) == (1, True)


def test_the_python_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "coordinates.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(block, "coordinates.md", "exec"), {})
    scale, *rest = capsys.readouterr().out.split()
    assert float(scale) == pytest.approx(2.0)
    assert rest[0].startswith("(")
