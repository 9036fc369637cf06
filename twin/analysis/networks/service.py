"""Who is without service while a burst is isolated: buildings, rooms, and how many people work there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa

from twin.analysis.networks.connections import NEAR_M, By, Connection, Connections, find_connections
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import Isolation

LOSS: Final = pa.schema(
    [
        pa.field("building_id", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("status", pa.string(), nullable=False),
        pa.field("by", pa.string(), nullable=False),
        pa.field("lost", pa.list_(pa.string()), nullable=False),
        pa.field("supplied", pa.list_(pa.string()), nullable=False),
        pa.field("rooms", pa.list_(pa.string())),
        pa.field("people", pa.int64()),
    ]
)


class Status(StrEnum):
    """``CUT_OFF``: no connection is supplied any more. ``PARTLY``: one is lost, another is supplied."""

    CUT_OFF = "cut_off"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True)
class BuildingLoss:
    """``lost``, ``supplied``: its connections. ``rooms``: ids of those without service, None where nobody knows.

    All rooms where it is cut off; where it is partly, those whose own stated connections are all lost, None where no
    relation names a room. ``people``: how many members of staff have one of ``rooms``, None where nobody knows.
    """

    building_id: str
    name: str | None
    status: Status
    by: By
    lost: tuple[str, ...]
    supplied: tuple[str, ...]
    rooms: tuple[str, ...] | None
    people: int | None


@dataclass(frozen=True, slots=True)
class ServiceLoss:
    """Buildings cut off or partly so, by id; everybody else is supplied, or was not before.

    ``people``: each member of staff once. ``sources_known`` False: only the segment itself counts as lost.
    """

    buildings: tuple[BuildingLoss, ...]
    rooms: tuple[str, ...] | None
    people: int | None
    connections: Connections
    sources_known: bool

    @property
    def cut_off(self) -> tuple[str, ...]:
        """Ids of the buildings without any supply."""
        return tuple(one.building_id for one in self.buildings if one.status is Status.CUT_OFF)

    @property
    def partly(self) -> tuple[str, ...]:
        """Ids of the buildings that keep a part of their supply."""
        return tuple(one.building_id for one in self.buildings if one.status is Status.PARTLY)

    def to_arrow(self) -> pa.Table:
        """One row a building."""
        rows = [asdict(one) | {"status": one.status.value, "by": one.by.value} for one in self.buildings]
        return pa.Table.from_pylist(rows, schema=LOSS)


def without_service(
    isolation: Isolation,
    network: PipeNetwork,
    buildings: pa.Table,
    relations: pa.Table,
    spaces: pa.Table | None = None,
    room_assignments: pa.Table | None = None,
    *,
    near_m: float = NEAR_M,
) -> ServiceLoss:
    """Buildings, rooms and people behind the connections that ``isolation`` cuts off.

    ``buildings``, ``spaces``: layer tables; ``relations``: the auxiliary table; ``room_assignments``: the register as
    it holds at the time asked for. ``near_m``: see ``find_connections``. Nobody is named; people are counted.
    """
    found = find_connections(network, buildings, relations, spaces, near_m)
    lost = {*isolation.lost.links, *isolation.lost.nodes}
    dry = lost | {*isolation.unsupplied.links, *isolation.unsupplied.nodes}
    names = dict(zip(buildings["feature_id"].to_pylist(), buildings["name"].to_pylist(), strict=True))
    rooms_of, staff_of = _rooms_of(spaces), _staff_of(room_assignments)
    by_building: dict[str, list[Connection]] = defaultdict(list)
    for one in found.kept:
        by_building[one.building_id].append(one)
    losses, staff = [], set()
    for building_id in sorted(by_building):
        connections = by_building[building_id]
        gone = sorted({one.feature_id for one in connections if one.feature_id in lost})
        if not gone:
            continue
        supplied = sorted({one.feature_id for one in connections if one.feature_id not in dry})
        status = Status.PARTLY if supplied else Status.CUT_OFF
        rooms = _rooms(status, connections, dry, rooms_of, building_id)
        people = _people(rooms, staff_of)
        staff |= people or set()
        losses.append(
            BuildingLoss(
                building_id=building_id,
                name=names.get(building_id),
                status=status,
                by=connections[0].by,
                lost=tuple(gone),
                supplied=tuple(supplied),
                rooms=rooms,
                people=None if people is None else len(people),
            )
        )
    return ServiceLoss(
        buildings=tuple(losses),
        rooms=None if rooms_of is None else tuple(room for one in losses for room in one.rooms or ()),
        people=None if staff_of is None or rooms_of is None else len(staff),
        connections=found,
        sources_known=isolation.sources_known,
    )


def _rooms(
    status: Status,
    connections: Iterable[Connection],
    dry: set[str],
    rooms_of: Mapping[str, tuple[str, ...]] | None,
    building_id: str,
) -> tuple[str, ...] | None:
    if rooms_of is None:
        return None
    if status is Status.CUT_OFF:
        return rooms_of.get(building_id, ())
    served: dict[str, bool] = {}
    for one in connections:
        if one.space_id is not None:
            served[one.space_id] = served.get(one.space_id, False) or one.feature_id not in dry
    return tuple(sorted(room for room, is_served in served.items() if not is_served)) if served else None


def _people(rooms: tuple[str, ...] | None, staff_of: Mapping[str, set[str]] | None) -> set[str] | None:
    if rooms is None or staff_of is None:
        return None
    return {person for room in rooms for person in staff_of.get(room, ())}


def _rooms_of(spaces: pa.Table | None) -> dict[str, tuple[str, ...]] | None:
    if spaces is None:
        return None
    rooms: dict[str, list[str]] = defaultdict(list)
    for room, building in zip(spaces["feature_id"].to_pylist(), spaces["building_id"].to_pylist(), strict=True):
        rooms[building].append(room)
    return {building: tuple(sorted(found)) for building, found in rooms.items()}


def _staff_of(assignments: pa.Table | None) -> dict[str, set[str]] | None:
    if assignments is None:
        return None
    staff: dict[str, set[str]] = defaultdict(set)
    for room, person in zip(assignments["space_id"].to_pylist(), assignments["staff_id"].to_pylist(), strict=True):
        if person is not None:
            staff[room].add(person)
    return staff
