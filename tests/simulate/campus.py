"""The demo campus as a simulator sees it, and what it says in a stretch of time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from twin.model.time import microseconds
from twin.simulate.campus import SimulatedCampus, read_campus
from twin.simulate.days import Days
from twin.simulate.ledger import Ledger
from twin.simulate.patterns import load_patterns
from twin.simulate.scenario import Scenario
from twin.simulate.schedule import Planned
from twin.simulate.scripts import load_scripts

TIMEZONE = "Asia/Shanghai"
S = 1_000_000
HOUR_US = 3600 * S

_read: dict[Path, SimulatedCampus] = {}


def at(text: str) -> int:
    """A campus-local time in microseconds."""
    return microseconds(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(TIMEZONE)))


def simulated(folder: Path) -> SimulatedCampus:
    if folder not in _read:
        _read[folder] = read_campus(folder, TIMEZONE)
    return _read[folder]


def scenario(
    folder: Path,
    seed: int = 5,
    *,
    ledger: Ledger | None = None,
    orders: tuple[Planned, ...] = (),
    by_themselves: bool = False,
    every_s: int | None = None,
) -> Scenario:
    return Scenario(
        simulated(folder),
        load_patterns().reporting_every(every_s),
        load_scripts(),
        ledger or Ledger(seed),
        Days(TIMEZONE),
        orders=orders,
        by_themselves=by_themselves,
    )


def events(one: Scenario, from_us: int, until_us: int) -> Iterator[dict[str, Any]]:
    """The events of a stretch of time, hour by hour, without the patrols."""
    for begin_us in range(from_us, until_us, HOUR_US):
        end_us = min(begin_us + HOUR_US, until_us)
        yield from map(json.loads, one.between(begin_us, end_us, stretch=60, patrols=False).events)
