"""``GET /changes``: the class of each feature, what is gone with its shape, rights and secrecy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from tests.build.test_build import NORTH, WEST
from tests.entering import TestClient, entered
from tests.resurvey import GAS, resurveyed_campus
from twin.people.roles import Role
from twin.store.campus import Campus


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


def test_without_a_reason_pipes_are_compared_as_they_are_told(client: TestClient) -> None:
    said = client.get("/api/v1/changes", params={"from": 1, "to": 2}).json()
    gas = next(one for one in said["layers"] if one["layer_id"] == "gas")
    assert (said["exact"], gas["moved"], gas["largest_plan_m"], gas["largest_height_m"]) == (False, 0, 0.0, 0.0)
    (gone,) = [one for one in said["removed"] if one["layer_id"] == "gas"]
    assert all(len(place) == 2 for place in gone["geometry"]["coordinates"]), "no height"


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
