"""Every notebook runs from its first cell to its last, and one number of each is computed here by other means."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio
import shapely

from tests.ioc_app.snapshots.reading import held_in
from tests.screens.themes_campus import ThemesCampus, themes_campus
from twin.store.campus import Campus, Generation

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module")
def themes(campuses: Path) -> ThemesCampus:
    return themes_campus(campuses / "themes-notebooks")


def code_of(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]


def run(path: Path) -> dict[str, Any]:
    """What the notebook's names are at its end."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(code_of(path), 1):
        exec(compile(cell, f"{path.name}[{number}]", "exec"), names)
    return names


def check_energy(names: dict[str, Any], _themes: ThemesCampus) -> None:
    """The naive of a week before, of one building, for the hours that were forecast; and its promise."""
    assert names["better"] >= 8
    assert names["errors"]["share of the naive"].median() < 0.8
    found = names["cleaned"][2]
    assert found.found == found.kept + sum(found.counts.values()) == len(names["meters"][2])
    assert found.energy_kwh.sum() == pytest.approx(
        names["meters"][2][found.energy_kwh.notna().to_numpy()].sum(), rel=1e-12
    )


def check_pipes(names: dict[str, Any], themes: ThemesCampus) -> None:
    """What is cut off, by networkx: the pipes that reach the source no more with the valves of the ring shut."""
    generation = Campus.open(themes.folder).generation
    table = generation.table("water_supply").to_pandas()
    graph = networkx.Graph()
    for link in table[table.kind == "link"].itertuples():
        graph.add_edges_from([(link.from_id, link.feature_id), (link.feature_id, link.to_id)])
    source = names["water"].network.sources[0]
    fed = set(networkx.node_connected_component(graph, source))
    graph.remove_nodes_from(names["burst"].to_close)
    cut_off = (fed - networkx.node_connected_component(graph, source)) & set(table[table.kind == "link"].feature_id)
    assert cut_off == set(names["burst"].lost.links)
    assert names["critical"].iloc[0] >= names["critical"].iloc[-1]
    with rasterio.open(themes.folder / "sources" / "dem.tif") as dem:
        check_dig(names, generation, dem)


def check_dig(names: dict[str, Any], generation: Generation, dem: Any) -> None:
    """Links hit, by points every 2 cm along each in the pit whose crown lies above its bottom; the earth of a box."""
    pit, hit = names["pit"], set()
    assert names["dig"].earth.volume_m3 == pytest.approx(pit.area * 1.8, rel=1e-9)
    for layer in generation.layer_ids():
        if not generation.definitions[layer].underground:
            continue
        links = generation.table(layer).to_pandas().query("kind == 'link'")
        for link in links.itertuples():
            inside = shapely.from_wkb(link.geometry).intersection(pit)
            if inside.is_empty:
                continue
            points = shapely.get_coordinates(shapely.segmentize(inside, 0.02), include_z=True)
            ground = np.array([one[0] for one in dem.sample(points[:, :2])])
            tall = np.nan_to_num(link.diameter_m if link.diameter_m > 0 else link.height_m)
            if (points[:, 2] + tall / 2 > ground - 1.8 + 0.05).any():
                hit.add(link.feature_id)
    found = {one.feature_id for one in names["dig"].things if one.kind == "link" and one.verdict == "hit"}
    assert names["BURST"] in found
    assert hit == found


