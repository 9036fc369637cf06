"""The numbers of fire safety."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pandas as pd

from tests.screens.witness.facts import ZONE, Facts, share


def alarms(facts: Facts) -> float:
    """Counted by detector, for one that burns raises smoke and fire."""
    burning = [one for one in facts.alarms(facts.at) if one.active and one.alarm_type in ("fire", "smoke.high", "gas")]
    return len({one.device or one.originator for one in burning})


def left(begins: str, ends: str) -> Callable[[Facts], float]:
    """How many originators said the first and not the second since."""

    def count(facts: Facts) -> float:
        said = facts.here(facts.happened(facts.midnight(6), begins, ends))
        return int((said.groupby("originator").type.last() == begins).sum())

    return count


def blocked(facts: Facts) -> float:
    said = facts.happened(facts.midnight(6), "exit.blocked", "exit.cleared")
    last = said.groupby("a_exit_id").type.last()
    exits = facts.here(facts.register("exits"))
    return int((last[last.index.isin(exits.exit_id)] == "exit.blocked").sum())


def lowest(quantity: str, device_type: str) -> Callable[[Facts], float | None]:
    def find(facts: Facts) -> float | None:
        values = facts.fresh(quantity, device_type).value
        return None if values.empty else float(values.min())

    return find


def online(facts: Facts) -> float | None:
    listed = facts.here(facts.devices[facts.devices.device_type == "smoke"])
    return share(len(facts.fresh("obscuration", "smoke")), len(listed))


def people(facts: Facts) -> float:
    passed = facts.happened(facts.midnight(), "access.in", "access.out")
    last = passed.groupby("a_staff_id").last()
    return len(facts.here(last[last.type == "access.in"][["building_id"]]))


def overdue(facts: Facts) -> float | None:
    return _due(facts, None, facts.at.astimezone(ZONE).date() - timedelta(days=1))


def due(facts: Facts) -> float | None:
    today = facts.at.astimezone(ZONE).date()
    return _due(facts, today, today + timedelta(days=30))


def _due(facts: Facts, first: object, last: object) -> float | None:
    listed = facts.here(facts.register("fire_equipment"))
    if listed.empty:
        return None
    days = listed.inspection_due_on.dropna()
    return sum((first is None or day >= first) and day <= last for day in days)


def drills(facts: Facts) -> float | None:
    today = facts.at.astimezone(ZONE).date()
    listed = facts.here(facts.register("drills"))
    planned = [one for one in listed.itertuples() if one.planned_on.year == today.year and one.planned_on <= today]
    return share(sum(not pd.isna(one.held_on) and one.held_on <= today for one in planned), len(planned))


def evacuation(facts: Facts) -> float | None:
    today = facts.at.astimezone(ZONE).date()
    listed = facts.here(facts.register("drills")).dropna(subset=["held_on", "evacuated_s", "target_s"])
    held = [one for one in listed.itertuples() if one.held_on.year == today.year and one.held_on <= today]
    return share(sum(one.evacuated_s <= one.target_s for one in held), len(held))


WITNESSES: dict[str, Callable[[Facts], float | None]] = {
    "fire.alarms": alarms,
    "fire.faults": left("detector.fault", "detector.fault.cleared"),
    "fire.isolated": left("detector.isolated", "detector.reinstated"),
    "fire.pressure": lowest("pressure", "hydrant"),
    "fire.overdue": overdue,
    "fire.blocked": blocked,
    "fire.tank": lowest("level", "tank"),
    "fire.online": online,
    "fire.people": people,
    "fire.due": due,
    "fire.drills": drills,
    "fire.evacuation": evacuation,
}
_MAIN = "building:campus:B01"
PLACES = dict.fromkeys(WITNESSES, _MAIN) | {
    "fire.faults": "building:campus:B03",
    "fire.isolated": "building:campus:B02",
    "fire.pressure": "zone:zones:WG-01",
    "fire.blocked": "storey:campus:B01.2F",
}
