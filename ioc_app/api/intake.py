"""``POST /api/v1/events`` and ``/readings``: JSON, or an object a line; 202 once the batch is synced.

Plain ASGI routes: at a thousand requests a second a framework's reading of signatures costs more than the journal.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ioc_app.api.errors import fault_response
from twin.errors import LiveNotRunningError, MessageRefusedError, TwinError
from twin.live.messages import EVENTS, NDJSON, READINGS, Kind, Messages, Refused
from twin.live.running import RunningCampus
from twin.people.identity import Identity

LARGE_BYTES = 256_000  # reading more takes longer than others should wait


def intake_routes(running: RunningCampus, prefix: str) -> list[Route]:
    return [
        Route(f"{prefix}/events", _taker(running, EVENTS), methods=["POST"]),
        Route(f"{prefix}/readings", _taker(running, READINGS), methods=["POST"]),
    ]


def _taker(running: RunningCampus, kind: Kind[Any]) -> Callable[[Request], Awaitable[Response]]:
    async def take(request: Request) -> Response:
        identity: Identity = request.state.identity
        lines = request.headers.get("content-type", "").startswith(NDJSON)
        try:
            return await _take(running, kind, await request.body(), f"http:{identity.display_name}", lines=lines)
        except TwinError as fault:
            return fault_response(fault)

    return take


async def _take(running: RunningCampus, kind: Kind[Any], body: bytes, feed: str, *, lines: bool) -> Response:
    intake = running.intake
    if intake is None:
        raise LiveNotRunningError()
    try:
        if len(body) > LARGE_BYTES:
            found = await run_in_threadpool(intake.read, kind, body, feed, lines=lines)
        else:
            found = intake.read(kind, body, feed, lines=lines)
    except MessageRefusedError as fault:  # no JSON at all
        refused = Refused(0, fault, body.decode("utf-8", "replace"))
        await run_in_threadpool(intake.keep_refused, feed, [refused])
        intake.receipt(feed, Messages([], [refused]), None)
        raise
    appended = await intake.commit.submit_async(found.entries) if found.entries else None
    if found.refused:
        await run_in_threadpool(intake.keep_refused, feed, found.refused)
    receipt = intake.receipt(feed, found, appended)
    taken = receipt.accepted or receipt.doubled
    return JSONResponse(receipt.to_dict(), status_code=202 if taken else 422)
