"""``/sight/cameras``, ``/views``, ``/coverage``: who sees a place and what a camera sees, as notebooks are told it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final

import shapely
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from ioc_app.api.positions import Metres
from ioc_app.api.reads import Reads
from ioc_app.sight.coverage import coverage_said
from ioc_app.sight.named import Things
from ioc_app.sight.seeing import seeing_said
from ioc_app.sight.view import view_said
from twin.errors import UnknownFeatureError, UnknownPlaceError

if TYPE_CHECKING:
    from twin.notebook.campus import Campus

MOST_OTHERS: Final = 1000

Id = Annotated[str, Field(min_length=1, max_length=300)]


def sight_routes(reads: Reads) -> APIRouter:
    """Plain functions: the server runs each in a worker thread. The first question makes the surface of the campus."""
    router = APIRouter()

    @router.get("/sight/cameras")
    def cameras(
        x: Metres | None = None,
        y: Metres | None = None,
        z: Metres | None = None,
        feature_id: Id | None = None,
        others: Annotated[int, Query(ge=0, le=MOST_OTHERS)] = 20,
    ) -> dict[str, Any]:
        """Outdoor cameras that see a place, best first, then the nearest ``others`` and why they do not.

        x, y, z are scene axes; without z a face above the ground is looked at.
        """
        things = Things(reads.directory(reads.generation))
        place: Any = feature_id
        if feature_id is None:
            place = _point(x, y, z, things.origin)
        elif feature_id not in things.directory.idx_by_id:
            raise UnknownFeatureError(feature_id=feature_id)
        return reads.analyses.asked(lambda campus: seeing_said(campus, place, things, others))

    @router.get("/sight/views/{device_code}", response_class=Response)
    def view(device_code: Id) -> Response:
        """What an outdoor camera sees, on cells by class; ``device_code`` may be its feature_id."""
        return told("view", device_code, view_said)

    @router.get("/sight/coverage/{storey_id:path}", response_class=Response)
    def coverage(storey_id: Id) -> Response:
        """What the cameras of a storey see of its floor, in plan, and what nobody sees."""
        return told("coverage", storey_id, coverage_said)

    def told(what: str, of: str, say: Callable[[Campus, str, Things], dict[str, Any]]) -> Response:
        """Reckoned once a generation."""
        generation = reads.generation

        def reckoned() -> bytes:
            things = Things(reads.directory(generation))
            said = reads.analyses.asked(lambda campus: say(campus, of, things))
            return json.dumps(said, ensure_ascii=False).encode()

        body = reads.answers.remember(("sight", what, str(reads.campus_folder), generation.number, of), reckoned)
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    return router


def _point(x: float | None, y: float | None, z: float | None, origin: tuple[float, float, float]) -> shapely.Point:
    if x is None or y is None:
        raise UnknownPlaceError(detail="x, y | feature_id")
    at = (x, y) if z is None else (x, y, z)
    return shapely.Point([one + start for one, start in zip(at, origin, strict=False)])
