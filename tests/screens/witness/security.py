"""The numbers of security."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from tests.screens.witness.facts import ZONE, Facts, share
from twin.live.alarms.state import AlarmState
from twin.live.incidents.transitions import RANK
from twin.model.live import Stage
from twin.model.time import microseconds


def _ours(one: AlarmState) -> bool:
    return one.alarm_type in ("intrusion", "geofence", "entry.off_hours") or one.alarm_type.startswith("door.")


def alarms(facts: Facts) -> float:
    return sum(_ours(one) and not one.closed and not one.shelved for one in facts.alarms(facts.at))


def raised(facts: Facts) -> float:
    since_us = microseconds(facts.midnight())
    return sum(_ours(one) and one.opened_us >= since_us for one in facts.alarms(facts.midnight()))


def response(facts: Facts) -> float | None:
    since_us = microseconds(facts.midnight(29))
    waited_s = []
    for one in facts.incidents(facts.midnight(29)):
        if one.opened_us >= since_us and RANK[one.stage] >= RANK[Stage.ACCEPTED]:
            # since when it is beyond "found" without having gone back
            at_us = one.opened_us
            for step in one.steps:
                if step.stage is Stage.FOUND:
                    at_us = -1
                elif at_us == -1:
                    at_us = step.at_us
            waited_s.append((at_us - one.opened_us) / 1e6)
    return median(waited_s) / 60 if waited_s else None


def patrol(facts: Facts) -> float | None:
    points = facts.here(facts.register("checkpoints"))
    hours = (facts.at - facts.midnight()).total_seconds() / 3600
    due = {one.checkpoint_id: int(hours * one.rounds_a_day / 24) for one in points.itertuples()}
    said = facts.happened(facts.midnight(), "patrol.checked")
    done = {(one.a_checkpoint_id, int(one.a_round)) for one in said.itertuples()}
    return share(sum(number <= due.get(point, 0) for point, number in done), sum(due.values()))


def cameras(facts: Facts) -> float | None:
    listed = facts.here(facts.devices[facts.devices.device_type == "camera"])
    return share(int((facts.fresh("online", "camera").value == 1).sum()), len(listed))


def visitors(facts: Facts) -> float:
    said = facts.happened(facts.midnight(), "visitor.in", "visitor.out").type
    return max(int((said == "visitor.in").sum()) - int((said == "visitor.out").sum()), 0)


def blind(facts: Facts) -> float | None:
    zones = facts.layer("zones")
    places = {*zones[zones.zone_type == "grid"].feature_id, *facts.devices.building_id.dropna()}
    places = {one for one in places if facts.place in (None, one)}
    online = Facts(facts.folder, facts.at).fresh("online", "camera")
    sees = facts.relations("sees")
    seen = set(sees[sees.from_id.isin(online[online.value == 1].feature_id)].to_id)
    return share(len(places - seen), len(places))


def perimeter(facts: Facts) -> float | None:
    since = facts.at.timestamp() - 48 * 3600
    said = facts.happened(facts.midnight(3), "perimeter.tested")
    said = said[said.occurred_at.map(lambda one: one.timestamp()) >= since]
    ok = said.groupby("a_segment_id").a_ok.last()
    segments = facts.here(facts.register("perimeter"))
    passed = segments[segments.segment_id.isin(ok[ok.astype(bool)].index)]
    return share(float(passed.length_m.sum()), float(segments.length_m.sum()))


def doors_open(facts: Facts) -> float | None:
    contacts = facts.fresh("open", "door").value
    return None if contacts.empty else int((contacts == 1).sum())


def passages(facts: Facts) -> float:
    return len(facts.here(facts.happened(facts.midnight(), "access.in")))


def off_hours(facts: Facts) -> float:
    """No calendar is written for this campus: Monday to Friday people work."""
    said = facts.here(facts.happened(facts.midnight(6), "door.entry"))
    local = said.occurred_at.dt.tz_convert(ZONE)
    return int(((local.dt.day_of_week >= 5) | (local.dt.hour >= 19) | (local.dt.hour < 7)).sum())


WITNESSES: dict[str, Callable[[Facts], float | None]] = {
    "security.alarms": alarms,
    "security.response": response,
    "security.patrol": patrol,
    "security.cameras": cameras,
    "security.visitors": visitors,
    "security.blind": blind,
    "security.perimeter": perimeter,
    "security.raised": raised,
    "security.doors_open": doors_open,
    "security.passages": passages,
    "security.off_hours": off_hours,
}
PLACES = dict.fromkeys(WITNESSES, "zone:zones:WG-01") | {
    "security.response": "building:campus:B03",
    "security.doors_open": "building:campus:B01",
    "security.passages": "building:campus:B02",
    "security.off_hours": "building:campus:B01",
}
del PLACES["security.visitors"]
