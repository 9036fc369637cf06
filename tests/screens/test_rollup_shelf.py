"""Hours and days that are kept say what one says who keeps nothing, whatever comes late and whatever is let go."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.screens.asked_campus import METERS, NOW, ZONE, AskedCampus, reading, scattered
from tests.screens.test_known_seq import near
from twin.model.time import AsOf
from twin.screens import measured, rollup_shelf
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.said import Window
from twin.store.campus import Campus
from twin.store.rollups import Step

VIEWS = ("hours", "days")
WITH_READINGS = "SELECT h.*, (SELECT count(*) FROM readings) AS n FROM hours h ORDER BY ALL"


@pytest.fixture
def one(tmp_path: Path) -> AskedCampus:
    """Nine days, all but today's closed."""
    campus = AskedCampus.at(tmp_path / "campus")
    campus.append(scattered(seed=5, count=1_500))
    campus.seal(close=True)
    return campus


def told(asking: Asking, at: datetime = NOW) -> list[Any]:
    questions = [
        Question(sql, AsOf(at), window, most_rows=100_000)
        for window in (Window.DAY, Window.MONTH)
        for sql in (*(f"SELECT * FROM {view} ORDER BY ALL" for view in VIEWS), WITH_READINGS)
    ]
    return [asking.answer(one).rows for one in questions]


def by_somebody_new(one: AskedCampus, at: datetime = NOW) -> list[Any]:
    with closing(Asking(Campus.open(one.folder), ZONE)) as asking:
        return told(asking, at)


def used(found: list[Any]) -> float:
    """Energy of the month by days."""
    return float(sum(row["used"] or 0 for row in found[4]))


def test_what_comes_late_counts_at_once_and_after_the_day_is_closed_again(one: AskedCampus) -> None:
    before = told(one.asking)
    day = NOW - timedelta(days=4)
    last = day.replace(hour=15, minute=59)  # one minute to midnight in Shanghai
    for number, state in enumerate(("late", "sealed", "closed again")):
        if state == "late":
            one.append([reading(90_000, METERS[0], last, 10_000.0), reading(90_001, METERS[1], day, 3.5)])
        else:
            one.seal(close=state == "closed again")
        found = told(one.asking)
        assert all(map(near, found, by_somebody_new(one))), state
        assert found != before, state
        if number:
            continue
        # what the counter says at the end of the day is more: so did it gain then, and it ran back the day after
        assert used(found) > used(before) + 5_000
    then = NOW - timedelta(days=2)
    assert all(map(near, told(one.asking, then), by_somebody_new(one, then)))


@pytest.mark.parametrize("days_ago", [0, 1, 3, 8])
def test_of_any_moment_after_any_other(one: AskedCampus, days_ago: int) -> None:
    for at in (NOW, NOW - timedelta(days=6), NOW - timedelta(days=2)):
        told(one.asking, at)
    at = NOW - timedelta(days=days_ago, hours=1)
    assert all(map(near, told(one.asking, at), by_somebody_new(one, at)))


def test_more_than_is_kept(one: AskedCampus, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hours that nobody asked about for longest go; all that a question needs is there."""
    monkeypatch.setattr(rollup_shelf, "MOST_HOURS", 40)
    monkeypatch.setattr(rollup_shelf, "_LOOSE", 50)
    for days_ago in (0, 5, 0, 7, 2):
        at = NOW - timedelta(days=days_ago)
        assert all(map(near, told(one.asking, at), by_somebody_new(one, at)))
    hours = "SELECT count(*) AS n FROM hours"
    one.asking.answer(Question(hours, AsOf(NOW - timedelta(days=7)), Window.DAY))
    shelf = one.asking.measured.shelf
    [(rows,)] = shelf._sql.execute("SELECT count(*) FROM kept.hours").fetchall()
    kept = shelf._kept[Step.HOUR]
    assert rows == sum(kept.rows.values()) <= 40 + max(kept.rows.values()) * 2


def test_a_file_is_read_once(one: AskedCampus, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    own = rollup_shelf.RollupShelf._read

    def noted(self: Any, paths: list[str], *rest: Any) -> Any:
        read.extend(paths)
        return own(self, paths, *rest)

    monkeypatch.setattr(rollup_shelf.RollupShelf, "_read", noted)
    told(one.asking)
    first = len(read)
    assert first > 10
    told(one.asking)
    told(one.asking, NOW - timedelta(hours=3))
    assert len(read) == first


def test_a_point_that_is_never_good_is_not_looked_for_in_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = AskedCampus.at(tmp_path / "campus")
    noon = NOW.replace(hour=4, minute=0)
    days = [noon - timedelta(days=number) for number in range(60)]
    one.append([reading(number, METERS[1], at, 5.0, "out_of_range") for number, at in enumerate(days)])
    one.append([reading(100, METERS[0], days[40], 7.0), reading(101, METERS[2], days[59], 8.0)])
    one.append([reading(200 + n, METERS[2], at, 9.0, "out_of_range") for n, at in enumerate(days[:59])])
    one.seal(close=True)
    looked: list[str] = []
    own = measured.HourSums.newest_good

    def noted(self: Any, view: Any, file: Any) -> Any:
        looked.append(file.name)
        return own(self, view, file)

    monkeypatch.setattr(measured.HourSums, "newest_good", noted)
    rows = one.asking.answer(Question("SELECT point_id, last_value, stale FROM latest", AsOf(NOW))).rows
    # silent for forty days, and found; never good, and good two months of bad days ago
    assert rows == [{"point_id": METERS[0], "last_value": 7.0, "stale": True}]
    assert len(set(looked)) <= 31 + 1
