"""The addresses of OGC API – Features, below ``/ogc``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ioc_app.api.exactly import told_exactly
from ioc_app.api.reads import Reads
from ioc_app.ogc import documents
from ioc_app.ogc.asked import asked
from ioc_app.ogc.documents import GEOJSON, OPENAPI, link
from ioc_app.ogc.encoding import FeatureTexts
from ioc_app.ogc.items import Page, one_of, page_of, queryables
from ioc_app.ogc.openapi import openapi
from ioc_app.ogc.reference import Reference, references
from twin.errors import UnknownLayerError
from twin.people.audit import AuditLog
from twin.store.campus import Generation

PREFIX: Final = "/ogc"


def ogc_routes(reads: Reads, audit: AuditLog) -> APIRouter:
    """Plain functions: the server runs each in a worker thread."""
    router = APIRouter(prefix=PREFIX)
    _documents(router, reads)
    _features(router, reads, audit)
    return router


def _documents(router: APIRouter, reads: Reads) -> None:
    @router.get("")
    @router.get("/")  # as the specification writes it
    def landing(request: Request) -> dict[str, Any]:
        return documents.landing(_base(request), reads.generation)

    @router.get("/conformance")
    def conformance() -> dict[str, Any]:
        return documents.conformance()

    @router.get("/api")
    def api(request: Request) -> Response:
        return JSONResponse(openapi(_base(request), reads.generation), media_type=OPENAPI)

    @router.get("/collections")
    def collections(request: Request) -> dict[str, Any]:
        generation = reads.generation
        return documents.collections(_base(request), generation, references(generation.manifest.crs))

    @router.get("/collections/{layer_id}")
    def collection(request: Request, layer_id: str) -> dict[str, Any]:
        generation = _with(reads.generation, layer_id)
        return documents.collection(_base(request), generation, layer_id, references(generation.manifest.crs))

    @router.get("/collections/{layer_id}/queryables")
    def queryables_of(request: Request, layer_id: str) -> Response:
        told = documents.queryables_of(_base(request), _with(reads.generation, layer_id), layer_id)
        return JSONResponse(told, media_type="application/schema+json")


def _features(router: APIRouter, reads: Reads, audit: AuditLog) -> None:
    texts = FeatureTexts()

    @router.get("/collections/{layer_id}/items")
    def items(request: Request, layer_id: str) -> Response:
        generation = _with(reads.generation, layer_id)
        known = references(generation.manifest.crs)
        wanted = asked(request.query_params.multi_items(), known, queryables(generation.table(layer_id)))
        told_exactly(request, wanted.exactly, f"ogc {layer_id}", audit)
        page = page_of(generation, layer_id, wanted, texts)
        return _geojson(_whole(request, page, wanted.limit, wanted.offset), wanted.reference)

    @router.get("/collections/{layer_id}/items/{feature_id:path}")
    def item(request: Request, layer_id: str, feature_id: str) -> Response:
        generation = _with(reads.generation, layer_id)
        wanted = asked(request.query_params.multi_items(), references(generation.manifest.crs), {})
        told_exactly(request, wanted.exactly, f"ogc {layer_id} {feature_id}"[:200], audit)
        exactly = wanted.exactly is not None
        text = one_of(generation, layer_id, feature_id, wanted.reference, texts, exactly=exactly)
        here = f"{_base(request)}/collections/{quote(layer_id)}"
        links = [link(f"{here}/items/{quote(feature_id)}", "self", GEOJSON), link(here, "collection")]
        return _geojson(text[:-1] + b',"links":' + _json(links) + b"}", wanted.reference)


def _whole(request: Request, page: Page, limit: int, offset: int) -> bytes:
    """The collection around the features of a page."""
    number = len(page.texts)
    links = [link(_at(request, offset), "self", GEOJSON)]
    if offset + number < page.matched and number:
        links.append(link(_at(request, offset + number), "next", GEOJSON))
    if offset:
        links.append(link(_at(request, max(0, offset - limit)), "prev", GEOJSON))
    head = {
        "type": "FeatureCollection",
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": page.matched,
        "numberReturned": number,
        "links": links,
    }
    return _json(head)[:-1] + b',"features":[' + b",".join(page.texts) + b"]}"


def _at(request: Request, offset: int) -> str:
    """This very question, from another feature on."""
    said = [(name, value) for name, value in request.query_params.multi_items() if name != "offset"]
    if offset:
        said.append(("offset", str(offset)))
    path = _base(request) + request.url.path.partition(PREFIX)[2]
    return f"{path}?{urlencode(said)}" if said else path


def _geojson(text: bytes, reference: Reference) -> Response:
    headers = {"Content-Crs": f"<{reference.uri}>", "Cache-Control": "private, no-cache"}
    return Response(text, media_type=GEOJSON, headers=headers)


def _json(value: Any) -> bytes:
    return JSONResponse(value).body  # type: ignore[return-value]


def _with(generation: Generation, layer_id: str) -> Generation:
    known = documents.layer_ids(generation)
    if layer_id not in known:
        raise UnknownLayerError(layer=layer_id[:60], known=", ".join(known))
    return generation


def _base(request: Request) -> str:
    """The address of the landing page, as the client reached it."""
    return (
        str(request.base_url).rstrip("/")
        + request.url.path.partition(PREFIX)[0].removeprefix(request.base_url.path.rstrip("/"))
        + PREFIX
    )
