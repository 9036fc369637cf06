"""``GET /incidents``: the board, and what of it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from ioc_app.alarms import when
from ioc_app.api.incident_bodies import Name
from ioc_app.casework import Casework
from twin.live.incidents.book import urgency
from twin.live.incidents.clocks import ClockName
from twin.live.incidents.state import IncidentState
from twin.model.levels import LEVELS
from twin.model.live import Level, Stage
from twin.model.time import microseconds

MOST: Final = 1_000


def board_routes(router: APIRouter, casework: Casework) -> None:
    watch = casework.watch

    @router.get("/incidents")
    def incidents(
        state: Literal["open", "closed", "all"] = "open",
        level: Level | None = None,
        kind: Name | None = None,
        stage: Stage | None = None,
        building_id: Name | None = None,
        zone_id: Name | None = None,
        owner: Name | None = None,
        unit: Name | None = None,
        supervised: bool | None = None,
        breached: bool | None = None,
        q: Annotated[str, Field(max_length=100)] | None = None,
        start: AwareDatetime | None = None,
        end: AwareDatetime | None = None,
        limit: Annotated[int, Field(ge=1, le=MOST)] = 200,
    ) -> dict[str, Any]:
        """Open ones by urgency; others by when they were opened, the newest first."""
        with watch.guard:
            now_us = watch.now_us()
            open_ones = watch.incidents.open(now_us)
            chosen = (
                open_ones
                if state == "open"
                else [one for one in watch.incidents.all() if state == "all" or not one.open]
            )
            chosen = [
                one
                for one in chosen
                if (start is None or one.opened_us >= microseconds(start))
                and (end is None or one.opened_us < microseconds(end))
                and level in (None, one.level)
                and kind in (None, one.kind)
                and stage in (None, one.stage)
                and building_id in (None, one.place.get("building_id"))
                and (zone_id is None or zone_id in (one.place.get("zone_ids") or ()))
                and owner in (None, one.owner)
                and (unit is None or any(order.unit == unit for order in one.orders))
                and supervised in (None, one.supervised is not None)
                and (breached is None or breached == _breached(one, now_us))
            ]
        key = (lambda one: urgency(one, now_us)) if state == "open" else (lambda one: (-one.opened_us, one.incident_id))
        found = casework.summaries(sorted(chosen, key=key), now_us)
        if q:
            found = [one for one in found if _tells_of(one, q.casefold())]
        return {
            "at": when(now_us),
            "total": len(found),
            "counts": _counts(open_ones, now_us),
            "incidents": found[:limit],
        }


def _breached(one: IncidentState, now_us: int) -> bool:
    return any(one.missed(name, now_us) for name in ClockName)


def _tells_of(summary: Mapping[str, Any], wanted: str) -> bool:
    place = summary["place"]
    texts = [summary["incident_id"], place["device"], place["said"], summary["owner"]]
    texts += [*summary["title"].values(), *summary["kind_title"].values(), *place["where"].values()]
    return any(wanted in str(one).casefold() for one in texts if one)


def _counts(states: Sequence[IncidentState], now_us: int) -> dict[str, Any]:
    """Of all that are open, whatever was asked for."""
    levels, stages = Counter(one.level.value for one in states), Counter(one.stage.value for one in states)
    return {
        "open": len(states),
        "level": {one.value: levels[one.value] for one in LEVELS},
        "stage": {one.value: stages[one.value] for one in Stage if one not in (Stage.CLOSED, Stage.RATED)},
        "supervised": sum(one.supervised is not None for one in states),
        "suspended": sum(one.suspended is not None for one in states),
        "breached": sum(_breached(one, now_us) for one in states),
        "warned": sum(
            any(
                clock.running and clock.warns_us is not None and clock.warns_us <= now_us
                for clock in one.clocks(now_us)
            )
            and not _breached(one, now_us)
            for one in states
        ),
    }
