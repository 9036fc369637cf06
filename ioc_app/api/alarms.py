"""``/alarms``: what stands, what was done, and the acts of people. ``/maintenance``: when alarms are expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, Field

from ioc_app.alarms import alarm_dict, alarms_shown, flood_dict, line_dict, when
from ioc_app.api.errors import body_of
from ioc_app.api.people import identity_of
from ioc_app.api.reads import Reads
from ioc_app.api.said import Said
from twin.errors import TwinError, UnknownAlarmError, WindowScopeError
from twin.live.alarms.actors import Actor
from twin.live.alarms.acts import Act, draft, possible
from twin.live.alarms.maintenance import Scope, Window
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.rules.entries import Decision
from twin.live.running import RunningCampus
from twin.mistakes import Mistake, Mistakes
from twin.model.time import microseconds
from twin.people.roles import Right

Text = Annotated[str, Field(max_length=200)]
LongText = Annotated[str, Field(max_length=4000)]
MOST_AT_ONCE: Final = 500
ACTS: Final = {
    "acknowledge": Act.ACKNOWLEDGED,
    "shelve": Act.SHELVED,
    "unshelve": Act.UNSHELVED,
    "comment": Act.COMMENTED,
    "assign": Act.ASSIGNED,
}


class Acting(Said):
    """One act about one alarm or many. Shelving says ``until`` and ``reason``, assigning ``assignee``."""

    act: Literal["acknowledge", "shelve", "unshelve", "comment", "assign"]
    alarms: Annotated[list[Text], Field(min_length=1, max_length=MOST_AT_ONCE)]
    until: AwareDatetime | None = None
    reason: LongText | None = None
    text: LongText | None = None
    assignee: Text | None = None

    def said(self) -> dict[str, Any]:
        """What the entry says, as the journal keeps it."""
        until_us = microseconds(self.until) if self.until else None
        found = {"until_us": until_us, "reason": self.reason, "text": self.text, "assignee": self.assignee}
        return {name: one for name, one in found.items() if one is not None}


class NewWindow(Said):
    window_id: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    start: AwareDatetime
    end: AwareDatetime
    scope: Scope
    reason: Annotated[str, Field(min_length=1, max_length=4000)]


def alarm_routes(running: RunningCampus, reads: Reads) -> APIRouter:
    """Plain functions: the server runs each in a worker thread."""
    router = APIRouter()
    _alarms(router, running, reads)
    _acts(router, running)
    _maintenance(router, running)
    return router


def alarms_as_shown(running: RunningCampus, reads: Reads, *, standing: bool) -> list[dict[str, Any]]:
    """What stands, gravest first; or everything that is remembered, the newest first."""
    watch = running.watch
    with watch.guard:
        now_us = watch.now_us()
        found = watch.alarms.standing(now_us) if standing else _remembered(running, now_us)
    return _shown(found, running, reads)


def _remembered(running: RunningCampus, now_us: int) -> list[AlarmState]:
    book = running.watch.alarms
    found = [one for key in book.remembered() for one in book.occurrences(*key, now_us)]
    return sorted(found, key=lambda one: -one.raised_us)


def _shown(alarms: Sequence[AlarmState], running: RunningCampus, reads: Reads) -> list[dict[str, Any]]:
    return alarms_shown(alarms, running.watch, running.points(), reads.directory(reads.generation))


def _alarms(router: APIRouter, running: RunningCampus, reads: Reads) -> None:
    watch = running.watch

    @router.get("/alarms")
    def alarms(standing: bool = True) -> dict[str, Any]:
        return {"alarms": alarms_as_shown(running, reads, standing=standing), "flood": flood_dict(watch.flood)}

    @router.get("/alarms/actors")
    def actors(start: AwareDatetime, end: AwareDatetime) -> dict[str, Any]:
        """The alarms that trouble people most in a period, as far as it is remembered."""
        with watch.guard:
            found = watch.alarms.actors(microseconds(start), microseconds(end))
            return {
                name: [_actor(one, running) for one in getattr(found, name)]
                for name in ("most_raised", "longest_standing", "chattering")
            }

    @router.get("/alarms/{alarm_id}")
    def alarm(alarm_id: str, request: Request, at: AwareDatetime | None = None) -> dict[str, Any]:
        """One alarm with its whole history, and what the asker can do about it now: as it was then, nothing."""
        if at is not None:
            return _then(alarm_id, at, running, reads)
        with watch.guard:
            one = watch.alarms.find(alarm_id, watch.now_us())
            lines = watch.alarms.history(one.originator, one.alarm_type)
        mine = possible(one) if identity_of(request).may(Right.HANDLE) else frozenset[Act]()
        [shown] = _shown([one], running, reads)
        return {
            **shown,
            "possible": [name for name, act in ACTS.items() if act in mine],
            "history": [line_dict(each) for each in lines],
        }


def _then(alarm_id: str, at: datetime, running: RunningCampus, reads: Reads) -> dict[str, Any]:
    alarms, incidents = running.past.at(at)
    one = alarms.find(alarm_id, microseconds(at))
    if one.opened_us > microseconds(at):
        raise UnknownAlarmError(alarm=alarm_id)
    shown = alarm_dict(one, incidents.case_of(one.key), running.points(), reads.directory(reads.generation))
    lines = alarms.history(one.originator, one.alarm_type)
    return {**shown, "possible": [], "history": [line_dict(each) for each in lines]}


def _actor(one: Actor, running: RunningCampus) -> dict[str, Any]:
    watch = running.watch
    state = watch.alarms.alarm(*one.key, watch.now_us())
    title = dict(state.title) if state is not None else {"zh": one.key.alarm_type, "en": one.key.alarm_type}
    return {**one.key._asdict(), "title": title, "figure": one.figure}


def _acts(router: APIRouter, running: RunningCampus) -> None:
    watch = running.watch

    @router.post("/alarms/acts")
    def act(body: Acting, request: Request) -> dict[str, Any]:
        """What can be done is done, for what cannot the reason is said."""
        author = identity_of(request).name
        refused: list[dict[str, Any]] = []
        done: list[str] = []

        def drafts(now_us: int) -> list[Decision]:
            made: dict[AlarmKey, Decision] = {}
            for alarm_id in dict.fromkeys(body.alarms):
                try:
                    one = watch.alarms.find(alarm_id, now_us)
                    longest_s = watch.alarms.limits.shelve.longest_s
                    made[one.key] = draft(ACTS[body.act], one, author, now_us, longest_s, **body.said())
                except TwinError as fault:
                    refused.append({"alarm_id": alarm_id, **body_of(fault)})
                else:
                    done.append(alarm_id)
            return list(made.values())

        watch.act(drafts)
        return {"done": done, "refused": refused}


def _maintenance(router: APIRouter, running: RunningCampus) -> None:
    watch = running.watch

    @router.get("/maintenance")
    def windows() -> list[dict[str, Any]]:
        """Windows that are known, the latest first, with how many alarms each kept from the screens."""
        with watch.guard:
            now_us = watch.now_us()
            found = sorted(watch.alarms.maintenance.windows(), key=lambda one: -one.from_us)
            hidden = [one.suppressed_by for one in watch.alarms.suppressed(0, now_us + 1)]
        return [
            {
                "window_id": one.window_id,
                "start": when(one.from_us),
                "end": when(one.to_us),
                "open": one.covers(now_us),
                "scope": one.scope.model_dump(mode="json"),
                "author": one.author,
                "reason": one.reason,
                "suppressed": hidden.count(one.window_id),
            }
            for one in found
        ]

    @router.post("/maintenance", status_code=201)
    def open_one(body: NewWindow, request: Request) -> dict[str, Any]:
        author = identity_of(request).name
        with watch.guard:
            scope, unknown = watch.in_force.named(body.scope)
        if unknown:
            told = Mistakes(Mistake("", None, f"scope.{setting}", kind, words) for setting, kind, words in unknown)
            raise WindowScopeError(window=body.window_id, mistakes=told)
        window = Window(body.window_id, microseconds(body.start), microseconds(body.end), scope, author, body.reason)
        watch.act(lambda now_us: [watch.alarms.maintenance.opening(window, now_us)])
        return {"window_id": window.window_id}

    @router.delete("/maintenance/{window_id}")
    def close_one(window_id: str, request: Request) -> dict[str, Any]:
        author = identity_of(request).name
        watch.act(lambda now_us: [watch.alarms.maintenance.closing(window_id, author, now_us)])
        return {}
