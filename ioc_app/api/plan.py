"""The plan of a storey as a route; the drawing is ``twin.analysis.plans``."""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import Response

from ioc_app.api.features import jsonable
from ioc_app.api.reads import Reads
from twin.analysis.plans.storey import storey_plan


def plan_routes(reads: Reads) -> APIRouter:
    """``GET /plan/{storey_id}``."""
    router = APIRouter()

    @router.get("/plan/{storey_id:path}", response_class=Response)
    def plan(storey_id: str) -> Response:
        generation = reads.generation
        body = reads.answers.remember(
            ("plan", str(reads.campus_folder), generation.number, storey_id),
            lambda: json.dumps(
                jsonable(storey_plan(generation, reads.bodies(generation), storey_id)),
                ensure_ascii=False,
            ).encode(),
        )
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    return router
