"""``/resources/near``: what is nearest to a place, and who answers for it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from ioc_app.api.people import identity_of
from ioc_app.api.positions import Metres
from ioc_app.casework import Casework
from ioc_app.whereabouts import Whereabouts
from twin.errors import UnknownPlaceError
from twin.live.incidents.duty import OnDuty
from twin.live.incidents.resources import Near, Responsible
from twin.live.messages_out import masked
from twin.model.time import moment
from twin.people.roles import Right

Text = Annotated[str, Field(min_length=1, max_length=200)]


def resource_routes(casework: Casework) -> APIRouter:
    router = APIRouter()

    @router.get("/resources/near")
    def near(
        request: Request,
        x: Metres | None = None,
        y: Metres | None = None,
        z: Metres = 0.0,
        device_code: Text | None = None,
        feature_id: Text | None = None,
        storey_id: Text | None = None,
        building_id: Text | None = None,
        types: Annotated[str, Field(max_length=500)] | None = None,
        limit: Annotated[int, Field(ge=1, le=100)] | None = None,
        within_m: Annotated[float, Field(gt=0, le=100_000)] | None = None,
    ) -> dict[str, Any]:
        """x, y, z are scene axes. A type of which nothing is near is listed with none."""
        where = casework.where()
        scene = (x, y, z) if x is not None and y is not None else None
        place = where.told(
            scene=scene, device=device_code, feature_id=feature_id, storey_id=storey_id, building_id=building_id
        )
        at = where.position(place)
        if at is None:
            raise UnknownPlaceError(detail=device_code or feature_id or "x, y")
        settings = where.resources.settings
        wanted = [one for one in types.split(",") if one in settings.types] if types else list(settings.types)
        return {
            "place": where.shown(place),
            "resources": [
                {
                    "type": name,
                    "title": settings.types[name].title.model_dump(),
                    "nearest": [
                        _near(one, where)
                        for one in where.resources.near(
                            at, place, name, limit or settings.each, within_m or settings.within_m
                        )
                    ],
                }
                for name in wanted
            ],
            "responsible": _responsible(casework, where, place, cleared=identity_of(request).may(Right.NAMES)),
        }

    return router


def _near(one: Near, where: Whereabouts) -> dict[str, Any]:
    thing = one.thing
    return {
        "feature_id": thing.feature_id,
        "idx": thing.idx,
        "device_code": thing.code,
        "name": thing.name,
        "distance_m": round(one.distance_m, 1),
        "height_m": round(one.height_m, 1),
        "same_storey": one.same_storey,
        "same_building": one.same_building,
        "scene": where.manifest.to_scene(one.position),
        "building_id": thing.building_id,
        "storey_id": thing.storey_id,
    }


def _responsible(
    casework: Casework, where: Whereabouts, place: Mapping[str, Any], *, cleared: bool
) -> list[dict[str, Any]]:
    """Whom relations and zones name, then who is on duty in the zone."""
    staff = _staff(casework)
    found = [_named(one, where, staff) for one in where.resources.responsible(place)]
    now_us = casework.watch.now_us()
    zones = set(place.get("zone_ids") or ())
    duty = casework.setup.duty
    rosters = casework.reads.campus.register("rosters")
    turns = rosters.to_pylist() if rosters is not None else []
    found += [_on_roster(one, where, staff) for one in turns_at(turns, zones, moment(now_us))]
    found += [
        _on_duty(one, duty.unit_titles())
        for one in duty.on_duty(now_us)
        if not one.registered and zones & set(one.zones)
    ]
    unique = {(one["of"], one["of_id"], one["who"]): one for one in found}
    return [one if cleared or not one["phone"] else one | masked({"phone": one["phone"]}) for one in unique.values()]


def _named(one: Responsible, where: Whereabouts, staff: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    person = staff.get(one.who, {})
    title = where.directory.name_of(one.of_id) or one.of_id
    return {
        "of": one.of,
        "of_id": one.of_id,
        "of_title": title,
        "who": one.who,
        "name": person.get("name") or one.who,
        "unit": person.get("unit_id"),
        "unit_title": None,
        "phone": person.get("phone"),
        "reason": {"zh": f"负责“{title}”", "en": f"answers for '{title}'"},
    }


def turns_at(rows: Iterable[Mapping[str, Any]], zones: Container[str], at: datetime) -> list[Mapping[str, Any]]:
    """The turns of the register of rosters that run at a moment in one of these zones."""
    return [
        row
        for row in rows
        if row["zone_id"] in zones
        and (row["starts_at"] is None or row["starts_at"] <= at)
        and (row["ends_at"] is None or at < row["ends_at"])
    ]


def _on_roster(turn: Mapping[str, Any], where: Whereabouts, staff: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    named = _named(Responsible("roster", turn["zone_id"], turn["staff_id"], "rosters"), where, staff)
    role, title = turn["role"] or "", named["of_title"]
    return named | {"reason": {"zh": f"{title}当班 {role}".strip(), "en": f"on duty in {title} {role}".strip()}}


def _on_duty(one: OnDuty, unit_titles: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    title = unit_titles[one.unit]
    return {
        "of": "duty",
        "of_id": one.unit,
        "of_title": title["zh"],
        "who": one.person,
        "name": one.name,
        "unit": one.unit,
        "unit_title": dict(title),
        "phone": one.phone,
        "reason": {"zh": f"{title['zh']}当班", "en": f"on duty for {title['en']}"},
    }


def _staff(casework: Casework) -> dict[str, dict[str, Any]]:
    table = casework.reads.campus.register("staff")
    return {row["staff_id"]: row for row in table.to_pylist()} if table is not None else {}
