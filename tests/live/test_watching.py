"""A running campus judges what arrives, keeps what it concluded, and stands after a restart where it stood before."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from click.testing import CliRunner

from tests.ioc_app.small_campus import ORIGIN, small_campus
from tests.live.smoke_rule import RULE
from tests.waiting import until
from twin.cli import main
from twin.errors import AlarmActError, DiskLowError
from twin.live.alarms.acts import Act, draft
from twin.live.alarms.state import AlarmState
from twin.live.running import RunningCampus
from twin.model.entries import Entry
from twin.store.campus import Campus

SMOKE = "SMK-001:obscuration"
HOUR_US = 3600 * 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    campus = small_campus().write(tmp_path)
    rules = campus / "config" / "rules"
    rules.mkdir(parents=True)
    (rules / "fire.toml").write_text(RULE, encoding="utf-8")
    return campus


@contextmanager
def running_on(folder: Path) -> Iterator[RunningCampus]:
    running = RunningCampus(Campus.open(folder), ZoneInfo("Asia/Shanghai"))
    running.start()
    try:
        yield running
    finally:
        running.close()


def read(running: RunningCampus, value: float, ago_s: float = 0, point: str = SMOKE) -> None:
    at = datetime.now(UTC) - timedelta(seconds=ago_s)
    assert running.intake is not None
    entry = Entry(f"~{point}@{at.timestamp()}-{value}", "reading", point, at, "test", value, "good")
    running.intake.commit.submit([entry]).result(10)


def standing(running: RunningCampus) -> list[AlarmState]:
    with running.watch.guard:
        return running.watch.alarms.standing(running.watch.now_us())


def acknowledge(running: RunningCampus, author: str = "zhang") -> list[str]:
    watch = running.watch
    return watch.act(
        lambda now_us: [draft(Act.ACKNOWLEDGED, one, author, now_us, 3600) for one in watch.alarms.standing(now_us)]
    )


def test_a_reading_beyond_the_limit_is_an_alarm_on_disk(folder: Path) -> None:
    with running_on(folder) as running:
        told: list[list[AlarmState]] = []
        running.watch.follow(lambda news: told.append(list(news.alarms)))
        read(running, 8.0)
        [alarm] = until(lambda: standing(running))
        assert (alarm.alarm_type, alarm.originator, alarm.device, alarm.value) == ("smoke.high", SMOKE, "SMK-001", 8.0)
        assert alarm.place["building_id"] == "building:lib:A1"
        until(lambda: told)
        assert told[0][0].alarm_id == alarm.alarm_id
    kinds = [one.entry.kind for one in running.history.acts()]
    assert kinds == ["alarm.raised"]


def test_after_a_restart_the_same_stands_and_goes_on(folder: Path) -> None:
    with running_on(folder) as running:
        read(running, 8.0)
        before = until(lambda: standing(running))
        acknowledge(running)
    with running_on(folder) as running:
        assert running.watch._ready.wait(10)
        [after] = standing(running)
        assert (after.alarm_id, after.acknowledged_by) == (before[0].alarm_id, "zhang")
        read(running, 1.0)
        until(lambda: not standing(running))
    kinds = [one.entry.kind for one in running.history.acts()]
    assert kinds == ["alarm.raised", "alarm.acknowledged", "alarm.cleared"]


def test_what_came_in_while_nobody_judged_is_judged_at_the_start(folder: Path) -> None:
    with running_on(folder) as running:
        assert running.watch._ready.wait(10)
        running.watch.close()  # as a kill between commit and judgement
        read(running, 8.0)
    assert running.history.acts() == []
    with running_on(folder) as running:
        [alarm] = until(lambda: standing(running))
        assert alarm.value == 8.0


def test_an_act_is_folded_when_it_returns_and_cannot_be_done_twice(folder: Path) -> None:
    with running_on(folder) as running:
        read(running, 8.0)
        until(lambda: standing(running))
        assert len(acknowledge(running)) == 1
        assert standing(running)[0].acknowledged
        with pytest.raises(AlarmActError):
            acknowledge(running)
        assert len(running.history.acts()) == 2


def test_a_rule_that_is_edited_is_in_force_and_one_with_a_mistake_is_not(folder: Path) -> None:
    path = folder / "config" / "rules" / "fire.toml"
    with running_on(folder) as running:
        watch = running.watch
        read(running, 4.0)
        path.write_text(RULE.replace("above = 5", "abov = 5"), encoding="utf-8")
        until(lambda: watch.in_force.mistakes)
        [mistake] = watch.in_force.mistakes
        assert "abov" in str(mistake)
        assert watch.in_force.rules.rules["smoke"].above == 5  # type: ignore[union-attr]
        path.write_text(RULE.replace("above = 5", "above = 3.5").replace("clear_at = 3", "clear_at = 2"), "utf-8")
        until(lambda: watch.in_force.rules.rules["smoke"].above == 3.5)  # type: ignore[union-attr]
        assert watch.in_force.mistakes == ()
        read(running, 4.1)
        [alarm] = until(lambda: standing(running))
        assert alarm.limit == 3.5


def test_maintenance_in_the_file_hides_and_its_end_shows(folder: Path) -> None:
    def window(until_s: float) -> str:
        start, end = (datetime.now(UTC) + timedelta(seconds=one) for one in (-60, until_s))
        return (
            f'[[windows]]\nid = "w"\nfrom = {start.isoformat()}\nto = {end.isoformat()}\nauthor = "li"\n'
            'reason = "valves"\nscope = { devices = ["SMK-001"] }\n'
        )

    path = folder / "config" / "maintenance.toml"
    path.write_text(window(3600), encoding="utf-8")
    with running_on(folder) as running:
        told: list[AlarmState] = []
        running.watch.follow(lambda news: told.extend(news.alarms))
        read(running, 8.0)
        until(lambda: told)
        assert told[-1].suppressed_by == "w"
        path.write_text(window(-1), encoding="utf-8")
        until(lambda: told[-1].suppressed_by is None)


def test_decisions_wait_for_a_journal_that_takes_nothing(folder: Path) -> None:
    with running_on(folder) as running:
        assert running.watch._ready.wait(10)
        commit = running.watch._parts[1]  # type: ignore[index]
        submit, refused = commit.submit, []

        def refuse(entries: Any) -> Any:
            if entries[0].kind == "reading":
                return submit(entries)
            refused.append(entries)
            raise DiskLowError(path="/", free_mb=1, needed_mb=2)

        commit.submit = refuse  # type: ignore[method-assign]
        read(running, 8.0)
        until(lambda: len(refused) >= 2)
        assert standing(running) == []
        commit.submit = submit  # type: ignore[method-assign]
        until(lambda: standing(running))
    assert [one.entry.kind for one in running.history.acts()] == ["alarm.raised"]


def test_a_fire_is_an_incident_that_somebody_is_sent_to_and_survives_a_restart(folder: Path) -> None:
    (folder / "config" / "rules" / "fire.toml").write_text(RULE.replace('level = "A"', 'level = "major"'), "utf-8")

    def open_incidents(running: RunningCampus) -> list[Any]:
        with running.watch.guard:
            return list(running.watch.incidents.open(running.watch.now_us()))

    with running_on(folder) as running:
        told: list[Any] = []
        running.watch.follow(lambda news: told.extend(news.incidents))
        read(running, 8.0)
        [incident] = until(lambda: open_incidents(running))
        [alarm] = standing(running)
        assert [one.alarm_id for one in incident.alarms] == [alarm.alarm_id]
        assert running.watch.incidents.case_of(alarm.key) == incident.incident_id
        assert incident.proposal is not None
        until(lambda: told)
    before = len(running.history.acts())
    with running_on(folder) as running:
        assert running.watch._ready.wait(10)
        [again] = open_incidents(running)
        assert (again.incident_id, again.stage) == (incident.incident_id, incident.stage)
        time.sleep(1.2)  # two ticks: nothing is opened twice
    assert len(running.history.acts()) == before


def test_an_alarm_calls_zones_by_their_names(tmp_path: Path) -> None:
    campus = small_campus()
    yard = shapely.force_3d(shapely.box(0, 0, 50, 50), 0.0)
    campus.add("zones", "zone", "JH-01", yard, name="同心广场集合点", code="JH-01")
    folder = campus.write(tmp_path)
    (folder / "config" / "rules").mkdir(parents=True)
    (folder / "config" / "rules" / "fence.toml").write_text(FENCE, encoding="utf-8")
    with running_on(folder) as running:
        body = json.dumps({"type": "position", "position": [ORIGIN[0] + 5, ORIGIN[1] + 5, 0]})
        entry = Entry("e1", "event", "CAR-1", datetime.now(UTC), "test", None, None, body)
        assert running.intake is not None
        running.intake.commit.submit([entry]).result(10)
        [alarm] = until(lambda: standing(running))
        assert alarm.text == {"zh": "进入：CAR-1（同心广场集合点）", "en": "Inside: CAR-1 (同心广场集合点)"}


def test_devices_are_listed_in_campus_time_that_says_so(folder: Path) -> None:
    settings = 'crs = "EPSG:4549"\nvertical_datum = "EPSG:5737"\nname = { zh = "园", en = "Campus" }\n'
    (folder / "campus.toml").write_text(settings, encoding="utf-8")
    at = datetime(2026, 11, 26, 8, 0, 5, tzinfo=UTC)
    with running_on(folder) as running:
        assert running.intake is not None
        entry = Entry(f"~{SMOKE}@1", "reading", SMOKE, at, "test", 1.5, "good")
        running.intake.commit.submit([entry]).result(10)
    printed = CliRunner().invoke(main, ["devices", str(folder), "--type", "smoke"]).output
    [line] = [one for one in printed.splitlines() if one.startswith(SMOKE)]
    assert "2026-11-26 16:00:05+08:00" in line


FENCE = """
[[rules]]
id = "gathering"
kind = "geofence"
title = { zh = "进入", en = "Inside" }
alarm_type = "gathering"
level = "C"
fence = ["zone:lib:JH-01"]
where = "inside"
"""
