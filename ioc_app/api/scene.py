"""What the viewer starts from: scene.json with addresses a browser can ask for."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ioc_app.api.reads import Reads
from ioc_app.crs_names import crs_name


def scene_routes(reads: Reads) -> APIRouter:
    """``GET /scene``: always asked for again, answered 304 while the generation is the same."""
    router = APIRouter()

    @router.get("/scene", response_class=Response)
    def scene(request: Request) -> Response:
        generation = reads.generation
        etag = f'"scene-{generation.number}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        base = f"{reads.root_path}tiles/{generation.number}/"
        body = json.dumps(with_addresses(generation.scene, base), ensure_ascii=False)
        return Response(body, media_type="application/json", headers=headers)

    return router


def with_addresses(scene: dict[str, Any], base: str) -> dict[str, Any]:
    """``scene`` with every file of the generation addressed below ``base``; absolute addresses stay."""

    def address(url: str | None) -> str | None:
        return url if url is None or url.startswith("/") else base + url

    campus = scene["campus"]
    names = {"crs_name": crs_name(campus["crs"]), "vertical_datum_name": crs_name(campus["vertical_datum"])}
    return {
        **scene,
        "campus": {**campus, **names},
        "tileset": address(scene["tileset"]),
        "layers": [{**layer, "markers": address(layer.get("markers"))} for layer in scene["layers"]],
        "orthophotos": [{**one, "url": address(one["url"])} for one in scene.get("orthophotos", [])],
        "tilesets": [{**one, "url": address(one["url"])} for one in scene.get("tilesets", [])],
    }