def check_survey(names: dict[str, Any], _themes: ThemesCampus) -> None:
    """What of the gas workbook can be kept, by openpyxl: points with coordinates, lines between two of those."""
    book = openpyxl.load_workbook(names["delivered"] / "RQ.xlsx", read_only=True)
    points, lines = ([row for row in book[one].iter_rows(min_row=2, values_only=True)] for one in ("RQPoint", "RQLine"))
    sound = {row[2] for row in points if row[3] is not None and row[4] is not None}
    kept = [row for row in lines if row[0] in sound and row[1] in sound]
    report = names["report"].loc["RQ"]
    assert (report.found, report.kept) == (len(points) + len(lines), len(sound) + len(kept))
    assert report.skipped == 4  # the point, the two lines at it, the line to nowhere
    assert len(names["campus"]["gas"]) == report.kept
    errors = names["findings"].query("severity == 'error'")
    places = {(rule, sheet, int(row)) for rule, sheet, row in zip(errors.rule, errors.sheet, errors.row, strict=True)}
    assert places == {  # counted from 0 in the frame, from 1 in the sheet, below the heading
        ("coordinate_missing", "RQPoint", 5 + 2),
        ("line_end_unknown", "RQLine", 10 + 2),
        *(("line_end_unknown", "RQLine", row) for row, one in enumerate(lines, start=2) if "RQ006" in one[:2]),
        ("ground_disagrees", "RQLine", 20 + 2),
    }
    bed = names["campus"].sql("SELECT min(bbox.zmin) AS low FROM gas").low[0]
    assert bed < 0  # 100 m too low
    assert names["section"].pipes
    cards = held_in(Path("scene.html").read_bytes()).record["cards"]
    kinds = {one["layer_id"] for one in cards}
    assert "elements" in kinds
    assert not kinds & {"water_supply", "drainage", "gas"}, "what lies underground stays here"


def check_cameras(names: dict[str, Any], themes: ThemesCampus) -> None:
    """Pixels of the best camera, by the angle between its axis and the target; and the floor, by area."""
    best, place = names["ranked"].visible[0], names["place"]
    table = Campus.open(themes.folder).generation.table("devices").to_pandas().set_index("feature_id")
    row = table.loc[best.camera_id]
    eye = shapely.get_coordinates(shapely.from_wkb(row.geometry), include_z=True)[0]
    with rasterio.open(themes.folder / "sources" / "dem.tif") as dem:
        ground = next(dem.sample([(place.x, place.y)]))[0]
    turn, rise = math.radians(row.heading_deg), math.radians(row.pitch_deg)
    axis = [math.sin(turn) * math.cos(rise), math.cos(turn) * math.cos(rise), math.sin(rise)]
    depth = np.dot(np.array([place.x, place.y, ground + 1.6]) - eye, axis)
    pixels = 2560 / (2 * depth * math.tan(math.radians(row.field_of_view_deg) / 2))
    assert best.px_per_m == pytest.approx(pixels, rel=0.005)  # the terrain is read between cells, here in one
    assert [one.px_per_m for one in names["ranked"].visible] == sorted(
        (one.px_per_m for one in names["ranked"].visible), reverse=True
    )
    storey = names["storey"]
    unseen = storey.floor.difference(storey.covered).area
    assert names["blind"].area.sum() + storey.small_blind_m2 == pytest.approx(unseen, rel=1e-9)
    assert names["at_gate"].visible.sum() == 1
    assert names["balance"].rain_m3 == pytest.approx(names["balance"].drop("rain_m3").sum(), rel=1e-9)


def check_rooms(names: dict[str, Any], _themes: ThemesCampus) -> None:
    assert names["use"].m2_per_person == pytest.approx(float(names["kpi"]), rel=1e-9)
    assert names["units"].excess_m2.is_monotonic_decreasing


def check_incident(names: dict[str, Any], _themes: ThemesCampus) -> None:
    """The time to its last stage, from the columns."""
    last = pd.Timestamp(names["reached"].max())
    assert names["took"].max() == pytest.approx((last - names["case"].opened_at).total_seconds() / 60)
    assert not np.isnan(names["took"].max())
    assert len(names["orders"][names["orders"].incident_id == names["chosen"].incident_id]) > 0


CHECKS: dict[str, Callable[[dict[str, Any], ThemesCampus], None]] = {
    "energy-of-cambridge": check_energy,
    "pipes": check_pipes,
    "rooms": check_rooms,
    "incident": check_incident,
    "from-survey-to-scene": check_survey,
    "cameras-and-coverage": check_cameras,
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(
    path: Path, themes: ThemesCampus, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWIN_CAMPUS", str(themes.folder))
    monkeypatch.setenv("TWIN_DATA", str(shared_data))
    monkeypatch.setenv("TWIN_EVERY_DAYS", "60")
    import matplotlib as mpl

    mpl.use("agg")
    CHECKS[path.stem](run(path), themes)


def test_each_has_a_check_and_no_output() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(CHECKS)
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert cells[0]["cell_type"] == "markdown"
        assert all(not one["outputs"] and one["execution_count"] is None for one in cells if one["cell_type"] == "code")
