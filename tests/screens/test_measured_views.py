"""Readings, hours, days, newest values and events against plain Python over all entries, however they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.screens.asked_campus import METERS, NOW, ZONE, AskedCampus, scattered
from twin.model.entries import EVENT, READING, StoredEntry
from twin.model.time import AsOf
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.said import DAYS_BACK, Window

ZONE_INFO = ZoneInfo(ZONE)
COUNTER = METERS[0]
STALE_S = {METERS[0]: 3600.0, METERS[1]: 600.0, METERS[2]: 900.0, METERS[3]: 3600.0}
MOMENTS = [NOW, NOW - timedelta(hours=13, minutes=7), NOW - timedelta(days=3, seconds=1), NOW - timedelta(days=8)]
Row = dict[str, Any]


@pytest.fixture(scope="module", params=["journal", "sealed", "closed", "late"])
def campus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedCampus]:
    """The same entries in every state that a history can be in."""
    one = AskedCampus.at(tmp_path_factory.mktemp("asked") / "campus")
    sent = scattered(seed=3)
    for first in range(0, len(sent), 150):
        one.append(sent[first : first + 150])
        if request.param in ("sealed", "closed") or (request.param == "late" and first < 600):
            one.seal(close=request.param == "late" and first == 450)
    if request.param == "closed":
        one.seal(close=True)
    yield one
    one.asking.close()


def asked(asking: Asking, sql: str, at: datetime, window: Window = Window.NOW, known: int | None = None) -> list[Row]:
    answer = asking.answer(Question(sql, AsOf(at, known), window, most_rows=100_000))
    assert not answer.more
    return [dict(one) for one in answer.rows]


def by_time(stored: Iterable[StoredEntry], at: datetime) -> list[StoredEntry]:
    found = [one for one in stored if one.entry.kind == READING and one.entry.occurred_at <= at]
    return sorted(found, key=lambda one: (one.entry.occurred_at, one.seq))


def good(one: StoredEntry) -> bool:
    return one.entry.value is not None and one.entry.quality == "good"


@pytest.mark.parametrize("at", MOMENTS)
def test_readings_are_the_good_ones_of_two_days(campus: AskedCampus, at: datetime) -> None:
    found = asked(campus.asking, "SELECT point_id, observed_at, value FROM readings", at)
    expected = [
        (one.entry.subject, one.entry.occurred_at, one.entry.value)
        for one in by_time(campus.stored, at)
        if good(one) and one.entry.occurred_at >= at - timedelta(hours=48)
    ]
    assert sorted(tuple(one.values()) for one in found) == sorted(expected)


@pytest.mark.parametrize("at", MOMENTS)
def test_the_newest_good_value_of_each_point(campus: AskedCampus, at: datetime) -> None:
    found = {one["point_id"]: one for one in asked(campus.asking, "SELECT * FROM latest", at)}
    expected = {one.entry.subject: one.entry for one in by_time(campus.stored, at) if good(one)}
    assert found.keys() == expected.keys()
    for point, entry in expected.items():
        stale = (at - entry.occurred_at).total_seconds() > STALE_S[point]
        said = found[point]
        assert (said["last_value"], said["observed_at"], said["stale"]) == (entry.value, entry.occurred_at, stale)
        assert said["value"] == (None if stale else entry.value)
        assert (said["device_code"], said["quantity"]) == tuple(point.split(":"))


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def day_of(at: datetime) -> datetime:
    return at.astimezone(ZONE_INFO).replace(hour=0, minute=0, second=0, microsecond=0)


STEPS: list[tuple[str, Callable[[datetime], datetime], timedelta]] = [
    ("hours", hour_of, timedelta(hours=1)),
    ("days", day_of, timedelta(days=1)),
]


@pytest.mark.parametrize(("view", "begin_of", "step"), STEPS)
@pytest.mark.parametrize("window", [Window.DAY, Window.WEEK])
@pytest.mark.parametrize("at", MOMENTS)
def test_what_is_summed_up(
    campus: AskedCampus,
    at: datetime,
    window: Window,
    view: str,
    begin_of: Callable[[datetime], datetime],
    step: timedelta,
) -> None:
    start = day_of(at) - timedelta(days=DAYS_BACK[window])
    groups: dict[tuple[str, datetime], list[StoredEntry]] = defaultdict(list)
    for one in by_time(campus.stored, at):
        groups[one.entry.subject, begin_of(one.entry.occurred_at)].append(one)
    found = {
        (one["point_id"], one["from_at"]): one for one in asked(campus.asking, f"SELECT * FROM {view}", at, window)
    }
    assert found.keys() == {key for key in groups if key[1] >= start}
    for (point, begin), said in found.items():
        values = [one.entry.value for one in groups[point, begin] if one.entry.value is not None]
        assert said["readings"] == len(groups[point, begin])
        assert said["count"] == len(values)
        if not values:
            assert said["mean"] is said["last"] is said["min"] is None
            continue
        assert (said["min"], said["max"], said["last"]) == (min(values), max(values), values[-1])
        assert said["mean"] == pytest.approx(fmean(values))
        before = [one.entry.value for one in groups.get((point, begin - step), ()) if one.entry.value is not None]
        used = values[-1] - before[-1] if point == COUNTER and before and values[-1] >= before[-1] else None
        assert said["used"] == (None if used is None else pytest.approx(used))


@pytest.mark.parametrize("at", MOMENTS)
def test_events_of_the_window(campus: AskedCampus, at: datetime) -> None:
    sql = "SELECT event_id, originator, type, attributes, building_id FROM events ORDER BY occurred_at"
    for window, days in ((Window.NOW, 2), (Window.WEEK, None)):
        start = at - timedelta(days=days) if days else day_of(at) - timedelta(days=6)
        expected = {
            one.entry.entry_id: one.entry.subject
            for one in campus.stored
            if one.entry.kind == EVENT and start <= one.entry.occurred_at <= at
        }
        found = asked(campus.asking, sql, at, window)
        assert {one["event_id"]: one["originator"] for one in found} == expected
        for one in found:
            assert '"王**"' in one["attributes"]
            assert "小明" not in one["attributes"]
            assert (one["building_id"] is not None) == (one["originator"] == "CAM-001")


def test_a_device_was_heard_when_it_last_sent_anything(campus: AskedCampus) -> None:
    for at in MOMENTS:
        heard = {
            code: max(
                (
                    one.entry.occurred_at
                    for one in campus.stored
                    if one.entry.occurred_at <= at
                    and (one.entry.subject.split(":")[0] == code)
                    and (one.entry.kind == READING or one.entry.occurred_at >= at - timedelta(hours=48))
                ),
                default=None,
            )
            for code in ("CAM-001", "SMK-001")
        }
        found = asked(campus.asking, "SELECT device_code, heard_at, online FROM devices", at)
        said = {one["device_code"]: one for one in found}
        for code, when in heard.items():
            assert said[code]["heard_at"] == when
        recent = heard["SMK-001"]
        stale_s = 3600 if said["SMK-001"]["online"] is None else _stale_s(campus, "SMK-001")
        assert said["SMK-001"]["online"] == (recent is not None and (at - recent).total_seconds() <= stale_s)


def _stale_s(campus: AskedCampus, code: str) -> float:
    rows = asked(campus.asking, f"SELECT max(stale_after_s) AS s FROM points WHERE device_code = '{code}'", NOW)
    return float(rows[0]["s"])
