"""Questions to the history against plain Python over all rows, whatever is sealed, closed or still in the journal."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import duckdb
import pytest

from tests.live.entries import NOON, ZONE, StandingClock, reading, readings
from twin.errors import QueryRefusedError
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.model.entries import EVENT, Entry, StoredEntry
from twin.store import history_view
from twin.store.days import LocalDays
from twin.store.history import History
from twin.store.history_manifest import HistoryFile

POINTS = [f"p{number}" for number in range(5)]
BEGIN = NOON - timedelta(days=5)


def scattered(seed: int, count: int = 600) -> list[Entry]:
    """Readings of five points over five days, some without a value, some at the same time, in no order."""
    chance = random.Random(seed)
    times = [BEGIN + timedelta(minutes=chance.randrange(0, 5 * 24 * 60)) for _ in range(count // 2)]
    return [
        replace(
            reading(number, point=chance.choice(POINTS[:4]), at=chance.choice(times)),
            value=None if chance.random() < 0.1 else chance.uniform(-5, 50),
        )
        for number in range(count)
    ]


@pytest.fixture(params=["journal", "sealed", "closed", "mixed"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[StoredEntry]]:
    """The same readings in every state that a history can be in."""
    clock = StandingClock()
    sealer = Sealer(tmp_path, ZONE, clock=clock)
    kept: list[StoredEntry] = []
    with Journal(tmp_path, clock=clock) as journal:
        sent = scattered(seed=7)
        # a point that fell silent early
        sent.append(reading(9_001, point="p4", at=BEGIN))
        for first in range(0, len(sent), 100):
            kept += journal.append(sent[first : first + 100]).stored
            if request.param == "sealed" or (request.param == "mixed" and first < 500):
                sealer.seal()
            if request.param == "mixed" and first == 300:
                for day in {LocalDays(ZONE).day_at(one.occurred_at) for one in sent[:400]}:
                    if day.day % 2:
                        sealer.close_day(day)
        if request.param == "closed":
            clock.pass_time(timedelta(days=2))
            assert len(sealer.close_due()) >= 5
            assert journal.prune(clock.at) > 500
    return tmp_path, kept


def key(one: StoredEntry) -> tuple[datetime, int]:
    return one.entry.occurred_at, one.seq


def newest(kept: list[StoredEntry], until: datetime) -> dict[str, str]:
    found: dict[str, StoredEntry] = {}
    for one in sorted(kept, key=key):
        if one.entry.occurred_at <= until:
            found[one.entry.subject] = one
    return {point: one.entry.entry_id for point, one in found.items()}


@pytest.mark.parametrize("back_h", [0, 1, 30, 100])
def test_latest_is_the_newest_by_its_own_time(stored: tuple[Path, list[StoredEntry]], back_h: int) -> None:
    campus, kept = stored
    at = NOON - timedelta(hours=back_h)
    history = History.open(campus)
    table = history.latest(at=at)
    assert dict(zip(*(table[one].to_pylist() for one in ("point_id", "message_id")), strict=True)) == newest(
        kept, at + timedelta(minutes=5)
    )
    some = history.latest(["p1", "p4", "never seen"], at)
    assert some.to_pylist() == [one for one in table.to_pylist() if one["point_id"] in ("p1", "p4")]


def test_latest_tells_all_of_a_reading(stored: tuple[Path, list[StoredEntry]]) -> None:
    campus, kept = stored
    (row,) = History.open(campus).latest(["p4"], NOON).to_pylist()
    (one,) = [one for one in kept if one.entry.subject == "p4"]
    assert row == {
        "point_id": "p4",
        "observed_at": one.entry.occurred_at,
        "value": one.entry.value,
        "quality": "good",
        "message_id": one.entry.entry_id,
        "feed": "test",
        "received_at": one.received_at,
        "seq": one.seq,
        "body": None,
    }


def test_a_clock_ahead_is_not_the_latest(tmp_path: Path) -> None:
    clock = StandingClock()
    with Journal(tmp_path, clock=clock) as journal:
        ahead = [timedelta(), timedelta(minutes=5), timedelta(hours=1)]
        journal.append([reading(number, at=NOON + one) for number, one in enumerate(ahead, start=1)])
    history = History.open(tmp_path, clock=clock)
    assert history.latest()["message_id"].to_pylist() == ["id-2"]
    assert history.latest(at=NOON + timedelta(hours=1))["message_id"].to_pylist() == ["id-3"]
    assert history.latest(at=NOON - timedelta(minutes=6)).num_rows == 0


def test_a_series_is_in_order_of_time(stored: tuple[Path, list[StoredEntry]]) -> None:
    campus, kept = stored
    start, end = BEGIN + timedelta(hours=20), NOON - timedelta(hours=20)
    table = History.open(campus).series("p2", start, end)
    expected = sorted(
        (one for one in kept if one.entry.subject == "p2" and start <= one.entry.occurred_at < end), key=key
    )
    assert len(expected) > 50
    assert table["message_id"].to_pylist() == [one.entry.entry_id for one in expected]
    assert table["value"].to_pylist() == [one.entry.value for one in expected]


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def day_of(at: datetime) -> datetime:
    days = LocalDays(ZONE)
    return BEGIN.fromtimestamp(days.bounds_us(days.day_at(at))[0] / 1e6, BEGIN.tzinfo)


def summed(ones: list[StoredEntry]) -> dict[str, Any]:
    ones = sorted(ones, key=key)
    with_value = [one for one in ones if one.entry.value is not None]
    values = [one.entry.value for one in with_value if one.entry.value is not None]
    return {
        "readings": len(ones),
        "count": len(values),
        "min": min(values, default=None),
        "max": max(values, default=None),
        "mean": pytest.approx(fmean(values)) if values else None,
        "last": values[-1] if values else None,
        "first_at": with_value[0].entry.occurred_at if values else None,
        "last_at": with_value[-1].entry.occurred_at if values else None,
        "newest_at": ones[-1].entry.occurred_at,
    }


@pytest.mark.parametrize(("step", "begin_of"), [("hour", hour_of), ("day", day_of)])
def test_rollups_are_the_sums_of_the_readings(
    stored: tuple[Path, list[StoredEntry]], step: str, begin_of: Callable[[datetime], datetime]
) -> None:
    campus, kept = stored
    start, end = BEGIN + timedelta(hours=5), NOON - timedelta(hours=7)
    groups: dict[datetime, list[StoredEntry]] = defaultdict(list)
    for one in kept:
        if one.entry.subject == "p3" and start <= begin_of(one.entry.occurred_at) < end:
            groups[begin_of(one.entry.occurred_at)].append(one)
    rows = History.open(campus).rollup("p3", start, end, step).to_pylist()
    assert rows == [{"point_id": "p3", "from_at": begin, **summed(groups[begin])} for begin in sorted(groups)]
    assert any(row["count"] < row["readings"] for row in rows)


def test_events_are_told_apart_from_readings(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append(
            [
                reading(1),
                Entry("e1", EVENT, "gate-2", NOON, "http", body='{"type": "opened", "text": "东门", "level": "A"}'),
                Entry("e2", EVENT, "gate-2", NOON, "http", body="no JSON"),
                Entry("a1", "alarm.raised", "gate-2", NOON, "rules"),
            ]
        )
    with closing(History.open(tmp_path).connection()) as connection:
        events = connection.sql("SELECT event_id, originator, type, text, level FROM events ORDER BY seq").fetchall()
        assert events == [("e1", "gate-2", "opened", "东门", "A"), ("e2", "gate-2", None, None, None)]
        assert connection.sql("SELECT point_id, message_id FROM readings").fetchall() == [("p1", "id-1")]


def test_nothing_stored_is_no_answer_and_no_error(tmp_path: Path) -> None:
    history = History.open(tmp_path)
    assert history.latest().num_rows == 0
    assert history.series("p1", BEGIN, NOON).num_rows == 0
    assert history.rollup("p1", BEGIN, NOON, "day").num_rows == 0
    with closing(history.connection()) as connection:
        assert connection.sql("SELECT count(*) FROM events").fetchall() == [(0,)]


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "SELECT * FROM read_text('{folder}/secret.txt')",
        "SELECT * FROM read_parquet('{folder}/history/*.parquet')",
        "SET enable_external_access = true",
        "ATTACH '{folder}/other.duckdb'",
        "INSTALL httpfs",
    ],
)
def test_the_connection_reaches_nothing_else(tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.txt").write_text("x")
    clock = StandingClock()
    with Journal(tmp_path, clock=clock) as journal:
        journal.append(readings(10))
    Sealer(tmp_path, ZONE, clock=clock).seal()
    with closing(History.open(tmp_path).connection()) as connection:
        assert connection.sql("SELECT count(*) FROM readings").fetchall() == [(10,)]
        with pytest.raises(duckdb.Error):
            connection.execute(sql.format(folder=tmp_path))


@pytest.mark.parametrize("target", ["listed", "other"])
def test_what_a_person_types_writes_nothing(tmp_path: Path, target: str) -> None:
    """A file that may be read may be written too, as DuckDB sees it; so only a SELECT runs."""
    with Journal(tmp_path, clock=StandingClock()) as journal:
        journal.append(readings(10))
    (name,) = Sealer(tmp_path, ZONE).seal().files
    path = tmp_path / "history" / (name if target == "listed" else "other.parquet")
    history = History.open(tmp_path)
    assert history.sql("SELECT count(*) AS n FROM readings WHERE value >= $low", {"low": 4})["n"].to_pylist() == [6]
    with pytest.raises(QueryRefusedError):
        history.sql(f"COPY (SELECT 1) TO '{path}'")
    assert history.sql("SELECT count(*) AS n FROM readings")["n"].to_pylist() == [10]


def test_only_days_that_are_asked_for_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StandingClock()
    with Journal(tmp_path, clock=clock) as journal:
        for day in range(20):
            journal.append(readings(10, first=10 * day, begin=NOON - timedelta(days=day)))
    Sealer(tmp_path, ZONE, clock=clock).close_due()
    opened: list[HistoryFile] = []
    whole = history_view.HistoryView.open_sql

    def spy(self: history_view.HistoryView, raw: list[HistoryFile], others: tuple[HistoryFile, ...] = ()) -> object:
        opened.extend(raw)
        return whole(self, raw, others)

    monkeypatch.setattr(history_view.HistoryView, "open_sql", spy)
    history = History.open(tmp_path, clock=clock)
    assert history.series("p1", NOON - timedelta(days=3), NOON - timedelta(days=2)).num_rows == 3
    assert {one.day for one in opened} == {date(2026, 3, 7)}
    opened.clear()
    assert history.latest().num_rows == 3
    assert {one.day for one in opened} == {date(2026, 3, 10)}
    opened.clear()
    assert history.rollup("p1", NOON - timedelta(days=9), NOON - timedelta(days=2), "day").num_rows == 7
    assert opened == []
