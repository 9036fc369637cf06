"""What a pipe's card is told is what the analyses say, with the numbers of the model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import isolate
from twin.analysis.networks.steps import Direction
from twin.analysis.networks.trace import trace
from twin.store.campus import Campus, Generation

BURST = "link:JS:JS016--JS017"


@pytest.fixture(scope="module")
def client(demo_campus: Path) -> Iterator[TestClient]:
    with entered(create_app(demo_campus)) as client:
        yield client


@pytest.fixture(scope="module")
def generation(demo_campus: Path) -> Generation:
    return Campus.open(demo_campus).generation


def numbers(generation: Generation, layer: str, feature_ids: set[str]) -> set[int]:
    table = generation.table(layer)
    pairs = zip(table["feature_id"].to_pylist(), table["idx"].to_pylist(), strict=True)
    return {idx for feature_id, idx in pairs if feature_id in feature_ids}


def test_a_burst(client: TestClient, generation: Generation) -> None:
    told = client.get("/api/v1/networks/water_supply/isolation", params={"burst": BURST}).json()
    found = isolate(PipeNetwork.of(generation.table("water_supply")), BURST)
    assert [one["valve_id"] for one in told["valves"] if one["to_close"]] == list(found.to_close)
    assert set(told["segment"]["idx"]) == numbers(
        generation, "water_supply", {*found.segment.links, *found.segment.nodes}
    )
    assert set(told["beyond"]["idx"]) == numbers(generation, "water_supply", {*found.beyond.links, *found.beyond.nodes})
    assert told["sources_known"]
    assert told["isolable"]
    [building] = told["buildings"]
    assert building["feature_id"] == "building:campus:B02"
    assert (building["status"], told["people"]) == ("cut_off", building["people"])
    assert all(one["position"] and one["idx"] is not None for one in told["valves"])
    assert "staff" not in str(told)
    if_stuck = {one["valve_id"]: one for one in told["if_stuck"]}
    assert set(if_stuck) == set(found.to_close)


def test_a_stuck_valve(client: TestClient, generation: Generation) -> None:
    network = PipeNetwork.of(generation.table("water_supply"))
    stuck = list(isolate(network, BURST).to_close[:2])
    told = client.get("/api/v1/networks/water_supply/isolation", params={"burst": BURST, "stuck": stuck}).json()
    found = isolate(network, BURST, stuck=stuck)
    assert told["stuck"] == sorted(stuck)
    assert [one["valve_id"] for one in told["valves"] if one["to_close"]] == list(found.to_close)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_trace(client: TestClient, generation: Generation, direction: Direction) -> None:
    start = "node:PS:WS010"
    told = client.get("/api/v1/networks/drainage/trace", params={"start": start, "direction": direction.value}).json()
    found = trace(PipeNetwork.of(generation.table("drainage")), start, direction)
    assert set(told["idx"]) == numbers(generation, "drainage", {*found.links, *found.nodes})
    assert told["length_m"] == pytest.approx(found.length_m)
    assert [one["reason"] for one in told["ends"]] == [one.reason.value for one in found.ends]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("networks/buildings/trace?start=x&direction=upstream", 404),
        ("networks/water_supply/trace?start=x&direction=upstream", 404),
        ("networks/water_supply/trace?start=x&direction=sideways", 422),
        ("networks/water_supply/isolation", 422),
        ("networks/water_supply/isolation?burst=nothing", 404),
        (f"networks/water_supply/isolation?burst={BURST}&stuck=node:JS:JS016", 422),
    ],
)
def test_what_cannot_be_answered_is_said(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert answer.json()["text"]["zh"]
