"""``GET /changes``: what became of each feature between two generations, for the viewer to colour.

What lies underground is compared as it is told to everybody, on a grid and without levels, unless ``exactly`` gives a
reason and the asker has the right ``underground``; that is written into the audit.
"""

from __future__ import annotations

import json
import threading
from typing import Annotated, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from fastapi import APIRouter, Query, Request
from numpy.typing import NDArray

from ioc_app.api.features import jsonable
from ioc_app.api.people import actor_of, identity_of
from ioc_app.api.reads import Reads
from twin.analysis.changes import Change, changes_between
from twin.errors import NoEarlierGenerationError, NotAllowedError
from twin.model.last_asked import LastAsked
from twin.people.audit import AuditLog
from twin.people.roles import Right
from twin.store.campus import Generation
from twin.store.keeping import existing, one_before

MOST_REMOVED: Final = 10_000
_KEPT: Final = 4  # answers, of a few MB each
_MM: Final = 3

Number = Annotated[int | None, Query(ge=1, le=10**6)]
Reason = Annotated[str | None, Query(min_length=4, max_length=300)]
Key = tuple[int, int, bool]
Places = NDArray[np.float64]


def change_routes(reads: Reads, audit: AuditLog) -> APIRouter:
    router = APIRouter()
    answers: LastAsked[Key, dict[str, Any]] = LastAsked(_KEPT)
    one_at_a_time = threading.Lock()

    @router.get("/changes")
    def changes(
        request: Request,
        before: Annotated[Number, Query(alias="from")] = None,
        to: Number = None,
        exactly: Reason = None,
    ) -> dict[str, Any]:
        """From one generation to another; without numbers from the one before to the one in use."""
        new = reads.generation.number if to is None else existing(reads.campus_folder, to)
        old = one_before(reads.campus_folder, new) if before is None else existing(reads.campus_folder, before)
        if old is None:
            raise NoEarlierGenerationError(path=reads.campus_folder.name, generation=new)
        told = _exactly(request, exactly, f"changes {old} {new}", audit)
        with one_at_a_time:
            return answers.made((old, new, told), lambda: _answer(reads, old, new, exactly=told))

    return router


def _exactly(request: Request, reason: str | None, what: str, audit: AuditLog) -> bool:
    if reason is None:
        return False
    if not identity_of(request).may(Right.UNDERGROUND):
        raise NotAllowedError(right=Right.UNDERGROUND.value)
    audit.append(actor_of(request), "underground.told", what, why=reason)
    return True


def _answer(reads: Reads, old: int, new: int, *, exactly: bool) -> dict[str, Any]:
    before, after = (_generation(reads, one) for one in (old, new))
    found = changes_between(before, after, exactly=exactly)
    table = found.to_arrow()
    here = table.filter(pc.not_equal(table["change"], Change.REMOVED.value))
    gone = table.filter(pc.equal(table["change"], Change.REMOVED.value))
    return {
        **found.to_dict(),
        "generation": new,
        "exact": exactly,
        "features": {
            "idx": here["idx"].to_pylist(),
            "change": here["change"].to_pylist(),
            "moved_plan_m": _metres(here["moved_plan_m"]),
            "moved_height_m": _metres(here["moved_height_m"]),
            "columns": [[each["column"] for each in one or ()] for one in here["columns"].to_pylist()],
        },
        "removed_total": len(gone),
        "removed": _removed(gone.slice(0, MOST_REMOVED), after),
    }


def _generation(reads: Reads, number: int) -> Generation:
    in_use = reads.generation
    return in_use if number == in_use.number else Generation(reads.campus_folder, number)


def _metres(column: pa.ChunkedArray) -> list[float | None]:
    return [jsonable(None if one is None else round(one, _MM)) for one in column.to_pylist()]


def _removed(table: pa.Table, after: Generation) -> list[dict[str, Any]]:
    """What is no longer there, with its shape in the scene axes of the newer generation as GeoJSON coordinates."""
    origin = np.array(after.manifest.origin)
    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    rows = table.select(["feature_id", "layer_id", "kind", "name", "id_stable"]).to_pylist()
    return [{**row, "geometry": _shape(shape, origin)} for row, shape in zip(rows, shapes, strict=True)]


def _shape(shape: shapely.Geometry | None, origin: Places) -> dict[str, Any] | None:
    if shape is None:
        return None
    flat = not shapely.has_z(shape)

    def to_scene(places: Places) -> Places:
        return np.asarray(np.round(places - origin[: 2 if flat else 3], _MM))

    said: dict[str, Any] = json.loads(shapely.to_geojson(shapely.transform(shape, to_scene, include_z=not flat)))
    return said
