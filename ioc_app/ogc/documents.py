"""The documents of the API: where to begin, what it conforms to, which collections there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ioc_app.ogc.items import queryables
from ioc_app.ogc.reference import CRS84, Reference
from twin.model.layer import LayerDefinition
from twin.store.campus import Generation

CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
)
GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_EDGE_POINTS: Final = 17  # an edge of a box is a curve in another CRS
GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_TYPES: Final = ((pa.types.is_boolean, "boolean"), (pa.types.is_integer, "integer"), (pa.types.is_floating, "number"))


def link(href: str, rel: str, kind: str = "application/json", title: str | None = None) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, **({"title": title} if title else {})}


def landing(base: str, generation: Generation) -> dict[str, Any]:
    """Where a client begins."""
    return {
        "title": generation.manifest.campus,
        "description": _notice(generation) or "Campus twin: the layers of a surveyed campus as features.",
        "links": [
            link(base, "self"),
            link(f"{base}/api", "service-desc", OPENAPI, "OpenAPI"),
            link(f"{base}/conformance", "conformance"),
            link(f"{base}/collections", "data"),
        ],
    }


def conformance() -> dict[str, Any]:
    return {"conformsTo": list(CONFORMS)}


def layer_ids(generation: Generation) -> list[str]:
    """Layers with shapes."""
    return [one for one in generation.layer_ids() if generation.manifest.layers[one].bbox is not None]


def collections(base: str, generation: Generation, known: Mapping[str, Reference]) -> dict[str, Any]:
    return {
        "links": [link(f"{base}/collections", "self")],
        "collections": [collection(base, generation, one, known) for one in layer_ids(generation)],
        "crs": list(known),
    }


def collection(base: str, generation: Generation, layer_id: str, known: Mapping[str, Reference]) -> dict[str, Any]:
    """One layer: what it is called, where and when it is."""
    layer = generation.definitions[layer_id]
    here = f"{base}/collections/{quote(layer_id)}"
    storage = [uri for uri in known if uri != CRS84]
    return {
        "id": layer_id,
        "title": f"{layer.title.zh} {layer.title.en}",
        "description": _description(layer),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [_extent(generation, layer_id, known[CRS84])], "crs": CRS84},
            "temporal": {"interval": [_interval(generation.table(layer_id))], "trs": GREGORIAN},
        },
        "crs": list(known),
        **({"storageCrs": storage[0]} if storage else {}),
        "links": [
            link(here, "self"),
            link(f"{here}/items", "items", GEOJSON),
            link(f"{here}/queryables", QUERYABLES, "application/schema+json"),
        ],
    }


def queryables_of(base: str, generation: Generation, layer_id: str) -> dict[str, Any]:
    """JSON Schema of what may be compared with a value."""
    columns = {one.name: one for one in generation.definitions[layer_id].columns}
    properties = {
        name: {
            "type": next((told for is_it, told in _TYPES if is_it(kind)), "string"),
            "title": f"{columns[name].title.zh} {columns[name].title.en}" if name in columns else name,
            **({"x-ogc-unit": columns[name].unit} if name in columns and columns[name].unit else {}),
        }
        for name, kind in queryables(generation.table(layer_id)).items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{quote(layer_id)}/queryables",
        "type": "object",
        "title": layer_id,
        "properties": {**properties, "geometry": {"format": "geometry-any", "x-ogc-role": "primary-geometry"}},
        "additionalProperties": False,
    }


def _description(layer: LayerDefinition) -> str:
    said = [] if layer.provenance is None else [f"Computed: {layer.provenance['method']}."]
    if layer.underground:
        said.append("Underground: positions are told to a grid and without levels unless exactly gives a reason.")
    return " ".join(said) or layer.title.en


def _extent(generation: Generation, layer_id: str, lonlat: Reference) -> list[float]:
    """West, south, east, north of the layer's box, edges followed, to about a metre outwards."""
    xmin, ymin, _, xmax, ymax, _ = generation.manifest.layers[layer_id].bbox or (0.0,) * 6
    x, y = np.meshgrid(np.linspace(xmin, xmax, _EDGE_POINTS), np.linspace(ymin, ymax, _EDGE_POINTS))
    box = shapely.multipoints(np.column_stack([x.ravel(), y.ravel()]))
    west, south, east, north = shapely.total_bounds(lonlat.write(np.array([box], dtype=object)))
    return [float(np.floor(west * 1e5) / 1e5), float(np.floor(south * 1e5) / 1e5),
            float(np.ceil(east * 1e5) / 1e5), float(np.ceil(north * 1e5) / 1e5)]  # fmt: skip


def _interval(table: pa.Table) -> list[str | None]:
    """From the first beginning to the last end; open where some row has none."""
    ends = []
    for name, outermost in (("valid_from", pc.min), ("valid_to", pc.max)):
        column = table[name]
        known = outermost(column).as_py() if not column.null_count and len(column) else None
        ends.append(known.isoformat() if known is not None else None)
    return ends


def _notice(generation: Generation) -> str:
    notice = generation.manifest.notice or {}
    return " ".join(one for one in (notice.get("zh"), notice.get("en")) if one)
