"""KPIs, panels and the colours of the map over HTTP: as of now and then, good, stale, waiting, empty, broken."""

from __future__ import annotations

import base64
import time
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fastapi import FastAPI

from ioc_app.api.reads import Reads
from ioc_app.app import create_app
from ioc_app.screens.kept import KeptAnswers
from ioc_app.screens.reads import ScreenReads
from tests.entering import TestClient, entered
from tests.live.entries import StandingClock
from tests.screens.asked_campus import LIBRARY, NOW, POINTS, ZONE, AskedCampus, event, reading
from twin.people.roles import Role
from twin.screens.question import Answer, Question

KPIS = """
[[kpis]]
id = "test.warmest"
title = { zh = "最高温度", en = "Warmest" }
unit = "Cel"
owner = { zh = "物业", en = "Estates" }
formula = { zh = "最高的最新值", en = "The highest newest value" }
compare = "yesterday"
fresh_s = 600
needs = ["quantity:temperature"]
sql = '''
SELECT max(value) AS value, count(*) AS samples, max(observed_at) AS true_at FROM latest
WHERE quantity = 'temperature'
'''
rows_sql = "SELECT device_code, value FROM latest WHERE quantity = 'temperature' ORDER BY value DESC"

[[kpis]]
id = "test.paid"
title = { zh = "消费", en = "Paid" }
owner = { zh = "物业", en = "Estates" }
formula = { zh = "消费之和", en = "Sum of payments" }
needs = ["event:payment", "register:leases", "layer:gas", "quantity:temp*"]
sql = "SELECT count(*) AS value FROM events WHERE type = 'payment'"
rows_sql = "SELECT * FROM events"

[[kpis]]
id = "test.nothing"
title = { zh = "无", en = "Nothing" }
owner = { zh = "物业", en = "Estates" }
formula = { zh = "无", en = "None" }
sql = "SELECT max(value) AS value FROM latest WHERE quantity = 'nothing'"
rows_sql = "SELECT 1 AS one"

[[kpis]]
id = "test.broken"
title = { zh = "坏", en = "Broken" }
owner = { zh = "物业", en = "Estates" }
formula = { zh = "无", en = "None" }
sql = "SELECT CAST(name AS INTEGER) AS value FROM buildings"
rows_sql = "SELECT 1 AS one"
"""
SCREEN = """
id = "test"
order = 1
title = { zh = "测试", en = "Test" }
question = { zh = "多热？", en = "How warm?" }
kpis = ["test.warmest", "test.paid", "test.nothing", "test.broken"]
event_types = ["passage"]

[map.colour]
layer = "buildings"
title = { zh = "温度", en = "Temperature" }
unit = "Cel"
sql = '''
SELECT p.building_id AS feature_id, max(l.value) AS value FROM latest l JOIN points p USING (point_id)
WHERE l.value IS NOT NULL GROUP BY 1
'''

[[panels]]
id = "now"
kind = "ranking"
side = "left"
fresh_s = 300
title = { zh = "{n} 个测点，{building_zh} 最热", en = "{n} points, {building_en} is warmest; {gone}" }
title_sql = "SELECT count(*) AS n, '图书馆' AS building_zh, 'Library' AS building_en, NULL AS gone FROM latest"
sql = '''
SELECT point_id AS label, last_value AS value, observed_at AS true_at, $place AS feature_id FROM latest
WHERE quantity = 'temperature'
'''

[[panels]]
id = "passages"
kind = "table"
side = "right"
title = { zh = "通行", en = "Passages" }
needs = ["event:passage"]
sql = "SELECT text, attributes ->> '$.name' AS who, originator FROM events WHERE type = 'passage' ORDER BY occurred_at"
[[panels.columns]]
name = "text"
title = { zh = "内容", en = "Text" }

[[panels]]
id = "paid"
kind = "table"
side = "right"
title = { zh = "消费 {n}", en = "Paid {n}" }
title_sql = "SELECT 0 AS n"
needs = ["event:payment"]
sql = "SELECT text FROM events"
[[panels.columns]]
name = "text"
title = { zh = "内容", en = "Text" }
"""
HOSTILE = "<b>进</b>'; DROP TABLE x"
API = "/api/v1"


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> AskedCampus:
    one = AskedCampus.at(tmp_path_factory.mktemp("shown") / "campus", POINTS)
    for folder, name, text in (("kpis", "test", KPIS), ("screens", "test", SCREEN)):
        (one.folder / "config" / folder).mkdir()
        (one.folder / "config" / folder / f"{name}.toml").write_text(text, encoding="utf-8")
    one.append(
        [
            reading(1, "SMK-001:temperature", NOW - timedelta(days=1, minutes=5), 18.0),
            reading(2, "SMK-001:temperature", NOW - timedelta(minutes=5), 21.5),
            event(3, "gate", "passage", NOW - timedelta(hours=1), HOSTILE, name="王小明"),
        ]
    )
    return one


