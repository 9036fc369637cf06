"""Search as a route; the index is ``ioc_app.search``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query

from ioc_app.api.reads import Reads
from ioc_app.search import MAX_QUERY

MAX_RESULTS = 100


def search_routes(reads: Reads) -> APIRouter:
    """``GET /search?q=&limit=20``."""
    router = APIRouter()

    @router.get("/search")
    def search(
        q: str = Query(max_length=MAX_QUERY), limit: int = Query(default=20, ge=1, le=MAX_RESULTS)
    ) -> list[dict[str, Any]]:
        return reads.search_index(reads.generation).search(q, limit)

    return router
