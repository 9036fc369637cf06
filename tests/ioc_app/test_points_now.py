"""What is measured everywhere now, and what a screen is told when a build switches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from fastapi import FastAPI

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import LIBRARY, STOREYS, SmallCampus, small_campus
from tests.ioc_app.test_stream import ORIGIN, SOCKET, decoded, frames_until
from twin.people.roles import Right, Role

ROOMS = {"T-1": "space:lib:101", "T-2": "space:lib:102", "T-3": "space:lib:102", "T-4": None}
POINTS = """
[[points]]
point_id = "T-3:temperature"
unit = "K"

[[points]]
point_id = "weather:temperature"
quantity = "temperature"
unit = "Cel"
"""


def measuring_campus() -> SmallCampus:
    campus = small_campus()
    for n, (code, room) in enumerate(ROOMS.items()):
        place = {"building_id": LIBRARY, "storey_id": STOREYS[0], "space_id": room}
        at = shapely.Point(2 + 2 * n, 3, 2.5)
        campus.add("devices", "device", code, at, device_code=code, device_type="temperature", **place)
    return campus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = measuring_campus().write(tmp_path)
    (folder / "config").mkdir()
    (folder / "config" / "points.toml").write_text(POINTS, encoding="utf-8")
    return folder


@pytest.fixture
def app(folder: Path) -> FastAPI:
    return create_app(folder)


@pytest.fixture
def screen(app: FastAPI) -> Iterator[TestClient]:
    with entered(app, Role.VIEWER) as client:
        yield client


@pytest.fixture
def device(app: FastAPI, screen: TestClient) -> TestClient:
    assert screen is not None  # it runs the application
    _, secret = app.state.people.keys.add("gateway", [Right.SEND], "tests")
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"})


def send(device: TestClient, code: str, value: float | None, ago: timedelta = timedelta()) -> None:
    said = {"point_id": f"{code}:temperature", "observed_at": (datetime.now(UTC) - ago).isoformat(), "value": value}
    assert device.post("/api/v1/readings", json=said).status_code == 202


def test_gauges_that_devices_have_are_listed_with_the_unit_most_use(screen: TestClient) -> None:
    listed = screen.get("/api/v1/points/quantities").json()
    assert [(one["quantity"], one["unit"], one["points"], one["other_units"]) for one in listed] == [
        ("temperature", "Cel", 3, 1),
        ("battery", "%", 1, 0),
        ("obscuration", "%/m", 1, 0),
    ], "no states of a camera, and nothing that stands nowhere"
    assert listed[0]["title"] == {"zh": "温度", "en": "temperature"}


def test_the_newest_of_each_with_its_room_and_what_it_is_worth(
    screen: TestClient, device: TestClient, app: FastAPI
) -> None:
    send(device, "T-1", 19.0, timedelta(seconds=5))
    send(device, "T-1", 21.5)
    send(device, "T-2", 22.0, timedelta(hours=1))
    send(device, "T-3", 295.0)
    found = screen.get("/api/v1/points/latest", params={"quantity": "temperature"}).json()
    generation = app.state.reads.generation
    spaces = {one["feature_id"]: one["idx"] for one in generation.table("spaces").to_pylist()}
    devices = {one["device_code"]: one["idx"] for one in generation.table("devices").to_pylist()}
    assert (found["unit"], found["other_units"], found["generation"]) == ("Cel", 1, 1)
    assert found["idx"] == [devices["T-1"], devices["T-2"], devices["T-4"]]
    assert found["space"] == [spaces["space:lib:101"], spaces["space:lib:102"], None]
    assert found["value"] == [21.5, 22.0, None]
    assert found["quality"] == ["good", "stale", "silent"]
    assert found["observed_at"][2] is None
    assert datetime.fromisoformat(found["observed_at"][0]) > datetime.fromisoformat(found["observed_at"][1])


def test_what_nobody_measures_is_said(screen: TestClient) -> None:
    answer = screen.get("/api/v1/points/latest", params={"quantity": "radon"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_quantity")


def test_a_switch_is_said_at_once_and_everything_again_in_its_numbers(
    screen: TestClient, device: TestClient, app: FastAPI, folder: Path
) -> None:
    send(device, "T-1", 21.5)
    before = app.state.running.points().idx_of_device("T-1")
    with screen.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        seen = frames_until(socket, "beat")
        assert seen[-1]["generation"] == 1
        newer = measuring_campus()
        newer.rows["surface"] = newer.rows["surface"][:-7]
        newer.write(folder, 2)
        while seen[-1]["generation"] == 1:
            seen += frames_until(socket, "beat")
        snapshots = [decoded(one) for one in seen if isinstance(one, bytes)]
        head, idx, values, _ = snapshots[-1]
        assert head["snapshot"]
        assert (head["generation"], idx, values) == (2, [before - 7], [21.5])
    assert screen.get("/api/v1/points/latest", params={"quantity": "temperature"}).json()["generation"] == 2
