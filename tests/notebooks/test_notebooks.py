"""Every notebook runs from its first cell to its last, and one number of each is computed here by other means."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pandas as pd
import pytest

from tests.screens.themes_campus import ThemesCampus, themes_campus
from twin.store.campus import Campus

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
    table = Campus.open(themes.folder).generation.table("water_supply").to_pandas()
    graph = networkx.Graph()
    for link in table[table.kind == "link"].itertuples():
        graph.add_edges_from([(link.from_id, link.feature_id), (link.feature_id, link.to_id)])
    graph.remove_nodes_from(names["burst"].to_close)
    reached = networkx.node_connected_component(graph, names["water"].network.sources[0])
    cut_off = set(table[table.kind == "link"].feature_id) - reached
    assert cut_off == set(names["burst"].lost.links)
    assert names["critical"].iloc[0] >= names["critical"].iloc[-1]


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
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(
    path: Path, themes: ThemesCampus, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
