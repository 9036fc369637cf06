"""Entries, a clock that stands still, and all that is stored: what the tests of live data share."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from twin.model.entries import READING, Entry
from twin.store.history import History

ZONE = "Asia/Shanghai"
# noon of a campus-local day
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


@dataclass
class StandingClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def pass_time(self, passed: timedelta) -> None:
        self.at += passed


def reading(number: int, *, point: str = "p1", at: datetime = NOON, value: float | None = None) -> Entry:
    return Entry(f"id-{number}", READING, point, at, "test", float(number) if value is None else value, "good")


def readings(count: int, *, first: int = 0, begin: datetime = NOON, step_s: float = 1.0) -> list[Entry]:
    """Readings of three points, ``step_s`` apart."""
    return [
        reading(number, point=f"p{number % 3}", at=begin + timedelta(seconds=step_s * (number - first)))
        for number in range(first, first + count)
    ]


def everything(campus: Path) -> pa.Table:
    """All entries that a question to the history sees, in order of receiving."""
    with closing(History.open(campus).connection()) as connection:
        return connection.sql("SELECT * FROM entries ORDER BY seq, entry_id").to_arrow_table()


def ids(campus: Path) -> list[str]:
    found: list[str] = everything(campus)["entry_id"].to_pylist()
    return found
