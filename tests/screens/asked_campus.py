"""A small campus with a history: open and closed days, late and doubtful readings, events, alarms and incidents."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.ioc_app.small_campus import small_campus
from tests.live.entries import StandingClock
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.model.entries import EVENT, READING, Entry, StoredEntry
from twin.screens.asking import Asking
from twin.screens.files import SCREENS, shipped_files
from twin.store.campus import Campus

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 11, 26, 4, 30, tzinfo=UTC)  # Thursday, half past noon in Shanghai
LIBRARY = "building:lib:A1"
POINTS = """
[[points]]
point_id = "EM-1:energy"
kind = "counter"
unit = "kWh"
[[points]]
point_id = "EM-1:power"
unit = "kW"
stale_after_s = 600
[[points]]
point_id = "SMK-001:temperature"
unit = "Cel"
stale_after_s = 900
"""
METERS = ("EM-1:energy", "EM-1:power", "SMK-001:temperature", "stranger:level")


def reading(number: int, point: str, at: datetime, value: float | None, quality: str = "good") -> Entry:
    return Entry(f"r{number}", READING, point, at, "test", value, quality)


def event(number: int, originator: str, kind: str, at: datetime, text: str = "", **attributes: Any) -> Entry:
    body = json.dumps({"type": kind, "text": text, "level": "C", "attributes": attributes}, ensure_ascii=False)
    return Entry(f"e{number}", EVENT, originator, at, "test", body=body)


def scattered(seed: int, days: int = 9, count: int = 900) -> list[Entry]:
    """Readings and events of some days up to now, in no order, some without a value, some doubtful."""
    chance = random.Random(seed)
    begin = NOW - timedelta(days=days)
    sent: list[Entry] = []
    for number in range(count):
        at = begin + timedelta(seconds=chance.randrange(days * 86_400))
        if chance.random() < 0.05:
            sent.append(event(number, chance.choice(["CAM-001", "gate"]), "passage", at, "进", name="王小明", n=number))
            continue
        point = chance.choice(METERS[:3])
        grown = (at - begin).total_seconds() / 360
        value = grown if point == METERS[0] else chance.uniform(-5, 50)
        quality = "out_of_range" if chance.random() < 0.1 else "good"
        sent.append(reading(number, point, at, None if chance.random() < 0.05 else value, quality))
    sent.append(reading(count, METERS[3], begin + timedelta(hours=1), 1.5))  # fell silent early
    return sent


@dataclass
class AskedCampus:
    """The folder, what its journal holds, and somebody who answers."""

    folder: Path
    clock: StandingClock = field(default_factory=lambda: StandingClock(NOW))
    stored: list[StoredEntry] = field(default_factory=list)

    @staticmethod
    def at(folder: Path, points: str = POINTS) -> AskedCampus:
        small_campus().write(folder)
        (folder / "config").mkdir()
        (folder / "config" / "points.toml").write_text(points, encoding="utf-8")
        return AskedCampus(folder)

    def append(self, entries: Iterable[Entry], received: datetime | None = None) -> list[StoredEntry]:
        self.clock.at = received or NOW
        with Journal(self.folder, clock=self.clock) as journal:
            stored = journal.append(list(entries)).stored
        self.stored += stored
        return stored

    def seal(self, *, close: bool = False) -> None:
        """What the journal has becomes files; with ``close`` all days but today's are closed."""
        self.clock.at = NOW
        sealer = Sealer(self.folder, ZONE, clock=self.clock)
        sealer.seal()
        if close:
            sealer.close_due()

    @cached_property
    def asking(self) -> Asking:
        return Asking(Campus.open(self.folder), ZONE)


def without_shipped(campus: Path) -> None:
    """Hide the screens that come with the program: what is told is of those of the campus."""
    folder = campus / "config" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    for name in shipped_files()[SCREENS]:
        screen_id = Path(name).stem
        (folder / f"no_{screen_id}.toml").write_text(f'id = "{screen_id}"\nenabled = false\n', encoding="utf-8")
