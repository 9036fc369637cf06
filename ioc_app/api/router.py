"""All routes of the application that are not Dash's, in the order they are matched."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from ioc_app.api.features import feature_routes
from ioc_app.api.find import search_routes
from ioc_app.api.live import live_routes
from ioc_app.api.people import people_routes
from ioc_app.api.plan import plan_routes
from ioc_app.api.reads import Reads
from ioc_app.api.scene import scene_routes
from ioc_app.api.tiles import tile_routes
from ioc_app.api.values import value_routes
from twin.errors import UnknownPathError
from twin.live.running import RunningCampus
from twin.people.registry import People

API_PREFIX = "/api/v1"
RESOURCES = (scene_routes, feature_routes, search_routes, value_routes, plan_routes)


def api_router(reads: Reads, people: People, running: RunningCampus) -> APIRouter:
    """``/api/v1/…`` and ``/tiles/…``; an unknown address below them is a fault, not Dash's page."""
    router = APIRouter()
    for resource in RESOURCES:
        router.include_router(resource(reads), prefix=API_PREFIX)
    router.include_router(people_routes(people), prefix=API_PREFIX)
    router.include_router(live_routes(running), prefix=API_PREFIX)
    router.include_router(tile_routes(reads.campus_folder))
    for prefix in ("/api", "/tiles"):
        router.add_api_route(prefix + "/{path:path}", unknown_path, methods=["GET", "HEAD"], response_class=Response)
    return router


def unknown_path() -> Response:
    """What every address that means nothing answers."""
    raise UnknownPathError()
