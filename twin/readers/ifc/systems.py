"""Systems, groups and zones, and the verbs between things: contains, serves, feeds, controls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from twin.model.identity import feature_id
from twin.model.tables import RelationKind
from twin.readers.ifc.structure import Structure


@dataclass(slots=True)
class Systems:
    """``members``: (system id, name, kind, step id of the member); ``serves``: (system id, step id of the building)."""

    members: list[tuple[str, str | None, str, int]] = field(default_factory=list)
    serves: list[tuple[str, int]] = field(default_factory=list)

    def first_name(self) -> dict[int, str]:
        """The system to show for a member: its first named one."""
        names: dict[int, str] = {}
        for _, name, kind, member in self.members:
            if name and kind not in ("IfcGroup", "IfcZone"):
                names.setdefault(member, name)
        return names


def read_systems(model: Any, source_key: str) -> Systems:
    """Every IfcGroup that has members: systems, distribution systems and circuits, zones, plain groups."""
    out = Systems()
    for relation in model.by_type("IfcRelAssignsToGroup"):
        group = relation[6]
        if group is None:
            continue
        system_id = feature_id("system", source_key, str(group[0]))
        name = getattr(group, "LongName", None) or group[2]
        for member in relation[4] or ():
            out.members.append((system_id, name, group.is_a(), member.id()))
    for relation in model.by_type("IfcRelServicesBuildings"):
        system_id = feature_id("system", source_key, str(relation[4][0]))
        out.serves.extend((system_id, one.id()) for one in relation[5] or ())
    for relation in model.by_type("IfcRelReferencedInSpatialStructure"):  # how IFC4X3 says it
        served = relation[5]
        for one in relation[4] or () if served is not None else ():
            if one.is_a("IfcSystem"):
                out.serves.append((feature_id("system", source_key, str(one[0])), served.id()))
    return out


def system_rows(systems: Systems, feature_ids: dict[int, str]) -> dict[str, list[Any]]:
    """Columns of the ``systems`` table; members that are no features (ports, other systems) stay out."""
    rows = [
        (system_id, name, kind, feature_ids[member])
        for system_id, name, kind, member in systems.members
        if member in feature_ids
    ]
    return {name: [row[n] for row in rows] for n, name in enumerate(("system_id", "name", "kind", "feature_id"))}


def relation_rows(
    model: Any, structure: Structure, systems: Systems, feature_ids: dict[int, str], source_key: str
) -> dict[str, list[Any]]:
    """Columns of the ``relations`` table."""
    rows: dict[tuple[str, str, str], None] = {}  # a dict keeps the order and drops repeats
    for container, thing in structure.contained_pairs():
        if container in feature_ids and thing in feature_ids:
            rows[(feature_ids[container], RelationKind.CONTAINS.value, feature_ids[thing])] = None
    for system_id, building in systems.serves:
        if building in feature_ids:
            rows[(system_id, RelationKind.SERVES.value, feature_ids[building])] = None
    for start, end in _fed(model, structure):
        if start in feature_ids and end in feature_ids and start != end:
            rows[(feature_ids[start], RelationKind.FEEDS.value, feature_ids[end])] = None
    for relation in model.by_type("IfcRelFlowControlElements"):
        for control in relation[4] or ():
            if control.id() in feature_ids and relation[5] is not None and relation[5].id() in feature_ids:
                key = (feature_ids[control.id()], RelationKind.CONTROLS.value, feature_ids[relation[5].id()])
                rows[key] = None
    return {
        "from_id": [one[0] for one in rows],
        "kind": [one[1] for one in rows],
        "to_id": [one[2] for one in rows],
        "source": [source_key] * len(rows),
    }


def _fed(model: Any, structure: Structure) -> Iterator[tuple[int, int]]:
    """(from, to) elements whose ports are connected, along the flow where the ports say which way it goes."""
    for relation in model.by_type("IfcRelConnectsPorts"):
        start, end = relation[4], relation[5]
        if start is None or end is None:
            continue
        if getattr(start, "FlowDirection", None) == "SINK" or getattr(end, "FlowDirection", None) == "SOURCE":
            start, end = end, start
        a, b = structure.element_of_port.get(start.id()), structure.element_of_port.get(end.id())
        if a is not None and b is not None:
            yield a, b
