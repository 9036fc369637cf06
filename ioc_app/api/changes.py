"""``GET /generations``, ``/changes``, ``/changes/rows``: the models there are, and what became of each feature.

What lies underground is compared as it is told to everybody, on a grid and without levels, unless ``exactly`` gives a
reason and the asker has the right ``underground``; that is written into the audit.
"""

from __future__ import annotations

import threading
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from ioc_app.api.changes_told import Compared
from ioc_app.api.exactly import told_exactly
from ioc_app.api.reads import Reads
from twin.analysis.changes import Change
from twin.errors import NoEarlierGenerationError
from twin.model.last_asked import LastAsked
from twin.people.audit import AuditLog
from twin.store.generations import in_force_since, numbers
from twin.store.keeping import existing, one_before

MOST_ROWS: Final = 200
_KEPT: Final = 4  # comparisons, and answers, of a few MB each

Number = Annotated[int | None, Query(ge=1, le=10**6)]
Before = Annotated[Number, Query(alias="from")]
Reason = Annotated[str | None, Query(min_length=4, max_length=300)]
Key = tuple[int, int, bool]


class Comparing:
    """Comparisons of one campus, the last few kept; one is made at a time."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._one_at_a_time = threading.Lock()
        self._compared: LastAsked[Key, Compared] = LastAsked(_KEPT)
        self._answers: LastAsked[tuple[Key, int], dict[str, Any]] = LastAsked(_KEPT)

    def pair(self, before: int | None, to: int | None) -> tuple[int, int]:
        """Without numbers the one before and the one in use.

        Raises UnknownGenerationError, NoEarlierGenerationError.
        """
        folder = self._reads.campus_folder
        new = self._reads.generation.number if to is None else existing(folder, to)
        old = one_before(folder, new) if before is None else existing(folder, before)
        if old is None:
            raise NoEarlierGenerationError(path=folder.name, generation=new)
        return old, new

    def whole(self, key: Key) -> dict[str, Any]:
        in_use = self._reads.generation
        with self._one_at_a_time:
            return self._answers.made((key, in_use.number), lambda: self._made(key).whole(in_use))

    def page(self, key: Key, layer_id: str, change: Change, offset: int, limit: int) -> dict[str, Any]:
        with self._one_at_a_time:
            compared = self._made(key)
        return compared.page(self._reads.generation, layer_id, change, offset, limit)

    def _made(self, key: Key) -> Compared:
        old, new, exactly = key
        return self._compared.made(
            key, lambda: Compared.of(self._reads.numbered(old), self._reads.numbered(new), exactly=exactly)
        )


def change_routes(reads: Reads, audit: AuditLog) -> APIRouter:
    router = APIRouter()
    comparing = Comparing(reads)

    @router.get("/generations")
    def generations() -> dict[str, Any]:
        """Those that can still be read, the oldest first, and since when each was in force."""
        since = dict(in_force_since(reads.campus_folder))
        in_use = reads.generation.number
        known = [one for one in numbers(reads.campus_folder) if one <= in_use]
        said = [
            {
                "number": one,
                "in_force_at": since[one].isoformat() if one in since else None,
                "in_use": one == in_use,
            }
            for one in known
        ]
        return {"generations": said}

    @router.get("/changes")
    def changes(request: Request, before: Before = None, to: Number = None, exactly: Reason = None) -> dict[str, Any]:
        """From one generation to another; without numbers from the one before to the one in use."""
        old, new = comparing.pair(before, to)
        told = told_exactly(request, exactly, f"changes {old} {new}", audit)
        return comparing.whole((old, new, told))

    @router.get("/changes/rows")
    def rows(
        request: Request,
        layer: Annotated[str, Query(max_length=100)],
        change: Change,
        before: Before = None,
        to: Number = None,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 50,
        exactly: Reason = None,
    ) -> dict[str, Any]:
        """The features of one layer and one class, a page at a time, with their values before and after."""
        old, new = comparing.pair(before, to)
        told = told_exactly(request, exactly, f"changes {old} {new} {layer} {change.value}", audit)
        return comparing.page((old, new, told), layer, change, offset, limit)

    return router
