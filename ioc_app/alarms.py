"""Alarms as screens and programs are given them: what stands, where, since when, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ioc_app.directory import Directory
from twin.live.alarms.book import Flood
from twin.live.alarms.record import HistoryLine
from twin.live.alarms.state import AlarmState
from twin.live.point_book import PointBook
from twin.live.rules.entries import position_in
from twin.live.watching import Watch
from twin.model.time import moment


def alarms_shown(
    alarms: Sequence[AlarmState], watch: Watch, points: PointBook, directory: Directory
) -> list[dict[str, Any]]:
    """JSON of alarms, each with the open case that it belongs to."""
    with watch.guard:
        cases = [watch.incidents.case_of(one.key) for one in alarms]
    return [alarm_dict(one, case, points, directory) for one, case in zip(alarms, cases, strict=True)]


def alarm_dict(one: AlarmState, incident_id: str | None, points: PointBook, directory: Directory) -> dict[str, Any]:
    """JSON of one alarm, as docs/interfaces.md describes it; ``incident_id`` is the open case that it belongs to."""
    idx = idx_of(one, points, directory)
    position = position_in(one.place, 3)
    return {
        "alarm_id": one.alarm_id,
        "originator": one.originator,
        "alarm_type": one.alarm_type,
        "level": one.level.value,
        "title": dict(one.title),
        "text": dict(one.text),
        "opened_at": when(one.opened_us),
        "raised_at": when(one.raised_us),
        "cleared_at": when(one.cleared_us),
        "active": one.active,
        "acknowledged": one.acknowledged,
        "acknowledged_by": one.acknowledged_by,
        "acknowledged_at": when(one.acknowledged_us),
        "closed": one.closed,
        "raise_count": one.raise_count,
        "event_count": one.event_count,
        "value": one.value,
        "unit": one.unit,
        "limit": one.limit,
        "device": one.device,
        "idx": idx,
        "where": where_of(idx, one.device or one.originator, one.place.get("zone_ids") or (), directory),
        "scene": directory.generation.manifest.to_scene(position) if idx is None and position else None,
        "place": {name: value for name, value in one.place.items() if name != "position"},
        "assignee": one.assignee,
        "shelved": one.shelved,
        "shelved_until": when(one.shelved_until_us),
        "suppressed_by": one.suppressed_by,
        "comments": [{"at": when(each.occurred_us), "author": each.author, "text": each.text} for each in one.comments],
        "rule_ids": list(one.rule_ids),
        "incident_id": incident_id,
    }


def line_dict(line: HistoryLine) -> dict[str, Any]:
    """One line of what happened to an alarm. ``said`` is what its entry says beside."""
    return {
        "seq": line.seq,
        "entry_id": line.entry_id,
        "kind": line.kind,
        "at": when(line.occurred_us),
        "received_at": when(line.received_us),
        "author": line.author,
        "text": line.said.get("text") or line.said.get("reason"),
        "note": line.said.get("note"),
        "value": line.said.get("value"),
        "until": when(line.said.get("until_us")),
        "assignee": line.said.get("assignee"),
        "rule_id": line.said.get("rule_id"),
        "rule_version": line.said.get("rule_version"),
    }


def flood_dict(flood: Flood) -> dict[str, Any]:
    return {
        "count": flood.count,
        "limit": flood.limit,
        "window_s": flood.window_s,
        "flooding": flood.flooding,
        "unverified": flood.unverified,
    }


def idx_of(one: AlarmState, points: PointBook, directory: Directory) -> int | None:
    """The number of the alarm's device, or of the place that a composite stands at, in the generation in use."""
    if one.device is not None:
        return points.idx_of_device(one.device)
    return directory.idx_by_id.get(one.originator)


def where_of(idx: int | None, otherwise: str, zone_ids: Sequence[str], directory: Directory) -> dict[str, str]:
    """``主楼 · 3F · 烟感 310``, outdoors ``网格03 · 阀井07``; of what the campus does not know, its code."""
    if idx is None:
        return {"zh": otherwise, "en": otherwise}
    entry = directory.entry(idx)
    itself = entry["name"] or entry["label"] or otherwise
    zones = (directory.name_of(one) for one in zone_ids) if entry["building"] is None else ()
    zone = next((one for one in zones if one), None)
    building_en = directory.building_name_en(idx) or entry["building"]
    return {
        "zh": " · ".join(one for one in (zone, entry["building"], entry["storey"], itself) if one),
        "en": " · ".join(one for one in (zone, building_en, entry["storey"], itself) if one),
    }


def when(at_us: int | None) -> str | None:
    return moment(at_us).isoformat() if at_us is not None else None
