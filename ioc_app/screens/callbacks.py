"""From what the screen shows to what stands in its panels, and back from a click on them to what it shows.

Every callback is ``async``, its work is done in threads: a plain one would stop the event loop and the campus with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import anyio
from dash import Dash, Input, Output, State, ctx, no_update
from dash.backends._fastapi import get_current_request

from ioc_app import ids
from ioc_app.screens.choosing import chosen_state
from ioc_app.screens.grid import grid
from ioc_app.screens.layout import DIGESTS, LATE, ROWS, SLOTS, Placed, placed
from ioc_app.screens.look import Look
from ioc_app.screens.plain import plain
from ioc_app.screens.shown import Answered, Shown, is_past, loading, rows_of, show
from ioc_app.screens.styles import style_named
from ioc_app.screens.written import moment_of
from twin.model.time import Clock, SystemClock
from twin.people.identity import Identity
from twin.people.roles import Right
from twin.screens.screen import Screen

# people wait so long without a word; then the panel says that it is being read
PATIENCE_S: Final = 0.8
LONGEST_S: Final = 60.0

Told = Coroutine[Any, Any, list[Any]]


class Book(Protocol):
    """The screens in force."""

    @property
    def screens(self) -> Mapping[str, Screen]: ...

    @property
    def version(self) -> str: ...


class Screens(Protocol):
    """Who answers: ``ScreenReads``. Blocking."""

    @property
    def book(self) -> Book: ...

    def panel(
        self,
        screen: str,
        panel: str,
        at: datetime | None,
        place: str | None,
        *,
        cleared: bool = False,
        known_seq: int | None = None,
    ) -> Answered: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """The browser that asks for a panel: whether its user may read names, how large the panel is there, and the digest
    of what stands in it."""

    cleared: bool
    size: Mapping[str, Any] | None = None
    before: str | None = None


def cleared_caller() -> bool:
    """Whether whose request this is may read what persons and plates are called; of nobody known: no."""
    try:
        identity = getattr(get_current_request().state, "identity", None)
    except RuntimeError:  # no request: a callback that the server itself began
        return False
    return isinstance(identity, Identity) and identity.may(Right.NAMES)


class Panels:
    """The panels of what is shown, as the browser is given them."""

    def __init__(self, screens: Screens, timezone: ZoneInfo, clock: Clock | None = None) -> None:
        self.screens, self.timezone, self.clock = screens, timezone, clock or SystemClock()

    def placed(self, state: Mapping[str, Any]) -> dict[str, Placed]:
        known = self.screens.book.screens
        return placed(known.get(str(state.get("screen"))), known.get(str(state.get("second"))))

    def look(self, state: Mapping[str, Any], one: Placed, size: Mapping[str, Any] | None = None) -> Look:
        unit_px = min(8.0, max(0.5, float(state.get("unit_px") or 1.0)))
        width_px, height_px = one.room_px(size, unit_px)
        bare = Look(zone=self.timezone, at=self.clock.now())
        return Look(
            zone=self.timezone,
            at=moment_of(state.get("at"), bare) or bare.at,
            style=style_named(state.get("style")),
            language="en" if state.get("language") == "en" else "zh",
            unit_px=unit_px,
            accent=one.screen.accent,
            width_px=width_px,
            height_px=height_px,
            place=state.get("place") or None,
        )

    def answer(self, state: Mapping[str, Any], one: Placed, *, cleared: bool) -> Answered:
        """Blocking. ``cleared``: whether who asks may read what persons and plates are called."""
        look, at, known_seq = self.look(state, one), None, None
        if is_past(state):
            at, known_seq = look.at, _seq_of(state)
        said = (one.screen.id, one.panel.id, at, look.place)
        return self.screens.panel(*said, cleared=cleared, known_seq=known_seq)

    def shown(self, state: Mapping[str, Any], one: Placed, asker: Asker) -> Shown:
        """What stands in the panel, with the digest of it; only the digest if that is what stands there. Blocking."""
        answer, look = self.answer(state, one, cleared=asker.cleared), self.look(state, one, asker.size)
        digest = self._digest(one, answer, look, is_past(state))
        if digest == asker.before:
            return {"digest": digest}
        return show(one.panel, answer, look, past=is_past(state)) | {"digest": digest}

    def loading(self, state: Mapping[str, Any], one: Placed, size: Mapping[str, Any] | None) -> Shown:
        look = self.look(state, one, size)
        return loading(one.panel, look) | {"digest": self._digest(one, {"state": "loading"}, look, is_past(state))}

    def _digest(self, one: Placed, answer: Answered, look: Look, past: bool) -> str:
        """Of everything that is drawn; of the moment only where the panel says it."""
        said = {name: value for name, value in answer.items() if name != "at"}
        seen = (
            look.style, look.language, look.unit_px, look.accent, look.width_px, look.height_px, look.place,
            look.at if past else look.at.replace(second=0, microsecond=0) if one.panel.kind == "timeline" else None,
        )  # fmt: skip
        told = repr((self.screens.book.version, said, seen)).encode("utf-8", "surrogatepass")
        return f"{one.key} {blake2b(told, digest_size=12).hexdigest()}"


def _seq_of(state: Mapping[str, Any]) -> int | None:
    """What the journal knew when it was shown, of a snapshot that is shown again."""
    known = state.get("known")
    return known if isinstance(known, int) and 0 <= known < 2**63 else None


async def _within(seconds: float, work: Mapping[str, Callable[[], Shown]]) -> dict[str, Shown]:
    """What is done by then; a thread that is late goes on, and its answer is kept for whoever asks next."""
    done: dict[str, Shown] = {}

    async def one(slot: str, call: Callable[[], Shown]) -> None:
        done[slot] = await anyio.to_thread.run_sync(call, abandon_on_cancel=True)

    with anyio.move_on_after(seconds):
        async with anyio.create_task_group() as tasks:
            for slot, call in work.items():
                tasks.start_soon(one, slot, call)
    return done


def register(
    app: Dash,
    screens: Screens,
    timezone: ZoneInfo,
    clock: Clock | None = None,
    frame: tuple[str, str] = (ids.SCREEN, "state"),
) -> None:
    """Wire all slots of ``layout`` to what the page's ScreenFrame says is shown: component and property ``frame``."""
    panels = Panels(screens, timezone, clock)
    contents = [Output(slot, "content") for slot in SLOTS]
    sizes = [State(slot, "size") for slot in SLOTS]
    app.callback(
        [*contents, Output(DIGESTS, "data"), Output(LATE, "data")],
        Input(*frame),
        *(Input(slot, "size") for slot in SLOTS),  # a panel tells its size where it was drawn for quite another
        State(DIGESTS, "data"),
    )(_all_of(panels))
    app.callback(
        [Output(slot, "content", allow_duplicate=True) for slot in SLOTS],
        Input(LATE, "data"),
        State(*frame),
        *sizes,
        prevent_initial_call=True,
    )(_late_of(panels))
    app.callback(
        Output(*frame, allow_duplicate=True),
        *(Input(slot, "chosen") for slot in SLOTS),
        State(*frame),
        prevent_initial_call=True,
    )(choose)
    app.callback(
        [Output(ROWS, name) for name in ("children", "heading", "close_label", "notes")],
        *(Input(slot, "asked") for slot in SLOTS),
        Input(ROWS, "closed"),
        State(*frame),
        prevent_initial_call=True,
    )(_rows_of(panels))


