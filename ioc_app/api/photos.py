"""``/photos``: pictures for reports and orders; judged by their first bytes, given out bare and as what they are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from ioc_app.casework import Casework

# a picture is shown, never run; not even its own page may do more than show it
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cache-Control": "private, max-age=31536000, immutable",
}


def photo_routes(casework: Casework) -> APIRouter:
    router = APIRouter()

    @router.post("/photos", status_code=201)
    async def keep(request: Request) -> dict[str, Any]:
        """The bytes of one picture, as the body."""
        one = await run_in_threadpool(casework.photos.keep, await request.body())
        return {
            "photo_id": one.photo_id,
            "url": f"/api/v1/photos/{one.photo_id}",
            "media_type": one.media_type,
            "size_bytes": one.size_bytes,
        }

    @router.get("/photos/{photo_id}", response_class=Response)
    def photo(photo_id: str) -> Response:
        content, media_type = casework.photos.shown(photo_id)
        return Response(content, media_type=media_type, headers=_HEADERS)

    return router
