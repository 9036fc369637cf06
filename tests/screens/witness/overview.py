"""The numbers of the whole campus."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from tests.screens.witness.facts import Facts, share
from tests.screens.witness.fire import people as staff_inside
from tests.screens.witness.security import visitors
from twin.live.incidents.clocks import ClockName
from twin.live.incidents.transitions import ENDED
from twin.model.time import microseconds


def still_open(facts: Facts) -> float:
    return sum(one.open for one in facts.incidents(facts.at))


def on_time(facts: Facts) -> float | None:
    since_us, at_us = microseconds(facts.midnight(29)), microseconds(facts.at)
    opened = [one for one in facts.incidents(facts.midnight(29)) if one.opened_us >= since_us]
    kept = [one for one in opened if not any(one.missed(name, at_us) for name in ClockName)]
    return share(len(kept), len(opened))


def people(facts: Facts) -> float:
    return staff_inside(facts) + (visitors(facts) if facts.place is None else 0)


def online(facts: Facts) -> float | None:
    """Heard: a good or doubtful reading, or an event, no longer ago than the most patient of its points allows."""
    points = facts.here(facts.points.dropna(subset=["feature_id"]))
    patience_s = points.groupby("device_code").stale_after_s.max()
    heard = pd.concat([facts.measured.groupby("device_code").observed_at.max(), _spoke(facts)]).groupby(level=0).max()
    age_s = (pd.Timestamp(facts.at) - heard).dt.total_seconds()
    on = [code for code, most in patience_s.items() if age_s.get(code, float("inf")) <= most]
    return share(len(on), len(patience_s))


def _spoke(facts: Facts) -> pd.Series:
    since = pd.Timestamp(facts.at) - pd.Timedelta(hours=48)
    said = facts.events[facts.events.occurred_at >= since]
    newest: pd.Series = said.groupby("originator").occurred_at.max()
    return newest


def late(facts: Facts) -> float:
    at_us = microseconds(facts.at)
    going = [[clock for clock in one.clocks(at_us) if clock.stopped_us is None] for one in facts.incidents(facts.at)]
    return sum(any(clock.breached for clock in clocks) for clocks in going)


def alarms(facts: Facts) -> float:
    return sum(one.active and not one.shelved and not one.suppressed_by for one in facts.alarms(facts.at))


def closed(facts: Facts) -> float:
    since_us, count = microseconds(facts.midnight()), 0
    for one in facts.incidents(facts.midnight(29)):
        ended_us = None
        for step in one.steps:
            if step.stage not in ENDED:
                ended_us = None
            elif ended_us is None:
                ended_us = step.at_us
        count += ended_us is not None and ended_us >= since_us
    return count


def temperature(facts: Facts) -> float | None:
    found = facts.latest[(facts.latest.point_id == "weather:temperature") & ~facts.latest.stale].value
    return None if found.empty else float(found.iloc[0])


def rain(facts: Facts) -> float | None:
    hours = facts.steps("rain")
    full = (hours.from_at >= facts.midnight()) & (hours.from_at + pd.Timedelta(hours=1) <= facts.at)
    return float(hours[full]["mean"].sum()) if full.any() else None


WITNESSES: dict[str, Callable[[Facts], float | None]] = {
    "overview.open": still_open,
    "overview.on_time": on_time,
    "overview.people": people,
    "overview.online": online,
    "overview.late": late,
    "overview.alarms": alarms,
    "overview.closed": closed,
    "overview.temperature": temperature,
    "overview.rain": rain,
}
PLACES = dict.fromkeys(WITNESSES, "building:campus:B03")
del PLACES["overview.temperature"], PLACES["overview.rain"]
