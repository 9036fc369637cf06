"""The graph of a finished build as merging needs it: what feeds, serves, controls or contains what."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from twin.live.alarms.merge import Relation
from twin.model.tables import RelationKind
from twin.store.campus import Generation
from twin.store.devices import devices_of

KINDS: Final = frozenset({RelationKind.FEEDS, RelationKind.SERVES, RelationKind.CONTROLS, RelationKind.CONTAINS})


def topology_of(generation: Generation, at: datetime | None = None) -> list[Relation]:
    """Relations between things; devices are called by the codes that alarms use, all else by feature ids.

    ``at`` leaves out what does not hold then; without it everything that was delivered counts.
    """
    codes = {one.feature_id: one.device_code for one in devices_of(generation)}
    return [
        Relation(codes.get(one["from_id"], one["from_id"]), one["kind"], codes.get(one["to_id"], one["to_id"]))
        for one in generation.auxiliary("relations").to_pylist()
        if one["kind"] in KINDS and (at is None or _holds(one["valid_from"], one["valid_to"], at))
    ]


def _holds(start: datetime | None, end: datetime | None, at: datetime) -> bool:
    return (start is None or start <= at) and (end is None or at < end)
