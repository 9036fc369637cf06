"""The OpenAPI 3.0 description of the OGC API, with an example of each parameter and of an answer."""

from __future__ import annotations

from typing import Any, Final

import pyarrow.compute as pc

from ioc_app import __version__
from ioc_app.ogc.asked import MOST, USUAL
from ioc_app.ogc.documents import GEOJSON, layer_ids
from ioc_app.ogc.items import queryables
from ioc_app.ogc.reference import CRS84, references
from twin.store.campus import Generation

_TEXT: Final = {"type": "string"}


def openapi(base: str, generation: Generation) -> dict[str, Any]:
    """Of this campus: collections are those it has, examples are values that it holds."""
    known = list(references(generation.manifest.crs))
    layers = layer_ids(generation)
    paths = {
        "/": _get("landing", "Where to begin", _json_answer("links")),
        "/conformance": _get("conformance", "What it conforms to", _json_answer("conformsTo")),
        "/collections": _get("collections", "Layers with shapes", _json_answer("collections")),
    }
    for layer in layers:
        paths |= _of_layer(generation, layer)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": generation.manifest.campus,
            "version": __version__,
            "description": "OGC API - Features. Log in, or send a key of the scope see as Bearer or as Basic password.",
        },
        "servers": [{"url": base}],
        "security": [{"key": []}, {"password": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
            "parameters": _parameters(generation, known),
            "responses": {
                "Fault": {
                    "description": "What is wrong, in both languages",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["code", "params", "text"],
                                "properties": {
                                    "code": _TEXT,
                                    "params": {"type": "object"},
                                    "text": {"type": "object", "properties": {"zh": _TEXT, "en": _TEXT}},
                                },
                            },
                            "example": {
                                "code": "bad_request",
                                "params": {"detail": "limit is a whole number from 1"},
                                "text": {
                                    "zh": "请求参数无效：limit is a whole number from 1。",
                                    "en": "The request is not valid: limit is a whole number from 1.",
                                },
                            },
                        }
                    },
                }
            },
        },
    }


def _of_layer(generation: Generation, layer: str) -> dict[str, Any]:
    title = generation.definitions[layer].title
    said = [f"#/components/parameters/{one}" for one in ("bbox", "bbox-crs", "crs", "datetime", "limit", "offset")]
    shared = [{"$ref": one} for one in said]
    exactly = [{"$ref": "#/components/parameters/exactly"}] if generation.definitions[layer].underground else []
    table = generation.table(layer)
    own = [_property(name, _example(table[name]), str(kind)) for name, kind in queryables(table).items()]
    one = str(table["feature_id"][0].as_py())
    identified = {"name": "featureId", "in": "path", "required": True, "schema": _TEXT, "example": one}
    crs = {"$ref": "#/components/parameters/crs"}
    return {
        f"/collections/{layer}": _get(f"{layer}.collection", f"{title.zh} {title.en}", _json_answer("id")),
        f"/collections/{layer}/queryables": _get(
            f"{layer}.queryables", "What may be compared with a value", _json_answer("properties")
        ),
        f"/collections/{layer}/items": _get(
            f"{layer}.items",
            f"Features of {title.zh} {title.en}",
            _geojson("FeatureCollection"),
            [*shared, *exactly, *own],
        ),
        f"/collections/{layer}/items/{{featureId}}": _get(
            f"{layer}.item", "One feature", _geojson("Feature"), [identified, crs, *exactly]
        ),
    }


def _parameters(generation: Generation, known: list[str]) -> dict[str, Any]:
    uris = {"type": "string", "enum": known, "default": CRS84}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    return {
        "bbox": {**_query("bbox", box, "119.29,26.07,119.30,26.08"), "style": "form", "explode": False},
        "bbox-crs": _query("bbox-crs", uris, known[-1]),
        "crs": _query("crs", uris, known[-1]),
        "datetime": _query("datetime", _TEXT, f"{generation.manifest.created_at[:10]}T00:00:00Z/.."),
        "limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, USUAL),
        "offset": _query("offset", {"type": "integer", "minimum": 0, "default": 0}, 0),
        "exactly": _query("exactly", {"type": "string", "minLength": 4, "maxLength": 300}, "section for permit 26-118"),
    }


def _query(name: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "example": example}


def _property(name: str, example: Any, kind: str) -> dict[str, Any]:
    types = {"string": "string", "bool": "boolean", "double": "number"}
    said = _query(name, {"type": types.get(kind, "integer")}, example)
    return said if example is not None else {one: value for one, value in said.items() if one != "example"}


def _example(column: Any) -> Any:
    known = pc.drop_null(column)
    return known[0].as_py() if len(known) else None


def _get(name: str, summary: str, answer: dict[str, Any], parameters: list[Any] | None = None) -> dict[str, Any]:
    fault = {"$ref": "#/components/responses/Fault"}
    responses = {"200": answer, "400": fault, "401": fault, "403": fault, "404": fault}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters or [], "responses": responses}}


def _json_answer(member: str) -> dict[str, Any]:
    schema = {"type": "object", "required": [member]}
    return {"description": member, "content": {"application/json": {"schema": schema}}}


def _geojson(kind: str) -> dict[str, Any]:
    schema = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string", "enum": [kind]}}}
    example: dict[str, Any] = {"type": "Feature", "id": "node:JS:JS001", "geometry": None, "properties": {}}
    if kind == "FeatureCollection":
        example = {"type": kind, "numberMatched": 1, "numberReturned": 1, "features": [example], "links": []}
    return {"description": kind, "content": {GEOJSON: {"schema": schema, "example": example}}}
