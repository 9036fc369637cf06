"""Reports over HTTP: the numbers are those of the screens and of the measures, and what was kept stays what it was."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.screens.written import written
from tests.entering import TestClient, entered
from tests.ioc_app.incident_app import client_of
from tests.ioc_app.reports.reading import ReadReport
from tests.live.entries import StandingClock
from tests.live.incidents.desk import Desk, opening
from tests.screens.asked_campus import POINTS, ZONE, AskedCampus, event, reading, without_shipped
from tests.waiting import until
from twin.live.incidents.handover import write
from twin.model.entries import Entry
from twin.model.live import Level
from twin.model.time import microseconds
from twin.people.roles import Role

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)  # Thursday, 23:00 in Shanghai
MIDNIGHT = datetime(2026, 11, 25, 16, tzinfo=UTC)
API = "/api/v1"
HOSTILE = "<script>alert(1)</script>'\"&<b>火"
KPIS = """
[[kpis]]
id = "test.used"
title = { zh = "今日用电", en = "Energy today" }
unit = "kWh"
decimals = 1
owner = { zh = "能源", en = "Energy" }
formula = { zh = "用量之和", en = "Sum" }
direction = "lower"
target = 100
window = "day"
needs = ["quantity:energy"]
sql = "SELECT sum(used) AS value FROM hours WHERE quantity = 'energy'"
rows_sql = "SELECT * FROM hours"

[[kpis]]
id = "test.passages"
title = { zh = "通行", en = "Passages" }
owner = { zh = "安保", en = "Security" }
formula = { zh = "通行次数", en = "Count" }
window = "day"
sql = "SELECT count(*) AS value FROM events WHERE type = 'passage' AND occurred_at >= local_day($at)"
rows_sql = "SELECT * FROM events"

[[kpis]]
id = "test.paid"
title = { zh = "消费", en = "Paid" }
owner = { zh = "财务", en = "Finance" }
formula = { zh = "消费之和", en = "Sum" }
needs = ["event:payment"]
sql = "SELECT count(*) AS value FROM events WHERE type = 'payment'"
rows_sql = "SELECT * FROM events"

[[kpis]]
id = "test.broken"
title = { zh = "坏<i>", en = "Broken<i>" }
owner = { zh = "物业", en = "Estates" }
formula = { zh = "无", en = "None" }
sql = "SELECT CAST(name AS INTEGER) AS value FROM buildings"
rows_sql = "SELECT 1 AS one"
"""
SCREEN = """
id = "test"
order = 1
title = { zh = "测试一张图", en = "Test screen" }
question = { zh = "用了多少？", en = "How much?" }
kpis = ["test.used", "test.passages", "test.paid", "test.broken"]

