"""Events that are kept say what the files say, and a file is read once for all questions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.screens.asked_campus import NOW, ZONE, AskedCampus, event, scattered
from twin.model.time import AsOf
from twin.screens import event_shelf
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.said import Window
from twin.store.campus import Campus
from twin.store.history_manifest import HistoryFile
from twin.store.history_view import HistoryView

ALL = "SELECT * FROM events ORDER BY ALL"
BY_TYPE = "SELECT type, count(*) AS n, any_value(attributes->>'name') AS name FROM events GROUP BY 1 ORDER BY 1"
WITH_READINGS = "SELECT (SELECT count(*) FROM events) AS e, (SELECT count(*) FROM readings) AS r"
SQL = (ALL, BY_TYPE, WITH_READINGS)
MOMENTS = (NOW, NOW - timedelta(hours=5), NOW - timedelta(days=3))


@pytest.fixture
def one(tmp_path: Path) -> AskedCampus:
    """Closed days, two segments of today, and a tail."""
    campus = AskedCampus.at(tmp_path / "campus")
    sent = scattered(seed=3, count=1_500)
    for first in (0, 500, 1_000):
        campus.append(sent[first : first + 500])
        if first < 1_000:
            campus.seal(close=first == 0)
    return campus


def told(asking: Asking, at: datetime, known: int | None = None, window: Window = Window.WEEK) -> list[Any]:
    questions = (Question(sql, AsOf(at, known), window, cleared=cleared) for sql in SQL for cleared in (True, False))
    return [asking.answer(one).rows for one in questions]


def as_files_say(one: AskedCampus, at: datetime, known: int | None = None) -> list[Any]:
    """By somebody who keeps nothing."""
    with closing(Asking(Campus.open(one.folder), ZONE)) as asking, pytest.MonkeyPatch.context() as patched:
        patched.setattr(Asking, "kept_events", lambda *_: None)
        return told(asking, at, known)


def test_what_is_kept_says_what_the_files_say(one: AskedCampus) -> None:
    for at in (*MOMENTS, NOW):
        for known in (None, 900):
            assert told(one.asking, at, known) == as_files_say(one, at, known), (at, known)
    assert len(told(one.asking, NOW)[0]) > 50


def test_what_comes_later_and_what_is_closed_is_taken_up(one: AskedCampus) -> None:
    told(one.asking, NOW)
    late = [event(9_000 + n, "gate", "late", NOW - timedelta(days=n, minutes=n)) for n in range(4)]
    for close in (False, True):
        one.append(late)
        one.seal(close=close)
        assert told(one.asking, NOW) == as_files_say(one, NOW)
    assert {row["n"] for row in told(one.asking, NOW)[2] if row["type"] == "late"} == {4}


def test_a_file_is_read_once(one: AskedCampus, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[str, int]] = []
    reads = event_shelf._events

    def noted(view: HistoryView, file: HistoryFile, columns: Sequence[str]) -> pa.Table:
        read.append((file.name, len(columns)))
        return reads(view, file, columns)

    monkeypatch.setattr(event_shelf, "_events", noted)
    told(one.asking, NOW)
    assert read
    assert len(set(read)) == len(read)
    read.clear()
    told(one.asking, NOW - timedelta(hours=1))
    told(one.asking, NOW, window=Window.DAY)
    assert not read


def test_no_more_is_kept_than_may_be(one: AskedCampus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days that no question wants go; a question that wants too much reads the files itself."""
    monkeypatch.setattr(event_shelf, "MOST_EVENTS", 30)
    for at in (*MOMENTS, NOW):
        for window in (Window.WEEK, Window.DAY):
            told(one.asking, at, window=window)
            shelf = one.asking._room.shelf
            assert shelf is not None
            assert sum(day.events for day in shelf.days.values()) <= 30
        assert told(one.asking, at) == as_files_say(one, at)


def test_a_question_that_fails_costs_no_other_what_is_kept(one: AskedCampus, monkeypatch: pytest.MonkeyPatch) -> None:
    told(one.asking, NOW)
    with pytest.raises(Exception, match="Conversion"):
        one.asking.answer(Question("SELECT text::DATE FROM events", AsOf(NOW), Window.WEEK))
    monkeypatch.setattr(event_shelf, "_events", None)
    assert told(one.asking, NOW)[0]


def test_what_is_kept_cannot_be_changed_by_a_question(one: AskedCampus) -> None:
    before = told(one.asking, NOW)
    for sql in ('DROP TABLE kept."2026-11-25"', "CREATE TABLE kept.mine AS SELECT 1"):
        with pytest.raises(Exception, match="SELECT"):
            one.asking.answer(Question(sql, AsOf(NOW), Window.WEEK))
    assert told(one.asking, NOW) == before
