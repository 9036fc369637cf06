"""Pipe tables, read with openpyxl: headings, levels, falls, connections, clearances."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import geopandas
import networkx
import numpy as np
import openpyxl
import pytest
import shapely

from geodata.demo.network_plan import NETWORKS
from geodata.demo.pipe_survey import LINE_HEADINGS, POINT_HEADINGS
from tests.geodata.conftest import Written

CLASSES = ("JS", "PS", "RQ", "RL", "DL", "TX", "QT")
Row = dict[str, Any]


@dataclass(frozen=True)
class Survey:
    points: dict[str, Row]
    lines: list[Row]


def _rows(sheet: Any, headings: tuple[str, ...]) -> list[Row]:
    first, *rest = sheet.values
    assert first == headings
    return [dict(zip(first, row, strict=True)) for row in rest]


@pytest.fixture(scope="session")
def surveys(written: Written) -> dict[str, Survey]:
    found = {}
    for name in CLASSES:
        book = openpyxl.load_workbook(written.sources / "pipes" / f"{name}.xlsx", read_only=True)
        points = _rows(book[f"{name}Point"], POINT_HEADINGS)
        found[name] = Survey({row["Exp_No"]: row for row in points}, _rows(book[f"{name}Line"], LINE_HEADINGS))
        assert len(found[name].points) == len(points), "point numbers repeat"
        book.close()
    return found


def test_x_is_north_and_y_is_east(surveys: dict[str, Survey]) -> None:
    for survey in surveys.values():
        for row in survey.points.values():
            assert 2_885_000 < row["X"] < 2_887_000
            assert 429_000 < row["Y"] < 430_000
            assert row["Map_No"] == row["Exp_No"]


def test_ground_is_depth_plus_level_at_both_ends(surveys: dict[str, Survey]) -> None:
    for survey in surveys.values():
        for line in survey.lines:
            for number, depth, level in (("起始点号", "起点埋深", "起点高程"), ("终止点号", "终点埋深", "终点高程")):
                ground = survey.points[line[number]]["High"]
                assert line[depth] + line[level] == pytest.approx(ground, abs=0.0015)


def test_feature_or_appurtenance_never_both(surveys: dict[str, Survey]) -> None:
    for survey in surveys.values():
        for row in survey.points.values():
            assert (row["Feature"] is None) != (row["Subsid"] is None)
            assert len(row["Code"]) == 8
            assert row["Code"][5] == ("2" if row["Subsid"] else "1")


def test_edges_are_simple_and_of_sane_length(surveys: dict[str, Survey]) -> None:
    for name, survey in surveys.items():
        seen = Counter(frozenset((line["起始点号"], line["终止点号"])) for line in survey.lines)
        assert max(seen.values()) == 1, name
        used = {number for edge in seen for number in edge}
        assert used == set(survey.points), f"{name}: orphan points"
        for line in survey.lines:
            assert 0.5 < _line(survey, line).length < 75, (name, line["起始点号"])


def _line(survey: Survey, line: Row) -> shapely.LineString:
    ends = [survey.points[line[number]] for number in ("起始点号", "终止点号")]
    return shapely.LineString([(one["Y"], one["X"]) for one in ends])


def test_every_network_is_one_piece(surveys: dict[str, Survey]) -> None:
    for name, survey in surveys.items():
        graph = networkx.Graph([(line["起始点号"], line["终止点号"]) for line in survey.lines])
        assert networkx.number_connected_components(graph) == (2 if name == "PS" else 1)


def test_drains_fall_all_the_way_to_one_outfall_each(surveys: dict[str, Survey]) -> None:
    survey = surveys["PS"]
    graph = networkx.DiGraph()
    for line in survey.lines:
        assert line["流向"] == "+"
        slope = (line["起点高程"] - line["终点高程"]) / _line(survey, line).length
        assert slope >= 0.003, line["起始点号"]
        graph.add_edge(line["起始点号"], line["终止点号"])
    assert networkx.is_directed_acyclic_graph(graph)
    outfalls = [node for node in graph if graph.out_degree(node) == 0]
    assert sorted(node[:2] for node in outfalls) == ["WS", "YS"]
    assert all(survey.points[node]["Feature"] == "出水口" for node in outfalls)
    assert max(graph.out_degree(node) for node in graph) == 1


def test_no_drain_leaves_a_manhole_above_where_one_enters(surveys: dict[str, Survey]) -> None:
    survey = surveys["PS"]
    enters: dict[str, list[float]] = defaultdict(list)
    for line in survey.lines:
        enters[line["终止点号"]].append(line["终点高程"])
    for line in survey.lines:
        if enters[line["起始点号"]]:
            assert line["起点高程"] <= min(enters[line["起始点号"]]) + 0.001


def test_manholes_stand_close_enough_and_are_deep_enough(surveys: dict[str, Survey]) -> None:
    survey = surveys["PS"]
    for line in survey.lines:
        assert _line(survey, line).length < 40.5
    deepest: dict[str, float] = defaultdict(float)
    for line in survey.lines:
        for number, depth in (("起始点号", "起点埋深"), ("终止点号", "终点埋深")):
            deepest[line[number]] = max(deepest[line[number]], line[depth])
    wells = [row for row in survey.points.values() if row["Subsid"] == "检查井"]
    assert len(wells) > 100
    for row in wells:
        assert row["WellDeep"] > deepest[row["Exp_No"]]


@pytest.mark.parametrize(
    ("name", "low", "high"), [("JS", 1.0, 1.5), ("RQ", 1.0, 1.5), ("RL", 1.0, 1.8), ("TX", 0.5, 0.8), ("DL", 0.7, 1.0)]
)
def test_cover_of_pressure_pipes_and_cables(surveys: dict[str, Survey], name: str, low: float, high: float) -> None:
    depths = [line[key] for line in surveys[name].lines for key in ("起点埋深", "终点埋深")]
    assert low <= min(depths)
    assert max(depths) <= high


def test_every_building_is_served(surveys: dict[str, Survey], written: Written) -> None:
    footprints = geopandas.read_file(written.sources / "buildings.gpkg").set_index("code").geometry
    wanted = {name: [f"B{n:02d}" for n in range(1, 9)] for name in ("JS", "RL", "DL", "TX")} | {"RQ": ["B04", "B07"]}
    for name, codes in wanted.items():
        ends = [
            shapely.Point(row["Y"], row["X"]) for row in surveys[name].points.values() if row["Feature"] == "进出房点"
        ]
        assert len(ends) == len(codes)
        for code in codes:
            assert min(footprints[code].distance(end) for end in ends) < 0.05, (name, code)
    for prefix in ("YS", "WS"):
        ends = [
            shapely.Point(row["Y"], row["X"])
            for row in surveys["PS"].points.values()
            if row["Feature"] == "进出房点" and row["Exp_No"].startswith(prefix)
        ]
        assert all(min(footprints[f"B{n:02d}"].distance(end) for end in ends) < 0.05 for n in range(1, 9))


def _bodies(surveys: dict[str, Survey]) -> list[tuple[str, shapely.LineString, float, float, float]]:
    """(network, plan line, top at start, top at end, height) of every pipe; levels are crowns or inverts."""
    found = []
    for name, survey in surveys.items():
        for line in survey.lines:
            tall = float(str(line["管径"]).split("X")[-1]) / 1000
            lift = tall if name == "PS" else 0.0
            network = line["起始点号"][:2]
            found.append((network, _line(survey, line), line["起点高程"] + lift, line["终点高程"] + lift, tall))
    return found


def test_pipes_of_one_network_cross_only_at_nodes_and_others_keep_their_distance(surveys: dict[str, Survey]) -> None:
    bodies = _bodies(surveys)
    lines = [one[1] for one in bodies]
    crossings = 0
    for a, b in zip(*shapely.STRtree(lines).query(lines, predicate="crosses"), strict=True):
        if a >= b:
            continue
        place = lines[a].intersection(lines[b])
        one, other = bodies[a], bodies[b]
        assert one[0] != other[0], f"{one[0]} crosses itself at {place}"
        upper, lower = sorted((one, other), key=lambda body: -_top(body, place))
        gap = _top(upper, place) - upper[4] - _top(lower, place)
        assert gap > 0.10, f"{upper[0]} over {lower[0]}: {gap:.2f} m at {place}"
        crossings += 1
    assert crossings > 50, "services do cross trunks; a test that sees none is blind"


def _top(body: tuple[str, shapely.LineString, float, float, float], place: shapely.Point) -> float:
    share = body[1].project(place, normalized=True)
    return body[2] + (body[3] - body[2]) * share


def test_no_pipe_runs_under_a_building(surveys: dict[str, Survey], written: Written) -> None:
    footprints = geopandas.read_file(written.sources / "buildings.gpkg").geometry.to_numpy()
    lines = np.array([one[1] for one in _bodies(surveys)], dtype=object)
    rows, houses = shapely.STRtree(footprints).query(lines, predicate="intersects")
    inside = shapely.length(shapely.intersection(lines[rows], footprints[houses]))
    assert len(inside) >= 8, "services do end at their buildings"
    assert inside.max() < 0.1


def test_networks_lie_beside_each_other_in_a_road() -> None:
    offsets = sorted(one.offset_m for one in NETWORKS if one.prefix != "QT")
    assert min(np.diff(offsets)) >= 1.4
