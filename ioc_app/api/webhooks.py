"""``GET /webhooks`` and ``/webhooks/letters``: who is told outside, how that goes, what could not be told."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field

from twin.live.running import RunningCampus
from twin.live.webhooks.status import hook_statuses, letter_dict
from twin.live.webhooks.store import HookStore

MOST: Final = 1000

Text = Annotated[str, Field(max_length=200)]


def webhook_routes(running: RunningCampus) -> APIRouter:
    """Addresses and keys of receivers are never in an answer. The hooks are those in force."""
    router = APIRouter()
    campus_folder = running.campus.folder

    @router.get("/webhooks")
    def webhooks() -> list[dict[str, Any]]:
        return [asdict(one) for one in hook_statuses(campus_folder, running.hooks)]

    @router.get("/webhooks/letters")
    def letters(
        hook: Text | None = None, before: int | None = None, limit: Annotated[int, Field(ge=1, le=MOST)] = 100
    ) -> list[dict[str, Any]]:
        """Messages that were put aside, the latest first."""
        found = HookStore(campus_folder).letters(hook=hook, before=before, limit=limit)
        return [letter_dict(one) for one in found]

    return router
