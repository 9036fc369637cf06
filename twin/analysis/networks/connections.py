"""Where a network enters buildings: by relations that somebody stated, else by where its points stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa
import shapely

from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.terms import terms
from twin.model.tables import RelationKind

NEAR_M: Final = 5.0  # a point that is surveyed as dead end lies at most this far from the wall it goes into
_STATED: Final = frozenset((RelationKind.SERVES.value, RelationKind.FEEDS.value))


class By(StrEnum):
    """How a connection is known."""

    RELATION = "relation"
    POSITION = "position"


class NoConnection(StrEnum):
    """Why something that looks like a connection is none."""

    NO_BUILDING = "no_building"  # no building stands within the limit
    NOT_A_BUILDING = "not_a_building"  # the relation leads to something that is no building, storey or room
    OTHER_END = "other_end"  # it ends with a hydrant, a gully, a source, an outfall …
    STATED = "stated"  # the building has connections by relation, so positions do not count there
    OUT_OF_USE = "out_of_use"  # the related link carries nothing


@dataclass(frozen=True, slots=True)
class Connection:
    """``feature_id``: the node or link; ``space_id``: the room, where the relation names one."""

    feature_id: str
    building_id: str
    by: By
    space_id: str | None = None


@dataclass(frozen=True, slots=True)
class Connections:
    """Found = kept + skipped. ``without_footprint``: buildings that positions cannot find."""

    kept: tuple[Connection, ...]
    skipped: tuple[tuple[str, NoConnection], ...]
    without_footprint: tuple[str, ...]

    @property
    def found(self) -> int:
        return len(self.kept) + len(self.skipped)


@dataclass(slots=True)
class Places:
    """Which building a place belongs to. Spaces and storeys are known from the table of spaces."""

    buildings: frozenset[str]
    of_space: Mapping[str, str] = field(default_factory=dict)
    of_storey: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(buildings: pa.Table, spaces: pa.Table | None) -> Places:
        known = frozenset(buildings["feature_id"].to_pylist())
        if spaces is None:
            return Places(known)
        owner = spaces["building_id"].to_pylist()
        rooms = {one: at for one, at in zip(spaces["feature_id"].to_pylist(), owner, strict=True) if at}
        storeys = {one: at for one, at in zip(spaces["storey_id"].to_pylist(), owner, strict=True) if one and at}
        return Places(known, rooms, storeys)

    def building(self, place: str) -> str | None:
        """The building that ``place`` is or belongs to."""
        if place in self.buildings:
            return place
        return self.of_space.get(place) or self.of_storey.get(place)


def find_connections(
    network: PipeNetwork, buildings: pa.Table, relations: pa.Table, spaces: pa.Table | None, near_m: float = NEAR_M
) -> Connections:
    """All connections of a network.

    By relation: ``serves`` and ``feeds`` between a node or link and a building, storey or room, named from either side
    (a pipe serves a building; a building feeds a drain). By position, for buildings that no relation names: a point
    where a pipe goes into a building (进出房点 …), or a dead end, within ``near_m`` of the nearest footprint.
    """
    kept: list[Connection] = []
    skipped: list[tuple[str, NoConnection]] = []
    for one in _by_relation(network, relations, Places.of(buildings, spaces)):
        kept.append(one) if isinstance(one, Connection) else skipped.append(one)
    stated = {one.building_id for one in kept}
    related = {one.feature_id for one in kept}
    standing, without = _by_position(network, buildings, near_m)
    for node, found in standing:
        if node in related:
            continue
        if isinstance(found, NoConnection):
            skipped.append((node, found))
        elif found in stated:
            skipped.append((node, NoConnection.STATED))
        else:
            kept.append(Connection(node, found, By.POSITION))
    return Connections(tuple(kept), tuple(skipped), without)


def _by_relation(
    network: PipeNetwork, relations: pa.Table, places: Places
) -> Iterator[Connection | tuple[str, NoConnection]]:
    out_of_use = set(network.out_of_use)
    rows = zip(*(relations[name].to_pylist() for name in ("from_id", "kind", "to_id")), strict=True)
    for start, kind, end in dict.fromkeys(rows):
        if kind not in _STATED or (start in network) == (end in network):
            continue
        pipe, place = (start, end) if start in network else (end, start)
        building = places.building(place)
        if pipe in out_of_use:
            yield pipe, NoConnection.OUT_OF_USE
        elif building is None:
            yield pipe, NoConnection.NOT_A_BUILDING
        else:
            yield Connection(pipe, building, By.RELATION, place if place in places.of_space else None)


def _by_position(
    network: PipeNetwork, buildings: pa.Table, near_m: float
) -> tuple[list[tuple[str, str | NoConnection]], tuple[str, ...]]:
    """Each point that looks like a connection, with its building or why it has none; buildings without footprint."""
    words, nodes, degree = terms(), network.nodes, network.degree()
    named = nodes.called(words.connection) & (degree > 0)
    other = nodes.called(words.not_a_connection | words.source | words.outfall)
    rows = np.flatnonzero(named | (degree == 1))
    ids = np.array(buildings["feature_id"].to_pylist(), object)
    shapes = shapely.force_2d(shapely.from_wkb(np.array(buildings["geometry"].to_pylist(), object)))
    plane = np.flatnonzero((shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes))
    nearest: dict[int, str] = {}
    if len(plane) and len(rows):
        placed = rows[np.isfinite(nodes.xyz[rows, :2]).all(axis=1)]
        points = np.asarray(shapely.points(nodes.xyz[placed, :2]), object)
        at, building = shapely.STRtree(shapes[plane]).query_nearest(points, max_distance=near_m, all_matches=False)
        nearest = {int(placed[one]): ids[plane[other]] for one, other in zip(at, building, strict=True)}
    out: list[tuple[str, str | NoConnection]] = []
    for row in rows:
        lacks = NoConnection.OTHER_END if other[row] and not named[row] else NoConnection.NO_BUILDING
        found = nearest.get(int(row), lacks) if lacks is NoConnection.NO_BUILDING else lacks
        out.append((nodes.ids[row], found))
    without = np.setdiff1d(np.arange(len(ids)), plane)
    return out, tuple(ids[without])
