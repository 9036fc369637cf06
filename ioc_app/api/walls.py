"""``GET /walls``, ``/walls/{name}``, ``POST …/show``, ``…/release``, ``…/reports``: what stands on a wall.

To send something to a wall is to point at it: whoever handles alarms may. It ends by itself, and stands in the audit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from ioc_app.api.people import actor_of, identity_of
from ioc_app.api.said import Said
from ioc_app.walls import Walls
from twin.errors import NothingSentError, OtherWallError
from twin.live.walls.sent import Wish
from twin.live.walls.settings import ScreenId
from twin.people.audit import AuditLog
from twin.people.identity import IdentityKind

Name = Annotated[str, Field(max_length=60)]


class Sending(Said, Wish):
    """What shall be seen, as somebody sends it."""


class WallReport(Said):
    """``showing`` is why the wall shows what it does, ``fault`` what it had to cure by itself."""

    showing: Literal["screen", "tour", "alarm", "flood", "sent", "touched"]
    screen: ScreenId | None = None
    fault: Literal["context", "memory", "errors", "viewer", "clock", "scene"] | None = None
    detail: Annotated[str, Field(max_length=500)] = ""


def wall_routes(walls: Walls, on_walls: Callable[[], Counter[str]], audit: AuditLog) -> APIRouter:
    """``on_walls`` says how many browsers show each now."""
    router = APIRouter()

    def described(name: str) -> JSONResponse:
        said = walls.described(name, on_walls()[name])
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    @router.get("/walls")
    def all_walls() -> JSONResponse:
        connected = on_walls()
        said = [walls.described(name, connected[name]) for name in walls.names()]
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    @router.get("/walls/{name}")
    def one_wall(name: Name, request: Request) -> JSONResponse:
        _require_own(name, request)
        walls.require(name)
        return described(name)

    @router.post("/walls/{name}/show")
    def show(name: Name, body: Sending, request: Request) -> JSONResponse:
        walls.require(name)
        if not any((body.screen, body.view, body.selection, body.place, body.at)):
            raise NothingSentError()
        sent = walls.show(name, body, identity_of(request).display_name)
        said = {key: value for key, value in body.model_dump(mode="json").items() if value and key != "view"}
        audit.append(actor_of(request), "wall.shown", name, **said, until=sent.until.isoformat())
        return described(name)

    @router.post("/walls/{name}/release")
    def release(name: Name, request: Request) -> JSONResponse:
        walls.require(name)
        if walls.release(name) is not None:
            audit.append(actor_of(request), "wall.released", name)
        return described(name)

    @router.post("/walls/{name}/reports", status_code=204)
    def report(name: Name, body: WallReport, request: Request) -> None:
        _require_own(name, request)
        if identity_of(request).kind is not IdentityKind.KIOSK:
            raise OtherWallError(wall=name)
        walls.report(name, body.showing, body.screen, body.fault, body.detail)

    return router


def _require_own(name: str, request: Request) -> None:
    """Raises OtherWallError for a wall that asks about another."""
    one = identity_of(request)
    if one.kind is IdentityKind.KIOSK and one.wall != name:
        raise OtherWallError(wall=name)
