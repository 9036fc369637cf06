"""EPANET and SWMM files: counts against wntr and swmmio, lengths as stated, verdicts as the engines give them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
import swmmio

from tests.readers.reading import Reading, read_with
from twin.crs import CampusFrame
from twin.errors import MissingCrsError, NetworkRefusedError, SourceUnreadableError
from twin.readers import load_reader

LOCAL = CampusFrame("local", "local")
FOOT = 0.3048


def read_local(reader: str, path: Path, folder: Path, **options: object) -> Reading:
    return read_with(reader, path, folder, crs="local", vertical_datum="local", campus=LOCAL, **options)


def rows_of(path: Path, section: str) -> int:
    """Lines of a section, counted by hand."""
    body = re.search(rf"^\[{section}\](.*?)(^\[|\Z)", path.read_text(errors="replace"), re.M | re.S | re.I)
    assert body is not None
    return sum(1 for one in body[1].splitlines() if one.strip() and not one.strip().startswith(";"))


# --- EPANET --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["epanet/Net3.inp", "ltown/L-TOWN.inp"])
def test_epanet_counts_and_sizes_are_wntrs(shared_data: Path, tmp_path: Path, name: str) -> None:
    import wntr  # it takes seconds to come, of every process that collects tests

    path = shared_data / "pipes" / name
    model = wntr.network.WaterNetworkModel(str(path))
    found = read_local("epanet", path, tmp_path, coordinate_unit="m")
    nodes, links = found.layer("water_supply", "node"), found.layer("water_supply", "link")
    assert (len(nodes), len(links)) == (model.num_nodes, model.num_links)
    assert len(nodes) + len(links) == found.report.found == found.report.kept
    for key, pipe in model.pipes():
        row = links.loc[f"link:s:{key}"]
        assert row.diameter_m == pytest.approx(pipe.diameter, rel=1e-6)
        assert (row.from_id, row.to_id) == (f"node:s:{pipe.start_node_name}", f"node:s:{pipe.end_node_name}")
    for key, junction in model.junctions():
        place = nodes.geometry[f"node:s:{key}"]
        assert (place.x, place.y) == pytest.approx(junction.coordinates)
        assert place.z == pytest.approx(junction.elevation, abs=1e-6)


def test_ltown_is_as_long_as_it_says(shared_data: Path, tmp_path: Path) -> None:
    links = read_local("epanet", shared_data / "pipes/ltown/L-TOWN.inp", tmp_path).layer("water_supply", "link")
    pipes = links[links.attributes.str.contains('"type": "pipe"')]
    stated = pipes.attributes.str.extract(r'"stated_length_m": ([\d.]+)')[0].astype(float)
    assert stated.sum() == pytest.approx(43_200, abs=100)
    plan = shapely.length(pipes.geometry.to_numpy())
    assert plan.sum() == pytest.approx(stated.sum(), rel=0.01)
    assert (pipes.length_m >= plan - 1e-9).all()  # in space it is never shorter than in plan


def test_depth_lays_epanet_pipes_below_their_nodes(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "pipes/epanet/Net3.inp"
    at = read_local("epanet", path, tmp_path / "a").layer("water_supply").geometry["link:s:20"]
    below = read_local("epanet", path, tmp_path / "b", depth_m=1.5).layer("water_supply").loc["link:s:20"]
    heights = [shapely.get_coordinates(one, include_z=True)[:, 2] for one in (at, below.geometry)]
    np.testing.assert_allclose(heights[0] - heights[1], 1.5)
    assert below.from_depth_m == 1.5


def test_a_node_defined_twice_is_epanets_error_215(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "malformed/epanet/Net1broken.inp"
    with pytest.raises(NetworkRefusedError, match=r"line 24: node 2 is defined twice .*EPANET ERROR 215"):
        read_local("epanet", path, tmp_path / "a")
    found = read_local("epanet", path, tmp_path / "b", tolerate=[215])
    assert found.report.skipped["duplicate"] == 2
    assert (
        found.report.found == sum(rows_of(path, one) for one in ("JUNCTIONS", "TANKS", "PIPES", "PUMPS")) + 3
    )  # [RESERVOIRS] stands twice


NET = """[TITLE]
[JUNCTIONS]
 a 10 0
 b {elevation} 0
