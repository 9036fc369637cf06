"""From a reading to a closed incident on a running campus: opened by itself, told to screens, kept over a restart."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import small_campus
from tests.live.smoke_rule import RULE
from tests.pictures import drawn
from tests.waiting import until
from twin.people.roles import Right, Role

API = "/api/v1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    campus = small_campus().write(tmp_path_factory.mktemp("running"))
    (campus / "config" / "rules").mkdir(parents=True)
    (campus / "config" / "rules" / "fire.toml").write_text(RULE, encoding="utf-8")
    (campus / "config" / "incidents.toml").write_text("[opening]\nsettle_s = 0\n", encoding="utf-8")
    return campus


def device_of(app: FastAPI) -> TestClient:
    _, secret = app.state.people.keys.add("gateway", [Right.SEND], "tests")
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"})


def told(client: TestClient) -> dict[str, Any]:
    """The snapshot of incidents that a browser gets when it comes."""
    with client.websocket_connect(f"{API}/stream", headers={"Origin": "http://testserver"}) as socket:
        while True:
            message = socket.receive()
            said = json.loads(message["text"]) if message.get("text") else {}
            if said.get("type") == "incidents":
                return {one["incident_id"]: one for one in said["incidents"]}


def test_from_a_reading_to_a_closed_incident_and_over_a_restart(folder: Path) -> None:
    app = create_app(folder)
    with entered(app, Role.DISPATCHER) as desk:
        device = device_of(app)
        said = {"point_id": "SMK-001:obscuration", "observed_at": datetime.now(UTC).isoformat(), "value": 9.0}
        assert device.post(f"{API}/readings", json=said).status_code == 202
        [card] = until(lambda: desk.get(f"{API}/incidents").json()["incidents"], 15)
        incident_id = card["incident_id"]
        assert (card["kind"], card["stage"], card["alarms_active"]) == ("fire", "found", 1)
        assert card["place"]["scene"] == [6.0, 3.0, 3.0]
        until(lambda: incident_id in told(desk), 15)
        acts = f"{API}/incidents/{incident_id}/acts"
        assert desk.post(acts, json={"act": "accept"}).json()["stage"] == "accepted"
        assert desk.post(acts, json={"act": "accept"}).status_code == 409
        sent = desk.post(f"{API}/incidents/{incident_id}/orders", json={}).json()
        assert (sent["stage"], sent["work_orders"][0]["unit"]) == ("dispatched", "fire")
        at = datetime.now(UTC)
        happened = {"event_id": "door-1", "originator": "D1", "type": "door.entry", "occurred_at": at.isoformat()}
        assert device.post(f"{API}/events", json={**happened, "text": "进门"}).status_code == 202
        named = {"event_id": "door-1", "occurred_at": at.isoformat()}
        attached = desk.post(acts, json={"act": "attach", "events": [named]}).json()
        assert [(one["event_id"], one["type"], one["text"]) for one in attached["events"]] == [
            ("door-1", "door.entry", "进门")
        ]
        named["occurred_at"] = (at + timedelta(seconds=1)).isoformat()
        assert desk.post(acts, json={"act": "attach", "events": [named]}).status_code == 422
        before = desk.get(f"{API}/incidents/{incident_id}").json()
        photo = desk.post(f"{API}/photos", content=drawn("JPEG")).json()
        assert desk.get(photo["url"]).headers["content-type"] == "image/jpeg"
    app = create_app(folder)
    with entered(app, Role.DISPATCHER) as desk:
        until(lambda: app.state.running.watch.ready, 15)
        after = desk.get(f"{API}/incidents/{incident_id}").json()
        for one in (before, after):
            for clock in one["clocks"]:
                clock.pop("elapsed_s")
        assert after == before
        [order] = after["work_orders"]
        done = desk.post(
            f"{API}/incidents/{incident_id}/orders/{order['order_id']}/acts", json={"act": "done", "text": "烹饪油烟"}
        )
        assert done.json()["stage"] == "reported_back"
        acts = f"{API}/incidents/{incident_id}/acts"
        desk.post(acts, json={"act": "verify"})
        assert desk.post(acts, json={"act": "close", "text": "误触发"}).json()["outcome"] == "resolved"
        until(lambda: incident_id not in told(desk), 15)
        time.sleep(1.2)  # two ticks: its alarm still stands, and opens nothing again
        assert desk.get(f"{API}/incidents").json()["total"] == 0


def test_a_report_and_the_shift_on_a_running_campus(folder: Path) -> None:
    app = create_app(folder)
    with entered(app, Role.OPERATOR) as desk:
        body = {
            "report_id": "form-running-1",
            "kind": "facility",
            "text": "灯坏了",
            "channel": "phone",
            "place": {"feature_id": "space:lib:101"},
        }
        until(lambda: app.state.running.watch.ready, 15)
        first, second = (desk.post(f"{API}/incidents", json=body) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["incident_id"] == second.json()["incident_id"]
        assert desk.get(f"{API}/incidents").json()["total"] == 1
        written = desk.post(f"{API}/handover", json={"act": "write", "remarks": "照明待修"}).json()
        assert [one["title"]["zh"] for one in written["waiting"]["items"]] == ["设施报修"]
