"""The graph of a built campus, in the names that alarms use."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tests.ioc_app.small_campus import LIBRARY, small_campus
from twin.live.alarms.campus_topology import topology_of
from twin.live.alarms.limits import default_limits
from twin.live.alarms.merge import Line, Relation, Topology, merge
from twin.store.campus import Campus

JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def test_the_graph_of_the_demo(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    found = topology_of(generation)
    table = (generation.folder / "tables" / "relations.parquet").as_posix()
    counted = duckdb.connect().execute(f"SELECT kind, count(*) FROM '{table}' GROUP BY kind").fetchall()
    expected = {kind: count for kind, count in counted if kind in ("feeds", "serves", "controls", "contains")}
    assert Counter(one.kind for one in found) == expected
    assert expected["controls"] > 50
    codes = set(generation.table("devices")["device_code"].to_pylist())
    assert {one.from_id for one in found if one.kind == "controls"} <= codes
    assert not any(name.startswith("device:") for one in found for name in (one.from_id, one.to_id))


def test_a_feeder_of_a_campus_is_the_cause_of_what_it_feeds(tmp_path: Path) -> None:
    campus = small_campus()
    told = {"source": "lib", "valid_from": None, "valid_to": None}
    feeds = {"from_id": "device:lib:SMK-001", "kind": "feeds", "to_id": "device:lib:CAM-001"}
    ended = {"from_id": "x", "kind": "serves", "to_id": LIBRARY} | told | {"valid_from": JUNE, "valid_to": JULY}
    sees = {"from_id": "device:lib:CAM-001", "kind": "sees", "to_id": LIBRARY}
    campus.tables["relations"] = [feeds | told, sees | told, ended]
    generation = Campus.open(campus.write(tmp_path)).generation
    assert topology_of(generation) == [Relation("SMK-001", "feeds", "CAM-001"), Relation("x", "serves", LIBRARY)]
    assert topology_of(generation, JULY) == [Relation("SMK-001", "feeds", "CAM-001")]
    assert len(topology_of(generation, JUNE)) == 2
    lines = [Line("a1", "SMK-001", "breaker.tripped", None, 0), Line("a2", "CAM-001", "device.offline", None, 1)]
    [group] = merge(lines, Topology.of(topology_of(generation)), default_limits().merge)
    assert group.cause == "SMK-001"
