"""All routes of the application that are not Dash's, in the order they are matched."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from ioc_app.api.features import feature_routes
from ioc_app.api.find import search_routes
from ioc_app.api.plan import plan_routes
from ioc_app.api.reads import Reads
from ioc_app.api.scene import scene_routes
from ioc_app.api.tiles import tile_routes
from ioc_app.api.values import value_routes
from twin.errors import UnknownPathError

API_PREFIX = "/api/v1"
RESOURCES = (scene_routes, feature_routes, search_routes, value_routes, plan_routes)


def api_router(reads: Reads, *others: APIRouter) -> APIRouter:
    """``/api/v1/…`` (the campus, and ``others``) and ``/tiles/…``; an unknown address below them is a fault."""
    router = APIRouter()
    for resource in RESOURCES:
        router.include_router(resource(reads), prefix=API_PREFIX)
    for resource_router in others:
        router.include_router(resource_router, prefix=API_PREFIX)
    router.include_router(tile_routes(reads.campus_folder))
    for prefix in ("/api", "/tiles"):
        router.add_api_route(prefix + "/{path:path}", unknown_path, methods=["GET", "HEAD"], response_class=Response)
    return router


def unknown_path() -> Response:
    """What every address that means nothing answers."""
    raise UnknownPathError()