[[panels]]
id = "week"
kind = "columns"
side = "left"
title = { zh = "一周 {n}", en = "A week: {n}" }
title_sql = "SELECT '<b>' AS n"
window = "week"
sql = "SELECT strftime(local(from_at), '%m-%d') AS label, sum(used) AS value FROM days GROUP BY 1 ORDER BY 1"
"""


def acts() -> list[Entry]:
    """Two incidents at ten in the morning, one of them hostile, one handled; the shift handed over."""
    desk = Desk()
    said = {"zh": HOSTILE, "en": HOSTILE}
    desk.write([opening("one", 0, title=said), opening("two", 60, level=Level.MAJOR)])
    desk.do("accept", 120, case="two")
    desk.do("start", 180, case="two")
    desk.do("report_back", 600, case="two", text="已扑灭")
    at_us = microseconds(datetime(2026, 11, 26, 9, tzinfo=UTC))
    desk.write([write(desk.book.handovers, "operator", at_us, "夜班注意 " + HOSTILE, ([], {}), shift=None, to=None)])
    return [one.entry for one in desk.journal]


def measured() -> list[Entry]:
    """A meter that counts on since before the week before, and people who come in."""
    hours = range(-24 * 11, 23)
    meter = [reading(n, "EM-1:energy", MIDNIGHT + timedelta(hours=n, minutes=1), 1000 + 2.5 * n) for n in hours]
    came = [event(n, "gate", "passage", MIDNIGHT - timedelta(hours=5 * n - 8), "进", name="王小明") for n in range(9)]
    return [*meter, *came]


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> AskedCampus:
    one = AskedCampus.at(tmp_path_factory.mktemp("reported") / "campus", POINTS)
    without_shipped(one.folder)
    for folder, text in (("kpis", KPIS), ("screens", SCREEN)):
        (one.folder / "config" / folder).mkdir(exist_ok=True)
        (one.folder / "config" / folder / "test.toml").write_text(text, encoding="utf-8")
    one.append([*measured(), *acts()], NOW)
    return one


@pytest.fixture(scope="module")
def app(campus: AskedCampus) -> FastAPI:
    return create_app(campus.folder, clock=StandingClock(NOW), timezone=ZoneInfo(ZONE))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with entered(app, Role.OPERATOR) as one:
        until(lambda: app.state.running.watch.ready)
        until(lambda: app.state.running.watch.behind == 0)
        yield one


@pytest.fixture(scope="module")
def viewer(client: TestClient, app: FastAPI) -> TestClient:
    assert client  # it runs while somebody is in
    return client_of(app, Role.VIEWER)


def html(client: TestClient, period: str = "day", **asked: Any) -> str:
    answer = client.get(f"{API}/reports/{period}", params={"of": "2026-11-26", **asked})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def seq(client: TestClient) -> int:
    """What the journal had come to, as the newest report says."""
    cells = ReadReport(html(client)).text.split("\n")
    return int(cells[cells.index("日志序号（known_seq）") + 1])


def test_a_number_is_that_of_the_screen(client: TestClient) -> None:
    found = client.get(f"{API}/kpis/test.used", params={"at": NOW.isoformat()}).json()
    assert found["value"] == pytest.approx(2.5 * 22 + 2.5)  # an independent count: 23 hours of 2.5 kWh
    cells = ReadReport(html(client)).row("今日用电")
    assert cells[1] == f"{written(found['value'], 1)} kWh|全期"
    assert cells[2] == "≤ 100.0|达标"


def test_a_longer_period_sums_what_the_screen_shows_of_a_day(client: TestClient) -> None:
    week = ReadReport(html(client, "week"))
    hours = 3 * 24 + 23  # Monday to Wednesday, and of Thursday until now
    assert week.row("今日用电")[1] == f"{2.5 * hours:.1f} kWh|全期|大屏（期末） 57.5 kWh"
    earlier = f"{2.5 * hours:.1f} kWh"
    assert week.row("今日用电")[3:5] == [earlier, "● 持平"]
    # this one cuts its own rows: as of the end, as its screen says
    shown = client.get(f"{API}/kpis/test.passages", params={"at": NOW.isoformat()}).json()["value"]
    assert week.row("通行")[1] == f"{shown}|期末"


def test_what_is_missing_is_said(client: TestClient) -> None:
    page = ReadReport(html(client))
    assert page.row("消费")[1] == "—"
    assert "正在等待事件（payment 事件）" in page.row("消费")[5]
    assert "无法计算" in page.row("坏<i>")[5]
    assert "1 项指标等待接入" in page.text
    assert "1 项无法计算" in page.text


def test_measures_are_those_of_the_desk(client: TestClient) -> None:
    asked = {"start": MIDNIGHT.isoformat(), "end": (NOW + timedelta(seconds=1)).isoformat()}
    found = client.get(f"{API}/incidents/measures", params=asked).json()
    page = ReadReport(html(client))
    assert found["incidents"] == 2
    for one in found["measures"]:
        cells = page.row(one["title"]["zh"])
        assert cells[2] == f"{one['numerator']} / {one['denominator']}"
        value = "没有可计入的事件" if one["value"] is None else f"{100 * one['value']:.1f}%"
        assert cells[1] == value
    for one in found["stages"]:
        if one["samples"]:
            assert page.row(one["title"]["zh"])[3] == str(one["samples"])


def test_text_of_others_stays_text(client: TestClient) -> None:
    for language in ("zh", "en"):
        page = ReadReport(html(client, language=language))
        assert not {"script", "i", "iframe", "link", "img", "object"} & set(page.tags)
        assert page.tags.count("b") == 4  # the large numbers, and none of theirs
        assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("href", "src")]
        assert any(HOSTILE in cell for row in page.rows for cell in row)


def test_nothing_may_run_in_it(client: TestClient) -> None:
    answer = client.get(f"{API}/reports/day")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert "script-src" not in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_names_are_for_those_who_may_read_them(client: TestClient, viewer: TestClient) -> None:
    full, masked = html(client), html(viewer)
    assert "夜班注意" in full
    assert "含未遮盖的姓名" in full
    assert "夜班注意" not in masked
    assert "姓名已遮盖" in masked
    handed = next(row for row in ReadReport(masked).rows if len(row) == 4 and "未确认" in row[2])
    assert handed[1] != "operator"
    assert set(handed[1]) & set("*＊•●*")


def test_both_languages_say_the_same_numbers(client: TestClient) -> None:
    page = ReadReport(html(client, language="en"))
    assert page.row("Energy today")[1] == "57.5 kWh|over the period"
    assert "Thu (not over: up to 26 Nov 23:00)" in page.text
    assert "Daily duty report" in page.text
    assert not [sign for sign in page.row("Closed in time")[0] if ord(sign) > 0x2E80]


def test_made_again_it_says_the_same_whatever_came_later(client: TestClient, app: FastAPI) -> None:
    known = seq(client)
    before = html(client, known_seq=known, at=NOW.isoformat())
    kept = client.post(f"{API}/reports/day", params={"of": "2026-11-26", "known_seq": known})
    assert kept.status_code == 201, kept.text
    said = kept.json()
    handed_over = client.get(said["url"]).content
    late = [
        reading(9_001, "EM-1:energy", NOW - timedelta(minutes=40), 5_000.0),
        event(9_002, "till", "payment", NOW - timedelta(hours=1)),
    ]
    app.state.running.intake.commit.submit(late).result(10)
    until(lambda: seq(client) > known)
    assert html(client, known_seq=known, at=NOW.isoformat()) == before
    assert client.get(said["url"]).content == handed_over == before.encode()
    assert ReadReport(html(client)).row("今日用电")[1] != ReadReport(before).row("今日用电")[1]
    assert ReadReport(html(client)).row("消费")[1] == "1|期末"


def test_kept_ones_are_listed_and_guarded(client: TestClient, viewer: TestClient, campus: AskedCampus) -> None:
    said = client.post(f"{API}/reports/week", params={"language": "en"}).json()
    listed = client.get(f"{API}/reports").json()
    assert said["report_id"] in {one["report_id"] for one in listed["reports"]}
    assert said["report_id"].startswith("week-2026-11-16-")
    assert viewer.get(said["url"]).json()["code"] == "report_names"
    assert viewer.post(f"{API}/reports/day").status_code == 403
    assert [one["open"] for one in viewer.get(f"{API}/reports").json()["reports"]] == [False] * listed["total"]
    page = campus.folder / "reports" / f"{said['report_id']}.html.gz"
    whole = gzip.decompress(page.read_bytes())
    page.write_bytes(gzip.compress(whole.replace(b"0", b"1")))
    assert client.get(said["url"]).json()["code"] == "report_damaged"
    assert client.get(f"{API}/reports/kept/..%2F..%2Fcampus.toml").status_code == 404
    assert client.get(f"{API}/reports/kept/day-2026-11-26-0000000000000000").json()["code"] == "unknown_report"


def test_each_look_stands_in_the_audit(client: TestClient, app: FastAPI) -> None:
    html(client)
    [line] = app.state.people.audit.lines(limit=1)
    assert (line.action, line.target) == ("report.made", "day 2026-11-26")
    assert '"known_seq"' in line.detail
    assert '"sha256"' in line.detail


def test_what_cannot_be_asked(client: TestClient) -> None:
    for period, asked in (("year", {}), ("day", {"of": "2026-11-27"}), ("day", {"of": "26.11."}), ("day", {"at": "x"})):
        assert client.get(f"{API}/reports/{period}", params=asked).status_code == 422
