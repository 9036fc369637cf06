"""What contains what: the spatial structure, parts of wholes, doors in walls, ports on equipment.

Every objectified relationship of the file is walked once; nothing here follows inverse attributes, which are slow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_LEVELS = ("IfcSpace", "IfcBuildingStorey", "IfcBuilding")


@dataclass(frozen=True, slots=True)
class Place:
    """Step ids of the space, storey and building a thing is in; None where it is in none."""

    space: int | None = None
    storey: int | None = None
    building: int | None = None


@dataclass(slots=True)
class Structure:
    """Step ids throughout. ``whole_of``: part -> whole (aggregation, nesting); ``container_of``: element -> space,
    storey, building or site; ``host_of``: opening -> wall, door -> opening; ``element_of_port``: port -> element."""

    level_of: dict[int, str] = field(default_factory=dict)
    whole_of: dict[int, int] = field(default_factory=dict)
    container_of: dict[int, int] = field(default_factory=dict)
    host_of: dict[int, int] = field(default_factory=dict)
    element_of_port: dict[int, int] = field(default_factory=dict)
    _places: dict[int, Place] = field(default_factory=dict)

    def place_of(self, product_id: int) -> Place:
        """Where a product is, by the nearest of: its container, its whole, the wall it fills."""
        known = self._places.get(product_id)
        if known is None:
            known = self._places[product_id] = self._climb(product_id)
        return known

    def _climb(self, product_id: int) -> Place:
        found: dict[str, int] = {}
        seen: set[int] = set()
        here: int | None = product_id
        while here is not None and here not in seen:
            seen.add(here)
            level = self.level_of.get(here)
            if level is not None and here != product_id:
                found.setdefault(level, here)
            here = self.above(here)
        return Place(*(found.get(level) for level in _LEVELS))

    def above(self, product_id: int) -> int | None:
        """The next thing up: container before whole before host."""
        for table in (self.container_of, self.whole_of, self.host_of):
            found = table.get(product_id)
            if found is not None:
                return found
        return None

    def contained_pairs(self) -> Iterable[tuple[int, int]]:
        """(container or whole, thing): the edges of the spatial tree and of aggregates."""
        for table in (self.container_of, self.whole_of):
            for child, parent in table.items():
                yield parent, child


def read_structure(model: Any) -> Structure:
    """Walk the relationships that say where things are."""
    out = Structure()
    for level in _LEVELS:
        out.level_of.update((one.id(), level) for one in model.by_type(level))
    for relation in model.by_type("IfcRelAggregates"):
        _link(out.whole_of, relation[5], relation[4])
    for relation in model.by_type("IfcRelNests"):
        whole = relation[4]
        for part in relation[5] or ():
            table = out.element_of_port if part.is_a("IfcPort") else out.whole_of
            table.setdefault(part.id(), whole.id())
    for relation in model.by_type("IfcRelContainedInSpatialStructure"):
        _link(out.container_of, relation[4], relation[5])
    for relation in model.by_type("IfcRelVoidsElement"):
        _link(out.host_of, (relation[5],), relation[4])
    for relation in model.by_type("IfcRelFillsElement"):
        _link(out.host_of, (relation[5],), relation[4])
    for relation in model.by_type("IfcRelConnectsPortToElement"):
        _link(out.element_of_port, (relation[4],), relation[5])
    return out


def _link(table: dict[int, int], children: Any, parent: Any) -> None:
    """Note ``parent`` for every child; the first word counts, a thing is not its own parent."""
    if parent is None:
        return
    top = parent.id()
    for child in children or ():
        if child is not None and child.id() != top:
            table.setdefault(child.id(), top)
