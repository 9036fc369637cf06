"""``GET /changes``: the class of each feature, what is gone with its shape, rights and secrecy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from tests.build.test_build import NORTH, WEST
from tests.entering import TestClient, entered
from tests.resurvey import GAS, resurveyed_campus
from twin.people.roles import Role
from twin.store.campus import Campus, Generation


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resurveyed_campus(tmp_path_factory.mktemp("changes-api") / "campus")


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return create_app(folder)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with entered(app, Role.ADMINISTRATOR) as client:
        yield client


def test_each_feature_has_its_class_by_its_number(client: TestClient, folder: Path) -> None:
    said = client.get("/api/v1/changes", params={"exactly": "re-survey of the east road"}).json()
    assert (said["from"], said["to"], said["generation"], said["exact"]) == (1, 2, 2, True)
    ids = Campus.open(folder).generation.feature_ids().to_pylist()
    found = said["features"]
    told = {ids[idx]: number for number, idx in enumerate(found["idx"])}
    gas = {one: found["change"][number] for one, number in told.items() if one.startswith("link:gas")}
    assert gas == {"link:gas:G2": "moved", "link:gas:G3": "changed", "link:gas:G5": "added"}
    moved = told["link:gas:G2"]
    assert (found["moved_plan_m"][moved], found["moved_height_m"][moved]) == (0.5, -0.2)
    assert found["columns"][told["link:gas:G3"]] == ["diameter_m"]
    (gone,) = [one for one in said["removed"] if one["layer_id"] == "gas"]
    east, north, height = Campus.open(folder).generation.manifest.origin
    at = [[WEST + x - east, NORTH + y - north, z - height] for x, y, z in GAS["G4"][0]]
    assert gone["feature_id"] == "link:gas:G4"
    assert [pytest.approx(one, abs=0.001) for one in at] == gone["geometry"]["coordinates"]
    assert said["removed_total"] == len(said["removed"]) == 2


def test_without_a_reason_it_is_told_that_a_pipe_moved_not_how_far(client: TestClient) -> None:
    said = client.get("/api/v1/changes", params={"from": 1, "to": 2}).json()
    gas = next(one for one in said["layers"] if one["layer_id"] == "gas")
    assert (said["exact"], gas["moved"], gas["largest_plan_m"], gas["largest_height_m"]) == (False, 1, None, None)
    found = zip(*(said["features"][name] for name in ("change", "moved_plan_m", "moved_height_m")), strict=True)
    assert sorted(found, key=str) == [
        ("added", None, None),
        ("added", None, None),
        ("changed", None, None),
        ("moved", 0.4, pytest.approx(0.04)),
        ("moved", None, None),
    ]
    (gone,) = [one for one in said["removed"] if one["layer_id"] == "gas"]
    assert all(len(place) == 2 for place in gone["geometry"]["coordinates"]), "no height"
    assert gone["ground"] == pytest.approx([slope(client, x) for x, _ in gone["geometry"]["coordinates"]], abs=0.01)


def slope(client: TestClient, scene_x: float) -> float:
    """The ground in scene axes: 10 m at the western edge, rising 0.1 m per metre to the east (``write_dem``)."""
    east, _, height = client.get("/api/v1/scene").json()["campus"]["origin"]
    return float(10.0 + 0.1 * (scene_x + east - WEST) - height)


def rows(client: TestClient, layer: str, change: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/changes/rows", params={"layer": layer, "change": change, **more})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_a_page_of_one_layer_and_class_says_by_how_much_and_from_what_to_what(client: TestClient, folder: Path) -> None:
    why = {"exactly": "re-survey of the east road"}
    generation = Campus.open(folder).generation
    ids = generation.feature_ids().to_pylist()
    (moved,) = rows(client, "gas", "moved", **why)["rows"]
    assert (ids[moved["idx"]], moved["moved_plan_m"], moved["moved_height_m"]) == ("link:gas:G2", 0.5, -0.2)
    east, north, _ = generation.manifest.origin
    west, south = WEST + 5.5 - east, NORTH - 60 - north
    assert (moved["bbox"][0], moved["bbox"][1]) == pytest.approx((west, south), abs=0.5), "half a pipe's width"
    (other,) = rows(client, "gas", "changed", **why)["rows"]
    assert other["columns"] == [{"column": "diameter_m", "old": "0.3", "new": "0.25"}]
    (gone,) = rows(client, "gas", "removed", **why)["rows"]
    assert (gone["feature_id"], gone["idx"]) == ("link:gas:G4", None)
    first = rows(client, "buildings", "added", limit=1)
    assert (first["total"], len(first["rows"])) == (1, 1)
    assert rows(client, "buildings", "added", limit=1, offset=1)["rows"] == []


def test_a_page_of_pipes_without_a_reason_tells_no_levels(client: TestClient) -> None:
    page = rows(client, "gas", "moved")
    (moved,) = page["rows"]
    assert page["masked"]
    assert (moved["feature_id"], moved["moved_plan_m"], moved["moved_height_m"]) == ("link:gas:G2", None, None)
    assert not rows(client, "buildings", "moved")["masked"]
    assert not rows(client, "gas", "moved", exactly="re-survey of the east road")["masked"]
    (gone,) = rows(client, "gas", "removed")["rows"]
    x0, _, bottom, x1, _, top = gone["bbox"]
    assert bottom == top == pytest.approx(slope(client, (x0 + x1) / 2), abs=0.01), "on the ground"
    answer = client.get("/api/v1/changes/rows", params={"layer": "steam", "change": "moved"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_layer")


def test_what_is_shown_may_be_another_generation_than_the_two(folder: Path, client: TestClient) -> None:
    """Backwards: what was new is gone, and features are found in the model in use by what they are called."""
    told = client.get("/api/v1/changes", params={"from": 2, "to": 1, "exactly": "the other way"}).json()
    assert (told["from"], told["to"], told["generation"]) == (2, 1, 1)
    shown, old = (Generation(folder, one).feature_ids().to_pylist() for one in (2, 1))
    here = told["features"]
    for idx, in_use in zip(here["idx"], here["idx_in_use"], strict=True):
        assert in_use is None if old[idx] not in shown else shown[in_use] == old[idx]
    assert None in here["idx_in_use"]


def test_the_models_there_are(client: TestClient, app: FastAPI) -> None:
    first, second = client.get("/api/v1/generations").json()["generations"]
    assert (first["number"], first["in_use"]) == (1, False)
    assert (second["number"], second["in_use"]) == (2, True)
    assert datetime.fromisoformat(first["in_force_at"]) < datetime.fromisoformat(second["in_force_at"])
    with entered(app, Role.VIEWER) as viewer:
        assert viewer.get("/api/v1/generations").status_code == 200
        refused = viewer.get("/api/v1/changes/rows", params={"layer": "gas", "change": "moved", "exactly": "curious"})
        assert refused.status_code == 403


def test_exactly_takes_a_right_and_stands_in_the_audit(app: FastAPI, client: TestClient) -> None:
    with entered(app, Role.VIEWER) as viewer:
        assert viewer.get("/api/v1/changes").status_code == 200
        refused = viewer.get("/api/v1/changes", params={"exactly": "curious"})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    client.get("/api/v1/changes", params={"exactly": "permit 26-118"})
    told = [one for one in app.state.people.audit.lines() if one.action == "underground.told"]
    assert "permit 26-118" in told[0].detail


def test_what_cannot_be_compared_is_said(client: TestClient) -> None:
    for asked, code in (({"from": 7}, "unknown_generation"), ({"to": 1}, "no_earlier_generation")):
        answer = client.get("/api/v1/changes", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert client.get("/api/v1/changes", params={"from": "x"}).status_code == 422
