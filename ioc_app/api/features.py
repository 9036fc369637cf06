"""Everything known of one thing, JSON-ready."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import shapely
from fastapi import APIRouter

from ioc_app.api.reads import Reads
from ioc_app.directory import Directory
from ioc_app.occupancy import occupancy
from twin.errors import UnknownFeatureError
from twin.store.campus import Generation

MAX_RELATIONS = 200
MAX_IDX = 2**32 - 1


def feature_routes(reads: Reads) -> APIRouter:
    """``GET /features/by-idx/{idx}`` and ``GET /features/{feature_id}``."""
    router = APIRouter()

    @router.get("/features/by-idx/{idx}")
    def by_idx(idx: int) -> dict[str, Any]:
        generation = reads.generation
        if not 0 <= idx <= MAX_IDX:
            raise UnknownFeatureError(feature_id=f"#{idx}")
        return card(generation.by_idx(idx), reads, generation)

    @router.get("/features/{feature_id:path}")
    def by_id(feature_id: str) -> dict[str, Any]:
        generation = reads.generation
        return card(generation.feature(feature_id), reads, generation)

    return router


def card(row: dict[str, Any], reads: Reads, generation: Generation) -> dict[str, Any]:
    """The description, and of a room who has it: registers change between generations."""
    said = describe(row, reads.directory(generation))
    if row["layer_id"] == "spaces":
        said["occupancy"] = jsonable(occupancy(reads.campus, row["feature_id"]))
    return said


def describe(row: dict[str, Any], directory: Directory) -> dict[str, Any]:
    """The row with its place in the scene and the names of what it belongs and relates to."""
    idx = directory.idx_by_id[row["feature_id"]]
    entry = directory.entry(idx)
    wkb = row.pop("geometry", None)
    relations = row.pop("relations", [])
    return {
        **{name: jsonable(value) for name, value in row.items() if name != "bbox"},
        "idx": idx,
        "building": entry["building"],
        "storey": entry["storey"],
        "space": _name_of(row.get("space_id"), directory),
        "geometry_type": shapely.from_wkb(wkb).geom_type if wkb else None,
        "position": entry["position"],
        "bbox": entry["bbox"],
        "source_file": directory.source_files.get(row.get("source_key") or ""),
        "references": _references(row, directory),
        "relations": [_relation(one, directory) for one in relations[:MAX_RELATIONS]],
        "relations_total": len(relations),
    }


def _relation(relation: dict[str, Any], directory: Directory) -> dict[str, Any]:
    """One relation with the other end named. ``outward``: this feature is its subject."""
    other = relation.get("to_id") or relation.get("from_id") or ""
    return {
        "kind": relation["kind"],
        "outward": "to_id" in relation,
        **_other(other, directory),
        "source": relation.get("source"),
    }


def _references(row: dict[str, Any], directory: Directory) -> dict[str, dict[str, Any]]:
    """Columns whose value is the id of another feature, with what a link to it needs."""
    return {
        name: _other(value, directory)
        for name, value in row.items()
        if name != "feature_id"
        and isinstance(value, str)
        and value != row["feature_id"]
        and value in directory.idx_by_id
    }


def _other(feature_id: str, directory: Directory) -> dict[str, Any]:
    """Another feature in short; one that is not in this generation has only its id."""
    idx = directory.idx_by_id.get(feature_id)
    if idx is None:
        return {"feature_id": feature_id, "idx": None, "name": None, "layer_id": None, "bbox": None, "building": None}
    names = ("feature_id", "idx", "name", "layer_id", "position", "bbox", "building")
    entry = directory.entry(idx)
    return {name: entry[name] for name in names}


def _name_of(feature_id: str | None, directory: Directory) -> str | None:
    idx = directory.idx_by_id.get(feature_id or "")
    return directory.text("name")[idx] if idx is not None else None


def jsonable(value: Any) -> Any:
    """``value`` as JSON knows it: times as ISO text, what is not a number as null."""
    if isinstance(value, dict):
        return {key: jsonable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bytes):
        return value.hex()
    return value
