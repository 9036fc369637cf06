"""Asking the server for a snapshot: made apart, kept, listed, fetched by those who may, and never twice at once."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.origin import CSRF_COOKIE, CSRF_HEADER
from ioc_app.snapshots.making import make
from ioc_app.snapshots.wanted import Wanted
from tests.entering import TestClient, entered, session_of
from tests.ioc_app.small_campus import small_campus
from tests.ioc_app.snapshots.reading import held_in
from tests.waiting import until
from twin.errors import SnapshotLayersError, TwinError, UnknownLayerError, UnknownScreenError
from twin.model.time import AsOf
from twin.people.roles import Role

ROUTE = "/api/v1/snapshots"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(small_campus().write(tmp_path_factory.mktemp("snapshots")))


@pytest.fixture(scope="module")
def viewer(app: FastAPI) -> Iterator[TestClient]:
    with entered(app) as one:
        yield one


@pytest.fixture(scope="module")
def engineer(app: FastAPI, viewer: TestClient) -> TestClient:
    """In the application that ``viewer`` has started."""
    token, csrf_token = session_of(app, Role.ENGINEER)
    cookies = {SESSION_COOKIE: token, CSRF_COOKIE: csrf_token}
    return TestClient(viewer.app, cookies=cookies, headers={CSRF_HEADER: csrf_token})


def made(client: TestClient, **asked: Any) -> dict[str, Any]:
    """The snapshot, once it is there."""
    answer = client.post(ROUTE, json=asked)
    assert answer.status_code == 202, answer.text
    job = f"{ROUTE}/jobs/{answer.json()['job_id']}"
    until(lambda: client.get(job).json()["state"] != "waiting", seconds=120)
    said = client.get(job).json()
    assert said["fault"] is None, said
    found: dict[str, Any] = said["snapshot"]
    return found


def test_it_is_made_kept_listed_and_fetched(viewer: TestClient, app: FastAPI) -> None:
    one = made(viewer, form="zip", language="en")
    answer = viewer.get(one["url"])
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="campus-{one["snapshot_id"]}.zip"'
    assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
    assert one["open"]
    assert one["made_by"] == "viewer"
    assert viewer.get(ROUTE).json()["snapshots"][0] == one
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        tileset = json.loads(packed.read("tileset.json"))
        assert "drainage" not in json.dumps([one for one in packed.namelist() if one.endswith(".glb")])
        assert tileset["asset"]["version"] == "1.1"
    acts = [line.action for line in app.state.people.audit.lines()]
    assert acts.count("snapshot.made") == acts.count("snapshot.fetched") == 1


def test_a_page_of_this_moment(viewer: TestClient) -> None:
    one = made(viewer, form="html")
    held = held_in(viewer.get(one["url"]).content)
    assert held.record["about"]["known_seq"] == one["known_seq"]
    assert held.record["about"]["link"] == one["link"]
    assert held.moment(0)["generation"] == one["generation"]
    assert not any(card["layer_id"] == "drainage" for card in held.record["cards"])
    assert "unsafe-eval" not in held.text.split("</head>")[0].replace("wasm-unsafe-eval", "")


def test_what_lies_underground_wants_a_right_and_is_for_those_who_have_it(
    viewer: TestClient, engineer: TestClient, app: FastAPI
) -> None:
    refused = viewer.post(ROUTE, json={"form": "zip", "exactly": "许可 26-118"})
    assert refused.status_code == 403
    one = made(engineer, form="zip", exactly="许可 26-118", layers=["drainage"])
    assert one["layers"] == ["drainage"]
    assert engineer.get(one["url"]).status_code == 200
    assert viewer.get(one["url"]).json()["code"] == "snapshot_right"
    assert not next(
        kept for kept in viewer.get(ROUTE).json()["snapshots"] if kept["snapshot_id"] == one["snapshot_id"]
    )["open"]
    reasons = [line.detail for line in app.state.people.audit.lines() if line.action == "snapshot.made"]
    assert any("许可 26-118" in said for said in reasons)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"form": "exe"}, 422, "bad_request"),
        ({"form": "zip", "at": "2199-01-01T00:00:00Z"}, 422, "snapshot_span"),
        ({"form": "png", "size_px": [99_999, 10]}, 422, "bad_request"),
        ({"form": "zip", "more": 1}, 422, "bad_request"),
    ],
)
def test_what_cannot_be_asked_is_said_at_once(
    viewer: TestClient, asked: dict[str, Any], status: int, code: str
) -> None:
    answer = viewer.post(ROUTE, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_only_shows_while_it_is_made_the_job_says_to_whom_began_it(
    viewer: TestClient, engineer: TestClient
) -> None:
    job = viewer.post(ROUTE, json={"form": "zip", "layers": ["drainage"]}).json()
    address = f"{ROUTE}/jobs/{job['job_id']}"
    assert viewer.post(ROUTE, json={"form": "zip"}).json()["code"] == "snapshot_busy"
    assert engineer.get(address).status_code == 404
    until(lambda: viewer.get(address).json()["state"] == "failed", seconds=60)
    assert viewer.get(address).json()["fault"]["code"] == "snapshot_layers"


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"screens": ("none",)}, UnknownScreenError),
        ({"layers": ("none",)}, UnknownLayerError),
        ({"layers": ("drainage",)}, SnapshotLayersError),
    ],
)
def test_what_cannot_be_made_is_named(app: FastAPI, asked: dict[str, Any], fault: type[TwinError]) -> None:
    now = datetime.now(UTC)
    wanted = Wanted(AsOf(now, 0), "李工", now, **asked)
    with pytest.raises(fault):
        make(app.state.reads.campus_folder, "zip", wanted, ZoneInfo("Asia/Shanghai"))


def test_a_changed_file_is_not_given_out(viewer: TestClient, app: FastAPI) -> None:
    one = viewer.get(ROUTE).json()["snapshots"][-1]
    path: Path = app.state.reads.campus_folder / "snapshots" / f"{one['snapshot_id']}.{one['form']}"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"!")
    assert viewer.get(one["url"]).json()["code"] == "snapshot_damaged"
    path.write_bytes(whole)
    assert viewer.get(one["url"]).status_code == 200
    assert viewer.get(f"{ROUTE}/..%2f..%2fcampus/file").status_code == 404
    (path.parent / "half.json").write_text("{", "utf-8")  # an unreadable one hides no other
    assert viewer.get(ROUTE).json()["total"] >= 1
