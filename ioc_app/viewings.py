"""Who looked at which camera: one line in the audit for each viewing, written before anything is shown.

A page asks for a picture every two seconds, and for a film in pieces of a few; that is one viewing. It ends when
nothing was asked for a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool

from twin.people.audit import AuditLog
from twin.people.identity import Actor

ENDS_AFTER_S: Final = 60.0
ACTION: Final = "camera.viewed"
_SWEEP_AT: Final = 1_000

Viewer = tuple[str, str, str]  # kind and name of who looks, and the camera


class Viewings:
    """Those that go on, on one event loop."""

    def __init__(self, audit: AuditLog, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._audit = audit
        self._monotonic = monotonic
        self._asked_s: dict[Viewer, float] = {}

    async def note(self, actor: Actor, camera: str, what: str) -> None:
        """Somebody asks to see something of a camera. On disk when it returns, if it is the first of a viewing."""
        viewer, now_s = (actor.kind.value, actor.name, camera), self._monotonic()
        before_s = self._asked_s.get(viewer)
        self._asked_s[viewer] = now_s
        if before_s is not None and now_s - before_s < ENDS_AFTER_S:
            return
        self._sweep(now_s)
        try:
            await run_in_threadpool(self._audit.append, actor, ACTION, camera, what=what)
        except BaseException:
            self._asked_s.pop(viewer, None)  # it is not written down: the next to ask is the first again
            raise

    def _sweep(self, now_s: float) -> None:
        if len(self._asked_s) > _SWEEP_AT:
            self._asked_s = {one: at_s for one, at_s in self._asked_s.items() if now_s - at_s < ENDS_AFTER_S}
