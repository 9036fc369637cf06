"""Who is without service: on the demo campus against SQL and networkx, and case by case by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import networkx
import pyarrow as pa
import shapely

from tests.analysis.networks.drawn import drawn
from twin.analysis.networks.connections import By, NoConnection, find_connections
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import isolate
from twin.analysis.networks.service import ServiceLoss, Status, without_service
from twin.model.tables import RELATIONS
from twin.store.campus import Campus


def rooms_and_people(campus: Campus, buildings: list[str]) -> tuple[int, int]:
    """Counted by DuckDB."""
    where = "list_contains($buildings, s.building_id)"
    rooms = campus.sql(f"select count(*) as n from spaces s where {where}", {"buildings": buildings})
    people = campus.sql(
        "select count(distinct staff_id) as n from room_assignments a join spaces s on s.feature_id = a.space_id "
        f"where {where}",
        {"buildings": buildings},
    )
    return rooms["n"][0].as_py(), people["n"][0].as_py()


def test_buildings_rooms_and_people_of_a_campus(demo_campus: Path) -> None:
    campus = Campus.open(demo_campus)
    generation = campus.generation
    table, buildings = generation.table("water_supply"), generation.table("buildings")
    network = PipeNetwork.of(table)
    source = "node:JS:JS079"  # where the survey begins at the city's main
    graph = networkx.MultiGraph()
    rows = table.to_pylist()
    for row in rows:
        if row["kind"] == "link":
            graph.add_edge(row["from_id"], row["to_id"], key=row["feature_id"])
    doors = {row["feature_id"]: shapely.from_wkb(row["geometry"]) for row in rows if row["feature"] == "进出房点"}
    footprints = {
        one: shapely.from_wkb(wkb)
        for one, wkb in zip(buildings["feature_id"].to_pylist(), buildings["geometry"].to_pylist(), strict=True)
    }
    cut = 0
    counted: dict[frozenset[str], tuple[int, int]] = {}
    for burst in network.links.ids:
        isolation = isolate(network, burst, sources=[source])
        found = without_service(
            isolation,
            network,
            buildings,
            generation.auxiliary("relations"),
            generation.table("spaces"),
            campus.register("room_assignments"),
        )
        left = graph.copy()
        left.remove_nodes_from(isolation.to_close)
        left.remove_edges_from([edge for edge in graph.edges(keys=True) if edge[2] in isolation.segment.links])
        fed = networkx.node_connected_component(left, source) if source in left else set()
        if isolation.sources_inside:
            fed = set()
        dark = frozenset(
            min(footprints, key=lambda one, at=place: footprints[one].distance(at))
            for node, place in doors.items()
            if node not in fed
        )
        assert set(found.cut_off) == dark
        assert found.partly == ()
        cut += len(dark)
        if dark not in counted:
            counted[dark] = rooms_and_people(campus, sorted(dark))
        assert (len(found.rooms or ()), found.people) == counted[dark]
        connections = found.connections
        assert {one.feature_id for one in connections.kept} >= set(doors)
        assert connections.found == len(connections.kept) + len(connections.skipped)
    print(f"{len(network.links.ids)} bursts on the demo campus, {cut} buildings cut off in all of them together")
    assert cut > 100


# --- by hand: s - p - v - q - a, and from v also r - b -------------------------------------------------

LINKS = [("p", "s", "v"), ("q", "v", "a"), ("r", "w", "b"), ("x", "s", "w")]
NODES: dict[str, dict[str, Any]] = {
    "s": {"feature": "水源", "at": (0.0, 0.0, 0.0)},
    "v": {"appurtenance": "阀门", "at": (50.0, 0.0, 0.0)},
    "w": {"appurtenance": "阀门", "at": (0.0, 50.0, 0.0)},
    "a": {"at": (100.0, 0.0, 0.0)},
    "b": {"at": (0.0, 100.0, 0.0)},
}


def building_table(**squares: tuple[float, float] | None) -> pa.Table:
    """Squares of 20 m with their south-west corner there; None has no footprint."""
    shapes = [
        None if one is None else shapely.box(one[0], one[1], one[0] + 20, one[1] + 20).wkb for one in squares.values()
    ]
    return pa.table(
        {
            "feature_id": pa.array(list(squares), pa.string()),
            "name": pa.array([f"No {one}" for one in squares], pa.string()),
            "geometry": pa.array(shapes, pa.binary()),
        }
    )


def related(*rows: tuple[str, str, str]) -> pa.Table:
    found = [{"from_id": a, "kind": kind, "to_id": b, "source": "test"} for a, kind, b in rows]
    return pa.Table.from_pylist(found, schema=RELATIONS)


SPACES = pa.table(
    {"feature_id": ["r1", "r2", "r3"], "building_id": ["A", "A", "B"], "storey_id": ["A.1", "A.2", "B.1"]}
)
ASSIGNED = pa.table({"space_id": ["r1", "r1", "r2", "r3"], "staff_id": ["x", "y", "x", None]})


def loss(burst: str, buildings: pa.Table, relations: Sequence[tuple[str, str, str]] = (), **more: Any) -> ServiceLoss:
    network = PipeNetwork.of(drawn(LINKS, NODES))
    return without_service(isolate(network, burst), network, buildings, related(*relations), **more)


def test_a_building_is_cut_off_with_its_only_connection() -> None:
    buildings = building_table(A=(101.0, -10.0), B=(-10.0, 90.0))
    found = loss("q", buildings, spaces=SPACES, room_assignments=ASSIGNED)
    assert found.cut_off == ("A",)
    assert found.buildings[0].by is By.POSITION
    assert (found.rooms, found.people) == (("r1", "r2"), 2)  # one of them has two rooms
    row = found.to_arrow().to_pylist()[0]
    assert row["lost"] == ["a"]
    assert (row["building_id"], row["name"], row["status"], row["people"]) == ("A", "No A", "cut_off", 2)
    assert found.sources_known


def test_without_registers_nobody_is_counted() -> None:
    buildings = building_table(A=(101.0, -10.0))
    assert (loss("q", buildings).rooms, loss("q", buildings).people) == (None, None)
    assert loss("q", buildings, spaces=SPACES).rooms == ("r1", "r2")
    assert loss("q", buildings, spaces=SPACES).people is None


def test_two_connections_one_of_them_supplied() -> None:
    found = loss("q", building_table(A=(200.0, 200.0)), [("a", "serves", "A"), ("b", "feeds", "A")], spaces=SPACES)
    assert found.cut_off == ()
    assert found.partly == ("A",)
    only = found.buildings[0]
    assert (only.status, only.lost, only.supplied, only.by) == (Status.PARTLY, ("a",), ("b",), By.RELATION)
    assert (only.rooms, only.people) == (None, None)  # which rooms have no water nobody said


def test_a_relation_to_a_room_says_which_rooms() -> None:
    relations = [("a", "serves", "r1"), ("b", "serves", "r2"), ("b", "serves", "A.2")]
    found = loss("q", building_table(A=(200.0, 200.0)), relations, spaces=SPACES, room_assignments=ASSIGNED)
    assert found.partly == ("A",)
    assert (found.rooms, found.people) == (("r1",), 2)


def test_relations_are_read_from_either_side_and_of_links_too() -> None:
    for relation in (("q", "serves", "A"), ("A", "feeds", "q")):
        assert loss("q", building_table(A=(200.0, 200.0)), [relation]).cut_off == ("A",)
    assert loss("q", building_table(A=(200.0, 200.0)), [("q", "contains", "A")]).cut_off == ()


def test_what_looks_like_a_connection_and_is_none_is_listed() -> None:
    nodes = {**NODES, "h": {"appurtenance": "消防栓", "at": (100.0, 5.0, 0.0)}, "d": {"at": (300.0, 300.0, 0.0)}}
    links = [*LINKS, ("y", "v", "h"), ("z", "v", "d"), ("old", "v", "d", {"state": "废弃"})]
    network = PipeNetwork.of(drawn(links, nodes))
    relations = related(("b", "serves", "B"), ("old", "serves", "B"), ("zone", "feeds", "v"), ("v", "feeds", "w"))
    buildings = building_table(A=(101.0, -10.0), B=(101.0, 12.0), C=None)
    found = find_connections(network, buildings, relations, None)
    assert {(one.feature_id, one.building_id) for one in found.kept} == {("b", "B"), ("a", "A")}
    assert dict(found.skipped) == {
        "old": NoConnection.OUT_OF_USE,
        "v": NoConnection.NOT_A_BUILDING,
        "h": NoConnection.OTHER_END,
        "d": NoConnection.NO_BUILDING,
    }
    assert found.found == 6
    assert found.without_footprint == ("C",)
    near = find_connections(network, building_table(B=(101.0, 1.0)), related(("b", "serves", "B")), None)
    assert dict(near.skipped)["a"] is NoConnection.STATED


def test_how_near_a_dead_end_must_be() -> None:
    buildings = building_table(A=(104.0, -10.0))
    assert loss("q", buildings, near_m=4.0).cut_off == ("A",)
    assert loss("q", buildings, near_m=3.9).cut_off == ()


def test_a_connection_that_nobody_supplied_before_is_no_loss() -> None:
    nodes = {**NODES, "i": {"at": (300.0, 0.0, 0.0)}, "j": {"at": (310.0, 0.0, 0.0), "feature": "进出房点"}}
    network = PipeNetwork.of(drawn([*LINKS, ("island", "i", "j")], nodes))
    relations = related(("a", "serves", "A"), ("j", "serves", "A"), ("j", "serves", "B"))
    found = without_service(isolate(network, "q"), network, building_table(A=(0.0, 900.0), B=(0.0, 800.0)), relations)
    assert found.cut_off == ("A",)  # its other connection gives nothing either
    assert found.partly == ()
