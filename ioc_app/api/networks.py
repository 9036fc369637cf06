"""``/networks/{layer}/trace``, ``/isolation``: where pipes lead and what a burst takes, as ``twin.analysis`` says."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import Field

from ioc_app.api.reads import PerGeneration, Reads
from ioc_app.directory import Directory
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import Isolation, NextRing, isolate
from twin.analysis.networks.isolation_tables import Part, RingValve
from twin.analysis.networks.rings import TO_CLOSE
from twin.analysis.networks.service import ServiceLoss, without_service
from twin.analysis.networks.steps import Direction
from twin.analysis.networks.trace import Trace, trace
from twin.errors import UnknownLayerError
from twin.model.layer import LayerKind
from twin.store.campus import Campus, Generation

MOST_STUCK: Final = 50
Id = Annotated[str, Field(max_length=200)]


class Networks:
    """The pipe networks of a generation, each made when it is first asked."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._made: dict[str, PipeNetwork] = {}

    @cached_property
    def names(self) -> list[str]:
        return [one.id for one in self._generation.definitions.values() if one.kind is LayerKind.PIPE]

    def of(self, layer_id: str) -> PipeNetwork:
        """Raises UnknownLayerError for what is no network of pipes."""
        if layer_id not in self.names:
            raise UnknownLayerError(layer=layer_id[:60], known=", ".join(self.names))
        if layer_id not in self._made:
            self._made[layer_id] = PipeNetwork.of(self._generation.table(layer_id))
        return self._made[layer_id]


def network_routes(reads: Reads) -> APIRouter:
    """Plain functions: the server runs each in a worker thread."""
    router = APIRouter()
    networks = PerGeneration(Networks)

    @router.get("/networks/{layer_id}/trace")
    def traced(layer_id: str, start: Id, direction: Direction) -> dict[str, Any]:
        """All pipes and points up or down the flow, with the ways' ends."""
        generation = reads.generation
        found = trace(networks.of(generation).of(layer_id), start, direction)
        return {"generation": generation.number, **_trace(found, reads.directory(generation))}

    @router.get("/networks/{layer_id}/isolation")
    def isolation(
        layer_id: str, burst: Id, stuck: Annotated[list[Id] | None, Query(max_length=MOST_STUCK)] = None
    ) -> dict[str, Any]:
        """Valves to close, what is without supply then, and what each valve costs that does not move."""
        generation = reads.generation
        network = networks.of(generation).of(layer_id)
        found = isolate(network, burst, stuck=stuck or ())
        loss = _loss(found, network, generation, reads.campus)
        return {"generation": generation.number, **_isolation(found, loss, reads.directory(generation))}

    return router


def _loss(found: Isolation, network: PipeNetwork, generation: Generation, campus: Campus) -> ServiceLoss | None:
    """None on a campus without buildings."""
    layers = generation.layer_ids()
    if "buildings" not in layers:
        return None
    return without_service(
        found,
        network,
        generation.table("buildings"),
        generation.auxiliary("relations"),
        generation.table("spaces") if "spaces" in layers else None,
        campus.register("room_assignments"),
    )


def _trace(found: Trace, directory: Directory) -> dict[str, Any]:
    return {
        "start": found.start,
        "direction": found.direction.value,
        "idx": _idx([*found.links, *found.nodes], directory),
        "links": len(found.links),
        "length_m": found.length_m,
        "ends": [
            {**directory.named(one.feature_id), "reason": one.reason.value, "distance_m": one.distance_m}
            for one in found.ends
        ],
        "assumed": len(found.assumed),
        "unknown": len(found.unknown),
    }


def _isolation(found: Isolation, loss: ServiceLoss | None, directory: Directory) -> dict[str, Any]:
    return {
        "burst": found.burst,
        "sources_known": found.sources_known,
        "sources_inside": [directory.named(one) for one in found.sources_inside],
        "isolable": found.isolable,
        "segment": _part(found.segment, directory),
        "beyond": _part(found.beyond, directory),
        "valves": [_valve(one, directory) for one in found.valves],
        "stuck": list(found.stuck),
        "if_stuck": [_next_ring(one, directory) for one in found.ring_if_stuck],
        "buildings": [
            {
                **directory.named(one.building_id),
                "status": one.status.value,
                "rooms": None if one.rooms is None else len(one.rooms),
                "people": one.people,
            }
            for one in (loss.buildings if loss is not None else ())
        ],
        "rooms": None if loss is None or loss.rooms is None else len(loss.rooms),
        "people": None if loss is None else loss.people,
    }


def _valve(one: RingValve, directory: Directory) -> dict[str, Any]:
    named = directory.named(one.feature_id or one.valve_id)
    return {
        **named,
        "valve_id": one.valve_id,
        "name": one.point_no or one.name or named["name"],
        "reason": one.reason.value,
        "to_close": one.reason in TO_CLOSE,
        "way_m": one.way_m,
        "diameter_m": one.diameter_m,
    }


def _next_ring(one: NextRing, directory: Directory) -> dict[str, Any]:
    return {
        "valve_id": one.valve_id,
        "close": [directory.named(valve) for valve in one.close],
        "lost": _part(one.lost, directory),
        "isolable": one.isolable,
    }


def _part(part: Part, directory: Directory) -> dict[str, Any]:
    return {"idx": _idx([*part.links, *part.nodes], directory), "links": len(part.links), "length_m": part.length_m}


def _idx(feature_ids: Iterable[str], directory: Directory) -> list[int]:
    return [directory.idx_by_id[one] for one in feature_ids if one in directory.idx_by_id]
