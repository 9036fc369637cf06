"""The addresses of the SensorThings API, below ``/sta/v1.1``; all are read only."""

from __future__ import annotations

import json
import threading
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ioc_app.api.reads import Reads
from ioc_app.sensorthings.address import Address, address_of
from ioc_app.sensorthings.answers import SAFE, Answers
from ioc_app.sensorthings.asked import options_of
from ioc_app.sensorthings.catalogue import Catalogue
from ioc_app.sensorthings.documents import landing
from ioc_app.sensorthings.shapes import Shapes
from twin.errors import BadRequestError
from twin.live.latest import Latest
from twin.live.running import RunningCampus

PREFIX: Final = "/sta/v1.1"
_HEADERS: Final = {"Cache-Control": "private, no-cache"}


class Catalogues:
    """The catalogue of the generation in use, made anew when the points change or a stranger sends."""

    def __init__(self, reads: Reads, running: RunningCampus) -> None:
        self._reads, self._running = reads, running
        self._guard = threading.Lock()
        self._key: tuple[Any, ...] = ()
        self._kept: tuple[Catalogue, Shapes] | None = None

    def answers(self, base: str) -> Answers:
        latest = self._running.latest.all()
        catalogue, shapes = self._now(latest)
        return Answers(base, catalogue, shapes, latest, self._running.history, self._running.clock.now())

    def _now(self, latest: dict[str, Latest]) -> tuple[Catalogue, Shapes]:
        generation, points = self._reads.generation, self._running.points()
        strangers = tuple(sorted(one for one in latest if points.get(one) is None))
        key = (generation.number, id(points), strangers)
        with self._guard:
            if self._kept is None or self._key != key:
                self._kept = Catalogue(generation, points, strangers), Shapes(generation)
                self._key, self._points = key, points  # held, so that its id stays its own
            return self._kept


def sensorthings_routes(reads: Reads, running: RunningCampus) -> APIRouter:
    """Plain functions: the server runs each in a worker thread."""
    router = APIRouter(prefix=PREFIX)
    catalogues = Catalogues(reads, running)

    @router.get("")
    @router.get("/")
    def root(request: Request) -> dict[str, Any]:
        if request.query_params:
            raise BadRequestError(detail="the first document has no options; ask an entity set, Things?$top=5")
        return landing(_base(request))

    @router.get("/{address:path}")
    def entities(request: Request, address: str) -> Response:
        found, answers = address_of(address.rstrip("/")), catalogues.answers(_base(request))
        asked = request.query_params.multi_items()
        if found.value:
            if asked:
                raise BadRequestError(detail="a property has no options")
            return _value(found, answers)
        options = options_of(asked, found.kind, one=found.one)
        if found.refs and (options.select or options.expand):
            raise BadRequestError(detail="$ref gives addresses only: no $select, no $expand")
        if found.one:
            return JSONResponse(answers.single(found, options), headers=_HEADERS)
        here = f"{_base(request)}/{quote(address.rstrip('/'), safe=SAFE)}"
        return JSONResponse(answers.collection(found, options, here), headers=_HEADERS)

    return router


def _value(address: Address, answers: Answers) -> Response:
    value = answers.value(address)
    if value is None:
        return Response(status_code=204, headers=_HEADERS)
    if not address.raw:
        return JSONResponse({address.value[-1]: value}, headers=_HEADERS)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Response(text, media_type="text/plain; charset=utf-8", headers=_HEADERS)


def _base(request: Request) -> str:
    """The address of the first document, as the client reached it."""
    return (
        str(request.base_url).rstrip("/")
        + request.url.path.partition(PREFIX)[0].removeprefix(request.base_url.path.rstrip("/"))
        + PREFIX
    )