@pytest.fixture(scope="module")
def app(campus: AskedCampus) -> FastAPI:
    return create_app(campus.folder, clock=StandingClock(NOW), timezone=ZoneInfo(ZONE))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with entered(app) as one:
        yield one


def said(client: TestClient, path: str, **asked: Any) -> Any:
    answer = client.get(API + path, params={name: one for name, one in asked.items() if one is not None})
    assert answer.status_code == 200, answer.text
    return answer.json()


def kpis(client: TestClient, at: datetime | None = None) -> dict[str, dict[str, Any]]:
    answer = said(client, "/screens/test/kpis", at=at.isoformat() if at else None)
    return {one["id"]: one for one in answer["kpis"]}


def test_the_screens_in_force(client: TestClient) -> None:
    answer = said(client, "/screens")
    assert answer["mistakes"] == []
    assert answer["version"]
    found = next(one for one in answer["screens"] if one["id"] == "test")
    assert found["question"] == {"zh": "多热？", "en": "How warm?"}
    assert found["event_types"] == ["passage"]
    whole = said(client, "/screens/test")
    assert [one["id"] for one in whole["panels"]] == ["now", "passages", "paid"]
    assert "sql" not in str(whole)


def test_a_kpi_now_and_then(client: TestClient) -> None:
    now = kpis(client)["test.warmest"]
    assert (now["value"], now["state"], now["samples"]) == (21.5, "good", 1)
    assert now["compare"] == {"kind": "yesterday", "value": 18.0}
    assert datetime.fromisoformat(now["true_at"]) == NOW - timedelta(minutes=5)
    then = kpis(client, NOW - timedelta(days=1))["test.warmest"]
    assert (then["value"], then["compare"]) == (18.0, {"kind": "yesterday", "value": None})
    late = kpis(client, NOW - timedelta(days=1) + timedelta(minutes=8))["test.warmest"]
    assert (late["value"], late["state"]) == (18.0, "stale")
    gone = kpis(client, NOW - timedelta(hours=3))["test.warmest"]
    assert (gone["value"], gone["state"]) == (None, "empty")


def test_what_never_arrived_is_waited_for(client: TestClient) -> None:
    waiting = kpis(client)["test.paid"]
    assert (waiting["state"], waiting["value"]) == ("waiting", None)
    assert [one["need"] for one in waiting["waits_for"]] == ["event:payment", "register:leases", "layer:gas"]
    assert waiting["waits_for"][1]["zh"] == "正在等待台账：租约（leases）"
    panel = said(client, "/screens/test/panels/paid")
    assert (panel["state"], panel["rows"]) == ("waiting", [])
    assert panel["title"] == {"zh": "消费 —", "en": "Paid —"}


def test_nothing_is_no_number_and_a_fault_is_told(client: TestClient) -> None:
    found = kpis(client)
    assert (found["test.nothing"]["state"], found["test.nothing"]["value"]) == ("empty", None)
    broken = found["test.broken"]
    assert broken["state"] == "broken"
    assert broken["fault"]["code"] == "query_failed"
    assert "图书馆" in broken["fault"]["text"]["zh"]


def test_a_panel_says_its_answer_in_the_title(client: TestClient) -> None:
    panel = said(client, "/screens/test/panels/now", place=LIBRARY)
    assert panel["title"] == {"zh": "1 个测点，图书馆 最热", "en": "1 points, Library is warmest; —"}
    assert panel["columns"] == ["label", "value", "true_at", "feature_id"]
    [row] = panel["rows"]
    assert (row[0], row[1], row[3]) == ("SMK-001:temperature", 21.5, LIBRARY)
    assert panel["state"] == "good"
    assert said(client, "/screens/test/panels/now", at=(NOW - timedelta(minutes=10)).isoformat())["state"] == "stale"


def test_names_are_for_those_who_may_read_them(app: FastAPI, client: TestClient) -> None:
    assert said(client, "/screens/test/panels/passages")["rows"] == [[HOSTILE, "王**", "gate"]]
    with entered(app, Role.OPERATOR) as operator:
        assert said(operator, "/screens/test/panels/passages")["rows"] == [[HOSTILE, "王小明", "gate"]]
    assert said(client, "/screens/test/panels/passages")["rows"] == [[HOSTILE, "王**", "gate"]]