[RESERVOIRS]
 r 20
[PIPES]
 p r a 100 300 100
 q a {end} 100 300 100
[OPTIONS]
 Units {units}
[COORDINATES]
 a 0 0
 b 100 0
 r 0 100
"""
GOOD = {"elevation": "12", "end": "b", "units": "LPS"}


@pytest.mark.parametrize(
    ("change", "number", "words"),
    [
        ({"elevation": "high"}, 202, "line 4: elevation of b is 'high'"),
        ({"end": "z"}, 203, "line 9: pipe q refers to node z"),
        ({"end": "a"}, 222, "line 9: pipe q begins and ends at node a"),
    ],
)
def test_epanets_other_verdicts(tmp_path: Path, change: dict[str, str], number: int, words: str) -> None:
    path = tmp_path / "n.inp"
    path.write_text(NET.format(**GOOD | change))
    with pytest.raises(NetworkRefusedError, match=re.escape(words)) as caught:
        read_local("epanet", path, tmp_path)
    assert f"ERROR {number}" in str(caught.value)


def test_flow_units_decide_feet_or_metres(tmp_path: Path) -> None:
    path = tmp_path / "n.inp"
    for units, length, diameter in (("LPS", 12.0, 0.3), ("GPM", 12 * FOOT, 300 * 0.0254)):
        path.write_text(NET.format(**GOOD | {"units": units}))
        table = read_local("epanet", path, tmp_path / units).layer("water_supply")
        assert table.geometry["node:s:b"].z == pytest.approx(length)
        assert table.diameter_m["link:s:q"] == pytest.approx(diameter)
    path.write_text(NET.format(**GOOD | {"units": "FURLONGS"}))
    with pytest.raises(SourceUnreadableError, match="flow unit"):
        read_local("epanet", path, tmp_path / "x")


def test_a_network_file_has_no_crs_of_its_own(shared_data: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingCrsError):
        read_with("epanet", shared_data / "pipes/epanet/Net3.inp", tmp_path, crs=None)


# --- SWMM ----------------------------------------------------------------------------------------------

SWMM_FILES = ("bellinge/BellingeSWMM_v021_selfcontained.inp", "swmm/Example1b.inp", "swmm/model_state_plane.inp")


@pytest.mark.parametrize("name", SWMM_FILES[1:])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")
def test_swmm_counts_are_swmmios(shared_data: Path, tmp_path: Path, name: str) -> None:
    path = shared_data / "pipes" / name
    found = read_local("swmm", path, tmp_path, coordinate_unit="ft")
    model = swmmio.Model(str(path))
    nodes, links = found.layer("drainage", "node"), found.layer("drainage", "link")
    assert (len(nodes), len(links)) == (len(model.nodes.dataframe), len(model.links.dataframe))
    for key, row in model.nodes.dataframe.iterrows():
        assert nodes.bottom_level_m[f"node:s:{key}"] == pytest.approx(row.InvertElev * FOOT)


@pytest.mark.parametrize("name", SWMM_FILES)
def test_swmm_counts_are_the_files_own(shared_data: Path, tmp_path: Path, name: str) -> None:
    path = shared_data / "pipes" / name
    text = path.read_text(errors="replace").upper()

    def count(*sections: str) -> int:
        return sum(rows_of(path, one) for one in sections if f"\n[{one}]" in text)

    found = read_local("swmm", path, tmp_path)
    assert len(found.layer("drainage", "node")) == count("JUNCTIONS", "OUTFALLS", "STORAGE", "DIVIDERS")
    assert len(found.layer("drainage", "link")) == count("CONDUITS", "PUMPS", "ORIFICES", "WEIRS", "OUTLETS")
    assert len(found.layer("zones")) == count("SUBCATCHMENTS")
    assert found.report.found == found.report.kept


def test_bellinge_is_as_long_and_as_high_as_it_says(shared_data: Path, tmp_path: Path) -> None:
    found = read_local("swmm", shared_data / "pipes" / SWMM_FILES[0], tmp_path)
    links, nodes = found.layer("drainage", "link"), found.layer("drainage", "node")
    conduits = links[links.attributes.str.contains('"type": "conduit"')]
    stated = conduits.attributes.str.extract(r'"stated_length_m": ([\d.]+)')[0].astype(float)
    assert stated.sum() == pytest.approx(51_248, abs=1)
    assert shapely.length(conduits.geometry.to_numpy()).sum() == pytest.approx(stated.sum(), rel=0.03)
    # one pipe by hand: invert 9.419 and 9.409, 0.5 m round, ground 2.23 m above the invert
    pipe = links.loc["link:s:F74F370_F74F360_l1"]
    assert shapely.get_coordinates(pipe.geometry, include_z=True)[:, 2] == pytest.approx([9.669, 9.659])
    assert (pipe.diameter_m, pipe.from_depth_m, pipe.elevation_reference) == pytest.approx((0.5, 2.23, "invert"))
    assert nodes.cover_level_m["node:s:F74F370"] == pytest.approx(11.649)
    assert nodes.geometry["node:s:F74F370"].z == pytest.approx(11.649)
    assert (nodes.bottom_level_m <= nodes.cover_level_m.fillna(np.inf)).all()


def test_subcatchments_feed_the_node_they_drain_to(shared_data: Path, tmp_path: Path) -> None:
    found = read_local("swmm", shared_data / "pipes" / SWMM_FILES[0], tmp_path)
    relations = found.tables["table.relations"]
    assert len(relations) == len(found.layer("zones")) == 713
    assert set(relations.kind) == {"feeds"}
    assert set(relations.from_id) == set(found.layer("zones").index)
    assert set(relations.to_id) <= set(found.layer("drainage").index)


def test_a_model_in_state_plane_feet_comes_to_its_place_in_metres(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "pipes/swmm/model_state_plane.inp"
    found = read_with(
        "swmm", path, tmp_path, crs="EPSG:2272", vertical_datum="local", campus=CampusFrame("EPSG:26918", "local")
    )
    links = found.layer("drainage", "link")
    stated = links.attributes.str.extract(r'"stated_length_m": ([\d.]+)')[0].astype(float)
    assert stated.sum() == pytest.approx(10_018 * FOOT, abs=1)
    assert links.length_m.sum() == pytest.approx(stated.sum(), rel=0.01)


# Verdicts of SWMM 5.2.4, run on the same files.
VERDICTS = {
    "alt_test3.inp": (115, "line 65: conduit outfall_pipe rises"),
    "invalid_model.inp": (209, "line 59: [SUBCATCHMENTS] InvalidS5 refers to NonExistantnode1"),
    "model_full_features_network.inp": (209, "line 94: [DIVIDERS] NODE5 refers to C6"),
    "model_mod_green_ampt.inp": (235, "line 71: infiltration of S1 is out of range"),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_what_swmm_refuses_is_refused_with_its_number(shared_data: Path, tmp_path: Path, name: str) -> None:
    number, words = VERDICTS[name]
    path = shared_data / "malformed/swmm" / name
    with pytest.raises(NetworkRefusedError, match=re.escape(words)) as caught:
        read_local("swmm", path, tmp_path / "a")
    assert f"SWMM ERROR {number}" in str(caught.value)
    assert "\n" not in str(caught.value)
    found = read_local("swmm", path, tmp_path / "b", tolerate=[number])
    assert f"ERROR {number}); taken as it is" in found.notes()


DRAIN = """[OPTIONS]
FLOW_UNITS {units}
FLOW_ROUTING DYNWAVE
LINK_OFFSETS {offsets}
[JUNCTIONS]
a 10 3
b 9 3
[OUTFALLS]
o 8 FREE
[CONDUITS]
c1 a B 100 0.013 {start} {end}
c2 b o 100 0.013 * *
[XSECTIONS]
c1 {shape}
c2 CIRCULAR 0.4
[COORDINATES]
a 0 0
b 100 0
o 200 0
[VERTICES]
c1 50 50
"""
PLAIN = {"units": "CMS", "offsets": "DEPTH", "start": "0.2", "end": "0.5", "shape": "CIRCULAR 0.4"}


def read_drain(tmp_path: Path, **change: str) -> Reading:
    path = tmp_path / "d.inp"
    path.write_text(DRAIN.format(**PLAIN | change))
    return read_local("swmm", path, tmp_path / "out")


def test_offsets_are_depths_or_levels(tmp_path: Path) -> None:
    by_depth = read_drain(tmp_path).layer("drainage").geometry["link:s:c1"]
    by_level = (
        read_drain(tmp_path, offsets="ELEVATION", start="10.2", end="9.5").layer("drainage").geometry["link:s:c1"]
    )
    heights = [shapely.get_coordinates(one, include_z=True)[:, 2] for one in (by_depth, by_level)]
    np.testing.assert_allclose(heights[0], [10.4, 10.05, 9.7])  # invert + offset + half the section; bend half way
    np.testing.assert_allclose(heights[0], heights[1])


@pytest.mark.parametrize(
    ("shape", "diameter", "width", "height"),
    [
        ("CIRCULAR 0.4", 0.4, np.nan, np.nan),
        ("RECT_CLOSED 0.6 1.2", np.nan, 1.2, 0.6),
        ("EGG 0.9", np.nan, 0.6, 0.9),
        ("TRAPEZOIDAL 1 2 0.5 0.5", np.nan, 3.0, 1.0),
    ],
)
def test_shapes_become_round_or_box(tmp_path: Path, shape: str, diameter: float, width: float, height: float) -> None:
    link = read_drain(tmp_path, shape=shape).layer("drainage").loc["link:s:c1"]
    np.testing.assert_allclose([link.diameter_m, link.width_m, link.height_m], [diameter, width, height])


@pytest.mark.parametrize(
    ("change", "number"),
    [({"shape": "CIRCULER 1"}, 205), ({"shape": "CIRCULAR 0"}, 211), ({"start": "x"}, 211)],
)
def test_swmms_other_verdicts(tmp_path: Path, change: dict[str, str], number: int) -> None:
    with pytest.raises(NetworkRefusedError, match=f"ERROR {number}"):
        read_drain(tmp_path, **change)


def test_feet_in_flow_units_are_feet_in_levels(tmp_path: Path) -> None:
    node = read_drain(tmp_path, units="CFS").layer("drainage").loc["node:s:a"]
    assert (node.bottom_level_m, node.cover_level_m) == pytest.approx((10 * FOOT, 13 * FOOT))


# --- which is which ------------------------------------------------------------------------------------


def test_every_inp_file_has_one_reader(shared_data: Path) -> None:
    files = sorted(shared_data.rglob("*.inp"))
    assert len(files) >= 11
    for path in files:
        takers = [name for name in ("epanet", "swmm") if load_reader(name).supports(path)]
        expected = "epanet" if {"epanet", "ltown"} & set(path.parts) else "swmm"
        assert takers == [expected], path


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 100, b"[TITLE]\n" + b"x" * 10_000, b"no section"])
def test_rubbish_ends_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.inp"
    path.write_bytes(content)
    with pytest.raises((SourceUnreadableError, NetworkRefusedError)) as caught:
        read_local("epanet", path, tmp_path / "out")
    assert "\n" not in str(caught.value)
