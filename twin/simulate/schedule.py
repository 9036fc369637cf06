"""When incidents happen: by themselves one after the other, or when somebody orders one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from twin.errors import BadIncidentError
from twin.model.time import microseconds, moment
from twin.simulate.chance import key, share
from twin.simulate.days import SECOND_US
from twin.simulate.patterns import IncidentPattern
from twin.simulate.scripts import Script

_ORDER: Final = re.compile(r"(?P<name>[a-z0-9-]+)@(?:\+(?P<after>\d+)(?P<unit>s|m|h)|(?P<clock>\d{1,2}:\d{2}))")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Planned:
    """A script at a time."""

    name: str
    begin_us: int
    number: int


def scheduled(seed: int, pattern: IncidentPattern, from_us: int, until_us: int) -> list[Planned]:
    """What begins by itself in ``[from_us, until_us)``: one in each stretch, in turn."""
    if not pattern.order:
        return []
    every_us = pattern.every_s * SECOND_US
    found = []
    for number in range(from_us // every_us - 1, until_us // every_us + 1):
        begin_us = number * every_us + int(share(seed, "incident", number) * pattern.jitter_s) * SECOND_US
        if from_us <= begin_us < until_us:
            name = pattern.order[(number + key(seed, "order")) % len(pattern.order)]
            found.append(Planned(name, begin_us, number))
    return found


def ordered(text: str, scripts: dict[str, Script], now_us: int, timezone: str) -> Planned:
    """``NAME@+60s`` or ``NAME@14:30``, campus-local, today or else tomorrow. Raises BadIncidentError."""
    said = _ORDER.fullmatch(text.strip())
    if said is None or said["name"] not in scripts:
        raise BadIncidentError(said=text, known=", ".join(sorted(scripts)))
    if said["after"]:
        begin_us = now_us + int(said["after"]) * _UNITS[said["unit"]] * SECOND_US
    else:
        begin_us = _next(said["clock"], now_us, timezone, text, scripts)
    return Planned(said["name"], begin_us // SECOND_US * SECOND_US, begin_us // SECOND_US)


def _next(clock: str, now_us: int, timezone: str, text: str, scripts: dict[str, Script]) -> int:
    now = moment(now_us).astimezone(ZoneInfo(timezone))
    hours, minutes = (int(one) for one in clock.split(":"))
    if hours > 23 or minutes > 59:
        raise BadIncidentError(said=text, known=", ".join(sorted(scripts)))
    then = datetime.combine(now.date(), time(hours, minutes), now.tzinfo)
    return microseconds(then if then > now else then + timedelta(days=1))
