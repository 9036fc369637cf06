"""Addresses that answers tell, as the asker reaches the server: behind a proxy below the same root path."""

from __future__ import annotations

from fastapi import Request

from ioc_app.api.router import API_PREFIX


def api_address(request: Request, path: str) -> str:
    """``path`` below the API that ``request`` asked."""
    root, _, _ = request.url.path.partition(API_PREFIX)
    return f"{root}{API_PREFIX}{path}"