def test_the_map_is_coloured_as_by_a_field(client: TestClient) -> None:
    found = said(client, "/screens/test/map")
    values = said(client, "/values", layer="buildings", column="height_m")
    assert (found["layer"], found["first"], found["features"]) == ("buildings", values["first"], values["features"])
    assert found["idx"] == values["idx"]
    assert np.frombuffer(base64.b64decode(found["value"]), "<f4").tolist() == [21.5]
    assert found["type"] == "number"
    assert found["title"] == {"zh": "温度", "en": "Temperature"}


def test_the_dictionary_and_the_rows_behind(client: TestClient) -> None:
    found = {one["id"]: one for one in said(client, "/kpis")["kpis"]}
    assert found["test.warmest"]["owner"] == {"zh": "物业", "en": "Estates"}
    one = said(client, "/kpis/test.warmest")
    assert (one["value"], one["formula"]["en"]) == (21.5, "The highest newest value")
    rows = said(client, "/kpis/test.warmest/rows", limit=1)
    assert (rows["columns"], rows["rows"], rows["more"]) == (["device_code", "value"], [["SMK-001", 21.5]], False)


def test_what_is_not_there(client: TestClient) -> None:
    for path, code in (
        ("/screens/none", "unknown_screen"),
        ("/screens/none/kpis", "unknown_screen"),
        ("/screens/test/panels/none", "unknown_panel"),
        ("/kpis/test.none", "unknown_kpi"),
    ):
        answer = client.get(API + path)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert client.get(API + "/screens/test/kpis", params={"at": "2026-01-01"}).status_code == 422


class Counting:
    """Answers nothing, slowly, and counts."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.warmed: list[Question] = []

    def warm_up(self, questions: Sequence[Question]) -> None:
        self.warmed += questions

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        time.sleep(0.05)
        return Answer(("value",), [{"value": 1}])


class Nothing:
    def lacking(self, needs: Any) -> list[dict[str, str]]:
        return [] if needs is not None else [{}]


def test_many_browsers_share_one_answer(app: FastAPI) -> None:
    counting, clock = Counting(), StandingClock(NOW)
    reads: Reads = app.state.reads
    screens = ScreenReads(app.state.screens.book, counting, Nothing(), reads, clock, ZoneInfo(ZONE))
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: screens.panel("test", "passages", None, None), range(20)))
    assert len(counting.asked) == 1
    assert all(one == found[0] for one in found)
    screens.panel("test", "passages", None, None, cleared=True)
    screens.panel("test", "passages", None, LIBRARY)
    screens.panel("test", "passages", NOW - timedelta(hours=1), None)
    assert len({(one.cleared, one.place, one.as_of.at) for one in counting.asked}) == len(counting.asked) == 4
    screens.close()


def test_what_the_first_to_look_needs_is_there(app: FastAPI) -> None:
    counting, reads = Counting(), app.state.reads
    screens = ScreenReads(app.state.screens.book, counting, Nothing(), reads, StandingClock(NOW), ZoneInfo(ZONE))
    screens.warm_up()
    assert {one.as_of.at for one in counting.warmed} == {NOW, NOW - timedelta(days=1)}
    made = len(counting.asked)
    first = next(iter(screens.book.screens))
    assert made
    screens.kpis(first, None, None)
    for one in screens.screen(first).panels:
        screens.panel(first, one.id, None, None)
    assert len(counting.asked) == made
    screens.close()


def test_kept_answers_are_bounded_and_end() -> None:
    kept: KeptAnswers[str] = KeptAnswers(len, most_bytes=100)
    for number in range(50):
        kept.of(number, lambda: "x" * 30, 60)
    made: list[int] = []
    kept.of(49, lambda: str(made.append(1)), 60)
    assert made == []
    kept.of(0, lambda: str(made.append(1)), 60)
    assert made == [1]
    kept.of("soon", lambda: "a", -1)
    assert kept.of("soon", lambda: "b", -1) == "b"


def test_what_is_over_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nobody asks for it again: each step has a key of its own."""
    now_s = [1000.0]
    monkeypatch.setattr("ioc_app.screens.kept.time.monotonic", lambda: now_s[0])
    kept: KeptAnswers[set[int]] = KeptAnswers(len)
    held: list[weakref.ref[set[int]]] = []
    for step in range(200):
        now_s[0] += 5
        made = {step}
        held.append(weakref.ref(made))
        kept.of(step, lambda made=made: made, 10)  # type: ignore[misc]
        del made
    assert sum(one() is not None for one in held) <= 5
    assert kept.find(199) is not None
