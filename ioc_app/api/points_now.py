"""``GET /points/quantities`` and ``/points/latest?quantity=``: what the campus is coloured by while it lives."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from ioc_app.api.reads import PerGeneration, Reads
from twin.errors import UnknownQuantityError
from twin.live.points_now import QuantityNow, quantities, quantity_now
from twin.live.running import RunningCampus
from twin.store.campus import Generation

Name = Annotated[str, Field(max_length=200)]
Rooms = dict[str, int]
"""The feature_id of a device -> the idx of the room it stands in."""


def points_now_routes(running: RunningCampus, reads: Reads) -> APIRouter:
    router = APIRouter()
    rooms = PerGeneration(_rooms)

    @router.get("/points/quantities")
    def points_quantities() -> list[dict[str, Any]]:
        """Every gauge that devices of the campus have."""
        return [{**asdict(one), "title": one.title.to_dict()} for one in quantities(running)]

    @router.get("/points/latest")
    def points_latest(quantity: Name, at: AwareDatetime | None = None) -> dict[str, Any]:
        """The newest value of each point of a quantity, in columns; ``space`` is the idx of its room, null for none."""
        found = quantity_now(running, quantity, at)
        if found is None:
            raise UnknownQuantityError(quantity=quantity)
        generation = reads.generation
        # between two generations rooms of the one would not be those of the other
        known = rooms.of(generation) if generation.number == found.generation else {}
        return _columns(found, known)

    return router


def _rooms(generation: Generation) -> Rooms:
    layers = generation.layer_ids()
    if "devices" not in layers or "spaces" not in layers:
        return {}
    spaces = generation.table("spaces").select(["feature_id", "idx"]).to_pylist()
    idx = {one["feature_id"]: one["idx"] for one in spaces}
    devices = generation.table("devices").select(["feature_id", "space_id"]).to_pylist()
    return {one["feature_id"]: idx[one["space_id"]] for one in devices if one["space_id"] in idx}


def _columns(found: QuantityNow, rooms: Rooms) -> dict[str, Any]:
    said = found.quantity
    return {
        "quantity": said.quantity,
        "title": said.title.to_dict(),
        "unit": said.unit,
        "other_units": said.other_units,
        "generation": found.generation,
        "at": found.at.isoformat(),
        "idx": found.idx,
        "space": [rooms.get(one) for one in found.feature_id],
        "value": found.value,
        "quality": found.quality,
        "observed_at": [one.isoformat() if one else None for one in found.observed_at],
    }
