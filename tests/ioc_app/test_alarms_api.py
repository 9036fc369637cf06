"""Alarms over HTTP and on the stream: what stands, who may act, what an act does, and tables to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import small_campus
from tests.ioc_app.test_stream import ORIGIN, SOCKET, decoded, frames_until
from tests.live.smoke_rule import RULE
from tests.waiting import until
from twin.people.roles import Right, Role

POINT = "SMK-001:obscuration"


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    folder = small_campus().write(tmp_path)
    (folder / "config" / "rules").mkdir(parents=True)
    (folder / "config" / "rules" / "fire.toml").write_text(RULE, encoding="utf-8")
    return create_app(folder)


@pytest.fixture
def operator(app: FastAPI) -> Iterator[TestClient]:
    with entered(app, Role.OPERATOR) as client:
        yield client


@pytest.fixture
def send(app: FastAPI, operator: TestClient) -> Callable[[float], None]:
    _, secret = app.state.people.keys.add("gateway", [Right.SEND], "tests")

    def one(value: float) -> None:
        said = {"point_id": POINT, "observed_at": datetime.now(UTC).isoformat(), "value": value}
        headers = {"Authorization": f"Bearer {secret}"}
        assert operator.post("/api/v1/readings", json=said, headers=headers).status_code == 202

    return one


def standing(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/alarms").json()["alarms"]
    return found


def act(client: TestClient, name: str, *alarms: str, **said: Any) -> Any:
    return client.post("/api/v1/alarms/acts", json={"act": name, "alarms": list(alarms), **said})


def test_an_alarm_says_what_where_and_why(operator: TestClient, send: Callable[[float], None]) -> None:
    send(8.0)
    [alarm] = until(lambda: standing(operator))
    assert (alarm["level"], alarm["value"], alarm["limit"], alarm["unit"]) == ("A", 8.0, 5.0, "%/m")
    assert alarm["title"] == {"zh": "烟雾", "en": "Smoke"}
    assert "8" in alarm["text"]["zh"]
    assert alarm["idx"] is not None
    assert alarm["where"] == {"zh": "图书馆 · 1F · SMK-001", "en": "Library · 1F · SMK-001"}
    whole = operator.get(f"/api/v1/alarms/{alarm['alarm_id']}").json()
    assert whole["possible"] == ["acknowledge", "shelve", "comment", "assign"]
    assert [one["kind"] for one in whole["history"]] == ["alarm.raised"]


def test_acts_are_done_and_told_in_the_history(operator: TestClient, send: Callable[[float], None]) -> None:
    send(8.0)
    [alarm] = until(lambda: standing(operator))
    one = alarm["alarm_id"]
    until_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert act(operator, "assign", one, assignee="operator").json() == {"done": [one], "refused": []}
    assert act(operator, "comment", one, text="<b>去看</b>").json()["done"] == [one]
    assert act(operator, "shelve", one, until=until_at, reason="检修").json()["done"] == [one]
    assert act(operator, "acknowledge", one).json()["done"] == [one]
    again = act(operator, "acknowledge", one, "a-unknown").json()
    assert [(each["alarm_id"], each["code"]) for each in again["refused"]] == [
        (one, "alarm_act"),
        ("a-unknown", "unknown_alarm"),
    ]
    whole = operator.get(f"/api/v1/alarms/{one}").json()
    assert (whole["acknowledged_by"], whole["assignee"], whole["shelved"]) == ("operator", "operator", True)
    assert [each["kind"].removeprefix("alarm.") for each in whole["history"]] == [
        "raised",
        "assigned",
        "commented",
        "shelved",
        "acknowledged",
    ]
    assert {each["author"] for each in whole["history"][1:]} == {"operator"}
    assert [each["text"] for each in whole["comments"]] == ["<b>去看</b>", "检修"]
    send(1.0)
    until(lambda: not standing(operator))


def test_an_act_without_its_reason_or_beyond_the_longest_shelf_is_refused(
    operator: TestClient, send: Callable[[float], None]
) -> None:
    send(8.0)
    [alarm] = until(lambda: standing(operator))
    one = alarm["alarm_id"]
    soon, never = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 24 * 365))
    assert act(operator, "shelve", one, until=soon.isoformat()).json()["refused"][0]["code"] == "reason_missing"
    late = act(operator, "shelve", one, until=never.isoformat(), reason="x").json()
    assert late["refused"][0]["code"] == "alarm_act"
    assert act(operator, "explode", one).status_code == 422


def test_a_viewer_sees_and_does_not_act(app: FastAPI, operator: TestClient, send: Callable[[float], None]) -> None:
    send(8.0)
    [alarm] = until(lambda: standing(operator))
    with entered(app, Role.VIEWER) as viewer:
        assert standing(viewer)[0]["alarm_id"] == alarm["alarm_id"]
        assert viewer.get(f"/api/v1/alarms/{alarm['alarm_id']}").json()["possible"] == []
        assert act(viewer, "acknowledge", alarm["alarm_id"]).status_code == 403


def test_an_alarm_colours_its_device_on_the_stream_until_it_is_over(
    operator: TestClient, send: Callable[[float], None], app: FastAPI
) -> None:
    idx = app.state.running.points().get(POINT).idx

    def state_after(step: Callable[[], object], wanted: int, socket: Any) -> None:
        step()
        for _ in range(50):
            found = decoded(frames_until(socket, "values")[-1])
            if (found[1], found[3]) == ([idx], [wanted]):
                return
        raise AssertionError(f"no state {wanted}")

    with operator.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        assert frames_until(socket, "alarms")[-1]["alarms"] == []
        state_after(lambda: send(8.0), 3, socket)
        [alarm] = frames_until(socket, "alarms")[-1]["alarms"]
        assert (alarm["alarm_type"], alarm["acknowledged"], alarm["idx"]) == ("smoke.high", False, idx)
        state_after(lambda: act(operator, "acknowledge", alarm["alarm_id"]), 9, socket)
        assert frames_until(socket, "alarms")[-1]["alarms"][0]["acknowledged"]
        state_after(lambda: send(1.0), 0, socket)
        assert frames_until(socket, "alarms")[-1]["alarms"][0]["closed"]
    with operator.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        assert frames_until(socket, "alarms")[-1]["alarms"] == []


def test_who_comes_new_is_told_what_stands(operator: TestClient, send: Callable[[float], None], app: FastAPI) -> None:
    send(8.0)
    [alarm] = until(lambda: standing(operator))
    until(lambda: app.state.hub._remembered.alarms)
    with operator.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        frames = frames_until(socket, "alarms")
        assert (frames[-1]["snapshot"], frames[-1]["alarms"]) == (True, [alarm])
        values = [decoded(one) for one in frames if isinstance(one, bytes)]
        assert values[-1][3] == [3]


def test_maintenance_hides_until_it_is_closed(app: FastAPI, send: Callable[[float], None]) -> None:
    now = datetime.now(UTC)
    window = {
        "window_id": "valves",
        "start": (now - timedelta(minutes=1)).isoformat(),
        "end": (now + timedelta(hours=1)).isoformat(),
        "scope": {"devices": ["SMK-001"]},
        "reason": "换阀",
    }
    with entered(app, Role.DISPATCHER) as dispatcher:
        assert dispatcher.post("/api/v1/maintenance", json=window | {"scope": {}}).status_code == 422
        for scope, near in (({"devices": ["SMK-01"]}, "SMK-001"), ({"buildings": ["B01"]}, "A1")):
            refused = dispatcher.post("/api/v1/maintenance", json=window | {"scope": scope})
            assert (refused.status_code, refused.json()["code"]) == (422, "window_scope")
            assert near in refused.json()["text"]["zh"]
            assert near in refused.json()["text"]["en"]
        assert dispatcher.get("/api/v1/maintenance").json() == []
        assert dispatcher.post("/api/v1/maintenance", json=window).status_code == 201
        assert dispatcher.post("/api/v1/maintenance", json=window).json()["code"] == "window_refused"
        send(8.0)
        [alarm] = until(lambda: standing(dispatcher))
        assert alarm["suppressed_by"] == "valves"
        [listed] = dispatcher.get("/api/v1/maintenance").json()
        assert (listed["open"], listed["author"], listed["suppressed"]) == (True, "dispatcher", 1)
        assert dispatcher.delete("/api/v1/maintenance/valves").status_code == 200
        until(lambda: standing(dispatcher)[0]["suppressed_by"] is None)
        assert dispatcher.delete("/api/v1/maintenance/valves").status_code == 409


def test_rules_are_changed_with_a_reason_and_rolled_back_with_one_call(
    app: FastAPI, operator: TestClient, send: Callable[[float], None]
) -> None:
    edited = RULE.replace("above = 5", "above = 7")
    assert operator.put("/api/v1/rules", json={"files": {"fire.toml": edited}, "why": "x"}).status_code == 403
    with entered(app, Role.ENGINEER) as engineer:
        until(lambda: engineer.get("/api/v1/rules").json()["version"] == 1)
        wrong = engineer.put("/api/v1/rules", json={"files": {"fire.toml": "[[rules]]\nid = 3"}, "why": "x"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "config_mistakes")
        made = engineer.put("/api/v1/rules", json={"files": {"fire.toml": edited}, "why": "too many alarms"})
        assert made.json() == {"version": 2, "rules": 1}
        send(6.0)
        diff = engineer.get("/api/v1/rules/diff", params={"before": 1, "after": 2}).json()
        assert "+above = 7" in diff["fire.toml"]
        back = engineer.post("/api/v1/rules/rollback", json={"number": 1, "why": "missed one"})
        assert back.json() == {"version": 3, "rules": 1}
        versions = engineer.get("/api/v1/rules/versions").json()
        assert [(one["number"], one["who"], one["rolled_back_to"]) for one in versions[:2]] == [
            (3, "engineer", 1),
            (2, "engineer", None),
        ]
        send(6.5)
        [alarm] = until(lambda: standing(engineer))
        assert alarm["limit"] == 5.0


def test_tables_keep_text_as_text(app: FastAPI, operator: TestClient, send: Callable[[float], None]) -> None:
    send(8.0)
    [alarm] = until(lambda: standing(operator))
    _, secret = app.state.people.keys.add("events", [Right.SEND], "tests")
    hostile = '=HYPERLINK("http://x","y")'
    said = {
        "event_id": "e1",
        "originator": "SMK-001",
        "type": "note",
        "occurred_at": datetime.now(UTC).isoformat(),
        "text": hostile,
    }
    sent = operator.post("/api/v1/events", json=said, headers={"Authorization": f"Bearer {secret}"})
    assert sent.status_code == 202
    answer = operator.get("/api/v1/alarms.csv?language=en")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(one["Level"], one["Alarm"], one["Id"]) for one in rows] == [("A, complex II", "Smoke", alarm["alarm_id"])]
    events = operator.get("/api/v1/events.csv").content.decode("utf-8-sig")
    assert [one["内容"] for one in csv.DictReader(io.StringIO(events))] == ["'" + hostile]
    sheet = load_workbook(io.BytesIO(operator.get("/api/v1/events.xlsx").content)).active
    cells = {one.value: row for one, row in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["内容"].value, cells["内容"].data_type) == (hostile, "s")
    for name in ("alarms", "points", "feeds"):
        for kind in ("csv", "xlsx"):
            assert operator.get(f"/api/v1/{name}.{kind}").status_code == 200
    assert operator.get("/api/v1/dead-letters.csv").status_code == 403


def test_a_grave_alarm_is_an_incident_on_the_stream_that_is_handled_to_its_end(
    app: FastAPI, operator: TestClient, send: Callable[[float], None]
) -> None:
    """Through the real watch and journal; what each route does by itself is in test_incidents.py."""
    with operator.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        assert frames_until(socket, "incidents")[-1]["incidents"] == []
        rules = app.state.reads.campus_folder / "config" / "rules" / "fire.toml"
        rules.write_text(RULE.replace('level = "A"', 'level = "major"'), encoding="utf-8")
        until(lambda: operator.get("/api/v1/rules").json()["rules"][0]["level"] == "major")
        send(8.0)
        [card] = frames_until(socket, "incidents")[-1]["incidents"]
        # a major one does not wait for somebody to send people out
        assert (card["stage"], card["level"], card["alarm_count"]) == ("dispatched", "major", 1)
        where = f"/api/v1/incidents/{card['incident_id']}"
        until(lambda: standing(operator)[0]["incident_id"] == card["incident_id"])
        told = operator.get(where).json()
        [order] = told["work_orders"]
        assert (order["issued_by"], order["stage"], told["alarms"][0]["active"]) == (None, "issued", True)
        told = operator.post(f"{where}/orders/{order['order_id']}/acts", json={"act": "accept"}).json()
        assert told["stage"] == "handled"
        seen = frames_until(socket, "incidents")[-1]["incidents"][0]
        while seen["stage"] != "handled":
            seen = frames_until(socket, "incidents")[-1]["incidents"][0]
    rows = list(csv.DictReader(io.StringIO(operator.get("/api/v1/incidents.csv").content.decode("utf-8-sig"))))
    assert [(one["编号"], one["阶段"]) for one in rows] == [(card["incident_id"], "处置")]
    assert operator.post(f"{where}/acts", json={"act": "close", "text": "x"}).status_code in (403, 409)
    orders = operator.get("/api/v1/work-orders.csv?language=en").content.decode("utf-8-sig")
    assert [one["State"] for one in csv.DictReader(io.StringIO(orders))] == ["Accepted"]


def test_rules_that_were_edited_on_disk_stand_in_the_audit_once(app: FastAPI, operator: TestClient) -> None:
    before = until(lambda: operator.get("/api/v1/rules").json()["version"])
    (app.state.reads.campus_folder / "config" / "rules" / "fire.toml").write_text(FORCED, encoding="utf-8")
    until(lambda: operator.get("/api/v1/rules").json()["version"] == before + 1)
    audit = app.state.people.audit
    [line] = until(lambda: [one for one in audit.lines(action="rules.changed") if one.target == str(before + 1)])
    assert (line.actor, line.kind, "changed on disk" in line.detail) == ("(file)", "console", True)


def test_what_is_no_device_here_is_where_it_says_it_is(app: FastAPI, operator: TestClient) -> None:
    (app.state.reads.campus_folder / "config" / "rules" / "fire.toml").write_text(FORCED, encoding="utf-8")
    until(lambda: operator.get("/api/v1/rules").json()["rules"][0]["id"] == "forced")
    _, secret = app.state.people.keys.add("fence", [Right.SEND], "tests")
    origin = app.state.reads.generation.manifest.origin
    said = {
        "event_id": "f1",
        "originator": "FENCE-7",
        "type": "fence.cut",
        "occurred_at": datetime.now(UTC).isoformat(),
        "position": [origin[0] + 5, origin[1] + 6, origin[2] + 1],
    }
    operator.post("/api/v1/events", json=said, headers={"Authorization": f"Bearer {secret}"})
    [alarm] = until(lambda: standing(operator))
    assert (alarm["idx"], alarm["scene"], "position" in alarm["place"]) == (None, [5, 6, 1], False)
    incident_id = until(lambda: standing(operator)[0]["incident_id"])
    assert operator.get(f"/api/v1/incidents/{incident_id}").json()["place"]["scene"] == [5, 6, 1]


FORCED = """
[[rules]]
id = "forced"
kind = "event"
title = { zh = "围栏", en = "Fence" }
alarm_type = "intrusion"
level = "major"
event_types = ["fence.cut"]
clear_after_s = 600
"""
