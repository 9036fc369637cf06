"""``/incidents/terms``, ``/plans``, ``/incidents/measures``: what forms offer, and what the centre is measured by."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import AwareDatetime

from ioc_app.alarms import when
from ioc_app.api.incident_bodies import Name
from ioc_app.api.people import identity_of
from ioc_app.casework import Casework
from twin.live.incidents.measures import Measure, StageTime, measure
from twin.live.incidents.transitions import DISMISSALS, OUTCOME_TITLES, STAGE_TITLES
from twin.model.levels import LEVELS
from twin.model.live import Level
from twin.model.text import Title
from twin.model.time import microseconds
from twin.people.roles import Right

CHANNELS: Final[dict[str, Title]] = {
    "phone": Title("电话", "Telephone"),
    "walk_in": Title("当面", "In person"),
    "patrol": Title("巡逻", "Patrol"),
    "app": Title("小程序", "App"),
    "hotline": Title("热线转办", "Hotline"),
    "other": Title("其他", "Other"),
}


def term_routes(router: APIRouter, casework: Casework) -> None:
    watch = casework.watch

    @router.get("/incidents/terms")
    def terms(request: Request) -> dict[str, Any]:
        """What a form offers."""
        setup, cleared = casework.setup, identity_of(request).may(Right.NAMES)
        units = setup.duty.settings.units
        return {
            "kinds": [
                {
                    "kind": kind,
                    "title": one.title.model_dump(),
                    "level": one.level.value,
                    "plan_id": plan.id if (plan := setup.plans.of(kind)) else None,
                }
                for kind, one in setup.settings.kinds.items()
            ],
            "levels": [
                {"level": one.level.value, "numeral": one.numeral, "title": one.title.to_dict(), "shape": one.shape}
                for one in LEVELS.values()
            ],
            "stages": [{"stage": stage.value, "title": one.to_dict()} for stage, one in STAGE_TITLES.items()],
            "channels": [{"channel": name, "title": one.to_dict()} for name, one in CHANNELS.items()],
            "outcomes": [{"outcome": one.value, "title": OUTCOME_TITLES[one].to_dict()} for one in DISMISSALS],
            "units": [
                {"unit": unit, "title": one.title.model_dump(), "phone": one.phone} for unit, one in units.items()
            ],
            "on_duty": [
                {
                    "unit": one.unit,
                    "unit_title": units[one.unit].title.model_dump(),
                    "person": one.person,
                    "name": one.name,
                    "phone": one.phone if cleared else None,
                    "shift": one.shift,
                }
                for one in setup.duty.on_duty(watch.now_us())
            ],
            "unverified": setup.unverified,
        }

    @router.get("/plans")
    def plans() -> dict[str, Any]:
        found = casework.setup.plans.plans.values()
        return {"plans": [{**one.to_dict(), "kinds": list(one.kinds)} for one in found]}


def measure_routes(router: APIRouter, casework: Casework) -> None:
    watch = casework.watch

    @router.get("/incidents/measures")
    def measures(
        start: AwareDatetime, end: AwareDatetime, kind: Name | None = None, level: Level | None = None
    ) -> dict[str, Any]:
        """The measures of the incidents opened in a period; definitions in ``twin/live/incidents/measures.py``."""
        with watch.guard:
            now_us = watch.now_us()
            states = [one for one in watch.incidents.all() if kind in (None, one.kind) and level in (None, one.level)]
        settings = casework.setup.settings
        found = measure(states, microseconds(start), microseconds(end), now_us, settings.satisfied_from)
        unverified = casework.setup.unverified
        behind = {name for one in found.shares for name in (*one.reached, *one.missing)}
        return {
            "start": start.isoformat(),
            "end": end.isoformat(),
            "at": when(now_us),
            "incidents": found.incidents,
            "measures": [_share(one, unverified=unverified) for one in found.shares],
            "stages": [_stage_time(one) for one in found.stages],
            "behind": {
                one.incident_id: {"title": dict(one.title), "level": one.level.value}
                for one in states
                if one.incident_id in behind
            },
        }


def _share(one: Measure, *, unverified: bool) -> dict[str, Any]:
    return {
        "measure": one.name,
        "title": one.title.to_dict(),
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "unverified": unverified,
        "reached": list(one.reached),
        "evidence": list(one.missing),
    }


def _stage_time(one: StageTime) -> dict[str, Any]:
    before, after = STAGE_TITLES[one.before], STAGE_TITLES[one.after]
    return {
        "from": one.before.value,
        "to": one.after.value,
        "title": {"zh": f"{before.zh} → {after.zh}", "en": f"{before.en} → {after.en}"},
        "mean_s": one.mean_s,
        "median_s": one.median_s,
        "samples": one.samples,
        "slowest": list(one.slowest),
    }
