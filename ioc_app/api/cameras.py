"""``GET /cameras/{device_code}``, ``…/picture``, ``…/hls/…``: what a camera shows now, through us and kept nowhere."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from ioc_app.api.people import actor_of
from ioc_app.api.sharing import Shared
from ioc_app.viewings import Viewings
from twin.live.cameras.camera import Shown
from twin.live.cameras.cameras import Cameras
from twin.people.audit import AuditLog

HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Code = Annotated[str, Field(max_length=200)]


def camera_routes(cameras: Cameras, audit: AuditLog) -> APIRouter:
    """Who looks is written down first (``viewings.py``).

    Pictures and videos are fetched in threads of their own number, so that dead cameras hold up nobody else.
    """
    router, viewings = APIRouter(), Viewings(audit)
    pictures: Shared[Shown] = Shared(cameras.at_once)
    videos: Shared[Shown] = Shared(cameras.at_once)

    @router.get("/cameras/{device_code}")
    async def camera(device_code: Code) -> dict[str, bool]:
        """What there is of it."""
        found = cameras.camera(device_code)
        return {"picture": found.snapshot_url is not None, "video": found.hls_url is not None}

    @router.get("/cameras/{device_code}/picture", response_class=Response)
    async def picture(device_code: Code, request: Request) -> Response:
        cameras.camera(device_code)
        await viewings.note(actor_of(request), device_code, "picture")
        return _answer(await pictures.get(device_code, partial(cameras.picture, device_code)))

    @router.get("/cameras/{device_code}/hls/{path:path}", response_class=Response)
    async def video(device_code: Code, path: str, request: Request) -> Response:
        """The playlist at the empty path; what it names below."""
        found, query = cameras.camera(device_code), request.url.query
        await viewings.note(actor_of(request), device_code, "video")
        return _answer(await videos.get((device_code, path, query), partial(found.part, path, query)))

    return router


def _answer(shown: Shown) -> Response:
    return Response(shown.data, media_type=shown.media_type, headers=HEADERS)
