"""From a device's request to the answers that screens get: kept before it is said, judged, counted, listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.gate.credentials import SESSION_COOKIE
from tests.entering import TestClient, entered, session_of
from tests.ioc_app.small_campus import small_campus
from tests.waiting import until
from twin.live.disk_watch import DiskWatch
from twin.live.group_commit import CommitLimits, GroupCommit
from twin.people.roles import Right, Role
from twin.store.history import History

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def campus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_campus().write(tmp_path_factory.mktemp("intake"))
    (folder / "config").mkdir()
    (folder / "config" / "points.toml").write_text(
        '[[points]]\npoint_id = "SMK-001:obscuration"\nhigh = 12\nstale_after_s = 60\n'
        '[[points]]\npoint_id = "weather:rain"\nunit = "mm/h"\nname = { zh = "雨量", en = "rain" }\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def app(campus_folder: Path) -> FastAPI:
    return create_app(campus_folder)


@pytest.fixture(scope="module")
def screen(app: FastAPI) -> Iterator[TestClient]:
    with entered(app, Role.ENGINEER) as client:
        yield client


@pytest.fixture(scope="module")
def device(app: FastAPI, screen: TestClient) -> TestClient:
    """A gateway with a key; the application is the one that ``screen`` runs."""
    assert screen is not None  # it runs the application
    _, secret = app.state.people.keys.add("gateway", [Right.SEND], "tests")
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"})


def reading(point: str, value: float | None, seconds: float = 0, message_id: str | None = None) -> dict[str, Any]:
    said = {"point_id": point, "observed_at": (NOW + timedelta(seconds=seconds)).isoformat(), "value": value}
    return {**said, "message_id": message_id} if message_id else said


def event(event_id: str, **more: Any) -> dict[str, Any]:
    said = {"event_id": event_id, "originator": "SMK-001", "type": "fire.smoke", "occurred_at": NOW.isoformat()}
    return {**said, "text": "烟雾报警", **more}


def points(screen: TestClient) -> dict[str, dict[str, Any]]:
    return {one["point_id"]: one for one in screen.get("/api/v1/points").json()}


def point_once(screen: TestClient, point_id: str, quality: str) -> dict[str, Any]:
    """A point when what was sent has been taken up: the sender is answered first, as soon as it is on disk."""
    until(lambda: points(screen).get(point_id, {}).get("quality") == quality, seconds=20)
    return points(screen)[point_id]


def test_what_is_answered_202_is_in_the_journal(device: TestClient, campus_folder: Path) -> None:
    batch = [reading("SMK-001:obscuration", 0.5 + n, -60 + n) for n in range(10)]
    answer = device.post("/api/v1/readings", json=batch)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 10, "doubled": 0, "rejected": []})
    kept = History.open(campus_folder).series("SMK-001:obscuration", NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    assert kept["value"].to_pylist() == [0.5 + n for n in range(10)]


def test_a_repeat_is_harmless_and_said(device: TestClient) -> None:
    batch = [reading("SMK-001:battery", 90, n) for n in (0, 1, 2)]
    assert device.post("/api/v1/readings", json=batch[:2]).json()["accepted"] == 2
    assert device.post("/api/v1/readings", json=batch).json() == {"accepted": 1, "doubled": 2, "rejected": []}


def test_lines_are_taken_and_the_bad_one_is_a_dead_letter(device: TestClient, screen: TestClient) -> None:
    lines = [json.dumps(reading("CAM-001:online", 1, n)) for n in range(2)] + ['{"point_id": "CAM-001:online"}']
    answer = device.post("/api/v1/readings", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 202
    rejected = answer.json()["rejected"]
    assert [(one["index"], one["code"], set(one["text"])) for one in rejected] == [(2, "message_refused", {"zh", "en"})]
    letter = screen.get("/api/v1/dead-letters", params={"feed": "http:gateway"}).json()[0]
    assert (letter["raw"], letter["code"]) == ('{"point_id": "CAM-001:online"}', "message_refused")


@pytest.mark.parametrize(("body", "status"), [(b"{", 422), (b"", 422), (b"[]", 422), (b'[{"a": 1}]', 422)])
def test_what_holds_nothing_good_is_an_error(device: TestClient, body: bytes, status: int) -> None:
    assert device.post("/api/v1/readings", content=body).status_code == status


def test_a_body_may_be_large_and_not_larger(device: TestClient) -> None:
    assert device.post("/api/v1/events", content=b" " * 8_000_001).status_code == 413
    many = [reading("CAM-001:online", 1, n / 100, f"big-{n}") for n in range(10_000)]
    assert device.post("/api/v1/readings", json=many).json()["accepted"] == 10_000
    assert device.post("/api/v1/readings", json=[*many, many[0]]).status_code == 413


def test_limits_judge_and_the_newest_by_its_own_time_is_shown(device: TestClient, screen: TestClient) -> None:
    point = "SMK-001:obscuration"
    device.post("/api/v1/readings", json=[reading(point, 13, 10, "a"), reading(point, 3, -5, "late")])
    shown = point_once(screen, point, "out_of_range")
    assert (shown["value"], shown["quality"], shown["unit"], shown["high"]) == (13, "out_of_range", "%/m", 12)
    assert shown["observed_at"] == (NOW + timedelta(seconds=10)).isoformat()
    assert (shown["device_type"], shown["known"], shown["feature_id"]) == ("smoke", True, "device:lib:SMK-001")
    assert shown["title"] == {"zh": "减光率", "en": "obscuration"}


def test_old_news_is_stale_and_none_is_offline(device: TestClient, screen: TestClient) -> None:
    device.post("/api/v1/readings", json=[reading("weather:rain", 4, -7200), reading("T-9:temperature", None)])
    assert point_once(screen, "T-9:temperature", "offline")["value"] is None
    assert point_once(screen, "weather:rain", "stale")["title"]["zh"] == "雨量"


def test_strangers_are_stored_and_listed(device: TestClient, screen: TestClient) -> None:
    device.post("/api/v1/readings", json=[reading("NEW-7:co2", 800)])
    stranger = point_once(screen, "NEW-7:co2", "good")
    assert (stranger["known"], stranger["device_code"], stranger["value"]) == (False, "NEW-7", 800)


def test_a_clock_that_is_ahead_is_kept_flagged_and_shows_nothing_yet(
    device: TestClient, screen: TestClient, campus_folder: Path
) -> None:
    assert device.post("/api/v1/readings", json=[reading("CAM-001:online", 0, 7200, "ahead")]).json()["accepted"] == 1
    assert points(screen)["CAM-001:online"]["value"] == 1
    kept = History.open(campus_folder).series("CAM-001:online", NOW, NOW + timedelta(hours=3))
    ahead_s = (NOW + timedelta(hours=2) - datetime.now(UTC)).total_seconds()  # the module was read some time ago
    assert abs(json.loads(kept["body"].to_pylist()[-1])["ahead_s"] - ahead_s) < 60


def test_events_come_back_whole_and_masked_by_what_one_may_read(device: TestClient, app: FastAPI) -> None:
    said = event("plate-1", attributes={"plate": "闽A·12345", "person": {"name": "张伟", "gate": "南门"}, "lane": 2})
    assert device.post("/api/v1/events", json=said).status_code == 202
    asked = {"start": (NOW - timedelta(hours=1)).isoformat(), "end": (NOW + timedelta(hours=1)).isoformat()}

    def attributes(role: Role) -> Any:
        token, _ = session_of(app, role)
        client = TestClient(app, cookies={SESSION_COOKIE: token})
        found = client.get("/api/v1/events", params={**asked, "type": "fire.smoke"}).json()
        return next(one for one in found if one["event_id"] == "plate-1")["attributes"]

    assert attributes(Role.OPERATOR) == said["attributes"]
    assert attributes(Role.VIEWER) == {"plate": "闽A****45", "person": {"name": "张*", "gate": "南门"}, "lane": 2}


def test_feeds_say_how_they_fare(screen: TestClient) -> None:
    health = screen.get("/api/v1/feeds").json()
    feed = next(one for one in health["feeds"] if one["feed"] == "http:gateway")
    assert (feed["state"], feed["refused"] > 0, feed["accepted"] > 10_000) == ("up", True, True)
    assert feed["dead_letters"] >= 1
    assert (health["disk_low"], health["generation"], health["points"]) == (False, 1, 4)


def test_series_by_raw_hour_and_day(screen: TestClient) -> None:
    asked = {"point_id": "SMK-001:battery", "start": (NOW - timedelta(days=2)).isoformat()}
    asked["end"] = (NOW + timedelta(hours=1)).isoformat()
    raw = screen.get("/api/v1/readings", params=asked)
    assert raw.status_code == 422  # over 48 h
    by_hour = screen.get("/api/v1/readings", params={**asked, "step": "hour"}).json()
    assert (by_hour["unit"], sum(one["count"] for one in by_hour["rows"])) == ("%", 3)
    short = {**asked, "start": (NOW - timedelta(hours=1)).isoformat()}
    assert [one["value"] for one in screen.get("/api/v1/readings", params=short).json()["rows"]] == [90, 90, 90]
    assert screen.get("/api/v1/readings", params={**short, "point_id": "nobody:x"}).status_code == 404


def test_above_capacity_and_below_the_watermark_senders_are_told_to_wait(device: TestClient, app: FastAPI) -> None:
    intake = app.state.running.intake
    before = intake.commit
    journal = before._journal
    try:
        with GroupCommit(journal, limits=CommitLimits(waiting_rows=0, waiting_bytes=0)) as full:
            full._queue._rows = 5  # as if others waited
            intake.commit = full
            busy = device.post("/api/v1/readings", json=[reading("CAM-001:online", 1, 500)])
            full._queue._rows = 0
        assert (busy.status_code, busy.json()["code"]) == (429, "journal_busy")
        assert int(busy.headers["retry-after"]) >= 1
        with GroupCommit(journal, disk=DiskWatch(journal.path.parent, free_bytes=lambda _folder: 0)) as low:
            intake.commit = low
            assert device.post("/api/v1/readings", json=[reading("CAM-001:online", 1, 501)]).status_code == 507
    finally:
        intake.commit = before
    assert device.post("/api/v1/readings", json=[reading("CAM-001:online", 1, 502)]).status_code == 202


def test_while_nothing_runs_senders_are_told_so(campus_folder: Path) -> None:
    app = create_app(campus_folder)  # no lifespan: as it is while it starts
    _, secret = app.state.people.keys.add("early", [Right.SEND], "tests")
    early = TestClient(app, headers={"Authorization": f"Bearer {secret}"})
    assert early.post("/api/v1/readings", json=[reading("CAM-001:online", 1)]).status_code == 503
