"""Every route and socket of a running application, as the application itself lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount, WebSocketRoute


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one route; ``WEBSOCKET`` for sockets."""

    method: str
    template: str

    @property
    def path(self) -> str:
        """An address that this route takes."""
        return re.sub(r"\{[^}]+\}", "1", self.template)


def doors_of(app: FastAPI) -> list[Door]:
    found = {door for route in app.router.routes for door in _doors(route)}
    return sorted(found, key=lambda one: (one.template, one.method))


def _doors(route: Any) -> Iterator[Door]:
    if hasattr(route, "effective_candidates"):  # FastAPI keeps included routers whole
        for one in route.effective_candidates():
            yield from _doors(one)
    elif isinstance(route, Mount):
        yield from (Door(method, f"{route.path}/{{path:path}}") for method in ("GET", "HEAD"))
    elif isinstance(route, WebSocketRoute) or getattr(route, "methods", None) is None:
        yield Door("WEBSOCKET", route.path)
    else:
        yield from (Door(method, "/" + route.path.lstrip("/")) for method in route.methods)
