"""Sections, clearance, cover and digs of a campus are what the analyses say of its tables, prepared here by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pytest
import shapely

from tests.screens.themes_campus import ThemesCampus
from twin.analysis.ground import ground_of
from twin.analysis.sections.clearance import check_clearance
from twin.analysis.sections.cover import check_cover
from twin.analysis.sections.cross import cross_section
from twin.analysis.sections.dig import check_dig
from twin.analysis.sections.long import long_section
from twin.errors import (
    BadPlaceError,
    DigAreaError,
    DigDepthError,
    EmptySectionError,
    NoGroundHereError,
    SectionLineError,
    UnknownLayerError,
    UnknownPipeError,
)
from twin.mesh.elevation import TerrainSurface
from twin.notebook.campus import Campus
from twin.store.campus import Campus as Store
from twin.store.campus import Generation

PIPES = ("water_supply", "drainage", "gas", "heat", "power", "telecom", "other_pipes")
LINE = [(429440, 2885940), (429440, 2885860)]
PIT = shapely.box(429436, 2885905, 429446, 2885925)


@pytest.fixture(scope="module")
def generation(themes: ThemesCampus) -> Generation:
    return Store.open(themes.folder).generation


@pytest.fixture(scope="module")
def networks(generation: Generation) -> dict[str, pa.Table]:
    return {one: generation.table(one) for one in PIPES}


@pytest.fixture(scope="module")
def ground(generation: Generation) -> TerrainSurface:
    return ground_of(generation)


def test_a_section_is_the_analysis(
    campus: Campus, generation: Generation, networks: dict[str, pa.Table], ground: TerrainSurface
) -> None:
    section = campus.section(LINE, half_width_m=5.0)
    buildings = generation.table("buildings")
    wanted = cross_section(shapely.LineString(LINE), networks, ground, buildings=buildings, half_width_m=5.0)
    assert section.pipes == wanted.pipes
    assert sum(one.relation == "crosses" for one in section.pipes) == 7
    assert (section.nodes, section.buildings, section.found) == (wanted.nodes, wanted.buildings, wanted.found)
    np.testing.assert_array_equal(section.terrain.elevation_m, wanted.terrain.elevation_m)
    assert section.to_arrow() == wanted.to_arrow()
    assert len(campus.section(LINE, layers=["gas"]).pipes) == 1


def test_a_line_may_be_said_in_many_ways(campus: Campus) -> None:
    wanted = campus.section(LINE).pipes
    line = shapely.LineString(LINE)
    assert campus.section(line).pipes == wanted
    elsewhere = geopandas.GeoSeries([line], crs=campus.crs).to_crs("EPSG:4326")
    theirs = campus.section(elsewhere).pipes
    assert [one.feature_id for one in theirs] == [one.feature_id for one in wanted]
    assert np.allclose([one.crown_m for one in theirs], [one.crown_m for one in wanted], atol=1e-6)
    along = campus.section("link:RQ:RQ032--RQ033", layers=["gas"])
    assert any(one.feature_id == "link:RQ:RQ032--RQ033" and one.relation == "along" for one in along.pipes)


def test_a_section_shows_its_drawing(campus: Campus, tmp_path: Path) -> None:
    section = campus.section(LINE)
    text = section._repr_svg_()
    assert ET.fromstring(text).tag.endswith("svg")
    for word in ("横断面图", "燃气", campus.crs, campus.vertical_datum):
        assert word in text
    assert "Gas" in section.svg("en")
    assert "A—A′" in section.save(tmp_path / "a.svg", title="A—A′").read_text(encoding="utf-8")
    assert repr(section) == "<section of 80.0 m: 7 pipes, 0 nodes>"
    long = campus.pipes("drainage").long_section("node:PS:YS001", "node:PS:YS010")
    assert "纵断面图" in long._repr_svg_()
    assert "9 links of drainage" in repr(long)


def test_a_long_section_is_the_analysis(campus: Campus, networks: dict[str, pa.Table], ground: TerrainSurface) -> None:
    drains = campus.pipes("drainage")
    found = drains.long_section("node:PS:YS001", "node:PS:YS010")
    others = {one: table for one, table in networks.items() if one != "drainage"}
    ends = {"from_node": "node:PS:YS001", "to_node": "node:PS:YS010"}
    wanted = long_section("drainage", networks["drainage"], ground, **ends, others=others)
    assert (found.stations, found.links, found.crossings) == (wanted.stations, wanted.links, wanted.crossings)
    assert found.crossings
    named = drains.long_section(links=[one.feature_id for one in found.links], crossings=False)
    assert (named.stations, named.crossings) == (wanted.stations, ())
    with pytest.raises(UnknownPipeError, match="nowhere"):
        drains.long_section("node:PS:YS001", "nowhere")
    with pytest.raises(EmptySectionError):
        drains.long_section()


def test_clearance_and_cover_are_the_analyses(
    campus: Campus, networks: dict[str, pa.Table], ground: TerrainSurface
) -> None:
    assert campus.clearance() == check_clearance(networks)
    two = {one: networks[one] for one in ("gas", "water_supply")}
    assert campus.clearance(["gas", "water_supply"]) == check_clearance(two)
    assert campus.cover() == check_cover(networks, ground)
    assert campus.cover().counts["shallow"] == 10  # 9 ducts, and one known error of the supplementary survey
    with pytest.raises(UnknownLayerError, match="buildings"):
        campus.cover(["buildings"])


def test_a_dig_is_the_analysis(
    campus: Campus, themes: ThemesCampus, generation: Generation, networks: dict[str, pa.Table], ground: TerrainSurface
) -> None:
    found = campus.check_dig(PIT, 1.5, phones={"示范燃气公司(虚构)": "119"})
    wanted = check_dig(
        PIT,
        networks,
        ground,
        depth_m=1.5,
        buildings=generation.table("buildings"),
        devices=generation.table("devices"),
        zones=generation.table("zones"),
        relations=generation.auxiliary("relations"),
        staff=Store.open(themes.folder).register("staff"),
        phones={"示范燃气公司(虚构)": "119"},
    )
    assert found == wanted
    assert found.counts() == {"hit": 4, "possible": 1, "near": 2}
    assert found.earth.volume_m3 == pytest.approx(PIT.area * 1.5)
    assert "119" in [one.phone for one in found.contacts]
    assert {one.role for one in found.contacts} == {"owner", "responsible"}
    deeper = campus.check_dig(PIT, bottom_level_m=12.5, side_slope=0.5)
    assert deeper.counts()["hit"] == 5


def test_results_are_frames(campus: Campus) -> None:
    things = campus.frame(campus.check_dig(PIT, 1.5))
    assert isinstance(things, geopandas.GeoDataFrame)
    assert things.crs == campus["gas"].to_geopandas().crs
    assert things[things.verdict == "hit"].distance(PIT).max() < 1.0
    findings = campus.frame(campus.clearance())
    assert findings.geometry.has_z.all()
    assert np.allclose(findings.geometry.x, findings.x)
    long = campus.pipes("drainage").long_section("node:PS:YS001", "node:PS:YS010")
    assert campus.frame(long).chainage_m.is_monotonic_increasing
    assert list(campus.frame(long.terrain.to_arrow())) == ["chainage_m", "elevation_m"]


def test_what_cannot_be_asked_is_one_clear_line(campus: Campus) -> None:
    for ask, fault, words in (
        (lambda: campus.section([(0, 0), (50, 50)]), NoGroundHereError, "terrain"),
        (lambda: campus.section([(429440, 2885940)] * 2), SectionLineError, "two different points"),
        (lambda: campus.section([(429440, 2885940)]), BadPlaceError, "twice"),
        (lambda: campus.section(PIT), BadPlaceError, "a line is wanted"),
        (lambda: campus.section("nothing"), BadPlaceError, "'nothing'"),
        (lambda: campus.check_dig(PIT, 0.0), DigDepthError, "depth_m is 0"),
        (lambda: campus.check_dig(PIT, -1.0), DigDepthError, "depth_m is -1"),
        (lambda: campus.check_dig(PIT), DigDepthError, "give one of both"),
        (lambda: campus.check_dig(shapely.LineString(LINE), 1.0), DigAreaError, "no area"),
        (lambda: campus.check_dig(7, 1.0), BadPlaceError, "int"),
    ):
        with pytest.raises(fault, match=words) as said:
            ask()  # type: ignore[no-untyped-call]
        assert "\n" not in str(said.value)