def _all_of(panels: Panels) -> Callable[..., Told]:
    async def show_panels(state: dict[str, Any] | None, *told: dict[str, Any] | None) -> list[Any]:
        """Only slots in which something else is to stand than does are told."""
        if not state or state.get("mode") != "screen":
            return [no_update] * (len(SLOTS) + 2)  # the desk is shown: what stood there may come back
        *sizes, digests = told
        turn, before, there = time.monotonic_ns(), digests or {}, panels.placed(state)
        room = dict(zip(SLOTS, sizes, strict=True))
        cleared = cleared_caller()
        askers = {slot: Asker(cleared, room[slot], before.get(slot)) for slot in there}
        work = {slot: partial(panels.shown, state, there[slot], askers[slot]) for slot in there}
        done = await _within(PATIENCE_S, work)
        late = [slot for slot in there if slot not in done]
        now = {slot: done[slot]["digest"] for slot in done}
        for slot in late:
            # an older answer of the same panel stands until the newer one is there
            same = before.get(slot, "").startswith(f"{there[slot].key} ")
            done[slot] = {"digest": before[slot]} if same else panels.loading(state, there[slot], room[slot])
            now[slot] = done[slot]["digest"]
        contents = [_told(done.get(slot), before.get(slot), turn) for slot in SLOTS]
        return [*contents, no_update if now == before else now, {"slots": late, "turn": turn} if late else no_update]

    return show_panels


def _told(shown: Shown | None, before: str | None, turn: int) -> Any:
    """The new content of a slot; None for one that becomes empty."""
    if shown is None:
        return None if before is not None else no_update
    return no_update if shown["digest"] == before else shown | {"turn": turn}


def _late_of(panels: Panels) -> Callable[..., Told]:
    async def show_late(
        late: dict[str, Any] | None, state: dict[str, Any] | None, *sizes: dict[str, Any] | None
    ) -> list[Any]:
        """Answers that took longer. Their turn is that of the question: what was shown since is not written over."""
        if not late or not state:
            return [no_update] * len(SLOTS)
        there, room = panels.placed(state), dict(zip(SLOTS, sizes, strict=True))
        wanted = [slot for slot in late["slots"] if slot in there]
        cleared = cleared_caller()
        work = {slot: partial(panels.shown, state, there[slot], Asker(cleared, room[slot])) for slot in wanted}
        done = await _within(LONGEST_S, work)
        return [done[slot] | {"turn": late["turn"]} if slot in done else no_update for slot in SLOTS]

    return show_late


async def choose(*said: Any) -> Any:
    """What a click chose becomes what the screen shows."""
    *chosen, state = said
    slot = ctx.triggered_id
    one = chosen[SLOTS.index(slot)] if slot in SLOTS else None
    return chosen_state(state or {}, one) if one else no_update


def _rows_of(panels: Panels) -> Callable[..., Told]:
    async def show_rows(*said: Any) -> list[Any]:
        """The drawer with the rows of the panel whose button was pressed; empty once it is closed."""
        state, slot = said[-1] or {}, ctx.triggered_id
        one = panels.placed(state).get(slot) if slot in SLOTS else None
        if one is None:
            return [None, no_update, no_update, no_update]
        ask = partial(panels.answer, state, one, cleared=cleared_caller())
        answer, look = await anyio.to_thread.run_sync(ask), panels.look(state, one)
        rows = rows_of(answer)
        columns = tuple(answer.get("columns") or (rows[0] if rows else ()))
        title = plain((answer.get("title") or {}).get(look.language) or getattr(one.panel.title, look.language), 60)
        note = getattr(one.panel.note, look.language) if one.panel.note else ""
        notes = [
            {"title": look.text(key), "text": text} for key, text in (("note", note), ("sql", one.panel.sql)) if text
        ]
        return [[grid(one.panel, columns, rows, look)], look.text("rowsOf", title=title), look.text("close"), notes]

    return show_rows
