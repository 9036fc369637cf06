"""Sections of real and demo networks against the levels in the survey files themselves, to a millimetre."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.campuses import without_supplement
from twin.analysis.ground import ground_of
from twin.analysis.sections.cross import cross_section
from twin.store.campus import Campus

CLASSES = {
    "JS": "water_supply",
    "PS": "drainage",
    "RQ": "gas",
    "RL": "heat",
    "DL": "power",
    "TX": "telecom",
    "QT": "other_pipes",
}
MILLIMETRE = 0.001


def surveyed(folder: Path) -> list[dict[str, Any]]:
    """Every pipe of the survey workbooks: plan of both ends, the levels as written, the height of its section."""
    rows = []
    for code, layer in CLASSES.items():
        book = pd.read_excel(folder / f"{code}.xlsx", sheet_name=None, engine="calamine", dtype=object)
        points = book[f"{code}Point"].set_index("Exp_No")
        for one in book[f"{code}Line"].to_dict("records"):
            a, b = points.loc[one["起始点号"]], points.loc[one["终止点号"]]
            height_mm = float(str(one["管径"]).upper().split("X")[-1])
            rows.append(
                {
                    "key": f"{one['起始点号']}--{one['终止点号']}",
                    "layer": layer,
                    "plan": shapely.LineString([(a["Y"], a["X"]), (b["Y"], b["X"])]),
                    "levels": (float(one["起点高程"]), float(one["终点高程"])),
                    "invert": code == "PS",
                    "tall": height_mm / 1000.0,
                }
            )
    return rows


def test_the_demo_survey_is_cut_where_and_as_deep_as_its_workbooks_say(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    tables = {one: without_supplement(generation.table(one)) for one in CLASSES.values()}
    ground = ground_of(generation)
    pipes = surveyed(demo_campus / "sources" / "pipes")
    middle = np.mean([one["plan"].centroid.coords[0] for one in pipes], axis=0)
    random = np.random.default_rng(5)
    compared, worst = 0, 0.0
    for _ in range(60):
        line = shapely.LineString(middle + random.uniform(-250, 250, (3, 2)))
        section = cross_section(line, tables, ground)
        found = [one for one in section.pipes if one.relation == "crosses"]
        wanted = [(one, point) for one in pipes for point in points_of(one["plan"], line)]
        assert len(found) == len(wanted)
        assert section.found == len(pipes)
        for one, point in wanted:
            start, end = one["levels"]
            share = np.hypot(*(np.array(point.coords[0]) - one["plan"].coords[0])) / one["plan"].length
            level = start + (end - start) * share
            cut = min(
                (
                    other
                    for other in found
                    if other.feature_id.endswith(f":{one['key']}") and other.layer_id == one["layer"]
                ),
                key=lambda other: np.hypot(other.x - point.x, other.y - point.y),
            )
            crown, invert = (level + one["tall"], level) if one["invert"] else (level, level - one["tall"])
            worst = max(worst, abs(cut.crown_m - crown), abs(cut.invert_m - invert))
            compared += 1
    assert compared > 250
    assert worst < MILLIMETRE


def points_of(pipe: shapely.LineString, line: shapely.LineString) -> list[shapely.Point]:
    return [one for one in shapely.get_parts(shapely.intersection(pipe, line)) if not one.is_empty]


def test_bellinge_is_cut_at_the_inverts_of_its_file(bellinge: Campus, shared_data: Path) -> None:
    from tests.analysis.sections.swmm_witness import read_inp

    inp = read_inp(shared_data / "pipes" / "bellinge" / "BellingeSWMM_v021_nopervious.inp")
    generation = bellinge.generation
    tables = {"drainage": generation.table("drainage")}
    ground = ground_of(generation)
    middle = np.mean(list(inp.places.values()), axis=0)
    random = np.random.default_rng(6)
    compared, worst = 0, 0.0
    straight = {key: one for key, one in inp.conduits.items() if key not in inp.bent}
    for _ in range(130):
        line = shapely.LineString(middle + random.uniform(-900, 900, (2, 2)))
        for cut in cross_section(line, tables, ground).pipes:
            key = cut.feature_id.rpartition(":")[2]
            if cut.relation != "crosses" or key not in straight:
                continue
            one = straight[key]
            a, b = np.array(inp.places[one.start]), np.array(inp.places[one.end])
            share = np.hypot(cut.x - a[0], cut.y - a[1]) / np.hypot(*(b - a))
            invert = one.inverts[0] + (one.inverts[1] - one.inverts[0]) * share
            worst = max(worst, abs(cut.invert_m - invert))
            compared += 1
    assert compared > 150
    assert worst < MILLIMETRE


@pytest.mark.parametrize("name", ["helsinki_campus", "schutterwald_campus"])
def test_other_networks_are_cut_without_losses(name: str, request: pytest.FixtureRequest) -> None:
    """Every pipe whose plan meets the line is in the section, and its axis is on the line."""
    generation = Campus.open(request.getfixturevalue(name)).generation
    layers = [one for one in generation.layer_ids() if "from_id" in generation.table(one).column_names]
    tables = {one: generation.table(one) for one in layers}
    ground = ground_of(generation)
    shapes = np.concatenate([shapely.from_wkb(table["geometry"].to_pylist()) for table in tables.values()])
    ids = np.concatenate([table["feature_id"].to_pylist() for table in tables.values()])
    lines = shapely.get_type_id(shapes) == 1
    tree, ids = shapely.force_2d(shapes[lines]), ids[lines]
    west, south, east, north = shapely.total_bounds(tree)
    random = np.random.default_rng(7)
    met = 0
    for _ in range(12):
        line = shapely.LineString(random.uniform((west, south), (east, north), (2, 2)))
        section = cross_section(line, tables, ground)
        assert set(ids[shapely.intersects(tree, line)]) <= {one.feature_id for one in section.pipes}
        met += len(section.pipes)
    assert met >= 10
